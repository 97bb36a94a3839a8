package main

import (
	"math"
	"math/rand/v2"

	"sitwell/posture"
)

// vec is a place in metres: forward (towards the screen), up, to the person's
// own left.
type vec struct{ f, u, l float64 }

func (a vec) add(b vec) vec       { return vec{a.f + b.f, a.u + b.u, a.l + b.l} }
func (a vec) times(s float64) vec { return vec{a.f * s, a.u * s, a.l * s} }
func (a vec) turned(yaw float64) vec { // about the vertical, + to the own left
	s, c := math.Sincos(yaw)
	return vec{a.f*c - a.l*s, a.u, a.f*s + a.l*c}
}

// direction leans forward and to the own left from straight up, radians.
func direction(forward, left float64) vec {
	sf, cf := math.Sincos(forward)
	sl, cl := math.Sincos(left)
	return vec{sf * cl, cf * cl, sl}
}

func rad(deg float64) float64 { return deg * math.Pi / 180 }

// simBody is a seated person's chain: from the hips to T12 (a), to C7 (b), to
// the middle of the ears (c), with the shoulders hung on C7. Lengths in
// metres, angles in radians forward of straight up while upright. The means
// below were fitted to the true points and angles of the rendered people of
// the synthetic set, all at once with their cameras (residual 1 % of the
// shoulder width); the spreads are those of adults and wider than theirs.
type simBody struct {
	a, b, c                       float64
	lumbar, thorax, neck          float64
	shoulderForward, shoulderDown float64
	shoulderHalf                  float64
	earHalf, eyeHalf, mouthHalf   float64
	eyeF, eyeU, noseF, noseU      float64
	mouthF, mouthU                float64
	flexShare, girdleShare        float64 // of the thorax's flexion in the line T12 to C7; of its pitch in the shoulders
	narrowing                     float64 // of the shoulders, over their protraction
}

func randomBody(r *rand.Rand) simBody {
	size := math.Exp(.06 * r.NormFloat64())
	n := func(mean, sd float64) float64 { return mean + sd*r.NormFloat64() }
	m := func(mean, sd float64) float64 { return n(mean, sd) * size }
	return simBody{
		a: m(.372, .025), b: m(.235, .025), c: m(.173, .015),
		lumbar: n(-.38, .10), thorax: n(.28, .10), neck: n(.36, .11),
		shoulderForward: m(0, .014), shoulderDown: m(.075, .014), shoulderHalf: m(.19, .017),
		earHalf: m(.0705, .004), eyeHalf: m(.0295, .002), mouthHalf: m(.0253, .002),
		eyeF: m(.069, .007), eyeU: m(.0225, .006), noseF: m(.1125, .008), noseU: m(-.013, .009),
		mouthF: m(.087, .008), mouthU: m(-.0465, .008),
		flexShare: n(.75, .12), girdleShare: n(.66, .15), narrowing: n(1, .4),
	}
}

// simPose is a posture: changes from upright, in degrees and metres.
type simPose struct {
	hip, lumbar, thoracic, neck, head, yaw, roll, lateral, trunkYaw, tilt float64
	protraction, shrug                                                    float64
	slide, sink, aside                                                    float64 // of the pelvis
	rounding                                                              float64 // what protraction adds to the trunk's line, deg
}

func (p *simPose) pitch() float64 { return p.hip + p.lumbar + p.thoracic }

// trunk is the line from the hips to the shoulders, as the synthetic set
// measures it.
func (p *simPose) trunk() float64 { return 1.02*p.hip + .7*p.lumbar + p.rounding }

// uprightPose is upright as people sit: nearly.
func uprightPose(r *rand.Rand) simPose {
	n := r.NormFloat64
	p := simPose{
		thoracic: .3 * n(), hip: .8 * n(), head: 1.3 * n(), yaw: 2 * n(), roll: .8 * n(),
		lateral: .3 * n(), tilt: .6 * n(), trunkYaw: .6 * n(),
	}
	p.neck = p.pitch() + n()
	return p
}

// poseShares is how often each family of postures is drawn.
var poseShares = [...]float64{.05, .24, .08, .09, .11, .10, .09, .06, .05, .07, .06}

