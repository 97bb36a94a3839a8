package web

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"sitwell/posture"
	"sitwell/posture/monitor"
)

func TestNewRefuses(t *testing.T) {
	long := strings.Repeat("x", MinTokenLength)
	for _, c := range []struct {
		name   string
		change func(*Config)
		want   string // part of the error, "" for none
	}{
		{"nothing", func(*Config) {}, ""},
		{"no service", func(c *Config) { c.Service = nil }, "service"},
		{"no history", func(c *Config) { c.History = nil }, "history"},
		{"no port", func(c *Config) { c.Addr = "127.0.0.1" }, "missing port"},
		{"named port", func(c *Config) { c.Addr = "127.0.0.1:http" }, "not a number"},
		{"port too high", func(c *Config) { c.Addr = "127.0.0.1:70000" }, "not a number"},
		{"short token", func(c *Config) { c.Token = "letmein" }, "token: 7 bytes"},
		{"allowed host that is none", func(c *Config) { c.AllowedHosts = values("a/b") }, `allowed host "a/b"`},
		{"every address", func(c *Config) { c.Addr = "0.0.0.0:8420" }, "other machines"},
		{"every address by no name", func(c *Config) { c.Addr = ":8420" }, "other machines"},
		{"every IPv6 address", func(c *Config) { c.Addr = "[::]:8420" }, "other machines"},
		{"another machine's view", func(c *Config) { c.Addr = "192.168.1.5:8420" }, "set a token"},
		{"a name", func(c *Config) { c.Addr = "desk.example:8420" }, "other machines"},
		{"every address with a token", func(c *Config) { c.Addr, c.Token = "0.0.0.0:8420", long }, ""},
		{"localhost", func(c *Config) { c.Addr = "localhost:0" }, ""},
		{"IPv6 loopback", func(c *Config) { c.Addr = "[::1]:0" }, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			config := Config{Service: &watch{}, Events: &shelf{}, History: shownDays(&days{}), Archive: &vault{}, Profile: &drawer{}}
			c.change(&config)
			_, err := New(config)
			if c.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want an error with %q", err, c.want)
			}
			var public *PublicBindError
			if strings.Contains(c.want, "other machines") && !errors.As(err, &public) {
				t.Errorf("got a %T, want a PublicBindError", err)
			}
		})
	}
}

func TestAddressInUse(t *testing.T) {
	held, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	s, err := New(Config{Addr: held.Addr().String(), Service: &watch{}, Events: &shelf{}, History: shownDays(&days{}), Archive: &vault{}, Profile: &drawer{}})
	if err != nil {
		t.Fatal(err)
	}
	err = s.Run(context.Background())
	var inUse *AddrInUseError
	if !errors.As(err, &inUse) {
		t.Fatalf("got %v, want an AddrInUseError", err)
	}
	for _, part := range []string{held.Addr().String(), "--addr 127.0.0.1:0", "ss -ltnp"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q does not speak of %q", err, part)
		}
	}
}

// TestPublicLocalhost holds that it is the address that was bound that counts:
// a machine may be told that localhost is another.
func TestPublicLocalhost(t *testing.T) {
	s, err := New(Config{Addr: "localhost:0", Service: &watch{}, Events: &shelf{}, History: shownDays(&days{}), Archive: &vault{}, Profile: &drawer{}})
	if err != nil {
		t.Fatal(err)
	}
	s.config.Addr = "0.0.0.0:0"
	var public *PublicBindError
	if err := s.Listen(); !errors.As(err, &public) {
		t.Errorf("got %v, want a PublicBindError", err)
	}
	if s.listener != nil {
		t.Error("it listens")
	}
}

func TestURL(t *testing.T) {
	plain := start(t, nil)
	if want := plain.origin() + "/"; plain.URL() != want {
		t.Errorf("got %s, want %s", plain.URL(), want)
	}
	public := start(t, func(c *Config) { c.Addr, c.Token = "0.0.0.0:0", "a secret of 18 &=?" })
	_, port, _ := net.SplitHostPort(public.Addr())
	if want := "http://localhost:" + port + "/?token=a+secret+of+18+%26%3D%3F"; public.URL() != want {
		t.Errorf("got %s, want %s", public.URL(), want)
	}
	// The address that is printed lets in.
	response, err := public.client.Get(public.URL())
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusSeeOther || response.Header.Get("Location") != "/" {
		t.Errorf("got %d to %q, want 303 to /", response.StatusCode, response.Header.Get("Location"))
	}
}

