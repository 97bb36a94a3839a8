package history

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"sort"
	"time"

	"sitwell/posture"
)

// Minuter is a [Source] that has minutes: what an exercise does shows in the twenty
// minutes around it, and quarters are too coarse for that.
type Minuter interface {
	Minutes(ctx context.Context, from, to time.Time) ([]posture.Minute, error)
}

// watched is a [Source] that has minutes.
type watched interface {
	Source
	Minuter
}

// Effect is what came of an exercise, as far as it was measured and said. Whoever
// exercises when the back hurts or after a slouch would have been better off soon
// without it too: so it is set beside what came of like moments without a routine.
type Effect struct {
	Exercise string       `json:"exercise"`
	Area     posture.Area `json:"area"`
	// Times counts the routines that it was part of, Alone those in which nothing
	// else was done: in the others all that was done has an equal share in what
	// came of it.
	Times int `json:"times"`
	Alone int `json:"alone"`
	// Last says whether it was better after the last time than before, by the
	// figure that [Effect.Surely] goes by.
	Last bool `json:"last_eased"`
	// Tension is the change in what was said of its area or, where nothing was,
	// of the whole back, in points; below 0 it went down further than without a
	// routine.
	Tension Change `json:"tension"`
	// Upright is the change in the share of the time judged that was upright,
	// -1 to 1, from the twenty minutes before the routine to those after it;
	// above 0 more of it was than without one.
	Upright Change `json:"upright_share"`
	// Enough says that one of the two is known well enough to go by.
	Enough bool `json:"enough"`
}

// Change is by how much more something changed with a routine than in comparable
// moments without one, of the same person and time of life.
type Change struct {
	// N counts the days on which that is known, each once however often the
	// exercise was done; Measured those on which it is known how it was before
	// and after, comparable or not.
	N        int `json:"n"`
	Measured int `json:"measured"`
	// Comparable counts the days that have the moments it is compared with.
	Comparable int      `json:"comparable"`
	Mean       *float64 `json:"mean"` // nil of none
	// Low and High bound the mean with 95 % confidence (Student's t), for all that
	// are told together, what the comparison leaves open included; nil of fewer than [enoughTimes] days, or
	// [enoughLike] to compare with.
	Low  *float64 `json:"low"`
	High *float64 `json:"high"`
	// Last says whether it was better after the last time than before,
	// whatever would have been without.
	Last bool `json:"last_better"`
}

// sure is the bound nearest to 0, and 0 when the bounds leave open which way it
// went or there are none.
func (c *Change) sure() float64 {
	switch {
	case c.Low != nil && *c.Low > 0:
		return *c.Low
	case c.High != nil && *c.High < 0:
		return *c.High
	}
	return 0
}

// uprightPoints is how many points of tension all of the time upright is worth: a
// fifth of it weighs as much as a point. A product decision.
const uprightPoints = 5

// Surely returns by how many points of tension the exercise eased at the least,
// below 0 by how many it made it worse, and 0 while that is open; and on how many
// days that rests. It goes by what was said, or else by posture.
func (e *Effect) Surely() (eased float64, days int) {
	if e.byPosture() {
		return uprightPoints * e.Upright.sure(), e.Upright.N
	}
	return 0 - e.Tension.sure(), e.Tension.N // and not -0
}

// byPosture says which figure tells: posture when it alone tells a way, or when
// nothing was said.
func (e *Effect) byPosture() bool {
	switch {
	case e.Tension.sure() != 0:
		return false
	case e.Upright.sure() != 0:
		return true
	case e.Tension.Low != nil || e.Upright.Low != nil:
		return e.Tension.Low == nil
	}
	return e.Tension.Measured == 0
}

// What the effects go by: product decisions, but for those with a reason.
const (
	// effectWindow is how long before and after a routine posture is compared, in
	// minutes.
	effectWindow = 20
	// effectJudged is how much of each must have been judged, in seconds: half.
	effectJudged = 600.0
	// effectEdge is how long it may take from the desk to the exercise and back,
	// in minutes: posture is looked at beyond.
	effectEdge = 5
	// effectNear is what counts as just before, in seconds judged: an alert, at
	// which people exercise, comes after a minute or more of slouching.
	effectNear = 120.0
	// effectRecent is in how many of its last routines the posture around an
	// exercise is looked at: more would be a little surer, and take longer.
	effectRecent = 25
	// sayBefore and sayAfter are how long before and after a routine what is said
	// of the back belongs to it.
	sayBefore = 3 * time.Hour
	sayAfter  = 4 * time.Hour
	// routineGap is the longest time between two exercises of one routine.
	routineGap = 3 * time.Minute
	// EffectDays is how far back effects are looked for.
	EffectDays = 180
)

