package coach

import (
	"math"
	"slices"
	"strconv"

	"sitwell/posture"
)

const (
	// readySeconds is how long the resting pose must be kept to be known,
	// readyAnyway how long it is waited for.
	readySeconds = 1.0
	readyAnyway  = 3.0
	// keptSeconds is how long a pose is kept that counts as one; turnedSeconds
	// is how long one who is turned aside and stays so is waited for,
	// turnedAnyway one who moves.
	keptSeconds   = 0.4
	turnedSeconds = 4.0
	turnedAnyway  = 12.0
	// restSeconds is the time constant with which the resting pose follows
	// the person between movements.
	restSeconds = 6.0
	// anchorSeconds is the same for an exercise without sides, of the pose that
	// a movement must go beyond: coming back from a slouch is not one.
	anchorSeconds = 40.0
	// A movement whose top is within beyondRest above and belowRest below that
	// pose, as shares of its size, comes back to it. It takes the pose
	// anchorMoved of the way to where it ended, a counted one anchorStep.
	beyondRest, belowRest   = 0.3, 0.6
	anchorMoved, anchorStep = 0.15, 0.7
	// learned is from how many repetitions of a side the comfortable range is
	// known.
	learned = 3
	// lostAfter is how long, in seconds, the person may be unseen before it
	// is said.
	lostAfter = 0.7
	// sameRest is after how long unseen, in seconds, the resting pose must be
	// found anew.
	sameRest = 8.0
	// keepSeconds is how much of the past is kept between movements, in seconds.
	keepSeconds = 30.0
	// samplesKept is how many observations are kept for measuring.
	samplesKept = 1500
	// clearly is how long, in seconds, a range must be beyond comfort.
	clearly = 0.3
)

// otherBody is by how much, as a logarithm, the shoulder width of one person may
// change between two observations: beyond it is somebody else, or a picture read
// wrongly.
const otherBody = 0.35

// Coach follows one exercise of one person. It must be used by one goroutine at a
// time.
type Coach struct {
	plan Plan
	spec spec

	started  bool
	lastMono int64
	now      float64 // seconds of its own time
	seenAt   float64 // when the signal was last had
	why      string  // why it is not had
	strange  float64 // seconds since it seems to be another body
	pace     float64 // seconds between observations, smoothed
	before   *vector
	last     vector

	filter  filter
	seen    []sample // of the signal as it was observed, at most so many a second
	scan    scan
	past    []instant
	waited  int // ticks since the resting pose is looked for
	ready   bool
	rest    float64 // of the signal
	anchor  float64 // of the signal, less rest
	atRest  vector  // when the resting pose was found
	unit    float64 // shoulder width in frame heights, at rest
	scale   float64 // of the signal for 1 in the unit of [Range]
	rough   noise   // of the signal
	sway    float64 // of the smoothed signal at rest
	current *channel
	drawn   profile
	tooLong bool // what is under way is no repetition

	channels []channel
	sizes    []float64 // of the repetitions, in the unit of [Range]
	widths   []float64 // of the repetitions at half their height, s
	pending  []candidate
	strayAt  float64   // when a small movement was last found that is no repetition
	uneven   int       // repetitions unlike the others, of the last ten
	rises    []float64 // logarithms of s
	falls    []float64
	holds    []float64 // s
	done     []Repetition
	left     int
	right    int
	firsts   map[Side][]float64 // what the comfortable range is learned from
	hint     string
	hintAt   float64
	beyond   float64 // s beyond the comfortable range
}

// New begins an exercise. The error says what is wrong with the plan.
func New(p Plan) (*Coach, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	c := &Coach{plan: p, spec: specs[p.Exercise], scale: 1, firsts: map[Side][]float64{}}
	c.filter.width, c.filter.trunk = c.spec.width, c.spec.trunk
	if c.spec.sided {
		c.channels = []channel{{side: Left, dir: 1}, {side: Right, dir: -1}}
	} else {
		c.channels = []channel{{side: Both, dir: 1}}
	}
	return c, nil
}

// Repetitions returns those counted so far, in order. They are the caller's.
func (c *Coach) Repetitions() []Repetition { return append([]Repetition(nil), c.done...) }

