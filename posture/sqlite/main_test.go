package sqlite

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"sitwell/posture"
)

// The test binary is also the other process that some tests need: with
// SITWELL_SQLITE_CHILD set it plays the named part instead of running tests.
const childEnv = "SITWELL_SQLITE_CHILD"

var children = map[string]func(args []string) error{
	"append": childAppend,
	"hold":   childHold,
	"lock":   childLock,
	"open":   childOpen,
	"stage":  childStage,
}

func TestMain(m *testing.M) {
	if name := os.Getenv(childEnv); name != "" {
		if err := children[name](os.Args[1:]); err != nil {
			fmt.Println("error:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	goleak.VerifyTestMain(m)
}

// child prepares this binary to play a part in another process.
func child(t testing.TB, name string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), childEnv+"="+name)
	cmd.Stderr = os.Stderr
	return cmd
}

// started starts cmd, kills it at the end of the test, and returns its output's
// lines once it has said "ready".
func started(t testing.TB, cmd *exec.Cmd) *bufio.Scanner {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	lines := bufio.NewScanner(out)
	if !lines.Scan() || lines.Text() != "ready" {
		t.Fatalf("child said %q, want \"ready\" (%v)", lines.Text(), lines.Err())
	}
	return lines
}

// childHold keeps a store open until it is killed.
func childHold(args []string) error {
	s, err := Open(context.Background(), args[0])
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // it is killed before
	fmt.Println("ready")
	_, err = io.Copy(io.Discard, os.Stdin)
	time.Sleep(time.Hour)
	return err
}

// childOpen opens a store and says how that went.
func childOpen(args []string) error {
	s, err := Open(context.Background(), args[0])
	if err != nil {
		return err
	}
	return s.Close()
}

func tempPath(t testing.TB) string { return filepath.Join(t.TempDir(), "sitwell.db") }

func mustOpen(t testing.TB, path string) *Store {
	t.Helper()
	return mustOpenWith(t, path, seams{})
}

func mustOpenWith(t testing.TB, path string, seam seams) *Store {
	t.Helper()
	s, err := open(t.Context(), path, seam)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// integrity fails the test unless SQLite's full check finds nothing.
func integrity(t testing.TB, s *Store) {
	t.Helper()
	var got string
	if err := s.read.QueryRow("PRAGMA integrity_check").Scan(&got); err != nil || got != "ok" {
		t.Fatalf("integrity_check: got %q, %v", got, err)
	}
	if err := s.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// raw opens the file as another program would.
func raw(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func rawExec(t testing.TB, path, query string) {
	t.Helper()
	db := raw(t, path)
	if _, err := db.Exec(query); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// contents returns the bytes of the database file and its log.
func contents(t testing.TB, path string) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, suffix := range []string{"", "-wal", "-journal"} {
		b, err := os.ReadFile(path + suffix)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if len(b) > 0 {
			all[suffix] = string(b)
		}
	}
	return all
}

// names returns what is in the folder, sorted.
func names(t testing.TB, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, e := range entries {
		all = append(all, e.Name())
	}
	slices.Sort(all)
	return all
}

// killed reports whether err says that a process was killed.
func killed(err error) bool {
	var exit *exec.ExitError
	if e, ok := err.(*exec.ExitError); ok {
		exit = e
	}
	return exit != nil && exit.Sys().(syscall.WaitStatus).Signal() == syscall.SIGKILL
}

var t0 = time.Date(2026, 3, 2, 9, 0, 0, 123456789, time.UTC)

func alert(n int) posture.Event {
	score := 41.25 + float64(n%7)
	return posture.Event{
		Kind: posture.EventAlert, Time: t0.Add(time.Duration(n) * time.Second),
		State: posture.Slouching, Signal: posture.HeadForward, Seconds: 180.5, Score: &score,
		Text: fmt.Sprintf("You have slouched for 3 minutes (%d). Lean back and let your shoulders drop.", n),
	}
}

func alerts(from, n int) []posture.Event {
	var events []posture.Event
	for i := range n {
		events = append(events, alert(from+i))
	}
	return events
}

// cut shortens long text for messages.
func cut(s string) string {
	if len(s) > 300 {
		return s[:300] + "..."
	}
	return strings.TrimSpace(s)
}
