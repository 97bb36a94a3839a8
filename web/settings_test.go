package web

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"sitwell/posture/monitor"
)

// Each new address, with what it takes and what the watch is asked for.
func TestCommands(t *testing.T) {
	r := start(t, nil)
	long := strings.Repeat(" ", 5000)
	for _, c := range []struct {
		method, path, body string
		status             int
		want               string // part of the answer
		call               string // of the watch, "" for none
	}{
		{"GET", "settings", "", 200, `"changed":{}`, ""},
		{"PATCH", "settings", `{"alert_after_s":45}`, 200, `"defaults":{"sensitivity":{}`, `change {"alert_after_s":45}`},
		{"PATCH", "settings", `{"a":1}` + long, 413, "over 4096 bytes", ""},
		{"PATCH", "settings", strings.Repeat("[", 1<<20), 413, "over 4096 bytes", ""},
		{"PUT", "settings", `{}`, 405, "takes GET or PATCH", ""},
		{"POST", "snooze", `{"for":"15m"}`, 200, `{"until":"2026-03-02T09:15:00Z"}`, "snooze 15m"},
		{"POST", "snooze", `{}`, 200, "until", "snooze "}, // the watch says what it wants
		{"POST", "snooze", ``, 400, "not a JSON object", ""},
		{"POST", "snooze", `null`, 400, "not a JSON object", ""},
		{"POST", "snooze", `["15m"]`, 400, "not a JSON object", ""},
		{"POST", "snooze", `{"for":15}`, 400, "for is of type number: want string", ""},
		{"POST", "snooze", `{"four":"15m"}`, 400, `unknown key \"four\"`, ""},
		{"POST", "snooze", `{"for":"15m"}{}`, 400, "after its end", ""},
		{"POST", "snooze", `{"for":"15m"`, 400, "not JSON", ""},
		{"POST", "snooze", `{"for":"15m"` + long + `}`, 413, "over 4096", ""},
		{"GET", "snooze", "", 405, "takes POST", ""},
		{"POST", "alert/dismiss", "", 204, "", "dismiss"},
		{"DELETE", "alert/dismiss", "", 405, "takes POST", ""},
		{"POST", "events/12/wrong", "", 204, "", "wrong 12"},
		{"DELETE", "events/12/wrong", "", 204, "", "wrong off 12"},
		{"GET", "events/12/wrong", "", 405, "takes DELETE or POST", ""},
		{"POST", "events/0/wrong", "", 404, "none of that number", ""},
		{"POST", "events/-1/wrong", "", 404, "none of that number", ""},
		{"POST", "events/1.5/wrong", "", 404, "none of that number", ""},
		{"POST", "events/99999999999999999999/wrong", "", 404, "none of that number", ""},
		{"POST", "events/%31/wrong", "", 204, "", "wrong 1"},
		{"POST", "events//wrong", "", 404, "none of that number", ""},
		{"POST", "events/12/right", "", 404, "not an address", ""},
		{"POST", "events/12/wrong/", "", 404, "not an address", ""},
		{"GET", "events/12", "", 404, "not an address", ""},
		{"POST", "calibration", `{"pose":"slouch","way":"standing"}`, 202, `"status"`, "calibrate slouch standing"},
		{"POST", "calibration", `{}`, 202, `"status"`, "calibrate upright sitting"},
		{"POST", "calibration", ` `, 202, `"status"`, "calibrate upright sitting"},
		{"POST", "calibration", `{"pose":"slouch","ways":1}`, 400, `unknown key \"ways\"`, ""},
		{"POST", "calibration", `{"way":["sitting"]}`, 400, "way is of type array: want string", ""},
		{"POST", "camera/moved", `{"moved":true}`, 204, "", "moved true"},
		{"POST", "camera/moved", `{"moved":false}`, 204, "", "moved false"},
		{"POST", "camera/moved", `{"moved":null}`, 400, `the body is`, ""},
		{"POST", "camera/moved", ``, 400, `the body is`, ""},
		{"GET", "baselines", "", 200, `{"baselines":[{"id":7,"time":"0001-01-01T00:00:00Z","camera":"Test camera","way":"sitting","provisional":false,"stale":"","quality":0,"seconds":0,"samples":0,"sharpened":false,"in_use":false}]}`, "baselines"},
		{"POST", "baselines/7/use", "", 204, "", "use 7"},
		{"DELETE", "baselines/7", "", 204, "", "delete 7"},
		{"GET", "baselines/7", "", 405, "takes DELETE", ""},
		{"DELETE", "baselines/x", "", 404, "none of that number", ""},
		{"GET", "whatif", "", 200, `"days":7`, "what if 7 map[] 0"},
		{"GET", "whatif?days=90&sensitivity=head_drop:4,sink=1&alert_after=45s", "", 200, `"days":90`, "what if 90 map[head_drop:4 sink:1] 45"},
		{"GET", "whatif?days=91", "", 400, "1 to 90", ""},
		{"GET", "whatif?days=NaN", "", 400, "days", ""},
		{"GET", "whatif?days=1&days=2", "", 400, `\"days\" is given 2 times`, ""},
		{"GET", "whatif?day=1", "", 400, `unknown key \"day\"`, ""},
		{"GET", "whatif?sensitivity=nose:3", "", 400, `no signal \"nose\"`, ""},
		{"GET", "whatif?sensitivity=sink:9", "", 400, "1 to 5", ""},
		{"GET", "whatif?sensitivity=sink:3,sink:4", "", 400, "twice", ""},
		{"GET", "whatif?sensitivity=", "", 400, "sensitivity", ""},
		{"GET", "whatif?alert_after=45", "", 400, "45s", ""},
		{"GET", "whatif?alert_after=-45s", "", 400, "45s", ""},
		{"POST", "whatif", "", 405, "takes GET", ""},
	} {
		t.Run(c.method+" "+c.path+" "+c.body[:min(len(c.body), 20)], func(t *testing.T) {
			before := len(r.watch.called())
			got := r.page(t, c.method, "/api/v1/"+c.path, c.body)
			if got.status != c.status || !strings.Contains(got.body, c.want) {
				t.Errorf("got %d %s, want %d with %s", got.status, got.body, c.status, c.want)
			}
			if (c.status == 204) != (got.body == "") {
				t.Errorf("%d with %q", got.status, got.body)
			}
			if call := strings.Join(r.watch.called()[before:], "; "); call != c.call {
				t.Errorf("the watch was asked for %q, want %q", call, c.call)
			}
		})
	}
}

