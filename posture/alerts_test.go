package posture

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// player feeds an engine poses in turn, at 2 a second.
type player struct {
	t      *testing.T
	e      *Engine
	at     time.Duration
	events []Event
	blocks []SampleBlock
	bases  []Baseline
	minute []Minute
	step   time.Duration
}

func play(t *testing.T, p Policy, known ...*Baseline) *player {
	t.Helper()
	e, err := NewEngine(p, "test", known...)
	if err != nil {
		t.Fatal(err)
	}
	return &player{t: t, e: e, step: 500 * time.Millisecond}
}

func (p *player) take(o Output) {
	p.events = append(p.events, o.Events...)
	p.blocks = append(p.blocks, o.Samples...)
	p.minute = append(p.minute, o.Minutes...)
	if o.Baseline != nil {
		b := *o.Baseline
		if b.ID == 0 {
			b.ID = int64(len(p.bases) + 100)
			if err := p.e.UseBaseline(&b); err != nil {
				p.t.Fatal(err)
			}
		}
		p.bases = append(p.bases, b)
	}
}

func (p *player) hold(q pose, seconds float64) Live {
	p.t.Helper()
	for end := p.at + time.Duration(seconds*1e9); p.at < end; p.at += p.step {
		o := q.observe(p.at, 1)
		p.take(p.e.Step(&o))
	}
	return p.e.Live()
}

// now is the wall clock of the next observation.
func (p *player) now() time.Time { return epoch.Add(p.at) }

func (p *player) count(kind EventKind) int { return len(find(p.events, kind)) }

func TestAlertLevels(t *testing.T) {
	p := play(t, DefaultPolicy(), baselineOf(t))
	p.hold(upright, 30)
	for _, step := range []struct {
		seconds float64
		want    Level
		alerts  int
	}{
		{6, LevelNone, 0},
		{8, LevelAmbient, 0},
		{40, LevelAmbient, 0},
		{10, LevelAlert, 1},
		{170, LevelAlert, 1},
		{10, LevelStrong, 2},
		{600, LevelStrong, 2},
	} {
		l := p.hold(slouched, step.seconds)
		if l.Level != step.want || p.count(EventAlert) != step.alerts {
			t.Errorf("after %v s of slouching: level %s and %d alerts, want %s and %d", l.PoorSeconds, l.Level, p.count(EventAlert), step.want, step.alerts)
		}
	}
	alerts := find(p.events, EventAlert)
	near(t, "first alert after", alerts[0].Seconds, 60, 1)
	near(t, "second alert after", alerts[1].Seconds, 240, 1)
	if alerts[0].Level != 1 || alerts[1].Level != 2 || alerts[0].Signal == "" || alerts[0].Text == alerts[1].Text {
		t.Errorf("alerts don't differ in level or say nothing: %+v", alerts)
	}
	if l := p.hold(upright, 20); l.Level != LevelNone || l.Alert != nil || p.count(EventRecovered) != 1 {
		t.Errorf("upright again: level %s, alert %v, %d praises", l.Level, l.Alert, p.count(EventRecovered))
	}
}

func TestCooldownAndCaps(t *testing.T) {
	rules := DefaultPolicy()
	rules.StrongAfter = 3600
	p := play(t, rules, baselineOf(t))
	for range 8 * 32 { // eight hours of slouching, with a short rest each two minutes
		p.hold(upright, 12)
		p.hold(slouched, 100)
	}
	when := find(p.events, EventAlert)
	if len(when) != DefaultAlertsPerDay {
		t.Errorf("%d alerts in %v h, want the cap of %d", len(when), p.at.Hours(), DefaultAlertsPerDay)
	}
	for i := range when {
		if i > 0 && when[i].Time.Sub(when[i-1].Time) < DefaultAlertCooldown*time.Second {
			t.Errorf("alerts at %v and %v are nearer than the cooldown", when[i-1].Time, when[i].Time)
		}
		if n := DefaultAlertsPerHour; i >= n && when[i].Time.Sub(when[i-n].Time) < time.Hour {
			t.Errorf("more than %d alerts within the hour before %v", n, when[i].Time)
		}
	}
	l := p.hold(slouched, 2)
	if l.Silence != SilenceDayCap || !l.SilentUntil.Equal(time.Date(2026, 3, 3, 4, 0, 0, 0, time.UTC)) {
		t.Errorf("silent for %q until %v, want the day's cap until four in the morning", l.Silence, l.SilentUntil)
	}
	p.hold(nobody, 3600)
	for p.now().Before(time.Date(2026, 3, 3, 4, 1, 0, 0, time.UTC)) {
		p.step = 8 * time.Second
		p.hold(nobody, 600)
	}
	p.step = 500 * time.Millisecond
	n := p.count(EventAlert)
	p.hold(upright, 10)
	if p.hold(slouched, 70); p.count(EventAlert) != n+1 {
		t.Error("a new day has no alert")
	}
}

