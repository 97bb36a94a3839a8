package report

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"sitwell/posture"
	"sitwell/posture/history"
)

// chart is a drawing for the template: its marks in the order of painting.
type chart struct {
	ID          string
	Title, Desc string
	W, H        coord
	Marks       []mark
}

// mark is a rectangle, a line or a text.
type mark struct {
	Kind, Class string
	X, Y, W, H  coord // of a line W and H are its end
	Text        string
}

// coord is a length in a drawing's own pixels. A tenth is finer than what any
// screen or printer shows, and the same on every machine.
type coord float64

func (c coord) String() string {
	s := strconv.FormatFloat(math.Round(float64(c)*10)/10, 'f', 1, 64)
	if s = strings.TrimSuffix(s, ".0"); s == "-0" {
		return "0"
	}
	return s
}

func (c *chart) rect(class string, x, y, w, h float64) *mark {
	c.Marks = append(c.Marks, mark{"rect", class, coord(x), coord(y), coord(w), coord(h), ""})
	return &c.Marks[len(c.Marks)-1]
}

func (c *chart) line(class string, x, y, x2, y2 float64) {
	c.Marks = append(c.Marks, mark{"line", class, coord(x), coord(y), coord(x2), coord(y2), ""})
}

func (c *chart) text(class string, x, y float64, text string) {
	c.Marks = append(c.Marks, mark{"text", class, coord(x), coord(y), 0, 0, text})
}

// Measures of the drawings, in pixels. 680 is the width of the text on A4.
const (
	width  = 680.0
	gutter = 58.0 // for the names of the days
)

// grade is the class of a score's colour.
func grade(score float64) string {
	switch s := math.Round(score); {
	case s >= 90:
		return "h5"
	case s >= 80:
		return "h4"
	case s >= slouchScore:
		return "h3"
	case s >= 50:
		return "h2"
	}
	return "h1"
}

func drawHeat(w *history.Week, first, last int) chart {
	const top, high, gap = 20.0, 25.0, 2.0
	cell := (width - gutter) / float64(last-first+1)
	c := chart{ID: "hours", Title: "Score by hour and day", W: width, H: coord(top + 7*high)}
	for h := first; h <= last; h++ {
		c.text("m soft", gutter+cell*(float64(h-first)+0.5), 13, fmt.Sprintf("%02d", h))
	}
	best, worst := "", ""
	var bestScore, worstScore float64
	for i := range w.Days {
		d := &w.Days[i]
		y := top + high*float64(i)
		c.text("", 0, y+high/2+3, shortDay(d.Date))
		out := missing(d)
		for h := first; h <= last; h++ {
			x := gutter + cell*float64(h-first)
			score := w.Heat.Score[i][h]
			switch {
			case slices.Contains(out, h):
				c.rect("out", x, y, cell-gap, high-gap)
			case score == nil:
				c.rect("blank", x, y, cell-gap, high-gap)
			default:
				class := grade(*score)
				judged := w.Heat.Judged[i][h]
				if judged < thin {
					class += " thin"
				}
				c.rect(class, x, y, cell-gap, high-gap)
				c.text("m in-"+class, x+(cell-gap)/2, y+high/2+3, fmt.Sprintf("%.0f", *score))
				if judged >= thin {
					name := fmt.Sprintf("%s at %s", midnight(d.Date).Weekday(), hourName(h))
					if best == "" || *score > bestScore {
						best, bestScore = name, *score
					}
					if worst == "" || *score < worstScore {
						worst, worstScore = name, *score
					}
				}
			}
		}
	}
	c.Desc = "A row for each day, a column for each hour."
	if best != "" {
		c.Desc += fmt.Sprintf(" Of the hours with ten minutes judged the highest is %.0f, on %s, the lowest %.0f, on %s.", bestScore, best, worstScore, worst)
	}
	return c
}

