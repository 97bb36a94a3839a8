package main

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sitwell/posture"
	"sitwell/posture/relief"
	"sitwell/posture/sqlite"
)

func TestRelief(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		code int
		says []string
	}{
		{"no history", nil, 0, []string{"Nothing in particular", "NOW", "A ROUTINE OF 5 MIN", "BEFORE THE FIRST ROUTINE", "no diagnosis", "never bounce"}},
		{"an area", []string{"--area", "upper", "--limits", ""}, 0, []string{"You asked for your upper back", "Chin tuck (10 times)", "A chair and desk that fit"}},
		{"one thing", []string{"--minutes", "0"}, 0, []string{"NOW"}},
		{"a red flag", []string{"--flags", "saddle"}, 0, []string{"emergency number", "saddle"}},
		{"a limit", []string{"--limits", "osteoporosis", "--minutes", "30"}, 0, []string{"For you: Half of the way only.", "left out", "This is all that fits"}},
		{"it burns", []string{"--feels", "nerve", "--limits", ""}, 0, []string{"burns or tingles", "Do you have any of these?", "--flags none", "saddle"}},
		{"and none of the signs", []string{"--feels", "nerve", "--limits", "", "--flags", "none"}, 0, []string{"Calm breathing is what eases"}},
		{"at the desk", []string{"--stay", "--limits", ""}, 0, []string{"A ROUTINE OF"}},
		{"a minute, injured", []string{"--minutes", "1", "--limits", "recent_injury"}, 0, []string{"Nothing that fits is done in 1 minute"}},
		{"no such area", []string{"--area", "knee"}, 2, []string{`area is "knee"`}},
		{"too long", []string{"--minutes", "99"}, 2, []string{"minutes"}},
		{"no such kit", []string{"--kit", "anvil"}, 2, []string{`kit is "anvil"`}},
		{"an argument", []string{"now"}, 2, []string{"unknown command"}},
	} {
		p := newProgram(t)
		code := p.main(context.Background(), append([]string{"relief", "--data", t.TempDir()}, c.args...)...)
		said := p.stdout() + p.stderr()
		if code != c.code {
			t.Errorf("%s: got %d: %s", c.name, code, said)
		}
		for _, l := range strings.Split(p.stdout(), "\n") {
			if len(l) > textWidth {
				t.Errorf("%s: a line of %d letters: %s", c.name, len(l), l)
			}
		}
		for _, want := range c.says {
			if !strings.Contains(said, want) {
				t.Errorf("%s: got %q, want %q in it", c.name, said, want)
			}
		}
	}
}

// What was measured and said today is what the choice goes by.
func TestReliefKnowsToday(t *testing.T) {
	data := t.TempDir()
	store, err := sqlite.Open(t.Context(), filepath.Join(data, "sitwell.db"))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now().Truncate(time.Minute)
	_, err = store.AppendEvents(t.Context(), []posture.Event{{Kind: posture.EventCheckIn, Time: now, Area: posture.AreaLowerBack, Level: 8}})
	if err := errors.Join(err, store.Close()); err != nil {
		t.Fatal(err)
	}
	p := newProgram(t)
	if code := p.main(context.Background(), "relief", "--data", data, "--json"); code != 0 {
		t.Fatalf("got %d: %s", code, p.stderr())
	}
	var c relief.Choice
	if err := json.Unmarshal([]byte(p.stdout()), &c); err != nil || c.Area != posture.AreaLowerBack || !strings.Contains(c.AskRedFlags, "8 of 10") {
		t.Errorf("got %+v, %v", c, err)
	}
	text := newProgram(t)
	text.main(context.Background(), "relief", "--data", data)
	if !strings.Contains(text.stdout(), "Do you have any of these?") || !strings.Contains(text.stdout(), "saddle") {
		t.Errorf("got %s", text.stdout())
	}
}

// A history that can't be read in full may hold a limit or a sign: nothing is proposed.
func TestReliefNeedsWhatWasSaid(t *testing.T) {
	data, _ := old(t)
	p := newProgram(t)
	if code := p.main(context.Background(), "relief", "--data", data, "--limits", ""); code == 0 || !strings.Contains(p.stderr(), "start sitwell run once") || strings.Contains(p.stdout(), "NOW") {
		t.Errorf("an older history: got %d: %s%s", code, p.stdout(), p.stderr())
	}
	data = t.TempDir()
	store, err := sqlite.Open(t.Context(), filepath.Join(data, "sitwell.db"))
	if err == nil {
		err = errors.Join(store.SaveProfile(t.Context(), []byte(`{"of":"another version"}`)), store.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	p = newProgram(t)
	if code := p.main(context.Background(), "relief", "--data", data); code == 0 || !strings.Contains(p.stderr(), "say it anew on the page") || strings.Contains(p.stdout(), "NOW") {
		t.Errorf("what was said can't be read: got %d: %s%s", code, p.stdout(), p.stderr())
	}
}
