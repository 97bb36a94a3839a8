package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"sitwell/posture"
	"sitwell/posture/history"
	"sitwell/posture/relief"
)

const (
	// seedEvery is the time between two looks at a person who stays as they
	// are, in seconds: nearly as long as the engine takes a posture to go on.
	// seedEveryKept is the same while measurements are kept.
	seedEvery     = 9.9
	seedEveryKept = 5.0
	// settledBy are the looks after a change, in seconds after it: by the
	// first the smoothed measures are nearly there, by the second the longest
	// wait for a new state is over.
	seenAt, settledBy = 2.0, 4.2
	// blindEach is how often the engine is told that it sees nothing, in
	// seconds.
	blindEach = 60.0
	// remembers is how far back an engine is told what happened before it.
	remembers = 26 * time.Hour
	// calibrateEach is how often the person calibrates anew, in days.
	calibrateEach = 170
	// keptDays is how many of the last days keep their measurements.
	keptDays = 14
)

// seedStore is what of the store is written to as it happens.
type seedStore interface {
	SaveBaseline(ctx context.Context, b posture.Baseline) (posture.Baseline, error)
}

// lived is what a day brings about.
type lived struct {
	zones   []history.ZoneSince
	events  []posture.Event // with the IDs that the store will give them
	minutes []posture.Minute
	samples []posture.SampleBlock
}

// reaction is what the person will do.
type reaction struct {
	at time.Time
	do func()
}

// seedLife is a person at the desk, before the real engine.
type seedLife struct {
	ctx   context.Context
	seed  uint64
	store seedStore
	body  *seedBody
	err   error // the first one; nothing happens after it

	policy    posture.Policy
	baselines []posture.Baseline // as stored
	past      []posture.Event    // of the last day
	lastID    int64
	eased     map[posture.Signal]int
	zone      string
	onDesk    bool         // a standing baseline of the desk camera is known
	calibrate history.Date // when it is time again, 0 for at once
	guessed   bool         // the provisional baseline was made
	sharpened bool
	tension   [3]float64 // of the areas, in the order of posture.Areas

	day    lived
	date   seedDay
	rng    *rand.Rand
	factor float64 // of the day and its week, on slouching
	slump  [24]float64
	upper  float64 // today's exposure of the upper back, in minutes
	long   float64 // today's long sitting, in minutes
	judged float64 // today, in seconds

	engine *posture.Engine
	camera *seedCamera
	o      posture.Observation
	view   posture.View
	now    time.Time
	mono   int64 // ns
	last   time.Time
	fast   time.Duration // how far the wall clock is ahead
	every  float64
	standing,
	video bool
	seat       stance // how the person sits on the chair at present
	sat        time.Time
	breakAt    time.Time
	did        []string  // the exercises of the last routine
	cut        time.Time // when the present bearing ends early; zero for not
	reactions  []reaction
	alert      *posture.Event // the one that stands
	keepSample bool
}

// newSeedLife begins a life of baselines that there are none of yet.
func newSeedLife(ctx context.Context, seed uint64, store seedStore) (*seedLife, error) {
	body, err := newSeedBody(seed)
	if err != nil {
		return nil, err
	}
	policy := posture.DefaultPolicy()
	policy.DayEnd = "17:30"
	return &seedLife{
		ctx: ctx, seed: seed, store: store, body: body, policy: policy,
		eased: map[posture.Signal]int{}, tension: [3]float64{5.2, 4.4, 5},
	}, nil
}

// course is the share of the time judged that the person would slouch on an
// ordinary day, by how far through the history it is: better with plateaus, and
// a relapse.
var course = [...][2]float64{
	{0, .30}, {.12, .23}, {.25, .225}, {.40, .155}, {.50, .145}, {.506, .27}, {.56, .225}, {.66, .145}, {.76, .12}, {.86, .115}, {1, .085},
}

