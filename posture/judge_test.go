package posture

import (
	"cmp"
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"testing"
)

// face, head and body are the landmarks that move together.
var (
	faceOnly  = []int{Nose, LeftEyeInner, LeftEye, LeftEyeOuter, RightEyeInner, RightEye, RightEyeOuter, MouthLeft, MouthRight}
	headOnly  = append(slices.Clone(faceOnly), LeftEar, RightEar)
	upperOnly = append(slices.Clone(headOnly), LeftShoulder, RightShoulder)
)

// deeper brings landmarks nearer to the camera by that many pixels.
func deeper(o Observation, by float64, points ...int) Observation {
	l := slices.Clone(o.Landmarks)
	for _, i := range points {
		l[i].Z -= by
	}
	o.Landmarks = l
	return o
}

// scaled makes the person larger about a point of the picture.
func scaled(o Observation, factor, x, y float64) Observation {
	l := slices.Clone(o.Landmarks)
	for i := range l {
		l[i].X, l[i].Y = x+(l[i].X-x)*factor, y+(l[i].Y-y)*factor
	}
	o.Landmarks = l
	return o
}

// hidden makes the shoulders unseen.
func hidden(o Observation) Observation {
	l := slices.Clone(o.Landmarks)
	l[LeftShoulder].Visibility, l[RightShoulder].Visibility = .2, .2
	o.Landmarks = l
	return o
}

// fromSide is the sitter seen from the own left, looking to the left of the
// picture.
func fromSide() Observation {
	o := sitter()
	at := func(x, y float64, points ...int) {
		for _, i := range points {
			o.Landmarks[i].X, o.Landmarks[i].Y = x, y
		}
	}
	at(265, 190, Nose)
	at(280, 168, LeftEye, RightEye, LeftEyeInner, RightEyeInner)
	at(283, 168, LeftEyeOuter)
	at(287, 168, RightEyeOuter)
	at(318, 178, LeftEar, RightEar)
	at(284, 212, MouthLeft, MouthRight)
	at(340, 290, LeftShoulder)
	at(330, 288, RightShoulder)
	at(345, 460, LeftHip, RightHip)
	o.World[LeftShoulder] = WorldPoint{X: 0, Y: -.45, Z: -.17}
	o.World[RightShoulder] = WorldPoint{X: .03, Y: -.45, Z: .17}
	return o
}

func referenceOf(t testing.TB, upright ...Observation) *reference {
	t.Helper()
	b, err := NewBaseline("test", upright)
	if err != nil {
		t.Fatal(err)
	}
	r, ok := newReference(b)
	if !ok {
		t.Fatal("newReference: not ok")
	}
	return &r
}

func measured(t testing.TB, o Observation) *Measurement {
	t.Helper()
	m, reason, ok := Measured(&o)
	if !ok {
		t.Fatalf("Measured: %s", reason)
	}
	return &m
}

