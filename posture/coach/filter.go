package coach

import "math"

const (
	// tick is the common pace in seconds: observations are averaged over it
	// or drawn out between, so that what follows does not depend on how many
	// there are.
	tick = 0.1
	// spikes is over how many ticks the median is taken that removes a single
	// garbled observation.
	spikes = 5
)

// instant is one tick of what is followed, smoothed.
type instant struct {
	t float64 // of its middle
	v vector
	// calm is the signal less smoothed: only spikes are taken out.
	calm float64
}

// filter brings observations to the common pace, takes out spikes and smooths. All
// its steps are symmetrical in time, so edges keep their place; what it gives is
// late by a known while.
type filter struct {
	width int // half width of the smoothing, in ticks
	// trunk is the share of the shoulders' size that is added to the signal.
	trunk float64

	started bool
	t       float64 // of the last observation
	v       vector
	filled  float64 // start of the tick being filled
	sum     vector

	raw, calm []vector
	out       instant
}

// delay is how late the filter's output is, in seconds.
func (f *filter) delay() float64 { return (float64(f.width-1) + spikes/2 + 0.5) * tick }

// window is over how many seconds the smoothing averages, for noise.
func (f *filter) window() float64 {
	w := float64(f.width)
	return tick * 3 * w * w * w / (2*w*w + 1)
}

func (f *filter) reset() {
	*f = filter{width: f.width, trunk: f.trunk, raw: f.raw[:0], calm: f.calm[:0]}
}

// add takes what was seen at a time and calls each with the ticks that are
// complete by it.
func (f *filter) add(t float64, v *vector, each func(*instant)) {
	if !f.started {
		f.started, f.t, f.v, f.filled = true, t, *v, t
		return
	}
	if t <= f.t {
		f.v = *v
		return
	}
	for at := f.t; at < t; {
		to := math.Min(f.filled+tick, t)
		// The mean of a straight line is its middle.
		part := ((at+to)/2 - f.t) / (t - f.t)
		for i := range f.sum {
			f.sum[i] += (to - at) * (f.v[i] + part*(v[i]-f.v[i]))
		}
		if to < f.filled+tick {
			break
		}
		var mean vector
		for i := range mean {
			mean[i] = f.sum[i] / tick
		}
		f.sum = vector{}
		f.filled, at = to, to
		f.put(mean, each)
	}
	f.t, f.v = t, *v
}

func (f *filter) put(v vector, each func(*instant)) {
	f.raw = last(append(f.raw, v), spikes)
	if len(f.raw) < spikes {
		return
	}
	var calm vector
	for i := range calm {
		calm[i] = median5(f.raw[0][i], f.raw[1][i], f.raw[2][i], f.raw[3][i], f.raw[4][i])
	}
	taps := 2*f.width - 1
	f.calm = last(append(f.calm, calm), taps)
	if len(f.calm) < taps {
		return
	}
	out := &f.out
	*out = instant{}
	for k := range f.calm {
		weight := float64(f.width-abs(k-f.width+1)) / float64(f.width*f.width)
		for i := range out.v {
			out.v[i] += weight * f.calm[k][i]
		}
	}
	out.t = f.filled - f.delay()
	trunk := f.trunk * out.v[vShoulders]
	out.calm = f.calm[f.width-1][vSignal] + trunk
	out.v[vSignal] += trunk
	each(out)
}

// last keeps the last n of a slice in its place.
func last(s []vector, n int) []vector {
	if len(s) > n {
		copy(s, s[len(s)-n:])
		s = s[:n]
	}
	return s
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}

func median5(a, b, c, d, e float64) float64 {
	v := [5]float64{a, b, c, d, e}
	for i := 1; i < len(v); i++ {
		for j := i; j > 0 && v[j] < v[j-1]; j-- {
			v[j], v[j-1] = v[j-1], v[j]
		}
	}
	return v[2]
}

// noise is how much single values scatter about the line between their
// neighbours.
type noise struct {
	deviation float64 // standard
	t, v      [2]float64
	n         int // of values since the last gap
	known     int // of values that deviation rests on
}

const (
	// noiseValues is over how many values the scatter is averaged.
	noiseValues = 25
	// noiseOutlier is how many times the scatter one value may add to it.
	noiseOutlier = 3.0
)

// add takes the next value; one that belongs to a movement is no noise.
func (n *noise) add(t, v float64, moving bool) {
	if n.n >= 2 && !moving && t > n.t[1] && n.t[1] > n.t[0] {
		line := n.v[0] + (v-n.v[0])*(n.t[1]-n.t[0])/(t-n.t[0])
		// The mean of the distance of a middle value, as a standard deviation.
		d := 1.02 * math.Abs(n.v[1]-line)
		if n.known >= 5 {
			d = math.Min(d, noiseOutlier*n.deviation)
		}
		n.known = min(n.known+1, noiseValues)
		n.deviation += (d - n.deviation) / float64(n.known)
	}
	n.t, n.v = [2]float64{n.t[1], t}, [2]float64{n.v[1], v}
	n.n++
}
