// Package relief is the programme: why a back gets tense, what eases it, what to
// avoid, when to see somebody, and the choice among all that for one person now.
//
// It is data and pure functions. Nothing in it is a diagnosis; [Disclaimer] stands
// wherever its advice does. Every statement carries a [Source]; the sentences are
// Sitwell's own.
package relief

import "sitwell/posture"

// Disclaimer must stand wherever advice does.
const Disclaimer = "This is general advice, no diagnosis and no treatment. Talk to a doctor or a physiotherapist before you begin or change an exercise routine, and stop whatever hurts."

// Manner is how to do every exercise.
const Manner = "Move smoothly, never bounce. Tension is fine, pain is too far. Ease off or stop when symptoms grow or a new pain comes."

// Source is where a statement comes from.
type Source struct {
	Name string `json:"name"`
	// Weak is true when it is common use or a single leaflet rather than a
	// health service's advice or a study.
	Weak bool `json:"weak,omitempty"`
}

// The sources, named as they are looked up.
var (
	sourceSIRA       = Source{Name: "SIRA NSW, office exercises"}
	sourceStLukes    = Source{Name: "St Luke's, shoulder-blade exercises"}
	sourceNHSSitting = Source{Name: "NHS, sitting exercises"}
	sourceNHS        = Source{Name: "NHS, back pain and its exercises"}
	sourceNHSInform  = Source{Name: "NHS inform, exercises for back problems"}
	sourceNHSCalm    = Source{Name: "NHS, breathing exercises for stress"}
	sourceMayo       = Source{Name: "Mayo Clinic, office stretches"}
	sourceArthritis  = Source{Name: "Arthritis Research UK, neck pain"}
	sourceAAOS       = Source{Name: "AAOS OrthoInfo, spine conditioning programme"}
	sourceDiaz       = Source{Name: "Duran et al. 2023, Med Sci Sports Exerc 55:847 (Diaz's group); Cornell University Ergonomics Web"}
	sourceLeaflets   = Source{Name: "physiotherapy leaflets", Weak: true}
	sourceCommon     = Source{Name: "the field's common use", Weak: true}
	sourceOneLeaflet = Source{Name: "a single leaflet", Weak: true}

	sourceYoga         = Source{Name: "Cochrane reviews of yoga (Wieland 2022) and Pilates (Yamato 2015) for low back pain"}
	sourceMassage      = Source{Name: "Cochrane review of massage for low back pain (Furlan 2015): short-term, low certainty"}
	sourceHeat         = Source{Name: "Cochrane review of heat or cold for low back pain (French 2006)"}
	sourceMindful      = Source{Name: "Cherkin et al. 2016, JAMA 315:1240, mindfulness and chronic low back pain"}
	sourceRelease      = Source{Name: "Beardsley and Škarabot 2015, J Bodyw Mov Ther 19:747, self-myofascial release"}
	sourceACP          = Source{Name: "American College of Physicians 2017, Ann Intern Med 166:514"}
	sourceOSHA         = Source{Name: "OSHA, computer workstations"}
	sourceHSE          = Source{Name: "HSE, working with display screen equipment; McLean et al. 2001, Appl Ergon 32:225, micro-breaks"}
	sourceMcGill       = Source{Name: "McGill, Low Back Disorders, 3rd edition 2015"}
	sourceNICE         = Source{Name: "NICE guideline NG59, low back pain and sciatica"}
	sourceRedFlags     = Source{Name: "Finucane et al. 2020, J Orthop Sports Phys Ther 50:350, red flags of the spine"}
	sourceNHSNeck      = Source{Name: "NHS, neck pain and stiff neck"}
	sourceStretchLimit = Source{Name: "ACSM, guidelines for exercise testing and prescription: to the point of slight discomfort"}
)

// Feel is what tension feels like.
type Feel string

// The feels, each pointing to one [Cause].
const (
	FeelTight Feel = "tight" // a pull, stiffness
	FeelNerve Feel = "nerve" // burning, tingling, an irritated nerve
	FeelKnots Feel = "knots" // sore points under the finger
)

// Feels lists them in the order of display.
var Feels = []Feel{FeelTight, FeelNerve, FeelKnots}

// Cause is why tension comes.
type Cause struct {
	ID   string `json:"id"`
	Feel Feel   `json:"feel"`
	Name string `json:"name"`
	Why  string `json:"why"`
	// Eased holds the techniques that ease it, by their IDs.
	Eased  []string `json:"eased"`
	Source Source   `json:"source"`
}

