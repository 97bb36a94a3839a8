package coach

import (
	"math"
	"slices"
)

const (
	// valleySeconds is how far back the start of a movement is looked for.
	valleySeconds = 4.0
	// driftSeconds is the time constant with which the top of a movement
	// follows the signal down, and riseSeconds the time within which a rise
	// counts to its size: a body sways by as much in ten seconds as a head
	// tucks in one.
	driftSeconds = 8.0
	riseSeconds  = 2.5
	// swayMargin is how many times the sway at rest a movement must be, at
	// most swayMost times the least; ownShare the share of the person's own,
	// fineShare that of a small one, at most ownMost times the least.
	swayMargin, swayMost         = 1.4, 1.5
	ownShare, fineShare, ownMost = 0.4, 0.45, 4
	// settled is how long the lowest point of a return must have been the
	// lowest, in seconds.
	settled = 0.3
	// usualRamp is how long the way to the top or back takes, in seconds, when
	// nothing better is known; people told to go slowly take about a second.
	usualRamp = 1.1
	// usualWeight is how many repetitions that is worth, and waysVary by how
	// much ways vary, as a logarithm.
	usualWeight = 1.5
	waysVary    = 0.12
	// holdsVary is by how much the holds of small movements vary, in seconds.
	holdsVary = 0.5
	// fitMargin is how much before and after a movement is looked at to measure
	// it, in seconds, and leastNoise the least scatter about the trapezoid, as
	// a share of its height.
	fitMargin  = 0.3
	leastNoise = 0.03
	// shortHold is the shortest hold in seconds: less is the turn at the top.
	shortHold = 0.5
)

// stage is where a movement stands.
type stage int

const (
	idle stage = iota
	out        // on the way to the top, or there
	back
)

// channel follows movements in one direction of the signal.
type channel struct {
	side Side
	dir  float64 // 1 or -1
	stage
	from   int // the first instant that may begin a movement
	start  int // of the movement under way
	lo     float64
	hi     float64 // highest, following a slow drift
	size   float64 // quickest rise
	half   float64 // s, when the way out passed half of that
	halfOf float64 // the height that half was taken of
	fallen float64 // seconds that it has been down from there
	post   float64 // lowest since on the way back
	low    int     // where that was
	told   bool    // counted already, at the top
}

// movement is a finished one.
type movement struct {
	side       Side
	start, end float64 // s
	size       float64 // in the unit of [Range]
	hold       float64 // s
	width      float64 // s at half its height
	up, down   float64 // s that the ways took
	top        float64 // of the signal, as it is
	upMiddle   float64 // s that the middle part of the way out took
	downMiddle float64
	turned     float64 // degrees that the head turned in it, from one side to the other
	lifted     float64 // frame heights that the shoulders rose or fell in it
	swung      float64 // by how much the shoulder width changed in it, as a logarithm
	change     vector  // of what moves beside it, top less rest
	atTop      vector
	unit       float64 // shoulder width in frame heights
}

// value is the signal in the channel's direction from the resting pose; it is
// never below rest for an exercise with sides.
func (c *Coach) value(ch *channel, i int) float64 {
	v := ch.dir * (c.past[i].v[vSignal] - c.rest)
	if c.spec.sided {
		v = math.Max(v, 0)
	}
	if c.spec.roof > 0 {
		v = math.Min(v, c.spec.roof)
	}
	return v
}

// threshold is how large a movement must be: the least for the exercise, more
// where the person's own are large or what is seen is restless.
func (c *Coach) threshold() float64 {
	least := c.spec.least * c.scale
	// All of them have an end: a person who began too early, or a noisy
	// picture, must not shut the exercise out.
	t := math.Max(least, math.Min(swayMargin*c.sway, swayMost*least))
	if n := len(c.sizes); n >= 2 {
		t = math.Min(math.Max(t, ownShare*c.scale*low(c.sizes[max(0, n-5):])), ownMost*least)
	}
	return math.Max(t, math.Min(c.spec.sure*c.noise(), c.spec.sure/2*least))
}

