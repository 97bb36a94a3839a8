package monitor

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"sitwell/posture"
)

// Defaults of [Config].
const (
	// DefaultRate is observations a second: enough to see a glance, and the
	// model's cost stays under 3 % of a core.
	DefaultRate = 2.0
	// DefaultStallAfter is how long an eye may say nothing before it counts
	// as hung.
	DefaultStallAfter = 5 * time.Second
	// DefaultOpenTimeout is how long an eye may take to open its source.
	DefaultOpenTimeout = 20 * time.Second
	// DefaultRetryMin and DefaultRetryMax bound the wait before an eye is
	// started again: 1, 2, 4 ... 30 s.
	DefaultRetryMin = time.Second
	DefaultRetryMax = 30 * time.Second
	// DefaultHealthyAfter is how long an eye must have run well before the
	// wait starts from its shortest again: longer than a flapping camera
	// holds.
	DefaultHealthyAfter = 30 * time.Second

	// crashesToDegrade within crashWindow is when a crashing eye is said to
	// be one.
	crashesToDegrade = 5
	crashWindow      = time.Minute

	// tick is how often silence is noticed.
	tick = 500 * time.Millisecond
	// blindEvery is how often the engine is told that it sees nothing.
	blindEvery = 10 * time.Second
	// readTimeout bounds what the loop reads of the disk.
	readTimeout = time.Second
	// minKept is the shortest time that anything is kept for.
	minKept = 24 * time.Hour
	// pruneEvery is how often old measurements and minutes are deleted.
	pruneEvery = 24 * time.Hour
	// remembered is how far back an engine is told what happened before it: a
	// day, and the hours by which days differ.
	remembered = 26 * time.Hour
	// maxPast bounds what is remembered of a day: a demo makes 3000 events.
	maxPast = 20000
	// flushTimeout bounds the last write when the watch ends.
	flushTimeout = 2500 * time.Millisecond
)

// errHeld stands for a disk that still refuses.
var errHeld = errors.New("the disk still refuses")

// Errors of the commands, said to the person as they are.
var (
	ErrPaused   = errors.New("the watch is paused: resume it first")
	ErrNoEye    = errors.New("the camera gives no picture now")
	ErrStopped  = errors.New("the watch has ended")
	ErrNotReady = errors.New("the camera is still being opened: try again in a moment")
)

// FatalError is why the watch can't go on until something is put right.
type FatalError struct {
	// Code is the exit code of sitwell-eye that says which kind it is.
	Code    int
	Message string
}

// Error implements error.
func (e *FatalError) Error() string { return e.Message }

// Config says what to watch and where to keep it.
type Config struct {
	Eye EyeCommand
	// Source is the eye's: auto, an index, a device, a file, a folder, an
	// address or demo.
	Source string
	// Rate is observations a second; 0 means [DefaultRate].
	Rate float64
	// Policy is for the person, DemoPolicy for the built-in clip. What was
	// changed while running lies over the settings of Policy; the demo takes
	// the sensitivities of that.
	Policy, DemoPolicy posture.Policy
	// Measurements is how long they are kept; 0 keeps none.
	Measurements time.Duration
	// Minutes is how long they are kept; 0 keeps them for good. What they add
	// up to by the quarter of an hour is kept as long as events are.
	Minutes time.Duration
	// Events is how long they are kept, and what days and weeks are summed
	// from; 0 keeps them for good.
	Events time.Duration
	// Store keeps the person's history, DemoStore what the demo brings
	// about; the two never mix.
	Store, DemoStore Store
	// NoDemo keeps the demo from playing when auto finds no camera.
	NoDemo  bool
	Version string
	Logger  *slog.Logger
	// Now is the wall clock; nil means time.Now.
	Now func() time.Time
	// Devices lists the camera devices that are plugged in; nil looks in
	// /dev.
	Devices func() []string

	// Zero values mean the defaults above.
	StallAfter, OpenTimeout, RetryMin, RetryMax, HealthyAfter time.Duration
}

