package vision

import (
	"os"
	"path/filepath"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	// The test binary lies elsewhere than the programs, so FindRuntime looks
	// in the wrong places; make setup keeps the library in the repository.
	if os.Getenv(RuntimeEnv) == "" {
		if path := findLibrary([]string{filepath.Join(repository(), ".cache", "onnxruntime")}); path != "" {
			_ = os.Setenv(RuntimeEnv, path)
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

// dataDir is the folder of labelled pictures and clips; the test is skipped
// where there is none.
func dataDir(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("SITWELL_DATA")
	if dir == "" {
		dir = filepath.Join(repository(), "..", "shared", "data")
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no data set: set SITWELL_DATA to its folder (%v)", err)
	}
	return dir
}

// newTestPose loads the real models; the test is skipped without the runtime.
func newTestPose(t testing.TB, o PoseOptions) *Pose {
	t.Helper()
	if _, err := FindRuntime(); err != nil {
		t.Skipf("no ONNX Runtime library: %v", err)
	}
	p, err := NewPose(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}
