package posture

import (
	"errors"
	"fmt"
)

// Errors of [Engine.Calibrate], said to the person as they are.
var (
	ErrExercising       = errors.New("an exercise is under way: stop it first")
	ErrNothingToSharpen = errors.New("there is no upright to compare a slouch with: calibrate that first")
	ErrUnknownPose      = errors.New("pose: want upright or slouch")
	ErrUnknownWay       = errors.New("way: want sitting or standing")
)

// Calibrate starts taking the person's comfortable upright, for one way of
// working, or their slouch, for the baseline in use: a count-down, then the
// samples. A calibration that is running starts over.
func (e *Engine) Calibrate(pose string, way Way) error {
	switch {
	case pose != PoseUpright && pose != PoseSlouch:
		return ErrUnknownPose
	case way != WaySitting && way != WayStanding:
		return ErrUnknownWay
	case e.exercising:
		return ErrExercising
	case pose == PoseSlouch && (e.base == nil || e.base.Stale != "" || e.base.Provisional):
		return ErrNothingToSharpen
	}
	if pose == PoseSlouch {
		way = e.way()
	}
	e.cal = newCalibrator(pose, way, e.policy.Countdown, e.policy.Calibration, e.camera)
	e.calResult = Calibration{Status: CalibrationCountdown, Remaining: e.policy.Countdown, Pose: pose, Way: way}
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

// calibrate feeds a running calibration and starts an automatic one.
func (e *Engine) calibrate(s *sight, dt float64) {
	if e.cal == nil && e.base == nil && e.policy.AutoCalibrate > 0 {
		e.autoTried -= dt
		if s.ok && e.autoTried <= 0 {
			e.cal = newCalibrator(PoseUpright, WaySitting, 0, e.policy.AutoCalibrate, e.camera)
			dt = 0
		}
	}
	c := e.cal
	if c == nil {
		return
	}
	c.add(s, dt)
	e.calResult = Calibration{Pose: c.pose, Way: c.way}
	r := &e.calResult
	switch {
	case !c.running():
		r.Status, r.Remaining = CalibrationCountdown, c.countdown-c.elapsed
		return
	case !c.over():
		r.Status, r.Progress = CalibrationRunning, clamp((c.elapsed-c.countdown)/c.length, 0, 1)
		r.Quality, r.Message = c.quality()
		r.Checks = c.checks()
		if !s.ok {
			r.Message = calibrationAdvice(s.reason)
		}
		return
	}
	e.cal = nil
	r.Quality, _ = c.quality()
	r.Checks = c.checks()
	if problem := e.finish(c); problem != "" {
		r.Status, r.Message = CalibrationFailed, problem
		e.autoTried = e.policy.AutoCalibrate
		return
	}
	r.Status, r.Progress = CalibrationDone, 1
}

// finish takes over what a calibration gave, or says why it can't.
func (e *Engine) finish(c *calibrator) (problem string) {
	b, problem := c.result(e.now, minCalibrationSamples, true)
	if b == nil {
		return problem
	}
	if c.pose == PoseSlouch {
		return e.sharpen(c)
	}
	e.ask, e.asked = nil, nil
	if err := e.UseBaseline(b); err != nil {
		return err.Error()
	}
	made := *b
	e.out.Baseline = &made
	e.emit(Event{Kind: EventBaseline, Time: e.now, Text: fmt.Sprintf("Your upright was taken from %d pictures in %.0f s.", b.Samples, b.Seconds)})
	return ""
}

// sharpen adds the shown slouch to the baseline in use.
func (e *Engine) sharpen(c *calibrator) (problem string) {
	if e.base == nil || e.base.Stale != "" || e.base.Width != c.width || e.base.Height != c.height {
		return "Your upright no longer holds for this picture. Calibrate that first."
	}
	b := *e.base
	b.Slouch = c.medians()
	m, ok := slouchOf(&b)
	if !ok {
		return "Your slouch could not be measured. Please try again."
	}
	if e.ref.judge(&m, nil).slouch < minSlouch {
		return "That looked the same as your upright. Let your back round and your head sink as it does late in the day, and try again."
	}
	if err := e.UseBaseline(&b); err != nil {
		return err.Error()
	}
	made := b
	e.out.Baseline = &made
	e.emit(Event{Kind: EventSlouchPose, Time: e.now, Ref: b.ID, Text: "Your own slouch is known now, and where it begins is set by it."})
	return ""
}
