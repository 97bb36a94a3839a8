package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"sitwell/posture"
	"sitwell/posture/history"
)

// History is the store as [history.Source]: it reads what the days and the weeks
// are made of, and adds up in SQL.
type History struct{ store *Store }

var (
	_ history.Source   = History{}
	_ history.Totaler  = History{}
	_ history.Answerer = History{}
)

// History returns the store as a source of days and weeks.
func (s *Store) History() History { return History{s} }

// A quarter is as long as those of the package history, in minutes.
const quarterMinutes = 15

// quarterAt returns the number of the quarter of an hour that t is in.
func quarterAt(t time.Time) int64 {
	return history.QuarterOf(t).Unix() / (60 * quarterMinutes)
}

// quarterFrom returns the number of the first quarter that begins at t or later.
func quarterFrom(t time.Time) int64 {
	n := quarterAt(t)
	if history.QuarterOf(t).Before(t) {
		n++
	}
	return n
}

// sums returns the figures of a row of the table minute or quarter, in the
// order of [fields].
func sums(us *[fields]int64) (v history.Sums) {
	for i := range states {
		v.States[i] = float64(us[i]) / 1e6
	}
	rest := us[len(states):]
	v.ScoreSeconds, v.ScoreSum, v.Stood = float64(rest[0])/1e6, float64(rest[1])/1e6, float64(rest[2])/1e6
	for i := range signals {
		v.Exposure[i] = float64(rest[3+i]) / 1e6
	}
	return v
}

// Quarters implements [history.Source].
func (h History) Quarters(ctx context.Context, from, to time.Time) (quarters []history.Quarter, err error) {
	err = h.store.reading(ctx, "read quarters of an hour", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, selectQuarters, quarterFrom(from), quarterFrom(to))
		if err != nil {
			return err
		}
		var number int64
		var us [fields]int64
		into := append([]any{&number}, places(&us)...)
		quarters, err = scan(rows, func() (history.Quarter, error) {
			err := rows.Scan(into...)
			return history.Quarter{Start: time.Unix(number*60*quarterMinutes, 0).UTC(), Sums: sums(&us)}, err
		})
		return err
	})
	return quarters, err
}

// places returns where the figures of a row are scanned to.
func places(us *[fields]int64) []any {
	into := make([]any, fields)
	for i := range us {
		into[i] = &us[i]
	}
	return into
}

// Events implements [history.Source]; those of one time are in the order of
// their IDs.
func (h History) Events(ctx context.Context, from, to time.Time) ([]posture.Event, error) {
	return h.store.events(ctx, "WHERE at >= ? AND at < ? ORDER BY at, id", clamp(from), clamp(to))
}

// answering are the kinds of events whose Ref is an alert. Those of others are a
// baseline's, whose IDs are others.
var answering = []posture.EventKind{posture.EventDismissed, posture.EventWrong, posture.EventWrongOff, posture.EventRecovered}

// Answers implements [history.Answerer].
func (h History) Answers(ctx context.Context, from, to time.Time) ([]posture.Event, error) {
	args := []any{clamp(from), clamp(to), string(posture.EventAlert)}
	for _, k := range answering {
		args = append(args, string(k))
	}
	return h.store.events(ctx, `WHERE ref <> 0 AND ref IN (SELECT id FROM event WHERE at >= ? AND at < ? AND kind = ?)
		AND kind IN (?`+strings.Repeat(", ?", len(answering)-1)+`) ORDER BY at, id`, args...)
}

// sumQuarters adds the quarters of a range up.
var sumQuarters = func() string {
	sums := make([]string, len(figures))
	for i, n := range figures {
		sums[i] = "coalesce(sum(" + n + "), 0)"
	}
	return "SELECT " + strings.Join(sums, ", ") + " FROM quarter WHERE quarter >= ? AND quarter < ?"
}()

// countEvents counts as [history.TotalsOf] does; listBouts has the lengths that it
// keeps one by one. A length is none when it can't be, and at most a week.
// (Counting in one row takes half as long as a GROUP BY, which sorts.)
const (
	eventLength = "min(max(seconds, 0.0), 604800.0)"
	countEvents = `SELECT count(*) FILTER (WHERE kind = ?3), total(` + eventLength + `) FILTER (WHERE kind = ?3),
		count(*) FILTER (WHERE kind = ?4), count(*) FILTER (WHERE kind = ?5),
		count(*) FILTER (WHERE kind = ?6 AND level >= 2), count(*) FILTER (WHERE kind = ?7) FROM event WHERE at >= ?1 AND at < ?2`
	sumCheckIns = `SELECT area, count(*), sum(level), max(level) FROM event
		WHERE at >= ? AND at < ? AND kind = ? AND level BETWEEN 0 AND ? GROUP BY area`
	listBouts = "SELECT " + eventLength + " FROM event WHERE at >= ? AND at < ? AND kind = ? ORDER BY at, id"
)

