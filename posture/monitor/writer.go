package monitor

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"sitwell/posture"
)

// Store keeps what happened; posture/sqlite has it. An error with a method
// Permanent() bool that returns true will come again when the call is made
// again.
type Store interface {
	AppendEvents(ctx context.Context, events []posture.Event) ([]posture.Event, error)
	AddMinutes(ctx context.Context, minutes []posture.Minute) error
	// SaveBaseline stores a new baseline, which has no ID, or an altered one.
	SaveBaseline(ctx context.Context, b posture.Baseline) (posture.Baseline, error)
	DeleteBaseline(ctx context.Context, id int64) error
	Baseline(ctx context.Context, id int64) (posture.Baseline, bool, error)
	// Baselines returns those of the camera and shape of frame, oldest first,
	// AllBaselines those of every camera.
	Baselines(ctx context.Context, camera string, width, height int) ([]posture.Baseline, error)
	AllBaselines(ctx context.Context) ([]posture.Baseline, error)

	// ComfortableRange returns how far the person goes in an exercise.
	ComfortableRange(ctx context.Context, baseline int64, exercise string) (posture.ComfortableRange, bool, error)
	SaveComfortableRange(ctx context.Context, r posture.ComfortableRange) error

	Event(ctx context.Context, id int64) (posture.Event, bool, error)
	// EventAnswers returns the events of some kinds whose Ref is id, in the
	// order of storing; EventsBetween those of a time.
	EventAnswers(ctx context.Context, id int64, kinds ...posture.EventKind) ([]posture.Event, error)
	EventsBetween(ctx context.Context, from, to time.Time) ([]posture.Event, error)
	Minutes(ctx context.Context, from, to time.Time) ([]posture.Minute, error)

	// Settings returns the merge patch, nil for none; SaveSettings stores it
	// and events, both or neither.
	Settings(ctx context.Context) (patch []byte, err error)
	SaveSettings(ctx context.Context, patch []byte, events []posture.Event) ([]posture.Event, error)

	SaveSamples(ctx context.Context, blocks []posture.SampleBlock) error
	Samples(ctx context.Context, from, to time.Time) ([]posture.SampleBlock, error)
	// PruneSamples and PruneMinutes delete some of what began before a time
	// and say whether there is more of it.
	PruneSamples(ctx context.Context, before time.Time) (more bool, err error)
	PruneMinutes(ctx context.Context, before time.Time) (more bool, err error)
	// PruneEvents does so with events and all that they stand beside.
	PruneEvents(ctx context.Context, before time.Time) (more bool, err error)

	// Erase begins to delete for good what happened from a time on and before
	// another, a zero time being no bound, and returns how much that is;
	// EraseAll begins to delete everything, baselines and settings too.
	// EraseStep goes on with it, also after a restart, and says whether there
	// is more to do.
	Erase(ctx context.Context, from, to, now time.Time) (posture.Kept, error)
	EraseAll(ctx context.Context, now time.Time) (posture.Kept, error)
	EraseStep(ctx context.Context) (more bool, err error)
}

const (
	// maxHeld is how many events and minutes wait in memory while the disk
	// refuses them: a day of either at work.
	maxHeld = 20000
	// writeTimeout bounds one attempt to write.
	writeTimeout = 8 * time.Second
	// complainEvery is how often a failing disk is logged.
	complainEvery = 30 * time.Second
	// pruneGap is between two steps of deleting what is old, for others to
	// write; pruneRetry is after one that failed.
	pruneGap   = 20 * time.Millisecond
	pruneRetry = time.Minute
	// eraseGap and eraseRetry are the same for what a person wants deleted,
	// who waits for it: the retry doubles up to a minute.
	eraseGap   = 5 * time.Millisecond
	eraseRetry = time.Second
)

// batch is what one step of the engine has for the disk, or a command.
type batch struct {
	store    Store
	events   []posture.Event
	minutes  []posture.Minute
	samples  []posture.SampleBlock
	baseline *posture.Baseline
	prune    *pruning
	erase    *erasing
	shown    bool // the events were published, though not on disk yet

	command *command
}

// pruning is what is to be deleted, in steps between which all else is written.
type pruning struct {
	store                    Store
	samples, minutes, events time.Time // from before then; zero keeps them
}

// step deletes some and says whether there is more.
func (p *pruning) step() (more bool, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), writeTimeout)
	defer cancel()
	for _, kind := range []struct {
		before *time.Time
		prune  func(context.Context, time.Time) (bool, error)
	}{
		{&p.samples, p.store.PruneSamples},
		{&p.minutes, p.store.PruneMinutes},
		{&p.events, p.store.PruneEvents},
	} {
		if kind.before.IsZero() {
			continue
		}
		if more, err = kind.prune(ctx, *kind.before); err != nil {
			return true, err
		}
		if !more {
			*kind.before = time.Time{}
		}
		return !p.samples.IsZero() || !p.minutes.IsZero() || !p.events.IsZero(), nil
	}
	return false, nil
}

// erasing is what a person wants deleted. It begins in its turn, when all that was
// given before is on disk, and goes on in steps.
type erasing struct {
	store Store
	begin func(ctx context.Context) error // nil to go on where an earlier run ended
	// begun is run by the monitor's loop when what is of now has gone, done when
	// all has; nil when nobody waits.
	begun func(err error)
	done  func()
}

