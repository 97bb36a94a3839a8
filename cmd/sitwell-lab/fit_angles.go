package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"sitwell/models"
	"sitwell/posture"
	"sitwell/vision"
)

const (
	// features and inputs are those of the kind that has the most.
	features = posture.AngleInputs - angleContext
	inputs   = posture.AngleInputs
	hidden   = posture.AngleHidden
	outputs  = posture.AngleOutputs
	// angleContext are the inputs after the changes of the features.
	angleContext = 8
	// pictureFeatures are those that true points give too; the rest are
	// the models' own depths.
	pictureFeatures = 17
	// sawAngles are the pose's own angles, beside the true points, that
	// the landmark model's points are explained by: head pitch, yaw and
	// roll and the thorax's pitch.
	sawAngles = 4
)

// angleTruths are the angles in the order of the networks' outputs.
var angleTruths = [outputs]string{
	"thoracic_flexion_deg", "neck_inclination_deg", "trunk_inclination_deg", "lateral_lean_deg", "head_pitch_deg",
}

// sawTruths are what sawAngles stand for, in the order used.
var sawTruths = [sawAngles]string{"head_pitch_deg", "head_yaw_deg", "head_roll_deg", "thorax_pitch_deg"}

// mirrored are the inputs and outputs that change sign in a mirror.
var (
	mirroredInputs = [posture.AngleKinds][]int{
		posture.AnglesByLandmarks: {10, 11, 12, 13, 14, 15, 16},
		posture.AnglesByFace:      {10, 11, 12, 13, 14, 15, 16, 18},
	}
	mirroredOutput = 3
)

// kindNames tell the kinds of networks.
var kindNames = [posture.AngleKinds]string{"by landmarks", "by face"}

type fitOptions struct {
	data, out        string
	estimates        string
	judge            bool
	networks, epochs int
	samples          int
	mix, mixFace     float64
	seed             uint64
}

func (l *lab) fitAnglesCommand() *cobra.Command {
	var o fitOptions
	c := &cobra.Command{
		Use:   "fit-angles",
		Short: "Fit the networks that estimate angles from landmarks",
		Long: `Fit the networks that estimate angles from landmarks: simulate seated people
and cameras, distort the simulated points as the landmark model was seen to do
on the set's pictures with known points, train on that with the set's pictures
mixed in, and write the weights. The same seed, set and model give the same
weights on the same kind of processor.

With --judge, each person's pictures and clips of a camera are estimated by
networks that saw neither that person nor that camera, and the errors are
printed; the weights then carry error bands as wide as those errors.`,
		Example: `  sitwell-lab fit-angles --data data -o posture/angles.json --judge`,
		Args:    cobra.NoArgs,
		RunE:    func(c *cobra.Command, _ []string) error { return l.fitAngles(c.Context(), o) },
	}
	f := c.Flags()
	f.StringVar(&o.data, "data", "../shared/data", "`FOLDER` that holds the set synthetic")
	f.StringVarP(&o.out, "output", "o", "", "write the weights to `FILE`")
	f.BoolVar(&o.judge, "judge", false, "tell the errors on persons and cameras left out; takes many times as long")
	f.StringVar(&o.estimates, "estimates", "", "with --judge, write each estimate to a CSV `FILE`")
	f.IntVar(&o.networks, "networks", 2, "how many networks of each kind are averaged")
	f.IntVar(&o.epochs, "epochs", 12, "rounds of training")
	f.IntVar(&o.samples, "samples", 30000, "simulated samples of a round")
	f.Float64Var(&o.mix, "mix", .3, "pictures of the set mixed in, over the simulated samples, for estimates by landmarks")
	f.Float64Var(&o.mixFace, "mix-face", 1, "the same for estimates by the face")
	f.Uint64Var(&o.seed, "seed", 1, "seed of all that is random")
	return c
}

