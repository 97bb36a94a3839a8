package relief

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"sitwell/posture"
)

// Thresholds of the choice: product decisions, but for those with a source.
const (
	// dueSitting and dueHold are the seconds after which moving comes first
	// (ROSA, Sonne 2012; McLean 2001).
	dueSitting = 30 * 60.0
	dueHold    = 20 * 60.0
	// fullExposure is the minutes of exposure that weigh as much as a tension
	// of 10.
	fullExposure = 60.0
	// proven is how often an exercise must have been done before what it did
	// counts.
	proven = 3
	// lateFrom and lateTo are the hours between which it is late.
	lateFrom, lateTo = 21, 5
)

// needs is how much each area asks for, 0 to 10: what was said weighs more than
// what was measured.
func needs(p *Person) map[posture.Area]float64 {
	need := map[posture.Area]float64{}
	for _, a := range posture.Areas {
		measured := 10 * math.Min(1, math.Max(0, finite(p.Exposure[a]))/fullExposure)
		if said, ok := p.Tension[a]; ok {
			need[a] = 0.7*float64(said) + 0.3*measured
		} else {
			need[a] = 0.6 * measured
		}
	}
	return need
}

func finite(v float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return 0
	}
	return v
}

// minutes says how many, rounded: "1 minute", "12 minutes".
func minutes(v float64) string {
	if n := math.Round(v); n != 1 {
		return fmt.Sprintf("%.0f minutes", n)
	}
	return "1 minute"
}

// area is the one that the choice is for, and why.
func area(p *Person, need map[posture.Area]float64) (posture.Area, string) {
	if p.Area != "" {
		return p.Area, "You asked for your " + areaWords(p.Area) + "."
	}
	best := posture.AreaOverall
	for _, a := range posture.Areas {
		// Overall must be clearly ahead: the two areas say more.
		if a != posture.AreaOverall && need[a] > 0 && need[a] >= need[best]-1 && (best == posture.AreaOverall || need[a] > need[best]) {
			best = a
		}
	}
	said, known := p.Tension[best]
	switch exposed := finite(p.Exposure[best]); {
	case known && said > 0:
		return best, fmt.Sprintf("You called the tension in your %s %d of 10.", areaWords(best), said)
	case exposed >= 1:
		why := fmt.Sprintf("Your %s was strained for %s today", areaWords(best), minutes(exposed))
		if s, m := topSignal(p, best); s != "" {
			why += fmt.Sprintf(", for %.0f of them %s", m, signalWords[s])
		}
		return best, why + "."
	case p.Unbroken >= dueSitting:
		return best, fmt.Sprintf("You have been sitting for %s.", minutes(p.Unbroken/60))
	}
	return best, "Nothing in particular was measured or said, so this is for the whole back."
}

var signalWords = map[posture.Signal]string{
	posture.HeadDrop: "with the head sunk", posture.HeadForward: "with the head forward", posture.Sink: "sunk in the chair",
	posture.UpperBack: "with the upper back rounded", posture.LeanIn: "leaning in", posture.LeanAside: "leaning aside", posture.HeadPitch: "looking down",
}

// signalArea parts the signals as the package history does.
func signalArea(s posture.Signal) posture.Area {
	if s == posture.LeanIn || s == posture.LeanAside {
		return posture.AreaLowerBack
	}
	return posture.AreaUpperBack
}

func topSignal(p *Person, of posture.Area) (top posture.Signal, minutes float64) {
	for _, s := range posture.Signals {
		if m := finite(p.Signals[s]); m >= 1 && m > minutes && (of == posture.AreaOverall || signalArea(s) == of) {
			top, minutes = s, m
		}
	}
	return top, minutes
}

func areaWords(a posture.Area) string {
	switch a {
	case posture.AreaUpperBack:
		return "upper back"
	case posture.AreaLowerBack:
		return "lower back"
	}
	return "whole back"
}

// answers are the exercises that answer a signal, the best first.
var answers = map[posture.Signal][]string{
	posture.HeadForward: {"chin_tuck", "blade_squeeze"},
	posture.HeadDrop:    {"postural_reset", "chin_tuck", "shoulder_rolls"},
	posture.Sink:        {"postural_reset", "chest_stretch"},
	posture.UpperBack:   {"thoracic_extension", "chest_stretch", "hands_behind_head", "blade_squeeze"},
	posture.HeadPitch:   {"chin_tuck", "neck_turn"},
	posture.LeanIn:      {"back_bend", "postural_reset"},
	posture.LeanAside:   {"seated_twist", "neck_side_tilt"},
}

// ranked is an exercise with how well it fits.
type ranked struct {
	*Exercise
	points float64
	why    string
	rest   bool // it isn't for the area asked
}

