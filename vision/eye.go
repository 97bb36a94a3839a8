package vision

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"gocv.io/x/gocv"

	"sitwell/posture"
)

// When the eye gives up on a source, and how often it tries again itself. What
// is lost for longer is for whoever started the eye to try again.
const (
	readLimit    = 5 * time.Second        // a read that takes longer hangs
	openLimit    = 20 * time.Second       // opening that takes longer hangs
	silenceLimit = 2 * time.Second        // without a frame: reopen
	failureLimit = 10                     // reads in a row without a frame: reopen
	emptyLimit   = 5                      // frames in a row that can't be decoded: reopen
	reopenPause  = 30 * time.Second       // between two reopenings; sooner, it is lost
	retryPause   = 20 * time.Millisecond  // after a read without a frame
	frozenLimit  = 10 * time.Second       // of byte-identical frames
	watchPeriod  = 250 * time.Millisecond // of looking for a read that hangs
	lagLimit     = time.Second            // a recording that is later than this doesn't catch up
)

// Pictures for setting up the camera.
const (
	mirrorWidth    = 320 // px at most
	mirrorInterval = 500 * time.Millisecond
	mirrorTime     = 60 * time.Second // after which it is off by itself
	mirrorQuality  = 75               // of the JPEG, 0 to 100
)

// dueTolerance is by how much a frame of a recording may be early: times in
// containers are rounded to a millisecond.
const dueTolerance = time.Millisecond

// Judge turns frames into observations; see Pose.
type Judge interface {
	Observe(frame gocv.Mat, at time.Duration) (posture.Observation, error)
	Reset()
	Close() error
}

var _ Judge = (*Pose)(nil)

// Config says what an eye watches and how.
type Config struct {
	Source string    // see OpenSource
	Rate   float64   // observations a second, MinRate to MaxRate
	Speed  float64   // of a recording: 1 for real time, 0 for as fast as it goes
	Loop   bool      // play a recording again and again; its time goes on
	Start  time.Time // wall clock of a recording's first frame; zero means the present
	Track  bool      // follow people across the pictures of a folder
	Pose   PoseOptions

	Out      io.Writer      // observations and other lines
	Commands <-chan Command // may be nil
	Complain func(error)    // what is wrong but stops nothing
	// Hung is called when a read of the source hangs: it can't be
	// interrupted, so the process must end.
	Hung func()
}

// Eye watches a source and writes what it sees.
type Eye struct {
	cfg     Config
	out     lineWriter
	open    func(name string) (Source, error) // OpenSource; tests put others here
	judge   func(PoseOptions) (Judge, error)  // NewPose
	period  time.Duration                     // between observations
	paused  bool                              // by command
	stopped bool                              // by command
	mirror  struct{ until, next time.Time }   // pictures are on until; the next is due
	info    SourceInfo                        // of the open source
	note    string                            // message of the last line when all went well
	stats   struct{ grabbed, decoded, dropped uint64 }
	judged  atomic.Uint64
	reading struct { // what the watch looks at
		deadline atomic.Int64 // ns since began; 0 when nothing is read
	}
	began time.Time
}

// NewEye makes an eye; Run starts it. It refuses a rate out of range.
func NewEye(cfg Config) (*Eye, error) {
	if !(cfg.Rate >= MinRate && cfg.Rate <= MaxRate) {
		return nil, fmt.Errorf("rate of %v Hz: want %v to %v", cfg.Rate, MinRate, MaxRate)
	}
	if !(cfg.Speed >= 0) || math.IsInf(cfg.Speed, 0) {
		return nil, fmt.Errorf("speed of %v: want 0 or more", cfg.Speed)
	}
	return &Eye{
		cfg:    cfg,
		out:    lineWriter{w: cfg.Out},
		open:   OpenSource,
		judge:  func(o PoseOptions) (Judge, error) { return NewPose(o) },
		period: periodOf(cfg.Rate),
	}, nil
}

