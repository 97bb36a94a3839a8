package monitor

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"sitwell/posture"
)

func TestPatchRefuses(t *testing.T) {
	deep := strings.Repeat(`{"a":`, 500) + "1" + strings.Repeat("}", 500)
	for name, c := range map[string]struct {
		text string
		want []string // parts of the error
	}{
		"nothing":               {"", []string{"not JSON"}},
		"null":                  {"null", []string{"null", "object"}},
		"array":                 {`[{"alert_after_s":3}]`, []string{"object"}},
		"number":                {"5", []string{"object"}},
		"cut short":             {`{"alert_after_s":3`, []string{"not JSON", "byte"}},
		"two":                   {`{}{}`, []string{"after its end"}},
		"NaN":                   {`{"alert_after_s":NaN}`, []string{"not JSON"}},
		"1e999":                 {`{"alert_after_s":1e999}`, []string{"alert_after_s", "1e999"}},
		"negative":              {`{"alert_after_s":-1}`, []string{"alert_after_s", "-1"}},
		"text for a number":     {`{"alert_cooldown_s":"5"}`, []string{"alert_cooldown_s", `"5"`}},
		"object for a number":   {`{"break_every_s":{}}`, []string{"break_every_s"}},
		"half an alert":         {`{"alerts_per_hour":1.5}`, []string{"alerts_per_hour", "whole"}},
		"huge number of alerts": {`{"alerts_per_day":99999999999999999999}`, []string{"alerts_per_day"}},
		"unknown":               {`{"alert_after":3}`, []string{`"alert_after"`, "alert_after_s"}},
		"another case":          {`{"Alert_After_S":3}`, []string{`"Alert_After_S"`}},
		"twice":                 {`{"alert_after_s":30,"alert_after_s":40}`, []string{"alert_after_s", "twice"}},
		"deep":                  {`{"quiet":` + deep + `}`, []string{"quiet"}},
		"deep unknown":          {deep, []string{`"a"`}},
		"long name":             {`{"` + strings.Repeat("x", 3000) + `":1}`, []string{"xxx..."}},
		"sensitivity array":     {`{"sensitivity":[3]}`, []string{"sensitivity", "object"}},
		"unknown signal":        {`{"sensitivity":{"nose":3}}`, []string{"sensitivity", `"nose"`, "head_drop"}},
		"unknown signal null":   {`{"eased":{"nose":null}}`, []string{"eased", `"nose"`}},
		"signal twice":          {`{"sensitivity":{"sink":3,"sink":4}}`, []string{"sensitivity", "sink", "twice"}},
		"step of text":          {`{"sensitivity":{"sink":"3"}}`, []string{"sensitivity", "sink", "whole"}},
		"step 0":                {`{"sensitivity":{"sink":0}}`, []string{"sensitivity", "sink", "1 to 5"}},
		"step 6":                {`{"sensitivity":{"sink":6}}`, []string{"sensitivity", "sink", "1 to 5"}},
		"eased 5":               {`{"eased":{"sink":5}}`, []string{"eased", "sink", "0 to 4"}},
		"quiet object":          {`{"quiet":{"from":"22:00","to":"07:00"}}`, []string{"quiet"}},
		"quiet null":            {`{"quiet":[null]}`, []string{"quiet[0]"}},
		"quiet without an end":  {`{"quiet":[{"from":"22:00"}]}`, []string{"quiet[0]", "to"}},
		"quiet with null":       {`{"quiet":[{"from":"22:00","to":null}]}`, []string{"quiet[0].to"}},
		"quiet at 24:00":        {`{"quiet":[{"from":"24:00","to":"07:00"}]}`, []string{"quiet[0].from", "24:00"}},
		"quiet with more":       {`{"quiet":[{"from":"22:00","to":"07:00","day":1}]}`, []string{"quiet[0]", `"day"`}},
		"snoozed":               {`{"snoozed_until":"2030-01-01T00:00:00Z"}`, []string{"snoozed_until", "/snooze"}},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := parsePatch([]byte(c.text))
			if err == nil {
				_, err = p.apply(posture.DefaultSettings())
			}
			var input *InputError
			if !errors.As(err, &input) {
				t.Fatalf("got %v, want an *InputError", err)
			}
			for _, part := range c.want {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not speak of %q", err, part)
				}
			}
			if len(err.Error()) > 400 {
				t.Errorf("an error of %d bytes", len(err.Error()))
			}
		})
	}
}

