package posture

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"
)

// pose is a person before the camera, as changes from sitting upright.
type pose struct {
	drop    float64 // the head sinks, in shoulder widths
	forward float64 // the face grows, as a factor less 1
	nearer  float64 // face and shoulders grow, as a factor less 1
	down    float64 // the nose sinks in the face, in face sizes
	yaw     float64 // the nose goes aside, in face sizes
	up      float64 // the whole body rises, in shoulder widths
	absent  Absence
	hidden  bool    // the shoulders can't be seen
	shift   float64 // the whole picture goes down, in frame heights
	light   float64 // brightness added
	view    *View   // what the eye says of the background
}

// observe draws the pose at 640x480. jitter moves each point by that many
// pixels at most, from a fixed seed.
func (p pose) observe(at time.Duration, jitter float64) Observation {
	rng := rand.New(rand.NewPCG(1, uint64(at)))
	o := Observation{
		Time: epoch.Add(at).UnixNano(), Mono: int64(at), Frame: uint64(at / (33 * time.Millisecond)),
		Width: 640, Height: 480, Nothing: p.absent, Brightness: 120 + p.light, Sharpness: 100, View: p.view,
	}
	if p.absent != Present {
		return o
	}
	o.PoseFlag, o.People = 0.99, 1
	sw := 240 * (1 + p.nearer)
	face := 88 * (1 + p.nearer) * (1 + p.forward)
	shY := 340.0 - p.up*240
	earY := shY - sw*0.6 + p.drop*240
	o.Landmarks = make([]Landmark, LandmarkCount)
	o.World = make([]WorldPoint, LandmarkCount)
	set := func(i int, x, y float64) {
		o.Landmarks[i] = Landmark{
			X: 320 + x + jitter*(2*rng.Float64()-1), Y: y + 480*p.shift + jitter*(2*rng.Float64()-1), Visibility: 0.99, Presence: 0.99,
		}
	}
	for i := range o.Landmarks {
		set(i, 0, 470)
		o.Landmarks[i].Visibility = 0.1
	}
	set(Nose, p.yaw*face, earY+face*(0.1+p.down))
	set(LeftEye, face*0.33, earY-face*0.2)
	set(RightEye, -face*0.33, earY-face*0.2)
	set(LeftEyeOuter, face*0.45, earY-face*0.2)
	set(RightEyeOuter, -face*0.45, earY-face*0.2)
	set(LeftEar, face*0.8, earY)
	set(RightEar, -face*0.8, earY)
	set(MouthLeft, face*0.25, earY+face*0.45)
	set(MouthRight, -face*0.25, earY+face*0.45)
	set(LeftShoulder, sw/2, shY)
	set(RightShoulder, -sw/2, shY)
	if p.hidden {
		o.Landmarks[LeftShoulder].Visibility, o.Landmarks[RightShoulder].Visibility = 0.1, 0.1
	}
	return o
}

var (
	epoch    = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	upright  = pose{}
	slouched = pose{drop: 0.16, forward: 0.08}
	glance   = pose{down: 0.35, drop: 0.05}
	nobody   = pose{absent: Nobody}
	dark     = pose{absent: Dark}
)

// stretch is a pose held for a while.
type stretch struct {
	pose    pose
	seconds float64
}

