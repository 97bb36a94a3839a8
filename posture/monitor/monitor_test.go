package monitor

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"sitwell/posture"
)

// The test binary plays sitwell-eye when it is started with this variable: a
// webcam is what the machine lacks, and this one speaks the eye's protocol
// through a real process.
const scriptVariable = "SITWELL_TEST_EYE"

func TestMain(m *testing.M) {
	if script := os.Getenv(scriptVariable); script != "" {
		os.Exit(playEye(script, os.Args[1:]))
	}
	goleak.VerifyTestMain(m)
}

// playEye follows a script: steps separated by spaces.
//
//	live         say that the source is live
//	see:N        N observations, one each 10 ms
//	slouch:N     the same of somebody who has sunk down
//	nothing:D    say nothing for D
//	exit:CODE    say why on standard error and end as the eye does
//	abort        end by SIGABRT
//	count:FILE   add a line to FILE
//	first:FILE:A|B  if FILE does not exist make it and do A, else do B (steps joined by +)
//	deaf         ignore standard input and SIGTERM
func playEye(script string, args []string) int {
	source := args[slices.Index(args, "--source")+1]
	if source == "demo" {
		script = "live see:100000"
	}
	if slices.Contains(args, "--probe") {
		if _, err := os.Stat(os.Getenv("SITWELL_TEST_CAMERA")); err != nil {
			return eyeNoCamera
		}
		return 0
	}
	stop := make(chan struct{})
	deaf := strings.Contains(script, "deaf")
	go func() {
		s := bufio.NewScanner(os.Stdin)
		for s.Scan() {
			fmt.Fprintln(os.Stderr, "told", s.Text())
			if strings.Contains(s.Text(), `"stop"`) {
				break
			}
			if strings.Contains(s.Text(), `"on":true`) {
				fmt.Println(`{"type":"mirror","jpeg":"/9j/","width":320,"height":240}`)
			}
		}
		if !deaf {
			close(stop)
		}
	}()
	if deaf {
		signal.Ignore(syscall.SIGTERM)
	}
	frame := uint64(0)
	start := time.Now()
	var play func(steps []string) (int, bool)
	play = func(steps []string) (int, bool) {
		for _, step := range steps {
			verb, arg, _ := strings.Cut(step, ":")
			switch verb {
			case "live":
				b, _ := json.Marshal(map[string]any{
					"type": "source", "status": "live", "name": source, "card": "Test camera",
					"width": 640, "height": 480, "fourcc": "MJPG", "fps": 30.0,
				})
				fmt.Println(string(b))
			case "garbage":
				fmt.Println("{\"type\":\"observation\",\"landmarks\":[[1,2]]}\nnot json\n{\"type\":\"surprise\"}")
			case "ended":
				fmt.Println(`{"type":"source","status":"ended"}`)
			case "see", "slouch":
				n, _ := strconv.Atoi(arg)
				for range n {
					frame++
					o := person(time.Now(), time.Since(start), frame)
					if verb == "slouch" {
						for i := range o.Landmarks {
							o.Landmarks[i].Y += 70
						}
					}
					fmt.Println(string(o.AppendJSON(nil)))
					select {
					case <-stop:
						return 0, true
					case <-time.After(10 * time.Millisecond):
					}
				}
			case "nothing":
				d, _ := time.ParseDuration(arg)
				select {
				case <-stop:
					return 0, true
				case <-time.After(d):
				}
			case "exit":
				code, _ := strconv.Atoi(arg)
				if code == eyeBadInput {
					fmt.Println(`{"type":"source","status":"failed"}`)
				}
				fmt.Fprintf(os.Stderr, "sitwell-eye: it failed with %d\n", code)
				return code, true
			case "abort":
				_ = syscall.Kill(os.Getpid(), syscall.SIGABRT)
				time.Sleep(time.Minute)
			case "count":
				f, _ := os.OpenFile(arg, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
				fmt.Fprintln(f, source)
				f.Close()
			case "first":
				file, branches, _ := strings.Cut(arg, ":")
				a, b, _ := strings.Cut(branches, "|")
				if _, err := os.Stat(file); err != nil {
					_ = os.WriteFile(file, nil, 0o600)
					b = a
				}
				if code, end := play(strings.Split(b, "+")); end {
					return code, true
				}
			}
		}
		return 0, false
	}
	code, _ := play(strings.Fields(script))
	return code
}

// person is somebody upright with a little unrest.
func person(at time.Time, mono time.Duration, frame uint64) posture.Observation {
	o := posture.Observation{
		Time: at.UnixNano(), Mono: int64(mono) + 1, Frame: frame, Width: 640, Height: 480, PoseFlag: 0.99, People: 1, Brightness: 120,
		Landmarks: make([]posture.Landmark, posture.LandmarkCount),
	}
	for i := range o.Landmarks {
		o.Landmarks[i] = posture.Landmark{X: 320, Y: 470, Visibility: 0.1}
	}
	for i, p := range map[int][2]float64{
		posture.Nose: {320, 205}, posture.LeftEye: {350, 180}, posture.RightEye: {290, 180},
		posture.LeftEyeOuter: {360, 180}, posture.RightEyeOuter: {280, 180},
		posture.LeftEar: {390, 196}, posture.RightEar: {250, 196},
		posture.MouthLeft: {342, 235}, posture.MouthRight: {298, 235},
		posture.LeftShoulder: {440, 340}, posture.RightShoulder: {200, 340},
	} {
		o.Landmarks[i] = posture.Landmark{X: p[0] + rand.Float64(), Y: p[1] + rand.Float64(), Visibility: 0.99, Presence: 0.99}
	}
	return o
}

// memory is a store whose disk can be made to refuse.
type memory struct {
	mu         sync.Mutex // guards all
	events     []posture.Event
	minutes    []posture.Minute
	baselines  []posture.Baseline
	ranges     []posture.ComfortableRange // the latest first
	samples    []posture.SampleBlock
	patch      []byte
	ids        int64
	refuse     error // of what writes
	pruned     int   // steps
	erasing    func(posture.Event) bool
	held       int   // how many steps of a deletion fail
	going      error // why none can be begun
	unreadable error // of what reads
}

var _ Store = (*memory)(nil)

func (s *memory) AppendEvents(_ context.Context, events []posture.Event) ([]posture.Event, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refuse != nil {
		return nil, s.refuse
	}
	out := slices.Clone(events)
	for i := range out {
		out[i].ID = int64(len(s.events) + 1)
		s.events = append(s.events, out[i])
	}
	return out, nil
}

func (s *memory) AddMinutes(_ context.Context, minutes []posture.Minute) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refuse != nil {
		return s.refuse
	}
	s.minutes = append(s.minutes, minutes...)
	return nil
}

