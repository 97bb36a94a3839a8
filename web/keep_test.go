package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"sitwell/posture"
	"sitwell/posture/history"
	"sitwell/posture/monitor"
)

// vault is an Archive of one morning.
type vault struct {
	mu    sync.Mutex // guards all
	asked []string
	empty bool
	err   error
}

func clockOf(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format(time.RFC3339)
}

func (v *vault) Kept(_ context.Context, from, to time.Time) (posture.Kept, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.asked = append(v.asked, clockOf(from)+" "+clockOf(to))
	return posture.Kept{Events: 5, Minutes: 15, Measurements: 60}, v.err
}

func (v *vault) Extent(context.Context) (first, last time.Time, ok bool, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return sat, time.Date(2026, 11, 21, 23, 30, 0, 0, time.UTC), !v.empty, v.err
}

func (v *vault) Size() (int64, error) { return 4096, nil }

func (w *watch) CheckIn(_ context.Context, tension map[posture.Area]int) ([]posture.Event, error) {
	var stored []posture.Event
	for _, area := range posture.Areas {
		if v, ok := tension[area]; ok {
			stored = append(stored, posture.Event{ID: 1, Kind: posture.EventCheckIn, Area: area, Level: v})
		}
	}
	return stored, w.call("check in")
}

func whose(person bool) string {
	if person {
		return "person's "
	}
	return ""
}

func (w *watch) Erase(_ context.Context, person bool, from, to time.Time) (posture.Kept, error) {
	return posture.Kept{Events: 1, Minutes: 2, Measurements: 3}, w.call("erase " + whose(person) + clockOf(from) + " " + clockOf(to))
}

func (w *watch) EraseAll(_ context.Context, person bool) (posture.Kept, error) {
	return posture.Kept{Events: 7}, w.call("erase " + whose(person) + "all")
}

func TestHolding(t *testing.T) {
	v := &vault{}
	r := start(t, func(c *Config) {
		c.Archive = v
		c.Keep = Keep{Minutes: "730d", Events: "forever", Measurements: "14d"}
	})
	a := r.ask(t, http.MethodGet, "/api/v1/history", "")
	// In Berlin the last half hour of the 21st is the 22nd.
	want := `{"first":"2026-11-20","last":"2026-11-22","zone":"Europe/Berlin","bytes":4096,"events":5,"minutes":15,"measurements":60,` +
		`"demo":false,"keep":{"minutes":"730d","events":"forever","measurements":"14d"}}` + "\n"
	if a.status != http.StatusOK || a.body != want {
		t.Errorf("got %d %s, want %s", a.status, a.body, want)
	}
	r.ask(t, http.MethodGet, "/api/v1/history?from=2026-10-25&to=2026-10-25", "")
	r.ask(t, http.MethodGet, "/api/v1/history?to=2026-11-20", "")
	v.mu.Lock()
	// A day of 25 hours.
	if got := strings.Join(v.asked, ", "); got != "- -, 2026-10-24T22:00:00Z 2026-10-25T23:00:00Z, - 2026-11-20T23:00:00Z" {
		t.Errorf("asked for %s", got)
	}
	v.empty = true
	v.mu.Unlock()
	if a := r.ask(t, http.MethodGet, "/api/v1/history", ""); !strings.HasPrefix(a.body, `{"first":null,"last":null,`) {
		t.Errorf("empty: %s", a.body)
	}
	for query, want := range map[string]string{
		"from=2026-02-29":               "February 2026 has days 01 to 28",
		"from=2026-11-22&to=2026-11-20": "backwards",
		"from=":                         "from is empty",
		"to=2026-11-20&to=2026-11-21":   "given 2 times",
		"since=2026-11-20":              `unknown key \"since\"`,
		"all=true":                      `unknown key \"all\"`,
	} {
		if a := r.ask(t, http.MethodGet, "/api/v1/history?"+query, ""); a.status != http.StatusBadRequest || !strings.Contains(a.body, want) {
			t.Errorf("%s: got %d %s, want %s", query, a.status, a.body, want)
		}
	}
	v.mu.Lock()
	v.err = errors.New("a secret path")
	v.mu.Unlock()
	if a := r.ask(t, http.MethodGet, "/api/v1/history", ""); a.status != http.StatusInternalServerError || strings.Contains(a.body, "secret") {
		t.Errorf("broken: %d %s", a.status, a.body)
	}
}

