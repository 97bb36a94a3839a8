package sqlite

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// lock keeps a second instance off the same database. It is a flock on a file
// of its own, because the database's own locks are SQLite's, and it stays when
// the database is replaced. The file is left behind when the lock is freed:
// removing it could take the lock away from whoever is just getting it.
type lock struct{ file *os.File }

// lockedError says that another process holds the lock.
type lockedError struct{ pid int }

func (e *lockedError) Error() string { return "held by process " + strconv.Itoa(e.pid) }

// lockPatience is how long a lock that is held is asked for again: [Holder]
// takes it for a moment only.
const lockPatience = 50 * time.Millisecond

// acquire takes the lock at path or returns a *lockedError.
func acquire(path string) (*lock, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	for deadline := time.Now().Add(lockPatience); ; {
		err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if errors.Is(err, unix.EWOULDBLOCK) && time.Now().Before(deadline) {
			time.Sleep(time.Millisecond)
			continue
		}
		if !errors.Is(err, unix.EINTR) {
			break
		}
	}
	if errors.Is(err, unix.EWOULDBLOCK) {
		held := &lockedError{pid: readPID(f)}
		return nil, errors.Join(held, f.Close())
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock %q: %w", path, err), f.Close())
	}
	// The pid is only for the message of the next one; a full disk, on which
	// it can't be written, is no reason to refuse.
	if f.Truncate(0) == nil {
		_, _ = f.WriteAt(fmt.Appendf(nil, "%d\n", os.Getpid()), 0)
	}
	return &lock{f}, nil
}

// readPID returns the pid in a lock file, 0 when there is none.
func readPID(f *os.File) int {
	b, err := io.ReadAll(io.LimitReader(f, 32))
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil || pid < 0 {
		return 0
	}
	return pid
}

// release frees the lock, also for a child process that was just being
// started and shares the descriptor.
func (l *lock) release() error {
	err := unix.Flock(int(l.file.Fd()), unix.LOCK_UN)
	return errors.Join(err, l.file.Close())
}
