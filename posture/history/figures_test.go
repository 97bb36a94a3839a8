package history

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"sitwell/posture"
)

func readDay(t *testing.T, src Source, d string, now time.Time) Day {
	t.Helper()
	got, err := ReadDay(t.Context(), src, day(t, d), now)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func readWeek(t *testing.T, src Source, w string, now time.Time) Week {
	t.Helper()
	got, err := ReadWeek(t.Context(), src, week(t, w), now)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// show says a figure that may be nil.
func show(v *float64) any {
	if v == nil {
		return nil
	}
	return *v
}

func TestEveryStateIsSummed(t *testing.T) {
	if len(posture.States) != stateCount {
		t.Fatalf("posture has %d states, Sums %d", len(posture.States), stateCount)
	}
	areas := map[posture.Signal]int{}
	for _, s := range append(append([]posture.Signal{}, upperBack...), lowerBack...) {
		areas[s]++
	}
	for _, s := range posture.Signals {
		if areas[s] != 1 {
			t.Errorf("%s is in %d areas", s, areas[s])
		}
	}
}

func TestFromMinute(t *testing.T) {
	m := posture.Minute{
		Seconds: map[posture.State]float64{posture.Upright: 20, posture.Slouching: 10, posture.Standing: 5, posture.Away: 4, posture.Unknown: 6},
		Stood:   12, ScoreSeconds: 25, ScoreSum: 2000, Exposure: map[posture.Signal]float64{posture.LeanIn: 66},
	}
	s := FromMinute(m)
	s.Add(FromMinute(m))
	for _, c := range []struct {
		what      string
		got, want float64
	}{
		{"watched", s.Watched(), 90},
		{"sitting", s.Sitting(), 36},
		{"standing", s.Standing(), 34},
		{"away", s.In(posture.Away), 8},
		{"unknown", s.In(posture.Unknown), 12},
		{"score", *s.Score(), 80},
		{"coverage", *s.Coverage(), 50.0 / 82},
		{"upright", *s.UprightShare(), 30.0 / 50},
		{"slouching", *s.SlouchShare(), 20.0 / 50},
		{"a state that is none", s.In("upside down"), 0},
		{"exposure", s.Exposure[4], 132},
	} {
		if math.Abs(c.got-c.want) > 1e-9 {
			t.Errorf("%s: %v, want %v", c.what, c.got, c.want)
		}
	}
}

func TestNothingIsNull(t *testing.T) {
	w := readWeek(t, &memory{zones: in(t, "Europe/Berlin")}, "2026-W47", later)
	text, err := json.Marshal(w)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"week":"2026-W47"`, `"first":"2026-11-16"`, `"score":null`, `"coverage":null`, `"upright_share":null`, `"longest_bout_s":null`,
		`"median_correction_s":null`, `"upper_back":null`, `"lower_back":null`, `"week_before":null`, `"four_before":null`,
		`"four_before_with_data":0`, `"insights":[]`, `"bouts":[]`, `"check_ins":[]`, `"from":"2026-11-16T00:00:00+01:00"`,
		`"zone":"Europe/Berlin"`, `"watched_s":0`, `"over":true`,
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("an empty week has no %s", want)
		}
	}
	for _, d := range w.Days {
		if d.Score != nil || len(d.Hours) != 24 {
			t.Errorf("%s: score %v, %d hours", d.Date, show(d.Score), len(d.Hours))
		}
	}
	for _, row := range w.Heat.Score {
		for _, v := range row {
			if v != nil {
				t.Error("an empty hour has a score")
			}
		}
	}
}

func TestDateThatNeverWas(t *testing.T) {
	d := readDay(t, &memory{zones: in(t, "Pacific/Apia")}, "2011-12-30", later)
	if d.From != nil || d.To != nil || len(d.Hours) != 0 || d.Zone != "Pacific/Apia" {
		t.Errorf("%+v", d)
	}
	text, err := json.Marshal(d)
	if err != nil || !strings.Contains(string(text), `"from":null,"to":null,"spans":[]`) {
		t.Errorf("%s, %v", text, err)
	}
}

// TestDay is one day with everything in it.
func TestDay(t *testing.T) {
	src := &totaling{memory: memory{zones: in(t, "Europe/Berlin")}}
	nine := at(t, "2026-11-20T09:00:00+01:00")
	add := func(after time.Duration, e posture.Event) int64 {
		e.Time = nine.Add(after).UTC()
		return src.happen(e)
	}
	src.lived(nine, 1800, posture.Upright, 90)
	src.lived(nine.Add(30*time.Minute), 600, posture.Slouching, 50)
	src.lived(nine.Add(40*time.Minute), 300, posture.Away, 0)
	src.lived(nine.Add(45*time.Minute), 900, posture.Upright, 80)
	src.lived(nine.Add(60*time.Minute), 300, posture.Unknown, 0)
	src.lived(nine.Add(65*time.Minute), 300, posture.Standing, 0)
	minute := posture.Minute{
		Start:    QuarterOf(nine).UTC(),
		Exposure: map[posture.Signal]float64{posture.HeadDrop: 33 * 60 * 4, posture.LeanAside: 33 * 60},
	}
	src.add(minute)

	add(0, posture.Event{Kind: posture.EventBoutStart})
	add(30*time.Minute, posture.Event{Kind: posture.EventEpisodeStart})
	add(30*time.Minute+time.Second, posture.Event{Kind: posture.EventBreakDue})
	first := add(31*time.Minute, posture.Event{Kind: posture.EventAlert, Level: 1, Seconds: 60})
	add(34*time.Minute, posture.Event{Kind: posture.EventAlert, Level: 2, Seconds: 240})
	add(36*time.Minute, posture.Event{Kind: posture.EventEpisodeEnd, Seconds: 360})
	add(36*time.Minute+5*time.Second, posture.Event{Kind: posture.EventRecovered})
	add(37*time.Minute, posture.Event{Kind: posture.EventEpisodeStart})
	second := add(38*time.Minute, posture.Event{Kind: posture.EventAlert, Level: 1, Seconds: 60})
	add(39*time.Minute, posture.Event{Kind: posture.EventDismissed, Ref: second})
	add(40*time.Minute, posture.Event{Kind: posture.EventEpisodeEnd, Seconds: 180})
	add(40*time.Minute, posture.Event{Kind: posture.EventBoutEnd, Seconds: 2400})
	add(45*time.Minute, posture.Event{Kind: posture.EventBreak, Level: 3, Seconds: 300})
	add(45*time.Minute, posture.Event{Kind: posture.EventBoutStart})
	add(50*time.Minute, posture.Event{Kind: posture.EventBreak, Level: 1, Seconds: 70})
	add(59*time.Minute, posture.Event{Kind: posture.EventBreakDue})
	add(60*time.Minute, posture.Event{Kind: posture.EventBoutEnd, Seconds: 830})
	src.late = []posture.Event{
		{ID: 1000, Kind: posture.EventWrong, Time: nine.AddDate(0, 0, 40), Ref: first},
		{ID: 1001, Kind: posture.EventWrong, Time: nine.AddDate(0, 0, 40), Ref: second},
		{ID: 1002, Kind: posture.EventWrongOff, Time: nine.AddDate(0, 0, 41), Ref: first},
	}
	for _, c := range []posture.Event{
		{Time: nine, Area: posture.AreaOverall, Level: 3},
		{Time: nine, Area: posture.AreaUpperBack, Level: 4},
		{Time: nine.Add(time.Hour), Area: posture.AreaUpperBack, Level: 7},
		{Time: nine, Area: posture.AreaUpperBack, Level: 11},
		{Time: nine, Area: "elsewhere", Level: 5},
		{Time: nine.AddDate(0, 0, 1), Area: posture.AreaUpperBack, Level: 10},
	} {
		c.Kind = posture.EventCheckIn
		src.happen(c)
	}
	for _, e := range []posture.Event{
		{Time: nine, Exercise: "walk", Area: posture.AreaOverall, Seconds: 120},
		{Time: nine.Add(time.Hour), Exercise: "chin_tuck", Area: posture.AreaUpperBack, Seconds: 40},
		{Time: nine.Add(2 * time.Hour), Exercise: "chin_tuck", Area: posture.AreaUpperBack, Seconds: 30.5},
		{Time: nine.AddDate(0, 0, 1), Exercise: "plank", Area: posture.AreaLowerBack, Seconds: 30},
	} {
		e.Kind = posture.EventExercise
		src.happen(e)
	}
	src.sorted()
	d := readDay(t, src, "2026-11-20", later)
	if want := []DoneExercise{{"chin_tuck", posture.AreaUpperBack, 2, 70.5}, {"walk", posture.AreaOverall, 1, 120}}; !slices.Equal(d.Exercises, want) {
		t.Errorf("exercises %+v, want %+v", d.Exercises, want)
	}

	if got, want := (Episodes{d.Episodes.Count, d.Episodes.Total, nil, nil}), (Episodes{Count: 2, Total: 540}); got != want {
		t.Errorf("episodes %+v, want %+v", got, want)
	}
	if got, want := d.Breaks, (Breaks{Taken: 1, Full: 1, Due: 2, Debt: 1}); got != want {
		t.Errorf("breaks %+v, want %+v", got, want)
	}
	a := d.Alerts
	after := show(a.MedianCorrection)
	a.MedianCorrection = nil
	if want := (Alerts{Total: 3, Strong: 1, Dismissed: 1, Wrong: 1, Corrected: 1}); a != want || after != 300.0 {
		t.Errorf("alerts %+v, corrected after %v; want %+v, 300", a, after, want)
	}
	for what, c := range map[string]struct{ got, want any }{
		"watched":         {d.Watched, 4200.0},
		"sitting":         {d.Sitting, 3300.0},
		"standing":        {d.Standing, 300.0},
		"away":            {d.Away, 300.0},
		"unobservable":    {d.Unobservable, 300.0},
		"judged":          {d.Judged, 3300.0},
		"coverage":        {show(d.Coverage), tidy(3300.0 / 3900)},
		"score":           {show(d.Score), tidy((1800*90 + 600*50 + 900*80) / 3300.0)},
		"upright":         {show(d.UprightShare), tidy(2700.0 / 3300)},
		"median episode":  {show(d.Episodes.Median), 270.0},
		"longest episode": {show(d.Episodes.Longest), 360.0},
		"longest bout":    {show(d.LongestBout), 2400.0},
		"upper back":      {show(d.Exposure.UpperBack), 4.0},
		// 40 minutes at a stretch: 10 by a half, 10 in full; a minute aside.
		"lower back":   {show(d.Exposure.LowerBack), 16.0},
		"long sitting": {show(d.Exposure.LongSitting), 15.0},
		"overall":      {show(d.Exposure.Overall), 20.0},
		"head drop":    {d.Exposure.Signals[posture.HeadDrop], 4.0},
		"hours":        {len(d.Hours), 24},
		"nine o'clock": {d.Hours[9].Sitting, 3300.0},
		"its score":    {show(d.Hours[9].Score), 80.0},
		"ten o'clock":  {show(d.Hours[10].Score), nil},
		"second bout":  {d.Bouts[1].Sat, 830.0},
		"its end":      {d.Bouts[1].To.Format(time.RFC3339), "2026-11-20T10:00:00+01:00"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %v, want %v", what, c.got, c.want)
		}
	}
	if len(d.CheckIns) != 2 || d.CheckIns[0] != (AreaCheckIns{"upper_back", 2, 5.5, 7}) || d.CheckIns[1] != (AreaCheckIns{"overall", 1, 3, 3}) {
		t.Errorf("check-ins %+v", d.CheckIns)
	}
}

func TestBouts(t *testing.T) {
	start, end := posture.EventBoutStart, posture.EventBoutEnd
	type event struct {
		kind    posture.EventKind
		clock   string // of 20 November, or with a date
		seconds float64
	}
	lived := func(m *memory, from string, sec float64) {
		m.lived(at(t, from), sec, posture.Upright, 80)
	}
	for name, c := range map[string]struct {
		events []event
		lived  func(*memory)
		now    string
		want   string // of the 20th
	}{
		"a bout": {events: []event{{start, "20T10:00", 0}, {end, "20T11:00", 3500}}, want: "10:00-11:00 3500"},
		"over midnight, to here": {
			events: []event{{start, "19T23:00", 0}, {end, "20T01:00", 7200}},
			want:   "00:00-01:00 3600",
		},
		"over midnight, from here": {
			events: []event{{start, "20T23:00", 0}, {end, "21T01:00", 3600}},
			want:   "23:00-00:00 1800",
		},
		"the clock set back within": {
			events: []event{{start, "20T10:50", 0}, {end, "20T10:40", 3000}},
			want:   "09:50-10:40 3000",
		},
		"whose start is long ago": {
			events: []event{{end, "20T02:00", 5400}},
			want:   "00:30-02:00 5400",
		},
		"a restart within": {
			events: []event{{start, "20T10:00", 0}, {end, "20T10:30", 1800}, {start, "20T10:31", 0}, {end, "20T11:00", 1740}},
			want:   "10:00-11:00 3540",
		},
		"a break within": {
			events: []event{{start, "20T10:00", 0}, {end, "20T10:30", 1800}, {start, "20T10:32", 0}, {end, "20T11:00", 1680}},
			want:   "10:00-10:30 1800, 10:32-11:00 1680",
		},
		"going on": {
			events: []event{{start, "20T10:10", 0}},
			lived:  func(m *memory) { lived(m, "2026-11-20T10:10:00Z", 40*60) },
			now:    "2026-11-20T10:50:00Z",
			want:   "10:10-10:50 2400 open",
		},
		"the program killed": {
			events: []event{{start, "20T10:00", 0}, {start, "20T12:00", 0}, {end, "20T12:30", 1800}},
			lived:  func(m *memory) { lived(m, "2026-11-20T10:00:00Z", 45*60); lived(m, "2026-11-20T12:00:00Z", 1800) },
			want:   "10:00-10:45 2700 open, 12:00-12:30 1800",
		},
		"killed at once":  {events: []event{{start, "20T10:00", 0}}, want: ""},
		"without lengths": {events: []event{{start, "20T10:00", 0}, {end, "20T11:00", math.NaN()}}, want: ""},
		"of an impossible length": {
			events: []event{{end, "20T01:00", math.Inf(1)}},
			want:   "00:00-01:00 3600",
		},
	} {
		src := &memory{}
		if c.lived != nil {
			c.lived(src)
		}
		for _, e := range c.events {
			src.happen(posture.Event{Kind: e.kind, Time: at(t, "2026-11-"+e.clock+":00Z"), Seconds: e.seconds})
		}
		now := later
		if c.now != "" {
			now = at(t, c.now)
		}
		var got []string
		for _, b := range readDay(t, src.sorted(), "2026-11-20", now).Bouts {
			line := b.From.Format("15:04") + "-" + b.To.Format("15:04") + " " + number(b.Sat)
			if b.Open {
				line += " open"
			}
			got = append(got, line)
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: %v, want %s", name, got, c.want)
		}
	}
}

func number(v float64) string {
	text, _ := json.Marshal(v)
	return string(text)
}

func TestClockSetBack(t *testing.T) {
	// At 11:00 the clock is set back to 10:00: the hour is lived twice.
	src := &memory{}
	ten := at(t, "2026-11-20T10:00:00Z")
	src.lived(ten, 3600, posture.Upright, 90)
	src.lived(ten, 3600, posture.Slouching, 30)
	src.happen(posture.Event{Kind: posture.EventBoutStart, Time: ten})
	src.happen(posture.Event{Kind: posture.EventEpisodeStart, Time: ten.Add(50 * time.Minute)})
	src.happen(posture.Event{Kind: posture.EventAlert, Time: ten.Add(51 * time.Minute), Level: 1, Seconds: 60})
	src.happen(posture.Event{Kind: posture.EventEpisodeEnd, Time: ten.Add(5 * time.Minute), Seconds: 900})
	src.happen(posture.Event{Kind: posture.EventRecovered, Time: ten.Add(5 * time.Minute)})
	src.happen(posture.Event{Kind: posture.EventBoutEnd, Time: ten.Add(time.Hour), Seconds: 7200})
	w := readWeek(t, src.sorted(), "2026-W47", later)
	d := w.Days[4]
	if d.Watched != 7200 || d.Hours[10].Watched != 7200 || *d.Score != 60 || w.Sitting != 7200 {
		t.Errorf("watched %v, in its hour %v, score %v", d.Watched, d.Hours[10].Watched, *d.Score)
	}
	if d.Alerts.Corrected != 1 || *d.Alerts.MedianCorrection != 840 {
		t.Errorf("alerts %+v", d.Alerts)
	}
	if len(d.Bouts) != 1 || d.Bouts[0].Sat != 7200 || d.Bouts[0].Seconds() != 7200 {
		t.Errorf("bouts %+v", d.Bouts)
	}
	if d.Episodes.Total != 900 {
		t.Errorf("episodes %+v", d.Episodes)
	}
}

func TestAlertsAcrossEpisodes(t *testing.T) {
	ten := at(t, "2026-11-20T10:00:00Z")
	type kinds = []posture.EventKind
	for name, c := range map[string]struct {
		kinds kinds
		want  int // corrected
	}{
		"upright again": {kinds{posture.EventEpisodeStart, posture.EventAlert, posture.EventEpisodeEnd, posture.EventRecovered}, 1},
		"went away":     {kinds{posture.EventEpisodeStart, posture.EventAlert, posture.EventEpisodeEnd}, 0},
		"a later recovery is not this one's": {
			kinds{posture.EventEpisodeStart, posture.EventAlert, posture.EventEpisodeEnd, posture.EventEpisodeStart, posture.EventEpisodeEnd, posture.EventRecovered}, 0,
		},
		"the program killed within an episode": {
			kinds{posture.EventEpisodeStart, posture.EventAlert, posture.EventEpisodeStart, posture.EventEpisodeEnd, posture.EventRecovered}, 0,
		},
		"no alert": {kinds{posture.EventEpisodeStart, posture.EventEpisodeEnd, posture.EventRecovered}, 0},
	} {
		src := &memory{}
		for i, k := range c.kinds {
			e := posture.Event{Kind: k, Time: ten.Add(time.Duration(i) * time.Minute)}
			if k == posture.EventAlert {
				e.Seconds = 60
			} else if k == posture.EventEpisodeEnd {
				e.Seconds = 90
			}
			src.happen(e)
		}
		if got := readDay(t, src, "2026-11-20", later).Alerts.Corrected; got != c.want {
			t.Errorf("%s: %d corrected, want %d", name, got, c.want)
		}
	}
}

func TestDebtBeginsAnewEachDay(t *testing.T) {
	src := &memory{}
	due := func(when string) { src.happen(posture.Event{Kind: posture.EventBreakDue, Time: at(t, when)}) }
	due("2026-11-19T20:00:00Z")
	due("2026-11-19T20:30:00Z")
	due("2026-11-20T09:00:00Z")
	src.happen(posture.Event{Kind: posture.EventBreak, Time: at(t, "2026-11-20T09:10:00Z"), Seconds: 130, Level: 2})
	src.happen(posture.Event{Kind: posture.EventBreak, Time: at(t, "2026-11-20T09:30:00Z"), Seconds: 400, Level: 3})
	due("2026-11-20T10:00:00Z")
	w := readWeek(t, src, "2026-W47", later)
	if w.Days[3].Breaks.Debt != 2 || w.Days[4].Breaks.Debt != 1 || w.Breaks.Debt != 3 || w.Breaks.Taken != 2 || w.Breaks.Full != 1 || w.Breaks.Due != 4 {
		t.Errorf("%+v, %+v, %+v", w.Days[3].Breaks, w.Days[4].Breaks, w.Breaks)
	}
}

// TestBoutOverMidnightCountsWhole holds that the week takes a bout as one where
// each day has its part, and that the parts' long sitting adds up to it.
func TestBoutOverMidnightCountsWhole(t *testing.T) {
	src := &memory{}
	from := at(t, "2026-11-19T23:30:00Z")
	src.lived(from, 3600, posture.Upright, 90)
	src.happen(posture.Event{Kind: posture.EventBoutStart, Time: from})
	src.happen(posture.Event{Kind: posture.EventBoutEnd, Time: from.Add(time.Hour), Seconds: 3600})
	w := readWeek(t, src, "2026-W47", later)
	if *w.LongestBout != 3600 || *w.Days[3].LongestBout != 1800 || *w.Days[4].LongestBout != 1800 {
		t.Errorf("longest %v, %v, %v", *w.LongestBout, *w.Days[3].LongestBout, *w.Days[4].LongestBout)
	}
	if got, want := *w.Exposure.LongSitting, 35.0; got != want || *w.Days[3].Exposure.LongSitting != 5 || *w.Days[4].Exposure.LongSitting != 30 {
		t.Errorf("long sitting %v, %v, %v", got, *w.Days[3].Exposure.LongSitting, *w.Days[4].Exposure.LongSitting)
	}
}

func TestDoubledHour(t *testing.T) {
	src := &memory{zones: in(t, "Europe/Berlin")}
	src.lived(at(t, "2026-10-25T02:10:00+02:00"), 600, posture.Upright, 100)
	src.lived(at(t, "2026-10-25T02:10:00+01:00"), 600, posture.Upright, 50)
	w := readWeek(t, src, "2026-W43", later)
	d := w.Days[6]
	if len(d.Hours) != 25 || d.Hours[2].Hour != 2 || d.Hours[3].Hour != 2 || *d.Hours[2].Score != 100 || *d.Hours[3].Score != 50 {
		t.Errorf("%+v", d.Hours[2:4])
	}
	if *w.Heat.Score[6][2] != 75 || w.Heat.Judged[6][2] != 1200 {
		t.Errorf("heat map: score %v in %v s", *w.Heat.Score[6][2], w.Heat.Judged[6][2])
	}
	d = readDay(t, src, "2026-03-29", later)
	if len(d.Hours) != 23 || d.Hours[2].Hour != 3 {
		t.Errorf("%d hours, %+v", len(d.Hours), d.Hours[2])
	}
}

func TestOver(t *testing.T) {
	src := &memory{zones: in(t, "America/New_York")}
	for now, want := range map[string]bool{"2026-11-23T04:59:59Z": false, "2026-11-23T05:00:00Z": true} {
		if got := readWeek(t, src, "2026-W47", at(t, now)).Over; got != want {
			t.Errorf("at %s over is %v", now, got)
		}
	}
}

func TestComparison(t *testing.T) {
	src := &totaling{}
	spend := func(w string, score float64, state posture.State, sec float64) {
		monday := week(t, w).First().utc().Add(9 * time.Hour)
		src.lived(monday, sec, state, score)
		src.happen(posture.Event{Kind: posture.EventBoutStart, Time: monday})
		src.happen(posture.Event{Kind: posture.EventEpisodeEnd, Time: monday.Add(time.Minute), Seconds: 60})
		src.happen(posture.Event{Kind: posture.EventBoutEnd, Time: monday.Add(seconds(sec)), Seconds: sec})
	}
	spend("2026-W41", 10, posture.Slouching, 7200) // too early to count
	spend("2026-W42", 60, posture.Slouching, 1800)
	spend("2026-W44", 90, posture.Upright, 3600)
	spend("2026-W47", 80, posture.Upright, 5400)
	src.sorted()
	c := readWeek(t, src, "2026-W47", later).Comparison
	if src.asked != 5 {
		t.Errorf("totals asked for %d times", src.asked)
	}
	if c.Before != nil || c.EarlierCount != 2 {
		t.Fatalf("week before %+v, %d earlier ones with data", c.Before, c.EarlierCount)
	}
	e := c.Earlier
	for what, v := range map[string]struct{ got, want any }{
		"this week's sitting":      {c.This.Sitting, 5400.0},
		"this week's score":        {*c.This.Score, 80.0},
		"this week's longest bout": {*c.This.LongestBout, 5400.0},
		"sitting":                  {e.Sitting, 2700.0},
		"score":                    {*e.Score, 80.0},
		"upright":                  {*e.UprightShare, 0.667},
		"longest bout":             {*e.LongestBout, 2700.0},
		"episodes":                 {e.Episodes, 1.0},
		"long sitting":             {*e.Exposure.LongSitting, (5 + 35) / 2.0},
		"its week's long sitting":  {*c.This.Exposure.LongSitting, 65.0},
	} {
		if v.got != v.want {
			t.Errorf("%s: %v, want %v", what, v.got, v.want)
		}
	}
	if len(c.Weeks) != 5 || c.Weeks[0].Week.String() != "2026-W42" || c.Weeks[1].Summary != nil || *c.Weeks[2].Summary.Score != 90 {
		t.Errorf("weeks %+v", c.Weeks)
	}
	// A source that does not add up gives the same.
	plain := readWeek(t, &src.memory, "2026-W47", later).Comparison
	a, _ := json.Marshal(c)
	b, _ := json.Marshal(plain)
	if string(a) != string(b) {
		t.Errorf("%s\n%s", a, b)
	}
	if c = readWeek(t, src, "2026-W45", later).Comparison; c.Before == nil || *c.Before.Score != 90 || c.EarlierCount != 2 || c.This.Score != nil {
		t.Errorf("%+v", c)
	}
}

// failing fails at one question.
type failing struct {
	totaling
	at string
}

var errBroken = errors.New("the disk is broken")

func (f *failing) fail(at string) error {
	if f.at == at {
		return errBroken
	}
	return nil
}

func (f *failing) Zones(ctx context.Context) (Zones, error) {
	z, _ := f.totaling.Zones(ctx)
	return z, f.fail("zones")
}

func (f *failing) Quarters(ctx context.Context, from, to time.Time) ([]Quarter, error) {
	q, _ := f.totaling.Quarters(ctx, from, to)
	return q, f.fail("quarters")
}

func (f *failing) Events(ctx context.Context, from, to time.Time, kinds ...posture.EventKind) ([]posture.Event, error) {
	e, _ := f.totaling.Events(ctx, from, to, kinds...)
	return e, f.fail("events")
}

func (f *failing) Answers(context.Context, time.Time, time.Time) ([]posture.Event, error) {
	return nil, f.fail("answers")
}

func (f *failing) Totals(_ context.Context, spans []Span) ([]Totals, error) {
	return make([]Totals, len(spans)), f.fail("totals")
}

func TestSourceFails(t *testing.T) {
	for _, what := range []string{"zones", "quarters", "events", "answers", "totals"} {
		_, err := ReadWeek(t.Context(), &failing{at: what}, week(t, "2026-W47"), later)
		if !errors.Is(err, errBroken) || !strings.Contains(err.Error(), "2026-W47") {
			t.Errorf("%s: %v", what, err)
		}
	}
	src := &memory{quarters: []Quarter{{Start: at(t, "2026-11-20T10:01:00Z")}}}
	if _, err := ReadDay(t.Context(), src, day(t, "2026-11-20"), later); err == nil || !strings.Contains(err.Error(), "multiple of 15 minutes") {
		t.Errorf("a crooked quarter: %v", err)
	}
}
