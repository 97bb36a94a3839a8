package relief

import (
	"strings"
	"testing"
	"time"
)

func TestProfile(t *testing.T) {
	p, err := ParseProfile([]byte(`{"limits":["dizziness","pregnancy","dizziness"],"kit":["floor","chair"],"red_flags":["fever"],"checked_at":"2026-11-20T08:00:00Z"}`))
	if err != nil {
		t.Fatal(err)
	}
	text, err := p.Text()
	want := `{"answered":true,"limits":["pregnancy","dizziness"],"cleared":[],"kit":["chair","floor"],"red_flags":["fever"],"checked_at":"2026-11-20T08:00:00Z","workplace":{},"measured":null}`
	if err != nil || string(text) != want {
		t.Errorf("got %s, %v, want %s", text, err, want)
	}
	for after, checked := range map[time.Duration]bool{0: true, CheckLasts - 1: true, CheckLasts: false, -time.Hour: false} {
		var person Person
		p.Over(&person, p.CheckedAt.Add(after))
		if person.Checked != checked || !person.Answered || len(person.Limits) != 3 {
			t.Errorf("after %v: %+v", after, person)
		}
	}
	for _, nothing := range []string{"", " \n"} {
		if p, err := ParseProfile([]byte(nothing)); err != nil || p.Answered || p.Kit != nil {
			t.Errorf("%q: %+v, %v", nothing, p, err)
		}
	}
	for text, want := range map[string]string{
		`{"limit":[]}`:                 `unknown key "limit"`,
		`{"limits":["lazy"]}`:          `limit is "lazy"`,
		`{"limits":"lazy"}`:            "limits is of type string",
		`{"kit":["anvil"]}`:            `kit is "anvil"`,
		`{"red_flags":["x"]}`:          `red flag is "x"`,
		`{"workplace":{"feet":"wet"}}`: `no answer "wet" to "feet"`,
		`{"checked_at":"soon"}`:        "JSON object",
		`[]`:                           "is a JSON object",
		`null`:                         "is a JSON object",
		`{"cleared":["pregnancy"]}`:    `cleared is "pregnancy"`,
		`{"measured":{"cm":5}}`:        "measured.cm is 5",
		`{}{}`:                         "nothing after it",
		`{`:                            "JSON object",
	} {
		if _, err := ParseProfile([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", text, err, want)
		}
	}
}

func FuzzParseProfile(f *testing.F) {
	for _, s := range []string{`{"answered":true}`, `{"limits":["pregnancy"],"kit":[]}`, `null`, `{"checked_at":"2026-11-20T08:00:00+01:00"}`, `{"kit":null}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := ParseProfile(text)
		if err != nil {
			return
		}
		stored, err := p.Text()
		if err != nil {
			t.Fatalf("%s was taken, and can't be stored: %v", text, err)
		}
		again, err := ParseProfile(stored)
		if err != nil {
			t.Fatalf("%s is stored as %s: %v", text, stored, err)
		}
		if twice, _ := again.Text(); string(twice) != string(stored) {
			t.Errorf("%s becomes %s, then %s", text, stored, twice)
		}
	})
}

// A patch changes what it names, exactly as it is written, and nothing else.
func TestMerge(t *testing.T) {
	before := Profile{Answered: true, Limits: []Limit{Pregnancy}, RedFlags: []string{"fever"}, Workplace: map[string]string{"feet": "hang"}}
	for patch, want := range map[string]string{
		`{"red_flags":[]}`:                       `"limits":["pregnancy"],"cleared":[],"kit":null,"red_flags":[]`,
		`{"kit":[]}`:                             `"kit":[],"red_flags":["fever"]`,
		`{"limits":null}`:                        `"limits":[]`,
		`{"workplace":{"feet":null}}`:            `"workplace":{}`,
		`{"workplace":{"arms":"loose"}}`:         `"workplace":{"arms":"loose","feet":"hang"}`,
		`{"measured":{"cm":65.5,"apart":0.075}}`: `"measured":{"cm":65.5,"apart":0.075}`,
	} {
		p, err := before.Merge([]byte(patch))
		if err != nil {
			t.Errorf("%s: %v", patch, err)
			continue
		}
		if text, _ := p.Text(); !strings.Contains(string(text), want) {
			t.Errorf("%s: got %s, want %s", patch, text, want)
		}
	}
	for patch, want := range map[string]string{
		`{"Red_Flags":["saddle"]}`:        `unknown key "Red_Flags"`,
		`{"red_flag":["saddle"]}`:         `unknown key "red_flag"`,
		`{"workplace":[]}`:                "workplace is not an object",
		`{"workplace":{"feet":"wet"}}`:    `no answer "wet"`,
		`[]`:                              "not a JSON object",
		``:                                "not a JSON object",
		`{"kit":["chair"]}{"kit":[]}`:     "not a JSON object",
		`{"checked_at":"2026-13-01"}`:     "JSON object",
		`{"limits":["pregnancy","lazy"]}`: `limit is "lazy"`,
	} {
		if p, err := before.Merge([]byte(patch)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %+v, %v, want %q", patch, p, err, want)
		}
	}
}
