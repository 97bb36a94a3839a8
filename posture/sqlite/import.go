package sqlite

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"maps"
	"math"
	"slices"
	"time"

	"sitwell/posture"
)

// Imported counts what an import brought.
type Imported struct {
	Zones, Baselines, Events, Minutes, Quarters Counted
	// Renumbered is how many events and baselines have another ID than in
	// the file, where theirs is taken.
	Renumbered int64
	// Cut is how many events answer one that neither the file nor the history
	// has, while another has its ID: they answer none now.
	Cut int64
}

// Counted is how many of something were added, and how many were there already.
type Counted struct{ Added, There int64 }

// Changed reports whether anything was added.
func (i *Imported) Changed() bool {
	return i.Zones.Added+i.Baselines.Added+i.Events.Added+i.Minutes.Added+i.Quarters.Added > 0
}

const (
	// mostID is the largest ID that is taken: IDs rise from the largest, and
	// a page's numbers are exact as far as that.
	mostID = 1 << 53
	// mostSeconds is the most that is taken of a minute or a quarter of an
	// hour in one figure: a clock that stood still for a month.
	mostSeconds = 31 * 86400
	// mostMeasures is how many measures of a baseline are taken.
	mostMeasures = 1000
)

// Import adds an export to the history, all or none of it. What is there already
// is left: an event with the same content, a minute with the same figures, the
// same baseline. Events and baselines keep their IDs where those are free, and
// what refers to them is altered where not. A minute that is there with other
// figures, or a quarter of an hour of which can't be told what the two have in
// common, is an error.
//
// What is wrong with the file is an *[ImportError], and one of [ErrInvalid].
func (s *Store) Import(ctx context.Context, m *Import) (done Imported, err error) {
	// The rollback is waited for when ctx ends: what is left to the driver then
	// keeps the log from being emptied.
	calm := context.WithoutCancel(ctx)
	err = s.writing(calm, "import", func(tx *sql.Tx) error {
		i := importer{
			tx: tx, sum: sha256.New(),
			measured: map[int64]int64{}, there: map[int64]*posture.Baseline{}, ids: map[int64]bool{},
		}
		defer i.close()
		i.stop = ctx.Err
		if err := i.prepare(calm); err != nil {
			return err
		}
		if err := i.run(calm, m); err != nil {
			return err
		}
		done = i.done
		return nil
	})
	if err != nil {
		return Imported{}, stopped(ctx, err)
	}
	return done, nil
}

// importer is an import under way.
type importer struct {
	tx         *sql.Tx
	stop       func() error // why to, if at all
	statements []*sql.Stmt
	dater
	line  line
	text  []byte // of the record in CSV
	sum   hash.Hash
	count int64
	done  Imported

	rank int   // of the kind of record last read
	last int64 // what must rise within a kind

	// baseline is the one being read, since its measures follow it; measured
	// are the IDs by those of the file; there are those that were there, by ID,
	// until one of the file is found to be it; ids are all that are there now.
	baseline *posture.Baseline
	names    [2]string // the last measure's and slouch's
	measured map[int64]int64
	there    map[int64]*posture.Baseline
	ids      map[int64]bool

	// freshEvents and freshSums are true when there were none before.
	freshEvents, freshSums                    bool
	eventByID, eventLike, putEvent, carry     *sql.Stmt
	carried, taken, refers                    *sql.Stmt
	putMinute, putQuarter, minutesOf, quarter *sql.Stmt

	number  int64 // of the quarter of an hour being read
	minutes []importedMinute
	rest    [fields]int64
	hasRest bool
	restAt  record
}

type importedMinute struct {
	minute  int64
	figures [fields]int64
	at      record
}

