package coach

import (
	"math"
	"reflect"
	"strings"
	"testing"

	"sitwell/posture"
)

// clips are the recorded exercises with what is true of them. Large ones are
// counted at any rate; of the small ones see [Exercise.Rate].
var clips = []struct {
	exercise    Exercise
	repetitions int
	hold        float64
	large       bool
}{
	{NeckTurn, 6, 2, true},
	{NeckSideTilt, 6, 2, true},
	{SeatedTwist, 6, 2, true},
	{ShoulderShrug, 8, 0, true},
	{BladeSqueeze, 5, 3, false},
	{ChinTuck, 7, 1.5, false},
}

func TestCountsAndHolds(t *testing.T) {
	for _, clip := range clips {
		t.Run(string(clip.exercise), func(t *testing.T) {
			s := load(t, string(clip.exercise))
			for _, v := range []struct {
				name   string
				s      stream
				slower float64
				off    int // by how many the count may be off
			}{
				{"as recorded", s, 1, 0},
				{"4 a second", s.at(4, 0), 1, 0},
				{"mirrored", s.mirrored(), 1, 0},
				{"half the pixels", s.sized(0.5), 1, 0},
				{"elsewhere in the picture and farther", s.placed(90, 120, 0.6), 1, 0},
				{"a third lost", s.dropped(0.3, 7), 1, 1},
				{"half as large again", s.larger(1.5, 0), 1, 0},
				{"two thirds as large", s.larger(0.65, 0), 1, 1},
				{"a fifth quicker", s.slower(0.8), 0.8, 1},
				{"half as slow again", s.slower(1.5), 1.5, 1},
				{"some noise", s.noisy(0.3, 3), 1, 1},
			} {
				done := run(t, Plan{Exercise: clip.exercise}, v.s, nil).Repetitions()
				if n := len(done); n < clip.repetitions-v.off || n > clip.repetitions+v.off {
					t.Errorf("%s: %d repetitions, want %d", v.name, n, clip.repetitions)
				}
				// What is small is also seen roughly in time.
				most := 0.5
				if v.off > 0 {
					most = 0.6
				}
				if v.off > 0 && !clip.large {
					most = 0.9
				}
				if e := holdError(done, clip.hold*v.slower); e > most {
					t.Errorf("%s: holds are off by %.2f s on average, want at most %v", v.name, e, most)
				}
			}
			for _, phase := range []float64{0, 0.25} {
				if n := len(run(t, Plan{Exercise: clip.exercise}, s.at(2, phase), nil).Repetitions()); clip.large && n != clip.repetitions {
					t.Errorf("2 a second: %d repetitions, want %d", n, clip.repetitions)
				}
			}
		})
	}
}

func TestSides(t *testing.T) {
	for _, x := range []Exercise{NeckTurn, NeckSideTilt, SeatedTwist} {
		s := load(t, string(x))
		want := []Side{Left, Right, Left, Right, Left, Right}
		sides := func(s stream) (got []Side) {
			for _, r := range run(t, Plan{Exercise: x}, s, nil).Repetitions() {
				got = append(got, r.Side)
			}
			return got
		}
		first := sides(s)
		// The tilts begin to whichever side; the mirror begins to the other.
		if first[0] == Right {
			want = append(want[1:], Left)
		}
		if !reflect.DeepEqual(first, want) {
			t.Errorf("%s: got %v, want %v", x, first, want)
		}
		other := sides(s.mirrored())
		for i := range other {
			if other[i] != first[i].opposite() {
				t.Errorf("%s mirrored: got %v, want the other side each of %v", x, other, first)
				break
			}
		}
	}
	// The first turn of the recording is to the person's own left.
	if got := run(t, Plan{Exercise: NeckTurn}, load(t, "neck_turn"), nil).Repetitions()[0].Side; got != Left {
		t.Errorf("first turn: got %s, want left", got)
	}
	c := run(t, Plan{Exercise: NeckTurn, Only: Left}, load(t, "neck_turn"), nil)
	if c.left != 3 || c.right != 0 {
		t.Errorf("left alone: counted %d left and %d right, want 3 and 0", c.left, c.right)
	}
}

