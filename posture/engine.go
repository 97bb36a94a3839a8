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

	// enterSlouch and leaveSlouch are the points that slouch signals take
	// together at which a slouch begins and ends; apart, so that it does not
	// flicker at the edge.
	enterSlouch = 24
	leaveSlouch = 15

	// turnedYaw is the change of [MeasureYaw] that is a turned head: about
	// 30 degrees on the rendered people.
	turnedYaw = 0.34
	// leanInSize is the change of face size and shoulder width (logarithms)
	// that is a lean to the screen: a fifth larger, both.
	leanInSize = 0.17
	// leanAside is the deviation of the sideways lean that is a state.
	leanAsideDeviation = 4.0
	// lookDownPitch is the change of [MeasurePitch] that is a face turned
	// down.
	lookDownPitch = 0.20
	// standUp is how far the eyes or shoulders rise, in shoulder widths of
	// the baseline, when the person stands up.
	standUp = 0.55
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
	// Baseline is set by the step that finished a calibration; the engine
	// already uses it. Once stored, tell its ID with [Engine.UseBaseline].
	Baseline *Baseline
	// Samples are measurements to keep, for judging them again by other
	// rules.
	Samples []SampleBlock
}

// Engine turns a stream of observations into a live picture and events. It
// has no clock: all times come from the observations. It is not safe for
// concurrent use; one goroutine owns it.
type Engine struct {
	policy Policy
	camera string

	ref    reference
	hasRef bool

	// the last observation's clocks
	started  bool
	lastWall int64
	lastMono int64
	now      time.Time

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

	present bool // a person sits there, with or without a baseline

	// episode of a poor posture
	inEpisode  bool
	episodeFor float64 // seconds since its start
	lapse      float64 // seconds of the present lapse
	lapseStart time.Time
	topSignal  Signal
	alerted    bool
	alert      *Alert
	sinceAlert float64 // seconds since the last alert, of any episode

	// bout of sitting
	inBout  bool
	sat     float64 // seconds credited
	lastSat time.Time
	away    float64 // seconds away or standing since
	blind   float64 // seconds unknown since

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

// NewEngine returns an engine for one camera. The baseline may be nil; then
// there is no score until a calibration succeeds. A baseline that lacks a
// measure is refused with an error.
func NewEngine(p Policy, camera string, known ...*Baseline) (*Engine, error) {
	if err := p.Check(); err != nil {
		return nil, fmt.Errorf("posture policy: %w", err)
	}
	e := &Engine{policy: p, camera: camera, state: Unknown, candidate: Unknown, reason: "starting", sinceAlert: math.Inf(1)}
	e.calResult.Status = CalibrationIdle
	for _, b := range known {
		if b == nil {
			continue
		}
		if err := e.UseBaseline(b); err != nil {
			return nil, err
		}
	}
	return e, nil
}

// SetPolicy goes by other rules from now on.
func (e *Engine) SetPolicy(p Policy) error {
	if err := p.Check(); err != nil {
		return fmt.Errorf("posture policy: %w", err)
	}
	e.policy = p
	return nil
}

// Answer takes the answer to [Live.Ask]: keep says that the baseline still
// holds.
func (e *Engine) Answer(t time.Time, keep bool) Output { e.out = Output{}; return e.out }

// Dismiss puts the standing alert away.
func (e *Engine) Dismiss(t time.Time) Output { e.out = Output{}; return e.out }

// Wrong puts the standing alert away, if there is one; its episode says no
// more.
func (e *Engine) Wrong(t time.Time) Output { e.out = Output{}; return e.out }

// Restore takes what happened in the last 26 hours, oldest first, so that
// caps, cooldown and breaks outlast a restart.
func (e *Engine) Restore(events []Event) {}

// UseBaseline compares with b from now on.
func (e *Engine) UseBaseline(b *Baseline) error {
	r, ok := newReference(b)
	if !ok {
		return fmt.Errorf("use baseline %d: a measure is missing or not a number: calibrate again", b.ID)
	}
	e.ref, e.hasRef = r, true
	return nil
}

// Calibrate starts taking a baseline: a count-down, then the samples. One
// that is running starts over.
func (e *Engine) Calibrate(pose string, way Way) error {
	e.cal = newCalibrator(e.policy.Countdown, e.policy.Calibration, e.camera)
	e.calResult = Calibration{Status: CalibrationCountdown, Remaining: e.policy.Countdown}
	if e.policy.Countdown == 0 {
		e.calResult.Status = CalibrationRunning
	}
	return nil
}

// CancelCalibration drops a running calibration; the baseline stays as it was.
func (e *Engine) CancelCalibration() {
	e.cal = nil
	e.calResult = Calibration{Status: CalibrationIdle}
}

// Step takes the next observation.
func (e *Engine) Step(o *Observation) Output {
	e.out = Output{}
	dt, gap := e.advance(o)
	if gap {
		e.interrupt()
		e.sinceAlert += dt
		dt = 0
	}
	e.people, e.brightness = o.People, o.Brightness

	m, reason, ok := Measured(o)
	e.drawFigure(o)
	e.filter(&m, ok, dt)
	e.calibrate(o, &m, reason, ok, dt)

	state, why := e.classify(o, reason, ok, dt)
	e.present = o.Seen() && state != Standing && state != Away
	e.settleState(state, why, dt)
	if !gap {
		e.credit(dt)
	}
	e.trackBout(dt)
	e.trackEpisode(dt)
	return e.out
}

// Blind tells the engine that there are no observations, since wall-clock
// time t or still, and why: the camera is lost, or the person paused. The
// state is unknown at once; nothing is credited.
func (e *Engine) Blind(t time.Time, why string) Output {
	e.out = Output{}
	t = t.UTC()
	if e.started && t.Before(e.now) {
		t = e.now // the clock was set back; time does not
	}
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
	if e.cal != nil {
		e.cal = nil
		e.calResult = Calibration{Status: CalibrationFailed, Message: "The camera stopped in between (" + why + "). Please try again."}
	}
	if e.inBout && t.Sub(e.lastSat).Seconds() >= e.policy.BlindAfter {
		e.endBout()
	}
	e.flushMinute()
	return e.out
}

// Close ends what is under way at the last observation: the watch is over.
func (e *Engine) Close() Output {
	e.out = Output{}
	e.endEpisode()
	e.endBout()
	e.flushMinute()
	return e.out
}

// Live returns the present picture. What it points to is the caller's.
func (e *Engine) Live() Live {
	l := Live{
		Time: e.now, State: e.state, Since: e.since, Reason: e.reason,
		SittingSeconds: e.sat, Calibration: e.calResult,
		Figure: e.figure, People: e.people, Brightness: e.brightness, Parts: []Part{},
	}
	if e.state != Unknown {
		l.Reason = ""
	}
	if e.hasRef {
		info := e.ref.info
		l.Baseline = &info
	}
	if e.judged {
		score := e.score
		l.Score = &score
		l.Parts = append(l.Parts, e.parts[:]...)
		l.Angles = e.angles
	}
	if e.inEpisode {
		l.PoorSeconds = e.episodeFor
	}
	if e.alert != nil {
		a := *e.alert
		l.Alert = &a
	}
	return l
}

// Slouch returns how much the last observation looked like a slouch, in points
// without an upper end, for judging the engine itself; ok is false when it was
// not judged.
func (e *Engine) Slouch() (points float64, ok bool) { return e.slouch, e.judged }

// advance moves the time on and returns the seconds since the last
// observation. gap is true when the posture can't be taken to have gone on in
// between: too long, a suspended machine, or the first observation.
func (e *Engine) advance(o *Observation) (dt float64, gap bool) {
	first := !e.started
	wall := float64(o.Time-e.lastWall) / 1e9
	mono := float64(o.Mono-e.lastMono) / 1e9
	e.lastWall, e.lastMono, e.started = o.Time, o.Mono, true
	e.now = o.When()
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
	e.endEpisode()
	if e.inBout {
		if unseen := e.now.Sub(e.lastSat).Seconds(); unseen < 0 || unseen >= e.policy.BreakAfter {
			e.endBout()
		}
	}
	e.flushMinute()
}

// filter smooths the measures over time.
func (e *Engine) filter(m *Measurement, ok bool, dt float64) {
	e.judged = false
	if !ok {
		e.smoothAge += dt
		if e.smoothAge > 2*smoothing {
			e.hasSmooth = false
		}
		return
	}
	if !e.hasSmooth {
		e.smooth, e.hasSmooth = *m, true
	} else {
		a := 1 - math.Exp(-(dt+e.smoothAge)/smoothing)
		for i := range m.Values {
			e.smooth.Values[i] += a * (m.Values[i] - e.smooth.Values[i])
		}
		for i := range m.Angle {
			e.smooth.Angle[i] += a * (m.Angle[i] - e.smooth.Angle[i])
		}
		e.smooth.HasAngle = e.smooth.HasAngle && m.HasAngle
		e.smooth.Confidence = m.Confidence
	}
	e.smoothAge = 0
	if e.hasRef {
		e.judgement, e.judged = e.ref.judge(&e.smooth, nil), true
	}
}

// classify says what this observation looks like, without hysteresis in time.
func (e *Engine) classify(o *Observation, reason string, ok bool, dt float64) (State, string) {
	if !o.Seen() {
		e.downFor = 0
		if o.Nothing == Nobody {
			return Away, ""
		}
		return Unknown, reason
	}
	if e.stands(o) {
		e.judged, e.downFor = false, 0
		return Standing, ""
	}
	if !ok {
		e.downFor = 0
		return Unknown, reason
	}
	if !e.hasRef {
		return Unknown, "no baseline"
	}
	r, m := &e.ref, &e.smooth
	if o.Width*r.height != o.Height*r.width {
		// Another shape of picture is another camera or another crop.
		e.judged = false
		return Unknown, "the picture's shape is not the baseline's"
	}
	bound := float64(enterSlouch)
	if e.state == Slouching {
		bound = leaveSlouch
	}
	if r.change(m, MeasurePitch) > lookDownPitch {
		e.downFor += dt
	} else {
		e.downFor = 0
	}
	nearer := math.Min(r.change(m, MeasureFaceSize), r.change(m, MeasureShoulderWidth))
	var aside float64
	for i := range e.parts {
		if e.parts[i].Signal == LeanAside {
			aside = e.parts[i].Deviation
		}
	}
	switch {
	case math.Abs(r.change(m, MeasureYaw)) > turnedYaw:
		return Turned, ""
	case e.downFor > 0 && e.downFor <= e.policy.GlanceDown && e.state != Slouching:
		return LookingDown, ""
	case nearer > leanInSize:
		return LeaningIn, ""
	case aside > leanAsideDeviation && aside*8 > e.slouch:
		return LeaningAside, ""
	case e.slouch >= bound:
		return Slouching, ""
	}
	return Upright, ""
}

// stands reports whether the eyes or the shoulders are so much higher than
// in the baseline that the person must have stood up. It asks for no
// visibility: who stands before a webcam often has the head out of the frame,
// where the model still places it well.
func (e *Engine) stands(o *Observation) bool {
	if !e.hasRef || o.Height*e.ref.width != o.Width*e.ref.height {
		return false
	}
	h := float64(o.Height)
	width := math.Exp(e.ref.median[MeasureShoulderWidth])
	eyes := (o.Landmarks[LeftEye].Y + o.Landmarks[RightEye].Y) / 2 / h
	shoulders := (o.Landmarks[LeftShoulder].Y + o.Landmarks[RightShoulder].Y) / 2 / h
	return e.ref.median[MeasureEyeHeight]-eyes > standUp*width &&
		e.ref.median[MeasureShoulderHeight]-shoulders > standUp*width
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
			e.minute = Minute{Start: start, Seconds: map[State]float64{}}
			e.hasMinute = true
		}
		to := start.Add(time.Minute)
		if to.After(e.now) {
			to = e.now
		}
		s := to.Sub(from).Seconds()
		e.minute.Seconds[e.state] += s
		if e.judged {
			e.minute.ScoreSeconds += s
			e.minute.ScoreSum += s * e.score
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

// trackEpisode follows poor posture, its lapses, and the alert.
func (e *Engine) trackEpisode(dt float64) {
	e.sinceAlert += dt
	if e.state.Poor() {
		if !e.inEpisode {
			e.inEpisode, e.alerted = true, false
			e.episodeFor = math.Max(0, e.now.Sub(e.since).Seconds())
			e.topSignal = worstSignal(&e.parts)
			e.emit(Event{Kind: EventEpisodeStart, Time: e.since, State: e.state, Signal: e.topSignal, Score: e.scorePtr()})
		} else {
			e.episodeFor += dt
		}
		e.lapse = 0
		if e.judged {
			e.topSignal = worstSignal(&e.parts)
		}
		if !e.alerted && e.episodeFor >= e.policy.AlertAfter && e.sinceAlert >= e.policy.AlertCooldown {
			e.alerted, e.sinceAlert = true, 0
			e.alert = &Alert{
				Since: e.now, State: e.state, Signal: e.topSignal, Seconds: e.episodeFor,
				Text: alertText(e.topSignal, e.episodeFor),
			}
			e.emit(Event{
				Kind: EventAlert, Time: e.now, State: e.state, Signal: e.topSignal,
				Seconds: e.episodeFor, Score: e.scorePtr(), Text: e.alert.Text,
			})
		}
		return
	}
	if !e.inEpisode {
		return
	}
	if e.lapse == 0 {
		e.lapseStart = e.since
	}
	e.lapse += dt
	e.episodeFor += dt
	if e.state == Away || e.state == Standing || e.lapse >= e.policy.BridgeLapse {
		recovered := e.alert != nil && e.state == Upright
		e.endEpisode()
		if recovered {
			e.emit(Event{Kind: EventRecovered, Time: e.now, State: e.state, Score: e.scorePtr(), Text: "Upright again. Well done."})
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
	e.inEpisode, e.episodeFor, e.lapse, e.alert = false, 0, 0, nil
}

// trackBout follows sitting and breaks.
func (e *Engine) trackBout(dt float64) {
	switch {
	case e.state.Sitting() || e.state == Unknown && e.present:
		if !e.inBout {
			e.inBout, e.sat = true, 0
			e.emit(Event{Kind: EventBoutStart, Time: e.since})
		}
		e.sat += dt
		e.away, e.blind = 0, 0
		e.lastSat = e.now
	case e.state == Away || e.state == Standing:
		e.away += dt
		if e.inBout && e.away >= e.policy.BreakAfter {
			e.endBout()
		}
	default:
		e.blind += dt
		if e.inBout && e.blind >= e.policy.BlindAfter {
			e.endBout()
		}
	}
}

func (e *Engine) endBout() {
	if !e.inBout {
		return
	}
	e.emit(Event{Kind: EventBoutEnd, Time: e.lastSat, Seconds: e.sat})
	e.inBout, e.sat, e.away, e.blind = false, 0, 0, 0
}

// calibrate feeds a running calibration and starts an automatic one.
func (e *Engine) calibrate(o *Observation, m *Measurement, reason string, ok bool, dt float64) {
	if e.cal == nil && !e.hasRef && e.policy.AutoCalibrate > 0 {
		e.autoTried -= dt
		if ok && e.autoTried <= 0 {
			e.cal = newCalibrator(0, e.policy.AutoCalibrate, e.camera)
			dt = 0
		}
	}
	c := e.cal
	if c == nil {
		return
	}
	c.add(o, m, reason, ok, dt)
	switch {
	case !c.running():
		e.calResult = Calibration{Status: CalibrationCountdown, Remaining: c.countdown - c.elapsed}
	case !c.over():
		e.calResult = Calibration{
			Status: CalibrationRunning, Progress: clamp((c.elapsed-c.countdown)/c.length, 0, 1), Quality: c.quality(),
		}
		if !ok {
			e.calResult.Message = calibrationAdvice(reason)
		}
	default:
		e.cal = nil
		b, problem := c.result(e.now, minCalibrationSamples, true)
		if b == nil {
			e.calResult = Calibration{Status: CalibrationFailed, Quality: c.quality(), Message: problem}
			e.autoTried = e.policy.AutoCalibrate
			return
		}
		if err := e.UseBaseline(b); err != nil {
			e.calResult = Calibration{Status: CalibrationFailed, Message: err.Error()}
			return
		}
		e.endEpisode()
		e.calResult = Calibration{Status: CalibrationDone, Progress: 1, Quality: b.Quality}
		e.out.Baseline = b
		e.emit(Event{Kind: EventBaseline, Time: e.now, Text: fmt.Sprintf("Your upright was taken from %d pictures in %.0f s.", b.Samples, b.Seconds)})
		if e.hasSmooth {
			e.judgement, e.judged = e.ref.judge(&e.smooth, nil), true
		}
	}
}

func (e *Engine) drawFigure(o *Observation) {
	if !o.Seen() {
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

// worstSignal is the one that takes most from the score.
func worstSignal(parts *[SignalCount]Part) Signal {
	worst := parts[0]
	for _, p := range parts[1:] {
		if p.Points > worst.Points {
			worst = p
		}
	}
	return worst.Signal
}

// alertText says what, for how long, and one small thing to do.
func alertText(s Signal, seconds float64) string {
	d := fmt.Sprintf("%.0f s", seconds)
	if seconds >= 90 {
		d = fmt.Sprintf("%.0f min", seconds/60)
	}
	switch s {
	case HeadDrop, Sink:
		return "You have been sunk down for " + d + ". Grow tall: lift the top of your head, let the shoulders drop."
	case HeadForward:
		return "Your head has been forward for " + d + ". Slide it straight back, eyes level."
	case HeadPitch:
		return "You have been looking down for " + d + ". Raise your eyes; bring what you read up to them."
	}
	return "You have been slouching for " + d + ". Sit back, grow tall, breathe out."
}
