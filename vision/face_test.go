package vision

import (
	"image"
	"math"
	"path/filepath"
	"testing"

	"gocv.io/x/gocv"

	"sitwell/posture"
)

func TestFaceFollowsTheTruth(t *testing.T) {
	dir := filepath.Join(dataDir(t), "synthetic")
	d := readLabelled(t, dir)
	p := newTestPose(t, PoseOptions{})
	mid := func(a, b posture.FacePoint) point { return point{(a.X + b.X) / 2, (a.Y + b.Y) / 2} }
	var errors, landmarkErrors float64
	seen, all, points := 0, 0, 0.0
	for i, s := range d.Stills {
		if s.View != "front" {
			continue
		}
		for j := i % 5; j < len(s.Items); j += 5 {
			item := s.Items[j]
			frame := gocv.IMRead(filepath.Join(dir, item.File), gocv.IMReadColor)
			p.Reset()
			o, err := p.Observe(frame, 0)
			frame.Close()
			if err != nil {
				t.Fatal(err)
			}
			if !o.Seen() {
				continue
			}
			all++
			if len(o.Face) == 0 {
				t.Logf("%s: no face", item.File)
				continue
			}
			seen++
			f := o.Face
			for _, c := range []struct {
				name     string
				got      point
				landmark int
			}{
				{"left_eye", mid(f[posture.FaceLeftEyeInner], f[posture.FaceLeftEyeOuter]), posture.LeftEye},
				{"right_eye", mid(f[posture.FaceRightEyeInner], f[posture.FaceRightEyeOuter]), posture.RightEye},
				{"mouth_left", mid(f[posture.FaceMouthLeft], f[posture.FaceMouthLeft]), posture.MouthLeft},
				{"mouth_right", mid(f[posture.FaceMouthRight], f[posture.FaceMouthRight]), posture.MouthRight},
				{"nose", mid(f[posture.FaceNose], f[posture.FaceNose]), posture.Nose},
			} {
				want := item.PX[c.name]
				l := o.Landmarks[c.landmark]
				errors += distance(c.got, point{want[0], want[1]})
				landmarkErrors += math.Hypot(l.X-want[0], l.Y-want[1])
				points++
			}
		}
	}
	t.Logf("%d of %d faces seen, points %.1f px off in the mean, the landmarks' %.1f", seen, all, errors/points, landmarkErrors/points)
	if float64(seen) < .9*float64(all) || all == 0 {
		t.Errorf("saw %d faces of %d people, want nine in ten", seen, all)
	}
	if !(errors/points < 4) {
		t.Errorf("points of the face are %.1f px off in the mean, want under 4", errors/points)
	}
}

func TestFaceOfNobody(t *testing.T) {
	p := newTestPose(t, PoseOptions{})
	room := demoFrame(t, demoAway)
	o, err := p.Observe(room, 0)
	if err != nil || o.Face != nil {
		t.Errorf("an empty room has the face %v, error %v; want none", o.Face, err)
	}
	// Landmarks that lie where there is no face, or nowhere.
	nan := math.NaN()
	for name, places := range map[string][4]float64{
		"on the wall": {100, 60, 30, 20}, "outside": {-500, 60, 30, 20}, "of no size": {320, 200, 0, 0},
		"nowhere": {nan, nan, 30, 20}, "of any size": {320, 200, 1e9, 1e9}, "of no number": {320, 200, nan, nan},
	} {
		o := faceAt(640, 480, places[0], places[1], places[2], places[3])
		if err := p.face.read(&o, room, 0); err != nil || o.Face != nil {
			t.Errorf("%s: got the face %v, error %v; want none", name, o.Face, err)
		}
	}
}

// faceAt has the landmarks of a face around a place, so wide and high.
func faceAt(width, height int, x, y, w, h float64) posture.Observation {
	o := seenObservation(width, height)
	at := func(i int, dx, dy float64) { o.Landmarks[i].X, o.Landmarks[i].Y = x+dx*w, y+dy*h }
	at(posture.Nose, 0, .1)
	at(posture.LeftEye, .25, -.3)
	at(posture.RightEye, -.25, -.3)
	at(posture.LeftEar, .5, -.1)
	at(posture.RightEar, -.5, -.1)
	at(posture.MouthLeft, .15, .4)
	at(posture.MouthRight, -.15, .4)
	return o
}

func TestFaceInAnotherResolution(t *testing.T) {
	p := newTestPose(t, PoseOptions{})
	frame := demoFrame(t, demoUpright)
	large := gocv.NewMat()
	defer large.Close()
	gocv.Resize(frame, &large, image.Point{}, 2, 2, gocv.InterpolationLinear)
	var seen [2]posture.Observation
	for i, f := range []gocv.Mat{frame, large} {
		p.Reset()
		var err error
		if seen[i], err = p.Observe(f, 0); err != nil || len(seen[i].Face) == 0 {
			t.Fatalf("frame %d: face %v, %v", i, seen[i].Face, err)
		}
	}
	for i, small := range seen[0].Face {
		got := seen[1].Face[i]
		if math.Hypot(got.X-2*small.X, got.Y-2*small.Y) > 4 || math.Abs(got.Z-2*small.Z) > 8 {
			t.Errorf("point %d is at %.0f, want twice %.0f", i, got, small)
		}
	}
}
