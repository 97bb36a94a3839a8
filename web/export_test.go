package web

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"sitwell/posture/history"
)

// exporting is a Config.Export for tests; what is called says which days.
func exporting(export func(ctx context.Context, w io.Writer, asked string) error) func(*Config) {
	return func(c *Config) {
		c.Export = func(ctx context.Context, w io.Writer, first, last *history.Date, format string) error {
			text := func(d *history.Date) string {
				if d == nil {
					return "-"
				}
				return d.String()
			}
			return export(ctx, w, text(first)+" "+text(last)+" "+format)
		}
	}
}

func TestExport(t *testing.T) {
	calls := 0
	r := start(t, exporting(func(_ context.Context, w io.Writer, asked string) error {
		calls++
		_, err := io.WriteString(w, asked)
		return err
	}))
	const table, object = "text/csv; charset=utf-8; header=present", "application/json"
	for _, c := range []struct {
		query, asked, kind, file string
	}{
		{"", "- - csv", table, "sitwell.csv"},
		{"?from=&to=", "- - csv", table, "sitwell.csv"},
		{"?format=json", "- - json", object, "sitwell.json"},
		{"?from=2026-11-01&to=2026-11-25&format=csv", "2026-11-01 2026-11-25 csv", table, "sitwell-2026-11-01-2026-11-25.csv"},
		{"?from=2026-11-01", "2026-11-01 - csv", table, "sitwell-from-2026-11-01.csv"},
		{"?to=2026-11-25&format=json", "- 2026-11-25 json", object, "sitwell-to-2026-11-25.json"},
	} {
		before := calls
		head := r.page(t, "HEAD", "/api/v1/export"+c.query, "")
		if calls != before {
			t.Errorf("%s: HEAD has run it", c.query)
		}
		got := r.page(t, "GET", "/api/v1/export"+c.query, "")
		for _, a := range []answer{head, got} {
			if a.status != 200 || a.header.Get("Content-Type") != c.kind || a.header.Get("Content-Disposition") != `attachment; filename="`+c.file+`"` ||
				a.header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s: got %d %v", c.query, a.status, a.header)
			}
		}
		if got.body != c.asked || head.body != "" {
			t.Errorf("%s: got %q, %q, want %q", c.query, got.body, head.body, c.asked)
		}
	}
	before := calls
	for query, want := range map[string]string{
		"?from=2026-02-30":               `from: day is \"2026-02-30\": February 2026 has days 01 to 28`,
		"?to=today":                      `to: day is \"today\"`,
		"?from=2026-11-25&to=2026-11-01": "days run backwards: from 2026-11-25 to 2026-11-01",
		"?format=xml":                    `format is \"xml\": want csv or json`,
		"?format=":                       "want csv or json",
		"?week=2026-W47":                 `unknown key \"week\"`,
		"?from=2026-11-01&from=":         "from is given 2 times",
	} {
		for _, method := range []string{"GET", "HEAD"} {
			got := r.page(t, method, "/api/v1/export"+query, "")
			if got.status != 400 || method == "GET" && !strings.Contains(got.body, want) || got.header.Get("Content-Disposition") != "" {
				t.Errorf("%s %s: got %d %s, want 400 with %s", method, query, got.status, got.body, want)
			}
		}
	}
	if got := r.page(t, "POST", "/api/v1/export", ""); got.status != 405 || got.header.Get("Allow") != "GET" {
		t.Errorf("POST: got %d", got.status)
	}
	if got := r.ask(t, "GET", "/api/v1/export", "", "Origin", "https://foreign.example"); got.status != 403 {
		t.Errorf("a foreign page: got %d", got.status)
	}
	if calls != before {
		t.Error("what was refused has run")
	}
}

func TestNoExport(t *testing.T) {
	r := start(t, nil)
	if got := r.page(t, "GET", "/api/v1/export", ""); got.status != 503 || !strings.Contains(got.body, "no history") {
		t.Errorf("got %d %s", got.status, got.body)
	}
}

func TestExportNeedsTheToken(t *testing.T) {
	r := start(t, func(c *Config) {
		c.Token = "a secret of 18 &=?"
		exporting(func(context.Context, io.Writer, string) error {
			t.Error("it has run")
			return nil
		})(c)
	})
	if got := r.page(t, "GET", "/api/v1/export", ""); got.status != 401 {
		t.Errorf("got %d", got.status)
	}
}

// What fails before anything was written is told; in the midst the connection
// breaks off, so that a part is not taken for the whole.
func TestExportFails(t *testing.T) {
	write := 0
	r := start(t, exporting(func(_ context.Context, w io.Writer, _ string) error {
		if _, err := w.Write(make([]byte, write)); err != nil {
			return err
		}
		return errors.New("/home/someone/sitwell.db: disk I/O error")
	}))
	write = 100_000
	response, err := r.client.Get(r.origin() + "/api/v1/export")
	if err != nil {
		t.Fatal(err)
	}
	n, err := io.Copy(io.Discard, response.Body)
	response.Body.Close()
	if response.StatusCode != 200 || !errors.Is(err, io.ErrUnexpectedEOF) || n > 100_000 {
		t.Errorf("got %d, %d bytes, %v, want the connection to break off", response.StatusCode, n, err)
	}
	// It frees its place.
	for range 5 {
		response, err := r.client.Get(r.origin() + "/api/v1/export")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, response.Body)
		response.Body.Close()
		if response.StatusCode != 200 {
			t.Errorf("got %d", response.StatusCode)
		}
	}
	none := start(t, exporting(func(context.Context, io.Writer, string) error {
		return errors.New("/home/someone/sitwell.db: disk I/O error")
	}))
	if got := none.page(t, "GET", "/api/v1/export", ""); got.status != 500 || strings.Contains(got.body, "/home") || got.header.Get("Content-Type") != "application/json" || got.header.Get("Content-Disposition") != "" {
		t.Errorf("before anything was written: got %d %s", got.status, got.body)
	}
}

