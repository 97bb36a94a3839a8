package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"sitwell/posture"
)

func init() {
	children["full"], children["tight"] = childFull, childTight
}

// The same with a disk that is really full: a file system of 1 MB.
func TestFullDisk(t *testing.T) { onSmallDisk(t, "full") }

// A disk that is nearly full is why somebody deletes: it works with some hundred
// kilobytes of room.
func TestEraseOnTightDisk(t *testing.T) { onSmallDisk(t, "tight") }

// onSmallDisk runs a part in a process that may mount a file system of its own.
func onSmallDisk(t *testing.T, part string) {
	t.Helper()
	cmd := child(t, part, t.TempDir())
	cmd.SysProcAttr = mountable()
	out, err := cmd.Output()
	var pe *fs.PathError
	if errors.As(err, &pe) || strings.Contains(string(out), "mount:") {
		t.Skipf("this system doesn't let a process mount a tmpfs of its own: %v %s", err, out)
	}
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	t.Logf("%s", out)
}

// childFull fills a small file system, opens, appends and recovers in it.
func childFull(args []string) error {
	dir, ctx := args[0], context.Background()
	if err := unix.Mount("none", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("mount: %w", err)
	}
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=1m"); err != nil {
		return fmt.Errorf("mount: %w", err)
	}
	path, ballast := filepath.Join(dir, "sitwell.db"), filepath.Join(dir, "ballast")
	// With no room at all, nothing is begun and nothing left behind.
	if err := os.WriteFile(ballast, make([]byte, 1<<20), 0o600); err != nil {
		return err
	}
	if _, err := Open(ctx, path); !errors.Is(err, ErrFull) {
		return fmt.Errorf("open: got %v, want ErrFull", err)
	}
	if left, err := filepath.Glob(path + "*"); err != nil || !reflect.DeepEqual(left, []string{path + ".lock"}) {
		return fmt.Errorf("open left %v behind, %v", left, err)
	}
	if err := os.Truncate(ballast, 500_000); err != nil {
		return err
	}
	s, err := Open(ctx, path)
	if err != nil {
		return err
	}
	var acknowledged []posture.Event
	for n := 0; err == nil; n++ {
		var stored []posture.Event
		if stored, err = s.AppendEvents(ctx, alerts(n*5, 5)); err == nil {
			acknowledged = append(acknowledged, stored...)
		}
	}
	if !errors.Is(err, ErrFull) {
		return fmt.Errorf("append: got %w, want ErrFull", err)
	}
	check := func() error {
		got, err := s.Events(ctx, EventQuery{})
		if err != nil {
			return err
		}
		if !reflect.DeepEqual(got, acknowledged) {
			return fmt.Errorf("got %d events, want the %d acknowledged", len(got), len(acknowledged))
		}
		return s.Check(ctx)
	}
	for range 20 {
		if _, err := s.AppendEvents(ctx, alerts(0, 5)); !errors.Is(err, ErrFull) {
			return fmt.Errorf("append again: got %w, want ErrFull", err)
		}
	}
	if err := check(); err != nil {
		return err
	}
	if err := os.Remove(ballast); err != nil {
		return err
	}
	stored, err := s.AppendEvents(ctx, alerts(0, 5))
	if err != nil {
		return fmt.Errorf("append with room: %w", err)
	}
	acknowledged = append(acknowledged, stored...)
	if err := check(); err != nil {
		return err
	}
	if err := s.Close(); err != nil {
		return err
	}
	if s, err = Open(ctx, path); err != nil {
		return err
	}
	fmt.Printf("%d events on a full disk\n", len(acknowledged))
	return errors.Join(check(), s.Close())
}

// childTight fills a file system of 8 MB but for 120 kB, and deletes in it.
func childTight(args []string) error {
	dir, ctx := args[0], context.Background()
	if err := unix.Mount("none", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("mount: %w", err)
	}
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=8m"); err != nil {
		return fmt.Errorf("mount: %w", err)
	}
	path := filepath.Join(dir, "sitwell.db")
	s, err := Open(ctx, path)
	if err != nil {
		return err
	}
	for n := range 40 {
		if _, err := s.AppendEvents(ctx, alerts(n*500, 500)); err != nil {
			return err
		}
	}
	// A start without a log, as after a shutdown.
	if err := s.Close(); err != nil {
		return err
	}
	if s, err = Open(ctx, path); err != nil {
		return err
	}
	var disk unix.Statfs_t
	if err := unix.Statfs(dir, &disk); err != nil {
		return err
	}
	const room = 120 << 10
	free := int64(disk.Bavail) * disk.Bsize
	if err := os.WriteFile(filepath.Join(dir, "ballast"), make([]byte, max(0, free-room)), 0o600); err != nil {
		return err
	}
	if _, err := s.Erase(ctx, t0.Truncate(24*time.Hour), t0.Truncate(24*time.Hour).AddDate(0, 0, 1), t0.AddDate(0, 1, 0)); err != nil {
		return err
	}
	for more := true; more; {
		if more, err = s.EraseStep(ctx); err != nil {
			return err
		}
	}
	left, err := s.Kept(ctx, time.Time{}, time.Time{})
	if err != nil || left.Events != 0 {
		return fmt.Errorf("left %+v, %w", left, err)
	}
	size, err := s.Size()
	if err != nil || size > 200<<10 {
		return fmt.Errorf("the file has %d bytes, %w", size, err)
	}
	fmt.Printf("20000 events deleted with %d kB of room\n", room>>10)
	return errors.Join(s.Check(ctx), s.Close())
}

// mountable lets a child process mount in a namespace of its own, also when
// this one isn't root.
func mountable() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWNS | syscall.CLONE_NEWUSER,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
}
