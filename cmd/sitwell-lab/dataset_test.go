package main

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"sitwell/posture"
	"sitwell/posture/coach"
)

// smallSet is a whole data set in one line each.
const smallSet = `{"format": "sitwell-dataset/1", "name": "small", "about": "a", "licence": "CC0-1.0", "source": "s",
"stills": [{"subject": "p", "camera": "c", "view": "front", "baseline": ["a.jpg", 1],
"items": [{"file": "a.jpg", "label": "upright", "posture": "straight", "truth": {"head_yaw_deg": 1.5, "eye_drop_m": null}, "px": {"nose": [1, 2]}},
{"observation": {"width": 640, "height": 480, "pose_flag": 0.5, "people": 1}, "label": "away"}]}],
"clips": [{"file": "clips/x.mp4", "subject": "q", "camera": "c", "view": "side", "fps": 5, "seconds": 60, "baseline": [0, 10],
"segments": [{"from": 0, "to": 20, "label": "upright"}, {"from": 21, "to": 60, "label": "slouching"}],
"truth": "clips/x.csv", "exercise": {"name": "chin_tuck", "repetitions": 7, "hold_s": 1.5, "starts_s": 5}, "camera_moved_s": 30}]}`

func TestParseDataset(t *testing.T) {
	d, err := parseDataset([]byte(smallSet))
	if err != nil {
		t.Fatal(err)
	}
	if len(d.strange) > 0 {
		t.Errorf("fields not known: %v", d.strange)
	}
	g, c := d.stills[0], d.clips[0]
	if want := []int{0, 1}; !reflect.DeepEqual(g.baseline, want) {
		t.Errorf("baseline: got %v, want %v", g.baseline, want)
	}
	if it := g.items[0]; it.posture != "straight" || !maps.Equal(it.truth, map[string]float64{"head_yaw_deg": 1.5}) ||
		it.px[posture.Nose] != [2]float64{1, 2} {
		t.Errorf("item: got %+v", it)
	}
	if it := g.items[1]; it.posture != "away" || it.observation.Width != 640 {
		t.Errorf("item by observation: got %+v", it)
	}
	if c.name() != "x" || c.to != 10 || c.cameraMoved != 30 || c.truthFile != "clips/x.csv" {
		t.Errorf("clip: got %+v", c)
	}
	if want := (exercise{coach.ChinTuck, 7, 1.5}); c.exercise != want {
		t.Errorf("exercise: got %+v, want %+v", c.exercise, want)
	}
	for at, want := range map[float64]label{0: "upright", 20: "any", 20.5: "any", 21: "slouching", 60: "any"} {
		if got := c.at(at); got != want {
			t.Errorf("label at %v s: got %s, want %s", at, got, want)
		}
	}
}

