package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sitwell/posture"
	"sitwell/posture/coach"
	"sitwell/posture/history"
	"sitwell/posture/monitor"
	"sitwell/posture/relief"
)

func TestRelief(t *testing.T) {
	r := start(t, nil)
	for _, c := range []struct {
		query  string
		status int
		want   string
	}{
		{"", 200, `"stop":null,"ask_safety":true`},
		{"minutes=5&area=lower_back&answered=true&kit=chair,floor", 200, `"area":"lower_back","why":"You asked for your lower back."`},
		{"limit=&minutes=2", 200, `"ask_safety":false`},
		{"limit=surgery&minutes=5", 200, "by what you said of your health"},
		{"flag=saddle&minutes=5", 200, `"stop":{"urgency":"at_once"`},
		{"flag=&answered=true", 200, `"stop":null`},
		{"feel=nerve&answered=true", 200, "calm_breathing"},
		{"minutes=31", 400, "minutes"},
		{"minutes=0", 200, `"routine":[]`},
		{"minutes=-1", 400, "minutes"},
		{"minutes=two", 400, "minutes"},
		{"area=knee", 400, `area is \"knee\"`},
		{"kit=anvil", 400, `kit is \"anvil\"`},
		{"limit=lazy", 400, `limit is \"lazy\"`},
		{"feel=odd", 400, `feel is \"odd\"`},
		{"flag=white", 400, `red flag is \"white\"`},
		{"answered=yes", 400, "want true or false"},
		{"area=overall&area=overall", 400, "given 2 times"},
		{"pain=9", 400, `unknown key \"pain\"`},
	} {
		a := r.ask(t, http.MethodGet, "/api/v1/relief?"+c.query, "")
		if a.status != c.status || !strings.Contains(a.body, c.want) {
			t.Errorf("%q: got %d %s, want %d, %s", c.query, a.status, a.body, c.status, c.want)
		}
		if c.status == 200 && !strings.Contains(a.body, `"disclaimer":"This is general advice`) {
			t.Errorf("%q: advice without the disclaimer", c.query)
		}
	}
	// What goes on now counts.
	r.watch.set(func(s *monitor.Status) { s.SittingSeconds = 50 * 60 })
	if a := r.ask(t, http.MethodGet, "/api/v1/relief?answered=true", ""); !strings.Contains(a.body, "You have been sitting for 50 minutes") {
		t.Errorf("after long sitting: %s", a.body)
	}
}

func TestProgramme(t *testing.T) {
	r := start(t, nil)
	a := r.ask(t, http.MethodGet, "/api/v1/relief/programme", "")
	var p ReliefProgramme
	if err := json.Unmarshal([]byte(a.body), &p); err != nil || a.status != http.StatusOK {
		t.Fatalf("got %d, %v", a.status, err)
	}
	if len(p.Exercises) != len(relief.Exercises) || len(p.RedFlags) != len(relief.RedFlags) || len(p.Causes) != 3 || len(p.Areas) != 3 ||
		len(p.Techniques) != len(relief.Techniques) || len(p.Avoid) != len(relief.Avoid) || len(p.Questions) != 5 || p.Disclaimer == "" || p.Manner == "" {
		t.Errorf("something is missing: %s", a.body)
	}
	if strings.Contains(a.body, ":null,\"not\"") || strings.Contains(a.body, `"kit":null`) {
		t.Error("an empty list is null")
	}
}

// drawer is a Profile in memory.
type drawer struct {
	mu   sync.Mutex // guards all
	text []byte
	err  error // of what reads
	full error // of what writes
}

func (d *drawer) Profile(context.Context) ([]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.text, d.err
}

func (d *drawer) SaveProfile(_ context.Context, text []byte) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.full == nil {
		d.text = text
	}
	return d.full
}

func (w *watch) DidExercise(_ context.Context, e posture.Event, inPlace bool) ([]posture.Event, error) {
	e.ID, e.Kind = 1, posture.EventExercise
	return []posture.Event{e}, w.call(fmt.Sprintf("did %s %v %d %q %v", e.Exercise, e.Seconds, e.Level, e.Text, inPlace))
}

func (w *watch) Doing(_ context.Context, exercise string, d time.Duration) error {
	return w.call(strings.TrimSpace("doing " + d.String() + " " + exercise))
}

func (w *watch) Careful(_ context.Context, on bool, may func(string) bool) error {
	return w.call(fmt.Sprintf("careful %v, chin tuck %v", on, may("chin_tuck")))
}

