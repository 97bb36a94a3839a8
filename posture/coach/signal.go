package coach

import (
	"math"

	"sitwell/posture"
)

const whyFace = "your face can't be made out; look towards the camera"

// specs are how the exercises are told. The smallest movements that count are
// about a third of what people do; figures "rendered" are those of the rendered
// exercise clips.
var specs = map[Exercise]spec{
	ChinTuck: {
		// Two to three centimetres back at arm's length make the face 2.5 to
		// 4 % smaller: all that a camera in front sees.
		// The chin comes in with it, by three or four degrees rendered.
		signal: seenFace(func(l *look) float64 { return -l.v[vFace] - nodInTuck*l.v[vPitch]/degrees }),
		fine:   true, rows: true, trunk: 0.4, rate: 8, width: 8, shortest: 0.8, sure: 3, least: 0.013, most: 0.10, fall: 0.2, over: 1.6, still: 0.02, ready: 2, rise: 3.5, longest: 40, gap: 1.5,
		judge: judgeTuck,
		doubt: "From the front a chin tuck shows only as a face that gets 3 % smaller: leaning back a little looks much the same, and how far you go is seen roughly.",
	},
	NeckTurn: {
		signal: headYaw,
		sided:  true, rate: 8, width: 2, shortest: 0.45, sure: 4.5, least: 15, most: 120, fall: 0.5, over: 1.25, still: 6, straight: 25, rise: 3, longest: 60, gap: 1.5,
		hint: hintTurn,
	},
	NeckSideTilt: {
		signal: seenFace(func(l *look) float64 { return l.v[vRoll] }),
		sided:  true, rate: 8, width: 2, shortest: 0.45, sure: 4.5, least: 8, most: 90, fall: 0.5, over: 1.25, still: 4, straight: 10, rise: 3, longest: 60, gap: 1.5,
		judge: judgeTilt, hint: hintTilt,
	},
	ShoulderShrug: {
		signal: func(l *look) (float64, string) { return -l.v[vShoulderY], "" },
		scaled: true, rows: true, rate: 8, width: 2, shortest: 0.4, sure: 3, least: 0.028, most: 0.6, fall: 0.5, over: 1.5, still: 0.04, rise: 2, longest: 30, gap: 1.5,
		judge: judgeShrug, hint: hintShrug,
	},
	ShoulderRoll: {
		signal: func(l *look) (float64, string) { return -l.v[vShoulderY], "" },
		scaled: true, rows: true, rate: 8, width: 2, shortest: 0.4, sure: 3, least: 0.024, most: 0.6, fall: 0.5, over: 1.5, still: 0.04, rise: 2, longest: 15, gap: 1.5,
		judge: judgeShrug, hint: hintShrug,
		doubt: "From the front the way up and down is seen, not whether the shoulders go forward or back.",
	},
	BladeSqueeze: {
		// The chest lifts and the shoulders go back: face and shoulders get
		// smaller together, by 4 % rendered.
		signal: seenFace(func(l *look) float64 { return -(l.v[vFace] + l.v[vShoulders]/2) }),
		fine:   true, rows: true, rate: 8, width: 7, shortest: 0.9, sure: 3, least: 0.014, most: 0.2, fall: 0.2, over: 1.6, still: 0.03, ready: 2, rise: 3.5, longest: 60, gap: 1.5,
		judge: judgeSqueeze,
		doubt: "From the front the shoulder blades can't be seen: what is counted is the chest that lifts and the shoulders that go back with it.",
	},
	CrossBody: {
		signal: acrossChest,
		sided:  true, rate: 5, width: 3, shortest: 0.8, sure: 4, least: 0.15, most: 2, fall: 0.5, over: 1.4, still: 0.15, straight: 0.2, rise: 3, longest: 120, gap: 3,
	},
	HandsBehindHead: {
		signal: handsUp,
		rate:   5, width: 2, shortest: 0.8, sure: 4.5, least: 0.45, most: 3, fall: 0.5, over: 1.4, still: 0.25, rise: 4, longest: 120, gap: 4,
		judge: judgeHands,
		doubt: "Whether the elbows go back is hardly seen from the front; that they are up and wide is.",
	},
	SeatedTwist: {
		signal: trunkTwist,
		sided:  true, rate: 8, width: 3, shortest: 0.9, sure: 4.5, least: 13, most: 110, fall: 0.5, over: 1.35, still: 8, straight: 20, rise: 3, longest: 60, gap: 1.5,
		doubt: "Seen from the front, how far the trunk turns is judged within some ten degrees.",
	},
	StandUp: {
		signal: height,
		rate:   2, width: 3, shortest: 0.8, sure: 4.5, least: 0.45, most: 9, fall: 0.5, still: 0.2, rise: 6, longest: 1200, atTop: 1, top: stands, roof: 0.8, gap: 5, unseen: true,
	},
	Leave: {
		signal: absence,
		rate:   2, width: 2, shortest: 0.8, sure: 4.5, least: 0.6, most: 9, fall: 0.5, still: 0.2, rise: 9, longest: 3600, atTop: 2, gap: 5, unseen: true,
	},
}

