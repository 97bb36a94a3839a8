package web

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"sitwell/posture"
	"sitwell/posture/monitor"
)

// resubscribeAfter is the pause before the watch is asked again when it has
// ended the subscription.
const resubscribeAfter = time.Second

// hub passes what the watch tells on to the clients. One goroutine, run, owns
// the set of them; it encodes each message once and waits for nobody.
type hub struct {
	service Service
	events  Events
	mirror  *mirror
	limits  Limits
	log     *slog.Logger

	join   chan *client // in
	leave  chan *client // in
	wishes chan wish    // in: a client wants the mirror or not
	done   chan struct{}

	// unwell is true from when the watch ended the subscription until it
	// tells something again.
	unwell atomic.Bool

	mu       sync.Mutex // guards the following
	open     int        // connections, from before the handshake to after the close
	stopping bool
	conns    map[*client]struct{}
	serving  sync.WaitGroup // Add only under mu while not stopping
}

type wish struct {
	client *client
	mirror bool
}

// entry is one encoded message.
type entry struct {
	kind    kind
	event   eventKey
	message *websocket.PreparedMessage
}

// eventKey tells events apart. The ID alone does not: when a camera takes the
// demo's place, the events come from another database.
type eventKey struct {
	id   int64 // 0 while it is not on disk
	time int64 // ns since 1970
}

func keyOf(e *posture.Event) eventKey { return eventKey{e.ID, e.Time.UnixNano()} }

type kind int

const (
	kindLive kind = iota
	kindEvent
	kindMirror
)

func newHub(service Service, events Events, mirror *mirror, limits Limits, log *slog.Logger) *hub {
	return &hub{
		service: service,
		events:  events,
		mirror:  mirror,
		limits:  limits,
		log:     log,
		join:    make(chan *client),
		leave:   make(chan *client),
		wishes:  make(chan wish),
		done:    make(chan struct{}),
		conns:   map[*client]struct{}{},
	}
}

// enter takes a place for a connection, to be given back by exit.
func (h *hub) enter() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.stopping {
		return errors.New("the service is stopping")
	}
	if h.open >= h.limits.MaxClients {
		return errors.New("too many pages are open; close one and try again")
	}
	h.open++
	h.serving.Add(1)
	return nil
}

func (h *hub) exit() {
	h.mu.Lock()
	h.open--
	h.mu.Unlock()
	h.serving.Done()
}

// wait returns when every connection has ended; no more come after run.
func (h *hub) wait() { h.serving.Wait() }

// closeAll ends every connection at once.
func (h *hub) closeAll() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range h.conns {
		c.abort()
	}
}

// members is what run owns.
type members struct {
	set     map[*client]bool // whether it wants the mirror
	pending *monitor.Status  // newest live, not yet due
	next    time.Time        // when the next live is due
	dropped quiet            // log of clients dropped
	broken  quiet            // log of messages that can't be encoded
}

// run passes messages on until ctx ends, and then tells the clients.
func (h *hub) run(ctx context.Context) {
	defer close(h.done)
	m := members{set: map[*client]bool{}}
	messages, cancel := h.service.Subscribe()
	defer func() { cancel() }()
	due := time.NewTimer(0)
	defer due.Stop()
	var retry <-chan time.Time
	for {
		select {
		case message, ok := <-messages:
			if !ok {
				h.unwell.Store(true)
				messages, retry = nil, time.After(resubscribeAfter)
				continue
			}
			h.unwell.Store(false)
			h.publish(&m, message)
			if m.pending != nil {
				due.Reset(time.Until(m.next))
			}
		case <-due.C:
			if m.pending != nil {
				h.flush(&m)
			}
		case <-retry:
			retry = nil
			cancel()
			messages, cancel = h.service.Subscribe()
			// What happened in between is only in the store: the clients
			// are to come again and ask for it.
			for c := range m.set {
				h.remove(&m, c)
				c.quit(websocket.CloseTryAgainLater, "the watch was interrupted")
			}
		case c := <-h.join:
			m.set[c] = false
		case c := <-h.leave:
			h.remove(&m, c)
		case w := <-h.wishes:
			h.wish(&m, w.client, w.mirror)
		case <-h.mirror.ended:
			h.publish(&m, monitor.Message{Type: "mirror"})
			for c := range m.set {
				h.wish(&m, c, false)
			}
		case <-ctx.Done():
			h.mu.Lock()
			h.stopping = true
			h.mu.Unlock()
			for c := range m.set {
				c.quit(websocket.CloseGoingAway, "the service stops")
			}
			return
		}
	}
}

func (h *hub) remove(m *members, c *client) {
	h.wish(m, c, false)
	delete(m.set, c)
}

func (h *hub) wish(m *members, c *client, mirror bool) {
	had, in := m.set[c]
	if !in || had == mirror {
		return
	}
	m.set[c] = mirror
	if mirror {
		h.mirror.watching.Add(1)
	} else if h.mirror.watching.Add(-1) == 0 {
		h.mirror.nobody()
	}
}

// publish sends a message to those it is for. A live message waits when it
// comes too soon, until a newer one takes its place, it is due, or an event
// follows: the order is kept.
func (h *hub) publish(m *members, message monitor.Message) {
	switch {
	case message.Live != nil:
		m.pending = message.Live
		if !time.Now().Before(m.next) {
			h.flush(m)
		}
	case message.Event != nil:
		if m.pending != nil {
			h.flush(m)
		}
		h.send(m, entry{kind: kindEvent, event: keyOf(message.Event)}, message)
	case message.Type == "mirror":
		if h.mirror.watching.Load() > 0 {
			h.send(m, entry{kind: kindMirror}, message)
		}
	}
}

// flush sends the pending live message. One sent before its time puts off the
// next, so that the rate holds.
func (h *hub) flush(m *members) {
	live := m.pending
	m.pending = nil
	if now := time.Now(); m.next.Before(now) {
		m.next = now
	}
	m.next = m.next.Add(h.limits.LiveEvery)
	h.send(m, entry{kind: kindLive}, monitor.Message{Type: "live", Live: live})
}

func (h *hub) send(m *members, e entry, message monitor.Message) {
	var err error
	if e.message, err = prepare(message); err != nil {
		if n, ok := m.broken.ready(); ok {
			h.log.Error("message can't be encoded", "type", message.Type, "error", err, "more", n)
		}
		return
	}
	for c, mirror := range m.set {
		if e.kind == kindMirror && !mirror || c.put(e) {
			continue
		}
		h.remove(m, c)
		c.quit(websocket.CloseTryAgainLater, "too slow, events wait: come again with ?after=")
		if n, ok := m.dropped.ready(); ok {
			h.log.Info("client dropped, it does not read", "client", c.conn.RemoteAddr(), "more", n)
		}
	}
}

func prepare(message monitor.Message) (*websocket.PreparedMessage, error) {
	text, err := json.Marshal(message)
	if err != nil {
		return nil, err
	}
	return websocket.NewPreparedMessage(websocket.TextMessage, text)
}

// quiet lets a line into the log at most once a second.
type quiet struct {
	mu      sync.Mutex // guards the following
	last    time.Time
	skipped int
}

// ready reports whether the line may be written, and how many were not since
// the last.
func (q *quiet) ready() (skipped int, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if now := time.Now(); now.Sub(q.last) >= time.Second {
		skipped, q.last, q.skipped = q.skipped, now, 0
		return skipped, true
	}
	q.skipped++
	return 0, false
}
