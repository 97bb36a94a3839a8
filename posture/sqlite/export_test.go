package sqlite

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // so that the tests need none of the machine's

	"sitwell/posture"
	"sitwell/posture/history"
)

// strange are texts that a format might spoil.
var strange = []string{
	"", " ", " a space on either side ", `"quoted"`, "comma, comma", "line\nline", "line\r\nline\r", "\ttab\\", "=1+1", "-", "é 日本 \U0001f600",
	"\ufeffmark", "bell\a\x7f", "nul\x00nul", "\xff\xfe", "latin \xe9", "base64:", "base64:YWJj", "\u2028", "</script>",
}

// lived fills s with a bit of everything: zones and a change of clocks, texts of
// all sorts, references, minutes of which some were deleted.
func lived(t testing.TB, s *Store) {
	t.Helper()
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, z := range []struct {
		since time.Time
		name  string
	}{
		{time.Date(2026, 3, 1, 9, 0, 0, 1, time.UTC), "Europe/Berlin"},
		{time.Date(2026, 6, 10, 9, 7, 0, 0, time.UTC), "Asia/Kathmandu"},
		{time.Date(2026, 9, 1, 12, 0, 0, 0, time.UTC), "UTC-03:30"},
	} {
		_, err := s.SaveZone(ctx, z.since, z.name)
		must(err)
	}
	var baselines []int64
	for i, text := range strange {
		b := posture.Baseline{
			Time: t0.Add(time.Duration(i) * time.Hour), Camera: text, Stale: strange[len(strange)-1-i], Width: 640, Height: 480,
			Seconds: 10.1, Samples: 5 * i, Quality: 1 / float64(i+1), Provisional: i%2 == 1,
			Measures: map[string]posture.Statistic{"neck": {Median: 0.9 + 1e-17*float64(i), Spread: 1e-9}, "eye, height": {Median: -2.5e-7, Spread: math.MaxFloat64}},
		}
		if i%3 == 0 {
			b.Way, b.Slouch = posture.WayStanding, map[string]float64{"neck": 0.5, "": math.SmallestNonzeroFloat64}
		}
		b, err := s.SaveBaseline(ctx, b)
		must(err)
		baselines = append(baselines, b.ID)
	}
	must(s.DeleteBaseline(ctx, baselines[3]))
	var events []posture.Event
	for i, kind := range posture.EventKinds {
		e := posture.Event{Kind: kind, Time: t0.AddDate(0, 0, 5*i).Add(time.Duration(i)), Text: strange[i%len(strange)], Level: i % 3}
		if i%2 == 0 {
			e.State, e.Signal, e.Score, e.Seconds = posture.States[i%9], posture.Signals[i%7], ptr(float64(i)/3), 1e-9*float64(i*i)
		}
		if i%5 == 0 {
			e.Area = posture.Areas[i%3]
			e.Exercise = strange[(i+3)%len(strange)]
		}
		events = append(events, e)
	}
	events = append(events, events[7], events[7])                                                                    // the very same, twice more
	events = append(events, posture.Event{Kind: posture.EventResumed, Time: time.Unix(-1, 5e8)}, alert(3), alert(2)) // the clock was set back
	stored, err := s.AppendEvents(ctx, events)
	must(err)
	last := stored[len(stored)-1].ID
	_, err = s.AppendEvents(ctx, []posture.Event{
		{Kind: posture.EventDismissed, Time: t0.Add(time.Minute), Ref: last - 1},
		{Kind: posture.EventWrong, Time: t0.Add(time.Hour), Ref: last, Level: 1, State: posture.Slouching, Signal: posture.HeadForward},
		{Kind: posture.EventBaselineUsed, Time: t0.Add(2 * time.Hour), Ref: baselines[1]},
		{Kind: posture.EventCameraMoved, Time: t0.Add(3 * time.Hour), Ref: baselines[3]}, // which is gone
		{Kind: posture.EventWrong, Time: t0.Add(4 * time.Hour), Ref: 4000},               // which never was
		{Kind: posture.EventCheckIn, Time: t0.Add(5 * time.Hour), Level: 7, Area: posture.AreaLowerBack},
	})
	must(err)
	var minutes []posture.Minute
	for i := range 100 {
		minutes = append(minutes, someMinute(time.Date(2026, 3, 28, 22, 10, 0, 0, time.UTC).Add(time.Duration(i*7)*time.Minute), i)) // over the change of clocks
	}
	minutes = append(minutes, someMinute(time.Unix(-60*20, 0), 3), someMinute(time.Date(2026, 6, 10, 9, 0, 0, 0, time.UTC), 4))
	must(s.AddMinutes(ctx, minutes))
	_, err = s.PruneMinutes(ctx, time.Date(2026, 3, 29, 1, 6, 0, 0, time.UTC)) // within a quarter
	must(err)
}

