package sqlite

import (
	"io"
	"testing"
	"time"
)

// A year's history, as `sitwell export` streams it, and beside it how fast
// database/sql reads the same columns and does nothing with them.
func BenchmarkExport(b *testing.B) {
	s := mustOpen(b, tempPath(b))
	events, minutes := workingYear(b, s, 2026)
	if _, err := s.SaveZone(b.Context(), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), "Europe/Berlin"); err != nil {
		b.Fatal(err)
	}
	rows := events + minutes
	rate := func(b *testing.B, rows int, bytes int64) {
		b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		if bytes > 0 {
			b.ReportMetric(float64(bytes)/float64(rows), "B/row")
		}
	}
	for _, format := range []string{FormatCSV, FormatJSON} {
		b.Run(format, func(b *testing.B) {
			b.ReportAllocs()
			var n counter
			for b.Loop() {
				n = 0
				if _, err := s.Export(b.Context(), &n, nil, nil, format); err != nil {
					b.Fatal(err)
				}
			}
			rate(b, rows, int64(n))
		})
	}
	b.Run("plain", func(b *testing.B) {
		for b.Loop() {
			n := 0
			for _, c := range []struct {
				query   string
				columns int
			}{
				{"SELECT id, at, kind, state, signal, seconds, score, text, level, ref, area FROM event ORDER BY id", 11},
				{selectMinutes, 1 + fields},
			} {
				var args []any
				if c.query == selectMinutes {
					args = []any{int64(0), int64(1) << 60}
				}
				got, err := s.read.QueryContext(b.Context(), c.query, args...)
				if err != nil {
					b.Fatal(err)
				}
				into := make([]any, c.columns)
				for i := range into {
					into[i] = new(any)
				}
				for got.Next() {
					if err := got.Scan(into...); err != nil {
						b.Fatal(err)
					}
					n++
				}
				if err := got.Err(); err != nil {
					b.Fatal(err)
				}
				_ = got.Close()
			}
			if n != rows {
				b.Fatalf("got %d rows, want %d", n, rows)
			}
		}
		rate(b, rows, 0)
	})
}

// counter counts bytes.
type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

var _ io.Writer = (*counter)(nil)

// A year's history read back, into an empty folder and into one that has it.
func BenchmarkImport(b *testing.B) {
	s := mustOpen(b, tempPath(b))
	events, minutes := workingYear(b, s, 2026)
	for _, format := range []string{FormatCSV, FormatJSON} {
		text := exported(b, s, dayRange{}, format)
		b.Run(format, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				into := mustOpen(b, tempPath(b))
				b.StartTimer()
				mustImport(b, into, text)
			}
			b.ReportMetric(float64(events+minutes)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
		b.Run(format+" again", func(b *testing.B) {
			for b.Loop() {
				mustImport(b, s, text)
			}
			b.ReportMetric(float64(events+minutes)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
