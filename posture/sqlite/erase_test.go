package sqlite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sitwell/posture"
)

func init() { children["erase"] = childErase }

// eraseSteps takes all the steps that are left and returns how many there were.
func eraseSteps(t testing.TB, s *Store) (steps int) {
	t.Helper()
	for {
		more, err := s.EraseStep(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		steps++
		if !more {
			return steps
		}
	}
}

// secretDays fills s with n days from t0's on. Each has events, minutes,
// quarters and a block of measurements in which its own word can be found.
func secretDays(t testing.TB, s *Store, n int) (midnight time.Time) {
	t.Helper()
	midnight = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	for day := range n {
		nine := midnight.AddDate(0, 0, day).Add(9 * time.Hour)
		var es []posture.Event
		for i := range 50 {
			es = append(es, posture.Event{Kind: posture.EventAlert, Time: nine.Add(time.Duration(i) * time.Minute), Text: secret(day), Seconds: 30})
		}
		if _, err := s.AppendEvents(t.Context(), es); err != nil {
			t.Fatal(err)
		}
		var ms []posture.Minute
		for i := range 300 {
			ms = append(ms, posture.Minute{Start: nine.Add(time.Duration(i) * time.Minute), Seconds: map[posture.State]float64{posture.Upright: 60}, ScoreSeconds: 60})
		}
		if err := s.AddMinutes(t.Context(), ms); err != nil {
			t.Fatal(err)
		}
		if err := s.SaveSamples(t.Context(), []posture.SampleBlock{{Start: nine, Camera: "cam", Count: 60, Data: []byte(strings.Repeat(secret(day), 200))}}); err != nil {
			t.Fatal(err)
		}
	}
	return midnight
}

func secret(day int) string { return fmt.Sprintf("<secret of day %02d>", day) }

// findSecret returns the files beside path, and it, in which the word of a day
// stands.
func findSecret(t testing.TB, path string, day int) (in []string) {
	t.Helper()
	for _, name := range names(t, filepath.Dir(path)) {
		b, err := os.ReadFile(filepath.Join(filepath.Dir(path), name))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte(secret(day))) {
			in = append(in, name)
		}
	}
	return in
}

// What is deleted is in no byte of any file any more, and nothing else is gone.
func TestErase(t *testing.T) {
	path := tempPath(t)
	s := mustOpen(t, path)
	midnight := secretDays(t, s, 6)
	copied := path + ".v3.backup"
	if err := os.WriteFile(copied, []byte(secret(2)), 0o600); err != nil {
		t.Fatal(err)
	}
	if in := findSecret(t, path, 2); len(in) < 2 {
		t.Fatalf("the word is to be found before: %v", in)
	}
	from, to := midnight.AddDate(0, 0, 2), midnight.AddDate(0, 0, 4)
	now := midnight.AddDate(0, 1, 0)
	kept, err := s.Erase(t.Context(), from, to, now)
	if err != nil || kept != (posture.Kept{Events: 100, Minutes: 600, Measurements: 120}) {
		t.Fatalf("got %+v, %v", kept, err)
	}
	if _, err := s.Erase(t.Context(), from, to, now); !errors.Is(err, ErrErasing) {
		t.Errorf("a second one meanwhile: %v", err)
	}
	before, err := s.Size()
	if err != nil {
		t.Fatal(err)
	}
	eraseSteps(t, s)
	for day := range 6 {
		in := findSecret(t, path, day)
		if gone := day == 2 || day == 3; gone != (len(in) == 0) {
			t.Errorf("day %d: its word is in %v", day, in)
		}
	}
	if left, err := s.Kept(t.Context(), time.Time{}, time.Time{}); err != nil || left != (posture.Kept{Events: 200, Minutes: 1200, Measurements: 240}) {
		t.Errorf("left: %+v, %v", left, err)
	}
	if left, err := s.Kept(t.Context(), from, to); err != nil || left != (posture.Kept{}) {
		t.Errorf("left in the range: %+v, %v", left, err)
	}
	quarters := call(s.History().Quarters(t.Context(), time.Time{}, far))
	equal(t, "quarters", quarters, quartersOf(minutes(t, s)))
	if _, err := os.Stat(copied); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the copy of an upgrade is still there: %v", err)
	}
	if after, err := s.Size(); err != nil || after >= before {
		t.Errorf("the file had %d bytes and has %d, %v", before, after, err)
	}
	if info, err := os.Stat(path + "-wal"); err != nil || info.Size() != 0 {
		t.Errorf("the log: %v, %v", info, err)
	}
	integrity(t, s)
	// And what follows is stored as ever.
	if steps := eraseSteps(t, s); steps != 1 {
		t.Errorf("%d steps with nothing to delete", steps)
	}
	secretDays(t, s, 1)
	first, last, ok, err := s.Extent(t.Context())
	if err != nil || !ok || !first.Equal(midnight.Add(9*time.Hour)) || !last.Equal(midnight.AddDate(0, 0, 5).Add(13*time.Hour+45*time.Minute)) {
		t.Errorf("extent: %v to %v, %v, %v", first, last, ok, err)
	}
}

