package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"sitwell/posture"
	"sitwell/posture/monitor"
	"sitwell/posture/sqlite"
	"sitwell/web"
)

// With mainEnv set the test binary is the program itself, for tests that need it
// in another process.
const mainEnv = "SITWELL_TEST_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(mainEnv) != "" {
		main()
	}
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("net/http.(*persistConn).readLoop"), goleak.IgnoreTopFunction("net/http.(*persistConn).writeLoop"))
}

const demoClip = "../../vision/demo/demo.mp4"

// program is a sitwell under test.
type program struct {
	mu  sync.Mutex // guards both
	out bytes.Buffer
	err bytes.Buffer
	env map[string]string
	in  string // what is typed
}

type locked struct {
	mu *sync.Mutex
	b  *bytes.Buffer
}

func (l locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (p *program) stdout() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.String()
}

func (p *program) stderr() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.err.String()
}

func newProgram(t *testing.T) *program {
	home := t.TempDir()
	return &program{env: map[string]string{"HOME": home, "SITWELL_EYE": "../../bin/sitwell-eye"}}
}

// needEye skips a test that needs the real eye, which make build makes.
func needEye(t *testing.T) {
	t.Helper()
	if _, err := os.Stat("../../bin/sitwell-eye"); err != nil {
		t.Skip("skipped: bin/sitwell-eye is not built: run make build")
	}
}

func (p *program) main(ctx context.Context, args ...string) int {
	a := &App{
		Stdin: strings.NewReader(p.in), Stdout: locked{&p.mu, &p.out}, Stderr: locked{&p.mu, &p.err},
		Env: func(k string) string { return p.env[k] }, Version: "test",
	}
	return a.Main(ctx, args)
}

