package coach

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"sitwell/posture"
)

// pose puts an arm of [figure]: elbow and wrist in shoulder widths, out to the
// arm's own side from the middle of the shoulders and down from them.
type pose struct{ elbowOut, elbowDown, wristOut, wristDown float64 }

var (
	atDesk  = pose{0.575, 0.75, 0.3, 1.05}
	across  = pose{0.05, 0.1, -0.7, 0.05}    // drawn across the chest
	helping = pose{0.5, 0.4, 0, 0.15}        // the other hand, under that elbow
	behind  = pose{0.95, -0.45, 0.28, -0.55} // hands behind the head
	reached = pose{0.5, 0.45, 0.1, 0.6}      // for a cup in front
	above   = pose{0.5, -0.7, 0.4, -1.4}     // stretched up
	folded  = pose{0.5, 0.6, -0.25, 0.5}     // arms folded
)

func setArm(o *posture.Observation, left bool, p pose, part float64) {
	elbow, wrist, side := posture.RightElbow, posture.RightWrist, -1.0
	if left {
		elbow, wrist, side = posture.LeftElbow, posture.LeftWrist, 1
	}
	mix := func(a, b float64) float64 { return a + part*(b-a) }
	o.Landmarks[elbow].X = 320 + side*200*mix(atDesk.elbowOut, p.elbowOut)
	o.Landmarks[elbow].Y = 310 + 200*mix(atDesk.elbowDown, p.elbowDown)
	o.Landmarks[wrist].X = 320 + side*200*mix(atDesk.wristOut, p.wristOut)
	o.Landmarks[wrist].Y = 310 + 200*mix(atDesk.wristDown, p.wristDown)
}

// arms is a made person who moves the arms n times for hold seconds; swap has
// them change arms each time.
func arms(rate float64, n int, hold float64, left, right pose, swap bool) stream {
	var s stream
	period := turnPeriod(hold)
	for i := 0; ; i++ {
		at := float64(i) / rate
		k := math.Floor((at - turnStart) / period)
		if k >= float64(n)+0.6 {
			return s
		}
		o := figure(at)
		part := 0.0
		if k >= 0 && int(k) < n {
			part = bump(at-turnStart-k*period, 1, hold)
		}
		l, r := left, right
		if swap && int(k)%2 == 1 {
			l, r = r, l
		}
		setArm(&o, true, l, part)
		setArm(&o, false, r, part)
		s = append(s, o)
	}
}

func TestCrossBody(t *testing.T) {
	for _, rate := range []float64{2, 5, 10} {
		s := arms(rate, 4, 15, across, helping, true)
		done := run(t, Plan{Exercise: CrossBody, Hold: 15}, s, nil).Repetitions()
		if len(done) != 4 {
			t.Fatalf("%v a second: %d stretches, want 4", rate, len(done))
		}
		for i, r := range done {
			if want := []Side{Left, Right}[i%2]; r.Side != want || math.Abs(r.Hold-15) > 0.8 {
				t.Errorf("%v a second: stretch %d to the %s for %.1f s, want %s for 15 s", rate, i, r.Side, r.Hold, want)
			}
		}
		// In the mirror the other arm begins.
		if r := run(t, Plan{Exercise: CrossBody}, s.mirrored(), nil).Repetitions(); len(r) != 4 || r[0].Side != Right {
			t.Errorf("%v a second, mirrored: got %+v", rate, r)
		}
	}
}

func TestHandsBehindHead(t *testing.T) {
	s := arms(5, 2, 20, behind, behind, false).each(func(o *posture.Observation) {
		// Behind the head the hands are hidden.
		o.Landmarks[posture.LeftWrist].Visibility, o.Landmarks[posture.RightWrist].Visibility = 0.05, 0.05
	})
	done := run(t, Plan{Exercise: HandsBehindHead}, s, nil).Repetitions()
	if len(done) != 2 || math.Abs(done[0].Hold-20) > 0.8 {
		t.Errorf("got %+v, want two of 20 s", done)
	}
	said := ""
	c := run(t, Plan{Exercise: HandsBehindHead}, arms(5, 2, 3, above, above, false), func(_ float64, p Progress) { said += p.Hint })
	if n := len(c.Repetitions()); n != 0 || !strings.Contains(said, "behind the head") {
		t.Errorf("arms stretched up: %d repetitions and %q", n, said)
	}
}

