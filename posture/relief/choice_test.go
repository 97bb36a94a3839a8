package relief

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"sitwell/posture"
)

func choose(t *testing.T, p Person) Choice {
	t.Helper()
	c, err := Choose(p)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

type (
	minutesOf = map[posture.Area]float64
	said      = map[posture.Area]int
)

func TestChoose(t *testing.T) {
	fit := func(p Person) Person {
		p.Answered, p.Checked = true, true
		return p
	}
	for _, c := range []struct {
		name string
		p    Person
		area posture.Area
		now  []string // any of them
		why  string   // part of the choice's or of the suggestion's
	}{
		{"nothing known", Person{}, posture.AreaOverall, []string{"walk", "calm_breathing", "seated_twist"}, "Nothing in particular"},
		{
			"head forward", fit(Person{Exposure: minutesOf{posture.AreaUpperBack: 40}, Signals: map[posture.Signal]float64{posture.HeadForward: 32, posture.Sink: 8}}),
			posture.AreaUpperBack,
			[]string{"chin_tuck"},
			"Your upper back was strained for 40 minutes today, for 32 of them with the head forward.",
		},
		{
			"and that helped", fit(Person{
				Exposure: minutesOf{posture.AreaUpperBack: 40}, Signals: map[posture.Signal]float64{posture.HeadForward: 32},
				Helped: map[string]Effect{"chin_tuck": {Times: 4, Eased: 1.5, Last: true}},
			}), posture.AreaUpperBack, []string{"chin_tuck"}, "32 minutes today with the head forward. It brings a head that has crept forward back over the shoulders; last time it was easier after it.",
		},
		{
			"what helped is done more", fit(Person{
				Area: posture.AreaUpperBack, Helped: map[string]Effect{"shoulder_rolls": {Times: 3, Eased: 3}, "chin_tuck": {Times: 9, Eased: -2}},
			}), posture.AreaUpperBack, []string{"shoulder_rolls"}, "You asked for your upper back",
		},
		{
			"twice is no proof", fit(Person{Area: posture.AreaUpperBack, Helped: map[string]Effect{"shoulder_rolls": {Times: 2, Eased: 10}}}),
			posture.AreaUpperBack,
			[]string{"postural_reset", "chin_tuck"},
			"",
		},
		{
			"long sitting", fit(Person{Unbroken: 47 * 60}), posture.AreaOverall, []string{"walk"}, "You have been sitting for 47 minutes",
		},
		{
			"held for long", fit(Person{Held: 25 * 60, Exposure: minutesOf{posture.AreaUpperBack: 5}}), posture.AreaUpperBack,
			[]string{"postural_reset"},
			"You have held one posture for 25 minutes.",
		},
		{"what was said weighs more", fit(Person{Exposure: minutesOf{posture.AreaUpperBack: 30}, Tension: said{posture.AreaLowerBack: 6, posture.AreaUpperBack: 1}}), posture.AreaLowerBack, []string{"back_bend", "seated_twist"}, "You called the tension in your lower back 6 of 10."},
		{"said to be well", fit(Person{Tension: said{posture.AreaUpperBack: 0, posture.AreaLowerBack: 0}}), posture.AreaOverall, []string{"walk", "seated_twist"}, ""},
		{"lower back on the floor", fit(Person{Area: posture.AreaLowerBack, Kit: []Kit{Floor, Chair}, Recent: []string{"back_bend"}}), posture.AreaLowerBack, []string{"pelvic_tilt", "knee_rolls"}, ""},
		{"leaning aside", fit(Person{Exposure: minutesOf{posture.AreaLowerBack: 20}, Signals: map[posture.Signal]float64{posture.LeanAside: 15}}), posture.AreaLowerBack, []string{"seated_twist", "back_bend"}, "15 of them leaning aside"},
		{"nerves", fit(Person{Tension: said{posture.AreaOverall: 5}, Feels: []Feel{FeelNerve}}), posture.AreaOverall, []string{"calm_breathing"}, "Calm breathing"},
		{"no chair at hand", fit(Person{Area: posture.AreaUpperBack, Kit: []Kit{}}), posture.AreaUpperBack, []string{"hands_behind_head", "neck_turn", "shoulder_rolls"}, ""},
		{"injured", fit(Person{Area: posture.AreaUpperBack, Limits: []Limit{RecentInjury}}), posture.AreaUpperBack, []string{"walk", "calm_breathing"}, ""},
		{"every limit", fit(Person{Limits: Limits, Kit: Kits}), posture.AreaOverall, []string{"walk", "calm_breathing"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := choose(t, c.p)
			if got.Now == nil || got.Area != c.area || !slices.Contains(c.now, got.Now.Exercise) {
				t.Fatalf("area %s, now %+v, want %s, %v", got.Area, got.Now, c.area, c.now)
			}
			if !strings.Contains(got.Why+" "+got.Now.Why, c.why) {
				t.Errorf("why: %q, %q, want %q", got.Why, got.Now.Why, c.why)
			}
			if got.Disclaimer != Disclaimer || got.AskSafety == c.p.Answered || len(got.Techniques) == 0 || got.Avoid == "" {
				t.Errorf("got %+v", got)
			}
		})
	}
}

// After a red flag there is where to turn, and nothing to do.
func TestRedFlagsStop(t *testing.T) {
	for _, f := range RedFlags {
		c := choose(t, Person{Answered: true, Minutes: 10, RedFlags: []string{f.ID}, Tension: said{posture.AreaOverall: 3}})
		if c.Stop == nil || c.Stop.Urgency != f.Urgency || !slices.Equal(c.Stop.Signs, []string{f.Sign}) {
			t.Errorf("%s: %+v", f.ID, c.Stop)
			continue
		}
		if c.Now != nil || len(c.Routine) > 0 || len(c.Techniques) > 0 || c.Disclaimer == "" {
			t.Errorf("%s: advice goes on: %+v", f.ID, c)
		}
		if want := map[Urgency]string{AtOnce: "emergency", Soon: "doctor"}[f.Urgency]; !strings.Contains(c.Stop.Text, want) {
			t.Errorf("%s: %q", f.ID, c.Stop.Text)
		}
	}
	// The more urgent one counts.
	c := choose(t, Person{RedFlags: []string{"fever", "saddle"}})
	if c.Stop.Urgency != AtOnce || len(c.Stop.Signs) != 2 {
		t.Errorf("got %+v", c.Stop)
	}
}

func TestRedFlagsAreAskedFor(t *testing.T) {
	days := func(n, tension int) (all []map[posture.Area]int) {
		for range n {
			all = append(all, said{posture.AreaLowerBack: tension})
		}
		return all
	}
	sparse := days(14, 7)
	for i := range 10 {
		sparse[i] = nil
	}
	for name, c := range map[string]struct {
		p    Person
		want string
	}{
		"high":                {Person{Tension: said{posture.AreaUpperBack: 8}, Before: days(3, 7)}, "upper back 8 of 10"},
		"and checked":         {Person{Tension: said{posture.AreaUpperBack: 8}, Checked: true}, ""},
		"new":                 {Person{Tension: said{posture.AreaLowerBack: 5}, Before: days(4, 1)}, "is new"},
		"new, but slight":     {Person{Tension: said{posture.AreaLowerBack: 3}, Before: days(4, 0)}, ""},
		"the first ever":      {Person{Tension: said{posture.AreaLowerBack: 6}}, "is new"},
		"the first, slight":   {Person{Tension: said{posture.AreaLowerBack: 5}}, ""},
		"new beside another":  {Person{Tension: said{posture.AreaLowerBack: 5, posture.AreaUpperBack: 6}, Before: []map[posture.Area]int{{posture.AreaUpperBack: 6, posture.AreaLowerBack: 0}}}, "lower back is new"},
		"high last time":      {Person{Before: append(days(5, 2), said{posture.AreaUpperBack: 9}, nil, nil), CheckedAgo: -1}, "last called the tension in your upper back 9"},
		"checked before that": {Person{Before: append(days(5, 2), said{posture.AreaUpperBack: 9}, nil, nil), CheckedAgo: 4}, "last called"},
		"checked since":       {Person{Before: append(days(5, 2), said{posture.AreaUpperBack: 9}, nil, nil), CheckedAgo: 3}, ""},
		"better today":        {Person{Before: append(days(5, 2), said{posture.AreaUpperBack: 9}), Tension: said{posture.AreaUpperBack: 3}, CheckedAgo: -1}, ""},
		"it burns":            {Person{Feels: []Feel{FeelNerve}}, "burns or tingles"},
		"burns, and checked":  {Person{Feels: []Feel{FeelNerve}, Checked: true}, ""},
		"one better day":      {Person{Tension: said{posture.AreaLowerBack: 6}, Before: append(append(days(6, 6), days(1, 5)...), days(7, 7)...)}, "two weeks"},
		"two weeks":           {Person{Tension: said{posture.AreaLowerBack: 6}, Before: days(14, 6)}, "two weeks"},
		"not yet two weeks":   {Person{Tension: said{posture.AreaLowerBack: 6}, Before: days(13, 6)}, ""},
		"better in between":   {Person{Tension: said{posture.AreaLowerBack: 6}, Before: append(days(10, 6), days(4, 2)...)}, ""},
		"hardly ever spoken":  {Person{Tension: said{posture.AreaLowerBack: 7}, Before: sparse}, ""},
		"well":                {Person{Tension: said{posture.AreaLowerBack: 2}, Before: days(20, 7)}, ""},
	} {
		got := choose(t, c.p)
		if (got.AskRedFlags == "") != (c.want == "") || !strings.Contains(got.AskRedFlags, c.want) {
			t.Errorf("%s: got %q, want %q", name, got.AskRedFlags, c.want)
		}
		// Nothing is proposed before the answer.
		if asked := got.AskRedFlags != ""; asked != (got.Now == nil) {
			t.Errorf("%s: asked %v, and proposed %+v", name, asked, got.Now)
		}
		// What lasts is told whatever the signs say.
		c.p.Checked = true
		if lasts := strings.Contains(c.want, "two weeks"); lasts != (choose(t, c.p).SeeProfessional != "") {
			t.Errorf("%s: see a professional: %q", name, choose(t, c.p).SeeProfessional)
		}
	}
}

func TestRoutines(t *testing.T) {
	everything := Person{Answered: true, Checked: true, Kit: Kits, Tension: said{posture.AreaUpperBack: 4}}
	for _, minutes := range RoutineMinutes {
		p := everything
		p.Minutes = minutes
		c := choose(t, p)
		if c.Seconds > float64(minutes*60) || c.Seconds < float64(minutes*60)*0.7 {
			t.Errorf("%d minutes: it takes %v s: %+v", minutes, c.Seconds, c.Routine)
		}
		last := -1
		var sum float64
		own := 0
		for _, s := range c.Routine {
			e := ByID(s.Exercise)
			sum += s.Seconds
			if at := e.step(); at < last {
				t.Errorf("%d minutes: %s comes late", minutes, s.Exercise)
			} else {
				last = at
			}
			if slices.Contains(e.Areas, c.Area) {
				own++
			}
			if s.Why == "" || s.Repetitions < 1 {
				t.Errorf("%d minutes: %+v", minutes, s)
			}
		}
		if sum != c.Seconds || own*2 < len(c.Routine) {
			t.Errorf("%d minutes: %v s of %v, %d of %d for the area", minutes, sum, c.Seconds, own, len(c.Routine))
		}
	}
	p := everything
	if c := choose(t, p); len(c.Routine) != 0 || c.Routine == nil || c.Now == nil {
		t.Errorf("no minutes: %+v", c)
	}
	p.Minutes, p.Limits = 2, []Limit{RecentSurgery}
	if c := choose(t, p); len(c.Routine) != 1 || !strings.Contains(c.LeftOut, "by what you said of your health") {
		t.Errorf("after surgery: %+v, %q", c.Routine, c.LeftOut)
	}
	p.Minutes, p.Limits, p.Answered = 5, nil, false
	if c := choose(t, p); !c.AskSafety || !strings.Contains(c.LeftOut, "until the safety questions are answered") {
		t.Errorf("before the questions: %q", c.LeftOut)
	}
}

func TestAdapts(t *testing.T) {
	p := Person{Answered: true, Limits: []Limit{Osteoporosis, Pregnancy}, Kit: []Kit{Chair}, Minutes: MaxMinutes}
	c := choose(t, p)
	i := slices.IndexFunc(c.Routine, func(s Suggestion) bool { return s.Exercise == "seated_twist" })
	if i < 0 || c.Routine[i].Adapt != "Half of the way only. A small, open turn." {
		t.Errorf("got %+v", c.Routine)
	}
}

func TestBadAnswers(t *testing.T) {
	for want, p := range map[string]Person{
		"tension of overall is 11: want 0 to 10":           {Tension: said{posture.AreaOverall: 11}},
		"tension of overall is -1":                         {Tension: said{posture.AreaOverall: -1}},
		`tension has no area "knee"`:                       {Tension: said{"knee": 1}},
		"earlier tension of overall is 99":                 {Before: []map[posture.Area]int{{posture.AreaOverall: 99}}},
		`area is "knee"`:                                   {Area: "knee"},
		"minutes are -1: want 0, for one thing now, to 30": {Minutes: -1},
		"minutes are 31":                                   {Minutes: 31},
		`feel is "odd"`:                                    {Feels: []Feel{"odd"}},
		`kit is "anvil"`:                                   {Kit: []Kit{"anvil"}},
		`limit is "lazy"`:                                  {Limits: []Limit{"lazy"}},
		`red flag is "white"`:                              {RedFlags: []string{"white"}},
		"...":                                              {Area: posture.Area(strings.Repeat("x", 999))},
	} {
		if _, err := Choose(p); err == nil || !strings.Contains(err.Error(), want) || len(err.Error()) > 200 {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// anybody is a person at random, all kinds of nonsense among the figures.
func anybody(r *rand.Rand) Person {
	some := func(n int) bool { return r.IntN(n) == 0 }
	figure := func() float64 {
		return []float64{0, 1, 30, 1e9, -5, math.NaN(), math.Inf(1), 60 * 45}[r.IntN(8)]
	}
	p := Person{
		Unbroken: figure(), Held: figure(), Answered: !some(4), Checked: some(2), Minutes: r.IntN(MaxMinutes + 1),
		Exposure: map[posture.Area]float64{}, Signals: map[posture.Signal]float64{}, Tension: said{}, Helped: map[string]Effect{},
	}
	for _, a := range posture.Areas {
		p.Exposure[a] = figure()
		if some(2) {
			p.Tension[a] = r.IntN(11)
		}
	}
	for _, s := range posture.Signals {
		p.Signals[s] = figure()
	}
	for _, l := range Limits {
		if some(3) {
			p.Limits = append(p.Limits, l)
		}
	}
	for _, k := range Kits {
		if some(2) {
			p.Kit = append(p.Kit, k)
		}
	}
	for _, e := range Exercises {
		if some(3) {
			p.Helped[e.ID] = Effect{Times: r.IntN(9), Eased: figure(), Last: some(2)}
		}
		if some(5) {
			p.Recent = append(p.Recent, e.ID)
		}
	}
	if some(2) {
		p.Area = posture.Areas[r.IntN(3)]
	}
	if some(2) {
		p.Feels = []Feel{Feels[r.IntN(3)]}
	}
	if some(10) {
		p.RedFlags = []string{RedFlags[r.IntN(len(RedFlags))].ID}
	}
	return p
}

// Whoever asks: nothing that a limit rules out, nothing that needs what isn't there,
// nothing twice, within the time, always something to do, and the same each time.
func TestAnybody(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	for n := range 20000 {
		p := anybody(r)
		c := choose(t, p)
		if again := choose(t, p); !reflect.DeepEqual(c, again) {
			t.Fatalf("person %d: two answers:\n%+v\n%+v", n, c, again)
		}
		if c.Stop != nil {
			if len(p.RedFlags) == 0 || c.Now != nil {
				t.Fatalf("person %d: %+v", n, c)
			}
			continue
		}
		if c.AskRedFlags != "" {
			if c.Now != nil || len(c.Routine) > 0 || p.Checked {
				t.Fatalf("person %d: advice before the answer: %+v", n, c)
			}
			continue
		}
		if c.Now == nil {
			t.Fatalf("person %d is left with nothing: %+v", n, p)
		}
		if c.Seconds > float64(p.Minutes)*60 || math.IsNaN(c.Seconds) {
			t.Fatalf("person %d: %v s in %d minutes", n, c.Seconds, p.Minutes)
		}
		done := map[string]bool{}
		for i, s := range append([]Suggestion{*c.Now}, c.Routine...) {
			e := ByID(s.Exercise)
			for _, l := range p.Limits {
				if slices.Contains(e.Not, l) || (l == RecentInjury || l == RecentSurgery) && e.Kind != Move && e.Kind != Calm {
					t.Fatalf("person %d with %v is told to do %s", n, p.Limits, e.ID)
				}
			}
			if !p.Answered && !e.easy() && len(p.Limits) == 0 {
				t.Fatalf("person %d, of whom nothing is known, is told to do %s", n, e.ID)
			}
			has := 0
			for _, k := range e.Kit {
				if slices.Contains(p.Kit, k) || k == Chair && (p.Kit == nil || slices.Contains(p.Kit, Fixed)) {
					has++
				}
			}
			if has < len(e.Kit) && !(e.AnyOf && has > 0) {
				t.Fatalf("person %d with %v is told to do %s", n, p.Kit, e.ID)
			}
			if d := e.Dose; s.Repetitions < d.Repetitions || s.Repetitions > max(d.Repetitions, d.Most) || s.Hold < d.Hold || s.Hold > math.Max(d.Hold, d.HoldMost) {
				t.Fatalf("person %d: %s is dosed %d times, %v s", n, e.ID, s.Repetitions, s.Hold)
			}
			if i > 0 && done[s.Exercise] {
				t.Fatalf("person %d: %s twice", n, s.Exercise)
			}
			done[s.Exercise] = i > 0
			if strings.Contains(s.Why, "NaN") || strings.Contains(s.Why, "Inf") || s.Why == "" {
				t.Fatalf("person %d: %q", n, s.Why)
			}
		}
		if strings.Contains(c.Why, "NaN") || strings.Contains(c.Why, "Inf") {
			t.Fatalf("person %d: %q", n, c.Why)
		}
	}
}

func BenchmarkChoose(b *testing.B) {
	r := rand.New(rand.NewPCG(6, 6))
	people := make([]Person, 100)
	for i := range people {
		people[i] = anybody(r)
		people[i].RedFlags = nil
	}
	n := 0
	for b.Loop() {
		if _, err := Choose(people[n%len(people)]); err != nil {
			b.Fatal(err)
		}
		n++
	}
}

// All of the programme is told with what is against it for a person, by the same rules
// as what is proposed; nothing is after a sign that stops advice.
func TestOptions(t *testing.T) {
	of := func(p Person) map[string]Option {
		c := choose(t, p)
		out := map[string]Option{}
		for _, o := range c.Exercises {
			out[o.Exercise] = o
		}
		return out
	}
	p := Person{Answered: true}
	p.Kit = []Kit{Fixed}
	all := of(p)
	if len(all) != len(Exercises) {
		t.Fatalf("%d exercises of %d", len(all), len(Exercises))
	}
	for id, o := range all {
		if o.Against != "" || o.Seconds <= 0 || o.Repetitions < 1 {
			t.Errorf("%s of a healthy person: %+v", id, o)
		}
	}
	for id, want := range map[string]string{
		"chin_tuck": "", "thoracic_extension": "", "plank": "Needs room to lie down.", "row": "Needs an exercise band.",
	} {
		if all[id].Missing != want {
			t.Errorf("%s: missing %q, want %q", id, all[id].Missing, want)
		}
	}
	p.Limits = []Limit{Osteoporosis, Dizziness}
	for id, o := range of(p) {
		e := ByID(id)
		if (o.Against == "") != allowed(e, &p) {
			t.Errorf("%s: against %q, allowed %v", id, o.Against, allowed(e, &p))
		}
		for _, l := range p.Limits {
			if !strings.Contains(o.Adapt, e.Adapt[l]) {
				t.Errorf("%s: adapt %q lacks %q", id, o.Adapt, e.Adapt[l])
			}
		}
	}
	if got := of(Person{})["plank"].Against; got != "Answer the safety questions first." {
		t.Errorf("unasked: %q", got)
	}
	p.Limits = []Limit{RecentSurgery}
	if got := of(p)["chin_tuck"].Against; got != "Waits until a professional has agreed." {
		t.Errorf("after surgery: %q", got)
	}
	if got := of(p)["walk"].Against; got != "" {
		t.Errorf("a walk after surgery: %q", got)
	}
	p.RedFlags = []string{"fever"}
	if got := of(p); len(got) != 0 {
		t.Errorf("after a sign that stops advice: %v", got)
	}
}

// Who can't leave the desk is offered nothing away from it.
func TestStay(t *testing.T) {
	p := Person{Answered: true}
	p.Kit, p.Stay, p.Unbroken = Kits, true, 3600
	for _, p.Minutes = range []int{0, 2, 5, 10, 30} {
		c := choose(t, p)
		if c.Now == nil || p.Minutes > 0 && len(c.Routine) == 0 {
			t.Fatalf("%d minutes: nothing is proposed", p.Minutes)
		}
		for _, s := range append(c.Routine, *c.Now) {
			if e := ByID(s.Exercise); !e.atDesk() {
				t.Errorf("%d minutes: %s is done %s with %v", p.Minutes, e.ID, e.Place, e.Kit)
			}
		}
	}
	// Limits that leave nothing but a walk still leave calm breathing.
	p.Limits = []Limit{RecentSurgery, RecentInjury}
	if c := choose(t, p); c.Now == nil || c.Now.Exercise != "calm_breathing" {
		t.Errorf("after surgery: %+v", c.Now)
	}
}

func first(c Choice) string {
	if c.Now == nil {
		return ""
	}
	return c.Now.Exercise
}

// Who must wait does not any more once a professional has agreed, but for what is
// ruled out itself.
func TestCleared(t *testing.T) {
	p := Person{Answered: true, Limits: []Limit{RecentSurgery}, Area: posture.AreaUpperBack, Kit: Kits}
	for _, want := range []struct {
		cleared []Limit
		tuck    string
		chair   string
	}{
		{nil, "Waits until a professional has agreed.", "Not for you now: you named surgery."},
		{[]Limit{RecentInjury}, "Waits until a professional has agreed.", "Not for you now: you named surgery."},
		{[]Limit{RecentSurgery}, "", "Not for you now: you named surgery."},
	} {
		p.Cleared = want.cleared
		if got := Against("chin_tuck", p); got != want.tuck {
			t.Errorf("cleared %v: chin tuck %q, want %q", want.cleared, got, want.tuck)
		}
		if got := Against("thoracic_extension", p); got != want.chair {
			t.Errorf("cleared %v: over the chair %q, want %q", want.cleared, got, want.chair)
		}
		if got := Careful(p); got != (want.tuck != "") {
			t.Errorf("cleared %v: careful %v", want.cleared, got)
		}
	}
	high := p
	high.Tension = said{posture.AreaUpperBack: 9}
	if got := Against("walk", high); !strings.Contains(got, "one of the signs") {
		t.Errorf("with signs to be asked for: %q", got)
	}
	p.RedFlags = []string{"saddle"}
	if got := Against("walk", p); !strings.Contains(got, "emergency") || !Careful(p) {
		t.Errorf("after a red flag: %q", got)
	}
	if got := Against("toe_touch", Person{}); got == "" {
		t.Error("what isn't there is for everybody")
	}
}

// What burns is calmed, and not pulled at.
func TestNerves(t *testing.T) {
	p := Person{Answered: true, Checked: true, Tension: said{posture.AreaUpperBack: 7}, Minutes: 5}
	tight, nerve := p, p
	tight.Feels, nerve.Feels = []Feel{FeelTight}, []Feel{FeelNerve}
	pulls := func(c Choice) (n int) {
		for _, s := range c.Routine {
			if k := ByID(s.Exercise).Kind; k == Stretch || k == Strength {
				n++
			}
		}
		return n
	}
	a, b := choose(t, tight), choose(t, nerve)
	if first(b) != "calm_breathing" || first(a) == "calm_breathing" || pulls(b) >= pulls(a) {
		t.Errorf("tight: %s, %d stretches; nerve: %s, %d", first(a), pulls(a), first(b), pulls(b))
	}
}

// The hour counts: late in the evening it is calm that is proposed.
func TestLate(t *testing.T) {
	p := Person{Answered: true, Checked: true, Kit: Kits}
	for hour, want := range map[int]bool{9: false, 15: false, 20: false, 21: true, 23: true, 2: true, 5: false} {
		p.Now = time.Date(2026, 11, 26, hour, 30, 0, 0, time.UTC)
		if c := choose(t, p); (first(c) == "calm_breathing") != want {
			t.Errorf("at %d h: %s", hour, first(c))
		}
	}
	p.Minutes = 30
	if c := choose(t, p); slices.ContainsFunc(c.Routine, func(s Suggestion) bool { return s.Exercise == "plank" }) &&
		!slices.ContainsFunc(c.Routine, func(s Suggestion) bool { return s.Exercise == "calm_breathing" }) {
		t.Errorf("late: %+v", c.Routine)
	}
}

// Each thing to avoid is said to somebody.
func TestEachAvoidIsSaid(t *testing.T) {
	said := map[string]bool{}
	r := rand.New(rand.NewPCG(7, 7))
	for n := range 5000 {
		p := anybody(r)
		p.RedFlags, p.Checked, p.Answered, p.Now = nil, true, true, time.Date(2026, 1, 1+n%365, 10, 0, 0, 0, time.UTC)
		said[choose(t, p).Avoid] = true
	}
	for _, a := range Avoid {
		if !said[a.ID] {
			t.Errorf("%s is never said", a.ID)
		}
	}
	for id := range said {
		if !slices.ContainsFunc(Avoid, func(a Avoided) bool { return a.ID == id }) {
			t.Errorf("%q is nothing to avoid", id)
		}
	}
}

// What is proposed for now takes no longer than there is time.
func TestNowFits(t *testing.T) {
	for minutes := 1; minutes <= 5; minutes++ {
		for _, a := range posture.Areas {
			c := choose(t, Person{Answered: true, Kit: Kits, Area: a, Minutes: minutes, Unbroken: 3000})
			if c.Now.Seconds > float64(minutes)*60 {
				t.Errorf("%s, %d minutes: %s takes %v s", a, minutes, c.Now.Exercise, c.Now.Seconds)
			}
		}
	}
	// Of who must wait even the shortest takes two minutes: that is said.
	c := choose(t, Person{Answered: true, Limits: []Limit{RecentInjury}, Minutes: 1})
	if c.Now == nil || len(c.Routine) != 0 || !strings.Contains(c.Short, "Nothing that fits is done in 1 minute") {
		t.Errorf("got %+v, %q", c.Now, c.Short)
	}
}

// What the desk is like changes what is proposed, and is told as the reason.
func TestDeskShapesAdvice(t *testing.T) {
	p := Person{Answered: true, Area: posture.AreaUpperBack, Recent: []string{"postural_reset"}}
	before := choose(t, p)
	for answer, want := range map[string]string{"screen_height=low": "chin_tuck", "arms=raised": "shoulder_rolls", "backrest=low": "blade_squeeze"} {
		check, id, _ := strings.Cut(answer, "=")
		p.Workplace = map[string]string{check: id}
		after := choose(t, p)
		p.Minutes = 10
		long := choose(t, p)
		p.Minutes = 0
		i := slices.IndexFunc(long.Routine, func(s Suggestion) bool { return s.Exercise == want })
		because := workplaceAnswer(check, id).Because
		if i < 0 || !strings.Contains(long.Routine[i].Why, because) {
			t.Errorf("%s: %s isn't there because of it: %+v", answer, want, long.Routine)
		}
		if slices.Equal(before.Support, after.Support) {
			t.Errorf("%s: nothing to change", answer)
		}
	}
	p.Workplace = map[string]string{"lumbar": "no"}
	p.Area = posture.AreaLowerBack
	if c := choose(t, p); c.Techniques[0] != "lumbar_support" {
		t.Errorf("no lumbar support: %v", c.Techniques)
	}
	// Who stands is not told that they sit, nor of their chair.
	p.Way, p.Unbroken = posture.WayStanding, 4000
	if c := choose(t, p); strings.Contains(c.Why+c.Now.Why, "sitting for") || len(c.Support) != 0 || c.Avoid == "long_inactivity" {
		t.Errorf("standing: %+v", c)
	}
}

// Strengthening on the floor is followed by recovery, nobody gets up from the floor in
// the midst, and time that is left makes doses larger.
func TestRoutineInOrder(t *testing.T) {
	p := Person{Answered: true, Kit: Kits, Area: posture.AreaLowerBack, Minutes: 15}
	c := choose(t, p)
	place, strength, recovered := 0, false, false
	for _, s := range c.Routine {
		e := ByID(s.Exercise)
		if e.Kind != Calm {
			at := slices.Index(places, e.Place)
			if at < place {
				t.Errorf("%s is done %s, after the %s", e.ID, e.Place, places[place])
			}
			place = at
		}
		strength = strength || e.Kind == Strength && e.Place == OnFloor
		recovered = strength && e.Kind == Stretch
	}
	if !strength || !recovered {
		t.Errorf("strength %v, and recovery %v: %+v", strength, recovered, c.Routine)
	}
	// The area's own come first; what fills the time says so.
	rest := 0
	for _, s := range c.Routine {
		if s.ForRest {
			rest++
		}
		if own := slices.Contains(ByID(s.Exercise).Areas, posture.AreaLowerBack); own && s.ForRest {
			t.Errorf("%s is for the lower back", s.Exercise)
		}
	}
	if rest > len(c.Routine)/3 {
		t.Errorf("%d of %d are not for the lower back: %+v", rest, len(c.Routine), c.Routine)
	}
	// After surgery a walk and calm breathing fill ten minutes.
	c = choose(t, Person{Answered: true, Limits: []Limit{RecentSurgery}, Minutes: 10})
	if c.Seconds != 600 || c.Short != "" {
		t.Errorf("after surgery: %v s, %q: %+v", c.Seconds, c.Short, c.Routine)
	}
	if c = choose(t, Person{Answered: true, Limits: []Limit{RecentSurgery}, Minutes: 30}); c.Short == "" || c.Seconds != 600 {
		t.Errorf("half an hour after surgery: %v s, %q", c.Seconds, c.Short)
	}
}

// What the safety questions promise is kept.
func TestQuestionsKeepTheirWord(t *testing.T) {
	for i := range Exercises {
		e := &Exercises[i]
		not := func(l Limit) bool { return slices.Contains(e.Not, l) }
		text := strings.ToLower(strings.Join(e.Steps, " "))
		if strings.Contains(text, "on your back") && !not(Pregnancy) {
			t.Errorf("%s lies on the back, and is for the pregnant", e.ID)
		}
		if strings.Contains(text, "lean") && strings.Contains(text, "over the edge") && !(not(Pregnancy) && not(Osteoporosis)) {
			t.Errorf("%s goes over the edge of a chair", e.ID)
		}
		if (strings.Contains(text, "turn the upper body") || strings.Contains(text, "lean back") || strings.Contains(text, "sink to one side")) &&
			!not(Osteoporosis) && e.Adapt[Osteoporosis] == "" {
			t.Errorf("%s bends or turns the back with osteoporosis", e.ID)
		}
		if (strings.Contains(text, "turn your head") || strings.Contains(text, "one ear")) && !not(Dizziness) {
			t.Errorf("%s turns a head that gets dizzy", e.ID)
		}
		if e.Place != Seated && !not(Dizziness) && e.Adapt[Dizziness] == "" {
			t.Errorf("%s is done %s, and nothing is said to the dizzy", e.ID, e.Place)
		}
	}
}

// Two minutes of exercises fill what makes a break, and five and ten no less.
func TestRoutinesMakeABreak(t *testing.T) {
	for _, area := range append([]posture.Area{""}, posture.Areas...) {
		for _, stay := range []bool{false, true} {
			for _, minutes := range RoutineMinutes {
				for _, kit := range [][]Kit{nil, {}, {Chair}, Kits} {
					c := choose(t, Person{Answered: true, Area: area, Stay: stay, Minutes: minutes, Kit: kit, Unbroken: 1900})
					if share := c.Seconds / float64(minutes*60); share < 0.7 && c.Short == "" || minutes == 2 && share < 0.7 {
						t.Errorf("%q, stay %v, %d minutes with %v: %v s, %q", area, stay, minutes, kit, c.Seconds, c.Short)
					}
				}
			}
		}
	}
}