func (w *watch) PutOff(context.Context) error { return w.call("put off") }

// What was said once holds until it is changed, and what is asked goes over it.
func TestProfileOfRelief(t *testing.T) {
	d := &drawer{}
	r := start(t, func(c *Config) { c.Profile = d })
	get := func(path string) string { return r.ask(t, http.MethodGet, path, "").body }
	if got := get("/api/v1/relief/profile"); !strings.HasPrefix(got, `{"answered":false,"limits":[],"cleared":[],"kit":null,"red_flags":[],`) {
		t.Errorf("at first: %s", got)
	}
	patch := func(body string) answer {
		return r.ask(t, http.MethodPatch, "/api/v1/relief/profile", body, "Origin", r.origin())
	}
	if a := patch(`{"limits":["surgery"],"kit":["chair"]}`); a.status != 200 || !strings.Contains(a.body, `"answered":true,"limits":["surgery"],"cleared":[],"kit":["chair"]`) {
		t.Errorf("got %d %s", a.status, a.body)
	}
	if calls := r.watch.called(); calls[len(calls)-1] != "careful true, chin tuck false" {
		t.Errorf("asked the watch for %v", calls)
	}
	// Only what is named is changed.
	if a := patch(`{"kit":["chair","door"],"workplace":{"feet":"hang","arms":"loose"}}`); !strings.Contains(a.body, `"limits":["surgery"],"cleared":[],"kit":["chair","door"]`) {
		t.Errorf("got %d %s", a.status, a.body)
	}
	if a := patch(`{"workplace":{"feet":null,"lumbar":"no"}}`); !strings.Contains(a.body, `"workplace":{"arms":"loose","lumbar":"no"}`) {
		t.Errorf("got %d %s", a.status, a.body)
	}
	if got := get("/api/v1/relief?minutes=10&area=upper_back"); !strings.Contains(got, `"ask_safety":false`) || strings.Contains(got, `"name":"Chin tuck"`) {
		t.Errorf("after surgery: %s", got)
	}
	// What is asked adds to it, and takes nothing away.
	for _, query := range []string{"limit=", "limit=dizziness", "answered=true"} {
		if got := get("/api/v1/relief?minutes=10&area=upper_back&" + query); strings.Contains(got, `"name":"Chin tuck"`) {
			t.Errorf("after surgery, with %s: %s", query, got)
		}
	}
	for _, call := range []string{"doing", "coach"} {
		if a := r.ask(t, http.MethodPost, "/api/v1/relief/"+call, `{"exercise":"chin_tuck"}`, "Origin", r.origin()); a.status != 409 || !strings.Contains(a.body, "Waits until a professional has agreed") {
			t.Errorf("%s after surgery: %d %s", call, a.status, a.body)
		}
	}
	// When the signs were asked is told by the service's clock, whatever the page's says.
	if a := patch(`{"checked_at":"2099-01-01T00:00:00Z"}`); a.status != 200 || strings.Contains(a.body, "2099") {
		t.Errorf("got %d %s", a.status, a.body)
	}
	if a := patch(`{"cleared":["surgery"]}`); a.status != 200 {
		t.Errorf("got %d %s", a.status, a.body)
	}
	if got := get("/api/v1/relief?minutes=10&area=upper_back"); !strings.Contains(got, `"name":"Chin tuck"`) {
		t.Errorf("a professional has agreed: %s", got)
	}
	patch(`{"red_flags":["fever"],"checked_at":"2026-11-20T08:00:00Z"}`)
	for _, query := range []string{"", "?flag=", "?flag=,&limit="} {
		if got := get("/api/v1/relief" + query); !strings.Contains(got, `"stop":{"urgency":"soon"`) {
			t.Errorf("with a red flag%s: %s", query, got)
		}
	}
	if a := r.ask(t, http.MethodPost, "/api/v1/relief/coach", `{"exercise":"chin_tuck"}`, "Origin", r.origin()); a.status != 409 || !strings.Contains(a.body, "doctor") {
		t.Errorf("the coach after a red flag: %d %s", a.status, a.body)
	}
	for body, want := range map[string]string{"": "not a JSON object", `{"limits":["lazy"]}`: `limit is \"lazy\"`, `{"x":1}`: "unknown key", "null": "JSON object"} {
		if a := patch(body); a.status != 400 || !strings.Contains(a.body, want) {
			t.Errorf("%q: got %d %s, want %s", body, a.status, a.body, want)
		}
	}
	if a := r.ask(t, http.MethodPatch, "/api/v1/relief/profile", "{}", "Origin", "http://evil.test"); a.status != 403 {
		t.Errorf("a foreign page: %d", a.status)
	}
	d.mu.Lock()
	d.text, d.err = []byte(`{"of":"another version"}`), nil
	d.mu.Unlock()
	if got := get("/api/v1/relief/profile"); !strings.Contains(got, `"answered":false`) {
		t.Errorf("what can't be read: %s", got)
	}
	d.mu.Lock()
	d.full = errors.New("a secret path")
	d.mu.Unlock()
	if a := patch(`{}`); a.status != 503 || strings.Contains(a.body, "secret") {
		t.Errorf("a full disk: %d %s", a.status, a.body)
	}
	d.mu.Lock()
	d.err = errors.New("a secret path")
	d.mu.Unlock()
	if a := patch(`{}`); a.status != 500 || strings.Contains(a.body, "secret") {
		t.Errorf("what can't be read is not written over: %d %s", a.status, a.body)
	}
	for _, path := range []string{"/api/v1/relief/profile", "/api/v1/relief"} {
		if a := r.ask(t, http.MethodGet, path, ""); a.status != 500 || strings.Contains(a.body, "secret") {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
}

func TestReliefDone(t *testing.T) {
	r := start(t, nil)
	post := func(body string) answer {
		return r.ask(t, http.MethodPost, "/api/v1/relief/done", body, "Origin", r.origin())
	}
	if a := post(`{"exercise":"chin_tuck","seconds":48.5,"repetitions":10}`); a.status != 201 ||
		!strings.Contains(a.body, `"seconds":48.5,"text":"Chin tuck","level":10,"area":"upper_back","exercise":"chin_tuck"`) {
		t.Errorf("got %d %s", a.status, a.body)
	}
	for body, want := range map[string]string{
		`{"exercise":"toe_touch","seconds":5}`:              "none of that name",
		`{"exercise":"walk","seconds":0}`:                   "seconds are 0",
		`{"exercise":"walk","seconds":3601}`:                "seconds are 3601",
		`{"exercise":"walk","seconds":5,"repetitions":-1}`:  "repetitions are -1",
		`{"exercise":"walk","seconds":5,"repetitions":1.5}`: "want int",
		`{"exercise":"walk","seconds":5,"ago_s":-1}`:        "ago_s is -1",
		`{"exercise":"walk","seconds":5,"pain":1}`:          "unknown key",
		`{"exercise":["walk"]}`:                             "exercise is of type array",
	} {
		if a := post(body); a.status != 400 || !strings.Contains(a.body, want) {
			t.Errorf("%s: got %d %s, want %s", body, a.status, a.body, want)
		}
	}
	if calls := r.watch.called(); len(calls) != 1 || calls[0] != `did chin_tuck 48.5 10 "Chin tuck" true` {
		t.Errorf("asked the watch for %v", calls)
	}
}

func (w *watch) Coach(_ context.Context, _ string, p coach.Plan) error {
	return w.call(fmt.Sprintf("coach %s %d %v %v", p.Exercise, p.Repetitions, p.Hold, p.Alternate))
}

func (w *watch) StopCoach(context.Context) error { return w.call("stop coach") }

func TestEffects(t *testing.T) {
	src := &days{}
	r := start(t, func(c *Config) { c.History = shownDays(src) })
	if a := r.ask(t, http.MethodGet, "/api/v1/relief/effects", ""); a.status != 200 || a.body != `{"effects":[],"days":180}`+"\n" {
		t.Errorf("got %d %s", a.status, a.body)
	}
	src.err = errors.New("a secret path")
	for _, path := range []string{"/api/v1/relief/effects", "/api/v1/relief"} {
		if a := r.ask(t, http.MethodGet, path, ""); a.status != 500 || strings.Contains(a.body, "secret") {
			t.Errorf("%s: got %d %s", path, a.status, a.body)
		}
	}
	change := func(n int, low, high float64) history.Change {
		mean := (low + high) / 2
		return history.Change{N: n, Measured: n, Comparable: n, Mean: &mean, Low: &low, High: &high}
	}
	got := Helped([]history.Effect{
		{Exercise: "chin_tuck", Enough: true, Last: true, Tension: change(6, -2, -0.5), Upright: change(9, 0.1, 0.3)},
		{Exercise: "walk", Enough: true, Tension: change(5, -2, 1), Upright: change(7, 0.2, 0.4)},
		{Exercise: "plank", Enough: true, Last: true, Tension: change(8, -3, 0.5)},
		{Exercise: "bridge", Enough: true, Tension: change(8, 0.5, 3)},
		{Exercise: "row", Tension: history.Change{N: 2, Measured: 4}},
	})
	want := map[string]relief.Effect{
		"chin_tuck": {Times: 6, Eased: 0.5, Last: true},
		"walk":      {Times: 7, Eased: 1},
		"plank":     {Times: 8, Last: true},
		"bridge":    {Times: 8, Eased: -0.5},
	}
	if !maps.Equal(got, want) {
		t.Errorf("got %+v", got)
	}
}

func TestDistance(t *testing.T) {
	face := func(apart, nose, visible float64) *posture.Figure {
		f := &posture.Figure{Aspect: 4. / 3, Points: make([][3]float64, posture.LandmarkCount)}
		f.Points[posture.LeftEye], f.Points[posture.RightEye] = [3]float64{0.5 + apart/2, 0.4, 1}, [3]float64{0.5 - apart/2, 0.4, 1}
		f.Points[posture.Nose] = [3]float64{nose, 0.45, visible}
		return f
	}
	tilted := face(0.06, 0.5, 1)
	tilted.Points[posture.LeftEye] = [3]float64{0.53, 0.4 + 0.08*4/3, 1} // 0.06 across and 0.08 down are 0.1
	r := start(t, nil)
	for name, c := range map[string]struct {
		figure *posture.Figure
		want   string
	}{
		"nobody":      {nil, `{"distance":null}`},
		"a face":      {face(0.075, 0.5, 1), `{"distance":{"cm":60,`},
		"tilted":      {tilted, `{"distance":{"cm":45,`},
		"turned":      {face(0.075, 0.52, 1), `{"distance":null}`},
		"hardly seen": {face(0.075, 0.5, 0.5), `{"distance":null}`},
		"nonsense":    {face(math.NaN(), 0.5, 1), `{"distance":null}`},
		"too few":     {&posture.Figure{Aspect: 1}, `{"distance":null}`},
	} {
		r.watch.set(func(s *monitor.Status) { s.Figure = c.figure })
		if a := r.ask(t, http.MethodGet, "/api/v1/relief/distance", ""); a.status != 200 || !strings.HasPrefix(a.body, c.want) {
			t.Errorf("%s: got %d %s, want %s", name, a.status, a.body, c.want)
		}
	}
	r.watch.set(func(s *monitor.Status) { s.Figure = nil })
}

// What the programme says can be seen is what the coach sees.
func TestSeenExercises(t *testing.T) {
	seen := 0
	for _, e := range relief.Exercises {
		if e.Seen == "" {
			continue
		}
		seen++
		x := coach.Exercise(e.Seen)
		if !x.Valid() || x.Sided() != (e.Dose.Sides == 2) {
			t.Errorf("%s: %q, sides %d: the coach knows it %v, with sides %v", e.ID, e.Seen, e.Dose.Sides, x.Valid(), x.Sided())
		}
	}
	if seen < 9 {
		t.Errorf("%d can be seen", seen)
	}
}

// healthy answered the safety questions.
func healthy(c *Config) { c.Profile = &drawer{text: []byte(`{"answered":true}`)} }

func TestCoach(t *testing.T) {
	r := start(t, healthy)
	for _, c := range []struct {
		method, body string
		status       int
		want, call   string
	}{
		{"POST", `{"exercise":"chin_tuck"}`, 204, "", "coach chin_tuck 10 0 false"},
		{"POST", `{"exercise":"neck_turn"}`, 204, "", "coach neck_turn 10 5 true"},
		{"POST", `{"exercise":"neck_turn","repetitions":4,"hold_s":2}`, 204, "", "coach neck_turn 4 2 true"},
		{"POST", `{"exercise":"bridge"}`, 409, "it is timed", ""},
		{"POST", `{"exercise":"toe_touch"}`, 400, "none of that name", ""},
		{"POST", `{"exercise":"neck_turn","hold":2}`, 400, "unknown key", ""},
		{"POST", ``, 400, "not a JSON object", ""},
		{"DELETE", ``, 204, "", "stop coach"},
		{"GET", ``, 405, "takes DELETE or POST", ""},
	} {
		before := len(r.watch.called())
		a := r.ask(t, c.method, "/api/v1/relief/coach", c.body, "Origin", r.origin())
		if got := strings.Join(r.watch.called()[before:], ", "); a.status != c.status || !strings.Contains(a.body, c.want) || got != c.call {
			t.Errorf("%s %s: got %d %s, %q, want %d %s, %q", c.method, c.body, a.status, a.body, got, c.status, c.want, c.call)
		}
	}
}

func TestDoing(t *testing.T) {
	r := start(t, healthy)
	for _, c := range []struct {
		body   string
		status int
		want   string
		call   string
	}{
		{`{"exercise":"chin_tuck","seconds":62.5}`, 204, "", "doing 1m2.5s chin_tuck"},
		{`{"exercise":"chin_tuck","seconds":0}`, 204, "", "doing 0s chin_tuck"},
		{`{"seconds":0}`, 204, "", "doing 0s"},
		{`{"exercise":"walk","seconds":120}`, 204, "", "doing 0s walk"}, // being away is judged
		{`{"exercise":"toe_touch","seconds":5}`, 400, "none of that name", ""},
		{`{"seconds":5}`, 400, "none of that name", ""},
		{`{"exercise":"chin_tuck","seconds":-1}`, 400, "seconds are -1", ""},
		{`{"exercise":"chin_tuck","seconds":3601}`, 400, "seconds are 3601", ""},
		{`{"exercise":"chin_tuck","for":5}`, 400, "unknown key", ""},
		{``, 400, "not a JSON object", ""},
	} {
		before := len(r.watch.called())
		a := r.ask(t, http.MethodPost, "/api/v1/relief/doing", c.body, "Origin", r.origin())
		if got := strings.Join(r.watch.called()[before:], ", "); a.status != c.status || !strings.Contains(a.body, c.want) || got != c.call {
			t.Errorf("%s: got %d %s, %q, want %d %s, %q", c.body, a.status, a.body, got, c.status, c.want, c.call)
		}
	}
	if a := r.ask(t, http.MethodPost, "/api/v1/offer/dismiss", "", "Origin", r.origin()); a.status != 204 || !slices.Contains(r.watch.called(), "put off") {
		t.Errorf("got %d %s", a.status, a.body)
	}
	if a := r.ask(t, http.MethodPost, "/api/v1/offer/dismiss", "", "Origin", "http://evil.test"); a.status != 403 {
		t.Errorf("another site: %d %s", a.status, a.body)
	}
}

// said is a history in which the back was called so bad today.
type said struct {
	days
	tension int
}

func (s said) Events(context.Context, time.Time, time.Time, ...posture.EventKind) ([]posture.Event, error) {
	return []posture.Event{{Kind: posture.EventCheckIn, Time: time.Now(), Area: posture.AreaUpperBack, Level: s.tension}}, nil
}

// Nothing begins while the signs are to be asked for, whichever tab it was said in.
func TestSignsComeFirst(t *testing.T) {
	for tension, want := range map[int]int{3: 204, 9: 409} {
		r := start(t, func(c *Config) {
			healthy(c)
			c.History = func() history.Source { return said{tension: tension} }
		})
		for _, call := range []string{"doing", "coach"} {
			a := r.ask(t, http.MethodPost, "/api/v1/relief/"+call, `{"exercise":"chin_tuck"}`, "Origin", r.origin())
			if a.status != want || want == 409 && !strings.Contains(a.body, "one of the signs") {
				t.Errorf("%s at %d: %d %s", call, tension, a.status, a.body)
			}
		}
	}
}

// The page's tests go by a copy of the programme.
func TestPagesProgramme(t *testing.T) {
	text, err := os.ReadFile("ui/test/programme.json")
	if err != nil {
		t.Fatal(err)
	}
	var got, want any
	w := httptest.NewRecorder()
	new(Server).programme(w, nil)
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Error("ui/test/programme.json is not the programme any more: write the answer of GET /api/v1/relief/programme there and format it (npm run format)")
	}
}

func FuzzParseRelief(f *testing.F) {
	for _, s := range []string{"area=upper_back&minutes=5", "kit=chair,,floor&limit=pregnancy", "flag=saddle,fever&feel=nerve", "answered=true", "minutes=%00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, query string) {
		values, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		p, err := ParseRelief(values, relief.Person{})
		if err != nil {
			return
		}
		if _, err := relief.Choose(p); err != nil {
			t.Errorf("%q was taken, and then: %v", query, err)
		}
	})
}
