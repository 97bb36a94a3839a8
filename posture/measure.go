package posture

import "math"

// Measure names a scale-free figure taken from one observation. Lengths are
// over the shoulder width or the frame's height, so that neither the camera's
// resolution nor the person's size matters.
type Measure int

// The measures.
const (
	// MeasureNeck is the height of the ears above the shoulders over the
	// shoulder width. It falls when the head sinks or the upper back rounds.
	MeasureNeck Measure = iota
	// MeasureFaceRatio is the logarithm of the face's size over the
	// shoulder width. It grows when the head comes forward of the shoulders.
	MeasureFaceRatio
	// MeasureEyeHeight is how far down the frame the eyes are, over the
	// frame's height.
	MeasureEyeHeight
	// MeasureShoulderHeight is the same for the shoulders.
	MeasureShoulderHeight
	// MeasureFaceSize is the logarithm of the face's size over the frame's
	// height. It grows as the face nears the camera.
	MeasureFaceSize
	// MeasureShoulderWidth is the logarithm of the shoulder width over the
	// frame's height.
	MeasureShoulderWidth
	// MeasureHeadOffset is how far the middle of the ears is to the right
	// in the picture of the middle of the shoulders, over the shoulder
	// width.
	MeasureHeadOffset
	// MeasureBodyX is the middle of the shoulders across the frame, over
	// the frame's height.
	MeasureBodyX
	// MeasureSlope is the angle of the shoulder line in degrees, positive
	// when the person's left shoulder is lower in the picture.
	MeasureSlope
	// MeasurePitch is how far the nose is below the ears over the face's
	// size. It grows when the face points down.
	MeasurePitch
	// MeasureYaw is how far the nose is to the right in the picture of the
	// middle of the ears, over the face's size.
	MeasureYaw
	measureCount
)

var measureNames = [measureCount]string{
	"neck", "face_ratio", "eye_height", "shoulder_height", "face_size",
	"shoulder_width", "head_offset", "body_x", "slope", "pitch", "yaw",
}

// String returns the name under which a [Baseline] keeps the measure.
func (m Measure) String() string {
	if m < 0 || m >= measureCount {
		return "unknown measure"
	}
	return measureNames[m]
}

// spreadFloor is the least spread that is believed for each measure, in the
// measure's own unit. A person who sits still for some seconds varies far
// less than the same person does upright over a day; deviations are counted
// in the larger of the two. The floors are the spreads of upright pictures
// of the same people over a session (three people of the landmark set).
var spreadFloor = [measureCount]float64{
	MeasureNeck:           0.030,
	MeasureFaceRatio:      0.030,
	MeasureEyeHeight:      0.035,
	MeasureShoulderHeight: 0.035,
	MeasureFaceSize:       0.050,
	MeasureShoulderWidth:  0.050,
	MeasureHeadOffset:     0.040,
	MeasureBodyX:          0.040,
	MeasureSlope:          2.5,
	MeasurePitch:          0.035,
	MeasureYaw:            0.100,
}

// Measurement holds all measures of one observation.
type Measurement struct {
	Values [measureCount]float64
	// Angle holds the features of [EstimateAngles]; they count only if
	// HasAngle.
	Angle    AngleVector
	HasAngle bool
	// Confidence is 0 to 1: the visibility of the worst of the points the
	// measures rest on.
	Confidence float64
}

// Value returns one measure.
func (m *Measurement) Value(k Measure) float64 { return m.Values[k] }

// Why an observed person can't be measured; they stand in [Live.Reason].
const (
	ReasonFace      = "face not visible"
	ReasonShoulders = "shoulders not visible"
	ReasonTooNear   = "too near the camera"
	ReasonGarbled   = "landmarks make no sense"
)

