package posture

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"
)

// Absence says why an observation has no landmarks.
type Absence string

// The absences the eye reports. Only [Nobody] means that nobody is there; all
// others mean that it could not be seen.
const (
	Present Absence = ""        // somebody is seen
	Nobody  Absence = "nobody"  // a clear picture without a person
	Dark    Absence = "dark"    // too dark to tell
	Covered Absence = "covered" // an even surface fills the picture
	Blurred Absence = "blurred" // out of focus or smeared: what is seen can't be placed
	Unclear Absence = "unclear" // somebody may be there, the model is not sure
	Frozen  Absence = "frozen"  // the camera repeats the same picture
)

// Observation is what the eye saw at one instant.
type Observation struct {
	// Time is the wall clock when the frame was taken, in nanoseconds since
	// the Unix epoch. For a recording it is the start of the replay plus the
	// position in the recording.
	Time int64 `json:"time_ns"`
	// Mono is the same instant on a clock that never runs back, in
	// nanoseconds since the eye started; a new eye starts again near zero.
	Mono int64 `json:"mono_ns"`
	// Frame counts the frames grabbed since the eye started, from 1.
	Frame uint64 `json:"frame"`
	// Dropped counts the frames that were due but skipped, since the eye
	// started, because the model was still busy.
	Dropped uint64 `json:"dropped"`
	// Width and Height are the frame's size in pixels.
	Width  int `json:"width"`
	Height int `json:"height"`
	// Nothing is empty when a person is seen, else the reason why not.
	Nothing Absence `json:"nothing,omitempty"`
	// PoseFlag is the landmark model's probability, 0 to 1, that its crop
	// holds a person.
	PoseFlag float64 `json:"pose_flag"`
	// People is how many people the last look of the detector found; the
	// detector looks when the owner is lost and every few seconds.
	People int `json:"people"`
	// Landmarks and World have [LandmarkCount] entries, or none when
	// nothing is seen.
	Landmarks []Landmark   `json:"landmarks,omitempty"`
	World     []WorldPoint `json:"world,omitempty"`
	// Face has [FacePointCount] entries, or none when the face model is not
	// sure of a face: turned away, bent far down, hidden.
	Face []FacePoint `json:"face,omitempty"`
	// Brightness is the mean luma of the frame, 0 to 255.
	Brightness float64 `json:"brightness"`
	// Sharpness is the variance of the Laplacian of the frame's luma at a
	// quarter of its size (Pech-Pacheco et al. 2000). Whether a picture is
	// too blurred to judge says [Blurred], which also weighs its contrast.
	Sharpness float64 `json:"sharpness"`
	// View says where the background is, and so whether the camera was moved.
	// It is nil in most frames: the eye looks once a second, and there may be
	// nothing to tell.
	View *View `json:"view,omitempty"`
	// Timings are the durations of the eye's stages for this frame.
	Timings Timings `json:"timings_us"`
}

// Timings are durations of the eye's stages for one frame, in microseconds; a
// stage that did not run is 0.
type Timings struct {
	Grab      int64 `json:"grab"`      // waiting for and taking the frame from the driver or file
	Decode    int64 `json:"decode"`    // compressed frame to pixels
	Quality   int64 `json:"quality"`   // brightness and sharpness
	Detect    int64 `json:"detect"`    // person detector with its letterbox
	Crop      int64 `json:"crop"`      // cutting the model's input out of the frame
	Landmarks int64 `json:"landmarks"` // landmark model
	Face      int64 `json:"face"`      // face model with its crops
	Total     int64 `json:"total"`     // from the frame's decoding to its observation
}

