package monitor

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"sitwell/posture"
)

// snoozedKey is the one setting that has a command of its own.
const snoozedKey = "snoozed_until"

// SettingsView is the answer of GET /api/v1/settings.
type SettingsView struct {
	// Settings are in effect: what was changed over the defaults.
	Settings posture.Settings `json:"settings"`
	// Defaults are the config file's.
	Defaults posture.Settings `json:"defaults"`
	// Changed is what was changed, as an RFC 7396 merge patch.
	Changed json.RawMessage `json:"changed"`
	// UsualDayEnd is what [posture.DayEndAuto] comes to now, nil while too few days
	// are known.
	UsualDayEnd *posture.ClockTime `json:"usual_day_end"`
}

// InputError says what is wrong with what was asked for; it names the key or
// the word.
type InputError struct{ Message string }

// Error implements error.
func (e *InputError) Error() string { return e.Message }

func wrongInput(format string, args ...any) error {
	return &InputError{fmt.Sprintf(format, args...)}
}

// A patch holds settings by their names: a json.RawMessage, or for steps by
// signal a map of them. In one that was asked for, null puts a setting back to
// its default; in the one that is stored there is no null.
type patch map[string]any

var null = json.RawMessage("null")

func isNull(raw any) bool {
	text, ok := raw.(json.RawMessage)
	return ok && bytes.Equal(text, null)
}

// parsePatch reads a merge patch over the settings. Unknown names, values of
// another type and names that stand twice are an [*InputError].
func parsePatch(text []byte) (patch, error) {
	p := patch{}
	err := eachField("the body", text, func(name string, raw json.RawMessage) error {
		switch name {
		case "sensitivity", "eased":
			if isNull(raw) {
				p[name] = null
				return nil
			}
			steps := map[string]json.RawMessage{}
			p[name] = steps
			return eachField(name, raw, func(signal string, raw json.RawMessage) error {
				if !slices.Contains(posture.Signals[:], posture.Signal(signal)) {
					return wrongInput("%s has no signal %q: want one of %v", name, short(signal), posture.Signals)
				}
				var n int
				if !isNull(raw) && json.Unmarshal(raw, &n) != nil {
					return wrongInput("%s of %s is %s: want a whole number", name, signal, short(string(raw)))
				}
				steps[signal] = raw
				return nil
			})
		case "alert_after_s", "alert_cooldown_s", "break_every_s", "static_after_s":
			var v float64
			if !isNull(raw) && json.Unmarshal(raw, &v) != nil {
				return wrongInput("%s is %s: want a number of seconds", name, short(string(raw)))
			}
		case "alerts_per_hour", "alerts_per_day":
			var n int
			if !isNull(raw) && json.Unmarshal(raw, &n) != nil {
				return wrongInput("%s is %s: want a whole number", name, short(string(raw)))
			}
		case "day_end":
			var v string
			if !isNull(raw) && json.Unmarshal(raw, &v) != nil {
				return wrongInput(`day_end is %s: want "auto", "off" or "HH:MM"`, short(string(raw)))
			}
		case "quiet":
			if err := checkQuiet(raw); err != nil {
				return err
			}
		case snoozedKey:
			return wrongInput(snoozedKey + " is set by POST /api/v1/snooze")
		default:
			return wrongInput("%q is no setting: want sensitivity, eased, alert_after_s, alert_cooldown_s, "+
				"alerts_per_hour, alerts_per_day, break_every_s, static_after_s, day_end or quiet", short(name))
		}
		p[name] = raw
		return nil
	})
	return p, err
}

// checkQuiet wants null or an array of hours, each with both its ends: hours
// without one would be the whole day.
func checkQuiet(raw json.RawMessage) error {
	if isNull(raw) {
		return nil
	}
	var hours []json.RawMessage
	if json.Unmarshal(raw, &hours) != nil {
		return wrongInput(`quiet is %s: want [{"from":"22:00","to":"07:00"}]`, short(string(raw)))
	}
	for i, h := range hours {
		at := fmt.Sprintf("quiet[%d]", i)
		ends := map[string]bool{}
		if err := eachField(at, h, func(name string, raw json.RawMessage) error {
			if name != "from" && name != "to" {
				return wrongInput("%s has an unknown key %q: want from and to", at, short(name))
			}
			var text string
			if isNull(raw) || json.Unmarshal(raw, &text) != nil {
				return wrongInput("%s.%s is %s: want HH:MM", at, name, short(string(raw)))
			}
			if _, err := posture.ParseClockTime(text); err != nil {
				return wrongInput("%s.%s: %v", at, name, err)
			}
			ends[name] = true
			return nil
		}); err != nil {
			return err
		}
		if len(ends) != 2 {
			return wrongInput("%s is %s: want from and to", at, short(string(h)))
		}
	}
	return nil
}

