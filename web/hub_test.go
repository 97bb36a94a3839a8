package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"sitwell/posture"
	"sitwell/posture/monitor"
)

// brief are limits for tests that wait for them to be reached.
var brief = Limits{
	PingEvery: 100 * time.Millisecond,
	PongWait:  700 * time.Millisecond,
	CloseWait: 100 * time.Millisecond,
	LiveEvery: time.Millisecond,
}

func TestSocketHello(t *testing.T) {
	r := start(t, nil)
	s := r.dial(t, "", false)
	first := s.next()
	if first.Type != "live" || first.Live == nil || first.Live.State != posture.Upright {
		t.Fatalf("first message is %+v, want the live status", first)
	}
	r.watch.tellLive("next")
	if m := s.next(); m.Type != "live" || m.Live == nil || m.Live.Version != "next" {
		t.Errorf("got %+v, want the next live status", m)
	}
	r.watch.tellEvent(7, "sit up")
	if m := s.next(); m.Type != "event" || m.Event == nil || m.Event.ID != 7 || m.Event.Text != "sit up" {
		t.Errorf("got %+v, want event 7", m)
	}
}

func TestSocketRefused(t *testing.T) {
	r := start(t, nil)
	for _, c := range []struct {
		name, query string
		header      http.Header
		status      int
	}{
		{"no origin", "", nil, 403},
		{"foreign origin", "", http.Header{"Origin": values("http://evil.test")}, 403},
		{"rebound pair", "", http.Header{"Origin": values("http://evil.test"), "Host": values("evil.test")}, 403},
		{"another port", "", http.Header{"Origin": values("http://127.0.0.1:1")}, 403},
		{"null origin", "", http.Header{"Origin": values("null")}, 403},
		{"after that is no number", "?after=x", http.Header{"Origin": values(r.origin())}, 400},
	} {
		t.Run(c.name, func(t *testing.T) {
			conn, response, err := r.tryDial(c.query, false, c.header)
			if err == nil {
				conn.Close()
				t.Fatal("let in")
			}
			if response == nil || response.StatusCode != c.status {
				t.Errorf("got %+v, %v, want %d", response, err, c.status)
			}
		})
	}
	eventually(t, time.Second, "no place is taken", func() bool { return r.connections() == 0 })
}

func TestSocketWithToken(t *testing.T) {
	r := start(t, func(c *Config) { c.Token = strings.Repeat("s", 20) })
	if _, response, err := r.tryDial("", false, http.Header{"Origin": values(r.origin())}); err == nil || response.StatusCode != 401 {
		t.Errorf("without: got %v, want 401", err)
	}
	for _, header := range []http.Header{
		{"Cookie": values(r.token.cookie + "=" + r.token.cookieValue())},
		{"Authorization": values("Bearer " + r.token.secret)},
	} {
		header.Set("Origin", r.origin())
		conn, _, err := r.tryDial("", false, header)
		if err != nil {
			t.Errorf("with %v: %v", header, err)
			continue
		}
		conn.Close()
	}
}

