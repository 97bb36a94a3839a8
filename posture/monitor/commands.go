package monitor

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"sitwell/posture"
)

// Why a command can't be done, said to the person as they are.
var (
	ErrNoAlert    = errors.New("no alert stands now")
	ErrNoOffer    = errors.New("nothing is offered now")
	ErrNotAsked   = errors.New("nothing was asked about the camera")
	ErrNotSaid    = errors.New("that alert was not called wrong")
	ErrSaid       = errors.New("that alert was called wrong already")
	ErrNoFeedback = errors.New("that is no alert, so it can't be wrong")
	// ErrUnknown means that there is nothing of that number.
	ErrUnknown = errors.New("there is none of that number")
	// ErrNotStored means that the disk refused, so that nothing was done.
	ErrNotStored = errors.New("the disk doesn't take it now, so nothing was done; try again in a moment")
	// ErrNotRead means that the history couldn't be read.
	ErrNotRead = errors.New("the history can't be read, see the log")
)

// shown returns the store of what the page shows: the demo's while it plays.
func (m *Monitor) shown() (store Store, demo bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.status.Source.Demo {
		return m.cfg.DemoStore, true
	}
	return m.cfg.Store, false
}

type (
	// writing puts what was asked for on disk, all or nothing, and returns the
	// events that are there now.
	writing func(ctx context.Context, s Store) ([]posture.Event, error)
	// applying does it, in the loop, with these events.
	applying func(stored []posture.Event)
)

// commit does what a person asked for, one at a time: prepare says what to
// write, and once that is on disk, apply runs in the loop with the events that
// are there now. When prepare or the disk fails, nothing is done. An answer
// that ctx doesn't wait for changes nothing about that.
func (m *Monitor) commit(ctx context.Context, store Store, prepare func() (writing, applying, error)) error {
	select {
	case m.changing <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	case <-m.stopped:
		return ErrStopped
	}
	write, apply, err := prepare()
	if err != nil {
		<-m.changing
		return err
	}
	result := make(chan error, 1)
	sent := m.do(ctx, func() error {
		m.send(batch{store: store, command: &command{write: write, done: func(events []posture.Event, err error) {
			if err == nil {
				apply(events)
			}
			<-m.changing
			result <- err
		}}})
		return nil
	})
	if sent != nil {
		<-m.changing
		return sent
	}
	select {
	case err := <-result:
		if err != nil {
			return ErrNotStored
		}
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-m.stopped:
		return ErrStopped
	}
}

// appending writes events alone.
func appending(events ...posture.Event) writing {
	return func(ctx context.Context, s Store) ([]posture.Event, error) { return s.AppendEvents(ctx, events) }
}

// Settings returns those in effect for the person. The demo goes by its own
// but for the sensitivities.
func (m *Monitor) Settings() SettingsView {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.view()
}

// view needs mu.
func (m *Monitor) view() SettingsView {
	return SettingsView{
		Settings: m.settings, Defaults: m.cfg.Policy.Settings, Changed: m.changed.text(), UsualDayEnd: m.usualDayEnd,
	}
}

// ChangeSettings takes an RFC 7396 merge patch over the settings, in which null
// puts one back to its default, and returns what is in effect then. What can't
// be is an [*InputError].
func (m *Monitor) ChangeSettings(ctx context.Context, text []byte) (SettingsView, error) {
	asked, err := parsePatch(text)
	if err != nil {
		return SettingsView{}, err
	}
	if err := m.change(ctx, false, func(p patch) (patch, []posture.Event, error) { return p.over(asked), nil, nil }, nil); err != nil {
		return SettingsView{}, err
	}
	return m.Settings(), nil
}

