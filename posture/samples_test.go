package posture

import (
	"errors"
	"math"
	"testing"
	"time"
)

func TestReplayReproducesAlerts(t *testing.T) {
	rules := DefaultPolicy()
	b := baselineOf(t)
	b.ID = 4
	p := play(t, rules, b)
	for range 4 {
		p.hold(upright, 600)
		p.hold(slouched, 100)
		p.hold(pose{drop: 0.09, forward: 0.05}, 300)
		p.hold(glance, 15)
		p.hold(nobody, 150)
		p.hold(dark, 30)
	}
	p.take(p.e.Close())
	again, err := Replay(rules, p.blocks, []Baseline{*b})
	if err != nil {
		t.Fatal(err)
	}
	was, would := find(p.events, EventAlert), find(again, EventAlert)
	if len(was) == 0 || len(was) != len(would) {
		t.Fatalf("%d alerts when watched, %d when replayed", len(was), len(would))
	}
	for i := range was {
		if d := was[i].Time.Sub(would[i].Time).Abs(); d > 10*time.Second || was[i].Signal != would[i].Signal {
			t.Errorf("alert %+v was replayed as %+v", was[i], would[i])
		}
	}
	if a, b := len(find(p.events, EventBreak)), len(find(again, EventBreak)); a != b {
		t.Errorf("%d breaks when watched, %d when replayed", a, b)
	}

	// More sensitive means no fewer, less sensitive no more.
	rules.AlertsPerDay, rules.AlertsPerHour, rules.AlertCooldown = 1000, 1000, 0
	last := -1
	for step := MinSensitivity; step <= MaxSensitivity; step++ {
		for _, s := range Signals {
			rules.Sensitivity[s] = step
		}
		events, err := Replay(rules, p.blocks, []Baseline{*b})
		if err != nil {
			t.Fatal(err)
		}
		if n := len(find(events, EventAlert)); n < last {
			t.Errorf("%d alerts at step %d, %d at the one before", n, step, last)
		} else {
			last = n
		}
	}
	if last <= len(was) {
		t.Errorf("%d alerts at the highest sensitivity, %d at the default", last, len(was))
	}
}

func TestSamplesAreSmall(t *testing.T) {
	b := baselineOf(t)
	b.ID = 4
	p := play(t, DefaultPolicy(), b)
	for range 6 {
		p.hold(upright, 500)
		p.hold(slouched, 100)
	}
	p.take(p.e.Close())
	bytes, n := 0, 0
	for _, block := range p.blocks {
		bytes += len(block.Data)
		n += block.Count
	}
	if n < 715 || n > 725 {
		t.Errorf("%d samples in an hour, want one each 5 s", n)
	}
	day := float64(bytes) * 24
	t.Logf("%d bytes an hour, %.2f MB in 24 h", bytes, day/1e6)
	if day > 1.9e6 {
		t.Errorf("%.2f MB in 24 h, want under 2", day/1e6)
	}
}

func TestSamplesKeepTheirValues(t *testing.T) {
	b := baselineOf(t)
	b.ID = 4
	p := play(t, DefaultPolicy(), b)
	p.hold(upright, 10)
	p.hold(slouched, 5.5) // the last kept is at 15 s
	want := p.e.smooth
	p.take(p.e.Close())
	sights, err := unpack(&p.blocks[0])
	if err != nil {
		t.Fatal(err)
	}
	got := sights[len(sights)-1]
	for i, v := range got.m.Values {
		if math.Abs(v-want.Values[i]) > 0.01 {
			t.Errorf("%s is %v, want %v", Measure(i), v, want.Values[i])
		}
	}
	if !got.ok || !got.seen || got.width != 640 || got.height != 480 {
		t.Errorf("sample %+v", got)
	}
}

func TestReplayLeavesOutWhatItCantRead(t *testing.T) {
	b := baselineOf(t)
	b.ID = 4
	p := play(t, DefaultPolicy(), b)
	p.hold(upright, 700)
	p.take(p.e.Close())
	old, cut := p.blocks[0], p.blocks[1]
	old.Data = append([]byte{sampleVersion + 1}, old.Data[1:]...)
	cut.Data = cut.Data[:len(cut.Data)-3]
	events, err := Replay(DefaultPolicy(), []SampleBlock{old, cut, p.blocks[2]}, []Baseline{*b})
	if err == nil || len(find(events, EventBoutStart)) != 1 {
		t.Errorf("events %v, error %v", kinds(events), err)
	}
	if _, err := Replay(DefaultPolicy(), []SampleBlock{old}, nil); !errors.Is(err, ErrBlockVersion) {
		t.Errorf("error %v, want that of the version", err)
	}
	// Without its baseline there is nothing to judge by.
	events, err = Replay(DefaultPolicy(), p.blocks, nil)
	if err != nil || len(find(events, EventAlert)) != 0 {
		t.Errorf("events %v, error %v", kinds(events), err)
	}
}

func FuzzUnpack(f *testing.F) {
	t := &testing.T{}
	b := baselineOf(t)
	e, _ := NewEngine(DefaultPolicy(), "test", b)
	for i := range 60 {
		q := upright
		if i%3 == 0 {
			q = nobody
		}
		o := q.observe(time.Duration(i)*5*time.Second, 1)
		e.Step(&o)
	}
	for _, block := range e.Close().Samples {
		f.Add(block.Data, block.Count)
	}
	f.Fuzz(func(t *testing.T, data []byte, count int) {
		block := SampleBlock{Start: epoch, Count: count, Data: data}
		sights, err := unpack(&block)
		if err != nil {
			return
		}
		if len(sights) != count {
			t.Fatalf("%d samples, said %d", len(sights), count)
		}
		block.Baseline = 1
		base := *b
		base.ID = 1
		events, err := Replay(DefaultPolicy(), []SampleBlock{block}, []Baseline{base})
		if err != nil {
			t.Fatal(err)
		}
		for _, ev := range events {
			if ev.Score != nil && !(*ev.Score >= 0 && *ev.Score <= 100) {
				t.Fatalf("score %v", *ev.Score)
			}
		}
	})
}
