//go:build matprofile

package vision

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"gocv.io/x/gocv"
)

// Run with: go test -tags matprofile -run MatLeak ./vision

// assertMats fails when there are other than want open Mats, and says where
// they were made.
func assertMats(t *testing.T, want int) {
	t.Helper()
	if got := gocv.MatProfile.Count(); got != want {
		var where bytes.Buffer
		_ = gocv.MatProfile.WriteTo(&where, 1)
		t.Errorf("got %d Mats, want %d:\n%s", got, want, where.String())
	}
}

func TestMatLeakPlay(t *testing.T) {
	before := gocv.MatProfile.Count()
	commands := make(chan Command, 1)
	commands <- Command{Cmd: "mirror", On: true}
	r, err := playing(t, Config{Source: Demo, Commands: commands}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(r.observations(t)); n != 180 {
		t.Errorf("got %d observations", n)
	}
	assertMats(t, before)
}

func TestMatLeakFrames(t *testing.T) {
	// 10,000 frames past a judge that costs nothing, and all that the eye
	// itself makes of them.
	before := gocv.MatProfile.Count()
	seen := 0
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, 30, from(100*time.Second, 100250*time.Millisecond, empty), nil)
		if err := r.run(334*time.Second, func() { r.commands <- Command{Cmd: "mirror", On: true} }); err != nil {
			t.Fatal(err)
		}
		seen = strings.Count(r.out.String(), "observation")
	})
	if seen < 9000 {
		t.Errorf("got %d observations, want some 10,000", seen)
	}
	assertMats(t, before)
}

func TestMatLeakFolder(t *testing.T) {
	before := gocv.MatProfile.Count()
	dir := t.TempDir()
	for i := range 20 {
		writePicture(t, fmt.Sprintf("%s/%02d.png", dir, i), 100+i, 100, 90)
	}
	if _, err := playing(t, Config{Source: dir}, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := Probe(dir); err != nil {
		t.Fatal(err)
	}
	assertMats(t, before)
}
