package vision

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"gocv.io/x/gocv"

	"sitwell/posture"
)

// recordingStart is the wall clock of the first frame in these tests.
var recordingStart = time.Date(2026, 1, 31, 9, 0, 0, 0, time.UTC)

// recorder collects an eye's output and may act on each line.
type recorder struct {
	mu     sync.Mutex // guards what follows
	out    bytes.Buffer
	onLine func(n int) // after the n-th, from 1; may be nil
	n      int
}

func (r *recorder) Write(b []byte) (int, error) {
	r.mu.Lock()
	r.n++
	n, f := r.n, r.onLine
	_, err := r.out.Write(b)
	r.mu.Unlock()
	if f != nil {
		f(n)
	}
	return len(b), err
}

// observations parses the output's observations, without what differs from
// run to run.
func (r *recorder) observations(t *testing.T) []posture.Observation {
	t.Helper()
	var list []posture.Observation
	for _, line := range strings.Split(r.out.String(), "\n") {
		if !strings.Contains(line, `"observation"`) {
			continue
		}
		o, err := posture.ParseObservation([]byte(line))
		if err != nil {
			t.Fatal(err)
		}
		o.Timings = posture.Timings{}
		list = append(list, o)
	}
	return list
}

// lastLine is the last source line.
func (r *recorder) lastLine(t *testing.T) SourceLine {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(r.out.String()), "\n")
	var l SourceLine
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &l); err != nil {
		t.Fatal(err)
	}
	return l
}

// playing runs an eye over a recording with the real model, or with a fake one.
func playing(t *testing.T, cfg Config, fake *fakeJudge) (*recorder, error) {
	t.Helper()
	r := &recorder{}
	cfg.Out, cfg.Start = r, recordingStart
	if cfg.Rate == 0 {
		cfg.Rate = DefaultRate
	}
	e, err := NewEye(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if fake != nil {
		e.judge = func(PoseOptions) (Judge, error) { return fake, nil }
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	return r, e.Run(ctx)
}

func TestPlayDemo(t *testing.T) {
	t.Parallel()
	newTestPose(t, PoseOptions{}) // or skip
	r, err := playing(t, Config{Source: Demo}, nil)
	if err != nil {
		t.Fatal(err)
	}
	obs := r.observations(t)
	if len(obs) != 180 {
		t.Fatalf("got %d observations of 90 s at 2 Hz, want 180", len(obs))
	}
	for i, o := range obs {
		at := time.Duration(i) * 500 * time.Millisecond
		if o.Mono != int64(at) || o.Time != recordingStart.Add(at).UnixNano() || o.Frame != uint64(5*i+1) || o.Dropped != 0 {
			t.Fatalf("observation %d: time %d, mono %d, frame %d", i, o.Time, o.Mono, o.Frame)
		}
		switch {
		case at < 62*time.Second, at > 81*time.Second:
			if !o.Seen() {
				t.Errorf("got %q at %v, where the person sits", o.Nothing, at)
			}
		case at > 71*time.Second && at < 76*time.Second:
			if o.Nothing != posture.Nobody {
				t.Errorf("got %q at %v, where the room is empty", o.Nothing, at)
			}
		}
	}
	last := r.lastLine(t)
	if last.Status != Ended || last.Stats == nil || *last.Stats != (Stats{900, 180, 180, 0}) {
		t.Errorf("got %+v at the end", last)
	}

	// The same recording at eight times its speed gives the very same.
	fast, err := playing(t, Config{Source: Demo, Speed: 8}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := fast.observations(t); !reflect.DeepEqual(got, obs) {
		t.Error("the observations at 8 times the speed differ from those at once")
	}
}

func TestPlayDues(t *testing.T) {
	// The demo has a frame each 100 ms; the first at or after each due place
	// is judged.
	for _, c := range []struct {
		rate float64
		want []uint64 // the first frames
		n    int
	}{
		{0.2, []uint64{1, 51, 101}, 18},
		{1, []uint64{1, 11, 21}, 90},
		{2, []uint64{1, 6, 11}, 180},
		{3, []uint64{1, 5, 8, 11}, 270},
		{5, []uint64{1, 3, 5}, 450},
		{10, []uint64{1, 2, 3}, 900},
		{30, []uint64{1, 2, 3}, 900},
	} {
		t.Run(fmt.Sprint(c.rate), func(t *testing.T) {
			r, err := playing(t, Config{Source: Demo, Rate: c.rate}, &fakeJudge{})
			if err != nil {
				t.Fatal(err)
			}
			obs := r.observations(t)
			if len(obs) != c.n {
				t.Errorf("got %d observations, want %d", len(obs), c.n)
			}
			for i, want := range c.want {
				if i < len(obs) && obs[i].Frame != want {
					t.Errorf("got frame %d as number %d, want %d", obs[i].Frame, i, want)
				}
			}
		})
	}
}

func TestPlayPace(t *testing.T) {
	for _, c := range []struct {
		speed      float64
		low, above time.Duration
	}{{1, 89 * time.Second, 91 * time.Second}, {10, 8900 * time.Millisecond, 9100 * time.Millisecond}, {0, 0, time.Second}} {
		t.Run(fmt.Sprint(c.speed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				r, err := playing(t, Config{Source: Demo, Speed: c.speed}, &fakeJudge{takes: time.Millisecond})
				if err != nil {
					t.Fatal(err)
				}
				if took := time.Since(start); took < c.low || took > c.above {
					t.Errorf("took %v, want %v to %v", took, c.low, c.above)
				}
				if n := len(r.observations(t)); n != 180 {
					t.Errorf("got %d observations, want 180", n)
				}
			})
		})
	}
}

func TestPlaySlowModel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// A model that takes twice the time makes the recording play slower:
		// nothing is dropped.
		start := time.Now()
		r, err := playing(t, Config{Source: Demo, Speed: 1}, &fakeJudge{takes: time.Second})
		if err != nil {
			t.Fatal(err)
		}
		if n := len(r.observations(t)); n != 180 {
			t.Errorf("got %d observations, want 180", n)
		}
		if took := time.Since(start); took < 179*time.Second || took > 185*time.Second {
			t.Errorf("took %v, want 180 s", took)
		}
	})
}

