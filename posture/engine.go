package posture

import (
	"fmt"
	"math"
	"time"
)

const (
	// smoothing is the time constant of the running mean of the measures,
	// in seconds: 96 % of a step is there after three.
	smoothing = 0.9
	// maxStep is the longest time between two observations over which the
	// posture is taken to have gone on, in seconds: two of the slowest rate
	// (0.2 a second).
	maxStep = 10
	// clockSlack is how far the wall clock and the monotonic clock may
	// differ between two observations, in seconds, before one of them is
	// known to have jumped.
	clockSlack = 2
	// farOut is how far from the picture's edge, in its sizes, the landmark
	// model may place eyes or shoulders and still be believed.
	farOut = 2
)

// settle is how long, in seconds, a new state must last before it is
// believed.
var settle = map[State]float64{
	Upright: 1.0, Slouching: 2.0, LeaningIn: 1.5, LeaningAside: 1.5,
	LookingDown: 1.0, Turned: 1.0, Standing: 1.0, Away: 2.0, Unknown: 1.0,
}

// Output is what one step of the engine brought about.
type Output struct {
	Events  []Event
	Minutes []Minute // minutes that are over, or were cut short by Close
	// Baseline is set by the step that made or changed one; the engine
	// already goes by it. One without an ID is new: once stored, tell its ID
	// with [Engine.UseBaseline].
	Baseline *Baseline
	// Samples are measurements to keep, for judging them again by other
	// rules.
	Samples []SampleBlock
}

// sight is what one observation tells the engine.
type sight struct {
	time, mono    int64 // ns
	width, height int   // px
	nothing       Absence
	seen          bool   // somebody, with landmarks
	ok            bool   // who can be measured
	reason        string // why not
	m             Measurement
	// eyes and shoulders are how far down the frame they are, over its
	// height; left and right the outer shoulders, over its width. They count
	// only if seen, and may be outside of the frame.
	eyes, shoulders, left, right float64
	people                       int
	brightness                   float64 // 0 to 255
	view                         *View
}

// look takes from an observation what the engine needs.
func look(o *Observation) sight {
	s := sight{
		time: o.Time, mono: o.Mono, width: o.Width, height: o.Height, nothing: o.Nothing,
		people: o.People, brightness: o.Brightness, view: o.View,
	}
	s.seen = o.Seen()
	s.m, s.reason, s.ok = Measured(o)
	if s.seen {
		l, w, h := o.Landmarks, float64(o.Width), float64(o.Height)
		s.eyes = (l[LeftEye].Y + l[RightEye].Y) / 2 / h
		s.shoulders = (l[LeftShoulder].Y + l[RightShoulder].Y) / 2 / h
		s.left = math.Min(l[LeftShoulder].X, l[RightShoulder].X) / w
		s.right = math.Max(l[LeftShoulder].X, l[RightShoulder].X) / w
		for _, v := range []float64{s.eyes, s.shoulders, s.left, s.right} {
			if math.Abs(v) > farOut {
				// No person is there; in the running mean it would stay
				// for long.
				s.seen, s.ok, s.reason = false, false, ReasonGarbled
			}
		}
	}
	return s
}

// Engine turns a stream of observations into a live picture and events. It
// has no clock: all times come from the observations. It is not safe for
// concurrent use; one goroutine owns it.
type Engine struct {
	policy Policy
	camera string

	place  // baselines, and whether the camera stands where it stood
	alerts // episodes of poor posture and what is said of them
	seat   // bouts of sitting and breaks
	offers // what would do good now
	keeper // measurements to keep

	past []Event // what happened before, until the first step

	// the last observation's clocks
	started  bool
	newEye   bool // it was the first of another eye
	lastWall int64
	lastMono int64
	now      time.Time
	ran      float64 // seconds of all steps together

	smooth    Measurement
	smoothAge float64 // seconds since the last measurement
	hasSmooth bool
	judgement         // of the smoothed measures
	judged    bool    // it is of this observation
	downFor   float64 // seconds the face has pointed down
	state     State
	since     time.Time
	reason    string
	candidate State
	candFor   float64
	candSince time.Time

	present bool // a person is there, not standing up from the seat

	minute    Minute
	hasMinute bool

	cal       *calibrator
	calResult Calibration
	autoTried float64 // seconds until the next automatic try

	figure     *Figure
	people     int
	brightness float64

	out Output
}

