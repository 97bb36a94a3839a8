package vision

import (
	"math"
	"slices"
)

// Constants of the person detector, from the graph options that MediaPipe
// publishes with it.
const (
	detectorSide     = 224 // px of the square input; boxes are in these
	scoreClip        = 100 // logits are cut to ± this before the sigmoid
	minScore         = 0.5 // probability from which a candidate counts
	weakScore        = 0.3 // probability from which one is looked at when none counts; dim empty rooms have 0.15
	minSuppression   = 0.3 // overlap (IoU) from which two candidates are one person
	boxValues        = 12  // numbers an anchor: centre, size, 4 key points
	keyPoints        = 4
	anchorsFine      = 2 // per cell of the grids of stride 8 and 16
	anchorsCoarse    = 6 // per cell of the grid of stride 32: three layers of 2
	keyCentre        = 0 // key point: middle of the hips
	keyScale         = 1 // key point: on the circle around the whole body
	detectorAnchors  = 28*28*anchorsFine + 14*14*anchorsFine + 7*7*anchorsCoarse
	maxCandidates    = 512
	maxDetections    = 16
	anchorCellCentre = 0.5
)

// point is a place in a picture, in pixels from its top left corner.
type point struct{ x, y float64 }

// detection is a person as the detector sees it, in pixels of its input or of
// the frame.
type detection struct {
	score                    float64 // probability
	left, top, right, bottom float64 // of the box around the face
	keys                     [keyPoints]point
}

// anchors holds the centre of each anchor in pixels of the detector's input.
var anchors = makeAnchors()

func makeAnchors() []point {
	list := make([]point, 0, detectorAnchors)
	for _, layer := range []struct{ stride, perCell int }{{8, anchorsFine}, {16, anchorsFine}, {32, anchorsCoarse}} {
		cells := detectorSide / layer.stride
		for y := range cells {
			for x := range cells {
				p := point{
					(float64(x) + anchorCellCentre) * float64(layer.stride),
					(float64(y) + anchorCellCentre) * float64(layer.stride),
				}
				for range layer.perCell {
					list = append(list, p)
				}
			}
		}
	}
	return list
}

// decodeDetections appends the candidates of the detector's outputs that reach
// the score to dst, best first, in pixels of the detector's input.
func decodeDetections(dst []detection, boxes, scores []float32, score float64) []detection {
	limit := math.Log(score / (1 - score))
	for i, a := range anchors {
		logit := float64(scores[i])
		if !(logit >= limit) { // NaN is no candidate
			continue
		}
		v := boxes[i*boxValues : (i+1)*boxValues]
		var d detection
		d.score = sigmoid(min(logit, scoreClip))
		cx, cy := a.x+float64(v[0]), a.y+float64(v[1])
		w, h := float64(v[2]), float64(v[3])
		d.left, d.top, d.right, d.bottom = cx-w/2, cy-h/2, cx+w/2, cy+h/2
		for k := range d.keys {
			d.keys[k] = point{a.x + float64(v[4+2*k]), a.y + float64(v[5+2*k])}
		}
		if !d.finite() {
			continue
		}
		if dst = append(dst, d); len(dst) == maxCandidates {
			break
		}
	}
	slices.SortStableFunc(dst, func(a, b detection) int {
		switch {
		case a.score > b.score:
			return -1
		case a.score < b.score:
			return 1
		}
		return 0
	})
	return dst
}

// suppress merges candidates of the same person: each group that overlaps its
// best candidate becomes the mean of its members, weighted by their scores
// (MediaPipe's weighted non-maximum suppression). list must be sorted best
// first and is overwritten; the people are appended to dst.
func suppress(dst, list []detection) []detection {
	for len(list) > 0 && len(dst) < maxDetections {
		best := list[0]
		merged, total := detection{score: best.score}, 0.0
		rest := list[:0]
		for _, d := range list {
			if d != best && overlap(&best, &d) <= minSuppression {
				rest = append(rest, d)
				continue
			}
			total += d.score
			merged.left += d.score * d.left
			merged.top += d.score * d.top
			merged.right += d.score * d.right
			merged.bottom += d.score * d.bottom
			for k, p := range d.keys {
				merged.keys[k].x += d.score * p.x
				merged.keys[k].y += d.score * p.y
			}
		}
		dst = append(dst, merged.transform(1/total, 0, 0))
		list = rest
	}
	return dst
}

// transform returns the detection scaled and then moved.
func (d detection) transform(scale, dx, dy float64) detection {
	d.left, d.right = d.left*scale+dx, d.right*scale+dx
	d.top, d.bottom = d.top*scale+dy, d.bottom*scale+dy
	for k, p := range d.keys {
		d.keys[k] = point{p.x*scale + dx, p.y*scale + dy}
	}
	return d
}

func (d *detection) finite() bool {
	sum := d.left + d.top + d.right + d.bottom
	for _, p := range d.keys {
		sum += p.x + p.y
	}
	return !math.IsNaN(sum) && !math.IsInf(sum, 0)
}

// region is the square that holds the person's whole body.
func (d *detection) region() region { return regionOf(d.keys[keyCentre], d.keys[keyScale]) }

// overlap is the intersection of two boxes over their union, 0 to 1.
func overlap(a, b *detection) float64 {
	w := min(a.right, b.right) - max(a.left, b.left)
	h := min(a.bottom, b.bottom) - max(a.top, b.top)
	if w <= 0 || h <= 0 {
		return 0
	}
	both := w * h
	return both / ((a.right-a.left)*(a.bottom-a.top) + (b.right-b.left)*(b.bottom-b.top) - both)
}

func sigmoid(v float64) float64 { return 1 / (1 + math.Exp(-v)) }