// TestCatchUp holds that every event after the client's last comes once and
// in order, whether it is in the store, in the queue or in both.
func TestCatchUp(t *testing.T) {
	for _, c := range []struct {
		name  string
		query string
		store int
		live  []int64 // told after the client has joined
		want  []int64
		other bool // what is told is of another store
	}{
		{"none asked for", "", 3, []int64{4}, []int64{4}, false},
		{"all", "?after=0", 3, []int64{4}, []int64{1, 2, 3, 4}, false},
		{"some", "?after=2", 3, []int64{4}, []int64{3, 4}, false},
		{"nothing missed", "?after=3", 3, []int64{4}, []int64{4}, false},
		{"stored and told", "?after=1", 3, []int64{2, 3, 4}, []int64{2, 3, 4}, false},
		{"not stored", "?after=1", 3, []int64{0, 4, 0}, []int64{2, 3, 0, 4, 0}, false},
		{"ahead of another store", "?after=900", 3, []int64{4, 5}, []int64{4, 5}, false},
		{"told of another store", "?after=1", 3, []int64{2, 3, 4}, []int64{2, 3, 2, 3, 4}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := start(t, nil)
			r.store.add(c.store)
			// The store waits until what is told is in the queue.
			r.store.mu.Lock()
			s := r.dial(t, c.query, false)
			if m := s.next(); m.Type != "live" {
				t.Fatalf("first message is %+v, want live", m)
			}
			for _, id := range c.live {
				e := posture.Event{ID: id, Kind: posture.EventAlert, Time: time.Unix(id, 0)}
				if c.other {
					e.Time = time.Unix(1<<20+id, 0)
				}
				r.watch.tell(monitor.Message{Type: "event", Event: &e})
			}
			time.Sleep(20 * time.Millisecond)
			r.store.mu.Unlock()
			var got []int64
			for len(got) < len(c.want) {
				m := s.next()
				if m.Event == nil {
					t.Fatalf("got %+v, want an event", m)
				}
				got = append(got, m.Event.ID)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
			r.watch.tellLive("end")
			if m := s.next(); m.Live == nil {
				t.Errorf("then got %+v, want nothing more", m)
			}
		})
	}
	t.Run("many pages", func(t *testing.T) {
		r := start(t, nil)
		r.store.add(2*catchUpPage + 3)
		s := r.dial(t, "?after=1", false)
		s.next()
		for want := int64(2); want <= 2*catchUpPage+3; want++ {
			if m := s.next(); m.Event == nil || m.Event.ID != want {
				t.Fatalf("got %+v, want event %d", m, want)
			}
		}
	})
	t.Run("broken store", func(t *testing.T) {
		r := start(t, nil)
		r.store.err = errors.New("disk I/O error")
		s := r.dial(t, "?after=1", false)
		if m := s.next(); m.Type != "live" {
			t.Fatalf("first message is %+v, want live", m)
		}
		if code := s.closed(2 * time.Second); code != websocket.CloseInternalServerErr {
			t.Errorf("closed with %d, want 1011", code)
		}
	})
}

// TestThrottle holds that live messages come at most so often, that the last
// comes, and that an event is not kept waiting nor overtakes.
func TestThrottle(t *testing.T) {
	const every = 60 * time.Millisecond
	r := start(t, func(c *Config) { c.Limits.LiveEvery = every })
	s := r.dial(t, "", false)
	s.next()
	began := time.Now()
	for i := range 50 {
		r.watch.tellLive(fmt.Sprint(i))
		time.Sleep(4 * time.Millisecond)
	}
	r.watch.tellLive("before")
	told := time.Now()
	r.watch.tellEvent(1, "")
	var lives []string
	for {
		m := s.next()
		if m.Event != nil {
			break
		}
		lives = append(lives, m.Live.Version)
	}
	if late := time.Since(told); late > every/2 {
		t.Errorf("the event came after %v", late)
	}
	if last := lives[len(lives)-1]; last != "before" {
		t.Errorf("the event overtook: the live message before it is %q", last)
	}
	if most := int(time.Since(began)/every) + 2; len(lives) > most || len(lives) < 3 {
		t.Errorf("got %d live messages in %v, want at most %d: %v", len(lives), time.Since(began), most, lives)
	}
	r.watch.tellLive("a")
	r.watch.tellLive("b")
	r.watch.tellLive("last")
	for m := s.next(); m.Live.Version != "last"; m = s.next() {
	}
}

// TestCoalesce holds what a queue keeps: every event in order, and the newest
// live and mirror message where it came.
func TestCoalesce(t *testing.T) {
	c := &client{hub: &hub{limits: Limits{Queue: 3}}, wake: make(chan struct{}, 1)}
	entries := func(kinds ...kind) (all []entry) {
		for i, k := range kinds {
			all = append(all, entry{kind: k, event: eventKey{id: int64(i + 1)}})
		}
		return all
	}
	for _, e := range entries(kindLive, kindEvent, kindLive, kindMirror, kindEvent, kindMirror, kindLive, kindEvent) {
		if !c.put(e) {
			t.Fatalf("no place for %+v", e)
		}
	}
	if c.put(entry{kind: kindEvent}) {
		t.Error("a fourth event found a place among three")
	}
	var got []int64
	for e, ok := c.take(); ok; e, ok = c.take() {
		got = append(got, e.event.id)
	}
	if want := []int64{2, 5, 6, 7, 8}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if !c.put(entry{kind: kindEvent}) {
		t.Error("no place in an empty queue")
	}
}

