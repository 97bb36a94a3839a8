package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"sitwell/posture"
	"sitwell/posture/history"
)

// ErrErasing means that an earlier deletion has not ended yet: [Store.EraseStep]
// ends it.
var ErrErasing = posture.ErrErasing

// Erase deletes for good what happened at from and later and before to: events,
// minutes, quarters of an hour and measurements. A zero time is no bound. It
// deletes what is of the last quarter of an hour before now, and later, at once, and
// notes the rest, which [Store.EraseStep] deletes; a restart goes on with it. Both
// bounds are beginnings of quarters of an hour, as those of days are, or the error is
// of [ErrInvalid]. What remains after to and tells of a time before it, as the
// length of a sitting that went on, is shortened.
//
// It returns how much there is to delete. A deletion that has not ended is an error
// of [ErrErasing].
func (s *Store) Erase(ctx context.Context, from, to, now time.Time) (posture.Kept, error) {
	return s.erase(ctx, from, to, now, false)
}

// EraseAll deletes everything that was recorded: the whole history as [Store.Erase]
// does, and at once all baselines, settings and the profile, and the zones lived by but for
// the present one.
func (s *Store) EraseAll(ctx context.Context, now time.Time) (posture.Kept, error) {
	return s.erase(ctx, time.Time{}, time.Time{}, now, true)
}

func (s *Store) erase(ctx context.Context, from, to, now time.Time, all bool) (kept posture.Kept, err error) {
	err = s.writing(ctx, "delete history", func(tx *sql.Tx) error {
		first, last := bounds(from, to)
		for _, t := range []time.Time{from, to} {
			if !t.IsZero() && !history.QuarterOf(t).Equal(t) {
				return fmt.Errorf("%w: %s is not the beginning of a quarter of an hour", ErrInvalid, t.Format(time.RFC3339Nano))
			}
		}
		if last < first {
			return fmt.Errorf("%w: the time runs backwards, from %s to %s", ErrInvalid, from.Format(time.RFC3339), to.Format(time.RFC3339))
		}
		var pending int
		if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM erasure").Scan(&pending); err != nil {
			return err
		}
		if pending > 0 {
			return ErrErasing
		}
		if kept, err = count(ctx, tx, first, last); err != nil {
			return err
		}
		if err := eraseStraddling(ctx, tx, first, last); err != nil {
			return err
		}
		if all {
			if err := eraseRest(ctx, tx, now); err != nil {
				return err
			}
		}
		// The watch goes on beside the steps and adds to the present minute
		// and quarter: what is theirs goes now.
		recent := clamp(history.QuarterOf(now))
		if recent = max(first, recent); recent < last {
			for _, t := range timed {
				if _, err := tx.ExecContext(ctx, t.all, t.number(recent), t.number(last)); err != nil {
					return err
				}
			}
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO erasure (one, first, last) VALUES (1, ?, ?)", first, max(first, min(last, recent)))
		return err
	})
	if err != nil {
		return posture.Kept{}, err
	}
	s.erasing.mu.Lock()
	defer s.erasing.mu.Unlock()
	s.erasing.phase = 0
	return kept, nil
}

// bounds returns the range in nanoseconds; a zero time is no bound.
func bounds(from, to time.Time) (first, last int64) {
	first, last = math.MinInt64, math.MaxInt64
	if !from.IsZero() {
		first = clamp(from)
	}
	if !to.IsZero() {
		last = clamp(to)
	}
	return first, last
}

// Kept counts what is stored of a time on and before another; a zero time is no
// bound.
func (s *Store) Kept(ctx context.Context, from, to time.Time) (kept posture.Kept, err error) {
	err = s.reading(ctx, "count what is kept", func(tx *sql.Tx) error {
		first, last := bounds(from, to)
		kept, err = count(ctx, tx, first, last)
		return err
	})
	return kept, err
}

