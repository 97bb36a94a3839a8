package report

import (
	"context"
	"fmt"
	"slices"
	"time"

	"sitwell/posture"
	"sitwell/posture/history"
)

// lookBack is how long the first look back for data is; each further one is
// twice as long.
const lookBack = 10 * 7 * 24 * time.Hour

// Latest returns the week of now when there is something to tell of it, else the
// last one before it of which there is. found is false when nothing was ever
// watched or said.
func Latest(ctx context.Context, src history.Source, now time.Time) (w history.ISOWeek, found bool, err error) {
	zones, err := src.Zones(ctx)
	if err != nil {
		return w, false, fmt.Errorf("look for the last week with data: zones: %w", err)
	}
	start := time.Date(history.MinYear, time.January, 1, 0, 0, 0, 0, time.UTC)
	to := now.Add(time.Second) // now itself is looked at too
	for back := lookBack; to.After(start); back *= 2 {
		from := to.Add(-back)
		if from.Before(start) {
			from = start
		}
		last, found, err := lastIn(ctx, src, from, to)
		if err != nil {
			return w, false, fmt.Errorf("look for the last week with data: %w", err)
		}
		if found {
			return zones.Date(last).Week(), true, nil
		}
		to = from
	}
	return w, false, nil
}

// lastIn is the last instant from one to another at which something was watched,
// to a quarter of an hour, or said.
func lastIn(ctx context.Context, src history.Source, from, to time.Time) (last time.Time, found bool, err error) {
	quarters, err := src.Quarters(ctx, from, to)
	if err != nil {
		return last, false, fmt.Errorf("quarters of an hour: %w", err)
	}
	events, err := src.Events(ctx, from, to)
	if err != nil {
		return last, false, fmt.Errorf("events: %w", err)
	}
	for _, q := range slices.Backward(quarters) {
		if q.Watched() > 0 {
			last, found = q.Start, true
			break
		}
	}
	for _, e := range slices.Backward(events) {
		if e.Kind == posture.EventCheckIn {
			if !found || e.Time.After(last) {
				last, found = e.Time, true
			}
			break
		}
	}
	return last, found, nil
}

// Empty reports whether there is nothing to tell of a week.
func Empty(w *history.Week) bool { return w.Watched == 0 && len(w.CheckIns) == 0 }
