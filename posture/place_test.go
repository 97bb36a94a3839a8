package posture

import (
	"maps"
	"testing"
	"time"
)

func at(scene int, y float64) *View { return &View{Scene: scene, Y: y, Certainty: 0.9} }

// with is a pose before a background.
func (p pose) with(v *View) pose { p.view = v; return p }

// moved is a pose in a picture that is shifted down.
func (p pose) moved(y float64) pose { p.shift = y; return p }

func TestCameraMoved(t *testing.T) {
	b := baselineOf(t)
	b.ID = 7
	p := play(t, DefaultPolicy(), b)
	p.hold(upright.with(at(1, 0)), 30)
	l := p.hold(upright.with(at(1, 0.08)).moved(0.08), 3)
	if l.Ask == nil || l.Ask.Kind != AskCameraMoved || l.Score != nil || l.State != Unknown || l.Reason != ReasonCameraMoved {
		t.Fatalf("state %s (%s), score %v, question %+v: want a question before any demerit", l.State, l.Reason, l.Score, l.Ask)
	}
	if len(p.bases) != 1 || p.bases[0].ID != 7 || p.bases[0].Stale == "" {
		t.Fatalf("baselines handed out: %+v, want the one in use, stale", p.bases)
	}
	l = p.hold(upright.with(at(1, 0.08)).moved(0.08), 200)
	if l.Score == nil || *l.Score < 90 || l.State != Upright || l.Baseline == nil || !l.Baseline.Provisional || l.Ask == nil {
		t.Fatalf("state %s, score %v, baseline %+v: want a provisional baseline that followed, and the question", l.State, l.Score, l.Baseline)
	}
	for _, ev := range p.events {
		if ev.Kind == EventEpisodeStart || ev.Kind == EventAlert {
			t.Errorf("a moved camera is a slouch: %+v", ev)
		}
	}
	near(t, "sat all along", l.SittingSeconds, 233, 2)
	if l = p.hold(slouched.with(at(1, 0.08)).moved(0.08), 15); l.State != Slouching {
		t.Errorf("a slouch after the move is %s", l.State)
	}

	t.Run("it did not", func(t *testing.T) {
		p.hold(upright.with(at(1, 0)), 3)
		p.take(p.e.Answer(p.now(), true))
		l := p.hold(upright.with(at(1, 0)), 5)
		if l.Ask != nil || l.Baseline == nil || l.Baseline.ID != 7 || l.Baseline.Stale != "" || l.State != Upright {
			t.Errorf("kept: %+v, state %s", l.Baseline, l.State)
		}
		if p.count(EventCameraKept) != 1 || p.bases[len(p.bases)-1].ID != 7 || p.bases[len(p.bases)-1].Stale != "" {
			t.Errorf("not told to keep it: %+v", p.bases[len(p.bases)-1])
		}
	})
}

func TestPersonMovedNotTheCamera(t *testing.T) {
	p := play(t, DefaultPolicy(), baselineOf(t))
	p.hold(upright.with(at(1, 0)), 30)
	if l := p.hold(slouched.with(at(1, 0.004)), 20); l.State != Slouching || l.Ask != nil {
		t.Errorf("state %s, question %+v: the background stood still", l.State, l.Ask)
	}
	unsure := &View{Scene: 1, Y: 0.3, Certainty: 0.2}
	if l := p.hold(upright.with(unsure), 20); l.State != Upright || l.Ask != nil {
		t.Errorf("state %s, question %+v: the eye was not sure", l.State, l.Ask)
	}
	// A lamp, a door: another background, and the person where they were.
	if l := p.hold(upright.with(at(2, 0)), 20); l.State != Upright || l.Ask != nil {
		t.Errorf("state %s, question %+v: only the room changed", l.State, l.Ask)
	}
	// Another eye counts its scenes anew.
	e := p.e
	p2 := &player{t: t, e: e, step: p.step}
	for i := range 20 {
		o := upright.with(at(1, 0.2)).observe(p.at+time.Duration(i)*p.step, 1)
		o.Mono = int64(time.Duration(i) * p.step)
		p2.take(e.Step(&o))
	}
	if l := e.Live(); l.Ask != nil || l.State != Upright {
		t.Errorf("state %s, question %+v after another eye", l.State, l.Ask)
	}
}

