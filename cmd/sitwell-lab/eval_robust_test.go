package main

import (
	"math"
	"strings"
	"testing"

	"sitwell/posture"
)

// run is a judged clip of 60 s that is upright but slouching between two
// times, looked at every so often.
func run(period, from, to float64, alerts ...float64) judgedClip {
	j := judgedClip{clip: &clip{file: "clips/c.mp4", seconds: 60}, alerts: alerts}
	for t := 0.0; t < 60; t += period {
		s := sample{at: t}
		s.live.State = posture.Upright
		if t >= from && t < to {
			s.live.State = posture.Slouching
		}
		j.samples = append(j.samples, s)
	}
	return j
}

func TestCompare(t *testing.T) {
	plain := run(0.5, 20, 40, 30)
	flicker := run(0.5, 20, 40, 30)
	for i := range flicker.samples {
		if i%8 == 0 {
			flicker.samples[i].live.State = posture.Unknown
		}
	}
	for _, c := range []struct {
		name       string
		rate       float64
		other      judgedClip
		same, near float64 // seconds
		alerts     bool
	}{
		{"the same", 2, run(0.5, 20, 40, 30), 60, 60, true},
		{"1.5 s late at both ends", 2, run(0.5, 21.5, 41.5, 31.5), 57, 60, true},
		{"3 s late at one end", 2, run(0.5, 23, 40, 30), 57, 58, true},
		{"seldom", 0.5, run(2, 20, 40, 33), 60, 60, true},
		{"never", 2, run(0.5, 60, 60), 40, 40, false},
		{"an alert more", 2, run(0.5, 20, 40, 30, 38), 60, 60, false},
		{"an alert at another time", 2, run(0.5, 20, 40, 33), 60, 60, false},
		{"flickering", 2, flicker, 52.5, 52.5, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := variant{name: c.name, rate: c.rate, judged: &judged{clips: []judgedClip{c.other}}}
			r := v.compare(&judged{clips: []judgedClip{plain}}, 2)
			if got := *r.Same * 60; math.Abs(got-c.same) > 0.3 {
				t.Errorf("same state: got %.1f s, want %v", got, c.same)
			}
			if got := *r.Near * 60; math.Abs(got-c.near) > 0.3 {
				t.Errorf("within 2 s: got %.1f s, want %v", got, c.near)
			}
			var other float64
			for _, s := range r.Otherwise {
				other += s
			}
			if math.Abs(other+*r.Near*60-60) > 0.2 {
				t.Errorf("otherwise: got %v, want the rest of 60 s", r.Otherwise)
			}
			if got := r.Clips[0].AlertsSame; got != c.alerts || *r.AlertsSame == 1 != c.alerts {
				t.Errorf("same alerts: got %v, want %v", got, c.alerts)
			}
		})
	}
}

func TestCompareStills(t *testing.T) {
	stills := func(seen ...posture.State) judgedGroup {
		g := judgedGroup{group: &group{items: []item{{file: "a.jpg"}, {file: "b.jpg"}, {file: "c.jpg"}}}}
		for i, s := range seen {
			g.samples = append(g.samples, sample{calibrated: i == 0})
			g.samples[i].live.State = s
		}
		return g
	}
	numbers := judgedGroup{group: &group{items: []item{{}}}, samples: []sample{{}}}
	plain := &judged{groups: []judgedGroup{numbers, stills(posture.Upright, posture.Slouching, posture.Upright)}}
	v := variant{judged: &judged{groups: []judgedGroup{stills(posture.Unknown, posture.Slouching, posture.Turned)}}}
	r := v.compare(plain, 2)
	if r.Stills != 2 || !near(r.StillsSame, 0.5) || r.Same != nil || r.AlertsSame != nil || r.Flips["upright to turned"] != 1 || len(r.Flips) != 1 {
		t.Errorf("got %+v, want one of two stills and no clips", r)
	}
	if d := (&variant{change: changes[0]}).fit(&dataset{stills: []group{*numbers.group, *plain.groups[1].group}}); len(d.stills) != 1 {
		t.Errorf("to change: got %d groups, want the one of pictures", len(d.stills))
	}
	if d := (&variant{rate: 1}).fit(&dataset{stills: []group{*numbers.group}}); len(d.stills) != 0 {
		t.Errorf("at another rate: got %d groups of stills, want none", len(d.stills))
	}
}

func TestVariants(t *testing.T) {
	var names []string
	for _, v := range variants(2) {
		names = append(names, v.name)
	}
	want := "0.5 Hz, 1 Hz, 5 Hz, mirrored, half resolution, double resolution, half brightness"
	if got := strings.Join(names, ", "); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
