package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"sitwell/posture/history"
	"sitwell/posture/relief"
	"sitwell/posture/sqlite"
	"sitwell/web"
)

func (a *App) reliefCommand() *cobra.Command {
	var where dataFlags
	var area, kit, limits, feels, flags string
	var minutes int
	var stay, answered, asJSON bool
	c := &cobra.Command{
		Use:   "relief",
		Short: "Say what to do about the tension: one thing now, and a routine",
		Long: `Proposes one thing to do now and a routine that fits the time, and says why: by
today's exposure and what you said of your back, where there is a history. It
proposes nothing that what you say of your health rules out, and nothing at all
after a sign that wants a professional.

  areas    upper, lower, overall
  kit      chair, fixed_chair, door, floor, band, machine
  limits   recent_injury, surgery, osteoporosis, pregnancy, dizziness
  feels    tight, nerve, knots
  flags    ` + flagNames() + `

What you said on the page counts unless a flag says otherwise; --limits given, empty
or not, answers the safety questions. Lists are parted by
commas. No diagnosis; see a professional about pain.`,
		Example: `  sitwell relief
  sitwell relief --area upper --minutes 5 --limits ""
  sitwell relief --minutes 10 --kit chair,floor --limits pregnancy`,
		Args: cobra.NoArgs,
	}
	where.add(c)
	f := c.Flags()
	f.StringVar(&area, "area", "", "the area of the back; left out, what was measured and said decides")
	f.IntVar(&minutes, "minutes", 5, fmt.Sprintf("how long the routine may take, 0 for one thing now, at most %d", relief.MaxMinutes))
	f.StringVar(&kit, "kit", "chair", "what is at hand")
	f.StringVar(&limits, "limits", "", "what you have of the limits")
	f.StringVar(&feels, "feels", "", "what it feels like")
	f.StringVar(&flags, "flags", "", "which of the signs you have")
	f.BoolVar(&stay, "stay", false, "only what can be done without leaving the desk")
	f.BoolVar(&asJSON, "json", false, "print one JSON object")
	_ = c.RegisterFlagCompletionFunc("area", cobra.FixedCompletions([]string{"upper", "lower", "overall"}, cobra.ShellCompDirectiveNoFileComp))
	c.RunE = func(c *cobra.Command, _ []string) error {
		cfg, err := where.load(a)
		if err != nil {
			return err
		}
		asked := url.Values{"minutes": {strconv.Itoa(minutes)}, "kit": {kit}}
		for name, text := range map[string]string{"area": area, "feel": feels, "flag": flags} {
			if text != "" {
				asked.Set(name, text)
			}
		}
		if stay {
			asked.Set("stay", "true")
		}
		if answered = c.Flags().Changed("limits"); answered {
			asked.Set("limit", limits)
		}
		if !c.Flags().Changed("kit") {
			asked.Del("kit")
		}
		var p relief.Person
		if err := knowPerson(c.Context(), cfg, &p); err != nil {
			return err
		}
		if p, err = web.ParseRelief(asked, p); err != nil {
			return coded(exitBadInput, "%w (see sitwell relief --help)", err)
		}
		choice, err := relief.Choose(p)
		if err != nil {
			return coded(exitBadInput, "%w", err)
		}
		if asJSON {
			enc := json.NewEncoder(a.Stdout)
			enc.SetIndent("", "  ")
			return enc.Encode(choice)
		}
		a.printRelief(choice)
		return nil
	}
	return c
}

func flagNames() string {
	var names []string
	for _, f := range relief.RedFlags {
		names = append(names, f.ID)
	}
	// Two lines of help.
	half := len(names) / 2
	return strings.Join(names[:half], ", ") + ",\n           " + strings.Join(names[half:], ", ")
}

