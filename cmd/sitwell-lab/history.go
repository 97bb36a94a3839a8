package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"sitwell/posture"
	"sitwell/posture/history"
	"sitwell/posture/sqlite"
)

// historyMeasures are what a history is measured by, in the order of the table. A
// measure more is a function more: it has the opened history, and returns the
// lines it adds.
var historyMeasures = []struct {
	name, what string
	run        func(context.Context, *measuring) ([]historyFigure, error)
}{
	{"size", "the file, and what it grows by in a year", measureSize},
	{"weeks", "reading a week and writing it as JSON, out of all and out of five weeks", measureWeeks},
	{"export", "writing all of it out in both formats, beside plain SQL", measureExport},
	{"erase", "deleting the last year while an event is written again and again", measureErase},
	{"writer", "observations judged and stored, at 500 a second and as fast as it goes", measureWriter},
}

// historyFigure is a line of the table.
type historyFigure struct {
	Measure string  `json:"measure"` // that it comes from
	Name    string  `json:"name"`
	Value   float64 `json:"value"`
	Unit    string  `json:"unit"`
	// Most or Least is the goal; 0 for none.
	Most  float64 `json:"at_most,omitempty"`
	Least float64 `json:"at_least,omitempty"`
	Note  string  `json:"note,omitempty"`
}

// measuring is a history that is measured, and not changed.
type measuring struct {
	path  string
	store *sqlite.Store // for reading alone
	plain *sql.DB       // the same file without the store
	temp  string        // a folder that is deleted in the end
	// rounds is how often short things are tried, seconds how long those that
	// go on are.
	rounds  int
	seconds float64

	first, last history.Date // with minutes
	zones       history.Zones
	weeks       []history.ISOWeek // with something in them
	until       time.Time         // after all of it
}

// historyOptions are the flags of history.
type historyOptions struct {
	data    string
	only    []string
	rounds  int
	seconds float64
	json    bool
}

func (l *lab) historyCommand() *cobra.Command {
	var o historyOptions
	names := make([]string, len(historyMeasures))
	var what strings.Builder
	for i, m := range historyMeasures {
		names[i] = m.name
		fmt.Fprintf(&what, "  %-8s %s\n", m.name, m.what)
	}
	c := &cobra.Command{
		Use:   "history --data DIR",
		Short: "Measure what a long history costs to keep and to read",
		Long: `Measure the history in a folder, as sitwell-lab seed makes one. The folder is only
read (SQLite may leave its -wal and -shm files beside the database, as it does for
any reader); what must be written is written to a copy elsewhere, which is deleted.

` + what.String() + `
Times are of this process alone, the page's server is left out. What is set beside
something else is measured in turns with it. Other work on the machine makes all
times longer: read them as ratios.

Exit codes: 0 done, 1 unexpected, 2 bad flag, or no history in the folder.`,
		Example: `  sitwell-lab seed --years 5 --data /tmp/seeded
  sitwell-lab history --data /tmp/seeded
  sitwell-lab history --data /tmp/seeded --only weeks --json`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return l.history(c.Context(), o) },
	}
	f := c.Flags()
	f.StringVar(&o.data, "data", "", "`FOLDER` of the history (required)")
	f.StringSliceVar(&o.only, "only", nil, "`MEASURES` to take: "+strings.Join(names, ", ")+" (default all)")
	f.IntVar(&o.rounds, "rounds", 5, "how often each week is read")
	f.Float64Var(&o.seconds, "seconds", 10, "how long the writer is given 500 observations a second")
	f.BoolVar(&o.json, "json", false, "print one JSON object instead of a table")
	must(c.MarkFlagDirname("data"))
	must(c.RegisterFlagCompletionFunc("only", cobra.FixedCompletions(names, cobra.ShellCompDirectiveNoFileComp)))
	return c
}