func TestPose(t *testing.T) {
	front, side := sitter(), fromSide()
	for _, tt := range []struct {
		name    string
		upright Observation
		now     Observation
		was     State
		excused bool
		want    State
		top     Signal // of the parts, where there is one
		never   Signal // that must not cost anything
	}{
		{name: "upright", upright: front, now: front, was: Upright, want: Upright},
		{name: "the body sinks", upright: front, now: moved(front, 0, 40, upperOnly...), was: Upright, excused: true, want: Slouching, top: Sink},
		{name: "the body rises", upright: front, now: moved(front, 0, -40, upperOnly...), was: Upright, want: Upright},
		{name: "the head sinks between the shoulders", upright: front, now: moved(front, 0, 35, headOnly...), was: Upright, want: Slouching, top: HeadDrop},
		{name: "the head comes forward", upright: front, now: deeper(front, 120, headOnly...), was: Upright, excused: true, want: Slouching, top: HeadForward, never: HeadDrop},
		{name: "the head goes aside", upright: front, now: moved(front, 40, 0, headOnly...), was: Upright, want: Upright, never: HeadForward},
		{name: "the body leans aside", upright: front, now: moved(moved(front, 45, 0, upperOnly...), 20, 0, headOnly...), was: Upright, want: LeaningAside, never: HeadForward},
		{name: "the head turns", upright: front, now: moved(front, 25, 0, faceOnly...), was: Upright, want: Turned},
		{name: "the face points down", upright: front, now: moved(front, 0, 14, faceOnly...), was: Upright, excused: true, want: LookingDown},
		{name: "a slouch goes on while the face points down", upright: front, now: moved(moved(front, 0, 30, upperOnly...), 0, 14, faceOnly...), was: Slouching, excused: true, want: Slouching},
		{name: "far back", upright: front, now: moved(scaled(front, .6, 320, 240), 0, 30, headOnly...), was: Upright, want: Upright, never: HeadDrop},
		{name: "leaning in", upright: front, now: moved(scaled(front, 1.3, 320, 165), 0, -10, upperOnly...), was: Upright, excused: true, want: LeaningIn},
		{name: "the shoulders sunk below the picture", upright: front, now: hidden(moved(front, 0, 175, upperOnly...)), was: Upright, excused: true, want: Slouching, top: Sink, never: HeadForward},
		{name: "so near that the shoulders are below the picture", upright: front, now: hidden(moved(scaled(front, 1.5, 320, 165), 0, 120, upperOnly...)), was: Upright, want: LeaningIn},
		{name: "slightly sunk from upright", upright: front, now: moved(front, 0, 15, upperOnly...), was: Upright, want: Upright},
		{name: "slightly sunk from a slouch", upright: front, now: moved(front, 0, 15, upperOnly...), was: Slouching, want: Slouching},
		{name: "upright from the side", upright: side, now: side, was: Upright, want: Upright},
		{name: "sunk from the side", upright: side, now: moved(side, -15, 40, upperOnly...), was: Upright, want: Slouching, top: Sink},
		{name: "the head forward from the side", upright: side, now: moved(side, -45, 8, headOnly...), was: Upright, want: Slouching, top: HeadForward},
		{name: "leaning in from the side", upright: side, now: moved(side, -115, 12, upperOnly...), was: Upright, want: LeaningIn},
		{name: "a slight nod from the side", upright: side, now: moved(side, 0, 10, Nose), was: Upright, excused: true, want: Upright},
		{name: "a deep nod from the side", upright: side, now: moved(side, 0, 20, Nose), was: Upright, excused: true, want: LookingDown},
		{name: "a nod while the head comes forward and sinks from the side", upright: side, now: moved(moved(moved(side, 0, 15, upperOnly...), -35, 0, headOnly...), 0, 20, Nose), was: Upright, excused: true, want: Slouching},
		{name: "turned from the camera", upright: front, now: side, was: Upright, want: Turned},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, m := referenceOf(t, tt.upright), measured(t, tt.now)
			j := r.judge(m, nil)
			if got := r.pose(m, &j, tt.was, tt.excused); got != tt.want {
				t.Errorf("pose: got %s, want %s; slouch %.1f, sunk %.1f, parts %+v", got, tt.want, j.slouch, j.sunk, j.parts)
			}
			top := slices.MaxFunc(j.parts[:], func(a, b Part) int { return cmp.Compare(a.Points, b.Points) })
			if tt.top != "" && top.Signal != tt.top {
				t.Errorf("top signal: got %s, want %s; parts %+v", top.Signal, tt.top, j.parts)
			}
			if tt.never != "" && j.parts[tt.never.index()].Points > 0 {
				t.Errorf("%s cost %.1f points, want none", tt.never, j.parts[tt.never.index()].Points)
			}
		})
	}
}

func TestHeadForwardAlone(t *testing.T) {
	o := sitter()
	r, m := referenceOf(t, o), measured(t, deeper(o, 120, headOnly...))
	j := r.judge(m, nil)
	for _, p := range j.parts {
		if p.Signal != HeadForward && p.Points > 0 {
			t.Errorf("%s cost %.1f points, want none", p.Signal, p.Points)
		}
	}
	if j.slouch < enterSlouch {
		t.Errorf("a head forward by %.2f of the body: %.1f points, want at least %d", 120/220., j.slouch, enterSlouch)
	}
}

// randomJudgement is a judgement whose deviations are anything.
func randomJudgement(rng *rand.Rand) judgement {
	var j judgement
	for i, s := range Signals {
		j.parts[i] = Part{Signal: s, Deviation: rng.NormFloat64() * 4}
	}
	return j
}

