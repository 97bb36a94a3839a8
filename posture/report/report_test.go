package report

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"sitwell/posture"
	"sitwell/posture/history"
)

var update = flag.Bool("update", false, "write the golden files anew")

// weeksToTell are weeks of every kind that a report must read well of.
func weeksToTell(t testing.TB) map[string]history.Week {
	return map[string]history.Week{
		"full":    read(t, desk(t, "Europe/Berlin", "2026-W47", 5), "2026-W47", later),
		"empty":   read(t, &memory{zones: history.Zones{{Zone: zone(t, "Europe/Berlin")}}}, "2026-W47", later),
		"running": running(t),
		"clocks":  clocks(t),
		"flight":  flight(t),
	}
}

// running is a week on its Wednesday, in the middle of a stretch of sitting.
func running(t testing.TB) history.Week {
	src := desk(t, "America/New_York", "2026-W47", 2)
	now := time.Date(2026, 11, 18, 9, 50, 0, 0, zone(t, "America/New_York"))
	src.happen(posture.Event{Kind: posture.EventBoutStart, Time: now.Add(-50 * time.Minute)})
	src.spend(now.Add(-50*time.Minute), 50*time.Minute, posture.Upright, map[posture.Signal]float64{posture.HeadDrop: 12})
	return read(t, src.sorted(), "2026-W47", now)
}

// clocks is the week that ends with a day of 25 hours, lived through the night in
// which the clock was set back.
func clocks(t testing.TB) history.Week {
	src := desk(t, "Europe/Berlin", "2026-W43", 1)
	night := time.Date(2026, 10, 25, 1, 30, 0, 0, zone(t, "Europe/Berlin"))
	sat := map[posture.Signal]float64{posture.Sink: 21}
	for i, minutes := range []int{100, 70} { // 01:30 to 02:10 CET, and again
		from := night.Add(time.Duration(i) * 115 * time.Minute)
		long := time.Duration(minutes) * time.Minute
		src.happen(posture.Event{Kind: posture.EventBoutStart, Time: from})
		src.spend(from, long, posture.Upright, sat)
		src.happen(posture.Event{Kind: posture.EventBoutEnd, Time: from.Add(long), Seconds: long.Seconds()})
	}
	return read(t, src.sorted(), "2026-W43", later)
}

// flight is a week that lives a Saturday twice: from Auckland to Honolulu.
func flight(t testing.TB) history.Week {
	src := desk(t, "Pacific/Auckland", "2026-W06", 5)
	src.zones = append(src.zones, history.ZoneSince{Since: time.Date(2026, 2, 7, 1, 0, 0, 0, time.UTC), Zone: zone(t, "Pacific/Honolulu")})
	from := time.Date(2026, 2, 7, 10, 10, 0, 0, zone(t, "Pacific/Honolulu"))
	src.happen(posture.Event{Kind: posture.EventBoutStart, Time: from})
	src.spend(from, 42*time.Minute, posture.Slouching, map[posture.Signal]float64{posture.HeadForward: 40})
	src.happen(posture.Event{Kind: posture.EventBoutEnd, Time: from.Add(42 * time.Minute), Seconds: 42 * 60})
	return read(t, src.sorted(), "2026-W06", later)
}

func written(t testing.TB, w history.Week, f Format) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, w, f); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestGolden holds every byte of the reports; -update writes them anew.
func TestGolden(t *testing.T) {
	for name, w := range weeksToTell(t) {
		for _, f := range []Format{HTML, Markdown} {
			got := written(t, w, f)
			path := filepath.Join("testdata", name+"."+string(f))
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s differs from what is written now: look at it with -update and git diff", path)
			}
		}
	}
}