// Comfortable is the person's own range as far as it is known: as planned, or
// else the median of the first repetitions.
func (c *Coach) Comfortable() Range {
	if !c.spec.sided {
		r := c.comfortable(Both)
		return Range{r, r}
	}
	return Range{c.comfortable(Left), c.comfortable(Right)}
}

func (c *Coach) comfortable(s Side) float64 {
	known := c.plan.Comfortable.Left
	if s == Right {
		known = c.plan.Comfortable.Right
	}
	if known > 0 {
		return known
	}
	if f := c.firsts[s]; len(f) >= learned {
		return median(f)
	}
	return 0
}

// Step takes the next observation and returns how the exercise goes.
func (c *Coach) Step(o *posture.Observation) Progress {
	dt := 0.0
	if c.started {
		if dt = float64(o.Mono-c.lastMono) / 1e9; dt < 0 {
			// A new eye counts from zero; what was in between is unknown.
			dt = 0
			c.settle()
		}
	}
	c.started, c.lastMono = true, o.Mono
	c.now += dt

	l := look{before: c.before}
	why := l.take(o)
	var signal float64
	if why == "" || c.spec.unseen {
		signal, why = c.spec.signal(&l)
	}
	if why == "" && !finite(signal) {
		why = whyNothing(o)
	}
	if why == "" && !c.ready && len(c.past) == 0 && l.side && !c.spec.unseen {
		why = "you are seen from the side; turn towards the camera, or the camera towards you"
	}
	if why == "" && c.isOther(&l, dt) {
		why = "you can't be made out clearly"
	}
	if c.why = why; why == "" {
		c.take(&l, signal)
	}
	return c.progress()
}

// isOther reports whether the observation seems to be of another body; one that
// stays is taken for the person, from anew.
func (c *Coach) isOther(l *look, dt float64) bool {
	if c.before == nil || c.spec.unseen || math.Abs(l.v[vShoulders]-c.before[vShoulders]) <= otherBody {
		c.strange = 0
		return false
	}
	if c.strange += dt; c.strange < lostAfter {
		return true
	}
	c.strange = 0
	c.settle()
	return false
}

// take follows what was seen.
func (c *Coach) take(l *look, signal float64) {
	l.v[vSignal] = signal
	for i, v := range l.v {
		if !finite(v) {
			l.v[i] = c.last[i]
		}
	}
	passed := c.now - c.seenAt
	if c.before != nil {
		if passed > math.Max(c.spec.gap, sameRest) {
			c.settle()
		} else if passed > c.spec.gap {
			c.forget()
		} else if c.pace == 0 {
			c.pace = passed
		} else {
			c.pace += 0.1 * (passed - c.pace)
		}
	}
	c.seenAt, c.last = c.now, l.v
	c.before = &c.last
	c.rough.add(c.now, signal, c.current != nil)
	if n := len(c.seen); n == 0 || c.now-c.seen[n-1].t > 0.9*tick {
		if n >= samplesKept {
			c.seen = append(c.seen[:0], c.seen[n/2:]...)
		}
		c.seen = append(c.seen, sample{c.now, signal})
	}
	c.filter.add(c.now, &l.v, c.advance)
	if c.tooLong {
		c.settle()
		c.before = &c.last
	}
}

// noise is the standard deviation of the smoothed signal while nothing moves.
func (c *Coach) noise() float64 {
	return c.rough.deviation / math.Sqrt(math.Max(1, c.filter.window()/math.Max(c.pace, 0.01)))
}

// settle forgets the movement under way and looks for the resting pose again.
func (c *Coach) settle() {
	c.forget()
	c.ready, c.tooLong, c.waited, c.before = false, false, 0, nil
}

// forget forgets the movement under way.
func (c *Coach) forget() {
	c.filter.reset()
	c.rough.n = 0
	c.past, c.seen = c.past[:0], c.seen[:0]
	c.scan.reset()
	c.current, c.beyond = nil, 0
	for i := range c.channels {
		ch := &c.channels[i]
		ch.stage, ch.from = idle, 0
	}
}

