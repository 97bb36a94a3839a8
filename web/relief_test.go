package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"sitwell/posture/monitor"
	"sitwell/posture/relief"
)

func TestRelief(t *testing.T) {
	r := start(t, nil)
	for _, c := range []struct {
		query  string
		status int
		want   string
	}{
		{"", 200, `"stop":null,"ask_safety":true`},
		{"minutes=5&area=lower_back&answered=true&kit=chair,floor", 200, `"area":"lower_back","why":"You asked for your lower back."`},
		{"limit=&minutes=2", 200, `"ask_safety":false`},
		{"limit=surgery&minutes=5", 200, "by what you said of your health"},
		{"flag=saddle&minutes=5", 200, `"stop":{"urgency":"at_once"`},
		{"flag=&answered=true", 200, `"stop":null`},
		{"feel=nerve&answered=true", 200, "calm_breathing"},
		{"minutes=31", 400, "minutes"},
		{"minutes=0", 200, `"routine":[]`},
		{"minutes=-1", 400, "minutes"},
		{"minutes=two", 400, "minutes"},
		{"area=knee", 400, `area is \"knee\"`},
		{"kit=anvil", 400, `kit is \"anvil\"`},
		{"limit=lazy", 400, `limit is \"lazy\"`},
		{"feel=odd", 400, `feel is \"odd\"`},
		{"flag=white", 400, `red flag is \"white\"`},
		{"answered=yes", 400, "want true or false"},
		{"area=overall&area=overall", 400, "given 2 times"},
		{"pain=9", 400, `unknown key \"pain\"`},
	} {
		a := r.ask(t, http.MethodGet, "/api/v1/relief?"+c.query, "")
		if a.status != c.status || !strings.Contains(a.body, c.want) {
			t.Errorf("%q: got %d %s, want %d, %s", c.query, a.status, a.body, c.status, c.want)
		}
		if c.status == 200 && !strings.Contains(a.body, `"disclaimer":"This is general advice`) {
			t.Errorf("%q: advice without the disclaimer", c.query)
		}
	}
	// What goes on now counts.
	r.watch.set(func(s *monitor.Status) { s.SittingSeconds = 50 * 60 })
	if a := r.ask(t, http.MethodGet, "/api/v1/relief?answered=true", ""); !strings.Contains(a.body, "You have been sitting for 50 minutes") {
		t.Errorf("after long sitting: %s", a.body)
	}
}

func TestProgramme(t *testing.T) {
	r := start(t, nil)
	a := r.ask(t, http.MethodGet, "/api/v1/relief/programme", "")
	var p ReliefProgramme
	if err := json.Unmarshal([]byte(a.body), &p); err != nil || a.status != http.StatusOK {
		t.Fatalf("got %d, %v", a.status, err)
	}
	if len(p.Exercises) != len(relief.Exercises) || len(p.RedFlags) != len(relief.RedFlags) || len(p.Causes) != 3 || len(p.Areas) != 3 ||
		len(p.Techniques) != len(relief.Techniques) || len(p.Avoid) != len(relief.Avoid) || len(p.Questions) != 5 || p.Disclaimer == "" || p.Manner == "" {
		t.Errorf("something is missing: %s", a.body)
	}
	if strings.Contains(a.body, ":null,\"not\"") || strings.Contains(a.body, `"kit":null`) {
		t.Error("an empty list is null")
	}
}

func FuzzParseRelief(f *testing.F) {
	for _, s := range []string{"area=upper_back&minutes=5", "kit=chair,,floor&limit=pregnancy", "flag=saddle,fever&feel=nerve", "answered=true", "minutes=%00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, query string) {
		values, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		p, err := ParseRelief(values)
		if err != nil {
			return
		}
		if _, err := relief.Choose(p); err != nil {
			t.Errorf("%q was taken, and then: %v", query, err)
		}
	})
}
