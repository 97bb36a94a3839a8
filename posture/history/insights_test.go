package history

import (
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"sitwell/posture"
)

// worker lives working weeks of one person for a source.
type worker struct {
	src *memory
	rnd *rand.Rand
	// slouch is the share of time slouched at an hour of the local day, on
	// the n-th day, so long after the last break and into the bout, in
	// seconds. Stretches of slouching last slouchFor seconds in the mean.
	slouch    func(day, hour int, bout float64) float64
	slouchFor float64
	boutFor   float64 // mean seconds of a bout
	hours     int     // worked in a day, from nine
}

// live adds days from Monday of a week on.
func (w *worker) live(week ISOWeek, days int) {
	zone := w.src.zones.At(week.First().utc())
	for day := range days {
		y, m, d := (week.First() + Date(day)).utc().Date()
		now := time.Date(y, m, d, 9, 0, 0, 0, zone)
		end := now.Add(time.Duration(w.hours) * time.Hour)
		for now.Before(end) {
			now = w.bout(day, now, end)
			rest := min(end.Sub(now).Seconds(), 130+w.rnd.Float64()*400)
			if rest <= 0 {
				break
			}
			w.src.lived(now, rest, posture.Away, 0)
			now = now.Add(seconds(rest))
			level := 2
			if rest >= 300 {
				level = 3
			}
			w.src.happen(posture.Event{Kind: posture.EventBreak, Time: now, Seconds: rest, Level: level})
		}
	}
}

func (w *worker) bout(day int, now, end time.Time) time.Time {
	start := now
	w.src.happen(posture.Event{Kind: posture.EventBoutStart, Time: now})
	over := now.Add(seconds(min(end.Sub(now).Seconds(), 300+w.rnd.ExpFloat64()*w.boutFor)))
	for now.Before(over) {
		share := w.slouch(day, now.Hour(), now.Sub(start).Seconds())
		left := over.Sub(now).Seconds()
		state, score := posture.Upright, 90.0
		if w.rnd.Float64() < share {
			state, score = posture.Slouching, 45
		}
		sec := min(left, 1+w.rnd.ExpFloat64()*w.slouchFor)
		w.src.lived(now, sec, state, score)
		now = now.Add(seconds(sec))
		if state == posture.Slouching {
			w.src.happen(posture.Event{Kind: posture.EventEpisodeEnd, Time: now, Seconds: sec})
		}
	}
	w.src.happen(posture.Event{Kind: posture.EventBoutEnd, Time: over, Seconds: over.Sub(start).Seconds()})
	return over
}

func newWorker(t testing.TB, seed uint64, slouch func(day, hour int, bout float64) float64) *worker {
	return &worker{
		src: &memory{zones: in(t, "Europe/Berlin")}, rnd: rand.New(rand.NewPCG(seed, 3)),
		slouch: slouch, slouchFor: 150, boutFor: 2400, hours: 8,
	}
}

func always(share float64) func(int, int, float64) float64 {
	return func(int, int, float64) float64 { return share }
}

func rules(w Week) []Rule {
	out := []Rule{}
	for _, i := range w.Insights {
		out = append(out, i.Rule)
	}
	return out
}

// months is W47 with six weeks before it.
func months(w *worker, before func(int, int, float64) float64) *memory {
	last := ISOWeek{2026, 47}
	now := w.slouch
	w.slouch = before
	for i := 5; i > 0; i-- {
		w.live(last.Add(-i), 5)
	}
	w.slouch = now
	w.live(last, 5)
	return w.src.sorted()
}