// advance takes the next tick.
func (c *Coach) advance(in *instant) {
	if c.tooLong {
		return
	}
	c.past = append(c.past, *in)
	if !c.ready {
		c.getReady()
		return
	}
	busy := false
	for k := range c.channels {
		ch := &c.channels[k]
		before := ch.stage
		m := c.follow(ch)
		if ch.stage == out && before == idle {
			c.beyond = 0
		}
		if m != nil && !c.spec.fine {
			c.finish(ch, m)
		} else if ch.stage == out {
			c.reach(ch)
		}
		busy = busy || ch.stage != idle
	}
	if c.spec.fine {
		if c.tooLong {
			// The scan goes on; what is shown begins anew.
			c.tooLong = false
			for k := range c.channels {
				c.channels[k].stage, c.channels[k].from = idle, len(c.past)-1
			}
		}
		c.find(in)
	}
	if busy {
		return
	}
	c.current, c.beyond = nil, 0
	y := in.v[vSignal] - c.rest
	if c.spec.sided {
		c.rest += y * tick / restSeconds
	} else {
		c.anchor += (y - c.anchor) * tick / anchorSeconds
	}
	if drop := len(c.past) - int(keepSeconds/tick); drop > int(keepSeconds/tick) {
		c.past = append(c.past[:0], c.past[drop:]...)
		for k := range c.channels {
			c.channels[k].from = max(0, c.channels[k].from-drop)
		}
	}
}

// getReady looks for the resting pose. What was done before it is known is
// looked at again when it is, so nobody needs to wait for it.
func (c *Coach) getReady() {
	c.waited++
	n := int(readySeconds / tick)
	if len(c.past) < max(int(c.spec.ready/tick), n) {
		return
	}
	level, ok := c.restingLevel()
	if !ok {
		return
	}
	past := slices.Clone(c.past)
	// They were at rest when the signal was there.
	still := c.stillness()
	var all mean
	var width []float64
	for i := range past {
		if near := math.Abs(past[i].v[vSignal] - level); near <= still {
			all.add(&past[i].v)
			width = append(width, past[i].v[vShoulders])
		}
	}
	if all.n == 0 {
		for i := range past[len(past)-n:] {
			all.add(&past[len(past)-n+i].v)
			width = append(width, past[len(past)-n+i].v[vShoulders])
		}
	}
	c.ready, c.unit = true, math.Exp(median(width))
	if c.scale = 1; c.spec.scaled {
		c.scale = c.unit
	}
	c.rest, c.anchor, c.atRest = level, 0, all.value()
	c.sway = 0
	if c.spec.ready > 0 {
		c.sway = swing(past)
	}
	c.past = c.past[:0]
	c.scan.reset()
	for i := range past {
		c.advance(&past[i])
	}
}

// restingLevel is the signal at rest, if it can be told yet. Of an exercise
// without sides it is the lowest that was kept. Of one with sides it is what is
// kept, if that is straight enough; whoever is found turned may have begun
// already, and is waited for until they have shown their other poses: the rest is
// between both sides, or else nearest to straight.
func (c *Coach) restingLevel() (float64, bool) {
	still := c.stillness()
	kept := c.levels(still, int(readySeconds/tick))
	if c.spec.sided {
		still /= 2 // a slow way is no pose
	}
	levels := c.levels(still, int(keptSeconds/tick))
	late := c.waited >= int((c.spec.ready+readyAnyway)/tick)
	switch {
	case len(kept) == 0 && !late:
		return 0, false
	case len(levels) == 0:
		var all []float64
		for i := range c.past {
			all = append(all, c.past[i].v[vSignal])
		}
		return median(all), true
	case !c.spec.sided:
		if c.spec.unseen {
			return levels[len(levels)-1], true
		}
		return slices.Min(levels), true
	}
	now := levels[len(levels)-1]
	if len(kept) > 0 && math.Abs(kept[0]) <= c.spec.straight && math.Abs(levels[0]-kept[0]) <= still {
		return kept[0], true
	}
	// Between both sides is what was kept on the way from one to the other.
	lo, hi := 0, 0
	for i, v := range levels {
		if v < levels[lo] {
			lo = i
		}
		if v > levels[hi] {
			hi = i
		}
	}
	apart := c.spec.least
	straight, between, longest := now, 0.0, 0
	for i, v := range levels {
		if math.Abs(v) < math.Abs(straight) {
			straight = v
		}
		if i <= min(lo, hi) || i >= max(lo, hi) || v < levels[lo]+apart || v > levels[hi]-apart {
			continue
		}
		alike := 0
		for _, w := range levels[min(lo, hi):max(lo, hi)] {
			if math.Abs(w-v) < still {
				alike++
			}
		}
		if alike > longest {
			between, longest = v, alike
		}
	}
	if longest > 0 {
		return between, true
	}
	moved := false
	for i := range c.past {
		moved = moved || math.Abs(c.past[i].v[vSignal]-now) > apart
	}
	if c.waited >= int(turnedAnyway/tick) || !moved && c.waited >= int(turnedSeconds/tick) {
		return straight, true
	}
	return 0, false
}