func TestBadInput(t *testing.T) {
	needEye(t)
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	if err := os.MkdirAll(filepath.Join(dir, "empty"), 0o700); err != nil {
		t.Fatal(err)
	}
	models := filepath.Join(dir, "models")
	write("models/pose_detector.onnx", "altered")

	tests := []struct {
		name string
		args []string
		code int
		text []string
	}{
		{"unknown command", []string{"watch"}, 2, []string{`unknown command "watch"`}},
		{"unknown flag", []string{"run", "--sauce", "0"}, 2, []string{"--sauce", "--help"}},
		{"rate that is no number", []string{"run", "--rate", "fast"}, 2, []string{"fast"}},
		{"rate out of range", []string{"run", "--rate", "99"}, 2, []string{"rate", "0.2 to 30"}},
		{"rate NaN", []string{"run", "--rate", "NaN"}, 2, []string{"rate"}},
		{"unknown model", []string{"run", "--model", "heavy"}, 2, []string{"heavy", "full or lite"}},
		{"config that is not there", []string{"run", "--config", filepath.Join(dir, "none.toml")}, 2, []string{"none.toml"}},
		{"unknown key", []string{"run", "--config", write("key.toml", "sauce = 1\n")}, 2, []string{"key.toml", "sauce"}},
		{"unknown nested key", []string{"run", "--config", write("nested.toml", "[alerts]\nbefore = \"1s\"\n")}, 2, []string{"alerts.before"}},
		{"duplicate key", []string{"run", "--config", write("dup.toml", "rate = 1\nrate = 2\n")}, 2, []string{"dup.toml", "rate"}},
		{"NaN in the config", []string{"run", "--config", write("nan.toml", "rate = nan\n")}, 2, []string{"rate"}},
		{"duration out of range", []string{"run", "--config", write("after.toml", "[alerts]\nafter = \"-3s\"\n")}, 2, []string{"alert_after"}},
		{"alerts per hour below 0", []string{"run", "--config", write("hour.toml", "[alerts]\nper_hour = -1\n")}, 2, []string{"alerts.per_hour", "-1"}},
		{"alerts per day of text", []string{"run", "--config", write("day.toml", "[alerts]\nper_day = \"ten\"\n")}, 2, []string{"alerts.per_day"}},
		{"quiet hours that are none", []string{"run", "--config", write("quiet.toml", "[alerts]\nquiet = [\"night\"]\n")}, 2, []string{"alerts.quiet", "night", "22:00-07:00"}},
		{"quiet hours at 25", []string{"run", "--config", write("quiet25.toml", "[alerts]\nquiet = [\"22:00-25:00\"]\n")}, 2, []string{"alerts.quiet", "25:00"}},
		{"sensitivity of a signal that is none", []string{"run", "--config", write("nose.toml", "[sensitivity]\nnose = 3\n")}, 2, []string{"sensitivity", "nose", "head_drop"}},
		{"sensitivity out of range", []string{"run", "--config", write("six.toml", "[sensitivity]\nsink = 6\n")}, 2, []string{"sensitivity", "sink", "1 to 5"}},
		{"sensitivity twice", []string{"run", "--config", write("twice.toml", "[sensitivity]\nsink = 3\nsink = 4\n")}, 2, []string{"sink"}},
		{"break too often", []string{"run", "--config", write("every.toml", "[sitting]\nbreak_every = \"1s\"\n")}, 2, []string{"sitting.break_every"}},
		{"static for a day", []string{"run", "--config", write("static.toml", "[sitting]\nstatic_after = \"24h\"\n")}, 2, []string{"sitting.static_after"}},
		{"a day without an end", []string{"run", "--config", write("dayend.toml", "[sitting]\nday_end = \"dusk\"\n")}, 2, []string{"sitting.day_end", "dusk", "auto, off or HH:MM"}},
		{"measurements for a year", []string{"run", "--config", write("year.toml", "[history]\nmeasurements = \"365d\"\n")}, 2, []string{"history.measurements", "365d", "14d"}},
		{"measurements of half a day", []string{"run", "--config", write("half.toml", "[history]\nmeasurements = \"12h\"\n")}, 2, []string{"history.measurements", "12h"}},
		{"minutes of no time", []string{"run", "--config", write("none.toml", "[history]\nminutes = \"0\"\n")}, 2, []string{"history.minutes", "730d"}},
		{"events without a unit", []string{"run", "--config", write("unit.toml", "[history]\nevents = 1825\n")}, 2, []string{"history.events is 1825", "with its unit"}},
		{"minutes without a unit", []string{"run", "--config", write("unit2.toml", "[history]\nminutes = -5\n")}, 2, []string{"history.minutes is -5"}},
		{"measurements without a unit", []string{"run", "--config", write("unit3.toml", "[history]\nmeasurements = 14\n")}, 2, []string{"history.measurements is 14"}},
		{"an alert without a unit", []string{"run", "--config", write("unit4.toml", "[alerts]\nafter = 60.5\n")}, 2, []string{"alerts.after is 60.5"}},
		{"a break without a unit", []string{"run", "--config", write("unit5.toml", "[sitting]\nbreak_every = true\n")}, 2, []string{"sitting.break_every is true"}},
		{"events of no time", []string{"run", "--config", write("noevents.toml", "[history]\nevents = \"0d\"\n")}, 2, []string{"history.events", "forever"}},
		{"minutes for an age", []string{"run", "--config", write("age.toml", "[history]\nminutes = \"40000d\"\n")}, 2, []string{"history.minutes", "40000d", "36500d"}},
		{"minutes of half a day", []string{"run", "--config", write("noon.toml", "[history]\nminutes = \"12h\"\n")}, 2, []string{"history.minutes", "12h"}},
		{"what if of no data", []string{"whatif", "--data", filepath.Join(dir, "nowhere")}, 3, []string{"no measurements", "nowhere"}},
		{"what if of no days", []string{"whatif", "--days", "0", "--data", dir}, 2, []string{"days", "1 to 90"}},
		{"what if of NaN days", []string{"whatif", "--days", "NaN"}, 2, []string{"--days", "--help"}},
		{"what if of an unknown signal", []string{"whatif", "--sensitivity", "nose=3"}, 2, []string{"nose", "head_drop"}},
		{"what if of no steps", []string{"whatif", "--sensitivity", ""}, 2, []string{"--sensitivity", "head_drop=4"}},
		{"what if without a wait", []string{"whatif", "--alert-after", "0s"}, 2, []string{"--alert-after", "45s"}},
		{"what if after two hours", []string{"whatif", "--alert-after", "2h"}, 2, []string{"alert_after"}},
		{"what if of something", []string{"whatif", "now"}, 2, []string{"now", "--help"}},
		{"what if of a bad config", []string{"whatif", "--config", filepath.Join(dir, "nose.toml")}, 2, []string{"nose"}},
		{"what if of garbage", []string{"whatif", "--data", filepath.Dir(write("garbage3/sitwell.db", strings.Repeat("garbage ", 999)))}, 2, []string{"not a database"}},
		{"no duration", []string{"run", "--config", write("dur.toml", "[alerts]\nafter = \"soon\"\n")}, 2, []string{"soon"}},
		{"no TOML", []string{"run", "--config", write("bad.toml", "rate == 2\n")}, 2, []string{"bad.toml", "line 1"}},
		{"public address without a token", []string{"run", "--addr", "0.0.0.0:0", "--data", t.TempDir()}, 2, []string{"token"}},
		{"address in use", []string{"run", "--addr", taken.Addr().String(), "--data", t.TempDir()}, 7, []string{taken.Addr().String(), "--addr"}},
		{"address that is none", []string{"run", "--addr", "8420", "--data", t.TempDir()}, 2, []string{"8420"}},
		{"data folder that is a file", []string{"run", "--data", write("file", "")}, 2, []string{"file"}},
		{"data folder below a file", []string{"run", "--data", filepath.Join(write("file2", ""), "x")}, 2, []string{"--data"}},
		{"database that is none", []string{"run", "--data", filepath.Dir(write("garbage/sitwell.db", strings.Repeat("garbage ", 999)))}, 2, []string{"sitwell.db", "not a database"}},
		{"missing file", []string{"run", "--source", filepath.Join(dir, "no.mp4"), "--addr", "127.0.0.1:0", "--data", t.TempDir()}, 3, []string{"no.mp4"}},
		{"corrupt file", []string{"run", "--source", write("corrupt.mp4", "not a video"), "--addr", "127.0.0.1:0", "--data", t.TempDir()}, 3, []string{"corrupt.mp4"}},
		{"folder without pictures", []string{"run", "--source", filepath.Join(dir, "empty"), "--addr", "127.0.0.1:0", "--data", t.TempDir()}, 3, []string{"empty"}},
		{"altered model", []string{"run", "--models", models, "--source", "demo", "--addr", "127.0.0.1:0", "--data", t.TempDir()}, 2, []string{"pose_"}},
		{"replay without a file", []string{"replay"}, 2, []string{"--help"}},
		{"replay of a missing file", []string{"replay", filepath.Join(dir, "no.mp4")}, 3, []string{"no.mp4"}},
		{"replay of a corrupt file", []string{"replay", filepath.Join(dir, "corrupt.mp4")}, 3, []string{"corrupt.mp4"}},
		{"replay with a bad span", []string{"replay", demoClip, "--baseline", "9-3"}, 2, []string{"9-3"}},
		{"replay at a bad speed", []string{"replay", demoClip, "--speed", "-1"}, 2, []string{"speed"}},
		{"health of nobody", []string{"health", "--addr", "127.0.0.1:1"}, 1, []string{"no sitwell answers"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
			defer cancel()
			p := newProgram(t)
			if code := p.main(ctx, tt.args...); code != tt.code {
				t.Errorf("got exit code %d, want %d", code, tt.code)
			}
			for _, s := range tt.text {
				if !strings.Contains(p.stderr(), s) {
					t.Errorf("got message %q, want %q in it", p.stderr(), s)
				}
			}
		})
	}
}

