package web

import (
	"context"
	"fmt"
	"io"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"sitwell/posture/monitor"
)

const (
	// catchUpPage is how many missed events are read from the store at once.
	catchUpPage = 200
	// drainLimit in bytes is what is read of a client after its close. Were
	// it left unread, the kernel would answer with a reset, and a client may
	// then not get to read the close frame.
	drainLimit = 4 << 20
)

// tcpConn is what is used of a [net.TCPConn] beyond a [net.Conn].
type tcpConn interface {
	SetWriteBuffer(bytes int) error
	SetLinger(seconds int) error
	CloseWrite() error
}

var _ tcpConn = (*net.TCPConn)(nil)

// client is one WebSocket. Its reader is the goroutine that serves it, its
// writer one more; the hub only puts messages into its queue.
type client struct {
	hub   *hub
	conn  *websocket.Conn
	after int64 // the last event it has, -1 to be told none of the past

	ctx    context.Context // ends when it is to go
	cancel context.CancelFunc
	wake   chan struct{} // the queue has something

	mu      sync.Mutex // guards the following and, with leaving, the read deadline
	queue   []entry
	waiting int // events in the queue
	leaving bool
	code    int    // close code to send
	reason  string // and its text
}

// serve speaks with a client until it leaves, misbehaves, stalls or the
// service stops.
func (h *hub) serve(conn *websocket.Conn, after int64) {
	ctx, cancel := context.WithCancel(context.Background())
	c := &client{hub: h, conn: conn, after: after, ctx: ctx, cancel: cancel, wake: make(chan struct{}, 1)}
	defer cancel()
	h.mu.Lock()
	h.conns[c] = struct{}{}
	h.mu.Unlock()
	defer func() {
		h.mu.Lock()
		delete(h.conns, c)
		h.mu.Unlock()
		_ = conn.Close() // nobody to tell
	}()
	if tcp, ok := conn.NetConn().(tcpConn); ok {
		// On failure the buffer is larger and a stall seen later.
		_ = tcp.SetWriteBuffer(h.limits.WriteBuffer)
	}
	// The queue fills from here on, so that no event falls between what the
	// store has and what comes.
	select {
	case h.join <- c:
	case <-h.done:
		c.quit(websocket.CloseGoingAway, "the service stops")
	}
	written := make(chan struct{})
	go func() {
		defer close(written)
		c.write()
	}()
	c.read()
	<-written
	select {
	case h.leave <- c:
	case <-h.done:
	}
	c.drain()
}

// put adds a message to the queue. A newer live or mirror message takes the
// place of one still waiting; events stay, in order. It reports false when
// too many wait.
func (c *client) put(e entry) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e.kind == kindEvent {
		if c.waiting >= c.hub.limits.Queue {
			return false
		}
		c.waiting++
	} else {
		c.queue = slices.DeleteFunc(c.queue, func(old entry) bool { return old.kind == e.kind })
	}
	c.queue = append(c.queue, e)
	select {
	case c.wake <- struct{}{}:
	default:
	}
	return true
}

// take removes the oldest message.
func (c *client) take() (e entry, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.queue) == 0 {
		return entry{}, false
	}
	e = c.queue[0]
	c.queue = slices.Delete(c.queue, 0, 1)
	if e.kind == kindEvent {
		c.waiting--
	}
	return e, true
}

// quit has the client go, with a close code and a text that says why; the
// first call counts. It does not wait.
func (c *client) quit(code int, reason string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.leaving {
		c.leaving, c.code, c.reason = true, code, reason
		c.cancel()
	}
}

// abort cuts the connection and has the kernel forget what was not sent.
func (c *client) abort() {
	c.quit(websocket.CloseAbnormalClosure, "")
	if tcp, ok := c.conn.NetConn().(tcpConn); ok {
		_ = tcp.SetLinger(0) // on failure the memory is freed later
	}
	_ = c.conn.Close() // nobody to tell
}

