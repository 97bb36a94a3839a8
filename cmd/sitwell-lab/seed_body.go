package main

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"sitwell/posture"
)

// bearing is how the seeded person is before the camera.
type bearing int

// The bearings. The first three after upright are slouches: a rounded back, a
// head that has come forward, and a body that has slid down in the chair.
const (
	bearsUpright bearing = iota
	bearsRound
	bearsForward
	bearsSlid
	bearsLeanIn
	bearsAside
	bearsDown
	bearsTurned
	bearsStandUp // from the chair, before the camera
	bearsNobody
	bearsDark
)

// stance is a bearing, by how much, and where on the chair.
type stance struct {
	bearing bearing
	// depth is 1 for what is plain; of upright it is how far the back has
	// rounded, up to [sagMost].
	depth float64
	side  float64 // 1 or -1: to which side
	desk  bool    // standing at the desk, raised
	// seat is how far back and aside the person sits, in metres.
	back, aside float64
}

// slouches are the slouches, with how far each goes: all of it is one to the
// engine, and not all of it as bad.
var slouches = [...]struct {
	bearing
	share, least, most float64
}{
	{bearsRound, .6, .34, .6},
	{bearsForward, .25, .45, .8},
	{bearsSlid, .15, .65, 1},
}

const (
	// sagMost is the depth of a rounded back up to which the engine takes it
	// for upright.
	sagMost = 0.12
	// standUp and raisedDesk are how far the body rises when the person gets
	// up before the camera, and when they stand at the raised desk, whose
	// camera rises further than they do; in metres.
	standUp    = 0.5
	raisedDesk = -0.23
	// seatMost is how far the person sits from the middle of the chair at
	// most, each way.
	seatMost = 0.012
	// weakDepth is how much of the true depth the landmark model gives.
	weakDepth = 0.7
)

// pose is the stance as a posture of the simulation.
func (s *stance) pose() (p simPose) {
	d, forward := s.depth, 0.0
	switch s.bearing {
	case bearsUpright, bearsRound:
		p.thoracic, p.lumbar, p.hip = 24*d, 15*d, -4*d*d
		p.slide, p.sink, p.protraction = -.04*d, -.012*d, .03*d
	case bearsForward:
		forward, p.thoracic, p.lumbar, p.sink = 18*d, 10*d, 5*d, -.008*d
	case bearsSlid:
		p.thoracic, p.lumbar, p.hip = 13*d, 10*d, -20*d
		p.slide, p.sink, forward = .06*d, -.02*d, 8*d
	case bearsLeanIn:
		p.hip, p.slide, forward = 24*d, -.01, 1
	case bearsAside:
		p.lateral, p.roll, p.tilt, p.aside = 10*d*s.side, 4*d*s.side, -12*d*s.side, .06*d*s.side
	case bearsDown:
		p.head, forward = 27*d, 5*d
	case bearsTurned:
		p.yaw, p.trunkYaw, p.aside = 48*d*s.side, 8*d*s.side, .01*s.side
	case bearsStandUp:
		p.sink = standUp
	}
	if s.desk {
		p.sink += raisedDesk
		p.slide -= .08
	}
	p.slide -= s.back
	p.aside += s.aside
	p.neck = p.pitch() + forward
	return p
}

// seedCamera is a camera and the person before it.
type seedCamera struct {
	name          string
	width, height int // px
	simCamera
	// moved is how far it was moved since it was set up, in frame heights:
	// right and down.
	movedX, movedY float64
}

// cameraBefore is a camera so far from the eyes and above them, in metres, that
// has them at a part of its picture's height.
func cameraBefore(name string, width, height int, eyes vec, distance, above, eyesAt float64) seedCamera {
	k := simCamera{at: eyes.add(vec{distance, above, 0}), focal: .95}
	k.pitch = math.Atan2(-above, distance) - math.Atan((.5-eyesAt)/k.focal)
	return seedCamera{name: name, width: width, height: height, simCamera: k}
}

// The cameras: a laptop's, which travels, and the one on the screen at home.
const (
	laptopCamera = iota
	deskCamera
	seedCameras
)

// seedBody is the person with their cameras.
type seedBody struct {
	simBody
	cameras [seedCameras]seedCamera
	rng     *rand.Rand // of the small unrest that nobody is without
	places  []posture.Landmark
	world   []posture.WorldPoint
}

// bodies is how many are drawn before it is given up to find one that the engine
// understands on both cameras.
const bodies = 200

// newSeedBody draws a person whose bearings the engine tells apart: who is seen
// so badly that they aren't would be no history to try anything on.
func newSeedBody(seed uint64) (*seedBody, error) {
	r := rand.New(rand.NewPCG(seed, 0x626f6479))
	var why error
	for range bodies {
		b := &seedBody{
			simBody: randomBody(r), rng: r,
			places: make([]posture.Landmark, posture.LandmarkCount), world: make([]posture.WorldPoint, posture.LandmarkCount),
		}
		still := simPose{}
		at := b.points(&still)
		eyes := at[1].add(at[2]).times(.5)
		b.cameras[laptopCamera] = cameraBefore("Integrated Camera", 1280, 720, eyes, .66, -.06, .36)
		b.cameras[deskCamera] = cameraBefore("HD Pro Webcam C920", 640, 480, eyes, .78, .10, .34)
		if why = b.understood(); why == nil {
			return b, nil
		}
	}
	return nil, fmt.Errorf("none of %d simulated people was understood by the engine, the last one: %w", bodies, why)
}

