package posture

import (
	"fmt"
	"math"
	"sort"
	"strings"
	"time"
)

// Why a person in sight is not judged; they stand in [Live.Reason].
const (
	ReasonNoBaseline  = "no baseline"
	ReasonCameraMoved = "camera moved"
	ReasonNoFit       = "no baseline fits"
	ReasonShape       = "the picture's shape is not the baseline's"
)

const (
	// movedShift is how far the background must be from where it was for the
	// camera to have moved, in frame heights: half of the spread of a
	// person's own height in the frame.
	movedShift = 0.02
	// movedSeconds is how long it must be so; the person is not judged
	// meanwhile.
	movedSeconds = 1.0
	// sceneSeconds is the same for a background that is another one.
	sceneSeconds = 3.0
	// restSeconds is how long a moved camera must rest before a baseline
	// follows it; restShift how still that is, in frame heights.
	restSeconds = 4.0
	restShift   = 0.01
	// sameWay is how far the person's way in the picture may be from the
	// background's, in frame heights, and be the camera's doing alone.
	sameWay = 0.06

	// fitSeconds is how long a person must have been measured before a
	// baseline is chosen.
	fitSeconds = 4.0
	// fits is the distance of placement up to which a baseline fits, fitGain
	// by how much nearer another must be to be taken instead, misfit the
	// distance from which on it can't be the same placement of the camera.
	fits    = 1.5
	fitGain = 0.7
	misfit  = 3.5
	// arrivalSeconds is how long an absence must be for the person or the
	// chair to be elsewhere after it.
	arrivalSeconds = 10.0

	// standUp is how far the eyes and shoulders rise, in shoulder widths of
	// the baseline, when the person stands up: getting up lifts them by more
	// than one, a camera nudged or a chair pumped up by less than half.
	standUp = 0.6

	// driftSeconds is the time constant with which a baseline follows the
	// person while upright, driftAfter how long upright must have lasted,
	// driftScore how good. driftLimit is how far it may go, in spread
	// floors; for the features of the angles it is driftAngle.
	driftSeconds = 40 * 60.0
	driftAfter   = 30.0
	driftScore   = 85
	driftLimit   = 1.0
	driftAngle   = 0.03
)

// placementScale is the distance of 1 in each part of a placement: eyes and
// shoulders down the frame and the body across it, in frame heights, and the
// logarithm of the shoulder width.
var placementScale = [4]float64{0.12, 0.12, 0.25, 0.25}

// placementMeasures are the parts of a placement.
var placementMeasures = [4]Measure{MeasureEyeHeight, MeasureShoulderHeight, MeasureShoulderWidth, MeasureBodyX}

// place holds the baselines and watches whether the camera stays where it was.
type place struct {
	known []Baseline // of this camera, oldest first
	base  *Baseline  // the one in use; nil is none
	ref   reference  // made of it; it drifts
	gains Gains
	nofit bool // none of the known fits what is seen

	ask *Ask
	// asked is the baseline that the question is about, before it was
	// marked stale.
	asked *Baseline
	from  *Baseline // the one in use when the camera moved

	hasHome  bool // home is known
	home     View // where the background was when the baseline held
	lastView View
	// atHome is what was measured when the background was last there.
	atHome    Measurement
	hasAtHome bool
	suspect   bool
	offHome   float64 // seconds since the background left home
	resting   float64 // seconds since it last moved
	restSince float64 // seconds of ran when that was
	follow    bool    // a baseline is to follow the camera when it rests

	absentFor float64 // seconds since anybody was measured
	arrived   bool    // the placement is to be looked at
	seenFor   float64 // seconds measured since
	farFor    float64 // seconds the baseline in use has not fitted
	upright   float64 // seconds upright, for drift
	first     []sight // of the first minutes without a baseline
	firstFor  float64 // seconds they stand for
	firstAt   float64 // seconds of ran of the last one
}

// know takes the baselines kept for this camera.
func (e *Engine) know(known []*Baseline) {
	var old time.Time
	for _, b := range known {
		if b == nil {
			continue
		}
		// One refused is of a version that measured otherwise.
		if e.UseBaseline(b) != nil {
			old = b.Time
		}
	}
	best := -1
	for i := range e.known {
		if best < 0 || e.rank(i) >= e.rank(best) {
			best = i
		}
	}
	if best >= 0 {
		e.use(&e.known[best])
		if e.base.Stale != "" {
			e.ask = &Ask{Kind: AskCameraMoved, Since: e.base.Time, Text: movedText}
			e.asked = e.base
		}
	} else if !old.IsZero() {
		e.ask = &Ask{Kind: AskCalibrate, Since: old, Text: "Your upright was taken by an older Sitwell, which measured otherwise. Please calibrate again."}
	}
	e.arrive()
}

