package posture

import "math"

// Lines are the angles of two lines on a body that is seen from the side, in
// degrees against the picture's vertical, positive forward. A camera that is
// not level tilts both alike.
type Lines struct {
	// Neck is the line from the shoulder to the ear, Trunk that from the hip
	// to the shoulder.
	Neck, Trunk float64
	// HasTrunk is whether the hips were seen.
	HasTrunk bool
}

// Lines returns the lines of a body seen from the side; ok is false in any
// other view, where they mean nothing.
func (m *Measurement) Lines() (l Lines, ok bool) {
	if m.View() != ViewSide {
		return l, false
	}
	return Lines{
		Neck: m.Values[MeasureNeckLine], Trunk: m.Values[MeasureTrunkLine],
		HasTrunk: m.Confidences[MeasureTrunkLine] >= minVisibility,
	}, true
}

// Acceptance is how long ISO 11226 lets a static posture be held.
type Acceptance string

// The acceptances.
const (
	Acceptable     Acceptance = "acceptable"
	Limited        Acceptance = "limited" // for some minutes
	NotRecommended Acceptance = "not recommended"
)

// Bands are the classes of two published methods for a posture seen from the
// side. They are of the change from the person's own upright: from a webcam
// there is no other neutral to be had. Nothing here is a diagnosis.
type Bands struct {
	// NeckFlexion is the change of the neck line against the trunk's (the
	// picture's vertical where the hips are hidden), HeadInclination that
	// against the vertical, TrunkInclination that of the trunk line; degrees.
	NeckFlexion      float64 `json:"neck_flexion_deg"`
	HeadInclination  float64 `json:"head_inclination_deg"`
	TrunkInclination float64 `json:"trunk_inclination_deg"`
	// RULANeck is 1 up to 10 degrees of flexion, 2 up to 20, 3 beyond, 4 in
	// extension of more than 5 (the measurement's own error). RULATrunk is 1
	// up to 5, 2 up to 20, 3 up to 60, 4 beyond, 0 when the hips are hidden.
	// Source: L. McAtamney and E. N. Corlett, RULA, Applied Ergonomics 24
	// (1993) 91, without what it adds for twisting and bending sideways.
	RULANeck  int `json:"rula_neck"`
	RULATrunk int `json:"rula_trunk"`
	// ISOHead and ISOTrunk are the classes of ISO 11226 for static postures,
	// HeadMinutes and TrunkMinutes how long a limited one may be held: the
	// head from 25 degrees (8 min) to 85 (1 min), the trunk from 20 (4 min)
	// to 60 (1 min), not recommended beyond or bent backwards without
	// support. ISOTrunk is empty when the hips are hidden.
	ISOHead      Acceptance `json:"iso_head"`
	HeadMinutes  float64    `json:"head_min,omitempty"`
	ISOTrunk     Acceptance `json:"iso_trunk,omitempty"`
	TrunkMinutes float64    `json:"trunk_min,omitempty"`
}

// lineError is what a line's angle scatters by, in degrees.
const lineError = 5.0

// BandsOf tells in which bands the lines of now fall, upright being neutral.
func BandsOf(now, upright Lines) Bands {
	b := Bands{HeadInclination: now.Neck - upright.Neck}
	b.NeckFlexion = b.HeadInclination
	if now.HasTrunk && upright.HasTrunk {
		b.TrunkInclination = now.Trunk - upright.Trunk
		b.NeckFlexion -= b.TrunkInclination
		switch t := b.TrunkInclination; {
		case t <= lineError:
			b.RULATrunk = 1
		case t <= 20:
			b.RULATrunk = 2
		case t <= 60:
			b.RULATrunk = 3
		default:
			b.RULATrunk = 4
		}
		b.ISOTrunk, b.TrunkMinutes = accept(b.TrunkInclination, 20, 60, 4)
	}
	switch n := b.NeckFlexion; {
	case n < -lineError:
		b.RULANeck = 4
	case n <= 10:
		b.RULANeck = 1
	case n <= 20:
		b.RULANeck = 2
	default:
		b.RULANeck = 3
	}
	b.ISOHead, b.HeadMinutes = accept(b.HeadInclination, 25, 85, 8)
	return b
}

// accept classes an inclination in degrees: fine up to some, for ever fewer
// minutes, down to 1, up to most.
func accept(deg, fine, most, minutes float64) (Acceptance, float64) {
	switch {
	case deg <= fine && deg >= -lineError:
		return Acceptable, 0
	case deg > most || deg < -lineError:
		return NotRecommended, 0
	}
	return Limited, math.Round((minutes-(minutes-1)*(deg-fine)/(most-fine))*10) / 10
}
