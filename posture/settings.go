package posture

import (
	"fmt"
	"time"
)

// Sensitivity has five steps; a higher one is more sensitive.
const (
	MinSensitivity     = 1
	DefaultSensitivity = 3
	MaxSensitivity     = 5
	// MaxEased is how often "that was wrong" eases a signal before it says
	// no more: eased that often, a signal still counts for half.
	MaxEased = 4
)

// Settings are what a person may change while Sitwell runs. They lie over the
// rest of the [Policy].
type Settings struct {
	// Sensitivity holds a step of 1 to 5 for each signal; a signal that is
	// missing has [DefaultSensitivity].
	Sensitivity map[Signal]int `json:"sensitivity"`
	// Eased counts, 0 to [MaxEased], the alerts of a signal that the person
	// called wrong.
	Eased map[Signal]int `json:"eased"`
	// The times below are in seconds.
	AlertAfter    float64 `json:"alert_after_s"`
	AlertCooldown float64 `json:"alert_cooldown_s"`
	AlertsPerHour int     `json:"alerts_per_hour"`
	AlertsPerDay  int     `json:"alerts_per_day"`
	// BreakEvery is how long a bout of sitting may be before a break is
	// suggested.
	BreakEvery float64 `json:"break_every_s"`
	// StaticAfter is how long one unbroken posture may be held before a
	// change is suggested; 0 never suggests one.
	StaticAfter float64 `json:"static_after_s"`
	// DayEnd is when the working day ends, for a last offer.
	DayEnd DayEnd `json:"day_end"`
	// Quiet are hours of the day without alerts and suggestions.
	Quiet []QuietHours `json:"quiet"`
	// SnoozedUntil, when later than now, keeps alerts and suggestions back.
	SnoozedUntil time.Time `json:"snoozed_until"`
}

// QuietHours are a part of each day, in the person's time zone. They may pass
// midnight: 22:00 to 07:00.
type QuietHours struct {
	From ClockTime `json:"from"` // the first minute of them
	To   ClockTime `json:"to"`   // the first minute after them
}

// ClockTime is minutes since midnight on a wall clock, "07:30" in text.
type ClockTime int

// ParseClockTime reads "HH:MM", 00:00 to 23:59.
func ParseClockTime(s string) (ClockTime, error) {
	t, err := time.Parse("15:04", s)
	if err != nil {
		return 0, fmt.Errorf("time of day is %q: want HH:MM, 00:00 to 23:59", s)
	}
	return ClockTime(t.Hour()*60 + t.Minute()), nil
}

// String returns "HH:MM".
func (c ClockTime) String() string { return fmt.Sprintf("%02d:%02d", int(c)/60, int(c)%60) }

// MarshalText implements encoding.TextMarshaler.
func (c ClockTime) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (c *ClockTime) UnmarshalText(text []byte) (err error) {
	*c, err = ParseClockTime(string(text))
	return err
}

// Contains reports whether the wall clock's minute c is in q. Hours from and to
// the same minute are the whole day.
func (q QuietHours) Contains(c ClockTime) bool {
	if q.From < q.To {
		return c >= q.From && c < q.To
	}
	return c >= q.From || c < q.To
}

// DefaultSettings are those of [DefaultPolicy].
func DefaultSettings() Settings { return DefaultPolicy().Settings }

// Check returns an error that names the first setting that can't be.
func (s *Settings) Check() error {
	for _, list := range []struct {
		name     string
		steps    map[Signal]int
		min, max int
	}{
		{"sensitivity", s.Sensitivity, MinSensitivity, MaxSensitivity},
		{"eased", s.Eased, 0, MaxEased},
	} {
		for signal, step := range list.steps {
			if signal.index() < 0 {
				return fmt.Errorf("%s has no signal %q: want one of %v", list.name, string(signal), Signals)
			}
			if step < list.min || step > list.max {
				return fmt.Errorf("%s of %s is %d: want %d to %d", list.name, signal, step, list.min, list.max)
			}
		}
	}
	for _, f := range []struct {
		name     string
		value    float64
		min, max float64
	}{
		{"alert_after_s", s.AlertAfter, 1, 3600},
		{"alert_cooldown_s", s.AlertCooldown, 0, 24 * 3600},
		{"alerts_per_hour", float64(s.AlertsPerHour), 0, 3600},
		{"alerts_per_day", float64(s.AlertsPerDay), 0, 86400},
		{"break_every_s", s.BreakEvery, 10, 4 * 3600},
		{"static_after_s", s.StaticAfter, 0, 4 * 3600},
	} {
		if !finite(f.value) || f.value < f.min || f.value > f.max {
			return fmt.Errorf("%s is %v: want %v to %v", f.name, f.value, f.min, f.max)
		}
	}
	if err := s.DayEnd.Check(); err != nil {
		return err
	}
	for _, q := range s.Quiet {
		if q.From < 0 || q.From >= 24*60 || q.To < 0 || q.To >= 24*60 {
			return fmt.Errorf("quiet hours are %d to %d minutes: want 0 to %d", q.From, q.To, 24*60-1)
		}
	}
	return nil
}

// index is the signal's place in [Signals], -1 for none.
func (s Signal) index() int {
	for i, other := range Signals {
		if s == other {
			return i
		}
	}
	return -1
}
