package vision

import (
	_ "embed" // the clip below
	"fmt"

	"gocv.io/x/gocv"
)

// demoClip shows a rendered person: upright, slouching from 18 to 52 s,
// upright, away from 63 to 80 s, upright; 90 s of 640x480 at 10 frames a
// second. CC0-1.0.
//
//go:embed demo/demo.mp4
var demoClip []byte

// openDemo opens the built-in clip without leaving a file.
func openDemo() (Source, error) {
	path, release, err := memoryFile("sitwell-demo", demoClip)
	if err != nil {
		return nil, &kindError{ErrSource, fmt.Sprintf("open the demo: %v", err)}
	}
	v := newVideo(openCapture(path, gocv.VideoCaptureFFmpeg), SourceInfo{Name: Demo, Demo: true})
	if v == nil {
		return nil, &kindError{ErrSource, fmt.Sprintf("open the demo: OpenCV can't read it: is it built with FFmpeg? %v", release())}
	}
	v.release = release
	return v, nil
}
