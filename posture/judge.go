package posture

import "math"

// The deviations of 1 of each signal, and what bends them. All lengths are
// over the body unit, see [bodyUnit].
const (
	// neckLength and neckFace are the shortening of [MeasureNeckLength] and
	// [MeasureNeckFace] that are a head drop of 1; their mean counts.
	neckLength = 0.04
	neckFace   = 0.10
	// headDepth is the change of [MeasureHeadDepth] that is a head forward
	// by 1. To it half of what the estimated inclination of the neck says is
	// added, which is 1 at neckTilt degrees, less neckNod degrees for each
	// degree of the head's nod. From the side neckLine degrees are 1.
	headDepth = 0.12
	neckTilt  = 3.0
	neckNod   = 0.35
	neckLine  = 5.0
	// neckTiltFace and depthFace are the same where the face model's points
	// make the estimate a good one: the degrees that are a head forward by 1,
	// and the share of the landmark model's depth that is added. neckAside of
	// each degree of a lean to the side is that lean's, and neckRoll of each
	// degree that the head is tilted aside by more than stillRoll the tilt's.
	neckTiltFace = 1.7
	depthFace    = 0.3
	neckAside    = 0.7
	neckRoll     = 0.15
	stillRoll    = 4.0
	// eyesSunk and shouldersSunk are how much lower in the picture they are
	// when sunk by 1, in a person who hardly moves while upright.
	eyesSunk      = 0.06
	shouldersSunk = 0.05
	// upperBack is the estimated rounding in degrees that is 1.
	upperBack = 4.0
	// facePitch and headPitch are the changes of [MeasurePitch] and of the
	// estimated nod in degrees that are a face down by 1; their mean counts.
	facePitch = 0.10
	headPitch = 8.0
	// faceNod and headNod are the same with the face model's points: of the
	// nod that they show and of the estimated one, in degrees.
	faceNod = 20.0
	headNod = 12.0
	// leanIn is the lean from the hips towards the screen that is 1, in
	// degrees: the estimated inclination of the trunk, less leanRound of the
	// rounding of the back, plus leanGrown degrees for each unit of growth
	// (logarithm). Where no angles can be estimated, leanSize of growth is 1.
	leanIn    = 8.5
	leanRound = 0.35
	leanGrown = 15.0
	leanSize  = 0.17
	// leanLow is the same of the face when the shoulders are below the
	// picture: a slouch that deep brings the face nearer too.
	leanLow = 0.27
	// leanSide is the way aside of the shoulders, plus half of the head's
	// way off them, that is 1. With the face model's points the mean of it
	// and of the estimated lean of the trunk counts, which is 1 at
	// leanSideDegrees.
	leanSide        = 0.06
	leanSideDegrees = 1.4
	// sideForward, over the sink, is how far the head has come forward in the
	// picture in a lean from the hips, seen from the side; sideLean is the way
	// forward that is a lean by 1. A slouch sinks nearly as far as it comes
	// forward.
	sideForward = 3.0
	sideLean    = 0.22

	// yawDegrees is how many degrees of the face model's yaw are a change of
	// [MeasureYaw] by 1.
	yawDegrees = 80.0
	// From turnFrom to turnTo of a change of [MeasureYaw] the neck and the
	// depth of the head say less and less.
	turnFrom = 0.15
	turnTo   = 0.40
	// From farFrom to farTo, logarithms of how much smaller a person has
	// become, nothing is a slouch any more: nobody slouches that far back.
	// They have leaned back in the chair or rolled away from the desk.
	farFrom = 0.30
	farTo   = 0.42
)

// What begins and what ends a state, apart so that it does not flicker at the
// edge.
const (
	// enterSlouch and leaveSlouch are the points that the signals of a
	// slouch take together.
	enterSlouch = 24
	leaveSlouch = 15

	// enterTurned and leaveTurned are changes of [MeasureYaw]: of rendered
	// people whose heads are turned by 38 degrees nine in ten are at 0.27 and
	// more. From the side it scatters more, so turnedSide must be added.
	enterTurned = 0.26
	leaveTurned = 0.18
	turnedSide  = 0.25
	// bodyTurned is how many degrees the whole body must have turned to be
	// seen from the side, or no longer.
	bodyTurned = 25.0
	// enterLean and leaveLean, enterAside and leaveAside, enterDown and
	// leaveDown are deviations of the signals.
	enterLean  = 1.0
	leaveLean  = 0.7
	enterAside = 3.0
	leaveAside = 2.2
	enterDown  = 0.6
	leaveDown  = 0.45
	// downSide multiplies the latter two from the side: there the landmarks'
	// nod scatters, and grows with a slouch.
	downSide = 4.0
	// leanSunk is how many points of a sunk body and a rounded back a lean
	// in of 1 may bring about by itself; with more it is a slouch as well.
	leanSunk = 65.0
	// asideSlouch is how many points of a slouch a lean aside of 1 may bring
	// about by itself.
	asideSlouch = 6.0
	// asideSlouchFace is the same with the face model's points.
	asideSlouchFace = 9.0
)