// knowPerson reads today's figures, and what was said on the page, where there is a
// history; none is no reason to give no advice.
func knowPerson(ctx context.Context, cfg Config, p *relief.Person) (err error) {
	p.Now = time.Now()
	store, err := sqlite.OpenReadOnly(ctx, cfg.historyFile())
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if store.Schema() < sqlite.Latest {
		return nil
	}
	today, err := history.ReadToday(ctx, store.History(), p.Now)
	if err != nil {
		return err
	}
	p.Exposure, p.Signals, p.Tension, p.Before, p.Recent = today.Exposure, today.Signals, today.Tension, today.Before, today.Exercises
	effects, err := history.ReadEffects(ctx, store.History(), p.Now)
	if err != nil {
		return err
	}
	p.Helped = web.Helped(effects)
	text, err := store.Profile(ctx)
	if err != nil {
		return err
	}
	// What can't be read is asked for on the page.
	if said, err := relief.ParseProfile(text); err == nil {
		said.Over(p, p.Now)
	}
	return nil
}

func (a *App) printRelief(c relief.Choice) {
	line := func(format string, args ...any) { fmt.Fprintf(a.Stdout, format+"\n", args...) }
	if c.Stop != nil {
		line("%s\n", c.Stop.Text)
		for _, s := range c.Stop.Signs {
			line("  - %s", s)
		}
		line("\n%s", c.Disclaimer)
		return
	}
	line("%s\n", c.Why)
	if c.AskRedFlags != "" {
		line("%s Do you have any of these? Then stop here: call an emergency number at the\nfirst six, see a doctor at the others.\n", c.AskRedFlags)
		for _, f := range relief.RedFlags {
			line("  - %s", f.Sign)
		}
		line("")
	}
	step := func(s *relief.Suggestion) {
		e := relief.ByID(s.Exercise)
		line("%s  (%s)", s.Name, dose(e))
		line("  %s", s.Why)
		for i, text := range e.Steps {
			line("  %d. %s", i+1, text)
		}
		if s.Adapt != "" {
			line("  For you: %s", s.Adapt)
		}
		line("  Heed: %s\n", e.Caution)
	}
	if c.Now != nil {
		line("NOW\n")
		step(c.Now)
	}
	if len(c.Routine) > 0 {
		line("A ROUTINE OF %.0f MIN %.0f S\n", float64(int(c.Seconds)/60), float64(int(c.Seconds)%60))
		for i := range c.Routine {
			step(&c.Routine[i])
		}
	}
	if len(c.Support) > 0 {
		line("AT YOUR DESK\n")
		for _, text := range c.Support {
			line("- %s", text)
		}
		line("")
	}
	line("ALSO\n")
	for _, id := range c.Techniques {
		for _, t := range relief.Techniques {
			if t.ID == id {
				line("%s. %s Heed: %s", t.Name, t.How, t.Caution)
			}
		}
	}
	for _, v := range relief.Avoid {
		if v.ID == c.Avoid {
			line("\nAVOID\n\n%s. %s %s", v.Name, v.Why, v.Rather)
		}
	}
	if c.LeftOut != "" {
		line("\n%s", c.LeftOut)
	}
	if c.AskSafety {
		line("\nBEFORE THE FIRST ROUTINE (--limits answers)\n")
		for _, q := range relief.SafetyQuestions {
			line("  %s: %s", q.Limit, q.Ask)
		}
	}
	line("\n%s\n%s", relief.Manner, c.Disclaimer)
}

// dose says how much of an exercise makes a round.
func dose(e *relief.Exercise) string {
	d := e.Dose
	var parts []string
	rounds := func(n, most int, what string) string {
		if most > n {
			return fmt.Sprintf("%d to %d %s", n, most, what)
		}
		return fmt.Sprintf("%d %s", n, what)
	}
	if d.Repetitions > 1 {
		parts = append(parts, rounds(d.Repetitions, d.Most, "times"))
	}
	switch {
	case d.Hold >= 60:
		parts = append(parts, rounds(int(d.Hold/60), int(d.HoldMost/60), "min"))
	case d.Hold >= 2:
		parts = append(parts, rounds(int(d.Hold), int(d.HoldMost), "s"))
	}
	if d.Sets > 1 {
		parts = append(parts, fmt.Sprintf("%d sets", d.Sets))
	}
	if d.Sides > 1 {
		parts = append(parts, "each side")
	}
	return strings.Join(parts, ", ")
}
