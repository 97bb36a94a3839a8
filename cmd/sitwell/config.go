package main

import (
	"bytes"
	"encoding"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"sitwell/posture"
	"sitwell/posture/monitor"
	"sitwell/web"
)

// Config is the config file, and the flags over it. Durations are written as
// "60s" or "15m".
type Config struct {
	// Source is what to watch: auto, an index, a device, a file, a folder,
	// an address, demo.
	Source string `toml:"source"`
	// Rate is observations a second, 0.2 to 30.
	Rate float64 `toml:"rate"`
	// Model is full or lite.
	Model string `toml:"model"`
	// Demo lets the built-in clip play when no camera is found.
	Demo bool `toml:"demo"`
	// Addr is where the page is served.
	Addr string `toml:"addr"`
	// Hosts are further names under which the page may be asked for.
	Hosts []string `toml:"hosts"`
	// Token guards the page; "auto" makes one and keeps it in the data
	// folder. An address that others can reach needs one.
	Token string `toml:"token"`
	// Data is the folder of the history.
	Data string `toml:"data"`

	Alerts struct {
		// After is how long a slouch must last before the alert.
		After duration `toml:"after"`
		// Cooldown is the least time between two alerts.
		Cooldown duration `toml:"cooldown"`
		// PerHour and PerDay are the most alerts there are.
		PerHour int `toml:"per_hour"`
		PerDay  int `toml:"per_day"`
		// Quiet are hours of the day without alerts: "22:00-07:00".
		Quiet []hours `toml:"quiet"`
	} `toml:"alerts"`

	// Sensitivity holds a step of 1 to 5 for a signal.
	Sensitivity map[posture.Signal]int `toml:"sensitivity"`

	Sitting struct {
		// BreakEvery is how long a sitting may be before a break is
		// suggested.
		BreakEvery duration `toml:"break_every"`
		// BreakAfter is how long an absence must be to count as a break.
		BreakAfter duration `toml:"break_after"`
		// StaticAfter is how long one posture may be held before a change is
		// suggested; 0 never suggests one.
		StaticAfter duration `toml:"static_after"`
		// DayEnd is when the working day ends: "auto", "off" or "HH:MM".
		DayEnd posture.DayEnd `toml:"day_end"`
	} `toml:"sitting"`

	History struct {
		// Measurements is how long they are kept, in whole days; 0 keeps
		// none.
		Measurements days `toml:"measurements"`
		// Minutes is how long they are kept, in whole days; what they add
		// up to by the quarter of an hour is kept as long as events are.
		Minutes keptDays `toml:"minutes"`
		// Events is how long they are kept, in whole days; 0 is for good.
		Events keptDays `toml:"events"`
	} `toml:"history"`
}

// defaultMeasurements is how long measurements are kept: two working weeks to
// try other settings on.
const defaultMeasurements = 14 * 24 * time.Hour

// defaultMinutes is how long minutes are kept: two years.
const defaultMinutes = 730 * 24 * time.Hour

// duration is a time.Duration that TOML writes as a string.
type duration time.Duration

// UnmarshalText reads "90s", "15m".
func (d *duration) UnmarshalText(b []byte) error {
	v, err := time.ParseDuration(string(b))
	if err != nil {
		return fmt.Errorf("%q is no duration: write it as 60s or 15m", b)
	}
	*d = duration(v)
	return nil
}

// hours are a part of the day that TOML writes as "22:00-07:00".
type hours posture.QuietHours

// UnmarshalText reads "HH:MM-HH:MM".
func (h *hours) UnmarshalText(b []byte) (err error) {
	from, to, found := strings.Cut(string(b), "-")
	if !found {
		return fmt.Errorf("%q are no hours: write them as 22:00-07:00", b)
	}
	if h.From, err = posture.ParseClockTime(strings.TrimSpace(from)); err != nil {
		return err
	}
	h.To, err = posture.ParseClockTime(strings.TrimSpace(to))
	return err
}

// days are a time.Duration of whole days that TOML writes as "14d".
type days time.Duration

// UnmarshalText reads "14d", or "0" for none.
func (d *days) UnmarshalText(b []byte) error {
	n, err := strconv.Atoi(strings.TrimSuffix(string(b), "d"))
	if err != nil || n < 0 || n > monitor.MaxWhatIfDays || n > 0 && !strings.HasSuffix(string(b), "d") {
		return fmt.Errorf("%q are no days: write them as 14d, at most %dd, or 0 for none", b, monitor.MaxWhatIfDays)
	}
	*d = days(time.Duration(n) * 24 * time.Hour)
	return nil
}

