package sqlite

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// Whatever Open refuses, it says why and what to do, and hasn't changed a byte.
func TestOpenRefuses(t *testing.T) {
	write := func(text string) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	exec := func(query string) func(*testing.T, string) {
		return func(t *testing.T, path string) { rawExec(t, path, query) }
	}
	ours := func(query string) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			s := mustOpen(t, path)
			if _, err := s.AppendEvents(t.Context(), alerts(0, 300)); err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if query != "" {
				rawExec(t, path, query)
			}
		}
	}
	noise := strings.Repeat("\x00\x01garbage\xff", 3000)
	tests := map[string]struct {
		make   func(t *testing.T, path string)
		reason error
		say    string
	}{
		"text":                  {write("my diary"), ErrNotOurs, "not an SQLite file"},
		"one byte":              {write("S"), ErrNotOurs, "not an SQLite file"},
		"noise":                 {write(noise), ErrNotOurs, "not an SQLite file"},
		"SQLite's magic only":   {write("SQLite format 3\x00"), ErrNotOurs, "not an SQLite file"},
		"another's database":    {exec("PRAGMA application_id = 1234; CREATE TABLE event (x)"), ErrNotOurs, "another application, id 0x4d2"},
		"a database of nobody":  {exec("CREATE TABLE event (x)"), ErrNotOurs, "another application, id 0x0"},
		"another's with WAL":    {leaveWAL("CREATE TABLE event (x)"), ErrNotOurs, "another application"},
		"newer":                 {ours("PRAGMA user_version = 9999"), ErrNewer, fmt.Sprintf("schema 9999, this one knows up to %d", Latest)},
		"newer by the WAL only": {leaveWALAfter(ours(""), "PRAGMA user_version = 9999"), ErrNewer, "schema 9999"},
		"version 0":             {ours("PRAGMA user_version = 0"), ErrDamaged, "schema 0"},
		"version below 0":       {ours("PRAGMA user_version = -1"), ErrDamaged, "schema -1"},
		"a folder": {func(t *testing.T, path string) {
			if err := os.Mkdir(path, 0o700); err != nil {
				t.Fatal(err)
			}
		}, ErrNotOurs, "not a file"},
		"a pipe": {func(t *testing.T, path string) {
			if err := unix.Mkfifo(path, 0o600); err != nil {
				t.Fatal(err)
			}
		}, ErrNotOurs, "not a file"},
		"a link to nothing": {func(t *testing.T, path string) {
			if err := os.Symlink("nowhere", path); err != nil {
				t.Fatal(err)
			}
		}, ErrNotOurs, "a link that leads nowhere"},
		"a log without its database": {func(t *testing.T, path string) {
			leaveWALAfter(ours(""), "DELETE FROM event")(t, path)
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		}, ErrDamaged, "sitwell.db-wal is there without its database"},
		"header good, rest noise": {func(t *testing.T, path string) {
			ours("")(t, path)
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			write(string(b[:100])+noise)(t, path)
		}, ErrDamaged, "malformed"},
		"cut after the first page": {func(t *testing.T, path string) {
			ours("")(t, path)
			if err := os.Truncate(path, 4096); err != nil {
				t.Fatal(err)
			}
		}, ErrDamaged, "malformed"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			path := tempPath(t)
			test.make(t, path)
			before := ""
			if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
				before = info.Mode().String()
			}
			var bytesBefore map[string]string
			if before == "" {
				bytesBefore = contents(t, path)
			}
			s, err := Open(t.Context(), path)
			if err == nil {
				_ = s.Close()
				t.Fatal("opened")
			}
			refused(t, err, path, test.reason, test.say)
			if before != "" {
				if info, err := os.Lstat(path); err != nil || info.Mode().String() != before {
					t.Errorf("got %v, %v, want it as it was", info, err)
				}
			} else if after := contents(t, path); !reflect.DeepEqual(after, bytesBefore) {
				t.Error("the file's bytes have changed")
			}
		})
	}
}

