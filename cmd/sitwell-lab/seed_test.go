package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sitwell/posture"
	"sitwell/posture/history"
	"sitwell/posture/sqlite"
)

// day reads a date that must be one.
func day(t testing.TB, s string) history.Date {
	t.Helper()
	d, err := history.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// rowsOf returns all rows of all tables, as text.
func rowsOf(t *testing.T, path string) map[string][]string {
	t.Helper()
	db, err := plainly(path, "ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // only read
	names := strings.Split(text(t, db, "SELECT group_concat(name, ' ') FROM sqlite_master WHERE type = 'table'"), " ")
	all := map[string][]string{}
	for _, name := range names {
		rows, err := db.Query("SELECT * FROM " + name)
		if err != nil {
			t.Fatal(err)
		}
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new(any)
		}
		for rows.Next() {
			if err := rows.Scan(values...); err != nil {
				t.Fatal(err)
			}
			var row strings.Builder
			for i, v := range values {
				fmt.Fprintf(&row, "%s=%#v ", columns[i], *v.(*any))
			}
			all[name] = append(all[name], row.String())
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

func text(t *testing.T, db *sql.DB, query string) (s string) {
	t.Helper()
	if err := db.QueryRow(query).Scan(&s); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSeedIsDeterministic(t *testing.T) {
	seedOf := func() map[string][]string {
		dir := t.TempDir()
		out, err, code := runLab(t, "seed", "--data", dir, "--weeks", "1", "--until", "2026-11-25", "--seed", "7")
		if code != exitOK {
			t.Fatalf("exit %d: %s", code, err)
		}
		for _, want := range []string{"2026-11-19 to 2026-11-25", "events", "minutes", "measurements", "MB a year", "took"} {
			if !strings.Contains(out, want) {
				t.Errorf("the summary lacks %q:\n%s", want, out)
			}
		}
		left, e := os.ReadDir(dir)
		if e != nil || len(left) != 1 || left[0].Name() != historyFile {
			t.Errorf("the folder holds %v, %v", left, e)
		}
		return rowsOf(t, filepath.Join(dir, historyFile))
	}
	a, b := seedOf(), seedOf()
	if len(a["event"]) < 200 || len(a["minute"]) < 1500 || len(a["measurement"]) < 100 || len(a["baseline"]) == 0 || len(a["zone"]) != 1 {
		t.Errorf("%d events, %d minutes, %d blocks, %d baselines, %d zones",
			len(a["event"]), len(a["minute"]), len(a["measurement"]), len(a["baseline"]), len(a["zone"]))
	}
	for name, rows := range a {
		if !slices.Equal(rows, b[name]) {
			t.Errorf("the same seed gave other rows of %s", name)
		}
	}
	if len(a) != len(b) {
		t.Errorf("%d tables, and %d", len(a), len(b))
	}
	one, err := newSeedBody(7)
	if err != nil {
		t.Fatal(err)
	}
	other, err := newSeedBody(8)
	if err != nil {
		t.Fatal(err)
	}
	if one.simBody == other.simBody {
		t.Error("another seed is the same person")
	}
}

func TestSeedRefuses(t *testing.T) {
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, historyFile), []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	missing := filepath.Join(t.TempDir(), "new")
	for _, c := range []struct {
		args []string
		want []string
	}{
		{[]string{"--data", full, "--weeks", "1"}, []string{filepath.Join(full, historyFile), "empty folder"}},
		{[]string{"--weeks", "1"}, []string{"--data is missing"}},
		{[]string{"--data", missing}, []string{"either --years or --weeks"}},
		{[]string{"--data", missing, "--years", "1", "--weeks", "1"}, []string{"either --years or --weeks"}},
		{[]string{"--data", missing, "--years", "21"}, []string{"--years 21", "20"}},
		{[]string{"--data", missing, "--years", "-1"}, []string{"--years -1"}},
		{[]string{"--data", missing, "--years", "NaN"}, []string{"--years NaN"}},
		{[]string{"--data", missing, "--weeks", "-2"}, []string{"--weeks -2"}},
		{[]string{"--data", missing, "--weeks", "1", "--until", "2026-02-30"}, []string{"--until", "01 to 28"}},
		{[]string{"--data", missing, "--weeks", "1", "--until", "2012-01-03"}, []string{"2011-12-28", "2012 to"}},
		{[]string{"--data", missing, "--weeks", "1", "--seed", "-1"}, []string{"seed"}},
		{[]string{"--data", missing, "--weeks", "1", "more"}, []string{"more"}},
	} {
		out, err, code := runLab(t, append([]string{"seed"}, c.args...)...)
		if code != exitUsage || out != "" {
			t.Errorf("%v: exit %d, %q", c.args, code, out)
		}
		for _, want := range c.want {
			if !strings.Contains(err, want) {
				t.Errorf("%v: %q does not say %q", c.args, err, want)
			}
		}
	}
	if b, err := os.ReadFile(filepath.Join(full, historyFile)); err != nil || string(b) != "precious" {
		t.Errorf("the file is %q now, %v", b, err)
	}
	if left, _ := os.ReadDir(full); len(left) != 1 {
		t.Errorf("%v was left in the folder", left)
	}
	if _, err := os.Stat(missing); err == nil {
		t.Error("a folder was made for nothing")
	}
}

func TestSeedLeavesNothingHalfDone(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	o := seedOptions{data: dir, weeks: 2, until: "2026-11-25", seed: 1}
	if err := o.check(time.Now()); err != nil {
		t.Fatal(err)
	}
	if _, err := makeSeed(ctx, o); err == nil {
		t.Error("what was ended ended well")
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("%v was left", left)
	}
}

func TestSeedUntilYesterday(t *testing.T) {
	o := seedOptions{data: "x", years: 0.5}
	if err := o.check(time.Date(2026, 3, 1, 0, 30, 0, 0, time.UTC)); err != nil {
		t.Fatal(err)
	}
	if o.last != day(t, "2026-02-28") || o.last-o.first != 182 {
		t.Errorf("%s to %s", o.first, o.last)
	}
}

func TestEaster(t *testing.T) {
	for _, want := range []string{"2012-04-08", "2019-04-21", "2024-03-31", "2025-04-20", "2026-04-05", "2038-04-25"} {
		if got := easter(yearOf(day(t, want))); got.String() != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// TestSeedPlan holds that the calendar of five years is a person's.
func TestSeedPlan(t *testing.T) {
	for seed := range uint64(5) {
		days, err := planSeed(seed, day(t, "2021-11-26"), day(t, "2026-11-25"))
		if err != nil {
			t.Fatal(err)
		}
		kinds, zones := map[dayKind]int{}, map[string]int{}
		worked, twice, setBack, nights := map[int]int{}, 0, 0, 0
		var end time.Time
		for _, d := range days {
			kinds[d.kind]++
			if d.setBack {
				setBack++
			}
			if len(d.sessions) > 0 {
				worked[yearOf(d.date)]++
			}
			for _, s := range d.sessions {
				zone, err := time.LoadLocation(s.zone)
				if err != nil {
					t.Fatal(err)
				}
				zones[s.zone]++
				from, to := timeOf(d.date, zone, s.from), timeOf(d.date, zone, s.to)
				if !from.After(end) || !to.After(from) || to.Sub(from) > 11*time.Hour {
					t.Errorf("seed %d: %s: %v to %v, after %v", seed, d.date, from, to, end)
				}
				if date := history.NewDate(to.Year(), to.Month(), to.Day()); date != d.date {
					t.Errorf("seed %d: %s: a session ends on %s", seed, d.date, date)
				}
				if _, a := from.Zone(); true {
					if _, b := to.Zone(); a != b {
						nights++
					}
				}
				end = to
			}
			if n := len(d.sessions); n == 2 && d.sessions[0].zone != d.sessions[1].zone {
				twice++
			}
			if len(d.sessions) > 0 && (d.kind == dayGap || d.kind == daySick || d.kind == dayElsewhere) {
				t.Errorf("seed %d: %s: at the desk on a day of the kind %s", seed, d.date, d.kind)
			}
		}
		for year := 2022; year <= 2025; year++ {
			if n := worked[year]; n < 190 || n > 250 {
				t.Errorf("seed %d: %d days with the machine in %d", seed, n, year)
			}
		}
		if kinds[dayGap] != 6*7 || twice != 1 || setBack != 1 || nights < 5 {
			t.Errorf("seed %d: %d days of gaps, %d dates on both sides of the date line, %d clocks set back, %d nights with a change of the clock",
				seed, kinds[dayGap], twice, setBack, nights)
		}
		for what, bounds := range map[dayKind][2]int{
			dayHoliday: {30, 50}, dayVacation: {100, 150}, daySick: {8, 80}, dayElsewhere: {10, 50}, dayTravel: {28, 28},
		} {
			if n := kinds[what]; n < bounds[0] || n > bounds[1] {
				t.Errorf("seed %d: %d days of the kind %s, want %v", seed, n, what, bounds)
			}
		}
		for _, z := range []string{firstHome, home, abroad, beyond, between} {
			if zones[z] == 0 {
				t.Errorf("seed %d: nothing in %s", seed, z)
			}
		}
		for _, d := range []string{"2024-12-25", "2025-04-18", "2025-10-03", "2026-05-14"} {
			if k := days[day(t, d)-days[0].date].kind; k != dayHoliday && k != dayGap && k != dayTravel {
				t.Errorf("seed %d: %s is %s", seed, d, k)
			}
		}
	}
}

// TestTensionFollows holds that what is said of the back follows what it went
// through, and slowly.
func TestTensionFollows(t *testing.T) {
	l := &seedLife{rng: drawFor(1, 1, 1), judged: 8 * 3600, policy: posture.Policy{Zone: time.UTC}}
	days := func(n int, upper, long float64) [3]float64 {
		for range n {
			l.upper, l.long = upper, long
			l.feel()
		}
		return l.tension
	}
	bad := days(60, 8*35, 8*25)
	soon := days(2, 8*8, 8*25)
	good := days(60, 8*8, 8*25)
	if bad[0] < 6 || good[0] > 3 || soon[0] < 5 || soon[0] >= bad[0] {
		t.Errorf("the upper back: %v, after two better days %v, after many %v", bad[0], soon[0], good[0])
	}
	if math.Abs(good[1]-bad[1]) > .2 || good[2] > bad[2]-1.5 {
		t.Errorf("the lower back %v and %v, overall %v and %v", bad[1], good[1], bad[2], good[2])
	}
	said := 0
	for _, e := range l.day.events {
		if e.Kind == posture.EventExercise {
			continue
		}
		if e.Kind != posture.EventCheckIn || e.Level < 0 || e.Level > posture.MaxTension {
			t.Errorf("%+v", e)
		}
		said++
	}
	if said < 60 || said > 200 {
		t.Errorf("%d things were said on 122 days", said)
	}
}

// TestSeedIsTrue seeds some weeks and holds what is in them against the rules
// that the engine goes by, and the calendar.
func TestSeedIsTrue(t *testing.T) {
	o := seedOptions{data: t.TempDir(), weeks: 8, until: "2026-11-25", seed: 2}
	if err := o.check(time.Now()); err != nil {
		t.Fatal(err)
	}
	made, err := makeSeed(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := planSeed(o.seed, o.first, o.last)
	if err != nil {
		t.Fatal(err)
	}
	store, err := sqlite.OpenReadOnly(t.Context(), made.path)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close() //nolint:errcheck // only read
	if err := store.Check(t.Context()); err != nil {
		t.Error(err)
	}
	events, err := store.Events(t.Context(), sqlite.EventQuery{})
	if err != nil {
		t.Fatal(err)
	}
	minutes, err := store.Minutes(t.Context(), time.Unix(0, 0), time.Unix(1<<33, 0))
	if err != nil {
		t.Fatal(err)
	}
	zones, err := store.History().Zones(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if made.events != len(events) || made.alerts == 0 || made.watched < 22 {
		t.Errorf("told of %+v, %d events are there", made, len(events))
	}
	count := map[posture.EventKind]int{}
	for _, e := range events {
		count[e.Kind]++
	}

	t.Run("all kinds happen", func(t *testing.T) {
		for _, k := range posture.EventKinds {
			switch k {
			case posture.EventCameraKept, posture.EventCameraMoved, posture.EventCameraLost, posture.EventCameraBack,
				posture.EventPaused, posture.EventResumed, posture.EventSnoozed, posture.EventSnoozeEnd, posture.EventWrong, posture.EventWrongOff, posture.EventSlouchPose:
				continue // not in every two months
			}
			if count[k] == 0 {
				t.Errorf("no %s in 8 weeks", k)
			}
		}
		if len(zones) != 3 || zones[1].Zone.String() != abroad || zones[2].Zone.String() != home {
			t.Errorf("zones %v", zones)
		}
	})

	t.Run("minutes agree with bouts", func(t *testing.T) {
		var sat, sums, unknown float64
		for _, m := range minutes {
			s := history.FromMinute(m)
			sums += s.Sitting()
			unknown += s.In(posture.Unknown)
		}
		for _, e := range events {
			if e.Kind == posture.EventBoutEnd {
				sat += e.Seconds
			}
		}
		// A bout counts who sits and can't be judged too.
		if sat < 80*3600 || sat < sums*.99 || sat > (sums+unknown)*1.01 {
			t.Errorf("%.0f s in bouts, %.0f s sat in minutes and %.0f s unknown", sat, sums, unknown)
		}
	})

	t.Run("bouts and breaks take turns", func(t *testing.T) {
		in, breaks := false, 0
		var ended posture.Event
		for _, e := range events {
			switch e.Kind {
			case posture.EventBoutStart:
				if in {
					t.Errorf("event %d begins a bout in a bout", e.ID)
				}
				in = true
			case posture.EventBoutEnd:
				if !in {
					t.Errorf("event %d ends no bout", e.ID)
				}
				in, ended = false, e
			case posture.EventBreak:
				if e.Level >= 2 {
					breaks++
					if in {
						t.Errorf("break %d of %v s is within a bout", e.ID, e.Seconds)
					}
					if gap := e.Time.Sub(ended.Time).Seconds(); gap < e.Seconds-20 && gap > 0 {
						t.Errorf("break %d of %v s is %v s after the bout", e.ID, e.Seconds, gap)
					}
				}
			}
		}
		if in || breaks < 100 {
			t.Errorf("%d breaks; a bout is open: %v", breaks, in)
		}
	})

	var fast history.Date // the day of the clock that is an hour fast
	for _, d := range plan {
		if d.setBack {
			fast = d.date
		}
	}
	local := func(at time.Time) time.Time { return at.In(zones.At(at)) }
	dateOf := func(at time.Time) history.Date {
		y, m, d := local(at).Date()
		return history.NewDate(y, m, d)
	}

	t.Run("alerts keep to the rules", func(t *testing.T) {
		perDay := map[history.Date]int{}
		var alerts []posture.Event
		for _, e := range events {
			if e.Kind != posture.EventAlert || dateOf(e.Time) == fast {
				continue
			}
			perDay[dateOf(e.Time.Add(-4*time.Hour))]++
			if n := len(alerts); n > 0 {
				gap := e.Time.Sub(alerts[n-1].Time).Seconds()
				if e.Level == 1 && gap < posture.DefaultAlertCooldown-15 {
					t.Errorf("alert %d is %v s after the one before", e.ID, gap)
				}
			}
			alerts = append(alerts, e)
			if n := len(alerts); n > posture.DefaultAlertsPerHour {
				if gap := e.Time.Sub(alerts[n-1-posture.DefaultAlertsPerHour].Time); gap < time.Hour-15*time.Second {
					t.Errorf("alert %d is the fourth in %v", e.ID, gap)
				}
			}
			if e.Seconds < posture.DefaultAlertAfter || e.Text == "" || e.Signal == "" {
				t.Errorf("alert %+v", e)
			}
		}
		for d, n := range perDay {
			if n > posture.DefaultAlertsPerDay {
				t.Errorf("%d alerts on %s", n, d)
			}
		}
		byID := map[int64]posture.Event{}
		for _, e := range events {
			byID[e.ID] = e
			if e.Kind == posture.EventDismissed || e.Kind == posture.EventWrong || e.Kind == posture.EventWrongOff {
				if a := byID[e.Ref]; a.Kind != posture.EventAlert || a.Signal != e.Signal {
					t.Errorf("%+v answers %+v", e, a)
				}
			}
		}
		if len(alerts) < 60 || 2*count[posture.EventRecovered] < len(alerts) || count[posture.EventDismissed] < 3 {
			t.Errorf("%d alerts, %v", len(alerts), count)
		}
	})

	t.Run("days are where they belong", func(t *testing.T) {
		byDate := map[history.Date][]time.Time{}
		for _, m := range minutes {
			byDate[dateOf(m.Start)] = append(byDate[dateOf(m.Start)], m.Start)
		}
		var off, on int
		for _, d := range plan {
			list := byDate[d.date]
			delete(byDate, d.date)
			if len(d.sessions) == 0 {
				off++
				if len(list) > 0 {
					t.Errorf("%s, a day of the kind %s, has %d minutes", d.date, d.kind, len(list))
				}
				continue
			}
			on++
			if len(list) < 10 {
				t.Errorf("%s, a day of the kind %s, has %d minutes", d.date, d.kind, len(list))
			}
			first, last := d.sessions[0], d.sessions[len(d.sessions)-1]
			for _, at := range list {
				zone := zones.At(at)
				if zone.String() != first.zone {
					t.Fatalf("%v is in %s, the person in %s", at, zone, first.zone)
				}
				// A meeting may take longer than the day was to be.
				early, late := timeOf(d.date, zone, first.from-.02), timeOf(d.date, zone, last.to+1.6)
				if at.Before(early) || at.After(late) {
					t.Errorf("%v is not on %s from %v to %v", local(at), d.date, early, late)
				}
			}
		}
		if len(byDate) > 0 || off < 15 || on < 22 {
			t.Errorf("%d days off, %d on, %d not planned", off, on, len(byDate))
		}
		gap := 0
		for _, d := range plan {
			if d.kind == dayGap {
				gap++
			}
		}
		if gap != 7 {
			t.Errorf("a gap of %d days", gap)
		}
	})

	t.Run("the hour that comes twice is lived twice", func(t *testing.T) {
		d, err := history.ReadDay(t.Context(), store.History(), day(t, "2026-10-25"), time.Unix(1<<33, 0))
		if err != nil {
			t.Fatal(err)
		}
		if len(d.Hours) != 25 || d.Hours[2].Hour != 2 || d.Hours[3].Hour != 2 || d.Hours[2].Watched < 3000 || d.Hours[3].Watched < 3000 {
			t.Errorf("%d hours, %+v and %+v", len(d.Hours), d.Hours[2], d.Hours[3])
		}
	})

	t.Run("the clock is set back once", func(t *testing.T) {
		back := 0
		for _, m := range minutes {
			s := history.FromMinute(m)
			switch w := s.Watched(); {
			case w > 120.001, w > 60.001 && dateOf(m.Start) != fast:
				t.Errorf("%v has %v s", m.Start, w)
			case w > 61:
				back++
			}
		}
		if fast == 0 || back < 30 {
			t.Errorf("%d minutes of %s were lived twice", back, fast)
		}
	})

	t.Run("the person gets better", func(t *testing.T) {
		quarter := len(minutes) / 4
		share := func(list []posture.Minute) (v float64) {
			var s history.Sums
			for _, m := range list {
				s.Add(history.FromMinute(m))
			}
			return *s.UprightShare()
		}
		early, late := share(minutes[:quarter]), share(minutes[3*quarter:])
		if early > .8 || late < early+.05 {
			t.Errorf("upright %.2f of the time in the first quarter, %.2f in the last", early, late)
		}
	})

	t.Run("check-ins are what a person gives", func(t *testing.T) {
		times := map[history.Date]map[time.Time]bool{}
		for _, e := range events {
			if e.Kind != posture.EventCheckIn {
				continue
			}
			if e.Level < 0 || e.Level > posture.MaxTension || !slices.Contains(posture.Areas, e.Area) {
				t.Errorf("%+v", e)
			}
			d := dateOf(e.Time)
			if times[d] == nil {
				times[d] = map[time.Time]bool{}
			}
			times[d][e.Time] = true
		}
		for d, at := range times {
			if len(at) > 2 {
				t.Errorf("%d check-ins on %s", len(at), d)
			}
		}
		if len(times) < 4 || len(times) > 25 {
			t.Errorf("check-ins on %d days", len(times))
		}
	})

	t.Run("there is something to say of it", func(t *testing.T) {
		said := map[history.Rule]int{}
		for w := o.first.Week(); w.First() <= o.last; w = w.Add(1) {
			week, err := history.ReadWeek(t.Context(), store.History(), w, time.Unix(1<<33, 0))
			if err != nil {
				t.Fatal(err)
			}
			for _, i := range week.Insights {
				said[i.Rule]++
			}
			if s := week.Score; s != nil && !(*s > 40 && *s < 99.5) {
				t.Errorf("%s has a score of %v", w, *s)
			}
		}
		t.Log(said)
		if len(said) < 2 {
			t.Errorf("8 weeks gave %v", said)
		}
	})

	t.Run("the last fortnight can be judged again", func(t *testing.T) {
		from := timeOf(o.last-keptDays+1, time.UTC, -12)
		blocks, err := store.Samples(t.Context(), time.Unix(0, 0), time.Unix(1<<33, 0))
		if err != nil {
			t.Fatal(err)
		}
		baselines, err := store.AllBaselines(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		policy := posture.DefaultPolicy()
		policy.Zone = zones[len(zones)-1].Zone
		again, err := posture.Replay(policy, blocks, baselines)
		if err != nil {
			t.Fatal(err)
		}
		var was, would int
		for _, e := range events {
			if e.Kind == posture.EventAlert && !e.Time.Before(from) {
				was++
			}
		}
		for _, e := range again {
			if e.Kind == posture.EventAlert {
				would++
			}
		}
		if len(blocks) == 0 || blocks[0].Start.Before(from) || math.Abs(float64(was-would)) > .35*float64(was) {
			t.Errorf("%d blocks, %d alerts, %d when judged again", len(blocks), was, would)
		}
	})

	t.Run("it can be measured", func(t *testing.T) {
		temp := t.TempDir()
		t.Setenv("TMPDIR", temp)
		before, err := os.ReadFile(made.path)
		if err != nil {
			t.Fatal(err)
		}
		out, said, code := runLab(t, "history", "--data", o.data, "--rounds", "1", "--seconds", "0.2", "--json")
		if code != exitOK {
			t.Fatalf("exit %d: %s", code, said)
		}
		var r historyReport
		if err := json.Unmarshal([]byte(out), &r); err != nil {
			t.Fatal(err)
		}
		if r.First < o.first.String() || r.Last > o.last.String() || r.Weeks < 6 || r.Weeks > 9 {
			t.Errorf("%+v", r)
		}
		lines := map[string]int{}
		for _, f := range r.Figures {
			lines[f.Measure]++
			if !(f.Value > 0) || math.IsInf(f.Value, 0) {
				t.Errorf("%+v", f)
			}
			if f.Name == "file" && math.Abs(f.Value-float64(len(before))/1e6) > .2*f.Value {
				t.Errorf("%v MB of %d bytes", f.Value, len(before))
			}
		}
		for _, m := range historyMeasures {
			if lines[m.name] == 0 {
				t.Errorf("nothing of %s in %+v", m.name, lines)
			}
		}
		out, said, code = runLab(t, "history", "--data", o.data, "--rounds", "1", "--only", "size")
		if code != exitOK || !strings.Contains(out, "growth in a year") || strings.Contains(out, "median") {
			t.Errorf("exit %d: %s%s", code, out, said)
		}
		after, err := os.ReadFile(made.path)
		if err != nil || !slices.Equal(before, after) {
			t.Errorf("the history was changed by being measured, or %v", err)
		}
		if left, _ := os.ReadDir(temp); len(left) > 0 {
			t.Errorf("%v was left", left)
		}
	})
}

func TestHistoryRefuses(t *testing.T) {
	empty, alien, fresh := t.TempDir(), t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(alien, historyFile), []byte(strings.Repeat("not a database", 20)), 0o600); err != nil {
		t.Fatal(err)
	}
	store, err := sqlite.Open(t.Context(), filepath.Join(fresh, historyFile))
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{nil, "--data is missing"},
		{[]string{"--data", empty}, filepath.Join(empty, historyFile)},
		{[]string{"--data", alien}, "not an SQLite file"},
		{[]string{"--data", fresh}, "no minutes"},
		{[]string{"--data", empty, "--only", "size,speed"}, `"speed": want one of size, weeks`},
		{[]string{"--data", empty, "--rounds", "0"}, "--rounds 0"},
		{[]string{"--data", empty, "--seconds", "NaN"}, "--seconds NaN"},
	} {
		out, said, code := runLab(t, append([]string{"history"}, c.args...)...)
		if code != exitUsage || out != "" || !strings.Contains(said, c.want) {
			t.Errorf("%v: exit %d, %q, %q does not say %q", c.args, code, out, said, c.want)
		}
	}
	if left, _ := os.ReadDir(empty); len(left) > 0 {
		t.Errorf("%v was made", left)
	}
}
