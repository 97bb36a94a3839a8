package monitor

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"sitwell/posture"
)

// watchedDays fills a store as a watch of some days would have: each day from
// nine, an hour with two slouches of three minutes. It returns the policy under
// which that was.
func watchedDays(t *testing.T, store *memory, zone *time.Location, days ...time.Time) posture.Policy {
	t.Helper()
	p := posture.DefaultPolicy()
	p.Zone = zone
	p.ProvisionalAfter = 0
	at := func(start time.Time, s float64, sunk bool) posture.Observation {
		o := person(start.Add(time.Duration(s*1e9)), time.Duration(s*1e9), uint64(s*2))
		if sunk {
			for i := range o.Landmarks {
				o.Landmarks[i].Y += 70
			}
		}
		return o
	}
	for i, day := range days {
		start := time.Date(day.Year(), day.Month(), day.Day(), 9, 0, 0, 0, zone)
		var upright []posture.Observation
		for s := range 24 {
			upright = append(upright, at(start, float64(s)/2, false))
		}
		b, err := posture.NewBaseline("Test camera", upright)
		if err != nil {
			t.Fatal(err)
		}
		b.ID = int64(i + 1)
		e, err := posture.NewEngine(p, "Test camera", b)
		if err != nil {
			t.Fatal(err)
		}
		take := func(out posture.Output) {
			store.events = append(store.events, out.Events...)
			store.minutes = append(store.minutes, out.Minutes...)
			store.samples = append(store.samples, out.Samples...)
		}
		for s := 0.0; s < 3600; s += 0.5 {
			o := at(start, s, s >= 600 && s < 780 || s >= 2400 && s < 2580)
			take(e.Step(&o))
		}
		take(e.Close())
		store.baselines = append(store.baselines, *b)
	}
	return p
}

func TestWhatIf(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	// The clock goes forward in the night to the 29th.
	days := []time.Time{
		time.Date(2026, 3, 27, 0, 0, 0, 0, zone),
		time.Date(2026, 3, 29, 0, 0, 0, 0, zone),
		time.Date(2026, 3, 30, 0, 0, 0, 0, zone),
	}
	store := &memory{}
	p := watchedDays(t, store, zone, days...)
	now := time.Date(2026, 3, 30, 18, 0, 0, 0, zone)
	for name, c := range map[string]struct {
		q          WhatIfQuery
		was, would []int // by day
	}{
		"as it is":       {WhatIfQuery{Days: 5}, []int{0, 2, 0, 2, 2}, []int{0, 2, 0, 2, 2}},
		"today":          {WhatIfQuery{Days: 1}, []int{2}, []int{2}},
		"later":          {WhatIfQuery{Days: 2, AlertAfter: 170}, []int{2, 2}, []int{2, 2}},
		"never":          {WhatIfQuery{Days: 2, AlertAfter: 200}, []int{2, 2}, []int{0, 0}},
		"more sensitive": {WhatIfQuery{Days: 4, Sensitivity: map[posture.Signal]int{posture.Sink: 4}}, []int{2, 0, 2, 2}, []int{2, 0, 2, 2}},
	} {
		t.Run(name, func(t *testing.T) {
			w, err := AskWhatIf(t.Context(), store, p, c.q, now)
			if err != nil || w.LeftOut != "" {
				t.Fatalf("%v, %s", err, w.LeftOut)
			}
			was, would := 0, 0
			for i, d := range w.PerDay {
				if want := now.AddDate(0, 0, i+1-c.q.Days).Format(time.DateOnly); d.Day != want {
					t.Errorf("day %d is %s, want %s", i, d.Day, want)
				}
				if i >= len(c.was) || d.Was != c.was[i] || d.Would != c.would[i] {
					t.Errorf("%s: got %d that came and %d that would, want %v and %v", d.Day, d.Was, d.Would, c.was, c.would)
				}
				if watched := d.Watched > 3500 && d.Watched <= 3600; watched != (d.Was > 0) {
					t.Errorf("%s: watched %v s", d.Day, d.Watched)
				}
				was += d.Was
				would += d.Would
			}
			if len(w.Was) != was || len(w.Would) != would || len(w.PerDay) != c.q.Days {
				t.Errorf("got %d and %d alerts in %d days, the days say %d and %d", len(w.Was), len(w.Would), len(w.PerDay), was, would)
			}
			if w.From.In(zone).Hour() != 4 || !w.To.Equal(now) {
				t.Errorf("from %v to %v", w.From.In(zone), w.To)
			}
		})
	}
	// A snooze that runs now was not there then.
	p.SnoozedUntil = now.AddDate(1, 0, 0)
	if w, err := AskWhatIf(t.Context(), store, p, WhatIfQuery{Days: 5}, now); err != nil || len(w.Would) != 6 {
		t.Errorf("snoozed now: got %d, %v, want 6", len(w.Would), err)
	}
	// Measurements of a deleted baseline can't be judged, and that is told by
	// nothing but fewer alerts.
	store.baselines = store.baselines[1:]
	if w, err := AskWhatIf(t.Context(), store, p, WhatIfQuery{Days: 5}, now); err != nil || len(w.Would) != 4 {
		t.Errorf("without a baseline: got %d, %v, want 4", len(w.Would), err)
	}
	store.samples[0].Data = store.samples[0].Data[:len(store.samples[0].Data)-1]
	if w, err := AskWhatIf(t.Context(), store, p, WhatIfQuery{Days: 5}, now); err != nil || w.LeftOut == "" {
		t.Errorf("with a damaged block: got %q, %v, want it told", w.LeftOut, err)
	}
}

func TestWhatIfRefuses(t *testing.T) {
	var input *InputError
	for name, q := range map[string]WhatIfQuery{
		"no days":        {},
		"too many":       {Days: MaxWhatIfDays + 1},
		"step 9":         {Days: 1, Sensitivity: map[posture.Signal]int{posture.Sink: 9}},
		"unknown signal": {Days: 1, Sensitivity: map[posture.Signal]int{"nose": 3}},
		"negative":       {Days: 1, AlertAfter: -3},
	} {
		if _, err := AskWhatIf(t.Context(), &memory{}, posture.DefaultPolicy(), q, time.Now()); !errors.As(err, &input) {
			t.Errorf("%s: got %v, want an *InputError", name, err)
		}
	}
	w, err := AskWhatIf(t.Context(), &memory{}, posture.DefaultPolicy(), WhatIfQuery{Days: 3}, time.Now())
	if err != nil || w.Measured != 0 || w.Was == nil || w.Would == nil || len(w.PerDay) != 3 {
		t.Errorf("of nothing: got %+v, %v", w, err)
	}
}

func TestParseSteps(t *testing.T) {
	for text, want := range map[string]string{
		"sink:4":                 "map[sink:4]",
		"sink=4, head_drop:1":    "map[head_drop:1 sink:4]",
		"":                       "want a signal and its step",
		"sink":                   "want a signal and its step",
		"sink:":                  "1 to 5",
		"sink:0":                 "1 to 5",
		"sink:6":                 "1 to 5",
		"sink:3.5":               "1 to 5",
		"sink:1e999":             "1 to 5",
		"nose:3":                 `no signal "nose"`,
		"sink:3,sink:3":          "twice",
		"sink:3,":                "want a signal and its step",
		strings.Repeat("x", 999): "...",
	} {
		steps, err := ParseSteps(text)
		got := ""
		if err != nil {
			got = err.Error()
		} else {
			got = fmt.Sprint(steps)
		}
		if !strings.Contains(got, want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
