package posture

import (
	"errors"
	"math"
	"sort"
	"time"
)

const (
	// minCalibrationSamples is the least number of measurements a baseline
	// is made of.
	minCalibrationSamples = 4
	// minCalibrationSeen is the least share of a calibration in which the
	// person must have been measurable.
	minCalibrationSeen = 0.7
	// maxCalibrationSpread is how much a measure may vary during a
	// calibration, in spread floors, before it is called restless.
	maxCalibrationSpread = 3.0
)

// steadyMeasures are those that must hold still during a calibration.
var steadyMeasures = []Measure{MeasureNeck, MeasureEyeHeight, MeasureFaceSize, MeasureHeadOffset, MeasurePitch}

// calibrator gathers samples for a baseline.
type calibrator struct {
	countdown, length float64 // seconds asked for
	elapsed           float64 // seconds since it began
	observed, seen    int
	reasons           map[string]int
	samples           [measureCount][]float64
	angles            [AngleFeatureCount][]float64
	camera            string
	width, height     int
}

func newCalibrator(countdown, length float64, camera string) *calibrator {
	return &calibrator{countdown: countdown, length: length, camera: camera, reasons: map[string]int{}}
}

func (c *calibrator) running() bool { return c.elapsed >= c.countdown }

func (c *calibrator) over() bool { return c.elapsed >= c.countdown+c.length }

// add takes one observation dt seconds after the last.
func (c *calibrator) add(o *Observation, m *Measurement, reason string, ok bool, dt float64) {
	c.elapsed += dt
	if !c.running() {
		return
	}
	if c.width != 0 && (c.width != o.Width || c.height != o.Height) {
		ok, reason = false, "the picture's size changed"
	}
	c.observed++
	if !ok {
		c.reasons[reason]++
		return
	}
	c.width, c.height = o.Width, o.Height
	c.seen++
	for i, v := range m.Values {
		c.samples[i] = append(c.samples[i], v)
	}
	if m.HasAngle {
		for i, v := range m.Angle {
			c.angles[i] = append(c.angles[i], v)
		}
	}
}

// quality is the share of the time the person was seen, lowered by
// restlessness; 0 to 1.
func (c *calibrator) quality() float64 {
	if c.observed == 0 {
		return 0
	}
	q := float64(c.seen) / float64(c.observed)
	if c.seen >= 2 {
		q *= math.Max(0, 1-math.Max(0, c.restlessness()-1)/(2*maxCalibrationSpread))
	}
	return q
}

// restlessness is the largest standard deviation of the steady measures, in
// floors. The robust spread would not see a person who moves half of the time.
func (c *calibrator) restlessness() float64 {
	worst := 0.0
	for _, m := range steadyMeasures {
		var sum, squares float64
		for _, v := range c.samples[m] {
			sum += v
			squares += v * v
		}
		n := float64(c.seen)
		worst = math.Max(worst, math.Sqrt(math.Max(0, squares/n-sum/n*sum/n))/spreadFloor[m])
	}
	return worst
}

// result makes the baseline of at least so many samples, or says why it can't.
// still asks for a person who held still all along.
func (c *calibrator) result(t time.Time, least int, still bool) (*Baseline, string) {
	if c.observed == 0 || float64(c.seen) < minCalibrationSeen*float64(c.observed) {
		worst, n := "nothing was seen", 0
		for reason, count := range c.reasons {
			if count > n || count == n && reason < worst {
				worst, n = reason, count
			}
		}
		return nil, calibrationAdvice(worst)
	}
	if c.seen < least {
		return nil, "Too few pictures came in that time. Please try again."
	}
	if still && c.restlessness() > maxCalibrationSpread {
		return nil, "You moved too much to tell. Sit comfortably upright, look at the screen and try again."
	}
	b := &Baseline{
		Time: t, Camera: c.camera, Width: c.width, Height: c.height,
		Seconds: c.length, Samples: c.seen, Quality: c.quality(),
		Measures: make(map[string]Statistic, measureCount),
	}
	for i := range c.samples {
		b.Measures[Measure(i).String()] = statistic(c.samples[i])
	}
	// Without the model's depth in most of the samples there are no angles.
	if 2*len(c.angles[0]) > c.seen {
		for i := range c.angles {
			b.Measures[AngleFeatureName(i)] = statistic(c.angles[i])
		}
	}
	return b, ""
}