// TestGuardIsAsked holds that every address of every kind stands behind the
// guard; what the guard decides has its own table.
func TestGuardIsAsked(t *testing.T) {
	r := start(t, nil)
	_, port, _ := net.SplitHostPort(r.Addr())
	for _, path := range []string{"/", "/assets/index-1a2b.js", "/nothing.png", "/healthz", "/ws", "/api/v1/live", "/api/v1/events", "/api/v1/pause", "/api/nothing", "/api/v1/settings", "/api/v1/snooze", "/api/v1/alert/dismiss", "/api/v1/events/3/wrong", "/api/v1/camera/moved", "/api/v1/baselines", "/api/v1/baselines/3", "/api/v1/baselines/3/use", "/api/v1/whatif"} {
		for _, c := range []struct {
			name    string
			method  string
			headers []string
		}{
			{"rebound", "GET", values("Host", "evil.test:"+port, "Origin", "http://evil.test:"+port)},
			{"wrong port", "GET", values("Host", "localhost:1")},
			{"foreign origin", "GET", values("Origin", "http://evil.test")},
			{"cross-site POST", "POST", values("Origin", "http://evil.test", "Sec-Fetch-Site", "cross-site")},
			{"POST from nowhere", "POST", nil},
		} {
			got := r.ask(t, c.method, path, "", c.headers...)
			if got.status != http.StatusForbidden {
				t.Errorf("%s of %s: got %d, want 403", c.name, path, got.status)
			}
			if got.header.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s of %s: another origin may read it", c.name, path)
			}
		}
	}
	if calls := r.watch.called(); len(calls) > 0 {
		t.Errorf("refused requests did %v", calls)
	}
	for _, host := range []string{"localhost", "127.0.0.1", "[::1]"} {
		if got := r.ask(t, "GET", "/", "", "Host", host+":"+port); got.status != http.StatusOK {
			t.Errorf("%s: got %d, want 200", host, got.status)
		}
	}
	if got := r.page(t, "POST", "/api/v1/pause", ""); got.status != http.StatusNoContent {
		t.Errorf("POST by the page: got %d, want 204", got.status)
	}
	if got := r.ask(t, "POST", "/api/v1/pause", "", "Sec-Fetch-Site", "same-origin"); got.status != http.StatusNoContent {
		t.Errorf("POST of our site: got %d, want 204", got.status)
	}
}

