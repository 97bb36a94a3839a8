package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"text/tabwriter"
	"time"
	_ "time/tzdata" // so that the places lived in are known on every machine

	"github.com/spf13/cobra"

	"sitwell/posture"
	"sitwell/posture/history"
	"sitwell/posture/sqlite"
)

// historyFile is the database's name in a data folder.
const historyFile = "sitwell.db"

const (
	// maxSeedYears is the longest history that is made.
	maxSeedYears = 20
	// firstSeedYear is the first in which all offsets from UTC were quarters
	// of an hour, lastSeedYear is far enough.
	firstSeedYear = 2012
	lastSeedYear  = 2199
)

// seedOptions are the flags of seed.
type seedOptions struct {
	data, until string
	years       float64
	weeks       int
	seed        uint64

	first, last history.Date
}

func (l *lab) seedCommand() *cobra.Command {
	var o seedOptions
	c := &cobra.Command{
		Use:   "seed --data DIR --years N",
		Short: "Make a believable history, for trying and measuring what reads one",
		Long: `Write the history of a simulated person into DIR/sitwell.db, which must not be
there yet: work days with lunch, meetings, breaks and standing stretches, slouching
that grows within a bout and in the afternoon and falls over the months with
plateaus and a relapse, alerts corrected, put away and called wrong, check-ins,
dark evenings, pauses, a camera lost and moved; weekends, public holidays,
vacation, sick days, weeks without the machine; a move, a fortnight in another
time zone and, in three years and more, a trip over the date line; a clock that is
set back. Measurements are of the last 14 days.

The person is a simulated body before simulated cameras, judged by the real engine
every ten seconds; what is written is what the engine says. The same seed, length
and last day make the same rows, to the bit, by the same version. The minutes of
all years are written, whatever the retention: sitwell run on the folder deletes
those that its own setting is too short for.

Exit codes: 0 done, 1 unexpected, 2 bad flag, or a folder that has a history.`,
		Example: `  sitwell-lab seed --years 5 --data /tmp/seeded
  sitwell-lab seed --weeks 6 --until 2026-11-25 --seed 3 --data /tmp/short
  sitwell run --data /tmp/seeded          # look at it`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return l.seed(c.Context(), o) },
	}
	f := c.Flags()
	f.StringVar(&o.data, "data", "", "write the history into a `FOLDER`, which is made when it is missing (required)")
	f.Float64Var(&o.years, "years", 0, "how many `YEARS`, up to 20; 0.5 is half of one")
	f.IntVar(&o.weeks, "weeks", 0, "how many `WEEKS`, in place of years")
	f.Uint64Var(&o.seed, "seed", 1, "`NUMBER` from which chance is drawn: another is another person")
	f.StringVar(&o.until, "until", "", "the last `DAY` (default yesterday)")
	must(c.MarkFlagDirname("data"))
	return c
}

// check completes the options.
func (o *seedOptions) check(now time.Time) (err error) {
	if o.data == "" {
		return usage(errors.New("--data is missing: name the folder that the history is to be made in"))
	}
	days := float64(7 * o.weeks)
	switch {
	case (o.years == 0) == (o.weeks == 0):
		return usage(errors.New("give either --years or --weeks"))
	case o.weeks != 0 && !(days >= 7 && days <= maxSeedYears*366):
		return usage(fmt.Errorf("--weeks %d: want 1 to %d", o.weeks, maxSeedYears*366/7))
	case o.weeks == 0 && !(o.years >= 0.02 && o.years <= maxSeedYears):
		return usage(fmt.Errorf("--years %v: want 0.02 to %d", o.years, maxSeedYears))
	case o.weeks == 0:
		days = math.Round(o.years * 365.25)
	}
	o.last = history.NewDate(now.Year(), now.Month(), now.Day()-1)
	if o.until != "" {
		if o.last, err = history.ParseDay(o.until); err != nil {
			return usage(fmt.Errorf("--until: %w", err))
		}
	}
	o.first = o.last - history.Date(days) + 1
	if yearOf(o.first) < firstSeedYear || yearOf(o.last) > lastSeedYear {
		return usage(fmt.Errorf("a history from %s to %s: want days of the years %d to %d", o.first, o.last, firstSeedYear, lastSeedYear))
	}
	return nil
}

func (l *lab) seed(ctx context.Context, o seedOptions) error {
	if err := o.check(time.Now()); err != nil {
		return err
	}
	begun := time.Now()
	made, err := makeSeed(ctx, o)
	if err != nil {
		return err
	}
	info, err := os.Stat(made.path)
	if err != nil {
		return err
	}
	mb := float64(info.Size()) / 1e6
	years := float64(o.last-o.first+1) / 365.25
	fmt.Fprintf(l.out, "%s: %s to %s, seed %d\n\n", made.path, o.first, o.last, o.seed)
	t := tabwriter.NewWriter(l.out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "days\t%d\tof which %d with work, %d watched\n", o.last-o.first+1, made.worked, made.watched)
	fmt.Fprintf(t, "events\t%d\t%d alerts\n", made.events, made.alerts)
	fmt.Fprintf(t, "minutes\t%d\t%.0f h sat or stood before the camera\n", made.minutes, made.hours)
	fmt.Fprintf(t, "measurements\t%d\tof the last %d days\n", made.measurements, keptDays)
	fmt.Fprintf(t, "size\t%.1f MB\t%.1f MB a year\n", mb, mb/years)
	fmt.Fprintf(t, "took\t%.1f s\t\n", time.Since(begun).Seconds())
	return t.Flush()
}

