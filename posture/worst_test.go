package posture

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"
)

// spoil makes an upright observation bad in one way.
var spoils = []struct {
	name  string
	spoil func(o *Observation, rng *rand.Rand)
}{
	{"not a number", func(o *Observation, rng *rand.Rand) { o.Landmarks[rng.IntN(LandmarkCount)].Y = math.NaN() }},
	{"infinite", func(o *Observation, rng *rand.Rand) { o.Landmarks[Nose].X = math.Inf(1) }},
	{"infinite depth", func(o *Observation, rng *rand.Rand) { o.World[LeftEar].Z = math.Inf(-1) }},
	{"no landmarks", func(o *Observation, rng *rand.Rand) { o.Landmarks = nil }},
	{"some landmarks", func(o *Observation, rng *rand.Rand) { o.Landmarks = o.Landmarks[:12] }},
	{"no world", func(o *Observation, rng *rand.Rand) { o.World = nil }},
	{"out of the picture", func(o *Observation, rng *rand.Rand) {
		for i := range o.Landmarks {
			o.Landmarks[i].Y += 1e7
		}
	}},
	{"all in one point", func(o *Observation, rng *rand.Rand) {
		for i := range o.Landmarks {
			o.Landmarks[i].X, o.Landmarks[i].Y = 320, 400
		}
	}},
	{"shuffled", func(o *Observation, rng *rand.Rand) {
		rng.Shuffle(LandmarkCount, func(i, j int) { o.Landmarks[i], o.Landmarks[j] = o.Landmarks[j], o.Landmarks[i] })
	}},
	{"not sure", func(o *Observation, rng *rand.Rand) {
		for i := range o.Landmarks {
			o.Landmarks[i].Visibility = 0.2
			o.Landmarks[i].Y += 60 * rng.Float64()
		}
	}},
	{"another frame size", func(o *Observation, rng *rand.Rand) { o.Width, o.Height = 1280, 720 }},
	{"no frame size", func(o *Observation, rng *rand.Rand) { o.Width, o.Height = 0, 0 }},
	{"the clock stands still", func(o *Observation, rng *rand.Rand) { o.Mono, o.Time = 10e9, epoch.UnixNano()+10e9 }},
	{"another person, for a moment", func(o *Observation, rng *rand.Rand) {
		for i := range o.Landmarks {
			o.Landmarks[i].X = 60 + 0.6*(o.Landmarks[i].X-320)
			o.Landmarks[i].Y = 380 + 0.6*(o.Landmarks[i].Y-340)
		}
	}},
}

// Whatever is wrong with some observations, upright stays upright: no slouch,
// no alert, no panic.
func TestSpoiledObservationsAreNoSlouch(t *testing.T) {
	for _, tt := range spoils {
		t.Run(tt.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(7, 7))
			rules := DefaultPolicy()
			rules.AlertAfter = 5
			p := play(t, rules, baselineOf(t))
			for i := range 400 {
				o := upright.observe(p.at, 1)
				if i > 20 && i%5 == 0 {
					tt.spoil(&o, rng)
				}
				p.take(p.e.Step(&o))
				p.at += p.step
			}
			for _, ev := range p.events {
				if ev.Kind == EventEpisodeStart || ev.Kind == EventAlert {
					t.Errorf("%s at %v", ev.Kind, ev.Time.Sub(epoch))
				}
			}
			if l := p.hold(upright, 10); l.State != Upright {
				t.Errorf("state %s afterwards, %s", l.State, l.Reason)
			}
		})
	}
}

func TestLeapsOfTheClock(t *testing.T) {
	for _, tt := range []struct {
		name       string
		wall, mono time.Duration // leaps of the clocks
		sat        float64       // s, of 600
	}{
		{"suspended for eight hours", 8 * time.Hour, 0, 300},
		{"set back an hour", -time.Hour, 0, 600},
		{"eight hours without observations", 8 * time.Hour, 8 * time.Hour, 300},
		{"another eye", 2 * time.Second, -time.Hour, 600},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e, err := NewEngine(DefaultPolicy(), "test", baselineOf(t))
			if err != nil {
				t.Fatal(err)
			}
			var ends []Event
			for i := range 1200 {
				at := time.Duration(i) * 500 * time.Millisecond
				o := upright.observe(at, 1)
				o.Mono += int64(2 * time.Hour)
				if i >= 600 {
					o.Time += int64(tt.wall)
					o.Mono += int64(tt.mono)
				}
				ends = append(ends, find(e.Step(&o).Events, EventBoutEnd)...)
			}
			near(t, "seconds of the present bout", e.Live().SittingSeconds, tt.sat, 4)
			for _, ev := range ends {
				near(t, "seconds of the ended bout", ev.Seconds, 300, 2)
			}
			l := e.Live()
			if l.HeldSeconds < 0 || l.Breaks.DueIn < 0 || l.Breaks.DueIn > DefaultBreakEvery {
				t.Errorf("held %v s, break in %v s", l.HeldSeconds, l.Breaks.DueIn)
			}
		})
	}
}