func TestParseDatasetRefuses(t *testing.T) {
	for _, c := range []struct{ name, from, to, want string }{
		{"no object", smallSet, `[]`, "the file: want an object: got a array"},
		{"null", smallSet, `null`, "the file: want an object: got null"},
		{"cut short", `"camera_moved_s": 30}]}`, ``, "the file: want an object: unexpected end"},
		{"another format", "dataset/1", "dataset/2", `format: "sitwell-dataset/2" is not "sitwell-dataset/1"`},
		{"no name", `"name": "small", `, ``, "name: missing"},
		{"empty name", `"small"`, `""`, "name: missing"},
		{"nothing in it", smallSet, `{"format": "sitwell-dataset/1", "name": "n"}`, "stills: there are neither stills nor clips"},
		{"unknown label", `"label": "away"`, `"label": "gone"`, `stills[0].items[1].label: "gone" is not one of upright, slouching,`},
		{"label of another type", `"label": "away"`, `"label": 3`, `stills[0].items[1].label: want text: got a number`},
		{"no label", `, "label": "away"`, ``, `stills[0].items[1].label: missing`},
		{"unknown view", `"view": "front"`, `"view": "back"`, `stills[0].view: "back" is not one of front, three-quarter, side`},
		{"baseline of another group", `["a.jpg", 1]`, `["b.jpg"]`, `stills[0].baseline[0]: "b.jpg" is no item of the group`},
		{"baseline beyond the items", `["a.jpg", 1]`, `[0, 2]`, `stills[0].baseline[1]: index 2 of 2 items`},
		{"baseline of another type", `["a.jpg", 1]`, `[{}]`, `stills[0].baseline[0]: want the file or the index of an item`},
		{"empty baseline", `["a.jpg", 1]`, `[]`, `stills[0].baseline: there is nothing to calibrate on`},
		{"file outside", `{"file": "a.jpg"`, `{"file": "../a.jpg"`, `stills[0].items[0].file: "../a.jpg" is not inside the data set's folder`},
		{"absolute file", `"clips/x.mp4"`, `"/x.mp4"`, `clips[0].file: "/x.mp4" is not inside`},
		{"truth outside", `"clips/x.csv"`, `"../../x.csv"`, `clips[0].truth: "../../x.csv" is not inside`},
		{"neither file nor observation", `"file": "a.jpg", `, ``, `stills[0].items[0].file: missing, and no observation`},
		{"file and observation", `{"observation"`, `{"file": "b.jpg", "observation"`, `stills[0].items[1].observation: there is a file already`},
		{"bad observation", `"width": 640`, `"width": -1`, `stills[0].items[1].observation: parse observation: frame of -1x480`},
		{"one pixel", `[1, 2]`, `[1]`, `stills[0].items[0].px.nose: got 1 numbers, want 2 (x, y)`},
		{"truth of text", `"head_yaw_deg": 1.5`, `"head_yaw_deg": "x"`, `stills[0].items[0].truth: want an object of numbers: got a string`},
		{"baseline too long", `[0, 10]`, `[0, 61]`, `clips[0].baseline: [0 61]: want [from, to] in seconds of the clip`},
		{"baseline of three", `[0, 10]`, `[0, 1, 2]`, `clips[0].baseline: [0 1 2]: want [from, to]`},
		{"no frame rate", `"fps": 5`, `"fps": 0`, `clips[0].seconds: 60 s at 0 frames a second: want more than 0`},
		{"segments overlap", `"from": 21`, `"from": 19`, `clips[0].segments[1].from: from 19 to 60 s after a segment that ends at 20`},
		{"segment turned round", `"from": 0, "to": 20`, `"from": 20, "to": 0`, `clips[0].segments[0].from: from 20 to 0 s`},
		{"no segments", `{"from": 0, "to": 20, "label": "upright"}, {"from": 21, "to": 60, "label": "slouching"}`, ``, `clips[0].segments: there are none`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !strings.Contains(smallSet, c.from) {
				t.Fatalf("%q is not in the set", c.from)
			}
			_, err := parseDataset([]byte(strings.Replace(smallSet, c.from, c.to, 1)))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestParseDatasetNotesStrangeFields(t *testing.T) {
	set := strings.Replace(smallSet, `"nose": [1, 2]`, `"chin": [1, 2]`, 1)
	set = strings.Replace(set, `"camera_moved_s"`, `"camera_moves_s"`, 1)
	d, err := parseDataset([]byte(set))
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"stills[0].items[0].px.chin", "clips[0].camera_moves_s"}; !reflect.DeepEqual(d.strange, want) {
		t.Errorf("got %v, want %v", d.strange, want)
	}
}

func TestParseTruth(t *testing.T) {
	table, err := parseTruth([]byte("t_s,visible,head_yaw_deg\n0,1,2.5\n0.2,0,\n0.4,1,-1\n"))
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[float64]map[string]float64{
		-1:   {"visible": 1, "head_yaw_deg": 2.5},
		0.09: {"visible": 1, "head_yaw_deg": 2.5},
		0.2:  {"visible": 0},
		0.31: {"visible": 1, "head_yaw_deg": -1},
		9:    {"visible": 1, "head_yaw_deg": -1},
	} {
		if got := table.at(at); !maps.Equal(got, want) {
			t.Errorf("at %v s: got %v, want %v", at, got, want)
		}
	}
	for _, c := range []struct{ name, csv, want string }{
		{"empty", "", "header: EOF"},
		{"another first column", "time,visible\n", `the first column is "time", want t_s`},
		{"a word", "t_s,visible\n0,1\n0.2,yes\n", `line 3, column visible: "yes" is no number`},
		{"no time", "t_s,visible\n,1\n", `line 2, column t_s: "" is no number`},
		{"not finite", "t_s,visible\n0,NaN\n", `line 2, column visible: "NaN" is no number`},
		{"time runs back", "t_s,visible\n1,1\n0.5,1\n", "line 3: t_s of 0.5 after 1: want it to rise"},
		{"too few columns", "t_s,visible\n1\n", "wrong number of fields"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := parseTruth([]byte(c.csv)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func TestLoadDatasetSaysWhichFile(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	refused := func(want ...string) {
		t.Helper()
		_, err := loadDataset(dir)
		var kind *datasetError
		if !errors.As(err, &kind) {
			t.Fatalf("got %v, want a datasetError", err)
		}
		for _, w := range want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("got %v, want %q in it", err, w)
			}
		}
	}
	refused("dataset.json", "no such file")
	write("dataset.json", smallSet)
	refused("dataset.json", "clips[0].truth", filepath.Join("clips", "x.csv"), "no such file")
	write("clips/x.csv", "t_s\n1\n1\n")
	refused(filepath.Join("clips", "x.csv"), "line 3")
	write("clips/x.csv", "t_s,visible\n0,1\n")
	d, err := loadDataset(dir)
	if err != nil {
		t.Fatal(err)
	}
	if d.dir != dir || d.clips[0].truth.at(0)["visible"] != 1 {
		t.Errorf("got %+v", d)
	}
}

func TestChoose(t *testing.T) {
	load := func() *dataset {
		d, err := parseDataset([]byte(smallSet))
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, c := range []struct {
		name, subject, clip string
		stills, clips       int
		err                 string
	}{
		{name: "all", stills: 1, clips: 1},
		{name: "a person of stills", subject: "p", stills: 1},
		{name: "a person of clips", subject: "q", clips: 1},
		{name: "nobody", subject: "r", err: `--subject "r": the data set has p, q`},
		{name: "a clip", clip: "x", clips: 1},
		{name: "a clip by file", clip: "clips/x.mp4", clips: 1},
		{name: "no such clip", clip: "y", err: `--clip "y": the data set has x`},
		{name: "a clip of another person", subject: "p", clip: "x", err: `--clip "x": the data set has none`},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := load()
			err := d.choose(c.subject, c.clip)
			switch {
			case c.err != "":
				if err == nil || err.Error() != c.err {
					t.Errorf("got %v, want %s", err, c.err)
				}
			case err != nil:
				t.Error(err)
			case len(d.stills) != c.stills || len(d.clips) != c.clips:
				t.Errorf("got %d groups and %d clips, want %d and %d", len(d.stills), len(d.clips), c.stills, c.clips)
			}
		})
	}
}

// What parses must be safe to use.
func FuzzParseDataset(f *testing.F) {
	f.Add([]byte(smallSet))
	f.Add([]byte(`{"format":"sitwell-dataset/1","name":"n","clips":[{"file":"a","subject":"b","camera":"c","view":"front","fps":1,"seconds":1,"baseline":[0,1],"segments":[{"from":0,"to":1e300,"label":"any"}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := parseDataset(data)
		if err != nil {
			if d != nil || err.Error() == "" {
				t.Errorf("an error %q with a set %v", err, d)
			}
			return
		}
		for i := range d.stills {
			g := &d.stills[i]
			for _, b := range g.baseline {
				if g.name(b) == "" {
					t.Error("an item without a name")
				}
			}
			for k := range g.items {
				if it := &g.items[k]; !filepath.IsLocal(filepath.FromSlash(it.file)) && it.observation == nil {
					t.Errorf("a file outside: %q", it.file)
				}
			}
		}
		for i := range d.clips {
			c := &d.clips[i]
			last := 0.0
			for _, s := range c.segments {
				if !(s.from >= last && s.to > s.from) {
					t.Errorf("segments out of order: %+v", c.segments)
				}
				last = s.to
			}
			var a alerting
			a.add(c, []float64{0, c.from, c.to, c.seconds}, 10)
			if a.caught > a.due || len(a.delays) != a.caught {
				t.Errorf("alerts: %+v", a)
			}
		}
		subjects := d.subjects()
		if err := d.choose(subjects[0], ""); err != nil {
			t.Error(err)
		}
	})
}

func FuzzParseTruth(f *testing.F) {
	f.Add([]byte("t_s,visible,head_yaw_deg\n0,1,2.5\n0.2,0,\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		table, err := parseTruth(data)
		if err != nil {
			return
		}
		for i, at := range table.times {
			if len(table.rows[i]) != len(table.columns) {
				t.Errorf("row %d has %d values, want %d", i, len(table.rows[i]), len(table.columns))
			}
			table.at(at)
		}
	})
}
