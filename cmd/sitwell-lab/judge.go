package main

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"sitwell/posture"
	"sitwell/posture/coach"
)

// How a still is shown to the engine, in seconds of its time.
const (
	// prelude is how long the baseline's pictures come first, so that the
	// still is a change from upright, as it would be at a desk.
	prelude = 5 * time.Second
	// beyondGlance is by how much a held still outlasts what the policy
	// takes for a glance.
	beyondGlance = 10 * time.Second
	// glance is how long a look down lasts that is labelled as one.
	glance = 3 * time.Second
)

// sample is one judgement: of a still, or of an instant of a clip.
type sample struct {
	name                  string  // the still's
	at                    float64 // s into the clip; 0 for stills
	subject, camera, view string
	label                 label
	posture               string
	calibrated            bool // the baseline was taken from it
	observation           posture.Observation
	measures              posture.Measurement
	reason                string // why there are no measures
	measured              bool
	live                  posture.Live // after it
	points                float64      // of a slouch, after it; valid if scored
	sat                   float64      // s of sitting credited since the last one
	truth                 map[string]float64
	px                    map[int][2]float64
}

// scored reports whether the engine could compare it with the baseline.
func (s *sample) scored() bool {
	return s.live.Score != nil && finite(*s.live.Score) && finite(s.points)
}

// slouch is the engine's evidence for a slouch, larger for more: the points
// that its decision rests on. There is none without a score.
func (s *sample) slouch() float64 { return s.points }

// lost is the other evidence: what all signals took from the score.
func (s *sample) lost() float64 { return 100 - *s.live.Score }

// note keeps what the engine makes of the sample.
func (s *sample) note(e *posture.Engine) {
	s.live = e.Live()
	s.points, _ = e.Slouch()
}

// take measures an observation.
func (s *sample) take(o *posture.Observation) {
	s.observation = *o
	s.measures, s.reason, s.measured = posture.Measured(o)
}

// judgedGroup is a group of stills after judging.
type judgedGroup struct {
	*group
	problem string // why there is no baseline
	samples []sample
}

// judgedClip is a clip after judging.
type judgedClip struct {
	*clip
	problem string // why there is no baseline
	samples []sample
	alerts  []float64 // s into the clip; the first of each episode
	moved   []float64 // s into the clip; when the camera was said to have moved
	// counted are the repetitions of the clip's exercise, or of every one
	// where none is done.
	counted  map[coach.Exercise][]coach.Repetition
	lookedAt float64 // Hz, for the clip's exercise
}

// judged is a data set after judging.
type judged struct {
	*dataset
	groups []judgedGroup
	clips  []judgedClip
}

// judge sees and judges a whole data set, as many groups and clips at once as
// there are processors. The result doesn't depend on how many.
func judge(ctx context.Context, d *dataset, newEyes func() *eyes, dwell float64) (*judged, error) {
	j := &judged{dataset: d, groups: make([]judgedGroup, len(d.stills)), clips: make([]judgedClip, len(d.clips))}
	jobs := make(chan func(*eyes) error)
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			e := newEyes()
			for job := range jobs {
				if ctx.Err() != nil {
					continue
				}
				if err := job(e); err != nil {
					cancel(err)
				}
			}
			if err := e.close(); err != nil {
				cancel(err)
			}
		})
	}
	for i := range d.clips { // the longest first
		jobs <- func(e *eyes) (err error) {
			j.clips[i], err = judgeClip(ctx, e, d.dir, &d.clips[i], dwell)
			return err
		}
	}
	for i := range d.stills {
		jobs <- func(e *eyes) (err error) {
			j.groups[i], err = judgeGroup(ctx, e, d.dir, &d.stills[i])
			return err
		}
	}
	close(jobs)
	workers.Wait()
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return j, nil
}

// judgeGroup calibrates on a group's baseline and judges each of its items on
// its own.
func judgeGroup(ctx context.Context, e *eyes, dir string, g *group) (judgedGroup, error) {
	j := judgedGroup{group: g, samples: make([]sample, len(g.items))}
	for i := range g.items {
		if err := ctx.Err(); err != nil {
			return j, err
		}
		it := &g.items[i]
		s := &j.samples[i]
		*s = sample{
			name: g.name(i), subject: g.subject, camera: g.camera, view: g.view,
			label: it.label, posture: it.posture, truth: it.truth, px: it.px,
		}
		o := it.observation
		if o == nil {
			seen, err := e.picture(dir, it.file)
			if err != nil {
				return j, err
			}
			o = &seen
		}
		s.take(o)
	}
	var upright []posture.Observation
	for _, i := range g.baseline {
		j.samples[i].calibrated = true
		upright = append(upright, j.samples[i].observation)
	}
	b, err := posture.NewBaseline(g.camera, upright)
	if err != nil {
		j.problem = err.Error()
	}
	for i := range j.samples {
		if err := hold(&j.samples[i], upright, b, e.rate); err != nil {
			return j, fmt.Errorf("judge %s: %w", j.samples[i].name, err)
		}
	}
	return j, nil
}

