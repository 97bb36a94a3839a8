package coach

import (
	"math"
	"math/rand/v2"
	"testing"
)

// A trapezoid that is seen is found again, on a drift and in noise.
func TestFit(t *testing.T) {
	z := trapezoid{up: 3, down: 7.5, rise: 0.8, fall: 1.6}
	u := usual{rise: math.Log(usualRamp), fall: math.Log(usualRamp), spread: 0.5}
	for _, c := range []struct{ rate, noise, most float64 }{
		{10, 0, 0.05}, {8, 0.05, 0.15}, {4, 0.05, 0.25}, {2, 0.02, 0.3},
	} {
		r := rand.New(rand.NewPCG(1, 2))
		var s []sample
		for i := range int(10 * c.rate) {
			at := float64(i) / c.rate
			s = append(s, sample{at, 5 - 0.1*at + 2*(z.at(at)+c.noise*r.NormFloat64())})
		}
		got, height := fit(s, trapezoid{3.3, 7.2, 1.1, 1.1}, 2*math.Max(c.noise, 0.01), u)
		if math.Abs(got.hold()-z.hold()) > c.most || math.Abs(height-2) > 0.15 {
			t.Errorf("%v a second, noise %v: a hold of %.2f s %.2f high, want %.2f s and 2 (%+v)", c.rate, c.noise, got.hold(), height, z.hold(), got)
		}
	}
	// Without a hold there is none, and never less.
	peak := trapezoid{up: 2, down: 3.2, rise: 1.2, fall: 1.2}
	var s []sample
	for i := range 50 {
		s = append(s, sample{float64(i) / 10, peak.at(float64(i) / 10)})
	}
	if got, _ := fit(s, trapezoid{1.9, 3.4, 1, 1}, 0.02, u); got.hold() < -1e-9 || got.hold() > 0.1 {
		t.Errorf("a peak: a hold of %.2f s", got.hold())
	}
	quick := trapezoid{up: 2, down: 2.5, rise: 0.5, fall: 0.5}
	for i := range s {
		s[i].v = quick.at(s[i].t)
	}
	slow := usual{rise: u.rise, fall: u.fall, spread: 0.001}
	if got, _ := fit(s, trapezoid{1.9, 2.6, 1, 1}, 0.02, slow); got.hold() < -1e-9 {
		t.Errorf("quicker than is usual: a hold of %.2f s", got.hold())
	}
	// What is usual decides where nothing else does.
	if got, _ := fit(s[:2], trapezoid{1, 2, 1, 1}, 0.1, u); got != (trapezoid{1, 2, 1, 1}) {
		t.Errorf("two samples: %+v, want the guess", got)
	}
}

// findAll finds the movements in ticks, as indexes of where they begin and end.
func findAll(v []float64, least, noise float64) (all [][2]int) {
	var s scan
	for i, x := range v {
		if start, end, ok := s.add(x, least, noise, settleTicks); ok {
			all = append(all, [2]int{i - start, i - end})
		}
	}
	return all
}

func TestScan(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	six := course{n: 6, start: 3, period: 4, ramp: 1, hold: 1.4}
	ticks := func(height, noise, drift float64, c course) (v []float64) {
		for i := range 320 {
			part, _ := c.part(float64(i) * tick)
			v = append(v, height*part+drift*float64(i)+noise*r.NormFloat64())
		}
		return v
	}
	for _, c := range []struct{ height, noise, drift float64 }{
		{1, 0.02, 0}, {1, 0.2, 0}, {1, 0.02, 0.004}, {1, 0.2, -0.004}, {1, 0.02, -0.01},
	} {
		got := findAll(ticks(c.height, c.noise, c.drift, six), 0.4, c.noise)
		if len(got) != six.n {
			t.Errorf("%+v: %v, want %d movements", c, got, six.n)
			continue
		}
		for k, f := range got {
			top := (six.start + float64(k)*six.period + six.ramp + six.hold/2) / tick
			if float64(f[0]) > top-7 || float64(f[1]) < top+7 || f[1]-f[0] > 45 {
				t.Errorf("%+v: movement %d from tick %d to %d, want it about %.0f", c, k, f[0], f[1], top)
			}
		}
	}
	// Nothing but noise, a step that stays, and a dip are none.
	none := six
	none.n = 0
	one := six
	one.n = 1
	var step []float64
	for i := range 320 {
		step = append(step, 0.02*r.NormFloat64()+half(float64(i-100)/8))
	}
	for name, v := range map[string][]float64{
		"noise": ticks(0, 0.2, 0, none), "drift": ticks(0, 0.02, 0.01, none), "step": step,
		"dip": ticks(-1, 0.02, 0, one),
	} {
		if got := findAll(v, 0.4, 0.2); len(got) != 0 {
			t.Errorf("%s: %v, want none", name, got)
		}
	}
	// Long streams take no more memory, and are found to their end.
	long := six
	long.n = 1000
	var v []float64
	for i := range 40_000 {
		part, _ := long.part(float64(i) * tick)
		v = append(v, part+0.05*r.NormFloat64())
	}
	var s scan
	n := 0
	for _, x := range v {
		if _, _, ok := s.add(x, 0.4, 0.05, settleTicks); ok {
			n++
		}
	}
	if n < 995 || n > 1000 || cap(s.v) > 2*scanned {
		t.Errorf("1000 movements: %d, with %d ticks kept", n, cap(s.v))
	}
}
