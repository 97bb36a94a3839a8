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
	// MeasureRoll is the angle of the line of the eyes in degrees, positive
	// when the person's left eye is lower in the picture.
	MeasureRoll
	// MeasureNeckLength is how far the mouth is from the middle of the
	// shoulders, in whatever direction, over the body unit. Sideways it does
	// not shrink.
	MeasureNeckLength
	// MeasureNeckFace is how far the ears are from the middle of the
	// shoulders, in whatever direction, over the face's size.
	MeasureNeckFace
	// MeasureHeadDepth is how far the ears are before the shoulders, as the
	// landmark model guesses depth, over the body unit.
	MeasureHeadDepth
	// MeasureShoulderDepth is how far the shoulders are before the hips, as
	// the landmark model guesses depth, over its shoulder width. Shoulders
	// rolled forward and a trunk leaning forward both raise it.
	MeasureShoulderDepth
	// MeasureFaceHeight is the logarithm of the distance from eyes to mouth
	// over the frame's height: unlike the face's size it does not change
	// when the head turns.
	MeasureFaceHeight
	// MeasureFaceShape is the logarithm of the height of the face over the
	// distance of the eyes. It grows as the face turns away.
	MeasureFaceShape
	// MeasureTrunkYaw is how far the shoulders are turned out of the
	// picture's plane in degrees, 0 to 90, as the landmark model guesses
	// depth.
	MeasureTrunkYaw
	// MeasureNeckLine and MeasureTrunkLine are the angles in degrees of the
	// lines from shoulder to ear and from hip to shoulder against the
	// picture's vertical, positive forward. They say something from the side
	// only, and are 0 in other views.
	MeasureNeckLine
	MeasureTrunkLine
	measureCount
)

var measureNames = [measureCount]string{
	"neck", "face_ratio", "eye_height", "shoulder_height", "face_size",
	"shoulder_width", "head_offset", "body_x", "slope", "pitch", "yaw",
	"roll", "neck_length", "neck_face", "head_depth", "shoulder_depth",
	"face_height", "face_shape", "trunk_yaw", "neck_line", "trunk_line",
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
	MeasureRoll:           3.0,
	MeasureNeckLength:     0.040,
	MeasureNeckFace:       0.100,
	MeasureHeadDepth:      0.120,
	MeasureShoulderDepth:  0.150,
	MeasureFaceHeight:     0.050,
	MeasureFaceShape:      0.060,
	MeasureTrunkYaw:       6.0,
	MeasureNeckLine:       4.0,
	MeasureTrunkLine:      4.0,
}

// Measurement holds all measures of one observation.
type Measurement struct {
	Values [measureCount]float64
	// Angle holds the features of [EstimateAngles]; they count only if
	// HasAngle.
	Angle    AngleVector
	HasAngle bool
	// Confidence is 0 to 1: the visibility of the worst of the points the
	// measures rest on; Confidences is the same for each measure.
	Confidence  float64
	Confidences [measureCount]float64
	// Low is whether the shoulders are below the picture, where the model
	// guesses them: good enough to see that a person has sunk, but for
	// nothing finer, and for no baseline.
	Low bool
}

// Value returns one measure.
func (m *Measurement) Value(k Measure) float64 { return m.Values[k] }

// BodyView is the side from which the camera sees the body.
type BodyView string

// The views. A head that is turned does not change the view of the body.
const (
	ViewFront        BodyView = "front"
	ViewThreeQuarter BodyView = "three-quarter"
	ViewSide         BodyView = "side"
)

const (
	// sideYaw is the turn of the shoulders in degrees from which on a body is
	// seen from the side: of rendered people 58 and more from there, 51 and
	// less from a quarter aside. quarterYaw parts a quarter from the front
	// (12 and less rendered, 21 real).
	sideYaw    = 54
	quarterYaw = 24
	// quarterFace is the nose's offset over the face's size that says the
	// same of a person who looks ahead: 0.13 and less from the front, 0.24
	// and more from a quarter aside.
	quarterFace = 0.22
)

// View tells from which side the body is seen.
func (m *Measurement) View() BodyView { return viewOf(&m.Values) }

func viewOf(v *[measureCount]float64) BodyView {
	switch {
	case v[MeasureTrunkYaw] > sideYaw:
		return ViewSide
	case v[MeasureTrunkYaw] > quarterYaw, math.Abs(v[MeasureYaw]) > quarterFace && v[MeasureTrunkYaw] > quarterYaw/3:
		return ViewThreeQuarter
	}
	return ViewFront
}

// unitFaces is how many times the height of the face a body unit is at least:
// a little less than the shoulder width of people seen from the front (4.5).
const unitFaces = 4.0

// bodyUnit is the length, in frame heights, over which lengths on a body are
// taken: its shoulder width; or, when the body is turned so that the shoulders
// look narrower, a width taken from the height of the face.
func bodyUnit(v *[measureCount]float64) float64 {
	return math.Max(math.Exp(v[MeasureShoulderWidth]), unitFaces*math.Exp(v[MeasureFaceHeight]))
}

