package relief

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Profile is what a person said of themselves, once, and may change at will: what
// is proposed must fit it. It is as private as anything here.
type Profile struct {
	// Answered is true once the safety questions were.
	Answered bool    `json:"answered"`
	Limits   []Limit `json:"limits"`
	// Cleared are those limits for which a professional has agreed to exercises.
	Cleared []Limit `json:"cleared"`
	// Kit is what is at hand; nil is not said yet.
	Kit []Kit `json:"kit"`
	// RedFlags holds the IDs of the signs that they have, CheckedAt when they
	// were asked last; zero for never.
	RedFlags  []string  `json:"red_flags"`
	CheckedAt time.Time `json:"checked_at"`
	// Workplace holds the answers to [WorkplaceChecks], by the checks' IDs.
	Workplace map[string]string `json:"workplace"`
	// Measured is a distance from the camera that they measured, nil for none.
	Measured *Measured `json:"measured"`
}

// CheckLasts is how long an answer to the red flags holds before rising tension
// asks again: two days, a product decision.
const CheckLasts = 48 * time.Hour

// ParseProfile reads a profile as JSON; nothing at all is nobody's. An unknown key
// or answer is an error that names it.
func ParseProfile(text []byte) (p Profile, err error) {
	if len(bytes.TrimSpace(text)) == 0 {
		return p, nil
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	var kind *json.UnmarshalTypeError
	switch err := d.Decode(&p); {
	case errors.As(err, &kind) && kind.Field == "":
		return Profile{}, errors.New("a profile is a JSON object")
	case errors.As(err, &kind):
		return Profile{}, fmt.Errorf("%s is of type %s: want %s", kind.Field, kind.Value, kind.Type)
	case err != nil && strings.HasPrefix(err.Error(), "json: unknown field "):
		return Profile{}, fmt.Errorf("unknown key %.60s", strings.TrimPrefix(err.Error(), "json: unknown field "))
	case err != nil:
		return Profile{}, errors.New("a profile is a JSON object")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return Profile{}, errors.New("a profile is one JSON object, and nothing after it")
	}
	if bytes.TrimSpace(text)[0] != '{' {
		return Profile{}, errors.New("a profile is a JSON object")
	}
	if err := CheckWorkplace(p.Workplace); err != nil {
		return Profile{}, err
	}
	if err := p.Measured.Check(); err != nil {
		return Profile{}, err
	}
	var person Person
	p.Over(&person, p.CheckedAt)
	return p, person.Check()
}

// Merge returns p with a JSON merge patch (RFC 7396) over it: only what was changed is
// sent, so that what another tab has said meanwhile stays. An unknown key or answer is
// an error that names it.
func (p Profile) Merge(patch []byte) (Profile, error) {
	var change map[string]json.RawMessage
	if err := json.Unmarshal(patch, &change); err != nil || change == nil {
		return p, errors.New("the body is not a JSON object")
	}
	text, err := p.Text()
	if err != nil {
		return p, err
	}
	whole := map[string]json.RawMessage{}
	if err := json.Unmarshal(text, &whole); err != nil {
		return p, err
	}
	for key, value := range change {
		if _, ok := whole[key]; !ok {
			// The decoder would take it in other letters, beside the one that is there.
			return p, fmt.Errorf("unknown key %.60q", key)
		}
		if bytes.Equal(bytes.TrimSpace(value), []byte("null")) {
			delete(whole, key)
			continue
		}
		if key != "workplace" {
			whole[key] = value
			continue
		}
		// The one object in it is merged too.
		answers, more := map[string]*string{}, map[string]*string{}
		if err := errors.Join(json.Unmarshal(whole[key], &answers), json.Unmarshal(value, &more)); err != nil {
			return p, errors.New("workplace is not an object of answers")
		}
		for check, answer := range more {
			if answers[check] = answer; answer == nil {
				delete(answers, check)
			}
		}
		if whole[key], err = json.Marshal(answers); err != nil {
			return p, err
		}
	}
	if text, err = json.Marshal(whole); err != nil {
		return p, err
	}
	merged, err := ParseProfile(text)
	if err != nil {
		return p, err
	}
	return merged, nil
}

// Text is the profile as [ParseProfile] reads it: each answer once, in the order of
// display.
func (p Profile) Text() ([]byte, error) {
	p.Limits = ordered(p.Limits, Limits)
	p.Cleared = ordered(p.Cleared, p.Limits)
	if p.Kit != nil {
		p.Kit = ordered(p.Kit, Kits)
	}
	flags := []string{}
	for _, f := range RedFlags {
		if slices.Contains(p.RedFlags, f.ID) {
			flags = append(flags, f.ID)
		}
	}
	p.RedFlags = flags
	if p.Workplace == nil {
		p.Workplace = map[string]string{}
	}
	p.Answered = p.Answered || len(p.Limits) > 0
	return json.Marshal(p)
}

func ordered[T comparable](given, all []T) []T {
	out := []T{}
	for _, v := range all {
		if slices.Contains(given, v) {
			out = append(out, v)
		}
	}
	return out
}

// Over puts what was said of themselves into what is known of a person at now.
func (p Profile) Over(to *Person, now time.Time) {
	to.Answered, to.Limits, to.Kit, to.RedFlags = p.Answered || len(p.Limits) > 0, p.Limits, p.Kit, p.RedFlags
	to.Cleared, to.Workplace = p.Cleared, p.Workplace
	since := now.Sub(p.CheckedAt) // below 0 of a clock that was set back since
	to.Checked = !p.CheckedAt.IsZero() && since >= 0 && since < CheckLasts
	if to.CheckedAgo = -1; !p.CheckedAt.IsZero() {
		to.CheckedAgo = max(0, int(since/(24*time.Hour)))
	}
}
