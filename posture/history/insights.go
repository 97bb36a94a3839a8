package history

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// Insight is a plain sentence about a week that is true by a stated rule.
type Insight struct {
	Rule Rule   `json:"rule"`
	Text string `json:"text"`
	// Figures are those that the sentence rests on, by name: shares are 0 to
	// 1, minutes are minutes, seconds end in _s.
	Figures map[string]float64 `json:"figures"`
	// N is how many days, bouts, breaks or weeks there were, Seconds how
	// long posture was judged in what was compared.
	N       int     `json:"n"`
	Seconds float64 `json:"seconds"`
}

// Rule names what makes an [Insight] true. There is one of each at most.
type Rule string

// The rules, in the order of display.
const (
	// RuleChanged: this week's upright share lies outside of those of all of
	// the four weeks before the last one and of the last one that have
	// [changedJudged] judged, of which there are [changedWeeks] or more, and
	// at least [changedBy] from their share over all their time.
	RuleChanged Rule = "changed"
	// RuleTimeOfDay: in one hour of the day slouching took [hourBy] more of
	// the time judged than in the other hours together and [hourTimes] as
	// much, and was above the rest of the day on three of four of the days
	// that show both. Hours count that have [hourJudged] judged over
	// [hourDays] days.
	RuleTimeOfDay Rule = "time_of_day"
	// RuleOnset: of the bouts that began in the week with half an hour sat
	// or more, [onsetBouts] at the least, half or more had an episode of
	// slouching of [onsetEpisode] within the half hour; told is by when half
	// of them had.
	RuleOnset Rule = "onset"
	// RuleAfterBreak: the upright share in up to an hour after breaks is
	// [breakBy] from that in up to an hour before them, in the same direction
	// at two of three of the breaks. Breaks count with [breakJudged] judged
	// on both sides, of whole quarters not shared with another break,
	// [breakCount] at the least.
	RuleAfterBreak Rule = "after_break"
	// RuleBestDay: one day's upright share is [bestBy] above the next best
	// one's. Days count with [bestJudged] judged, [bestDays] at the least.
	RuleBestDay Rule = "best_day"
)

// What the rules ask for. They are product decisions: large enough that a week
// without any pattern seldom gives a sentence (TestNoPatternNoInsight measures
// how seldom), small enough that one working week suffices.
const (
	changedJudged = 5 * 3600.0 // seconds in each week compared
	changedWeeks  = 3
	changedBy     = 0.05

	hourJudged = 3600.0 // seconds in an hour of the day, over the week
	hourDays   = 3
	hourCount  = 4 // hours to compare, at the least
	hourBy     = 0.10
	hourTimes  = 1.5
	hourOften  = 0.75 // of the days
	hourOnDay  = 600.0

	onsetSat     = 30 * 60.0 // seconds sat
	onsetEpisode = 60.0      // seconds: what is worth an alert
	onsetBouts   = 6

	breakWindow = 4     // quarters
	breakJudged = 600.0 // seconds on each side of a break
	breakCount  = 6
	breakTotal  = 2 * 3600.0 // seconds on each side together
	breakBy     = 0.08
	breakOften  = 2.0 / 3

	bestJudged = 2 * 3600.0 // seconds in a day
	bestDays   = 3
	bestBy     = 0.05
)

// insights are the week's, five at most: one by each rule.
func (r *reading) insights(before []Totals) []Insight {
	out := []Insight{}
	for _, in := range []*Insight{
		r.changed(before), r.timeOfDay(), r.onset(), r.afterBreak(), r.bestDay(),
	} {
		if in != nil {
			for k, v := range in.Figures {
				in.Figures[k] = tidy(v)
			}
			in.Seconds = tidy(in.Seconds)
			out = append(out, *in)
		}
	}
	return out
}

func (r *reading) whole() (s Sums) {
	for i := range r.days {
		s.Add(r.days[i].sums)
	}
	return s
}

