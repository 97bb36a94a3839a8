package relief

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"sitwell/posture"
)

// Person is what is known of somebody who asks what to do. The zero value is
// somebody of whom nothing is known: the answer is safe and general then.
type Person struct {
	// Now is the local time of asking; the hour matters little, the date not.
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
	// RedFlags holds the IDs of those that they have said yes to, Checked
	// whether they were asked since tension rose.
	RedFlags []string
	Checked  bool
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
	Times int
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
	AskRedFlags string `json:"ask_red_flags"` // why, or empty
	// Area is what the choice is for, Why the reason in a sentence.
	Area posture.Area `json:"area"`
	Why  string       `json:"why"`
	// Now is one thing to do at once.
	Now *Suggestion `json:"now"`
	// Routine fits the minutes; empty when none were given.
	Routine []Suggestion `json:"routine"`
	Seconds float64      `json:"seconds"`
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
	Seconds     float64 `json:"seconds"`
	// Adapt is what a limit changes; empty when nothing.
	Adapt string `json:"adapt"`
	Why   string `json:"why"`
}

// Stop says that advice stops, and where to turn.
type Stop struct {
	Urgency Urgency  `json:"urgency"`
	Signs   []string `json:"signs"`
	Text    string   `json:"text"`
}

// Thresholds of the choice: product decisions, but for those with a source.
const (
	// highTension is when red flags are asked for.
	highTension = 8
	// lastingDays is how long high tension may last before a professional is
	// suggested, and lastingTension what counts as that.
	lastingDays    = 14
	lastingTension = 6
	// newTension is a rise from nothing to speak of within a day.
	newTension = 4
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
)

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
// and nothing at all after a red flag. An answer that can't be is an error.
func Choose(p Person) (Choice, error) {
	if err := p.Check(); err != nil {
		return Choice{}, err
	}
	p.Unbroken, p.Held = finite(p.Unbroken), finite(p.Held)
	c := Choice{Routine: []Suggestion{}, Exercises: []Option{}, Techniques: []string{}, Support: []string{}, Disclaimer: Disclaimer}
	if c.Stop = stop(&p); c.Stop != nil {
		return c, nil
	}
	c.AskSafety = !p.Answered
	c.AskRedFlags = redFlagsDue(&p)
	need := needs(&p)
	c.Area, c.Why = area(&p, need)
	ranked, out := rank(&p, c.Area, need)
	c.LeftOut = leftOut(&p, out)
	if len(ranked) > 0 {
		s := ranked[0].suggestion(&p)
		c.Now = &s
	}
	if p.Minutes > 0 {
		c.Routine, c.Seconds = routine(&p, c.Area, ranked)
	}
	c.Exercises = options(&p)
	c.Techniques = techniques(&p, c.Area)
	c.Support = Support(p.Workplace, c.Area)
	c.Avoid = avoid(&p, c.Routine)
	return c, nil
}

// stop is the answer to red flags, nil when there is none.
func stop(p *Person) *Stop {
	s := Stop{Urgency: Soon}
	for i := range RedFlags { // in their order, the urgent ones first
		f := &RedFlags[i]
		if !slices.Contains(p.RedFlags, f.ID) {
			continue
		}
		s.Signs = append(s.Signs, f.Sign)
		if f.Urgency == AtOnce {
			s.Urgency = AtOnce
		}
	}
	switch {
	case len(s.Signs) == 0:
		return nil
	case s.Urgency == AtOnce:
		s.Text = "This can be an emergency: call your emergency number or go to an emergency department now. Exercises are not the answer to it."
	default:
		s.Text = "Have a doctor look at this in the next days. Exercises wait until then."
	}
	return &s
}

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
		return fmt.Sprintf("Your tension has stayed at %d or more for two weeks. Whatever the answers, a professional should look at it.", lastingTension)
	case worst >= newTension && fresh(p, at):
		return fmt.Sprintf("The tension in your %s is new.", areaWords(at))
	}
	return ""
}

func worstTension(of map[posture.Area]int) (worst int, at posture.Area) {
	for _, a := range posture.Areas {
		if v, ok := of[a]; ok && (at == "" || v > worst) {
			worst, at = v, a
		}
	}
	return worst, at
}

