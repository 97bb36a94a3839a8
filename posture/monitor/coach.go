package monitor

import (
	"context"
	"time"

	"sitwell/posture/coach"
)

// coachFor is how long an exercise is followed without the page asking anew: longer
// than any takes, and a page that was closed must not keep the camera at work.
const coachFor = 10 * time.Minute

// coaching is an exercise that is followed.
type coaching struct {
	*coach.Coach
	exercise coach.Exercise
	until    time.Time
}

// Coach follows an exercise from now on: how it goes is in [Status.Coach]. Another
// one takes its place. A plan that can't be is an [*InputError].
func (m *Monitor) Coach(ctx context.Context, plan coach.Plan) error {
	c, err := coach.New(plan)
	if err != nil {
		return wrongInput("%v", err)
	}
	return m.do(ctx, func() error {
		if err := m.looking(); err != nil {
			return err
		}
		m.coach = &coaching{Coach: c, exercise: plan.Exercise, until: m.now().Add(coachFor)}
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
	m.coach = nil
	m.setCoached(nil)
	m.exercise()
	m.pace()
}

// maxDoing is the longest that the page may say an exercise will take.
const maxDoing = time.Hour

// Doing says that the person does an exercise for so long from now on, 0 that they
// don't any more: posture isn't judged meanwhile. What can't be is an [*InputError].
func (m *Monitor) Doing(ctx context.Context, d time.Duration) error {
	if d < 0 || d > maxDoing {
		return wrongInput("seconds are %v: want 0 to %v", d.Seconds(), maxDoing.Seconds())
	}
	return m.do(ctx, func() error {
		m.doingUntil = m.now().Add(d)
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
