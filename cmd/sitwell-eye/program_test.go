package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"sitwell/models"
	"sitwell/posture"
	"sitwell/vision"
)

// asProgram makes the test binary be the program.
const asProgram = "SITWELL_EYE_TEST_MAIN"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
	}
	if os.Getenv(vision.RuntimeEnv) == "" {
		// The test binary lies elsewhere than the program does.
		_, file, _, _ := runtime.Caller(0)
		lib := filepath.Join(filepath.Dir(file), "..", "..", ".cache", "onnxruntime", "libonnxruntime.so.1")
		if _, err := os.Stat(lib); err == nil {
			_ = os.Setenv(vision.RuntimeEnv, lib)
		}
	}
	goleak.VerifyTestMain(m)
}

// result is what a run of the program gave.
type result struct {
	code     int
	out, err string
}

// run runs the program with some input, to the end or for a minute.
func run(t *testing.T, in io.Reader, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var out, err bytes.Buffer
	p := program{in: in, out: &out, err: &err, exit: func(code int) { t.Errorf("exit %d: a read hangs", code) }}
	code := p.run(ctx, args)
	return result{code, out.String(), err.String()}
}

// lines parses the output, each line a JSON object.
func (r result) lines(t *testing.T) []map[string]any {
	t.Helper()
	var list []map[string]any
	for _, line := range strings.Split(strings.TrimSpace(r.out), "\n") {
		v := map[string]any{}
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatalf("%v in %q", err, line)
		}
		list = append(list, v)
	}
	return list
}

// needRuntime skips the test without an ONNX Runtime library.
func needRuntime(t *testing.T) {
	t.Helper()
	if _, err := vision.FindRuntime(); err != nil {
		t.Skip(err)
	}
}

func TestExitCodes(t *testing.T) {
	needRuntime(t)
	dir := t.TempDir()
	text := filepath.Join(dir, "text.mp4")
	if err := os.WriteFile(text, []byte("no video\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	altered := alteredModels(t)
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"unknown flag", []string{"--frobnicate"}, exitUsage, "unknown flag"},
		{"argument", []string{"clip.mp4"}, exitUsage, "clip.mp4"},
		{"rate not a number", []string{"--rate", "often"}, exitUsage, "invalid"},
		{"rate too high", []string{"--rate", "31"}, exitUsage, "want 0.2 to 30"},
		{"rate too low", []string{"--rate", "0.1"}, exitUsage, "want 0.2 to 30"},
		{"rate NaN", []string{"--rate", "NaN"}, exitUsage, "want 0.2 to 30"},
		{"speed of nothing", []string{"--speed", "0"}, exitUsage, "--speed"},
		{"speed in words", []string{"--speed", "fast"}, exitUsage, "--speed"},
		{"endless speed", []string{"--speed", "Inf"}, exitUsage, "--speed"},
		{"unknown model", []string{"--model", "heavy"}, exitUsage, "full or lite"},
		{"start in words", []string{"--start", "yesterday"}, exitUsage, "--start"},
		{"empty source", []string{"--source", ""}, exitUsage, "--source"},
		{"two tasks", []string{"--list", "--check"}, exitUsage, "list"},
		{"missing models", []string{"--source", "demo", "--models", dir}, exitUsage, dir},
		{"altered model", []string{"--source", "demo", "--models", altered}, exitUsage, altered},
		{"missing file", []string{"--source", filepath.Join(dir, "none.mp4")}, exitSource, "no such file"},
		{"no video", []string{"--source", text}, exitSource, "not a video"},
		{"folder without pictures", []string{"--source", dir}, exitSource, "no pictures"},
		{"no such camera", []string{"--source", "/dev/video199"}, exitNoCamera, "/dev/video199"},
		{"no such number", []string{"--source", "199"}, exitNoCamera, "/dev/video199"},
		{"probe nothing", []string{"--probe", "--source", "199"}, exitNoCamera, "/dev/video199"},
		{"probe", []string{"--probe", "--source", "demo"}, exitOK, ""},
		{"list", []string{"--list"}, exitOK, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := run(t, strings.NewReader(""), c.args...)
			if r.code != c.code {
				t.Errorf("got exit code %d, want %d: %s", r.code, c.code, r.err)
			}
			if !strings.Contains(r.err, c.says) {
				t.Errorf("got message %q, want one that says %q", r.err, c.says)
			}
			if c.code != exitOK && strings.Count(strings.TrimSpace(r.err), "\n") > 0 {
				t.Errorf("got more than a line: %q", r.err)
			}
		})
	}
}