// rank is how much a known baseline is worth having.
func (e *Engine) rank(i int) int {
	switch b := &e.known[i]; {
	case b.Stale != "":
		return 0
	case b.Provisional:
		return 1
	}
	return 2
}

// UseBaseline compares with b from now on. One that is known by its ID, or has
// just been made, is replaced by it.
func (e *Engine) UseBaseline(b *Baseline) error {
	if _, ok := newReference(b); !ok {
		return fmt.Errorf("use baseline %d: a measure is missing or not a number: calibrate again", b.ID)
	}
	if e.base != nil && b.ID != 0 && e.base.ID == 0 && e.base.Time.Equal(b.Time) {
		// It is the one in use, now with its ID: what has drifted stays.
		e.base.ID, e.ref.info.ID = b.ID, b.ID
		return nil
	}
	at := -1
	for i := range e.known {
		if b.ID != 0 && e.known[i].ID == b.ID {
			at = i
		}
	}
	if at < 0 {
		// Pointers into the list would be left behind when it grows.
		in := append([]Baseline(nil), e.known...)
		e.known = append(in, *b)
		at = len(e.known) - 1
	} else {
		e.known[at] = *b
	}
	e.use(&e.known[at])
	return nil
}

// ForgetBaseline goes no more by the baseline with this ID: it was deleted. The
// newest of the others takes its place.
func (e *Engine) ForgetBaseline(id int64) {
	var rest []*Baseline
	for i := range e.known {
		if e.known[i].ID != id {
			rest = append(rest, &e.known[i])
		}
	}
	if len(rest) == len(e.known) {
		return
	}
	inUse := e.base != nil && e.base.ID == id
	var keep *Baseline
	if !inUse && e.base != nil {
		keep = e.base
	}
	e.known, e.base, e.ref = nil, nil, reference{}
	e.ask, e.asked = nil, nil
	e.know(rest)
	if keep != nil {
		for i := range e.known {
			if e.known[i].ID == keep.ID {
				e.use(&e.known[i])
			}
		}
	}
}

// use goes by a known baseline.
func (e *Engine) use(b *Baseline) {
	e.endEpisode()
	e.base = b
	e.ref, _ = newReference(b)
	e.setGains()
	e.nofit, e.farFor, e.upright, e.suspect, e.offHome, e.follow = false, 0, 0, false, 0, false
	e.first, e.firstFor = nil, 0
	e.hasHome = e.lastView.Scene != 0
	e.home = e.lastView
}

// way is how the person works, by the baseline in use.
func (e *Engine) way() Way {
	if e.base != nil && e.base.Way == WayStanding {
		return WayStanding
	}
	return WaySitting
}

func (e *Engine) baselineInfo() *BaselineInfo {
	if e.base == nil {
		return nil
	}
	info := e.ref.info
	return &info
}

// comparable reports whether what is seen may be held against the baseline.
func (e *Engine) comparable(s *sight) bool { return e.hasSmooth && e.whyNot(s) == "" }

// whyNot says why it may not.
func (e *Engine) whyNot(s *sight) string {
	switch {
	case e.base == nil:
		return ReasonNoBaseline
	case e.base.Stale != "":
		return e.base.Stale
	case e.nofit:
		return ReasonNoFit
	case s.width*e.ref.height != s.height*e.ref.width:
		// Another shape of picture is another camera or another crop.
		return ReasonShape
	case s.ok && e.hasSmooth && e.ref.phantom(&e.smooth):
		return ReasonGarbled
	}
	return ""
}

// stands reports whether the eyes and the shoulders are so much higher than in
// a sitting baseline that the person must have stood up. It asks for no
// visibility: who stands before a webcam often has the head out of the frame,
// where the model still places it well.
func (e *Engine) stands(s *sight) bool {
	if e.base == nil || e.way() != WaySitting || e.base.Stale != "" || s.height*e.ref.width != s.width*e.ref.height {
		return false
	}
	width := math.Exp(e.ref.median[MeasureShoulderWidth])
	return e.ref.median[MeasureEyeHeight]-s.eyes > standUp*width &&
		e.ref.median[MeasureShoulderHeight]-s.shoulders > standUp*width
}

// arrive has the placement looked at as soon as somebody is measured.
func (e *Engine) arrive() { e.arrived, e.seenFor, e.farFor = true, 0, 0 }

