package vision

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"gocv.io/x/gocv"
)

// errNoFrame is the answer of a live source that has no frame just now.
var errNoFrame = errors.New("no frame")

// SourceInfo describes an open source.
type SourceInfo struct {
	Name   string  // what was asked for
	Card   string  // the camera's own name, empty for others
	Demo   bool    // the built-in clip
	Live   bool    // a camera or stream: frames come when they come
	Stills bool    // a folder of pictures: each is judged afresh
	Width  int     // px, as read back
	Height int     // px, as read back
	FourCC string  // pixel format or codec, as read back
	FPS    float64 // frames a second, as read back; 0 if unknown
	Frames int     // of a recording, as its header says; 0 if unknown
}

// Source gives frames, one after another. It must be used by one goroutine at
// a time and be closed.
type Source interface {
	// Grab takes the next frame without decoding it. It returns io.EOF at
	// the end of a recording, and any other error when there is no frame
	// just now.
	Grab() error
	// Retrieve decodes the grabbed frame into dst. An error says that it
	// can't be decoded; the next one may be.
	Retrieve(dst *gocv.Mat) error
	// Position is the place of the grabbed frame in a recording, from its
	// beginning; 0 for live sources.
	Position() time.Duration
	Info() SourceInfo
	Close() error
}

// Demo is the name of the built-in clip, Auto of the first camera that gives a
// frame.
const (
	Demo = "demo"
	Auto = "auto"
)

// How long a video address may take to answer and to send the next frame, in
// milliseconds; the latter well under readLimit, so that it is no hanging read.
const (
	addressTimeout = 5000
	frameTimeout   = 3000
)

// OpenSource opens what --source names: "auto", a camera's index or device, a
// video file, a picture or a folder of pictures, an address (rtsp, rtmp, http,
// https, udp, tcp), or "demo". Errors wrap ErrNoCamera, ErrBusy or ErrSource,
// and say what to do.
func OpenSource(name string) (Source, error) {
	switch {
	case name == Demo:
		return openDemo()
	case name == Auto:
		return openAnyCamera()
	case isAddress(name):
		return openAddress(name)
	case isIndex(name):
		return openCamera(name)
	}
	info, err := os.Stat(name)
	switch {
	case err != nil && strings.HasPrefix(name, "/dev/"):
		return nil, &kindError{ErrNoCamera, fmt.Sprintf("open camera %q: %v: plug it in, or choose another (sitwell-eye --list)", name, cause(err))}
	case err != nil:
		return nil, &kindError{ErrSource, fmt.Sprintf("open source %q: %v: give a camera, a video file, a folder of pictures, an address, %q or %q", name, cause(err), Auto, Demo)}
	case info.IsDir():
		return openFolder(name)
	case info.Mode()&os.ModeCharDevice != 0:
		return openCamera(name)
	case !info.Mode().IsRegular():
		return nil, &kindError{ErrSource, fmt.Sprintf("open source %q: neither a file, a folder nor a camera", name)}
	case isPicture(name):
		return newPictures(name, []string{name}), nil
	}
	return openFile(name)
}

// isIndex reports whether name is a camera's number.
func isIndex(name string) bool {
	n, err := strconv.Atoi(name)
	return err == nil && n >= 0 && n < 256
}

// isAddress reports whether name is a video address. Other schemes of FFmpeg
// (concat:, subfile:, data:) are not: they would read files by another name.
func isAddress(name string) bool {
	scheme, _, found := strings.Cut(name, "://")
	return found && slices.Contains([]string{"rtsp", "rtsps", "rtmp", "http", "https", "udp", "tcp"}, strings.ToLower(scheme))
}

// video is a file, an address or a camera that OpenCV reads.
type video struct {
	capture  *capture
	info     SourceInfo
	grabbed  int
	position time.Duration
	release  func() error // of what the capture reads from, nil if nothing
}

var _ Source = (*video)(nil)

// openFile opens a video file.
func openFile(path string) (Source, error) {
	abs, err := filepath.Abs(path) // so that no name looks like an address
	if err != nil {
		return nil, &kindError{ErrSource, fmt.Sprintf("open recording %q: %v", path, err)}
	}
	if f, err := os.Open(abs); err != nil {
		return nil, &kindError{ErrSource, fmt.Sprintf("open recording %q: %v", path, cause(err))}
	} else if err := f.Close(); err != nil {
		return nil, &kindError{ErrSource, fmt.Sprintf("open recording %q: %v", path, cause(err))}
	}
	v := newVideo(openCapture(abs, gocv.VideoCaptureFFmpeg), SourceInfo{Name: path})
	if v == nil {
		return nil, &kindError{ErrSource, fmt.Sprintf("open recording %q: not a video that FFmpeg can read, or cut short: try ffprobe on it", path)}
	}
	return v, nil
}

