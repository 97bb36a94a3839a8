package posture

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// OfferKind is what the person is offered to do for their back.
type OfferKind string

// The kinds of offer.
const (
	OfferMicro     OfferKind = "micro"      // one thing in the chair: a posture was held for long
	OfferBreak     OfferKind = "break"      // a break of two minutes
	OfferFullBreak OfferKind = "full_break" // a break of five, after most of an hour
	OfferDayEnd    OfferKind = "day_end"    // the working day is nearly over
)

// OfferKinds lists every kind once.
var OfferKinds = []OfferKind{OfferMicro, OfferBreak, OfferFullBreak, OfferDayEnd}

// dayEndMinutes is how long a routine for the end of the day is.
const dayEndMinutes = 10

// minutesOf is how long a routine that fits is: 0 is one exercise, and a break's makes
// a break. Of breaks three minutes are liked better than half of one (Henning 1997),
// and five to ten after an hour of sitting do more than fifteen after two (HSE).
func (p *Policy) minutesOf(k OfferKind) int {
	switch k {
	case OfferBreak:
		return int(math.Ceil(p.BreakAfter / 60))
	case OfferFullBreak:
		return int(math.Ceil(p.FullBreakAfter / 60))
	case OfferDayEnd:
		return dayEndMinutes
	}
	return 0
}

// forMinutes says for how long: a break of two minutes may be three.
func forMinutes(seconds float64) string {
	switch n := int(math.Ceil(seconds / 60)); n {
	case 1:
		return "a minute"
	case 2:
		return "two or three minutes"
	case 5:
		return "five minutes"
	default:
		return fmt.Sprintf("%d minutes", n)
	}
}

// Offer is what would do good now. It stands until it is taken, put off or out of
// date.
type Offer struct {
	Kind  OfferKind `json:"kind"`
	Since time.Time `json:"since"` // UTC
	// Minutes is how long a routine that fits is, 0 for one exercise.
	Minutes int `json:"minutes"`
	// Text is a plain sentence for the person.
	Text string `json:"text"`
}

const (
	// microLasts and dayEndLasts are how long an offer that nobody answers stands,
	// in seconds.
	microLasts  = 10 * 60.0
	dayEndLasts = 30 * 60.0
	// dayEndLead is how many minutes before the end of the day is spoken of,
	// dayEndLate until how many after it.
	dayEndLead = 10
	dayEndLate = 60
	// workedToday is how many seconds must have been sat for the end of a day to
	// be one.
	workedToday = 3600.0
)

// offers follows what is offered.
type offers struct {
	offer *Offer
	held  float64 // heldFor when a micro-break was offered
	// dayEnded says that the end of this day was spoken of.
	dayEnded bool
	satToday float64 // seconds
}

// raise offers something in the place of what was offered before.
func (e *Engine) raise(kind OfferKind, text string) {
	e.offer = &Offer{Kind: kind, Since: e.now, Minutes: e.policy.minutesOf(kind), Text: text}
	e.held = e.heldFor
}

// reviewOffer takes back what was taken or is out of date.
func (e *Engine) reviewOffer() {
	if e.offer == nil {
		return
	}
	age, over := e.now.Sub(e.offer.Since).Seconds(), false
	switch e.offer.Kind {
	case OfferMicro:
		over = e.heldFor < e.held || age >= microLasts
	case OfferBreak, OfferFullBreak:
		over = !e.due
	case OfferDayEnd:
		over = age >= dayEndLasts || e.onBreak
	}
	if why, _ := e.quiet(); over || why == SilenceSnoozed || why == SilenceQuiet {
		e.offer = nil
	}
}

// PutOff takes the standing offer back: not now. It returns false when there is
// none.
func (e *Engine) PutOff() bool {
	stood := e.offer != nil
	e.offer = nil
	return stood
}

// offering is the offer that is shown: none while an exercise is under way, which
// may be the one that was offered.
func (e *Engine) offering() *Offer {
	if e.offer == nil || e.exercising {
		return nil
	}
	o := *e.offer
	return &o
}

// offerDayEnd speaks of the end of the day, once, at a quiet moment.
func (e *Engine) offerDayEnd() {
	end, ok := e.policy.dayEnd()
	if !ok || e.dayEnded || e.satToday < workedToday || !e.settled() || e.inEpisode {
		return
	}
	local := e.now.In(e.policy.zone())
	if left := sinceDayBegan(end) - sinceDayBegan(ClockTime(local.Hour()*60+local.Minute())); left > dayEndLead || left < -dayEndLate {
		return
	}
	if why, _ := e.quiet(); why != "" {
		return
	}
	e.dayEnded = true
	text := "Your working day is nearly over."
	if !e.policy.Careful {
		text += " Ten minutes for your back would round it off."
	}
	e.raise(OfferDayEnd, text)
	e.emit(Event{Kind: EventDayEnd, Time: e.now, State: e.state, Seconds: e.satToday, Text: text})
}