// Causes lists them in the order of display.
var Causes = []Cause{
	{
		ID: "tight_muscles", Feel: FeelTight, Name: "Tight muscles",
		Why:   "Muscles that hold one length for hours shorten and stay tense: too little movement, a posture kept too long, stress that raises the shoulders.",
		Eased: []string{"gentle_stretching", "targeted_massage", "movement_breaks"}, Source: sourceNHS,
	},
	{
		ID: "irritated_nerves", Feel: FeelNerve, Name: "Irritated nerves",
		Why:   "A nerve that is pressed or inflamed burns, tingles or aches, and the muscles around it guard it.",
		Eased: []string{"heat_and_cold", "calm_mind"}, Source: sourceNICE,
	},
	{
		ID: "knots", Feel: FeelKnots, Name: "Knots and trigger points",
		Why:   "Small bands of muscle stay contracted and are sore to the touch; some send an ache elsewhere.",
		Eased: []string{"self_release", "hands_on_care"}, Source: sourceRelease,
	},
}

// Technique is a way to ease tension that is no single exercise.
type Technique struct {
	ID    string         `json:"id"`
	Name  string         `json:"name"`
	Areas []posture.Area `json:"areas"`
	How   string         `json:"how"`
	// With lists tools that serve it; empty when none is needed.
	With    []string `json:"with"`
	Caution string   `json:"caution"`
	Source  Source   `json:"source"`
}

var everywhere = []posture.Area{posture.AreaUpperBack, posture.AreaLowerBack, posture.AreaOverall}