func TestMissingRuntime(t *testing.T) {
	needEye(t)
	t.Setenv("SITWELL_ONNXRUNTIME", filepath.Join(t.TempDir(), "libonnxruntime.so"))
	p := newProgram(t)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if code := p.main(ctx, "run", "--source", "demo", "--addr", "127.0.0.1:0", "--data", t.TempDir()); code != exitNoRuntime {
		t.Errorf("got exit code %d, want %d", code, exitNoRuntime)
	}
	if !strings.Contains(p.stderr(), "libonnxruntime") {
		t.Errorf("got %q", p.stderr())
	}
}

// replayed replays the demo clip and returns the JSON that was printed.
func replayed(t *testing.T, args ...string) []byte {
	t.Helper()
	p := newProgram(t)
	if code := p.main(context.Background(), append([]string{"replay", demoClip, "--baseline", "0-9s", "--alert-after", "8s", "--json"}, args...)...); code != 0 {
		t.Fatalf("exit code %d: %s", code, p.stderr())
	}
	return []byte(p.stdout())
}

// TestReplay holds that the demo shows what it is made to show, and that the
// history does not depend on how fast it is played.
func TestReplay(t *testing.T) {
	needEye(t)
	fast := replayed(t)
	var r monitor.ReplayResult
	if err := json.Unmarshal(fast, &r); err != nil {
		t.Fatal(err)
	}
	var alerts []float64
	for _, e := range r.Events {
		if e.Kind == posture.EventAlert {
			alerts = append(alerts, e.Time.Sub(r.Start).Seconds())
		}
	}
	if len(alerts) != 1 || alerts[0] < 26 || alerts[0] > 40 {
		t.Errorf("got alerts at %v s, want one between 26 and 40", alerts)
	}
	if r.Baseline == nil || r.Summary.StateSeconds[posture.Away]+r.Summary.StateSeconds[posture.Standing] < 14 || r.Summary.StateSeconds[posture.Upright] < 28 {
		t.Errorf("got %+v", r.Summary)
	}
	if again := replayed(t); !bytes.Equal(fast, again) {
		t.Error("a second replay gives another history")
	}
	if slow := replayed(t, "--speed", "12"); !bytes.Equal(fast, slow) {
		t.Error("a replay at 12 times the speed gives another history than one at full speed")
	}
}