func TestTurnedElsewhereFindsNoUpright(t *testing.T) {
	rules := DefaultPolicy()
	p := play(t, rules, baselineOf(t))
	p.hold(upright.with(at(1, 0)), 30)
	elsewhere := upright.with(at(2, 0)).moved(0.2)
	l := p.hold(elsewhere, 20)
	if l.Ask == nil || l.Score != nil || l.Baseline.Stale == "" {
		t.Fatalf("score %v, question %+v", l.Score, l.Ask)
	}
	l = p.hold(elsewhere, 130)
	if l.Baseline == nil || !l.Baseline.Provisional || l.State != Upright {
		t.Errorf("state %s, baseline %+v: want a provisional one after two minutes", l.State, l.Baseline)
	}
}

func TestChoosesTheBaselineThatFits(t *testing.T) {
	take := func(q pose, id int64, way Way) *Baseline {
		var obs []Observation
		for i := range 20 {
			obs = append(obs, q.observe(time.Duration(i)*500*time.Millisecond, 1))
		}
		b, err := NewBaseline("test", obs)
		if err != nil {
			t.Fatal(err)
		}
		b.ID, b.Way = id, way
		return b
	}
	low, high := upright.moved(0.2), upright.moved(-0.1)
	sitting, standing := take(low, 1, WaySitting), take(high, 2, WayStanding)

	p := play(t, DefaultPolicy(), sitting, standing)
	l := p.hold(low, 20)
	if l.Baseline.ID != 1 || l.State != Upright || p.count(EventBaselineUsed) != 1 {
		t.Errorf("sitting: baseline %d, state %s, %d changes", l.Baseline.ID, l.State, p.count(EventBaselineUsed))
	}
	if l = p.hold(high, 20); l.Baseline.ID != 2 || l.State != Standing || l.Score == nil || *l.Score < 90 {
		t.Errorf("standing: baseline %d, state %s, score %v", l.Baseline.ID, l.State, l.Score)
	}
	if l = p.hold(pose{drop: 0.16, forward: 0.08, shift: -0.1}, 20); l.State != Slouching {
		t.Errorf("slouching while standing is %s", l.State)
	}
	p.hold(high, 200)
	p.hold(low, 20)
	p.take(p.e.Close())
	var stood, sat float64
	for _, m := range p.minute {
		stood += m.Stood
		sat += m.Seconds[Upright] + m.Seconds[Slouching]
	}
	near(t, "seconds in a posture while standing", stood, 18, 8)
	if p.count(EventBreak) != 1 {
		t.Errorf("%d breaks, want the standing to be one", p.count(EventBreak))
	}

	// A person who comes in slouching keeps the baseline.
	p = play(t, DefaultPolicy(), standing, sitting)
	if l = p.hold(pose{drop: 0.16, forward: 0.08, shift: 0.2}, 20); l.Baseline.ID != 1 || l.State != Slouching {
		t.Errorf("came in slouching: baseline %d, state %s", l.Baseline.ID, l.State)
	}

	// Deleted, it is used no more.
	p.e.ForgetBaseline(1)
	if l = p.hold(high, 5); l.Baseline == nil || l.Baseline.ID != 2 {
		t.Errorf("after deleting: %+v", l.Baseline)
	}
	p.e.ForgetBaseline(2)
	if l = p.hold(high, 5); l.Baseline != nil || l.Reason != ReasonNoBaseline {
		t.Errorf("after deleting the last: %+v, %s", l.Baseline, l.Reason)
	}
}

