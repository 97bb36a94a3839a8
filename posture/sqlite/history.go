package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"sync"
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
	_ history.Minuter  = History{}
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

// Minutes implements [history.Minuter].
func (h History) Minutes(ctx context.Context, from, to time.Time) ([]posture.Minute, error) {
	return h.store.Minutes(ctx, from, to)
}

// Events implements [history.Source]; those of one time are in the order of
// their IDs.
func (h History) Events(ctx context.Context, from, to time.Time, kinds ...posture.EventKind) ([]posture.Event, error) {
	where, args := "at >= ? AND at < ?", []any{clamp(from), clamp(to)}
	if len(kinds) > 0 {
		where += " AND kind IN (?" + strings.Repeat(", ?", len(kinds)-1) + ")"
		for _, k := range kinds {
			args = append(args, string(k))
		}
	}
	return h.events(ctx, where, args...)
}

// events reads what days and weeks are made of: the words told to the person
// would take half of the time.
func (h History) events(ctx context.Context, where string, args ...any) (events []posture.Event, err error) {
	err = h.store.reading(ctx, "read events", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, "SELECT id, at, kind, seconds, level, ref, area, exercise FROM event WHERE "+where+" ORDER BY at, id", args...)
		if err != nil {
			return err
		}
		events, err = scan(rows, func() (e posture.Event, err error) {
			var at int64
			err = rows.Scan(&e.ID, &at, &e.Kind, &e.Seconds, &e.Level, &e.Ref, &e.Area, &e.Exercise)
			e.Time = instant(at)
			return e, err
		})
		return err
	})
	return events, err
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
	return h.events(ctx, `ref <> 0 AND ref IN (SELECT id FROM event WHERE at >= ? AND at < ? AND kind = ?)
		AND kind IN (?`+strings.Repeat(", ?", len(answering)-1)+`)`, args...)
}

// totalsIn are the statements that add spans up, all of them in one go: to ask for
// each alone takes longer than to add. Each begins with the rows of a table span,
// its number, first and last instant and quarter.
//
// A length is none when it can't be, and at most a week, as [history.TotalsOf]
// has it.
type totalsIn struct{ quarters, events, bouts, checkIns string }

const eventLength = "min(max(seconds, 0.0), 604800.0)"

func newTotalsIn(spans int) totalsIn {
	with := "WITH span (i, first, last, fromquarter, toquarter) AS (VALUES (?, ?, ?, ?, ?)" + strings.Repeat(", (?, ?, ?, ?, ?)", spans-1) + ") "
	sums := make([]string, len(figures))
	for i, n := range figures {
		sums[i] = "sum(" + n + ")"
	}
	of := func(kind posture.EventKind) string { return "FILTER (WHERE kind = '" + string(kind) + "'" }
	in := " FROM span CROSS JOIN event ON at >= first AND at < last "
	return totalsIn{
		quarters: with + "SELECT i, " + strings.Join(sums, ", ") +
			" FROM span CROSS JOIN quarter ON quarter >= fromquarter AND quarter < toquarter GROUP BY i",
		events: with + "SELECT i, count(*) " + of(posture.EventEpisodeEnd) + "), total(" + eventLength + ") " + of(posture.EventEpisodeEnd) +
			"), count(*) " + of(posture.EventAlert) + "), count(*) " + of(posture.EventBreakDue) + "), count(*) " + of(posture.EventBreak) +
			" AND level >= 2), count(*) " + of(posture.EventCheckIn) + "), count(*) " + of(posture.EventBoutEnd) + ")" + in + "GROUP BY i",
		bouts: with + "SELECT i, " + eventLength + in + "WHERE kind = '" + string(posture.EventBoutEnd) + "' ORDER BY i, at, id",
		checkIns: with + "SELECT i, area, count(*), sum(level), max(level)" + in + "WHERE kind = '" + string(posture.EventCheckIn) +
			fmt.Sprintf("' AND level BETWEEN 0 AND %d GROUP BY i, area", posture.MaxTension),
	}
}

// Totals implements [history.Totaler].
func (h History) Totals(ctx context.Context, spans []history.Span) (all []history.Totals, err error) {
	if len(spans) == 0 {
		return nil, nil
	}
	var args []any
	for i, s := range spans {
		args = append(args, i, clamp(s.From), clamp(s.To), quarterFrom(s.From), quarterFrom(s.To))
	}
	q := newTotalsIn(len(spans))
	err = h.store.reading(ctx, "add up quarters of an hour", func(tx *sql.Tx) error {
		all = make([]history.Totals, len(spans))
		var i, checkIns, bouts int
		var us [fields]int64
		into := append([]any{&i}, places(&us)...)
		if err := each(ctx, tx, q.quarters, args, func() { all[i].Sums = sums(&us) }, into...); err != nil {
			return err
		}
		var t history.Totals
		var n, ends int
		if err := each(ctx, tx, q.events, args, func() {
			all[i].Episodes, all[i].EpisodeSeconds, all[i].Alerts = t.Episodes, t.EpisodeSeconds, t.Alerts
			all[i].BreaksDue, all[i].BreaksTaken = t.BreaksDue, t.BreaksTaken
			checkIns += n
			bouts += ends
		}, &i, &t.Episodes, &t.EpisodeSeconds, &t.Alerts, &t.BreaksDue, &t.BreaksTaken, &n, &ends); err != nil {
			return err
		}
		if bouts > 0 {
			var length float64
			if err := each(ctx, tx, q.bouts, args, func() { all[i].Bouts = append(all[i].Bouts, length) }, &i, &length); err != nil {
				return err
			}
		}
		if checkIns == 0 {
			return nil
		}
		var area posture.Area
		var said history.Tension
		return each(ctx, tx, q.checkIns, args, func() {
			if a := slices.Index(posture.Areas, area); a >= 0 {
				all[i].Tension[a] = said
			}
		}, &i, &area, &said.Count, &said.Sum, &said.Highest)
	})
	return all, err
}

// each calls one for each row that a query gives, scanned into places.
func each(ctx context.Context, tx *sql.Tx, query string, args []any, one func(), into ...any) error {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	_, err = scan(rows, func() (none struct{}, err error) {
		if err = rows.Scan(into...); err == nil {
			one()
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
	if zone, ok := loaded.Load(name); ok {
		return zone.(*time.Location), nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("time zone %q: %w", name, err)
	}
	loaded.Store(name, zone)
	return zone, nil
}

// loaded holds the zones read so far, by their names: each reading takes as long as
// that of a day's quarters.
var loaded sync.Map
