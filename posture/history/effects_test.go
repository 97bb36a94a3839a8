package history

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"sort"
	"testing"
	"time"

	"sitwell/posture"
)

// minuted is a history with minutes.
type minuted struct {
	memory
	minutes []posture.Minute
	err     error
}

func (m *minuted) Minutes(_ context.Context, from, to time.Time) ([]posture.Minute, error) {
	at := func(t time.Time) int {
		return sort.Search(len(m.minutes), func(i int) bool { return !m.minutes[i].Start.Before(t) })
	}
	return m.minutes[at(from):at(to)], m.err
}

func (m *minuted) say(when time.Time, level int) {
	m.happen(posture.Event{Kind: posture.EventCheckIn, Time: when, Area: posture.AreaUpperBack, Level: level})
}

func (m *minuted) did(until time.Time, exercise string) {
	m.happen(posture.Event{Kind: posture.EventExercise, Time: until, Exercise: exercise, Area: posture.AreaUpperBack, Seconds: 60})
}

// sat adds minutes that were upright for a share of the time.
func (m *minuted) sat(from time.Time, n int, upright float64) {
	for i := range n {
		minute := posture.Minute{
			Start:        from.Truncate(time.Minute).Add(time.Duration(i) * time.Minute),
			Seconds:      map[posture.State]float64{posture.Upright: 60 * upright, posture.Slouching: 60 * (1 - upright)},
			ScoreSeconds: 60,
		}
		m.minutes = append(m.minutes, minute)
		m.add(minute)
	}
}

// effectsNow is the time at which the tests ask.
var effectsNow = time.Date(2026, 11, 20, 17, 0, 0, 0, time.UTC)

// ago is ten in the morning so many days before.
func ago(days int) time.Time { return effectsNow.AddDate(0, 0, -days).Add(-7 * time.Hour) }

// plainly fills days without a routine, which leave posture and what is said as they
// are but for a little of each.
func (m *minuted) plainly(days ...int) {
	for _, n := range days {
		m.say(ago(n).Add(-10*time.Minute), 5+n%3)
		m.sat(ago(n).Add(-2*time.Hour), 240, 0.4+0.1*float64(n%3))
		m.say(ago(n).Add(time.Hour), 5+n%3)
	}
}

