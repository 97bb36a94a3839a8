package history

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"sitwell/posture"
)

// TestWeekAgainstSeconds goes through random weeks second by second, with the
// plainest arithmetic there is, and holds that every sum of the history is exact
// to a second, whatever the zones did.
func TestWeekAgainstSeconds(t *testing.T) {
	runs := uint64(24)
	if testing.Short() {
		runs = 8
	}
	for seed := range runs {
		rnd := rand.New(rand.NewPCG(seed, 2))
		zones, first := randomZones(t, rnd)
		w := first.Week()
		t.Run(fmt.Sprintf("%d %s %s", seed, zones[0].Zone, w), func(t *testing.T) {
			src := &memory{zones: zones}
			type key struct {
				date   Date
				hour   int
				offset int
			}
			states := map[Date][stateCount]float64{}
			sat, hours := map[Date]float64{}, map[key]float64{}
			scores := map[Date]float64{}

			// Runs of a state, some unwatched; sitting runs are bouts.
			now := begin(first) - 30*3600
			end := begin(first+7) + 60*3600
			var inMinute posture.Minute
			flush := func() {
				if inMinute.Seconds != nil {
					src.add(inMinute)
				}
				inMinute = posture.Minute{}
			}
			for now < end {
				long := 1 + rnd.Int64N(3*3600)
				state, watched := posture.States[rnd.IntN(stateCount)], rnd.IntN(4) > 0
				score := float64(rnd.IntN(101))
				if watched && state.Sitting() {
					src.happen(posture.Event{Kind: posture.EventBoutStart, Time: time.Unix(now, 0).UTC()})
				}
				for range long {
					at := time.Unix(now, 0).UTC()
					if watched {
						if start := at.Truncate(time.Minute); !inMinute.Start.Equal(start) {
							flush()
							inMinute = posture.Minute{Start: start, Seconds: map[posture.State]float64{}, Exposure: map[posture.Signal]float64{}}
						}
						inMinute.Seconds[state]++
						local := at.In(zoneThen(zones, now))
						date := NewDate(local.Date())
						s := states[date]
						s[stateAt[state]]++
						states[date] = s
						_, offset := local.Zone()
						hours[key{date, local.Hour(), offset}]++
						if state.Sitting() {
							inMinute.ScoreSeconds++
							inMinute.ScoreSum += score
							scores[date] += score
							sat[date]++
						}
					}
					now++
				}
				if watched && state.Sitting() {
					src.happen(posture.Event{Kind: posture.EventBoutEnd, Time: time.Unix(now, 0).UTC(), Seconds: float64(long)})
				}
			}
			flush()
			got, err := ReadWeek(t.Context(), src.sorted(), w, later)
			if err != nil {
				t.Fatal(err)
			}
			var watched, judged, score, bouts float64
			var heat, wantHeat float64
			for i, d := range got.Days {
				want := states[d.Date]
				var whole float64
				for j, s := range posture.States {
					near(t, d.Date.String()+" "+string(s), d.States[s], want[j])
					whole += want[j]
				}
				near(t, d.Date.String()+" in all", d.Watched, whole)
				near(t, d.Date.String()+" in parts", d.Sitting+d.Standing+d.Away+d.Unobservable, whole)
				near(t, d.Date.String()+" sitting", d.Sitting, sat[d.Date])
				if sat[d.Date] > 0 {
					near(t, d.Date.String()+" score", *d.Score, scores[d.Date]/sat[d.Date])
				} else if d.Score != nil {
					t.Errorf("%s has a score without data", d.Date)
				}
				var inBouts, inHours, lived float64
				for _, b := range d.Bouts {
					inBouts += b.Sat
				}
				near(t, d.Date.String()+" bouts", inBouts, sat[d.Date])
				found := map[key]float64{}
				for _, h := range d.Hours {
					_, offset := h.From.Zone()
					found[key{d.Date, h.Hour, offset}] += h.Watched
					inHours += h.Watched
					lived += h.Seconds()
					if !h.To.After(h.From) || h.From.Hour() != h.Hour {
						t.Errorf("hour %d is from %v to %v", h.Hour, h.From, h.To)
					}
				}
				for k, v := range found {
					near(t, fmt.Sprint("hour ", k), v, hours[k])
				}
				near(t, d.Date.String()+" hours", inHours, whole)
				var spans float64
				for _, s := range d.Spans {
					spans += s.Seconds()
				}
				near(t, d.Date.String()+" length", lived, spans)
				for h := range 24 {
					heat += got.Heat.Judged[i][h]
				}
				wantHeat += sat[d.Date]
				watched += whole
				judged += sat[d.Date]
				score += scores[d.Date]
				bouts += sat[d.Date]
			}
			near(t, "the week", got.Watched, watched)
			near(t, "the week's judged", got.Judged, judged)
			near(t, "the heat map", heat, wantHeat)
			near(t, "the week's score", *got.Score, score/judged)
			if got.LongestBout == nil || bouts == 0 {
				t.Error("no bout")
			}
		})
	}
}

// zoneThen finds the zone in force at a Unix second by going through all: a change
// counts from the beginning of its quarter of an hour.
func zoneThen(z Zones, now int64) *time.Location {
	zone := z[0].Zone
	for _, s := range z {
		if !s.Since.IsZero() && s.Since.Truncate(15*time.Minute).Unix() <= now {
			zone = s.Zone
		}
	}
	return zone
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) < 0.5) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}