func TestSnoozeAndQuietHours(t *testing.T) {
	berlin := time.FixedZone("CET", 3600) // the test begins at 10:00 there
	from := func(s string) ClockTime {
		c, err := ParseClockTime(s)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for _, tt := range []struct {
		name    string
		change  func(*Policy)
		silence string
		until   time.Duration // after the start
	}{
		{"snoozed", func(p *Policy) { p.SnoozedUntil = epoch.Add(5 * time.Minute) }, SilenceSnoozed, 5 * time.Minute},
		{"quiet hours", func(p *Policy) { p.Quiet = []QuietHours{{from("09:50"), from("10:06")}} }, SilenceQuiet, 6 * time.Minute},
		{"quiet hours past midnight", func(p *Policy) { p.Quiet = []QuietHours{{from("22:00"), from("10:07")}} }, SilenceQuiet, 7 * time.Minute},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rules := DefaultPolicy()
			rules.Zone = berlin
			tt.change(&rules)
			p := play(t, rules, baselineOf(t))
			p.hold(upright, 10)
			l := p.hold(slouched, 200)
			if l.Silence != tt.silence || !l.SilentUntil.Equal(epoch.Add(tt.until)) {
				t.Errorf("silent for %q until %v, want %q until %v", l.Silence, l.SilentUntil, tt.silence, epoch.Add(tt.until))
			}
			if p.count(EventAlert) != 0 || l.Level != LevelNone || l.Score == nil {
				t.Errorf("%d alerts and level %s while silent, score %v", p.count(EventAlert), l.Level, l.Score)
			}
			p.hold(slouched, tt.until.Seconds()-200)
			if l := p.hold(slouched, 5); p.count(EventAlert) != 1 || l.Silence == tt.silence {
				t.Errorf("after it ended: %d alerts, silent for %q", p.count(EventAlert), l.Silence)
			}
		})
	}
	if got := EndOfToday(time.Date(2026, 3, 2, 23, 30, 0, 0, berlin), berlin); !got.Equal(time.Date(2026, 3, 3, 4, 0, 0, 0, berlin)) {
		t.Errorf("today ends at %v", got)
	}
	if got := EndOfToday(time.Date(2026, 3, 3, 1, 0, 0, 0, berlin), berlin); !got.Equal(time.Date(2026, 3, 3, 4, 0, 0, 0, berlin)) {
		t.Errorf("after midnight today ends at %v", got)
	}
}

func TestDismissAndWrong(t *testing.T) {
	rules := DefaultPolicy()
	rules.AlertCooldown = 100
	rules.AlertsPerHour = 50
	rules.AlertsPerDay = 50
	rules.StrongAfter = 120
	next := func(p *player) float64 { // seconds until another alert, slouching all the time
		n, from := p.count(EventAlert), p.at
		p.hold(upright, 12)
		for p.count(EventAlert) == n && p.at-from < time.Hour {
			p.hold(slouched, 1)
		}
		return (p.at - from).Seconds()
	}
	p := play(t, rules, baselineOf(t))
	p.hold(upright, 10)
	p.hold(slouched, 70)
	p.take(p.e.Dismiss(p.now()))
	l := p.hold(slouched, 100)
	if l.Alert != nil || l.Level != LevelNone || p.count(EventAlert) != 1 || p.count(EventDismissed) != 1 {
		t.Errorf("put away, but alert %v, level %s, %d alerts", l.Alert, l.Level, p.count(EventAlert))
	}
	p.take(p.e.Dismiss(p.now())) // nothing stands: nothing happens
	if p.count(EventDismissed) != 1 {
		t.Error("dismissed an alert that did not stand")
	}
	plain := play(t, rules, baselineOf(t))
	plain.hold(upright, 10)
	plain.hold(slouched, 70)
	if a, b := next(plain), next(p); b+100 < a || b < 85 {
		t.Errorf("the next alert came %v s after a dismissal, %v s without", b, a)
	}

	p = play(t, rules, baselineOf(t))
	p.hold(upright, 10)
	p.hold(slouched, 70)
	p.take(p.e.Wrong(p.now()))
	if l := p.hold(slouched, 200); l.Alert != nil || p.count(EventAlert) != 1 {
		t.Error("called wrong, the episode goes on to alert")
	}
}

