package main

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"sitwell/posture"
)

func random(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0)) }

func TestChainMovesAsABodyDoes(t *testing.T) {
	b := simBody{
		a: .37, b: .235, c: .17, lumbar: -.38, thorax: .28, neck: .36, shoulderDown: .075, shoulderHalf: .19,
		earHalf: .07, eyeHalf: .03, mouthHalf: .025, eyeF: .07, eyeU: .02, noseF: .11, noseU: -.01,
		mouthF: .09, mouthU: -.05, flexShare: .75, girdleShare: .66, narrowing: 1,
	}
	upright := b.points(&simPose{})
	const nose, leftEye, rightEye, leftEar, rightEar, leftShoulder, rightShoulder = 0, 1, 2, 3, 4, 7, 8
	tests := []struct {
		name string
		pose simPose
		want func(now [len(pointIndexes)]vec) bool
	}{
		{
			"a slouch lowers the eyes and brings them forward",
			simPose{thoracic: 24, lumbar: 15, hip: -5, neck: 34},
			func(n [len(pointIndexes)]vec) bool {
				return n[leftEye].u < upright[leftEye].u-.05 && n[leftEye].f > upright[leftEye].f+.05
			},
		},
		{
			"a hinge brings the shoulders forward",
			simPose{hip: 18, neck: 18},
			func(n [len(pointIndexes)]vec) bool { return n[leftShoulder].f > upright[leftShoulder].f+.1 },
		},
		{
			"a nod lowers the nose under the ears and leaves the shoulders",
			simPose{head: 30},
			func(n [len(pointIndexes)]vec) bool {
				return n[nose].u-n[leftEar].u < upright[nose].u-upright[leftEar].u-.03 && n[leftShoulder] == upright[leftShoulder]
			},
		},
		{
			"a turn to the own left brings the nose to the left",
			simPose{yaw: 40},
			func(n [len(pointIndexes)]vec) bool { return n[nose].l > upright[nose].l+.05 },
		},
		{
			"a tilt to the own left lowers the left ear",
			simPose{roll: 20},
			func(n [len(pointIndexes)]vec) bool { return n[leftEar].u < n[rightEar].u-.03 },
		},
		{
			"a lean to the own left brings the shoulders there",
			simPose{lateral: 10},
			func(n [len(pointIndexes)]vec) bool {
				return n[leftShoulder].l > upright[leftShoulder].l+.03 && n[rightShoulder].l > upright[rightShoulder].l+.03
			},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if now := b.points(&tt.pose); !tt.want(now) {
				t.Errorf("upright %+v\nnow %+v", upright, now)
			}
		})
	}
}

func TestProject(t *testing.T) {
	k := simCamera{at: vec{1, .2, 0}, focal: .8}
	if x, y := k.project(vec{0, .2, 0}); math.Abs(x) > 1e-12 || math.Abs(y-.5) > 1e-12 {
		t.Errorf("what is straight ahead is at %v, %v, want 0, 0.5", x, y)
	}
	if x, y := k.project(vec{0, .3, .1}); math.Abs(x-.08) > 1e-12 || math.Abs(y-.42) > 1e-12 {
		t.Errorf("0.1 m up and to the person's left at 1 m is at %v, %v, want 0.08, 0.42", x, y)
	}
	if x, _ := k.project(vec{2, 0, 0}); !math.IsNaN(x) {
		t.Errorf("what is behind the camera is at %v, want no place", x)
	}
}

func TestSolve(t *testing.T) {
	root, err := cholesky([][]float64{{4, 2}, {2, 3}})
	if err != nil {
		t.Fatal(err)
	}
	if x := solve(root, []float64{8, 8}); math.Abs(x[0]-1) > 1e-12 || math.Abs(x[1]-2) > 1e-12 {
		t.Errorf("solved to %v, want 1, 2", x)
	}
	if _, err := cholesky([][]float64{{1, 1}, {1, 1}}); err == nil {
		t.Error("a matrix without a root has one")
	}
}

// withFace adds a face model's view of the features, as true as they are.
func withFace(v posture.AngleVector) posture.AngleVector {
	v[24] = 1
	for i, from := range []int{1, 2, 3, 4, 5, 7, 8, 9, 10, 12, 13, 15, 16} {
		v[25+i] = v[from]
	}
	return v
}

