package vision

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"gocv.io/x/gocv"
)

// What a camera is asked for. The model sees 256 pixels of the person, so
// more than this only costs; MJPG passes any USB port at full rate.
const (
	cameraWidth   = 640
	cameraHeight  = 480
	cameraFPS     = 30
	cameraFourCC  = "MJPG"
	cameraBuffers = 2 // frames the driver holds: the newest and the next
)

// firstFramePatience is how long a camera may take to its first frame: some
// set their exposure for seconds.
const firstFramePatience = 6 * time.Second

// Camera is a camera of this machine.
type Camera struct {
	Type    string   `json:"type"` // "camera"
	Path    string   `json:"path"` // device, like /dev/video0
	ByID    string   `json:"by_id,omitempty"`
	Card    string   `json:"card,omitempty"`
	Driver  string   `json:"driver,omitempty"`
	Busy    bool     `json:"busy"`              // another program streams from it
	Formats []string `json:"formats,omitempty"` // pixel formats it offers
	Error   string   `json:"error,omitempty"`   // why it can't be asked
}

// openAnyCamera opens the first camera that gives a frame.
func openAnyCamera() (Source, error) {
	cameras, err := Cameras()
	if err != nil {
		return nil, err
	}
	var tried []string
	busy := 0
	for _, c := range cameras {
		v, err := openDevice(c.Path, Auto)
		if err == nil {
			if err = v.firstFrame(firstFramePatience); err == nil {
				return v, nil
			}
			err = errors.Join(err, v.Close())
		}
		if errors.Is(err, ErrBusy) {
			busy++
		}
		tried = append(tried, err.Error())
	}
	switch {
	case len(cameras) == 0:
		return nil, &kindError{ErrNoCamera, "find a camera: none: plug one in, or give --source"}
	case busy == len(cameras):
		return nil, &kindError{ErrBusy, "find a camera: all are busy: close the program that uses them: " + strings.Join(tried, "; ")}
	}
	return nil, &kindError{ErrNoCamera, "find a camera: none gives a frame: " + strings.Join(tried, "; ")}
}

// openCamera opens a camera by index or device.
func openCamera(name string) (Source, error) {
	path := name
	if isIndex(name) {
		path = indexPath(name)
	}
	v, err := openDevice(path, name)
	if err != nil {
		return nil, err
	}
	return v, nil
}

// negotiate asks for format, size and rate. What the camera made of it is read
// back by newVideo.
func negotiate(c *capture) {
	code := 0.0
	for i, r := range cameraFourCC {
		code += float64(int(r) << (8 * i))
	}
	c.set(gocv.VideoCaptureFOURCC, code)
	c.set(gocv.VideoCaptureFrameWidth, cameraWidth)
	c.set(gocv.VideoCaptureFrameHeight, cameraHeight)
	c.set(gocv.VideoCaptureFPS, cameraFPS)
	c.set(gocv.VideoCaptureBufferSize, cameraBuffers)
}

// firstFrame waits until the camera gives a picture.
func (v *video) firstFrame(patience time.Duration) error {
	mat := gocv.NewMat()
	defer mat.Close()
	for start := time.Now(); time.Since(start) < patience; {
		if v.Grab() == nil && v.Retrieve(&mat) == nil {
			return nil
		}
		time.Sleep(retryPause)
	}
	return &kindError{ErrSource, fmt.Sprintf("open camera %q: it gives no picture within %v: unplug it and plug it in again", v.info.Name, patience)}
}

func busyError(path string) error {
	return &kindError{ErrBusy, fmt.Sprintf("open camera %q: another program is using it: close that program", path)}
}