// started is a running service.
type started struct {
	*program
	url  string
	data string
	end  func() int
}

func startRun(t *testing.T, data string, args ...string) *started {
	t.Helper()
	p := newProgram(t)
	ctx, cancel := context.WithCancel(context.Background())
	code := make(chan int, 1)
	go func() {
		code <- p.main(ctx, append([]string{"run", "--addr", "127.0.0.1:0", "--data", data}, args...)...)
	}()
	s := &started{program: p, data: data}
	var once sync.Once
	last := 0
	s.end = func() int {
		once.Do(func() {
			cancel()
			select {
			case last = <-code:
			case <-time.After(10 * time.Second):
				t.Error("the service did not end")
			}
		})
		return last
	}
	t.Cleanup(func() { s.end() })
	found := regexp.MustCompile(`http://\S+`)
	for range 500 {
		if u := found.FindString(p.stdout()); u != "" {
			s.url = strings.TrimSuffix(u, "/")
			return s
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("the service did not print its address: %s", p.stderr())
	return nil
}

func (s *started) live(t *testing.T) monitor.Status {
	t.Helper()
	res, err := http.Get(s.url + "/api/v1/live")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %v: %s", res.Status, err, b)
	}
	var st monitor.Status
	if err := json.Unmarshal(b, &st); err != nil {
		t.Fatal(err)
	}
	return st
}

func (s *started) until(t *testing.T, what string, fits func(monitor.Status) bool) monitor.Status {
	t.Helper()
	for range 1500 {
		if st := s.live(t); fits(st) {
			return st
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("waited for %s in vain: %+v\n%s", what, s.live(t).Source, s.stderr())
	return monitor.Status{}
}

// TestRunDemo is the service from its first second to what it leaves behind.
func TestRunDemo(t *testing.T) {
	needEye(t)
	data := filepath.Join(t.TempDir(), "made", "by", "it")
	s := startRun(t, data, "--source", "demo", "--rate", "5")
	st := s.until(t, "a score", func(st monitor.Status) bool { return st.Score != nil })
	if !st.Source.Demo || st.Source.Status != monitor.SourceLive || st.Version != "test" || st.Figure == nil {
		t.Errorf("got %+v", st.Source)
	}

	second := newProgram(t)
	if code := second.main(context.Background(), "run", "--addr", "127.0.0.1:0", "--data", data); code != exitSecond {
		t.Errorf("a second instance on the same data ended with %d, want %d: %s", code, exitSecond, second.stderr())
	}
	doctor := newProgram(t)
	doctor.main(context.Background(), "doctor", "--data", data, "--addr", strings.TrimPrefix(s.url, "http://"))
	for _, want := range []string{"a running sitwell has it open", "has a running sitwell", "ONNX Runtime", "camera"} {
		if !strings.Contains(doctor.stdout(), want) {
			t.Errorf("doctor says %q, want %q in it", doctor.stdout(), want)
		}
	}
	health := newProgram(t)
	if code := health.main(context.Background(), "health", "--addr", strings.TrimPrefix(s.url, "http://")); code != 0 {
		t.Errorf("health: %d: %s", code, health.stderr())
	}

	began := time.Now()
	if code := s.end(); code != 0 {
		t.Errorf("ended with %d: %s", code, s.stderr())
	}
	if d := time.Since(began); d > 5*time.Second {
		t.Errorf("ending took %v, want 5 s at most", d)
	}
	for name, want := range map[string]int{"demo.db": 3, "sitwell.db": 0} {
		store, err := sqlite.Open(context.Background(), filepath.Join(data, name))
		if err != nil {
			t.Fatal(err)
		}
		events, err := store.RecentEvents(context.Background(), 100)
		if err != nil {
			t.Fatal(err)
		}
		if len(events) < want || want == 0 && len(events) > 0 {
			t.Errorf("%s has %d events, want %d: the demo's are kept apart", name, len(events), want)
		}
		if want > 0 && events[0].Kind != posture.EventBoutEnd {
			t.Errorf("the last event in %s is %s, want the bout's end", name, events[0].Kind)
		}
		if err := store.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if info, err := os.Stat(data); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the data folder has mode %v, want 0700", info.Mode())
	}
}

func TestRunStaysUpWithoutCamera(t *testing.T) {
	needEye(t)
	if m, _ := filepath.Glob("/dev/video*"); len(m) > 0 {
		t.Skip("skipped: this machine has a camera")
	}
	s := startRun(t, t.TempDir(), "--source", "7")
	st := s.until(t, "no camera", func(st monitor.Status) bool {
		return st.Source.Status == monitor.SourceNoCamera || st.Source.Status == monitor.SourceFailed
	})
	if st.Source.Message == "" || st.SittingSeconds != 0 || st.Score != nil {
		t.Errorf("got %+v", st)
	}
	if code := s.end(); code != 0 {
		t.Errorf("ended with %d", code)
	}
}

func TestRunOnAnAddressThatDoesNotAnswer(t *testing.T) {
	needEye(t)
	s := startRun(t, t.TempDir(), "--source", "http://127.0.0.1:1/stream.mjpg")
	st := s.until(t, "the failure", func(st monitor.Status) bool { return st.Source.Status == monitor.SourceFailed })
	if !strings.Contains(st.Source.Message, "127.0.0.1:1") {
		t.Errorf("got message %q, want the address in it", st.Source.Message)
	}
}

func TestToken(t *testing.T) {
	needEye(t)
	data := t.TempDir()
	s := startRun(t, data, "--source", "demo", "--token", "auto")
	if !strings.Contains(s.url, "token=") {
		t.Fatalf("the address %s has no token", s.url)
	}
	kept, err := os.ReadFile(filepath.Join(data, "token"))
	if err != nil || !strings.Contains(s.url, strings.TrimSpace(string(kept))) {
		t.Errorf("the token was not kept: %v", err)
	}
	base, _, _ := strings.Cut(s.url, "/?")
	res, err := http.Get(base + "/api/v1/live")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusUnauthorized {
		t.Errorf("without the token: got %s, want 401", res.Status)
	}
}

func TestHelpIsEnough(t *testing.T) {
	for _, args := range [][]string{{"--help"}, {"run", "--help"}, {"replay", "--help"}, {"whatif", "--help"}, {"doctor", "--help"}, {"health", "--help"}} {
		p := newProgram(t)
		if code := p.main(context.Background(), args...); code != 0 {
			t.Errorf("%v: exit code %d", args, code)
		}
		if !strings.Contains(p.stdout(), "Examples:") {
			t.Errorf("%v has no example", args)
		}
	}
	for _, shell := range []string{"bash", "zsh", "fish"} {
		p := newProgram(t)
		if code := p.main(context.Background(), "completion", shell); code != 0 || len(p.stdout()) < 500 {
			t.Errorf("completion %s: exit code %d, %d bytes", shell, code, len(p.stdout()))
		}
	}
}

func TestConfigFile(t *testing.T) {
	p := newProgram(t)
	dir := t.TempDir()
	p.env["XDG_CONFIG_HOME"] = dir
	path := filepath.Join(dir, "sitwell", "config.toml")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	text := "source = \"1\"\nrate = 0.5\nmodel = \"lite\"\ndemo = false\nhosts = [\"desk.local\"]\n[alerts]\nafter = \"90s\"\ncooldown = \"20m\"\nper_hour = 2\nper_day = 5\n" +
		"quiet = [\"22:00-07:00\", \"12:00 - 12:30\"]\n[sensitivity]\nsink = 5\n" +
		"[sitting]\nbreak_every = \"40m\"\nbreak_after = \"3m\"\nstatic_after = \"0s\"\nday_end = \"17:45\"\n[history]\nmeasurements = \"30d\"\nminutes = \"forever\"\nevents = \"1825d\"\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := loadConfig(func(k string) string { return p.env[k] }, "")
	if err != nil {
		t.Fatal(err)
	}
	pol := c.policy()
	if c.Source != "1" || c.Rate != 0.5 || c.Model != "lite" || c.Demo || len(c.Hosts) != 1 ||
		pol.AlertAfter != 90 || pol.AlertCooldown != 1200 || pol.BreakAfter != 180 || pol.AlertsPerHour != 2 || pol.AlertsPerDay != 5 ||
		!slices.Equal(pol.Quiet, []posture.QuietHours{{From: 22 * 60, To: 7 * 60}, {From: 12 * 60, To: 12*60 + 30}}) ||
		pol.Sensitivity[posture.Sink] != 5 || pol.BreakEvery != 2400 || pol.StaticAfter != 0 || pol.DayEnd != "17:45" || pol.Zone != time.Local || c.keep() != (web.Keep{Minutes: "forever", Events: "1825d", Measurements: "30d"}) ||
		time.Duration(c.History.Measurements) != 30*24*time.Hour || c.History.Minutes != 0 || time.Duration(c.History.Events) != 1825*24*time.Hour || c.Addr != defaultAddr {
		t.Errorf("got %+v, %+v", c, pol)
	}
}

// old makes a data folder with a history of the first version.
func old(t *testing.T) (data, path string) {
	t.Helper()
	data = t.TempDir()
	path = filepath.Join(data, "sitwell.db")
	text, err := os.ReadFile("../../posture/sqlite/testdata/0001.sql")
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("PRAGMA journal_mode = WAL; PRAGMA application_id = 0x53697477; PRAGMA user_version = 1;" + string(text)); err != nil {
		t.Fatal(err)
	}
	return data, path
}

// The doctor and what-if look, and bring nothing up to date.
func TestLookingChangesNothing(t *testing.T) {
	data, path := old(t)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	doctor := newProgram(t)
	doctor.main(context.Background(), "doctor", "--data", data)
	for _, want := range []string{path, "sound", "version 1", fmt.Sprintf("brings it to %d", sqlite.Latest), "copy"} {
		if !strings.Contains(doctor.stdout(), want) {
			t.Errorf("doctor says %q, want %q in it", doctor.stdout(), want)
		}
	}
	whatIf := newProgram(t)
	if code := whatIf.main(context.Background(), "whatif", "--data", data); code != exitNoSource {
		t.Errorf("whatif: got %d, %s, want %d", code, whatIf.stderr(), exitNoSource)
	}
	after, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("the database was changed (%v)", err)
	}
	if copies, _ := filepath.Glob(path + "*backup*"); len(copies) > 0 {
		t.Errorf("made %v", copies)
	}
}

// A file of many measurements: the table and the JSON tell the same.
func TestWhatIfTells(t *testing.T) {
	data := t.TempDir()
	store, err := sqlite.Open(context.Background(), filepath.Join(data, "sitwell.db"))
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now().Add(-5 * time.Minute).Truncate(time.Minute)
	score := 40.0
	_, err = store.AppendEvents(context.Background(), []posture.Event{{
		Kind: posture.EventAlert, Time: start, Signal: posture.Sink, Seconds: 60, Score: &score, Level: 2,
	}})
	err = errors.Join(err,
		store.SaveSamples(context.Background(), []posture.SampleBlock{{Start: start, Camera: "c", Count: 1, Data: []byte{99}}}),
		store.AddMinutes(context.Background(), []posture.Minute{{Start: start, Seconds: map[posture.State]float64{posture.Upright: 60}, ScoreSeconds: 60, ScoreSum: 6000}}),
		store.Close())
	if err != nil {
		t.Fatal(err)
	}
	table := newProgram(t)
	if code := table.main(context.Background(), "whatif", "--data", data, "--days", "2"); code != 0 {
		t.Fatalf("exit code %d: %s", code, table.stderr())
	}
	for _, want := range []string{"Alerts that came", "sink", "after 60 s", "stronger", "would have come:\n  none", "no measurements", "together    0:01 h           1     0", "1 of 1 blocks left out"} {
		if !strings.Contains(table.stdout(), want) {
			t.Errorf("got %q, want %q in it", table.stdout(), want)
		}
	}
	asJSON := newProgram(t)
	if code := asJSON.main(context.Background(), "whatif", "--data", data, "--days", "2", "--json", "--sensitivity", "sink=5"); code != 0 {
		t.Fatalf("exit code %d: %s", code, asJSON.stderr())
	}
	var w monitor.WhatIf
	if err := json.Unmarshal([]byte(asJSON.stdout()), &w); err != nil {
		t.Fatal(err)
	}
	if len(w.Was) != 1 || len(w.Would) != 0 || len(w.PerDay) != 2 || w.Watched != 60 || w.Measured != 1 {
		t.Errorf("got %+v", w)
	}
}

func TestDays(t *testing.T) {
	for text, want := range map[string]int{
		"0": 0, "0d": 0, "1d": 1, "90d": 90,
		"": -1, "d": -1, "91d": -1, "-1d": -1, "14": -1, "1.5d": -1, "14 d": -1, "1e1d": -1, "2w": -1,
	} {
		var d days
		got := -1
		if d.UnmarshalText([]byte(text)) == nil {
			got = int(time.Duration(d) / (24 * time.Hour))
		}
		if got != want {
			t.Errorf("%q: got %d days, want %d", text, got, want)
		}
	}
}

func TestParseSpan(t *testing.T) {
	for in, want := range map[string]string{
		"0-12s": "0s 12s", "5-15": "5s 15s", "1m-1m10s": "1m0s 1m10s", "none": "0s 0s", "0.5-2.5s": "500ms 2.5s",
		"": "error", "5": "error", "9-3": "error", "-3-9": "error", "a-b": "error", "3-": "error", "1-1": "error",
	} {
		from, to, err := parseSpan(in)
		got := fmt.Sprint(from, " ", to)
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%q: got %s (%v), want %s", in, got, err, want)
		}
	}
}

func FuzzConfig(f *testing.F) {
	f.Add([]byte("rate = 2\n[alerts]\nafter = \"60s\"\n"))
	f.Add([]byte("rate = inf"))
	f.Add([]byte("hosts = [1, 2]"))
	f.Fuzz(func(t *testing.T, b []byte) {
		c := defaultConfig(func(string) string { return "/home/x" })
		if err := parseConfig(b, &c); err == nil {
			if err := c.policy().Check(); err != nil || !(c.Rate >= 0.2 && c.Rate <= 30) {
				t.Errorf("took %+v: %v", c, err)
			}
		}
	})
}

func FuzzParseSpan(f *testing.F) {
	f.Add("0-12s")
	f.Fuzz(func(t *testing.T, s string) {
		from, to, err := parseSpan(s)
		if err == nil && s != "none" && to <= from {
			t.Errorf("took %q as %v to %v", s, from, to)
		}
	})
}
