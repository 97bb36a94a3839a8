package relief

import (
	"fmt"
	"math"

	"sitwell/posture"
)

// WorkplaceCheck is a question about chair, desk and screen; each answer says what
// to do, if anything.
type WorkplaceCheck struct {
	ID  string `json:"id"`
	Ask string `json:"ask"`
	// Area is what it is for, Way the way of working that it is about; empty for
	// both.
	Area    posture.Area      `json:"area"`
	Way     posture.Way       `json:"way,omitempty"`
	Answers []WorkplaceAnswer `json:"answers"`
	Source  Source            `json:"source"`
}

// WorkplaceAnswer is one of the answers.
type WorkplaceAnswer struct {
	ID   string `json:"id"`
	Text string `json:"text"`
	// Advice is what to change, empty when it is well as it is.
	Advice string `json:"advice"`
	// Because says in a sentence why that asks for the Exercises, which are IDs, and
	// the Technique; empty when it is well.
	Because   string   `json:"because,omitempty"`
	Exercises []string `json:"exercises,omitempty"`
	Technique string   `json:"technique,omitempty"`
}

// WorkplaceChecks lists them in the order in which they are asked.
var WorkplaceChecks = []WorkplaceCheck{
	{
		ID: "screen_height", Ask: "Where is the upper edge of the screen when you sit tall?", Area: posture.AreaUpperBack, Source: sourceOSHA,
		Answers: []WorkplaceAnswer{
			{ID: "eyes", Text: "About at the height of my eyes, or a little below"},
			{ID: "low", Text: "Clearly lower, as on a laptop", Advice: "Raise the screen until its upper edge is at eye height: a stand or some books, and a keyboard of its own. Until then the head follows the screen down.", Because: "Your screen stands low.", Exercises: []string{"chin_tuck", "neck_turn"}, Technique: "ergonomic_support"},
			{ID: "high", Text: "Higher than my eyes", Advice: "Lower the screen, or raise the chair and put something under your feet: looking up tires the neck.", Because: "Your screen stands high.", Exercises: []string{"neck_turn", "neck_side_tilt"}, Technique: "ergonomic_support"},
		},
	},
	{
		ID: "screen_distance", Ask: "How far is the screen?", Area: posture.AreaUpperBack, Source: sourceOSHA,
		Answers: []WorkplaceAnswer{
			{ID: "arm", Text: "About an arm's length"},
			{ID: "near", Text: "Clearly nearer", Advice: "Push the screen back to an arm's length, and make the writing larger instead.", Because: "Your screen is near.", Exercises: []string{"chin_tuck"}, Technique: "ergonomic_support"},
			{ID: "far", Text: "Clearly further", Advice: "Bring the screen to an arm's length, or make the writing larger: who can't read leans in.", Because: "Your screen is far.", Exercises: []string{"chin_tuck", "blade_squeeze"}, Technique: "ergonomic_support"},
		},
	},
	{
		ID: "backrest", Ask: "How far up does the backrest go?", Area: posture.AreaUpperBack, Way: posture.WaySitting, Source: sourceOSHA,
		Answers: []WorkplaceAnswer{
			{ID: "blades", Text: "To my shoulder blades or higher, and I lean on it"},
			{ID: "unused", Text: "High enough, but I sit away from it", Advice: "Slide back until the backrest carries you; if it is too far, a cushion brings it nearer.", Because: "You sit away from the backrest.", Exercises: []string{"postural_reset", "chest_stretch"}, Technique: "posture_correction"},
			{ID: "low", Text: "It ends below my shoulder blades", Advice: "A chair whose back reaches the shoulder blades carries the upper back. Until then lean back often, and stretch over its edge.", Because: "Your backrest ends low.", Exercises: []string{"thoracic_extension", "blade_squeeze", "hands_behind_head"}, Technique: "ergonomic_support"},
		},
	},
	{
		ID: "arms", Ask: "How do your arms lie when you type?", Area: posture.AreaUpperBack, Source: sourceOSHA,
		Answers: []WorkplaceAnswer{
			{ID: "loose", Text: "Elbows at my sides, shoulders hang loose"},
			{ID: "reach", Text: "I reach forward for keyboard or mouse", Advice: "Bring keyboard and mouse to the edge, so that the elbows stay at your sides.", Because: "You reach for keyboard or mouse.", Exercises: []string{"chest_stretch", "doorway_stretch", "cross_body_stretch"}, Technique: "ergonomic_support"},
			{ID: "raised", Text: "My shoulders are up, or nothing carries the arms", Advice: "Lower the desk or raise the chair until elbows and desk are level, and let armrests carry the arms.", Because: "Your shoulders are up when you type.", Exercises: []string{"shoulder_rolls", "neck_side_tilt"}, Technique: "ergonomic_support"},
		},
	},
	{
		ID: "lumbar", Ask: "Is there something in the hollow of your lower back?", Area: posture.AreaLowerBack, Way: posture.WaySitting, Source: sourceOSHA,
		Answers: []WorkplaceAnswer{
			{ID: "yes", Text: "Yes, the chair or a cushion fills it"},
			{ID: "no", Text: "No", Advice: "A lumbar cushion, a roll or a rolled towel at belt height fills the hollow of the back; or set the chair's own support there.", Because: "Nothing fills the hollow of your back.", Exercises: []string{"back_bend", "pelvic_tilt"}, Technique: "lumbar_support"},
			{ID: "sofa", Text: "I often work on a sofa or a bed", Advice: "A sofa lets the lower back sink: keep it for short things, with a cushion in the hollow, and work on a chair.", Because: "You often work on a sofa or a bed.", Exercises: []string{"back_bend", "pelvic_tilt"}, Technique: "lumbar_support"},
		},
	},
	{
		ID: "feet", Ask: "How do your feet stand?", Area: posture.AreaLowerBack, Way: posture.WaySitting, Source: sourceOSHA,
		Answers: []WorkplaceAnswer{
			{ID: "flat", Text: "Flat on the floor, knees about level with the hips"},
			{ID: "hang", Text: "They hang, or only the toes touch", Advice: "Lower the chair, or put a footrest or a thick book under your feet.", Because: "Your feet hang.", Exercises: []string{"back_bend"}, Technique: "lumbar_support"},
			{ID: "tucked", Text: "Under the chair, or crossed most of the time", Advice: "Put your feet flat now and then: it takes load off the lower back. Changing is good, staying is not.", Because: "You sit with your feet tucked or crossed.", Exercises: []string{"seated_twist", "walk"}, Technique: "movement_breaks"},
		},
	},
	{
		ID: "standing", Ask: "If you stand to work, how?", Area: posture.AreaOverall, Way: posture.WayStanding, Source: sourceOSHA,
		Answers: []WorkplaceAnswer{
			{ID: "never", Text: "I don't stand to work"},
			{ID: "even", Text: "Weight on both feet or shifting, elbows level with the desk"},
			{ID: "one", Text: "Long on one leg, or leaning on the desk", Advice: "Shift the weight often, one foot up on something now and then; grow tall, shoulder blades down and back, as in sitting.", Because: "You stand on one leg or lean on the desk.", Exercises: []string{"postural_reset", "seated_twist"}, Technique: "posture_correction"},
			{ID: "long", Text: "For hours at a time", Advice: "Change between sitting and standing every half hour or so: standing for long tires the back as well.", Because: "You stand for hours at a time.", Exercises: []string{"walk", "back_bend"}, Technique: "posture_correction"},
		},
	},
}