// drawnSamples are pictures of simulated people, seen with half of their shoulders' slope,
// by so many cameras.
func drawnSamples(n int, r *rand.Rand) []angleSample {
	var points posture.Observation
	var out []angleSample
	for len(out) < n {
		body, before := randomBody(r), uprightPose(r)
		at := body.points(&before)
		camera := randomCamera(r, at[1])
		name := string(rune('a' + len(out)/10%26))
		upright, ok := camera.features(&points, &body, &before)
		if !ok {
			continue
		}
		for range 10 {
			after := randomPose(r)
			now, ok := camera.features(&points, &body, &after)
			if !ok {
				continue
			}
			s := angleSample{subject: name, camera: name, view: "front", front: true, trueUpright: upright, trueNow: now}
			s.truth = [outputs]float64{after.thoracic, after.neck, after.trunk(), after.lateral, after.head}
			s.saw = [sawAngles]float64{after.head - before.head, after.yaw - before.yaw, after.roll - before.roll, after.pitch() - before.pitch()}
			s.upright, s.now = upright, now
			// Half of the shoulders' slope is lost, and all scatters a little.
			s.now[14] = upright[14] + .5*(now[14]-upright[14])
			s.upright, s.now = withFace(s.upright), withFace(s.now)
			for k := range s.now {
				if k != 24 {
					s.now[k] += .002 * r.NormFloat64()
					s.upright[k] += .002 * r.NormFloat64()
				}
			}
			out = append(out, s)
		}
	}
	return out
}

func TestFitDistortionFindsWhatIsLost(t *testing.T) {
	d, err := fitDistortion(posture.AnglesByLandmarks, drawnSamples(2000, random(1)))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		k    int
		want float64
	}{{"shoulder width", 0, 1}, {"shoulder slope", 14, .5}, {"eye height", 5, 1}} {
		if got := d.weights[tt.k][tt.k]; math.Abs(got-tt.want) > .15 {
			t.Errorf("%s is seen with a weight of %.2f, want %.2f", tt.name, got, tt.want)
		}
	}
	if _, err := fitDistortion(posture.AnglesByLandmarks, nil); err == nil {
		t.Error("a distortion was fitted to nothing")
	}
}

func TestTrainLearnsAndRepeats(t *testing.T) {
	samples := drawnSamples(600, random(2))
	o := fitOptions{epochs: 6, samples: 6000, mix: .1, mixFace: .1, seed: 3}
	nets, err := trainNetworks(context.Background(), samples, o, 1)
	if err != nil {
		t.Fatal(err)
	}
	fresh := drawnSamples(600, random(4))
	for k := range nets {
		var e, truth []float64
		for i := range fresh {
			now := fresh[i].now
			if posture.AngleKind(k) == posture.AnglesByLandmarks {
				now[24] = 0 // the face is not seen
			}
			a, reason, ok := posture.EstimateAnglesWith(nets, &now, &fresh[i].upright)
			if !ok {
				t.Fatalf("no estimate: %s", reason)
			}
			e, truth = append(e, a.Neck.Degrees-fresh[i].truth[1]), append(truth, fresh[i].truth[1])
		}
		if a := agreement(e, truth); a.r2 < .6 {
			t.Errorf("neck inclination of drawn people is estimated %s with an R2 of %.2f, want 0.6 or more", kindNames[k], a.r2)
		}
	}
	again, err := trainNetworks(context.Background(), samples, o, 1)
	if err != nil {
		t.Fatal(err)
	}
	for k := range nets {
		for i, v := range nets[k][0].Weights[0] {
			if again[k][0].Weights[0][i] != v {
				t.Fatalf("weight %d %s is %v, then %v by the same seed", i, kindNames[k], again[k][0].Weights[0][i], v)
			}
		}
	}
}

func TestAgreement(t *testing.T) {
	a := agreement([]float64{1, -1, 2, -2}, []float64{0, 10, 20, 30})
	if a.mae != 1.5 || a.bias != 0 || math.Abs(a.sd-math.Sqrt(2.5)) > 1e-12 || math.Abs(a.r2-.98) > 1e-12 {
		t.Errorf("got %+v, want mae 1.5, bias 0, sd 1.581, r2 0.98", a)
	}
}

func TestFitAnglesRefuses(t *testing.T) {
	for _, tt := range []struct {
		name string
		args []string
	}{
		{"nothing to do", []string{"fit-angles"}},
		{"no networks", []string{"fit-angles", "--judge", "--networks", "0"}},
		{"no data set", []string{"fit-angles", "--judge", "--data", t.TempDir()}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := &lab{out: t.Output(), err: t.Output()}
			if code := l.run(context.Background(), tt.args); code != exitUsage {
				t.Errorf("exit code %d, want %d", code, exitUsage)
			}
		})
	}
}
