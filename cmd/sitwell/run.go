package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sitwell/posture"
	"sitwell/posture/history"
	"sitwell/posture/monitor"
	"sitwell/posture/relief"
	"sitwell/posture/sqlite"
	"sitwell/web"
)

func (a *App) runCommand() *cobra.Command {
	var path, modelsDir string
	var noDemo, open bool
	flags := defaultConfig(a.Env)
	c := &cobra.Command{
		Use:   "run",
		Short: "Watch, judge, keep the history and serve the page",
		Long: `Watches until it is stopped (Ctrl-C), and serves the page at the address it
prints. Flags go over the config file, which is
$XDG_CONFIG_HOME/sitwell/config.toml unless --config names another.

A source is: auto (the first camera that gives a picture; the built-in demo
when there is none), a camera's number, a device (/dev/video0,
/dev/v4l/by-id/...), a video file, a folder of pictures, an RTSP or HTTP MJPEG
address, or demo.`,
		Example: `  sitwell run --open
  sitwell run --source /dev/v4l/by-id/usb-Acme_Webcam-video-index0
  sitwell run --source rtsp://192.0.2.7/desk --rate 1
  sitwell run --source demo --addr 127.0.0.1:0`,
		Args: cobra.NoArgs,
	}
	f := c.Flags()
	f.StringVar(&flags.Source, "source", flags.Source, "what to watch")
	f.Float64Var(&flags.Rate, "rate", flags.Rate, "observations a second, 0.2 to 30")
	f.StringVar(&flags.Model, "model", flags.Model, "landmark model: full or lite")
	f.StringVar(&modelsDir, "models", "", "folder with the ONNX models, instead of the built-in ones")
	f.StringVar(&flags.Addr, "addr", flags.Addr, "address of the page; port 0 takes any free one")
	f.StringSliceVar(&flags.Hosts, "host", nil, "further name under which the page may be asked for (repeatable)")
	f.StringVar(&flags.Token, "token", "", `secret for the page, needed when others can reach the address; "auto" makes one and keeps it`)
	f.StringVar(&flags.Data, "data", flags.Data, "folder of the history")
	f.StringVar(&path, "config", "", "config file")
	f.BoolVar(&noDemo, "no-demo", false, "wait for a camera instead of playing the demo when there is none")
	f.BoolVar(&open, "open", false, "open the page in the browser")
	_ = c.RegisterFlagCompletionFunc("source", cobra.FixedCompletions([]string{"auto", "demo", "0"}, cobra.ShellCompDirectiveDefault))
	_ = c.RegisterFlagCompletionFunc("model", cobra.FixedCompletions([]string{"full", "lite"}, cobra.ShellCompDirectiveNoFileComp))
	c.RunE = func(c *cobra.Command, _ []string) error {
		cfg, err := loadConfig(a.Env, path)
		if err != nil {
			return err
		}
		for name, take := range map[string]func(){
			"source": func() { cfg.Source = flags.Source },
			"rate":   func() { cfg.Rate = flags.Rate },
			"model":  func() { cfg.Model = flags.Model },
			"addr":   func() { cfg.Addr = flags.Addr },
			"host":   func() { cfg.Hosts = flags.Hosts },
			"token":  func() { cfg.Token = flags.Token },
			"data":   func() { cfg.Data = flags.Data },
			"no-demo": func() {
				cfg.Demo = !noDemo
			},
		} {
			if c.Flags().Changed(name) {
				take()
			}
		}
		if err := cfg.check(); err != nil {
			return coded(exitBadInput, "%w", err)
		}
		return a.run(c.Context(), cfg, modelsDir, open)
	}
	return c
}

// run is the service. It returns nil when ctx ended it.
func (a *App) run(ctx context.Context, cfg Config, modelsDir string, open bool) (err error) {
	log := slog.New(slog.NewTextHandler(a.Stderr, nil))
	eye, err := a.eyeCommand(cfg.Model, modelsDir)
	if err != nil {
		return err
	}
	if err := makeData(cfg.Data); err != nil {
		return err
	}
	store, err := sqlite.Open(ctx, cfg.historyFile())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if u, upgraded := store.Upgraded(); upgraded {
		log.Info("the history was brought up to date", "from", u.From, "to", u.To, "copy", u.Backup)
	}
	// What the demo brings about never mixes with a person's history.
	demo, err := sqlite.Open(ctx, filepath.Join(cfg.Data, "demo.db"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, demo.Close()) }()
	keepZone(ctx, log, store, demo)
	if cfg.Token == "auto" {
		if cfg.Token, err = keptToken(filepath.Join(cfg.Data, "token")); err != nil {
			return err
		}
	}

	demoPolicy := posture.DemoPolicy()
	demoPolicy.Zone = time.Local
	policy := cfg.policy()
	policy.Careful = careful(ctx, store, log)
	m, err := monitor.New(monitor.Config{
		Eye: eye, Source: cfg.Source, Rate: cfg.Rate, NoDemo: !cfg.Demo,
		Policy: policy, DemoPolicy: demoPolicy, Measurements: time.Duration(cfg.History.Measurements),
		Minutes: time.Duration(cfg.History.Minutes), Events: time.Duration(cfg.History.Events),
		Store: store, DemoStore: demo, Version: a.Version, Logger: log,
	})
	if err != nil {
		return coded(exitBadInput, "%w", err)
	}
	shown := &shown{m, store, demo}
	s, err := web.New(web.Config{
		Addr: cfg.Addr, Token: cfg.Token, AllowedHosts: cfg.Hosts, Service: m,
		Events: shown, History: shown.History, Own: shown.Own, Profile: store, Archive: shown, Export: shown.Export, Keep: cfg.keep(), Logger: log, Version: a.Version,
	})
	if err != nil {
		return coded(exitBadInput, "%w", err)
	}
	if err := s.Listen(); err != nil {
		return err
	}
	// The commands that change the history find this one by it.
	if err := os.WriteFile(addressFile(cfg.Data), fmt.Appendf(nil, "%s\n%d\n", s.URL(), os.Getpid()), 0o600); err != nil {
		log.Warn("sitwell delete will not find this sitwell", "error", err)
	}
	defer func() { _ = os.Remove(addressFile(cfg.Data)) }()
	fmt.Fprintf(a.Stdout, "Sitwell's page: %s\n", s.URL())
	if open {
		openPage(ctx, log, s.URL())
	}

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ends := make(chan error, 2)
	go func() { ends <- m.Run(ctx) }()
	go func() { ends <- s.Run(ctx) }()
	err = <-ends
	cancel()
	return errors.Join(err, <-ends)
}

