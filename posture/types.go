package posture

import "time"

// State is what the person is doing, as far as it can be judged.
type State string

// The states. Away and Unknown are no posture; Unknown never counts as good.
const (
	Upright      State = "upright"
	Slouching    State = "slouching"
	LeaningIn    State = "leaning_in"
	LeaningAside State = "leaning_aside"
	LookingDown  State = "looking_down"
	Turned       State = "turned"
	Standing     State = "standing"
	Away         State = "away"
	Unknown      State = "unknown"
)

// States lists every state once, in the order of display and storage.
var States = []State{Upright, Slouching, LeaningIn, LeaningAside, LookingDown, Turned, Standing, Away, Unknown}

// Sitting reports whether time in s is time sat.
func (s State) Sitting() bool {
	switch s {
	case Upright, Slouching, LeaningIn, LeaningAside, LookingDown, Turned:
		return true
	}
	return false
}

// Poor reports whether s, when it lasts, is worth an alert.
func (s State) Poor() bool { return s == Slouching }

// Signal names one scale-free measurement that is compared with the baseline.
type Signal string

// The signals; each positive deviation is away from the person's own upright.
const (
	HeadDrop    Signal = "head_drop"    // ears sunk towards the shoulders
	HeadForward Signal = "head_forward" // face larger against the shoulders
	Sink        Signal = "sink"         // head lower in the picture
	LeanIn      Signal = "lean_in"      // head and shoulders larger: nearer the screen
	LeanAside   Signal = "lean_aside"   // head and shoulders off to one side, either
	HeadPitch   Signal = "head_pitch"   // face pointing down
)

// SignalCount is how many signals there are.
const SignalCount = 6

// Signals lists every signal once, in the order of display and storage.
var Signals = [SignalCount]Signal{HeadDrop, HeadForward, Sink, LeanIn, LeanAside, HeadPitch}

// Part is what one signal took from the score.
type Part struct {
	Signal Signal `json:"signal"`
	// Value is the measurement, Baseline the person's own, both scale-free
	// (in shoulder widths or as a ratio).
	Value    float64 `json:"value"`
	Baseline float64 `json:"baseline"`
	// Deviation is the change in the baseline's own spread; positive is
	// worse.
	Deviation float64 `json:"deviation"`
	// Points is what it took from the score, 0 to 100.
	Points float64 `json:"points"`
}

// Statistic is a median with the spread around it.
type Statistic struct {
	Median float64 `json:"median"`
	// Spread is 1.4826 times the median absolute deviation: the standard
	// deviation of a normal distribution, robust against outliers.
	Spread float64 `json:"spread"`
}

// Baseline is the person's own comfortable upright at one camera placement.
type Baseline struct {
	ID   int64     `json:"id"`
	Time time.Time `json:"time"`
	// Camera names the camera it was taken with; a baseline belongs to it.
	Camera string `json:"camera"`
	// Width and Height are the frame's size in pixels.
	Width  int `json:"width"`
	Height int `json:"height"`
	// Seconds and Samples tell how long it was taken and from how many
	// observations.
	Seconds float64 `json:"seconds"`
	Samples int     `json:"samples"`
	// Quality is 0 to 1: the share of the time the person was seen well
	// and held still.
	Quality float64 `json:"quality"`
	// Measures holds a statistic for each measurement, by its name.
	Measures map[string]Statistic `json:"measures"`
}

// EventKind names what happened.
type EventKind string

// The kinds of event. A pair of start and end bounds a stretch of time; the
// end carries its length.
const (
	EventBaseline     EventKind = "baseline"      // a calibration succeeded
	EventBoutStart    EventKind = "bout_start"    // sat down
	EventBoutEnd      EventKind = "bout_end"      // a break, the end of the watch, or a gap ended the bout
	EventEpisodeStart EventKind = "episode_start" // a poor posture began
	EventEpisodeEnd   EventKind = "episode_end"   // it ended
	EventAlert        EventKind = "alert"         // it has lasted: the person is told
	EventRecovered    EventKind = "recovered"     // upright again after an alert
	EventCameraLost   EventKind = "camera_lost"
	EventCameraBack   EventKind = "camera_back"
	EventPaused       EventKind = "paused"
	EventResumed      EventKind = "resumed"
)

// EventKinds lists every kind once.
var EventKinds = []EventKind{
	EventBaseline, EventBoutStart, EventBoutEnd, EventEpisodeStart, EventEpisodeEnd,
	EventAlert, EventRecovered, EventCameraLost, EventCameraBack, EventPaused, EventResumed,
}

