package vision

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"gocv.io/x/gocv"
)

func TestOpenSourceErrors(t *testing.T) {
	dir := t.TempDir()
	file := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	if err := os.Mkdir(filepath.Join(dir, "empty"), 0o700); err != nil {
		t.Fatal(err)
	}
	fifo := filepath.Join(dir, "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := closed.Addr().String()
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, source string
		kind         error
		says         string
	}{
		{"missing file", filepath.Join(dir, "none.mp4"), ErrSource, "no such file"},
		{"missing device", "/dev/video199", ErrNoCamera, "no such file"},
		{"missing index", "199", ErrNoCamera, "/dev/video199"},
		{"device that is no camera", "/dev/null", ErrNoCamera, "not a capture device"},
		{"empty file", file("empty.mp4", nil), ErrSource, "not a video"},
		{"text", file("text.mp4", []byte("no video at all\n")), ErrSource, "not a video"},
		{"cut short in its header", file("head.mp4", demoClip[:1000]), ErrSource, "cut short"},
		{"folder without pictures", filepath.Join(dir, "empty"), ErrSource, "no pictures"},
		{"fifo", fifo, ErrSource, "neither"},
		{"closed port", "http://user:secret@" + address + "/stream", ErrSource, `"http://` + address + `/stream"`},
		{"not an address of ours", "concat:" + filepath.Join(dir, "text.mp4"), ErrSource, "no such file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			src, err := OpenSource(c.source)
			if err == nil {
				t.Fatal("got no error", src.Close())
			}
			if !errors.Is(err, c.kind) || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %v that says %q", err, c.kind, c.says)
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the password is in %q", err)
			}
		})
	}
}

func TestAddress(t *testing.T) {
	for _, c := range []struct {
		in   string
		is   bool
		want string
	}{
		{"rtsp://camera/stream", true, "rtsp://camera/stream"},
		{"RTSP://camera", true, "RTSP://camera"},
		{"http://u:p@camera:80/a@b?c", true, "http://camera:80/a@b?c"},
		{"http://u:p@x@camera", true, "http://camera"},
		{"rtsp://u@camera?x=@", true, "rtsp://camera?x=@"},
		{"file:///etc/passwd", false, ""},
		{"concat:a.mp4", false, ""},
		{"clip.mp4", false, ""},
		{"a/b://c", false, ""},
	} {
		if got := isAddress(c.in); got != c.is {
			t.Errorf("isAddress(%q) is %v, want %v", c.in, got, c.is)
		}
		if c.is && redact(c.in) != c.want {
			t.Errorf("redact(%q) is %q, want %q", c.in, redact(c.in), c.want)
		}
	}
}

func TestFourCC(t *testing.T) {
	for code, want := range map[uint32]string{0: "", 0x47504a4d: "MJPG", 0x56595559: "YUYV", 0x20303859: "Y80", 0x01020304: "", 0x00363159: "Y16"} {
		if got := fourCC(code); got != want {
			t.Errorf("got %q of %#x, want %q", got, code, want)
		}
	}
}

// openTest opens a source and closes it with the test.
func openTest(t testing.TB, name string) Source {
	t.Helper()
	src, err := OpenSource(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := src.Close(); err != nil {
			t.Error(err)
		}
	})
	return src
}

func TestDemo(t *testing.T) {
	src := openTest(t, Demo)
	info := src.Info()
	if !info.Demo || info.Live || info.Width != 640 || info.Height != 480 || info.FPS != 10 {
		t.Errorf("got %+v", info)
	}
	mat := gocv.NewMat()
	defer mat.Close()
	n := 0
	for ; ; n++ {
		err := src.Grab()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if want := time.Duration(n) * 100 * time.Millisecond; src.Position() != want {
			t.Fatalf("got frame %d at %v, want %v", n, src.Position(), want)
		}
		if n%100 == 50 {
			if err := src.Retrieve(&mat); err != nil {
				t.Fatal(err)
			}
			if mat.Cols() != 640 || mat.Rows() != 480 || mat.Type() != gocv.MatTypeCV8UC3 {
				t.Fatalf("got a frame of %dx%d, type %v", mat.Cols(), mat.Rows(), mat.Type())
			}
		}
	}
	if n != 900 {
		t.Errorf("got %d frames, want 900", n)
	}
	if err := src.Grab(); !errors.Is(err, io.EOF) {
		t.Errorf("got %v after the end, want EOF", err)
	}
}

