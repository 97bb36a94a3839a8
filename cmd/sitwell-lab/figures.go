package main

import (
	"math"
	"slices"
	"sort"

	"sitwell/posture"
)

// auc is the area under the receiver operating characteristic: the share of
// pairs in which the positive has the larger value, ties counting half
// (Mann-Whitney). It is nil when there are no pairs.
func auc(positives, negatives []float64) *float64 {
	if len(positives) == 0 || len(negatives) == 0 {
		return nil
	}
	neg := slices.Sorted(slices.Values(negatives))
	var wins float64
	for _, v := range positives {
		below := sort.SearchFloat64s(neg, v)
		ties := sort.Search(len(neg), func(i int) bool { return neg[i] > v }) - below
		wins += float64(below) + float64(ties)/2
	}
	area := wins / float64(len(positives)) / float64(len(negatives))
	return &area
}

// share is part over whole, nil for a whole of nothing.
func share(part, whole float64) *float64 {
	if whole == 0 {
		return nil
	}
	v := part / whole
	return &v
}

// percentile is the nearest-rank percentile, p from 0 to 1; nil for no values.
func percentile(values []float64, p float64) *float64 {
	if len(values) == 0 {
		return nil
	}
	sorted := slices.Sorted(slices.Values(values))
	i := int(math.Ceil(p*float64(len(sorted)))) - 1
	return &sorted[max(0, i)]
}

// mean is nil for no values.
func mean(values []float64) *float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return share(sum, float64(len(values)))
}

// telling counts how often slouches are told from what is none.
type telling struct {
	positives, forward, negatives []float64 // evidence
	hits, misses                  int       // slouches seen as such, and not
	passes, falls                 int       // negatives not seen as slouches, and seen
	unjudged                      int       // positives and negatives without a score
}

// add takes a sample if its label is one that is told apart, with the given
// evidence for a slouch.
func (t *telling) add(s *sample, evidence func(*sample) float64) {
	slouching := s.label == label(posture.Slouching)
	if !slouching && s.label != forwardHead && !s.label.innocent() {
		return
	}
	if !s.scored() {
		t.unjudged++
		return
	}
	seen := s.live.State == posture.Slouching
	v := evidence(s)
	switch {
	case slouching:
		t.positives = append(t.positives, v)
		if seen {
			t.hits++
		} else {
			t.misses++
		}
	case s.label == forwardHead:
		t.forward = append(t.forward, v)
	default:
		t.negatives = append(t.negatives, v)
		if seen {
			t.falls++
		} else {
			t.passes++
		}
	}
}

// sensitivity is the share of the slouches that are seen, specificity that of
// the negatives that are not taken for one.
func (t *telling) sensitivity() *float64 {
	return share(float64(t.hits), float64(t.hits+t.misses))
}

func (t *telling) specificity() *float64 {
	return share(float64(t.passes), float64(t.passes+t.falls))
}

func (t *telling) balancedAccuracy() *float64 {
	a, b := t.sensitivity(), t.specificity()
	if a == nil || b == nil {
		return nil
	}
	v := (*a + *b) / 2
	return &v
}

// confusion counts judgements: rows are the right state, columns the state
// that was seen, both in the order of posture.States.
type confusion [][]int

func newConfusion() confusion {
	c := make(confusion, len(posture.States))
	for i := range c {
		c[i] = make([]int, len(posture.States))
	}
	return c
}

// add counts one judgement whose label has a right state.
func (c confusion) add(l label, seen posture.State) {
	right, ok := l.state()
	row, column := slices.Index(posture.States, right), slices.Index(posture.States, seen)
	if ok && row >= 0 && column >= 0 {
		c[row][column]++
	}
}

// with is the sum of two.
func (c confusion) with(other confusion) confusion {
	both := newConfusion()
	for i := range both {
		for k := range both[i] {
			both[i][k] = c[i][k] + other[i][k]
		}
	}
	return both
}

// sum is the number of judgements.
func (c confusion) sum() int {
	sum := 0
	for _, row := range c {
		for _, n := range row {
			sum += n
		}
	}
	return sum
}

// alerting counts the alerts of clips.
type alerting struct {
	due, caught, wrong int
	delays             []float64 // s after an alert was due; 0 for an early one
	harmless           float64   // s in which no alert can be right
	poor               float64   // s of these seen as a poor posture
	missed, falls      []string  // where, for people
}

// stretch is a part of a clip in which the person sits badly throughout.
type stretch struct {
	open     float64 // s; an alert from here on is of this stretch
	from, to float64 // s
}

// stretches joins the poor segments of a clip. Parts that are not judged are
// bridged up to bridge seconds, and belong to the stretch that follows them:
// the slouch may have begun there.
func stretches(segments []segment, bridge float64) []stretch {
	var list []stretch
	open, running := math.Inf(1), false // the first moment since which all is poor or not judged
	last := 0.0
	for _, s := range segments {
		if s.from > last { // a gap is not judged
			open = min(open, last)
		}
		last = s.to
		switch {
		case s.label == anything:
			open = min(open, s.from)
			continue
		case !s.label.poor():
			open, running = math.Inf(1), false
			continue
		}
		if n := len(list); running && s.from-list[n-1].to <= bridge {
			list[n-1].to = s.to
		} else {
			list = append(list, stretch{min(open, s.from), s.from, s.to})
		}
		open, running = math.Inf(1), true
	}
	return list
}

