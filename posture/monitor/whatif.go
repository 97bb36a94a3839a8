package monitor

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"sitwell/posture"
)

// MaxWhatIfDays is the longest time that is judged again, in days: as long as
// measurements may be kept.
const MaxWhatIfDays = 90

// blockTime is the longest that a block of measurements lasts.
const blockTime = 5 * time.Minute

// WhatIfQuery asks which alerts would have come under other settings.
type WhatIfQuery struct {
	// Days is how many, today being the last; 1 to [MaxWhatIfDays].
	Days int
	// Sensitivity holds the steps to try; a signal that is missing keeps its
	// own.
	Sensitivity map[posture.Signal]int
	// AlertAfter is how long a poor posture must last, in seconds; 0 keeps
	// what is set.
	AlertAfter float64
}

// Check returns an [*InputError] that says what can't be asked over p.
func (q WhatIfQuery) Check(p posture.Policy) error {
	if q.Days < 1 || q.Days > MaxWhatIfDays {
		return wrongInput("days is %d: want 1 to %d", q.Days, MaxWhatIfDays)
	}
	if err := q.over(p).Check(); err != nil {
		return wrongInput("%v", err)
	}
	return nil
}

// over returns p with the changes.
func (q WhatIfQuery) over(p posture.Policy) posture.Policy {
	steps := maps.Clone(p.Sensitivity)
	if steps == nil {
		steps = map[posture.Signal]int{}
	}
	maps.Copy(steps, q.Sensitivity)
	p.Sensitivity, p.SnoozedUntil = steps, time.Time{}
	if q.AlertAfter != 0 {
		p.AlertAfter = q.AlertAfter
	}
	return p
}

// WhatIf is the answer.
type WhatIf struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	Days int       `json:"days"`
	// Watched is how long a posture was judged and measurements of it are
	// kept, in seconds.
	Watched float64 `json:"watched_s"`
	// Measured is how many measurements are kept of that time.
	Measured int `json:"measured"`
	// Was are the alerts that came, Would those that would have come.
	Was    []posture.Event `json:"was"`
	Would  []posture.Event `json:"would"`
	PerDay []WhatIfDay     `json:"per_day"` // each day, the oldest first
	// LeftOut says which measurements couldn't be read, empty when all could.
	LeftOut string `json:"left_out,omitempty"`
}

// WhatIfDay counts the alerts of a day, which begins at four in the morning of
// the person's time zone.
type WhatIfDay struct {
	Day     string  `json:"day"` // its date
	Was     int     `json:"was"`
	Would   int     `json:"would"`
	Watched float64 `json:"watched_s"`
}

// History is what of a [Store] is asked for what would have been.
type History interface {
	Samples(ctx context.Context, from, to time.Time) ([]posture.SampleBlock, error)
	AllBaselines(ctx context.Context) ([]posture.Baseline, error)
	EventsBetween(ctx context.Context, from, to time.Time) ([]posture.Event, error)
	Minutes(ctx context.Context, from, to time.Time) ([]posture.Minute, error)
}

