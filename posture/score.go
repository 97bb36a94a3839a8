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

// signalRules hold the price of each signal. Head drop, forward head and
// sinking are what a slouch looks like from the front and can each empty the
// score; the rest are harmless by themselves and only colour it.
var signalRules = map[Signal]signalRule{
	HeadDrop:    {deadband: 1.2, points: 16, limit: 100},
	HeadForward: {deadband: 1.2, points: 9, limit: 60},
	Sink:        {deadband: 1.5, points: 7, limit: 60},
	HeadPitch:   {deadband: 1.5, points: 6, limit: 30},
	LeanIn:      {deadband: 2.0, points: 3, limit: 30},
	LeanAside:   {deadband: 1.5, points: 6, limit: 40},
}

// deviations compares a measurement with a baseline, signal by signal.
func (r *reference) deviations(m *Measurement) [6]Part {
	shoulder := math.Exp(r.median[MeasureShoulderWidth]) // in frame heights
	var parts [6]Part
	for i, s := range Signals {
		p := &parts[i]
		p.Signal = s
		switch s {
		case HeadDrop:
			r.fill(p, m, MeasureNeck, -1)
		case HeadForward:
			r.fill(p, m, MeasureFaceRatio, 1)
		case HeadPitch:
			r.fill(p, m, MeasurePitch, 1)
		case Sink:
			// Over the baseline's shoulder width: how far the head moved
			// does not depend on how near it is.
			p.Value = m.Values[MeasureEyeHeight] / shoulder
			p.Baseline = r.median[MeasureEyeHeight] / shoulder
			p.Deviation = r.deviation(m, MeasureEyeHeight) / math.Max(shoulder, 0.2) * 0.7
		case LeanIn:
			r.fill(p, m, MeasureFaceSize, 1)
			p.Deviation = (p.Deviation + r.deviation(m, MeasureShoulderWidth)) / 2
		case LeanAside:
			r.fill(p, m, MeasureHeadOffset, 1)
			p.Deviation = math.Max(math.Abs(p.Deviation), math.Abs(r.deviation(m, MeasureSlope)))
		}
		rule := signalRules[s]
		p.Points = clamp((p.Deviation-rule.deadband)*rule.points, 0, rule.limit)
	}
	return parts
}

func (r *reference) fill(p *Part, m *Measurement, k Measure, sign float64) {
	p.Value, p.Baseline = m.Values[k], r.median[k]
	p.Deviation = sign * r.deviation(m, k)
}

// scoreOf sums the parts: 100 is the person's own upright.
func scoreOf(parts *[6]Part) float64 {
	score := 100.0
	for i := range parts {
		score -= parts[i].Points
	}
	return clamp(score, 0, 100)
}

// slouchPoints is what the signals of a slouch took together.
func slouchPoints(parts *[6]Part) float64 {
	sum := 0.0
	for i := range parts {
		switch parts[i].Signal {
		case HeadDrop, HeadForward, Sink, HeadPitch:
			sum += parts[i].Points
		}
	}
	return sum
}

func clamp(v, lo, hi float64) float64 { return math.Max(lo, math.Min(hi, v)) }