func TestOtherMovementsOfArms(t *testing.T) {
	for _, m := range []struct {
		name        string
		left, right pose
	}{
		{"reaching for a cup", reached, atDesk},
		{"reaching with both", reached, reached},
		{"folding the arms", folded, folded},
		{"one hand at the head", behind, atDesk},
	} {
		s := arms(5, 4, 2, m.left, m.right, true)
		for _, x := range []Exercise{CrossBody, HandsBehindHead} {
			if n := len(run(t, Plan{Exercise: x}, s, nil).Repetitions()); n != 0 {
				t.Errorf("%s: %d of %s, want none", m.name, n, x)
			}
		}
	}
	for x, s := range map[Exercise]stream{
		CrossBody:       arms(5, 3, 2, behind, behind, false),
		HandsBehindHead: arms(5, 3, 2, across, helping, true),
	} {
		if n := len(run(t, Plan{Exercise: x}, s, nil).Repetitions()); n != 0 {
			t.Errorf("%s: %d in the other exercise, want none", x, n)
		}
	}
}

// An elbow that leaves the picture to the side or above is missed; one that hangs
// below the picture is not.
func TestElbowOutOfThePicture(t *testing.T) {
	hide := func(s stream, elbow int) stream {
		return s.each(func(o *posture.Observation) { o.Landmarks[elbow].Visibility = 0.05 })
	}
	last := func(s stream) (p Progress) {
		run(t, Plan{Exercise: HandsBehindHead}, s[:len(s)/3], func(_ float64, now Progress) { p = now })
		return p
	}
	s := arms(5, 1, 20, behind, behind, false)
	if p := last(hide(s, posture.LeftElbow)); p.Phase != NotSeen || !strings.Contains(p.Reason, "left elbow") {
		t.Errorf("hidden while up: got %s, %q", p.Phase, p.Reason)
	}
	s = arms(5, 0, 20, behind, behind, false)
	if p := last(hide(s, posture.RightElbow)); p.Phase == NotSeen {
		t.Errorf("below the picture: not seen, %q", p.Reason)
	}
}

// Elbows that are wide before a near camera leave the picture: the model goes on
// to place them, and does not see them.
func TestWideElbowsOutOfThePicture(t *testing.T) {
	s := arms(5, 1, 20, behind, behind, false).placed(320*(1-1.8), 240*(1-1.8), 1.8).each(func(o *posture.Observation) {
		for i := posture.LeftElbow; i <= posture.RightWrist; i++ {
			if p := &o.Landmarks[i]; p.X < 0 || p.X > 640 || p.Y > 480 {
				p.Visibility = 0.1
			}
		}
	})
	done := run(t, Plan{Exercise: HandsBehindHead}, s, nil).Repetitions()
	if len(done) != 1 || math.Abs(done[0].Hold-20) > 0.8 {
		t.Errorf("got %+v, want one of 20 s", done)
	}
}

// rolls is a made person whose shoulders go up and down n times without rest.
func rolls(rate float64, n int, up float64, whole bool) stream {
	var s stream
	for i := 0; ; i++ {
		at := float64(i) / rate
		if at > turnStart+2.4*float64(n)+3 {
			return s
		}
		o := figure(at)
		if k := (at - turnStart) / 2.4; k >= 0 && k < float64(n) {
			lift := 200 * up * (1 - math.Cos(2*math.Pi*k)) / 2
			o.Landmarks[posture.LeftShoulder].Y -= lift
			o.Landmarks[posture.RightShoulder].Y -= lift
			if whole {
				for i := range posture.LeftShoulder {
					o.Landmarks[i].Y -= lift
				}
				for i := range o.Face {
					o.Face[i].Y -= lift
				}
			}
		}
		s = append(s, o)
	}
}

