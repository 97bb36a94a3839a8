package history

import (
	"cmp"
	"math"
	"slices"
	"time"

	"sitwell/posture"
)

// Figures are what a day or a week comes to. Seconds are exact to the
// millisecond in which they are told. What has no data is nil.
type Figures struct {
	// Watched is all time the watch ran; the four after it are its parts.
	Watched      float64 `json:"watched_s"`
	Sitting      float64 `json:"sitting_s"`
	Standing     float64 `json:"standing_s"`
	Away         float64 `json:"away_s"`
	Unobservable float64 `json:"unobservable_s"` // the state unknown
	// States holds the seconds in each state, all of [posture.States].
	States map[posture.State]float64 `json:"states_s"`
	// Judged is how long there was a score; see [Sums.Coverage],
	// [Sums.Score] and [Sums.UprightShare].
	Judged       float64  `json:"judged_s"`
	Coverage     *float64 `json:"coverage"`
	Score        *float64 `json:"score"`
	UprightShare *float64 `json:"upright_share"`
	Slouching    float64  `json:"slouching_s"`

	Episodes Episodes `json:"episodes"`
	// LongestBout is the most seconds sat in one bout, of those parts of
	// bouts that are in the day or week; nil when there was none.
	LongestBout *float64       `json:"longest_bout_s"`
	Breaks      Breaks         `json:"breaks"`
	Alerts      Alerts         `json:"alerts"`
	Exposure    Exposure       `json:"exposure"`
	CheckIns    []AreaCheckIns `json:"check_ins"`
	// Exercises are those of the relief programme that were done, the one done
	// most often first.
	Exercises []DoneExercise `json:"exercises"`
}

// Episodes are the unbroken stretches of slouching that ended in a day or week.
type Episodes struct {
	Count   int      `json:"count"`
	Total   float64  `json:"total_s"`
	Median  *float64 `json:"median_s"`
	Longest *float64 `json:"longest_s"`
}

// Breaks are those taken, of two minutes and more, against those suggested.
type Breaks struct {
	// Taken counts the breaks that ended in the time, Full those of them of
	// five minutes and more.
	Taken int `json:"taken"`
	Full  int `json:"full"`
	// Due counts the suggestions. While alerts are snoozed or in quiet
	// hours there is none.
	Due int `json:"due"`
	// Debt is what of those due was not made up for: each suggestion adds
	// one, each break takes one away and a full one two, never below 0. It
	// starts anew each day; a week's is the sum.
	Debt int `json:"debt"`
}

// Alerts are those that came, and what came of them.
type Alerts struct {
	Total  int `json:"total"`
	Strong int `json:"strong"` // the second, stronger word of an episode
	// Dismissed and Wrong count the alerts that the person put away or
	// called wrong, whenever they did.
	Dismissed int `json:"dismissed"`
	Wrong     int `json:"wrong"`
	// Corrected counts the episodes with an alert after which the person sat
	// upright again, MedianCorrection the median seconds from the first
	// alert until then. Standing up or leaving is no correction.
	Corrected        int      `json:"corrected"`
	MedianCorrection *float64 `json:"median_correction_s"`
}

// AreaCheckIns are what was said of the tension in one area, 0 to 10.
type AreaCheckIns struct {
	Area    posture.Area `json:"area"`
	Count   int          `json:"count"`
	Mean    float64      `json:"mean"`
	Highest int          `json:"highest"`
}

// DoneExercise is how often an exercise was done, and for how long in all.
type DoneExercise struct {
	Exercise string       `json:"exercise"`
	Area     posture.Area `json:"area"`
	Times    int          `json:"times"`
	Total    float64      `json:"total_s"`
}

// Bout is an unbroken stretch of sitting, or the part of one that is in a day.
type Bout struct {
	Span
	// Sat is the seconds sat in it: without the interruptions too short to
	// end it.
	Sat float64 `json:"sat_s"`
	// Open is true when its end is not known: it goes on, or the program was
	// killed.
	Open bool `json:"open"`
}

// part is what belongs to some spans of time.
type part struct {
	spans    []Span
	sums     Sums
	episodes []float64
	alerts   []*told
	rests    []rest
	debt     int
	checkIns []posture.Event
	done     []posture.Event
}

// owe goes through a day's breaks and suggestions.
func (p *part) owe() {
	for _, r := range p.rests {
		if r.due {
			p.debt++
		} else {
			p.debt = max(0, p.debt-(r.level-1))
		}
	}
}

func (p *part) add(other *part) {
	p.sums.Add(other.sums)
	p.episodes = append(p.episodes, other.episodes...)
	p.alerts = append(p.alerts, other.alerts...)
	p.rests = append(p.rests, other.rests...)
	p.debt += other.debt
	p.checkIns = append(p.checkIns, other.checkIns...)
	p.done = append(p.done, other.done...)
}

// cut returns the parts of bouts within spans, in order of time, and the weighed
// seconds of long sitting in them.
func cut(bouts []bout, spans []Span) (pieces []Bout, weighed float64) {
	pieces = []Bout{}
	for i := range bouts {
		b := &bouts[i]
		for _, s := range spans {
			from, to := b.from, b.to
			if from.Before(s.From) {
				from = s.From
			}
			if to.After(s.To) {
				to = s.To
			}
			sat := b.at(to) - b.at(from)
			if sat < least {
				continue // not in the span, or nothing sat in it
			}
			weighed += b.longBetween(from, to)
			pieces = append(pieces, Bout{
				Span: Span{
					From: from.In(s.From.Location()).Round(time.Millisecond), To: to.In(s.From.Location()).Round(time.Millisecond),
				},
				Sat: tidy(sat), Open: b.open && to.Equal(b.to),
			})
		}
	}
	slices.SortStableFunc(pieces, func(a, b Bout) int { return a.From.Compare(b.From) })
	return pieces, weighed
}