const movedText = "The camera seems to have moved, so your upright may no longer hold. Did it?"

// watchCamera tells a camera that was moved from a person who moved, by the
// background.
func (e *Engine) watchCamera(s *sight, dt float64) {
	if e.newEye {
		// Another eye counts its scenes anew; the camera is taken to stand
		// where it stood, and the placement is looked at again.
		e.hasHome, e.lastView, e.suspect, e.offHome = false, View{}, false, 0
		e.arrive()
	}
	if e.suspect {
		e.offHome += dt
	}
	v := s.view
	if v == nil || v.Certainty < SureView {
		return
	}
	rested := v.Scene == e.lastView.Scene && math.Hypot(v.X-e.lastView.X, v.Y-e.lastView.Y) <= restShift
	e.lastView = *v
	if !e.hasHome {
		e.hasHome, e.home = true, *v
		return
	}
	if e.base == nil {
		e.home = *v
		return
	}
	if e.follow {
		e.followCamera(s, v, rested)
		return
	}
	if e.base.Stale != "" {
		return
	}
	away := v.Scene != e.home.Scene || math.Hypot(v.X-e.home.X, v.Y-e.home.Y) > movedShift
	if !away {
		e.suspect, e.offHome = false, 0
		if e.hasAtHome = s.ok && e.hasSmooth; e.hasAtHome {
			e.atHome = e.smooth
		}
		return
	}
	if !e.suspect {
		e.suspect, e.offHome = true, 0
		return
	}
	need := movedSeconds
	if v.Scene != e.home.Scene {
		need = sceneSeconds
	}
	if e.offHome < need {
		return
	}
	e.suspect, e.offHome = false, 0
	if v.Scene != e.home.Scene && s.ok && e.hasSmooth && e.distance(&e.ref, &e.smooth) < fits/2 {
		// Something else changed in the room: the person is where they were.
		e.home = *v
		return
	}
	e.cameraMoved(v)
}

// cameraMoved marks the baseline stale and asks the person.
func (e *Engine) cameraMoved(v *View) {
	e.endEpisode()
	before := *e.base
	e.from = &before
	if e.asked == nil {
		e.asked = &before
	}
	e.base.Stale = ReasonCameraMoved
	e.ref.info.Stale = e.base.Stale
	stale := *e.base
	e.out.Baseline = &stale
	e.ask = &Ask{Kind: AskCameraMoved, Since: e.now, Text: movedText}
	e.emit(Event{Kind: EventCameraMoved, Time: e.now, Ref: e.base.ID, Text: movedText})
	e.follow, e.resting, e.restSince = v.Scene == e.home.Scene, 0, e.ran
	if !e.follow {
		e.arrive()
	}
}

// followCamera makes a provisional baseline once the camera rests: the old one,
// changed by as much as the knock changed what is measured of the person. When
// that is not the way the background went, the person moved as well, and the
// background's way alone is taken; near things shift otherwise than far ones,
// so that is the second choice.
func (e *Engine) followCamera(s *sight, v *View, rested bool) {
	if !rested || v.Scene != e.home.Scene {
		e.resting = 0
		e.restSince = e.ran
		return
	}
	if e.resting = e.ran - e.restSince; e.resting < restSeconds || !s.ok || !e.hasSmooth {
		return
	}
	from := e.from
	dx, dy := v.X-e.home.X, v.Y-e.home.Y
	b := *from
	b.ID, b.Time, b.Provisional, b.Stale = 0, e.now, true, ""
	b.Quality /= 2
	b.Slouch = nil
	b.Measures = make(map[string]Statistic, len(from.Measures))
	for name, s := range from.Measures {
		b.Measures[name] = s
	}
	shift := func(name string, by float64) {
		if s, ok := b.Measures[name]; ok && finite(by) {
			s.Median += by
			b.Measures[name] = s
		}
	}
	change := func(m Measure) float64 { return e.smooth.Values[m] - e.atHome.Values[m] }
	if e.hasAtHome && math.Abs(change(MeasureShoulderHeight)-dy) < sameWay && math.Abs(change(MeasureBodyX)-dx) < sameWay {
		for i := range e.smooth.Values {
			shift(Measure(i).String(), change(Measure(i)))
		}
		for i := range e.smooth.Angle {
			if e.smooth.HasAngle && e.atHome.HasAngle && (i < featureFace || math.Min(e.smooth.Angle[featureFace], e.atHome.Angle[featureFace]) > 0.9) {
				shift(AngleFeatureName(i), e.smooth.Angle[i]-e.atHome.Angle[i])
			}
		}
		e.adopt(&b)
		return
	}
	for _, m := range []Measure{MeasureEyeHeight, MeasureShoulderHeight} {
		shift(m.String(), dy)
	}
	shift(MeasureBodyX.String(), dx)
	for i := range AngleFeatureCount {
		switch name := AngleFeatureName(i); {
		case strings.HasPrefix(name, "angle_world_"): // not of the picture
		case strings.HasSuffix(name, "_y"):
			shift(name, dy)
		case strings.HasSuffix(name, "_x"):
			shift(name, dx)
		}
	}
	e.adopt(&b)
}

