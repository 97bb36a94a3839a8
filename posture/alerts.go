package posture

import (
	"fmt"
	"math"
	"time"
)

const (
	// dayBegins is the hour of the local day at which caps, break debt and
	// "today" start anew: who works past midnight is still in the same day.
	dayBegins = 4 * time.Hour
	// dismissalLasts is how long a dismissal keeps further alerts rarer, in
	// seconds.
	dismissalLasts = 8 * 3600
	// maxFade is how often the cooldown is doubled at most.
	maxFade = 2
	// improvedShare is the share of slouching under which a person needs to
	// be told less; it is a running mean over improvedOver seconds.
	improvedShare = 0.10
	improvedOver  = 2 * 3600
	// praiseWithin is how soon after the end of a slouch upright is praised,
	// in seconds.
	praiseWithin = 30.0
	// usualShare is what is taken for it until it is known.
	usualShare = 0.25
)

// Why alerts are kept back; they stand in [Live.Silence].
const (
	SilenceSnoozed  = "snoozed"
	SilenceQuiet    = "quiet_hours"
	SilenceCooldown = "cooldown"
	SilenceHourCap  = "hour_cap"
	SilenceDayCap   = "day_cap"
	SilenceExercise = "exercise" // one of the programme is under way
)

// alerts follows episodes of poor posture and what is said of them.
type alerts struct {
	inEpisode  bool
	episodeFor float64 // seconds since its start
	lapse      float64 // seconds of the present lapse
	lapseStart time.Time
	topSignal  Signal
	told       int  // 0, 1 or 2 alerts in this episode
	hushed     bool // the person put its alert away
	alert      *Alert
	sinceAlert float64 // seconds since the last alert, of any episode
	praiseFor  float64 // seconds left in which upright is worth a word

	// hour holds when alerts came, in seconds of [Engine.ran]: a wall clock
	// that was set does not matter. today counts those of the local day.
	hour      []float64
	today     int
	todayIs   int
	dismissed []float64 // in seconds of ran
	share     float64   // of slouching, lately

	// one posture held
	anchor   [len(bodyMeasures)]float64
	anchored bool
	offFor   float64 // seconds away from the anchor
	heldFor  float64 // seconds
	stillFor float64 // seconds since the body last moved
	heldTold float64 // heldFor when it was last told
}

// bodyMeasures are those that change when a person shifts in the chair.
var bodyMeasures = [...]Measure{
	MeasureShoulderHeight, MeasureShoulderWidth, MeasureBodyX, MeasureSlope, MeasureNeck, MeasureHeadOffset,
}

const (
	// shiftSize is the change of a body measure, in spread floors, that is a
	// change of posture; shiftSeconds how long it must last, so that a
	// reach for the cup is none.
	shiftSize    = 1.8
	shiftSeconds = 3.0
	// motionSize is how far a body measure is from its running mean, in
	// spread floors, while a person moves.
	motionSize = 1.0
)

func (a *alerts) init() {
	a.sinceAlert = math.Inf(1)
	a.share = usualShare
}

