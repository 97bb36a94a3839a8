package history

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Date is a day of the calendar: days since 1970-01-01. It says nothing of a
// zone.
type Date int

// The first and the last year of history: instants are stored as nanoseconds
// since 1970, which end in 2262.
const (
	MinYear = 1970
	MaxYear = 2261
)

// NewDate returns the date of a year, month and day; what is out of its range is
// carried over as [time.Date] does it.
func NewDate(year int, month time.Month, day int) Date {
	return Date(floorDiv(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix(), 86400))
}

// ParseDay reads a date as in "2026-11-20", of the years 1970 to 2261. A date
// that does not exist is an error that says why.
func ParseDay(s string) (Date, error) {
	bad := func(why string) (Date, error) {
		return 0, fmt.Errorf("day is %s: %s", quote(s), why)
	}
	year, month, day, ok := 0, 0, 0, len(s) == 10 && s[4] == '-' && s[7] == '-'
	if ok {
		var y, m, d bool
		year, y = digits(s[:4])
		month, m = digits(s[5:7])
		day, d = digits(s[8:])
		ok = y && m && d
	}
	switch {
	case !ok:
		return bad(`want year, month and day as in "2026-11-20"`)
	case year < MinYear || year > MaxYear:
		return bad(fmt.Sprintf("years go from %d to %d", MinYear, MaxYear))
	case month < 1 || month > 12:
		return bad("months go from 01 to 12")
	}
	if last := time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day(); day < 1 || day > last {
		return bad(fmt.Sprintf("%s %d has days 01 to %d", time.Month(month), year, last))
	}
	return NewDate(year, time.Month(month), day), nil
}

// ParseDays reads the first and the last day of a range; a last day before the
// first is an error.
func ParseDays(from, to string) (first, last Date, err error) {
	if first, err = ParseDay(from); err != nil {
		return 0, 0, fmt.Errorf("from: %w", err)
	}
	if last, err = ParseDay(to); err != nil {
		return 0, 0, fmt.Errorf("to: %w", err)
	}
	if last < first {
		return 0, 0, fmt.Errorf("days run backwards: from %s to %s; swap them", first, last)
	}
	return first, last, nil
}

func (d Date) utc() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// String returns "2026-11-20".
func (d Date) String() string { return d.utc().Format(time.DateOnly) }

// Weekday is the date's day of the week.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// Week is the ISO 8601 week that d is in.
func (d Date) Week() ISOWeek {
	year, week := d.utc().ISOWeek()
	return ISOWeek{Year: year, Week: week}
}

// MarshalText implements encoding.TextMarshaler.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Date) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDay(string(text))
	return err
}

// ISOWeek is a week of ISO 8601: from Monday, the first one of a year being that
// with its first Thursday.
type ISOWeek struct{ Year, Week int }

// ParseWeek reads an ISO 8601 week as in "2026-W47", of the years 1970 to 2261.
// A week that does not exist is an error that says which do.
func ParseWeek(s string) (ISOWeek, error) {
	bad := func(why string) (ISOWeek, error) {
		return ISOWeek{}, fmt.Errorf("week is %s: %s", quote(s), why)
	}
	var w ISOWeek
	ok := len(s) == 8 && s[4] == '-' && s[5] == 'W'
	if ok {
		var y, n bool
		w.Year, y = digits(s[:4])
		w.Week, n = digits(s[6:])
		ok = y && n
	}
	switch {
	case !ok:
		return bad(`want a year and an ISO week as in "2026-W47"`)
	case w.Year < MinYear || w.Year > MaxYear:
		return bad(fmt.Sprintf("years go from %d to %d", MinYear, MaxYear))
	case w.Week < 1 || w.Week > weeksOf(w.Year):
		return bad(fmt.Sprintf("%d has weeks W01 to W%d", w.Year, weeksOf(w.Year)))
	}
	return w, nil
}

// weeksOf is how many ISO weeks a year has, 52 or 53: 28 December is in the last.
func weeksOf(year int) int {
	_, n := time.Date(year, time.December, 28, 0, 0, 0, 0, time.UTC).ISOWeek()
	return n
}

// First is the week's Monday.
func (w ISOWeek) First() Date {
	// 4 January is always in the first week.
	d := NewDate(w.Year, time.January, 4)
	return d - Date((d.Weekday()+6)%7) + Date(7*(w.Week-1))
}

// Last is the week's Sunday.
func (w ISOWeek) Last() Date { return w.First() + 6 }

// Add returns the week n weeks later, or earlier when n is negative.
func (w ISOWeek) Add(n int) ISOWeek { return (w.First() + Date(7*n)).Week() }

// String returns "2026-W47".
func (w ISOWeek) String() string { return fmt.Sprintf("%04d-W%02d", w.Year, w.Week) }

// MarshalText implements encoding.TextMarshaler.
func (w ISOWeek) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (w *ISOWeek) UnmarshalText(text []byte) (err error) {
	*w, err = ParseWeek(string(text))
	return err
}

// digits reads a number of digits alone: no sign, no space.
func digits(s string) (int, bool) {
	n := 0
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = 10*n + int(c-'0')
	}
	return n, s != ""
}

// quote makes what somebody typed safe and short enough for an error.
func quote(s string) string {
	const most = 40
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "..."
	}
	return strconv.Quote(s)
}

// ZoneSince is a time zone and the instant from which the person lived by it.
type ZoneSince struct {
	Since time.Time
	Zone  *time.Location
}

