package main

import (
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sitwell/posture"
)

func TestRefusals(t *testing.T) {
	empty := t.TempDir()
	bad := t.TempDir()
	if err := os.WriteFile(filepath.Join(bad, "dataset.json"), []byte(`{"format": "coco"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	gone := t.TempDir()
	set := strings.Replace(smallSet, `"truth": "clips/x.csv", `, "", 1)
	if err := os.WriteFile(filepath.Join(gone, "dataset.json"), []byte(set), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		args []string
		code int
		want string
	}{
		{"unknown command", []string{"guess"}, exitUsage, `unknown command "guess"`},
		{"no folder", []string{"eval"}, exitUsage, "accepts 1 arg"},
		{"unknown flag", []string{"eval", empty, "--fast"}, exitUsage, "unknown flag: --fast"},
		{"no dataset.json", []string{"eval", empty}, exitUsage, "give a folder that has a dataset.json"},
		{"another format", []string{"eval", bad}, exitUsage, `format: "coco" is not "sitwell-dataset/1"`},
		{"unknown model", []string{"eval", gone, "--model", "heavy"}, exitUsage, `--model "heavy": want full or lite`},
		{"rate of nothing", []string{"eval", gone, "--rate", "0"}, exitUsage, "--rate 0: want 0.2 to 30"},
		{"rate that is no number", []string{"eval", gone, "--rate", "NaN"}, exitUsage, "--rate NaN: want 0.2 to 30"},
		{"no dwell", []string{"eval", gone, "--dwell", "0s"}, exitUsage, "--dwell 0s: alert_after_s is 0"},
		{"picture of no clip", []string{"eval", gone, "--svg", "x.svg"}, exitUsage, "name it with --clip"},
		{"unknown clip", []string{"eval", gone, "--clip", "y"}, exitUsage, `--clip "y": the data set has x`},
		{"unknown person", []string{"eval", gone, "--subject", "z"}, exitUsage, `--subject "z": the data set has p, q`},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, said, code := runLab(t, c.args...)
			if code != c.code || !strings.Contains(said, c.want) || out != "" {
				t.Errorf("got code %d, %q and %q; want code %d and %q", code, out, said, c.code, c.want)
			}
		})
	}
	t.Run("a picture that is not there", func(t *testing.T) {
		needRuntime(t)
		_, said, code := runLab(t, "eval", gone, "--subject", "p")
		if code != exitSource || !strings.Contains(said, filepath.Join(gone, "a.jpg")) {
			t.Errorf("got code %d and %q, want code %d and the picture's name", code, said, exitSource)
		}
	})
	t.Run("a clip that is not there", func(t *testing.T) {
		needRuntime(t)
		_, said, code := runLab(t, "eval", gone, "--clip", "x")
		if code != exitSource || !strings.Contains(said, "x.mp4") {
			t.Errorf("got code %d and %q, want code %d and the clip's name", code, said, exitSource)
		}
	})
}

// keys lists the names in a JSON object.
func keys(t *testing.T, raw json.RawMessage) []string {
	t.Helper()
	var m map[string]json.RawMessage
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(maps.Keys(m))
}

// The landmarks of real people need no model, only the engine.
func TestEvalOfLandmarks(t *testing.T) {
	dir := dataDir(t, "real-landmarks")
	features := filepath.Join(t.TempDir(), "features.csv")
	out, said, code := runLab(t, "eval", dir, "--json", "--subject", "pozz_B", "--features", features)
	if code != exitOK {
		t.Fatalf("code %d: %s", code, said)
	}
	want := []string{"alerts", "availability", "dataset", "degrees", "exercises", "landmarks_px", "more", "robust", "sitting", "slouch", "states"}
	if got := keys(t, []byte(out)); !slices.Equal(got, want) {
		t.Errorf("the object has %v, want %v", got, want)
	}
	var r report
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	if r.Dataset != "real-landmarks" || r.Slouch.AUC == nil || *r.Slouch.AUC < 0.9 {
		t.Errorf("AUC of %s: got %s, want at least 0.9", r.Dataset, ratio(r.Slouch.AUC))
	}
	if got := r.Slouch.PerSubject["pozz_B"]; got == nil || *got != *r.Slouch.AUC {
		t.Errorf("AUC of the one person: got %s, want %s", ratio(got), ratio(r.Slouch.AUC))
	}
	// 51 of 367 sit so near that their shoulders are at the picture's edge.
	if r.Availability == nil || *r.Availability < 0.95 {
		t.Errorf("availability: got %s, want at least 95 %%", percent(r.Availability))
	}
	if r.Slouch.AUCForwardHead != nil || r.Alerts.Due != nil || r.Sitting.Truth != nil || r.Landmarks != nil {
		t.Errorf("figures that the set can't give: got %s", out)
	}
	// 367 but the 15 of the baseline and the 77 harmless ones.
	if n := r.States.Confusion.sum(); n != 275 {
		t.Errorf("states: got %d judgements, want 275", n)
	}

	f, err := os.Open(features)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	table, err := csv.NewReader(f).ReadAll() // all rows of one length
	if err != nil {
		t.Fatal(err)
	}
	if len(table) != 368 {
		t.Errorf("features: got %d rows, want a header and 367", len(table))
	}
	for _, name := range []string{"label", "m_neck", "d_head_drop", "slouch_points", "score", "state", "est_neck_inclination_deg", "band_head_pitch_deg", "truth_thoracic_flexion_deg"} {
		if !slices.Contains(table[0], name) {
			t.Errorf("features: no column %s in %v", name, table[0])
		}
	}

	again, _, _ := runLab(t, "eval", dir, "--json", "--subject", "pozz_B")
	if again != out {
		t.Error("the same set gave other figures the second time")
	}
}

// someStills copies one group of a data set's stills into a set of its own.
func someStills(t *testing.T, dir, subject, camera string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "dataset.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all struct {
		Stills []map[string]any `json:"stills"`
	}
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	to := t.TempDir()
	if err := os.Symlink(filepath.Join(dir, "stills"), filepath.Join(to, "stills")); err != nil {
		t.Skipf("no symbolic links: %v", err)
	}
	all.Stills = slices.DeleteFunc(all.Stills, func(g map[string]any) bool {
		return g["subject"] != subject || g["camera"] != camera
	})
	set, err := json.Marshal(map[string]any{"format": datasetFormat, "name": "some", "stills": all.Stills})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(to, "dataset.json"), set, 0o600); err != nil {
		t.Fatal(err)
	}
	return to
}

func TestEvalOfStills(t *testing.T) {
	dir := dataDir(t, "synthetic")
	needRuntime(t)
	dir, err := filepath.Abs(dir)
	if err != nil {
		t.Fatal(err)
	}
	set := someStills(t, dir, "b03", "far")
	drawn := filepath.Join(t.TempDir(), "drawn")
	out, said, code := runLab(t, "eval", set, "--json", "--draw", drawn)
	if code != exitOK {
		t.Fatalf("code %d: %s", code, said)
	}
	var r report
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	if r.Availability == nil || *r.Availability != 1 {
		t.Errorf("availability: got %s, want all", percent(r.Availability))
	}
	if r.Slouch.AUC == nil || *r.Slouch.AUC < 0.75 {
		t.Errorf("AUC: got %s, want at least 0.75", ratio(r.Slouch.AUC))
	}
	if r.Landmarks == nil || *r.Landmarks.Points["nose"].Mean > 12 || *r.Landmarks.Mean > 20 {
		t.Errorf("landmarks: got %+v, want the nose within 12 px", r.Landmarks)
	}
	pictures, err := filepath.Glob(filepath.Join(drawn, "stills_b03_far_*.png"))
	if err != nil || len(pictures) != 15 {
		t.Errorf("drawn: got %d pictures (%v), want 15", len(pictures), err)
	}

	seen := filepath.Join(t.TempDir(), "seen")
	for _, when := range []string{"kept", "taken from there"} {
		again, said, code := runLab(t, "eval", set, "--json", "--cache", seen)
		if code != exitOK || again != out {
			t.Fatalf("with a cache, %s: code %d, %s\n%s\nwant\n%s", when, code, said, again, out)
		}
	}
	kept, err := filepath.Glob(filepath.Join(seen, "*.jsonl"))
	if err != nil || len(kept) != 15 {
		t.Fatalf("cache: got %d files (%v), want 15", len(kept), err)
	}
	if err := os.WriteFile(kept[0], []byte(`{"nothing":"nobody"}`+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if again, _, _ := runLab(t, "eval", set, "--json", "--cache", seen); again == out {
		t.Error("what the cache says is not taken")
	}

	text, _, code := runLab(t, "eval", set)
	for _, want := range []string{"Availability   100.0 % of 15 stills", "slouch_severe", "Balanced accuracy", "left_shoulder"} {
		if !strings.Contains(text, want) {
			t.Errorf("code %d: no %q in\n%s", code, want, text)
		}
	}
}

func TestEvalOfClip(t *testing.T) {
	dir := dataDir(t, "synthetic")
	needRuntime(t)
	svg := filepath.Join(t.TempDir(), "demo.svg")
	out, said, code := runLab(t, "eval", dir, "--json", "--clip", "demo", "--rate", "1", "--svg", svg)
	if code != exitOK {
		t.Fatalf("code %d: %s", code, said)
	}
	if !strings.Contains(said, "dwell of 10s") {
		t.Errorf("the dwell is not said: %q", said)
	}
	var r report
	if err := json.Unmarshal([]byte(out), &r); err != nil {
		t.Fatal(err)
	}
	if a := r.Alerts; *a.Due != 1 || *a.Caught != 1 || *a.False != 0 || *a.DelayP95 > 10 {
		t.Errorf("alerts: got %s", out)
	}
	if s := r.Sitting; *s.Truth < 57 || *s.Truth > 62 || *s.Measured < 54 || *s.Measured > 66 {
		t.Errorf("sitting: got %v s of %v", *s.Measured, *s.Truth)
	}
	if r.Slouch.AUC == nil || *r.Slouch.AUC < 0.95 {
		t.Errorf("AUC of the clip's seconds: got %s", ratio(r.Slouch.AUC))
	}

	data, err := os.ReadFile(svg)
	if err != nil {
		t.Fatal(err)
	}
	for d := xml.NewDecoder(strings.NewReader(string(data))); ; {
		_, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("the picture is not well-formed: %v", err)
		}
	}
	for _, want := range []string{"rounding of the upper back", "alert at", "alert due from 34.0 s", "slouching 2", "sitting counted 1"} {
		if !strings.Contains(string(data), want) {
			t.Errorf("no %q in the picture", want)
		}
	}
}

// A slouch counts as alerted once however long it lasts, and neither cooldown
// nor caps hide the next one.
func TestFollow(t *testing.T) {
	d, err := loadDataset(dataDir(t, "real-landmarks"))
	if err != nil {
		t.Fatal(err)
	}
	g := &d.stills[slices.IndexFunc(d.stills, func(g group) bool { return g.subject == "pozz_B" })]
	var upright, slouch []posture.Observation
	for i, it := range g.items {
		switch {
		case slices.Contains(g.baseline, i):
			upright = append(upright, *it.observation)
		case it.label == label(posture.Slouching):
			slouch = append(slouch, *it.observation)
		}
	}
	b, err := posture.NewBaseline(g.camera, upright)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name           string
		upright, bad   int // s of each in turn
		turns, alerted int
	}{
		{"one slouch that outlasts the second alert", 20, 2 * posture.DefaultStrongAfter, 1, 1},
		{"more than the caps and the cooldown allow", 20, 30, posture.DefaultAlertsPerHour + 3, posture.DefaultAlertsPerHour + 3},
		{"slouches that are too short", 20, 4, 3, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			j := judgedClip{clip: &clip{camera: g.camera}}
			show := func(list []posture.Observation, seconds int) {
				for range 2 * seconds {
					at := time.Duration(len(j.samples)) * time.Second / 2
					o := list[len(j.samples)%len(list)]
					o.Time, o.Mono = began.Add(at).UnixNano(), int64(at)
					j.samples = append(j.samples, sample{at: at.Seconds(), observation: o})
				}
			}
			for range c.turns {
				show(upright[:1], c.upright)
				show(slouch[:1], c.bad)
			}
			if err := j.follow(b, 10); err != nil {
				t.Fatal(err)
			}
			if len(j.alerts) != c.alerted {
				t.Errorf("got alerts at %v s, want %d", j.alerts, c.alerted)
			}
		})
	}
}

// A still is held for longer than a glance lasts, one labelled as a look down
// for less.
func TestHold(t *testing.T) {
	for l, want := range map[label]time.Duration{
		"slouching":    prelude + posture.DefaultGlanceDown*time.Second + beyondGlance,
		"looking_down": prelude + glance,
	} {
		for _, rate := range []float64{0.5, 2, 10} {
			s := &sample{label: l}
			if err := hold(s, []posture.Observation{{}}, nil, rate); err != nil {
				t.Fatal(err)
			}
			if got := s.live.Time.Sub(began); got < want || got > want+time.Duration(2*float64(time.Second)/rate) {
				t.Errorf("%s at %v Hz: shown until %v, want %v", l, rate, got, want)
			}
		}
	}
}

// What people read tells what was missed, and is the same each time.
func TestPrint(t *testing.T) {
	c := clip{
		file: "clips/c.mp4", subject: "p", camera: "lap", view: "front", seconds: 60, cameraMoved: 30,
		segments: parts("upright", 20, "slouching", 20, "harmless", 20),
	}
	made := func() *tally {
		j := &judged{dataset: &dataset{name: "made"}}
		jc := judgedClip{clip: &c, alerts: []float64{45, 55}}
		for i := range 60 {
			s := sample{at: float64(i), label: c.at(float64(i)), subject: "p", view: "front", measured: true, sat: 1}
			s.live.State = posture.Upright
			score := 90.0
			s.live.Score, s.points = &score, 1
			jc.samples = append(jc.samples, s)
		}
		j.clips = []judgedClip{jc}
		return tallied(j, 10)
	}
	var first strings.Builder
	made().print(&first)
	for _, want := range []string{
		"100.0 % of 60 seconds of clips could be measured", "alert at 45 s 55 s", "moved camera  upright 30 from 30 s on",
		"0 of 1 due caught", "2 false", "missed: c at 30 s", "false: c at 45 s, c at 55 s", "59 s measured, 59 s true",
	} {
		if !strings.Contains(first.String(), want) {
			t.Errorf("no %q in\n%s", want, first.String())
		}
	}
	for range 20 {
		var again strings.Builder
		made().print(&again)
		if again.String() != first.String() {
			t.Fatalf("printed otherwise the next time:\n%s", again.String())
		}
	}
}
