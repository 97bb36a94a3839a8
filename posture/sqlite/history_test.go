package sqlite

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"regexp"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"
	_ "time/tzdata" // so that the tests need none of the machine's

	"sitwell/posture"
	"sitwell/posture/history"
)

var far = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// someMinutes returns n minutes of eighths of a second, which add up exactly,
// within days of start, some of them more than once.
func someMinutes(r *rand.Rand, n int, start time.Time, days int) []posture.Minute {
	var all []posture.Minute
	eighths := func(most int) float64 { return float64(r.IntN(8*most)) / 8 }
	for range n {
		m := posture.Minute{
			Start:   start.Truncate(time.Minute).Add(time.Duration(r.IntN(days*1440)) * time.Minute),
			Seconds: map[posture.State]float64{}, Exposure: map[posture.Signal]float64{},
			ScoreSeconds: eighths(60), ScoreSum: eighths(6000), Stood: eighths(60),
		}
		for range 3 {
			m.Seconds[posture.States[r.IntN(len(posture.States))]] = eighths(20)
			m.Exposure[posture.Signals[r.IntN(len(posture.Signals))]] = eighths(2000)
		}
		all = append(all, m)
	}
	return all
}

// quartersOf adds minutes up, by the definition.
func quartersOf(minutes []posture.Minute) []history.Quarter {
	sums := map[time.Time]history.Sums{}
	for _, m := range minutes {
		at := history.QuarterOf(m.Start)
		s := sums[at]
		s.Add(history.FromMinute(m))
		sums[at] = s
	}
	var all []history.Quarter
	for at, s := range sums {
		all = append(all, history.Quarter{Start: at, Sums: s})
	}
	slices.SortFunc(all, func(a, b history.Quarter) int { return a.Start.Compare(b.Start) })
	return all
}

func TestQuarters(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	r := rand.New(rand.NewPCG(3, 1))
	minutes := someMinutes(r, 500, t0, 3)
	minutes = append(minutes, someMinutes(r, 100, time.Unix(-86400, 0), 2)...) // about the beginning of 1970
	minutes = append(minutes, posture.Minute{Start: minuteAt(0)})              // nothing
	for part := range slices.Chunk(minutes, 17) {
		if err := s.AddMinutes(t.Context(), part); err != nil {
			t.Fatal(err)
		}
	}
	want := quartersOf(minutes[:len(minutes)-1])
	equal(t, "all", call(s.History().Quarters(t.Context(), time.Time{}, far)), want)

	q := want[len(want)/2].Start
	next := want[len(want)/2+1].Start
	for name, c := range map[string]struct {
		from, to time.Time
		want     int
	}{
		"from is included":  {q, next, 1},
		"to is not":         {q, next.Add(1), 2},
		"begun before from": {q.Add(1), next, 0},
		"empty":             {q, q, 0},
		"backwards":         {next, q, 0},
		"before 1970":       {time.Time{}, time.Unix(0, 0), sort.Search(len(want), func(i int) bool { return want[i].Start.Unix() >= 0 })},
	} {
		if got, err := s.History().Quarters(t.Context(), c.from, c.to); err != nil || len(got) != c.want {
			t.Errorf("%s: got %d, %v, want %d", name, len(got), err, c.want)
		}
	}
	// A batch that is refused leaves nothing in them.
	if err := s.AddMinutes(t.Context(), []posture.Minute{
		{Start: t0.Truncate(time.Minute), ScoreSeconds: 1}, {Start: t0.Truncate(time.Minute), ScoreSeconds: -1},
	}); !errors.Is(err, ErrInvalid) {
		t.Errorf("got %v, want ErrInvalid", err)
	}
	equal(t, "after a refused batch", call(s.History().Quarters(t.Context(), time.Time{}, far)), want)
}

// someEvents returns n events within days of start, not in the order of time.
func someEvents(r *rand.Rand, n int, start time.Time, days int) []posture.Event {
	kinds := []posture.EventKind{
		posture.EventBoutStart, posture.EventBoutEnd, posture.EventEpisodeStart, posture.EventEpisodeEnd, posture.EventAlert,
		posture.EventBreak, posture.EventBreakDue, posture.EventRecovered, posture.EventWrong, posture.EventCheckIn,
	}
	lengths := []float64{0, -5, 1e9, 120.125, 3000.5}
	var all []posture.Event
	for range n {
		all = append(all, posture.Event{
			Kind: kinds[r.IntN(len(kinds))], Time: start.Add(time.Duration(r.Int64N(int64(days) * 86400e9))),
			Level: r.IntN(12) - 1, Seconds: lengths[r.IntN(len(lengths))],
			Area: append(posture.Areas, "elsewhere")[r.IntN(4)],
		})
	}
	return all
}