// courseAt is the course between its points.
func courseAt(progress float64) float64 {
	for i := 1; i < len(course); i++ {
		if a, b := course[i-1], course[i]; progress <= b[0] {
			return a[1] + (b[1]-a[1])*(progress-a[0])/(b[0]-a[0])
		}
	}
	return course[len(course)-1][1]
}

// discipline is how far the person has come, 0 to 1.
func (l *seedLife) discipline() float64 {
	worst, best := course[0][1], course[len(course)-1][1]
	return (worst - courseAt(l.date.progress)) / (worst - best)
}

// liveDay lives a day and returns what came of it.
func (l *seedLife) liveDay(d seedDay, keep bool) (lived, error) {
	l.day, l.date, l.keepSample, l.every = lived{}, d, keep, seedEvery
	if keep {
		l.every = seedEveryKept
	}
	l.rng = drawFor(l.seed, d.date, 3)
	l.body.rng = drawFor(l.seed, d.date, 4)
	week := drawFor(l.seed, d.date.Week().First(), 5)
	l.factor = math.Exp(.10*week.NormFloat64() + .16*l.rng.NormFloat64())
	switch d.date.Weekday() {
	case time.Monday:
		l.factor *= .88
	case time.Friday:
		l.factor *= 1.2
	}
	for h := range l.slump {
		l.slump[h] = 1
		if h >= 13 {
			l.slump[h] = 1.15
		}
	}
	if week.Float64() < .6 { // the hour after lunch is the worst of some weeks
		l.slump[13+week.IntN(3)] = 1.4 + week.Float64()
	}
	l.upper, l.long, l.judged = 0, 0, 0
	for i, s := range d.sessions {
		if err := l.live(s, i == 0); err != nil {
			return lived{}, fmt.Errorf("live %s: %w", d.date, err)
		}
	}
	l.feel()
	return l.day, nil
}

// live is a time in which the machine is on.
func (l *seedLife) live(s session, first bool) error {
	zone, err := time.LoadLocation(s.zone)
	if err != nil {
		return err
	}
	start, end := timeOf(l.date.date, zone, s.from), timeOf(l.date.date, zone, s.to)
	if start.Before(l.now.Add(10*time.Minute)) || end.Sub(start) < 5*time.Minute {
		return nil // still busy with what was before
	}
	l.now, l.last, l.mono, l.fast = start.UTC(), start.UTC(), int64(20e9*l.rng.Float64()), 0
	if l.date.setBack && first {
		l.fast = time.Hour
	}
	if s.zone != l.zone {
		l.zone = s.zone
		l.day.zones = append(l.day.zones, history.ZoneSince{Since: l.wall(), Zone: zone})
	}
	l.policy.Zone = zone
	l.policy.SnoozedUntil = time.Time{}
	l.policy.Eased = l.eased
	l.camera = &l.body.cameras[s.camera]
	if err := l.startEngine(); err != nil {
		return err
	}
	l.view = posture.View{Scene: 1, X: l.camera.movedX, Y: l.camera.movedY, Certainty: .9}
	l.reactions, l.alert, l.cut, l.standing, l.video = nil, nil, time.Time{}, false, false
	if l.fast > 0 {
		l.reactions = append(l.reactions, reaction{l.until(2.3 * 3600), func() { l.fast = 0 }})
	}
	l.sitDown()
	l.hold(stance{bearing: bearsNobody}, 12)
	if !l.hasBaseline(posture.WaySitting) && !l.guessed {
		l.guessed = true
		l.work(l.now.Add(7 * time.Minute)) // a first guess is taken meanwhile
	}
	if !l.hasBaseline(posture.WaySitting) || l.date.date >= l.calibrate {
		l.takeBaseline(posture.WaySitting)
		l.calibrate = l.date.date + calibrateEach
	}
	for _, a := range l.agenda(s) {
		if a.at.Before(l.now) || a.at.After(end.Add(-5*time.Minute)) {
			continue // something else took too long
		}
		l.work(a.at)
		a.do()
		if l.err != nil {
			break
		}
	}
	l.work(end.UTC())
	if l.rng.Float64() < .6 {
		l.hold(stance{bearing: bearsNobody}, 60+400*l.rng.Float64())
	}
	l.take(l.engine.Close())
	l.engine = nil
	return l.err
}