func (o *historyOptions) check() error {
	if o.data == "" {
		return usage(errors.New("--data is missing: name the folder of the history to measure"))
	}
	for _, name := range o.only {
		known := make([]string, len(historyMeasures))
		for i, m := range historyMeasures {
			known[i] = m.name
		}
		if !slices.Contains(known, name) {
			return usage(fmt.Errorf("--only %q: want one of %s", name, strings.Join(known, ", ")))
		}
	}
	if o.rounds < 1 || o.rounds > 1000 {
		return usage(fmt.Errorf("--rounds %d: want 1 to 1000", o.rounds))
	}
	if !(o.seconds >= 0.1 && o.seconds <= maxSeconds) {
		return usage(fmt.Errorf("--seconds %v: want 0.1 to %d", o.seconds, maxSeconds))
	}
	return nil
}

// historyReport is the object that history --json prints.
type historyReport struct {
	Path       string          `json:"path"`
	First      string          `json:"first"`
	Last       string          `json:"last"`
	Weeks      int             `json:"weeks"` // with something in them
	Processors int             `json:"processors"`
	Load       *float64        `json:"load_average"` // over the last minute
	Figures    []historyFigure `json:"figures"`
}

func (l *lab) history(ctx context.Context, o historyOptions) (err error) {
	if err := o.check(); err != nil {
		return err
	}
	m, err := openMeasured(ctx, filepath.Join(o.data, historyFile))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.close()) }()
	m.rounds, m.seconds = o.rounds, o.seconds
	r := historyReport{
		Path: m.path, First: m.first.String(), Last: m.last.String(), Weeks: len(m.weeks), Processors: runtime.NumCPU(),
	}
	for _, measure := range historyMeasures {
		if len(o.only) > 0 && !slices.Contains(o.only, measure.name) {
			continue
		}
		figures, err := measure.run(ctx, m)
		if err != nil {
			return fmt.Errorf("measure %s: %w", measure.name, err)
		}
		for _, f := range figures {
			f.Measure = measure.name
			r.Figures = append(r.Figures, f)
		}
	}
	r.Load = loadAverage()
	if o.json {
		enc := json.NewEncoder(l.out)
		enc.SetIndent("", "  ")
		return enc.Encode(r)
	}
	fmt.Fprintf(l.out, "%s: %s to %s, %d weeks with something in them, %d processors", r.Path, r.First, r.Last, r.Weeks, r.Processors)
	if r.Load != nil {
		fmt.Fprintf(l.out, " with a load average of %.1f", *r.Load)
	}
	fmt.Fprint(l.out, "\n\n")
	t := tabwriter.NewWriter(l.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "figure\tmeasured\tgoal\t")
	for _, f := range r.Figures {
		goal := ""
		switch {
		case f.Most > 0:
			goal = fmt.Sprintf("at most %g", f.Most)
		case f.Least > 0:
			goal = fmt.Sprintf("at least %g", f.Least)
		}
		fmt.Fprintf(t, "%s\t%.4g %s\t%s\t%s\n", f.Name, f.Value, f.Unit, goal, f.Note)
	}
	return t.Flush()
}

// openMeasured opens a history for measuring.
func openMeasured(ctx context.Context, path string) (_ *measuring, err error) {
	m := &measuring{path: path}
	defer func() {
		if err != nil {
			err = errors.Join(err, m.close())
		}
	}()
	if m.store, err = sqlite.OpenReadOnly(ctx, path); errors.Is(err, fs.ErrNotExist) {
		return nil, usage(fmt.Errorf("there is no %q: sitwell-lab seed --data makes one", path))
	} else if err != nil {
		return nil, usage(err)
	}
	if m.store.Schema() < sqlite.Latest {
		return nil, usage(fmt.Errorf("%q was made by an older Sitwell: start sitwell run on it once, which brings it up to date", path))
	}
	if m.temp, err = os.MkdirTemp("", "sitwell-history-"); err != nil {
		return nil, err
	}
	if m.plain, err = plainly(path, "ro"); err != nil {
		return nil, err
	}
	var first, last sql.NullInt64
	if err := m.plain.QueryRowContext(ctx, "SELECT min(minute), max(minute) FROM minute").Scan(&first, &last); err != nil {
		return nil, err
	}
	if !first.Valid {
		return nil, usage(fmt.Errorf("%q has no minutes in it: there is nothing to measure", path))
	}
	if m.zones, err = m.store.History().Zones(ctx); err != nil {
		return nil, err
	}
	date := func(minute int64) history.Date {
		t := time.Unix(60*minute, 0)
		t = t.In(m.zones.At(t))
		return history.NewDate(t.Year(), t.Month(), t.Day())
	}
	m.first, m.last = date(first.Int64), date(last.Int64)
	m.until = time.Unix(60*last.Int64, 0).AddDate(0, 0, 8)
	for w := m.first.Week(); w.First() <= m.last; w = w.Add(1) {
		if has, err := m.has(ctx, w); err != nil {
			return nil, err
		} else if has {
			m.weeks = append(m.weeks, w)
		}
	}
	return m, nil
}

