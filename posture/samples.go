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

// Replay tells what would have happened under other rules: blocks are in order
// of time, baselines are those that they name.
func Replay(p Policy, blocks []SampleBlock, baselines []Baseline) ([]Event, error) { return nil, nil }