// startEngine is the start of the program.
func (l *seedLife) startEngine() error {
	var known []*posture.Baseline
	for i := range l.baselines {
		if b := &l.baselines[i]; b.Camera == l.camera.name && b.Width == l.camera.width && b.Height == l.camera.height {
			known = append(known, b)
		}
	}
	var err error
	if l.engine, err = posture.NewEngine(l.policy, l.camera.name, known...); err != nil {
		return err
	}
	l.past = slices.DeleteFunc(l.past, func(e posture.Event) bool { return e.Time.Before(l.wall().Add(-remembers)) })
	l.engine.Restore(l.past)
	return nil
}

func (l *seedLife) hasBaseline(way posture.Way) bool {
	return slices.ContainsFunc(l.baselines, func(b posture.Baseline) bool {
		return b.Camera == l.camera.name && b.Way == way && !b.Provisional && b.Stale == ""
	})
}

// agenda is what happens in a session but for work, in order.
func (l *seedLife) agenda(s session) []reaction {
	var out []reaction
	local := func(hour float64) time.Time {
		return l.now.Add(time.Duration((hour - s.from) * float64(time.Hour))).UTC()
	}
	within := func() time.Time { return local(s.from + .3 + (s.to-s.from-.4)*l.rng.Float64()) }
	add := func(at time.Time, do func()) { out = append(out, reaction{at, do}) }
	long := s.to-s.from > 3
	if lunch := 12.2 + .35*l.rng.NormFloat64(); s.from < lunch-1 && s.to > lunch+1.5 {
		add(local(lunch), l.lunch)
	}
	if long && l.rng.Float64() < .12 {
		add(l.now.Add(2*time.Minute), l.checkIn)
	}
	meetings := 0
	if long {
		meetings = l.rng.IntN(4)
	}
	for range meetings {
		at := local(math.Ceil(s.from) + .5*float64(l.rng.IntN(1+int(2*(s.to-s.from-1)))))
		if l.rng.Float64() < .5 {
			add(at, func() { l.away(1500 + 2000*l.rng.Float64()) })
		} else {
			add(at, func() { l.videoMeeting(1200 + 1800*l.rng.Float64()) })
		}
	}
	if long && l.camera == &l.body.cameras[deskCamera] && l.date.progress > .2 && l.rng.Float64() < .3+.3*l.discipline() {
		for range 1 + l.rng.IntN(2) {
			add(within(), func() { l.stand(1200 + 2000*l.rng.Float64()) })
		}
	}
	if long && l.rng.Float64() < .45 {
		if hour := sunset(l.date.date) + .5*l.rng.Float64(); hour < s.to {
			add(local(hour), func() { l.hold(stance{bearing: bearsDark}, 150+800*l.rng.Float64()) })
		}
	}
	for _, c := range []struct {
		rate float64
		do   func()
	}{
		{.05, l.pause}, {.012, l.loseCamera}, {.06, l.snooze}, {.011, l.moveCamera},
	} {
		if c.rate > l.rng.Float64() && long {
			add(within(), c.do)
		}
	}
	slices.SortStableFunc(out, func(a, b reaction) int { return a.at.Compare(b.at) })
	return out
}

// sunset is when it gets dark in the room, by month, in hours.
func sunset(d history.Date) float64 {
	return [...]float64{16.4, 17.3, 18.2, 20, 20.8, 21.5, 21.3, 20.5, 19.3, 18.2, 16.5, 16}[month(d)-1]
}

// wall is what the clock on the wall shows.
func (l *seedLife) wall() time.Time { return l.now.Add(l.fast).UTC() }

func (l *seedLife) until(seconds float64) time.Time {
	return l.now.Add(time.Duration(seconds * float64(time.Second)))
}

