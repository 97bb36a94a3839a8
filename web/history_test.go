package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // so that the tests need none of the machine's

	"sitwell/posture"
	"sitwell/posture/history"
	"sitwell/posture/monitor"
)

// EventPage implements Events.
func (s *shelf) EventPage(_ context.Context, from, to time.Time, after int64, limit int) ([]posture.Event, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return nil, s.err
	}
	all := slices.SortedFunc(slices.Values(s.events), func(a, b posture.Event) int {
		return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.ID, b.ID))
	})
	if after > 0 {
		i := slices.IndexFunc(all, func(e posture.Event) bool { return e.ID == after })
		if i < 0 {
			return nil, monitor.ErrUnknown
		}
		all = all[i+1:]
	}
	all = slices.DeleteFunc(all, func(e posture.Event) bool {
		return e.Time.Before(from) || !to.IsZero() && !e.Time.Before(to)
	})
	return all[:min(limit, len(all))], nil
}

// days is a history of a quarter of an hour on one morning in Berlin.
type days struct{ err error }

var sat = time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)

func (d days) Quarters(_ context.Context, from, to time.Time) ([]history.Quarter, error) {
	if sat.Before(from) || !sat.Before(to) {
		return nil, d.err
	}
	q := history.Quarter{Start: sat}
	q.States[0], q.ScoreSeconds, q.ScoreSum = 900, 900, 900*80
	return []history.Quarter{q}, d.err
}

func (d days) Events(context.Context, time.Time, time.Time, ...posture.EventKind) ([]posture.Event, error) {
	return nil, d.err
}

func (d days) Zones(context.Context) (history.Zones, error) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	return history.Zones{{Since: time.Unix(0, 0), Zone: berlin}}, errors.Join(err, d.err)
}

// shownDays gives a history that can be changed while the server runs.
func shownDays(d *days) func() history.Source {
	return func() history.Source { return *d }
}

func TestWeeksAndDays(t *testing.T) {
	src := &days{}
	r := start(t, func(c *Config) { c.History = shownDays(src) })
	for _, c := range []struct {
		name, path string
		status     int
		want       []string // parts of the body
	}{
		{"week", "/api/v1/weeks/2026-W47", 200, []string{`{"week":"2026-W47","first":"2026-11-16","last":"2026-11-22"`, `"watched_s":900`, `"score":80`}},
		{"day", "/api/v1/days/2026-11-20", 200, []string{`{"date":"2026-11-20","zone":"Europe/Berlin","from":"2026-11-20T00:00:00+01:00"`, `"score":80`}},
		{"empty week", "/api/v1/weeks/1970-W01", 200, []string{`"week":"1970-W01"`, `"watched_s":0`, `"score":null`, `"week_before":null`}},
		{"week to come", "/api/v1/weeks/2261-W52", 200, []string{`"over":false`, `"score":null`}},
		{"empty day", "/api/v1/days/2026-11-21", 200, []string{`"score":null`}},
		{"day of 23 hours", "/api/v1/days/2026-03-29", 200, []string{`"to":"2026-03-30T00:00:00+02:00"`}},
		{"week 54", "/api/v1/weeks/2026-W54", 400, []string{`week is \"2026-W54\": 2026 has weeks W01 to W53`}},
		{"week of a year out of range", "/api/v1/weeks/1969-W01", 400, []string{"years go from 1970 to 2261"}},
		{"week in small letters", "/api/v1/weeks/2026-w47", 400, []string{`want a year and an ISO week as in \"2026-W47\"`}},
		{"no week", "/api/v1/weeks/", 400, []string{`week is \"\"`}},
		{"week that escapes", "/api/v1/weeks/%2e%2e%2fdays", 404, []string{`{"error":`}},
		{"day that isn't", "/api/v1/days/2026-02-30", 400, []string{`{"error":"day is \"2026-02-30\": February 2026 has days 01 to 28"}`}},
		{"day 29 February", "/api/v1/days/2028-02-29", 200, []string{`"date":"2028-02-29"`}},
		{"words", "/api/v1/days/" + url.PathEscape("yesterday\n\""+strings.Repeat("x", 500)), 400, []string{`{"error":"day is `, "..."}},
		{"no address", "/api/v1/weeks", 404, []string{`{"error":`}},
		{"more of it", "/api/v1/weeks/2026-W47/days", 404, []string{`{"error":`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := r.page(t, "GET", c.path, "")
			if got.status != c.status || got.header.Get("Content-Type") != "application/json" || got.header.Get("Cache-Control") != "no-store" {
				t.Errorf("got %d %q %.300s, want %d", got.status, got.header, got.body, c.status)
			}
			for _, part := range c.want {
				if !strings.Contains(got.body, part) {
					t.Errorf("got %.600s, want it to have %s", got.body, part)
				}
			}
			if head := r.page(t, "HEAD", c.path, ""); head.status != got.status || head.body != "" {
				t.Errorf("HEAD: got %d, %q", head.status, head.body)
			}
		})
	}
	if w := decode[history.Week](t, r.page(t, "GET", "/api/v1/weeks/2026-W47", "").body); len(w.Days) != 7 || w.Days[4].Watched != 900 {
		t.Errorf("the week is %+v", w)
	}
	for _, method := range []string{"POST", "PUT", "DELETE"} {
		if got := r.page(t, method, "/api/v1/days/2026-11-20", ""); got.status != 405 || got.header.Get("Allow") != "GET" {
			t.Errorf("%s: got %d, Allow %q", method, got.status, got.header.Get("Allow"))
		}
	}
	if got := r.ask(t, "GET", "/api/v1/weeks/2026-W47", "", "Origin", "https://foreign.example"); got.status != 403 || strings.Contains(got.body, "watched") {
		t.Errorf("a foreign page: got %d %.100s, want 403", got.status, got.body)
	}
}