// workplaceAnswer returns the answer, nil when there is none of that name.
func workplaceAnswer(check, answer string) *WorkplaceAnswer {
	for i := range WorkplaceChecks {
		if WorkplaceChecks[i].ID != check {
			continue
		}
		for j := range WorkplaceChecks[i].Answers {
			if a := &WorkplaceChecks[i].Answers[j]; a.ID == answer {
				return a
			}
		}
	}
	return nil
}

// CheckWorkplace returns an error that names the first answer that can't be.
func CheckWorkplace(answers map[string]string) error {
	for check, answer := range answers {
		if workplaceAnswer(check, answer) == nil {
			return fmt.Errorf("workplace has no answer %q to %q", short(answer), short(check))
		}
	}
	return nil
}

// poorAnswers are those that ask for a change, for an area of the back (all of them
// for the whole back) and a way of working (empty is not known).
func poorAnswers(answers map[string]string, area posture.Area, way posture.Way) (out []*WorkplaceAnswer) {
	for _, c := range WorkplaceChecks {
		if way != "" && c.Way != "" && c.Way != way {
			continue
		}
		a := workplaceAnswer(c.ID, answers[c.ID])
		if a != nil && a.Advice != "" && (area == posture.AreaOverall || c.Area == area || c.Area == posture.AreaOverall) {
			out = append(out, a)
		}
	}
	return out
}

// Support is what of the workplace is worth a change, for an area of the back and a
// way of working; of a way that isn't known, for both.
func Support(answers map[string]string, area posture.Area, way posture.Way) []string {
	out := []string{}
	for _, a := range poorAnswers(answers, area, way) {
		out = append(out, a.Advice)
	}
	return out
}

