package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"strings"
	"time"

	"sitwell/posture"
	"sitwell/posture/history"
)

// states are the columns of the table minute in their order, named as the
// states are. A state more is a migration more.
var states = []posture.State{
	posture.Upright, posture.Slouching, posture.LeaningIn, posture.LeaningAside, posture.LookingDown,
	posture.Turned, posture.Standing, posture.Away, posture.Unknown,
}

// signals are the columns exposure_ of the table minute in their order, named as
// the signals are. A signal more is a migration more.
var signals = []posture.Signal{
	posture.HeadDrop, posture.HeadForward, posture.Sink, posture.UpperBack, posture.LeanIn, posture.LeanAside, posture.HeadPitch,
}

// maxMinute is the most that is believed of one minute at once, in seconds. A
// wall clock that is set back, or stands still, puts more than 60 into a
// minute, and refusing time that was lived would lose it; more than a day is a
// mistake.
const maxMinute = 86400.0

// fields are all the figures of a minute as stored, in their order: the states,
// score_time, score_sum, stood and the signals' exposures.
const fields = 19

// figures are the columns of the tables minute and quarter, in the order of
// [fields].
var figures = func() []string {
	names := make([]string, 0, fields)
	for _, st := range states {
		names = append(names, string(st))
	}
	names = append(names, "score_time", "score_sum", "stood")
	for _, sg := range signals {
		names = append(names, "exposure_"+string(sg))
	}
	return names
}()

// adding and selecting return the statements that add figures to those a row
// of the table has, and that read them. The key is named as the table is.
func adding(table string) string {
	sums := make([]string, len(figures))
	for i, n := range figures {
		sums[i] = n + " = " + n + " + excluded." + n
	}
	return "INSERT INTO " + table + " (" + table + ", " + strings.Join(figures, ", ") + ") VALUES (?" +
		strings.Repeat(", ?", len(figures)) + ") ON CONFLICT (" + table + ") DO UPDATE SET " + strings.Join(sums, ", ")
}

func selecting(table string) string {
	return "SELECT " + table + ", " + strings.Join(figures, ", ") + " FROM " + table +
		" WHERE " + table + " >= ? AND " + table + " < ? ORDER BY " + table
}

var (
	addMinute, selectMinutes   = adding("minute"), selecting("minute")
	addQuarter, selectQuarters = adding("quarter"), selecting("quarter")
)

// AddMinutes adds each of minutes to what its minute and its quarter of an hour
// already have, all or none.
// Seconds are kept to the microsecond, so that sums of what was stored are
// exact. A minute of nothing is left out. A minute may come to more than 60 s
// when the wall clock was set back. A Start that isn't the beginning of a
// minute, a state or signal that posture doesn't have, and figures that can't be (not
// finite, negative, more than a day) are an error of [ErrInvalid], and then
// nothing is added.
func (s *Store) AddMinutes(ctx context.Context, minutes []posture.Minute) error {
	if len(minutes) == 0 {
		return nil
	}
	return s.writing(ctx, fmt.Sprintf("add %d minutes", len(minutes)), func(tx *sql.Tx) error {
		add, err := tx.PrepareContext(ctx, addMinute)
		if err != nil {
			return err
		}
		defer add.Close() //nolint:errcheck // the transaction's end closes it too
		gather, err := tx.PrepareContext(ctx, addQuarter)
		if err != nil {
			return err
		}
		defer gather.Close() //nolint:errcheck // as above
		for _, m := range minutes {
			row, err := minuteRow(m)
			if err != nil {
				return fmt.Errorf("%w: minute %s: %w", ErrInvalid, m.Start.UTC().Format(time.RFC3339Nano), err)
			}
			if row == nil {
				continue
			}
			if _, err := add.ExecContext(ctx, row...); err != nil {
				return err
			}
			row[0] = quarterAt(m.Start)
			if _, err := gather.ExecContext(ctx, row...); err != nil {
				return err
			}
		}
		return nil
	})
}

