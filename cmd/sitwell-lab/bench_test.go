package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"gocv.io/x/gocv"

	"sitwell/posture"
	"sitwell/vision"
)

// asService makes the test binary a service with a page and a live picture,
// whose score comes after some tries; the value says how it fails.
const asService = "SITWELL_LAB_TEST_SERVICE"

// serve is that service.
func serve(how string) int {
	if how == "dies" {
		fmt.Fprintln(os.Stderr, "the data folder is not there")
		return 2
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 1
	}
	end := make(chan os.Signal, 1)
	signal.Notify(end, syscall.SIGTERM)
	tries := 0
	s := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/v1/live" {
			return
		}
		tries++
		switch {
		case tries < 3:
			fmt.Fprint(w, `{"score": null, "source": {"status": "opening"}}`)
		case tries < 6:
			fmt.Fprint(w, `{"score": null, "source": {"status": "live"}}`)
		default:
			fmt.Fprint(w, `{"score": 98.5, "source": {"status": "live"}, "rates": {"observed_hz": 2, "dropped": 7}}`)
		}
	})}
	fmt.Println("The page: http://" + l.Addr().String())
	go func() {
		for start := time.Now(); time.Since(start) < 300*time.Millisecond; { // something to count
		}
		<-end
		_ = s.Close()
	}()
	_ = s.Serve(l)
	return 0
}

func TestMeasureProcesses(t *testing.T) {
	if _, err := os.Stat("/proc/self/stat"); err != nil {
		t.Skip("no /proc")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	o := benchOptions{sitwell: self, model: "full", rate: 2, seconds: 0.5}
	t.Run("a service", func(t *testing.T) {
		t.Setenv(asService, "well")
		r, err := measureProcesses(t.Context(), &o)
		if err != nil {
			t.Fatal(err)
		}
		if !(r.Page > 0 && r.Page <= r.Frames && r.Frames < r.Score) {
			t.Errorf("page after %v s, frames after %v, score after %v: want them in order", r.Page, r.Frames, r.Score)
		}
		if r.Seconds < 0.5 || r.ObservedHz != 2 || r.Dropped != 7 {
			t.Errorf("got %+v", r)
		}
		if len(r.Each) != 1 || r.Each[0].Peak < 1<<20 || r.CPUAtStart+r.CPUPerMinute == 0 {
			t.Errorf("got %+v, want one process that did something", r)
		}
	})
	t.Run("one that dies", func(t *testing.T) {
		t.Setenv(asService, "dies")
		_, err := measureProcesses(t.Context(), &o)
		if err == nil || !strings.Contains(err.Error(), "the data folder is not there") {
			t.Errorf("got %v, want what it said", err)
		}
	})
	t.Run("none", func(t *testing.T) {
		none := o
		none.sitwell = "/nowhere/sitwell"
		_, err := measureProcesses(t.Context(), &none)
		if err == nil || !strings.Contains(err.Error(), `no sitwell at "/nowhere/sitwell": run make build`) {
			t.Errorf("got %v", err)
		}
	})
}

func TestBench(t *testing.T) {
	needRuntime(t)
	out, said, code := runLab(t, "bench", "demo", "--json", "--frames", "40", "--seconds", "0", "--model", "lite")
	if code != exitOK {
		t.Fatalf("code %d: %s", code, said)
	}
	var r benchReport
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	if r.Frames != 40 || r.Size != "640x480" || r.Processes != nil {
		t.Errorf("got %s", out)
	}
	for _, name := range stages {
		f, ok := r.Stages[name]
		if !ok || f.N == 0 || *f.Median <= 0 || *f.P95 < *f.Median {
			t.Errorf("stage %s: got %+v", name, f)
		}
	}
	// Generous: other tests run beside, and the race detector.
	if r.Bare.Pairs < 20 || *r.Bare.Ratio < 0.5 || *r.Bare.Ratio > 2 {
		t.Errorf("landmarks over bare: got %+v", r.Bare)
	}
	if r.Eye.Allocations > 10 {
		t.Errorf("allocations a frame in the eye: got %v, want at most 10", r.Eye.Allocations)
	}
	if r.Encode > 0.1 {
		t.Errorf("allocations to encode: got %v, want none", r.Encode)
	}
	if r.OutsideOverModel == nil || *r.OutsideOverModel <= 0 {
		t.Errorf("outside over model: got %v", ratio(r.OutsideOverModel))
	}
	var text strings.Builder
	r.print(&text)
	for _, want := range []string{"landmarks / bare session", "allocations a frame", "engine"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("no %q in\n%s", want, text.String())
		}
	}
}

