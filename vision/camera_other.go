//go:build !linux

package vision

import (
	"fmt"

	"gocv.io/x/gocv"
)

// Cameras guesses: without V4L2 there is no list, so the first camera is taken
// to be there.
func Cameras() ([]Camera, error) {
	return []Camera{{Type: "camera", Path: "0"}}, nil
}

// indexPath returns the name of a camera's index: the index.
func indexPath(index string) string { return index }

// openDevice opens a camera by its index, and asks for format, size and rate.
func openDevice(path, name string) (*video, error) {
	if !isIndex(path) {
		return nil, &kindError{ErrNoCamera, fmt.Sprintf("open camera %q: give its number, like 0", path)}
	}
	capture := openCapture(path, gocv.VideoCaptureAny)
	if capture == nil {
		return nil, &kindError{ErrNoCamera, fmt.Sprintf("open camera %s: none, in use, or not allowed: see the system's privacy settings", path)}
	}
	negotiate(capture)
	if name == Auto {
		name = path
	}
	return newVideo(capture, SourceInfo{Name: name, Live: true}), nil
}
