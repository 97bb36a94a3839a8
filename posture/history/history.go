package history

import (
	"context"
	"fmt"
	"time"

	"sitwell/posture"
)

// Day is one day of a person's calendar.
type Day struct {
	Date Date `json:"date"`
	// Zone is the IANA name of the zone in force at the day's beginning.
	Zone string `json:"zone"`
	// From and To bound the day, in local time; nil when the date never was.
	From *time.Time `json:"from"`
	To   *time.Time `json:"to"`
	// Spans are the instants of the day: one span, but see [Zones.Day].
	Spans []Span `json:"spans"`
	Figures
	// Hours are the hours that the local clock showed, in the order in which
	// they were lived: 24, or 23 or 25 when the clock was changed. The hour
	// that comes twice is two of them, the one left out none.
	Hours []Hour `json:"hours"`
	Bouts []Bout `json:"bouts"`
}

// Hour is an hour of the local clock.
type Hour struct {
	Hour int `json:"hour"` // 0 to 23
	Span
	Watched   float64  `json:"watched_s"`
	Judged    float64  `json:"judged_s"`
	Sitting   float64  `json:"sitting_s"`
	Slouching float64  `json:"slouching_s"`
	Score     *float64 `json:"score"`
}

// Week is an ISO 8601 week of a person's calendar.
type Week struct {
	Week  ISOWeek `json:"week"`
	First Date    `json:"first"`
	Last  Date    `json:"last"`
	// From and To bound the week, in local time.
	From *time.Time `json:"from"`
	To   *time.Time `json:"to"`
	// Over is false while the week goes on or is still to come.
	Over bool `json:"over"`
	Figures
	Days       []Day      `json:"days"` // seven, from Monday
	Heat       Heat       `json:"heat"`
	Comparison Comparison `json:"comparison"`
	Insights   []Insight  `json:"insights"`
}

// Heat is a week by day, from Monday, and local hour, from 0. An hour that the
// clock shows twice holds both, one that it leaves out nothing: [Day.Hours]
// tells them apart.
type Heat struct {
	Score   [7][24]*float64 `json:"score"`
	Judged  [7][24]float64  `json:"judged_s"`
	Sitting [7][24]float64  `json:"sitting_s"`
}

// ReadDay returns the figures of a day. What goes on at now is told as far as it
// has come.
func ReadDay(ctx context.Context, src Source, d Date, now time.Time) (Day, error) {
	r, err := read(ctx, src, d, d, now)
	if err != nil {
		return Day{}, fmt.Errorf("read the history of %s: %w", d, err)
	}
	return r.day(0), nil
}

// ReadWeek returns the figures of a week, beside the week before and the four
// before that. What goes on at now is told as far as it has come.
func ReadWeek(ctx context.Context, src Source, w ISOWeek, now time.Time) (Week, error) {
	r, err := read(ctx, src, w.First(), w.Last(), now)
	if err != nil {
		return Week{}, fmt.Errorf("read the history of %s: %w", w, err)
	}
	before, err := r.before(ctx, src, w)
	if err != nil {
		return Week{}, fmt.Errorf("read the weeks before %s: %w", w, err)
	}
	week := Week{Week: w, First: w.First(), Last: w.Last(), Days: make([]Day, 7)}
	var whole part
	for i := range r.days {
		week.Days[i] = r.day(i)
		whole.add(&r.days[i].part)
		whole.spans = append(whole.spans, r.days[i].spans...)
		week.Heat.fill(i, r.days[i].hours)
	}
	whole.spans = merged(whole.spans)
	week.From, week.To = ends(whole.spans)
	week.Over = week.To != nil && !now.Before(*week.To)
	week.Figures, _ = whole.figures(r.bouts)
	week.Comparison = compared(w, r.totals(), before)
	week.Insights = r.insights(before)
	return week, nil
}

// fill sets the row of a day.
func (h *Heat) fill(day int, hours []hourSums) {
	var sums [24]Sums
	for i := range hours {
		sums[hours[i].hour].Add(hours[i].Sums)
	}
	for i := range sums {
		h.Score[day][i] = tidied(sums[i].Score())
		h.Judged[day][i] = tidy(sums[i].ScoreSeconds)
		h.Sitting[day][i] = tidy(sums[i].Sitting())
	}
}

// reading is what was read of some days in a row.
type reading struct {
	zones       Zones
	first, last Date
	base        int64  // Unix seconds of the first slot
	slots       []slot // one for each quarter from base on
	days        []dayPart
	quarters    []Quarter
	events      []posture.Event
	digest
}

// slot says which day and hour a quarter belongs to.
type slot struct {
	day  int // -1 for none of those read
	hour int // its place among the day's hours
}

type dayPart struct {
	part
	hours []hourSums
}

type hourSums struct {
	hour   int
	offset int64 // of the clock, in seconds
	Span
	Sums
}

