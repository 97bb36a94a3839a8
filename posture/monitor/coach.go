package monitor

import (
	"context"
	"slices"
	"time"

	"sitwell/posture"
	"sitwell/posture/coach"
)

// coachFor is how long an exercise is followed without the page asking anew: longer
// than any takes, and a page that was closed must not keep the camera at work.
const coachFor = 10 * time.Minute

// coaching is an exercise that is followed.
type coaching struct {
	*coach.Coach
	exercise coach.Exercise
	name     string // of the programme
	until    time.Time
	// known is the person's own range as it was before, of a baseline; without one
	// what is seen isn't kept.
	known posture.ComfortableRange
}

// What is learned from one time, and how much of it counts.
const (
	// learnedFrom is how many repetitions to a side tell how far a person goes.
	learnedFrom = 3
	// latestShare is how much the latest time counts once there were some.
	latestShare = 0.3
	// mostGrowth is by how much at most a range is taken to have grown: who goes too
	// far every time should still be told.
	mostGrowth = 1.15
)

// learn returns the range with what was seen this time; ok is false when that was too
// little.
func learn(known posture.ComfortableRange, done []coach.Repetition) (r posture.ComfortableRange, ok bool) {
	r = known
	share := max(latestShare, 1/float64(known.Times+1))
	for _, side := range []struct {
		side  coach.Side
		value *float64
	}{{coach.Left, &r.Left}, {coach.Right, &r.Right}} {
		var seen []float64
		for _, d := range done {
			if d.Side == side.side || d.Side == coach.Both {
				seen = append(seen, d.Range)
			}
		}
		if len(seen) < learnedFrom {
			continue
		}
		slices.Sort(seen)
		v := seen[len(seen)/2]
		if *side.value > 0 {
			v = *side.value + share*(min(v, mostGrowth**side.value)-*side.value)
		}
		*side.value, ok = v, true
	}
	r.Times++
	return r, ok
}

// Coach follows an exercise from now on: how it goes is in [Status.Coach]. Another
// one takes its place. A plan that can't be is an [*InputError].
func (m *Monitor) Coach(ctx context.Context, exercise string, plan coach.Plan) error {
	if err := plan.Check(); err != nil {
		return wrongInput("%v", err)
	}
	known := m.knownRange(ctx, plan.Exercise)
	return m.do(ctx, func() error {
		if err := m.looking(); err != nil {
			return err
		}
		m.keepRange()
		if r := m.learned; r.Baseline == known.Baseline && r.Exercise == known.Exercise {
			known = r // newer than what was read, and perhaps not on disk yet
		}
		if plan.Comfortable == (coach.Range{}) {
			plan.Comfortable = coach.Range{Left: known.Left, Right: known.Right}
		}
		c, err := coach.New(plan)
		if err != nil {
			return wrongInput("%v", err)
		}
		m.coach = &coaching{Coach: c, exercise: plan.Exercise, name: exercise, until: m.now().Add(coachFor), known: known}
		m.setCoached(&coach.Progress{Exercise: plan.Exercise, Phase: coach.GettingReady, Target: plan.Repetitions, HoldTarget: plan.Hold})
		m.exercise()
		m.pace()
		m.publishLive()
		return nil
	})
}

// StopCoach ends it.
func (m *Monitor) StopCoach(ctx context.Context) error {
	return m.do(ctx, func() error {
		m.endCoach()
		m.publishLive()
		return nil
	})
}

// endCoach is run by the loop.
func (m *Monitor) endCoach() {
	if m.coach == nil {
		return
	}
	m.keepRange()
	m.coach = nil
	m.setCoached(nil)
	m.exercise()
	m.pace()
}

// knownRange is how far the person has gone in an exercise before, at the placement
// of the baseline in use.
func (m *Monitor) knownRange(ctx context.Context, x coach.Exercise) posture.ComfortableRange {
	r := posture.ComfortableRange{Exercise: string(x)}
	b := m.Status().Baseline
	if store, demo := m.shown(); b != nil && b.ID != 0 && !demo {
		known, ok, err := store.ComfortableRange(ctx, b.ID, string(x))
		if err != nil {
			m.cfg.Logger.Error("how far an exercise goes can't be read: it is learned anew", "exercise", x, "error", err)
			return r
		}
		if ok {
			r = known
		}
		r.Baseline = b.ID
	}
	return r
}

// keepRange stores what was learned of the exercise that ends. It is run by the loop.
func (m *Monitor) keepRange() {
	if m.coach == nil || m.coach.known.Baseline == 0 || m.demo {
		return
	}
	r, ok := learn(m.coach.known, m.coach.Repetitions())
	if !ok {
		return
	}
	m.learned = r
	m.send(batch{store: m.cfg.Store, command: &command{
		write: func(ctx context.Context, s Store) ([]posture.Event, error) {
			return nil, s.SaveComfortableRange(ctx, r)
		},
		done: func(_ []posture.Event, err error) {
			if err != nil {
				m.cfg.Logger.Error("how far an exercise went can't be stored", "exercise", r.Exercise, "error", err)
			}
		},
	}})
}

// maxDoing is the longest that the page may say an exercise will take.
const maxDoing = time.Hour

// Doing says that the person does an exercise of the programme for so long from now on,
// 0 that they don't any more: posture isn't judged meanwhile. What can't be is an
// [*InputError].
func (m *Monitor) Doing(ctx context.Context, exercise string, d time.Duration) error {
	if d < 0 || d > maxDoing {
		return wrongInput("seconds are %v: want 0 to %v", d.Seconds(), maxDoing.Seconds())
	}
	return m.do(ctx, func() error {
		m.doing, m.doingUntil = exercise, m.now().Add(d)
		m.exercise()
		m.publishLive()
		return nil
	})
}

// exercise tells the engine whether an exercise is under way. It is run by the loop.
func (m *Monitor) exercise() {
	if m.engine != nil {
		now := m.now()
		m.record(m.engine.Exercise(now, m.coach != nil || now.Before(m.doingUntil)))
	}
}

func (m *Monitor) setCoached(p *coach.Progress) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.status.Coach = p
}
