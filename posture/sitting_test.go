package posture

import (
	"errors"
	"testing"
	"time"
)

func TestBreaks(t *testing.T) {
	rules := DefaultPolicy()
	rules.StaticAfter = 0
	p := play(t, rules, baselineOf(t))
	p.step = time.Second
	l := p.hold(upright, 29*60)
	if l.Breaks.Due || p.count(EventBreakDue) != 0 {
		t.Errorf("a break is due after 29 min: %+v", l.Breaks)
	}
	near(t, "seconds to the break", l.Breaks.DueIn, 60, 2)
	l = p.hold(upright, 2*60)
	if !l.Breaks.Due || l.Breaks.Debt != 1 || p.count(EventBreakDue) != 1 {
		t.Errorf("after 31 min: %+v, told %d times", l.Breaks, p.count(EventBreakDue))
	}
	if l = p.hold(upright, 30*60); l.Breaks.Debt != 2 || p.count(EventBreakDue) != 2 {
		t.Errorf("after 61 min: %+v, told %d times", l.Breaks, p.count(EventBreakDue))
	}
	for _, s := range []struct {
		seconds float64
		level   int
	}{{40, 0}, {30, 1}, {60, 2}, {180, 3}} {
		if l = p.hold(nobody, s.seconds); l.Breaks.Level != s.level {
			t.Errorf("away for %v s is of level %d, want %d", l.Breaks.Away, l.Breaks.Level, s.level)
		}
	}
	l = p.hold(upright, 60)
	breaks := find(p.events, EventBreak)
	if len(breaks) != 1 || breaks[0].Level != 3 || l.Breaks.Taken != 1 || l.Breaks.Debt != 0 || l.Breaks.Due {
		t.Errorf("after a full break: %+v, %+v", breaks, l.Breaks)
	}
	near(t, "length of the break", breaks[0].Seconds, 310, 4)
	near(t, "the timer started again", l.Breaks.DueIn, 1740, 4)

	// A break of its own accord is credited, before any was due.
	p.hold(upright, 10*60)
	p.hold(nobody, 150)
	if l = p.hold(upright, 30); l.Breaks.Taken != 2 {
		t.Errorf("a natural break is not credited: %+v", l.Breaks)
	}
}

// What is not seen is neither sitting nor a break.
func TestUnknownIsNoBreak(t *testing.T) {
	p := play(t, DefaultPolicy(), baselineOf(t))
	p.hold(upright, 600)
	p.hold(dark, 200)
	l := p.hold(upright, 10)
	if p.count(EventBreak) != 0 || l.Breaks.Taken != 0 {
		t.Errorf("dark counted as a break: %+v", l.Breaks)
	}
	near(t, "seconds sat", l.SittingSeconds, 610, 4)
	near(t, "seconds to the break", l.Breaks.DueIn, 1190, 4)
}

// A suggestion waits for a quiet moment, but not for ever.
func TestBreakWaitsForStillness(t *testing.T) {
	rules := DefaultPolicy()
	rules.StaticAfter = 0
	p := play(t, rules, baselineOf(t))
	p.hold(upright, 29*60)
	fidget := func(seconds float64) {
		for range int(seconds / 4) {
			p.hold(pose{nearer: 0.15}, 2)
			p.hold(pose{nearer: -0.1}, 2)
		}
	}
	fidget(180)
	if p.count(EventBreakDue) != 0 {
		t.Error("told in mid-motion")
	}
	fidget(240)
	if p.count(EventBreakDue) != 1 {
		t.Error("not told after minutes of motion")
	}
}

// Sitting is counted to within a second an hour, at any rate.
func TestSittingAtAnyRate(t *testing.T) {
	for _, step := range []time.Duration{200 * time.Millisecond, 500 * time.Millisecond, 2 * time.Second, 5 * time.Second} {
		p := play(t, DefaultPolicy(), baselineOf(t))
		p.step = step
		p.hold(upright, 300)
		p.hold(nobody, 300)
		p.hold(upright, 300)
		p.take(p.e.Close())
		var sat float64
		for _, ev := range find(p.events, EventBoutEnd) {
			sat += ev.Seconds
		}
		near(t, "sat at one look each "+step.String(), sat, 600, 6)
	}
}

