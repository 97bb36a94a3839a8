package vision

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // for DecodeConfig
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"gocv.io/x/gocv"

	"sitwell/posture"
)

// A webcam and a slow model are what the machine lacks: these tests put others
// in their place, under a clock that stands still while anybody works.

// outcome is what one grab of a fakeCamera gives.
type outcome int

const (
	good   outcome = iota
	still          // the same picture as ever
	dark           // a black picture, the same as ever
	silent         // no frame
	empty          // a frame that can't be decoded
	hang           // a read that never returns
)

// fakeCamera gives frames at 30 a second as its script says.
type fakeCamera struct {
	script  func(n int, at time.Duration) outcome // n counts from 1
	started time.Time
	n       int
	now     outcome
	decoded int
	closed  atomic.Bool
	release chan struct{} // ends a hanging read
}

const fakeInterval = time.Second / 30

func (c *fakeCamera) Grab() error {
	if c.closed.Load() {
		panic("grab after close")
	}
	c.n++
	c.now = c.script(c.n, time.Since(c.started))
	if c.now == hang {
		<-c.release
		return errNoFrame
	}
	time.Sleep(fakeInterval)
	if c.now == silent {
		return errNoFrame
	}
	return nil
}

func (c *fakeCamera) Retrieve(dst *gocv.Mat) error {
	if c.closed.Load() {
		panic("retrieve after close")
	}
	if c.now == empty {
		return errors.New("empty frame")
	}
	c.decoded++
	_ = dst.Close()
	*dst = gocv.NewMatWithSize(240, 320, gocv.MatTypeCV8UC3)
	value := uint8(100)
	if c.now == dark {
		value = 0
	}
	data, err := dst.DataPtrUint8()
	for i := range data {
		data[i] = value
	}
	if c.now == good {
		copy(data, fmt.Sprint(c.n)) // no two are alike
	}
	return err
}

func (c *fakeCamera) Position() time.Duration { return 0 }

func (c *fakeCamera) Info() SourceInfo {
	return SourceInfo{Name: "/dev/fake", Card: "Fake", Live: true, Width: 320, Height: 240, FourCC: "MJPG", FPS: 30}
}

func (c *fakeCamera) Close() error {
	c.closed.Store(true)
	return nil
}

// fakeJudge sees somebody in every bright frame, after a while.
type fakeJudge struct {
	takes  time.Duration
	err    error
	closed bool
}

func (j *fakeJudge) Observe(frame gocv.Mat, _ time.Duration) (posture.Observation, error) {
	time.Sleep(j.takes)
	o := posture.Observation{Width: frame.Cols(), Height: frame.Rows(), People: 1}
	data, err := frame.DataPtrUint8()
	if err != nil {
		return o, err
	}
	if data[len(data)-1] == 0 {
		o.Nothing = posture.Dark
	} else {
		o.Landmarks = make([]posture.Landmark, posture.LandmarkCount)
	}
	return o, j.err
}

func (j *fakeJudge) Reset() {}

func (j *fakeJudge) Close() error {
	j.closed = true
	return nil
}

// rig is an eye on fake cameras.
type rig struct {
	t        *testing.T
	eye      *Eye
	judge    *fakeJudge
	commands chan Command
	began    time.Time
	hung     chan struct{}

	mu      sync.Mutex // guards what follows
	tries   int        // to open a camera
	cameras []*fakeCamera
	out     bytes.Buffer
	times   []time.Time // of each line
}

// openings is how often a camera was tried to be opened.
func (r *rig) openings() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.tries
}

// camera is the i-th that was opened, from 0.
func (r *rig) camera(i int) *fakeCamera {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.cameras[i]
}

func (r *rig) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.times = append(r.times, time.Now())
	return r.out.Write(b)
}

// newRig makes an eye whose cameras follow the script; open may refuse the
// n-th opening, from 1.
func newRig(t *testing.T, rate float64, script func(n int, at time.Duration) outcome, open func(n int) error) *rig {
	t.Helper()
	r := &rig{t: t, judge: &fakeJudge{takes: 12 * time.Millisecond}, commands: make(chan Command), hung: make(chan struct{}), began: time.Now()}
	eye, err := NewEye(Config{Source: Auto, Rate: rate, Out: r, Commands: r.commands, Hung: func() { close(r.hung) }})
	if err != nil {
		t.Fatal(err)
	}
	eye.judge = func(PoseOptions) (Judge, error) { return r.judge, nil }
	eye.open = func(string) (Source, error) {
		r.mu.Lock()
		r.tries++
		n := r.tries
		r.mu.Unlock()
		if open != nil {
			if err := open(n); err != nil {
				return nil, err
			}
		}
		c := &fakeCamera{script: script, started: r.began, release: make(chan struct{})}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.cameras = append(r.cameras, c)
		return c, nil
	}
	r.eye = eye
	return r
}

