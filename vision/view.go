package vision

import (
	"errors"
	"fmt"
	"image"
	"math"
	"slices"
	"time"

	"gocv.io/x/gocv"

	"sitwell/posture"
)

// Constants of telling a moved camera, found on the synthetic clips and on real
// desk pictures that were shifted, turned and darkened by known amounts.
const (
	// viewRows is the height of the picture that is compared, in pixels: one
	// is a hundredth of the frame's height, and a fifth of it can be told.
	viewRows = 96
	// minViewRows is the height that a frame's luma must have to be scaled to
	// that; 360 rows have 90 at a quarter.
	minViewRows = 80
	// maxViewAspect bounds the picture's width to its height, either way.
	maxViewAspect = 3
	// viewReach is the farthest shift that is looked for, in pixels of the
	// coarse level, which has half the rows: 0.29 of the frame's height.
	viewReach = 14
	// viewInterval is how often the background is looked at: a step has to be
	// told within 2 s, at one observation a second too.
	viewInterval = 900 * time.Millisecond
	// edgeFloor is the luma difference over two pixels, in grey levels, at
	// which an edge counts half; sensor noise and compression are under it.
	edgeFloor = 4.0
	// edgeRelative is the same as a part of the picture's root mean square, so
	// that a darker exposure gives the same edges.
	edgeRelative = 0.7
	// minEdge is the strength of an edge, 0 to 1, from which its pixel takes
	// part in the comparison.
	minEdge = 0.3
	// maxCoarsePoints bounds the work of the search,
	maxCoarsePoints = 400
	// overlapWorth is how much a place that hides the reference's edges is
	// held back against one that shows them: the part of all edges that is
	// added to those visible.
	overlapWorth = 0.25
	// stayWorth is how much better another place must match than the last
	// one, for each pixel of the coarse level between them: along a level
	// line every place is as good.
	stayWorth = 0.003
	// apart is how many rows of the coarse level another height must be from
	// the best to count as another.
	apart = 3
	// maxFinePoints that of its last step.
	maxFinePoints = 800
	// loss is the part of the last full search's margin by which the match may
	// fall until the whole neighbourhood is searched again: with less the scene
	// can't be at another height.
	loss = 0.5
	// learnInterval is how often a reference takes on what is seen.
	learnInterval = 5 * time.Second
	// viewForget is the time constant with which a reference takes on a
	// changed background, such as the light over a day.
	viewForget = 10 * time.Minute
	// sceneTime is how long a background has to stay another one until it is
	// a scene: a camera in somebody's hands has none.
	sceneTime = 4 * time.Second
	// heldStill is how far such a background may move meanwhile, in heights.
	heldStill = 0.02
	// openView is the part of the reference's edges that must be in sight to
	// say that the background is another one rather than hidden.
	openView = 0.35
	// maxScenes is how many references are remembered: desk, dock, sofa ...
	maxScenes = 4
)

// Bounds of the parts of certainty, none to full.
const (
	lowMatch, fullMatch   = 0.22, 0.42   // of the reference's edges found again
	lowMargin, fullMargin = 0.02, 0.10   // of the match over that at other heights
	lowEdges, fullEdges   = 0.002, 0.008 // strength of the visible edges over the pixels
)

// box is a part of a picture, in its heights.
type box struct{ left, top, right, bottom float64 }

// span returns the pixels that a stretch of a box touches.
func span(from, to float64, scale, limit int) (int, int) {
	lo, hi := math.Floor(from*float64(scale)), math.Ceil(to*float64(scale))
	return int(min(max(lo, 0), float64(limit))), int(min(max(hi, 0), float64(limit)))
}

func (b *box) add(p point) {
	b.left, b.right = min(b.left, p.x), max(b.right, p.x)
	b.top, b.bottom = min(b.top, p.y), max(b.bottom, p.y)
}

