package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// keptLines is how many of a program's last lines are kept for a report.
const keptLines = 400

// trial counts results and knows every program that was started.
type trial struct {
	drive          string // where the second drive is mounted
	began          time.Time
	passed, failed int
	notes          []string
	programs       []*program
}

// check tries one thing for as long as limit, and reports it.
func (t *trial) check(name string, limit time.Duration, try func(context.Context) error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	began := time.Now()
	err := try(ctx)
	t.report(fmt.Sprintf("%s (%.1f s)", name, time.Since(began).Seconds()), err)
}

// report prints a result, what was noted with it, and, when it failed, what the
// programs that run have said last.
func (t *trial) report(name string, err error) {
	if err == nil {
		t.passed++
		fmt.Printf("PASS %s\n", name)
	} else {
		t.failed++
		fmt.Printf("FAIL %s: %v\n", name, err)
	}
	for _, note := range t.notes {
		fmt.Printf("     %s\n", note)
	}
	t.notes = nil
	if err == nil {
		return
	}
	for _, p := range t.programs {
		if p.told {
			continue
		}
		p.told = p.ended()
		for _, line := range p.last(12) {
			fmt.Printf("     | %s: %.300s\n", p.name, line)
		}
	}
}

// note adds a line to the next result.
func (t *trial) note(format string, args ...any) {
	t.notes = append(t.notes, fmt.Sprintf(format, args...))
}

// folder makes a folder that the programs may write to.
func (t *trial) folder(name string) string {
	path := filepath.Join("/home/sitter", name)
	if err := os.MkdirAll(path, 0o700); err == nil {
		uid, gid, _ := sitter()
		_ = os.Chown(path, uid, gid)
	}
	return path
}

// command runs a tool of the machine as root.
func (t *trial) command(name string, args ...string) error {
	ctx, cancel := context.WithTimeout(context.Background(), changeLimit)
	defer cancel()
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w: %s", name, strings.Join(args, " "), err, strings.TrimSpace(string(out)))
	}
	return nil
}

// sitter returns the ids of the ordinary user and of the group that may use cameras.
func sitter() (uid, gid, video int) {
	number := func(s string) int { n, _ := strconv.Atoi(s); return n }
	if u, err := user.Lookup("sitter"); err == nil {
		uid, gid = number(u.Uid), number(u.Gid)
	}
	if g, err := user.LookupGroup("video"); err == nil {
		video = number(g.Gid)
	}
	return uid, gid, video
}

// program is a process and what it has said.
type program struct {
	name  string
	cmd   *exec.Cmd
	stdin io.WriteCloser
	done  chan struct{} // closed when it has ended and all of its words are in
	err   error         // how it ended; read after done
	told  bool          // its end is in a report

	mu      sync.Mutex
	said    []string      // its standard output, then its standard error, by line
	wrong   []string      // its standard error alone
	changed chan struct{} // closed and made anew at each line
}

// start runs a program as the ordinary user, but for ffmpeg and v4l2-ctl, which
// stand for the world outside.
func (t *trial) start(name, path string, args ...string) *program {
	p := &program{name: name, done: make(chan struct{}), changed: make(chan struct{})}
	if strings.HasPrefix(path, "sitwell") {
		path = filepath.Join(t.drive, path)
	}
	p.cmd = exec.Command(path, args...)
	p.cmd.Env = append(os.Environ(), "SITWELL_ONNXRUNTIME="+filepath.Join(t.drive, "libonnxruntime.so.1"))
	if strings.HasPrefix(path, t.drive) {
		uid, gid, video := sitter()
		p.cmd.Env = append(p.cmd.Env, "HOME=/home/sitter")
		p.cmd.Dir = "/home/sitter"
		p.cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{
			Uid: uint32(uid), Gid: uint32(gid), Groups: []uint32{uint32(video)},
		}}
	}
	t.programs = append(t.programs, p)
	fail := func(err error) *program {
		p.err = err
		p.wrong = append(p.wrong, err.Error())
		close(p.done)
		return p
	}
	var err error
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		return fail(err)
	}
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		return fail(err)
	}
	stderr, err := p.cmd.StderrPipe()
	if err != nil {
		return fail(err)
	}
	if err := p.cmd.Start(); err != nil {
		return fail(err)
	}
	var readers sync.WaitGroup
	readers.Go(func() { p.read(stdout, false) })
	readers.Go(func() { p.read(stderr, true) })
	go func() {
		readers.Wait()
		p.err = p.cmd.Wait()
		close(p.done)
	}()
	return p
}

