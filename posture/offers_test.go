package posture

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func offered(l Live) OfferKind {
	if l.Offer == nil {
		return ""
	}
	return l.Offer.Kind
}

// A break is offered when one is due, a full one after most of an hour; it is
// withdrawn by a break, and comes again at the next time when it was put off.
func TestBreakOffers(t *testing.T) {
	rules := DefaultPolicy()
	rules.StaticAfter = 0
	p := play(t, rules, baselineOf(t))
	p.step = time.Second
	if l := p.hold(upright, 29*60); l.Offer != nil {
		t.Fatalf("offered %+v after 29 min", l.Offer)
	}
	l := p.hold(upright, 2*60)
	if offered(l) != OfferBreak || l.Offer.Minutes != 2 || l.Offer.Text == "" || l.Offer.Since.IsZero() {
		t.Fatalf("offered %+v after 31 min", l.Offer)
	}
	if !p.e.PutOff() || p.e.PutOff() {
		t.Error("an offer is put off once")
	}
	if l = p.hold(upright, 20*60); l.Offer != nil || !l.Breaks.Due {
		t.Errorf("put off: offered %+v, %+v", l.Offer, l.Breaks)
	}
	if l = p.hold(upright, 10*60); offered(l) != OfferFullBreak || l.Offer.Minutes != 5 {
		t.Fatalf("offered %+v after 61 min", l.Offer)
	}
	// It stands until the absence is a break, so that it says what is left.
	if l = p.hold(nobody, 90); offered(l) != OfferFullBreak {
		t.Errorf("offered %+v while away for 90 s", l.Offer)
	}
	if l = p.hold(upright, 10); offered(l) != OfferFullBreak || p.count(EventBreak) != 1 {
		t.Errorf("offered %+v when back too soon, %d breaks", l.Offer, p.count(EventBreak))
	}
	p.hold(nobody, 130)
	if l = p.hold(upright, 10); l.Offer != nil {
		t.Errorf("offered %+v after a break", l.Offer)
	}
	if b := find(p.events, EventBreak); len(b) != 2 || b[0].Level != 1 || b[1].Level != 2 || b[1].State != Away {
		t.Errorf("breaks %+v", b)
	}
}

func TestStoodBreak(t *testing.T) {
	p := play(t, DefaultPolicy(), baselineOf(t))
	p.hold(upright, 60)
	l := p.hold(pose{up: 0.9}, 100)
	if l.State != Standing || l.Breaks.How != BreakStood {
		t.Errorf("got %s, %+v", l.State, l.Breaks)
	}
	p.hold(pose{up: 0.9}, 60)
	p.hold(upright, 30)
	if b := find(p.events, EventBreak); len(b) != 1 || b[0].State != Standing {
		t.Errorf("breaks %+v", b)
	}
}

// One posture held for long is answered by one thing in the chair, until the person
// moves.
func TestMicroBreak(t *testing.T) {
	for name, end := range map[string]func(p *player){
		"moved":      func(p *player) { p.hold(pose{nearer: 0.1, up: 0.15}, 20) },
		"put off":    func(p *player) { p.e.PutOff() },
		"an answer":  func(p *player) { p.take(p.e.Exercised(p.now(), "postural_reset", 10)) },
		"ten minute": func(p *player) { p.hold(upright, 8*60) },
		"a snooze": func(p *player) {
			rules := DefaultPolicy()
			rules.SnoozedUntil = p.now().Add(time.Hour)
			if err := p.e.SetPolicy(rules); err != nil {
				t.Fatal(err)
			}
		},
		"blind": func(p *player) { p.take(p.e.Blind(p.now(), "paused")) },
	} {
		t.Run(name, func(t *testing.T) {
			rules := DefaultPolicy()
			rules.BreakEvery = 2 * 3600
			p := play(t, rules, baselineOf(t))
			p.step = time.Second
			if l := p.hold(upright, 19*60); l.Offer != nil {
				t.Fatalf("offered %+v after 19 min", l.Offer)
			}
			if l := p.hold(upright, 4*60); offered(l) != OfferMicro || l.Offer.Minutes != 0 || p.count(EventStaticHold) != 1 {
				t.Fatalf("offered %+v after 23 min, told %d times", l.Offer, p.count(EventStaticHold))
			}
			end(p)
			if name == "blind" {
				if l := p.e.Live(); l.Offer != nil {
					t.Errorf("offered %+v", l.Offer)
				}
				return
			}
			if l := p.hold(upright, 2); l.Offer != nil {
				t.Errorf("offered %+v", l.Offer)
			}
		})
	}
}

// None is shown while an exercise is under way.
func TestNoOfferInMidExercise(t *testing.T) {
	p := play(t, DefaultPolicy(), baselineOf(t))
	p.step = time.Second
	p.hold(upright, 31*60)
	p.take(p.e.Exercise(p.now(), true))
	if l := p.hold(upright, 10); l.Offer != nil {
		t.Errorf("offered %+v", l.Offer)
	}
	p.take(p.e.Exercise(p.now(), false)) // broken off
	if l := p.hold(upright, 10); offered(l) != OfferBreak {
		t.Errorf("offered %+v after an exercise that was no break", l.Offer)
	}
	p.hold(upright, 125)
	p.take(p.e.Exercised(p.now(), "chin_tuck", 125))
	if l := p.hold(upright, 10); l.Offer != nil {
		t.Errorf("offered %+v after a routine", l.Offer)
	}
}