// What isn't the exercise isn't counted. A turn of the head is one, whoever
// asked for it; and of a chin tuck or a blade squeeze the camera sees so little
// that sitting still gives one now and then.
func TestCountsNothingElse(t *testing.T) {
	streams := []string{
		"typing_headturns", "slouch_cycle", "leave_return", "standing",
		"neck_turn", "neck_side_tilt", "seated_twist", "shoulder_shrug", "blade_squeeze", "chin_tuck",
	}
	known := map[string]map[Exercise]int{
		"typing_headturns": {NeckTurn: 6},
		"leave_return":     {StandUp: 1, Leave: 1},
		"standing":         {StandUp: 1},
		"shoulder_shrug":   {ShoulderRoll: 8},
	}
	for _, name := range streams {
		s := load(t, name)
		minutes := float64(s[len(s)-1].Mono) / 60e9
		for _, x := range Exercises() {
			if string(x) == name {
				continue
			}
			n := len(run(t, Plan{Exercise: x}, s, nil).Repetitions())
			switch want := known[name][x]; {
			case want > 0:
				if n != want {
					t.Errorf("%s in %s: %d, want %d", x, name, n, want)
				}
			case x == ChinTuck || x == BladeSqueeze:
				if name == "chin_tuck" || name == "blade_squeeze" {
					break // both are a face that gets smaller
				}
				if rate := float64(n) / minutes; rate > 3 {
					t.Errorf("%s in %s: %d, %.1f a minute", x, name, n, rate)
				}
			case n > 1:
				t.Errorf("%s in %s: %d, want none, at most one", x, name, n)
			}
		}
	}
}

// The pace of the observations makes no difference to a movement that is seen
// whole.
func TestAnyRate(t *testing.T) {
	for _, rate := range []float64{2, 3, 5, 8, 10, 15, 30} {
		done := run(t, Plan{Exercise: NeckTurn}, turns(rate, 4, 3, 50), nil).Repetitions()
		if len(done) != 4 {
			t.Errorf("%v a second: %d turns, want 4", rate, len(done))
		}
		for _, r := range done {
			if math.Abs(r.Hold-3) > 0.4 || math.Abs(r.Range-50) > 2.5 {
				t.Errorf("%v a second: held %.2f s at %.1f degrees, want 3 s at 50", rate, r.Hold, r.Range)
			}
		}
	}
}

func TestProgress(t *testing.T) {
	const hold = 3
	var phases []Phase
	var longest float64
	lastHold := 0.0
	var last Progress
	run(t, Plan{Exercise: NeckTurn, Repetitions: 4, Hold: hold, Alternate: true}, turns(8, 4, hold, 50), func(at float64, p Progress) {
		if n := len(phases); n == 0 || phases[n-1] != p.Phase {
			phases = append(phases, p.Phase)
		}
		if p.Phase == Holding {
			if p.Side == Both {
				t.Errorf("%.1f s: holding to no side", at)
			}
			longest = math.Max(longest, p.Hold)
		} else if p.Hold != 0 {
			t.Errorf("%.1f s: %s with a hold of %.1f s", at, p.Phase, p.Hold)
		}
		if p.LastHold != 0 {
			lastHold = p.LastHold
		}
		if p.Complete != (p.Repetitions >= 4) || p.Left+p.Right != p.Repetitions {
			t.Errorf("%.1f s: %+v", at, p)
		}
		if p.Hint != "" {
			t.Errorf("%.1f s: %q to one who does it well", at, p.Hint)
		}
		last = p
	})
	want := []Phase{GettingReady, Resting}
	for range 4 {
		want = append(want, Moving, Holding, Moving, Resting)
	}
	if !reflect.DeepEqual(phases, want) {
		t.Errorf("phases: got %v, want %v", phases, want)
	}
	if math.Abs(longest-hold) > 0.7 || math.Abs(lastHold-hold) > 0.4 {
		t.Errorf("hold: up to %.2f s while it lasted and %.2f s after, want %v", longest, lastHold, hold)
	}
	if !last.Complete || last.Left != 2 || last.Right != 2 || last.Target != 4 {
		t.Errorf("at the end: %+v", last)
	}
}

func TestHints(t *testing.T) {
	hints := func(p Plan, s stream) string {
		var all []string
		run(t, p, s, func(_ float64, p Progress) {
			if n := len(all); p.Hint != "" && (n == 0 || all[n-1] != p.Hint) {
				all = append(all, p.Hint)
			}
		})
		return strings.Join(all, "|")
	}
	if got := hints(Plan{Exercise: NeckTurn, Hold: 5}, turns(8, 2, 2, 50)); !strings.Contains(got, "2 s of 5 s") {
		t.Errorf("a short hold: got %q", got)
	}
	if got := hints(Plan{Exercise: NeckTurn, Alternate: true}, turns(8, 4, 2, 50).each(func(o *posture.Observation) {
		setYaw(o, math.Abs(yawOf(o))) // all to one side
	})); !strings.Contains(got, "The right side is next.") {
		t.Errorf("twice to the left: got %q", got)
	}
	if got := hints(Plan{Exercise: ShoulderShrug}, load(t, "standing").at(8, 0)); strings.Contains(got, "%") {
		t.Errorf("standing up: got %q", got)
	}
}

