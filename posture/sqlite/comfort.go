package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"sitwell/posture"
)

// ComfortableRange returns how far the person goes in an exercise at the placement of
// a baseline; ok is false when that was never learned.
func (s *Store) ComfortableRange(ctx context.Context, baseline int64, exercise string) (r posture.ComfortableRange, ok bool, err error) {
	r.Baseline, r.Exercise = baseline, exercise
	err = s.reading(ctx, "read a comfortable range", func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, "SELECT left_side, right_side, times FROM comfortable_range WHERE baseline = ? AND exercise = ?", baseline, exercise).
			Scan(&r.Left, &r.Right, &r.Times)
		ok = err == nil
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return r, ok, err
}

// SaveComfortableRange stores r in the place of what was known. Without its baseline
// the error is of [ErrNotFound], with figures that are negative or no number of
// [ErrInvalid].
func (s *Store) SaveComfortableRange(ctx context.Context, r posture.ComfortableRange) error {
	return s.writing(ctx, "save a comfortable range", func(tx *sql.Tx) error {
		if !finite(r.Left) || !finite(r.Right) || r.Left < 0 || r.Right < 0 || r.Times < 1 || r.Exercise == "" {
			return fmt.Errorf("%w: comfortable range of %v and %v in %q, learned %d times", ErrInvalid, r.Left, r.Right, r.Exercise, r.Times)
		}
		result, err := tx.ExecContext(ctx, `INSERT INTO comfortable_range (baseline, exercise, left_side, right_side, times)
			SELECT id, ?, ?, ?, ? FROM baseline WHERE id = ?
			ON CONFLICT (baseline, exercise) DO UPDATE SET left_side = excluded.left_side, right_side = excluded.right_side, times = excluded.times`,
			r.Exercise, r.Left, r.Right, r.Times, r.Baseline)
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		if err == nil && n == 0 {
			err = fmt.Errorf("%w: baseline %d", ErrNotFound, r.Baseline)
		}
		return err
	})
}