func (s *memory) SaveBaseline(_ context.Context, b posture.Baseline) (posture.Baseline, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refuse != nil {
		return b, s.refuse
	}
	if b.ID != 0 {
		i := s.baseline(b.ID)
		if i < 0 {
			return b, gone{}
		}
		s.baselines[i] = b
		return b, nil
	}
	s.ids++
	b.ID = s.ids
	s.baselines = append(s.baselines, b)
	return b, nil
}

// gone is the error of a store that will never do what was asked.
type gone struct{}

func (gone) Error() string   { return "it is gone" }
func (gone) Permanent() bool { return true }

func (s *memory) baseline(id int64) int {
	return slices.IndexFunc(s.baselines, func(b posture.Baseline) bool { return b.ID == id })
}

func (s *memory) DeleteBaseline(_ context.Context, id int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.baseline(id)
	if s.refuse != nil || i < 0 {
		return errors.Join(s.refuse, gone{})
	}
	s.baselines = slices.Delete(s.baselines, i, i+1)
	return nil
}

func (s *memory) Baseline(_ context.Context, id int64) (posture.Baseline, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.baseline(id); i >= 0 {
		return s.baselines[i], true, s.unreadable
	}
	return posture.Baseline{}, false, s.unreadable
}

func (s *memory) Baselines(_ context.Context, camera string, width, height int) (some []posture.Baseline, _ error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range s.baselines {
		if b.Camera == camera && b.Width*height == b.Height*width {
			some = append(some, b)
		}
	}
	return some, s.unreadable
}