// personBoxes returns boxes that an observed person fills, widely: the head
// with its hair, and the body down to the frame's edge.
func personBoxes(o *posture.Observation) [2]box {
	none := box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	head, body := none, none
	if !o.Seen() {
		return [2]box{}
	}
	l, h := o.Landmarks, float64(o.Height)
	at := func(i int) point { return point{l[i].X / h, l[i].Y / h} }
	left, right := at(posture.LeftShoulder), at(posture.RightShoulder)
	middle := point{(left.x + right.x) / 2, (left.y + right.y) / 2}
	// From the side the shoulders are one behind the other.
	scale := max(distance(left, right), distance(middle, at(posture.Nose)))
	for i := posture.Nose; i <= posture.MouthRight; i++ {
		head.add(at(i))
	}
	for i := posture.LeftShoulder; i < posture.LandmarkCount; i++ {
		if i <= posture.RightShoulder || l[i].Visibility > 0.5 {
			body.add(at(i))
		}
	}
	return [2]box{
		{head.left - 0.4*scale, head.top - 0.6*scale, head.right + 0.4*scale, head.bottom + scale},
		{body.left - 0.35*scale, body.top - 0.25*scale, body.right + 0.35*scale, 1},
	}
}

// edges is the gradient of a picture's luma, squeezed to a length of under 1.
type edges struct {
	width, height int
	x, y          []float32 // 0 where not known
	known         []float32 // 0 or 1; of a reference, how many pictures told it
}

func (e *edges) resize(width, height int) {
	n := width * height
	e.width, e.height = width, height
	if cap(e.x) < n {
		e.x, e.y, e.known = make([]float32, n), make([]float32, n), make([]float32, n)
	}
	e.x, e.y, e.known = e.x[:n], e.y[:n], e.known[:n]
}

func (e *edges) copyFrom(o *edges) {
	e.resize(o.width, o.height)
	copy(e.x, o.x)
	copy(e.y, o.y)
	copy(e.known, o.known)
}

// take finds the edges of a grey picture outside the boxes.
func (e *edges) take(grey []uint8, width, height int, without [2]box) {
	e.resize(width, height)
	clear(e.known)
	for y := 1; y < height-1; y++ {
		for i := y*width + 1; i < y*width+width-1; i++ {
			e.x[i] = float32(int(grey[i+1]) - int(grey[i-1]))
			e.y[i] = float32(int(grey[i+width]) - int(grey[i-width]))
			e.known[i] = 1
		}
	}
	for _, b := range without {
		left, right := span(b.left, b.right, height, width)
		top, bottom := span(b.top, b.bottom, height, height)
		for y := top; y < bottom && left < right; y++ {
			clear(e.known[y*width+left : y*width+right])
		}
	}
	var sum, n float64
	for i, k := range e.known {
		if k > 0 {
			sum += float64(e.x[i]*e.x[i] + e.y[i]*e.y[i])
			n++
		}
	}
	soft := float32(max(edgeFloor, edgeRelative*math.Sqrt(sum/max(1, n))))
	for i, k := range e.known {
		if k == 0 {
			e.x[i], e.y[i] = 0, 0
			continue
		}
		scale := 1 / (float32(math.Sqrt(float64(e.x[i]*e.x[i]+e.y[i]*e.y[i]))) + soft)
		e.x[i] *= scale
		e.y[i] *= scale
	}
}

// blend takes on what now shows, whose place is dx, dy pixels from the
// reference's, with a weight of share at least.
func (e *edges) blend(now *edges, dx, dy float64, share float32) {
	left, top := math.Floor(dx), math.Floor(dy)
	u, v := float32(dx-left), float32(dy-top)
	weights := [4]float32{(1 - u) * (1 - v), u * (1 - v), (1 - u) * v, u * v}
	for y := range e.height {
		ny := y + int(top)
		if ny < 0 || ny+1 >= now.height {
			continue
		}
		for x := range e.width {
			nx := x + int(left)
			if nx < 0 || nx+1 >= now.width {
				continue
			}
			j := ny*now.width + nx
			if now.known[j]*now.known[j+1]*now.known[j+now.width]*now.known[j+now.width+1] == 0 {
				continue
			}
			i := y*e.width + x
			e.known[i] = min(e.known[i]+1, 1/share)
			part := 1 / e.known[i]
			e.x[i] += part * (weights[0]*now.x[j] + weights[1]*now.x[j+1] + weights[2]*now.x[j+now.width] + weights[3]*now.x[j+now.width+1] - e.x[i])
			e.y[i] += part * (weights[0]*now.y[j] + weights[1]*now.y[j+1] + weights[2]*now.y[j+now.width] + weights[3]*now.y[j+now.width+1] - e.y[i])
		}
	}
}