// View is where the background is, people left out, against a picture that the
// eye remembers: the reference of a scene. A step of the camera shows here and
// in the landmarks alike, a step of the person in the landmarks alone.
type View struct {
	// Scene counts the references since the eye started, from 1. Places in
	// different scenes can't be compared; a scene that comes back has its
	// number again.
	Scene int `json:"scene"`
	// X and Y are how far right of and below its place in the reference the
	// background is, in heights of the frame.
	X float64 `json:"x"`
	Y float64 `json:"y"`
	// Certainty is how sure Y is, 0 to 1: under [SureView] both may be anything,
	// because the background is plain, hidden or has changed. Where it shows
	// nothing but level edges, X stays what it was. A turned or zoomed picture
	// shows as a shift of its clearest part.
	Certainty float64 `json:"certainty"`
}

// SureView is the certainty from which a view's place is to be believed.
const SureView = 0.5

// maxShift is the farthest believed shift of a view in heights of the frame;
// the eye compares pictures that overlap, so it can't be farther.
const maxShift = 8

func (v *View) valid() bool {
	return v.Scene > 0 && math.Abs(v.X) <= maxShift && math.Abs(v.Y) <= maxShift && v.Certainty >= 0 && v.Certainty <= 1
}

// When returns the observation's wall-clock time in UTC.
func (o *Observation) When() time.Time { return time.Unix(0, o.Time).UTC() }

// Seen reports whether the observation has a whole set of finite landmarks of
// a person.
func (o *Observation) Seen() bool {
	if o.Nothing != Present || len(o.Landmarks) != LandmarkCount || o.Width <= 0 || o.Height <= 0 {
		return false
	}
	for _, l := range o.Landmarks {
		if !finite(l.X) || !finite(l.Y) || !finite(l.Z) || !finite(l.Visibility) || !finite(l.Presence) {
			return false
		}
	}
	return true
}

// ParseObservation reads one line of the eye's output. The error says what is
// wrong with it; an observation that parses may still be of nobody.
func ParseObservation(line []byte) (Observation, error) {
	var o Observation
	if err := json.Unmarshal(line, &o); err != nil {
		return Observation{}, fmt.Errorf("parse observation: %w", err)
	}
	if n := len(o.Landmarks); n != 0 && n != LandmarkCount {
		return Observation{}, fmt.Errorf("parse observation: got %d landmarks, want %d or none", n, LandmarkCount)
	}
	if n := len(o.World); n != 0 && n != LandmarkCount {
		return Observation{}, fmt.Errorf("parse observation: got %d world points, want %d or none", n, LandmarkCount)
	}
	if n := len(o.Face); n != 0 && n != FacePointCount {
		return Observation{}, fmt.Errorf("parse observation: got %d points of the face, want %d or none", n, FacePointCount)
	}
	if o.Width < 0 || o.Height < 0 || o.Width > maxSide || o.Height > maxSide {
		return Observation{}, fmt.Errorf("parse observation: frame of %dx%d, want sides of 0 to %d", o.Width, o.Height, maxSide)
	}
	if v := o.View; v != nil && !v.valid() {
		return Observation{}, fmt.Errorf("parse observation: view of scene %d at %v, %v with certainty %v, want a scene from 1, shifts within %d and certainty of 0 to 1",
			v.Scene, v.X, v.Y, v.Certainty, maxShift)
	}
	return o, nil
}

// maxSide is the longest side of a frame that is believed, in pixels; no
// camera of today is near it.
const maxSide = 1 << 15

