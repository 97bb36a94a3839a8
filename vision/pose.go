package vision

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"gocv.io/x/gocv"

	"sitwell/models"
	"sitwell/posture"
)

// Constants of tracking.
const (
	// minFlag is the pose flag from which a crop holds a person (MediaPipe's
	// min_pose_presence).
	minFlag = 0.5
	// weakFlag is what it takes instead when the detector's score is under
	// minScore, for crops of furniture reach 0.5 and more now and then.
	weakFlag = 0.9
	// doubtFlag and sureScore are the pose flag and the detector's score from
	// which somebody may be there though the flag is under minFlag. On the
	// synthetic set people whom the first crop misses have a flag of 0.2 or a
	// score of 0.83 at least, or both; an empty chair that the detector takes
	// for a person has 0.03 and 0.58 at most.
	doubtFlag = 0.1
	sureScore = 0.75
	// doubtScale widens the crop for a second try when in doubt, which is
	// also upright: that confirms all those people.
	doubtScale = 1.15
	// suspectFlag is the pose flag under which a tracked crop is looked into:
	// in a crop that a person has left, the model may go on seeing one in
	// their chair. Over the synthetic clips 95 % of the flags of tracked
	// people are higher, and 95 % of those of empty chairs lower.
	suspectFlag = 0.98
	// trustTime is how long a person found afresh isn't suspected again.
	trustTime = 2 * time.Second
	// doubtTime is how long a suspect whom a fresh look doesn't find is
	// tracked on, as Unclear, before the place is called empty.
	doubtTime = 3 * time.Second
	// weakInterval is how often candidates under minScore are looked at: they
	// save people whom the detector hardly sees, but in an empty room they
	// are a wasted run of the landmark model.
	weakInterval = time.Second
	// sameRegion is how far apart, as a part of the larger one's side, the
	// centres of a detected and a tracked region of the same person may be:
	// 0.1 at most over the real and the synthetic pictures.
	sameRegion = 0.15
	// sameSize is the least part of the larger one's side that the smaller one
	// has: 0.73 over the same pictures; a hand that the detector takes for a
	// person has 0.4.
	sameSize = 0.6
	// misfit is how far the region of a person may be from the one in which it
	// was found, as a part of its side. At two looks a second a second run is
	// rare; at one look in two seconds of somebody lively about one frame in
	// six needs it.
	misfit = 0.05
	// strangerSize is the part of the owner's size under which somebody can't
	// be the owner: a passer-by in the back, or the owner's own hand.
	strangerSize = 0.5
	// edgeHead is the height in the frame, as a part of it, above which eyes
	// are out of the picture or too near its edge for the detector.
	edgeHead = 0.03
	// maxTries is how many people are tried until one is seen: an empty chair
	// may lie nearer to where the owner was than the owner.
	maxTries = 3
	// DefaultCensus is how often the detector counts the people while the
	// owner is tracked: a second person matters within seconds, and one run
	// of the detector costs little more than one of the landmark model.
	DefaultCensus = 5 * time.Second
	// memory is how long the owner's place is preferred after a loss: as long
	// as ducking under the desk or turning away takes.
	memory = 10 * time.Second
)

// landmarkValues are the numbers of a point in the landmark model's output: x,
// y, z in pixels of the crop, visibility and presence as logits.
const landmarkValues = 5

// The model's two auxiliary points, after the 33 landmarks, give the region of
// the next frame.
const (
	auxCentre = posture.LandmarkCount
	auxScale  = posture.LandmarkCount + 1
)

// PoseOptions choose the models and how people are followed.
type PoseOptions struct {
	Landmarks models.Name   // models.LandmarkFull if empty
	Dir       string        // folder of the models; empty for the embedded ones
	Runtime   string        // path of the ONNX Runtime library; empty to find it
	Census    time.Duration // DefaultCensus if 0; negative for none
}

// Pose turns frames into observations: it finds the people, keeps to their
// owner and reads the landmarks. It must be used by one goroutine at a time
// and be closed.
type Pose struct {
	detector, landmarks *session
	detectorCut, crop   *cropper
	face                *faceReader
	quality             *qualityMeter
	view                *viewer
	bgr                 gocv.Mat // frames of another type, converted
	census              time.Duration

	candidates, people []detection   // reused
	count              int           // people at the last look
	looked             time.Duration // when that was
	weakly             time.Duration // when weak candidates were looked at, 0 if never
	track              tracked       // of the last frame
	owner              tracked       // last seen
	found              time.Duration // when the detector last found the owner
	doubted            time.Duration // since when it doesn't; 0 if it does
}

// tracked is where the owner is expected.
type tracked struct {
	valid    bool
	region   region
	at       time.Duration
	headless bool // the detector, which goes by faces, has nothing to see
}

