package sqlite

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"sitwell/posture"
)

// childAppend appends batches of events, and minutes, until it is killed. It
// says the last id of each batch when it is acknowledged, and the count of
// seconds added.
func childAppend(args []string) error {
	ctx := context.Background()
	s, err := Open(ctx, args[0])
	if err != nil {
		return err
	}
	defer s.Close() //nolint:errcheck // it is killed before
	fmt.Println("ready")
	for n := 0; ; n++ {
		stored, err := s.AppendEvents(ctx, alerts(n, 1+n%3))
		if err != nil {
			return err
		}
		fmt.Println("event", stored[len(stored)-1].ID)
		if err := s.AddMinutes(ctx, []posture.Minute{{Start: minuteAt(n / 50), Seconds: map[posture.State]float64{posture.Upright: 1}}}); err != nil {
			return err
		}
		fmt.Println("second")
	}
}

// Killed at any instant while it writes, nothing acknowledged is lost, the file
// is whole, and the next start takes less than a second.
func TestKill(t *testing.T) {
	times := 50
	if testing.Short() {
		times = 5
	}
	path := tempPath(t)
	var lastEvent, seconds int64
	var slowest time.Duration
	for range times {
		cmd := child(t, "append", path)
		lines := started(t, cmd)
		life := time.Duration(rand.Int64N(int64(60 * time.Millisecond)))
		time.AfterFunc(life, func() { _ = cmd.Process.Kill() })
		for lines.Scan() {
			what, id, _ := strings.Cut(lines.Text(), " ")
			switch what {
			case "event":
				n, err := strconv.ParseInt(id, 10, 64)
				if err != nil || n <= lastEvent {
					t.Fatalf("child said %q after event %d", lines.Text(), lastEvent)
				}
				lastEvent = n
			case "second":
				seconds++
			default:
				t.Fatalf("child said %q", lines.Text())
			}
		}
		if err := cmd.Wait(); !killed(err) {
			t.Fatalf("child ended with %v, want killed", err)
		}
		begin := time.Now()
		s, err := Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		slowest = max(slowest, time.Since(begin))
		integrity(t, s)
		events, err := s.Events(t.Context(), EventQuery{})
		if err != nil {
			t.Fatal(err)
		}
		for i, e := range events {
			if e.ID != int64(i+1) {
				t.Fatalf("event %d has id %d: one is missing", i+1, e.ID)
			}
		}
		if n := int64(len(events)); n < lastEvent || n > lastEvent+3 {
			t.Fatalf("got %d events, want those up to %d and at most the batch under way", n, lastEvent)
		}
		lastEvent = int64(len(events))
		minutes, err := s.Minutes(t.Context(), minuteAt(0), minuteAt(1_000_000))
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for _, m := range minutes {
			sum += m.Seconds[posture.Upright]
		}
		if sum != float64(seconds) && sum != float64(seconds+1) {
			t.Fatalf("got %v seconds, want %d, or one more that was under way", sum, seconds)
		}
		seconds = int64(sum)
		equal(t, "quarters", call(s.History().Quarters(t.Context(), time.Time{}, far)), quartersOf(minutes))
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if slowest > time.Second {
		t.Errorf("the slowest start took %v, want at most 1 s", slowest)
	}
	t.Logf("%d events and %d seconds over %d kills; slowest start %v", lastEvent, seconds, times, slowest)
}

// A log that is cut short or has a bit turned loses what comes after, and no
// more: the database opens, is whole, and holds the batches up to some point.
func TestDamagedWAL(t *testing.T) {
	offsets := 50
	if testing.Short() {
		offsets = 10
	}
	const before, size = 40, 3 // events already in the database file, events in a batch
	logs := map[string]func(*testing.T, *Store){
		"first log": func(*testing.T, *Store) {},
		// A log that is used again after a checkpoint has the old frames
		// behind the new.
		"log used again": func(t *testing.T, s *Store) {
			if _, err := s.AppendEvents(t.Context(), alerts(before, 60)); err != nil {
				t.Fatal(err)
			}
			if _, err := s.write.Exec("PRAGMA wal_checkpoint(PASSIVE)"); err != nil {
				t.Fatal(err)
			}
		},
	}
	for name, prepare := range logs {
		t.Run(name, func(t *testing.T) {
			path := tempPath(t)
			s := mustOpen(t, path)
			if _, err := s.AppendEvents(t.Context(), alerts(0, before)); err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s = mustOpen(t, path)
			prepare(t, s)
			checkpointed, err := s.Events(t.Context(), EventQuery{})
			if err != nil {
				t.Fatal(err)
			}
			for i := range 30 {
				if _, err := s.AppendEvents(t.Context(), alerts(1000+i*size, size)); err != nil {
					t.Fatal(err)
				}
			}
			want, err := s.Events(t.Context(), EventQuery{})
			if err != nil {
				t.Fatal(err)
			}
			crashed := filepath.Join(t.TempDir(), "crashed.db")
			killedCopy(t, path, crashed)
			good, err := os.ReadFile(crashed)
			if err != nil {
				t.Fatal(err)
			}
			wal, err := os.ReadFile(crashed + "-wal")
			if err != nil || len(wal) < 30*4096 {
				t.Fatalf("log of %d bytes, %v", len(wal), err)
			}
			lost := map[int]bool{}
			for i := range offsets {
				// Spread over the whole log, header and end included.
				at := i * (len(wal) - 1) / (offsets - 1)
				for damage, spoilt := range map[string][]byte{
					"cut":     wal[:at],
					"flipped": flip(wal, at),
				} {
					case_ := filepath.Join(t.TempDir(), "sitwell.db")
					if err := errors.Join(os.WriteFile(case_, good, 0o600), os.WriteFile(case_+"-wal", spoilt, 0o600)); err != nil {
						t.Fatal(err)
					}
					s, err := Open(t.Context(), case_)
					if err != nil {
						t.Fatalf("%s at %d: %v", damage, at, err)
					}
					integrity(t, s)
					got, err := s.Events(t.Context(), EventQuery{})
					if err != nil {
						t.Fatalf("%s at %d: %v", damage, at, err)
					}
					n := len(got)
					if n < len(checkpointed) || n > len(want) || (n-len(checkpointed))%size != 0 || !reflect.DeepEqual(got, want[:n]) {
						t.Fatalf("%s at %d: got %d events, want the first whole batches of %d, at least %d", damage, at, n, len(want), len(checkpointed))
					}
					lost[len(want)-n] = true
					if _, err := s.AppendEvents(t.Context(), alerts(0, 1)); err != nil {
						t.Fatalf("%s at %d: append: %v", damage, at, err)
					}
					if err := s.Close(); err != nil {
						t.Fatal(err)
					}
				}
			}
			if len(lost) < 5 {
				t.Errorf("lost only %v: the damage did not reach the log", lost)
			}
		})
	}
}

func flip(b []byte, at int) []byte {
	c := append([]byte(nil), b...)
	c[at] ^= 0x10
	return c
}

// Another program that locks the database for a while delays writes, loses
// none, and keeps no reader waiting; one that does not let go is told.
func TestLockedByAnotherProgram(t *testing.T) {
	path := tempPath(t)
	s := mustOpen(t, path)
	if _, err := s.AppendEvents(t.Context(), alerts(0, 1)); err != nil {
		t.Fatal(err)
	}
	t.Run("for 3 s", func(t *testing.T) {
		started(t, child(t, "lock", path, "3s"))
		begin := time.Now()
		if got, err := s.Events(t.Context(), EventQuery{}); err != nil || len(got) != 1 || time.Since(begin) > 2*time.Second {
			t.Errorf("read: got %d events, %v, after %v", len(got), err, time.Since(begin))
		}
		if _, err := s.AppendEvents(t.Context(), alerts(1, 1)); err != nil {
			t.Fatal(err)
		}
		if d := time.Since(begin); d < 2*time.Second {
			t.Errorf("the write took %v, want about 3 s: it wasn't kept out", d)
		}
	})
	t.Run("and the caller gives up", func(t *testing.T) {
		lines := started(t, child(t, "lock", path, "3s"))
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		begin := time.Now()
		if _, err := s.AppendEvents(ctx, alerts(2, 1)); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want deadline exceeded", err)
		}
		if d := time.Since(begin); d > 2*time.Second {
			t.Errorf("it took %v to give up, want about 0.4 s", d)
		}
		lines.Scan()
	})
	t.Run("for longer than the timeout", func(t *testing.T) {
		if testing.Short() {
			t.Skip("takes 8 s")
		}
		lines := started(t, child(t, "lock", path, "7s"))
		begin := time.Now()
		stored, err := s.AppendEvents(t.Context(), alerts(2, 1))
		if !errors.Is(err, ErrBusy) || stored != nil {
			t.Errorf("got %v, %v, want ErrBusy", stored, err)
		}
		if d := time.Since(begin); d < BusyTimeout-time.Second || d > BusyTimeout+2*time.Second {
			t.Errorf("it took %v, want about %v", d, BusyTimeout)
		}
		lines.Scan()
	})
	if _, err := s.AppendEvents(t.Context(), alerts(2, 1)); err != nil {
		t.Fatal(err)
	}
	got, err := s.Events(t.Context(), EventQuery{})
	if err != nil || len(got) != 3 {
		t.Errorf("got %d events, %v, want 3", len(got), err)
	}
	integrity(t, s)
}

