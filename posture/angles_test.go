package posture

import (
	"math"
	"strings"
	"testing"
)

// sitter is a person upright in front of a webcam, as the landmark model sees
// a rendered one; the figures are round.
func sitter() Observation {
	o := Observation{
		Width: 640, Height: 480, PoseFlag: 1, People: 1,
		Landmarks: make([]Landmark, LandmarkCount), World: make([]WorldPoint, LandmarkCount),
	}
	at := func(i int, x, y float64) {
		o.Landmarks[i] = Landmark{X: x, Y: y, Visibility: 1, Presence: 1}
		o.World[i] = WorldPoint{X: (x - 320) / 600, Y: (y - 700) / 600, Z: -.2}
	}
	for i := range LandmarkCount {
		at(i, 320, 600)
	}
	at(Nose, 320, 190)
	at(LeftEyeInner, 328, 165)
	at(LeftEye, 340, 165)
	at(LeftEyeOuter, 347, 165)
	at(RightEyeInner, 312, 165)
	at(RightEye, 300, 165)
	at(RightEyeOuter, 293, 165)
	at(LeftEar, 362, 175)
	at(RightEar, 278, 175)
	at(MouthLeft, 334, 212)
	at(MouthRight, 306, 212)
	at(LeftShoulder, 430, 310)
	at(RightShoulder, 210, 310)
	for _, i := range []int{Nose, LeftEye, RightEye, MouthLeft, MouthRight} {
		o.World[i].Z = -.3
	}
	return o
}

// faced is the observation with a face as the face model would see it where
// the landmarks are.
func faced(o Observation) Observation {
	l := o.Landmarks
	o.Face = make([]FacePoint, FacePointCount)
	at := func(to int, l Landmark, dx, dy, z float64) { o.Face[to] = FacePoint{l.X + dx, l.Y + dy, z} }
	at(FaceNose, l[Nose], 0, 0, -40)
	at(FaceLeftEyeInner, l[LeftEye], -8, 0, 0)
	at(FaceLeftEyeOuter, l[LeftEye], 8, 0, 0)
	at(FaceRightEyeInner, l[RightEye], 8, 0, 0)
	at(FaceRightEyeOuter, l[RightEye], -8, 0, 0)
	at(FaceMouthLeft, l[MouthLeft], 0, 0, -10)
	at(FaceMouthRight, l[MouthRight], 0, 0, -10)
	at(FaceLeftSide, l[LeftEar], 0, 0, 50)
	at(FaceRightSide, l[RightEar], 0, 0, 50)
	at(FaceTop, l[Nose], 0, -55, 0)
	at(FaceChin, l[Nose], 0, 50, 0)
	return o
}

func featuresOf(t testing.TB, o *Observation) AngleVector {
	t.Helper()
	f, ok := AngleFeatures(o)
	if !ok {
		t.Fatal("AngleFeatures: not ok on a person in plain sight")
	}
	return f
}

// moved shifts landmarks of the sitter by pixels.
func moved(o Observation, dx, dy float64, points ...int) Observation {
	l := append([]Landmark(nil), o.Landmarks...)
	for _, i := range points {
		l[i].X += dx
		l[i].Y += dy
	}
	o.Landmarks = l
	return o
}

// grown scales landmarks about the first of them.
func grown(o Observation, by float64, points ...int) Observation {
	l := append([]Landmark(nil), o.Landmarks...)
	for _, i := range points {
		l[i].X = l[points[0]].X + by*(o.Landmarks[i].X-l[points[0]].X)
		l[i].Y = l[points[0]].Y + by*(o.Landmarks[i].Y-l[points[0]].Y)
	}
	o.Landmarks = l
	return o
}

var facePoints = []int{Nose, LeftEyeInner, LeftEye, LeftEyeOuter, RightEyeInner, RightEye, RightEyeOuter, LeftEar, RightEar, MouthLeft, MouthRight}

func TestAnglesStandStillWhileUpright(t *testing.T) {
	for kind, o := range map[string]Observation{"by landmarks": sitter(), "by face": faced(sitter())} {
		f := featuresOf(t, &o)
		a, reason, ok := EstimateAngles(&f, &f)
		if !ok {
			t.Fatalf("%s: not ok: %s", kind, reason)
		}
		for name, v := range map[string]Angle{"thoracic": a.Thoracic, "neck": a.Neck, "trunk": a.Trunk, "lateral": a.Lateral, "head pitch": a.HeadPitch} {
			if math.Abs(v.Degrees) > 1e-9 {
				t.Errorf("%s: %s is %.1f deg for a person who has not moved, want 0", kind, name, v.Degrees)
			}
			if !(v.Band > 0 && v.Band < 25) {
				t.Errorf("%s: %s has a band of %v deg, want more than 0 and less than 25", kind, name, v.Band)
			}
		}
	}
}