// NewEngine returns an engine for one camera. Of the baselines known for it,
// oldest first, it goes by the newest until what it sees fits another better;
// without any there is no score until a calibration succeeds or, by the policy,
// a provisional one is made. Baselines that are nil are left out; so are those
// that lack a measure, as an older version's do: if there are no others,
// [Live.Ask] asks for a calibration.
func NewEngine(p Policy, camera string, known ...*Baseline) (*Engine, error) {
	if err := p.Check(); err != nil {
		return nil, fmt.Errorf("posture policy: %w", err)
	}
	e := &Engine{policy: p, camera: camera, state: Unknown, candidate: Unknown, reason: "starting"}
	e.calResult.Status = CalibrationIdle
	e.alerts.init()
	e.know(known)
	return e, nil
}

// SetPolicy goes by other rules from now on. What is under way goes on.
func (e *Engine) SetPolicy(p Policy) error {
	if err := p.Check(); err != nil {
		return fmt.Errorf("posture policy: %w", err)
	}
	if e.policy.Careful != p.Careful {
		e.offer = nil // its words are those of before
	}
	e.policy = p
	e.setGains()
	return nil
}

// Step takes the next observation.
func (e *Engine) Step(o *Observation) Output {
	s := look(o)
	e.drawFigure(o, s.seen)
	return e.step(&s)
}

func (e *Engine) step(s *sight) Output {
	e.out = Output{}
	dt, gap := e.advance(s)
	if e.past != nil {
		e.restoreAlerts(e.now, e.past)
		e.restoreBreaks(e.now, e.past)
		e.past = nil
	}
	if gap {
		e.interrupt()
		e.sinceAlert += dt
		e.ran += dt
		dt = 0
	}
	e.ran += dt
	e.changeDay()
	e.people, e.brightness = s.people, s.brightness

	e.filter(s, dt)
	e.watchCamera(s, dt)
	if !e.exercising {
		e.chooseBaseline(s, dt)
	}
	e.calibrate(s, dt)
	if !e.exercising {
		e.provide(s, dt)
	}
	e.judged = s.ok && e.comparable(s)
	if e.judged {
		e.judgement = e.ref.judge(&e.smooth, &e.gains)
	}

	state, why := e.classify(s, dt)
	// Points that make no sense are nobody who sits.
	e.present = s.seen && s.reason != ReasonGarbled && why != ReasonGarbled && state != Standing && state != Away && e.way() == WaySitting
	if e.exercising && state != Standing && state != Away {
		// A head that tilts on purpose is no slouch.
		e.judged, state, why = false, Unknown, ReasonExercise
	}
	e.settleState(state, why, dt)
	if !gap {
		e.credit(dt)
	}
	e.trackHold(s, dt)
	e.trackBout(dt)
	e.trackEpisode(dt)
	e.reviewOffer()
	e.drift(dt)
	if !e.exercising {
		e.keep(s, dt)
	}
	return e.out
}

// Blind tells the engine that there are no observations, since wall-clock
// time t or still, and why: the camera is lost, or the person paused. The
// state is unknown at once; nothing is credited.
func (e *Engine) Blind(t time.Time, why string) Output {
	e.out = Output{}
	t = e.notBefore(t)
	e.judged, e.present, e.figure = false, false, nil
	e.hasSmooth = false
	if e.state != Unknown || e.reason != why {
		if e.state != Unknown {
			e.since = t
		}
		e.state, e.reason = Unknown, why
	}
	e.candidate, e.candFor = Unknown, 0
	e.endEpisode()
	e.heldFor, e.offer = 0, nil
	if e.cal != nil {
		e.cal = nil
		e.calResult = Calibration{Status: CalibrationFailed, Message: "The camera stopped in between (" + why + "). Please try again."}
	}
	if e.inBout && t.Sub(e.lastSat).Seconds() >= e.policy.BlindAfter {
		e.endBout()
	}
	e.forget(t)
	e.flushMinute()
	e.flushSamples()
	return e.out
}

// Close ends what is under way at the last observation: the watch is over.
func (e *Engine) Close() Output {
	e.out = Output{}
	e.endEpisode()
	e.endBout()
	e.flushMinute()
	e.flushSamples()
	return e.out
}

// Restore takes what happened before this engine began, oldest first, as far
// back as a day reaches, so that caps, cooldown and breaks outlast a restart.
// Call it before the first step.
func (e *Engine) Restore(events []Event) {
	e.past = append([]Event(nil), events...)
}

// Calm is how little there is to see.
type Calm int

// The kinds of calm.
const (
	NotCalm   Calm = iota
	CalmStill      // somebody keeps still and sits well
	CalmAway       // nobody is there
)

