package vision

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFindRuntimeByEnvironment(t *testing.T) {
	dir := t.TempDir()
	t.Setenv(RuntimeEnv, filepath.Join(dir, "none.so"))
	if _, err := FindRuntime(); !errors.Is(err, ErrRuntime) || !strings.Contains(err.Error(), "none.so") {
		t.Errorf("got %v of a missing library", err)
	}
	path := filepath.Join(dir, "some.so")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv(RuntimeEnv, path)
	if got, err := FindRuntime(); err != nil || got != path {
		t.Errorf("got %q, %v, want %q", got, err, path)
	}
}

func TestFindLibrary(t *testing.T) {
	empty, odd, debian, both := t.TempDir(), t.TempDir(), t.TempDir(), t.TempDir()
	names := libraryNames()
	first, last := names[0], names[len(names)-1]
	if err := os.Mkdir(filepath.Join(odd, first), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(debian, last), filepath.Join(both, first), filepath.Join(both, last)} {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name string
		dirs []string
		want string
	}{
		{"none", []string{empty}, ""},
		{"missing folder", []string{filepath.Join(empty, "x"), debian}, filepath.Join(debian, last)},
		{"a folder of that name", []string{odd}, ""},
		{"the first folder", []string{empty, debian, both}, filepath.Join(debian, last)},
		{"the best name", []string{both}, filepath.Join(both, first)},
	} {
		if got := findLibrary(c.dirs); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestModelErrors(t *testing.T) {
	if _, err := FindRuntime(); err != nil {
		t.Skip(err)
	}
	if _, err := NewPose(PoseOptions{Dir: t.TempDir()}); err == nil {
		t.Error("got no error of a folder without models")
	}
	if _, err := NewPose(PoseOptions{Landmarks: "heavy"}); err == nil {
		t.Error("got no error of a model that isn't there")
	}
}