// stillness is how much the signal may vary in a resting pose that is looked for.
func (c *Coach) stillness() float64 {
	if c.spec.scaled {
		return c.spec.still * math.Exp(c.past[len(c.past)-1].v[vShoulders])
	}
	return c.spec.still
}

// levels lists what the signal was kept within still of for so many ticks, in
// order.
func (c *Coach) levels(still float64, n int) []float64 {
	var list []float64
	for from := 0; from+n <= len(c.past); from++ {
		lo, hi, sum := math.Inf(1), math.Inf(-1), 0.0
		for i := from; i < from+n; i++ {
			v := c.past[i].v[vSignal]
			lo, hi, sum = math.Min(lo, v), math.Max(hi, v), sum+v
		}
		if hi-lo <= still {
			list = append(list, sum/float64(n))
		}
	}
	return list
}

// swing is the largest bump or dip of the signal, there and back.
func swing(past []instant) float64 {
	largest := 0.0
	for j := range past {
		before, after := [2]float64{}, [2]float64{}
		for i := range past {
			d := past[j].v[vSignal] - past[i].v[vSignal]
			of := &before
			if i > j {
				of = &after
			}
			of[0], of[1] = math.Max(of[0], d), math.Max(of[1], -d)
		}
		largest = math.Max(largest, math.Max(math.Min(before[0], after[0]), math.Min(before[1], after[1])))
	}
	return largest
}

// reach looks how far the movement under way has come.
func (c *Coach) reach(ch *channel) {
	c.current = ch
	if height := ch.hi - ch.lo; height > 1.03*ch.halfOf {
		ch.half, ch.halfOf = c.profile(ch, len(c.past)-1, ch.lo).rises(0.5*height), height
	}
	last := &c.past[len(c.past)-1]
	y := c.value(ch, len(c.past)-1)
	if limit := c.comfortable(ch.side); limit > 0 && c.spec.over > 0 && y-ch.lo > c.spec.over*limit*c.scale+2*c.noise() {
		c.beyond += tick
	} else {
		c.beyond = 0
	}
	if c.spec.atTop > 0 && !ch.told && (c.spec.top == nil || c.spec.top(&last.v, &c.atRest)) && last.t-ch.half >= c.spec.atTop && y-ch.lo > 0.5*(ch.hi-ch.lo) {
		ch.told = true
		c.count(Repetition{Side: ch.side, Start: c.past[ch.start].t, End: last.t, Range: (ch.hi - ch.lo) / c.scale})
	}
}

// finish judges a movement that is over.
func (c *Coach) finish(ch *channel, m *movement) {
	n := len(c.done)
	if c.judge(ch, m); c.spec.rows && len(c.done) == n && len(c.pending) == 0 && m.size >= c.spec.least {
		c.strayAt = m.end
	}
}

// judge counts it, if it is a repetition.
func (c *Coach) judge(ch *channel, m *movement) {
	if ch.told {
		r := &c.done[len(c.done)-1]
		r.End, r.Hold, r.Range = m.end, m.hold, m.size
		return
	}
	if above := (m.top - c.anchor) / (m.size * c.scale); !c.spec.sided && above < beyondRest && above > -belowRest {
		c.anchor += anchorMoved * (ch.post - c.anchor)
		return
	}
	switch {
	case c.spec.atTop > 0, m.width < c.spec.shortest, m.approached(),
		math.Max(m.upMiddle, m.downMiddle) > c.spec.rise, math.Min(m.upMiddle, m.downMiddle) > c.spec.rise/2,
		m.size < 0.9*c.spec.least, m.size > c.spec.most,
		c.plan.Only != Both && c.plan.Only != m.side:
		return
	}
	if c.spec.judge != nil {
		if why := c.spec.judge(m); why != "" {
			c.say(why)
			return
		}
	}
	c.anchor += anchorStep * (ch.post - c.anchor)
	r := Repetition{Side: m.side, Start: m.start, End: m.end, Hold: m.hold, Range: m.size}
	if c.spec.rows && !c.sure(r, m.width) {
		return
	}
	c.say("")
	switch {
	case c.plan.Hold > 0 && m.hold < c.plan.Hold-holdSlack:
		c.say("That was held for " + seconds(m.hold) + " of " + seconds(c.plan.Hold) + ".")
	case c.plan.Alternate && len(c.done) > 0 && c.done[len(c.done)-1].Side == m.side && m.side != Both:
		c.say("The " + string(m.side.opposite()) + " side is next.")
	case c.spec.hint != nil:
		c.say(c.spec.hint(m))
	}
	c.accept(r, m.width)
}

