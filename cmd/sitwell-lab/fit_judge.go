package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"sort"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"sitwell/models"
	"sitwell/posture"
	"sitwell/vision"
)

// priced are the signals of a slouch, whose deadbands and prices are fitted.
var priced = [...]posture.Signal{posture.HeadDrop, posture.HeadForward, posture.Sink, posture.UpperBack}

const (
	prices = len(priced)
	// headSignals is how many of them, the first ones, a glance down brings
	// about too.
	headSignals = 2
	// beginsAt is the points at which a slouch begins; it sets the scale.
	beginsAt = 24.0
)

// price is the deadband of each signal and what each further unit costs.
type price struct{ deadband, points [prices]float64 }

// total is the points for the deviations.
func (p *price) total(deviations *[prices]float64) (points float64) {
	for i, d := range deviations {
		points += math.Max(0, d-p.deadband[i]) * p.points[i]
	}
	return points
}

// pricedStill is a still that speaks for or against a slouch.
type pricedStill struct {
	subject    string
	slouch     bool
	deviations [prices]float64
	// elsewhere is whether the engine saw a turn or a lean, whatever the
	// points.
	elsewhere bool
	weight    float64
}

func (l *lab) fitJudgeCommand() *cobra.Command {
	var cached string
	c := &cobra.Command{
		Use:   "fit-judge DIR...",
		Short: "Fit what each signal of a slouch costs, each person left out in turn",
		Long: `Fit the deadband and the price of each signal of a slouch to the labelled stills
of one or more data sets, and tell how well people are judged by prices that
were fitted without them. Nothing is written: the prices in use stand, rounded,
in posture/score.go.

Only prices are left out: the measures, what explains a change harmlessly, and
the networks of the angles are as they are.`,
		Example: `  sitwell-lab fit-judge data/synthetic data/real-pictures data/real-landmarks --cache seen/`,
		Args:    cobra.MinimumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return l.fitJudge(c.Context(), args, cached)
		},
	}
	c.Flags().StringVar(&cached, "cache", "", "keep what the eye saw in a `FOLDER`, and take it from there")
	must(c.MarkFlagDirname("cache"))
	return c
}

func (l *lab) fitJudge(ctx context.Context, dirs []string, cached string) error {
	sets := make([][]pricedStill, len(dirs))
	var all []pricedStill
	for i, dir := range dirs {
		d, err := loadDataset(dir)
		if err != nil {
			return err
		}
		d.clips = nil
		j, err := judge(ctx, d, func() *eyes {
			return &eyes{options: vision.PoseOptions{Landmarks: models.LandmarkFull}, rate: vision.DefaultRate, cache: cache(cached)}
		}, posture.DefaultAlertAfter)
		if err != nil {
			return err
		}
		sets[i] = pricedStills(j)
		all = append(all, sets[i]...)
	}
	var people []string
	for i := range all {
		if !slices.Contains(people, all[i].subject) {
			people = append(people, all[i].subject)
		}
	}
	sort.Strings(people)
	if len(people) < 3 {
		return usage(fmt.Errorf("the stills of %v are of %d people: want at least 3 to leave one out", dirs, len(people)))
	}
	whole, err := fitPrices(all)
	if err != nil {
		return err
	}
	without := map[string]price{}
	for _, who := range people {
		var rest []pricedStill
		for i := range all {
			if all[i].subject != who {
				rest = append(rest, all[i])
			}
		}
		if without[who], err = fitPrices(rest); err != nil {
			return fmt.Errorf("without %s: %w", who, err)
		}
	}
	return reportPrices(l.out, dirs, sets, people, &whole, without)
}

// pricedStills are the stills that count, with every person's slouches and
// harmless ones weighing the same together.
func pricedStills(j *judged) (list []pricedStill) {
	for i := range j.groups {
		for k := range j.groups[i].samples {
			s := &j.groups[i].samples[k]
			slouch := s.label == label(posture.Slouching)
			if s.calibrated || !s.scored() || !slouch && !s.label.innocent() {
				continue
			}
			p := pricedStill{subject: s.subject, slouch: slouch}
			for n, signal := range priced {
				for _, part := range s.live.Parts {
					if part.Signal == signal {
						p.deviations[n] = part.Deviation
					}
				}
			}
			switch s.live.State {
			case posture.LookingDown:
				if s.label == label(posture.LookingDown) {
					p.deviations = [prices]float64{headSignals: p.deviations[2], headSignals + 1: p.deviations[3]}
				}
			case posture.Turned, posture.LeaningIn, posture.LeaningAside:
				p.elsewhere = true
			}
			list = append(list, p)
		}
	}
	count := map[string][2]float64{}
	for _, p := range list {
		n := count[p.subject]
		if p.slouch {
			n[0]++
		} else {
			n[1]++
		}
		count[p.subject] = n
	}
	for i := range list {
		n := count[list[i].subject]
		list[i].weight = 1 / n[1]
		if list[i].slouch {
			list[i].weight = 1 / n[0]
		}
	}
	return list
}

