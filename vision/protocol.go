package vision

import (
	"bufio"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"sync"

	"sitwell/posture"
)

// Status is how a source is doing, in the words of a source line.
type Status string

// The statuses of a source.
const (
	Opening  Status = "opening"
	Live     Status = "live"      // it gives frames
	Lost     Status = "lost"      // it gave frames and stopped
	Busy     Status = "busy"      // another program has the camera
	NoCamera Status = "no_camera" // there is none
	Stalled  Status = "stalled"   // a read hangs
	Frozen   Status = "frozen"    // the same picture again and again
	Failed   Status = "failed"    // it can't be opened or read
	Ended    Status = "ended"     // a recording is over, or the eye was stopped
	Paused   Status = "paused"    // by command; a camera is released
)

// SourceLine is a line of the eye's output that tells how its source is doing.
type SourceLine struct {
	Type    string  `json:"type"` // "source"
	Status  Status  `json:"status"`
	Name    string  `json:"name"` // what was asked for, or the device found
	Card    string  `json:"card,omitempty"`
	Demo    bool    `json:"demo"`
	Width   int     `json:"width,omitempty"`  // px
	Height  int     `json:"height,omitempty"` // px
	FourCC  string  `json:"fourcc,omitempty"`
	FPS     float64 `json:"fps,omitempty"`
	Message string  `json:"message,omitempty"` // what is wrong and what to do
	Stats   *Stats  `json:"stats,omitempty"`   // with Ended and failures
}

// Stats count frames since the eye started.
type Stats struct {
	Grabbed uint64 `json:"grabbed"` // frames the source gave
	Decoded uint64 `json:"decoded"` // of these, decoded
	Judged  uint64 `json:"judged"`  // observations written
	Dropped uint64 `json:"dropped"` // due, but skipped because the model was busy
}

// Rates of observations that can be asked for, a second.
const (
	MinRate     = 0.2
	MaxRate     = 30.0
	DefaultRate = 2.0
)

// Command is a line of the eye's input.
type Command struct {
	Cmd string  `json:"cmd"`          // "rate", "pause", "resume", "mirror" or "stop"
	Hz  float64 `json:"hz,omitempty"` // with rate: MinRate to MaxRate
	On  bool    `json:"on,omitempty"` // with mirror
}

// ParseCommand reads one line of the eye's input. Unknown commands and rates
// out of range are errors; unknown fields are not.
func ParseCommand(line []byte) (Command, error) {
	var c Command
	if err := json.Unmarshal(line, &c); err != nil {
		return Command{}, fmt.Errorf("parse command: %w", err)
	}
	switch c.Cmd {
	case "rate":
		if math.IsNaN(c.Hz) || c.Hz < MinRate || c.Hz > MaxRate {
			return Command{}, fmt.Errorf("parse command: rate of %v Hz, want %v to %v", c.Hz, MinRate, MaxRate)
		}
	case "pause", "resume", "mirror", "stop":
	default:
		return Command{}, fmt.Errorf("parse command: unknown command %q, want rate, pause, resume, mirror or stop", c.Cmd)
	}
	return c, nil
}

// maxCommand is the longest line of input that is read, in bytes.
const maxCommand = 4096

// ReadCommands sends the commands of r to the channel until r ends or ctx is
// done; it returns nil at the end of r. Lines that are no command are told to
// complain and skipped. A read that hangs in r is not interrupted.
func ReadCommands(ctx context.Context, r io.Reader, commands chan<- Command, complain func(error)) error {
	lines := bufio.NewReaderSize(r, maxCommand)
	for {
		line, err := lines.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			complain(fmt.Errorf("parse command: a line of more than %d bytes", maxCommand))
			for errors.Is(err, bufio.ErrBufferFull) {
				_, err = lines.ReadSlice('\n')
			}
			line = nil
		}
		if len(trimSpace(line)) > 0 {
			c, perr := ParseCommand(line)
			if perr != nil {
				complain(perr)
			} else {
				select {
				case commands <- c:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read commands: %w", err)
		}
	}
}

func trimSpace(b []byte) []byte {
	for len(b) > 0 && b[len(b)-1] <= ' ' {
		b = b[:len(b)-1]
	}
	return b
}

// lineWriter writes whole lines, from any goroutine, with one write each.
type lineWriter struct {
	mu  sync.Mutex // guards what follows
	w   io.Writer
	buf []byte
}

func (l *lineWriter) observation(o *posture.Observation) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.buf = append(o.AppendJSON(l.buf[:0]), '\n')
	return l.flush()
}

func (l *lineWriter) source(s SourceLine) error {
	s.Type = "source"
	b, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("write source line: %w", err)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.buf = append(append(l.buf[:0], b...), '\n')
	return l.flush()
}

// mirror writes a JPEG picture.
func (l *lineWriter) mirror(jpeg []byte, width, height int) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := append(l.buf[:0], `{"type":"mirror","jpeg":"`...)
	b = base64.StdEncoding.AppendEncode(b, jpeg)
	b = append(b, `","width":`...)
	b = strconv.AppendInt(b, int64(width), 10)
	b = append(b, `,"height":`...)
	b = strconv.AppendInt(b, int64(height), 10)
	l.buf = append(b, "}\n"...)
	return l.flush()
}

func (l *lineWriter) flush() error {
	if _, err := l.w.Write(l.buf); err != nil {
		return fmt.Errorf("write output: %w", err)
	}
	return nil
}
