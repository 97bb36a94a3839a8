package vision

import (
	"errors"
	"fmt"

	"gocv.io/x/gocv"

	"sitwell/models"
)

// Report is what the eye finds on this machine, for a check-up.
type Report struct {
	Type    string        `json:"type"`   // "check"
	OpenCV  string        `json:"opencv"` // release
	Runtime RuntimeReport `json:"runtime"`
	Models  []ModelReport `json:"models"`
	Cameras []Camera      `json:"cameras"` // those found, empty if none
	// Camera says why no camera can be used, empty if one can.
	Camera string `json:"camera_error,omitempty"`
	OK     bool   `json:"ok"` // nothing above has an error
}

// RuntimeReport tells of the ONNX Runtime library.
type RuntimeReport struct {
	Path    string `json:"path,omitempty"`
	Version string `json:"version,omitempty"`
	Error   string `json:"error,omitempty"`
}

// ModelReport tells of a model file.
type ModelReport struct {
	Name  models.Name `json:"name"`
	OK    bool        `json:"ok"` // it is the one that the manifest describes, and loads
	Error string      `json:"error,omitempty"`
}

// Check looks at everything the eye needs, without taking a camera from
// anybody. The error is the first thing that keeps the eye from watching, of a
// kind as from OpenSource and NewPose; the report is whole either way.
func Check(dir string) (Report, error) {
	setup()
	r := Report{Type: "check", OpenCV: gocv.OpenCVVersion(), Cameras: []Camera{}}
	var first error
	note := func(err error) string {
		if err == nil {
			return ""
		}
		if first == nil {
			first = err
		}
		return err.Error()
	}

	path, err := OpenRuntime("")
	r.Runtime = RuntimeReport{path, RuntimeVersion(), note(err)}
	for _, name := range models.Names {
		err := checkModel(dir, name, r.Runtime.Error == "")
		r.Models = append(r.Models, ModelReport{name, err == nil, note(err)})
	}
	cameras, err := Cameras()
	if err == nil {
		r.Cameras = append(r.Cameras, cameras...)
		err = usable(cameras)
	}
	r.Camera = note(err)
	r.OK = first == nil
	return r, first
}

// checkModel checks a model's sum, and, when there is a runtime, loads it.
func checkModel(dir string, name models.Name, load bool) error {
	if load {
		s, err := newSession(dir, name)
		if err != nil {
			return err
		}
		return s.close()
	}
	var err error
	if dir == "" {
		_, err = models.Load(name)
	} else {
		_, err = models.LoadDir(dir, name)
	}
	return err
}

// usable returns nil if one of the cameras can be opened.
func usable(cameras []Camera) error {
	var errs []error
	for _, c := range cameras {
		switch {
		case c.Error != "":
			errs = append(errs, &kindError{ErrNoCamera, c.Error})
		case c.Busy:
			errs = append(errs, busyError(c.Path))
		default:
			return nil
		}
	}
	if len(errs) == 0 {
		return &kindError{ErrNoCamera, "find a camera: none: plug one in"}
	}
	return errors.Join(errs...)
}

// Probe opens a source, takes a frame from it and returns the line that
// describes it.
func Probe(name string) (SourceLine, error) {
	src, err := OpenSource(name)
	if err != nil {
		return SourceLine{}, err
	}
	e := Eye{info: src.Info()}
	mat := gocv.NewMat()
	defer mat.Close()
	if v, ok := src.(*video); ok {
		err = v.firstFrame(firstFramePatience)
	} else if err = src.Grab(); err == nil {
		err = src.Retrieve(&mat)
	}
	if err = errors.Join(err, src.Close()); err != nil {
		return SourceLine{}, fmt.Errorf("probe: %w", err)
	}
	line := e.line(Live)
	line.Type = "source"
	return line, nil
}
