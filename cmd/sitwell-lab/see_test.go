package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"gocv.io/x/gocv"

	"sitwell/models"
	"sitwell/posture"
	"sitwell/vision"
)

func TestCache(t *testing.T) {
	dir := t.TempDir()
	picture := filepath.Join(dir, "a.jpg")
	if err := os.WriteFile(picture, []byte("one"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := cache(filepath.Join(dir, "seen"))
	key := func(model models.Name, rate float64, change string) string {
		t.Helper()
		k, err := c.key(picture, model, rate, change)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	first := key(models.LandmarkFull, 2, "")
	if got := key("", 2, ""); got != first {
		t.Errorf("no model named: key %s, want that of the full one, %s", got, first)
	}
	others := []string{first, key(models.LandmarkLite, 2, ""), key(models.LandmarkFull, 1, ""), key(models.LandmarkFull, 2, "mirrored")}
	if err := os.WriteFile(picture, []byte("two"), 0o600); err != nil {
		t.Fatal(err)
	}
	others = append(others, key(models.LandmarkFull, 2, ""))
	slices.Sort(others)
	if n := len(slices.Compact(others)); n != 5 {
		t.Errorf("another model, rate, change or file: %d keys, want 5", n)
	}

	if got := c.get(first); got != nil {
		t.Errorf("an empty cache gave %v", got)
	}
	seen := []posture.Observation{{Mono: 1, Width: 640, Height: 480, Nothing: posture.Nobody}, {Mono: 2, People: 1}}
	if err := c.put(first, seen); err != nil {
		t.Fatal(err)
	}
	if got := c.get(first); len(got) != 2 || got[0].Nothing != posture.Nobody || got[1].People != 1 {
		t.Errorf("got %+v, want %+v", got, seen)
	}
	files, err := os.ReadDir(string(c))
	if err != nil || len(files) != 1 {
		t.Errorf("got files %v (%v), want one", files, err)
	}
	data, err := os.ReadFile(c.file(first))
	if err != nil {
		t.Fatal(err)
	}
	for name, torn := range map[string][]byte{"torn": data[:len(data)-10], "empty": nil, "no line": []byte("x}\n")} {
		if err := os.WriteFile(c.file(first), torn, 0o600); err != nil {
			t.Fatal(err)
		}
		if got := c.get(first); got != nil {
			t.Errorf("%s: got %+v, want nothing", name, got)
		}
	}
	if key, err := cache("").key(picture, "", 1, ""); key != "" || err != nil {
		t.Errorf("no cache: key %q (%v), want none", key, err)
	}
	if err := cache("").put("", seen); err != nil {
		t.Errorf("no cache: %v", err)
	}
}

// Changed frames are seen as an eye sees a recording: a change that changes
// nothing gives the same observations.
func TestPlayChanged(t *testing.T) {
	path := filepath.Join(dataDir(t, "synthetic"), "clips", "ex_neck_turn_b01.mp4")
	needRuntime(t)
	look := func(c change) (list []posture.Observation) {
		e := &eyes{options: vision.PoseOptions{Landmarks: models.LandmarkLite}, rate: 0.7, change: c}
		err := e.clip(t.Context(), path, func(o *posture.Observation) error {
			list = append(list, *o)
			return nil
		})
		if err := e.close(); err != nil {
			t.Error(err)
		}
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	plain := look(change{})
	same := look(change{"none", func(from gocv.Mat, to *gocv.Mat) { from.CopyTo(to) }})
	if len(plain) < 20 || len(same) != len(plain) {
		t.Fatalf("got %d observations, want %d", len(same), len(plain))
	}
	for i := range plain {
		if got, want := string(same[i].AppendJSON(nil)), string(plain[i].AppendJSON(nil)); got != want {
			t.Fatalf("observation %d:\n%s\nwant\n%s", i, got, want)
		}
	}
	for _, c := range changes {
		t.Run(c.name, func(t *testing.T) {
			changed := look(c)
			if len(changed) != len(plain) {
				t.Fatalf("got %d observations, want %d", len(changed), len(plain))
			}
			a, b := &plain[0], &changed[0]
			nose := func(o *posture.Observation) float64 { return o.Landmarks[posture.Nose].X / float64(o.Width) }
			if !a.Seen() || !b.Seen() {
				t.Fatal("nobody seen")
			}
			wantNose, wantWidth, wantLight := nose(a), a.Width, a.Brightness
			switch c.name {
			case "mirrored":
				wantNose = 1 - wantNose
			case "half resolution":
				wantWidth /= 2
			case "double resolution":
				wantWidth *= 2
			case "half brightness":
				wantLight /= 2
			}
			if got := nose(b); got < wantNose-0.02 || got > wantNose+0.02 {
				t.Errorf("nose at %.3f of the width, want %.3f", got, wantNose)
			}
			if b.Width != wantWidth || b.Brightness < wantLight-3 || b.Brightness > wantLight+3 {
				t.Errorf("%d px wide with brightness %.0f, want %d and %.0f", b.Width, b.Brightness, wantWidth, wantLight)
			}
		})
	}
}
