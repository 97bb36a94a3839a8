package coach

import "math"

// judgeTuck tells a head that slides back from what else makes a face smaller.
func judgeTuck(m *movement) string {
	switch d := &m.change; {
	case m.turned > 20, math.Abs(d[vRoll]) > 10:
		return "Look straight ahead while the head slides back."
	case m.lifted > 0.04*m.unit, m.swung > 0.05:
		return "Let the shoulders rest while the head slides back."
	case math.Abs(d[vPitch]) > 16:
		return "Keep your eyes level: the head slides back and does not nod."
	case d[vShoulders] < -math.Max(0.02, 0.8*m.size), math.Abs(d[vSlope]) > 3.5, math.Abs(d[vEyeY])/m.unit > 0.14:
		return "Only the head goes back; let the trunk stay where it is."
	}
	return ""
}

func judgeTilt(m *movement) string {
	switch d := &m.change; {
	case math.Abs(d[vYaw]) > math.Abs(d[vRoll])+10:
		return "Look ahead and bring the ear towards the shoulder, without turning."
	case math.Abs(d[vSlope]) > 0.6*math.Abs(d[vRoll]) && math.Signbit(d[vSlope]) == math.Signbit(d[vRoll]):
		return "Let the trunk stay upright; only the head tilts."
	}
	return ""
}

func hintTilt(m *movement) string {
	if math.Abs(m.change[vYaw]) > 20 {
		return "Look ahead while you tilt."
	}
	return hurried(m)
}

func hintTurn(m *movement) string {
	if math.Abs(m.change[vPitch]) > 25 {
		return "Keep the chin level while you turn."
	}
	return hurried(m)
}

// judgeShrug tells lifted shoulders from a whole body that rises.
func judgeShrug(m *movement) string {
	if m.turned > 30 || math.Abs(m.change[vPitch]) > 14 {
		return "Look straight ahead while the shoulders go up."
	}
	if m.change[vEyeY] < 0.6*m.change[vShoulderY] {
		return "Only the shoulders go up; let the head stay where it is."
	}
	return ""
}

func hintShrug(m *movement) string {
	if math.Abs(m.change[vSlope]) > 8 {
		return "Lift both shoulders alike."
	}
	return ""
}

func judgeSqueeze(m *movement) string {
	switch d := &m.change; {
	case m.turned > 25, math.Abs(d[vRoll]) > 12, math.Abs(d[vPitch]) > 20:
		return "Look straight ahead while you draw the blades together."
	case d[vShoulderY]/m.unit < -0.06:
		return "Keep the shoulders down, away from the ears."
	case d[vShoulders] > -0.3*m.size:
		return "Draw both shoulders back; the head goes with them."
	case d[vShoulders] < 2.2*d[vFace]-0.022, math.Abs(d[vSlope]) > 4:
		return "Face the screen with both shoulders."
	case math.Abs(d[vEyeY])/m.unit > 0.2:
		return "Stay tall; only the shoulders go back."
	}
	return ""
}

// judgeHands tells hands at the head from arms stretched up or out.
func judgeHands(m *movement) string {
	if m.atTop[vExtra] > 0.7 {
		return "Bring both hands behind the head, elbows wide."
	}
	return ""
}

// hurried says when the way out or back was quicker than is good.
func hurried(m *movement) string {
	if math.Min(m.up, m.down) < 0.45 {
		return "Go slower, without a jerk."
	}
	return ""
}