// plainly opens a database without the store.
func plainly(path, mode string) (*sql.DB, error) {
	name := url.URL{Scheme: "file", Path: path, RawQuery: "mode=" + mode}
	return sql.Open("sqlite3", name.String()) // the store's package has the driver
}

// minutesOf bounds a week's minutes, as the store numbers them.
func (m *measuring) minutesOf(w history.ISOWeek) (from, to int64) {
	zone := m.zones.At(timeOf(w.First(), time.UTC, 0))
	return timeOf(w.First(), zone, 0).Unix() / 60, timeOf(w.Last()+1, zone, 0).Unix() / 60
}

func (m *measuring) has(ctx context.Context, w history.ISOWeek) (some bool, err error) {
	from, to := m.minutesOf(w)
	err = m.plain.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM minute WHERE minute >= ? AND minute < ?)", from, to).Scan(&some)
	return some, err
}

func (m *measuring) close() error {
	var errs []error
	if m.plain != nil {
		errs = append(errs, m.plain.Close())
	}
	if m.store != nil {
		errs = append(errs, m.store.Close())
	}
	if m.temp != "" {
		errs = append(errs, os.RemoveAll(m.temp))
	}
	return errors.Join(errs...)
}

// copyWhole copies the history into a new file and returns its path.
func (m *measuring) copyWhole(ctx context.Context, name string) (string, error) {
	path := filepath.Join(m.temp, name)
	_, err := m.plain.ExecContext(ctx, "VACUUM INTO ?", path)
	return path, err
}

// measureSize tells the file's size, of its last days' measurements apart: they
// don't grow.
func measureSize(ctx context.Context, m *measuring) ([]historyFigure, error) {
	path, err := m.copyWhole(ctx, "size.db") // without what was deleted and its log
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	var blobs, minutes, events int64
	if err := m.plain.QueryRowContext(ctx, `SELECT (SELECT coalesce(sum(length(data)), 0) FROM measurement),
		(SELECT count(*) FROM minute), (SELECT count(*) FROM event)`).Scan(&blobs, &minutes, &events); err != nil {
		return nil, err
	}
	years := float64(m.last-m.first+1) / 365.25
	mb := float64(info.Size()) / 1e6
	kept := float64(blobs) / 1e6
	return []historyFigure{
		{Name: "file", Value: mb, Unit: "MB", Note: fmt.Sprintf("%d minutes, %d events; %.1f MB are measurements of the last days", minutes, events, kept)},
		{Name: "growth in a year, without measurements", Value: (mb - kept) / years, Unit: "MB", Most: 15},
	}, os.Remove(path)
}

// keptWeeks is how many weeks the short history has.
const keptWeeks = 5

