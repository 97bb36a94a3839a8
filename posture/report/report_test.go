package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"sitwell/posture"
	"sitwell/posture/history"
)

var update = flag.Bool("update", false, "write the golden files anew")

// told are the weeks of weeksToTell, once they were read.
var told map[string]history.Week

// weeksToTell are weeks of every kind that a report must read well of.
func weeksToTell(t testing.TB) map[string]history.Week {
	if told != nil {
		return told
	}
	told = map[string]history.Week{
		"full":    read(t, desk(t, "Europe/Berlin", "2026-W47", 5), "2026-W47", later),
		"empty":   read(t, &memory{zones: history.Zones{{Zone: zone(t, "Europe/Berlin")}}}, "2026-W47", later),
		"running": running(t),
		"clocks":  clocks(t),
		"flight":  flight(t),
	}
	return told
}

// running is a week on its Wednesday, in the middle of a stretch of sitting.
func running(t testing.TB) history.Week {
	src := desk(t, "America/New_York", "2026-W47", 2)
	now := time.Date(2026, 11, 18, 9, 50, 0, 0, zone(t, "America/New_York"))
	src.happen(posture.Event{Kind: posture.EventBoutStart, Time: now.Add(-50 * time.Minute)})
	src.spend(now.Add(-50*time.Minute), 50*time.Minute, posture.Upright, map[posture.Signal]float64{posture.HeadDrop: 12})
	return read(t, src.sorted(), "2026-W47", now)
}

// clocks is the week that ends with a day of 25 hours, lived through the night in
// which the clock was set back.
func clocks(t testing.TB) history.Week {
	src := desk(t, "Europe/Berlin", "2026-W43", 1)
	night := time.Date(2026, 10, 25, 1, 30, 0, 0, zone(t, "Europe/Berlin"))
	sat := map[posture.Signal]float64{posture.Sink: 21}
	for i, minutes := range []int{100, 70} { // 01:30 to 02:10 CET, and again
		from := night.Add(time.Duration(i) * 115 * time.Minute)
		long := time.Duration(minutes) * time.Minute
		src.happen(posture.Event{Kind: posture.EventBoutStart, Time: from})
		src.spend(from, long, posture.Upright, sat)
		src.happen(posture.Event{Kind: posture.EventBoutEnd, Time: from.Add(long), Seconds: long.Seconds()})
	}
	return read(t, src.sorted(), "2026-W43", later)
}

// flight is a week that lives a Saturday twice: from Auckland to Honolulu.
func flight(t testing.TB) history.Week {
	src := desk(t, "Pacific/Auckland", "2026-W06", 5)
	src.zones = append(src.zones, history.ZoneSince{Since: time.Date(2026, 2, 7, 1, 0, 0, 0, time.UTC), Zone: zone(t, "Pacific/Honolulu")})
	from := time.Date(2026, 2, 7, 10, 10, 0, 0, zone(t, "Pacific/Honolulu"))
	src.happen(posture.Event{Kind: posture.EventBoutStart, Time: from})
	src.spend(from, 42*time.Minute, posture.Slouching, map[posture.Signal]float64{posture.HeadForward: 40})
	src.happen(posture.Event{Kind: posture.EventBoutEnd, Time: from.Add(42 * time.Minute), Seconds: 42 * 60})
	return read(t, src.sorted(), "2026-W06", later)
}

func written(t testing.TB, w history.Week, f Format) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, w, f); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestGolden holds every byte of the reports; -update writes them anew.
func TestGolden(t *testing.T) {
	for name, w := range weeksToTell(t) {
		for _, f := range []Format{HTML, Markdown} {
			got := written(t, w, f)
			path := filepath.Join("testdata", name+"."+string(f))
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s differs from what is written now: look at it with -update and git diff", path)
			}
		}
	}
}