// What the watch says becomes a status and its sentence.
func TestCommandErrors(t *testing.T) {
	r := start(t, nil)
	for _, c := range []struct {
		err    error
		status int
	}{
		{&monitor.InputError{Message: "alert_after_s is -1: want 1 to 3600"}, http.StatusBadRequest},
		{monitor.ErrUnknown, http.StatusNotFound},
		{monitor.ErrNoAlert, http.StatusConflict},
		{monitor.ErrNoOffer, http.StatusConflict},
		{monitor.ErrSaid, http.StatusConflict},
		{monitor.ErrNotSaid, http.StatusConflict},
		{monitor.ErrNotAsked, http.StatusConflict},
		{monitor.ErrNotStored, http.StatusServiceUnavailable},
		{monitor.ErrStopped, http.StatusServiceUnavailable},
		{monitor.ErrNotRead, http.StatusInternalServerError},
		{fmt.Errorf("wrapped: %w", monitor.ErrUnknown), http.StatusNotFound},
		{errors.New("that upright was taken with another camera"), http.StatusConflict},
	} {
		for call, request := range map[string][3]string{
			`change {}`:              {"PATCH", "settings", "{}"},
			"snooze off":             {"POST", "snooze", `{"for":"off"}`},
			"dismiss":                {"POST", "alert/dismiss", ""},
			"wrong 3":                {"POST", "events/3/wrong", ""},
			"wrong off 3":            {"DELETE", "events/3/wrong", ""},
			"moved true":             {"POST", "camera/moved", `{"moved":true}`},
			"baselines":              {"GET", "baselines", ""},
			"use 3":                  {"POST", "baselines/3/use", ""},
			"delete 3":               {"DELETE", "baselines/3", ""},
			"what if 7 map[] 0":      {"GET", "whatif", ""},
			"calibrate slouch lying": {"POST", "calibration", `{"pose":"slouch","way":"lying"}`},
		} {
			r.watch.mu.Lock()
			r.watch.errs[call] = c.err
			r.watch.mu.Unlock()
			got := r.page(t, request[0], "/api/v1/"+request[1], request[2])
			if want := decode[map[string]string](t, got.body)["error"]; got.status != c.status || want != c.err.Error() {
				t.Errorf("%s, %v: got %d %s, want %d", call, c.err, got.status, got.body, c.status)
			}
		}
	}
}