// measureWeeks reads weeks: each of all, and the last one out of all and out of
// a copy in which the last five weeks are left, in turns.
func measureWeeks(ctx context.Context, m *measuring) ([]historyFigure, error) {
	short, err := m.shorten(ctx)
	if err != nil {
		return nil, err
	}
	defer short.Close() //nolint:errcheck // only read
	last := m.weeks[len(m.weeks)-1]
	var bytes []float64
	read := func(s *sqlite.Store, w history.ISOWeek) (ms float64, err error) {
		begin := time.Now()
		week, err := history.ReadWeek(ctx, s.History(), w, m.until)
		if err != nil {
			return 0, err
		}
		text, err := json.Marshal(week)
		ms = float64(time.Since(begin).Nanoseconds()) / 1e6
		bytes = append(bytes, float64(len(text)))
		return ms, err
	}
	add := func(w history.ISOWeek) (ms float64, err error) {
		var sums [9]sql.NullInt64
		to := make([]any, len(sums))
		for i := range sums {
			to[i] = &sums[i]
		}
		first, end := m.minutesOf(w)
		begin := time.Now()
		err = m.plain.QueryRowContext(ctx, `SELECT sum(upright), sum(slouching), sum(leaning_in), sum(standing), sum(away), sum(unknown),
			sum(score_time), sum(score_sum), count(*) FROM minute WHERE minute >= ? AND minute < ?`, first, end).Scan(to...)
		return float64(time.Since(begin).Nanoseconds()) / 1e6, err
	}
	// Once unmeasured: what SQLite and Go hold in memory is there then.
	for _, s := range []*sqlite.Store{m.store, short} {
		if _, err := read(s, last); err != nil {
			return nil, err
		}
	}
	bytes = nil
	var all, sums, long, few []float64
	for range m.rounds {
		for _, w := range m.weeks {
			for _, c := range []struct {
				to   *[]float64
				take func() (float64, error)
			}{
				{&all, func() (float64, error) { return read(m.store, w) }},
				{&sums, func() (float64, error) { return add(w) }},
				{&long, func() (float64, error) { return read(m.store, last) }},
				{&few, func() (float64, error) { return read(short, last) }},
			} {
				v, err := c.take()
				if err != nil {
					return nil, err
				}
				*c.to = append(*c.to, v)
			}
			if err := ctx.Err(); err != nil {
				return nil, err
			}
		}
	}
	at := func(values []float64, p float64) float64 { return *percentile(values, p) }
	n := fmt.Sprintf("%d reads", len(all))
	return []historyFigure{
		{Name: "a week, any of all, median", Value: at(all, .5), Unit: "ms", Note: n},
		{Name: "a week, any of all, 95 %", Value: at(all, .95), Unit: "ms", Most: 10, Note: n},
		{Name: "the last week, median", Value: at(long, .5), Unit: "ms"},
		{Name: "the last week, 95 %", Value: at(long, .95), Unit: "ms"},
		{Name: fmt.Sprintf("the last week of only %d, median", keptWeeks), Value: at(few, .5), Unit: "ms"},
		{Name: fmt.Sprintf("the last week of only %d, 95 %%", keptWeeks), Value: at(few, .95), Unit: "ms"},
		{Name: fmt.Sprintf("all / %d weeks, of the medians", keptWeeks), Value: at(long, .5) / at(few, .5), Most: 1.2, Note: "in turns"},
		{Name: fmt.Sprintf("all / %d weeks, at 95 %%", keptWeeks), Value: at(long, .95) / at(few, .95), Note: "in turns"},
		{Name: "a plain sum over a week's minutes, median", Value: at(sums, .5), Unit: "ms", Note: "for scale"},
		{Name: "a week as JSON", Value: *mean(bytes) / 1e3, Unit: "kB"},
	}, nil
}

// shorten returns the history with its last five weeks alone, in another file.
func (m *measuring) shorten(ctx context.Context) (*sqlite.Store, error) {
	path, err := m.copyWhole(ctx, "short.db")
	if err != nil {
		return nil, err
	}
	db, err := plainly(path, "rw")
	if err != nil {
		return nil, err
	}
	from, _ := m.minutesOf(m.weeks[len(m.weeks)-1].Add(1 - keptWeeks))
	for _, s := range []struct {
		query string
		bound int64
	}{
		{"DELETE FROM minute WHERE minute < ?", from},
		{"DELETE FROM quarter WHERE quarter < ?", from / 15},
		{"DELETE FROM event WHERE at < ?", from * 60e9},
		{"DELETE FROM measurement WHERE start < ?", from * 60e9},
	} {
		if _, err := db.ExecContext(ctx, s.query, s.bound); err != nil {
			return nil, errors.Join(err, db.Close())
		}
	}
	if _, err := db.ExecContext(ctx, "VACUUM"); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if err := db.Close(); err != nil {
		return nil, err
	}
	return sqlite.OpenReadOnly(ctx, path)
}

