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

// Archive tells of what is stored. A zero time is no bound.
type Archive interface {
	// Kept counts what is stored from a time on and before another.
	Kept(ctx context.Context, from, to time.Time) (posture.Kept, error)
	// Extent is when it begins and ends; false when there is nothing.
	Extent(ctx context.Context) (first, last time.Time, ok bool, err error)
	// Size is what it takes on disk, in bytes.
	Size() (int64, error)
}

// Keep says how long each kind of record is kept, in the config's words: "730d",
// "forever" or "none".
type Keep struct {
	Minutes      string `json:"minutes"`
	Events       string `json:"events"`
	Measurements string `json:"measurements"`
}

// Holding is the answer of GET /api/v1/history.
type Holding struct {
	// First and Last are the days on which the history begins and ends; nil
	// when there is none. Zone is the one now lived by.
	First *history.Date `json:"first"`
	Last  *history.Date `json:"last"`
	Zone  string        `json:"zone"`
	// Bytes is what all of it takes on disk.
	Bytes int64 `json:"bytes"`
	// Kept is what is stored, of the days that were asked for.
	posture.Kept
	// Demo is true when it is the demo's history, not the person's.
	Demo bool `json:"demo"`
	Keep Keep `json:"keep"`
}

// eraseTimeout is how long who asks for a deletion waits for its end, less than
// a request may take: five years are gone in a few seconds.
const eraseTimeout = 12 * time.Second

// span is what a request names of the history.
type span struct {
	first, last *history.Date // nil for no bound
	all         bool
	person      bool // their own, though the page may show the demo's
}

// parseSpan reads ?from=2026-11-20&to=2026-11-21, or to delete ?all=true, with
// &whose=person or without.
func parseSpan(values url.Values, toDelete bool) (s span, err error) {
	keys := "from and to"
	if toDelete {
		keys = "from and to, or all=true"
	}
	for name, given := range values {
		switch {
		case name != "from" && name != "to" && (name != "all" && name != "whose" || !toDelete):
			return s, fmt.Errorf("unknown key %.60q: want %s", name, keys)
		case len(given) != 1:
			return s, fmt.Errorf("%.60q is given %d times", name, len(given))
		case given[0] == "":
			return s, fmt.Errorf("%s is empty: want a day as in 2026-11-20", name)
		}
	}
	if values.Has("whose") && values.Get("whose") != "person" {
		return s, fmt.Errorf("whose=%.30q: want person, or nothing for the history that is shown", values.Get("whose"))
	}
	s.person = values.Has("whose")
	if values.Has("all") {
		if values.Get("all") != "true" || values.Has("from") || values.Has("to") {
			return s, errors.New("all=true is for everything; a range is from and to alone")
		}
		s.all = true
		return s, nil
	}
	s.first, s.last, err = history.ParseBounds(values.Get("from"), values.Get("to"))
	return s, err
}

func (s *Server) holding(w http.ResponseWriter, r *http.Request) {
	asked, err := parseSpan(r.URL.Query(), false)
	if err != nil {
		s.fail(w, false, http.StatusBadRequest, err)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), serviceTimeout)
	defer cancel()
	h, err := s.readHolding(ctx, asked)
	if err != nil {
		s.failRead(w, r, "the history", err)
		return
	}
	s.answer(w, http.StatusOK, h)
}

func (s *Server) readHolding(ctx context.Context, asked span) (h Holding, err error) {
	h = Holding{Demo: s.config.Service.Status().Source.Demo, Keep: s.config.Keep}
	zones, err := s.config.History().Zones(ctx)
	if err != nil {
		return h, err
	}
	h.Zone = zones.At(time.Now()).String()
	archive := s.config.Archive
	first, last, ok, err := archive.Extent(ctx)
	if err != nil {
		return h, err
	}
	if ok {
		from, to := zones.Date(first), zones.Date(last)
		h.First, h.Last = &from, &to
	}
	if h.Bytes, err = archive.Size(); err != nil {
		return h, err
	}
	for _, part := range zones.Between(asked.first, asked.last) {
		kept, err := archive.Kept(ctx, part.From, part.To)
		if err != nil {
			return h, err
		}
		h.Kept.Add(kept)
	}
	return h, nil
}

// erase deletes days, or everything. Nothing is deleted unless it was said what.
func (s *Server) erase(w http.ResponseWriter, r *http.Request) {
	asked, err := parseSpan(r.URL.Query(), true)
	if err == nil && !asked.all && asked.first == nil && asked.last == nil {
		err = errors.New("nothing is named: want from and to, as ?from=2026-11-20&to=2026-11-21, or all=true")
	}
	if err != nil {
		s.fail(w, false, http.StatusBadRequest, err)
		return
	}
	var gone posture.Kept
	if s.doWithin(w, r, eraseTimeout, func(ctx context.Context) (err error) {
		if asked.all {
			gone, err = s.config.Service.EraseAll(ctx, asked.person)
			return err
		}
		src := s.config.History
		if asked.person {
			src = s.config.Own
		}
		zones, err := src().Zones(ctx)
		if err != nil {
			s.log.Error("the history can't be read", "error", err)
			return monitor.ErrNotRead
		}
		for _, part := range zones.Between(asked.first, asked.last) {
			kept, err := s.config.Service.Erase(ctx, asked.person, part.From.UTC(), part.To.UTC())
			if err != nil {
				return err
			}
			gone.Add(kept)
		}
		return nil
	}) {
		s.answer(w, http.StatusOK, gone)
	}
}

// CheckIn is the body of POST /api/v1/check-ins: the tension in areas of the back,
// 0 to 10.
type CheckIn struct {
	Tension map[posture.Area]*int `json:"tension"`
}

func (s *Server) checkIn(w http.ResponseWriter, r *http.Request) {
	text, ok := s.body(w, r)
	if !ok {
		return
	}
	var said CheckIn
	if err := decodeStrict(text, &said); err != nil {
		s.fail(w, false, http.StatusBadRequest, err)
		return
	}
	tension := map[posture.Area]int{}
	for area, v := range said.Tension {
		if v == nil { // nothing said is not no tension
			s.fail(w, false, http.StatusBadRequest, fmt.Errorf("tension of %.40q is null: want 0 to %d, or leave it out", string(area), posture.MaxTension))
			return
		}
		tension[area] = *v
	}
	var stored EventList
	if s.do(w, r, func(ctx context.Context) (err error) {
		stored.Events, err = s.config.Service.CheckIn(ctx, tension)
		return err
	}) {
		s.answer(w, http.StatusCreated, stored)
	}
}
