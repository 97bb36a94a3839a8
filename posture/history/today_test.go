package history

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"sitwell/posture"
)

func TestReadToday(t *testing.T) {
	src := &memory{zones: in(t, "Europe/Berlin")}
	now := at(t, "2026-11-20T15:00:00+01:00")
	say := func(when time.Time, area posture.Area, level int) {
		src.happen(posture.Event{Kind: posture.EventCheckIn, Time: when, Area: area, Level: level})
	}
	say(now.AddDate(0, 0, -15), posture.AreaOverall, 9) // too long ago
	say(now.AddDate(0, 0, -14), posture.AreaOverall, 2)
	say(now.AddDate(0, 0, -1).Add(-time.Hour), posture.AreaUpperBack, 3)
	say(now.AddDate(0, 0, -1), posture.AreaUpperBack, 6)
	say(at(t, "2026-11-20T00:30:00+01:00"), posture.AreaLowerBack, 8) // yesterday still, in UTC
	say(now.Add(-time.Hour), posture.AreaLowerBack, 1)
	say(now.Add(-time.Minute), posture.AreaUpperBack, 11)
	src.quarters = []Quarter{{Start: now.Add(-time.Hour).UTC(), Sums: Sums{
		States: [9]float64{600, 300}, ScoreSeconds: 900, ScoreSum: 900 * 80, Exposure: [7]float64{0, 33 * 60 * 5},
	}}}
	src.happen(posture.Event{Kind: posture.EventExercise, Time: now.AddDate(0, 0, -1), Exercise: "walk"})
	src.happen(posture.Event{Kind: posture.EventExercise, Time: now, Exercise: "chin_tuck"})
	src.sorted()
	got, err := ReadToday(t.Context(), src, now)
	if err != nil {
		t.Fatal(err)
	}
	if got.Exposure[posture.AreaUpperBack] != 5 || got.Signals[posture.HeadForward] != 5 || got.Exposure[posture.AreaOverall] != 5 {
		t.Errorf("exposure %v, %v", got.Exposure, got.Signals)
	}
	if want := map[posture.Area]int{posture.AreaLowerBack: 1}; !reflect.DeepEqual(got.Tension, want) {
		t.Errorf("tension %v, want %v", got.Tension, want)
	}
	want := make([]map[posture.Area]int, 14)
	want[0] = map[posture.Area]int{posture.AreaOverall: 2}
	want[13] = map[posture.Area]int{posture.AreaUpperBack: 5}
	if !reflect.DeepEqual(got.Before, want) {
		t.Errorf("before %v, want %v", got.Before, want)
	}
	if !reflect.DeepEqual(got.Exercises, []string{"chin_tuck"}) {
		t.Errorf("exercises %v", got.Exercises)
	}
	none, err := ReadToday(t.Context(), &memory{}, now)
	if err != nil || len(none.Exposure) != 0 || len(none.Tension) != 0 || len(none.Before) != 14 {
		t.Errorf("of nothing: %+v, %v", none, err)
	}
	for _, what := range []string{"zones", "quarters", "events"} {
		if _, err := ReadToday(t.Context(), &failing{at: what}, now); !errors.Is(err, errBroken) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
