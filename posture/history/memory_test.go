package history

import (
	"context"
	"slices"
	"sort"
	"testing"
	"time"
	_ "time/tzdata" // so that the tests need none of the machine's

	"sitwell/posture"
)

// memory is a [Source] in memory.
type memory struct {
	quarters []Quarter
	events   []posture.Event // in order of time
	zones    Zones
}

var _ Source = (*memory)(nil)

func (m *memory) Zones(context.Context) (Zones, error) { return m.zones, nil }

func (m *memory) Quarters(_ context.Context, from, to time.Time) ([]Quarter, error) {
	i := sort.Search(len(m.quarters), func(i int) bool { return !m.quarters[i].Start.Before(from) })
	j := sort.Search(len(m.quarters), func(i int) bool { return !m.quarters[i].Start.Before(to) })
	return m.quarters[i:j], nil
}

func (m *memory) Events(_ context.Context, from, to time.Time, kinds ...posture.EventKind) ([]posture.Event, error) {
	i := sort.Search(len(m.events), func(i int) bool { return !m.events[i].Time.Before(from) })
	j := sort.Search(len(m.events), func(i int) bool { return !m.events[i].Time.Before(to) })
	if len(kinds) == 0 {
		return m.events[i:j], nil
	}
	return slices.DeleteFunc(slices.Clone(m.events[i:j]), func(e posture.Event) bool { return !slices.Contains(kinds, e.Kind) }), nil
}

// totaling adds up on its own and answers late.
type totaling struct {
	memory
	late  []posture.Event
	asked int
}

var (
	_ Totaler  = (*totaling)(nil)
	_ Answerer = (*totaling)(nil)
)

func (m *totaling) Totals(ctx context.Context, spans []Span) (all []Totals, err error) {
	for _, s := range spans {
		m.asked++
		q, _ := m.Quarters(ctx, s.From, s.To)
		e, _ := m.Events(ctx, s.From, s.To)
		all = append(all, TotalsOf(q, e))
	}
	return all, nil
}

func (m *totaling) Answers(context.Context, time.Time, time.Time) ([]posture.Event, error) {
	return m.late, nil
}

// happen appends an event with the next id; the events are put in order of time
// by sorted.
func (m *memory) happen(e posture.Event) int64 {
	e.ID = int64(len(m.events)) + 1
	m.events = append(m.events, e)
	return e.ID
}

func (m *memory) sorted() *memory {
	slices.SortStableFunc(m.events, func(a, b posture.Event) int { return a.Time.Compare(b.Time) })
	slices.SortFunc(m.quarters, func(a, b Quarter) int { return a.Start.Compare(b.Start) })
	return m
}

// add rolls a minute up, as the store does.
func (m *memory) add(minute posture.Minute) {
	start := QuarterOf(minute.Start)
	if n := len(m.quarters); n == 0 || !m.quarters[n-1].Start.Equal(start) {
		i := slices.IndexFunc(m.quarters, func(q Quarter) bool { return q.Start.Equal(start) })
		if i >= 0 {
			m.quarters[i].Add(FromMinute(minute))
			return
		}
		m.quarters = append(m.quarters, Quarter{Start: start})
	}
	m.quarters[len(m.quarters)-1].Add(FromMinute(minute))
}

// lived adds sec seconds of a state from a time on, judged if it is a posture.
func (m *memory) lived(from time.Time, sec float64, state posture.State, score float64) {
	for sec > 0 {
		start := from.Truncate(time.Minute)
		s := min(sec, start.Add(time.Minute).Sub(from).Seconds())
		minute := posture.Minute{Start: start.UTC(), Seconds: map[posture.State]float64{state: s}}
		if state.Sitting() {
			minute.ScoreSeconds, minute.ScoreSum = s, s*score
		}
		m.add(minute)
		from, sec = from.Add(seconds(s)), sec-s
	}
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func in(t testing.TB, name string) Zones { return Zones{{Zone: zone(t, name)}} }

func day(t testing.TB, s string) Date {
	t.Helper()
	d, err := ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func week(t testing.TB, s string) ISOWeek {
	t.Helper()
	w, err := ParseWeek(s)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func at(t testing.TB, s string) time.Time {
	t.Helper()
	v, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// later is after all that the tests tell of.
var later = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
