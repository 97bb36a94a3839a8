package history

import (
	"encoding/json"
	"testing"
	"time"

	"sitwell/posture"
)

// years returns a history of n weeks up to 2026-W47: eight hours on five days of
// each, about a hundred events a day.
func years(b *testing.B, weeks int) *totaling {
	src := &totaling{memory: memory{zones: in(b, "Europe/Berlin")}}
	last := ISOWeek{2026, 47}
	var sums Sums
	for i := range sums.States {
		sums.States[i] = 100
	}
	sums.ScoreSeconds, sums.ScoreSum = 700, 700*80
	for i := range sums.Exposure {
		sums.Exposure[i] = 1000
	}
	for w := weeks - 1; w >= 0; w-- {
		monday := last.Add(-w).First()
		for d := range Date(5) {
			nine := (monday + d).utc().Add(8 * time.Hour)
			for q := range 32 {
				src.quarters = append(src.quarters, Quarter{Start: nine.Add(time.Duration(q) * 15 * time.Minute), Sums: sums})
			}
			for i := range 12 {
				t := nine.Add(time.Duration(i) * 40 * time.Minute)
				src.happen(posture.Event{Kind: posture.EventBoutStart, Time: t})
				for range 3 {
					src.happen(posture.Event{Kind: posture.EventEpisodeStart, Time: t.Add(10 * time.Minute)})
					src.happen(posture.Event{Kind: posture.EventEpisodeEnd, Time: t.Add(12 * time.Minute), Seconds: 120})
				}
				src.happen(posture.Event{Kind: posture.EventBoutEnd, Time: t.Add(35 * time.Minute), Seconds: 2100})
				src.happen(posture.Event{Kind: posture.EventBreak, Time: t.Add(40 * time.Minute), Seconds: 300, Level: 3})
			}
		}
	}
	return src
}

func BenchmarkWeek(b *testing.B) {
	for name, weeks := range map[string]int{"5weeks": 6, "5years": 261} {
		src := years(b, weeks)
		w := ISOWeek{2026, 47}
		for how, s := range map[string]Source{"totals": src, "rows": &src.memory} {
			b.Run(name+"/"+how, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := ReadWeek(b.Context(), s, w, later); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkWeekJSON(b *testing.B) {
	week, err := ReadWeek(b.Context(), years(b, 6), ISOWeek{2026, 47}, later)
	if err != nil {
		b.Fatal(err)
	}
	var text []byte
	for b.Loop() {
		if text, err = json.Marshal(week); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(text)), "B")
}

func BenchmarkDay(b *testing.B) {
	src := years(b, 6)
	d := ISOWeek{2026, 47}.First()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ReadDay(b.Context(), src, d, later); err != nil {
			b.Fatal(err)
		}
	}
}