func TestEraseAll(t *testing.T) {
	path := tempPath(t)
	s := mustOpen(t, path)
	midnight := secretDays(t, s, 3)
	now := midnight.AddDate(0, 0, 2).Add(11 * time.Hour)
	if _, err := s.SaveBaseline(t.Context(), posture.Baseline{Time: t0, Camera: secret(1), Measures: map[string]posture.Statistic{"x": {Median: 1}}}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SaveSettings(t.Context(), []byte(`{"a":1}`), nil); err != nil {
		t.Fatal(err)
	}
	if err := s.SaveProfile(t.Context(), []byte(`{"limits":["pregnancy"]}`)); err != nil {
		t.Fatal(err)
	}
	for i, zone := range []string{"Europe/Berlin", "Asia/Tokyo"} {
		if _, err := s.SaveZone(t.Context(), midnight.AddDate(0, 0, i), zone); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := s.EraseAll(t.Context(), now)
	if err != nil || kept != (posture.Kept{Events: 150, Minutes: 900, Measurements: 180}) {
		t.Fatalf("got %+v, %v", kept, err)
	}
	// What the watch writes meanwhile is of the time after.
	if _, err := s.AppendEvents(t.Context(), []posture.Event{{Kind: posture.EventBoutStart, Time: now.Add(time.Second)}}); err != nil {
		t.Fatal(err)
	}
	if err := s.AddMinutes(t.Context(), []posture.Minute{{Start: now, ScoreSeconds: 7}}); err != nil {
		t.Fatal(err)
	}
	eraseSteps(t, s)
	if left, err := s.Kept(t.Context(), time.Time{}, time.Time{}); err != nil || left != (posture.Kept{Events: 1, Minutes: 1}) {
		t.Errorf("left: %+v, %v", left, err)
	}
	equal(t, "quarters", call(s.History().Quarters(t.Context(), time.Time{}, far)), quartersOf(minutes(t, s)))
	for day := range 3 {
		if in := findSecret(t, path, day); len(in) > 0 {
			t.Errorf("day %d: its word is in %v", day, in)
		}
	}
	equal(t, "settings", call(s.Settings(t.Context())), []byte(nil))
	equal(t, "profile", call(s.Profile(t.Context())), []byte(nil))
	if all, err := s.AllBaselines(t.Context()); err != nil || len(all) > 0 {
		t.Errorf("baselines: %v, %v", all, err)
	}
	zones, err := s.History().Zones(t.Context())
	if err != nil || len(zones) != 1 || zones[0].Zone.String() != "Asia/Tokyo" || !zones[0].Since.Equal(now) {
		t.Errorf("zones: %v, %v", zones, err)
	}
	// An id is never given twice.
	if stored, err := s.AppendEvents(t.Context(), alerts(0, 1)); err != nil || stored[0].ID != 152 {
		t.Errorf("next event: %v, %v", stored, err)
	}
	integrity(t, s)
}

// What remains tells nothing of the time that is deleted.
func TestEraseStraddling(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	from := time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC)
	to := from.AddDate(0, 0, 1)
	in := []posture.Event{
		{Kind: posture.EventBoutEnd, Time: to.Add(10 * time.Minute), Seconds: 3600},
		{Kind: posture.EventEpisodeEnd, Time: to.Add(10 * time.Minute), Seconds: 60},
		{Kind: posture.EventSnoozed, Time: to.Add(10 * time.Minute), Seconds: 3600},
		{Kind: posture.EventBoutEnd, Time: to.AddDate(0, 0, 8), Seconds: 9 * 86400},
		{Kind: posture.EventBoutEnd, Time: from.Add(-1), Seconds: 3600},
	}
	if _, err := s.AppendEvents(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	garbled := posture.SampleBlock{Start: from.Add(-time.Minute), Count: 1, Data: []byte("not to be read")}
	early := posture.SampleBlock{Start: from.Add(-25 * time.Hour), Count: 1, Data: []byte("too old to matter")}
	if err := s.SaveSamples(t.Context(), []posture.SampleBlock{early, garbled}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Erase(t.Context(), from, to, to.AddDate(0, 1, 0)); err != nil {
		t.Fatal(err)
	}
	eraseSteps(t, s)
	stored, err := s.Events(t.Context(), EventQuery{})
	if err != nil {
		t.Fatal(err)
	}
	var lengths []float64
	for _, e := range stored {
		lengths = append(lengths, e.Seconds)
	}
	if want := []float64{600, 60, 3600, 9 * 86400, 3600}; !slices.Equal(lengths, want) {
		t.Errorf("lengths %v, want %v", lengths, want)
	}
	equal(t, "blocks", call(s.Samples(t.Context(), time.Time{}, far)), []posture.SampleBlock{{Start: early.Start, Count: 1, Data: early.Data}})
}

func TestEraseRefuses(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	secretDays(t, s, 2)
	before, err := s.Kept(t.Context(), time.Time{}, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC)
	for name, r := range map[string][2]time.Time{
		"backwards":      {day, day.AddDate(0, 0, -1)},
		"crooked":        {day.Add(time.Minute), day.AddDate(0, 0, 1)},
		"crooked at end": {day, day.Add(time.Hour + time.Nanosecond)},
	} {
		if _, err := s.Erase(t.Context(), r[0], r[1], far); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Erase(ctx, time.Time{}, time.Time{}, far); err == nil {
		t.Error("a cancelled one succeeds")
	}
	if steps := eraseSteps(t, s); steps != 1 {
		t.Errorf("something is being deleted: %d steps", steps)
	}
	if after, err := s.Kept(t.Context(), time.Time{}, time.Time{}); err != nil || after != before {
		t.Errorf("got %+v, %v, want %+v", after, err, before)
	}
}

// A reader keeps the log from being emptied: that is told, and done later.
func TestEraseBesideAReader(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	secretDays(t, s, 2)
	if _, err := s.Erase(t.Context(), time.Time{}, time.Time{}, far); err != nil {
		t.Fatal(err)
	}
	tx, err := s.read.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := tx.QueryRow("SELECT count(*) FROM event").Scan(&n); err != nil {
		t.Fatal(err)
	}
	busy := false
	for range 100 {
		more, err := s.EraseStep(t.Context())
		if err == nil {
			continue
		}
		if busy = errors.Is(err, ErrBusy); !busy || !more {
			t.Fatalf("got %v, %v", more, err)
		}
		break
	}
	if !busy {
		t.Error("the log was emptied under a reader")
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	eraseSteps(t, s)
}

// childErase deletes a range and is killed by its parent on the way.
func childErase(args []string) error {
	s, err := Open(context.Background(), args[0])
	if err != nil {
		return err
	}
	midnight := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	if _, err := s.Erase(context.Background(), midnight, midnight.AddDate(0, 0, 20), far); err != nil && !errors.Is(err, ErrErasing) {
		return err
	}
	fmt.Println("ready")
	for n := 0; ; n++ {
		more, err := s.EraseStep(context.Background())
		if err != nil {
			return err
		}
		if fmt.Println(n); !more {
			return s.Close()
		}
	}
}

// Killed at any step, the next start ends the deletion.
func TestKilledWhileErasing(t *testing.T) {
	template := tempPath(t)
	s := mustOpen(t, template)
	secretDays(t, s, 21)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(template)
	if err != nil {
		t.Fatal(err)
	}
	for kill := 0; ; kill++ {
		path := tempPath(t)
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := child(t, "erase", path)
		lines := started(t, cmd)
		reached := false
		for lines.Scan() {
			if reached = lines.Text() == fmt.Sprint(kill); reached {
				break
			}
		}
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if !reached {
			if kill < 5 {
				t.Fatalf("it ended after %d steps", kill)
			}
			return // it needs no more steps
		}
		s := mustOpen(t, path)
		eraseSteps(t, s)
		if left, err := s.Kept(t.Context(), time.Time{}, time.Time{}); err != nil || left != (posture.Kept{Events: 50, Minutes: 300, Measurements: 60}) {
			t.Errorf("killed after step %d: left %+v, %v", kill, left, err)
		}
		if in := findSecret(t, path, 7); len(in) > 0 {
			t.Errorf("killed after step %d: what was deleted is in %v", kill, in)
		}
		integrity(t, s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// While a year is deleted no write waits for long.
func TestErasingBlocksNoWrite(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	workingYear(t, s, 2020)
	if _, err := s.Erase(t.Context(), time.Time{}, t0.Truncate(time.Hour), t0); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	done := make(chan struct{})
	var took time.Duration
	steps := 0
	wg.Go(func() {
		defer close(done)
		begin := time.Now()
		steps = eraseSteps(t, s)
		took = time.Since(begin)
	})
	var worst time.Duration
	writes := 0
	for erasing := true; erasing; writes++ {
		select {
		case <-done:
			erasing = false
		default:
		}
		begin := time.Now()
		if _, err := s.AppendEvents(t.Context(), []posture.Event{{Kind: posture.EventBreak, Time: t0.AddDate(100, 0, 0)}}); err != nil {
			t.Fatal(err)
		}
		worst = max(worst, time.Since(begin))
	}
	wg.Wait()
	t.Logf("a year deleted in %v and %d steps; %d writes meanwhile, the slowest %v", took, steps, writes, worst)
	if worst > 2*time.Second { // 250 ms on a machine that does nothing else
		t.Errorf("a write took %v", worst)
	}
	if left, err := s.Kept(t.Context(), time.Time{}, t0.Truncate(time.Hour)); err != nil || left != (posture.Kept{}) {
		t.Errorf("left: %+v, %v", left, err)
	}
}

// What is older than events are kept goes with its minutes and quarters, in steps.
func TestPruneEvents(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	midnight := secretDays(t, s, 60)
	until := midnight.AddDate(0, 0, 50)
	steps := 0
	for more := true; more; steps++ {
		var err error
		if more, err = s.PruneEvents(t.Context(), until.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	if steps < 5 {
		t.Errorf("15000 minutes went in %d steps", steps)
	}
	if old, err := s.Kept(t.Context(), time.Time{}, until); err != nil || old.Events != 0 || old.Minutes != 0 {
		t.Errorf("left: %+v, %v", old, err)
	}
	if left, err := s.Kept(t.Context(), until, time.Time{}); err != nil || left.Events != 500 || left.Minutes != 3000 {
		t.Errorf("of what stays: %+v, %v", left, err)
	}
	equal(t, "quarters", call(s.History().Quarters(t.Context(), time.Time{}, far)), quartersOf(minutes(t, s)))
}
