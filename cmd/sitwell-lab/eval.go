package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"sitwell/posture"
	"sitwell/vision"
)

// evalOptions are the flags of eval.
type evalOptions struct {
	dir, model, subject, clip string
	features, draw, svg       string
	cache                     string
	rate                      float64
	dwell                     time.Duration
	json, robust              bool
}

func (l *lab) evalCommand() *cobra.Command {
	var o evalOptions
	c := &cobra.Command{
		Use:   "eval DIR",
		Short: "Judge a labelled data set and print how often Sitwell is right",
		Long: `Judge the pictures and clips of a folder with a dataset.json (sitwell-dataset/1)
as the watch would, and print how often that is right.

Stills: the group's baseline pictures are the calibration; each other picture is
shown to a fresh engine, after 5 s of the baseline, for longer than a glance
lasts (a picture labelled looking_down for 3 s). Clips: the baseline's seconds
are the calibration, then the whole clip goes through the engine at --rate.

Figures
  availability       share of the stills in which face and shoulders can be
                     measured, baseline pictures included; of a set without
                     stills, of the seconds of clips in which somebody sits
  slouch             of the stills (else of the clips' seconds) that could be
                     compared with a baseline: slouching against upright,
                     turned, looking_down, harmless and head_tilt. AUC by the
                     points that the engine's decision rests on; balanced
                     accuracy by the state that it decides on. The prices in
                     use were fitted on the same people: for each person left
                     out see sitwell-lab fit-judge
  states             rows the right state (forward_head is slouching), columns
                     the state seen; a still counts one, a second of a clip one;
                     head_tilt, harmless and any have no one right state
  alerts             due: a poor label that lasts --dwell (parts labelled any
                     are bridged up to 5 s); caught: an alert between its
                     beginning (or that of the any before it) and its end;
                     false: an alert where the label is neither poor nor any,
                     or after the camera was moved. Cooldown and caps are off,
                     and the second alert of an episode isn't counted
  sitting            seconds, where the label is neither any nor unknown
  standing           of the seconds so labelled; unknown is half right, for
                     often the head is out of the picture
  degrees            change from upright, estimate less truth, of the stills
                     (else of the clips' instants) but the baseline, wherever
                     there is an estimate: mean absolute error, bias, R2, 95 %
                     limits of agreement (bias and 1.96 standard deviations to
                     both sides), share of the truths within the band; R2 is
                     low, and may be under 0, where the truth hardly varies. The
                     networks in use have seen the set synthetic: for persons
                     and cameras left out see sitwell-lab fit-angles --judge
  landmarks_px       distance from the true pixels, and over the true shoulder
                     width (not from the side)
  exercises          of each clip in which one is done: repetitions counted,
                     and the mean distance of the holds from the true one.
                     Looked at as often as a coached exercise is, 5 to 8 times
                     a second, whatever --rate says
  robust             with --robust: each clip at 0.5, 1, 2 and 5 observations a
                     second, and each clip and picture mirrored, at half and
                     double resolution and at half brightness: share of the
                     time in the same state as in the plain run, the same with
                     2 s of tolerance, and in how many clips the alerts are the
                     same; of changed pictures, the exercises too
  more               the same figures by person, view, camera, posture and clip

With --cache, what the eye saw of each picture and clip is kept in a folder, by
the sums of the file and the models and by the rate, and isn't looked at again:
a change of the engine is judged in seconds, without a model. A change of the
eye's own code isn't noticed: delete the folder then. It holds landmarks of the
people in the set, no pictures.

Exit codes: 0 done, 1 unexpected, 2 bad flag or data set, 3 a picture or clip
can't be read, 6 no ONNX Runtime library.`,
		Example: `  sitwell-lab eval data/synthetic
  sitwell-lab eval data/synthetic --json > figures.json
  sitwell-lab eval data/synthetic --subject b03 --draw drawn/
  sitwell-lab eval data/synthetic --clip v8_steps --svg steps.svg
  sitwell-lab eval data/real-pictures --features features.csv
  sitwell-lab eval data/synthetic --robust --cache seen/`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: cobra.FixedCompletions(nil, cobra.ShellCompDirectiveFilterDirs),
		RunE: func(c *cobra.Command, args []string) error {
			o.dir = args[0]
			return l.eval(c.Context(), o)
		},
	}
	f := c.Flags()
	f.BoolVar(&o.json, "json", false, "print one JSON object instead of tables")
	f.StringVar(&o.subject, "subject", "", "judge only this person, `NAME`")
	f.StringVar(&o.clip, "clip", "", "judge only this clip, `NAME` of its file")
	f.Float64Var(&o.rate, "rate", vision.DefaultRate, fmt.Sprintf("observations a second of clips, %v to %v `HZ`", vision.MinRate, vision.MaxRate))
	f.DurationVar(&o.dwell, "dwell", 10*time.Second, fmt.Sprintf("how long a slouch must last in a clip before an alert is due; the watch waits %d s", posture.DefaultAlertAfter))
	f.StringVar(&o.model, "model", "full", "landmark model: full or lite")
	f.StringVar(&o.features, "features", "", "write what was measured of each still and instant to a CSV `FILE`")
	f.StringVar(&o.draw, "draw", "", "write the stills with their landmarks into a `FOLDER`")
	f.StringVar(&o.svg, "svg", "", "draw what was true and what was seen of the clip over time into an SVG `FILE`; needs --clip")
	must(c.RegisterFlagCompletionFunc("model", cobra.FixedCompletions([]string{"full", "lite"}, cobra.ShellCompDirectiveNoFileComp)))
	f.BoolVar(&o.robust, "robust", false, "look again at other rates and at changed pictures, and compare; takes several times as long")
	f.StringVar(&o.cache, "cache", "", "keep what the eye saw in a `FOLDER`, and take it from there")
	must(c.MarkFlagDirname("draw"))
	must(c.MarkFlagDirname("cache"))
	return c
}