// figures returns the figures of p and the bouts in it.
func (p *part) figures(bouts []bout) (Figures, []Bout) {
	s := &p.sums
	f := Figures{
		Watched: tidy(s.Watched()), Sitting: tidy(s.Sitting()), Standing: tidy(s.Standing()),
		Away: tidy(s.In(posture.Away)), Unobservable: tidy(s.In(posture.Unknown)),
		States: map[posture.State]float64{},
		Judged: tidy(s.ScoreSeconds), Slouching: tidy(s.In(posture.Slouching)),
		Coverage: tidied(s.Coverage()), Score: tidied(s.Score()), UprightShare: tidied(s.UprightShare()),
	}
	for i, state := range posture.States {
		f.States[state] = tidy(s.States[i])
	}
	f.Episodes = Episodes{Count: len(p.episodes), Median: tidied(median(p.episodes))}
	for _, sec := range p.episodes {
		f.Episodes.Total += sec
	}
	f.Episodes.Total = tidy(f.Episodes.Total)
	if len(p.episodes) > 0 {
		f.Episodes.Longest = pointer(tidy(slices.Max(p.episodes)))
	}
	pieces, weighed := cut(bouts, p.spans)
	for _, b := range pieces {
		if f.LongestBout == nil || b.Sat > *f.LongestBout {
			f.LongestBout = pointer(b.Sat)
		}
	}
	f.Breaks.Debt = p.debt
	for _, r := range p.rests {
		switch {
		case r.due:
			f.Breaks.Due++
		default:
			f.Breaks.Taken++
			if r.level >= 3 {
				f.Breaks.Full++
			}
		}
	}
	f.Alerts = alerted(p.alerts)
	f.Exposure = exposure(s, weighed)
	f.CheckIns = byArea(p.checkIns)
	f.Exercises = byExercise(p.done)
	return f, pieces
}

func alerted(alerts []*told) Alerts {
	a := Alerts{Total: len(alerts)}
	var after []float64
	for _, t := range alerts {
		if t.Level >= 2 {
			a.Strong++
		}
		if t.dismissed {
			a.Dismissed++
		}
		if t.isWrong {
			a.Wrong++
		}
		if t.corrected {
			a.Corrected++
			after = append(after, t.after)
		}
	}
	a.MedianCorrection = tidied(median(after))
	return a
}

// byArea adds check-ins up by area.
func byArea(checkIns []posture.Event) []AreaCheckIns {
	var t Totals
	for _, c := range checkIns {
		t.count(c)
	}
	return t.areas()
}

// byExercise adds exercises up.
func byExercise(done []posture.Event) []DoneExercise {
	out := []DoneExercise{}
	for _, e := range done {
		i := slices.IndexFunc(out, func(d DoneExercise) bool { return d.Exercise == e.Exercise })
		if i < 0 {
			i = len(out)
			out = append(out, DoneExercise{Exercise: e.Exercise, Area: e.Area})
		}
		out[i].Times++
		out[i].Total = tidy(out[i].Total + length(e))
	}
	slices.SortStableFunc(out, func(a, b DoneExercise) int {
		return cmp.Or(cmp.Compare(b.Times, a.Times), cmp.Compare(a.Exercise, b.Exercise))
	})
	return out
}

// areas tells what was said of each area of which something was.
func (t *Totals) areas() []AreaCheckIns {
	out := []AreaCheckIns{}
	for i, a := range posture.Areas {
		if s := t.Tension[i]; s.Count > 0 {
			out = append(out, AreaCheckIns{Area: a, Count: s.Count, Mean: tidy(float64(s.Sum) / float64(s.Count)), Highest: s.Highest})
		}
	}
	return out
}

// median returns the middle of values, or nil of none.
func median(values []float64) *float64 {
	n := len(values)
	if n == 0 {
		return nil
	}
	v := slices.Sorted(slices.Values(values))
	return pointer((v[(n-1)/2] + v[n/2]) / 2)
}

// tidy rounds to thousandths, which keeps what is told short: a millisecond, or
// a tenth of a per cent.
func tidy(v float64) float64 { return math.Round(v*1e3) / 1e3 }

func tidied(v *float64) *float64 {
	if v == nil {
		return nil
	}
	return pointer(tidy(*v))
}

func pointer(v float64) *float64 { return &v }

// merged returns spans in order of time, those that touch as one.
func merged(spans []Span) []Span {
	spans = slices.SortedFunc(slices.Values(spans), func(a, b Span) int { return a.From.Compare(b.From) })
	var out []Span
	for _, s := range spans {
		if n := len(out); n > 0 && !s.From.After(out[n-1].To) {
			out[n-1].To = s.To
			continue
		}
		out = append(out, s)
	}
	return out
}

// ends returns the first and the last instant of spans.
func ends(spans []Span) (from, to *time.Time) {
	if len(spans) == 0 {
		return nil, nil
	}
	return &spans[0].From, &spans[len(spans)-1].To
}
