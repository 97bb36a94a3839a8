package monitor

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"sitwell/posture"
)

// Store keeps what happened; posture/sqlite has it.
type Store interface {
	AppendEvents(ctx context.Context, events []posture.Event) ([]posture.Event, error)
	AddMinutes(ctx context.Context, minutes []posture.Minute) error
	SaveBaseline(ctx context.Context, b posture.Baseline) (posture.Baseline, error)
	LatestBaseline(ctx context.Context, camera string, width, height int) (posture.Baseline, bool, error)
}

const (
	// maxHeld is how many events and minutes wait in memory while the disk
	// refuses them: a day of either at work.
	maxHeld = 20000
	// writeTimeout bounds one attempt to write.
	writeTimeout = 8 * time.Second
	// complainEvery is how often a failing disk is logged.
	complainEvery = 30 * time.Second
)

// batch is what one step of the engine has for the disk.
type batch struct {
	store    Store
	events   []posture.Event
	minutes  []posture.Minute
	baseline *posture.Baseline
	shown    bool // the events were published, though not on disk yet
}

// written is what the writer tells the monitor's loop.
type written struct {
	events   []posture.Event   // to publish
	baseline *posture.Baseline // now with its ID
	err      error             // what keeps the disk from taking it, nil when all is written
}

// writer puts batches on disk in order, one at a time, and holds them in
// memory while the disk refuses: the watch never waits for it.
type writer struct {
	in   chan batch    // in
	out  chan written  // out: the loop always reads it
	quit chan struct{} // closed: write what is held, once, and end
	done chan struct{} // closed when ended
	log  *slog.Logger
}

func newWriter(log *slog.Logger) *writer {
	return &writer{
		in: make(chan batch, 256), out: make(chan written, 16),
		quit: make(chan struct{}), done: make(chan struct{}), log: log,
	}
}

func (w *writer) run() {
	defer close(w.done)
	var held []batch
	var wait time.Duration
	var complained time.Time
	retry := time.NewTimer(time.Hour)
	defer retry.Stop()
	flush := func(report bool) bool {
		for len(held) > 0 {
			r, err := w.write(&held[0])
			var refused interface{ Permanent() bool }
			if errors.As(err, &refused) && refused.Permanent() {
				// Trying again would hold up all that follows.
				w.log.Error("something was not stored: the store will never take it", "error", err)
				err = nil
			}
			if err != nil {
				if time.Since(complained) >= complainEvery {
					complained = time.Now()
					w.log.Error("events are held in memory: the disk refuses them", "error", err, "held", len(held))
				}
				if report {
					r.err = err
					w.out <- r
				}
				return false
			}
			held = held[1:]
			if report {
				w.out <- r
			}
		}
		return true
	}
	for {
		select {
		case b := <-w.in:
			held = append(held, b)
			if len(held) > maxHeld {
				w.log.Error("the oldest held events were dropped: the disk has refused them for too long")
				held = held[1:]
			}
			if wait > 0 {
				// The disk is refusing: tell of the event all the same.
				last := &held[len(held)-1]
				if len(last.events) > 0 {
					last.shown = true
					w.out <- written{events: last.events, err: errHeld}
				}
				continue
			}
		case <-retry.C:
		case <-w.quit:
			for {
				select {
				case b := <-w.in:
					held = append(held, b)
					continue
				default:
				}
				break
			}
			if !flush(false) {
				w.log.Error("events were lost: the disk refused them to the end", "batches", len(held))
			}
			return
		}
		if flush(true) {
			wait = 0
			continue
		}
		wait = min(max(2*wait, time.Second), 30*time.Second)
		retry.Reset(wait)
	}
}

// write tries one batch. What it got done is taken out of the batch, so that
// a retry does not write it twice.
func (w *writer) write(b *batch) (written, error) {
	ctx, cancel := context.WithTimeout(context.Background(), writeTimeout)
	defer cancel()
	var r written
	if len(b.events) > 0 {
		events, err := b.store.AppendEvents(ctx, b.events)
		if err != nil {
			if !b.shown {
				b.shown = true
				r.events = b.events
			}
			return r, err
		}
		if !b.shown {
			r.events = events
		}
		b.events = nil
	}
	if b.baseline != nil {
		saved, err := b.store.SaveBaseline(ctx, *b.baseline)
		if err != nil {
			return r, err
		}
		r.baseline, b.baseline = &saved, nil
	}
	if len(b.minutes) > 0 {
		if err := b.store.AddMinutes(ctx, b.minutes); err != nil {
			return r, err
		}
		b.minutes = nil
	}
	return r, nil
}

// flush writes what is held, once, and ends the writer. It gives up after d.
func (w *writer) flush(d time.Duration) {
	close(w.quit)
	t := time.NewTimer(d)
	defer t.Stop()
	for {
		select {
		case <-w.done:
			return
		case <-w.out:
		case <-t.C:
			w.log.Error("the last events may not be on disk: it did not answer", "waited", d)
			return
		}
	}
}