// add matches a clip's alerts, in seconds, with those that were due after
// dwell seconds of poor posture.
func (a *alerting) add(c *clip, alerts []float64, dwell float64) {
	poor := stretches(c.segments, posture.DefaultBridgeLapse)
	for _, p := range poor {
		if p.to-p.from < dwell {
			continue
		}
		a.due++
		caught := slices.IndexFunc(alerts, func(t float64) bool { return t >= p.open && t <= p.to })
		if caught < 0 {
			a.missed = append(a.missed, c.name()+" at "+seconds(p.from+dwell))
			continue
		}
		a.caught++
		a.delays = append(a.delays, max(0, alerts[caught]-p.from-dwell))
	}
	for _, t := range alerts {
		if c.innocent(t) {
			a.wrong++
			a.falls = append(a.falls, c.name()+" at "+seconds(t))
		}
	}
	for _, s := range c.segments {
		if s.label != anything && !s.label.poor() {
			a.harmless += s.to - s.from
		}
	}
}

// innocent reports whether no alert can be right at t seconds: by the label,
// and once the camera was moved, for the person stays as they were.
func (c *clip) innocent(t float64) bool {
	l := c.at(t)
	return l != anything && !l.poor() || c.cameraMoved > 0 && t >= c.cameraMoved
}

// seen adds the time in which a posture was seen as poor and was not.
func (a *alerting) seen(j *judgedClip) {
	for i := range j.samples {
		if s := &j.samples[i]; s.live.State.Poor() && j.innocent(s.at) {
			a.poor += j.step(i)
		}
	}
}

// standing tells how often standing is seen as such, in seconds of clips: half
// for unknown, because at many desks the head leaves the picture.
type standing struct{ right, unknown, all float64 }

func (st *standing) add(j *judgedClip) {
	for i := range j.samples {
		s := &j.samples[i]
		if s.label != label(posture.Standing) {
			continue
		}
		st.all += j.step(i)
		switch s.live.State {
		case posture.Standing:
			st.right += j.step(i)
		case posture.Unknown:
			st.unknown += j.step(i)
		}
	}
}

func (st *standing) score() *float64 { return share(st.right+st.unknown/2, st.all) }

// movedCamera tells what became of clips in which the camera was moved and the
// person was not: from then on each poor state and each alert is wrong.
type movedCamera struct {
	clips, alerts int
	poor          float64   // s
	noticed       []float64 // s after the move
}

func (m *movedCamera) add(j *judgedClip) {
	if j.cameraMoved <= 0 {
		return
	}
	m.clips++
	for _, t := range j.alerts {
		if t >= j.cameraMoved {
			m.alerts++
		}
	}
	for i := range j.samples {
		if s := &j.samples[i]; s.at >= j.cameraMoved && s.live.State.Poor() {
			m.poor += j.step(i)
		}
	}
	if i := slices.IndexFunc(j.moved, func(t float64) bool { return t >= j.cameraMoved }); i >= 0 {
		m.noticed = append(m.noticed, j.moved[i]-j.cameraMoved)
	}
}

// sitting sums the seconds sat in clips, where the labels tell.
type sitting struct{ truth, measured float64 }

func (s *sitting) add(j *judgedClip) {
	for i := 1; i < len(j.samples); i++ {
		now := &j.samples[i]
		l := j.at((j.samples[i-1].at + now.at) / 2)
		if l == anything || l == label(posture.Unknown) {
			continue
		}
		if l.sitting() {
			s.truth += j.step(i)
		}
		s.measured += now.sat
	}
}

// pixelErrors are the distances between landmarks and their true places.
type pixelErrors struct {
	px       []float64 // pixels
	shoulder []float64 // over the true shoulder width
}

// errorsOfPoints collects them by landmark.
type errorsOfPoints [posture.LandmarkCount]pixelErrors

// add takes a sample that has landmarks and true pixels.
func (e *errorsOfPoints) add(s *sample) {
	if !s.observation.Seen() {
		return
	}
	left, okl := s.px[posture.LeftShoulder]
	right, okr := s.px[posture.RightShoulder]
	width := math.Hypot(left[0]-right[0], left[1]-right[1])
	for i, p := range s.px {
		l := s.observation.Landmarks[i]
		d := math.Hypot(l.X-p[0], l.Y-p[1])
		e[i].px = append(e[i].px, d)
		if okl && okr && width > 0 && s.view != "side" { // from the side it says nothing of the size
			e[i].shoulder = append(e[i].shoulder, d/width)
		}
	}
}

// all joins the points.
func (e *errorsOfPoints) all() (all pixelErrors) {
	for _, p := range e {
		all.px = append(all.px, p.px...)
		all.shoulder = append(all.shoulder, p.shoulder...)
	}
	return all
}