// adopt goes by a new baseline of the engine's own making and hands it out to
// be stored. The question stays as it is.
func (e *Engine) adopt(b *Baseline) {
	ask, asked := e.ask, e.asked
	if err := e.UseBaseline(b); err != nil {
		return
	}
	e.ask, e.asked = ask, asked
	made := *b
	e.out.Baseline = &made
}

// Answer takes the answer to [Live.Ask]: keep says that the baseline still
// holds. Otherwise it stays stale, and what can be judged meanwhile is judged
// by a provisional one.
func (e *Engine) Answer(t time.Time, keep bool) Output {
	e.out = Output{}
	if e.ask == nil {
		return e.out
	}
	asked := e.asked
	e.ask, e.asked = nil, nil
	if !keep || asked == nil {
		return e.out
	}
	b := *asked
	b.Stale = ""
	id := b.ID
	if err := e.UseBaseline(&b); err != nil {
		return e.out
	}
	kept := b
	e.out.Baseline = &kept
	e.emit(Event{Kind: EventCameraKept, Time: e.notBefore(t), Ref: id, Text: "You said that the camera is where it was: your upright holds."})
	return e.out
}

// distance is how far a measurement is from a baseline's placement.
func (e *Engine) distance(r *reference, m *Measurement) float64 {
	var far float64
	for i, k := range placementMeasures {
		far = math.Max(far, math.Abs(m.Values[k]-r.median[k])/placementScale[i])
	}
	return far
}

// chooseBaseline picks, of the baselines known for this camera, the one that
// fits what is seen: after an arrival, and when the one in use has not fitted
// for a while.
func (e *Engine) chooseBaseline(s *sight, dt float64) {
	if !s.ok {
		e.absentFor += dt
		if e.absentFor >= arrivalSeconds {
			e.arrive()
		}
		return
	}
	e.absentFor = 0
	if e.base == nil || len(e.known) == 0 || e.follow || e.cal != nil {
		return
	}
	here := e.distance(&e.ref, &e.smooth)
	if here > fits && len(e.known) > 1 {
		e.farFor += dt
	} else {
		e.farFor = 0
	}
	if e.arrived {
		e.seenFor += dt
	}
	look := e.arrived && e.seenFor >= fitSeconds || e.farFor >= fitSeconds || e.nofit
	if !look {
		return
	}
	arrived := e.arrived
	e.arrived, e.farFor = false, 0
	usable := e.base.Stale == ""
	if usable && here <= fits {
		e.nofit = false
		return
	}
	best, far := -1, math.Inf(1)
	for i := range e.known {
		b := &e.known[i]
		if b == e.base || b.Stale != "" {
			continue
		}
		r, ok := newReference(b)
		if !ok || s.width*r.height != s.height*r.width {
			continue
		}
		if d := e.distance(&r, &e.smooth); d < far {
			best, far = i, d
		}
	}
	switch {
	case best >= 0 && far <= fits && (!usable || far+fitGain <= here):
		e.use(&e.known[best])
		what := "your upright for sitting"
		if e.way() == WayStanding {
			what = "your upright for standing"
		}
		e.emit(Event{
			Kind: EventBaselineUsed, Time: e.now, Ref: e.base.ID,
			Text: "What is seen fits " + what + " of " + e.base.Time.Format("2 January 2006") + ": it is used now.",
		})
		if e.ask != nil && e.ask.Kind == AskCalibrate {
			e.ask = nil
		}
	case arrived && usable && here > misfit && !e.stands(s):
		e.nofit = true
		if e.ask == nil {
			e.ask = &Ask{Kind: AskCalibrate, Since: e.now, Text: "The camera or the chair seems to stand elsewhere than when you calibrated. Please calibrate again."}
		}
	case e.nofit && here <= fits:
		e.nofit = false
	}
}