func TestErase(t *testing.T) {
	r := start(t, nil)
	for _, c := range []struct {
		query  string
		status int
		want   string
		calls  string
	}{
		{"from=2026-11-20&to=2026-11-21", 200, `{"events":1,"minutes":2,"measurements":3}`, "erase 2026-11-19T23:00:00Z 2026-11-21T23:00:00Z"},
		{"from=2026-11-20", 200, `"events":1`, "erase 2026-11-19T23:00:00Z -"},
		{"all=true", 200, `"events":7`, "erase all"},
		{"", 400, "nothing is named", ""},
		{"all=true&whose=person", 200, `"events":7`, "erase person's all"},
		{"to=2026-11-20&whose=person", 200, `"events":1`, "erase person's - 2026-11-20T23:00:00Z"},
		{"all=true&whose=demo", 400, "want person", ""},
		{"whose=person", 400, "nothing is named", ""},
		{"all=false", 400, "all=true is for everything", ""},
		{"all=true&from=2026-11-20", 400, "all=true is for everything", ""},
		{"from=2026-11-20&to=2026-11-19", 400, "backwards", ""},
		{"from=2026-11-31", 400, "November 2026 has days", ""},
		{"from=today", 400, "want year, month and day", ""},
		{"form=2026-11-20", 400, `unknown key \"form\"`, ""},
	} {
		before := len(r.watch.called())
		a := r.ask(t, http.MethodDelete, "/api/v1/history?"+c.query, "", "Origin", r.origin())
		if a.status != c.status || !strings.Contains(a.body, c.want) {
			t.Errorf("%q: got %d %s, want %d %s", c.query, a.status, a.body, c.status, c.want)
		}
		if got := strings.Join(r.watch.called()[before:], ", "); got != c.calls {
			t.Errorf("%q: asked the watch for %q, want %q", c.query, got, c.calls)
		}
	}
	if a := r.ask(t, http.MethodDelete, "/api/v1/history?all=true", "", "Origin", "http://evil.test"); a.status != http.StatusForbidden {
		t.Errorf("a foreign page: %d", a.status)
	}
	for err, status := range map[error]int{posture.ErrErasing: 503, monitor.ErrNotStored: 503, monitor.ErrStopped: 503} {
		r.watch.mu.Lock()
		r.watch.errs["erase all"] = err
		r.watch.mu.Unlock()
		if a := r.ask(t, http.MethodDelete, "/api/v1/history?all=true", "", "Origin", r.origin()); a.status != status || !strings.Contains(a.body, err.Error()) {
			t.Errorf("%v: got %d %s", err, a.status, a.body)
		}
	}
}

func TestCheckIns(t *testing.T) {
	r := start(t, nil)
	post := func(body string) answer {
		return r.ask(t, http.MethodPost, "/api/v1/check-ins", body, "Origin", r.origin())
	}
	if a := post(`{"tension":{"overall":0,"upper_back":7}}`); a.status != http.StatusCreated ||
		!strings.Contains(a.body, `"level":7,"area":"upper_back"},{"id":1,"kind":"check_in"`) {
		t.Errorf("got %d %s", a.status, a.body)
	}
	for body, want := range map[string]string{
		`{"tension":{"overall":1.5}}`:  "want int",
		`{"tension":{"overall":null}}`: "is null",
		`{"tension":7}`:                "tension is of type number",
		`{"area":"overall"}`:           `unknown key \"area\"`,
		``:                             "not a JSON object",
		`{"tension":{"overall":"1"}}`:  "want int",
	} {
		if a := post(body); a.status != http.StatusBadRequest || !strings.Contains(a.body, want) {
			t.Errorf("%s: got %d %s, want %s", body, a.status, a.body, want)
		}
	}
}

func FuzzParseSpan(f *testing.F) {
	for _, s := range []string{"from=2026-11-20&to=2026-11-21", "all=true", "from=&to=", "to=9999-99-99", "all=true&all=true"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, query string) {
		values, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		s, err := parseSpan(values, true)
		if err != nil {
			return
		}
		if s.all && (s.first != nil || s.last != nil) || s.first != nil && s.last != nil && *s.last < *s.first {
			t.Errorf("%q: took it as %+v", query, s)
		}
		for _, d := range []*history.Date{s.first, s.last} {
			if d != nil {
				if _, err := history.ParseDay(d.String()); err != nil {
					t.Errorf("%q: took %s", query, d)
				}
			}
		}
	})
}