// deskReasons are why the workplace asks for an exercise, by its ID.
func deskReasons(p *Person) map[string]string {
	reasons := map[string]string{}
	for _, a := range poorAnswers(p.Workplace, posture.AreaOverall, p.Way) {
		for _, id := range a.Exercises {
			if reasons[id] == "" {
				reasons[id] = a.Because
			}
		}
	}
	return reasons
}

// Distance is how far somebody sits from the screen's camera.
type Distance struct {
	Centimetres float64 `json:"cm"`
	// Low and High bound it as far as cameras and faces differ, or where the person
	// has measured once, as far as a face is seen.
	Low  float64 `json:"low_cm"`
	High float64 `json:"high_cm"`
	// Apart is how far apart the pupils are in the picture, in widths of the frame,
	// for a [Measured].
	Apart    float64 `json:"apart"`
	Measured bool    `json:"measured"`
	// Verdict is [TooNear] or [TooFar] when all of the bounds are, else empty.
	Verdict string `json:"verdict"`
	// Text says it with its error.
	Text string `json:"text"`
}

// The verdicts on a distance. OSHA wants 50 to 100 cm (20 to 40 inches) between eyes
// and screen.
const (
	TooNear = "near"
	TooFar  = "far"

	nearest, furthest = 50.0, 100.0 // cm
)

// Measured is a distance that the person has measured, and what the camera saw then:
// whoever has it needs no guess about the camera or the face.
type Measured struct {
	Centimetres float64 `json:"cm"`
	Apart       float64 `json:"apart"` // as of [Distance]
}

// Check returns an error for what can't be.
func (m *Measured) Check() error {
	switch {
	case m == nil:
		return nil
	case !(m.Centimetres >= 20 && m.Centimetres <= 200):
		return fmt.Errorf("measured.cm is %v: want 20 to 200", m.Centimetres)
	case !(m.Apart > leastApart && m.Apart < mostApart):
		return fmt.Errorf("measured.apart is %v: want %v to %v", m.Apart, leastApart, mostApart)
	}
	return nil
}

// What a distance is reckoned from. A webcam's horizontal field of view is 60 to 80
// degrees, 70 as a rule (manufacturers' data sheets); adults' pupils are 63 mm apart,
// 57 to 69 mm for nineteen of twenty (Dodgson 2004, Proc SPIE 5291:36).
const (
	pupils               = 6.3 // cm
	pupilsLow            = 5.7
	pupilsHigh           = 6.9
	viewUsual            = 70.0 // degrees
	viewNarrow, viewWide = 60.0, 80.0
	// seenError is how far off, as a share, the pupils' distance in two pictures of
	// one face may be: a face turned by 15 degrees looks 3 % narrower, the landmarks
	// scatter by 1 to 2 %.
	seenError = 0.06

	leastApart, mostApart = 0.005, 0.5
)

// DistanceOf reckons the distance from how far apart the pupils are in the picture,
// in widths of the frame, of a face that looks at the camera; known is nil or what was
// measured with the same camera. It returns nil for what can't be.
func DistanceOf(apart float64, known *Measured) *Distance {
	if !(apart > leastApart && apart < mostApart) {
		return nil
	}
	cm := func(between, view float64) float64 { return between / apart / (2 * math.Tan(view/2*math.Pi/180)) }
	d := Distance{Apart: apart, Measured: known.Check() == nil && known != nil}
	at, low, high := cm(pupils, viewUsual), cm(pupilsLow, viewWide), cm(pupilsHigh, viewNarrow)
	because := "as cameras and faces differ"
	if d.Measured {
		at = known.Centimetres * known.Apart / apart
		low, high = at*(1-seenError), at*(1+seenError)
		because = "by what you measured"
	}
	d.Centimetres, d.Low, d.High = math.Round(at), math.Round(low), math.Round(high)
	switch {
	case high < nearest:
		d.Verdict = TooNear
	case low > furthest:
		d.Verdict = TooFar
	}
	d.Text = fmt.Sprintf("You seem to sit about %.0f cm from the camera; %s, it may be %.0f to %.0f cm.", d.Centimetres, because, d.Low, d.High)
	switch d.Verdict {
	case TooNear:
		d.Text += fmt.Sprintf(" That is near: %.0f to %.0f cm are well.", nearest, furthest)
	case TooFar:
		d.Text += fmt.Sprintf(" That is far: %.0f to %.0f cm are well.", nearest, furthest)
	}
	return &d
}