func TestShoulders(t *testing.T) {
	for _, x := range []Exercise{ShoulderRoll, ShoulderShrug} {
		for _, rate := range []float64{3, 8, 15} {
			if n := len(run(t, Plan{Exercise: x}, rolls(rate, 10, 0.12, false), nil).Repetitions()); n != 10 {
				t.Errorf("%s at %v a second: %d, want 10", x, rate, n)
			}
		}
		c := run(t, Plan{Exercise: x}, rolls(8, 5, 0.2, true), nil)
		if n := len(c.Repetitions()); n != 0 {
			t.Errorf("%s of who bobs up and down whole: %d, want none", x, n)
		}
	}
}

// body is how somebody sits before the camera and how well their arms are seen.
type body struct {
	hangs     pose    // where the arms hang
	size      float64 // of the picture of them
	dx, dy    float64 // where they sit in it, pixels
	noise     float64 // of elbows, pixels of 640; of wrists twice as much
	flicker   float64 // share of the looks in which an arm is doubted
	lost      bool    // wrists that can't be seen are placed anywhere
	rate      float64
	ramp      float64
	hold, gap float64
}

func someBody(r *rand.Rand) body {
	within := func(lo, hi float64) float64 { return lo + (hi-lo)*r.Float64() }
	size := within(0.6, 1.25)
	return body{
		hangs: pose{within(0.5, 0.68), within(0.62, 0.9), within(0.15, 0.45), within(0.9, 1.2)},
		size:  size, dx: 320*(1-size) + within(-50, 50), dy: 250*(1-size) + within(-30, 40),
		noise: within(1, 5), flicker: within(0, 0.15), lost: r.IntN(2) == 0,
		rate: []float64{2, 4, 5, 8}[r.IntN(4)],
		ramp: within(0.7, 1.8), hold: within(4, 25), gap: within(1, 4),
	}
}

// poses lets them move their arms n times to where left and right say; swap has
// the arms change each time. It returns when the first began as well.
func (b body) poses(n int, r *rand.Rand, left, right pose, swap bool) stream {
	var s stream
	start := 3 + 2*r.Float64()
	period := 2*b.ramp + b.hold + b.gap
	vary := func(p pose) pose {
		p.elbowOut += 0.06 * r.NormFloat64()
		p.elbowDown += 0.05 * r.NormFloat64()
		return p
	}
	ways := make([][2]pose, n)
	for i := range ways {
		ways[i] = [2]pose{vary(left), vary(right)}
		if swap && i%2 == 1 {
			ways[i] = [2]pose{vary(right), vary(left)}
		}
	}
	for i := 0; ; i++ {
		at := float64(i) / b.rate
		k := int(math.Floor((at - start) / period))
		if at > start+float64(n)*period+4 {
			return s.placed(b.dx, b.dy, b.size).each(b.seen(r))
		}
		o := figure(at)
		part, way := 0.0, [2]pose{b.hangs, b.hangs}
		if k >= 0 && k < n {
			part, way = bump(at-start-float64(k)*period, b.ramp, b.hold), ways[k]
		}
		for side, p := range way {
			elbow, wrist, sign := posture.LeftElbow, posture.LeftWrist, 1.0
			if side == 1 {
				elbow, wrist, sign = posture.RightElbow, posture.RightWrist, -1
			}
			mix := func(a, b float64) float64 { return a + part*(b-a) }
			o.Landmarks[elbow].X = 320 + sign*200*mix(b.hangs.elbowOut, p.elbowOut)
			o.Landmarks[elbow].Y = 310 + 200*mix(b.hangs.elbowDown, p.elbowDown)
			o.Landmarks[wrist].X = 320 + sign*200*mix(b.hangs.wristOut, p.wristOut)
			o.Landmarks[wrist].Y = 310 + 200*mix(b.hangs.wristDown, p.wristDown)
			// Behind the head, or behind the other arm.
			o.Landmarks[wrist].Visibility = 0.9
			if part > 0.5 && (p.elbowDown < 0 || p.wristOut < -0.5) {
				o.Landmarks[wrist].Visibility = 0.2
			}
		}
		s = append(s, o)
	}
}

