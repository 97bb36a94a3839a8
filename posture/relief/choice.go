package relief

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"sitwell/posture"
)

// Person is what is known of somebody who asks what to do. The zero value is
// somebody of whom nothing is known: the answer is safe and general then.
type Person struct {
	// Now is the local time of asking: late in the evening is for calm, and the date
	// has what to avoid take turns.
	Now time.Time
	// Exposure is today's, in minutes as the package history reckons them, by
	// area and by signal.
	Exposure map[posture.Area]float64
	Signals  map[posture.Signal]float64
	// Unbroken is the seconds sat since the last break, Held those for which
	// one posture has been held.
	Unbroken, Held float64
	// Way is how they work now.
	Way posture.Way
	// Tension is what they said last, 0 to [posture.MaxTension], and Before
	// what they said on each of the days before, oldest first.
	Tension map[posture.Area]int
	Before  []map[posture.Area]int
	Feels   []Feel
	// Kit is what is at hand; nil is an office chair and nothing else.
	Kit []Kit
	// Answered is false until the safety questions were.
	Answered bool
	Limits   []Limit
	// Cleared are those of the limits that have exercises wait, and for which a
	// professional has agreed to exercises.
	Cleared []Limit
	// RedFlags holds the IDs of those that they have said yes to, Checked
	// whether they were asked since tension rose.
	RedFlags []string
	Checked  bool
	// CheckedAgo is how many whole days ago they were asked last, below 0 for never: of
	// what was said on days before.
	CheckedAgo int
	// Workplace holds the answers to [WorkplaceChecks].
	Workplace map[string]string
	// Helped tells of exercises done before, by their IDs.
	Helped map[string]Effect
	// Recent holds the IDs of exercises done today, the latest last.
	Recent []string
	// Area is what they ask for; empty leaves it to what was measured and
	// said.
	Area posture.Area
	// Minutes is how long they have, 0 for one thing now.
	Minutes int
	// Stay is set when they can't leave the desk now.
	Stay bool
}

// Effect is what an exercise did for a person.
type Effect struct {
	Times int // days on which it is known
	// Eased is by how many points of tension it went down on average, Last
	// whether it did the last time.
	Eased float64
	Last  bool
}

// MaxMinutes is the longest routine. Lengths are free; those offered are
// [RoutineMinutes].
const MaxMinutes = 30

// RoutineMinutes are the lengths offered.
var RoutineMinutes = []int{2, 5, 10}

// Choice is the answer.
type Choice struct {
	// Stop is set when advice stops: nothing else is proposed then.
	Stop *Stop `json:"stop"`
	// AskSafety asks for the safety questions before the first routine,
	// AskRedFlags for the signs at which advice stops.
	AskSafety   bool   `json:"ask_safety"`
	AskRedFlags string `json:"ask_red_flags"` // why, or empty; no exercise is proposed until it is answered
	// SeeProfessional says that tension has lasted for so long that a professional
	// should look at it; empty when not.
	SeeProfessional string `json:"see_professional"`
	// Area is what the choice is for, Why the reason in a sentence.
	Area posture.Area `json:"area"`
	Why  string       `json:"why"`
	// Now is one thing to do at once.
	Now *Suggestion `json:"now"`
	// Routine fits the minutes; empty when none were given. Short says why it is
	// shorter than those, empty when it isn't.
	Routine []Suggestion `json:"routine"`
	Seconds float64      `json:"seconds"`
	Short   string       `json:"short"`
	// Exercises are all of the programme, as this person would do them, in its
	// order; empty when advice stops.
	Exercises []Option `json:"exercises"`
	// LeftOut says what limits or missing kit kept out; empty when nothing.
	LeftOut string `json:"left_out"`
	// Techniques fit the area and what it feels like, by their IDs; Avoid is
	// the one thing to avoid that fits the moment.
	Techniques []string `json:"techniques"`
	// Support is what of the workplace is worth a change.
	Support    []string `json:"support"`
	Avoid      string   `json:"avoid"`
	Disclaimer string   `json:"disclaimer"`
}

// Option is an exercise of the programme as a person would do it.
type Option struct {
	Exercise    string  `json:"exercise"` // its ID
	Repetitions int     `json:"repetitions"`
	Hold        float64 `json:"hold_s"` // of each
	Seconds     float64 `json:"seconds"`
	// Adapt is what a limit changes; empty when nothing.
	Adapt string `json:"adapt"`
	// Against says why it is not for this person now, Missing what it needs and
	// was not said to be at hand; empty when nothing.
	Against string `json:"against"`
	Missing string `json:"missing"`
}

