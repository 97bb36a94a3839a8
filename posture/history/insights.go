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
	// RuleChanged: this week's upright share lies outside of those of the
	// five weeks before, is [changedBy] from their share over all their time,
	// and stands out ([standsOut]) from how those weeks differ among
	// themselves and from how the days of this one do. Earlier weeks count
	// with [changedJudged] judged, [changedWeeks] at the least; this one needs
	// [changedDays] days with [bestJudged].
	RuleChanged Rule = "changed"
	// RuleTimeOfDay: in one hour of the day slouching took [hourBy] more of
	// the time judged than in the other hours together and [hourTimes] as
	// much, stands out from how hours differ anyway ([standsOut]), and was
	// above the rest of the day on three of four of the days that show both.
	// Hours of the day count that have [hourJudged] judged over [hourDays]
	// days, [hourCount] at the least.
	RuleTimeOfDay Rule = "time_of_day"
	// RuleOnset: of the bouts that began in the week with half an hour sat
	// or more, [onsetBouts] at the least over [onsetDays] days, half or more
	// had an episode of slouching of [onsetEpisode] within the half hour;
	// told is by when half of them had, if that is not within [onsetFrom].
	RuleOnset Rule = "onset"
	// RuleAfterBreak: the upright share in up to an hour after breaks is
	// [breakBy] from that in as long before them, in the same direction
	// at two of three of the breaks, and the differences stand out
	// ([breakOut]) from how they differ among themselves. Breaks count with [breakJudged] judged
	// on both sides, of whole quarters not shared with another break,
	// [breakCount] at the least over [breakDays] days.
	RuleAfterBreak Rule = "after_break"
	// RuleBestDay: one day's upright share is the highest, [bestBy] above
	// that of the other days together, and stands out from how hours differ
	// anyway ([standsOut]). Days count with [bestJudged] judged, [bestDays]
	// at the least.
	RuleBestDay Rule = "best_day"
)