// follow takes the channel through the latest instant and returns the movement
// that it ends, if one.
func (c *Coach) follow(ch *channel) *movement {
	i := len(c.past) - 1
	y := c.value(ch, i)
	switch ch.stage {
	case idle:
		first := max(ch.from, i-int(valleySeconds/tick))
		at := i
		lo := y
		for k := i - 1; k >= first; k-- {
			if v := c.value(ch, k); v < lo {
				lo, at = v, k
			}
		}
		if y-lo > c.threshold() {
			*ch = channel{side: ch.side, dir: ch.dir, stage: out, from: ch.from, start: at, lo: lo, hi: y, size: y - lo}
		}
	case out:
		ch.hi += (y - ch.hi) * tick / driftSeconds
		if y > ch.hi {
			ch.hi = y
		}
		for k := max(ch.start, i-int(riseSeconds/tick)); k < i; k++ {
			ch.size = math.Max(ch.size, y-c.value(ch, k))
		}
		if ch.hi-y <= math.Max(c.spec.fall*ch.size, c.threshold()) {
			ch.fallen = 0
		} else {
			ch.fallen += tick
		}
		switch {
		case ch.fallen > c.spec.atTop:
			ch.stage, ch.post, ch.low = back, y, i
		case float64(i-ch.start)*tick > c.spec.longest:
			c.tooLong = true
		}
	case back:
		if y < ch.post {
			ch.post, ch.low = y, i
		}
		if float64(i-ch.low)*tick >= settled || y > ch.post+math.Max(0.25*ch.size, 0.6*c.threshold()) {
			m := c.measure(ch)
			ch.stage, ch.from = idle, ch.low
			return m
		}
	}
	return nil
}

// profile is a movement under way, above the straight line from where it began to
// where it is or ended: what the whole body drifts meanwhile is not the
// exercise's.
type profile struct {
	t, v []float64
	top  int
}

// profile draws the channel's movement up to an instant. It is good until the next
// is drawn.
func (c *Coach) profile(ch *channel, end int, base float64) *profile {
	p := &c.drawn
	p.t, p.v, p.top = p.t[:0], p.v[:0], 0
	from, to := c.past[ch.start].t, c.past[end].t
	for i := ch.start; i <= end; i++ {
		t := c.past[i].t
		line := ch.lo + (base-ch.lo)*(t-from)/math.Max(to-from, tick)
		p.t = append(p.t, t)
		p.v = append(p.v, c.value(ch, i)-line)
		if n := len(p.v) - 1; p.v[n] > p.v[p.top] {
			p.top = n
		}
	}
	return p
}

// rises is when the way out last passed a level before the top, falls when the
// way back first did after it.
func (p *profile) rises(level float64) float64 {
	for i := p.top; i > 0; i-- {
		if p.v[i-1] < level {
			return p.crossing(i-1, i, level)
		}
	}
	return p.t[0]
}

func (p *profile) falls(level float64) float64 {
	for i := p.top; i+1 < len(p.v); i++ {
		if p.v[i+1] < level {
			return p.crossing(i, i+1, level)
		}
	}
	return p.t[len(p.t)-1]
}

func (p *profile) crossing(i, j int, level float64) float64 {
	if p.v[i] == p.v[j] {
		return p.t[j]
	}
	part := math.Min(math.Max((level-p.v[i])/(p.v[j]-p.v[i]), 0), 1)
	return p.t[i] + part*(p.t[j]-p.t[i])
}