// change alters the stored settings, of the demo or the person, together with
// events.
func (m *Monitor) change(ctx context.Context, demo bool, alter func(patch) (patch, []posture.Event, error), then applying) error {
	store := m.cfg.Store
	if demo {
		store = m.cfg.DemoStore
	}
	return m.commit(ctx, store, func() (writing, applying, error) {
		m.mu.Lock()
		before, known := m.changed, m.settingsRead
		if demo {
			before = m.demoChanged
		}
		m.mu.Unlock()
		if !known {
			// Writing over what couldn't be read would lose it.
			if err := m.readSettings(ctx); err != nil {
				return nil, nil, ErrNotRead
			}
			m.mu.Lock()
			if before = m.changed; demo {
				before = m.demoChanged
			}
			m.mu.Unlock()
		}
		after, events, err := alter(before)
		if err != nil {
			return nil, nil, err
		}
		if _, err := after.apply(m.cfg.Policy.Settings); err != nil {
			return nil, nil, err
		}
		return func(ctx context.Context, s Store) ([]posture.Event, error) {
				return s.SaveSettings(ctx, after.text(), events)
			}, func(stored []posture.Event) {
				m.mu.Lock()
				if demo {
					m.demoChanged = after
				} else {
					m.changed = after
				}
				m.mu.Unlock()
				m.setPolicies()
				if then != nil {
					then(stored)
				}
				m.publishLive()
			}, nil
	})
}

