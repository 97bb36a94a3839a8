package sqlite

import (
	"errors"
	"fmt"
	"strings"
	"syscall"

	"github.com/mattn/go-sqlite3"
)

// The reasons for which a database is not opened, or an operation on it fails;
// test for them with errors.Is.
var (
	// ErrNewer means that a newer Sitwell made the database.
	ErrNewer = errors.New("made by a newer version of Sitwell")
	// ErrNotOurs means that the file is no database of Sitwell.
	ErrNotOurs = errors.New("not a database of Sitwell")
	// ErrReadOnly means that the file or its folder can't be written.
	ErrReadOnly = errors.New("can't be written")
	// ErrLocked means that another instance has the database open.
	ErrLocked = errors.New("in use by another instance")
	// ErrDamaged means that the file is Sitwell's, but broken.
	ErrDamaged = errors.New("damaged")
	// ErrBusy means that another program has kept the database locked for
	// [BusyTimeout]; the same call may be made again.
	ErrBusy = errors.New("locked by another program")
	// ErrFull means that the disk is full; the same call may be made again.
	ErrFull = errors.New("disk full")
	// ErrInvalid means that a value can't be stored; the same call will fail
	// again.
	ErrInvalid error = permanent("invalid value")
	// ErrNotFound means that what was to be changed is not there; the same
	// call will fail again.
	ErrNotFound error = permanent("not found")
	// ErrClosed means that the store has been closed.
	ErrClosed = errors.New("store is closed")
)

// permanent is an error that the same call would meet again: whoever holds
// what was to be written need not try it another time.
type permanent string

func (e permanent) Error() string { return string(e) }

// Permanent is true.
func (permanent) Permanent() bool { return true }

// OpenError says why a database was not opened, and what to do.
type OpenError struct {
	// Path is the database's, absolute and free of symbolic links as far as
	// it could be resolved.
	Path string
	// Reason is [ErrNewer], [ErrNotOurs], [ErrReadOnly], [ErrLocked],
	// [ErrDamaged], [ErrBusy] or [ErrFull]; nil for any other failure.
	Reason error
	// Detail tells more of the reason; may be empty.
	Detail string
	// Advice is what the person can do.
	Advice string
	// PID is the process that has the database open when Reason is
	// [ErrLocked]; 0 when it isn't known.
	PID int
	// Err is what lies beneath; may be nil.
	Err error
}

// Error returns the path, the reason and the advice in one line.
func (e *OpenError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "open database %q", e.Path)
	if e.Reason != nil {
		fmt.Fprintf(&b, ": %v", e.Reason)
	}
	if e.Detail != "" {
		fmt.Fprintf(&b, " (%s)", e.Detail)
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	if e.Advice != "" {
		fmt.Fprintf(&b, ": %s", e.Advice)
	}
	return b.String()
}

// Unwrap returns the reason and what lies beneath it.
func (e *OpenError) Unwrap() []error {
	var errs []error
	for _, err := range []error{e.Reason, e.Err} {
		if err != nil {
			errs = append(errs, err)
		}
	}
	return errs
}

// reason returns the sentinel that fits what SQLite or the system reports, or
// nil.
func reason(err error) error {
	var e sqlite3.Error
	if errors.As(err, &e) {
		switch e.Code {
		case sqlite3.ErrBusy, sqlite3.ErrLocked:
			return ErrBusy
		case sqlite3.ErrFull:
			return ErrFull
		case sqlite3.ErrCorrupt, sqlite3.ErrNotADB, sqlite3.ErrFormat:
			return ErrDamaged
		case sqlite3.ErrReadonly, sqlite3.ErrPerm:
			return ErrReadOnly
		}
		err = e.SystemErrno
	}
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return ErrFull
	case errors.Is(err, syscall.EROFS), errors.Is(err, syscall.EACCES), errors.Is(err, syscall.EPERM):
		return ErrReadOnly
	}
	return nil
}

// because puts the reason, where one is known, before err.
func because(err error) error {
	if why := reason(err); why != nil {
		return fmt.Errorf("%w: %w", why, err)
	}
	return err
}
