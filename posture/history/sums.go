package history

import (
	"math"
	"time"

	"sitwell/posture"
)

// stateCount is the length of [posture.States].
const stateCount = 9

// stateAt is a state's place in [posture.States].
var stateAt = func() map[posture.State]int {
	at := map[posture.State]int{}
	for i, s := range posture.States {
		at[s] = i
	}
	return at
}()

// Sums are what a stretch of time comes to.
type Sums struct {
	// States holds the seconds in each state, in the order of
	// [posture.States].
	States [stateCount]float64
	// Stood is how much of the seconds in a posture was judged by a standing
	// baseline: not sat.
	Stood float64
	// ScoreSeconds is how long there was a score, ScoreSum its integral in
	// point-seconds.
	ScoreSeconds, ScoreSum float64
	// Exposure is the integral of the points that each signal took, in
	// point-seconds, in the order of [posture.Signals].
	Exposure [posture.SignalCount]float64
}

// Quarter is a quarter of an hour. The store adds each minute to its quarter in
// the transaction in which it adds the minute, and keeps quarters for good.
type Quarter struct {
	Start time.Time // UTC, a multiple of 15 minutes
	Sums
}

// QuarterOf is the beginning of the quarter that t is in, UTC.
func QuarterOf(t time.Time) time.Time { return time.Unix(floorQuarter(t.Unix()), 0).UTC() }

// FromMinute returns the sums of a minute. States and signals that posture
// doesn't have are left out; the store refuses them.
func FromMinute(m posture.Minute) Sums {
	s := Sums{Stood: m.Stood, ScoreSeconds: m.ScoreSeconds, ScoreSum: m.ScoreSum}
	for i, state := range posture.States {
		s.States[i] = m.Seconds[state]
	}
	for i, signal := range posture.Signals {
		s.Exposure[i] = m.Exposure[signal]
	}
	return s
}

// Add adds other to s.
func (s *Sums) Add(other Sums) {
	for i, v := range other.States {
		s.States[i] += v
	}
	s.Stood += other.Stood
	s.ScoreSeconds += other.ScoreSeconds
	s.ScoreSum += other.ScoreSum
	for i, v := range other.Exposure {
		s.Exposure[i] += v
	}
}

// In is the seconds in one state.
func (s *Sums) In(state posture.State) float64 {
	i, ok := stateAt[state]
	if !ok {
		return 0
	}
	return s.States[i]
}

// Watched is all seconds in which the watch ran, whatever it saw.
func (s *Sums) Watched() (v float64) {
	for _, sec := range s.States {
		v += sec
	}
	return v
}

// inPosture is the seconds in a posture, sitting or at a standing desk.
func (s *Sums) inPosture() (v float64) {
	for i, state := range posture.States {
		if state.Sitting() {
			v += s.States[i]
		}
	}
	return v
}

// Sitting is the seconds seen to be sat, Standing those seen to stand, at a desk
// for it or not. With those away and unknown they make all that was watched.
// (A [Bout] counts the seconds too in which somebody sat but could not be
// judged, which are unknown here.)
func (s *Sums) Sitting() float64 { return math.Max(0, s.inPosture()-s.Stood) }

// Standing is explained at [Sums.Sitting].
func (s *Sums) Standing() float64 { return s.In(posture.Standing) + math.Min(s.Stood, s.inPosture()) }

// Score is the mean score, 0 to 100, over the time judged; nil when there was
// none.
func (s *Sums) Score() *float64 {
	return ratio(math.Min(s.ScoreSum, 100*s.ScoreSeconds), s.ScoreSeconds)
}

// Coverage is the time judged over the time in which somebody was there or may
// have been: all that was watched but for away. Standing up before a baseline of
// sitting, being turned away from the camera's sight and darkness lower it. 0 to
// 1; nil when nobody can have been there.
func (s *Sums) Coverage() *float64 {
	there := s.Watched() - s.In(posture.Away)
	return ratio(math.Min(s.ScoreSeconds, there), there)
}

// UprightShare is the part of the time judged in which the posture was upright,
// 0 to 1: what was none of slouching, leaning in, leaning aside, looking down or
// turned. (Upright at a standing desk is the state standing, and judged.) nil
// when nothing was judged.
func (s *Sums) UprightShare() *float64 {
	other := s.inPosture() - s.In(posture.Upright)
	return ratio(math.Max(0, s.ScoreSeconds-other), s.ScoreSeconds)
}

// SlouchShare is the part of the time judged spent slouching, 0 to 1; nil when
// nothing was judged.
func (s *Sums) SlouchShare() *float64 {
	return ratio(math.Min(s.In(posture.Slouching), s.ScoreSeconds), s.ScoreSeconds)
}

// least is the shortest time that a ratio is told of, in seconds: under it a sum
// of seconds kept to the microsecond is rounding.
const least = 0.001

// ratio is a over b; nil when b is nothing.
func ratio(a, b float64) *float64 {
	if !(b >= least) {
		return nil
	}
	v := a / b
	return &v
}
