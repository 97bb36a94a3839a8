package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"time"

	"sitwell/posture"
	"sitwell/posture/history"
)

// Export writes the history of the days first to last, nil being no bound, to w, in
// [FormatCSV] or [FormatJSON], as docs/EXPORT.md tells, and returns how many records that are.
// It is one snapshot, beside whoever writes, and takes the same little memory
// however long the history is. The zones and the baselines are all in it,
// whatever the range; what is just being deleted is not. An error of w is
// returned as it is, within others; what was written then lacks its end, by
// which [Store.Import] knows it.
//
// While w keeps it waiting the database's log can't be reset and grows.
func (s *Store) Export(ctx context.Context, w io.Writer, first, last *history.Date, format string) (records int64, err error) {
	x, err := newExporter(w, format)
	if err != nil {
		return 0, err
	}
	err = s.reading(ctx, "export", func(tx *sql.Tx) error {
		e := export{exporter: x}
		if err := e.prepare(ctx, tx, first, last); err != nil {
			return err
		}
		for _, step := range []func(context.Context, *sql.Tx) error{e.zones, e.baselines, e.events, e.sums} {
			if err := step(ctx, tx); err != nil {
				return err
			}
		}
		return x.end()
	})
	return x.records, stopped(ctx, err)
}

// stopped says that ctx has ended where that is why: what follows in a transaction
// that was rolled back for it doesn't tell.
func stopped(ctx context.Context, err error) error {
	if why := ctx.Err(); err != nil && why != nil && !errors.Is(err, why) {
		return fmt.Errorf("%w: %w", why, err)
	}
	return err
}

// export is one under way.
type export struct {
	*exporter
	dater
	offsets *history.Offsets
	stored  []zoneRow
	spans   []span // what is asked for, in order
	gone    erasure
}

// span is a stretch of time in Unix seconds.
type span struct{ from, to int64 }

// always is farther than any stored time, in seconds.
const always = 1 << 40

// erasure is what is being deleted.
type erasure struct {
	first, last int64 // nanoseconds; what is at last stays
}

func (e *erasure) has(ns int64) bool { return ns >= e.first && ns < e.last }

// zoneRow is a row of the table zone.
type zoneRow struct {
	since int64
	name  string
}

func (e *export) prepare(ctx context.Context, tx *sql.Tx, first, last *history.Date) (err error) {
	err = tx.QueryRowContext(ctx, "SELECT first, last FROM erasure").Scan(&e.gone.first, &e.gone.last)
	if err != nil && err != sql.ErrNoRows {
		return err
	}
	if e.stored, err = readZones(ctx, tx); err != nil {
		return err
	}
	zones := make(history.Zones, len(e.stored))
	for i, z := range e.stored {
		zones[i].Since = instant(z.since)
		if zones[i].Zone, err = location(z.name); err != nil {
			return err
		}
	}
	e.offsets = zones.Offsets()
	for _, between := range zones.Between(first, last) {
		of := span{-always, always}
		if !between.From.IsZero() {
			of.from = between.From.Unix()
		}
		if !between.To.IsZero() {
			of.to = between.To.Unix()
		}
		e.spans = append(e.spans, of)
	}
	return e.begin()
}

func readZones(ctx context.Context, tx *sql.Tx) ([]zoneRow, error) {
	rows, err := tx.QueryContext(ctx, "SELECT since, name FROM zone ORDER BY since")
	if err != nil {
		return nil, err
	}
	return scan(rows, func() (z zoneRow, err error) {
		err = rows.Scan(&z.since, &z.name)
		return z, err
	})
}

// wanted reports whether a second is asked for. There is one span, but for who
// crossed the date line.
func (e *export) wanted(second int64) bool {
	for _, s := range e.spans {
		if second >= s.from && second < s.to {
			return true
		}
	}
	return false
}

// bounds are those of all spans, of which there are some.
func (e *export) bounds() (from, to int64) {
	return e.spans[0].from, e.spans[len(e.spans)-1].to
}

// instant puts an instant into the line.
func (e *export) instant(ns int64) {
	second := floorDiv(ns, 1e9)
	e.line.time(&e.dater, second, ns-second*1e9, e.offsets.At(second))
	e.line.unix(ns)
}

func (e *export) zones(context.Context, *sql.Tx) error {
	for _, z := range e.stored {
		e.line.begin(recordZone)
		e.instant(z.since)
		e.line.text(colName, z.name)
		if err := e.put(); err != nil {
			return err
		}
	}
	return nil
}