// pass lets time go by in which the machine runs.
func (l *seedLife) pass(to time.Time) {
	if d := to.Sub(l.now); d > 0 {
		l.now = to
		l.mono += int64(d)
	}
}

// lognormal is never below a tenth of its median nor above twenty times it.
func (l *seedLife) lognormal(median, sigma float64) float64 {
	return median * math.Min(20, math.Max(.1, math.Exp(sigma*l.rng.NormFloat64())))
}

// hold has the person bear themself so for a while, or until a reaction ends it.
func (l *seedLife) hold(s stance, seconds float64) {
	s.desk, s.back, s.aside = l.standing, l.seat.back, l.seat.aside
	begin, end := l.now, l.until(seconds)
	next := l.until(seenAt)
	deepens := 0.0
	if s.bearing == bearsRound || s.bearing == bearsForward || s.bearing == bearsSlid {
		deepens = .1 / 600 // a slouch gets worse
	}
	depth := s.depth
	for l.err == nil {
		if !l.cut.IsZero() && l.cut.Before(end) {
			end = l.cut
		}
		if !l.breakAt.IsZero() && l.breakAt.Before(end) && l.breakAt.After(begin) && s.bearing != bearsNobody {
			end = l.breakAt
		}
		if late := l.last.Add(time.Duration(l.every * float64(time.Second))); next.After(late) {
			next = late // longer, and the engine would not take it to have gone on
		}
		if next.After(end) {
			break
		}
		l.pass(next)
		s.depth = depth + deepens*math.Min(600, l.now.Sub(begin).Seconds())
		l.look(&s)
		l.react()
		next = l.until(l.every)
		if since := l.now.Sub(begin).Seconds(); since < settledBy {
			next = begin.Add(time.Duration(settledBy * float64(time.Second)))
		}
	}
	l.pass(end)
}

// look has the engine see the person.
func (l *seedLife) look(s *stance) {
	l.o.Time, l.o.Mono = l.wall().UnixNano(), l.mono
	l.o.Frame++
	if err := l.body.observe(&l.o, l.camera, s); err != nil {
		l.err = err
		return
	}
	l.o.View = &l.view
	l.last = l.now
	l.take(l.engine.Step(&l.o))
}

// react does what is due.
func (l *seedLife) react() {
	for i := 0; i < len(l.reactions); i++ {
		if r := l.reactions[i]; !r.at.After(l.now) {
			l.reactions = slices.Delete(l.reactions, i, i+1)
			i--
			r.do()
		}
	}
}

// happen notes an event that is not the engine's.
func (l *seedLife) happen(e posture.Event) posture.Event {
	if e.Time.IsZero() {
		e.Time = l.wall()
	}
	l.lastID++
	e.ID = l.lastID
	l.day.events = append(l.day.events, e)
	l.past = append(l.past, e)
	return e
}

// take notes what the engine says, and has the person react.
func (l *seedLife) take(out posture.Output) {
	for _, e := range out.Events {
		e = l.happen(e)
		switch e.Kind {
		case posture.EventAlert:
			l.alert = &e
			l.answerAlert(e)
		case posture.EventEpisodeEnd:
			l.alert = nil
		case posture.EventBreakDue:
			if l.rng.Float64() < .2+.4*l.discipline() {
				l.breakAt = l.until(15 + 200*l.rng.Float64())
			}
		case posture.EventStaticHold:
			if l.rng.Float64() < .5 {
				l.shift()
			}
		case posture.EventBoutEnd:
			l.long += math.Max(0, e.Seconds-history.LongFrom) / 60
		}
	}
	if out.Baseline != nil {
		l.keepBaseline(*out.Baseline)
	}
	for _, m := range out.Minutes {
		l.day.minutes = append(l.day.minutes, m)
		l.judged += m.ScoreSeconds
		for _, s := range posture.Signals {
			if s != posture.LeanIn && s != posture.LeanAside {
				l.upper += m.Exposure[s] / history.SlouchPoints / 60
			}
		}
	}
	if l.keepSample {
		l.day.samples = append(l.day.samples, out.Samples...)
	}
}

