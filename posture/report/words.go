package report

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"sitwell/posture"
	"sitwell/posture/history"
)

// none stands where there is no figure.
const none = "–"

// stateNames are the states as a reader who doesn't know Sitwell is told them.
var stateNames = map[posture.State]string{
	posture.Upright: "Upright", posture.Slouching: "Slouching", posture.LeaningIn: "Leaning in",
	posture.LeaningAside: "Leaning aside", posture.LookingDown: "Looking down", posture.Turned: "Turned",
	posture.Standing: "Standing", posture.Away: "Away", posture.Unknown: "Unknown",
}

var signalNames = map[posture.Signal]string{
	posture.HeadDrop: "Head sunk", posture.HeadForward: "Head forward", posture.Sink: "Sunk in the chair",
	posture.UpperBack: "Upper back rounded", posture.LeanIn: "Leaning in", posture.LeanAside: "Leaning aside",
	posture.HeadPitch: "Face down",
}

// upperSignals and lowerSignals part the signals as package history does;
// TestSignalsAddUp holds that.
var (
	upperSignals = []posture.Signal{posture.HeadDrop, posture.HeadForward, posture.Sink, posture.UpperBack, posture.HeadPitch}
	lowerSignals = []posture.Signal{posture.LeanIn, posture.LeanAside}
)

var areaNames = map[posture.Area]string{
	posture.AreaUpperBack: "Upper back", posture.AreaLowerBack: "Lower back", posture.AreaOverall: "Overall",
}

// duration says a length: "24 s", "1 min 20 s", "42 min", "1 h 5 min".
func duration(seconds float64) string {
	s := int(math.Round(math.Max(0, seconds)))
	switch {
	case s < 60:
		return fmt.Sprintf("%d s", s)
	case s < 300 && s%60 != 0:
		return fmt.Sprintf("%d min %d s", s/60, s%60)
	}
	m := (s + 30) / 60
	switch {
	case m < 60:
		return fmt.Sprintf("%d min", m)
	case m%60 == 0:
		return fmt.Sprintf("%d h", m/60)
	}
	return fmt.Sprintf("%d h %d min", m/60, m%60)
}

// clockHours says a length as "35:12 h".
func clockHours(seconds float64) string { return hours(seconds) + " h" }

func durationOf(seconds *float64) string {
	if seconds == nil {
		return none
	}
	return duration(*seconds)
}

// hours says a length as in a table: "6:05" is six hours and five minutes, and
// what is under a minute but not nothing "<0:01".
func hours(seconds float64) string {
	m := int(math.Round(seconds / 60))
	if m == 0 && seconds > 0 {
		return "<0:01"
	}
	return fmt.Sprintf("%d:%02d", m/60, m%60)
}

// percent says a share of 0 to 1.
func percent(share *float64) string {
	if share == nil {
		return none
	}
	return fmt.Sprintf("%.0f %%", 100**share)
}

// whole says a figure without decimals.
func whole(v *float64) string {
	if v == nil {
		return none
	}
	return fmt.Sprintf("%.0f", *v)
}

// tenth says a figure with one decimal, but for one that has none.
func tenth(v *float64) string {
	if v == nil {
		return none
	}
	return strings.TrimSuffix(fmt.Sprintf("%.1f", *v), ".0")
}

// short says a figure to two or three places: "0", "3.4", "34".
func short(v *float64) string {
	switch {
	case v == nil:
		return none
	case *v < 9.95:
		return tenth(v)
	}
	return whole(v)
}

// signed puts a change's sign before it; one too small to be said is none.
func signed(change float64, say func(*float64) string) string {
	size, zero := math.Abs(change), 0.0
	text := say(&size)
	switch {
	case text == say(&zero), strings.HasPrefix(text, "<"):
		return "±" + say(&zero)
	case change < 0:
		return "−" + text
	}
	return "+" + text
}

// several says how many there are of something.
func several(n int, one, many string) string {
	if n == 1 {
		return "one " + one
	}
	return number(n) + " " + many
}

