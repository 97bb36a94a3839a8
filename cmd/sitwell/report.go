package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"sitwell/posture/history"
	"sitwell/posture/report"
)

func (a *App) reportCommand() *cobra.Command {
	var where dataFlags
	var week, out string
	var force bool
	format := string(report.HTML)
	c := &cobra.Command{
		Use:   "report",
		Short: "Write a week to look back on, print or hand over",
		Long: `Writes the report of a week: score by hour and day, what the days were made of,
sitting and breaks, strain by area of the back beside the tension you told of,
alerts, the weeks before, and how to read all that. It works whether or not
sitwell run is watching, and changes nothing.

  html  one file with charts, that needs no other and no network, for the
        screen and for A4
  md    the same in tables, for a terminal or a mail
  json  the same figures as GET /api/v1/weeks/2026-W47

Weeks are those of ISO 8601, from Monday. Without --week it is the present one,
or, when nothing was watched in it yet, the last one in which something was.

The exit code is 0 when it was written, 2 for a bad flag, config or database or
a file that is there already, 3 when there is no history.`,
		Example: `  sitwell report --out week.html
  sitwell report --week 2026-W47 --out week.html --force
  sitwell report --format md | less`,
		Args: cobra.NoArgs,
	}
	f := c.Flags()
	f.StringVar(&week, "week", "", "the week, as 2026-W47; left out, the last one with data")
	f.StringVar(&format, "format", format, "html, md or json")
	f.StringVar(&out, "out", "", "file to write to, instead of standard output")
	f.BoolVar(&force, "force", false, "replace the file if it is there")
	where.add(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		as, err := report.ParseFormat(format)
		if err != nil {
			return coded(exitBadInput, "--%w", err)
		}
		var which *history.ISOWeek
		if c.Flags().Changed("week") {
			w, err := history.ParseWeek(week)
			if err != nil {
				return coded(exitBadInput, "--%w", err)
			}
			which = &w
		}
		toFile, err := toFile(c, out, force)
		if err != nil {
			return err
		}
		cfg, err := where.load(a)
		if err != nil {
			return err
		}
		told, err := readWeek(c.Context(), cfg, which, time.Now())
		if err != nil {
			return err
		}
		var text bytes.Buffer
		if err := report.Write(&text, told, as); err != nil {
			return err
		}
		if toFile {
			return writeWhole(out, text.Bytes(), force)
		}
		if _, err := a.Stdout.Write(text.Bytes()); err != nil {
			return fmt.Errorf("write the report: %w", err)
		}
		return nil
	}
	return c
}

// readWeek reads a week of the history, the last one with data when which is nil.
func readWeek(ctx context.Context, cfg Config, which *history.ISOWeek, now time.Time) (w history.Week, err error) {
	store, err := readHistory(ctx, cfg)
	if err != nil {
		return w, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	src := store.History()
	if which != nil {
		if w, err = history.ReadWeek(ctx, src, *which, now); err != nil || !report.Empty(&w) {
			return w, err
		}
	}
	last, found, err := report.Latest(ctx, src, now)
	switch {
	case err != nil:
		return w, err
	case !found:
		return w, coded(exitNoSource, "there is nothing in the history in %q yet: sitwell run fills it; --data names another folder", cfg.Data)
	case which != nil:
		return w, nil // an empty week of a history that isn't
	}
	return history.ReadWeek(ctx, src, last, now)
}

// toFile reports whether --out was given, and refuses what it can't be.
func toFile(c *cobra.Command, out string, force bool) (bool, error) {
	given := c.Flags().Changed("out")
	switch {
	case given:
		return true, mayWrite(out, force)
	case force:
		return false, coded(exitBadInput, "--force is for --out FILE, which is not given")
	}
	return false, nil
}

// mayWrite refuses a path that can't be written to, before anything is read.
func mayWrite(path string, force bool) error {
	there, err := os.Stat(path)
	switch {
	case path == "":
		return coded(exitBadInput, "--out is empty: name a file")
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return coded(exitBadInput, "--out: %w", err)
	case !there.Mode().IsRegular():
		return coded(exitBadInput, "--out %q is not a file", path)
	case !force:
		return fileThere(path)
	}
	return nil
}

func fileThere(path string) error {
	return coded(exitBadInput, "--out %q is there already: --force replaces it", path)
}

// writeWhole writes a file as [writeOut] does.
func writeWhole(path string, text []byte, force bool) error {
	return writeOut(path, force, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}

// writeOut has write fill a file that only its owner may read: all of it or, after
// an error, none. Unless force is set, a file that is there is left as it is.
func writeOut(path string, force bool, write func(io.Writer) error) (err error) {
	defer func() {
		if err != nil && !errors.As(err, new(*codeError)) {
			err = fmt.Errorf("write %q: %w", path, err)
		}
	}()
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) //nolint:errcheck // gone when it was renamed
	if err = write(f); err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	if force {
		return os.Rename(f.Name(), path)
	}
	// A link, unlike a renaming, never replaces what somebody made meanwhile.
	err = os.Link(f.Name(), path)
	switch {
	case errors.Is(err, fs.ErrExist):
		return fileThere(path)
	case err == nil:
		return nil
	}
	// Some file systems have no links.
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return fileThere(path)
	}
	return os.Rename(f.Name(), path)
}