// line is any line of the eye's output, and when it was written.
type line struct {
	Type    string
	Status  Status
	Message string
	Frame   uint64
	Dropped uint64
	TimeNS  int64 `json:"time_ns"`
	MonoNS  int64 `json:"mono_ns"`
	Nothing posture.Absence
	JPEG    []byte
	Width   int
	Stats   *Stats
	at      time.Duration
	written time.Time
}

func (r *rig) lines() []line {
	r.t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	var list []line
	for i, text := range strings.Split(strings.TrimSuffix(r.out.String(), "\n"), "\n") {
		var l line
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			r.t.Fatalf("%v in %q", err, text)
		}
		l.written = r.times[i]
		l.at = l.written.Sub(r.began)
		list = append(list, l)
	}
	return list
}

// statuses are the words of the source lines, joined.
func statuses(lines []line) string {
	var words []string
	for _, l := range lines {
		if l.Type == "source" {
			words = append(words, string(l.Status))
		}
	}
	return strings.Join(words, " ")
}

func of(lines []line, kind string) []line {
	var list []line
	for _, l := range lines {
		if l.Type == kind {
			list = append(list, l)
		}
	}
	return list
}

// run runs the eye for a time, doing what is to be done meanwhile.
func (r *rig) run(limit time.Duration, meanwhile ...func()) error {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	var wg sync.WaitGroup
	for _, f := range meanwhile {
		wg.Go(f)
	}
	err := r.eye.Run(ctx)
	wg.Wait()
	for i, c := range r.cameras {
		if !c.closed.Load() && c.now != hang {
			r.t.Errorf("camera %d was left open", i)
		}
	}
	if !r.judge.closed {
		r.t.Error("the judge was left open")
	}
	return err
}

func steady(int, time.Duration) outcome { return good }

// from gives o during a time after the start, else good frames.
func from(start, end time.Duration, o outcome) func(int, time.Duration) outcome {
	return func(_ int, at time.Duration) outcome {
		if at >= start && at < end {
			return o
		}
		return good
	}
}

func TestLiveRate(t *testing.T) {
	for _, c := range []struct {
		rate     float64
		low, top int // observations in 20 s
	}{{0.2, 4, 5}, {2, 38, 41}, {10, 190, 201}, {30, 560, 601}} {
		t.Run(fmt.Sprint(c.rate), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, c.rate, steady, nil)
				if err := r.run(20 * time.Second); err != nil {
					t.Fatal(err)
				}
				lines := r.lines()
				if got, want := statuses(lines), "opening live ended"; got != want {
					t.Errorf("got statuses %q, want %q", got, want)
				}
				obs := of(lines, "observation")
				if len(obs) < c.low || len(obs) > c.top {
					t.Errorf("got %d observations in 20 s at %v Hz, want %d to %d", len(obs), c.rate, c.low, c.top)
				}
				for i, o := range obs {
					if age := o.written.UnixNano() - o.TimeNS; age < 0 || age > int64(100*time.Millisecond) {
						t.Errorf("observation %d is %v old", i, time.Duration(age))
					}
					if i > 0 && (o.MonoNS <= obs[i-1].MonoNS || o.Frame <= obs[i-1].Frame) {
						t.Errorf("observation %d doesn't follow the one before", i)
					}
				}
				stats := lines[len(lines)-1].Stats
				if stats == nil || int(stats.Judged) != len(obs) || stats.Grabbed < 590 || int(stats.Decoded) != r.camera(0).decoded || stats.Dropped != 0 {
					t.Errorf("got stats %+v of %d observations and %d decodings", stats, len(obs), r.camera(0).decoded)
				}
				if int(stats.Decoded) > len(obs) {
					t.Errorf("decoded %d frames for %d observations", stats.Decoded, len(obs))
				}
			})
		})
	}
}

func TestLiveNewestFrameOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, 30, steady, nil)
		r.judge.takes = 500 * time.Millisecond
		if err := r.run(334 * time.Second); err != nil { // 10,000 frames
			t.Fatal(err)
		}
		obs := of(r.lines(), "observation")
		if len(obs) < 600 {
			t.Fatalf("got %d observations, want some 620", len(obs))
		}
		for i, o := range obs {
			if age := o.written.UnixNano() - o.TimeNS; age > int64(600*time.Millisecond) {
				t.Fatalf("observation %d is %v old, want 600ms at most", i, time.Duration(age))
			}
		}
		last := obs[len(obs)-1]
		if got := last.Dropped + uint64(len(obs)); got < 9900 || got > 10100 {
			t.Errorf("judged and dropped %d of 10,000 due frames", got)
		}
	})
}