// Monitor is the watch. Its loop owns all that is below the mutex' part.
type Monitor struct {
	cfg  Config
	subs subscribers

	commands chan func() // in: run by the loop
	stopped  chan struct{}
	changing chan struct{} // of one: held by the command that writes
	asking   chan struct{} // of one: held by the question of what would have been

	mu                   sync.Mutex // guards the following
	status               Status
	settings             posture.Settings // in effect for the person
	changed, demoChanged patch            // as stored
	settingsRead         bool             // they were
	judged               frame            // what the engine judges
	alertID              int64            // of the alert stored last
	alertAt              time.Time
	movedID              int64 // of the baseline that the moved camera made stale
	usualDayEnd          *posture.ClockTime
	careful              bool // as of the policy

	// Owned by the loop.
	ctx        context.Context
	engine     *posture.Engine
	camera     string // the engine's
	demo       bool   // the engine's
	policy     posture.Policy
	demoPolicy posture.Policy
	past       map[bool][]posture.Event // of the last day, of the demo and not
	pruneAt    time.Time
	trouble    SourceStatus // what is wrong with a camera that was live
	writer     *writer
	eye        *eye
	eyeSource  string
	started    time.Time // of the eye
	lastLine   time.Time // of the eye
	looks      float64   // how many the eye was told to take in a second
	wasLive    bool      // this eye has given an observation
	everLive   bool      // a camera has, in this watch
	lost       bool      // a camera_lost event stands without its camera_back
	paused     bool
	ended      bool // a recording is over
	mirror     bool
	coach      *coaching
	learned    posture.ComfortableRange // last
	doing      string                   // what the page says is under way, and until when
	doingUntil time.Time
	erasing    bool // what is of now is being deleted: nothing is judged meanwhile
	retryAt    time.Time
	retryWait  time.Duration
	crashes    []time.Time
	lastBlind  time.Time
	blindWhy   string
	probing    chan bool // result of looking for a camera while the demo plays
	probeAt    time.Time
	probeWait  time.Duration
	devices    string
	meter      meter
}

// frame is what an engine judges: a camera and the shape of its pictures.
type frame struct {
	camera        string
	width, height int // px
}

// New returns a monitor that is not running yet. Its Status can be asked for
// at once.
func New(cfg Config) (*Monitor, error) {
	if cfg.Rate == 0 {
		cfg.Rate = DefaultRate
	}
	if !(cfg.Rate >= 0.2 && cfg.Rate <= 30) {
		return nil, fmt.Errorf("rate is %v observations a second: want 0.2 to 30", cfg.Rate)
	}
	for _, p := range []posture.Policy{cfg.Policy, cfg.DemoPolicy} {
		if err := p.Check(); err != nil {
			return nil, err
		}
	}
	for what, keep := range map[string]time.Duration{"measurements": cfg.Measurements, "minutes": cfg.Minutes, "events": cfg.Events} {
		// What is deleted after less is a mistake in a unit, and can't be undone.
		if keep != 0 && keep < minKept {
			return nil, fmt.Errorf("%s are to be kept for %v: want a day or more", what, keep)
		}
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	if cfg.Devices == nil {
		cfg.Devices = videoDevices
	}
	for _, d := range []struct {
		field *time.Duration
		value time.Duration
	}{
		{&cfg.StallAfter, DefaultStallAfter},
		{&cfg.OpenTimeout, DefaultOpenTimeout},
		{&cfg.RetryMin, DefaultRetryMin},
		{&cfg.RetryMax, DefaultRetryMax},
		{&cfg.HealthyAfter, DefaultHealthyAfter},
	} {
		if *d.field == 0 {
			*d.field = d.value
		}
	}
	m := &Monitor{
		cfg: cfg, commands: make(chan func()), stopped: make(chan struct{}), writer: newWriter(cfg.Logger),
		changing: make(chan struct{}, 1), asking: make(chan struct{}, 1),
		policy: cfg.Policy, demoPolicy: cfg.DemoPolicy, past: map[bool][]posture.Event{},
	}
	m.careful = cfg.Policy.Careful
	m.settings, _ = patch(nil).apply(cfg.Policy.Settings) // they were checked
	m.status.Version = cfg.Version
	m.blank()
	m.status.Source = Source{Status: SourceOpening, Name: cfg.Source, Since: cfg.Now().UTC()}
	m.looks = cfg.Rate
	m.status.Rates.TargetHz = cfg.Rate
	return m, nil
}

// blank is what there is to show before anything was seen.
func (m *Monitor) blank() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.status.Live = posture.Live{
		State: posture.Unknown, Reason: "starting", Parts: []posture.Part{}, Level: posture.LevelNone,
		Calibration: posture.Calibration{Status: posture.CalibrationIdle},
	}
	m.status.Policy = shownPolicy(m.policy, false)
}

// shownPolicy is what the page is told of a policy.
func shownPolicy(p posture.Policy, demo bool) Policy {
	return Policy{AlertAfterSeconds: p.AlertAfter, BreakAfterSeconds: p.BreakAfter, Careful: p.Careful, Shortened: demo}
}

