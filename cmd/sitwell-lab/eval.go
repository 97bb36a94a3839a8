package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"sitwell/vision"
)

// evalOptions are the flags of eval.
type evalOptions struct {
	dir, model, features, draw string
	rate                       float64
	dwell                      time.Duration
}

func (l *lab) evalCommand() *cobra.Command {
	var o evalOptions
	c := &cobra.Command{
		Use:   "eval DIR",
		Short: "Judge a labelled data set and print how often Sitwell is right",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			o.dir = args[0]
			return l.eval(c.Context(), o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.features, "features", "", "write what was measured of every item to a CSV `FILE`")
	f.StringVar(&o.draw, "draw", "", "write the pictures with their landmarks into a `FOLDER`")
	f.StringVar(&o.model, "model", "full", "landmark model: full or lite")
	f.Float64Var(&o.rate, "rate", vision.DefaultRate, "observations a second of clips")
	f.DurationVar(&o.dwell, "dwell", 10*time.Second, "how long a slouch must last in a clip before an alert is due")
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
	d, err := loadDataset(o.dir)
	if err != nil {
		return err
	}
	for _, s := range d.strange {
		fmt.Fprintf(l.err, "sitwell-lab: data set %q: field %s is not known and is ignored\n", o.dir, s)
	}
	if o.draw != "" {
		if err := os.MkdirAll(o.draw, 0o700); err != nil {
			return fmt.Errorf("make the folder for pictures: %w", err)
		}
	}
	j, err := judge(ctx, d, func() *eyes {
		return &eyes{options: vision.PoseOptions{Landmarks: model}, rate: o.rate, draw: o.draw}
	}, o.dwell.Seconds())
	if err != nil {
		return err
	}
	if o.features != "" {
		if err := writeFeatures(o.features, j); err != nil {
			return err
		}
	}
	return nil
}
