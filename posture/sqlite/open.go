package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/mattn/go-sqlite3"
	"golang.org/x/sys/unix"
)

const (
	// BusyTimeout is how long an operation waits for another program that
	// has the database locked before it fails with [ErrBusy]. A backup tool
	// or a look with the sqlite3 shell is over by then; more would hold up
	// the end of the process, which has 5 s.
	BusyTimeout = 5 * time.Second

	// busyStep is how long SQLite itself waits for the writer's turn. It
	// can't be interrupted while it does, so [patiently] has it wait in
	// steps, between which the caller may give up.
	busyStep = 100 * time.Millisecond

	// applicationID marks the file as Sitwell's: "Sitw" in ASCII, at byte 68
	// of the header (https://www.sqlite.org/fileformat2.html).
	applicationID = 0x53697477

	// leastSQLite is the first SQLite whose WAL can't be corrupted by a
	// reset that races with a checkpoint; 3.7.0 to 3.51.2 can
	// (https://www.sqlite.org/wal.html#walresetbug).
	leastSQLite = 3_051_003

	// readers is how many connections read. The page asks for a handful of
	// small things; a long export must not hold up the rest.
	readers = 4
)

// Upgrade tells what [Open] did to a database of an older version.
type Upgrade struct {
	From, To int    // schema versions
	Backup   string // path of the copy made before
}

// seams are what tests put in the place of the real thing.
type seams struct {
	migrations []migration
	at         func(stage string) // called where a kill would hurt most
	maxPages   int                // the writer's limit, to play a full disk
}

// Open opens the database at path and makes it first when there is none, with
// its folder. A database of an older version is copied to path.vN.backup, N
// being the old version, and brought up to date; [Store.Upgraded] tells.
//
// Every failure is an [*OpenError]. A file that is refused has not been
// changed by a byte.
func Open(ctx context.Context, path string) (*Store, error) {
	return open(ctx, path, seams{})
}

func open(ctx context.Context, path string, seam seams) (*Store, error) {
	if seam.migrations == nil {
		seam.migrations = embedded()
	}
	if seam.at == nil {
		seam.at = func(string) {}
	}
	real, err := resolve(path)
	if err != nil {
		return nil, refuse(path, err)
	}
	if v, n, _ := sqlite3.Version(); n < leastSQLite {
		return nil, refuse(real, &OpenError{
			Detail: "SQLite " + v + " can corrupt the database",
			Advice: "build without the libsqlite3 tag, or with SQLite 3.51.3 or later",
		})
	}
	l, err := acquire(real + ".lock")
	if err != nil {
		return nil, refuse(real, err)
	}
	s := &Store{path: real, lock: l}
	if err := s.open(ctx, seam); err != nil {
		return nil, refuse(real, errors.Join(err, s.Close()))
	}
	return s, nil
}

// Latest is the version of the tables that this package makes.
var Latest = len(embedded())

// OpenReadOnly opens the database at path for reading alone: it makes nothing,
// takes no lock and brings nothing up to date, so it may be used while another
// process has the database open by [Open]; this process must not. [Store.Schema]
// tells the version; what an older one lacks is an error when it is asked for.
// Methods that write fail with [ErrReadOnly]. A database that isn't there is an
// error of [fs.ErrNotExist]; every failure is an [*OpenError].
func OpenReadOnly(ctx context.Context, path string) (*Store, error) {
	s, err := openReadOnly(ctx, path)
	if err != nil {
		return nil, refuse(path, err)
	}
	return s, nil
}

func openReadOnly(ctx context.Context, path string) (_ *Store, err error) {
	if path, err = filepath.Abs(path); err != nil {
		return nil, err
	}
	if path, err = filepath.EvalSymlinks(path); err != nil {
		return nil, err
	}
	if fresh, err := inspect(path); err != nil {
		return nil, err
	} else if fresh {
		return nil, &OpenError{Reason: ErrNotOurs, Detail: "an empty file"}
	}
	s := &Store{path: path}
	if s.schema, err = version(ctx, path, seams{}); err != nil {
		return nil, fmt.Errorf("read its version: %w", err)
	}
	switch {
	case s.schema > Latest:
		return nil, &OpenError{Reason: ErrNewer, Detail: fmt.Sprintf("schema %d, this one knows up to %d", s.schema, Latest)}
	case s.schema < 1:
		return nil, &OpenError{Reason: ErrDamaged, Detail: fmt.Sprintf("schema %d", s.schema)}
	}
	if s.read, err = connect(path, reading, seams{}); err != nil {
		return nil, err
	}
	if err := s.read.PingContext(ctx); err != nil {
		return nil, errors.Join(err, s.read.Close())
	}
	return s, nil
}

