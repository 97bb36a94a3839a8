package history

import (
	"context"
	"slices"

	"sitwell/posture"
)

// weeksBefore is how many weeks a week is compared with: the one before it, and
// the four before that.
const weeksBefore = 5

// Comparison sets a week beside earlier ones.
type Comparison struct {
	This Summary `json:"this"`
	// Before is the week before; nil when nothing was watched in it.
	Before *Summary `json:"week_before"`
	// Earlier is the mean of those of the four weeks before that in which
	// something was watched, EarlierCount how many they are; nil when none.
	// Shares and scores are over all their time together, so that a thin
	// week weighs little.
	Earlier      *Summary `json:"four_before"`
	EarlierCount int      `json:"four_before_with_data"`
	// Weeks are the five weeks before one by one, oldest first.
	Weeks []WeekSummary `json:"weeks"`
}

// WeekSummary is one of the weeks compared with.
type WeekSummary struct {
	Week ISOWeek `json:"week"`
	// Summary is nil when nothing was watched.
	Summary *Summary `json:"summary"`
}

// Summary is what of a week is compared: a week's own, or a mean of weeks.
type Summary struct {
	Watched      float64  `json:"watched_s"`
	Sitting      float64  `json:"sitting_s"`
	Standing     float64  `json:"standing_s"`
	Away         float64  `json:"away_s"`
	Unobservable float64  `json:"unobservable_s"`
	Judged       float64  `json:"judged_s"`
	Slouching    float64  `json:"slouching_s"`
	Coverage     *float64 `json:"coverage"`
	Score        *float64 `json:"score"`
	UprightShare *float64 `json:"upright_share"`
	Episodes     float64  `json:"episodes"`
	Alerts       float64  `json:"alerts"`
	BreaksTaken  float64  `json:"breaks_taken"`
	BreaksDue    float64  `json:"breaks_due"`
	// LongestBout is that of the bouts which ended in the week, in seconds;
	// of several weeks the mean of each one's longest.
	LongestBout *float64 `json:"longest_bout_s"`
	Exposure    Exposure `json:"exposure"`
	// CheckIns are all that were made in the week or the weeks.
	CheckIns []AreaCheckIns `json:"check_ins"`
}

// before returns the totals of the weeks before w, the latest first.
func (r *reading) before(ctx context.Context, src Source, w ISOWeek) ([]Totals, error) {
	all := make([]Totals, weeksBefore)
	var spans []Span
	var of []int // the week of each
	for i := range all {
		earlier := w.Add(-1 - i)
		for _, s := range r.zones.Days(earlier.First(), earlier.Last()) {
			spans, of = append(spans, Span{s.From.UTC(), s.To.UTC()}), append(of, i)
		}
	}
	told, err := totals(ctx, src, spans)
	if err != nil {
		return nil, err
	}
	for j, t := range told {
		all[of[j]].Add(t)
	}
	return all, nil
}

// totals asks src for those of spans, or makes them.
func totals(ctx context.Context, src Source, spans []Span) ([]Totals, error) {
	if t, ok := src.(Totaler); ok {
		return t.Totals(ctx, spans)
	}
	all := make([]Totals, len(spans))
	for i, s := range spans {
		quarters, err := src.Quarters(ctx, s.From, s.To)
		if err != nil {
			return nil, err
		}
		events, err := src.Events(ctx, s.From, s.To)
		if err != nil {
			return nil, err
		}
		all[i] = TotalsOf(quarters, events)
	}
	return all, nil
}

// compared sets the totals of week w beside those of the weeks before it, the
// latest first.
func compared(w ISOWeek, this Totals, before []Totals) Comparison {
	c := Comparison{This: *summary(this)}
	var earlier []Totals
	for i, t := range before {
		one := WeekSummary{Week: w.Add(-1 - i)}
		if t.Watched() >= least {
			one.Summary = summary(t)
			if i > 0 {
				earlier = append(earlier, t)
			}
		}
		c.Weeks = append(c.Weeks, one)
	}
	c.Before = c.Weeks[0].Summary
	slices.Reverse(c.Weeks)
	if len(earlier) > 0 {
		c.Earlier, c.EarlierCount = summary(earlier...), len(earlier)
	}
	return c
}

// summary is the mean of weeks, of which there is one at least.
func summary(weeks ...Totals) *Summary {
	var all Totals
	var longest []float64
	var weighed float64
	for _, w := range weeks {
		all.Add(w)
		if len(w.Bouts) > 0 {
			longest = append(longest, slices.Max(w.Bouts))
		}
		for _, sat := range w.Bouts {
			weighed += long(sat)
		}
	}
	n := float64(len(weeks))
	s := &Summary{
		Watched: tidy(all.Watched() / n), Sitting: tidy(all.Sitting() / n), Standing: tidy(all.Standing() / n),
		Away: tidy(all.In(posture.Away) / n), Unobservable: tidy(all.In(posture.Unknown) / n),
		Judged: tidy(all.ScoreSeconds / n), Slouching: tidy(all.In(posture.Slouching) / n),
		Coverage: tidied(all.Coverage()), Score: tidied(all.Score()), UprightShare: tidied(all.UprightShare()),
		Episodes: tidy(float64(all.Episodes) / n), Alerts: tidy(float64(all.Alerts) / n),
		BreaksTaken: tidy(float64(all.BreaksTaken) / n), BreaksDue: tidy(float64(all.BreaksDue) / n),
	}
	if len(longest) > 0 {
		s.LongestBout = pointer(tidy(mean(longest)))
	}
	for i := range all.Exposure {
		all.Exposure[i] /= n
	}
	s.Exposure = exposure(&all.Sums, weighed/n)
	s.CheckIns = all.areas()
	return s
}

func mean(values []float64) float64 {
	var sum float64
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}
