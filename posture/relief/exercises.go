package relief

import (
	"slices"

	"sitwell/posture"
)

// Kit is what an exercise needs.
type Kit string

// The kit. A chair is at every desk; the rest is asked for.
const (
	Chair   Kit = "chair"
	Fixed   Kit = "fixed_chair" // one without castors
	Door    Kit = "door"        // a doorway
	Floor   Kit = "floor"       // room to lie down, with a mat or a carpet
	Band    Kit = "band"        // an elastic exercise band
	Machine Kit = "machine"     // a lat pulldown
)

// Kits lists it once, in the order of display.
var Kits = []Kit{Chair, Fixed, Door, Floor, Band, Machine}

// Kind is what an exercise does.
type Kind string

// The kinds.
const (
	Reset    Kind = "reset"    // a posture found again
	Mobility Kind = "mobility" // a joint moved through its range
	Stretch  Kind = "stretch"
	Strength Kind = "strength"
	Move     Kind = "move" // away from the desk
	Calm     Kind = "calm"
)

// Place is how an exercise is done.
type Place string

// The places.
const (
	Seated   Place = "seated"
	Standing Place = "standing"
	OnFloor  Place = "floor"
	Away     Place = "away"
)

// Dose is how much of an exercise makes one round.
type Dose struct {
	// Repetitions is how often, 1 for one hold; Most is the upper end of the
	// range that the source gives, 0 when it gives one number.
	Repetitions int `json:"repetitions"`
	Most        int `json:"most,omitempty"`
	// Hold and HoldMost are seconds, likewise; 0 for a movement without one.
	Hold     float64 `json:"hold_s,omitempty"`
	HoldMost float64 `json:"hold_most_s,omitempty"`
	Sets     int     `json:"sets"`
	// Sides is 2 when each side is done.
	Sides int `json:"sides"`
	// Often says how often a day or an hour, when the source does.
	Often string `json:"often,omitempty"`
}

// Exercise is one of the programme.
type Exercise struct {
	ID    string         `json:"id"`
	Name  string         `json:"name"`
	Areas []posture.Area `json:"areas"` // the first is its own
	Kind  Kind           `json:"kind"`
	Place Place          `json:"place"`
	// Does says in a sentence what it is for.
	Does string `json:"does"`
	// Kit is all that it needs, or with AnyOf things of which one will do; empty
	// when nothing.
	Kit   []Kit `json:"kit"`
	AnyOf bool  `json:"any_of,omitempty"`
	Dose  Dose  `json:"dose"`
	// Pace is the seconds that a repetition takes beside its hold.
	Pace  float64  `json:"pace_s"`
	Steps []string `json:"steps"`
	// Caution is what to heed, or [NoCaution].
	Caution string `json:"caution"`
	// Not rules it out for whoever has one of these limits; Adapt says what
	// whoever has one does differently.
	Not   []Limit          `json:"not"`
	Adapt map[Limit]string `json:"adapt"`
	// Eases holds the causes that it eases, by their IDs.
	Eases []string `json:"eases"`
	// Seen is what the coach calls it when the camera can follow it from in
	// front; empty when it is timed.
	Seen   string `json:"seen,omitempty"`
	Source Source `json:"source"`
}

// NoCaution stands where there is nothing in particular to heed.
const NoCaution = "Nothing in particular: smoothly, and not into pain."

// Seconds is how long one round takes.
func (e *Exercise) Seconds() float64 { return e.takes(e.Dose.Repetitions, e.Dose.Hold) }

// takes is how long a round of so many repetitions, held for so many seconds, takes.
func (e *Exercise) takes(repetitions int, hold float64) float64 {
	d := &e.Dose
	s := float64(repetitions) * (hold + e.Pace) * float64(max(1, d.Sides)) * float64(max(1, d.Sets))
	if e.Kind == Move || e.Kind == Calm {
		return s // there is nothing to get into
	}
	return s + changeover
}

// changeover is the seconds to read an exercise and get into place: a product
// decision.
const changeover = 8.0

// What limits mean for groups of exercises.
var (
	turning   = []Limit{Dizziness}
	bending   = []Limit{Dizziness, RecentSurgery}
	onTheBack = []Limit{Pregnancy}
)

// steady is what dizziness changes, by the place.
var steady = map[Place]string{
	Standing: "Hold on to something firm, and sit down when it comes.",
	OnFloor:  "Lie down and get up slowly.",
	Away:     "Only while you are steady on your feet.",
}

