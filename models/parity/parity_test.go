// Package parity_test compares the converted models, run by ONNX Runtime as
// sitwell-eye runs them, with the original .tflite files run by LiteRT.
// reference.json holds what LiteRT said; reference.mjs made it.
package parity_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"sync"
	"testing"

	ort "github.com/yalue/onnxruntime_go"

	"sitwell/models"
)

// The most that a picture may differ. What is asked for is 0.5 px and 0.01;
// both runtimes compute with 32 bit floats, so that anything but the order of
// sums is a fault of the conversion and shows at a fraction of that.
const (
	maxMeanPixels  = 0.01   // mean over the landmarks, pixels of the 256 px crop
	maxPixels      = 0.05   // any one landmark, same
	maxDepth       = 0.5    // z of any one landmark, same
	maxLogit       = 0.01   // visibility and presence
	maxFlag        = 0.0001 // pose flag, a probability
	maxMetres      = 0.001  // world landmarks
	maxScore       = 0.01   // the detector's logit
	maxBoxPixels   = 0.05   // its boxes and key points, pixels of the 224 px square
	points         = 39     // 33 landmarks and 6 that serve tracking
	minimalPersons = 20
)

type reference struct {
	Format   string
	Runtime  string
	Pictures []picture
}

type picture struct {
	Name   string
	SHA256 struct{ Detector, Landmark string }
	// Detector holds the surest anchors, best first.
	Detector []struct {
		Anchor int
		Score  float64
		Box    [12]float64
	}
	Lite person `json:"landmark-lite"`
	Full person `json:"landmark-full"`
}

type person struct {
	Landmarks [points * 5]float64
	PoseFlag  float64 `json:"pose_flag"`
	World     [points * 3]float64
}

func readReference(t testing.TB) reference {
	t.Helper()
	data, err := os.ReadFile("reference.json")
	if err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	var r reference
	if err := dec.Decode(&r); err != nil {
		t.Fatalf("read reference.json: %v", err)
	}
	return r
}

// readPlanes gives a picture as red, green and blue planes between low and
// high, and the SHA-256 of its bytes in the order red, green, blue, row by row.
func readPlanes(t testing.TB, file string, side int, low, high float32) ([]float32, string) {
	t.Helper()
	f, err := os.Open(filepath.Join("pictures", file))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	decoded, err := png.Decode(f)
	if err != nil {
		t.Fatalf("decode %s: %v", file, err)
	}
	if got := decoded.Bounds().Size(); got != image.Pt(side, side) {
		t.Fatalf("%s is %v, want %dx%d", file, got, side, side)
	}
	img := image.NewNRGBA(image.Rect(0, 0, side, side))
	draw.Draw(img, img.Bounds(), decoded, decoded.Bounds().Min, draw.Src)

	n := side * side
	planes, rgb := make([]float32, 3*n), make([]byte, 0, 3*n)
	for i := range n {
		for c := range 3 {
			v := img.Pix[4*i+c]
			rgb = append(rgb, v)
			planes[c*n+i] = low + float32(v)/255*(high-low)
		}
	}
	sum := sha256.Sum256(rgb)
	return planes, hex.EncodeToString(sum[:])
}

// session is a model with its tensors, on one thread.
type session struct {
	*ort.AdvancedSession
	in   []float32
	out  map[string][]float32
	side int
}

func open(t testing.TB, name models.Name) *session {
	t.Helper()
	requireRuntime(t)
	model, err := models.Describe(name)
	if err != nil {
		t.Fatal(err)
	}
	data, err := models.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	options, err := ort.NewSessionOptions()
	if err != nil {
		t.Fatal(err)
	}
	defer options.Destroy()
	for _, err := range []error{
		options.SetIntraOpNumThreads(1),
		options.SetInterOpNumThreads(1),
		options.SetExecutionMode(ort.ExecutionModeSequential),
		options.SetGraphOptimizationLevel(ort.GraphOptimizationLevelEnableAll),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}

	s := &session{out: map[string][]float32{}, side: int(model.Inputs[0].Shape[3])}
	tensor := func(shape []int64) *ort.Tensor[float32] {
		v, err := ort.NewEmptyTensor[float32](ort.NewShape(shape...))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { v.Destroy() })
		return v
	}
	in := tensor(model.Inputs[0].Shape)
	s.in = in.GetData()
	var names []string
	var outs []ort.Value
	for _, o := range model.Outputs {
		v := tensor(o.Shape)
		names, outs = append(names, o.Name), append(outs, v)
		s.out[o.Name] = v.GetData()
	}
	s.AdvancedSession, err = ort.NewAdvancedSessionWithONNXData(
		data, []string{model.Inputs[0].Name}, names, []ort.Value{in}, outs, options)
	if err != nil {
		t.Fatalf("open %s in ONNX Runtime: %v", name, err)
	}
	t.Cleanup(func() { s.Destroy() })
	return s
}

