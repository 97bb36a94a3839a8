package report

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
	_ "time/tzdata" // so that the tests need none of the machine's

	"sitwell/posture"
	"sitwell/posture/history"
)

// memory is a history in memory.
type memory struct {
	quarters []history.Quarter
	events   []posture.Event
	zones    history.Zones
	err      error
	asked    int // for quarters
}

func (m *memory) Zones(context.Context) (history.Zones, error) { return m.zones, m.err }

func (m *memory) Quarters(_ context.Context, from, to time.Time) (out []history.Quarter, err error) {
	m.asked++
	for _, q := range m.quarters {
		if !q.Start.Before(from) && q.Start.Before(to) {
			out = append(out, q)
		}
	}
	return out, m.err
}

func (m *memory) Events(_ context.Context, from, to time.Time, kinds ...posture.EventKind) (out []posture.Event, err error) {
	for _, e := range m.events {
		if !e.Time.Before(from) && e.Time.Before(to) && (len(kinds) == 0 || slices.Contains(kinds, e.Kind)) {
			out = append(out, e)
		}
	}
	return out, m.err
}

func (m *memory) happen(e posture.Event) int64 {
	e.ID = int64(len(m.events)) + 1
	e.Time = e.Time.UTC()
	m.events = append(m.events, e)
	return e.ID
}

// add rolls a minute up.
func (m *memory) add(minute posture.Minute) {
	start := history.QuarterOf(minute.Start)
	i, found := slices.BinarySearchFunc(m.quarters, start, func(q history.Quarter, t time.Time) int { return q.Start.Compare(t) })
	if !found {
		m.quarters = slices.Insert(m.quarters, i, history.Quarter{Start: start})
	}
	m.quarters[i].Add(history.FromMinute(minute))
}

// spend adds a stretch in a state, minute by minute. Points are what the signals
// take of the score.
func (m *memory) spend(from time.Time, long time.Duration, state posture.State, points map[posture.Signal]float64) {
	for end := from.Add(long); from.Before(end); {
		next := from.Truncate(time.Minute).Add(time.Minute)
		if next.After(end) {
			next = end
		}
		sec := next.Sub(from).Seconds()
		minute := posture.Minute{
			Start: from.Truncate(time.Minute).UTC(), Seconds: map[posture.State]float64{state: sec}, Exposure: map[posture.Signal]float64{},
		}
		if points != nil {
			score := 100.0
			for s, p := range points {
				score -= p
				minute.Exposure[s] = p * sec
			}
			minute.ScoreSeconds, minute.ScoreSum = sec, score*sec
		}
		m.add(minute)
		from = next
	}
}

// work is a day at the desk from one time to another: stretches of sitting with
// breaks between, in which slouching grows with the time sat and the hour.
func (m *memory) work(rnd *rand.Rand, from, to time.Time, ease float64) {
	within := func(low, high float64) time.Duration {
		return time.Duration((low + (high-low)*rnd.Float64()) * float64(time.Second)).Round(time.Second)
	}
	now := from
	for now.Before(to) {
		began := now
		m.happen(posture.Event{Kind: posture.EventBoutStart, Time: now})
		stop := now.Add(within(12*60, 75*60))
		var due int
		for now.Before(stop) {
			if late := int(now.Sub(began).Minutes()) / 30; late > due {
				due = late
				m.happen(posture.Event{Kind: posture.EventBreakDue, Time: now, Text: "Thirty minutes <b>sitting</b>: stand up."})
			}
			tired := ease * after(now.Hour()) * (now.Sub(began).Hours() + max(0, float64(now.Hour())-12)/8)
			switch p := rnd.Float64(); {
			case p < 0.25*tired:
				long := within(40, 400)
				m.slouch(rnd, now, long)
				now = now.Add(long)
			case p < 0.90:
				long := within(120, 500)
				m.spend(now, long, posture.Upright, map[posture.Signal]float64{posture.HeadDrop: 4 + 6*tired, posture.HeadPitch: 2, posture.LeanIn: 2 * tired})
				now = now.Add(long)
			case p < 0.93:
				long := within(30, 200)
				m.spend(now, long, posture.LookingDown, map[posture.Signal]float64{posture.HeadPitch: 14})
				now = now.Add(long)
			case p < 0.96:
				long := within(60, 300)
				m.spend(now, long, posture.LeaningIn, map[posture.Signal]float64{posture.LeanIn: 22, posture.HeadForward: 6})
				now = now.Add(long)
			case p < 0.98:
				long := within(20, 120)
				m.spend(now, long, posture.LeaningAside, map[posture.Signal]float64{posture.LeanAside: 20})
				now = now.Add(long)
			default:
				long := within(20, 240)
				m.spend(now, long, posture.Unknown, nil)
				now = now.Add(long)
			}
		}
		m.happen(posture.Event{Kind: posture.EventBoutEnd, Time: now, Seconds: now.Sub(began).Seconds()})
		pause := within(125, 800)
		if now.Hour() == 12 || now.Hour() == 13 && rnd.IntN(2) == 0 {
			pause = within(1500, 3000)
		}
		standing := min(pause, within(30, 200))
		m.spend(now, standing, posture.Standing, nil)
		m.spend(now.Add(standing), pause-standing, posture.Away, nil)
		now = now.Add(pause)
		level := 1
		if pause >= 2*time.Minute {
			level = 2
		}
		if pause >= 5*time.Minute {
			level = 3
		}
		m.happen(posture.Event{Kind: posture.EventBreak, Time: now, Seconds: pause.Seconds(), Level: level})
	}
}