// Holder returns the process that has the database at path open by [Open], and
// false when none has. It makes nothing; the pid is 0 when it isn't known.
func Holder(path string) (pid int, held bool) {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	f, err := os.Open(path + ".lock")
	if err != nil {
		return 0, false
	}
	defer f.Close() //nolint:errcheck // only read; it frees the lock too
	if err := unix.Flock(int(f.Fd()), unix.LOCK_SH|unix.LOCK_NB); !errors.Is(err, unix.EWOULDBLOCK) {
		return 0, false
	}
	return readPID(f), true
}

// open does what needs the lock.
func (s *Store) open(ctx context.Context, seam seams) error {
	fresh, err := inspect(s.path)
	if err != nil {
		return err
	}
	if fresh {
		if err := create(ctx, s.path, seam); err != nil {
			return fmt.Errorf("create it: %w", err)
		}
	} else {
		if err := keepPrivate(s.path); err != nil {
			return err
		}
		if s.upgrade, err = upgrade(ctx, s.path, seam); err != nil {
			return err
		}
		// What keeps it from that (a full disk, a program that reads) will be
		// gone at a later start; meanwhile the file only doesn't shrink.
		if err := makeShrinkable(ctx, s.path, seam); err != nil && reason(err) == nil {
			return fmt.Errorf("have the file shrink when something is deleted: %w", err)
		}
	}
	if s.write, err = connect(s.path, writing, seam); err != nil {
		return err
	}
	s.write.SetMaxOpenConns(1)
	s.schema = len(seam.migrations)
	if s.read, err = connect(s.path, reading, seam); err != nil {
		return err
	}
	s.read.SetMaxOpenConns(readers)
	s.read.SetMaxIdleConns(readers)
	// The writer comes first: it makes the WAL that readers need.
	if err := patiently(func() error { return s.write.PingContext(ctx) }); err != nil {
		return err
	}
	return s.read.PingContext(ctx)
}

// resolve returns the absolute path with symbolic links followed, so that the
// same database has the same lock by whatever name it is reached. It makes the
// folder when it is missing, and refuses what can't be written.
func resolve(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	_, err = os.Lstat(path)
	switch {
	case err == nil:
		if path, err = filepath.EvalSymlinks(path); err != nil {
			return "", &OpenError{Reason: ErrNotOurs, Detail: "a link that leads nowhere", Err: err}
		}
		info, err := os.Stat(path)
		if err != nil {
			return "", err
		}
		if !info.Mode().IsRegular() {
			return "", &OpenError{Reason: ErrNotOurs, Detail: "not a file"}
		}
		if err := unix.Access(path, unix.R_OK|unix.W_OK); err != nil {
			return "", &os.PathError{Op: "write", Path: path, Err: err}
		}
		dir = filepath.Dir(path)
	case errors.Is(err, fs.ErrNotExist):
		if dir, err = filepath.EvalSymlinks(dir); err != nil {
			return "", err
		}
		path = filepath.Join(dir, filepath.Base(path))
	default:
		return "", err
	}
	if err := unix.Access(dir, unix.W_OK|unix.X_OK); err != nil {
		return "", &os.PathError{Op: "write in folder", Path: dir, Err: err}
	}
	return path, nil
}

// inspect reports whether there is nothing at path yet, and refuses a file
// that isn't Sitwell's. It reads the header only, with no help of SQLite, which
// would roll back another application's journal or leave files beside it. The
// header can be relied on because [create] puts the finished file in place.
func inspect(path string) (fresh bool, err error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	defer f.Close() //nolint:errcheck // only read
	var header [100]byte
	n, err := io.ReadFull(f, header[:])
	switch {
	case errors.Is(err, io.EOF):
		return true, nil // an empty file holds nothing to lose
	case err != nil && !errors.Is(err, io.ErrUnexpectedEOF):
		return false, err
	case n < len(header), !bytes.HasPrefix(header[:], []byte("SQLite format 3\x00")):
		return false, &OpenError{Reason: ErrNotOurs, Detail: "not an SQLite file"}
	}
	if id := binary.BigEndian.Uint32(header[68:]); id != applicationID {
		return false, &OpenError{Reason: ErrNotOurs, Detail: fmt.Sprintf("an SQLite file of another application, id %#x", id)}
	}
	return false, nil
}

