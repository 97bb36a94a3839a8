package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"sitwell/posture/history"
	"sitwell/posture/relief"
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

What you said on the page counts too: --limits and --flags add to it, and take nothing
away. --limits given, empty or not, answers the safety questions, --flags none says
that you have none of the signs. Lists are parted by commas. No diagnosis; see a
professional about pain.`,
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
	f.StringVar(&flags, "flags", "", "which of the signs you have, or none")
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
		if flags == "none" {
			asked.Set("flag", "")
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
	if _, err := os.Stat(cfg.historyFile()); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	// One that can't be read may hold a limit or a sign: no advice without it.
	store, err := readHistory(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
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
	said, err := relief.ParseProfile(text)
	if err != nil {
		return fmt.Errorf("what you said of your health can't be read, so nothing is proposed: say it anew on the page (%w)", err)
	}
	said.Over(p, p.Now)
	return nil
}

// textWidth is how wide what is printed to be read is, in letters.
const textWidth = 80

// fold breaks a text into lines of the width; all but the first are indented.
func fold(text, indent string) string {
	var b strings.Builder
	at := 0
	for i, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case i == 0:
			lead := text[:len(text)-len(strings.TrimLeft(text, " "))]
			b.WriteString(lead)
			at = len(lead)
		case at+1+n > textWidth:
			b.WriteString("\n" + indent)
			at = len(indent)
		default:
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += n
	}
	return b.String()
}

func (a *App) printRelief(c relief.Choice) {
	line := func(indent, format string, args ...any) {
		fmt.Fprintln(a.Stdout, fold(fmt.Sprintf(format, args...), indent))
	}
	blank := func() { fmt.Fprintln(a.Stdout) }
	head := func(text string) { fmt.Fprintf(a.Stdout, "%s\n\n", text) }
	if c.Stop != nil {
		line("", "%s", c.Stop.Text)
		blank()
		for _, s := range c.Stop.Signs {
			line("    ", "  - %s", s)
		}
		blank()
		line("", "%s", c.Disclaimer)
		return
	}
	if c.SeeProfessional != "" {
		line("", "%s", c.SeeProfessional)
		blank()
	}
	if c.AskRedFlags != "" {
		line("", "%s Do you have any of these?", c.AskRedFlags)
		blank()
		for _, u := range []struct {
			urgency relief.Urgency
			text    string
		}{{relief.AtOnce, "Call your emergency number now with"}, {relief.Soon, "See a doctor in the next days with"}} {
			line("", "%s", u.text)
			for _, f := range relief.RedFlags {
				if f.Urgency == u.urgency {
					line("    ", "  - %s", f.Sign)
				}
			}
			blank()
		}
		line("", "Exercises are proposed once you have said that you have none: sitwell relief --flags none.")
		blank()
	} else {
		line("", "%s", c.Why)
		blank()
	}
	step := func(s *relief.Suggestion) {
		e := relief.ByID(s.Exercise)
		line("  ", "%s (%s)", s.Name, dose(s))
		line("  ", "  %s", s.Why)
		for i, text := range e.Steps {
			line("     ", "  %d. %s", i+1, text)
		}
		if s.Adapt != "" {
			line("    ", "  For you: %s", s.Adapt)
		}
		line("    ", "  Heed: %s", e.Caution)
		blank()
	}
	if c.Now != nil {
		head("NOW")
		step(c.Now)
	}
	if len(c.Routine) > 0 {
		head("A ROUTINE OF " + strings.ToUpper(length(c.Seconds)))
		for i := range c.Routine {
			step(&c.Routine[i])
		}
	}
	if c.Short != "" {
		line("", "%s", c.Short)
		blank()
	}
	if len(c.Support) > 0 {
		head("AT YOUR DESK")
		for _, text := range c.Support {
			line("  ", "- %s", text)
		}
		blank()
	}
	head("ALSO")
	for _, id := range c.Techniques {
		for _, t := range relief.Techniques {
			if t.ID == id {
				line("  ", "- %s. %s Heed: %s", t.Name, t.How, t.Caution)
			}
		}
	}
	blank()
	for _, v := range relief.Avoid {
		if v.ID == c.Avoid {
			head("AVOID")
			line("", "%s. %s %s", v.Name, v.Why, v.Rather)
			blank()
		}
	}
	if c.LeftOut != "" {
		line("", "%s", c.LeftOut)
		blank()
	}
	if c.AskSafety {
		head("BEFORE THE FIRST ROUTINE")
		for _, q := range relief.SafetyQuestions {
			line("    ", "  %s: %s", q.Limit, q.Ask)
		}
		blank()
		line("", "Say which with --limits, or --limits \"\" for none; more is proposed then.")
		blank()
	}
	line("", "%s", relief.Manner)
	line("", "%s", c.Disclaimer)
}

// length says seconds: "47 s", "5 min", "4 min 30 s".
func length(seconds float64) string {
	n := int(math.Round(seconds))
	switch {
	case n < 60:
		return fmt.Sprintf("%d s", n)
	case n%60 == 0:
		return fmt.Sprintf("%d min", n/60)
	}
	return fmt.Sprintf("%d min %d s", n/60, n%60)
}

// dose says how much of an exercise is to be done.
func dose(s *relief.Suggestion) string {
	d := relief.ByID(s.Exercise).Dose
	var parts []string
	if s.Repetitions > 1 {
		parts = append(parts, fmt.Sprintf("%d times", s.Repetitions))
	}
	if s.Hold > 0 {
		hold := length(s.Hold)
		if s.Repetitions > 1 {
			hold = "held for " + hold
		}
		parts = append(parts, hold)
	}
	if d.Sets > 1 {
		parts = append(parts, fmt.Sprintf("%d sets", d.Sets))
	}
	if d.Sides > 1 {
		parts = append(parts, "each side")
	}
	return strings.Join(parts, ", ")
}
