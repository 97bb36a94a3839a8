package main

import (
	"math"

	"sitwell/posture"
)

// angleNames are the angles that are judged, by the names of the format, with
// where the engine's estimate of each is.
var angleNames = []struct {
	name string
	of   func(*posture.Angles) posture.Angle
}{
	{"thoracic_flexion_deg", func(a *posture.Angles) posture.Angle { return a.Thoracic }},
	{"neck_inclination_deg", func(a *posture.Angles) posture.Angle { return a.Neck }},
	{"trunk_inclination_deg", func(a *posture.Angles) posture.Angle { return a.Trunk }},
	{"lateral_lean_deg", func(a *posture.Angles) posture.Angle { return a.Lateral }},
	{"head_pitch_deg", func(a *posture.Angles) posture.Angle { return a.HeadPitch }},
}

// angle is the engine's estimate of an angle after the sample.
func (s *sample) angle(of func(*posture.Angles) posture.Angle) (posture.Angle, bool) {
	if s.live.Angles == nil {
		return posture.Angle{}, false
	}
	a := of(s.live.Angles)
	return a, finite(a.Degrees) && finite(a.Band)
}

// estimates compares the estimates of an angle with the truth, in degrees.
type estimates struct {
	truths, errors []float64 // errors are estimate less truth
	inside         int       // truths within the estimate's band
}

func (a *estimates) add(estimate posture.Angle, truth float64) {
	e := estimate.Degrees - truth
	a.truths = append(a.truths, truth)
	a.errors = append(a.errors, e)
	if math.Abs(e) <= estimate.Band {
		a.inside++
	}
}

// estimatesReport is what the comparison comes to; see Bland and Altman 1986
// for the limits, between which 95 % of the errors lie if they are normal.
type estimatesReport struct {
	MAE    *float64    `json:"mae"`
	Bias   *float64    `json:"bias"` // mean of estimate less truth
	R2     *float64    `json:"r2"`   // 1 less the squares of the errors over those of the truth about its mean
	N      int         `json:"n"`
	Limits *[2]float64 `json:"limits_of_agreement"` // bias less and plus 1.96 standard deviations
	Inside *float64    `json:"inside_band"`         // share of the truths
}

func (a *estimates) report() estimatesReport {
	n := float64(len(a.errors))
	r := estimatesReport{Bias: mean(a.errors), N: len(a.errors), Inside: share(float64(a.inside), n)}
	if n == 0 {
		return r
	}
	var size, squares, spread, about float64
	centre := *mean(a.truths)
	for i, e := range a.errors {
		size += math.Abs(e)
		squares += e * e
		spread += (e - *r.Bias) * (e - *r.Bias)
		about += (a.truths[i] - centre) * (a.truths[i] - centre)
	}
	r.MAE = share(size, n)
	if about > 0 {
		r2 := 1 - squares/about
		r.R2 = &r2
	}
	if n > 1 {
		half := 1.96 * math.Sqrt(spread/(n-1))
		r.Limits = &[2]float64{*r.Bias - half, *r.Bias + half}
	}
	return r
}

// estimatesByPart are comparisons of one angle, of all and of parts.
type estimatesByPart struct {
	all                   estimates
	view, subject, camera map[string]*estimates
}

func (a *estimatesByPart) add(s *sample, estimate posture.Angle, truth float64) {
	a.all.add(estimate, truth)
	for _, part := range []struct {
		of   *map[string]*estimates
		name string
	}{{&a.view, s.view}, {&a.subject, s.subject}, {&a.camera, s.camera}} {
		if *part.of == nil {
			*part.of = map[string]*estimates{}
		}
		if (*part.of)[part.name] == nil {
			(*part.of)[part.name] = &estimates{}
		}
		(*part.of)[part.name].add(estimate, truth)
	}
}

// byPartReport is the same for machines.
type byPartReport struct {
	All     estimatesReport            `json:"all"`
	View    map[string]estimatesReport `json:"view"`
	Subject map[string]estimatesReport `json:"subject"`
	Camera  map[string]estimatesReport `json:"camera"`
}

func (a *estimatesByPart) report() byPartReport {
	parts := func(m map[string]*estimates) map[string]estimatesReport {
		r := map[string]estimatesReport{}
		for name, part := range m {
			r[name] = part.report()
		}
		return r
	}
	return byPartReport{a.all.report(), parts(a.view), parts(a.subject), parts(a.camera)}
}

// degrees holds the comparisons of every angle, in the order of angleNames.
type degrees struct {
	told   bool // there are true angles
	angles []estimatesByPart
}

// add takes a sample that was not calibrated on, if there is truth. A clip's
// truth where nobody is in the picture is none.
func (d *degrees) add(s *sample) {
	if d.angles == nil {
		d.angles = make([]estimatesByPart, len(angleNames))
	}
	if visible, says := s.truth["visible"]; s.calibrated || says && visible == 0 {
		return
	}
	for i, a := range angleNames {
		truth, says := s.truth[a.name]
		if !says {
			continue
		}
		d.told = true
		if estimate, ok := s.angle(a.of); ok {
			d.angles[i].add(s, estimate, truth)
		}
	}
}

// report is by the names of the angles; nil if there is no truth.
func (d *degrees) report() map[string]byPartReport {
	if !d.told {
		return nil
	}
	r := map[string]byPartReport{}
	for i, a := range angleNames {
		r[a.name] = d.angles[i].report()
	}
	return r
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
