package history

import (
	"time"

	"sitwell/posture"
)

// SlouchPoints is how many points a posture lacks that only just counts as a
// slouch: posture's enterSlouch is a price of 24, and 100 less a score of
// 100·exp(-24/60) is 33. It turns point-seconds into minutes that mean
// something: a minute of exposure is a minute in a posture that only just is a
// slouch; one that takes twice as many points counts twice, one that takes half
// as many a half.
const SlouchPoints = 33.0

// A bout of sitting counts for the lower back from 20 minutes on by a half, from
// 30 minutes on in full: micro-breaks every 20 minutes eased discomfort most
// (McLean 2001), and sitting for under 30 minutes at a stretch lowers the ROSA
// score (Sonne 2012). The weight of a half is a product decision.
const (
	LongFrom     = 20 * 60.0 // seconds
	LongFullFrom = 30 * 60.0 // seconds
)

// LowerBackNote must stand wherever the lower back's exposure does.
const LowerBackNote = "The camera can't see the lower back: its figure is reckoned from long unbroken sitting and from leaning, nothing else."

// upperBack and lowerBack part the signals among the areas, each to one. What
// happens at the head, the neck and the shoulders is the upper back's, sinking
// too: the camera sees it there. What comes from the hips is the lower back's.
var (
	upperBack = []posture.Signal{posture.HeadDrop, posture.HeadForward, posture.Sink, posture.UpperBack, posture.HeadPitch}
	lowerBack = []posture.Signal{posture.LeanIn, posture.LeanAside}
)

// Exposure is how much strain each area had, in minutes as [SlouchPoints] and
// [LongFrom] define them. It is no measure of harm.
type Exposure struct {
	// UpperBack adds the signals of head, neck and shoulders; nil when no
	// posture was judged.
	UpperBack *float64 `json:"upper_back"`
	// LowerBack adds LongSitting and the leaning; nil when nothing was
	// watched.
	LowerBack *float64 `json:"lower_back"`
	// Overall is both together.
	Overall *float64 `json:"overall"`
	// LongSitting is the part of LowerBack that comes of unbroken sitting.
	LongSitting *float64 `json:"long_sitting"`
	// Signals is the same by signal; empty when no posture was judged.
	Signals map[posture.Signal]float64 `json:"signals"`
	// Unit is "min".
	Unit string `json:"unit"`
	// Note is [LowerBackNote].
	Note string `json:"note"`
}

// exposure makes the areas' figures of sums and of the weighed seconds of long
// sitting.
func exposure(s *Sums, long float64) Exposure {
	e := Exposure{Signals: map[posture.Signal]float64{}, Unit: "min", Note: LowerBackNote}
	if s.Watched() < least {
		return e
	}
	minutes := map[posture.Signal]float64{}
	for i, signal := range posture.Signals {
		minutes[signal] = s.Exposure[i] / SlouchPoints / 60
	}
	var upper, lean float64
	for _, signal := range upperBack {
		upper += minutes[signal]
	}
	for _, signal := range lowerBack {
		lean += minutes[signal]
	}
	if s.ScoreSeconds >= least {
		e.UpperBack = pointer(tidy(upper))
		for signal, v := range minutes {
			e.Signals[signal] = tidy(v)
		}
	}
	e.LongSitting = pointer(tidy(long / 60))
	e.LowerBack = pointer(tidy(lean + long/60))
	e.Overall = pointer(tidy(upper + lean + long/60))
	return e
}

// long is the weighed seconds beyond [LongFrom] among the first sat seconds of a
// bout.
func long(sat float64) float64 {
	half := max(0, min(sat, LongFullFrom)-LongFrom)
	return half/2 + max(0, sat-LongFullFrom)
}

// longBetween is the same for the part of a bout between two instants.
func (b *bout) longBetween(from, to time.Time) float64 { return long(b.at(to)) - long(b.at(from)) }
