package main

import (
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"sort"
	"strings"
	"text/tabwriter"

	"sitwell/posture"
)

// report is the object that eval --json prints; what a set can't tell is null.
// More and Robust are beyond the format.
type report struct {
	Dataset      string                     `json:"dataset"`
	Availability *float64                   `json:"availability"`
	Slouch       slouchReport               `json:"slouch"`
	States       statesReport               `json:"states"`
	Alerts       alertsReport               `json:"alerts"`
	Sitting      sittingReport              `json:"sitting"`
	Degrees      map[string]estimatesReport `json:"degrees"`
	Landmarks    *landmarksReport           `json:"landmarks_px"`
	Exercises    []exerciseReport           `json:"exercises"`
	More         moreReport                 `json:"more"`
	Robust       *robustReport              `json:"robust"`
}

// moreReport holds the parts of the figures.
type moreReport struct {
	Rate          float64                  `json:"rate_hz"`
	Dwell         float64                  `json:"dwell_s"`
	Available     map[string]*float64      `json:"availability_by_view"`
	Subjects      map[string]subjectReport `json:"slouch_by_subject"`
	SlouchClips   *subjectReport           `json:"slouch_in_clips"` // by seconds
	SlouchPrices  string                   `json:"slouch_prices"`
	Postures      []postureReport          `json:"postures"`
	StatesStills  confusion                `json:"confusion_stills"`
	StatesClips   confusion                `json:"confusion_clip_seconds"`
	FalsePoor     *float64                 `json:"false_poor_s"` // of the harmless hours
	SittingClips  map[string]sittingReport `json:"sitting_by_clip"`
	Standing      *standingReport          `json:"standing"`
	CameraMoved   *cameraReport            `json:"camera_moved"`
	Elsewhere     map[string]float64       `json:"exercises_elsewhere_per_minute"`
	AngleWeights  string                   `json:"degrees_weights"`
	DegreesStills degreesReport            `json:"degrees_stills"`
	DegreesClips  degreesReport            `json:"degrees_clips"`
}

type degreesReport map[string]byPartReport

// slouchPrices says what the figures of a slouch are worth, angleWeights those
// in degrees.
const slouchPrices = "the prices in use were fitted on the people of synthetic, real-pictures and real-landmarks; " +
	"for each person left out: sitwell-lab fit-judge"

const angleWeights = "the networks in use have seen the pictures of the set synthetic; " +
	"for persons and cameras left out: sitwell-lab fit-angles --judge"

// subjectReport is how slouches are told from what is none.
type subjectReport struct {
	AUC              *float64 `json:"auc"`
	AUCForwardHead   *float64 `json:"auc_forward_head"`
	BalancedAccuracy *float64 `json:"balanced_accuracy"`
	Sensitivity      *float64 `json:"sensitivity"`
	Specificity      *float64 `json:"specificity"`
	Slouching        int      `json:"slouching"`
	Others           int      `json:"others"`
	Unjudged         int      `json:"not_judged"`
}

func (t *telling) report() subjectReport {
	return subjectReport{
		auc(t.positives, t.negatives), auc(t.forward, t.negatives), t.balancedAccuracy(),
		t.sensitivity(), t.specificity(), len(t.positives), len(t.negatives), t.unjudged,
	}
}

// postureReport is how the stills of one posture were seen.
type postureReport struct {
	Posture   string `json:"posture"`
	Label     label  `json:"label"`
	N         int    `json:"n"`
	Right     *int   `json:"right"`
	Slouching int    `json:"seen_slouching"`
	Unknown   int    `json:"seen_unknown"`
}

type standingReport struct {
	Score   *float64 `json:"score"` // unknown is half right
	Seconds float64  `json:"seconds"`
	Right   float64  `json:"standing_s"`
	Unknown float64  `json:"unknown_s"`
}

type cameraReport struct {
	Clips   int       `json:"clips"`
	Poor    float64   `json:"poor_s"`
	Alerts  int       `json:"alerts"`
	Noticed []float64 `json:"noticed_after_s"`
}

