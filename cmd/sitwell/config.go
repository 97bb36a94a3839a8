package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"

	"sitwell/posture"
	"sitwell/posture/monitor"
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
	} `toml:"alerts"`

	Sitting struct {
		// BreakAfter is how long an absence must be to count as a break.
		BreakAfter duration `toml:"break_after"`
	} `toml:"sitting"`
}

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
	c.Sitting.BreakAfter = seconds(posture.DefaultBreakAfter)
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
	if err := c.policy().Check(); err != nil {
		return err
	}
	return nil
}

// policy is the person's, from the config.
func (c *Config) policy() posture.Policy {
	p := posture.DefaultPolicy()
	p.AlertAfter = time.Duration(c.Alerts.After).Seconds()
	p.AlertCooldown = time.Duration(c.Alerts.Cooldown).Seconds()
	p.BreakAfter = time.Duration(c.Sitting.BreakAfter).Seconds()
	return p
}
