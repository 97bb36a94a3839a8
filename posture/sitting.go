package posture

import (
	"math"
	"time"
)

const (
	// stillSeconds is how long a person must have kept still before a break
	// is suggested: not in mid-motion.
	stillSeconds = 5.0
	// patience is how long a suggestion waits for that, in seconds.
	patience = 5 * 60.0
	// longestBreak is how long an absence may be and still be a break, in
	// seconds; longer, it is the time off work.
	longestBreak = 4 * 3600
)

// seat follows sitting and breaks.
type seat struct {
	inBout  bool
	sat     float64 // seconds credited to the bout
	lastSat time.Time
	absent  float64 // seconds away or standing since
	blind   float64 // seconds unknown since

	// unbroken is the seconds sat since the last break; it outlasts a
	// restart, which ends the bout.
	unbroken float64
	nextDue  float64 // the unbroken seconds at which the next break is due
	due      bool
	taken    int // breaks of today
	debt     int // breaks due today and not taken
	onBreak  bool

	exercising bool
	// The routine under way, or the last one: when it began, until when it is credited
	// and when anything of it was heard last; the seconds exercised, and the bout's
	// when it began.
	routineFrom, exerciseAt, activeAt time.Time
	exercised, routineSat             float64
	brokeAt                           time.Time // when the last break ended
	left                              float64   // seconds of the absence without anybody in sight
}

// sits reports whether time in the present state is time sat.
func (e *Engine) sits() bool {
	return e.way() == WaySitting && e.state.Sitting() || e.state == Unknown && e.present
}

// stood reports whether the person is away from the chair, for all that is
// seen.
func (e *Engine) stood() bool {
	return e.state == Away || e.state == Standing || e.way() == WayStanding && e.state.Sitting()
}

// trackBout follows sitting and breaks.
func (e *Engine) trackBout(dt float64) {
	switch {
	case e.sits():
		if e.inBout || e.onBreak {
			e.endBreak()
		}
		if !e.inBout {
			e.inBout, e.sat = true, 0
			from := e.since
			if from.Before(e.brokeAt) {
				from = e.brokeAt // it was a routine in the chair
			}
			e.emit(Event{Kind: EventBoutStart, Time: from})
		}
		if !e.exercising {
			e.sat += dt
			e.unbroken += dt
			e.satToday += dt
		}
		e.absent, e.left, e.blind = 0, 0, 0
		e.lastSat = e.now
		e.suggestBreak()
		e.offerDayEnd()
	case e.stood():
		e.absent += dt
		if e.state == Away {
			e.left += dt
		}
		if e.inBout && e.absent >= e.policy.BreakAfter {
			e.endBout()
		}
		if e.absent >= e.policy.BreakAfter {
			// The timer starts again, whether or not the bout was seen.
			e.onBreak = !e.lastSat.IsZero()
			e.unbroken, e.nextDue, e.due = 0, 0, false
		}
	default:
		e.blind += dt
		if e.blind >= e.policy.BlindAfter {
			e.endBout()
			e.offer = nil // to nobody that is seen
		}
		e.forget(e.now)
	}
}

// forgetAfter is how long nothing may be known of the person before what was due isn't
// any more, in seconds. It is no break: none is counted.
const forgetAfter = 3600.0

// forget starts the timer again once nothing was known of the person for that long.
func (e *Engine) forget(t time.Time) {
	if !e.lastSat.IsZero() && t.Sub(e.lastSat).Seconds() >= forgetAfter {
		e.unbroken, e.nextDue, e.due = 0, 0, false
	}
}

// breakLevel is what an absence of so many seconds amounts to.
func (e *Engine) breakLevel(seconds float64) int {
	switch {
	case seconds >= e.policy.FullBreakAfter:
		return 3
	case seconds >= e.policy.BreakAfter:
		return 2
	case seconds >= e.policy.InterruptAfter:
		return 1
	}
	return 0
}

