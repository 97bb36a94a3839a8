package report

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"sitwell/posture"
	"sitwell/posture/history"
	"sitwell/posture/relief"
)

// view is what a report tells, in the order in which it tells it. The HTML and
// the Markdown are both made of it.
type view struct {
	Policy   string
	Title    string // "Week 47 of 2026"
	Week     string // "2026-W47"
	Dates    string
	SoFar    bool
	Facts    []fact   // when, where, how long
	Tiles    []tile   // the week's main figures
	Summary  []string // sentences
	Findings []finding
	NoFind   string // why there is no finding; empty when there is one
	Sections []section
	Terms    []term
	Closing  []string
}

type fact struct{ Name, Text string }

type tile struct{ Name, Value, Text string }

// finding is an insight.
type finding struct{ Text, Figures, Behind string }

// section is a question that the report answers: with charts, and the same
// figures in tables.
type section struct {
	ID, Title string
	Text      []string
	Charts    []chart
	Seen      string // what the drawing shows, where there is one
	Small     bool   // the charts are small ones that stand side by side
	Legend    []key
	Tables    []table
	Notes     []string
}

// key explains a colour by the class that has it.
type key struct {
	Class, Text string
	Thin        bool // drawn as a line
}

type term struct{ Name, Text string }

// table has a name and cells in each row.
type table struct {
	Caption string
	Head    []string // of the names and of the cells
	Rows    []row
	Words   bool // the cells of a row are a list in one column
	Left    int  // so many columns after the names are words
	// Bar heads the bars that stand in the last column where there are no
	// charts; empty without.
	Bar string
}

type row struct {
	Name  string
	Cells []string
	Total bool
	Bar   float64 // 0 to 1; negative for none
}

const (
	lowerMark = "Lower back¹"
	overMark  = "Overall¹"
	lowerNote = "¹ " + history.LowerBackNote
)

// slouchScore is the score of a posture that only just is a slouch.
const slouchScore = 100 - history.SlouchPoints

// thin is how little judged time an hour's score rests on when it is told
// fainter, in seconds.
const thin = 10 * 60.0

func newView(w *history.Week) *view {
	v := &view{
		Policy: Policy,
		Title:  fmt.Sprintf("Week %d of %d", w.Week.Week, w.Week.Year),
		Week:   w.Week.String(), Dates: dates(w.First, w.Last), SoFar: !w.Over,
		Facts: facts(w), Summary: summary(w),
		Terms: terms, Closing: closing,
	}
	if w.Watched > 0 {
		v.Tiles = tiles(w)
		for i := range w.Insights {
			in := &w.Insights[i]
			v.Findings = append(v.Findings, finding{in.Text, figuresOf(in), behind(in)})
		}
		if len(v.Findings) == 0 {
			v.NoFind = "Nothing stood out by Sitwell's rules, or there was too little data to say so."
		}
	}
	for _, s := range []*section{heat(w), tension(w), signals(w), states(w), slouching(w), sitting(w), weeks(w)} {
		if s != nil {
			v.Sections = append(v.Sections, *s)
		}
	}
	return v
}

func facts(w *history.Week) []fact {
	f := []fact{{"Days", soFar(dates(w.First, w.Last), w.Over)}}
	var zones []string
	for i, s := range stays(w) {
		if i == 0 {
			zones = append(zones, s.zone)
		} else {
			zones = append(zones, fmt.Sprintf("from %s %s", s.from.Format("Monday 15:04"), s.zone))
		}
	}
	if len(zones) > 0 {
		f = append(f, fact{"Time zone", strings.Join(zones, ", ") + "; all times are by the local clock"})
	}
	for _, odd := range oddDays(w) {
		f = append(f, fact{"Note", odd})
	}
	if w.Watched > 0 {
		f = append(f, fact{"Watched", fmt.Sprintf("%s on %s", duration(w.Watched), several(watchedDays(w), "day", "days"))})
		text := "nobody was there to be judged"
		if w.Coverage != nil {
			text = fmt.Sprintf("%s: posture was judged for %s of the %s in which you were or may have been there",
				percent(w.Coverage), duration(w.Judged), duration(w.Watched-w.Away))
		}
		f = append(f, fact{"Coverage", text})
	}
	return f
}

