package relief

import (
	"math"
	"slices"
	"strings"
	"testing"

	"sitwell/posture"
)

func TestWorkplaceHoldsTogether(t *testing.T) {
	seen := map[string]bool{}
	areas := map[posture.Area]int{}
	for _, c := range WorkplaceChecks {
		if seen[c.ID] || !identifier.MatchString(c.ID) || !strings.HasSuffix(c.Ask, "?") || c.Source.Name == "" || len(c.Answers) < 2 || !slices.Contains(posture.Areas, c.Area) {
			t.Errorf("check %+v", c)
		}
		seen[c.ID] = true
		areas[c.Area]++
		well, advised, answers := 0, 0, map[string]bool{}
		for _, a := range c.Answers {
			if answers[a.ID] || !identifier.MatchString(a.ID) || a.Text == "" {
				t.Errorf("%s: answer %+v", c.ID, a)
			}
			answers[a.ID] = true
			if a.Advice == "" {
				well++
			} else {
				advised++
			}
			// What asks for a change shapes the advice, and the rest doesn't.
			if shapes := a.Because != "" && len(a.Exercises) > 0 && a.Technique != ""; shapes != (a.Advice != "") {
				t.Errorf("%s: answer %+v", c.ID, a)
			}
			for _, id := range a.Exercises {
				if ByID(id) == nil {
					t.Errorf("%s, %s: no exercise %q", c.ID, a.ID, id)
				}
			}
			if a.Technique != "" && !slices.ContainsFunc(Techniques, func(v Technique) bool { return v.ID == a.Technique }) {
				t.Errorf("%s, %s: no technique %q", c.ID, a.ID, a.Technique)
			}
		}
		if well == 0 || advised == 0 {
			t.Errorf("%s: %d answers are well, %d lead to advice", c.ID, well, advised)
		}
	}
	if areas[posture.AreaUpperBack] < 3 || areas[posture.AreaLowerBack] < 2 || areas[posture.AreaOverall] < 1 {
		t.Errorf("checks by area: %v", areas)
	}
	for _, id := range []string{"screen_height", "screen_distance", "backrest", "lumbar", "standing"} {
		if !seen[id] {
			t.Errorf("%s is missing", id)
		}
	}
}

func TestSupport(t *testing.T) {
	answers := map[string]string{"screen_height": "low", "lumbar": "sofa", "arms": "loose", "standing": "one"}
	for area, want := range map[posture.Area]int{posture.AreaUpperBack: 2, posture.AreaLowerBack: 2, posture.AreaOverall: 3} {
		if got := Support(answers, area, ""); len(got) != want {
			t.Errorf("%s: %q", area, got)
		}
	}
	if got := Support(nil, posture.AreaOverall, ""); got == nil || len(got) != 0 {
		t.Errorf("of nothing: %q", got)
	}
	// Who stands is not told of the chair, who sits not of standing.
	for way, want := range map[posture.Way]int{posture.WaySitting: 2, posture.WayStanding: 2, "": 3} {
		if got := Support(answers, posture.AreaOverall, way); len(got) != want {
			t.Errorf("%s: %q", way, got)
		}
	}
	for _, bad := range []map[string]string{{"screen_height": "purple"}, {"door": "eyes"}} {
		if err := CheckWorkplace(bad); err == nil {
			t.Errorf("%v is taken", bad)
		}
	}
	if err := CheckWorkplace(answers); err != nil {
		t.Error(err)
	}
}

func TestDistanceOf(t *testing.T) {
	// At so many centimetres a camera of 70 degrees sees 6.3 cm as this share.
	apart := func(cm float64) float64 { return 6.3 / (2 * cm * math.Tan(35*math.Pi/180)) }
	d := DistanceOf(apart(60), nil)
	if d == nil || d.Centimetres != 60 || d.Low >= 50 || d.High <= 70 || !strings.Contains(d.Text, "60 cm") || d.Verdict != "" || d.Measured {
		t.Errorf("got %+v", d)
	}
	for cm, want := range map[float64]string{25: TooNear, 45: "", 100: "", 180: TooFar} {
		if d := DistanceOf(apart(cm), nil); d.Verdict != want || (want != "") != strings.Contains(d.Text, "That is") {
			t.Errorf("%v cm: %+v, want %q", cm, d, want)
		}
	}
	// Measured once, with whatever camera, it is known much better.
	known := &Measured{Centimetres: 80, Apart: apart(60)}
	if d := DistanceOf(apart(30), known); d.Centimetres != 40 || d.Low < 37 || d.High > 43 || d.Verdict != TooNear || !d.Measured {
		t.Errorf("measured: %+v", d)
	}
	if d := DistanceOf(apart(60), &Measured{}); d.Centimetres != 60 || d.Measured {
		t.Errorf("by a measurement that can't be: %+v", d)
	}
	for _, bad := range []float64{0, -1, 0.9, math.NaN(), math.Inf(1)} {
		if d := DistanceOf(bad, nil); d != nil {
			t.Errorf("%v: got %+v", bad, d)
		}
	}
}
