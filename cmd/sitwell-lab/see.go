package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gocv.io/x/gocv"

	"sitwell/posture"
	"sitwell/vision"
)

// began is the time given to the first frame of whatever is judged, so that
// the same input gives the same figures to the last bit.
var began = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

// eyes see the pictures and clips of a data set in this process, as sitwell-eye
// would. They must be used by one goroutine at a time and be closed.
type eyes struct {
	options vision.PoseOptions
	rate    float64 // observations a second of a clip
	draw    string  // folder for the pictures with landmarks, if not empty
	cache   cache
	change  change // of the frames before they are seen
	coaches bool   // exercises are counted
	pose    *vision.Pose
}

func (e *eyes) close() error {
	if e.pose == nil {
		return nil
	}
	return e.pose.Close()
}

// open loads the models when they are first needed.
func (e *eyes) open() (err error) {
	if e.pose == nil {
		e.pose, err = vision.NewPose(e.options)
	}
	return err
}

// picture judges a picture of a folder afresh.
func (e *eyes) picture(dir, file string) (o posture.Observation, err error) {
	path := filepath.Join(dir, filepath.FromSlash(file))
	key, err := e.cache.key(path, e.options.Landmarks, 0, e.change.name)
	if err != nil {
		return o, err
	}
	if seen := e.cache.get(key); len(seen) == 1 && e.draw == "" {
		return seen[0], nil
	}
	if err := e.open(); err != nil {
		return o, err
	}
	src, err := vision.OpenSource(path)
	if err != nil {
		return o, err
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	if err := src.Grab(); err != nil {
		return o, fmt.Errorf("read picture %q: %w", path, err)
	}
	frame := gocv.NewMat()
	defer func() { _ = frame.Close() }() // never fails
	if err := src.Retrieve(&frame); err != nil {
		return o, fmt.Errorf("%w: %w", vision.ErrSource, err)
	}
	e.change.apply(&frame)
	e.pose.Reset()
	if o, err = e.pose.Observe(frame, 0); err != nil {
		return o, fmt.Errorf("judge picture %q: %w", path, err)
	}
	if o, err = asRead(&o); err != nil {
		return o, err
	}
	if e.draw != "" {
		if err := e.drawn(frame, &o, file); err != nil {
			return o, err
		}
	}
	return o, e.cache.put(key, []posture.Observation{o})
}

// asRead is the observation as the service reads it from the eye's lines, the
// stages' durations left out: they are never the same.
func asRead(o *posture.Observation) (posture.Observation, error) {
	o.Timings = posture.Timings{}
	return posture.ParseObservation(o.AppendJSON(nil))
}

// drawn keeps the picture with its landmarks, as a PNG.
func (e *eyes) drawn(frame gocv.Mat, o *posture.Observation, file string) error {
	vision.DrawLandmarks(&frame, o)
	name := strings.TrimSuffix(file, filepath.Ext(file)) + ".png"
	to := filepath.Join(e.draw, strings.ReplaceAll(filepath.ToSlash(name), "/", "_"))
	png, err := gocv.IMEncode(gocv.PNGFileExt, frame)
	if err != nil {
		return fmt.Errorf("draw %q: %w", to, err)
	}
	defer png.Close()
	if err := os.WriteFile(to, png.GetBytes(), 0o600); err != nil {
		return fmt.Errorf("draw: %w", err)
	}
	return nil
}

// clip plays a recording as fast as it goes and calls each with what is seen.
func (e *eyes) clip(ctx context.Context, path string, each func(*posture.Observation) error) error {
	key, err := e.cache.key(path, e.options.Landmarks, e.rate, e.change.name)
	if err != nil {
		return err
	}
	seen := e.cache.get(key)
	if seen == nil {
		keep := func(o *posture.Observation) error {
			o.Timings = posture.Timings{}
			seen = append(seen, *o)
			return nil
		}
		if e.change.frame == nil {
			err = e.play(ctx, path, keep)
		} else {
			err = e.playChanged(ctx, path, keep)
		}
		if err != nil {
			return err
		}
		if err := e.cache.put(key, seen); err != nil {
			return err
		}
	}
	for i := range seen {
		if err := each(&seen[i]); err != nil {
			return err
		}
	}
	return nil
}

// play lets an eye see the recording.
func (e *eyes) play(ctx context.Context, path string, each func(*posture.Observation) error) error {
	eye, err := vision.NewEye(vision.Config{
		Source: path, Rate: e.rate, Start: began, Pose: e.options, Out: observed(each),
	})
	if err != nil {
		return err
	}
	if err := eye.Run(ctx); err != nil {
		return err
	}
	return ctx.Err()
}

// playChanged sees the recording as an eye does, each frame changed first.
func (e *eyes) playChanged(ctx context.Context, path string, each func(*posture.Observation) error) (err error) {
	if err := e.open(); err != nil {
		return err
	}
	src, err := vision.OpenSource(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	frame := gocv.NewMat()
	defer func() { _ = frame.Close() }() // never fails
	e.pose.Reset()
	period := time.Duration(float64(time.Second) / e.rate)
	var due time.Duration
	for number := uint64(1); ctx.Err() == nil; number++ {
		if err := src.Grab(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		at := src.Position() + time.Millisecond // containers round to that
		if at < due {
			continue
		}
		if src.Retrieve(&frame) != nil {
			continue // the next one is due instead
		}
		due = (at/period + 1) * period
		at -= time.Millisecond
		e.change.apply(&frame)
		o, err := e.pose.Observe(frame, at)
		if err != nil {
			return fmt.Errorf("judge %q: %w", path, err)
		}
		o.Time, o.Mono, o.Frame = began.Add(at).UnixNano(), int64(at), number
		if o, err = asRead(&o); err != nil {
			return err
		}
		if err := each(&o); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// change is something done to each frame before it is seen; the zero value
// leaves it as it is.
type change struct {
	name  string
	frame func(from gocv.Mat, to *gocv.Mat)
}

// changes are those that the judgement must not depend on.
var changes = []change{
	{"mirrored", func(from gocv.Mat, to *gocv.Mat) { gocv.Flip(from, to, 1) }},
	{"half resolution", func(from gocv.Mat, to *gocv.Mat) {
		gocv.Resize(from, to, image.Point{}, 0.5, 0.5, gocv.InterpolationArea)
	}},
	{"double resolution", func(from gocv.Mat, to *gocv.Mat) {
		gocv.Resize(from, to, image.Point{}, 2, 2, gocv.InterpolationLinear)
	}},
	{"half brightness", func(from gocv.Mat, to *gocv.Mat) {
		from.ConvertToWithParams(to, from.Type(), 0.5, 0)
	}},
}

// apply changes the frame in its place.
func (c change) apply(frame *gocv.Mat) {
	if c.frame == nil || frame.Empty() {
		return
	}
	to := gocv.NewMat()
	c.frame(*frame, &to)
	_ = frame.Close() // never fails
	*frame = to
}

// observed reads the lines that an eye writes, one each, as the service does.
type observed func(*posture.Observation) error

var _ io.Writer = observed(nil)

// Write implements io.Writer.
func (each observed) Write(line []byte) (int, error) {
	if !bytes.HasPrefix(line, []byte(`{"type":"observation"`)) {
		return len(line), nil
	}
	o, err := posture.ParseObservation(line)
	if err != nil {
		return 0, err
	}
	if err := each(&o); err != nil {
		return 0, err
	}
	return len(line), nil
}
