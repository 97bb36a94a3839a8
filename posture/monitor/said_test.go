package monitor

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"sitwell/posture"
)

func TestCheckIn(t *testing.T) {
	w := start(t, "live see:100000", nil)
	w.until(t, "a live source", isLive)
	stored, err := w.CheckIn(t.Context(), map[posture.Area]int{posture.AreaOverall: 0, posture.AreaUpperBack: 10})
	if err != nil || len(stored) != 2 {
		t.Fatalf("got %v, %v", stored, err)
	}
	for i, want := range []posture.Event{{Area: posture.AreaUpperBack, Level: 10}, {Area: posture.AreaOverall}} {
		if e := stored[i]; e.Kind != posture.EventCheckIn || e.Area != want.Area || e.Level != want.Level || e.ID == 0 {
			t.Errorf("event %d is %+v", i, e)
		}
	}
	var input *InputError
	for name, tension := range map[string]map[posture.Area]int{
		"nothing":   {},
		"too much":  {posture.AreaOverall: 11},
		"too low":   {posture.AreaOverall: -1},
		"elsewhere": {posture.AreaOverall: 1, "knee": 1},
	} {
		if _, err := w.CheckIn(t.Context(), tension); !errors.As(err, &input) {
			t.Errorf("%s: got %v, want an *InputError", name, err)
		}
	}
	if k := w.store.kinds(); len(k) > 5 {
		t.Errorf("stored %v", k)
	}
	w.store.setRefuse(errors.New("no room"))
	if _, err := w.CheckIn(t.Context(), map[posture.Area]int{posture.AreaOverall: 1}); !errors.Is(err, ErrNotStored) {
		t.Errorf("a full disk: got %v", err)
	}
	w.end(t)
}

// Exercises are told, and a routine as long as a break is one.
func TestDidExercise(t *testing.T) {
	var ahead atomic.Int64
	w := start(t, "live see:100000", func(c *Config) {
		c.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	})
	w.until(t, "to sit", func(s Status) bool { return isLive(s) && s.SittingSeconds > 0 })
	for i, seconds := range []float64{50, 40, 45, 60} {
		if err := w.Doing(t.Context(), "chin_tuck", time.Minute); err != nil {
			t.Fatal(err)
		}
		ahead.Add(int64(seconds * 1e9))
		stored, err := w.DidExercise(t.Context(), posture.Event{Exercise: "chin_tuck", Area: posture.AreaUpperBack, Seconds: seconds, Level: 10, Text: "Chin tuck"}, true)
		if err != nil || len(stored) != 1 || stored[0].Exercise != "chin_tuck" || stored[0].Kind != posture.EventExercise || stored[0].Text != "Chin tuck" || stored[0].Level != 10 {
			t.Fatalf("%d: %+v, %v", i, stored, err)
		}
	}
	e := w.stored(t, posture.EventBreak)
	if e.Level != 2 || e.Seconds < 89 || e.Seconds > 92 || e.Exercise != "chin_tuck" {
		t.Errorf("the break is %+v", e)
	}
	w.end(t)
	if n := len(slices.DeleteFunc(w.store.kinds(), func(k posture.EventKind) bool { return k != posture.EventBreak })); n != 1 {
		t.Errorf("%d breaks, want one", n)
	}
}

// Who doesn't wait for the answer shares nothing with what is still done.
func TestNotWaitedFor(t *testing.T) {
	w := start(t, "live see:100000", nil)
	w.until(t, "a live source", isLive)
	for range 50 {
		ctx, cancel := context.WithCancel(t.Context())
		go cancel()
		_, err := w.DidExercise(ctx, posture.Event{Exercise: "walk", Area: posture.AreaOverall, Seconds: 1}, true)
		if err != nil && !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
	w.end(t)
}