func TestLiveFaults(t *testing.T) {
	gone := &kindError{ErrNoCamera, "gone"}
	for _, c := range []struct {
		name     string
		script   func(n int, at time.Duration) outcome
		open     func(n int) error
		statuses string
		kind     error // of the end
		openings int
	}{
		{"one false read", func(n int, _ time.Duration) outcome {
			if n == 100 {
				return silent
			}
			return good
		}, nil, "opening live ended", nil, 1},
		{"nine false reads", from(3*time.Second, 3*time.Second+8*(fakeInterval+retryPause), silent), nil, "opening live ended", nil, 1},
		{"silent for a second", from(3*time.Second, 4*time.Second, silent), nil, "opening live opening live ended", nil, 2},
		{"silent for good", from(3*time.Second, time.Hour, silent), nil, "opening live opening lost", ErrLost, 2},
		{"unplugged", from(3*time.Second, time.Hour, silent), func(n int) error {
			if n > 1 {
				return gone
			}
			return nil
		}, "opening live opening lost", ErrLost, 2},
		{"four empty frames", func(n int, _ time.Duration) outcome {
			if n >= 100 && n < 104 {
				return empty
			}
			return good
		}, nil, "opening live ended", nil, 1},
		{"empty frames", from(3*time.Second, 3250*time.Millisecond, empty), nil, "opening live opening live ended", nil, 2},
		{"empty for good", from(3*time.Second, time.Hour, empty), nil, "opening live opening lost", ErrLost, 2},
		{"never a frame", func(int, time.Duration) outcome { return silent }, nil, "opening failed", ErrSource, 1},
		{"no camera", steady, func(int) error { return gone }, "opening no_camera", ErrNoCamera, 1},
		{"busy", steady, func(int) error { return busyError("/dev/fake") }, "opening busy", ErrBusy, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, 10, c.script, c.open)
				err := r.run(30 * time.Second)
				if !errors.Is(err, c.kind) || (err == nil) != (c.kind == nil) {
					t.Errorf("got error %v, want %v", err, c.kind)
				}
				lines := r.lines()
				if got := statuses(lines); got != c.statuses {
					t.Errorf("got statuses %q, want %q", got, c.statuses)
				}
				if r.openings() != c.openings {
					t.Errorf("got %d openings, want %d", r.openings(), c.openings)
				}
				if last := lines[len(lines)-1]; err != nil && last.Message != err.Error() {
					t.Errorf("got message %q, want %q", last.Message, err)
				}
			})
		})
	}
}

func TestLiveFlapping(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// A camera that comes and goes every 2 s is opened again once, then
		// left to whoever waits longer and longer.
		r := newRig(t, 2, func(_ int, at time.Duration) outcome {
			if at/(2*time.Second)%2 == 1 {
				return silent
			}
			return good
		}, nil)
		if err := r.run(5 * time.Minute); !errors.Is(err, ErrLost) {
			t.Errorf("got error %v, want lost", err)
		}
		if r.openings() > 2 {
			t.Errorf("got %d openings, want 2", r.openings())
		}
	})
}

func TestLiveFrozen(t *testing.T) {
	for _, c := range []struct {
		name     string
		script   func(n int, at time.Duration) outcome
		statuses string
		frozen   bool
	}{
		{"nine seconds the same", from(5*time.Second, 14*time.Second, still), "opening live ended", false},
		{"forty seconds the same", from(5*time.Second, 45*time.Second, still), "opening live frozen live ended", true},
		{"a closed shutter", from(5*time.Second, 45*time.Second, dark), "opening live ended", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, 2, c.script, nil)
				if err := r.run(60 * time.Second); err != nil {
					t.Fatal(err)
				}
				lines := r.lines()
				if got := statuses(lines); got != c.statuses {
					t.Errorf("got statuses %q, want %q", got, c.statuses)
				}
				frozen := 0
				for _, o := range of(lines, "observation") {
					if o.Nothing == posture.Frozen {
						frozen++
						if o.at < 15*time.Second || o.at > 46*time.Second {
							t.Errorf("frozen at %v", o.at)
						}
					}
				}
				if (frozen > 50) != c.frozen {
					t.Errorf("got %d frozen observations, want some: %v", frozen, c.frozen)
				}
				if n := r.openings(); c.frozen && n != 2 || !c.frozen && n != 1 {
					t.Errorf("got %d openings", n)
				}
			})
		})
	}
}

func TestHungRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, 2, from(3*time.Second, time.Hour, hang), nil)
		err := r.run(time.Minute, func() {
			<-r.hung
			if at := time.Since(r.began); at < 8*time.Second || at > 9*time.Second {
				t.Errorf("noticed at %v, want within 6 s of 3 s", at)
			}
			r.commands <- Command{Cmd: "stop"} // waits for the read
		}, func() {
			<-r.hung
			close(r.camera(0).release)
		})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := statuses(r.lines()), "opening live stalled"; !strings.HasPrefix(got, want) {
			t.Errorf("got statuses %q, want %q first", got, want)
		}
	})
}

func TestHungOpening(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		r := newRig(t, 2, steady, func(int) error {
			<-release
			return &kindError{ErrNoCamera, "gone"}
		})
		_ = r.run(time.Minute, func() {
			<-r.hung
			if at := time.Since(r.began); at < openLimit || at > openLimit+time.Second {
				t.Errorf("noticed at %v", at)
			}
			close(release)
		})
	})
}

// blocked is an output whose reader hangs.
type blocked struct{ release chan struct{} }

func (b *blocked) Write(p []byte) (int, error) {
	<-b.release
	return len(p), nil
}

func TestHungOutput(t *testing.T) {
	// Whoever reads hangs as well as the camera: the watch still ends it.
	// This takes readLimit by the real clock, for a bubble's clock stands
	// still while a goroutine waits for a mutex.
	t.Parallel()
	r := newRig(t, 2, from(time.Second, time.Hour, hang), nil)
	out := &blocked{make(chan struct{})}
	r.eye.out.w = writerFunc(func(p []byte) (int, error) {
		if time.Since(r.began) < 500*time.Millisecond {
			return r.Write(p)
		}
		return out.Write(p)
	})
	_ = r.run(time.Minute, func() {
		<-r.hung
		if at := time.Since(r.began); at > 9*time.Second {
			t.Errorf("noticed at %v", at)
		}
		close(out.release)
		close(r.camera(0).release)
		r.commands <- Command{Cmd: "stop"}
	})
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

func TestPauseReleasesCamera(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, 2, steady, nil)
		err := r.run(40*time.Second, func() {
			time.Sleep(5 * time.Second)
			r.commands <- Command{Cmd: "pause"}
			time.Sleep(time.Second)
			if !r.camera(0).closed.Load() {
				t.Error("the camera is still open while paused")
			}
			r.commands <- Command{Cmd: "pause"} // again does nothing
			r.commands <- Command{Cmd: "rate", Hz: 5}
			time.Sleep(10 * time.Second)
			if r.openings() != 1 {
				t.Errorf("got %d openings while paused", r.openings())
			}
			r.commands <- Command{Cmd: "resume"}
			time.Sleep(5 * time.Second)
			r.commands <- Command{Cmd: "stop"}
		})
		if err != nil {
			t.Fatal(err)
		}
		lines := r.lines()
		if got, want := statuses(lines), "opening live paused opening live ended"; got != want {
			t.Errorf("got statuses %q, want %q", got, want)
		}
		before, after := 0, 0
		for _, o := range of(lines, "observation") {
			switch {
			case o.at < 5100*time.Millisecond:
				before++
			case o.at > 15900*time.Millisecond:
				after++
			default:
				t.Errorf("an observation at %v, while paused", o.at)
			}
		}
		if before < 9 || before > 11 || after < 23 || after > 27 {
			t.Errorf("got %d observations before the pause and %d after, want 10 and 25", before, after)
		}
	})
}

func TestStopWhilePaused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, 2, steady, nil)
		if err := r.run(time.Hour, func() {
			time.Sleep(time.Second)
			r.commands <- Command{Cmd: "pause"}
			time.Sleep(time.Minute)
			r.commands <- Command{Cmd: "stop"}
		}); err != nil {
			t.Fatal(err)
		}
		if d := time.Since(r.began); d > 62*time.Second {
			t.Errorf("stopped after %v", d)
		}
	})
}

func TestResumeWithoutCamera(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, 2, steady, func(n int) error {
			if n > 1 {
				return &kindError{ErrNoCamera, "unplugged while paused"}
			}
			return nil
		})
		err := r.run(time.Hour, func() {
			time.Sleep(time.Second)
			r.commands <- Command{Cmd: "pause"}
			r.commands <- Command{Cmd: "resume"}
		})
		if !errors.Is(err, ErrNoCamera) {
			t.Errorf("got %v, want no camera", err)
		}
	})
}