func TestFade(t *testing.T) {
	p := play(t, DefaultPolicy(), baselineOf(t))
	p.hold(slouched, 1)
	if f := p.e.fade(); f != 1 {
		t.Errorf("cooldown is %v times as long at first", f)
	}
	p.step = 5 * time.Second
	p.hold(upright, 3*3600)
	if f := p.e.fade(); f != 2 {
		t.Errorf("cooldown is %v times as long after three hours upright, want 2", f)
	}
	for range 5 {
		p.e.dismissed = append(p.e.dismissed, p.e.ran)
	}
	if f := p.e.fade(); f != 4 {
		t.Errorf("cooldown is %v times as long at most, want 4", f)
	}
}

func TestRestore(t *testing.T) {
	ago := func(d time.Duration, ev Event) Event { ev.Time = epoch.Add(-d); return ev }
	t.Run("alerts", func(t *testing.T) {
		p := play(t, DefaultPolicy(), baselineOf(t))
		p.e.Restore([]Event{ago(50*time.Minute, Event{Kind: EventAlert}), ago(30*time.Minute, Event{Kind: EventAlert}), ago(10*time.Minute, Event{Kind: EventAlert})})
		p.hold(upright, 10)
		l := p.hold(slouched, 120)
		if p.count(EventAlert) != 0 || l.Silence != SilenceHourCap {
			t.Errorf("%d alerts, silent for %q: three came in the hour before", p.count(EventAlert), l.Silence)
		}
		if l := p.hold(slouched, 600); p.count(EventAlert) != 1 {
			t.Errorf("no alert when the hour was over, silent for %q", l.Silence)
		}
	})
	t.Run("breaks", func(t *testing.T) {
		p := play(t, DefaultPolicy(), baselineOf(t))
		p.e.Restore([]Event{
			ago(2*time.Hour, Event{Kind: EventBoutStart}), ago(90*time.Minute, Event{Kind: EventBoutEnd, Seconds: 1800}),
			ago(80*time.Minute, Event{Kind: EventBreak, Level: 2, Seconds: 600}),
			ago(30*time.Minute, Event{Kind: EventBoutStart}), ago(time.Minute, Event{Kind: EventBoutEnd, Seconds: 29 * 60}),
		})
		l := p.hold(upright, 30)
		if l.Breaks.Taken != 1 || l.Breaks.Due {
			t.Errorf("breaks %+v after a restart, want one taken", l.Breaks)
		}
		near(t, "seconds to the next break", l.Breaks.DueIn, 30, 2)
		if l = p.hold(upright, 60); !l.Breaks.Due || p.count(EventBreakDue) != 1 {
			t.Errorf("breaks %+v, %d told: want one due", l.Breaks, p.count(EventBreakDue))
		}
	})
}

// The same pose scores the less, the more sensitive its signals are.
func TestSensitivityIsMonotonic(t *testing.T) {
	last := 101.0
	for step := MinSensitivity; step <= MaxSensitivity; step++ {
		rules := DefaultPolicy()
		for _, s := range Signals {
			rules.Sensitivity[s] = step
		}
		p := play(t, rules, baselineOf(t))
		p.hold(upright, 5)
		l := p.hold(pose{drop: 0.09, forward: 0.05}, 10)
		if l.Score == nil || *l.Score >= last {
			t.Fatalf("score %v at step %d, %v at the one before", l.Score, step, last)
		}
		last = *l.Score
	}
}

func TestEasedSignalTakesLess(t *testing.T) {
	points := func(eased int) float64 {
		rules := DefaultPolicy()
		for _, s := range Signals {
			rules.Eased[s] = eased
		}
		p := play(t, rules, baselineOf(t))
		p.hold(upright, 5)
		p.hold(slouched, 10)
		v, _ := p.e.Slouch()
		return v
	}
	if a, b := points(0), points(MaxEased); !(b < a && b > a/3) {
		t.Errorf("slouch of %v points, %v when eased as often as may be", a, b)
	}
}