func TestPlayLoop(t *testing.T) {
	commands := make(chan Command)
	r := &recorder{}
	e, err := NewEye(Config{Source: Demo, Rate: 2, Loop: true, Start: recordingStart, Out: r, Commands: commands})
	if err != nil {
		t.Fatal(err)
	}
	var once sync.Once
	var sent sync.WaitGroup
	r.onLine = func(n int) {
		if n > 450 { // two and a half turns
			once.Do(func() { sent.Go(func() { commands <- Command{Cmd: "stop"} }) })
		}
	}
	e.judge = func(PoseOptions) (Judge, error) { return &fakeJudge{}, nil }
	if err := e.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	sent.Wait()
	obs := r.observations(t)
	if len(obs) < 440 {
		t.Fatalf("got %d observations", len(obs))
	}
	for i, o := range obs {
		if want := int64(i) * int64(500*time.Millisecond); o.Mono != want || o.Time != recordingStart.UnixNano()+want || o.Frame != uint64(5*i+1) {
			t.Fatalf("observation %d at %v of frame %d: its time doesn't go on", i, time.Duration(o.Mono), o.Frame)
		}
	}
}

func TestPlayPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		commands := make(chan Command)
		r := &recorder{}
		e, err := NewEye(Config{Source: Demo, Rate: 2, Speed: 1, Start: recordingStart, Out: r, Commands: commands})
		if err != nil {
			t.Fatal(err)
		}
		e.judge = func(PoseOptions) (Judge, error) { return &fakeJudge{}, nil }
		start := time.Now()
		var wg sync.WaitGroup
		wg.Go(func() {
			time.Sleep(10*time.Second + 50*time.Millisecond)
			commands <- Command{Cmd: "pause"}
			time.Sleep(30 * time.Second)
			commands <- Command{Cmd: "resume"}
			time.Sleep(10 * time.Second)
			commands <- Command{Cmd: "rate", Hz: 10}
			time.Sleep(10 * time.Second)
			commands <- Command{Cmd: "mirror", On: true}
		})
		if err := e.Run(context.Background()); err != nil {
			t.Fatal(err)
		}
		wg.Wait()
		if took := time.Since(start); took < 119*time.Second || took > 121*time.Second {
			t.Errorf("90 s and a pause of 30 s took %v", took)
		}
		var before, slow, fast int
		for _, o := range r.observations(t) {
			switch at := time.Duration(o.Mono); {
			case at <= 10050*time.Millisecond:
				before++
			case at < 40*time.Second:
				t.Errorf("an observation at %v, in the pause", at)
			case at < 50*time.Second:
				slow++
			default:
				fast++
			}
		}
		if before != 21 || math.Abs(float64(slow-20)) > 1 || math.Abs(float64(fast-700)) > 5 {
			t.Errorf("got %d observations before the pause, %d after it, %d at 10 Hz; want 21, 20, 700", before, slow, fast)
		}
		if n := strings.Count(r.out.String(), `"mirror"`); n < 115 || n > 121 {
			t.Errorf("got %d pictures in a minute, want 120", n)
		}
	})
}

func TestPlayStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		r := &recorder{}
		e, err := NewEye(Config{Source: Demo, Rate: 2, Speed: 1, Out: r})
		if err != nil {
			t.Fatal(err)
		}
		e.judge = func(PoseOptions) (Judge, error) { return &fakeJudge{}, nil }
		if err := e.Run(ctx); err != nil {
			t.Errorf("got %v when stopped", err)
		}
		if last := r.lastLine(t); last.Status != Ended {
			t.Errorf("got %+v at the end", last)
		}
	})
}

func TestPlayFolder(t *testing.T) {
	newTestPose(t, PoseOptions{}) // or skip
	dir := t.TempDir()
	person, room := demoFrame(t, demoUpright), demoFrame(t, demoAway)
	writeFrame(t, filepath.Join(dir, "1.jpg"), person)
	writeFrame(t, filepath.Join(dir, "2.png"), room)
	if err := os.WriteFile(filepath.Join(dir, "3.jpg"), []byte("broken"), 0o600); err != nil {
		t.Fatal(err)
	}
	writeFrame(t, filepath.Join(dir, "4.jpg"), person)
	var complaints []error
	r, err := playing(t, Config{Source: dir, Speed: 1, Complain: func(err error) { complaints = append(complaints, err) }}, nil)
	if err != nil {
		t.Fatal(err)
	}
	obs := r.observations(t)
	if len(obs) != 4 {
		t.Fatalf("got %d observations of 4 pictures", len(obs))
	}
	for i, want := range []posture.Absence{posture.Present, posture.Nobody, posture.Unclear, posture.Present} {
		if obs[i].Nothing != want || obs[i].Seen() != (want == posture.Present) {
			t.Errorf("got %q of picture %d, want %q", obs[i].Nothing, i+1, want)
		}
		if obs[i].Mono != int64(i)*int64(time.Second) {
			t.Errorf("got picture %d at %d", i+1, obs[i].Mono)
		}
	}
	if obs[2].Width != 0 {
		t.Errorf("got a width of %d of a broken picture", obs[2].Width)
	}
	if len(complaints) != 1 || !strings.Contains(complaints[0].Error(), "3.jpg") {
		t.Errorf("got complaints %v, want one of 3.jpg", complaints)
	}
}

func writeFrame(t *testing.T, path string, frame gocv.Mat) {
	t.Helper()
	if !gocv.IMWrite(path, frame) {
		t.Fatalf("can't write %s", path)
	}
}

func TestPlayCutShort(t *testing.T) {
	path := filepath.Join(t.TempDir(), "half.mp4")
	if err := os.WriteFile(path, demoClip[:len(demoClip)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := playing(t, Config{Source: path}, &fakeJudge{})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(r.observations(t)); n < 60 || n > 120 {
		t.Errorf("got %d observations of half the demo", n)
	}
	if last := r.lastLine(t); last.Status != Ended || !strings.Contains(last.Message, "of 900 frames") {
		t.Errorf("got %+v at the end", last)
	}
}

func TestPlayMirror(t *testing.T) {
	// Commands that wait before the first frame are done first.
	commands := make(chan Command, 1)
	commands <- Command{Cmd: "mirror", On: true}
	r, err := playing(t, Config{Source: Demo, Commands: commands}, &fakeJudge{})
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(r.out.String(), `"type":"mirror"`) {
		t.Error("got no picture")
	}
}