// after is how much an hour of the day tires: the ones after lunch do.
func after(hour int) float64 {
	if hour == 15 {
		return 2.5
	}
	return 0.7
}

// slouch is an episode, with an alert once it has lasted a minute.
func (m *memory) slouch(rnd *rand.Rand, from time.Time, long time.Duration) {
	m.happen(posture.Event{Kind: posture.EventEpisodeStart, Time: from, State: posture.Slouching})
	m.spend(from, long, posture.Slouching, map[posture.Signal]float64{
		posture.HeadDrop: 20 + 10*rnd.Float64(), posture.Sink: 8 * rnd.Float64(), posture.HeadForward: 15 * rnd.Float64(), posture.UpperBack: 12 * rnd.Float64(),
	})
	var alert int64
	if long > time.Minute && rnd.IntN(3) == 0 {
		alert = m.happen(posture.Event{
			Kind: posture.EventAlert, Time: from.Add(time.Minute), Seconds: 60, Level: 1, Signal: posture.HeadDrop,
			Text: `<script>alert("one")</script> Your head has sunk | sit up`,
		})
		switch rnd.IntN(9) {
		case 0:
			m.happen(posture.Event{Kind: posture.EventDismissed, Time: from.Add(70 * time.Second), Ref: alert})
		case 1:
			m.happen(posture.Event{Kind: posture.EventWrong, Time: from.Add(80 * time.Second), Ref: alert})
		}
	}
	m.happen(posture.Event{Kind: posture.EventEpisodeEnd, Time: from.Add(long), Seconds: long.Seconds(), State: posture.Slouching})
	if alert != 0 {
		m.happen(posture.Event{Kind: posture.EventRecovered, Time: from.Add(long)})
	}
}

func (m *memory) checkIn(t time.Time, upper, lower, overall int) {
	for i, level := range []int{upper, lower, overall} {
		m.happen(posture.Event{Kind: posture.EventCheckIn, Time: t, Area: posture.Areas[i], Level: level})
	}
	for i, id := range []string{"chin_tuck", "walk"} {
		m.happen(posture.Event{Kind: posture.EventExercise, Time: t.Add(time.Duration(i+1) * time.Minute), Exercise: id, Area: posture.AreaUpperBack, Seconds: 45})
	}
}

func (m *memory) sorted() *memory {
	slices.SortStableFunc(m.events, func(a, b posture.Event) int { return a.Time.Compare(b.Time) })
	return m
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// desk is somebody who works at a desk in a zone for six weeks up to one, on the
// days of it that are given (from Monday), and says how their back feels.
func desk(t testing.TB, name, week string, days int) *memory {
	t.Helper()
	z := zone(t, name)
	m := &memory{zones: history.Zones{{Zone: z}}}
	w := isoWeek(t, week)
	rnd := rand.New(rand.NewPCG(7, 47))
	for back := 5; back >= 0; back-- {
		for i := range 5 {
			if back == 0 && i >= days || back == 3 {
				continue // the fourth week before was a holiday
			}
			d := midnight(w.Add(-back).First() + history.Date(i))
			at := func(h, min int) time.Time { return time.Date(d.Year(), d.Month(), d.Day(), h, min, 0, 0, z) }
			ease := 1.0
			if back > 0 {
				ease = 1.5 + 0.1*float64(back%2) // it has become better
			}
			m.work(rnd, at(8, rnd.IntN(40)), at(16, 20+rnd.IntN(60)), ease)
			if i != 2 {
				m.checkIn(at(11, 30), rnd.IntN(4), rnd.IntN(3), rnd.IntN(3))
			}
			m.checkIn(at(16, 10), 2+rnd.IntN(4), 1+rnd.IntN(4), 2+rnd.IntN(3))
		}
	}
	return m.sorted()
}

func isoWeek(t testing.TB, s string) history.ISOWeek {
	t.Helper()
	w, err := history.ParseWeek(s)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// later is after all that the tests tell of.
var later = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)

func read(t testing.TB, src history.Source, week string, now time.Time) history.Week {
	t.Helper()
	w, err := history.ReadWeek(t.Context(), src, isoWeek(t, week), now)
	if err != nil {
		t.Fatal(err)
	}
	return w
}
