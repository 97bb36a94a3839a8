package history

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"time"
)

// What a comparison needs, and the least spread that is believed of its figures: five
// equal differences are chance, not certainty.
const (
	// enoughTimes is on how many days a difference must be known, enoughLike on
	// how many there must be moments to compare with: the slopes and a
	// mean are taken from those, and four degrees of freedom are to be left.
	enoughTimes = 5
	enoughLike  = 8
	// tensionLeast is in points: a feeling is rounded to a point twice, which alone
	// makes a standard deviation of 0.41.
	tensionLeast = 0.5
	// uprightLeast is one slouch of a minute more or less in twenty, which is
	// about as short as one is that counts.
	uprightLeast = 0.05
)

// start is the figures of a start, as many as any comparison has.
type start [3]float64

func (s start) less(o start) start {
	for i := range s {
		s[i] -= o[i]
	}
	return s
}

func (s start) by(o start) (sum float64) {
	for i := range s {
		sum += s[i] * o[i]
	}
	return sum
}

// moment is what was before and after a routine, or an instant without one.
type moment struct {
	at   time.Time
	date Date
	// start is what tells of how it would go on by itself: the value before, and
	// what else does.
	start start
	after float64
}

// trial is a moment with a routine and, by their places, those it is compared with.
type trial struct {
	moment
	likes []int
}

// comparison sets moments with a routine beside like ones without: the difference is
// that of what came after, less what comes of another start. How much of a start
// stays is reckoned from the moments without a routine alone (an analysis of
// covariance, in which each trial has a level of its own), so that a value which
// would have gone back to what is usual by itself is no effect.
type comparison struct {
	// near is how near the start of some moment without a routine must be to that
	// of one with: nothing is told of what never was without.
	near float64
	// least is the smallest standard deviation that is believed.
	least float64

	likes  []moment
	trials []trial

	// The slopes are inverse times the sum of pull times after; spread is the
	// standard deviation that they leave.
	slope   start
	inverse [3]start
	pull    []start // of each of likes
	spread  float64 // NaN when there are too few
}

// nearest returns the places nearest to a time among those of some likes, which are
// in order of time.
func (c *comparison) nearest(among []int, t time.Time) []int {
	const most = 12
	const farthest = 45 * 24 * time.Hour
	high := sort.Search(len(among), func(i int) bool { return !c.likes[among[i]].at.Before(t) })
	low := high - 1
	var out []int
	for len(out) < most {
		before, after := time.Duration(math.MaxInt64), time.Duration(math.MaxInt64)
		if low >= 0 {
			before = t.Sub(c.likes[among[low]].at)
		}
		if high < len(among) {
			after = c.likes[among[high]].at.Sub(t)
		}
		switch {
		case min(before, after) > farthest:
			return out
		case before <= after:
			out = append(out, among[low])
			low--
		default:
			out = append(out, among[high])
			high++
		}
	}
	return out
}

// center is the mean of some likes.
func (c *comparison) center(likes []int) (s start, after float64) {
	n := float64(len(likes))
	for _, i := range likes {
		for p, v := range c.likes[i].start {
			s[p] += v / n
		}
		after += c.likes[i].after / n
	}
	return s, after
}

// fit reckons how much of a start stays when there is no routine, and drops the likes
// of those trials that nothing is comparable with.
func (c *comparison) fit() {
	c.pull = make([]start, len(c.likes))
	values := make([]float64, len(c.likes))
	for i := range c.likes {
		values[i] = c.likes[i].start[0]
	}
	slices.Sort(values)
	// A start that never differs has no slope; the ridge makes it 0.
	const ridge = 1e-6
	squares := [3]start{{ridge}, {0, ridge}, {0, 0, ridge}}
	var with start
	free := -len(with) // degrees of freedom
	for i := range c.trials {
		t := &c.trials[i]
		at, _ := slices.BinarySearch(values, t.start[0]-c.near-1e-9)
		if len(t.likes) < 2 || at == len(values) || values[at] > t.start[0]+c.near+1e-9 {
			t.likes = nil
			continue
		}
		free += len(t.likes) - 1
		mid, after := c.center(t.likes)
		for _, j := range t.likes {
			d := c.likes[j].start.less(mid)
			for p := range d {
				c.pull[j][p] += d[p]
				with[p] += d[p] * (c.likes[j].after - after)
				for q := range d {
					squares[p][q] += d[p] * d[q]
				}
			}
		}
	}
	c.inverse = inverted(squares)
	c.slope = times(&c.inverse, with)
	c.spread = math.NaN()
	if free < 1 {
		return
	}
	var left float64
	for i := range c.trials {
		mid, after := c.center(c.trials[i].likes)
		for _, j := range c.trials[i].likes {
			e := c.beyond(&c.likes[j], mid, after)
			left += e * e
		}
	}
	c.spread = math.Max(c.least, math.Sqrt(left/float64(free)))
}