func (m *minuted) effects(t *testing.T) []Effect {
	t.Helper()
	m.sorted()
	sort.SliceStable(m.minutes, func(i, j int) bool { return m.minutes[i].Start.Before(m.minutes[j].Start) })
	got, err := ReadEffects(t.Context(), m, effectsNow)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

var plainDays = []int{11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22}

func TestReadEffects(t *testing.T) {
	src := &minuted{memory: memory{zones: in(t, "Europe/Berlin")}}
	src.plainly(plainDays...)
	for n := 1; n <= 6; n++ {
		start := ago(n)
		src.say(start.Add(-10*time.Minute), 6)
		src.sat(start.Add(-30*time.Minute), 30, 0.5)
		src.did(start.Add(time.Minute), "chin_tuck")
		if n <= 2 {
			src.did(start.Add(3*time.Minute), "row") // of the same routine
		}
		src.sat(start.Add(4*time.Minute), 30, 0.8+0.01*float64(n))
		src.say(start.Add(time.Hour), 4-n%2)
		src.say(start.Add(2*time.Hour), 9) // too late: the first one counts
	}
	for kind, area := range map[string]posture.Area{"plank": posture.AreaLowerBack, "walk": posture.AreaOverall} {
		src.happen(posture.Event{Kind: posture.EventExercise, Time: ago(23), Exercise: kind, Area: area, Seconds: 60})
	}
	src.did(ago(EffectDays+1), "neck_turn")
	got := src.effects(t)
	var names []string
	for _, e := range got {
		names = append(names, e.Exercise)
	}
	if want := []string{"chin_tuck", "row", "plank", "walk"}; !reflect.DeepEqual(names, want) {
		t.Fatalf("got %v, want %v: by area, what is known first", names, want)
	}
	tuck, row := got[0], got[1]
	if tuck.Times != 6 || tuck.Alone != 4 || !tuck.Enough || !tuck.Last || tuck.Area != posture.AreaUpperBack {
		t.Errorf("first: %+v", tuck)
	}
	if c := tuck.Tension; c.N != 6 || c.Measured != 6 || c.Comparable < enoughLike || math.Abs(*c.Mean+2.5) > 0.01 || *c.High > -1.5 || *c.Low < -3.5 || !c.Last {
		t.Errorf("tension: %+v, %v", c, *c.Mean)
	}
	if c := tuck.Upright; c.N != 6 || math.Abs(*c.Mean-0.335) > 0.002 || *c.Low < 0.2 || *c.High > 0.5 {
		t.Errorf("upright: %+v, %v", c, *c.Mean)
	}
	if row.Times != 2 || row.Alone != 0 || row.Enough || row.Tension.N != 2 || row.Tension.Low != nil {
		t.Errorf("too little is known of %+v", row)
	}
	for range 5 {
		if again := src.effects(t); !reflect.DeepEqual(got, again) {
			t.Fatalf("got %+v, then %+v", got, again)
		}
	}
	// Without minutes what was said still counts.
	some, err := ReadEffects(t.Context(), &src.memory, effectsNow)
	if err != nil || some[0].Upright.N != 0 || some[0].Tension.N != 6 {
		t.Errorf("without minutes: %+v, %v", some, err)
	}
	src.err = errBroken
	if _, err := ReadEffects(t.Context(), src, effectsNow); !errors.Is(err, errBroken) {
		t.Errorf("got %v", err)
	}
	for _, at := range []string{"zones", "events"} {
		if _, err := ReadEffects(t.Context(), &failing{at: at}, effectsNow); !errors.Is(err, errBroken) {
			t.Errorf("%s: got %v", at, err)
		}
	}
}

// A routine that eases by three points on some days.
func easing(t *testing.T, days int, with func(src *minuted, start time.Time)) Effect {
	src := &minuted{memory: memory{zones: in(t, "Europe/Berlin")}}
	src.plainly(plainDays...)
	for n := 1; n <= days; n++ {
		start := ago(n)
		src.say(start.Add(-10*time.Minute), 6)
		src.sat(start.Add(-30*time.Minute), 30, 0.5)
		src.did(start.Add(time.Minute), "chin_tuck")
		src.sat(start.Add(2*time.Minute), 150, 0.8)
		if with != nil {
			with(src, start)
		}
		src.say(start.Add(3*time.Hour), 3)
	}
	return src.effects(t)[0]
}

// More goes on the same day are no more days, and what is always the same is not
// known for certain.
func TestEffectsCountDays(t *testing.T) {
	again := func(src *minuted, start time.Time) {
		for i := 1; i <= 5; i++ {
			src.did(start.Add(time.Duration(i)*25*time.Minute), "chin_tuck")
		}
	}
	if e := easing(t, 1, again); e.Times != 6 || e.Tension.N != 1 || e.Upright.N != 1 || e.Enough {
		t.Errorf("six goes between two answers: %+v", e)
	}
	if e := easing(t, 4, again); e.Tension.N != 4 || e.Upright.N != 4 || e.Enough {
		t.Errorf("six goes on each of four days: %+v", e)
	}
	e := easing(t, 5, nil)
	// Half of the bounds is 0.62 for the trials' least spread alone.
	if !e.Enough || *e.Tension.Mean != -3 || *e.Tension.High < -3+0.7 || *e.Tension.Low > -3-0.7 {
		t.Errorf("five times the same: %+v, %v to %v", e, *e.Tension.Low, *e.Tension.High)
	}
	if *e.Upright.High-*e.Upright.Low < 2*2.7*uprightLeast/math.Sqrt(5) {
		t.Errorf("five times the same: %v to %v", *e.Upright.Low, *e.Upright.High)
	}
}

// One go between two answers weighs as much as five.
func TestEffectsCountAnswers(t *testing.T) {
	mean := func(goes int) float64 {
		e := easing(t, 5, func(src *minuted, start time.Time) {
			for i := 1; i < goes; i++ {
				src.did(start.Add(time.Duration(i)*10*time.Minute), "chin_tuck")
			}
			src.say(start.Add(185*time.Minute), 6)
			src.did(start.Add(200*time.Minute), "chin_tuck")
			src.say(start.Add(240*time.Minute), 6)
		})
		return *e.Tension.Mean
	}
	if one, five := mean(1), mean(5); one != five {
		t.Errorf("got %v after five goes and %v after one", five, one)
	}
}

// A moment without a routine counts though one came soon after it: else those would be
// left after which nothing called for one.
func TestEffectsLaterRoutine(t *testing.T) {
	for name, begins := range map[string]int{"at once": 0, "soon": 8, "later": 15} {
		src := &minuted{memory: memory{zones: in(t, "Europe/Berlin")}}
		start := ago(1)
		src.sat(start.Add(-20*time.Minute), 20, 0.5)
		src.sat(start.Add(time.Minute), begins-1, 0.8)
		src.did(start.Add(time.Duration(begins+1)*time.Minute), "chin_tuck")
		src.sat(start.Add(time.Duration(begins+1)*time.Minute), 21-begins, 0.8)
		r := effectsReading{zones: src.zones, days: map[Date][]Quarter{}}
		r.all = map[string]*effectTrials{}
		r.take(src.events)
		m, ok, err := r.around(t.Context(), src, start, start.Add(time.Minute), -1, 0)
		if err != nil || !ok || math.Abs(m.start[0]-0.5) > 1e-9 || math.Abs(m.after-0.8) > 1e-9 {
			t.Errorf("%s: got %+v, %v, %v", name, m, ok, err)
		}
	}
}

// Without moments to compare with nothing is told, however often it was done.
func TestEffectsNeedComparable(t *testing.T) {
	for name, c := range map[string]struct {
		plain      []int
		tension    int // of the plain days
		upright    float64
		comparable bool
	}{
		"like days":              {plainDays, 6, 0.5, true},
		"few days":               {plainDays[:6], 6, 0.5, false},
		"none":                   {nil, 6, 0.5, false},
		"never as bad otherwise": {plainDays, 3, 0.9, false},
	} {
		src := &minuted{memory: memory{zones: in(t, "Europe/Berlin")}}
		for _, n := range c.plain {
			src.say(ago(n).Add(-10*time.Minute), c.tension)
			src.sat(ago(n).Add(-2*time.Hour), 240, c.upright)
			src.say(ago(n).Add(time.Hour), c.tension)
		}
		for n := 1; n <= 9; n++ {
			src.say(ago(n).Add(-10*time.Minute), 6)
			src.sat(ago(n).Add(-30*time.Minute), 30, 0.5)
			src.did(ago(n).Add(time.Minute), "chin_tuck")
			src.sat(ago(n).Add(2*time.Minute), 30, 0.8)
			src.say(ago(n).Add(time.Hour), 4)
		}
		e := src.effects(t)[0]
		if e.Enough != c.comparable || (e.Tension.Low != nil) != c.comparable || (e.Upright.Low != nil) != c.comparable {
			t.Errorf("%s: got %+v", name, e)
		}
		if e.Tension.Measured != 9 || e.Upright.Measured != 9 {
			t.Errorf("%s: measured %d and %d", name, e.Tension.Measured, e.Upright.Measured)
		}
	}
}

// What is upright around a routine is looked at as far as nothing else came between.
func TestEffectsWindow(t *testing.T) {
	start := ago(1)
	minutes := func(from, n int, upright float64) func(*minuted) {
		return func(m *minuted) { m.sat(start.Add(time.Duration(from)*time.Minute), n, upright) }
	}
	event := func(kind posture.EventKind, minute int) func(*minuted) {
		return func(m *minuted) {
			m.happen(posture.Event{Kind: kind, Time: start.Add(time.Duration(minute) * time.Minute)})
		}
	}
	// The routine is from 0 to 1. Before it is 0.5 and after it 0.8 but for what
	// is told.
	before, after := minutes(-20, 20, 0.5), minutes(2, 20, 0.8)
	for name, c := range map[string]struct {
		with    []func(*minuted)
		measure bool
		after   float64
	}{
		"sat all along":                   {[]func(*minuted){before, after}, true, 0.8},
		"a way to the mat and back":       {[]func(*minuted){minutes(-24, 20, 0.5), minutes(6, 20, 0.8)}, true, 0.8},
		"away for long after it":          {[]func(*minuted){before, minutes(8, 20, 0.8)}, false, 0},
		"too little before":               {[]func(*minuted){minutes(-9, 9, 0.5), after}, false, 0},
		"half is enough":                  {[]func(*minuted){minutes(-10, 10, 0.5), minutes(2, 10, 0.8)}, true, 0.8},
		"a break cuts":                    {[]func(*minuted){before, minutes(2, 10, 0.8), minutes(14, 10, 0)}, true, 0.8},
		"a minute does not":               {[]func(*minuted){before, minutes(2, 10, 0.8), minutes(13, 9, 0)}, true, 8. / 19},
		"a break soon leaves too little":  {[]func(*minuted){before, minutes(2, 8, 0.8), minutes(12, 12, 0.8)}, false, 0},
		"a baseline cuts":                 {[]func(*minuted){before, minutes(2, 10, 0.8), minutes(12, 10, 0), event(posture.EventBaseline, 12)}, true, 0.8},
		"another baseline cuts":           {[]func(*minuted){before, after, event(posture.EventBaselineUsed, 6)}, false, 0},
		"a camera that moved cuts":        {[]func(*minuted){before, after, event(posture.EventCameraMoved, -5)}, false, 0},
		"a baseline long before does not": {[]func(*minuted){before, after, event(posture.EventBaseline, -21)}, true, 0.8},
		"a baseline in the midst of it": {[]func(*minuted){before, after, func(m *minuted) {
			m.happen(posture.Event{Kind: posture.EventSlouchPose, Time: start.Add(30 * time.Second)})
		}}, false, 0},
		"another routine cuts": {[]func(*minuted){before, minutes(2, 10, 0.8), minutes(12, 20, 0), func(m *minuted) {
			m.did(start.Add(13*time.Minute), "row")
		}}, true, 0.8},
		"another routine soon": {[]func(*minuted){before, after, func(m *minuted) { m.did(start.Add(9*time.Minute), "row") }}, false, 0},
		"another routine just before": {[]func(*minuted){before, after, func(m *minuted) {
			m.did(start.Add(-8*time.Minute), "row")
		}}, false, 0},
	} {
		src := &minuted{memory: memory{zones: in(t, "Europe/Berlin")}}
		src.plainly(plainDays...)
		src.did(start.Add(time.Minute), "chin_tuck")
		for _, with := range c.with {
			with(src)
		}
		for _, e := range src.effects(t) {
			if e.Exercise != "chin_tuck" {
				continue
			}
			switch {
			case (e.Upright.Measured == 1) != c.measure:
				t.Errorf("%s: got %+v", name, e.Upright)
			case c.measure && math.Abs(*e.Upright.Mean-(c.after-0.5)) > 0.002:
				t.Errorf("%s: got %v, want %v", name, *e.Upright.Mean, c.after-0.5)
			}
		}
	}
}

func TestSurely(t *testing.T) {
	of := func(n int, low, high float64) Change { return Change{N: n, Measured: n, Low: &low, High: &high} }
	for name, c := range map[string]struct {
		e     Effect
		eased float64
		days  int
	}{
		"nothing":                   {Effect{}, 0, 0},
		"it eased":                  {Effect{Tension: of(7, -2, -0.5), Upright: of(9, 0.1, 0.2)}, 0.5, 7},
		"it made it worse":          {Effect{Tension: of(7, 0.25, 2)}, -0.25, 7},
		"open":                      {Effect{Tension: of(7, -2, 0.1), Upright: of(9, -0.1, 0.2)}, 0, 7},
		"open, but posture is sure": {Effect{Tension: of(7, -2, 0.1), Upright: of(9, 0.1, 0.2)}, 0.5, 9},
		"posture alone":             {Effect{Upright: of(9, -0.3, -0.2)}, -1, 9},
		"posture alone, open":       {Effect{Upright: of(9, -0.3, 0.2)}, 0, 9},
	} {
		if eased, days := c.e.Surely(); eased != c.eased || days != c.days || math.Signbit(eased) != (c.eased < 0) {
			t.Errorf("%s: got %v on %d days, want %v on %d", name, eased, days, c.eased, c.days)
		}
	}
}

// simulated is somebody whose posture goes on for a while and then changes by chance,
// on days that differ, and who exercises for two minutes after a slouch.
type simulated struct {
	minuted
	rng *rand.Rand
	// dwell is how many minutes a posture lasts on average, moody how much the
	// share upright differs among days, drift by how much it grows over all.
	dwell, moody, drift float64
	// slouched is in how many of the last minutes at most which share was upright
	// when the person exercises, of which often they do.
	minutes         int
	slouched, often float64
	// effect is what a routine adds to the share upright for the half hour after.
	effect float64
}

var (
	wasUpright   = map[posture.State]float64{posture.Upright: 60}
	wasSlouching = map[posture.State]float64{posture.Slouching: 60}
)

// live fills some days before [effectsNow] with six hours each.
func (s *simulated) live(days int) {
	const length, effective = 360, 30
	for d := range days {
		begin := effectsNow.AddDate(0, 0, d-days).Add(-9 * time.Hour)
		if begin.Weekday() == time.Saturday || begin.Weekday() == time.Sunday {
			continue
		}
		share := 0.5 + s.drift*(float64(d)/float64(days)-0.5) + s.moody*s.rng.NormFloat64()
		upright, since := s.rng.Float64() < share, length
		var sat []float64
		for i := 0; i < length; i++ {
			p := share
			if since++; since <= effective {
				p += s.effect
			}
			if p = math.Min(0.95, math.Max(0.05, p)); s.rng.Float64() < 1/s.dwell || s.effect > 0 && since == 1 {
				upright = s.rng.Float64() < p
			}
			m := posture.Minute{Start: begin.Add(time.Duration(i) * time.Minute), ScoreSeconds: 60}
			if n := len(s.quarters); n == 0 || m.Start.Sub(s.quarters[n-1].Start) >= 15*time.Minute {
				s.quarters = append(s.quarters, Quarter{Start: QuarterOf(m.Start)})
			}
			q := &s.quarters[len(s.quarters)-1]
			q.ScoreSeconds += 60
			if upright {
				m.Seconds, sat = wasUpright, append(sat, 1)
				q.States[stateAt[posture.Upright]] += 60
			} else {
				m.Seconds, sat = wasSlouching, append(sat, 0)
				q.States[stateAt[posture.Slouching]] += 60
			}
			s.minuted.minutes = append(s.minuted.minutes, m)
			if since > 90 && i > 25 && mean(sat[len(sat)-s.minutes:]) <= s.slouched && s.rng.Float64() < s.often {
				i, since = i+2, 0 // in which posture isn't judged
				s.happen(posture.Event{
					Kind: posture.EventExercise, Time: begin.Add(time.Duration(i+1) * time.Minute), Exercise: "chin_tuck", Area: posture.AreaUpperBack, Seconds: 120,
				})
			}
		}
	}
}

// Whoever exercises only after slouching sits better afterwards in any case. That is
// no effect; an effect beyond it is found.
func TestEffectsOfPostureBySimulation(t *testing.T) {
	people := map[float64]int{0: 80, 0.35: 25}
	for name, s := range map[string]simulated{
		"each minute by itself": {dwell: 1, moody: 0.15, minutes: 20, slouched: 0.35, often: 1},
		"minutes in a row":      {dwell: 5, moody: 0.15, minutes: 20, slouched: 0.35, often: 0.05},
		"getting better":        {dwell: 5, moody: 0.1, drift: 0.6, minutes: 20, slouched: 0.35, often: 0.05},
		"after an alert":        {dwell: 5, moody: 0.15, minutes: 3, slouched: 0, often: 0.1},
		"after a long one":      {dwell: 15, moody: 0.15, minutes: 10, slouched: 0, often: 0.2},
	} {
		for _, effect := range []float64{0, 0.35} {
			people := people[effect]
			t.Run(fmt.Sprintf("%s, %v", name, effect), func(t *testing.T) {
				var known, better, worse int
				for i := range people {
					p := s
					p.effect, p.rng = effect, rand.New(rand.NewPCG(uint64(i), 11))
					p.live(56)
					for _, e := range p.effects(t) {
						if e.Upright.Low == nil {
							continue
						}
						known++
						switch sure := e.Upright.sure(); {
						case sure > 0:
							better++
						case sure < 0:
							worse++
						}
					}
				}
				t.Logf("%d known, surely better %d, surely worse %d", known, better, worse)
				if known < people*9/10 {
					t.Errorf("known of %d people of %d", known, people)
				}
				if wrong := better + worse; effect == 0 && wrong > known*7/100 {
					t.Errorf("an effect is told of %d people of %d, and there is none", wrong, known)
				}
				if effect > 0 && (better < known/2 || worse > 0) {
					t.Errorf("found in %d people of %d, the contrary in %d", better, known, worse)
				}
			})
		}
	}
}

// Whoever exercises when the back is tense feels better later in any case.
func TestEffectsOnTensionBySimulation(t *testing.T) {
	const people, days = 200, 150
	for _, c := range []struct{ drift, effect float64 }{{0, 0}, {4, 0}, {0, 2}, {4, 2}} {
		t.Run(fmt.Sprintf("drift %v, effect %v", c.drift, c.effect), func(t *testing.T) {
			var known, better, worse int
			for i := range people {
				rng := rand.New(rand.NewPCG(uint64(i), 3))
				src := &minuted{}
				say := func(when time.Time, v float64) int {
					level := int(math.Round(math.Max(0, math.Min(posture.MaxTension, v))))
					src.say(when, level)
					return level
				}
				mood := 0.0
				for d := days; d > 0; d-- {
					if mood = 0.8*mood + 0.7*rng.NormFloat64(); rng.Float64() < 0.4 {
						continue
					}
					usual := 5 + c.drift*(float64(d)/days-0.5) + mood
					first := ago(d).Add(time.Duration(rng.IntN(120)) * time.Minute)
					second := first.Add(time.Duration(90+rng.IntN(180)) * time.Minute)
					later := usual + 0.3*second.Sub(first).Hours() + 1.2*rng.NormFloat64() // it grows over the day
					if say(first, usual+1.2*rng.NormFloat64()) >= 6 && rng.Float64() < 0.6 {
						for k := range 1 + rng.IntN(3) {
							src.did(first.Add(time.Duration(20+15*k)*time.Minute), "chin_tuck")
						}
						later -= c.effect
					}
					say(second, later)
				}
				for _, e := range src.effects(t) {
					if e.Tension.Low == nil {
						continue
					}
					known++
					switch sure := e.Tension.sure(); {
					case sure < 0:
						better++
					case sure > 0:
						worse++
					}
				}
			}
			t.Logf("%d known, surely better %d, surely worse %d", known, better, worse)
			if known < people*9/10 {
				t.Errorf("known of %d people of %d", known, people)
			}
			if wrong := better + worse; c.effect == 0 && wrong > known*7/100 {
				t.Errorf("an effect is told of %d people of %d, and there is none", wrong, known)
			}
			if c.effect > 0 && (better < known*3/4 || worse > 0) {
				t.Errorf("found in %d people of %d, the contrary in %d", better, known, worse)
			}
		})
	}
}

// BenchmarkReadEffects reads what came of two routines a day, half a year long.
func BenchmarkReadEffects(b *testing.B) {
	s := &simulated{rng: rand.New(rand.NewPCG(1, 1)), dwell: 5, minutes: 20, slouched: 0.4, often: 0.05}
	s.live(EffectDays - 1)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ReadEffects(b.Context(), s, effectsNow); err != nil {
			b.Fatal(err)
		}
	}
}

func TestInverted(t *testing.T) {
	m := [3]start{{4, 1, 0.5}, {1, 3, -1}, {0.5, -1, 2}}
	inverse := inverted(m)
	for i, row := range m {
		got := times(&inverse, row) // the rows are the columns
		for j, v := range got {
			want := 0.0
			if i == j {
				want = 1
			}
			if math.Abs(v-want) > 1e-12 {
				t.Errorf("%d, %d: got %v, want %v", i, j, v, want)
			}
		}
	}
}

// The quantiles of a table of Student's t.
func TestStudent(t *testing.T) {
	for n, want := range map[int]float64{4: 2.776, 5: 2.571, 9: 2.262, 19: 2.093, 99: 1.984} {
		if got := student(n, 1); math.Abs(got-want) > 0.01 {
			t.Errorf("%d: got %v, want %v", n, got, want)
		}
	}
	// Of ten together each is at 99.5 %.
	for n, want := range map[int]float64{4: 5.598, 9: 3.690, 19: 3.174, 99: 2.871} {
		if got := student(n, 10); math.Abs(got-want) > 0.05*want {
			t.Errorf("%d, of ten: got %v, want %v", n, got, want)
		}
	}
}