func drawStates(w *history.Week) chart {
	const top, bar, row, right = 20.0, 17.0, 25.0, 46.0
	var most float64
	for i := range w.Days {
		most = math.Max(most, w.Days[i].Watched/3600)
	}
	step, end := scale(most, 8)
	c := chart{ID: "states", Title: "Time in each state by day", W: width, H: coord(top + 7*row)}
	x := func(hours float64) float64 { return gutter + (width-gutter-right)*hours/end }
	for v := 0.0; v <= end+step/2; v += step {
		c.line("grid", x(v), top-3, x(v), top+7*row-4)
		c.text("m soft", x(v), 12, tenth(&v)+" h")
	}
	for i := range w.Days {
		d := &w.Days[i]
		y := top + row*float64(i)
		c.text("", 0, y+bar/2+4, shortDay(d.Date))
		at := 0.0
		for _, st := range posture.States {
			if sec := d.States[st]; sec > 0 {
				c.rect("s-"+string(st), x(at), y, x(at+sec/3600)-x(at), bar)
				at += sec / 3600
			}
		}
		if d.Watched > 0 {
			c.text("soft", x(at)+5, y+bar/2+4, hours(d.Watched))
		}
	}
	c.Desc = fmt.Sprintf("A bar for each day, as long as what was watched of it, %s at the most, made of the time in each state.", duration(most*3600))
	return c
}

// scale is a step and an end of an axis that has at most so many steps and
// reaches beyond a value.
func scale(most float64, steps int) (step, end float64) {
	if !(most > 0) {
		return 1, 1
	}
	for base := math.Pow(10, math.Floor(math.Log10(most))-1); ; base *= 10 {
		for _, n := range []float64{1, 2, 5} {
			if step = n * base; math.Ceil(most/step-1e-9) <= float64(steps) {
				return step, step * math.Ceil(most/step-1e-9)
			}
		}
	}
}

// piece is the part of a stretch of time in hours of one day's clock.
type piece struct {
	from, to    float64
	lane, lanes int
	begin, end  time.Time
}

// pieces are the parts of a stretch on a day's clock: one as a rule, more where
// the clock was changed.
func pieces(d *history.Day, s history.Span) []piece {
	var out []piece
	for _, h := range wallHours(d) {
		begin, end := s.From, s.To
		if begin.Before(h.From) {
			begin = h.From
		}
		if end.After(h.To) {
			end = h.To
		}
		if !begin.Before(end) {
			continue
		}
		p := piece{h.at(begin), h.at(end), h.lane, h.lanes, begin, end}
		if n := len(out); n > 0 {
			if last := &out[n-1]; last.lanes == p.lanes && last.lane == p.lane && last.end.Equal(p.begin) && math.Abs(last.to-p.from) < 1e-6 {
				last.to, last.end = p.to, p.end
				continue
			}
		}
		out = append(out, p)
	}
	return out
}

// lie is where of a height a piece lies.
func (p *piece) lie(height float64) (from, high float64) {
	high = height / float64(p.lanes)
	return high * float64(p.lane), high
}