// TestAbsoluteForm holds that the name in the request line counts, as it
// counts to a proxy.
func TestAbsoluteForm(t *testing.T) {
	r := start(t, nil)
	conn, err := net.Dial("tcp", r.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET http://evil.test/ HTTP/1.1\r\nHost: %s\r\n\r\n", r.Addr())
	line := make([]byte, len("HTTP/1.1 403"))
	if _, err := conn.Read(line); err != nil || string(line) != "HTTP/1.1 403" {
		t.Errorf("got %q, %v, want 403", line, err)
	}
}

func TestAnswers(t *testing.T) {
	r := start(t, nil)
	r.store.add(3)
	for _, c := range []struct {
		name         string
		method, path string
		body         string
		status       int
		want         string // part of the body
		kind         string // media type
	}{
		{"page", "GET", "/", "", 200, "<title>Sitwell", "text/html; charset=utf-8"},
		{"page by file", "GET", "/index.html", "", 200, "<title>Sitwell", "text/html; charset=utf-8"},
		{"page elsewhere", "GET", "/week", "", 200, "<title>Sitwell", "text/html; charset=utf-8"},
		{"page at a name like the interface's", "GET", "/apiary", "", 200, "<title>Sitwell", "text/html; charset=utf-8"},
		{"asset", "GET", "/assets/index-1a2b.js", "", 200, "export {}", "text/javascript; charset=utf-8"},
		{"missing asset", "GET", "/assets/index-0000.js", "", 404, "not a file", "text/plain; charset=utf-8"},
		{"missing file", "GET", "/robots.txt", "", 404, "not a file", "text/plain; charset=utf-8"},
		{"hidden file", "GET", "/.gitkeep", "", 404, "not a file", "text/plain; charset=utf-8"},
		{"climbing out", "GET", "/assets/../../web.go", "", 404, "not a file", "text/plain; charset=utf-8"},
		{"page is only read", "POST", "/", "", 405, "only read", "text/plain; charset=utf-8"},
		{"health", "GET", "/healthz", "", 200, `{"status":"ok","version":"1.2.3"}`, "application/json"},
		{"health is only read", "POST", "/healthz", "", 405, "/healthz takes GET", "application/json"},
		{"live", "GET", "/api/v1/live", "", 200, `"state":"upright"`, "application/json"},
		{"live has no POST", "POST", "/api/v1/live", "", 405, `{"error":"/api/v1/live takes GET"}`, "application/json"},
		{"events", "GET", "/api/v1/events", "", 200, `{"events":[{"id":1,`, "application/json"},
		{"unknown", "GET", "/api/v1/nothing", "", 404, `{"error":"\"/api/v1/nothing\" is not an address here"}`, "application/json"},
		{"unknown version", "GET", "/api", "", 404, `{"error":`, "application/json"},
		{"slash too many", "GET", "/api/v1/live/", "", 404, `{"error":`, "application/json"},
		{"calibration", "POST", "/api/v1/calibration", "", 202, `"status":"countdown"`, "application/json"},
		{"calibration can't be read", "GET", "/api/v1/calibration", "", 405, "takes DELETE or POST", "application/json"},
		{"cancel", "DELETE", "/api/v1/calibration", "", 204, "", ""},
		{"pause", "POST", "/api/v1/pause", "", 204, "", ""},
		{"resume", "POST", "/api/v1/resume", "", 204, "", ""},
		{"mirror on", "POST", "/api/v1/mirror", `{"on":true}`, 204, "", ""},
		{"mirror off", "POST", "/api/v1/mirror", ` {"on" : false} `, 204, "", ""},
		{"mirror without a body", "POST", "/api/v1/mirror", "", 400, `{"error":"the body is {\"on\":true}`, "application/json"},
		{"mirror null", "POST", "/api/v1/mirror", `{"on":null}`, 400, "the body is", "application/json"},
		{"mirror with more", "POST", "/api/v1/mirror", `{"on":true,"for":9}`, 400, "the body is", "application/json"},
		{"mirror twice", "POST", "/api/v1/mirror", `{"on":true}{"on":true}`, 400, "the body is", "application/json"},
		{"mirror too big", "POST", "/api/v1/mirror", `{"on":true}` + strings.Repeat(" ", 5000), 413, "over 4096 bytes", "application/json"},
		{"plain request of the socket", "GET", "/ws", "", 426, "WebSocket only", "application/json"},
		{"socket has no POST", "POST", "/ws", "", 405, "/ws takes GET", "application/json"},
		{"socket has no HEAD", "HEAD", "/ws", "", 405, "", "application/json"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r.watch.set(func(s *monitor.Status) { s.Calibration.Status = posture.CalibrationCountdown })
			got := r.page(t, c.method, c.path, c.body)
			if got.status != c.status || !strings.Contains(got.body, c.want) {
				t.Errorf("got %d %q, want %d with %q", got.status, got.body, c.status, c.want)
			}
			if kind := got.header.Get("Content-Type"); kind != c.kind {
				t.Errorf("got the type %q, want %q", kind, c.kind)
			}
			if c.status == 405 && got.header.Get("Allow") == "" {
				t.Error("no Allow header")
			}
			if c.method == "GET" && c.path != "/ws" {
				head := r.page(t, "HEAD", c.path, "")
				if head.status != got.status || head.body != "" || head.header.Get("Content-Length") != got.header.Get("Content-Length") {
					t.Errorf("HEAD gives %d, %q bytes, GET %d, %q", head.status, head.header.Get("Content-Length"), got.status, got.header.Get("Content-Length"))
				}
			}
		})
	}
	want := "calibrate upright sitting cancel pause resume mirror on mirror off"
	if got := strings.Join(r.watch.called(), " "); got != want {
		t.Errorf("did %s, want %s", got, want)
	}
}