type slouchReport struct {
	AUC              *float64            `json:"auc"`
	AUCForwardHead   *float64            `json:"auc_forward_head"`
	BalancedAccuracy *float64            `json:"balanced_accuracy"`
	PerSubject       map[string]*float64 `json:"per_subject"` // AUC
}

type statesReport struct {
	Labels    []posture.State `json:"labels"`
	Confusion confusion       `json:"confusion"` // rows: right, columns: seen
}

type alertsReport struct {
	Due           *int     `json:"due"`
	Caught        *int     `json:"caught"`
	DelayP95      *float64 `json:"delay_p95_s"`
	False         *int     `json:"false"`
	FalsePerHour  *float64 `json:"false_per_hour"`
	HarmlessHours *float64 `json:"harmless_hours"`
}

type sittingReport struct {
	Truth    *float64 `json:"truth_s"`
	Measured *float64 `json:"measured_s"`
}

type landmarksReport struct {
	pointReport
	Points map[string]pointReport `json:"points"`
}

type pointReport struct {
	Mean         *float64 `json:"mean_px"`
	P95          *float64 `json:"p95_px"`
	MeanShoulder *float64 `json:"mean_shoulder_widths"`
	P95Shoulder  *float64 `json:"p95_shoulder_widths"`
	N            int      `json:"n"`
}

func (p *pixelErrors) report() pointReport {
	return pointReport{mean(p.px), percentile(p.px, 0.95), mean(p.shoulder), percentile(p.shoulder, 0.95), len(p.px)}
}

// tally is what the judgements of a set come to.
type tally struct {
	*judged
	dwell     float64
	rate      float64
	robust    *robustReport
	measured  int // items that could be measured
	items     int
	views     map[string]*[2]int // of items, by view: measured, all
	slouch    telling            // by the points of a slouch
	lost      telling            // by all that the score lost
	subjects  map[string]*telling
	moving    telling // by the points, over the seconds of clips
	confusion struct{ stills, clips confusion }
	alerts    alerting
	sitting   sitting
	standing  standing
	camera    movedCamera
	degrees   struct{ stills, clips degrees }
	points    errorsOfPoints
}

// seenInStills reports whether the figures of single judgements are those of
// stills; a set without any gives those of its clips.
func (t *tally) seenInStills() bool { return len(t.groups) > 0 }

// tallied sums the judgements of a set.
func tallied(j *judged, dwell float64) *tally {
	t := &tally{
		judged: j, dwell: dwell, views: map[string]*[2]int{},
		subjects: map[string]*telling{},
	}
	t.confusion.stills, t.confusion.clips = newConfusion(), newConfusion()
	for i := range j.groups {
		for k := range j.groups[i].samples {
			s := &j.groups[i].samples[k]
			t.available(s)
			t.points.add(s)
			if !s.calibrated {
				t.tell(s)
				t.confusion.stills.add(s.label, s.live.State)
			}
			t.degrees.stills.add(s)
		}
	}
	for i := range j.clips {
		c := &j.clips[i]
		t.alerts.add(c.clip, c.alerts, dwell)
		t.alerts.seen(c)
		t.sitting.add(c)
		t.standing.add(c)
		t.camera.add(c)
		for k := range c.samples {
			t.degrees.clips.add(&c.samples[k])
		}
		for _, s := range c.everySecond() {
			if !t.seenInStills() && s.label.sitting() {
				t.available(s)
			}
			if !s.calibrated {
				if !t.seenInStills() {
					t.tell(s)
				}
				t.moving.add(s, (*sample).slouch)
				t.confusion.clips.add(s.label, s.live.State)
			}
		}
	}
	return t
}

// everySecond picks the first sample of each second of the clip.
func (j *judgedClip) everySecond() []*sample {
	var list []*sample
	last := -1
	for i := range j.samples {
		if second := int(j.samples[i].at + 0.001); second > last { // containers round to 1 ms
			last = second
			list = append(list, &j.samples[i])
		}
	}
	return list
}

func (t *tally) available(s *sample) {
	v := t.views[s.view]
	if v == nil {
		v = new([2]int)
		t.views[s.view] = v
	}
	t.items++
	v[1]++
	if s.measured {
		t.measured++
		v[0]++
	}
}