// seenFace is a signal that needs the face model.
func seenFace(f func(*look) float64) func(*look) (float64, string) {
	return func(l *look) (float64, string) {
		if !l.face {
			return 0, whyFace
		}
		return f(l), ""
	}
}

// nodInTuck is what a radian of the chin's coming in adds to a face's getting
// smaller, as a logarithm: about what tells both best from their noise.
const nodInTuck = 0.28

// yawOfNose is how many degrees the head is turned for each unit that the nose is
// off the middle of the ears over the distance of eyes and mouth, and how far
// that is believed: it stands in for the face model, which gives up before
// the profile.
const yawOfNose = 110.0

// headYaw is the turn of the head in degrees.
func headYaw(l *look) (float64, string) {
	if l.face {
		return l.v[vYaw], ""
	}
	if l.before == nil || math.Abs(l.before[vYaw]) < 35 {
		// Only a head already turned is followed without its face.
		return 0, whyFace
	}
	mid := func(i, j int) (x, y float64) {
		return (l.at(i).X + l.at(j).X) / 2, (l.at(i).Y + l.at(j).Y) / 2
	}
	eyeX, eyeY := mid(posture.LeftEye, posture.RightEye)
	mouthX, mouthY := mid(posture.MouthLeft, posture.MouthRight)
	earX, _ := mid(posture.LeftEar, posture.RightEar)
	size := math.Hypot(math.Hypot(eyeX-mouthX, eyeY-mouthY),
		math.Hypot(l.at(posture.LeftEyeOuter).X-l.at(posture.RightEyeOuter).X, l.at(posture.LeftEyeOuter).Y-l.at(posture.RightEyeOuter).Y))
	yaw := yawOfNose * (l.at(posture.Nose).X - earX) / math.Max(size, 1)
	if math.Signbit(yaw) != math.Signbit(l.before[vYaw]) {
		return 0, whyFace
	}
	// Not less than where the face was lost: it is seen again before.
	yaw = math.Copysign(math.Min(math.Max(math.Abs(yaw), math.Abs(l.before[vYaw])), 95), yaw)
	l.v[vYaw] = yaw
	return yaw, ""
}

// yawInTrunk is by how many degrees the landmark model turns the shoulders for
// each that only the head turns.
const yawInTrunk = 0.8

// trunkTwist is the turn of the shoulders in degrees, less what the landmark
// model lends them of the head's.
func trunkTwist(l *look) (float64, string) {
	ls, rs := l.at(posture.LeftShoulder), l.at(posture.RightShoulder)
	turn := math.Atan2(ls.Z-rs.Z, ls.X-rs.X) * degrees
	switch {
	case l.face:
		turn -= yawInTrunk * l.v[vYaw]
	case l.before != nil && finite(l.before[vYaw]):
		turn -= yawInTrunk * l.before[vYaw]
		l.v[vYaw] = l.before[vYaw]
	default:
		return 0, whyFace
	}
	return turn, ""
}

// arm is where an elbow is against the shoulders: how far out to its own
// side from their middle and how far down, in shoulder widths. An elbow that
// can't be seen hangs, if it is low. Lifted out of the picture it is where the
// model puts it, which goes on from the shoulder; hidden in the picture it is lost.
func (l *look) arm(elbow int, outward float64) (out, down float64, why string) {
	p := l.at(elbow)
	ls, rs := l.at(posture.LeftShoulder), l.at(posture.RightShoulder)
	unit := l.width * l.height
	out = outward * (p.X - (ls.X+rs.X)/2) / unit
	down = (p.Y - (ls.Y+rs.Y)/2) / unit
	if p.Visibility >= minArm || down < hangingDown && !l.inside(p) {
		return out, down, ""
	}
	if down < 0.45 {
		name := "left"
		if elbow == posture.RightElbow {
			name = "right"
		}
		return 0, 0, "your " + name + " elbow is hidden or out of the picture"
	}
	return hangingOut, hangingDown, ""
}