func TestBenchRefusals(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"no clip", nil, exitUsage, "accepts 1 arg"},
		{"a clip that is not there", []string{"gone.mp4"}, exitSource, `open clip "gone.mp4": no such file or directory: give a video file, or demo`},
		{"a folder", []string{t.TempDir()}, exitSource, "not a file"},
		{"a camera", []string{"auto"}, exitSource, `open clip "auto"`},
		{"no frames", []string{"demo", "--frames", "0"}, exitUsage, "--frames 0: want 10 to"},
		{"a time that can't be", []string{"demo", "--seconds", "-1"}, exitUsage, "--seconds -1: want 0 to 3600"},
		{"another model", []string{"demo", "--model", "heavy"}, exitUsage, `--model "heavy"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, said, code := runLab(t, append([]string{"bench"}, c.args...)...)
			if code != c.code || !strings.Contains(said, c.want) || out != "" {
				t.Errorf("got code %d and %q, want code %d and %q", code, said, c.code, c.want)
			}
		})
	}
}

// The frames of a looped clip are those that are due, and time goes on.
func TestFrames(t *testing.T) {
	f := &frames{name: vision.Demo, period: 10 * time.Second, frame: gocv.NewMat()}
	defer func() {
		if err := f.close(); err != nil {
			t.Error(err)
		}
	}()
	var last time.Duration = -time.Hour
	for i := range 12 { // the demo has 90 s
		at, err := f.next()
		if err != nil {
			t.Fatal(err)
		}
		if i > 0 && (at-last < 9900*time.Millisecond || at-last > 10200*time.Millisecond) {
			t.Errorf("frame %d at %v after one at %v, want 10 s between", i, at, last)
		}
		if f.frame.Cols() != 640 {
			t.Errorf("frame %d has %d columns, want 640", i, f.frame.Cols())
		}
		last = at
	}
}

func TestTimingsOf(t *testing.T) {
	want := posture.Timings{Grab: 1, Decode: 20, Quality: 300, Detect: 4000, Crop: 50000, Landmarks: 600000, Total: 7}
	o := posture.Observation{Timings: want}
	line := o.AppendJSON(nil)
	got, err := timingsOf(line)
	if err != nil || got != want {
		t.Errorf("got %+v (%v), want %+v", got, err, want)
	}
	if n := testing.AllocsPerRun(10, func() { _, _ = timingsOf(line) }); n > 0 {
		t.Errorf("%v allocations, want none", n)
	}
	for _, bad := range []string{``, `{}`, `"timings_us":{`, `"timings_us":{"grab"`, `"timings_us":{"grab":`, `"timings_us":{"grab":-1}`, `"timings_us":{"grab":1`, `"timings_us":{"grab":1,`} {
		if _, err := timingsOf([]byte(bad)); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func FuzzTimingsOf(f *testing.F) {
	f.Add([]byte(`{"timings_us":{"grab":1,"total":2}}`))
	f.Fuzz(func(_ *testing.T, line []byte) { _, _ = timingsOf(line) })
}

func TestParseStat(t *testing.T) {
	const rest = " S 7 1 1 0 -1 4194560 100 0 3 0 250 50 0 0 20 0 9 0 100 1 2"
	p, err := parseStat([]byte("42 (a (b) c)" + rest))
	if err != nil || p.name != "a (b) c" || p.parent != 7 || p.cpu != 3 {
		t.Errorf("got %+v (%v), want a (b) c, child of 7, 3 s", p, err)
	}
	for _, bad := range []string{"", "42", "42 )(", "42 (a) S 7", "42 (a) S x 1 1 0 -1 4194560 100 0 3 0 250 50", "42 (a) S 7 1 1 0 -1 4194560 100 0 3 0 x 50"} {
		if _, err := parseStat([]byte(bad)); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
	if got := kilobytesOf([]byte("VmPeak:\t 9 kB\nVmHWM:\t 12 kB\n"), "VmHWM:"); got != 12*1024 {
		t.Errorf("got %d bytes, want %d", got, 12*1024)
	}
	if got := kilobytesOf([]byte("VmPeak:\t 9 kB\n"), "VmHWM:"); got != 0 {
		t.Errorf("got %d bytes of nothing", got)
	}
}

func FuzzParseStat(f *testing.F) {
	f.Add([]byte("42 (a) S 7 1 1 0 -1 4194560 100 0 3 0 250 50 0 0"))
	f.Fuzz(func(_ *testing.T, stat []byte) { _, _ = parseStat(stat) })
}
