package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"

	"sitwell/vision"
)

func TestMain(m *testing.M) {
	if how := os.Getenv(asService); how != "" {
		os.Exit(serve(how))
	}
	// The test binary lies elsewhere than the programs; make setup keeps the
	// library in the repository.
	if os.Getenv(vision.RuntimeEnv) == "" {
		path := filepath.Join(repository(), ".cache", "onnxruntime", "libonnxruntime.so.1")
		if _, err := os.Stat(path); err == nil {
			_ = os.Setenv(vision.RuntimeEnv, path)
		}
	}
	goleak.VerifyTestMain(m)
}

// repository is the folder of go.mod.
func repository() string {
	dir, err := filepath.Abs(".")
	for err == nil && dir != filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		dir = filepath.Dir(dir)
	}
	return "."
}

// dataDir is a labelled data set; the test is skipped where it is not.
func dataDir(t testing.TB, set string) string {
	t.Helper()
	dir := os.Getenv("SITWELL_DATA")
	if dir == "" {
		dir = filepath.Join(repository(), "..", "shared", "data")
	}
	dir = filepath.Join(dir, set)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no data set: set SITWELL_DATA to their folder (%v)", err)
	}
	return dir
}

// needRuntime skips the test where there is no ONNX Runtime.
func needRuntime(t testing.TB) {
	t.Helper()
	if _, err := vision.FindRuntime(); err != nil {
		t.Skipf("no ONNX Runtime library: %v", err)
	}
}

// runLab runs the program and returns what it wrote and its exit code.
func runLab(t testing.TB, args ...string) (out, err string, code int) {
	t.Helper()
	var o, e bytes.Buffer
	l := lab{out: &o, err: &e}
	code = l.run(context.Background(), args)
	return o.String(), e.String(), code
}
