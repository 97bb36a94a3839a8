package vision

import (
	"encoding/json"
	"image"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"gocv.io/x/gocv"

	"sitwell/posture"
)

// seenObservation has landmarks all over a frame.
func seenObservation(width, height int) posture.Observation {
	o := posture.Observation{Width: width, Height: height, Landmarks: make([]posture.Landmark, posture.LandmarkCount)}
	for i := range o.Landmarks {
		o.Landmarks[i] = posture.Landmark{X: float64(i * width / 40), Y: float64(i * height / 50), Visibility: 1, Presence: 1}
	}
	return o
}

// demoFrame is the frame of the demo at a place.
func demoFrame(t testing.TB, at time.Duration) gocv.Mat {
	t.Helper()
	src := openTest(t, Demo)
	mat := gocv.NewMat()
	t.Cleanup(func() { mat.Close() })
	for src.Grab() == nil {
		if src.Position() >= at {
			if err := src.Retrieve(&mat); err != nil {
				t.Fatal(err)
			}
			return mat
		}
	}
	t.Fatalf("the demo has no frame at %v", at)
	return mat
}

// Places in the demo: the person sits upright, and is away.
const (
	demoUpright = 5 * time.Second
	demoAway    = 72 * time.Second
)

// noisy returns the frame times factor plus offset, with a sensor's noise.
func noisy(t testing.TB, frame gocv.Mat, factor, offset, sigma float64) gocv.Mat {
	t.Helper()
	m := frame.Clone()
	t.Cleanup(func() { m.Close() })
	rng := rand.New(rand.NewPCG(1, 2))
	data := must(m.DataPtrUint8())
	for i, v := range data {
		data[i] = uint8(math.Round(min(255, max(0, float64(v)*factor+offset+rng.NormFloat64()*sigma))))
	}
	return m
}

func blurred(t testing.TB, frame gocv.Mat, sigma float64) gocv.Mat {
	t.Helper()
	m := gocv.NewMat()
	t.Cleanup(func() { m.Close() })
	gocv.GaussianBlur(frame, &m, image.Pt(0, 0), sigma, sigma, gocv.BorderDefault)
	return m
}

func TestAbsences(t *testing.T) {
	p := newTestPose(t, PoseOptions{})
	person, room := demoFrame(t, demoUpright), demoFrame(t, demoAway)
	for _, c := range []struct {
		name  string
		frame gocv.Mat
		want  posture.Absence
	}{
		{"person", person, posture.Present},
		{"person in dim light", noisy(t, person, 0.35, 0, 3), posture.Present},
		{"soft focus", blurred(t, person, 3), posture.Present},
		{"empty room", room, posture.Nobody},
		{"empty room in dim light", noisy(t, room, 0.5, 0, 3), posture.Nobody},
		{"empty room at night", noisy(t, room, 0.15, 0, 3), posture.Dark},
		{"person at night", noisy(t, person, 0.04, 0, 3), posture.Dark},
		{"lens cap", noisy(t, room, 0, 1, 1), posture.Dark},
		{"white shutter", noisy(t, room, 0, 200, 2), posture.Covered},
		{"finger on the lens", noisy(t, room, 0.05, 80, 2), posture.Covered},
		{"person behind frosted glass", blurred(t, person, 40), posture.Blurred},
		{"person far out of focus", blurred(t, person, 12), posture.Blurred},
		{"room far out of focus", blurred(t, room, 24), posture.Blurred},
	} {
		t.Run(c.name, func(t *testing.T) {
			p.Reset()
			o, err := p.Observe(c.frame, 0)
			if err != nil {
				t.Fatal(err)
			}
			if o.Nothing != c.want || o.Seen() != (c.want == posture.Present) {
				t.Errorf("got %q (flag %.2f, luma %.0f, sharpness %.0f), want %q", o.Nothing, o.PoseFlag, o.Brightness, o.Sharpness, c.want)
			}
			if o.Width != 640 || o.Height != 480 {
				t.Errorf("got a frame of %dx%d", o.Width, o.Height)
			}
			if c.want == posture.Nobody && o.People != 0 || c.want == posture.Present && o.People != 1 {
				t.Errorf("got %d people", o.People)
			}
		})
	}
}