func TestClosedVideo(t *testing.T) {
	src, err := OpenSource(Demo)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(src.Grab(), src.Close(), src.Close()); err != nil {
		t.Fatal(err)
	}
	mat := gocv.NewMat()
	defer mat.Close()
	if err := src.Grab(); err == nil {
		t.Error("got a frame after Close")
	}
	if err := src.Retrieve(&mat); err == nil {
		t.Error("got a picture after Close")
	}
}

func TestDamagedVideo(t *testing.T) {
	// Bits flipped all over the pictures: whatever comes, the process lives.
	data := append([]byte(nil), demoClip...)
	for i := len(data) / 10; i < len(data)*9/10; i += 997 {
		data[i] ^= 0x55
	}
	path := filepath.Join(t.TempDir(), "damaged.mp4")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	src := openTest(t, path)
	mat := gocv.NewMat()
	defer mat.Close()
	grabbed, decoded := 0, 0
	last := time.Duration(-1)
	for src.Grab() == nil && grabbed < 2000 {
		if src.Position() <= last {
			t.Fatalf("frame %d at %v follows one at %v", grabbed, src.Position(), last)
		}
		last = src.Position()
		grabbed++
		if src.Retrieve(&mat) == nil {
			decoded++
		}
	}
	if grabbed < 10 || grabbed > 1000 || decoded == 0 {
		t.Errorf("got %d frames, %d of them pictures", grabbed, decoded)
	}
}

// writePicture writes a picture of one colour.
func writePicture(t *testing.T, path string, width, height int, value float64) {
	t.Helper()
	m := gocv.NewMatWithSizeFromScalar(gocv.NewScalar(value, value, value, 0), height, width, gocv.MatTypeCV8UC3)
	defer m.Close()
	if !gocv.IMWrite(path, m) {
		t.Fatalf("can't write %s", path)
	}
}

// hugePNG is the beginning of a PNG picture of 200,000 x 200,000 pixels.
func hugePNG() string {
	png := "\x89PNG\r\n\x1a\n"
	for _, chunk := range []string{"IHDR\x00\x03\x0d\x40\x00\x03\x0d\x40\x08\x02\x00\x00\x00", "IDAT\x78\x9c\x63\x60\x00"} {
		png += string(binary.BigEndian.AppendUint32(nil, uint32(len(chunk)-4))) + chunk +
			string(binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(chunk))))
	}
	return png
}

func TestFolder(t *testing.T) {
	dir := t.TempDir()
	writePicture(t, filepath.Join(dir, "b.png"), 100, 80, 50)
	writePicture(t, filepath.Join(dir, "a.JPG"), 200, 160, 100)
	writePicture(t, filepath.Join(dir, "d.jpeg"), 300, 200, 150)
	for name, text := range map[string]string{"c.jpg": "no picture", "ca.png": "", "cb.png": hugePNG(), "notes.txt": "not one of them"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "e.jpg"), 0o700); err != nil {
		t.Fatal(err)
	}
	src := openTest(t, dir)
	if info := src.Info(); !info.Stills || info.Live {
		t.Errorf("got %+v", info)
	}
	mat := gocv.NewMat()
	defer func() { mat.Close() }()
	var got []string
	for i := 0; src.Grab() == nil; i++ {
		if want := time.Duration(i) * time.Second; src.Position() != want {
			t.Errorf("got picture %d at %v, want %v", i, src.Position(), want)
		}
		if err := src.Retrieve(&mat); err != nil {
			got = append(got, "broken")
			continue
		}
		got = append(got, fmt.Sprintf("%dx%d", mat.Cols(), mat.Rows()))
	}
	if want := "200x160 100x80 broken broken broken 300x200"; strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
	one := openTest(t, filepath.Join(dir, "b.png"))
	if err := errors.Join(one.Grab(), one.Retrieve(&mat)); err != nil || mat.Cols() != 100 {
		t.Errorf("got one picture of %d, %v", mat.Cols(), err)
	}
	if err := one.Grab(); !errors.Is(err, io.EOF) {
		t.Errorf("got %v after the one picture, want EOF", err)
	}
}

