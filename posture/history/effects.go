package history

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"sitwell/posture"
)

// Minuter is a [Source] that has minutes: what an exercise does shows in the twenty
// minutes around it, and quarters are too coarse for that.
type Minuter interface {
	Minutes(ctx context.Context, from, to time.Time) ([]posture.Minute, error)
}

// Effect is what came of an exercise, as far as it was measured and said. It tells
// what followed, not what the exercise caused.
type Effect struct {
	Exercise string       `json:"exercise"`
	Area     posture.Area `json:"area"`
	// Times counts how often it was done, Last whether tension was lower after
	// the last time of which that is known.
	Times int  `json:"times"`
	Last  bool `json:"last_eased"`
	// Tension is the change in what was said of its area or, where nothing was,
	// of the whole back, in points; below 0 it eased.
	Tension Change `json:"tension"`
	// Upright is the change in the share of the time judged that was upright,
	// 0 to 1, from the twenty minutes before the routine to those after it.
	Upright Change `json:"upright_share"`
	// Enough says that one of the two is known well enough to go by.
	Enough bool `json:"enough"`
}

// Change is a mean of differences.
type Change struct {
	N    int      `json:"n"`
	Mean *float64 `json:"mean"` // nil of none
	// Low and High bound the mean with 95 % confidence (Student's t); nil of
	// fewer than [enoughTimes].
	Low  *float64 `json:"low"`
	High *float64 `json:"high"`
}

// What the effects go by: product decisions.
const (
	// effectWindow is how long before and after a routine posture is compared,
	// effectJudged how much of each must have been judged, in seconds.
	effectWindow = 20 * time.Minute
	effectJudged = 300.0
	// sayBefore and sayAfter are how long before and after a routine what is said
	// of the back belongs to it.
	sayBefore = 3 * time.Hour
	sayAfter  = 4 * time.Hour
	// routineGap is the longest time between two exercises of one routine.
	routineGap = 3 * time.Minute
	// enoughTimes is from how many differences on they tell something.
	enoughTimes = 5
	// EffectDays is how far back effects are looked for.
	EffectDays = 180
)

// routine is some exercises in a row.
type routine struct {
	from, to  time.Time
	exercises []posture.Event
}

// ReadEffects returns what came of each exercise done in the last [EffectDays], the
// one that eased most first; those of which not enough is known come last.
func ReadEffects(ctx context.Context, src Source, now time.Time) ([]Effect, error) {
	from := now.AddDate(0, 0, -EffectDays)
	events, err := src.Events(ctx, from.UTC(), now.Add(time.Second).UTC())
	if err != nil {
		return nil, fmt.Errorf("read what exercises did: events: %w", err)
	}
	var routines []routine
	var said []posture.Event
	for _, e := range events {
		switch e.Kind {
		case posture.EventCheckIn:
			said = append(said, e)
		case posture.EventExercise:
			began := e.Time.Add(-seconds(length(e)))
			if n := len(routines); n > 0 && began.Sub(routines[n-1].to) <= routineGap {
				r := &routines[n-1]
				r.exercises, r.to = append(r.exercises, e), e.Time
				continue
			}
			routines = append(routines, routine{began, e.Time, []posture.Event{e}})
		}
	}
	all := map[string]*effectSums{}
	for i := range routines {
		if err := gather(ctx, src, &routines[i], said, all); err != nil {
			return nil, fmt.Errorf("read what exercises did: minutes: %w", err)
		}
	}
	out := make([]Effect, 0, len(all))
	for _, s := range all {
		out = append(out, s.effect())
	}
	slices.SortFunc(out, func(a, b Effect) int {
		return cmp.Or(-cmp.Compare(worth(&a), worth(&b)), cmp.Compare(a.Exercise, b.Exercise))
	})
	return out, nil
}

// effectSums gathers the differences of one exercise.
type effectSums struct {
	Effect
	tension, upright []float64
}

