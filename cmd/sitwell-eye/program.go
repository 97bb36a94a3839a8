package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"sitwell/models"
	"sitwell/vision"
)

// Exit codes.
const (
	exitOK         = 0
	exitUnexpected = 1
	exitUsage      = 2 // a bad flag, a missing or altered model
	exitSource     = 3 // the source can't be opened or read
	exitNoCamera   = 4
	exitBusy       = 5
	exitRuntime    = 6 // no ONNX Runtime library
)

// program is sitwell-eye with its surroundings.
type program struct {
	in       io.Reader
	out, err io.Writer
	exit     func(code int) // when a read hangs that nothing can interrupt
}

// version is set by the build.
var version = "unknown"

// errUsage marks errors in what was asked for.
var errUsage = errors.New("usage")

// run runs the command line and returns the exit code.
func (p *program) run(ctx context.Context, args []string) int {
	cmd := p.command()
	cmd.SetArgs(args)
	cmd.SetIn(p.in)
	cmd.SetOut(p.out)
	cmd.SetErr(p.err)
	err := cmd.ExecuteContext(ctx)
	if err != nil {
		fmt.Fprintf(p.err, "sitwell-eye: %v\n", err)
	}
	return exitCode(err)
}

// exitCode maps an error to the code of its kind.
func exitCode(err error) int {
	var model *models.Error
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errUsage), errors.As(err, &model):
		return exitUsage
	case errors.Is(err, vision.ErrRuntime):
		return exitRuntime
	case errors.Is(err, vision.ErrNoCamera):
		return exitNoCamera
	case errors.Is(err, vision.ErrBusy):
		return exitBusy
	case errors.Is(err, vision.ErrSource), errors.Is(err, vision.ErrLost):
		return exitSource
	}
	return exitUnexpected
}

// options are the flags.
type options struct {
	source, speed, model, models, start string
	rate                                float64
	census                              time.Duration
	loop, track, parent                 bool
	list, check, probe                  bool
}

func (p *program) command() *cobra.Command {
	var o options
	cmd := &cobra.Command{
		Use:   "sitwell-eye",
		Short: "Watch a camera or a recording and write what is seen, one JSON object a line",
		Long: `Watch a camera or a recording and write what is seen, one JSON object a line:
33 landmarks of one person in pixels and metres, or why there are none. It
writes no file and opens no network connection but to a video address you give.

Lines of {"type":"observation"}, {"type":"source"} (how the source is doing) and
{"type":"mirror"} (a small picture, only when asked for) go to standard output.
Standard input takes commands, one JSON object a line: {"cmd":"rate","hz":5},
{"cmd":"pause"} (a camera is released), {"cmd":"resume"},
{"cmd":"mirror","on":true} (two pictures a second for a minute), {"cmd":"stop"}.

Exit codes: 0 done, 1 unexpected, 2 bad flag or altered model, 3 source can't be
opened or read, 4 no camera, 5 camera busy, 6 no ONNX Runtime library.`,
		Example: `  sitwell-eye | jq                          # the first camera that gives a frame
  sitwell-eye --source demo | jq .type
  sitwell-eye --source clip.mp4 --speed max --rate 5 > clip.jsonl
  sitwell-eye --source pictures/ | jq '.landmarks[0]'
  sitwell-eye --source rtsp://camera.local/stream
  sitwell-eye --list`,
		Version:       version,
		Args:          func(c *cobra.Command, args []string) error { return usage(cobra.NoArgs(c, args)) },
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          func(c *cobra.Command, _ []string) error { return p.watch(c.Context(), o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.source, "source", vision.Auto, "camera (auto, a number, /dev/video0, /dev/v4l/by-id/...), video `FILE`, picture folder, address or demo")
	f.Float64Var(&o.rate, "rate", vision.DefaultRate, fmt.Sprintf("observations a second, %v to %v `HZ`", vision.MinRate, vision.MaxRate))
	f.StringVar(&o.speed, "speed", "1", "how many times as fast as real a recording plays, or max `N`")
	f.BoolVar(&o.loop, "loop", false, "play a recording again and again")
	f.StringVar(&o.model, "model", "full", "landmark model: full, or lite at half the cost")
	f.StringVar(&o.models, "models", "", "`DIR` with the model files, instead of the built-in ones")
	f.StringVar(&o.start, "start", "", "wall clock of a recording's first frame, `TIME` as 2026-01-31T09:00:00Z (default now)")
	f.DurationVar(&o.census, "census", vision.DefaultCensus, "how often people are counted while one is followed, 0 for never")
	f.BoolVar(&o.track, "track", false, "follow people across the pictures of a folder")
	f.BoolVar(&o.parent, "parent", false, "stop when standard input ends, as the child of a service")
	f.BoolVar(&o.list, "list", false, "list the cameras and stop")
	f.BoolVar(&o.check, "check", false, "check cameras, models and libraries, write a report and stop")
	f.BoolVar(&o.probe, "probe", false, "take one frame from the source, write its source line and stop")
	cmd.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage(err) })
	for flag, values := range map[string][]string{
		"model": {"full", "lite"},
		"speed": {"1", "max"},
	} {
		must(cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)))
	}
	must(cmd.MarkFlagDirname("models"))
	return cmd
}

