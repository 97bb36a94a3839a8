package vision

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"sync/atomic"
	"time"

	"gocv.io/x/gocv"

	"sitwell/posture"
)

// live watches a camera or stream. One goroutine takes every frame from the
// driver, so that the newest is never old, and decodes one only when it is due
// and the judge, in a goroutine of its own, is free.
func (e *Eye) live(ctx context.Context, src Source, j Judge) (err error) {
	l := &liveWatch{eye: e, src: src, opened: time.Now()}
	l.free = make(chan *shot, 1)
	l.free <- &shot{frame: gocv.NewMat()}
	jobs := make(chan *shot, 1)
	failed := make(chan error, 1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		l.judgeAll(j, jobs, failed)
	}()
	err = l.run(ctx, jobs, failed)
	close(jobs)
	<-done
	select {
	case s := <-l.free:
		_ = s.frame.Close() // never fails
	default: // the judge failed and closed it
	}
	select {
	case jerr := <-failed:
		err = errors.Join(err, jerr)
	default:
	}
	if l.src != nil {
		err = errors.Join(err, l.src.Close())
	}
	return err
}

// liveWatch is the state of the goroutine that takes the frames.
type liveWatch struct {
	eye    *Eye
	src    Source // nil while paused
	free   chan *shot
	frozen atomic.Bool // the judge sees the same picture again and again

	due      time.Time // of the next observation
	opened   time.Time // the source
	good     time.Time // the last frame; zero since opening
	reopened time.Time // the last time after a failure
	failures int       // reads without a frame, in a row
	empties  int       // frames that can't be decoded, in a row
	told     Status    // what the last line said
}

// judgeAll judges the shots as they come. After an error it judges no more.
func (l *liveWatch) judgeAll(j Judge, jobs <-chan *shot, failed chan<- error) {
	f := freeze{seed: maphash.MakeSeed()}
	for s := range jobs {
		err := l.eye.see(j, s, func(o *posture.Observation) {
			frozen := f.look(&s.frame, s.at)
			// A closed shutter and a dark room give equal pictures too.
			frozen = frozen && o.Nothing != posture.Dark && o.Nothing != posture.Covered
			l.frozen.Store(frozen)
			if frozen {
				o.Nothing, o.Landmarks, o.World = posture.Frozen, nil, nil
			}
		})
		if err != nil {
			_ = s.frame.Close() // never fails
			failed <- err
			return
		}
		l.free <- s
	}
}

func (l *liveWatch) run(ctx context.Context, jobs chan<- *shot, failed <-chan error) error {
	e := l.eye
	for ctx.Err() == nil {
		select {
		case err := <-failed:
			return err
		default:
		}
		period := e.period
		e.pollCommands()
		if e.period != period {
			l.due = time.Time{}
		}
		if e.stopped {
			return nil
		}
		if e.paused {
			if err := l.pause(ctx); err != nil {
				return err
			}
			continue
		}
		grabbing := time.Now()
		err := e.grab(l.src)
		now := time.Now()
		if err != nil {
			if err := l.missed(now); err != nil {
				return err
			}
			continue
		}
		e.stats.grabbed++
		l.failures, l.good = 0, now
		if reopened, err := l.thaw(); err != nil {
			return err
		} else if reopened {
			continue
		}
		if err := l.take(now, now.Sub(grabbing), jobs); err != nil {
			return err
		}
	}
	return nil
}

// take hands the grabbed frame to the judge if it is due.
func (l *liveWatch) take(now time.Time, grab time.Duration, jobs chan<- *shot) error {
	e := l.eye
	judge := !now.Before(l.due)
	mirror := e.mirrorDue(now)
	if !judge && !mirror {
		return nil
	}
	var s *shot
	select {
	case s = <-l.free:
	default: // the judge is busy: newest frame only
		if judge {
			e.stats.dropped++
			l.schedule(now)
		}
		return nil
	}
	if err := l.src.Retrieve(&s.frame); err != nil {
		l.free <- s
		if l.empties++; l.empties >= emptyLimit {
			return l.reopen(now, fmt.Sprintf("%d frames in a row are empty or broken", l.empties))
		}
		return nil
	}
	l.empties = 0
	e.stats.decoded++
	e.info.Width, e.info.Height = s.frame.Cols(), s.frame.Rows()
	if err := l.tell(Live, ""); err != nil {
		return err
	}
	s.judge, s.mirror = judge, mirror
	s.at, s.wall = now.Sub(e.began), now.UnixNano()
	s.number, s.dropped = e.stats.grabbed, e.stats.dropped
	s.grab, s.decode = grab, time.Since(now)
	jobs <- s // never blocks: there is one shot
	if judge {
		l.schedule(now)
	}
	return nil
}