// randomPose draws one of eleven families: upright, slouching, head forward,
// sliding down, hinging at the hips, looking down, reading a phone, rounded
// shoulders, turning, leaning aside (some with the chin on a hand), anything.
func randomPose(r *rand.Rand) simPose {
	u := func(a, b float64) float64 { return a + (b-a)*r.Float64() }
	n := func(mean, sd float64) float64 { return mean + sd*r.NormFloat64() }
	side := float64(1 - 2*r.IntN(2))
	family, at := 0, r.Float64()
	for at > poseShares[family] && family < len(poseShares)-1 {
		at -= poseShares[family]
		family++
	}
	var p simPose
	forward := 0.0 // of the head on the neck, beyond the thorax's pitch
	switch family {
	case 1:
		s := u(0, 1.15)
		p.thoracic, p.lumbar, p.hip = 24*s*n(1, .12), 15*math.Pow(s, 1.15)*n(1, .25), -4*s*s+n(0, 2)
		p.slide, p.protraction, forward = -.04*s+n(0, .015), .03*s*n(1, .6), n(0, 1.5)
	case 2:
		forward, p.head = u(-3, 20), n(0, 2)
	case 3:
		s := u(0, 1.3)
		p.thoracic, p.lumbar, p.hip = 11*s*n(1, .25), 9*s*n(1, .25), -21*s*n(1, .2)
		p.slide, p.sink, forward = u(0, .13)*s, -.014*s, 7.5*s*n(1, .4)
	case 4:
		p.hip, p.slide = u(-17, 28), n(-.01, .02)
		if forward = .05*p.hip + n(0, 1.5); p.hip < 0 {
			forward = -.5 * p.hip * n(1, .4)
		}
	case 5:
		s := u(0, 1.3)
		p.head, p.thoracic, forward = 26*s*n(1, .15), max(0, n(0, 2)), 9.3*s*n(1, .25)
	case 6:
		s := u(0, 1.2)
		p.head, p.thoracic, p.hip = 42*s*n(1, .12), 10.5*s*n(1, .25), 3.3*s+n(0, 2)
		p.slide, forward = -.04*s, 16*s*n(1, .25)
	case 7:
		s := u(0, 1.3)
		p.thoracic, p.hip, p.protraction, p.slide = 9*s*n(1, .2), 3*s+n(0, 1.5), .06*s*n(1, .2), -.025*s
		p.rounding = 120 * p.protraction
	case 8:
		p.yaw, p.trunkYaw, p.protraction, p.aside = side*u(5, 50), side*u(0, 10), n(-.02, .02), .01*side
	case 9:
		s := u(0, 1.2)
		p.lateral, p.roll, p.trunkYaw, p.tilt = 9*s*side*n(1, .25), 4*s*side*n(1, .4), -3*s*n(0, 1), -12.5*s*side*n(1, .3)
		p.thoracic, p.hip, p.protraction, p.aside = 4.5*s*n(1, .4), 1.7*s+n(0, 1), -.06*s*n(1, .6), .025*s*side
		if r.Float64() < .35 {
			p.thoracic, p.hip, p.lateral, p.roll, p.tilt = 13.5*s*n(1, .15), 10.5*s*n(1, .2), -4*s*side, -9*s*side, 7*s*side
		}
	case 10:
		p.thoracic, p.lumbar, p.hip, p.head = u(-5, 28), u(-6, 18), u(-18, 20), u(-10, 35)
		p.yaw, p.roll, p.lateral, p.tilt = n(0, 8), n(0, 5), n(0, 4), n(0, 4)
		p.protraction, p.slide, forward = n(0, .02), n(0, .03), u(-6, 15)
	}
	p.thoracic += n(0, .5)
	p.lumbar += n(0, .7)
	p.hip += n(0, 1.2)
	p.head += n(0, 1.3)
	p.yaw += n(0, 2)
	p.roll += n(0, .9)
	p.lateral += n(0, .4)
	p.trunkYaw += n(0, .8)
	p.tilt += n(0, .8)
	p.protraction += n(0, .008)
	p.shrug += n(0, .006)
	p.slide += n(0, .012)
	p.aside += n(0, .008)
	if r.Float64() < .04 {
		p.shrug += u(0, .05)
	}
	p.neck = p.pitch() + forward + n(0, 1)
	return p
}

// pointIndexes are the landmarks that the simulation places. The outer eyes
// stand at the eyes: the synthetic set knows only these.
var pointIndexes = [...]int{
	posture.Nose, posture.LeftEye, posture.RightEye, posture.LeftEar, posture.RightEar,
	posture.MouthLeft, posture.MouthRight, posture.LeftShoulder, posture.RightShoulder,
}