// TestSameBytes holds that nothing but the week is in a report.
func TestSameBytes(t *testing.T) {
	for name, w := range weeksToTell(t) {
		for _, f := range Formats {
			first := written(t, w, f)
			for range 2 {
				if written(t, w, f) != first {
					t.Errorf("%s as %s: two reports of a week differ", name, f)
				}
			}
		}
	}
}

func TestJSONIsTheWeek(t *testing.T) {
	w := running(t)
	text, err := json.Marshal(w)
	if err != nil {
		t.Fatal(err)
	}
	if got := written(t, w, JSON); got != string(text)+"\n" {
		t.Errorf("got %.200s, want %.200s", got, text)
	}
}

var (
	tag     = regexp.MustCompile(`</?([a-z0-9]+)([^>]*)>`)
	handler = regexp.MustCompile(` on[a-z]+=`)
	quote   = regexp.MustCompile(`(?:url\(|href=|src=|https?:|//|@import)[^;\s]*`)
	drawn   = regexp.MustCompile(`(?s)<svg role="img".*?</svg>`)
)

// TestSelfContained holds that the HTML needs nothing from elsewhere and runs
// nothing, is balanced, small, and says each chart in words and figures.
func TestSelfContained(t *testing.T) {
	for name, w := range weeksToTell(t) {
		text := written(t, w, HTML)
		if len(text) > 150_000 {
			t.Errorf("%s has %d bytes", name, len(text))
		}
		for _, q := range quote.FindAllString(text, -1) {
			if q != "url(#hatch)" {
				t.Errorf("%s has %q", name, q)
			}
		}
		if !strings.Contains(text, `<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;">`) {
			t.Errorf("%s has no policy", name)
		}
		var open []string
		ids := map[string]bool{}
		for _, m := range tag.FindAllStringSubmatch(text[strings.Index(text, "<body>"):strings.Index(text, "</html>")], -1) {
			name, rest := m[1], m[2]
			switch {
			case slices.Contains([]string{"script", "link", "img", "iframe", "object"}, name), handler.MatchString(rest):
				t.Errorf("it has %s", m[0])
			case strings.HasSuffix(rest, "/"):
			case m[0][1] == '/':
				if len(open) == 0 || open[len(open)-1] != name {
					t.Fatalf("%s closes what is not open: %v", m[0], open)
				}
				open = open[:len(open)-1]
			default:
				open = append(open, name)
			}
			if _, id, ok := strings.Cut(rest, ` id="`); ok {
				id, _, _ = strings.Cut(id, `"`)
				if ids[id] {
					t.Errorf("id %q is there twice", id)
				}
				ids[id] = true
			}
		}
		if len(open) > 0 {
			t.Errorf("%s leaves open: %v", name, open)
		}
		for _, c := range drawn.FindAllString(text, -1) {
			m := regexp.MustCompile(`aria-labelledby="(.*?)" aria-describedby="(.*?)"><title id="(.*?)">(.+?)</title><desc id="(.*?)">(.+?)</desc>`).FindStringSubmatch(c)
			if m == nil || m[1] != m[3] || m[2] != m[5] {
				t.Errorf("%s has a chart without words: %.200s", name, c)
			}
			if strings.Contains(c, "NaN") || strings.Contains(c, "Inf") || strings.Contains(c, `width="-`) || strings.Contains(c, `height="-`) {
				t.Errorf("%s has a chart of no figures: %s", name, c)
			}
		}
		for _, s := range newView(&w).Sections {
			if len(s.Charts) > 0 && len(s.Tables) == 0 {
				t.Errorf("%s: %s has charts and no table", name, s.Title)
			}
		}
	}
}

// TestLowerBackNote holds that the note stands in every section that tells the
// lower back's figure.
func TestLowerBackNote(t *testing.T) {
	for name, w := range weeksToTell(t) {
		v := newView(&w)
		for _, s := range v.Sections {
			var out strings.Builder
			markdown(&out, &view{Sections: []section{s}})
			figure := strings.Contains(out.String(), "¹ |") || strings.Contains(out.String(), "¹, min |")
			if told := slices.Contains(s.Notes, lowerNote); figure != told {
				t.Errorf("%s: %s tells the lower back's figure: %v, and has the note: %v", name, s.Title, figure, told)
			}
		}
	}
}