// Suggestion is an exercise as this person is to do it now.
type Suggestion struct {
	Exercise    string  `json:"exercise"` // its ID
	Name        string  `json:"name"`
	Repetitions int     `json:"repetitions"`
	Hold        float64 `json:"hold_s"` // of each
	Seconds     float64 `json:"seconds"`
	// Adapt is what a limit changes; empty when nothing.
	Adapt string `json:"adapt"`
	Why   string `json:"why"`
	// ForRest is true when it isn't for the area that the choice is for, and fills
	// the time.
	ForRest bool `json:"for_rest"`
}

// Stop says that advice stops, and where to turn.
type Stop struct {
	Urgency Urgency  `json:"urgency"`
	Signs   []string `json:"signs"`
	Text    string   `json:"text"`
}

// Check returns an error that names the first answer that can't be.
func (p *Person) Check() error {
	tension := func(when string, of map[posture.Area]int) error {
		for area, v := range of {
			if !slices.Contains(posture.Areas, area) {
				return fmt.Errorf("%s has no area %q: want one of %v", when, short(string(area)), posture.Areas)
			}
			if v < 0 || v > posture.MaxTension {
				return fmt.Errorf("%s of %s is %d: want 0 to %d", when, area, v, posture.MaxTension)
			}
		}
		return nil
	}
	if err := tension("tension", p.Tension); err != nil {
		return err
	}
	for _, day := range p.Before {
		if err := tension("earlier tension", day); err != nil {
			return err
		}
	}
	switch {
	case p.Area != "" && !slices.Contains(posture.Areas, p.Area):
		return fmt.Errorf("area is %q: want one of %v", short(string(p.Area)), posture.Areas)
	case p.Minutes < 0 || p.Minutes > MaxMinutes:
		return fmt.Errorf("minutes are %d: want 0, for one thing now, to %d", p.Minutes, MaxMinutes)
	}
	for _, v := range p.Feels {
		if !slices.Contains(Feels, v) {
			return fmt.Errorf("feel is %q: want one of %v", short(string(v)), Feels)
		}
	}
	for _, v := range p.Kit {
		if !slices.Contains(Kits, v) {
			return fmt.Errorf("kit is %q: want one of %v", short(string(v)), Kits)
		}
	}
	for _, v := range p.Limits {
		if !slices.Contains(Limits, v) {
			return fmt.Errorf("limit is %q: want one of %v", short(string(v)), Limits)
		}
	}
	for _, v := range p.Cleared {
		if !waits(v) {
			return fmt.Errorf("cleared is %q: want one of those that have exercises wait, %s and %s", short(string(v)), RecentInjury, RecentSurgery)
		}
	}
	if err := CheckWorkplace(p.Workplace); err != nil {
		return err
	}
	for _, id := range p.RedFlags {
		if flag(id) == nil {
			return fmt.Errorf("red flag is %q: there is none of that name", short(id))
		}
	}
	return nil
}

func short(s string) string {
	const most = 40
	if len(s) > most {
		return strings.ToValidUTF8(s[:most], "") + "..."
	}
	return s
}

func flag(id string) *RedFlag {
	for i := range RedFlags {
		if RedFlags[i].ID == id {
			return &RedFlags[i]
		}
	}
	return nil
}

// ByID returns the exercise, nil when there is none.
func ByID(id string) *Exercise {
	for i := range Exercises {
		if Exercises[i].ID == id {
			return &Exercises[i]
		}
	}
	return nil
}

// Choose proposes one thing now, and a routine when there is time, and says why.
// The same person gets the same answer. It never proposes what a limit rules out,
// and nothing at all after a red flag, or while one should be asked for. An answer
// that can't be is an error.
func Choose(p Person) (Choice, error) {
	if err := p.Check(); err != nil {
		return Choice{}, err
	}
	p.Unbroken, p.Held = finite(p.Unbroken), finite(p.Held)
	if p.Way == posture.WayStanding {
		p.Unbroken = 0 // who stands doesn't sit
	}
	c := Choice{Routine: []Suggestion{}, Exercises: []Option{}, Techniques: []string{}, Support: []string{}, Disclaimer: Disclaimer}
	if c.Stop = stop(&p); c.Stop != nil {
		return c, nil
	}
	c.AskSafety = !p.answered()
	c.AskRedFlags = redFlagsDue(&p)
	if lasting(&p) {
		c.SeeProfessional = Lasting
	}
	need := needs(&p)
	c.Area, c.Why = area(&p, need)
	c.Exercises = options(&p, c.AskRedFlags != "")
	c.Techniques = techniques(&p, c.Area)
	c.Support = Support(p.Workplace, c.Area, p.Way)
	if c.AskRedFlags == "" {
		ranked, out := rank(&p, c.Area, need)
		c.LeftOut = leftOut(&p, out)
		c.Now = now(&p, ranked)
		if p.Minutes > 0 {
			c.Routine, c.Seconds = routine(&p, c.Area, ranked)
			c.Short = tooShort(&p, c.Seconds, len(out))
		}
	}
	c.Avoid = avoid(&p, c.Routine)
	return c, nil
}
