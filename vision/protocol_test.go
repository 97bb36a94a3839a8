package vision

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"sitwell/posture"
)

func TestParseCommand(t *testing.T) {
	for _, c := range []struct {
		name, line string
		want       Command
		err        string // part of it
	}{
		{"rate", `{"cmd":"rate","hz":5}`, Command{Cmd: "rate", Hz: 5}, ""},
		{"lowest rate", `{"cmd":"rate","hz":0.2}`, Command{Cmd: "rate", Hz: 0.2}, ""},
		{"pause", `{"cmd":"pause"}`, Command{Cmd: "pause"}, ""},
		{"mirror", ` {"cmd":"mirror","on":true} `, Command{Cmd: "mirror", On: true}, ""},
		{"unknown field", `{"cmd":"stop","why":"tired"}`, Command{Cmd: "stop"}, ""},
		{"rate of nothing", `{"cmd":"rate"}`, Command{}, "want 0.2 to 30"},
		{"rate too high", `{"cmd":"rate","hz":31}`, Command{}, "want 0.2 to 30"},
		{"rate not a number", `{"cmd":"rate","hz":"5"}`, Command{}, "parse command"},
		{"unknown", `{"cmd":"dance"}`, Command{}, `unknown command "dance"`},
		{"no command", `{}`, Command{}, `unknown command ""`},
		{"no object", `[1]`, Command{}, "parse command"},
		{"two objects", `{"cmd":"stop"}{}`, Command{}, "parse command"},
		{"empty", ``, Command{}, "parse command"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := ParseCommand([]byte(c.line))
			if got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
			if (err != nil) != (c.err != "") || err != nil && !strings.Contains(err.Error(), c.err) {
				t.Errorf("got error %v, want %q", err, c.err)
			}
		})
	}
}

func FuzzParseCommand(f *testing.F) {
	for _, s := range []string{`{"cmd":"rate","hz":5}`, `{"cmd":"mirror","on":true}`, `{"cmd":"rate","hz":1e999}`, `{`, "\x00"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		c, err := ParseCommand(line)
		if err != nil {
			return
		}
		switch c.Cmd {
		case "rate":
			if !(c.Hz >= MinRate && c.Hz <= MaxRate) {
				t.Errorf("took a rate of %v", c.Hz)
			}
		case "pause", "resume", "mirror", "stop":
		default:
			t.Errorf("took command %q", c.Cmd)
		}
	})
}

func FuzzReadCommands(f *testing.F) {
	f.Add([]byte("{\"cmd\":\"stop\"}\n\n{}\nx\n{\"cmd\":\"pause\"}"))
	f.Add(bytes.Repeat([]byte("x"), 3*maxCommand))
	f.Fuzz(func(t *testing.T, input []byte) {
		commands := make(chan Command, len(input)+1)
		complaints := 0
		if err := ReadCommands(context.Background(), bytes.NewReader(input), commands, func(error) { complaints++ }); err != nil {
			t.Fatal(err)
		}
		if got, most := len(commands)+complaints, bytes.Count(input, []byte("\n"))+1; got > most {
			t.Errorf("got %d commands and complaints of %d lines", got, most)
		}
	})
}

func TestReadCommands(t *testing.T) {
	long := `{"cmd":"pause","x":"` + strings.Repeat("x", 2*maxCommand) + `"}`
	for _, c := range []struct {
		name, input string
		want        []string
		complaints  int
	}{
		{"nothing", "", nil, 0},
		{"two", "{\"cmd\":\"pause\"}\n{\"cmd\":\"resume\"}\n", []string{"pause", "resume"}, 0},
		{"no line end", `{"cmd":"stop"}`, []string{"stop"}, 0},
		{"blank lines and carriage returns", "\r\n{\"cmd\":\"stop\"}\r\n \n", []string{"stop"}, 0},
		{"goes on after rubbish", "rubbish\n{\"cmd\":\"dance\"}\n{\"cmd\":\"stop\"}\n", []string{"stop"}, 2},
		{"goes on after a long line", long + "\n{\"cmd\":\"stop\"}\n", []string{"stop"}, 1},
		{"ends in a long line", long, nil, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			commands := make(chan Command, 10)
			complaints := 0
			if err := ReadCommands(context.Background(), strings.NewReader(c.input), commands, func(error) { complaints++ }); err != nil {
				t.Fatal(err)
			}
			close(commands)
			var got []string
			for c := range commands {
				got = append(got, c.Cmd)
			}
			if strings.Join(got, " ") != strings.Join(c.want, " ") || complaints != c.complaints {
				t.Errorf("got %v and %d complaints, want %v and %d", got, complaints, c.want, c.complaints)
			}
		})
	}
}

func TestReadCommandsEnds(t *testing.T) {
	t.Run("with the context", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		err := ReadCommands(ctx, strings.NewReader(`{"cmd":"stop"}`), make(chan Command), nil)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want canceled", err)
		}
	})
	t.Run("with an error", func(t *testing.T) {
		r, w := io.Pipe()
		_ = w.CloseWithError(io.ErrClosedPipe)
		if err := ReadCommands(context.Background(), r, nil, nil); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("got %v, want a closed pipe", err)
		}
	})
}

func TestLines(t *testing.T) {
	var out bytes.Buffer
	l := lineWriter{w: &out}
	picture := []byte{0xff, 0xd8, 1, 2, 3}
	if err := errors.Join(
		l.source(SourceLine{Status: Live, Name: "demo", Demo: true, Stats: &Stats{1, 2, 3, 4}}),
		l.observation(&posture.Observation{Frame: 7}),
		l.mirror(picture, 320, 240),
	); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if len(lines) != 3 {
		t.Fatalf("got %d lines, want 3: %q", len(lines), out.String())
	}
	var types []string
	for _, line := range lines {
		var v struct {
			Type, Status, JPEG string
			Width              int
			Frame              int
			Stats              Stats
		}
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatalf("%v in %q", err, line)
		}
		types = append(types, v.Type)
		switch v.Type {
		case "source":
			if v.Status != "live" || v.Stats != (Stats{1, 2, 3, 4}) {
				t.Errorf("got %+v", v)
			}
		case "observation":
			if v.Frame != 7 {
				t.Errorf("got frame %d, want 7", v.Frame)
			}
		case "mirror":
			if got, err := base64.StdEncoding.DecodeString(v.JPEG); err != nil || !bytes.Equal(got, picture) || v.Width != 320 {
				t.Errorf("got picture %v of width %d, %v", got, v.Width, err)
			}
		}
	}
	if got := strings.Join(types, " "); got != "source observation mirror" {
		t.Errorf("got lines %s", got)
	}
}
