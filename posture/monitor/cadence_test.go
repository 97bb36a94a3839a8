package monitor

import (
	"testing"

	"sitwell/posture"
)

func TestCadence(t *testing.T) {
	for _, tt := range []struct {
		rate float64
		calm posture.Calm
		want float64
	}{
		{2, posture.NotCalm, 2},
		{2, posture.CalmStill, 1},
		{2, posture.CalmAway, 0.5},
		{0.5, posture.CalmAway, 0.2},
		{0.2, posture.CalmStill, 0.2},
	} {
		if got := cadence(tt.rate, tt.calm); got != tt.want {
			t.Errorf("%v looks a second, calm %d: got %v, want %v", tt.rate, tt.calm, got, tt.want)
		}
	}
}
