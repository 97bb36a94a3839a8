package vision

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	ort "github.com/yalue/onnxruntime_go"
)

// RuntimeEnv names the environment variable that overrides where the ONNX
// Runtime library is looked for.
const RuntimeEnv = "SITWELL_ONNXRUNTIME"

// runtimeHelp is what to do when the library is missing.
const runtimeHelp = "run make setup, or on Debian 13 apt install libonnxruntime1.21, or set " + RuntimeEnv + " to its path (release 1.21 or later)"

// FindRuntime returns the path of the ONNX Runtime library: $SITWELL_ONNXRUNTIME,
// else beside the program, else in ../.cache/onnxruntime seen from it, else
// where the system keeps libraries. When there is none the error wraps
// ErrRuntime, and says where it was looked for and what to do.
func FindRuntime() (string, error) {
	if path := os.Getenv(RuntimeEnv); path != "" {
		if _, err := os.Stat(path); err != nil {
			return "", &kindError{ErrRuntime, fmt.Sprintf("find ONNX Runtime: %s=%q: %v: %s", RuntimeEnv, path, cause(err), runtimeHelp)}
		}
		return path, nil
	}
	var dirs []string
	if exe, err := os.Executable(); err == nil {
		if real, err := filepath.EvalSymlinks(exe); err == nil {
			exe = real
		}
		dir := filepath.Dir(exe)
		dirs = append(dirs, dir, filepath.Join(filepath.Dir(dir), ".cache", "onnxruntime"))
	}
	dirs = append(dirs, systemLibraryDirs()...)
	if path := findLibrary(dirs); path != "" {
		return path, nil
	}
	return "", &kindError{ErrRuntime, fmt.Sprintf("find ONNX Runtime: no %s in %s: %s", libraryNames()[0], strings.Join(dirs, ", "), runtimeHelp)}
}

// findLibrary returns the first library in the first folder that has one.
func findLibrary(dirs []string) string {
	for _, dir := range dirs {
		for _, name := range libraryNames() {
			path := filepath.Join(dir, name)
			if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
				return path
			}
		}
	}
	return ""
}

// libraryNames lists the library's file names, best first. Debian 13 has it as
// libonnxruntime.so.1.21.
func libraryNames() []string {
	if runtime.GOOS == "darwin" {
		return []string{"libonnxruntime.1.dylib", "libonnxruntime.dylib"}
	}
	return []string{"libonnxruntime.so.1", "libonnxruntime.so.1.21", "libonnxruntime.so"}
}

// systemLibraryDirs lists the folders of the dynamic loader, as far as they
// are the same everywhere.
func systemLibraryDirs() []string {
	var dirs []string
	for _, v := range []string{"LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"} {
		for _, dir := range filepath.SplitList(os.Getenv(v)) {
			if dir != "" {
				dirs = append(dirs, dir)
			}
		}
	}
	if runtime.GOOS == "darwin" {
		return append(dirs, "/opt/homebrew/lib", "/usr/local/lib")
	}
	triplet := map[string]string{"amd64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu"}[runtime.GOARCH]
	return append(dirs, "/usr/local/lib", "/usr/lib/"+triplet, "/usr/lib64", "/usr/lib")
}

// runtimeLibrary is the library in use: there is one in a process, and it
// stays.
var runtimeLibrary struct {
	sync.Mutex
	path string
}

// OpenRuntime loads the ONNX Runtime library from path, or finds it if path is
// empty. Later calls change nothing and return the path in use.
func OpenRuntime(path string) (string, error) {
	runtimeLibrary.Lock()
	defer runtimeLibrary.Unlock()
	if runtimeLibrary.path != "" {
		return runtimeLibrary.path, nil
	}
	if path == "" {
		var err error
		if path, err = FindRuntime(); err != nil {
			return "", err
		}
	}
	ort.SetSharedLibraryPath(path)
	if err := ort.InitializeEnvironment(ort.WithLogLevelError()); err != nil {
		return "", &kindError{ErrRuntime, fmt.Sprintf("open ONNX Runtime %q: %v: %s", path, err, runtimeHelp)}
	}
	runtimeLibrary.path = path
	return path, nil
}

// RuntimeVersion is the release of the ONNX Runtime library in use, empty
// before OpenRuntime.
func RuntimeVersion() string {
	runtimeLibrary.Lock()
	defer runtimeLibrary.Unlock()
	if runtimeLibrary.path == "" {
		return ""
	}
	return ort.GetVersion()
}

// cause strips the operation and path from a file error, where the message
// names the path already.
func cause(err error) error {
	var pe *os.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}