const (
	calmStill = 30.0 // seconds of stillness
	calmAway  = 60.0 // seconds of absence
)

// Calm tells whether fewer looks would do for now.
func (e *Engine) Calm() Calm {
	switch {
	case e.cal != nil || e.suspect || e.inEpisode || e.candFor > 0:
		return NotCalm
	case e.state == Away && e.absent >= calmAway:
		return CalmAway
	case e.judged && (e.state == Upright || e.state == Standing) && e.stillFor >= calmStill:
		return CalmStill
	}
	return NotCalm
}

// Live returns the present picture. What it points to is the caller's.
func (e *Engine) Live() Live {
	l := Live{
		Time: e.now, State: e.state, Since: e.since, Reason: e.reason,
		SittingSeconds: e.sat, Breaks: e.breaks(), HeldSeconds: e.heldFor,
		Calibration: e.calResult, Level: e.level(),
		Figure: e.figure, People: e.people, Brightness: e.brightness, Parts: []Part{},
	}
	l.Calibration.Checks = append([]CalibrationCheck(nil), e.calResult.Checks...)
	if e.state != Unknown {
		l.Reason = ""
	}
	l.Baseline, l.Offer = e.baselineInfo(), e.offering()
	if e.ask != nil {
		a := *e.ask
		l.Ask = &a
	}
	if e.judged {
		score := e.score
		l.Score = &score
		l.Parts = append(l.Parts, e.parts[:]...)
		if e.angles != nil {
			a := *e.angles
			l.Angles = &a
		}
	}
	if e.inEpisode {
		l.PoorSeconds = e.episodeFor
	}
	if e.alert != nil {
		a := *e.alert
		l.Alert = &a
	}
	l.Silence, l.SilentUntil = e.silence()
	return l
}

// Slouch returns how much the last observation looked like a slouch, in points
// without an upper end, for judging the engine itself; ok is false when it was
// not judged.
func (e *Engine) Slouch() (points float64, ok bool) { return e.slouch, e.judged }

// notBefore is t in UTC, or the last observation's time when the clock was set
// back: time does not run back.
func (e *Engine) notBefore(t time.Time) time.Time {
	t = t.UTC()
	if e.started && t.Before(e.now) {
		return e.now
	}
	return t
}

// advance moves the time on and returns the seconds since the last
// observation. gap is true when the posture can't be taken to have gone on in
// between: too long, a suspended machine, or the first observation.
func (e *Engine) advance(s *sight) (dt float64, gap bool) {
	first := !e.started
	wall := float64(s.time-e.lastWall) / 1e9
	mono := float64(s.mono-e.lastMono) / 1e9
	e.lastWall, e.lastMono, e.started = s.time, s.mono, true
	e.now = time.Unix(0, s.time).UTC()
	e.newEye = first || mono < 0
	if first {
		e.since = e.now
		return 0, true
	}
	switch {
	case mono < 0:
		// A new eye counts from zero: only the wall clock tells.
		dt = math.Max(wall, 0)
	case wall > mono+clockSlack:
		// The monotonic clock stops while the machine is suspended; a
		// wall clock set forward looks the same and is as little time
		// sat.
		dt = math.Min(mono, maxStep)
		gap = true
	default:
		// A wall clock set back does not undo time.
		dt = mono
	}
	if dt > maxStep {
		gap = true
	}
	return dt, gap
}

// interrupt handles a stretch without observations before this one.
func (e *Engine) interrupt() {
	e.hasSmooth = false
	e.candFor = 0
	e.downFor = 0
	e.heldFor = 0
	e.endEpisode()
	e.arrive()
	e.offer = nil // it was of then
	if unseen := e.now.Sub(e.lastSat).Seconds(); !e.lastSat.IsZero() && (unseen < 0 || unseen >= e.policy.BreakAfter) {
		e.endBout()
		e.unbroken, e.nextDue, e.due = 0, 0, false // as after a restart
	}
	e.flushMinute()
	e.flushSamples()
}

// filter smooths the measures over time.
func (e *Engine) filter(s *sight, dt float64) {
	if !s.ok {
		e.smoothAge += dt
		if e.smoothAge > 2*smoothing {
			e.hasSmooth = false
		}
		return
	}
	m := &s.m
	if !e.hasSmooth {
		e.smooth, e.hasSmooth = *m, true
	} else {
		before := e.smooth
		e.smooth = *m
		a := 1 - math.Exp(-(dt+e.smoothAge)/smoothing)
		for i := range m.Values {
			e.smooth.Values[i] = before.Values[i] + a*(m.Values[i]-before.Values[i])
		}
		if before.HasAngle && m.HasAngle {
			for i := range m.Angle {
				e.smooth.Angle[i] = before.Angle[i] + a*(m.Angle[i]-before.Angle[i])
			}
		}
	}
	e.smoothAge = 0
}