// measure tells how long and how far a movement went that is over. The hold is
// the time between the middles of the ways out and back, where the signal is
// steepest and noise moves it least, less half the time of each.
func (c *Coach) measure(ch *channel) *movement {
	p := c.profile(ch, ch.low, ch.post)
	var top []float64
	for _, v := range p.v {
		if v > 0.6*p.v[p.top] {
			top = append(top, v)
		}
	}
	height := median(top)
	m := &movement{
		side: ch.side, start: p.t[0], end: p.t[len(p.t)-1],
		size: height / c.scale, unit: c.unit, top: math.Max(ch.hi, ch.lo+height),
	}
	rise, drop := p.rises(0.5*height), p.falls(0.5*height)
	m.width = drop - rise
	m.upMiddle = p.rises(0.8*height) - p.rises(0.2*height)
	m.downMiddle = p.falls(0.2*height) - p.falls(0.8*height)
	c.ways(ch, m, rise, drop)
	// What moved beside it: while at the top, less what it was before and
	// after.
	var peak, base mean
	for i, v := range p.v {
		if p.t[i] >= rise && p.t[i] <= drop && v > 0.7*height {
			peak.add(&c.past[ch.start+i].v)
		}
	}
	m.turned = c.span(ch, vYaw)
	m.lifted = c.span(ch, vShoulderY)
	m.swung = c.span(ch, vShoulders)
	for i := max(0, ch.start-3); i <= min(ch.start+1, ch.low); i++ {
		base.add(&c.past[i].v)
	}
	for i := max(ch.low-1, ch.start); i < min(len(c.past), ch.low+4); i++ {
		base.add(&c.past[i].v)
	}
	m.atTop = peak.value()
	rest := base.value()
	for i := range m.change {
		m.change[i] = m.atTop[i] - rest[i]
	}
	return m
}

// span is from the least to the most of what moves beside it.
func (c *Coach) span(ch *channel, what int) float64 {
	lo, hi := math.Inf(1), math.Inf(-1)
	for i := ch.start; i <= ch.low; i++ {
		v := c.past[i].v[what]
		lo, hi = math.Min(lo, v), math.Max(hi, v)
	}
	return hi - lo
}

// ways measures the ways out and back and the hold between them by the trapezoid
// that comes closest to what was observed.
func (c *Coach) ways(ch *channel, m *movement, rise, drop float64) {
	u := c.usualWays()
	guess := trapezoid{rise, drop, math.Exp(u.rise), math.Exp(u.fall)}
	from, to := m.start-fitMargin, m.end+fitMargin
	var s []sample
	for i := range c.seen {
		if v := &c.seen[i]; v.t >= from && v.t <= to {
			s = append(s, sample{v.t, ch.dir * v.v})
		}
	}
	z := guess
	if !c.spec.unseen {
		noise := math.Max(c.rough.deviation, leastNoise*m.size*c.scale)
		if c.spec.fine && len(c.holds) >= 2 {
			u.hold, u.holds = median(c.holds), holdsVary
		}
		z, _ = fit(s, guess, noise, u)
	}
	m.up, m.down = z.rise, z.fall
	if m.hold = z.hold(); m.hold < shortHold {
		m.hold = 0
	}
	c.holds = last10(append(c.holds, z.hold()))
	c.rises, c.falls = last10(append(c.rises, math.Log(m.up))), last10(append(c.falls, math.Log(m.down)))
}

// usualWays is what is expected of the next movement's ways: what the person's own
// were, and of the first ones what people's are.
func (c *Coach) usualWays() usual {
	of := func(own []float64) float64 {
		sum, n := usualWeight*math.Log(usualRamp), usualWeight
		for _, v := range own {
			sum, n = sum+v, n+1
		}
		return sum / n
	}
	return usual{rise: of(c.rises), fall: of(c.falls), spread: waysVary}
}

func last10(s []float64) []float64 { return s[max(0, len(s)-10):] }

// mean is the mean of vectors.
type mean struct {
	sum vector
	n   float64
}

func (m *mean) add(v *vector) {
	for i := range v {
		m.sum[i] += v[i]
	}
	m.n++
}

func (m *mean) value() vector {
	v := m.sum
	for i := range v {
		v[i] /= math.Max(m.n, 1)
	}
	return v
}

// median is that of a list, which it leaves alone; 0 of none.
func median(list []float64) float64 {
	if len(list) == 0 {
		return 0
	}
	var few [16]float64 // most lists: nothing is allocated
	s := append(few[:0], list...)
	slices.Sort(s)
	if n := len(s); n%2 == 0 {
		return (s[n/2-1] + s[n/2]) / 2
	}
	return s[len(s)/2]
}

// low is the lower quartile of a list, 0 of none.
func low(list []float64) float64 {
	if len(list) == 0 {
		return 0
	}
	var few [16]float64
	s := append(few[:0], list...)
	slices.Sort(s)
	return s[len(s)/4]
}
