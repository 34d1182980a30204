package esdblog

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"mkr/internal/eventlog"
)

// sources keeps one good source at hand. Its run goroutine alone makes and replaces clients.
type sources struct {
	log *Log

	mu      sync.Mutex
	current *source              // nil while there is none
	next    *attempt             // the attempt to connect that is under way or comes next
	old     map[*source]struct{} // retired, and not yet drained
}

// attempt is one attempt to connect.
type attempt struct {
	done chan struct{}
	err  error // set before done is closed
}

func newSources(l *Log) *sources {
	return &sources{log: l, next: &attempt{done: make(chan struct{})}, old: map[*source]struct{}{}}
}

// acquire begins a call on the current source. Without one it waits for the outcome of one attempt to connect.
func (p *sources) acquire(ctx context.Context) (*source, error) {
	for {
		p.mu.Lock()
		current, next := p.current, p.next
		p.mu.Unlock()
		if current != nil {
			if current.acquire() {
				return current, nil
			}
			p.retire(current) // retired a moment ago
			continue
		}
		select {
		case <-next.done:
			if next.err != nil {
				return nil, next.err
			}
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-p.log.ctx.Done():
			return nil, eventlog.ErrClosed
		}
	}
}

// retire takes a source out of use, and sees to it that its client is closed.
func (p *sources) retire(s *source) {
	s.retire()
	p.mu.Lock()
	if p.current == s {
		p.current = nil
	}
	_, known := p.old[s]
	p.old[s] = struct{}{}
	p.mu.Unlock()
	if known {
		return
	}
	go func() {
		select {
		case <-s.drained:
		case <-p.log.after(2 * p.log.limit): // every call's context has ended long ago
			if p.log.abandons {
				s.abandon()
			}
			select {
			case <-s.drained:
			case <-p.log.ctx.Done():
				return
			}
		case <-p.log.ctx.Done(): // drain sees to it
			return
		}
		p.mu.Lock()
		delete(p.old, s)
		p.mu.Unlock()
	}()
}

// drain retires everything and waits, but not for ever, until the calls have ended.
func (p *sources) drain(patience time.Duration) {
	p.mu.Lock()
	if p.current != nil {
		p.old[p.current] = struct{}{}
		p.current.retire()
		p.current = nil
	}
	var old []*source
	for s := range p.old {
		old = append(old, s)
	}
	p.mu.Unlock()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	for _, s := range old {
		select {
		case <-s.drained:
		case <-timer.C:
			timer.Reset(0)
			if p.log.abandons {
				s.abandon()
			}
		}
	}
}

// run connects, and connects again whenever the source is retired, until the log is closed.
func (p *sources) run() {
	pause := backoff{}
	for {
		s, err := p.connect()
		if p.log.ctx.Err() != nil {
			if s != nil {
				p.retire(s)
			}
			return
		}
		p.mu.Lock()
		done := p.next
		done.err = err
		p.current = s
		p.next = &attempt{done: make(chan struct{})}
		p.mu.Unlock()
		close(done.done)
		if err != nil {
			wait := pause.next()
			p.log.logger.Warn().Err(err).Dur("again_in", wait).Msg("eventstoredb: not connected")
			select {
			case <-p.log.after(wait):
			case <-p.log.ctx.Done():
				return
			}
			continue
		}
		pause.reset()
		p.log.logger.Info().Msg("eventstoredb: connected")
		select {
		case <-s.retired:
			p.log.logger.Warn().Msg("eventstoredb: connection given up")
			p.retire(s)
		case <-p.log.ctx.Done():
			return
		}
	}
}

// connect makes a client and lets it find its server before anybody else may use it.
func (p *sources) connect() (*source, error) {
	s, err := newSource(p.log.config)
	if err != nil {
		return nil, fmt.Errorf("%w: %v", eventlog.ErrUnavailable, err)
	}
	s.acquire()
	_, err = guard(p.log.ctx, p.log, s, func(context.Context, *source) (*esdb.ServerVersion, error) { return s.find() })
	if err != nil {
		p.retire(s)
		return nil, err
	}
	return s, nil
}

// backoff gives growing pauses.
type backoff struct{ last time.Duration }

const (
	firstPause = 50 * time.Millisecond
	lastPause  = 2 * time.Second
)

func (b *backoff) next() time.Duration {
	b.last = min(max(firstPause, 2*b.last), lastPause)
	return b.last
}

func (b *backoff) reset() { b.last = 0 }