// Techniques lists them in the order of display.
var Techniques = []Technique{
	{
		ID: "gentle_stretching", Name: "Gentle stretching", Areas: everywhere,
		How:     "Slow stretches through the whole body, as yoga and Pilates do them: into a mild pull, with the breath, and out again. A short round most days does more than a long one now and then.",
		With:    []string{"a mat"},
		Caution: "Stop short of pain, and don't bounce.", Source: sourceYoga,
	},
	{
		ID: "targeted_massage", Name: "Massage where it is tight", Areas: everywhere,
		How:     "Work along the tight muscle, not on the spine, with a foam roller, a handheld massager, or a chair that massages by vibration or air. A minute or two on each place.",
		With:    []string{"foam roller", "handheld massager", "vibration massage chair", "air massage chair"},
		Caution: "Not on the spine itself, not on skin that is injured or numb; not with a blood clot or blood thinners without advice.", Source: sourceMassage,
	},
	{
		ID: "heat_and_cold", Name: "Heat and cold", Areas: everywhere,
		How:     "Warmth for 15 to 20 minutes loosens muscles: a heating pad, a warm bath, a heated chair. Cold, wrapped in a cloth, for 10 minutes calms what is freshly irritated.",
		With:    []string{"heating pad", "warm bath", "heated chair", "cold pack"},
		Caution: "Never fall asleep on a heating pad; neither heat nor cold on numb skin.", Source: sourceHeat,
	},
	{
		ID: "calm_mind", Name: "Meditation and calm breathing", Areas: []posture.Area{posture.AreaOverall},
		How:     "Some quiet minutes of meditation or slow, deep breathing lower the tension that stress adds. Reclined, as in a zero-gravity chair, the back carries least while you do.",
		With:    []string{"zero-gravity chair or a bed"},
		Caution: "Breathe normally if your head gets light.", Source: sourceMindful,
	},
	{
		ID: "self_release", Name: "Pressure on the knot: self-myofascial release", Areas: everywhere,
		How:     "Lean onto a massage ball at a wall, or lie on a foam roller, until the sore spot is under it; stay 30 seconds while it eases, then roll slowly over the muscle. A massage chair with vibration does some of it for you.",
		With:    []string{"massage ball", "foam roller", "vibration massage chair"},
		Caution: "Pressure should feel like relief on the way; not on the spine, not on bone.", Source: sourceRelease,
	},
	{
		ID: "hands_on_care", Name: "Chiropractic or physical therapy", Areas: everywhere,
		How:     "Knots that come back again and again, or many of them, are work for trained hands: a physical therapist or a chiropractor finds what keeps them there.",
		With:    []string{},
		Caution: "Tell them of osteoporosis, blood thinners, pregnancy or an earlier injury first.", Source: sourceACP,
	},
	{
		ID: "ergonomic_support", Name: "A chair and desk that fit", Areas: []posture.Area{posture.AreaUpperBack},
		How:     "A backrest that reaches the shoulder blades, armrests that let the shoulders hang, the screen's upper edge at eye height an arm's length away, keyboard and mouse close by.",
		With:    []string{"chair with a high backrest", "screen stand", "separate keyboard"},
		Caution: "None: change one thing at a time and see what it does.", Source: sourceOSHA,
	},
	{
		ID: "neck_shoulder_stretches", Name: "Stretches for neck and shoulders", Areas: []posture.Area{posture.AreaUpperBack},
		How:     "Turn and tilt the head, roll the shoulders, draw an arm across the chest: each slowly, to a mild pull, some times a day.",
		With:    []string{},
		Caution: "Don't pull the head by hand; stop when you get dizzy.", Source: sourceMayo,
	},
	{
		ID: "posture_correction", Name: "Posture, sitting and standing", Areas: []posture.Area{posture.AreaUpperBack},
		How:     "Grow tall, let the shoulder blades slide down and together, bring the chin gently in; at a standing desk the same over both feet, weight shifting. Change often: no posture is right for long.",
		With:    []string{},
		Caution: "Ease, not force: a stiffly held posture is tension too.", Source: sourceSIRA,
	},
	{
		ID: "upper_back_strength", Name: "A stronger upper back", Areas: []posture.Area{posture.AreaUpperBack},
		How:     "Rows and lat pulldowns, two or three times a week, let the muscles between the shoulder blades hold for longer without complaint.",
		With:    []string{"resistance band", "lat pulldown machine"},
		Caution: "Begin light; stop at pain in the shoulder.", Source: sourceCommon,
	},
	{
		ID: "core_strength", Name: "A stronger core, and rest after it", Areas: []posture.Area{posture.AreaLowerBack},
		How:     "Plank, bridge and leg raise two or three times a week steady the lower back. Give it a day to recover between, and a gentle stretch afterwards.",
		With:    []string{"a mat"},
		Caution: "Stop when the back sags or aches.", Source: sourceAAOS,
	},
	{
		ID: "low_impact", Name: "Easy endurance", Areas: []posture.Area{posture.AreaLowerBack},
		How:     "Swimming or cycling moves the back without jolts; 20 minutes on some days of the week are a good beginning.",
		With:    []string{"a pool", "a bicycle"},
		Caution: "Raise the handlebar if bending forward is what hurts.", Source: sourceNHS,
	},
	{
		ID: "lumbar_support", Name: "Support for the lower back", Areas: []posture.Area{posture.AreaLowerBack},
		How:     "A cushion, a roll or a chair with a lumbar support fills the hollow of the back. A sofa lets it sink: sit on a chair for longer work.",
		With:    []string{"lumbar cushion", "lumbar roll or a rolled towel", "chair with lumbar support"},
		Caution: "It should fill the hollow, not push you forward.", Source: sourceOSHA,
	},
	{
		ID: "movement_breaks", Name: "Regular breaks that move", Areas: []posture.Area{posture.AreaLowerBack, posture.AreaOverall},
		How:     "Stand up, stretch and walk for two or three minutes every half hour at work: short and often beats long and seldom.",
		With:    []string{},
		Caution: "None.", Source: sourceHSE,
	},
	{
		ID: "full_body_routine", Name: "A routine for the whole body", Areas: []posture.Area{posture.AreaOverall},
		How:     "Some minutes from neck to hips, once a day, keep every part moving: the routines here are made for that.",
		With:    []string{},
		Caution: "Skip what your limits rule out.", Source: sourceNHS,
	},
}

// AreaAdvice is what to offer for an area of the back.
type AreaAdvice struct {
	Area posture.Area `json:"area"`
	Name string       `json:"name"`
	// Techniques and Exercises are IDs, the first being what to begin with.
	Techniques []string `json:"techniques"`
	Exercises  []string `json:"exercises"`
}