// baselineOf takes a baseline of the upright pose.
func baselineOf(t testing.TB) *Baseline {
	t.Helper()
	var obs []Observation
	for i := range 20 {
		obs = append(obs, upright.observe(time.Duration(i)*500*time.Millisecond, 1))
	}
	b, err := NewBaseline("test", obs)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// watch plays stretches at a rate and returns the events, the minutes, and
// the picture after each observation.
func watch(t testing.TB, p Policy, b *Baseline, hz float64, parts ...stretch) (events []Event, minutes []Minute, live []Live) {
	t.Helper()
	e, err := NewEngine(p, "test", b)
	if err != nil {
		t.Fatal(err)
	}
	take := func(o Output) {
		events = append(events, o.Events...)
		minutes = append(minutes, o.Minutes...)
	}
	var end float64
	i := 0
	for _, s := range parts {
		end += s.seconds
		for ; float64(i)/hz < end; i++ {
			o := s.pose.observe(time.Duration(float64(i)/hz*1e9), 1)
			take(e.Step(&o))
			live = append(live, e.Live())
		}
	}
	take(e.Close())
	return events, minutes, live
}

func kinds(events []Event) []EventKind {
	var k []EventKind
	for _, e := range events {
		k = append(k, e.Kind)
	}
	return k
}

func find(events []Event, kind EventKind) []Event {
	var found []Event
	for _, e := range events {
		if e.Kind == kind {
			found = append(found, e)
		}
	}
	return found
}

func near(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if math.Abs(got-want) > within {
		t.Errorf("%s: got %.2f, want %.2f within %.2f", what, got, want, within)
	}
}

func TestEvents(t *testing.T) {
	short := DefaultPolicy()
	short.AlertAfter = 20
	tests := []struct {
		name  string
		parts []stretch
		want  []EventKind
	}{
		{"upright all along", []stretch{{upright, 120}}, []EventKind{EventBoutStart, EventBoutEnd}},
		{
			"a slouch that lasts is alerted once and praised after",
			[]stretch{{upright, 20}, {slouched, 60}, {upright, 20}},
			[]EventKind{EventBoutStart, EventEpisodeStart, EventAlert, EventEpisodeEnd, EventRecovered, EventBoutEnd},
		},
		{
			"a short slouch is an episode without alert",
			[]stretch{{upright, 20}, {slouched, 12}, {upright, 20}},
			[]EventKind{EventBoutStart, EventEpisodeStart, EventEpisodeEnd, EventBoutEnd},
		},
		{
			"a lapse is bridged",
			[]stretch{{upright, 20}, {slouched, 12}, {upright, 3}, {slouched, 12}, {upright, 20}},
			[]EventKind{EventBoutStart, EventEpisodeStart, EventAlert, EventEpisodeEnd, EventRecovered, EventBoutEnd},
		},
		{
			"two slouches within the cooldown, one alert",
			[]stretch{{slouched, 40}, {upright, 20}, {slouched, 40}, {upright, 20}},
			[]EventKind{
				EventBoutStart, EventEpisodeStart, EventAlert, EventEpisodeEnd, EventRecovered,
				EventEpisodeStart, EventEpisodeEnd, EventBoutEnd,
			},
		},
		{"a glance down is no slouch", []stretch{{upright, 20}, {glance, 18}, {upright, 20}}, []EventKind{EventBoutStart, EventBoutEnd}},
		{"turned to a colleague", []stretch{{upright, 20}, {pose{yaw: 0.8, drop: 0.1}, 60}, {upright, 20}}, []EventKind{EventBoutStart, EventBoutEnd}},
		{"leaning in to read", []stretch{{upright, 20}, {pose{nearer: 0.3}, 60}, {upright, 20}}, []EventKind{EventBoutStart, EventBoutEnd}},
		{"dark is no slouch and no break", []stretch{{upright, 20}, {dark, 200}, {upright, 20}}, []EventKind{EventBoutStart, EventBoutEnd}},
		{"nobody for a moment", []stretch{{upright, 20}, {nobody, 50}, {upright, 20}}, []EventKind{EventBoutStart, EventBoutEnd}},
		{"a break", []stretch{{upright, 20}, {nobody, 150}, {upright, 20}}, []EventKind{EventBoutStart, EventBoutEnd, EventBreak, EventBoutStart, EventBoutEnd}},
		{
			"standing is a break",
			[]stretch{{upright, 20}, {pose{up: 0.9}, 150}, {upright, 20}},
			[]EventKind{EventBoutStart, EventBoutEnd, EventBreak, EventBoutStart, EventBoutEnd},
		},
		{
			"an interruption is no break",
			[]stretch{{upright, 20}, {nobody, 80}, {upright, 20}},
			[]EventKind{EventBoutStart, EventBreak, EventBoutEnd},
		},
		{
			"leaving ends the slouch without praise",
			[]stretch{{upright, 20}, {slouched, 40}, {nobody, 60}},
			[]EventKind{EventBoutStart, EventEpisodeStart, EventAlert, EventEpisodeEnd, EventBoutEnd},
		},
		{"nobody at all", []stretch{{nobody, 300}}, nil},
		{"hidden shoulders are not judged", []stretch{{upright, 20}, {pose{drop: 0.2, hidden: true}, 60}, {upright, 10}}, []EventKind{EventBoutStart, EventBoutEnd}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, hz := range []float64{0.5, 1, 2, 5, 30} {
				events, _, _ := watch(t, short, baselineOf(t), hz, tt.parts...)
				if got := kinds(events); !slices.Equal(got, tt.want) {
					t.Errorf("at %v Hz: got %v, want %v", hz, got, tt.want)
				}
			}
		})
	}
}

