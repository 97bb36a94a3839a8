package vision

import (
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"testing"
	"time"

	"gocv.io/x/gocv"

	"sitwell/posture"
)

// watchClip judges a recording at a rate and calls told with every observation.
func watchClip(t *testing.T, p *Pose, file string, rate float64, told func(at time.Duration, o *posture.Observation)) {
	t.Helper()
	src := openTest(t, file)
	frame := gocv.NewMat()
	defer frame.Close()
	p.Reset()
	due := time.Duration(0)
	for {
		err := src.Grab()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		at := src.Position()
		if at+dueTolerance < due {
			continue
		}
		due = nextDue(at, periodOf(rate))
		if err := src.Retrieve(&frame); err != nil {
			t.Fatal(err)
		}
		o, err := p.Observe(frame, at)
		if err != nil {
			t.Fatal(err)
		}
		told(at, &o)
	}
}

// A knocked camera is told within two seconds; people who slouch, lean, stand
// up, leave and come back are none.
func TestMovedCamera(t *testing.T) {
	const moved = 45 * time.Second // in d_camera_moved
	dir := filepath.Join(dataDir(t), "synthetic", "clips")
	files, err := filepath.Glob(filepath.Join(dir, "*.mp4"))
	if err != nil || len(files) == 0 {
		t.Skipf("no clips in %s: %v", dir, err)
	}
	p := newTestPose(t, PoseOptions{})
	rates := []float64{0.5, 1, 2, 5}
	for i, file := range files {
		name := filepath.Base(file)
		knocked := name == "d_camera_moved.mp4"
		for j, rate := range rates {
			// All rates of all clips take minutes.
			if !knocked && (i+j)%len(rates) != 0 || rate > 2 && testing.Short() {
				continue
			}
			t.Run(fmt.Sprintf("%s at %v Hz", name, rate), func(t *testing.T) {
				looks, sure := 0, 0
				var since time.Duration // the last look before the camera moved
				var after *posture.View // the last one
				late := time.Duration(-1)
				watchClip(t, p, file, rate, func(at time.Duration, o *posture.Observation) {
					v := o.View
					if v == nil {
						return
					}
					looks++
					if v.Certainty < posture.SureView {
						return
					}
					sure++
					if v.Scene != 1 {
						t.Errorf("%v: got scene %d", at, v.Scene)
					}
					shift := math.Hypot(v.X, v.Y)
					if !knocked || at <= moved {
						since = at
						if shift > 0.015 {
							t.Errorf("%v: got a shift of %.3f, %.3f with certainty %.2f", at, v.X, v.Y, v.Certainty)
						}
						return
					}
					if after = v; shift > 0.03 && late < 0 {
						late = at - moved
					}
				})
				if looks == 0 || float64(sure) < 0.9*float64(looks) {
					t.Errorf("got %d sure looks of %d", sure, looks)
				}
				if !knocked {
					return
				}
				if late < 0 || late > 2*time.Second || since == 0 {
					t.Errorf("told after %v, want 2 s at most", late)
				}
				// The truth is where the shelf and the window went, by eye.
				if after == nil || math.Abs(after.X+0.11) > 0.015 || math.Abs(after.Y-0.10) > 0.015 {
					t.Errorf("got %+v, want -0.11, 0.10", after)
				}
			})
		}
	}
}
