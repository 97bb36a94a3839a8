package main

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"sitwell/posture"
)

// pairwise is the definition of the area, slowly.
func pairwise(positives, negatives []float64) float64 {
	sum := 0.0
	for _, p := range positives {
		for _, n := range negatives {
			switch {
			case p > n:
				sum++
			case p == n:
				sum += 0.5
			}
		}
	}
	return sum / float64(len(positives)*len(negatives))
}

func TestAUC(t *testing.T) {
	for _, c := range []struct {
		name     string
		pos, neg []float64
		want     float64
	}{
		{"apart", []float64{3, 4}, []float64{1, 2}, 1},
		{"turned round", []float64{1, 2}, []float64{3, 4}, 0},
		{"all ties", []float64{0, 0}, []float64{0, 0, 0}, 0.5},
		{"one of four pairs wrong", []float64{2, 4}, []float64{1, 3}, 0.75},
		{"a tie", []float64{2}, []float64{1, 2}, 0.75},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := auc(c.pos, c.neg); got == nil || *got != c.want {
				t.Errorf("got %v, want %v", ratio(got), c.want)
			}
		})
	}
	if got := auc(nil, []float64{1}); got != nil {
		t.Errorf("without positives: got %v, want none", *got)
	}
	if got := auc([]float64{1}, nil); got != nil {
		t.Errorf("without negatives: got %v, want none", *got)
	}
}

func TestAUCIsThatOfAllPairs(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	draw := func() []float64 {
		v := make([]float64, 1+r.IntN(40))
		for i := range v {
			v[i] = float64(r.IntN(12)) // with ties
		}
		return v
	}
	for range 500 {
		pos, neg := draw(), draw()
		before := append([]float64(nil), neg...)
		got, want := auc(pos, neg), pairwise(pos, neg)
		if math.Abs(*got-want) > 1e-12 {
			t.Fatalf("got %v, want %v of %v against %v", *got, want, pos, neg)
		}
		if !reflect.DeepEqual(neg, before) {
			t.Fatal("the values were reordered")
		}
	}
}

