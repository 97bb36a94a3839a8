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
		m.engine.Exercise(true)
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
	if m.engine != nil {
		m.engine.Exercise(false)
	}
	m.pace()
}

func (m *Monitor) setCoached(p *coach.Progress) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.status.Coach = p
}