// glances reports whether the face points down while the body has stayed where
// it was: what the signals of the head say may be a glance at the keyboard. A
// person who slouches and looks down goes on slouching.
func (j *judgement) glances(was State) bool {
	bound, sunk := enterDown, float64(enterSlouch)
	if was == LookingDown {
		bound = leaveDown
	}
	if j.side {
		bound *= downSide
	}
	if was == Slouching || j.side {
		sunk = leaveSlouch / 3
	}
	return j.deviation(HeadPitch) > bound && j.sunk < sunk
}

// pose tells what the measurement looks like, without regard to time but for
// the state that was: whatever is, takes more to begin than to go on. excused
// is whether a glance down, if it is one, has not lasted too long.
func (r *reference) pose(m *Measurement, j *judgement, was State, excused bool) State {
	bound := func(s State, enter, leave float64) float64 {
		if was == s {
			return leave
		}
		return enter
	}
	side := r.view() == ViewSide
	if side != (m.View() == ViewSide) && math.Abs(r.change(m, MeasureTrunkYaw)) > bodyTurned {
		return Turned
	}
	turned := bound(Turned, enterTurned, leaveTurned)
	if side {
		turned += turnedSide
	}
	slouch := bound(Slouching, enterSlouch, leaveSlouch)
	aside := j.deviation(LeanAside)
	leansAside := aside > bound(LeaningAside, enterAside, leaveAside) && aside*mix(asideSlouch, asideSlouchFace, r.faceChange(m).share) > j.slouch
	leansIn, glances := j.deviation(LeanIn), j.glances(was)
	switch {
	case leansIn > bound(LeaningIn, enterLean, leaveLean) && (m.Low || leansIn*leanSunk > j.sunk):
		return LeaningIn
	case j.sunk >= slouch && !leansAside:
		return Slouching
	case leansAside:
		return LeaningAside
	case math.Abs(r.turn(m)) > turned:
		return Turned
	case glances && excused:
		return LookingDown
	case j.slouch >= slouch:
		return Slouching
	case glances:
		return LookingDown
	}
	return Upright
}

// estimate is the angles of m against the baseline; nil when they can't be had.
func (r *reference) estimate(m *Measurement) *Angles {
	if !r.hasAngle || !m.HasAngle || m.Low {
		return nil
	}
	if a, _, ok := EstimateAngles(&m.Angle, &r.angle); ok {
		return &a
	}
	return nil
}

