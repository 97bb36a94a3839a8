package monitor

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sitwell/posture"
)

// Erase deletes for good what happened at from and later and before to, of the
// person's history or, unless that is asked for, of the one that the page shows. It
// returns when it is gone and how much it was. A zero time is no bound; both are
// beginnings of quarters of an hour. What goes on now is told anew from then on when
// it began in that time. While an earlier one is not over, or this one takes longer
// than ctx waits, the error is of [posture.ErrErasing].
func (m *Monitor) Erase(ctx context.Context, person bool, from, to time.Time) (posture.Kept, error) {
	return m.erase(ctx, person, from, to, func(ctx context.Context, s Store, now time.Time) (posture.Kept, error) {
		return s.Erase(ctx, from, to, now)
	}, func(bool) {})
}

// EraseAll deletes everything, baselines and settings too: as if Sitwell had never
// run.
func (m *Monitor) EraseAll(ctx context.Context, person bool) (posture.Kept, error) {
	return m.erase(ctx, person, time.Time{}, time.Time{}, func(ctx context.Context, s Store, now time.Time) (posture.Kept, error) {
		return s.EraseAll(ctx, now)
	}, func(demo bool) {
		m.mu.Lock()
		if demo {
			m.demoChanged = patch{}
		} else {
			m.changed = patch{}
			m.careful = false // what was said of the person is gone
			m.learned = posture.ComfortableRange{}
		}
		m.mu.Unlock()
		m.setPolicies()
	})
}

func (m *Monitor) erase(ctx context.Context, person bool, from, to time.Time, begin func(context.Context, Store, time.Time) (posture.Kept, error), then func(demo bool)) (posture.Kept, error) {
	select {
	case m.changing <- struct{}{}:
	case <-ctx.Done():
		return posture.Kept{}, ctx.Err()
	case <-m.stopped:
		return posture.Kept{}, ErrStopped
	}
	store, demo := m.shown()
	if person {
		store, demo = m.cfg.Store, false
	}
	var kept posture.Kept
	result := make(chan error, 1)
	sent := m.do(ctx, func() error {
		now := m.now()
		if m.engine != nil && m.demo == demo && m.reaches(to, now) {
			// It ends as if the watch did, and that is deleted with the rest.
			m.dropEngine()
		}
		m.erasing = m.engine == nil // the next one is told what is left
		m.send(batch{erase: &erasing{
			store: store,
			begin: func(ctx context.Context) (err error) {
				kept, err = begin(ctx, store, now)
				return err
			},
			begun: func(err error) {
				m.erasing = false
				<-m.changing // the steps hold up nobody who wants something else
				switch {
				case errors.Is(err, posture.ErrErasing):
					result <- posture.ErrErasing
					return
				case err != nil:
					result <- ErrNotStored
					return
				}
				m.past[demo] = m.readPast(m.ctx, store)
				m.learnDayEnd(m.ctx)
				m.mu.Lock()
				m.alertID, m.alertAt, m.movedID = 0, time.Time{}, 0
				m.mu.Unlock()
				then(demo)
				m.publishLive()
			},
			done: func() { result <- nil },
		}})
		return nil
	})
	if sent != nil {
		<-m.changing
		return posture.Kept{}, sent
	}
	select {
	case err := <-result:
		if err != nil {
			return posture.Kept{}, err
		}
		return kept, nil
	case <-ctx.Done():
		return posture.Kept{}, fmt.Errorf("%w (%w)", posture.ErrErasing, ctx.Err())
	case <-m.stopped:
		return posture.Kept{}, ErrStopped
	}
}

// reaches reports whether what goes on now began before to.
func (m *Monitor) reaches(to, now time.Time) bool {
	if to.IsZero() || to.After(now) {
		return true
	}
	l := m.engine.Live()
	began := max(l.SittingSeconds, l.PoorSeconds, l.HeldSeconds, l.Breaks.Away)
	return now.Add(-time.Duration(began * float64(time.Second))).Before(to)
}