func TestAnglesFollowTheBody(t *testing.T) {
	upright := sitter()
	tests := []struct {
		name string
		make func() Observation
		more func(now Angles) (got, least float64)
	}{
		{"head and shoulders sink", func() Observation {
			return moved(moved(upright, 0, 45, facePoints...), 0, 18, LeftShoulder, RightShoulder)
		}, func(n Angles) (float64, float64) { return n.Thoracic.Degrees, 5 }},
		{
			"head sinks and grows", func() Observation { return grown(moved(upright, 0, 30, facePoints...), 1.2, facePoints...) },
			func(n Angles) (float64, float64) { return n.Neck.Degrees, 5 },
		},
		{"body to the own left", func() Observation {
			o := moved(upright, 45, 10, facePoints...)
			return moved(moved(o, 35, 20, LeftShoulder), 35, -10, RightShoulder)
		}, func(n Angles) (float64, float64) { return n.Lateral.Degrees, 2 }},
	}
	for _, tt := range tests {
		for kind, as := range map[string]func(Observation) Observation{"landmarks": func(o Observation) Observation { return o }, "face": faced} {
			t.Run(tt.name+" by "+kind, func(t *testing.T) {
				before, o := as(upright), as(tt.make())
				base, now := featuresOf(t, &before), featuresOf(t, &o)
				a, reason, ok := EstimateAngles(&now, &base)
				if !ok {
					t.Fatalf("not ok: %s", reason)
				}
				if got, least := tt.more(a); got < least {
					t.Errorf("grew by %.1f deg, want %.0f or more; all: %+v", got, least, a)
				}
			})
		}
	}
}

// A face that comes and goes leads from one kind of estimate to the other
// without a leap, and what was smoothed away is not taken for a change.
func TestAnglesAsTheFaceGoes(t *testing.T) {
	o := faced(sitter())
	base := featuresOf(t, &o)
	bent := faced(moved(moved(sitter(), 0, 45, facePoints...), 0, 18, LeftShoulder, RightShoulder))
	face := featuresOf(t, &bent)
	bent.Face = nil
	gone := featuresOf(t, &bent)
	whole, _, _ := EstimateAngles(&face, &base)
	without, _, _ := EstimateAngles(&gone, &base)
	before := whole.Neck.Degrees
	for part := 1.0; part >= 0; part -= .01 {
		now := gone
		for i := range now {
			now[i] += part * (face[i] - gone[i])
		}
		a, _, ok := EstimateAngles(&now, &base)
		if !ok {
			t.Fatalf("no estimate with %.2f of a face", part)
		}
		if part > .4 && math.Abs(a.Neck.Degrees-whole.Neck.Degrees) > 1e-6 {
			t.Fatalf("neck is %.3f with %.2f of a face, want the whole one's %.3f", a.Neck.Degrees, part, whole.Neck.Degrees)
		}
		if math.Abs(a.Neck.Degrees-before) > 1+.1*math.Abs(whole.Neck.Degrees-without.Neck.Degrees) {
			t.Fatalf("neck leaps from %.1f to %.1f at %.2f of a face", before, a.Neck.Degrees, part)
		}
		before = a.Neck.Degrees
	}
	if math.Abs(before-without.Neck.Degrees) > .5 {
		t.Errorf("neck ends at %.1f, want the %.1f of no face", before, without.Neck.Degrees)
	}
	// A baseline from before the face was seen.
	plain := sitter()
	old := featuresOf(t, &plain)
	a, _, _ := EstimateAngles(&face, &old)
	b, _, _ := EstimateAngles(&gone, &old)
	if a != b {
		t.Errorf("without a face in the baseline the face changes the estimate from %+v to %+v", b, a)
	}
}

