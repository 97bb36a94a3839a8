// Package monitor runs the watch: it supervises the eye, feeds the engine,
// stores what happened and tells whoever listens. It is the one place with
// loops.
package monitor

import (
	"time"

	"sitwell/posture"
	"sitwell/posture/coach"
)

// SourceStatus is how the camera or recording is doing.
type SourceStatus string

// The statuses of a source. Opening, Live and Ended are the eye's own words
// for what goes well, the rest for what does not; Paused is the monitor's.
const (
	SourceOpening  SourceStatus = "opening"
	SourceLive     SourceStatus = "live"
	SourceLost     SourceStatus = "lost"      // it gave frames and stopped
	SourceBusy     SourceStatus = "busy"      // another program has the camera
	SourceNoCamera SourceStatus = "no_camera" // there is none
	SourceStalled  SourceStatus = "stalled"   // a read hangs
	SourceFrozen   SourceStatus = "frozen"    // the same picture again and again
	SourceFailed   SourceStatus = "failed"    // it can't be opened or read, see the message
	SourceEnded    SourceStatus = "ended"     // a recording is over
	SourcePaused   SourceStatus = "paused"    // the person paused; the camera is off
	SourceDegraded SourceStatus = "degraded"  // the eye crashed too often, see the message
)

// Source describes where observations come from now.
type Source struct {
	Status SourceStatus `json:"status"`
	// Name is what was asked for: a device, a path, an address, "demo".
	Name string `json:"name"`
	// Card is the camera's own name.
	Card string `json:"card,omitempty"`
	// Demo is true while the built-in clip plays instead of a person.
	Demo   bool    `json:"demo"`
	Width  int     `json:"width,omitempty"`  // px, as read back
	Height int     `json:"height,omitempty"` // px, as read back
	FourCC string  `json:"fourcc,omitempty"` // as read back
	FPS    float64 `json:"fps,omitempty"`    // frames a second the source gives, as read back
	// Message says in a sentence what is wrong and what to do, or that the
	// demo plays.
	Message string    `json:"message,omitempty"`
	Since   time.Time `json:"since"`
}

// Rates tells how often things happen, over the last seconds.
type Rates struct {
	TargetHz   float64 `json:"target_hz"`   // observations a second asked for
	ObservedHz float64 `json:"observed_hz"` // and seen
	GrabbedHz  float64 `json:"grabbed_hz"`  // frames the camera gave
	Dropped    uint64  `json:"dropped"`     // frames due and skipped since the eye started
	ModelMs    float64 `json:"model_ms"`    // landmark model, last frame
}

// Policy is what the page tells about when alerts come.
type Policy struct {
	AlertAfterSeconds float64 `json:"alert_after_s"`
	// BreakAfterSeconds is from when an absence is a break.
	BreakAfterSeconds float64 `json:"break_after_s"`
	// Careful is true when what the person said of their health is against telling them
	// to move in a certain way.
	Careful bool `json:"careful"`
	// Shortened is true in the demo, whose alerts come sooner so that they
	// can be seen.
	Shortened bool `json:"shortened"`
}

// Status is the whole live picture: the answer of GET /api/v1/live and the
// body of each live message.
type Status struct {
	posture.Live
	Source  Source `json:"source"`
	Rates   Rates  `json:"rates"`
	Policy  Policy `json:"policy"`
	Version string `json:"version"`
	// Coach is how the exercise goes that is followed, nil for none.
	Coach *coach.Progress `json:"coach"`
	// StoreError says what keeps events from the disk, empty when they are
	// being written.
	StoreError string `json:"store_error,omitempty"`
}

// Message is what subscribers get: exactly one of its pointers is set.
type Message struct {
	Type   string         `json:"type"` // "live", "event" or "mirror"
	Live   *Status        `json:"live,omitempty"`
	Event  *posture.Event `json:"event,omitempty"`
	Mirror *Mirror        `json:"mirror,omitempty"`
}

// Mirror is a picture for setting up the camera. It passes through and is
// never stored.
type Mirror struct {
	JPEG   []byte `json:"jpeg"` // base64 in JSON; as the camera sees it, not mirrored
	Width  int    `json:"width"`
	Height int    `json:"height"`
}
