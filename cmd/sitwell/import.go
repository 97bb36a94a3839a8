package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"sitwell/posture/sqlite"
)

func (a *App) importCommand() *cobra.Command {
	var where dataFlags
	c := &cobra.Command{
		Use:   "import FILE",
		Short: "Take an export back into the history",
		Long: `Reads what sitwell export wrote, CSV or JSON, from a file or, as "-", from
standard input, and adds it to the history: all of it or, when anything is wrong
with it, nothing. Into an empty data folder it comes back to the last digit.

Into a folder with a history only what is new is added. An event whose number is
taken gets another one, and what answers it goes on answering it. A minute that
is in both with other figures is refused: delete that day first, or import into
an empty folder (--data).

sitwell run must be stopped meanwhile.

The exit code is 0 when it was taken, 2 for a bad flag, config, file or database,
8 when another sitwell has the data.`,
		Example: `  sitwell import sitwell.csv
  sitwell import --data ~/another sitwell.json
  gunzip -c sitwell.csv.gz | sitwell import -`,
		Args: cobra.ExactArgs(1),
	}
	where.add(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		cfg, err := where.load(a)
		if err != nil {
			return err
		}
		name, in := args[0], a.Stdin
		if name == "-" {
			in = heeding(c.Context(), in)
		} else {
			f, err := os.Open(name)
			if err != nil {
				return coded(exitBadInput, "import: %w", err)
			}
			defer f.Close() //nolint:errcheck // only read
			if info, err := f.Stat(); err == nil && info.IsDir() {
				return coded(exitBadInput, "import %q: it is a folder: give a file that sitwell export wrote", name)
			}
			in = f
		}
		done, err := takeBack(c.Context(), cfg, in)
		var bad *sqlite.ImportError
		if errors.As(err, &bad) {
			return coded(exitBadInput, "import %q: %w; nothing was changed", name, bad)
		}
		if err != nil {
			return fmt.Errorf("%w; nothing was changed", err)
		}
		a.printImported(&done)
		return nil
	}
	return c
}

// takeBack looks at the export before it makes a data folder for it.
func takeBack(ctx context.Context, cfg Config, in io.Reader) (done sqlite.Imported, err error) {
	m, err := sqlite.NewImport(in)
	if err != nil {
		return done, err
	}
	if err := makeData(cfg.Data); err != nil {
		return done, err
	}
	path := cfg.historyFile()
	_, err = os.Lstat(path)
	made := errors.Is(err, fs.ErrNotExist)
	store, err := sqlite.Open(ctx, path)
	if err != nil {
		return done, err
	}
	defer func() {
		err = errors.Join(err, store.Close())
		if err != nil && made { // a history of nothing would be taken for one
			err = errors.Join(err, os.Remove(path), os.Remove(path+".lock"))
		}
	}()
	return store.Import(ctx, m)
}

func (a *App) printImported(done *sqlite.Imported) {
	count := func(get func(sqlite.Counted) int64) string {
		var parts []string
		for _, c := range []struct {
			n    sqlite.Counted
			what string
		}{
			{done.Events, "events"},
			{done.Minutes, "minutes"},
			{done.Quarters, "quarters of an hour"},
			{done.Baselines, "baselines"},
			{done.Zones, "time zones"},
		} {
			if n := get(c.n); n > 0 {
				parts = append(parts, fmt.Sprintf("%d %s", n, c.what))
			}
		}
		if len(parts) == 0 {
			return "nothing"
		}
		return strings.Join(parts, ", ")
	}
	fmt.Fprintf(a.Stdout, "Added: %s.\n", count(func(c sqlite.Counted) int64 { return c.Added }))
	fmt.Fprintf(a.Stdout, "There already: %s.\n", count(func(c sqlite.Counted) int64 { return c.There }))
	if !done.Changed() {
		fmt.Fprintln(a.Stdout, "Nothing was changed.")
	}
	if done.Renumbered > 0 {
		fmt.Fprintf(a.Stdout, "%d have another number than in the file, where theirs is taken.\n", done.Renumbered)
	}
	if done.Cut > 0 {
		fmt.Fprintf(a.Stdout, "%d answer something that is neither in the file nor here, and now stand alone.\n", done.Cut)
	}
}
