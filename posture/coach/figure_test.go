package coach

import (
	"math"

	"sitwell/posture"
)

// turnStart is when the first turn of [turns] begins, in seconds.
const turnStart = 6.0

// turnPeriod is the time from one turn of [turns] to the next, in seconds.
func turnPeriod(hold float64) float64 { return 1 + hold + 1 + 1.5 }

// turns is a made person who turns the head n times, left first, for hold
// seconds by so many degrees, seen at a rate.
func turns(rate float64, n int, hold, degrees float64) stream {
	var s stream
	period := turnPeriod(hold)
	for i := 0; ; i++ {
		at := float64(i) / rate
		k := math.Floor((at - turnStart) / period)
		if k >= float64(n)+0.6 {
			return s
		}
		yaw := 0.0
		if k >= 0 && int(k) < n {
			yaw = degrees * bump(at-turnStart-k*period, 1, hold)
			if int(k)%2 == 1 {
				yaw = -yaw
			}
		}
		o := figure(at)
		setYaw(&o, yaw)
		s = append(s, o)
	}
}

// bump rises like half a cosine within ramp seconds, stays, and falls again.
func bump(t, ramp, hold float64) float64 {
	half := func(x float64) float64 { return (1 - math.Cos(math.Pi*math.Min(math.Max(x, 0), 1))) / 2 }
	return half(t/ramp) - half((t-ramp-hold)/ramp)
}

// figure is a made person at a desk, seen from the front in 640 by 480.
func figure(at float64) posture.Observation {
	o := posture.Observation{
		Mono: int64(math.Round(at * 1e9)), Width: 640, Height: 480, PoseFlag: 1, People: 1,
		Landmarks: make([]posture.Landmark, posture.LandmarkCount),
		World:     make([]posture.WorldPoint, posture.LandmarkCount),
		Face:      make([]posture.FacePoint, posture.FacePointCount),
	}
	put := func(i int, x, y float64) {
		o.Landmarks[i] = posture.Landmark{X: x, Y: y, Visibility: 0.99, Presence: 1}
	}
	pair := func(left int, x, y float64) { // the right one is the next
		put(left, 320+x, y)
		put(left+1, 320-x, y)
	}
	put(posture.Nose, 320, 215)
	for k, x := range []float64{12, 20, 28} {
		put(posture.LeftEyeInner+k, 320+x, 195)
		put(posture.RightEyeInner+k, 320-x, 195)
	}
	pair(posture.LeftEar, 45, 205)
	pair(posture.MouthLeft, 16, 240)
	pair(posture.LeftShoulder, 100, 310)
	pair(posture.LeftElbow, 115, 460)
	pair(posture.LeftWrist, 60, 520)
	for _, i := range []int{posture.LeftWrist, posture.RightWrist} {
		o.Landmarks[i].Visibility = 0.05
	}
	o.World[posture.LeftShoulder] = posture.WorldPoint{X: 0.17}
	o.World[posture.RightShoulder] = posture.WorldPoint{X: -0.17}
	setYaw(&o, 0)
	return o
}

// mask is the face of [figure], in pixels about its middle.
var mask = [posture.FacePointCount]posture.FacePoint{
	{X: 0, Y: 15, Z: -45},
	{X: 12, Y: -5, Z: -25},
	{X: 30, Y: -5, Z: -15},
	{X: -12, Y: -5, Z: -25},
	{X: -30, Y: -5, Z: -15},
	{X: 16, Y: 38, Z: -28},
	{X: -16, Y: 38, Z: -28},
	{X: 45, Y: 10, Z: 25},
	{X: -45, Y: 10, Z: 25},
	{X: 0, Y: -45, Z: -20},
	{X: 0, Y: 65, Z: -20},
}

// setYaw turns the face, + to the person's own left.
func setYaw(o *posture.Observation, yaw float64) {
	sin, cos := math.Sincos(yaw / degrees)
	for i, p := range mask {
		o.Face[i] = posture.FacePoint{X: 320 + p.X*cos - p.Z*sin, Y: 200 + p.Y, Z: p.X*sin + p.Z*cos}
	}
}

// yawOf is what setYaw set.
func yawOf(o *posture.Observation) float64 {
	l, r := o.Face[posture.FaceLeftSide], o.Face[posture.FaceRightSide]
	return math.Atan2(l.Z-r.Z, l.X-r.X) * degrees
}