// late reports whether it is late in the evening or at night.
func (p *Person) late() bool {
	return !p.Now.IsZero() && (p.Now.Hour() >= lateFrom || p.Now.Hour() < lateTo)
}

// rank puts the exercises that may be done in order, the best first, and returns
// those left out.
func rank(p *Person, area posture.Area, need map[posture.Area]float64) (in []ranked, out []*Exercise) {
	top, exposed := topSignal(p, area)
	desk := deskReasons(p)
	for i := range Exercises {
		e := &Exercises[i]
		if !allowed(e, p) || lacking(e, p) != "" {
			out = append(out, e)
			continue
		}
		if p.Stay && !e.atDesk() {
			continue
		}
		r := ranked{Exercise: e, why: e.Does}
		switch {
		case e.Areas[0] == area:
			r.points = 6
		case slices.Contains(e.Areas, area):
			r.points = 4
		case area == posture.AreaOverall:
			r.points = 3 + 0.1*need[e.Areas[0]]
		case slices.Contains(e.Areas, posture.AreaOverall):
			r.points = 1
		default:
			r.points, r.rest = 0.1*need[e.Areas[0]]-2, true
		}
		if because := desk[e.ID]; because != "" && !r.rest {
			r.points++
			r.why = e.Does + " " + because
		}
		if j := slices.Index(answers[top], e.ID); top != "" && j >= 0 {
			r.points += 4 - 0.8*float64(j)
			r.why = fmt.Sprintf("%s today %s. %s", capital(minutes(exposed)), signalWords[top], e.Does)
		}
		for _, f := range p.Feels {
			if slices.Contains(e.Eases, causeOf(f).ID) {
				r.points++
			}
		}
		if slices.Contains(p.Feels, FeelNerve) && (e.Kind == Stretch || e.Kind == Strength) {
			r.points -= 2 // what is irritated is not pulled at
		}
		switch {
		case e.Kind == Move && p.Unbroken >= dueSitting:
			r.points += 8
			r.why = fmt.Sprintf("You have been sitting for %s: moving helps most now.", minutes(p.Unbroken/60))
		case e.Kind == Reset && p.Held >= dueHold:
			r.points += 3
			r.why = fmt.Sprintf("You have held one posture for %s.", minutes(p.Held/60))
		case e.Kind == Calm && slices.Contains(p.Feels, FeelNerve):
			r.points += 6
			r.why = "Calm breathing is what eases irritated nerves."
		case e.Kind == Calm && p.late():
			r.points += 3
			r.why = "It is late: calm breathing lets the day end."
		case e.Kind == Strength && p.late():
			r.points -= 4
		case e.Kind == Strength && p.Minutes < 10:
			r.points -= 2 // better planned than squeezed into work
		}
		// At the desk, what can be done there comes first.
		switch e.Place {
		case OnFloor:
			r.points -= 1.5
		case Seated:
			if p.Way == posture.WayStanding {
				r.points -= 0.5
			}
		}
		if h, ok := p.Helped[e.ID]; ok && h.Times >= proven {
			r.points += math.Min(3, math.Max(-3, finite(h.Eased)))
			if h.Eased > 0 && h.Last {
				r.why = strings.TrimSuffix(r.why, ".") + "; last time it was easier after it."
			}
		}
		// Variety: what was just done comes later.
		if slices.Contains(p.Recent, e.ID) {
			r.points -= 3
		}
		in = append(in, r)
	}
	slices.SortStableFunc(in, func(a, b ranked) int { return cmp.Compare(b.points, a.points) })
	return in, out
}

// capital begins a sentence.
func capital(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// causeOf is the cause that a feel points to. There is one for each.
func causeOf(f Feel) *Cause {
	return &Causes[slices.IndexFunc(Causes, func(c Cause) bool { return c.Feel == f })]
}

// atDesk reports whether an exercise is done without leaving the desk.
func (e *Exercise) atDesk() bool { return e.Place == Seated && !slices.Contains(e.Kit, Machine) }

// techniques fit the area: those that ease what it feels like first, then what the
// desk lacks.
func techniques(p *Person, area posture.Area) []string {
	ids := []string{}
	add := func(id string) {
		if id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	for _, f := range Feels {
		if slices.Contains(p.Feels, f) {
			for _, id := range causeOf(f).Eased {
				add(id)
			}
		}
	}
	for _, a := range poorAnswers(p.Workplace, area, p.Way) {
		add(a.Technique)
	}
	for i := range AreaAdvices {
		if AreaAdvices[i].Area == area {
			for _, id := range AreaAdvices[i].Techniques {
				add(id)
			}
		}
	}
	return ids
}
