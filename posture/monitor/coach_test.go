package monitor

import (
	"errors"
	"testing"

	"sitwell/posture"
	"sitwell/posture/coach"
)

// An exercise is followed with as many looks as it needs, and no alert comes in the
// midst of it; then all is as before.
func TestCoach(t *testing.T) {
	w := start(t, "live see:100000", nil)
	w.until(t, "a live source", isLive)
	plan := coach.Plan{Exercise: coach.NeckTurn, Repetitions: 4, Hold: 2, Alternate: true}
	if err := w.Coach(t.Context(), plan); err != nil {
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
	if err := w.Coach(t.Context(), coach.Plan{Exercise: "handstand"}); !errors.As(err, &input) {
		t.Errorf("got %v, want an *InputError", err)
	}
	// A pause ends it too.
	if err := w.Coach(t.Context(), plan); err != nil {
		t.Fatal(err)
	}
	if err := w.Pause(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.until(t, "the end by a pause", func(s Status) bool { return s.Coach == nil })
	if err := w.Coach(t.Context(), plan); !errors.Is(err, ErrPaused) {
		t.Errorf("got %v, want %v", err, ErrPaused)
	}
	w.end(t)
}
