package posture

import (
	"encoding/json"
	"fmt"
	"math"
)

// Indexes of the BlazePose landmarks in [Observation.Landmarks] and
// [Observation.World], as the model card of MediaPipe Pose numbers them.
// Left and right are the person's own.
const (
	Nose = iota
	LeftEyeInner
	LeftEye
	LeftEyeOuter
	RightEyeInner
	RightEye
	RightEyeOuter
	LeftEar
	RightEar
	MouthLeft
	MouthRight
	LeftShoulder
	RightShoulder
	LeftElbow
	RightElbow
	LeftWrist
	RightWrist
	LeftPinky
	RightPinky
	LeftIndex
	RightIndex
	LeftThumb
	RightThumb
	LeftHip
	RightHip
	LeftKnee
	RightKnee
	LeftAnkle
	RightAnkle
	LeftHeel
	RightHeel
	LeftFootIndex
	RightFootIndex

	// LandmarkCount is how many landmarks an observation of a person has.
	LandmarkCount
)

// Landmark is one point of the body in the picture.
type Landmark struct {
	// X and Y are pixels of the whole, unmirrored frame, from its top left
	// corner; they may lie outside the frame.
	X, Y float64
	// Z is the model's relative depth in the same pixels, smaller is nearer;
	// BlazePose's z is weak and only good for comparing.
	Z float64
	// Visibility is the probability that the point is in the frame and not
	// hidden, Presence that it is in the frame; both 0 to 1.
	Visibility, Presence float64
}

// MarshalJSON writes [x, y, z, visibility, presence], the form of
// sitwell-dataset/1.
func (l Landmark) MarshalJSON() ([]byte, error) {
	return l.appendJSON(nil), nil
}

// UnmarshalJSON reads [x, y, z, visibility, presence].
func (l *Landmark) UnmarshalJSON(b []byte) error {
	var v []float64
	if err := json.Unmarshal(b, &v); err != nil {
		return fmt.Errorf("landmark: %w", err)
	}
	if len(v) != 5 {
		return fmt.Errorf("landmark: got %d numbers, want 5 (x, y, z, visibility, presence)", len(v))
	}
	*l = Landmark{v[0], v[1], v[2], v[3], v[4]}
	return nil
}

func (l Landmark) appendJSON(b []byte) []byte {
	b = append(b, '[')
	b = appendNumber(b, l.X, 2)
	b = append(b, ',')
	b = appendNumber(b, l.Y, 2)
	b = append(b, ',')
	b = appendNumber(b, l.Z, 2)
	b = append(b, ',')
	b = appendNumber(b, l.Visibility, 4)
	b = append(b, ',')
	b = appendNumber(b, l.Presence, 4)
	return append(b, ']')
}

// WorldPoint is a landmark in metres with the middle of the hips as origin:
// x to the right of the picture, y down, z away from the camera.
type WorldPoint struct{ X, Y, Z float64 }

// MarshalJSON writes [x, y, z].
func (p WorldPoint) MarshalJSON() ([]byte, error) {
	return p.appendJSON(nil), nil
}

// UnmarshalJSON reads [x, y, z].
func (p *WorldPoint) UnmarshalJSON(b []byte) error {
	var v []float64
	if err := json.Unmarshal(b, &v); err != nil {
		return fmt.Errorf("world point: %w", err)
	}
	if len(v) != 3 {
		return fmt.Errorf("world point: got %d numbers, want 3 (x, y, z)", len(v))
	}
	*p = WorldPoint{v[0], v[1], v[2]}
	return nil
}

func (p WorldPoint) appendJSON(b []byte) []byte {
	b = append(b, '[')
	b = appendNumber(b, p.X, 4)
	b = append(b, ',')
	b = appendNumber(b, p.Y, 4)
	b = append(b, ',')
	b = appendNumber(b, p.Z, 4)
	return append(b, ']')
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