// Event is something that happened at an instant.
type Event struct {
	// ID is the store's, rising; 0 while the event is not on disk.
	ID   int64     `json:"id,omitempty"`
	Kind EventKind `json:"kind"`
	Time time.Time `json:"time"` // UTC
	// State is the posture the event speaks of, when it speaks of one.
	State State `json:"state,omitempty"`
	// Signal is the one that took most from the score.
	Signal Signal `json:"signal,omitempty"`
	// Seconds is the length of what ended, or how long the posture of an
	// alert has lasted.
	Seconds float64 `json:"seconds,omitempty"`
	// Score is the score at the time, when there was one.
	Score *float64 `json:"score,omitempty"`
	// Text is a plain sentence for the person: what, for how long, and one
	// small action; or, for a camera, what happened to it.
	Text string `json:"text,omitempty"`
}

// Minute sums one minute of the wall clock.
type Minute struct {
	// Start is the minute's beginning, UTC.
	Start time.Time `json:"start"`
	// Seconds holds the seconds in each state; together at most 60, but
	// for a clock that was set back. Unwatched time is in none.
	Seconds map[State]float64 `json:"seconds"`
	// ScoreSeconds is how long there was a score, ScoreSum its integral:
	// the mean score is their quotient.
	ScoreSeconds float64 `json:"score_seconds"`
	ScoreSum     float64 `json:"score_sum"`
}

// Alert is the one now standing.
type Alert struct {
	Since  time.Time `json:"since"` // when the person was told
	State  State     `json:"state"`
	Signal Signal    `json:"signal"`
	// Seconds is how long the posture had lasted when the alert came.
	Seconds float64 `json:"seconds"`
	Text    string  `json:"text"`
}

// CalibrationStatus is where a calibration stands.
type CalibrationStatus string

// The stages of a calibration.
const (
	CalibrationIdle      CalibrationStatus = "idle"
	CalibrationCountdown CalibrationStatus = "countdown" // time to sit up
	CalibrationRunning   CalibrationStatus = "running"   // samples are taken
	CalibrationDone      CalibrationStatus = "done"
	CalibrationFailed    CalibrationStatus = "failed"
)

// Calibration is the progress or the last result of taking a baseline.
type Calibration struct {
	Status CalibrationStatus `json:"status"`
	// Remaining is the seconds left of the count-down.
	Remaining float64 `json:"remaining_s"`
	// Progress is 0 to 1 of the samples' time.
	Progress float64 `json:"progress"`
	// Quality is 0 to 1, live while running, final when done.
	Quality float64 `json:"quality"`
	// Message says what to do better, or why it failed.
	Message string `json:"message,omitempty"`
}

// BaselineInfo is what the page shows of the baseline in use.
type BaselineInfo struct {
	ID      int64     `json:"id"`
	Time    time.Time `json:"time"`
	Quality float64   `json:"quality"`
}

// Figure is what is drawn of the person: points, no pixels.
type Figure struct {
	// Aspect is the frame's width over its height.
	Aspect float64 `json:"aspect"`
	// Points has [LandmarkCount] entries of x and y, 0 to 1 of the frame's
	// width and height, unmirrored, and visibility 0 to 1.
	Points [][3]float64 `json:"points"`
}

// Live is the state of the engine at one instant.
type Live struct {
	Time  time.Time `json:"time"`  // of the last observation, UTC
	State State     `json:"state"` //
	Since time.Time `json:"since"` // when the state began
	// Reason says why the state is unknown: an [Absence], or "no baseline",
	// "shoulders not visible" and the like; empty otherwise.
	Reason string `json:"reason,omitempty"`
	// Score is 0 to 100, 100 being the person's own upright; nil when it
	// can't be judged or there is no baseline.
	Score *float64 `json:"score"`
	Parts []Part   `json:"parts"`
	// Angles are estimated changes from upright in degrees; nil when they
	// can't be estimated.
	Angles *Angles `json:"angles"`
	// SittingSeconds is the length of the present bout of sitting.
	SittingSeconds float64 `json:"sitting_s"`
	// PoorSeconds is how long the present poor posture has lasted, 0 when
	// there is none.
	PoorSeconds float64       `json:"poor_s"`
	Alert       *Alert        `json:"alert"`
	Calibration Calibration   `json:"calibration"`
	Baseline    *BaselineInfo `json:"baseline"`
	Figure      *Figure       `json:"figure"`
	People      int           `json:"people"`
	Brightness  float64       `json:"brightness"`
}
