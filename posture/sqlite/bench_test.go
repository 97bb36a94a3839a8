package sqlite

import (
	"testing"
	"time"

	"sitwell/posture"
)

// One event, acknowledged: the cost is that of the disk's sync.
func BenchmarkAppendEvents(b *testing.B) {
	s := mustOpen(b, tempPath(b))
	events := alerts(0, 1)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.AppendEvents(b.Context(), events); err != nil {
			b.Fatal(err)
		}
	}
}

// One addition to the running minute, acknowledged.
func BenchmarkAddMinutes(b *testing.B) {
	s := mustOpen(b, tempPath(b))
	minutes := []posture.Minute{{
		Start: minuteAt(0), Seconds: map[posture.State]float64{posture.Upright: 0.25, posture.Slouching: 0.25},
		ScoreSeconds: 0.5, ScoreSum: 40,
	}}
	b.ReportAllocs()
	for b.Loop() {
		if err := s.AddMinutes(b.Context(), minutes); err != nil {
			b.Fatal(err)
		}
	}
}

// What a page asks of a database of a year.
func BenchmarkRead(b *testing.B) {
	s := mustOpen(b, tempPath(b))
	workingYear(b, s, 2026)
	week := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	reads := map[string]func() (int, error){
		"RecentEvents100": func() (int, error) { e, err := s.RecentEvents(b.Context(), 100); return len(e), err },
		"EventsOfAWeek": func() (int, error) {
			e, err := s.Events(b.Context(), EventQuery{From: week, To: week.AddDate(0, 0, 7)})
			return len(e), err
		},
		"MinutesOfAWeek": func() (int, error) {
			m, err := s.Minutes(b.Context(), week, week.AddDate(0, 0, 7))
			return len(m), err
		},
		"Check": func() (int, error) { return 1, s.Check(b.Context()) },
	}
	for name, read := range reads {
		b.Run(name, func(b *testing.B) {
			rows := 0
			for b.Loop() {
				n, err := read()
				if err != nil || n == 0 {
					b.Fatalf("got %d rows, %v", n, err)
				}
				rows = n
			}
			b.ReportMetric(float64(rows), "rows")
		})
	}
}

// A start and an end on a database of a year.
func BenchmarkOpen(b *testing.B) {
	path := tempPath(b)
	s := mustOpen(b, path)
	workingYear(b, s, 2026)
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s, err := Open(b.Context(), path)
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
