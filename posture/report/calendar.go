package report

import (
	"fmt"
	"slices"
	"time"

	"sitwell/posture/history"
)

// wallHour is an hour of a day as the local clock showed it.
type wallHour struct {
	*history.Hour
	// lane is which of the lanes hours of that name it is: an hour that the
	// clock showed twice has two, drawn one under the other.
	lane, lanes int
}

// wallHours are the hours of a day, in the order in which they were lived.
func wallHours(d *history.Day) []wallHour {
	var count [24]int
	all := make([]wallHour, len(d.Hours))
	for i := range d.Hours {
		h := &d.Hours[i]
		all[i] = wallHour{Hour: h, lane: count[h.Hour]}
		count[h.Hour]++
	}
	for i := range all {
		all[i].lanes = count[all[i].Hour.Hour]
	}
	return all
}

// at is where in the day an instant of the hour is, in hours of its clock.
func (h *wallHour) at(t time.Time) float64 {
	return float64(h.Hour.Hour) + float64(h.From.Minute())/60 + t.Sub(h.From).Hours()
}

// missing are the hours that the clock of a day left out.
func missing(d *history.Day) []int {
	var there [24]bool
	for _, h := range d.Hours {
		there[h.Hour] = true
	}
	var out []int
	for h, ok := range there {
		if !ok {
			out = append(out, h)
		}
	}
	return out
}

// clock says when it was by the clock of the day: "09:05", of an hour that came
// twice "02:30 CEST". The end of a stretch at midnight is "24:00".
func clock(d *history.Day, t time.Time, end bool) string {
	for _, h := range wallHours(d) {
		if t.Before(h.From) || t.After(h.To) || t.Equal(h.To) && !end || t.Equal(h.From) && end {
			continue
		}
		local := t.In(h.From.Location())
		text := local.Format("15:04")
		if end && t.Equal(h.To) && text == "00:00" {
			text = "24:00"
		}
		if h.lanes > 1 {
			text += h.From.Format(" MST")
		}
		return text
	}
	return t.Format("15:04")
}

// stay is a time zone and when the week's days began to be told in it.
type stay struct {
	zone string
	from time.Time
}

// stays are the zones of a week, in the order in which they were lived in.
func stays(w *history.Week) []stay {
	var all []time.Time
	for i := range w.Days {
		for _, h := range w.Days[i].Hours {
			all = append(all, h.From)
		}
	}
	// Days that were lived twice lie in one another.
	slices.SortFunc(all, time.Time.Compare)
	var out []stay
	for _, t := range all {
		if name := t.Location().String(); len(out) == 0 || out[len(out)-1].zone != name {
			out = append(out, stay{name, t})
		}
	}
	return out
}

// lived is how many hours a day had.
func lived(d *history.Day) float64 {
	var sum float64
	for _, s := range d.Spans {
		sum += s.Seconds()
	}
	return sum / 3600
}

// moved reports whether the zone changed on a day, or at its edge.
func moved(w *history.Week, day int) bool {
	zone := func(of int, last bool) string {
		if of < 0 || of >= len(w.Days) || len(w.Days[of].Hours) == 0 {
			return ""
		}
		hours := w.Days[of].Hours
		if last {
			return hours[len(hours)-1].From.Location().String()
		}
		return hours[0].From.Location().String()
	}
	first, last := zone(day, false), zone(day, true)
	before, after := zone(day-1, true), zone(day+1, false)
	return first != last || before != "" && before != first || after != "" && after != last
}

// oddDays says which days had not 24 hours in one piece, and why.
func oddDays(w *history.Week) []string {
	var out []string
	for i := range w.Days {
		d := &w.Days[i]
		name, n := longDay(d.Date), lived(d)
		if len(d.Hours) == 0 {
			out = append(out, name+" never was: the calendar left it out where you were.")
			continue
		}
		why := "the clocks were changed"
		if moved(w, i) {
			why = "you changed the time zone"
		}
		switch {
		case len(d.Spans) > 1:
			out = append(out, fmt.Sprintf("%s came in %s parts, with hours of the next day between, %s hours in all: %s.", name, number(len(d.Spans)), tenth(&n), why))
		case n != 24:
			out = append(out, fmt.Sprintf("%s had %s hours: %s.", name, tenth(&n), why))
		}
	}
	return out
}

// oddHours says how a drawing shows hours that the clock showed twice or not at
// all; as is how those that came twice are drawn.
func oddHours(w *history.Week, as string) string {
	var twice, never bool
	for i := range w.Days {
		never = never || len(missing(&w.Days[i])) > 0
		for _, h := range wallHours(&w.Days[i]) {
			twice = twice || h.lanes > 1
		}
	}
	text := ""
	if twice {
		text += " Hours that the clock showed twice are " + as + "."
	}
	if never {
		text += " Hours that it left out are hatched."
	}
	return text
}