func TestAlertComesInTime(t *testing.T) {
	p := DefaultPolicy()
	for _, hz := range []float64{0.2, 0.5, 1, 2, 5, 30} {
		events, _, _ := watch(t, p, baselineOf(t), hz, stretch{upright, 30}, stretch{slouched, 120}, stretch{upright, 30})
		alerts := find(events, EventAlert)
		if len(alerts) != 1 {
			t.Fatalf("at %v Hz: got %d alerts, want 1: %v", hz, len(alerts), kinds(events))
		}
		near(t, "alert", alerts[0].Time.Sub(epoch).Seconds(), 90, 3+1/hz)
		if alerts[0].Text == "" || alerts[0].Signal == "" {
			t.Errorf("an alert must say which signal and what to do: got %+v", alerts[0])
		}
		ends := find(events, EventEpisodeEnd)
		near(t, "episode", ends[0].Seconds, 120, 3+2/hz)
	}
}

func TestSittingIsExact(t *testing.T) {
	_, minutes, _ := watch(t, DefaultPolicy(), baselineOf(t), 2,
		stretch{upright, 600}, stretch{nobody, 300}, stretch{slouched, 200}, stretch{dark, 100}, stretch{upright, 100})
	got := map[State]float64{}
	total := 0.0
	for _, m := range minutes {
		sum := 0.0
		for s, sec := range m.Seconds {
			got[s] += sec
			sum += sec
		}
		if sum > 60.001 {
			t.Errorf("minute %v has %.3f s", m.Start, sum)
		}
		total += sum
	}
	near(t, "all", total, 1299.5, 0.6)
	near(t, "away", got[Away], 300, 2.5)
	near(t, "unknown", got[Unknown], 100, 2.5)
	near(t, "sitting", total-got[Away]-got[Unknown], 900, 4)
}

func TestBreakEndsTheBoutWhereItBegan(t *testing.T) {
	events, _, live := watch(t, DefaultPolicy(), baselineOf(t), 2, stretch{upright, 100}, stretch{nobody, 200}, stretch{upright, 50})
	ends := find(events, EventBoutEnd)
	if len(ends) != 2 {
		t.Fatalf("got %v, want two bouts", kinds(events))
	}
	near(t, "first bout", ends[0].Seconds, 100, 2.5)
	near(t, "its end", ends[0].Time.Sub(epoch).Seconds(), 100, 2.5)
	near(t, "second bout", live[len(live)-1].SittingSeconds, 50, 2.5)
}

// TestClocks covers suspends, clocks that are set, and eyes that start over.
func TestClocks(t *testing.T) {
	tests := []struct {
		name       string
		wall, mono time.Duration // jump in the middle
		bouts      int
		seconds    float64 // sat in all
	}{
		{"nothing", 0, 0, 1, 199.5},
		{"suspended 8 h", 8 * time.Hour, 0, 2, 199},
		{"suspended 8 h, a clock that runs on", 8 * time.Hour, 8 * time.Hour, 2, 199},
		{"clock set back an hour", -time.Hour, 0, 1, 199.5},
		{"clock set forward an hour", time.Hour, 0, 2, 199},
		{"a new eye after 30 s", 30 * time.Second, -100 * time.Second, 1, 199},
		{"a new eye after an hour", time.Hour, -100 * time.Second, 2, 199},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e, err := NewEngine(DefaultPolicy(), "test", baselineOf(t))
			if err != nil {
				t.Fatal(err)
			}
			var events []Event
			for i := range 400 {
				o := upright.observe(time.Duration(i)*500*time.Millisecond, 1)
				if i >= 200 {
					o.Time += int64(tt.wall)
					o.Mono += int64(tt.mono)
				}
				events = append(events, e.Step(&o).Events...)
			}
			events = append(events, e.Close().Events...)
			ends := find(events, EventBoutEnd)
			sum := 0.0
			for _, b := range ends {
				if b.Seconds < 0 {
					t.Errorf("a bout of %v s", b.Seconds)
				}
				sum += b.Seconds
			}
			if len(ends) != tt.bouts {
				t.Errorf("got %d bouts, want %d: %v", len(ends), tt.bouts, kinds(events))
			}
			near(t, "sat", sum, tt.seconds, 1.1)
		})
	}
}

