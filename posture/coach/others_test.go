package coach

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"sitwell/posture"
)

// made is a stream of [figure] that is changed by how far along each of n
// movements is, 0 at rest and 1 at the top.
func made(n int, hold, ramp float64, change func(o *posture.Observation, at, part float64)) stream {
	var s stream
	period := 2*ramp + hold + 1.5
	for i := 0; ; i++ {
		at := float64(i) / 8
		k := math.Floor((at - turnStart) / period)
		if k >= float64(n)+0.6 {
			return s
		}
		part := 0.0
		if k >= 0 && int(k) < n {
			part = bump(at-turnStart-k*period, ramp, hold)
		}
		o := figure(at)
		change(&o, at, part)
		s = append(s, o)
	}
}

// scale makes the face larger about its middle, or with head and body.
func scale(o *posture.Observation, by float64, body bool) {
	for i := range o.Face {
		p := &o.Face[i]
		p.X, p.Y, p.Z = 320+by*(p.X-320), 200+by*(p.Y-200), p.Z*by
	}
	for i := range o.Landmarks {
		if p := &o.Landmarks[i]; body || i < posture.LeftShoulder {
			p.X, p.Y = 320+by*(p.X-320), 200+by*(p.Y-200)
		}
	}
}

// rotate turns points of the picture about the middle of the hips.
func rotate(o *posture.Observation, deg float64, body bool) {
	sin, cos := math.Sincos(deg / degrees)
	cx, cy := 320.0, 560.0
	if !body {
		cy = 290
	}
	at := func(x, y float64) (float64, float64) {
		return cx + cos*(x-cx) - sin*(y-cy), cy + sin*(x-cx) + cos*(y-cy)
	}
	for i := range o.Landmarks {
		if p := &o.Landmarks[i]; body || i < posture.LeftShoulder {
			p.X, p.Y = at(p.X, p.Y)
		}
	}
	for i := range o.Face {
		o.Face[i].X, o.Face[i].Y = at(o.Face[i].X, o.Face[i].Y)
	}
}

func count(t *testing.T, x Exercise, s stream) int {
	t.Helper()
	return len(run(t, Plan{Exercise: x}, s, nil).Repetitions())
}

func TestChinTuckOfAFigure(t *testing.T) {
	tuck := func(n int, by float64, sway float64) stream {
		return made(n, 2, 1, func(o *posture.Observation, at, part float64) {
			scale(o, math.Exp(sway/2*math.Sin(2*math.Pi*at/3.2)-by*part), false)
		})
	}
	if n := count(t, ChinTuck, tuck(6, 0.025, 0)); n != 6 {
		t.Errorf("6 tucks: %d", n)
	}
	if n := count(t, ChinTuck, tuck(6, 0, 0.013)); n != 0 {
		t.Errorf("who only breathes: %d, want none", n)
	}
	if n := count(t, ChinTuck, tuck(6, 0.03, 0.013)); n != 6 {
		t.Errorf("6 tucks of who breathes: %d", n)
	}
	// Bent forward for some seconds and back again is no tuck.
	if n := count(t, ChinTuck, tuck(3, -0.05, 0)); n != 0 {
		t.Errorf("leaning in and back: %d, want none", n)
	}
	// The whole body leaning back isn't one, nor is a nod.
	whole := made(5, 2, 1, func(o *posture.Observation, _, part float64) { scale(o, math.Exp(-0.04*part), true) })
	if n := count(t, ChinTuck, whole); n != 0 {
		t.Errorf("leaning back: %d, want none", n)
	}
	nod := made(5, 2, 1, func(o *posture.Observation, _, part float64) {
		scale(o, math.Exp(-0.025*part), false)
		o.Face[posture.FaceTop].Z += 50 * part
	})
	if n := count(t, ChinTuck, nod); n != 0 {
		t.Errorf("nodding: %d, want none", n)
	}
}

func TestTiltsOfAFigure(t *testing.T) {
	tilt := func(body bool) stream {
		return made(4, 2, 1, func(o *posture.Observation, _, part float64) { rotate(o, 20*part, body) })
	}
	if n := count(t, NeckSideTilt, tilt(false)); n != 4 {
		t.Errorf("4 tilts: %d", n)
	}
	if n := count(t, NeckSideTilt, tilt(true)); n != 0 {
		t.Errorf("the whole body leaning aside: %d, want none", n)
	}
}

