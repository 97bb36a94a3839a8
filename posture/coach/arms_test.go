package coach

import (
	"math"
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