func TestSameInputSameEvents(t *testing.T) {
	play := func() ([]Event, []Minute, []Live) {
		return watch(t, DefaultPolicy(), baselineOf(t), 2, stretch{upright, 30}, stretch{slouched, 90}, stretch{nobody, 150}, stretch{upright, 30})
	}
	e1, m1, l1 := play()
	e2, m2, l2 := play()
	if !reflect.DeepEqual(e1, e2) || !reflect.DeepEqual(m1, m2) || !reflect.DeepEqual(l1, l2) {
		t.Error("the same observations gave another history")
	}
}

func TestScore(t *testing.T) {
	b := baselineOf(t)
	r, ok := newReference(b)
	if !ok {
		t.Fatal("the baseline is not usable")
	}
	score := func(p pose) float64 {
		o := p.observe(0, 0)
		m, reason, ok := Measured(&o)
		if !ok {
			t.Fatalf("%+v: %s", p, reason)
		}
		j := r.judge(&m, nil)
		sum := 100 - j.score
		for _, p := range j.parts {
			sum -= p.Points
		}
		if math.Abs(sum) > 1e-9 {
			t.Errorf("%+v: the parts miss %.3f of what the score lacks", p, sum)
		}
		return j.score
	}
	if s := score(upright); s < 98 {
		t.Errorf("upright scores %.0f, want nearly 100", s)
	}
	if s := score(slouched); s > 50 {
		t.Errorf("slouched scores %.0f, want under 50", s)
	}
	for name, change := range map[string]func(float64) pose{
		"head drop":    func(x float64) pose { return pose{drop: 0.3 * x} },
		"head forward": func(x float64) pose { return pose{forward: 0.3 * x} },
		"lean in":      func(x float64) pose { return pose{nearer: 0.3 * x} },
		"looking down": func(x float64) pose { return pose{down: 0.3 * x} },
	} {
		last := 100.0
		for i := range 21 {
			s := score(change(float64(i) / 20))
			if s > last+1e-9 {
				t.Errorf("%s: the score rises from %.2f to %.2f as it gets worse", name, last, s)
			}
			last = s
		}
	}
}

func TestScoreIsSmoothButNotLate(t *testing.T) {
	_, _, live := watch(t, DefaultPolicy(), baselineOf(t), 2, stretch{upright, 30}, stretch{slouched, 30})
	before, after := *live[59].Score, *live[len(live)-1].Score
	at3s := *live[60+5].Score // the sixth observation of the slouch, 2.5 s in
	if done := (before - at3s) / (before - after); done < 0.9 {
		t.Errorf("after 3 s %.0f %% of the step are there, want 90", done*100)
	}
	if *live[60].Score < after+5 {
		t.Error("one observation moved the score all the way: not smooth")
	}
}

func TestNoScoreWithoutBaseline(t *testing.T) {
	events, _, live := watch(t, DefaultPolicy(), nil, 2, stretch{slouched, 100})
	for _, l := range live {
		if l.Score != nil {
			t.Fatalf("got a score of %v without a baseline", *l.Score)
		}
	}
	last := live[len(live)-1]
	if last.State != Unknown || last.Reason != "no baseline" {
		t.Errorf("got %s (%s), want unknown (no baseline)", last.State, last.Reason)
	}
	near(t, "sitting", last.SittingSeconds, 100, 1)
	if len(find(events, EventAlert)) > 0 {
		t.Error("an alert without a baseline")
	}
}