// AreaAdvices lists the areas in the order of display.
var AreaAdvices = []AreaAdvice{
	{
		Area: posture.AreaUpperBack, Name: "Upper back, neck and shoulders",
		Techniques: []string{"ergonomic_support", "neck_shoulder_stretches", "upper_back_strength", "posture_correction", "targeted_massage", "self_release"},
		Exercises: []string{
			"postural_reset", "chin_tuck", "blade_squeeze", "chest_stretch", "hands_behind_head", "cross_body_stretch", "doorway_stretch",
			"neck_turn", "neck_side_tilt", "shoulder_rolls", "thoracic_extension", "row", "lat_pulldown",
		},
	},
	{
		Area: posture.AreaLowerBack, Name: "Lower back",
		Techniques: []string{"movement_breaks", "lumbar_support", "core_strength", "low_impact", "heat_and_cold"},
		Exercises:  []string{"back_bend", "pelvic_tilt", "knee_rolls", "bird_dog", "bridge", "plank", "leg_raise"},
	},
	{
		Area: posture.AreaOverall, Name: "The whole back",
		Techniques: []string{"full_body_routine", "gentle_stretching", "targeted_massage", "heat_and_cold", "calm_mind"},
		Exercises:  []string{"walk", "seated_twist", "bottom_to_heels", "calm_breathing"},
	},
}

// Avoided is something that does harm, and when to say so.
type Avoided struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Why    string `json:"why"`
	Rather string `json:"rather"`
	// Moment is when it is said: "before" a routine, while "stretching",
	// after long "sitting", or on the "page".
	Moment string `json:"moment"`
	Source Source `json:"source"`
}

// Avoid lists what to avoid in the order of display.
var Avoid = []Avoided{
	{
		ID: "overstretching", Name: "Overstretching", Moment: "stretching",
		Why:    "A stretch beyond your own comfortable range makes the muscle guard itself, and can strain it.",
		Rather: "Keep the balance: go to a mild pull, and respect where it ends.", Source: sourceStretchLimit,
	},
	{
		ID: "long_inactivity", Name: "Long times without moving", Moment: "sitting",
		Why:    "Sitting or lying still for long is what tightens a back; rest in bed does not heal it.",
		Rather: "Move a little every half hour, also on a bad day.", Source: sourceNICE,
	},
	{
		ID: "toe_touches", Name: "Standing toe-touches", Moment: "before",
		Why:    "Bending down with straight legs loads discs and ligaments where they are weakest.",
		Rather: "Stretch the back on all fours, and the legs lying down.", Source: sourceMcGill,
	},
	{
		ID: "loaded_end_range", Name: "A load at the end of a bend or a twist", Moment: "before",
		Why:    "A fully bent or turned spine bears weight badly: sit-ups to the knees, lifting in a twist.",
		Rather: "Keep the spine long while it works; turn with the feet.", Source: sourceMcGill,
	},
	{
		ID: "ballistic", Name: "Bouncing stretches", Moment: "stretching",
		Why:    "A bounce sets off the reflex that tightens the very muscle.",
		Rather: "Hold still and breathe out.", Source: sourceStretchLimit,
	},
	{
		ID: "pulling_neck", Name: "Pulling the neck by hand", Moment: "stretching",
		Why:    "A hand pulls harder than the neck's small joints bear.",
		Rather: "Let the head's own weight do it.", Source: sourceArthritis,
	},
	{
		ID: "quick_fixes", Name: "Quick fixes", Moment: "page",
		Why:    "A device or one hard session seldom lasts; relief comes of steady habits.",
		Rather: "A few minutes most days, and a desk that fits.", Source: sourceNICE,
	},
}

// Urgency is how soon somebody must see a professional.
type Urgency string

// The urgencies.
const (
	AtOnce Urgency = "at_once" // an emergency
	Soon   Urgency = "soon"    // a doctor, in the next days
)

// RedFlag is a sign at which advice stops.
type RedFlag struct {
	ID      string  `json:"id"`
	Sign    string  `json:"sign"`
	Urgency Urgency `json:"urgency"`
	// Neck is true when it matters with pain in the neck.
	Neck   bool   `json:"neck,omitempty"`
	Source Source `json:"source"`
}