func drawBouts(w *history.Week, first, last int) chart {
	const top, bar, row = 20.0, 15.0, 26.0
	hour := (width - gutter - 10) / float64(last-first+1)
	c := chart{ID: "sitting", Title: "Stretches of sitting by day and hour", W: width, H: coord(top + 7*row)}
	x := func(h float64) float64 { return gutter + hour*(h-float64(first)) }
	draw := func(class string, d *history.Day, s history.Span, y, height float64, tip string) {
		for _, p := range pieces(d, s) {
			from, high := p.lie(height)
			c.rect(class, x(p.from), y+from, x(p.to)-x(p.from), high).Text = tip
		}
	}
	for h := first; h <= last+1; h++ {
		c.line("grid", x(float64(h)), top-4, x(float64(h)), top+7*row-4)
		if last-first < 14 || (h-first)%2 == 0 {
			c.text("m soft", x(float64(h)), 12, fmt.Sprintf("%02d", h))
		}
	}
	count, longest, on := 0, 0.0, ""
	for i := range w.Days {
		d := &w.Days[i]
		y := top + row*float64(i)
		c.text("", 0, y+bar/2+4, shortDay(d.Date))
		for _, h := range missing(d) {
			if h >= first && h <= last {
				c.rect("out", x(float64(h)), y, hour, bar)
			}
		}
		for j := range d.Hours {
			if h := &d.Hours[j]; h.Watched > 0 {
				draw("watch", d, h.Span, y+bar+2, 3, "")
			}
		}
		for j := range d.Bouts {
			b := &d.Bouts[j]
			if j > 0 {
				// Between two stretches is a break where it was watched.
				gap := history.Span{From: d.Bouts[j-1].To, To: b.From}
				for k := range d.Hours {
					if h := &d.Hours[k]; h.Watched > 0 {
						draw("rest", d, common(gap, h.Span), y+bar/2-1, 2, "")
					}
				}
			}
			tip := fmt.Sprintf("%s–%s, %s sat", clock(d, b.From, false), clock(d, b.To, true), duration(b.Sat))
			begin, over := b.Span, b.Span
			if b.Sat > history.LongFullFrom {
				// Interruptions too short to end it are taken to be even.
				whole := float64(b.To.Sub(b.From))
				begin.To = b.From.Add(time.Duration(whole * history.LongFullFrom / b.Sat))
				over.From = begin.To
			} else {
				over.From = over.To
			}
			draw("bout", d, begin, y, bar, tip)
			draw("over", d, over, y, bar, tip)
			count++
			if b.Sat > longest {
				longest, on = b.Sat, midnight(d.Date).Weekday().String()
			}
		}
	}
	c.Desc = fmt.Sprintf("A row for each day, with %s, the longest of %s on %s.", several(count, "stretch of sitting", "stretches of sitting"), duration(longest), on)
	return c
}

// common is what two stretches have in common; it ends before it begins if that
// is nothing.
func common(a, b history.Span) history.Span {
	if a.From.Before(b.From) {
		a.From = b.From
	}
	if a.To.After(b.To) {
		a.To = b.To
	}
	return a
}

func most(all []strain) (v float64) {
	for _, s := range all {
		v = math.Max(v, s.minutes)
	}
	return v
}

func drawSignals(all []strain) chart {
	const left, right, bar, row = 150.0, 44.0, 13.0, 20.0
	top := most(all)
	c := chart{ID: "signals", Title: "Exposure by what was seen", W: width, H: coord(row*float64(len(all)) + 2)}
	var list []string
	for i, s := range all {
		y := row*float64(i) + 2
		long := 0.0
		if top > 0 {
			long = (width - left - right) * s.minutes / top
		}
		class := "exposure"
		if s.lower {
			class = "lower"
		}
		c.text("", 0, y+bar-2, s.name)
		c.rect(class, left, y, math.Max(long, 0.5), bar)
		c.text("soft", left+long+5, y+bar-2, short(&s.minutes))
		list = append(list, fmt.Sprintf("%s %s", strings.ToLower(s.name), short(&s.minutes)))
	}
	c.Desc = "Bars in minutes: " + and(list) + "."
	return c
}

