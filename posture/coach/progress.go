package coach

// Phase is what the coach sees the person do.
type Phase string

// The phases.
const (
	GettingReady Phase = "getting_ready" // the resting pose is being found
	Resting      Phase = "resting"
	Moving       Phase = "moving"  // out or back
	Holding      Phase = "holding" // at the far end
	NotSeen      Phase = "not_seen"
)

// Progress is how the exercise goes, after an observation.
type Progress struct {
	Exercise Exercise `json:"exercise"`
	Phase    Phase    `json:"phase"`
	// Reason says in plain words why the person is not seen, or what is
	// waited for while they get ready.
	Reason string `json:"reason,omitempty"`
	// Side is that of the movement under way, none while resting.
	Side Side `json:"side,omitempty"`
	// Repetitions are those counted; Left and Right those of each side.
	Repetitions int `json:"repetitions"`
	Left        int `json:"left"`
	Right       int `json:"right"`
	// Target is how many make it complete, 0 for no end; Complete says that
	// they are done.
	Target   int  `json:"target"`
	Complete bool `json:"complete"`
	// Hold is how long the far end is being held, in seconds; 0 unless
	// holding. HoldTarget is how long it should be, LastHold how long that of
	// the last counted repetition was.
	Hold       float64 `json:"hold_s"`
	HoldTarget float64 `json:"hold_target_s"`
	LastHold   float64 `json:"last_hold_s"`
	// Range is how far the movement under way, or else the last counted
	// one, went: 1 is the person's own comfortable range. Nil while that is
	// not known.
	Range *float64 `json:"range"`
	// Overstretched says that it went clearly beyond, Over by how much, as a
	// share of the comfortable range.
	Overstretched bool    `json:"overstretched"`
	Over          float64 `json:"over"`
	// Doubtful says that what is seen is so restless, compared with the
	// movement, that counts may be off: too far away, too dark, too much aside.
	Doubtful bool `json:"doubtful"`
	// Hint is what could be better, in plain words; empty for nothing.
	Hint string `json:"hint,omitempty"`
}

// Repetition is one that was counted.
type Repetition struct {
	Side Side `json:"side,omitempty"`
	// Start and End are seconds of the coach's own time, which begins with
	// its first observation and stands still where observations are missing.
	Start float64 `json:"start_s"`
	End   float64 `json:"end_s"`
	// Hold is how long the far end was held, in seconds, without the way
	// there and back.
	Hold float64 `json:"hold_s"`
	// Range is how far it went, in the unit of [Range].
	Range float64 `json:"range"`
}
