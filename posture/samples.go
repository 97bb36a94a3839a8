package posture

import "time"

// SampleBlock is some minutes of measurements, packed.
type SampleBlock struct {
	// Start is the time of the first.
	Start time.Time
	// Camera and Baseline tell what they were compared with; 0 is none.
	Camera   string
	Baseline int64
	// Count is how many there are, Data them packed.
	Count int
	Data  []byte
}