const (
	// usualDeadband is where a deadband stays without evidence, stiffness how
	// much it and equal prices are held to.
	usualDeadband = 0.4
	stiffness     = 0.03
	// pointsPerLogit is how many points a logit is worth.
	pointsPerLogit = 8.0
	// softness rounds the corner of a deadband, so that it has a slope.
	softness = 0.2
	// mostUnits is where a signal's points stop while fitting: a plain slouch
	// needs no more.
	mostUnits = 6.0
)

// fitPrices finds the prices that tell slouches best, by a logistic loss and
// gradient descent with momentum.
func fitPrices(list []pricedStill) (price, error) {
	var logs, deadbands [prices]float64
	for i := range deadbands {
		deadbands[i] = usualDeadband
	}
	var weight float64
	var kinds [2]bool
	for i := range list {
		weight += list[i].weight
		kinds[0] = kinds[0] || list[i].slouch
		kinds[1] = kinds[1] || !list[i].slouch
	}
	if !kinds[0] || !kinds[1] {
		return price{}, errors.New("fit prices: the stills are all slouches or all harmless")
	}
	var velocity [2][prices]float64
	for range 1500 {
		var slopeLog, slopeBand [prices]float64
		for i := range list {
			s := &list[i]
			z := -beginsAt / pointsPerLogit
			var units, inside [prices]float64
			for k, d := range s.deviations {
				u := (d - deadbands[k]) / softness
				inside[k] = 1 / (1 + math.Exp(-u))
				units[k] = softness * (math.Max(u, 0) + math.Log1p(math.Exp(-math.Abs(u))))
				if units[k] > mostUnits {
					units[k], inside[k] = mostUnits, 0
				}
				z += math.Exp(logs[k]) * units[k]
			}
			e := 1 / (1 + math.Exp(-z))
			if s.slouch {
				e--
			}
			e *= s.weight / weight
			for k := range units {
				slopeLog[k] += e * math.Exp(logs[k]) * units[k]
				slopeBand[k] -= e * math.Exp(logs[k]) * inside[k]
			}
		}
		var mean float64
		for _, v := range logs {
			mean += v / float64(prices)
		}
		for k := range logs {
			slopeLog[k] += 2 * stiffness * (logs[k] - mean)
			slopeBand[k] += 2 * stiffness * (deadbands[k] - usualDeadband)
			velocity[0][k] = .9*velocity[0][k] - .2*slopeLog[k]
			velocity[1][k] = .9*velocity[1][k] - .2*slopeBand[k]
			logs[k] += velocity[0][k]
			deadbands[k] = math.Max(0, deadbands[k]+velocity[1][k])
		}
	}
	p := price{deadband: deadbands}
	for k := range p.points {
		p.points[k] = pointsPerLogit * math.Exp(logs[k])
	}
	return p, nil
}

// tellStills gives the figures of stills judged by points.
func tellStills(list []pricedStill, points func(*pricedStill) float64) (area, balanced *float64) {
	var with, free []float64
	var seen, passed float64
	for i := range list {
		v := points(&list[i])
		slouches := v >= beginsAt && !list[i].elsewhere
		switch {
		case list[i].slouch:
			with = append(with, v)
			if slouches {
				seen++
			}
		default:
			free = append(free, v)
			if !slouches {
				passed++
			}
		}
	}
	area = auc(with, free)
	a, b := share(seen, float64(len(with))), share(passed, float64(len(free)))
	if a != nil && b != nil {
		v := (*a + *b) / 2
		balanced = &v
	}
	return area, balanced
}

func reportPrices(out io.Writer, dirs []string, sets [][]pricedStill, people []string, whole *price, without map[string]price) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "signal\tdeadband\tpoints\twith each person left out")
	for k, signal := range priced {
		low, high := whole.points[k], whole.points[k]
		near, far := whole.deadband[k], whole.deadband[k]
		for _, who := range people {
			p := without[who]
			low, high = math.Min(low, p.points[k]), math.Max(high, p.points[k])
			near, far = math.Min(near, p.deadband[k]), math.Max(far, p.deadband[k])
		}
		fmt.Fprintf(w, "%s\t%.2f\t%.1f\t%.2f to %.2f, %.1f to %.1f\n", signal, whole.deadband[k], whole.points[k], near, far, low, high)
	}
	fmt.Fprintln(w, "\t\t\t")
	fmt.Fprintln(w, "stills\tAUC\tbalanced accuracy\t(prices fitted without the person)")
	leftOut := func(s *pricedStill) float64 {
		p := without[s.subject]
		return p.total(&s.deviations)
	}
	for i, dir := range dirs {
		area, balanced := tellStills(sets[i], leftOut)
		fmt.Fprintf(w, "%s\t%s\t%s\t%d\n", dir, figure(area), figure(balanced), len(sets[i]))
		for _, who := range people {
			var own []pricedStill
			for _, s := range sets[i] {
				if s.subject == who {
					own = append(own, s)
				}
			}
			if area, balanced := tellStills(own, leftOut); area != nil {
				fmt.Fprintf(w, "  %s\t%s\t%s\t%d\n", who, figure(area), figure(balanced), len(own))
			}
		}
	}
	return w.Flush()
}

// figure prints a share, or a dash.
func figure(v *float64) string {
	if v == nil {
		return "-"
	}
	return fmt.Sprintf("%.3f", *v)
}