// lasting reports whether tension stayed high for two weeks: on all days of which
// something is known, five at the least.
func lasting(p *Person) bool {
	if worst, _ := worstTension(p.Tension); worst < lastingTension || len(p.Before) < lastingDays {
		return false
	}
	known := 0
	for _, day := range p.Before[len(p.Before)-lastingDays:] {
		if len(day) == 0 {
			continue
		}
		known++
		if worst, _ := worstTension(day); worst < lastingTension {
			return false
		}
	}
	return known >= 5
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
	switch minutes := finite(p.Exposure[best]); {
	case known && said > 0:
		return best, fmt.Sprintf("You called the tension in your %s %d of 10.", areaWords(best), said)
	case minutes >= 1:
		why := fmt.Sprintf("%.0f minutes of exposure of your %s today", minutes, areaWords(best))
		if s, m := topSignal(p, best); s != "" {
			why += fmt.Sprintf(", %.0f of them %s", m, signalWords[s])
		}
		return best, why + "."
	case p.Unbroken >= dueSitting:
		return best, fmt.Sprintf("You have been sitting for %.0f minutes.", p.Unbroken/60)
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
}

// rank puts the exercises that may be done in order, the best first, and returns
// those left out.
func rank(p *Person, area posture.Area, need map[posture.Area]float64) (in []ranked, out []*Exercise) {
	top, minutes := topSignal(p, area)
	for i := range Exercises {
		e := &Exercises[i]
		if !allowed(e, p) || len(lacking(e, p)) > 0 {
			out = append(out, e)
			continue
		}
		if p.Stay && !e.atDesk() {
			continue
		}
		r := ranked{Exercise: e}
		switch {
		case e.Areas[0] == area:
			r.points = 6
		case slices.Contains(e.Areas, area):
			r.points = 4
		case area == posture.AreaOverall:
			r.points = 3 + 0.1*need[e.Areas[0]]
		default:
			r.points = 0.1 * need[e.Areas[0]]
		}
		r.why = "It is for the " + areaWords(e.Areas[0]) + "."
		if j := slices.Index(answers[top], e.ID); top != "" && j >= 0 {
			r.points += 4 - 0.8*float64(j)
			r.why = fmt.Sprintf("%.0f minutes today %s.", minutes, signalWords[top])
		}
		for _, f := range p.Feels {
			if slices.ContainsFunc(e.Eases, func(id string) bool { c := causeOf(f); return c != nil && c.ID == id }) {
				r.points++
			}
		}
		switch {
		case e.Kind == Move && p.Unbroken >= dueSitting:
			r.points += 8
			r.why = fmt.Sprintf("You have been sitting for %.0f minutes: moving helps most now.", p.Unbroken/60)
		case e.Kind == Reset && p.Held >= dueHold:
			r.points += 3
			r.why = fmt.Sprintf("You have held one posture for %.0f minutes.", p.Held/60)
		case e.Kind == Strength:
			r.points -= 2 // better planned than squeezed into work
		case e.Kind == Calm && slices.Contains(p.Feels, FeelNerve):
			r.points += 3
			r.why = "Calm breathing is what eases irritated nerves."
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
				r.why = strings.TrimSuffix(r.why, ".") + "; last time this eased it."
			}
		}
		// Variety: what was just done comes later.
		if i := slices.Index(p.Recent, e.ID); i >= 0 {
			r.points -= 3
		}
		in = append(in, r)
	}
	slices.SortStableFunc(in, func(a, b ranked) int { return cmp.Compare(b.points, a.points) })
	return in, out
}

func causeOf(f Feel) *Cause {
	for i := range Causes {
		if Causes[i].Feel == f {
			return &Causes[i]
		}
	}
	return nil
}

// waits reports whether a limit has exercises wait for a professional.
func waits(l Limit) bool {
	return slices.ContainsFunc(SafetyQuestions, func(q SafetyQuestion) bool { return q.Limit == l && q.Waits })
}

// allowed reports whether no limit rules e out. Until the safety questions are
// answered only what nothing rules out is allowed.
func allowed(e *Exercise, p *Person) bool {
	limits := p.Limits
	if !p.Answered && len(limits) == 0 {
		return len(e.Not) == 0 && e.Kind != Strength
	}
	for _, l := range limits {
		if slices.Contains(e.Not, l) || waits(l) && e.Kind != Move && e.Kind != Calm {
			return false
		}
	}
	return true
}

// lacking is what an exercise needs and is not at hand.
func lacking(e *Exercise, p *Person) (out []Kit) {
	kit := p.Kit
	if kit == nil {
		kit = []Kit{Chair}
	}
	for _, k := range e.Kit {
		if !slices.Contains(kit, k) && !(k == Chair && slices.Contains(kit, Fixed)) {
			out = append(out, k)
		}
	}
	return out
}

