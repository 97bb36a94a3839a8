package sqlite

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"
)

// A database that is only looked at keeps each of its bytes, and its version.
func TestLookOnly(t *testing.T) {
	for version := 1; version <= Latest; version++ {
		path := tempPath(t)
		shippedDatabase(t, path, version)
		before := contents(t, path)
		s, err := OpenReadOnly(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		if s.Schema() != version {
			t.Errorf("got version %d, want %d", s.Schema(), version)
		}
		if err := s.Check(t.Context()); err != nil {
			t.Errorf("version %d: %v", version, err)
		}
		blocks, err := s.Samples(t.Context(), time.Time{}, minuteAt(9))
		if ok := version > 1; (err == nil) != ok || (len(blocks) == 1) != ok {
			t.Errorf("version %d: got %d blocks, %v", version, len(blocks), err)
		}
		for name, err := range map[string]error{
			"append":  func() error { _, err := s.AppendEvents(t.Context(), alerts(0, 1)); return err }(),
			"prune":   func() error { _, err := s.PruneSamples(t.Context(), minuteAt(9)); return err }(),
			"minutes": func() error { _, err := s.PruneMinutes(t.Context(), minuteAt(9)); return err }(),
			"zone":    func() error { _, err := s.SaveZone(t.Context(), t0, "UTC"); return err }(),
			"setting": func() error { _, err := s.SaveSettings(t.Context(), []byte("{}"), nil); return err }(),
		} {
			if !errors.Is(err, ErrReadOnly) {
				t.Errorf("%s: got %v, want ErrReadOnly", name, err)
			}
		}
		for range 2 {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
		if _, err := s.Settings(t.Context()); !errors.Is(err, ErrClosed) {
			t.Errorf("after Close: got %v, want ErrClosed", err)
		}
		if after := contents(t, path); !reflect.DeepEqual(after, before) {
			t.Errorf("version %d: the bytes have changed", version)
		}
		for _, name := range names(t, filepath.Dir(path)) {
			if strings.Contains(name, "backup") || strings.Contains(name, "lock") {
				t.Errorf("%s was made", name)
			}
		}
		// Nothing that was left keeps the next from opening it.
		integrity(t, mustOpen(t, path))
	}
}

// What another process writes is seen, and it isn't held up.
func TestLookOnlyBesideAWriter(t *testing.T) {
	path := tempPath(t)
	if _, held := Holder(path); held {
		t.Error("a database that isn't there is held")
	}
	cmd := child(t, "append", path)
	started(t, cmd)
	if pid, held := Holder(path); !held || pid != cmd.Process.Pid {
		t.Errorf("holder: got %d, %v, want %d", pid, held, cmd.Process.Pid)
	}
	s, err := OpenReadOnly(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // only read
	last := -1
	for range 5 {
		// A busy machine may leave the writer no time for a while.
		seen := last
		for until := time.Now().Add(20 * time.Second); seen <= last; time.Sleep(50 * time.Millisecond) {
			events, err := s.Events(t.Context(), EventQuery{})
			if err != nil {
				t.Fatal(err)
			}
			if seen = len(events); seen <= last && time.Now().After(until) {
				t.Fatalf("got %d events after %d: the writer stands still", seen, last)
			}
		}
		last = seen
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if pid, held := Holder(path); held {
		t.Errorf("held by %d, which is gone", pid)
	}
	// After a kill its log is still to be read.
	if events, err := s.Events(t.Context(), EventQuery{}); err != nil || len(events) < last {
		t.Errorf("after the kill: got %d events, %v", len(events), err)
	}
}

func TestLookOnlyRefuses(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	newer := filepath.Join(dir, "newer.db")
	shippedDatabase(t, newer, Latest)
	rawExec(t, newer, "PRAGMA user_version = 9999")
	for name, c := range map[string]struct {
		path   string
		reason error
	}{
		"none":      {filepath.Join(dir, "none.db"), fs.ErrNotExist},
		"no folder": {filepath.Join(dir, "no", "none.db"), fs.ErrNotExist},
		"garbage":   {write("garbage.db", strings.Repeat("garbage ", 99)), ErrNotOurs},
		"empty":     {write("empty.db", ""), ErrNotOurs},
		"newer":     {newer, ErrNewer},
	} {
		s, err := OpenReadOnly(t.Context(), c.path)
		var e *OpenError
		if s != nil || !errors.As(err, &e) || !errors.Is(err, c.reason) {
			t.Errorf("%s: got %v, want an *OpenError of %v", name, err, c.reason)
		}
	}
	for _, name := range names(t, dir) {
		if strings.HasPrefix(name, "no") || strings.HasSuffix(name, ".lock") {
			t.Errorf("%s was made", name)
		}
	}
}

// Reading holds up no start: a process that opens it meanwhile gets it.
func TestLookOnlyTakesNoLock(t *testing.T) {
	path := tempPath(t)
	if err := mustOpen(t, path).Close(); err != nil {
		t.Fatal(err)
	}
	s, err := OpenReadOnly(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close() //nolint:errcheck // only read
	// Asking who has it takes the lock for a moment; a start waits that long.
	stop := make(chan struct{})
	var asking sync.WaitGroup
	asking.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				Holder(path)
			}
		}
	})
	defer asking.Wait()
	defer close(stop)
	if out, err := child(t, "open", path).Output(); err != nil {
		var exit *exec.ExitError
		errors.As(err, &exit)
		t.Errorf("another process can't open it: %v: %s", err, out)
	}
}
