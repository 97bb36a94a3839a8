package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
)

//go:embed migrations/*.sql
var files embed.FS

// A migration brings the schema from the version before to its own. Once
// shipped it is never altered.
type migration struct {
	version int
	name    string
	sql     string
}

// embedded returns the migrations in order; their file names begin with the
// version, in four digits, without a gap from 1.
func embedded() []migration {
	entries, err := fs.ReadDir(files, "migrations") // sorted by name
	if err != nil {
		panic(err)
	}
	var ms []migration
	for i, e := range entries {
		name := e.Name()
		version, err := strconv.Atoi(name[:4])
		if err != nil || version != i+1 {
			panic(fmt.Sprintf("migrations/%s: want number %04d", name, i+1))
		}
		text, err := files.ReadFile("migrations/" + name)
		if err != nil {
			panic(err)
		}
		ms = append(ms, migration{version, name, string(text)})
	}
	return ms
}

// create makes a new database beside path and moves it there when it is whole
// and on disk: a kill at any instant leaves either none or a good one.
func create(ctx context.Context, path string, seam seams) error {
	for _, left := range []string{"-wal", "-journal"} {
		// SQLite would play an old log back into the new file.
		if info, err := os.Stat(path + left); err == nil && info.Size() > 0 {
			return &OpenError{
				Reason: ErrDamaged,
				Detail: filepath.Base(path) + left + " is there without its database",
				Advice: "put the database back beside it, or move it away",
			}
		}
	}
	return replace(path, func(temp string) (err error) {
		db, err := connect(temp, making, seam)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, db.Close()) }()
		db.SetMaxOpenConns(1)
		if _, err := db.ExecContext(ctx, fmt.Sprintf("PRAGMA auto_vacuum = INCREMENTAL; PRAGMA application_id = %d", applicationID)); err != nil {
			return err
		}
		if err := migrate(ctx, db, seam.migrations, seam); err != nil {
			return err
		}
		seam.at("made")
		_, err = db.ExecContext(ctx, "PRAGMA journal_mode = WAL")
		return err
	}, seam)
}

// upgrade brings the database at path up to the last migration, after a copy
// was made. It changes nothing when the database is newer or up to date.
func upgrade(ctx context.Context, path string, seam seams) (Upgrade, error) {
	from, err := version(ctx, path, seam)
	if err != nil {
		return Upgrade{}, fmt.Errorf("read its version: %w", err)
	}
	to := len(seam.migrations)
	switch {
	case from > to:
		return Upgrade{}, &OpenError{Reason: ErrNewer, Detail: fmt.Sprintf("schema %d, this one knows up to %d", from, to)}
	case from < 1:
		return Upgrade{}, &OpenError{Reason: ErrDamaged, Detail: fmt.Sprintf("schema %d", from)}
	case from == to:
		return Upgrade{}, nil
	}
	u := Upgrade{From: from, To: to, Backup: fmt.Sprintf("%s.v%d.backup", path, from)}
	if err := backup(ctx, path, u.Backup, seam); err != nil {
		return Upgrade{}, fmt.Errorf("back up to %q before the upgrade: %w", u.Backup, err)
	}
	db, err := connect(path, migrating, seam)
	if err != nil {
		return Upgrade{}, err
	}
	db.SetMaxOpenConns(1)
	if err := errors.Join(migrate(ctx, db, seam.migrations[from:], seam), db.Close()); err != nil {
		return Upgrade{}, fmt.Errorf("upgrade from schema %d (a copy is at %q): %w", from, u.Backup, err)
	}
	return u, nil
}

// incremental is SQLite's number for an auto_vacuum in steps.
const incremental = 2

// makeShrinkable has the file give room back in steps, as one made today does; it
// also drops what earlier versions deleted without wiping it. One that has been
// made so is left alone.
func makeShrinkable(ctx context.Context, path string, seam seams) (err error) {
	db, err := connect(path, migrating, seam)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SetMaxOpenConns(1)
	var mode int
	if err := db.QueryRowContext(ctx, "PRAGMA auto_vacuum").Scan(&mode); err != nil || mode == incremental {
		return err
	}
	if _, err := db.ExecContext(ctx, "PRAGMA auto_vacuum = INCREMENTAL"); err != nil {
		return err
	}
	seam.at("shrinking")
	if _, err := db.ExecContext(ctx, "VACUUM"); err != nil {
		return err
	}
	seam.at("shrinkable")
	return nil
}

// version returns the schema's version without changing the file. It isn't
// taken from the header: after a kill the last word may be in the WAL.
func version(ctx context.Context, path string, seam seams) (v int, err error) {
	db, err := connect(path, reading, seam)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	err = db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&v)
	return v, err
}

// migrate applies ms, each in one transaction with its version.
func migrate(ctx context.Context, db *sql.DB, ms []migration, seam seams) error {
	for _, m := range ms {
		if err := step(ctx, db, m, seam); err != nil {
			return fmt.Errorf("migration %s: %w", m.name, err)
		}
		seam.at("committed " + m.name)
	}
	return nil
}

func step(ctx context.Context, db *sql.DB, m migration, seam seams) (err error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after a commit there is nothing to roll back
	if _, err := tx.ExecContext(ctx, m.sql); err != nil {
		return err
	}
	seam.at("ran " + m.name)
	if err := foreignKeys(ctx, tx); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", m.version)); err != nil {
		return err
	}
	return tx.Commit()
}

// backup writes a copy of the database at path to dst, replacing an older one,
// and returns when it is on disk. The database may be in use.
func backup(ctx context.Context, path, dst string, seam seams) error {
	err := replace(dst, copyingTo(ctx, path, seam), seam)
	if err == nil {
		seam.at("backed up")
	}
	return err
}

// copyingTo fills a file with a copy of the database at path.
func copyingTo(ctx context.Context, path string, seam seams) func(temp string) error {
	return func(temp string) (err error) {
		db, err := connect(path, reading, seam)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, db.Close()) }()
		_, err = db.ExecContext(ctx, "VACUUM INTO ?", temp)
		return err
	}
}

// replace has fill write to an empty private file beside path, syncs it, moves
// it to path and syncs the folder. After an error path is as it was.
func replace(path string, fill func(temp string) error, seam seams) (err error) {
	return replaceBy(path, path+".new", fill, seam)
}

// replaceBy does so by way of a file of a given name, which is Sitwell's own.
func replaceBy(path, temp string, fill func(temp string) error, seam seams) (err error) {
	discard := func() error {
		var errs []error
		for _, p := range []string{temp, temp + "-journal", temp + "-wal", temp + "-shm"} {
			if err := os.Remove(p); !errors.Is(err, fs.ErrNotExist) {
				errs = append(errs, err)
			}
		}
		return errors.Join(errs...)
	}
	if err := discard(); err != nil { // of an attempt that was killed
		return err
	}
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, discard())
		}
	}()
	seam.at("begun " + filepath.Base(temp))
	if err := fill(temp); err != nil {
		return err
	}
	if err := syncFile(temp); err != nil {
		return err
	}
	seam.at("filled " + filepath.Base(temp))
	if err := os.Rename(temp, path); err != nil {
		return err
	}
	return syncFile(filepath.Dir(path))
}

// syncFile brings the file, or the entries of the folder, at path to disk.
func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