func (t *tally) tell(s *sample) {
	t.slouch.add(s, (*sample).slouch)
	t.lost.add(s, (*sample).lost)
	if t.subjects[s.subject] == nil {
		t.subjects[s.subject] = &telling{}
	}
	t.subjects[s.subject].add(s, (*sample).slouch)
}

// report gives the figures for machines.
func (t *tally) report() report {
	r := report{
		Dataset:      t.name,
		Availability: share(float64(t.measured), float64(t.items)),
		Slouch: slouchReport{
			AUC:              auc(t.slouch.positives, t.slouch.negatives),
			AUCForwardHead:   auc(t.slouch.forward, t.slouch.negatives),
			BalancedAccuracy: t.slouch.balancedAccuracy(),
			PerSubject:       map[string]*float64{},
		},
		States: statesReport{posture.States, t.confusion.stills.with(t.confusion.clips)},
		More:   t.more(),
		Robust: t.robust,
	}
	for name, s := range t.subjects {
		r.Slouch.PerSubject[name] = auc(s.positives, s.negatives)
	}
	if len(t.clips) > 0 {
		a, hours := t.alerts, t.alerts.harmless/3600
		r.Alerts = alertsReport{
			&a.due, &a.caught, percentile(a.delays, 0.95),
			&a.wrong, share(float64(a.wrong), hours), &hours,
		}
		r.Sitting = sittingReport{&t.sitting.truth, &t.sitting.measured}
	}
	// As with slouches, stills come first.
	degrees := r.More.DegreesStills
	if degrees == nil {
		degrees = r.More.DegreesClips
	}
	if degrees != nil {
		r.Degrees = map[string]estimatesReport{}
		for name, d := range degrees {
			r.Degrees[name] = d.All
		}
	}
	if all := t.points.all(); len(all.px) > 0 {
		r.Landmarks = &landmarksReport{all.report(), map[string]pointReport{}}
		for i := range t.points {
			if len(t.points[i].px) > 0 {
				r.Landmarks.Points[landmarkNames[i]] = t.points[i].report()
			}
		}
	}
	r.Exercises = exercisesOf(t.clips)
	return r
}

// more gives the parts of the figures.
func (t *tally) more() moreReport {
	m := moreReport{
		Rate: t.rate, Dwell: t.dwell, Available: map[string]*float64{}, Subjects: map[string]subjectReport{},
		Postures: []postureReport{}, StatesStills: t.confusion.stills, StatesClips: t.confusion.clips,
		SittingClips: map[string]sittingReport{}, SlouchPrices: slouchPrices, AngleWeights: angleWeights,
		DegreesStills: t.degrees.stills.report(), DegreesClips: t.degrees.clips.report(),
	}
	for view, n := range t.views {
		m.Available[view] = share(float64(n[0]), float64(n[1]))
	}
	for name, s := range t.subjects {
		m.Subjects[name] = s.report()
	}
	for _, o := range t.outcomes() {
		r := postureReport{
			Posture: o.posture, Label: o.label, N: o.n,
			Slouching: o.seen[posture.Slouching], Unknown: o.seen[posture.Unknown],
		}
		if o.label != anything {
			r.Right = &o.right
		}
		m.Postures = append(m.Postures, r)
	}
	if len(t.clips) > 0 {
		moving := t.moving.report()
		m.SlouchClips, m.FalsePoor = &moving, &t.alerts.poor
	}
	for i := range t.clips {
		var s sitting
		s.add(&t.clips[i])
		m.SittingClips[t.clips[i].name()] = sittingReport{&s.truth, &s.measured}
	}
	m.Elsewhere = elsewhere(t.clips)
	if st := &t.standing; st.all > 0 {
		m.Standing = &standingReport{st.score(), st.all, st.right, st.unknown}
	}
	if c := &t.camera; c.clips > 0 {
		m.CameraMoved = &cameraReport{c.clips, c.poor, c.alerts, append([]float64{}, c.noticed...)}
	}
	return m
}

