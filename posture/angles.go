package posture

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"sync"
)

// AngleFeatureCount is how many features [AngleFeatures] takes.
const AngleFeatureCount = landmarkFeatures + faceFeatures

// The features' places. The first seventeen are of the picture, in frame
// heights or logarithms of them; then seven of the model's own metres; then
// whether the face model saw the face and what it saw, zeros if it did not.
const (
	featureShoulderWidth = 0 // logarithm
	featureEarWidth      = 1 // logarithm
	featureEyeWidth      = 2 // logarithm
	featureFaceHeight    = 4 // logarithm
	featureEyeY          = 5 // the first that is no logarithm
	featureShoulderY     = 6
	featureEarY          = 7
	featureNoseY         = 8
	pictureFeatures      = 17
	landmarkFeatures     = 24
	featureShoulderX     = 11
	featureFace          = landmarkFeatures
	featureFaceEyeWidth  = featureFace + 2
	featureFaceMouthY    = featureFace + 8
	featureFaceSideX     = featureFace + 10
	featureFaceEyeDrop   = featureFace + 13
	featureFacePitch     = featureFace + 14
	featureFaceYaw       = featureFace + 15
	faceFeatures         = 16 // one, [facePictures], and two
)

// facePictures are the picture's features that the face model gives too, and
// better. After them come its pitch and yaw.
var facePictures = [13]int{1, 2, 3, 4, featureEyeY, featureEarY, featureNoseY, 9, 10, 12, 13, 15, 16}

// angleFeatureNames are the names under which a [Baseline] can keep the
// medians of the features.
var angleFeatureNames = [AngleFeatureCount]string{
	"angle_shoulder_width", "angle_ear_width", "angle_eye_width", "angle_mouth_width", "angle_face_height",
	"angle_eye_y", "angle_shoulder_y", "angle_ear_y", "angle_nose_y", "angle_mouth_y",
	"angle_eye_x", "angle_shoulder_x", "angle_ear_x", "angle_nose_x",
	"angle_shoulder_drop", "angle_ear_drop", "angle_eye_drop",
	"angle_world_ear_z", "angle_world_ear_y", "angle_world_nose_z", "angle_world_nose_y",
	"angle_world_mouth_y", "angle_world_mouth_z", "angle_world_eye_y",
	"angle_face",
	"angle_face_side_width", "angle_face_eye_width", "angle_face_mouth_width", "angle_face_face_height",
	"angle_face_eye_y", "angle_face_side_y", "angle_face_nose_y", "angle_face_mouth_y",
	"angle_face_eye_x", "angle_face_side_x", "angle_face_nose_x",
	"angle_face_side_drop", "angle_face_eye_drop", "angle_face_pitch", "angle_face_yaw",
}

// AngleFeatureName returns the name of feature i, 0 to [AngleFeatureCount]-1,
// for keeping its median in a [Baseline].
func AngleFeatureName(i int) string {
	if i < 0 || i >= AngleFeatureCount {
		return "unknown feature"
	}
	return angleFeatureNames[i]
}

// AngleVector holds the features of one observation, or the medians of many.
type AngleVector = [AngleFeatureCount]float64

// AngleFeatures takes from an observation what [EstimateAngles] rests on:
// places of the face and shoulders over the frame's height, so that the
// camera's resolution does not matter, the model's own depth, and the face
// model's points where it saw the face. ok is false
// when the face or the shoulders are not seen well enough, as in [Measured].
// A baseline is the median of each over the seconds of a calibration; a
// smoothed feature (time constant about a second) makes a steadier estimate.
func AngleFeatures(o *Observation) (f AngleVector, ok bool) {
	m, _, _ := Measured(o)
	return m.Angle, m.HasAngle
}