func TestNoBaselineFits(t *testing.T) {
	p := play(t, DefaultPolicy(), baselineOf(t))
	far := pose{nearer: -0.6, shift: 0.1}
	l := p.hold(far, 20)
	if l.Score != nil || l.Reason != ReasonNoFit || l.Ask == nil || l.Ask.Kind != AskCalibrate {
		t.Fatalf("score %v, reason %q, question %+v", l.Score, l.Reason, l.Ask)
	}
	if err := p.e.Calibrate(PoseUpright, WaySitting); err != nil {
		t.Fatal(err)
	}
	if l = p.hold(far, 20); l.State != Upright || l.Ask != nil {
		t.Errorf("calibrated: state %s, question %+v, %+v", l.State, l.Ask, l.Calibration)
	}
}

func TestProvisionalBaseline(t *testing.T) {
	p := play(t, DefaultPolicy())
	l := p.hold(upright, 60)
	if l.Baseline != nil || l.Score != nil || l.Reason != ReasonNoBaseline {
		t.Fatalf("baseline %+v after a minute, %q", l.Baseline, l.Reason)
	}
	p.hold(slouched, 30)
	l = p.hold(upright, 40)
	if l.Baseline == nil || !l.Baseline.Provisional || l.Score == nil || *l.Score < 90 {
		t.Fatalf("baseline %+v, score %v: want a provisional one", l.Baseline, l.Score)
	}
	if l = p.hold(slouched, 20); l.State != Slouching {
		t.Errorf("a slouch is %s", l.State)
	}
	// Caution: no second, stronger word.
	p.hold(slouched, 400)
	if n := p.count(EventAlert); n != 1 {
		t.Errorf("%d alerts by a provisional baseline, want one", n)
	}
	if err := p.e.Calibrate(PoseSlouch, WaySitting); err == nil {
		t.Error("a provisional baseline was to be sharpened")
	}
	if err := p.e.Calibrate(PoseUpright, WaySitting); err != nil {
		t.Fatal(err)
	}
	if l = p.hold(upright, 20); l.Baseline.Provisional {
		t.Error("still provisional after calibrating")
	}
}

func TestStaleBaselineOutlastsARestart(t *testing.T) {
	b := baselineOf(t)
	b.ID, b.Stale = 3, ReasonCameraMoved
	rules := DefaultPolicy()
	rules.ProvisionalAfter = 0
	p := play(t, rules, b)
	if l := p.hold(slouched, 60); l.Ask == nil || l.Score != nil || l.Reason != ReasonCameraMoved {
		t.Errorf("score %v, reason %q, question %+v", l.Score, l.Reason, l.Ask)
	}
	p.take(p.e.Answer(p.now(), true))
	if l := p.hold(upright, 10); l.Score == nil || l.Baseline.Stale != "" {
		t.Errorf("kept, but score %v, %+v", l.Score, l.Baseline)
	}
}

func TestDrift(t *testing.T) {
	settled := pose{shift: 0.02} // a chair that has crept down
	p := play(t, DefaultPolicy(), baselineOf(t))
	p.step = time.Second
	before := *p.hold(settled, 30).Score
	for range 4 {
		p.hold(settled, 3600)
	}
	after := *p.hold(settled, 30).Score
	if after < before || after < 99 {
		t.Errorf("score %.1f at first, %.1f after four hours", before, after)
	}
	// Not while slouching.
	p = play(t, DefaultPolicy(), baselineOf(t))
	p.step = time.Second
	p.hold(upright, 10)
	before = *p.hold(slouched, 30).Score
	p.hold(slouched, 3600)
	if after = *p.hold(slouched, 30).Score; after-before > 3 || before-after > 3 {
		t.Errorf("slouch scored %.1f at first, %.1f after an hour of it", before, after)
	}
}

func TestAnotherSizeOfFrame(t *testing.T) {
	p := play(t, DefaultPolicy(), baselineOf(t))
	for i := range 60 {
		o := slouched.observe(time.Duration(i)*500*time.Millisecond, 1)
		o.Width = 853 // 16:9 at the same height
		p.take(p.e.Step(&o))
	}
	if l := p.e.Live(); l.Score != nil || l.Reason != ReasonShape {
		t.Errorf("score %v, reason %q", l.Score, l.Reason)
	}
	// Twice the resolution of the same shape is the same picture.
	p = play(t, DefaultPolicy(), baselineOf(t))
	for i := range 60 {
		o := upright.observe(time.Duration(i)*500*time.Millisecond, 1)
		o.Width, o.Height = 2*o.Width, 2*o.Height
		for j := range o.Landmarks {
			o.Landmarks[j].X *= 2
			o.Landmarks[j].Y *= 2
		}
		p.take(p.e.Step(&o))
	}
	if l := p.e.Live(); l.Score == nil || *l.Score < 95 {
		t.Errorf("score %v at twice the resolution", l.Score)
	}
}

