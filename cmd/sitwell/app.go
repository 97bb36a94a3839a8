package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"sitwell/posture/monitor"
	"sitwell/posture/sqlite"
	"sitwell/web"
)

// Exit codes.
const (
	exitOK        = 0
	exitFailed    = 1 // something unexpected
	exitBadInput  = 2 // a flag, the config, a model, the data folder or the database
	exitNoSource  = 3 // the source can't be opened or read
	exitNoCamera  = 4
	exitBusy      = 5 // another program has the camera
	exitNoRuntime = 6 // the ONNX Runtime library is missing or unusable
	exitAddrInUse = 7
	exitSecond    = 8 // another sitwell has the same data
	exitGoesOn    = 9 // a deletion was begun and is not over
)

// App is the program; its fields are what it touches of the outside, so that
// tests run the same thing as main does.
type App struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	Env            func(string) string
	Version        string
}

// codeError is an error with the exit code it means.
type codeError struct {
	code int
	err  error
}

func (e *codeError) Error() string { return e.err.Error() }
func (e *codeError) Unwrap() error { return e.err }

func coded(code int, format string, args ...any) error {
	return &codeError{code, fmt.Errorf(format, args...)}
}

// Main runs the program and returns its exit code.
func (a *App) Main(ctx context.Context, args []string) int {
	root := a.command()
	root.SetArgs(args)
	root.SetOut(a.Stdout)
	root.SetErr(a.Stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	fmt.Fprintf(a.Stderr, "sitwell: %v\n", err)
	return exitCode(err)
}

// exitCode tells an error's exit code.
func exitCode(err error) int {
	var c *codeError
	var fatal *monitor.FatalError
	var open *sqlite.OpenError
	var inUse *web.AddrInUseError
	var bind *web.PublicBindError
	switch {
	case errors.As(err, &c):
		return c.code
	case errors.As(err, &fatal):
		return fatal.Code
	case errors.Is(err, sqlite.ErrLocked):
		return exitSecond
	case errors.As(err, &open), errors.As(err, &bind):
		return exitBadInput
	case errors.As(err, &inUse):
		return exitAddrInUse
	}
	return exitFailed
}

func (a *App) command() *cobra.Command {
	root := &cobra.Command{
		Use:   "sitwell",
		Short: "Watches how you sit, so that you needn't",
		Long: `Sitwell watches how you sit through the webcam, scores the upper back against
your own upright, times your sitting and tells you when a slouch lasts.
Nothing leaves the machine.`,
		Example: `  sitwell run --open                 watch, and open the page
  sitwell run --source demo          try it without a camera
  sitwell replay clip.mp4            judge a recording
  sitwell whatif --alert-after 45s   which alerts would have come
  sitwell export --out sitwell.csv   write the history for a spreadsheet
  sitwell import sitwell.csv         take an export back
  sitwell relief --minutes 5         what to do about the tension
  sitwell report --out week.html     a week to look back on or hand over
  sitwell backup copy.db             copy the whole history
  sitwell delete --from 2026-11-20   let days of it go, for good
  sitwell doctor                     check camera, model, data folder and port`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return coded(exitBadInput, "unknown command %q (see sitwell --help)", args[0])
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return coded(exitBadInput, "%w (see %s --help)", err, c.CommandPath())
	})
	root.AddCommand(a.runCommand(), a.replayCommand(), a.whatIfCommand(), a.reportCommand(),
		a.reliefCommand(), a.exportCommand(), a.importCommand(), a.backupCommand(), a.deleteCommand(), a.doctorCommand(), a.healthCommand(), a.versionCommand())
	for _, c := range root.Commands() {
		if args := c.Args; args != nil {
			c.Args = func(c *cobra.Command, given []string) error {
				if err := args(c, given); err != nil {
					return coded(exitBadInput, "%w (see %s --help)", err, c.CommandPath())
				}
				return nil
			}
		}
	}
	return root
}

func (a *App) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		Run:   func(*cobra.Command, []string) { fmt.Fprintln(a.Stdout, "sitwell", a.Version) },
	}
}

// eyePath finds sitwell-eye: $SITWELL_EYE, or beside this program.
func (a *App) eyePath() (string, error) {
	if p := a.Env("SITWELL_EYE"); p != "" {
		if _, err := os.Stat(p); err != nil {
			return "", coded(exitBadInput, "SITWELL_EYE: %w", err)
		}
		return p, nil
	}
	self, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("find sitwell-eye: %w", err)
	}
	if real, err := filepath.EvalSymlinks(self); err == nil {
		self = real
	}
	p := filepath.Join(filepath.Dir(self), "sitwell-eye")
	if _, err := os.Stat(p); err != nil {
		return "", coded(exitBadInput, "sitwell-eye, which opens the camera, is not beside this program (%s): run make build, or set SITWELL_EYE to its path", p)
	}
	return p, nil
}
