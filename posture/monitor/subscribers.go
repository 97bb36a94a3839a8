package monitor

import "sync"

// subscriberBuffer is how many messages a subscriber may lag behind: half a
// minute of a lively page.
const subscriberBuffer = 64

// subscribers fans messages out. A subscriber that is full misses live
// messages, since the next one says it all; one that would miss an event is
// closed and has to start over.
type subscribers struct {
	mu     sync.Mutex // guards both
	set    map[chan Message]bool
	closed bool
}

func (s *subscribers) add() (<-chan Message, func()) {
	c := make(chan Message, subscriberBuffer)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		close(c)
		return c, func() {}
	}
	if s.set == nil {
		s.set = map[chan Message]bool{}
	}
	s.set[c] = true
	return c, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.drop(c)
	}
}

func (s *subscribers) drop(c chan Message) {
	if s.set[c] {
		delete(s.set, c)
		close(c)
	}
}

func (s *subscribers) publish(m Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.set {
		select {
		case c <- m:
		default:
			if m.Event != nil {
				s.drop(c)
			}
		}
	}
}

func (s *subscribers) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for c := range s.set {
		s.drop(c)
	}
}