// print writes the figures for people.
func (t *tally) print(w io.Writer) {
	r := t.report()
	fmt.Fprintf(w, "Data set %s: %d groups of stills, %d clips\n", t.name, len(t.groups), len(t.clips))
	what := "stills"
	if !t.seenInStills() {
		what = "seconds of clips"
	}
	var views []string
	for _, v := range slices.Sorted(maps.Keys(t.views)) {
		views = append(views, fmt.Sprintf("%s %d of %d", v, t.views[v][0], t.views[v][1]))
	}
	fmt.Fprintf(w, "\nAvailability   %s of %d %s could be measured (%s)\n", percent(r.Availability), t.items, what, strings.Join(views, ", "))
	for i := range t.groups {
		if g := &t.groups[i]; g.problem != "" {
			fmt.Fprintf(w, "  no baseline of %s at %s (%s): %s\n", g.subject, g.camera, g.view, g.problem)
		}
	}
	t.printSlouch(w, r, what)
	t.printPostures(w)
	if len(t.clips) > 0 {
		t.printClips(w, r)
	}
	printExercises(w, r)
	printConfusion(w, "one a still", t.confusion.stills)
	printConfusion(w, "one a second of a clip", t.confusion.clips)
	t.printDegrees(w, r)
	t.printLandmarks(w, r)
	t.robust.print(w)
}

func (t *tally) printSlouch(w io.Writer, r report, what string) {
	s := &t.slouch
	fmt.Fprintf(w, "\nSlouching told from upright, turned, looking down, tilted and harmless (%s)\n", what)
	if len(s.positives)+len(s.forward) == 0 {
		fmt.Fprintln(w, "  none to tell")
		return
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "  AUC by slouch points\t%s\t%d slouching, %d others\n", ratio(r.Slouch.AUC), len(s.positives), len(s.negatives))
	fmt.Fprintf(table, "  AUC by 100 - score\t%s\t\n", ratio(auc(t.lost.positives, t.lost.negatives)))
	fmt.Fprintf(table, "  AUC of forward head\t%s\t%d of them\n", ratio(r.Slouch.AUCForwardHead), len(s.forward))
	fmt.Fprintf(table, "  Balanced accuracy\t%s\tsensitivity %s, specificity %s\n", ratio(r.Slouch.BalancedAccuracy), ratio(s.sensitivity()), ratio(s.specificity()))
	if s.unjudged > 0 {
		fmt.Fprintf(table, "  Not judged, in none of these\t%d\t\n", s.unjudged)
	}
	table.Flush()
	table = tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "  person\tAUC\tforward head\tbalanced\tsensitivity\tspecificity\tslouching, others, not judged")
	line := func(name string, s subjectReport) {
		fmt.Fprintf(table, "  %s\t%s\t%s\t%s\t%s\t%s\t%d, %d, %d\n", name, ratio(s.AUC), ratio(s.AUCForwardHead), ratio(s.BalancedAccuracy),
			ratio(s.Sensitivity), ratio(s.Specificity), s.Slouching, s.Others, s.Unjudged)
	}
	for _, name := range slices.Sorted(maps.Keys(r.More.Subjects)) {
		line(name, r.More.Subjects[name])
	}
	if t.seenInStills() && r.More.SlouchClips != nil {
		line("clips' seconds", *r.More.SlouchClips)
	}
	table.Flush()
	fmt.Fprintf(w, "  Mind: %s\n", slouchPrices)
}

// right reports whether the state seen is one that the label allows, and
// whether the label allows just some.
func (s *sample) right() (right, judged bool) {
	want, one := s.label.state()
	switch {
	case s.label == anything:
		return false, false
	case !one:
		return !s.live.State.Poor(), true
	}
	return s.live.State == want, true
}

// outcome is how the stills of one posture were seen.
type outcome struct {
	posture       string
	label         label
	n, right      int
	slouch, score []float64
	seen          map[posture.State]int
	places        map[string]int // of the wrong ones
}

