package monitor

import (
	"math"

	"sitwell/posture"
)

// minCadence is the fewest looks a second the eye takes, whatever happens.
const minCadence = 0.2

// cadence is how often the eye is to look now: half as often as asked for while
// the person keeps still and sits well, a quarter as often while nobody has been
// there for a minute. The engine goes by time and not by looks, so it judges
// the same; what changes is seen up to half a second later, and the eye costs
// half.
func cadence(rate float64, c posture.Calm) float64 {
	switch c {
	case posture.CalmAway:
		return math.Max(minCadence, rate/4)
	case posture.CalmStill:
		return math.Max(minCadence, rate/2)
	}
	return rate
}

// pace tells the eye how often to look. A recording is looked at as asked for:
// its looks are places in it.
func (m *Monitor) pace() {
	if m.eye == nil || m.engine == nil || m.demo || isFile(m.eyeSource) {
		return
	}
	want := cadence(m.cfg.Rate, m.engine.Calm())
	if m.coach != nil {
		want = max(m.cfg.Rate, m.coach.exercise.Rate())
	}
	if want != m.looks {
		m.looks = want
		m.eye.tell(map[string]any{"cmd": "rate", "hz": want})
	}
}