// angleSample is what was seen of one picture or instant, with its truth.
type angleSample struct {
	subject, camera, view, clip, posture string
	label                                label
	at                                   float64 // s, in clips
	front                                bool
	upright, now                         posture.AngleVector // as the landmark model sees
	trueUpright, trueNow                 posture.AngleVector // of the true points; pictures only
	truth                                [outputs]float64
	saw                                  [sawAngles]float64 // change from the baseline's, degrees
	outlier                              bool
}

func (s *angleSample) input(k posture.AngleKind) [inputs]float64 {
	return posture.AngleInput(k, &s.now, &s.upright)
}

// real are the picture's features of the true points, as an input.
func (s *angleSample) real() [inputs]float64 {
	return posture.AngleInput(posture.AnglesByLandmarks, &s.trueNow, &s.trueUpright)
}

// shows says whether a picture shows what a kind rests on and is fit to learn
// from.
func (s *angleSample) shows(k posture.AngleKind) bool {
	return !s.outlier && k.Seen(&s.now) == 1 && k.Seen(&s.upright) == 1
}

func (l *lab) fitAngles(ctx context.Context, o fitOptions) error {
	if o.networks < 1 || o.epochs < 1 || o.samples < 1000 || min(o.mix, o.mixFace) < 0 || max(o.mix, o.mixFace) > 10 {
		return usage(errors.New("--networks and --epochs: want 1 or more, --samples 1000 or more, --mix and --mix-face 0 to 10"))
	}
	if o.out == "" && !o.judge {
		return usage(errors.New("nothing to do: give --output, --judge or both"))
	}
	d, err := loadDataset(filepath.Join(o.data, "synthetic"))
	if err != nil {
		return err
	}
	stills, clips, err := seeAngles(ctx, d, o.judge)
	if err != nil {
		return err
	}
	fmt.Fprintf(l.err, "sitwell-lab: %d pictures and %d instants of clips seen\n", len(stills), len(clips))
	var bands angleBands
	for k := range bands {
		bands[k] = [outputs]float64{1, 1, 1, 1, 1}
	}
	if o.judge {
		if bands, err = judgeAngles(ctx, l.out, stills, clips, o); err != nil {
			return err
		}
	}
	if o.out == "" {
		return nil
	}
	nets, err := trainNetworks(ctx, stills, o, o.networks)
	if err != nil {
		return err
	}
	for k := range nets {
		for i := range nets[k] {
			nets[k][i].BandScale = bands[k][:]
		}
	}
	return writeNetworks(o.out, nets)
}

// angleBands are how much wider than the networks of each kind say the spreads
// of the errors are.
type angleBands [posture.AngleKinds][outputs]float64

// seeAngles takes the features of a set's pictures, and of its clips if asked.
func seeAngles(ctx context.Context, d *dataset, withClips bool) (stills, clips []angleSample, err error) {
	e := &eyes{options: vision.PoseOptions{Landmarks: models.LandmarkFull}, rate: vision.DefaultRate}
	defer func() { err = errors.Join(err, e.close()) }()
	for i := range d.stills {
		s, err := seeGroup(ctx, e, d.dir, &d.stills[i])
		if err != nil {
			return nil, nil, err
		}
		stills = append(stills, s...)
	}
	if !withClips {
		return stills, nil, nil
	}
	for i := range d.clips {
		s, err := seeClip(ctx, e, d.dir, &d.clips[i])
		if err != nil {
			return nil, nil, err
		}
		clips = append(clips, s...)
	}
	return stills, clips, nil
}