// settled reports whether the person sits and keeps still: not in mid-motion.
func (e *Engine) settled() bool {
	return (e.state == Upright || e.state == Slouching || e.state == Unknown) && e.stillFor >= stillSeconds
}

// sinceDayBegan is how many minutes after the beginning of a day, at four in the
// morning, a time of day is.
func sinceDayBegan(c ClockTime) int {
	const begins = int(dayBegins / time.Minute)
	return (int(c) - begins + 24*60) % (24 * 60)
}

// What [UsualDayEnd] asks for: from so many days of so many seconds sat, and of the
// middle half of them no wider apart than so many minutes.
const (
	usualDays    = 5
	usualSat     = 2 * 3600.0
	usualSpread  = 120
	usualQuarter = 4
	// usualEarly is within how many minutes of a day's beginning nobody has begun to
	// work: a bout that ends so early is of the night before.
	usualEarly = 60
)

// UsualDays is over how many days [UsualDayEnd] should be told what happened.
const UsualDays = 28

// UsualDayEnd is when a person usually stops, from the bouts of the days before
// now: the median of when the last one of a day ended. ok is false while too few
// days are known, or when they differ too much for there to be a usual end.
func UsualDayEnd(events []Event, now time.Time, zone *time.Location) (end ClockTime, ok bool) {
	if zone == nil {
		zone = time.UTC
	}
	type day struct {
		sat  float64
		last ClockTime
	}
	days, through := map[string]*day{}, 0
	of := func(t time.Time) string { return t.In(zone).Add(-dayBegins).Format(time.DateOnly) }
	for _, e := range events {
		if e.Kind != EventBoutEnd || e.Time.After(now) || of(e.Time) == of(now) {
			continue
		}
		d := days[of(e.Time)]
		if d == nil {
			d = &day{}
			days[of(e.Time)] = d
		}
		local := e.Time.In(zone)
		d.sat += e.Seconds
		// Who works through the beginning of days has an end that these can't tell.
		if began := e.Time.Add(-time.Duration(e.Seconds * 1e9)); of(began) != of(e.Time) || sinceDayBegan(ClockTime(local.Hour()*60+local.Minute())) < usualEarly {
			through++
		}
		if at := ClockTime(local.Hour()*60 + local.Minute()); d.last == 0 || sinceDayBegan(at) > sinceDayBegan(d.last) {
			d.last = at
		}
	}
	var ends []int
	for _, d := range days {
		if d.sat >= usualSat {
			ends = append(ends, sinceDayBegan(d.last))
		}
	}
	if len(ends) < usualDays || through >= usualDays {
		return 0, false
	}
	slices.Sort(ends)
	if n := len(ends); ends[n-1-n/usualQuarter]-ends[n/usualQuarter] > usualSpread {
		return 0, false
	}
	// Told in steps of five minutes: it is no more exact than that.
	const begins, step = int(dayBegins / time.Minute), 5
	at := (ends[len(ends)/2] + step/2) / step * step
	return ClockTime((at + begins) % (24 * 60)), true
}

// DayEnd is when the working day ends: [DayEndAuto], [DayEndOff] or a time of day,
// "17:30".
type DayEnd string

// The words of [DayEnd].
const (
	DayEndAuto DayEnd = "auto" // as the person usually stops
	DayEndOff  DayEnd = "off"  // it isn't spoken of
)

// Check returns an error for what is none of them.
func (d DayEnd) Check() error {
	if d == DayEndAuto || d == DayEndOff {
		return nil
	}
	if _, err := ParseClockTime(string(d)); err != nil {
		return fmt.Errorf("day_end is %q: want %s, %s or HH:MM, 00:00 to 23:59", string(d), DayEndAuto, DayEndOff)
	}
	return nil
}

// dayEnd is the end of the working day that the policy goes by; ok is false when
// there is none.
func (p *Policy) dayEnd() (end ClockTime, ok bool) {
	switch p.DayEnd {
	case DayEndOff:
		return 0, false
	case DayEndAuto:
		if p.UsualDayEnd == nil {
			return 0, false
		}
		return *p.UsualDayEnd, true
	}
	end, err := ParseClockTime(string(p.DayEnd))
	return end, err == nil
}

// zone is the person's time zone.
func (p *Policy) zone() *time.Location {
	if p.Zone == nil {
		return time.UTC
	}
	return p.Zone
}