// Zones are the zones a person lived by, oldest first. The first one is taken to
// have been in force before its Since too; none at all is UTC. A change counts
// from the beginning of its quarter of an hour, so that a quarter has one zone.
type Zones []ZoneSince

// At is the zone in force at t.
func (z Zones) At(t time.Time) *time.Location { return z.after(z.count(t.Unix())) }

// count is how many of the zones have begun at the Unix second t.
func (z Zones) count(t int64) int {
	n, _ := slices.BinarySearchFunc(z, t, func(s ZoneSince, t int64) int {
		if floorQuarter(s.Since.Unix()) <= t {
			return -1
		}
		return 1
	})
	return n
}

// after is the zone in force once n of them have begun.
func (z Zones) after(n int) *time.Location {
	if len(z) == 0 {
		return time.UTC
	}
	if zone := z[max(0, n-1)].Zone; zone != nil {
		return zone
	}
	return time.UTC
}

// Date is the date that the local clock shows at t, with the zone then in force.
func (z Zones) Date(t time.Time) Date {
	c := clock{zones: z}
	c.set(t.Unix())
	return c.date()
}

// Span is a stretch of time.
type Span struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"` // the first instant after it
}

// Seconds is the span's length.
func (s Span) Seconds() float64 { return s.To.Sub(s.From).Seconds() }

// Day returns the instants of a date: those at which the local clock, in the
// zone then in force, shows it. That is one span of 23 to 25 hours on most days.
// Whoever flies east over the date line lives a date twice, and it has two
// spans, with hours of the next date between them; whoever flies west, or lives
// where the government leaves a date out (Samoa, 30 December 2011), has a date
// without any. So every instant has one date. The spans are in local time and in
// order.
func (z Zones) Day(d Date) []Span { return z.Days(d, d) }

// Days returns the instants of the dates first to last, as [Zones.Day] does.
func (z Zones) Days(first, last Date) []Span {
	var spans []Span
	open := false
	z.walk(first, last, func(c *clock) {
		if d := c.date(); d < first || d > last {
			open = false
			return
		}
		if !open {
			spans = append(spans, Span{From: c.time()})
			open = true
		}
		spans[len(spans)-1].To = time.Unix(c.now+quarter, 0).In(c.zone)
	})
	return spans
}

// Between returns the instants of the dates first to last, of which either may be
// nil for no bound: then the first span has no From, or the last one no To. None
// is returned when the dates never were.
func (z Zones) Between(first, last *Date) []Span {
	// A date that never was has a neighbour that was: nobody flies over the
	// date line twice in three days without living one of them.
	const near = 3
	switch {
	case first == nil && last == nil:
		return []Span{{}}
	case first == nil:
		spans := z.Days(*last-near, *last)
		if len(spans) == 0 {
			return nil
		}
		return []Span{{To: spans[len(spans)-1].To}}
	case last == nil:
		spans := z.Days(*first, *first+near)
		if len(spans) == 0 {
			return nil
		}
		return []Span{{From: spans[0].From}}
	}
	return z.Days(*first, *last)
}

// ParseBounds reads the first and the last day of a range, of which either may be
// empty for no bound.
func ParseBounds(from, to string) (first, last *Date, err error) {
	switch {
	case from != "" && to != "":
		f, l, err := ParseDays(from, to)
		return &f, &l, err
	case from != "":
		f, err := ParseDay(from)
		if err != nil {
			return nil, nil, fmt.Errorf("from: %w", err)
		}
		return &f, nil, nil
	case to != "":
		l, err := ParseDay(to)
		if err != nil {
			return nil, nil, fmt.Errorf("to: %w", err)
		}
		return nil, &l, nil
	}
	return nil, nil, nil
}

// quarter is the length of one in seconds.
const quarter = 15 * 60

// farthest is more than any zone has been from UTC, in seconds.
const farthest = 16 * 3600

// begin is the first quarter at which it may be d anywhere.
func begin(d Date) int64 { return int64(d)*86400 - farthest }

// walk calls f at the beginning of each quarter that may be of the dates first
// to last.
func (z Zones) walk(first, last Date, f func(*clock)) {
	c := clock{zones: z}
	for t := begin(first); t < int64(last+1)*86400+farthest; t += quarter {
		c.set(t)
		f(&c)
	}
}

// clock is the person's wall clock, moved forward at will. Looking a zone up is
// slow against adding an offset that holds for months.
type clock struct {
	zones       Zones
	zone        *time.Location
	now         int64 // Unix seconds, as all here
	offset      int64
	since, till int64 // zone and offset hold from since until before till
}

func (c *clock) set(t int64) {
	c.now = t
	if c.zone != nil && t >= c.since && t < c.till {
		return
	}
	n := c.zones.count(t)
	c.zone = c.zones.after(n)
	local := time.Unix(t, 0).In(c.zone)
	_, offset := local.Zone()
	c.offset = int64(offset)
	c.since, c.till = t, 1<<62
	if _, end := local.ZoneBounds(); !end.IsZero() {
		c.till = end.Unix()
	}
	if n < len(c.zones) {
		c.till = min(c.till, floorQuarter(c.zones[n].Since.Unix()))
	}
}

func (c *clock) date() Date      { return Date(floorDiv(c.now+c.offset, 86400)) }
func (c *clock) hour() int       { return int(floorMod(c.now+c.offset, 86400) / 3600) }
func (c *clock) time() time.Time { return time.Unix(c.now, 0).In(c.zone) }

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func floorMod(a, b int64) int64 { return a - b*floorDiv(a, b) }

func floorQuarter(t int64) int64 { return floorDiv(t, quarter) * quarter }
