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
	// minCheck is the least quality of each check of a calibration.
	minCheck = 0.5
	// restlessLimit is how much a measure may vary during a calibration, in
	// spread floors, before it is refused.
	restlessLimit = 3.0
	// minSlouch is the least that a shown slouch must differ from upright,
	// in points; targetSlouch what it is brought to: then half of that way is
	// where a slouch begins.
	minSlouch    = 12.0
	targetSlouch = 2 * enterSlouch
	// maxSharpness bounds how much a shown slouch changes the sensitivity,
	// either way.
	maxSharpness = 1.6
)

// The names of the checks of a calibration.
const (
	CheckStillness  = "stillness"
	CheckVisibility = "visibility"
	CheckLight      = "light"
	CheckFraming    = "framing"
)

// steadyMeasures are those that must hold still during a calibration.
var steadyMeasures = []Measure{MeasureNeck, MeasureEyeHeight, MeasureFaceSize, MeasureHeadOffset, MeasurePitch}

// calibrator gathers samples for a baseline.
type calibrator struct {
	pose              string
	way               Way
	countdown, length float64 // seconds asked for
	elapsed           float64 // seconds since it began
	observed, seen    int
	reasons           map[string]int
	samples           [measureCount][]float64
	angles            [AngleFeatureCount][]float64
	brightness        float64 // sum
	framing           float64 // the worst
	framingWhy        string
	camera            string
	width, height     int
}

func newCalibrator(pose string, way Way, countdown, length float64, camera string) *calibrator {
	return &calibrator{
		pose: pose, way: way, countdown: countdown, length: length, camera: camera,
		reasons: map[string]int{}, framing: 1,
	}
}

func (c *calibrator) running() bool { return c.elapsed >= c.countdown }

func (c *calibrator) over() bool { return c.elapsed >= c.countdown+c.length }

// add takes what is seen dt seconds after the last.
func (c *calibrator) add(s *sight, dt float64) {
	c.elapsed += dt
	if !c.running() {
		return
	}
	ok, reason := s.ok, s.reason
	if ok && s.m.Low {
		ok, reason = false, ReasonShoulders
	}
	if c.width != 0 && s.seen && (c.width != s.width || c.height != s.height) {
		ok, reason = false, "the picture's size changed"
	}
	c.observed++
	c.brightness += s.brightness
	if !ok {
		c.reasons[reason]++
		return
	}
	c.width, c.height = s.width, s.height
	c.seen++
	if q, why := framing(s); q < c.framing {
		c.framing, c.framingWhy = q, why
	}
	for i, v := range s.m.Values {
		c.samples[i] = append(c.samples[i], v)
	}
	if s.m.HasAngle {
		for i, v := range s.m.Angle {
			c.angles[i] = append(c.angles[i], v)
		}
	}
}

// angle returns the samples of a feature of the angles: those of the face are
// zero where it was not seen, and count only if it mostly was.
func (c *calibrator) angle(i int) []float64 {
	if i <= featureFace {
		return c.angles[i]
	}
	var there []float64
	for k, seen := range c.angles[featureFace] {
		if seen > 0.5 {
			there = append(there, c.angles[i][k])
		}
	}
	if 2*len(there) <= len(c.angles[i]) {
		return nil
	}
	return there
}

// framing judges where the person is in the picture, 0 to 1, and says what to
// do about it.
func framing(s *sight) (float64, string) {
	ramp := func(v, bad, good float64) float64 { return clamp((v-bad)/(good-bad), 0, 1) }
	worst, why := 1.0, ""
	for _, c := range []struct {
		q   float64
		why string
	}{
		// The shoulders may slip out on the sides by a little: the model
		// places them well there.
		{ramp(math.Min(s.left, 1-s.right), -0.08, 0.02), "Move the camera back or aside so that both shoulders show."},
		{ramp(1-s.shoulders, -0.02, 0.06), "Tilt the camera down or move it back so that both shoulders show."},
		{ramp(s.eyes, -0.02, 0.06), "Tilt the camera up so that your whole head shows."},
		{ramp(s.right-s.left, 0.08, 0.14), "Come nearer or move the camera nearer: you are small in the picture."},
	} {
		if c.q < worst {
			worst, why = c.q, c.why
		}
	}
	return worst, why
}

// checks are the parts of the quality.
func (c *calibrator) checks() []CalibrationCheck {
	list := []CalibrationCheck{{Name: CheckStillness, Quality: 1}, {Name: CheckVisibility}, {Name: CheckLight}, {Name: CheckFraming, Quality: c.framing}}
	if c.seen >= 2 {
		list[0].Quality = clamp(1-(c.restlessness()-1)/(restlessLimit-1)*(1-minCheck), 0, 1)
	}
	if c.observed > 0 {
		list[1].Quality = float64(c.seen) / float64(c.observed)
		b := c.brightness / float64(c.observed)
		list[2].Quality = math.Min(clamp((b-10)/30, 0, 1), clamp((255-b)/20, 0, 1))
	}
	for i := range list {
		if list[i].Quality >= 0.75 {
			continue
		}
		switch list[i].Name {
		case CheckStillness:
			list[i].Message = "Hold still: sit as you like to and look at the screen."
		case CheckVisibility:
			list[i].Message = calibrationAdvice(c.worstReason())
		case CheckLight:
			list[i].Message = "The light is poor. Switch a lamp on before you, or draw the curtain behind you."
		case CheckFraming:
			list[i].Message = c.framingWhy
		}
	}
	return list
}

