package sqlite

import (
	"errors"
	"math"
	"testing"

	"sitwell/posture"
)

// How far an exercise goes is kept with its baseline, and goes with it.
func TestComfortableRange(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	b, err := s.SaveBaseline(t.Context(), posture.Baseline{Time: t0, Camera: "Webcam", Width: 640, Height: 480, Seconds: 12, Samples: 24, Quality: 1})
	if err != nil {
		t.Fatal(err)
	}
	want := func(what string, r posture.ComfortableRange, known bool) {
		t.Helper()
		got, ok, err := s.ComfortableRange(t.Context(), r.Baseline, r.Exercise)
		if err != nil || ok != known || got != r {
			t.Errorf("%s: got %+v, %v, %v, want %+v, %v", what, got, ok, err, r, known)
		}
	}
	none := posture.ComfortableRange{Baseline: b.ID, Exercise: "neck_turn"}
	want("before", none, false)
	r := posture.ComfortableRange{Baseline: b.ID, Exercise: "neck_turn", Left: 60, Right: 0.5, Times: 1}
	for _, r.Times = range []int{1, 2} {
		if err := s.SaveComfortableRange(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		want("stored", r, true)
		r.Left++
	}
	r.Left, r.Times = 61, 2
	// An altered baseline keeps it.
	b.Stale = "camera moved"
	if _, err := s.SaveBaseline(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	want("of an altered baseline", r, true)
	for name, bad := range map[string]posture.ComfortableRange{
		"NaN":      {Baseline: b.ID, Exercise: "x", Left: math.NaN(), Times: 1},
		"negative": {Baseline: b.ID, Exercise: "x", Right: -1, Times: 1},
		"never":    {Baseline: b.ID, Exercise: "x", Left: 1},
		"unnamed":  {Baseline: b.ID, Left: 1, Times: 1},
	} {
		if err := s.SaveComfortableRange(t.Context(), bad); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: got %v, want ErrInvalid", name, err)
		}
	}
	if err := s.SaveComfortableRange(t.Context(), posture.ComfortableRange{Baseline: 77, Exercise: "x", Left: 1, Times: 1}); !errors.Is(err, ErrNotFound) {
		t.Errorf("without its baseline: got %v, want ErrNotFound", err)
	}
	if err := s.DeleteBaseline(t.Context(), b.ID); err != nil {
		t.Fatal(err)
	}
	want("without its baseline", none, false)
}