// drawTension draws for each area its exposure by day, above what was said of
// its tension.
func drawTension(w *history.Week) []chart {
	const wide, left, top, high, between, low = 220.0, 30.0, 24.0, 84.0, 28.0, 50.0
	var most float64
	for i := range w.Days {
		if v := w.Days[i].Exposure.Overall; v != nil {
			most = math.Max(most, *v)
		}
	}
	step, end := scale(most, 4)
	said := len(w.CheckIns) > 0
	var out []chart
	for _, a := range posture.Areas {
		mark := ""
		if a != posture.AreaUpperBack {
			mark = "¹"
		}
		c := chart{ID: "tension-" + string(a), W: wide}
		c.Title = areaNames[a] + ": exposure"
		base := top + high
		under := base
		if said {
			c.Title += " and tension"
			under += between + low
		}
		c.H = coord(under + 18)
		c.text("name", 0, 11, areaNames[a]+mark)
		c.text("e soft", wide, 11, "exposure, min")
		for v := 0.0; v <= end+step/2; v += step {
			y := base - high*v/end
			c.line("grid", left, y, wide, y)
			c.text("e soft", left-4, y+3, tenth(&v))
		}
		if said {
			c.text("e soft", wide, under-low-8, "tension, 0 to 10")
			for _, v := range []float64{0, 5, 10} {
				y := under - low*v/posture.MaxTension
				c.line("grid", left, y, wide, y)
				c.text("e soft", left-4, y+3, tenth(&v))
			}
		}
		each := (wide - left) / 7
		var list []string
		for i := range w.Days {
			d := &w.Days[i]
			x := left + each*float64(i)
			c.text("m soft", x+each/2, under+13, midnight(d.Date).Format("Mon")[:2])
			v := exposureOf(&d.Exposure, a)
			if v != nil {
				h := high * *v / end
				c.rect("exposure", x+4, base-h, each-8, h)
			}
			t := tensionOf(d.CheckIns, a)
			if t != nil {
				h := low * t.Mean / posture.MaxTension
				c.rect("tension", x+4, under-h, each-8, math.Max(h, 1.5))
				y := under - low*float64(t.Highest)/posture.MaxTension
				c.line("highest", x+4, y, x+each-4, y)
			}
			switch {
			case v != nil && t != nil:
				list = append(list, fmt.Sprintf("%s %s min, tension %s", midnight(d.Date).Weekday(), short(v), tenth(&t.Mean)))
			case v != nil:
				list = append(list, fmt.Sprintf("%s %s min", midnight(d.Date).Weekday(), short(v)))
			case t != nil:
				list = append(list, fmt.Sprintf("%s tension %s", midnight(d.Date).Weekday(), tenth(&t.Mean)))
			}
		}
		c.Desc = "By day: " + strings.Join(list, "; ") + "."
		if len(list) == 0 {
			c.Desc = "Nothing is known of this area."
		}
		out = append(out, c)
	}
	return out
}

// drawWeeks draws small charts of six weeks, this one the last.
func drawWeeks(w *history.Week, this *history.Summary) []chart {
	const wide, top, high = 160.0, 20.0, 58.0
	c := &w.Comparison
	all := append(slices.Clone(c.Weeks), history.WeekSummary{Week: w.Week, Summary: this})
	var out []chart
	for i := range comparedBy {
		by := &comparedBy[i]
		if by.most < 0 {
			continue
		}
		most, any := by.most, false
		for _, one := range all {
			if one.Summary != nil {
				if v := by.of(one.Summary); v != nil {
					any = true
					if by.most == 0 {
						most = math.Max(most, *v)
					}
				}
			}
		}
		if !any {
			continue
		}
		if most == 0 {
			most = 1
		}
		d := chart{ID: fmt.Sprintf("weeks-%d", i), Title: strings.TrimSuffix(by.name, "¹") + " by week", W: wide, H: coord(top + high + 28)}
		d.text("name", 0, 11, by.name)
		d.text("e soft", wide, 11, by.unit)
		base := top + high
		each := wide / float64(len(all))
		var list []string
		for j, one := range all {
			x := each * float64(j)
			class, name := "then", "soft"
			if j == len(all)-1 {
				class, name = "now", "strong"
			}
			d.text("m "+name, x+each/2, base+25, weekName(one.Week))
			var v *float64
			if one.Summary != nil {
				v = by.of(one.Summary)
			}
			said := strings.TrimSuffix(by.say(v), " %")
			if hours := 3600.0; by.unit == "h" && v != nil && *v >= 10*hours {
				said = fmt.Sprintf("%.0f", *v/hours) // there is no room for its minutes
			}
			list = append(list, weekName(one.Week)+" "+strings.Replace(by.say(v), none, "none", 1))
			if v == nil {
				d.text("m soft", x+each/2, base+13, said)
				continue
			}
			h := high * math.Min(1, *v/most)
			d.rect(class, x+3, base-h, each-6, math.Max(h, 1))
			d.text("m "+name, x+each/2, base+13, said)
		}
		d.line("grid", 0, base, wide, base)
		if c.Earlier != nil {
			if v := by.of(c.Earlier); v != nil {
				y := base - high*math.Min(1, *v/most)
				d.line("mean", 0, y, each*4, y)
			}
		}
		d.Desc = strings.Join(list, ", ") + "."
		out = append(out, d)
	}
	return out
}
