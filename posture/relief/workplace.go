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
}

// WorkplaceChecks lists them in the order in which they are asked.
var WorkplaceChecks = []WorkplaceCheck{
	{
		ID: "screen_height", Ask: "Where is the upper edge of the screen when you sit tall?", Area: posture.AreaUpperBack, Source: sourceOSHA,
		Answers: []WorkplaceAnswer{
			{ID: "eyes", Text: "About at the height of my eyes, or a little below"},
			{ID: "low", Text: "Clearly lower, as on a laptop", Advice: "Raise the screen until its upper edge is at eye height: a stand or some books, and a keyboard of its own. Until then the head follows the screen down."},
			{ID: "high", Text: "Higher than my eyes", Advice: "Lower the screen, or raise the chair and put something under your feet: looking up tires the neck."},
		},
	},
	{
		ID: "screen_distance", Ask: "How far is the screen?", Area: posture.AreaUpperBack, Source: sourceOSHA,
		Answers: []WorkplaceAnswer{
			{ID: "arm", Text: "About an arm's length"},
			{ID: "near", Text: "Clearly nearer", Advice: "Push the screen back to an arm's length, and make the writing larger instead."},
			{ID: "far", Text: "Clearly further", Advice: "Bring the screen to an arm's length, or make the writing larger: who can't read leans in."},
		},
	},
	{
		ID: "backrest", Ask: "How far up does the backrest go?", Area: posture.AreaUpperBack, Way: posture.WaySitting, Source: sourceOSHA,
		Answers: []WorkplaceAnswer{
			{ID: "blades", Text: "To my shoulder blades or higher, and I lean on it"},
			{ID: "unused", Text: "High enough, but I sit away from it", Advice: "Slide back until the backrest carries you; if it is too far, a cushion brings it nearer."},
			{ID: "low", Text: "It ends below my shoulder blades", Advice: "A chair whose back reaches the shoulder blades carries the upper back. Until then lean back often, and stretch over its edge."},
		},
	},
	{
		ID: "arms", Ask: "How do your arms lie when you type?", Area: posture.AreaUpperBack, Source: sourceOSHA,
		Answers: []WorkplaceAnswer{
			{ID: "loose", Text: "Elbows at my sides, shoulders hang loose"},
			{ID: "reach", Text: "I reach forward for keyboard or mouse", Advice: "Bring keyboard and mouse to the edge, so that the elbows stay at your sides."},
			{ID: "raised", Text: "My shoulders are up, or nothing carries the arms", Advice: "Lower the desk or raise the chair until elbows and desk are level, and let armrests carry the arms."},
		},
	},
	{
		ID: "lumbar", Ask: "Is there something in the hollow of your lower back?", Area: posture.AreaLowerBack, Way: posture.WaySitting, Source: sourceOSHA,
		Answers: []WorkplaceAnswer{
			{ID: "yes", Text: "Yes, the chair or a cushion fills it"},
			{ID: "no", Text: "No", Advice: "A lumbar cushion, a roll or a rolled towel at belt height fills the hollow of the back; or set the chair's own support there."},
			{ID: "sofa", Text: "I often work on a sofa or a bed", Advice: "A sofa lets the lower back sink: keep it for short things, with a cushion in the hollow, and work on a chair."},
		},
	},
	{
		ID: "feet", Ask: "How do your feet stand?", Area: posture.AreaLowerBack, Way: posture.WaySitting, Source: sourceOSHA,
		Answers: []WorkplaceAnswer{
			{ID: "flat", Text: "Flat on the floor, knees about level with the hips"},
			{ID: "hang", Text: "They hang, or only the toes touch", Advice: "Lower the chair, or put a footrest or a thick book under your feet."},
			{ID: "tucked", Text: "Under the chair, or crossed most of the time", Advice: "Put your feet flat now and then: it takes load off the lower back. Changing is good, staying is not."},
		},
	},
	{
		ID: "standing", Ask: "If you stand to work, how?", Area: posture.AreaOverall, Way: posture.WayStanding, Source: sourceOSHA,
		Answers: []WorkplaceAnswer{
			{ID: "never", Text: "I don't stand to work"},
			{ID: "even", Text: "Weight on both feet or shifting, elbows level with the desk"},
			{ID: "one", Text: "Long on one leg, or leaning on the desk", Advice: "Shift the weight often, one foot up on something now and then; grow tall, shoulder blades down and back, as in sitting."},
			{ID: "long", Text: "For hours at a time", Advice: "Change between sitting and standing every half hour or so: standing for long tires the back as well."},
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

// Support is what of the workplace is worth a change, for an area of the back; all
// of it for the whole back.
func Support(answers map[string]string, area posture.Area) []string {
	out := []string{}
	for _, c := range WorkplaceChecks {
		a := workplaceAnswer(c.ID, answers[c.ID])
		if a != nil && a.Advice != "" && (area == posture.AreaOverall || c.Area == area || c.Area == posture.AreaOverall) {
			out = append(out, a.Advice)
		}
	}
	return out
}

// Distance is how far somebody sits from the screen's camera.
type Distance struct {
	Centimetres float64 `json:"cm"`
	// Low and High bound it as far as cameras and faces differ.
	Low  float64 `json:"low_cm"`
	High float64 `json:"high_cm"`
	// Text says it with its error.
	Text string `json:"text"`
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
)

// DistanceOf reckons the distance from how far apart the pupils are in the picture,
// in widths of the frame, of a face that looks at the camera. It returns nil for
// what can't be.
func DistanceOf(apart float64) *Distance {
	if !(apart > 0.005 && apart < 0.5) {
		return nil
	}
	cm := func(between, view float64) float64 { return between / apart / (2 * math.Tan(view/2*math.Pi/180)) }
	d := Distance{
		Centimetres: math.Round(cm(pupils, viewUsual)),
		Low:         math.Round(cm(pupilsLow, viewWide)),
		High:        math.Round(cm(pupilsHigh, viewNarrow)),
	}
	d.Text = fmt.Sprintf("You seem to sit about %.0f cm from the camera; as cameras and faces differ, it may be %.0f to %.0f cm.", d.Centimetres, d.Low, d.High)
	return &d
}
