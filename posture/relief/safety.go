package relief

import (
	"fmt"
	"slices"
	"strings"

	"sitwell/posture"
)

const (
	// highTension is when red flags are asked for.
	highTension = 8
	// lastingTension is what counts as high when it lasts, over the days that
	// [Person.Before] holds: on so many of them at least, the first within so many
	// days of their beginning, and that share of them.
	lastingTension = 6
	lastingDays    = 14
	lastingKnown   = 5
	lastingFrom    = 3
	lastingShare   = 0.8
	// newTension is a rise from nothing to speak of, firstTension what asks when
	// nothing was ever said of an area.
	newTension   = 4
	firstTension = 6
)

// stop is the answer to red flags, nil when there is none.
func stop(p *Person) *Stop {
	s := Stop{Urgency: Soon}
	sudden := false
	for i := range RedFlags { // in their order, the urgent ones first
		f := &RedFlags[i]
		if !slices.Contains(p.RedFlags, f.ID) {
			continue
		}
		s.Signs = append(s.Signs, f.Sign)
		sudden = sudden || slices.Contains(suddenSigns, f.ID)
		if f.Urgency == AtOnce {
			s.Urgency = AtOnce
		}
	}
	switch {
	case len(s.Signs) == 0:
		return nil
	case s.Urgency == AtOnce:
		s.Text = "This can be an emergency: call your emergency number or go to an emergency department now. Exercises are not the answer to it."
	case sudden:
		s.Text = "If it came suddenly, call your emergency number now. Otherwise have a doctor look at this in the next days. Exercises wait until then."
	default:
		s.Text = "Have a doctor look at this in the next days. Exercises wait until then."
	}
	return &s
}

// signsFirst stands where an exercise waits for the signs to be looked at.
const signsFirst = "First say whether you have one of the signs."

// suddenSigns are those that can be a stroke when they come suddenly.
var suddenSigns = []string{"speech", "drop", "sight"}

// redFlagsDue says why the red flags should be asked for now, empty when they
// need not be.
func redFlagsDue(p *Person) string {
	if p.Checked {
		return ""
	}
	worst, at := worstTension(p.Tension)
	switch {
	case worst >= highTension:
		return fmt.Sprintf("You called the tension in your %s %d of 10.", areaWords(at), worst)
	case lasting(p):
		return fmt.Sprintf("Your tension has stayed at %d or more for two weeks.", lastingTension)
	case slices.Contains(p.Feels, FeelNerve):
		return "You said that it burns or tingles."
	}
	if worst, at, ago := lastSaid(p); worst >= highTension && (p.CheckedAgo < 0 || p.CheckedAgo > ago) {
		return fmt.Sprintf("You last called the tension in your %s %d of 10.", areaWords(at), worst)
	}
	for _, a := range posture.Areas {
		if v := p.Tension[a]; v >= firstTension && neverSaid(p, a) || v >= newTension && fresh(p, a) {
			return fmt.Sprintf("The tension in your %s is new.", areaWords(a))
		}
	}
	return ""
}

// lastSaid is the worst of what was said on the last of the days before on which
// anything was, and how many days ago that is; nothing once something was said today.
func lastSaid(p *Person) (worst int, at posture.Area, ago int) {
	if len(p.Tension) > 0 {
		return 0, "", 0
	}
	for i, day := range slices.Backward(p.Before) {
		if len(day) > 0 {
			worst, at = worstTension(day)
			return worst, at, len(p.Before) - i
		}
	}
	return 0, "", 0
}

func worstTension(of map[posture.Area]int) (worst int, at posture.Area) {
	for _, a := range posture.Areas {
		if v, ok := of[a]; ok && (at == "" || v > worst) {
			worst, at = v, a
		}
	}
	return worst, at
}

// lasting reports whether tension stayed high for two weeks, as far as was said.
func lasting(p *Person) bool {
	if len(p.Before) < lastingDays {
		return false
	}
	days := append(slices.Clone(p.Before[len(p.Before)-lastingDays:]), p.Tension)
	known, high, first, last := 0, 0, -1, false
	for i, day := range days {
		if len(day) == 0 {
			continue
		}
		if known++; first < 0 {
			first = i
		}
		worst, _ := worstTension(day)
		if last = worst >= lastingTension; last {
			high++
		}
	}
	return last && known >= lastingKnown && first < lastingFrom && float64(high) >= lastingShare*float64(known)
}

// neverSaid reports whether nothing was said of an area before.
func neverSaid(p *Person, at posture.Area) bool {
	return !slices.ContainsFunc(p.Before, func(day map[posture.Area]int) bool { _, ok := day[at]; return ok })
}

// fresh reports whether the area had next to no tension when it was last spoken of.
func fresh(p *Person, at posture.Area) bool {
	for _, day := range slices.Backward(p.Before) {
		if v, ok := day[at]; ok {
			return v <= 1
		}
	}
	return false
}

// answered reports whether the safety questions were.
func (p *Person) answered() bool { return p.Answered || len(p.Limits) > 0 }