func (s *memory) AllBaselines(context.Context) ([]posture.Baseline, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.baselines), s.unreadable
}

func (s *memory) Event(_ context.Context, id int64) (posture.Event, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.events {
		if e.ID == id {
			return e, true, s.unreadable
		}
	}
	return posture.Event{}, false, s.unreadable
}

func (s *memory) EventAnswers(_ context.Context, id int64, kinds ...posture.EventKind) (some []posture.Event, _ error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.events {
		if e.Ref == id && slices.Contains(kinds, e.Kind) {
			some = append(some, e)
		}
	}
	return some, s.unreadable
}

func (s *memory) EventsBetween(_ context.Context, from, to time.Time) (some []posture.Event, _ error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.events {
		if !e.Time.Before(from) && e.Time.Before(to) {
			some = append(some, e)
		}
	}
	return some, s.unreadable
}

func (s *memory) Minutes(_ context.Context, from, to time.Time) (some []posture.Minute, _ error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.minutes {
		if !m.Start.Before(from) && m.Start.Before(to) {
			some = append(some, m)
		}
	}
	return some, s.unreadable
}

func (s *memory) Settings(context.Context) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.patch), s.unreadable
}

func (s *memory) SaveSettings(ctx context.Context, patch []byte, events []posture.Event) ([]posture.Event, error) {
	stored, err := s.AppendEvents(ctx, events)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		s.patch = slices.Clone(patch)
	}
	return stored, err
}

func (s *memory) SaveSamples(_ context.Context, blocks []posture.SampleBlock) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refuse == nil {
		s.samples = append(s.samples, blocks...)
	}
	return s.refuse
}

func (s *memory) Samples(_ context.Context, from, to time.Time) (some []posture.SampleBlock, _ error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range s.samples {
		if !b.Start.Before(from) && b.Start.Before(to) {
			some = append(some, b)
		}
	}
	return some, s.unreadable
}

// pruneOne deletes the first that is old, one at a time.
func pruneOne[T any](s *memory, all *[]T, old func(T) bool) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pruned++
	if s.refuse != nil {
		return false, s.refuse
	}
	if i := slices.IndexFunc(*all, old); i >= 0 {
		*all = slices.Delete(*all, i, i+1)
	}
	return slices.ContainsFunc(*all, old), nil
}

func (s *memory) PruneSamples(_ context.Context, before time.Time) (bool, error) {
	return pruneOne(s, &s.samples, func(b posture.SampleBlock) bool { return b.Start.Before(before) })
}

func (s *memory) PruneMinutes(_ context.Context, before time.Time) (bool, error) {
	return pruneOne(s, &s.minutes, func(m posture.Minute) bool { return m.Start.Before(before) })
}

func (s *memory) PruneEvents(_ context.Context, before time.Time) (bool, error) {
	return pruneOne(s, &s.events, func(e posture.Event) bool { return e.Time.Before(before) })
}

// Erase takes events away in steps, one each, but for those of now.
func (s *memory) Erase(_ context.Context, from, to, now time.Time) (kept posture.Kept, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := cmp.Or(s.going, s.refuse); err != nil {
		return kept, err
	}
	s.erasing = func(e posture.Event) bool {
		return !e.Time.Before(from) && (to.IsZero() || e.Time.Before(to)) && e.Time.Before(now)
	}
	for _, e := range s.events {
		if s.erasing(e) {
			kept.Events++
		}
	}
	s.events = slices.DeleteFunc(s.events, func(e posture.Event) bool {
		return s.erasing(e) && e.Time.After(now.Add(-time.Minute))
	})
	return kept, nil
}

