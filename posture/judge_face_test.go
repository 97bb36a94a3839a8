package posture

import (
	"math"
	"slices"
	"testing"
)

// refaced changes points of the face alone, the landmarks stay.
func refaced(o Observation, change func(p *FacePoint), points ...int) Observation {
	o.Face = slices.Clone(o.Face)
	for _, i := range points {
		change(&o.Face[i])
	}
	return o
}

// allFace are all points of a face.
func allFace() []int {
	list := make([]int, FacePointCount)
	for i := range list {
		list[i] = i
	}
	return list
}

// faceTurned turns the face to the person's left by about 30 degrees.
func faceTurned(o Observation) Observation {
	o = refaced(o, func(p *FacePoint) { p.Z += 24 }, FaceLeftSide)
	return refaced(o, func(p *FacePoint) { p.Z -= 24 }, FaceRightSide)
}

// faceNodded bends the face down by about that many degrees.
func faceNodded(o Observation, degrees float64) Observation {
	depth := 52 * math.Tan(degrees*math.Pi/180)
	o = refaced(o, func(p *FacePoint) { p.Z -= depth }, FaceTop)
	return refaced(o, func(p *FacePoint) { p.Z += depth }, FaceChin)
}

func TestJudgeByFace(t *testing.T) {
	front := faced(sitter())
	plain := front
	plain.Face = nil
	landmarksTurned, landmarksDown := moved(front, 25, 0, faceOnly...), moved(front, 0, 14, faceOnly...)
	without := func(o Observation) Observation { o.Face = nil; return o }
	for _, tt := range []struct {
		name         string
		upright, now Observation
		want         State
	}{
		{"nothing has changed", front, front, Upright},
		{"the face turns, the landmarks do not", front, faceTurned(front), Turned},
		{"the landmarks turn, the face does not", front, landmarksTurned, Upright},
		{"the landmarks turn, and now no face is seen", front, without(landmarksTurned), Turned},
		{"the landmarks turn, and no face was seen upright", plain, landmarksTurned, Turned},
		{"the face turns, and none was seen upright", plain, faceTurned(front), Upright},
		{"the face nods, the landmarks do not", front, faceNodded(front, 30), LookingDown},
		{"the landmarks nod, the face does not", front, landmarksDown, Upright},
		{"the landmarks nod, and now no face is seen", front, without(landmarksDown), LookingDown},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, m := referenceOf(t, tt.upright), measured(t, tt.now)
			j := r.judge(m, nil)
			if got := r.pose(m, &j, Upright, true); got != tt.want {
				t.Errorf("pose: got %s, want %s; turn %.2f, slouch %.1f, parts %+v", got, tt.want, r.turn(m), j.slouch, j.parts)
			}
		})
	}
}

// A face that comes or goes is no posture: what is compared was there both
// upright and now.
func TestJudgeFaceComesAndGoes(t *testing.T) {
	front, bent := faced(sitter()), faced(moved(sitter(), 0, 20, headOnly...))
	plain, plainBent := front, bent
	plain.Face, plainBent.Face = nil, nil
	want := referenceOf(t, plain).judge(measured(t, plainBent), nil)
	for _, tt := range []struct {
		name         string
		upright, now Observation
	}{
		{"it went", front, plainBent},
		{"it came", plain, bent},
	} {
		got := referenceOf(t, tt.upright).judge(measured(t, tt.now), nil)
		if got.parts != want.parts || got.score != want.score {
			t.Errorf("%s: parts %+v, want %+v", tt.name, got.parts, want.parts)
		}
	}
	if both := referenceOf(t, front).judge(measured(t, bent), nil); both.parts == want.parts {
		t.Error("seen both upright and now: the same parts as without a face")
	}
}

// As the smoothed face fades the judgement moves from the one to the other,
// without leaving them.
func TestJudgeFaceFades(t *testing.T) {
	front := faced(sitter())
	r, m := referenceOf(t, front), measured(t, faceTurned(front))
	var before float64
	for i := range 21 {
		seen := float64(i) / 20
		faded := *m
		for k := featureFace; k < AngleFeatureCount; k++ {
			faded.Angle[k] *= seen
		}
		turn := r.turn(&faded)
		if turn < before-1e-9 || turn > r.turn(m)+1e-9 {
			t.Errorf("seen by %.2f: turned by %.3f, after %.3f, of %.3f", seen, turn, before, r.turn(m))
		}
		before = turn
	}
	if before < enterTurned {
		t.Errorf("seen wholly: turned by %.3f, want at least %.2f", before, enterTurned)
	}
}

// The head forward: the face grows, the shoulders do not.
func TestJudgeHeadForwardByFace(t *testing.T) {
	front := faced(sitter())
	grown := refaced(front, func(p *FacePoint) {
		p.X, p.Y, p.Z = 320+(p.X-320)*1.07, 190+(p.Y-190)*1.07+10, p.Z*1.07
	}, allFace()...)
	r := referenceOf(t, front)
	j := r.judge(measured(t, grown), nil)
	if got := j.deviation(HeadForward); got < 1 {
		t.Errorf("a face larger by 7 %% before the same shoulders: head forward %.2f, want 1 at least; angles %+v", got, j.angles)
	}
	grown.Face = nil
	j = r.judge(measured(t, grown), nil)
	if got := j.deviation(HeadForward); got > 0.5 {
		t.Errorf("the same by the landmarks, which did not move: head forward %.2f, want 0.5 at most", got)
	}
}

