package monitor

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"sitwell/posture"
)

// Of what is deleted nothing is told again by what goes on now.
func TestEraseToday(t *testing.T) {
	w, alert := alerted(t, nil)
	old := posture.Event{Kind: posture.EventPaused, Time: time.Now().Add(-30 * time.Hour).UTC()}
	if _, err := w.store.AppendEvents(t.Context(), []posture.Event{old}); err != nil {
		t.Fatal(err)
	}
	w.store.held = 1
	sat := w.Status().SittingSeconds
	kept, err := w.Erase(t.Context(), false, time.Now().Add(-12*time.Hour), time.Time{})
	if err != nil || kept.Events < 4 {
		t.Fatalf("got %+v, %v", kept, err)
	}
	w.store.mu.Lock()
	left := slices.Clone(w.store.events)
	w.store.mu.Unlock()
	if len(left) == 0 || !left[0].Time.Equal(old.Time) {
		t.Errorf("what is older went too: %v", left)
	}
	for _, e := range left[1:] {
		if !e.Time.After(alert.Time) || e.Seconds > 0 {
			t.Errorf("left: %+v", e)
		}
	}
	s := w.until(t, "to be judged anew", func(s Status) bool { return s.SittingSeconds > 0 && s.SittingSeconds < sat })
	if s.Baseline == nil || s.Alert != nil {
		t.Errorf("baseline %v, alert %v: want the baseline alone", s.Baseline, s.Alert)
	}
	if _, err := w.Erase(t.Context(), false, time.Time{}, time.Time{}); err != nil {
		t.Errorf("a second time: %v", err)
	}
	w.end(t)
}

func TestEraseAll(t *testing.T) {
	w, _ := alerted(t, nil)
	if _, err := w.ChangeSettings(t.Context(), []byte(`{"alert_after_s":77}`)); err != nil {
		t.Fatal(err)
	}
	if _, err := w.EraseAll(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	if got := w.Settings(); got.Settings.AlertAfter == 77 || string(got.Changed) != "{}" {
		t.Errorf("settings %v, changed %s", got.Settings.AlertAfter, got.Changed)
	}
	w.until(t, "no baseline", func(s Status) bool { return s.Baseline == nil && s.Reason == "no baseline" })
	w.end(t)
}

// What is of another time leaves what goes on now alone.
func TestEraseYesterday(t *testing.T) {
	w, _ := alerted(t, nil)
	before := w.Status().SittingSeconds
	now := time.Now()
	if kept, err := w.Erase(t.Context(), false, now.AddDate(0, 0, -2), now.AddDate(0, 0, -1)); err != nil || kept != (posture.Kept{}) {
		t.Errorf("got %+v, %v", kept, err)
	}
	if s := w.Status(); s.SittingSeconds < before || s.Alert == nil {
		t.Errorf("sat %v, before %v; alert %v", s.SittingSeconds, before, s.Alert)
	}
	w.end(t)
}

// A disk that refuses: nothing is deleted, and that is said.
func TestEraseRefused(t *testing.T) {
	w, _ := alerted(t, nil)
	w.store.setRefuse(errors.New("no room"))
	if _, err := w.Erase(t.Context(), false, time.Time{}, time.Time{}); !errors.Is(err, ErrNotStored) {
		t.Errorf("got %v, want %v", err, ErrNotStored)
	}
	w.store.setRefuse(nil)
	if k := w.store.kinds(); !slices.Contains(k, posture.EventAlert) {
		t.Errorf("events are gone: %v", k)
	}
	w.until(t, "to be judged", func(s Status) bool { return s.Score != nil })
	if err := taken(t, func() error { return w.Dismiss(t.Context()) }); err != nil && !errors.Is(err, ErrNoAlert) {
		t.Errorf("a command after it: %v", err)
	}
	w.end(t)
}

// A deletion that an earlier run did not end goes on, and one that takes long does
// not keep who asked.
func TestEraseGoesOn(t *testing.T) {
	store := &memory{events: []posture.Event{{ID: 1, Kind: posture.EventPaused, Time: time.Now().Add(-time.Hour)}}}
	store.erasing = func(posture.Event) bool { return len(store.events) > 0 && store.events[0].ID == 1 }
	w := start(t, "live see:100000", func(c *Config) { c.Store = store })
	w.until(t, "the rest to go", func(Status) bool {
		store.mu.Lock()
		defer store.mu.Unlock()
		return store.erasing == nil
	})
	store.mu.Lock()
	store.held = 1000
	store.mu.Unlock()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if _, err := w.Erase(ctx, false, time.Time{}, time.Now().Add(-2*time.Hour)); !errors.Is(err, posture.ErrErasing) {
		t.Errorf("got %v, want %v", err, posture.ErrErasing)
	}
	// Meanwhile what else is wanted is done, and another deletion is told why not.
	if _, err := w.CheckIn(t.Context(), map[posture.Area]int{posture.AreaOverall: 3}); err != nil {
		t.Errorf("a check-in while it goes on: %v", err)
	}
	store.mu.Lock()
	store.going = fmt.Errorf("not yet: %w", posture.ErrErasing)
	store.mu.Unlock()
	if _, err := w.Erase(t.Context(), false, time.Time{}, time.Now()); !errors.Is(err, posture.ErrErasing) {
		t.Errorf("a second one: %v, want %v", err, posture.ErrErasing)
	}
	w.end(t)
}

// While the demo plays the page shows its history; the person's is meant when it is
// named.
func TestEraseWhose(t *testing.T) {
	event := posture.Event{Kind: posture.EventPaused, Time: time.Now().Add(-time.Hour)}
	person, demo := &memory{events: []posture.Event{event}}, &memory{events: []posture.Event{event, event}}
	w := start(t, "live see:100000", func(c *Config) {
		c.Source, c.Store, c.DemoStore = "demo", person, demo
	})
	w.until(t, "the demo", func(s Status) bool { return s.Source.Demo && isLive(s) })
	from := time.Now().Add(-2 * time.Hour)
	if kept, err := w.Erase(t.Context(), true, from, from.Add(90*time.Minute)); err != nil || kept.Events != 1 {
		t.Errorf("the person's: %+v, %v", kept, err)
	}
	if k := demo.kinds(); len(k) < 2 || len(person.kinds()) != 0 {
		t.Errorf("left: %v of the demo, %v of the person", k, person.kinds())
	}
	if kept, err := w.Erase(t.Context(), false, from, from.Add(90*time.Minute)); err != nil || kept.Events != 2 {
		t.Errorf("the demo's: %+v, %v", kept, err)
	}
	w.end(t)
}
