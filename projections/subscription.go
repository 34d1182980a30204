package projections

import "sync"

// Subscription hands the batches of a runner to one subscriber. Read C until it is closed, then ask Err why.
type Subscription struct {
	c        chan Batch
	position uint64
	leave    func(*Subscription)

	mu     sync.Mutex
	closed bool
	err    error
}

// C delivers every batch committed after Position, in order, each once. It is closed when the subscription ends.
func (s *Subscription) C() <-chan Batch { return s.c }

// Position is what the views had taken in when the subscription began: the first batch follows on it.
func (s *Subscription) Position() uint64 { return s.position }

// Err says why C was closed: nil after Close, ErrSlow, or ErrEnded.
func (s *Subscription) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Close ends the subscription; batches that wait in C are still delivered. It may be called more than once.
func (s *Subscription) Close() {
	s.leave(s)
	s.end(nil)
}

// offer never blocks: a subscriber without room has lost its place.
func (s *Subscription) offer(b Batch) (ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	select {
	case s.c <- b:
		return true
	default:
		s.closed, s.err = true, ErrSlow
		close(s.c)
		return false
	}
}

func (s *Subscription) end(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.closed, s.err = true, err
		close(s.c)
	}
}