// seen is what the landmark model makes of the arms.
func (b body) seen(r *rand.Rand) func(o *posture.Observation) {
	return func(o *posture.Observation) {
		for i := posture.LeftElbow; i <= posture.RightWrist; i++ {
			p, noise := &o.Landmarks[i], b.noise*b.size
			if i >= posture.LeftWrist {
				noise *= 2
			}
			p.X, p.Y = p.X+noise*r.NormFloat64(), p.Y+noise*r.NormFloat64()
			if i >= posture.LeftWrist && b.lost && p.Visibility < 0.5 {
				p.X, p.Y = p.X+80*b.size*r.NormFloat64(), p.Y+80*b.size*r.NormFloat64()
			}
			switch out := p.X < 0 || p.X > float64(o.Width) || p.Y < 0 || p.Y > float64(o.Height); {
			case out:
				p.Visibility = 0.3 * r.Float64()
			case r.Float64() < b.flicker:
				p.Visibility = 0.25
			default:
				p.Visibility = math.Min(p.Visibility, 0.4+0.6*r.Float64())
			}
		}
	}
}

func TestArmsOfManyPeople(t *testing.T) {
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 9))
		b := someBody(r)
		x, s := CrossBody, stream(nil)
		n := 2 + r.IntN(3)
		if seed%2 == 0 {
			s = b.poses(n, r, across, helping, true)
		} else {
			x = HandsBehindHead
			s = b.poses(n, r, behind, behind, false)
		}
		done := run(t, Plan{Exercise: x}, s, nil).Repetitions()
		if len(done) != n {
			t.Errorf("%d: %s by %+v: %d, want %d", seed, x, b, len(done), n)
			continue
		}
		for i, d := range done {
			// Where half of the looks at 2 a second lack an arm, its ways are
			// seen roughly.
			most := 0.7
			if b.rate < 4 {
				most = 1.5
			}
			if math.Abs(d.Hold-b.hold) > most {
				t.Errorf("%d: %s by %+v: held for %.2f s, want %.2f", seed, x, b, d.Hold, b.hold)
			}
			if want := []Side{Left, Right}[i%2]; x == CrossBody && d.Side != want {
				t.Errorf("%d: stretch %d is %s, want %s", seed, i, d.Side, want)
			}
		}
		other := map[Exercise]Exercise{CrossBody: HandsBehindHead, HandsBehindHead: CrossBody}[x]
		if n := count(t, other, s); n != 0 {
			t.Errorf("%d: %s by %+v: %d of %s, want none", seed, x, b, n, other)
		}
	}
}

func TestRollsOfManyPeople(t *testing.T) {
	for seed := range uint64(80) {
		r := rand.New(rand.NewPCG(seed, 10))
		within := func(lo, hi float64) float64 { return lo + (hi-lo)*r.Float64() }
		n, period, up := 4+r.IntN(7), within(1.6, 4), within(0.07, 0.2)
		back := within(-0.03, 0.03) // as a share of the shoulder width in the picture
		rate, noise, size := []float64{4, 5, 8}[r.IntN(3)], within(0.3, 2), within(0.6, 1.2)
		if period < 2 {
			rate = 8
		}
		start := within(1.5, 5)
		var s stream
		for i := 0; float64(i)/rate < start+float64(n)*period+3; i++ {
			at := float64(i) / rate
			o := figure(at)
			if k := (at - start) / period; k >= 0 && k < float64(n) {
				sin, cos := math.Sincos(2 * math.Pi * k)
				for _, j := range []int{posture.LeftShoulder, posture.RightShoulder} {
					p := &o.Landmarks[j]
					p.Y -= 200 * up * (1 - cos) / 2
					p.X = 320 + (p.X-320)*(1-back*sin)
				}
			}
			s = append(s, o)
		}
		s = s.placed(320*(1-size), 240*(1-size), size).noisy(noise*size, seed)
		for _, x := range []Exercise{ShoulderRoll, ShoulderShrug} {
			if got := count(t, x, s); got != n {
				t.Errorf("%d: %d of %s, want %d (%.2f up, each %.1f s, %v looks a second, noise %.1f px)", seed, got, x, n, up, period, rate, noise)
			}
		}
	}
}
