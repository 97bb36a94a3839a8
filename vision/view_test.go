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

// Somebody who stands up until the head has left the picture is seen on, and
// the detector's idea that a hand is a person is not believed; somebody who
// walks off is gone soon after.
func TestStandingUp(t *testing.T) {
	dir := filepath.Join(dataDir(t), "synthetic", "clips")
	p := newTestPose(t, PoseOptions{})
	const stands, sits = 28500 * time.Millisecond, 69500 * time.Millisecond // in d_standing
	for _, rate := range []float64{0.5, 1, 2, 5} {
		t.Run(fmt.Sprintf("stands at %v Hz", rate), func(t *testing.T) {
			frames, above := 0, 0
			watchClip(t, p, filepath.Join(dir, "d_standing.mp4"), rate, func(at time.Duration, o *posture.Observation) {
				if !o.Seen() || o.People < 1 {
					t.Errorf("%v: got %q, %d people, flag %.2f", at, o.Nothing, o.People, o.PoseFlag)
					return
				}
				if stands <= at && at <= sits {
					frames++
					above += btoi(o.Landmarks[posture.LeftEye].Y < 0 && o.Landmarks[posture.RightEye].Y < 0)
				}
			})
			if frames == 0 || float64(above) < 0.97*float64(frames) {
				t.Errorf("got eyes above the picture in %d of %d frames", above, frames)
			}
		})
	}
	const left, back = 30500 * time.Millisecond, 59 * time.Second // in v3_leave_return
	for _, rate := range []float64{0.5, 2} {
		t.Run(fmt.Sprintf("leaves at %v Hz", rate), func(t *testing.T) {
			watchClip(t, p, filepath.Join(dir, "v3_leave_return.mp4"), rate, func(at time.Duration, o *posture.Observation) {
				if gone := o.Nothing == posture.Nobody; at > left+doubtTime && at < back && !gone || at < left-3*time.Second && gone {
					t.Errorf("%v: got %q, flag %.2f", at, o.Nothing, o.PoseFlag)
				}
			})
		})
	}
}