func soFar(dates string, over bool) string {
	if over {
		return dates
	}
	return dates + "; the week is not over, all is told as far as it had come"
}

func watchedDays(w *history.Week) (n int) {
	for i := range w.Days {
		if w.Days[i].Watched > 0 {
			n++
		}
	}
	return n
}

func tiles(w *history.Week) []tile {
	longest := none
	if w.LongestBout != nil {
		longest = clockHours(*w.LongestBout)
	}
	t := []tile{
		{"Score", whole(w.Score), "mean, of 100"},
		{"Upright", percent(w.UprightShare), "of the time judged"},
		{"Sitting", clockHours(w.Sitting), "in all"},
		{"Longest sitting", longest, "without a break"},
		{"Breaks", fmt.Sprint(w.Breaks.Taken), fmt.Sprintf("taken; %d suggested", w.Breaks.Due)},
	}
	if c := tensionOf(w.CheckIns, posture.AreaOverall); c != nil {
		return append(t, tile{"Tension", tenth(&c.Mean), "mean, of 10, overall"})
	}
	return append(t, tile{"Alerts", fmt.Sprint(w.Alerts.Total), fmt.Sprintf("%d called wrong", w.Alerts.Wrong)})
}

// summary are sentences that tell the week.
func summary(w *history.Week) []string {
	if w.Watched == 0 {
		out := []string{"Nothing was watched in this week, so there is no score and nothing is told of posture."}
		if !w.Over {
			out[0] = "Nothing has been watched in this week so far, so there is no score and nothing is told of posture."
		}
		out = append(out, tensionSummary(w)...)
		return append(out, exerciseSummary(w)...)
	}
	out := []string{fmt.Sprintf("Of %s watched you sat %s, stood %s and were away %s; for %s it could not be told what you did.",
		duration(w.Watched), duration(w.Sitting), duration(w.Standing), duration(w.Away), duration(w.Unobservable))}
	if w.Score != nil {
		share := math.Min(1, w.Slouching/w.Judged)
		out = append(out, fmt.Sprintf("The mean score was %s, where 100 is your own upright. Of the time judged you were upright %s and slouched %s.",
			whole(w.Score), percent(w.UprightShare), percent(&share)))
	} else {
		out = append(out, "Posture was not judged, so there is no score.")
	}
	if e := w.Episodes; e.Count > 0 {
		text := fmt.Sprintf("There were %s, %s in all: half of them lasted %s or longer, the longest %s.",
			several(e.Count, "episode of slouching", "episodes of slouching"), duration(e.Total), durationOf(e.Median), durationOf(e.Longest))
		if e.Count == 1 {
			text = fmt.Sprintf("There was one episode of slouching, of %s.", durationOf(e.Longest))
		}
		out = append(out, text)
	}
	if w.LongestBout != nil {
		b := w.Breaks
		text := fmt.Sprintf("The longest you sat without a break was %s. You took %s of two minutes and more",
			durationOf(w.LongestBout), several(b.Taken, "break", "breaks"))
		if b.Due > 0 {
			text += fmt.Sprintf("; %s suggested", was(b.Due))
			if b.Debt > 0 {
				text += fmt.Sprintf(", of which %s not made up for", was(b.Debt))
			}
		}
		out = append(out, text+".")
	}
	if before := w.Comparison.Before; before != nil && before.Score != nil && w.Score != nil {
		text := fmt.Sprintf("The week before the score was %s", whole(before.Score))
		if e := w.Comparison.Earlier; e != nil && e.Score != nil {
			text += fmt.Sprintf(", over %s before that %s", earlier(w.Comparison.EarlierCount), whole(e.Score))
		}
		out = append(out, text+".")
	}
	out = append(out, tensionSummary(w)...)
	return append(out, exerciseSummary(w)...)
}