// FuzzStream plays any mix of poses, faults, clocks and commands, twice.
func FuzzStream(f *testing.F) {
	f.Add([]byte{0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 2, 3, 4, 0, 0})
	f.Add([]byte{0, 40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 41, 1, 1, 1, 42, 43})
	f.Add([]byte{0, 60, 61, 60, 61, 60, 61, 60, 44, 60, 60, 60, 60, 45, 46, 47, 48})
	f.Add([]byte{0, 20, 0, 21, 0, 22, 0, 23, 0, 24, 0, 25, 26, 27, 28, 29, 30, 31, 32, 33})
	poses := []pose{
		upright, slouched, nobody, dark, glance,
		{nearer: 0.3},
		{yaw: 0.8},
		{up: 0.9},
		{drop: 0.09},
		{hidden: true},
		{absent: Unclear},
		{absent: Blurred},
		{shift: 0.2},
		{shift: -0.3, nearer: -0.5},
	}
	f.Fuzz(func(t *testing.T, program []byte) {
		if len(program) > 400 {
			return
		}
		run := func() (events []Event) {
			b := baselineOf(t)
			b.ID = 1
			rules := DemoPolicy()
			rules.ProvisionalAfter, rules.AutoCalibrate = 5, 0
			e, err := NewEngine(rules, "test", b)
			if err != nil {
				t.Fatal(err)
			}
			rng := rand.New(rand.NewPCG(3, 3))
			var wall, mono time.Duration
			take := func(out Output) {
				events = append(events, out.Events...)
				for _, m := range out.Minutes {
					var sum float64
					for s, sec := range m.Seconds {
						if sum += sec; !(sec >= 0) {
							t.Fatalf("%v s of %s in a minute", sec, s)
						}
					}
					if sum > 60.001 || m.Stood < 0 || m.Stood > 60.001 || m.ScoreSeconds > 60.001 {
						t.Fatalf("minute %+v", m)
					}
				}
				for i := range out.Samples {
					if _, err := unpack(&out.Samples[i]); err != nil {
						t.Fatalf("samples: %v", err)
					}
				}
				if out.Baseline != nil && out.Baseline.ID == 0 {
					stored := *out.Baseline
					stored.ID = int64(len(events) + 10)
					if err := e.UseBaseline(&stored); err != nil {
						t.Fatal(err)
					}
				}
			}
			for _, op := range program {
				q, step := upright, 500*time.Millisecond
				var spoil func(*Observation, *rand.Rand)
				switch {
				case int(op) < len(poses):
					q = poses[op]
				case op >= 20 && int(op) < 20+len(spoils):
					spoil = spoils[op-20].spoil
				case op == 40:
					_ = e.Calibrate(PoseUpright, WaySitting)
				case op == 41:
					_ = e.Calibrate(PoseSlouch, WaySitting)
				case op == 42:
					take(e.Dismiss(epoch.Add(wall)))
				case op == 43:
					take(e.Wrong(epoch.Add(wall)))
				case op == 44:
					take(e.Answer(epoch.Add(wall), true))
				case op == 45:
					take(e.Answer(epoch.Add(wall), false))
				case op == 46:
					e.ForgetBaseline(1)
				case op == 47:
					take(e.Blind(epoch.Add(wall), "camera lost"))
				case op == 48:
					rules.AlertsPerHour, rules.Sensitivity = 0, map[Signal]int{Sink: 5}
					if err := e.SetPolicy(rules); err != nil {
						t.Fatal(err)
					}
				case op == 49:
					e.CancelCalibration()
				case op == 50:
					_ = e.Calibrate(PoseUpright, WayStanding)
				case op >= 60 && op < 70:
					q = upright.with(at(1+int(op-60)/5, float64(op%5)*0.03))
				case op >= 70 && op < 80:
					step = time.Duration(op-69) * 2 * time.Second
				case op == 80:
					wall += 8 * time.Hour
				case op == 81:
					wall -= time.Hour
				case op == 82:
					mono = 0
				case op == 83:
					step = 0
				case op >= 100: // a while of one pose, so that things last
					for range int(op-100) / 4 {
						wall, mono = wall+step, mono+step
						o := poses[int(op)%4].observe(wall, 1)
						o.Mono = int64(mono)
						take(e.Step(&o))
					}
				}
				wall, mono = wall+step, mono+step
				o := q.observe(wall, 1)
				o.Mono = int64(mono)
				if spoil != nil && o.Landmarks != nil {
					spoil(&o, rng)
				}
				take(e.Step(&o))
				l := e.Live()
				if l.Score != nil && !(*l.Score >= 0 && *l.Score <= 100) || l.Score != nil && l.State == Unknown && l.Baseline == nil {
					t.Fatalf("score %v in state %s", l.Score, l.State)
				}
				if l.Alert != nil && l.PoorSeconds < rules.AlertAfter {
					t.Fatalf("an alert after %v s", l.PoorSeconds)
				}
				if _, err := json.Marshal(l); err != nil {
					t.Fatalf("the live picture is no JSON: %v", err)
				}
			}
			take(e.Close())
			for _, ev := range events {
				if !(ev.Seconds >= 0) {
					t.Fatalf("%s of %v s", ev.Kind, ev.Seconds)
				}
			}
			return events
		}
		if a, b := run(), run(); !reflect.DeepEqual(a, b) {
			t.Fatal("the same input gave other events")
		}
	})
}