// edgePoint is a pixel of a reference with an edge.
type edgePoint struct {
	x, y   int32
	fx, fy float32
	weight float32 // its length squared
}

// edgePoints lists the pixels of e that have an edge.
func edgePoints(dst []edgePoint, e *edges) []edgePoint {
	dst = dst[:0]
	for i := range e.known {
		if w := e.x[i]*e.x[i] + e.y[i]*e.y[i]; w >= minEdge*minEdge && e.known[i] > 0 {
			dst = append(dst, edgePoint{int32(i % e.width), int32(i / e.width), e.x[i], e.y[i], w})
		}
	}
	return dst
}

func weigh(points []edgePoint) (sum float32) {
	for i := range points {
		sum += points[i].weight
	}
	return sum
}

// overlay lays the points over a picture, moved by dx, dy pixels, and returns
// the strength of those that agree with it and of those that can be seen.
func (now *edges) overlay(points []edgePoint, dx, dy int) (agree, visible float32) {
	w, h := uint32(now.width), uint32(now.height)
	for i := range points {
		p := &points[i]
		x, y := uint32(p.x+int32(dx)), uint32(p.y+int32(dy))
		if x >= w || y >= h {
			continue
		}
		j := y*w + x
		agree += p.fx*now.x[j] + p.fy*now.y[j]
		visible += p.weight * now.known[j]
	}
	return agree, visible
}

// scene is a background that is remembered.
type scene struct {
	number       int
	fine, coarse edges
	points       [2][]edgePoint // of fine and coarse
	x, y         float64        // where it was last, in heights
	at           time.Duration  // when it was learnt from
	match        float64        // at the last full search that found it, and
	margin       float64        // by how much that was better than other heights
}

// list lists the points anew.
func (s *scene) list() {
	s.points[0] = thin(edgePoints(s.points[0], &s.fine), maxFinePoints)
	s.points[1] = thin(edgePoints(s.points[1], &s.coarse), maxCoarsePoints)
}

// thin keeps n of the points at most, spread evenly.
func thin(points []edgePoint, n int) []edgePoint {
	if all := len(points); all > n {
		for i := range n {
			points[i] = points[i*all/n]
		}
		points = points[:n]
	}
	return points
}

// sight is how a scene was found in a picture.
type sight struct {
	x, y      float64 // heights
	match     float64 // part of the reference's edges that lie there, 0 to 1
	visible   float64 // part of them in sight where the scene was last
	certainty float64
}

func (s *sight) sure() bool { return s.certainty >= posture.SureView }

// viewer tells where the background is. It must be closed.
type viewer struct {
	full, grey   gocv.Mat
	half         []uint8 // grey at half its size
	fine, coarse edges   // of the picture at hand
	scores       []float32
	scenes       []*scene // the present one first
	count        int      // of scenes so far
	candidate    *scene   // what may be the next
	since        time.Duration
	next         time.Duration // when a look is due
}

func newViewer() *viewer {
	const side = 2*viewReach + 1
	return &viewer{full: gocv.NewMat(), grey: gocv.NewMat(), scores: make([]float32, side*side)}
}

func (v *viewer) close() {
	_ = v.full.Close() // never fails
	_ = v.grey.Close()
}

// reset forgets the scenes.
func (v *viewer) reset() { v.scenes, v.candidate, v.count, v.next = nil, nil, 0, 0 }

