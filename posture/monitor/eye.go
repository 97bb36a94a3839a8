package monitor

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"sitwell/posture"
)

// Exit codes of sitwell-eye that the monitor acts upon.
const (
	eyeBadInput  = 2 // a flag, or a model that is missing or altered
	eyeNoSource  = 3 // the source can't be opened or read, or was lost
	eyeNoCamera  = 4
	eyeBusy      = 5
	eyeNoRuntime = 6 // the ONNX Runtime library is missing or unusable
	// eyeNotLoaded is the dynamic loader's: a shared library is missing, and
	// will be the next time.
	eyeNotLoaded = 127
)

// maxLine is the longest line an eye may write, in bytes: a mirror picture of
// 320 px in base64 with room to spare. An observation needs about 3 KB.
const maxLine = 1 << 20

// EyeCommand says how to start sitwell-eye.
type EyeCommand struct {
	Path string   // of the program
	Args []string // given before the source and the rate: model, models' folder
	Env  []string // nil for the service's own
}

// line is one line of an eye's output.
type line struct {
	Type string `json:"type"`

	// of a source line
	Status  SourceStatus `json:"status"`
	Name    string       `json:"name"`
	Card    string       `json:"card"`
	Demo    bool         `json:"demo"`
	Width   int          `json:"width"`
	Height  int          `json:"height"`
	FourCC  string       `json:"fourcc"`
	FPS     float64      `json:"fps"`
	Message string       `json:"message"`

	// of a mirror line
	JPEG []byte `json:"jpeg"`

	observation posture.Observation
}

// parseLine reads one line of an eye's output.
func parseLine(b []byte) (line, error) {
	var l line
	if err := json.Unmarshal(b, &l); err != nil {
		return line{}, fmt.Errorf("parse the eye's line: %w", err)
	}
	switch l.Type {
	case "observation":
		o, err := posture.ParseObservation(b)
		if err != nil {
			return line{}, err
		}
		l.observation = o
	case "source", "mirror":
	default:
		return line{}, fmt.Errorf("parse the eye's line: unknown type %q", l.Type)
	}
	return l, nil
}

// eye is a running sitwell-eye.
type eye struct {
	lines chan line     // out: closed when the output ends
	done  chan struct{} // closed when the process is gone and its error read
	err   error         // of the process; valid after done
	said  string        // last line of its standard error; valid after done

	cmd    *exec.Cmd
	cancel context.CancelFunc
	mu     sync.Mutex // guards stdin
	stdin  io.WriteCloser
}

// startEye starts the program on a source. The process dies with ctx.
func startEye(ctx context.Context, c EyeCommand, source string, rate float64, extra ...string) (*eye, error) {
	ctx, cancel := context.WithCancel(ctx)
	args := append(append([]string{}, c.Args...), "--source", source, "--rate", strconv.FormatFloat(rate, 'g', -1, 64), "--parent")
	cmd := exec.CommandContext(ctx, c.Path, append(args, extra...)...)
	cmd.Env = c.Env
	cmd.WaitDelay = time.Second
	stdin, err := cmd.StdinPipe()
	if err != nil {
		cancel()
		return nil, fmt.Errorf("start %s: %w", c.Path, err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		cancel()
		return nil, fmt.Errorf("start %s: %w", c.Path, err)
	}
	last := &lastLine{}
	cmd.Stderr = last
	if err := cmd.Start(); err != nil {
		cancel()
		return nil, fmt.Errorf("start %s: %w", c.Path, err)
	}
	e := &eye{lines: make(chan line, 4), done: make(chan struct{}), cmd: cmd, cancel: cancel, stdin: stdin}
	go func() {
		defer close(e.done)
		defer cancel()
		e.read(ctx, stdout)
		close(e.lines)
		e.err = cmd.Wait()
		e.said = last.String()
	}()
	return e, nil
}

// read parses lines until the output ends. A line that makes no sense is
// dropped: the next one will do.
func (e *eye) read(ctx context.Context, r io.Reader) {
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 0, 16<<10), maxLine)
	for s.Scan() {
		l, err := parseLine(s.Bytes())
		if err != nil {
			continue
		}
		select {
		case e.lines <- l:
		case <-ctx.Done():
			return
		}
	}
}

// tell sends a command; it never blocks the caller for long, since the eye
// reads its input at once or is dead.
func (e *eye) tell(command any) {
	b, err := json.Marshal(command)
	if err != nil {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	_, _ = e.stdin.Write(append(b, '\n'))
}

// stop asks the eye to end and kills it when it has not within a second.
func (e *eye) stop() {
	e.tell(map[string]string{"cmd": "stop"})
	e.mu.Lock()
	_ = e.stdin.Close()
	e.mu.Unlock()
	e.reap()
}

// kill ends the process at once.
func (e *eye) kill() {
	e.cancel()
	e.reap()
}

// reap waits for the process to end, throwing away what it still says, and
// kills it when it has not ended within a second.
func (e *eye) reap() {
	t := time.NewTimer(time.Second)
	defer t.Stop()
	lines := e.lines
	for {
		select {
		case <-e.done:
			return
		case _, ok := <-lines:
			if !ok {
				lines = nil
			}
		case <-t.C:
			e.cancel()
		}
	}
}

// exitCode returns the process's code: -1 when a signal ended it.
func (e *eye) exitCode() int {
	var x *exec.ExitError
	if errors.As(e.err, &x) {
		if s, ok := x.Sys().(syscall.WaitStatus); ok && s.Signaled() {
			return -1
		}
		return x.ExitCode()
	}
	if e.err != nil {
		return -1
	}
	return 0
}

// lastLine keeps the last line written to it, for the message of a program
// that failed.
type lastLine struct {
	mu  sync.Mutex
	buf []byte
}

// Write implements io.Writer.
func (l *lastLine) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.buf = append(l.buf, p...)
	if len(l.buf) > 8<<10 {
		l.buf = append(l.buf[:0], l.buf[len(l.buf)-4<<10:]...)
	}
	return len(p), nil
}

// String returns the last line that is not empty.
func (l *lastLine) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := bytes.TrimSpace(l.buf)
	if i := bytes.LastIndexByte(b, '\n'); i >= 0 {
		b = b[i+1:]
	}
	return strings.TrimPrefix(string(b), "sitwell-eye: ")
}