// Beyond the comfortable range is said, with by how much, and eased; nothing
// ever asks for more.
func TestOverstretching(t *testing.T) {
	s := turns(8, 8, 2, 40)
	far := stream(nil)
	for i := range s {
		o := clone(&s[i])
		if float64(o.Mono)/1e9 > turnStart+6*turnPeriod(2) {
			setYaw(&o, 1.6*yawOf(&o))
		}
		far = append(far, o)
	}
	var over float64
	var said string
	c := run(t, Plan{Exercise: NeckTurn}, far, func(at float64, p Progress) {
		if p.Overstretched {
			if at < turnStart+6*turnPeriod(2) {
				t.Errorf("%.1f s: overstretched by %.2f within the usual range", at, p.Over)
			}
			over, said = math.Max(over, p.Over), p.Hint
			if p.Range == nil || *p.Range < 1.25 {
				t.Errorf("%.1f s: overstretched at a range of %v", at, p.Range)
			}
		}
		for _, word := range []string{"further", "farther", "more", "harder"} {
			if strings.Contains(p.Hint, word) {
				t.Errorf("%.1f s: %q urges on", at, p.Hint)
			}
		}
	})
	if math.Abs(over-0.6) > 0.1 || !strings.Contains(said, "60 % beyond") {
		t.Errorf("over by %.2f, said %q; want 0.6", over, said)
	}
	if r := c.Comfortable(); math.Abs(r.Left-40) > 2.5 || math.Abs(r.Right-40) > 2.5 {
		t.Errorf("comfortable: got %+v, want 40 to both sides", r)
	}
	// Known from earlier, the first repetition is judged already.
	early := false
	run(t, Plan{Exercise: NeckTurn, Comfortable: Range{Left: 25, Right: 25}}, s, func(_ float64, p Progress) {
		early = early || p.Overstretched && p.Repetitions == 0
	})
	if !early {
		t.Error("40 degrees with a comfortable 25: not said in the first repetition")
	}
}

func TestNotSeen(t *testing.T) {
	s := turns(8, 4, 2, 50)
	from, to := turnStart+2*turnPeriod(2)-0.3, turnStart+2*turnPeriod(2)+0.2
	cut := func(change func(o *posture.Observation)) stream {
		return s.each(func(o *posture.Observation) {
			if at := float64(o.Mono) / 1e9; at > from && at < to+5 {
				change(o)
			}
		})
	}
	for _, c := range []struct {
		name, want string
		change     func(o *posture.Observation)
	}{
		{"left", "nobody is in the picture", func(o *posture.Observation) {
			o.Nothing, o.Landmarks, o.World, o.Face = posture.Nobody, nil, nil, nil
		}},
		{"dark", "too dark", func(o *posture.Observation) { o.Nothing, o.Landmarks, o.World, o.Face = posture.Dark, nil, nil, nil }},
		{"no face", "face", func(o *posture.Observation) { o.Face = nil }},
		{"a shoulder", "left shoulder", func(o *posture.Observation) { o.Landmarks[posture.LeftShoulder].Visibility = 0.1 }},
		{"garbled", "made out", func(o *posture.Observation) { o.Landmarks[posture.Nose].X = math.NaN() }},
		{"garbled face", "face", func(o *posture.Observation) { o.Face[posture.FaceNose].Z = math.Inf(1) }},
		{"no frame", "made out", func(o *posture.Observation) { o.Width = 0 }},
	} {
		said := ""
		var at float64
		coach := run(t, Plan{Exercise: NeckTurn}, cut(c.change), func(now float64, p Progress) {
			if p.Phase == NotSeen && said == "" {
				said, at = p.Reason, now
			}
		})
		if !strings.Contains(said, c.want) || at < from+lostAfter-0.3 || at > from+lostAfter+0.7 {
			t.Errorf("%s: said %q at %.1f s, want %q soon after %.1f", c.name, said, at, c.want, from)
		}
		// The third turn is lost, and no other.
		if n := len(coach.Repetitions()); n != 3 {
			t.Errorf("%s: %d repetitions, want 3", c.name, n)
		}
	}
	if run(t, Plan{Exercise: NeckTurn}, s.each(func(o *posture.Observation) { o.Face = nil }), func(_ float64, p Progress) {
		if p.Phase == Resting || p.Phase == Moving {
			t.Fatalf("without a face at all: %s", p.Phase)
		}
	}).Repetitions() != nil {
		t.Error("without a face at all: repetitions")
	}
}