// angleFeatures takes the features of a person who can be measured.
func angleFeatures(o *Observation) (f AngleVector, ok bool) {
	if len(o.World) != LandmarkCount {
		return f, false
	}
	l := o.Landmarks
	h, centre := float64(o.Height), float64(o.Width)/float64(o.Height)/2
	mid := func(i, j int) (x, y float64) {
		return (l[i].X+l[j].X)/(2*h) - centre, (l[i].Y + l[j].Y) / (2 * h)
	}
	apart := func(i, j int) float64 {
		return math.Log(math.Hypot(l[i].X-l[j].X, l[i].Y-l[j].Y)/h + 1e-4)
	}
	eyeX, eyeY := mid(LeftEye, RightEye)
	earX, earY := mid(LeftEar, RightEar)
	mouthX, mouthY := mid(MouthLeft, MouthRight)
	shX, shY := mid(LeftShoulder, RightShoulder)
	noseX, noseY := mid(Nose, Nose)
	w := o.World
	worldMid := func(i, j int) (y, z float64) { return (w[i].Y + w[j].Y) / 2, (w[i].Z + w[j].Z) / 2 }
	wEyeY, wEyeZ := worldMid(LeftEye, RightEye)
	wEarY, wEarZ := worldMid(LeftEar, RightEar)
	wMouthY, wMouthZ := worldMid(MouthLeft, MouthRight)
	wShY, wShZ := worldMid(LeftShoulder, RightShoulder)
	f = AngleVector{
		apart(LeftShoulder, RightShoulder), apart(LeftEar, RightEar), apart(LeftEyeOuter, RightEyeOuter),
		apart(MouthLeft, MouthRight), math.Log(math.Hypot(mouthX-eyeX, mouthY-eyeY) + 1e-4),
		eyeY, shY, earY, noseY, mouthY,
		eyeX, shX, earX, noseX,
		(l[LeftShoulder].Y - l[RightShoulder].Y) / h, (l[LeftEar].Y - l[RightEar].Y) / h, (l[LeftEyeOuter].Y - l[RightEyeOuter].Y) / h,
		wEarZ - wShZ, wEarY - wShY, w[Nose].Z - wEarZ, w[Nose].Y - wEarY,
		wMouthY - wEyeY, wMouthZ - wEyeZ, wEyeY - wEarY,
	}
	if len(o.Face) == FacePointCount {
		faceAngleFeatures((*[faceFeatures]float64)(f[featureFace:]), o.Face, h, centre)
	}
	for _, v := range f {
		if !finite(v) {
			return AngleVector{}, false
		}
	}
	return f, true
}

// faceAngleFeatures takes the features of a face's points, in a frame of that
// height whose middle is centre frame heights from its left.
func faceAngleFeatures(to *[faceFeatures]float64, p []FacePoint, h, centre float64) {
	type place struct{ x, y, z float64 }
	at := func(i, j int) place {
		return place{(p[i].X+p[j].X)/(2*h) - centre, (p[i].Y + p[j].Y) / (2 * h), (p[i].Z + p[j].Z) / (2 * h)}
	}
	apart := func(a, b place) float64 { return math.Log(math.Hypot(a.x-b.x, a.y-b.y) + 1e-4) }
	leftEye, rightEye := at(FaceLeftEyeInner, FaceLeftEyeOuter), at(FaceRightEyeInner, FaceRightEyeOuter)
	leftMouth, rightMouth := at(FaceMouthLeft, FaceMouthLeft), at(FaceMouthRight, FaceMouthRight)
	left, right := at(FaceLeftSide, FaceLeftSide), at(FaceRightSide, FaceRightSide)
	middle := func(a, b place) place { return place{(a.x + b.x) / 2, (a.y + b.y) / 2, (a.z + b.z) / 2} }
	eye, mouth, side, nose := middle(leftEye, rightEye), middle(leftMouth, rightMouth), middle(left, right), at(FaceNose, FaceNose)
	top, chin := at(FaceTop, FaceTop), at(FaceChin, FaceChin)
	*to = [faceFeatures]float64{
		1,
		apart(left, right), apart(leftEye, rightEye), apart(leftMouth, rightMouth), apart(mouth, eye),
		eye.y, side.y, nose.y, mouth.y,
		eye.x, side.x, nose.x,
		left.y - right.y, leftEye.y - rightEye.y,
		math.Atan2(top.z-chin.z, chin.y-top.y), math.Atan2(left.z-right.z, left.x-right.x),
	}
}

// Angle is an estimate in degrees with its error band: of the people it was
// judged on, the truth was within Band of Degrees two times in three when they
// sat otherwise than upright.
type Angle struct {
	Degrees float64 `json:"deg"`
	Band    float64 `json:"band_deg"`
}

// Angles are estimated changes from the person's own upright, in degrees. They
// are no clinical angles: a front camera sees neither the vertebrae nor the
// hips.
type Angles struct {
	// Thoracic is how much the upper back is rounded, + flexed.
	Thoracic Angle `json:"thoracic_flexion"`
	// Neck is how far the line from the neck's root to the ear leans
	// forward of its place when upright, from whatever cause.
	Neck Angle `json:"neck_inclination"`
	// Trunk is the forward lean from the hips, + forward.
	Trunk Angle `json:"trunk_inclination"`
	// Lateral is the sideways lean of the trunk, + to the person's own left.
	Lateral Angle `json:"lateral_lean"`
	// HeadPitch is the head's nod, + down.
	HeadPitch Angle `json:"head_pitch"`
}

