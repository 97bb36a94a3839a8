package coach

import "math"

const (
	// settleTicks is how many ticks a small movement must have been over.
	settleTicks = 3
	// surely is how many times the least, and surelyNoise how many times the
	// noise, a movement is that is a repetition whatever came before it.
	surely, surelyNoise = 2.0, 6.0
	// likeness is by what factor sizes and lengths of movements that are alike
	// differ, and nextWithin how soon one must follow the other, in seconds.
	likeness   = 2.1
	nextWithin = 6.0
	// inARow is how many small ones alike in a row are repetitions.
	inARow = 4
	// unlikeSize and unlikeLength are by how much, as logarithms, repetitions
	// differ from the median that are unlike it; unevenMost of the last
	// ten, or a stray movement within doubtSeconds, make the counts doubtful.
	unlikeSize, unlikeLength = 0.5, 0.4
	unevenMost               = 2
	doubtSeconds             = 40.0
)

// candidate is a small movement of which it is not known yet whether it is a
// repetition.
type candidate struct {
	Repetition
	width float64 // s at half its height
}

// find looks for the movements of an exercise that is fine.
func (c *Coach) find(in *instant) {
	least := c.spec.least * c.scale
	if n := len(c.sizes); n >= 2 {
		least = math.Min(math.Max(least, fineShare*c.scale*median(c.sizes[max(0, n-6):])), ownMost*least)
	}
	noise := c.rough.deviation * math.Sqrt(math.Max(c.pace, tick)/tick)
	start, end, ok := c.scan.add(in.calm, least, noise, settleTicks)
	if !ok {
		return
	}
	last := len(c.past) - 1
	ch := channel{side: Both, dir: 1, start: max(0, last-start), low: max(0, last-end)}
	ch.lo, ch.post = c.value(&ch, ch.start), c.value(&ch, ch.low)
	ch.hi = ch.lo
	for i := ch.start; i <= ch.low; i++ {
		ch.hi = math.Max(ch.hi, c.value(&ch, i))
	}
	c.finish(&ch, c.measure(&ch))
}

// sure reports whether a small movement is a repetition: it is so large that it is
// hardly anything else, or like those before it. A body at rest makes movements
// as small, but seldom so many alike in a row: when there are, all of them count.
func (c *Coach) sure(r Repetition, width float64) bool {
	now := candidate{r, width}
	row, next := 0, &now
	for i := len(c.pending) - 1; i >= 0 && c.pending[i].before(next); i-- {
		row, next = row+1, &c.pending[i]
	}
	n := len(c.done)
	own := (n > 1 || n == 1 && r.Start-c.done[0].End < nextWithin) && alike(r.Range, median(c.sizes)) && alike(width, median(c.widths))
	large := r.Range >= math.Max(surely*c.spec.least*c.scale, surelyNoise*c.noise())/c.scale
	if !own && !large && row+1 < inARow {
		if n := len(c.pending); n > 0 && row == 0 {
			c.strayAt = c.pending[n-1].End
		}
		if row > 0 {
			c.say("Small movements count once a few alike were seen.")
		}
		c.pending = append(c.pending, now)
		c.pending = c.pending[max(0, len(c.pending)-inARow+1):]
		return false
	}
	if n := len(c.pending); row < n {
		c.strayAt = c.pending[n-1].End
	}
	for _, p := range c.pending[len(c.pending)-row:] {
		c.accept(p.Repetition, p.width)
	}
	c.pending = c.pending[:0]
	return true
}

// before reports whether a candidate and the next are of one row.
func (p *candidate) before(next *candidate) bool {
	return next.Start-p.End < nextWithin && alike(p.Range, next.Range) && alike(p.width, next.width)
}

func alike(a, b float64) bool { return a < b*likeness && b < a*likeness }

// accept counts a repetition and learns from it.
func (c *Coach) accept(r Repetition, width float64) {
	c.sizes, c.widths = last10(append(c.sizes, r.Range)), last10(append(c.widths, width))
	size, length := median(c.sizes), median(c.widths)
	c.uneven = 0
	for i := range c.sizes {
		if math.Abs(math.Log(c.sizes[i]/size)) > unlikeSize || math.Abs(math.Log(c.widths[i]/length)) > unlikeLength {
			c.uneven++
		}
	}
	c.count(r)
}

// doubts reports whether what was found of late makes the counts doubtful: a
// movement that is no repetition, or is not known to be one, or repetitions that
// are unlike each other.
func (c *Coach) doubts() bool {
	if n := len(c.pending); n > 0 && c.now-c.pending[n-1].End > nextWithin {
		return true
	}
	return c.strayAt > 0 && c.now-c.strayAt < doubtSeconds || c.uneven >= unevenMost
}
