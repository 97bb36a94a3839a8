package vision

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// memoryFile puts data into a file that exists in memory only, and returns a
// path that opens it until release is called.
func memoryFile(name string, data []byte) (path string, release func() error, err error) {
	fd, err := unix.MemfdCreate(name, unix.MFD_CLOEXEC)
	if err != nil {
		return "", nil, fmt.Errorf("make a file in memory: %w", err)
	}
	f := os.NewFile(uintptr(fd), name)
	if _, err := f.Write(data); err != nil {
		return "", nil, errors.Join(fmt.Errorf("fill a file in memory: %w", err), f.Close())
	}
	return fmt.Sprintf("/proc/self/fd/%d", fd), f.Close, nil
}
