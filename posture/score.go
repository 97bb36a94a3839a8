package posture

import "math"

// signalRule says how a deviation turns into points off the score.
type signalRule struct {
	// deadband is the deviation, in spreads, that costs nothing: the
	// ordinary fidgeting of an upright person.
	deadband float64
	// points is the price of each further spread, limit the most that the
	// signal takes.
	points, limit float64
}

// signalRules hold the price of each signal. A slouch seen from the front is
// above all a body that sinks in the picture, head and shoulders together; a
// head that only drops may be a glance. The prices follow a logistic
// regression over the labelled pictures (docs/ACCURACY.md). The rest are
// harmless by themselves and only colour the score.
var signalRules = map[Signal]signalRule{
	Sink:        {deadband: 0.9, points: 22, limit: 100},
	HeadDrop:    {deadband: 1.0, points: 9, limit: 60},
	HeadForward: {deadband: 1.0, points: 5, limit: 40},
	HeadPitch:   {deadband: 1.0, points: 3, limit: 30},
	LeanIn:      {deadband: 2.0, points: 3, limit: 30},
	LeanAside:   {deadband: 1.5, points: 6, limit: 40},
}

// usualShoulder is the shoulder width, in frame heights, of a person at a desk
// before a webcam, for which the spread floors hold.
const usualShoulder = 0.55

// scale is the price, in points, that takes the score to 100/e. The prices add
// up, the score falls the slower the lower it is: a bad slouch and a worse one
// still differ.
const scale = 60

// judgement is what a measurement says against a baseline.
type judgement struct {
	parts [SignalCount]Part // in the order of [Signals]
	score float64 // 0 to 100; the parts' points are what it lacks
	// slouch is the price of the signals of a slouch together, without end.
	slouch float64
	// angles are the estimated changes in degrees; nil when they can't be
	// estimated.
	angles *Angles
}

// Gains multiply what each signal takes from the score, in the order of
// [Signals]: 1 is the default, more is more sensitive, 0 leaves the signal out.
type Gains [SignalCount]float64

// judge compares a measurement with a baseline, signal by signal. No gains are
// all 1.
func (r *reference) judge(m *Measurement, gains *Gains) judgement {
	shoulder := math.Exp(r.median[MeasureShoulderWidth]) // in frame heights
	var j judgement
	if r.hasAngle && m.HasAngle {
		if a, _, ok := EstimateAngles(&m.Angle, &r.angle); ok {
			j.angles = &a
		}
	}
	var total float64
	for i, s := range Signals {
		p := &j.parts[i]
		p.Signal = s
		switch s {
		case HeadDrop:
			r.fill(p, m, MeasureNeck, -1)
		case HeadForward:
			r.fill(p, m, MeasureFaceRatio, 1)
		case HeadPitch:
			r.fill(p, m, MeasurePitch, 1)
		case Sink:
			// Over the baseline's shoulder width: how far the body moved
			// does not depend on how near it is.
			p.Value = (m.Values[MeasureEyeHeight] + m.Values[MeasureShoulderHeight]) / 2 / shoulder
			p.Baseline = (r.median[MeasureEyeHeight] + r.median[MeasureShoulderHeight]) / 2 / shoulder
			p.Deviation = (r.deviation(m, MeasureEyeHeight) + r.deviation(m, MeasureShoulderHeight)) / 2 *
				usualShoulder / math.Max(shoulder, usualShoulder/4)
		case LeanIn:
			r.fill(p, m, MeasureFaceSize, 1)
			p.Deviation = (p.Deviation + r.deviation(m, MeasureShoulderWidth)) / 2
		case LeanAside:
			r.fill(p, m, MeasureHeadOffset, 1)
			p.Deviation = math.Max(math.Abs(p.Deviation), math.Abs(r.deviation(m, MeasureSlope)))
		}
		rule := signalRules[s]
		p.Points = clamp((p.Deviation-rule.deadband)*rule.points, 0, rule.limit)
		if gains != nil {
			p.Points *= gains[i]
		}
		total += p.Points
		switch s {
		case HeadDrop, HeadForward, Sink, HeadPitch:
			j.slouch += p.Points
		}
	}
	j.score = 100 * math.Exp(-total/scale)
	if total > 0 {
		for i := range j.parts {
			j.parts[i].Points *= (100 - j.score) / total
		}
	}
	return j
}

func (r *reference) fill(p *Part, m *Measurement, k Measure, sign float64) {
	p.Value, p.Baseline = m.Values[k], r.median[k]
	p.Deviation = sign * r.deviation(m, k)
}

func clamp(v, lo, hi float64) float64 { return math.Max(lo, math.Min(hi, v)) }