// exerciseSummary says what was done for the back.
func exerciseSummary(w *history.Week) []string {
	if len(w.Exercises) == 0 {
		return nil
	}
	times, total := 0, 0.0
	var parts []string
	for i, e := range w.Exercises {
		times += e.Times
		total += e.Total
		if i < namedExercises {
			parts = append(parts, fmt.Sprintf("%s %s", exerciseName(e.Exercise), often(e.Times)))
		}
	}
	text := fmt.Sprintf("You did %s for your back, %s in all: %s", several(times, "exercise", "exercises"), durationOf(&total), strings.Join(parts, ", "))
	if more := len(w.Exercises) - namedExercises; more > 0 {
		text += ", and " + several(more, "other", "others")
	}
	return []string{text + "."}
}

// namedExercises is how many a sentence names.
const namedExercises = 6

// exerciseName is the programme's, or the name itself of one that it doesn't have.
func exerciseName(id string) string {
	if e := relief.ByID(id); e != nil {
		return strings.ToLower(e.Name)
	}
	return strings.ReplaceAll(id, "_", " ")
}

// was says how many there were of which something is said.
func was(n int) string {
	switch n {
	case 0:
		return "none was"
	case 1:
		return "one was"
	}
	return number(n) + " were"
}

func earlier(n int) string {
	if n == 1 {
		return "the one week with data of the four"
	}
	if n == 4 {
		return "the four weeks"
	}
	return "the " + number(n) + " weeks with data of the four"
}

func tensionSummary(w *history.Week) []string {
	if len(w.CheckIns) == 0 {
		return nil
	}
	var parts []string
	for _, c := range w.CheckIns {
		parts = append(parts, fmt.Sprintf("%s %s (at most %d, said %s)", strings.ToLower(areaNames[c.Area]), tenth(&c.Mean), c.Highest, often(c.Count)))
	}
	return []string{"You called the tension in your back, from 0 to 10, on average: " + strings.Join(parts, "; ") + "."}
}

func often(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return number(n) + " times"
}

// tensionOf is what was said of an area; nil when nothing was.
func tensionOf(all []history.AreaCheckIns, a posture.Area) *history.AreaCheckIns {
	i := slices.IndexFunc(all, func(c history.AreaCheckIns) bool { return c.Area == a })
	if i < 0 {
		return nil
	}
	return &all[i]
}

// meanTension is the mean of what was said of an area.
func meanTension(all []history.AreaCheckIns, a posture.Area) *float64 {
	if c := tensionOf(all, a); c != nil {
		return &c.Mean
	}
	return nil
}

// saidOf says it for a table: "3.4 (2×, at most 5)".
func saidOf(all []history.AreaCheckIns, a posture.Area) string {
	c := tensionOf(all, a)
	switch {
	case c == nil:
		return none
	case c.Count == 1:
		return tenth(&c.Mean)
	}
	return fmt.Sprintf("%s (%d×, to %d)", tenth(&c.Mean), c.Count, c.Highest)
}

// exposureOf is an area's exposure, in minutes.
func exposureOf(e *history.Exposure, a posture.Area) *float64 {
	switch a {
	case posture.AreaUpperBack:
		return e.UpperBack
	case posture.AreaLowerBack:
		return e.LowerBack
	}
	return e.Overall
}

// daysTable makes a table of the days that has the week in its last row.
func daysTable(w *history.Week, caption string, head []string, cells func(*history.Figures, *history.Day) []string) table {
	t := table{Caption: caption, Head: append([]string{"Day"}, head...)}
	for i := range w.Days {
		d := &w.Days[i]
		r := row{Name: dayName(d.Date), Bar: -1}
		switch {
		case len(d.Spans) == 0:
			r.Name += " (never was)"
			r.Cells = slices.Repeat([]string{none}, len(head))
		case d.Watched == 0 && len(d.CheckIns) == 0 && d.Episodes.Count+d.Alerts.Total+d.Breaks.Taken+d.Breaks.Due == 0:
			r.Cells = slices.Repeat([]string{none}, len(head))
		default:
			r.Cells = cells(&d.Figures, d)
		}
		t.Rows = append(t.Rows, r)
	}
	t.Rows = append(t.Rows, row{Name: "Week", Cells: cells(&w.Figures, nil), Total: true, Bar: -1})
	return t
}