// TestSignalsAddUp holds that the areas have the signals that history gives them.
func TestSignalsAddUp(t *testing.T) {
	w := read(t, desk(t, "Europe/Berlin", "2026-W47", 5), "2026-W47", later)
	var upper, lower float64
	for _, s := range strains(&w.Exposure) {
		if s.lower {
			lower += s.minutes
		} else {
			upper += s.minutes
		}
	}
	if math.Abs(upper-*w.Exposure.UpperBack) > 0.01 || math.Abs(lower-*w.Exposure.LowerBack) > 0.01 {
		t.Errorf("got %f and %f, want %f and %f", upper, lower, *w.Exposure.UpperBack, *w.Exposure.LowerBack)
	}
	if n := len(upperSignals) + len(lowerSignals); n != posture.SignalCount {
		t.Errorf("%d signals have an area, want %d", n, posture.SignalCount)
	}
	for _, s := range posture.Signals {
		if signalNames[s] == "" {
			t.Errorf("%s has no name", s)
		}
	}
	for _, s := range posture.States {
		if stateNames[s] == "" || !strings.Contains(pageText, ".s-"+string(s)+" {") {
			t.Errorf("%s has no name or no colour", s)
		}
	}
}

// TestFiguresAreTold holds some figures of the full week against the history's.
func TestFiguresAreTold(t *testing.T) {
	w := read(t, desk(t, "Europe/Berlin", "2026-W47", 5), "2026-W47", later)
	for _, f := range []Format{HTML, Markdown} {
		text := written(t, w, f)
		for what, want := range map[string]string{
			"score":     fmt.Sprintf("The mean score was %.0f,", *w.Score),
			"coverage":  fmt.Sprintf("%.0f %%: posture was judged for %s", 100**w.Coverage, duration(w.Judged)),
			"watched":   duration(w.Watched) + " on five days",
			"longest":   "The longest you sat without a break was " + duration(*w.LongestBout),
			"insight":   w.Insights[0].Text,
			"behind":    fmt.Sprintf("Rests on %d days, %s judged", w.Insights[0].N, duration(w.Insights[0].Seconds)),
			"correct":   fmt.Sprintf("half of the times within %s", duration(*w.Alerts.MedianCorrection)),
			"tension":   fmt.Sprintf("%.1f (%d×, to %d)", w.CheckIns[0].Mean, w.CheckIns[0].Count, w.CheckIns[0].Highest),
			"exposure":  fmt.Sprintf("%.0f", *w.Exposure.UpperBack),
			"no data":   "3 of W42–W45",
			"no doctor": "diagnoses nothing",
			"pictures":  "No pictures were kept",
		} {
			if !strings.Contains(strings.NewReplacer("&#39;", "'", "\u00a0", " ").Replace(text), want) {
				t.Errorf("%s: %s: want %q in it", f, what, want)
			}
		}
	}
}