// keepBaseline stores one that the engine made or changed.
func (l *seedLife) keepBaseline(b posture.Baseline) {
	made := b.ID == 0
	saved, err := l.store.SaveBaseline(l.ctx, b)
	if err != nil {
		l.err = err
		return
	}
	if i := slices.IndexFunc(l.baselines, func(k posture.Baseline) bool { return k.ID == saved.ID }); i >= 0 {
		l.baselines[i] = saved
	} else {
		l.baselines = append(l.baselines, saved)
	}
	if made {
		l.err = l.engine.UseBaseline(&saved)
	}
}

// setPolicy has the engine go by changed rules.
func (l *seedLife) setPolicy() {
	if err := l.engine.SetPolicy(l.policy); err != nil && l.err == nil {
		l.err = err
	}
}

// answerAlert chooses what the person does about an alert.
func (l *seedLife) answerAlert(e posture.Event) {
	later := func(seconds float64, do func()) { l.reactions = append(l.reactions, reaction{l.until(seconds), do}) }
	switch r := l.rng.Float64(); {
	case r < .09:
		later(4+25*l.rng.Float64(), func() {
			if l.alert == nil || l.alert.ID != e.ID {
				return
			}
			live := l.engine.Live()
			l.engine.Dismiss(l.wall())
			l.happen(posture.Event{Kind: posture.EventDismissed, State: e.State, Signal: e.Signal, Seconds: live.PoorSeconds, Ref: e.ID})
			l.alert = nil
		})
	case r < .097:
		later(6+30*l.rng.Float64(), func() { l.callWrong(e) })
	case r < .097+.6+.2*l.discipline():
		l.cut = l.until(math.Min(240, math.Max(5, l.lognormal(24, .8))))
	}
}

// callWrong says that an alert was wrong, and now and then takes it back.
func (l *seedLife) callWrong(e posture.Event) {
	level := 0
	ease := func(n int) {
		eased := map[posture.Signal]int{}
		for _, s := range posture.Signals {
			if v := l.eased[s]; v > 0 {
				eased[s] = v
			}
		}
		if eased[e.Signal] += n; eased[e.Signal] <= 0 {
			delete(eased, e.Signal)
		}
		l.eased, l.policy.Eased = eased, eased
		if l.engine != nil {
			l.setPolicy()
		}
	}
	// More than two would hide more of the slouching than the person thinks.
	if l.eased[e.Signal] < posture.MaxEased/2 {
		level = 1
		ease(1)
	}
	l.happen(posture.Event{Kind: posture.EventWrong, State: e.State, Signal: e.Signal, Ref: e.ID, Level: level})
	if l.alert != nil && l.alert.ID == e.ID {
		l.take(l.engine.Wrong(l.wall()))
		l.alert = nil
	}
	if l.rng.Float64() < .4 {
		l.reactions = append(l.reactions, reaction{l.until(400), func() {
			if level > 0 {
				ease(-1)
			}
			l.happen(posture.Event{Kind: posture.EventWrongOff, State: e.State, Signal: e.Signal, Ref: e.ID, Level: level})
		}})
	}
}

// shift moves the person on the chair.
func (l *seedLife) shift() {
	l.seat.back = seatMost * (2*l.rng.Float64() - 1)
	l.seat.aside = seatMost * (2*l.rng.Float64() - 1)
}

// sitDown begins to sit, or to stand at the desk: rested.
func (l *seedLife) sitDown() {
	l.sat = l.now
	l.shift()
	l.breakAt = l.until(60 * l.lognormal(56-22*l.discipline(), .45))
}

// sagging is what the hours do: 0 just after a break, 1 after three quarters of
// an hour without one.
func (l *seedLife) sagging() float64 { return math.Min(1.2, l.now.Sub(l.sat).Minutes()/45) }

