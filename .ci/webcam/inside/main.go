// Command inside tries Sitwell's programs against real video devices. It runs
// in the virtual machine that run.sh starts, as root, to load and unplug
// cameras; the programs run as an ordinary user of the group "video". Each
// result is a line, PASS or FAIL, and the last line is the sum.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// The limits bound a hang, they are no figures of speed. They are in the
// machine's time, which an emulated processor's instructions count.
const (
	startLimit  = 60 * time.Second // for a program to start and its model to load
	changeLimit = 30 * time.Second // for a change of the camera to be told
	endLimit    = 5 * time.Second  // for everything to end after SIGTERM
)

// The devices, each at an index of its own so that none takes another's place.
const (
	asleep = "/dev/video1" // v4l2loopback that nobody feeds
	desk   = "/dev/video2" // v4l2loopback fed with YUYV
	jpeg   = "/dev/video4" // v4l2loopback fed with MJPG
	vivid  = "/dev/video6" // the kernel's test camera
	moved  = "/dev/video8" // the same, plugged in again elsewhere
)

func main() {
	t := &trial{drive: os.Args[1], began: time.Now()}
	if err := t.run(); err != nil {
		t.report("the machine serves", err)
	}
	t.endAll()
	fmt.Printf("%d passed, %d failed\n", t.passed, t.failed)
	if t.failed > 0 {
		os.Exit(1)
	}
}

// run plugs the cameras in, one kind after the other, and tries each thing a
// camera may do. The error is of the machine itself, not of Sitwell.
func (t *trial) run() error {
	t.noCamera()
	if err := t.load("v4l2loopback", "devices=3", "video_nr=1,2,4", "card_label=asleep,desk,jpeg",
		"exclusive_caps=1,1,1", "max_buffers=4"); err != nil {
		return err
	}
	t.loopback()
	if err := t.unload("v4l2loopback"); err != nil {
		return err
	}
	if err := t.plug(vivid); err != nil {
		return err
	}
	t.testCamera()
	return nil
}

func (t *trial) noCamera() {
	t.check("without a camera the eye ends with code 4", startLimit, func(ctx context.Context) error {
		eye := t.eye("--source", "auto")
		return eye.ends(ctx, 4)
	})
}

// loopback is a camera that shows a person.
func (t *trial) loopback() {
	feed := t.feed(desk, "-pix_fmt", "yuyv422")
	var eye *program
	t.check("auto passes over the camera that gives no picture, and says the other's format", startLimit, func(ctx context.Context) error {
		eye = t.eye("--source", "auto")
		source, err := eye.source(ctx, "live")
		if err != nil {
			return err
		}
		t.note("%s", source.raw)
		return source.is("desk", desk, "YUYV")
	})
	t.check("a person is judged", startLimit, func(ctx context.Context) error {
		return t.judged(ctx, eye)
	})
	t.check("told to stop, the eye ends with code 0", changeLimit, func(ctx context.Context) error {
		if err := eye.tell(`{"cmd":"stop"}`); err != nil {
			return err
		}
		return eye.ends(ctx, 0)
	})

	service := t.serve("auto")
	t.check("the service finds the camera and judges", startLimit, func(ctx context.Context) error {
		live, err := service.judges(ctx)
		if err != nil {
			return err
		}
		t.note("%s, %s, %s %dx%d, %d in the picture, state %s", live.Source.Card, live.Source.Name, live.Source.FourCC,
			live.Source.Width, live.Source.Height, live.People, live.State)
		if live.Source.Demo || live.Source.Card != "desk" {
			return fmt.Errorf("source is %+v, want the camera %q and no demo", live.Source, "desk")
		}
		return nil
	})
	t.check("doctor names the camera", startLimit, func(ctx context.Context) error {
		doctor := t.start("doctor", "sitwell", "doctor", "--data", t.folder("doctor"))
		_ = doctor.wait(ctx)
		if said := doctor.output(); !strings.Contains(said, "desk") || !strings.Contains(said, desk) {
			return fmt.Errorf("doctor names neither %q nor %q:\n%s", "desk", desk, said)
		}
		return nil
	})
	t.check("a camera that falls silent is said to", changeLimit, func(ctx context.Context) error {
		_ = feed.signal(syscall.SIGSTOP)
		live, err := service.live(ctx, "stalled", "lost")
		t.note("%s: %s", live.Source.Status, live.Source.Message)
		return err
	})
	t.check("when it gives frames again it is live again", startLimit, func(ctx context.Context) error {
		_ = feed.signal(syscall.SIGCONT)
		_, err := service.judges(ctx)
		return err
	})
	t.check("SIGTERM while the camera is silent ends all within 5 s", endLimit+changeLimit, func(ctx context.Context) error {
		_ = feed.signal(syscall.SIGSTOP)
		time.Sleep(3 * time.Second)
		return service.terminates(ctx)
	})
	feed.kill()

	feed = t.feed(jpeg, "-c", "copy")
	t.check("a camera that gives JPEG is read as MJPG, and a person judged", startLimit, func(ctx context.Context) error {
		eye = t.eye("--source", jpeg)
		source, err := eye.source(ctx, "live")
		if err != nil {
			return err
		}
		t.note("%s", source.raw)
		if err := source.is("jpeg", jpeg, "MJPG"); err != nil {
			return err
		}
		return t.judged(ctx, eye)
	})
	eye.kill()
	feed.kill()
}