func (i *importer) prepare(ctx context.Context) error {
	deleting := false
	if err := i.tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM erasure), NOT EXISTS (SELECT 1 FROM event),
		NOT EXISTS (SELECT 1 FROM minute) AND NOT EXISTS (SELECT 1 FROM quarter)`).Scan(&deleting, &i.freshEvents, &i.freshSums); err != nil {
		return err
	}
	if deleting {
		return fmt.Errorf("%w, and would take what is imported too: start sitwell run once, which goes on with it", ErrErasing)
	}
	baselines, err := readBaselines(ctx, i.tx, "TRUE")
	if err != nil {
		return err
	}
	for k := range baselines {
		i.there[baselines[k].ID], i.ids[baselines[k].ID] = &baselines[k], true
	}
	// The IDs of the events by those of the file, kept by SQLite, which has
	// them on disk when there are many.
	if _, err := i.tx.ExecContext(ctx, `CREATE TEMP TABLE IF NOT EXISTS carried (old INTEGER PRIMARY KEY, new INTEGER NOT NULL UNIQUE);
		DELETE FROM temp.carried`); err != nil {
		return err
	}
	// One of the same ID may have been shortened by a deletion of what it began in.
	const event = "at = ? AND kind = ? AND state = ? AND signal = ? AND seconds %s ? AND score IS ? AND text = ? AND level = ? AND area = ? AND exercise = ? AND ref IN (?, ?)"
	shorter, same := fmt.Sprintf(event, "<="), fmt.Sprintf(event, "=")
	for _, s := range []struct {
		into  **sql.Stmt
		query string
	}{
		{&i.eventByID, "SELECT 1 FROM event WHERE " + shorter + " AND id = ? AND id NOT IN (SELECT new FROM temp.carried)"},
		{&i.eventLike, "SELECT id FROM event INDEXED BY event_at WHERE " + same + " AND id NOT IN (SELECT new FROM temp.carried) ORDER BY id LIMIT 1"},
		{&i.taken, "SELECT 1 FROM event WHERE id = ?"},
		{&i.refers, "SELECT at, kind, state, signal FROM event WHERE id = ?"},
		{&i.putEvent, `INSERT INTO event (at, kind, state, signal, seconds, score, text, level, area, exercise, ref, id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`},
		{&i.carry, "INSERT INTO temp.carried (old, new) VALUES (?, ?)"},
		{&i.carried, "SELECT new FROM temp.carried WHERE old = ?"},
		{&i.putMinute, addMinute},
		{&i.putQuarter, addQuarter},
		{&i.minutesOf, selectMinutes},
		{&i.quarter, selectQuarters},
	} {
		if *s.into, err = i.tx.PrepareContext(ctx, s.query); err != nil {
			return err
		}
		i.statements = append(i.statements, *s.into)
	}
	return nil
}

func (i *importer) close() {
	for _, s := range i.statements {
		_ = s.Close() // the transaction's end closes it too
	}
}

// ranks are the kinds of records in the order in which they come.
var ranks = map[string]int{
	recordZone: 1, recordBaseline: 2, recordMeasure: 2, recordSlouch: 2, recordEvent: 3, recordMinute: 4, recordQuarter: 4, recordEnd: 5,
}

// run reads the records after the format to the end.
func (i *importer) run(ctx context.Context, m *Import) error {
	var r record
	for {
		if err := i.stop(); err != nil {
			return err
		}
		if err := m.source.next(&r); err != nil {
			return err // the end record comes before io.EOF
		}
		if r.number > 0 && r.kind == recordEnd {
			return r.bad("the end is among the records")
		}
		if err := r.parse(&i.line, &i.dater); err != nil {
			return err
		}
		rank := ranks[r.kind]
		if rank == 0 || rank < i.rank {
			return r.bad("%s is not where it belongs: the file was sorted or put together of several", r.kind)
		}
		if rank > i.rank {
			// What is gathered is whole.
			if err := i.finish(ctx); err != nil {
				return err
			}
			i.rank, i.last = rank, math.MinInt64
		}
		if r.kind == recordEnd {
			break
		}
		i.text = i.line.appendCSV(i.text[:0])
		i.sum.Write(i.text)
		i.count++
		if err := i.add(ctx, &r); err != nil {
			return err
		}
	}
	if n := r.values[colRecords].whole; n != i.count {
		return r.bad("there are %d records, and the end says %d: some are missing, or were added", i.count, n)
	}
	if sum := hex.EncodeToString(i.sum.Sum(nil)); sum != r.values[colSHA256].text {
		return r.bad("the records are not those that were written, by their SHA-256: the file was edited or damaged, so export it again")
	}
	// What follows is told by the reader.
	if err := m.source.next(&r); err != io.EOF {
		return err
	}
	return nil
}

// rising holds that records of a kind come in their order, each once.
func (i *importer) rising(r *record, v int64, what string) error {
	if v <= i.last {
		return r.bad("%s %d is there twice, or not in its order", what, v)
	}
	i.last = v
	return nil
}

func (i *importer) add(ctx context.Context, r *record) error {
	switch r.kind {
	case recordZone:
		return i.addZone(ctx, r)
	case recordBaseline:
		return i.addBaseline(ctx, r)
	case recordMeasure, recordSlouch:
		return i.addMeasure(r)
	case recordEvent:
		return i.addEvent(ctx, r)
	}
	return i.addSums(ctx, r)
}

// finish stores what was gathered of several records.
func (i *importer) finish(ctx context.Context) error {
	if err := i.finishBaseline(ctx); err != nil {
		return err
	}
	return i.finishQuarter(ctx)
}

func (i *importer) addZone(ctx context.Context, r *record) error {
	since, name := r.values[colUnix].whole, r.values[colName].text
	if err := i.rising(r, since, "the zone since nanosecond"); err != nil {
		return err
	}
	if _, err := location(name); err != nil {
		return r.bad("%v", err)
	}
	var now string
	err := i.tx.QueryRowContext(ctx, "SELECT name FROM zone WHERE since = ?", since).Scan(&now)
	switch {
	case err == nil && now != name:
		return r.bad("from %s on the zone is %q here, and %q in the file: import it into an empty folder", r.values[colTime].text, now, name)
	case err == nil:
		i.done.Zones.There++
		return nil
	case !errors.Is(err, sql.ErrNoRows):
		return err
	}
	i.done.Zones.Added++
	_, err = i.tx.ExecContext(ctx, "INSERT INTO zone (since, name) VALUES (?, ?)", since, name)
	return err
}

func (i *importer) addBaseline(ctx context.Context, r *record) error {
	if err := i.finishBaseline(ctx); err != nil {
		return err
	}
	v := &r.values
	if err := i.rising(r, v[colID].whole, "baseline"); err != nil {
		return err
	}
	if err := checkID(r); err != nil {
		return err
	}
	for _, c := range []column{colWidth, colHeight, colSamples} {
		if n := v[c].whole; n < 0 || n > math.MaxInt32 {
			return r.bad("%s is %d, want 0 to %d", columns[c].name, n, math.MaxInt32)
		}
	}
	i.baseline = &posture.Baseline{
		ID: v[colID].whole, Time: instant(v[colUnix].whole), Way: posture.Way(v[colWay].text),
		Provisional: v[colProvisional].text == "true", Stale: v[colStale].text, Camera: v[colCamera].text,
		Width: int(v[colWidth].whole), Height: int(v[colHeight].whole), Seconds: v[colSeconds].float,
		Samples: int(v[colSamples].whole), Quality: v[colQuality].float,
	}
	if !slices.Contains(posture.Ways, i.baseline.Way) {
		return r.bad("the way %.40q is not known", i.baseline.Way)
	}
	i.names = [2]string{}
	return nil
}

func checkID(r *record) error {
	if id := r.values[colID].whole; id < 1 || id > mostID {
		return r.bad("id is %d, want 1 to %d", id, int64(mostID))
	}
	return nil
}

func (i *importer) addMeasure(r *record) error {
	b := i.baseline
	if b == nil || r.values[colRef].whole != b.ID {
		return r.bad("%s of baseline %d does not follow it", r.kind, r.values[colRef].whole)
	}
	if len(b.Measures)+len(b.Slouch) >= mostMeasures {
		return r.bad("baseline %d has more than %d measures", b.ID, mostMeasures)
	}
	name, median := r.values[colName].text, r.values[colMedian].float
	of, before := 0, len(b.Measures)
	if r.kind == recordSlouch {
		of, before = 1, len(b.Slouch)
	} else if len(b.Slouch) > 0 {
		return r.bad("a measure of baseline %d stands behind its slouch", b.ID)
	}
	if before > 0 && name <= i.names[of] {
		return r.bad("%s %.40q of baseline %d is there twice, or not in its order", r.kind, name, b.ID)
	}
	i.names[of] = name
	if of == 1 {
		if b.Slouch == nil {
			b.Slouch = map[string]float64{}
		}
		b.Slouch[name] = median
		return nil
	}
	if b.Measures == nil {
		b.Measures = map[string]posture.Statistic{}
	}
	b.Measures[name] = posture.Statistic{Median: median, Spread: r.values[colSpread].float}
	return nil
}

// sameBaseline reports whether two are one person's upright at one time and
// place. It follows the person, and may be stale later: what is there is newer,
// and stays.
func sameBaseline(a, b *posture.Baseline) bool {
	return a.Time.Equal(b.Time) && a.Camera == b.Camera && a.Width == b.Width && a.Height == b.Height && a.Way == b.Way
}

// finishBaseline stores the baseline that was read, unless it is there.
func (i *importer) finishBaseline(ctx context.Context) error {
	b := i.baseline
	if b == nil {
		return nil
	}
	i.baseline = nil
	old := b.ID
	same := i.there[old]
	if same == nil || !sameBaseline(same, b) {
		same = nil
		for _, id := range slices.Sorted(maps.Keys(i.there)) {
			if sameBaseline(i.there[id], b) {
				same = i.there[id]
				break
			}
		}
	}
	if same != nil {
		delete(i.there, same.ID)
		i.measured[old] = same.ID
		i.done.Baselines.There++
		return nil
	}
	var id any
	if !i.ids[old] {
		id = old
	}
	result, err := i.tx.ExecContext(ctx, `INSERT INTO baseline
		(id, at, camera, width, height, seconds, samples, quality, way, provisional, stale) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		id, b.Time.UnixNano(), b.Camera, b.Width, b.Height, b.Seconds, b.Samples, b.Quality, string(b.Way), b.Provisional, b.Stale)
	if err != nil {
		return err
	}
	if b.ID, err = result.LastInsertId(); err != nil {
		return err
	}
	i.measured[old], i.ids[b.ID] = b.ID, true
	i.done.Baselines.Added++
	if b.ID != old {
		i.done.Renumbered++
	}
	return putMeasures(ctx, i.tx, b)
}