// slouching is the share of the time that the person slouches now.
func (l *seedLife) slouching() float64 {
	share := courseAt(l.date.progress) * l.factor * (.5 + l.sagging()) * l.slump[l.now.In(l.policy.Zone).Hour()]
	if l.standing {
		share *= .4
	}
	return math.Min(.7, math.Max(.01, share))
}

// work is time at the desk, by an outer clock: upright, and what comes between.
func (l *seedLife) work(to time.Time) {
	for l.err == nil && l.now.Before(to) {
		if !l.now.Before(l.breakAt) {
			l.rest()
			continue
		}
		type between struct {
			bearing
			share, seconds float64
		}
		list := []between{
			{bearsRound, l.slouching(), 95 + 45*(1-l.discipline())},
			{bearsLeanIn, .035, 80},
			{bearsAside, .02, 60},
			{bearsDown, .025, 13},
			{bearsTurned, .03, 40},
		}
		if l.video { // at the other screen, or listening
			list[0].share *= .8
			list[2].share, list[4] = .06, between{bearsTurned, .35, 120}
		}
		upright, rate := 1.0, 0.0
		for _, b := range list {
			upright -= b.share
		}
		upright = math.Max(.15, upright)
		for _, b := range list {
			rate += b.share / b.seconds / upright
		}
		left := func() float64 { return math.Max(.5, to.Sub(l.now).Seconds()) }
		l.hold(stance{depth: sagMost * math.Min(1, l.sagging()) * (.3 + .7*l.rng.Float64())}, math.Min(left(), 6+l.rng.ExpFloat64()/rate))
		l.cut = time.Time{}
		if !l.now.Before(to) || !l.now.Before(l.breakAt) {
			continue
		}
		pick := l.rng.Float64() * rate
		chosen := list[len(list)-1]
		for _, b := range list {
			if pick -= b.share / b.seconds / upright; pick < 0 {
				chosen = b
				break
			}
		}
		s := stance{bearing: chosen.bearing, depth: .8 + .25*l.rng.Float64(), side: float64(1 - 2*l.rng.IntN(2))}
		long := l.lognormal(.75*chosen.seconds, .75)
		switch chosen.bearing {
		case bearsRound:
			long = l.lognormal(.3*chosen.seconds, 1.5)
			how := l.rng.Float64()
			for _, k := range slouches {
				s.bearing = k.bearing
				if how -= k.share; how < 0 {
					s.depth = k.least + (k.most-k.least-.1)*math.Min(1, .6*l.rng.Float64()+.5*l.sagging()*l.rng.Float64())
					break
				}
			}
		case bearsDown:
			s.depth = .9 + .1*l.rng.Float64()
			long = math.Min(17, long)
		}
		l.hold(s, math.Min(left(), long+3))
		l.cut = time.Time{}
	}
}

// rest is a break, by chance a short one.
func (l *seedLife) rest() {
	switch r := l.rng.Float64(); {
	case r < .2:
		l.away(40 + 70*l.rng.Float64())
	case r < .62:
		l.away(130 + 170*l.rng.Float64())
	case r < .74 && !l.standing:
		// Two minutes of exercises in the chair instead.
		l.breakAt = time.Time{}
		l.exercise(relief.Person{Minutes: relief.RoutineMinutes[0], Stay: true, Recent: l.did, Unbroken: l.engine.Live().SittingSeconds})
		l.sitDown()
	default:
		l.away(310 + 560*l.rng.Float64())
	}
}

// away gets up, leaves and comes back.
func (l *seedLife) away(seconds float64) {
	l.breakAt = time.Time{}
	if !l.standing {
		l.hold(stance{bearing: bearsStandUp}, 5)
	}
	l.hold(stance{bearing: bearsNobody}, seconds)
	if seconds >= posture.DefaultBreakAfter {
		l.sitDown()
	} else {
		l.shift()
		l.breakAt = l.until(60 * l.lognormal(25, .4))
	}
}