// Why angles can't be estimated.
const (
	ReasonSideView = "seen from the side"
	ReasonStrange  = "too unlike the calibration"
)

// AngleOutputs is how many angles the networks give, in the order of [Angles].
const AngleOutputs = 5

// AngleKind says which features a network rests on.
type AngleKind int

// The kinds of networks.
const (
	// AnglesByLandmarks rests on the landmarks and the model's metres alone.
	AnglesByLandmarks AngleKind = iota
	// AnglesByFace rests on the landmarks of the shoulders and the points of
	// the face model.
	AnglesByFace
	AngleKinds
)

// Features is how many features networks of the kind rest on; the first
// seventeen are of the picture.
func (k AngleKind) Features() int {
	if k == AnglesByFace {
		return pictureFeatures + 2
	}
	return landmarkFeatures
}

// Inputs is how many inputs networks of the kind have.
func (k AngleKind) Inputs() int { return k.Features() + angleContext }

// Seen says how surely the features hold what the kind rests on: 1 if they do,
// 0 if not, between for smoothed features of a time in which it came and went.
func (k AngleKind) Seen(v *AngleVector) float64 {
	if k == AnglesByFace {
		return v[featureFace]
	}
	return 1
}

// share is how much the kind counts against that by the landmarks, 0 to 1.
func (k AngleKind) share(now, upright *AngleVector) float64 {
	if k.Seen(upright) < faceUpright {
		return 0
	}
	return max(0, min(1, (k.Seen(now)-faceGone)/(faceThere-faceGone)))
}

// View gives the features that the kind rests on, [AngleKind.Features] of
// them. What was smoothed is the mean of when it was seen.
func (k AngleKind) View(v *AngleVector) (f [landmarkFeatures]float64) {
	if k != AnglesByFace {
		copy(f[:], v[:landmarkFeatures])
		return f
	}
	copy(f[:], v[:pictureFeatures])
	seen := max(v[featureFace], faceGone)
	mean := func(i int) float64 { return max(-farthest, min(farthest, v[featureFace+1+i]/seen)) }
	for i, to := range facePictures {
		f[to] = mean(i)
	}
	f[pictureFeatures], f[pictureFeatures+1] = mean(len(facePictures)), mean(len(facePictures)+1)
	return f
}

const (
	// angleContext is how many features of the baseline itself go in.
	angleContext = 8
	// AngleInputs, AngleHidden and AngleOutputs are the networks' sizes, the
	// inputs those of the kind that has the most; the last layer has two for
	// each output.
	AngleInputs = landmarkFeatures + angleContext
	AngleHidden = 64
	// faceGone and faceThere are how surely the face must be seen for
	// estimates that rest on it in part, and wholly. With a time constant of
	// 0.9 s that is up to 1.7 and 0.9 s after it was seen last.
	faceGone, faceThere = .15, .35
	// farthest is beyond any feature, and finite.
	farthest = 1e6
	// faceUpright is how surely it must have been seen while upright.
	faceUpright = .5
	// inputLimit is how many standard deviations of the training an input
	// may be from its mean; beyond, it is taken as that far.
	inputLimit = 4
	// sideFace is the height of the face over the eyes' distance, as a
	// logarithm, from which on a person is seen from the side: on rendered
	// people it is -0.2 and less from the front, 0.25 and less from a
	// quarter aside, 0.75 and more from the side.
	sideFace = 0.5
	// strangeChange is the change of the shoulder width, as a logarithm,
	// that no sitting person makes.
	strangeChange = 0.8
	// movedFar is the change of shoulder width, eyes and shoulders together,
	// in shoulder widths, from which on a person has plainly moved.
	movedFar = 0.2
)

// AngleNetwork is a small perceptron with two hidden layers of tanh. Weights
// are by layer, rows by input. It is exported for the command that fits it.
type AngleNetwork struct {
	Mean  []float64 `json:"mean"`  // of the inputs
	Scale []float64 `json:"scale"` // of the inputs
	// Weights and Biases of three layers; the last gives AngleOutputs
	// means, then as many logarithms of spreads, both in OutScale.
	Weights   [3][]float64 `json:"weights"`
	Biases    [3][]float64 `json:"biases"`
	OutMean   []float64    `json:"out_mean"`
	OutScale  []float64    `json:"out_scale"`
	BandScale []float64    `json:"band_scale"` // from the spreads in training to those seen in judging
}

// AngleNetworks are the networks of each kind, whose estimates are averaged.
// Without those by the face, all rests on the landmarks.
type AngleNetworks [AngleKinds][]AngleNetwork