// answersEvent reports whether the Ref of a kind is an event's, not a baseline's.
func answersEvent(kind posture.EventKind) bool { return slices.Contains(answering, kind) }

func (i *importer) addEvent(ctx context.Context, r *record) error {
	v := &r.values
	id := v[colID].whole
	if err := i.rising(r, id, "event"); err != nil {
		return err
	}
	if err := checkID(r); err != nil {
		return err
	}
	kind, state, signal, area := posture.EventKind(v[colKind].text), posture.State(v[colState].text), posture.Signal(v[colSignal].text), posture.Area(v[colArea].text)
	switch {
	case !slices.Contains(posture.EventKinds, kind):
		return r.bad("the kind %.40q of event %d is not known", kind, id)
	case state != "" && !slices.Contains(posture.States, state):
		return r.bad("the state %.40q of event %d is not known", state, id)
	case signal != "" && !slices.Contains(posture.Signals[:], signal):
		return r.bad("the signal %.40q of event %d is not known", signal, id)
	case area != "" && !slices.Contains(posture.Areas, area):
		return r.bad("the area %.40q of event %d is not known", area, id)
	}
	var score any
	if v[colScore].set {
		score = v[colScore].float
	}
	at, ref := v[colUnix].whole, v[colRef].whole
	values := []any{at, string(kind), string(state), string(signal), v[colSeconds].float, score, v[colText].text, v[colLevel].whole, string(area), v[colExercise].text}
	if i.freshEvents {
		// Every ID is free, and everything refers to what it did.
		i.done.Events.Added++
		_, err := i.putEvent.ExecContext(ctx, append(values, ref, id)...)
		return err
	}
	to, kept, err := i.refer(ctx, r, at, kind, state, signal)
	if err != nil {
		return err
	}
	// What the file doesn't say may have been kept or cut before.
	other := to
	if !kept {
		other = ref
	}
	like := append(slices.Clone(values), to, other)
	found := id
	var one int
	err = i.eventByID.QueryRowContext(ctx, append(like, id)...).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		err = i.eventLike.QueryRowContext(ctx, like...).Scan(&found)
	}
	switch {
	case err == nil:
		i.done.Events.There++
	case errors.Is(err, sql.ErrNoRows):
		if found, err = i.insertEvent(ctx, id, to, answersEvent(kind), values); err != nil {
			return err
		}
		i.done.Events.Added++
		if found != id {
			i.done.Renumbered++
		}
		if ref != 0 && to == 0 {
			i.done.Cut++
		}
	default:
		return err
	}
	_, err = i.carry.ExecContext(ctx, id, found)
	return err
}