const (
	// writerRate is the observations a second that the writer must hold.
	writerRate = 500
	// writerStep is the time between two of them as the person lives it, in
	// seconds: as at two looks a second.
	writerStep = 0.5
	// writerFast is how many are taken as fast as it goes.
	writerFast = 20_000
)

// measureWriter judges observations and stores what comes of each before the
// next: first as fast as it goes, then at a rate.
func measureWriter(ctx context.Context, m *measuring) (_ []historyFigure, err error) {
	store, err := sqlite.Open(ctx, filepath.Join(m.temp, "writer.db"))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	w, err := newWriterLoad(ctx, store)
	if err != nil {
		return nil, err
	}
	begin := time.Now()
	for range writerFast {
		if err := w.next(); err != nil {
			return nil, err
		}
	}
	fast := writerFast / time.Since(begin).Seconds()
	events := w.events

	var late []float64 // ms
	n := int(m.seconds * writerRate)
	begin = time.Now()
	for i := range n {
		due := begin.Add(time.Duration(i) * time.Second / writerRate)
		time.Sleep(time.Until(due))
		if err := w.next(); err != nil {
			return nil, err
		}
		late = append(late, float64(time.Since(due).Nanoseconds())/1e6)
	}
	rate := float64(n) / time.Since(begin).Seconds()
	return []historyFigure{
		{Name: "observations stored as fast as it goes", Value: fast, Unit: "/s", Least: writerRate, Note: fmt.Sprintf("%d events among %d", events, writerFast)},
		{Name: fmt.Sprintf("at %d a second: done", writerRate), Value: rate, Unit: "/s", Note: fmt.Sprintf("%d events in %g s", w.events-events, m.seconds)},
		{Name: "at that rate: on disk after it was due, median", Value: *percentile(late, .5), Unit: "ms"},
		{Name: "at that rate: on disk after it was due, 99 %", Value: *percentile(late, .99), Unit: "ms"},
		{Name: "at that rate: on disk after it was due, at most", Value: slices.Max(late), Unit: "ms"},
	}, nil
}

// writerLoad is a person who slouches for a minute and a half of every five, and
// a store that keeps what the engine says.
type writerLoad struct {
	ctx    context.Context
	store  *sqlite.Store
	body   *seedBody
	engine *posture.Engine
	o      posture.Observation
	n      int
	events int
}

func newWriterLoad(ctx context.Context, store *sqlite.Store) (*writerLoad, error) {
	body, err := newSeedBody(1)
	if err != nil {
		return nil, err
	}
	policy := posture.DefaultPolicy()
	policy.AutoCalibrate = policy.Calibration
	w := &writerLoad{ctx: ctx, store: store, body: body}
	w.engine, err = posture.NewEngine(policy, body.cameras[deskCamera].name)
	return w, err
}

func (w *writerLoad) next() error {
	s := stance{}
	switch at := float64(w.n) * writerStep; {
	case int(at)%300 >= 210:
		s = stance{bearing: bearsRound, depth: .5}
	case int(at)%3000 < 200 && at > 300:
		s = stance{bearing: bearsNobody}
	}
	w.n++
	w.o.Mono = int64(float64(w.n) * writerStep * 1e9)
	w.o.Time = timeOf(history.NewDate(2026, time.November, 2), time.UTC, 8).UnixNano() + w.o.Mono
	if err := w.body.observe(&w.o, &w.body.cameras[deskCamera], &s); err != nil {
		return err
	}
	out := w.engine.Step(&w.o)
	w.events += len(out.Events)
	if _, err := w.store.AppendEvents(w.ctx, out.Events); err != nil {
		return err
	}
	if out.Baseline != nil {
		saved, err := w.store.SaveBaseline(w.ctx, *out.Baseline)
		if err != nil {
			return err
		}
		if err := w.engine.UseBaseline(&saved); err != nil {
			return err
		}
	}
	if err := w.store.AddMinutes(w.ctx, out.Minutes); err != nil {
		return err
	}
	return w.store.SaveSamples(w.ctx, out.Samples)
}
