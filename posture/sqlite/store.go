package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"time"
)

// Store is an open database. Its methods may be called from any goroutine;
// writes go one after the other.
type Store struct {
	path    string
	lock    *lock   // nil when it is only read
	write   *sql.DB // one connection; nil when it is only read
	read    *sql.DB // [readers] connections
	upgrade Upgrade
	schema  int
	erasing struct {
		mu    sync.Mutex // held during a step
		phase int        // which kind of row, or of work, is next
		part  int        // of a usual step, 1 for all of it
	}

	// mu is held for reading by each operation and for writing by Close,
	// which so waits for them.
	mu     sync.RWMutex
	closed bool
}

// Path returns the database's absolute path with symbolic links followed.
func (s *Store) Path() string { return s.path }

// Upgraded returns what [Open] did to an older database, and false when there
// was nothing to do.
func (s *Store) Upgraded() (Upgrade, bool) { return s.upgrade, s.upgrade.To != 0 }

// Schema returns the version of the database's tables. It is [Latest] unless
// [OpenReadOnly] found an older one.
func (s *Store) Schema() int { return s.schema }

// Close waits for the operations under way, brings the log into the database
// file and frees the lock. Nothing is lost without it; the next [Open] does
// what it left undone. A second call does nothing.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	var errs []error
	// Readers first: the last connection to close checkpoints and removes
	// the log, and only the writer may.
	for _, db := range []*sql.DB{s.read, s.write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	if s.lock != nil {
		errs = append(errs, s.lock.release())
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close database %q: %w", s.path, err)
	}
	return nil
}

// Check looks for damage: that the file's pages and rows hold together and
// that no reference leads nowhere. It reads the whole file, without keeping
// writers waiting. The error is of [ErrDamaged] when something is wrong.
func (s *Store) Check(ctx context.Context) error {
	return s.reading(ctx, "check", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, "PRAGMA quick_check(10)")
		if err != nil {
			return err
		}
		found, err := scan(rows, func() (line string, err error) {
			err = rows.Scan(&line)
			return line, err
		})
		if err != nil {
			return err
		}
		if text := strings.Join(found, "; "); text != "ok" {
			return fmt.Errorf("%w: %s", ErrDamaged, text)
		}
		return foreignKeys(ctx, tx)
	})
}

// foreignKeys returns an error of [ErrDamaged] when a row refers to one that
// isn't there.
func foreignKeys(ctx context.Context, tx *sql.Tx) error {
	var n int
	if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM pragma_foreign_key_check").Scan(&n); err != nil {
		return err
	}
	if n > 0 {
		return fmt.Errorf("%w: %d rows refer to rows that are missing", ErrDamaged, n)
	}
	return nil
}

// writing runs f in a transaction of the writer; what says what was tried.
func (s *Store) writing(ctx context.Context, what string, f func(*sql.Tx) error) error {
	return s.transaction(ctx, s.write, what, f)
}

// reading runs f in a transaction of a reader: it sees one commit throughout.
func (s *Store) reading(ctx context.Context, what string, f func(*sql.Tx) error) error {
	return s.transaction(ctx, s.read, what, f)
}

func (s *Store) transaction(ctx context.Context, db *sql.DB, what string, f func(*sql.Tx) error) (err error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	defer func() {
		if err != nil {
			err = fmt.Errorf("%s in database %q: %w", what, s.path, because(err))
		}
	}()
	if s.closed {
		return ErrClosed
	}
	if db == nil {
		return fmt.Errorf("%w: it was opened for reading", ErrReadOnly)
	}
	var tx *sql.Tx
	if err := patiently(func() error {
		tx, err = db.BeginTx(ctx, nil)
		return err
	}); err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after a commit there is nothing to roll back
	if err := f(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// patiently calls try until it isn't kept out by another program's lock, for
// at most [BusyTimeout]. The caller gives up by a context that try heeds when
// it begins.
func patiently(try func() error) error {
	for begin := time.Now(); ; {
		err := try()
		if reason(err) != ErrBusy || time.Since(begin) >= BusyTimeout {
			return err
		}
	}
}

// scan calls one for each of rows and closes them.
func scan[T any](rows *sql.Rows, one func() (T, error)) ([]T, error) {
	defer rows.Close() //nolint:errcheck // Err says it
	var all []T
	for rows.Next() {
		v, err := one()
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// nanoseconds returns t as it is stored.
func nanoseconds(t time.Time) (int64, error) {
	ns := t.UnixNano()
	if !time.Unix(0, ns).Equal(t) {
		return 0, fmt.Errorf("%w: time %v is outside the years 1678 to 2262", ErrInvalid, t)
	}
	return ns, nil
}

// instant returns a stored time.
func instant(ns int64) time.Time { return time.Unix(0, ns).UTC() }

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