// A body from the side can't be followed.
func TestFromTheSide(t *testing.T) {
	s := turns(8, 2, 2, 50).each(func(o *posture.Observation) {
		o.World[posture.LeftShoulder] = posture.WorldPoint{X: 0.05, Z: 0.2}
		o.World[posture.RightShoulder] = posture.WorldPoint{X: -0.05, Z: -0.2}
	})
	var last Progress
	run(t, Plan{Exercise: ChinTuck}, s, func(_ float64, p Progress) { last = p })
	if last.Phase != NotSeen || !strings.Contains(last.Reason, "from the side") {
		t.Errorf("got %s, %q", last.Phase, last.Reason)
	}
}

// Somebody else who walks into the crop is not followed as the same person.
func TestAnotherBody(t *testing.T) {
	s := turns(8, 4, 2, 50)
	one := s.each(func(o *posture.Observation) {
		if o.Mono/1e9 == 12 && o.Mono%1e9 < 2e8 {
			for i := range o.Landmarks {
				o.Landmarks[i].X = 320 + 2*(o.Landmarks[i].X-320)
			}
			setYaw(o, -80)
		}
	})
	if n := len(run(t, Plan{Exercise: NeckTurn}, one, nil).Repetitions()); n != 4 {
		t.Errorf("a glimpse of somebody: %d repetitions, want 4", n)
	}
}

// A new eye counts from zero: what was done stays, what was under way is gone.
func TestNewEye(t *testing.T) {
	s := turns(8, 4, 2, 50)
	half := int64((turnStart + 2*turnPeriod(2)) * 1e9)
	again := s.each(func(o *posture.Observation) {
		if o.Mono > half {
			o.Mono -= half
		}
	})
	c := run(t, Plan{Exercise: NeckTurn}, again, nil)
	if n := len(c.Repetitions()); n < 3 || n > 4 {
		t.Errorf("%d repetitions, want the first two and at least one of the others", n)
	}
	for i, r := range c.Repetitions() {
		if r.End < r.Start || i > 0 && r.Start < c.Repetitions()[i-1].End-0.01 {
			t.Errorf("times run back: %+v", c.Repetitions())
		}
	}
}

func TestSameAgain(t *testing.T) {
	for _, clip := range clips {
		var a, b []Progress
		s := load(t, string(clip.exercise))
		run(t, Plan{Exercise: clip.exercise}, s, func(_ float64, p Progress) { a = append(a, p) })
		run(t, Plan{Exercise: clip.exercise}, s, func(_ float64, p Progress) { b = append(b, p) })
		if !reflect.DeepEqual(a, b) {
			t.Errorf("%s: two runs differ", clip.exercise)
		}
	}
}

func TestStandingAndLeaving(t *testing.T) {
	for _, c := range []struct {
		exercise Exercise
		stream   string
		hold     float64 // s, roughly
	}{
		{StandUp, "standing", 44},
		{StandUp, "leave_return", 34},
		{Leave, "leave_return", 32},
	} {
		for _, rate := range []float64{2, 5} {
			counted := 0.0
			coach := run(t, Plan{Exercise: c.exercise}, load(t, c.stream).at(rate, 0), func(at float64, p Progress) {
				if p.Repetitions == 1 && counted == 0 {
					counted = at
				}
			})
			done := coach.Repetitions()
			if len(done) != 1 || math.Abs(done[0].Hold-c.hold) > 4 {
				t.Errorf("%s in %s at %v a second: got %+v, want one of %v s", c.exercise, c.stream, rate, done, c.hold)
			}
			// It is counted while the person is up, not when they sit again.
			if counted < 26 || counted > 34 {
				t.Errorf("%s in %s at %v a second: counted at %.1f s", c.exercise, c.stream, rate, counted)
			}
		}
	}
}