// TestBadClients holds what becomes of those who send what they should not.
func TestBadClients(t *testing.T) {
	r := start(t, nil)
	for _, c := range []struct {
		name string
		kind int
		data string
		code int
	}{
		{"1 MB", websocket.TextMessage, strings.Repeat("x", 1<<20), websocket.CloseMessageTooBig},
		{"a byte too many", websocket.TextMessage, `{"mirror":true}` + strings.Repeat(" ", 4<<10+1-15), websocket.CloseMessageTooBig},
		{"binary", websocket.BinaryMessage, `{"mirror":true}`, websocket.CloseUnsupportedData},
		{"no JSON", websocket.TextMessage, "hello", websocket.ClosePolicyViolation},
		{"unknown", websocket.TextMessage, `{"pause":true}`, websocket.ClosePolicyViolation},
		{"more than known", websocket.TextMessage, `{"mirror":true,"pause":true}`, websocket.ClosePolicyViolation},
		{"nothing", websocket.TextMessage, "", websocket.ClosePolicyViolation},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := r.dial(t, "", false)
			s.next()
			if err := s.WriteMessage(c.kind, []byte(c.data)); err != nil {
				t.Errorf("cut off while it was speaking: %v", err)
			}
			if code := s.closed(2 * time.Second); code != c.code {
				t.Errorf("closed with %d, want %d", code, c.code)
			}
			// Not every kernel gives a reader what came before a reset.
			if _, err := s.NetConn().Read(make([]byte, 1)); err != io.EOF {
				t.Errorf("the end is %v, want %v", err, io.EOF)
			}
			eventually(t, 2*time.Second, "its place is free", func() bool { return r.connections() == 0 })
		})
	}
	t.Run("as big as allowed", func(t *testing.T) {
		s := r.dial(t, "", false)
		s.next()
		s.say(`{"mirror":true}` + strings.Repeat(" ", 4<<10-15))
		r.watch.tellEvent(1, "")
		if m := s.next(); m.Event == nil {
			t.Errorf("got %+v, want the event", m)
		}
	})
}

func TestSilentClient(t *testing.T) {
	if wait := DefaultPongWait + DefaultCloseWait; wait > 35*time.Second || DefaultPongWait <= 2*DefaultPingEvery {
		t.Errorf("a silent client is gone after %v, want at most 35s and two pings", wait)
	}
	r := start(t, func(c *Config) { c.Limits = brief })
	lively, silent := r.dial(t, "", false), r.dial(t, "", false)
	silent.SetPingHandler(func(string) error { return nil })
	var ended sync.WaitGroup
	began := time.Now()
	ended.Go(func() {
		silent.closed(5 * time.Second)
		if took := time.Since(began); took < brief.PongWait {
			t.Errorf("the silent one was closed after %v already", took)
		}
	})
	ended.Go(func() {
		for {
			_, text, err := lively.ReadMessage()
			if err != nil {
				t.Errorf("the lively one: %v", err)
			}
			if err != nil || strings.Contains(string(text), "event") {
				return
			}
		}
	})
	eventually(t, 5*time.Second, "one is gone", func() bool { return r.connections() == 1 })
	time.Sleep(2 * brief.PongWait)
	r.watch.tellEvent(1, "")
	ended.Wait()
}

func TestTooManyClients(t *testing.T) {
	r := start(t, nil)
	var sockets []*socket
	for range DefaultMaxClients {
		sockets = append(sockets, r.dial(t, "", false))
	}
	header := http.Header{"Origin": values(r.origin())}
	_, response, err := r.tryDial("", false, header)
	if err == nil || response == nil || response.StatusCode != 503 {
		t.Fatalf("the 33rd: got %+v, %v, want 503", response, err)
	}
	sockets[0].Close()
	eventually(t, 2*time.Second, "a place is free", func() bool {
		conn, _, err := r.tryDial("", false, header)
		if err == nil {
			conn.Close()
		}
		return err == nil
	})
}