// waits reports whether a limit has exercises wait for a professional.
func waits(l Limit) bool {
	return slices.ContainsFunc(SafetyQuestions, func(q SafetyQuestion) bool { return q.Limit == l && q.Waits })
}

// waiting reports whether p's exercises wait for a professional.
func waiting(p *Person) bool {
	return slices.ContainsFunc(p.Limits, func(l Limit) bool { return waits(l) && !slices.Contains(p.Cleared, l) })
}

// easy reports whether an exercise is for whoever must wait, or of whom nothing is
// known: a walk and calm breathing are.
func (e *Exercise) easy() bool { return e.Kind == Move || e.Kind == Calm }

// allowed reports whether no limit rules e out. Until the safety questions are
// answered only what is for everybody is allowed.
func allowed(e *Exercise, p *Person) bool {
	if (!p.answered() || waiting(p)) && !e.easy() {
		return false
	}
	return !slices.ContainsFunc(p.Limits, func(l Limit) bool { return slices.Contains(e.Not, l) })
}

// Against says why an exercise is not for p now, in a sentence, as [Choose] has it;
// empty when nothing is against it.
func Against(id string, p Person) string {
	if s := stop(&p); s != nil {
		return s.Text
	}
	if due := redFlagsDue(&p); due != "" {
		return due + " " + signsFirst
	}
	e := ByID(id)
	if e == nil {
		return "There is no such exercise."
	}
	return against(e, &p)
}

var limitWords = map[Limit]string{
	RecentInjury: "a recent injury", RecentSurgery: "surgery", Osteoporosis: "osteoporosis", Pregnancy: "pregnancy", Dizziness: "dizziness",
}

func against(e *Exercise, p *Person) string {
	if allowed(e, p) {
		return ""
	}
	var named []string
	for _, l := range p.Limits {
		if slices.Contains(e.Not, l) {
			named = append(named, limitWords[l])
		}
	}
	switch {
	case len(named) > 0:
		return "Not for you now: you named " + strings.Join(named, " and ") + "."
	case p.answered():
		return "Waits until a professional has agreed."
	}
	return "Answer the safety questions first."
}

// Careful reports whether whatever is told to p should be told with care: a sign or a
// limit rules out things that an alert would say as a matter of course.
func Careful(p Person) bool {
	return stop(&p) != nil || waiting(&p) || slices.Contains(p.Limits, Dizziness)
}

// adapted is what p's limits change about an exercise, empty when nothing.
func adapted(e *Exercise, p *Person) string {
	var out []string
	for _, l := range Limits {
		if text, ok := e.Adapt[l]; ok && slices.Contains(p.Limits, l) {
			out = append(out, text)
		}
	}
	return strings.Join(out, " ")
}

var kitWords = map[Kit]string{
	Chair: "a chair", Fixed: "a chair without castors", Door: "a doorway", Floor: "room to lie down", Band: "an exercise band", Machine: "a lat pulldown",
}

// lacking says what an exercise needs that is not at hand, empty when nothing.
func lacking(e *Exercise, p *Person) string {
	kit := p.Kit
	if kit == nil {
		kit = []Kit{Chair}
	}
	var out []string
	for _, k := range e.Kit {
		if slices.Contains(kit, k) || k == Chair && slices.Contains(kit, Fixed) {
			if e.AnyOf {
				return ""
			}
			continue
		}
		out = append(out, kitWords[k])
	}
	if len(out) == 0 {
		return ""
	}
	if e.AnyOf {
		return "Needs " + strings.Join(out, " or ") + "."
	}
	return "Needs " + strings.Join(out, " and ") + "."
}

// options are all exercises as p would do them; asked is true while the red flags
// are to be asked for.
func options(p *Person, asked bool) []Option {
	out := make([]Option, len(Exercises))
	for i := range Exercises {
		e := &Exercises[i]
		out[i] = Option{
			Exercise: e.ID, Repetitions: e.Dose.Repetitions, Hold: e.Dose.Hold, Seconds: e.Seconds(),
			Adapt: adapted(e, p), Against: against(e, p), Missing: lacking(e, p),
		}
		if asked && out[i].Against == "" {
			out[i].Against = signsFirst
		}
	}
	return out
}

// leftOut says in a sentence why exercises of the programme are missing.
func leftOut(p *Person, out []*Exercise) string {
	ruled, unequipped := 0, 0
	for _, e := range out {
		if allowed(e, p) {
			unequipped++
		} else {
			ruled++
		}
	}
	var parts []string
	if ruled > 0 {
		why := "by what you said of your health"
		if !p.answered() {
			why = "until the safety questions are answered"
		}
		parts = append(parts, fmt.Sprintf("%s left out %s", exercises(ruled), why))
	}
	if unequipped > 0 {
		parts = append(parts, fmt.Sprintf("%s left out for want of what you didn't say is at hand", exercises(unequipped)))
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, ", ") + "."
}

// exercises counts them: "1 exercise is", "3 exercises are".
func exercises(n int) string {
	if n == 1 {
		return "1 exercise is"
	}
	return fmt.Sprintf("%d exercises are", n)
}