// changed is by [RuleChanged].
func (r *reading) changed(before []Totals) *Insight {
	this := r.whole()
	if this.ScoreSeconds < changedJudged {
		return nil
	}
	var all Sums
	low, high, n := 1.0, 0.0, 0
	for _, t := range before {
		if t.ScoreSeconds < changedJudged {
			continue
		}
		all.Add(t.Sums)
		share := *t.UprightShare()
		low, high = min(low, share), max(high, share)
		n++
	}
	if n < changedWeeks {
		return nil
	}
	now, was := *this.UprightShare(), *all.UprightShare()
	how := "more"
	switch {
	case now > high && now-was >= changedBy:
	case now < low && was-now >= changedBy:
		how = "less"
	default:
		return nil
	}
	return &Insight{
		Rule: RuleChanged,
		Text: fmt.Sprintf("You were upright %s of the time, %s than in any of the %s weeks before that can be compared (%s in all of them together).",
			percent(now), how, count(n), percent(was)),
		Figures: map[string]float64{"upright_share": now, "upright_share_before": was, "lowest_before": low, "highest_before": high},
		N:       n, Seconds: this.ScoreSeconds + all.ScoreSeconds,
	}
}

// timeOfDay is by [RuleTimeOfDay].
func (r *reading) timeOfDay() *Insight {
	var hours [24]Sums
	var days [24]int
	perDay := make([][24]Sums, len(r.days))
	for i := range r.days {
		for j := range r.days[i].hours {
			h := &r.days[i].hours[j]
			perDay[i][h.hour].Add(h.Sums)
		}
		for h := range hours {
			hours[h].Add(perDay[i][h])
			if perDay[i][h].ScoreSeconds >= hourOnDay {
				days[h]++
			}
		}
	}
	counts := func(h int) bool { return hours[h].ScoreSeconds >= hourJudged && days[h] >= hourDays }
	worst, enough := -1, 0
	for h := range hours {
		if !counts(h) {
			continue
		}
		enough++
		if worst < 0 || *hours[h].SlouchShare() > *hours[worst].SlouchShare() {
			worst = h
		}
	}
	if enough < hourCount {
		return nil
	}
	var rest Sums
	for h := range hours {
		if h != worst && counts(h) {
			rest.Add(hours[h])
		}
	}
	there, elsewhere := *hours[worst].SlouchShare(), *rest.SlouchShare()
	if there-elsewhere < hourBy || there < hourTimes*elsewhere {
		return nil
	}
	both, above := 0, 0
	for i := range perDay {
		var other Sums
		for h := range hours {
			if h != worst && counts(h) {
				other.Add(perDay[i][h])
			}
		}
		if perDay[i][worst].ScoreSeconds < hourOnDay || other.ScoreSeconds < hourOnDay {
			continue
		}
		both++
		if *perDay[i][worst].SlouchShare() > *other.SlouchShare() {
			above++
		}
	}
	if both < hourDays || float64(above) < hourOften*float64(both) {
		return nil
	}
	return &Insight{
		Rule: RuleTimeOfDay,
		Text: fmt.Sprintf("From %02d:00 to %02d:00 slouching took %s of the time, in the other hours %s; it was more then on %s of %s days.",
			worst, (worst+1)%24, percent(there), percent(elsewhere), count(above), count(both)),
		Figures: map[string]float64{
			"hour": float64(worst), "slouch_share": there, "slouch_share_else": elsewhere, "days": float64(both), "days_above": float64(above),
			"hour_s": hours[worst].ScoreSeconds, "other_s": rest.ScoreSeconds,
		},
		N: both, Seconds: hours[worst].ScoreSeconds + rest.ScoreSeconds,
	}
}

// onset is by [RuleOnset].
func (r *reading) onset() *Insight {
	var after []float64 // seconds sat when slouching began
	n := 0
	var sat float64
	for i := range r.bouts {
		b := &r.bouts[i]
		if b.sat < onsetSat || r.slot(b.from).day < 0 {
			continue
		}
		n++
		sat += b.sat
		for _, e := range r.episodes {
			if e.seconds < onsetEpisode || e.from.Before(b.from) || !e.from.Before(b.to) {
				continue
			}
			if at := b.at(e.from); at <= onsetSat {
				after = append(after, at)
			}
			break
		}
	}
	half := (n + 1) / 2
	if n < onsetBouts || len(after) < half {
		return nil
	}
	slices.Sort(after)
	// Rounded up, the sentence stays true of that half.
	minutes := max(1, math.Ceil(after[half-1]/60))
	by := 0
	for _, s := range after {
		if s <= minutes*60 {
			by++
		}
	}
	return &Insight{
		Rule: RuleOnset,
		Text: fmt.Sprintf("In %s of your %s stretches of half an hour or more of sitting, slouching began within the first %.0f min.",
			count(by), count(n), minutes),
		Figures: map[string]float64{"minutes": minutes, "bouts": float64(n), "bouts_by_then": float64(by), "bouts_in_half_an_hour": float64(len(after))},
		N:       n, Seconds: sat,
	}
}

