package vision

import (
	"math"
	"time"

	"gocv.io/x/gocv"

	"sitwell/models"
	"sitwell/posture"
)

const (
	// minFaceFlag is the face flag from which a crop holds a face.
	minFaceFlag = 0.5
	// faceScale widens the square around all points of a face to that which
	// the model was made for (MediaPipe's rectangle transformation).
	faceScale = 1.5
	// facePasses is how often a face that was not seen lately is read: the
	// first crop lies where the landmarks are, which follow the face loosely,
	// the second around what the first has shown. A third changes nothing any
	// more, and nor does a second where the first crop is that of the frame
	// before, moved as the landmarks have.
	facePasses = 2
	// faceMemory is how long a crop is so used.
	faceMemory = 3 * time.Second
	// A face whose middle is further than this part of the first crop's side
	// from the landmarks', or whose size differs by more than this factor, is
	// another's or none.
	maxFaceShift  = 0.4
	maxFaceFactor = 2.5

	// minFace is the side of the smallest square that is read, in pixels of
	// the frame.
	minFace = 16

	meshPoints = 468
)

// facePoints are the numbers in the mesh of the points that are kept, in the
// order of posture's (MediaPipe's canonical face model).
var facePoints = [posture.FacePointCount]int{1, 362, 263, 133, 33, 291, 61, 454, 234, 10, 152}

// faceReader finds the face's points in a frame whose landmarks are known. It
// must be used by one goroutine at a time and be closed.
type faceReader struct {
	model *session
	crop  *cropper
	// The last face seen: when, around its points and by the landmarks.
	valid         bool
	at            time.Duration
	around, rough region
}

func newFaceReader(dir string) (*faceReader, error) {
	model, err := newSession(dir, models.Face)
	if err != nil {
		return nil, err
	}
	return &faceReader{model: model, crop: newCropper(model.side, 0, 1)}, nil
}

func (f *faceReader) close() error {
	f.crop.close()
	return f.model.close()
}

// read fills in the observation's face if the frame, 8 bit BGR, taken at the
// given time of the stream, shows it where its landmarks are.
func (f *faceReader) read(o *posture.Observation, frame gocv.Mat, at time.Duration) (err error) {
	start := time.Now()
	defer func() { o.Timings.Face = time.Since(start).Microseconds() }()
	rough := landmarkFace(o)
	var mesh facePlaces
	var around region
	seen := false
	if f.valid && at >= f.at && at-f.at <= faceMemory {
		r := f.around
		grown := rough.side / f.rough.side
		r.centre.x, r.centre.y = r.centre.x+rough.centre.x-f.rough.centre.x, r.centre.y+rough.centre.y-f.rough.centre.y
		r.side *= grown
		if seen, around, err = f.pass(&mesh, o, frame, r, rough); err != nil {
			return err
		}
	}
	for i, r := 0, rough; !seen && i < facePasses; i, r = i+1, around {
		var ok bool
		if ok, around, err = f.pass(&mesh, o, frame, r, rough); err != nil {
			return err
		}
		seen = ok && i == facePasses-1
	}
	if f.valid = seen; !seen {
		return nil
	}
	f.at, f.around, f.rough = at, around, rough
	o.Face = append([]posture.FacePoint(nil), mesh.kept[:]...)
	return nil
}

// facePlaces are the points of a face in pixels of the frame, and those of
// them that are kept with their depth.
type facePlaces struct {
	all  [meshPoints]point
	kept [posture.FacePointCount]posture.FacePoint
}

// pass reads the face in a region and gives the region around it. ok is false
// when the region, which must be near the landmarks' rough one, shows none.
func (f *faceReader) pass(to *facePlaces, o *posture.Observation, frame gocv.Mat, r, rough region) (ok bool, around region, err error) {
	if !r.holdsFace(o.Width, o.Height, rough) {
		return false, r, nil
	}
	if err := f.crop.cut(f.model.input, frame, r); err != nil {
		return false, r, err
	}
	if err := f.model.infer(); err != nil {
		return false, r, err
	}
	values, m, scale := f.model.outputs[0], r.affine(f.model.side), r.side/float64(f.model.side)
	for i := range to.all {
		u, v := float64(values[3*i]), float64(values[3*i+1])
		to.all[i] = point{m[0]*u + m[1]*v + m[2], m[3]*u + m[4]*v + m[5]}
	}
	for i, n := range facePoints {
		to.kept[i] = posture.FacePoint{X: to.all[n].x, Y: to.all[n].y, Z: float64(values[3*n+2]) * scale}
	}
	around = meshFace(&to.all)
	// Written so that NaN fails.
	ok = sigmoid(float64(f.model.outputs[1][0])) >= minFaceFlag && around.holdsFace(o.Width, o.Height, rough)
	return ok, around, nil
}

// landmarkFace is the square around a face by its landmarks, turned as the
// eyes are.
func landmarkFace(o *posture.Observation) region {
	mid := func(i, j int) point {
		a, b := &o.Landmarks[i], &o.Landmarks[j]
		return point{(a.X + b.X) / 2, (a.Y + b.Y) / 2}
	}
	l := o.Landmarks
	eyes, mouth := mid(posture.LeftEye, posture.RightEye), mid(posture.MouthLeft, posture.MouthRight)
	ears := math.Hypot(l[posture.LeftEar].X-l[posture.RightEar].X, l[posture.LeftEar].Y-l[posture.RightEar].Y)
	return region{
		centre: point{(eyes.x + mouth.x) / 2, (eyes.y + mouth.y) / 2},
		side:   max(1.6*ears, 4*distance(eyes, mouth)),
		angle:  math.Atan2(l[posture.LeftEye].Y-l[posture.RightEye].Y, l[posture.LeftEye].X-l[posture.RightEye].X),
	}
}

// meshFace is the square around the points of a face, turned as the outer
// corners of the eyes are.
func meshFace(mesh *[meshPoints]point) region {
	left, right := mesh[facePoints[posture.FaceLeftEyeOuter]], mesh[facePoints[posture.FaceRightEyeOuter]]
	angle := math.Atan2(left.y-right.y, left.x-right.x)
	sin, cos := math.Sincos(angle)
	low, high := point{math.Inf(1), math.Inf(1)}, point{math.Inf(-1), math.Inf(-1)}
	for _, p := range mesh {
		x, y := p.x*cos+p.y*sin, p.y*cos-p.x*sin
		low, high = point{min(low.x, x), min(low.y, y)}, point{max(high.x, x), max(high.y, y)}
	}
	x, y := (low.x+high.x)/2, (low.y+high.y)/2
	return region{
		centre: point{x*cos - y*sin, x*sin + y*cos},
		side:   faceScale * max(high.x-low.x, high.y-low.y),
		angle:  angle,
	}
}

// holdsFace reports whether the face whose landmarks lie in the rough region
// can have this one: its middle is in the picture, it spans some pixels, and
// it isn't much larger than the picture nor far from the landmarks.
func (r region) holdsFace(width, height int, rough region) bool {
	w, h := float64(width), float64(height)
	// Written so that NaN fails.
	return r.side >= minFace && r.side <= 2*max(w, h) && r.centre.x >= 0 && r.centre.x <= w && r.centre.y >= 0 && r.centre.y <= h &&
		distance(r.centre, rough.centre) <= maxFaceShift*rough.side && max(r.side/rough.side, rough.side/r.side) <= maxFaceFactor && !math.IsNaN(r.angle)
}
