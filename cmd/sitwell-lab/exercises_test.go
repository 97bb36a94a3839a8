package main

import (
	"encoding/json"
	"strings"
	"testing"

	"sitwell/posture/coach"
)

func TestExercisesOf(t *testing.T) {
	clips := []judgedClip{
		{clip: &clip{file: "a.mp4", seconds: 30}, counted: map[coach.Exercise][]coach.Repetition{coach.NeckTurn: {{}, {}, {}}}},
		{clip: &clip{file: "b.mp4", exercise: exercise{coach.ChinTuck, 3, 2}}, lookedAt: 8, counted: map[coach.Exercise][]coach.Repetition{
			coach.ChinTuck: {{Hold: 1.5}, {Hold: 2.25}},
		}},
		{clip: &clip{file: "c.mp4", exercise: exercise{"handstand", 1, 0}}, counted: map[coach.Exercise][]coach.Repetition{}},
		{clip: &clip{file: "d.mp4", exercise: exercise{coach.ChinTuck, 3, 2}}}, // nobody coached
		{clip: &clip{file: "e.mp4", seconds: 90}, counted: map[coach.Exercise][]coach.Repetition{}},
	}
	got, err := json.Marshal(exercisesOf(clips))
	if err != nil {
		t.Fatal(err)
	}
	want := `[{"clip":"b","name":"chin_tuck","truth":3,"counted":2,"hold_s":2,"hold_error_s":0.375,"hold_error_worst_s":0.5,"rate_hz":8},` +
		`{"clip":"c","name":"handstand","truth":1,"counted":null,"hold_s":0,"hold_error_s":null,"hold_error_worst_s":null,"rate_hz":0}]`
	if string(got) != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got := elsewhere(clips); got["neck_turn"] != 1.5 || len(got) != 1 {
		t.Errorf("elsewhere: got %v a minute, want 3 turns in 2 minutes", got)
	}
	if exercisesOf(clips[:1]) != nil || elsewhere(clips[1:4]) != nil {
		t.Error("figures that can't be given")
	}
}

func TestParseExerciseRefuses(t *testing.T) {
	for from, want := range map[string]string{
		`"name": "", "repetitions": 7`:                        "clips[0].exercise.name: missing",
		`"name": "chin_tuck"`:                                 "clips[0].exercise.repetitions: missing",
		`"name": "chin_tuck", "repetitions": 1.5`:             "clips[0].exercise.repetitions: 1.5: want a whole number",
		`"name": "chin_tuck", "repetitions": -1`:              "clips[0].exercise.repetitions: -1",
		`"name": "chin_tuck", "repetitions": 1e99`:            "clips[0].exercise.repetitions: 1e+99",
		`"name": "chin_tuck", "repetitions": 7, "hold_s": -1`: "clips[0].exercise.hold_s: -1: want seconds",
	} {
		set := strings.Replace(smallSet, `"name": "chin_tuck", "repetitions": 7, "hold_s": 1.5`, from, 1)
		if _, err := parseDataset([]byte(set)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", from, err, want)
		}
	}
}

// The clips of the data set are counted exactly, and held within half a second.
func TestEvalOfExercises(t *testing.T) {
	dir := dataDir(t, "synthetic")
	needRuntime(t)
	for _, name := range []string{"ex_chin_tuck_b04", "ex_seated_twist_b06"} {
		out, said, code := runLab(t, "eval", dir, "--json", "--clip", name)
		if code != exitOK {
			t.Fatalf("%s: code %d: %s", name, code, said)
		}
		var r report
		if err := json.Unmarshal([]byte(out), &r); err != nil {
			t.Fatal(err)
		}
		if len(r.Exercises) != 1 || r.Exercises[0].Counted == nil || *r.Exercises[0].Counted != r.Exercises[0].Truth ||
			r.Exercises[0].HoldError == nil || *r.Exercises[0].HoldError > 0.5 {
			t.Errorf("%s: got %s", name, out)
		}
	}
}