func TestCalibrationChecks(t *testing.T) {
	wobble := func(p *player, a, b pose, seconds float64) Live {
		var l Live
		for range int(seconds / 2) {
			p.hold(a, 1)
			l = p.hold(b, 1)
		}
		return l
	}
	for _, tt := range []struct {
		name  string
		a, b  pose
		check string
	}{
		{"restless", upright, pose{nearer: 0.4}, CheckStillness},
		{"hidden half of the time", upright, pose{hidden: true}, CheckVisibility},
		{"dim", pose{light: -105}, pose{light: -105}, CheckLight},
		{"shoulders below the picture", pose{shift: 0.31}, pose{shift: 0.31}, CheckFraming},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := play(t, DefaultPolicy(), baselineOf(t))
			if err := p.e.Calibrate(PoseUpright, WaySitting); err != nil {
				t.Fatal(err)
			}
			l := wobble(p, tt.a, tt.b, 12)
			if l.Calibration.Status != CalibrationRunning {
				t.Fatalf("status %s", l.Calibration.Status)
			}
			told := false
			for _, c := range l.Calibration.Checks {
				if c.Name == tt.check {
					told = c.Quality < minCheck && c.Message != ""
				} else if c.Quality < 0.75 {
					t.Errorf("%s is %.2f, too", c.Name, c.Quality)
				}
			}
			if !told {
				t.Errorf("checks %+v: want %s to be poor, with what to do", l.Calibration.Checks, tt.check)
			}
			l = wobble(p, tt.a, tt.b, 8)
			if l.Calibration.Status != CalibrationFailed || l.Calibration.Message == "" || len(p.bases) != 0 {
				t.Errorf("not refused: %+v", l.Calibration)
			}
		})
	}
}

func TestOwnSlouchSharpens(t *testing.T) {
	mine := pose{drop: 0.09, forward: 0.04} // a person whose slouch is small
	b := baselineOf(t)
	b.ID = 5
	p := play(t, DefaultPolicy(), b)
	p.hold(upright, 10)
	before := *p.hold(mine, 20).Score
	p.hold(upright, 10)
	if err := p.e.Calibrate(PoseSlouch, WaySitting); err != nil {
		t.Fatal(err)
	}
	if l := p.hold(upright, 20); l.Calibration.Status != CalibrationFailed {
		t.Errorf("upright was taken for a slouch: %+v", l.Calibration)
	}
	if err := p.e.Calibrate(PoseSlouch, WaySitting); err != nil {
		t.Fatal(err)
	}
	l := p.hold(mine, 20)
	if l.Calibration.Status != CalibrationDone || !l.Baseline.Sharpened || p.bases[len(p.bases)-1].ID != 5 {
		t.Fatalf("calibration %+v, baseline %+v", l.Calibration, l.Baseline)
	}
	if after := *p.hold(mine, 20).Score; after >= before {
		t.Errorf("scored %.0f before, %.0f once known", before, after)
	}
	kept := p.bases[len(p.bases)-1]
	if again := play(t, DefaultPolicy(), &kept); again.e.gains != p.e.gains {
		t.Errorf("gains %v after a restart, %v before", again.e.gains, p.e.gains)
	}
	broken := kept
	broken.Slouch = maps.Clone(kept.Slouch)
	delete(broken.Slouch, MeasureNeck.String())
	if _, err := NewEngine(DefaultPolicy(), "test", &broken); err != nil {
		t.Errorf("a slouch that lacks a measure refuses the baseline: %v", err)
	}
}
