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
	"net/url"
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
		"/healthz":           {http.MethodGet: s.health},
		"/ws":                {http.MethodGet: s.webSocket},
		"/api/v1/live":       {http.MethodGet: s.live},
		"/api/v1/events":     {http.MethodGet: s.events},
		"/api/v1/weeks/{id}": {http.MethodGet: s.week},
		"/api/v1/days/{id}":  {http.MethodGet: s.day},
		"/api/v1/history":    {http.MethodGet: s.holding, http.MethodDelete: s.erase},
		"/api/v1/export":     {http.MethodGet: s.export},
		"/api/v1/check-ins":  {http.MethodPost: s.checkIn},
		"/api/v1/relief":     {http.MethodGet: s.relief},

		"/api/v1/relief/programme": {http.MethodGet: s.programme},
		"/api/v1/relief/profile":   {http.MethodGet: s.profile, http.MethodPatch: s.changeProfile},
		"/api/v1/relief/done":      {http.MethodPost: s.reliefDone},
		"/api/v1/relief/doing":     {http.MethodPost: s.reliefDoing},
		"/api/v1/relief/effects":   {http.MethodGet: s.effects},
		"/api/v1/relief/distance":  {http.MethodGet: s.distance},
		"/api/v1/relief/coach":     {http.MethodPost: s.coach, http.MethodDelete: s.stopCoach},

		"/api/v1/calibration": {http.MethodPost: s.calibrate, http.MethodDelete: s.cancelCalibration},
		"/api/v1/pause":       {http.MethodPost: s.pause},
		"/api/v1/resume":      {http.MethodPost: s.resume},
		"/api/v1/mirror":      {http.MethodPost: s.switchMirror},
		"/api/v1/settings":    {http.MethodGet: s.settings, http.MethodPatch: s.changeSettings},
		"/api/v1/snooze":      {http.MethodPost: s.snooze},

		"/api/v1/weeks/{id}/report": {http.MethodGet: s.report},

		"/api/v1/alert/dismiss":     {http.MethodPost: s.dismiss},
		"/api/v1/offer/dismiss":     {http.MethodPost: s.putOff},
		"/api/v1/events/{id}/wrong": {http.MethodPost: s.wrong, http.MethodDelete: s.wrongOff},

		"/api/v1/camera/moved":       {http.MethodPost: s.cameraMoved},
		"/api/v1/baselines":          {http.MethodGet: s.baselines},
		"/api/v1/baselines/{id}":     {http.MethodDelete: s.deleteBaseline},
		"/api/v1/baselines/{id}/use": {http.MethodPost: s.useBaseline},

		"/api/v1/whatif": {http.MethodGet: s.whatIf},
	}
}