// outcomes sums the stills by posture, the worst first.
func (t *tally) outcomes() []*outcome {
	var list []*outcome
	for i := range t.groups {
		for k := range t.groups[i].samples {
			s := &t.groups[i].samples[k]
			if s.calibrated {
				continue
			}
			at := slices.IndexFunc(list, func(o *outcome) bool { return o.posture == s.posture && o.label == s.label })
			if at < 0 {
				at = len(list)
				list = append(list, &outcome{
					posture: s.posture, label: s.label, seen: map[posture.State]int{}, places: map[string]int{},
				})
			}
			o := list[at]
			o.n++
			o.seen[s.live.State]++
			if s.scored() {
				o.slouch = append(o.slouch, s.slouch())
				o.score = append(o.score, *s.live.Score)
			}
			switch right, judged := s.right(); {
			case right:
				o.right++
			case judged:
				o.places[s.subject]++
				o.places[s.camera]++
			}
		}
	}
	wrong := func(o *outcome) float64 {
		if o.label == anything {
			return -1
		}
		return 1 - float64(o.right)/float64(o.n)
	}
	slices.SortFunc(list, func(a, b *outcome) int {
		switch {
		case wrong(a) != wrong(b):
			if wrong(a) > wrong(b) {
				return -1
			}
			return 1
		case a.posture != b.posture:
			return strings.Compare(a.posture, b.posture)
		}
		return strings.Compare(string(a.label), string(b.label))
	})
	return list
}

func (t *tally) printPostures(w io.Writer) {
	list := t.outcomes()
	if len(list) == 0 {
		return
	}
	fmt.Fprintln(w, "\nStills by posture, the worst first (medians: points of a slouch, score)")
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "  posture\tlabel\tright\tslouch\tpoints, score\tseen as\twrong most at")
	for _, o := range list {
		right := fmt.Sprintf("%d of %d", o.right, o.n)
		if o.label == anything {
			right = fmt.Sprintf("(%d)", o.n)
		}
		fmt.Fprintf(table, "  %s\t%s\t%s\t%d\t%s, %s\t%s\t%s\n", o.posture, o.label, right, o.seen[posture.Slouching],
			whole(percentile(o.slouch, 0.5)), whole(percentile(o.score, 0.5)), counts(o.seen, 9), counts(o.places, 4))
	}
	table.Flush()
}

func (t *tally) printClips(w io.Writer, r report) {
	fmt.Fprintf(w, "\nClips: seconds in each state where the label is (alerts with a dwell of %s)\n", seconds(t.dwell))
	for i := range t.clips {
		c := &t.clips[i]
		fmt.Fprintf(w, "  %s (%s)", c.name(), c.camera)
		if c.problem != "" {
			fmt.Fprintf(w, "  no baseline: %s", c.problem)
		}
		for k, at := range c.alerts {
			if k == 0 {
				fmt.Fprint(w, "  alert at")
			}
			fmt.Fprintf(w, " %s", seconds(at))
		}
		if at := r.More.SittingClips[c.name()]; *at.Truth+*at.Measured > 0 {
			fmt.Fprintf(w, "  sat %.0f of %.0f s", *at.Measured, *at.Truth)
		}
		fmt.Fprintln(w)
		for _, l := range labels {
			if seen := c.seen(func(s *sample) bool { return s.label == l }); len(seen) > 0 {
				fmt.Fprintf(w, "    %-14s%s\n", l, counts(seen, 9))
			}
		}
		if c.cameraMoved > 0 {
			seen := c.seen(func(s *sample) bool { return s.at >= c.cameraMoved })
			fmt.Fprintf(w, "    %-14s%s from %s on", "moved camera", counts(seen, 9), seconds(c.cameraMoved))
			for _, at := range c.moved {
				fmt.Fprintf(w, ", said at %s", seconds(at))
			}
			fmt.Fprintln(w)
		}
	}
	a := &t.alerts
	fmt.Fprintf(w, "\nAlerts   %d of %d due caught, 95th percentile of the delay %s; %d false in %.2f harmless hours (%s an hour)\n",
		a.caught, a.due, secondsOf(r.Alerts.DelayP95), a.wrong, *r.Alerts.HarmlessHours, ratio(r.Alerts.FalsePerHour))
	if len(a.missed) > 0 {
		fmt.Fprintf(w, "  missed: %s\n", strings.Join(a.missed, ", "))
	}
	if len(a.falls) > 0 {
		fmt.Fprintf(w, "  false: %s\n", strings.Join(a.falls, ", "))
	}
	fmt.Fprintf(w, "  seen as poor in harmless time: %.0f s\n", a.poor)
	if c := r.More.CameraMoved; c != nil {
		fmt.Fprintf(w, "Camera moved  noticed in %d of %d clips; from then on %.0f s poor, %d alerts, all of them wrong\n", len(c.Noticed), c.Clips, c.Poor, c.Alerts)
	}
	if s := r.More.Standing; s != nil {
		fmt.Fprintf(w, "Standing %s right, unknown counting half: %.0f s standing and %.0f s unknown of %.0f s\n", percent(s.Score), s.Right, s.Unknown, s.Seconds)
	}
	fmt.Fprintf(w, "Sitting  %.0f s measured, %.0f s true (%s)\n", t.sitting.measured, t.sitting.truth, percent(share(t.sitting.measured, t.sitting.truth)))
}