// deviations fills in the value, the baseline and the deviation of each part.
// Whatever explains a change harmlessly is taken out here.
func (r *reference) deviations(m *Measurement, j *judgement) {
	then := bodyUnit(&r.median)
	side := r.view() == ViewSide
	j.side = side
	size := r.size(m, side || m.Low)
	near := 1 - ramp(-size, farFrom, farTo)
	face := r.faceChange(m)
	facing := 1 - ramp(math.Abs(r.turn(m)), turnFrom, turnTo)
	steady := near * facing
	if m.Low {
		steady = 0
	}

	eyes := r.change(m, MeasureEyeHeight) / then
	shoulders := r.change(m, MeasureShoulderHeight) / then
	eyeSpread := math.Hypot(eyesSunk, r.own[MeasureEyeHeight]/then)
	shoulderSpread := math.Hypot(shouldersSunk, r.own[MeasureShoulderHeight]/then)
	// A head sinks with its shoulders: the lesser of the two counts, and the
	// shoulders again, since they do not nod.
	sunk := shoulders / shoulderSpread
	lesser := math.Min(sunk, eyes/eyeSpread)
	if m.Low {
		sunk = lesser
	}
	sunk = (sunk + lesser) / 2 * near

	// A person who moves much while upright rounds the back and bends the
	// neck, as far as can be estimated, as much.
	calm := near * eyesSunk / eyeSpread * shouldersSunk / shoulderSpread

	for i, s := range Signals {
		p := &j.parts[i]
		p.Signal = s
		switch s {
		case HeadDrop:
			r.fill(p, m, MeasureNeckLength)
			if !side { // from there it is foreshortened
				drop := (r.change(m, MeasureNeckLength)/neckLength + r.change(m, MeasureNeckFace)/neckFace) / 2
				p.Deviation = -mix(drop, face.neck/then/neckLength, face.share) * steady
			}
		case HeadForward:
			r.fill(p, m, MeasureHeadDepth)
			p.Deviation = r.change(m, MeasureHeadDepth) / headDepth * steady
			switch {
			case side:
				r.fill(p, m, MeasureNeckLine)
				p.Deviation = r.change(m, MeasureNeckLine) / neckLine * near
			case j.angles != nil:
				tilt := math.Max(0, face.forward(j.angles)*calm*facing)
				depth := math.Max(0, p.Deviation)
				p.Deviation = mix(depth+tilt/neckTilt/2, depth*depthFace+tilt/neckTiltFace, face.share)
			}
		case Sink:
			p.Value = (m.Values[MeasureEyeHeight] + m.Values[MeasureShoulderHeight]) / 2 / then
			p.Baseline = (r.median[MeasureEyeHeight] + r.median[MeasureShoulderHeight]) / 2 / then
			p.Deviation = sunk
		case UpperBack:
			if j.angles != nil {
				p.Value = j.angles.Thoracic.Degrees
				p.Deviation = p.Value / upperBack * calm
			}
		case LeanIn:
			p.Value, p.Baseline = math.Exp(size), 1
			switch {
			case side:
				// The nose points forward.
				forward := r.aside(m, then) * math.Copysign(1, r.median[MeasureYaw])
				p.Deviation = (forward - sideForward*math.Max(0, eyes)) / sideLean
				p.Deviation = math.Min(p.Deviation, forward/sideLean)
			case j.angles != nil:
				p.Deviation = (j.angles.Trunk.Degrees - leanRound*j.angles.Thoracic.Degrees + leanGrown*size) / leanIn
			case m.Low:
				p.Deviation = size / leanLow
			default:
				p.Deviation = size / leanSize
			}
		case LeanAside:
			r.fill(p, m, MeasureHeadOffset)
			if !side && !m.Low {
				p.Deviation = math.Abs(r.change(m, MeasureBodyX)/then+r.change(m, MeasureHeadOffset)/2) / leanSide
				if j.angles != nil {
					lean := math.Abs(j.angles.Lateral.Degrees) / leanSideDegrees
					p.Deviation = mix(p.Deviation, (p.Deviation+lean)/2, face.share)
				}
			}
		case HeadPitch:
			r.fill(p, m, MeasurePitch)
			p.Deviation = mix(r.change(m, MeasurePitch)/facePitch, face.pitch/faceNod, face.share)
			if j.angles != nil {
				nod := math.Max(0, j.angles.HeadPitch.Degrees)
				p.Deviation = (p.Deviation + mix(nod/headPitch, nod/headNod, face.share)) / 2
			}
		}
	}
}

// faceChange is how the face model's points have changed from the baseline.
type faceChange struct {
	// share is how much they count against the landmarks, 0 to 1: they must
	// have been seen upright, and be seen now.
	share float64
	// pitch, yaw and roll are in degrees, positive down, to the person's own
	// left, and when the left eye sinks; neck is how much further the mouth is from the shoulders, in
	// frame heights.
	pitch, yaw, roll, neck float64
}

func (r *reference) faceChange(m *Measurement) (c faceChange) {
	if !r.hasAngle || !m.HasAngle || m.Low || r.view() == ViewSide {
		return c
	}
	c.share = AnglesByFace.share(&m.Angle, &r.angle)
	if c.share == 0 {
		return c
	}
	now, then := facePlaceOf(&m.Angle), facePlaceOf(&r.angle)
	return faceChange{
		share: c.share,
		pitch: (then.pitch - now.pitch) * 180 / math.Pi,
		yaw:   (now.yaw - then.yaw) * 180 / math.Pi,
		roll:  (now.roll - then.roll) * 180 / math.Pi,
		neck:  now.neck - then.neck,
	}
}

