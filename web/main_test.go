package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	"sitwell/posture"
	"sitwell/posture/monitor"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// watch is a Service for tests.
type watch struct {
	mu       sync.Mutex // guards the following
	status   monitor.Status
	messages chan monitor.Message // of the present subscriber
	subs     int
	calls    []string
	errs     map[string]error

	blocked chan struct{} // Pause waits for it, when set
}

var (
	_ Service = (*watch)(nil)
	_ Service = (*monitor.Monitor)(nil)
)

func (w *watch) Status() monitor.Status {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.status
}

func (w *watch) set(change func(*monitor.Status)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change(&w.status)
}

func (w *watch) Subscribe() (<-chan monitor.Message, func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	messages := make(chan monitor.Message, 64)
	w.messages = messages
	w.subs++
	return messages, func() { w.end(messages) }
}

// end closes a subscription.
func (w *watch) end(messages chan monitor.Message) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if messages != nil && w.messages == messages {
		close(messages)
		w.messages = nil
	}
}

// tell waits for the subscriber, so that a test loses nothing on its side.
func (w *watch) tell(m monitor.Message) {
	for {
		w.mu.Lock()
		messages := w.messages
		sent := false
		if messages != nil {
			select {
			case messages <- m:
				sent = true
			default:
			}
		}
		w.mu.Unlock()
		if sent {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

func (w *watch) tellEvent(id int64, text string) {
	w.tell(monitor.Message{Type: "event", Event: &posture.Event{ID: id, Kind: posture.EventAlert, Time: time.Now(), Text: text}})
}

func (w *watch) tellLive(version string) {
	w.tell(monitor.Message{Type: "live", Live: &monitor.Status{Version: version}})
}

func (w *watch) call(name string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls = append(w.calls, name)
	return w.errs[name]
}

func (w *watch) called() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.calls)
}

func (w *watch) Calibrate(_ context.Context, pose string, way posture.Way) error {
	return w.call("calibrate " + pose + " " + string(way))
}

func (w *watch) Settings() monitor.SettingsView {
	d := posture.DefaultSettings()
	return monitor.SettingsView{Settings: d, Defaults: d, Changed: json.RawMessage("{}")}
}

func (w *watch) ChangeSettings(_ context.Context, patch []byte) (monitor.SettingsView, error) {
	return w.Settings(), w.call("change " + string(patch))
}

func (w *watch) Snooze(_ context.Context, word string) (time.Time, error) {
	return time.Date(2026, 3, 2, 9, 15, 0, 0, time.UTC), w.call("snooze " + word)
}

func (w *watch) Dismiss(context.Context) error { return w.call("dismiss") }

func (w *watch) Wrong(_ context.Context, id int64) error { return w.call(fmt.Sprint("wrong ", id)) }
func (w *watch) WrongOff(_ context.Context, id int64) error {
	return w.call(fmt.Sprint("wrong off ", id))
}

func (w *watch) CameraMoved(_ context.Context, moved bool) error {
	return w.call(fmt.Sprint("moved ", moved))
}

func (w *watch) Baselines(context.Context) ([]monitor.BaselineEntry, error) {
	return []monitor.BaselineEntry{{ID: 7, Camera: "Test camera", Way: posture.WaySitting}}, w.call("baselines")
}

func (w *watch) UseBaseline(_ context.Context, id int64) error { return w.call(fmt.Sprint("use ", id)) }

func (w *watch) DeleteBaseline(_ context.Context, id int64) error {
	return w.call(fmt.Sprint("delete ", id))
}

func (w *watch) WhatIf(_ context.Context, q monitor.WhatIfQuery) (monitor.WhatIf, error) {
	return monitor.WhatIf{Days: q.Days}, w.call(fmt.Sprintf("what if %d %v %v", q.Days, q.Sensitivity, q.AlertAfter))
}

func (w *watch) CancelCalibration()           { _ = w.call("cancel") }
func (w *watch) Resume(context.Context) error { return w.call("resume") }

func (w *watch) Pause(ctx context.Context) error {
	if w.blocked != nil {
		select {
		case <-w.blocked:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return w.call("pause")
}

func (w *watch) Mirror(on bool) error {
	if on {
		return w.call("mirror on")
	}
	return w.call("mirror off")
}

// shelf is a store for tests.
type shelf struct {
	mu     sync.Mutex // guards the following
	events []posture.Event
	err    error
}

var _ Events = (*shelf)(nil)

func (s *shelf) add(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for range n {
		id := int64(len(s.events) + 1)
		s.events = append(s.events, posture.Event{ID: id, Kind: posture.EventAlert, Time: time.Unix(id, 0).UTC()})
	}
}

func (s *shelf) RecentEvents(_ context.Context, limit int) ([]posture.Event, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.events[max(0, len(s.events)-limit):]), s.err
}

func (s *shelf) EventsAfter(_ context.Context, id int64, limit int) ([]posture.Event, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	from := min(int(id), len(s.events))
	return slices.Clone(s.events[from:min(from+limit, len(s.events))]), s.err
}

var testUI = fstest.MapFS{
	"index.html":           {Data: []byte("<!doctype html><title>Sitwell</title>")},
	"assets/index-1a2b.js": {Data: []byte("export {}")},
	"favicon.svg":          {Data: []byte("<svg/>")},
	".gitkeep":             {},
}

// rig is a server that runs on a free port with a watch and a store of its
// own.
type rig struct {
	*Server
	watch  *watch
	store  *shelf
	client *http.Client
	stop   func() error // ends Run and returns its error
	stalls *stalls
}

// stalls watches the server's writes for one that blocks.
type stalls struct {
	net.Listener
	mu    sync.Mutex // guards the following
	full  time.Time  // when the write began
	bytes int        // written to that connection before
}

// watchedConn is a connection of the server's.
type watchedConn struct {
	*net.TCPConn
	stalls *stalls
	bytes  int
}

func (s *stalls) Accept() (net.Conn, error) {
	conn, err := s.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &watchedConn{TCPConn: conn.(*net.TCPConn), stalls: s}, nil
}

func (c *watchedConn) Write(p []byte) (int, error) {
	began := time.Now()
	n, err := c.TCPConn.Write(p)
	if timeout := net.Error(nil); errors.As(err, &timeout) && timeout.Timeout() {
		c.stalls.mu.Lock()
		c.stalls.full, c.stalls.bytes = began, c.bytes+n
		c.stalls.mu.Unlock()
	}
	c.bytes += n
	return n, err
}

func start(t testing.TB, change func(*Config)) *rig {
	t.Helper()
	r := &rig{watch: &watch{errs: map[string]error{}}, store: &shelf{}}
	score := 87.5
	r.watch.status = monitor.Status{Version: "1.2.3"}
	r.watch.status.State, r.watch.status.Score = posture.Upright, &score
	config := Config{Addr: "127.0.0.1:0", UI: testUI, Service: r.watch, Events: r.store, History: shownDays(&days{}), Archive: &vault{}, Profile: &drawer{}, Version: "1.2.3"}
	if testing.Verbose() {
		config.Logger = slog.New(slog.NewTextHandler(t.Output(), nil))
	}
	if change != nil {
		change(&config)
	}
	var err error
	if r.Server, err = New(config); err != nil {
		t.Fatal(err)
	}
	if err := r.Listen(); err != nil {
		t.Fatal(err)
	}
	r.stalls = &stalls{Listener: r.listener}
	r.listener = r.stalls
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx) }()
	r.stop = sync.OnceValue(func() error {
		cancel()
		return <-done
	})
	r.client = &http.Client{
		Transport:     &http.Transport{},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       20 * time.Second,
	}
	t.Cleanup(func() {
		r.client.CloseIdleConnections()
		if err := r.stop(); err != nil {
			t.Errorf("stop: %v", err)
		}
	})
	return r
}