// Fewer looks are enough while nothing happens, and not a moment longer.
func TestCalm(t *testing.T) {
	p := play(t, DefaultPolicy(), baselineOf(t))
	want := func(what string, c Calm) {
		t.Helper()
		if got := p.e.Calm(); got != c {
			t.Errorf("%s: calm %d, want %d", what, got, c)
		}
	}
	p.hold(upright, 20)
	want("just begun", NotCalm)
	p.hold(upright, 20)
	want("still for half a minute", CalmStill)
	p.hold(slouched, 0.5)
	want("the first look at a slouch", NotCalm)
	p.hold(slouched, 60)
	want("a slouch held still", NotCalm)
	p.hold(nobody, 30)
	want("just gone", NotCalm)
	p.hold(nobody, 60)
	want("gone for a minute", CalmAway)
	p.hold(upright, 0.5)
	want("back", NotCalm)
	p.hold(upright, 60)
	if err := p.e.Calibrate(PoseUpright, WaySitting); err != nil {
		t.Fatal(err)
	}
	want("calibrating", NotCalm)
}

// A routine of as long as a break is one, once, and starts the timer again; a short
// one is not, nor is one in pieces over the day.
func TestRoutineIsABreak(t *testing.T) {
	p := play(t, DefaultPolicy(), baselineOf(t))
	p.step = time.Second
	p.hold(upright, 31*60)
	did := func(seconds float64) {
		p.hold(upright, seconds)
		p.take(p.e.Exercised(p.now(), "chin_tuck", seconds))
	}
	did(50)
	if l := p.e.Live(); !l.Breaks.Due || p.count(EventBreak) != 0 {
		t.Errorf("50 s are a break: %+v", l.Breaks)
	}
	p.hold(upright, 5*60) // another routine
	did(80)
	if p.count(EventBreak) != 0 {
		t.Error("140 s with five minutes between are a break")
	}
	p.hold(upright, 20)
	did(45)
	breaks := find(p.events, EventBreak)
	l := p.e.Live()
	if len(breaks) != 1 || breaks[0].Level != 2 || breaks[0].Seconds != 140 || l.Breaks.Due || l.Breaks.Taken != 1 || l.Breaks.Debt != 0 {
		t.Fatalf("after 140 s: %+v, %+v", breaks, l.Breaks)
	}
	near(t, "the timer started again", l.Breaks.DueIn, 1800, 2)
	did(60)
	if p.count(EventBreak) != 1 {
		t.Error("one routine is two breaks")
	}
	// The next bout starts clean, and the one before ended where the routine began.
	ends, starts := find(p.events, EventBoutEnd), find(p.events, EventBoutStart)
	if len(ends) != 1 || len(starts) != 2 {
		t.Fatalf("bouts ended %+v, began %+v", ends, starts)
	}
	near(t, "sat until the routine", ends[0].Seconds, 31*60+50+5*60, 2)
	near(t, "from its end to the break's", breaks[0].Time.Sub(ends[0].Time).Seconds(), 80+20+45, 2)
	if starts[1].Time.Before(breaks[0].Time) {
		t.Errorf("the bout began %v, before the break was over at %v", starts[1].Time, breaks[0].Time)
	}
	near(t, "sat since", p.e.Live().SittingSeconds, 60, 2)
	if breaks[0].Exercise != "chin_tuck" {
		t.Errorf("the break tells of exercise %q", breaks[0].Exercise)
	}
}

// While an exercise is under way nothing is judged and nothing said: the time is
// neither sat nor a slouch, and counts towards no break by itself.
func TestExerciseIsNotJudged(t *testing.T) {
	p := play(t, DefaultPolicy(), baselineOf(t))
	p.hold(slouched, 50) // all but an alert
	p.take(p.e.Exercise(p.now(), true))
	if n := p.count(EventEpisodeEnd); n != 1 {
		t.Errorf("%d episodes ended when the exercise began, want 1", n)
	}
	before := p.e.Live().SittingSeconds
	l := p.hold(slouched, 120)
	if p.count(EventAlert) != 0 || l.Silence != SilenceExercise || l.State != Unknown || l.Reason != ReasonExercise || l.Score != nil {
		t.Errorf("in the midst of an exercise: %d alerts, silence %q, %s (%s), score %v", p.count(EventAlert), l.Silence, l.State, l.Reason, l.Score)
	}
	near(t, "sat meanwhile", l.SittingSeconds-before, 0, 0)
	slouching, exposed := 0.0, 0.0
	for _, m := range p.minute {
		slouching += m.Seconds[Slouching]
		for _, v := range m.Exposure {
			exposed += v
		}
	}
	if slouching > 60 {
		t.Errorf("%v s of slouching are credited, want the 50 before", slouching)
	}
	p.take(p.e.Exercise(p.now(), false))
	if p.hold(slouched, 50); p.count(EventAlert) != 0 {
		t.Error("the slouch before the exercise counts towards the one after")
	}
	if p.hold(slouched, 30); p.count(EventAlert) == 0 {
		t.Error("no alert after it")
	}
}