func TestExcuse(t *testing.T) {
	r, m := referenceOf(t, sitter()), measured(t, moved(sitter(), 0, 14, faceOnly...))
	j := r.judge(m, nil)
	if before := j.score; before > 90 {
		t.Fatalf("a face that points down: score %.1f, want under 90", before)
	}
	sunk := j.sunk
	j.excuse()
	if j.score < 90 || j.slouch != sunk || j.parts[HeadDrop.index()].Points != 0 {
		t.Errorf("excused: score %.1f, slouch %.1f of %.1f, parts %+v", j.score, j.slouch, sunk, j.parts)
	}
}

func TestScoreIsMonotonic(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		j := randomJudgement(rng)
		var gains Gains
		for i := range gains {
			gains[i] = rng.Float64() * 2
		}
		plain := j
		plain.price(&gains)
		if plain.score < 0 || plain.score > 100 || plain.slouch < 0 || plain.sunk < 0 || plain.sunk > plain.slouch {
			t.Fatalf("score %v, slouch %v, sunk %v", plain.score, plain.slouch, plain.sunk)
		}
		var points float64
		for _, p := range plain.parts {
			if p.Points < 0 {
				t.Fatalf("%s cost %v points", p.Signal, p.Points)
			}
			points += p.Points
		}
		if math.Abs(points-(100-plain.score)) > 1e-9 {
			t.Fatalf("the parts' points are %v, the score lacks %v", points, 100-plain.score)
		}
		k := rng.IntN(SignalCount)
		worse := j
		worse.parts[k].Deviation += rng.Float64() * 3
		worse.price(&gains)
		if worse.score > plain.score || worse.slouch < plain.slouch {
			t.Fatalf("%s from %v to %v: score %v to %v, slouch %v to %v", Signals[k], j.parts[k].Deviation,
				worse.parts[k].Deviation, plain.score, worse.score, plain.slouch, worse.slouch)
		}
		finer := gains
		finer[k] *= 1 + rng.Float64()
		sharper := j
		sharper.price(&finer)
		if sharper.score > plain.score || sharper.slouch < plain.slouch {
			t.Fatalf("gain of %s from %v to %v: score %v to %v", Signals[k], gains[k], finer[k], plain.score, sharper.score)
		}
	}
}

func TestEachSignalCosts(t *testing.T) {
	for i, s := range Signals {
		var j judgement
		for k, other := range Signals {
			j.parts[k].Signal = other
		}
		j.parts[i].Deviation = 6
		var off Gains
		for k := range off {
			off[k] = 1
		}
		with, without := j, j
		with.price(&off)
		off[i] = 0
		without.price(&off)
		if with.score > 90 || without.score != 100 {
			t.Errorf("%s at 6: score %.1f, and %.1f with a gain of 0; want under 90, and 100", s, with.score, without.score)
		}
	}
}

func TestPriceTakesAnything(t *testing.T) {
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64} {
		for i := range Signals {
			j := randomJudgement(rand.New(rand.NewPCG(5, 6)))
			j.parts[i].Deviation = v
			if j.price(nil); !finite(j.score) || !finite(j.slouch) || j.score < 0 || j.score > 100 {
				t.Errorf("%s at %v: score %v, slouch %v", Signals[i], v, j.score, j.slouch)
			}
		}
	}
}

func TestJudgeTakesAnything(t *testing.T) {
	r := referenceOf(t, sitter())
	rng := rand.New(rand.NewPCG(3, 4))
	odd := []float64{math.NaN(), math.Inf(1), math.Inf(-1), 0, 1e300, -1e300, 1e-300, -5000, 5000}
	judged := 0
	for range 20000 {
		o := sitter()
		for range 1 + rng.IntN(6) {
			i, v := rng.IntN(LandmarkCount), odd[rng.IntN(len(odd))]
			switch rng.IntN(7) {
			case 0:
				o.Landmarks[i].X = v
			case 1:
				o.Landmarks[i].Y = v
			case 2:
				o.Landmarks[i].Z = v
			case 3:
				o.Landmarks[i].Visibility = v
			case 4:
				o.World[i].X = v
			case 5:
				o.World[i].Y = v
			case 6:
				o.World[i].Z = v
			}
		}
		m, _, ok := Measured(&o)
		if !ok {
			continue
		}
		judged++
		j := r.judge(&m, nil)
		if !finite(j.score) || j.score < 0 || j.score > 100 || !finite(j.slouch) {
			t.Fatalf("score %v, slouch %v", j.score, j.slouch)
		}
		if s := r.pose(&m, &j, Upright, true); !slices.Contains(States, s) {
			t.Fatalf("state %q", s)
		}
	}
	if judged < 1000 {
		t.Fatalf("only %d of 20000 were judged", judged)
	}
}

