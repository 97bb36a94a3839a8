package history

import (
	"context"
	"errors"
	"math"
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

func (m *minuted) Minutes(_ context.Context, from, to time.Time) (in []posture.Minute, err error) {
	for _, v := range m.minutes {
		if !v.Start.Before(from) && v.Start.Before(to) {
			in = append(in, v)
		}
	}
	return in, m.err
}

// sat adds minutes that were upright for a share of the time.
func (m *minuted) sat(from time.Time, n int, upright float64) {
	for i := range n {
		m.minutes = append(m.minutes, posture.Minute{
			Start:        from.Truncate(time.Minute).Add(time.Duration(i) * time.Minute),
			Seconds:      map[posture.State]float64{posture.Upright: 60 * upright, posture.Slouching: 60 * (1 - upright)},
			ScoreSeconds: 60,
		})
	}
}

func TestReadEffects(t *testing.T) {
	src := &minuted{memory: memory{zones: in(t, "Europe/Berlin")}}
	now := at(t, "2026-11-20T18:00:00+01:00")
	day := func(n int) time.Time { return now.AddDate(0, 0, -n).Add(-8 * time.Hour) }
	say := func(when time.Time, area posture.Area, level int) {
		src.happen(posture.Event{Kind: posture.EventCheckIn, Time: when, Area: area, Level: level})
	}
	did := func(when time.Time, exercise string, area posture.Area) {
		src.happen(posture.Event{Kind: posture.EventExercise, Time: when, Exercise: exercise, Area: area, Seconds: 60})
	}
	for n := 1; n <= 6; n++ {
		start := day(n)
		say(start.Add(-10*time.Minute), posture.AreaUpperBack, 6)
		src.sat(start.Add(-30*time.Minute), 29, 0.5)
		did(start.Add(time.Minute), "chin_tuck", posture.AreaUpperBack)
		if n <= 2 {
			did(start.Add(3*time.Minute), "row", posture.AreaUpperBack) // of the same routine
		}
		src.sat(start.Add(5*time.Minute), 30, 0.8+0.01*float64(n))
		say(start.Add(time.Hour), posture.AreaUpperBack, 4-n%2)
		say(start.Add(2*time.Hour), posture.AreaUpperBack, 9) // too late: the first one counts
	}
	did(day(10), "walk", posture.AreaOverall) // nothing is known around it
	did(day(EffectDays+1), "plank", posture.AreaLowerBack)
	src.sorted()
	got, err := ReadEffects(t.Context(), src, now)
	if err != nil || len(got) != 3 {
		t.Fatalf("got %+v, %v", got, err)
	}
	tuck := got[0]
	if tuck.Exercise != "chin_tuck" || tuck.Times != 6 || !tuck.Enough || !tuck.Last || tuck.Area != posture.AreaUpperBack {
		t.Errorf("first: %+v", tuck)
	}
	if tuck.Tension.N != 6 || *tuck.Tension.Mean != -2.5 || !(*tuck.Tension.Low < -2.9 && *tuck.Tension.High < -1.8) {
		t.Errorf("tension: %+v, %v to %v", tuck.Tension, *tuck.Tension.Low, *tuck.Tension.High)
	}
	if tuck.Upright.N != 6 || math.Abs(*tuck.Upright.Mean-0.335) > 0.002 || *tuck.Upright.Low > *tuck.Upright.Mean {
		t.Errorf("upright: %+v, %v", tuck.Upright, *tuck.Upright.Mean)
	}
	for _, e := range got[1:] {
		if e.Enough || e.Tension.Low != nil || e.Exercise == "plank" {
			t.Errorf("too little is known of %+v", e)
		}
	}
	src.err = errBroken
	if _, err := ReadEffects(t.Context(), src, now); !errors.Is(err, errBroken) {
		t.Errorf("got %v", err)
	}
	if _, err := ReadEffects(t.Context(), &failing{at: "events"}, now); !errors.Is(err, errBroken) {
		t.Errorf("got %v", err)
	}
	// Without minutes what was said still counts.
	some, err := ReadEffects(t.Context(), &src.memory, now)
	if err != nil || some[0].Upright.N != 0 || some[0].Tension.N != 6 {
		t.Errorf("without minutes: %+v, %v", some, err)
	}
}

// The quantiles of a table of Student's t.
func TestStudent(t *testing.T) {
	for n, want := range map[int]float64{4: 2.776, 5: 2.571, 9: 2.262, 19: 2.093, 99: 1.984} {
		if got := student(n); math.Abs(got-want) > 0.01 {
			t.Errorf("%d: got %v, want %v", n, got, want)
		}
	}
}