func TestInsights(t *testing.T) {
	for name, c := range map[string]struct {
		slouch, before func(day, hour int, bout float64) float64
		want           Rule
		text           string // a pattern
		check          func(Insight) bool
	}{
		"an afternoon hour": {
			slouch: func(_, hour int, _ float64) float64 {
				if hour == 15 {
					return 0.6
				}
				return 0.15
			},
			before: always(0.2), want: RuleTimeOfDay,
			text:  `^From 15:00 to 16:00 slouching took \d\d % of the time judged, in the other hours \d\d %; it was more then on (four|five) of five days\.$`,
			check: func(i Insight) bool { return i.Figures["hour"] == 15 && i.N == 5 && i.Seconds > 20*3600 },
		},
		"after a while": {
			slouch: func(_, _ int, bout float64) float64 {
				if bout > 15*60 {
					return 0.6
				}
				return 0
			},
			before: always(0.2), want: RuleOnset,
			text:  `^In .* of your .* stretches of half an hour or more of sitting, slouching began within the first 1[6-9] min\.$`,
			check: func(i Insight) bool { return i.Figures["minutes"] >= 16 && i.N >= onsetBouts },
		},
		"a better day": {
			slouch: func(day, _ int, _ float64) float64 {
				if day == 3 {
					return 0.02
				}
				return 0.3
			},
			before: always(0.3), want: RuleBestDay,
			text:  `^Thursday was your most upright day: 9\d % of the time judged, against \d\d % on the other four days\.$`,
			check: func(i Insight) bool { return i.Figures["weekday"] == 4 },
		},
		"breaks that help": {
			slouch: func(_, _ int, bout float64) float64 { return min(0.9, bout/2700) },
			before: always(0.3), want: RuleAfterBreak,
			text:  `^Within an hour after a break you were upright \d\d % of the time judged, in as long before it \d\d %; it was more after \S+ of \S+ breaks\.$`,
			check: func(i Insight) bool { return i.Figures["upright_share_after"] > i.Figures["upright_share_before"] },
		},
		"a better week": {
			slouch: always(0.1), before: always(0.4), want: RuleChanged,
			text:  `^You were upright \d\d % of the time judged, more than in any of the five weeks before that can be compared \(\d\d % in all of them together\)\.$`,
			check: func(i Insight) bool { return i.N == 5 && i.Figures["upright_share"] > i.Figures["highest_before"] },
		},
		"a worse week": {
			slouch: always(0.4), before: always(0.1), want: RuleChanged,
			text: `^You were upright \d\d % of the time judged, less than in any of the five weeks before`,
		},
	} {
		w := newWorker(t, 7, c.slouch)
		if name == "breaks that help" {
			w.boutFor, w.slouchFor = 3600, 60
		}
		got := readWeek(t, months(w, c.before), "2026-W47", later)
		if len(got.Insights) > 5 {
			t.Errorf("%s: %d insights", name, len(got.Insights))
		}
		i := slices.IndexFunc(got.Insights, func(i Insight) bool { return i.Rule == c.want })
		if i < 0 {
			t.Errorf("%s: no %s among %v", name, c.want, rules(got))
			continue
		}
		in := got.Insights[i]
		if !regexp.MustCompile(c.text).MatchString(in.Text) {
			t.Errorf("%s: %s", name, in.Text)
		}
		if c.check != nil && !c.check(in) {
			t.Errorf("%s: %+v", name, in)
		}
		t.Logf("%s: %s %v n=%d, %.0f s", name, in.Text, in.Figures, in.N, in.Seconds)
	}
}

// TestOnsetIsTrue holds a sentence against a plain count.
func TestOnsetIsTrue(t *testing.T) {
	w := newWorker(t, 9, func(_, _ int, bout float64) float64 { return min(0.5, bout/3600) })
	w.live(ISOWeek{2026, 47}, 5)
	src := w.src.sorted()
	got := readWeek(t, src, "2026-W47", later)
	i := slices.IndexFunc(got.Insights, func(i Insight) bool { return i.Rule == RuleOnset })
	if i < 0 {
		t.Fatal("no onset")
	}
	f := got.Insights[i].Figures
	bouts, by := 0, 0
	for _, b := range src.events {
		if b.Kind != posture.EventBoutEnd || b.Seconds < 1800 {
			continue
		}
		bouts++
		from := b.Time.Add(-seconds(b.Seconds))
		for _, e := range src.events {
			began := e.Time.Add(-seconds(e.Seconds)).Sub(from).Minutes()
			if e.Kind == posture.EventEpisodeEnd && e.Seconds >= 60 && began >= 0 && began <= f["minutes"] {
				by++
				break
			}
		}
	}
	if int(f["bouts"]) != bouts || int(f["bouts_by_then"]) != by || 2*by < bouts {
		t.Errorf("%v, counted %d of %d", f, by, bouts)
	}
}