func (s *memory) EraseAll(ctx context.Context, now time.Time) (posture.Kept, error) {
	kept, err := s.Erase(ctx, time.Time{}, time.Time{}, now)
	if err == nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.baselines, s.patch = nil, nil
	}
	return kept, err
}

func (s *memory) EraseStep(context.Context) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.erasing == nil {
		return false, nil
	}
	if s.held > 0 {
		s.held--
		return true, errors.New("held up")
	}
	i := slices.IndexFunc(s.events, s.erasing)
	if i < 0 {
		s.erasing = nil
		return false, nil
	}
	s.events = slices.Delete(s.events, i, i+1)
	return true, nil
}

func (s *memory) setRefuse(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = err
}

func (s *memory) kinds() (k []posture.EventKind) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.events {
		k = append(k, e.Kind)
	}
	return k
}

// watch is a running monitor.
type watch struct {
	*Monitor
	store, demo *memory
	cancel      context.CancelFunc
	done        chan error
}

// start runs a monitor over an eye that follows the script.
func start(t *testing.T, script string, change func(*Config)) *watch {
	t.Helper()
	w := &watch{store: &memory{}, demo: &memory{}, done: make(chan error, 1)}
	c := Config{
		Eye:    EyeCommand{Path: os.Args[0], Env: append(os.Environ(), scriptVariable+"="+script)},
		Source: "0", Rate: 2, Policy: posture.DefaultPolicy(), DemoPolicy: posture.DemoPolicy(),
		Store: w.store, DemoStore: w.demo, Version: "test",
		RetryMin: 20 * time.Millisecond, RetryMax: 200 * time.Millisecond, HealthyAfter: time.Minute,
		StallAfter: 700 * time.Millisecond, OpenTimeout: 5 * time.Second,
		Devices: func() []string { return nil },
	}
	if change != nil {
		change(&c)
	}
	w.store = c.Store.(*memory)
	m, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	w.Monitor = m
	ctx, cancel := context.WithCancel(context.Background())
	w.cancel = cancel
	go func() { w.done <- m.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		select {
		case <-m.stopped:
		case <-time.After(8 * time.Second):
			t.Error("the monitor did not end")
		}
	})
	return w
}

// until waits for a picture that fits.
func (w *watch) until(t *testing.T, what string, fits func(Status) bool) Status {
	t.Helper()
	for range 1000 {
		if s := w.Status(); fits(s) {
			return s
		}
		time.Sleep(10 * time.Millisecond)
	}
	s := w.Status()
	t.Fatalf("waited for %s in vain: state %s (%s), source %+v", what, s.State, s.Reason, s.Source)
	return s
}

func isLive(s Status) bool { return s.Source.Status == SourceLive && s.Figure != nil }

func (w *watch) end(t *testing.T) {
	t.Helper()
	began := time.Now()
	w.cancel()
	if err := <-w.done; err != nil {
		t.Errorf("got %v at the end, want nil", err)
	}
	if d := time.Since(began); d > 5*time.Second {
		t.Errorf("the end took %v, want 5 s at most", d)
	}
}

func TestWatches(t *testing.T) {
	w := start(t, "garbage live see:100000", nil)
	messages, cancel := w.Subscribe()
	defer cancel()
	s := w.until(t, "a live source", isLive)
	if s.Source.Card != "Test camera" || s.Source.FourCC != "MJPG" || s.Source.Width != 640 || s.Source.Demo {
		t.Errorf("got source %+v", s.Source)
	}
	if s.Score != nil || s.Reason != "no baseline" {
		t.Errorf("got score %v (%s), want none without a baseline", s.Score, s.Reason)
	}
	got := map[string]bool{}
	for m := range messages {
		got[m.Type] = true
		if got["live"] && got["event"] {
			break
		}
	}
	w.end(t)
	if k := w.store.kinds(); !slices.Equal(k, []posture.EventKind{posture.EventBoutStart, posture.EventBoutEnd}) {
		t.Errorf("stored %v, want the bout from start to end", k)
	}
	if len(w.demo.kinds()) > 0 {
		t.Error("a person's events went to the demo")
	}
	if err := w.Calibrate(context.Background(), posture.PoseUpright, posture.WaySitting); !errors.Is(err, ErrStopped) {
		t.Errorf("got %v after the end, want %v", err, ErrStopped)
	}
}

