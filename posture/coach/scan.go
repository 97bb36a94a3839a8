package coach

import "math"

// template is a movement of one length, with some rest before and after.
type template struct {
	weights []float64 // the height of the movement is their sum with the signal
	scatter float64   // variance of that height for noise of 1 a tick
	top     [2]int    // where the movement is at the top
}

const (
	// flank is how much rest before and after a movement is looked at, in ticks.
	flank = 5
	// certain is by how much, in squared standard deviations, a movement must
	// explain what is seen better than none.
	certain = 14.0
	// onBothSides is the share of its height that a movement must have above the
	// rest before and the rest after: less is a change of posture.
	onBothSides = 0.45
	// notBack is the share of its height by which a movement may end above where
	// it began: one that ends higher is waited for, up to returnTicks.
	notBack     = 0.3
	returnTicks = 30
	// A movement that dips in its midst by dipShare of its height, and by dipSure
	// times the noise of a flank's mean, is two.
	dipShare, dipSure = 0.36, 2.5
	// What a movement leaves unexplained beyond the share explained of the
	// noise, which ticks that are drawn out between observations have,
	// counts misfit times against it.
	misfit, explained = 1.0, 0.3
	// scanned is how many ticks are kept.
	scanned = 600
)

// templates are movements of all lengths that small ones may have, in seconds.
var templates = func() (list []template) {
	for _, hold := range []float64{0, 0.3, 0.6, 1, 1.5, 2, 2.6, 3.3, 4.2, 5.3, 6.7, 8.4, 10.5, 13, 16, 20} {
		for _, ramp := range []float64{0.7, 1.1, 1.6} {
			list = append(list, newTemplate(hold, ramp))
		}
	}
	return list
}()

func newTemplate(hold, ramp float64) template {
	inner := int(math.Round((hold + 2*ramp) / tick))
	n := inner + 2*flank
	z := trapezoid{rise: ramp, fall: ramp}
	z.up = (float64(flank)-0.5)*tick + ramp/2
	z.down = z.up + ramp + hold
	// The height's weights are those of the trapezoid less what a straight
	// line explains of it.
	x := make([]float64, n)
	var sx, st, stt, sxt float64
	for i := range x {
		x[i] = z.at(float64(i) * tick)
		t := float64(i) - float64(n-1)/2
		sx += x[i]
		st += t
		stt += t * t
		sxt += x[i] * t
	}
	sum := 0.0
	for i := range x {
		x[i] -= sx/float64(n) + sxt/stt*(float64(i)-float64(n-1)/2)
		sum += x[i] * x[i]
	}
	for i := range x {
		x[i] /= sum
	}
	reach := int(math.Round((ramp * 0.8) / tick))
	p := template{weights: x, scatter: 1 / sum, top: [2]int{flank + reach, n - flank - reach}}
	if p.top[1] <= p.top[0] {
		p.top = [2]int{n/2 - 1, n/2 + 1}
	}
	return p
}

// found is a movement in the signal, in ticks of the scan.
type found struct {
	start, end int
	score      float64
	size       float64
}

// scan finds small movements in a noisy signal: of all ways to lay movements of
// any length end to end the one that explains most of it. What it was some
// time ago is settled.
type scan struct {
	v     []float64
	best  []float64 // what the movements that end by a tick explain
	ends  []found   // the best that ends there, if any; zero is none
	last  []int     // the tick at which the last movement of the best ends, -1 is none
	first int       // the first tick at which a movement may begin
}

func (s *scan) reset() {
	s.v, s.best, s.ends, s.last, s.first = s.v[:0], s.best[:0], s.ends[:0], s.last[:0], 0
}

// drop forgets the oldest ticks.
func (s *scan) drop(n int) {
	s.v = append(s.v[:0], s.v[n:]...)
	s.best = append(s.best[:0], s.best[n:]...)
	s.ends = append(s.ends[:0], s.ends[n:]...)
	s.last = append(s.last[:0], s.last[n:]...)
	for i := range s.ends {
		s.ends[i].start -= n
		s.ends[i].end -= n
		if s.last[i] -= n; s.last[i] < 0 {
			s.last[i] = -1
		}
	}
	s.first = max(0, s.first-n)
}