// nearer is by how much, as a logarithm, a face may grow or shrink in an exercise
// if the shoulders do half as much: more is a person who comes or goes. A face
// alone also seems to grow when it turns.
const nearer = 0.25

// approached reports whether the person came or went in the movement.
func (m *movement) approached() bool {
	face, shoulders := m.change[vFace], m.change[vShoulders]
	return math.Abs(face) > nearer && math.Abs(shoulders) > nearer/2 && math.Signbit(face) == math.Signbit(shoulders)
}

// holdSlack is by how much a hold may fall short before it is said, in seconds.
const holdSlack = 0.7

func (c *Coach) count(r Repetition) {
	if n := len(c.done); n > 0 {
		r.Start = math.Max(r.Start, c.done[n-1].End)
	}
	c.done = append(c.done, r)
	switch r.Side {
	case Left:
		c.left++
	case Right:
		c.right++
	}
	if f := c.firsts[r.Side]; len(f) < learned {
		c.firsts[r.Side] = append(f, r.Range)
	}
}

func (c *Coach) say(hint string) { c.hint, c.hintAt = hint, c.now }

// hintSeconds is how long a hint stays.
const hintSeconds = 8.0

// progress is how things are now.
func (c *Coach) progress() Progress {
	p := Progress{
		Exercise: c.plan.Exercise, Phase: Resting, Repetitions: len(c.done), Left: c.left, Right: c.right,
		Target: c.plan.Repetitions, HoldTarget: c.plan.Hold,
	}
	p.Complete = p.Target > 0 && p.Repetitions >= p.Target
	if n := len(c.done); n > 0 {
		r := &c.done[n-1]
		p.LastHold = r.Hold
		p.Range = share(r.Range, c.comfortable(r.Side))
	}
	if c.hint != "" && c.now-c.hintAt <= hintSeconds {
		p.Hint = c.hint
	}
	p.Doubtful = c.ready && (c.noise() > c.spec.least*c.scale/2 || c.spec.rows && c.doubts())
	switch {
	case c.why != "" && (c.before == nil || c.now-c.seenAt > lostAfter):
		p.Phase, p.Reason, p.Hint = NotSeen, c.why, ""
		return p
	case !c.ready:
		p.Phase, p.Reason = GettingReady, "sit at ease for a moment, as you would at rest"
		return p
	case c.current == nil:
		return p
	}
	ch := c.current
	p.Phase, p.Side = Moving, ch.side
	size := ch.hi - ch.lo
	limit := c.comfortable(ch.side)
	p.Range = share(size/c.scale, limit)
	if ch.stage == out && c.value(ch, len(c.past)-1) > ch.hi-0.3*size {
		if held := c.past[len(c.past)-1].t - ch.half - math.Exp(c.usualWays().rise)/2; held > 0 {
			p.Phase, p.Hold = Holding, held
		}
	}
	if c.beyond >= clearly {
		p.Overstretched = true
		p.Over = math.Max(0, size/c.scale/limit-1)
		p.Hint = "That is about " + strconv.Itoa(int(math.Round(p.Over*10))*10) + " % beyond your comfortable range: ease back a little."
	}
	return p
}

func share(v, of float64) *float64 {
	if of <= 0 {
		return nil
	}
	v /= of
	return &v
}

// seconds writes a duration for people.
func seconds(s float64) string { return strconv.FormatFloat(math.Round(s), 'f', 0, 64) + " s" }
