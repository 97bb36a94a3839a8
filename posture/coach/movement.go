package coach

import (
	"math"
	"slices"
)

const (
	// valleySeconds is how far back the start of a movement is looked for.
	valleySeconds = 4.0
	// fall is the share of a movement after whose return it is on its way
	// back.
	fall = 0.55
	// resting is the share below which it is back at rest.
	resting = 0.12
	// settled is how long the lowest point of a return must have been the
	// lowest, in seconds.
	settled = 0.3
	// shortest is the shortest repetition in seconds at half its height: what
	// is quicker is a twitch or a garbled picture.
	shortest = 0.35
	// usualRamp is how long the way to the top or back takes, in seconds, when
	// nothing better is known; people told to go slowly take about a second.
	usualRamp = 1.1
	// rampMiddle is the share of a ramp's time that its middle part, from 20
	// to 80 %, takes, and rampSpread the standard deviation of its speed in
	// time over the ramp's, both of a ramp like half a cosine.
	rampMiddle = 0.41
	rampSpread = 0.2176
	// minRamp and maxRamp are the quickest and slowest believed, in seconds.
	minRamp, maxRamp = 0.25, 3.0
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
	from  int // the first instant that may begin a movement
	start int // of the movement under way
	lo    float64
	hi    float64
	top   int
	post  float64 // lowest since on the way back
	low   int     // where that was
	told  bool    // counted already, at the top
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
	change     vector  // of what moves beside it, top less rest
	atTop      vector
	unit       float64 // shoulder width in frame heights
}

// value is the signal in the channel's direction from the resting pose; it is
// never below rest for an exercise with sides.
func (c *Coach) value(ch *channel, i int) float64 {
	v := ch.dir * (c.past[i].v[vSignal] - c.rest)
	if c.spec.sided {
		return math.Max(v, 0)
	}
	return v
}

// threshold is how large a movement must be: the least for the exercise, more
// where the person's own are large or what is seen is restless.
func (c *Coach) threshold() float64 {
	least := c.spec.least * c.scale
	t := least
	if n := len(c.sizes); n >= 2 {
		t = math.Min(math.Max(t, 0.45*c.scale*median(c.sizes[max(0, n-5):])), 4*least)
	}
	return math.Max(t, math.Min(4*c.noise, 2.5*least))
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
			ch.stage, ch.start, ch.lo, ch.hi, ch.top, ch.told = out, at, lo, y, i, false
		}
	case out:
		if y > ch.hi {
			ch.hi, ch.top = y, i
		}
		switch {
		case ch.hi-y > fall*(ch.hi-ch.lo):
			ch.stage, ch.post, ch.low = back, y, i
		case float64(i-ch.start)*tick > c.spec.longest:
			c.settle()
		}
	case back:
		if y < ch.post {
			ch.post, ch.low = y, i
		}
		size := ch.hi - ch.lo
		if y < ch.lo+resting*size || float64(i-ch.low)*tick >= settled || y > ch.post+math.Max(0.25*size, 0.6*c.threshold()) {
			m := c.measure(ch)
			ch.stage, ch.from = idle, ch.low
			return m
		}
	}
	return nil
}

// crossing is when the channel's value passed a level between two neighbouring
// instants, of which the one at i is beyond it.
func (c *Coach) crossing(ch *channel, i, neighbour int, level float64) float64 {
	a, b := c.value(ch, neighbour), c.value(ch, i)
	if a == b {
		return c.past[i].t
	}
	part := math.Min(math.Max((level-a)/(b-a), 0), 1)
	return c.past[neighbour].t + part*(c.past[i].t-c.past[neighbour].t)
}

// rises is when the way out last passed a level before the top, falls when the
// way back first did after it.
func (c *Coach) rises(ch *channel, level float64) float64 {
	for i := ch.top; i > ch.start; i-- {
		if c.value(ch, i-1) < level {
			return c.crossing(ch, i, i-1, level)
		}
	}
	return c.past[ch.start].t
}

func (c *Coach) falls(ch *channel, level float64) float64 {
	for i := ch.top; i < ch.low; i++ {
		if c.value(ch, i+1) < level {
			return c.crossing(ch, i, i+1, level)
		}
	}
	return c.past[ch.low].t
}

// measure tells how long and how far a movement went that is over. The hold is
// the time between the middles of the ways out and back, where the signal is
// steepest and noise moves it least, less half the time of each.
func (c *Coach) measure(ch *channel) *movement {
	var top []float64
	for i := ch.start; i <= ch.low; i++ {
		if v := c.value(ch, i) - ch.lo; v > 0.6*(ch.hi-ch.lo) {
			top = append(top, v)
		}
	}
	height := ch.lo + median(top)
	m := &movement{
		side: ch.side, start: c.past[ch.start].t, end: c.past[ch.low].t,
		size: (height - (ch.lo+ch.post)/2) / c.scale, unit: c.unit,
		top: height,
	}
	level := func(base, part float64) float64 { return base + part*(height-base) }
	rise, drop := c.rises(ch, level(ch.lo, 0.5)), c.falls(ch, level(ch.post, 0.5))
	m.width = drop - rise
	sure := m.size * c.scale / math.Max(4*c.noise, 1e-9)
	m.upMiddle = c.rises(ch, level(ch.lo, 0.8)) - c.rises(ch, level(ch.lo, 0.2))
	m.up = c.ramp(m.upMiddle, sure)
	m.down = c.ramp(c.falls(ch, level(ch.post, 0.2))-c.falls(ch, level(ch.post, 0.8)), sure)
	m.hold = math.Max(0, m.width-(m.up+m.down)/2)
	// What moved beside it: while at the top, less what it was before and
	// after.
	var peak, base mean
	for i := ch.start; i <= ch.low; i++ {
		if t := c.past[i].t; t >= rise && t <= drop && c.value(ch, i) > level(ch.lo, 0.7) {
			peak.add(&c.past[i].v)
		}
	}
	for i := max(0, ch.start-3); i <= min(ch.start+1, ch.low); i++ {
		base.add(&c.past[i].v)
	}
	for i := max(ch.low-1, ch.start); i < len(c.past); i++ {
		base.add(&c.past[i].v)
	}
	m.atTop = peak.value()
	rest := base.value()
	for i := range m.change {
		m.change[i] = m.atTop[i] - rest[i]
	}
	return m
}

// ramp is how long a way took whose middle part took so long after smoothing. A
// small movement's is uncertain: then what is usual for the person counts more.
func (c *Coach) ramp(middle, sure float64) float64 {
	spread := middle / rampMiddle * rampSpread
	own := c.filter.spread()
	seen := c.pace * c.pace / 6 // drawn out between observations
	t := math.Sqrt(math.Max(spread*spread-own*own-seen, 0)) / rampSpread
	t = math.Min(math.Max(t, minRamp), maxRamp)
	w := sure * sure / (sure*sure + 4)
	usual := median(append(slices.Clone(c.ramps), usualRamp, usualRamp))
	c.ramps = last10(append(c.ramps, t))
	return w*t + (1-w)*usual
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
	s := slices.Clone(list)
	slices.Sort(s)
	if n := len(s); n%2 == 0 {
		return (s[n/2-1] + s[n/2]) / 2
	}
	return s[len(s)/2]
}
