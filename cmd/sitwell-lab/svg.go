package main

import (
	"bytes"
	"fmt"
	"html"
	"math"
	"os"

	"sitwell/posture"
)

// The picture's measures in its own pixels.
const (
	svgWidth  = 1000
	svgLeft   = 118 // where time begins
	svgRight  = 24
	svgTop    = 62
	svgBand   = 20 // height of a row of states
	svgThin   = 10 // height of a row that is only on or off
	svgScore  = 150
	svgAngle  = 96
	svgGap    = 36
	svgBottom = 44
	// svgLetter is about how wide a letter of a band is.
	svgLetter = 6.2
)

// stateColours tell the states apart in the picture; labels that are no state
// take the colour that is nearest in meaning.
var stateColours = map[label]string{
	label(posture.Upright): "#8fd0ae", label(posture.Slouching): "#e58078", forwardHead: "#f0b27a",
	label(posture.LeaningIn): "#c3a5e0", label(posture.LeaningAside): "#a3bcec", headTilt: "#b5d6ea",
	label(posture.LookingDown): "#ead37a", label(posture.Turned): "#93d6d9",
	label(posture.Standing): "#a9bccb", label(posture.Away): "#c6ced4", label(posture.Unknown): "#e4e8eb",
	harmless: "#c9ead7", anything: "#f3f4f5",
}

// Colours of lines.
const (
	svgInk    = "#20303b"
	svgFaint  = "#5d6b75"
	svgGrid   = "#e3e7ea"
	svgAlarm  = "#b3261e"
	svgTruth  = "#1f5fa8"
	svgGuess  = "#b25a00"
	svgPoorly = "#fdf0ef" // behind the plots where the label is poor
)

// writeSVG draws what a clip's labels and truth say against what the engine
// made of it over time.
func writeSVG(path string, c *judgedClip, dwell float64) error {
	if err := os.WriteFile(path, drawSVG(c, dwell), 0o600); err != nil {
		return fmt.Errorf("write picture: %w", err)
	}
	return nil
}

// drawing is a picture with time from left to right.
type drawing struct {
	bytes.Buffer
	seconds float64
}

func (d *drawing) x(t float64) float64 {
	return svgLeft + t/d.seconds*(svgWidth-svgLeft-svgRight)
}

func (d *drawing) text(x, y float64, anchor, colour, s string) {
	fmt.Fprintf(d, `<text x="%.1f" y="%.1f" text-anchor="%s" fill="%s">%s</text>`, x, y, anchor, colour, html.EscapeString(s))
}