// When the database can't grow, an append fails as a whole and says so, and it
// works again as soon as there is room.
func TestFullDatabase(t *testing.T) {
	path := tempPath(t)
	mustOpen(t, path)
	s := mustOpenWith(t, filepath.Join(t.TempDir(), "full.db"), seams{maxPages: 40})
	acknowledged := 0
	var err error
	for n := 0; n < 10_000 && err == nil; n++ {
		if _, err = s.AppendEvents(t.Context(), alerts(n*5, 5)); err == nil {
			acknowledged += 5
		}
	}
	if !errors.Is(err, ErrFull) {
		t.Fatalf("got %v, want ErrFull", err)
	}
	if acknowledged < 100 {
		t.Fatalf("only %d events before it was full", acknowledged)
	}
	check := func() {
		t.Helper()
		if got, err := s.Events(t.Context(), EventQuery{}); err != nil || len(got) != acknowledged {
			t.Errorf("got %d events, %v, want the %d acknowledged", len(got), err, acknowledged)
		}
		integrity(t, s)
	}
	check()
	for range 20 { // whoever buffers tries again and again
		if _, err := s.AppendEvents(t.Context(), alerts(0, 5)); !errors.Is(err, ErrFull) {
			t.Fatalf("got %v, want ErrFull", err)
		}
	}
	check()
	if _, err := s.write.Exec("PRAGMA max_page_count = 1000000"); err != nil {
		t.Fatal(err)
	}
	if _, err := s.AppendEvents(t.Context(), alerts(0, 5)); err != nil {
		t.Fatal(err)
	}
	acknowledged += 5
	check()
}