func TestWatchCannot(t *testing.T) {
	r := start(t, nil)
	for path, call := range map[string]string{"/api/v1/calibration": "calibrate upright sitting", "/api/v1/pause": "pause", "/api/v1/resume": "resume", "/api/v1/mirror": "mirror on"} {
		r.watch.mu.Lock()
		r.watch.errs[call] = errors.New("there is no camera to " + call)
		r.watch.mu.Unlock()
		body := ""
		if call == "mirror on" {
			body = `{"on":true}`
		}
		got := r.page(t, "POST", path, body)
		if want := `{"error":"there is no camera to ` + call + `"}`; got.status != http.StatusConflict || strings.TrimSpace(got.body) != want {
			t.Errorf("%s: got %d %s, want 409 %s", path, got.status, got.body, want)
		}
	}
}

func TestWatchEnded(t *testing.T) {
	r := start(t, nil)
	r.watch.errs["pause"] = monitor.ErrStopped
	if got := r.page(t, "POST", "/api/v1/pause", ""); got.status != http.StatusServiceUnavailable {
		t.Errorf("got %d %s, want 503", got.status, got.body)
	}
}

func TestEvents(t *testing.T) {
	r := start(t, nil)
	ids := func(list EventList) string {
		var all []int64
		for _, e := range list.Events {
			all = append(all, e.ID)
		}
		return fmt.Sprint(all, list.More)
	}
	if got := r.page(t, "GET", "/api/v1/events", ""); strings.TrimSpace(got.body) != `{"events":[],"more":false}` {
		t.Errorf("no events: got %s", got.body)
	}
	r.store.add(5)
	for _, c := range []struct{ query, want string }{
		{"", "[1 2 3 4 5] false"},
		{"?limit=5", "[1 2 3 4 5] false"},
		{"?limit=2", "[4 5] true"},
		{"?after=0&limit=2", "[1 2] true"},
		{"?after=3", "[4 5] false"},
		{"?after=3&limit=2", "[4 5] false"},
		{"?after=5", "[] false"},
		{"?after=900", "[] false"},
		{"?limit=1000", "[1 2 3 4 5] false"},
	} {
		got := r.page(t, "GET", "/api/v1/events"+c.query, "")
		if got := ids(decode[EventList](t, got.body)); got != c.want {
			t.Errorf("%s: got %s, want %s", c.query, got, c.want)
		}
	}
	for _, query := range []string{"?limit=0", "?limit=1001", "?limit=-1", "?limit=x", "?limit=", "?after=-1", "?after=", "?after=1.5", "?after=99999999999999999999"} {
		if got := r.page(t, "GET", "/api/v1/events"+query, ""); got.status != http.StatusBadRequest {
			t.Errorf("%s: got %d, want 400", query, got.status)
		}
	}
	r.store.err = errors.New("/home/someone/sitwell.db: disk I/O error")
	if got := r.page(t, "GET", "/api/v1/events", ""); got.status != 500 || strings.Contains(got.body, "/home") {
		t.Errorf("broken store: got %d %s, want 500 without the path", got.status, got.body)
	}
}

