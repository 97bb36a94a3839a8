package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/websocket"

	"sitwell/posture"
	"sitwell/posture/monitor"
)

const (
	// defaultEvents and maxEvents bound one answer.
	defaultEvents = 100
	maxEvents     = 1000
	// serviceTimeout bounds what a request waits for the watch or the store.
	serviceTimeout = 5 * time.Second
)

// contentPolicy lets the page load its own files and talk to its own origin,
// WebSocket included, and nothing else.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; " +
	"font-src 'self'; connect-src 'self'; manifest-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const permissionsPolicy = "camera=(), microphone=(), geolocation=(), display-capture=(), usb=(), serial=(), " +
	"hid=(), midi=(), payment=()"

type methods map[string]http.HandlerFunc

func (s *Server) newRoutes() map[string]methods {
	return map[string]methods{
		"/healthz":            {http.MethodGet: s.health},
		"/ws":                 {http.MethodGet: s.webSocket},
		"/api/v1/live":        {http.MethodGet: s.live},
		"/api/v1/events":      {http.MethodGet: s.events},
		"/api/v1/calibration": {http.MethodPost: s.calibrate, http.MethodDelete: s.cancelCalibration},
		"/api/v1/pause":       {http.MethodPost: s.pause},
		"/api/v1/resume":      {http.MethodPost: s.resume},
		"/api/v1/mirror":      {http.MethodPost: s.switchMirror},
	}
}

// ServeHTTP answers a request that passes the guard and carries the token.
// It needs [Server.Listen] to have been called: before, no host is ours.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	header := w.Header()
	header.Set("Content-Security-Policy", contentPolicy)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Permissions-Policy", permissionsPolicy)
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	header.Set("Cache-Control", "no-store")
	r.Body = http.MaxBytesReader(w, r.Body, s.limits.ReadLimit)

	at := r.URL.Path
	route, known := s.routes[at]
	page := !known && at != "/api" && !strings.HasPrefix(at, "/api/")
	if err := s.guard.check(newVisit(r, at == "/ws")); err != nil {
		if n, ok := s.refusals.ready(); ok {
			s.log.Warn("request refused", "from", r.RemoteAddr, "reason", err, "more", n)
		}
		s.fail(w, page, http.StatusForbidden, err)
		return
	}
	if page && readOnly(r.Method) && s.token.take(w, r) {
		return
	}
	if at != "/healthz" && !s.token.lets(r) {
		header.Set("WWW-Authenticate", `Bearer realm="Sitwell"`)
		s.fail(w, page, http.StatusUnauthorized, errors.New(
			"this Sitwell asks for its token; open the address it printed when it started, with ?token=... at its end, "+
				"once in this browser; a script sends the header Authorization: Bearer TOKEN"))
		return
	}
	switch {
	case page:
		s.page(w, r)
	case !known:
		s.fail(w, false, http.StatusNotFound, fmt.Errorf("%.200q is not an address here", at))
	default:
		method := r.Method
		if method == http.MethodHead && at != "/ws" {
			method = http.MethodGet
		}
		handle, ok := route[method]
		if !ok {
			allowed := slices.Sorted(maps.Keys(route))
			header.Set("Allow", strings.Join(allowed, ", "))
			s.fail(w, false, http.StatusMethodNotAllowed, fmt.Errorf("%s takes %s", at, strings.Join(allowed, " or ")))
			return
		}
		handle(w, r)
	}
}

func readOnly(method string) bool {
	return method == http.MethodGet || method == http.MethodHead
}

// answer sends a value as JSON.
func (s *Server) answer(w http.ResponseWriter, status int, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		s.log.Error("answer can't be encoded", "error", err)
		status, body = http.StatusInternalServerError, []byte(`{"error":"the answer can't be written, see the log"}`)
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)+1))
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n')) // a client that has gone is nobody to tell
}

// fail sends an error: to a person as plain text, to a program as JSON.
func (s *Server) fail(w http.ResponseWriter, page bool, status int, err error) {
	if page {
		s.text(w, status, http.StatusText(status)+": "+err.Error()+"\n")
		return
	}
	s.answer(w, status, map[string]string{"error": err.Error()})
}

