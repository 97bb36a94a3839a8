package posture

import (
	"errors"
	"time"
)

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
	HeadDrop    Signal = "head_drop"    // the neck has become shorter: the head sinks between the shoulders
	HeadForward Signal = "head_forward" // the head has come forward of the shoulders
	Sink        Signal = "sink"         // head and shoulders lower in the picture
	UpperBack   Signal = "upper_back"   // the upper back is rounded, as far as can be estimated
	LeanIn      Signal = "lean_in"      // nearer the screen, from the hips
	LeanAside   Signal = "lean_aside"   // head and shoulders off to one side, either
	HeadPitch   Signal = "head_pitch"   // face pointing down
)

// SignalCount is how many signals there are.
const SignalCount = 7

// Signals lists every signal once, in the order of display and storage.
var Signals = [SignalCount]Signal{HeadDrop, HeadForward, Sink, UpperBack, LeanIn, LeanAside, HeadPitch}

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

// Way is how a person works at the desk.
type Way string

// The ways. Each has baselines of its own.
const (
	WaySitting  Way = "sitting"
	WayStanding Way = "standing"
)

// Ways lists every way once.
var Ways = []Way{WaySitting, WayStanding}

// Baseline is the person's own comfortable upright at one camera placement and
// in one way of working.
type Baseline struct {
	ID   int64     `json:"id"`
	Time time.Time `json:"time"`
	// Way is how the person worked; empty means sitting.
	Way Way `json:"way"`
	// Provisional is true when nobody asked for it: it was taken from the
	// first minutes, or follows a camera that moved, and is judged by with
	// caution.
	Provisional bool `json:"provisional"`
	// Stale says why it is not used until the person says so; empty when it
	// may be.
	Stale string `json:"stale,omitempty"`
	// Slouch holds the medians of the person's own slouch, by measure, when
	// they showed it; else it is empty.
	Slouch map[string]float64 `json:"slouch,omitempty"`
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

// Area is a part of the back, as the person speaks of it.
type Area string

// The areas.
const (
	AreaUpperBack Area = "upper_back" // with the neck and the shoulders
	AreaLowerBack Area = "lower_back"
	AreaOverall   Area = "overall"
)

// Areas lists every area once, in the order of display.
var Areas = []Area{AreaUpperBack, AreaLowerBack, AreaOverall}

// MaxTension is the most on the scale of a check-in: 0 is none, 10 the worst
// that can be thought of (the numeric rating scale of 11 points).
const MaxTension = 10

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

	EventBaselineUsed EventKind = "baseline_used" // another stored baseline fits what is seen
	EventCameraMoved  EventKind = "camera_moved"  // the baseline is stale until the person answers
	EventCameraKept   EventKind = "camera_kept"   // the person says the baseline still holds
	EventSlouchPose   EventKind = "slouch_pose"   // the person showed their slouch

	EventBreak      EventKind = "break"       // sat down again after one, or left for that long
	EventBreakDue   EventKind = "break_due"   // the person is told that a break would do good
	EventStaticHold EventKind = "static_hold" // one posture for long: a change would do good
	EventDayEnd     EventKind = "day_end"     // the working day is nearly over: the person is told

	EventDismissed EventKind = "dismissed"  // the person put an alert away
	EventWrong     EventKind = "wrong"      // the person says an alert was wrong
	EventWrongOff  EventKind = "wrong_off"  // and takes that back
	EventSnoozed   EventKind = "snoozed"    // alerts are kept back for a while
	EventSnoozeEnd EventKind = "snooze_end" // the person ended that early

	EventCheckIn  EventKind = "check_in" // the person said how an area of the back feels
	EventExercise EventKind = "exercise" // the person did one of the programme
)

// EventKinds lists every kind once.
var EventKinds = []EventKind{
	EventBaseline, EventBoutStart, EventBoutEnd, EventEpisodeStart, EventEpisodeEnd,
	EventAlert, EventRecovered, EventCameraLost, EventCameraBack, EventPaused, EventResumed,
	EventBaselineUsed, EventCameraMoved, EventCameraKept, EventSlouchPose,
	EventBreak, EventBreakDue, EventStaticHold, EventDayEnd,
	EventDismissed, EventWrong, EventWrongOff, EventSnoozed, EventSnoozeEnd,
	EventCheckIn, EventExercise,
}

// Event is something that happened at an instant.
type Event struct {
	// ID is the store's, rising; 0 while the event is not on disk.
	ID   int64     `json:"id,omitempty"`
	Kind EventKind `json:"kind"`
	Time time.Time `json:"time"` // UTC
	// State is the posture the event speaks of, when it speaks of one; of a
	// break whether the person was away or stood.
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
	// Level is an alert's: 1, or 2 for the stronger one. For a break it is
	// 1 for an interruption, 2 for a break, 3 for a full one; for a "wrong"
	// 1 if it eased the signal, 0 if that was eased as far as can be; for a
	// check-in the tension, 0 to [MaxTension]; for an exercise how often it
	// was repeated, 0 when nobody counted.
	Level int `json:"level,omitempty"`
	// Ref is the id of the event this one answers: the alert that was wrong
	// or dismissed; or of the baseline it speaks of.
	Ref int64 `json:"ref,omitempty"`
	// Area is what a check-in speaks of, or an exercise is for.
	Area Area `json:"area,omitempty"`
	// Exercise is the id of the one that was done; of a break that was a
	// routine in the chair, of its last one.
	Exercise string `json:"exercise,omitempty"`
}