func TestMirror(t *testing.T) {
	for _, rate := range []float64{0.2, 2, 30} {
		t.Run(fmt.Sprint(rate), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, rate, steady, nil)
				if err := r.run(120*time.Second, func() {
					time.Sleep(10 * time.Second)
					r.commands <- Command{Cmd: "mirror", On: true}
					time.Sleep(100 * time.Second)
					r.commands <- Command{Cmd: "mirror", On: true}
					time.Sleep(2 * time.Second)
					r.commands <- Command{Cmd: "mirror"}
				}); err != nil {
					t.Fatal(err)
				}
				lines := r.lines()
				pictures := of(lines, "mirror")
				// Two a second for a minute, and for the last two seconds.
				if n := len(pictures); n < 110 || n > 126 {
					t.Errorf("got %d pictures, want some 120", n)
				}
				for i, p := range pictures {
					if p.at < 10*time.Second || p.at > 70500*time.Millisecond && p.at < 110*time.Second || p.at > 112100*time.Millisecond {
						t.Errorf("a picture at %v", p.at)
					}
					if i > 0 && p.at-pictures[i-1].at < 450*time.Millisecond {
						t.Errorf("pictures at %v and %v", pictures[i-1].at, p.at)
					}
					if p.Width != 320 || !bytes.HasPrefix(p.JPEG, []byte{0xff, 0xd8}) {
						t.Errorf("got a picture of width %d, %d bytes", p.Width, len(p.JPEG))
					}
				}
				if n, want := len(of(lines, "observation")), int(rate*120); n < want*9/10 || n > want+2 {
					t.Errorf("got %d observations, want some %d", n, want)
				}
			})
		})
	}
}

func TestJudgeFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, 2, steady, nil)
		r.judge.err = errors.New("out of memory")
		if err := r.run(time.Minute); !errors.Is(err, r.judge.err) {
			t.Errorf("got %v, want %v", err, r.judge.err)
		}
		if got, want := statuses(r.lines()), "opening live failed"; got != want {
			t.Errorf("got statuses %q, want %q", got, want)
		}
	})
}

func TestModelFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, 2, steady, nil)
		r.judge.closed = true // never opened
		broken := &kindError{ErrRuntime, "no library"}
		r.eye.judge = func(PoseOptions) (Judge, error) { return nil, broken }
		if err := r.run(time.Minute); !errors.Is(err, ErrRuntime) {
			t.Errorf("got %v, want %v", err, broken)
		}
		if got, want := statuses(r.lines()), "opening failed"; got != want {
			t.Errorf("got statuses %q, want %q", got, want)
		}
	})
}

func TestOutputFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, 2, steady, nil)
		r.eye.out.w = writerFunc(func(p []byte) (int, error) {
			if bytes.Contains(p, []byte("observation")) {
				return 0, io.ErrClosedPipe
			}
			return r.Write(p)
		})
		if err := r.run(time.Minute); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("got %v, want a closed pipe", err)
		}
	})
}

func TestNewEyeRefuses(t *testing.T) {
	for _, c := range []struct {
		name string
		cfg  Config
	}{
		{"no rate", Config{}},
		{"rate too high", Config{Rate: 31}},
		{"negative speed", Config{Rate: 2, Speed: -1}},
	} {
		if _, err := NewEye(c.cfg); err == nil {
			t.Errorf("%s: got no error", c.name)
		}
	}
}

func TestSmallJPEG(t *testing.T) {
	for _, c := range []struct{ width, height, wantW, wantH int }{
		{640, 480, 320, 240}, {1920, 1080, 320, 180}, {100, 50, 100, 50}, {2000, 1, 320, 1},
	} {
		m := gradient(t, c.width, c.height)
		data, w, h, err := smallJPEG(m)
		if err != nil {
			t.Fatal(err)
		}
		if w != c.wantW || h != c.wantH {
			t.Errorf("got %dx%d of %dx%d, want %dx%d", w, h, c.width, c.height, c.wantW, c.wantH)
		}
		cfg, _, err := image.DecodeConfig(bytes.NewReader(data))
		if err != nil || cfg.Width != w || cfg.Height != h {
			t.Errorf("got a JPEG of %dx%d (%v), want %dx%d", cfg.Width, cfg.Height, err, w, h)
		}
	}
	none := gocv.NewMat()
	defer none.Close()
	if _, _, _, err := smallJPEG(none); err == nil {
		t.Error("got no error of an empty frame")
	}
}
