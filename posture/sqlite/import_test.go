package sqlite

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"sitwell/posture"
)

// imported reads text into s.
func imported(s *Store, text []byte) (Imported, error) {
	m, err := NewImport(bytes.NewReader(text))
	if err != nil {
		return Imported{}, err
	}
	return s.Import(context.Background(), m)
}

func mustImport(t testing.TB, s *Store, text []byte) Imported {
	t.Helper()
	done, err := imported(s, text)
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// resealed puts the end of a CSV export right, after its records were altered.
func resealed(t testing.TB, text string) []byte {
	t.Helper()
	lines := strings.SplitAfter(text, "\r\n")
	records := strings.Join(lines[2:len(lines)-2], "")
	n := len(table(t, []byte(text))) - 2
	sum := sha256.Sum256([]byte(records))
	x, _ := newExporter(io.Discard, FormatCSV)
	x.line.begin(recordEnd)
	x.line.whole(colRecords, int64(n))
	x.line.word(colSHA256, hex.EncodeToString(sum[:]))
	return append([]byte(lines[0]+lines[1]+records), x.line.appendCSV(nil)...)
}

// What comes back is what went out, to the bit, in either format.
func TestImportIsLossFree(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	lived(t, s)
	want := dump(t, s)
	csv, js := exported(t, s, dayRange{}, FormatCSV), exported(t, s, dayRange{}, FormatJSON)
	var indented bytes.Buffer
	if err := json.Indent(&indented, js, "", "\t"); err != nil {
		t.Fatal(err)
	}
	var sorted map[string]any
	decoder := json.NewDecoder(bytes.NewReader(js))
	decoder.UseNumber()
	if err := decoder.Decode(&sorted); err != nil {
		t.Fatal(err)
	}
	resorted, err := json.Marshal(sorted) // keys in the alphabet's order
	if err != nil {
		t.Fatal(err)
	}
	var floats any
	if err := json.Unmarshal(js, &floats); err != nil {
		t.Fatal(err)
	}
	refloated, err := json.MarshalIndent(floats, " ", "") // every number a float64
	if err != nil {
		t.Fatal(err)
	}
	unix := regexp.MustCompile(`([^e])\r\n`).ReplaceAll(csv, []byte("$1\n")) // but for those in a text
	for name, text := range map[string][]byte{
		"csv": csv, "json": js, "csv with LF": unix, "csv with a mark": append([]byte(byteOrderMark), csv...), "csv without its last CR LF": bytes.TrimRight(csv, "\r\n"),
		"indented": indented.Bytes(), "sorted": resorted, "floats": refloated, "json with a mark": append([]byte(byteOrderMark+"\n "), js...),
	} {
		t.Run(name, func(t *testing.T) {
			into := mustOpen(t, tempPath(t))
			done := mustImport(t, into, text)
			if got := dump(t, into); got != want {
				t.Errorf("got %s\nwant %s", got, want)
			}
			integrity(t, into)
			if !bytes.Equal(exported(t, into, dayRange{}, FormatCSV), csv) || !bytes.Equal(exported(t, into, dayRange{}, FormatJSON), js) {
				t.Error("exported again it has other bytes")
			}
			if done.Events.Added == 0 || done.Minutes.Added == 0 || done.Quarters.Added == 0 || done.Zones.Added != 3 || done.Baselines.Added != int64(len(strange)-1) || done.Renumbered != 0 || done.Cut != 0 {
				t.Errorf("counted %+v", done)
			}
			again := mustImport(t, into, text)
			if again.Changed() || again.Events.There != done.Events.Added || again.Minutes.There != done.Minutes.Added ||
				again.Quarters.There != done.Quarters.Added || again.Baselines.There != done.Baselines.Added || again.Zones.There != 3 {
				t.Errorf("the second time: %+v", again)
			}
			if got := dump(t, into); got != want {
				t.Error("the second time altered something")
			}
			// What is stored from now on has larger IDs.
			later, err := into.AppendEvents(t.Context(), alerts(0, 1))
			if err != nil || later[0].ID <= done.Events.Added {
				t.Errorf("the next event: %v, %v", later, err)
			}
		})
	}
}

// Read in pieces, a range at a time and in any order, it is the whole again.
func TestImportOfParts(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	lived(t, s)
	want := dump(t, s)
	into := mustOpen(t, tempPath(t))
	for _, r := range []dayRange{days(t, "2026-03-29", "2026-05-01"), days(t, "", "2026-03-28"), days(t, "2026-04-30", "")} {
		part := exported(t, s, r, FormatJSON)
		before := dump(t, into)
		mustImport(t, into, part)
		if before == dump(t, into) {
			t.Error("a part is empty")
		}
		alone := mustOpen(t, tempPath(t))
		mustImport(t, alone, part)
		if !bytes.Equal(exported(t, alone, dayRange{}, FormatJSON), part) {
			t.Error("the part alone has other bytes")
		}
	}
	if got := dump(t, into); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

// In a folder with another history, what is new gets IDs of its own, and answers
// still answer what they did.
func TestImportIntoAnother(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	first, err := s.SaveBaseline(t.Context(), posture.Baseline{Time: t0, Way: posture.WaySitting, Camera: "mine", Width: 4, Height: 3})
	if err != nil {
		t.Fatal(err)
	}
	told, err := s.AppendEvents(t.Context(), alerts(0, 2))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.AppendEvents(t.Context(), []posture.Event{
		{Kind: posture.EventDismissed, Time: t0.Add(time.Hour), Ref: told[0].ID},
		{Kind: posture.EventWrong, Time: t0.Add(time.Hour), Ref: told[1].ID},
		{Kind: posture.EventBaselineUsed, Time: t0.Add(time.Hour), Ref: first.ID},
		{Kind: posture.EventWrong, Time: t0.Add(2 * time.Hour), Ref: 900},
	}); err != nil {
		t.Fatal(err)
	}
	text := exported(t, s, dayRange{}, FormatCSV)

	into := mustOpen(t, tempPath(t))
	if _, err := into.SaveBaseline(t.Context(), posture.Baseline{Time: t0, Way: posture.WaySitting, Camera: "theirs", Width: 4, Height: 3}); err != nil {
		t.Fatal(err)
	}
	if _, err := into.AppendEvents(t.Context(), []posture.Event{{Kind: posture.EventPaused, Time: t0}, alert(1), alert(7)}); err != nil {
		t.Fatal(err)
	}
	done := mustImport(t, into, text)
	// Their IDs 1 to 3 are taken, 2 by the very same alert.
	if done.Events != (Counted{Added: 5, There: 1}) || done.Baselines != (Counted{Added: 1}) || done.Renumbered != 6 || done.Cut != 0 {
		t.Errorf("counted %+v", done)
	}
	events, err := into.Events(t.Context(), EventQuery{})
	if err != nil {
		t.Fatal(err)
	}
	byID := map[int64]posture.Event{}
	for _, e := range events {
		byID[e.ID] = e
	}
	for _, e := range events {
		switch e.Kind {
		case posture.EventDismissed:
			if of := byID[e.Ref]; !of.Time.Equal(told[0].Time) || e.ID < e.Ref {
				t.Errorf("dismissed %d answers %+v", e.ID, of)
			}
		case posture.EventWrong:
			if of := byID[e.Ref]; e.Ref != 900 && !of.Time.Equal(told[1].Time) {
				t.Errorf("wrong %d answers %+v", e.ID, of)
			}
		case posture.EventBaselineUsed:
			if b, ok, err := into.Baseline(t.Context(), e.Ref); !ok || err != nil || b.Camera != "mine" {
				t.Errorf("the baseline used is %+v, %v", b, err)
			}
		}
	}
	before := dump(t, into)
	if again := mustImport(t, into, text); again.Changed() || again.Events.There != 6 || dump(t, into) != before {
		t.Errorf("the second time: %+v", again)
	}
	integrity(t, into)
}

// Events that are the very same are as many as they were.
func TestImportOfTwins(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	if _, err := s.AppendEvents(t.Context(), []posture.Event{alert(0), alert(0), alert(0)}); err != nil {
		t.Fatal(err)
	}
	text := exported(t, s, dayRange{}, FormatCSV)
	for name, there := range map[string][]posture.Event{
		"beside another":        {alert(1)},
		"one is there":          {alert(1), alert(0)},
		"two are there":         {alert(0), alert(1), alert(0)},
		"as the last":           {alert(1), alert(1), alert(0)},
		"more than in the file": {alert(0), alert(0), alert(0), alert(0)},
	} {
		t.Run(name, func(t *testing.T) {
			into := mustOpen(t, tempPath(t))
			if _, err := into.AppendEvents(t.Context(), there); err != nil {
				t.Fatal(err)
			}
			had := 0
			for _, e := range there {
				if e.Time.Equal(alert(0).Time) {
					had++
				}
			}
			done := mustImport(t, into, text)
			events, err := into.EventsBetween(t.Context(), t0, t0.Add(time.Nanosecond))
			if err != nil || len(events) != max(3, had) || done.Events != (Counted{int64(max(0, 3-had)), int64(min(3, had))}) {
				t.Errorf("got %d, %v, counted %+v", len(events), err, done)
			}
			if again := mustImport(t, into, text); again.Changed() {
				t.Errorf("the second time: %+v", again)
			}
		})
	}
}

// A day that was deleted comes back, and a sitting that went on after midnight,
// which was shortened, is not there twice.
func TestImportOfADeletedDay(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	midnight := time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC)
	if _, err := s.AppendEvents(t.Context(), []posture.Event{
		{Kind: posture.EventBoutStart, Time: midnight.Add(-time.Hour)}, {Kind: posture.EventBoutEnd, Time: midnight.Add(time.Hour), Seconds: 7200},
	}); err != nil {
		t.Fatal(err)
	}
	if err := s.AddMinutes(t.Context(), []posture.Minute{someMinute(midnight.Add(-time.Hour), 1), someMinute(midnight, 2)}); err != nil {
		t.Fatal(err)
	}
	text := exported(t, s, dayRange{}, FormatCSV)
	if _, err := s.Erase(t.Context(), midnight.AddDate(0, 0, -1), midnight, midnight.AddDate(0, 0, 9)); err != nil {
		t.Fatal(err)
	}
	for more := true; more; {
		var err error
		if more, err = s.EraseStep(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	done := mustImport(t, s, text)
	if done.Events != (Counted{1, 1}) || done.Minutes != (Counted{1, 1}) || done.Renumbered != 0 {
		t.Errorf("counted %+v", done)
	}
	if again := mustImport(t, s, text); again.Changed() {
		t.Errorf("the second time: %+v", again)
	}
}

// An answer has a larger ID than what it answers, as if it had been stored here.
func TestImportedAnswersFollow(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	if _, err := s.AppendEvents(t.Context(), []posture.Event{alert(0), {Kind: posture.EventWrong, Time: t0.Add(time.Minute), Ref: 1}}); err != nil {
		t.Fatal(err)
	}
	into := mustOpen(t, tempPath(t))
	if _, err := into.AppendEvents(t.Context(), alerts(5, 10)); err != nil {
		t.Fatal(err)
	}
	if _, err := into.write.Exec("DELETE FROM event WHERE id = 2"); err != nil {
		t.Fatal(err)
	}
	mustImport(t, into, exported(t, s, dayRange{}, FormatCSV))
	events, err := into.Events(t.Context(), EventQuery{Kinds: []posture.EventKind{posture.EventWrong}})
	if err != nil || len(events) != 1 || events[0].Ref != 11 || events[0].ID != 12 {
		t.Errorf("got %+v, %v, want event 12, which answers 11", events, err)
	}
}

// What spoke of a baseline is known again when the file has the baseline no more.
func TestImportWithoutTheBaseline(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	b, err := s.SaveBaseline(t.Context(), posture.Baseline{Time: t0, Camera: "c", Width: 4, Height: 3})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.AppendEvents(t.Context(), []posture.Event{{Kind: posture.EventBaselineUsed, Time: t0, Ref: b.ID}}); err != nil {
		t.Fatal(err)
	}
	into := mustOpen(t, tempPath(t))
	mustImport(t, into, exported(t, s, dayRange{}, FormatCSV))
	if err := s.DeleteBaseline(t.Context(), b.ID); err != nil {
		t.Fatal(err)
	}
	before := dump(t, into)
	text := exported(t, s, dayRange{}, FormatCSV)
	if done := mustImport(t, into, text); done.Changed() || dump(t, into) != before {
		t.Errorf("counted %+v", done)
	}
	// Where another has its ID it speaks of none.
	other := mustOpen(t, tempPath(t))
	if _, err := other.SaveBaseline(t.Context(), posture.Baseline{Time: t0, Camera: "another", Width: 4, Height: 3}); err != nil {
		t.Fatal(err)
	}
	if _, err := other.AppendEvents(t.Context(), alerts(0, 1)); err != nil {
		t.Fatal(err)
	}
	done := mustImport(t, other, text)
	if e, ok, err := other.Event(t.Context(), 2); !ok || err != nil || e.Ref != 0 || done.Cut != 1 {
		t.Errorf("got %+v, %v, counted %+v", e, err, done)
	}
	if again := mustImport(t, other, text); again.Changed() {
		t.Errorf("the second time: %+v", again)
	}
}

// An answer to what the file lacks keeps to it only if that may be it.
func TestImportOfAnswers(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	told, err := s.AppendEvents(t.Context(), alerts(0, 1))
	if err != nil {
		t.Fatal(err)
	}
	later := t0.AddDate(0, 0, 3)
	if _, err := s.AppendEvents(t.Context(), []posture.Event{{Kind: posture.EventWrong, Time: later, Ref: told[0].ID, State: posture.Slouching, Signal: posture.HeadForward}}); err != nil {
		t.Fatal(err)
	}
	text := exported(t, s, days(t, later.Format(time.DateOnly), ""), FormatCSV)
	moved := alert(0)
	moved.Time = later.Add(time.Hour)
	other := alert(0)
	other.Signal = posture.LeanIn
	for name, c := range map[string]struct {
		there posture.Event
		ref   int64
		cut   int64
	}{
		"the alert":       {alert(0), 1, 0},
		"none":            {posture.Event{}, 1, 0},
		"no alert":        {posture.Event{Kind: posture.EventPaused, Time: t0}, 0, 1},
		"a later one":     {moved, 0, 1},
		"another's alert": {other, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			into := mustOpen(t, tempPath(t))
			if c.there.Kind != "" {
				if _, err := into.AppendEvents(t.Context(), []posture.Event{c.there}); err != nil {
					t.Fatal(err)
				}
			}
			done := mustImport(t, into, text)
			e, ok, err := into.Event(t.Context(), 2)
			if !ok || err != nil || e.Ref != c.ref || done.Cut != c.cut {
				t.Errorf("got %+v, %v, counted %+v, want ref %d", e, err, done, c.ref)
			}
			if again := mustImport(t, into, text); again.Changed() {
				t.Errorf("the second time: %+v", again)
			}
		})
	}
}

// The baseline that followed the person since is not put back.
func TestImportKeepsTheBaselineThatFollowed(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	b, err := s.SaveBaseline(t.Context(), posture.Baseline{
		Time: t0, Way: posture.WaySitting, Camera: "c", Width: 4, Height: 3, Quality: 0.5,
		Measures: map[string]posture.Statistic{"neck": {Median: 1, Spread: 1}},
	})
	if err != nil {
		t.Fatal(err)
	}
	text := exported(t, s, dayRange{}, FormatCSV)
	b.Measures["neck"] = posture.Statistic{Median: 1.1, Spread: 1}
	b.Stale = "moved"
	if _, err := s.SaveBaseline(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	before := dump(t, s)
	if done := mustImport(t, s, text); done.Changed() || done.Baselines.There != 1 || dump(t, s) != before {
		t.Errorf("counted %+v", done)
	}
}

// quarterOf adds minutes of one quarter of an hour, each some seconds upright, and
// deletes the first so many.
func quarterOf(t testing.TB, pruned int, seconds ...float64) *Store {
	t.Helper()
	s := mustOpen(t, tempPath(t))
	start := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	for i, v := range seconds {
		if err := s.AddMinutes(t.Context(), []posture.Minute{{Start: start.Add(time.Duration(i) * time.Minute), Seconds: map[posture.State]float64{posture.Upright: v}}}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.PruneMinutes(t.Context(), start.Add(time.Duration(pruned)*time.Minute)); err != nil {
		t.Fatal(err)
	}
	return s
}

// A quarter of an hour is never counted twice, whatever of it each side has.
func TestImportReconcilesQuarters(t *testing.T) {
	for _, c := range []struct {
		name            string
		here, file      *Store
		upright         float64 // of the quarter after it; negative for an error
		minutes         int
		added, quarters Counted // minutes and quarters
	}{
		{"the same", quarterOf(t, 0, 10, 20), quarterOf(t, 0, 10, 20), 30, 2, Counted{0, 2}, Counted{}},
		{"more minutes", quarterOf(t, 0, 10, 20), quarterOf(t, 0, 10, 20, 30), 60, 3, Counted{1, 2}, Counted{}},
		{"fewer minutes", quarterOf(t, 0, 10, 20, 30), quarterOf(t, 0, 10, 20), 60, 3, Counted{0, 2}, Counted{}},
		{"other minutes", quarterOf(t, 0, 0, 20), quarterOf(t, 0, 10), 30, 2, Counted{1, 0}, Counted{}},
		{"other minutes that come to the same", quarterOf(t, 0, 0, 20), quarterOf(t, 0, 20), 40, 2, Counted{1, 0}, Counted{}},
		{"deleted here", quarterOf(t, 2, 10, 20, 30), quarterOf(t, 0, 10, 20, 30), 60, 3, Counted{2, 1}, Counted{}},
		{"all deleted here", quarterOf(t, 3, 10, 20, 30), quarterOf(t, 0, 10, 20, 30), 60, 3, Counted{3, 0}, Counted{}},
		{"deleted there", quarterOf(t, 0, 10, 20, 30), quarterOf(t, 2, 10, 20, 30), 60, 3, Counted{0, 1}, Counted{0, 1}},
		{"deleted on both", quarterOf(t, 2, 10, 20, 30), quarterOf(t, 2, 10, 20, 30), 60, 1, Counted{0, 1}, Counted{0, 1}},
		{"more deleted there", quarterOf(t, 1, 10, 20, 30), quarterOf(t, 2, 10, 20, 30), 60, 2, Counted{0, 1}, Counted{0, 1}},
		{"more deleted here", quarterOf(t, 2, 10, 20, 30), quarterOf(t, 1, 10, 20, 30), 60, 2, Counted{1, 1}, Counted{0, 1}},
		{"deleted on both, and later minutes there", quarterOf(t, 1, 10, 20), quarterOf(t, 1, 10, 20, 30), 60, 2, Counted{1, 1}, Counted{0, 1}},
		{"nothing here", quarterOf(t, 0), quarterOf(t, 1, 10, 20), 30, 1, Counted{1, 0}, Counted{1, 0}},
		{"deleted there, of what is here a part", quarterOf(t, 0, 0, 20), quarterOf(t, 1, 10, 20), 30, 1, Counted{0, 1}, Counted{1, 0}},
		{"deleted here, of what is there a part", quarterOf(t, 1, 10, 20), quarterOf(t, 0, 0, 20), 30, 1, Counted{0, 1}, Counted{}},
		{"deleted there, and other minutes here", quarterOf(t, 0, 5), quarterOf(t, 1, 10, 20), -1, 0, Counted{}, Counted{}},
		{"deleted here, and other minutes there", quarterOf(t, 1, 10, 20), quarterOf(t, 0, 5), -1, 0, Counted{}, Counted{}},
		{"other deleted minutes", quarterOf(t, 1, 10), quarterOf(t, 1, 11), -1, 0, Counted{}, Counted{}},
		{"a minute with other figures", quarterOf(t, 0, 10, 20), quarterOf(t, 0, 10, 21), -1, 0, Counted{}, Counted{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			// Something else, so that the history isn't new.
			if err := c.here.AddMinutes(t.Context(), []posture.Minute{someMinute(time.Unix(0, 0), 1)}); err != nil {
				t.Fatal(err)
			}
			before := dump(t, c.here)
			text := exported(t, c.file, dayRange{}, FormatCSV)
			done, err := imported(c.here, text)
			if c.upright < 0 {
				var bad *ImportError
				if !errors.As(err, &bad) || !errors.Is(err, ErrInvalid) || bad.Line == 0 || !strings.Contains(bad.Problem, "2026-11-20T09:0") || !strings.Contains(bad.Problem, "delete that day first") {
					t.Errorf("got %v", err)
				}
				if dump(t, c.here) != before {
					t.Error("something was altered")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			at := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
			quarters, err := c.here.History().Quarters(t.Context(), at, at.Add(time.Minute))
			if err != nil || len(quarters) != 1 || quarters[0].In(posture.Upright) != c.upright {
				t.Errorf("got %v, %v, want %v s upright", quarters, err, c.upright)
			}
			minutes, err := c.here.Minutes(t.Context(), at, at.Add(time.Hour))
			if err != nil || len(minutes) != c.minutes || done.Minutes != c.added || done.Quarters != c.quarters {
				t.Errorf("got %d minutes, %v, counted %+v, want %d", len(minutes), err, done, c.minutes)
			}
			before = dump(t, c.here)
			if again := mustImport(t, c.here, text); again.Changed() || dump(t, c.here) != before {
				t.Errorf("the second time: %+v", again)
			}
			if _, err := c.here.Export(t.Context(), io.Discard, nil, nil, FormatCSV); err != nil {
				t.Error(err)
			}
		})
	}
}

// What is wrong is named, with its place, and nothing is altered.
func TestImportRefuses(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	lived(t, s)
	csv, js := string(exported(t, s, dayRange{}, FormatCSV)), string(exported(t, s, dayRange{}, FormatJSON))
	lines := strings.SplitAfter(csv, "\r\n")
	firstOf := func(record string) int {
		for i, line := range lines {
			if strings.HasPrefix(line, record+",") {
				return i
			}
		}
		t.Fatalf("no %s", record)
		return 0
	}
	// with replaces the first old of the first record of a kind that has one.
	with := func(record, old, new string) string {
		for i, line := range lines {
			if strings.HasPrefix(line, record+",") && strings.Contains(line, old) {
				return strings.Join(lines[:i], "") + strings.Replace(line, old, new, 1) + strings.Join(lines[i+1:], "")
			}
		}
		t.Fatalf("no %s has %q", record, old)
		return ""
	}
	sealed := func(text string) string { return string(resealed(t, text)) }
	twice := func(record string) string {
		i := firstOf(record)
		return sealed(strings.Join(lines[:i+1], "") + strings.Join(lines[i:], ""))
	}
	cell := func(record string, c column, text string) string {
		i := firstOf(record)
		cells := strings.Split(strings.TrimSuffix(lines[i], "\r\n"), ",")
		cells[c] = text
		return sealed(strings.Join(lines[:i], "") + strings.Join(cells, ",") + "\r\n" + strings.Join(lines[i+1:], ""))
	}
	replaced := func(old, new string) string {
		if !strings.Contains(js, old) {
			t.Fatalf("JSON has no %q", old)
		}
		return strings.Replace(js, old, new, 1)
	}
	event, minute := firstOf(recordEvent), firstOf(recordMinute)
	// Some texts have lines of their own.
	lineOf := func(i int) int { return 1 + strings.Count(strings.Join(lines[:i], ""), "\n") }
	for name, c := range map[string]struct{ text, want string }{
		"nothing":              {"", "there is nothing in it"},
		"white space":          {"  \r\n", "there is nothing in it"},
		"a lot of white space": {strings.Repeat(" ", 1<<17), "white space"},
		"a table of others":    {"date,steps\r\n2026-11-20,9000\r\n", `line 1: the first column is "date"`},
		"binary":               {"SQLite format 3\x00\x10\x00", "line 1: the first column"},
		"header alone":         {lines[0], "line 2: the file ends here"},
		"no format":            {lines[0] + strings.Join(lines[2:], ""), "line 2: got a record \"zone\", want the format first"},
		"next version":         {strings.Replace(csv, "sitwell-export/1", "sitwell-export/2", 1), `the format is "sitwell-export/2", and this Sitwell reads sitwell-export/1`},
		"a column more":        {strings.Replace(csv, ",text,", ",text,mood,", 1), `the column "mood" is not known`},
		"a column less":        {strings.Replace(csv, ",text,", ",", 1), `the column "text" is missing`},
		"a column twice":       {strings.Replace(csv, ",text,", ",id,", 1), `the column "id" is there twice`},
		"cut at a line":        {strings.Join(lines[:event+3], ""), fmt.Sprintf("line %d: the file ends here", lineOf(event+3))},
		"cut before the end":   {strings.Join(lines[:len(lines)-2], ""), "cut short"},
		"cut within a line":    {strings.Join(lines[:minute], "") + lines[minute][:60], fmt.Sprintf("line %d: there are ", lineOf(minute))},
		"cut within the end":   {strings.TrimRight(csv, "\r\n")[:len(csv)-12], "the file was edited or damaged"},
		"cut in quotes":        {csv[:strings.Index(csv, `"comma, c`)+5], "a quoted text has no end"},
		"a record less":        {strings.Join(lines[:minute], "") + strings.Join(lines[minute+1:], ""), "some are missing, or were added"},
		"a figure edited":      {cellRaw(lines, minute, colFigures, "1.000001"), "the file was edited or damaged"},
		"a derived one edited": {cellRaw(lines, firstOf(recordMinute), colSeconds, "61"), "the file was edited or damaged"},
		"a sentence edited":    {with(recordEvent, "comma, comma", "comma, coma"), "the file was edited or damaged"},
		"a time edited":        {with(recordEvent, "T10:00:00.123", "T11:00:00.123"), "but unix is"},
		"an offset edited":     {with(recordEvent, "T10:00:00.123456789+01:00", "T09:00:00.123456789Z"), "the file was edited or damaged"},
		"the sum edited":       {strings.Replace(csv, "\r\nend,", "\r\nend,2026-11-20T09:00:00Z", 1), "end has time"},
		"something after it":   {csv + lines[event], "something follows the end record"},
		"a minute twice":       {twice(recordMinute), "is there twice"},
		"an event twice":       {twice(recordEvent), "event 1 is there twice"},
		"a baseline twice":     {twice(recordBaseline), "baseline 1 is there twice"},
		"a measure twice":      {twice(recordMeasure), "is there twice"},
		"a zone twice":         {twice(recordZone), "is there twice"},
		"a quarter twice":      {twice(recordQuarter), "is there twice"},
		"in another order":     {sealed(strings.Join(lines[:event], "") + lines[minute] + strings.Join(lines[event:minute], "") + strings.Join(lines[minute+1:], "")), "event is not where it belongs"},
		"unknown record":       {cell(recordEvent, colRecord, "dream"), fmt.Sprintf("line %d: a record \"dream\" is not known", lineOf(event))},
		"unknown kind":         {cell(recordEvent, colKind, "dream"), fmt.Sprintf("line %d: the kind \"dream\" of event 1 is not known", lineOf(event))},
		"unknown state":        {cell(recordEvent, colState, "lying"), `the state "lying"`},
		"unknown signal":       {cell(recordEvent, colSignal, "nose"), `the signal "nose"`},
		"unknown area":         {cell(recordEvent, colArea, "knee"), `the area "knee"`},
		"unknown zone":         {cell(recordZone, colName, "Europe/Atlantis"), `time zone "Europe/Atlantis"`},
		"unknown way":          {cell(recordBaseline, colWay, "lying"), `the way "lying"`},
		"no id":                {cell(recordEvent, colID, ""), "event has no id"},
		"id 0":                 {cell(recordEvent, colID, "0"), "id is 0"},
		"huge id":              {cell(recordEvent, colID, "9223372036854775807"), "id is 9223372036854775807, want 1 to 9007199254740992"},
		"huger id":             {cell(recordEvent, colID, "99999999999999999999999"), "want a whole number"},
		"level of a half":      {cell(recordEvent, colLevel, "0.5"), `level is "0.5", want a whole number`},
		"NaN":                  {cell(recordEvent, colSeconds, "NaN"), `seconds is "NaN", want a number`},
		"infinite":             {cell(recordEvent, colScore, "Infinity"), `score is "Infinity", want a number`},
		"too large":            {cell(recordEvent, colScore, "1e999"), `score is "1e999", want a number`},
		"in sixteens":          {cell(recordEvent, colScore, "0x1p3"), "want a number"},
		"negative":             {cell(recordMinute, colFigures, "-1"), `upright_s is "-1", want`},
		"NaN of a minute":      {cell(recordMinute, colFigures, "NaN"), `upright_s is "NaN"`},
		"seven decimals":       {cell(recordMinute, colFigures, "1.0000001"), "six decimals at most"},
		"a minute of months":   {cell(recordMinute, colFigures, "2678401"), "upright_s is 2678401, want 0 to 2678400"},
		"a score of months":    {cell(recordMinute, colFigures+10, "267840001"), "score_sum is"},
		"a figure missing":     {cell(recordMinute, colFigures, ""), "minute has no upright_s"},
		"a minute with an id":  {cell(recordMinute, colID, "3"), "minute has id, which is none of its columns"},
		"no time":              {cell(recordMinute, colTime, ""), "minute has no time"},
		"time of no day":       {cell(recordMinute, colTime, "2026-02-30T09:00:00Z"), "time is"},
		"unix of words":        {cell(recordMinute, colUnix, "now"), `unix is "now"`},
		"unix out of range":    {cell(recordMinute, colUnix, "9223372037"), "of the years 1678 to 2262"},
		"half a minute":        {cellsOf(t, lines, minute, map[column]string{colTime: "2026-03-29T01:10:30Z", colUnix: "1774746630"}), "which is not the beginning of a minute"},
		"a foreign measure":    {cell(recordMeasure, colRef, "77"), "does not follow it"},
		"provisional perhaps":  {cell(recordBaseline, colProvisional, "perhaps"), "want true or false"},
		"width below 0":        {cell(recordBaseline, colWidth, "-640"), "width is -640"},
		"base64 that is none":  {cell(recordEvent, colText, "base64:%%%"), "what follows is not base64"},
		"base64 of plain text": {cell(recordEvent, colText, "base64:YWJj"), "the file was edited or damaged"},
		"not UTF-8":            {cell(recordEvent, colText, "\xff"), "text is not UTF-8"},
		"a quote alone":        {cellRaw(lines, event, colText, `a"b`), "a quote stands within a cell"},
		"after a quote":        {cellRaw(lines, event, colText, `"a"b`), "something follows the end of a quoted cell"},
		"a carriage return":    {strings.Replace(csv, "\r\nevent", "\rx\r\nevent", 1), "a carriage return stands alone"},
		"a line without end":   {strings.Join(lines[:event], "") + strings.Repeat("x", 3<<20), "over 1048576 bytes"},
		"a text without end":   {strings.Join(lines[:event], "") + `event,"` + strings.Repeat("\n", 3<<20), "over 1048576 bytes"},
		"a thousand cells":     {strings.Join(lines[:event], "") + strings.Repeat(",", 1000), "there are more than 48 cells"},

		"JSON of others":      {`{"steps":[1,2]}`, `the key "steps" is not known`},
		"an array":            {`{"format":["sitwell-export/1"]}`, "the format is [, want a text"},
		"no JSON":             {`{"format":"sitwell-export/1","records":[}`, "this is not JSON"},
		"JSON's next version": {replaced("sitwell-export/1", "sitwell-export/9"), `the format is "sitwell-export/9"`},
		"no version":          {replaced(`"format":"sitwell-export/1",`, ""), "the key format is not there before the records"},
		"JSON cut short":      {js[:len(js)/2], "the file ends here"},
		"JSON cut at the end": {js[:len(js)-2], "the file ends here"},
		"no end":              {js[:strings.LastIndex(js, `,"end"`)] + "}", "the records or the end are missing"},
		"no records":          {`{"format":"sitwell-export/1","end":{"record":"end","records":0,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}`, "the records or the end are missing"},
		"end of another kind": {replaced(`"end":{"record":"end"`, `"end":{"record":"zone"`), `the end is a record "zone"`},
		"end among them":      {replaced("\n],", `,{"record":"end","records":1,"sha256":"a"}],`), "the end is among the records"},
		"JSON edited":         {replaced("comma, comma", "comma; comma"), "the file was edited or damaged"},
		"JSON with more":      {replaced(`"level":`, `"mood":3,"level":`), `record `},
		"JSON key twice":      {replaced(`"level":0`, `"level":0,"level":0`), `the key "level" is there twice`},
		"JSON end twice":      {replaced(`],"end":{`, `],"end":{"record":"end"},"end":{`), `the key "end" is there twice`},
		"JSON in JSON":        {replaced(`"level":0`, `"level":{"a":1}`), "level is {, want a text or a number"},
		"deep JSON":           {replaced(`"level":0`, `"level":`+strings.Repeat("[", 200000)), "level is [, want a text or a number"},
		"deep beginning":      {`{"format":` + strings.Repeat("[", 200000), "the format is ["},
		"JSON without end":    {replaced(`"level":0`, `"text":"`+strings.Repeat("x", 3<<20)), "over 1048576 bytes"},
		"space without end":   {replaced(`"level":0`, strings.Repeat(" ", 3<<20)), "over 1048576 bytes"},
		"a huge number":       {replaced(`"level":0`, `"level":1e400`), `level is "1e400"`},
		"after JSON":          {js + "{}", "something follows the end"},
		"after JSON, no JSON": {js + "x", "something follows the end"},
		"a record of text":    {replaced("\n{", "\n\"zone\",{"), "record 1: got \"zone\", want {"},
		"half a rune":         {replaced("comma, comma", "comma\xff comma"), "the file was edited or damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			for place, into := range map[string]*Store{"here": s, "empty": mustOpen(t, tempPath(t))} {
				before := dump(t, into)
				_, err := imported(into, []byte(c.text))
				var bad *ImportError
				if !errors.As(err, &bad) || !errors.Is(err, ErrInvalid) || len(bad.Error()) > 400 {
					t.Fatalf("%s: got %T %v, want an *ImportError", place, err, err)
				}
				if place == "empty" && !strings.Contains(bad.Error(), c.want) {
					t.Errorf("got %q, want %q", bad, c.want)
				}
				if dump(t, into) != before {
					t.Errorf("%s: something was altered", place)
				}
			}
		})
	}
}

// cellRaw is the text with one cell replaced, and its end as it was.
func cellRaw(lines []string, i int, c column, text string) string {
	cells := strings.Split(lines[i], ",")
	cells[c] = text
	return strings.Join(lines[:i], "") + strings.Join(cells, ",") + strings.Join(lines[i+1:], "")
}

// cellsOf is the text with some cells replaced, and its end put right.
func cellsOf(t *testing.T, lines []string, i int, set map[column]string) string {
	cells := strings.Split(lines[i], ",")
	for c, text := range set {
		cells[c] = text
	}
	return string(resealed(t, strings.Join(lines[:i], "")+strings.Join(cells, ",")+strings.Join(lines[i+1:], "")))
}

// A zone that began at the same instant under another name is a conflict.
func TestImportOfAnotherZone(t *testing.T) {
	s, other := mustOpen(t, tempPath(t)), mustOpen(t, tempPath(t))
	for s, name := range map[*Store]string{s: "Europe/Berlin", other: "Asia/Tokyo"} {
		if _, err := s.SaveZone(t.Context(), t0, name); err != nil {
			t.Fatal(err)
		}
	}
	_, err := imported(s, exported(t, other, dayRange{}, FormatCSV))
	if err == nil || !strings.Contains(err.Error(), `the zone is "Europe/Berlin" here, and "Asia/Tokyo" in the file`) {
		t.Errorf("got %v", err)
	}
}

// A reader that fails, or a person who stops it, leaves nothing behind.
func TestImportStops(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	lived(t, s)
	broken := errors.New("the disk was pulled out")
	for _, format := range []string{FormatCSV, FormatJSON} {
		text := exported(t, s, dayRange{}, format)
		into := mustOpen(t, tempPath(t))
		m, err := NewImport(io.MultiReader(bytes.NewReader(text[:len(text)-100]), iotest.ErrReader(broken)))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := into.Import(t.Context(), m); !errors.Is(err, broken) {
			t.Errorf("%s: got %v", format, err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		m, err = NewImport(io.MultiReader(bytes.NewReader(text[:len(text)/2]), stopping{cancel}, bytes.NewReader(text[len(text)/2:])))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := into.Import(ctx, m); !errors.Is(err, context.Canceled) {
			t.Errorf("%s cancelled: got %v", format, err)
		}
		if rows := table(t, exported(t, into, dayRange{}, FormatCSV)); len(rows) != 2 {
			t.Errorf("%s: %d records are left", format, len(rows)-2)
		}
		// And it can be done again.
		if done := mustImport(t, into, text); done.Events.Added == 0 {
			t.Errorf("%s: got %+v", format, done)
		}
	}
}

// stopping is an empty reader that calls stop.
type stopping struct{ stop func() }

func (s stopping) Read([]byte) (int, error) {
	s.stop()
	return 0, io.EOF
}

// It may come in pieces of any size.
func TestImportByTheByte(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	lived(t, s)
	want := dump(t, s)
	for _, format := range []string{FormatCSV, FormatJSON} {
		m, err := NewImport(iotest.OneByteReader(bytes.NewReader(exported(t, s, dayRange{}, format))))
		if err != nil {
			t.Fatal(err)
		}
		into := mustOpen(t, tempPath(t))
		if _, err := into.Import(t.Context(), m); err != nil || dump(t, into) != want {
			t.Errorf("%s: %v", format, err)
		}
		if m.Format != format {
			t.Errorf("got %s, want %s", m.Format, format)
		}
	}
}