// endBreak notes the absence that is over, if it counts.
func (e *Engine) endBreak() {
	level := e.breakLevel(e.absent)
	e.onBreak = false
	if level == 0 || e.absent >= longestBreak {
		return
	}
	how := Standing
	if e.left >= e.absent/2 {
		how = Away
	}
	e.emit(Event{Kind: EventBreak, Time: e.now, State: how, Seconds: e.absent, Level: level})
	if level >= 2 {
		e.took(e.now, level)
	}
	e.absent, e.left = 0, 0
}

// suggestBreak tells when a break is due, at a quiet moment.
func (e *Engine) suggestBreak() {
	if e.exercising {
		return // it may be the break
	}
	if e.nextDue == 0 {
		e.nextDue = e.policy.BreakEvery
	}
	if e.unbroken < e.nextDue {
		return
	}
	if !e.settled() && e.unbroken < e.nextDue+patience {
		return
	}
	e.debt++
	e.due = true
	e.nextDue = (math.Floor(e.unbroken/e.policy.BreakEvery) + 1) * e.policy.BreakEvery
	if why, _ := e.quiet(); why != "" || e.offer != nil && e.offer.Kind == OfferDayEnd {
		return
	}
	kind, text := OfferBreak, "You have been sitting for "+duration(e.unbroken)+". Stand up and walk for "+forMinutes(e.policy.BreakAfter)+"."
	if e.unbroken >= e.policy.FullBreakEvery {
		kind, text = OfferFullBreak, "You have been sitting for "+duration(e.unbroken)+" without a break. Stay away from the desk for "+forMinutes(e.policy.FullBreakAfter)+"."
	}
	if e.policy.Careful {
		text = "You have been sitting for " + duration(e.unbroken) + ". Take a break from it, as is easy for you."
	}
	e.raise(kind, text)
	e.emit(Event{Kind: EventBreakDue, Time: e.now, State: e.state, Seconds: e.unbroken, Text: text})
}

// routineGap is how long after an exercise the next one is still of the same
// routine, in seconds.
const routineGap = 180.0

const (
	// routineShare is the share of a break from which on a routine in the chair is
	// one: two minutes of exercises are chosen to fill that share at least.
	routineShare = 0.7
	// intoPlace is how many seconds between two exercises count as getting into place.
	intoPlace = 15.0
)

// Exercise says whether an exercise is under way since wall-clock time t: posture
// isn't judged meanwhile, the time is not time sat, and alerts and offers wait.
func (e *Engine) Exercise(t time.Time, on bool) Output {
	e.out = Output{}
	if on == e.exercising {
		return e.out
	}
	t = e.notBefore(t)
	if on {
		e.endEpisode()
		e.flushSamples()
		e.beginRoutine(t)
		if e.cal != nil {
			e.cal = nil
			e.calResult = Calibration{Status: CalibrationFailed, Message: "An exercise began meanwhile. Please try again."}
		}
	} else {
		e.activeAt = t
		e.arrive() // they may have got up and sat down elsewhere
	}
	e.exercising = on
	return e.out
}

// beginRoutine notes where the sitting stands when the first exercise of a routine
// begins.
func (e *Engine) beginRoutine(t time.Time) {
	if e.routineFrom.IsZero() || t.Sub(e.activeAt).Seconds() > routineGap {
		e.routineFrom, e.routineSat, e.exercised, e.exerciseAt = t, e.sat, 0, t
	}
	e.activeAt = t
}