// eyeCommand is how sitwell-eye is started.
func (a *App) eyeCommand(model, modelsDir string) (monitor.EyeCommand, error) {
	path, err := a.eyePath()
	if err != nil {
		return monitor.EyeCommand{}, err
	}
	c := monitor.EyeCommand{Path: path, Args: []string{"--model", model}}
	if modelsDir != "" {
		c.Args = append(c.Args, "--models", modelsDir)
	}
	return c, nil
}

// makeData makes the data folder, for this user only.
func makeData(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return coded(exitBadInput, "make the data folder: %w: choose one that can be written with --data", err)
	}
	return nil
}

// keptToken reads the token that an earlier run made, or makes one.
func keptToken(path string) (string, error) {
	b, err := os.ReadFile(path)
	if err == nil {
		if t := strings.TrimSpace(string(b)); t != "" {
			return t, nil
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return "", coded(exitBadInput, "read the token: %w", err)
	}
	t := rand.Text()
	if err := os.WriteFile(path, []byte(t+"\n"), 0o600); err != nil {
		return "", coded(exitBadInput, "keep the token: %w", err)
	}
	return t, nil
}

// openPage asks the desktop for a browser; failing to is no reason to stop.
func openPage(ctx context.Context, log *slog.Logger, url string) {
	opener := "xdg-open"
	if runtime.GOOS == "darwin" {
		opener = "open"
	}
	cmd := exec.CommandContext(ctx, opener, url)
	if err := cmd.Start(); err != nil {
		log.Warn("the browser can't be opened", "error", err)
		return
	}
	go func() { _ = cmd.Wait() }()
}

// shown is the database that the page now shows.
type shown struct {
	monitor     *monitor.Monitor
	store, demo *sqlite.Store
}

var (
	_ web.Events  = (*shown)(nil)
	_ web.Archive = (*shown)(nil)
)

func (e *shown) now() *sqlite.Store {
	if e.monitor.Status().Source.Demo {
		return e.demo
	}
	return e.store
}

// careful reports whether what the person said of their health is against telling them
// to move. What can't be read is no reason to tell them.
func careful(ctx context.Context, store *sqlite.Store, log *slog.Logger) bool {
	text, err := store.Profile(ctx)
	var said relief.Profile
	if err == nil {
		said, err = relief.ParseProfile(text)
	}
	if err != nil {
		log.Warn("what was said of the person's health can't be read: alerts ask nobody to move", "error", err)
		return true
	}
	var p relief.Person
	said.Over(&p, time.Now())
	return relief.Careful(p)
}

// RecentEvents implements web.Events.
func (e *shown) RecentEvents(ctx context.Context, limit int) ([]posture.Event, error) {
	events, err := e.now().RecentEvents(ctx, limit)
	slices.Reverse(events)
	return events, err
}

// EventsAfter implements web.Events.
func (e *shown) EventsAfter(ctx context.Context, id int64, limit int) ([]posture.Event, error) {
	return e.now().Events(ctx, sqlite.EventQuery{After: id, Limit: limit})
}

// EventPage implements web.Events.
func (e *shown) EventPage(ctx context.Context, from, to time.Time, after int64, limit int) ([]posture.Event, error) {
	events, err := e.now().EventPage(ctx, from, to, after, limit)
	if errors.Is(err, sqlite.ErrNotFound) {
		return nil, fmt.Errorf("%w: %w", monitor.ErrUnknown, err)
	}
	return events, err
}

// Kept implements web.Archive.
func (e *shown) Kept(ctx context.Context, from, to time.Time) (posture.Kept, error) {
	return e.now().Kept(ctx, from, to)
}

// Extent implements web.Archive.
func (e *shown) Extent(ctx context.Context) (first, last time.Time, ok bool, err error) {
	return e.now().Extent(ctx)
}

// Size implements web.Archive.
func (e *shown) Size() (int64, error) { return e.now().Size() }

// Own is the person's history.
func (e *shown) Own() history.Source { return e.store.History() }

// History is what days and weeks are made of.
func (e *shown) History() history.Source { return e.now().History() }