func TestCalibratesAndKeepsTheBaseline(t *testing.T) {
	short := func(c *Config) {
		c.Policy.Countdown, c.Policy.Calibration = 0, 1
	}
	w := start(t, "live see:100000", short)
	w.until(t, "a live source", isLive)
	if err := w.Calibrate(context.Background(), posture.PoseUpright, posture.WaySitting); err != nil {
		t.Fatal(err)
	}
	s := w.until(t, "a baseline with an ID", func(s Status) bool { return s.Baseline != nil && s.Baseline.ID == 1 && s.Score != nil })
	if s.Calibration.Status != posture.CalibrationDone {
		t.Errorf("got %+v", s.Calibration)
	}
	w.end(t)

	again := start(t, "live see:100000", func(c *Config) { c.Store = w.store })
	again.until(t, "the baseline of before", func(s Status) bool { return s.Baseline != nil && s.Score != nil })
	again.end(t)
}

// TestLosses covers what a camera and a process can do.
func TestLosses(t *testing.T) {
	dir := t.TempDir()
	tests := []struct {
		name   string
		script string
		status SourceStatus
		text   string
	}{
		{"no camera", "exit:4", SourceNoCamera, "it failed with 4"},
		{"busy", "exit:5", SourceBusy, "it failed with 5"},
		{"a device that can't be opened", "exit:3", SourceFailed, "it failed with 3"},
		{"hangs while it is open", "first:" + dir + "/hang:live+see:5+nothing:60s|nothing:60s", SourceStalled, "stopped answering"},
		{"hangs and is deaf", "deaf first:" + dir + "/deaf:live+see:5+nothing:60s|nothing:60s", SourceStalled, "stopped answering"},
		{"crashes", "live see:3 abort", SourceDegraded, "crashes again and again"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := start(t, tt.script, nil)
			s := w.until(t, string(tt.status), func(s Status) bool { return s.Source.Status == tt.status })
			if !strings.Contains(s.Source.Message, tt.text) {
				t.Errorf("got message %q, want %q in it", s.Source.Message, tt.text)
			}
			if s.State != posture.Unknown || s.Score != nil {
				t.Errorf("got %s, score %v; want unknown and none", s.State, s.Score)
			}
			w.end(t)
		})
	}
}