func TestHeaders(t *testing.T) {
	r := start(t, nil)
	for path, cache := range map[string]string{
		"/":                     "no-cache",
		"/favicon.svg":          "no-cache",
		"/assets/index-1a2b.js": "public, max-age=31536000, immutable",
		"/assets/missing.js":    "no-store",
		"/api/v1/live":          "no-store",
		"/healthz":              "no-store",
		"/ws":                   "no-store",
	} {
		for _, headers := range [][]string{nil, values("Host", "evil.test")} {
			got := r.ask(t, "GET", path, "", headers...)
			for name, want := range map[string]string{
				"Content-Security-Policy":      contentPolicy,
				"X-Content-Type-Options":       "nosniff",
				"Referrer-Policy":              "no-referrer",
				"Permissions-Policy":           permissionsPolicy,
				"Cross-Origin-Opener-Policy":   "same-origin",
				"Cross-Origin-Resource-Policy": "same-origin",
			} {
				if got.header.Get(name) != want {
					t.Errorf("%s %v: %s is %q, want %q", path, headers, name, got.header.Get(name), want)
				}
			}
			if headers != nil {
				cache = "no-store"
			}
			if got := got.header.Get("Cache-Control"); got != cache {
				t.Errorf("%s %v: Cache-Control is %q, want %q", path, headers, got, cache)
			}
		}
	}
	for _, never := range []string{"unsafe-inline", "unsafe-eval", "http:", "ws:", "*"} {
		if strings.Contains(contentPolicy, never) {
			t.Errorf("the content policy allows %s", never)
		}
	}
	etag := r.ask(t, "GET", "/", "").header.Get("ETag")
	if got := r.ask(t, "GET", "/", "", "If-None-Match", etag); etag == "" || got.status != http.StatusNotModified {
		t.Errorf("the same page again: got %d with ETag %s, want 304", got.status, etag)
	}
}

func TestHealth(t *testing.T) {
	r := start(t, nil)
	for _, c := range []struct {
		name   string
		change func(*monitor.Status)
		want   string
	}{
		{"no camera", func(s *monitor.Status) { s.Source.Status = monitor.SourceNoCamera }, ""},
		{"disk full", func(s *monitor.Status) { s.StoreError = "/home/someone: no space left" }, "events can't be stored"},
		{"eye crashes", func(s *monitor.Status) { s.Source.Status = monitor.SourceDegraded }, "the eye crashed too often"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r.watch.set(func(s *monitor.Status) { *s = monitor.Status{}; c.change(s) })
			got := r.ask(t, "GET", "/healthz", "")
			health := decode[Health](t, got.body)
			want := Health{Status: "ok", Version: "1.2.3"}
			status := 200
			if c.want != "" {
				want.Status, want.Reason, status = "unwell", c.want, 503
			}
			if got.status != status || health != want {
				t.Errorf("got %d %+v, want %d %+v", got.status, health, status, want)
			}
		})
	}
}

func TestUnbuiltPage(t *testing.T) {
	r := start(t, func(c *Config) { c.UI = fstest.MapFS{".gitkeep": {}} })
	got := r.ask(t, "GET", "/", "")
	if got.status != http.StatusServiceUnavailable || !strings.Contains(got.body, "make build") {
		t.Errorf("got %d %q, want 503 that speaks of make build", got.status, got.body)
	}
	if _, err := readFiles(UI()); err != nil {
		t.Errorf("the embedded files: %v", err)
	}
}