// Exercised takes in that an exercise in the chair, of that id and so many seconds,
// has just ended. A routine of nearly as long as a break, getting into place counted, is
// one, though the person stayed in the chair: the bout ends where the routine began, and
// the next one starts clean. No more is believed than there was time for.
func (e *Engine) Exercised(t time.Time, id string, seconds float64) Output {
	e.out = Output{}
	t = e.notBefore(t)
	if e.routineFrom.IsZero() || t.Sub(e.activeAt).Seconds() > seconds+routineGap {
		// Nobody said that it began: it was in the bout, and after the last one.
		seconds = math.Min(seconds, e.sat)
		if !e.exerciseAt.IsZero() {
			seconds = math.Min(seconds, t.Sub(e.exerciseAt).Seconds())
		}
		seconds = math.Max(0, seconds)
		from := t.Add(-time.Duration(seconds * 1e9))
		e.routineFrom, e.routineSat, e.exercised, e.exerciseAt = from, e.sat-seconds, 0, from
	}
	since := math.Max(0, t.Sub(e.exerciseAt).Seconds())
	seconds = math.Min(math.Max(0, seconds), since)
	before := e.exercised
	e.exercised += seconds + math.Min(intoPlace, since-seconds)
	e.exerciseAt, e.activeAt = t, t
	if e.offer != nil && e.offer.Kind == OfferMicro {
		e.offer = nil
	}
	const level = 2
	least, full := routineShare*e.policy.BreakAfter, routineShare*e.policy.FullBreakAfter
	if before >= least && before < full && e.exercised >= full {
		e.debt = max(0, e.debt-1) // a full one pays two
	}
	if e.exercised < least || before >= least || e.stood() || e.brokeAt.After(e.routineFrom) {
		return e.out // who stands or is away has a break that is timed
	}
	if e.inBout {
		e.emit(Event{Kind: EventBoutEnd, Time: e.routineFrom, Seconds: math.Min(e.routineSat, e.sat)})
		e.inBout, e.sat, e.blind = false, 0, 0
	}
	e.emit(Event{Kind: EventBreak, Time: t, Seconds: e.exercised, Level: level, Exercise: id})
	e.took(t, level)
	e.unbroken, e.nextDue, e.due = 0, 0, false
	e.heldFor, e.anchored, e.offer = 0, false, nil
	return e.out
}

// took notes that a break was taken.
func (e *Engine) took(t time.Time, level int) {
	e.taken++
	e.debt = max(0, e.debt-(level-1))
	e.brokeAt = t
}

// endBout ends the bout where the person was last seen to sit.
func (e *Engine) endBout() {
	if !e.inBout {
		return
	}
	e.emit(Event{Kind: EventBoutEnd, Time: e.lastSat, Seconds: e.sat})
	e.inBout, e.sat, e.blind = false, 0, 0
}

// newDay forgets yesterday's debt.
func (e *Engine) newDay() {
	e.taken, e.debt = 0, 0
	e.satToday, e.dayEnded = 0, false
	if e.offer != nil && e.offer.Kind == OfferDayEnd {
		e.offer = nil
	}
}

// breaks is how sitting and breaks stand.
func (e *Engine) breaks() Breaks {
	b := Breaks{Due: e.due, Taken: e.taken, Debt: e.debt}
	if !e.due {
		b.DueIn = math.Max(0, e.policy.BreakEvery-e.unbroken)
	}
	if e.stood() {
		b.Away = e.absent
		b.Level = e.breakLevel(e.absent)
		if b.How = BreakStood; e.state == Away {
			b.How = BreakLeft
		}
	}
	return b
}

// restoreBreaks takes up the breaks of today and the sitting since the last
// one, when the interruption was too short to be one.
func (e *Engine) restoreBreaks(now time.Time, events []Event) {
	today := e.localDay(now)
	var last time.Time
	for _, ev := range events {
		if now.Before(ev.Time) {
			continue
		}
		same := e.localDay(ev.Time) == today
		switch ev.Kind {
		case EventBreak:
			if ev.Level >= 2 {
				e.unbroken = 0
				if same {
					e.taken++
					e.debt = max(0, e.debt-(ev.Level-1))
				}
			}
		case EventBreakDue:
			if same {
				e.debt++
			}
		case EventBoutStart:
			if !last.IsZero() && ev.Time.Sub(last).Seconds() >= e.policy.BreakAfter {
				e.unbroken = 0
			}
		case EventDayEnd:
			e.dayEnded = e.dayEnded || same
		case EventBoutEnd:
			if same {
				e.satToday += ev.Seconds
			}
			e.unbroken += ev.Seconds
			last = ev.Time
		}
	}
	if last.IsZero() || now.Sub(last).Seconds() >= e.policy.BreakAfter {
		e.unbroken = 0
		return
	}
	if every := e.policy.BreakEvery; e.unbroken >= every {
		e.due = true
		e.nextDue = (math.Floor(e.unbroken/every) + 1) * every
	}
}