func (p *program) read(from io.Reader, wrong bool) {
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		p.mu.Lock()
		p.said = append(p.said, lines.Text())
		if wrong {
			p.wrong = append(p.wrong, lines.Text())
		}
		p.said = p.said[max(0, len(p.said)-keptLines):]
		p.wrong = p.wrong[max(0, len(p.wrong)-keptLines):]
		close(p.changed)
		p.changed = make(chan struct{})
		p.mu.Unlock()
	}
}

// await returns the first line, of those still to come and of those kept, that matches.
func (p *program) await(ctx context.Context, what string, match func(string) bool) (string, error) {
	seen := 0
	for {
		ended := p.ended()
		p.mu.Lock()
		lines, changed := p.said, p.changed
		p.mu.Unlock()
		// Lines beyond the kept ones have been dropped from the front: look at all again.
		if seen > len(lines) || len(lines) == keptLines {
			seen = 0
		}
		for ; seen < len(lines); seen++ {
			if match(lines[seen]) {
				return lines[seen], nil
			}
		}
		if ended {
			return "", fmt.Errorf("%s ended without %s: %v", p.name, what, p.err)
		}
		select {
		case <-changed:
		case <-p.done:
		case <-ctx.Done():
			return "", fmt.Errorf("%s did not give %s in time", p.name, what)
		}
	}
}

// wait waits for its end.
func (p *program) wait(ctx context.Context) error {
	select {
	case <-p.done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%s still runs", p.name)
	}
}

// ends waits for its end with an exit code.
func (p *program) ends(ctx context.Context, code int) error {
	if err := p.wait(ctx); err != nil {
		return err
	}
	if p.cmd.ProcessState == nil {
		return p.err
	}
	if got := p.cmd.ProcessState.ExitCode(); got != code {
		return fmt.Errorf("%s ended with code %d (%v), want %d", p.name, got, p.cmd.ProcessState, code)
	}
	return nil
}

func (p *program) ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// tell writes a line to its standard input.
func (p *program) tell(line string) error {
	_, err := fmt.Fprintln(p.stdin, line)
	return err
}

func (p *program) signal(s os.Signal) error {
	if p.cmd.Process == nil {
		return p.err
	}
	return p.cmd.Process.Signal(s)
}

// kill ends it, and returns when it has ended.
func (p *program) kill() {
	if p == nil || p.cmd.Process == nil {
		return
	}
	_ = p.cmd.Process.Kill()
	<-p.done
}

func (t *trial) endAll() {
	for _, p := range t.programs {
		p.kill()
	}
}

func (p *program) last(n int) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.said[max(0, len(p.said)-n):]...)
}

func (p *program) output() string { return strings.Join(p.last(keptLines), "\n") }

func (p *program) errors() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.wrong, "\n")
}

// eye starts sitwell-eye.
func (t *trial) eye(args ...string) *program {
	return t.start("eye", "sitwell-eye", append(args, "--rate", "0.5", "--model", "lite")...)
}

// source is what the eye says of its camera.
type source struct {
	Type, Status, Name, Card, FourCC string
	Width, Height                    int
	raw                              string
}

// source waits until the eye says that its camera has this status.
func (p *program) source(ctx context.Context, status string) (source, error) {
	var s source
	_, err := p.await(ctx, "a source that is "+status, func(line string) bool {
		s = source{raw: line}
		return json.Unmarshal([]byte(line), &s) == nil && s.Type == "source" && s.Status == status
	})
	return s, err
}

func (s source) is(card, name, fourcc string) error {
	if s.Card != card || s.Name != name || s.FourCC != fourcc || s.Width != 640 || s.Height != 480 {
		return fmt.Errorf("source is %s, want %q at %s, %s, 640x480", s.raw, card, name, fourcc)
	}
	return nil
}