// TestThinDataNoInsight has the plainest patterns, but little of them.
func TestThinDataNoInsight(t *testing.T) {
	pattern := func(day, hour int, bout float64) float64 {
		if day == 1 || hour == 9 {
			return 0
		}
		return min(0.9, 0.3+bout/3600)
	}
	for name, thin := range map[string]func(*worker){
		"nothing": func(*worker) {},
		"an hour": func(w *worker) { w.hours = 1; w.live(ISOWeek{2026, 47}, 1) },
		"one day": func(w *worker) { w.live(ISOWeek{2026, 47}, 1) },
		"two days": func(w *worker) {
			w.hours = 10
			w.slouch = func(_, _ int, bout float64) float64 { return bout / 3600 }
			w.live(ISOWeek{2026, 47}, 2)
		},
		"two weeks before": func(w *worker) {
			w.hours, w.slouch = 4, always(0)
			w.live(ISOWeek{2026, 45}, 5)
			w.live(ISOWeek{2026, 46}, 5)
			w.slouch = always(1)
			w.live(ISOWeek{2026, 47}, 3)
		},
		"little after five weeks": func(w *worker) {
			w.slouch = always(0.9)
			for i := range 5 {
				w.live(ISOWeek{2026, 42 + i}, 5)
			}
			w.hours, w.slouch = 2, always(0)
			w.live(ISOWeek{2026, 47}, 2)
		},
		"short days":   func(w *worker) { w.hours = 1; w.boutFor = 600; w.live(ISOWeek{2026, 47}, 5) },
		"not judged":   func(w *worker) { w.live(ISOWeek{2026, 47}, 5); blind(w.src) },
		"little of it": func(w *worker) { w.live(ISOWeek{2026, 47}, 5); thinned(w.src) },
	} {
		for seed := range uint64(10) {
			w := newWorker(t, seed, pattern)
			thin(w)
			if got := readWeek(t, w.src.sorted(), "2026-W47", later); len(got.Insights) > 0 {
				t.Errorf("%s: %v of %.0f s judged: %s", name, rules(got), got.Judged, got.Insights[0].Text)
				break
			}
		}
	}
}

// blind makes all of it unknown.
func blind(m *memory) {
	for i := range m.quarters {
		m.quarters[i].Sums = Sums{States: [stateCount]float64{stateCount - 1: m.quarters[i].Watched()}}
	}
	m.events = nil
}

// thinned leaves a fortieth.
func thinned(m *memory) {
	for i := range m.quarters {
		s := &m.quarters[i].Sums
		for j := range s.States {
			s.States[j] /= 40
		}
		s.ScoreSeconds /= 40
		s.ScoreSum /= 40
	}
	m.events = slices.DeleteFunc(m.events, func(e posture.Event) bool { return e.Kind == posture.EventBoutEnd })
}

// laid adds the hours from nine to five of five days, each with so many seconds
// judged and such a share of them slouched.
func laid(m *memory, week ISOWeek, f func(day, hour int) (judged, slouch float64)) {
	for day := range 5 {
		for hour := 9; hour < 17; hour++ {
			judged, slouch := f(day, hour)
			for q := range 4 {
				s := Sums{ScoreSeconds: judged / 4, ScoreSum: judged / 4 * 80}
				s.States[stateAt[posture.Slouching]] = slouch * judged / 4
				s.States[stateAt[posture.Upright]] = (1 - slouch) * judged / 4
				start := (week.First() + Date(day)).utc().Add(time.Duration(hour)*time.Hour + time.Duration(q)*15*time.Minute)
				m.quarters = append(m.quarters, Quarter{Start: start, Sums: s})
			}
		}
	}
}