// insertEvent stores an event under its ID if that is free and, so that an answer
// follows what it answers, larger than that one's.
func (i *importer) insertEvent(ctx context.Context, id, ref int64, answer bool, values []any) (int64, error) {
	var as any = id
	var one int
	err := i.taken.QueryRowContext(ctx, id).Scan(&one)
	switch {
	case err == nil:
		as = nil
	case !errors.Is(err, sql.ErrNoRows):
		return 0, err
	case answer && ref > id:
		if err := i.taken.QueryRowContext(ctx, ref).Scan(&one); err == nil {
			as = nil
		} else if !errors.Is(err, sql.ErrNoRows) {
			return 0, err
		}
	}
	result, err := i.putEvent.ExecContext(ctx, append(slices.Clone(values), ref, as)...)
	if err != nil {
		return 0, err
	}
	return result.LastInsertId()
}

// refer returns what the event refers to here. It is known for what is in the
// file. What isn't may be here under its ID; then the reference is kept if that
// may be it, or if nothing has the ID, and is cut otherwise.
func (i *importer) refer(ctx context.Context, r *record, at int64, kind posture.EventKind, state posture.State, signal posture.Signal) (to int64, known bool, err error) {
	ref := r.values[colRef].whole
	if ref == 0 {
		return 0, true, nil
	}
	if !answersEvent(kind) {
		if to, known = i.measured[ref]; known {
			return to, true, nil
		}
		if i.ids[ref] {
			return 0, false, nil
		}
		return ref, false, nil
	}
	err = i.carried.QueryRowContext(ctx, ref).Scan(&to)
	if err == nil || !errors.Is(err, sql.ErrNoRows) {
		return to, true, err
	}
	var then int64
	var what posture.EventKind
	var in posture.State
	var by posture.Signal
	err = i.refers.QueryRowContext(ctx, ref).Scan(&then, &what, &in, &by)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return ref, false, nil
	case err != nil:
		return 0, false, err
	case what == posture.EventAlert && then <= at && (state == "" || kind == posture.EventRecovered || state == in) && (signal == "" || signal == by):
		return ref, false, nil
	}
	return 0, false, nil
}

