package web

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"sitwell/posture/history"
	"sitwell/posture/report"
)

// reportPolicy lets a report have its own style, and nothing else.
const reportPolicy = report.Policy + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// parseReport reads ?format=html.
func parseReport(values url.Values) (report.Format, error) {
	format := report.HTML
	for name, given := range values {
		if name != "format" {
			return "", fmt.Errorf("unknown key %.60q: want format", name)
		}
		if len(given) != 1 {
			return "", fmt.Errorf("%.60q is given %d times", name, len(given))
		}
		var err error
		if format, err = report.ParseFormat(given[0]); err != nil {
			return "", err
		}
	}
	return format, nil
}

// report answers with a week's report, that opens in a tab of its own.
func (s *Server) report(w http.ResponseWriter, r *http.Request) {
	which, err := history.ParseWeek(r.PathValue("id"))
	if err != nil {
		s.fail(w, false, http.StatusBadRequest, err)
		return
	}
	format, err := parseReport(r.URL.Query())
	if err != nil {
		s.fail(w, false, http.StatusBadRequest, err)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), serviceTimeout)
	defer cancel()
	week, err := history.ReadWeek(ctx, s.config.History(), which, time.Now())
	var text bytes.Buffer
	if err == nil {
		write := report.Write
		if s.config.Service.Status().Source.Demo {
			write = report.WriteDemo
		}
		err = write(&text, week, format)
	}
	if err != nil {
		s.failRead(w, r, "the history", err)
		return
	}
	header := w.Header()
	header.Set("Content-Security-Policy", reportPolicy)
	header.Set("Content-Type", format.ContentType())
	header.Set("Content-Disposition", fmt.Sprintf("inline; filename=%q", format.FileName(which)))
	header.Set("Content-Length", strconv.Itoa(text.Len()))
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(text.Bytes()) // a client that has gone is nobody to tell
}