// hourRange are the first and the last hour of the clock that charts of the week
// show: those in which something was watched, and eight at the least.
func hourRange(w *history.Week) (first, last int) {
	first, last = 24, -1
	for i := range w.Days {
		for _, h := range w.Days[i].Hours {
			if h.Watched > 0 {
				first, last = min(first, h.Hour), max(last, h.Hour)
			}
		}
		for j := range w.Days[i].Bouts {
			for _, p := range pieces(&w.Days[i], w.Days[i].Bouts[j].Span) {
				first, last = min(first, int(p.from)), max(last, int(math.Ceil(p.to))-1)
			}
		}
	}
	if last < first {
		return 8, 17
	}
	for last-first < 7 {
		if first > 0 {
			first--
		}
		if last < 23 {
			last++
		}
	}
	return first, last
}

func heat(w *history.Week) *section {
	if w.Judged == 0 {
		return nil
	}
	first, last := hourRange(w)
	s := &section{
		ID: "hours", Title: "Score by hour and day",
		Text:   []string{fmt.Sprintf("The mean score of each hour: 100 is your own upright, under %.0f is what Sitwell calls a slouch.", slouchScore)},
		Charts: []chart{drawHeat(w, first, last)},
		Legend: []key{
			{"h5", "90 to 100", false},
			{"h4", "80 to 89", false},
			{"h3", "67 to 79", false},
			{"h2", "50 to 66", false},
			{"h1", "under 50", false},
			{"h4 thin", "paler: under 10 min judged", false},
		},
	}
	s.Seen = strings.TrimSpace(oddHours(w, "one cell"))
	t := table{Caption: "Score by hour and day, and in brackets the minutes judged", Head: []string{"Hour"}, Bar: "Score"}
	for i := range w.Days {
		t.Head = append(t.Head, shortDay(w.Days[i].Date))
	}
	for h := first; h <= last; h++ {
		r := row{Name: hourName(h), Bar: -1}
		var sum, judged float64
		for i := range w.Days {
			text := none
			if score := w.Heat.Score[i][h]; score != nil {
				text = fmt.Sprintf("%.0f (%s)", *score, underOne(w.Heat.Judged[i][h]/60))
				sum += *score * w.Heat.Judged[i][h]
				judged += w.Heat.Judged[i][h]
			}
			r.Cells = append(r.Cells, text)
		}
		if judged > 0 {
			r.Bar = sum / judged / 100
			t.Rows = append(t.Rows, r)
		}
	}
	total := row{Name: "Day", Total: true, Bar: -1}
	for i := range w.Days {
		total.Cells = append(total.Cells, whole(w.Days[i].Score))
	}
	t.Rows = append(t.Rows, total)
	s.Tables = []table{t}
	return s
}

// underOne says minutes, and that there were some.
func underOne(minutes float64) string {
	if minutes < 0.5 {
		return "<1"
	}
	return fmt.Sprintf("%.0f", minutes)
}

func tension(w *history.Week) *section {
	if w.Watched == 0 && len(w.CheckIns) == 0 {
		return nil
	}
	s := &section{
		ID: "tension", Title: "Tension beside exposure", Small: true,
		Text: []string{
			"Exposure is how much strain an area had, in minutes: a minute in a posture that only just is a slouch counts as one, in a worse one as more. " +
				"Tension is what you said of the area yourself, 0 for none to 10. They stand beside one another; that one comes of the other is not said.",
		},
		Legend: []key{{"exposure", "exposure, min", false}, {"tension", "tension, mean", false}, {"highest", "tension, highest", true}},
		Notes:  []string{lowerNote},
	}
	if len(w.CheckIns) == 0 {
		s.Text = append(s.Text, "Nothing was said of tension in this week.")
		s.Legend = s.Legend[:1]
	}
	s.Charts = drawTension(w)
	s.Tables = []table{daysTable(w, "Exposure in minutes, and tension from 0 to 10: the mean, and of several how many and the highest",
		[]string{"Upper back, min", "Tension", lowerMark + ", min", "Tension", overMark + ", min", "Tension"},
		func(f *history.Figures, _ *history.Day) []string {
			var cells []string
			for _, a := range posture.Areas {
				cells = append(cells, short(exposureOf(&f.Exposure, a)), saidOf(f.CheckIns, a))
			}
			return cells
		})}
	return s
}

