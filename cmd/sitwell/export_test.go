package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sitwell/posture"
	"sitwell/posture/sqlite"
)

// satFor makes a data folder in which somebody sat for some days.
func satFor(t *testing.T, days int) string {
	t.Helper()
	dir := t.TempDir()
	s, err := sqlite.Open(t.Context(), filepath.Join(dir, "sitwell.db"))
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	if _, err := s.SaveZone(t.Context(), start, "Europe/Berlin"); err != nil {
		t.Fatal(err)
	}
	for d := range days {
		var minutes []posture.Minute
		for m := range 120 {
			minutes = append(minutes, posture.Minute{
				Start:   start.AddDate(0, 0, d).Add(time.Duration(m) * time.Minute),
				Seconds: map[posture.State]float64{posture.Upright: 60}, ScoreSeconds: 60, ScoreSum: 4800,
			})
		}
		if err := s.AddMinutes(t.Context(), minutes); err != nil {
			t.Fatal(err)
		}
		if _, err := s.AppendEvents(t.Context(), []posture.Event{{Kind: posture.EventAlert, Time: start.AddDate(0, 0, d), Text: "Lean back, \"please\"."}}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// startedWith runs a command and returns its exit code, what it printed and said.
func startedWith(t *testing.T, in io.Reader, args ...string) (code int, out, err string) {
	t.Helper()
	p := newProgram(t)
	a := &App{Stdin: in, Stdout: locked{&p.mu, &p.out}, Stderr: locked{&p.mu, &p.err}, Env: func(k string) string { return p.env[k] }, Version: "test"}
	code = a.Main(t.Context(), args)
	return code, p.stdout(), p.stderr()
}

func TestExportAndImport(t *testing.T) {
	data := satFor(t, 3)
	for _, format := range []string{"csv", "json"} {
		code, text, said := startedWith(t, nil, "export", "--data", data, "--format", format)
		if code != 0 || said != "" || strings.Count(text, "alert") != 3 || !strings.Contains(text, "2026-11-20T09:00:00+01:00") {
			t.Fatalf("export: got %d, %q, %.300s", code, said, text)
		}
		file := filepath.Join(t.TempDir(), "export")
		if code, _, said := startedWith(t, nil, "export", "--data", data, "--format", format, "--out", file); code != 0 || said != "" {
			t.Fatalf("export to a file: got %d, %q", code, said)
		}
		if b, err := os.ReadFile(file); err != nil || string(b) != text {
			t.Errorf("the file has something else: %v, %.300s", err, b)
		}
		for name, from := range map[string]struct {
			arg string
			in  io.Reader
		}{"file": {file, nil}, "standard input": {"-", strings.NewReader(text)}} {
			into := filepath.Join(t.TempDir(), "new")
			code, out, said := startedWith(t, from.in, "import", "--data", into, from.arg)
			if code != 0 || said != "" || !strings.Contains(out, "Added: 3 events, 360 minutes, 1 time zones.") {
				t.Fatalf("import of %s: got %d, %q, %q", name, code, said, out)
			}
			if code, again, _ := startedWith(t, nil, "export", "--data", into, "--format", format); code != 0 || again != text {
				t.Errorf("%s: exported again it has other bytes", name)
			}
			code, out, _ = startedWith(t, nil, "import", "--data", into, file)
			if code != 0 || !strings.Contains(out, "Added: nothing.") || !strings.Contains(out, "There already: 3 events, 360 minutes") || !strings.Contains(out, "Nothing was changed.") {
				t.Errorf("the second time: got %d, %q", code, out)
			}
		}
	}
	code, text, _ := startedWith(t, nil, "export", "--data", data, "--from", "2026-11-21", "--to", "2026-11-21")
	if code != 0 || strings.Count(text, "\r\nminute,") != 120 || strings.Count(text, "\r\nevent,") != 1 {
		t.Errorf("one day: got %d, %.300s", code, text)
	}
}

func TestExportToAFile(t *testing.T) {
	data, dir := satFor(t, 1), t.TempDir()
	file := filepath.Join(dir, "e.csv")
	if err := os.WriteFile(file, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	code, _, said := startedWith(t, nil, "export", "--data", data, "--out", file)
	if b, _ := os.ReadFile(file); code != 2 || !strings.Contains(said, "is there already") || !strings.Contains(said, "--force") || string(b) != "mine" {
		t.Errorf("a file that is there: got %d, %q, %.30q", code, said, b)
	}
	if code, _, said := startedWith(t, nil, "export", "--data", data, "--out", file, "--force"); code != 0 {
		t.Errorf("--force: got %d, %q", code, said)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 || info.Size() < 1000 {
		t.Errorf("the file is %v, %v, want it private", info, err)
	}
	if code, _, said := startedWith(t, nil, "export", "--data", data, "--out", dir, "--force"); code != 2 || !strings.Contains(said, "is not a file") {
		t.Errorf("a folder: got %d, %q", code, said)
	}
	if code, _, said := startedWith(t, nil, "export", "--data", data, "--out", filepath.Join(dir, "no", "e.csv")); code != 1 || !strings.Contains(said, "no/e.csv") {
		t.Errorf("no folder: got %d, %q", code, said)
	}
	// Who fails in the midst leaves nothing, and what was there.
	for _, force := range []bool{false, true} {
		if err := writeOut(filepath.Join(dir, "half"), force, func(w io.Writer) error {
			_, _ = w.Write([]byte("half"))
			return io.ErrUnexpectedEOF
		}); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("got %v", err)
		}
	}
	// And whoever made the file meanwhile keeps it.
	late := filepath.Join(dir, "late")
	if err := writeOut(late, false, func(io.Writer) error { return os.WriteFile(late, []byte("theirs"), 0o600) }); err == nil || exitCode(err) != 2 {
		t.Errorf("made meanwhile: got %v", err)
	}
	if b, _ := os.ReadFile(late); string(b) != "theirs" {
		t.Errorf("what was made meanwhile is %q", b)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 2 {
		t.Errorf("left are %v, %v", entries, err)
	}
}

// Who reads no more has enough.
func TestExportIntoAClosedPipe(t *testing.T) {
	data := satFor(t, 20)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	for name, out := range map[string]io.Writer{"closed": w, "closed pipe": func() io.Writer {
		r, w := io.Pipe()
		_ = r.Close()
		return w
	}()} {
		var said bytes.Buffer
		a := &App{Stdout: out, Stderr: &said, Env: func(string) string { return "" }}
		if code := a.Main(t.Context(), []string{"export", "--data", data}); code != 0 || said.Len() > 0 {
			t.Errorf("%s: got %d, %q", name, code, said.String())
		}
	}
	var said bytes.Buffer
	a := &App{Stdout: brokenDisk{}, Stderr: &said, Env: func(string) string { return "" }}
	if code := a.Main(t.Context(), []string{"export", "--data", data}); code != 1 || !strings.Contains(said.String(), "no space") {
		t.Errorf("a full disk: got %d, %q", code, said.String())
	}
}

type brokenDisk struct{}

func (brokenDisk) Write([]byte) (int, error) { return 0, fmt.Errorf("no space left on device") }

func TestBadExportsAndImports(t *testing.T) {
	data, dir := satFor(t, 1), t.TempDir()
	code, text, _ := startedWith(t, nil, "export", "--data", data)
	if code != 0 {
		t.Fatal(code)
	}
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	none := filepath.Join(dir, "none")
	for _, c := range []struct {
		name string
		args []string
		code int
		want []string
	}{
		{"no history", []string{"export", "--data", none}, 3, []string{"there is no history", "none"}},
		{"no such day", []string{"export", "--data", data, "--from", "2026-02-30"}, 2, []string{"from", `"2026-02-30"`, "February 2026 has days 01 to 28"}},
		{"no day", []string{"export", "--data", data, "--to", "today"}, 2, []string{"to", `"today"`}},
		{"backwards", []string{"export", "--data", data, "--from", "2026-11-25", "--to", "2026-11-01"}, 2, []string{"days run backwards: from 2026-11-25 to 2026-11-01"}},
		{"format", []string{"export", "--data", data, "--format", "xls"}, 2, []string{"--format", "xls", "csv or json"}},
		{"force without a file", []string{"export", "--data", data, "--force"}, 2, []string{"--out"}},
		{"an argument", []string{"export", "--data", data, "sitwell.csv"}, 2, []string{"sitwell.csv", "--help"}},
		{"import of nothing", []string{"import", "--data", none}, 2, []string{"--help"}},
		{"import of no file", []string{"import", "--data", none, filepath.Join(dir, "no.csv")}, 2, []string{"no.csv"}},
		{"import of a folder", []string{"import", "--data", none, dir}, 2, []string{"it is a folder"}},
		{"import of an empty file", []string{"import", "--data", none, write("empty", "")}, 2, []string{"empty", "there is nothing in it", "nothing was changed"}},
		{"import of another table", []string{"import", "--data", none, write("steps.csv", "date,steps\n")}, 2, []string{"steps.csv", "line 1", `"date"`}},
		{"import of a database", []string{"import", "--data", none, filepath.Join(data, "sitwell.db")}, 2, []string{"line 1"}},
		{"import cut short", []string{"import", "--data", data, write("cut.csv", text[:len(text)/2])}, 2, []string{"cut.csv", "line ", "cut short", "nothing was changed"}},
		{"import edited", []string{"import", "--data", filepath.Join(dir, "other"), write("edited.csv", strings.Replace(text, "Lean back", "Sit up", 1))}, 2, []string{"edited.csv", "edited or damaged", "nothing was changed"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, out, said := startedWith(t, nil, c.args...)
			if code != c.code || out != "" {
				t.Errorf("got exit code %d, %q, want %d", code, out, c.code)
			}
			for _, want := range c.want {
				if !strings.Contains(said, want) {
					t.Errorf("got %q, want %q in it", said, want)
				}
			}
		})
	}
	if _, err := os.Stat(none); !os.IsNotExist(err) {
		t.Errorf("a folder was made for what was refused: %v", err)
	}
	if code, after, _ := startedWith(t, nil, "export", "--data", data); code != 0 || after != text {
		t.Error("what was refused has altered something")
	}
	store, err := sqlite.Open(t.Context(), filepath.Join(data, "sitwell.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	code, _, said := startedWith(t, strings.NewReader(text), "import", "--data", data, "-")
	if code != exitSecond || !strings.Contains(said, fmt.Sprint(os.Getpid())) || !strings.Contains(said, "stop it") {
		t.Errorf("beside another: got %d, %q", code, said)
	}
}

// An import that fails where there is no history makes none.
func TestImportMakesNoEmptyHistory(t *testing.T) {
	out := filepath.Join(t.TempDir(), "all.csv")
	from := newProgram(t)
	if code := from.main(context.Background(), "export", "--data", filled(t), "--out", out); code != 0 {
		t.Fatalf("export: got %d, %s", code, from.stderr())
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	for name, cut := range map[string][]byte{
		"cut short": text[:len(text)/2],
		"edited":    bytes.Replace(text, []byte("told on 2026-11-21"), []byte("told on 2026-11-2l"), 1),
	} {
		data := filepath.Join(t.TempDir(), "new")
		if err := os.WriteFile(out, cut, 0o600); err != nil {
			t.Fatal(err)
		}
		p := newProgram(t)
		if code := p.main(context.Background(), "import", "--data", data, out); code != exitBadInput || !strings.Contains(p.stderr(), "nothing was changed") {
			t.Errorf("%s: got %d, %s", name, code, p.stderr())
		}
		if left, _ := os.ReadDir(data); len(left) > 0 {
			t.Errorf("%s: left behind %v", name, left)
		}
	}
}
