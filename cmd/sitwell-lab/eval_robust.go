package main

import (
	"context"
	"math"
	"slices"
	"strings"
)

// robustRates are the rates, a second, at which the same clip must be judged
// alike.
var robustRates = []float64{0.5, 1, 2, 5}

const (
	// robustTolerance is by how many seconds a run may be ahead of or behind
	// another.
	robustTolerance = 2.0
	// robustGrid is the time between the instants compared, in seconds.
	robustGrid = 0.1
)

// variant is another way of looking at the same data set, and what it came to.
type variant struct {
	name   string
	rate   float64 // observations a second
	change change
	judged *judged
}

// variants are the ways of looking that the judgement must not depend on,
// other than the plain one at the given rate.
func variants(rate float64) []variant {
	var list []variant
	for _, r := range robustRates {
		if r != rate {
			list = append(list, variant{name: hertz(r), rate: r})
		}
	}
	for _, c := range changes {
		list = append(list, variant{name: c.name, rate: rate, change: c})
	}
	return list
}

// fit leaves of a set what there is to judge another time: stills have no
// rate, and numbers no frames to change.
func (v *variant) fit(d *dataset) *dataset {
	c := *d
	if v.change.frame == nil {
		c.stills = nil
		return &c
	}
	c.stills = slices.DeleteFunc(slices.Clone(d.stills), func(g group) bool {
		return slices.ContainsFunc(g.items, func(it item) bool { return it.file == "" })
	})
	return &c
}

// judgeVariants judges the set once more for each, and compares that with the
// plain judgement at the given rate.
func judgeVariants(ctx context.Context, plain *judged, rate float64, list []variant, newEyes func(*variant) *eyes, dwell float64) (*robustReport, error) {
	r := &robustReport{Rate: rate, Variants: []variantReport{}}
	for i := range list {
		v := &list[i]
		var err error
		v.judged, err = judge(ctx, v.fit(plain.dataset), func() *eyes { return newEyes(v) }, dwell)
		if err != nil {
			return nil, err
		}
		r.Variants = append(r.Variants, v.compare(plain, rate))
		v.judged = nil // so that one is held at a time
	}
	return r, nil
}

// robustReport tells how far the judgement depends on the way of looking.
type robustReport struct {
	Rate     float64         `json:"rate_hz"` // of the plain run
	Variants []variantReport `json:"variants"`
}

type variantReport struct {
	Name string  `json:"name"`
	Rate float64 `json:"rate_hz"`
	// Same is the share of the clips' time in which both runs are in the
	// same state, Near that in which each shows the other's state within
	// the tolerance.
	Same       *float64 `json:"same"`
	Near       *float64 `json:"same_within_2s"`
	Seconds    float64  `json:"seconds"`
	AlertsSame *int     `json:"clips_with_same_alerts"`
	// Otherwise counts the seconds that are not near: "upright to
	// slouching", plain first.
	Otherwise map[string]float64 `json:"otherwise_s"`
	Clips     []clipReport       `json:"clips"`
	// Exercises is null where only the rate differs.
	Exercises []exerciseReport `json:"exercises"`
	// StillsSame is the share of the stills with the same state, Flips
	// counts the others: "upright to slouching", plain first.
	StillsSame *float64       `json:"stills_same"`
	Stills     int            `json:"stills"`
	Flips      map[string]int `json:"stills_flips"`
}

type clipReport struct {
	Clip       string    `json:"clip"`
	Same       *float64  `json:"same"`
	Near       *float64  `json:"same_within_2s"`
	AlertsSame bool      `json:"alerts_same"`
	Alerts     []float64 `json:"alerts_s"`
	Plain      []float64 `json:"plain_alerts_s"`
}