// observe fills in what the camera sees.
func (b *seedBody) observe(o *posture.Observation, k *seedCamera, s *stance) error {
	o.Width, o.Height = k.width, k.height
	o.Landmarks, o.World, o.People, o.PoseFlag = nil, nil, 0, 0
	o.Brightness, o.Sharpness = 120, 100
	switch s.bearing {
	case bearsNobody:
		o.Nothing = posture.Nobody
		return nil
	case bearsDark:
		o.Nothing, o.Brightness = posture.Dark, 9
		return nil
	}
	o.Nothing, o.People, o.PoseFlag = posture.Present, 1, .99
	p := s.pose()
	n := b.rng.NormFloat64
	p.thoracic += .25 * n()
	p.hip += .35 * n()
	p.head += .8 * n()
	p.yaw += 1.2 * n()
	p.roll += .5 * n()
	p.aside += .002 * n()
	p.slide += .003 * n()
	at := b.points(&p)
	w, h := float64(k.width), float64(k.height)
	for i := range b.places {
		b.places[i] = posture.Landmark{X: w / 2, Y: h * .98, Visibility: .1, Presence: .1}
	}
	put := func(i int, v vec) bool {
		x, y := k.project(v)
		b.places[i] = posture.Landmark{
			X: (x+k.movedX)*h + w/2, Y: (y + k.movedY) * h, Z: -v.f * h * weakDepth, Visibility: .99, Presence: .99,
		}
		b.world[i] = posture.WorldPoint{X: v.l, Y: -v.u, Z: -v.f * weakDepth}
		return !math.IsNaN(x)
	}
	seen := true
	for i, v := range at {
		seen = put(pointIndexes[i], v) && seen
	}
	for to, from := range map[int]int{posture.LeftEyeOuter: posture.LeftEye, posture.RightEyeOuter: posture.RightEye} {
		b.places[to], b.world[to] = b.places[from], b.world[from]
	}
	if !seen {
		return errors.New("a simulated person is behind the camera")
	}
	o.Landmarks, o.World = b.places, b.world
	return nil
}

// understood returns an error that says which bearing the engine takes for
// another, on which camera.
func (b *seedBody) understood() error {
	for i := range b.cameras {
		k := &b.cameras[i]
		desks := []bool{false}
		if i == deskCamera {
			desks = append(desks, true)
		}
		for _, desk := range desks {
			if err := b.understoodBy(k, desk); err != nil {
				return fmt.Errorf("%s, at the raised desk %v: %w", k.name, desk, err)
			}
		}
	}
	return nil
}

func (b *seedBody) understoodBy(k *seedCamera, desk bool) error {
	var o posture.Observation
	policy := posture.DefaultPolicy()
	policy.ProvisionalAfter = 0
	e, err := posture.NewEngine(policy, k.name)
	if err != nil {
		return err
	}
	way := posture.WaySitting
	if desk {
		way = posture.WayStanding
	}
	if err := e.Calibrate(posture.PoseUpright, way); err != nil {
		return err
	}
	show := func(s stance, seconds, every float64) error {
		s.desk = desk
		for t := 0.0; t < seconds; t += every {
			o.Time += int64(every * 1e9)
			o.Mono = o.Time
			if err := b.observe(&o, k, &s); err != nil {
				return err
			}
			e.Step(&o)
		}
		return nil
	}
	if err := show(stance{}, 17, .5); err != nil {
		return err
	}
	if c := e.Live().Calibration; c.Status != posture.CalibrationDone {
		return fmt.Errorf("calibration %s: %s", c.Status, c.Message)
	}
	upright := posture.Upright
	if desk {
		upright = posture.Standing
	}
	type expected struct {
		stance
		want posture.State
	}
	all := []expected{
		{stance{bearing: bearsUpright, depth: sagMost}, upright},
		{stance{bearing: bearsUpright, depth: sagMost, back: seatMost, aside: seatMost}, upright},
		{stance{bearing: bearsUpright, depth: sagMost, back: -seatMost, aside: -seatMost}, upright},
		{stance{bearing: bearsLeanIn, depth: .8}, posture.LeaningIn},
		{stance{bearing: bearsLeanIn, depth: 1}, posture.LeaningIn},
		{stance{bearing: bearsDown, depth: 1}, posture.LookingDown},
		{stance{bearing: bearsStandUp}, posture.Standing},
	}
	for _, s := range slouches {
		for _, depth := range []float64{s.least, s.most} {
			all = append(all, expected{stance{bearing: s.bearing, depth: depth}, posture.Slouching})
		}
	}
	for _, side := range []float64{-1, 1} {
		all = append(all,
			expected{stance{bearing: bearsAside, depth: 1, side: side}, posture.LeaningAside},
			expected{stance{bearing: bearsTurned, depth: .7, side: side}, posture.Turned},
			expected{stance{bearing: bearsTurned, depth: 1, side: side}, posture.Turned})
	}
	for _, c := range all {
		if desk && c.bearing == bearsStandUp {
			continue
		}
		if err := show(stance{}, 5, 1); err != nil {
			return err
		}
		if err := show(c.stance, 10, 2.5); err != nil {
			return err
		}
		if got := e.Live(); got.State != c.want {
			return fmt.Errorf("%+v is taken for %s (%s), not %s", c.stance, got.State, got.Reason, c.want)
		}
	}
	return nil
}
