package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sitwell/posture"
	"sitwell/posture/monitor"
)

// replayStart is the time given to a recording's first frame, so that the
// same recording gives the same events to the last bit.
var replayStart = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

func (a *App) replayCommand() *cobra.Command {
	var span, model, speed string
	var asJSON bool
	rate := monitor.DefaultRate
	policy := posture.DefaultPolicy()
	alertAfter := seconds(posture.DefaultAlertAfter)
	after := time.Duration(alertAfter)
	c := &cobra.Command{
		Use:   "replay FILE",
		Short: "Judge a recorded clip and print the events and a summary",
		Long: `Plays a recording (a video file or a folder of pictures) through the same
engine as the live watch, as fast as it goes, and prints what happened. The
same recording gives the same events at any speed. Nothing is stored.`,
		Example: `  sitwell replay clip.mp4 --baseline 0-12s
  sitwell replay clip.mp4 --baseline 0-9s --alert-after 8s --json | jq '.events[]'`,
		Args: cobra.ExactArgs(1),
	}
	f := c.Flags()
	f.StringVar(&span, "baseline", "0-12s", "the seconds in which the person sits upright: FROM-TO; none for no baseline")
	f.DurationVar(&after, "alert-after", after, "how long a slouch must last before the alert")
	f.Float64Var(&rate, "rate", rate, "observations a second, 0.2 to 30")
	f.StringVar(&model, "model", "full", "landmark model: full or lite")
	f.StringVar(&speed, "speed", "max", "how fast to play: 1, 8, max")
	f.BoolVar(&asJSON, "json", false, "print one JSON object instead of text")
	c.RunE = func(c *cobra.Command, args []string) error {
		from, to, err := parseSpan(span)
		if err != nil {
			return coded(exitBadInput, "--baseline %q: %w", span, err)
		}
		if model != "full" && model != "lite" {
			return coded(exitBadInput, "--model %q: want full or lite", model)
		}
		if rate < 0.2 || rate > 30 {
			return coded(exitBadInput, "--rate %v: want 0.2 to 30", rate)
		}
		if _, err := os.Stat(args[0]); err != nil {
			return coded(exitNoSource, "replay: %w", err)
		}
		policy.AlertAfter = after.Seconds()
		if err := policy.Check(); err != nil {
			return coded(exitBadInput, "%w", err)
		}
		eye, err := a.eyeCommand(model, "")
		if err != nil {
			return err
		}
		r, err := monitor.Replay(c.Context(), monitor.ReplayConfig{
			Eye: eye, File: args[0], Rate: rate, Speed: speed, Start: replayStart,
			Policy: policy, BaselineFrom: from, BaselineTo: to,
		})
		if err != nil {
			return err
		}
		if asJSON {
			enc := json.NewEncoder(a.Stdout)
			enc.SetIndent("", "  ")
			return enc.Encode(r)
		}
		a.printReplay(r)
		return nil
	}
	return c
}

// parseSpan reads FROM-TO, as in 0-12s, 1m-1m10s, 5-15; "none" is 0 to 0.
func parseSpan(s string) (from, to time.Duration, err error) {
	if s == "none" {
		return 0, 0, nil
	}
	a, b, ok := strings.Cut(s, "-")
	if !ok {
		return 0, 0, fmt.Errorf("want FROM-TO, as in 0-12s")
	}
	if from, err = parseSeconds(a); err != nil {
		return 0, 0, err
	}
	if to, err = parseSeconds(b); err != nil {
		return 0, 0, err
	}
	if from < 0 || to <= from {
		return 0, 0, fmt.Errorf("it must end after it begins")
	}
	return from, to, nil
}

// parseSeconds reads a duration; a bare number is seconds.
func parseSeconds(s string) (time.Duration, error) {
	if s == "" {
		return 0, fmt.Errorf("want FROM-TO, as in 0-12s")
	}
	if last := s[len(s)-1]; last >= '0' && last <= '9' {
		s += "s"
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		return 0, fmt.Errorf("%q is no time: write it as 12s or 1m30s", s)
	}
	return d, nil
}

// levels are the words for an event's level.
var levels = map[posture.EventKind][]string{
	posture.EventAlert: {"", "first", "second, stronger"},
	posture.EventBreak: {"", "interruption", "break", "full break"},
}

func (a *App) printReplay(r monitor.ReplayResult) {
	w := a.Stdout
	for _, e := range r.Events {
		fmt.Fprintf(w, "%8s  %-14s", clock(e.Time.Sub(r.Start)), e.Kind)
		if words := levels[e.Kind]; e.Level > 0 && e.Level < len(words) {
			fmt.Fprintf(w, " %s", words[e.Level])
		}
		if e.State != "" {
			fmt.Fprintf(w, " %s", e.State)
		}
		if e.Signal != "" {
			fmt.Fprintf(w, " (%s)", e.Signal)
		}
		if e.Seconds > 0 {
			fmt.Fprintf(w, " after %.1f s", e.Seconds)
		}
		if e.Score != nil {
			fmt.Fprintf(w, ", score %.0f", *e.Score)
		}
		if e.Text != "" {
			fmt.Fprintf(w, "  %s", e.Text)
		}
		fmt.Fprintln(w)
	}
	s := r.Summary
	fmt.Fprintf(w, "\n%d observations in %.1f s", s.Observations, s.Seconds)
	if s.MeanScore != nil {
		fmt.Fprintf(w, ", mean score %.0f", *s.MeanScore)
	}
	fmt.Fprintf(w, ", %d alerts, %.1f s sitting\n", s.Alerts, s.SittingSeconds)
	for _, st := range posture.States {
		if sec := s.StateSeconds[st]; sec > 0 {
			fmt.Fprintf(w, "  %-13s %7.1f s\n", st, sec)
		}
	}
}

// clock prints a position in a recording as m:ss.t.
func clock(d time.Duration) string {
	return fmt.Sprintf("%d:%04.1f", int(d.Minutes()), (d % time.Minute).Seconds())
}
