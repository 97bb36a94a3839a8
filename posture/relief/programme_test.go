package relief

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"sitwell/posture"
)

// What the programme must hold, with its area and what of its dose and caution
// must be there.
var must = map[string]struct {
	area  posture.Area
	kit   string
	dose  Dose
	words string // of its caution
}{
	"postural_reset":     {posture.AreaUpperBack, "chair", Dose{Repetitions: 1, Hold: 10, Often: "every half hour"}, "not force"},
	"chin_tuck":          {posture.AreaUpperBack, "chair", Dose{Repetitions: 10}, "arm tingles"},
	"blade_squeeze":      {posture.AreaUpperBack, "chair", Dose{Repetitions: 5, Hold: 10}, "no shrugging"},
	"chest_stretch":      {posture.AreaUpperBack, "chair", Dose{Repetitions: 5, Hold: 5, HoldMost: 10}, "shoulder"},
	"hands_behind_head":  {posture.AreaUpperBack, "", Dose{Repetitions: 1, Hold: 15, HoldMost: 30}, "pull the neck"},
	"cross_body_stretch": {posture.AreaUpperBack, "", Dose{Repetitions: 1, Hold: 15, HoldMost: 30, Sides: 2}, "twist"},
	"doorway_stretch":    {posture.AreaUpperBack, "door", Dose{Repetitions: 1, Hold: 30}, "dislocated"},
	"neck_turn":          {posture.AreaUpperBack, "", Dose{Repetitions: 5, Hold: 5, Sides: 2}, "dizzy"},
	"neck_side_tilt":     {posture.AreaUpperBack, "", Dose{Repetitions: 5, Hold: 5, Sides: 2}, "don't pull"},
	"shoulder_rolls":     {posture.AreaUpperBack, "", Dose{Repetitions: 10}, NoCaution},
	"thoracic_extension": {posture.AreaUpperBack, "fixed_chair", Dose{Repetitions: 8, Most: 10}, "castors"},
	"row":                {posture.AreaUpperBack, "band", Dose{Repetitions: 10, Most: 12, Sets: 2}, "hurts"},
	"lat_pulldown":       {posture.AreaUpperBack, "machine or band", Dose{Repetitions: 10, Most: 12, Sets: 2}, "shoulder"},
	"seated_twist":       {posture.AreaOverall, "chair", Dose{Repetitions: 5, Hold: 5, Sides: 2}, "osteoporosis"},
	"back_bend":          {posture.AreaLowerBack, "", Dose{Repetitions: 5, Often: "three times a day"}, "leg hurts more"},
	"pelvic_tilt":        {posture.AreaLowerBack, "floor", Dose{Repetitions: 10, Most: 15}, "neck"},
	"knee_rolls":         {posture.AreaLowerBack, "floor", Dose{Repetitions: 8, Most: 10}, "small range"},
	"bottom_to_heels":    {posture.AreaOverall, "floor", Dose{Repetitions: 8, Most: 10, Hold: 4}, "knee"}, // a breath
	"bird_dog":           {posture.AreaLowerBack, "floor", Dose{Repetitions: 10, Hold: 5, Sides: 2}, "wrist"},
	"bridge":             {posture.AreaLowerBack, "floor", Dose{Repetitions: 10, Most: 12, Hold: 2}, "arch"},
	"plank":              {posture.AreaLowerBack, "floor", Dose{Repetitions: 3, Hold: 10, HoldMost: 30}, "sags"},
	"leg_raise":          {posture.AreaLowerBack, "floor", Dose{Repetitions: 8, Most: 10, Sides: 2}, "smaller range"},
	"walk":               {posture.AreaOverall, "", Dose{Repetitions: 1, Hold: 120, HoldMost: 300}, NoCaution},
	"calm_breathing":     {posture.AreaOverall, "", Dose{Repetitions: 1, Hold: 120, HoldMost: 300}, "light"},
}

func TestExercisesAreComplete(t *testing.T) {
	if len(Exercises) != len(must) {
		t.Errorf("%d exercises, want %d", len(Exercises), len(must))
	}
	for id, want := range must {
		e := ByID(id)
		if e == nil {
			t.Errorf("%s is missing", id)
			continue
		}
		d := e.Dose
		if e.Areas[0] != want.area || kitOf(e) != want.kit || !strings.Contains(e.Caution, want.words) {
			t.Errorf("%s: area %s, kit %v, caution %q", id, e.Areas[0], e.Kit, e.Caution)
		}
		for name, v := range map[string][2]any{
			"repetitions": {d.Repetitions, want.dose.Repetitions}, "most": {d.Most, want.dose.Most}, "sets": {d.Sets, max(1, want.dose.Sets)},
			"sides": {d.Sides, max(1, want.dose.Sides)}, "often": {strings.Contains(d.Often, want.dose.Often), true},
		} {
			if v[0] != v[1] {
				t.Errorf("%s: %s %v, want %v", id, name, v[0], v[1])
			}
		}
		if d.Hold != want.dose.Hold || d.HoldMost != want.dose.HoldMost {
			t.Errorf("%s: held %v to %v s", id, d.Hold, d.HoldMost)
		}
	}
}