// routine is some exercises in a row.
type routine struct {
	from, to  time.Time
	exercises []posture.Event // each once
}

func (r *routine) add(e posture.Event) {
	r.to = e.Time
	if !slices.ContainsFunc(r.exercises, func(o posture.Event) bool { return o.Exercise == e.Exercise }) {
		r.exercises = append(r.exercises, e)
	}
}

// ReadEffects returns what came of each exercise done in the last [EffectDays]: by
// area in the order of [posture.Areas], in each what surely eased most first and
// what is not known well enough last.
func ReadEffects(ctx context.Context, src Source, now time.Time) ([]Effect, error) {
	zones, err := src.Zones(ctx)
	if err != nil {
		return nil, fmt.Errorf("read what exercises did: zones: %w", err)
	}
	r := effectsReading{zones: zones, from: now.AddDate(0, 0, -EffectDays), now: now, said: map[posture.Area][]posture.Event{}, all: map[string]*effectTrials{}}
	events, err := src.Events(ctx, r.from.UTC(), now.Add(time.Second).UTC(), effectKinds...)
	if err != nil {
		return nil, fmt.Errorf("read what exercises did: events: %w", err)
	}
	r.take(events)
	r.readTension()
	if m, ok := src.(watched); ok {
		if err := r.readUpright(ctx, m); err != nil {
			return nil, fmt.Errorf("read what exercises did: minutes: %w", err)
		}
	}
	return r.effects(), nil
}

// effectsReading is what was read for the effects.
type effectsReading struct {
	zones     Zones
	from, now time.Time
	routines  []routine // in order of time, none within another
	// cuts are when another baseline, or none, came to be judged by: what was
	// judged before and after can't be compared.
	cuts []time.Time
	said map[posture.Area][]posture.Event // in order of time
	all  map[string]*effectTrials

	tension, upright comparison
	// likes holds the moments without a routine that were looked at: their
	// places in upright.likes, -1 for those around which too little was judged.
	likes map[like]int
	used  map[int]int // how often each place was taken
	days  map[Date][]Quarter
}

// like is a moment without a routine, and how long that would have taken.
type like struct {
	at   int64 // s
	took time.Duration
}

// effectTrials are an exercise's places among the trials of each comparison.
type effectTrials struct {
	Effect
	tension, upright []int
}

// effectKinds are the events that are read: a thirtieth of all.
var effectKinds = []posture.EventKind{
	posture.EventCheckIn, posture.EventExercise,
	posture.EventBaseline, posture.EventBaselineUsed, posture.EventSlouchPose, posture.EventCameraMoved, posture.EventCameraKept,
}

// take sorts the events.
func (r *effectsReading) take(events []posture.Event) {
	for _, e := range events {
		switch e.Kind {
		case posture.EventCheckIn:
			if e.Level >= 0 && e.Level <= posture.MaxTension {
				r.said[e.Area] = append(r.said[e.Area], e)
			}
		case posture.EventExercise:
			began := e.Time.Add(-seconds(length(e)))
			if n := len(r.routines); n == 0 || began.Sub(r.routines[n-1].to) > routineGap {
				r.routines = append(r.routines, routine{from: began})
			}
			r.routines[len(r.routines)-1].add(e)
		case posture.EventBaseline, posture.EventBaselineUsed, posture.EventSlouchPose, posture.EventCameraMoved, posture.EventCameraKept:
			r.cuts = append(r.cuts, e.Time)
		}
	}
	for i := range r.routines {
		done := r.routines[i].exercises
		for _, e := range done {
			t := r.all[e.Exercise]
			if t == nil {
				t = &effectTrials{Effect: Effect{Exercise: e.Exercise, Area: e.Area}}
				r.all[e.Exercise] = t
			}
			t.Times++
			if len(done) == 1 {
				t.Alone++
			}
		}
	}
}

// following is the place of the first routine that ends after t.
func (r *effectsReading) following(t time.Time) int {
	return sort.Search(len(r.routines), func(i int) bool { return r.routines[i].to.After(t) })
}

// free reports whether no routine went on between two instants.
func (r *effectsReading) free(from, to time.Time) bool {
	i := r.following(from)
	return i == len(r.routines) || !r.routines[i].from.Before(to)
}