// strain is a signal's part of the exposure, or that of long sitting.
type strain struct {
	name    string
	lower   bool
	minutes float64
}

func strains(e *history.Exposure) []strain {
	var out []strain
	for _, s := range upperSignals {
		if v, ok := e.Signals[s]; ok {
			out = append(out, strain{signalNames[s], false, v})
		}
	}
	for _, s := range lowerSignals {
		if v, ok := e.Signals[s]; ok {
			out = append(out, strain{signalNames[s], true, v})
		}
	}
	if e.LongSitting != nil {
		out = append(out, strain{"Long unbroken sitting", true, *e.LongSitting})
	}
	return out
}

func signals(w *history.Week) *section {
	all := strains(&w.Exposure)
	if len(all) == 0 {
		return nil
	}
	s := &section{
		ID: "signals", Title: "What the exposure came of",
		Text:   []string{"The same minutes by what was seen, each belonging to one area of the back."},
		Charts: []chart{drawSignals(all)},
		Legend: []key{{"exposure", "upper back", false}, {"lower", "lower back¹", false}},
		Notes:  []string{lowerNote},
	}
	t := table{Caption: "Exposure in minutes by what was seen", Head: []string{"Seen", "Area", "Week"}, Left: 1, Bar: "Share of all"}
	for i := range w.Days {
		t.Head = append(t.Head, shortDay(w.Days[i].Date))
	}
	perDay := make([]map[string]float64, len(w.Days))
	for i := range w.Days {
		perDay[i] = map[string]float64{}
		for _, s := range strains(&w.Days[i].Exposure) {
			perDay[i][s.name] = s.minutes
		}
	}
	for _, one := range all {
		area := areaNames[posture.AreaUpperBack]
		if one.lower {
			area = lowerMark
		}
		r := row{Name: one.name, Cells: []string{area, short(&one.minutes)}, Bar: 0}
		if whole := w.Exposure.Overall; whole != nil && *whole > 0 {
			r.Bar = one.minutes / *whole
		}
		for i := range w.Days {
			text := none
			if v, ok := perDay[i][one.name]; ok {
				text = short(&v)
			}
			r.Cells = append(r.Cells, text)
		}
		t.Rows = append(t.Rows, r)
	}
	s.Tables = []table{t}
	return s
}

func states(w *history.Week) *section {
	if w.Watched == 0 {
		return nil
	}
	s := &section{
		ID: "states", Title: "What the days were made of",
		Text:   []string{"All time that was watched, by what you were seen to do."},
		Charts: []chart{drawStates(w)},
	}
	var head []string
	var shown []posture.State
	for _, st := range posture.States {
		if w.States[st] > 0 {
			s.Legend = append(s.Legend, key{"s-" + string(st), stateNames[st], false})
			head = append(head, stateNames[st])
			shown = append(shown, st)
		}
	}
	inStates := daysTable(w, "Time in each state (h:mm)", append(head, "Watched"),
		func(f *history.Figures, _ *history.Day) []string {
			var cells []string
			for _, st := range shown {
				cells = append(cells, hours(f.States[st]))
			}
			return append(cells, hours(f.Watched))
		})
	t := daysTable(w, "Watched and judged (h:mm), coverage, and of the time judged the part upright and the mean score",
		[]string{"Watched", "Judged", "Coverage", "Score", "Upright share"},
		func(f *history.Figures, _ *history.Day) []string {
			return []string{hours(f.Watched), hours(f.Judged), percent(f.Coverage), whole(f.Score), percent(f.UprightShare)}
		})
	t.Bar = "Upright"
	for i := range w.Days {
		if share := w.Days[i].UprightShare; share != nil {
			t.Rows[i].Bar = *share
		}
	}
	if w.UprightShare != nil {
		t.Rows[len(w.Days)].Bar = *w.UprightShare
	}
	s.Tables = []table{inStates, t}
	s.Notes = []string{"Unknown is never counted as good."}
	return s
}

