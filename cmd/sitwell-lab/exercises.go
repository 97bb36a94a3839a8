package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"

	"sitwell/posture"
	"sitwell/posture/coach"
)

// exerciseReport is how the exercise of one clip was counted. What the coach
// doesn't know isn't counted: null.
type exerciseReport struct {
	Clip      string   `json:"clip"`
	Name      string   `json:"name"`
	Truth     int      `json:"truth"`
	Counted   *int     `json:"counted"`
	HoldTruth float64  `json:"hold_s"`
	HoldError *float64 `json:"hold_error_s"` // mean of the absolute errors
	HoldWorst *float64 `json:"hold_error_worst_s"`
	Rate      float64  `json:"rate_hz"`
}

// coach lets a coach count the clip's exercise, looking as often as it asks to;
// where none is done, it counts every exercise in what the watch has seen.
func (j *judgedClip) coach(ctx context.Context, e *eyes, path string) error {
	if !e.coaches {
		return nil
	}
	j.counted = map[coach.Exercise][]coach.Repetition{}
	x := j.exercise.name
	if x == "" {
		for _, x := range coach.Exercises() {
			c, err := coach.New(coach.Plan{Exercise: x})
			if err != nil {
				return err
			}
			for i := range j.samples {
				c.Step(&j.samples[i].observation)
			}
			j.counted[x] = c.Repetitions()
		}
		return nil
	}
	if !x.Valid() {
		return nil
	}
	c, err := coach.New(coach.Plan{Exercise: x})
	if err != nil {
		return err
	}
	closer := *e
	closer.rate = math.Max(e.rate, x.Rate())
	j.lookedAt = closer.rate
	err = closer.clip(ctx, path, func(o *posture.Observation) error {
		c.Step(o)
		return nil
	})
	e.pose = closer.pose // loaded by whoever needed it first
	j.counted[x] = c.Repetitions()
	return err
}

// exercisesOf reports on the clips with an exercise; nil if there are none, or
// none was counted.
func exercisesOf(clips []judgedClip) []exerciseReport {
	var list []exerciseReport
	for i := range clips {
		c := &clips[i]
		x := c.exercise.name
		if x == "" || c.counted == nil {
			continue
		}
		r := exerciseReport{Clip: c.name(), Name: string(x), Truth: c.exercise.repetitions, HoldTruth: c.exercise.hold}
		if done, known := c.counted[x]; known {
			n := len(done)
			r.Counted, r.Rate = &n, c.lookedAt
			var errors []float64
			for _, d := range done {
				errors = append(errors, math.Abs(d.Hold-c.exercise.hold))
			}
			r.HoldError, r.HoldWorst = mean(errors), percentile(errors, 1)
		}
		list = append(list, r)
	}
	return list
}

// elsewhere is how often each exercise is counted a minute in clips without
// any. A turn of the head is one, whoever asked for it.
func elsewhere(clips []judgedClip) map[string]float64 {
	minutes, counted := 0.0, map[string]float64{}
	for i := range clips {
		if c := &clips[i]; c.exercise.name == "" && c.counted != nil {
			minutes += c.seconds / 60
			for x, done := range c.counted {
				counted[string(x)] += float64(len(done))
			}
		}
	}
	if minutes == 0 {
		return nil
	}
	for x := range counted {
		counted[x] /= minutes
	}
	return counted
}

func printExercises(w io.Writer, r report) {
	if len(r.Exercises) > 0 {
		fmt.Fprintln(w, "\nExercises, each looked at as often as it asks for")
		table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "  clip\ttrue\tcounted\thold\tmean error\tworst")
		for _, x := range r.Exercises {
			counted := "not known to the coach"
			if x.Counted != nil {
				counted = fmt.Sprint(*x.Counted)
			}
			fmt.Fprintf(table, "  %s\t%d\t%s\t%.1f s\t%s s\t%s s\n", x.Clip, x.Truth, counted, x.HoldTruth, ratio(x.HoldError), ratio(x.HoldWorst))
		}
		table.Flush()
	}
	if len(r.More.Elsewhere) == 0 {
		return
	}
	var list []string
	for _, x := range coach.Exercises() {
		if n := r.More.Elsewhere[string(x)]; n > 0 {
			list = append(list, fmt.Sprintf("%s %.2f", x, n))
		}
	}
	if len(list) == 0 {
		list = []string{"none"}
	}
	fmt.Fprintf(w, "  counted a minute in clips without an exercise: %s\n", strings.Join(list, ", "))
}
