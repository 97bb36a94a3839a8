package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
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
	pose    *vision.Pose
}

func (e *eyes) close() error {
	if e.pose == nil {
		return nil
	}
	return e.pose.Close()
}

// picture judges a picture of a folder afresh.
func (e *eyes) picture(dir, file string) (o posture.Observation, err error) {
	path := filepath.Join(dir, filepath.FromSlash(file))
	if e.pose == nil {
		if e.pose, err = vision.NewPose(e.options); err != nil {
			return o, err
		}
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
	e.pose.Reset()
	if o, err = e.pose.Observe(frame, 0); err != nil {
		return o, fmt.Errorf("judge picture %q: %w", path, err)
	}
	if e.draw != "" {
		err = e.drawn(frame, &o, file)
	}
	return o, err
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