// kitOf is the kit in a word or two.
func kitOf(e *Exercise) string {
	var words []string
	for _, k := range e.Kit {
		words = append(words, string(k))
	}
	if e.AnyOf {
		return strings.Join(words, " or ")
	}
	return strings.Join(words, " and ")
}

var identifier = regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)

// Every exercise has all that whoever does it must know, and names nothing that
// isn't there.
func TestExercisesHoldTogether(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range Exercises {
		if seen[e.ID] || !identifier.MatchString(e.ID) || e.Name == "" || len(e.Areas) == 0 || len(e.Steps) < 2 || e.Caution == "" || e.Source.Name == "" || !strings.HasSuffix(e.Does, ".") {
			t.Errorf("%s: twice, or something is missing: %+v", e.ID, e)
		}
		seen[e.ID] = true
		for _, a := range e.Areas {
			if !slices.Contains(posture.Areas, a) {
				t.Errorf("%s: area %q", e.ID, a)
			}
		}
		for _, k := range e.Kit {
			if !slices.Contains(Kits, k) {
				t.Errorf("%s: kit %q", e.ID, k)
			}
		}
		for _, l := range e.Not {
			if !slices.Contains(Limits, l) || e.Adapt[l] != "" {
				t.Errorf("%s: limit %q, both ruled out and adapted: %q", e.ID, l, e.Adapt[l])
			}
		}
		for _, id := range e.Eases {
			if !slices.ContainsFunc(Causes, func(c Cause) bool { return c.ID == id }) {
				t.Errorf("%s: eases %q", e.ID, id)
			}
		}
		if !slices.Contains(order, e.Kind) {
			t.Errorf("%s: kind %q", e.ID, e.Kind)
		}
		d := e.Dose
		if d.Repetitions < 1 || d.Sets < 1 || d.Sides < 1 || d.Sides > 2 || d.Hold < 0 || d.HoldMost != 0 && d.HoldMost < d.Hold || d.Most != 0 && d.Most < d.Repetitions || d.Hold+e.Pace <= 0 {
			t.Errorf("%s: dose %+v", e.ID, d)
		}
		if s := e.Seconds(); s < 10 || s > 200 {
			t.Errorf("%s: takes %v s", e.ID, s)
		}
		// What is to be avoided is in no step.
		text := strings.ToLower(strings.Join(e.Steps, " "))
		for _, bad := range []string{"toe", "bounce", "pull your head", "pull the head", "as far as you can", "touch the floor"} {
			if strings.Contains(text, bad) && e.ID != "plank" {
				t.Errorf("%s: a step says %q", e.ID, bad)
			}
		}
	}
}

// Turning and tilting the head, bending back: not for the dizzy; lying on the back:
// not for the pregnant; twists and bends to the end: not with osteoporosis.
func TestLimitsAreHeeded(t *testing.T) {
	for limit, ids := range map[Limit][]string{
		Dizziness:     {"chin_tuck", "neck_turn", "neck_side_tilt", "back_bend", "thoracic_extension"},
		Pregnancy:     {"pelvic_tilt", "knee_rolls", "bridge", "leg_raise", "plank"},
		Osteoporosis:  {"thoracic_extension", "knee_rolls"},
		RecentSurgery: {"thoracic_extension"},
	} {
		for _, id := range ids {
			if !slices.Contains(ByID(id).Not, limit) {
				t.Errorf("%s is not ruled out by %s", id, limit)
			}
		}
	}
	if ByID("seated_twist").Adapt[Osteoporosis] == "" {
		t.Error("a twist with osteoporosis is not adapted")
	}
}