// What SQL adds up is what adding up what is read comes to.
func TestTotals(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	r := rand.New(rand.NewPCG(3, 2))
	start := time.Date(1969, 12, 25, 0, 0, 0, 0, time.UTC)
	if _, err := s.AppendEvents(t.Context(), someEvents(r, 2000, start, 14)); err != nil {
		t.Fatal(err)
	}
	if err := s.AddMinutes(t.Context(), someMinutes(r, 5000, start, 14)); err != nil {
		t.Fatal(err)
	}
	h := s.History()
	check := func(from, to time.Time) history.Totals {
		t.Helper()
		quarters, err := h.Quarters(t.Context(), from, to)
		if err != nil {
			t.Fatal(err)
		}
		kinds := []posture.EventKind{posture.EventAlert, posture.EventBreak}
		some, err := h.Events(t.Context(), from, to, kinds...)
		if err != nil {
			t.Fatal(err)
		}
		events, err := h.Events(t.Context(), from, to)
		if of := slices.DeleteFunc(slices.Clone(events), func(e posture.Event) bool { return !slices.Contains(kinds, e.Kind) }); !slices.EqualFunc(some, of, func(a, b posture.Event) bool { return a.ID == b.ID }) {
			t.Errorf("of two kinds: %d events, want %d of %d", len(some), len(of), len(events))
		}
		if err != nil {
			t.Fatal(err)
		}
		several, err := h.Totals(t.Context(), []history.Span{{From: to, To: to}, {From: from, To: to}, {From: from, To: from}})
		if err != nil || len(several) != 3 || !reflect.DeepEqual(several[0], history.Totals{}) || !reflect.DeepEqual(several[2], history.Totals{}) {
			t.Fatalf("got %+v, %v", several, err)
		}
		got := several[1]
		if err != nil {
			t.Fatal(err)
		}
		if want := history.TotalsOf(quarters, events); !reflect.DeepEqual(got, want) {
			t.Errorf("%v to %v:\ngot  %+v\nwant %+v", from, to, got, want)
		}
		return got
	}
	if all := check(time.Time{}, far); all.Watched() == 0 || all.Episodes == 0 || len(all.Bouts) == 0 || all.BreaksTaken == 0 || all.Tension[2].Count == 0 {
		t.Errorf("nothing was tried: %+v", all)
	}
	for range 50 {
		from := start.Add(time.Duration(r.Int64N(14 * 86400e9)))
		check(from, from.Add(time.Duration(r.Int64N(7*86400e9))))
	}
	if none := check(far, far); none.Watched() != 0 || none.Bouts != nil {
		t.Errorf("of nothing: got %+v", none)
	}
}

func TestAnswers(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	at := func(n int) time.Time { return t0.Add(time.Duration(n) * time.Hour) }
	stored, err := s.AppendEvents(t.Context(), []posture.Event{
		{Kind: posture.EventAlert, Time: at(0)},                    // 1
		{Kind: posture.EventAlert, Time: at(1)},                    // 2
		{Kind: posture.EventAlert, Time: at(5)},                    // 3
		{Kind: posture.EventWrong, Time: at(100), Ref: 2},          // 4, days later
		{Kind: posture.EventWrongOff, Time: at(-1), Ref: 2},        // 5, the clock was set back
		{Kind: posture.EventDismissed, Time: at(6), Ref: 3},        // 6, of another
		{Kind: posture.EventBaselineUsed, Time: at(200), Ref: 2},   // 7, of baseline 2
		{Kind: posture.EventRecovered, Time: at(1).Add(1e9)},       // 8, of none by name
		{Kind: posture.EventDismissed, Time: at(1).Add(1), Ref: 1}, // 9
		{Kind: posture.EventWrong, Time: at(300), Ref: 6},          // 10, of what is no alert
	})
	if err != nil {
		t.Fatal(err)
	}
	h := s.History()
	pick := func(ids ...int) (events []posture.Event) {
		for _, id := range ids {
			events = append(events, stored[id-1])
		}
		return events
	}
	equal(t, "all", call(h.Answers(t.Context(), time.Time{}, far)), pick(5, 9, 6, 4))
	equal(t, "of the second", call(h.Answers(t.Context(), at(1), at(5))), pick(5, 4))
	equal(t, "of no alert", call(h.Answers(t.Context(), at(6), at(900))), []posture.Event(nil))
}

