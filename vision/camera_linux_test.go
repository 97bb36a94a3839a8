package vision

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"unsafe"
)

func TestV4L2Structures(t *testing.T) {
	// The sizes are part of the requests' numbers (_IOC_SIZE).
	for _, c := range []struct {
		name    string
		size    uintptr
		request uint
	}{
		{"v4l2_capability", unsafe.Sizeof(v4l2Capability{}), vidiocQueryCap},
		{"v4l2_fmtdesc", unsafe.Sizeof(v4l2FmtDesc{}), vidiocEnumFmt},
		{"v4l2_requestbuffers", unsafe.Sizeof(v4l2RequestBuffers{}), vidiocReqBufs},
	} {
		if want := uintptr(c.request >> 16 & 0x3fff); c.size != want {
			t.Errorf("%s has %d bytes, want %d", c.name, c.size, want)
		}
	}
}

func TestCamerasIn(t *testing.T) {
	dev := t.TempDir()
	for _, name := range []string{"video0", "video10", "video2", "videotape", "radio0"} {
		if err := os.WriteFile(filepath.Join(dev, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// Files are no capture devices.
	if list, err := camerasIn(dev); err != nil || len(list) != 0 {
		t.Errorf("got %v, %v, want none", list, err)
	}
	if got := deviceNumber("/dev/video10"); got != 10 {
		t.Errorf("got number %d, want 10", got)
	}
	ids := filepath.Join(dev, "v4l", "by-id")
	if err := os.MkdirAll(ids, 0o700); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(ids, "usb-Maker_Camera-video-index0")
	if err := os.Symlink("../../video2", link); err != nil {
		t.Fatal(err)
	}
	real, err := filepath.EvalSymlinks(dev)
	if err != nil {
		t.Fatal(err)
	}
	if got := byID(filepath.Join(real, "v4l", "by-id"), filepath.Join(real, "video2")); filepath.Base(got) != filepath.Base(link) {
		t.Errorf("got link %q, want %q", got, link)
	}
	if got := byID(ids, filepath.Join(real, "video0")); got != "" {
		t.Errorf("got link %q of a camera that has none", got)
	}
	if _, err := openDevice(link, link); !errors.Is(err, ErrNoCamera) {
		t.Errorf("got %v, want no camera", err)
	}
}

func TestUsable(t *testing.T) {
	good, busy, denied := Camera{Path: "a"}, Camera{Path: "b", Busy: true}, Camera{Path: "c", Error: "permission denied"}
	for _, c := range []struct {
		name string
		list []Camera
		want error
	}{
		{"one", []Camera{good}, nil},
		{"none", nil, ErrNoCamera},
		{"busy", []Camera{busy}, ErrBusy},
		{"denied", []Camera{denied}, ErrNoCamera},
		{"busy and free", []Camera{busy, good}, nil},
	} {
		if err := usable(c.list); !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
			t.Errorf("%s: got %v, want %v", c.name, err, c.want)
		}
	}
}
