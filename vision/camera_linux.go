package vision

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unsafe"

	"gocv.io/x/gocv"
	"golang.org/x/sys/unix"
)

// From linux/videodev2.h: requests, flags and structures of the V4L2 interface.
const (
	vidiocQueryCap = 0x80685600
	vidiocEnumFmt  = 0xc0405602
	vidiocReqBufs  = 0xc0145608

	v4l2CapVideoCapture = 0x00000001
	v4l2CapStreaming    = 0x04000000
	v4l2CapDeviceCaps   = 0x80000000
	v4l2BufVideoCapture = 1
	v4l2MemoryMmap      = 1
)

type v4l2Capability struct {
	driver       [16]byte
	card         [32]byte
	busInfo      [32]byte
	version      uint32
	capabilities uint32
	deviceCaps   uint32
	_            [3]uint32
}

type v4l2FmtDesc struct {
	index       uint32
	bufType     uint32
	flags       uint32
	description [32]byte
	pixelFormat uint32
	_           [4]uint32
}

type v4l2RequestBuffers struct {
	count   uint32
	bufType uint32
	memory  uint32
	_       [2]uint32
}

// errNotCapture means that a device is no camera: a radio, an encoder, the
// metadata node that comes with a webcam.
var errNotCapture = errors.New("not a capture device")

func ioctl(fd int, request uint, arg unsafe.Pointer) error {
	for {
		_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), uintptr(request), uintptr(arg))
		if errno == 0 {
			return nil
		}
		if errno != unix.EINTR {
			return errno
		}
	}
}

// indexPath returns the device of a camera's index.
func indexPath(index string) string { return "/dev/video" + index }

// Cameras lists the cameras of this machine in the order of their numbers. One
// that can't be asked, for want of permission, is in the list with its Error.
func Cameras() ([]Camera, error) {
	return camerasIn("/dev")
}

func camerasIn(dev string) ([]Camera, error) {
	paths, err := filepath.Glob(filepath.Join(dev, "video[0-9]*"))
	if err != nil {
		return nil, &kindError{ErrNoCamera, fmt.Sprintf("list cameras: %v", err)}
	}
	slices.SortFunc(paths, func(a, b string) int { return deviceNumber(a) - deviceNumber(b) })
	var list []Camera
	for _, path := range paths {
		c, err := queryCamera(path)
		if errors.Is(err, errNotCapture) {
			continue
		}
		if err != nil {
			c.Error = err.Error()
		}
		c.ByID = byID(filepath.Join(dev, "v4l", "by-id"), path)
		list = append(list, c)
	}
	return list, nil
}

func deviceNumber(path string) int {
	n, err := strconv.Atoi(strings.TrimPrefix(filepath.Base(path), "video"))
	if err != nil {
		return 1 << 20 // last
	}
	return n
}

// byID returns the link in dir that leads to the device, empty if none does.
func byID(dir, path string) string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "" // no such folder without USB cameras
	}
	for _, e := range entries {
		link := filepath.Join(dir, e.Name())
		if target, err := filepath.EvalSymlinks(link); err == nil && target == path {
			return link
		}
	}
	return ""
}

// queryCamera asks a device what it is, without taking it from anybody.
func queryCamera(path string) (Camera, error) {
	c := Camera{Type: "camera", Path: path}
	fd, err := unix.Open(path, unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return c, openError(path, err)
	}
	defer unix.Close(fd)
	var q v4l2Capability
	if err := ioctl(fd, vidiocQueryCap, unsafe.Pointer(&q)); err != nil {
		return c, errNotCapture
	}
	caps := q.capabilities
	if caps&v4l2CapDeviceCaps != 0 {
		caps = q.deviceCaps
	}
	if caps&v4l2CapVideoCapture == 0 || caps&v4l2CapStreaming == 0 {
		return c, errNotCapture
	}
	c.Card, c.Driver = cString(q.card[:]), cString(q.driver[:])
	for i := range uint32(64) { // more formats than any camera has
		f := v4l2FmtDesc{index: i, bufType: v4l2BufVideoCapture}
		if ioctl(fd, vidiocEnumFmt, unsafe.Pointer(&f)) != nil {
			break
		}
		c.Formats = append(c.Formats, fourCC(f.pixelFormat))
	}
	// Asking for a buffer fails with EBUSY while another program streams;
	// closing the device gives the buffer back.
	r := v4l2RequestBuffers{count: 1, bufType: v4l2BufVideoCapture, memory: v4l2MemoryMmap}
	c.Busy = errors.Is(ioctl(fd, vidiocReqBufs, unsafe.Pointer(&r)), unix.EBUSY)
	return c, nil
}

// openError says why a device can't be opened.
func openError(path string, err error) error {
	switch {
	case errors.Is(err, unix.EBUSY):
		return busyError(path)
	case errors.Is(err, unix.EACCES), errors.Is(err, unix.EPERM):
		return &kindError{ErrNoCamera, fmt.Sprintf("open camera %q: %v: add yourself to the group that owns it (often: sudo usermod -aG video $USER, then log in again)", path, err)}
	}
	return &kindError{ErrNoCamera, fmt.Sprintf("open camera %q: %v: plug it in, or choose another (sitwell-eye --list)", path, err)}
}

// openDevice opens a device by its path, and asks for format, size and rate.
func openDevice(path, name string) (*video, error) {
	// A link by identity may lead to another number than when the camera was
	// last plugged in.
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return nil, openError(path, cause(err))
	}
	c, err := queryCamera(real)
	switch {
	case errors.Is(err, errNotCapture):
		return nil, &kindError{ErrNoCamera, fmt.Sprintf("open camera %q: %v: choose another (sitwell-eye --list)", path, err)}
	case err != nil:
		return nil, err
	case c.Busy:
		return nil, busyError(path)
	}
	capture := openCapture(real, gocv.VideoCaptureV4L2)
	if capture == nil {
		// Taken since it was asked, or of a format that OpenCV can't read.
		if c, err := queryCamera(real); err == nil && c.Busy {
			return nil, busyError(path)
		}
		return nil, &kindError{ErrSource, fmt.Sprintf("open camera %q (%s): OpenCV can't use it; it offers %s", path, c.Card, strings.Join(c.Formats, ", "))}
	}
	negotiate(capture)
	if name == Auto {
		name = path
	}
	return newVideo(capture, SourceInfo{Name: name, Card: c.Card, Live: true}), nil
}

func cString(b []byte) string {
	b, _, _ = bytes.Cut(b, []byte{0})
	return string(b)
}
