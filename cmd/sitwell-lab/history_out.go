package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"slices"
	"time"

	"sitwell/posture"
	"sitwell/posture/sqlite"
)

// What an export must reach in records a second and may take in megabytes, and
// what the deletion of a year may take, and hold a write up, in seconds.
const (
	exportRate   = 200_000
	exportMemory = 20
	eraseMost    = 5
	waitMost     = 0.25
)

// measureExport writes the whole history to nowhere in each format, in turns with
// reading the same minutes by plain SQL.
func measureExport(ctx context.Context, m *measuring) ([]historyFigure, error) {
	formats := []string{sqlite.FormatCSV, sqlite.FormatJSON}
	rates := map[string][]float64{}
	memory := map[string]float64{}
	var plain []float64
	var records int64
	for range min(m.rounds, 3) {
		rate, err := m.plainMinutes(ctx)
		if err != nil {
			return nil, err
		}
		plain = append(plain, rate)
		for _, format := range formats {
			debug.FreeOSMemory()
			before := resident()
			stop, peak := make(chan struct{}), make(chan int64)
			go watchResident(stop, peak)
			begin := time.Now()
			n, err := m.store.Export(ctx, io.Discard, nil, nil, format)
			rates[format] = append(rates[format], float64(n)/time.Since(begin).Seconds())
			close(stop)
			memory[format] = max(memory[format], float64(<-peak-before)/1e6)
			if err != nil {
				return nil, err
			}
			records = n
		}
	}
	sql := *percentile(plain, .5)
	out := []historyFigure{{Name: "minutes read by plain SQL, all columns", Value: sql, Unit: "/s"}}
	for _, format := range formats {
		rate := *percentile(rates[format], .5)
		out = append(out,
			historyFigure{Name: "export as " + format, Value: rate, Unit: "/s", Least: exportRate, Note: fmt.Sprintf("%d records, %.2f of plain SQL's", records, rate/sql)},
			historyFigure{Name: "export as " + format + ": memory more than before", Value: memory[format], Unit: "MB", Most: exportMemory})
	}
	return out, nil
}

// plainMinutes reads all columns of all minutes, as a program without Sitwell's
// store would, and returns how many a second.
func (m *measuring) plainMinutes(ctx context.Context) (rate float64, err error) {
	begin := time.Now()
	rows, err := m.plain.QueryContext(ctx, "SELECT * FROM minute")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	columns, err := rows.Columns()
	if err != nil {
		return 0, err
	}
	values, places := make([]int64, len(columns)), make([]any, len(columns))
	for i := range values {
		places[i] = &values[i]
	}
	n := 0
	for ; rows.Next(); n++ {
		if err := rows.Scan(places...); err != nil {
			return 0, err
		}
	}
	return float64(n) / time.Since(begin).Seconds(), rows.Err()
}

// watchResident sends the most it was until stop is closed.
func watchResident(stop <-chan struct{}, peak chan<- int64) {
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	most := resident()
	for {
		select {
		case <-tick.C:
			most = max(most, resident())
		case <-stop:
			peak <- most
			return
		}
	}
}

// measureErase deletes the last year of a copy, while an event is written again and
// again.
func measureErase(ctx context.Context, m *measuring) (_ []historyFigure, err error) {
	path, err := m.copyWhole(ctx, "erase.db")
	if err != nil {
		return nil, err
	}
	store, err := sqlite.Open(ctx, path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, store.Close(), os.Remove(path)) }()
	to := m.until
	spans := m.zones.Days(max(m.first, m.last-364), m.last)
	if len(spans) == 0 {
		return nil, errors.New("there is no day to delete")
	}
	before, err := store.Size()
	if err != nil {
		return nil, err
	}
	begin := time.Now()
	kept, err := store.Erase(ctx, spans[0].From, spans[len(spans)-1].To, to.AddDate(0, 0, 1))
	if err != nil {
		return nil, err
	}
	ended := make(chan error, 1)
	go func() {
		for {
			more, err := store.EraseStep(ctx)
			if err != nil || !more {
				ended <- err
				return
			}
			time.Sleep(5 * time.Millisecond) // as the watch does
		}
	}()
	var waits []float64
	for {
		select {
		case err := <-ended:
			if err != nil {
				return nil, err
			}
			took := time.Since(begin).Seconds()
			after, err := store.Size()
			if err != nil {
				return nil, err
			}
			if len(waits) == 0 {
				waits = []float64{0}
			}
			return []historyFigure{
				{Name: "deletion of the last year", Value: took, Unit: "s", Most: eraseMost, Note: fmt.Sprintf("%d minutes, %d events; the file from %.1f to %.1f MB", kept.Minutes, kept.Events, float64(before)/1e6, float64(after)/1e6)},
				{Name: "a write meanwhile, median", Value: 1e3 * *percentile(waits, .5), Unit: "ms"},
				{Name: "a write meanwhile, at most", Value: 1e3 * slices.Max(waits), Unit: "ms", Most: 1e3 * waitMost, Note: fmt.Sprintf("%d writes", len(waits))},
			}, nil
		default:
		}
		at := time.Now()
		if _, err := store.AppendEvents(ctx, []posture.Event{{Kind: posture.EventBreak, Time: to.AddDate(0, 0, 2)}}); err != nil {
			return nil, errors.Join(err, <-ended)
		}
		waits = append(waits, time.Since(at).Seconds())
	}
}