// Damage in the midst of the file is for Check to find; it reads all of it.
func TestCheckFindsDamage(t *testing.T) {
	path := tempPath(t)
	s := mustOpen(t, path)
	if _, err := s.AppendEvents(t.Context(), alerts(0, 300)); err != nil {
		t.Fatal(err)
	}
	if err := s.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for page := 1; page < len(good)/4096; page++ {
		bad := bytes.Clone(good)
		for i := range 4096 {
			bad[page*4096+i] = byte(i*7 + 13)
		}
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := Open(t.Context(), path)
		if err == nil {
			err = s.Check(t.Context())
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if !errors.Is(err, ErrDamaged) {
			t.Errorf("page %d: got %v, want ErrDamaged", page+1, err)
			continue
		}
		found++
	}
	if found < 10 {
		t.Errorf("only %d pages were tried", found)
	}
	if err := os.WriteFile(path, good, 0o600); err != nil {
		t.Fatal(err)
	}
	rawExec(t, path, "PRAGMA foreign_keys = off; INSERT INTO baseline_measure VALUES (77, 'x', 0, 0)")
	s = mustOpen(t, path)
	if err := s.Check(t.Context()); !errors.Is(err, ErrDamaged) {
		t.Errorf("a measurement without its baseline: got %v, want ErrDamaged", err)
	}
}

// refused checks that err is an *OpenError as it should be.
func refused(t *testing.T, err error, path string, want error, say string) {
	t.Helper()
	var e *OpenError
	if !errors.As(err, &e) {
		t.Fatalf("got %T %v, want an *OpenError", err, err)
	}
	if !errors.Is(err, want) || e.Reason != want || e.Path != path || e.Advice == "" {
		t.Errorf("got %+v, want reason %q, path %q and an advice", e, want, path)
	}
	for _, part := range []string{fmt.Sprintf("open database %q: %v", path, want), say, e.Advice} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("got %q, want it to say %q", err, part)
		}
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("got %q, want one line", err)
	}
}

// leaveWAL makes a database with the query, and leaves a log beside it as a
// killed process does.
func leaveWAL(query string) func(*testing.T, string) {
	return leaveWALAfter(func(t *testing.T, path string) { rawExec(t, path, "PRAGMA journal_mode = WAL") }, query)
}