const (
	// minVisibility is the least visibility of eyes, nose and shoulders
	// that is trusted. BlazePose gives 0.9 and more to a plain sight and
	// 0.0 to 0.3 to what a desk or a hand hides.
	minVisibility = 0.5
	// maxShoulderWidth is the widest pair of shoulders, in frame widths,
	// that is judged: nearer than that the shoulders are guessed.
	maxShoulderWidth = 1.1
	// minShoulderWidth is the narrowest, in frame heights: a body seen
	// from the side, or a person at the far end of the room.
	minShoulderWidth = 0.06
)

// Measured takes the measures of an observation of a person. When they can't
// be taken, ok is false and reason says why.
func Measured(o *Observation) (m Measurement, reason string, ok bool) {
	if !o.Seen() {
		if o.Nothing != Present {
			return m, string(o.Nothing), false
		}
		return m, ReasonGarbled, false
	}
	at := func(i int) *Landmark { return &o.Landmarks[i] }
	seen := func(points ...int) float64 {
		worst := 1.0
		for _, i := range points {
			worst = min(worst, at(i).Visibility)
		}
		return worst
	}
	face := seen(Nose, LeftEye, RightEye)
	if face < minVisibility {
		return m, ReasonFace, false
	}
	shoulders := seen(LeftShoulder, RightShoulder)
	if shoulders < minVisibility {
		return m, ReasonShoulders, false
	}
	w, h := float64(o.Width), float64(o.Height)
	mid := func(i, j int) (x, y float64) {
		return (at(i).X + at(j).X) / 2, (at(i).Y + at(j).Y) / 2
	}
	dist := func(i, j int) float64 {
		return math.Hypot(at(i).X-at(j).X, at(i).Y-at(j).Y)
	}
	earX, earY := mid(LeftEar, RightEar)
	eyeX, eyeY := mid(LeftEye, RightEye)
	mouthX, mouthY := mid(MouthLeft, MouthRight)
	shX, shY := mid(LeftShoulder, RightShoulder)
	sw := dist(LeftShoulder, RightShoulder)
	// Width and height of the face together: turning the head narrows the
	// one, nodding shortens the other.
	size := math.Sqrt(dist(LeftEyeOuter, RightEyeOuter)*dist(LeftEyeOuter, RightEyeOuter) +
		math.Pow(math.Hypot(eyeX-mouthX, eyeY-mouthY), 2))
	switch {
	case sw > maxShoulderWidth*w:
		return m, ReasonTooNear, false
	case sw < minShoulderWidth*h || size < 0.1*sw || size > 2*sw:
		return m, ReasonGarbled, false
	}
	m.Values = [measureCount]float64{
		MeasureNeck:           (shY - earY) / sw,
		MeasureFaceRatio:      math.Log(size / sw),
		MeasureEyeHeight:      eyeY / h,
		MeasureShoulderHeight: shY / h,
		MeasureFaceSize:       math.Log(size / h),
		MeasureShoulderWidth:  math.Log(sw / h),
		MeasureHeadOffset:     (earX - shX) / sw,
		MeasureBodyX:          (shX - w/2) / h,
		MeasureSlope:          math.Atan2(at(LeftShoulder).Y-at(RightShoulder).Y, math.Abs(at(LeftShoulder).X-at(RightShoulder).X)) * 180 / math.Pi,
		MeasurePitch:          (at(Nose).Y - earY) / size,
		MeasureYaw:            (at(Nose).X - earX) / size,
	}
	m.Confidence = min(face, shoulders, 1)
	for _, v := range m.Values {
		if !finite(v) {
			return Measurement{}, ReasonGarbled, false
		}
	}
	m.Angle, m.HasAngle = angleFeatures(o)
	return m, "", true
}

// Reasons lists every reason why an observed person can't be measured, once; a
// kept measurement names one by its place.
var Reasons = []string{ReasonFace, ReasonShoulders, ReasonTooNear, ReasonGarbled}

// flags are what else of a measurement is kept with it.
func (m *Measurement) flags() byte { return 0 }

func (m *Measurement) setFlags(byte) {}