// lunch is long; some close the machine for it.
func (l *seedLife) lunch() {
	seconds := 1800 + 1900*l.rng.Float64()
	if l.rng.Float64() < .6 {
		l.away(seconds)
		return
	}
	l.hold(stance{bearing: bearsNobody}, 8)
	// Asleep: the wall clock goes on, the other does not.
	l.now = l.until(seconds)
	l.last = l.now
	l.sitDown()
}

func (l *seedLife) videoMeeting(seconds float64) {
	l.video = true
	l.work(l.until(seconds))
	l.video = false
}

// stand is a while at the raised desk.
func (l *seedLife) stand(seconds float64) {
	l.hold(stance{bearing: bearsNobody}, 20) // while the desk goes up
	l.standing = true
	l.sitDown()
	if !l.onDesk {
		l.hold(stance{}, 20)
		l.takeBaseline(posture.WayStanding)
		l.onDesk = true
	}
	l.work(l.until(seconds))
	l.standing = false
	l.hold(stance{bearing: bearsNobody}, 20)
	l.sitDown()
}

// stay has the person leave for nothing in the next minutes.
func (l *seedLife) stay() {
	l.cut = time.Time{}
	if soon := l.until(300); l.breakAt.Before(soon) {
		l.breakAt = soon
	}
}

// takeBaseline has the person calibrate.
func (l *seedLife) takeBaseline(way posture.Way) {
	l.stay()
	for range 3 {
		pose := []string{posture.PoseUpright}
		if way == posture.WaySitting && l.date.progress > .3 && !l.sharpened {
			pose = append(pose, posture.PoseSlouch)
		}
		seat := l.seat
		l.seat = stance{}
		every := l.every
		done := false
		for _, p := range pose {
			if l.err == nil {
				l.err = l.engine.Calibrate(p, way)
			}
			s := stance{}
			if p == posture.PoseSlouch {
				s = stance{bearing: bearsRound, depth: .6}
				l.sharpened = true
			}
			l.every = .5
			l.hold(s, posture.DefaultCountdown+posture.DefaultCalibration+3)
			done = done || l.engine.Live().Calibration.Status == posture.CalibrationDone
		}
		l.every, l.seat = every, seat
		if done || l.err != nil {
			// Whoever sits down to it anew starts anew with all of it.
			if way == posture.WaySitting {
				l.eased = map[posture.Signal]int{}
				l.policy.Eased = l.eased
				l.setPolicy()
			}
			return
		}
	}
}

// blind is time in which the engine is told that it sees nothing.
func (l *seedLife) blind(why string, seconds float64) {
	end := l.until(seconds)
	l.take(l.engine.Blind(l.wall(), why))
	for l.now.Before(end) {
		next := l.until(blindEach)
		if end.Before(next) {
			next = end
		}
		l.now = next
		l.take(l.engine.Blind(l.wall(), why))
	}
	l.mono, l.last = int64(2e9*l.rng.Float64()), l.now // another eye
}

func (l *seedLife) pause() {
	l.take(l.engine.Blind(l.wall(), "paused"))
	l.happen(posture.Event{Kind: posture.EventPaused})
	l.blind("paused", 500+3000*l.rng.Float64())
	l.happen(posture.Event{Kind: posture.EventResumed})
	l.sitDown()
}

func (l *seedLife) loseCamera() {
	l.happen(posture.Event{Kind: posture.EventCameraLost, Text: "The camera was unplugged: plug it in again."})
	l.blind("camera lost", 30+700*l.rng.Float64())
	l.happen(posture.Event{Kind: posture.EventCameraBack, Text: "The camera is back: " + l.camera.name + "."})
}