// AppendJSON appends the observation as one JSON object, without a line end,
// to b and returns it. It allocates nothing when b has room: the eye writes
// every frame with it.
func (o *Observation) AppendJSON(b []byte) []byte {
	b = append(b, `{"type":"observation","time_ns":`...)
	b = strconv.AppendInt(b, o.Time, 10)
	b = append(b, `,"mono_ns":`...)
	b = strconv.AppendInt(b, o.Mono, 10)
	b = append(b, `,"frame":`...)
	b = strconv.AppendUint(b, o.Frame, 10)
	b = append(b, `,"dropped":`...)
	b = strconv.AppendUint(b, o.Dropped, 10)
	b = append(b, `,"width":`...)
	b = strconv.AppendInt(b, int64(o.Width), 10)
	b = append(b, `,"height":`...)
	b = strconv.AppendInt(b, int64(o.Height), 10)
	if o.Nothing != Present {
		b = append(b, `,"nothing":"`...)
		for _, c := range []byte(o.Nothing) {
			// An absence is a plain word; what is not would need escapes.
			if c >= ' ' && c < 0x7f && c != '"' && c != '\\' {
				b = append(b, c)
			}
		}
		b = append(b, '"')
	}
	b = append(b, `,"pose_flag":`...)
	b = appendNumber(b, o.PoseFlag, 4)
	b = append(b, `,"people":`...)
	b = strconv.AppendInt(b, int64(o.People), 10)
	if len(o.Landmarks) > 0 {
		b = append(b, `,"landmarks":[`...)
		for i, l := range o.Landmarks {
			if i > 0 {
				b = append(b, ',')
			}
			b = l.appendJSON(b)
		}
		b = append(b, ']')
	}
	if len(o.World) > 0 {
		b = append(b, `,"world":[`...)
		for i, p := range o.World {
			if i > 0 {
				b = append(b, ',')
			}
			b = p.appendJSON(b)
		}
		b = append(b, ']')
	}
	if len(o.Face) > 0 {
		b = append(b, `,"face":[`...)
		for i, p := range o.Face {
			if i > 0 {
				b = append(b, ',')
			}
			b = p.appendJSON(b)
		}
		b = append(b, ']')
	}
	b = append(b, `,"brightness":`...)
	b = appendNumber(b, o.Brightness, 1)
	b = append(b, `,"sharpness":`...)
	b = appendNumber(b, o.Sharpness, 1)
	// What can't be read again isn't written.
	if v := o.View; v != nil && v.valid() {
		b = append(b, `,"view":{"scene":`...)
		b = strconv.AppendInt(b, int64(v.Scene), 10)
		b = append(b, `,"x":`...)
		b = appendNumber(b, v.X, 4)
		b = append(b, `,"y":`...)
		b = appendNumber(b, v.Y, 4)
		b = append(b, `,"certainty":`...)
		b = appendNumber(b, v.Certainty, 3)
		b = append(b, '}')
	}
	t := &o.Timings
	b = append(b, `,"timings_us":{"grab":`...)
	b = strconv.AppendInt(b, t.Grab, 10)
	b = append(b, `,"decode":`...)
	b = strconv.AppendInt(b, t.Decode, 10)
	b = append(b, `,"quality":`...)
	b = strconv.AppendInt(b, t.Quality, 10)
	b = append(b, `,"detect":`...)
	b = strconv.AppendInt(b, t.Detect, 10)
	b = append(b, `,"crop":`...)
	b = strconv.AppendInt(b, t.Crop, 10)
	b = append(b, `,"landmarks":`...)
	b = strconv.AppendInt(b, t.Landmarks, 10)
	b = append(b, `,"face":`...)
	b = strconv.AppendInt(b, t.Face, 10)
	b = append(b, `,"total":`...)
	b = strconv.AppendInt(b, t.Total, 10)
	return append(b, "}}"...)
}

// appendNumber appends v with at most the given number of decimals; what JSON
// can't hold (NaN, infinities) becomes 0, which no reader takes for a place.
func appendNumber(b []byte, v float64, decimals int) []byte {
	if !finite(v) {
		return append(b, '0')
	}
	start := len(b)
	b = strconv.AppendFloat(b, v, 'f', decimals, 64)
	if decimals > 0 {
		for b[len(b)-1] == '0' {
			b = b[:len(b)-1]
		}
		if b[len(b)-1] == '.' {
			b = b[:len(b)-1]
		}
	}
	if string(b[start:]) == "-0" {
		return append(b[:start], '0')
	}
	return b
}
