package relief

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"sitwell/posture"
)

// order is the one in which kinds of exercise follow one another: from waking up
// to winding down.
var order = []Kind{Move, Reset, Mobility, Strength, Stretch, Calm}

// places is the order of places between a walk and calm breathing: who has sat down
// on the floor stays there.
var places = []Place{Away, Standing, Seated, OnFloor}

// step is where an exercise stands in a routine.
func (e *Exercise) step() int {
	switch e.Kind {
	case Move:
		return 0
	case Calm:
		return 100
	}
	return 10*(1+slices.Index(places, e.Place)) + slices.Index(order, e.Kind)
}

// suggestion is the exercise as p does it.
func (r *ranked) suggestion(p *Person) Suggestion {
	return Suggestion{
		Exercise: r.ID, Name: r.Name, Repetitions: r.Dose.Repetitions, Hold: r.Dose.Hold, Seconds: r.Exercise.Seconds(),
		Adapt: adapted(r.Exercise, p), Why: r.why, ForRest: r.rest,
	}
}

// now is the best that fits the minutes, or the shortest when none does; nil when
// there is nothing.
func now(p *Person, in []ranked) *Suggestion {
	if len(in) == 0 {
		return nil
	}
	best := &in[0]
	if p.Minutes > 0 {
		fits := slices.IndexFunc(in, func(r ranked) bool { return r.Exercise.Seconds() <= float64(p.Minutes)*60 })
		if fits < 0 {
			shortest := slices.MinFunc(in, func(a, b ranked) int { return cmp.Compare(a.Exercise.Seconds(), b.Exercise.Seconds()) })
			best = &shortest
		} else {
			best = &in[fits]
		}
	}
	s := best.suggestion(p)
	return &s
}

// mostOfAKind is how many of a kind a routine has at most: two of a long thing are
// no routine.
func mostOfAKind(k Kind) int {
	if k == Move || k == Calm || k == Reset {
		return 1
	}
	return 4
}

// routine fills the minutes with the best, in a good order. What time is left goes
// into larger doses, as far as the sources give them.
func routine(p *Person, area posture.Area, in []ranked) (list []Suggestion, seconds float64) {
	budget := float64(p.Minutes) * 60
	var picked []ranked
	kinds := map[Kind]int{}
	take := func(r ranked) {
		picked = append(picked, r)
		kinds[r.Kind]++
		seconds += r.Exercise.Seconds()
	}
	has := func(k Kind, at Place) bool {
		return slices.ContainsFunc(picked, func(r ranked) bool { return r.Kind == k && r.Place == at })
	}
	in = slices.Clone(in)
	for i := 0; i < len(in); i++ {
		r := in[i]
		if kinds[r.Kind] >= mostOfAKind(r.Kind) || r.Exercise.Seconds() > budget-seconds {
			continue
		}
		take(r)
		// Strengthening is followed by recovery.
		if r.Kind != Strength || r.Place != OnFloor || has(Stretch, OnFloor) {
			continue
		}
		for j := i + 1; j < len(in); j++ {
			if s := in[j]; s.Kind == Stretch && s.Place == OnFloor && s.Exercise.Seconds() <= budget-seconds {
				s.why = "To recover after the strengthening. " + s.Does
				take(s)
				in = slices.Delete(in, j, j+1)
				break
			}
		}
	}
	slices.SortStableFunc(picked, func(a, b ranked) int { return cmp.Compare(a.step(), b.step()) })
	list, seconds = []Suggestion{}, 0
	for i := range picked {
		list = append(list, picked[i].suggestion(p))
		seconds += list[i].Seconds
	}
	return list, seconds + lengthen(list, budget-seconds)
}

// lengthen spends the seconds that are left on larger doses: more repetitions, then
// longer holds, then longer walks and calm. It returns what it spent.
func lengthen(list []Suggestion, left float64) (spent float64) {
	grow := func(s *Suggestion, repetitions int, hold float64) {
		more := ByID(s.Exercise).takes(repetitions, hold) - ByID(s.Exercise).takes(s.Repetitions, s.Hold)
		if more <= 0 || more > left-spent {
			return
		}
		s.Repetitions, s.Hold, s.Seconds = repetitions, hold, s.Seconds+more
		spent += more
	}
	for i := range list {
		s, e := &list[i], ByID(list[i].Exercise)
		grow(s, max(s.Repetitions, e.Dose.Most), s.Hold)
	}
	for i := range list {
		if s, e := &list[i], ByID(list[i].Exercise); !e.easy() {
			grow(s, s.Repetitions, math.Max(s.Hold, e.Dose.HoldMost))
		}
	}
	for i := range list {
		s, e := &list[i], ByID(list[i].Exercise)
		if e.easy() {
			// By whole minutes.
			const minute = 60
			hold := math.Min(e.Dose.HoldMost, s.Hold+math.Floor((left-spent)/minute)*minute)
			grow(s, s.Repetitions, math.Max(s.Hold, hold))
		}
	}
	return spent
}

// tooShort says why a routine is much shorter than the minutes, empty when it isn't.
func tooShort(p *Person, seconds float64, out int) string {
	const enough = 0.7
	asked := float64(p.Minutes) * 60
	switch {
	case seconds >= enough*asked:
		return ""
	case seconds == 0:
		return fmt.Sprintf("Nothing that fits is done in %s.", minutes(float64(p.Minutes)))
	case out > 0:
		return "This is all that fits what you said and have at hand."
	}
	return "This is all that the programme has for one go."
}

// avoid is the one thing to avoid that fits the moment: moving after long sitting,
// or what the routine could be done wrong. What fits alike takes turns by the day.
func avoid(p *Person, list []Suggestion) string {
	if p.Unbroken >= dueSitting {
		return "long_inactivity"
	}
	is := func(f func(e *Exercise) bool) bool {
		return slices.ContainsFunc(list, func(s Suggestion) bool { return f(ByID(s.Exercise)) })
	}
	var fit []string
	if is(func(e *Exercise) bool { return strings.HasPrefix(e.ID, "neck_") || e.ID == "hands_behind_head" }) {
		fit = append(fit, "pulling_neck")
	}
	if is(func(e *Exercise) bool { return e.Kind == Stretch }) {
		fit = append(fit, "overstretching", "ballistic")
	}
	if is(func(e *Exercise) bool { return e.Areas[0] == posture.AreaLowerBack && e.Kind != Strength }) {
		fit = append(fit, "toe_touches")
	}
	if is(func(e *Exercise) bool { return e.Kind == Strength || e.ID == "seated_twist" }) {
		fit = append(fit, "loaded_end_range")
	}
	if len(fit) == 0 {
		return "quick_fixes"
	}
	return fit[p.Now.YearDay()%len(fit)]
}
