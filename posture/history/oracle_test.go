package history

import (
	"encoding/json"
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

// TestEveryEventCountsOnce strews events over random weeks and holds that each is
// in the day that the local clock showed, in its week, and in no other.
func TestEveryEventCountsOnce(t *testing.T) {
	for seed := range uint64(40) {
		rnd := rand.New(rand.NewPCG(seed, 4))
		zones, first := randomZones(t, rnd)
		src := &totaling{memory: memory{zones: zones}}
		want := map[Date][4]int{} // episodes, alerts, breaks, check-ins
		events := 0
		for now := begin(first); now < begin(first+7)+2*farthest; now += 1 + rnd.Int64N(3600) {
			at := time.Unix(now, 0).UTC()
			date := NewDate(at.In(zoneThen(zones, now)).Date())
			n := want[date]
			kind := rnd.IntN(4)
			n[kind]++
			want[date] = n
			switch kind {
			case 0:
				src.happen(posture.Event{Kind: posture.EventEpisodeEnd, Time: at, Seconds: 90})
			case 1:
				src.happen(posture.Event{Kind: posture.EventAlert, Time: at, Level: 1 + rnd.IntN(2)})
			case 2:
				src.happen(posture.Event{Kind: posture.EventBreak, Time: at, Seconds: 200, Level: 2})
			case 3:
				src.happen(posture.Event{Kind: posture.EventCheckIn, Time: at, Area: posture.AreaOverall, Level: 5})
			}
			events++
		}
		w, err := ReadWeek(t.Context(), src, first.Week(), later)
		if err != nil {
			t.Fatal(err)
		}
		var all [4]int
		counted := func(f *Figures) [4]int {
			n := [4]int{f.Episodes.Count, f.Alerts.Total, f.Breaks.Taken, 0}
			for _, c := range f.CheckIns {
				n[3] += c.Count
			}
			return n
		}
		for _, d := range w.Days {
			if got := counted(&d.Figures); got != want[d.Date] {
				t.Errorf("seed %d, %s: %v, want %v", seed, d.Date, got, want[d.Date])
			}
			for i, n := range want[d.Date] {
				all[i] += n
			}
		}
		if got := counted(&w.Figures); got != all {
			t.Errorf("seed %d, %s: %v, want %v", seed, w.Week, got, all)
		}
		if c := w.Comparison.This; int(c.Episodes) != all[0] || int(c.Alerts) != all[1] || int(c.BreaksTaken) != all[2] {
			t.Errorf("seed %d, %s compared: %+v, want %v", seed, w.Week, c, all)
		}
	}
}

// TestOddMinutes has a zone whose clocks changed at a minute past midnight: no
// second is lost or counted twice all the same.
func TestOddMinutes(t *testing.T) {
	src := &memory{zones: in(t, "America/St_Johns")}
	first := day(t, "2010-11-01")
	src.lived(first.utc(), 14*86400, posture.Upright, 80)
	var sum float64
	for d := first - 1; d < first+15; d++ {
		got := readDay(t, src, d.String(), later)
		sum += got.Watched
		var spans float64
		for _, s := range got.Spans {
			spans += s.Seconds()
		}
		if d > first && d < first+13 {
			near(t, d.String(), got.Watched, spans)
		}
	}
	near(t, "two weeks", sum, 14*86400)
}

// TestSameInputSameOutput holds it to the last bit.
func TestSameInputSameOutput(t *testing.T) {
	text := func() string {
		w := newWorker(t, 5, always(0.3))
		out, err := json.Marshal(readWeek(t, months(w, always(0.2)), "2026-W47", later))
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	if first, second := text(), text(); first != second {
		t.Error("the same history gave two different weeks")
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