//go:embed angles.json
var angleWeights []byte

var loadAngleNetworks = sync.OnceValues(func() (*AngleNetworks, error) { return ParseAngleNetworks(angleWeights) })

// ParseAngleNetworks reads the networks that sitwell-lab fit-angles writes.
func ParseAngleNetworks(data []byte) (*AngleNetworks, error) {
	var file struct {
		Landmarks []AngleNetwork `json:"by_landmarks"`
		Face      []AngleNetwork `json:"by_face"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("parse angle networks: %w", err)
	}
	if len(file.Landmarks) == 0 {
		return nil, fmt.Errorf("parse angle networks: none in %d bytes", len(data))
	}
	nets := &AngleNetworks{file.Landmarks, file.Face}
	for kind, list := range nets {
		in := AngleKind(kind).Inputs()
		sizes := [4]int{in, AngleHidden, AngleHidden, 2 * AngleOutputs}
		for i := range list {
			n := &list[i]
			ok := len(n.Mean) == in && len(n.Scale) == in &&
				len(n.OutMean) == AngleOutputs && len(n.OutScale) == AngleOutputs && len(n.BandScale) == AngleOutputs
			for j := range 3 {
				ok = ok && len(n.Weights[j]) == sizes[j]*sizes[j+1] && len(n.Biases[j]) == sizes[j+1]
			}
			for _, s := range n.Scale {
				ok = ok && s > 0
			}
			if !ok {
				return nil, fmt.Errorf("parse angle networks: network %d of kind %d has layers of another size than %v", i, kind, sizes)
			}
		}
	}
	return nets, nil
}

// EstimateAngles estimates the changes from upright, given the features of
// now and the medians of the same features while upright, by the same camera
// in the same place. When it can't, ok is false and reason says why.
//
// The estimate comes from small networks that were trained on a simulation: a
// seated chain of hips, T12, C7 and head with random bodies, seen by a random
// pinhole camera in random postures, its points distorted and made noisy as
// the models were seen to do on rendered people with known points; the
// pictures of those people were mixed in. There are two kinds: by the shoulders'
// landmarks and the face model's points, and, while that sees no face or saw
// none when upright, by the landmarks alone. sitwell-lab fit-angles makes them
// again and, with --judge, tells how they do on bodies and cameras left out.
//
// Judged on rendered people (6 bodies and a few cameras, each estimated by a
// network that saw neither that body nor that camera), from the front, mean
// absolute error and R2: upper back 2.1 degrees and 0.80 over single pictures of
// fifteen postures, 1.7 and 0.86 over clips; neck 2.6 and 0.91, 2.1 and 0.92.
// By the landmarks alone: upper back 3.3 and 0.60, 2.4 and 0.71; neck 4.8 and
// 0.67, 3.3 and 0.80. Nothing but the chain and the placing of the simulated
// cameras was fitted to all of them at once. No real person's true angles were
// at hand.
//
// What it can't do: with the true points in place of what the models see,
// networks made the same way err by 1.3 degrees (upper back) and 1.8 (neck). The landmark
// model's points follow an average face and scatter by 3 to 7 % of the shoulder
// width from one posture to another; the face model's by less than 1 %, so that
// now the shoulders are what limits it. Slouches are underestimated by 2 to 3
// degrees, a head that goes forward alone by 6, a lean to the screen from the
// hips is in part taken for a rounded back, and a camera that looks from far
// below is the hardest. From the side nothing is estimated: there the lines
// from ear to shoulder and from shoulder to hip were no nearer to the truth
// than 6 degrees.
func EstimateAngles(now, upright *AngleVector) (a Angles, reason string, ok bool) {
	nets, err := loadAngleNetworks()
	if err != nil {
		return a, err.Error(), false
	}
	return estimateAngles(nets, now, upright)
}

// EstimateAnglesWith is [EstimateAngles] with other networks than the
// embedded ones.
func EstimateAnglesWith(nets *AngleNetworks, now, upright *AngleVector) (a Angles, reason string, ok bool) {
	return estimateAngles(nets, now, upright)
}

func estimateAngles(nets *AngleNetworks, now, upright *AngleVector) (a Angles, reason string, ok bool) {
	for i := range now {
		if !finite(now[i]) || !finite(upright[i]) {
			return a, ReasonGarbled, false
		}
	}
	// Shoulders as narrow or wide as that are no person's at a desk.
	if math.Abs(upright[featureShoulderWidth]) > 4 {
		return a, ReasonGarbled, false
	}
	if upright[featureFaceHeight]-upright[featureEyeWidth] > sideFace {
		return a, ReasonSideView, false
	}
	if math.Abs(now[featureShoulderWidth]-upright[featureShoulderWidth]) > strangeChange {
		return a, ReasonStrange, false
	}
	face := 0.0
	if len(nets[AnglesByFace]) > 0 {
		face = AnglesByFace.share(now, upright)
	}
	var mean, variance [AngleOutputs]float64
	for kind, part := range [AngleKinds]float64{1 - face, face} {
		if part == 0 {
			continue
		}
		m, v := estimateBy(AngleKind(kind), nets[kind], now, upright)
		for j := range mean {
			mean[j] += part * m[j]
			variance[j] += part * v[j]
		}
	}
	for j, to := range [AngleOutputs]*Angle{&a.Thoracic, &a.Neck, &a.Trunk, &a.Lateral, &a.HeadPitch} {
		*to = Angle{Degrees: mean[j], Band: math.Sqrt(variance[j])}
	}
	return a, "", true
}

// estimateBy averages the estimates of networks of one kind.
func estimateBy(kind AngleKind, nets []AngleNetwork, now, upright *AngleVector) (mean, variance [AngleOutputs]float64) {
	x := AngleInput(kind, now, upright)
	still := x
	clear(still[:kind.Features()])
	// Who has not moved is upright, whatever postures are the likeliest to
	// look alike: what the networks say of no change at all is taken off,
	// the less the further the shoulders and eyes have moved.
	moved := math.Sqrt(x[featureShoulderWidth]*x[featureShoulderWidth] + x[featureEyeY]*x[featureEyeY] + x[featureShoulderY]*x[featureShoulderY])
	share := max(0, 1-moved/movedFar)
	k := float64(len(nets))
	for i := range nets {
		m, s := nets[i].run(&x)
		var zero [AngleOutputs]float64
		if share > 0 {
			zero, _ = nets[i].run(&still)
		}
		for j := range mean {
			mean[j] += (m[j] - share*zero[j]) / k
			variance[j] += s[j] * s[j] * nets[i].BandScale[j] * nets[i].BandScale[j] / k
		}
	}
	return mean, variance
}

// AngleInput is what the networks of a kind are given: the changes of the
// features, the places in shoulder widths of the baseline, and some of the
// baseline itself; [AngleKind.Inputs] numbers and then zeros.
func AngleInput(kind AngleKind, now, upright *AngleVector) (x [AngleInputs]float64) {
	f, b := kind.View(now), kind.View(upright)
	width := math.Exp(b[featureShoulderWidth])
	n := kind.Features()
	for i := range n {
		x[i] = f[i] - b[i]
		if i >= featureEyeY && i < pictureFeatures {
			x[i] /= width
		}
	}
	c := x[n:]
	c[0] = b[featureEyeY]
	c[1] = b[featureShoulderY]
	c[2] = b[featureShoulderWidth]
	c[3] = (b[featureShoulderY] - b[featureEyeY]) / width
	c[4] = (b[featureEarY] - b[featureEyeY]) / width
	c[5] = (b[featureNoseY] - b[featureEarY]) / width
	c[6] = b[featureEarWidth] - b[featureShoulderWidth]
	c[7] = b[featureEyeWidth] - b[featureShoulderWidth]
	return x
}

// run gives the network's means and spreads, in degrees in the order of
// [Angles]. x is what [AngleInput] makes.
func (n *AngleNetwork) run(x *[AngleInputs]float64) (mean, spread [AngleOutputs]float64) {
	var in, h1, h2 [AngleHidden]float64
	inputs := len(n.Mean)
	for i := range inputs {
		in[i] = max(-inputLimit, min(inputLimit, (x[i]-n.Mean[i])/n.Scale[i]))
	}
	layer := func(to, from []float64, weights, biases []float64) {
		copy(to, biases)
		for i, v := range from {
			row := weights[i*len(to) : (i+1)*len(to)]
			for j, w := range row {
				to[j] += v * w
			}
		}
	}
	layer(h1[:], in[:inputs], n.Weights[0], n.Biases[0])
	for i := range h1 {
		h1[i] = math.Tanh(h1[i])
	}
	layer(h2[:], h1[:], n.Weights[1], n.Biases[1])
	for i := range h2 {
		h2[i] = math.Tanh(h2[i])
	}
	var out [2 * AngleOutputs]float64
	layer(out[:], h2[:], n.Weights[2], n.Biases[2])
	for j := range mean {
		mean[j] = out[j]*n.OutScale[j] + n.OutMean[j]
		spread[j] = math.Exp(max(-4, min(2, out[AngleOutputs+j]))) * n.OutScale[j]
	}
	return mean, spread
}
