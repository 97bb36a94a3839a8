package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"sitwell/posture/history"
)

// session is a stretch of a day in which the machine is on, in hours of the
// local clock.
type session struct {
	zone     string
	from, to float64
	camera   int
}

// seedDay is a day of the seeded person's calendar.
type seedDay struct {
	date     history.Date
	kind     dayKind
	sessions []session
	// progress is how far through the history the day is, 0 to 1.
	progress float64
	// setBack is whether the clock is found to be an hour fast and set back.
	setBack bool
}

// dayKind says why a day has no work in it, or that it has.
type dayKind string

// The kinds of day.
const (
	dayWork      dayKind = "work"
	dayWeekend   dayKind = "weekend"
	dayHoliday   dayKind = "holiday"
	dayVacation  dayKind = "vacation"
	daySick      dayKind = "sick"
	dayElsewhere dayKind = "elsewhere" // at work, without the machine
	dayGap       dayKind = "gap"       // nothing was watched for weeks
	dayTravel    dayKind = "travel"
)

// Where the person lives and goes.
const (
	firstHome = "Europe/London"
	home      = "Europe/Berlin"
	abroad    = "America/New_York"
	beyond    = "Pacific/Auckland" // the date line lies between it and the next
	between   = "Pacific/Honolulu"
)

// From how many weeks on a history has what would fill a shorter one.
const (
	weeksForAbroad   = 8
	weeksForGap      = 8
	weeksForMove     = 40
	weeksForLongGap  = 52
	weeksForDateLine = 150
)

// How often things come, for each day on which they can.
const (
	sickSpell     = 0.009
	elsewhereRate = 0.02
	partDay       = 0.07
	lateSession   = 0.05
	weekendWork   = 0.09
	vacationLook  = 0.03
)

// drawFor is a source of chance for one thing on one date, so that what happens
// on a day depends on nothing drawn before it.
func drawFor(seed uint64, d history.Date, what uint64) *rand.Rand {
	return rand.New(rand.NewPCG(seed, uint64(d)<<8|what))
}

// planSeed lays out the days from first to last.
func planSeed(seed uint64, first, last history.Date) ([]seedDay, error) {
	n := int(last-first) + 1
	weeks := float64(n) / 7
	place := rand.New(rand.NewPCG(seed, 0x706c616e))
	// at is the Monday nearest before a part of the history.
	at := func(part float64) history.Date {
		d := first + history.Date((part+.04*(place.Float64()-.5))*float64(n))
		return d.Week().First()
	}
	gap, longGap, trip, move, line, back := at(.32), at(.77), at(.5), at(.2), at(.63), at(.87)
	gapWeeks := [2]int{2, 4}
	if weeks < 2*weeksForLongGap {
		gapWeeks = [2]int{1, 2}
	}
	in := func(d, from history.Date, weeksLong int, least float64) bool {
		return weeks >= least && d >= from && d < from+history.Date(7*weeksLong)
	}
	days := make([]seedDay, 0, n)
	sick, setBack := 0, weeks < 3
	off := map[int]map[history.Date]dayKind{}
	for d := first; d <= last; d++ {
		r := drawFor(seed, d, 1)
		day := seedDay{date: d, kind: dayWork, progress: float64(d-first) / math.Max(1, float64(n-1))}
		lives := home
		if weeks >= weeksForMove && d < move {
			lives = firstHome
		}
		year := yearOf(d)
		if off[year] == nil {
			off[year] = offDays(seed, year)
		}
		weekday := d.Weekday()
		if sick > 0 {
			sick--
		} else if r.Float64() < sickSpell {
			sick = 1 + r.IntN(4)
		}
		kind, isOff := off[year][d]
		switch {
		case in(d, gap, gapWeeks[0], weeksForGap), in(d, longGap, gapWeeks[1], weeksForLongGap):
			day.kind = dayGap
		case in(d, trip, 2, weeksForAbroad), in(d, line, 2, weeksForDateLine):
			day.kind = dayTravel
		case weekday == time.Saturday || weekday == time.Sunday:
			day.kind = dayWeekend
		case isHoliday(d, lives):
			day.kind = dayHoliday
		case isOff:
			day.kind = kind
		case sick > 0:
			day.kind = daySick
		case r.Float64() < elsewhereRate:
			day.kind = dayElsewhere
		}
		camera := deskCamera
		if day.progress < .08 {
			camera = laptopCamera // before they bought the other
		}
		switch day.kind {
		case dayWork:
			day.sessions = workDay(r, weekday, lives, camera)
			if !setBack && d >= back {
				day.setBack, setBack = true, true
			}
		case dayTravel:
			if in(d, trip, 2, weeksForAbroad) {
				if weekday != time.Saturday && weekday != time.Sunday && d != trip {
					day.sessions = workDay(r, weekday, abroad, laptopCamera)
				}
				break
			}
			day.sessions = pastTheDateLine(r, int(d-line), weekday)
		case dayWeekend, dayHoliday:
			changes, err := clockChanges(d, lives)
			if err != nil {
				return nil, err
			}
			switch {
			case changes && (month(d) > time.June || year%2 == 1):
				// A night of work on the servers, through the hour that comes
				// twice or not at all.
				day.sessions = []session{{lives, .4 + .3*r.Float64(), 4 + r.Float64(), camera}}
			case changes || r.Float64() < weekendWork:
				from := 9.5 + 6*r.Float64()
				day.sessions = []session{{lives, from, from + 1 + 2*r.Float64(), camera}}
			}
		case dayVacation:
			if r.Float64() < vacationLook {
				from := 9 + 9*r.Float64()
				day.sessions = []session{{lives, from, from + .4 + .6*r.Float64(), laptopCamera}}
			}
		}
		days = append(days, day)
	}
	return days, nil
}