func TestWeeksNeedTheToken(t *testing.T) {
	const secret = "a secret of 18 &=?"
	r := start(t, func(c *Config) { c.Token = secret })
	for _, path := range []string{"/api/v1/weeks/2026-W47", "/api/v1/days/2026-11-20", "/api/v1/events?from=2026-11-20T00:00:00Z"} {
		if got := r.page(t, "GET", path, ""); got.status != 401 || strings.Contains(got.body, "watched") {
			t.Errorf("%s without it: got %d %.100s, want 401", path, got.status, got.body)
		}
		if got := r.ask(t, "GET", path, "", "Authorization", "Bearer "+secret); got.status != 200 {
			t.Errorf("%s with it: got %d %.100s, want 200", path, got.status, got.body)
		}
	}
}

func TestBrokenHistory(t *testing.T) {
	r := start(t, func(c *Config) { c.History = shownDays(&days{errors.New("/home/someone/sitwell.db: disk I/O error")}) })
	for _, path := range []string{"/api/v1/weeks/2026-W47", "/api/v1/days/2026-11-20"} {
		if got := r.page(t, "GET", path, ""); got.status != 500 || strings.Contains(got.body, "/home") || !strings.Contains(got.body, "see the log") {
			t.Errorf("%s: got %d %s, want 500 without the path", path, got.status, got.body)
		}
	}
}

func TestEventsOfATime(t *testing.T) {
	r := start(t, nil)
	r.store.add(6) // at the seconds 1 to 6 of 1970
	r.store.events[1].Time = time.Unix(4, 0).UTC()
	r.store.events[5].Time = time.Unix(0, 5e8).UTC() // the clock was set back
	at := func(s int) string { return fmt.Sprintf("1970-01-01T00:00:%02dZ", s) }
	for _, c := range []struct{ query, want string }{
		{"?from=" + at(0), "[6 1 3 2 4 5] false"},
		{"?from=" + at(1), "[1 3 2 4 5] false"},
		{"?to=" + at(4), "[6 1 3] false"},
		{"?from=" + at(1) + "&to=" + at(4), "[1 3] false"},
		{"?from=" + at(1) + "&limit=2", "[1 3] true"},
		{"?from=" + at(1) + "&limit=2&after=3", "[2 4] true"},
		{"?from=" + at(1) + "&limit=2&after=4", "[5] false"},
		{"?from=" + at(1) + "&after=0", "[1 3 2 4 5] false"},
		{"?from=" + at(1) + "&to=" + at(1), "[] false"},
		{"?from=1970-01-01T01:00:05%2B01:00", "[5] false"},
		{"?from=1970-01-01T00:00:04.000000001Z", "[5] false"},
		{"?from=2300-01-01T00:00:00Z", "[] false"},
		{"?to=1600-01-01T00:00:00Z", "[] false"},
	} {
		got := r.page(t, "GET", "/api/v1/events"+c.query, "")
		list := decode[EventList](t, got.body)
		ids := []int64{}
		for _, e := range list.Events {
			ids = append(ids, e.ID)
		}
		if got := fmt.Sprint(ids, list.More); got != c.want {
			t.Errorf("%s: got %s, want %s", c.query, got, c.want)
		}
	}
	for query, want := range map[string]string{
		"?from=":                             `from=\"\" is not a time`,
		"?from=2026-11-20":                   "is not a time",
		"?from=1970-01-01T01:00:05+01:00":    "%2B01:00", // a plus is a space there
		"?to=2026-02-30T00:00:00Z":           `to=\"2026-02-30T00:00:00Z\" is not a time`,
		"?from=" + at(4) + "&to=" + at(1):    "runs backwards",
		"?from=" + at(1) + "&limit=0":        "limit",
		"?from=" + at(1) + "&after=-1":       "after",
		"?from=" + at(1) + "&after=99":       "after=99 is not an event",
		"?to=" + strings.Repeat("9", 500):    "is not a time",
		"?from=0001-01-01T00:00:00Z&limit=9": "is not a time",
	} {
		if got := r.page(t, "GET", "/api/v1/events"+query, ""); got.status != http.StatusBadRequest || !strings.Contains(got.body, want) || len(got.body) > 300 {
			t.Errorf("%s: got %d %s, want 400 with %s", query, got.status, got.body, want)
		}
	}
	r.store.err = errors.New("/home/someone/sitwell.db: disk I/O error")
	if got := r.page(t, "GET", "/api/v1/events?from="+at(1), ""); got.status != 500 || strings.Contains(got.body, "/home") {
		t.Errorf("broken store: got %d %s, want 500 without the path", got.status, got.body)
	}
}