// readTension compares what was said before and after routines with what was said
// twice on a day with none between.
func (r *effectsReading) readTension() {
	r.tension = comparison{near: 1, least: tensionLeast}
	likes := map[posture.Area][]int{}
	for _, area := range posture.Areas { // each with those of its own area
		said := r.said[area]
		for i := 1; i < len(said); i++ {
			a, b := &said[i-1], &said[i]
			date := r.zones.Date(a.Time)
			if between := b.Time.Sub(a.Time); between <= 0 || between > sayBefore+sayAfter || date != r.zones.Date(b.Time) || !r.free(a.Time, b.Time) {
				continue
			}
			likes[area] = append(likes[area], len(r.tension.likes))
			r.tension.likes = append(r.tension.likes, spoken(a, b, date))
		}
	}
	type pair struct {
		of            posture.Area
		before, after int
	}
	trials := map[pair]int{}
	for i := range r.routines {
		for _, e := range r.routines[i].exercises {
			of, before, after, ok := r.saidAround(&r.routines[i], e.Area)
			if !ok {
				continue
			}
			p := pair{of, before, after}
			at, known := trials[p]
			if !known {
				at = len(r.tension.trials)
				trials[p] = at
				a := &r.said[of][before]
				m := spoken(a, &r.said[of][after], r.zones.Date(a.Time))
				r.tension.trials = append(r.tension.trials, trial{m, r.tension.nearest(likes[of], a.Time)})
			}
			// More goes between the same two answers tell no more.
			if t := r.all[e.Exercise]; !slices.Contains(t.tension, at) {
				t.tension = append(t.tension, at)
			}
		}
	}
	r.tension.fit()
}

// spoken is a moment of two answers. What the second one is depends on the first
// one and on how much of the day lies between.
func spoken(a, b *posture.Event, date Date) moment {
	return moment{a.Time, date, start{float64(a.Level), b.Time.Sub(a.Time).Hours()}, float64(b.Level)}
}

// saidAround finds the last answer before a routine and the first one after it: of
// the area, or else of the whole back.
func (r *effectsReading) saidAround(done *routine, area posture.Area) (of posture.Area, before, after int, ok bool) {
	for _, of := range []posture.Area{area, posture.AreaOverall} {
		said := r.said[of]
		before := sort.Search(len(said), func(i int) bool { return said[i].Time.After(done.from) }) - 1
		after := sort.Search(len(said), func(i int) bool { return !said[i].Time.Before(done.to) })
		if before >= 0 && after < len(said) && before != after &&
			done.from.Sub(said[before].Time) <= sayBefore && said[after].Time.Sub(done.to) <= sayAfter {
			return of, before, after, true
		}
	}
	return "", 0, 0, false
}

// readUpright compares the posture around routines with that around other moments.
func (r *effectsReading) readUpright(ctx context.Context, src watched) error {
	r.upright = comparison{near: 0.15, least: uprightLeast}
	r.likes, r.used, r.days = map[like]int{}, map[int]int{}, map[Date][]Quarter{}
	seen := map[string]int{}
	for i := len(r.routines) - 1; i >= 0; i-- {
		done := &r.routines[i]
		var recent []*effectTrials
		for _, e := range done.exercises {
			if seen[e.Exercise]++; seen[e.Exercise] <= effectRecent {
				recent = append(recent, r.all[e.Exercise])
			}
		}
		if len(recent) == 0 {
			continue
		}
		m, ok, err := r.around(ctx, src, done.from, done.to, i-1, i+1)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		likes, err := r.like(ctx, src, done)
		if err != nil {
			return err
		}
		for _, t := range recent {
			t.upright = append(t.upright, len(r.upright.trials))
		}
		r.upright.trials = append(r.upright.trials, trial{m, likes})
	}
	for _, t := range r.all {
		slices.Reverse(t.upright) // oldest first
	}
	r.upright.fit()
	return nil
}

// like finds moments to compare a routine's posture with: at about the same hour of
// the days around it. Another day at that hour is as long into the work, and was not
// chosen for how the person sat; the same day's other hours lie so near that what
// made the person exercise shows in them.
func (r *effectsReading) like(ctx context.Context, src watched, done *routine) (likes []int, err error) {
	const most, farthest = 3, 21
	// Each moment is to serve few routines, but more once there are many: reading
	// others would then take longer and make little surer. It serves more for want
	// of another too.
	often := 1 + len(r.upright.likes)/16
	var worn []int
	took := done.to.Sub(done.from)
	hour := done.from.UTC().Truncate(time.Hour).Add(30 * time.Minute)
	for off := 1; off <= farthest && len(likes) < most; off++ {
		for _, day := range []int{-off, off} {
			for _, shift := range []time.Duration{0, -time.Hour, time.Hour} {
				i, err := r.without(ctx, src, hour.Add(time.Duration(day)*24*time.Hour+shift), took)
				if err != nil {
					return nil, err
				}
				if i < 0 {
					continue
				}
				if r.used[i]++; r.used[i] <= often {
					likes = append(likes, i)
				} else {
					worn = append(worn, i)
				}
				break // one of a day
			}
		}
	}
	likes = append(likes, worn...)
	return likes[:min(len(likes), most)], nil
}