// look finds the background of the frame that was just measured, outside the
// boxes. It returns nil when no look is due or there is nothing to compare with.
func (v *viewer) look(m *qualityMeter, at time.Duration, without [2]box) (*posture.View, error) {
	if at < v.next {
		return nil, nil
	}
	v.next = at + viewInterval
	if err := v.take(m, without); err != nil {
		return nil, err
	}
	if len(v.scenes) > 0 && v.scenes[0].fine.width != v.fine.width {
		v.scenes, v.candidate = nil, nil // another format: nothing compares
	}
	if len(v.scenes) == 0 {
		v.enter(v.newScene(at))
		return nil, nil
	}
	s := v.scenes[0]
	f := v.find(s)
	if !f.sure() {
		for i, other := range v.scenes[1:] {
			if g := v.find(other); g.sure() {
				v.scenes = slices.Insert(slices.Delete(v.scenes, i+1, i+2), 0, other)
				s, f = other, g
				break
			}
		}
	}
	if f.sure() {
		v.candidate = nil
		v.learn(s, f, at)
	} else if v.another(s, f, at) {
		return nil, nil
	}
	return &posture.View{Scene: s.number, X: f.x, Y: f.y, Certainty: f.certainty}, nil
}

// take finds the edges of the frame that was just measured.
func (v *viewer) take(m *qualityMeter, without [2]box) error {
	grey := m.grey
	if grey.Rows() < minViewRows { // of a small frame, which costs little
		gocv.CvtColor(m.half, &v.full, gocv.ColorBGRToGray)
		grey = v.full
	}
	if grey.Empty() {
		return errors.New("look at the background: no luma")
	}
	aspect := float64(grey.Cols()) / float64(grey.Rows())
	aspect = min(max(aspect, 1.0/maxViewAspect), maxViewAspect)
	rows, cols := viewRows, 2*int(math.Round(aspect*viewRows/2))
	gocv.Resize(grey, &v.grey, image.Pt(cols, rows), 0, 0, gocv.InterpolationArea)
	data, err := v.grey.DataPtrUint8()
	if err != nil || len(data) != cols*rows {
		return fmt.Errorf("look at the background: %d bytes of luma, want %d", len(data), cols*rows)
	}
	v.fine.take(data, cols, rows, without)
	w, h := cols/2, rows/2
	if cap(v.half) < w*h {
		v.half = make([]uint8, w*h)
	}
	v.half = v.half[:w*h]
	for i := range v.half {
		j := i/w*2*cols + i%w*2
		v.half[i] = uint8((int(data[j]) + int(data[j+1]) + int(data[j+cols]) + int(data[j+cols+1]) + 2) / 4)
	}
	v.coarse.take(v.half, w, h, without)
	return nil
}

// newScene makes a scene of the picture at hand.
func (v *viewer) newScene(at time.Duration) *scene {
	s := &scene{at: at}
	s.fine.copyFrom(&v.fine)
	s.coarse.copyFrom(&v.coarse)
	s.list()
	return s
}

// enter makes a scene the present one; the one not seen for longest may go.
func (v *viewer) enter(s *scene) {
	v.count++
	s.number = v.count
	v.scenes = slices.Insert(v.scenes, 0, s)
	v.scenes = v.scenes[:min(len(v.scenes), maxScenes)]
}

// learn notes where the scene is and now and then takes on what it shows.
func (v *viewer) learn(s *scene, f sight, at time.Duration) {
	s.x, s.y = f.x, f.y
	passed := at - s.at
	if passed < learnInterval {
		return
	}
	s.at = at
	share := float32(min(1, passed.Seconds()/viewForget.Seconds()))
	s.fine.blend(&v.fine, f.x*viewRows, f.y*viewRows, share)
	s.coarse.blend(&v.coarse, f.x*viewRows/2, f.y*viewRows/2, share)
	s.list()
}

