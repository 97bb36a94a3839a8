package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"sitwell/posture"
	"sitwell/posture/history"
	"sitwell/posture/monitor"
)

// EventList is the answer of GET /api/v1/events.
type EventList struct {
	Events []posture.Event `json:"events"` // oldest first
	// More is true when there are others: newer ones when it was asked for
	// those after one or of a time, older ones otherwise.
	More bool `json:"more"`
}

// eventQuery is what was asked of GET /api/v1/events.
type eventQuery struct {
	limit    int
	after    int64 // -1 when it wasn't given
	timed    bool  // from or to was given
	from, to time.Time
}

// parseEvents reads ?from=2026-11-20T00:00:00Z&to=...&after=12&limit=100.
func parseEvents(values url.Values) (q eventQuery, err error) {
	q = eventQuery{limit: defaultEvents, after: -1}
	if values.Has("limit") {
		limit, err := parseNumber("limit", values.Get("limit"), 1, maxEvents)
		if err != nil {
			return q, err
		}
		q.limit = int(limit)
	}
	if values.Has("after") {
		if q.after, err = parseNumber("after", values.Get("after"), 0, 1<<62); err != nil {
			return q, err
		}
	}
	for _, bound := range []struct {
		name string
		into *time.Time
	}{{"from", &q.from}, {"to", &q.to}} {
		if !values.Has(bound.name) {
			continue
		}
		q.timed = true
		text := values.Get(bound.name)
		if *bound.into, err = time.Parse(time.RFC3339Nano, text); err != nil || bound.into.IsZero() {
			return q, fmt.Errorf("%s=%.40q is not a time: write it as 2026-11-20T08:00:00Z or 2026-11-20T08:00:00%%2B01:00", bound.name, text)
		}
	}
	if values.Has("from") && values.Has("to") && q.to.Before(q.from) {
		return q, fmt.Errorf("the time runs backwards: from %s to %s; swap them", q.from.Format(time.RFC3339Nano), q.to.Format(time.RFC3339Nano))
	}
	return q, nil
}

func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	q, err := parseEvents(r.URL.Query())
	if err != nil {
		s.fail(w, false, http.StatusBadRequest, err)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), serviceTimeout)
	defer cancel()
	var list EventList
	switch store := s.config.Events; {
	case q.timed:
		list.Events, err = store.EventPage(ctx, q.from, q.to, max(q.after, 0), q.limit+1)
	case q.after >= 0:
		list.Events, err = store.EventsAfter(ctx, q.after, q.limit+1)
	default:
		list.Events, err = store.RecentEvents(ctx, q.limit+1)
	}
	switch {
	case errors.Is(err, monitor.ErrUnknown):
		s.fail(w, false, http.StatusBadRequest, fmt.Errorf("after=%d is not an event that is there: begin again without it", q.after))
		return
	case err != nil:
		s.failRead(w, r, "the events", err)
		return
	}
	if list.More = len(list.Events) > q.limit; list.More {
		if q.timed || q.after >= 0 {
			list.Events = list.Events[:q.limit]
		} else {
			list.Events = list.Events[len(list.Events)-q.limit:]
		}
	}
	if list.Events == nil {
		list.Events = []posture.Event{}
	}
	s.answer(w, http.StatusOK, list)
}

func (s *Server) week(w http.ResponseWriter, r *http.Request) {
	lookBack(s, w, r, history.ParseWeek, history.ReadWeek)
}

func (s *Server) day(w http.ResponseWriter, r *http.Request) {
	lookBack(s, w, r, history.ParseDay, history.ReadDay)
}

// lookBack answers with what read tells of the week or day in the address.
func lookBack[Which, Told any](
	s *Server, w http.ResponseWriter, r *http.Request, parse func(string) (Which, error),
	read func(context.Context, history.Source, Which, time.Time) (Told, error),
) {
	which, err := parse(r.PathValue("id"))
	if err != nil {
		s.fail(w, false, http.StatusBadRequest, err)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), serviceTimeout)
	defer cancel()
	told, err := read(ctx, s.config.History(), which, time.Now())
	if err != nil {
		s.failRead(w, r, "the history", err)
		return
	}
	s.answer(w, http.StatusOK, told)
}
