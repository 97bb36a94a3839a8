package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"sitwell/posture/sqlite"
)

func (a *App) backupCommand() *cobra.Command {
	var where dataFlags
	var force bool
	c := &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the whole history to a file, also while sitwell runs",
		Long: `Copies the whole history to one file: events, minutes, uprights, settings and
measurements, as of one moment. It may be done while sitwell run is watching,
which does not wait for it.

To put a copy back, stop sitwell, delete sitwell.db-wal and sitwell.db-shm in its
data folder if they are there, and copy the file over sitwell.db. What was
deleted from the history since is in the copy.

The exit code is 0 when the copy is on disk, 2 when the file is there already or
can't be written, 3 when there is no history.`,
		Example: `  sitwell backup /media/stick/sitwell-2026-11.db
  sitwell backup --force ~/sitwell.backup`,
		Args: cobra.ExactArgs(1),
	}
	where.add(c)
	c.Flags().BoolVar(&force, "force", false, "replace the file if it is there")
	c.RunE = func(c *cobra.Command, args []string) (err error) {
		cfg, err := where.load(a)
		if err != nil {
			return err
		}
		to := args[0]
		if info, err := os.Stat(to); err == nil {
			switch {
			case info.IsDir():
				return coded(exitBadInput, "%q is a folder: name a file in it", to)
			case !info.Mode().IsRegular():
				return coded(exitBadInput, "%q is not a file", to)
			}
			if !force {
				return coded(exitBadInput, "%q is there already: choose another name, or --force replaces it", to)
			}
		}
		store, err := sqlite.OpenReadOnly(c.Context(), cfg.historyFile())
		if errors.Is(err, fs.ErrNotExist) {
			return noHistory(cfg)
		}
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, store.Close()) }()
		if err := store.Backup(c.Context(), to); err != nil {
			return coded(exitBadInput, "%w", err)
		}
		info, err := os.Stat(to)
		if err != nil {
			return err
		}
		fmt.Fprintf(a.Stdout, "The history is copied to %s (%s).\n", to, megabytes(info.Size()))
		return nil
	}
	return c
}

// megabytes says a size.
func megabytes(bytes int64) string { return fmt.Sprintf("%.1f MB", float64(bytes)/1e6) }
