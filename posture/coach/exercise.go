package coach

import (
	"fmt"
	"slices"
)

// Exercise names an exercise that can be seen.
type Exercise string

// The exercises.
const (
	ChinTuck        Exercise = "chin_tuck"         // the head slides straight back
	NeckTurn        Exercise = "neck_turn"         // to one side, then to the other
	NeckSideTilt    Exercise = "neck_side_tilt"    // ear towards shoulder
	ShoulderShrug   Exercise = "shoulder_shrug"    // both shoulders up and down
	ShoulderRoll    Exercise = "shoulder_roll"     // up, back and down
	BladeSqueeze    Exercise = "blade_squeeze"     // the shoulder blades together
	CrossBody       Exercise = "cross_body"        // an arm across the chest
	HandsBehindHead Exercise = "hands_behind_head" // elbows wide
	SeatedTwist     Exercise = "seated_twist"      // the trunk turns, the hips rest
	StandUp         Exercise = "stand_up"          // out of the chair
	Leave           Exercise = "leave"             // out of the picture
)

// Exercises lists all that can be seen, in a fixed order.
func Exercises() []Exercise {
	return []Exercise{
		ChinTuck, NeckTurn, NeckSideTilt, ShoulderShrug, ShoulderRoll, BladeSqueeze,
		CrossBody, HandsBehindHead, SeatedTwist, StandUp, Leave,
	}
}

// Valid reports whether the exercise is one of [Exercises].
func (e Exercise) Valid() bool { return slices.Contains(Exercises(), e) }

// Sided reports whether the exercise is done to the left and to the right.
func (e Exercise) Sided() bool { return specs[e].sided }

// Rate is how many observations a second the exercise should be watched with.
// Two, the eye's pace at other times, still count the large movements; the small
// ones drown in the landmarks' noise unless there is more to average.
func (e Exercise) Rate() float64 { return specs[e].rate }

// Doubt says in plain words what can't be told of the exercise from a camera in
// front, empty if there is nothing to say.
func (e Exercise) Doubt() string { return specs[e].doubt }

// Side is the person's own side.
type Side string

// The sides.
const (
	Both  Side = "" // of an exercise without sides
	Left  Side = "left"
	Right Side = "right"
)

func (s Side) opposite() Side {
	switch s {
	case Left:
		return Right
	case Right:
		return Left
	}
	return Both
}

// Range is how far a person goes in comfort, in the exercise's own unit:
// degrees for turns and tilts, shares of the shoulder width for shoulders and
// arms, logarithms of the size in the picture for chin tuck and blade squeeze. It
// holds for one placement of a camera. 0 is not known.
type Range struct {
	Left  float64 `json:"left"`
	Right float64 `json:"right"` // equal to Left for an exercise without sides
}

// Plan is what the person is about to do.
type Plan struct {
	Exercise Exercise
	// Repetitions is how many make it complete, for an exercise with sides
	// those to the left and to the right together; 0 goes on until stopped.
	Repetitions int
	// Hold is how long each is to be held, in seconds; 0 is not held.
	Hold float64
	// Only, when it is a side, is the one side to be exercised; the other
	// isn't counted. Alternate says that the sides should take turns.
	Only      Side
	Alternate bool
	// Comfortable is the person's own range if known from earlier; what is
	// not known is learned from the first repetitions.
	Comfortable Range
}

const (
	maxRepetitions = 1000
	maxHold        = 600.0 // seconds
)

// Check says what is wrong with the plan.
func (p Plan) Check() error {
	switch {
	case !p.Exercise.Valid():
		return fmt.Errorf("exercise %q can't be seen: want one of %v", p.Exercise, Exercises())
	case p.Repetitions < 0 || p.Repetitions > maxRepetitions:
		return fmt.Errorf("%s: %d repetitions, want 0 to %d", p.Exercise, p.Repetitions, maxRepetitions)
	case !(p.Hold >= 0 && p.Hold <= maxHold):
		return fmt.Errorf("%s: a hold of %v s, want 0 to %v", p.Exercise, p.Hold, maxHold)
	case p.Only != Both && p.Only != Left && p.Only != Right:
		return fmt.Errorf("%s: side %q, want %q, %q or none", p.Exercise, p.Only, Left, Right)
	case p.Only != Both && !p.Exercise.Sided():
		return fmt.Errorf("%s has no sides, so %q alone can't be done", p.Exercise, p.Only)
	case !(p.Comfortable.Left >= 0 && p.Comfortable.Left <= maxRange) || !(p.Comfortable.Right >= 0 && p.Comfortable.Right <= maxRange):
		return fmt.Errorf("%s: comfortable range of %v and %v, want 0 to %v", p.Exercise, p.Comfortable.Left, p.Comfortable.Right, maxRange)
	}
	return nil
}

// maxRange is the widest range that is believed, degrees of a turn.
const maxRange = 180.0

// spec is how an exercise is told from landmarks. Amounts are in the unit of the
// exercise's signal.
type spec struct {
	signal func(*look) (float64, string)
	sided  bool
	scaled bool // the signal is in frame heights, and counts in shoulder widths
	rate   float64
	// width is the half width of the smoothing, in ticks: what is small
	// needs more of it.
	width int
	// least is the smallest movement that counts, a third or less of what
	// people do; most is the largest that still can be this exercise.
	least, most float64
	// fall is the share of the way out after whose return a movement is on
	// its way back. Where the body's own sway is as large as the movement it is
	// small.
	fall float64
	// over is how far beyond the comfortable range is too far, as a factor;
	// it allows for how well the range is seen. 0 is never too far.
	over float64
	// still is how much the signal may vary in the resting pose.
	still float64
	// straight is how far from 0 the resting pose of an exercise with sides
	// usually is.
	straight float64
	// ready is for how long the person's own sway at rest is watched before
	// the first movement, in seconds: a breath's time where it shows.
	ready float64
	// rise is the longest that the way to the top may take, slowest
	// middle part, in seconds; slower is a change of posture.
	rise float64
	// longest is the longest repetition, in seconds.
	longest float64
	// trunk is the share of the shoulders' size, smoothed, that is added to
	// the signal: what moves the whole body is not the head's.
	trunk float64
	// fine says that the movement is hardly larger than the noise, and must be
	// looked for in all that was seen.
	fine bool
	// rows says that bodies at rest make such movements now and then, so that
	// a small one counts only in a row of others alike.
	rows bool
	// atTop counts the repetition once the top has lasted so many seconds,
	// not when it is over, and ends it once the return has lasted as long; 0
	// counts at the end.
	atTop float64
	// top, if there, says from what is seen and what was seen at rest whether
	// it is the top.
	top func(v, rest *vector) bool
	// roof is as high as the signal counts above rest; 0 is no limit.
	roof float64
	// shortest is the shortest repetition in seconds at half its height:
	// what is quicker is something else, or a garbled picture.
	shortest float64
	// sure is how many times its noise a movement must be.
	sure float64
	// unseen says that the signal tells something also when the person
	// can't be made out.
	unseen bool
	// gap is how many seconds without a useful observation are bridged.
	gap float64
	// judge says why a finished movement was another one, empty if it was
	// not; hint what could be better about it.
	judge func(*movement) string
	hint  func(*movement) string
	doubt string
}
