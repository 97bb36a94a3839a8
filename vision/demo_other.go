//go:build !linux

package vision

import (
	"errors"
	"fmt"
	"os"
)

// memoryFile puts data into a temporary file that release removes. Only Linux
// has files in memory.
func memoryFile(name string, data []byte) (path string, release func() error, err error) {
	f, err := os.CreateTemp("", name+"-*.mp4")
	if err != nil {
		return "", nil, fmt.Errorf("make a temporary file: %w", err)
	}
	release = func() error { return os.Remove(f.Name()) }
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err != nil {
		return "", nil, errors.Join(fmt.Errorf("fill a temporary file: %w", err), release())
	}
	return f.Name(), release, nil
}