func TestHiddenShoulders(t *testing.T) {
	o := hidden(sitter())
	if _, reason, ok := Measured(&o); ok || reason != ReasonShoulders {
		t.Errorf("behind a desk: got %q, %v; want %q", reason, ok, ReasonShoulders)
	}
	o = hidden(moved(sitter(), 0, 175, upperOnly...))
	if m, reason, ok := Measured(&o); !ok || !m.Low || m.Confidence > .5 {
		t.Errorf("below the picture: got %q, %v, low %v, confidence %v; want a measurement that says so", reason, ok, m.Low, m.Confidence)
	}
	if _, err := NewBaseline("test", []Observation{o, o, o}); err == nil {
		t.Error("a baseline of shoulders below the picture: no error")
	}
}

func TestBodyView(t *testing.T) {
	quarter := moved(sitter(), -30, 0, faceOnly...)
	quarter.World[LeftShoulder] = WorldPoint{X: .15, Y: -.45, Z: -.06}
	quarter.World[RightShoulder] = WorldPoint{X: -.15, Y: -.45, Z: .04}
	for _, tt := range []struct {
		name string
		o    Observation
		want BodyView
	}{
		{"front", sitter(), ViewFront},
		{"a turned head", moved(sitter(), 30, 0, faceOnly...), ViewFront},
		{"a quarter aside", quarter, ViewThreeQuarter},
		{"side", fromSide(), ViewSide},
	} {
		if got := measured(t, tt.o).View(); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
	if _, ok := measured(t, sitter()).Lines(); ok {
		t.Error("lines from the front: want none")
	}
	l, ok := measured(t, fromSide()).Lines()
	if !ok || !l.HasTrunk || math.Abs(l.Neck-8.8) > .5 || math.Abs(l.Trunk-3.4) > .5 {
		t.Errorf("lines from the side: got %+v, %v; want 8.8 and 3.4 degrees", l, ok)
	}
}

func TestBands(t *testing.T) {
	at := func(neck, trunk float64) Lines { return Lines{Neck: neck, Trunk: trunk, HasTrunk: true} }
	upright := at(12, 2)
	for _, tt := range []struct {
		name string
		now  Lines
		want Bands
	}{
		{"upright", upright, Bands{RULANeck: 1, RULATrunk: 1, ISOHead: Acceptable, ISOTrunk: Acceptable}},
		{"head bent", at(27, 2), Bands{NeckFlexion: 15, HeadInclination: 15, RULANeck: 2, RULATrunk: 1, ISOHead: Acceptable, ISOTrunk: Acceptable}},
		{"head far bent", at(67, 2), Bands{NeckFlexion: 55, HeadInclination: 55, RULANeck: 3, RULATrunk: 1, ISOHead: Limited, HeadMinutes: 4.5, ISOTrunk: Acceptable}},
		{"head back", at(2, 2), Bands{NeckFlexion: -10, HeadInclination: -10, RULANeck: 4, RULATrunk: 1, ISOHead: NotRecommended, ISOTrunk: Acceptable}},
		{"leaning", at(52, 42), Bands{HeadInclination: 40, TrunkInclination: 40, RULANeck: 1, RULATrunk: 3, ISOHead: Limited, HeadMinutes: 6.3, ISOTrunk: Limited, TrunkMinutes: 2.5}},
		{"bent over", at(92, 72), Bands{NeckFlexion: 10, HeadInclination: 80, TrunkInclination: 70, RULANeck: 1, RULATrunk: 4, ISOHead: Limited, HeadMinutes: 1.6, ISOTrunk: NotRecommended}},
		{"hips hidden", Lines{Neck: 27}, Bands{NeckFlexion: 15, HeadInclination: 15, RULANeck: 2, ISOHead: Acceptable}},
	} {
		if got := BandsOf(tt.now, upright); got != tt.want {
			t.Errorf("%s:\n got %+v\nwant %+v", tt.name, got, tt.want)
		}
	}
}

// labelled is one picture of a labelled data set, as numbers.
type labelled struct {
	label    string
	slouch   float64 // the evidence
	slouches bool    // the state
}

// TestRealPeople judges people whose landmarks are numbers in a data set. The
// floors are a little under what was reached.
func TestRealPeople(t *testing.T) {
	people := realPeople(t)
	harmless := []string{"upright", "turned", "looking_down", "harmless", "head_tilt"}
	var all []labelled
	figures := func(list []labelled) (auc, balanced float64) {
		var pos, neg []labelled
		for _, l := range list {
			switch {
			case l.label == "slouching":
				pos = append(pos, l)
			case slices.Contains(harmless, l.label):
				neg = append(neg, l)
			}
		}
		var seen, free float64
		for _, p := range pos {
			if p.slouches {
				seen++
			}
			for _, n := range neg {
				switch {
				case p.slouch > n.slouch:
					auc++
				case p.slouch == n.slouch:
					auc += .5
				}
			}
		}
		for _, n := range neg {
			if !n.slouches {
				free++
			}
		}
		return auc / float64(len(pos)*len(neg)), (seen/float64(len(pos)) + free/float64(len(neg))) / 2
	}
	check := func(name string, list []labelled, leastAUC, leastBalanced float64) {
		t.Helper()
		auc, balanced := figures(list)
		t.Logf("%s: AUC %.3f, balanced accuracy %.3f, %d pictures", name, auc, balanced, len(list))
		if auc < leastAUC || balanced < leastBalanced {
			t.Errorf("%s: AUC %.3f, balanced accuracy %.3f; want at least %.2f and %.2f", name, auc, balanced, leastAUC, leastBalanced)
		}
	}
	names := make([]string, 0, len(people))
	for name, list := range people {
		names = append(names, name)
		all = append(all, list...)
	}
	sort.Strings(names)
	for _, name := range names {
		check(name, people[name], 0.93, 0.84)
	}
	check("all", all, 0.97, 0.92)
}

// realPeople reads the data set real-landmarks and judges each picture on its
// own, upright before.
func realPeople(t *testing.T) map[string][]labelled {
	t.Helper()
	dir := os.Getenv("SITWELL_DATA")
	if dir == "" {
		root, err := os.Getwd()
		for err == nil {
			if _, missing := os.Stat(filepath.Join(root, "go.mod")); missing == nil || root == filepath.Dir(root) {
				break
			}
			root = filepath.Dir(root)
		}
		dir = filepath.Join(root, "..", "shared", "data")
	}
	raw, err := os.ReadFile(filepath.Join(dir, "real-landmarks", "dataset.json"))
	if err != nil {
		t.Skipf("no data set: set SITWELL_DATA to their folder (%v)", err)
	}
	var set struct {
		Stills []struct {
			Subject  string `json:"subject"`
			Baseline []int  `json:"baseline"`
			Items    []struct {
				Label       string      `json:"label"`
				Observation Observation `json:"observation"`
			} `json:"items"`
		} `json:"stills"`
	}
	if err := json.Unmarshal(raw, &set); err != nil {
		t.Fatal(err)
	}
	people := map[string][]labelled{}
	for _, g := range set.Stills {
		var upright []Observation
		for _, i := range g.Baseline {
			upright = append(upright, g.Items[i].Observation)
		}
		r := referenceOf(t, upright...)
		for i := range g.Items {
			m, _, ok := Measured(&g.Items[i].Observation)
			if !ok || slices.Contains(g.Baseline, i) {
				continue
			}
			j := r.judge(&m, nil)
			people[g.Subject] = append(people[g.Subject], labelled{
				label: g.Items[i].Label, slouch: j.slouch,
				slouches: r.pose(&m, &j, Upright, false) == Slouching,
			})
		}
	}
	return people
}

func BenchmarkJudge(b *testing.B) {
	o := sitter()
	r, m := referenceOf(b, o), measured(b, moved(o, 0, 20, headOnly...))
	for b.Loop() {
		r.judge(m, nil)
	}
}