func (e *export) baselines(ctx context.Context, tx *sql.Tx) error {
	all, err := readBaselines(ctx, tx, "TRUE")
	if err != nil {
		return err
	}
	for i := range all {
		for _, put := range baselineLines(&all[i], e.instant) {
			put(&e.line)
			if err := e.put(); err != nil {
				return err
			}
		}
	}
	return nil
}

// events writes those of the spans by rising ID.
func (e *export) events(ctx context.Context, tx *sql.Tx) error {
	if len(e.spans) == 0 {
		return nil
	}
	// The IDs are searched for by time and the rows read by ID: sorting them
	// would take memory.
	var first, last sql.NullInt64
	from, to := e.bounds()
	if err := tx.QueryRowContext(ctx, "SELECT min(id), max(id) FROM event WHERE at >= ? AND at <= ?",
		clamp(time.Unix(from, 0)), clamp(time.Unix(to, 0))).Scan(&first, &last); err != nil || !first.Valid {
		return err
	}
	rows, err := tx.QueryContext(ctx, `SELECT id, at, kind, state, signal, seconds, score, text, level, ref, area, exercise
		FROM event WHERE id >= ? AND id <= ? ORDER BY id`, first.Int64, last.Int64)
	if err != nil {
		return err
	}
	defer rows.Close() //nolint:errcheck // Err says it
	var id, at, level, ref int64
	var seconds float64
	var score sql.NullFloat64
	var kind, state, signal, text, area, exercise string
	for rows.Next() {
		if err := rows.Scan(&id, &at, &kind, &state, &signal, &seconds, &score, &text, &level, &ref, &area, &exercise); err != nil {
			return err
		}
		if !e.wanted(floorDiv(at, 1e9)) || e.gone.has(at) {
			continue
		}
		if !finite(seconds) || !finite(score.Float64) {
			return fmt.Errorf("%w: event %d has a figure that is not finite", ErrDamaged, id)
		}
		l := &e.line
		l.begin(recordEvent)
		e.instant(at)
		l.whole(colID, id)
		l.text(colKind, kind)
		l.text(colState, state)
		l.text(colSignal, signal)
		l.text(colArea, area)
		l.text(colExercise, exercise)
		l.whole(colLevel, level)
		l.whole(colRef, ref)
		l.float(colSeconds, seconds)
		if score.Valid {
			l.float(colScore, score.Float64)
		}
		l.text(colText, text)
		if err := e.put(); err != nil {
			return err
		}
	}
	return rows.Err()
}

// sumRows reads the rows of the table minute or quarter, one ahead.
type sumRows struct {
	*sql.Rows
	number  int64
	figures [fields]int64
	into    []any
	ok      bool
}

func (r *sumRows) open(ctx context.Context, tx *sql.Tx, query string, from, to int64) (err error) {
	r.into = append([]any{&r.number}, places(&r.figures)...)
	if r.Rows, err = tx.QueryContext(ctx, query, from, to); err != nil {
		return err
	}
	return r.step()
}

func (r *sumRows) step() error {
	if r.ok = r.Next(); !r.ok {
		return r.Err()
	}
	return r.Scan(r.into...)
}

// sums writes minutes, and after those of a quarter of an hour what the quarter
// has beyond them: its minutes may have been deleted.
func (e *export) sums(ctx context.Context, tx *sql.Tx) error {
	if len(e.spans) == 0 {
		return nil
	}
	from, to := e.bounds()
	var minutes, quarters sumRows
	if err := minutes.open(ctx, tx, selectMinutes, floorDiv(from, 60), floorDiv(to, 60)); err != nil {
		return err
	}
	defer minutes.Close() //nolint:errcheck // Err says it
	if err := quarters.open(ctx, tx, selectQuarters, floorDiv(from, 60*quarterMinutes), floorDiv(to, 60*quarterMinutes)); err != nil {
		return err
	}
	defer quarters.Close() //nolint:errcheck // as above
	for minutes.ok || quarters.ok {
		number := int64(math.MaxInt64)
		if minutes.ok {
			number = floorDiv(minutes.number, quarterMinutes)
		}
		var rest [fields]int64
		if quarters.ok && quarters.number <= number {
			number, rest = quarters.number, quarters.figures
			if err := quarters.step(); err != nil {
				return err
			}
		}
		second := number * 60 * quarterMinutes
		put := e.wanted(second) && !e.gone.has(clamp(time.Unix(second, 0)))
		for minutes.ok && floorDiv(minutes.number, quarterMinutes) == number {
			for i, v := range minutes.figures {
				rest[i] -= v
			}
			if put {
				if err := e.sum(recordMinute, minutes.number*60, &minutes.figures); err != nil {
					return err
				}
			}
			if err := minutes.step(); err != nil {
				return err
			}
		}
		if rest == ([fields]int64{}) || !put {
			continue
		}
		for i, v := range rest {
			if v < 0 {
				return fmt.Errorf("%w: the quarter of an hour at %s has less of %s than its minutes",
					ErrDamaged, time.Unix(second, 0).UTC().Format(time.RFC3339), figures[i])
			}
		}
		if err := e.sum(recordQuarter, second, &rest); err != nil {
			return err
		}
	}
	return nil
}