// Anything reports whether anything is stored of a time on and before another, zero
// for no bound, or being deleted.
func (s *Store) Anything(ctx context.Context, from, to time.Time) (some bool, err error) {
	err = s.reading(ctx, "look what is kept", func(tx *sql.Tx) error {
		first, last := bounds(from, to)
		return tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM event WHERE at >= ?1 AND at < ?2) OR
			EXISTS (SELECT 1 FROM minute WHERE minute >= ?3 AND minute < ?4) OR EXISTS (SELECT 1 FROM quarter WHERE quarter >= ?5 AND quarter < ?6) OR
			EXISTS (SELECT 1 FROM measurement WHERE start >= ?1 AND start < ?2) OR EXISTS (SELECT 1 FROM erasure)`,
			first, last, minutesTable.number(first), minutesTable.number(last), quartersTable.number(first), quartersTable.number(last)).Scan(&some)
	})
	return some && err == nil, err
}

func count(ctx context.Context, tx *sql.Tx, first, last int64) (kept posture.Kept, err error) {
	for _, c := range []struct {
		query string
		in    *timedTable
		into  *int64
	}{
		{"SELECT count(*) FROM event WHERE at >= ? AND at < ?", &eventsTable, &kept.Events},
		{"SELECT count(*) FROM minute WHERE minute >= ? AND minute < ?", &minutesTable, &kept.Minutes},
		{"SELECT coalesce(sum(count), 0) FROM measurement WHERE start >= ? AND start < ?", &measurementsTable, &kept.Measurements},
	} {
		if err := tx.QueryRowContext(ctx, c.query, c.in.number(first), c.in.number(last)).Scan(c.into); err != nil {
			return posture.Kept{}, err
		}
	}
	return kept, nil
}

// Extent is when what is kept begins and ends: the first and the last instant of
// events and quarters of an hour; false when there is nothing.
func (s *Store) Extent(ctx context.Context) (first, last time.Time, ok bool, err error) {
	err = s.reading(ctx, "look how far the history goes", func(tx *sql.Tx) error {
		var a, b sql.NullInt64
		err := tx.QueryRowContext(ctx, `SELECT min(a), max(b) FROM (
			SELECT min(at) AS a, max(at) AS b FROM event UNION ALL
			SELECT min(quarter) * ?1, max(quarter) * ?1 FROM quarter)`, quarterNanoseconds).Scan(&a, &b)
		first, last, ok = instant(a.Int64), instant(b.Int64), a.Valid
		return err
	})
	return first, last, ok && err == nil, err
}

// Size is how many bytes the database takes on disk, its log included.
func (s *Store) Size() (bytes int64, err error) {
	for _, p := range []string{s.path, s.path + "-wal"} {
		info, err := os.Stat(p)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return 0, fmt.Errorf("size of database: %w", err)
		}
		bytes += info.Size()
	}
	return bytes, nil
}

const (
	minuteNanoseconds  = int64(time.Minute)
	quarterNanoseconds = quarterMinutes * minuteNanoseconds
	// longestTold is how far back something that remains is looked for that
	// tells of what is deleted: as long as an event's length is believed.
	longestTold = int64(7 * 24 * time.Hour)
	// longestBlock is the same for blocks of measurements: five minutes are
	// usual, but a watch with gaps may stretch one. One that can't be read is
	// taken to be of an hour.
	longestBlock    = int64(24 * time.Hour)
	unreadableBlock = int64(time.Hour)
)

// timedTable is a table whose rows are of a time.
type timedTable struct {
	unit int64  // nanoseconds in one of its key
	all  string // deletes those from one number on and before another
	some string // the same, at most so many
}

func newTimed(table, row, key string, unit int64) timedTable {
	in := " FROM " + table + " WHERE " + key + " >= ? AND " + key + " < ?"
	return timedTable{unit, "DELETE" + in, "DELETE FROM " + table + " WHERE " + row + " IN (SELECT " + row + in + " LIMIT ?)"}
}

var (
	eventsTable       = newTimed("event", "id", "at", 1)
	minutesTable      = newTimed("minute", "minute", "minute", minuteNanoseconds)
	quartersTable     = newTimed("quarter", "quarter", "quarter", quarterNanoseconds)
	measurementsTable = newTimed("measurement", "id", "start", 1)

	timed = []timedTable{eventsTable, minutesTable, quartersTable, measurementsTable}
)

// number is the first key at an instant or after it.
func (t *timedTable) number(ns int64) int64 {
	n := ns / t.unit
	if ns%t.unit > 0 {
		n++
	}
	return n
}

// eraseStraddling takes what is deleted out of what remains: from the lengths of
// what ended later, and the measurements of a block that began before.
func eraseStraddling(ctx context.Context, tx *sql.Tx, first, last int64) error {
	if last < math.MaxInt64 {
		// Those of a snooze are of the time to come.
		if _, err := tx.ExecContext(ctx, `UPDATE event SET seconds = (at - ?1) / 1e9
			WHERE at >= ?1 AND at < ?2 AND kind <> ?3 AND seconds > (at - ?1) / 1e9`,
			last, last+min(longestTold, math.MaxInt64-last), string(posture.EventSnoozed)); err != nil {
			return err
		}
	}
	if first == math.MinInt64 {
		return nil
	}
	rows, err := tx.QueryContext(ctx, "SELECT id, start, count, data FROM measurement WHERE start >= ? AND start < ?", first-longestBlock, first)
	if err != nil {
		return err
	}
	reaching, err := scan(rows, func() (id int64, err error) {
		var start int64
		var b posture.SampleBlock
		if err := rows.Scan(&id, &start, &b.Count, &b.Data); err != nil {
			return 0, err
		}
		b.Start = instant(start)
		end := start + unreadableBlock
		if t, err := b.End(); err == nil {
			end = clamp(t)
		}
		if end < first {
			return 0, nil
		}
		return id, nil
	})
	for _, id := range reaching {
		if err == nil && id != 0 {
			_, err = tx.ExecContext(ctx, "DELETE FROM measurement WHERE id = ?", id)
		}
	}
	return err
}

// eraseRest deletes what is of no time, and the zones but the present one, which
// is lived by from now on.
func eraseRest(ctx context.Context, tx *sql.Tx, now time.Time) error {
	at, err := nanoseconds(now)
	if err != nil {
		return err
	}
	for _, q := range []string{"DELETE FROM baseline", "DELETE FROM setting", "DELETE FROM profile", "DELETE FROM zone WHERE since < (SELECT max(since) FROM zone)"} {
		if _, err := tx.ExecContext(ctx, q); err != nil {
			return err
		}
	}
	_, err = tx.ExecContext(ctx, "UPDATE zone SET since = ?", at)
	return err
}

// How much one step of a deletion does: it is over in some tens of milliseconds,
// so that a write that comes meanwhile does not wait for long.
const (
	rowsAtOnce  = 2000
	pagesAtOnce = 400
	// leastAtOnce is how small a step becomes on a disk that is nearly full.
	leastAtOnce = 20
)

// EraseStep goes on with a deletion that [Store.Erase] began, this process or one
// before it, and says whether there is more to do. Each step leaves time for other
// writes. When none is left the rows are gone from the file, not only marked as
// free (they were overwritten as they were deleted), the file is as small as it can
// be, its log is empty, and the copies that upgrades left beside it, which hold the
// rows too, are gone. What the disk itself keeps of overwritten blocks is beyond
// reach.
//
// A reader that is in the way of emptying the log is an error of [ErrBusy]: the
// same call may be made again. So may one of [ErrFull]: a deletion needs some room
// for its log, and makes do with smaller steps when there is little.
func (s *Store) EraseStep(ctx context.Context) (more bool, err error) {
	e := &s.erasing
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.part == 0 {
		e.part = 1
	}
	more, err = s.eraseStep(ctx)
	switch {
	case err == nil && more:
		// The log begins anew and doesn't grow from step to step. One that
		// can't be written back now is later.
		_, _ = s.write.ExecContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)")
		e.part = max(1, e.part/2)
	case errors.Is(err, ErrFull) && rowsAtOnce/(2*e.part) >= leastAtOnce:
		_, _ = s.write.ExecContext(ctx, "PRAGMA wal_checkpoint(PASSIVE)")
		e.part *= 2
		return true, nil
	}
	return more, err
}

func (s *Store) eraseStep(ctx context.Context) (more bool, err error) {
	e := &s.erasing
	what := "go on deleting history"
	var first, last int64
	err = s.reading(ctx, what, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, "SELECT first, last FROM erasure").Scan(&first, &last)
	})
	switch {
	case errors.Is(err, sql.ErrNoRows):
		if e.phase != phaseForgotten {
			return false, nil
		}
		if err := s.emptyLog(ctx); err != nil {
			return true, err
		}
		e.phase = 0
		return false, nil
	case err != nil:
		return true, err
	}
	next := true
	switch {
	case e.phase < len(timed):
		t := timed[e.phase]
		err = s.writing(ctx, what, func(tx *sql.Tx) error {
			most := int64(rowsAtOnce / e.part)
			result, err := tx.ExecContext(ctx, t.some, t.number(first), t.number(last), most)
			if err != nil {
				return err
			}
			n, err := result.RowsAffected()
			next = n < most
			return err
		})
	case e.phase == len(timed):
		next, err = s.shrink(ctx)
	case e.phase == len(timed)+1:
		if err = s.emptyLog(ctx); err == nil {
			err = s.dropCopies()
		}
	default:
		// Until here a restart would do all of it again, so that none of it is
		// left out.
		err = s.writing(ctx, what, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, "DELETE FROM erasure")
			return err
		})
		if err == nil {
			e.phase = phaseForgotten
			return true, nil
		}
	}
	if err == nil && next {
		e.phase++
	}
	return true, err
}

// phaseForgotten follows the last phase: the log's last words are to go.
const phaseForgotten = 99

// shrink gives some of the free pages back and says whether none is left.
func (s *Store) shrink(ctx context.Context) (done bool, err error) {
	err = s.writing(ctx, "shrink", func(tx *sql.Tx) error {
		var mode, before, after int64
		if err := tx.QueryRowContext(ctx, "PRAGMA auto_vacuum").Scan(&mode); err != nil || mode != incremental {
			done = true // its pages are overwritten all the same
			return err
		}
		if err := tx.QueryRowContext(ctx, "PRAGMA freelist_count").Scan(&before); err != nil {
			return err
		}
		// A page is freed for each row that is asked for.
		rows, err := tx.QueryContext(ctx, fmt.Sprintf("PRAGMA incremental_vacuum(%d)", max(1, pagesAtOnce/s.erasing.part)))
		if err != nil {
			return err
		}
		if _, err := scan(rows, func() (none struct{}, err error) { return none, nil }); err != nil {
			return err
		}
		err = tx.QueryRowContext(ctx, "PRAGMA freelist_count").Scan(&after)
		done = after == 0 || after >= before
		return err
	})
	return done && err == nil, err
}

// emptyLog brings the log into the file and cuts it to nothing.
func (s *Store) emptyLog(ctx context.Context) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	what := func(err error) error {
		return fmt.Errorf("empty the log of database %q: %w", s.path, because(err))
	}
	switch {
	case s.closed:
		return what(ErrClosed)
	case s.write == nil:
		return what(ErrReadOnly)
	}
	var busy, frames, moved int
	if err := s.write.QueryRowContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)").Scan(&busy, &frames, &moved); err != nil {
		return what(err)
	}
	if busy != 0 {
		return what(fmt.Errorf("%w: something is still being read", ErrBusy))
	}
	return nil
}

// Copies lists the copies that upgrades left beside the database. A deletion
// removes them: they hold the rows too.
func (s *Store) Copies() ([]string, error) {
	dir, name := filepath.Split(s.path)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("look for copies of database %q: %w", s.path, err)
	}
	var copies []string
	for _, e := range entries {
		version, ok := strings.CutPrefix(strings.TrimSuffix(e.Name(), ".new"), name+".v")
		if version, is := strings.CutSuffix(version, ".backup"); ok && is && version != "" && strings.Trim(version, "0123456789") == "" {
			copies = append(copies, filepath.Join(dir, e.Name()))
		}
	}
	return copies, nil
}

func (s *Store) dropCopies() error {
	copies, err := s.Copies()
	if err != nil || len(copies) == 0 {
		return err
	}
	for _, c := range copies {
		if err := os.Remove(c); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove a copy that holds what was deleted: %w", err)
		}
	}
	return syncFile(filepath.Dir(s.path))
}