// The end of the day is spoken of once, near its time, to who has worked.
func TestDayEnd(t *testing.T) {
	at := func(c string) ClockTime {
		v, err := ParseClockTime(c)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	in := func(d time.Duration) string { return epoch.Add(d).UTC().Format("15:04") }
	for _, c := range []struct {
		name string
		set  DayEnd
		// usual is when they stop; sat for how many minutes they sit.
		usual string
		sat   float64
		want  int
	}{
		{"set, in its time", DayEnd(in(80 * time.Minute)), "", 75, 1},
		{"learned", DayEndAuto, in(80 * time.Minute), 75, 1},
		{"not learned", DayEndAuto, "", 75, 0},
		{"off", DayEndOff, in(80 * time.Minute), 75, 0},
		{"too soon", DayEnd(in(5 * time.Hour)), "", 75, 0},
		{"long over", DayEnd(in(-time.Hour)), "", 75, 0},
		{"hardly worked", DayEnd(in(40 * time.Minute)), "", 45, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			rules := DefaultPolicy()
			rules.StaticAfter, rules.DayEnd = 0, c.set
			if c.usual != "" {
				usual := at(c.usual)
				rules.UsualDayEnd = &usual
			}
			p := play(t, rules, baselineOf(t))
			p.step = time.Second
			var l Live
			for range int(c.sat) {
				l = p.hold(upright, 60)
			}
			if n := p.count(EventDayEnd); n != c.want {
				t.Fatalf("told %d times, want %d", n, c.want)
			}
			if c.want == 0 {
				if offered(l) == OfferDayEnd {
					t.Errorf("offered %+v", l.Offer)
				}
				return
			}
			if offered(l) != OfferDayEnd || l.Offer.Minutes != 10 {
				t.Errorf("offered %+v", l.Offer)
			}
			// A restart does not tell it again.
			again := play(t, rules, baselineOf(t))
			again.step, again.at = time.Second, p.at+time.Minute
			again.e.Restore(p.events)
			if again.hold(upright, 120); again.count(EventDayEnd) != 0 {
				t.Error("told again after a restart")
			}
			if l = p.hold(upright, 31*60); offered(l) == OfferDayEnd || p.count(EventDayEnd) != 1 {
				t.Errorf("half an hour later: offered %+v, told %d times", l.Offer, p.count(EventDayEnd))
			}
		})
	}
}

func TestUsualDayEnd(t *testing.T) {
	zone := time.FixedZone("", 2*3600)
	now := time.Date(2026, 3, 27, 9, 0, 0, 0, zone)
	// days are when each of the days before ended, latest first, "" for none.
	history := func(hours float64, days ...string) (events []Event) {
		for i, end := range days {
			if end == "" {
				continue
			}
			var c ClockTime
			if err := c.UnmarshalText([]byte(end)); err != nil {
				t.Fatal(err)
			}
			y, m, d := now.AddDate(0, 0, -i-1).Date()
			last := time.Date(y, m, d, 0, int(c), 0, 0, zone)
			if c < 4*60 {
				last = last.AddDate(0, 0, 1) // past midnight is still that day
			}
			events = append(events,
				Event{Kind: EventBoutEnd, Time: last.Add(-5 * time.Hour), Seconds: hours * 1800},
				Event{Kind: EventBoutStart, Time: last.Add(-time.Hour)},
				Event{Kind: EventBoutEnd, Time: last, Seconds: hours * 1800})
		}
		return events
	}
	// Ten shifts from 22:00 to 06:00, in bouts of an hour with pauses.
	var nights []Event
	for i := range 10 {
		y, m, d := now.AddDate(0, 0, -i-2).Date()
		for h := range 8 {
			nights = append(nights, Event{Kind: EventBoutEnd, Time: time.Date(y, m, d, 22+h, 55, 0, 0, zone), Seconds: 3000})
		}
	}
	for _, c := range []struct {
		name   string
		events []Event
		want   string
	}{
		{"nothing", nil, ""},
		{"four days", history(6, "17:30", "17:30", "17:30", "17:30"), ""},
		{"five days", history(6, "17:30", "17:41", "17:20", "17:30", "17:33"), "17:30"},
		{"an odd one", history(6, "17:31", "12:00", "17:40", "23:10", "17:33", "17:38", "17:29", "17:35"), "17:35"},
		{"no rule in it", history(6, "09:30", "12:00", "15:00", "18:00", "21:00", "23:00"), ""},
		{"short days", history(1.5, "17:30", "17:30", "17:30", "17:30", "17:30"), ""},
		{"past midnight", history(6, "23:50", "00:10", "00:20", "00:05", "23:58"), "00:05"},
		{"through the night", nights, ""},
	} {
		end, ok := UsualDayEnd(c.events, now, zone)
		if got := fmt.Sprint(end); ok != (c.want != "") || ok && got != c.want {
			t.Errorf("%s: %s, %v, want %q", c.name, got, ok, c.want)
		}
	}
	// Today says nothing of when it ends.
	today := append(history(6, "17:30", "17:30", "17:30", "17:30"), Event{Kind: EventBoutEnd, Time: now.Add(-time.Minute), Seconds: 7300})
	if end, ok := UsualDayEnd(today, now, zone); ok {
		t.Errorf("%v from four days and today", end)
	}
}

