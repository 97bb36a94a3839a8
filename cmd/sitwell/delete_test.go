package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"sitwell/posture"
	"sitwell/posture/sqlite"
)

// filled makes a data folder with a history of three days in Berlin: 20, 21 and
// 22 November 2026, of each a text and an hour.
func filled(t *testing.T) (data string) {
	t.Helper()
	data = t.TempDir()
	store, err := sqlite.Open(t.Context(), filepath.Join(data, "sitwell.db"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.SaveZone(t.Context(), time.Unix(0, 0), "Europe/Berlin"); err != nil {
		t.Fatal(err)
	}
	for day := range 3 {
		nine := time.Date(2026, 11, 20+day, 8, 0, 0, 0, time.UTC)
		if _, err := store.AppendEvents(t.Context(), []posture.Event{{Kind: posture.EventAlert, Time: nine, Text: "told on " + nine.Format(time.DateOnly)}}); err != nil {
			t.Fatal(err)
		}
		for i := range 60 {
			if err := store.AddMinutes(t.Context(), []posture.Minute{{
				Start: nine.Add(time.Duration(i) * time.Minute), Seconds: map[posture.State]float64{posture.Upright: 60}, ScoreSeconds: 60, ScoreSum: 5400,
			}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	return data
}

// holds reports whether a text is in any file of the folder.
func holds(t *testing.T, data, text string) bool {
	t.Helper()
	entries, err := os.ReadDir(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(data, e.Name()))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte(text)) {
			return true
		}
	}
	return false
}

func TestDelete(t *testing.T) {
	data := filled(t)
	for _, c := range []struct {
		name string
		args string
		in   string
		code int
		says string
		left string // the days that are left
	}{
		{"nothing named", "", "", 2, "say what to delete", "20 21 22"},
		{"all and a range", "--all --from 2026-11-20", "yes", 2, "say what to delete", "20 21 22"},
		{"no such day", "--from 2026-11-31", "yes", 2, "--from: day is", "20 21 22"},
		{"backwards", "--from 2026-11-22 --to 2026-11-20", "yes", 2, "run backwards", "20 21 22"},
		{"empty", "--from=", "yes", 2, "want a day", "20 21 22"},
		{"no answer", "--from 2026-11-21 --to 2026-11-21", "", 1, "nothing was deleted", "20 21 22"},
		{"no", "--from 2026-11-21 --to 2026-11-21", "no\n", 1, "nothing was deleted", "20 21 22"},
		{"not quite yes", "--all", "yes please\n", 1, "nothing was deleted", "20 21 22"},
		{"nothing there", "--from 2026-11-23", "", 0, "There is nothing of all from 2026-11-23 on", "20 21 22"},
		{"a day", "--from 2026-11-21 --to 2026-11-21", "yes\n", 0, "Deleted 2026-11-21: 1 events, 60 minutes", "20 22"},
		{"until", "--to 2026-11-20 --yes", "", 0, "Deleted all until 2026-11-20", "22"},
		{"everything", "--all", "yes\n", 0, "your uprights and settings", ""},
		{"everything again", "--all --yes", "", 0, "Deleted everything: 0 events", ""},
	} {
		p := newProgram(t)
		p.in = c.in
		code := p.main(context.Background(), append([]string{"delete", "--data", data}, strings.Fields(c.args)...)...)
		if said := p.stdout() + p.stderr(); code != c.code || !strings.Contains(said, c.says) {
			t.Errorf("%s: got %d, %q, want %d, %q", c.name, code, said, c.code, c.says)
		}
		left := ""
		for _, day := range []string{"20", "21", "22"} {
			if holds(t, data, "told on 2026-11-"+day) {
				left += " " + day
			}
		}
		if strings.TrimSpace(left) != c.left {
			t.Errorf("%s: left are%s, want %s", c.name, left, c.left)
		}
	}
	none := newProgram(t)
	if code := none.main(context.Background(), "delete", "--all", "--yes", "--data", t.TempDir()); code != exitNoSource || !strings.Contains(none.stderr(), "no history") {
		t.Errorf("no history: got %d, %s", code, none.stderr())
	}
	older, path := old(t)
	p := newProgram(t)
	if code := p.main(context.Background(), "delete", "--all", "--yes", "--data", older); code != exitBadInput || !strings.Contains(p.stderr(), "older Sitwell") {
		t.Errorf("%s: got %d, %s", path, code, p.stderr())
	}
}

// running starts the program in another process and returns when its page is
// there.
func running(t *testing.T, args ...string) (page string, stop func()) {
	t.Helper()
	cmd := exec.Command(os.Args[0], append([]string{"run"}, args...)...)
	cmd.Env = append(os.Environ(), mainEnv+"=1", "HOME="+t.TempDir(), "SITWELL_EYE=../../bin/sitwell-eye", "XDG_CONFIG_HOME="+t.TempDir())
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = t.Output()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := false
	stop = func() {
		if ended {
			return
		}
		ended = true
		_ = cmd.Process.Signal(syscall.SIGTERM)
		if err := cmd.Wait(); err != nil {
			t.Errorf("run ended with %v", err)
		}
	}
	t.Cleanup(stop)
	line, err := bufio.NewReader(out).ReadString('\n')
	page = regexp.MustCompile(`http\S+`).FindString(line)
	if err != nil || page == "" {
		t.Fatalf("no page: %q, %v", line, err)
	}
	go io.Copy(io.Discard, out) //nolint:errcheck // ends with the process
	return page, stop
}

// A sitwell that runs deletes what it is told to, of the person's history even
// while the demo plays, with a token and without; a backup is made beside it.
func TestDeleteBesideARun(t *testing.T) {
	needEye(t)
	for name, args := range map[string][]string{"open": nil, "with a token": {"--token", "0123456789abcdef"}} {
		t.Run(name, func(t *testing.T) {
			data := filled(t)
			_, stop := running(t, append(args, "--data", data, "--source", "demo", "--addr", "127.0.0.1:0")...)
			info, err := os.Stat(addressFile(data))
			if err != nil || info.Mode().Perm() != 0o600 {
				t.Fatalf("the address: %v, %v", info, err)
			}
			p := newProgram(t)
			if code := p.main(context.Background(), "delete", "--data", data, "--from", "2026-11-21", "--to", "2026-11-21", "--yes"); code != 0 {
				t.Fatalf("got %d: %s", code, p.stderr())
			}
			if want := "Deleted 2026-11-21: 1 events, 60 minutes"; !strings.Contains(p.stdout(), want) {
				t.Errorf("got %q, want %q", p.stdout(), want)
			}
			if holds(t, data, "told on 2026-11-21") || !holds(t, data, "told on 2026-11-22") {
				t.Error("it is still there, or the next day isn't")
			}
			copied := filepath.Join(t.TempDir(), "copy.db")
			b := newProgram(t)
			if code := b.main(context.Background(), "backup", copied, "--data", data); code != 0 || !strings.Contains(b.stdout(), "copied to "+copied) {
				t.Errorf("backup: got %d: %s%s", code, b.stdout(), b.stderr())
			}
			stop()
			if _, err := os.Stat(addressFile(data)); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("the address is left behind: %v", err)
			}
			store, err := sqlite.Open(t.Context(), copied)
			if err != nil {
				t.Fatal(err)
			}
			kept, err := store.Kept(t.Context(), time.Time{}, time.Time{})
			if err := errors.Join(err, store.Check(t.Context()), store.Close()); err != nil || kept.Minutes != 120 {
				t.Errorf("the copy has %+v, %v", kept, err)
			}
		})
	}
}

// What stands in the address file may be of a sitwell that was killed.
func TestDeleteBesideNobody(t *testing.T) {
	data := filled(t)
	lock, err := sqlite.Open(t.Context(), filepath.Join(data, "sitwell.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	e := erasure{all: true, yes: true}
	cfg := Config{Data: data}
	a := &App{}
	if _, err := a.eraseNow(t.Context(), cfg, e); !errors.Is(err, sqlite.ErrLocked) {
		t.Errorf("without an address: %v", err)
	}
	own := strconv.Itoa(os.Getpid())
	for text, want := range map[string]string{
		"http://127.0.0.1:1/\n" + own + "\n": "ask the sitwell that is running",
		"http://[::1\n" + own + "\n":         "holds no address",
		"http://127.0.0.1:1/\n1\n":           "in use by another instance", // of one that was killed
		"http://127.0.0.1:1/\n":              "in use by another instance",
	} {
		if err := os.WriteFile(addressFile(data), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := a.eraseNow(t.Context(), cfg, e); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
	http.DefaultClient.CloseIdleConnections()
}

// A deletion that was killed is ended by the next one, though nothing that can be
// counted is left; and days of which only sums are left can be deleted.
func TestDeleteTheRest(t *testing.T) {
	data := filled(t)
	path := filepath.Join(data, "sitwell.db")
	store, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 11, 20, 23, 0, 0, 0, time.UTC)
	if _, err := store.Erase(t.Context(), time.Time{}, day, day.AddDate(0, 0, 3)); err != nil {
		t.Fatal(err)
	}
	for range 2 { // events and minutes, and then it is killed
		if _, err := store.EraseStep(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for more := true; more; {
		if more, err = store.PruneMinutes(t.Context(), day.AddDate(0, 0, 1)); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	for _, args := range []string{"--to 2026-11-20 --yes", "--from 2026-11-21 --to 2026-11-21 --yes"} {
		p := newProgram(t)
		if code := p.main(context.Background(), append([]string{"delete", "--data", data}, strings.Fields(args)...)...); code != 0 || strings.Contains(p.stdout(), "nothing") {
			t.Errorf("%s: got %d, %s%s", args, code, p.stdout(), p.stderr())
		}
	}
	if store, err = sqlite.Open(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if some, err := store.Anything(t.Context(), time.Time{}, day.AddDate(0, 0, 1)); err != nil || some {
		t.Errorf("something is left: %v, %v", some, err)
	}
}

// Who presses Ctrl-C when asked has said no.
func TestDeleteInterrupted(t *testing.T) {
	data := filled(t)
	ctx, cancel := context.WithCancel(t.Context())
	in, typed := io.Pipe()
	defer typed.Close()
	var out bytes.Buffer
	a := &App{Stdin: in, Stdout: &out, Stderr: &out, Env: func(string) string { return "" }}
	time.AfterFunc(100*time.Millisecond, cancel)
	if code := a.Main(ctx, []string{"delete", "--all", "--data", data}); code != exitFailed || !strings.Contains(out.String(), "nothing was deleted") {
		t.Errorf("got %d, %s", code, out.String())
	}
	if !holds(t, data, "told on 2026-11-20") {
		t.Error("it was deleted")
	}
}

func TestBackup(t *testing.T) {
	data := filled(t)
	to := filepath.Join(t.TempDir(), "copy.db")
	run := func(args ...string) (int, string) {
		p := newProgram(t)
		code := p.main(context.Background(), append([]string{"backup", "--data", data}, args...)...)
		return code, p.stdout() + p.stderr()
	}
	if code, said := run(to); code != 0 || !strings.Contains(said, "MB") {
		t.Fatalf("got %d: %s", code, said)
	}
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"it is there", []string{to}, 2, "is there already"},
		{"a folder", []string{t.TempDir()}, 2, "is a folder"},
		{"no folder", []string{filepath.Join(t.TempDir(), "none", "copy.db")}, 2, "no such file"},
		{"a device", []string{"--force", "/dev/null"}, 2, "is not a file"},
		{"itself", []string{"--force", filepath.Join(data, "sitwell.db")}, 2, "file of its own"},
		{"nothing named", nil, 2, "accepts 1 arg"},
		{"no history", []string{"--data", t.TempDir(), to + "2"}, 3, "no history"},
		{"by force", []string{"--force", to}, 0, "copied"},
	} {
		if code, said := run(c.args...); code != c.code || !strings.Contains(said, c.says) {
			t.Errorf("%s: got %d, %q, want %d, %q", c.name, code, said, c.code, c.says)
		}
	}
	// The copy, put in the place of the history, is the history.
	restored := t.TempDir()
	b, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(restored, "sitwell.db"), b, 0o600); err != nil {
		t.Fatal(err)
	}
	store, err := sqlite.Open(t.Context(), filepath.Join(restored, "sitwell.db"))
	if err != nil {
		t.Fatal(err)
	}
	kept, err := store.Kept(t.Context(), time.Time{}, time.Time{})
	if err := errors.Join(err, store.Close()); err != nil || kept.Minutes != 180 || kept.Events != 3 {
		t.Errorf("restored: %+v, %v", kept, err)
	}
}