// NewPose loads the runtime and the models. Errors wrap ErrRuntime, or are a
// models.Error when a model is missing or altered.
func NewPose(o PoseOptions) (*Pose, error) {
	setup()
	if o.Landmarks == "" {
		o.Landmarks = models.LandmarkFull
	}
	if o.Census == 0 {
		o.Census = DefaultCensus
	}
	if _, err := OpenRuntime(o.Runtime); err != nil {
		return nil, err
	}
	detector, err := newSession(o.Dir, models.Detector)
	if err != nil {
		return nil, err
	}
	landmarks, err := newSession(o.Dir, o.Landmarks)
	if err != nil {
		return nil, errors.Join(err, detector.close())
	}
	face, err := newFaceReader(o.Dir)
	if err != nil {
		return nil, errors.Join(err, detector.close(), landmarks.close())
	}
	trim()
	return &Pose{
		detector:    detector,
		landmarks:   landmarks,
		detectorCut: newCropper(detector.side, -1, 1),
		crop:        newCropper(landmarks.side, 0, 1),
		face:        face,
		quality:     newQualityMeter(),
		view:        newViewer(),
		bgr:         gocv.NewMat(),
		census:      o.Census,
	}, nil
}

// Close frees the models and pictures.
func (p *Pose) Close() error {
	p.detectorCut.close()
	p.crop.close()
	p.quality.close()
	p.view.close()
	_ = p.bgr.Close() // never fails
	return errors.Join(p.detector.close(), p.landmarks.close(), p.face.close())
}

// Reset forgets whom it followed and where: the next frame is judged afresh.
func (p *Pose) Reset() {
	p.view.reset()
	p.track, p.owner, p.face.valid = tracked{}, tracked{}, false
	p.count, p.looked, p.weakly, p.found, p.doubted = 0, 0, 0, 0, 0
}

// Observe judges a frame taken at the given time of the stream, which never
// runs back. A frame that can't be judged (empty, tiny, of an odd type) gives
// an Unclear observation, not an error; an error tells of a model that can't
// be run. Time, Mono, Frame, Dropped and the timings of grab and decode are
// the caller's to fill in. It doesn't change the frame.
func (p *Pose) Observe(frame gocv.Mat, at time.Duration) (o posture.Observation, err error) {
	start := time.Now()
	defer func() { o.Timings.Total = time.Since(start).Microseconds() }()
	o.Nothing = posture.Unclear
	if frame.Empty() {
		return o, nil
	}
	o.Width, o.Height = frame.Cols(), frame.Rows()
	frame, ok := p.convert(frame)
	if !ok || o.Width < minFrame || o.Height < minFrame {
		p.track.valid = false
		return o, nil
	}
	q, err := p.quality.measure(frame)
	o.Timings.Quality = time.Since(start).Microseconds()
	if err != nil {
		return o, err
	}
	o.Brightness, o.Sharpness = q.brightness, q.sharpness
	if q.brightness < BlackLuma {
		p.track.valid, p.count = false, 0
		o.Nothing = posture.Dark
		return o, nil
	}

	seen, doubt := false, false
	if p.track.valid {
		if seen, err = p.read(&o, frame, p.track.region, minFlag, at); err != nil {
			return o, err
		}
	}
	kept := p.track
	suspect := seen && o.PoseFlag < suspectFlag && at-p.found >= trustTime && !kept.headless
	if !seen || suspect || p.censusDue(at) {
		flag := o.PoseFlag
		if err := p.look(&o, frame, at); err != nil {
			return o, err
		}
		switch {
		case seen && (kept.headless || !suspect && p.confirmed()):
			p.found, p.doubted = at, 0
		default:
			if seen, doubt, err = p.find(&o, frame, at, seen); err != nil {
				return o, err
			}
			// The model is unsure of a body without a head now and then.
			if !seen && kept.valid && kept.headless && flag >= doubtFlag && at-kept.at <= doubtTime {
				p.track, doubt = kept, true
			}
		}
	}
	o.People = p.count
	if seen {
		o.People = max(1, o.People) // the detector may miss whom the track holds
	}
	switch {
	case seen && q.blurred(SmearedDetail):
		o.Nothing, o.Landmarks, o.World = posture.Blurred, nil, nil
	case !seen:
		o.Nothing, o.Landmarks, o.World = absence(q, doubt), nil, nil
	}
	if o.Nothing == posture.Nobody {
		o.People = 0 // what the detector took for people are chairs
	}
	if o.Nothing == posture.Present {
		if err := p.face.read(&o, frame, at); err != nil {
			return o, err
		}
	}
	// Where somebody may be whose place isn't known, or the picture is poor,
	// the background isn't known either.
	if o.Nothing == posture.Present || o.Nothing == posture.Nobody {
		o.View, err = p.view.look(p.quality, at, personBoxes(&o))
	}
	return o, err
}

