package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"runtime"
	"strconv"
	"time"

	ort "github.com/yalue/onnxruntime_go"
	"gocv.io/x/gocv"

	"sitwell/models"
	"sitwell/posture"
	"sitwell/vision"
)

const (
	// warmUp is how many frames pass before anything is counted: the first
	// ones fill the runtime's and the codec's memory.
	warmUp = 50
	// keptLines is how many observations the service's part is measured on.
	keptLines = 600
	// lineRoom is enough for an observation's line, in bytes.
	lineRoom = 8 << 10
	// pairs is how often the landmark stage and a bare session run in turns.
	pairs = 300
	// jpegQuality is that of a webcam's JPEG, 0 to 100: its frames of
	// 640x480 have 40 to 80 kB.
	jpegQuality = 90
)

// watchCost is what an eye's frames cost. As the eye's output it takes note of
// each observation, without allocating.
type watchCost struct {
	frames        int // to be noted
	seen          int // warm-up included
	timings       []posture.Timings
	lines         [][]byte // the first ones, with their line ends
	size          string
	dropped       uint64
	before, after runtime.MemStats
	resident      [3]int64 // bytes; before, half through, after
	started       time.Time
	took          time.Duration
	stop          context.CancelFunc
}

var _ io.Writer = (*watchCost)(nil)

// measureWatch lets an eye watch the clip again and again.
func measureWatch(ctx context.Context, o *benchOptions) (*watchCost, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	w := &watchCost{frames: o.frames, stop: stop, timings: make([]posture.Timings, 0, o.frames)}
	for range min(keptLines, o.frames) {
		room := bytes.Repeat([]byte{0}, lineRoom) // in memory, so that it doesn't count as growth
		w.lines = append(w.lines, room[:0])
	}
	eye, err := vision.NewEye(vision.Config{
		Source: o.source, Rate: o.rate, Loop: true, Start: began,
		Pose: vision.PoseOptions{Landmarks: o.landmarks}, Out: w,
	})
	if err != nil {
		return nil, err
	}
	if err := eye.Run(ctx); err != nil {
		return nil, err
	}
	if len(w.timings) < w.frames {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		return nil, fmt.Errorf("%w: %q ended after %d frames: give a video, or demo", vision.ErrSource, o.source, w.seen)
	}
	first, err := posture.ParseObservation(w.lines[0])
	if err != nil {
		return nil, err
	}
	last, err := posture.ParseObservation(w.lines[len(w.lines)-1])
	if err != nil {
		return nil, err
	}
	w.size, w.dropped = fmt.Sprintf("%dx%d", first.Width, first.Height), last.Dropped
	return w, nil
}

// Write implements io.Writer.
func (w *watchCost) Write(line []byte) (int, error) {
	if !bytes.HasPrefix(line, []byte(`{"type":"observation"`)) || len(w.timings) == w.frames {
		return len(line), nil
	}
	w.seen++
	if w.seen <= warmUp {
		if w.seen == warmUp {
			runtime.GC()
			w.resident[0] = resident()
			runtime.ReadMemStats(&w.before)
			w.started = time.Now()
		}
		return len(line), nil
	}
	t, err := timingsOf(line)
	if err != nil {
		return 0, err
	}
	if n := len(w.timings); n < len(w.lines) {
		w.lines[n] = append(w.lines[n], line...)
	}
	w.timings = append(w.timings, t)
	if len(w.timings) == w.frames/2 {
		w.resident[1] = resident()
	}
	if len(w.timings) == w.frames {
		w.took = time.Since(w.started)
		runtime.ReadMemStats(&w.after) // allocations, before the collection allocates
		mallocs, total := w.after.Mallocs, w.after.TotalAlloc
		runtime.GC()
		runtime.ReadMemStats(&w.after)
		w.after.Mallocs, w.after.TotalAlloc = mallocs, total
		w.resident[2] = resident()
		w.stop()
	}
	return len(line), nil
}

// timingsOf reads the timings out of an observation's line without
// allocating.
func timingsOf(line []byte) (t posture.Timings, err error) {
	_, rest, found := bytes.Cut(line, []byte(`"timings_us":{`))
	if !found {
		return t, errors.New("read an observation's line: it has no timings")
	}
	for len(rest) > 0 && rest[0] != '}' {
		name, after, ok := bytes.Cut(rest, []byte(`:`))
		end := bytes.IndexAny(after, ",}")
		if !ok || end < 0 {
			return t, fmt.Errorf("read an observation's timings: %q", rest)
		}
		var value int64
		for _, c := range after[:end] {
			if c < '0' || c > '9' {
				return t, fmt.Errorf("read an observation's timings: %q is no number", after[:end])
			}
			value = value*10 + int64(c-'0')
		}
		switch string(name) { // doesn't allocate
		case `"grab"`:
			t.Grab = value
		case `"decode"`:
			t.Decode = value
		case `"quality"`:
			t.Quality = value
		case `"detect"`:
			t.Detect = value
		case `"crop"`:
			t.Crop = value
		case `"landmarks"`:
			t.Landmarks = value
		case `"face"`:
			t.Face = value
		case `"total"`:
			t.Total = value
		}
		rest = after[end:]
		if rest[0] == ',' {
			rest = rest[1:]
		}
	}
	if len(rest) == 0 {
		return t, errors.New("read an observation's timings: cut short")
	}
	return t, nil
}

