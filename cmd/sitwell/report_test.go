package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sitwell/posture"
	"sitwell/posture/history"
	"sitwell/posture/sqlite"
)

// keep makes a history in a folder of an hour sat at each of some times.
func keep(t *testing.T, dir string, times ...time.Time) {
	t.Helper()
	store, err := sqlite.Open(t.Context(), filepath.Join(dir, "sitwell.db"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.SaveZone(t.Context(), time.Unix(0, 0), "Europe/Berlin"); err != nil {
		t.Fatal(err)
	}
	for _, from := range times {
		from = from.UTC().Truncate(time.Hour)
		var minutes []posture.Minute
		for i := range 60 {
			minutes = append(minutes, posture.Minute{
				Start: from.Add(time.Duration(i) * time.Minute), Seconds: map[posture.State]float64{posture.Upright: 60}, ScoreSeconds: 60, ScoreSum: 60 * 88,
			})
		}
		if err := store.AddMinutes(t.Context(), minutes); err != nil {
			t.Fatal(err)
		}
		if _, err := store.AppendEvents(t.Context(), []posture.Event{
			{Kind: posture.EventBoutStart, Time: from}, {Kind: posture.EventBoutEnd, Time: from.Add(time.Hour), Seconds: 3600},
		}); err != nil {
			t.Fatal(err)
		}
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
}

// weekOf is the week that an instant is in, in the zone of the histories here.
func weekOf(t *testing.T, at time.Time) string {
	t.Helper()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return history.Zones{{Zone: berlin}}.Date(at).Week().String()
}

func TestReport(t *testing.T) {
	dir := t.TempDir()
	long := time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC) // of 2026-W10
	keep(t, dir, long)
	report := func(want int, args ...string) (out, errs string) {
		t.Helper()
		p := newProgram(t)
		if code := p.main(t.Context(), append([]string{"report", "--data", dir}, args...)...); code != want {
			t.Errorf("%v: got %d, %s, want %d", args, code, p.stderr(), want)
		}
		return p.stdout(), p.stderr()
	}
	html, errs := report(0, "--week", "2026-W10")
	if !strings.HasPrefix(html, "<!doctype html>") || !strings.Contains(html, "The mean score was 88,") || !strings.Contains(html, "10:00–11:00") || errs != "" {
		t.Errorf("got %.300s, %s", html, errs)
	}
	if md, _ := report(0, "--week", "2026-W10", "--format", "md"); !strings.HasPrefix(md, "# Sitwell: Week 10 of 2026\n") {
		t.Errorf("got %.300s", md)
	}
	text, _ := report(0, "--week", "2026-W10", "--format", "json")
	var week history.Week
	if err := json.Unmarshal([]byte(text), &week); err != nil || week.Week.String() != "2026-W10" || week.Watched != 3600 {
		t.Errorf("got %v, %.300s", err, text)
	}
	if empty, _ := report(0, "--week", "2026-W09", "--format", "md"); !strings.Contains(empty, "Nothing was watched in this week") {
		t.Errorf("an empty week is %.300s", empty)
	}
	// The last week with data, however long ago, and the present one once it
	// has some.
	if last, _ := report(0, "--format", "md"); !strings.HasPrefix(last, "# Sitwell: Week 10 of 2026\n") {
		t.Errorf("the last week with data is %.300s", last)
	}
	now := time.Now()
	keep(t, dir, now.Add(-time.Hour))
	want := weekOf(t, now.Add(-time.Hour).UTC().Truncate(time.Hour))
	if text, _ := report(0, "--format", "json"); !strings.HasPrefix(text, `{"week":"`+want+`"`) {
		t.Errorf("the week of now is %.100s, want %s", text, want)
	}
	for _, c := range []struct {
		args []string
		code int
		want []string
	}{
		{[]string{"--week", "2026-W54"}, 2, []string{`--week is "2026-W54": 2026 has weeks W01 to W53`}},
		{[]string{"--week", ""}, 2, []string{`--week is ""`}},
		{[]string{"--week", "yesterday"}, 2, []string{"want a year and an ISO week"}},
		{[]string{"--format", "pdf"}, 2, []string{`--format is "pdf": want html, md or json`}},
		{[]string{"--format", ""}, 2, []string{`--format is ""`}},
		{[]string{"--force"}, 2, []string{"--force is for --out"}},
		{[]string{"--out", ""}, 2, []string{"--out is empty"}},
		{[]string{"--out", dir}, 2, []string{"is not a file"}},
		{[]string{"--out", filepath.Join(dir, "nowhere", "week.html")}, 1, []string{"nowhere", "no such file"}},
		{[]string{"2026-W10"}, 2, []string{"2026-W10", "--help"}},
		{[]string{"--data", filepath.Join(dir, "nowhere")}, 3, []string{"no history", "nowhere"}},
	} {
		out, errs := report(c.code, c.args...)
		for _, part := range c.want {
			if !strings.Contains(errs, part) {
				t.Errorf("%v: got %s, want %s in it", c.args, errs, part)
			}
		}
		if out != "" {
			t.Errorf("%v: it wrote %.100s", c.args, out)
		}
	}
	bare := t.TempDir()
	keep(t, bare)
	for _, args := range [][]string{{"--data", bare}, {"--data", bare, "--week", "2026-W10"}} {
		if _, errs := report(3, args...); !strings.Contains(errs, "nothing in the history") {
			t.Errorf("%v: got %s", args, errs)
		}
	}
	p := newProgram(t)
	if code := p.main(t.Context(), "report", "--help"); code != 0 || !strings.Contains(p.stdout(), "Examples:") || !strings.Contains(p.stdout(), "exit code") {
		t.Errorf("help: got %d, %s", code, p.stdout())
	}
}

func TestReportToAFile(t *testing.T) {
	dir, out := t.TempDir(), t.TempDir()
	keep(t, dir, time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC))
	path := filepath.Join(out, "week.html")
	report := func(want int, args ...string) string {
		t.Helper()
		p := newProgram(t)
		if code := p.main(t.Context(), append([]string{"report", "--data", dir, "--out", path}, args...)...); code != want || p.stdout() != "" {
			t.Errorf("%v: got %d, %s, %.100s, want %d", args, code, p.stderr(), p.stdout(), want)
		}
		return p.stderr()
	}
	read := func() string {
		t.Helper()
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	report(0)
	html := read()
	if !strings.HasPrefix(html, "<!doctype html>") || !strings.HasSuffix(html, "</html>\n") {
		t.Errorf("got %.100s", html)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v: others may read it", info.Mode(), err)
	}
	if errs := report(2, "--format", "md"); !strings.Contains(errs, "is there already") || !strings.Contains(errs, "--force") {
		t.Errorf("got %s", errs)
	}
	if errs := report(2, "--data", t.TempDir()); !strings.Contains(errs, "is there already") {
		t.Errorf("before anything is read: got %s", errs)
	}
	if read() != html {
		t.Error("a file that was there was changed")
	}
	// What comes between the look and the writing is kept too.
	var c *codeError
	if err := writeWhole(path, []byte("new"), false); !errors.As(err, &c) || c.code != exitBadInput || read() != html {
		t.Errorf("got %v, and the file is %.100s", err, read())
	}
	report(3, "--force", "--data", t.TempDir())
	if read() != html {
		t.Error("a report that failed changed the file")
	}
	report(0, "--force", "--format", "md")
	if text := read(); !strings.HasPrefix(text, "# Sitwell") {
		t.Errorf("got %.100s", text)
	}
	if files, err := os.ReadDir(out); err != nil || len(files) != 1 {
		t.Errorf("%v lie there, %v", files, err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(out, "gone"), path); err != nil {
		t.Fatal(err)
	}
	if errs := report(2); !strings.Contains(errs, "is there already") {
		t.Errorf("a link to nothing: got %s", errs)
	}
}

func TestReportThatCantBePrinted(t *testing.T) {
	dir := t.TempDir()
	keep(t, dir, time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC))
	p := newProgram(t)
	a := &App{Stdout: broken{}, Stderr: locked{&p.mu, &p.err}, Env: func(k string) string { return p.env[k] }}
	if code := a.Main(t.Context(), []string{"report", "--data", dir}); code != exitFailed || !strings.Contains(p.stderr(), "write the report: broken pipe") {
		t.Errorf("got %d, %s", code, p.stderr())
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

var _ io.Writer = broken{}