// TestStalledClient holds that a client that reads nothing is gone within 2 s
// of its buffer filling, and that the others get everything in time. What
// else runs on the machine makes both later, so a case has some tries.
func TestStalledClient(t *testing.T) {
	const tries = 4
	text := strings.Repeat("sit up ", 1200)
	for _, c := range []struct {
		name  string
		every time.Duration
		tell  func(w *watch, id int64)
	}{
		{"live messages", 10 * time.Millisecond, func(w *watch, _ int64) { w.tellLive(text) }},
		{"events", 10 * time.Millisecond, func(w *watch, id int64) { w.tellEvent(id, text) }},
		{"events now and then", 100 * time.Millisecond, func(w *watch, id int64) {
			w.tellEvent(id, text)
			w.tellLive(text)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for try := 1; ; try++ {
				err := stall(t, c.every, c.tell)
				if err == nil {
					return
				}
				if try == tries {
					t.Fatalf("%v, the last of %d tries", err, tries)
				}
				t.Logf("%v; once more", err)
			}
		})
	}
}

// stall tells messages to one client that does not read and five that do,
// until the one is gone.
func stall(t *testing.T, every time.Duration, tell func(w *watch, id int64)) error {
	r := start(t, func(c *Config) { c.Limits.LiveEvery = time.Millisecond })
	stalled := r.dial(t, "", true)
	others := make([]*socket, 5)
	for i := range others {
		others[i] = r.dial(t, "", false)
	}
	var reading sync.WaitGroup
	var mu sync.Mutex // guards delays
	var delays []time.Duration
	for _, s := range others {
		reading.Go(func() {
			for {
				var m monitor.Message
				if s.ReadJSON(&m) != nil {
					return
				}
				if m.Event != nil {
					mu.Lock()
					delays = append(delays, time.Since(m.Event.Time))
					mu.Unlock()
				}
			}
		})
	}
	lateness := machineLateness()
	began := time.Now()
	for id := int64(1); r.connections() > len(others); id++ {
		tell(r.watch, id)
		time.Sleep(every)
		if time.Since(began) > 10*time.Second {
			t.Fatal("still there after 10s")
		}
	}
	gone := time.Now()
	late := lateness()
	stalled.Close()
	for _, s := range others {
		s.Close()
	}
	reading.Wait()

	r.stalls.mu.Lock()
	full, bytes := r.stalls.full, r.stalls.bytes
	r.stalls.mu.Unlock()
	if full.IsZero() {
		t.Fatal("no write to it timed out")
	}
	took := gone.Sub(full)
	p99 := percentile99(delays)
	// From the watch to the page a message passes three goroutines; on a
	// busy machine each waits for its turn.
	want := 50*time.Millisecond + 3*late
	t.Logf("full after %d KiB, gone %v later; others: %d events, 99th percentile %v; the machine itself is late by %v",
		bytes>>10, took, len(delays), p99, late)
	switch {
	case bytes > 512<<10:
		t.Fatalf("it swallowed %d KiB before it was full, want at most 512", bytes>>10)
	case took > 2*time.Second:
		return fmt.Errorf("gone %v after its buffer filled, want at most 2s", took)
	case p99 > want:
		return fmt.Errorf("99th percentile of the others is %v, want at most %v", p99, want)
	}
	return nil
}

// machineLateness begins to measure how late a goroutine that only sleeps gets
// its turn; the function it returns ends that and gives the 99th percentile.
func machineLateness() func() time.Duration {
	const nap = 2 * time.Millisecond
	var late []time.Duration
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			began := time.Now()
			select {
			case <-time.After(nap):
				late = append(late, time.Since(began)-nap)
			case <-stop:
				return
			}
		}
	}()
	return func() time.Duration {
		close(stop)
		<-stopped
		return percentile99(late)
	}
}

func percentile99(all []time.Duration) time.Duration {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[len(all)*99/100]
}

// TestOverflow holds that a client with too many events waiting is told to
// come again, and then has missed none.
func TestOverflow(t *testing.T) {
	r := start(t, func(c *Config) { c.Limits.Queue = 4 })
	r.store.mu.Lock() // the client waits for the store
	s := r.dial(t, "?after=0", false)
	s.next()
	for id := range int64(6) {
		r.watch.tellEvent(id+1, "")
	}
	time.Sleep(50 * time.Millisecond)
	r.store.mu.Unlock()
	r.store.add(6)
	if code := s.closed(2 * time.Second); code != websocket.CloseTryAgainLater {
		t.Errorf("closed with %d, want 1013", code)
	}
	again := r.dial(t, "?after=0", false)
	again.next()
	for want := range int64(6) {
		if m := again.next(); m.Event == nil || m.Event.ID != want+1 {
			t.Fatalf("got %+v, want event %d", m, want+1)
		}
	}
}

