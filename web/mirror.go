package web

import (
	"context"
	"sync/atomic"
	"time"
)

// mirror switches the setting-up picture on and off. One goroutine asks the
// watch, so that the switches come in order and the hub never waits.
type mirror struct {
	service Service
	limit   time.Duration // how long it stays on

	asks  chan mirrorAsk // in: a person switches
	alone chan struct{}  // in: the last client that watched has gone
	ended chan struct{}  // out: it was switched off
	// watching counts the clients that want the pictures.
	watching atomic.Int32
}

type mirrorAsk struct {
	on   bool
	done chan error
}

func newMirror(service Service, limit time.Duration) *mirror {
	return &mirror{
		service: service,
		limit:   limit,
		asks:    make(chan mirrorAsk),
		alone:   make(chan struct{}, 1),
		ended:   make(chan struct{}),
	}
}

// turn switches the mirror and gives the watch's answer.
func (m *mirror) turn(ctx context.Context, on bool) error {
	ask := mirrorAsk{on: on, done: make(chan error, 1)}
	select {
	case m.asks <- ask:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-ask.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// nobody tells that the last client has gone. It does not wait.
func (m *mirror) nobody() {
	select {
	case m.alone <- struct{}{}:
	default:
	}
}

func (m *mirror) run(ctx context.Context) {
	var limit <-chan time.Time // nil while it is off
	off := func() error {
		limit = nil
		err := m.service.Mirror(false)
		select {
		case m.ended <- struct{}{}:
		case <-ctx.Done():
		}
		return err
	}
	for {
		select {
		case ask := <-m.asks:
			if !ask.on {
				ask.done <- off()
				continue
			}
			err := m.service.Mirror(true)
			if err == nil {
				limit = time.After(m.limit)
			}
			ask.done <- err
		case <-m.alone:
			if limit != nil && m.watching.Load() == 0 {
				_ = off() // a watch that can't be told sends no pictures either
			}
		case <-limit:
			_ = off()
		case <-ctx.Done():
			if limit != nil {
				_ = m.service.Mirror(false)
			}
			return
		}
	}
}