// pairCost sets the landmark stage against a bare session.
type pairCost struct {
	ours, bare, ratios []float64 // us, us, and their quotients
	jpeg               []float64 // us to decode the frame from a JPEG
	jpegBytes          []float64 // its size
}

// measurePairs runs the landmark stage and a bare session in turns.
func measurePairs(ctx context.Context, o *benchOptions) (p *pairCost, err error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	pose, err := vision.NewPose(vision.PoseOptions{Landmarks: o.landmarks})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, pose.Close()) }()
	b, err := newBareSession(o.landmarks)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	f := &frames{name: o.source, period: time.Duration(float64(time.Second) / o.rate), frame: gocv.NewMat()}
	defer func() { err = errors.Join(err, f.close()) }()

	p = &pairCost{}
	want := min(pairs, o.frames)
	// Where nobody is seen there is no landmark stage.
	for tries := 0; len(p.ratios) < want && tries < 10*want+warmUp; tries++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		at, err := f.next()
		if err != nil {
			return nil, err
		}
		if tries == 0 {
			if err := b.fill(f.frame); err != nil {
				return nil, err
			}
		}
		var bare float64
		if tries%2 == 0 {
			if bare, err = b.run(); err != nil {
				return nil, err
			}
		}
		seen, err := pose.Observe(f.frame, at)
		if err != nil {
			return nil, err
		}
		if tries%2 == 1 {
			if bare, err = b.run(); err != nil {
				return nil, err
			}
		}
		if tries < warmUp/5 || seen.Timings.Detect > 0 || seen.Timings.Landmarks == 0 {
			continue // warm-up, or perhaps two inferences
		}
		ours := float64(seen.Timings.Landmarks)
		p.ours, p.bare = append(p.ours, ours), append(p.bare, bare)
		p.ratios = append(p.ratios, ours/bare)
		if err := p.decodeJPEG(f.frame); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// decodeJPEG notes how long the frame takes to be decoded from a JPEG.
func (p *pairCost) decodeJPEG(frame gocv.Mat) error {
	jpeg, err := gocv.IMEncodeWithParams(gocv.JPEGFileExt, frame, []int{gocv.IMWriteJpegQuality, jpegQuality})
	if err != nil {
		return fmt.Errorf("make a JPEG: %w", err)
	}
	defer jpeg.Close()
	data := jpeg.GetBytes()
	start := time.Now()
	mat, err := gocv.IMDecode(data, gocv.IMReadColor)
	us := microseconds(time.Since(start))
	if err != nil {
		return fmt.Errorf("decode a JPEG: %w", err)
	}
	p.jpeg, p.jpegBytes = append(p.jpeg, us), append(p.jpegBytes, float64(len(data)))
	return mat.Close()
}

func microseconds(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e3 }

// frames gives those frames of a looped clip that are due.
type frames struct {
	name   string
	period time.Duration
	source vision.Source
	frame  gocv.Mat
	any    bool          // this turn gave a frame
	offset time.Duration // of this turn
	last   time.Duration
	due    time.Duration
}

// next decodes the next frame that is due into f.frame and returns its place.
func (f *frames) next() (time.Duration, error) {
	for {
		if f.source == nil {
			src, err := vision.OpenSource(f.name)
			if err != nil {
				return 0, err
			}
			f.source, f.offset, f.any = src, f.last, false
		}
		err := f.source.Grab()
		if errors.Is(err, io.EOF) && f.any {
			if err := f.source.Close(); err != nil {
				return 0, err
			}
			f.source = nil
			continue
		}
		if err != nil {
			return 0, fmt.Errorf("%w: read %q: %w", vision.ErrSource, f.name, err)
		}
		f.any = true
		at := f.offset + f.source.Position()
		f.last = at + time.Millisecond
		if at < f.due {
			continue
		}
		if err := f.source.Retrieve(&f.frame); err != nil {
			return 0, fmt.Errorf("%w: %w", vision.ErrSource, err)
		}
		f.due = at + f.period - time.Millisecond
		return at, nil
	}
}

func (f *frames) close() error {
	_ = f.frame.Close() // never fails
	if f.source == nil {
		return nil
	}
	return f.source.Close()
}