// shrunk makes the person smaller and puts it aside.
func shrunk(o Observation, factor, aside float64) Observation {
	o = scaled(o, factor, 320, 190)
	for i := range o.Landmarks {
		o.Landmarks[i].X += aside
	}
	return o
}

func TestPhantom(t *testing.T) {
	front := faced(sitter())
	plain := front
	plain.Face = nil
	for _, tt := range []struct {
		name         string
		upright, now Observation
		want         bool
	}{
		{"a chair, smaller than the person", front, shrunk(plain, .8, 0), true},
		{"a chair, beside the place", front, shrunk(plain, 1, 50), true},
		{"shoulders half as wide, the face anywhere", front, moved(shrunk(plain, .5, 0), 0, 14, faceOnly...), true},
		{"the person, further away", front, faced(shrunk(front, .8, 0)), false},
		{"the person in place, the face covered", front, shrunk(plain, .97, 8), false},
		{"the person aside, the face covered by a nod", front, moved(shrunk(plain, 1, 50), 0, 20, faceOnly...), false},
		{"the person aside, the face turned away", front, moved(shrunk(plain, 1, 50), 45, 0, faceOnly...), false},
		{"no face was seen upright", plain, shrunk(plain, .8, 0), false},
		{"from the side", fromSide(), shrunk(fromSide(), .8, 0), false},
		{"turned from the camera", front, fromSide(), false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := referenceOf(t, tt.upright).phantom(measured(t, tt.now)); got != tt.want {
				t.Errorf("phantom: got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestPhantomIsNotJudged(t *testing.T) {
	front := faced(sitter())
	chair := front
	chair.Face = nil
	chair = shrunk(chair, .8, 40)
	b, err := NewBaseline("test", []Observation{front})
	if err != nil {
		t.Fatal(err)
	}
	b.ID = 1
	e, err := NewEngine(DefaultPolicy(), "test", b)
	if err != nil {
		t.Fatal(err)
	}
	var blocks []SampleBlock
	for i := range 40 {
		o := front
		if i >= 20 {
			o = chair
		}
		o.Time, o.Mono = int64(i)*5e8, int64(i)*5e8
		blocks = append(blocks, e.Step(&o).Samples...)
		switch l := e.Live(); {
		case i == 19 && (l.State != Upright || l.Score == nil):
			t.Errorf("the person: %s, score %v", l.State, l.Score)
		case i == 39 && (l.State != Unknown || l.Score != nil || l.SittingSeconds > 15):
			t.Errorf("the chair: %s, score %v, sat %.1f s; want %s, none, 15 at most", l.State, l.Score, l.SittingSeconds, Unknown)
		}
	}
	// Judged again, the chair must be one too: by the same baseline.
	for _, b := range append(blocks, e.Close().Samples...) {
		if b.Baseline != 1 {
			t.Errorf("%d measurements are kept by baseline %d, want 1", b.Count, b.Baseline)
		}
	}
}

func TestForward(t *testing.T) {
	angles := func(neck, nod, aside float64) *Angles {
		return &Angles{Neck: Angle{Degrees: neck}, HeadPitch: Angle{Degrees: nod}, Lateral: Angle{Degrees: aside}}
	}
	for _, tt := range []struct {
		name   string
		face   faceChange
		angles *Angles
		want   float64
	}{
		{"the head forward", faceChange{share: 1, roll: 2}, angles(8, 0, 0), 8},
		{"a nod", faceChange{share: 1}, angles(8, 20, 0), 1},
		{"the head up", faceChange{share: 1}, angles(8, -20, 0), 8},
		{"a lean to the left", faceChange{share: 1}, angles(8, 0, 10), 1},
		{"a lean to the right", faceChange{share: 1}, angles(8, 0, -10), 1},
		{"the head tilted", faceChange{share: 1, roll: 24}, angles(8, 0, 0), 5},
		{"the head tilted to the other side", faceChange{share: 1, roll: -24}, angles(8, 0, 0), 5},
		{"no face was seen", faceChange{roll: 24}, angles(8, 0, 10), 8},
	} {
		if got := tt.face.forward(tt.angles); math.Abs(got-tt.want) > 1e-9 {
			t.Errorf("%s: got %.2f, want %.2f", tt.name, got, tt.want)
		}
	}
}

func TestFaceChange(t *testing.T) {
	front := faced(sitter())
	tilted := refaced(front, func(p *FacePoint) {
		sin, cos := math.Sincos(20 * math.Pi / 180)
		x, y := p.X-320, p.Y-190
		p.X, p.Y = 320+x*cos-y*sin, 190+x*sin+y*cos
	}, allFace()...)
	for _, tt := range []struct {
		name             string
		now              Observation
		pitch, yaw, roll float64
	}{
		{"nothing", front, 0, 0, 0},
		{"a tilt", tilted, 0, 0, 20},
		{"a nod", faceNodded(front, 20), 20, 0, 0},
		{"a turn", faceTurned(front), 0, 30, 0},
	} {
		c := referenceOf(t, front).faceChange(measured(t, tt.now))
		if c.share != 1 || math.Abs(c.pitch-tt.pitch) > 3 || math.Abs(c.yaw-tt.yaw) > 3 || math.Abs(c.roll-tt.roll) > 1 {
			t.Errorf("%s: got %+v, want pitch %.0f, yaw %.0f, roll %.0f", tt.name, c, tt.pitch, tt.yaw, tt.roll)
		}
	}
}