func videoDevices() []string {
	d, _ := filepath.Glob("/dev/video*")
	return d
}

// Status returns the present picture.
func (m *Monitor) Status() Status {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.status
}

// Subscribe returns the messages from now on and a function that ends them.
// The channel is closed when the watch ends or when the subscriber lags so far
// behind that it would miss an event.
func (m *Monitor) Subscribe() (<-chan Message, func()) { return m.subs.add() }

// Calibrate starts taking the person's upright, or for the pose
// [posture.PoseSlouch] their slouch, in their way of working. Another word is an
// [*InputError].
func (m *Monitor) Calibrate(ctx context.Context, pose string, way posture.Way) error {
	if pose != posture.PoseUpright && pose != posture.PoseSlouch {
		return wrongInput("pose is %q: want %s or %s", short(pose), posture.PoseUpright, posture.PoseSlouch)
	}
	if !slices.Contains(posture.Ways, way) {
		return wrongInput("way is %q: want one of %v", short(string(way)), posture.Ways)
	}
	return m.do(ctx, func() error {
		if err := m.looking(); err != nil {
			return err
		}
		if err := m.engine.Calibrate(pose, way); err != nil {
			return err
		}
		m.publishLive()
		return nil
	})
}

// looking returns why nobody is looked at now, nil when somebody is.
func (m *Monitor) looking() error {
	switch {
	case m.paused:
		return ErrPaused
	case m.eye == nil || m.ended:
		return ErrNoEye
	case m.engine == nil || !m.wasLive:
		return ErrNotReady
	}
	return nil
}

// CancelCalibration drops a running calibration.
func (m *Monitor) CancelCalibration() {
	_ = m.do(context.Background(), func() error {
		if m.engine != nil {
			m.engine.CancelCalibration()
			m.publishLive()
		}
		return nil
	})
}

// Pause ends the watching until Resume: the eye is stopped, the camera is off.
func (m *Monitor) Pause(ctx context.Context) error {
	return m.do(ctx, func() error {
		if m.paused {
			return nil
		}
		m.paused = true
		m.endCoach()
		m.stopEye()
		m.setSource(SourcePaused, "Paused: the camera is off.")
		m.blind("paused")
		m.record(posture.Output{Events: []posture.Event{{Kind: posture.EventPaused, Time: m.now()}}})
		m.publishLive()
		return nil
	})
}

// Resume watches again.
func (m *Monitor) Resume(ctx context.Context) error {
	return m.do(ctx, func() error {
		if !m.paused {
			return nil
		}
		m.paused, m.ended = false, false
		m.record(posture.Output{Events: []posture.Event{{Kind: posture.EventResumed, Time: m.now()}}})
		m.retryWait, m.retryAt = 0, time.Time{}
		m.startEye(m.cfg.Source)
		m.publishLive()
		return nil
	})
}

// Mirror switches pictures for setting up the camera on or off.
func (m *Monitor) Mirror(on bool) error {
	return m.do(context.Background(), func() error {
		m.mirror = on
		switch {
		case m.paused && on:
			return ErrPaused
		case m.eye == nil && on:
			return ErrNoEye
		case m.eye != nil:
			m.eye.tell(map[string]any{"cmd": "mirror", "on": on})
		}
		return nil
	})
}