// keptDays is a time.Duration of one whole day or more that TOML writes as
// "730d", or 0, "forever".
type keptDays time.Duration

// forever is how the config writes what is never deleted.
const forever = "forever"

// maxKeptDays is a hundred years.
const maxKeptDays = 36500

// UnmarshalText reads "730d" or "forever". There is no none: the measurements
// that are kept are judged again beside their minutes.
func (d *keptDays) UnmarshalText(b []byte) error {
	if string(b) == forever {
		*d = 0
		return nil
	}
	text, ok := strings.CutSuffix(string(b), "d")
	n, err := strconv.Atoi(text)
	if err != nil || !ok || n < 1 || n > maxKeptDays {
		return fmt.Errorf("%q are no days: write them as 730d, from 1d to %dd, or %s", b, maxKeptDays, forever)
	}
	*d = keptDays(time.Duration(n) * 24 * time.Hour)
	return nil
}

// String returns "730d" or "forever".
func (d keptDays) String() string {
	if d == 0 {
		return forever
	}
	return fmt.Sprintf("%dd", time.Duration(d)/(24*time.Hour))
}

// keep says how long what is kept, for the page.
func (c *Config) keep() web.Keep {
	k := web.Keep{Minutes: c.History.Minutes.String(), Events: c.History.Events.String(), Measurements: "none"}
	if m := keptDays(c.History.Measurements); m > 0 {
		k.Measurements = m.String()
	}
	return k
}

func seconds(s float64) duration { return duration(s * float64(time.Second)) }

// defaultAddr is the page's address: this machine only.
const defaultAddr = "127.0.0.1:8420"

// defaultConfig returns what holds without a file.
func defaultConfig(env func(string) string) Config {
	var c Config
	c.Source, c.Rate, c.Model, c.Demo, c.Addr = "auto", monitor.DefaultRate, "full", true, defaultAddr
	c.Data = filepath.Join(xdg(env, "XDG_DATA_HOME", ".local/share"), "sitwell")
	c.Alerts.After = seconds(posture.DefaultAlertAfter)
	c.Alerts.Cooldown = seconds(posture.DefaultAlertCooldown)
	c.Alerts.PerHour = posture.DefaultAlertsPerHour
	c.Alerts.PerDay = posture.DefaultAlertsPerDay
	c.Sitting.BreakEvery = seconds(posture.DefaultBreakEvery)
	c.Sitting.BreakAfter = seconds(posture.DefaultBreakAfter)
	c.Sitting.StaticAfter = seconds(posture.DefaultStaticAfter)
	c.Sitting.DayEnd = posture.DayEndAuto
	c.History.Measurements = days(defaultMeasurements)
	c.History.Minutes = keptDays(defaultMinutes)
	return c
}

// xdg returns a base folder of the XDG Base Directory Specification 0.8, which
// ignores relative paths.
func xdg(env func(string) string, name, fallback string) string {
	if d := env(name); filepath.IsAbs(d) {
		return d
	}
	return filepath.Join(env("HOME"), fallback)
}

// configPath is where the config file is looked for.
func configPath(env func(string) string) string {
	return filepath.Join(xdg(env, "XDG_CONFIG_HOME", ".config"), "sitwell", "config.toml")
}

// loadConfig reads a config file over the defaults. A missing file is an error
// only when it was asked for.
func loadConfig(env func(string) string, path string) (Config, error) {
	c := defaultConfig(env)
	asked := path != ""
	if !asked {
		path = configPath(env)
	}
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && !asked {
		return c, nil
	}
	if err != nil {
		return c, coded(exitBadInput, "read the config: %w", err)
	}
	if err := parseConfig(b, &c); err != nil {
		return c, coded(exitBadInput, "config %s: %w", path, err)
	}
	return c, nil
}