// calibrationAdvice turns a reason into what to do about it.
func calibrationAdvice(reason string) string {
	switch reason {
	case ReasonShoulders:
		return "Your shoulders were not in the picture. Move the camera back or tilt it down so that both show, and try again."
	case ReasonFace:
		return "Your face was not in the picture. Turn the camera towards you and try again."
	case ReasonTooNear:
		return "You are too near the camera. Move back a little and try again."
	case string(Nobody):
		return "Nobody was in the picture. Sit in front of the camera and try again."
	case string(Dark):
		return "It is too dark to see you. Switch a light on and try again."
	case string(Covered):
		return "The camera seems to be covered. Open its shutter and try again."
	}
	return "You could not be seen well enough (" + reason + "). Please try again."
}

// statistic returns the median and the robust spread of values.
func statistic(values []float64) Statistic {
	if len(values) == 0 {
		return Statistic{}
	}
	v := append([]float64(nil), values...)
	med := median(v)
	for i := range v {
		v[i] = math.Abs(v[i] - med)
	}
	return Statistic{Median: med, Spread: 1.4826 * median(v)}
}

// median sorts v and returns its median.
func median(v []float64) float64 {
	sort.Float64s(v)
	n := len(v)
	if n%2 == 1 {
		return v[n/2]
	}
	return (v[n/2-1] + v[n/2]) / 2
}

// reference is a baseline ready for comparing.
type reference struct {
	info          BaselineInfo
	median        [measureCount]float64
	spread        [measureCount]float64
	angle         AngleVector
	hasAngle      bool
	width, height int
}

// newReference prepares b; ok is false when a measure is missing or not a
// number, as in a baseline of another version.
func newReference(b *Baseline) (r reference, ok bool) {
	if b == nil {
		return r, false
	}
	r.info = BaselineInfo{ID: b.ID, Time: b.Time, Quality: b.Quality}
	r.width, r.height = b.Width, b.Height
	for i := range r.median {
		s, have := b.Measures[Measure(i).String()]
		if !have || !finite(s.Median) || !finite(s.Spread) {
			return reference{}, false
		}
		r.median[i] = s.Median
		r.spread[i] = math.Max(s.Spread, spreadFloor[i])
	}
	r.hasAngle = true
	for i := range r.angle {
		s, have := b.Measures[AngleFeatureName(i)]
		r.hasAngle = r.hasAngle && have && finite(s.Median)
		r.angle[i] = s.Median
	}
	return r, true
}

// change is the measure's difference from the baseline, in its own unit.
func (r *reference) change(m *Measurement, k Measure) float64 {
	return m.Values[k] - r.median[k]
}

// deviation is the same in the baseline's spread.
func (r *reference) deviation(m *Measurement, k Measure) float64 {
	return r.change(m, k) / r.spread[k]
}

// NewBaseline takes a baseline from observations of the person upright, as of
// pictures or of a part of a recording. Unlike a live calibration it does not
// insist on a number of them, nor that the person held still: pictures may be
// of a whole day. The error says why there is none.
func NewBaseline(camera string, upright []Observation) (*Baseline, error) {
	if len(upright) == 0 {
		return nil, errors.New("no observation to take the baseline from")
	}
	c := newCalibrator(0, 0, camera)
	for i := range upright {
		m, reason, ok := Measured(&upright[i])
		c.add(&upright[i], &m, reason, ok, 0)
	}
	last := &upright[len(upright)-1]
	c.length = float64(last.Time-upright[0].Time) / 1e9
	b, problem := c.result(last.When(), 1, false)
	if b == nil {
		return nil, errors.New(problem)
	}
	return b, nil
}
