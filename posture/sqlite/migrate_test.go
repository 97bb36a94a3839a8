package sqlite

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"sitwell/posture"
	"sitwell/posture/history"
)

// testdata/NNNN.sql is a database as version NNNN shipped it, with rows, as
// text: the schema word for word, then the rows. It is never altered; a new
// migration comes with a new one. rows are what today's version must read from
// it.
var shipped = []struct {
	version int
	rows    func(*testing.T, *Store)
}{
	{1, func(t *testing.T, s *Store) {
		equal(t, "events", call(s.Events(t.Context(), EventQuery{})), []posture.Event{
			{ID: 1, Kind: posture.EventBaseline, Time: t0},
			{ID: 2, Kind: posture.EventBoutStart, Time: t0.Add(1e9), State: posture.Upright, Score: ptr(98.5)},
			{
				ID: 4, Kind: posture.EventAlert, Time: t0.Add(600e9), State: posture.Slouching, Signal: posture.HeadForward,
				Seconds: 180.25, Score: ptr(40), Text: "You've slouched for 3 minutes.",
			},
		})
		equal(t, "minutes", call(s.Minutes(t.Context(), minuteAt(0), minuteAt(9))), []posture.Minute{
			{Start: minuteAt(0), Seconds: map[posture.State]float64{posture.Upright: 59.5, posture.Unknown: 0.25}, ScoreSeconds: 59.5, ScoreSum: 5890.125},
			{Start: minuteAt(1), Seconds: map[posture.State]float64{
				posture.Upright: 1, posture.Slouching: 2, posture.LeaningIn: 3, posture.LeaningAside: 4, posture.LookingDown: 5,
				posture.Turned: 6, posture.Standing: 7, posture.Away: 8, posture.Unknown: 9,
			}, ScoreSeconds: 10, ScoreSum: 0.000001},
		})
		b, ok, err := s.Baseline(t.Context(), 1)
		if err != nil || !ok {
			t.Fatalf("baseline: %v, %v", ok, err)
		}
		equal(t, "baseline", b, posture.Baseline{
			ID: 1, Time: t0, Camera: "Webcam", Width: 640, Height: 480, Seconds: 12, Samples: 24, Quality: 0.95, Way: posture.WaySitting,
			Measures: map[string]posture.Statistic{"head_drop": {Median: 0.5, Spread: 0.01}, "lean_in": {Median: 1, Spread: 0.02}},
		})
		// Event 9 was deleted; its id isn't given again.
		stored, err := s.AppendEvents(t.Context(), alerts(0, 1))
		if err != nil || stored[0].ID != 10 {
			t.Errorf("next event: got %v, %v, want id 10", stored, err)
		}
		equal(t, "settings", call(s.Settings(t.Context())), []byte(nil))
		quartersOfMinutes(t, s)
	}},
	{2, func(t *testing.T, s *Store) {
		equal(t, "events", call(s.Events(t.Context(), EventQuery{})), []posture.Event{
			{ID: 1, Kind: posture.EventBaseline, Time: t0, Ref: 1},
			{
				ID: 2, Kind: posture.EventAlert, Time: t0.Add(600e9), State: posture.Slouching, Signal: posture.HeadForward,
				Seconds: 60.25, Score: ptr(40), Text: "Your head has been forward for 60 s.", Level: 1,
			},
			{ID: 3, Kind: posture.EventWrong, Time: t0.Add(601e9), Signal: posture.HeadForward, Level: 1, Ref: 2},
		})
		equal(t, "minutes", call(s.Minutes(t.Context(), minuteAt(0), minuteAt(9))), []posture.Minute{
			{Start: minuteAt(0), Seconds: map[posture.State]float64{posture.Upright: 59.5, posture.Unknown: 0.25}, ScoreSeconds: 59.5, ScoreSum: 5890.125},
			{Start: minuteAt(1), Seconds: map[posture.State]float64{
				posture.Upright: 1, posture.Slouching: 2, posture.LeaningIn: 3, posture.LeaningAside: 4, posture.LookingDown: 5,
				posture.Turned: 6, posture.Standing: 7, posture.Away: 8, posture.Unknown: 9,
			}, ScoreSeconds: 10, ScoreSum: 0.000001, Stood: 11, Exposure: map[posture.Signal]float64{
				posture.HeadDrop: 0.000001, posture.HeadForward: 2, posture.Sink: 3, posture.UpperBack: 3.5, posture.LeanIn: 4, posture.LeanAside: 5, posture.HeadPitch: 6000,
			}},
		})
		equal(t, "baselines", call(s.Baselines(t.Context(), "Webcam", 640, 480)), []posture.Baseline{
			{
				ID: 1, Time: t0, Camera: "Webcam", Width: 640, Height: 480, Seconds: 12, Samples: 24, Quality: 0.95,
				Way: posture.WayStanding, Provisional: true, Stale: "camera moved",
				Measures: map[string]posture.Statistic{"head_drop": {Median: 0.5, Spread: 0.01}, "lean_in": {Median: 1, Spread: 0.02}},
				Slouch:   map[string]float64{"head_drop": 0.4},
			},
			{ID: 2, Time: t0.Add(60e9), Camera: "Webcam", Width: 640, Height: 480, Seconds: 12, Samples: 24, Quality: 0.9, Way: posture.WaySitting},
		})
		equal(t, "settings", call(s.Settings(t.Context())), []byte(`{"alert_after_s":45}`))
		equal(t, "measurements", call(s.Samples(t.Context(), t0, minuteAt(9))), []posture.SampleBlock{
			{Start: t0, Camera: "Webcam", Baseline: 1, Count: 2, Data: []byte{1, 2, 255}},
		})
		stored, err := s.AppendEvents(t.Context(), alerts(0, 1))
		if err != nil || stored[0].ID != 10 {
			t.Errorf("next event: got %v, %v, want id 10", stored, err)
		}
		quartersOfMinutes(t, s)
	}},
	{3, func(t *testing.T, s *Store) {
		equal(t, "events", call(s.Events(t.Context(), EventQuery{})), []posture.Event{
			{ID: 1, Kind: posture.EventBaseline, Time: t0, Ref: 1},
			{
				ID: 2, Kind: posture.EventAlert, Time: t0.Add(600e9), State: posture.Slouching, Signal: posture.HeadForward,
				Seconds: 60.25, Score: ptr(40), Text: "Your head has been forward for 60 s.", Level: 1,
			},
			{ID: 3, Kind: posture.EventWrong, Time: t0.Add(601e9), Signal: posture.HeadForward, Level: 1, Ref: 2},
		})
		equal(t, "minutes", call(s.Minutes(t.Context(), minuteAt(0), minuteAt(9))), []posture.Minute{
			{Start: minuteAt(0), Seconds: map[posture.State]float64{posture.Upright: 59.5, posture.Unknown: 0.25}, ScoreSeconds: 59.5, ScoreSum: 5890.125},
			{Start: minuteAt(1), Seconds: map[posture.State]float64{
				posture.Upright: 1, posture.Slouching: 2, posture.LeaningIn: 3, posture.LeaningAside: 4, posture.LookingDown: 5,
				posture.Turned: 6, posture.Standing: 7, posture.Away: 8, posture.Unknown: 9,
			}, ScoreSeconds: 10, ScoreSum: 0.000001, Stood: 11, Exposure: map[posture.Signal]float64{
				posture.HeadDrop: 0.000001, posture.HeadForward: 2, posture.Sink: 3, posture.UpperBack: 3.5, posture.LeanIn: 4, posture.LeanAside: 5, posture.HeadPitch: 6000,
			}},
		})
		equal(t, "baselines", call(s.Baselines(t.Context(), "Webcam", 640, 480)), []posture.Baseline{
			{
				ID: 1, Time: t0, Camera: "Webcam", Width: 640, Height: 480, Seconds: 12, Samples: 24, Quality: 0.95,
				Way: posture.WayStanding, Provisional: true, Stale: "camera moved",
				Measures: map[string]posture.Statistic{"head_drop": {Median: 0.5, Spread: 0.01}, "lean_in": {Median: 1, Spread: 0.02}},
				Slouch:   map[string]float64{"head_drop": 0.4},
			},
			{ID: 2, Time: t0.Add(60e9), Camera: "Webcam", Width: 640, Height: 480, Seconds: 12, Samples: 24, Quality: 0.9, Way: posture.WaySitting},
		})
		equal(t, "settings", call(s.Settings(t.Context())), []byte(`{"alert_after_s":45}`))
		equal(t, "measurements", call(s.Samples(t.Context(), t0, minuteAt(9))), []posture.SampleBlock{
			{Start: t0, Camera: "Webcam", Baseline: 1, Count: 2, Data: []byte{1, 2, 255}},
		})
		stored, err := s.AppendEvents(t.Context(), alerts(0, 1))
		if err != nil || stored[0].ID != 10 {
			t.Errorf("next event: got %v, %v, want id 10", stored, err)
		}
		quarters, err := s.History().Quarters(t.Context(), time.Time{}, minuteAt(9))
		if err != nil || len(quarters) != 3 || !reflect.DeepEqual(quarters[2:], quartersOf(minutes(t, s))) {
			t.Fatalf("quarters: got %+v, %v", quarters, err)
		}
		first := history.Quarter{Start: time.Unix(-31*900, 0).UTC()}
		first.States[0] = 900
		equal(t, "quarter before 1970", quarters[0], first)
		equal(t, "quarter without its minutes", quarters[1], history.Quarter{Start: time.Unix(1969379*900, 0).UTC(), Sums: history.Sums{
			States:       [9]float64{1e-6, 2e-6, 3e-6, 4e-6, 5e-6, 6e-6, 7e-6, 8e-6, 9e-6},
			ScoreSeconds: 10e-6, ScoreSum: 11e-6, Stood: 12e-6, Exposure: [7]float64{13e-6, 14e-6, 15e-6, 16e-6, 17e-6, 18e-6, 19e-6},
		}})
		zones, err := s.History().Zones(t.Context())
		if err != nil || len(zones) != 2 || zones[0].Zone.String() != "Europe/Berlin" || zones[1].Zone.String() != "UTC+05:30" || !zones[0].Since.Equal(t0) {
			t.Errorf("zones: got %v, %v", zones, err)
		}
	}},
	{4, func(t *testing.T, s *Store) {
		equal(t, "events", call(s.Events(t.Context(), EventQuery{})), []posture.Event{
			{ID: 1, Kind: posture.EventBaseline, Time: t0, Ref: 1},
			{
				ID: 2, Kind: posture.EventAlert, Time: t0.Add(600e9), State: posture.Slouching, Signal: posture.HeadForward,
				Seconds: 60.25, Score: ptr(40), Text: "Your head has been forward for 60 s.", Level: 1,
			},
			{ID: 3, Kind: posture.EventWrong, Time: t0.Add(601e9), Signal: posture.HeadForward, Level: 1, Ref: 2},
			{ID: 4, Kind: posture.EventCheckIn, Time: t0.Add(602e9), Area: posture.AreaLowerBack, Level: 7},
			{ID: 5, Kind: posture.EventExercise, Time: t0.Add(603e9), Area: posture.AreaUpperBack, Exercise: "chin_tuck", Seconds: 30.5, Level: 10},
		})
		equal(t, "minutes", call(s.Minutes(t.Context(), minuteAt(0), minuteAt(9))), []posture.Minute{
			{Start: minuteAt(0), Seconds: map[posture.State]float64{posture.Upright: 59.5, posture.Unknown: 0.25}, ScoreSeconds: 59.5, ScoreSum: 5890.125},
			{Start: minuteAt(1), Seconds: map[posture.State]float64{
				posture.Upright: 1, posture.Slouching: 2, posture.LeaningIn: 3, posture.LeaningAside: 4, posture.LookingDown: 5,
				posture.Turned: 6, posture.Standing: 7, posture.Away: 8, posture.Unknown: 9,
			}, ScoreSeconds: 10, ScoreSum: 0.000001, Stood: 11, Exposure: map[posture.Signal]float64{
				posture.HeadDrop: 0.000001, posture.HeadForward: 2, posture.Sink: 3, posture.UpperBack: 3.5, posture.LeanIn: 4, posture.LeanAside: 5, posture.HeadPitch: 6000,
			}},
		})
		equal(t, "baselines", call(s.Baselines(t.Context(), "Webcam", 640, 480)), []posture.Baseline{
			{
				ID: 1, Time: t0, Camera: "Webcam", Width: 640, Height: 480, Seconds: 12, Samples: 24, Quality: 0.95,
				Way: posture.WayStanding, Provisional: true, Stale: "camera moved",
				Measures: map[string]posture.Statistic{"head_drop": {Median: 0.5, Spread: 0.01}, "lean_in": {Median: 1, Spread: 0.02}},
				Slouch:   map[string]float64{"head_drop": 0.4},
			},
			{ID: 2, Time: t0.Add(60e9), Camera: "Webcam", Width: 640, Height: 480, Seconds: 12, Samples: 24, Quality: 0.9, Way: posture.WaySitting},
		})
		equal(t, "profile", call(s.Profile(t.Context())), []byte(`{"answered":true}`))
		equal(t, "settings", call(s.Settings(t.Context())), []byte(`{"alert_after_s":45}`))
		equal(t, "measurements", call(s.Samples(t.Context(), t0, minuteAt(9))), []posture.SampleBlock{
			{Start: t0, Camera: "Webcam", Baseline: 1, Count: 2, Data: []byte{1, 2, 255}},
		})
		stored, err := s.AppendEvents(t.Context(), alerts(0, 1))
		if err != nil || stored[0].ID != 10 {
			t.Errorf("next event: got %v, %v, want id 10", stored, err)
		}
		quarters, err := s.History().Quarters(t.Context(), time.Time{}, minuteAt(9))
		if err != nil || len(quarters) != 3 || !reflect.DeepEqual(quarters[2:], quartersOf(minutes(t, s))) {
			t.Fatalf("quarters: got %+v, %v", quarters, err)
		}
		first := history.Quarter{Start: time.Unix(-31*900, 0).UTC()}
		first.States[0] = 900
		equal(t, "quarter before 1970", quarters[0], first)
		equal(t, "quarter without its minutes", quarters[1], history.Quarter{Start: time.Unix(1969379*900, 0).UTC(), Sums: history.Sums{
			States:       [9]float64{1e-6, 2e-6, 3e-6, 4e-6, 5e-6, 6e-6, 7e-6, 8e-6, 9e-6},
			ScoreSeconds: 10e-6, ScoreSum: 11e-6, Stood: 12e-6, Exposure: [7]float64{13e-6, 14e-6, 15e-6, 16e-6, 17e-6, 18e-6, 19e-6},
		}})
		zones, err := s.History().Zones(t.Context())
		if err != nil || len(zones) != 2 || zones[0].Zone.String() != "Europe/Berlin" || zones[1].Zone.String() != "UTC+05:30" || !zones[0].Since.Equal(t0) {
			t.Errorf("zones: got %v, %v", zones, err)
		}
	}},
	// What version 5 adds: the rest is as of version 4.
	{5, func(t *testing.T, s *Store) {
		r, ok, err := s.ComfortableRange(t.Context(), 2, "neck_turn")
		if err != nil || !ok || r != (posture.ComfortableRange{Baseline: 2, Exercise: "neck_turn", Left: 61.5, Right: 58, Times: 3}) {
			t.Errorf("comfortable range: got %+v, %v, %v", r, ok, err)
		}
		equal(t, "profile", call(s.Profile(t.Context())), []byte(`{"answered":true}`))
		if n := len(minutes(t, s)); n != 2 {
			t.Errorf("%d minutes, want 2", n)
		}
	}},
}

