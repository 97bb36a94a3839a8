package sqlite

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"sitwell/posture"
	"sitwell/posture/history"
)

func ptr(v float64) *float64 { return &v }

func TestEventsRoundTrip(t *testing.T) {
	zone := time.FixedZone("UTC+5:45", 5*3600+45*60)
	long := strings.Repeat("Sit up. ", 20_000)
	tests := map[string]struct{ give, want posture.Event }{
		"bare":        {posture.Event{Kind: posture.EventPaused, Time: t0}, posture.Event{Kind: posture.EventPaused, Time: t0}},
		"whole":       {alert(1), alert(1)},
		"score of 0":  {posture.Event{Kind: posture.EventAlert, Time: t0, Score: ptr(0)}, posture.Event{Kind: posture.EventAlert, Time: t0, Score: ptr(0)}},
		"odd figures": {posture.Event{Kind: posture.EventBoutEnd, Time: t0, Seconds: 0.1 + 0.2, Score: ptr(100.0 / 3)}, posture.Event{Kind: posture.EventBoutEnd, Time: t0, Seconds: 0.1 + 0.2, Score: ptr(100.0 / 3)}},
		"another zone": {
			posture.Event{Kind: posture.EventPaused, Time: t0.In(zone)},
			posture.Event{Kind: posture.EventPaused, Time: t0},
		},
		"before 1970":  {posture.Event{Kind: posture.EventPaused, Time: time.Unix(-5, 7).UTC()}, posture.Event{Kind: posture.EventPaused, Time: time.Unix(-5, 7).UTC()}},
		"NaN score":    {posture.Event{Kind: posture.EventAlert, Time: t0, Score: ptr(math.NaN())}, posture.Event{Kind: posture.EventAlert, Time: t0}},
		"+Inf score":   {posture.Event{Kind: posture.EventAlert, Time: t0, Score: ptr(math.Inf(1))}, posture.Event{Kind: posture.EventAlert, Time: t0}},
		"NaN seconds":  {posture.Event{Kind: posture.EventAlert, Time: t0, Seconds: math.NaN()}, posture.Event{Kind: posture.EventAlert, Time: t0}},
		"-Inf seconds": {posture.Event{Kind: posture.EventAlert, Time: t0, Seconds: math.Inf(-1)}, posture.Event{Kind: posture.EventAlert, Time: t0}},
		"SQL in text":  {posture.Event{Kind: "x'); DROP TABLE event;--", Time: t0, Text: `"'; DROP TABLE event; --`}, posture.Event{Kind: "x'); DROP TABLE event;--", Time: t0, Text: `"'; DROP TABLE event; --`}},
		"NUL in text":  {posture.Event{Kind: posture.EventAlert, Time: t0, Text: "a\x00b"}, posture.Event{Kind: posture.EventAlert, Time: t0, Text: "a\x00b"}},
		"not UTF-8":    {posture.Event{Kind: posture.EventAlert, Time: t0, Text: "\xff\xfe\xc0"}, posture.Event{Kind: posture.EventAlert, Time: t0, Text: "\xff\xfe\xc0"}},
		"long text":    {posture.Event{Kind: posture.EventAlert, Time: t0, Text: long}, posture.Event{Kind: posture.EventAlert, Time: t0, Text: long}},
		"unknown kind": {posture.Event{Kind: "of_the_future", State: "new", Signal: "newer", Time: t0}, posture.Event{Kind: "of_the_future", State: "new", Signal: "newer", Time: t0}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			path := tempPath(t)
			s := mustOpen(t, path)
			give := test.give
			stored, err := s.AppendEvents(t.Context(), []posture.Event{give})
			if err != nil {
				t.Fatal(err)
			}
			want := test.want
			want.ID = 1
			if !reflect.DeepEqual(stored, []posture.Event{want}) {
				t.Errorf("stored: got %s, want %s", cut(fmt.Sprintf("%+v", stored)), cut(fmt.Sprintf("%+v", want)))
			}
			if give.ID != 0 || (give.Score != nil && stored[0].Score == give.Score) {
				t.Error("the events given are shared with those returned")
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s = mustOpen(t, path)
			got, err := s.Events(t.Context(), EventQuery{})
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, stored) {
				t.Errorf("read: got %s, want %s", cut(fmt.Sprintf("%+v", got)), cut(fmt.Sprintf("%+v", stored)))
			}
			integrity(t, s)
		})
	}
}