// Totals implements [history.Totaler].
func (h History) Totals(ctx context.Context, from, to time.Time) (t history.Totals, err error) {
	first, last := clamp(from), clamp(to)
	err = h.store.reading(ctx, "add up quarters of an hour", func(tx *sql.Tx) error {
		var us [fields]int64
		if err := tx.QueryRowContext(ctx, sumQuarters, quarterFrom(from), quarterFrom(to)).Scan(places(&us)...); err != nil {
			return err
		}
		t = history.Totals{Sums: sums(&us)}
		checkIns := 0
		if err := tx.QueryRowContext(ctx, countEvents, first, last,
			string(posture.EventEpisodeEnd), string(posture.EventAlert), string(posture.EventBreakDue), string(posture.EventBreak), string(posture.EventCheckIn),
		).Scan(&t.Episodes, &t.EpisodeSeconds, &t.Alerts, &t.BreaksDue, &t.BreaksTaken, &checkIns); err != nil {
			return err
		}
		if checkIns > 0 {
			if err := readTension(ctx, tx, first, last, &t); err != nil {
				return err
			}
		}
		bouts, err := tx.QueryContext(ctx, listBouts, first, last, string(posture.EventBoutEnd))
		if err != nil {
			return err
		}
		t.Bouts, err = scan(bouts, func() (length float64, err error) {
			err = bouts.Scan(&length)
			return length, err
		})
		return err
	})
	return t, err
}

// readTension adds up what was said from a time on and before another.
func readTension(ctx context.Context, tx *sql.Tx, first, last int64, t *history.Totals) error {
	rows, err := tx.QueryContext(ctx, sumCheckIns, first, last, string(posture.EventCheckIn), posture.MaxTension)
	if err != nil {
		return err
	}
	_, err = scan(rows, func() (none struct{}, err error) {
		var area posture.Area
		var sum history.Tension
		err = rows.Scan(&area, &sum.Count, &sum.Sum, &sum.Highest)
		if i := slices.Index(posture.Areas, area); i >= 0 {
			t.Tension[i] = sum
		}
		return none, err
	})
	return err
}

// Zones implements [history.Source].
func (h History) Zones(ctx context.Context) (zones history.Zones, err error) {
	err = h.store.reading(ctx, "read the time zones", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, "SELECT since, name FROM zone ORDER BY since")
		if err != nil {
			return err
		}
		zones, err = scan(rows, func() (z history.ZoneSince, err error) {
			var since int64
			var name string
			if err := rows.Scan(&since, &name); err != nil {
				return z, err
			}
			z.Since = instant(since)
			z.Zone, err = location(name)
			return z, err
		})
		return err
	})
	return zones, err
}

// SaveZone stores that the person lives by a time zone from a time on, unless it
// is the one then in force; the first one is in force before its time too. It
// says whether something was stored. The name is the IANA database's, or an
// offset from UTC as in "UTC+05:30"; another is an error of [ErrInvalid].
func (s *Store) SaveZone(ctx context.Context, since time.Time, name string) (saved bool, err error) {
	err = s.writing(ctx, "save the time zone", func(tx *sql.Tx) error {
		saved = false
		at, err := nanoseconds(since)
		if err != nil {
			return err
		}
		if _, err := location(name); err != nil {
			return fmt.Errorf("%w: %w", ErrInvalid, err)
		}
		var now string
		err = tx.QueryRowContext(ctx, `SELECT coalesce((SELECT name FROM zone WHERE since <= ? ORDER BY since DESC LIMIT 1),
			(SELECT name FROM zone ORDER BY since LIMIT 1), '')`, at).Scan(&now)
		if err != nil || now == name {
			return err
		}
		saved = true
		_, err = tx.ExecContext(ctx, "INSERT INTO zone (since, name) VALUES (?, ?) ON CONFLICT (since) DO UPDATE SET name = excluded.name", at, name)
		return err
	})
	return saved && err == nil, err
}

// location returns the zone of a stored name.
func location(name string) (*time.Location, error) {
	if t, err := time.Parse("UTC-07:00", name); err == nil {
		_, offset := t.Zone()
		return time.FixedZone(name, offset), nil
	}
	if name == "" || name == "Local" {
		return nil, fmt.Errorf("time zone %q has no name of its own", name)
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("time zone %q: %w", name, err)
	}
	return zone, nil
}