// ComfortableRange is how far a person goes in comfort in an exercise that is seen.
// It holds for the placement of one baseline.
type ComfortableRange struct {
	Baseline int64
	Exercise string
	// Left and Right are in the exercise's own unit; 0 is not known.
	Left, Right float64
	Times       int // how often it was learned from
}

// Kept counts what of a history is stored.
type Kept struct {
	Events  int64 `json:"events"`
	Minutes int64 `json:"minutes"`
	// Measurements counts single ones, not their blocks.
	Measurements int64 `json:"measurements"`
}

// Add adds other to k.
func (k *Kept) Add(other Kept) {
	k.Events += other.Events
	k.Minutes += other.Minutes
	k.Measurements += other.Measurements
}

// ErrErasing means that a deletion was begun, now or earlier, and is not over yet.
var ErrErasing = errors.New("a deletion is not over yet and goes on; try again in a moment")

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
	// Stood is how much of the seconds in a posture (upright, slouching and
	// so on) was judged by a standing baseline: not sat.
	Stood float64 `json:"stood"`
	// Exposure is the integral of the points that each signal took, in
	// point-seconds: deviation times time.
	Exposure map[Signal]float64 `json:"exposure"`
}

// Level is how loudly the present posture is told.
type Level string

// The levels, rising.
const (
	LevelNone    Level = "none"
	LevelAmbient Level = "ambient" // the page's colour changes
	LevelAlert   Level = "alert"   // the person was told
	LevelStrong  Level = "strong"  // and a second time
)

// Alert is the one now standing.
type Alert struct {
	Since  time.Time `json:"since"` // when the person was told
	State  State     `json:"state"`
	Signal Signal    `json:"signal"`
	// Seconds is how long the posture had lasted when the alert came.
	Seconds float64 `json:"seconds"`
	Text    string  `json:"text"`
	// Level is 1, or 2 for the second, stronger one.
	Level int `json:"level"`
}

// Ask is a question to the person that the watch can't answer itself.
type Ask struct {
	// Kind is [AskCameraMoved], or [AskCalibrate] when no baseline fits.
	Kind  string    `json:"kind"`
	Since time.Time `json:"since"`
	Text  string    `json:"text"`
}

// The kinds of question.
const (
	AskCameraMoved = "camera_moved"
	AskCalibrate   = "calibrate"
)

// Breaks is how sitting and breaks stand.
type Breaks struct {
	// Due is true from when a break is suggested until one is taken.
	Due bool `json:"due"`
	// DueIn is the seconds of sitting left until then; 0 when due.
	DueIn float64 `json:"due_in_s"`
	// Taken counts the breaks of today, Debt those that were due today and
	// not taken.
	Taken int `json:"taken"`
	Debt  int `json:"debt"`
	// Away is how long the present absence from sitting has lasted, in
	// seconds, and Level what it amounts to: 0 nothing yet, 1 an
	// interruption, 2 a break, 3 a full break.
	Away  float64 `json:"away_s"`
	Level int     `json:"level"`
	// How says what of it is seen: [BreakLeft] or [BreakStood], empty while there
	// is no absence.
	How string `json:"how"`
}

// How a person is seen to be out of the chair.
const (
	BreakLeft  = "left"  // nobody is in the picture
	BreakStood = "stood" // they stand
)

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
	// Pose is what is being taken: "upright", or "slouch" for the second
	// pose that sharpens the thresholds. Way is how the person works.
	Pose string `json:"pose,omitempty"`
	Way  Way    `json:"way,omitempty"`
	// Checks are the parts of the quality, live while running.
	Checks []CalibrationCheck `json:"checks,omitempty"`
}

// The poses of a calibration.
const (
	PoseUpright = "upright"
	PoseSlouch  = "slouch"
)

// CalibrationCheck is one part of a calibration's quality.
type CalibrationCheck struct {
	// Name is "stillness", "visibility", "light" or "framing".
	Name string `json:"name"`
	// Quality is 0 to 1; under a half the calibration is refused.
	Quality float64 `json:"quality"`
	// Message says what to do about it, empty when all is well.
	Message string `json:"message,omitempty"`
}

// BaselineInfo is what the page shows of the baseline in use.
type BaselineInfo struct {
	ID          int64     `json:"id"`
	Time        time.Time `json:"time"`
	Quality     float64   `json:"quality"`
	Way         Way       `json:"way"`
	Provisional bool      `json:"provisional"`
	Stale       string    `json:"stale,omitempty"`
	// Sharpened is true when the person's own slouch is known too.
	Sharpened bool `json:"sharpened"`
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
	PoorSeconds float64 `json:"poor_s"`
	// Level is how loudly that is told now.
	Level Level  `json:"level"`
	Alert *Alert `json:"alert"`
	// Silence says why no alert would come now: "snoozed", "quiet_hours",
	// "cooldown", "hour_cap" or "day_cap"; empty when one may. SilentUntil
	// is when that ends, zero when it depends on the person.
	Silence     string    `json:"silence,omitempty"`
	SilentUntil time.Time `json:"silent_until"`
	// Ask is an open question to the person.
	Ask *Ask `json:"ask"`
	// Offer is what would do good now, nil for nothing.
	Offer  *Offer `json:"offer"`
	Breaks Breaks `json:"breaks"`
	// HeldSeconds is how long the present posture has been held without a
	// change, good or bad.
	HeldSeconds float64       `json:"held_s"`
	Calibration Calibration   `json:"calibration"`
	Baseline    *BaselineInfo `json:"baseline"`
	Figure      *Figure       `json:"figure"`
	People      int           `json:"people"`
	Brightness  float64       `json:"brightness"`
}