// seen counts the seconds of a clip in each state, of the samples that are
// wanted.
func (j *judgedClip) seen(want func(*sample) bool) map[posture.State]int {
	n := map[posture.State]int{}
	for _, s := range j.everySecond() {
		if want(s) && !s.calibrated {
			n[s.live.State]++
		}
	}
	return n
}

func printConfusion(w io.Writer, what string, c confusion) {
	if c.sum() == 0 {
		return
	}
	fmt.Fprintf(w, "\nStates: rows are right, columns seen, %s\n", what)
	table := tabwriter.NewWriter(w, 0, 0, 1, ' ', tabwriter.AlignRight)
	fmt.Fprint(table, "  \t")
	for _, s := range posture.States {
		fmt.Fprintf(table, "%s\t", s)
	}
	fmt.Fprintln(table)
	for i, row := range c {
		sum := 0
		for _, n := range row {
			sum += n
		}
		if sum == 0 {
			continue
		}
		fmt.Fprintf(table, "  %s\t", posture.States[i])
		for _, n := range row {
			fmt.Fprintf(table, "%d\t", n)
		}
		fmt.Fprintln(table)
	}
	table.Flush()
}

func (t *tally) printDegrees(w io.Writer, r report) {
	for _, part := range []struct {
		what string
		of   degreesReport
	}{{"stills", r.More.DegreesStills}, {"instants of clips", r.More.DegreesClips}} {
		if part.of == nil {
			continue
		}
		fmt.Fprintf(w, "\nDegrees of change from upright, estimate less truth (%s)\n", part.what)
		table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		fmt.Fprintln(table, "  angle\tof\tMAE\tbias\tR2\t95 % limits\twithin band\tn")
		for _, a := range angleNames {
			d := part.of[a.name]
			name := a.name
			line := func(of string, r estimatesReport) {
				limits := "-"
				if r.Limits != nil {
					limits = fmt.Sprintf("%.1f to %.1f", r.Limits[0], r.Limits[1])
				}
				fmt.Fprintf(table, "  %s\t%s\t%s\t%s\t%s\t%s\t%s\t%d\n", name, of, tenth(r.MAE), tenth(r.Bias), format("%.2f", r.R2), limits, percent(r.Inside), r.N)
				name = ""
			}
			line("all", d.All)
			for _, parts := range []map[string]estimatesReport{d.View, d.Camera, d.Subject} {
				for _, of := range slices.Sorted(maps.Keys(parts)) {
					line(of, parts[of])
				}
			}
		}
		table.Flush()
	}
	if r.Degrees != nil {
		fmt.Fprintf(w, "  Mind: %s\n", angleWeights)
	}
}

