package web

import (
	"errors"
	"net/url"
	"strings"
	"testing"

	"sitwell/posture/history"
	"sitwell/posture/monitor"
)

func TestReport(t *testing.T) {
	src := &days{}
	r := start(t, func(c *Config) { c.History = shownDays(src) })
	const at = "/api/v1/weeks/2026-W47/report"
	const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	for _, c := range []struct{ name, path, kind, file, want string }{
		{"html when nobody says", at, "text/html; charset=utf-8", "sitwell-2026-W47.html", "<title>Sitwell: Week 47 of 2026</title>"},
		{"html", at + "?format=html", "text/html; charset=utf-8", "sitwell-2026-W47.html", "<svg role=\"img\""},
		{"markdown", at + "?format=md", "text/markdown; charset=utf-8", "sitwell-2026-W47.md", "# Sitwell: Week 47 of 2026"},
		{"json", at + "?format=json", "application/json", "sitwell-2026-W47.json", `{"week":"2026-W47"`},
		{"empty week", "/api/v1/weeks/1970-W01/report", "text/html; charset=utf-8", "sitwell-1970-W01.html", "Nothing was watched in this week"},
		{"week to come", "/api/v1/weeks/2261-W52/report", "text/html; charset=utf-8", "sitwell-2261-W52.html", "so far"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := r.page(t, "GET", c.path, "")
			if got.status != 200 || !strings.Contains(got.body, c.want) {
				t.Fatalf("got %d %.300s, want %s in it", got.status, got.body, c.want)
			}
			for name, want := range map[string]string{
				"Content-Type": c.kind, "Content-Disposition": `inline; filename="` + c.file + `"`,
				"Content-Security-Policy": policy, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
			} {
				if got := got.header[name]; len(got) != 1 || got[0] != want {
					t.Errorf("%s: got %q, want %q", name, got, want)
				}
			}
			if head := r.page(t, "HEAD", c.path, ""); head.status != 200 || head.body != "" || head.header.Get("Content-Length") != got.header.Get("Content-Length") {
				t.Errorf("HEAD: got %d %q, %q", head.status, head.header, head.body)
			}
		})
	}
	r.watch.set(func(s *monitor.Status) { s.Source.Demo = true })
	for _, format := range []string{"html", "md"} {
		if got := r.page(t, "GET", at+"?format="+format, ""); !strings.Contains(got.body, "demo clip") {
			t.Errorf("%s of the demo does not say so", format)
		}
	}
	r.watch.set(func(s *monitor.Status) { s.Source.Demo = false })
	if got := r.page(t, "GET", at, ""); strings.Contains(got.body, "demo clip") {
		t.Error("a person's is called the demo's")
	}
	if week, report := r.page(t, "GET", "/api/v1/weeks/2026-W47", ""), r.page(t, "GET", at+"?format=json", ""); week.body != report.body {
		t.Errorf("the report as JSON is %.200s, the week %.200s", report.body, week.body)
	}
	for path, want := range map[string]string{
		"/api/v1/weeks/2026-W54/report":             `week is \"2026-W54\": 2026 has weeks W01 to W53`,
		"/api/v1/weeks//report":                     `week is \"\"`,
		"/api/v1/weeks/yesterday/report":            "want a year and an ISO week",
		at + "?format=pdf":                          `format is \"pdf\": want html, md or json`,
		at + "?format=":                             `format is \"\"`,
		at + "?format=html&format=md":               `\"format\" is given 2 times`,
		at + "?week=2026-W46":                       `unknown key \"week\"`,
		at + "?format=md&style=dark":                `unknown key \"style\"`,
		at + "?format=" + strings.Repeat("x", 9999): "want html, md or json",
	} {
		got := r.page(t, "GET", path, "")
		if got.status != 400 || !strings.Contains(got.body, want) || len(got.body) > 300 || got.header.Get("Content-Type") != "application/json" {
			t.Errorf("%.60s: got %d %.300s, want 400 with %s", path, got.status, got.body, want)
		}
		if got.header.Get("Content-Security-Policy") != contentPolicy || got.header.Get("Content-Disposition") != "" {
			t.Errorf("%.60s: the refusal has the report's headers: %q", path, got.header)
		}
	}
	for _, path := range []string{at + "/", at + "/more", "/api/v1/weeks/report", "/api/v1/days/2026-11-20/report"} {
		if got := r.page(t, "GET", path, ""); got.status == 200 {
			t.Errorf("%s: got %d %.100s", path, got.status, got.body)
		}
	}
	for _, method := range []string{"POST", "DELETE"} {
		if got := r.page(t, method, at, ""); got.status != 405 || got.header.Get("Allow") != "GET" {
			t.Errorf("%s: got %d, Allow %q", method, got.status, got.header.Get("Allow"))
		}
	}
	if got := r.ask(t, "GET", at, "", "Origin", "https://foreign.example"); got.status != 403 || strings.Contains(got.body, "Week 47") {
		t.Errorf("a foreign origin: got %d %.100s", got.status, got.body)
	}
	if got := r.page(t, "GET", "/api/v1/live", ""); got.header.Get("Content-Security-Policy") != contentPolicy {
		t.Errorf("another address has the policy %q", got.header.Get("Content-Security-Policy"))
	}
	src.err = errors.New("/home/someone/sitwell.db: disk I/O error")
	if got := r.page(t, "GET", at, ""); got.status != 500 || strings.Contains(got.body, "/home") || !strings.Contains(got.body, "see the log") ||
		got.header.Get("Content-Security-Policy") != contentPolicy {
		t.Errorf("broken: got %d %q %.200s, want 500 without the path", got.status, got.header, got.body)
	}
}

func TestReportNeedsTheToken(t *testing.T) {
	secret := strings.Repeat("s", MinTokenLength)
	r := start(t, func(c *Config) { c.Token = secret })
	const at = "/api/v1/weeks/2026-W47/report"
	if got := r.page(t, "GET", at, ""); got.status != 401 || strings.Contains(got.body, "Week 47") {
		t.Errorf("without it: got %d %.100s, want 401", got.status, got.body)
	}
	if got := r.ask(t, "GET", at, "", "Authorization", "Bearer "+secret); got.status != 200 {
		t.Errorf("with it: got %d %.100s, want 200", got.status, got.body)
	}
}

func FuzzParseReport(f *testing.F) {
	for _, s := range []string{"", "format=html", "format=md&format=md", "format=pdf", "x=1&format=md", "%zz", "format=%00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, query string) {
		values, _ := url.ParseQuery(query)
		format, err := parseReport(values)
		if err != nil {
			if len(err.Error()) > 400 || format != "" {
				t.Errorf("%q: got %q, %.500v", query, format, err)
			}
			return
		}
		if want := values.Get("format"); len(values) > 1 || len(values["format"]) > 1 || want != string(format) && (want != "" || values.Has("format")) {
			t.Errorf("%q: got %q", query, format)
		}
		if format.ContentType() == "" || format.FileName(history.ISOWeek{Year: 2026, Week: 47}) == "" {
			t.Errorf("%q: %q is no format", query, format)
		}
	})
}
