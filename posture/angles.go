package posture

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"sync"
)

// AngleFeatureCount is how many features [AngleFeatures] takes.
const AngleFeatureCount = 24

// The features' places. The first seventeen are of the picture, in frame
// heights or logarithms of them; the last seven of the model's own metres.
const (
	featureShoulderWidth = 0 // logarithm
	featureEarWidth      = 1 // logarithm
	featureEyeWidth      = 2 // logarithm
	featureFaceHeight    = 4 // logarithm
	featureEyeY          = 5
	featureShoulderY     = 6
	featureEarY          = 7
	featureNoseY         = 8
	pictureFeatures      = 17
)

// angleFeatureNames are the names under which a [Baseline] can keep the
// medians of the features.
var angleFeatureNames = [AngleFeatureCount]string{
	"angle_shoulder_width", "angle_ear_width", "angle_eye_width", "angle_mouth_width", "angle_face_height",
	"angle_eye_y", "angle_shoulder_y", "angle_ear_y", "angle_nose_y", "angle_mouth_y",
	"angle_eye_x", "angle_shoulder_x", "angle_ear_x", "angle_nose_x",
	"angle_shoulder_drop", "angle_ear_drop", "angle_eye_drop",
	"angle_world_ear_z", "angle_world_ear_y", "angle_world_nose_z", "angle_world_nose_y",
	"angle_world_mouth_y", "angle_world_mouth_z", "angle_world_eye_y",
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
// camera's resolution does not matter, and the model's own depth. ok is false
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
	for _, v := range f {
		if !finite(v) {
			return AngleVector{}, false
		}
	}
	return f, true
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

const (
	// angleContext is how many features of the baseline itself go in.
	angleContext = 8
	// AngleInputs, AngleHidden and AngleOutputs are the networks' sizes;
	// the last layer has two for each output.
	AngleInputs = AngleFeatureCount + angleContext
	AngleHidden = 64
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

//go:embed angles.json
var angleWeights []byte

var loadAngleNetworks = sync.OnceValues(func() ([]AngleNetwork, error) { return ParseAngleNetworks(angleWeights) })

// ParseAngleNetworks reads the networks that sitwell-lab fit-angles writes.
func ParseAngleNetworks(data []byte) ([]AngleNetwork, error) {
	var file struct {
		Networks []AngleNetwork `json:"networks"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("parse angle networks: %w", err)
	}
	if len(file.Networks) == 0 {
		return nil, fmt.Errorf("parse angle networks: none in %d bytes", len(data))
	}
	sizes := [4]int{AngleInputs, AngleHidden, AngleHidden, 2 * AngleOutputs}
	for i := range file.Networks {
		n := &file.Networks[i]
		ok := len(n.Mean) == AngleInputs && len(n.Scale) == AngleInputs &&
			len(n.OutMean) == AngleOutputs && len(n.OutScale) == AngleOutputs && len(n.BandScale) == AngleOutputs
		for j := range 3 {
			ok = ok && len(n.Weights[j]) == sizes[j]*sizes[j+1] && len(n.Biases[j]) == sizes[j+1]
		}
		for _, s := range n.Scale {
			ok = ok && s > 0
		}
		if !ok {
			return nil, fmt.Errorf("parse angle networks: network %d has layers of another size than %v", i, sizes)
		}
	}
	return file.Networks, nil
}

// EstimateAngles estimates the changes from upright, given the features of
// now and the medians of the same features while upright, by the same camera
// in the same place. When it can't, ok is false and reason says why.
//
// The estimate comes from small networks that were trained on a simulation: a
// seated chain of hips, T12, C7 and head with random bodies, seen by a random
// pinhole camera in random postures, its points distorted and made noisy as
// the landmark model was seen to do on rendered people with known points; the
// pictures of those people were mixed in. sitwell-lab fit-angles makes them
// again and, with --judge, tells how they do on bodies and cameras left out.
//
// Judged on rendered people (6 bodies and a few cameras, each estimated by a
// network that saw neither that body nor that camera), from the front, mean
// absolute error and R2: upper back 3.2 degrees and 0.6 over single pictures of
// fifteen postures, 2.3 and 0.7 over clips; neck 4.7 and 0.7, 3.2 and 0.8.
// Nothing but the chain and the placing of the simulated cameras was fitted to
// all of them at once. No real person's true angles were at hand.
//
// What it can't do: with the true points in place of the landmarks, networks
// made the same way err by 1.5 degrees on average; the landmark model's points, which
// follow an average face and scatter by 3 to 6 % of the shoulder width from one
// posture to another, are what limits it. Large slouches are underestimated
// by about a fifth, a lean to the screen from the hips is in part taken for a
// rounded back, and a camera that looks from far below is the hardest. From
// the side nothing is estimated: there the lines from ear to shoulder and from
// shoulder to hip were no nearer to the truth than 6 degrees.
func EstimateAngles(now, upright *AngleVector) (a Angles, reason string, ok bool) {
	nets, err := loadAngleNetworks()
	if err != nil {
		return a, err.Error(), false
	}
	return estimateAngles(nets, now, upright)
}

// EstimateAnglesWith is [EstimateAngles] with other networks than the
// embedded ones.
func EstimateAnglesWith(nets []AngleNetwork, now, upright *AngleVector) (a Angles, reason string, ok bool) {
	return estimateAngles(nets, now, upright)
}

func estimateAngles(nets []AngleNetwork, now, upright *AngleVector) (a Angles, reason string, ok bool) {
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
	x := AngleInput(now, upright)
	still := x
	clear(still[:AngleFeatureCount])
	// Who has not moved is upright, whatever postures are the likeliest to
	// look alike: what the networks say of no change at all is taken off,
	// the less the further the shoulders and eyes have moved.
	moved := math.Sqrt(x[featureShoulderWidth]*x[featureShoulderWidth] + x[featureEyeY]*x[featureEyeY] + x[featureShoulderY]*x[featureShoulderY])
	share := max(0, 1-moved/movedFar)
	var mean, variance [AngleOutputs]float64
	k := float64(len(nets))
	for i := range nets {
		m, s := nets[i].run(&x)
		zero, _ := nets[i].run(&still)
		for j := range mean {
			mean[j] += (m[j] - share*zero[j]) / k
			variance[j] += s[j] * s[j] * nets[i].BandScale[j] * nets[i].BandScale[j] / k
		}
	}
	for j, to := range [AngleOutputs]*Angle{&a.Thoracic, &a.Neck, &a.Trunk, &a.Lateral, &a.HeadPitch} {
		*to = Angle{Degrees: mean[j], Band: math.Sqrt(variance[j])}
	}
	return a, "", true
}

// AngleInput is what the networks are given: the changes of the features, the
// places in shoulder widths of the baseline, and some of the baseline itself.
func AngleInput(now, upright *AngleVector) (x [AngleInputs]float64) {
	width := math.Exp(upright[featureShoulderWidth])
	for i := range now {
		x[i] = now[i] - upright[i]
		if i >= featureEyeY && i < pictureFeatures {
			x[i] /= width
		}
	}
	c := x[AngleFeatureCount:]
	c[0] = upright[featureEyeY]
	c[1] = upright[featureShoulderY]
	c[2] = upright[featureShoulderWidth]
	c[3] = (upright[featureShoulderY] - upright[featureEyeY]) / width
	c[4] = (upright[featureEarY] - upright[featureEyeY]) / width
	c[5] = (upright[featureNoseY] - upright[featureEarY]) / width
	c[6] = upright[featureEarWidth] - upright[featureShoulderWidth]
	c[7] = upright[featureEyeWidth] - upright[featureShoulderWidth]
	return x
}

// run gives the network's means and spreads, in degrees in the order of
// [Angles]. x is what [AngleInput] makes.
func (n *AngleNetwork) run(x *[AngleInputs]float64) (mean, spread [AngleOutputs]float64) {
	var in, h1, h2 [AngleHidden]float64
	for i, v := range x {
		in[i] = max(-inputLimit, min(inputLimit, (v-n.Mean[i])/n.Scale[i]))
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
	layer(h1[:], in[:AngleInputs], n.Weights[0], n.Biases[0])
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