// minutes returns all minutes.
func minutes(t *testing.T, s *Store) []posture.Minute {
	t.Helper()
	all, err := s.Minutes(t.Context(), time.Time{}, far)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// quartersOfMinutes fails the test unless the upgrade made each quarter of its
// minutes, and knows no zone.
func quartersOfMinutes(t *testing.T, s *Store) {
	t.Helper()
	want := quartersOf(minutes(t, s))
	if len(want) == 0 {
		t.Error("there are no minutes")
	}
	equal(t, "quarters", call(s.History().Quarters(t.Context(), time.Time{}, far)), want)
	if zones, err := s.History().Zones(t.Context()); err != nil || len(zones) > 0 {
		t.Errorf("zones: got %v, %v", zones, err)
	}
}

func call[T any](v T, err error) any {
	if err != nil {
		return err
	}
	return v
}

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s:\ngot  %+v\nwant %+v", what, got, want)
	}
}

// shippedDatabase makes the database of an old version at path.
func shippedDatabase(t testing.TB, path string, version int) {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("testdata/%04d.sql", version))
	if err != nil {
		t.Fatalf("a version that was shipped has no fixture: %v", err)
	}
	rawExec(t, path, fmt.Sprintf("PRAGMA journal_mode = WAL; PRAGMA application_id = %d; PRAGMA user_version = %d; %s", applicationID, version, text))
}