func TestOddFrames(t *testing.T) {
	p := newTestPose(t, PoseOptions{})
	person := demoFrame(t, demoUpright)
	made := func(f func(dst *gocv.Mat)) gocv.Mat {
		m := gocv.NewMat()
		t.Cleanup(func() { m.Close() })
		f(&m)
		return m
	}
	sized := func(w, h int, mt gocv.MatType) gocv.Mat {
		m := gocv.NewMatWithSizeFromScalar(gocv.NewScalar(99, 99, 99, 99), h, w, mt)
		t.Cleanup(func() { m.Close() })
		return m
	}
	part := person.Region(image.Rect(40, 0, 600, 480)) // not continuous
	defer part.Close()
	cases := []struct {
		name  string
		frame gocv.Mat
		seen  bool
	}{
		{"empty", made(func(*gocv.Mat) {}), false},
		{"one pixel", sized(1, 1, gocv.MatTypeCV8UC3), false},
		{"a line", sized(640, 1, gocv.MatTypeCV8UC3), false},
		{"a thin one", sized(4000, 64, gocv.MatTypeCV8UC3), false},
		{"two channels", sized(640, 480, gocv.MatTypeCV8UC2), false},
		{"16 bits", sized(640, 480, gocv.MatTypeCV16UC3), false},
		{"floats", sized(640, 480, gocv.MatTypeCV32FC3), false},
		{"grey", made(func(m *gocv.Mat) { gocv.CvtColor(person, m, gocv.ColorBGRToGray) }), true},
		{"four channels", made(func(m *gocv.Mat) { gocv.CvtColor(person, m, gocv.ColorBGRToBGRA) }), true},
		{"half the size", made(func(m *gocv.Mat) { gocv.Resize(person, m, image.Pt(320, 240), 0, 0, gocv.InterpolationArea) }), true},
		{"twice the size", made(func(m *gocv.Mat) { gocv.Resize(person, m, image.Pt(1280, 960), 0, 0, gocv.InterpolationLinear) }), true},
		{"part of a frame", part, true},
	}
	// In turn, so that the size and type change in mid-stream, and afresh.
	for round := range 2 {
		for _, c := range cases {
			if round == 0 {
				p.Reset()
			}
			o, err := p.Observe(c.frame, time.Duration(round)*time.Second)
			if err != nil {
				t.Errorf("%s: %v", c.name, err)
			}
			if o.Seen() != c.seen {
				t.Errorf("%s, round %d: seen is %v (%q), want %v", c.name, round, o.Seen(), o.Nothing, c.seen)
			}
		}
	}
}