func (s *Server) text(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
}

// page serves the page's files, and the page itself wherever there is none.
func (s *Server) page(w http.ResponseWriter, r *http.Request) {
	if !readOnly(r.Method) {
		w.Header().Set("Allow", "GET, HEAD")
		s.fail(w, true, http.StatusMethodNotAllowed, errors.New("the page is only read"))
		return
	}
	f, ok := s.files[r.URL.Path]
	if !ok {
		if strings.HasPrefix(r.URL.Path, "/assets/") || path.Ext(r.URL.Path) != "" {
			s.fail(w, true, http.StatusNotFound, fmt.Errorf("%.200q is not a file of the page", r.URL.Path))
			return
		}
		if f, ok = s.files["/index.html"]; !ok {
			s.fail(w, true, http.StatusServiceUnavailable, errors.New(
				"this Sitwell runs, but was built without its page; run make build and start it again"))
			return
		}
	}
	w.Header().Set("Content-Type", f.kind)
	w.Header().Set("Cache-Control", f.cache)
	w.Header().Set("ETag", f.etag)
	http.ServeContent(w, r, "", time.Time{}, strings.NewReader(f.data))
}

// Health is the answer of GET /healthz.
type Health struct {
	Status  string `json:"status"` // "ok" or "unwell"
	Version string `json:"version"`
	// Reason says what is wrong, with nothing private in it: it is told
	// without the token.
	Reason string `json:"reason,omitempty"`
}

// health is 503 when the watch does not do its job for a reason of its own.
// A missing camera is not one.
func (s *Server) health(w http.ResponseWriter, _ *http.Request) {
	now := s.config.Service.Status()
	health := Health{Status: "ok", Version: s.config.Version}
	switch {
	case s.hub.unwell.Load():
		health.Reason = "the watch has ended"
	case now.StoreError != "":
		health.Reason = "events can't be stored"
	case now.Source.Status == monitor.SourceDegraded:
		health.Reason = "the eye crashed too often"
	}
	if health.Reason != "" {
		health.Status = "unwell"
		s.answer(w, http.StatusServiceUnavailable, health)
		return
	}
	s.answer(w, http.StatusOK, health)
}

func (s *Server) live(w http.ResponseWriter, _ *http.Request) {
	s.answer(w, http.StatusOK, s.config.Service.Status())
}

// EventList is the answer of GET /api/v1/events.
type EventList struct {
	Events []posture.Event `json:"events"` // oldest first
	// More is true when there are others: newer ones when it was asked for
	// those after one, older ones otherwise.
	More bool `json:"more"`
}

func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	limit := int64(defaultEvents)
	var err error
	if query.Has("limit") {
		limit, err = parseNumber("limit", query.Get("limit"), 1, maxEvents)
	}
	after := int64(-1)
	if query.Has("after") && err == nil {
		after, err = parseNumber("after", query.Get("after"), 0, 1<<62)
	}
	if err != nil {
		s.fail(w, false, http.StatusBadRequest, err)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), serviceTimeout)
	defer cancel()
	var list EventList
	n := int(limit)
	if after >= 0 {
		list.Events, err = s.config.Events.EventsAfter(ctx, after, n+1)
	} else {
		list.Events, err = s.config.Events.RecentEvents(ctx, n+1)
	}
	if err != nil {
		s.log.Error("events can't be read", "error", err)
		s.fail(w, false, http.StatusInternalServerError, errors.New("the events can't be read, see the log"))
		return
	}
	if list.More = len(list.Events) > n; list.More {
		if after >= 0 {
			list.Events = list.Events[:n]
		} else {
			list.Events = list.Events[len(list.Events)-n:]
		}
	}
	if list.Events == nil {
		list.Events = []posture.Event{}
	}
	s.answer(w, http.StatusOK, list)
}