// Why an observed person can't be measured; they stand in [Live.Reason].
const (
	ReasonFace      = "face not visible"
	ReasonShoulders = "shoulders not visible"
	ReasonTooNear   = "too near the camera"
	ReasonGarbled   = "landmarks make no sense"
	ReasonExercise  = "exercise" // one of the programme is under way
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
	side := trunkYaw(o) > sideYaw
	face := seen(Nose, LeftEye, RightEye)
	if side {
		// From the side the far half of the body is hidden and guessed.
		face = seen(Nose)
	}
	if face < minVisibility {
		return m, ReasonFace, false
	}
	shoulders := seen(LeftShoulder, RightShoulder)
	if side {
		shoulders = max(seen(LeftShoulder), seen(RightShoulder))
	}
	if shoulders < minVisibility {
		m.Low = at(LeftShoulder).Y > float64(o.Height) && at(RightShoulder).Y > float64(o.Height)
		if !m.Low {
			return m, ReasonShoulders, false
		}
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
	faceHeight := math.Hypot(eyeX-mouthX, eyeY-mouthY)
	unit := max(sw, unitFaces*faceHeight)
	switch {
	case sw > maxShoulderWidth*w:
		return m, ReasonTooNear, false
	case unit < minShoulderWidth*h || size < 0.1*unit || size > 2*unit || size > 2*sw && !side:
		return m, ReasonGarbled, false
	}
	m.Values = [measureCount]float64{
		MeasureNeck:           (shY - earY) / unit,
		MeasureFaceRatio:      math.Log(size / unit),
		MeasureEyeHeight:      eyeY / h,
		MeasureShoulderHeight: shY / h,
		MeasureFaceSize:       math.Log(size / h),
		MeasureShoulderWidth:  math.Log(sw/h + smallest),
		MeasureHeadOffset:     (earX - shX) / unit,
		MeasureBodyX:          (shX - w/2) / h,
		MeasureSlope:          slope(at(LeftShoulder), at(RightShoulder)),
		MeasurePitch:          (at(Nose).Y - earY) / size,
		MeasureYaw:            (at(Nose).X - earX) / size,
		MeasureRoll:           slope(at(LeftEyeOuter), at(RightEyeOuter)),
		MeasureNeckLength:     math.Hypot(mouthX-shX, mouthY-shY) / unit,
		MeasureNeckFace:       math.Hypot(earX-shX, earY-shY) / size,
		MeasureHeadDepth:      (at(LeftShoulder).Z + at(RightShoulder).Z - at(LeftEar).Z - at(RightEar).Z) / 2 / unit,
		MeasureFaceHeight:     math.Log(faceHeight/h + smallest),
		MeasureFaceShape:      math.Log((faceHeight + smallest*h) / (dist(LeftEyeOuter, RightEyeOuter) + smallest*h)),
		MeasureTrunkYaw:       trunkYaw(o),
		MeasureShoulderDepth:  shoulderDepth(o),
	}
	hips := max(seen(LeftHip), seen(RightHip))
	if side {
		hipX, hipY := mid(LeftHip, RightHip)
		forward := 1.0
		if at(Nose).X < earX {
			forward = -1
		}
		m.Values[MeasureNeckLine] = math.Atan2(forward*(earX-shX), shY-earY) * 180 / math.Pi
		if hips >= minVisibility {
			m.Values[MeasureTrunkLine] = math.Atan2(forward*(shX-hipX), hipY-shY) * 180 / math.Pi
		}
	}
	m.Confidence = min(face, shoulders, 1)
	for k := range m.Confidences {
		switch Measure(k) {
		case MeasureEyeHeight, MeasureFaceSize, MeasurePitch, MeasureYaw, MeasureRoll, MeasureFaceHeight, MeasureFaceShape:
			m.Confidences[k] = min(face, 1)
		case MeasureShoulderHeight, MeasureShoulderWidth, MeasureBodyX, MeasureSlope, MeasureTrunkYaw:
			m.Confidences[k] = min(shoulders, 1)
		case MeasureShoulderDepth, MeasureTrunkLine:
			m.Confidences[k] = min(shoulders, hips, 1)
		default:
			m.Confidences[k] = m.Confidence
		}
	}
	for _, v := range m.Values {
		if !finite(v) {
			return Measurement{}, ReasonGarbled, false
		}
	}
	m.Angle, m.HasAngle = angleFeatures(o)
	return m, "", true
}

// smallest keeps logarithms of lengths finite, in frame heights.
const smallest = 1e-4

// slope is the angle in degrees of the line between a point of the person's
// left and one of the right, positive when the left one is lower.
func slope(left, right *Landmark) float64 {
	return math.Atan2(left.Y-right.Y, math.Abs(left.X-right.X)) * 180 / math.Pi
}

// trunkYaw is [MeasureTrunkYaw]; 0 without the model's depth.
func trunkYaw(o *Observation) float64 {
	if len(o.World) != LandmarkCount {
		return 0
	}
	l, r := o.World[LeftShoulder], o.World[RightShoulder]
	return math.Atan2(math.Abs(l.Z-r.Z), math.Abs(l.X-r.X)) * 180 / math.Pi
}

// shoulderDepth is [MeasureShoulderDepth]; 0 without the model's depth.
func shoulderDepth(o *Observation) float64 {
	if len(o.World) != LandmarkCount {
		return 0
	}
	l, r := o.World[LeftShoulder], o.World[RightShoulder]
	width := math.Sqrt((l.X-r.X)*(l.X-r.X) + (l.Y-r.Y)*(l.Y-r.Y) + (l.Z-r.Z)*(l.Z-r.Z))
	return -(l.Z + r.Z) / 2 / math.Max(width, 0.1)
}

// Reasons lists every reason why an observed person can't be measured, once; a
// kept measurement names one by its place.
var Reasons = []string{ReasonFace, ReasonShoulders, ReasonTooNear, ReasonGarbled}

// flags are what else of a measurement is kept with it.
func (m *Measurement) flags() byte {
	if m.Low {
		return 1
	}
	return 0
}

func (m *Measurement) setFlags(b byte) { m.Low = b&1 != 0 }
