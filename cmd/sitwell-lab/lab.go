package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"sitwell/models"
	"sitwell/vision"
)

// Exit codes.
const (
	exitOK         = 0
	exitUnexpected = 1
	exitUsage      = 2 // a bad flag or data set, a missing or altered model
	exitSource     = 3 // a picture or clip can't be opened or read
	exitNoCamera   = 4
	exitBusy       = 5
	exitRuntime    = 6 // no ONNX Runtime library
)

// lab is the program with its surroundings.
type lab struct{ out, err io.Writer }

// errUsage marks errors in what was asked for.
var errUsage = errors.New("usage")

// run runs the command line and returns the exit code.
func (l *lab) run(ctx context.Context, args []string) int {
	cmd := l.command()
	cmd.SetArgs(args)
	cmd.SetOut(l.out)
	cmd.SetErr(l.err)
	err := cmd.ExecuteContext(ctx)
	if err != nil {
		fmt.Fprintf(l.err, "sitwell-lab: %v\n", err)
	}
	return exitCode(err)
}

// exitCode maps an error to the code of its kind.
func exitCode(err error) int {
	var model *models.Error
	var data *datasetError
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errUsage), errors.As(err, &model), errors.As(err, &data):
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

func (l *lab) command() *cobra.Command {
	root := &cobra.Command{
		Use:   "sitwell-lab",
		Short: "Judge Sitwell's accuracy and measure its cost",
		Long: `Judge Sitwell's accuracy on labelled pictures and clips, and measure what a
frame costs. For whoever works on Sitwell; the watch itself needs none of it.`,
		Example: `  sitwell-lab eval data/synthetic
  sitwell-lab eval data/synthetic --json | jq .slouch
  sitwell-lab bench demo`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.AddCommand(l.evalCommand(), l.benchCommand(), l.fitAnglesCommand(), l.fitJudgeCommand(), l.seedCommand(), l.historyCommand())
	for _, c := range append(root.Commands(), root) {
		args := c.Args
		c.Args = func(c *cobra.Command, given []string) error { return usage(args(c, given)) }
		c.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage(err) })
	}
	return root
}

// usage marks an error as one in what was asked for.
func usage(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%w: %w: see sitwell-lab --help", errUsage, err)
}

// must panics on errors that only a mistake in this program can cause.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// landmarkModel is the model that --model names.
func landmarkModel(name string) (models.Name, error) {
	switch name {
	case "full":
		return models.LandmarkFull, nil
	case "lite":
		return models.LandmarkLite, nil
	}
	return "", usage(fmt.Errorf("--model %q: want full or lite", name))
}

// checkRate refuses rates that the eye refuses.
func checkRate(rate float64) error {
	if !(rate >= vision.MinRate && rate <= vision.MaxRate) {
		return usage(fmt.Errorf("--rate %v: want %v to %v", rate, vision.MinRate, vision.MaxRate))
	}
	return nil
}