// TestNothingIsNoScore holds that days and weeks without data have no figure
// that could be taken for a good one.
func TestNothingIsNoScore(t *testing.T) {
	w := weeksToTell(t)["empty"]
	for _, f := range []Format{HTML, Markdown} {
		text := written(t, w, f)
		if !strings.Contains(text, "Nothing was watched in this week, so there is no score") {
			t.Errorf("%s: it doesn't say that nothing was watched", f)
		}
		for _, wrong := range []string{"<table", "role=\"img\"", "| ---", "mean score was", "so far"} {
			if strings.Contains(text, wrong) {
				t.Errorf("%s: the empty week has %q", f, wrong)
			}
		}
	}
	w.Over = false
	if text := written(t, w, HTML); !strings.Contains(text, "Nothing has been watched in this week so far") || !strings.Contains(text, `<span class="badge">so far`) {
		t.Error("a week without data that goes on is told as one that is over")
	}
	if text := written(t, weeksToTell(t)["full"], Markdown); !strings.Contains(text, "| Sat 21 Nov |               – |") {
		t.Error("Saturday, without data, has figures")
	}
	// Judged time has no nought in a state that was, and unwatched time no score.
	dark := &memory{zones: history.Zones{{Zone: time.UTC}}}
	dark.spend(time.Date(2026, 11, 17, 9, 0, 0, 0, time.UTC), 3*time.Hour, posture.Unknown, nil)
	text := written(t, read(t, dark, "2026-W47", later), Markdown)
	for _, want := range []string{"Posture was not judged, so there is no score.", "for 3 h it could not be told", "0 %: posture was judged for 0 s of the 3 h"} {
		if !strings.Contains(text, want) {
			t.Errorf("the dark week doesn't say %q: %.900s", want, text)
		}
	}
	if strings.Contains(text, "## Score by hour") {
		t.Error("the dark week has a heat map")
	}
}

// TestOddDays holds what is said of days that had not 24 hours, by the clock of
// the zone then in force.
func TestOddDays(t *testing.T) {
	in := func(name, week string, change func(*memory)) string {
		m := &memory{zones: history.Zones{{Zone: zone(t, name)}}}
		change(m)
		return written(t, read(t, m.sorted(), week, later), Markdown)
	}
	sit := func(m *memory, from time.Time, long time.Duration) {
		m.happen(posture.Event{Kind: posture.EventBoutStart, Time: from})
		m.spend(from, long, posture.Upright, map[posture.Signal]float64{posture.Sink: 20})
		m.happen(posture.Event{Kind: posture.EventBoutEnd, Time: from.Add(long), Seconds: long.Seconds()})
	}
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{
			"set back", written(t, clocks(t), Markdown),
			[]string{"Sunday 25 October had 25 hours: the clocks were changed.", "01:30–02:10 CET (1:40), 02:25 CET–03:35 (1:10)", "| 79 (105) |"},
		},
		{
			"set forward", in("Europe/Berlin", "2026-W13", func(m *memory) {
				sit(m, time.Date(2026, 3, 29, 0, 30, 0, 0, time.UTC), time.Hour)
			}),
			[]string{"Sunday 29 March had 23 hours: the clocks were changed.", "01:30–03:30 (1:00)"},
		},
		{
			"never was", in("Pacific/Apia", "2011-W52", func(m *memory) {
				sit(m, time.Date(2011, 12, 29, 20, 0, 0, 0, time.UTC), time.Hour)
			}),
			[]string{"Friday 30 December never was", "Fri 30 Dec (never was)", "10:00–11:00 (1:00)"},
		},
		{
			"twice", written(t, flight(t), Markdown),
			[]string{
				"Pacific/Auckland, from Friday 15:00 Pacific/Honolulu; all times", "Friday 6 February came in two parts", "33 hours in all: you changed the time zone.",
				"10:10 HST–10:52 HST",
			},
		},
		{
			"half an hour", in("Australia/Lord_Howe", "2026-W14", func(m *memory) {
				sit(m, time.Date(2026, 4, 4, 14, 30, 0, 0, time.UTC), 2*time.Hour)
			}),
			[]string{"Sunday 5 April had 24.5 hours: the clocks were changed.", "01:30 +11–03:00 (2:00)"},
		},
		{
			"over midnight", in("Europe/Berlin", "2026-W47", func(m *memory) {
				sit(m, time.Date(2026, 11, 18, 22, 0, 0, 0, time.UTC), 2*time.Hour)
			}),
			[]string{"| Wed 18 Nov | 23:00–24:00 (1:00) |", "| Thu 19 Nov | 00:00–01:00 (1:00) |"},
		},
	} {
		for _, want := range c.want {
			if !strings.Contains(c.text, want) {
				t.Errorf("%s: want %q in %s", c.name, want, c.text[:min(3000, len(c.text))])
			}
		}
	}
}