// Whoever comes close to the camera and turns there is not exercising.
func TestComingCloser(t *testing.T) {
	s := made(3, 2, 1, func(o *posture.Observation, _, part float64) {
		setYaw(o, 40*part)
		scale(o, math.Exp(0.4*part), true)
	})
	if n := count(t, NeckTurn, s); n != 0 {
		t.Errorf("%d turns, want none", n)
	}
}

func TestLeaningIsNotStandingUp(t *testing.T) {
	lean := made(2, 4, 1, func(o *posture.Observation, _, part float64) {
		for i := range o.Landmarks {
			p := &o.Landmarks[i]
			if i < posture.LeftShoulder {
				p.Y -= 120 * part
			}
		}
		for i := range o.Face {
			o.Face[i].Y -= 120 * part
		}
	})
	if n := count(t, StandUp, lean); n != 0 {
		t.Errorf("a head that rises alone: %d, want none", n)
	}
	up := made(2, 4, 1, func(o *posture.Observation, _, part float64) {
		for i := range o.Landmarks {
			o.Landmarks[i].Y -= 160 * part
		}
		for i := range o.Face {
			o.Face[i].Y -= 160 * part
		}
	})
	if n := count(t, StandUp, up); n != 2 {
		t.Errorf("standing up twice: %d", n)
	}
	// Up, out of the picture, back in it upright, and only then down again.
	away := made(1, 20, 1, func(o *posture.Observation, at, part float64) {
		for i := range o.Landmarks {
			o.Landmarks[i].Y -= 160 * part
		}
		for i := range o.Face {
			o.Face[i].Y -= 160 * part
		}
		if gone := at - turnStart; gone > 4 && gone < 8 || gone > 12 && gone < 16 {
			o.Nothing, o.Landmarks, o.World, o.Face = posture.Nobody, nil, nil, nil
		}
	})
	if n := count(t, StandUp, away); n != 1 {
		t.Errorf("up and twice out of the picture: %d, want 1", n)
	}
}

// A pose that never ends is no repetition but a new resting pose.
func TestNewRestingPose(t *testing.T) {
	s := turns(4, 4, 2, 40)
	late := s.each(func(o *posture.Observation) {
		o.Mono += 100e9
		setYaw(o, 35+yawOf(o)/2)
	})
	var last Progress
	c := run(t, Plan{Exercise: NeckTurn}, append(made(0, 0, 1, func(*posture.Observation, float64, float64) {}), held(35, turnStart+4, 100)...), func(_ float64, p Progress) {
		last = p
	})
	if last.Phase != Resting {
		t.Errorf("turned for over a minute: %s, want resting", last.Phase)
	}
	for i := range late {
		c.Step(&late[i])
	}
	if n := len(c.Repetitions()); n != 4 || c.Repetitions()[0].Side != Left || c.Repetitions()[1].Side != Right {
		t.Errorf("got %+v, want four turns about the new pose", c.Repetitions())
	}
}

// held is a figure whose head stays turned from a time to another.
func held(yaw, from, to float64) stream {
	var s stream
	for at := from; at < to; at += 0.25 {
		o := figure(at)
		setYaw(&o, yaw)
		s = append(s, o)
	}
	return s
}

// Times are those of the movement, not of when the coach knew of it.
func TestTimes(t *testing.T) {
	for i, r := range run(t, Plan{Exercise: NeckTurn}, turns(8, 4, 3, 50), nil).Repetitions() {
		start := turnStart + float64(i)*turnPeriod(3)
		if math.Abs(r.Start-start) > 0.35 || math.Abs(r.End-start-5) > 0.5 {
			t.Errorf("turn %d from %.2f to %.2f s, want %.2f to %.2f", i, r.Start, r.End, start, start+5)
		}
	}
}

// Somebody else for some observations is not taken for the person.
func TestSomebodyElse(t *testing.T) {
	other := func(seconds float64) stream {
		return turns(8, 4, 2, 50).each(func(o *posture.Observation) {
			if at := float64(o.Mono) / 1e9; at > turnStart+5.6-seconds && at < turnStart+5.6 {
				setYaw(o, -70)
				face := clone(o).Face
				scale(o, 1.6, true)
				o.Face = face
			}
		})
	}
	if n := count(t, NeckTurn, other(0.6)); n != 4 {
		t.Errorf("for a moment: %d turns, want 4", n)
	}
	said := ""
	run(t, Plan{Exercise: NeckTurn}, other(5), func(_ float64, p Progress) { said += p.Reason })
	if !strings.Contains(said, "at ease") {
		t.Errorf("for five seconds: %q", said)
	}
}