// Two run at once, and a third is told to wait.
func TestExportsAtOnce(t *testing.T) {
	begun, end := make(chan struct{}), make(chan struct{})
	r := start(t, exporting(func(ctx context.Context, w io.Writer, _ string) error {
		begun <- struct{}{}
		select {
		case <-end:
		case <-ctx.Done():
		}
		_, err := w.Write([]byte("x"))
		return err
	}))
	answers := make(chan answer)
	for range DefaultExports {
		go func() { answers <- r.page(t, "GET", "/api/v1/export", "") }()
		<-begun
	}
	if got := r.page(t, "GET", "/api/v1/export", ""); got.status != 503 || got.header.Get("Retry-After") == "" || !strings.Contains(got.body, "2 exports are under way") {
		t.Errorf("a third: got %d %s", got.status, got.body)
	}
	close(end)
	for range DefaultExports {
		if got := <-answers; got.status != 200 || got.body != "x" {
			t.Errorf("got %d %s", got.status, got.body)
		}
	}
	go func() { <-begun }()
	if got := r.page(t, "GET", "/api/v1/export", ""); got.status != 200 {
		t.Errorf("afterwards: got %d %s", got.status, got.body)
	}
}

// endless writes until it can't, and tells why.
func endless(ended chan<- error) func(context.Context, io.Writer, string) error {
	return func(ctx context.Context, w io.Writer, _ string) error {
		piece := make([]byte, 64<<10)
		for {
			if _, err := w.Write(piece); err != nil {
				ended <- err
				return err
			}
			if err := ctx.Err(); err != nil {
				ended <- err
				return err
			}
		}
	}
}

// request asks for an export and reads nothing of the answer but its first line.
func (r *rig) request(t *testing.T) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", r.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	fmt.Fprintf(conn, "GET /api/v1/export HTTP/1.1\r\nHost: %s\r\n\r\n", r.Addr())
	if line, err := bufio.NewReaderSize(conn, 16).ReadString('\n'); err != nil || !strings.Contains(line, "200") {
		t.Fatalf("got %q, %v", line, err)
	}
	return conn
}

// A client that reads no more is cut, one that goes away is noticed, and both end
// what reads the history.
func TestExportToAStalledClient(t *testing.T) {
	ended := make(chan error, 1)
	r := start(t, func(c *Config) {
		c.Limits.ExportStall = 200 * time.Millisecond
		exporting(endless(ended))(c)
	})
	wait := func() error {
		t.Helper()
		select {
		case err := <-ended:
			return err
		case <-time.After(20 * time.Second):
			t.Fatal("it goes on")
			return nil
		}
	}
	r.request(t)
	if err := wait(); err == nil {
		t.Error("no error")
	} else if timeout := net.Error(nil); !errors.As(err, &timeout) || !timeout.Timeout() {
		t.Errorf("stalled: got %v, want a timeout", err)
	}
	conn := r.request(t)
	go func() { _ = conn.Close() }()
	if err := wait(); err == nil {
		t.Error("gone: no error")
	}
}

// The server's end doesn't wait for a client that reads nothing.
func TestStopDuringAnExport(t *testing.T) {
	ended := make(chan error, 1)
	r := start(t, exporting(endless(ended)))
	r.request(t)
	if err := r.stop(); err != nil {
		t.Errorf("stop: %v", err)
	}
	select {
	case <-ended:
	case <-time.After(20 * time.Second):
		t.Error("the export goes on")
	}
}

// An export may take longer than other requests and answers.
func TestExportTakesItsTime(t *testing.T) {
	const pieces = 12
	r := start(t, exporting(func(ctx context.Context, w io.Writer, _ string) error {
		for range pieces {
			select {
			case <-time.After(50 * time.Millisecond):
			case <-ctx.Done():
				return ctx.Err()
			}
			if _, err := w.Write([]byte("piece ")); err != nil {
				return err
			}
		}
		return nil
	}))
	hasty := httptest.NewUnstartedServer(r.Server)
	hasty.Config.ReadTimeout, hasty.Config.WriteTimeout = 100*time.Millisecond, 150*time.Millisecond
	hasty.Start()
	defer hasty.Close()
	request, err := http.NewRequest("GET", hasty.URL+"/api/v1/export", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Host = r.Addr()
	response, err := hasty.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if text, err := io.ReadAll(response.Body); err != nil || string(text) != strings.Repeat("piece ", pieces) {
		t.Errorf("got %q, %v", text, err)
	}
}
