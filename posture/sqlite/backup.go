package sqlite

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Backup writes a copy of the whole database to a file and returns when it is on
// disk. The database may be in use: the copy is of one moment, and nobody waits for
// it. A file that is there is replaced once the copy is whole; after an error it is
// as it was. The database's own files are refused with an error of [ErrInvalid].
func (s *Store) Backup(ctx context.Context, to string) error {
	to, err := filepath.Abs(to)
	if err != nil {
		return fmt.Errorf("back up database %q: %w", s.path, err)
	}
	if info, err := os.Stat(to); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("back up database %q: %w: %q is not a file", s.path, ErrInvalid, to)
	}
	for _, own := range []string{"", "-wal", "-shm", ".lock", ".new"} {
		if same(s.path+own, to) {
			return fmt.Errorf("back up database %q: %w: %q is a file of its own", s.path, ErrInvalid, to)
		}
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return fmt.Errorf("back up database %q: %w", s.path, ErrClosed)
	}
	// The folder is the person's: a name that nobody else has.
	temp := filepath.Join(filepath.Dir(to), "."+filepath.Base(to)+"."+rand.Text())
	seam := seams{at: func(string) {}}
	if err := replaceBy(to, temp, copyingTo(ctx, s.path, seam), seam); err != nil {
		return fmt.Errorf("back up database %q to %q: %w", s.path, to, because(err))
	}
	return nil
}

// same reports whether two paths are of one file.
func same(a, b string) bool {
	if a == b {
		return true
	}
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	other, err := os.Stat(b)
	if errors.Is(err, fs.ErrNotExist) {
		return false
	}
	return err == nil && os.SameFile(one, other)
}