// bareSession is ONNX Runtime alone with a landmark model: one thread, input
// and outputs in place.
type bareSession struct {
	input   *ort.Tensor[float32]
	side    int // px
	tensors []*ort.Tensor[float32]
	session *ort.AdvancedSession
}

func newBareSession(name models.Name) (b *bareSession, err error) {
	desc, err := models.Describe(name)
	if err != nil {
		return nil, err
	}
	data, err := models.Load(name)
	if err != nil {
		return nil, err
	}
	b = &bareSession{side: int(desc.Inputs[0].Shape[3])}
	defer func() {
		if err != nil {
			_ = b.close() // the first error tells more
			b, err = nil, fmt.Errorf("load model %s alone: %w", name, err)
		}
	}()
	var values [2][]ort.Value
	var names [2][]string
	for i, list := range [2][]models.Tensor{desc.Inputs, desc.Outputs} {
		for _, t := range list {
			tensor, err := ort.NewEmptyTensor[float32](ort.NewShape(t.Shape...))
			if err != nil {
				return nil, err
			}
			b.tensors = append(b.tensors, tensor)
			values[i], names[i] = append(values[i], tensor), append(names[i], t.Name)
		}
	}
	b.input = b.tensors[0]
	options, err := ort.NewSessionOptions()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, options.Destroy()) }()
	if err := errors.Join(options.SetIntraOpNumThreads(1), options.SetInterOpNumThreads(1)); err != nil {
		return nil, err
	}
	b.session, err = ort.NewAdvancedSessionWithONNXData(data, names[0], names[1], values[0], values[1], options)
	return b, err
}

// fill puts the middle of a frame into the input, in planes R, G and B of 0
// to 1.
func (b *bareSession) fill(frame gocv.Mat) error {
	side := min(frame.Cols(), frame.Rows())
	x, y := (frame.Cols()-side)/2, (frame.Rows()-side)/2
	square := frame.Region(image.Rect(x, y, x+side, y+side))
	defer square.Close()
	small := gocv.NewMat()
	defer small.Close()
	gocv.Resize(square, &small, image.Pt(b.side, b.side), 0, 0, gocv.InterpolationArea)
	data, err := small.DataPtrUint8()
	values := b.input.GetData()
	if err != nil || len(data) != len(values) {
		return fmt.Errorf("fill the bare model's input: %d bytes for %d values", len(data), len(values))
	}
	n := b.side * b.side
	for i := range n {
		for c := range 3 {
			values[(2-c)*n+i] = float32(data[3*i+c]) / 255
		}
	}
	return nil
}

// run returns how long an inference took, in us.
func (b *bareSession) run() (float64, error) {
	start := time.Now()
	err := b.session.Run()
	return microseconds(time.Since(start)), err
}

func (b *bareSession) close() error {
	var err error
	if b.session != nil {
		err = b.session.Destroy()
	}
	for _, t := range b.tensors {
		err = errors.Join(err, t.Destroy())
	}
	return err
}

// cost is what a step of the service costs.
type cost struct {
	us          []float64
	allocations float64 // a step
}

// costOf runs step n times.
func costOf(n int, step func(i int)) cost {
	c := cost{us: make([]float64, n)}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for i := range n {
		start := time.Now()
		step(i)
		c.us[i] = microseconds(time.Since(start))
	}
	runtime.ReadMemStats(&after)
	c.allocations = float64(after.Mallocs-before.Mallocs) / float64(n)
	return c
}

// serviceCost is what an observation costs outside the eye's own stages.
type serviceCost struct{ encode, parse, engine cost }

// measureService takes observations as the service does. The first of them are
// the baseline, if one can be taken.
func measureService(lines [][]byte) (s *serviceCost, err error) {
	s = &serviceCost{}
	seen := make([]posture.Observation, len(lines))
	s.parse = costOf(len(lines), func(i int) {
		o, perr := posture.ParseObservation(lines[i])
		if perr != nil && err == nil {
			err = fmt.Errorf("observation %s: %w", strconv.Itoa(i), perr)
		}
		seen[i] = o
	})
	if err != nil {
		return nil, err
	}
	buf := make([]byte, 0, lineRoom)
	s.encode = costOf(len(lines), func(i int) { buf = seen[i].AppendJSON(buf[:0]) })

	var b *posture.Baseline
	if made, err := posture.NewBaseline("bench", seen[:min(10, len(seen))]); err == nil {
		b = made
	}
	engine, err := posture.NewEngine(posture.DefaultPolicy(), "bench", b)
	if err != nil {
		return nil, err
	}
	var live posture.Live
	s.engine = costOf(len(lines), func(i int) {
		engine.Step(&seen[i])
		live = engine.Live()
	})
	runtime.KeepAlive(live)
	return s, nil
}