// testCamera is a camera that can be held, unplugged and made to fail.
func (t *trial) testCamera() {
	hold := func(ctx context.Context) (*program, error) {
		holder := t.start("holder", "v4l2-ctl", "-d", vivid, "--set-fmt-video=width=640,height=480", "--stream-mmap", "--stream-count=0")
		_, err := holder.await(ctx, "frames", func(line string) bool { return strings.Contains(line, "<") })
		return holder, err
	}
	var holder *program
	t.check("a camera that another program holds: the eye ends with code 5 and says so", startLimit, func(ctx context.Context) error {
		var err error
		if holder, err = hold(ctx); err != nil {
			return err
		}
		eye := t.eye("--source", vivid)
		if err := eye.ends(ctx, 5); err != nil {
			return err
		}
		said := strings.TrimSpace(eye.errors())
		t.note("%s", said)
		if !strings.Contains(said, vivid) {
			return fmt.Errorf("the message does not name %s: %q", vivid, said)
		}
		return nil
	})
	service := t.serve("auto")
	t.check("the service says that it is busy", startLimit, func(ctx context.Context) error {
		live, err := service.live(ctx, "busy")
		if err == nil {
			t.note("%s", live.Source.Message)
		}
		return err
	})
	t.check("freed, the camera is taken", startLimit, func(ctx context.Context) error {
		holder.kill()
		_, err := service.live(ctx, "live")
		return err
	})
	for _, fault := range []struct{ name, control string }{
		{"a frame marked as damaged", "inject_v4l2_buf_flag_error=1"},
		{"half of the frames dropped", "percentage_of_dropped_buffers=50"},
		{"a failing VIDIOC_QBUF", "inject_vidioc_qbuf_error=1"},
		{"a fatal error of the stream", "inject_fatal_streaming_error=1"},
	} {
		t.check("survived: "+fault.name, startLimit, func(ctx context.Context) error {
			if err := t.command("v4l2-ctl", "-d", vivid, "-c", fault.control); err != nil {
				return err
			}
			return service.goesOn(ctx)
		})
	}
	t.command("v4l2-ctl", "-d", vivid, "-c", "percentage_of_dropped_buffers=0")

	before, err := service.cameraEvents()
	t.check("the service tells its events", startLimit, func(context.Context) error { return err })
	t.check("unplugged, the camera is said to be lost", changeLimit, func(ctx context.Context) error {
		if err := t.command("v4l2-ctl", "-d", vivid, "-c", "disconnect=1"); err != nil {
			return err
		}
		_, err := service.live(ctx, "lost", "no_camera")
		return err
	})
	t.check("plugged in again at another index, it is live again", startLimit+changeLimit, func(ctx context.Context) error {
		if err := t.unload("vivid"); err != nil {
			return err
		}
		if err := t.plug(moved); err != nil {
			return err
		}
		live, err := service.live(ctx, "live")
		if err != nil {
			return err
		}
		if live.Source.Name != moved {
			return fmt.Errorf("source is %q, want %q", live.Source.Name, moved)
		}
		return nil
	})
	t.check("that made one lost and one back event", changeLimit, func(ctx context.Context) error {
		if err := service.goesOn(ctx); err != nil {
			return err
		}
		after, err := service.cameraEvents()
		if err != nil {
			return err
		}
		added := strings.Join(after[min(len(before), len(after)):], " ")
		if want := "camera_lost camera_back"; added != want {
			return fmt.Errorf("events added are %q, want %q", added, want)
		}
		return nil
	})
	t.check("it was the same service all the while", changeLimit, func(context.Context) error {
		if service.ended() {
			return errors.New("it had ended")
		}
		return nil
	})
	t.check("SIGTERM ends all within 5 s, and no process is left", endLimit+changeLimit, func(ctx context.Context) error {
		return service.terminates(ctx)
	})
}