func TestExitCodeOfKinds(t *testing.T) {
	for _, c := range []struct {
		err  error
		want int
	}{
		{nil, exitOK},
		{errors.New("out of memory"), exitUnexpected},
		{fmt.Errorf("x: %w", vision.ErrRuntime), exitRuntime},
		{fmt.Errorf("x: %w", vision.ErrBusy), exitBusy},
		{fmt.Errorf("x: %w", vision.ErrLost), exitSource},
		{fmt.Errorf("x: %w", &models.Error{Err: models.ErrAltered}), exitUsage},
		{usage(errors.New("bad")), exitUsage},
	} {
		if got := exitCode(c.err); got != c.want {
			t.Errorf("got %d of %v, want %d", got, c.err, c.want)
		}
	}
}

// alteredModels is a folder with the models, the detector with a bit flipped.
func alteredModels(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range models.Names {
		m, err := models.Describe(name)
		if err != nil {
			t.Fatal(err)
		}
		data, err := models.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		data = bytes.Clone(data)
		if name == models.Detector {
			data[len(data)/2] ^= 1
		}
		if err := os.WriteFile(filepath.Join(dir, m.File), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestHelp(t *testing.T) {
	r := run(t, strings.NewReader(""), "--help")
	if r.code != exitOK {
		t.Fatalf("got exit code %d", r.code)
	}
	for _, want := range []string{"--source", "Examples:", "rtsp://", "Exit codes:", `{"cmd":"pause"}`} {
		if !strings.Contains(r.out, want) {
			t.Errorf("the help doesn't say %q", want)
		}
	}
}

func TestVersion(t *testing.T) {
	if r := run(t, strings.NewReader(""), "--version"); r.code != exitOK || !strings.Contains(r.out, version) {
		t.Errorf("got exit code %d and %q", r.code, r.out)
	}
}

func TestCompletion(t *testing.T) {
	if r := run(t, strings.NewReader(""), "completion", "bash"); r.code != exitOK || !strings.Contains(r.out, "sitwell-eye") {
		t.Errorf("got exit code %d and %d bytes", r.code, len(r.out))
	}
	if r := run(t, strings.NewReader(""), "__complete", "--model", ""); !strings.Contains(r.out, "lite") {
		t.Errorf("got completions %q of --model", r.out)
	}
}

func TestDemoAtMaximumSpeed(t *testing.T) {
	needRuntime(t)
	r := run(t, strings.NewReader(""), "--source", "demo", "--speed", "max", "--rate", "0.5", "--model", "lite", "--start", "2026-01-31T09:00:00Z")
	if r.code != exitOK || r.err != "" {
		t.Fatalf("got exit code %d: %s", r.code, r.err)
	}
	lines := r.lines(t)
	first, last := lines[0], lines[len(lines)-1]
	if first["type"] != "source" || first["status"] != "opening" || last["status"] != "ended" {
		t.Errorf("got %v first and %v last", first, last)
	}
	n := 0
	for _, text := range strings.Split(r.out, "\n") {
		if !strings.Contains(text, `"observation"`) {
			continue
		}
		o, err := posture.ParseObservation([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if want := time.Date(2026, 1, 31, 9, 0, 2*n, 0, time.UTC); !o.When().Equal(want) {
			t.Fatalf("got observation %d at %v, want %v", n, o.When(), want)
		}
		n++
	}
	if n != 45 {
		t.Errorf("got %d observations of 90 s at 0.5 Hz, want 45", n)
	}
}

func TestCommands(t *testing.T) {
	needRuntime(t)
	in, w := io.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		for _, line := range []string{`rubbish`, `{"cmd":"dance"}`, `{"cmd":"mirror","on":true}`, `{"cmd":"rate","hz":10}`} {
			fmt.Fprintln(w, line)
		}
		time.Sleep(2 * time.Second)
		fmt.Fprintln(w, `{"cmd":"stop"}`)
		_ = w.Close()
	}()
	r := run(t, in, "--source", "demo")
	<-done
	if r.code != exitOK {
		t.Errorf("got exit code %d: %s", r.code, r.err)
	}
	if n := strings.Count(r.err, "parse command"); n != 2 {
		t.Errorf("got %d complaints, want 2: %s", n, r.err)
	}
	if n := strings.Count(r.out, `"observation"`); n < 5 {
		t.Errorf("got %d observations in 2 s at 10 Hz", n)
	}
	if !strings.Contains(r.out, `"type":"mirror"`) {
		t.Error("got no picture")
	}
}

func TestEndOfInput(t *testing.T) {
	needRuntime(t)
	t.Run("ends a child", func(t *testing.T) {
		start := time.Now()
		r := run(t, strings.NewReader(""), "--source", "demo", "--parent")
		if took := time.Since(start); r.code != exitOK || took > 20*time.Second {
			t.Errorf("got exit code %d after %v", r.code, took)
		}
	})
	t.Run("doesn't end a tool", func(t *testing.T) {
		r := run(t, strings.NewReader(""), "--source", "demo", "--speed", "200")
		if n := strings.Count(r.out, `"observation"`); r.code != exitOK || n != 180 {
			t.Errorf("got exit code %d and %d observations, want 0 and 180", r.code, n)
		}
	})
}

func TestCheck(t *testing.T) {
	needRuntime(t)
	r := run(t, strings.NewReader(""), "--check")
	var report vision.Report
	if err := json.Unmarshal([]byte(r.out), &report); err != nil {
		t.Fatal(err)
	}
	if report.Type != "check" || report.OpenCV == "" || report.Runtime.Version == "" || len(report.Models) != 4 {
		t.Errorf("got %+v", report)
	}
	for _, m := range report.Models {
		if !m.OK {
			t.Errorf("model %s: %s", m.Name, m.Error)
		}
	}
	switch r.code {
	case exitOK:
		if !report.OK || len(report.Cameras) == 0 {
			t.Errorf("exit code 0, but got %+v", report)
		}
	case exitNoCamera, exitBusy:
		if report.OK || report.Camera == "" {
			t.Errorf("exit code %d, but got %+v", r.code, report)
		}
	default:
		t.Errorf("got exit code %d: %s", r.code, r.err)
	}
	if r := run(t, strings.NewReader(""), "--check", "--models", alteredModels(t)); r.code != exitUsage {
		t.Errorf("got exit code %d of altered models, want %d", r.code, exitUsage)
	}
}

// process starts the program as a process of its own.
func process(t *testing.T, env []string, args ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, args...)
	cmd.Env = append(append(os.Environ(), asProgram+"=1"), env...)
	return cmd
}

func TestWithoutRuntime(t *testing.T) {
	dir := t.TempDir()
	garbage := filepath.Join(dir, "libonnxruntime.so.1")
	if err := os.WriteFile(garbage, []byte("no library"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, path string }{{"missing", filepath.Join(dir, "none.so")}, {"no library", garbage}} {
		for _, task := range []string{"", "--check"} {
			t.Run(c.name+task, func(t *testing.T) {
				args := []string{"--source", "demo"}
				if task != "" {
					args = []string{task}
				}
				cmd := process(t, []string{vision.RuntimeEnv + "=" + c.path}, args...)
				var stderr bytes.Buffer
				cmd.Stderr = &stderr
				out, _ := cmd.Output()
				if code := cmd.ProcessState.ExitCode(); code != exitRuntime {
					t.Errorf("got exit code %d, want %d: %s", code, exitRuntime, stderr.String())
				}
				for _, want := range []string{c.path, "make setup"} {
					if !strings.Contains(stderr.String(), want) || !strings.Contains(string(out), want) {
						t.Errorf("%q is not both in the message %q and in the output %q", want, stderr.String(), out)
					}
				}
			})
		}
	}
}

func TestSignals(t *testing.T) {
	needRuntime(t)
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			cmd := process(t, nil, "--source", "demo", "--loop")
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			var last string
			sent := time.Time{}
			for lines := bufio.NewScanner(out); lines.Scan(); {
				last = lines.Text()
				if sent.IsZero() && strings.Contains(last, `"observation"`) {
					sent = time.Now()
					if err := cmd.Process.Signal(signal); err != nil {
						t.Fatal(err)
					}
				}
			}
			if err := cmd.Wait(); err != nil {
				t.Errorf("got %v, want exit code 0", err)
			}
			if !strings.Contains(last, `"ended"`) || time.Since(sent) > 3*time.Second {
				t.Errorf("got %q last, %v after the signal", last, time.Since(sent))
			}
		})
	}
}