// compare compares the variant with the plain judgement.
func (v *variant) compare(plain *judged, rate float64) variantReport {
	r := variantReport{Name: v.name, Rate: v.rate, Clips: []clipReport{}, Otherwise: map[string]float64{}, Flips: map[string]int{}}
	var same, near, all float64
	alike := 0
	for i := range v.judged.clips {
		a, b := &plain.clips[i], &v.judged.clips[i]
		s, n, whole := statesAlike(a, b, r.Otherwise)
		same, near, all = same+s, near+n, all+whole
		c := clipReport{
			Clip: a.name(), Same: share(s, whole), Near: share(n, whole),
			AlertsSame: timesAlike(a.alerts, b.alerts, robustTolerance+1/min(rate, v.rate)),
			Alerts:     append([]float64{}, b.alerts...), Plain: append([]float64{}, a.alerts...),
		}
		if c.AlertsSame {
			alike++
		}
		r.Clips = append(r.Clips, c)
	}
	r.Exercises = exercisesOf(v.judged.clips)
	r.Same, r.Near, r.Seconds = share(same, all), share(near, all), math.Round(all)
	if len(r.Clips) > 0 {
		r.AlertsSame = &alike
	}
	stillsSame := 0
	for i := range v.judged.groups {
		b := &v.judged.groups[i]
		k := slices.IndexFunc(plain.groups, func(g judgedGroup) bool { return g.is(b.group) })
		if k < 0 {
			continue
		}
		for m := range b.samples {
			if b.samples[m].calibrated {
				continue
			}
			r.Stills++
			x, y := plain.groups[k].samples[m].live.State, b.samples[m].live.State
			if x == y {
				stillsSame++
			} else {
				r.Flips[string(x)+" to "+string(y)]++
			}
		}
	}
	r.StillsSame = share(float64(stillsSame), float64(r.Stills))
	return r
}

// is reports whether two groups are of the same pictures.
func (g *group) is(other *group) bool {
	return len(g.items) == len(other.items) && g.name(0) == other.name(0)
}

// statesAlike compares two runs of a clip at every instant: in how many of how
// many seconds they show the same state, and each the other's within the
// tolerance. The seconds in which they don't are added to otherwise.
func statesAlike(a, b *judgedClip, otherwise map[string]float64) (same, near, all float64) {
	if len(a.samples) == 0 || len(b.samples) == 0 {
		return 0, 0, 0
	}
	for i := 0; ; i++ {
		t := (float64(i) + 0.5) * robustGrid
		if t > a.seconds {
			return same, near, all
		}
		all += robustGrid
		x, y := a.stateAt(t), b.stateAt(t)
		if x == y {
			same += robustGrid
		}
		if x == y || b.shows(a, t) && a.shows(b, t) {
			near += robustGrid
		} else {
			otherwise[x+" to "+y] += robustGrid
		}
	}
}

// sampleAt is the index of the sample whose judgement holds at t seconds.
func (j *judgedClip) sampleAt(t float64) int {
	i, found := slices.BinarySearchFunc(j.samples, t, func(s sample, t float64) int {
		switch {
		case s.at < t:
			return -1
		case s.at > t:
			return 1
		}
		return 0
	})
	if !found {
		i--
	}
	return max(0, i)
}

func (j *judgedClip) stateAt(t float64) string { return string(j.samples[j.sampleAt(t)].live.State) }

// shows reports whether the run shows, within the tolerance of t seconds, the
// state that the other has at t.
func (j *judgedClip) shows(other *judgedClip, t float64) bool {
	want := other.stateAt(t)
	for i := j.sampleAt(t - robustTolerance); i < len(j.samples) && j.samples[i].at <= t+robustTolerance; i++ {
		if string(j.samples[i].live.State) == want {
			return true
		}
	}
	return false
}

// timesAlike reports whether as many things happened, each within the
// tolerance of its like, in seconds.
func timesAlike(a, b []float64, tolerance float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return math.Abs(x-y) <= tolerance })
}

// hertz names a rate.
func hertz(rate float64) string { return strings.TrimSuffix(seconds(rate), " s") + " Hz" }