// Nobody stands up for good and keeps all memory busy.
func TestGoneForHours(t *testing.T) {
	s := load(t, "leave_return")[:200] // gone by then
	c := run(t, Plan{Exercise: NeckTurn}, s, nil)
	gone := clone(&s[len(s)-1])
	for range 4 * 3600 * 2 {
		gone.Mono += 5e8
		c.Step(&gone)
	}
	l, err := New(Plan{Exercise: Leave})
	if err != nil {
		t.Fatal(err)
	}
	for i := range s {
		l.Step(&s[i])
	}
	for range 4 * 3600 * 2 {
		gone.Mono += 5e8
		l.Step(&gone)
	}
	if n := len(l.Repetitions()); n != 1 {
		t.Errorf("counted %d, want 1", n)
	}
	// Somebody who leans back for good is no chin tuck that goes on.
	b, err := New(Plan{Exercise: ChinTuck})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 8 * 3600 {
		o := figure(float64(i) / 8)
		if i > 200 {
			scale(&o, 0.95, false)
		}
		b.Step(&o)
	}
	if n := len(b.past); n > 1500 || len(b.Repetitions()) > 0 {
		t.Errorf("leaning back: %d instants are kept, %d repetitions", n, len(b.Repetitions()))
	}
	if n := max(len(c.past), len(l.past)); n > 50_000 {
		t.Errorf("%d instants are kept", n)
	}
}

func TestPlanCheck(t *testing.T) {
	for _, c := range []struct {
		plan Plan
		want string
	}{
		{Plan{}, `exercise "" can't be seen`},
		{Plan{Exercise: "plank"}, `exercise "plank" can't be seen: want one of [chin_tuck`},
		{Plan{Exercise: ChinTuck, Repetitions: -1}, "-1 repetitions, want 0 to 1000"},
		{Plan{Exercise: ChinTuck, Hold: math.NaN()}, "a hold of NaN s"},
		{Plan{Exercise: ChinTuck, Hold: 601}, "a hold of 601 s, want 0 to 600"},
		{Plan{Exercise: NeckTurn, Only: "up"}, `side "up"`},
		{Plan{Exercise: ChinTuck, Only: Left}, "chin_tuck has no sides"},
		{Plan{Exercise: NeckTurn, Comfortable: Range{Left: -1}}, "comfortable range of -1"},
		{Plan{Exercise: NeckTurn, Comfortable: Range{Right: math.Inf(1)}}, "comfortable range"},
	} {
		if _, err := New(c.plan); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: got %v, want %q", c.plan, err, c.want)
		}
	}
	for _, x := range Exercises() {
		if _, err := New(Plan{Exercise: x}); err != nil {
			t.Error(err)
		}
		if r := x.Rate(); r < 2 || r > 10 {
			t.Errorf("%s asks for %v observations a second, want 2 to 10", x, r)
		}
	}
	if len(specs) != len(Exercises()) {
		t.Errorf("%d exercises are told, %d are named", len(specs), len(Exercises()))
	}
}

func FuzzStep(f *testing.F) {
	s := load(f, "neck_turn")
	for _, i := range []int{0, 60} {
		f.Add(s[i].AppendJSON(nil), uint8(3), int64(125e6))
	}
	f.Add([]byte(`{"mono_ns":1,"width":1,"height":1,"nothing":"nobody"}`), uint8(9), int64(-5))
	f.Fuzz(func(t *testing.T, line []byte, which uint8, step int64) {
		o, err := posture.ParseObservation(line)
		if err != nil {
			return
		}
		all := Exercises()
		c, err := New(Plan{Exercise: all[int(which)%len(all)], Hold: 2, Repetitions: 3})
		if err != nil {
			t.Fatal(err)
		}
		feed := append(append(stream{}, s[:40]...), o, o)
		feed = append(feed, s[40:80]...)
		for i := range feed {
			q := feed[i]
			if i == 41 {
				q.Mono += step % 1e12
			}
			p := c.Step(&q)
			if p.Range != nil && !finite(*p.Range) || !finite(p.Hold) || !finite(p.LastHold) || p.Hold < 0 || p.Repetitions != len(c.Repetitions()) {
				t.Fatalf("%+v", p)
			}
		}
	})
}

func BenchmarkStep(b *testing.B) {
	s := load(b, "chin_tuck")
	c, err := New(Plan{Exercise: ChinTuck})
	if err != nil {
		b.Fatal(err)
	}
	o := clone(&s[0])
	for i := 0; b.Loop(); i++ {
		from := &s[i%len(s)]
		o.Landmarks, o.World, o.Face = from.Landmarks, from.World, from.Face
		o.Mono += 125e6
		c.Step(&o)
	}
}