// run fills the input and runs the model.
func (s *session) run(t testing.TB, planes []float32) {
	t.Helper()
	copy(s.in, planes)
	if err := s.Run(); err != nil {
		t.Fatal(err)
	}
}

// requireRuntime opens ONNX Runtime: the library that SITWELL_ONNXRUNTIME
// names, else the one that set-up fetched, else the system's. Without any the
// test is skipped.
func requireRuntime(t testing.TB) {
	t.Helper()
	path := os.Getenv("SITWELL_ONNXRUNTIME")
	if err := startRuntime(); err != nil {
		if path != "" {
			t.Fatalf("open ONNX Runtime %q, as SITWELL_ONNXRUNTIME says: %v", path, err)
		}
		t.Skipf("ONNX Runtime's library is missing: run make setup, or name it in SITWELL_ONNXRUNTIME: %v", err)
	}
}

var startRuntime = sync.OnceValue(func() error {
	paths := []string{
		filepath.Join("..", "..", ".cache", "onnxruntime", "libonnxruntime.so.1"),
		// Names for the system's loader to find; Debian's has the second.
		"libonnxruntime.so.1", "libonnxruntime.so.1.21", "libonnxruntime.so", "libonnxruntime.dylib",
	}
	if given := os.Getenv("SITWELL_ONNXRUNTIME"); given != "" {
		paths = []string{given}
	}
	var errs []error
	for _, path := range paths {
		ort.SetSharedLibraryPath(path)
		err := ort.InitializeEnvironment()
		if err == nil {
			return nil
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
})

func TestEnoughPictures(t *testing.T) {
	r := readReference(t)
	if r.Format != "sitwell-parity/1" {
		t.Errorf("format %q, want sitwell-parity/1", r.Format)
	}
	people, empty := 0, 0
	for _, p := range r.Pictures {
		switch flag := p.Full.PoseFlag; {
		case flag > 0.9:
			people++
		case flag < 0.1:
			empty++
		}
	}
	t.Logf("%s: %d pictures, %d with a person, %d without", r.Runtime, len(r.Pictures), people, empty)
	if people < minimalPersons {
		t.Errorf("%d pictures with a person, want at least %d", people, minimalPersons)
	}
	if empty == 0 {
		t.Error("no picture without a person")
	}
}

func TestManifestTellsOfTheGraphs(t *testing.T) {
	requireRuntime(t)
	for _, name := range models.Names {
		t.Run(string(name), func(t *testing.T) {
			model, err := models.Describe(name)
			if err != nil {
				t.Fatal(err)
			}
			data, err := models.Load(name)
			if err != nil {
				t.Fatal(err)
			}
			in, out, err := ort.GetInputOutputInfoWithONNXData(data)
			if err != nil {
				t.Fatal(err)
			}
			compare := func(what string, got []ort.InputOutputInfo, want []models.Tensor) {
				if len(got) != len(want) {
					t.Fatalf("%d %s, the manifest has %d", len(got), what, len(want))
				}
				for i, w := range want {
					g := got[i]
					if g.Name != w.Name || !g.Dimensions.Equals(ort.NewShape(w.Shape...)) || g.DataType != ort.TensorElementDataTypeFloat {
						t.Errorf("%s %d is %s, the manifest has %s %v of floats", what, i, g.String(), w.Name, w.Shape)
					}
				}
			}
			compare("inputs", in, model.Inputs)
			compare("outputs", out, model.Outputs)
		})
	}
}

func TestLandmarksAgree(t *testing.T) {
	r := readReference(t)
	for _, tt := range []struct {
		name models.Name
		want func(picture) person
	}{
		{models.LandmarkLite, func(p picture) person { return p.Lite }},
		{models.LandmarkFull, func(p picture) person { return p.Full }},
	} {
		t.Run(string(tt.name), func(t *testing.T) {
			s := open(t, tt.name)
			var all tally
			for _, p := range r.Pictures {
				planes, sum := readPlanes(t, p.Name+".landmark.png", s.side, 0, 1)
				if sum != p.SHA256.Landmark {
					t.Fatalf("%s: the picture's values are not those the reference was made from", p.Name)
				}
				s.run(t, planes)
				got := differ(tt.want(p), s.out)
				for _, bad := range got.beyond() {
					t.Errorf("%s: %s", p.Name, bad)
				}
				all.add(got)
			}
			t.Logf("%d pictures: %v", len(r.Pictures), all)
		})
	}
}

// tally is how far a model's numbers are from the reference.
type tally struct {
	meanPixels, pixels, depth, logit, flag, metres float64
}

func differ(want person, out map[string][]float32) tally {
	var d tally
	for i := range points {
		w, g := want.Landmarks[5*i:5*i+5], out["landmarks"][5*i:5*i+5]
		distance := math.Hypot(float64(g[0])-w[0], float64(g[1])-w[1])
		d.meanPixels += distance / points
		d.pixels = math.Max(d.pixels, distance)
		d.depth = math.Max(d.depth, math.Abs(float64(g[2])-w[2]))
		for c := 3; c < 5; c++ {
			d.logit = math.Max(d.logit, math.Abs(float64(g[c])-w[c]))
		}
	}
	d.flag = math.Abs(float64(out["pose_flag"][0]) - want.PoseFlag)
	for i, w := range want.World {
		d.metres = math.Max(d.metres, math.Abs(float64(out["world"][i])-w))
	}
	return d
}

// add keeps the worst of each figure.
func (d *tally) add(o tally) {
	d.meanPixels = math.Max(d.meanPixels, o.meanPixels)
	d.pixels = math.Max(d.pixels, o.pixels)
	d.depth = math.Max(d.depth, o.depth)
	d.logit = math.Max(d.logit, o.logit)
	d.flag = math.Max(d.flag, o.flag)
	d.metres = math.Max(d.metres, o.metres)
}

// beyond names the figures over their limit. A NaN is over every limit.
func (d tally) beyond() []string {
	var bad []string
	for _, f := range []struct {
		what       string
		got, limit float64
	}{
		{"mean of the landmarks, px", d.meanPixels, maxMeanPixels},
		{"furthest landmark, px", d.pixels, maxPixels},
		{"depth, px", d.depth, maxDepth},
		{"visibility or presence, logit", d.logit, maxLogit},
		{"pose flag", d.flag, maxFlag},
		{"world, m", d.metres, maxMetres},
	} {
		if !(f.got <= f.limit) {
			bad = append(bad, fmt.Sprintf("%s: off by %g, at most %g", f.what, f.got, f.limit))
		}
	}
	return bad
}

func (d tally) String() string {
	return fmt.Sprintf("worst mean of a picture %.2g px, any landmark %.2g px, depth %.2g px, logits %.2g, pose flag %.2g, world %.2g m",
		d.meanPixels, d.pixels, d.depth, d.logit, d.flag, d.metres)
}

func TestDetectionsAgree(t *testing.T) {
	r := readReference(t)
	s := open(t, models.Detector)
	var worstScore, worstBox float64
	for _, p := range r.Pictures {
		planes, sum := readPlanes(t, p.Name+".detector.png", s.side, -1, 1)
		if sum != p.SHA256.Detector {
			t.Fatalf("%s: the picture's values are not those the reference was made from", p.Name)
		}
		s.run(t, planes)
		scores, boxes := s.out["scores"], s.out["boxes"]
		var score, box float64 // how far off at most
		kept := map[int]bool{}
		for _, d := range p.Detector {
			kept[d.Anchor] = true
			score = math.Max(score, math.Abs(float64(scores[d.Anchor])-d.Score))
			for i, want := range d.Box {
				box = math.Max(box, math.Abs(float64(boxes[12*d.Anchor+i])-want))
			}
		}
		least := p.Detector[len(p.Detector)-1].Score
		for anchor, got := range scores {
			if !kept[anchor] {
				score = math.Max(score, float64(got)-least)
			}
		}
		if !(score <= maxScore) {
			t.Errorf("%s: a score is off by %g, at most %g", p.Name, score, maxScore)
		}
		if !(box <= maxBoxPixels) {
			t.Errorf("%s: a box or key point is off by %g px, at most %g", p.Name, box, maxBoxPixels)
		}
		worstScore, worstBox = math.Max(worstScore, score), math.Max(worstBox, box)
	}
	t.Logf("%d pictures, %d anchors each: scores within %.2g, boxes and key points within %.2g px",
		len(r.Pictures), len(r.Pictures[0].Detector), worstScore, worstBox)
}

// BenchmarkRuntime is one inference on one thread and nothing else: what the
// eye's own time for a model is measured against.
func BenchmarkRuntime(b *testing.B) {
	for _, name := range models.Names {
		b.Run(string(name), func(b *testing.B) {
			s := open(b, name)
			for b.Loop() {
				if err := s.Run(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