// quality is that of the worst check, 0 to 1, and what to do about it.
func (c *calibrator) quality() (worst float64, message string) {
	worst = 1
	for _, check := range c.checks() {
		if check.Quality < worst {
			worst, message = check.Quality, check.Message
		}
	}
	return worst, message
}

func (c *calibrator) worstReason() string {
	worst, n := "nothing was seen", 0
	for reason, count := range c.reasons {
		if count > n || count == n && reason < worst {
			worst, n = reason, count
		}
	}
	return worst
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
// live asks for all that a person before the camera can do better; pictures
// are taken as they are.
func (c *calibrator) result(t time.Time, least int, live bool) (*Baseline, string) {
	if c.seen == 0 {
		return nil, calibrationAdvice(c.worstReason())
	}
	quality, message := c.quality()
	if live && quality < minCheck {
		return nil, message + " Then try again."
	}
	if c.seen < least {
		return nil, "Too few pictures came in that time. Please try again."
	}
	b := &Baseline{
		Time: t, Way: c.way, Camera: c.camera, Width: c.width, Height: c.height,
		Seconds: c.length, Samples: c.seen, Quality: quality,
		Measures: make(map[string]Statistic, measureCount+AngleFeatureCount),
	}
	for i := range c.samples {
		b.Measures[Measure(i).String()] = statistic(c.samples[i])
	}
	// Without the model's depth in most of the samples there are no angles.
	if 2*len(c.angles[0]) > c.seen {
		for i := range c.angles {
			b.Measures[AngleFeatureName(i)] = statistic(c.angle(i))
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
	case string(Blurred):
		return "The picture is blurred. Wipe the lens, or turn its ring until you look sharp, and try again."
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
	// own is the spread as calibrated, spread the same with the least that
	// is believed of anybody.
	own [measureCount]float64
	// origin and angleOrigin are the medians as calibrated: median and angle
	// drift.
	origin      [measureCount]float64
	angleOrigin AngleVector
	// sharpness is what the person's own slouch multiplies all signals with;
	// 0 when it is not known.
	sharpness float64
}

// newReference prepares b; ok is false when a measure is missing or not a
// number, as in a baseline of another version.
func newReference(b *Baseline) (r reference, ok bool) {
	if b == nil {
		return r, false
	}
	r.info = BaselineInfo{
		ID: b.ID, Time: b.Time, Quality: b.Quality, Way: b.Way,
		Provisional: b.Provisional, Stale: b.Stale, Sharpened: len(b.Slouch) > 0,
	}
	if r.info.Way == "" {
		r.info.Way = WaySitting
	}
	r.width, r.height = b.Width, b.Height
	for i := range r.median {
		s, have := b.Measures[Measure(i).String()]
		if !have || !finite(s.Median) || !finite(s.Spread) {
			return reference{}, false
		}
		r.median[i], r.own[i] = s.Median, s.Spread
		r.spread[i] = math.Max(s.Spread, spreadFloor[i])
	}
	r.hasAngle = true
	for i := range r.angle {
		s, have := b.Measures[AngleFeatureName(i)]
		r.hasAngle = r.hasAngle && have && finite(s.Median)
		r.angle[i] = s.Median
	}
	r.origin, r.angleOrigin = r.median, r.angle
	if m, ok := slouchOf(b); ok {
		if shown := r.judge(&m, nil).slouch; shown > 0 {
			r.sharpness = clamp(targetSlouch/shown, 1/maxSharpness, maxSharpness)
		}
	}
	return r, true
}

// slouchOf is the person's own slouch as a measurement.
func slouchOf(b *Baseline) (m Measurement, ok bool) {
	if len(b.Slouch) == 0 {
		return m, false
	}
	for i := range m.Values {
		if m.Values[i], ok = b.Slouch[Measure(i).String()]; !ok || !finite(m.Values[i]) {
			return m, false
		}
	}
	m.HasAngle = true
	for i := range m.Angle {
		m.Angle[i], ok = b.Slouch[AngleFeatureName(i)]
		m.HasAngle = m.HasAngle && ok && finite(m.Angle[i])
	}
	m.Confidence = 1
	return m, true
}

// medians are those of what was gathered, by name.
func (c *calibrator) medians() map[string]float64 {
	m := make(map[string]float64, measureCount+AngleFeatureCount)
	for i := range c.samples {
		m[Measure(i).String()] = statistic(c.samples[i]).Median
	}
	if 2*len(c.angles[0]) > c.seen {
		for i := range c.angles {
			m[AngleFeatureName(i)] = statistic(c.angle(i)).Median
		}
	}
	return m
}

// change is the measure's difference from the baseline, in its own unit.
func (r *reference) change(m *Measurement, k Measure) float64 {
	return m.Values[k] - r.median[k]
}

// NewBaseline takes a baseline from observations of the person upright, as of
// pictures or of a part of a recording. Unlike a live calibration it does not
// insist on a number of them, nor that the person held still: pictures may be
// of a whole day. The error says why there is none.
func NewBaseline(camera string, upright []Observation) (*Baseline, error) {
	if len(upright) == 0 {
		return nil, errors.New("no observation to take the baseline from")
	}
	c := newCalibrator(PoseUpright, WaySitting, 0, 0, camera)
	for i := range upright {
		sight := look(&upright[i])
		c.add(&sight, 0)
	}
	last := &upright[len(upright)-1]
	c.length = float64(last.Time-upright[0].Time) / 1e9
	b, problem := c.result(last.When(), 1, false)
	if b == nil {
		return nil, errors.New(problem)
	}
	return b, nil
}
