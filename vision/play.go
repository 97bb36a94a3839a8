package vision

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"gocv.io/x/gocv"
)

// play watches a recording. Which frames are judged follows from their places
// in the recording alone, so any speed gives the same observations; a model
// that is too slow makes the recording play slower.
func (e *Eye) play(ctx context.Context, src Source, j Judge) (err error) {
	defer func() { err = errors.Join(err, src.Close()) }()
	s := shot{frame: gocv.NewMat(), judge: true}
	defer s.frame.Close()
	start := e.cfg.Start
	if start.IsZero() {
		start = time.Now()
	}
	p := pace{speed: e.cfg.Speed}
	if e.info.Stills {
		p.speed = 0
	}
	var offset, end, due time.Duration // of this turn of a loop; of the last frame; of the next observation
	seen := false
	for !e.stopped && ctx.Err() == nil {
		e.pollCommands()
		if e.paused {
			held := time.Now()
			if err := e.waitResume(ctx); err != nil {
				return err
			}
			offset += p.hold(time.Since(held))
			seen = false // says Live again
			continue
		}
		grabbing := time.Now()
		err := e.grab(src)
		s.grab += time.Since(grabbing)
		switch {
		case errors.Is(err, io.EOF) && e.stats.grabbed == 0:
			return &kindError{ErrSource, fmt.Sprintf("read recording %q: it holds no frame", e.info.Name)}
		case errors.Is(err, io.EOF) && !e.cfg.Loop:
			if float64(e.stats.grabbed) < wholePart*float64(e.info.Frames) {
				e.note = fmt.Sprintf("%q ends after %d of %d frames: the file is cut short or damaged", e.info.Name, e.stats.grabbed, e.info.Frames)
				e.complain(errors.New(e.note))
			}
			return nil
		case errors.Is(err, io.EOF):
			offset = end
			if err := src.Close(); err != nil {
				return err
			}
			next, err := e.openSource()
			if err != nil {
				return err
			}
			src = next
			continue
		case err != nil:
			return err
		}
		e.stats.grabbed++
		at := offset + src.Position()
		end = at + e.interval()
		if !e.info.Stills && at+dueTolerance < due {
			continue
		}
		if !p.wait(ctx, e, at) {
			continue
		}
		decoding := time.Now()
		if err := src.Retrieve(&s.frame); err != nil {
			e.complain(err)
			if !e.info.Stills {
				continue // the next frame is due instead
			}
			// Each picture has its observation: of a broken one, that
			// nothing can be said.
			_ = s.frame.Close() // never fails
			s.frame = gocv.NewMat()
		} else {
			e.stats.decoded++
		}
		s.decode = time.Since(decoding)
		if !seen && !s.frame.Empty() {
			seen = true
			e.info.Width, e.info.Height = s.frame.Cols(), s.frame.Rows()
			if err := e.out.source(e.line(Live)); err != nil {
				return err
			}
		}
		if e.info.Stills && !e.cfg.Track {
			j.Reset()
		}
		s.at, s.wall, s.number = at, start.Add(at).UnixNano(), e.stats.grabbed
		s.mirror = e.mirrorDue(time.Now())
		if err := e.see(j, &s, nil); err != nil {
			return err
		}
		s.grab = 0
		due = nextDue(at, e.period)
	}
	return nil
}

// wholePart is the part of the frames its header promises that a whole
// recording gives: some containers only estimate.
const wholePart = 0.9

// nextDue is the first multiple of the period after a frame's place.
func nextDue(at, period time.Duration) time.Duration {
	return ((at+dueTolerance)/period + 1) * period
}

// interval is the time that a frame of the source stands for.
func (e *Eye) interval() time.Duration {
	if e.info.FPS > 0 {
		return periodOf(e.info.FPS)
	}
	return periodOf(defaultFPS)
}

// pace holds a recording to its speed.
type pace struct {
	speed float64 // 0 for as fast as it goes
	zero  time.Time
}

// hold moves the recording's places by a pause of the given length, and
// returns by how much.
func (p *pace) hold(pause time.Duration) time.Duration {
	return time.Duration(float64(pause) * p.speed)
}

// wait waits until the place in the recording is due by the clock, doing
// commands meanwhile. It reports false when the eye was stopped or paused
// instead.
func (p *pace) wait(ctx context.Context, e *Eye, at time.Duration) bool {
	if p.speed == 0 {
		return true
	}
	if p.zero.IsZero() {
		p.zero = time.Now()
	}
	elapsed := time.Duration(float64(at) / p.speed)
	if late := time.Since(p.zero) - elapsed; late > lagLimit {
		p.zero = p.zero.Add(late)
	}
	timer := time.NewTimer(time.Until(p.zero.Add(elapsed)))
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
			return true
		case <-ctx.Done():
			return false
		case c := <-e.cfg.Commands:
			e.command(c, time.Now())
			if e.stopped || e.paused {
				return false
			}
		}
	}
}