func parseNumber(name, text string, least, most int64) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < least || n > most {
		return 0, fmt.Errorf("%s=%.30q is not a whole number from %d to %d", name, text, least, most)
	}
	return n, nil
}

// do has the watch do something and tells why it can't.
func (s *Server) do(w http.ResponseWriter, r *http.Request, action func(context.Context) error) bool {
	ctx, cancel := context.WithTimeout(r.Context(), serviceTimeout)
	defer cancel()
	err := action(ctx)
	switch {
	case err == nil:
		return true
	case errors.Is(err, monitor.ErrStopped):
		s.fail(w, false, http.StatusServiceUnavailable, err)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		s.fail(w, false, http.StatusServiceUnavailable, errors.New("the watch did not answer in time; try again"))
	default:
		s.fail(w, false, http.StatusConflict, err)
	}
	return false
}

func (s *Server) calibrate(w http.ResponseWriter, r *http.Request) {
	if s.do(w, r, s.config.Service.Calibrate) {
		s.answer(w, http.StatusAccepted, s.config.Service.Status().Calibration)
	}
}

func (s *Server) cancelCalibration(w http.ResponseWriter, _ *http.Request) {
	s.config.Service.CancelCalibration()
	w.WriteHeader(http.StatusNoContent)
}

func (s *Server) pause(w http.ResponseWriter, r *http.Request) {
	if s.do(w, r, s.config.Service.Pause) {
		w.WriteHeader(http.StatusNoContent)
	}
}

func (s *Server) resume(w http.ResponseWriter, r *http.Request) {
	if s.do(w, r, s.config.Service.Resume) {
		w.WriteHeader(http.StatusNoContent)
	}
}

func (s *Server) switchMirror(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if tooBig := (*http.MaxBytesError)(nil); errors.As(err, &tooBig) {
		s.fail(w, false, http.StatusRequestEntityTooLarge, fmt.Errorf("the body is over %d bytes", tooBig.Limit))
		return
	}
	on, ok := parseSwitch(body, "on")
	if err != nil || !ok {
		s.fail(w, false, http.StatusBadRequest, errors.New(`the body is {"on":true} or {"on":false}`))
		return
	}
	if s.do(w, r, func(ctx context.Context) error { return s.mirror.turn(ctx, on) }) {
		w.WriteHeader(http.StatusNoContent)
	}
}

// parseSwitch reads {"name":true} or {"name":false} and nothing else.
func parseSwitch(text []byte, name string) (on, ok bool) {
	var value map[string]*bool
	decoder := json.NewDecoder(bytes.NewReader(text))
	if decoder.Decode(&value) != nil || len(value) != 1 || value[name] == nil {
		return false, false
	}
	if _, err := decoder.Token(); err != io.EOF {
		return false, false
	}
	return *value[name], true
}

func (s *Server) webSocket(w http.ResponseWriter, r *http.Request) {
	if !websocket.IsWebSocketUpgrade(r) {
		w.Header().Set("Upgrade", "websocket")
		s.fail(w, false, http.StatusUpgradeRequired, errors.New("/ws speaks WebSocket only"))
		return
	}
	after := int64(-1)
	if query := r.URL.Query(); query.Has("after") {
		var err error
		if after, err = parseNumber("after", query.Get("after"), 0, 1<<62); err != nil {
			s.fail(w, false, http.StatusBadRequest, err)
			return
		}
	}
	if err := s.hub.enter(); err != nil {
		w.Header().Set("Retry-After", "5")
		s.fail(w, false, http.StatusServiceUnavailable, err)
		return
	}
	defer s.hub.exit()
	upgrader := websocket.Upgrader{
		HandshakeTimeout: s.limits.WriteWait,
		ReadBufferSize:   1024,
		WriteBufferSize:  1024, // prepared messages don't pass through it
		CheckOrigin:      func(r *http.Request) bool { return s.guard.check(newVisit(r, true)) == nil },
		Error: func(w http.ResponseWriter, _ *http.Request, status int, err error) {
			s.fail(w, false, status, err)
		},
	}
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // answered above
	}
	s.hub.serve(conn, after)
}