func TestPercentile(t *testing.T) {
	values := make([]float64, 100)
	for i := range values {
		values[i] = float64(100 - i)
	}
	for _, c := range []struct {
		name   string
		values []float64
		p      float64
		want   float64
	}{
		{"95 of 100", values, 0.95, 95},
		{"half of 100", values, 0.5, 50},
		{"least", values, 0, 1},
		{"most", values, 1, 100},
		{"of one", []float64{7}, 0.95, 7},
		{"of three", []float64{3, 1, 2}, 0.95, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := *percentile(c.values, c.p); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
	if percentile(nil, 0.5) != nil || mean(nil) != nil {
		t.Error("figures of no values")
	}
}

// made is a sample with a label that was seen as a state for some points; no
// points is no score.
func made(l label, seen posture.State, points float64) *sample {
	s := &sample{label: l}
	s.live.State = seen
	if points >= 0 {
		score := 100 - points
		s.live.Score, s.points = &score, points
	}
	return s
}

func TestTelling(t *testing.T) {
	var got telling
	for _, s := range []*sample{
		made("slouching", posture.Slouching, 60),
		made("slouching", posture.Slouching, 50),
		made("slouching", posture.Slouching, 40),
		made("slouching", posture.Upright, 10),
		made("slouching", posture.Unknown, -1), // not judged
		made("upright", posture.Upright, 0),
		made("head_tilt", posture.Slouching, 45),
		made("harmless", posture.LeaningAside, 3),
		made("looking_down", posture.LookingDown, 20),
		made("turned", posture.Unknown, -1), // not judged
		made("forward_head", posture.Upright, 15),
		made("leaning_in", posture.Slouching, 90), // neither
		made("any", posture.Slouching, 90),
	} {
		got.add(s, (*sample).slouch)
	}
	if got.unjudged != 2 {
		t.Errorf("not judged: got %d, want 2", got.unjudged)
	}
	if s := got.sensitivity(); *s != 0.75 {
		t.Errorf("sensitivity: got %v, want 3 of 4", *s)
	}
	if s := got.specificity(); *s != 0.75 {
		t.Errorf("specificity: got %v, want 3 of 4", *s)
	}
	if b := got.balancedAccuracy(); *b != 0.75 {
		t.Errorf("balanced accuracy: got %v, want 0.75", *b)
	}
	// 60 and 50 win all 4; 40 loses to 45; 10 loses to 45 and 20.
	if a := auc(got.positives, got.negatives); *a != 13.0/16 {
		t.Errorf("AUC: got %v, want 13 of 16", *a)
	}
	if a := auc(got.forward, got.negatives); *a != 0.5 {
		t.Errorf("AUC of forward head: got %v, want 2 of 4", *a)
	}
	if b := (&telling{hits: 1}).balancedAccuracy(); b != nil {
		t.Errorf("balanced accuracy without negatives: got %v, want none", *b)
	}
}

func TestConfusion(t *testing.T) {
	c := newConfusion()
	c.add("upright", posture.Upright)
	c.add("upright", posture.Slouching)
	c.add("forward_head", posture.Slouching)
	c.add("away", posture.Unknown)
	c.add("harmless", posture.Slouching) // no one right state
	c.add("head_tilt", posture.Upright)
	c.add("any", posture.Upright)
	for i, row := range c {
		for k, n := range row {
			right, seen := posture.States[i], posture.States[k]
			want := 0
			switch {
			case right == posture.Upright && seen == posture.Upright,
				right == posture.Upright && seen == posture.Slouching,
				right == posture.Slouching && seen == posture.Slouching,
				right == posture.Away && seen == posture.Unknown:
				want = 1
			}
			if n != want {
				t.Errorf("%s seen as %s: got %d, want %d", right, seen, n, want)
			}
		}
	}
	if n := c.sum(); n != 4 {
		t.Errorf("got %d judgements, want 4", n)
	}
}

// parts makes segments of labels that follow one another; "" is a gap.
func parts(list ...any) []segment {
	var s []segment
	at := 0.0
	for i := 0; i < len(list); i += 2 {
		l, length := label(list[i].(string)), float64(list[i+1].(int))
		if l != "" {
			s = append(s, segment{at, at + length, l})
		}
		at += length
	}
	return s
}

func TestAlerting(t *testing.T) {
	for _, c := range []struct {
		name     string
		segments []segment
		alerts   []float64
		want     alerting
	}{
		{
			"caught late", parts("upright", 20, "slouching", 30, "upright", 10),
			[]float64{33},
			alerting{due: 1, caught: 1, delays: []float64{3}, harmless: 30},
		},
		{
			"missed", parts("upright", 20, "slouching", 30, "upright", 10), nil,
			alerting{due: 1, harmless: 30, missed: []string{"clip at 30 s"}},
		},
		{
			"too short to be due, and an alert in it is no harm", parts("upright", 20, "slouching", 9, "upright", 10),
			[]float64{25},
			alerting{harmless: 30},
		},
		{
			"false in harmless time", parts("harmless", 60),
			[]float64{15},
			alerting{wrong: 1, harmless: 60, falls: []string{"clip at 15 s"}},
		},
		{
			"false after the slouch is over", parts("slouching", 20, "upright", 20),
			[]float64{25},
			alerting{due: 1, wrong: 1, harmless: 20, missed: []string{"clip at 10 s"}, falls: []string{"clip at 25 s"}},
		},
		{
			"early, in the part before that is not judged", parts("upright", 10, "any", 20, "slouching", 30),
			[]float64{28},
			alerting{due: 1, caught: 1, delays: []float64{0}, harmless: 10},
		},
		{
			"early, in a gap", parts("upright", 10, "", 20, "slouching", 30),
			[]float64{28},
			alerting{due: 1, caught: 1, delays: []float64{0}, harmless: 10},
		},
		{
			"before the part that is not judged", parts("upright", 10, "any", 20, "slouching", 30),
			[]float64{9},
			alerting{due: 1, wrong: 1, harmless: 10, missed: []string{"clip at 40 s"}, falls: []string{"clip at 9 s"}},
		},
		{
			"a short part between is bridged", parts("slouching", 9, "any", 1, "forward_head", 8, "upright", 5),
			[]float64{10},
			alerting{due: 1, caught: 1, delays: []float64{0}, harmless: 5},
		},
		{
			"a long one is not", parts("slouching", 9, "any", 6, "slouching", 8, "upright", 5),
			nil,
			alerting{harmless: 5},
		},
		{
			"an upright one is not", parts("slouching", 9, "upright", 2, "slouching", 8),
			nil,
			alerting{harmless: 2},
		},
		{
			"two slouches, two alerts", parts("slouching", 12, "upright", 8, "slouching", 15),
			[]float64{11, 34},
			alerting{due: 2, caught: 2, delays: []float64{1, 4}, harmless: 8},
		},
		{
			"one alert doesn't catch two", parts("slouching", 12, "upright", 8, "slouching", 15),
			[]float64{11},
			alerting{due: 2, caught: 1, delays: []float64{1}, harmless: 8, missed: []string{"clip at 30 s"}},
		},
		{
			"a second alert in the same slouch", parts("slouching", 40),
			[]float64{11, 31},
			alerting{due: 1, caught: 1, delays: []float64{1}},
		},
		{
			"what is not judged is never false", parts("any", 40), []float64{11}, alerting{},
		},
		{
			"away and standing count as harmless", parts("away", 10, "standing", 10), nil, alerting{harmless: 20},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got alerting
			got.add(&clip{file: "clips/clip.mp4", segments: c.segments}, c.alerts, 10)
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

// Once the camera was moved no alert can be right; what is poor while the
// label is not is summed.
func TestMovedCamera(t *testing.T) {
	c := &clip{file: "clips/clip.mp4", segments: parts("upright", 10, "any", 10, "slouching", 20), cameraMoved: 20}
	j := &judgedClip{clip: c, alerts: []float64{15, 35}, moved: []float64{4, 23}}
	for i := range 40 {
		s := sample{at: float64(i), label: c.at(float64(i))}
		s.live.State = posture.Upright
		if i >= 8 && i < 30 {
			s.live.State = posture.Slouching
		}
		j.samples = append(j.samples, s)
	}
	var a alerting
	a.add(c, j.alerts, 60)
	a.seen(j)
	if a.wrong != 1 || a.poor != 2+10 {
		t.Errorf("got %d false alerts and %v s falsely poor, want the one at 35 s and 12 s", a.wrong, a.poor)
	}
	var m movedCamera
	m.add(j)
	m.add(&judgedClip{clip: &clip{}, samples: j.samples, alerts: j.alerts}) // not moved
	if want := (movedCamera{clips: 1, alerts: 1, poor: 10, noticed: []float64{3}}); !reflect.DeepEqual(m, want) {
		t.Errorf("got %+v, want %+v", m, want)
	}
}

func TestStanding(t *testing.T) {
	j := &judgedClip{clip: &clip{}}
	for i, s := range []struct {
		label label
		seen  posture.State
	}{
		{"upright", posture.Upright},
		{"standing", posture.Standing},
		{"standing", posture.Standing},
		{"standing", posture.Unknown},
		{"standing", posture.Upright},
		{"standing", posture.Slouching},
		{"upright", posture.Standing},
		{"any", posture.Unknown},
	} {
		j.samples = append(j.samples, sample{at: float64(i), label: s.label})
		j.samples[i].live.State = s.seen
	}
	var got standing
	got.add(j)
	if want := (standing{right: 2, unknown: 1, all: 5}); got != want || *got.score() != 0.5 {
		t.Errorf("got %+v with a score of %s, want %+v with 0.5", got, ratio(got.score()), want)
	}
	if s := (&standing{}).score(); s != nil {
		t.Errorf("without standing: got %v, want none", *s)
	}
}

func TestSitting(t *testing.T) {
	c := &clip{segments: parts("upright", 10, "any", 10, "away", 10, "slouching", 10, "unknown", 10, "standing", 10)}
	j := &judgedClip{clip: c}
	for i := 0; i <= 60; i++ {
		at := float64(i)
		s := sample{at: at}
		if i > 0 && at <= 25 || at > 30 { // credits 5 s of the absence, and standing
			s.sat = 1
		}
		j.samples = append(j.samples, s)
	}
	var got sitting
	got.add(j)
	if want := (sitting{truth: 20, measured: 10 + 5 + 10 + 10}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestPixelErrors(t *testing.T) {
	o := posture.Observation{Width: 640, Height: 480, Landmarks: make([]posture.Landmark, posture.LandmarkCount)}
	o.Landmarks[posture.Nose] = posture.Landmark{X: 103, Y: 104}
	px := map[int][2]float64{
		posture.Nose: {100, 100}, posture.LeftShoulder: {0, 0}, posture.RightShoulder: {50, 0},
	}
	var e errorsOfPoints
	e.add(&sample{observation: o, px: px, view: "front"})
	e.add(&sample{observation: o, px: px, view: "side"})
	e.add(&sample{px: px}) // nobody seen
	got := e[posture.Nose]
	if want := (pixelErrors{px: []float64{5, 5}, shoulder: []float64{0.1}}); !reflect.DeepEqual(got, want) {
		t.Errorf("nose: got %+v, want %+v", got, want)
	}
	if n := len(e.all().px); n != 6 {
		t.Errorf("all: got %d, want 6", n)
	}
}
