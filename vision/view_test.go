package vision

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	"io"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
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

// room is a picture of a wall with things on it, another for each seed; none
// for things of 0.
func room(t *testing.T, seed uint64, things int) gocv.Mat {
	t.Helper()
	m := gocv.NewMatWithSizeFromScalar(gocv.NewScalar(150, 160, 170, 0), 480, 640, gocv.MatTypeCV8UC3)
	t.Cleanup(func() { m.Close() })
	rng := rand.New(rand.NewPCG(seed, 7))
	for range things {
		x, y := rng.IntN(600), rng.IntN(440)
		c := color.RGBA{uint8(rng.IntN(256)), uint8(rng.IntN(256)), uint8(rng.IntN(256)), 0}
		gocv.Rectangle(&m, image.Rect(x, y, x+20+rng.IntN(120), y+20+rng.IntN(120)), c, -1)
	}
	return noisy(t, m, 1, 0, 3)
}

// turned is what a camera sees that was moved, turned and zoomed: shifts in
// heights of the frame, degrees clockwise.
func turned(t *testing.T, frame gocv.Mat, dx, dy, degrees, zoom float64) gocv.Mat {
	t.Helper()
	h := float64(frame.Rows())
	matrix := gocv.GetRotationMatrix2D(image.Pt(frame.Cols()/2, frame.Rows()/2), -degrees, zoom)
	defer matrix.Close()
	matrix.SetDoubleAt(0, 2, matrix.GetDoubleAt(0, 2)+dx*h)
	matrix.SetDoubleAt(1, 2, matrix.GetDoubleAt(1, 2)+dy*h)
	m := gocv.NewMat()
	t.Cleanup(func() { m.Close() })
	gocv.WarpAffineWithParams(frame, &m, matrix, image.Pt(frame.Cols(), frame.Rows()), gocv.InterpolationLinear, gocv.BorderReplicate, color.RGBA{})
	return m
}

// onlooker shows pictures to a viewer, one a second.
type onlooker struct {
	t     *testing.T
	meter *qualityMeter
	view  *viewer
	at    time.Duration
}

func newOnlooker(t *testing.T) *onlooker {
	l := &onlooker{t, newQualityMeter(), newViewer(), 0}
	t.Cleanup(func() {
		l.meter.close()
		l.view.close()
	})
	return l
}

func (l *onlooker) look(frame gocv.Mat) *posture.View {
	l.t.Helper()
	if _, err := l.meter.measure(frame); err != nil {
		l.t.Fatal(err)
	}
	v, err := l.view.look(l.meter, l.at, [2]box{})
	if err != nil {
		l.t.Fatal(err)
	}
	l.at += time.Second
	return v
}

func TestScenes(t *testing.T) {
	desk, sofa, wall := room(t, 1, 25), room(t, 2, 25), room(t, 3, 0)
	l := newOnlooker(t)
	if v := l.look(desk); v != nil {
		t.Errorf("got %+v of the first picture, want nothing to compare with", v)
	}
	steps := []struct {
		name    string
		frame   func(i int) gocv.Mat
		seconds int
		scene   int // at the end
		sure    bool
		x, y    float64
	}{
		{"the desk", func(int) gocv.Mat { return desk }, 20, 1, true, 0, 0},
		{"knocked", func(int) gocv.Mat { return turned(t, desk, 0.05, -0.1, 0, 1) }, 20, 1, true, 0.05, -0.1},
		{"a plain wall", func(int) gocv.Mat { return wall }, 20, 1, false, 0, 0},
		{"carried about", func(i int) gocv.Mat { return room(t, uint64(100+i), 25) }, 20, 1, false, 0, 0},
		{"the sofa, not yet", func(int) gocv.Mat { return sofa }, 4, 1, false, 0, 0},
		{"the sofa", func(int) gocv.Mat { return sofa }, 4, 2, true, 0, 0},
		{"the sofa, moved", func(int) gocv.Mat { return turned(t, sofa, 0, 0.2, 0, 1) }, 1, 2, true, 0, 0.2},
		{"the desk again", func(int) gocv.Mat { return turned(t, desk, 0.05, -0.1, 0, 1) }, 1, 1, true, 0.05, -0.1},
		{"the desk in half the light", func(int) gocv.Mat { return noisy(t, desk, 0.5, 0, 2) }, 1, 1, true, 0, 0},
		{"the desk with the lamp on", func(int) gocv.Mat { return noisy(t, desk, 0.9, 60, 2) }, 1, 1, true, 0, 0},
	}
	for _, s := range steps {
		var v *posture.View
		for i := range s.seconds {
			if got := l.look(s.frame(i)); got != nil {
				v = got
			}
		}
		if v == nil || v.Scene != s.scene || v.Certainty >= posture.SureView != s.sure {
			t.Fatalf("%s: got %+v, want scene %d, sure %v", s.name, v, s.scene, s.sure)
		}
		if s.sure && math.Hypot(v.X-s.x, v.Y-s.y) > 0.005 {
			t.Errorf("%s: got %.3f, %.3f, want %v, %v", s.name, v.X, v.Y, s.x, s.y)
		}
	}
	for i := range 3 * maxScenes {
		for range 8 {
			l.look(room(t, uint64(200+i), 25))
		}
	}
	if n := len(l.view.scenes); n != maxScenes || l.view.count < 2*maxScenes {
		t.Errorf("got %d scenes remembered of %d", n, l.view.count)
	}
}