func TestCalibration(t *testing.T) {
	restless := func(i int) pose { return pose{drop: 0.2 * float64(i%2)} }
	tests := []struct {
		name string
		pose func(i int) pose
		want CalibrationStatus
	}{
		{"still", func(int) pose { return upright }, CalibrationDone},
		{"restless", restless, CalibrationFailed},
		{"nobody", func(int) pose { return nobody }, CalibrationFailed},
		{"dark", func(int) pose { return dark }, CalibrationFailed},
		{"shoulders out of the picture", func(int) pose { return pose{hidden: true} }, CalibrationFailed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e, err := NewEngine(DefaultPolicy(), "test", nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := e.Calibrate(PoseUpright, WaySitting); err != nil {
				t.Fatal(err)
			}
			if s := e.Live().Calibration.Status; s != CalibrationCountdown {
				t.Fatalf("got %s at first, want %s", s, CalibrationCountdown)
			}
			var baseline *Baseline
			seen := map[CalibrationStatus]bool{}
			for i := range 40 {
				o := tt.pose(i).observe(time.Duration(i)*500*time.Millisecond, 1)
				out := e.Step(&o)
				if out.Baseline != nil {
					baseline = out.Baseline
				}
				seen[e.Live().Calibration.Status] = true
			}
			last := e.Live().Calibration
			if last.Status != tt.want || !seen[CalibrationRunning] {
				t.Errorf("got %s (%s), want %s", last.Status, last.Message, tt.want)
			}
			if tt.want == CalibrationFailed && (last.Message == "" || baseline != nil) {
				t.Errorf("a failure must say why and leave no baseline: got %+v, %v", last, baseline)
			}
			if tt.want == CalibrationDone {
				if baseline == nil || baseline.Quality < 0.9 || e.Live().Score == nil {
					t.Errorf("got baseline %+v, score %v", baseline, e.Live().Score)
				}
			}
		})
	}
}

func TestAutoCalibrate(t *testing.T) {
	_, _, live := watch(t, DemoPolicy(), nil, 2, stretch{nobody, 3}, stretch{upright, 5})
	for i, l := range live {
		if l.Score != nil {
			if at := float64(i)/2 - 3; at > 3 {
				t.Errorf("the first score came %.1f s after the person, want 3 at most", at)
			}
			return
		}
	}
	t.Error("no score came")
}

func TestBlind(t *testing.T) {
	e, err := NewEngine(DefaultPolicy(), "test", baselineOf(t))
	if err != nil {
		t.Fatal(err)
	}
	at := time.Duration(0)
	step := func(p pose, n int) (events []Event) {
		for range n {
			o := p.observe(at, 1)
			events = append(events, e.Step(&o).Events...)
			at += 500 * time.Millisecond
		}
		return events
	}
	step(slouched, 60)
	if s := e.Live().State; s != Slouching {
		t.Fatalf("got %s, want slouching", s)
	}
	out := e.Blind(epoch.Add(at), "camera lost")
	l := e.Live()
	if l.State != Unknown || l.Reason != "camera lost" || l.Score != nil || l.Figure != nil || l.PoorSeconds != 0 {
		t.Errorf("blind, got %s (%s), score %v", l.State, l.Reason, l.Score)
	}
	if got := kinds(out.Events); !slices.Equal(got, []EventKind{EventEpisodeEnd}) {
		t.Errorf("got %v, want the episode's end", got)
	}
	if out = e.Blind(epoch.Add(at+time.Minute), "camera lost"); len(out.Events) > 0 {
		t.Errorf("after a minute got %v, want nothing", kinds(out.Events))
	}
	out = e.Blind(epoch.Add(at+10*time.Minute), "camera lost")
	if got := kinds(out.Events); !slices.Equal(got, []EventKind{EventBoutEnd}) {
		t.Errorf("after 10 min got %v, want the bout's end", got)
	}
	near(t, "the bout", out.Events[0].Seconds, 29.5, 1)
}

func TestAnotherShapeOfPictureIsNotJudged(t *testing.T) {
	e, err := NewEngine(DefaultPolicy(), "test", baselineOf(t))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		o := upright.observe(time.Duration(i)*time.Second, 1)
		o.Width, o.Height = 1280, 720
		e.Step(&o)
	}
	if l := e.Live(); l.State != Unknown || l.Score != nil {
		t.Errorf("got %s, score %v; want unknown and none", l.State, l.Score)
	}
}