// judged waits for an observation of a person, and looks whether the landmarks
// lie in the picture.
func (t *trial) judged(ctx context.Context, eye *program) error {
	var seen struct {
		Type      string       `json:"type"`
		Width     float64      `json:"width"`
		Height    float64      `json:"height"`
		Nothing   string       `json:"nothing"`
		PoseFlag  float64      `json:"pose_flag"`
		Landmarks [][5]float64 `json:"landmarks"`
	}
	line, err := eye.await(ctx, "an observation of a person", func(line string) bool {
		seen.Landmarks, seen.PoseFlag, seen.Nothing = nil, 0, ""
		return json.Unmarshal([]byte(line), &seen) == nil && seen.Type == "observation" && seen.PoseFlag > 0.5
	})
	if err != nil {
		return err
	}
	if seen.Nothing != "" || len(seen.Landmarks) != 33 || seen.Width != 640 || seen.Height != 480 {
		return fmt.Errorf("not a person seen in 640x480: %s", line)
	}
	nose, left, right := seen.Landmarks[0], seen.Landmarks[11], seen.Landmarks[12]
	t.note("pose flag %.3f, nose at %.0f, %.0f, shoulders %.0f pixels apart", seen.PoseFlag, nose[0], nose[1], left[0]-right[0])
	if nose[0] < 0 || nose[0] > seen.Width || nose[1] < 0 || nose[1] > left[1] || left[0] <= right[0] {
		return fmt.Errorf("the landmarks do not sit on a person who faces the camera: nose %v, shoulders %v and %v", nose, left, right)
	}
	return nil
}

// feed plays the clip into a loopback camera, over and over, at its own speed.
func (t *trial) feed(device string, format ...string) *program {
	args := append([]string{
		"-nostdin", "-loglevel", "error", "-re", "-stream_loop", "-1",
		"-i", filepath.Join(t.drive, "demo.avi"),
	}, format...)
	return t.start("feed", "ffmpeg", append(args, "-f", "v4l2", device)...)
}

// plug loads the test camera at the index of device.
func (t *trial) plug(device string) error {
	return t.load("vivid", "n_devs=1", "node_types=0x1", "num_inputs=1", "input_types=0",
		"vid_cap_nr="+strings.TrimPrefix(device, "/dev/video"))
}

func (t *trial) load(module string, options ...string) error {
	if err := t.command("modprobe", append([]string{module}, options...)...); err != nil {
		return err
	}
	return t.command("udevadm", "settle", "--timeout=20")
}

// unload retries until the last program has let go of the module's cameras.
func (t *trial) unload(module string) error {
	var err error
	for range 40 {
		if err = t.command("modprobe", "-r", module); err == nil {
			return nil
		}
		time.Sleep(500 * time.Millisecond)
	}
	return err
}