// What the rules ask for. They are product decisions: large enough that a week
// without any pattern seldom gives a sentence (TestNoPatternNoInsight measures
// how seldom), small enough that one working week suffices.
const (
	changedJudged = 5 * 3600.0 // seconds in an earlier week
	changedWeeks  = 3
	changedDays   = 3
	changedBy     = 0.05

	hourJudged = 3600.0 // seconds in an hour of the day, over the week
	hourDays   = 3
	hourCount  = 4 // hours to compare, at the least
	hourBy     = 0.10
	hourTimes  = 1.5
	hourOften  = 0.75  // of the days
	hourOnDay  = 900.0 // seconds in an hour of one day

	onsetSat     = 30 * 60.0 // seconds sat
	onsetEpisode = 60.0      // seconds: what is worth an alert
	onsetBouts   = 8
	onsetDays    = 3
	onsetFrom    = 5 * 60.0 // seconds

	breakWindow = 4     // quarters
	breakJudged = 600.0 // seconds on each side of a break
	breakCount  = 6
	breakDays   = 3
	breakTotal  = 2 * 3600.0 // seconds on each side together
	breakBy     = 0.08
	breakOften  = 2.0 / 3
	breakOut    = 2.0 // as standsOut: one figure is tried, not the largest of many

	bestJudged = 2 * 3600.0 // seconds in a day
	bestDays   = 3
	bestBy     = 0.08

	// standsOut is how many standard errors a difference must be from none.
	// The largest of eight hours without any pattern is that far out in one
	// week of a hundred.
	standsOut = 3.0
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

// changed is by [RuleChanged].
func (r *reading) changed(before []Totals) *Insight {
	this := r.whole()
	var all Sums
	var shares []float64
	for _, t := range before {
		if t.ScoreSeconds < changedJudged {
			continue
		}
		all.Add(t.Sums)
		shares = append(shares, *t.UprightShare())
	}
	var days []float64
	for i := range r.days {
		if s := &r.days[i].sums; s.ScoreSeconds >= bestJudged {
			days = append(days, *s.UprightShare())
		}
	}
	n := len(shares)
	if n < changedWeeks || len(days) < changedDays {
		return nil
	}
	low, high := slices.Min(shares), slices.Max(shares)
	now, was := *this.UprightShare(), *all.UprightShare()
	spread := math.Max(deviation(shares), deviation(days)/math.Sqrt(float64(len(days))))
	if math.Abs(now-was) < standsOut*spread*math.Sqrt(1+1/float64(n)) {
		return nil
	}
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
		Text: fmt.Sprintf("You were upright %s of the time judged, %s than in any of the %s weeks before that can be compared (%s in all of them together).",
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
	var then, others []float64 // shares of single hours
	for i := range perDay {
		var other Sums
		for h := range hours {
			if h != worst && counts(h) {
				other.Add(perDay[i][h])
			}
			if s := &perDay[i][h]; counts(h) && s.ScoreSeconds >= hourOnDay {
				if h == worst {
					then = append(then, *s.SlouchShare())
				} else {
					others = append(others, *s.SlouchShare())
				}
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
	if both < hourDays || float64(above) < hourOften*float64(both) || apart(then, others) < standsOut {
		return nil
	}
	return &Insight{
		Rule: RuleTimeOfDay,
		Text: fmt.Sprintf("From %02d:00 to %02d:00 slouching took %s of the time judged, in the other hours %s; it was more then on %s of %s days.",
			worst, (worst+1)%24, percent(there), percent(elsewhere), count(above), count(both)),
		Figures: map[string]float64{
			"hour": float64(worst), "slouch_share": there, "slouch_share_else": elsewhere, "days": float64(both), "days_above": float64(above),
			"hour_s": hours[worst].ScoreSeconds, "else_s": rest.ScoreSeconds,
		},
		N: both, Seconds: hours[worst].ScoreSeconds + rest.ScoreSeconds,
	}
}

// onset is by [RuleOnset].
func (r *reading) onset() *Insight {
	var after []float64 // seconds sat when slouching began
	n, days := 0, map[int]bool{}
	var sat float64
	for i := range r.bouts {
		b := &r.bouts[i]
		day := r.slot(b.from).day
		if b.sat < onsetSat || day < 0 {
			continue
		}
		n++
		days[day] = true
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
	if n < onsetBouts || len(days) < onsetDays || len(after) < half {
		return nil
	}
	slices.Sort(after)
	if after[half-1] < onsetFrom {
		return nil
	}
	// Rounded up, the sentence stays true of that half.
	minutes := math.Ceil(after[half-1] / 60)
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
	var gain []float64 // in upright share, of each break
	n, better, days := 0, 0, map[int]bool{}
	for i, g := range gaps {
		day := r.slot(time.Unix(g.to, 0)).day
		if day < 0 {
			continue
		}
		low, high := g.from-breakWindow*quarter, g.to+breakWindow*quarter
		if i > 0 {
			low = max(low, gaps[i-1].to)
		}
		if i+1 < len(gaps) {
			high = min(high, gaps[i+1].from)
		}
		// As long on both sides: a bout's last hour is no match for the first
		// minutes of the next.
		long := min(g.from-low, high-g.to)
		b, a := sum(g.from-long, g.from), sum(g.to, g.to+long)
		if b.ScoreSeconds < breakJudged || a.ScoreSeconds < breakJudged {
			continue
		}
		n++
		days[day] = true
		gain = append(gain, *a.UprightShare()-*b.UprightShare())
		if gain[n-1] > 0 {
			better++
		}
		before.Add(b)
		after.Add(a)
	}
	if n < breakCount || len(days) < breakDays || before.ScoreSeconds < breakTotal || after.ScoreSeconds < breakTotal {
		return nil
	}
	was, then := *before.UprightShare(), *after.UprightShare()
	agree, how := better, "more"
	if then < was {
		agree, how = n-better, "less"
	}
	if math.Abs(mean(gain)) < breakOut*deviation(gain)/math.Sqrt(float64(n)) {
		return nil
	}
	if math.Abs(then-was) < breakBy || float64(agree) < breakOften*float64(n) {
		return nil
	}
	return &Insight{
		Rule: RuleAfterBreak,
		Text: fmt.Sprintf("Within an hour after a break you were upright %s of the time judged, in as long before it %s; it was %s after %s of %s breaks.",
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
	counts := func(i int) bool { return r.days[i].sums.ScoreSeconds >= bestJudged }
	best, n := -1, 0
	for i := range r.days {
		if !counts(i) {
			continue
		}
		n++
		if best < 0 || *r.days[i].sums.UprightShare() > *r.days[best].sums.UprightShare() {
			best = i
		}
	}
	if n < bestDays {
		return nil
	}
	var rest Sums
	var then, others []float64 // shares of single hours
	for i := range r.days {
		if !counts(i) {
			continue
		}
		if i != best {
			rest.Add(r.days[i].sums)
		}
		for j := range r.days[i].hours {
			h := &r.days[i].hours[j]
			switch {
			case h.ScoreSeconds < hourOnDay:
			case i == best:
				then = append(then, *h.UprightShare())
			default:
				others = append(others, *h.UprightShare())
			}
		}
	}
	day := &r.days[best].sums
	share, elsewhere := *day.UprightShare(), *rest.UprightShare()
	if share-elsewhere < bestBy || apart(then, others) < standsOut {
		return nil
	}
	date := r.first + Date(best)
	return &Insight{
		Rule: RuleBestDay,
		Text: fmt.Sprintf("%s was your most upright day: %s of the time judged, against %s on the other %s days.",
			date.Weekday(), percent(share), percent(elsewhere), count(n-1)),
		Figures: map[string]float64{
			"upright_share": share, "upright_share_else": elsewhere, "days": float64(n),
			"weekday": float64((date.Weekday()+6)%7 + 1), "day_s": day.ScoreSeconds, "else_s": rest.ScoreSeconds,
		},
		N: n, Seconds: day.ScoreSeconds + rest.ScoreSeconds,
	}
}

// apart is how many standard errors the mean of a is above that of b, by their
// common spread; 0 when that can't be told.
func apart(a, b []float64) float64 {
	if len(a) < 2 || len(b) < 2 {
		return 0
	}
	n, m := float64(len(a)), float64(len(b))
	// Shares of an hour differ by a hundredth if by nothing else.
	spread := math.Max(0.01, math.Sqrt((squares(a)+squares(b))/(n+m-2)))
	return (mean(a) - mean(b)) / (spread * math.Sqrt(1/n+1/m))
}

// squares is the sum of the squared distances from the mean.
func squares(values []float64) (sum float64) {
	m := mean(values)
	for _, v := range values {
		sum += (v - m) * (v - m)
	}
	return sum
}

// deviation is the standard deviation of two values and more.
func deviation(values []float64) float64 { return math.Sqrt(squares(values) / float64(len(values)-1)) }

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