// Patches over patches come to what RFC 7396 says, with null for the default.
func TestPatchesAddUp(t *testing.T) {
	defaults := posture.DefaultSettings()
	defaults.Sensitivity = map[posture.Signal]int{posture.Sink: 2}
	defaults.Quiet = []posture.QuietHours{{From: 60, To: 120}}
	p := patch{}
	for _, step := range []struct {
		patch, stored string
		want          func(*posture.Settings)
	}{
		{`{}`, `{}`, func(*posture.Settings) {}},
		{`{"alert_after_s":45.5,"alerts_per_day":0}`, `{"alert_after_s":45.5,"alerts_per_day":0}`, func(s *posture.Settings) { s.AlertAfter, s.AlertsPerDay = 45.5, 0 }},
		{`{"sensitivity":{"head_drop":5}}`, `{"alert_after_s":45.5,"alerts_per_day":0,"sensitivity":{"head_drop":5}}`, func(s *posture.Settings) { s.Sensitivity[posture.HeadDrop] = 5 }},
		{`{"sensitivity":{"sink":4,"lean_in":1},"alerts_per_day":null}`, `{"alert_after_s":45.5,"sensitivity":{"head_drop":5,"lean_in":1,"sink":4}}`, func(s *posture.Settings) {
			s.Sensitivity[posture.Sink], s.Sensitivity[posture.LeanIn], s.AlertsPerDay = 4, 1, defaults.AlertsPerDay
		}},
		{`{"sensitivity":{"sink":null,"head_drop":null}}`, `{"alert_after_s":45.5,"sensitivity":{"lean_in":1}}`, func(s *posture.Settings) {
			s.Sensitivity[posture.Sink] = 2
			delete(s.Sensitivity, posture.HeadDrop)
		}},
		{`{"sensitivity":{"lean_in":null},"quiet":[]}`, `{"alert_after_s":45.5,"quiet":[]}`, func(s *posture.Settings) {
			delete(s.Sensitivity, posture.LeanIn)
			s.Quiet = []posture.QuietHours{}
		}},
		{`{"quiet":[{"to":"07:00","from":"22:00"}],"eased":{"sink":4}}`, `{"alert_after_s":45.5,"eased":{"sink":4},"quiet":[{"to":"07:00","from":"22:00"}]}`, func(s *posture.Settings) {
			s.Quiet = []posture.QuietHours{{From: 22 * 60, To: 7 * 60}}
			s.Eased[posture.Sink] = 4
		}},
		{`{"quiet":null,"eased":null,"sensitivity":null,"alert_after_s":null,"static_after_s":null}`, `{}`, func(s *posture.Settings) { *s = defaults }},
	} {
		asked, err := parsePatch([]byte(step.patch))
		if err != nil {
			t.Fatalf("%s: %v", step.patch, err)
		}
		before := string(p.text())
		want, err := p.apply(defaults)
		if err != nil {
			t.Fatal(err)
		}
		step.want(&want)
		next := p.over(asked)
		if string(p.text()) != before {
			t.Errorf("%s altered the patch that it was laid over", step.patch)
		}
		p = next
		if got := string(p.text()); got != step.stored {
			t.Errorf("%s: stored %s, want %s", step.patch, got, step.stored)
		}
		got, err := p.apply(defaults)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\ngot  %+v, %v\nwant %+v", step.patch, got, err, want)
		}
		if again, err := SettingsOver(defaults, p.text()); err != nil || !reflect.DeepEqual(again, want) {
			t.Errorf("%s stored and read: got %+v, %v", step.patch, again, err)
		}
	}
	if defaults.Sensitivity[posture.Sink] != 2 || len(defaults.Sensitivity) != 1 || len(defaults.Eased) != 0 {
		t.Errorf("the defaults were altered: %+v", defaults)
	}
}

// What another version stored is used as far as it is understood.
func TestStoredSettingsOfAnotherVersion(t *testing.T) {
	defaults := posture.DefaultSettings()
	for name, c := range map[string]struct {
		stored string
		after  float64  // AlertAfter
		want   []string // parts of the error, none for no error
	}{
		"nothing":     {"", 60, nil},
		"garbage":     {"x", 60, []string{"not JSON"}},
		"an array":    {"[]", 60, []string{"object"}},
		"unknown key": {`{"alert_after_s":45,"mood":{"x":[1]}}`, 45, []string{"mood"}},
		"out of range": {
			`{"alert_after_s":45,"alerts_per_day":-5,"sensitivity":{"sink":9}}`, 45,
			[]string{"alerts_per_day", "sensitivity"},
		},
		"unknown signal": {`{"sensitivity":{"nose":3},"alert_after_s":45}`, 45, []string{"nose"}},
		"snoozed":        {`{"snoozed_until":"2030-01-01T00:00:00Z"}`, 60, nil},
		"snoozed badly":  {`{"snoozed_until":"soon","alert_after_s":45}`, 45, []string{"snoozed_until"}},
		"nulls":          {`{"alert_after_s":null,"quiet":null}`, 60, nil},
	} {
		s, err := SettingsOver(defaults, []byte(c.stored))
		if s.AlertAfter != c.after || s.Check() != nil {
			t.Errorf("%s: got %+v", name, s)
		}
		if (err == nil) != (len(c.want) == 0) {
			t.Errorf("%s: got %v", name, err)
		}
		for _, part := range c.want {
			if err != nil && !strings.Contains(err.Error(), part) {
				t.Errorf("%s: %q does not speak of %q", name, err, part)
			}
		}
	}
	s, _ := SettingsOver(defaults, []byte(`{"snoozed_until":"2030-01-01T00:00:00Z"}`))
	if !s.SnoozedUntil.Equal(time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("got %v", s.SnoozedUntil)
	}
}

// Whatever is sent is either refused or leaves settings that can be, stored as
// they are in effect.
func FuzzPatch(f *testing.F) {
	f.Add([]byte(`{"alert_after_s":45,"sensitivity":{"sink":5},"quiet":[{"from":"22:00","to":"07:00"}]}`))
	f.Add([]byte(`{"eased":null,"alerts_per_day":1e3}`))
	f.Add([]byte(`{"quiet":[{"from":"22:00","to":"\u0030\u0037:00"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		defaults := posture.DefaultSettings()
		p, err := parsePatch(text)
		if err != nil {
			var input *InputError
			if !errors.As(err, &input) {
				t.Errorf("got %T, want an *InputError", err)
			}
			return
		}
		p = patch{}.over(p)
		s, err := p.apply(defaults)
		if err != nil {
			return
		}
		if err := s.Check(); err != nil {
			t.Errorf("took %q: %v", text, err)
		}
		if !json.Valid(p.text()) {
			t.Errorf("stores %q", p.text())
		}
		again, err := SettingsOver(defaults, p.text())
		if err != nil || !reflect.DeepEqual(again, s) {
			t.Errorf("stored %q: got %+v, %v, want %+v", p.text(), again, err, s)
		}
	})
}