func TestLostAndBackAreToldOnce(t *testing.T) {
	dir := t.TempDir()
	w := start(t, "first:"+dir+"/a:live+see:30+exit:3|first:"+dir+"/b:exit:4|first:"+dir+"/c:exit:4|live+see:100000", func(c *Config) {
		c.Source = "/dev/video0"
	})
	// The script nests only by files: a, then b, then c, then live for good.
	w.until(t, "the loss", func(s Status) bool { return s.Source.Status == SourceLost || s.Source.Status == SourceNoCamera })
	for range 500 {
		if k := w.store.kinds(); slices.Contains(k, posture.EventCameraBack) {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	w.until(t, "the camera's return", isLive)
	w.end(t)
	lost, back := 0, 0
	for _, k := range w.store.kinds() {
		switch k {
		case posture.EventCameraLost:
			lost++
		case posture.EventCameraBack:
			back++
		}
	}
	if lost != 1 || back != 1 {
		t.Errorf("got %d lost and %d back, want one each: %v", lost, back, w.store.kinds())
	}
}

func TestFlappingCameraIsNotHammered(t *testing.T) {
	count := t.TempDir() + "/count"
	w := start(t, "count:"+count+" live see:5 exit:3", func(c *Config) {
		c.RetryMin, c.RetryMax = 20*time.Millisecond, 600*time.Millisecond // a fiftieth of the real ones
	})
	time.Sleep(6 * time.Second) // 5 min in that scale
	w.end(t)
	b, err := os.ReadFile(count)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(b), "\n"); n < 5 || n > 20 {
		t.Errorf("it was opened %d times, want 5 to 20", n)
	}
}

func TestDemoPlaysUntilACameraAppears(t *testing.T) {
	dir := t.TempDir()
	camera := dir + "/camera"
	// No camera at first; one once the file exists.
	var devices []string
	var mu sync.Mutex // guards devices
	w := start(t, "live see:100000", func(c *Config) {
		c.Source = "auto"
		c.Eye.Env = append(c.Eye.Env, "SITWELL_TEST_CAMERA="+camera)
		c.StallAfter = time.Minute // a slow machine is no camera that hangs
		c.Devices = func() []string {
			mu.Lock()
			defer mu.Unlock()
			return devices
		}
	})
	s := w.until(t, "the demo", func(s Status) bool { return isLive(s) && s.Source.Demo && s.Score != nil })
	if !s.Policy.Shortened || s.Policy.AlertAfterSeconds != 8 || !strings.Contains(s.Source.Message, "No camera was found") {
		t.Errorf("the demo must say so: got %+v, %q", s.Policy, s.Source.Message)
	}
	if len(w.store.kinds()) > 0 {
		t.Errorf("the demo wrote into the person's history: %v", w.store.kinds())
	}
	if err := os.WriteFile(camera, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	devices = []string{"/dev/video0"}
	mu.Unlock()
	s = w.until(t, "the camera", func(s Status) bool { return isLive(s) && !s.Source.Demo })
	if s.Policy.Shortened || s.Baseline != nil {
		t.Errorf("the camera is judged by the demo's policy or baseline: %+v, %+v", s.Policy, s.Baseline)
	}
	w.end(t)
	if k := w.demo.kinds(); k[len(k)-1] != posture.EventBoutEnd {
		t.Errorf("the demo's bout was not ended: %v", k)
	}
	if k := w.store.kinds(); len(k) == 0 || k[0] != posture.EventBoutStart {
		t.Errorf("the person's history begins with %v, want a bout", k)
	}
}

func TestDemoPlaysWhenNoDeviceIsACamera(t *testing.T) {
	w := start(t, "exit:4", func(c *Config) {
		c.Source = "auto"
		c.Devices = func() []string { return []string{"/dev/video7"} }
	})
	w.until(t, "the demo", func(s Status) bool { return isLive(s) && s.Source.Demo })
	w.end(t)
}

func TestNoDemoWhenNotWanted(t *testing.T) {
	w := start(t, "exit:4", func(c *Config) { c.Source, c.NoDemo = "auto", true })
	s := w.until(t, "no camera", func(s Status) bool { return s.Source.Status == SourceNoCamera })
	if s.Source.Demo {
		t.Error("the demo plays")
	}
	w.end(t)
	if k := w.store.kinds(); len(k) != 0 {
		t.Errorf("got %v without a camera", k)
	}
}

func TestWhatCantGoOn(t *testing.T) {
	for name, tt := range map[string]struct {
		script, source string
		code           int
	}{
		"altered model":   {"exit:2", "0", 2},
		"missing runtime": {"exit:6", "0", 6},
		"missing file":    {"exit:3", "clip.mp4", 3},
		"missing library": {"exit:127", "0", 1},
	} {
		t.Run(name, func(t *testing.T) {
			w := start(t, tt.script, func(c *Config) { c.Source = tt.source })
			var err error
			select {
			case err = <-w.done:
			case <-time.After(10 * time.Second):
				t.Fatal("it went on")
			}
			var fatal *FatalError
			if !errors.As(err, &fatal) || fatal.Code != tt.code || !strings.Contains(err.Error(), "it failed with") {
				t.Errorf("got %v, want a fatal error of code %d with the eye's word", err, tt.code)
			}
		})
	}
}

// A camera that is there and gives nothing is not told as one that is absent.
func TestSilentCameraIsNotAbsent(t *testing.T) {
	for name, devices := range map[string][]string{"there": {"/dev/video0"}, "unplugged": nil} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			w := start(t, "first:"+dir+"/a:live+see:5+nothing:60s|exit:4", func(c *Config) {
				c.Source = "auto"
				c.Devices = func() []string { return devices }
				if devices == nil {
					c.Source = "0" // auto without a device begins with the demo
				}
			})
			w.until(t, "the silence", func(s Status) bool { return s.Source.Status == SourceStalled })
			want := SourceNoCamera
			if devices != nil {
				want = SourceStalled
			}
			w.until(t, "the second look", func(s Status) bool {
				return s.Source.Status == want && strings.Contains(s.Source.Message, "it failed with 4")
			})
			w.end(t)
		})
	}
}