// parseConfig reads TOML into c; the error names the key.
func parseConfig(b []byte, c *Config) error {
	// A number without its unit would be taken for nanoseconds.
	var plain map[string]any
	if toml.Unmarshal(b, &plain) == nil {
		if err := quoted(reflect.TypeFor[Config](), plain, ""); err != nil {
			return err
		}
	}
	d := toml.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	err := d.Decode(c)
	var strict *toml.StrictMissingError
	var decode *toml.DecodeError
	switch {
	case errors.As(err, &strict):
		var keys []string
		for _, e := range strict.Errors {
			keys = append(keys, strings.Join(e.Key(), "."))
		}
		sort.Strings(keys)
		return fmt.Errorf("unknown key %s: see docs/CONFIG.md for those there are", strings.Join(keys, ", "))
	case errors.As(err, &decode):
		row, _ := decode.Position()
		if key := strings.Join(decode.Key(), "."); key != "" {
			return fmt.Errorf("line %d, %s: %w", row, key, err)
		}
		return fmt.Errorf("line %d: %w", row, err)
	case err != nil:
		return err
	}
	return c.check()
}

// quoted returns an error that names the first key that wants a text with its unit
// and has something else.
func quoted(of reflect.Type, values map[string]any, in string) error {
	text := reflect.TypeFor[encoding.TextUnmarshaler]()
	for i := range of.NumField() {
		f := of.Field(i)
		key := f.Tag.Get("toml")
		v, given := values[key]
		if !given {
			continue
		}
		table, isTable := v.(map[string]any)
		_, isText := v.(string)
		switch {
		case reflect.PointerTo(f.Type).Implements(text) && !isText:
			return fmt.Errorf("%s%s is %v: write it as a text with its unit, as \"60s\" or \"14d\"", in, key, v)
		case f.Type.Kind() == reflect.Struct && isTable:
			if err := quoted(f.Type, table, in+key+"."); err != nil {
				return err
			}
		}
	}
	return nil
}

// check returns an error that names the first key whose value can't be.
func (c *Config) check() error {
	switch {
	case c.Source == "":
		return errors.New(`source is empty: want auto, a camera's number, a device, a file, a folder, an address or demo`)
	case math.IsNaN(c.Rate) || c.Rate < 0.2 || c.Rate > 30:
		return fmt.Errorf("rate is %v: want 0.2 to 30 observations a second", c.Rate)
	case c.Model != "full" && c.Model != "lite":
		return fmt.Errorf("model is %q: want full or lite", c.Model)
	case c.Data == "":
		return errors.New("data is empty: want a folder")
	}
	// Each rule alone over the defaults, so that the key can be named.
	for _, r := range c.rules() {
		p := posture.DefaultPolicy()
		r.set(&p)
		if err := p.Check(); err != nil {
			return fmt.Errorf("%s: %w", r.key, err)
		}
	}
	return nil
}

// rule is a key of the config and what it sets.
type rule struct {
	key string
	set func(*posture.Policy)
}

func (c *Config) rules() []rule {
	sec := func(d duration) float64 { return time.Duration(d).Seconds() }
	return []rule{
		{"alerts.after", func(p *posture.Policy) { p.AlertAfter = sec(c.Alerts.After) }},
		{"alerts.cooldown", func(p *posture.Policy) { p.AlertCooldown = sec(c.Alerts.Cooldown) }},
		{"alerts.per_hour", func(p *posture.Policy) { p.AlertsPerHour = c.Alerts.PerHour }},
		{"alerts.per_day", func(p *posture.Policy) { p.AlertsPerDay = c.Alerts.PerDay }},
		{"alerts.quiet", func(p *posture.Policy) {
			p.Quiet = []posture.QuietHours{}
			for _, h := range c.Alerts.Quiet {
				p.Quiet = append(p.Quiet, posture.QuietHours(h))
			}
		}},
		{"sensitivity", func(p *posture.Policy) {
			p.Sensitivity = map[posture.Signal]int{}
			maps.Copy(p.Sensitivity, c.Sensitivity)
		}},
		{"sitting.break_every", func(p *posture.Policy) { p.BreakEvery = sec(c.Sitting.BreakEvery) }},
		{"sitting.break_after", func(p *posture.Policy) {
			p.BreakAfter = sec(c.Sitting.BreakAfter)
			p.FullBreakAfter = max(p.FullBreakAfter, 2*p.BreakAfter) // a longer one than that
		}},
		{"sitting.static_after", func(p *posture.Policy) { p.StaticAfter = sec(c.Sitting.StaticAfter) }},
		{"sitting.day_end", func(p *posture.Policy) { p.DayEnd = c.Sitting.DayEnd }},
	}
}

// policy is the person's, from the config, in the time zone of this machine.
func (c *Config) policy() posture.Policy {
	p := posture.DefaultPolicy()
	for _, r := range c.rules() {
		r.set(&p)
	}
	p.Zone = time.Local
	return p
}