// Who leaves during an exercise is away, as ever.
func TestLeavingDuringAnExercise(t *testing.T) {
	p := play(t, DefaultPolicy(), baselineOf(t))
	p.hold(upright, 600)
	p.take(p.e.Exercise(p.now(), true))
	if l := p.hold(nobody, 150); l.State != Away || l.Breaks.Level != 2 || l.Breaks.How != BreakLeft {
		t.Errorf("got %s, %+v", l.State, l.Breaks)
	}
	p.hold(upright, 10)
	p.take(p.e.Exercise(p.now(), false))
	p.take(p.e.Exercised(p.now(), "plank", 160))
	breaks := find(p.events, EventBreak)
	if len(breaks) != 1 || breaks[0].State != Away {
		t.Errorf("got %+v, want the one break of having been away", breaks)
	}
}

// An exercise that begins in the midst of a calibration ends that.
func TestExerciseEndsACalibration(t *testing.T) {
	p := play(t, DefaultPolicy(), baselineOf(t))
	p.hold(upright, 10)
	if err := p.e.Calibrate(PoseUpright, WaySitting); err != nil {
		t.Fatal(err)
	}
	p.hold(upright, 6)
	p.take(p.e.Exercise(p.now(), true))
	if l := p.hold(upright, 30); l.Calibration.Status != CalibrationFailed || l.Calibration.Message == "" {
		t.Errorf("got %+v", l.Calibration)
	}
}

// No more of an exercise is believed than there was time for.
func TestExerciseTakesItsTime(t *testing.T) {
	p := play(t, DefaultPolicy(), baselineOf(t))
	p.step = time.Second
	p.hold(upright, 20*60)
	p.hold(upright, 48)
	for range 3 { // an answer was lost, and it was told again
		p.take(p.e.Exercised(p.now(), "chin_tuck", 48))
	}
	if n := p.count(EventBreak); n != 0 {
		t.Errorf("48 s told three times are %d breaks", n)
	}
	q := play(t, DefaultPolicy(), baselineOf(t))
	q.step = time.Second
	q.hold(upright, 20*60)
	q.take(q.e.Exercised(q.now(), "chin_tuck", 3600))
	ends, starts := find(q.events, EventBoutEnd), find(q.events, EventBoutStart)
	if len(ends) != 1 || ends[0].Time.Before(starts[0].Time) {
		t.Errorf("an hour told after 20 minutes: bouts began %+v, ended %+v", starts, ends)
	}
	// Getting into place counts, whichever is heard first: that it ended, or that it was done.
	r := play(t, DefaultPolicy(), baselineOf(t))
	r.step = time.Second
	r.hold(upright, 20*60)
	for range 2 {
		r.take(r.e.Exercise(r.now(), true))
		r.hold(upright, 43)
		r.take(r.e.Exercise(r.now(), false))
		r.take(r.e.Exercised(r.now(), "chin_tuck", 35))
	}
	if n := r.count(EventBreak); n != 1 {
		t.Errorf("86 s of a routine: %d breaks, want 1", n)
	}
}

// A routine as long as a full break pays two that were due.
func TestFullRoutinePaysTwo(t *testing.T) {
	rules := DefaultPolicy()
	rules.StaticAfter = 0
	p := play(t, rules, baselineOf(t))
	p.step = time.Second
	if l := p.hold(upright, 61*60); l.Breaks.Debt != 2 {
		t.Fatalf("breaks %+v", l.Breaks)
	}
	for range 4 {
		p.hold(upright, 70)
		p.take(p.e.Exercised(p.now(), "chin_tuck", 60))
	}
	if l := p.e.Live(); l.Breaks.Debt != 0 || l.Breaks.Taken != 1 || p.count(EventBreak) != 1 {
		t.Errorf("breaks %+v, %d told", l.Breaks, p.count(EventBreak))
	}
}

func TestNoCalibrationInMidExercise(t *testing.T) {
	p := play(t, DefaultPolicy(), baselineOf(t))
	p.hold(upright, 10)
	p.take(p.e.Exercise(p.now(), true))
	if err := p.e.Calibrate(PoseUpright, WaySitting); !errors.Is(err, ErrExercising) {
		t.Errorf("got %v, want %v", err, ErrExercising)
	}
}