func TestStopTellsClients(t *testing.T) {
	r := start(t, nil)
	s := r.dial(t, "", false)
	stalled := r.dial(t, "", true)
	s.next()
	// One write to the stalled client is under way.
	for i := range 60 {
		r.watch.tellEvent(int64(i), strings.Repeat("x", 8<<10))
	}
	code := make(chan int, 1)
	go func() { code <- s.closed(5 * time.Second) }()
	time.Sleep(50 * time.Millisecond)
	began := time.Now()
	if err := r.stop(); err != nil {
		t.Error(err)
	}
	if took := time.Since(began); took > DefaultStopWait {
		t.Errorf("took %v with a stalled client, want at most %v", took, DefaultStopWait)
	} else {
		t.Logf("took %v", took)
	}
	if got := <-code; got != websocket.CloseGoingAway {
		t.Errorf("closed with %d, want 1001", got)
	}
	stalled.Close()
}

// TestWatchEnds holds that the hub finds its way back to a watch that ended
// the subscription, and that clients ask for what they missed.
func TestWatchEnds(t *testing.T) {
	r := start(t, nil)
	s := r.dial(t, "", false)
	s.next()
	r.watch.mu.Lock()
	messages := r.watch.messages
	r.watch.mu.Unlock()
	r.watch.end(messages)
	eventually(t, time.Second, "health tells", func() bool { return r.ask(t, "GET", "/healthz", "").status == 503 })
	if code := s.closed(3 * time.Second); code != websocket.CloseTryAgainLater {
		t.Errorf("closed with %d, want 1013", code)
	}
	r.watch.tellLive("back")
	eventually(t, time.Second, "health tells", func() bool { return r.ask(t, "GET", "/healthz", "").status == 200 })
}

func TestUnencodable(t *testing.T) {
	r := start(t, nil)
	s := r.dial(t, "", false)
	s.next()
	nan := math.NaN()
	r.watch.tell(monitor.Message{Type: "live", Live: &monitor.Status{Live: posture.Live{Score: &nan}}})
	r.watch.tell(monitor.Message{Type: "strange"})
	r.watch.tellEvent(1, "")
	if m := s.next(); m.Event == nil {
		t.Errorf("got %+v, want the event", m)
	}
	r.watch.set(func(s *monitor.Status) { s.Score = &nan })
	if got := r.ask(t, "GET", "/api/v1/live", ""); got.status != 500 || !strings.Contains(got.body, `{"error":`) {
		t.Errorf("got %d %s, want 500 with an error", got.status, got.body)
	}
	if code := r.dial(t, "", false).closed(2 * time.Second); code != websocket.CloseInternalServerErr {
		t.Errorf("closed with %d, want 1011", code)
	}
}