func TestZones(t *testing.T) {
	path := tempPath(t)
	s := mustOpen(t, path)
	at := func(day int) time.Time { return t0.AddDate(0, 0, day) }
	if z, err := s.History().Zones(t.Context()); err != nil || len(z) != 0 {
		t.Errorf("a new one: got %v, %v", z, err)
	}
	for _, c := range []struct {
		name  string
		day   int
		zone  string
		saved bool
	}{
		{"the first", 0, "Europe/Berlin", true},
		{"the same", 1, "Europe/Berlin", false},
		{"the same after the clock was set back", -9, "Europe/Berlin", false},
		{"another", 2, "America/New_York", true},
		{"still", 3, "America/New_York", false},
		{"back", 5, "Europe/Berlin", true},
		{"another after the clock was set back", 1, "UTC+05:30", true},
		{"the same as then", 1, "UTC+05:30", false},
		{"another at the same time", 1, "Asia/Kolkata", true},
		{"the one that is in force now", 6, "Europe/Berlin", false},
		{"before all", -10, "UTC-03:00", true},
		{"UTC", 7, "UTC", true},
	} {
		if saved, err := s.SaveZone(t.Context(), at(c.day), c.zone); err != nil || saved != c.saved {
			t.Errorf("%s: got %v, %v, want %v", c.name, saved, err, c.saved)
		}
	}
	for _, bad := range []string{"", "Local", "Europe/Atlantis", "../../etc/passwd", "UTC+99:00", "UTC+5"} {
		if _, err := s.SaveZone(t.Context(), at(9), bad); !errors.Is(err, ErrInvalid) {
			t.Errorf("%q: got %v, want ErrInvalid", bad, err)
		}
	}
	if _, err := s.SaveZone(t.Context(), time.Time{}, "UTC"); !errors.Is(err, ErrInvalid) {
		t.Errorf("the year 1: got %v, want ErrInvalid", err)
	}
	check := func() {
		t.Helper()
		zones, err := s.History().Zones(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, z := range zones {
			got = append(got, fmt.Sprintf("%d %s", int(z.Since.Sub(t0).Hours()/24), z.Zone))
		}
		equal(t, "zones", got, []string{
			"-10 UTC-03:00", "0 Europe/Berlin", "1 Asia/Kolkata", "2 America/New_York", "5 Europe/Berlin", "7 UTC",
		})
		if _, offset := at(0).In(zones[0].Zone).Zone(); offset != -3*3600 {
			t.Errorf("UTC-03:00 is %d s", offset)
		}
	}
	check()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = mustOpen(t, path)
	check()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	rawExec(t, path, "UPDATE zone SET name = 'Europe/Atlantis' WHERE name = 'UTC'")
	s = mustOpen(t, path)
	if _, err := s.History().Zones(t.Context()); err == nil || !strings.Contains(err.Error(), `"Europe/Atlantis"`) {
		t.Errorf("a zone that isn't: got %v", err)
	}
}

func TestEventPage(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	at := func(n int) time.Time { return t0.Add(time.Duration(n) * time.Second) }
	// In the order of IDs 1 to 8: the clock was set back after the fourth, and
	// three came at once.
	var events []posture.Event
	for _, n := range []int{0, 10, 20, 30, 5, 20, 20, -3_000_000_000} {
		events = append(events, posture.Event{Kind: posture.EventPaused, Time: at(n)})
	}
	if _, err := s.AppendEvents(t.Context(), events); err != nil {
		t.Fatal(err)
	}
	ids := func(events []posture.Event, err error) any {
		if err != nil {
			return err
		}
		all := []int64{}
		for _, e := range events {
			all = append(all, e.ID)
		}
		return all
	}
	none := time.Time{}
	for name, c := range map[string]struct {
		from, to time.Time
		after    int64
		limit    int
		want     []int64
	}{
		"all":               {none, none, 0, 99, []int64{8, 1, 5, 2, 3, 6, 7, 4}},
		"from is included":  {at(5), none, 0, 99, []int64{5, 2, 3, 6, 7, 4}},
		"to is not":         {at(5), at(20), 0, 99, []int64{5, 2}},
		"a page":            {at(5), none, 0, 3, []int64{5, 2, 3}},
		"the next":          {at(5), none, 3, 3, []int64{6, 7, 4}},
		"one after that":    {at(5), none, 4, 3, []int64{}},
		"after from":        {at(5), none, 1, 99, []int64{5, 2, 3, 6, 7, 4}},
		"after to":          {none, at(5), 4, 99, []int64{}},
		"before 1970":       {none, time.Unix(0, 0), 0, 99, []int64{8}},
		"after before 1970": {none, none, 8, 2, []int64{1, 5}},
		"backwards":         {at(20), at(5), 0, 99, []int64{}},
		"none asked for":    {none, none, 0, 0, []int64{}},
	} {
		equal(t, name, ids(s.EventPage(t.Context(), c.from, c.to, c.after, c.limit)), c.want)
	}
	if _, err := s.EventPage(t.Context(), none, none, 99, 1); !errors.Is(err, ErrNotFound) {
		t.Errorf("after one that isn't: got %v, want ErrNotFound", err)
	}
}

// What is old goes in steps, and quarters and events stay.
func TestPruneMinutes(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	const n = 2*minutesAtOnce + 100
	var minutes []posture.Minute
	for i := range n {
		minutes = append(minutes, posture.Minute{Start: minuteAt(i), ScoreSeconds: 1})
	}
	if err := s.AddMinutes(t.Context(), minutes); err != nil {
		t.Fatal(err)
	}
	before, err := s.History().Quarters(t.Context(), time.Time{}, far)
	if err != nil || len(before) == 0 {
		t.Fatal(err)
	}
	until := minuteAt(n - 10).Add(-1) // within a minute, which is to stay
	for step, c := range []struct {
		more bool
		left int
	}{{true, n - minutesAtOnce}, {true, n - 2*minutesAtOnce}, {false, 10}, {false, 10}} {
		more, err := s.PruneMinutes(t.Context(), until)
		left, err2 := s.Minutes(t.Context(), time.Time{}, far)
		if err != nil || err2 != nil || more != c.more || len(left) != c.left || !left[len(left)-1].Start.Equal(minuteAt(n-1)) {
			t.Errorf("step %d: got %v, %d left, %v, %v, want %v, %d", step, more, len(left), err, err2, c.more, c.left)
		}
	}
	equal(t, "quarters", call(s.History().Quarters(t.Context(), time.Time{}, far)), before)
	// A minute that comes late is added to its quarter all the same.
	if err := s.AddMinutes(t.Context(), []posture.Minute{{Start: minuteAt(0), ScoreSeconds: 1}}); err != nil {
		t.Fatal(err)
	}
	before[0].ScoreSeconds++
	equal(t, "quarters", call(s.History().Quarters(t.Context(), time.Time{}, far)), before)
	integrity(t, s)
}

// While a year of minutes and weeks of measurements are deleted, no event waits
// for long.
func TestPruningBlocksNoWrite(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	workingYear(t, s, 2020)
	data := make([]byte, 100<<10)
	for i := range 200 {
		if err := s.SaveSamples(t.Context(), []posture.SampleBlock{{Start: minuteAt(5 * i), Count: 600, Data: data}}); err != nil {
			t.Fatal(err)
		}
	}
	var wg sync.WaitGroup
	done := make(chan struct{})
	wg.Go(func() {
		defer close(done)
		for _, step := range []func(context.Context, time.Time) (bool, error){s.PruneMinutes, s.PruneSamples} {
			for more := true; more; {
				var err error
				if more, err = step(t.Context(), far); err != nil {
					t.Error(err)
					return
				}
			}
		}
	})
	var worst time.Duration
	writes := 0
	for pruning := true; pruning; writes++ {
		select {
		case <-done:
			pruning = false
		default:
		}
		begin := time.Now()
		if _, err := s.AppendEvents(t.Context(), alerts(0, 1)); err != nil {
			t.Fatal(err)
		}
		worst = max(worst, time.Since(begin))
	}
	wg.Wait()
	t.Logf("%d writes, the slowest %v", writes, worst)
	if worst > 2*time.Second { // 250 ms on a machine that does nothing else
		t.Errorf("a write took %v", worst)
	}
	left, err := s.Minutes(t.Context(), time.Time{}, far)
	blocks, err2 := s.Samples(t.Context(), time.Time{}, far)
	if err != nil || err2 != nil || len(left) > 0 || len(blocks) > 0 {
		t.Errorf("got %d minutes, %d blocks, %v, %v, want none", len(left), len(blocks), err, err2)
	}
}

// rows is a source of rows alone, for comparison.
type rows struct{ h History }

func (r rows) Zones(ctx context.Context) (history.Zones, error) { return r.h.Zones(ctx) }

func (r rows) Quarters(ctx context.Context, from, to time.Time) ([]history.Quarter, error) {
	return r.h.Quarters(ctx, from, to)
}

func (r rows) Events(ctx context.Context, from, to time.Time, kinds ...posture.EventKind) ([]posture.Event, error) {
	return r.h.Events(ctx, from, to, kinds...)
}

// A week reads the same whether SQL adds up or not, and so after the clock was
// set back by an hour and more.
func TestReadWeek(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	if _, err := s.SaveZone(t.Context(), t0.AddDate(-1, 0, 0), "Europe/Berlin"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SaveZone(t.Context(), t0.AddDate(0, 0, 2), "America/New_York"); err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(3, 3))
	if err := s.AddMinutes(t.Context(), someMinutes(r, 9000, t0.AddDate(0, 0, -50), 57)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.AppendEvents(t.Context(), someEvents(r, 3000, t0.AddDate(0, 0, -50), 57)); err != nil {
		t.Fatal(err)
	}
	week := history.ISOWeek{Year: 2026, Week: 10}
	got, err := history.ReadWeek(t.Context(), s.History(), week, far)
	if err != nil {
		t.Fatal(err)
	}
	want, err := history.ReadWeek(t.Context(), rows{s.History()}, week, far)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if got.Watched == 0 || got.Comparison.Before == nil || got.Days[2].Zone != "Europe/Berlin" || got.Days[6].Zone != "America/New_York" {
		t.Errorf("nothing was tried: %+v", got.Comparison)
	}
}

// What a week asks goes by an index: five years cost what five weeks do.
func TestHistoryGoesByIndex(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	one := "SELECT 1 FROM event "
	sums := newTotalsIn(2)
	for name, query := range map[string]string{
		"quarters": selectQuarters,
		"sums":     sums.quarters,
		"events":   one + "WHERE at >= 1 AND at < 2 ORDER BY at, id",
		"counts":   sums.events,
		"bouts":    sums.bouts,
		"tension":  sums.checkIns,
		"page":     one + "WHERE at >= 1 AND at < 2 AND (at > 3 OR id > 4) ORDER BY at, id LIMIT 5",
		"answers": one + `WHERE ref <> 0 AND ref IN (SELECT id FROM event WHERE at >= 1 AND at < 2 AND kind = 'a')
			AND kind IN ('b', 'c') ORDER BY at, id`,
		"minutes": "DELETE FROM minute WHERE minute IN (SELECT minute FROM minute WHERE minute < 1 ORDER BY minute LIMIT 2)",
		"samples": "DELETE FROM measurement WHERE id IN (SELECT id FROM measurement WHERE start < 1 ORDER BY start LIMIT 2)",
	} {
		found, err := s.read.Query("EXPLAIN QUERY PLAN " + regexp.MustCompile(`\?\d?`).ReplaceAllString(query, "1"))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		plan, err := scan(found, func() (line string, err error) {
			var x any
			err = found.Scan(&x, &x, &x, &line)
			return line, err
		})
		if err != nil || len(plan) == 0 {
			t.Fatalf("%s: %v, %v", name, plan, err)
		}
		for _, line := range plan {
			if strings.HasPrefix(line, "SCAN ") && line != "SCAN span" && line != "SCAN 2-ROW VALUES CLAUSE" && line != "SCAN 2 CONSTANT ROWS" {
				t.Errorf("%s: it goes through the whole table: %q", name, plan)
			}
		}
	}
}

// years fills s with the working weeks before a Monday.
func years(b *testing.B, s *Store, monday time.Time, weeks int) {
	b.Helper()
	r := rand.New(rand.NewPCG(4, 4))
	for w := range weeks {
		var minutes []posture.Minute
		var events []posture.Event
		for day := range 5 {
			at := monday.AddDate(0, 0, 7*(w+1-weeks)+day).Add(8 * time.Hour)
			for m := range 8 * 60 {
				minute := posture.Minute{
					Start: at.Add(time.Duration(m) * time.Minute), Seconds: map[posture.State]float64{posture.Upright: 40, posture.Slouching: 20},
					ScoreSeconds: 60, ScoreSum: 6000 * r.Float64(), Exposure: map[posture.Signal]float64{},
				}
				for _, sg := range posture.Signals[:4] {
					minute.Exposure[sg] = 500 * r.Float64()
				}
				minutes = append(minutes, minute)
			}
			for i := range 12 {
				t := at.Add(time.Duration(i) * 40 * time.Minute)
				add := func(after int, e posture.Event) {
					e.Time = t.Add(time.Duration(after) * time.Minute)
					events = append(events, e)
				}
				add(0, posture.Event{Kind: posture.EventBoutStart})
				for j := range 5 {
					add(5*j, posture.Event{Kind: posture.EventEpisodeStart, State: posture.Slouching, Signal: posture.HeadForward})
					add(5*j+2, posture.Event{Kind: posture.EventEpisodeEnd, State: posture.Slouching, Signal: posture.HeadForward, Seconds: 120})
				}
				add(20, posture.Event{Kind: posture.EventAlert, State: posture.Slouching, Signal: posture.HeadForward, Seconds: 60, Text: alert(0).Text})
				add(21, posture.Event{Kind: posture.EventRecovered, State: posture.Upright})
				add(35, posture.Event{Kind: posture.EventBoutEnd, Seconds: 2100})
				add(39, posture.Event{Kind: posture.EventBreak, Seconds: 240, Level: 3})
			}
		}
		if err := s.AddMinutes(b.Context(), minutes); err != nil {
			b.Fatal(err)
		}
		if _, err := s.AppendEvents(b.Context(), events); err != nil {
			b.Fatal(err)
		}
	}
}

// A week with the five before it, out of five weeks and out of five years, in
// turns, so that what else the machine does weighs on both.
func BenchmarkReadWeek(b *testing.B) {
	monday := time.Date(2026, 11, 16, 0, 0, 0, 0, time.UTC)
	week := history.ISOWeek{Year: 2026, Week: 47}
	var stores []*Store
	for _, weeks := range []int{6, 261} {
		s := mustOpen(b, tempPath(b))
		if _, err := s.SaveZone(b.Context(), monday.AddDate(-6, 0, 0), "Europe/Berlin"); err != nil {
			b.Fatal(err)
		}
		years(b, s, monday, weeks)
		stores = append(stores, s)
	}
	took := make([][]time.Duration, len(stores))
	for b.Loop() {
		for i, s := range stores {
			begin := time.Now()
			w, err := history.ReadWeek(b.Context(), s.History(), week, far)
			if err != nil || w.Watched == 0 || w.Comparison.Before == nil {
				b.Fatalf("got %v s, %v", w.Watched, err)
			}
			took[i] = append(took[i], time.Since(begin))
		}
	}
	at := func(i int, part float64) float64 {
		slices.Sort(took[i])
		return took[i][int(math.Min(part*float64(len(took[i])), float64(len(took[i])-1)))].Seconds() * 1e3
	}
	b.ReportMetric(at(0, 0.95), "ms-p95-5weeks")
	b.ReportMetric(at(1, 0.95), "ms-p95-5years")
	b.ReportMetric(at(0, 0.5), "ms-p50-5weeks")
	b.ReportMetric(at(1, 0.5), "ms-p50-5years")
	b.ReportMetric(at(1, 0.5)/at(0, 0.5), "ratio-p50")
	b.ReportMetric(at(1, 0.95)/at(0, 0.95), "ratio-p95")
}