// forward is how far the estimated inclination of the neck is a head's that
// comes forward, in degrees: a nod, a lean or a tilt to the side bring about
// some of it.
func (c *faceChange) forward(a *Angles) float64 {
	tilt := a.Neck.Degrees - neckNod*math.Max(0, a.HeadPitch.Degrees)
	aside := neckAside*math.Abs(a.Lateral.Degrees) + neckRoll*math.Max(0, math.Abs(c.roll)-stillRoll)
	return tilt - c.share*aside
}

// facePlace is what the features of the angles hold of the face; pitch, yaw
// and roll are in radians, neck is from mouth to shoulders in frame heights.
type facePlace struct{ pitch, yaw, roll, neck float64 }

func facePlaceOf(v *AngleVector) facePlace {
	seen := math.Max(v[featureFace], faceGone)
	at := func(i int) float64 { return v[i] / seen }
	return facePlace{
		pitch: at(featureFacePitch),
		yaw:   at(featureFaceYaw),
		roll:  math.Asin(clamp(at(featureFaceEyeDrop)/math.Exp(at(featureFaceEyeWidth)), -1, 1)),
		neck:  math.Hypot(at(featureFaceSideX)-v[featureShoulderX], at(featureFaceMouthY)-v[featureShoulderY]),
	}
}

// turn is how far the face has turned, in the unit of [MeasureYaw]. The sign
// is of no meaning.
func (r *reference) turn(m *Measurement) float64 {
	face := r.faceChange(m)
	return mix(math.Abs(r.change(m, MeasureYaw)), math.Abs(face.yaw)/yawDegrees, face.share)
}

const (
	// phantomYaw and phantomPitch are changes of [MeasureYaw] and
	// [MeasurePitch]: with less a face looks ahead, and the face model finds
	// it, of rendered people and real ones always.
	phantomYaw   = 0.4
	phantomPitch = 0.12
	// phantomSize and phantomPlace are the change of the shoulder width
	// (logarithm) and the way aside, over the body unit, from which on
	// somebody is not where the person sat; shrunken shoulders are half as
	// wide, as no person's are that is not turned.
	phantomSize  = 0.12
	phantomPlace = 0.12
	shrunken     = -0.65
)

// phantom reports whether the landmarks are no person's: where the face looks
// ahead and is not where the person sat, or the shoulders are half as wide, but
// the face model finds no face, although it did upright. An empty chair, or the
// shirt of somebody who stands, looks so.
func (r *reference) phantom(m *Measurement) bool {
	if !r.hasAngle || !m.HasAngle || AnglesByFace.Seen(&r.angle) < faceUpright || AnglesByFace.share(&m.Angle, &r.angle) > 0 {
		return false
	}
	if r.view() == ViewSide || m.View() == ViewSide {
		return false
	}
	size, way := r.change(m, MeasureShoulderWidth), r.change(m, MeasureBodyX)/bodyUnit(&r.median)
	ahead := math.Abs(r.change(m, MeasureYaw)) < phantomYaw && r.change(m, MeasurePitch) < phantomPitch
	return size < shrunken || ahead && (math.Abs(size) > phantomSize || math.Abs(way) > phantomPlace)
}

// mix is a and b with a share of b.
func mix(a, b, share float64) float64 { return a + share*(b-a) }

// view is the side from which the camera saw the body upright.
func (r *reference) view() BodyView { return viewOf(&r.median) }

// size is the logarithm of how much larger the person, or only the face, has
// become in the picture.
func (r *reference) size(m *Measurement, faceOnly bool) float64 {
	if faceOnly {
		return r.change(m, MeasureFaceHeight)
	}
	return (r.change(m, MeasureFaceSize) + r.change(m, MeasureShoulderWidth)) / 2
}

// aside is how far the head has moved to the right in the picture.
func (r *reference) aside(m *Measurement, unit float64) float64 {
	return r.change(m, MeasureBodyX)/unit + r.change(m, MeasureHeadOffset)
}

func (r *reference) fill(p *Part, m *Measurement, k Measure) {
	p.Value, p.Baseline = m.Values[k], r.median[k]
}

// ramp rises from 0 at from to 1 at to.
func ramp(v, from, to float64) float64 { return clamp((v-from)/(to-from), 0, 1) }
