package posture

import "fmt"

// Policy holds the times the engine goes by, all in seconds.
type Policy struct {
	// AlertAfter is how long a poor posture must last, unbroken, before the
	// person is told.
	AlertAfter float64
	// AlertCooldown is the least time between two alerts.
	AlertCooldown float64
	// BridgeLapse is how long a lapse in a poor posture may be without
	// ending the episode.
	BridgeLapse float64
	// BreakAfter is how long away or standing makes a break: the bout of
	// sitting ended when it began.
	BreakAfter float64
	// BlindAfter is how long nothing could be judged before a bout is
	// ended at the last moment it was seen.
	BlindAfter float64
	// GlanceDown is how long a face turned down is only a glance.
	GlanceDown float64
	// Countdown and Calibration are the two parts of taking a baseline.
	Countdown, Calibration float64
	// AutoCalibrate, when above 0, takes a baseline of that many seconds,
	// without a count-down, as soon as somebody is seen and there is none.
	AutoCalibrate float64
}

// The defaults are product decisions on the ground of docs/ARCHITECTURE.md's
// sources: one notification after a minute of unbroken slouch (feedback that
// nags is ignored), a break from two minutes (half of the creep of a flexed
// back is recovered in two, McGill and Brown 1992).
const (
	DefaultAlertAfter    = 60
	DefaultAlertCooldown = 15 * 60
	DefaultBridgeLapse   = 5
	DefaultBreakAfter    = 2 * 60
	DefaultBlindAfter    = 5 * 60
	DefaultGlanceDown    = 20
	DefaultCountdown     = 3
	DefaultCalibration   = 10
)

// DefaultPolicy is the policy for a person at work.
func DefaultPolicy() Policy {
	return Policy{
		AlertAfter:    DefaultAlertAfter,
		AlertCooldown: DefaultAlertCooldown,
		BridgeLapse:   DefaultBridgeLapse,
		BreakAfter:    DefaultBreakAfter,
		BlindAfter:    DefaultBlindAfter,
		GlanceDown:    DefaultGlanceDown,
		Countdown:     DefaultCountdown,
		Calibration:   DefaultCalibration,
	}
}

// DemoPolicy is shortened so that all there is can be seen within the 90 s of
// the demo clip: its slouch lasts 34 s, its absence 17 s.
func DemoPolicy() Policy {
	p := DefaultPolicy()
	p.AlertAfter = 8
	p.AlertCooldown = 20
	p.BridgeLapse = 3
	p.BreakAfter = 8
	p.BlindAfter = 30
	p.GlanceDown = 4
	p.AutoCalibrate = 2
	return p
}

// Check returns an error that names the first time that can't be.
func (p Policy) Check() error {
	for _, f := range []struct {
		name     string
		value    float64
		min, max float64
	}{
		{"alert_after", p.AlertAfter, 1, 3600},
		{"alert_cooldown", p.AlertCooldown, 0, 24 * 3600},
		{"bridge_lapse", p.BridgeLapse, 0, 60},
		{"break_after", p.BreakAfter, 1, 3600},
		{"blind_after", p.BlindAfter, 1, 24 * 3600},
		{"glance_down", p.GlanceDown, 0, 120},
		{"countdown", p.Countdown, 0, 60},
		{"calibration", p.Calibration, 1, 120},
		{"auto_calibrate", p.AutoCalibrate, 0, 120},
	} {
		if !finite(f.value) || f.value < f.min || f.value > f.max {
			return fmt.Errorf("%s is %v s: want %v to %v", f.name, f.value, f.min, f.max)
		}
	}
	return nil
}