func TestProgrammeHoldsTogether(t *testing.T) {
	if len(Causes) != 3 || len(AreaAdvices) != 3 || len(Avoid) < 4 || len(RedFlags) != 17 || len(SafetyQuestions) != 5 {
		t.Errorf("%d causes, %d areas, %d to avoid, %d red flags, %d questions", len(Causes), len(AreaAdvices), len(Avoid), len(RedFlags), len(SafetyQuestions))
	}
	technique := map[string]*Technique{}
	used := map[string]bool{}
	for i := range Techniques {
		v := &Techniques[i]
		if technique[v.ID] != nil || !identifier.MatchString(v.ID) || v.Name == "" || v.How == "" || v.Caution == "" || v.Source.Name == "" || len(v.Areas) == 0 || v.With == nil {
			t.Errorf("technique %+v", v)
		}
		technique[v.ID] = v
	}
	feels := map[Feel]bool{}
	for _, c := range Causes {
		if c.Name == "" || c.Why == "" || len(c.Eased) == 0 || c.Source.Name == "" || feels[c.Feel] || !slices.Contains(Feels, c.Feel) {
			t.Errorf("cause %+v", c)
		}
		feels[c.Feel] = true
		for _, id := range c.Eased {
			used[id] = true
			if technique[id] == nil {
				t.Errorf("cause %s is eased by %q", c.ID, id)
			}
		}
	}
	placed := map[string]bool{}
	for i, a := range AreaAdvices {
		if a.Area == "" || a.Name == "" {
			t.Errorf("area %d: %+v", i, a)
		}
		for _, id := range a.Techniques {
			used[id] = true
			if v := technique[id]; v == nil || !slices.Contains(v.Areas, a.Area) && !slices.Contains(v.Areas, posture.AreaOverall) {
				t.Errorf("%s offers %q, which is not for it", a.Area, id)
			}
		}
		for _, id := range a.Exercises {
			if e := ByID(id); e == nil || e.Areas[0] != a.Area || placed[id] {
				t.Errorf("%s offers %q, which is not its own", a.Area, id)
			}
			placed[id] = true
		}
	}
	for id := range technique {
		if !used[id] {
			t.Errorf("technique %s can't be reached", id)
		}
	}
	for _, e := range Exercises {
		if !placed[e.ID] {
			t.Errorf("exercise %s can't be reached", e.ID)
		}
	}
	for _, a := range Avoid {
		if !identifier.MatchString(a.ID) || a.Name == "" || a.Why == "" || a.Rather == "" || a.Source.Name == "" || !slices.Contains([]string{"before", "stretching", "sitting", "page"}, a.Moment) {
			t.Errorf("avoid %+v", a)
		}
	}
	urgent := true
	for _, f := range RedFlags {
		if f.ID == "" || f.Sign == "" || f.Source.Name == "" || f.Urgency != AtOnce && f.Urgency != Soon {
			t.Errorf("red flag %+v", f)
		}
		if f.Urgency == AtOnce && !urgent {
			t.Errorf("%s is urgent and comes late", f.ID)
		}
		urgent = f.Urgency == AtOnce
	}
	for i, q := range SafetyQuestions {
		if q.Limit != Limits[i] || !strings.HasSuffix(q.Ask, "?") || q.Then == "" {
			t.Errorf("question %+v", q)
		}
	}
}

// The tools and ways that must be offered, by a word of each.
func TestNothingIsLeftOut(t *testing.T) {
	var all strings.Builder
	for _, v := range Techniques {
		all.WriteString(strings.ToLower(v.Name + " " + v.How + " " + strings.Join(v.With, ", ") + "\n"))
	}
	for _, c := range Causes {
		all.WriteString(strings.ToLower(c.Name + " " + c.Why + "\n"))
	}
	for _, a := range Avoid {
		all.WriteString(strings.ToLower(a.Name + " " + a.Why + " " + a.Rather + "\n"))
	}
	for _, f := range RedFlags {
		all.WriteString(strings.ToLower(f.Sign + "\n"))
	}
	for _, words := range []string{
		"yoga", "pilates", "massage", "heating pad", "warm bath", "heated chair", "cold", "meditation", "breathing", "foam roller", "massage ball",
		"vibration massage chair", "air massage chair", "handheld massager", "chiropractor", "physical therap", "zero-gravity chair", "rows", "lat pulldown",
		"plank", "bridge", "leg raise", "recover", "swimming", "cycling", "cushion", "roll", "lumbar support", "sofa", "stand up, stretch and walk",
		"too little movement", "stress", "overstretching", "toe-touches", "bouncing", "pulling the neck", "quick fixes", "steady habits", "inactiv|without moving",
		"both legs", "saddle", "bladder", "bowel", "erection", "chest", "accident", "fever", "weight", "lump", "shape", "night", "cancer",
		"injury of the neck", "dizziness", "swallowing", "falling down", "sight", "arm",
	} {
		if !regexp.MustCompile(words).MatchString(all.String()) {
			t.Errorf("%q is nowhere", words)
		}
	}
	if !strings.Contains(Disclaimer, "before you begin or change an exercise routine") || !strings.Contains(Disclaimer, "no diagnosis") {
		t.Errorf("the disclaimer: %s", Disclaimer)
	}
	if !strings.Contains(Manner, "never bounce") {
		t.Errorf("the manner: %s", Manner)
	}
}
