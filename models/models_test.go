package models

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestLoad(t *testing.T) {
	for _, name := range Names {
		t.Run(string(name), func(t *testing.T) {
			data, err := Load(name)
			if err != nil {
				t.Fatal(err)
			}
			model, err := Describe(name)
			if err != nil {
				t.Fatal(err)
			}
			if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != model.SHA256 {
				t.Errorf("SHA-256 %x, want %s", sum, model.SHA256)
			}
		})
	}
}

func TestLoadRefusesWhatIsNotInTheManifest(t *testing.T) {
	whole := embedded
	t.Cleanup(func() { embedded = whole })
	embedded = maps.Clone(whole)
	embedded[Detector] = bytes.Clone(whole[Detector])
	embedded[Detector][12345] ^= 1

	_, err := Load(Detector)
	wantError(t, err, Detector, "pose_detector.onnx", ErrAltered, "build it again")
}

func TestUnknownName(t *testing.T) {
	for _, load := range []func(Name) ([]byte, error){
		Load,
		func(name Name) ([]byte, error) { return LoadDir(".", name) },
	} {
		data, err := load("heavy")
		if err == nil || !strings.Contains(err.Error(), `model "heavy": unknown`) || data != nil {
			t.Errorf("got %d bytes and error %v, want that the model is unknown", len(data), err)
		}
	}
}

func TestLoadDir(t *testing.T) {
	// The committed files, as make models leaves them.
	for _, name := range Names {
		got, err := LoadDir(".", name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		want, err := Load(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s: the folder's bytes are not the program's", name)
		}
	}
}

func TestLoadDirFaults(t *testing.T) {
	whole := embedded[LandmarkLite]
	const file = "pose_landmark_lite.onnx"
	write := func(data []byte) func(t *testing.T, path string) {
		return func(t *testing.T, path string) {
			if err := os.WriteFile(path, data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	flipped := func(at int, bit byte) []byte {
		data := bytes.Clone(whole)
		data[at] ^= bit
		return data
	}

	tests := []struct {
		name string
		put  func(t *testing.T, path string)
		is   error  // in the error's chain
		says string // in its text
	}{
		{"missing", func(*testing.T, string) {}, fs.ErrNotExist, "no such file"},
		{"empty", write(nil), ErrAltered, "0 of its 2686149 bytes"},
		{"cut short", write(whole[:len(whole)/2]), ErrAltered, "1343074 of its 2686149 bytes"},
		{"last byte missing", write(whole[:len(whole)-1]), ErrAltered, "2686148 of its 2686149 bytes"},
		{"one byte more", write(append(bytes.Clone(whole), 0)), ErrAltered, "more than its 2686149 bytes"},
		{"first bit flipped", write(flipped(0, 1)), ErrAltered, "SHA-256"},
		{"middle bit flipped", write(flipped(len(whole)/2, 0x10)), ErrAltered, "SHA-256"},
		{"last bit flipped", write(flipped(len(whole)-1, 0x80)), ErrAltered, "SHA-256"},
		{"another model", write(embedded[LandmarkFull]), ErrAltered, "more than"},
		{"a folder in its place", func(t *testing.T, path string) {
			if err := os.Mkdir(path, 0o755); err != nil {
				t.Fatal(err)
			}
		}, nil, "not a regular file"},
		{"a pipe in its place", func(t *testing.T, path string) {
			if err := syscall.Mkfifo(path, 0o644); err != nil {
				t.Skip("can't make a pipe:", err)
			}
		}, nil, "not a regular file"},
		{"not allowed to read", func(t *testing.T, path string) {
			if os.Geteuid() == 0 {
				t.Skip("root may read everything")
			}
			write(whole)(t, path)
			if err := os.Chmod(path, 0); err != nil {
				t.Fatal(err)
			}
		}, fs.ErrPermission, "permission denied"},
		{"the folder is a file", func(t *testing.T, path string) {
			dir := filepath.Dir(path)
			if err := os.Remove(dir); err != nil {
				t.Fatal(err)
			}
			write(whole)(t, dir)
		}, syscall.ENOTDIR, "not a directory"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "models")
			if err := os.Mkdir(dir, 0o755); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, file)
			tt.put(t, path)
			data, err := LoadDir(dir, LandmarkLite)
			if data != nil {
				t.Errorf("got %d bytes, want none", len(data))
			}
			wantError(t, err, LandmarkLite, path, tt.is, tt.says)
			if err != nil && !strings.HasSuffix(err.Error(), "restore it or run make models") {
				t.Errorf("error %q does not say what to do", err)
			}
		})
	}
}

// wantError checks that err is an *Error of name and path, with is in its
// chain, and that its text has the path and says.
func wantError(t *testing.T, err error, name Name, path string, is error, says string) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("error %v, want an *Error", err)
	}
	if e.Name != name || e.Path != path {
		t.Errorf("error of model %s at %s, want %s at %s", e.Name, e.Path, name, path)
	}
	if is != nil && !errors.Is(err, is) {
		t.Errorf("error %v, want %v in its chain", err, is)
	}
	if text := err.Error(); !strings.Contains(text, path) || !strings.Contains(text, says) {
		t.Errorf("error %q, want it to name %q and say %q", text, path, says)
	}
}

