package main

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"

	"github.com/spf13/cobra"

	"sitwell/posture/sqlite"
)

// dataFlags are the flags of the commands that work on the history.
type dataFlags struct{ data, config string }

func (f *dataFlags) add(c *cobra.Command) {
	c.Flags().StringVar(&f.data, "data", "", "folder of the history")
	c.Flags().StringVar(&f.config, "config", "", "config file")
}

// load reads the config and puts the folder that was named over its own.
func (f *dataFlags) load(a *App) (Config, error) {
	cfg, err := loadConfig(a.Env, f.config)
	if err != nil {
		return Config{}, err
	}
	if f.data != "" {
		cfg.Data = f.data
	}
	return cfg, nil
}

// historyFile is the database of a person's history.
func (c *Config) historyFile() string { return filepath.Join(c.Data, "sitwell.db") }

func noHistory(cfg Config) error {
	return coded(exitNoSource, "there is no history in %q yet: sitwell run makes it; --data names another folder", cfg.Data)
}

// readHistory opens the history for reading, beside whoever has it open.
func readHistory(ctx context.Context, cfg Config) (*sqlite.Store, error) {
	store, err := sqlite.OpenReadOnly(ctx, cfg.historyFile())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, noHistory(cfg)
	}
	if err != nil {
		return nil, err
	}
	if store.Schema() < sqlite.Latest {
		return nil, errors.Join(coded(exitBadInput,
			"the history in %q was made by an older Sitwell: start sitwell run once, which brings it up to date", cfg.Data), store.Close())
	}
	return store, nil
}
