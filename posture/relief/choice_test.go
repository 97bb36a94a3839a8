package relief

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

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
		p.Answered = true
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
			"40 minutes of exposure of your upper back today, 32 of them with the head forward.",
		},
		{
			"and that helped", fit(Person{
				Exposure: minutesOf{posture.AreaUpperBack: 40}, Signals: map[posture.Signal]float64{posture.HeadForward: 32},
				Helped: map[string]Effect{"chin_tuck": {Times: 4, Eased: 1.5, Last: true}},
			}), posture.AreaUpperBack, []string{"chin_tuck"}, "32 minutes today with the head forward; last time this eased it.",
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
		{"no chair at hand", fit(Person{Area: posture.AreaUpperBack, Kit: []Kit{}}), posture.AreaUpperBack, []string{"shoulder_rolls"}, ""},
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
		"high":               {Person{Tension: said{posture.AreaUpperBack: 8}, Before: days(3, 7)}, "upper back 8 of 10"},
		"and checked":        {Person{Tension: said{posture.AreaUpperBack: 8}, Checked: true}, ""},
		"new":                {Person{Tension: said{posture.AreaLowerBack: 5}, Before: days(4, 1)}, "is new"},
		"new, but slight":    {Person{Tension: said{posture.AreaLowerBack: 3}, Before: days(4, 0)}, ""},
		"the first ever":     {Person{Tension: said{posture.AreaLowerBack: 5}}, ""},
		"two weeks":          {Person{Tension: said{posture.AreaLowerBack: 6}, Before: days(14, 6)}, "two weeks"},
		"not yet two weeks":  {Person{Tension: said{posture.AreaLowerBack: 6}, Before: days(13, 6)}, ""},
		"better in between":  {Person{Tension: said{posture.AreaLowerBack: 6}, Before: append(days(13, 6), said{posture.AreaLowerBack: 2})}, ""},
		"hardly ever spoken": {Person{Tension: said{posture.AreaLowerBack: 7}, Before: sparse}, ""},
		"well":               {Person{Tension: said{posture.AreaLowerBack: 2}, Before: days(20, 7)}, ""},
	} {
		if got := choose(t, c.p).AskRedFlags; (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestRoutines(t *testing.T) {
	everything := Person{Answered: true, Kit: Kits, Tension: said{posture.AreaUpperBack: 4}}
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
			if at := slices.Index(order, e.Kind); at < last {
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
			if !p.Answered && (len(e.Not) > 0 || e.Kind == Strength) && len(p.Limits) == 0 {
				t.Fatalf("person %d, of whom nothing is known, is told to do %s", n, e.ID)
			}
			for _, k := range e.Kit {
				has := slices.Contains(p.Kit, k) || k == Chair && (p.Kit == nil || slices.Contains(p.Kit, Fixed))
				if !has {
					t.Fatalf("person %d with %v is told to do %s", n, p.Kit, e.ID)
				}
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
