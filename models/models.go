// Package models holds the pose model and the face model: four ONNX files,
// converted from the weights of the npm packages @mediapipe/pose and
// @mediapipe/face_mesh (Apache-2.0, Google), and a manifest that says where each came from, what goes in and what comes
// out. The files are part of the program; none of their bytes is handed out
// before its SHA-256 has been compared with the manifest.
//
// README.md in this folder tells how the files are made again.
package models

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // the files below
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// Name names one of the four models.
type Name string

const (
	// Detector finds people: boxes and four key points each in a 224x224 picture.
	Detector Name = "detector"
	// LandmarkLite finds the landmarks of the person in a 256x256 crop, at
	// about half the cost of LandmarkFull. Its depth is of little use for
	// telling slouched from upright.
	LandmarkLite Name = "landmark-lite"
	// LandmarkFull finds the landmarks of the person in a 256x256 crop.
	LandmarkFull Name = "landmark-full"
	// Face finds 468 points of the face in a 192x192 crop. They follow the
	// face some ten times as closely as the landmark models' points do.
	Face Name = "face"
)

// Names lists every model, in the manifest's order.
var Names = []Name{Detector, LandmarkLite, LandmarkFull, Face}

// Manifest describes the models and where they came from.
type Manifest struct {
	Format string  `json:"format"` // "sitwell-models/1"
	Source Source  `json:"source"`
	Models []Model `json:"models"`
}

// Source is the package that the weights were taken from.
type Source struct {
	Package  string `json:"package"`
	Version  string `json:"version"`
	Registry string `json:"registry"`
	Licence  string `json:"licence"` // SPDX
	Author   string `json:"author"`
}

// Model is one ONNX file.
type Model struct {
	Name    Name     `json:"name"`
	File    string   `json:"file"`   // base name of the ONNX file
	Bytes   int64    `json:"bytes"`  // its size
	SHA256  string   `json:"sha256"` // its sum, in lower-case hexadecimal
	Source  File     `json:"source"` // the .tflite it was converted from
	Inputs  []Tensor `json:"inputs"`
	Outputs []Tensor `json:"outputs"`
}

// File is a file of a source package.
type File struct {
	// Package and Version are empty for the manifest's own.
	Package string `json:"package,omitempty"`
	Version string `json:"version,omitempty"`
	File    string `json:"file"`
	Bytes   int64  `json:"bytes"`
	SHA256  string `json:"sha256"`
	Offset  int64  `json:"offset,omitempty"` // where the .tflite begins in the file
}

// Tensor is an input or output of a model: 32 bit floats in row-major order.
type Tensor struct {
	Name   string  `json:"name"`
	TFLite string  `json:"tflite,omitempty"` // name in the source file, outputs only
	Shape  []int64 `json:"shape"`            // batch first; pictures are batch, channel, row, column
	Unit   string  `json:"unit"`             // what the numbers mean, in words
}

// Len is the number of values in the tensor.
func (t Tensor) Len() int {
	n := int64(1)
	for _, d := range t.Shape {
		n *= d
	}
	return int(n)
}

// Error says why a model was refused. Whatever the reason, the file named by
// Path is not the one that the manifest describes, and only the person who
// put it there can help: a program should stop and say so.
type Error struct {
	Name Name   // the model asked for
	Path string // the file looked at; for the one in the program, its base name
	Err  error  // ErrAltered, or why the file could not be read
}

func (e *Error) Error() string {
	return fmt.Sprintf("model %s: %q %v", e.Name, e.Path, e.Err)
}

// Unwrap gives access to ErrAltered, fs.ErrNotExist and the like.
func (e *Error) Unwrap() error { return e.Err }

// ErrAltered is in an Error's chain when a file was there and read, but its
// bytes are not the manifest's.
var ErrAltered = errors.New("does not match the manifest")

var (
	//go:embed manifest.json
	manifestJSON []byte
	//go:embed pose_detector.onnx
	detectorONNX []byte
	//go:embed pose_landmark_lite.onnx
	landmarkLiteONNX []byte
	//go:embed pose_landmark_full.onnx
	landmarkFullONNX []byte
	//go:embed face_landmark.onnx
	faceONNX []byte

	embedded = map[Name][]byte{
		Detector:     detectorONNX,
		LandmarkLite: landmarkLiteONNX,
		LandmarkFull: landmarkFullONNX,
		Face:         faceONNX,
	}
	manifest = sync.OnceValues(func() (Manifest, error) { return parseManifest(manifestJSON) })
)

// ReadManifest returns the manifest of the models in the program.
func ReadManifest() (Manifest, error) { return manifest() }

