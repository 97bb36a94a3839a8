package vision

import "math"

// cropScale widens the square around a person so that it holds hands and hair
// (MediaPipe's rectangle transformation).
const cropScale = 1.25

// region is a rotated square of a frame. What points along angle in the frame
// points up in the crop.
type region struct {
	centre point   // px of the frame
	side   float64 // px of the frame
	angle  float64 // rad, clockwise from upright
}

// regionOf returns the square around centre whose half side, before widening,
// reaches to edge, turned so that edge lies straight above centre.
func regionOf(centre, edge point) region {
	dx, dy := edge.x-centre.x, edge.y-centre.y
	return region{
		centre: centre,
		side:   2 * math.Hypot(dx, dy) * cropScale,
		angle:  math.Pi/2 - math.Atan2(-dy, dx),
	}
}

// wholeFrame is the upright square that letterboxes a frame.
func wholeFrame(width, height int) region {
	return region{
		centre: point{float64(width) / 2, float64(height) / 2},
		side:   float64(max(width, height)),
	}
}

// Bounds of a believable region, as parts of the frame's longer side. A person
// who fills the picture has hips below it, so the square may be larger than
// the frame and its centre outside.
const (
	minRegion   = 0.05
	maxRegion   = 6.0
	maxDistance = 2.0 // of the region's centre from the frame's
)

// plausible reports whether a person in the frame can have this region.
func (r region) plausible(width, height int) bool {
	longer := float64(max(width, height))
	away := math.Hypot(r.centre.x-float64(width)/2, r.centre.y-float64(height)/2)
	// Written so that NaN fails.
	return r.side >= minRegion*longer && r.side <= maxRegion*longer && away <= maxDistance*longer && !math.IsNaN(r.angle)
}

// affine is the matrix that takes a point of the crop, whose side is n pixels,
// to the frame: x = m[0]u + m[1]v + m[2], y = m[3]u + m[4]v + m[5]. Points are
// counted from the corner, so the middle of the first pixel is 0.5, 0.5.
func (r region) affine(n int) [6]float64 {
	s := r.side / float64(n)
	sin, cos := math.Sincos(r.angle)
	sin, cos = sin*s, cos*s
	half := float64(n) / 2
	return [6]float64{
		cos, -sin, r.centre.x - half*(cos-sin),
		sin, cos, r.centre.y - half*(sin+cos),
	}
}

// off is how far another region is from this one, as a part of its side: of
// the centre, the size and the turned edges, whatever is the most.
func (r region) off(o region) float64 {
	turn := math.Abs(math.Remainder(o.angle-r.angle, 2*math.Pi))
	return max(distance(r.centre, o.centre)/r.side, math.Abs(o.side/r.side-1), turn/2)
}

// distance between two places in pixels.
func distance(a, b point) float64 { return math.Hypot(a.x-b.x, a.y-b.y) }