// eachField calls take for each field of a JSON object, in its order. What is
// no object, and a name that stands twice, is an [*InputError] with the name.
func eachField(name string, text []byte, take func(field string, raw json.RawMessage) error) error {
	d := json.NewDecoder(bytes.NewReader(text))
	first, err := d.Token()
	if err == nil && first != json.Delim('{') {
		return wrongInput("%s is %s: want an object", name, short(strings.TrimSpace(string(text))))
	}
	var broken *json.SyntaxError
	bad := func(err error) error {
		at := d.InputOffset()
		if errors.As(err, &broken) {
			at = broken.Offset
		}
		return wrongInput("%s is not JSON, from byte %d on", name, at)
	}
	if err != nil {
		return bad(err)
	}
	seen := map[string]bool{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return bad(err)
		}
		field := key.(string) // a key of an object is nothing else
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return bad(err)
		}
		if seen[field] {
			return wrongInput("%s has %q twice", name, short(field))
		}
		seen[field] = true
		if err := take(field, raw); err != nil {
			return err
		}
	}
	if _, err := d.Token(); err != nil {
		return bad(err)
	}
	if _, err := d.Token(); err != io.EOF {
		return wrongInput("%s has something after its end", name)
	}
	return nil
}

// short cuts what a message quotes.
func short(s string) string {
	if len(s) > 60 {
		return strings.ToValidUTF8(s[:60], "") + "..."
	}
	return s
}

// over returns p with what was asked for over it.
func (p patch) over(asked patch) patch {
	out := maps.Clone(p)
	if out == nil {
		out = patch{}
	}
	for name, v := range asked {
		steps, nested := v.(map[string]json.RawMessage)
		switch {
		case isNull(v):
			delete(out, name)
		case nested:
			merged := map[string]json.RawMessage{}
			if before, ok := out[name].(map[string]json.RawMessage); ok {
				merged = maps.Clone(before)
			}
			for signal, step := range steps {
				if isNull(step) {
					delete(merged, signal)
				} else {
					merged[signal] = step
				}
			}
			if len(merged) == 0 {
				delete(out, name)
			} else {
				out[name] = merged
			}
		default:
			out[name] = v
		}
	}
	return out
}

// with returns p with one setting changed.
func (p patch) with(name string, value any) patch {
	raw, err := json.Marshal(value)
	if err != nil {
		panic(err) // a time or a number
	}
	return p.over(patch{name: json.RawMessage(raw)})
}

// withEased returns p with a signal eased so often.
func (p patch) withEased(signal posture.Signal, n int) patch {
	return p.over(patch{"eased": map[string]json.RawMessage{string(signal): json.RawMessage(fmt.Sprint(n))}})
}

// text is p as it is stored.
func (p patch) text() json.RawMessage {
	b, err := json.Marshal(map[string]any(p))
	if err != nil {
		panic(err) // its parts were parsed
	}
	return b
}

// apply returns the defaults with p over them. The error names the setting that
// can't be.
func (p patch) apply(defaults posture.Settings) (posture.Settings, error) {
	s := defaults
	s.Sensitivity, s.Eased, s.Quiet = maps.Clone(s.Sensitivity), maps.Clone(s.Eased), slices.Clone(s.Quiet)
	if s.Sensitivity == nil {
		s.Sensitivity = map[posture.Signal]int{}
	}
	if s.Eased == nil {
		s.Eased = map[posture.Signal]int{}
	}
	if _, ok := p["quiet"]; ok {
		s.Quiet = nil // the array takes the place of the other
	}
	if err := json.Unmarshal(p.text(), &s); err != nil {
		return posture.Settings{}, wrongInput("settings: %v", err)
	}
	if s.Quiet == nil {
		s.Quiet = []posture.QuietHours{}
	}
	if err := s.Check(); err != nil {
		return posture.Settings{}, wrongInput("%v", err)
	}
	return s, nil
}

// storedPatch reads what was stored, without what this version can't make sense
// of: a setting of another version is no reason not to watch. The error names
// what was left out.
func storedPatch(text []byte, defaults posture.Settings) (patch, error) {
	p := patch{}
	if len(text) == 0 {
		return p, nil
	}
	var errs []error
	whole := eachField("the stored settings", text, func(name string, raw json.RawMessage) error {
		one := patch{name: raw}
		var until time.Time
		var err error
		if name != snoozedKey {
			one, err = parsePatch(patch{name: raw}.text())
		} else if json.Unmarshal(raw, &until) != nil {
			err = wrongInput("%s is no time", name)
		}
		if err == nil {
			_, err = one.apply(defaults)
		}
		if err != nil {
			errs = append(errs, err)
			return nil
		}
		p = p.over(one)
		return nil
	})
	return p, errors.Join(append(errs, whole)...)
}

// SettingsOver returns the settings in effect: those of the config file with
// the stored merge patch over them. What this version can't make sense of is
// left out, and named by the error.
func SettingsOver(defaults posture.Settings, stored []byte) (posture.Settings, error) {
	p, err := storedPatch(stored, defaults)
	s, bad := p.apply(defaults)
	if bad != nil {
		return defaults, errors.Join(err, bad)
	}
	return s, err
}