// route returns what an address takes. One that holds a number, a week or a day
// is found with {id} in its place, and that is the request's path value.
func (s *Server) route(r *http.Request) (route methods, known bool) {
	if route, known = s.routes[r.URL.Path]; known {
		return route, true
	}
	const place = 4 // of the number, in "", api, v1, events, 12
	parts := strings.Split(r.URL.Path, "/")
	if len(parts) <= place {
		return nil, false
	}
	r.SetPathValue("id", parts[place])
	parts[place] = "{id}"
	route, known = s.routes[strings.Join(parts, "/")]
	return route, known
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
	route, known := s.route(r)
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

// failRead tells that something can't be read, without what is private in why. Who
// has gone meanwhile is nobody to tell, and no fault.
func (s *Server) failRead(w http.ResponseWriter, r *http.Request, what string, err error) {
	if r.Context().Err() == nil {
		s.log.Error(what+" can't be read", "error", err)
	}
	s.fail(w, false, http.StatusInternalServerError, fmt.Errorf("%s can't be read, see the log", what))
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

func parseNumber(name, text string, least, most int64) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < least || n > most {
		return 0, fmt.Errorf("%s=%.30q is not a whole number from %d to %d", name, text, least, most)
	}
	return n, nil
}

// do has the watch do something and tells why it can't.
func (s *Server) do(w http.ResponseWriter, r *http.Request, action func(context.Context) error) bool {
	return s.doWithin(w, r, serviceTimeout, action)
}

func (s *Server) doWithin(w http.ResponseWriter, r *http.Request, most time.Duration, action func(context.Context) error) bool {
	ctx, cancel := context.WithTimeout(r.Context(), most)
	defer cancel()
	err := action(ctx)
	var input *monitor.InputError
	switch {
	case err == nil:
		return true
	case errors.As(err, &input):
		s.fail(w, false, http.StatusBadRequest, err)
	case errors.Is(err, monitor.ErrUnknown):
		s.fail(w, false, http.StatusNotFound, err)
	case errors.Is(err, monitor.ErrNotRead):
		s.fail(w, false, http.StatusInternalServerError, err)
	case errors.Is(err, posture.ErrErasing):
		s.fail(w, false, http.StatusServiceUnavailable, posture.ErrErasing)
	case errors.Is(err, monitor.ErrStopped), errors.Is(err, monitor.ErrNotStored):
		s.fail(w, false, http.StatusServiceUnavailable, err)
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		s.fail(w, false, http.StatusServiceUnavailable, errors.New("the watch did not answer in time; try again"))
	default:
		s.fail(w, false, http.StatusConflict, err)
	}
	return false
}

// calibration is the body of POST /api/v1/calibration; what is left out is what
// most mean.
type calibration struct {
	Pose string      `json:"pose"`
	Way  posture.Way `json:"way"`
}

func (s *Server) calibrate(w http.ResponseWriter, r *http.Request) {
	text, ok := s.body(w, r)
	if !ok {
		return
	}
	c := calibration{Pose: posture.PoseUpright, Way: posture.WaySitting}
	if len(bytes.TrimSpace(text)) > 0 {
		if err := decodeStrict(text, &c); err != nil {
			s.fail(w, false, http.StatusBadRequest, err)
			return
		}
	}
	if s.do(w, r, func(ctx context.Context) error { return s.config.Service.Calibrate(ctx, c.Pose, c.Way) }) {
		s.answer(w, http.StatusAccepted, s.config.Service.Status().Calibration)
	}
}

func (s *Server) cancelCalibration(w http.ResponseWriter, _ *http.Request) {
	s.config.Service.CancelCalibration()
	w.WriteHeader(http.StatusNoContent)
}

func (s *Server) pause(w http.ResponseWriter, r *http.Request) {
	s.done(w, r, s.config.Service.Pause)
}

func (s *Server) resume(w http.ResponseWriter, r *http.Request) {
	s.done(w, r, s.config.Service.Resume)
}

func (s *Server) switchMirror(w http.ResponseWriter, r *http.Request) {
	body, ok := s.body(w, r)
	if !ok {
		return
	}
	on, ok := parseSwitch(body, "on")
	if !ok {
		s.fail(w, false, http.StatusBadRequest, errors.New(`the body is {"on":true} or {"on":false}`))
		return
	}
	s.done(w, r, func(ctx context.Context) error { return s.mirror.turn(ctx, on) })
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

// body reads what was sent, within the limit.
func (s *Server) body(w http.ResponseWriter, r *http.Request) (text []byte, ok bool) {
	text, err := io.ReadAll(r.Body)
	tooBig := (*http.MaxBytesError)(nil)
	switch {
	case errors.As(err, &tooBig):
		s.fail(w, false, http.StatusRequestEntityTooLarge, fmt.Errorf("the body is over %d bytes", tooBig.Limit))
	case err != nil:
		s.fail(w, false, http.StatusBadRequest, errors.New("the body broke off"))
	default:
		return text, true
	}
	return nil, false
}

// decodeStrict reads one JSON object into what into points to. The error names
// the key that isn't known or is of another type.
func decodeStrict(text []byte, into any) error {
	if text = bytes.TrimSpace(text); len(text) == 0 || text[0] != '{' {
		return errors.New("the body is not a JSON object")
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	err := decoder.Decode(into)
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &kind):
		return fmt.Errorf("%s is of type %s: want %s", kind.Field, kind.Value, kind.Type.Kind())
	case err != nil && strings.HasPrefix(err.Error(), "json: unknown field "):
		return fmt.Errorf("unknown key %.100s", strings.TrimPrefix(err.Error(), "json: unknown field "))
	case err != nil:
		return errors.New("the body is not JSON")
	}
	if _, err := decoder.Token(); err != io.EOF {
		return errors.New("the body has something after its end")
	}
	return nil
}

func (s *Server) settings(w http.ResponseWriter, _ *http.Request) {
	s.answer(w, http.StatusOK, s.config.Service.Settings())
}

func (s *Server) changeSettings(w http.ResponseWriter, r *http.Request) {
	text, ok := s.body(w, r)
	if !ok {
		return
	}
	var now monitor.SettingsView
	if s.do(w, r, func(ctx context.Context) (err error) {
		now, err = s.config.Service.ChangeSettings(ctx, text)
		return err
	}) {
		s.answer(w, http.StatusOK, now)
	}
}

// Snoozed is the answer of POST /api/v1/snooze.
type Snoozed struct {
	// Until is when alerts come again; zero when they come now.
	Until time.Time `json:"until"`
}

func (s *Server) snooze(w http.ResponseWriter, r *http.Request) {
	text, ok := s.body(w, r)
	if !ok {
		return
	}
	var asked struct {
		For string `json:"for"`
	}
	if err := decodeStrict(text, &asked); err != nil {
		s.fail(w, false, http.StatusBadRequest, err)
		return
	}
	var now Snoozed
	if s.do(w, r, func(ctx context.Context) (err error) {
		now.Until, err = s.config.Service.Snooze(ctx, asked.For)
		return err
	}) {
		s.answer(w, http.StatusOK, now)
	}
}

// done has the watch do something that has no answer.
func (s *Server) done(w http.ResponseWriter, r *http.Request, action func(context.Context) error) {
	if s.do(w, r, action) {
		w.WriteHeader(http.StatusNoContent)
	}
}

// numbered has it done with the number in the address.
func (s *Server) numbered(w http.ResponseWriter, r *http.Request, action func(context.Context, int64) error) {
	id, err := parseNumber("id", r.PathValue("id"), 1, 1<<62)
	if err != nil {
		s.fail(w, false, http.StatusNotFound, monitor.ErrUnknown)
		return
	}
	s.done(w, r, func(ctx context.Context) error { return action(ctx, id) })
}

func (s *Server) dismiss(w http.ResponseWriter, r *http.Request) {
	s.done(w, r, s.config.Service.Dismiss)
}

func (s *Server) wrong(w http.ResponseWriter, r *http.Request) {
	s.numbered(w, r, s.config.Service.Wrong)
}

func (s *Server) wrongOff(w http.ResponseWriter, r *http.Request) {
	s.numbered(w, r, s.config.Service.WrongOff)
}

func (s *Server) useBaseline(w http.ResponseWriter, r *http.Request) {
	s.numbered(w, r, s.config.Service.UseBaseline)
}

func (s *Server) deleteBaseline(w http.ResponseWriter, r *http.Request) {
	s.numbered(w, r, s.config.Service.DeleteBaseline)
}

func (s *Server) cameraMoved(w http.ResponseWriter, r *http.Request) {
	text, ok := s.body(w, r)
	if !ok {
		return
	}
	moved, ok := parseSwitch(text, "moved")
	if !ok {
		s.fail(w, false, http.StatusBadRequest, errors.New(`the body is {"moved":true} or {"moved":false}`))
		return
	}
	s.done(w, r, func(ctx context.Context) error { return s.config.Service.CameraMoved(ctx, moved) })
}

// BaselineList is the answer of GET /api/v1/baselines.
type BaselineList struct {
	Baselines []monitor.BaselineEntry `json:"baselines"` // newest first
}

func (s *Server) baselines(w http.ResponseWriter, r *http.Request) {
	var list BaselineList
	if s.do(w, r, func(ctx context.Context) (err error) {
		list.Baselines, err = s.config.Service.Baselines(ctx)
		return err
	}) {
		s.answer(w, http.StatusOK, list)
	}
}

func (s *Server) whatIf(w http.ResponseWriter, r *http.Request) {
	query, err := parseWhatIf(r.URL.Query())
	if err != nil {
		s.fail(w, false, http.StatusBadRequest, err)
		return
	}
	var told monitor.WhatIf
	if s.do(w, r, func(ctx context.Context) (err error) {
		told, err = s.config.Service.WhatIf(ctx, query)
		return err
	}) {
		s.answer(w, http.StatusOK, told)
	}
}

// defaultDays is how many days are judged again when nobody says.
const defaultDays = 7

// parseWhatIf reads ?days=7&sensitivity=head_drop:4,sink:2&alert_after=45s.
func parseWhatIf(values url.Values) (q monitor.WhatIfQuery, err error) {
	q.Days = defaultDays
	for name, given := range values {
		if len(given) != 1 {
			return q, fmt.Errorf("%.60q is given %d times", name, len(given))
		}
		text := given[0]
		switch name {
		case "days":
			n, err := parseNumber(name, text, 1, monitor.MaxWhatIfDays)
			if err != nil {
				return q, err
			}
			q.Days = int(n)
		case "sensitivity":
			if q.Sensitivity, err = monitor.ParseSteps(text); err != nil {
				return q, err
			}
		case "alert_after":
			d, err := time.ParseDuration(text)
			if err != nil || d <= 0 {
				return q, fmt.Errorf("alert_after=%.30q is not a time: write it as 45s or 2m", text)
			}
			q.AlertAfter = d.Seconds()
		default:
			return q, fmt.Errorf("unknown key %.60q: want days, sensitivity and alert_after", name)
		}
	}
	return q, nil
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