// read gets the dates first to last.
func read(ctx context.Context, src Source, first, last Date, now time.Time) (*reading, error) {
	zones, err := src.Zones(ctx)
	if err != nil {
		return nil, fmt.Errorf("zones: %w", err)
	}
	r := &reading{zones: zones, first: first, last: last}
	r.lay()
	var spans []Span
	for i := range r.days {
		spans = append(spans, r.days[i].spans...)
	}
	spans = merged(spans)
	if len(spans) == 0 {
		return r, nil
	}
	from, to := spans[0].From.UTC(), spans[len(spans)-1].To.UTC()
	if r.quarters, err = src.Quarters(ctx, from.Add(-around), to); err != nil {
		return nil, fmt.Errorf("quarters of an hour: %w", err)
	}
	if r.events, err = src.Events(ctx, from.Add(-around), to.Add(around)); err != nil {
		return nil, fmt.Errorf("events: %w", err)
	}
	var answers []posture.Event
	if a, ok := src.(Answerer); ok {
		if answers, err = a.Answers(ctx, from, to); err != nil {
			return nil, fmt.Errorf("answers to alerts: %w", err)
		}
	}
	limit := to
	if now.Before(to) {
		limit = now
	}
	r.events = happened(r.events, answers)
	r.digest = digested(r.events, r.quarters, limit)
	return r, r.deal()
}

// lay divides time into the days and their hours.
func (r *reading) lay() {
	r.base = begin(r.first)
	r.days = make([]dayPart, r.last-r.first+1)
	r.slots = make([]slot, 0, (len(r.days)*86400+2*farthest)/quarter)
	was := -1 // the day of the quarter before
	r.zones.walk(r.first, r.last, func(c *clock) {
		date, hour := c.date(), c.hour()
		if date < r.first || date > r.last {
			r.slots = append(r.slots, slot{day: -1})
			was = -1
			return
		}
		i := int(date - r.first)
		d := &r.days[i]
		begins := c.time()
		ends := begins.Add(quarter * time.Second)
		if was != i {
			d.spans = append(d.spans, Span{From: begins})
		}
		d.spans[len(d.spans)-1].To = ends
		if n := len(d.hours); was != i || d.hours[n-1].hour != hour || d.hours[n-1].offset != c.offset {
			d.hours = append(d.hours, hourSums{hour: hour, offset: c.offset, Span: Span{From: begins}})
		}
		d.hours[len(d.hours)-1].To = ends
		r.slots = append(r.slots, slot{day: i, hour: len(d.hours) - 1})
		was = i
	})
}

// slot is where an instant belongs.
func (r *reading) slot(t time.Time) slot {
	i := floorDiv(t.Unix()-r.base, quarter)
	if i < 0 || i >= int64(len(r.slots)) {
		return slot{day: -1}
	}
	return r.slots[i]
}

// deal gives each day what is its own.
func (r *reading) deal() error {
	for _, q := range r.quarters {
		if floorMod(q.Start.Unix(), quarter) != 0 {
			return fmt.Errorf("a quarter of an hour begins at %s: want a multiple of 15 minutes", q.Start.UTC().Format(time.RFC3339))
		}
		if s := r.slot(q.Start); s.day >= 0 {
			d := &r.days[s.day]
			d.sums.Add(q.Sums)
			d.hours[s.hour].Add(q.Sums)
		}
	}
	at := func(t time.Time) *dayPart {
		if s := r.slot(t); s.day >= 0 {
			return &r.days[s.day]
		}
		return nil
	}
	for _, e := range r.episodes {
		if d := at(e.to); d != nil {
			d.episodes = append(d.episodes, e.seconds)
		}
	}
	for i := range r.alerts {
		if d := at(r.alerts[i].Time); d != nil {
			d.alerts = append(d.alerts, &r.alerts[i])
		}
	}
	for _, e := range r.rests {
		if d := at(e.at); d != nil {
			d.rests = append(d.rests, e)
		}
	}
	for _, c := range r.checkIns {
		if d := at(c.Time); d != nil {
			d.checkIns = append(d.checkIns, c)
		}
	}
	for _, e := range r.done {
		if d := at(e.Time); d != nil {
			d.done = append(d.done, e)
		}
	}
	for i := range r.days {
		r.days[i].owe()
	}
	return nil
}

// day tells one of the days.
func (r *reading) day(i int) Day {
	p := &r.days[i]
	d := Day{Date: r.first + Date(i), Spans: p.spans, Hours: make([]Hour, len(p.hours))}
	if d.Spans == nil {
		d.Spans = []Span{}
	}
	d.From, d.To = ends(d.Spans)
	zone := r.zones.At(time.Unix(int64(d.Date)*86400, 0))
	if d.From != nil {
		zone = d.From.Location()
	}
	d.Zone = zone.String()
	d.Figures, d.Bouts = p.figures(r.bouts)
	for i := range p.hours {
		h := &p.hours[i]
		d.Hours[i] = Hour{
			Hour: h.hour, Span: h.Span,
			Watched: tidy(h.Watched()), Judged: tidy(h.ScoreSeconds), Sitting: tidy(h.Sitting()),
			Slouching: tidy(h.In(posture.Slouching)), Score: tidied(h.Score()),
		}
	}
	return d
}

// totals are those of the days read, by the definition of [TotalsOf].
func (r *reading) totals() Totals {
	t := Totals{Sums: r.whole()}
	for _, e := range r.events {
		if r.slot(e.Time).day >= 0 {
			t.count(e)
		}
	}
	return t
}

// whole are the sums of all days read.
func (r *reading) whole() (s Sums) {
	for i := range r.days {
		s.Add(r.days[i].sums)
	}
	return s
}