// workDay is a day at the desk, or a part of one.
func workDay(r *rand.Rand, weekday time.Weekday, zone string, camera int) []session {
	from := math.Min(10.2, math.Max(7.2, 8.4+.4*r.NormFloat64()))
	long := 8.5 + .7*r.NormFloat64() // with lunch
	switch weekday {
	case time.Monday:
		from += .4
	case time.Friday:
		long -= 1.1
	}
	s := session{zone, from, from + math.Min(9.8, math.Max(6.4, long)), camera}
	if r.Float64() < partDay {
		if r.Float64() < .5 {
			s.to = 12.2 + .5*r.Float64()
		} else {
			s.from = 12.8 + .6*r.Float64()
		}
	}
	out := []session{s}
	if r.Float64() < lateSession {
		out = append(out, session{zone, 20.4 + .4*r.Float64(), 21.4 + .8*r.Float64(), camera})
	}
	return out
}

// pastTheDateLine is a fortnight in which one date is lived twice: mornings of it
// before the line is crossed, afternoons after.
func pastTheDateLine(r *rand.Rand, day int, weekday time.Weekday) []session {
	switch {
	case weekday == time.Saturday || weekday == time.Sunday || day == 0:
		return nil
	case day < 4:
		return workDay(r, weekday, beyond, laptopCamera)
	case day == 4:
		return []session{{beyond, 8.5, 12, laptopCamera}, {between, 14, 17.5, laptopCamera}}
	case day < 11:
		return workDay(r, weekday, between, laptopCamera)
	}
	return nil // on the way home
}

func yearOf(d history.Date) int { return timeOf(d, time.UTC, 0).Year() }

func month(d history.Date) time.Month { return timeOf(d, time.UTC, 0).Month() }

// timeOf is an hour of a date's local clock.
func timeOf(d history.Date, zone *time.Location, hour float64) time.Time {
	return time.Date(1970, 1, 1+int(d), 0, 0, int(math.Round(hour*3600)), 0, zone)
}

// clockChanges reports whether the clock is changed on a date.
func clockChanges(d history.Date, zone string) (bool, error) {
	l, err := time.LoadLocation(zone)
	if err != nil {
		return false, fmt.Errorf("seed: time zone %q: %w", zone, err)
	}
	return timeOf(d+1, l, 0).Sub(timeOf(d, l, 0)) != 24*time.Hour, nil
}

// offDays are a year's vacation: three weeks in summer, one in spring and one in
// autumn, and the days between the years; 27 of work or so.
func offDays(seed uint64, year int) map[history.Date]dayKind {
	r := rand.New(rand.NewPCG(seed, uint64(year)<<8|2))
	off := map[history.Date]dayKind{}
	leave := func(from history.Date, days int) {
		from = from.Week().First()
		for d := from; d < from+history.Date(days); d++ {
			off[d] = dayVacation
		}
	}
	leave(history.NewDate(year, time.July, 5+r.IntN(35)), 19)
	leave(easter(year)+history.Date(1+7*r.IntN(3)), 5)
	leave(history.NewDate(year, time.October, 6+r.IntN(16)), 5)
	for d := history.NewDate(year, time.December, 24); yearOf(d) == year; d++ {
		off[d] = dayVacation
	}
	return off
}

// isHoliday reports whether a date is a public holiday of England, for the first
// home, or all over Germany.
func isHoliday(d history.Date, zone string) bool {
	year := yearOf(d)
	on := func(m time.Month, day int) history.Date { return history.NewDate(year, m, day) }
	e := easter(year)
	days := []history.Date{on(time.January, 1), e - 2, e + 1, on(time.December, 25), on(time.December, 26)}
	if zone == firstHome {
		firstMonday := func(m time.Month) history.Date { return on(m, 7).Week().First() }
		days = append(days, firstMonday(time.May), firstMonday(time.June)-7, firstMonday(time.September)-7)
	} else {
		days = append(days, on(time.May, 1), e+39, e+50, on(time.October, 3))
	}
	return slices.Contains(days, d)
}

// easter is Easter Sunday by the Gregorian calendar (Meeus, Jones and Butcher's
// algorithm).
func easter(year int) history.Date {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	g := (8*b + 13) / 25
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return history.NewDate(year, time.Month(n/31), n%31+1)
}
