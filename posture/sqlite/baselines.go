package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"sitwell/posture"
)

// SaveBaseline stores b and returns it as it is on disk: with its ID, its time
// in UTC and its way. Without an ID it is a new one; with one it takes the
// place of the baseline with that ID, or the error is of [ErrNotFound]. Its
// figures must be finite, else the error is of [ErrInvalid].
func (s *Store) SaveBaseline(ctx context.Context, b posture.Baseline) (posture.Baseline, error) {
	err := s.writing(ctx, "save a baseline", func(tx *sql.Tx) error {
		at, err := nanoseconds(b.Time)
		if err != nil {
			return err
		}
		if !finite(b.Seconds) || !finite(b.Quality) {
			return fmt.Errorf("%w: baseline of %v s with quality %v", ErrInvalid, b.Seconds, b.Quality)
		}
		if b.Way == "" {
			b.Way = posture.WaySitting
		}
		if b.ID, err = putBaseline(ctx, tx, &b, at); err != nil {
			return err
		}
		if err := putMeasures(ctx, tx, &b); err != nil {
			return err
		}
		b.Time, b.Measures, b.Slouch = instant(at), maps.Clone(b.Measures), maps.Clone(b.Slouch)
		return nil
	})
	if err != nil {
		return posture.Baseline{}, err
	}
	return b, nil
}

// putBaseline inserts the row of b, or alters the one there is and takes its
// measurements away. It returns the ID.
func putBaseline(ctx context.Context, tx *sql.Tx, b *posture.Baseline, at int64) (int64, error) {
	values := []any{at, b.Camera, b.Width, b.Height, b.Seconds, b.Samples, b.Quality, string(b.Way), b.Provisional, b.Stale}
	if b.ID == 0 {
		result, err := tx.ExecContext(ctx, `INSERT INTO baseline
			(at, camera, width, height, seconds, samples, quality, way, provisional, stale) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, values...)
		if err != nil {
			return 0, err
		}
		return result.LastInsertId()
	}
	result, err := tx.ExecContext(ctx, `UPDATE baseline SET at = ?, camera = ?, width = ?, height = ?, seconds = ?,
		samples = ?, quality = ?, way = ?, provisional = ?, stale = ? WHERE id = ?`, append(values, b.ID)...)
	if err != nil {
		return 0, err
	}
	if err := one(result, "baseline", b.ID); err != nil {
		return 0, err
	}
	for _, table := range []string{"baseline_measure", "baseline_slouch"} {
		if _, err := tx.ExecContext(ctx, "DELETE FROM "+table+" WHERE baseline = ?", b.ID); err != nil {
			return 0, err
		}
	}
	return b.ID, nil
}

// putMeasures inserts the measurements of b.
func putMeasures(ctx context.Context, tx *sql.Tx, b *posture.Baseline) error {
	for _, name := range slices.Sorted(maps.Keys(b.Measures)) {
		m := b.Measures[name]
		if !finite(m.Median) || !finite(m.Spread) {
			return fmt.Errorf("%w: measurement %q of a baseline is %v", ErrInvalid, name, m)
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO baseline_measure (baseline, name, median, spread) VALUES (?, ?, ?, ?)",
			b.ID, name, m.Median, m.Spread); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(b.Slouch)) {
		median := b.Slouch[name]
		if !finite(median) {
			return fmt.Errorf("%w: measurement %q of a slouch is %v", ErrInvalid, name, median)
		}
		if _, err := tx.ExecContext(ctx, "INSERT INTO baseline_slouch (baseline, name, median) VALUES (?, ?, ?)",
			b.ID, name, median); err != nil {
			return err
		}
	}
	return nil
}

// one returns an error of [ErrNotFound] unless a row was changed.
func one(result sql.Result, what string, id int64) error {
	n, err := result.RowsAffected()
	if err == nil && n == 0 {
		err = fmt.Errorf("%w: %s %d", ErrNotFound, what, id)
	}
	return err
}

// DeleteBaseline takes the baseline away; the error is of [ErrNotFound] when
// there is none with that ID. Its ID is never given again.
func (s *Store) DeleteBaseline(ctx context.Context, id int64) error {
	return s.writing(ctx, "delete a baseline", func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, "DELETE FROM baseline WHERE id = ?", id)
		if err != nil {
			return err
		}
		return one(result, "baseline", id)
	})
}

// Baselines returns those of the camera and shape of frame, width to height, in
// the order in which they were first stored.
func (s *Store) Baselines(ctx context.Context, camera string, width, height int) ([]posture.Baseline, error) {
	return s.baselines(ctx, "camera = ? AND width * ? = height * ?", camera, height, width)
}

// AllBaselines returns those of every camera, in the order in which they were
// first stored.
func (s *Store) AllBaselines(ctx context.Context) ([]posture.Baseline, error) {
	return s.baselines(ctx, "TRUE")
}

// Baseline returns the baseline with the ID, and false when there is none.
func (s *Store) Baseline(ctx context.Context, id int64) (posture.Baseline, bool, error) {
	found, err := s.baselines(ctx, "id = ?", id)
	if err != nil || len(found) == 0 {
		return posture.Baseline{}, false, err
	}
	return found[0], true, nil
}

func (s *Store) baselines(ctx context.Context, where string, args ...any) (found []posture.Baseline, err error) {
	err = s.reading(ctx, "read baselines", func(tx *sql.Tx) error {
		found, err = readBaselines(ctx, tx, where, args...)
		return err
	})
	return found, err
}

// readBaselines reads the baselines that the condition chooses.
func readBaselines(ctx context.Context, tx *sql.Tx, where string, args ...any) ([]posture.Baseline, error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, at, camera, width, height, seconds, samples, quality, way, provisional, stale
		FROM baseline WHERE `+where+" ORDER BY id", args...)
	if err != nil {
		return nil, err
	}
	found, err := scan(rows, func() (b posture.Baseline, err error) {
		var at int64
		err = rows.Scan(&b.ID, &at, &b.Camera, &b.Width, &b.Height, &b.Seconds, &b.Samples, &b.Quality, &b.Way, &b.Provisional, &b.Stale)
		b.Time = instant(at)
		return b, err
	})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	byID := make(map[int64]*posture.Baseline, len(found))
	for i := range found {
		byID[found[i].ID] = &found[i]
	}
	ids := "(SELECT id FROM baseline WHERE " + where + ")"
	if rows, err = tx.QueryContext(ctx, "SELECT baseline, name, median, spread FROM baseline_measure WHERE baseline IN "+ids, args...); err != nil {
		return nil, err
	}
	if _, err = scan(rows, func() (none struct{}, err error) {
		var id int64
		var name string
		var m posture.Statistic
		if err = rows.Scan(&id, &name, &m.Median, &m.Spread); err != nil {
			return none, err
		}
		b := byID[id]
		if b.Measures == nil {
			b.Measures = map[string]posture.Statistic{}
		}
		b.Measures[name] = m
		return none, nil
	}); err != nil {
		return nil, err
	}
	if rows, err = tx.QueryContext(ctx, "SELECT baseline, name, median FROM baseline_slouch WHERE baseline IN "+ids, args...); err != nil {
		return nil, err
	}
	if _, err = scan(rows, func() (none struct{}, err error) {
		var id int64
		var name string
		var median float64
		if err = rows.Scan(&id, &name, &median); err != nil {
			return none, err
		}
		b := byID[id]
		if b.Slouch == nil {
			b.Slouch = map[string]float64{}
		}
		b.Slouch[name] = median
		return none, nil
	}); err != nil {
		return nil, err
	}
	return found, nil
}