func (r *rig) origin() string { return "http://" + r.Addr() }

// answer is a response, read.
type answer struct {
	status int
	header http.Header
	body   string
}

// ask makes a request; headers are pairs of name and value.
func (r *rig) ask(t testing.TB, method, path, body string, headers ...string) answer {
	t.Helper()
	request, err := http.NewRequest(method, r.origin()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for pair := range slices.Chunk(headers, 2) {
		if pair[0] == "Host" {
			request.Host = pair[1]
		} else {
			request.Header.Add(pair[0], pair[1])
		}
	}
	response, err := r.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(text)}
}

// page is ask with the page's own origin.
func (r *rig) page(t testing.TB, method, path, body string) answer {
	t.Helper()
	return r.ask(t, method, path, body, "Origin", r.origin())
}

// socket is a client's WebSocket.
type socket struct {
	*websocket.Conn
	t testing.TB
}

// dial opens a WebSocket as the page does. The kernel's buffers for it are
// small when small is true.
func (r *rig) dial(t testing.TB, query string, small bool) *socket {
	t.Helper()
	s, response, err := r.tryDial(query, small, http.Header{"Origin": values(r.origin())})
	if err != nil {
		t.Fatalf("dial: %v (%+v)", err, response)
	}
	t.Cleanup(func() { s.Close() })
	return &socket{s, t}
}

func (r *rig) tryDial(query string, small bool, header http.Header) (*websocket.Conn, *http.Response, error) {
	dialer := websocket.Dialer{
		HandshakeTimeout: 5 * time.Second,
		NetDialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := (&net.Dialer{}).DialContext(ctx, network, addr)
			if err == nil && small {
				err = conn.(*net.TCPConn).SetReadBuffer(4096)
			}
			return conn, err
		},
	}
	return dialer.Dial("ws://"+r.Addr()+"/ws"+query, header)
}

// next reads one message.
func (s *socket) next() monitor.Message {
	s.t.Helper()
	var m monitor.Message
	if err := s.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		s.t.Fatal(err)
	}
	if err := s.ReadJSON(&m); err != nil {
		s.t.Fatalf("read: %v", err)
	}
	return m
}

// closed reads until the end and gives the close code, 0 for none.
func (s *socket) closed(within time.Duration) int {
	s.t.Helper()
	if err := s.SetReadDeadline(time.Now().Add(within)); err != nil {
		s.t.Fatal(err)
	}
	for {
		if _, _, err := s.ReadMessage(); err != nil {
			var ended *websocket.CloseError
			if timeout := net.Error(nil); errors.As(err, &timeout) && timeout.Timeout() {
				s.t.Fatalf("not closed within %v", within)
			}
			if errors.As(err, &ended) && ended.Code != websocket.CloseAbnormalClosure {
				return ended.Code
			}
			return 0
		}
	}
}

func (s *socket) say(text string) {
	s.t.Helper()
	if err := s.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		s.t.Fatal(err)
	}
}

// eventually waits for something to become true.
func eventually(t testing.TB, within time.Duration, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(within); !is(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within %v: %s", within, what)
		}
	}
}

// connections counts the places taken.
func (r *rig) connections() int {
	r.hub.mu.Lock()
	defer r.hub.mu.Unlock()
	return r.hub.open
}

func decode[T any](t testing.TB, text string) T {
	t.Helper()
	var value T
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&value); err != nil {
		t.Fatalf("%v in %q", err, text)
	}
	return value
}