// sum writes a minute or what is left of a quarter of an hour.
func (e *export) sum(record string, second int64, us *[fields]int64) error {
	l := &e.line
	l.begin(record)
	l.time(&e.dater, second, 0, e.offsets.At(second))
	l.whole(colUnix, second)
	d := derive(us)
	l.micro(colSeconds, d.watched)
	if d.judged {
		l.micro(colScore, d.score)
	}
	for i, v := range us {
		l.micro(colFigures+column(i), v)
	}
	l.micro(colUpper, d.upper)
	l.micro(colLower, d.lower)
	return e.put()
}

// derived is what can be reckoned from figures, for who reads them in a
// spreadsheet, in millionths.
type derived struct {
	watched int64
	judged  bool
	score   int64 // mean, to two places
	// upper and lower are the exposure of the areas in minutes, as
	// [history.Exposure] has it but for the long sitting.
	upper, lower int64
}

// upperFigures and lowerFigures are where in a minute the exposures of an area
// are.
var upperFigures, lowerFigures = figuresOf(posture.AreaUpperBack), figuresOf(posture.AreaLowerBack)

func figuresOf(area posture.Area) (at []int) {
	for _, signal := range history.Shares(area) {
		for i, sg := range signals {
			if sg == signal {
				at = append(at, len(states)+3+i)
			}
		}
	}
	return at
}

func derive(us *[fields]int64) (d derived) {
	for i := range states {
		d.watched += us[i]
	}
	if time := us[len(states)]; time > 0 {
		d.judged = true
		mean := min(float64(us[len(states)+1])/float64(time), 100)
		d.score = int64(math.Round(mean*100)) * 1e4
	}
	const minute = history.SlouchPoints * 60
	for _, i := range upperFigures {
		d.upper += us[i]
	}
	for _, i := range lowerFigures {
		d.lower += us[i]
	}
	d.upper, d.lower = int64(math.Round(float64(d.upper)/minute)), int64(math.Round(float64(d.lower)/minute))
	return d
}

// baselineLines returns what puts the records of a baseline into a line: its own,
// then each of its measures and of its slouch.
func baselineLines(b *posture.Baseline, instant func(int64)) []func(*line) {
	lines := []func(*line){func(l *line) {
		l.begin(recordBaseline)
		instant(b.Time.UnixNano())
		l.whole(colID, b.ID)
		l.float(colSeconds, b.Seconds)
		l.text(colWay, string(b.Way))
		l.boolean(colProvisional, b.Provisional)
		l.text(colStale, b.Stale)
		l.text(colCamera, b.Camera)
		l.whole(colWidth, int64(b.Width))
		l.whole(colHeight, int64(b.Height))
		l.whole(colSamples, int64(b.Samples))
		l.float(colQuality, b.Quality)
	}}
	for _, name := range slices.Sorted(maps.Keys(b.Measures)) {
		lines = append(lines, func(l *line) {
			l.begin(recordMeasure)
			l.whole(colRef, b.ID)
			l.text(colName, name)
			l.float(colMedian, b.Measures[name].Median)
			l.float(colSpread, b.Measures[name].Spread)
		})
	}
	for _, name := range slices.Sorted(maps.Keys(b.Slouch)) {
		lines = append(lines, func(l *line) {
			l.begin(recordSlouch)
			l.whole(colRef, b.ID)
			l.text(colName, name)
			l.float(colMedian, b.Slouch[name])
		})
	}
	return lines
}