func TestViewOfAnotherFormat(t *testing.T) {
	l := newOnlooker(t)
	desk := room(t, 1, 25)
	wide := desk.Region(image.Rect(0, 60, 640, 420))
	defer wide.Close()
	tall := desk.Region(image.Rect(0, 0, 64, 480))
	defer tall.Close()
	for i, frame := range []gocv.Mat{desk, wide, tall, desk} {
		if v := l.look(frame); v != nil {
			t.Errorf("picture %d: got %+v of a new format", i, v)
		}
		if v := l.look(frame); v == nil || v.Scene != i+1 {
			t.Errorf("picture %d: got %+v, want scene %d", i, v, i+1)
		}
	}
}

// A level edge alone tells the height but not the place along it.
func TestViewOfALevelEdge(t *testing.T) {
	m := room(t, 1, 0)
	gocv.Rectangle(&m, image.Rect(0, 0, 640, 200), color.RGBA{60, 60, 60, 0}, -1)
	l := newOnlooker(t)
	l.look(m)
	if v := l.look(turned(t, m, 0.1, 0.05, 0, 1)); v == nil || v.Certainty < posture.SureView || math.Abs(v.Y-0.05) > 0.005 || math.Abs(v.X) > 0.005 {
		t.Errorf("got %+v, want y of 0.05 and x of 0", v)
	}
	// An upright edge tells no height.
	gocv.Rectangle(&m, image.Rect(0, 0, 640, 480), color.RGBA{160, 160, 160, 0}, -1)
	gocv.Rectangle(&m, image.Rect(0, 0, 300, 480), color.RGBA{60, 60, 60, 0}, -1)
	l = newOnlooker(t)
	l.look(m)
	if v := l.look(m); v == nil || v.Certainty >= posture.SureView {
		t.Errorf("got %+v of an upright edge, want no certainty", v)
	}
}

// Real rooms, with the person in other positions than in the reference: known
// shifts, turns and changes of light.
func TestViewOfRealRooms(t *testing.T) {
	dir := filepath.Join(dataDir(t), "real-pictures")
	p := newTestPose(t, PoseOptions{})
	cases := []struct {
		name                   string
		dx, dy, degrees, light float64
		limit, least           float64 // of the error; of the part that is sure
	}{
		{"still", 0, 0, 0, 1, 0.015, 0.8},
		{"half the light", 0, 0, 0, 0.5, 0.015, 0.8},
		{"down", 0, 0.05, 0, 1, 0.015, 0.8},
		{"aside and up, half the light", 0.1, -0.07, 0, 0.5, 0.015, 0.7},
		{"far down", 0, 0.2, 0, 1, 0.015, 0.7},
		// Turned about its middle the picture's halves go up and down by 0.03.
		{"turned by 2 degrees and down", 0, 0.05, 2, 1, 0.035, 0.7},
	}
	d := readLabelled(t, dir)
	for _, c := range cases {
		all, sure, off := 0, 0, 0
		var errs []float64
		for _, s := range d.Stills {
			first := gocv.IMRead(filepath.Join(dir, s.Items[0].File), gocv.IMReadColor)
			for _, i := range []int{len(s.Items) / 3, 2 * len(s.Items) / 3, len(s.Items) - 1} {
				frame := gocv.IMRead(filepath.Join(dir, s.Items[i].File), gocv.IMReadColor)
				p.Reset()
				if _, err := p.Observe(first, 0); err != nil {
					t.Fatal(err)
				}
				o, err := p.Observe(noisy(t, turned(t, frame, c.dx, c.dy, c.degrees, 1), c.light, 0, 1), time.Second)
				frame.Close()
				if err != nil {
					t.Fatal(err)
				}
				all++
				if o.View == nil || o.View.Certainty < posture.SureView {
					continue
				}
				sure++
				e := math.Hypot(o.View.X-c.dx, o.View.Y-c.dy)
				errs = append(errs, e)
				if e > c.limit {
					off++
					t.Logf("%s: %s: got %+v", c.name, s.Items[i].File, *o.View)
				}
			}
			first.Close()
		}
		slices.Sort(errs)
		t.Logf("%s: sure of %d of %d, error %.4f in the median, %.4f at most", c.name, sure, all, errs[len(errs)/2], errs[len(errs)-1])
		if float64(sure) < c.least*float64(all) || off > all/20 {
			t.Errorf("%s: sure of %d of %d, of these %d off by more than %v", c.name, sure, all, off, c.limit)
		}
	}
}

func BenchmarkView(b *testing.B) {
	p := newTestPose(b, PoseOptions{})
	person := demoFrame(b, demoUpright)
	o, err := p.Observe(person, 0)
	if err != nil || !o.Seen() {
		b.Fatal(o.Nothing, err)
	}
	at := time.Second
	b.ReportAllocs()
	for b.Loop() {
		if v, err := p.view.look(p.quality, at, personBoxes(&o)); err != nil || v == nil {
			b.Fatal(v, err)
		}
		at += time.Second
	}
}

// A look costs 6 % of the landmark model at most, so at two observations a
// second 3 %.
func TestViewCost(t *testing.T) {
	if raceEnabled || testing.Short() {
		t.Skip("timings mean nothing here")
	}
	p := newTestPose(t, PoseOptions{Census: -1})
	person := demoFrame(t, demoUpright)
	model, look := int64(math.MaxInt64), int64(math.MaxInt64)
	for i := range 60 {
		o, err := p.Observe(person, 0)
		if err != nil || !o.Seen() {
			t.Fatal(o.Nothing, err)
		}
		model = min(model, o.Timings.Landmarks)
		start := time.Now()
		if _, err := p.view.look(p.quality, time.Duration(i+1)*time.Second, personBoxes(&o)); err != nil {
			t.Fatal(err)
		}
		look = min(look, time.Since(start).Microseconds())
	}
	t.Logf("a look at the background takes %d us, the landmark model %d us: %.1f %%", look, model, 100*float64(look)/float64(model))
	if look*100 > 6*model {
		t.Errorf("a look takes %d us, want 6 %% of the model's %d us at most", look, model)
	}
}