// openAddress opens a stream.
func openAddress(address string) (Source, error) {
	v := newVideo(openCapture(address, gocv.VideoCaptureFFmpeg,
		capOpenTimeout, addressTimeout, capReadTimeout, frameTimeout), SourceInfo{Name: redact(address), Live: true})
	if v == nil {
		return nil, &kindError{ErrSource, fmt.Sprintf("open address %q: no video within %d s: check the address, and that the camera answers", redact(address), addressTimeout/1000)}
	}
	return v, nil
}

// Properties that gocv v0.31 has no names for (cv::VideoCaptureProperties).
const (
	capOpenTimeout = 53 // CAP_PROP_OPEN_TIMEOUT_MSEC
	capReadTimeout = 54 // CAP_PROP_READ_TIMEOUT_MSEC
)

// redact takes user and password out of an address, for messages.
func redact(address string) string {
	scheme, rest, _ := strings.Cut(address, "://")
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	if at := strings.LastIndexByte(rest[:end], '@'); at >= 0 {
		rest = rest[at+1:]
	}
	return scheme + "://" + rest
}

// newVideo reads a capture's figures back. It returns nil for nil.
func newVideo(c *capture, info SourceInfo) *video {
	if c == nil {
		return nil
	}
	v := &video{capture: c, info: info}
	v.info.Width = int(c.get(gocv.VideoCaptureFrameWidth))
	v.info.Height = int(c.get(gocv.VideoCaptureFrameHeight))
	v.info.FourCC = fourCC(uint32(int64(c.get(gocv.VideoCaptureFOURCC))))
	if fps := c.get(gocv.VideoCaptureFPS); fps > 0 && fps <= maxFPS {
		v.info.FPS = fps
	}
	if n := c.get(gocv.VideoCaptureFrameCount); !info.Live && n > 0 && n < 1<<31 {
		v.info.Frames = int(n)
	}
	return v
}

// Frame rates that are believed, and the one taken for a recording that
// doesn't tell.
const (
	maxFPS     = 1000.0
	defaultFPS = 30.0
)

// fourCC spells a code of four characters; unprintable ones become dots.
func fourCC(code uint32) string {
	if code == 0 {
		return ""
	}
	b := []byte{byte(code), byte(code >> 8), byte(code >> 16), byte(code >> 24)}
	for i, c := range b {
		if c < ' ' || c > '~' {
			b[i] = '.'
		}
	}
	return strings.TrimRight(string(b), " .")
}

func (v *video) Grab() error {
	if !v.capture.grab() {
		if v.info.Live {
			return errNoFrame
		}
		return io.EOF
	}
	v.grabbed++
	if !v.info.Live {
		v.position = v.place()
	}
	return nil
}

// place returns the position of the grabbed frame: the container's time, or,
// where that doesn't go on, the frame before it and the frame rate.
func (v *video) place() time.Duration {
	ms := v.capture.get(gocv.VideoCapturePosMsec)
	at := time.Duration(math.Round(ms*1000)) * time.Microsecond
	switch {
	case v.grabbed == 1:
		if ms > 0 && ms < 1000 {
			return at
		}
		return 0
	case ms > 0 && !math.IsInf(ms, 0) && at > v.position && at < v.position+time.Hour:
		return at
	}
	return v.position + v.interval()
}

// interval is the time between two frames of a recording.
func (v *video) interval() time.Duration {
	fps := v.info.FPS
	if fps == 0 {
		fps = defaultFPS
	}
	return time.Duration(float64(time.Second) / fps)
}

func (v *video) Retrieve(dst *gocv.Mat) error {
	if !v.capture.retrieve(dst) {
		return fmt.Errorf("decode frame %d of %q: empty or broken", v.grabbed, v.info.Name)
	}
	return nil
}

func (v *video) Position() time.Duration { return v.position }

func (v *video) Info() SourceInfo { return v.info }

func (v *video) Close() error {
	v.capture.close()
	trim()
	if v.release == nil {
		return nil
	}
	release := v.release
	v.release = nil
	return release()
}