// must panics on errors that only a mistake in this file can cause.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// usage marks an error as one in what was asked for.
func usage(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %w: see sitwell-eye --help", errUsage, err)
}

// watch does what the flags say.
func (p *program) watch(ctx context.Context, o options) error {
	cfg, err := o.config()
	if err != nil {
		return usage(err)
	}
	switch {
	case o.list:
		return p.list()
	case o.check:
		report, err := vision.Check(o.models)
		return errors.Join(p.write(report), err)
	case o.probe:
		line, err := vision.Probe(o.source)
		if err != nil {
			return err
		}
		return p.write(line)
	}

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	commands := make(chan vision.Command)
	cfg.Out, cfg.Commands = p.out, commands
	cfg.Complain = func(err error) { fmt.Fprintf(p.err, "sitwell-eye: %v\n", err) }
	cfg.Hung = func() { p.exit(exitSource) }
	eye, err := vision.NewEye(cfg)
	if err != nil {
		return usage(err)
	}
	// The reader ends with standard input, or with the process.
	go func() {
		if err := vision.ReadCommands(ctx, p.in, commands, cfg.Complain); err != nil && ctx.Err() == nil {
			cfg.Complain(err)
		}
		if o.parent {
			cancel()
		}
	}()
	return eye.Run(ctx)
}

// config checks the flags.
func (o *options) config() (vision.Config, error) {
	cfg := vision.Config{
		Source: o.source, Rate: o.rate, Loop: o.loop, Track: o.track,
		Pose: vision.PoseOptions{Dir: o.models, Census: o.census},
	}
	if o.source == "" {
		return cfg, errors.New("--source is empty")
	}
	if o.list && o.check || o.list && o.probe || o.check && o.probe {
		return cfg, errors.New("--list, --check and --probe: give one of them")
	}
	if o.census == 0 {
		cfg.Pose.Census = -1
	}
	switch o.model {
	case "full":
		cfg.Pose.Landmarks = models.LandmarkFull
	case "lite":
		cfg.Pose.Landmarks = models.LandmarkLite
	default:
		return cfg, fmt.Errorf("--model %q: want full or lite", o.model)
	}
	if o.speed != "max" {
		speed, err := strconv.ParseFloat(o.speed, 64)
		if err != nil || !(speed > 0) || math.IsInf(speed, 0) {
			return cfg, fmt.Errorf("--speed %q: want a number above 0, or max", o.speed)
		}
		cfg.Speed = speed
	}
	if o.start != "" {
		start, err := time.Parse(time.RFC3339, o.start)
		if err != nil {
			return cfg, fmt.Errorf("--start %q: want a time like 2026-01-31T09:00:00Z", o.start)
		}
		cfg.Start = start
	}
	_, err := vision.NewEye(cfg)
	return cfg, err
}

// list writes the cameras.
func (p *program) list() error {
	cameras, err := vision.Cameras()
	if err != nil {
		return err
	}
	for _, c := range cameras {
		if err := p.write(c); err != nil {
			return err
		}
	}
	return nil
}

// write writes one JSON object.
func (p *program) write(v any) error {
	if err := json.NewEncoder(p.out).Encode(v); err != nil {
		return fmt.Errorf("write output: %w", err)
	}
	return nil
}