func TestAppendEventsAllOrNone(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	tests := map[string]posture.Event{
		"already stored": {ID: 7, Kind: posture.EventAlert, Time: t0},
		"no time":        {Kind: posture.EventAlert},
		"year 2300":      {Kind: posture.EventAlert, Time: time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC)},
	}
	for name, bad := range tests {
		t.Run(name, func(t *testing.T) {
			stored, err := s.AppendEvents(t.Context(), []posture.Event{alert(1), bad})
			if !errors.Is(err, ErrInvalid) || stored != nil {
				t.Errorf("got %v, %v, want ErrInvalid", stored, err)
			}
		})
	}
	if got, err := s.Events(t.Context(), EventQuery{}); err != nil || len(got) != 0 {
		t.Errorf("got %v, %v, want nothing stored", got, err)
	}
	if got, err := s.AppendEvents(t.Context(), nil); got != nil || err != nil {
		t.Errorf("nothing: got %v, %v", got, err)
	}
}

func TestEventQueries(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	at := func(s int) time.Time { return t0.Add(time.Duration(s) * time.Second) }
	// The clock is set back between the third and the fourth.
	if _, err := s.AppendEvents(t.Context(), []posture.Event{
		{Kind: posture.EventBoutStart, Time: at(0)},
		{Kind: posture.EventEpisodeStart, Time: at(10)},
		{Kind: posture.EventAlert, Time: at(20)},
		{Kind: posture.EventEpisodeEnd, Time: at(5)},
		{Kind: posture.EventBoutEnd, Time: at(30)},
	}); err != nil {
		t.Fatal(err)
	}
	far := time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	old := time.Date(1, 1, 2, 0, 0, 0, 0, time.UTC)
	tests := map[string]struct {
		q    EventQuery
		want []int64
	}{
		"all":              {EventQuery{}, []int64{1, 2, 3, 4, 5}},
		"after":            {EventQuery{After: 3}, []int64{4, 5}},
		"after the last":   {EventQuery{After: 5}, nil},
		"from is included": {EventQuery{From: at(10)}, []int64{2, 3, 5}},
		"to is not":        {EventQuery{To: at(10)}, []int64{1, 4}},
		"from to":          {EventQuery{From: at(5), To: at(20)}, []int64{2, 4}},
		"to before from":   {EventQuery{From: at(20), To: at(5)}, nil},
		"one ns short":     {EventQuery{From: at(10).Add(1), To: at(20)}, nil},
		"far bounds":       {EventQuery{From: old, To: far}, []int64{1, 2, 3, 4, 5}},
		"from afar":        {EventQuery{From: far}, nil},
		"a kind":           {EventQuery{Kinds: []posture.EventKind{posture.EventAlert}}, []int64{3}},
		"two kinds":        {EventQuery{Kinds: []posture.EventKind{posture.EventBoutEnd, posture.EventBoutStart}}, []int64{1, 5}},
		"no such kind":     {EventQuery{Kinds: []posture.EventKind{"x' OR 1=1 --"}}, nil},
		"limit":            {EventQuery{Limit: 2}, []int64{1, 2}},
		"page":             {EventQuery{After: 2, Limit: 2}, []int64{3, 4}},
		"everything":       {EventQuery{After: 1, From: at(1), To: at(25), Kinds: posture.EventKinds, Limit: 9}, []int64{2, 3, 4}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			events, err := s.Events(t.Context(), test.q)
			if err != nil {
				t.Fatal(err)
			}
			var got []int64
			for _, e := range events {
				got = append(got, e.ID)
			}
			if !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
	for limit, want := range map[int]int{-1: 0, 0: 0, 2: 2, 99: 5} {
		events, err := s.RecentEvents(t.Context(), limit)
		if err != nil || len(events) != want {
			t.Errorf("recent %d: got %d, %v, want %d", limit, len(events), err, want)
		}
		for i, e := range events {
			if e.ID != int64(5-i) {
				t.Errorf("recent %d: got id %d at %d, want the newest first", limit, e.ID, i)
			}
		}
	}
}

// Ids must not come back when old rows are deleted: a page that asks for what
// came after the last it saw would miss events.
func TestIDsAreNotReused(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	if _, err := s.AppendEvents(t.Context(), alerts(0, 3)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.write.Exec("DELETE FROM event"); err != nil {
		t.Fatal(err)
	}
	stored, err := s.AppendEvents(t.Context(), alerts(0, 1))
	if err != nil || stored[0].ID != 4 {
		t.Errorf("got %v, %v, want id 4", stored, err)
	}
}

func minuteAt(n int) time.Time { return t0.Truncate(time.Minute).Add(time.Duration(n) * time.Minute) }

func TestMinutesAdd(t *testing.T) {
	path := tempPath(t)
	s := mustOpen(t, path)
	all := posture.Minute{
		Start: minuteAt(2), Seconds: map[posture.State]float64{}, ScoreSeconds: 59, ScoreSum: 5900,
		Stood: 7.25, Exposure: map[posture.Signal]float64{},
	}
	for i, sg := range posture.Signals {
		all.Exposure[sg] = 6000 - float64(i) - 0.125
	}
	for i, st := range posture.States {
		all.Seconds[st] = float64(i) + 0.125
	}
	add := func(ms ...posture.Minute) {
		t.Helper()
		if err := s.AddMinutes(t.Context(), ms); err != nil {
			t.Fatal(err)
		}
	}
	add(posture.Minute{Start: minuteAt(0), Seconds: map[posture.State]float64{posture.Upright: 20.25}, ScoreSeconds: 20, ScoreSum: 1900.5})
	add(
		posture.Minute{Start: minuteAt(0), Seconds: map[posture.State]float64{posture.Upright: 1.000001, posture.Slouching: 3}, ScoreSeconds: 4, ScoreSum: 99.5},
		posture.Minute{Start: minuteAt(0), Seconds: map[posture.State]float64{posture.Away: 30}, Stood: 1, Exposure: map[posture.Signal]float64{posture.Sink: 0.5}},
		posture.Minute{Start: minuteAt(0), Stood: 2, Exposure: map[posture.Signal]float64{posture.Sink: 0.25, posture.LeanIn: 0}},
		posture.Minute{Start: minuteAt(1), Seconds: map[posture.State]float64{posture.Unknown: 0}}, // nothing
		all,
		posture.Minute{Start: minuteAt(-30_000_000), Seconds: map[posture.State]float64{posture.Away: 1e-6}}, // before 1970
	)
	want := []posture.Minute{
		{Start: minuteAt(-30_000_000), Seconds: map[posture.State]float64{posture.Away: 1e-6}},
		{
			Start:        minuteAt(0),
			Seconds:      map[posture.State]float64{posture.Upright: 21.250001, posture.Slouching: 3, posture.Away: 30},
			ScoreSeconds: 24, ScoreSum: 2000, Stood: 3, Exposure: map[posture.Signal]float64{posture.Sink: 0.75},
		},
		all,
	}
	check := func() {
		t.Helper()
		got, err := s.Minutes(t.Context(), minuteAt(-40_000_000), minuteAt(100))
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
	}
	check()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = mustOpen(t, path)
	check()
	integrity(t, s)

	bounds := map[string]struct {
		from, to time.Time
		want     int
	}{
		"from is included":   {minuteAt(0), minuteAt(2), 1},
		"to is not":          {minuteAt(0), minuteAt(2).Add(1), 2},
		"begun before from":  {minuteAt(0).Add(1), minuteAt(3), 1},
		"empty":              {minuteAt(2), minuteAt(2), 0},
		"zero to the future": {time.Time{}, minuteAt(9), 3},
	}
	for name, b := range bounds {
		if got, err := s.Minutes(t.Context(), b.from, b.to); err != nil || len(got) != b.want {
			t.Errorf("%s: got %v, %v, want %d", name, got, err, b.want)
		}
	}
}

// Adding in small pieces must come to the same as adding at once, to the
// microsecond, whatever the pieces.
func TestMinutesSumExactly(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	var piece [100]posture.Minute
	for i := range piece {
		piece[i] = posture.Minute{Start: minuteAt(0), Seconds: map[posture.State]float64{posture.Turned: 0.1}, ScoreSeconds: 0.3, ScoreSum: 0.7}
	}
	if err := s.AddMinutes(t.Context(), piece[:]); err != nil {
		t.Fatal(err)
	}
	got, err := s.Minutes(t.Context(), minuteAt(0), minuteAt(1))
	want := []posture.Minute{{Start: minuteAt(0), Seconds: map[posture.State]float64{posture.Turned: 10}, ScoreSeconds: 30, ScoreSum: 70}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

// The clock is set back by 40 s in the midst of a minute, and later by an hour:
// what was lived is there, all of it.
func TestMinutesLivedTwice(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	for _, upright := range []float64{100, 60} {
		if err := s.AddMinutes(t.Context(), []posture.Minute{
			{Start: minuteAt(0), Seconds: map[posture.State]float64{posture.Upright: upright}, ScoreSeconds: upright, ScoreSum: 100 * upright},
		}); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Minutes(t.Context(), minuteAt(0), minuteAt(1))
	want := []posture.Minute{{Start: minuteAt(0), Seconds: map[posture.State]float64{posture.Upright: 160}, ScoreSeconds: 160, ScoreSum: 16000}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

func TestAddMinutesRefuses(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	good := posture.Minute{Start: minuteAt(0), Seconds: map[posture.State]float64{posture.Upright: 60}}
	seconds := func(v float64) posture.Minute {
		return posture.Minute{Start: minuteAt(1), Seconds: map[posture.State]float64{posture.Upright: v}}
	}
	tests := map[string]posture.Minute{
		"not a whole minute":  {Start: minuteAt(1).Add(time.Second)},
		"a nanosecond late":   {Start: minuteAt(1).Add(1)},
		"NaN":                 seconds(math.NaN()),
		"infinite":            seconds(math.Inf(1)),
		"negative":            seconds(-1e-9),
		"more than a day":     seconds(86401),
		"unknown state":       {Start: minuteAt(1), Seconds: map[posture.State]float64{"upright, away": 1}},
		"NaN score time":      {Start: minuteAt(1), ScoreSeconds: math.NaN()},
		"NaN score sum":       {Start: minuteAt(1), ScoreSum: math.NaN()},
		"NaN stood":           {Start: minuteAt(1), Stood: math.NaN()},
		"NaN exposure":        {Start: minuteAt(1), Exposure: map[posture.Signal]float64{posture.Sink: math.NaN()}},
		"negative exposure":   {Start: minuteAt(1), Exposure: map[posture.Signal]float64{posture.Sink: -1}},
		"unknown signal":      {Start: minuteAt(1), Exposure: map[posture.Signal]float64{"sinking": 1}},
		"score sum too large": {Start: minuteAt(1), ScoreSum: 1e300},
	}
	for name, bad := range tests {
		t.Run(name, func(t *testing.T) {
			if err := s.AddMinutes(t.Context(), []posture.Minute{good, bad}); !errors.Is(err, ErrInvalid) {
				t.Errorf("got %v, want ErrInvalid", err)
			}
		})
	}
	if got, err := s.Minutes(t.Context(), time.Time{}, minuteAt(9)); err != nil || len(got) != 0 {
		t.Errorf("got %v, %v, want nothing stored", got, err)
	}
}

// Each state that posture has must have its column, under its name.
func TestStatesHaveColumns(t *testing.T) {
	if !reflect.DeepEqual(states, posture.States) {
		t.Errorf("columns are %v, the states are %v: add a migration for the new one", states, posture.States)
	}
	if !reflect.DeepEqual(signals, posture.Signals[:]) {
		t.Errorf("columns are %v, the signals are %v: add a migration for the new one", signals, posture.Signals)
	}
	if want := len(states) + 3 + len(signals); fields != want {
		t.Errorf("fields is %d, want %d", fields, want)
	}
}

func TestBaselines(t *testing.T) {
	path := tempPath(t)
	s := mustOpen(t, path)
	b := posture.Baseline{
		Time: t0.In(time.FixedZone("x", -3600)), Camera: "Cam'; DROP TABLE baseline;--\x00\xff", Width: 640, Height: 480,
		Seconds: 12.5, Samples: 25, Quality: 0.97, Way: posture.WayStanding, Provisional: true, Stale: "camera moved",
		Measures: map[string]posture.Statistic{
			"head_drop": {Median: 0.1 + 0.2, Spread: 1e-9}, "": {}, "lean_in": {Median: -3, Spread: 5},
		},
		Slouch: map[string]float64{"head_drop": -0.25, "": 0},
	}
	save := func(b posture.Baseline) posture.Baseline {
		t.Helper()
		saved, err := s.SaveBaseline(t.Context(), b)
		if err != nil {
			t.Fatal(err)
		}
		return saved
	}
	want := b
	want.ID, want.Time = 1, t0
	first := save(b)
	equal(t, "saved", first, want)
	second := b
	second.Time = t0.Add(-time.Hour) // the clock was set back: the order is that of storing
	second.Measures, second.Slouch, second.Way, second.Stale, second.Provisional = nil, nil, "", "", false
	second = save(second)
	if second.Way != posture.WaySitting {
		t.Errorf("no way is stored as %q, want sitting", second.Way)
	}
	other := b
	other.Camera, other.Measures = "other", map[string]posture.Statistic{"sink": {Median: 1}}
	other = save(other)
	half := b
	half.Width, half.Height = 320, 240
	half = save(half)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = mustOpen(t, path)
	equal(t, "by id", func() any { b, ok, err := s.Baseline(t.Context(), 1); return []any{b, ok, err} }(), []any{first, true, error(nil)})
	equal(t, "no such id", func() any { b, ok, err := s.Baseline(t.Context(), 99); return []any{b, ok, err} }(), []any{posture.Baseline{}, false, error(nil)})
	equal(t, "of the camera and shape", call(s.Baselines(t.Context(), b.Camera, 1280, 960)), []posture.Baseline{first, second, half})
	equal(t, "all", call(s.AllBaselines(t.Context())), []posture.Baseline{first, second, other, half})
	for name, place := range map[string]struct {
		camera        string
		width, height int
	}{
		"other camera": {"none", 640, 480}, "other width": {b.Camera, 1280, 480}, "other height": {b.Camera, 640, 720},
	} {
		equal(t, name, call(s.Baselines(t.Context(), place.camera, place.width, place.height)), []posture.Baseline(nil))
	}

	first.Stale, first.Provisional, first.Quality = "", false, 0.5
	first.Slouch = map[string]float64{"sink": 2}
	first.Measures = map[string]posture.Statistic{"sink": {Median: 1, Spread: 2}}
	equal(t, "updated", save(first), first)
	equal(t, "all after the update", call(s.AllBaselines(t.Context())), []posture.Baseline{first, second, other, half})

	if err := s.DeleteBaseline(t.Context(), first.ID); err != nil {
		t.Fatal(err)
	}
	equal(t, "all after the deletion", call(s.AllBaselines(t.Context())), []posture.Baseline{second, other, half})
	for name, err := range map[string]error{
		"deleted again":         s.DeleteBaseline(t.Context(), first.ID),
		"update of the deleted": func() error { _, err := s.SaveBaseline(t.Context(), first); return err }(),
	} {
		var refused interface{ Permanent() bool }
		if !errors.Is(err, ErrNotFound) || !errors.As(err, &refused) || !refused.Permanent() {
			t.Errorf("%s: got %v, want ErrNotFound, which is permanent", name, err)
		}
	}
	var n int
	if err := s.read.QueryRow(`SELECT (SELECT count(*) FROM baseline_measure WHERE baseline = 1)
		+ (SELECT count(*) FROM baseline_slouch WHERE baseline = 1)`).Scan(&n); err != nil || n != 0 {
		t.Errorf("the deleted one left %d rows, %v", n, err)
	}
	b.ID = 0
	if again := save(b); again.ID != 5 {
		t.Errorf("got id %d, want 5: none is given twice", again.ID)
	}
	integrity(t, s)
}

func TestSettings(t *testing.T) {
	path := tempPath(t)
	s := mustOpen(t, path)
	equal(t, "nothing changed", call(s.Settings(t.Context())), []byte(nil))
	for i, patch := range []string{`{"alert_after_s":45}`, `{}`, `{"sensitivity":{"sink":5}}`} {
		stored, err := s.SaveSettings(t.Context(), []byte(patch), alerts(i, i))
		if err != nil || len(stored) != i || i > 0 && stored[0].ID == 0 {
			t.Fatalf("%s: got %v, %v", patch, stored, err)
		}
		equal(t, patch, call(s.Settings(t.Context())), []byte(patch))
	}
	for name, patch := range map[string]string{
		"nothing": "", "null": "null", "array": "[]", "no JSON": "{", "two": "{}{}", "number": "1",
		"too long": `{"a":"` + strings.Repeat("x", maxSettings) + `"}`,
	} {
		if _, err := s.SaveSettings(t.Context(), []byte(patch), nil); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: got %v, want ErrInvalid", name, err)
		}
	}
	// Both or neither.
	if _, err := s.SaveSettings(t.Context(), []byte(`{"alert_after_s":1}`), []posture.Event{{ID: 3, Time: t0}}); !errors.Is(err, ErrInvalid) {
		t.Errorf("got %v, want ErrInvalid", err)
	}
	equal(t, "kept", call(s.Settings(t.Context())), []byte(`{"sensitivity":{"sink":5}}`))
	if events, err := s.Events(t.Context(), EventQuery{}); err != nil || len(events) != 3 {
		t.Errorf("got %d events, %v, want 3", len(events), err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	equal(t, "opened again", call(mustOpen(t, path).Settings(t.Context())), []byte(`{"sensitivity":{"sink":5}}`))
}

func TestSamples(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	block := func(n int) posture.SampleBlock {
		return posture.SampleBlock{Start: t0.Add(time.Duration(n) * 5 * time.Minute), Camera: "c\x00'", Baseline: int64(n), Count: 600, Data: []byte{byte(n), 0, 255}}
	}
	// Out of their order, as after the clock was set.
	if err := s.SaveSamples(t.Context(), []posture.SampleBlock{block(3), block(1)}); err != nil {
		t.Fatal(err)
	}
	local := block(2)
	local.Start = local.Start.In(time.FixedZone("x", 3600))
	if err := s.SaveSamples(t.Context(), []posture.SampleBlock{local}); err != nil {
		t.Fatal(err)
	}
	equal(t, "all", call(s.Samples(t.Context(), time.Time{}, far)), []posture.SampleBlock{block(1), block(2), block(3)})
	equal(t, "from is included, to is not", call(s.Samples(t.Context(), block(1).Start, block(3).Start)), []posture.SampleBlock{block(1), block(2)})
	for name, bad := range map[string]posture.SampleBlock{
		"no time":   {Count: 1, Data: []byte{1}},
		"no count":  {Start: t0, Data: []byte{1}},
		"no data":   {Start: t0, Count: 1},
		"too large": {Start: t0, Count: 1, Data: make([]byte, maxBlock+1)},
	} {
		if err := s.SaveSamples(t.Context(), []posture.SampleBlock{block(9), bad}); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: got %v, want ErrInvalid", name, err)
		}
	}
	if more, err := s.PruneSamples(t.Context(), block(2).Start); err != nil || more {
		t.Fatal(more, err)
	}
	equal(t, "the rest", call(s.Samples(t.Context(), time.Time{}, far)), []posture.SampleBlock{block(2), block(3)})
	var many []posture.SampleBlock
	for n := range blocksAtOnce {
		many = append(many, block(10+n))
	}
	if err := s.SaveSamples(t.Context(), many); err != nil {
		t.Fatal(err)
	}
	for _, want := range []bool{true, false} { // the oldest first, so many at once
		if more, err := s.PruneSamples(t.Context(), far); err != nil || more != want {
			t.Fatalf("got %v, %v, want %v", more, err, want)
		}
		if rest, err := s.Samples(t.Context(), time.Time{}, far); err != nil || want && (len(rest) != 2 || rest[1].Baseline != 9+blocksAtOnce) {
			t.Errorf("got %v, %v, want the last two", rest, err)
		}
	}
	equal(t, "nothing", call(s.Samples(t.Context(), time.Time{}, far)), []posture.SampleBlock(nil))
	integrity(t, s)
}

func TestEventByID(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	answer := posture.Event{Kind: posture.EventWrong, Time: t0, Signal: posture.Sink, Level: 1, Ref: 2}
	stored, err := s.AppendEvents(t.Context(), append(alerts(0, 2), answer))
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		id    int64
		kinds []posture.EventKind
		want  []posture.Event
	}{
		"answered":        {2, []posture.EventKind{posture.EventWrong, posture.EventWrongOff}, stored[2:]},
		"another kind":    {2, []posture.EventKind{posture.EventDismissed}, []posture.Event{}},
		"no kind":         {2, nil, []posture.Event{}},
		"not answered":    {1, []posture.EventKind{posture.EventWrong}, nil},
		"no event at all": {0, []posture.EventKind{posture.EventAlert}, nil},
	} {
		equal(t, name, call(s.EventAnswers(t.Context(), test.id, test.kinds...)), test.want)
	}
	for id, want := range map[int64]bool{1: true, 3: true, 4: false, 0: false, -1: false, math.MaxInt64: false} {
		e, ok, err := s.Event(t.Context(), id)
		if err != nil || ok != want || ok && !reflect.DeepEqual(e, stored[id-1]) {
			t.Errorf("%d: got %+v, %v, %v", id, e, ok, err)
		}
	}
}

func TestSaveBaselineRefuses(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	good := posture.Baseline{Time: t0, Camera: "c", Measures: map[string]posture.Statistic{"a": {}}}
	tests := map[string]func(*posture.Baseline){
		"no time":     func(b *posture.Baseline) { b.Time = time.Time{} },
		"NaN quality": func(b *posture.Baseline) { b.Quality = math.NaN() },
		"NaN seconds": func(b *posture.Baseline) { b.Seconds = math.NaN() },
		"NaN median": func(b *posture.Baseline) {
			b.Measures = map[string]posture.Statistic{"a": {}, "b": {Median: math.NaN()}}
		},
		"NaN slouch": func(b *posture.Baseline) { b.Slouch = map[string]float64{"a": math.NaN()} },
		"Inf spread": func(b *posture.Baseline) {
			b.Measures = map[string]posture.Statistic{"a": {}, "b": {Spread: math.Inf(1)}}
		},
	}
	for name, spoil := range tests {
		t.Run(name, func(t *testing.T) {
			b := good
			spoil(&b)
			if got, err := s.SaveBaseline(t.Context(), b); !errors.Is(err, ErrInvalid) || !reflect.DeepEqual(got, posture.Baseline{}) {
				t.Errorf("got %+v, %v, want ErrInvalid", got, err)
			}
		})
	}
	var n int
	if err := s.read.QueryRow("SELECT (SELECT count(*) FROM baseline) + (SELECT count(*) FROM baseline_measure)").Scan(&n); err != nil || n != 0 {
		t.Errorf("got %d rows, %v, want none", n, err)
	}
}

// Every connection of both pools must have its pragmas, not only the first.
func TestPragmas(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	want := map[string]string{
		"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "5000",
		"trusted_schema": "0", "fullfsync": "1", "application_id": fmt.Sprint(applicationID), "user_version": fmt.Sprint(len(embedded())),
	}
	for range readers {
		conn, err := s.read.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		for name, value := range want {
			if name == "synchronous" {
				continue // it doesn't write
			}
			var got string
			if err := conn.QueryRowContext(t.Context(), "PRAGMA "+name).Scan(&got); err != nil || got != value {
				t.Errorf("reader: %s is %q, %v, want %q", name, got, err, value)
			}
		}
		if _, err := conn.ExecContext(t.Context(), "DELETE FROM event"); err == nil {
			t.Error("a reader could write")
		}
	}
	want["busy_timeout"] = fmt.Sprint(busyStep.Milliseconds()) // see patiently
	for name, value := range want {
		var got string
		if err := s.write.QueryRow("PRAGMA " + name).Scan(&got); err != nil || got != value {
			t.Errorf("writer: %s is %q, %v, want %q", name, got, err, value)
		}
	}
}

func TestClose(t *testing.T) {
	path := tempPath(t)
	s := mustOpen(t, path)
	if _, err := s.AppendEvents(t.Context(), alerts(0, 3)); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := names(t, filepath.Dir(path)), []string{"sitwell.db", "sitwell.db.lock"}; !reflect.DeepEqual(got, want) {
		t.Errorf("after Close: got %v, want %v", got, want)
	}
	calls := map[string]func() error{
		"AppendEvents":   func() error { _, err := s.AppendEvents(t.Context(), alerts(0, 1)); return err },
		"AddMinutes":     func() error { return s.AddMinutes(t.Context(), []posture.Minute{{Start: minuteAt(0)}}) },
		"SaveBaseline":   func() error { _, err := s.SaveBaseline(t.Context(), posture.Baseline{Time: t0}); return err },
		"Events":         func() error { _, err := s.Events(t.Context(), EventQuery{}); return err },
		"RecentEvents":   func() error { _, err := s.RecentEvents(t.Context(), 1); return err },
		"Minutes":        func() error { _, err := s.Minutes(t.Context(), t0, t0); return err },
		"Baseline":       func() error { _, _, err := s.Baseline(t.Context(), 1); return err },
		"Baselines":      func() error { _, err := s.Baselines(t.Context(), "", 1, 1); return err },
		"AllBaselines":   func() error { _, err := s.AllBaselines(t.Context()); return err },
		"DeleteBaseline": func() error { return s.DeleteBaseline(t.Context(), 1) },
		"Event":          func() error { _, _, err := s.Event(t.Context(), 1); return err },
		"EventAnswers":   func() error { _, err := s.EventAnswers(t.Context(), 1); return err },
		"EventsBetween":  func() error { _, err := s.EventsBetween(t.Context(), t0, t0); return err },
		"Settings":       func() error { _, err := s.Settings(t.Context()); return err },
		"SaveSettings":   func() error { _, err := s.SaveSettings(t.Context(), []byte("{}"), nil); return err },
		"SaveSamples": func() error {
			return s.SaveSamples(t.Context(), []posture.SampleBlock{{Start: t0, Count: 1, Data: []byte{1}}})
		},
		"Samples":      func() error { _, err := s.Samples(t.Context(), t0, t0); return err },
		"PruneSamples": func() error { _, err := s.PruneSamples(t.Context(), t0); return err },
		"PruneMinutes": func() error { _, err := s.PruneMinutes(t.Context(), t0); return err },
		"EventPage":    func() error { _, err := s.EventPage(t.Context(), t0, t0, 0, 1); return err },
		"SaveZone":     func() error { _, err := s.SaveZone(t.Context(), t0, "UTC"); return err },
		"Zones":        func() error { _, err := s.History().Zones(t.Context()); return err },
		"Quarters":     func() error { _, err := s.History().Quarters(t.Context(), t0, t0); return err },
		"Totals": func() error {
			_, err := s.History().Totals(t.Context(), []history.Span{{From: t0, To: t0}})
			return err
		},
		"Answers": func() error { _, err := s.History().Answers(t.Context(), t0, t0); return err },
		"Check":   func() error { return s.Check(t.Context()) },
	}
	for name, call := range calls {
		if err := call(); !errors.Is(err, ErrClosed) {
			t.Errorf("%s after Close: got %v, want ErrClosed", name, err)
		}
	}
}

// Readers must see whole batches while one writes, none must wait for another
// for long, and Close must wait for them all.
func TestReadersDuringWrites(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	const batches, size = 100, 7
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var wg sync.WaitGroup
	for range 2 * readers {
		wg.Go(func() {
			last := 0
			for ctx.Err() == nil {
				events, err := s.Events(t.Context(), EventQuery{})
				if err != nil {
					t.Error(err)
					return
				}
				if len(events)%size != 0 || len(events) < last {
					t.Errorf("got %d events after %d, want whole batches of %d and none fewer", len(events), last, size)
					return
				}
				last = len(events)
			}
		})
	}
	for i := range 2 {
		wg.Go(func() {
			for n := range batches / 2 {
				if _, err := s.AppendEvents(t.Context(), alerts(1000*i+n*size, size)); err != nil {
					t.Error(err)
				}
			}
			if i == 0 {
				cancel()
			}
		})
	}
	wg.Wait()
	if events, err := s.Events(t.Context(), EventQuery{}); err != nil || len(events) != batches*size {
		t.Errorf("got %d events, %v, want %d", len(events), err, batches*size)
	}
	// Close in the midst of calls: each has either happened or been refused.
	acknowledged := make(chan int, 1000)
	for range 4 {
		wg.Go(func() {
			for {
				stored, err := s.AppendEvents(t.Context(), alerts(0, 1))
				if errors.Is(err, ErrClosed) {
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
				acknowledged <- int(stored[0].ID)
			}
		})
	}
	time.Sleep(50 * time.Millisecond)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	close(acknowledged)
	s = mustOpen(t, s.Path())
	events, err := s.Events(t.Context(), EventQuery{After: batches * size})
	if err != nil || len(events) != len(acknowledged) {
		t.Errorf("after Close: got %d events, %v, want the %d acknowledged", len(events), err, len(acknowledged))
	}
}

func TestCancelledContext(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.AppendEvents(ctx, alerts(0, 1)); !errors.Is(err, context.Canceled) {
		t.Errorf("append: got %v, want canceled", err)
	}
	if _, err := s.Events(ctx, EventQuery{}); !errors.Is(err, context.Canceled) {
		t.Errorf("read: got %v, want canceled", err)
	}
	if got, err := s.Events(t.Context(), EventQuery{}); err != nil || len(got) != 0 {
		t.Errorf("got %v, %v, want nothing stored", got, err)
	}
}

// A person's history is for nobody else to read.
func TestFileModes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	path := filepath.Join(dir, "sitwell.db")
	s := mustOpen(t, path)
	if _, err := s.AppendEvents(t.Context(), alerts(0, 3)); err != nil {
		t.Fatal(err)
	}
	modes := func() {
		t.Helper()
		if files := names(t, dir); len(files) != 4 {
			t.Errorf("got %v, want database, lock, log and index", files)
		}
		for _, name := range names(t, dir) {
			if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%s: got mode %v, %v, want 0600", name, info.Mode(), err)
			}
		}
		for _, d := range []string{dir, filepath.Dir(dir)} {
			if info, err := os.Stat(d); err != nil || info.Mode().Perm() != 0o700 {
				t.Errorf("%s: got mode %v, %v, want 0700", d, info.Mode(), err)
			}
		}
	}
	modes()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	s = mustOpen(t, path)
	if _, err := s.AppendEvents(t.Context(), alerts(0, 3)); err != nil {
		t.Fatal(err)
	}
	modes()
}

// Names that mean something to a URI, to SQL or to SQLite are names.
func TestOddPaths(t *testing.T) {
	for _, name := range []string{"a b", "q?mode=ro", "h#x", "p%41", "ü'\"", ":memory:", "file:x", "new\nline"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name, name)
			s := mustOpen(t, path)
			if _, err := s.AppendEvents(t.Context(), alerts(0, 1)); err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if s.Path() != path {
				t.Errorf("path: got %q, want %q", s.Path(), path)
			}
			if got := names(t, filepath.Dir(path)); !reflect.DeepEqual(got, []string{name, name + ".lock"}) {
				t.Errorf("got files %q", got)
			}
		})
	}
}
