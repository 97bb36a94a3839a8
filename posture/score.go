package posture

import "math"

// signalRule says how a deviation turns into points off the score.
type signalRule struct {
	// deadband is the deviation that costs nothing: the ordinary fidgeting of
	// an upright person.
	deadband float64
	// points is the price of each further unit of deviation, limit the most
	// that the signal takes.
	points, limit float64
	// slouch is whether the signal is part of a slouch, glance whether a
	// glance down brings it about too.
	slouch, glance bool
}

// signalRules hold the price of each signal. A slouch begins at [enterSlouch]
// points of the signals of a slouch together, so one that is plain suffices
// and two or three that are slight do. Which of them carries a slouch differs
// from person to person and from camera to camera, so nothing that one lacks
// is held against another. Prices and deadbands were fitted by a logistic loss
// to labelled pictures, each person left out in turn, and rounded
// (docs/ACCURACY.md).
var signalRules = map[Signal]signalRule{
	HeadDrop:    {deadband: 0.3, points: 9, limit: 100, slouch: true, glance: true},
	HeadForward: {deadband: 0.4, points: 8, limit: 60, slouch: true, glance: true},
	Sink:        {deadband: 0.2, points: 10, limit: 100, slouch: true},
	UpperBack:   {deadband: 0.3, points: 5, limit: 60, slouch: true},
	HeadPitch:   {deadband: 0.6, points: 4, limit: 20},
	LeanIn:      {deadband: 0.5, points: 10, limit: 30},
	LeanAside:   {deadband: 1.5, points: 5, limit: 40},
}

// scale is the price, in points, that takes the score to 100/e. The prices add
// up, the score falls the slower the lower it is: a bad slouch and a worse one
// still differ.
const scale = 60

// judgement is what a measurement says against a baseline.
type judgement struct {
	parts [SignalCount]Part // in the order of [Signals]
	score float64           // 0 to 100; the parts' points are what it lacks
	// slouch is the price of the signals of a slouch together, without end;
	// sunk is what of it a glance down can't bring about.
	slouch, sunk float64
	raw          [SignalCount]float64 // points before they are summed
	// side is whether the body is seen from the side.
	side bool
	// angles are the estimated changes in degrees; nil when they can't be
	// estimated.
	angles *Angles
}

// deviation is how far a signal is from the baseline.
func (j *judgement) deviation(s Signal) float64 { return j.parts[s.index()].Deviation }

// Gains multiply what each signal takes from the score, in the order of
// [Signals]: 1 is the default, more is more sensitive, 0 leaves the signal out.
type Gains [SignalCount]float64

// judge compares a measurement with a baseline, signal by signal. No gains are
// all 1.
func (r *reference) judge(m *Measurement, gains *Gains) judgement {
	var j judgement
	j.angles = r.estimate(m)
	r.deviations(m, &j)
	j.price(gains)
	return j
}

// price turns the deviations into points and the score. The score falls with
// each deviation and each gain, and never rises with one.
func (j *judgement) price(gains *Gains) {
	for i := range j.parts {
		p := &j.parts[i]
		rule := signalRules[p.Signal]
		if !finite(p.Deviation) {
			p.Deviation = 0
		}
		j.raw[i] = clamp((p.Deviation-rule.deadband)*rule.points, 0, rule.limit)
		if gains != nil {
			j.raw[i] *= gains[i]
		}
	}
	j.sum()
}

// excuse takes back what a glance down brought about.
func (j *judgement) excuse() {
	for i, s := range Signals {
		if signalRules[s].glance {
			j.raw[i] = 0
		}
	}
	j.sum()
}

// sum makes the score and the parts' points of the raw ones.
func (j *judgement) sum() {
	var total float64
	j.slouch, j.sunk = 0, 0
	for i, points := range j.raw {
		rule := signalRules[j.parts[i].Signal]
		total += points
		if rule.slouch {
			j.slouch += points
		}
		if rule.slouch && !rule.glance {
			j.sunk += points
		}
	}
	j.score = 100 * math.Exp(-total/scale)
	for i := range j.parts {
		j.parts[i].Points = 0
		if total > 0 {
			j.parts[i].Points = j.raw[i] * (100 - j.score) / total
		}
	}
}

func clamp(v, lo, hi float64) float64 { return math.Max(lo, math.Min(hi, v)) }