// TestThresholds goes to either side of what the rules ask for.
func TestThresholds(t *testing.T) {
	w := ISOWeek{2026, 47}
	flat := func(judged, slouch float64) func(int, int) (float64, float64) {
		return func(int, int) (float64, float64) { return judged, slouch }
	}
	before := func(m *memory, weeks int, judged float64) {
		for i := range weeks {
			laid(m, w.Add(i-weeks), flat(judged, 0.30+0.01*float64(i%2)))
		}
	}
	hour := func(slouch, judged float64) func(*memory) {
		return func(m *memory) {
			laid(m, w, func(_, hour int) (float64, float64) {
				if hour == 14 {
					return judged, slouch
				}
				return 3000, 0.1
			})
		}
	}
	breaks := func(gains ...float64) func(*memory) {
		return func(m *memory) {
			laid(m, w, func(day, hour int) (float64, float64) {
				gain := gains[day%len(gains)]
				switch {
				case hour >= 13:
					return 3000, 0.6 - 2*gain
				case hour >= 11:
					return 3000, 0.6 - gain
				}
				return 3000, 0.6
			})
			for day := range 5 {
				for _, hour := range []int{11, 13} {
					at := (w.First() + Date(day)).utc().Add(time.Duration(hour) * time.Hour)
					m.happen(posture.Event{Kind: posture.EventBreak, Time: at, Seconds: 150, Level: 2})
				}
			}
		}
	}
	for name, c := range map[string]struct {
		live func(*memory)
		rule Rule
		want bool
	}{
		"an hour with a tenth more":     {hour(0.21, 3000), RuleTimeOfDay, true},
		"with less than that":           {hour(0.19, 3000), RuleTimeOfDay, false},
		"with less judged than an hour": {hour(0.9, 700), RuleTimeOfDay, false},
		"with some more":                {hour(0.9, 1000), RuleTimeOfDay, true},
		"on three days three quarters of it": {func(m *memory) {
			laid(m, w, func(day, hour int) (float64, float64) {
				switch {
				case hour != 14:
					return 3000, 0.1
				case day < 3:
					return 1000, 0.9
				}
				return 0, 0
			})
		}, RuleTimeOfDay, false},
		"a change":                           {func(m *memory) { before(m, 3, 3000); laid(m, w, flat(3000, 0.2)) }, RuleChanged, true},
		"a change under a twentieth":         {func(m *memory) { before(m, 5, 3000); laid(m, w, flat(3000, 0.27)) }, RuleChanged, false},
		"weeks before with under five hours": {func(m *memory) { before(m, 5, 440); laid(m, w, flat(3000, 0.2)) }, RuleChanged, false},
		"and just over":                      {func(m *memory) { before(m, 5, 460); laid(m, w, flat(3000, 0.2)) }, RuleChanged, true},
		"two days of eight hours": {func(m *memory) {
			before(m, 5, 3000)
			laid(m, w, func(day, _ int) (float64, float64) {
				if day > 1 {
					return 0, 0
				}
				return 3500, 0.2
			})
		}, RuleChanged, false},
		"three days of two hours": {func(m *memory) {
			before(m, 5, 3000)
			laid(m, w, func(day, _ int) (float64, float64) {
				if day > 2 {
					return 0, 0
				}
				return 910, 0.2
			})
		}, RuleChanged, true},
		"breaks that do the same":     {breaks(0.2), RuleAfterBreak, true},
		"breaks that do now and then": {breaks(0.29, 0.29, 0.01, 0.01, -0.15), RuleAfterBreak, false},
	} {
		src := &memory{}
		c.live(src)
		got := rules(readWeek(t, src.sorted(), w.String(), later))
		if slices.Contains(got, c.rule) != c.want {
			t.Errorf("%s: %v, want %s: %v", name, got, c.rule, c.want)
		}
	}
}

// TestNoPatternNoInsight lives weeks in which nothing depends on the hour, the
// day, the bout, breaks or the week, with postures that last short and long, and
// counts how often a rule finds something all the same.
func TestNoPatternNoInsight(t *testing.T) {
	runs := 50
	if testing.Short() {
		runs = 15
	}
	found, weeks := map[Rule]int{}, 0
	for _, lasts := range []float64{60, 150, 400, 900} {
		for seed := range uint64(runs) {
			w := newWorker(t, seed+100, always(0.25))
			w.slouchFor = lasts
			for _, r := range rules(readWeek(t, months(w, always(0.25)), "2026-W47", later)) {
				found[r]++
			}
			weeks++
		}
	}
	t.Logf("of %d weeks: %v", weeks, found)
	for rule, n := range found {
		// That slouching begins at some time is no pattern, but true.
		if rule != RuleOnset && n > weeks/15 {
			t.Errorf("%s in %d of %d weeks without a pattern", rule, n, weeks)
		}
	}
}

// TestWords holds that the sentences diagnose nothing, blame nobody and count no
// streaks.
func TestWords(t *testing.T) {
	bad := regexp.MustCompile(`(?i)\b(bad|poor|wrong|should|must|fail|worst|streak|damage|harm|injur|pain|disease|risk|caus|because|lazy|kyphosis)`)
	seen := map[Rule]bool{}
	for seed := range uint64(12) {
		w := newWorker(t, seed, func(day, hour int, bout float64) float64 {
			v := min(0.8, bout/2700)
			if hour == 14 {
				v += 0.6
			}
			if day == 2 {
				v /= 8
			}
			return min(v, 0.95)
		})
		w.boutFor, w.slouchFor = 3600, 90
		for _, i := range readWeek(t, months(w, always(0.1)), "2026-W47", later).Insights {
			seen[i.Rule] = true
			if bad.MatchString(i.Text) || !strings.HasSuffix(i.Text, ".") || i.N < 3 || !(i.Seconds > 3600) {
				t.Errorf("%+v", i)
			}
			for k, v := range i.Figures {
				if math.IsNaN(v) || math.IsInf(v, 0) {
					t.Errorf("%s is %v", k, v)
				}
			}
		}
	}
	if len(seen) < 5 {
		t.Errorf("only %v were seen", seen)
	}
}