func TestAdviceIsGivenOnce(t *testing.T) {
	for give, want := range map[string]string{
		`"Cam": silent: plug it in again`: `"Cam": silent: plug it in again`,
		`"Cam": silent; then: open "Cam": it gives no picture: unplug it and plug it in again: plug it in again`: `"Cam": silent; then: open "Cam": it gives no picture: unplug it and plug it in again`,
		"": "", "plug it in again": "plug it in again",
	} {
		if got := once(give); got != want {
			t.Errorf("%q: got %q, want %q", give, got, want)
		}
	}
}

func TestRecordingEnds(t *testing.T) {
	w := start(t, "live see:20 ended", func(c *Config) { c.Source = "clip.mp4" })
	w.until(t, "the end", func(s Status) bool { return s.Source.Status == SourceEnded })
	time.Sleep(2 * tick)
	if s := w.Status(); s.Source.Status != SourceEnded {
		t.Errorf("got %s after the end", s.Source.Status)
	}
	w.end(t)
	if k := w.store.kinds(); !slices.Contains(k, posture.EventBoutEnd) {
		t.Errorf("the bout was not ended: %v", k)
	}
}

func TestPause(t *testing.T) {
	count := t.TempDir() + "/count"
	w := start(t, "count:"+count+" live see:100000", nil)
	w.until(t, "a live source", isLive)
	ctx := context.Background()
	if err := w.Pause(ctx); err != nil {
		t.Fatal(err)
	}
	s := w.Status()
	if s.Source.Status != SourcePaused || s.State != posture.Unknown || s.Reason != "paused" || s.Figure != nil {
		t.Errorf("paused, got %s, source %s", s.State, s.Source.Status)
	}
	if err := w.Calibrate(ctx, posture.PoseUpright, posture.WaySitting); !errors.Is(err, ErrPaused) {
		t.Errorf("got %v, want %v", err, ErrPaused)
	}
	if err := w.Mirror(true); !errors.Is(err, ErrPaused) {
		t.Errorf("got %v, want %v", err, ErrPaused)
	}
	time.Sleep(2 * tick)
	if b, _ := os.ReadFile(count); strings.Count(string(b), "\n") != 1 {
		t.Error("the eye was started again during the pause")
	}
	if err := w.Resume(ctx); err != nil {
		t.Fatal(err)
	}
	w.until(t, "a live source again", isLive)
	w.end(t)
	if k := w.store.kinds(); !slices.Contains(k, posture.EventPaused) || !slices.Contains(k, posture.EventResumed) ||
		slices.Contains(k, posture.EventCameraLost) {
		t.Errorf("got %v, want paused and resumed and no loss", k)
	}
}

func TestMirror(t *testing.T) {
	w := start(t, "live see:100000", nil)
	w.until(t, "a live source", isLive)
	messages, cancel := w.Subscribe()
	defer cancel()
	if err := w.Mirror(true); err != nil {
		t.Fatal(err)
	}
	for m := range messages {
		if m.Mirror != nil {
			if len(m.Mirror.JPEG) != 3 || m.Mirror.Width != 320 {
				t.Errorf("got %+v", m.Mirror)
			}
			break
		}
	}
	w.end(t)
}