// keepPrivate takes the file, and what stands beside it, away from group and
// others, for example after it was put back from a copy.
func keepPrivate(path string) error {
	for _, p := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(p)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if info.Mode().Perm()&0o077 == 0 {
			continue
		}
		// Whoever may write a file that belongs to another can't change
		// its mode; then it is that other's choice.
		if err := os.Chmod(p, info.Mode().Perm()&^0o077); err != nil && !errors.Is(err, fs.ErrPermission) {
			return err
		}
	}
	return nil
}

// A purpose is what a connection is opened for.
type purpose int

const (
	writing   purpose = iota
	reading           // can't write, not even by mistake; can copy
	migrating         // as writing; foreign keys are checked at the end of each step
	making            // a new file, without WAL until it is whole
)

// connect prepares a pool of connections; it opens none yet. Pragmas are in the
// data source name or the hook, so that each connection of the pool has them.
func connect(path string, p purpose, seam seams) (*sql.DB, error) {
	busy := BusyTimeout
	if p == writing {
		busy = busyStep
	}
	q := url.Values{
		"_busy_timeout": {strconv.FormatInt(busy.Milliseconds(), 10)},
		"_foreign_keys": {"on"},
	}
	if p == reading {
		q.Set("mode", "ro")
	} else {
		q.Set("mode", "rw")
		q.Set("_txlock", "immediate")
		q.Set("_synchronous", "FULL")
		q.Set("_journal_mode", "WAL")
	}
	if p != reading {
		// What is deleted is overwritten: a person who lets it go means it.
		q.Set("_secure_delete", "on")
	}
	if p == migrating || p == making {
		q.Set("_foreign_keys", "off")
	}
	if p == making {
		q.Set("_journal_mode", "DELETE")
	}
	// F_FULLFSYNC is how macOS is told to reach the disk; elsewhere the first
	// two do nothing. The last keeps a schema that somebody tampered with
	// from calling functions.
	hook := "PRAGMA fullfsync = on; PRAGMA checkpoint_fullfsync = on; PRAGMA trusted_schema = off;"
	if seam.maxPages > 0 && p == writing {
		hook += fmt.Sprintf("PRAGMA max_page_count = %d;", seam.maxPages)
	}
	name := url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}
	return sql.OpenDB(connector{
		name: name.String(),
		driver: &sqlite3.SQLiteDriver{ConnectHook: func(c *sqlite3.SQLiteConn) error {
			_, err := c.Exec(hook, nil)
			return err
		}},
	}), nil
}

// connector opens connections without registering a driver under a global name.
type connector struct {
	name   string
	driver *sqlite3.SQLiteDriver
}

func (c connector) Connect(context.Context) (driver.Conn, error) { return c.driver.Open(c.name) }
func (c connector) Driver() driver.Driver                        { return c.driver }

// refuse makes an error of [Open] an *OpenError, completed with path, reason
// and advice.
func refuse(path string, err error) error {
	var e *OpenError
	if !errors.As(err, &e) {
		e = &OpenError{Reason: reason(err), Err: err}
		var held *lockedError
		if errors.As(err, &held) {
			e.Reason, e.PID, e.Err = ErrLocked, held.pid, nil
			if held.pid > 0 {
				e.Detail = "process " + strconv.Itoa(held.pid)
			}
		}
	}
	e.Path = path
	if e.Advice == "" {
		e.Advice = advice(e)
	}
	return e
}

// advice says what the person can do.
func advice(e *OpenError) string {
	switch e.Reason {
	case ErrNewer:
		return "use the newer Sitwell, or give another data folder"
	case ErrNotOurs:
		return "move the file away, or give another data folder"
	case ErrReadOnly:
		return "make the file and its folder writable for yourself, or give another data folder"
	case ErrLocked:
		if e.PID > 0 {
			return "use that one, or stop it first (kill " + strconv.Itoa(e.PID) + "), or give another data folder"
		}
		return "use that one, or stop it first, or give another data folder"
	case ErrDamaged:
		return "put a backup in its place, or move it away with its -wal file and start anew"
	case ErrBusy:
		return "close the program that has it open and try again"
	case ErrFull:
		return "free some room and try again"
	}
	return ""
}
