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
	half := look(changes[1])
	if len(half) != len(plain) || half[0].Width != plain[0].Width/2 {
		t.Errorf("at half resolution: got %d observations of frames %d px wide, want %d of %d", len(half), half[0].Width, len(plain), plain[0].Width/2)
	}
}

func TestChanges(t *testing.T) {
	for _, c := range []struct {
		name                string
		width               int
		left, middle, right uint8 // luma
	}{
		{"mirrored", 60, 200, 100, 0},
		{"half resolution", 30, 0, 100, 200},
		{"double resolution", 120, 0, 100, 200},
		{"half brightness", 60, 0, 50, 100},
	} {
		t.Run(c.name, func(t *testing.T) {
			frame := gocv.NewMatWithSize(40, 60, gocv.MatTypeCV8UC3)
			for y := range 40 {
				for x := range 60 {
					for channel := range 3 {
						frame.SetUCharAt(y, 3*x+channel, uint8(x/20*100))
					}
				}
			}
			i := slices.IndexFunc(changes, func(other change) bool { return other.name == c.name })
			changes[i].apply(&frame)
			defer func() { _ = frame.Close() }()
			if frame.Cols() != c.width || frame.Rows() != c.width*2/3 || frame.Type() != gocv.MatTypeCV8UC3 {
				t.Fatalf("got %dx%d of %v, want %d wide", frame.Cols(), frame.Rows(), frame.Type(), c.width)
			}
			at := func(part int) uint8 { return frame.GetUCharAt(frame.Rows()/2, 3*(frame.Cols()*part/6)) }
			if l, m, r := at(1), at(3), at(5); l != c.left || m != c.middle || r != c.right {
				t.Errorf("got %d, %d, %d from the left, want %d, %d, %d", l, m, r, c.left, c.middle, c.right)
			}
		})
	}
	var none change
	empty := gocv.NewMat()
	defer func() { _ = empty.Close() }()
	none.apply(&empty)
	changes[0].apply(&empty)
	if !empty.Empty() {
		t.Error("an empty frame became one")
	}
}
