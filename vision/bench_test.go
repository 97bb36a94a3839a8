package vision

import (
	"errors"
	"io"
	"runtime"
	"slices"
	"testing"
	"time"

	ort "github.com/yalue/onnxruntime_go"
	"gocv.io/x/gocv"

	"sitwell/models"
	"sitwell/posture"
)

// bareSession runs a model in ONNX Runtime with nothing around it: one thread,
// the runtime's own defaults else.
func bareSession(t testing.TB, name models.Name, input []float32) func() {
	t.Helper()
	desc, err := models.Describe(name)
	if err != nil {
		t.Fatal(err)
	}
	in, err := ort.NewTensor(ort.NewShape(desc.Inputs[0].Shape...), slices.Clone(input))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	var outs []ort.Value
	for _, o := range desc.Outputs {
		v, err := ort.NewEmptyTensor[float32](ort.NewShape(o.Shape...))
		if err != nil {
			t.Fatal(err)
		}
		names, outs = append(names, o.Name), append(outs, v)
	}
	opts, err := ort.NewSessionOptions()
	if err != nil {
		t.Fatal(err)
	}
	if err := opts.SetIntraOpNumThreads(1); err != nil {
		t.Fatal(err)
	}
	data := must(models.Load(name))
	s, err := ort.NewAdvancedSessionWithONNXData(data, []string{desc.Inputs[0].Name}, names, []ort.Value{in}, outs, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		err := errors.Join(s.Destroy(), opts.Destroy(), in.Destroy())
		for _, v := range outs {
			err = errors.Join(err, v.Destroy())
		}
		if err != nil {
			t.Error(err)
		}
	})
	return func() {
		if err := s.Run(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestCost compares the eye with the bare model, interleaved so that both meet
// the same noise; the minimum of many runs is what the machine can do.
func TestCost(t *testing.T) {
	if raceEnabled || testing.Short() {
		t.Skip("timings mean nothing here")
	}
	p := newTestPose(t, PoseOptions{Census: -1})
	person := demoFrame(t, demoUpright)
	observe := func() posture.Timings {
		o, err := p.Observe(person, 0)
		if err != nil || !o.Seen() {
			t.Fatal(o.Nothing, err)
		}
		return o.Timings
	}
	observe()
	bare := bareSession(t, models.LandmarkFull, p.landmarks.input)
	const runs = 80
	var alone, inside, outside []int64
	for range runs {
		start := time.Now()
		bare()
		alone = append(alone, time.Since(start).Microseconds())
		v := observe()
		inside = append(inside, v.Landmarks)
		outside = append(outside, v.Total-v.Landmarks-v.Face)
	}
	model, landmarks, rest := slices.Min(alone), slices.Min(inside), slices.Min(outside)
	t.Logf("model alone %d us, landmark stage %d us (%.3f times), the rest of the frame %d us (%.1f %%)",
		model, landmarks, float64(landmarks)/float64(model), rest, 100*float64(rest)/float64(model))
	if got := float64(landmarks) / float64(model); got > 1.15 {
		t.Errorf("the landmark stage takes %.2f times the bare model, want 1.15 at most", got)
	}
	if got := float64(rest) / float64(model); got > 0.25 {
		t.Errorf("the rest of a frame takes %.2f of the model's time, want 0.25 at most", got)
	}
}

func TestAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	p := newTestPose(t, PoseOptions{})
	src := openTest(t, Demo)
	s := shot{frame: gocv.NewMat(), judge: true}
	defer s.frame.Close()
	e := &Eye{out: lineWriter{w: io.Discard}}
	at := time.Duration(0)
	frame := func() {
		for range 5 {
			if err := src.Grab(); err != nil {
				t.Fatal(err)
			}
		}
		if err := src.Retrieve(&s.frame); err != nil {
			t.Fatal(err)
		}
		s.at = at
		at += 500 * time.Millisecond
		if err := e.see(p, &s, nil); err != nil {
			t.Fatal(err)
		}
	}
	for range 10 {
		frame()
	}
	// From the grab to the written line, with every tenth frame's census.
	if got := testing.AllocsPerRun(60, frame); got >= 10 {
		t.Errorf("got %v allocations a frame, want under 10", got)
	} else {
		t.Logf("%v allocations a frame", got)
	}
}

func TestHeapStaysFlat(t *testing.T) {
	p := newTestPose(t, PoseOptions{})
	person, room := demoFrame(t, demoUpright), demoFrame(t, demoAway)
	n := 0
	run := func(frames int) uint64 {
		for range frames {
			frame := person
			if n/20%4 == 3 {
				frame = room
			}
			if _, err := p.Observe(frame, time.Duration(n)*500*time.Millisecond); err != nil {
				t.Fatal(err)
			}
			n++
		}
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before := run(60)
	after := run(120)
	if after > before+256<<10 {
		t.Errorf("the heap grew from %d to %d bytes", before, after)
	}
}

func BenchmarkObserve(b *testing.B) {
	for _, name := range []models.Name{models.LandmarkFull, models.LandmarkLite} {
		b.Run(string(name), func(b *testing.B) {
			p := newTestPose(b, PoseOptions{Landmarks: name, Census: -1})
			person := demoFrame(b, demoUpright)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.Observe(person, 0); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkModel(b *testing.B) {
	for _, name := range models.Names {
		b.Run(string(name), func(b *testing.B) {
			if _, err := OpenRuntime(""); err != nil {
				b.Skip(err)
			}
			s, err := newSession("", name)
			if err != nil {
				b.Fatal(err)
			}
			defer s.close()
			for b.Loop() {
				if err := s.infer(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkCrop(b *testing.B) {
	person := demoFrame(b, demoUpright)
	cut := newCropper(256, 0, 1)
	defer cut.close()
	dst := make([]float32, 3*256*256)
	r := region{point{320, 500}, 1100, 0.05}
	b.ReportAllocs()
	for b.Loop() {
		if err := cut.cut(dst, person, r); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkQuality(b *testing.B) {
	person := demoFrame(b, demoUpright)
	m := newQualityMeter()
	defer m.close()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.measure(person); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecodeDetections(b *testing.B) {
	p := newTestPose(b, PoseOptions{})
	if _, err := p.Observe(demoFrame(b, demoUpright), 0); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		p.candidates = decodeDetections(p.candidates[:0], p.detector.outputs[0], p.detector.outputs[1], minScore)
		p.people = suppress(p.people[:0], p.candidates)
	}
}

func BenchmarkGrab(b *testing.B) {
	src := openTest(b, Demo)
	for b.Loop() {
		if errors.Is(src.Grab(), io.EOF) {
			b.StopTimer()
			src = openTest(b, Demo)
			b.StartTimer()
		}
	}
}

func BenchmarkLine(b *testing.B) {
	o := seenObservation(640, 480)
	o.World = make([]posture.WorldPoint, posture.LandmarkCount)
	l := lineWriter{w: io.Discard}
	b.ReportAllocs()
	for b.Loop() {
		if err := l.observation(&o); err != nil {
			b.Fatal(err)
		}
	}
}
