package history

import (
	"context"
	"fmt"
	"math"
	"time"

	"sitwell/posture"
)

// tensionDays is how many days before today are looked at for what was said of the
// back: what stays high for two weeks is worth a professional.
const tensionDays = 14

// Today is what the choice of what to do about tension goes by.
type Today struct {
	// Exposure is today's so far in minutes, by area, Signals the same by
	// signal, as [Exposure] has them; what can't be told is left out.
	Exposure map[posture.Area]float64
	Signals  map[posture.Signal]float64
	// Tension is what was said last today of each area; Before is the mean, in
	// whole points, of each of the [tensionDays] days before, oldest first.
	Tension map[posture.Area]int
	Before  []map[posture.Area]int
	// Exercises are those done today, by their ids, the latest last.
	Exercises []string
}

// ReadToday returns what is known of the day of now.
func ReadToday(ctx context.Context, src Source, now time.Time) (t Today, err error) {
	zones, err := src.Zones(ctx)
	if err != nil {
		return t, fmt.Errorf("read today's history: zones: %w", err)
	}
	today := zones.Date(now)
	day, err := ReadDay(ctx, src, today, now)
	if err != nil {
		return t, err
	}
	t = Today{Exposure: map[posture.Area]float64{}, Signals: day.Exposure.Signals, Tension: map[posture.Area]int{}}
	for area, v := range map[posture.Area]*float64{
		posture.AreaUpperBack: day.Exposure.UpperBack, posture.AreaLowerBack: day.Exposure.LowerBack, posture.AreaOverall: day.Exposure.Overall,
	} {
		if v != nil {
			t.Exposure[area] = *v
		}
	}
	spans := zones.Days(today-tensionDays, today)
	t.Before = make([]map[posture.Area]int, tensionDays)
	if len(spans) == 0 {
		return t, nil
	}
	events, err := src.Events(ctx, spans[0].From.UTC(), spans[len(spans)-1].To.UTC(), posture.EventCheckIn, posture.EventExercise)
	if err != nil {
		return t, fmt.Errorf("read today's history: events: %w", err)
	}
	before := make([]Totals, tensionDays)
	for _, e := range events {
		if e.Kind == posture.EventExercise && zones.Date(e.Time) == today {
			t.Exercises = append(t.Exercises, e.Exercise)
		}
		if e.Kind != posture.EventCheckIn || e.Level < 0 || e.Level > posture.MaxTension {
			continue
		}
		switch i := int(zones.Date(e.Time) - (today - tensionDays)); {
		case i == tensionDays:
			t.Tension[e.Area] = e.Level
		case i >= 0 && i < tensionDays:
			before[i].count(e)
		}
	}
	for i := range before {
		for _, a := range before[i].areas() {
			if t.Before[i] == nil {
				t.Before[i] = map[posture.Area]int{}
			}
			t.Before[i][a.Area] = int(math.Round(a.Mean))
		}
	}
	return t, nil
}
