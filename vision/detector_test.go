package vision

import (
	"math"
	"testing"
)

func TestAnchors(t *testing.T) {
	if got := len(anchors); got != 2254 {
		t.Fatalf("got %d anchors, want 2254", got)
	}
	for _, c := range []struct {
		name string
		i    int
		want point
	}{
		{"first", 0, point{4, 4}},
		{"its twin", 1, point{4, 4}},
		{"next column", 2, point{12, 4}},
		{"next row", 56, point{4, 12}},
		{"first of stride 16", 1568, point{8, 8}},
		{"first of stride 32", 1960, point{16, 16}},
		{"sixth of stride 32", 1965, point{16, 16}},
		{"second cell of stride 32", 1966, point{48, 16}},
		{"last", 2253, point{208, 208}},
	} {
		if got := anchors[c.i]; got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

func TestDecodeDetections(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	blank := func() (boxes, scores []float32) {
		scores = make([]float32, detectorAnchors)
		for i := range scores {
			scores[i] = -50
		}
		return make([]float32, detectorAnchors*boxValues), scores
	}
	for _, c := range []struct {
		name  string
		score float64
		set   func(boxes, scores []float32)
		want  []int // anchors, best first
	}{
		{"nobody", minScore, func(_, _ []float32) {}, nil},
		{"best first", minScore, func(_, s []float32) { s[7], s[900] = 1, 2 }, []int{900, 7}},
		{"at the limit", minScore, func(_, s []float32) { s[7] = 0 }, []int{7}},
		{"under it", minScore, func(_, s []float32) { s[7] = -0.01 }, nil},
		{"weak", weakScore, func(_, s []float32) { s[7] = -0.8 }, []int{7}},
		{"too weak", weakScore, func(_, s []float32) { s[7] = -0.9 }, nil},
		{"score not a number", minScore, func(_, s []float32) { s[7] = nan }, nil},
		{"endless score", minScore, func(_, s []float32) { s[7] = inf }, []int{7}},
		{"place not a number", minScore, func(b, s []float32) { s[7], b[7*boxValues+6] = 1, nan }, nil},
		{"endless box", minScore, func(b, s []float32) { s[7], b[7*boxValues+2] = 1, inf }, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			boxes, scores := blank()
			c.set(boxes, scores)
			got := decodeDetections(nil, boxes, scores, c.score)
			if len(got) != len(c.want) {
				t.Fatalf("got %d detections, want %d", len(got), len(c.want))
			}
			for i, d := range got {
				// Boxes are all zero, so everything lies on the anchor.
				if a := anchors[c.want[i]]; d.keys[keyCentre] != a || d.left != a.x || d.bottom != a.y {
					t.Errorf("got %v at %d, want all at %v", d, i, a)
				}
			}
		})
	}
}

func TestDecodeDetectionPlaces(t *testing.T) {
	boxes, scores := make([]float32, detectorAnchors*boxValues), make([]float32, detectorAnchors)
	for i := range scores {
		scores[i] = -1
	}
	scores[1568] = 3 // at 8, 8
	copy(boxes[1568*boxValues:], []float32{10, 20, 6, 8, 1, 2, 3, 4, 5, 6, 7, -8})
	got := decodeDetections(nil, boxes, scores, minScore)
	if len(got) != 1 {
		t.Fatalf("got %d detections, want 1", len(got))
	}
	d := got[0]
	if want := 1 / (1 + math.Exp(-3)); math.Abs(d.score-want) > 1e-9 {
		t.Errorf("got score %v, want %v", d.score, want)
	}
	if d.left != 15 || d.right != 21 || d.top != 24 || d.bottom != 32 {
		t.Errorf("got box %v %v %v %v, want 15 24 21 32", d.left, d.top, d.right, d.bottom)
	}
	if want := [4]point{{9, 10}, {11, 12}, {13, 14}, {15, 0}}; d.keys != want {
		t.Errorf("got key points %v, want %v", d.keys, want)
	}
}

func TestSuppress(t *testing.T) {
	box := func(score, x, y, side float64) detection {
		d := detection{score: score, left: x, top: y, right: x + side, bottom: y + side}
		for k := range d.keys {
			d.keys[k] = point{x, y}
		}
		return d
	}
	for _, c := range []struct {
		name string
		list []detection
		want []point // the first key point of each
	}{
		{"nobody", nil, nil},
		{"one", []detection{box(0.9, 10, 10, 50)}, []point{{10, 10}}},
		{"two apart", []detection{box(0.9, 10, 10, 50), box(0.8, 100, 10, 50)}, []point{{10, 10}, {100, 10}}},
		{"one seen twice, weighted", []detection{box(0.9, 10, 10, 50), box(0.6, 20, 10, 50)}, []point{{14, 10}}},
		{"overlap of 0.25 is two", []detection{box(0.9, 0, 0, 50), box(0.6, 30, 0, 50)}, []point{{0, 0}, {30, 0}}},
		{"the same box twice", []detection{box(0.9, 10, 10, 50), box(0.9, 10, 10, 50)}, []point{{10, 10}}},
		{"an empty box goes with nothing", []detection{box(0.9, 10, 10, 50), box(0.8, 12, 12, 0)}, []point{{10, 10}, {12, 12}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := suppress(nil, c.list)
			if len(got) != len(c.want) {
				t.Fatalf("got %d people, want %d: %v", len(got), len(c.want), got)
			}
			for i, p := range c.want {
				if distance(got[i].keys[0], p) > 1e-9 {
					t.Errorf("got person %d at %v, want %v", i, got[i].keys[0], p)
				}
			}
		})
	}
}

func FuzzSuppress(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6, 7, 8})
	f.Fuzz(func(t *testing.T, b []byte) {
		var list []detection
		for len(b) >= 4 {
			x, y, w, h := float64(b[0]), float64(b[1]), float64(int8(b[2])), float64(int8(b[3]))
			list = append(list, detection{score: 0.5, left: x, top: y, right: x + w, bottom: y + h})
			b = b[4:]
		}
		n := len(list)
		if got := suppress(nil, list); len(got) > n || n > 0 && len(got) == 0 {
			t.Errorf("got %d people of %d candidates", len(got), n)
		}
	})
}
