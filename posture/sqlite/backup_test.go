package sqlite

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"sitwell/posture"
)

// A copy made while others write is of one moment, whole, and opens.
func TestBackup(t *testing.T) {
	path := tempPath(t)
	s := mustOpen(t, path)
	secretDays(t, s, 3)
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		for ctx.Err() == nil {
			// Both or neither: an event and its answer.
			if _, err := s.AppendEvents(context.Background(), []posture.Event{alert(1), alert(2)}); err != nil {
				t.Error(err)
				return
			}
		}
	})
	to := filepath.Join(t.TempDir(), "copy.db")
	if err := os.WriteFile(to, []byte("what was there"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.Backup(t.Context(), to); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(to); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v: want it private", info.Mode(), err)
	}
	c := mustOpen(t, to)
	integrity(t, c)
	if _, upgraded := c.Upgraded(); upgraded {
		t.Error("the copy is of another version")
	}
	kept, err := c.Kept(t.Context(), t0.AddDate(-1, 0, 0), t0.AddDate(1, 0, 0))
	if err != nil || kept.Events%2 != 0 || kept.Minutes != 900 || kept.Measurements != 180 {
		t.Errorf("the copy has %+v, %v", kept, err)
	}
	if got := names(t, filepath.Dir(to)); len(got) > 4 {
		t.Errorf("left beside it: %v", got)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	cancel()
	wg.Wait()
}

func TestBackupRefuses(t *testing.T) {
	path := tempPath(t)
	s := mustOpen(t, path)
	link := filepath.Join(t.TempDir(), "link.db")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	for _, to := range []string{path, path + "-wal", path + ".lock", link} {
		if err := s.Backup(t.Context(), to); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: got %v", to, err)
		}
	}
	if err := s.Backup(t.Context(), filepath.Join(t.TempDir(), "no", "such", "folder.db")); err == nil {
		t.Error("a folder that isn't there was written to")
	}
	fifo := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.Backup(t.Context(), fifo); !errors.Is(err, ErrInvalid) {
		t.Errorf("a pipe: got %v", err)
	}
	// What stands beside a copy is left alone.
	beside := filepath.Join(t.TempDir(), "copy.db")
	if err := os.WriteFile(beside+".new", []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.Backup(t.Context(), beside); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(beside + ".new"); err != nil || string(b) != "mine" {
		t.Errorf("a neighbour is %q, %v", b, err)
	}
	dir := t.TempDir()
	kept := filepath.Join(dir, "kept.db")
	if err := os.WriteFile(kept, []byte("what was there"), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Backup(ctx, kept); err == nil {
		t.Error("a cancelled one succeeds")
	}
	if b, err := os.ReadFile(kept); err != nil || string(b) != "what was there" {
		t.Errorf("after a failure the file is %q, %v", b, err)
	}
	if got := names(t, dir); len(got) != 1 {
		t.Errorf("left beside it: %v", got)
	}
	integrity(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Backup(t.Context(), kept); !errors.Is(err, ErrClosed) {
		t.Errorf("after Close: %v", err)
	}
}

func TestProfile(t *testing.T) {
	s := mustOpen(t, tempPath(t))
	equal(t, "at first", call(s.Profile(t.Context())), []byte(nil))
	for _, text := range []string{`{"answered":true}`, `{}`} {
		if err := s.SaveProfile(t.Context(), []byte(text)); err != nil {
			t.Fatal(err)
		}
		equal(t, "profile", call(s.Profile(t.Context())), []byte(text))
	}
	for _, bad := range []string{"", "null", "[]", "{", `{"a":"` + strings.Repeat("x", maxSettings) + `"}`} {
		if err := s.SaveProfile(t.Context(), []byte(bad)); !errors.Is(err, ErrInvalid) {
			t.Errorf("%.20q: got %v", bad, err)
		}
	}
	equal(t, "after what was refused", call(s.Profile(t.Context())), []byte("{}"))
}