func (l *seedLife) snooze() {
	long := 15 * time.Minute
	if l.rng.Float64() < .4 {
		long = time.Hour
	}
	until := l.wall().Add(long).Truncate(time.Second)
	l.policy.SnoozedUntil = until
	l.setPolicy()
	l.happen(posture.Event{
		Kind: posture.EventSnoozed, Seconds: until.Sub(l.wall()).Round(time.Second).Seconds(),
		Text: "No alerts until " + until.In(l.policy.Zone).Format("15:04") + ".",
	})
	if l.rng.Float64() < .2 {
		l.reactions = append(l.reactions, reaction{l.until(300), func() {
			l.policy.SnoozedUntil = time.Time{}
			l.setPolicy()
			l.happen(posture.Event{Kind: posture.EventSnoozeEnd, Text: "Alerts come again."})
		}})
	}
}

// moveCamera moves the camera, or what is seen behind the person: both ask.
func (l *seedLife) moveCamera() {
	l.stay()
	l.hold(stance{}, 40)
	const far = .045 // frame heights
	moved := l.rng.Float64() < .6
	if moved {
		by := far
		if l.camera.movedY > 0 { // the other way, and it still has the person in its picture
			by = -far
		}
		l.camera.movedY += by
		l.view.Y = l.camera.movedY
	} else {
		l.view.Y += far
	}
	every := l.every
	l.every = 1.5
	l.hold(stance{}, 40)
	l.every = every
	if l.engine.Live().Ask != nil {
		l.take(l.engine.Answer(l.wall(), !moved))
	}
	if moved {
		l.takeBaseline(posture.WaySitting)
		l.onDesk = false // nor does the one for standing hold
	}
}

// checkIn says how the back feels, and now and then something is done for it.
func (l *seedLife) checkIn() {
	at := l.wall()
	said := map[posture.Area]int{}
	defer func() {
		if l.rng.Float64() < .35 {
			l.exercise(relief.Person{Tension: said, Minutes: relief.RoutineMinutes[l.rng.IntN(2)]})
		}
	}()
	for i, area := range posture.Areas {
		if l.rng.Float64() < .12 {
			continue
		}
		level := int(math.Min(posture.MaxTension, math.Max(0, math.Round(l.tension[i]+.8*l.rng.NormFloat64()))))
		said[area] = level
		l.happen(posture.Event{Kind: posture.EventCheckIn, Time: at, Area: area, Level: level})
	}
}

// exercise does the routine that is proposed.
func (l *seedLife) exercise(p relief.Person) {
	p.Answered, p.Checked, p.Now = true, true, l.wall().In(l.policy.Zone)
	c, err := relief.Choose(p)
	if err != nil {
		return // nothing is said that can't be
	}
	l.did = nil
	for _, s := range c.Routine {
		e := relief.ByID(s.Exercise)
		l.did = append(l.did, e.ID)
		watched := l.engine != nil // in the evening nobody watches any more
		if watched {
			l.take(l.engine.Exercise(l.wall(), true))
			l.hold(stance{}, s.Seconds)
			l.take(l.engine.Exercise(l.wall(), false))
		}
		l.happen(posture.Event{
			Kind: posture.EventExercise, Time: l.wall(), Exercise: e.ID, Area: e.Areas[0], Seconds: s.Seconds, Text: e.Name,
		})
		if watched && e.Kind != relief.Move {
			l.take(l.engine.Exercised(l.wall(), e.ID, s.Seconds))
		}
	}
}

// feel lets the back follow the day: tension goes slowly to where a life of such
// days would have it.
func (l *seedLife) feel() {
	goes := [3]float64{1, 1, 1} // on a day off
	if hours := l.judged / 3600; hours > 1 {
		goes[0] = 1 + 6.5*math.Min(1, l.upper/hours/38)
		goes[1] = 1 + 6*math.Min(1, l.long/hours/28)
		goes[2] = (goes[0] + goes[1]) / 2
	}
	for i := range l.tension {
		l.tension[i] += .08 * (goes[i] - l.tension[i])
	}
	if l.judged < 2*3600 || l.rng.Float64() > .38 {
		return
	}
	today := l.tension
	for i := range l.tension { // the day itself is felt the most in the evening
		l.tension[i] += .3 * (goes[i] - l.tension[i])
	}
	l.checkIn()
	l.tension = today
}