// AskWhatIf judges the kept measurements of the last days by p with the changes
// of q over it. A snooze that is running is left out: it is of today. What q
// asks for and can't be is an [*InputError].
func AskWhatIf(ctx context.Context, h History, p posture.Policy, q WhatIfQuery, now time.Time) (WhatIf, error) {
	if err := q.Check(p); err != nil {
		return WhatIf{}, err
	}
	p = q.over(p)
	zone := p.Zone
	if zone == nil {
		zone = time.UTC
	}
	// Days end at the hour at which today ends; its end is the last one's.
	end := posture.EndOfToday(now, zone).In(zone)
	start := func(i int) time.Time { return end.AddDate(0, 0, i-q.Days) }
	w := WhatIf{
		From: start(0).UTC(), To: now.UTC(), Days: q.Days,
		Was: []posture.Event{}, Would: []posture.Event{}, PerDay: make([]WhatIfDay, q.Days),
	}
	blocks, err := h.Samples(ctx, w.From, end)
	if err != nil {
		return WhatIf{}, fmt.Errorf("what if: %w", err)
	}
	for _, b := range blocks {
		w.Measured += b.Count
	}
	baselines, err := h.AllBaselines(ctx)
	if err != nil {
		return WhatIf{}, fmt.Errorf("what if: %w", err)
	}
	events, err := h.EventsBetween(ctx, w.From, end)
	if err != nil {
		return WhatIf{}, fmt.Errorf("what if: %w", err)
	}
	minutes, err := h.Minutes(ctx, w.From, end)
	if err != nil {
		return WhatIf{}, fmt.Errorf("what if: %w", err)
	}
	would, err := posture.Replay(p, blocks, baselines)
	if err != nil {
		w.LeftOut = err.Error() // the policy was checked: it is of blocks
	}
	notAlert := func(e posture.Event) bool { return e.Kind != posture.EventAlert }
	w.Was = append(w.Was, slices.DeleteFunc(events, notAlert)...)
	w.Would = append(w.Would, slices.DeleteFunc(would, notAlert)...)

	day := func(t time.Time) *WhatIfDay {
		for i := q.Days - 1; i >= 0; i-- {
			if !t.Before(start(i)) {
				return &w.PerDay[i]
			}
		}
		return &w.PerDay[0]
	}
	for i := range w.PerDay {
		w.PerDay[i].Day = start(i).Format(time.DateOnly)
	}
	for _, e := range w.Was {
		day(e.Time).Was++
	}
	for _, e := range w.Would {
		day(e.Time).Would++
	}
	for _, m := range minutes {
		if kept(blocks, m.Start) {
			day(m.Start).Watched += m.ScoreSeconds
			w.Watched += m.ScoreSeconds
		}
	}
	return w, nil
}

// kept reports whether measurements of the minute are among the blocks, which
// are in the order of their times.
func kept(blocks []posture.SampleBlock, minute time.Time) bool {
	// The last block that begins before the minute's end.
	i, _ := slices.BinarySearchFunc(blocks, minute.Add(time.Minute), func(b posture.SampleBlock, t time.Time) int {
		return b.Start.Compare(t)
	})
	return i > 0 && blocks[i-1].Start.Add(blockTime).After(minute)
}

// WhatIf judges the person's kept measurements again; see [AskWhatIf].
func (m *Monitor) WhatIf(ctx context.Context, q WhatIfQuery) (WhatIf, error) {
	select { // one at a time: it takes a second of a core
	case m.asking <- struct{}{}:
		defer func() { <-m.asking }()
	case <-ctx.Done():
		return WhatIf{}, ctx.Err()
	}
	p := m.cfg.Policy
	p.Settings = m.Settings().Settings
	w, err := AskWhatIf(ctx, m.cfg.Store, p, q, m.now())
	var input *InputError
	if err != nil && !errors.As(err, &input) {
		m.cfg.Logger.Error("what would have been can't be told", "error", err)
		return WhatIf{}, ErrNotRead
	}
	return w, err
}

// ParseSteps reads steps of sensitivity as head_drop:4,sink:2 or head_drop=4.
func ParseSteps(text string) (map[posture.Signal]int, error) {
	steps := map[posture.Signal]int{}
	for part := range strings.SplitSeq(text, ",") {
		name, value, found := strings.Cut(strings.TrimSpace(part), ":")
		if !found {
			name, value, found = strings.Cut(strings.TrimSpace(part), "=")
		}
		signal := posture.Signal(name)
		step, err := strconv.Atoi(value)
		_, twice := steps[signal]
		switch {
		case !found:
			return nil, wrongInput("sensitivity %q: want a signal and its step, as head_drop=4", short(part))
		case !slices.Contains(posture.Signals[:], signal):
			return nil, wrongInput("sensitivity has no signal %q: want one of %v", short(name), posture.Signals)
		case err != nil || step < posture.MinSensitivity || step > posture.MaxSensitivity:
			return nil, wrongInput("sensitivity of %s is %q: want %d to %d", signal, short(value), posture.MinSensitivity, posture.MaxSensitivity)
		case twice:
			return nil, wrongInput("sensitivity of %s is given twice", signal)
		}
		steps[signal] = step
	}
	return steps, nil
}