// hold shows the engine the upright observations and then the still, held for
// as long as its label says.
func hold(s *sample, upright []posture.Observation, b *posture.Baseline, rate float64) error {
	policy := posture.DefaultPolicy()
	engine, err := posture.NewEngine(policy, s.camera, b)
	if err != nil {
		return err
	}
	held := time.Duration(policy.GlanceDown*float64(time.Second)) + beyondGlance
	if s.label == label(posture.LookingDown) {
		held = glance
	}
	period := time.Duration(float64(time.Second) / rate)
	var at time.Duration
	step := func(o posture.Observation) {
		o.Time, o.Mono = began.Add(at).UnixNano(), int64(at)
		engine.Step(&o)
		at += period
	}
	for i := 0; at < prelude; i++ {
		step(upright[i%len(upright)])
	}
	for end := at + held; at <= end; {
		step(s.observation)
	}
	s.note(engine)
	return nil
}

// judgeClip calibrates on a clip's baseline and feeds the whole to an engine
// that alerts after dwell seconds, and again as often as there is reason.
func judgeClip(ctx context.Context, e *eyes, dir string, c *clip, dwell float64) (judgedClip, error) {
	j := judgedClip{clip: c}
	path := filepath.Join(dir, filepath.FromSlash(c.file))
	err := e.clip(ctx, path, func(o *posture.Observation) error {
		s := sample{
			name: c.file, subject: c.subject, camera: c.camera, view: c.view,
			at: o.When().Sub(began).Seconds(),
		}
		s.label = c.at(s.at)
		s.posture = string(s.label)
		s.calibrated = s.at >= c.from && s.at < c.to
		s.truth = c.truth.at(s.at)
		s.take(o)
		j.samples = append(j.samples, s)
		return nil
	})
	if err != nil {
		return j, fmt.Errorf("clip %s: %w", c.file, err)
	}
	var upright []posture.Observation
	for i := range j.samples {
		if j.samples[i].calibrated {
			upright = append(upright, j.samples[i].observation)
		}
	}
	b, err := posture.NewBaseline(c.camera, upright)
	if err != nil {
		j.problem = err.Error()
	}
	if err := j.coach(ctx, e, path); err != nil {
		return j, fmt.Errorf("clip %s: %w", c.file, err)
	}
	return j, j.follow(b, dwell)
}

// follow feeds the clip's observations to an engine.
func (j *judgedClip) follow(b *posture.Baseline, dwell float64) error {
	policy := posture.DefaultPolicy()
	policy.AlertAfter = dwell
	policy.AlertCooldown = 0
	policy.AlertsPerHour, policy.AlertsPerDay = 3600, 86400 // the most there can be
	engine, err := posture.NewEngine(policy, j.camera, b)
	if err != nil {
		return fmt.Errorf("judge clip %s: %w", j.file, err)
	}
	var sat float64
	for i := range j.samples {
		s := &j.samples[i]
		out := engine.Step(&s.observation)
		for _, ev := range out.Events {
			at := ev.Time.Sub(began).Seconds()
			switch {
			case ev.Kind == posture.EventAlert && ev.Level < 2: // the second is of the same episode
				j.alerts = append(j.alerts, at)
			case ev.Kind == posture.EventCameraMoved:
				j.moved = append(j.moved, at)
			}
		}
		s.note(engine)
		// A new bout counts from zero again.
		s.sat = s.live.SittingSeconds - sat
		if s.sat < 0 {
			s.sat = s.live.SittingSeconds
		}
		sat = s.live.SittingSeconds
	}
	return nil
}

// step is the time in seconds that sample i stands for: since the one before.
func (j *judgedClip) step(i int) float64 {
	if i == 0 {
		return 0
	}
	return math.Max(0, j.samples[i].at-j.samples[i-1].at)
}