// readSettings takes what was stored.
func (m *Monitor) readSettings(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	read := func(store Store) (patch, error) {
		text, err := store.Settings(ctx)
		if err != nil {
			return nil, err
		}
		p, err := storedPatch(text, m.cfg.Policy.Settings)
		if err != nil {
			m.cfg.Logger.Warn("some of the stored settings are left out", "error", err)
		}
		return p, nil
	}
	person, err := read(m.cfg.Store)
	if err != nil {
		m.cfg.Logger.Error("the settings can't be read: those of the config file are in effect", "error", err)
		return err
	}
	demo, err := read(m.cfg.DemoStore)
	if err != nil {
		m.cfg.Logger.Error("the demo's settings can't be read", "error", err)
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.changed, m.demoChanged, m.settingsRead = person, demo, true
	return nil
}

// setPolicies makes the rules from what is set and has the engine go by them.
func (m *Monitor) setPolicies() {
	m.mu.Lock()
	changed, demoChanged := m.changed, m.demoChanged
	m.mu.Unlock()
	settings, err := changed.apply(m.cfg.Policy.Settings)
	if err != nil {
		m.cfg.Logger.Error("the settings are not used", "error", err)
		settings = m.cfg.Policy.Settings
	}
	demo, err := demoChanged.apply(m.cfg.DemoPolicy.Settings)
	if err != nil {
		m.cfg.Logger.Error("the demo's settings are not used", "error", err)
		demo = m.cfg.DemoPolicy.Settings
	}
	// The demo has times of its own, so that all can be seen in a minute and
	// a half; how sensitive each signal is, it takes from the person's.
	demo.Sensitivity = settings.Sensitivity
	m.policy, m.demoPolicy = m.cfg.Policy, m.cfg.DemoPolicy
	m.policy.Settings, m.demoPolicy.Settings = settings, demo
	m.mu.Lock()
	m.policy.UsualDayEnd, m.policy.Careful = m.usualDayEnd, m.careful
	m.settings = settings
	m.status.Policy = shownPolicy(m.policyNow(), m.demo)
	m.mu.Unlock()
	if m.engine != nil {
		if err := m.engine.SetPolicy(m.policyNow()); err != nil {
			m.cfg.Logger.Error("the settings are not used", "error", err)
		}
	}
}

// policyNow is the one for what is being judged.
func (m *Monitor) policyNow() posture.Policy {
	if m.demo {
		return m.demoPolicy
	}
	return m.policy
}

// Snooze keeps alerts back for "15m", "60m" or until the end of "today", or ends
// that early with "off". It returns until when. The time is on disk, so it
// outlasts a restart.
func (m *Monitor) Snooze(ctx context.Context, word string) (until time.Time, err error) {
	now := m.now()
	switch word {
	case "15m":
		until = now.Add(15 * time.Minute)
	case "60m":
		until = now.Add(time.Hour)
	case "today":
		until = posture.EndOfToday(now, m.cfg.Policy.Zone)
	case "off":
	default:
		return time.Time{}, wrongInput("for is %q: want 15m, 60m, today or off", short(word))
	}
	until = until.UTC().Truncate(time.Second)
	_, demo := m.shown()
	return until, m.change(ctx, demo, func(p patch) (patch, []posture.Event, error) {
		if word == "off" {
			if _, ok := p[snoozedKey]; !ok {
				return p, nil, nil
			}
			return p.over(patch{snoozedKey: null}), []posture.Event{{
				Kind: posture.EventSnoozeEnd, Time: now, Text: "Alerts come again.",
			}}, nil
		}
		return p.with(snoozedKey, until), []posture.Event{{
			Kind: posture.EventSnoozed, Time: now, Seconds: until.Sub(now).Round(time.Second).Seconds(),
			Text: "No alerts until " + until.In(m.zone()).Format("15:04") + ".",
		}}, nil
	}, m.tell)
}

// Careful says whether alerts and offers may tell the person to move: what they said of
// their health can be against it. An exercise under way that they may not do any more
// ends; may takes its name in the programme.
func (m *Monitor) Careful(ctx context.Context, on bool, may func(exercise string) bool) error {
	return m.do(ctx, func() error {
		if m.coach != nil && !may(m.coach.name) {
			m.endCoach()
		}
		if m.doing != "" && !may(m.doing) {
			m.doing, m.doingUntil = "", time.Time{}
			m.exercise()
		}
		defer m.publishLive()
		m.mu.Lock()
		changed := m.careful != on
		m.careful = on
		m.mu.Unlock()
		if changed {
			m.setPolicies()
		}
		return nil
	})
}

// PutOff takes back what is offered: not now.
func (m *Monitor) PutOff(ctx context.Context) error {
	return m.do(ctx, func() error {
		if m.engine == nil || !m.engine.PutOff() {
			return ErrNoOffer
		}
		m.publishLive()
		return nil
	})
}

// Dismiss puts the standing alert away.
func (m *Monitor) Dismiss(ctx context.Context) error {
	store, demo := m.shown()
	return m.commit(ctx, store, func() (writing, applying, error) {
		s := m.Status()
		if s.Alert == nil {
			return nil, nil, ErrNoAlert
		}
		event := posture.Event{
			Kind: posture.EventDismissed, Time: m.now(), State: s.Alert.State, Signal: s.Alert.Signal, Seconds: s.PoorSeconds,
		}
		m.mu.Lock()
		if m.alertAt.Equal(s.Alert.Since) {
			event.Ref = m.alertID
		}
		m.mu.Unlock()
		return appending(event), func(stored []posture.Event) {
			m.tell(stored)
			if m.engine != nil && m.demo == demo {
				m.recordBut(m.engine.Dismiss(event.Time), posture.EventDismissed)
			}
			m.publishLive()
		}, nil
	})
}

// Wrong takes the person's word that an alert was wrong: it is stored, eases its
// signal by one step within bounds, and puts the alert away if it still stands.
// The event's Level is 1 when the signal was eased, 0 when it was eased as much
// as it can be, so that taking it back undoes just that.
func (m *Monitor) Wrong(ctx context.Context, id int64) error { return m.feedback(ctx, id, true) }

// WrongOff takes that back.
func (m *Monitor) WrongOff(ctx context.Context, id int64) error { return m.feedback(ctx, id, false) }

func (m *Monitor) feedback(ctx context.Context, id int64, wrong bool) error {
	store, demo := m.shown()
	var alert posture.Event
	return m.change(ctx, demo, func(p patch) (patch, []posture.Event, error) {
		var said []posture.Event
		found, err := false, error(nil)
		if alert, found, err = store.Event(ctx, id); err == nil {
			said, err = store.EventAnswers(ctx, id, posture.EventWrong, posture.EventWrongOff)
		}
		if err != nil {
			m.cfg.Logger.Error("an event can't be read", "id", id, "error", err)
			return nil, nil, ErrNotRead
		}
		stands := len(said) > 0 && said[len(said)-1].Kind == posture.EventWrong
		switch {
		case !found:
			return nil, nil, ErrUnknown
		case alert.Kind != posture.EventAlert:
			return nil, nil, ErrNoFeedback
		case wrong && stands:
			return nil, nil, ErrSaid
		case !wrong && !stands:
			return nil, nil, ErrNotSaid
		}
		settings, err := p.apply(m.cfg.Policy.Settings)
		if err != nil {
			return nil, nil, err
		}
		eased := settings.Eased[alert.Signal]
		event := posture.Event{Kind: posture.EventWrong, Time: m.now(), State: alert.State, Signal: alert.Signal, Ref: id}
		known := slices.Contains(posture.Signals[:], alert.Signal)
		switch {
		case wrong && known && eased < posture.MaxEased:
			event.Level = 1
			eased++
		case !wrong:
			event.Kind, event.Level = posture.EventWrongOff, said[len(said)-1].Level
			eased = max(0, eased-event.Level)
		}
		if known && event.Level > 0 {
			p = p.withEased(alert.Signal, eased)
		}
		return p, []posture.Event{event}, nil
	}, func(stored []posture.Event) {
		m.tell(stored)
		if !wrong || m.engine == nil || m.demo != demo {
			return
		}
		// It still stands when it is of the episode that goes on.
		live := m.engine.Live()
		if began := live.Time.Add(-time.Duration((live.PoorSeconds + 1) * float64(time.Second))); live.Alert != nil && !alert.Time.Before(began) {
			m.record(m.engine.Wrong(m.now()))
		}
	})
}

// CameraMoved answers whether the camera was moved: if it wasn't, the baseline
// still holds.
func (m *Monitor) CameraMoved(ctx context.Context, moved bool) error {
	store, demo := m.shown()
	ask := m.Status().Ask
	switch {
	case ask == nil:
		return ErrNotAsked
	case moved || ask.Kind != posture.AskCameraMoved:
		// Nothing about it is stored: the baseline stays as stale as it is.
		return m.do(ctx, func() error {
			if m.engine == nil || m.engine.Live().Ask == nil {
				return ErrNotAsked
			}
			m.record(m.engine.Answer(m.now(), !moved))
			m.publishLive()
			return nil
		})
	}
	return m.commit(ctx, store, func() (writing, applying, error) {
		s := m.Status()
		if s.Ask == nil {
			return nil, nil, ErrNotAsked
		}
		event := posture.Event{
			Kind: posture.EventCameraKept, Time: m.now(),
			Text: "You said that the camera is where it was: your upright holds.",
		}
		m.mu.Lock()
		event.Ref = m.movedID
		m.mu.Unlock()
		if event.Ref == 0 && s.Baseline != nil && s.Baseline.Stale != "" {
			event.Ref = s.Baseline.ID
		}
		return appending(event), func(stored []posture.Event) {
			m.tell(stored)
			if m.engine != nil && m.demo == demo {
				m.recordBut(m.engine.Answer(event.Time, true), posture.EventCameraKept)
			}
			m.publishLive()
		}, nil
	})
}

// BaselineEntry is one of GET /api/v1/baselines.
type BaselineEntry struct {
	ID          int64       `json:"id"`
	Time        time.Time   `json:"time"`
	Camera      string      `json:"camera"`
	Way         posture.Way `json:"way"`
	Provisional bool        `json:"provisional"`
	Stale       string      `json:"stale"` // why it is not used, or empty
	Quality     float64     `json:"quality"`
	Seconds     float64     `json:"seconds"`
	Samples     int         `json:"samples"`
	// Sharpened is true when the person's own slouch is known too.
	Sharpened bool `json:"sharpened"`
	InUse     bool `json:"in_use"`
}

// Baselines lists those kept for all cameras, the newest first.
func (m *Monitor) Baselines(ctx context.Context) ([]BaselineEntry, error) {
	store, _ := m.shown()
	all, err := store.AllBaselines(ctx)
	if err != nil {
		m.cfg.Logger.Error("the baselines can't be read", "error", err)
		return nil, ErrNotRead
	}
	inUse := m.Status().Baseline
	list := make([]BaselineEntry, 0, len(all))
	for _, b := range slices.Backward(all) {
		way := b.Way
		if way == "" {
			way = posture.WaySitting
		}
		list = append(list, BaselineEntry{
			ID: b.ID, Time: b.Time, Camera: b.Camera, Way: way, Provisional: b.Provisional, Stale: b.Stale,
			Quality: b.Quality, Seconds: b.Seconds, Samples: b.Samples, Sharpened: len(b.Slouch) > 0,
			InUse: inUse != nil && inUse.ID == b.ID,
		})
	}
	return list, nil
}

// UseBaseline compares with the baseline of that number from now on: the person
// chose it, so it is stale no more.
func (m *Monitor) UseBaseline(ctx context.Context, id int64) error {
	store, demo := m.shown()
	return m.commit(ctx, store, func() (writing, applying, error) {
		b, ok, err := store.Baseline(ctx, id)
		switch {
		case err != nil:
			m.cfg.Logger.Error("a baseline can't be read", "id", id, "error", err)
			return nil, nil, ErrNotRead
		case !ok:
			return nil, nil, ErrUnknown
		}
		m.mu.Lock()
		at := m.judged
		m.mu.Unlock()
		switch {
		case at.camera == "":
			return nil, nil, ErrNotReady
		case b.Camera != at.camera:
			return nil, nil, fmt.Errorf("that upright was taken with another camera, %q", b.Camera)
		case b.Width*at.height != b.Height*at.width:
			return nil, nil, fmt.Errorf("that upright was taken with another shape of picture, %d x %d", b.Width, b.Height)
		}
		stale := b.Stale != ""
		b.Stale = ""
		// One of an older version can't be used: another engine tells, before
		// anything is written.
		trial, err := posture.NewEngine(m.cfg.Policy, b.Camera)
		if err == nil {
			err = trial.UseBaseline(&b)
		}
		if err != nil {
			return nil, nil, err
		}
		event := posture.Event{
			Kind: posture.EventBaselineUsed, Time: m.now(), Ref: id,
			Text: "You chose the upright of " + b.Time.In(m.zone()).Format("2 January 2006, 15:04") + ".",
		}
		return appending(event), func(stored []posture.Event) {
			m.tell(stored)
			if m.engine == nil || m.demo != demo || m.camera != b.Camera {
				return
			}
			if m.engine.Live().Ask != nil {
				m.record(m.engine.Answer(event.Time, false)) // the choice answers it
			}
			if err := m.engine.UseBaseline(&b); err != nil {
				m.cfg.Logger.Error("the chosen baseline is not used", "error", err)
				return
			}
			if stale {
				m.record(posture.Output{Baseline: &b})
			}
			m.publishLive()
		}, nil
	})
}

// DeleteBaseline forgets the baseline of that number. When it is in use, another
// of the camera takes its place, or none.
func (m *Monitor) DeleteBaseline(ctx context.Context, id int64) error {
	store, demo := m.shown()
	return m.commit(ctx, store, func() (writing, applying, error) {
		if _, ok, err := store.Baseline(ctx, id); err != nil {
			m.cfg.Logger.Error("a baseline can't be read", "id", id, "error", err)
			return nil, nil, ErrNotRead
		} else if !ok {
			return nil, nil, ErrUnknown
		}
		return func(ctx context.Context, s Store) ([]posture.Event, error) {
				return nil, s.DeleteBaseline(ctx, id)
			}, func([]posture.Event) {
				if m.engine != nil && m.demo == demo {
					m.engine.ForgetBaseline(id)
				}
				m.publishLive()
			}, nil
	})
}

func (m *Monitor) zone() *time.Location {
	if m.cfg.Policy.Zone == nil {
		return time.UTC
	}
	return m.cfg.Policy.Zone
}
