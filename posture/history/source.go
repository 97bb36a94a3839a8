package history

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"sitwell/posture"
)

// Source gives what is stored. Ranges are from an instant to the one before
// another.
type Source interface {
	// Quarters returns the quarters that begin in the range, each once, in
	// order. A quarter in which nothing was watched may be left out.
	Quarters(ctx context.Context, from, to time.Time) ([]Quarter, error)
	// Events returns the events in the range, in order of time: those of some kinds,
	// all when none are named. Their ID, Kind, Time, Seconds, Level, Ref, Area and
	// Exercise are read; the rest may be left out.
	Events(ctx context.Context, from, to time.Time, kinds ...posture.EventKind) ([]posture.Event, error)
	// Zones returns the zones that the person lived by, oldest first.
	Zones(ctx context.Context) (Zones, error)
}

// Totaler is a [Source] that adds up on its own, so that comparing with five
// weeks costs sums in SQL rather than five weeks of rows. Totals must return for
// each span what [TotalsOf] would of its quarters and events.
type Totaler interface {
	Totals(ctx context.Context, spans []Span) ([]Totals, error)
}

// Answerer is a [Source] that finds what was said of an alert later: the events
// of any time whose Ref is an alert in the range. Without it an answer counts
// if it came within [around] of the range.
type Answerer interface {
	Answers(ctx context.Context, from, to time.Time) ([]posture.Event, error)
}

// Totals are what a range comes to as a whole, for comparing.
type Totals struct {
	Sums
	// Episodes counts the episodes that ended in it, EpisodeSeconds adds
	// their lengths.
	Episodes       int
	EpisodeSeconds float64
	// Alerts counts the alerts, BreaksTaken the breaks of level 2 and more
	// that ended in it, BreaksDue the suggestions of one.
	Alerts, BreaksTaken, BreaksDue int
	// Bouts are the lengths of the bouts that ended in it: the Seconds of
	// each bout_end, in any order.
	Bouts []float64
	// Tension is what was said of each area, in the order of [posture.Areas].
	Tension [areaCount]Tension
}

// areaCount is the length of [posture.Areas].
const areaCount = 3

// Tension adds up what was said of an area in check-ins, 0 to
// [posture.MaxTension] each; one that can't be is left out.
type Tension struct{ Count, Sum, Highest int }

func (t *Tension) count(e posture.Event) {
	if e.Level >= 0 && e.Level <= posture.MaxTension {
		t.add(Tension{1, e.Level, e.Level})
	}
}

func (t *Tension) add(other Tension) {
	t.Count += other.Count
	t.Sum += other.Sum
	t.Highest = max(t.Highest, other.Highest)
}

// TotalsOf adds up quarters and events.
func TotalsOf(quarters []Quarter, events []posture.Event) Totals {
	var t Totals
	for _, q := range quarters {
		t.Sums.Add(q.Sums)
	}
	for _, e := range events {
		t.count(e)
	}
	return t
}

func (t *Totals) count(e posture.Event) {
	switch e.Kind {
	case posture.EventEpisodeEnd:
		t.Episodes++
		t.EpisodeSeconds += length(e)
	case posture.EventAlert:
		t.Alerts++
	case posture.EventBreak:
		if e.Level >= 2 {
			t.BreaksTaken++
		}
	case posture.EventBreakDue:
		t.BreaksDue++
	case posture.EventBoutEnd:
		t.Bouts = append(t.Bouts, length(e))
	case posture.EventCheckIn:
		if i := slices.Index(posture.Areas, e.Area); i >= 0 {
			t.Tension[i].count(e)
		}
	}
}

// Add adds other to t.
func (t *Totals) Add(other Totals) {
	t.Sums.Add(other.Sums)
	t.Episodes += other.Episodes
	t.EpisodeSeconds += other.EpisodeSeconds
	t.Alerts += other.Alerts
	t.BreaksTaken += other.BreaksTaken
	t.BreaksDue += other.BreaksDue
	t.Bouts = append(t.Bouts, other.Bouts...)
	for i := range t.Tension {
		t.Tension[i].add(other.Tension[i])
	}
}

// longestLength is the most that is believed of an event's length, in seconds.
const longestLength = 7 * 86400.0

// length is an event's length in seconds, of which what can't be is none.
func length(e posture.Event) float64 {
	if !(e.Seconds > 0) {
		return 0
	}
	return math.Min(e.Seconds, longestLength)
}

// happened puts events into the order in which they happened and drops those
// that are there twice. That is the order of their ids: after a clock was set
// back, order of time would put an end before its start. Events without ids
// stay as they are.
func happened(events ...[]posture.Event) []posture.Event {
	all := slices.Concat(events...)
	for _, e := range all {
		if e.ID == 0 {
			return all
		}
	}
	slices.SortStableFunc(all, func(a, b posture.Event) int { return cmp.Compare(a.ID, b.ID) })
	return slices.CompactFunc(all, func(a, b posture.Event) bool { return a.ID == b.ID })
}