func TestDoubtful(t *testing.T) {
	doubts := func(s stream) (n int) {
		run(t, Plan{Exercise: ChinTuck}, s, func(_ float64, p Progress) {
			if p.Doubtful {
				n++
			}
		})
		return n
	}
	s := load(t, "chin_tuck")
	if n := doubts(s); n > 0 {
		t.Errorf("a clear picture: %d doubts", n)
	}
	if n := doubts(s.noisy(3, 1)); n < len(s)/2 {
		t.Errorf("a restless one: %d doubts of %d", n, len(s))
	}
}

func TestFilterKeepsTime(t *testing.T) {
	for _, rate := range []float64{2, 5, 8, 10, 30} {
		f := filter{width: 4}
		// An even step up and down again keeps its middle.
		var mass, at float64
		for i := 0; float64(i)/rate < 20; i++ {
			v := vector{}
			now := float64(i) / rate
			v[vSignal] = bump(now-5, 3, 4)
			f.add(now, &v, func(in *instant) {
				mass += in.v[vSignal]
				at += in.t * in.v[vSignal]
			})
		}
		if math.Abs(at/mass-10) > 0.06 || math.Abs(mass*tick-7) > 0.1 {
			t.Errorf("%v a second: middle at %.3f s, area %.3f; want 10 and 7", rate, at/mass, mass*tick)
		}
	}
}

// Many people stand up, some out of the picture, and leave.
func TestStandingAndLeavingOfManyPeople(t *testing.T) {
	for seed := range uint64(80) {
		r := rand.New(rand.NewPCG(seed, 11))
		within := func(lo, hi float64) float64 { return lo + (hi-lo)*r.Float64() }
		size := within(0.6, 1.2)
		rate := []float64{2, 4, 5}[r.IntN(3)]
		n := 1 + r.IntN(3)
		start, ramp, stay, sit := within(4, 8), within(0.8, 2.5), within(4, 25), within(6, 12)
		up := within(0.7, 1.6) * 200 // pixels, for shoulders 200 wide
		period := 2*ramp + stay + sit
		leaves := seed%2 == 1
		var s stream
		for i := 0; float64(i)/rate < start+float64(n)*period; i++ {
			at := float64(i) / rate
			o := figure(at)
			part := 0.0
			if k := math.Floor((at - start) / period); k >= 0 {
				part = bump(at-start-k*period, ramp, stay)
			}
			shift := func(x, y *float64) {
				if leaves {
					*x += 600 * part
				}
				*y -= up * part
			}
			for j := range o.Landmarks {
				shift(&o.Landmarks[j].X, &o.Landmarks[j].Y)
			}
			for j := range o.Face {
				shift(&o.Face[j].X, &o.Face[j].Y)
			}
			s = append(s, o)
		}
		s = s.placed(320*(1-size), 300*(1-size), size).noisy(1.5, seed).each(func(o *posture.Observation) {
			// What is out of the picture is placed without being sure of it.
			for j := range o.Landmarks {
				if p := &o.Landmarks[j]; p.Y < 0 || p.X > 640 {
					p.Visibility = 0.2 * r.Float64()
				}
			}
			if nose := o.Landmarks[posture.Nose]; nose.X > 640 {
				o.Nothing, o.Landmarks, o.World, o.Face = posture.Nobody, nil, nil, nil
			} else if nose.Y < 10 {
				o.Face = nil
			}
		})
		x := StandUp
		if leaves {
			x = Leave
		}
		if got := count(t, x, s); got != n {
			t.Errorf("%d: %d of %s, want %d (%.2f up in %.1f s, for %.1f s, sitting %.1f s, %v looks a second)", seed, got, x, n, up/200, ramp, stay, sit, rate)
		}
		if x == StandUp {
			if got := count(t, Leave, s); got != 0 {
				t.Errorf("%d: standing up left %d times", seed, got)
			}
		}
	}
}