// without returns the place of a moment at which no routine took so long, -1 when too
// little was judged around it.
func (r *effectsReading) without(ctx context.Context, src watched, t time.Time, took time.Duration) (i int, err error) {
	if t.Before(r.from) || t.Add(took+effectReach).After(r.now) || !r.free(t, t.Add(time.Second)) {
		return -1, nil
	}
	// By whole fives of minutes: few are read, and none is taken for one of another length.
	const step = 5 * time.Minute
	took = (took + step - 1).Truncate(step)
	key := like{t.Unix(), took}
	if i, known := r.likes[key]; known {
		return i, nil
	}
	r.likes[key] = -1
	day, err := r.day(ctx, src, r.zones.Date(t))
	if err != nil || !sat(day, t.Add(-effectReach), t) || !sat(day, t.Add(took), t.Add(took+effectReach)) {
		return -1, err
	}
	next := r.following(t)
	m, ok, err := r.around(ctx, src, t, t.Add(took), next-1, next)
	if err != nil || !ok {
		return -1, err
	}
	i = len(r.upright.likes)
	r.likes[key] = i
	r.upright.likes = append(r.upright.likes, m)
	return i, nil
}

// sat reports whether there may be enough judged between two instants: minutes are
// then worth reading.
func sat(day []Quarter, from, to time.Time) bool {
	var judged float64
	for i := range day {
		if start := day[i].Start; start.Before(to) && start.Add(15*time.Minute).After(from) {
			judged += day[i].ScoreSeconds
		}
	}
	return judged >= effectJudged
}

// day returns the quarters of a date.
func (r *effectsReading) day(ctx context.Context, src Source, date Date) ([]Quarter, error) {
	day, known := r.days[date]
	if known {
		return day, nil
	}
	for _, span := range r.zones.Day(date) {
		quarters, err := src.Quarters(ctx, span.From.UTC(), span.To.UTC())
		if err != nil {
			return nil, err
		}
		day = append(day, quarters...)
	}
	r.days[date] = day
	return day, nil
}

// effectReach is how far from a routine its minutes may lie.
const effectReach = (effectEdge + effectWindow + 1) * time.Minute

// around measures how much of the time was upright before from and after to, in
// whole minutes; before and next are the places of the routines before and after.
// Both sides end where another baseline came to be judged by, and at another routine;
// ok is false when too little is left of one. But after a moment without a routine a
// later one is only left out: if the side ended there, those moments would be left
// alone after which nobody saw a reason to exercise.
func (r *effectsReading) around(ctx context.Context, src watched, from, to time.Time, before, next int) (m moment, ok bool, err error) {
	low, high := from.Add(-effectReach), to.Add(effectReach)
	if before >= 0 {
		low = latest(low, r.routines[before].to)
	}
	var later Span // what is left out
	if next < len(r.routines) && r.routines[next].from.Before(high) {
		if n := &r.routines[next]; next-before > 1 {
			high = n.from
		} else {
			later = Span{n.from.Truncate(time.Minute), wholeMinute(n.to)}
			high = high.Add(later.To.Sub(later.From))
		}
	}
	cut := sort.Search(len(r.cuts), func(i int) bool { return r.cuts[i].After(from) })
	if cut > 0 {
		low = latest(low, r.cuts[cut-1])
	}
	if cut < len(r.cuts) && r.cuts[cut].Before(high) {
		if high = r.cuts[cut]; high.Before(to) {
			return m, false, nil
		}
	}
	minutes, err := src.Minutes(ctx, low.UTC(), high.UTC())
	if err != nil {
		return m, false, err
	}
	var was, is side
	end, begin := from.Truncate(time.Minute), wholeMinute(to)
	for i := range minutes {
		start := minutes[i].Start
		if start.Before(end) {
			was.set(int(end.Sub(start)/time.Minute)-1, &minutes[i])
			continue
		}
		at := start.Sub(begin)
		if !later.From.IsZero() && !start.Before(later.From) {
			if start.Before(later.To) {
				continue
			}
			at -= later.To.Sub(latest(later.From, begin))
		}
		if at >= 0 && !start.Add(time.Minute).After(high) {
			is.set(int(at/time.Minute), &minutes[i])
		}
	}
	m = moment{at: from, date: r.zones.Date(from)}
	var known bool
	if m.start[0], m.start[1], known = was.share(); !known {
		return m, false, nil
	}
	if m.after, _, known = is.share(); !known {
		return m, false, nil
	}
	if m.start[2], known, err = r.usual(ctx, src, from, to, m.date); !known {
		m.start[2] = m.start[0]
	}
	return m, true, err
}