// inside reports whether a point is in the picture.
func (l *look) inside(p *posture.Landmark) bool {
	return p.X >= 0 && p.X < float64(l.o.Width) && p.Y >= 0 && p.Y < float64(l.o.Height)
}

// Where an elbow hangs beside the body, in shoulder widths from the middle of
// the shoulders.
const (
	hangingOut  = 0.57
	hangingDown = 0.75
)

// acrossChest is how far an arm is drawn across the chest, in shoulder widths of
// the elbow's way to the middle; + the left one. It counts as far as the elbow is
// lifted.
func acrossChest(l *look) (float64, string) {
	across := func(elbow int, outward float64) (float64, string) {
		out, down, why := l.arm(elbow, outward)
		lift := math.Min(math.Max((hangingDown-0.1-down)/0.25, 0), 1)
		return lift * math.Min(math.Max(0.45-out, 0), 1.5), why
	}
	left, why := across(posture.LeftElbow, 1)
	if why != "" {
		return 0, why
	}
	right, why := across(posture.RightElbow, -1)
	if why != "" {
		return 0, why
	}
	return left - right, ""
}

// handsUp is how far the lower of both elbows is lifted from where it hangs, in
// shoulder widths. Beside it goes how far the farther wrist is from its ear, at
// least 1 where an elbow isn't wide.
func handsUp(l *look) (float64, string) {
	up, far := math.Inf(1), 0.0
	for _, s := range [2]struct {
		elbow, wrist, ear int
		outward           float64
	}{
		{posture.LeftElbow, posture.LeftWrist, posture.LeftEar, 1},
		{posture.RightElbow, posture.RightWrist, posture.RightEar, -1},
	} {
		out, down, why := l.arm(s.elbow, s.outward)
		if why != "" {
			return 0, why
		}
		up = math.Min(up, hangingDown-down)
		if out < wideElbow {
			far = math.Max(far, 1)
		}
		// A wrist behind the head is put anywhere.
		if w, e := l.at(s.wrist), l.at(s.ear); w.Visibility >= minArm || !l.inside(w) {
			far = math.Max(far, math.Hypot(w.X-e.X, w.Y-e.Y)/(l.width*l.height))
		}
	}
	l.v[vExtra] = far
	return up, ""
}

// wideElbow is how far out, in shoulder widths from their middle, an elbow is whose
// hand is behind the head; of an arm stretched up it is above the shoulder.
const wideElbow = 0.62

// height is how high the eyes are above the lower edge of the picture, in
// shoulder widths. Whoever stands before a webcam often has no head in the
// picture: the model still places it well, and what it is not sure of stays
// where it was.
func height(l *look) (float64, string) {
	switch {
	case l.o.Nothing == posture.Nobody:
		l.v[vEyeY], l.v[vShoulderY] = -aboveAll, -aboveAll
		return aboveAll, ""
	case l.o.Seen():
		unit := l.body
		if l.before != nil && finite(l.before[vExtra]) && l.before[vExtra] > 0 {
			unit = l.before[vExtra]
		}
		l.v[vExtra] = unit
		l.v[vShoulderY] = (l.at(posture.LeftShoulder).Y + l.at(posture.RightShoulder).Y) / 2 / l.height
		return (1 - l.v[vEyeY]) / unit, ""
	}
	return l.unsure()
}

// aboveAll is the height of who has left the picture, in shoulder widths.
const aboveAll = 5.0

// absence is 1 when nobody is there, 0 when somebody is.
func absence(l *look) (float64, string) {
	switch {
	case l.o.Nothing == posture.Nobody:
		return 1, ""
	case l.seen:
		return 0, ""
	}
	return l.unsure()
}

// unsure is the signal where the model can't tell: what it was before.
func (l *look) unsure() (float64, string) {
	if l.before == nil || l.o.Nothing != posture.Present && l.o.Nothing != posture.Unclear {
		return 0, whyNothing(l.o)
	}
	l.v = *l.before
	return l.v[vSignal], ""
}

// stands reports whether the shoulders are up with the head: leaning towards the
// camera lifts the eyes in the picture alone.
func stands(v, rest *vector) bool {
	return rest[vShoulderY]-v[vShoulderY] > 0.4*rest[vExtra]
}
