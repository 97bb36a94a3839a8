package history

import (
	"time"

	"sitwell/posture"
)

// around is how long before and after a range events are looked for that tell
// of what is in it: the start of a bout that goes on in the range, the end of
// one that began in it.
const around = 6 * time.Hour

// bout is an unbroken stretch of sitting as it was, before it is cut to days.
type bout struct {
	from, to time.Time
	sat      float64 // seconds
	open     bool    // its end is not known
}

// at is how many seconds of the bout had been sat at t: interruptions too short
// to end it are taken to be spread evenly.
func (b *bout) at(t time.Time) float64 {
	whole := b.to.Sub(b.from).Seconds()
	if whole <= 0 {
		return 0
	}
	return b.sat * min(1, max(0, t.Sub(b.from).Seconds()/whole))
}

// episode is an unbroken stretch of slouching.
type episode struct {
	from, to time.Time
	seconds  float64
}

// told is an alert and what came of it.
type told struct {
	posture.Event
	first              bool // of its episode
	corrected          bool // upright again followed
	after              float64
	dismissed, isWrong bool
}

// rest is a break that was taken, or a suggestion of one.
type rest struct {
	at      time.Time // when it ended, or was suggested
	due     bool
	seconds float64
	level   int
}

// digest is what events say, in the order in which it happened.
type digest struct {
	bouts    []bout
	episodes []episode
	alerts   []told
	rests    []rest
	checkIns []posture.Event
	done     []posture.Event // exercises
}

// digested reads events in the order in which they happened. A bout whose end is
// not among them (it goes on, or the program was killed) lasts as long as there
// is sitting in an unbroken row of quarters from its start, but not beyond the
// next one's start and not beyond now.
func digested(events []posture.Event, quarters []Quarter, now time.Time) digest {
	var d digest
	var (
		start   time.Time // of the bout under way
		sitting bool
		current = -1 // the first alert of the episode under way
		settled = -1 // that of the one that has just ended
		byID    = map[int64]int{}
	)
	for _, e := range events {
		switch e.Kind {
		case posture.EventBoutStart:
			if sitting {
				d.bouts = append(d.bouts, unended(start, e.Time, quarters))
			}
			start, sitting = e.Time, true
		case posture.EventBoutEnd:
			b := bout{from: e.Time, to: e.Time, sat: length(e)}
			if sitting {
				b.from = start
			}
			if b.to.Sub(b.from).Seconds() < b.sat {
				// The clock was set in between, or the start is not among
				// the events: the sum of what was lived counts.
				b.from = b.to.Add(-seconds(b.sat))
			}
			sitting = false
			d.bouts = append(d.bouts, b)
		case posture.EventEpisodeStart:
			current, settled = -1, -1
		case posture.EventEpisodeEnd:
			s := length(e)
			d.episodes = append(d.episodes, episode{from: e.Time.Add(-seconds(s)), to: e.Time, seconds: s})
			if current >= 0 {
				a := &d.alerts[current]
				a.after = max(0, s-length(a.Event))
			}
			current, settled = -1, current
		case posture.EventAlert:
			a := told{Event: e, first: e.Level < 2 || current < 0}
			d.alerts = append(d.alerts, a)
			byID[e.ID] = len(d.alerts) - 1
			if a.first {
				current = len(d.alerts) - 1
			}
		case posture.EventRecovered:
			if settled >= 0 {
				d.alerts[settled].corrected = true
			}
			settled = -1
		case posture.EventDismissed:
			i := len(d.alerts) - 1
			if e.Ref != 0 {
				var ok bool
				if i, ok = byID[e.Ref]; !ok {
					continue
				}
			}
			if i >= 0 {
				d.alerts[i].dismissed = true
			}
		case posture.EventWrong, posture.EventWrongOff:
			if i, ok := byID[e.Ref]; ok && e.Ref != 0 {
				d.alerts[i].isWrong = e.Kind == posture.EventWrong
			}
		case posture.EventBreak:
			if e.Level >= 2 {
				d.rests = append(d.rests, rest{at: e.Time, seconds: length(e), level: e.Level})
			}
		case posture.EventBreakDue:
			d.rests = append(d.rests, rest{at: e.Time, due: true})
		case posture.EventCheckIn:
			d.checkIns = append(d.checkIns, e)
		case posture.EventExercise:
			d.done = append(d.done, e)
		}
	}
	if sitting {
		d.bouts = append(d.bouts, unended(start, now, quarters))
	}
	d.bouts = joined(d.bouts)
	return d
}

// unended is a bout from start whose end is not known; it is over by limit.
func unended(start, limit time.Time, quarters []Quarter) bout {
	b := bout{from: start, to: start, open: true}
	next := floorQuarter(start.Unix())
	for _, q := range quarters {
		switch t := q.Start.Unix(); {
		case t < next:
			continue
		case t > next:
			return b
		}
		end := q.Start.Add(quarter * time.Second)
		if limit.Before(end) {
			end = limit
		}
		sat := min(q.Sitting(), end.Sub(b.to).Seconds())
		if sat < least {
			return b
		}
		b.sat += sat
		b.to = end
		next += quarter
	}
	return b
}

// joined makes one bout of those that only a restart parted: the one began
// before a break's time had passed since the other's end.
func joined(bouts []bout) []bout {
	var out []bout
	for _, b := range bouts {
		if n := len(out); n > 0 {
			last := &out[n-1]
			if gap := b.from.Sub(last.to).Seconds(); gap >= 0 && gap < posture.DefaultBreakAfter && !last.open {
				last.to, last.sat, last.open = b.to, last.sat+b.sat, b.open
				continue
			}
		}
		out = append(out, b)
	}
	return out
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