// absence names why nobody is seen in a picture with such figures; doubt says
// that somebody may yet be there.
func absence(q quality, doubt bool) posture.Absence {
	switch {
	case q.brightness < DarkLuma:
		return posture.Dark
	case q.contrast < CoveredContrast:
		return posture.Covered
	case q.blurred(BlurredDetail):
		return posture.Blurred
	case doubt, q.detail < BlurredDetail:
		return posture.Unclear
	}
	return posture.Nobody
}

// find looks for the owner among the people the detector found, likeliest
// first; tracked says that the observation holds what was seen by tracking.
// It reports whether they are seen, and if not, whether somebody may yet be
// there.
func (p *Pose) find(o *posture.Observation, frame gocv.Mat, at time.Duration, tracked bool) (seen, doubt bool, err error) {
	before, track, owner, flag := *o, p.track, p.owner, o.PoseFlag
	for range maxTries {
		i := p.likeliest(o.Width, o.Height, at)
		if i < 0 {
			break
		}
		candidate := p.people[i]
		p.people = slices.Delete(p.people, i, i+1)
		if tracked && !near(candidate.region(), owner.region) {
			continue // somebody else: the owner may just be hard to detect
		}
		r, need := candidate.region(), minFlag
		if candidate.score < minScore {
			need = weakFlag
		}
		if seen, err = p.read(o, frame, r, need, at); err != nil {
			return false, false, err
		}
		if !seen && candidate.score >= minScore && (candidate.score >= sureScore || o.PoseFlag >= doubtFlag) {
			doubt = true
			r.angle, r.side = 0, r.side*doubtScale
			if seen, err = p.read(o, frame, r, need, at); err != nil {
				return false, false, err
			}
		}
		if seen {
			p.found, p.doubted = at, 0
			return true, false, nil
		}
		flag = max(flag, o.PoseFlag)
	}
	o.PoseFlag = flag
	if !tracked {
		p.track.valid = false
		return false, doubt, nil
	}
	// Only the track says that somebody is there.
	before.Timings = o.Timings
	*o, p.track, p.owner = before, track, owner
	if o.PoseFlag >= suspectFlag {
		p.doubted = 0
		return true, false, nil
	}
	if p.doubted == 0 {
		p.doubted = max(at, 1)
	}
	if at-p.doubted < doubtTime {
		return false, true, nil
	}
	p.track.valid, p.doubted = false, 0
	return false, doubt, nil
}

// convert returns the frame as 8 bit BGR, or false if it can't be.
func (p *Pose) convert(frame gocv.Mat) (gocv.Mat, bool) {
	switch frame.Type() {
	case gocv.MatTypeCV8UC3:
		return frame, true
	case gocv.MatTypeCV8UC1:
		gocv.CvtColor(frame, &p.bgr, gocv.ColorGrayToBGR)
	case gocv.MatTypeCV8UC4:
		gocv.CvtColor(frame, &p.bgr, gocv.ColorBGRAToBGR)
	default:
		return frame, false
	}
	ok := !p.bgr.Empty() && p.bgr.Type() == gocv.MatTypeCV8UC3 && p.bgr.Cols() == frame.Cols() && p.bgr.Rows() == frame.Rows()
	return p.bgr, ok
}

func (p *Pose) censusDue(at time.Duration) bool {
	return p.census > 0 && at-p.looked >= p.census
}

// look runs the detector: the people are in p.people, in pixels of the frame.
func (p *Pose) look(o *posture.Observation, frame gocv.Mat, at time.Duration) error {
	start := time.Now()
	square := wholeFrame(o.Width, o.Height)
	if err := p.detectorCut.cut(p.detector.input, frame, square); err != nil {
		return err
	}
	if err := p.detector.infer(); err != nil {
		return err
	}
	boxes, scores := p.detector.outputs[0], p.detector.outputs[1]
	p.candidates = decodeDetections(p.candidates[:0], boxes, scores, minScore)
	p.people = suppress(p.people[:0], p.candidates)
	p.count, p.looked = len(p.people), at
	if p.count == 0 && (p.weakly == 0 || at-p.weakly >= weakInterval) {
		// The landmark model tells whether the best of them is a person; it
		// doesn't count as one before.
		p.weakly = max(at, 1)
		p.candidates = decodeDetections(p.candidates[:0], boxes, scores, weakScore)
		p.people = suppress(p.people[:0], p.candidates[:min(1, len(p.candidates))])
	}
	scale := square.side / float64(p.detector.side)
	left, top := square.centre.x-square.side/2, square.centre.y-square.side/2
	for i, d := range p.people {
		p.people[i] = d.transform(scale, left, top)
	}
	o.Timings.Detect += time.Since(start).Microseconds()
	return nil
}