func (d *drawing) rect(x, y, width, height float64, colour, title string) {
	fmt.Fprintf(d, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s">`, x, y, max(0, width), height, colour)
	if title != "" {
		fmt.Fprintf(d, `<title>%s</title>`, html.EscapeString(title))
	}
	d.WriteString(`</rect>`)
}

// bar is a stretch of time, named inside if there is room.
func (d *drawing) bar(y, height, from, to float64, colour, name string) {
	d.rect(d.x(from), y, d.x(to)-d.x(from), height, colour, fmt.Sprintf("%s %.1f to %.1f s", name, from, to))
	if height == svgBand && d.x(to)-d.x(from) > svgLetter*float64(len(name))+6 {
		d.text((d.x(from)+d.x(to))/2, y+14, "middle", svgInk, name)
	}
}

// upright is a line across at a time.
func (d *drawing) upright(t, top, bottom float64, colour, dashes, title string) {
	fmt.Fprintf(d, `<line x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f" stroke="%s" stroke-width="1.5" stroke-dasharray="%s"><title>%s</title></line>`,
		d.x(t), d.x(t), top, bottom, colour, dashes, html.EscapeString(title))
}

// plot is a pair of axes; values are from lo to hi.
type plot struct {
	*drawing
	top, height, lo, hi float64
}

func (p *plot) y(v float64) float64 {
	return p.top + p.height*(p.hi-min(p.hi, max(p.lo, v)))/(p.hi-p.lo)
}

// grid draws lines across, a name to the left and the stretches behind.
func (p *plot) grid(name string, step float64, unit string, behind []stretch) {
	p.rect(svgLeft, p.top, svgWidth-svgLeft-svgRight, p.height, "#fff", "")
	for _, s := range behind {
		p.rect(p.x(s.from), p.top, p.x(s.to)-p.x(s.from), p.height, svgPoorly, "")
	}
	for v := p.lo; v <= p.hi; v += step {
		colour := svgGrid
		if v == 0 {
			colour = "#b9c2c9"
		}
		fmt.Fprintf(p, `<line x1="%d" x2="%d" y1="%.1f" y2="%.1f" stroke="%s"/>`, svgLeft, svgWidth-svgRight, p.y(v), p.y(v), colour)
		p.text(svgLeft-6, p.y(v)+4, "end", svgFaint, fmt.Sprintf("%.0f%s", v, unit))
	}
	p.text(svgLeft, p.top-7, "start", svgInk, name)
}

// point is a value at a time, or a gap in a line.
type point struct {
	t, v, band float64
	ok         bool
}

// curve draws a line through the points, broken at gaps.
func (p *plot) curve(colour, dashes string, points []point) {
	fmt.Fprintf(p, `<path fill="none" stroke="%s" stroke-width="1.8" stroke-linejoin="round" stroke-dasharray="%s" d="`, colour, dashes)
	pen := "M"
	for _, q := range points {
		if !q.ok {
			pen = "M"
			continue
		}
		fmt.Fprintf(p, "%s%.1f %.1f", pen, p.x(q.t), p.y(q.v))
		pen = "L"
	}
	p.WriteString(`"/>`)
}

// band shades the points' bands, broken at gaps.
func (p *plot) band(colour string, points []point) {
	for i := 0; i < len(points); {
		k := i
		for k < len(points) && points[k].ok {
			k++
		}
		if k > i {
			fmt.Fprintf(p, `<path fill="%s" fill-opacity="0.18" d="M`, colour)
			for m := i; m < k; m++ {
				fmt.Fprintf(p, "%.1f %.1f ", p.x(points[m].t), p.y(points[m].v+points[m].band))
			}
			for m := k - 1; m >= i; m-- {
				fmt.Fprintf(p, "%.1f %.1f ", p.x(points[m].t), p.y(points[m].v-points[m].band))
			}
			p.WriteString(`Z"/>`)
		}
		i = k + 1
	}
}

func drawSVG(c *judgedClip, dwell float64) []byte {
	d := &drawing{seconds: c.seconds}
	poor := stretches(c.segments, posture.DefaultBridgeLapse)

	// Rows of states, of sitting and of alerts.
	y := float64(svgTop)
	row := func(name string, height float64) float64 {
		d.text(svgLeft-6, y+height/2+4, "end", svgInk, name)
		top := y
		y += height + 5
		return top
	}
	at := row("true state", svgBand)
	for _, s := range c.segments {
		d.bar(at, svgBand, s.from, s.to, stateColours[s.label], string(s.label))
	}
	at = row("seen as", svgBand)
	c.runs(func(s *sample) string { return string(s.live.State) }, func(from, to float64, state string) {
		d.bar(at, svgBand, from, to, stateColours[label(state)], state)
	})
	at = row("sitting, true", svgThin)
	for _, s := range c.segments {
		if s.label.sitting() {
			d.bar(at, svgThin, s.from, s.to, "#5b8fc4", "sitting")
		}
	}
	at = row("sitting, counted", svgThin)
	c.runs(func(s *sample) string {
		if s.sat > 0 {
			return "sitting counted"
		}
		return ""
	}, func(from, to float64, name string) {
		if name != "" {
			d.bar(at, svgThin, from, to, svgGuess, name)
		}
	})
	at = row("alerts", svgBand)
	d.rect(svgLeft, at, svgWidth-svgLeft-svgRight, svgBand, "#f7f8f9", "")
	for _, s := range poor {
		if s.to-s.from >= dwell {
			due := s.from + dwell
			fmt.Fprintf(d, `<rect x="%.1f" y="%.1f" width="%.1f" height="%d" fill="#fff" stroke="%s" stroke-dasharray="3 2"><title>alert due from %.1f s, before %.1f s</title></rect>`,
				d.x(due), at+2, d.x(s.to)-d.x(due), svgBand-4, svgAlarm, due, s.to)
			if d.x(s.to)-d.x(due) > 50 {
				d.text(d.x(s.to)-5, at+14, "end", svgAlarm, "due")
			}
		}
	}
	for _, t := range c.alerts {
		word, colour := "", svgAlarm
		if c.innocent(t) {
			word, colour = "false", "#000"
		}
		fmt.Fprintf(d, `<path d="M%.1f %.1fl6 9l-6 9l-6 -9z" fill="%s"><title>alert at %.1f s %s</title></path>`, d.x(t), at+1, colour, t, word)
		d.text(d.x(t)+9, at+14, "start", colour, word)
	}
	rows := y

	// Plots.
	y += svgGap - 10
	tops := []float64{y} // of the plots
	p := &plot{d, y, svgScore, 0, 100}
	p.grid("score (dark) and points of a slouch (red)", 25, "", poor)
	var score, slouch []point
	for i := range c.samples {
		s := &c.samples[i]
		q := point{t: s.at, ok: s.scored()}
		if q.ok {
			q.v = *s.live.Score
		}
		score = append(score, q)
		q.v = s.points
		slouch = append(slouch, q)
	}
	p.curve(svgAlarm, "", slouch)
	p.curve(svgInk, "", score)
	y += svgScore
	for _, a := range angleNames {
		truth := c.truth.column(a.name)
		if truth == nil {
			continue
		}
		y += svgGap
		tops = append(tops, y)
		c.drawAngle(&plot{drawing: d, top: y, height: svgAngle}, a.name, a.of, truth, poor)
		y += svgAngle
	}

	// What goes across all of it.
	fmt.Fprintf(d, `<path d="M%.1f %d v-5 H%.1f v5" fill="none" stroke="%s"/>`, d.x(c.from), svgTop-4, d.x(c.to), svgFaint)
	d.text(d.x((c.from+c.to)/2), svgTop-12, "middle", svgFaint, "baseline")
	mark := func(t float64, colour, dashes, title string) {
		d.upright(t, svgTop, rows-5, colour, dashes, title)
		for i, top := range tops {
			height := float64(svgAngle)
			if i == 0 {
				height = svgScore
			}
			d.upright(t, top, top+height, colour, dashes, title)
		}
	}
	for _, t := range c.alerts {
		for i, top := range tops {
			height := float64(svgAngle)
			if i == 0 {
				height = svgScore
			}
			d.upright(t, top, top+height, svgAlarm, "4 3", fmt.Sprintf("alert at %.1f s", t))
		}
	}
	if c.cameraMoved > 0 {
		mark(c.cameraMoved, svgInk, "1 3", fmt.Sprintf("camera moved at %.1f s", c.cameraMoved))
		d.text(d.x(c.cameraMoved)+4, svgTop-14, "end", svgInk, "camera moved")
	}
	for _, t := range c.moved {
		mark(t, "#6a3fb5", "6 3", fmt.Sprintf("said at %.1f s that the camera moved", t))
		d.text(d.x(t), svgTop-3, "start", "#6a3fb5", "noticed")
	}
	step := 10.0
	for c.seconds/step > 14 {
		step *= 2
	}
	for t := 0.0; t <= c.seconds; t += step {
		d.upright(t, y, y+4, svgFaint, "", "")
		d.text(d.x(t), y+17, "middle", svgFaint, fmt.Sprintf("%.0f s", t))
	}

	// Which colour is which, of those that there are.
	y += svgBottom
	lx := float64(svgLeft)
	for _, l := range labels {
		if !c.has(l) {
			continue
		}
		if width := 28 + svgLetter*float64(len(l)); lx+width > svgWidth-svgRight {
			lx, y = svgLeft, y+18
		}
		fmt.Fprintf(d, `<rect x="%.1f" y="%.1f" width="12" height="12" fill="%s" stroke="#c4ccd2"/>`, lx, y-10, stateColours[l])
		d.text(lx+17, y, "start", svgInk, string(l))
		lx += 34 + svgLetter*float64(len(l))
	}
	height := y + 18

	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %.0f" font-family="system-ui, sans-serif" font-size="12">`, svgWidth, height)
	fmt.Fprintf(&b, `<rect width="%d" height="%.0f" fill="#fff"/>`, svgWidth, height)
	fmt.Fprintf(&b, `<text x="16" y="24" font-size="16" fill="%s">%s</text>`, svgInk,
		html.EscapeString(fmt.Sprintf("%s: %s, camera %s, %s view", c.name(), c.subject, c.camera, c.view)))
	_, _ = d.WriteTo(&b) // never fails
	b.WriteString("</svg>\n")
	return b.Bytes()
}

// drawAngle draws a true angle and the estimates of it.
func (j *judgedClip) drawAngle(p *plot, name string, of func(*posture.Angles) posture.Angle, truth []float64, poor []stretch) {
	var known, guessed []point
	p.lo, p.hi = -10, 10
	widen := func(v float64) {
		if v = max(-180, min(180, v)); v == v { // not for NaN
			p.lo, p.hi = min(p.lo, 10*math.Floor(v/10)), max(p.hi, 10*math.Ceil(v/10))
		}
	}
	for i, v := range truth {
		known = append(known, point{t: j.truth.times[i], v: v, ok: finite(v)})
		widen(v)
	}
	estimates := 0
	for i := range j.samples {
		a, ok := j.samples[i].angle(of)
		guessed = append(guessed, point{j.samples[i].at, a.Degrees, a.Band, ok})
		if ok {
			estimates++
			widen(a.Degrees - a.Band)
			widen(a.Degrees + a.Band)
		}
	}
	step := 10.0
	for (p.hi-p.lo)/step > 6 {
		step *= 2
	}
	p.lo, p.hi = step*math.Floor(p.lo/step), step*math.Ceil(p.hi/step)
	words := map[string]string{
		"thoracic_flexion_deg": "rounding of the upper back", "neck_inclination_deg": "forward lean of the neck",
		"trunk_inclination_deg": "forward lean of the trunk", "lateral_lean_deg": "lean to the own left", "head_pitch_deg": "nod of the head",
	}
	title := fmt.Sprintf("%s (%s): true (blue, dashed)", words[name], name)
	if estimates > 0 {
		title += " and estimated with its band (orange)"
	} else {
		title += "; no estimate"
	}
	p.grid(title, step, "°", poor)
	p.band(svgGuess, guessed)
	p.curve(svgTruth, "5 3", known)
	p.curve(svgGuess, "", guessed)
}

// runs calls each with the stretches of the clip in which the word of its
// samples stays the same. A judgement holds until the next.
func (j *judgedClip) runs(word func(*sample) string, each func(from, to float64, word string)) {
	for i := 0; i < len(j.samples); {
		from, w := j.samples[i].at, word(&j.samples[i])
		for i < len(j.samples) && word(&j.samples[i]) == w {
			i++
		}
		to := j.seconds
		if i < len(j.samples) {
			to = j.samples[i].at
		}
		each(from, to, w)
	}
}

// has reports whether a label or the state of that name is in the clip.
func (j *judgedClip) has(l label) bool {
	for _, s := range j.segments {
		if s.label == l {
			return true
		}
	}
	for i := range j.samples {
		if label(j.samples[i].live.State) == l {
			return true
		}
	}
	return false
}
