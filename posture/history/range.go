package history

import (
	"slices"

	"sitwell/posture"
)

// Offsets tells how far local time is ahead of UTC. It is made for many times
// that rise: looking a zone up is slow against an offset that holds for months.
type Offsets struct{ clock clock }

// Offsets returns those of the zones lived by.
func (z Zones) Offsets() *Offsets { return &Offsets{clock{zones: z}} }

// At is the offset in seconds at a time in Unix seconds.
func (o *Offsets) At(unix int64) int64 {
	o.clock.set(unix)
	return o.clock.offset
}

// Shares returns the signals of an area's exposure, each of which is in one area
// alone; none for [posture.AreaOverall], which is both others.
func Shares(area posture.Area) []posture.Signal {
	switch area {
	case posture.AreaUpperBack:
		return slices.Clone(upperBack)
	case posture.AreaLowerBack:
		return slices.Clone(lowerBack)
	}
	return nil
}
