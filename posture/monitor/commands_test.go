package monitor

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"sitwell/posture"
)

// quick is a policy under which a slouch is told after a second.
func quick(c *Config) {
	c.Policy.Countdown, c.Policy.Calibration = 0, 1
	c.Policy.AlertAfter, c.Policy.AlertCooldown = 1, 0
	c.Policy.ProvisionalAfter = 0
}

// slouches is an eye that sees somebody upright for a while, then sunk.
const slouches = "live see:200 slouch:100000"

// alerted runs a monitor until an alert stands, and returns the alert's event.
func alerted(t *testing.T, change func(*Config)) (*watch, posture.Event) {
	t.Helper()
	w := start(t, slouches, func(c *Config) {
		quick(c)
		if change != nil {
			change(c)
		}
	})
	w.until(t, "a live source", isLive)
	if err := w.Calibrate(t.Context(), posture.PoseUpright, posture.WaySitting); err != nil {
		t.Fatal(err)
	}
	w.until(t, "an alert", func(s Status) bool { return s.Alert != nil })
	return w, w.stored(t, posture.EventAlert)
}

// stored waits for an event of a kind and returns the last.
func (w *watch) stored(t *testing.T, kind posture.EventKind) posture.Event {
	t.Helper()
	for range 500 {
		w.store.mu.Lock()
		events := slices.Clone(w.store.events)
		w.store.mu.Unlock()
		for _, e := range slices.Backward(events) {
			if e.Kind == kind {
				return e
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("no %s was stored", kind)
	return posture.Event{}
}

func TestDismiss(t *testing.T) {
	w, alert := alerted(t, nil)
	messages, cancel := w.Subscribe()
	defer cancel()
	if err := w.Dismiss(t.Context()); err != nil {
		t.Fatal(err)
	}
	// It is on disk before it is acknowledged, and done.
	e := w.stored(t, posture.EventDismissed)
	if e.Ref != alert.ID || e.Signal != alert.Signal || e.State != posture.Slouching {
		t.Errorf("got %+v, want one that answers %+v", e, alert)
	}
	if s := w.Status(); s.Alert != nil || s.Level != posture.LevelNone {
		t.Errorf("the alert still stands: %+v, %s", s.Alert, s.Level)
	}
	if err := w.Dismiss(t.Context()); !errors.Is(err, ErrNoAlert) {
		t.Errorf("again: got %v, want %v", err, ErrNoAlert)
	}
	for m := range messages {
		if m.Event != nil && m.Event.Kind == posture.EventDismissed {
			if m.Event.ID != e.ID {
				t.Errorf("the page is told of event %d, stored was %d", m.Event.ID, e.ID)
			}
			break
		}
	}
	w.end(t)
	n := 0
	for _, k := range w.store.kinds() {
		if k == posture.EventDismissed {
			n++
		}
	}
	if n != 1 {
		t.Errorf("it was stored %d times", n)
	}
}

func TestWrong(t *testing.T) {
	w, alert := alerted(t, nil)
	ctx := t.Context()
	eased := func() int { return w.Settings().Settings.Eased[alert.Signal] }
	for _, c := range []struct {
		what string
		err  error
		want error
	}{
		{"taken back unsaid", w.WrongOff(ctx, alert.ID), ErrNotSaid},
		{"an event that is not there", w.Wrong(ctx, 99999), ErrUnknown},
		{"an event of another kind", w.Wrong(ctx, 1), ErrNoFeedback},
		{"said", w.Wrong(ctx, alert.ID), nil},
		{"said again", w.Wrong(ctx, alert.ID), ErrSaid},
	} {
		if !errors.Is(c.err, c.want) {
			t.Errorf("%s: got %v, want %v", c.what, c.err, c.want)
		}
	}
	if s := w.Status(); s.Alert != nil {
		t.Errorf("the alert still stands: %+v", s.Alert)
	}
	if e := w.stored(t, posture.EventWrong); e.Ref != alert.ID || e.Signal != alert.Signal || e.Level != 1 || eased() != 1 {
		t.Errorf("got %+v, eased %d", e, eased())
	}
	if err := w.WrongOff(ctx, alert.ID); err != nil || eased() != 0 {
		t.Errorf("taken back: got %v, eased %d", err, eased())
	}
	if err := w.WrongOff(ctx, alert.ID); !errors.Is(err, ErrNotSaid) {
		t.Errorf("taken back again: got %v", err)
	}

	// More of them than a signal is eased for, from an earlier time.
	var ids []int64
	for range posture.MaxEased + 2 {
		old, err := w.store.AppendEvents(ctx, []posture.Event{{Kind: posture.EventAlert, Time: time.Now().Add(-time.Hour), Signal: posture.LeanIn}})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, old[0].ID)
		if err := w.Wrong(ctx, old[0].ID); err != nil {
			t.Fatal(err)
		}
	}
	if n := w.Settings().Settings.Eased[posture.LeanIn]; n != posture.MaxEased {
		t.Errorf("eased %d times, want at most %d", n, posture.MaxEased)
	}
	for i, id := range slices.Backward(ids) {
		if err := w.WrongOff(ctx, id); err != nil {
			t.Fatal(err)
		}
		if n := w.Settings().Settings.Eased[posture.LeanIn]; n != min(i, posture.MaxEased) {
			t.Errorf("with %d said: eased %d times, want %d", i, n, min(i, posture.MaxEased))
		}
	}
	// A signal of another version can't be eased, but what was said is kept.
	odd, err := w.store.AppendEvents(ctx, []posture.Event{{Kind: posture.EventAlert, Time: time.Now(), Signal: "nose"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Wrong(ctx, odd[0].ID), w.WrongOff(ctx, odd[0].ID)); err != nil {
		t.Error(err)
	}
	w.end(t)
}

// An alert of an earlier episode that is called wrong leaves the one that stands.
func TestWrongOfAnEarlierAlert(t *testing.T) {
	w, _ := alerted(t, nil)
	old, err := w.store.AppendEvents(t.Context(), []posture.Event{{Kind: posture.EventAlert, Time: time.Now().Add(-time.Hour), Signal: posture.Sink}})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Wrong(t.Context(), old[0].ID); err != nil {
		t.Fatal(err)
	}
	if s := w.Status(); s.Alert == nil {
		t.Error("the alert that stands was put away")
	}
	w.end(t)
}

func TestChangedSettingsOutlastARestart(t *testing.T) {
	w := start(t, "live see:100000", quick)
	w.until(t, "a live source", isLive)
	view, err := w.ChangeSettings(t.Context(), []byte(`{"alert_after_s":45,"sensitivity":{"sink":5}}`))
	if err != nil || view.Settings.AlertAfter != 45 || view.Defaults.AlertAfter != 1 || string(view.Changed) != `{"alert_after_s":45,"sensitivity":{"sink":5}}` {
		t.Fatalf("got %+v, %v", view, err)
	}
	if s := w.Status(); s.Policy.AlertAfterSeconds != 45 {
		t.Errorf("the page is told of %v s", s.Policy.AlertAfterSeconds)
	}
	var input *InputError
	if _, err := w.ChangeSettings(t.Context(), []byte(`{"alert_after_s":-1}`)); !errors.As(err, &input) {
		t.Errorf("got %v, want an *InputError", err)
	}
	w.end(t)
	again := start(t, "live see:100000", func(c *Config) { quick(c); c.Store = w.store })
	again.until(t, "a live source", isLive)
	if s := again.Settings(); s.Settings.AlertAfter != 45 || s.Settings.Sensitivity[posture.Sink] != 5 {
		t.Errorf("got %+v", s.Settings)
	}
	if s := again.Status(); s.Policy.AlertAfterSeconds != 45 {
		t.Errorf("the page is told of %v s", s.Policy.AlertAfterSeconds)
	}
	again.end(t)
}

// Of patches at the same time none is lost.
func TestPatchesAtOnce(t *testing.T) {
	w := start(t, "live see:100000", nil)
	patches := []string{
		`{"alert_after_s":45}`, `{"alert_cooldown_s":60}`, `{"alerts_per_hour":7}`, `{"alerts_per_day":8}`,
		`{"break_every_s":2400}`, `{"static_after_s":0}`, `{"quiet":[{"from":"22:00","to":"07:00"}]}`,
	}
	for _, s := range posture.Signals {
		patches = append(patches, fmt.Sprintf(`{"sensitivity":{"%s":5}}`, s), fmt.Sprintf(`{"eased":{"%s":2}}`, s))
	}
	var wg sync.WaitGroup
	for _, p := range patches {
		wg.Go(func() {
			if _, err := w.ChangeSettings(t.Context(), []byte(p)); err != nil {
				t.Errorf("%s: %v", p, err)
			}
		})
		wg.Go(func() { _ = w.Settings() })
		wg.Go(func() {
			if _, err := w.Snooze(t.Context(), "15m"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	got := w.Settings()
	want := posture.DefaultSettings()
	want.AlertAfter, want.AlertCooldown, want.AlertsPerHour, want.AlertsPerDay = 45, 60, 7, 8
	want.BreakEvery, want.StaticAfter = 2400, 0
	if s := got.Settings; s.AlertAfter != 45 || s.AlertCooldown != 60 || s.AlertsPerHour != 7 || s.AlertsPerDay != 8 ||
		s.BreakEvery != 2400 || s.StaticAfter != 0 || len(s.Quiet) != 1 || s.SnoozedUntil.IsZero() ||
		len(s.Sensitivity) != posture.SignalCount || len(s.Eased) != posture.SignalCount {
		t.Errorf("got %+v, want all of it", s)
	}
	w.end(t)
	if string(w.store.patch) != string(got.Changed) {
		t.Errorf("stored %s, in effect %s", w.store.patch, got.Changed)
	}
}

// When the disk refuses, nothing is done, half or whole.
func TestCommandsWhenTheDiskRefuses(t *testing.T) {
	w, alert := alerted(t, nil)
	ctx := t.Context()
	before := string(w.Settings().Changed)
	id := w.Status().Baseline.ID
	w.store.setRefuse(errors.New("disk full"))
	for name, command := range map[string]func() error{
		"settings": func() error { _, err := w.ChangeSettings(ctx, []byte(`{"alert_after_s":45}`)); return err },
		"snooze":   func() error { _, err := w.Snooze(ctx, "15m"); return err },
		"wrong":    func() error { return w.Wrong(ctx, alert.ID) },
		"dismiss":  func() error { return w.Dismiss(ctx) },
		"use":      func() error { return w.UseBaseline(ctx, id) },
		"delete":   func() error { return w.DeleteBaseline(ctx, id) },
	} {
		if err := command(); !errors.Is(err, ErrNotStored) {
			t.Errorf("%s: got %v, want %v", name, err, ErrNotStored)
		}
	}
	s := w.Status()
	if s.Alert == nil || s.Baseline == nil || s.Silence == "snoozed" || string(w.Settings().Changed) != before {
		t.Errorf("something was done: alert %v, baseline %v, silence %q, settings %s", s.Alert, s.Baseline, s.Silence, w.Settings().Changed)
	}
	w.store.setRefuse(nil)
	if err := taken(t, func() error { return w.Dismiss(ctx) }); err != nil {
		t.Errorf("when it takes them again: %v", err)
	}
	w.end(t)
	for _, k := range w.store.kinds() {
		if k == posture.EventWrong || k == posture.EventSnoozed || k == posture.EventBaselineUsed {
			t.Errorf("%s was stored after all", k)
		}
	}
}

// Settings that couldn't be read are not written over.
func TestUnreadableSettingsAreKept(t *testing.T) {
	stored := &memory{patch: []byte(`{"alert_after_s":45}`), unreadable: errors.New("locked")}
	w := start(t, "live see:100000", func(c *Config) { c.Store = stored })
	if _, err := w.ChangeSettings(t.Context(), []byte(`{"alerts_per_day":3}`)); !errors.Is(err, ErrNotRead) {
		t.Errorf("got %v, want %v", err, ErrNotRead)
	}
	if err := w.Wrong(t.Context(), 1); !errors.Is(err, ErrNotRead) {
		t.Errorf("got %v, want %v", err, ErrNotRead)
	}
	if _, err := w.Baselines(t.Context()); !errors.Is(err, ErrNotRead) {
		t.Errorf("got %v, want %v", err, ErrNotRead)
	}
	if _, err := w.WhatIf(t.Context(), WhatIfQuery{Days: 1}); !errors.Is(err, ErrNotRead) {
		t.Errorf("got %v, want %v", err, ErrNotRead)
	}
	stored.mu.Lock()
	stored.unreadable = nil
	stored.mu.Unlock()
	view, err := w.ChangeSettings(t.Context(), []byte(`{"alerts_per_day":3}`))
	if err != nil || view.Settings.AlertAfter != 45 || view.Settings.AlertsPerDay != 3 {
		t.Errorf("got %+v, %v", view.Settings, err)
	}
	w.end(t)
}

func TestSnooze(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	// The night in which the clock goes forward: 4 in the morning is at 2 UTC.
	now := time.Date(2026, 3, 28, 20, 30, 0, 500, time.UTC)
	var mu sync.Mutex // guards now
	w := start(t, "live see:100000", func(c *Config) {
		c.Policy.Zone = zone
		c.Now = func() time.Time {
			mu.Lock()
			defer mu.Unlock()
			return now
		}
	})
	var input *InputError
	for _, word := range []string{"", "1h", "15", "TODAY", "for ever", strings.Repeat("x", 5000), "15m "} {
		if _, err := w.Snooze(t.Context(), word); !errors.As(err, &input) {
			t.Errorf("%.10q: got %v, want an *InputError", word, err)
		}
	}
	for _, c := range []struct {
		word string
		want time.Time
		kind posture.EventKind
	}{
		{"15m", time.Date(2026, 3, 28, 20, 45, 0, 0, time.UTC), posture.EventSnoozed},
		{"60m", time.Date(2026, 3, 28, 21, 30, 0, 0, time.UTC), posture.EventSnoozed},
		{"today", time.Date(2026, 3, 29, 2, 0, 0, 0, time.UTC), posture.EventSnoozed},
		{"off", time.Time{}, posture.EventSnoozeEnd},
	} {
		until, err := w.Snooze(t.Context(), c.word)
		if err != nil || !until.Equal(c.want) {
			t.Errorf("%s: got %v, %v, want %v", c.word, until, err, c.want)
		}
		if got := w.Settings().Settings.SnoozedUntil; !got.Equal(c.want) {
			t.Errorf("%s: in effect %v", c.word, got)
		}
		if e := w.stored(t, c.kind); !e.Time.Equal(now) || e.Text == "" {
			t.Errorf("%s: stored %+v", c.word, e)
		}
	}
	// Off once more is no event.
	if _, err := w.Snooze(t.Context(), "off"); err != nil {
		t.Error(err)
	}
	mu.Lock()
	now = time.Date(2026, 3, 29, 1, 59, 0, 0, time.UTC) // before four
	mu.Unlock()
	if until, err := w.Snooze(t.Context(), "today"); err != nil || !until.Equal(time.Date(2026, 3, 29, 2, 0, 0, 0, time.UTC)) {
		t.Errorf("at a minute to four: got %v, %v", until, err)
	}
	w.end(t)
	var kinds []posture.EventKind
	for _, k := range w.store.kinds() {
		if k == posture.EventSnoozed || k == posture.EventSnoozeEnd {
			kinds = append(kinds, k)
		}
	}
	if want := []posture.EventKind{posture.EventSnoozed, posture.EventSnoozed, posture.EventSnoozed, posture.EventSnoozeEnd, posture.EventSnoozed}; !slices.Equal(kinds, want) {
		t.Errorf("stored %v, want %v", kinds, want)
	}
}

// Without a camera a snooze shows too, and ends by itself.
func TestSnoozeWithoutACamera(t *testing.T) {
	var ahead atomic.Int64 // nanoseconds that the clock is ahead
	w := start(t, "exit:4", func(c *Config) {
		c.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	})
	w.until(t, "no camera", func(s Status) bool { return s.Source.Status == SourceNoCamera })
	until, err := w.Snooze(t.Context(), "15m")
	if err != nil {
		t.Fatal(err)
	}
	if s := w.Status(); s.Silence != posture.SilenceSnoozed || !s.SilentUntil.Equal(until) {
		t.Errorf("got %q until %v, want snoozed until %v", s.Silence, s.SilentUntil, until)
	}
	ahead.Store(int64(16 * time.Minute))
	w.until(t, "the snooze's end", func(s Status) bool { return s.Silence == "" && s.SilentUntil.IsZero() })
	w.end(t)
}

func TestSnoozeOutlastsARestart(t *testing.T) {
	w := start(t, "live see:100000", nil)
	if _, err := w.Snooze(t.Context(), "60m"); err != nil {
		t.Fatal(err)
	}
	w.end(t)
	again := start(t, "live see:100000", func(c *Config) { c.Store = w.store })
	again.until(t, "silence", func(s Status) bool { return s.Silence == "snoozed" })
	if _, err := again.Snooze(t.Context(), "off"); err != nil {
		t.Fatal(err)
	}
	again.until(t, "its end", func(s Status) bool { return isLive(s) && s.Silence == "" })
	again.end(t)
}

// What the person did today counts after a restart: the day's alerts are used up.
func TestCapsOutlastARestart(t *testing.T) {
	store := &memory{}
	now := time.Now()
	var events []posture.Event
	for i := range posture.DefaultAlertsPerDay {
		// Of this minute: they are of today whatever the time is.
		events = append(events, posture.Event{Kind: posture.EventAlert, Time: now.Add(time.Duration(i-60) * time.Millisecond)})
	}
	if _, err := store.AppendEvents(t.Context(), events); err != nil {
		t.Fatal(err)
	}
	w := start(t, "live see:100000", func(c *Config) { c.Store = store })
	w.until(t, "the day's end of alerts", func(s Status) bool { return s.Silence == "day_cap" })
	w.end(t)
}

func TestBaselineCommands(t *testing.T) {
	store := &memory{}
	w := start(t, "live see:100000", func(c *Config) { quick(c); c.Store = store })
	ctx := t.Context()
	w.until(t, "a live source", isLive)
	for i := range 2 {
		if err := w.Calibrate(ctx, posture.PoseUpright, posture.WaySitting); err != nil {
			t.Fatal(err)
		}
		w.until(t, "a baseline", func(s Status) bool { return s.Baseline != nil && s.Baseline.ID == int64(i+1) })
	}
	store.mu.Lock()
	other, wide, old := store.baselines[0], store.baselines[0], store.baselines[0]
	other.ID, other.Camera = 11, "another"
	wide.ID, wide.Width = 12, 1280
	old.ID, old.Measures = 13, nil
	store.baselines = append(store.baselines, other, wide, old)
	store.baselines[0].Stale = "camera moved"
	store.mu.Unlock()

	list, err := w.Baselines(ctx)
	if err != nil || len(list) != 5 || list[0].ID != 13 || list[4].ID != 1 || !list[3].InUse || list[4].InUse ||
		list[4].Stale == "" || list[3].Way != posture.WaySitting {
		t.Errorf("got %+v, %v", list, err)
	}
	for _, c := range []struct {
		name string
		id   int64
		want string // part of the error, "" for none
	}{
		{"not there", 99, ErrUnknown.Error()},
		{"of another camera", 11, `another camera, "another"`},
		{"of another shape", 12, "1280 x 480"},
		{"of another version", 13, "calibrate again"},
		{"the first", 1, ""},
	} {
		err := w.UseBaseline(ctx, c.id)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("use one %s: got %v, want %q", c.name, err, c.want)
		}
	}
	if s := w.Status(); s.Baseline == nil || s.Baseline.ID != 1 || s.Baseline.Stale != "" {
		t.Errorf("in use: %+v, want the first", s.Baseline)
	}
	if e := w.stored(t, posture.EventBaselineUsed); e.Ref != 1 {
		t.Errorf("stored %+v", e)
	}
	w.until(t, "the choice on disk", func(Status) bool {
		b, ok, _ := store.Baseline(ctx, 1)
		return ok && b.Stale == ""
	})

	if err := w.DeleteBaseline(ctx, 99); !errors.Is(err, ErrUnknown) {
		t.Errorf("delete one that is not there: got %v", err)
	}
	if err := w.DeleteBaseline(ctx, 11); err != nil || w.Status().Baseline.ID != 1 {
		t.Errorf("delete one of another camera: got %v, in use %+v", err, w.Status().Baseline)
	}
	if err := w.DeleteBaseline(ctx, 1); err != nil || w.Status().Baseline == nil || w.Status().Baseline.ID != 2 {
		t.Errorf("delete the one in use: got %v, in use %+v, want the other", err, w.Status().Baseline)
	}
	if err := w.DeleteBaseline(ctx, 2); err != nil || w.Status().Baseline != nil {
		t.Errorf("delete the last: got %v, in use %+v", err, w.Status().Baseline)
	}
	w.end(t)
	again := start(t, "live see:100000", func(c *Config) { quick(c); c.Store = store })
	s := again.until(t, "a live source", isLive)
	if s.Baseline != nil {
		t.Errorf("after a restart %+v is in use", s.Baseline)
	}
	again.end(t)
}

// taken does what a person asks for once the disk takes again what came before it: an
// event of meanwhile may still be held.
func taken(t *testing.T, do func() error) (err error) {
	t.Helper()
	for range 200 {
		if err = do(); !errors.Is(err, ErrNotStored) {
			return err
		}
		time.Sleep(50 * time.Millisecond)
	}
	return err
}

func TestCameraMoved(t *testing.T) {
	for _, moved := range []bool{true, false} {
		t.Run(fmt.Sprint(moved), func(t *testing.T) {
			store := &memory{}
			w := start(t, "live see:100000", func(c *Config) { quick(c); c.Store = store })
			w.until(t, "a live source", isLive)
			if err := w.CameraMoved(t.Context(), moved); !errors.Is(err, ErrNotAsked) {
				t.Errorf("unasked: got %v, want %v", err, ErrNotAsked)
			}
			if err := w.Calibrate(t.Context(), posture.PoseUpright, posture.WaySitting); err != nil {
				t.Fatal(err)
			}
			w.until(t, "a baseline", func(s Status) bool { return s.Baseline != nil && s.Baseline.ID == 1 })
			w.end(t)
			store.baselines[0].Stale = posture.ReasonCameraMoved

			again := start(t, "live see:100000", func(c *Config) { quick(c); c.Store = store })
			again.until(t, "the question", func(s Status) bool { return isLive(s) && s.Ask != nil })
			if !moved {
				store.setRefuse(errors.New("disk full"))
				if err := again.CameraMoved(t.Context(), moved); !errors.Is(err, ErrNotStored) || again.Status().Ask == nil {
					t.Errorf("with a full disk: got %v, asked %v", err, again.Status().Ask)
				}
				store.setRefuse(nil)
			}
			if err := taken(t, func() error { return again.CameraMoved(t.Context(), moved) }); err != nil {
				t.Fatal(err)
			}
			if s := again.Status(); s.Ask != nil {
				t.Errorf("it still asks: %+v", s.Ask)
			}
			if err := again.CameraMoved(t.Context(), moved); !errors.Is(err, ErrNotAsked) {
				t.Errorf("again: got %v, want %v", err, ErrNotAsked)
			}
			if !moved {
				if e := again.stored(t, posture.EventCameraKept); e.Ref != 1 {
					t.Errorf("stored %+v", e)
				}
				again.until(t, "a score", func(s Status) bool { return s.Score != nil })
			}
			again.end(t)
			kept := 0
			for _, k := range store.kinds() {
				if k == posture.EventCameraKept {
					kept++
				}
			}
			if stale := store.baselines[0].Stale != ""; stale != moved || (kept == 1) == moved {
				t.Errorf("stale is %v, kept was stored %d times", stale, kept)
			}
		})
	}
}

// The one baseline there is was taken by an older version: it is asked for
// another, and the answer closes the question.
func TestBaselineOfAnOlderVersion(t *testing.T) {
	store := &memory{ids: 1, baselines: []posture.Baseline{{ID: 1, Time: time.Now(), Camera: "Test camera", Width: 640, Height: 480}}}
	w := start(t, "live see:100000", func(c *Config) { quick(c); c.Store = store })
	w.until(t, "the question", func(s Status) bool { return isLive(s) && s.Ask != nil && s.Ask.Kind == posture.AskCalibrate })
	if err := w.CameraMoved(t.Context(), false); err != nil || w.Status().Ask != nil {
		t.Errorf("got %v, asked %+v", err, w.Status().Ask)
	}
	w.end(t)
	if slices.Contains(store.kinds(), posture.EventCameraKept) {
		t.Error("it was stored that the camera was kept")
	}
}

func TestCalibrateWords(t *testing.T) {
	w := start(t, "live see:100000", quick)
	w.until(t, "a live source", isLive)
	var input *InputError
	for _, c := range []struct {
		pose string
		way  posture.Way
	}{{"", posture.WaySitting}, {"slump", posture.WaySitting}, {posture.PoseUpright, ""}, {posture.PoseUpright, "lying"}} {
		if err := w.Calibrate(t.Context(), c.pose, c.way); !errors.As(err, &input) {
			t.Errorf("%q, %q: got %v, want an *InputError", c.pose, c.way, err)
		}
	}
	if err := w.Calibrate(t.Context(), posture.PoseSlouch, posture.WaySitting); err == nil || errors.As(err, &input) {
		t.Errorf("a slouch without an upright: got %v, want why not", err)
	}
	w.end(t)
}

// Measurements are kept, for a time, and none of the demo's.
func TestMeasurementsAreKept(t *testing.T) {
	old := posture.SampleBlock{Start: time.Now().Add(-15 * 24 * time.Hour), Count: 1, Data: []byte{1}}
	young := posture.SampleBlock{Start: time.Now().Add(-13 * 24 * time.Hour), Count: 1, Data: []byte{1}}
	for name, c := range map[string]struct {
		keep   time.Duration
		source string
		want   func([]posture.SampleBlock) bool
	}{
		"kept":     {14 * 24 * time.Hour, "0", func(b []posture.SampleBlock) bool { return len(b) == 2 && b[0].Count == 1 && b[1].Count > 0 }},
		"not kept": {0, "0", func(b []posture.SampleBlock) bool { return len(b) == 0 }},
		"demo":     {14 * 24 * time.Hour, "demo", func(b []posture.SampleBlock) bool { return len(b) == 1 }},
	} {
		t.Run(name, func(t *testing.T) {
			store := &memory{samples: []posture.SampleBlock{old, young}}
			w := start(t, "live see:100000", func(c2 *Config) {
				c2.Store, c2.Measurements, c2.Source = store, c.keep, c.source
			})
			w.until(t, "a live source", isLive)
			w.until(t, "the old to be deleted", func(Status) bool {
				store.mu.Lock()
				defer store.mu.Unlock()
				return !slices.ContainsFunc(store.samples, func(b posture.SampleBlock) bool {
					return time.Since(b.Start) > max(c.keep, time.Hour)
				})
			})
			w.end(t)
			if !c.want(store.samples) || len(w.demo.samples) > 0 {
				t.Errorf("got %d blocks, and %d of the demo", len(store.samples), len(w.demo.samples))
			}
		})
	}
}

// Minutes are kept for a time, or for good; what is old goes bit by bit.
func TestMinutesAreKept(t *testing.T) {
	minute := func(days int) posture.Minute {
		return posture.Minute{Start: time.Now().Add(time.Duration(-days) * 24 * time.Hour), Seconds: map[posture.State]float64{posture.Upright: 60}}
	}
	for name, c := range map[string]struct {
		keep time.Duration
		want int
	}{"a month": {30 * 24 * time.Hour, 1}, "for good": {0, 3}} {
		t.Run(name, func(t *testing.T) {
			store := &memory{
				minutes: []posture.Minute{minute(60), minute(31), minute(29)},
				samples: []posture.SampleBlock{
					{Start: time.Now().Add(-15 * 24 * time.Hour), Count: 1}, {Start: time.Now().Add(-16 * 24 * time.Hour), Count: 1},
				},
			}
			w := start(t, "live see:100000", func(c2 *Config) {
				c2.Store, c2.Measurements, c2.Minutes = store, 14*24*time.Hour, c.keep
			})
			left := func() (minutes, samples int) {
				store.mu.Lock()
				defer store.mu.Unlock()
				for _, m := range store.minutes {
					if time.Since(m.Start) > 24*time.Hour {
						minutes++
					}
				}
				for _, b := range store.samples {
					if time.Since(b.Start) > 24*time.Hour {
						samples++
					}
				}
				return minutes, samples
			}
			w.until(t, "the old to be deleted", func(Status) bool {
				minutes, samples := left()
				return minutes == c.want && samples == 0
			})
			w.end(t)
			if minutes, _ := left(); minutes != c.want {
				t.Errorf("got %d minutes, want %d", minutes, c.want)
			}
		})
	}
}

// What is old is deleted between writes: they don't wait until all of it is gone,
// nor for a disk that refuses to.
func TestPruningHoldsUpNothing(t *testing.T) {
	for name, refuse := range map[string]error{"much to delete": nil, "refused": errors.New("disk full")} {
		t.Run(name, func(t *testing.T) {
			old, store := &memory{refuse: refuse}, &memory{}
			for i := range 10_000 {
				old.samples = append(old.samples, posture.SampleBlock{Start: time.Unix(int64(i), 0)})
			}
			w := newWriter(slog.New(slog.DiscardHandler))
			go w.run()
			w.in <- batch{prune: &pruning{store: old, samples: time.Now()}}
			steps := func() int {
				old.mu.Lock()
				defer old.mu.Unlock()
				return old.pruned
			}
			for end := time.Now().Add(10 * time.Second); steps() == 0 && time.Now().Before(end); {
				time.Sleep(time.Millisecond)
			}
			for range 20 {
				w.in <- batch{store: store, events: []posture.Event{{Kind: posture.EventPaused, Time: time.Now()}}}
				if r := <-w.out; r.err != nil || len(r.events) != 1 {
					t.Fatalf("got %+v", r)
				}
			}
			old.mu.Lock()
			left := len(old.samples)
			old.mu.Unlock()
			if left == 0 || steps() == 0 {
				t.Errorf("%d are left after %d steps: want some steps, and the events before the last", left, steps())
			}
			w.flush(time.Second)
		})
	}
}

// The demo takes the person's sensitivities, and nothing of it goes to theirs.
func TestDemoSettings(t *testing.T) {
	w := start(t, "live", func(c *Config) { c.Source = "demo" })
	w.until(t, "the demo", isLive)
	if _, err := w.ChangeSettings(t.Context(), []byte(`{"sensitivity":{"sink":5},"alert_after_s":300}`)); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Snooze(t.Context(), "15m"); err != nil {
		t.Fatal(err)
	}
	w.until(t, "silence", func(s Status) bool { return s.Silence == "snoozed" && s.Policy.AlertAfterSeconds == 8 })
	if s := w.Settings(); s.Settings.Sensitivity[posture.Sink] != 5 || !s.Settings.SnoozedUntil.IsZero() {
		t.Errorf("the person's settings are %+v", s.Settings)
	}
	alert, err := w.demo.AppendEvents(t.Context(), []posture.Event{{Kind: posture.EventAlert, Time: time.Now(), Signal: posture.Sink}})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Wrong(t.Context(), alert[0].ID); err != nil {
		t.Fatal(err)
	}
	w.end(t)
	if string(w.store.patch) != `{"alert_after_s":300,"sensitivity":{"sink":5}}` || len(w.store.kinds()) > 0 {
		t.Errorf("the person's store has %s and %v", w.store.patch, w.store.kinds())
	}
	if !strings.Contains(string(w.demo.patch), `"eased":{"sink":1}`) || !strings.Contains(string(w.demo.patch), "snoozed_until") {
		t.Errorf("the demo's store has %s", w.demo.patch)
	}
}

// A command that nobody waits for is done or not, and holds up none that follow.
func TestCommandsWithoutPatience(t *testing.T) {
	w := start(t, "live see:100000", nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 20 {
		_, _ = w.Snooze(ctx, "15m")
		_ = w.Dismiss(ctx)
		_ = w.DeleteBaseline(ctx, 1)
	}
	if _, err := w.Snooze(t.Context(), "off"); err != nil {
		t.Error(err)
	}
	w.end(t)
	if _, err := w.Snooze(t.Context(), "15m"); !errors.Is(err, ErrStopped) {
		t.Errorf("after the end: got %v, want %v", err, ErrStopped)
	}
	if _, err := w.ChangeSettings(t.Context(), []byte(`{}`)); !errors.Is(err, ErrStopped) {
		t.Errorf("after the end: got %v, want %v", err, ErrStopped)
	}
}