func sitting(w *history.Week) *section {
	if w.Watched == 0 {
		return nil
	}
	s := &section{ID: "sitting", Title: "Sitting and breaks"}
	bouts := 0
	for i := range w.Days {
		bouts += len(w.Days[i].Bouts)
	}
	if bouts == 0 {
		s.Text = []string{"No stretch of sitting was seen."}
	} else {
		first, last := hourRange(w)
		s.Text = []string{"A stretch of sitting ends with a break of two minutes."}
		s.Seen = "Each bar is a stretch; what of it goes beyond half an hour is darker. The thin line between two bars is a break. " +
			"The grey line runs under the hours in which Sitwell watched." +
			oddHours(w, "drawn one under the other")
		s.Charts = []chart{drawBouts(w, first, last)}
		s.Legend = []key{{"bout", "sitting", false}, {"over", "beyond 30 min", false}, {"rest", "break", true}, {"watch", "hour with watch", true}}
	}
	s.Tables = []table{daysTable(w, "Sitting (h:mm), breaks of two minutes and more, and of them full ones of five",
		[]string{"Sitting", "Stretches", "Longest", "Breaks", "Full", "Suggested", "Debt"},
		func(f *history.Figures, d *history.Day) []string {
			n := bouts
			if d != nil {
				n = len(d.Bouts)
			}
			longest := none
			if f.LongestBout != nil {
				longest = hours(*f.LongestBout)
			}
			return []string{
				hours(f.Sitting), fmt.Sprint(n), longest,
				fmt.Sprint(f.Breaks.Taken), fmt.Sprint(f.Breaks.Full), fmt.Sprint(f.Breaks.Due), fmt.Sprint(f.Breaks.Debt),
			}
		})}
	if bouts > 0 {
		t := table{Caption: "Stretches of sitting by the clock, and what was sat in them (h:mm)", Head: []string{"Day", "From, to and sat"}, Words: true}
		for i := range w.Days {
			d := &w.Days[i]
			if len(d.Bouts) == 0 {
				continue
			}
			var list []string
			for _, b := range d.Bouts {
				text := fmt.Sprintf("%s–%s (%s", clock(d, b.From, false), clock(d, b.To, true), hours(b.Sat))
				if b.Open {
					text += ", end not known"
				}
				list = append(list, text+")")
			}
			t.Rows = append(t.Rows, row{Name: dayName(d.Date), Cells: list, Bar: -1})
		}
		s.Tables = append(s.Tables, t)
	}
	return s
}

func slouching(w *history.Week) *section {
	if w.Watched == 0 {
		return nil
	}
	a := w.Alerts
	s := &section{ID: "slouching", Title: "Slouching and alerts"}
	if a.Total == 0 {
		s.Text = []string{"No alert came."}
	} else {
		text := capital(several(a.Total, "alert", "alerts")) + " came."
		if a.Strong+a.Dismissed+a.Wrong > 0 {
			text += fmt.Sprintf(" Of them %s the second, stronger word of an episode, %s put away, and %s called wrong.",
				was(a.Strong), was(a.Dismissed), was(a.Wrong))
		}
		if a.MedianCorrection != nil {
			text += fmt.Sprintf(" After %s you sat upright again, half of the times within %s of the first word.",
				several(a.Corrected, "episode with an alert", "episodes with an alert"), duration(*a.MedianCorrection))
		}
		s.Text = []string{text}
	}
	s.Tables = []table{daysTable(w, "Episodes of slouching with their lengths, alerts, and what came of them",
		[]string{"Episodes", "In all", "Median", "Longest", "Alerts", "Stronger", "Put away", "Wrong", "Corrected", "Time to correct, median"},
		func(f *history.Figures, _ *history.Day) []string {
			e, a := f.Episodes, f.Alerts
			all := none
			if e.Count > 0 {
				all = duration(e.Total)
			}
			return []string{
				fmt.Sprint(e.Count), all, durationOf(e.Median), durationOf(e.Longest),
				fmt.Sprint(a.Total), fmt.Sprint(a.Strong), fmt.Sprint(a.Dismissed), fmt.Sprint(a.Wrong), fmt.Sprint(a.Corrected), durationOf(a.MedianCorrection),
			}
		})}
	return s
}

