package main

import (
	"encoding/json"
	"math"
	"slices"
	"testing"

	"sitwell/posture"
)

// near reports whether two figures are the same but for rounding.
func near(a *float64, b float64) bool { return a != nil && math.Abs(*a-b) < 1e-9 }

func TestEstimates(t *testing.T) {
	var got estimates
	for _, v := range []struct{ estimate, band, truth float64 }{
		{2, 1, 0},   // 2 off
		{10, 1, 10}, // right
		{16, 4, 20}, // 4 less, just within
		{30, 2, 30}, // right
	} {
		got.add(posture.Angle{Degrees: v.estimate, Band: v.band}, v.truth)
	}
	r := got.report()
	// Errors 2, 0, -4, 0: mean -0.5, squares about it 19; truths about 15: 500.
	if !near(r.MAE, 1.5) || !near(r.Bias, -0.5) || !near(r.R2, 1-20.0/500) || r.N != 4 || !near(r.Inside, 0.75) {
		t.Errorf("got MAE %v, bias %v, R2 %v, inside %v of %d", *r.MAE, *r.Bias, *r.R2, *r.Inside, r.N)
	}
	half := 1.96 * math.Sqrt(19.0/3)
	if r.Limits == nil || math.Abs(r.Limits[0]+0.5+half) > 1e-9 || math.Abs(r.Limits[1]+0.5-half) > 1e-9 {
		t.Errorf("limits: got %v, want -0.5 and %v to both sides", r.Limits, half)
	}

	var one estimates
	one.add(posture.Angle{Degrees: 3}, 1)
	if r := one.report(); !near(r.MAE, 2) || r.R2 != nil || r.Limits != nil {
		t.Errorf("of one estimate: got %+v, want neither R2 nor limits", r)
	}
	if r := (&estimates{}).report(); r.MAE != nil || r.Bias != nil || r.Inside != nil || r.N != 0 {
		t.Errorf("of none: got %+v", r)
	}
}

func TestDegrees(t *testing.T) {
	made := func(thoracic float64, truth map[string]float64) *sample {
		s := &sample{subject: "p", camera: "lap", view: "front", truth: truth}
		s.live.Angles = &posture.Angles{Thoracic: posture.Angle{Degrees: thoracic, Band: 1}}
		return s
	}
	truth := map[string]float64{"thoracic_flexion_deg": 10, "visible": 1}
	blind := made(10, truth)
	blind.live.Angles = nil
	upright := made(0, truth)
	upright.calibrated = true
	side := made(14, truth)
	side.view = "side"
	for _, c := range []struct {
		name string
		of   *sample
		n    int
	}{
		{"an estimate", made(12, truth), 1},
		{"another view", side, 1},
		{"no estimate", blind, 0},
		{"of the baseline", upright, 0},
		{"no number", made(math.NaN(), truth), 0},
		{"no end", made(math.Inf(1), truth), 0},
		{"nobody in the picture", made(12, map[string]float64{"thoracic_flexion_deg": 10, "visible": 0}), 0},
		{"another angle's truth", made(12, map[string]float64{"head_yaw_deg": 10}), 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			var d degrees
			d.add(c.of)
			if n := len(d.angles[0].all.errors); n != c.n {
				t.Errorf("got %d, want %d", n, c.n)
			}
		})
	}

	var d degrees
	d.add(made(12, truth))
	d.add(side)
	r := d.report()["thoracic_flexion_deg"]
	if !near(r.All.MAE, 3) || !near(r.View["front"].MAE, 2) || !near(r.View["side"].MAE, 4) ||
		!near(r.Subject["p"].MAE, 3) || !near(r.Camera["lap"].MAE, 3) {
		t.Errorf("got %+v", r)
	}
	if r := d.report()["head_pitch_deg"]; r.All.N != 0 || r.All.MAE != nil {
		t.Errorf("an angle without truth: got %+v", r)
	}
	var none degrees
	none.add(made(12, nil))
	if r := none.report(); r != nil {
		t.Errorf("without truth: got %v, want nothing", r)
	}
}

// Whatever the engine says, the figures are numbers or null.
func TestReportIsFinite(t *testing.T) {
	c := clip{file: "clips/c.mp4", subject: "p", camera: "lap", view: "front", seconds: 10, segments: parts("upright", 5, "slouching", 5)}
	jc := judgedClip{clip: &c}
	for i, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), 50} {
		score := v
		s := sample{at: float64(i), label: c.at(float64(i)), subject: "p", view: "front", points: v, truth: map[string]float64{"head_pitch_deg": 1}}
		s.live.State, s.live.Score = posture.Upright, &score
		s.live.Angles = &posture.Angles{HeadPitch: posture.Angle{Degrees: v, Band: v}}
		if s.scored() != finite(v) {
			t.Errorf("a score of %v counts as one: %v", v, s.scored())
		}
		jc.samples = append(jc.samples, s)
	}
	j := &judged{dataset: &dataset{name: "made"}, clips: []judgedClip{jc}}
	tally := tallied(j, 10)
	tally.robust = &robustReport{Rate: 2}
	for _, v := range []variant{{name: "same", rate: 2, judged: j}, {name: "empty", rate: 1, judged: &judged{}}} {
		tally.robust.Variants = append(tally.robust.Variants, v.compare(j, 2))
	}
	data, err := json.Marshal(tally.report())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"degrees", "more", "robust"} {
		if !slices.Contains(keys(t, data), name) {
			t.Errorf("no %s in %s", name, data)
		}
	}
}