// Less light or fewer pixels is no blur; a picture in which landmarks go astray
// is, or its person isn't seen.
func TestBlurredPictures(t *testing.T) {
	dir := filepath.Join(dataDir(t), "real-pictures")
	p := newTestPose(t, PoseOptions{})
	resized := func(frame gocv.Mat, factor float64, how gocv.InterpolationFlags) gocv.Mat {
		m := gocv.NewMat()
		t.Cleanup(func() { m.Close() })
		gocv.Resize(frame, &m, image.Pt(0, 0), factor, factor, how)
		return m
	}
	cases := []struct {
		name  string
		scale float64 // of the picture
		seen  bool
		make  func(gocv.Mat) gocv.Mat
	}{
		{"half the light", 1, true, func(m gocv.Mat) gocv.Mat { return noisy(t, m, 0.5, 0, 1.5) }},
		{"half the size", 0.5, true, func(m gocv.Mat) gocv.Mat { return resized(m, 0.5, gocv.InterpolationArea) }},
		{"twice the size", 2, true, func(m gocv.Mat) gocv.Mat { return resized(m, 2, gocv.InterpolationLinear) }},
		{"a soft camera", 1, true, func(m gocv.Mat) gocv.Mat { return blurred(t, m, 3) }},
		{"a soft camera of many pixels", 2, true, func(m gocv.Mat) gocv.Mat { return blurred(t, resized(m, 2, gocv.InterpolationLinear), 6) }},
		{"out of focus", 1, false, func(m gocv.Mat) gocv.Mat { return blurred(t, m, 9) }},
		{"far out of focus", 1, false, func(m gocv.Mat) gocv.Mat { return blurred(t, m, 14) }},
		{"out of focus, many pixels", 2, false, func(m gocv.Mat) gocv.Mat { return blurred(t, resized(m, 2, gocv.InterpolationLinear), 24) }},
		{"out of focus at half the light", 1, false, func(m gocv.Mat) gocv.Mat { return noisy(t, blurred(t, m, 10), 0.5, 0, 1.5) }},
	}
	d := readLabelled(t, dir)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			all, called, astray := 0, 0, 0
			for _, s := range d.Stills {
				frame := gocv.IMRead(filepath.Join(dir, s.Items[len(s.Items)/2].File), gocv.IMReadColor)
				defer frame.Close()
				if frame.Cols() < 640 {
					continue // the blur is of pixels
				}
				p.Reset()
				want, err := p.Observe(frame, 0)
				if err != nil || !want.Seen() {
					t.Fatal(want.Nothing, err)
				}
				p.Reset()
				got, err := p.Observe(c.make(frame), 0)
				if err != nil {
					t.Fatal(err)
				}
				all++
				if got.Nothing == posture.Blurred || got.Nothing == posture.Dark {
					called++
				}
				if !got.Seen() {
					continue
				}
				w, g := want.Landmarks, got.Landmarks
				shoulders := math.Hypot(w[posture.LeftShoulder].X-w[posture.RightShoulder].X, w[posture.LeftShoulder].Y-w[posture.RightShoulder].Y)
				sum := 0.0
				points := []int{posture.Nose, posture.LeftEye, posture.RightEye, posture.LeftEar, posture.RightEar, posture.LeftShoulder, posture.RightShoulder}
				for _, i := range points {
					sum += math.Hypot(w[i].X-g[i].X/c.scale, w[i].Y-g[i].Y/c.scale) / float64(len(points))
				}
				if sum > 0.1*shoulders {
					astray++
				}
			}
			if c.seen && called > 0 || !c.seen && called < all-1 || astray > 0 {
				t.Errorf("of %d pictures %d are called blurred or dark, and of %d the landmarks are astray", all, called, astray)
			}
		})
	}
}

