package posture

import (
	"fmt"
	"time"
)

// Policy holds the rules the engine goes by; times are in seconds.
type Policy struct {
	Settings
	// AmbientAfter is how long a poor posture must last before the page's
	// colour changes; StrongAfter how long until the one second, stronger
	// alert.
	AmbientAfter, StrongAfter float64
	// BridgeLapse is how long a lapse in a poor posture may be without
	// ending the episode.
	BridgeLapse float64
	// InterruptAfter is how long away or standing interrupts a bout of
	// sitting; from BreakAfter it is a break, and the bout ended when it
	// began; from FullBreakAfter a full break.
	InterruptAfter, BreakAfter, FullBreakAfter float64
	// FullBreakEvery is how long a person may sit without a break before the one
	// that is offered is a full one.
	FullBreakEvery float64
	// UsualDayEnd is when the person usually stops, nil while that isn't known;
	// see [UsualDayEnd].
	UsualDayEnd *ClockTime
	// Careful has alerts and offers say what is, and nobody to move in a certain way:
	// what a person said of their health is against it.
	Careful bool
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
	// ProvisionalAfter, when above 0, is of how many seconds in sight a
	// provisional baseline is made while there is no other.
	ProvisionalAfter float64
	// Zone is the person's time zone, for quiet hours and for what "today"
	// is; nil is UTC.
	Zone *time.Location
}

// The defaults are product decisions on the ground of docs/ARCHITECTURE.md's
// sources: one notification after a minute of unbroken slouch and one more at
// four (feedback that nags is ignored, faded feedback is remembered better), a
// break from two minutes (half of the creep of a flexed back is recovered in
// two, McGill and Brown 1992), a break suggested at half an hour (ROSA, Sonne
// 2012) and a full one at fifty (HSE), a change of posture at twenty minutes (McLean
// 2001).
const (
	DefaultAmbientAfter     = 10
	DefaultAlertAfter       = 60
	DefaultStrongAfter      = 4 * 60
	DefaultAlertCooldown    = 15 * 60
	DefaultAlertsPerHour    = 3
	DefaultAlertsPerDay     = 10
	DefaultBridgeLapse      = 5
	DefaultInterruptAfter   = 60
	DefaultBreakAfter       = 2 * 60
	DefaultFullBreakAfter   = 5 * 60
	DefaultBreakEvery       = 30 * 60
	DefaultFullBreakEvery   = 50 * 60
	DefaultStaticAfter      = 20 * 60
	DefaultBlindAfter       = 5 * 60
	DefaultGlanceDown       = 20
	DefaultCountdown        = 3
	DefaultCalibration      = 12
	DefaultProvisionalAfter = 2 * 60
)

// DefaultPolicy is the policy for a person at work.
func DefaultPolicy() Policy {
	return Policy{
		Settings: Settings{
			Sensitivity:   map[Signal]int{},
			Eased:         map[Signal]int{},
			AlertAfter:    DefaultAlertAfter,
			AlertCooldown: DefaultAlertCooldown,
			AlertsPerHour: DefaultAlertsPerHour,
			AlertsPerDay:  DefaultAlertsPerDay,
			BreakEvery:    DefaultBreakEvery,
			StaticAfter:   DefaultStaticAfter,
			DayEnd:        DayEndAuto,
			Quiet:         []QuietHours{},
		},
		AmbientAfter:     DefaultAmbientAfter,
		StrongAfter:      DefaultStrongAfter,
		BridgeLapse:      DefaultBridgeLapse,
		InterruptAfter:   DefaultInterruptAfter,
		BreakAfter:       DefaultBreakAfter,
		FullBreakAfter:   DefaultFullBreakAfter,
		FullBreakEvery:   DefaultFullBreakEvery,
		BlindAfter:       DefaultBlindAfter,
		GlanceDown:       DefaultGlanceDown,
		Countdown:        DefaultCountdown,
		Calibration:      DefaultCalibration,
		ProvisionalAfter: DefaultProvisionalAfter,
	}
}

// DemoPolicy is shortened so that all there is can be seen within the 90 s of
// the demo clip: its slouch lasts 34 s, its absence 17 s.
func DemoPolicy() Policy {
	p := DefaultPolicy()
	p.AmbientAfter = 4
	p.AlertAfter = 8
	p.StrongAfter = 24
	p.AlertCooldown = 20
	p.AlertsPerHour = 100
	p.AlertsPerDay = 2000
	p.BridgeLapse = 3
	p.InterruptAfter = 4
	p.BreakAfter = 8
	p.FullBreakAfter = 12
	p.BlindAfter = 30
	p.GlanceDown = 4
	p.AutoCalibrate = 2
	p.ProvisionalAfter = 0
	return p
}

// Check returns an error that names the first rule that can't be.
func (p Policy) Check() error {
	if err := p.Settings.Check(); err != nil {
		return err
	}
	for _, f := range []struct {
		name     string
		value    float64
		min, max float64
	}{
		{"ambient_after", p.AmbientAfter, 0, 3600},
		{"strong_after", p.StrongAfter, 1, 4 * 3600},
		{"bridge_lapse", p.BridgeLapse, 0, 60},
		{"interrupt_after", p.InterruptAfter, 1, 3600},
		{"break_after", p.BreakAfter, 1, 3600},
		{"full_break_after", p.FullBreakAfter, 1, 4 * 3600},
		{"full_break_every", p.FullBreakEvery, 10, 24 * 3600},
		{"blind_after", p.BlindAfter, 1, 24 * 3600},
		{"glance_down", p.GlanceDown, 0, 120},
		{"countdown", p.Countdown, 0, 60},
		{"calibration", p.Calibration, 1, 120},
		{"auto_calibrate", p.AutoCalibrate, 0, 120},
		{"provisional_after", p.ProvisionalAfter, 0, 3600},
	} {
		if !finite(f.value) || f.value < f.min || f.value > f.max {
			return fmt.Errorf("%s is %v s: want %v to %v", f.name, f.value, f.min, f.max)
		}
	}
	return nil
}