func periodOf(hz float64) time.Duration { return time.Duration(float64(time.Second) / hz) }

// Run watches until the recording ends, ctx is done or a stop command comes,
// then returns nil; or until the source fails for good, then its error wraps
// ErrNoCamera, ErrBusy, ErrSource or ErrLost. The last line written says which.
func (e *Eye) Run(ctx context.Context) error {
	e.began = time.Now()
	ctx, cancel := context.WithCancel(ctx)
	var watch sync.WaitGroup
	watch.Add(1)
	go func() {
		defer watch.Done()
		e.watch(ctx)
	}()
	err := e.run(ctx)
	cancel()
	watch.Wait()

	last := e.line(endStatus(err))
	last.Stats = &Stats{e.stats.grabbed, e.stats.decoded, e.judged.Load(), e.stats.dropped}
	last.Message = e.note
	if err != nil {
		last.Message = err.Error()
	}
	return errors.Join(err, e.out.source(last))
}

// endStatus is the status that goes with how Run ended.
func endStatus(err error) Status {
	switch {
	case err == nil:
		return Ended
	case errors.Is(err, ErrNoCamera):
		return NoCamera
	case errors.Is(err, ErrBusy):
		return Busy
	case errors.Is(err, ErrLost):
		return Lost
	}
	return Failed
}

func (e *Eye) line(s Status) SourceLine {
	name := e.info.Name
	if name == "" {
		name = e.cfg.Source
		if isAddress(name) {
			name = redact(name)
		}
	}
	l := SourceLine{
		Status: s, Name: name, Card: e.info.Card, Demo: e.info.Demo,
		Width: e.info.Width, Height: e.info.Height, FourCC: e.info.FourCC, FPS: e.info.FPS,
	}
	if s == Live && e.info.Demo {
		l.Message = "no camera is watched: the built-in demo plays"
	}
	return l
}

// run loads the model while it opens the source, and watches.
func (e *Eye) run(ctx context.Context) (err error) {
	if err := e.out.source(e.line(Opening)); err != nil {
		return err
	}
	type loaded struct {
		judge Judge
		err   error
	}
	loading := make(chan loaded, 1)
	go func() {
		j, err := e.judge(e.cfg.Pose)
		loading <- loaded{j, err}
	}()
	src, openErr := e.openSource()
	l := <-loading
	if l.err != nil {
		if openErr == nil {
			openErr = src.Close()
		}
		return errors.Join(l.err, openErr)
	}
	defer func() { err = errors.Join(err, l.judge.Close()) }()
	if openErr != nil {
		return openErr
	}
	if src.Info().Live {
		return e.live(ctx, src, l.judge)
	}
	return e.play(ctx, src, l.judge)
}

// openSource opens the source within the watch's sight.
func (e *Eye) openSource() (Source, error) {
	e.watched(openLimit)
	defer e.unwatched()
	src, err := e.open(e.cfg.Source)
	if err == nil {
		e.info = src.Info()
	}
	return src, err
}

// grab takes a frame within the watch's sight.
func (e *Eye) grab(src Source) error {
	e.watched(readLimit)
	defer e.unwatched()
	return src.Grab()
}

func (e *Eye) watched(limit time.Duration) {
	e.reading.deadline.Store(int64(time.Since(e.began) + limit))
}

func (e *Eye) unwatched() { e.reading.deadline.Store(0) }

// watch looks for a read that hangs. Nothing can interrupt one, so it says so
// and asks for the end of the process.
func (e *Eye) watch(ctx context.Context) {
	tick := time.NewTicker(watchPeriod)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		deadline := e.reading.deadline.Load()
		if deadline == 0 || int64(time.Since(e.began)) < deadline {
			continue
		}
		// Whoever reads our output may hang as well.
		written := make(chan error, 1)
		go func() {
			written <- e.out.source(SourceLine{
				Status: Stalled, Name: e.cfg.Source,
				Message: fmt.Sprintf("%q doesn't answer: its driver or file system hangs; unplug it and plug it in again", e.cfg.Source),
			})
		}()
		select {
		case <-written:
		case <-time.After(time.Second):
		}
		if e.cfg.Hung != nil {
			e.cfg.Hung()
		}
		return
	}
}

