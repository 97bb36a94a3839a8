package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"

	"sitwell/posture"
)

// SaveBaseline stores b as a new baseline and returns it as it is on disk: with
// its ID and its time in UTC. It must not have an ID yet, and its figures must
// be finite, else the error is of [ErrInvalid].
func (s *Store) SaveBaseline(ctx context.Context, b posture.Baseline) (posture.Baseline, error) {
	err := s.writing(ctx, "save a baseline", func(tx *sql.Tx) error {
		if b.ID != 0 {
			return fmt.Errorf("%w: baseline %d is already stored", ErrInvalid, b.ID)
		}
		at, err := nanoseconds(b.Time)
		if err != nil {
			return err
		}
		if !finite(b.Seconds) || !finite(b.Quality) {
			return fmt.Errorf("%w: baseline of %v s with quality %v", ErrInvalid, b.Seconds, b.Quality)
		}
		result, err := tx.ExecContext(ctx, `INSERT INTO baseline (at, camera, width, height, seconds, samples, quality)
			VALUES (?, ?, ?, ?, ?, ?, ?)`, at, b.Camera, b.Width, b.Height, b.Seconds, b.Samples, b.Quality)
		if err != nil {
			return err
		}
		id, err := result.LastInsertId()
		if err != nil {
			return err
		}
		for _, name := range slices.Sorted(maps.Keys(b.Measures)) {
			m := b.Measures[name]
			if !finite(m.Median) || !finite(m.Spread) {
				return fmt.Errorf("%w: measurement %q of a baseline is %v", ErrInvalid, name, m)
			}
			if _, err := tx.ExecContext(ctx, "INSERT INTO baseline_measure (baseline, name, median, spread) VALUES (?, ?, ?, ?)",
				id, name, m.Median, m.Spread); err != nil {
				return err
			}
		}
		b.ID, b.Time, b.Measures = id, instant(at), maps.Clone(b.Measures)
		return nil
	})
	if err != nil {
		return posture.Baseline{}, err
	}
	return b, nil
}

// LatestBaseline returns the baseline stored last for the camera and frame
// size in pixels, and false when there is none.
func (s *Store) LatestBaseline(ctx context.Context, camera string, width, height int) (posture.Baseline, bool, error) {
	return s.baseline(ctx, `id = (SELECT max(id) FROM baseline WHERE camera = ? AND width = ? AND height = ?)`,
		camera, width, height)
}

// Baseline returns the baseline with the ID, and false when there is none.
func (s *Store) Baseline(ctx context.Context, id int64) (posture.Baseline, bool, error) {
	return s.baseline(ctx, "id = ?", id)
}

func (s *Store) baseline(ctx context.Context, where string, args ...any) (b posture.Baseline, found bool, err error) {
	err = s.reading(ctx, "read a baseline", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT id, at, camera, width, height, seconds, samples, quality, name, median, spread
			FROM baseline LEFT JOIN baseline_measure ON baseline = id WHERE `+where, args...)
		if err != nil {
			return err
		}
		_, err = scan(rows, func() (struct{}, error) {
			var at int64
			var name sql.NullString
			var median, spread sql.NullFloat64
			err := rows.Scan(&b.ID, &at, &b.Camera, &b.Width, &b.Height, &b.Seconds, &b.Samples, &b.Quality, &name, &median, &spread)
			b.Time, found = instant(at), true
			if name.Valid {
				if b.Measures == nil {
					b.Measures = map[string]posture.Statistic{}
				}
				b.Measures[name.String] = posture.Statistic{Median: median.Float64, Spread: spread.Float64}
			}
			return struct{}{}, err
		})
		return err
	})
	if err != nil {
		return posture.Baseline{}, false, err
	}
	return b, found, nil
}