// Exercises lists all, in the order of display.
var Exercises = whole([]Exercise{
	{
		ID: "postural_reset", Name: "Postural reset", Areas: []posture.Area{posture.AreaUpperBack, posture.AreaOverall}, Kind: Reset, Place: Seated, Kit: []Kit{Chair},
		Does: "It sets the back up anew after a while in one posture.",
		Dose: Dose{Repetitions: 1, Hold: 10, Sets: 1, Sides: 1, Often: "every half hour"}, Pace: 2,
		Steps:   []string{"Sit tall, as if a thread drew the top of your head up.", "Let your shoulder blades slide back and down.", "Bring your chin gently in, and breathe."},
		Caution: "Ease, not force.", Eases: []string{"tight_muscles"}, Source: sourceSIRA,
	},
	{
		ID: "chin_tuck", Name: "Chin tuck", Areas: []posture.Area{posture.AreaUpperBack}, Kind: Mobility, Place: Seated, Kit: []Kit{Chair},
		Does: "It brings a head that has crept forward back over the shoulders.",
		Dose: Dose{Repetitions: 10, Sets: 1, Sides: 1}, Pace: 4,
		Steps:   []string{"Look straight ahead.", "Slide your head straight back, eyes level, until you feel the neck grow long.", "Let it come forward again."},
		Caution: "Stop if an arm tingles or you get dizzy.", Not: turning, Eases: []string{"tight_muscles"}, Seen: "chin_tuck", Source: sourceSIRA,
	},
	{
		ID: "blade_squeeze", Name: "Shoulder-blade squeeze", Areas: []posture.Area{posture.AreaUpperBack}, Kind: Strength, Place: Seated, Kit: []Kit{Chair},
		Does: "It wakes the muscles between the shoulder blades.",
		Dose: Dose{Repetitions: 5, Hold: 10, Sets: 1, Sides: 1}, Pace: 3,
		Steps:   []string{"Bend your elbows at your sides.", "Draw the shoulder blades together and a little down.", "Hold, breathe, let go slowly."},
		Caution: "Keep the shoulders away from the ears: no shrugging.", Seen: "blade_squeeze", Source: sourceStLukes,
	},
	{
		ID: "chest_stretch", Name: "Seated chest stretch", Areas: []posture.Area{posture.AreaUpperBack}, Kind: Stretch, Place: Seated, Kit: []Kit{Chair},
		Does: "It opens a chest that has closed over the keyboard.",
		Dose: Dose{Repetitions: 5, Hold: 5, HoldMost: 10, Sets: 1, Sides: 1}, Pace: 3,
		Steps:   []string{"Sit away from the backrest.", "Draw your shoulders back and down, arms a little out to the sides.", "Lift your chest until it pulls mildly across it."},
		Caution: "Smaller, or not at all, with pain in a shoulder.", Eases: []string{"tight_muscles"}, Source: sourceNHSSitting,
	},
	{
		ID: "hands_behind_head", Name: "Hands-behind-head opener", Areas: []posture.Area{posture.AreaUpperBack}, Kind: Stretch, Place: Seated, Kit: []Kit{},
		Does: "It opens the chest and lets the upper back straighten.",
		Dose: Dose{Repetitions: 1, Hold: 15, HoldMost: 30, Sets: 1, Sides: 1}, Pace: 4,
		Steps:   []string{"Lay your fingertips behind your ears, elbows wide.", "Draw the shoulder blades together and the elbows back.", "Look ahead and breathe."},
		Caution: "The hands rest: they don't pull the neck.", Eases: []string{"tight_muscles"}, Seen: "hands_behind_head", Source: sourceMayo,
	},
	{
		ID: "cross_body_stretch", Name: "Cross-body shoulder stretch", Areas: []posture.Area{posture.AreaUpperBack}, Kind: Stretch, Place: Seated, Kit: []Kit{},
		Does: "It loosens the back of the shoulder.",
		Dose: Dose{Repetitions: 1, Hold: 15, HoldMost: 30, Sets: 1, Sides: 2}, Pace: 4,
		Steps:   []string{"Bring one arm across your chest.", "Put the other hand under its elbow and draw it closer.", "Shoulders low, breathe; then the other side."},
		Caution: "The trunk stays to the front: don't twist it.", Eases: []string{"tight_muscles"}, Seen: "cross_body", Source: sourceMayo,
	},
	{
		ID: "doorway_stretch", Name: "Doorway chest stretch", Areas: []posture.Area{posture.AreaUpperBack}, Kind: Stretch, Place: Standing, Kit: []Kit{Door},
		Does: "It stretches the chest, which draws the shoulders forward.",
		Dose: Dose{Repetitions: 1, Hold: 30, Sets: 1, Sides: 1}, Pace: 4,
		Steps:   []string{"Stand in a doorway, forearms on its frame, elbows at shoulder height.", "Step one foot through until it pulls mildly across the chest.", "Stay and breathe."},
		Caution: "Not with a shoulder that was once dislocated, or a frozen one.", Eases: []string{"tight_muscles"}, Source: sourceLeaflets,
	},
	{
		ID: "neck_turn", Name: "Neck turn", Areas: []posture.Area{posture.AreaUpperBack}, Kind: Mobility, Place: Seated, Kit: []Kit{},
		Does: "It keeps the neck turning freely.",
		Dose: Dose{Repetitions: 5, Hold: 5, Sets: 1, Sides: 2}, Pace: 3,
		Steps:   []string{"Turn your head slowly to one side, chin level, as far as is comfortable.", "Stay, then come back to the middle.", "The other side."},
		Caution: "Stop if you get dizzy.", Not: turning, Eases: []string{"tight_muscles"}, Seen: "neck_turn", Source: sourceArthritis,
	},
	{
		ID: "neck_side_tilt", Name: "Neck side tilt", Areas: []posture.Area{posture.AreaUpperBack}, Kind: Stretch, Place: Seated, Kit: []Kit{},
		Does: "It loosens the side of the neck, where raised shoulders tighten it.",
		Dose: Dose{Repetitions: 5, Hold: 5, Sets: 1, Sides: 2}, Pace: 3,
		Steps:   []string{"Let one ear sink towards its shoulder, face to the front.", "Stay where it pulls mildly; the shoulder stays down.", "Come back, then the other side."},
		Caution: "The head's weight does it: don't pull with a hand.", Not: turning, Eases: []string{"tight_muscles"}, Seen: "neck_side_tilt", Source: sourceArthritis,
	},
	{
		ID: "shoulder_rolls", Name: "Shoulder rolls", Areas: []posture.Area{posture.AreaUpperBack}, Kind: Mobility, Place: Seated, Kit: []Kit{},
		Does: "It lets shoulders that have crept up sink again.",
		Dose: Dose{Repetitions: 10, Sets: 1, Sides: 1}, Pace: 2.5,
		Steps:   []string{"Draw both shoulders up towards your ears.", "Roll them back and down.", "Slowly, with the breath."},
		Caution: NoCaution, Eases: []string{"tight_muscles"}, Seen: "shoulder_roll", Source: sourceLeaflets,
	},
	{
		ID: "thoracic_extension", Name: "Upper back over the chair", Areas: []posture.Area{posture.AreaUpperBack}, Kind: Mobility, Place: Seated, Kit: []Kit{Fixed},
		Does: "It straightens an upper back that has been rounded for long.",
		Dose: Dose{Repetitions: 8, Most: 10, Sets: 1, Sides: 1}, Pace: 4,
		Steps:   []string{"Sit so that the backrest's edge meets your shoulder blades.", "Hold your head in your hands, elbows forward.", "Lean the upper back over the edge, breathe in, and come up."},
		Caution: "Only on a chair without castors; not after recent surgery, and not into sharp pain.", Not: []Limit{RecentSurgery, Osteoporosis, Dizziness, Pregnancy},
		Eases: []string{"tight_muscles"}, Source: sourceOneLeaflet,
	},
	{
		ID: "row", Name: "Bent-over or band row", Areas: []posture.Area{posture.AreaUpperBack}, Kind: Strength, Place: Seated, Kit: []Kit{Band},
		Does: "It strengthens what holds the shoulder blades back.",
		Dose: Dose{Repetitions: 10, Most: 12, Sets: 2, Sides: 1}, Pace: 4,
		Steps:   []string{"Loop the band round something firm in front of you, or lean forward from the hips with a light weight.", "Draw the elbows back along your sides until the shoulder blades meet.", "Let it go slowly."},
		Caution: "Lighter, or stop, when anything hurts.", Adapt: map[Limit]string{Osteoporosis: "Seated with the band, not bent over."},
		Source: sourceCommon,
	},
	{
		ID: "lat_pulldown", Name: "Lat pulldown", Areas: []posture.Area{posture.AreaUpperBack}, Kind: Strength, Place: Seated, Kit: []Kit{Machine, Band}, AnyOf: true,
		Does: "It strengthens what holds the shoulders down.",
		Dose: Dose{Repetitions: 10, Most: 12, Sets: 2, Sides: 1}, Pace: 4,
		Steps:   []string{"Sit tall under the bar, or under a band hung from above.", "Draw it down to your collarbone, elbows to the ribs.", "Let it rise slowly."},
		Caution: "Not behind the neck; stop at pain in a shoulder.", Source: sourceCommon,
	},
	{
		ID: "seated_twist", Name: "Seated twist", Areas: []posture.Area{posture.AreaOverall, posture.AreaLowerBack}, Kind: Mobility, Place: Seated, Kit: []Kit{Chair},
		Does: "It turns the back, which sitting holds still.",
		Dose: Dose{Repetitions: 5, Hold: 5, Sets: 1, Sides: 2}, Pace: 3,
		Steps:   []string{"Cross your arms over your chest, feet flat.", "Turn the upper body to one side; the hips stay still.", "Stay, come back, then the other side."},
		Caution: "With osteoporosis not to the end of the turn.", Adapt: map[Limit]string{
			Osteoporosis: "Half of the way only.", Pregnancy: "A small, open turn.",
		}, Eases: []string{"tight_muscles"}, Seen: "seated_twist", Source: sourceNHSSitting,
	},
	{
		ID: "back_bend", Name: "Standing back bend", Areas: []posture.Area{posture.AreaLowerBack}, Kind: Mobility, Place: Standing, Kit: []Kit{},
		Does: "It bends the lower back the other way after sitting.",
		Dose: Dose{Repetitions: 5, Sets: 1, Sides: 1, Often: "three times a day"}, Pace: 5,
		Steps:   []string{"Stand with your hands on the small of your back.", "Lean back over your hands as far as is comfortable, knees straight.", "Come up again."},
		Caution: "Stop if you get dizzy, or if a leg hurts more.", Not: bending, Adapt: map[Limit]string{
			Osteoporosis: "A small movement.", Pregnancy: "A small movement, holding on to a table.",
		}, Eases: []string{"tight_muscles"}, Source: sourceNHSInform,
	},
	{
		ID: "pelvic_tilt", Name: "Pelvic tilt", Areas: []posture.Area{posture.AreaLowerBack}, Kind: Mobility, Place: OnFloor, Kit: []Kit{Floor},
		Does: "It moves the lower back gently, carried by the floor.",
		Dose: Dose{Repetitions: 10, Most: 15, Sets: 1, Sides: 1}, Pace: 4,
		Steps:   []string{"Lie on your back, knees bent.", "Flatten the small of your back into the floor.", "Then let it arch gently."},
		Caution: "Don't press through the neck.", Not: onTheBack, Eases: []string{"tight_muscles"}, Source: sourceNHS,
	},
	{
		ID: "knee_rolls", Name: "Knee rolls", Areas: []posture.Area{posture.AreaLowerBack}, Kind: Mobility, Place: OnFloor, Kit: []Kit{Floor},
		Does: "It turns the lower back in a small, easy range.",
		Dose: Dose{Repetitions: 8, Most: 10, Sets: 1, Sides: 1}, Pace: 5,
		Steps:   []string{"Lie on your back, knees bent and together.", "Let both sink to one side, shoulders down.", "Back over the middle to the other side."},
		Caution: "A small range will do.", Not: []Limit{Pregnancy, Osteoporosis}, Eases: []string{"tight_muscles"}, Source: sourceNHS,
	},
	{
		ID: "bottom_to_heels", Name: "Bottom to heels", Areas: []posture.Area{posture.AreaOverall, posture.AreaLowerBack}, Kind: Stretch, Place: OnFloor, Kit: []Kit{Floor},
		Does: "It stretches the back at length.",
		Dose: Dose{Repetitions: 8, Most: 10, Hold: 4, Sets: 1, Sides: 1}, Pace: 4,
		Steps:   []string{"On all fours, hands under the shoulders.", "Sit back towards your heels, arms long.", "Stay for a breath, and come up."},
		Caution: "Part of the way only, if a knee complains.", Adapt: map[Limit]string{
			Pregnancy: "Knees apart, so that there is room.", Osteoporosis: "Keep the back long rather than round.",
		}, Eases: []string{"tight_muscles"}, Source: sourceNHS,
	},
	{
		ID: "bird_dog", Name: "Bird dog", Areas: []posture.Area{posture.AreaLowerBack}, Kind: Strength, Place: OnFloor, Kit: []Kit{Floor},
		Does: "It strengthens the core: the trunk stays still while arms and legs move.",
		Dose: Dose{Repetitions: 10, Hold: 5, Sets: 1, Sides: 2}, Pace: 3,
		Steps:   []string{"On all fours, belly lightly drawn in.", "Stretch one arm forward and the opposite leg back; the spine stays still.", "Hold, come back, change sides."},
		Caution: "Gentler, or not, with pain in a wrist or a knee.", Source: sourceAAOS,
	},
	{
		ID: "bridge", Name: "Bridge", Areas: []posture.Area{posture.AreaLowerBack}, Kind: Strength, Place: OnFloor, Kit: []Kit{Floor},
		Does: "It strengthens the core from behind: the hips and the back's lower end.",
		Dose: Dose{Repetitions: 10, Most: 12, Hold: 2, Sets: 1, Sides: 1}, Pace: 3,
		Steps:   []string{"Lie on your back, knees bent, feet flat.", "Lift your hips until shoulders, hips and knees are in a line.", "Hold, and sink slowly."},
		Caution: "A line, no arch: don't push higher.", Not: onTheBack, Source: sourceAAOS,
	},
	{
		ID: "plank", Name: "Plank", Areas: []posture.Area{posture.AreaLowerBack}, Kind: Strength, Place: OnFloor, Kit: []Kit{Floor},
		Does: "It strengthens the core all round.",
		Dose: Dose{Repetitions: 3, Hold: 10, HoldMost: 30, Sets: 1, Sides: 1}, Pace: 10,
		Steps:   []string{"On forearms and toes, or on forearms and knees.", "One straight line from head to heels.", "Breathe on, and rest before it sags."},
		Caution: "Mind wrists and shoulders; stop as soon as the back sags.", Not: []Limit{Pregnancy}, Source: sourceCommon,
	},
	{
		ID: "leg_raise", Name: "Leg raise", Areas: []posture.Area{posture.AreaLowerBack}, Kind: Strength, Place: OnFloor, Kit: []Kit{Floor},
		Does: "It strengthens the core from the front, with the back at rest.",
		Dose: Dose{Repetitions: 8, Most: 10, Sets: 1, Sides: 2}, Pace: 4,
		Steps:   []string{"Lie on your back, one leg bent, the other long.", "Raise the long leg, the back staying flat.", "Lower it slowly; then the other side."},
		Caution: "When the back lifts, a smaller range.", Not: onTheBack, Source: sourceCommon,
	},
	{
		ID: "walk", Name: "Walk", Areas: []posture.Area{posture.AreaOverall, posture.AreaLowerBack, posture.AreaUpperBack}, Kind: Move, Place: Away, Kit: []Kit{},
		Does: "It ends the sitting, and moves all of the back.",
		Dose: Dose{Repetitions: 1, Hold: 120, HoldMost: 300, Sets: 1, Sides: 1, Often: "every half hour"}, Pace: 0,
		Steps:   []string{"Leave the desk.", "Walk, arms loose: to the window, for a glass of water, once round.", "Come back when you have moved for two minutes or more."},
		Caution: NoCaution, Eases: []string{"tight_muscles"}, Seen: "leave", Source: sourceDiaz,
	},
	{
		ID: "calm_breathing", Name: "Calm breathing", Areas: []posture.Area{posture.AreaOverall}, Kind: Calm, Place: Seated, Kit: []Kit{},
		Does: "It calms the nerves, and the shoulders sink with the breath.",
		Dose: Dose{Repetitions: 1, Hold: 120, HoldMost: 300, Sets: 1, Sides: 1}, Pace: 0,
		Steps:   []string{"Sit or lie so that nothing presses.", "Breathe in through the nose for four seconds, out for six: about six breaths a minute.", "Let the shoulders sink with each breath out."},
		Caution: "If your head gets light, breathe as usual.", Eases: []string{"irritated_nerves"}, Source: sourceNHSCalm,
	},
})

// whole gives lists without anything in them, so that they are told as empty.
func whole(all []Exercise) []Exercise {
	for i := range all {
		if all[i].Not == nil {
			all[i].Not = []Limit{}
		}
		if all[i].Adapt == nil {
			all[i].Adapt = map[Limit]string{}
		}
		if all[i].Eases == nil {
			all[i].Eases = []string{}
		}
		// Who gets dizzy and is to stand, walk or lie down is told how.
		if text := steady[all[i].Place]; text != "" && !slices.Contains(all[i].Not, Dizziness) {
			all[i].Adapt[Dizziness] = text
		}
	}
	return all
}