// command does what a command says, as far as it is not the loop's to do.
func (e *Eye) command(c Command, now time.Time) {
	switch c.Cmd {
	case "rate":
		e.period = periodOf(c.Hz)
	case "pause":
		e.paused = true
	case "resume":
		e.paused = false
	case "mirror":
		e.mirror.until, e.mirror.next = time.Time{}, now
		if c.On {
			e.mirror.until = now.Add(mirrorTime)
		}
	case "stop":
		e.stopped = true
	}
}

// mirrorDue reports whether a picture is due, and if so notes it as made.
func (e *Eye) mirrorDue(now time.Time) bool {
	if now.After(e.mirror.until) || now.Before(e.mirror.next) {
		return false
	}
	e.mirror.next = now.Add(mirrorInterval)
	return true
}

// pollCommands does the commands that wait.
func (e *Eye) pollCommands() {
	for {
		select {
		case c := <-e.cfg.Commands:
			e.command(c, time.Now())
		default:
			return
		}
	}
}

// waitResume says that the eye is paused and does commands until it is not.
func (e *Eye) waitResume(ctx context.Context) error {
	if err := e.out.source(e.line(Paused)); err != nil {
		return err
	}
	for e.paused && !e.stopped {
		select {
		case <-ctx.Done():
			return nil
		case c := <-e.cfg.Commands:
			e.command(c, time.Now())
		}
	}
	return nil
}

// complain tells of what is wrong but stops nothing.
func (e *Eye) complain(err error) {
	if e.cfg.Complain != nil {
		e.cfg.Complain(err)
	}
}

// shot is a frame on its way to the judge.
type shot struct {
	frame   gocv.Mat
	judge   bool // else only a picture for setting up
	mirror  bool
	at      time.Duration // of the stream
	wall    int64         // ns since the Unix epoch
	number  uint64
	dropped uint64
	grab    time.Duration
	decode  time.Duration
}

// see judges a shot and writes the observation, and the picture if one is due.
// amend may change the observation; it may be nil.
func (e *Eye) see(j Judge, s *shot, amend func(*posture.Observation)) error {
	if s.judge {
		o, err := j.Observe(s.frame, s.at)
		if err != nil {
			return err
		}
		o.Time, o.Mono = s.wall, int64(s.at)
		o.Frame, o.Dropped = s.number, s.dropped
		o.Timings.Grab, o.Timings.Decode = s.grab.Microseconds(), s.decode.Microseconds()
		o.Timings.Total += o.Timings.Decode
		if amend != nil {
			amend(&o)
		}
		e.judged.Add(1)
		if err := e.out.observation(&o); err != nil {
			return err
		}
	}
	if s.mirror {
		return e.reflect(s.frame)
	}
	return nil
}

// reflect writes a small picture of the frame. A frame that makes none is
// skipped.
func (e *Eye) reflect(frame gocv.Mat) error {
	jpeg, width, height, err := smallJPEG(frame)
	if err != nil {
		e.complain(err)
		return nil
	}
	return e.out.mirror(jpeg, width, height)
}

// freeze notices a camera that repeats the same picture.
type freeze struct {
	seed  maphash.Seed
	sum   uint64
	since time.Duration
	any   bool
}

// look takes a frame and reports whether the same one has been coming for
// frozenLimit.
func (f *freeze) look(frame *gocv.Mat, at time.Duration) bool {
	data, err := frame.DataPtrUint8()
	if err != nil || frame.Empty() {
		return false
	}
	sum := maphash.Bytes(f.seed, data)
	if !f.any || sum != f.sum {
		f.any, f.sum, f.since = true, sum, at
	}
	return at-f.since >= frozenLimit
}