// seeGroup takes the features of one person's pictures by one camera, against
// the first picture of its baseline.
func seeGroup(ctx context.Context, e *eyes, dir string, g *group) ([]angleSample, error) {
	if g.view == "side" || len(g.baseline) == 0 {
		return nil, nil
	}
	type seen struct {
		now, real posture.AngleVector
		ok        bool
	}
	all := make([]seen, len(g.items))
	var points posture.Observation
	for i := range g.items {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		it := &g.items[i]
		if it.file == "" || len(it.px) == 0 {
			continue
		}
		o, err := e.picture(dir, it.file)
		if err != nil {
			return nil, err
		}
		s := &all[i]
		if s.now, s.ok = posture.AngleFeatures(&o); !s.ok {
			continue
		}
		points.Width, points.Height = o.Width, o.Height
		if s.ok = pointObservation(&points, func(i int) (float64, float64, bool) {
			p, ok := it.px[i]
			return p[0], p[1], ok
		}); s.ok {
			s.real, s.ok = posture.AngleFeatures(&points)
		}
	}
	b := g.baseline[0]
	if !all[b].ok {
		return nil, nil
	}
	var out []angleSample
	for i := range g.items {
		if !all[i].ok || slices.Contains(g.baseline, i) {
			continue
		}
		s := angleSample{
			subject: g.subject, camera: g.camera, view: g.view, posture: g.items[i].posture, label: g.items[i].label, front: g.view == "front",
			upright: all[b].now, now: all[i].now, trueUpright: all[b].real, trueNow: all[i].real,
		}
		if !truths(&s, g.items[i].truth) {
			continue
		}
		for j, name := range sawTruths {
			s.saw[j] = g.items[i].truth[name] - g.items[b].truth[name]
		}
		saw, real := s.input(posture.AnglesByLandmarks), s.real()
		// The landmark model loses a few people wholly; no fit should follow it.
		s.outlier = math.Abs(saw[0]-real[0]) > .3 || math.Abs(saw[4]-real[4]) > .6
		out = append(out, s)
	}
	return out, nil
}

func truths(s *angleSample, truth map[string]float64) bool {
	for j, name := range angleTruths {
		v, ok := truth[name]
		if !ok || math.IsNaN(v) {
			return false
		}
		s.truth[j] = v
	}
	return true
}

// smoothing is the time constant of the features in clips, in seconds: that
// of the engine's measures.
const smoothing = .9