// classify says what this observation looks like, without hysteresis in time.
func (e *Engine) classify(s *sight, dt float64) (State, string) {
	// Who stands before a webcam has no head in the picture, and the model is
	// not sure of the rest, or sees a face in the shirt.
	stays := e.state == Standing && e.way() == WaySitting
	if !s.seen {
		e.downFor = 0
		switch {
		case s.nothing == Nobody:
			return Away, ""
		case s.nothing == Unclear && stays:
			return Standing, ""
		}
		return Unknown, s.reason
	}
	if e.stands(s) {
		e.judged, e.downFor = false, 0
		return Standing, ""
	}
	if !s.ok {
		e.downFor = 0
		if stays {
			return Standing, ""
		}
		return Unknown, s.reason
	}
	if !e.judged {
		e.downFor = 0
		why := e.whyNot(s)
		if why == ReasonGarbled && stays {
			return Standing, ""
		}
		return Unknown, why
	}
	if e.suspect {
		// The background has just moved: nothing is said before it is
		// known whether that was the camera.
		e.judged = false
		return e.state, e.reason
	}
	if e.glances(e.state) {
		e.downFor += dt
	} else {
		e.downFor = 0
	}
	brief := e.downFor <= e.policy.GlanceDown
	state := e.ref.pose(&e.smooth, &e.judgement, e.state, brief)
	if e.downFor > 0 && brief {
		e.excuse()
	}
	if state == Upright && e.way() == WayStanding {
		state = Standing
	}
	return state, ""
}

// settleState believes a new state once it has lasted.
func (e *Engine) settleState(s State, why string, dt float64) {
	if s == e.state {
		e.candidate, e.candFor = s, 0
		e.reason = why
		return
	}
	if s != e.candidate || e.candFor == 0 {
		e.candidate, e.candSince = s, e.now
		e.candFor = math.SmallestNonzeroFloat64
	} else {
		e.candFor += dt
	}
	wait := settle[s]
	if e.state == Unknown && e.reason == "starting" {
		wait = 0
	}
	if e.candFor >= wait {
		e.state, e.since, e.reason = s, e.candSince, why
		e.candFor = 0
	}
}

// credit adds dt to the minute's sums.
func (e *Engine) credit(dt float64) {
	if dt <= 0 {
		return
	}
	from := e.now.Add(-time.Duration(dt * 1e9))
	for from.Before(e.now) {
		start := from.Truncate(time.Minute)
		if e.hasMinute && !e.minute.Start.Equal(start) {
			e.flushMinute()
		}
		if !e.hasMinute {
			e.minute = Minute{Start: start, Seconds: map[State]float64{}, Exposure: map[Signal]float64{}}
			e.hasMinute = true
		}
		to := start.Add(time.Minute)
		if to.After(e.now) {
			to = e.now
		}
		s := to.Sub(from).Seconds()
		e.minute.Seconds[e.state] += s
		if e.state.Sitting() && e.way() == WayStanding {
			e.minute.Stood += s
		}
		if e.judged {
			e.minute.ScoreSeconds += s
			e.minute.ScoreSum += s * e.score
			for _, p := range e.parts {
				if p.Points > 0 {
					e.minute.Exposure[p.Signal] += s * p.Points
				}
			}
		}
		from = to
	}
}

func (e *Engine) flushMinute() {
	if e.hasMinute {
		e.out.Minutes = append(e.out.Minutes, e.minute)
		e.hasMinute = false
	}
}

func (e *Engine) drawFigure(o *Observation, seen bool) {
	if !seen {
		e.figure = nil
		return
	}
	f := &Figure{Aspect: float64(o.Width) / float64(o.Height), Points: make([][3]float64, LandmarkCount)}
	for i, l := range o.Landmarks {
		f.Points[i] = [3]float64{
			math.Round(l.X/float64(o.Width)*1e4) / 1e4,
			math.Round(l.Y/float64(o.Height)*1e4) / 1e4,
			math.Round(l.Visibility*100) / 100,
		}
	}
	e.figure = f
}

func (e *Engine) emit(ev Event) {
	ev.Time = ev.Time.UTC()
	e.out.Events = append(e.out.Events, ev)
}

func (e *Engine) scorePtr() *float64 {
	if !e.judged {
		return nil
	}
	s := e.score
	return &s
}