func (i *importer) addSums(ctx context.Context, r *record) error {
	second := r.values[colUnix].whole
	if second%1e9 != 0 {
		return r.bad("unix is %s, which is not the beginning of a %s", r.values[colUnix].text, r.kind)
	}
	second /= 1e9
	length := int64(60)
	if r.kind == recordQuarter {
		length = 60 * quarterMinutes
	}
	if second%length != 0 {
		return r.bad("unix is %d, which is not the beginning of a %s", second, r.kind)
	}
	number := floorDiv(second, 60*quarterMinutes)
	// A quarter's own record comes after those of its minutes.
	order := floorDiv(second, 60) * 2
	if r.kind == recordQuarter {
		order = ((number+1)*quarterMinutes-1)*2 + 1
	}
	if err := i.rising(r, order, "the half minute"); err != nil {
		return r.bad("%s %s is there twice, or not in its order", r.kind, r.values[colTime].text)
	}
	if len(i.minutes) > 0 && i.number != number {
		if err := i.finishQuarter(ctx); err != nil {
			return err
		}
	}
	i.number = number
	var us [fields]int64
	for k := range us {
		most := int64(mostSeconds * 1e6)
		if k == len(states)+1 || k > len(states)+2 {
			most *= 100 // points
		}
		if us[k] = r.values[colFigures+column(k)].whole; us[k] > most {
			return r.bad("%s is %s, want 0 to %d", columns[colFigures+column(k)].name, r.values[colFigures+column(k)].text, most/1e6)
		}
	}
	if us == ([fields]int64{}) {
		return r.bad("%s %s holds nothing", r.kind, r.values[colTime].text)
	}
	if r.kind == recordMinute {
		i.minutes = append(i.minutes, importedMinute{floorDiv(second, 60), us, *r})
		return nil
	}
	i.rest, i.hasRest, i.restAt = us, true, *r
	return i.finishQuarter(ctx)
}

func plus(a *[fields]int64, b *[fields]int64, sign int64) {
	for k := range a {
		a[k] += sign * b[k]
	}
}

