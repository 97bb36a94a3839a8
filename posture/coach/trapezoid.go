package coach

import "math"

// trapezoid is the course of a movement from 0 to 1 and back: a way there, a hold
// and a way back, the ways like half a cosine. Times in seconds.
type trapezoid struct {
	up, down   float64 // the middles of the ways
	rise, fall float64 // how long the ways take
}

// hold is how long it is at 1.
func (z *trapezoid) hold() float64 { return z.down - z.up - (z.rise+z.fall)/2 }

// at is its height at a time.
func (z *trapezoid) at(t float64) float64 {
	return half((t-z.up)/z.rise+0.5) - half((t-z.down)/z.fall+0.5)
}

// half goes from 0 to 1 like half a cosine.
func half(x float64) float64 {
	switch {
	case x <= 0:
		return 0
	case x >= 1:
		return 1
	}
	return (1 - math.Cos(math.Pi*x)) / 2
}

// sample is the signal at the time of an observation.
type sample struct{ t, v float64 }

// usual is what is expected before a movement is seen: the logarithms of how long
// the ways take and by how much they vary; and how long the hold is and by how
// much that varies, in seconds, 0 where nothing is expected.
type usual struct{ rise, fall, spread, hold, holds float64 }

const (
	// fitSteps is how often the step of the fit is halved, fitRounds how often
	// each is tried.
	fitSteps, fitRounds = 5, 12
	// fitRobust is from how many standard deviations on a sample counts less.
	fitRobust = 2.5
)

// fit is the trapezoid above a straight line that comes closest to the samples,
// which have noise of a standard deviation, and to what is usual, and its height.
// It starts from a guess.
func fit(s []sample, guess trapezoid, noise float64, u usual) (trapezoid, float64) {
	if len(s) < 5 || noise <= 0 {
		return guess, 0
	}
	cost := func(p *[4]float64) (float64, trapezoid, float64) {
		z := trapezoid{p[0], p[1], math.Exp(p[2]), math.Exp(p[3])}
		if short := -z.hold(); short > 0 {
			z.up, z.down = z.up-short/2, z.down+short/2
		}
		d, height := distance(s, &z, noise)
		r, f := (p[2]-u.rise)/u.spread, (p[3]-u.fall)/u.spread
		if u.holds > 0 {
			h := (z.hold() - u.hold) / u.holds
			d += h * h
		}
		return d + r*r + f*f, z, height
	}
	p := [4]float64{guess.up, guess.down, math.Log(guess.rise), math.Log(guess.fall)}
	best, z, height := cost(&p)
	// Times in seconds and logarithms alike: both matter by about as much.
	for step, k := 0.3, 0; k < fitSteps; step, k = step/2.2, k+1 {
		for range fitRounds {
			better := false
			for i := range p {
				for _, d := range [2]float64{step, -step} {
					q := p
					q[i] += d
					if c, qz, h := cost(&q); c < best-1e-9 {
						p, best, z, height, better = q, c, qz, h, true
						break
					}
				}
			}
			if !better {
				break
			}
		}
	}
	return z, height
}

// distance is how far the samples are from the trapezoid of the best height above
// the best line, in squared standard deviations, and that height.
func distance(s []sample, z *trapezoid, noise float64) (float64, float64) {
	mid := (z.up + z.down) / 2
	var n, t, tt, x, xt, xx, y, yt, yx float64
	for i := range s {
		a, b, v := s[i].t-mid, z.at(s[i].t), s[i].v
		n++
		t += a
		tt += a * a
		x += b
		xt += a * b
		xx += b * b
		y += v
		yt += v * a
		yx += v * b
	}
	// Normal equations of v = c0 + c1 a + c2 b.
	m := [3][4]float64{{n, t, x, y}, {t, tt, xt, yt}, {x, xt, xx, yx}}
	for i := range 3 {
		m[i][i] += 1e-9
		for j := i + 1; j < 3; j++ {
			f := m[j][i] / m[i][i]
			for k := i; k < 4; k++ {
				m[j][k] -= f * m[i][k]
			}
		}
	}
	c2 := m[2][3] / m[2][2]
	c1 := (m[1][3] - m[1][2]*c2) / m[1][1]
	c0 := (m[0][3] - m[0][1]*c1 - m[0][2]*c2) / m[0][0]
	sum := 0.0
	for i := range s {
		d := math.Abs(s[i].v-c0-c1*(s[i].t-mid)-c2*z.at(s[i].t)) / noise
		if d > fitRobust {
			sum += fitRobust * (2*d - fitRobust)
		} else {
			sum += d * d
		}
	}
	return sum, c2
}
