package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"sitwell/posture"
)

// maxBlock is the largest block of measurements that is stored, in bytes: five
// minutes at 30 a second take less.
const maxBlock = 4 << 20

// SaveSamples stores blocks of measurements, all or none. A block without
// measurements, or of more than 4 MiB, is an error of [ErrInvalid].
func (s *Store) SaveSamples(ctx context.Context, blocks []posture.SampleBlock) error {
	if len(blocks) == 0 {
		return nil
	}
	return s.writing(ctx, fmt.Sprintf("save %d blocks of measurements", len(blocks)), func(tx *sql.Tx) error {
		for _, b := range blocks {
			start, err := nanoseconds(b.Start)
			if err != nil {
				return err
			}
			if b.Count <= 0 || len(b.Data) == 0 || len(b.Data) > maxBlock {
				return fmt.Errorf("%w: a block of %d measurements in %d bytes", ErrInvalid, b.Count, len(b.Data))
			}
			if _, err := tx.ExecContext(ctx, "INSERT INTO measurement (start, camera, baseline, count, data) VALUES (?, ?, ?, ?, ?)",
				start, b.Camera, b.Baseline, b.Count, b.Data); err != nil {
				return err
			}
		}
		return nil
	})
}

// Samples returns the blocks of measurements that begin at from or later and
// before to, in the order of their times.
func (s *Store) Samples(ctx context.Context, from, to time.Time) (blocks []posture.SampleBlock, err error) {
	err = s.reading(ctx, "read measurements", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT start, camera, baseline, count, data FROM measurement
			WHERE start >= ? AND start < ? ORDER BY start, id`, clamp(from), clamp(to))
		if err != nil {
			return err
		}
		blocks, err = scan(rows, func() (b posture.SampleBlock, err error) {
			var start int64
			err = rows.Scan(&start, &b.Camera, &b.Baseline, &b.Count, &b.Data)
			b.Start = instant(start)
			return b, err
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return blocks, nil
}

// blocksAtOnce is how many blocks are deleted in one transaction: all the pages
// of each are gone through.
const blocksAtOnce = 16

// PruneSamples deletes blocks of measurements that begin before a time, the
// oldest first. It deletes so many that other writes don't wait for long, and
// says whether there are more. The file keeps its size; what follows uses the
// room.
func (s *Store) PruneSamples(ctx context.Context, before time.Time) (more bool, err error) {
	err = s.writing(ctx, "delete old measurements", func(tx *sql.Tx) error {
		more, err = prune(ctx, tx, `DELETE FROM measurement WHERE id IN
			(SELECT id FROM measurement WHERE start < ? ORDER BY start LIMIT ?)`, clamp(before), blocksAtOnce)
		return err
	})
	return more && err == nil, err
}
