package monitor

import (
	"context"
	"fmt"
	"time"

	"sitwell/posture"
)

// ReplayConfig says what to replay.
type ReplayConfig struct {
	Eye   EyeCommand
	File  string  // a video file or a folder of pictures
	Rate  float64 // observations a second
	Speed string  // the eye's: a factor or max
	Start time.Time
	// BaselineFrom and BaselineTo bound the part of the recording that is
	// the person's upright; both 0 for no baseline.
	BaselineFrom, BaselineTo time.Duration
	Policy                   posture.Policy
	// Each, when set, is called with each observation and the engine's
	// picture after it.
	Each func(*posture.Observation, posture.Live)
}

// ReplayResult is what a recording brought about.
type ReplayResult struct {
	File     string            `json:"file"`
	Start    time.Time         `json:"start"`
	Baseline *posture.Baseline `json:"baseline"`
	Events   []posture.Event   `json:"events"`
	Minutes  []posture.Minute  `json:"minutes"`
	Summary  ReplaySummary     `json:"summary"`
}

// ReplaySummary sums a replay.
type ReplaySummary struct {
	Observations   int                       `json:"observations"`
	Seconds        float64                   `json:"seconds"` // from the first observation to the last
	StateSeconds   map[posture.State]float64 `json:"state_seconds"`
	MeanScore      *float64                  `json:"mean_score"`
	Alerts         int                       `json:"alerts"`
	SittingSeconds float64                   `json:"sitting_s"`
}

// Replay plays a recording through the eye and an engine and returns what
// happened. Time is the recording's, so its result does not depend on Speed.
// A recording that can't be read is a [*FatalError].
func Replay(ctx context.Context, c ReplayConfig) (ReplayResult, error) {
	r := ReplayResult{File: c.File, Start: c.Start, Events: []posture.Event{}, Minutes: []posture.Minute{}}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	e, err := startEye(ctx, c.Eye, c.File, c.Rate, "--speed", c.Speed, "--start", c.Start.Format(time.RFC3339Nano))
	if err != nil {
		return r, err
	}
	defer e.kill()

	engine, err := posture.NewEngine(c.Policy, c.File, nil)
	if err != nil {
		return r, err
	}
	var first, last time.Time
	take := func(out posture.Output) {
		r.Events = append(r.Events, out.Events...)
		r.Minutes = append(r.Minutes, out.Minutes...)
	}
	step := func(o *posture.Observation) {
		if r.Summary.Observations == 0 {
			first = o.When()
		}
		last = o.When()
		r.Summary.Observations++
		take(engine.Step(o))
		if c.Each != nil {
			c.Each(o, engine.Live())
		}
	}
	// What comes before the end of the baseline waits for it.
	var before, upright []posture.Observation
	wait := c.BaselineTo > 0
	settle := func() error {
		wait = false
		b, err := posture.NewBaseline(c.File, upright)
		if err != nil {
			return fmt.Errorf("baseline from %v to %v of %s: %w", c.BaselineFrom, c.BaselineTo, c.File, err)
		}
		r.Baseline = b
		if err := engine.UseBaseline(b); err != nil {
			return err
		}
		for i := range before {
			step(&before[i])
		}
		before = nil
		return nil
	}
	for l := range e.lines {
		if l.Type != "observation" {
			continue
		}
		o := l.observation
		if !wait {
			step(&o)
			continue
		}
		at := o.When().Sub(c.Start)
		if at >= c.BaselineTo {
			if err := settle(); err != nil {
				return r, err
			}
			step(&o)
			continue
		}
		before = append(before, o)
		if at >= c.BaselineFrom {
			upright = append(upright, o)
		}
	}
	<-e.done
	if err := ctx.Err(); err != nil {
		return r, err
	}
	if code := e.exitCode(); code != 0 {
		return r, &FatalError{Code: max(code, 1), Message: e.said}
	}
	if wait {
		if err := settle(); err != nil {
			return r, err
		}
	}
	take(engine.Close())
	r.sum(last.Sub(first))
	return r, nil
}

func (r *ReplayResult) sum(length time.Duration) {
	s := &r.Summary
	s.Seconds = length.Seconds()
	s.StateSeconds = map[posture.State]float64{}
	var score, scored float64
	for _, m := range r.Minutes {
		for state, sec := range m.Seconds {
			s.StateSeconds[state] += sec
		}
		score += m.ScoreSum
		scored += m.ScoreSeconds
	}
	if scored > 0 {
		mean := score / scored
		s.MeanScore = &mean
	}
	for _, e := range r.Events {
		switch e.Kind {
		case posture.EventAlert:
			s.Alerts++
		case posture.EventBoutEnd:
			s.SittingSeconds += e.Seconds
		}
	}
}