func TestDayEndIsATime(t *testing.T) {
	for _, good := range []DayEnd{DayEndAuto, DayEndOff, "00:00", "17:30"} {
		if err := good.Check(); err != nil {
			t.Error(err)
		}
	}
	for _, bad := range []DayEnd{"", "never", "24:00", "5pm"} {
		if bad.Check() == nil {
			t.Errorf("%q passes", bad)
		}
	}
}

// What was offered before the machine slept is not offered after it, nor is what was
// due then due any more.
func TestOffersEndWithSleep(t *testing.T) {
	rules := DefaultPolicy()
	rules.DayEnd = DayEnd(epoch.Add(80 * time.Minute).Format("15:04"))
	for _, minutes := range []float64{31, 75} {
		p := play(t, rules, baselineOf(t))
		p.step = time.Second
		if l := p.hold(upright, minutes*60); l.Offer == nil {
			t.Fatalf("nothing is offered after %v min", minutes)
		}
		o := upright.observe(p.at, 1)
		o.Time += int64(15 * time.Hour)
		p.take(p.e.Step(&o))
		if l := p.e.Live(); l.Offer != nil || l.Breaks.Due {
			t.Errorf("15 h later: offered %+v, %+v", l.Offer, l.Breaks)
		}
	}
}

// To nobody in sight nothing is offered, and after an hour of that nothing is due; but
// it is no break.
func TestOffersInTheDark(t *testing.T) {
	rules := DefaultPolicy()
	rules.StaticAfter = 0
	p := play(t, rules, baselineOf(t))
	p.step = time.Second
	p.hold(upright, 31*60)
	if l := p.hold(dark, 6*60); l.Offer != nil || !l.Breaks.Due {
		t.Errorf("after 6 dark minutes: offered %+v, %+v", l.Offer, l.Breaks)
	}
	if l := p.hold(dark, 3600); l.Breaks.Due || l.Breaks.Taken != 0 {
		t.Errorf("after an hour: %+v", l.Breaks)
	}
}

// Minutes and words follow how long a break must be.
func TestOfferedMinutesMakeABreak(t *testing.T) {
	rules := DefaultPolicy()
	rules.StaticAfter, rules.BreakAfter, rules.FullBreakAfter = 0, 240, 600
	p := play(t, rules, baselineOf(t))
	p.step = time.Second
	if l := p.hold(upright, 31*60); l.Offer == nil || l.Offer.Minutes != 4 || !strings.Contains(l.Offer.Text, "for 4 minutes") {
		t.Errorf("offered %+v", l.Offer)
	}
	if l := p.hold(upright, 30*60); l.Offer == nil || l.Offer.Minutes != 10 || !strings.Contains(l.Offer.Text, "for 10 minutes") {
		t.Errorf("offered %+v", l.Offer)
	}
}

// A day's end soon after days begin is told once.
func TestDayEndAtFour(t *testing.T) {
	rules := DefaultPolicy()
	rules.StaticAfter, rules.DayEnd = 0, "04:10"
	p := play(t, rules, baselineOf(t))
	p.step = 2 * time.Second
	p.at = 15 * time.Hour // midnight
	p.hold(upright, 6*3600)
	if n := p.count(EventDayEnd); n > 1 {
		t.Errorf("told %d times", n)
	}
}

// A break that falls due in the midst of an exercise is offered after it, unless that
// was one.
func TestDueInMidExercise(t *testing.T) {
	rules := DefaultPolicy()
	rules.StaticAfter = 0
	p := play(t, rules, baselineOf(t))
	p.step = time.Second
	p.hold(upright, 29*60+50)
	p.take(p.e.Exercise(p.now(), true))
	p.hold(upright, 30)
	p.take(p.e.Exercise(p.now(), false))
	if l := p.hold(upright, 60); offered(l) != OfferBreak || p.count(EventBreakDue) != 1 {
		t.Errorf("offered %+v, told %d times", l.Offer, p.count(EventBreakDue))
	}
}

// What was offered in words that no longer suit is taken back.
func TestOfferGoesWithCare(t *testing.T) {
	rules := DefaultPolicy()
	p := play(t, rules, baselineOf(t))
	p.step = time.Second
	if l := p.hold(upright, 31*60); l.Offer == nil {
		t.Fatal("nothing is offered")
	}
	rules.Careful = true
	if err := p.e.SetPolicy(rules); err != nil {
		t.Fatal(err)
	}
	if l := p.hold(upright, 2); l.Offer != nil {
		t.Errorf("offered %+v", l.Offer)
	}
}