// print writes how far the judgement depends on the way of looking.
func (r *robustReport) print(w io.Writer) {
	told := func(v variantReport) bool { return len(v.Clips)+v.Stills > 0 }
	if r == nil || !slices.ContainsFunc(r.Variants, told) {
		return
	}
	fmt.Fprintf(w, "\nThe same looked at otherwise, against the run at %s (within 2 s: each shows the other's state by then)\n", hertz(r.Rate))
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "  \tsame state\twithin 2 s\tsame alerts\tstills the same\tworst clips")
	for i := range r.Variants {
		v := &r.Variants[i]
		if !told(*v) {
			continue
		}
		alerts := "-"
		if v.AlertsSame != nil {
			alerts = fmt.Sprintf("%d of %d clips", *v.AlertsSame, len(v.Clips))
		}
		fmt.Fprintf(table, "  %s\t%s\t%s\t%s\t%s\t%s\n", v.Name, percent(v.Same), percent(v.Near), alerts, percent(v.StillsSame), v.worst(3))
	}
	table.Flush()
	for i := range r.Variants {
		if v := &r.Variants[i]; len(v.Otherwise) > 0 {
			whole := map[string]int{}
			for what, s := range v.Otherwise {
				whole[what] = int(math.Round(s))
			}
			fmt.Fprintf(w, "  seconds otherwise, %s: %s\n", v.Name, counts(whole, 6))
		}
		if v := &r.Variants[i]; len(v.Flips) > 0 {
			fmt.Fprintf(w, "  stills otherwise, %s: %s\n", v.Name, counts(v.Flips, 6))
		}
		for _, c := range r.Variants[i].Clips {
			if !c.AlertsSame {
				fmt.Fprintf(w, "  other alerts: %s, %s: at %v s, plain at %v s\n", r.Variants[i].Name, c.Clip, c.Alerts, c.Plain)
			}
		}
	}
}

// worst names the clips that differ most, at most so many.
func (v *variantReport) worst(most int) string {
	clips := slices.Clone(v.Clips)
	sort.SliceStable(clips, func(i, k int) bool { return *clips[i].Near < *clips[k].Near })
	var list []string
	for _, c := range clips {
		if len(list) < most && *c.Near < 1 {
			list = append(list, c.Clip+" "+percent(c.Near))
		}
	}
	return strings.Join(list, ", ")
}

func (t *tally) printLandmarks(w io.Writer, r report) {
	if r.Landmarks == nil {
		return
	}
	fmt.Fprintln(w, "\nLandmarks: distance from the true pixels (and over the true shoulder width, not from the side)")
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "  point\tmean px\t95 % px\tmean sw\t95 % sw\tn")
	line := func(name string, p pointReport) {
		fmt.Fprintf(table, "  %s\t%s\t%s\t%s\t%s\t%d\n", name, tenth(p.Mean), tenth(p.P95), ratio(p.MeanShoulder), ratio(p.P95Shoulder), p.N)
	}
	for _, name := range landmarkNames {
		if p, ok := r.Landmarks.Points[name]; ok {
			line(name, p)
		}
	}
	line("all", r.Landmarks.pointReport)
	table.Flush()
}

// counts lists the keys with their counts, the most first, at most so many.
func counts[K ~string](m map[K]int, most int) string {
	keys := slices.Sorted(maps.Keys(m))
	sort.SliceStable(keys, func(i, j int) bool { return m[keys[i]] > m[keys[j]] })
	var list []string
	for i, k := range keys {
		if i < most {
			list = append(list, fmt.Sprintf("%s %d", k, m[k]))
		}
	}
	return strings.Join(list, ", ")
}

// format writes a figure, or a dash for none.
func format(layout string, v *float64) string {
	if v == nil {
		return "-"
	}
	return fmt.Sprintf(layout, *v)
}

func ratio(v *float64) string     { return format("%.3f", v) }
func tenth(v *float64) string     { return format("%.1f", v) }
func whole(v *float64) string     { return format("%.0f", v) }
func secondsOf(v *float64) string { return format("%.1f s", v) }
func seconds(v float64) string    { return fmt.Sprintf("%.4g s", v) }

func percent(v *float64) string {
	if v == nil {
		return "-"
	}
	return fmt.Sprintf("%.1f %%", *v*100)
}