// compared is a figure that weeks are compared by.
type compared struct {
	name string
	of   func(*history.Summary) *float64
	say  func(*float64) string
	most float64 // of its scale in a small chart; 0 for what the weeks have, negative for no chart
	unit string  // of a small chart
}

func value(of func(*history.Summary) float64) func(*history.Summary) *float64 {
	return func(s *history.Summary) *float64 {
		v := of(s)
		return &v
	}
}

func hoursOf(v *float64) string {
	if v == nil {
		return none
	}
	return hours(*v)
}

func areaExposure(a posture.Area) func(*history.Summary) *float64 {
	return func(s *history.Summary) *float64 { return exposureOf(&s.Exposure, a) }
}

func areaTension(a posture.Area) func(*history.Summary) *float64 {
	return func(s *history.Summary) *float64 { return meanTension(s.CheckIns, a) }
}

var comparedBy = []compared{
	{"Score", func(s *history.Summary) *float64 { return s.Score }, whole, 100, ""},
	{"Upright share", func(s *history.Summary) *float64 { return s.UprightShare }, percent, 1, "%"},
	{"Sitting", value(func(s *history.Summary) float64 { return s.Sitting }), hoursOf, 0, "h"},
	{"Longest sitting", func(s *history.Summary) *float64 { return s.LongestBout }, hoursOf, 0, "h"},
	{"Exposure, upper back", areaExposure(posture.AreaUpperBack), short, 0, "min"},
	{"Tension, upper back", areaTension(posture.AreaUpperBack), tenth, posture.MaxTension, ""},
	{"Exposure, lower back¹", areaExposure(posture.AreaLowerBack), short, 0, "min"},
	{"Tension, lower back", areaTension(posture.AreaLowerBack), tenth, posture.MaxTension, ""},
	{"Exposure, overall¹", areaExposure(posture.AreaOverall), short, -1, ""},
	{"Tension, overall", areaTension(posture.AreaOverall), tenth, -1, ""},
	{"Watched", value(func(s *history.Summary) float64 { return s.Watched }), hoursOf, -1, ""},
	{"Coverage", func(s *history.Summary) *float64 { return s.Coverage }, percent, -1, ""},
	{"Standing", value(func(s *history.Summary) float64 { return s.Standing }), hoursOf, -1, ""},
	{"Away", value(func(s *history.Summary) float64 { return s.Away }), hoursOf, -1, ""},
	{"Unknown", value(func(s *history.Summary) float64 { return s.Unobservable }), hoursOf, -1, ""},
	{"Slouching", value(func(s *history.Summary) float64 { return s.Slouching }), hoursOf, -1, ""},
	{"Episodes", value(func(s *history.Summary) float64 { return s.Episodes }), tenth, -1, ""},
	{"Alerts", value(func(s *history.Summary) float64 { return s.Alerts }), tenth, -1, ""},
	{"Breaks taken", value(func(s *history.Summary) float64 { return s.BreaksTaken }), tenth, -1, ""},
	{"Breaks suggested", value(func(s *history.Summary) float64 { return s.BreaksDue }), tenth, -1, ""},
}