// minuteRow returns the values of a row of the table minute, or nil when there
// is nothing in it.
func minuteRow(m posture.Minute) ([]any, error) {
	if m.Start.Unix()%60 != 0 || m.Start.Nanosecond() != 0 {
		return nil, fmt.Errorf("not the beginning of a minute")
	}
	row := make([]any, 0, 1+fields)
	row = append(row, m.Start.Unix()/60)
	known, empty := 0, true
	add := func(name string, v, most float64) error {
		if !(v >= 0 && v <= most) { // false for NaN
			return fmt.Errorf("%s is %v, want 0 to %v", name, v, most)
		}
		us := int64(math.Round(v * 1e6))
		empty = empty && us == 0
		row = append(row, us)
		return nil
	}
	for _, st := range states {
		v, ok := m.Seconds[st]
		if ok {
			known++
		}
		if err := add(string(st), v, maxMinute); err != nil {
			return nil, err
		}
	}
	if known != len(m.Seconds) {
		return nil, fmt.Errorf("a state that isn't known among %v", m.Seconds)
	}
	if err := add("score_time", m.ScoreSeconds, maxMinute); err != nil {
		return nil, err
	}
	if err := add("score_sum", m.ScoreSum, 100*maxMinute); err != nil {
		return nil, err
	}
	if err := add("stood", m.Stood, maxMinute); err != nil {
		return nil, err
	}
	known = 0
	for _, sg := range signals {
		v, ok := m.Exposure[sg]
		if ok {
			known++
		}
		if err := add(string(sg), v, 100*maxMinute); err != nil {
			return nil, err
		}
	}
	if known != len(m.Exposure) {
		return nil, fmt.Errorf("a signal that isn't known among %v", m.Exposure)
	}
	if empty {
		return nil, nil
	}
	return row, nil
}

// Minutes returns the minutes that begin at from or later and before to, in
// their order; those that weren't watched are left out. Seconds holds the
// states that occurred, and no others; so does Exposure with signals, which is
// nil without any.
func (s *Store) Minutes(ctx context.Context, from, to time.Time) (minutes []posture.Minute, err error) {
	err = s.reading(ctx, "read minutes", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, selectMinutes, minuteFrom(from), minuteFrom(to))
		if err != nil {
			return err
		}
		var minute int64
		var us [fields]int64
		into := []any{&minute}
		for i := range us {
			into = append(into, &us[i])
		}
		minutes, err = scan(rows, func() (posture.Minute, error) {
			err := rows.Scan(into...)
			m := posture.Minute{
				Start:        time.Unix(minute*60, 0).UTC(),
				Seconds:      make(map[posture.State]float64, 2),
				ScoreSeconds: float64(us[len(states)]) / 1e6,
				ScoreSum:     float64(us[len(states)+1]) / 1e6,
				Stood:        float64(us[len(states)+2]) / 1e6,
			}
			for i, st := range states {
				if us[i] != 0 {
					m.Seconds[st] = float64(us[i]) / 1e6
				}
			}
			for i, v := range us[len(states)+3:] {
				if v != 0 {
					if m.Exposure == nil {
						m.Exposure = make(map[posture.Signal]float64, len(signals))
					}
					m.Exposure[signals[i]] = float64(v) / 1e6
				}
			}
			return m, err
		})
		return err
	})
	return minutes, err
}

// minuteFrom returns the number of the first minute that begins at t or later.
func minuteFrom(t time.Time) int64 {
	n := t.Unix() / 60
	if start := time.Unix(n*60, 0); start.Before(t) {
		n++
	}
	return n
}

// minutesAtOnce is how many minutes are deleted in one transaction: it is over
// in some milliseconds.
const minutesAtOnce = 2000

// PruneMinutes deletes minutes that begin before a time, the oldest first; their
// quarters stay. It deletes so many that other writes don't wait for long, and
// says whether there are more. The file keeps its size; what follows uses the
// room.
func (s *Store) PruneMinutes(ctx context.Context, before time.Time) (more bool, err error) {
	err = s.writing(ctx, "delete old minutes", func(tx *sql.Tx) error {
		more, err = prune(ctx, tx, `DELETE FROM minute WHERE minute IN
			(SELECT minute FROM minute WHERE minute < ? ORDER BY minute LIMIT ?)`, minuteFrom(before), minutesAtOnce)
		return err
	})
	return more && err == nil, err
}

// PruneEvents deletes events that happened before a time, and the quarters of an
// hour and their minutes from before it, the oldest first, in steps as
// [Store.PruneMinutes] does.
func (s *Store) PruneEvents(ctx context.Context, before time.Time) (more bool, err error) {
	last := clamp(history.QuarterOf(before))
	err = s.writing(ctx, "delete old events", func(tx *sql.Tx) error {
		for _, t := range []timedTable{eventsTable, minutesTable, quartersTable} {
			result, err := tx.ExecContext(ctx, t.some, t.number(math.MinInt64), t.number(last), rowsAtOnce)
			if err != nil {
				return err
			}
			n, err := result.RowsAffected()
			if more = n == rowsAtOnce; err != nil || more {
				return err
			}
		}
		return nil
	})
	return more && err == nil, err
}

// prune deletes by a statement that takes a bound and how many, and says whether
// it deleted that many.
func prune(ctx context.Context, tx *sql.Tx, query string, before, most int64) (more bool, err error) {
	result, err := tx.ExecContext(ctx, query, before, most)
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n == most, err
}