// beyond is by how much more came after a moment than after others, its start
// allowed for.
func (c *comparison) beyond(m *moment, mid start, after float64) float64 {
	return m.after - after - c.slope.by(m.start.less(mid))
}

func times(m *[3]start, v start) start { return start{m[0].by(v), m[1].by(v), m[2].by(v)} }

// inverted is the inverse of a symmetric, positive definite matrix.
func inverted(m [3]start) (out [3]start) {
	for i := range m {
		out[i][i] = 1
	}
	for i := range m { // no pivot is 0
		for j := range m {
			if j == i {
				continue
			}
			f := m[j][i] / m[i][i]
			for k := range m {
				m[j][k] -= f * m[i][k]
				out[j][k] -= f * out[i][k]
			}
		}
	}
	for i := range m {
		for k := range m {
			out[i][k] /= m[i][i]
		}
	}
	return out
}

// change is the mean difference of some trials, given in order of time, with bounds that
// hold for so many of them together. A day counts once: what is done twice on a day
// shares its mood and what it is compared with.
func (c *comparison) change(of []int, together int) Change {
	var out Change
	type day struct {
		date   Date
		trials []int
	}
	var days []day
	was, measured := Date(math.MinInt32), 0
	for _, i := range of {
		t := &c.trials[i]
		if t.date != was {
			was = t.date
			measured++
		}
		if t.likes == nil {
			continue
		}
		if n := len(days); n == 0 || days[n-1].date != t.date {
			days = append(days, day{date: t.date})
		}
		days[len(days)-1].trials = append(days[len(days)-1].trials, i)
	}
	out.N, out.Measured = len(days), measured
	if out.N == 0 {
		return out
	}
	n := float64(out.N)
	values := make([]float64, len(days))
	weights := map[int]float64{} // that a like has in the mean of all
	var apart start              // how far the starts are from those of the likes
	var shared float64           // of the likes' variance in that of a day, on average
	for d := range days {
		own := map[int]float64{}
		k := float64(len(days[d].trials))
		for _, i := range days[d].trials {
			t := &c.trials[i]
			mid, after := c.center(t.likes)
			values[d] += c.beyond(&t.moment, mid, after) / k
			for p, v := range t.start.less(mid) {
				apart[p] += v / k / n
			}
			for _, j := range t.likes {
				own[j] += 1 / k / float64(len(t.likes))
			}
		}
		for _, j := range ordered(own) {
			weights[j] += own[j] / n
			shared += own[j] * own[j] / n
		}
	}
	likes := ordered(weights)
	dates := make([]Date, len(likes))
	for i, j := range likes {
		dates[i] = c.likes[j].date
	}
	slices.Sort(dates)
	out.Comparable = len(slices.Compact(dates))
	m := mean(values)
	out.Mean = pointer(tidy(m))
	if out.N < enoughTimes || out.Comparable < enoughLike || math.IsNaN(c.spread) {
		return out
	}
	// The variance is that of the trials' own over the days, and that of the likes
	// by their weights: of their mean, and of the slopes.
	noise := c.spread * c.spread
	s := deviation(values)
	variance := math.Max(s*s-noise*shared, c.least*c.least) / n
	lever := times(&c.inverse, apart)
	for j, pull := range c.pull {
		v := weights[j] + pull.by(lever)
		variance += noise * v * v
	}
	half := student(min(out.N-1, out.Comparable-len(apart)-1), together) * math.Sqrt(variance)
	out.Low, out.High = pointer(tidy(m-half)), pointer(tidy(m+half))
	return out
}

// ordered returns the keys in their order, so that sums come out the same to the last
// bit.
func ordered(m map[int]float64) []int {
	keys := make([]int, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, cmp.Compare[int])
	return keys
}

// student is by how many standard errors a mean is bounded with n degrees of freedom, 4
// and more, so that of so many means told together all are within theirs with 95 %
// (Bonferroni's correction: of twenty exercises that do nothing, one would else be told to
// work). It is Student's t by the expansion of Abramowitz and Stegun 26.7.5: right to a
// hundredth for one mean, to a twentieth of itself for twenty.
func student(n, together int) float64 {
	z := math.Sqrt2 * math.Erfinv(1-0.05/float64(max(1, together)))
	v := float64(n)
	z3, z5, z7 := z*z*z, math.Pow(z, 5), math.Pow(z, 7)
	return z + (z3+z)/(4*v) + (5*z5+16*z3+3*z)/(96*v*v) + (3*z7+19*z5+17*z3-15*z)/(384*v*v*v)
}