func (l *lab) eval(ctx context.Context, o evalOptions) error {
	model, err := landmarkModel(o.model)
	if err != nil {
		return err
	}
	if err := checkRate(o.rate); err != nil {
		return err
	}
	policy := posture.DefaultPolicy()
	policy.AlertAfter = o.dwell.Seconds()
	if err := policy.Check(); err != nil {
		return usage(fmt.Errorf("--dwell %v: %w", o.dwell, err))
	}
	if o.svg != "" && o.clip == "" {
		return usage(errors.New("--svg draws one clip: name it with --clip"))
	}
	d, err := loadDataset(o.dir)
	if err != nil {
		return err
	}
	for _, s := range d.strange {
		fmt.Fprintf(l.err, "sitwell-lab: data set %q: field %s is not known and is ignored\n", o.dir, s)
	}
	if err := d.choose(o.subject, o.clip); err != nil {
		return usage(err)
	}
	if o.draw != "" {
		if err := os.MkdirAll(o.draw, 0o700); err != nil {
			return fmt.Errorf("make the folder for pictures: %w", err)
		}
	}
	sight := func() *eyes {
		return &eyes{options: vision.PoseOptions{Landmarks: model}, rate: o.rate, draw: o.draw, cache: cache(o.cache), coaches: true}
	}
	j, err := judge(ctx, d, sight, o.dwell.Seconds())
	if err != nil {
		return err
	}
	var robust *robustReport
	if o.robust {
		robust, err = judgeVariants(ctx, j, o.rate, variants(o.rate), func(v *variant) *eyes {
			e := sight()
			e.rate, e.change, e.draw = v.rate, v.change, ""
			// How often the watch looks makes no difference to a coach.
			e.coaches = v.change.frame != nil
			return e
		}, o.dwell.Seconds())
		if err != nil {
			return err
		}
	}
	if o.features != "" {
		if err := writeFeatures(o.features, j); err != nil {
			return err
		}
	}
	if o.svg != "" {
		if err := writeSVG(o.svg, &j.clips[0], o.dwell.Seconds()); err != nil {
			return err
		}
	}
	t := tallied(j, o.dwell.Seconds())
	t.rate, t.robust = o.rate, robust
	if !o.json {
		t.print(l.out)
		return nil
	}
	if len(d.clips) > 0 {
		fmt.Fprintf(l.err, "sitwell-lab: alerts are judged with a dwell of %v; the watch waits %d s\n", o.dwell, posture.DefaultAlertAfter)
	}
	enc := json.NewEncoder(l.out)
	enc.SetIndent("", "  ")
	return enc.Encode(t.report())
}

// choose keeps one person or one clip, where one is named.
func (d *dataset) choose(subject, clipName string) error {
	if subject != "" {
		all := d.subjects()
		d.stills = slices.DeleteFunc(d.stills, func(g group) bool { return g.subject != subject })
		d.clips = slices.DeleteFunc(d.clips, func(c clip) bool { return c.subject != subject })
		if len(d.stills)+len(d.clips) == 0 {
			return fmt.Errorf("--subject %q: the data set has %s", subject, join(all))
		}
	}
	if clipName != "" {
		var names []string
		for i := range d.clips {
			names = append(names, d.clips[i].name())
		}
		d.stills = nil
		d.clips = slices.DeleteFunc(d.clips, func(c clip) bool { return c.name() != clipName && c.file != clipName })
		if len(d.clips) == 0 {
			return fmt.Errorf("--clip %q: the data set has %s", clipName, join(names))
		}
	}
	return nil
}

// subjects lists the people of the set.
func (d *dataset) subjects() []string {
	var all []string
	for i := range d.stills {
		all = append(all, d.stills[i].subject)
	}
	for i := range d.clips {
		all = append(all, d.clips[i].subject)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