// gather adds what came of a routine to each of its exercises: which of them it was
// can't be told apart.
func gather(ctx context.Context, src Source, r *routine, said []posture.Event, all map[string]*effectSums) error {
	upright, ok, err := uprightChange(ctx, src, r)
	if err != nil {
		return err
	}
	for _, e := range r.exercises {
		s := all[e.Exercise]
		if s == nil {
			s = &effectSums{Effect: Effect{Exercise: e.Exercise, Area: e.Area}}
			all[e.Exercise] = s
		}
		s.Times++
		if ok {
			s.upright = append(s.upright, upright)
		}
		if change, ok := tensionChange(r, e.Area, said); ok {
			s.tension = append(s.tension, change)
			s.Last = change < 0
		}
	}
	return nil
}

// uprightChange is how much more of the time was upright after a routine.
func uprightChange(ctx context.Context, src Source, r *routine) (change float64, ok bool, err error) {
	m, can := src.(Minuter)
	if !can {
		return 0, false, nil
	}
	share := func(from, to time.Time) (*float64, error) {
		minutes, err := m.Minutes(ctx, from.UTC(), to.UTC())
		if err != nil {
			return nil, err
		}
		var s Sums
		for _, minute := range minutes {
			s.Add(FromMinute(minute))
		}
		if s.ScoreSeconds < effectJudged {
			return nil, nil
		}
		return s.UprightShare(), nil
	}
	before, err := share(r.from.Add(-effectWindow), r.from)
	if err != nil || before == nil {
		return 0, false, err
	}
	// The minute in which it ends is the routine's.
	after, err := share(r.to.Add(time.Minute), r.to.Add(time.Minute+effectWindow))
	if err != nil || after == nil {
		return 0, false, err
	}
	return *after - *before, true, nil
}

// tensionChange is how much higher the tension was said to be after a routine: of
// the area, or else of the whole back.
func tensionChange(r *routine, area posture.Area, said []posture.Event) (change float64, ok bool) {
	for _, of := range []posture.Area{area, posture.AreaOverall} {
		var before, after *int
		for i := range said {
			e := &said[i]
			switch {
			case e.Area != of || e.Level < 0 || e.Level > posture.MaxTension:
			case !e.Time.After(r.from) && r.from.Sub(e.Time) <= sayBefore:
				before = &e.Level // the last one
			case !e.Time.Before(r.to) && e.Time.Sub(r.to) <= sayAfter && after == nil:
				after = &e.Level // the first one
			}
		}
		if before != nil && after != nil {
			return float64(*after - *before), true
		}
	}
	return 0, false
}

func (s *effectSums) effect() Effect {
	s.Tension, s.Upright = changed(s.tension), changed(s.upright)
	s.Enough = s.Tension.Low != nil || s.Upright.Low != nil
	return s.Effect
}

// changed is the mean of differences with its confidence.
func changed(values []float64) Change {
	c := Change{N: len(values)}
	if c.N == 0 {
		return c
	}
	m := mean(values)
	c.Mean = pointer(tidy(m))
	if c.N < enoughTimes {
		return c
	}
	half := student(c.N-1) * deviation(values) / math.Sqrt(float64(c.N))
	c.Low, c.High = pointer(tidy(m-half)), pointer(tidy(m+half))
	return c
}

// student is the 97.5 % quantile of Student's t with n degrees of freedom, 4 and
// more, by the expansion of Abramowitz and Stegun 26.7.5: right to a hundredth.
func student(n int) float64 {
	const z = 1.959964
	v := float64(n)
	z3, z5, z7 := z*z*z, math.Pow(z, 5), math.Pow(z, 7)
	return z + (z3+z)/(4*v) + (5*z5+16*z3+3*z)/(96*v*v) + (3*z7+19*z5+17*z3-15*z)/(384*v*v*v)
}

// worth orders effects: what is surely better first, what is not known last. A
// point of tension weighs as much as a fifth of the time upright.
func worth(e *Effect) float64 {
	if !e.Enough {
		return math.Inf(-1)
	}
	var v float64
	if e.Tension.High != nil {
		v -= *e.Tension.High // the least that it eased by
	}
	if e.Upright.Low != nil {
		v += 5 * *e.Upright.Low
	}
	return v
}