// provide makes a cautious baseline of the first minutes while there is none to
// go by: of the third of the time in which the person was tallest.
func (e *Engine) provide(s *sight, dt float64) {
	needed := e.base == nil || e.base.Stale != "" && !e.follow || e.nofit
	if e.policy.ProvisionalAfter <= 0 || !needed || e.cal != nil {
		e.first, e.firstFor = nil, 0
		return
	}
	if !s.ok {
		return
	}
	if n := len(e.first); n > 0 && (e.first[0].width != s.width || e.first[0].height != s.height) {
		e.first, e.firstFor = nil, 0
	}
	e.firstFor += dt
	// Two a second are enough of it at any rate.
	if len(e.first) == 0 || e.ran-e.firstAt >= 0.45 {
		e.first, e.firstAt = append(e.first, *s), e.ran
	}
	if e.firstFor < e.policy.ProvisionalAfter || len(e.first) < 3*minCalibrationSamples {
		return
	}
	first := e.first
	e.first, e.firstFor = nil, 0
	sort.SliceStable(first, func(i, j int) bool { return tallness(&first[i]) > tallness(&first[j]) })
	c := newCalibrator(PoseUpright, WaySitting, 0, e.policy.ProvisionalAfter, e.camera)
	for i := range first[:len(first)/3] {
		c.add(&first[i], 0)
	}
	b, _ := c.result(e.now, minCalibrationSamples, false)
	if b == nil {
		return
	}
	b.Provisional, b.Quality = true, b.Quality/2
	e.adopt(b)
	e.emit(Event{Kind: EventBaseline, Time: e.now, Text: "A first guess of your upright was taken from what was seen. It is used with caution until you calibrate."})
}

// tallness grows with the neck and the height in the frame.
func tallness(s *sight) float64 {
	v := &s.m.Values
	return v[MeasureNeck]/spreadFloor[MeasureNeck] - v[MeasureEyeHeight]/spreadFloor[MeasureEyeHeight]
}

// drift lets the baseline follow the person slowly while upright, within
// bounds: a chair that creeps down over the day is no slouch.
func (e *Engine) drift(dt float64) {
	if !e.judged || e.suspect || e.inEpisode || e.score < driftScore ||
		e.state != Upright && (e.state != Standing || e.way() != WayStanding) {
		e.upright = 0
		return
	}
	if e.upright += dt; e.upright < driftAfter {
		return
	}
	r, a := &e.ref, 1-math.Exp(-dt/driftSeconds)
	for i := range r.median {
		limit := driftLimit * spreadFloor[i]
		r.median[i] = clamp(r.median[i]+a*(e.smooth.Values[i]-r.median[i]), r.origin[i]-limit, r.origin[i]+limit)
	}
	if r.hasAngle && e.smooth.HasAngle {
		for i := range r.angle {
			if i >= featureFace && math.Min(e.smooth.Angle[featureFace], r.angle[featureFace]) < 0.9 {
				break // the face is hidden
			}
			r.angle[i] = clamp(r.angle[i]+a*(e.smooth.Angle[i]-r.angle[i]), r.angleOrigin[i]-driftAngle, r.angleOrigin[i]+driftAngle)
		}
	}
}

// sensitivityGain is what each step of sensitivity multiplies a signal with.
var sensitivityGain = [MaxSensitivity]float64{0.6, 0.8, 1, 1.25, 1.6}

const (
	// easedGain is what each "that was wrong" multiplies its signal with.
	easedGain = 0.85
	// cautiousGain is for a provisional baseline.
	cautiousGain = 0.75
)

// setGains puts together how sensitive each signal is.
func (e *Engine) setGains() {
	for i, s := range Signals {
		step, ok := e.policy.Sensitivity[s]
		if !ok {
			step = DefaultSensitivity
		}
		g := sensitivityGain[step-MinSensitivity] * math.Pow(easedGain, float64(e.policy.Eased[s]))
		if e.base != nil && e.base.Provisional {
			g *= cautiousGain
		}
		if e.ref.sharpness > 0 {
			g *= e.ref.sharpness
		}
		e.gains[i] = g
	}
}

// judgeBy goes by this baseline alone, nil for none, and looks for no other: in
// a replay it is known which one it was.
func (e *Engine) judgeBy(b *Baseline) {
	switch {
	case b == nil:
		e.known, e.base = nil, nil
	case e.base == nil || e.base.ID != b.ID:
		if _, ok := newReference(b); !ok {
			e.known, e.base = nil, nil
			break
		}
		e.known = []Baseline{*b}
		e.use(&e.known[0])
	}
	e.arrived = false
}