// TestPiecesAddUp holds that a stretch drawn on a day's clock is as long as it
// was, whatever the clock did.
func TestPiecesAddUp(t *testing.T) {
	for name, w := range weeksToTell(t) {
		for i := range w.Days {
			d := &w.Days[i]
			for _, s := range d.Spans {
				var sum float64
				for _, p := range pieces(d, s) {
					if p.from < 0 || p.to > 24 || p.from >= p.to || p.lane >= p.lanes {
						t.Errorf("%s: %s has the piece %+v", name, d.Date, p)
					}
					sum += p.to - p.from
				}
				if math.Abs(sum-s.Seconds()/3600) > 1e-6 {
					t.Errorf("%s: %s is drawn %f hours long, want %f", name, d.Date, sum, s.Seconds()/3600)
				}
			}
		}
	}
	w := clocks(t)
	got := pieces(&w.Days[6], w.Days[6].Bouts[0].Span)
	if len(got) != 3 || got[0].from != 1.5 || got[0].lanes != 1 || got[1].lanes != 2 || got[2].from != 2 || got[2].lane != 1 {
		t.Errorf("the bout through the hour that came twice is %+v", got)
	}
}

// TestEscaped holds that what comes of the user's machine is text in every
// format.
func TestEscaped(t *testing.T) {
	evil := `<script>alert(1)</script>|*x*` + "\n# y"
	m := &memory{zones: history.Zones{{Zone: time.FixedZone(evil, 3600)}}}
	m.spend(time.Date(2026, 11, 17, 9, 0, 0, 0, time.UTC), time.Hour, posture.Upright, map[posture.Signal]float64{posture.Sink: 20})
	w := read(t, m, "2026-W47", later)
	w.Insights = []history.Insight{{Rule: "new", Text: evil, Figures: map[string]float64{evil: 1}, N: 3, Seconds: 60}}
	html, md := written(t, w, HTML), written(t, w, Markdown)
	if strings.Contains(html, "<script") || strings.Count(html, "&lt;script&gt;") < 3 {
		t.Error("the HTML has the zone's name as it is, or not at all")
	}
	if strings.Contains(md, "<script") && !strings.Contains(md, `\<script`) || strings.Contains(md, "\n# y") || strings.Count(md, `\<script\>alert(1)\</script\>\|\*x\* \# y`) < 3 {
		t.Errorf("the Markdown has the zone's name as it is, or not at all: %.600s", md)
	}
}

func TestFormats(t *testing.T) {
	for _, f := range Formats {
		if got, err := ParseFormat(string(f)); err != nil || got != f {
			t.Errorf("got %q, %v, want %q", got, err, f)
		}
	}
	for _, s := range []string{"", "HTML", "pdf", "html ", strings.Repeat("x", 500)} {
		if _, err := ParseFormat(s); err == nil || !strings.Contains(err.Error(), "want html, md or json") || len(err.Error()) > 120 {
			t.Errorf("%.20q: got %v", s, err)
		}
	}
	if got := HTML.FileName(isoWeek(t, "2026-W07")); got != "sitwell-2026-W07.html" {
		t.Errorf("got %q", got)
	}
	if err := Write(io.Discard, history.Week{}, "pdf"); err == nil || !strings.Contains(err.Error(), `"pdf"`) {
		t.Errorf("got %v", err)
	}
	full := errors.New("disk full")
	for _, f := range Formats {
		if err := Write(failing{full}, running(t), f); !errors.Is(err, full) || !strings.Contains(err.Error(), "2026-W47") {
			t.Errorf("%s: got %v", f, err)
		}
	}
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }

