package vision

/*
#cgo pkg-config: opencv4
#cgo CXXFLAGS: -std=c++11
#include <stdlib.h>
#include "opencv.h"
*/
import "C"

import (
	"math"
	"os"
	"sync"
	"unsafe"

	"gocv.io/x/gocv"
)

// selectTimeout is how long OpenCV's V4L2 backend waits for a frame, in whole
// seconds. Its own 10 s are too long to notice a silent camera within the 5 s
// of readLimit; the slowest webcams in the dark give 4 frames a second.
const selectTimeout = "2"

// setup prepares OpenCV, once. OpenCV reads the variables from the C
// environment when it first needs them; with cgo, os.Setenv writes there too.
var setup = sync.OnceFunc(func() {
	for _, v := range [...][2]string{
		{"OPENCV_VIDEOIO_V4L_SELECT_TIMEOUT", selectTimeout},
		{"OPENCV_FFMPEG_LOGLEVEL", "8"}, // fatal: what goes wrong is said once, by us
	} {
		if _, set := os.LookupEnv(v[0]); !set {
			_ = os.Setenv(v[0], v[1]) // only fails on a malformed name
		}
	}
	C.sitwell_setup(1)
})

// trim gives memory that C code freed back to the system: loading a model or
// closing a capture leaves tens of megabytes.
func trim() { C.sitwell_trim() }

// capture is an open cv::VideoCapture. It must be used by one goroutine at a
// time.
type capture struct{ p C.sitwell_capture }

// openCapture opens a path or address, or a camera if name is a number; params
// are pairs of property and value. It returns nil if OpenCV can't open it;
// OpenCV doesn't tell why.
func openCapture(name string, api gocv.VideoCaptureAPI, params ...int) *capture {
	setup()
	cname := C.CString(name)
	defer C.free(unsafe.Pointer(cname))
	cparams := make([]C.int, len(params)+1) // never empty, so that &[0] holds
	for i, p := range params {
		cparams[i] = C.int(p)
	}
	p := C.sitwell_capture_open(cname, C.int(api), &cparams[0], C.int(len(params)))
	if p == nil {
		return nil
	}
	return &capture{p}
}

// grab takes the next frame and reports whether there was one.
func (c *capture) grab() bool { return c.p != nil && C.sitwell_capture_grab(c.p) != 0 }

// retrieve decodes the grabbed frame into dst and reports whether it holds a
// picture.
func (c *capture) retrieve(dst *gocv.Mat) bool {
	return c.p != nil && C.sitwell_capture_retrieve(c.p, unsafe.Pointer(dst.Ptr())) != 0
}

func (c *capture) get(prop gocv.VideoCaptureProperties) float64 {
	if c.p == nil {
		return 0
	}
	return float64(C.sitwell_capture_get(c.p, C.int(prop)))
}

func (c *capture) set(prop gocv.VideoCaptureProperties, value float64) {
	if c.p != nil {
		C.sitwell_capture_set(c.p, C.int(prop), C.double(value))
	}
}

func (c *capture) close() {
	if c.p != nil {
		C.sitwell_capture_close(c.p)
		c.p = nil
	}
}

// decodePicture decodes a picture file into dst as 8 bit BGR and reports
// whether it holds one. gocv v0.31 would abort on a header of too large a size.
func decodePicture(data []byte, dst *gocv.Mat) bool {
	setup()
	if len(data) == 0 || len(data) > math.MaxInt32 {
		return false
	}
	return C.sitwell_decode_picture((*C.uchar)(&data[0]), C.int(len(data)), unsafe.Pointer(dst.Ptr())) != 0
}