func TestDiskThatRefuses(t *testing.T) {
	w := start(t, "live see:100000", nil)
	w.store.setRefuse(errors.New("no space left on device"))
	messages, cancel := w.Subscribe()
	defer cancel()
	for m := range messages {
		if m.Event != nil { // told although it is not on disk
			if m.Event.ID != 0 {
				t.Errorf("an event that is not on disk has ID %d", m.Event.ID)
			}
			break
		}
	}
	s := w.until(t, "the disk's error", func(s Status) bool { return s.StoreError != "" })
	if !strings.Contains(s.StoreError, "no space left") {
		t.Errorf("got %q", s.StoreError)
	}
	w.store.setRefuse(nil)
	w.until(t, "the disk's return", func(s Status) bool { return s.StoreError == "" })
	w.end(t)
	if k := w.store.kinds(); !slices.Equal(k, []posture.EventKind{posture.EventBoutStart, posture.EventBoutEnd}) {
		t.Errorf("stored %v, want all of it, once", k)
	}
}

// never is an error that no second try would mend.
type never struct{}

func (never) Error() string   { return "invalid value" }
func (never) Permanent() bool { return true }

func TestWhatTheStoreWillNeverTakeHoldsNothingUp(t *testing.T) {
	w := newWriter(slog.New(slog.DiscardHandler))
	go w.run()
	bad, good := &memory{refuse: never{}}, &memory{}
	w.in <- batch{store: bad, events: []posture.Event{{Kind: posture.EventAlert}}}
	w.in <- batch{store: good, events: []posture.Event{{Kind: posture.EventBoutStart}}}
	w.flush(time.Second)
	if k := good.kinds(); len(k) != 1 {
		t.Errorf("stored %v behind it, want one event", k)
	}
}

func TestSlowSubscriberIsDropped(t *testing.T) {
	var s subscribers
	slow, cancel := s.add()
	defer cancel()
	for range 2 * subscriberBuffer {
		s.publish(Message{Type: "live", Live: &Status{}})
	}
	s.publish(Message{Type: "event", Event: &posture.Event{}})
	n := 0
	for range slow {
		n++
	}
	if n != subscriberBuffer {
		t.Errorf("got %d messages, want %d and then the end", n, subscriberBuffer)
	}
	s.close()
	if _, ok := <-func() <-chan Message { c, _ := s.add(); return c }(); ok {
		t.Error("a subscriber after the end gets messages")
	}
}

func TestBadConfig(t *testing.T) {
	for _, rate := range []float64{-1, 0.1, 31} {
		if _, err := New(Config{Rate: rate, Policy: posture.DefaultPolicy(), DemoPolicy: posture.DemoPolicy()}); err == nil {
			t.Errorf("a rate of %v was taken", rate)
		}
	}
}

func FuzzParseLine(f *testing.F) {
	f.Add([]byte(`{"type":"source","status":"live","name":"demo","width":640}`))
	f.Add([]byte(`{"type":"mirror","jpeg":"/9j/"}`))
	o := person(time.Unix(1, 0), time.Second, 1)
	f.Add(o.AppendJSON(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		l, err := parseLine(b)
		if err != nil {
			return
		}
		if n := len(l.observation.Landmarks); n != 0 && n != posture.LandmarkCount {
			t.Errorf("took %d landmarks", n)
		}
	})
}

func (s *memory) ComfortableRange(_ context.Context, baseline int64, exercise string) (posture.ComfortableRange, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.ranges {
		if r.Baseline == baseline && r.Exercise == exercise {
			return r, true, s.unreadable
		}
	}
	return posture.ComfortableRange{}, false, s.unreadable
}

func (s *memory) SaveComfortableRange(_ context.Context, r posture.ComfortableRange) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refuse == nil {
		s.ranges = append([]posture.ComfortableRange{r}, s.ranges...)
	}
	return s.refuse
}