// schedule sets when the next observation is due: on the beat of the last one,
// so that the rate holds, unless that has been missed.
func (l *liveWatch) schedule(now time.Time) {
	l.due = l.due.Add(l.eye.period)
	if l.due.Before(now) {
		l.due = now.Add(l.eye.period)
	}
}

// missed counts a read without a frame, and reopens the source after too many.
func (l *liveWatch) missed(now time.Time) error {
	l.failures++
	since, patience := l.good, silenceLimit
	if since.IsZero() {
		since, patience = l.opened, firstFramePatience
	}
	silent := now.Sub(since)
	switch {
	case l.failures >= failureLimit:
		return l.reopen(now, fmt.Sprintf("%d reads in a row gave no frame", l.failures))
	case silent >= patience:
		return l.reopen(now, fmt.Sprintf("no frame for %v", silent.Round(100*time.Millisecond)))
	}
	time.Sleep(retryPause)
	return nil
}

// reopen closes and opens the source, unless that was done just now: then it
// is lost.
func (l *liveWatch) reopen(now time.Time, why string) error {
	e := l.eye
	if !l.reopened.IsZero() && now.Sub(l.reopened) < reopenPause {
		return l.lost(why)
	}
	if l.good.IsZero() {
		return &kindError{ErrSource, fmt.Sprintf("read %q: %s: unplug it and plug it in again", e.info.Name, why)}
	}
	if err := l.tell(Opening, why+": open it again"); err != nil {
		return err
	}
	l.reopened = now
	if err := l.closeSource(); err != nil {
		return err
	}
	if err := l.openSource(); err != nil {
		return l.lost(fmt.Sprintf("%s; then: %v", why, err))
	}
	return nil
}

func (l *liveWatch) lost(why string) error {
	return &kindError{ErrLost, fmt.Sprintf("%q: %s: plug it in again", l.eye.info.Name, why)}
}

// thaw says when the picture froze or moves again, and reopens a frozen source
// now and then; it reports whether it did.
func (l *liveWatch) thaw() (reopened bool, err error) {
	if !l.frozen.Load() {
		if l.told == Frozen {
			return false, l.tell(Live, "")
		}
		return false, nil
	}
	if err := l.tell(Frozen, "the camera repeats the same picture: unplug it and plug it in again"); err != nil {
		return false, err
	}
	now := time.Now()
	if !l.reopened.IsZero() && now.Sub(l.reopened) < reopenPause {
		return false, nil
	}
	l.reopened = now
	if err := l.closeSource(); err != nil {
		return false, err
	}
	if err := l.openSource(); err != nil {
		return false, l.lost(fmt.Sprintf("the picture froze; then: %v", err))
	}
	return true, nil
}

// tell writes a source line if it says something new.
func (l *liveWatch) tell(s Status, message string) error {
	// A picture that froze is live again only when it has changed: a frame
	// after reopening may still be the same.
	if s == l.told || s == Live && l.told == Frozen && l.frozen.Load() {
		return nil
	}
	l.told = s
	line := l.eye.line(s)
	if message != "" {
		line.Message = message
	}
	return l.eye.out.source(line)
}

// pause releases the camera until the eye is resumed.
func (l *liveWatch) pause(ctx context.Context) error {
	if err := l.closeSource(); err != nil {
		return err
	}
	if err := l.eye.waitResume(ctx); err != nil {
		return err
	}
	if ctx.Err() != nil || l.eye.stopped {
		return nil
	}
	l.frozen.Store(false)
	if err := l.tell(Opening, ""); err != nil {
		return err
	}
	l.reopened = time.Time{}
	return l.openSource()
}

func (l *liveWatch) closeSource() error {
	src := l.src
	l.src = nil
	return src.Close()
}

func (l *liveWatch) openSource() error {
	src, err := l.eye.openSource()
	if err != nil {
		return err
	}
	l.src, l.opened, l.good, l.due = src, time.Now(), time.Time{}, time.Time{}
	l.failures, l.empties = 0, 0
	return nil
}