// localDay numbers the person's days, which begin at four in the morning.
func (e *Engine) localDay(t time.Time) int {
	y, m, d := t.In(e.policy.zone()).Add(-dayBegins).Date()
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// EndOfToday is when the person's day ends by which "today" is meant: the next
// four in the morning of the zone.
func EndOfToday(now time.Time, zone *time.Location) time.Time {
	if zone == nil {
		zone = time.UTC
	}
	y, m, d := now.In(zone).Add(-dayBegins).Date()
	return time.Date(y, m, d+1, int(dayBegins/time.Hour), 0, 0, 0, zone)
}

// changeDay begins a new day when it is one.
func (e *Engine) changeDay() {
	if day := e.localDay(e.now); day != e.todayIs {
		e.todayIs, e.today = day, 0
		e.newDay()
	}
}

// trackEpisode follows poor posture, its lapses, and the alerts.
func (e *Engine) trackEpisode(dt float64) {
	e.sinceAlert += dt
	for len(e.hour) > 0 && e.ran-e.hour[0] >= 3600 {
		e.hour = e.hour[1:]
	}
	for len(e.dismissed) > 0 && e.ran-e.dismissed[0] >= dismissalLasts {
		e.dismissed = e.dismissed[1:]
	}
	if e.judged {
		var poor float64
		if e.state.Poor() {
			poor = 1
		}
		e.share += (poor - e.share) * (1 - math.Exp(-dt/improvedOver))
	}
	if e.state.Poor() {
		e.praiseFor = 0
		if !e.inEpisode {
			e.inEpisode, e.told, e.hushed = true, 0, false
			e.episodeFor = math.Max(0, e.now.Sub(e.since).Seconds())
			e.topSignal = worstSignal(e.parts[:])
			e.emit(Event{Kind: EventEpisodeStart, Time: e.since, State: e.state, Signal: e.topSignal, Score: e.scorePtr()})
		} else {
			e.episodeFor += dt
		}
		e.lapse = 0
		if e.judged {
			e.topSignal = worstSignal(e.parts[:])
		}
		e.mayTell()
		return
	}
	if !e.inEpisode {
		e.praise(dt)
		return
	}
	if e.lapse == 0 {
		e.lapseStart = e.since
	}
	e.lapse += dt
	e.episodeFor += dt
	if e.state == Away || e.state == Standing || e.lapse >= e.policy.BridgeLapse {
		told := e.alert != nil
		e.endEpisode()
		if told {
			e.praiseFor = praiseWithin
			e.praise(0)
		}
	}
}

// praise says well done to who was told and is upright again, if a glance or a
// turn came between.
func (e *Engine) praise(dt float64) {
	if e.praiseFor <= 0 {
		return
	}
	e.praiseFor -= dt
	switch e.state {
	case Upright:
		e.emit(Event{Kind: EventRecovered, Time: e.now, State: e.state, Score: e.scorePtr(), Text: "Upright again. Well done."})
		e.praiseFor = 0
	case Away, Standing, Unknown:
		e.praiseFor = 0
	}
}

// mayTell tells the person of the episode when it is time and nothing keeps
// it back.
func (e *Engine) mayTell() {
	level := 0
	switch {
	case e.hushed || e.told == 2:
	case e.told == 1 && e.episodeFor >= e.policy.StrongAfter && !e.ref.info.Provisional &&
		// The first may have been kept back until long after its time.
		e.sinceAlert >= e.policy.StrongAfter-e.policy.AlertAfter:
		level = 2
	case e.told == 0 && e.episodeFor >= e.policy.AlertAfter:
		level = 1
	}
	if level == 0 {
		return
	}
	// The second word is of the same episode: no cooldown lies between.
	if why, _ := e.silence(); why != "" && !(level == 2 && why == SilenceCooldown) {
		return
	}
	e.told, e.sinceAlert = level, 0
	e.hour = append(e.hour, e.ran)
	e.today++
	e.alert = &Alert{
		Since: e.now, State: e.state, Signal: e.topSignal, Seconds: e.episodeFor, Level: level,
		Text: alertText(e.topSignal, e.episodeFor, level, e.way(), e.policy.Careful),
	}
	e.emit(Event{
		Kind: EventAlert, Time: e.now, State: e.state, Signal: e.topSignal, Level: level,
		Seconds: e.episodeFor, Score: e.scorePtr(), Text: e.alert.Text,
	})
}

// level is how loudly the present posture is told.
func (e *Engine) level() Level {
	switch {
	case !e.inEpisode || e.hushed:
		return LevelNone
	case e.told == 2:
		return LevelStrong
	case e.told == 1:
		return LevelAlert
	case e.episodeFor < e.policy.AmbientAfter:
		return LevelNone
	}
	if why, _ := e.silence(); why == SilenceSnoozed || why == SilenceQuiet {
		return LevelNone
	}
	return LevelAmbient
}

// quiet reports whether the person wants to hear nothing now, and until when.
func (e *Engine) quiet() (why string, until time.Time) {
	if e.exercising {
		return SilenceExercise, time.Time{}
	}
	if e.policy.SnoozedUntil.After(e.now) {
		return SilenceSnoozed, e.policy.SnoozedUntil
	}
	zone := e.policy.zone()
	local := e.now.In(zone)
	minute := ClockTime(local.Hour()*60 + local.Minute())
	for _, q := range e.policy.Quiet {
		if q.Contains(minute) {
			end := time.Date(local.Year(), local.Month(), local.Day(), int(q.To)/60, int(q.To)%60, 0, 0, zone)
			if !end.After(local) {
				end = end.AddDate(0, 0, 1)
			}
			return SilenceQuiet, end.UTC()
		}
	}
	return "", time.Time{}
}

// silence says why no alert would come now, and until when.
func (e *Engine) silence() (why string, until time.Time) {
	if why, until = e.quiet(); why != "" {
		return why, until
	}
	in := func(seconds float64) time.Time {
		if math.IsInf(seconds, 0) || seconds > 1e8 {
			return time.Time{}
		}
		return e.now.Add(time.Duration(seconds * 1e9))
	}
	if e.today >= e.policy.AlertsPerDay {
		return SilenceDayCap, EndOfToday(e.now, e.policy.Zone).UTC()
	}
	if n := len(e.hour); n >= e.policy.AlertsPerHour {
		if n == 0 {
			return SilenceHourCap, time.Time{}
		}
		oldest := e.hour[n-max(1, e.policy.AlertsPerHour)]
		return SilenceHourCap, in(3600 - (e.ran - oldest))
	}
	if left := e.policy.AlertCooldown*e.fade() - e.sinceAlert; left > 0 {
		return SilenceCooldown, in(left)
	}
	return "", time.Time{}
}

// fade is by how much the cooldown is longer than set: doubled by each
// dismissal of the last hours and by a person who slouches little, up to
// fourfold. Feedback that becomes rarer is remembered better, and what nags is
// ignored.
func (e *Engine) fade() float64 {
	n := len(e.dismissed)
	if e.share < improvedShare {
		n++
	}
	return math.Pow(2, float64(min(n, maxFade)))
}

// Dismiss puts the standing alert away; its episode says no more, and the next
// alerts come later.
func (e *Engine) Dismiss(t time.Time) Output {
	e.out = Output{}
	if e.alert == nil {
		return e.out
	}
	e.emit(Event{Kind: EventDismissed, Time: e.notBefore(t), State: e.alert.State, Signal: e.alert.Signal, Seconds: e.episodeFor})
	e.dismissed = append(e.dismissed, e.ran)
	e.hushed, e.alert = true, nil
	return e.out
}

// Wrong puts the standing alert away, if there is one; its episode says no
// more. That the signal is eased comes with the policy.
func (e *Engine) Wrong(time.Time) Output {
	e.out = Output{}
	if e.alert != nil {
		e.hushed, e.alert = true, nil
	}
	return e.out
}

// restoreAlerts counts the alerts and dismissals before a restart.
func (e *Engine) restoreAlerts(now time.Time, events []Event) {
	e.todayIs = e.localDay(now)
	for _, ev := range events {
		age := now.Sub(ev.Time).Seconds()
		if age < 0 {
			continue // of a clock that has since been set back
		}
		switch ev.Kind {
		case EventAlert:
			if age < 3600 {
				e.hour = append(e.hour, e.ran-age)
			}
			if e.localDay(ev.Time) == e.todayIs {
				e.today++
			}
			e.sinceAlert = math.Min(e.sinceAlert, age)
		case EventDismissed:
			if age < dismissalLasts {
				e.dismissed = append(e.dismissed, e.ran-age)
			}
		}
	}
}

// endEpisode ends a running episode where it was last seen.
func (e *Engine) endEpisode() {
	if !e.inEpisode {
		return
	}
	end := e.now
	if e.lapse > 0 {
		end = e.lapseStart
	}
	// Summed, not subtracted: the wall clock may have been set in between.
	e.emit(Event{
		Kind: EventEpisodeEnd, Time: end, State: Slouching, Signal: e.topSignal,
		Seconds: math.Max(0, e.episodeFor-e.lapse),
	})
	e.inEpisode, e.episodeFor, e.lapse, e.alert, e.hushed = false, 0, 0, nil, false
}

// trackHold follows how long one posture has been held, good or bad.
func (e *Engine) trackHold(s *sight, dt float64) {
	switch {
	case e.state == Away || e.state == Standing && e.way() == WaySitting:
		e.anchored, e.heldFor = false, 0
		return
	case !s.ok || !e.hasSmooth:
		// Turned away or hidden for a moment: the body stays.
		e.offFor += dt
		if e.offFor > e.policy.InterruptAfter {
			e.anchored, e.heldFor = false, 0
		}
		return
	}
	off, motion := 0.0, 0.0
	for i, m := range bodyMeasures {
		off = math.Max(off, math.Abs(e.smooth.Values[m]-e.anchor[i])/spreadFloor[m])
		motion = math.Max(motion, math.Abs(s.m.Values[m]-e.smooth.Values[m])/spreadFloor[m])
	}
	if e.stillFor += dt; motion > motionSize {
		e.stillFor = 0
	}
	switch {
	case e.anchored && off <= shiftSize:
		e.offFor = 0
		e.heldFor += dt
	case e.anchored && e.offFor+dt < shiftSeconds:
		e.offFor += dt
		e.heldFor += dt
	default:
		e.anchored, e.offFor, e.heldFor, e.heldTold = true, 0, 0, 0
		for i, m := range bodyMeasures {
			e.anchor[i] = e.smooth.Values[m]
		}
	}
	after := e.policy.StaticAfter
	if after > 0 && e.heldFor-e.heldTold >= after && !e.inEpisode && !e.due {
		if why, _ := e.quiet(); why == "" {
			e.heldTold = e.heldFor
			text := "You have held one posture for " + duration(e.heldFor) + ". "
			switch {
			case e.policy.Careful:
				text += "Change it a little, as is easy for you."
			case e.way() == WayStanding:
				text += "Shift your weight, take a step aside, roll your shoulders."
			default:
				text += "Shift in your chair, lean back, roll your shoulders."
			}
			if e.offer == nil {
				e.raise(OfferMicro, text)
			}
			e.emit(Event{Kind: EventStaticHold, Time: e.now, State: e.state, Seconds: e.heldFor, Score: e.scorePtr(), Text: text})
		}
	}
}

// worstSignal is the one that takes most from the score.
func worstSignal(parts []Part) Signal {
	worst := parts[0]
	for _, p := range parts[1:] {
		if p.Points > worst.Points {
			worst = p
		}
	}
	return worst.Signal
}

// duration says seconds in words.
func duration(seconds float64) string {
	if seconds < 90 {
		return fmt.Sprintf("%.0f s", seconds)
	}
	return fmt.Sprintf("%.0f min", seconds/60)
}

// alertText says what, for how long, and one small thing to do; the second
// alert of an episode asks for more. Who stands is corrected as standing. With care it
// asks for nothing in particular.
func alertText(s Signal, seconds float64, level int, way Way, careful bool) string {
	d := duration(seconds)
	what, do := "You have been slouching for "+d+".", "Sit back, grow tall, breathe out."
	if way == WayStanding {
		do = "Weight on both feet, grow tall, breathe out."
	}
	switch s {
	case HeadDrop, Sink:
		what, do = "You have been sunk down for "+d+".", "Grow tall: lift the top of your head, let the shoulders drop."
	case UpperBack:
		what, do = "Your upper back has been rounded for "+d+".", "Lift your breastbone, let the shoulder blades slide down."
	case HeadForward:
		what, do = "Your head has been forward for "+d+".", "Slide it straight back, eyes level."
	case HeadPitch:
		what, do = "You have been looking down for "+d+".", "Raise your eyes; bring what you read up to them."
	}
	switch {
	case careful:
		do = "Find a position that is easy for you, or take a break."
	case level == 2 && way == WayStanding:
		do = "Walk a few steps, reach for the ceiling, and stand anew: or sit for a while."
	case level == 2:
		do = "Stand up for a moment, reach for the ceiling, and sit down anew."
	}
	return what + " " + do
}