// serveMJPEG serves frames of the demo as a camera's web page does, until the
// test ends.
func serveMJPEG(t *testing.T) string {
	t.Helper()
	src := openTest(t, Demo)
	mat := gocv.NewMat()
	defer mat.Close()
	if err := errors.Join(src.Grab(), src.Retrieve(&mat)); err != nil {
		t.Fatal(err)
	}
	jpeg, _, _, err := smallJPEG(mat)
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m := multipart.NewWriter(w)
		w.Header().Set("Content-Type", "multipart/x-mixed-replace; boundary="+m.Boundary())
		for r.Context().Err() == nil {
			part, err := m.CreatePart(textproto.MIMEHeader{"Content-Type": {"image/jpeg"}, "Content-Length": {fmt.Sprint(len(jpeg))}})
			if err != nil {
				return
			}
			if _, err := part.Write(jpeg); err != nil {
				return
			}
			_ = http.NewResponseController(w).Flush()
			time.Sleep(20 * time.Millisecond)
		}
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func TestHTTPStream(t *testing.T) {
	address := serveMJPEG(t)
	src, err := OpenSource(address + "/stream")
	if err != nil {
		t.Fatal(err)
	}
	if info := src.Info(); !info.Live || info.Width != 320 || info.Height != 240 {
		t.Errorf("got %+v", info)
	}
	mat := gocv.NewMat()
	defer mat.Close()
	for i := range 20 {
		if err := src.Grab(); err != nil {
			t.Fatalf("frame %d: %v", i, err)
		}
		if err := src.Retrieve(&mat); err != nil || mat.Cols() != 320 {
			t.Fatalf("frame %d of %d: %v", i, mat.Cols(), err)
		}
	}
	if err := src.Close(); err != nil {
		t.Error(err)
	}
}

func TestSilentAddress(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0") // takes connections, says nothing
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	start := time.Now()
	src, err := OpenSource("http://" + l.Addr().String() + "/")
	if err == nil {
		t.Fatal("got no error", src.Close())
	}
	if took := time.Since(start); !errors.Is(err, ErrSource) || took > 2*addressTimeout*time.Millisecond {
		t.Errorf("got %v after %v", err, took)
	}
}

func TestProbe(t *testing.T) {
	line, err := Probe(Demo)
	if err != nil {
		t.Fatal(err)
	}
	if line.Type != "source" || line.Status != Live || !line.Demo || line.Width != 640 {
		t.Errorf("got %+v", line)
	}
	if _, err := Probe("/dev/video199"); !errors.Is(err, ErrNoCamera) {
		t.Errorf("got %v, want no camera", err)
	}
}

func TestDrawLandmarks(t *testing.T) {
	frame := gradient(t, 320, 240)
	before := append([]byte(nil), must(frame.DataPtrUint8())...)
	o := seenObservation(320, 240)
	for i := range o.Landmarks {
		o.Landmarks[i].X, o.Landmarks[i].Y = 1e12*math.Cos(float64(i)), -1e12
	}
	DrawLandmarks(&frame, &o) // far outside: nothing, and no crash
	if string(must(frame.DataPtrUint8())) != string(before) {
		t.Error("drew landmarks that lie far outside")
	}
	o = seenObservation(320, 240)
	DrawLandmarks(&frame, &o)
	if string(must(frame.DataPtrUint8())) == string(before) {
		t.Error("drew nothing")
	}
	none := gocv.NewMat()
	defer none.Close()
	DrawLandmarks(&none, &o)
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
