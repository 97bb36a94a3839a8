package coach

import (
	"math"

	"sitwell/posture"
)

// The parts of what is followed over time: the exercise's own signal, and what
// moves beside it.
const (
	vSignal    = iota
	vYaw       // of the face, degrees, + to the person's own left
	vPitch     // of the face, degrees, + up
	vRoll      // of the face, degrees, + to the person's own left shoulder
	vFace      // logarithm of the face's size over the frame's height
	vShoulders // logarithm of the shoulder width over the frame's height
	vShoulderY // frame heights, down
	vEyeY      // frame heights, down
	vSlope     // of the shoulders, degrees, + left one lower
	vExtra     // of the exercise
	vCount
)

type vector [vCount]float64

// look is an observation and what was seen before it.
type look struct {
	o *posture.Observation
	v vector
	// seen says that there are landmarks of a person with face and shoulders.
	seen, face bool
	side       bool // the body is seen from the side
	height     float64
	// width is the shoulder width in frame heights, for lengths of arms.
	width float64
	// body is the same for a body that may be turned aside: at least four
	// times the height of the face, as in the engine.
	body float64
	// before is what was followed last, if there was anything.
	before *vector
}

const (
	// minVisibility is the least visibility of a point that is trusted, as
	// in the engine.
	minVisibility = 0.5
	// minArm is that of an elbow or wrist: the model is less sure of them
	// even in plain sight.
	minArm     = 0.3
	degrees    = 180 / math.Pi
	nearestGap = 1e-4 // frame heights; keeps logarithms finite
)

func (l *look) at(i int) *posture.Landmark { return &l.o.Landmarks[i] }

// take reads the observation; why says what is missing.
func (l *look) take(o *posture.Observation) (why string) {
	l.o = o
	for i := range l.v {
		l.v[i] = math.NaN()
	}
	if !o.Seen() {
		return whyNothing(o)
	}
	l.height = float64(o.Height)
	ls, rs := l.at(posture.LeftShoulder), l.at(posture.RightShoulder)
	l.width = math.Hypot(ls.X-rs.X, ls.Y-rs.Y) / l.height
	eyes := (l.at(posture.LeftEye).Y + l.at(posture.RightEye).Y) / 2 / l.height
	l.v[vEyeY] = eyes
	mouth := (l.at(posture.MouthLeft).Y + l.at(posture.MouthRight).Y) / 2 / l.height
	l.body = math.Max(math.Max(l.width, 4*math.Abs(mouth-eyes)), minWidth)
	if min(l.at(posture.Nose).Visibility, l.at(posture.LeftEye).Visibility, l.at(posture.RightEye).Visibility) < minVisibility {
		return "your face is hidden or out of the picture"
	}
	switch {
	case ls.Visibility < minVisibility:
		return "your left shoulder is hidden or out of the picture"
	case rs.Visibility < minVisibility:
		return "your right shoulder is hidden or out of the picture"
	}
	if l.width < minWidth {
		return "you are too far away or turned aside"
	}
	l.seen = true
	l.v[vShoulders] = math.Log(l.width + nearestGap)
	l.v[vShoulderY] = (ls.Y + rs.Y) / 2 / l.height
	l.v[vSlope] = math.Atan2(ls.Y-rs.Y, math.Abs(ls.X-rs.X)) * degrees
	if w := o.World; len(w) == posture.LandmarkCount {
		x, z := w[posture.LeftShoulder].X-w[posture.RightShoulder].X, w[posture.LeftShoulder].Z-w[posture.RightShoulder].Z
		l.side = math.Atan2(math.Abs(z), math.Abs(x))*degrees > sideYaw
	}
	l.takeFace()
	return ""
}

// sideYaw is the turn of the shoulders, in degrees, from which on a body is seen
// from the side, as in the engine.
const sideYaw = 54

// minWidth is the narrowest pair of shoulders that is followed, in frame
// heights.
const minWidth = 0.06

func whyNothing(o *posture.Observation) string {
	switch o.Nothing {
	case posture.Nobody:
		return "nobody is in the picture"
	case posture.Dark:
		return "the picture is too dark"
	case posture.Covered:
		return "the camera is covered"
	case posture.Blurred:
		return "the picture is blurred"
	case posture.Frozen:
		return "the camera repeats the same picture"
	}
	return "you can't be made out clearly"
}

// takeFace reads the face model's points. Their size is taken over the points
// of eyes, nose, mouth and sides in three dimensions, so that a turned head is as
// large as a straight one; the chin is left out because it moves in talking.
func (l *look) takeFace() {
	p := l.o.Face
	if len(p) != posture.FacePointCount {
		return
	}
	for _, q := range p {
		if !finite(q.X) || !finite(q.Y) || !finite(q.Z) {
			return
		}
	}
	left, right, top := p[posture.FaceLeftSide], p[posture.FaceRightSide], p[posture.FaceTop]
	// The mouth, because the chin moves in talking.
	ml, mr := p[posture.FaceMouthLeft], p[posture.FaceMouthRight]
	var x, y, z float64
	for _, q := range p[:sizePoints] {
		x, y, z = x+q.X/sizePoints, y+q.Y/sizePoints, z+q.Z/sizePoints
	}
	sum := 0.0
	for _, q := range p[:sizePoints] {
		sum += (q.X-x)*(q.X-x) + (q.Y-y)*(q.Y-y) + (q.Z-z)*(q.Z-z)
	}
	size := math.Sqrt(sum/sizePoints) / l.height
	if size < nearestGap {
		return
	}
	l.face = true
	l.v[vFace] = math.Log(size)
	l.v[vYaw] = math.Atan2(left.Z-right.Z, left.X-right.X) * degrees
	l.v[vPitch] = math.Atan2(top.Z-(ml.Z+mr.Z)/2, (ml.Y+mr.Y)/2-top.Y) * degrees
	lo, ro := p[posture.FaceLeftEyeOuter], p[posture.FaceRightEyeOuter]
	l.v[vRoll] = math.Atan2(lo.Y-ro.Y, math.Hypot(lo.X-ro.X, lo.Z-ro.Z)) * degrees
	l.v[vEyeY] = (lo.Y + ro.Y) / 2 / l.height
}

// sizePoints is how many of a face's points its size is taken from: all but
// top and chin, which are the last.
const sizePoints = posture.FaceTop

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