// number says a small number in words.
func number(n int) string {
	words := []string{"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"}
	if n >= 0 && n < len(words) {
		return words[n]
	}
	return fmt.Sprint(n)
}

// capital begins a sentence.
func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// and joins what is told together.
func and(parts []string) string {
	if n := len(parts); n > 1 {
		return strings.Join(parts[:n-1], ", ") + " and " + parts[n-1]
	}
	return strings.Join(parts, "")
}

func midnight(d history.Date) time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// dayName is "Mon 16 Nov".
func dayName(d history.Date) string { return midnight(d).Format("Mon 2 Jan") }

// shortDay is "Mon 16".
func shortDay(d history.Date) string { return midnight(d).Format("Mon 2") }

// longDay is "Monday 16 November".
func longDay(d history.Date) string { return midnight(d).Format("Monday 2 January") }

// dates says the days of a week.
func dates(first, last history.Date) string {
	a, b := midnight(first), midnight(last)
	from := a.Format("Monday 2 January 2006")
	switch {
	case a.Year() == b.Year() && a.Month() == b.Month():
		from = a.Format("Monday 2")
	case a.Year() == b.Year():
		from = a.Format("Monday 2 January")
	}
	return from + " to " + b.Format("Monday 2 January 2006")
}

// hourName is "09:00".
func hourName(h int) string { return fmt.Sprintf("%02d:00", h%24) }

// A figure of an insight, by name: what it is called and how it is said.
type figureWord struct {
	name, word string
	say        func(float64) string
}

var (
	asShare = func(v float64) string { return percent(&v) }
	asCount = func(v float64) string { return fmt.Sprintf("%.0f", v) }
)

// figureWords are the figures of all insights, in the order in which they are
// told.
var figureWords = []figureWord{
	{"weekday", "day", func(v float64) string { return time.Weekday(int(v) % 7).String() }},
	{"hour", "from", func(v float64) string { return hourName(int(v)) }},
	{"upright_share", "upright", asShare},
	{"upright_share_after", "upright after", asShare},
	{"upright_share_before", "upright before", asShare},
	{"upright_share_else", "upright on the other days", asShare},
	{"lowest_before", "lowest of the weeks before", asShare},
	{"highest_before", "highest of them", asShare},
	{"slouch_share", "slouching then", asShare},
	{"slouch_share_else", "slouching in the other hours", asShare},
	{"minutes", "within", func(v float64) string { return asCount(v) + " min" }},
	{"bouts", "long stretches of sitting", asCount},
	{"bouts_by_then", "slouching by then in", asCount},
	{"bouts_in_half_an_hour", "within half an hour in", asCount},
	{"breaks", "breaks", asCount},
	{"breaks_alike", "of them alike", asCount},
	{"days", "days that show both", asCount},
	{"days_above", "of them with more then", asCount},
	{"hour_s", "judged then", duration},
	{"day_s", "judged that day", duration},
	{"after_s", "judged after", duration},
	{"before_s", "judged before", duration},
	{"else_s", "judged in the rest", duration},
}

// figuresOf says an insight's figures.
func figuresOf(in *history.Insight) string {
	var parts []string
	left := maps.Clone(in.Figures)
	for _, w := range figureWords {
		if v, ok := left[w.name]; ok {
			parts = append(parts, w.word+" "+w.say(v))
			delete(left, w.name)
		}
	}
	// What a newer history tells is told by its own name.
	for _, name := range slices.Sorted(maps.Keys(left)) {
		v := left[name]
		parts = append(parts, strings.ReplaceAll(name, "_", " ")+" "+tenth(&v))
	}
	return strings.Join(parts, ", ")
}

// behind says how much data an insight rests on.
func behind(in *history.Insight) string {
	what, how := "days", "judged"
	switch in.Rule {
	case history.RuleChanged:
		what = "earlier weeks"
	case history.RuleOnset:
		what, how = "stretches of sitting", "sat"
	case history.RuleAfterBreak:
		what = "breaks"
	}
	return fmt.Sprintf("%d %s, %s %s", in.N, what, duration(in.Seconds), how)
}