// wholeMinute is the beginning of the first minute that begins at t or later.
func wholeMinute(t time.Time) time.Time { return t.Add(time.Minute - 1).Truncate(time.Minute) }

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// usual is how much of the rest of a day was upright: on a day on which somebody sits
// well a slouch passes sooner.
func (r *effectsReading) usual(ctx context.Context, src Source, from, to time.Time, date Date) (share float64, ok bool, err error) {
	day, err := r.day(ctx, src, date)
	if err != nil {
		return 0, false, err
	}
	var rest Sums
	for i := range day {
		if start := day[i].Start; start.Before(from.Add(-effectReach-15*time.Minute)) || start.After(to.Add(effectReach)) {
			rest.Add(day[i].Sums)
		}
	}
	if rest.ScoreSeconds < effectJudged {
		return 0, false, nil
	}
	return *rest.UprightShare(), true, nil
}

// side holds the minutes before or after a routine from it outwards: how much of
// each was judged and how much of that was upright, in seconds.
type side [effectEdge + effectWindow + 1]struct{ judged, upright float64 }

func (s *side) set(i int, m *posture.Minute) {
	if i < 0 || i >= len(s) {
		return
	}
	sums := FromMinute(*m)
	if share := sums.UprightShare(); share != nil {
		s[i].judged = sums.ScoreSeconds
		s[i].upright = *share * sums.ScoreSeconds
	}
}

// share is how much of the window was upright, and how much just beside the
// routine. The window begins once the person is judged and ends at a gap: where of
// two minutes more than one was not judged, for a break, for want of sight or because
// nothing was watched. After a break somebody sits otherwise, whatever was done before.
func (s *side) share() (all, near float64, ok bool) {
	i := 0
	for i < effectEdge && s[i].judged < 30 {
		i++
	}
	var judged, upright, nearJudged, nearUpright float64
	for end := i + effectWindow; i < end && s[i].judged+s[i+1].judged >= 60; i++ {
		judged += s[i].judged
		upright += s[i].upright
		if nearJudged < effectNear {
			nearJudged += s[i].judged
			nearUpright += s[i].upright
		}
	}
	if judged < effectJudged {
		return 0, 0, false
	}
	return upright / judged, nearUpright / nearJudged, true
}

// effects puts what was read in order.
func (r *effectsReading) effects() []Effect {
	out := make([]Effect, 0, len(r.all))
	// How many means are bounded, so that all the bounds hold together.
	together := 0
	for _, t := range r.all {
		for _, c := range []Change{r.tension.change(t.tension, 1), r.upright.change(t.upright, 1)} {
			if c.Low != nil {
				together++
			}
		}
	}
	for _, t := range r.all {
		e := &t.Effect
		var eased, straighter bool
		if n := len(t.tension); n > 0 {
			last := &r.tension.trials[t.tension[n-1]]
			eased = last.after < last.start[0]
		}
		if n := len(t.upright); n > 0 {
			last := &r.upright.trials[t.upright[n-1]]
			straighter = last.after > last.start[0]
		}
		e.Tension, e.Upright = r.tension.change(t.tension, together), r.upright.change(t.upright, together)
		e.Tension.Last, e.Upright.Last = eased, straighter
		e.Enough = e.Tension.Low != nil || e.Upright.Low != nil
		if e.Last = eased; e.byPosture() {
			e.Last = straighter
		}
		out = append(out, *e)
	}
	place := func(e *Effect) int {
		if i := slices.Index(posture.Areas, e.Area); i >= 0 {
			return i
		}
		return len(posture.Areas)
	}
	slices.SortFunc(out, func(a, b Effect) int {
		return cmp.Or(cmp.Compare(place(&a), place(&b)), -cmp.Compare(worth(&a), worth(&b)), cmp.Compare(a.Exercise, b.Exercise))
	})
	return out
}

// worth orders effects: what is not known comes last.
func worth(e *Effect) float64 {
	if !e.Enough {
		return math.Inf(-1)
	}
	eased, _ := e.Surely()
	return eased
}
