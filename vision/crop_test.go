package vision

import (
	"math"
	"testing"

	"gocv.io/x/gocv"
)

func TestRegionOf(t *testing.T) {
	for _, c := range []struct {
		name         string
		centre, edge point
		angle        float64 // degrees
	}{
		{"upright", point{100, 200}, point{100, 120}, 0},
		{"leaning to the right of the picture", point{100, 200}, point{100 + 40*math.Sqrt2, 200 - 40*math.Sqrt2}, 45},
		{"lying to the right", point{100, 200}, point{180, 200}, 90},
		{"lying to the left", point{100, 200}, point{20, 200}, -90},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := regionOf(c.centre, c.edge)
			// 1.25 times twice the distance of 80.
			if math.Abs(r.side-200) > 1e-9 || r.centre != c.centre {
				t.Errorf("got side %v at %v, want 200 at %v", r.side, r.centre, c.centre)
			}
			if d := math.Remainder(r.angle*180/math.Pi-c.angle, 360); math.Abs(d) > 1e-9 {
				t.Errorf("got angle %v, want %v", r.angle*180/math.Pi, c.angle)
			}
			// The edge is straight above the centre, 80/200 of the crop away.
			m := r.affine(256)
			u, v := 128.0, 128-256*80/200.0
			got := point{m[0]*u + m[1]*v + m[2], m[3]*u + m[4]*v + m[5]}
			if distance(got, c.edge) > 1e-9 {
				t.Errorf("got %v back from the crop, want %v", got, c.edge)
			}
		})
	}
}

func TestPlausible(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name string
		r    region
		want bool
	}{
		{"a person", region{point{320, 500}, 900, 0.1}, true},
		{"a dot", region{point{320, 240}, 20, 0}, false},
		{"larger than a person", region{point{320, 240}, 5000, 0}, false},
		{"far away", region{point{3000, 240}, 500, 0}, false},
		{"no place", region{point{nan, 240}, 500, 0}, false},
		{"no size", region{point{320, 240}, nan, 0}, false},
		{"no angle", region{point{320, 240}, 500, nan}, false},
		{"endless", region{point{320, 240}, math.Inf(1), 0}, false},
	} {
		if got := c.r.plausible(640, 480); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

// gradient is a frame whose blue is x/4, green y/4 and red 200.
func gradient(t testing.TB, width, height int) gocv.Mat {
	t.Helper()
	m := gocv.NewMatWithSize(height, width, gocv.MatTypeCV8UC3)
	t.Cleanup(func() { m.Close() })
	data, err := m.DataPtrUint8()
	if err != nil {
		t.Fatal(err)
	}
	for i := range width * height {
		data[3*i], data[3*i+1], data[3*i+2] = uint8(i%width/4), uint8(i/width/4), 200
	}
	return m
}

func TestCut(t *testing.T) {
	const side = 64
	frame := gradient(t, 640, 480)
	for _, c := range []struct {
		name string
		r    region
	}{
		{"upright, one to one", region{point{320, 240}, side, 0}},
		{"scaled down", region{point{320, 240}, 400, 0}},
		{"scaled up", region{point{300.3, 200.7}, 30, 0}},
		{"turned", region{point{320.25, 240.75}, 200, math.Pi / 6}},
		{"upside down", region{point{320, 240}, 300, math.Pi}},
		{"over the edge", region{point{10, 470}, 300, 0.2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cut := newCropper(side, 0, 255) // so that values are grey levels
			defer cut.close()
			dst := make([]float32, 3*side*side)
			if err := cut.cut(dst, frame, c.r); err != nil {
				t.Fatal(err)
			}
			m := c.r.affine(side)
			for i := range side * side {
				u, v := float64(i%side)+0.5, float64(i/side)+0.5
				x, y := m[0]*u+m[1]*v+m[2], m[3]*u+m[4]*v+m[5]
				red, green, blue := float64(dst[i]), float64(dst[side*side+i]), float64(dst[2*side*side+i])
				switch {
				case x > 2 && x < 638 && y > 2 && y < 478:
					// The steps of the gradient are a grey level in 4 px.
					if math.Abs(red-200) > 0.01 || math.Abs(blue-(x-2)/4) > 1.1 || math.Abs(green-(y-2)/4) > 1.1 {
						t.Fatalf("got %v %v %v at %.1f, %.1f, want 200, %.1f, %.1f", red, green, blue, x, y, (y-2)/4, (x-2)/4)
					}
				case x < -1 || x > 641 || y < -1 || y > 481:
					if red != 0 || green != 0 || blue != 0 {
						t.Fatalf("got %v %v %v beyond the frame at %.1f, %.1f, want black", red, green, blue, x, y)
					}
				}
			}
		})
	}
}

func TestCutRange(t *testing.T) {
	frame := gradient(t, 64, 64)
	cut := newCropper(16, -1, 1)
	defer cut.close()
	dst := make([]float32, 3*16*16)
	if err := cut.cut(dst, frame, wholeFrame(64, 64)); err != nil {
		t.Fatal(err)
	}
	if want := float32(-1 + 2*200/255.0); dst[0] != want {
		t.Errorf("got red %v, want %v", dst[0], want)
	}
}

func TestCutRefuses(t *testing.T) {
	empty, grey := gocv.NewMat(), gocv.NewMatWithSize(64, 64, gocv.MatTypeCV8UC1)
	defer empty.Close()
	defer grey.Close()
	cut := newCropper(16, 0, 1)
	defer cut.close()
	for _, c := range []struct {
		name  string
		frame gocv.Mat
		n     int
	}{{"empty", empty, 3 * 16 * 16}, {"grey", grey, 3 * 16 * 16}, {"wrong tensor", gradient(t, 64, 64), 16}} {
		if err := cut.cut(make([]float32, c.n), c.frame, wholeFrame(64, 64)); err == nil {
			t.Errorf("%s: got no error", c.name)
		}
	}
}

func TestLuma(t *testing.T) {
	const w, h = 40, 30
	flat, stripes, dot := make([]uint8, w*h), make([]uint8, w*h), make([]uint8, w*h)
	for i := range flat {
		flat[i] = 77
		stripes[i] = uint8(i % 2 * 100)
	}
	dot[15*w+20] = 60
	for _, c := range []struct {
		name string
		data []uint8
		want quality
	}{
		{"flat", flat, quality{77, 0, 0, 0}},
		// Neighbours in a row are 100 away, in a column equal: ±200.
		{"stripes", stripes, quality{50, 50, 40000, 0}},
		// -240 once, 60 four times, of 38 x 28 places; their mean is 0.
		{"one dot", dot, quality{60.0 / (w * h), math.Sqrt(3600.0/(w*h) - 0.05*0.05), (240*240 + 4*60*60) / (38.0 * 28), 0}},
		{"too small for an edge", []uint8{1, 3}, quality{2, 1, 0, 0}},
	} {
		got := luma(c.data, min(w, len(c.data)))
		if math.Abs(got.brightness-c.want.brightness) > 1e-9 || math.Abs(got.contrast-c.want.contrast) > 1e-6 || math.Abs(got.sharpness-c.want.sharpness) > 1e-6 {
			t.Errorf("%s: got %+v, want %+v", c.name, got, c.want)
		}
	}
}