func TestTracking(t *testing.T) {
	p := newTestPose(t, PoseOptions{})
	person, room := demoFrame(t, demoUpright), demoFrame(t, demoAway)
	at := time.Duration(0)
	observe := func(frame gocv.Mat) posture.Observation {
		t.Helper()
		o, err := p.Observe(frame, at)
		if err != nil {
			t.Fatal(err)
		}
		at += 500 * time.Millisecond
		return o
	}
	for i := range 10 {
		o := observe(person)
		if looked := o.Timings.Detect > 0; !o.Seen() || looked != (i == 0) {
			t.Errorf("frame %d: seen %v, detector ran %v; it is to run for the first only", i, o.Seen(), looked)
		}
	}
	if o := observe(person); o.Timings.Detect == 0 {
		t.Error("no census after 5 s")
	}
	if o := observe(person); o.Timings.Detect > 0 {
		t.Error("a second census at once")
	}
	// The model goes on seeing a person in the empty chair; a fresh look
	// doesn't, and after doubtTime the room is called empty.
	left := at
	for o := observe(room); o.Nothing != posture.Nobody; o = observe(room) {
		if since := at - left; since > doubtTime+2*time.Second {
			t.Fatalf("got %q with flag %.2f, %v after the person left", o.Nothing, o.PoseFlag, since)
		}
	}
	looks, reads := 0, 0
	for range 12 {
		o := observe(room)
		if o.Nothing != posture.Nobody || o.Landmarks != nil {
			t.Errorf("got %q of an empty room", o.Nothing)
		}
		looks += btoi(o.Timings.Detect > 0)
		reads += btoi(o.Timings.Landmarks > 0)
	}
	if looks != 12 || reads > 6 {
		t.Errorf("the detector ran %d times and the landmark model %d times over 6 s of an empty room, want 12 and 6 at most", looks, reads)
	}
	if o := observe(person); !o.Seen() {
		t.Errorf("got %q when the person came back", o.Nothing)
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// pair puts two pictures side by side, each scaled to a height and standing on
// the ground; a height of 0 leaves the place empty.
func pair(t *testing.T, left, right gocv.Mat, hl, hr int) gocv.Mat {
	t.Helper()
	m := gocv.NewMatWithSizeFromScalar(gocv.NewScalar(90, 100, 110, 0), 480, 1280, gocv.MatTypeCV8UC3)
	t.Cleanup(func() { m.Close() })
	for i, s := range []struct {
		frame gocv.Mat
		h     int
	}{{left, hl}, {right, hr}} {
		if s.h == 0 {
			continue
		}
		small := gocv.NewMat()
		gocv.Resize(s.frame, &small, image.Pt(s.h*4/3, s.h), 0, 0, gocv.InterpolationArea)
		x := 640*i + (640-s.h*4/3)/2
		place := m.Region(image.Rect(x, 480-s.h, x+s.h*4/3, 480))
		small.CopyTo(&place)
		place.Close()
		small.Close()
	}
	return m
}

func TestOwner(t *testing.T) {
	p := newTestPose(t, PoseOptions{})
	a := demoFrame(t, demoUpright)
	both, onlyLeft, onlyRight, none := pair(t, a, a, 300, 480), pair(t, a, a, 300, 0), pair(t, a, a, 0, 480), pair(t, a, a, 0, 0)
	at := time.Duration(0)
	side := func(frame gocv.Mat, step time.Duration) (string, int) {
		t.Helper()
		at += step
		o, err := p.Observe(frame, at)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case !o.Seen():
			return "nobody", o.People
		case o.Landmarks[posture.Nose].X < 640:
			return "left", o.People
		}
		return "right", o.People
	}
	for _, c := range []struct {
		name   string
		frame  gocv.Mat
		step   time.Duration
		want   string
		people int
	}{
		{"the larger at first", both, time.Second, "right", 2},
		{"stays", both, time.Second, "right", 2},
		{"alone", onlyRight, time.Second, "right", 2},
		{"alone after a census", onlyRight, 6 * time.Second, "right", 1},
		{"gone", none, time.Second, "nobody", 0},
		{"another, while the owner is remembered", onlyLeft, time.Second, "left", 1},
		{"the owner's return is ignored", both, time.Second, "left", 1},
		{"and counted", both, 6 * time.Second, "left", 2},
		{"gone for a moment", none, time.Second, "nobody", 0},
		{"the nearest to the last", both, time.Second, "left", 2},
		{"gone again", none, time.Second, "nobody", 0},
		{"for long", none, memory + time.Second, "nobody", 0},
		{"the larger again", both, time.Second, "right", 2},
	} {
		if got, people := side(c.frame, c.step); got != c.want || people != c.people {
			t.Fatalf("%s: got the %s of %d, want the %s of %d", c.name, got, people, c.want, c.people)
		}
	}
}

// A crop carried over from a body that has moved since is corrected.
func TestMisfittingCrop(t *testing.T) {
	p := newTestPose(t, PoseOptions{Census: -1})
	person := demoFrame(t, demoUpright)
	first, err := p.Observe(person, 0)
	if err != nil || !first.Seen() {
		t.Fatal(first.Nothing, err)
	}
	r := p.track.region
	r.centre.x += 0.1 * r.side
	r.side *= 1.1
	once := first
	if seen, err := p.readOnce(&once, person, r, minFlag, time.Second); err != nil || !seen {
		t.Fatal(seen, err)
	}
	want := first
	if seen, err := p.readOnce(&want, person, p.track.region, minFlag, time.Second); err != nil || !seen {
		t.Fatal(seen, err)
	}
	got := first
	if seen, err := p.read(&got, person, r, minFlag, time.Second); err != nil || !seen {
		t.Fatal(seen, err)
	}
	if !slices.Equal(got.Landmarks, want.Landmarks) || slices.Equal(got.Landmarks, once.Landmarks) {
		t.Errorf("got the nose at %v, want %v rather than %v", got.Landmarks[posture.Nose], want.Landmarks[posture.Nose], once.Landmarks[posture.Nose])
	}
	// One that fits isn't read twice.
	fits, before := p.track.region, got
	if seen, err := p.read(&got, person, fits, minFlag, time.Second); err != nil || !seen {
		t.Fatal(seen, err)
	}
	if seen, err := p.readOnce(&before, person, fits, minFlag, time.Second); err != nil || !seen || !slices.Equal(got.Landmarks, before.Landmarks) {
		t.Errorf("read a fitting crop again: seen %v, %v", seen, err)
	}
}

func TestOwnerWhomTheDetectorMisses(t *testing.T) {
	p := newTestPose(t, PoseOptions{})
	a := demoFrame(t, demoUpright)
	both := pair(t, a, a, 300, 480)
	for _, flag := range []float64{0.999, 0.9} {
		p.Reset()
		o, err := p.Observe(both, 0) // the right one is the owner
		if err != nil || !o.Seen() || o.Landmarks[posture.Nose].X < 640 {
			t.Fatal(o.Nothing, err)
		}
		if err := p.look(&o, both, time.Second); err != nil {
			t.Fatal(err)
		}
		p.people = slices.DeleteFunc(p.people, func(d detection) bool { return d.keys[keyCentre].x > 640 })
		if len(p.people) != 1 {
			t.Fatalf("got %d people on the left", len(p.people))
		}
		o.PoseFlag = flag
		seen, doubt, err := p.find(&o, both, time.Second, true)
		if err != nil {
			t.Fatal(err)
		}
		if sure := flag >= suspectFlag; seen != sure || doubt == sure || !p.track.valid || o.Landmarks[posture.Nose].X < 640 {
			t.Errorf("flag %v: seen %v, in doubt %v, nose at %.0f; the owner sits on the right", flag, seen, doubt, o.Landmarks[posture.Nose].X)
		}
	}
}

func TestCensusOff(t *testing.T) {
	p := newTestPose(t, PoseOptions{Census: -1})
	person := demoFrame(t, demoUpright)
	for i := range 3 {
		o, err := p.Observe(person, time.Duration(i)*time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		if i > 0 && o.Timings.Detect > 0 {
			t.Error("a census though it is off")
		}
	}
}

// labelled is a data set of pictures with true points (sitwell-dataset/1).
type labelled struct {
	Stills []struct {
		View  string
		Items []struct {
			File string
			PX   map[string][2]float64 `json:"px"`
		}
	}
}

func readLabelled(t *testing.T, dir string) labelled {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "dataset.json"))
	if err != nil {
		t.Skipf("no data set: %v", err)
	}
	var d labelled
	if err := json.Unmarshal(data, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestSyntheticStills(t *testing.T) {
	dir := filepath.Join(dataDir(t), "synthetic")
	d := readLabelled(t, dir)
	p := newTestPose(t, PoseOptions{})
	points := map[string]struct {
		index int
		limit float64 // of the mean error, px
	}{
		"nose": {posture.Nose, 13}, "left_eye": {posture.LeftEye, 12}, "right_eye": {posture.RightEye, 12},
		"left_ear": {posture.LeftEar, 15}, "right_ear": {posture.RightEar, 15},
		"mouth_left": {posture.MouthLeft, 12}, "mouth_right": {posture.MouthRight, 13},
		// BlazePose's shoulders sit above the joints, which are the truth.
		"left_shoulder": {posture.LeftShoulder, 28}, "right_shoulder": {posture.RightShoulder, 28},
	}
	sums, counts := map[string]float64{}, map[string]float64{}
	seen, all := 0, 0
	for _, s := range d.Stills {
		for _, item := range s.Items {
			if all++; all%6 != 0 { // every sixth will do
				continue
			}
			frame := gocv.IMRead(filepath.Join(dir, item.File), gocv.IMReadColor)
			p.Reset()
			o, err := p.Observe(frame, 0)
			frame.Close()
			if err != nil {
				t.Fatal(err)
			}
			if !o.Seen() {
				t.Logf("%s: %q", item.File, o.Nothing)
				continue
			}
			seen++
			if s.View == "side" {
				continue
			}
			for name, want := range item.PX {
				if l, ok := points[name]; ok {
					got := o.Landmarks[l.index]
					sums[name] += math.Hypot(got.X-want[0], got.Y-want[1])
					counts[name]++
				}
			}
		}
	}
	if part := float64(seen) / float64(all/6); part < 0.96 {
		t.Errorf("saw the person in %.3f of the pictures, want 0.96", part)
	}
	for name, l := range points {
		if mean := sums[name] / counts[name]; !(mean < l.limit) {
			t.Errorf("%s is %.1f px off in the mean, want under %v", name, mean, l.limit)
		}
	}
}

func TestRealPictures(t *testing.T) {
	dir := filepath.Join(dataDir(t), "real-pictures")
	d := readLabelled(t, dir)
	p := newTestPose(t, PoseOptions{})
	for i, s := range d.Stills {
		for j := i % 8; j < len(s.Items); j += 8 {
			item := s.Items[j]
			frame := gocv.IMRead(filepath.Join(dir, item.File), gocv.IMReadColor)
			p.Reset()
			o, err := p.Observe(frame, 0)
			if err != nil {
				t.Fatal(err)
			}
			if !o.Seen() || o.People != 1 {
				t.Errorf("%s: %q, flag %.2f, %d people", item.File, o.Nothing, o.PoseFlag, o.People)
				frame.Close()
				continue
			}
			// Where things are on anybody who sits before a webcam.
			l := o.Landmarks
			if !(l[posture.Nose].Y < l[posture.MouthLeft].Y && l[posture.MouthLeft].Y < l[posture.LeftShoulder].Y &&
				l[posture.LeftEar].X > l[posture.RightEar].X && l[posture.LeftShoulder].X > l[posture.RightShoulder].X) {
				t.Errorf("%s: nose %v, mouth %v, shoulders %v %v", item.File, l[posture.Nose], l[posture.MouthLeft], l[posture.LeftShoulder], l[posture.RightShoulder])
			}
			frame.Close()
		}
	}
}

func TestTurnedFrame(t *testing.T) {
	// A frame turned about its middle gives the landmarks and metres of the
	// straight one, turned.
	const degrees = 25.0
	p := newTestPose(t, PoseOptions{})
	straight := demoFrame(t, demoUpright)
	turned, matrix := gocv.NewMat(), gocv.GetRotationMatrix2D(image.Pt(320, 240), -degrees, 1) // OpenCV turns against the clock
	defer turned.Close()
	defer matrix.Close()
	gocv.WarpAffine(straight, &turned, matrix, image.Pt(640, 480))
	var seen [2]posture.Observation
	for i, frame := range []gocv.Mat{straight, turned} {
		p.Reset()
		var err error
		if seen[i], err = p.Observe(frame, 0); err != nil || !seen[i].Seen() {
			t.Fatalf("frame %d: %q, %v", i, seen[i].Nothing, err)
		}
	}
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	for _, i := range []int{posture.Nose, posture.LeftEar, posture.RightEar, posture.LeftShoulder, posture.RightShoulder} {
		l := seen[0].Landmarks[i]
		want := point{320 + cos*(l.X-320) - sin*(l.Y-240), 240 + sin*(l.X-320) + cos*(l.Y-240)}
		if got := (point{seen[1].Landmarks[i].X, seen[1].Landmarks[i].Y}); distance(got, want) > 20 {
			t.Errorf("got landmark %d at %.0f, want %.0f", i, got, want)
		}
		w := seen[0].World[i]
		x, y := cos*w.X-sin*w.Y, sin*w.X+cos*w.Y
		if got := seen[1].World[i]; math.Hypot(got.X-x, got.Y-y) > 0.06 {
			t.Errorf("got world point %d at %.2f, %.2f, want %.2f, %.2f", i, got.X, got.Y, x, y)
		}
	}
}