// someMinute is one that differs by i in each of its figures.
func someMinute(start time.Time, i int) posture.Minute {
	m := posture.Minute{Start: start.UTC(), Seconds: map[posture.State]float64{}, Exposure: map[posture.Signal]float64{}}
	for k, st := range posture.States {
		m.Seconds[st] = float64((i*31+k*17)%7000000) / 1e6
	}
	m.Seconds[posture.Upright] += float64(i % 50)
	m.ScoreSeconds, m.ScoreSum, m.Stood = float64(i%60), float64(i%60)*(60+float64(i%40)/7), 0.000001
	for k, sg := range posture.Signals {
		m.Exposure[sg] = float64(i*k) + 0.123456
	}
	return m
}

// dayRange are days, the first and the last included; nil is no bound.
type dayRange struct{ first, last *history.Date }

// exported is the history of the days in a format.
func exported(t testing.TB, s *Store, days dayRange, format string) []byte {
	t.Helper()
	var b bytes.Buffer
	if _, err := s.Export(t.Context(), &b, days.first, days.last, format); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// table reads an export in CSV by the standard library: rows by column name.
func table(t testing.TB, text []byte) []map[string]string {
	t.Helper()
	all, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, cells := range all[1:] {
		row := map[string]string{}
		for i, c := range cells {
			row[all[0][i]] = c
		}
		rows = append(rows, row)
	}
	return rows
}

func days(t testing.TB, from, to string) dayRange {
	t.Helper()
	first, last, err := history.ParseBounds(from, to)
	if err != nil {
		t.Fatal(err)
	}
	return dayRange{first, last}
}

// dump is all that an export should hold, as another program reads it.
func dump(t testing.TB, s *Store) string {
	t.Helper()
	var b strings.Builder
	for _, query := range []string{
		"SELECT * FROM zone ORDER BY 1", "SELECT * FROM baseline ORDER BY 1", "SELECT * FROM baseline_measure ORDER BY 1, 2",
		"SELECT * FROM baseline_slouch ORDER BY 1, 2", "SELECT * FROM event ORDER BY 1", "SELECT * FROM minute ORDER BY 1", "SELECT * FROM quarter ORDER BY 1",
	} {
		rows, err := s.read.QueryContext(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		names, _ := rows.Columns()
		into := make([]any, len(names))
		for i := range into {
			into[i] = new(any)
		}
		for rows.Next() {
			if err := rows.Scan(into...); err != nil {
				t.Fatal(err)
			}
			for i := range into {
				fmt.Fprintf(&b, "%s=%#v ", names[i], *into[i].(*any))
			}
			b.WriteString("\n")
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		b.WriteString(query + "\n")
	}
	return b.String()
}

// Both formats hold the same records in the same order, each cell as another
// reader finds it.
func TestExportFormats(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	lived(t, s)
	text := exported(t, s, dayRange{}, FormatCSV)
	rows := table(t, text)
	var whole struct {
		Format  string
		Records []map[string]any
		End     map[string]any
	}
	decoder := json.NewDecoder(bytes.NewReader(exported(t, s, dayRange{}, FormatJSON)))
	decoder.UseNumber()
	if err := decoder.Decode(&whole); err != nil {
		t.Fatal(err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		t.Errorf("after the document: %v", err)
	}
	if whole.Format != exportVersion || rows[0]["record"] != "format" || rows[0]["text"] != exportVersion {
		t.Errorf("the versions are %q and %q", whole.Format, rows[0])
	}
	objects, written := append(whole.Records, whole.End), whole.End["sha256"]
	if len(objects) != len(rows)-1 {
		t.Fatalf("got %d records in JSON, %d in CSV", len(objects), len(rows)-1)
	}
	kinds := map[string]int{}
	for i, object := range objects {
		row := rows[i+1]
		kinds[row["record"]]++
		for name, cell := range row {
			got := ""
			if v := object[name]; v != nil {
				got = fmt.Sprint(v)
			}
			// The library makes LF of CR LF.
			if got = strings.ReplaceAll(got, "\r\n", "\n"); got != cell {
				t.Errorf("record %d: %s is %q in JSON, %q in CSV", i+1, name, got, cell)
			}
			delete(object, name)
		}
		if len(object) != 0 {
			t.Errorf("record %d: JSON has %v beyond", i+1, object)
		}
	}
	for _, kind := range []string{recordZone, recordBaseline, recordMeasure, recordSlouch, recordEvent, recordMinute, recordQuarter, recordEnd} {
		if kinds[kind] == 0 {
			t.Errorf("there is no %s among %v", kind, kinds)
		}
	}
	lines := strings.SplitAfter(string(text), "\r\n")
	records := strings.Join(lines[2:len(lines)-2], "")
	if sum := sha256.Sum256([]byte(records)); hex.EncodeToString(sum[:]) != written {
		t.Error("the sum is not that of the records in CSV")
	}
	for i, line := range strings.Split(strings.ReplaceAll(records, "line\r\nline\r", ""), "\r\n") {
		if strings.Contains(line, "\r") {
			t.Errorf("line %d ends in something else: %q", i, line)
		}
	}
}

// The record of an event is the event.
func TestExportedEvents(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	lived(t, s)
	rows := table(t, exported(t, s, dayRange{}, FormatCSV))
	events, err := s.Events(t.Context(), EventQuery{})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if row["record"] != recordEvent {
			continue
		}
		e := events[0]
		events = events[1:]
		at, err := time.Parse(time.RFC3339Nano, row["time"])
		if err != nil || !at.Equal(e.Time) {
			t.Errorf("event %d: time is %s, want %v", e.ID, row["time"], e.Time)
		}
		second, rest, _ := strings.Cut(row["unix"], ".")
		ns, err := strconv.ParseInt(second+(rest + "000000000")[:9], 10, 64)
		if e.Time.Unix() >= 0 && (err != nil || ns != e.Time.UnixNano()) {
			t.Errorf("event %d: unix is %s, want %d ns", e.ID, row["unix"], e.Time.UnixNano())
		}
		if e.Time.Unix() == -1 && row["unix"] != "-0.5" {
			t.Errorf("before 1970: unix is %s, want -0.5", row["unix"])
		}
		seconds, _ := strconv.ParseFloat(row["seconds"], 64)
		score := row["score"]
		if e.Score != nil {
			v, _ := strconv.ParseFloat(score, 64)
			if v != *e.Score {
				t.Errorf("event %d: score is %s, want %v", e.ID, score, *e.Score)
			}
		} else if score != "" {
			t.Errorf("event %d: score is %s, want none", e.ID, score)
		}
		if text, is := strings.CutPrefix(row["exercise"], "base64:"); is {
			raw, err := base64.StdEncoding.DecodeString(text)
			if err != nil {
				t.Error(err)
			}
			row["exercise"] = string(raw)
		}
		// The library makes LF of CR LF.
		e.Exercise = strings.ReplaceAll(e.Exercise, "\r\n", "\n")
		got := []string{row["id"], row["kind"], row["state"], row["signal"], row["area"], row["exercise"], row["level"], row["ref"]}
		want := []string{fmt.Sprint(e.ID), string(e.Kind), string(e.State), string(e.Signal), string(e.Area), e.Exercise, fmt.Sprint(e.Level), fmt.Sprint(e.Ref)}
		if fmt.Sprint(got) != fmt.Sprint(want) || seconds != e.Seconds {
			t.Errorf("got %q, %v, want %q, %v", got, seconds, want, e.Seconds)
		}
	}
	if len(events) != 0 {
		t.Errorf("%d events are missing", len(events))
	}
}

// exportedSums adds up the minutes and quarters of an export, in microseconds, by
// quarter of an hour and column.
func exportedSums(t testing.TB, rows []map[string]string) map[int64][fields]int64 {
	t.Helper()
	all := map[int64][fields]int64{}
	for _, row := range rows {
		if row["record"] != recordMinute && row["record"] != recordQuarter {
			continue
		}
		second, err := strconv.ParseInt(row["unix"], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		number := floorDiv(second, 900)
		sums := all[number]
		for i := range sums {
			f, err := strconv.ParseFloat(row[columns[colFigures+column(i)].name], 64)
			if err != nil {
				t.Fatal(err)
			}
			sums[i] += int64(math.Round(f * 1e6))
		}
		all[number] = sums
	}
	return all
}

func storedQuarters(t testing.TB, s *Store) map[int64][fields]int64 {
	t.Helper()
	rows, err := s.read.QueryContext(t.Context(), selectQuarters, int64(math.MinInt64), int64(math.MaxInt64))
	if err != nil {
		t.Fatal(err)
	}
	all := map[int64][fields]int64{}
	var number int64
	var us [fields]int64
	_, err = scan(rows, func() (none struct{}, err error) {
		err = rows.Scan(append([]any{&number}, places(&us)...)...)
		all[number] = us
		return none, err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Minutes and what is left of quarters come to the quarters, to the microsecond.
func TestExportAddsUp(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	lived(t, s)
	rows := table(t, exported(t, s, dayRange{}, FormatCSV))
	got, want := exportedSums(t, rows), storedQuarters(t, s)
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	minutes, err := s.Minutes(t.Context(), time.Unix(-1e6, 0), time.Unix(1e10, 0))
	if err != nil {
		t.Fatal(err)
	}
	n, mixed := 0, 0
	for i, row := range rows {
		if row["record"] == recordQuarter && rows[i-1]["record"] == recordMinute {
			mixed++
		}
		if row["record"] != recordMinute {
			continue
		}
		m := minutes[n]
		n++
		if fmt.Sprint(m.Start.Unix()) != row["unix"] {
			t.Fatalf("minute %d is %s, want %v", n, row["time"], m.Start)
		}
		sums := history.FromMinute(m)
		watched, _ := strconv.ParseFloat(row["seconds"], 64)
		upper, _ := strconv.ParseFloat(row["area_upper_back_min"], 64)
		lower, _ := strconv.ParseFloat(row["area_lower_back_min"], 64)
		e := history.SlouchPoints * 60
		up := (m.Exposure[posture.HeadDrop] + m.Exposure[posture.HeadForward] + m.Exposure[posture.Sink] + m.Exposure[posture.UpperBack] + m.Exposure[posture.HeadPitch]) / e
		low := (m.Exposure[posture.LeanIn] + m.Exposure[posture.LeanAside]) / e
		if math.Abs(watched-sums.Watched()) > 1e-6 || math.Abs(upper-up) > 1e-6 || math.Abs(lower-low) > 1e-6 {
			t.Errorf("minute %s: watched %v, areas %v and %v, want %v, %v and %v", row["time"], watched, upper, lower, sums.Watched(), up, low)
		}
		if score := sums.Score(); score == nil && row["score"] != "" || score != nil && row["score"] != strconv.FormatFloat(math.Round(*score*100)/100, 'f', -1, 64) {
			t.Errorf("minute %s: score is %q, want %v", row["time"], row["score"], score)
		}
	}
	if n != len(minutes) || mixed != 1 {
		t.Errorf("got %d minutes of %d, and %d quarters of which some minutes were deleted, want 1", n, len(minutes), mixed)
	}
}

// Whatever the range, what belongs to it by its time is there, and nothing else.
func TestExportRange(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	lived(t, s)
	zones, err := s.History().Zones(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// Something at each edge of the days that are asked for.
	var events []posture.Event
	for _, day := range []string{"2026-03-29", "2026-03-30", "2026-06-10", "2026-06-11", "2026-09-01", "2026-09-02"} {
		d, err := history.ParseDay(day)
		if err != nil {
			t.Fatal(err)
		}
		for _, span := range zones.Day(d) {
			events = append(events, posture.Event{Kind: posture.EventPaused, Time: span.From}, posture.Event{Kind: posture.EventPaused, Time: span.From.Add(-1)})
			if err := s.AddMinutes(t.Context(), []posture.Minute{someMinute(span.From, 1), someMinute(span.From.Add(-time.Minute), 2)}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := s.AppendEvents(t.Context(), events); err != nil {
		t.Fatal(err)
	}
	all := table(t, exported(t, s, dayRange{}, FormatCSV))
	for _, c := range []struct {
		name, from, to string
		hours          float64 // of the days; 0 when there is an open end
	}{
		{"23 hours", "2026-03-29", "2026-03-29", 23},
		{"the day after", "2026-03-30", "2026-03-30", 24},
		{"a change of zone", "2026-06-10", "2026-06-10", 24 - 3.75},
		{"both", "2026-03-29", "2026-06-10", 0},
		{"from", "2026-06-10", "", 0},
		{"to", "", "2026-03-29", 0},
		{"before all", "1970-01-01", "1970-01-02", 48},
		{"to before all", "", "1969-12-31", 0},
		{"after all", "2260-01-01", "", 0},
		{"ever", "1970-01-01", "2261-12-31", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := dayRange{}
			if c.name == "to before all" {
				d := history.Date(-1) // no day that can be asked for; the store takes it
				r.last = &d
			} else {
				r = days(t, c.from, c.to)
			}
			if c.hours != 0 {
				hours := 0.0
				for _, span := range zones.Days(*r.first, *r.last) {
					hours += span.Seconds() / 3600
				}
				if hours != c.hours {
					t.Errorf("the days have %v hours, want %v", hours, c.hours)
				}
			}
			var want []string
			for _, row := range all {
				if kind := row["record"]; kind == recordEvent || kind == recordMinute || kind == recordQuarter {
					at, err := time.Parse(time.RFC3339Nano, row["time"])
					if err != nil {
						t.Fatal(err)
					}
					// The local date, as the file itself has it.
					day := history.NewDate(at.Year(), at.Month(), at.Day())
					if r.first != nil && day < *r.first || r.last != nil && day > *r.last {
						continue
					}
				}
				if row["record"] != recordEnd {
					want = append(want, fmt.Sprint(row))
				}
			}
			var got []string
			for _, row := range table(t, exported(t, s, r, FormatCSV)) {
				if row["record"] != recordEnd {
					got = append(got, fmt.Sprint(row))
				}
			}
			if strings.Join(got, "\n") != strings.Join(want, "\n") {
				t.Errorf("got %d records, want %d", len(got), len(want))
			}
		})
	}
}

// Times are told in the zone then lived by.
func TestExportedTimes(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	lived(t, s)
	zones, err := s.History().Zones(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range table(t, exported(t, s, dayRange{}, FormatCSV)) {
		if row["time"] == "" {
			continue
		}
		at, err := time.Parse(time.RFC3339Nano, row["time"])
		if err != nil {
			t.Fatal(err)
		}
		if want := at.In(zones.At(at)).Format(time.RFC3339Nano); row["time"] != want {
			t.Errorf("%s: got %s, want %s", row["record"], row["time"], want)
		}
	}
}

// Offsets that have seconds are told by the minute, and mean the same instant.
func TestOffsetsOfSeconds(t *testing.T) {
	var d dater
	for _, offset := range []int64{-2670, 2670, 4772, -59, 59, 0, 50400, -43200} {
		for _, second := range []int64{0, -1, 86399, 86400, 1<<31 + 17, -9223372036, 9223372036} {
			text := string(d.append(nil, second, 120_000_000, offset))
			if at, err := time.Parse(time.RFC3339Nano, text); err != nil || !at.Equal(time.Unix(second, 120_000_000)) {
				t.Errorf("%d s at %d s: got %s, %v", second, offset, text, err)
			}
		}
	}
}

func TestExportOfNothing(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	for _, r := range []dayRange{{}, days(t, "2026-11-01", ""), days(t, "2026-11-01", "2026-11-25")} {
		for _, format := range []string{FormatCSV, FormatJSON} {
			text := exported(t, s, r, format)
			if n := bytes.Count(text, []byte("\n")); n > 3 {
				t.Errorf("got %s", text)
			}
			m, err := NewImport(bytes.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			if done, err := s.Import(t.Context(), m); err != nil || done.Changed() {
				t.Errorf("read back: got %+v, %v", done, err)
			}
		}
	}
	if _, err := s.Export(t.Context(), io.Discard, nil, nil, "xml"); !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), "csv or json") {
		t.Errorf("format xml: got %v", err)
	}
}

// writerFunc is an io.Writer.
type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// What is written meanwhile is not in it: it is one snapshot.
func TestExportIsOneSnapshot(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	lived(t, s)
	for _, format := range []string{FormatCSV, FormatJSON} {
		workingDays(t, s, 3) // so much that it is written in pieces
		want := exported(t, s, dayRange{}, format)
		writes := 0
		var got bytes.Buffer
		_, err := s.Export(t.Context(), writerFunc(func(p []byte) (int, error) {
			writes++
			at := time.Date(2026, 12, 1, 0, writes, 0, 0, time.UTC)
			if _, err := s.AppendEvents(t.Context(), alerts(writes, 1)); err != nil {
				return 0, err
			}
			if err := s.AddMinutes(t.Context(), []posture.Minute{someMinute(at, writes)}); err != nil {
				return 0, err
			}
			if _, err := s.SaveZone(t.Context(), at, "Asia/Tokyo"); err != nil {
				return 0, err
			}
			if _, err := s.PruneMinutes(t.Context(), time.Date(2026, 3, 30, 0, 0, 0, 0, time.UTC)); err != nil {
				return 0, err
			}
			return got.Write(p[:len(p):len(p)])
		}), nil, nil, format)
		if err != nil || writes < 3 {
			t.Fatalf("%d writes, %v", writes, err)
		}
		if !bytes.Equal(got.Bytes(), want) {
			t.Errorf("%s: what was written meanwhile shows", format)
		}
	}
}

// Another process may write, and is not held up.
func TestExportBesideAWriter(t *testing.T) {
	path := tempPath(t)
	lines := started(t, child(t, "append", path))
	s, err := OpenReadOnly(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // only read
	last := 0
	for range 5 {
		if !lines.Scan() { // it has written since
			t.Fatal("the writer stands still")
		}
		text := exported(t, s, dayRange{}, FormatJSON)
		m, err := NewImport(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		done, err := mustOpen(t, tempPath(t)).Import(t.Context(), m)
		if err != nil || int(done.Events.Added) < last {
			t.Fatalf("got %+v after %d events, %v", done, last, err)
		}
		last = int(done.Events.Added)
	}
	if last == 0 {
		t.Error("nothing was written")
	}
}

// workingDays adds n days of 8 h.
func workingDays(t testing.TB, s *Store, n int) {
	t.Helper()
	for d := range n {
		var minutes []posture.Minute
		start := time.Date(2027, 1, 1+d, 8, 0, 0, 0, time.UTC)
		for m := range 480 {
			minutes = append(minutes, someMinute(start.Add(time.Duration(m)*time.Minute), m))
		}
		if err := s.AddMinutes(t.Context(), minutes); err != nil {
			t.Fatal(err)
		}
	}
}

// Whoever reads no more, or goes, ends it, and its snapshot with it.
func TestExportStops(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	lived(t, s)
	workingDays(t, s, 5)
	gone := errors.New("gone")
	for n := range 3 {
		left := n
		_, err := s.Export(t.Context(), writerFunc(func(p []byte) (int, error) {
			if left--; left < 0 {
				return 0, gone
			}
			return len(p), nil
		}), nil, nil, FormatCSV)
		if !errors.Is(err, gone) {
			t.Errorf("after %d writes: got %v", n, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, err := s.Export(ctx, writerFunc(func(p []byte) (int, error) {
		cancel()
		return len(p), nil
	}), nil, nil, FormatJSON)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: got %v", err)
	}
	// One that is cancelled is given back a moment later.
	for until := time.Now().Add(20 * time.Second); s.read.Stats().InUse != 0; time.Sleep(time.Millisecond) {
		if time.Now().After(until) {
			t.Fatalf("%d connections are still in use", s.read.Stats().InUse)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Export(t.Context(), io.Discard, nil, nil, FormatCSV); !errors.Is(err, ErrClosed) {
		t.Errorf("closed: got %v", err)
	}
}

// What is just being deleted is told no more.
func TestExportDuringADeletion(t *testing.T) {
	path := tempPath(t)
	s := mustOpen(t, path)
	lived(t, s)
	if _, err := s.write.Exec("INSERT INTO erasure VALUES (1, ?, ?)", time.Date(2026, 3, 29, 0, 0, 0, 0, time.UTC).UnixNano(), time.Date(2026, 3, 30, 0, 0, 0, 0, time.UTC).UnixNano()); err != nil {
		t.Fatal(err)
	}
	// Half of it has happened: the quarters are gone and minutes are not.
	if _, err := s.write.Exec("DELETE FROM quarter WHERE quarter >= ? AND quarter < ?", time.Date(2026, 3, 29, 0, 0, 0, 0, time.UTC).Unix()/900, time.Date(2026, 3, 29, 12, 0, 0, 0, time.UTC).Unix()/900); err != nil {
		t.Fatal(err)
	}
	text := exported(t, s, dayRange{}, FormatCSV)
	events, zones := 0, 0
	for _, row := range table(t, text) {
		if at, err := time.Parse(time.RFC3339Nano, row["time"]); err == nil && at.UTC().Format(time.DateOnly) == "2026-03-29" && row["record"] != recordBaseline {
			t.Errorf("%s %s is still told", row["record"], row["time"])
		}
		switch row["record"] {
		case recordEvent:
			events++
		case recordZone:
			zones++
		}
	}
	if events < 20 || zones != 3 {
		t.Errorf("got %d events and %d zones of those that stay", events, zones)
	}
	m, err := NewImport(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Import(t.Context(), m); err == nil || !errors.Is(err, ErrErasing) {
		t.Errorf("import meanwhile: got %v", err)
	}
}

// A quarter that has less than its minutes is damage, and is said.
func TestExportOfDamage(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	lived(t, s)
	if _, err := s.write.Exec("UPDATE quarter SET away = away - 1 WHERE quarter = (SELECT max(quarter) FROM quarter)"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Export(t.Context(), io.Discard, nil, nil, FormatCSV); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "less of away than its minutes") {
		t.Errorf("got %v", err)
	}
}

// Each column and record is explained.
func TestExportIsDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/EXPORT.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range columns {
		if !strings.Contains(string(text), "`"+c.name+"`") {
			t.Errorf("docs/EXPORT.md doesn't have the column %s", c.name)
		}
	}
	for record := range recordColumns {
		if !strings.Contains(string(text), "`"+record+"`") {
			t.Errorf("docs/EXPORT.md doesn't have the record %s", record)
		}
	}
	if !strings.Contains(string(text), exportVersion) || !strings.Contains(string(text), fmt.Sprintf("(%v points)", history.SlouchPoints)) {
		t.Error("docs/EXPORT.md has another version, or other points of a slouch")
	}
}

// The memory it takes doesn't grow with the history.
func TestExportMemory(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	workingDays(t, s, 60)
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	before, most := m.HeapAlloc, uint64(0)
	if _, err := s.Export(t.Context(), writerFunc(func(p []byte) (int, error) {
		runtime.ReadMemStats(&m)
		most = max(most, m.HeapAlloc)
		return len(p), nil
	}), nil, nil, FormatJSON); err != nil {
		t.Fatal(err)
	}
	if most > before+20<<20 {
		t.Errorf("%d MB more", (most-before)>>20)
	}
}

func TestFixed(t *testing.T) {
	for _, c := range []struct {
		v      int64
		places int
		want   string
	}{
		{0, 6, "0"},
		{1, 6, "0.000001"},
		{-1, 6, "-0.000001"},
		{1500000, 6, "1.5"},
		{math.MaxInt64, 9, "9223372036.854775807"},
		{math.MinInt64, 9, "-9223372036.854775808"},
		{1000000000, 9, "1"},
		{-500000000, 9, "-0.5"},
	} {
		got := string(appendFixed(nil, c.v, c.places))
		if back, ok := parseFixed(got, c.places); got != c.want || !ok || back != c.v {
			t.Errorf("%d: got %s, read back %d, %v, want %s", c.v, got, back, ok, c.want)
		}
	}
	for _, s := range []string{"", "-", ".", "1.", ".5", "1.1234567890", "9223372036.854775808", "-9223372036.854775809", "99999999999999999999", "1e3", "0x1", "1_000", " 1", "+1", "NaN"} {
		if v, ok := parseFixed(s, 9); ok {
			t.Errorf("%q: got %d, want an error", s, v)
		}
	}
	for s, want := range map[string]int64{"59.123455999999999": 59123456, "5.9123456e1": 59123456, "1e-06": 1, "60.0": 60000000} {
		if v, ok := parseMicro(s); !ok || v != want {
			t.Errorf("%q: got %d, %v, want %d", s, v, ok, want)
		}
	}
	for _, s := range []string{"-1", "0.0000001", "59.1234561", "1e300", "Inf", "NaN", "0x1p4", "1e-07", ""} {
		if v, ok := parseMicro(s); ok {
			t.Errorf("%q: got %d, want an error", s, v)
		}
	}
	for s, want := range map[string]int64{"2": 2, "2.0": 2, "-3e0": -3, "9223372036854775807": math.MaxInt64} {
		if v, ok := parseWhole(s); !ok || v != want {
			t.Errorf("%q: got %d, %v, want %d", s, v, ok, want)
		}
	}
}