func TestWords(t *testing.T) {
	for seconds, want := range map[float64]string{
		-1: "0 s", 0: "0 s", 0.4: "0 s", 24.4: "24 s", 59.6: "1 min", 60: "1 min", 80: "1 min 20 s", 299: "4 min 59 s", 301: "5 min",
		3569: "59 min", 3599: "1 h", 3600: "1 h", 3900: "1 h 5 min", 360000: "100 h",
	} {
		if got := duration(seconds); got != want {
			t.Errorf("%v s: got %q, want %q", seconds, got, want)
		}
	}
	for seconds, want := range map[float64]string{0: "0:00", 20: "<0:01", 40: "0:01", 3599: "1:00", 360000: "100:00"} {
		if got := hours(seconds); got != want {
			t.Errorf("%v s: got %q, want %q", seconds, got, want)
		}
	}
	for change, want := range map[float64]string{0: "±0:00", 20: "±0:00", -20: "±0:00", 3600: "+1:00", -5400: "−1:30"} {
		if got := signed(change, hoursOf); got != want {
			t.Errorf("%v s: got %q, want %q", change, got, want)
		}
	}
	for v, want := range map[float64]string{0: "0", 0.04: "0", -0.04: "0", 3.44: "3.4", 3: "3", -2.5: "-2.5"} {
		if got := coord(v).String(); got != want {
			t.Errorf("%v: got %q, want %q", v, got, want)
		}
	}
	for _, c := range []struct{ first, want string }{
		{"2026-W47", "Monday 16 to Sunday 22 November 2026"},
		{"2026-W14", "Monday 30 March to Sunday 5 April 2026"},
		{"2026-W53", "Monday 28 December 2026 to Sunday 3 January 2027"},
	} {
		w := isoWeek(t, c.first)
		if got := dates(w.First(), w.Last()); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
	for most, want := range map[float64][2]float64{0: {1, 1}, 0.3: {0.05, 0.3}, 9.7: {2, 10}, 8: {1, 8}, 24: {5, 25}, 547: {100, 600}, math.NaN(): {1, 1}} {
		if step, end := scale(most, 8); math.Abs(step-want[0]) > 1e-9 || math.Abs(end-want[1]) > 1e-9 {
			t.Errorf("an axis to %v has steps of %v to %v, want %v", most, step, end, want)
		}
	}
}

func TestLatest(t *testing.T) {
	berlin := zone(t, "Europe/Berlin")
	now := time.Date(2026, 11, 25, 12, 0, 0, 0, berlin)
	at := func(s string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04", s, berlin)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, c := range []struct {
		name    string
		watched []string
		said    []string
		want    string // empty for none
	}{
		{"nothing", nil, nil, ""},
		{"this week", []string{"2026-11-18 09:00", "2026-11-23 00:15"}, nil, "2026-W48"},
		{"this very quarter", []string{"2026-11-25 12:00"}, nil, "2026-W48"},
		{"said this week", []string{"2026-11-18 09:00"}, []string{"2026-11-24 20:00"}, "2026-W48"},
		{"said before", []string{"2026-11-18 09:00"}, []string{"2026-11-10 20:00"}, "2026-W47"},
		{"the last quarter of a week", []string{"2026-11-22 23:45"}, nil, "2026-W47"},
		{"ten weeks ago, less a little", []string{"2026-09-16 13:15"}, nil, "2026-W38"},
		{"ten weeks ago", []string{"2026-09-16 13:00"}, nil, "2026-W38"},
		{"ten weeks ago, more a little", []string{"2026-09-16 12:45"}, nil, "2026-W38"},
		{"long ago", []string{"1970-01-02 09:00"}, nil, "1970-W01"},
		{"to come, by a clock that was set", []string{"2027-01-05 09:00", "2026-05-05 09:00"}, nil, "2026-W19"},
		{"only to come", []string{"2027-01-05 09:00"}, nil, ""},
	} {
		m := &memory{zones: history.Zones{{Zone: berlin}}}
		for _, s := range c.watched {
			m.spend(at(s), time.Minute, posture.Away, nil)
		}
		for _, s := range c.said {
			m.checkIn(at(s), 1, 2, 3)
		}
		m.happen(posture.Event{Kind: posture.EventPaused, Time: at("2026-11-25 08:00")})
		w, found, err := Latest(t.Context(), m.sorted(), now)
		got := ""
		if found {
			got = w.String()
		}
		if err != nil || got != c.want {
			t.Errorf("%s: got %q, %v, want %q", c.name, got, err, c.want)
		}
		if m.asked > 12 {
			t.Errorf("%s: asked %d times", c.name, m.asked)
		}
	}
	if _, _, err := Latest(t.Context(), &memory{err: errors.New("disk I/O error")}, now); err == nil {
		t.Error("a history that can't be read is none")
	}
}

// TestAnyWeek holds that weeks of all kinds of data, lived through all hours in
// zones of all kinds, are told without a figure that is none, and in little.
func TestAnyWeek(t *testing.T) {
	names := []string{"Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia", "America/St_Johns", "Pacific/Kiritimati", "Africa/Casablanca"}
	first := isoWeek(t, "2011-W52").First()
	for seed := range uint64(16) {
		rnd := rand.New(rand.NewPCG(seed, 3))
		week := (first + history.Date(rnd.IntN(6000))).Week()
		if seed == 0 {
			week = isoWeek(t, "2011-W52") // of which Apia left out a day
			names[0], names[2] = names[2], names[0]
		}
		begin := midnight(week.First()).Add(-14 * time.Hour)
		m := &memory{zones: history.Zones{{Zone: zone(t, names[int(seed)%len(names)])}}}
		for range rnd.IntN(3) {
			at := begin.Add(time.Duration(rnd.IntN(8*24*4)) * 15 * time.Minute)
			m.zones = append(m.zones, history.ZoneSince{Since: at, Zone: zone(t, names[rnd.IntN(len(names))])})
		}
		slices.SortFunc(m.zones[1:], func(a, b history.ZoneSince) int { return a.Since.Compare(b.Since) })
		for now, end := begin, begin.Add(9*24*time.Hour); now.Before(end); {
			long := time.Duration(1+rnd.IntN(5400)) * time.Second
			state := posture.States[rnd.IntN(len(posture.States))]
			switch {
			case rnd.IntN(4) == 0: // not watched
			case state.Sitting():
				m.happen(posture.Event{Kind: posture.EventBoutStart, Time: now})
				m.spend(now, long, state, map[posture.Signal]float64{posture.Signals[rnd.IntN(posture.SignalCount)]: 100 * rnd.Float64()})
				m.happen(posture.Event{Kind: posture.EventBoutEnd, Time: now.Add(long), Seconds: long.Seconds()})
			default:
				m.spend(now, long, state, nil)
			}
			for _, kind := range posture.EventKinds {
				if rnd.IntN(40) == 0 && kind != posture.EventBoutStart && kind != posture.EventBoutEnd {
					m.happen(posture.Event{
						Kind: kind, Time: now, Seconds: float64(rnd.IntN(900)), Level: rnd.IntN(12), Area: posture.Areas[rnd.IntN(3)], Ref: int64(rnd.IntN(50)),
					})
				}
			}
			now = now.Add(long)
		}
		now := begin.Add(time.Duration(rnd.IntN(14*24)) * time.Hour)
		w, err := history.ReadWeek(t.Context(), m.sorted(), week, now)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range []Format{HTML, Markdown} {
			text := written(t, w, f)
			if len(text) > 150_000 {
				t.Errorf("seed %d: the %s has %d bytes", seed, f, len(text))
			}
			for _, wrong := range []string{"NaN", "Inf", `="-`, "%!", "<nil>", "0001"} {
				if i := strings.Index(text, wrong); i >= 0 {
					t.Errorf("seed %d: the %s has %q in %q", seed, f, wrong, text[max(0, i-80):min(len(text), i+80)])
				}
			}
		}
	}
}