// Describe returns the manifest's entry for a model.
func Describe(name Name) (Model, error) {
	m, err := manifest()
	if err != nil {
		return Model{}, err
	}
	for _, model := range m.Models {
		if model.Name == name {
			return model, nil
		}
	}
	return Model{}, fmt.Errorf("model %q: unknown; the models are %q", name, Names)
}

// Load returns the ONNX bytes of a model that is part of the program. They
// are shared: don't write to them. An *Error tells of a damaged program.
func Load(name Name) ([]byte, error) {
	model, err := Describe(name)
	if err != nil {
		return nil, err
	}
	data := embedded[name]
	if err := model.check(data); err != nil {
		return nil, &Error{name, model.File, fmt.Errorf("in this program %w: build it again", err)}
	}
	return data, nil
}

// LoadDir returns the ONNX bytes of a model from a folder that holds the
// files under the names of the manifest. A missing, unreadable or altered
// file gives an *Error.
func LoadDir(dir string, name Name) ([]byte, error) {
	model, err := Describe(name)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, model.File)
	data, err := model.read(path)
	if err != nil {
		return nil, &Error{name, path, err}
	}
	return data, nil
}

// read reads the file at path and checks it. It never reads more than one
// byte past the size it expects, nor waits on a pipe.
func (m Model) read(path string) ([]byte, error) {
	const help = "restore it or run make models"
	data, err := readRegular(path, m.Bytes+1)
	if err != nil {
		var pathError *fs.PathError
		if errors.As(err, &pathError) {
			err = pathError.Err // the path is in Error already
		}
		return nil, fmt.Errorf("can't be read: %w: %s", err, help)
	}
	if err := m.check(data); err != nil {
		return nil, fmt.Errorf("%w: %s", err, help)
	}
	return data, nil
}

func readRegular(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a regular file")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, limit))
}

// check compares data with the manifest.
func (m Model) check(data []byte) error {
	switch n := int64(len(data)); {
	case n > m.Bytes:
		return fmt.Errorf("%w (more than its %d bytes)", ErrAltered, m.Bytes)
	case n < m.Bytes:
		return fmt.Errorf("%w (%d of its %d bytes)", ErrAltered, n, m.Bytes)
	}
	sum := sha256.Sum256(data)
	if got := hex.EncodeToString(sum[:]); got != m.SHA256 {
		return fmt.Errorf("%w (SHA-256 %s, want %s)", ErrAltered, got, m.SHA256)
	}
	return nil
}

// parseManifest reads a manifest and refuses one that could not be checked
// against: unknown keys, a name twice, a sum that is none, an empty shape.
func parseManifest(data []byte) (Manifest, error) {
	var m Manifest
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&m); err != nil {
		return Manifest{}, fmt.Errorf("read model manifest: %w", err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return Manifest{}, errors.New("read model manifest: more than one value in it")
	}
	if m.Format != "sitwell-models/1" {
		return Manifest{}, fmt.Errorf("read model manifest: format %q, want \"sitwell-models/1\"", m.Format)
	}
	seen := map[Name]bool{}
	for _, model := range m.Models {
		if err := model.validate(); err != nil {
			return Manifest{}, fmt.Errorf("read model manifest: model %q: %w", model.Name, err)
		}
		if seen[model.Name] {
			return Manifest{}, fmt.Errorf("read model manifest: model %q: named twice", model.Name)
		}
		seen[model.Name] = true
	}
	return m, nil
}

func (m Model) validate() error {
	if m.File == "" || m.File != filepath.Base(m.File) {
		return fmt.Errorf("file %q is not a base name", m.File)
	}
	for _, sum := range []string{m.SHA256, m.Source.SHA256} {
		if raw, err := hex.DecodeString(sum); err != nil || len(raw) != sha256.Size {
			return fmt.Errorf("%q is not a SHA-256", sum)
		}
	}
	if m.Bytes <= 0 {
		return fmt.Errorf("size %d", m.Bytes)
	}
	if len(m.Inputs) == 0 || len(m.Outputs) == 0 {
		return errors.New("no inputs or no outputs")
	}
	for _, t := range append(append([]Tensor(nil), m.Inputs...), m.Outputs...) {
		if t.Name == "" || len(t.Shape) == 0 {
			return fmt.Errorf("tensor %q has no name or no shape", t.Name)
		}
		const most = 1 << 28 // values, 1 GiB of them
		n := int64(1)
		for _, d := range t.Shape {
			if d <= 0 || d > most/n {
				return fmt.Errorf("tensor %q has shape %v", t.Name, t.Shape)
			}
			n *= d
		}
	}
	return nil
}