func weeks(w *history.Week) *section {
	c := &w.Comparison
	s := &section{ID: "weeks", Title: "Against the weeks before", Small: true}
	if c.Before == nil && c.Earlier == nil {
		if w.Watched == 0 {
			return nil
		}
		s.Text = []string{"There is nothing to compare with: nothing was watched in the five weeks before."}
		return s
	}
	text := "This week beside the week before and the four before that, whose mean is over all their time together, so that a week of little data weighs little."
	if !w.Over {
		text += " This week is not over: shares, scores and tension can be compared, sums are of less time."
	}
	s.Text = []string{text}
	var this *history.Summary
	if w.Watched > 0 || len(w.CheckIns) > 0 {
		this = &c.This
	}
	s.Charts = drawWeeks(w, this)
	s.Legend = []key{{"now", "this week", false}, {"then", "weeks before", false}, {"mean", "mean of the four", true}}
	t := table{Caption: "This week against the five before; times in h:mm, exposure in minutes, tension 0 to 10, changes of shares in percentage points", Head: []string{"Figure", "This week"}}
	last := len(c.Weeks) - 1
	four := fmt.Sprintf("%s–%s", weekName(c.Weeks[0].Week), weekName(c.Weeks[last-1].Week))
	if c.EarlierCount < last {
		four = fmt.Sprintf("%d of ", c.EarlierCount) + four
	}
	t.Head = append(t.Head, "Week before", "Change", "Mean, "+four, "Change")
	for _, one := range c.Weeks[:last] {
		t.Head = append(t.Head, weekName(one.Week))
	}
	get := func(by *compared, s *history.Summary) *float64 {
		if s == nil {
			return nil
		}
		return by.of(s)
	}
	for i := range comparedBy {
		by := &comparedBy[i]
		now := get(by, this)
		r := row{Name: by.name, Cells: []string{by.say(now)}, Bar: -1}
		for _, then := range []*history.Summary{c.Before, c.Earlier} {
			v := get(by, then)
			change := none
			if now != nil && v != nil {
				change = strings.TrimSuffix(signed(*now-*v, by.say), " %")
			}
			r.Cells = append(r.Cells, by.say(v), change)
		}
		for _, one := range c.Weeks[:last] {
			r.Cells = append(r.Cells, by.say(get(by, one.Summary)))
		}
		t.Rows = append(t.Rows, r)
	}
	s.Tables = []table{t}
	s.Notes = []string{
		"Here a stretch of sitting counts for the week in which it ended, so what rests on its length may differ a little from the figures above. Changes are reckoned before rounding.",
		lowerNote,
	}
	return s
}

// weekName is "W47".
func weekName(w history.ISOWeek) string { return fmt.Sprintf("W%02d", w.Week) }

var terms = []term{
	{"You", "The person who was watched, at their own desk, by the camera of their own computer."},
	{"Score", fmt.Sprintf("0 to 100, where 100 is the person's own comfortable upright, as they showed it to the camera or as it was taken from their first minutes; it is no norm, and scores of two people can't be compared. A score of %.0f is a posture that only just is a slouch.", slouchScore)},
	{"Upright share", "The part of the time judged in which the posture was none of slouching, leaning in, leaning aside, looking down and turned."},
	{"Coverage", "The part of the time in which the person was or may have been there for which posture could be judged. A low one means that the figures tell of less than the day. Darkness, a covered or lost camera and being out of the picture lower it."},
	{"Unknown", "What could not be told is a state of its own: it never counts as good or as poor, as sitting or as a break. Where there is no data there is a dash and no score."},
	{"Episode", "An unbroken stretch of slouching; lapses of up to 5 s are bridged. An alert comes when one has lasted, usually 60 s."},
	{"Time to correct", "From the first alert of an episode until the person sat upright again. Standing up or leaving is no correction."},
	{"Exposure", fmt.Sprintf("Deviation from the own upright times time, in minutes: a minute that takes %.0f points from the score, which is a posture that only just is a slouch, is one; twice the points count twice, half a half. "+
		"For the lower back leaning counts that way, and unbroken sitting: by a half from the %.0fth minute on, in full from the %.0fth. It is no measure of harm.",
		history.SlouchPoints, history.LongFrom/60, history.LongFullFrom/60)},
	{"Lower back", history.LowerBackNote},
	{"Tension", "What the person answered to how an area of the back feels, 0 for none, 10 for the worst that can be thought of."},
	{"Break", "Two minutes and more of standing or being away, as the camera saw it; a full one is of five. One is suggested after 30 minutes of sitting and each 30 after. Debt counts the breaks suggested and not made up for that day, a full one making up for two."},
}

var closing = []string{
	"Sitwell watches how a person sits and tells of change from their own upright. It is no medical device, gives no medical advice and diagnoses nothing.",
	"No pictures were kept: this report is made of figures that were stored on the person's own machine alone.",
}