func TestManifest(t *testing.T) {
	m, err := ReadManifest()
	if err != nil {
		t.Fatal(err)
	}
	if m.Source.Package != "@mediapipe/pose" || m.Source.Version != "0.5.1675469404" || m.Source.Licence != "Apache-2.0" {
		t.Errorf("source %+v", m.Source)
	}
	var names []Name
	for _, model := range m.Models {
		names = append(names, model.Name)
	}
	if len(names) != len(Names) {
		t.Fatalf("models %q, want %q", names, Names)
	}
	for i, want := range Names {
		if names[i] != want {
			t.Errorf("model %d is %q, want %q", i, names[i], want)
		}
	}

	shapes := map[Name]map[string]int{
		Detector:     {"image": 3 * 224 * 224, "boxes": 2254 * 12, "scores": 2254},
		LandmarkLite: {"image": 3 * 256 * 256, "landmarks": 39 * 5, "pose_flag": 1, "world": 39 * 3},
		LandmarkFull: {"image": 3 * 256 * 256, "landmarks": 39 * 5, "pose_flag": 1, "world": 39 * 3},
		Face:         {"image": 3 * 192 * 192, "mesh": 468 * 3, "face_flag": 1},
	}
	for _, model := range m.Models {
		got := map[string]int{}
		for _, tensor := range append(append([]Tensor(nil), model.Inputs...), model.Outputs...) {
			got[tensor.Name] = tensor.Len()
			if tensor.Unit == "" {
				t.Errorf("%s: %s has no unit", model.Name, tensor.Name)
			}
		}
		if !maps.Equal(got, shapes[model.Name]) {
			t.Errorf("%s: tensors %v, want %v", model.Name, got, shapes[model.Name])
		}
	}
}

func TestParseManifestRefuses(t *testing.T) {
	change := func(old, with string) string {
		t.Helper()
		if !bytes.Contains(manifestJSON, []byte(old)) {
			t.Fatalf("the manifest has no %q", old)
		}
		return strings.Replace(string(manifestJSON), old, with, 1)
	}
	for _, tt := range []struct{ name, manifest, says string }{
		{"nothing", "", "EOF"},
		{"not JSON", "detector", "invalid character"},
		{"cut short", string(manifestJSON[:len(manifestJSON)/2]), "unexpected EOF"},
		{"more after it", string(manifestJSON) + "{}", "more than one value"},
		{"another format", change("sitwell-models/1", "sitwell-models/2"), `format "sitwell-models/2"`},
		{"unknown key", change(`"author"`, `"auther"`), "auther"},
		{"a name twice", change(`"name": "landmark-lite"`, `"name": "detector"`), "named twice"},
		{"a path as file", change(`"file": "pose_detector.onnx"`, `"file": "../pose_detector.onnx"`), "not a base name"},
		{"no sum", change(`"sha256": "ae95cbda`, `"sha256": "zz95cbda`), "not a SHA-256"},
		{"no size", change(`"bytes": 5954031`, `"bytes": 0`), "size 0"},
		{"no shape", change("[1, 3, 224, 224]", "[]"), "no shape"},
		{"a shape beyond all measure", change("[1, 3, 224, 224]", "[4294967296, 4294967296]"), "has shape"},
		{"an empty shape", change("[1, 3, 224, 224]", "[1, 3, 0, 224]"), "has shape"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := parseManifest([]byte(tt.manifest))
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("error %v, want one that says %q", err, tt.says)
			}
		})
	}
}

func FuzzParseManifest(f *testing.F) {
	f.Add(manifestJSON)
	f.Add([]byte(`{"format":"sitwell-models/1","models":[]}`))
	f.Add([]byte(`{"format":"sitwell-models/1","models":[{"name":"x","file":"x.onnx","bytes":1,` +
		`"sha256":"` + strings.Repeat("0", 64) + `","source":{"sha256":"` + strings.Repeat("0", 64) + `"},` +
		`"inputs":[{"name":"i","shape":[1,3]}],"outputs":[{"name":"o","shape":[9]}]}]}`))
	f.Add([]byte(`{"format":"sitwell-models/1","models":[{"name":"x","file":".","bytes":-1}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := parseManifest(data)
		if err != nil {
			return
		}
		for _, model := range m.Models {
			if filepath.Base(model.File) != model.File || model.Bytes <= 0 || len(model.SHA256) != 64 {
				t.Errorf("accepted %+v", model)
			}
			for _, tensor := range model.Inputs {
				if tensor.Len() <= 0 {
					t.Errorf("accepted %s of %d values", tensor.Name, tensor.Len())
				}
			}
		}
	})
}