// afterBreak is by [RuleAfterBreak].
func (r *reading) afterBreak() *Insight {
	type gap struct{ from, to int64 } // a break, in whole quarters around it
	var gaps []gap
	for _, b := range r.rests {
		if b.due {
			continue
		}
		from := floorQuarter(b.at.Add(-seconds(b.seconds)).Unix())
		to := floorQuarter(b.at.Unix() + quarter - 1)
		gaps = append(gaps, gap{from, to})
	}
	slices.SortFunc(gaps, func(a, b gap) int { return int(a.from - b.from) })
	at := map[int64]*Sums{}
	for i := range r.quarters {
		at[r.quarters[i].Start.Unix()] = &r.quarters[i].Sums
	}
	sum := func(from, to int64) (s Sums) {
		for t := from; t < to; t += quarter {
			if q := at[t]; q != nil {
				s.Add(*q)
			}
		}
		return s
	}
	var before, after Sums
	n, better := 0, 0
	for i, g := range gaps {
		if r.slot(time.Unix(g.to, 0)).day < 0 {
			continue
		}
		low, high := g.from-breakWindow*quarter, g.to+breakWindow*quarter
		if i > 0 {
			low = max(low, gaps[i-1].to)
		}
		if i+1 < len(gaps) {
			high = min(high, gaps[i+1].from)
		}
		b, a := sum(low, g.from), sum(g.to, high)
		if b.ScoreSeconds < breakJudged || a.ScoreSeconds < breakJudged {
			continue
		}
		n++
		if *a.UprightShare() > *b.UprightShare() {
			better++
		}
		before.Add(b)
		after.Add(a)
	}
	if n < breakCount || before.ScoreSeconds < breakTotal || after.ScoreSeconds < breakTotal {
		return nil
	}
	was, then := *before.UprightShare(), *after.UprightShare()
	agree, how := better, "more"
	if then < was {
		agree, how = n-better, "less"
	}
	if math.Abs(then-was) < breakBy || float64(agree) < breakOften*float64(n) {
		return nil
	}
	return &Insight{
		Rule: RuleAfterBreak,
		Text: fmt.Sprintf("Within an hour after a break you were upright %s of the time, within an hour before it %s; it was %s after %s of %s breaks.",
			percent(then), percent(was), how, count(agree), count(n)),
		Figures: map[string]float64{
			"upright_share_after": then, "upright_share_before": was, "breaks": float64(n), "breaks_alike": float64(agree),
			"after_s": after.ScoreSeconds, "before_s": before.ScoreSeconds,
		},
		N: n, Seconds: before.ScoreSeconds + after.ScoreSeconds,
	}
}

// bestDay is by [RuleBestDay].
func (r *reading) bestDay() *Insight {
	best, second, n := -1, -1, 0
	share := make([]float64, len(r.days))
	var judged float64
	for i := range r.days {
		s := &r.days[i].sums
		if s.ScoreSeconds < bestJudged {
			continue
		}
		share[i] = *s.UprightShare()
		judged += s.ScoreSeconds
		n++
		switch {
		case best < 0 || share[i] > share[best]:
			best, second = i, best
		case second < 0 || share[i] > share[second]:
			second = i
		}
	}
	if n < bestDays || share[best]-share[second] < bestBy {
		return nil
	}
	date := r.first + Date(best)
	return &Insight{
		Rule: RuleBestDay,
		Text: fmt.Sprintf("%s was your most upright day: %s of the time, %s on the next best of %s days.",
			date.Weekday(), percent(share[best]), percent(share[second]), count(n)),
		Figures: map[string]float64{"upright_share": share[best], "next_best": share[second], "weekday": float64((date.Weekday()+6)%7 + 1), "days": float64(n)},
		N:       n, Seconds: judged,
	}
}

// percent says a share.
func percent(share float64) string { return fmt.Sprintf("%.0f %%", 100*share) }

// count says a small number in words.
func count(n int) string {
	words := []string{"none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"}
	if n >= 0 && n < len(words) {
		return words[n]
	}
	return fmt.Sprint(n)
}