func TestAnglesAreScaleFree(t *testing.T) {
	small, large := faced(sitter()), faced(sitter())
	large.Width, large.Height = 1280, 960
	for i := range large.Landmarks {
		large.Landmarks[i].X *= 2
		large.Landmarks[i].Y *= 2
	}
	for i := range large.Face {
		large.Face[i] = FacePoint{2 * large.Face[i].X, 2 * large.Face[i].Y, 2 * large.Face[i].Z}
	}
	a, b := featuresOf(t, &small), featuresOf(t, &large)
	for i := range a {
		if math.Abs(a[i]-b[i]) > 1e-3 {
			t.Errorf("%s is %v at 640x480 and %v at 1280x960", AngleFeatureName(i), a[i], b[i])
		}
	}
}

func TestAnglesRefuse(t *testing.T) {
	upright := sitter()
	base := featuresOf(t, &upright)
	hidden := sitter()
	hidden.Landmarks[LeftShoulder].Visibility = .1
	noDepth := sitter()
	noDepth.World = nil
	garbled := sitter()
	garbled.World[Nose].Z = math.Inf(1)
	wild := faced(sitter())
	wild.Face[FaceChin].Y = math.NaN()
	for name, o := range map[string]Observation{
		"hidden shoulder": hidden, "no metres": noDepth, "infinite metres": garbled, "face not a number": wild, "nobody": {Nothing: Nobody},
	} {
		if _, ok := AngleFeatures(&o); ok {
			t.Errorf("%s: features taken, want none", name)
		}
	}
	nan := base
	nan[3] = math.NaN()
	far := base
	far[featureShoulderWidth] -= 2
	aside := base
	aside[featureFaceHeight] = aside[featureEyeWidth] + .6
	for _, tt := range []struct {
		name         string
		now, upright AngleVector
		want         string
	}{
		{"not a number", nan, base, ReasonGarbled},
		{"baseline not a number", base, nan, ReasonGarbled},
		{"another person or place", far, base, ReasonStrange},
		{"from the side", aside, aside, ReasonSideView},
	} {
		if a, reason, ok := EstimateAngles(&tt.now, &tt.upright); ok || reason != tt.want || a != (Angles{}) {
			t.Errorf("%s: got %v, %q, %+v, want a refusal for %q", tt.name, ok, reason, a, tt.want)
		}
	}
}

func TestParseAngleNetworksRefuses(t *testing.T) {
	for name, in := range map[string]string{
		"nothing":       "",
		"none":          `{"by_landmarks":[]}`,
		"another size":  `{"by_landmarks":[{"mean":[1]}]}`,
		"not a network": `{"by_landmarks":[1]}`,
	} {
		if _, err := ParseAngleNetworks([]byte(in)); err == nil || !strings.Contains(err.Error(), "angle networks") {
			t.Errorf("%s: got error %v, want one of angle networks", name, err)
		}
	}
}

func FuzzEstimateAngles(f *testing.F) {
	o := faced(sitter())
	base := featuresOf(f, &o)
	f.Add(24, 0.2, 30, -2.)
	f.Add(0, 0.1, 1, -0.2)
	f.Add(6, math.Inf(1), 2, math.NaN())
	f.Add(0, 1e300, 5, -1e300)
	f.Fuzz(func(t *testing.T, i int, a float64, j int, b float64) {
		now, upright := base, base
		now[uint(i)%AngleFeatureCount] = a
		upright[uint(j)%AngleFeatureCount] = b
		got, reason, ok := EstimateAngles(&now, &upright)
		if ok == (reason != "") {
			t.Fatalf("ok %v with reason %q", ok, reason)
		}
		for _, v := range []Angle{got.Thoracic, got.Neck, got.Trunk, got.Lateral, got.HeadPitch} {
			if !finite(v.Degrees) || !finite(v.Band) || math.Abs(v.Degrees) > 400 {
				t.Fatalf("estimate %+v", got)
			}
		}
	})
}

func TestEstimateAnglesAllocatesNothing(t *testing.T) {
	o := faced(sitter())
	base := featuresOf(t, &o)
	if n := testing.AllocsPerRun(100, func() {
		f, _ := AngleFeatures(&o)
		_, _, _ = EstimateAngles(&f, &base)
	}); n != 0 {
		t.Errorf("an estimate allocates %v times, want never", n)
	}
}

func BenchmarkEstimateAngles(b *testing.B) {
	o := faced(sitter())
	base := featuresOf(b, &o)
	b.ReportAllocs()
	for b.Loop() {
		f, _ := AngleFeatures(&o)
		_, _, _ = EstimateAngles(&f, &base)
	}
}