// points places the landmarks of a body in a pose, in the order of pointIndexes.
func (b *simBody) points(p *simPose) (out [len(pointIndexes)]vec) {
	lateral := rad(p.lateral)
	pitch := rad(p.pitch())
	c7 := vec{p.slide, p.sink, p.aside}.
		add(direction(b.lumbar+rad(p.hip)+.5*rad(p.lumbar), .6*lateral).times(b.a)).
		add(direction(b.thorax+rad(p.hip+p.lumbar)+b.flexShare*rad(p.thoracic), lateral).times(b.b))
	sg, cg := math.Sincos(pitch * b.girdleShare)
	forward, down := b.shoulderForward+p.protraction, b.shoulderDown-p.shrug
	middle := c7.add(vec{forward*cg - down*sg, -forward*sg - down*cg, 0}.turned(rad(p.trunkYaw)))
	st, ct := math.Sincos(rad(p.tilt))
	half := vec{0, st, ct}.turned(rad(p.trunkYaw)).times(b.shoulderHalf * (1 - b.narrowing*p.protraction))
	ears := c7.add(direction(b.neck+rad(p.neck), .5*lateral-.35*rad(p.roll)).times(b.c))
	sp, cp := math.Sincos(rad(p.head))
	sr, cr := math.Sincos(rad(p.roll))
	head := func(f, u, l float64) vec {
		f, u = f*cp+u*sp, u*cp-f*sp
		u, l = u*cr-l*sr, u*sr+l*cr
		return ears.add(vec{f, u, l}.turned(rad(p.yaw)))
	}
	out = [len(pointIndexes)]vec{
		head(b.noseF, b.noseU, 0),
		head(b.eyeF, b.eyeU, b.eyeHalf), head(b.eyeF, b.eyeU, -b.eyeHalf),
		head(0, 0, b.earHalf), head(0, 0, -b.earHalf),
		head(b.mouthF, b.mouthU, b.mouthHalf), head(b.mouthF, b.mouthU, -b.mouthHalf),
		middle.add(half), middle.add(half.times(-1)),
	}
	return out
}

// simCamera is a pinhole camera without roll: place, focal length in frame
// heights, yaw and pitch (+ up) in radians.
type simCamera struct {
	at                vec
	focal, yaw, pitch float64
}

// randomCamera is a laptop's or a screen's webcam that has the eyes in the
// upper half of its picture; some look from aside.
func randomCamera(r *rand.Rand, eyes vec) simCamera {
	u := func(a, b float64) float64 { return a + (b-a)*r.Float64() }
	distance, height := u(.5, 1.1), u(-.15, .22)
	if r.Float64() < .35 {
		distance, height = u(.42, .7), u(-.3, -.05)
	}
	yaw := rad(3 * r.NormFloat64())
	if r.Float64() < .15 {
		yaw = rad(u(-45, 45))
	}
	s, c := math.Sincos(yaw)
	k := simCamera{at: eyes.add(vec{distance * c, height, distance * s}), focal: u(.72, 1.25)}
	k.yaw = -yaw + rad(3*r.NormFloat64())
	k.pitch = math.Atan2(-height, distance) - math.Atan((.5-u(.22, .5))/k.focal)
	return k
}

// project gives the place in the picture in frame heights: to the right of
// its middle, and down from its top.
func (k *simCamera) project(p vec) (x, y float64) {
	dx, dy, dz := k.at.f-p.f, p.u-k.at.u, p.l-k.at.l
	s, c := math.Sincos(k.yaw)
	dx, dz = dx*c+dz*s, dz*c-dx*s
	s, c = math.Sincos(k.pitch)
	depth := dx*c + dy*s
	if depth < .05 { // at or behind the lens: out of the picture
		return math.NaN(), math.NaN()
	}
	return k.focal * dz / depth, .5 - k.focal*(dy*c-dx*s)/depth
}

// simHeight and simWidth are the frame that simulated points are put in.
const (
	simWidth  = 640
	simHeight = 480
)

// pointObservation is an observation that holds just those points, in pixels,
// and zero metres. ok is false when one is missing or not a number.
func pointObservation(o *posture.Observation, at func(i int) (x, y float64, ok bool)) bool {
	if len(o.Landmarks) == 0 {
		o.Landmarks = make([]posture.Landmark, posture.LandmarkCount)
		o.World = make([]posture.WorldPoint, posture.LandmarkCount)
	}
	for _, i := range pointIndexes {
		x, y, ok := at(i)
		if !ok || math.IsNaN(x) || math.IsNaN(y) {
			return false
		}
		o.Landmarks[i] = posture.Landmark{X: x, Y: y, Visibility: 1, Presence: 1}
	}
	o.Landmarks[posture.LeftEyeOuter] = o.Landmarks[posture.LeftEye]
	o.Landmarks[posture.RightEyeOuter] = o.Landmarks[posture.RightEye]
	return true
}

// features are those of a body in a pose as a camera sees its true points.
func (k *simCamera) features(o *posture.Observation, b *simBody, p *simPose) (posture.AngleVector, bool) {
	places := b.points(p)
	o.Width, o.Height = simWidth, simHeight
	n := 0
	if !pointObservation(o, func(int) (float64, float64, bool) {
		x, y := k.project(places[n])
		n++
		return x*simHeight + simWidth/2, y * simHeight, true
	}) {
		return posture.AngleVector{}, false
	}
	return posture.AngleFeatures(o)
}
