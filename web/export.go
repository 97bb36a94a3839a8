package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"sitwell/posture/history"
)

const (
	// DefaultExports is how many exports run at once: each holds a reader of
	// the database, and one person needs one.
	DefaultExports = 2
	// DefaultExportStall is how long a client may read nothing of an export. As
	// long as it lasts the database's log grows.
	// A client's system may buffer some megabytes and ask for more only when
	// most of them are read: over a slow line that takes a minute.
	DefaultExportStall = 2 * time.Minute
	// exportTimeout is for those who read on, but hardly: five years take some
	// seconds, and at 50 kilobytes a second half an hour.
	exportTimeout = time.Hour
	// exportPiece is what is written at once, in bytes.
	exportPiece = 16 << 10
)

// exportTypes are the formats and what a browser is told they are.
var exportTypes = map[string]string{"csv": "text/csv; charset=utf-8; header=present", "json": "application/json"}

// exportQuery is what was asked of GET /api/v1/export.
type exportQuery struct {
	first, last *history.Date // nil for no bound
	format      string
}

// parseExport reads ?from=2026-11-01&to=2026-11-25&format=csv.
func parseExport(values url.Values) (q exportQuery, err error) {
	for name, given := range values {
		switch {
		case name != "from" && name != "to" && name != "format":
			return q, fmt.Errorf("unknown key %.60q: an export takes from, to and format", name)
		case len(given) != 1:
			return q, fmt.Errorf("%s is given %d times", name, len(given))
		}
	}
	q.format = "csv"
	if values.Has("format") {
		q.format = values.Get("format")
	}
	if exportTypes[q.format] == "" {
		return q, fmt.Errorf("format is %.30q: want csv or json", q.format)
	}
	q.first, q.last, err = history.ParseBounds(values.Get("from"), values.Get("to"))
	return q, err
}

// name is the file that a browser saves.
func (q *exportQuery) name() string {
	name := "sitwell"
	switch {
	case q.first != nil && q.last != nil:
		name += "-" + q.first.String() + "-" + q.last.String()
	case q.first != nil:
		name += "-from-" + q.first.String()
	case q.last != nil:
		name += "-to-" + q.last.String()
	}
	return name + "." + q.format
}

// export streams the history. What fails in the midst breaks the connection off,
// so that nobody takes a part for the whole.
func (s *Server) export(w http.ResponseWriter, r *http.Request) {
	q, err := parseExport(r.URL.Query())
	if err != nil {
		s.fail(w, false, http.StatusBadRequest, err)
		return
	}
	if s.config.Export == nil {
		s.fail(w, false, http.StatusServiceUnavailable, errors.New("this Sitwell has no history to export"))
		return
	}
	to := &stream{w: w, control: http.NewResponseController(w), stall: s.limits.ExportStall, head: func() {
		w.Header().Set("Content-Type", exportTypes[q.format])
		w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", q.name()))
	}}
	if r.Method == http.MethodHead {
		to.begin()
		return
	}
	if s.exports.Add(1) > int32(s.limits.Exports) {
		s.exports.Add(-1)
		w.Header().Set("Retry-After", "5")
		s.fail(w, false, http.StatusServiceUnavailable, fmt.Errorf("%d exports are under way: try again when one has ended", s.limits.Exports))
		return
	}
	defer s.exports.Add(-1)
	ctx, cancel := context.WithTimeout(r.Context(), exportTimeout)
	defer cancel()
	err = s.config.Export(ctx, to, q.first, q.last, q.format)
	if err == nil {
		return
	}
	if to.begun {
		s.log.Warn("an export broke off", "error", err)
		panic(http.ErrAbortHandler)
	}
	s.log.Error("the history can't be exported", "error", err)
	s.fail(w, false, http.StatusInternalServerError, errors.New("the history can't be exported, see the log"))
}

// stream writes a long answer, which its client must go on reading.
type stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
	stall   time.Duration
	head    func()
	begun   bool
}

func (s *stream) begin() {
	if !s.begun {
		s.begun = true
		s.head()
	}
}

func (s *stream) Write(p []byte) (n int, err error) {
	s.begin()
	for n < len(p) {
		if err := s.control.SetWriteDeadline(time.Now().Add(s.stall)); err != nil && !errors.Is(err, http.ErrNotSupported) {
			return n, err
		}
		m, err := s.w.Write(p[n:min(len(p), n+exportPiece)])
		n += m
		if err != nil {
			return n, err
		}
	}
	return n, nil
}
