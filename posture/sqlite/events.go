package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"sitwell/posture"
)

// AppendEvents stores events in their order, all or none, and returns them as
// they are on disk: with their IDs, which rise, and with their times in UTC.
// They must not have an ID yet. An event isn't lost for a figure in it: a
// score that is no finite number is stored as none, and such a length as 0.
// An error of [ErrBusy] or [ErrFull] may pass; [ErrInvalid] stays.
func (s *Store) AppendEvents(ctx context.Context, events []posture.Event) ([]posture.Event, error) {
	if len(events) == 0 {
		return nil, nil
	}
	var stored []posture.Event
	err := s.writing(ctx, fmt.Sprintf("append %d events", len(events)), func(tx *sql.Tx) (err error) {
		stored, err = appendEvents(ctx, tx, events)
		return err
	})
	if err != nil {
		return nil, err
	}
	return stored, nil
}

// appendEvents stores events within a transaction and returns them as they are
// on disk once it is committed.
func appendEvents(ctx context.Context, tx *sql.Tx, events []posture.Event) ([]posture.Event, error) {
	insert, err := tx.PrepareContext(ctx, `INSERT INTO event (at, kind, state, signal, seconds, score, text, level, ref, area, exercise)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	if err != nil {
		return nil, err
	}
	defer insert.Close() //nolint:errcheck // the transaction's end closes it too
	stored := make([]posture.Event, len(events))
	for i, e := range events {
		if e.ID != 0 {
			return nil, fmt.Errorf("%w: event %d is already stored", ErrInvalid, e.ID)
		}
		at, err := nanoseconds(e.Time)
		if err != nil {
			return nil, err
		}
		e.Time = instant(at)
		if !finite(e.Seconds) {
			e.Seconds = 0
		}
		var score any
		if e.Score != nil && finite(*e.Score) {
			v := *e.Score
			score, e.Score = v, &v
		} else {
			e.Score = nil
		}
		result, err := insert.ExecContext(ctx, at, string(e.Kind), string(e.State), string(e.Signal), e.Seconds, score, e.Text, e.Level, e.Ref, string(e.Area), e.Exercise)
		if err != nil {
			return nil, err
		}
		if e.ID, err = result.LastInsertId(); err != nil {
			return nil, err
		}
		stored[i] = e
	}
	return stored, nil
}

// EventQuery chooses events. The zero value chooses all of them.
type EventQuery struct {
	After    int64               // only those with a greater ID
	From, To time.Time           // From included, To not; a zero time is no bound
	Kinds    []posture.EventKind // none means every kind
	Limit    int                 // at most so many, the first; 0 means no limit
}

// Events returns the events that q chooses by rising ID: the order in which
// they were stored, which is that of their times unless the clock was set.
func (s *Store) Events(ctx context.Context, q EventQuery) ([]posture.Event, error) {
	var where []string
	var args []any
	add := func(condition string, values ...any) {
		where = append(where, condition)
		args = append(args, values...)
	}
	if q.After > 0 {
		add("id > ?", q.After)
	}
	if !q.From.IsZero() {
		add("at >= ?", clamp(q.From))
	}
	if !q.To.IsZero() {
		add("at < ?", clamp(q.To))
	}
	if len(q.Kinds) > 0 {
		add("kind IN (?" + strings.Repeat(", ?", len(q.Kinds)-1) + ")")
		for _, k := range q.Kinds {
			args = append(args, string(k))
		}
	}
	rest := "ORDER BY id"
	if len(where) > 0 {
		rest = "WHERE " + strings.Join(where, " AND ") + " " + rest
	}
	if q.Limit > 0 {
		rest += " LIMIT ?"
		args = append(args, q.Limit)
	}
	return s.events(ctx, rest, args...)
}

// Event returns the event with the ID, and false when there is none.
func (s *Store) Event(ctx context.Context, id int64) (posture.Event, bool, error) {
	events, err := s.events(ctx, "WHERE id = ?", id)
	if err != nil || len(events) == 0 {
		return posture.Event{}, false, err
	}
	return events[0], true, nil
}

// EventsBetween returns the events from a time on and before another, as
// [Store.Events] does.
func (s *Store) EventsBetween(ctx context.Context, from, to time.Time) ([]posture.Event, error) {
	return s.Events(ctx, EventQuery{From: from, To: to})
}

// EventPage returns the events from a time on and before another in the order of
// their times, those of one time by ID, at most limit. A zero time is no bound.
// With an ID after, they are those that follow the event with that ID; when
// there is none it is an error of [ErrNotFound].
func (s *Store) EventPage(ctx context.Context, from, to time.Time, after int64, limit int) (events []posture.Event, err error) {
	least, most := int64(math.MinInt64), int64(math.MaxInt64)
	if !from.IsZero() {
		least = clamp(from)
	}
	if !to.IsZero() {
		most = clamp(to)
	}
	err = s.reading(ctx, "read a page of events", func(tx *sql.Tx) error {
		last := int64(math.MinInt64)
		if after > 0 {
			err := tx.QueryRowContext(ctx, "SELECT at FROM event WHERE id = ?", after).Scan(&last)
			if errors.Is(err, sql.ErrNoRows) {
				return fmt.Errorf("%w: event %d", ErrNotFound, after)
			} else if err != nil {
				return err
			}
		}
		events, err = readEvents(ctx, tx, "WHERE at >= ? AND at < ? AND (at > ? OR id > ?) ORDER BY at, id LIMIT ?",
			max(least, last), most, last, after, max(limit, 0))
		return err
	})
	if err != nil {
		return nil, err
	}
	return events, nil
}

// EventAnswers returns the events of the kinds given that answer the one with
// the ID, by rising ID. A baseline has IDs of its own: the kinds tell which is
// meant.
func (s *Store) EventAnswers(ctx context.Context, id int64, kinds ...posture.EventKind) ([]posture.Event, error) {
	answers, err := s.events(ctx, "WHERE ref = ? AND ref <> 0 ORDER BY id", id)
	return slices.DeleteFunc(answers, func(e posture.Event) bool { return !slices.Contains(kinds, e.Kind) }), err
}

// RecentEvents returns the events stored last, at most limit, the newest first.
func (s *Store) RecentEvents(ctx context.Context, limit int) ([]posture.Event, error) {
	return s.events(ctx, "ORDER BY id DESC LIMIT ?", max(limit, 0))
}

func (s *Store) events(ctx context.Context, rest string, args ...any) (events []posture.Event, err error) {
	err = s.reading(ctx, "read events", func(tx *sql.Tx) error {
		events, err = readEvents(ctx, tx, rest, args...)
		return err
	})
	return events, err
}

// readEvents reads the events that the rest of the statement chooses.
func readEvents(ctx context.Context, tx *sql.Tx, rest string, args ...any) ([]posture.Event, error) {
	rows, err := tx.QueryContext(ctx, "SELECT id, at, kind, state, signal, seconds, score, text, level, ref, area, exercise FROM event "+rest, args...)
	if err != nil {
		return nil, err
	}
	return scan(rows, func() (e posture.Event, err error) {
		var at int64
		err = rows.Scan(&e.ID, &at, &e.Kind, &e.State, &e.Signal, &e.Seconds, &e.Score, &e.Text, &e.Level, &e.Ref, &e.Area, &e.Exercise)
		e.Time = instant(at)
		return e, err
	})
}

// clamp returns t as it is stored, or the nearest time that can be.
func clamp(t time.Time) int64 {
	ns, err := nanoseconds(t)
	switch {
	case err == nil:
		return ns
	case t.Year() < 1970:
		return -1 << 63
	}
	return 1<<63 - 1
}