// another looks whether the picture at hand, in which the scene can't be
// placed, shows another background for good, and if so enters that.
func (v *viewer) another(s *scene, f sight, at time.Duration) bool {
	weak := weigh(s.points[1]) < fullEdges*float32(len(v.half))
	if !weak && (f.visible < openView || f.match >= lowMatch) {
		v.candidate = nil
		return false
	}
	if v.candidate != nil {
		g := v.find(v.candidate)
		if g.sure() && math.Hypot(g.x, g.y) < heldStill {
			if at-v.since < sceneTime {
				return false
			}
			v.enter(v.candidate)
			v.candidate = nil
			return true
		}
	}
	v.candidate, v.since = v.newScene(at), at
	return false
}

// find looks for a scene in the picture at hand, first where it was.
func (v *viewer) find(s *scene) sight {
	total := weigh(s.points[1])
	if total == 0 {
		return sight{}
	}
	lastX, lastY := s.x*viewRows/2, s.y*viewRows/2
	score := func(dx, dy int) float32 {
		agree, visible := v.coarse.overlay(s.points[1], dx, dy)
		away := math.Hypot(float64(dx)-lastX, float64(dy)-lastY)
		return (1+overlapWorth)*agree/(visible+overlapWorth*total) - float32(stayWorth*away)
	}
	cx, cy := int(math.Round(lastX)), int(math.Round(lastY))
	best, margin := score(cx, cy), s.margin
	if margin == 0 || float64(best) < s.match-loss*margin {
		const side = 2*viewReach + 1
		best = -1
		for i := range v.scores {
			dx, dy := i%side-viewReach, i/side-viewReach
			v.scores[i] = score(dx, dy)
			if v.scores[i] > best {
				best, cx, cy = v.scores[i], dx, dy
			}
		}
		other := float32(0)
		for i, score := range v.scores {
			if dy := i/side - viewReach - cy; dy >= apart || dy <= -apart {
				other = max(other, score)
			}
		}
		margin = float64(best - other)
	}

	f := sight{match: float64(best)}
	f.x, f.y = v.refine(s, cx, cy)
	_, visible := v.coarse.overlay(s.points[1], int(math.Round(lastX)), int(math.Round(lastY)))
	f.visible = float64(visible / total)
	_, visible = v.coarse.overlay(s.points[1], cx, cy)
	f.certainty = ramp(f.match, lowMatch, fullMatch) *
		ramp(margin, lowMargin, fullMargin) *
		ramp(float64(visible)/float64(len(v.half)), lowEdges, fullEdges)
	if margin != s.margin {
		s.match, s.margin = 0, 0
		if f.sure() {
			s.match, s.margin = f.match, margin
		}
	}
	return f
}

// refine returns the place of a scene in heights, from its place in pixels of
// the coarse level.
func (v *viewer) refine(s *scene, cx, cy int) (x, y float64) {
	const reach = 3 // px of the fine level
	const side = 2*reach + 1
	var scores [side][side]float64
	bx, by := 0, 0
	for j := range scores {
		for i := range scores[j] {
			agree, visible := v.fine.overlay(s.points[0], 2*cx+i-reach, 2*cy+j-reach)
			if visible > 0 {
				away := math.Hypot(float64(2*cx+i-reach)-s.x*viewRows, float64(2*cy+j-reach)-s.y*viewRows)
				scores[j][i] = float64(agree/visible) - stayWorth/2*away
			}
			inside := i > 0 && i < side-1 && j > 0 && j < side-1
			if inside && (bx == 0 || scores[j][i] > scores[by][bx]) {
				bx, by = i, j
			}
		}
	}
	x = float64(2*cx+bx-reach) + peak(scores[by][bx-1], scores[by][bx], scores[by][bx+1])
	y = float64(2*cy+by-reach) + peak(scores[by-1][bx], scores[by][bx], scores[by+1][bx])
	return x / viewRows, y / viewRows
}

// peak is where a parabola through three values a pixel apart is highest, from
// the middle one; 0 where they are too even to tell.
func peak(before, middle, after float64) float64 {
	if d := 2*middle - before - after; d > 0.02 {
		return max(-0.5, min(0.5, (after-before)/(2*d)))
	}
	return 0
}

// ramp rises from 0 at low to 1 at high.
func ramp(v, low, high float64) float64 { return max(0, min(1, (v-low)/(high-low))) }