// atDesk reports whether an exercise is done without leaving the desk.
func (e *Exercise) atDesk() bool { return e.Place == Seated && !slices.Contains(e.Kit, Machine) }

// options are all exercises as p would do them.
func options(p *Person) []Option {
	out := make([]Option, len(Exercises))
	for i := range Exercises {
		e := &Exercises[i]
		o := Option{
			Exercise: e.ID, Repetitions: e.Dose.Repetitions, Seconds: e.Seconds(), Adapt: adapted(e, p), Against: against(e, p),
		}
		for j, k := range lacking(e, p) {
			if j > 0 {
				o.Missing += " and "
			}
			o.Missing += kitWords[k]
		}
		if o.Missing != "" {
			o.Missing = "Needs " + o.Missing + "."
		}
		out[i] = o
	}
	return out
}

var kitWords = map[Kit]string{
	Chair: "a chair", Fixed: "a chair without castors", Door: "a doorway", Floor: "room to lie down", Band: "an exercise band", Machine: "a lat pulldown",
}

var limitWords = map[Limit]string{
	RecentInjury: "a recent injury", RecentSurgery: "surgery", Osteoporosis: "osteoporosis", Pregnancy: "pregnancy", Dizziness: "dizziness",
}

// against says why an exercise is not for p now, empty when nothing is against it.
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
	case len(p.Limits) > 0:
		return "Waits until a professional has agreed."
	}
	return "Answer the safety questions first."
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
		if !p.Answered && len(p.Limits) == 0 {
			why = "until the safety questions are answered"
		}
		parts = append(parts, fmt.Sprintf("%d exercises are left out %s", ruled, why))
	}
	if unequipped > 0 {
		parts = append(parts, fmt.Sprintf("%d need something that you did not say is at hand", unequipped))
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, ", ") + "."
}

// suggestion is the exercise as p does it.
func (r *ranked) suggestion(p *Person) Suggestion {
	return Suggestion{
		Exercise: r.ID, Name: r.Name, Repetitions: r.Dose.Repetitions, Seconds: r.Exercise.Seconds(), Adapt: adapted(r.Exercise, p), Why: r.why,
	}
}

// order is the one in which kinds of exercise follow one another: from waking up
// to winding down.
var order = []Kind{Move, Reset, Mobility, Strength, Stretch, Calm}

// routine fills the minutes with the best, in a good order.
func routine(p *Person, area posture.Area, in []ranked) (list []Suggestion, seconds float64) {
	budget := float64(p.Minutes) * 60
	var picked []ranked
	kinds := map[Kind]int{}
	for _, r := range in {
		left := budget - seconds
		need := r.Exercise.Seconds()
		// Two of a kind of long thing are no routine.
		if (r.Kind == Move || r.Kind == Calm || r.Kind == Reset) && kinds[r.Kind] > 0 || kinds[r.Kind] >= 4 {
			continue
		}
		if need > left {
			continue
		}
		// A walk fills a short routine: better one thing well.
		picked = append(picked, r)
		kinds[r.Kind]++
		seconds += need
	}
	slices.SortStableFunc(picked, func(a, b ranked) int {
		return cmp.Compare(slices.Index(order, a.Kind), slices.Index(order, b.Kind))
	})
	list = []Suggestion{}
	for i := range picked {
		list = append(list, picked[i].suggestion(p))
	}
	return list, seconds
}

// techniques fit the area, those that ease what it feels like first.
func techniques(p *Person, area posture.Area) []string {
	ids := []string{}
	add := func(id string) {
		if !slices.Contains(ids, id) {
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
	for i := range AreaAdvices {
		if AreaAdvices[i].Area == area {
			for _, id := range AreaAdvices[i].Techniques {
				add(id)
			}
		}
	}
	return ids
}

// avoid is what fits the moment: moving after long sitting, not overstretching
// before a stretch, and else that relief comes of habits.
func avoid(p *Person, list []Suggestion) string {
	switch {
	case p.Unbroken >= dueSitting:
		return "long_inactivity"
	case slices.ContainsFunc(list, func(s Suggestion) bool {
		e := ByID(s.Exercise)
		return e.Kind == Stretch && slices.Contains([]string{"neck_side_tilt"}, e.ID)
	}):
		return "pulling_neck"
	case slices.ContainsFunc(list, func(s Suggestion) bool { return ByID(s.Exercise).Kind == Stretch }):
		return "overstretching"
	}
	return "quick_fixes"
}