// likeliest returns the index in p.people of whom to follow, -1 if there is
// nobody: the nearest to where the owner was lately, else the largest and most
// central.
func (p *Pose) likeliest(width, height int, at time.Duration) int {
	remembered := p.owner.valid && at-p.owner.at <= memory
	best, bestValue := -1, math.Inf(-1)
	for i := range p.people {
		d := &p.people[i]
		r := d.region()
		if !r.plausible(width, height) || remembered && r.side < strangerSize*p.owner.region.side {
			continue
		}
		value := prominence(d, width, height)
		if remembered {
			value = -distance(r.centre, p.owner.region.centre)
		}
		if value > bestValue {
			best, bestValue = i, value
		}
	}
	return best
}

// prominence is larger for larger and more central people: the size of the
// body, halved for a face at the edge of the frame.
func prominence(d *detection, width, height int) float64 {
	face := point{(d.left + d.right) / 2, (d.top + d.bottom) / 2}
	middle := point{float64(width) / 2, float64(height) / 2}
	away := min(1, distance(face, middle)/distance(middle, point{}))
	return d.region().side * (1 - away/2)
}

// confirmed reports whether the last look found somebody near the track.
func (p *Pose) confirmed() bool {
	for i := range p.people {
		if near(p.people[i].region(), p.owner.region) {
			return true
		}
	}
	return false
}

// near reports whether two regions of a frame, one detected and one tracked,
// are of the same person.
func near(a, b region) bool {
	small, large := min(a.side, b.side), max(a.side, b.side)
	return small >= sameSize*large && distance(a.centre, b.centre) < sameRegion*large
}

// headless reports whether the eyes of an observed person are above the
// picture, as when somebody stands up before a webcam.
func headless(o *posture.Observation) bool {
	return (o.Landmarks[posture.LeftEye].Y+o.Landmarks[posture.RightEye].Y)/2 < edgeHead*float64(o.Height)
}

// read fills in the observation if a region holds a person, which takes a pose
// flag of need, and reports whether it does. Landmarks of a region that doesn't
// fit the person, who moved since, are biased: they are read again in theirs.
func (p *Pose) read(o *posture.Observation, frame gocv.Mat, r region, need float64, at time.Duration) (bool, error) {
	seen, err := p.readOnce(o, frame, r, need, at)
	if err != nil || !seen || !p.track.valid || r.off(p.track.region) < misfit {
		return seen, err
	}
	first, track := *o, p.track
	if seen, err = p.readOnce(o, frame, track.region, need, at); err != nil || seen {
		return seen, err
	}
	first.Timings = o.Timings
	*o, p.track, p.owner = first, track, track
	return true, nil
}

// readOnce runs the landmark model on a region.
func (p *Pose) readOnce(o *posture.Observation, frame gocv.Mat, r region, need float64, at time.Duration) (bool, error) {
	start := time.Now()
	if err := p.crop.cut(p.landmarks.input, frame, r); err != nil {
		return false, err
	}
	cut := time.Now()
	o.Timings.Crop += cut.Sub(start).Microseconds()
	err := p.landmarks.infer()
	o.Timings.Landmarks += time.Since(cut).Microseconds()
	if err != nil {
		return false, err
	}
	points, flag, world := p.landmarks.outputs[0], float64(p.landmarks.outputs[1][0]), p.landmarks.outputs[2]
	if math.IsNaN(flag) {
		return false, fmt.Errorf("run model %s: pose flag is not a number", p.landmarks.name)
	}
	o.PoseFlag = flag
	if flag < need {
		return false, nil
	}

	m := r.affine(p.landmarks.side)
	scale := r.side / float64(p.landmarks.side)
	place := func(i int) point {
		u, v := float64(points[i*landmarkValues]), float64(points[i*landmarkValues+1])
		return point{m[0]*u + m[1]*v + m[2], m[3]*u + m[4]*v + m[5]}
	}
	o.Landmarks = make([]posture.Landmark, posture.LandmarkCount)
	o.World = make([]posture.WorldPoint, posture.LandmarkCount)
	sin, cos := math.Sincos(r.angle)
	for i := range o.Landmarks {
		at, v := place(i), points[i*landmarkValues:]
		o.Landmarks[i] = posture.Landmark{
			X: at.x, Y: at.y, Z: float64(v[2]) * scale,
			Visibility: sigmoid(float64(v[3])), Presence: sigmoid(float64(v[4])),
		}
		// The model's metres are those of the turned crop.
		x, y, z := float64(world[3*i]), float64(world[3*i+1]), float64(world[3*i+2])
		o.World[i] = posture.WorldPoint{X: cos*x - sin*y, Y: sin*x + cos*y, Z: z}
	}
	next := regionOf(place(auxCentre), place(auxScale))
	p.owner = tracked{true, next, at, headless(o)}
	p.track = p.owner
	p.track.valid = next.plausible(o.Width, o.Height)
	o.Nothing = posture.Present
	return true, nil
}