// Nothing is changed from another page, nor without the token.
func TestCommandsAreGuarded(t *testing.T) {
	for name, secret := range map[string]string{"without a token": "", "with a token": "correct horse & battery"} {
		r := start(t, func(c *Config) { c.Token = secret })
		for _, request := range [][3]string{
			{"PATCH", "settings", `{"alert_after_s":45}`},
			{"POST", "snooze", `{"for":"today"}`},
			{"POST", "alert/dismiss", ""},
			{"POST", "events/3/wrong", ""},
			{"DELETE", "events/3/wrong", ""},
			{"POST", "camera/moved", `{"moved":true}`},
			{"POST", "baselines/3/use", ""},
			{"DELETE", "baselines/3", ""},
			{"POST", "calibration", ""},
		} {
			for from, headers := range map[string][]string{
				"another page": values("Origin", "http://evil.test", "Sec-Fetch-Site", "cross-site"),
				"nowhere":      nil,
				"a plain form": values("Content-Type", "text/plain"),
				"a rebound":    values("Host", "evil.test", "Origin", "http://evil.test"),
				"null":         values("Origin", "null"),
			} {
				if got := r.ask(t, request[0], "/api/v1/"+request[1], request[2], headers...); got.status != http.StatusForbidden {
					t.Errorf("%s: %s %s from %s: got %d, want 403", name, request[0], request[1], from, got.status)
				}
			}
			if secret != "" {
				if got := r.page(t, request[0], "/api/v1/"+request[1], request[2]); got.status != http.StatusUnauthorized {
					t.Errorf("%s %s without the token: got %d, want 401", request[0], request[1], got.status)
				}
			}
		}
		for _, path := range []string{"settings", "baselines", "whatif"} {
			if got := r.ask(t, "GET", "/api/v1/"+path, "", "Origin", "http://evil.test"); got.status != http.StatusForbidden {
				t.Errorf("%s: GET %s of another page: got %d, want 403", name, path, got.status)
			}
			if got := r.ask(t, "GET", "/api/v1/"+path, ""); secret != "" && got.status != http.StatusUnauthorized {
				t.Errorf("GET %s without the token: got %d, want 401", path, got.status)
			}
		}
		if calls := r.watch.called(); len(calls) > 0 && secret != "" {
			t.Errorf("%s: the watch was asked for %v", name, calls)
		}
	}
}

func FuzzWhatIfQuery(f *testing.F) {
	f.Add("7", "head_drop:4,sink=2", "45s")
	f.Add("-1", ",:", "1e999s")
	f.Fuzz(func(t *testing.T, days, steps, after string) {
		q, err := parseWhatIf(map[string][]string{"days": {days}, "sensitivity": {steps}, "alert_after": {after}})
		if err == nil && (q.Days < 1 || q.Days > monitor.MaxWhatIfDays || len(q.Sensitivity) == 0 || !(q.AlertAfter > 0)) {
			t.Errorf("took %q, %q, %q as %+v", days, steps, after, q)
		}
	})
}