// finishQuarter stores the minutes that were read of a quarter of an hour and what
// it has beyond them, and keeps the quarter the sum of all.
func (i *importer) finishQuarter(ctx context.Context) error {
	if len(i.minutes) == 0 && !i.hasRest {
		return nil
	}
	defer func() { i.minutes, i.hasRest, i.rest = i.minutes[:0], false, [fields]int64{} }()
	var adds [fields]int64
	added := i.minutes
	total := i.rest // of the file
	for k := range i.minutes {
		plus(&total, &i.minutes[k].figures, 1)
	}
	if i.freshSums {
		adds = total
		if i.hasRest {
			i.done.Quarters.Added++
		}
	} else {
		here, err := i.readQuarter(ctx)
		if err != nil {
			return err
		}
		if adds, added, err = i.reconcile(here, &total); err != nil {
			return err
		}
	}
	for k := range added {
		if _, err := i.putMinute.ExecContext(ctx, row(added[k].minute, &added[k].figures)...); err != nil {
			return err
		}
	}
	i.done.Minutes.Added += int64(len(added))
	i.done.Minutes.There += int64(len(i.minutes) - len(added))
	if adds == ([fields]int64{}) {
		return nil
	}
	_, err := i.putQuarter.ExecContext(ctx, row(i.number, &adds)...)
	return err
}

// row is a row of the table minute or quarter.
func row(number int64, us *[fields]int64) []any {
	values := make([]any, 0, 1+fields)
	values = append(values, number)
	for _, v := range us {
		values = append(values, v)
	}
	return values
}

// storedQuarter is a quarter of an hour as it is here.
type storedQuarter struct {
	total, rest [fields]int64 // rest: without its minutes
	minutes     map[int64][fields]int64
}

func (i *importer) readQuarter(ctx context.Context) (q storedQuarter, err error) {
	q.minutes = map[int64][fields]int64{}
	var number int64
	var us [fields]int64
	into := append([]any{&number}, places(&us)...)
	err = i.quarter.QueryRowContext(ctx, i.number, i.number+1).Scan(into...)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return q, err
	} else if err == nil {
		q.total = us
	}
	rows, err := i.minutesOf.QueryContext(ctx, i.number*quarterMinutes, (i.number+1)*quarterMinutes)
	if err != nil {
		return q, err
	}
	q.rest = q.total
	_, err = scan(rows, func() (none struct{}, err error) {
		err = rows.Scan(into...)
		q.minutes[number] = us
		plus(&q.rest, &us, -1)
		return none, err
	})
	return q, err
}

// reconcile returns what is to be added to the quarter of an hour and which of
// the file's minutes, total being all that the file has of it.
func (i *importer) reconcile(here storedQuarter, total *[fields]int64) (adds [fields]int64, added []importedMinute, err error) {
	for _, m := range i.minutes {
		figures, there := here.minutes[m.minute]
		switch {
		case !there:
			added = append(added, m)
		case figures != m.figures:
			return adds, nil, m.at.bad("the minute %s is here with other figures: delete that day first, or import into an empty folder", m.at.values[colTime].text)
		}
	}
	var sum [fields]int64 // of the minutes that are added
	for k := range added {
		plus(&sum, &added[k].figures, 1)
	}
	only := len(here.minutes) - (len(i.minutes) - len(added)) // here and not in the file
	countRest := func(there bool) {
		if i.hasRest && there {
			i.done.Quarters.There++
		} else if i.hasRest {
			i.done.Quarters.Added++
		}
	}
	switch {
	case *total == here.total && fits(&sum, &here.rest):
		// It is the same time, of which minutes were deleted on one side.
		countRest(true)
		return adds, added, nil
	case i.rest == here.rest:
		countRest(true)
		return sum, added, nil
	case here.rest == ([fields]int64{}) && only == 0:
		// Nothing here can be a part of what the file has beyond minutes.
		countRest(false)
		plus(&sum, &i.rest, 1)
		return sum, added, nil
	case !i.hasRest && len(added) == 0:
		return adds, nil, nil
	}
	at := &i.restAt
	if !i.hasRest {
		at = &added[0].at
	}
	return adds, nil, at.bad("the quarter of an hour at %s is here with other figures, minutes of which were deleted: delete that day first, or import into an empty folder",
		time.Unix(i.number*60*quarterMinutes, 0).UTC().Format(time.RFC3339))
}

// fits reports whether no figure of a is more than that of b.
func fits(a, b *[fields]int64) bool {
	for k := range a {
		if a[k] > b[k] {
			return false
		}
	}
	return true
}