func TestResolutionDoesNotMatter(t *testing.T) {
	b := baselineOf(t)
	for _, factor := range []float64{0.5, 2} {
		e, err := NewEngine(DefaultPolicy(), "test", b)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 20 {
			o := upright.observe(time.Duration(i)*time.Second, 1)
			o.Width, o.Height = int(640*factor), int(480*factor)
			for j := range o.Landmarks {
				o.Landmarks[j].X *= factor
				o.Landmarks[j].Y *= factor
			}
			e.Step(&o)
		}
		if l := e.Live(); l.State != Upright || *l.Score < 95 {
			t.Errorf("at %v times the size: got %s, %v", factor, l.State, l.Score)
		}
	}
}

func TestBadPolicyAndBaseline(t *testing.T) {
	p := DefaultPolicy()
	p.AlertAfter = math.NaN()
	if _, err := NewEngine(p, "test", nil); err == nil {
		t.Error("a policy with NaN was taken")
	}
	b := baselineOf(t)
	delete(b.Measures, "neck")
	e, err := NewEngine(DefaultPolicy(), "test", b)
	if err != nil {
		t.Fatal(err)
	}
	if l := e.Live(); l.Baseline != nil || l.Ask == nil || l.Ask.Kind != AskCalibrate {
		t.Errorf("a baseline without a measure: %+v, question %+v", l.Baseline, l.Ask)
	}
	if err := e.UseBaseline(b); err == nil {
		t.Error("a baseline without a measure was taken")
	}
	// One that is whole is enough.
	if e, _ = NewEngine(DefaultPolicy(), "test", b, baselineOf(t)); e.Live().Baseline == nil || e.Live().Ask != nil {
		t.Errorf("the whole baseline is not used: %+v", e.Live().Ask)
	}
}

// FuzzEngine feeds hostile observations: never a panic, a score out of range,
// or a negative duration.
func FuzzEngine(f *testing.F) {
	f.Add(int64(1e9), int64(1e9), 320.0, 200.0, 0.9, 640, 480, "")
	f.Add(int64(-1e18), int64(5), math.NaN(), 200.0, 0.9, 640, 480, "")
	f.Add(int64(1e18), int64(-5), math.Inf(1), -1e300, 2.0, 1, 1, "nobody")
	f.Add(int64(0), int64(math.MaxInt64), 0.0, 0.0, 0.0, 0, -1, "nonsense")
	f.Fuzz(func(t *testing.T, wall, mono int64, x, y, vis float64, w, h int, nothing string) {
		e, err := NewEngine(DemoPolicy(), "test", baselineOf(t))
		if err != nil {
			t.Fatal(err)
		}
		var events []Event
		for i := range 60 {
			o := slouched.observe(time.Duration(i)*500*time.Millisecond, 1)
			if i%7 == 3 {
				o.Time, o.Mono, o.Width, o.Height, o.Nothing = wall, mono, w, h, Absence(nothing)
				o.Landmarks[i%LandmarkCount] = Landmark{X: x, Y: y, Visibility: vis}
			}
			out := e.Step(&o)
			events = append(events, out.Events...)
			for _, m := range out.Minutes {
				for s, sec := range m.Seconds {
					if !(sec >= 0 && sec <= 60.001) {
						t.Fatalf("%v s of %s in a minute", sec, s)
					}
				}
			}
			l := e.Live()
			if l.Score != nil && !(*l.Score >= 0 && *l.Score <= 100) {
				t.Fatalf("score %v", *l.Score)
			}
			if _, err := json.Marshal(l); err != nil {
				t.Fatalf("the live picture is no JSON: %v", err)
			}
		}
		for _, ev := range append(events, e.Close().Events...) {
			if !(ev.Seconds >= 0) {
				t.Fatalf("%s of %v s", ev.Kind, ev.Seconds)
			}
		}
	})
}

func BenchmarkStep(b *testing.B) {
	e, err := NewEngine(DefaultPolicy(), "test", baselineOf(b))
	if err != nil {
		b.Fatal(err)
	}
	o := upright.observe(0, 1)
	b.ReportAllocs()
	for b.Loop() {
		o.Time += 5e8
		o.Mono += 5e8
		e.Step(&o)
	}
}
