package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"syscall"

	"github.com/spf13/cobra"

	"sitwell/posture/history"
	"sitwell/posture/sqlite"
)

func (a *App) exportCommand() *cobra.Command {
	var where dataFlags
	var from, to, format, out string
	var force bool
	c := &cobra.Command{
		Use:   "export",
		Short: "Write the history as CSV or JSON",
		Long: `Writes events, minutes, baselines and time zones to standard output or a file,
in a form that spreadsheets and programs read, and that sitwell import takes
back. docs/EXPORT.md tells its columns. Nothing is changed; it works whether or
not sitwell run is watching.

Days are of the calendar by the time zone you lived in then; the first and the
last are included. Baselines and zones are always in it. Settings, the
profile and the measurements of the last days are not: sitwell backup copies
everything.

The exit code is 0 when it was written, 2 for a bad flag, config or database, 3
when there is no history.`,
		Example: `  sitwell export --out sitwell.csv
  sitwell export --from 2026-11-01 --to 2026-11-25 | head
  sitwell export --format json | jq '.records[] | select(.kind == "alert")'`,
		Args: cobra.NoArgs,
	}
	f := c.Flags()
	f.StringVar(&from, "from", "", "first day, as 2026-11-01; left out, from the beginning")
	f.StringVar(&to, "to", "", "last day, as 2026-11-25; left out, to the end")
	f.StringVar(&format, "format", sqlite.FormatCSV, "csv or json")
	f.StringVar(&out, "out", "", "file to write to, instead of standard output")
	f.BoolVar(&force, "force", false, "replace the file if it is there")
	_ = c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{sqlite.FormatCSV, sqlite.FormatJSON}, cobra.ShellCompDirectiveNoFileComp))
	where.add(c)
	c.RunE = func(c *cobra.Command, _ []string) (err error) {
		first, last, err := history.ParseBounds(from, to)
		if err != nil {
			return coded(exitBadInput, "%w", err)
		}
		if format != sqlite.FormatCSV && format != sqlite.FormatJSON {
			return coded(exitBadInput, "--format %q: want %s or %s", format, sqlite.FormatCSV, sqlite.FormatJSON)
		}
		toFile, err := toFile(c, out, force)
		if err != nil {
			return err
		}
		cfg, err := where.load(a)
		if err != nil {
			return err
		}
		store, err := readHistory(c.Context(), cfg)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, store.Close()) }()
		if !toFile {
			_, err := store.Export(c.Context(), a.Stdout, first, last, format)
			if errors.Is(err, syscall.EPIPE) || errors.Is(err, io.ErrClosedPipe) {
				return nil // whoever read it has enough
			}
			return err
		}
		var records int64
		if err := writeOut(out, force, func(w io.Writer) error {
			records, err = store.Export(c.Context(), w, first, last, format)
			return err
		}); err != nil {
			return err
		}
		fmt.Fprintf(a.Stdout, "%d records are in %s.\n", records, out)
		return nil
	}
	return c
}

// Export is what the page's export writes, of the database that it now shows.
func (e *shown) Export(ctx context.Context, w io.Writer, first, last *history.Date, format string) error {
	_, err := e.now().Export(ctx, w, first, last, format)
	return err
}