// command is what a person asked for. It is written at once, in its turn, or
// not at all: it is never held.
type command struct {
	write writing
	// done is run by the monitor's loop with the events and the outcome.
	done func(events []posture.Event, err error)
}

// written is what the writer tells the monitor's loop.
type written struct {
	events   []posture.Event   // to publish
	baseline *posture.Baseline // a new one, now with its ID
	err      error             // what keeps the disk from taking it, nil when all is written
	command  *command          // it was this one
	then     func()            // to run, and nothing else
}

// writer puts batches on disk in order, one at a time, and holds them in
// memory while the disk refuses: the watch never waits for it.
type writer struct {
	in   chan batch    // in
	out  chan written  // out: the loop always reads it
	quit chan struct{} // closed: write what is held, once, and end
	done chan struct{} // closed when ended
	log  *slog.Logger

	saved posture.Baseline // the last new one, to know it by when it is altered
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
	var old *pruning
	var going []*erasing
	eraseWait := eraseRetry
	step := time.NewTimer(time.Hour)
	defer step.Stop()
	flush := func(report bool) bool {
		for len(held) > 0 {
			r, err := w.write(&held[0])
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
			if b.command != nil {
				w.out <- w.obey(&b, len(held) > 0)
				continue
			}
			if b.prune != nil {
				old = b.prune
				step.Reset(0)
				continue
			}
			if e := b.erase; e != nil {
				if w.beginErasing(e, len(held) > 0) {
					going = append(going, e)
					step.Reset(0)
				}
				continue
			}
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
		case <-step.C:
			if len(going) > 0 {
				switch more, err := w.erase(going[0]); {
				case err != nil:
					if eraseWait == eraseRetry || eraseWait >= pruneRetry {
						w.log.Warn("deleting history is held up and goes on", "error", err, "tried again in", eraseWait)
					}
					step.Reset(eraseWait)
					eraseWait = min(2*eraseWait, pruneRetry)
				case more:
					eraseWait = eraseRetry
					step.Reset(eraseGap)
				default:
					going = going[1:]
					step.Reset(0)
				}
				continue
			}
			if old == nil {
				continue
			}
			switch more, err := old.step(); {
			case err != nil:
				w.log.Warn("what is old was not deleted yet", "error", err)
				step.Reset(pruneRetry)
			case more:
				step.Reset(pruneGap)
			default:
				old = nil
			}
			continue
		case <-retry.C:
		case <-w.quit:
			for {
				select {
				case b := <-w.in:
					if b.command == nil && b.prune == nil && b.erase == nil { // who gave it is told that the watch has ended
						held = append(held, b)
					}
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

// beginErasing deletes what must go at once, unless what came before it is still
// held, and says whether there are steps to take.
func (w *writer) beginErasing(e *erasing, refusing bool) (going bool) {
	if e.begin == nil {
		return true
	}
	err := errHeld
	if !refusing {
		ctx, cancel := context.WithTimeout(context.Background(), writeTimeout)
		defer cancel()
		err = e.begin(ctx)
	}
	if err != nil {
		w.log.Error("nothing was deleted", "error", err)
	}
	w.out <- written{then: func() { e.begun(err) }}
	return err == nil
}

// erase takes one step.
func (w *writer) erase(e *erasing) (more bool, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), writeTimeout)
	defer cancel()
	if more, err = e.store.EraseStep(ctx); err == nil && !more && e.done != nil {
		w.out <- written{then: e.done}
	}
	return more, err
}

// obey writes a command unless what came before it is still held.
func (w *writer) obey(b *batch, refusing bool) written {
	r := written{command: b.command, err: errHeld}
	if !refusing {
		ctx, cancel := context.WithTimeout(context.Background(), writeTimeout)
		defer cancel()
		r.events, r.err = b.command.write(ctx, b.store)
	}
	if r.err != nil {
		w.log.Error("what was asked for was not done: the disk refuses it", "error", r.err)
	}
	return r
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
			if err := w.pass(err); err != nil {
				return r, err
			}
		} else if !b.shown {
			r.events = events
		}
		b.events = nil
	}
	if b.baseline != nil {
		// One that is altered before its ID was told is still the same.
		if b.baseline.ID == 0 && b.baseline.Time.Equal(w.saved.Time) && b.baseline.Camera == w.saved.Camera {
			b.baseline.ID = w.saved.ID
		}
		saved, err := b.store.SaveBaseline(ctx, *b.baseline)
		switch {
		case w.pass(err) != nil:
			return r, err
		case err == nil && b.baseline.ID == 0:
			w.saved = saved
			r.baseline = &saved
		}
		b.baseline = nil
	}
	if len(b.minutes) > 0 {
		if err := w.pass(b.store.AddMinutes(ctx, b.minutes)); err != nil {
			return r, err
		}
		b.minutes = nil
	}
	if len(b.samples) > 0 {
		if err := w.pass(b.store.SaveSamples(ctx, b.samples)); err != nil {
			return r, err
		}
		b.samples = nil
	}
	return r, nil
}

// pass lets an error go that would come again and again: trying would hold up
// all that follows.
func (w *writer) pass(err error) error {
	if permanent(err) {
		w.log.Error("something was not stored: the store will never take it", "error", err)
		return nil
	}
	return err
}

// permanent reports whether the same call would fail again.
func permanent(err error) bool {
	var refused interface{ Permanent() bool }
	return errors.As(err, &refused) && refused.Permanent()
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