// RedFlags lists them, the most urgent first.
var RedFlags = []RedFlag{
	{ID: "both_legs", Sign: "Back pain with weakness, numbness or tingling in both legs", Urgency: AtOnce, Source: sourceRedFlags},
	{ID: "saddle", Sign: "Numbness around the genitals or where you would sit on a saddle", Urgency: AtOnce, Source: sourceRedFlags},
	{ID: "bladder_bowel", Sign: "Trouble passing urine, or loss of control over bladder or bowel", Urgency: AtOnce, Source: sourceRedFlags},
	{ID: "erection", Sign: "Erections that newly fail", Urgency: AtOnce, Source: sourceRedFlags},
	{ID: "chest_pain", Sign: "Pain in the chest", Urgency: AtOnce, Source: sourceNHS},
	{ID: "accident", Sign: "It began with a serious accident, such as a fall or a crash", Urgency: AtOnce, Source: sourceNHS},
	{ID: "fever", Sign: "Fever", Urgency: Soon, Source: sourceNHS},
	{ID: "weight_loss", Sign: "Losing weight without meaning to", Urgency: Soon, Source: sourceNHS},
	{ID: "lump", Sign: "A lump, or a back that has changed its shape", Urgency: Soon, Source: sourceNHS},
	{ID: "night", Sign: "No ease with rest, and much worse at night", Urgency: Soon, Source: sourceNHS},
	{ID: "cancer", Sign: "New back pain, and cancer now or earlier", Urgency: Soon, Source: sourceRedFlags},
	{ID: "neck_injury", Sign: "An injury of the neck", Urgency: Soon, Neck: true, Source: sourceNHSNeck},
	{ID: "dizzy", Sign: "Dizziness that came with the neck pain", Urgency: Soon, Neck: true, Source: sourceNHSNeck},
	{ID: "speech", Sign: "Trouble with speaking or swallowing; at once if it came suddenly", Urgency: Soon, Neck: true, Source: sourceNHSNeck},
	{ID: "drop", Sign: "Falling down all of a sudden without fainting; at once if it was just now", Urgency: Soon, Neck: true, Source: sourceNHSNeck},
	{ID: "sight", Sign: "Disturbed sight; at once if it came suddenly", Urgency: Soon, Neck: true, Source: sourceNHSNeck},
	{ID: "arm", Sign: "Weakness or tingling in an arm", Urgency: Soon, Neck: true, Source: sourceNHSNeck},
}

// Lasting is when a professional is advised though no sign is there.
const Lasting = "Tension that has stayed high for two weeks, whatever you did about it: have a doctor or a physiotherapist look at it."

// Limit is what a person has that rules exercises out or changes them.
type Limit string

// The limits, one for each question that is asked once.
const (
	RecentInjury  Limit = "recent_injury"
	RecentSurgery Limit = "surgery" // of the spine or a shoulder
	Osteoporosis  Limit = "osteoporosis"
	Pregnancy     Limit = "pregnancy"
	Dizziness     Limit = "dizziness"
)

// SafetyQuestion is asked before the first routine, and can be changed at will.
type SafetyQuestion struct {
	Limit Limit  `json:"limit"`
	Ask   string `json:"ask"`
	// Then says what a yes changes.
	Then string `json:"then"`
	// Waits is true when routines wait for professional advice, Cleared asks
	// whether it was given.
	Waits   bool   `json:"waits,omitempty"`
	Cleared string `json:"cleared,omitempty"`
}

// SafetyQuestions lists them in the order in which they are asked.
var SafetyQuestions = []SafetyQuestion{
	{Limit: RecentInjury, Ask: "Were you injured in the back, neck or a shoulder in the last weeks?", Then: "Exercises wait until a professional has looked at it. Easy walking and calm breathing are all that is proposed.", Waits: true, Cleared: "A professional has looked at it and agrees to exercises"},
	{Limit: RecentSurgery, Ask: "Have you had surgery of the spine or a shoulder?", Then: "Exercises wait until whoever treated you agrees. Easy walking and calm breathing are all that is proposed.", Waits: true, Cleared: "Whoever treated me agrees to exercises"},
	{Limit: Osteoporosis, Ask: "Do you have osteoporosis?", Then: "Nothing that bends or turns the back to its end: what bends or turns stays small, or is left out."},
	{Limit: Pregnancy, Ask: "Are you pregnant?", Then: "Nothing lying on the back, nothing on the belly's muscles alone, nothing over the edge of a chair; what bends stays small."},
	{Limit: Dizziness, Ask: "Do you get dizzy?", Then: "No turning or tilting of the head, no bending back; what is done standing or on the floor is done slowly, and holding on."},
}

// Limits lists every limit once.
var Limits = []Limit{RecentInjury, RecentSurgery, Osteoporosis, Pregnancy, Dizziness}