// schema returns each object's definition by its name.
func schema(t testing.TB, path string) map[string]string {
	t.Helper()
	db := raw(t, path)
	defer db.Close()
	rows, err := db.Query("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	_, err = scan(rows, func() (struct{}, error) {
		var name, text string
		err := rows.Scan(&name, &text)
		all[name] = text
		return struct{}{}, err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// From every version ever shipped, today's reads what was stored.
func TestUpgradeFromShipped(t *testing.T) {
	latest := len(embedded())
	if len(shipped) != latest {
		t.Fatalf("%d versions are in the table, %d migrations exist: add the fixture and the rows of the new one", len(shipped), latest)
	}
	for _, old := range shipped {
		t.Run(fmt.Sprintf("version %d", old.version), func(t *testing.T) {
			path := tempPath(t)
			shippedDatabase(t, path, old.version)

			// The migrations up to then still make what was shipped then.
			made := tempPath(t)
			if err := mustOpenWith(t, made, seams{migrations: embedded()[:old.version]}).Close(); err != nil {
				t.Fatal(err)
			}
			equal(t, "schema", schema(t, made), schema(t, path))

			s := mustOpen(t, path)
			u, upgraded := s.Upgraded()
			if upgraded != (old.version < latest) {
				t.Errorf("upgraded: got %v, %+v", upgraded, u)
			}
			integrity(t, s)
			old.rows(t, s)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			fresh := tempPath(t)
			if err := mustOpen(t, fresh).Close(); err != nil {
				t.Fatal(err)
			}
			equal(t, "schema", schema(t, path), schema(t, fresh))
		})
	}
}

// Quarters begin before the minutes in them, before 1970 too.
func TestUpgradeMinutesBefore1970(t *testing.T) {
	for version := 1; version < 3; version++ {
		path := tempPath(t)
		shippedDatabase(t, path, version)
		var insert strings.Builder
		for _, minute := range []int{-31, -30, -29, -16, -15, -14, -1, 0, 14, 15} {
			columns := "minute, upright, slouching, leaning_in, leaning_aside, looking_down, turned, standing, away, unknown, score_time, score_sum"
			fmt.Fprintf(&insert, "INSERT INTO minute (%s) VALUES (%d, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);", columns, minute)
		}
		rawExec(t, path, insert.String())
		quartersOfMinutes(t, mustOpen(t, path))
	}
}

// later are the migrations with three more, of the kinds that come: a column, a
// table made anew, and one that moves data.
func later() []migration {
	n := len(embedded())
	return append(embedded(),
		migration{n + 1, "add.sql", "ALTER TABLE baseline ADD COLUMN note TEXT NOT NULL DEFAULT 'none'"},
		// A table that others refer to is made anew: foreign keys must not
		// delete what refers to it when it is dropped.
		migration{n + 2, "anew.sql", `CREATE TABLE new (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, camera TEXT NOT NULL,
			width INTEGER NOT NULL, height INTEGER NOT NULL, seconds REAL NOT NULL, samples INTEGER NOT NULL, quality REAL NOT NULL,
			way ANY, provisional ANY, stale ANY, note ANY) STRICT;
			INSERT INTO new SELECT * FROM baseline; DROP TABLE baseline; ALTER TABLE new RENAME TO baseline;`},
		migration{n + 3, "move.sql", "UPDATE event SET text = 'x' || text; CREATE TABLE event_note (event INTEGER REFERENCES event (id)) STRICT;"},
	)
}

// rowsOf returns all rows of the tables of version 1, each as JSON.
func rowsOf(t testing.TB, path string) map[string][]string {
	t.Helper()
	db := raw(t, path)
	defer db.Close()
	all := map[string][]string{}
	for _, q := range []string{
		"SELECT id, at, kind, state, signal, seconds, score FROM event ORDER BY id",
		`SELECT minute, upright, slouching, leaning_in, leaning_aside, looking_down, turned, standing, away, unknown, score_time, score_sum
			FROM minute ORDER BY minute`,
		"SELECT id, at, camera, width, height, seconds, samples, quality FROM baseline ORDER BY id",
		"SELECT * FROM baseline_measure ORDER BY baseline, name",
	} {
		rows, err := db.Query(q)
		if err != nil {
			t.Fatal(err)
		}
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		all[q], err = scan(rows, func() (string, error) {
			values := make([]any, len(columns))
			into := make([]any, len(columns))
			for i := range values {
				into[i] = &values[i]
			}
			err := rows.Scan(into...)
			b, err2 := json.Marshal(values)
			return string(b), errors.Join(err, err2)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// An older database is copied before it is upgraded, and the copy can be put
// back in its place.
func TestUpgradeBacksUp(t *testing.T) {
	path := tempPath(t)
	shippedDatabase(t, path, 1)
	before := rowsOf(t, path)
	s := mustOpenWith(t, path, seams{migrations: later()})
	u, upgraded := s.Upgraded()
	if want := (Upgrade{From: 1, To: len(later()), Backup: path + ".v1.backup"}); !upgraded || u != want {
		t.Errorf("got %+v, %v, want %+v", u, upgraded, want)
	}
	integrity(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	equal(t, "rows", rowsOf(t, path), before)
	equal(t, "rows of the copy", rowsOf(t, u.Backup), before)
	equal(t, "files", names(t, filepath.Dir(path)), []string{"sitwell.db", "sitwell.db.lock", "sitwell.db.v1.backup"})
	if info, err := os.Stat(u.Backup); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("copy: got mode %v, %v, want 0600", info.Mode(), err)
	}
	again := mustOpenWith(t, path, seams{migrations: later()})
	if u, upgraded := again.Upgraded(); upgraded {
		t.Errorf("opened again: upgraded %+v", u)
	}
	// The old version refuses what the new one made, and takes the copy.
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := Open(t.Context(), path)
	refused(t, err, path, ErrNewer, fmt.Sprintf("schema %d, this one knows up to %d", len(later()), Latest))
	if err := os.Rename(u.Backup, path); err != nil {
		t.Fatal(err)
	}
	integrity(t, mustOpen(t, path))
}

// A migration that fails leaves the database at the version before it.
func TestUpgradeFails(t *testing.T) {
	tests := map[string]struct {
		sql, say string
		reason   error
	}{
		"wrong SQL":          {"CREATE TABLE more (x INTEGER) STRICT; SELECT nonsense", "nonsense", nil},
		"dangling reference": {"INSERT INTO baseline_measure VALUES (77, 'x', 0, 0)", "1 rows refer to rows that are missing", ErrDamaged},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			path := tempPath(t)
			shippedDatabase(t, path, 1)
			before, schemaBefore := rowsOf(t, path), schema(t, path)
			_, err := open(t.Context(), path, seams{migrations: append(embedded()[:1:1], migration{2, "bad.sql", test.sql})})
			var e *OpenError
			if !errors.As(err, &e) || (test.reason != nil && !errors.Is(err, test.reason)) {
				t.Fatalf("got %v, want an *OpenError of %v", err, test.reason)
			}
			for _, part := range []string{"migration bad.sql", test.say, path + ".v1.backup"} {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("got %q, want it to say %q", err, part)
				}
			}
			equal(t, "rows", rowsOf(t, path), before)
			equal(t, "schema", schema(t, path), schemaBefore)
			s := mustOpen(t, path) // a version whose migrations are good goes on with it
			shipped[0].rows(t, s)
		})
	}
}

// childStage opens a database with later's migrations and kills itself at a stage.
func childStage(args []string) error {
	path, stage := args[0], args[1]
	s, err := open(context.Background(), path, seams{migrations: later(), at: func(at string) {
		fmt.Println(at)
		if at == stage {
			_ = syscall.Kill(syscall.Getpid(), syscall.SIGKILL)
			select {}
		}
	}})
	if err != nil {
		return err
	}
	return s.Close()
}

// stages runs through without a kill and returns what stages there are.
func stages(t *testing.T, path string) []string {
	t.Helper()
	out, err := child(t, "stage", path, "").Output()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

func killAt(t *testing.T, path, stage string) {
	t.Helper()
	if out, err := child(t, "stage", path, stage).Output(); !killed(err) {
		t.Fatalf("got %v, want killed: %s", err, out)
	}
}

// Killed at any stage of an upgrade, the rows are there, a copy is there once
// anything was changed, and the next start succeeds.
func TestKilledInUpgrade(t *testing.T) {
	path := tempPath(t)
	shippedDatabase(t, path, 1)
	equal(t, "stages", stages(t, path), []string{
		"begun sitwell.db.v1.backup.new", "filled sitwell.db.v1.backup.new", "backed up",
		"ran 0002_meaning.sql", "committed 0002_meaning.sql", "ran 0003_quarters.sql", "committed 0003_quarters.sql",
		"ran 0004_letting_go.sql", "committed 0004_letting_go.sql", "ran 0005_comfort.sql", "committed 0005_comfort.sql",
		"ran add.sql", "committed add.sql", "ran anew.sql", "committed anew.sql", "ran move.sql", "committed move.sql",
		"shrinking", "shrinkable",
	})
	for _, old := range shipped {
		path := tempPath(t)
		shippedDatabase(t, path, old.version)
		all := stages(t, path)
		if len(all) < 11 {
			t.Errorf("version %d: stages %v", old.version, all)
		}
		for _, stage := range all {
			t.Run(fmt.Sprintf("version %d, %s", old.version, stage), func(t *testing.T) { killedInUpgrade(t, old.version, all, stage) })
		}
	}
}

func killedInUpgrade(t *testing.T, version int, all []string, stage string) {
	path := tempPath(t)
	shippedDatabase(t, path, version)
	before := rowsOf(t, path)
	killAt(t, path, stage)
	if last := all[len(all)-1]; stage != last {
		killAt(t, path, last) // and once more, on the way
	}
	if backup := fmt.Sprintf("%s.v%d.backup", path, version); stage != all[0] {
		equal(t, "rows of the copy", rowsOf(t, backup), before)
	}
	s := mustOpenWith(t, path, seams{migrations: later()})
	integrity(t, s)
	var mode int
	if err := s.read.QueryRow("PRAGMA auto_vacuum").Scan(&mode); err != nil || mode != incremental {
		t.Errorf("auto_vacuum is %d, %v: the file can't shrink", mode, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	after := rowsOf(t, path)
	for table, rows := range before {
		equal(t, "rows of "+table, after[table], rows)
	}
	for _, name := range names(t, filepath.Dir(path)) {
		if strings.Contains(name, ".new") {
			t.Errorf("%s was left behind", name)
		}
	}
}

// Killed at any stage of making a database, the next start succeeds.
func TestKilledInCreation(t *testing.T) {
	for _, stage := range stages(t, tempPath(t)) {
		t.Run(stage, func(t *testing.T) {
			path := tempPath(t)
			killAt(t, path, stage)
			s := mustOpen(t, path) // of today: had it been finished, it would be too new
			integrity(t, s)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			equal(t, "files", names(t, filepath.Dir(path)), []string{"sitwell.db", "sitwell.db.lock"})
		})
	}
}

// The names of the files are what orders them.
func TestEmbeddedMigrations(t *testing.T) {
	for i, m := range embedded() {
		if m.version != i+1 || !strings.HasPrefix(m.name, fmt.Sprintf("%04d_", i+1)) || m.sql == "" {
			t.Errorf("migration %d is %d %s", i+1, m.version, m.name)
		}
	}
}
