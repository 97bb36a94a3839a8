package monitor

import (
	"context"
	"slices"
	"time"

	"sitwell/posture"
)

// CheckIn stores what the person says of the tension in areas of the back, 0 to
// [posture.MaxTension], and returns it as events. What can't be is an
// [*InputError].
func (m *Monitor) CheckIn(ctx context.Context, tension map[posture.Area]int) ([]posture.Event, error) {
	if len(tension) == 0 {
		return nil, wrongInput("tension is empty: want one of %v, 0 to %d", posture.Areas, posture.MaxTension)
	}
	for area := range tension {
		if !slices.Contains(posture.Areas, area) {
			return nil, wrongInput("tension has no area %q: want one of %v", short(string(area)), posture.Areas)
		}
	}
	now := m.now()
	var events []posture.Event
	for _, area := range posture.Areas {
		v, ok := tension[area]
		if !ok {
			continue
		}
		if v < 0 || v > posture.MaxTension {
			return nil, wrongInput("tension of %s is %d: want 0 to %d", area, v, posture.MaxTension)
		}
		events = append(events, posture.Event{Kind: posture.EventCheckIn, Time: now, Area: area, Level: v})
	}
	return m.note(ctx, events, nil)
}

// late is how long after its end an exercise that is told makes no break any more: what
// has happened since stands as it was seen.
const late = time.Minute

// DidExercise stores that the person did an exercise: of the event its Time, if it is of
// the past, its Exercise, Area, Seconds, Level and Text, its name, are taken. inPlace
// says that it is done where the camera can't tell whether it was; of one that leaves the
// desk the absence is what counts as a break.
func (m *Monitor) DidExercise(ctx context.Context, e posture.Event, inPlace bool) ([]posture.Event, error) {
	now := m.now()
	at := e.Time.UTC()
	if e.Time.IsZero() || at.After(now) {
		at = now
	}
	e = posture.Event{
		Kind: posture.EventExercise, Time: at, Exercise: e.Exercise, Area: e.Area, Seconds: e.Seconds, Level: e.Level, Text: e.Text,
	}
	var take func(*posture.Engine) posture.Output
	if inPlace && now.Sub(at) < late {
		take = func(engine *posture.Engine) posture.Output { return engine.Exercised(e.Time, e.Exercise, e.Seconds) }
	}
	return m.note(ctx, []posture.Event{e}, take)
}

// note stores and tells events that the person brought about, has the engine take
// them in, if it is to, and returns them as they are on disk.
func (m *Monitor) note(ctx context.Context, events []posture.Event, take func(*posture.Engine) posture.Output) ([]posture.Event, error) {
	store, demo := m.shown()
	// Read only when commit says that it was done: it may be done still after
	// ctx has ended.
	var stored []posture.Event
	err := m.commit(ctx, store, func() (writing, applying, error) {
		return appending(events...), func(on []posture.Event) {
			stored = on
			m.tell(on)
			if take != nil && m.engine != nil && m.demo == demo {
				m.record(take(m.engine))
				m.publishLive()
			}
		}, nil
	})
	if err != nil {
		return nil, err
	}
	return stored, nil
}
