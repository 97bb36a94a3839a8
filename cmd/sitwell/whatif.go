package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"sitwell/posture"
	"sitwell/posture/monitor"
	"sitwell/posture/sqlite"
)

func (a *App) whatIfCommand() *cobra.Command {
	var where dataFlags
	var steps string
	var after time.Duration
	var asJSON bool
	q := monitor.WhatIfQuery{Days: 7}
	signals := make([]string, 0, posture.SignalCount)
	for _, s := range posture.Signals {
		signals = append(signals, string(s))
	}
	c := &cobra.Command{
		Use:   "whatif",
		Short: "Tell which alerts would have come under other settings",
		Long: `Judges the kept measurements of the last days again, under the settings in
effect and the changes given here, and prints a table by day: the alerts that
came, and those that would have come. Nothing is changed; it works whether or
not sitwell run is watching. Without a change it tells what the settings in
effect would have done.

Measurements are figures, not pictures. sitwell run keeps one every five
seconds, so what is told is true to some seconds, for 14 days or as the config's
history.measurements says. A day begins at four in the morning.

The signals are
  ` + strings.Join(signals, ", ") + `.
Each has a step of sensitivity from 1 to 5, usually 3; more is more sensitive.

The exit code is 0 when it was told, 2 for a bad flag, config or database, 3
when there are no measurements.`,
		Example: `  sitwell whatif --alert-after 45s
  sitwell whatif --days 14 --sensitivity head_drop=4,head_forward=2
  sitwell whatif --json | jq '.per_day[] | select(.would > .was)'`,
		Args: cobra.NoArgs,
	}
	f := c.Flags()
	f.IntVar(&q.Days, "days", q.Days, fmt.Sprintf("how many days, today being the last; 1 to %d", monitor.MaxWhatIfDays))
	f.StringVar(&steps, "sensitivity", "", "steps to try, as head_drop=4,head_forward=2")
	f.DurationVar(&after, "alert-after", 0, "how long a slouch must last before the alert, as 45s; left out, as it is set")
	f.BoolVar(&asJSON, "json", false, "print one JSON object instead of a table")
	where.add(c)
	c.RunE = func(c *cobra.Command, _ []string) (err error) {
		cfg, err := where.load(a)
		if err != nil {
			return err
		}
		if c.Flags().Changed("sensitivity") {
			if q.Sensitivity, err = monitor.ParseSteps(steps); err != nil {
				return coded(exitBadInput, "--%w", err)
			}
		}
		if c.Flags().Changed("alert-after") {
			if after <= 0 {
				return coded(exitBadInput, "--alert-after %v: want a time, as 45s", after)
			}
			q.AlertAfter = after.Seconds()
		}
		w, err := askWhatIf(c.Context(), cfg, q)
		if err != nil {
			return err
		}
		if asJSON {
			enc := json.NewEncoder(a.Stdout)
			enc.SetIndent("", "  ")
			return enc.Encode(w)
		}
		a.printWhatIf(w)
		return nil
	}
	return c
}

// askWhatIf reads the database beside whoever has it open.
func askWhatIf(ctx context.Context, cfg Config, q monitor.WhatIfQuery) (w monitor.WhatIf, err error) {
	policy := cfg.policy()
	if err := q.Check(policy); err != nil {
		return w, coded(exitBadInput, "%w", err)
	}
	nothing := func(why string) error {
		return coded(exitNoSource, "there are no measurements %s: they are kept while sitwell run watches, "+
			"unless the config's history.measurements is 0", why)
	}
	store, err := sqlite.OpenReadOnly(ctx, cfg.historyFile())
	if errors.Is(err, fs.ErrNotExist) {
		return w, nothing("in " + cfg.Data)
	}
	if err != nil {
		return w, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if store.Schema() < sqlite.Latest {
		return w, nothing("in " + store.Path() + ", which is of an older Sitwell")
	}
	stored, err := store.Settings(ctx)
	if err != nil {
		return w, err
	}
	// What another version stored and this one doesn't know is not used by
	// the watch either.
	policy.Settings, _ = monitor.SettingsOver(policy.Settings, stored)
	w, err = monitor.AskWhatIf(ctx, store, policy, q, time.Now())
	if err != nil {
		return w, err
	}
	if w.Measured == 0 {
		return w, nothing(fmt.Sprintf("of the last %d days in %s", q.Days, store.Path()))
	}
	return w, nil
}

func (a *App) printWhatIf(w monitor.WhatIf) {
	list := func(title string, events []posture.Event) {
		fmt.Fprintln(a.Stdout, title)
		if len(events) == 0 {
			fmt.Fprintln(a.Stdout, "  none")
		}
		t := tabwriter.NewWriter(a.Stdout, 0, 0, 2, ' ', 0)
		for _, e := range events {
			strong := ""
			if e.Level == 2 {
				strong = "the second, stronger one"
			}
			fmt.Fprintf(t, "  %s\t%s\tafter %.0f s\t%s\n", e.Time.Local().Format("2006-01-02 15:04:05"), e.Signal, e.Seconds, strong)
		}
		t.Flush()
		fmt.Fprintln(a.Stdout)
	}
	list("Alerts that came:", w.Was)
	list("Alerts that would have come:", w.Would)
	t := tabwriter.NewWriter(a.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "day\tjudged\tcame\twould have come")
	for _, d := range w.PerDay {
		if d.Watched == 0 && d.Was == 0 && d.Would == 0 {
			fmt.Fprintf(t, "%s\tno measurements\t\t\n", d.Day)
			continue
		}
		fmt.Fprintf(t, "%s\t%s\t%d\t%d\n", d.Day, hoursOf(d.Watched), d.Was, d.Would)
	}
	fmt.Fprintf(t, "together\t%s\t%d\t%d\n", hoursOf(w.Watched), len(w.Was), len(w.Would))
	t.Flush()
	if w.LeftOut != "" {
		fmt.Fprintln(a.Stdout, w.LeftOut)
	}
}

// hoursOf prints seconds as h:mm.
func hoursOf(seconds float64) string {
	m := int(seconds/60 + 0.5)
	return fmt.Sprintf("%d:%02d h", m/60, m%60)
}