func TestMirror(t *testing.T) {
	picture := monitor.Message{Type: "mirror", Mirror: &monitor.Mirror{JPEG: []byte{0xff, 0xd8}, Width: 640, Height: 480}}
	// after is the last call but those seen before.
	after := func(r *rig) string { return strings.Join(r.watch.called(), ", ") }
	switchTo := func(t *testing.T, r *rig, on bool, status int) {
		t.Helper()
		if got := r.page(t, "POST", "/api/v1/mirror", fmt.Sprintf(`{"on":%v}`, on)); got.status != status {
			t.Fatalf("mirror %v: got %d %s, want %d", on, got.status, got.body, status)
		}
	}
	asking := func(t *testing.T, r *rig, want int32) {
		t.Helper()
		eventually(t, time.Second, fmt.Sprintf("%d ask for it", want), func() bool { return r.mirror.watching.Load() == want })
	}

	t.Run("only to those who ask", func(t *testing.T) {
		r := start(t, nil)
		a, b := r.dial(t, "", false), r.dial(t, "", false)
		a.next()
		b.next()
		a.say(`{"mirror":true}`)
		a.say(`{"mirror":true}`)
		asking(t, r, 1)
		switchTo(t, r, true, 204)
		r.watch.tell(picture)
		r.watch.tellEvent(1, "")
		m := a.next()
		if m.Mirror == nil || m.Mirror.Width != 640 || string(m.Mirror.JPEG) != "\xff\xd8" {
			t.Errorf("got %+v, want the picture", m)
		}
		if m := b.next(); m.Event == nil {
			t.Errorf("the other got %+v, want the event only", m)
		}
		switchTo(t, r, false, 204)
		if m := a.next(); m.Event == nil {
			t.Errorf("got %+v, want the event", m)
		}
		if m := a.next(); m.Type != "mirror" || m.Mirror != nil {
			t.Errorf("got %+v, want to be told of the end", m)
		}
		asking(t, r, 0)
		r.watch.tell(picture)
		r.watch.tellEvent(2, "")
		if m := a.next(); m.Event == nil {
			t.Errorf("after the end got %+v, want the event only", m)
		}
		if got, want := after(r), "mirror on, mirror off"; got != want {
			t.Errorf("did %s, want %s", got, want)
		}
	})
	for _, c := range []struct {
		name string
		end  func(*testing.T, *rig, *socket)
	}{
		{"the last says no more", func(_ *testing.T, _ *rig, s *socket) { s.say(`{"mirror":false}`) }},
		{"the last goes", func(_ *testing.T, _ *rig, s *socket) { s.Close() }},
		{"the time is over", func(*testing.T, *rig, *socket) {}},
		{"the service stops", func(t *testing.T, r *rig, _ *socket) {
			if err := r.stop(); err != nil {
				t.Error(err)
			}
		}},
	} {
		t.Run("off when "+c.name, func(t *testing.T) {
			r := start(t, func(config *Config) {
				if strings.Contains(c.name, "time") {
					config.Limits.MirrorFor = 300 * time.Millisecond
				}
			})
			a, b := r.dial(t, "", false), r.dial(t, "", false)
			a.say(`{"mirror":true}`)
			b.say(`{"mirror":true}`)
			asking(t, r, 2)
			switchTo(t, r, true, 204)
			b.say(`{"mirror":false}`)
			asking(t, r, 1)
			r.mirror.nobody() // word that came late
			time.Sleep(50 * time.Millisecond)
			if got := after(r); got != "mirror on" {
				t.Fatalf("did %s while one asks for it", got)
			}
			c.end(t, r, a)
			eventually(t, time.Second, "off", func() bool { return after(r) == "mirror on, mirror off" })
		})
	}
	t.Run("refused", func(t *testing.T) {
		r := start(t, nil)
		r.watch.errs["mirror on"] = errors.New("paused")
		switchTo(t, r, true, 409)
		if err := r.stop(); err != nil {
			t.Error(err)
		}
		if got := after(r); got != "mirror on" {
			t.Errorf("did %s, want mirror on", got)
		}
	})
}

// FuzzClientMessage sends what a client may send through the parser: it says
// yes only to an object with the one name and a boolean.
func FuzzClientMessage(f *testing.F) {
	for _, text := range []string{`{"mirror":true}`, ` {"mirror" : false}`, `{"mirror":null}`, `{"mirror":true,"mirror":false}`, `{"Mirror":true}`, `[true]`, `{"mirror":true}x`, `{}`, `null`, "", `{"mirror":1}`, strings.Repeat("[", 5000)} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		on, ok := parseSwitch(text, "mirror")
		var value map[string]any
		err := json.Unmarshal(text, &value)
		want, isBool := value["mirror"].(bool)
		if valid := err == nil && len(value) == 1 && isBool; ok != valid || ok && on != want {
			t.Errorf("%q: got %v, %v; want %v, %v", text, on, ok, want, valid)
		}
	})
}

// BenchmarkFanOut sends an event to 32 clients over the loopback and waits
// until the last has read it.
func BenchmarkFanOut(b *testing.B) {
	r := start(b, nil)
	arrived := make(chan struct{}, DefaultMaxClients)
	var reading sync.WaitGroup
	for range DefaultMaxClients {
		s := r.dial(b, "", false)
		s.next()
		if err := s.SetReadDeadline(time.Time{}); err != nil {
			b.Fatal(err)
		}
		reading.Go(func() {
			for {
				if _, _, err := s.NextReader(); err != nil {
					return
				}
				arrived <- struct{}{}
			}
		})
	}
	text := strings.Repeat("x", 4<<10) // a live status with its figure
	b.ReportAllocs()
	for b.Loop() {
		r.watch.tellEvent(1, text)
		for range DefaultMaxClients {
			<-arrived
		}
	}
	b.StopTimer()
	if err := r.stop(); err != nil {
		b.Error(err)
	}
	reading.Wait()
}