// do runs f in the loop and returns its error.
func (m *Monitor) do(ctx context.Context, f func() error) error {
	result := make(chan error, 1)
	select {
	case m.commands <- func() { result <- f() }:
		return <-result
	case <-m.stopped:
		return ErrStopped
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Run watches until ctx ends, or until something has to be put right: then
// the error is a [*FatalError]. It returns within five seconds of ctx's end
// with everything stored.
func (m *Monitor) Run(ctx context.Context) error {
	// The eye is stopped in order, not with ctx.
	eyes, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer func() {
		cancel()
		if m.probing != nil {
			<-m.probing
		}
	}()
	m.ctx = eyes
	go m.writer.run()
	_ = m.readSettings(eyes) // it says so, and the next change tries again
	m.learnDayEnd(eyes)
	for demo, store := range map[bool]Store{false: m.cfg.Store, true: m.cfg.DemoStore} {
		m.past[demo] = m.readPast(eyes, store)
		m.send(batch{erase: &erasing{store: store}}) // what an earlier run did not end
	}
	defer close(m.stopped)
	defer m.subs.close()
	defer m.shutdown()

	if runtime.GOOS == "linux" && m.mayDemo() && len(m.cfg.Devices()) == 0 {
		m.startDemo() // no eye needs to be asked where there is no device
	} else {
		m.startEye(m.cfg.Source)
	}
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		var lines chan line
		if m.eye != nil {
			lines = m.eye.lines
		}
		select {
		case <-ctx.Done():
			return nil
		case f := <-m.commands:
			f()
		case w := <-m.writer.out:
			m.written(w)
		case l, ok := <-lines:
			if !ok {
				m.eye.reap()
				if err := m.eyeEnded(); err != nil {
					return err
				}
				continue
			}
			m.take(l)
		case found := <-m.probing:
			m.probed(found)
		case <-ticker.C:
			m.tick()
		}
	}
}

// now returns the wall clock in UTC.
func (m *Monitor) now() time.Time { return m.cfg.Now().UTC() }

// startEye starts an eye on a source; a failure to start counts as a crash.
func (m *Monitor) startEye(source string) {
	m.eyeSource, m.wasLive, m.retryAt = source, false, time.Time{}
	m.started, m.lastLine = time.Now(), time.Now()
	m.meter = meter{}
	var extra []string
	if source == "demo" {
		extra = append(extra, "--loop")
	}
	if !m.demoPlays() || source == "demo" {
		m.setSource(SourceOpening, "")
	}
	m.looks = m.cfg.Rate
	e, err := startEye(m.ctx, m.cfg.Eye, source, m.cfg.Rate, extra...)
	if err != nil {
		m.cfg.Logger.Error("the eye can't be started", "error", err)
		m.retry(SourceFailed, "The part that sees can't be started: "+err.Error())
		return
	}
	m.eye = e
	if m.mirror {
		e.tell(map[string]any{"cmd": "mirror", "on": true})
	}
}

func (m *Monitor) stopEye() {
	if m.eye != nil {
		m.eye.stop()
		m.eye = nil
	}
}

// demoPlays reports whether the built-in clip is being shown for want of a
// camera.
func (m *Monitor) demoPlays() bool { return m.eye != nil && m.eyeSource == "demo" }

// mayDemo reports whether the demo plays when there is no camera: never once a
// camera has been watched, which is then lost and not absent.
func (m *Monitor) mayDemo() bool {
	return m.cfg.Source == "auto" && !m.cfg.NoDemo && !m.everLive
}

func (m *Monitor) startDemo() {
	m.cfg.Logger.Info("no camera was found: the built-in demo clip plays; a camera that appears takes over")
	m.probeWait = m.cfg.RetryMin
	m.probeAt = time.Now().Add(m.probeWait)
	m.startEye("demo")
	m.publishLive()
}

// take handles a line of the eye.
func (m *Monitor) take(l line) {
	m.lastLine = time.Now()
	switch l.Type {
	case "source":
		m.takeSource(l)
	case "mirror":
		if m.mirror {
			m.subs.publish(Message{Type: "mirror", Mirror: &Mirror{JPEG: l.JPEG, Width: l.Width, Height: l.Height}})
		}
	case "observation":
		m.observe(&l.observation)
	}
}

func (m *Monitor) takeSource(l line) {
	s := m.status.Source
	if l.Name != "" {
		s.Name = l.Name
	}
	s.Card, s.Demo = l.Card, l.Demo || m.eyeSource == "demo"
	if l.Width > 0 {
		s.Width, s.Height, s.FourCC, s.FPS = l.Width, l.Height, l.FourCC, l.FPS
	}
	message := once(l.Message)
	if s.Demo {
		message = m.demoMessage()
	}
	m.mu.Lock()
	m.status.Source = s
	m.mu.Unlock()
	m.setSource(l.Status, message)
	if l.Status == SourceEnded {
		m.ended = true
	}
	m.publishLive()
}

func (m *Monitor) demoMessage() string {
	p := m.cfg.DemoPolicy
	why := "No camera was found, so a built-in clip plays; plug one in and it takes over."
	if m.cfg.Source == "demo" {
		why = "A built-in clip plays, as you asked."
	}
	return fmt.Sprintf("%s Alerts come after %.0f s instead of %.0f s, breaks count from %.0f s, and none of it goes into your history.",
		why, p.AlertAfter, m.cfg.Policy.AlertAfter, p.BreakAfter)
}

// observe feeds the engine.
func (m *Monitor) observe(o *posture.Observation) {
	if m.erasing {
		return
	}
	demo := m.eyeSource == "demo"
	camera := m.status.Source.Card
	if camera == "" {
		camera = m.status.Source.Name
	}
	if demo {
		camera = "demo"
	}
	if m.engine == nil || m.camera != camera || m.demo != demo {
		m.newEngine(camera, demo, o)
	}
	if !m.wasLive {
		m.wasLive = true
		m.blindWhy, m.trouble = "", ""
		if !demo {
			m.everLive = true
		}
		if s := m.status.Source.Status; s != SourceLive {
			m.setSource(SourceLive, m.status.Source.Message)
		}
		if m.lost && !demo {
			m.lost = false
			m.record(posture.Output{Events: []posture.Event{{
				Kind: posture.EventCameraBack, Time: o.When(), Text: "The camera is back: " + camera + ".",
			}}})
		}
	}
	m.exercise()
	m.record(m.engine.Step(o))
	if m.coach != nil {
		if p := m.coach.Step(o); m.now().Before(m.coach.until) {
			m.setCoached(&p)
		} else {
			m.endCoach()
		}
	}
	m.pace()
	m.meter.add(o)
	m.publishLive()
}

// newEngine judges another camera, with the baseline kept for it.
func (m *Monitor) newEngine(camera string, demo bool, o *posture.Observation) {
	m.endCoach()
	if m.engine != nil {
		m.record(m.engine.Close())
	}
	m.camera, m.demo = camera, demo
	policy := m.policyNow()
	ctx, cancel := context.WithTimeout(m.ctx, readTimeout)
	stored, err := m.store().Baselines(ctx, camera, o.Width, o.Height)
	cancel()
	if err != nil {
		m.cfg.Logger.Error("the baselines can't be read", "error", err)
	}
	known := make([]*posture.Baseline, len(stored))
	for i := range stored {
		known[i] = &stored[i]
	}
	e, err := posture.NewEngine(policy, camera, known...)
	if err != nil {
		panic(err) // the policy was checked
	}
	e.Restore(m.recent(demo))
	m.engine = e
	m.mu.Lock()
	m.judged = frame{camera, o.Width, o.Height}
	m.movedID = 0
	m.status.Policy = shownPolicy(policy, demo)
	m.mu.Unlock()
}

// dropEngine ends the judging: what was watched is over.
func (m *Monitor) dropEngine() {
	m.endCoach()
	if m.engine == nil {
		return
	}
	m.record(m.engine.Close())
	m.engine, m.demo = nil, false
	m.mu.Lock()
	m.judged = frame{}
	m.status.Alert, m.status.Ask, m.status.Offer, m.status.Level = nil, nil, nil, posture.LevelNone
	m.status.Breaks, m.status.HeldSeconds = posture.Breaks{}, 0
	m.mu.Unlock()
}

// readPast returns what is stored of the last day.
func (m *Monitor) readPast(ctx context.Context, store Store) []posture.Event {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	now := m.now()
	events, err := store.EventsBetween(ctx, now.Add(-remembered), now)
	if err != nil {
		m.cfg.Logger.Error("what happened today can't be read: limits and breaks count from now", "error", err)
	}
	return events
}

// learnDayEnd looks when the person usually stops, and has the engine go by it.
func (m *Monitor) learnDayEnd(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	now := m.now()
	events, err := m.cfg.Store.EventsBetween(ctx, now.AddDate(0, 0, -posture.UsualDays), now)
	if err != nil {
		m.cfg.Logger.Error("when the day usually ends can't be read", "error", err)
	} else {
		m.mu.Lock()
		m.usualDayEnd = nil
		if end, ok := posture.UsualDayEnd(events, now, m.cfg.Policy.Zone); ok {
			m.usualDayEnd = &end
		}
		m.mu.Unlock()
	}
	m.setPolicies()
}

// recent is what happened in the last day, oldest first.
func (m *Monitor) recent(demo bool) []posture.Event {
	from := m.now().Add(-remembered)
	m.past[demo] = slices.DeleteFunc(m.past[demo], func(e posture.Event) bool { return e.Time.Before(from) })
	return m.past[demo]
}

// remember adds what has happened.
func (m *Monitor) remember(events []posture.Event, demo bool) {
	if len(m.past[demo]) > maxPast {
		m.past[demo] = slices.Clone(m.past[demo][maxPast/2:])
	}
	m.past[demo] = append(m.past[demo], events...)
}

func (m *Monitor) store() Store {
	if m.demo {
		return m.cfg.DemoStore
	}
	return m.cfg.Store
}

// record hands what happened to the writer.
func (m *Monitor) record(out posture.Output) {
	m.remember(out.Events, m.demo)
	for _, e := range out.Events {
		if e.Kind == posture.EventCameraMoved {
			m.mu.Lock()
			m.movedID = e.Ref
			m.mu.Unlock()
		}
	}
	if m.demo || m.cfg.Measurements == 0 {
		out.Samples = nil
	}
	if len(out.Events) == 0 && len(out.Minutes) == 0 && len(out.Samples) == 0 && out.Baseline == nil {
		return
	}
	m.send(batch{store: m.store(), events: out.Events, minutes: out.Minutes, samples: out.Samples, baseline: out.Baseline})
}

// recordBut records without the events of a kind: they are on disk already.
func (m *Monitor) recordBut(out posture.Output, kind posture.EventKind) {
	out.Events = slices.DeleteFunc(out.Events, func(e posture.Event) bool { return e.Kind == kind })
	m.record(out)
}

// send hands a batch to the writer.
func (m *Monitor) send(b batch) {
	for {
		select {
		case m.writer.in <- b:
			return
		case w := <-m.writer.out:
			m.written(w)
		}
	}
}

// tell publishes the events of a command, which are on disk.
func (m *Monitor) tell(events []posture.Event) {
	_, demo := m.shown()
	m.remember(events, demo)
	m.publish(events)
}

func (m *Monitor) publish(events []posture.Event) {
	for i := range events {
		if e := &events[i]; e.Kind == posture.EventAlert {
			m.mu.Lock()
			m.alertID, m.alertAt = e.ID, e.Time
			m.mu.Unlock()
		}
		m.subs.publish(Message{Type: "event", Event: &events[i]})
	}
}

// written takes the writer's answer: what is on disk is told to the page.
func (m *Monitor) written(w written) {
	if w.then != nil {
		w.then()
		return
	}
	if w.command != nil {
		w.command.done(w.events, w.err)
		return
	}
	if w.baseline != nil && m.engine != nil && w.baseline.Camera == m.camera {
		if err := m.engine.UseBaseline(w.baseline); err != nil {
			m.cfg.Logger.Error("the new baseline is not used", "error", err)
		}
	}
	text := ""
	if w.err != nil {
		text = "What happens can't be written to disk right now and is held in memory"
		if !errors.Is(w.err, errHeld) {
			text += ": " + w.err.Error()
		}
	}
	m.mu.Lock()
	changed := (m.status.StoreError == "") != (text == "")
	if changed || !errors.Is(w.err, errHeld) {
		m.status.StoreError = text
	}
	m.mu.Unlock()
	m.publish(w.events)
	if changed {
		m.publishLive()
	}
}

// eyeEnded decides what follows when an eye is gone.
func (m *Monitor) eyeEnded() error {
	e, source := m.eye, m.eyeSource
	m.eye = nil
	code := e.exitCode()
	status := m.status.Source.Status
	message := e.said
	if message == "" {
		message = m.status.Source.Message
	}
	message = once(message)
	if m.ended && code == 0 {
		m.dropEngine()
		m.setSource(SourceEnded, "The recording is over.")
		m.publishLive()
		return nil
	}
	// A Go program that crashes ends with code 2 as well: what the eye can't
	// go on with, it says in a last line.
	said := status == SourceFailed
	switch {
	case code == eyeNotLoaded:
		return &FatalError{Code: 1, Message: "the part that sees can't be loaded on this machine: " + message +
			": install the libraries it needs (see sitwell doctor), or build it here with make build"}
	case said && code == eyeBadInput || code == eyeNoRuntime:
		return &FatalError{Code: code, Message: message}
	case code == eyeNoSource && isFile(source) && !m.wasLive:
		return &FatalError{Code: code, Message: message}
	case code == eyeNoCamera && m.mayDemo():
		m.startDemo()
		return nil
	}
	live := m.wasLive
	m.loseCamera(message)
	if time.Since(m.started) >= m.cfg.HealthyAfter && live {
		m.retryWait = 0
	}
	switch code {
	case eyeNoCamera:
		status = SourceNoCamera
		if m.trouble != "" && m.devicePresent() {
			// It is there, and gives nothing: that is not the same.
			status = m.trouble
		}
	case eyeBusy:
		status = SourceBusy
	case eyeNoSource:
		if status != SourceLost && status != SourceFrozen && status != SourceStalled {
			status = SourceFailed
		}
		if status == SourceFailed && live {
			status = SourceLost
		}
	default:
		now := time.Now()
		m.crashes = append(m.crashes, now)
		for len(m.crashes) > 0 && now.Sub(m.crashes[0]) > crashWindow {
			m.crashes = m.crashes[1:]
		}
		m.cfg.Logger.Error("the eye crashed", "code", code, "said", message)
		status = SourceLost
		if len(m.crashes) >= crashesToDegrade {
			status = SourceDegraded
			message = "The part that sees crashes again and again; it is tried every half minute. Last word: " + message
			m.retryWait = m.cfg.RetryMax / 2
		}
	}
	m.retry(status, message)
	return nil
}

// once takes away an advice that the message has already.
func once(message string) string {
	const advice = "plug it in again"
	if rest, found := strings.CutSuffix(message, ": "+advice); found && strings.Contains(rest, advice) {
		return rest
	}
	return message
}

// devicePresent reports whether the device of the camera that was watched is
// still there.
func (m *Monitor) devicePresent() bool {
	devices := m.cfg.Devices()
	switch {
	case m.cfg.Source == "auto":
		return len(devices) > 0
	case slices.Contains(devices, m.cfg.Source), slices.Contains(devices, "/dev/video"+m.cfg.Source):
		return true
	case strings.HasPrefix(m.cfg.Source, "/dev/"): // a link with a lasting name
		_, err := os.Stat(m.cfg.Source)
		return err == nil
	}
	return false
}

// loseCamera tells the engine and, once, the history that the camera is gone.
func (m *Monitor) loseCamera(message string) {
	if m.wasLive && !m.lost && m.eyeSource != "demo" {
		m.lost = true
		m.record(posture.Output{Events: []posture.Event{{Kind: posture.EventCameraLost, Time: m.now(), Text: message}}})
	}
	m.wasLive = false
	m.endCoach()
	m.blind("camera lost")
}

// retry waits before the next eye, longer each time.
func (m *Monitor) retry(status SourceStatus, message string) {
	switch {
	case m.everLive && (status == SourceLost || status == SourceStalled || status == SourceFrozen):
		m.trouble = status
	case status != m.trouble:
		m.trouble = ""
	}
	m.retryWait = min(max(2*m.retryWait, m.cfg.RetryMin), m.cfg.RetryMax)
	m.retryAt = time.Now().Add(m.retryWait)
	m.setSource(status, message)
	m.blind("camera lost")
	m.publishLive()
}

// tick notices silence and does what is due.
func (m *Monitor) tick() {
	now := time.Now()
	switch {
	case m.paused || m.ended:
	case m.eye == nil && !m.retryAt.IsZero() && now.After(m.retryAt):
		source := m.cfg.Source
		m.startEye(source)
	case m.eye != nil && m.silentFor(now) > m.stallLimit():
		m.cfg.Logger.Warn("the camera says nothing: the eye is started again", "silent", m.silentFor(now).Round(time.Second))
		m.eye.kill()
		m.eye = nil
		m.loseCamera("The camera stopped answering.")
		m.retry(SourceStalled, "The camera stopped answering. It is opened again; if that goes on, unplug it and plug it in again.")
	case m.demoPlays() && m.cfg.Source == "auto":
		m.probe(now)
	}
	if now.After(m.pruneAt) {
		if !m.pruneAt.IsZero() {
			m.learnDayEnd(m.ctx)
		}
		m.pruneAt = now.Add(pruneEvery)
		old := &pruning{store: m.cfg.Store, samples: m.now().Add(-m.cfg.Measurements)}
		if m.cfg.Minutes > 0 {
			old.minutes = m.now().Add(-m.cfg.Minutes)
		}
		if m.cfg.Events > 0 {
			old.events = m.now().Add(-m.cfg.Events)
		}
		m.send(batch{prune: old})
	}
	if m.blindWhy != "" && now.Sub(m.lastBlind) >= blindEvery {
		m.blind(m.blindWhy)
		m.publishLive() // a sign of life for the page
	}
}

func (m *Monitor) silentFor(now time.Time) time.Duration { return now.Sub(m.lastLine) }

func (m *Monitor) stallLimit() time.Duration {
	if !m.wasLive {
		return m.cfg.OpenTimeout
	}
	if m.looks < 1 {
		return m.cfg.StallAfter + time.Duration(float64(time.Second)/m.looks)
	}
	return m.cfg.StallAfter
}

// probe looks for a camera while the demo plays: only when a device is there,
// at once when the devices changed, less and less often when none works.
func (m *Monitor) probe(now time.Time) {
	if m.probing != nil {
		return
	}
	devices := m.cfg.Devices()
	list := strings.Join(devices, " ")
	if list != m.devices {
		m.devices = list
		m.probeWait = m.cfg.RetryMin
		m.probeAt = now.Add(m.probeWait) // a device needs a moment to settle
	}
	if len(devices) == 0 || now.Before(m.probeAt) {
		return
	}
	m.probing = make(chan bool, 1)
	result := m.probing
	ctx := m.ctx
	c, rate, limit := m.cfg.Eye, m.cfg.Rate, m.cfg.OpenTimeout
	go func() {
		ctx, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		e, err := startEye(ctx, c, "auto", rate, "--probe")
		if err != nil {
			result <- false
			return
		}
		for range e.lines { // its source line; then it ends
		}
		<-e.done
		result <- e.exitCode() == 0
	}()
}

func (m *Monitor) probed(found bool) {
	m.probing = nil
	if !found {
		m.probeWait = min(2*m.probeWait, m.cfg.RetryMax)
		m.probeAt = time.Now().Add(m.probeWait)
		return
	}
	if m.paused || !m.demoPlays() {
		return
	}
	m.cfg.Logger.Info("a camera has appeared and takes over from the demo")
	m.stopEye()
	m.dropEngine()
	m.blank() // nothing of the demo is the person's
	m.startEye(m.cfg.Source)
	m.publishLive()
}

// blind tells the engine that it sees nothing.
func (m *Monitor) blind(why string) {
	m.blindWhy, m.lastBlind = why, time.Now()
	if m.engine != nil {
		m.record(m.engine.Blind(m.now(), why))
	}
}

func (m *Monitor) setSource(status SourceStatus, message string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := &m.status.Source
	if s.Status != status {
		s.Since = m.now()
		if message != "" {
			m.cfg.Logger.Info("source", "status", status, "name", s.Name, "card", s.Card, "message", message)
		} else {
			m.cfg.Logger.Info("source", "status", status, "name", s.Name, "card", s.Card)
		}
	}
	if status == SourceOpening {
		*s = Source{Status: status, Name: m.eyeSource, Demo: m.eyeSource == "demo", Since: s.Since}
	}
	s.Status, s.Message = status, message
}

// publishLive takes a new picture of everything and shows it.
func (m *Monitor) publishLive() {
	m.mu.Lock()
	if m.engine != nil {
		m.status.Live = m.engine.Live()
	} else if m.blindWhy != "" {
		m.status.Reason = m.blindWhy
	}
	if m.status.Time.IsZero() || m.blindWhy != "" {
		m.status.Time = m.now()
		m.snoozedOrNot()
	}
	m.status.Rates = m.meter.rates(m.looks)
	s := m.status
	m.mu.Unlock()
	m.subs.publish(Message{Type: "live", Live: &s})
}

// snoozedOrNot tells of a snooze while nothing is seen: the engine's time stands
// still then. It needs mu.
func (m *Monitor) snoozedOrNot() {
	until := m.policyNow().SnoozedUntil
	switch snoozed := until.After(m.now()); {
	case snoozed:
		m.status.Silence, m.status.SilentUntil = posture.SilenceSnoozed, until
	case m.status.Silence == posture.SilenceSnoozed:
		m.status.Silence, m.status.SilentUntil = "", time.Time{}
	}
}

// shutdown ends the eye, the engine and the writer, in this order.
func (m *Monitor) shutdown() {
	m.stopEye()
	m.dropEngine()
	m.writer.flush(flushTimeout)
}

// isFile reports whether a source is a recording or a folder of pictures:
// neither comes back by itself, so failing to open it is final.
func isFile(source string) bool {
	if source == "auto" || source == "demo" || strings.HasPrefix(source, "/dev/") || strings.Contains(source, "://") {
		return false
	}
	_, err := strconv.Atoi(source)
	return err != nil
}

// meter measures rates over the last observations.
type meter struct {
	mono    [16]int64
	frame   [16]uint64
	n       int
	dropped uint64
	modelMs float64
}

func (r *meter) add(o *posture.Observation) {
	i := r.n % len(r.mono)
	r.mono[i], r.frame[i] = o.Mono, o.Frame
	r.n++
	r.dropped, r.modelMs = o.Dropped, float64(o.Timings.Landmarks)/1e3
}

func (r *meter) rates(target float64) Rates {
	out := Rates{TargetHz: target, Dropped: r.dropped, ModelMs: r.modelMs}
	if r.n < 2 {
		return out
	}
	last := (r.n - 1) % len(r.mono)
	first := 0
	if r.n > len(r.mono) {
		first = r.n % len(r.mono)
	}
	span := float64(r.mono[last]-r.mono[first]) / 1e9
	if span <= 0 {
		return out
	}
	out.ObservedHz = float64(min(r.n, len(r.mono))-1) / span
	out.GrabbedHz = float64(r.frame[last]-r.frame[first]) / span
	return out
}
