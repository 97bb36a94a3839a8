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
	exercised  float64   // seconds of the routine under way
	exerciseAt time.Time // when the last of it ended
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
			e.emit(Event{Kind: EventBoutStart, Time: e.since})
		}
		e.sat += dt
		e.unbroken += dt
		e.absent, e.blind = 0, 0
		e.lastSat = e.now
		e.suggestBreak()
	case e.stood():
		e.absent += dt
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
		if e.inBout && e.blind >= e.policy.BlindAfter {
			e.endBout()
		}
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
	e.emit(Event{Kind: EventBreak, Time: e.now, Seconds: e.absent, Level: level})
	if level >= 2 {
		e.taken++
		e.debt = max(0, e.debt-(level-1))
	}
	e.absent = 0
}

// suggestBreak tells when a break is due, at a quiet moment.
func (e *Engine) suggestBreak() {
	if e.nextDue == 0 {
		e.nextDue = e.policy.BreakEvery
	}
	if e.unbroken < e.nextDue {
		return
	}
	still := (e.state == Upright || e.state == Slouching || e.state == Unknown) && e.stillFor >= stillSeconds
	if !still && e.unbroken < e.nextDue+patience {
		return
	}
	e.debt++
	e.due = true
	e.nextDue = (math.Floor(e.unbroken/e.policy.BreakEvery) + 1) * e.policy.BreakEvery
	if why, _ := e.quiet(); why != "" {
		return
	}
	e.emit(Event{
		Kind: EventBreakDue, Time: e.now, State: e.state, Seconds: e.unbroken,
		Text: "You have been sitting for " + duration(e.unbroken) + ". Stand up and walk for two or three minutes.",
	})
}

// routineGap is how long after an exercise the next one is still of the same
// routine, in seconds.
const routineGap = 180.0

// Exercise says whether an exercise is under way: alerts and suggestions wait
// meanwhile.
func (e *Engine) Exercise(on bool) { e.exercising = on }

// Exercised takes in that an exercise of so many seconds has just ended. A routine of
// as long as a break is one, though the person may have stayed in the chair: the
// timer starts again, once for each routine.
func (e *Engine) Exercised(t time.Time, seconds float64) Output {
	e.out = Output{}
	t = e.notBefore(t)
	if t.Sub(e.exerciseAt).Seconds() > seconds+routineGap {
		e.exercised = 0
	}
	before := e.breakLevel(e.exercised)
	e.exercised += math.Max(0, seconds)
	e.exerciseAt = t
	level := min(2, e.breakLevel(e.exercised))
	if level < 2 || before >= 2 || e.stood() {
		return e.out // who stands or is away has a break that is timed
	}
	e.emit(Event{Kind: EventBreak, Time: t, Seconds: e.exercised, Level: level})
	e.taken++
	e.debt = max(0, e.debt-1)
	e.unbroken, e.nextDue, e.due = 0, 0, false
	return e.out
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
func (e *Engine) newDay() { e.taken, e.debt = 0, 0 }

// breaks is how sitting and breaks stand.
func (e *Engine) breaks() Breaks {
	b := Breaks{Due: e.due, Taken: e.taken, Debt: e.debt}
	if !e.due {
		b.DueIn = math.Max(0, e.policy.BreakEvery-e.unbroken)
	}
	if e.stood() {
		b.Away = e.absent
		b.Level = e.breakLevel(e.absent)
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
		case EventBoutEnd:
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
