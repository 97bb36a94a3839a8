package sqlite

import (
	"math"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"sitwell/posture"
)

// workingYear fills s with a year of 230 days of 8 h before the screen: each
// day in 4 bouts, with 60 short episodes, 12 alerts with their sentence, and
// minutes with one to three states and a score.
func workingYear(t testing.TB, s *Store, year int) (events, minutes int) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, uint64(year)))
	for day := range 230 {
		start := time.Date(year, 1, 1, 8, 0, 0, 0, time.UTC).AddDate(0, 0, day*365/230)
		at := func() time.Time { return start.Add(time.Duration(r.Int64N(int64(9 * time.Hour)))) }
		var es []posture.Event
		add := func(n int, e posture.Event) {
			for range n {
				e.Time = at()
				if e.Seconds != 0 {
					e.Seconds = r.Float64() * 600
				}
				if e.Score != nil {
					e.Score = ptr(r.Float64() * 100)
				}
				es = append(es, e)
			}
		}
		add(4, posture.Event{Kind: posture.EventBoutStart})
		add(4, posture.Event{Kind: posture.EventBoutEnd, Seconds: 1})
		add(60, posture.Event{Kind: posture.EventEpisodeStart, State: posture.Slouching, Signal: posture.HeadForward, Score: ptr(0)})
		add(60, posture.Event{Kind: posture.EventEpisodeEnd, State: posture.Slouching, Signal: posture.HeadForward, Seconds: 1, Score: ptr(0)})
		add(12, func() posture.Event { e := alert(0); return e }())
		add(12, posture.Event{Kind: posture.EventRecovered, State: posture.Upright, Score: ptr(0)})
		if _, err := s.AppendEvents(t.Context(), es); err != nil {
			t.Fatal(err)
		}
		var ms []posture.Minute
		for m := range 8 * 60 {
			min := posture.Minute{Start: start.Add(time.Duration(m) * time.Minute), Seconds: map[posture.State]float64{}}
			left := 60.0
			for _, st := range []posture.State{posture.LookingDown, posture.Slouching} {
				if r.IntN(3) == 0 {
					min.Seconds[st] = math.Round(r.Float64()*left*1e6) / 1e6
					left -= min.Seconds[st]
				}
			}
			min.Seconds[posture.Upright] = left
			min.ScoreSeconds = 60
			min.ScoreSum = 6000 * r.Float64()
			// More than comes: each signal takes something in each minute.
			min.Exposure = map[posture.Signal]float64{}
			for _, sg := range posture.Signals {
				min.Exposure[sg] = 2000 * r.Float64()
			}
			ms = append(ms, min)
		}
		if err := s.AddMinutes(t.Context(), ms); err != nil {
			t.Fatal(err)
		}
		events += len(es)
		minutes += len(ms)
	}
	return events, minutes
}

// A year must stay small: it is kept for good, copied and carried along.
func TestSizeOfAYear(t *testing.T) {
	const most = 15 << 20 // bytes
	path := tempPath(t)
	s := mustOpen(t, path)
	events, minutes := workingYear(t, s, 2026)
	begin := time.Now()
	if err := s.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	check := time.Since(begin)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d events and %d minutes: %.1f MB, checked in %v", events, minutes, float64(info.Size())/1e6, check)
	if info.Size() > most {
		t.Errorf("a year takes %d bytes, want at most %d", info.Size(), most)
	}
}
