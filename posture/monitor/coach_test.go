package monitor

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"math"
	"os"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"sitwell/posture"
	"sitwell/posture/coach"
)

// An exercise is followed with as many looks as it needs, and no alert comes in the
// midst of it; then all is as before.
func TestCoach(t *testing.T) {
	w := start(t, "live see:100000", nil)
	w.until(t, "a live source", isLive)
	plan := coach.Plan{Exercise: coach.NeckTurn, Repetitions: 4, Hold: 2, Alternate: true}
	if err := w.Coach(t.Context(), "neck_turn", plan); err != nil {
		t.Fatal(err)
	}
	s := w.until(t, "the coach", func(s Status) bool { return s.Coach != nil && s.Coach.Phase != coach.GettingReady })
	if s.Coach.Exercise != coach.NeckTurn || s.Coach.Target != 4 || s.Coach.HoldTarget != 2 || s.Silence != posture.SilenceExercise {
		t.Errorf("got %+v, silence %q", s.Coach, s.Silence)
	}
	if s.Rates.TargetHz != coach.NeckTurn.Rate() {
		t.Errorf("%v looks a second, want %v", s.Rates.TargetHz, coach.NeckTurn.Rate())
	}
	if err := w.StopCoach(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.until(t, "the end of it", func(s Status) bool { return s.Coach == nil && s.Silence == "" && s.Rates.TargetHz <= 2 })
	var input *InputError
	if err := w.Coach(t.Context(), "handstand", coach.Plan{Exercise: "handstand"}); !errors.As(err, &input) {
		t.Errorf("got %v, want an *InputError", err)
	}
	// A pause ends it too.
	if err := w.Coach(t.Context(), "neck_turn", plan); err != nil {
		t.Fatal(err)
	}
	if err := w.Pause(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.until(t, "the end by a pause", func(s Status) bool { return s.Coach == nil })
	if err := w.Coach(t.Context(), "neck_turn", plan); !errors.Is(err, ErrPaused) {
		t.Errorf("got %v, want %v", err, ErrPaused)
	}
	w.end(t)
}

// While the page says that an exercise is under way nothing is judged, and after
// that long it is again, though the page said no more.
func TestDoing(t *testing.T) {
	var ahead atomic.Int64
	w := start(t, "live see:100000", func(c *Config) {
		c.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	})
	judged := func(s Status) bool { return isLive(s) && s.Reason != posture.ReasonExercise && s.Silence == "" }
	w.until(t, "a live source", judged)
	exercising := func(s Status) bool { return s.Reason == posture.ReasonExercise && s.Silence == posture.SilenceExercise }
	if err := w.Doing(t.Context(), "chin_tuck", time.Minute); err != nil {
		t.Fatal(err)
	}
	w.until(t, "the exercise", exercising)
	if err := w.Doing(t.Context(), "chin_tuck", 0); err != nil {
		t.Fatal(err)
	}
	w.until(t, "the end of it", judged)
	if err := w.Doing(t.Context(), "chin_tuck", 10*time.Minute); err != nil {
		t.Fatal(err)
	}
	w.until(t, "the next", exercising)
	ahead.Store(int64(11 * time.Minute))
	w.until(t, "its end by itself", judged)
	var input *InputError
	for _, d := range []time.Duration{-1, 2 * time.Hour} {
		if err := w.Doing(t.Context(), "chin_tuck", d); !errors.As(err, &input) {
			t.Errorf("%v: got %v, want an *InputError", d, err)
		}
	}
	if err := w.PutOff(t.Context()); !errors.Is(err, ErrNoOffer) {
		t.Errorf("got %v, want %v", err, ErrNoOffer)
	}
	w.end(t)
}

// What is offered is shown, and put off.
func TestOffer(t *testing.T) {
	w := start(t, "live see:100000", func(c *Config) { c.Policy.BreakEvery = 10 })
	s := w.until(t, "an offer", func(s Status) bool { return s.Offer != nil })
	if s.Offer.Kind != posture.OfferBreak || s.Offer.Minutes != 2 {
		t.Errorf("offered %+v", s.Offer)
	}
	if err := w.PutOff(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.until(t, "none", func(s Status) bool { return s.Offer == nil })
	w.end(t)
}

// What may not be done any more ends, whoever began it.
func TestCarefulEndsWhatIsUnderWay(t *testing.T) {
	w := start(t, "live see:100000", nil)
	w.until(t, "a live source", isLive)
	if err := w.Doing(t.Context(), "plank", time.Minute); err != nil {
		t.Fatal(err)
	}
	if err := w.Coach(t.Context(), "neck_turn", coach.Plan{Exercise: coach.NeckTurn}); err != nil {
		t.Fatal(err)
	}
	w.until(t, "the coach", func(s Status) bool { return s.Coach != nil && s.Silence == posture.SilenceExercise })
	if err := w.Careful(t.Context(), true, func(x string) bool { return x == "neck_turn" }); err != nil {
		t.Fatal(err)
	}
	s := w.until(t, "care", func(s Status) bool { return s.Policy.Careful })
	if s.Coach == nil {
		t.Error("what may be done was ended")
	}
	if err := w.Careful(t.Context(), true, func(string) bool { return false }); err != nil {
		t.Fatal(err)
	}
	w.until(t, "the end of it", func(s Status) bool { return s.Coach == nil && s.Silence == "" })
	w.end(t)
}

// When the day usually ends is learned from the history.
func TestUsualDayEnd(t *testing.T) {
	past := &memory{}
	now := time.Now()
	for i := range 8 {
		y, m, d := now.AddDate(0, 0, -i-1).Date()
		past.events = append(past.events, posture.Event{
			Kind: posture.EventBoutEnd, Time: time.Date(y, m, d, 17, 30, 0, 0, time.UTC), Seconds: 5 * 3600,
		})
	}
	w := start(t, "live see:100000", func(c *Config) { c.Store = past })
	w.until(t, "a live source", isLive)
	if v := w.Settings(); v.UsualDayEnd == nil || v.UsualDayEnd.String() != "17:30" || v.Settings.DayEnd != posture.DayEndAuto {
		t.Errorf("learned %v, set %q", v.UsualDayEnd, v.Settings.DayEnd)
	}
	for text, want := range map[string]posture.DayEnd{`{"day_end":"18:15"}`: "18:15", `{"day_end":"off"}`: "off", `{"day_end":null}`: "auto"} {
		if v, err := w.ChangeSettings(t.Context(), []byte(text)); err != nil || v.Settings.DayEnd != want {
			t.Errorf("%s: %q, %v", text, v.Settings.DayEnd, err)
		}
	}
	var input *InputError
	for _, text := range []string{`{"day_end":1815}`, `{"day_end":"late"}`, `{"day_end":""}`} {
		if _, err := w.ChangeSettings(t.Context(), []byte(text)); !errors.As(err, &input) {
			t.Errorf("%s: got %v, want an *InputError", text, err)
		}
	}
	w.end(t)
}

func repetitions(side coach.Side, ranges ...float64) (out []coach.Repetition) {
	for _, r := range ranges {
		out = append(out, coach.Repetition{Side: side, Range: r})
	}
	return out
}

// What is learned follows the person slowly, and not where they go too far.
func TestLearnRange(t *testing.T) {
	type comfort = posture.ComfortableRange
	both := append(repetitions(coach.Left, 60, 70, 62), repetitions(coach.Right, 50, 51, 52, 80)...)
	for _, c := range []struct {
		name  string
		known comfort
		done  []coach.Repetition
		want  comfort
		ok    bool
	}{
		{"nothing", comfort{}, nil, comfort{Times: 1}, false},
		{"too little", comfort{Left: 50, Right: 50, Times: 2}, repetitions(coach.Left, 60, 60), comfort{Left: 50, Right: 50, Times: 3}, false},
		{"the first time", comfort{}, both, comfort{Left: 62, Right: 52, Times: 1}, true},
		{"one side", comfort{Left: 50, Right: 40, Times: 1}, repetitions(coach.Left, 54, 54, 54), comfort{Left: 52, Right: 40, Times: 2}, true},
		{"later", comfort{Left: 60, Right: 60, Times: 9}, repetitions(coach.Left, 50, 50, 50), comfort{Left: 57, Right: 60, Times: 10}, true},
		{"too far", comfort{Left: 60, Right: 60, Times: 9}, repetitions(coach.Left, 120, 120, 120), comfort{Left: 62.7, Right: 60, Times: 10}, true},
		{"without sides", comfort{}, repetitions(coach.Both, 0.03, 0.04, 0.05), comfort{Left: 0.04, Right: 0.04, Times: 1}, true},
	} {
		got, ok := learn(c.known, c.done)
		if ok != c.ok || math.Abs(got.Left-c.want.Left) > 1e-9 || math.Abs(got.Right-c.want.Right) > 1e-9 || got.Times != c.want.Times {
			t.Errorf("%s: got %+v, %v, want %+v, %v", c.name, got, ok, c.want, c.ok)
		}
	}
}

// The range of one time is that of the next, also after a restart.
func TestKnownRange(t *testing.T) {
	kept := &memory{}
	plan := coach.Plan{Exercise: coach.NeckTurn, Repetitions: 6, Hold: 1.5}
	use := func(before coach.Range, follow bool) {
		w := start(t, "live see:100000", func(c *Config) { c.Store, c.Policy.AutoCalibrate = kept, 2 })
		w.until(t, "a stored baseline", func(s Status) bool { return isLive(s) && s.Baseline != nil && s.Baseline.ID != 0 })
		if err := w.Coach(t.Context(), "neck_turn", plan); err != nil {
			t.Fatal(err)
		}
		_ = w.do(t.Context(), func() error {
			if got := w.coach.Comfortable(); got != before {
				t.Errorf("known at the start: %+v, want %+v", got, before)
			}
			if follow {
				w.coach.Coach = followed(t, plan)
			}
			return nil
		})
		if err := w.StopCoach(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.end(t)
	}
	use(coach.Range{}, false)
	if len(kept.ranges) != 0 {
		t.Fatalf("learned %+v of nothing", kept.ranges)
	}
	use(coach.Range{}, true)
	if len(kept.ranges) != 1 || kept.ranges[0].Left < 15 || kept.ranges[0].Right < 15 || kept.ranges[0].Times != 1 {
		t.Fatalf("learned %+v", kept.ranges)
	}
	use(coach.Range{Left: kept.ranges[0].Left, Right: kept.ranges[0].Right}, false)
}

// followed is a coach that has seen a recorded exercise.
func followed(t *testing.T, plan coach.Plan) *coach.Coach {
	t.Helper()
	c, err := coach.New(plan)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open("../coach/testdata/neck_turn.jsonl.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	for d := json.NewDecoder(z); d.More(); {
		var o posture.Observation
		if err := d.Decode(&o); err != nil {
			t.Fatal(err)
		}
		c.Step(&o)
	}
	return c
}

// What the person said of their health changes what alerts ask for, at once.
func TestCareful(t *testing.T) {
	w := start(t, "live see:100000", nil)
	w.until(t, "a live source", isLive)
	for _, on := range []bool{true, false} {
		if err := w.Careful(t.Context(), on, func(string) bool { return true }); err != nil {
			t.Fatal(err)
		}
		_ = w.do(t.Context(), func() error {
			if w.policy.Careful != on {
				t.Errorf("careful %v, want %v", w.policy.Careful, on)
			}
			return nil
		})
	}
	w.end(t)
}

// An exercise that is told late has its own time, and makes no break any more.
func TestToldLate(t *testing.T) {
	w := start(t, "live see:100000", nil)
	w.until(t, "to sit", func(s Status) bool { return isLive(s) && s.SittingSeconds > 0 })
	ended := time.Now().Add(-2 * time.Hour)
	for at, seconds := range map[time.Time]float64{ended: 100, time.Now().Add(time.Hour): 50} {
		stored, err := w.DidExercise(t.Context(), posture.Event{Time: at, Exercise: "plank", Seconds: seconds}, true)
		if err != nil || len(stored) != 1 {
			t.Fatal(err)
		}
		if got := stored[0].Time; at.Equal(ended) != got.Equal(ended) || got.After(time.Now()) {
			t.Errorf("told of %v: stored %v", at, got)
		}
	}
	w.end(t)
	if slices.Contains(w.store.kinds(), posture.EventBreak) {
		t.Error("two hours late it is a break")
	}
}
