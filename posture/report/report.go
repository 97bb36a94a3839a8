// Package report writes a week for whoever is to read it away from the page: as
// one HTML file with charts, as Markdown, or as JSON. It adds nothing up that
// the package history doesn't tell, knows no clock and no file, and writes the
// same bytes for the same week.
package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"sitwell/posture/history"
)

// Format is how a report is written.
type Format string

// The formats.
const (
	HTML     Format = "html" // one file that needs no other, with charts
	Markdown Format = "md"   // GitHub's, with tables
	JSON     Format = "json" // [history.Week] on one line, as the HTTP interface has it
)

// Formats lists every format once; the first is the usual one.
var Formats = []Format{HTML, Markdown, JSON}

// ParseFormat reads "html", "md" or "json"; another is an error that says so.
func ParseFormat(s string) (Format, error) {
	for _, f := range Formats {
		if s == string(f) {
			return f, nil
		}
	}
	return "", fmt.Errorf("format is %.40q: want html, md or json", s)
}

// ContentType is the media type for HTTP.
func (f Format) ContentType() string {
	switch f {
	case HTML:
		return "text/html; charset=utf-8"
	case Markdown:
		return "text/markdown; charset=utf-8"
	}
	return "application/json"
}

// FileName is the name that a week's report is kept by, as
// "sitwell-2026-W47.html".
func (f Format) FileName(w history.ISOWeek) string { return fmt.Sprintf("sitwell-%s.%s", w, f) }

// Policy is the Content-Security-Policy that the HTML report needs, and has
// inside it too: its own style, and nothing else.
const Policy = "default-src 'none'; style-src 'unsafe-inline'"

// Write writes the report of a week, which must be one that [history.ReadWeek]
// returned: seven days, their hours in their own zones.
func Write(w io.Writer, week history.Week, f Format) error { return write(w, week, f, false) }

// WriteDemo is [Write] for a week of the built-in clip, and says that it is.
func WriteDemo(w io.Writer, week history.Week, f Format) error { return write(w, week, f, true) }

func write(w io.Writer, week history.Week, f Format, demo bool) error {
	var err error
	v := func() *view {
		v := newView(&week)
		if demo {
			v.Facts = append([]fact{{"Of", "the built-in demo clip: nobody's history"}}, v.Facts...)
		}
		return v
	}
	switch f {
	case HTML:
		err = page.Execute(w, v())
	case Markdown:
		var text strings.Builder
		markdown(&text, v())
		_, err = io.WriteString(w, text.String())
	case JSON:
		var text []byte
		if text, err = json.Marshal(week); err == nil {
			_, err = w.Write(append(text, '\n'))
		}
	default:
		err = fmt.Errorf("unknown format %q", string(f))
	}
	if err != nil {
		return fmt.Errorf("write the report of %s: %w", week.Week, err)
	}
	return nil
}