// seeClip takes the smoothed features of a clip against the medians of its
// baseline.
func seeClip(ctx context.Context, e *eyes, dir string, c *clip) ([]angleSample, error) {
	if c.view == "side" || c.truthFile == "" || c.cameraMoved > 0 {
		return nil, nil
	}
	var out []angleSample
	var upright [posture.AngleFeatureCount][]float64
	var smooth posture.AngleVector
	last := math.Inf(-1)
	err := e.clip(ctx, filepath.Join(dir, filepath.FromSlash(c.file)), func(o *posture.Observation) error {
		t := float64(o.Mono) / 1e9
		f, ok := posture.AngleFeatures(o)
		truth := c.truth.at(t)
		if visible, told := truth["visible"]; !ok || told && visible == 0 {
			return nil
		}
		if t-last > 3 {
			smooth = f
		}
		k := 1 - math.Exp(-(t-last)/smoothing)
		for i := range f {
			smooth[i] += k * (f[i] - smooth[i])
		}
		last = t
		if t >= c.from && t < c.to {
			for i, v := range f {
				upright[i] = append(upright[i], v)
			}
		}
		s := angleSample{subject: c.subject, camera: c.camera, view: c.view, clip: c.name(), label: c.at(t), at: t, front: c.view == "front", now: smooth}
		if s.label == label(posture.Standing) || s.label == label(posture.Away) {
			return nil
		}
		if truths(&s, truth) {
			out = append(out, s)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var b posture.AngleVector
	for i := range b {
		if len(upright[i]) == 0 {
			return nil, nil
		}
		sort.Float64s(upright[i])
		b[i] = upright[i][len(upright[i])/2]
	}
	for i := range out {
		out[i].upright = b
	}
	return out, nil
}

// distortion says how the landmark model's features come from the true ones:
// the change it sees is linear in the true change and some of the pose's own
// angles, with noise; the baseline it sees has an error of its own.
type distortion struct {
	kind    posture.AngleKind
	n       int // features of the kind
	weights [pictureFeatures + sawAngles][features]float64
	bias    [features]float64
	noise   [][]float64 // lower triangle of the covariance's root
	level   [features]float64
	levels  [][]float64 // the same for the baseline's features, in shoulder widths where places
}

const (
	// distortionRidge holds the weights near "as it is": few pictures show
	// them.
	distortionRidge = 5
	tiny            = 1e-9
)

func sawInput(real *[inputs]float64, saw *[sawAngles]float64) (x [pictureFeatures + sawAngles]float64) {
	copy(x[:], real[:pictureFeatures])
	for i, v := range saw {
		x[pictureFeatures+i] = v / 20
	}
	return x
}

// fitDistortion fits the distortion of a kind's features to pictures with true
// points.
func fitDistortion(kind posture.AngleKind, samples []angleSample) (*distortion, error) {
	const n = pictureFeatures + sawAngles
	var xs [][n]float64
	var ys, levels [][features]float64
	groups := map[string]bool{}
	for i := range samples {
		s := &samples[i]
		if !s.shows(kind) {
			continue
		}
		real, saw := s.real(), s.input(kind)
		xs = append(xs, sawInput(&real, &s.saw))
		var y [features]float64
		copy(y[:], saw[:kind.Features()])
		ys = append(ys, y)
		if key := s.subject + "/" + s.camera; !groups[key] {
			groups[key] = true
			var d [features]float64
			upright := kind.View(&s.upright)
			for j := range pictureFeatures {
				if d[j] = upright[j] - s.trueUpright[j]; j >= 5 {
					d[j] /= math.Exp(s.trueUpright[0])
				}
			}
			levels = append(levels, d)
		}
	}
	if len(xs) < 2*n || len(levels) < 3 {
		return nil, fmt.Errorf("fit the distortion: got %d pictures of %d persons and cameras, want %d of 3 or more", len(xs), len(levels), 2*n)
	}
	d := &distortion{kind: kind, n: kind.Features()}
	var scale [n]float64
	for j := range n {
		var sum, squares float64
		for i := range xs {
			sum += xs[i][j]
			squares += xs[i][j] * xs[i][j]
		}
		m := sum / float64(len(xs))
		scale[j] = math.Sqrt(max(0, squares/float64(len(xs))-m*m)) + 1e-3
	}
	gram := square(n)
	for i := range xs {
		for a := range n {
			for b := range n {
				gram[a][b] += xs[i][a] / scale[a] * xs[i][b] / scale[b]
			}
		}
	}
	for a := range n {
		gram[a][a] += distortionRidge
	}
	root, err := cholesky(gram)
	if err != nil {
		return nil, err
	}
	residual := make([][features]float64, len(xs))
	for k := range d.n {
		right := make([]float64, n)
		for i := range xs {
			y := ys[i][k]
			if k < pictureFeatures {
				y -= xs[i][k]
			}
			for a := range n {
				right[a] += xs[i][a] / scale[a] * y
			}
		}
		w := solve(root, right)
		for a := range n {
			d.weights[a][k] = w[a] / scale[a]
		}
		if k < pictureFeatures {
			d.weights[k][k]++
		}
		for i := range xs {
			p := 0.0
			for a := range n {
				p += xs[i][a] * d.weights[a][k]
			}
			residual[i][k] = ys[i][k] - p
		}
	}
	grow := float64(len(xs)) / float64(len(xs)-n)
	if d.bias, d.noise, err = spread(residual, grow, tiny); err != nil {
		return nil, err
	}
	d.level, d.levels, err = spread(levels, 1, 1e-6)
	return d, err
}

// spread gives the mean of rows and the root of their covariance.
func spread(rows [][features]float64, grow, floor float64) (mean [features]float64, root [][]float64, err error) {
	n := float64(len(rows))
	for i := range rows {
		for j, v := range rows[i] {
			mean[j] += v / n
		}
	}
	cov := square(features)
	for i := range rows {
		for a := range features {
			for b := range features {
				cov[a][b] += (rows[i][a] - mean[a]) * (rows[i][b] - mean[b]) / (n - 1) * grow
			}
		}
	}
	for a := range features {
		cov[a][a] += floor
	}
	root, err = cholesky(cov)
	return mean, root, err
}

func square(n int) [][]float64 {
	m := make([][]float64, n)
	for i := range m {
		m[i] = make([]float64, n)
	}
	return m
}

// cholesky gives the lower triangle whose square is m.
func cholesky(m [][]float64) ([][]float64, error) {
	l := square(len(m))
	for i := range m {
		for j := range i + 1 {
			s := m[i][j]
			for k := range j {
				s -= l[i][k] * l[j][k]
			}
			if i != j {
				l[i][j] = s / l[j][j]
				continue
			}
			if !(s > 0) {
				return nil, fmt.Errorf("row %d of a matrix of %d depends on the others", i, len(m))
			}
			l[i][i] = math.Sqrt(s)
		}
	}
	return l, nil
}

// solve gives x of l*l'*x = b.
func solve(l [][]float64, b []float64) []float64 {
	x := slices.Clone(b)
	for i := range l {
		for k := range i {
			x[i] -= l[i][k] * x[k]
		}
		x[i] /= l[i][i]
	}
	for i := len(l) - 1; i >= 0; i-- {
		for k := i + 1; k < len(l); k++ {
			x[i] -= l[k][i] * x[k]
		}
		x[i] /= l[i][i]
	}
	return x
}

// draw adds a random vector of that covariance, times scale.
func drawInto(to *[features]float64, root [][]float64, scale float64, r *rand.Rand) {
	var z [features]float64
	for i := range z {
		z[i] = r.NormFloat64()
		s := 0.0
		for k := range i + 1 {
			s += root[i][k] * z[k]
		}
		to[i] += scale * s
	}
}

// example is one row of training.
type example struct {
	x [inputs]float64
	y [outputs]float64
}

// doubts are how far the distortion of other people and cameras may be from
// that of those seen, as factors: of the face's growth, of the places within
// it, of every feature.
var doubts = [posture.AngleKinds]struct{ growth, within, all float64 }{
	posture.AnglesByLandmarks: {.25, .15, .08},
	posture.AnglesByFace:      {.04, .05, .03},
}

// simulated draws one distorted example; ok is false when the drawn person
// does not show face and shoulders in the picture.
func (d *distortion) simulated(points *posture.Observation, r *rand.Rand) (e example, ok bool) {
	body := randomBody(r)
	before, after := uprightPose(r), randomPose(r)
	at := body.points(&before)
	camera := randomCamera(r, at[1].add(at[2]).times(.5))
	upright, ok := camera.features(points, &body, &before)
	if !ok || upright[6] > 1 {
		return e, false
	}
	now, ok := camera.features(points, &body, &after)
	if !ok || now[5] < .02 || now[6] > 1.1 || now[0] > math.Log(1.2) {
		return e, false
	}
	real := posture.AngleInput(posture.AnglesByLandmarks, &now, &upright)
	x := sawInput(&real, &[sawAngles]float64{
		after.head - before.head, after.yaw - before.yaw, after.roll - before.roll, after.pitch() - before.pitch(),
	})
	var seen [features]float64
	for k := range d.n {
		for a := range x {
			seen[k] += x[a] * d.weights[a][k]
		}
	}
	// What was seen on a few cameras is not quite what others will show:
	// the face's growth and the places within it follow the truth by
	// factors that are themselves uncertain.
	doubt := doubts[d.kind]
	grow := 1 + doubt.growth*clamp(r.NormFloat64(), 2)
	for k := 1; k < 5; k++ {
		seen[k] = seen[0] + (seen[k]-seen[0])*grow
	}
	for k := range seen {
		seen[k] *= 1 + doubt.all*r.NormFloat64()
	}
	within := 1 + doubt.within*r.NormFloat64()
	for k := 7; k < 10; k++ {
		seen[k] = seen[5] + (seen[k]-seen[5])*within
	}
	// The further from upright, the noisier.
	far := min(1, math.Sqrt(real[0]*real[0]+real[5]*real[5]+real[6]*real[6])/.2)
	for k := range seen {
		seen[k] += d.bias[k] * far
	}
	drawInto(&seen, d.noise, math.Exp(.25*r.NormFloat64())*(.75+.35*far), r)
	level := d.level
	drawInto(&level, d.levels, 1, r)
	width := math.Exp(upright[0])
	for k := range pictureFeatures {
		if k >= 5 {
			level[k] *= width
		}
		upright[k] += level[k]
	}
	still := posture.AngleInput(posture.AnglesByLandmarks, &upright, &upright)
	copy(e.x[:], seen[:d.n])
	copy(e.x[d.n:], still[posture.AnglesByLandmarks.Features():])
	e.y = [outputs]float64{after.thoracic, after.neck, after.trunk(), after.lateral, after.head}
	return e, true
}

func clamp(v, limit float64) float64 { return max(-limit, min(limit, v)) }

// pictured draws one of the set's pictures, mirrored half of the time, with
// some noise so that none is learnt by heart.
func (d *distortion) pictured(s *angleSample, r *rand.Rand) example {
	e := example{x: s.input(d.kind), y: s.truth}
	var noise [features]float64
	drawInto(&noise, d.noise, .35, r)
	for k, v := range noise[:d.n] {
		e.x[k] += v
	}
	for k := d.n; k < d.kind.Inputs(); k++ {
		e.x[k] += .03 * r.NormFloat64()
	}
	if r.IntN(2) == 0 {
		for _, k := range mirroredInputs[d.kind] {
			e.x[k] = -e.x[k]
		}
		e.y[mirroredOutput] = -e.y[mirroredOutput]
	}
	return e
}

// round draws the examples of one round.
func (d *distortion) round(samples []angleSample, o fitOptions, r *rand.Rand) []example {
	mix := o.mix
	if d.kind == posture.AnglesByFace {
		mix = o.mixFace
	}
	out := make([]example, 0, int(float64(o.samples)*(1+mix)))
	var points posture.Observation
	for len(out) < o.samples {
		if e, ok := d.simulated(&points, r); ok {
			out = append(out, e)
		}
	}
	for len(out) < cap(out) {
		if s := &samples[r.IntN(len(samples))]; s.shows(d.kind) {
			out = append(out, d.pictured(s, r))
		}
	}
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// trainNetworks trains so many networks of each kind, each from another seed.
func trainNetworks(ctx context.Context, samples []angleSample, o fitOptions, n int) (*posture.AngleNetworks, error) {
	var nets posture.AngleNetworks
	var workers sync.WaitGroup
	for k := range nets {
		d, err := fitDistortion(posture.AngleKind(k), samples)
		if err != nil {
			return nil, err
		}
		nets[k] = make([]posture.AngleNetwork, n)
		for i := range nets[k] {
			workers.Go(func() { nets[k][i] = train(ctx, d, samples, o, rand.New(rand.NewPCG(o.seed, uint64(i)))) })
		}
	}
	workers.Wait()
	return &nets, ctx.Err()
}

// judgeAngles estimates each person and camera by networks that saw neither,
// prints the errors and returns how much wider than the networks of each kind
// say the spreads are of those who have moved.
func judgeAngles(ctx context.Context, w io.Writer, stills, clips []angleSample, o fitOptions) (bands angleBands, err error) {
	type fold struct{ subject, camera string }
	var folds []fold
	for i := range stills {
		if f := (fold{stills[i].subject, stills[i].camera}); !slices.Contains(folds, f) {
			folds = append(folds, f)
		}
	}
	for i := range clips { // a person of clips alone
		if f := (fold{clips[i].subject, clips[i].camera}); !slices.Contains(folds, f) {
			folds = append(folds, f)
		}
	}
	start := time.Now()
	results := make([][]judgedAngles, len(folds))
	problems := make([]error, len(folds))
	var workers sync.WaitGroup
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	for k, f := range folds {
		workers.Go(func() {
			free <- struct{}{}
			defer func() { <-free }()
			var learn []angleSample
			for i := range stills {
				if stills[i].subject != f.subject && stills[i].camera != f.camera {
					learn = append(learn, stills[i])
				}
			}
			nets, err := trainNetworks(ctx, learn, o, 1)
			if err != nil {
				problems[k] = err
				return
			}
			for _, list := range [][]angleSample{stills, clips} {
				for i := range list {
					if s := &list[i]; s.subject == f.subject && s.camera == f.camera {
						a, _, ok := posture.EstimateAnglesWith(nets, &s.now, &s.upright)
						b, _, _ := posture.EstimateAnglesWith(&posture.AngleNetworks{nets[posture.AnglesByLandmarks]}, &s.now, &s.upright)
						if ok {
							results[k] = append(results[k], judgedAngles{s, anglesInOrder(&a), anglesInOrder(&b)})
						}
					}
				}
			}
		})
	}
	workers.Wait()
	if err := errors.Join(problems...); err != nil {
		return bands, err
	}
	all := slices.Concat(results...)
	alone := slices.Clone(all)
	byFace := 0
	for i := range all {
		alone[i].got = all[i].alone
		if all[i].got != all[i].alone {
			byFace++
		}
	}
	tellAngles(w, all, true)
	fmt.Fprintf(w, "\n%d of %d by the face; without the face model:\n", byFace, len(all))
	tellAngles(w, alone, false)
	if o.estimates != "" {
		if err := writeEstimates(o.estimates, all); err != nil {
			return bands, err
		}
	}
	fmt.Fprintf(w, "%d persons and cameras left out in turn, %v\n", len(folds), time.Since(start).Round(time.Second))
	for k, list := range [posture.AngleKinds][]judgedAngles{alone, all} {
		for j := range outputs {
			var ratios []float64
			for i := range list {
				if s := list[i].sample; s.front && !s.outlier && s.moved() && posture.AngleKind(k).Seen(&s.now) > .99 {
					ratios = append(ratios, math.Abs(list[i].got[j].Degrees-s.truth[j])/list[i].got[j].Band)
				}
			}
			sort.Float64s(ratios)
			bands[k][j] = 1
			if len(ratios) > 0 {
				bands[k][j] = ratios[len(ratios)*68/100]
			}
			fmt.Fprintf(w, "%s, %s: two in three of %d errors are within %.2f of the spread the networks expect\n", angleTruths[j], kindNames[k], len(ratios), bands[k][j])
		}
	}
	return bands, nil
}

// moved says whether it is of another posture than upright: most of a clip is
// upright, where the errors are small and the band matters least.
func (s *angleSample) moved() bool {
	return s.clip == "" || math.Abs(s.truth[0]) > 5 || math.Abs(s.truth[1]) > 5
}

// judgedAngles is an estimate of a sample by networks that did not see it.
type judgedAngles struct {
	sample *angleSample
	got    [outputs]posture.Angle
	alone  [outputs]posture.Angle // by the landmarks alone
}

// anglesInOrder gives the angles in the order of angleTruths.
func anglesInOrder(a *posture.Angles) [outputs]posture.Angle {
	return [outputs]posture.Angle{a.Thoracic, a.Neck, a.Trunk, a.Lateral, a.HeadPitch}
}

// writeEstimates writes what was judged as CSV, one line a picture or instant.
func writeEstimates(file string, all []judgedAngles) error {
	var b strings.Builder
	b.WriteString("subject,camera,view,clip,posture,label,t_s")
	for _, name := range angleTruths {
		fmt.Fprintf(&b, ",truth_%s,got_%s,band_%s", name, name, name)
	}
	b.WriteByte('\n')
	for i := range all {
		s := all[i].sample
		fmt.Fprintf(&b, "%s,%s,%s,%s,%s,%s,%.2f", s.subject, s.camera, s.view, s.clip, s.posture, s.label, s.at)
		for j, a := range all[i].got {
			fmt.Fprintf(&b, ",%.2f,%.2f,%.2f", s.truth[j], a.Degrees, a.Band)
		}
		b.WriteByte('\n')
	}
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		return fmt.Errorf("write estimates: %w", err)
	}
	return nil
}

// tellAngles prints the errors by view, and in detail by camera, person,
// posture and clip too.
func tellAngles(w io.Writer, all []judgedAngles, detail bool) {
	row := func(name string, keep func(*angleSample) bool) {
		for j := range outputs {
			var e, t []float64
			for i := range all {
				if s := all[i].sample; !s.outlier && keep(s) {
					e = append(e, all[i].got[j].Degrees-s.truth[j])
					t = append(t, s.truth[j])
				}
			}
			if len(e) == 0 {
				return
			}
			a := agreement(e, t)
			fmt.Fprintf(w, "%-28s %-24s n %4d  mae %5.2f  bias %5.2f  r2 %6.2f  95 %% within %6.2f to %6.2f\n",
				name, angleTruths[j], len(e), a.mae, a.bias, a.r2, a.bias-1.96*a.sd, a.bias+1.96*a.sd)
		}
	}
	still := func(s *angleSample) bool { return s.clip == "" }
	row("front, stills", func(s *angleSample) bool { return s.front && still(s) })
	row("front, clips", func(s *angleSample) bool { return s.front && !still(s) })
	row("front, both", func(s *angleSample) bool { return s.front })
	row("three-quarter", func(s *angleSample) bool { return s.view == "three-quarter" })
	if !detail {
		return
	}
	for _, by := range []struct {
		name string
		of   func(*angleSample) string
	}{
		{"camera", func(s *angleSample) string { return s.camera }},
		{"person", func(s *angleSample) string { return s.subject }},
		{"posture", func(s *angleSample) string { return s.posture }},
		{"clip", func(s *angleSample) string { return s.clip }},
	} {
		var values []string
		for i := range all {
			if v := by.of(all[i].sample); v != "" && all[i].sample.front && !slices.Contains(values, v) {
				values = append(values, v)
			}
		}
		sort.Strings(values)
		for _, v := range values {
			row(by.name+" "+v, func(s *angleSample) bool { return s.front && by.of(s) == v && (still(s) || by.name == "clip") })
		}
	}
}

type agreed struct{ mae, bias, sd, r2 float64 }

// agreement sums errors e of estimates of t up.
func agreement(e, t []float64) (a agreed) {
	n := float64(len(e))
	mean := 0.0
	for i := range e {
		a.mae += math.Abs(e[i]) / n
		a.bias += e[i] / n
		mean += t[i] / n
	}
	var squares, total float64
	for i := range e {
		squares += e[i] * e[i]
		total += (t[i] - mean) * (t[i] - mean)
	}
	a.sd = math.Sqrt(max(0, squares/n-a.bias*a.bias))
	a.r2 = 1 - squares/total
	return a
}

// writeNetworks writes the networks with four digits a weight: more than the
// estimates can tell.
func writeNetworks(file string, nets *posture.AngleNetworks) error {
	short := func(list []float64) {
		for i, v := range list {
			list[i], _ = strconv.ParseFloat(strconv.FormatFloat(v, 'g', 4, 64), 64) // its own output
		}
	}
	for k := range nets {
		for i := range nets[k] {
			n := &nets[k][i]
			for _, list := range [][]float64{n.Mean, n.Scale, n.OutMean, n.OutScale, n.BandScale} {
				short(list)
			}
			for j := range n.Weights {
				short(n.Weights[j])
				short(n.Biases[j])
			}
		}
	}
	data, err := json.Marshal(map[string]any{
		"made_by":      "sitwell-lab fit-angles",
		"by_landmarks": nets[posture.AnglesByLandmarks],
		"by_face":      nets[posture.AnglesByFace],
	})
	if err != nil {
		return fmt.Errorf("write angle networks: %w", err)
	}
	if _, err := posture.ParseAngleNetworks(data); err != nil {
		return err
	}
	if err := os.WriteFile(file, append(data, '\n'), 0o644); err != nil { //nolint:gosec // part of the source
		return fmt.Errorf("write angle networks: %w", err)
	}
	return nil
}