func TestToken(t *testing.T) {
	const secret = "correct horse & battery"
	r := start(t, func(c *Config) { c.Token = secret })
	cookie := r.token.cookie + "=" + r.token.cookieValue()
	right := "?token=correct+horse+%26+battery"
	for _, c := range []struct {
		name         string
		method, path string
		headers      []string
		status       int
		want         string // part of the body
	}{
		{"page without", "GET", "/", nil, 401, "open the address it printed"},
		{"interface without", "GET", "/api/v1/live", nil, 401, `{"error":"this Sitwell asks`},
		{"socket without", "GET", "/ws", values("Origin", r.origin()), 401, `{"error":"this Sitwell asks`},
		{"file without", "GET", "/assets/index-1a2b.js", nil, 401, ""},
		{"unknown without", "GET", "/api/v1/nothing", nil, 401, ""},
		{"POST without", "POST", "/api/v1/pause", values("Origin", r.origin()), 401, ""},
		{"health without", "GET", "/healthz", nil, 200, `"ok"`},
		{"health of a foreign host", "GET", "/healthz", values("Host", "evil.test"), 403, ""},
		{"wrong token", "GET", "/?token=wrong", nil, 401, ""},
		{"empty token", "GET", "/?token=", nil, 401, ""},
		{"right token", "GET", "/week" + right + "&day=3", nil, 303, ""},
		{"right token at a foreign host", "GET", "/" + right, values("Host", "evil.test"), 403, ""},
		{"right token is for the page", "GET", "/api/v1/live" + right, nil, 401, ""},
		{"right token and POST", "POST", "/" + right, values("Origin", r.origin()), 401, ""},
		{"cookie", "GET", "/", values("Cookie", cookie), 200, "<title>"},
		{"cookie and interface", "GET", "/api/v1/live", values("Cookie", cookie), 200, "upright"},
		{"cookie and cross-site POST", "POST", "/api/v1/pause", values("Cookie", cookie, "Origin", "http://evil.test"), 403, ""},
		{"cookie of another port", "GET", "/", values("Cookie", "sitwell_1="+r.token.cookieValue()), 401, ""},
		{"token as the cookie", "GET", "/", values("Cookie", r.token.cookie+"=correct"), 401, ""},
		{"cookie cut short", "GET", "/", values("Cookie", cookie[:len(cookie)-1]), 401, ""},
		{"script", "GET", "/api/v1/live", values("Authorization", "Bearer "+secret), 200, "upright"},
		{"script in small letters", "GET", "/api/v1/live", values("Authorization", "bearer "+secret), 200, "upright"},
		{"script with the wrong token", "GET", "/api/v1/live", values("Authorization", "Bearer wrong"), 401, ""},
		{"script with another scheme", "GET", "/api/v1/live", values("Authorization", "Basic "+secret), 401, ""},
		{"script with nothing", "GET", "/api/v1/live", values("Authorization", "Bearer "), 401, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := r.ask(t, c.method, c.path, "", c.headers...)
			if got.status != c.status || !strings.Contains(got.body, c.want) {
				t.Errorf("got %d %q, want %d with %q", got.status, got.body, c.status, c.want)
			}
			if strings.Contains(got.body, "battery") {
				t.Error("the answer tells the token")
			}
			if (got.status == 401) != (got.header.Get("WWW-Authenticate") != "") {
				t.Errorf("%d with WWW-Authenticate %q", got.status, got.header.Get("WWW-Authenticate"))
			}
		})
	}

	got := r.ask(t, "GET", "/week"+right+"&day=3", "")
	if to := got.header.Get("Location"); to != "/week?day=3" {
		t.Errorf("sent to %q, want /week?day=3", to)
	}
	set := got.header.Get("Set-Cookie")
	for _, part := range []string{cookie, "HttpOnly", "SameSite=Strict", "Path=/"} {
		if !strings.Contains(set, part) {
			t.Errorf("cookie %q has no %s", set, part)
		}
	}
	// An address that would lead elsewhere is cleaned.
	for _, path := range []string{"//evil.test", "//evil.test/..//evil.test", "/\\evil.test", "/%5Cevil.test", "/..//evil.test"} {
		if to := r.ask(t, "GET", path+right, "").header.Get("Location"); strings.HasPrefix(to, "//") || strings.HasPrefix(to, "/\\") || !strings.HasPrefix(to, "/") {
			t.Errorf("%s is sent to %q", path, to)
		}
	}
}

// TestStop holds that the end is quick with a request in the middle of
// something, and that its answer says so.
func TestStop(t *testing.T) {
	r := start(t, func(*Config) {})
	r.watch.blocked = make(chan struct{})
	status := make(chan int, 1)
	go func() { status <- r.page(t, "POST", "/api/v1/pause", "").status }()
	time.Sleep(50 * time.Millisecond)
	began := time.Now()
	if err := r.stop(); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took > 1500*time.Millisecond {
		t.Errorf("took %v", took)
	}
	if got := <-status; got != http.StatusServiceUnavailable {
		t.Errorf("got %d, want 503", got)
	}
	if _, err := net.Dial("tcp", r.Addr()); err == nil {
		t.Error("still listening")
	}
}

func TestSilentRequests(t *testing.T) {
	r := start(t, nil)
	// A connection that says nothing, and one that does not end its header.
	for _, text := range []string{"", "GET / HTTP/1.1\r\nHost: "} {
		conn, err := net.Dial("tcp", r.Addr())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprint(conn, text)
	}
	time.Sleep(20 * time.Millisecond)
	began := time.Now()
	if err := r.stop(); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took > time.Second {
		t.Errorf("took %v to stop, want at most 1s", took)
	}
}