func leaveWALAfter(first func(*testing.T, string), query string) func(*testing.T, string) {
	return func(t *testing.T, path string) {
		first(t, path)
		db := raw(t, path)
		if _, err := db.Exec(query); err != nil {
			t.Fatal(err)
		}
		killedCopy(t, path, path+".copy")
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		for _, suffix := range []string{"", "-wal"} {
			if err := os.Rename(path+".copy"+suffix, path+suffix); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// killedCopy copies a database in use and its log by another process: to read
// them here would free the locks on them.
func killedCopy(t testing.TB, path, to string) {
	t.Helper()
	for _, suffix := range []string{"", "-wal"} {
		if out, err := exec.Command("cp", path+suffix, to+suffix).CombinedOutput(); err != nil {
			t.Fatalf("copy: %v: %s", err, out)
		}
	}
}

func TestOpenTakesAnEmptyFile(t *testing.T) {
	path := tempPath(t)
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	integrity(t, mustOpen(t, path))
}

// A link is followed, so that the lock is the same by either name.
func TestOpenFollowsLinks(t *testing.T) {
	path := tempPath(t)
	s := mustOpen(t, path)
	link := filepath.Join(t.TempDir(), "link.db")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(t.TempDir(), "folder")
	if err := os.Symlink(filepath.Dir(path), folder); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{link, filepath.Join(folder, "sitwell.db")} {
		if _, err := Open(t.Context(), name); !errors.Is(err, ErrLocked) {
			t.Errorf("%s: got %v, want ErrLocked", name, err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s := mustOpen(t, link); s.Path() != path {
		t.Errorf("path: got %q, want %q", s.Path(), path)
	}
}

func TestSecondInstance(t *testing.T) {
	t.Run("in this process", func(t *testing.T) {
		path := tempPath(t)
		s := mustOpen(t, path)
		_, err := Open(t.Context(), path)
		refused(t, err, path, ErrLocked, fmt.Sprintf("process %d", os.Getpid()))
		// The refused one must not have freed the first one's locks.
		if _, err := s.AppendEvents(t.Context(), alerts(0, 1)); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		mustOpen(t, path)
	})
	t.Run("in another", func(t *testing.T) {
		path := tempPath(t)
		cmd := child(t, "hold", path)
		cmd.Stdin = nil
		started(t, cmd)
		_, err := Open(t.Context(), path)
		refused(t, err, path, ErrLocked, fmt.Sprintf("process %d", cmd.Process.Pid))
		var e *OpenError
		if !errors.As(err, &e) || e.PID != cmd.Process.Pid {
			t.Errorf("got %+v, want pid %d", e, cmd.Process.Pid)
		}
		// Killed, it leaves the lock free.
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		integrity(t, mustOpen(t, path))
	})
	t.Run("pid unreadable", func(t *testing.T) {
		path := tempPath(t)
		mustOpen(t, path)
		if err := os.WriteFile(path+".lock", []byte("-12 nonsense"), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Open(t.Context(), path)
		refused(t, err, path, ErrLocked, "another instance")
	})
}

// Root may write anything, so the other process is nobody when this one is root.
func TestOpenReadOnly(t *testing.T) {
	dir, err := os.MkdirTemp("", "sitwell") // t.TempDir is closed to others
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	self := filepath.Join(dir, "child")
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("cp", os.Args[0], self).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	const nobody = 65534
	tests := map[string]struct {
		folder, file os.FileMode
		lock         bool // there already
		missing      bool
	}{
		"folder":                  {folder: 0o500, file: 0o600},
		"folder with a lock file": {folder: 0o500, file: 0o600, lock: true},
		"folder without database": {folder: 0o500, missing: true},
		"file":                    {folder: 0o700, file: 0o400},
		"file can't be read":      {folder: 0o700, file: 0o000},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			folder := filepath.Join(dir, strings.ReplaceAll(name, " ", "_"))
			path := filepath.Join(folder, "sitwell.db")
			if err := os.Mkdir(folder, 0o700); err != nil {
				t.Fatal(err)
			}
			if !test.missing {
				s := mustOpen(t, path)
				if _, err := s.AppendEvents(t.Context(), alerts(0, 3)); err != nil {
					t.Fatal(err)
				}
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
			}
			if !test.lock {
				_ = os.Remove(path + ".lock")
			}
			cmd := child(t, "open", path)
			cmd.Path = self
			if os.Getuid() == 0 {
				cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
				for _, p := range []string{path, path + ".lock", folder} {
					if err := os.Chown(p, nobody, nobody); err != nil && !os.IsNotExist(err) {
						t.Fatal(err)
					}
				}
			}
			before := contents(t, path)
			if !test.missing {
				if err := os.Chmod(path, test.file); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.Chmod(folder, test.folder); err != nil {
				t.Fatal(err)
			}
			out, err := cmd.Output()
			if err := os.Chmod(folder, 0o700); err != nil {
				t.Fatal(err)
			}
			if err == nil {
				t.Fatalf("opened: %s", out)
			}
			for _, part := range []string{fmt.Sprintf("open database %q: can't be written: ", path), "permission denied: make the file and its folder writable"} {
				if !bytes.Contains(out, []byte(part)) {
					t.Errorf("got %q, want it to say %q", out, part)
				}
			}
			_ = os.Chmod(path, 0o600)
			if after := contents(t, path); !reflect.DeepEqual(after, before) {
				t.Error("the file's bytes have changed")
			}
		})
	}
}

// A folder that can't be made is told as such.
func TestOpenFolderIsAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(t.Context(), filepath.Join(file, "sitwell.db"))
	var e *OpenError
	if !errors.As(err, &e) || !strings.Contains(err.Error(), "not a directory") {
		t.Errorf("got %v, want an *OpenError of a file that is no folder", err)
	}
}

// childLock locks a database as another program would, for a while.
func childLock(args []string) error {
	length, err := time.ParseDuration(args[1])
	if err != nil {
		return err
	}
	db, err := connect(args[0], writing, seams{})
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	tx, err := db.Begin() // BEGIN IMMEDIATE
	if err != nil {
		return err
	}
	fmt.Println("ready")
	time.Sleep(length)
	if err := tx.Rollback(); err != nil {
		return err
	}
	if err := db.Close(); err != nil {
		return err
	}
	_, err = io.WriteString(os.Stdout, "released\n")
	return err
}
