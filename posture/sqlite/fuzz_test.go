package sqlite

import (
	"bytes"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// Whatever bytes lie where the database should be, Open either refuses them, and
// hasn't changed one, or returns a store that can be asked and closed.
func FuzzOpen(f *testing.F) {
	path := tempPath(f)
	s := mustOpen(f, path)
	if _, err := s.AppendEvents(f.Context(), alerts(0, 20)); err != nil {
		f.Fatal(err)
	}
	if err := s.Close(); err != nil {
		f.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good, uint32(0), byte(0))
	f.Add(good, uint32(18), byte(3))     // the journal mode in the header
	f.Add(good, uint32(100), byte(0xff)) // the first page's kind
	f.Add(good[:4096], uint32(60), byte(1))
	f.Add([]byte("SQLite format 3\x00"), uint32(3), byte(1))
	f.Add([]byte{}, uint32(0), byte(0))
	f.Fuzz(func(t *testing.T, file []byte, at uint32, mask byte) {
		if len(file) > 0 {
			file[int(at)%len(file)] ^= mask
		}
		if len(file) >= 100 && mask%2 == 1 { // past the first door
			copy(file, "SQLite format 3\x00")
			binary.BigEndian.PutUint32(file[68:], applicationID)
		}
		tryOpen(t, file)
	})
}

// Each byte of the header, spoilt.
func TestOpenSpoiltHeader(t *testing.T) {
	path := tempPath(t)
	if err := mustOpen(t, path).Close(); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	masks := []byte{0x01, 0x02, 0x80, 0xff}
	if testing.Short() {
		masks = masks[3:]
	}
	opened := 0
	for at := range 108 { // and the header of the first page
		for _, mask := range masks {
			file := bytes.Clone(good)
			file[at] ^= mask
			if tryOpen(t, file) {
				opened++
			}
			if t.Failed() {
				t.Fatalf("byte %d, mask %#x", at, mask)
			}
		}
	}
	t.Logf("%d of %d opened", opened, 108*len(masks))
}

// tryOpen opens a database of the given bytes and uses it.
func tryOpen(t *testing.T, file []byte) bool {
	t.Helper()
	dir, err := os.MkdirTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "sitwell.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	before := contents(t, path)
	s, err := Open(t.Context(), path)
	if err != nil {
		var e *OpenError
		if !errors.As(err, &e) {
			t.Errorf("got %T %v, want an *OpenError", err, err)
		}
		if after := contents(t, path); !reflect.DeepEqual(after, before) {
			t.Errorf("refused with %v, but the file's bytes have changed", err)
		}
		return false
	}
	_ = s.Check(t.Context())
	_, _ = s.Events(t.Context(), EventQuery{})
	_, _ = s.AppendEvents(t.Context(), alerts(0, 1))
	_ = s.Close()
	return true
}