// read takes what the client sends until it can't go on.
func (c *client) read() {
	c.conn.SetReadLimit(c.hub.limits.ReadLimit)
	alive := func(string) error {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.leaving {
			return nil // the writer has set the last deadline
		}
		return c.conn.SetReadDeadline(time.Now().Add(c.hub.limits.PongWait))
	}
	c.conn.SetPongHandler(alive)
	_ = alive("") // fails on a closed connection, as does the read
	for {
		kind, text, err := c.conn.ReadMessage()
		if err != nil {
			// The package has sent what close frame is due, but for one that
			// is silent.
			c.quit(websocket.CloseNormalClosure, "")
			return
		}
		if kind != websocket.TextMessage {
			c.quit(websocket.CloseUnsupportedData, "text only")
			return
		}
		mirror, ok := parseSwitch(text, "mirror")
		if !ok {
			c.quit(websocket.ClosePolicyViolation, `a message is {"mirror":true} or {"mirror":false}`)
			return
		}
		select {
		case c.hub.wishes <- wish{client: c, mirror: mirror}:
		case <-c.ctx.Done():
		}
	}
}

// write sends the present state, the events missed and then what comes, until
// the client is to go or does not take it.
func (c *client) write() {
	err := c.writeAll()
	if err != nil {
		c.abort()
		return
	}
	c.mu.Lock()
	text := websocket.FormatCloseMessage(c.code, c.reason)
	c.mu.Unlock()
	deadline := time.Now().Add(c.hub.limits.CloseWait)
	if err := c.conn.WriteControl(websocket.CloseMessage, text, deadline); err != nil && err != websocket.ErrCloseSent {
		c.abort()
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.conn.SetReadDeadline(deadline) // fails when it is closed, as it is to be
}

// writeAll returns nil when the client is to go and has a close frame coming.
func (c *client) writeAll() error {
	ping := time.NewTicker(c.hub.limits.PingEvery)
	defer ping.Stop()
	now := c.hub.service.Status()
	hello, err := prepare(monitor.Message{Type: "live", Live: &now})
	if err != nil {
		c.quit(websocket.CloseInternalServerErr, "the state can't be written")
		return nil
	}
	if err := c.send(hello, ping); err != nil {
		return err
	}
	seen, err := c.catchUp(ping)
	if err != nil {
		return err
	}
	for c.ctx.Err() == nil {
		e, ok := c.take()
		if !ok {
			select {
			case <-c.wake:
			case <-ping.C:
				err = c.ping()
			case <-c.ctx.Done():
			}
		} else if e.kind != kindEvent || !slices.Contains(seen, e.event) {
			err = c.send(e.message, ping)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// catchUp sends what the store has after the client's last event. It returns
// the last of what it sent, which may be in the queue too.
func (c *client) catchUp(ping *time.Ticker) (sent []eventKey, err error) {
	if c.after < 0 {
		return nil, nil
	}
	last := c.after
	for c.ctx.Err() == nil {
		ctx, cancel := context.WithTimeout(c.ctx, serviceTimeout)
		events, err := c.hub.events.EventsAfter(ctx, last, catchUpPage)
		cancel()
		if err != nil {
			c.hub.log.Error("events can't be read", "after", last, "error", err)
			c.quit(websocket.CloseInternalServerErr, "the events can't be read")
			break
		}
		for i := range events {
			if c.ctx.Err() != nil {
				break
			}
			message, err := prepare(monitor.Message{Type: "event", Event: &events[i]})
			if err != nil {
				return nil, fmt.Errorf("encode event %d: %w", events[i].ID, err)
			}
			if err := c.send(message, ping); err != nil {
				return nil, err
			}
			last = events[i].ID
			sent = append(sent, keyOf(&events[i]))
		}
		if len(events) < catchUpPage {
			break
		}
		// The queue holds fewer than two pages.
		sent = slices.Delete(sent, 0, max(0, len(sent)-2*catchUpPage))
	}
	return sent, nil
}

// send writes one message, after a ping when one is due.
func (c *client) send(message *websocket.PreparedMessage, ping *time.Ticker) error {
	select {
	case <-ping.C:
		if err := c.ping(); err != nil {
			return err
		}
	default:
	}
	if err := c.conn.SetWriteDeadline(time.Now().Add(c.hub.limits.WriteWait)); err != nil {
		return err
	}
	return c.conn.WritePreparedMessage(message)
}

func (c *client) ping() error {
	return c.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(c.hub.limits.WriteWait))
}

// drain reads what a closing client still sends, for a moment.
func (c *client) drain() {
	raw := c.conn.NetConn()
	if tcp, ok := raw.(tcpConn); ok && tcp.CloseWrite() != nil {
		return // it is closed
	}
	if raw.SetReadDeadline(time.Now().Add(c.hub.limits.CloseWait)) == nil {
		_, _ = io.CopyN(io.Discard, raw, drainLimit) // it ends by any error
	}
}