// seeded tells what was made.
type seeded struct {
	path                          string
	worked, watched               int // days
	events, alerts                int
	minutes, measurements, blocks int
	hours                         float64 // in a posture
}

// makeSeed writes the history into a file beside, which takes its place once it
// is whole: nobody meets half of one.
func makeSeed(ctx context.Context, o seedOptions) (_ *seeded, err error) {
	path := filepath.Join(o.data, historyFile)
	switch _, err := os.Lstat(path); {
	case err == nil:
		return nil, usage(fmt.Errorf("%q is there already: a history is made in an empty folder; choose another with --data", path))
	case !errors.Is(err, fs.ErrNotExist):
		return nil, usage(err)
	}
	if err := os.MkdirAll(o.data, 0o700); err != nil {
		return nil, usage(err)
	}
	folder, err := os.MkdirTemp(o.data, ".seed-")
	if err != nil {
		return nil, usage(err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	part := filepath.Join(folder, historyFile)
	store, err := sqlite.Open(ctx, part)
	if err != nil {
		return nil, err
	}
	made, err := fillSeed(ctx, store, &o)
	if err = errors.Join(err, store.Close()); err != nil {
		return nil, err
	}
	// A link, unlike a new name, does not take the place of what may have come
	// to be there meanwhile.
	switch err := os.Link(part, path); {
	case errors.Is(err, fs.ErrExist):
		return nil, usage(fmt.Errorf("%q has appeared meanwhile: choose another folder with --data", path))
	case err != nil: // a file system without links
		if err := os.Rename(part, path); err != nil {
			return nil, err
		}
	}
	made.path = path
	return made, nil
}

// fillSeed lives the days and stores what came of them, the one beside the other.
func fillSeed(ctx context.Context, store *sqlite.Store, o *seedOptions) (*seeded, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	days, err := planSeed(o.seed, o.first, o.last)
	if err != nil {
		return nil, err
	}
	life, err := newSeedLife(ctx, o.seed, store)
	if err != nil {
		return nil, err
	}
	var made seeded
	queue, stored := make(chan lived, 8), make(chan struct{})
	go func() {
		defer close(stored)
		for day := range queue {
			if ctx.Err() != nil {
				continue
			}
			if err := made.put(ctx, store, day); err != nil {
				cancel(err)
			}
		}
	}()
	for _, d := range days {
		if ctx.Err() != nil {
			break
		}
		var day lived
		if day, err = life.liveDay(d, d.date > o.last-keptDays); err != nil {
			break
		}
		if d.kind == dayWork || d.kind == dayTravel && len(d.sessions) > 0 {
			made.worked++
		}
		if len(day.minutes) > 0 {
			made.watched++
		}
		queue <- day
	}
	close(queue)
	<-stored
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	if err != nil {
		return nil, err
	}
	if len(life.eased) > 0 {
		patch, err := json.Marshal(map[string]any{"eased": life.eased})
		if err != nil {
			return nil, err
		}
		if _, err := store.SaveSettings(ctx, patch, nil); err != nil {
			return nil, err
		}
	}
	return &made, nil
}

// put stores a day.
func (s *seeded) put(ctx context.Context, store *sqlite.Store, day lived) error {
	for _, z := range day.zones {
		if _, err := store.SaveZone(ctx, z.Since, z.Zone.String()); err != nil {
			return err
		}
	}
	events := make([]posture.Event, len(day.events))
	for i, e := range day.events {
		e.ID = 0
		events[i] = e
		if e.Kind == posture.EventAlert {
			s.alerts++
		}
	}
	stored, err := store.AppendEvents(ctx, events)
	if err != nil {
		return err
	}
	for i, e := range stored {
		if e.ID != day.events[i].ID { // others refer to it
			return fmt.Errorf("the store gave event %d the number %d", day.events[i].ID, e.ID)
		}
	}
	if err := store.AddMinutes(ctx, day.minutes); err != nil {
		return err
	}
	if err := store.SaveSamples(ctx, day.samples); err != nil {
		return err
	}
	s.events += len(events)
	s.minutes += len(day.minutes)
	for _, m := range day.minutes {
		for _, st := range posture.States {
			if st != posture.Away && st != posture.Unknown {
				s.hours += m.Seconds[st] / 3600
			}
		}
	}
	s.blocks += len(day.samples)
	for _, b := range day.samples {
		s.measurements += b.Count
	}
	return nil
}