func TestStaticHold(t *testing.T) {
	rules := DefaultPolicy()
	rules.BreakEvery = 3 * 3600
	p := play(t, rules, baselineOf(t))
	p.hold(upright, 19*60)
	if p.count(EventStaticHold) != 0 {
		t.Error("told before twenty minutes")
	}
	l := p.hold(upright, 2*60)
	holds := find(p.events, EventStaticHold)
	if len(holds) != 1 || !strings.Contains(holds[0].Text, "20 min") || l.HeldSeconds < 1200 {
		t.Fatalf("events %+v after %v s in one posture", holds, l.HeldSeconds)
	}
	if l = p.hold(pose{nearer: 0.12}, 10); l.HeldSeconds > 20 {
		t.Errorf("held for %v s after a change", l.HeldSeconds)
	}
	p.hold(pose{nearer: 0.12, yaw: 0.5}, 60) // a turned head is no change of the back
	if l = p.hold(pose{nearer: 0.12}, 5); l.HeldSeconds < 60 {
		t.Errorf("held for %v s: turning the head ended it", l.HeldSeconds)
	}
	if slices.Contains(kinds(p.events), EventAlert) {
		t.Error("an alert for a good posture")
	}
}

// The score is smooth but not late: nine tenths of a step within three seconds
// at two looks a second, and one odd look moves it little.
func TestScoreFollowsAStep(t *testing.T) {
	p := play(t, DefaultPolicy(), baselineOf(t))
	from := *p.hold(upright, 20).Score
	var early float64
	for range 6 { // the step is seen by the first of them; the last is 2.5 s later
		early = *p.hold(slouched, 0.5).Score
	}
	to := *p.hold(slouched, 30).Score
	if done := (early - from) / (to - from); done < 0.9 {
		t.Errorf("score %.0f to %.0f: %.0f %% of the way after 2.5 s, want 90", from, to, 100*done)
	}
	p.hold(upright, 20)
	if l := p.hold(slouched, 0.5); l.State != Upright {
		t.Errorf("one look made it %s", l.State)
	}
}

// A glance on the way up keeps nobody from being praised; leaving does.
func TestPraise(t *testing.T) {
	for _, tt := range []struct {
		name string
		via  pose
		want int
	}{{"at once", upright, 1}, {"by way of a turn", pose{yaw: 0.8}, 1}, {"gone", nobody, 0}} {
		p := play(t, DefaultPolicy(), baselineOf(t))
		p.hold(upright, 10)
		p.hold(slouched, 80)
		p.hold(tt.via, 12)
		p.hold(upright, 20)
		if n := p.count(EventRecovered); n != tt.want {
			t.Errorf("%s: praised %d times, want %d", tt.name, n, tt.want)
		}
	}
}

// Who should not be told to move is told what is, and nothing to do in particular.
func TestCareful(t *testing.T) {
	rules := DefaultPolicy()
	rules.Careful, rules.AlertCooldown = true, 0
	p := play(t, rules, baselineOf(t))
	p.step = time.Second
	p.hold(upright, 60)
	p.hold(slouched, 400)
	p.hold(upright, 31*60)
	p.hold(upright, 31*60)
	told := 0
	for _, e := range p.events {
		if e.Kind != EventAlert && e.Kind != EventBreakDue && e.Kind != EventStaticHold {
			continue
		}
		told++
		for _, word := range []string{"Slide", "Lift", "Grow", "Stand", "reach", "roll", "walk", "Sit back"} {
			if strings.Contains(e.Text, word) {
				t.Errorf("%s says %q", e.Kind, e.Text)
			}
		}
	}
	if told < 4 || p.count(EventAlert) < 2 {
		t.Errorf("told %d times, %d alerts", told, p.count(EventAlert))
	}
}

// Who stands is not told to sit back or to stand up.
func TestStandingIsCorrectedAsStanding(t *testing.T) {
	b := baselineOf(t)
	b.Way = WayStanding
	rules := DefaultPolicy()
	p := play(t, rules, b)
	p.step = time.Second
	p.hold(upright, 60)
	p.hold(slouched, 400)
	p.hold(upright, 25*60)
	alerts := find(p.events, EventAlert)
	if len(alerts) != 2 || p.count(EventStaticHold) == 0 {
		t.Fatalf("%d alerts, %d static holds", len(alerts), p.count(EventStaticHold))
	}
	for _, e := range p.events {
		for _, word := range []string{"Sit back", "Stand up", "your chair"} {
			if strings.Contains(e.Text, word) {
				t.Errorf("%s says %q to somebody who stands", e.Kind, e.Text)
			}
		}
	}
	for s, want := range map[Signal]string{UpperBack: "Lift your breastbone", Sink: "Grow tall", "": "Weight on both feet"} {
		if got := alertText(s, 60, 1, WayStanding, false); !strings.Contains(got, want) {
			t.Errorf("%s: %q", s, got)
		}
	}
}
