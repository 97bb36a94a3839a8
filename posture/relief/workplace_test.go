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
		if got := Support(answers, area); len(got) != want {
			t.Errorf("%s: %q", area, got)
		}
	}
	if got := Support(nil, posture.AreaOverall); got == nil || len(got) != 0 {
		t.Errorf("of nothing: %q", got)
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
	// At 60 cm a camera of 70 degrees sees 84 cm: 6.3 cm are 0.075 of that.
	d := DistanceOf(6.3 / (2 * 60 * math.Tan(35*math.Pi/180)))
	if d == nil || d.Centimetres != 60 || d.Low >= 50 || d.High <= 70 || !strings.Contains(d.Text, "60 cm") {
		t.Errorf("got %+v", d)
	}
	for _, bad := range []float64{0, -1, 0.9, math.NaN(), math.Inf(1)} {
		if d := DistanceOf(bad); d != nil {
			t.Errorf("%v: got %+v", bad, d)
		}
	}
}
