package main

import (
	"bytes"
	"fmt"
	"html"
	"os"

	"sitwell/posture"
)

// The picture's measures in its own pixels.
const (
	svgWidth  = 960
	svgLeft   = 90 // where time begins
	svgRight  = 20
	svgTop    = 30
	svgBand   = 18 // height of a row of states
	svgPlot   = 160
	svgGap    = 34
	svgBottom = 40
)

// stateColours tell the states apart in the picture; labels that are no state
// take the colour that is nearest in meaning.
var stateColours = map[label]string{
	label(posture.Upright): "#3a9d6e", label(posture.Slouching): "#d1493f", forwardHead: "#e0803a",
	label(posture.LeaningIn): "#8a63b8", label(posture.LeaningAside): "#5b7fc4", headTilt: "#7fb2d9",
	label(posture.LookingDown): "#c9a227", label(posture.Turned): "#4fb0b5",
	label(posture.Standing): "#56718a", label(posture.Away): "#9aa5ae", label(posture.Unknown): "#d5dade",
	harmless: "#9fd3b6", anything: "#f0f1f2",
}

// writeSVG draws what a clip's labels and truth say against what the engine
// made of it over time.
func writeSVG(path string, c *judgedClip) error {
	if err := os.WriteFile(path, drawSVG(c), 0o600); err != nil {
		return fmt.Errorf("write picture: %w", err)
	}
	return nil
}

func drawSVG(c *judgedClip) []byte {
	var b bytes.Buffer
	x := func(t float64) float64 { return svgLeft + t/c.seconds*(svgWidth-svgLeft-svgRight) }
	truthRow := float64(svgTop)
	seenRow := truthRow + svgBand + 6
	scoreTop := seenRow + svgBand + svgGap
	bottom := scoreTop + svgPlot
	angles := c.truth.column("thoracic_flexion_deg")
	angleTop := bottom + svgGap
	if angles != nil {
		bottom = angleTop + svgPlot
	}
	legend := bottom + svgBottom
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %.0f" font-family="sans-serif" font-size="11" fill="#333">`, svgWidth, legend+40)
	fmt.Fprintf(&b, `<rect width="%d" height="%.0f" fill="#fff"/>`, svgWidth, legend+40)
	text := func(x, y float64, anchor, s string) {
		fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" text-anchor="%s">%s</text>`, x, y, anchor, html.EscapeString(s))
	}
	band := func(y, from, to float64, l label) {
		fmt.Fprintf(&b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%d" fill="%s"><title>%s %.1f to %.1f s</title></rect>`,
			x(from), y, max(0, x(to)-x(from)), svgBand, stateColours[l], l, from, to)
	}
	text(svgLeft, 18, "start", c.name()+" ("+c.subject+", "+c.camera+", "+c.view+")")

	text(svgLeft-6, truthRow+13, "end", "label")
	for _, s := range c.segments {
		band(truthRow, s.from, s.to, s.label)
	}
	text(svgLeft-6, seenRow+13, "end", "seen")
	for i := 0; i < len(c.samples); {
		from, state := c.samples[i].at, c.samples[i].live.State
		for i < len(c.samples) && c.samples[i].live.State == state {
			i++
		}
		to := c.seconds
		if i < len(c.samples) {
			to = c.samples[i].at
		}
		band(seenRow, from, to, label(state))
	}

	// Lines run over gaps where there is no value only as a gap.
	curve := func(top, lo, hi float64, colour string, n int, at func(int) (t, v float64, ok bool)) {
		pen := "M"
		fmt.Fprintf(&b, `<path fill="none" stroke="%s" stroke-width="1.5" d="`, colour)
		for i := range n {
			t, v, ok := at(i)
			if !ok {
				pen = "M"
				continue
			}
			fmt.Fprintf(&b, "%s%.1f %.1f", pen, x(t), top+svgPlot*(hi-v)/(hi-lo))
			pen = "L"
		}
		b.WriteString(`"/>`)
	}
	grid := func(top, lo, hi, step float64, unit string) {
		for v := lo; v <= hi; v += step {
			y := top + svgPlot*(hi-v)/(hi-lo)
			fmt.Fprintf(&b, `<line x1="%d" x2="%d" y1="%.1f" y2="%.1f" stroke="#e3e6e8"/>`, svgLeft, svgWidth-svgRight, y, y)
			text(svgLeft-6, y+4, "end", fmt.Sprintf("%.0f%s", v, unit))
		}
	}
	grid(scoreTop, 0, 100, 25, "")
	text(svgLeft, scoreTop-6, "start", "score (dark) and slouch points (red); lines: alerts")
	score := func(i int) (float64, float64, bool) {
		s := &c.samples[i]
		if !s.scored() {
			return 0, 0, false
		}
		return s.at, *s.live.Score, true
	}
	curve(scoreTop, 0, 100, "#2b3a45", len(c.samples), score)
	curve(scoreTop, 0, 100, "#d1493f", len(c.samples), func(i int) (float64, float64, bool) {
		t, _, ok := score(i)
		return t, min(100, c.samples[i].slouch()), ok
	})
	for _, t := range c.alerts {
		fmt.Fprintf(&b, `<line x1="%.1f" x2="%.1f" y1="%.1f" y2="%.1f" stroke="#d1493f" stroke-dasharray="4 3"><title>alert at %.1f s</title></line>`, x(t), x(t), truthRow, scoreTop+svgPlot, t)
	}
	if angles != nil {
		lo, hi := -10.0, 30.0
		for _, v := range angles {
			for v < lo {
				lo -= 10
			}
			for v > hi { // false for NaN
				hi += 10
			}
		}
		grid(angleTop, lo, hi, 10, "°")
		text(svgLeft, angleTop-6, "start", "true thoracic flexion")
		curve(angleTop, lo, hi, "#5b7fc4", len(angles), func(i int) (float64, float64, bool) {
			return c.truth.times[i], angles[i], angles[i] == angles[i]
		})
	}
	for t := 0.0; t <= c.seconds; t += 10 {
		text(x(t), bottom+16, "middle", fmt.Sprintf("%.0f s", t))
	}
	for i, l := range labels {
		lx, ly := svgLeft+float64(i%7)*122, legend+float64(i/7)*18
		fmt.Fprintf(&b, `<rect x="%.0f" y="%.0f" width="11" height="11" fill="%s" stroke="#ccd"/>`, lx, ly-9, stateColours[l])
		text(lx+16, ly, "start", string(l))
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}