// add takes the next tick and returns a movement that is settled by it, in ticks
// before this one. Movements must be as high as least; noise is the signal's
// standard deviation in a tick, wait how many ticks a movement must have stayed the
// best explanation.
func (s *scan) add(v, least, noise float64, wait int) (start, end int, ok bool) {
	if len(s.v) == 0 {
		for range flank {
			s.push(v)
		}
	}
	s.push(v)
	now := len(s.v) - 1
	e := now - flank
	s.best[e], s.last[e] = 0, -1
	if e > 0 {
		s.best[e], s.last[e] = s.best[e-1], s.last[e-1]
	}
	variance := math.Max(noise*noise, 1e-12)
	for k := range templates {
		p := &templates[k]
		from := now + 1 - len(p.weights)
		if from < 0 || from+flank < s.first {
			continue
		}
		w := s.v[from : now+1]
		size := 0.0
		for i, x := range p.weights {
			size += x * w[i]
		}
		if size < least {
			continue
		}
		gain := size*size/p.scatter/variance - certain
		if gain <= 0 {
			continue
		}
		if left := scatter(w)/variance - size*size/p.scatter/variance - explained*float64(len(w)); left > 0 {
			gain -= misfit * left
		}
		if gain <= 0 {
			continue
		}
		begin := from + flank
		total := gain + s.best[begin]
		if total <= s.best[e] || !p.stands(w, size) || !whole(w, math.Max(dipShare*size, dipSure*noise/math.Sqrt(flank))) {
			continue
		}
		s.best[e], s.last[e], s.ends[e] = total, e, found{begin, e, gain, size}
	}
	// The earliest movement of the best explanation.
	at := s.last[e]
	if at < 0 {
		return 0, 0, false
	}
	f := s.ends[at]
	for s.last[f.start] >= 0 && s.last[f.start] > s.first {
		at = s.last[f.start]
		f = s.ends[at]
	}
	if e-f.end < wait || e-f.end < returnTicks && s.level(f.end)-s.level(f.start-flank) > notBack*f.size {
		return 0, 0, false
	}
	s.settle(&f, e)
	start, end = now-f.start, now-f.end
	if len(s.v) > scanned/2 {
		s.drop(max(0, s.first-flank-1))
	}
	return start, end, true
}

// level is the mean of a flank.
func (s *scan) level(from int) (m float64) {
	from = max(0, from)
	for _, v := range s.v[from : from+flank] {
		m += v / flank
	}
	return m
}

func (s *scan) push(v float64) {
	if len(s.v) >= scanned {
		s.drop(scanned / 4)
	}
	s.v, s.best, s.ends, s.last = append(s.v, v), append(s.best, 0), append(s.ends, found{}), append(s.last, -1)
}

// settle takes a movement for good: what follows begins after it.
func (s *scan) settle(f *found, e int) {
	s.first = f.end
	for i := 0; i <= e; i++ {
		if i <= f.end {
			s.best[i], s.last[i] = 0, -1
			continue
		}
		s.best[i], s.last[i] = s.best[i-1], s.last[i-1]
		if g := &s.ends[i]; g.score > 0 && g.start >= f.end {
			if total := g.score + s.best[g.start]; total > s.best[i] {
				s.best[i], s.last[i] = total, i
			}
		}
	}
}

// whole reports whether nowhere in it the signal falls by so much and rises again.
func whole(w []float64, dip float64) bool {
	sum := 0.0
	for _, x := range w[:flank] {
		sum += x
	}
	peak, valley := sum/flank, math.Inf(1)
	for i := flank; i < len(w); i++ {
		sum += w[i] - w[i-flank]
		v := sum / flank
		switch {
		case v-valley > dip:
			return false
		case v > peak:
			peak, valley = v, math.Inf(1)
		case peak-v > dip:
			valley = math.Min(valley, v)
		}
	}
	return true
}

// scatter is the sum of the squared distances from the straight line that is
// closest.
func scatter(w []float64) float64 {
	n := float64(len(w))
	var y, yy, ty float64
	for i, v := range w {
		v -= w[0]
		t := float64(i) - (n-1)/2
		y, yy, ty = y+v, yy+v*v, ty+t*v
	}
	return yy - y*y/n - ty*ty*12/(n*(n*n-1))
}

// stands reports whether a movement is above the rest before and after.
func (p *template) stands(w []float64, size float64) bool {
	average := func(v []float64) (m float64) {
		for _, x := range v {
			m += x / float64(len(v))
		}
		return m
	}
	top := average(w[p.top[0]:p.top[1]])
	return top-average(w[:flank+1]) > onBothSides*size && top-average(w[len(w)-flank-1:]) > onBothSides*size
}
