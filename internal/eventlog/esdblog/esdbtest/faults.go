package esdbtest

import (
	"context"
	"strconv"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// Step is a moment of an append.
type Step int

// The steps at which an append can fail.
const (
	BeforeStoring Step = iota + 1 // nothing is stored
	AfterStoring                  // all is stored; only the answer is lost
)

type faults struct {
	failAt   Step
	failCode codes.Code
	most     int           // bytes of an append, if not the default
	hang     chan struct{} // nil, or closed when the server goes on
	dropped  chan struct{} // closed, and replaced, when subscriptions are dropped
	silenced chan struct{} // closed, and replaced, when subscriptions are silenced
	leader   *Server       // nil if this server leads
	odd      bool          // the next read is answered with a message that the client does not expect
}

// Counts says what a server was asked to do. Calls that hang are counted.
type Counts struct {
	Appends       int
	StreamReads   int
	AllReads      int
	Subscriptions int // confirmed and still open
	Confirmed     int // subscriptions so far
	Delivered     int // events sent to subscriptions
	Unmarked      int // calls that did not ask for the leader, whose answer may be stale
}

// Counts returns the counts so far.
func (s *Server) Counts() Counts {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts
}

// Await waits until the counts are as the test wants them.
func (s *Server) Await(ctx context.Context, as func(Counts) bool) error {
	for {
		s.mu.Lock()
		counts, changed := s.counts, s.changed
		s.mu.Unlock()
		if as(counts) {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (s *Server) count(change func(*Counts)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.counts)
	close(s.changed)
	s.changed = make(chan struct{})
}

// TakeAtMost makes the server refuse appends of more bytes, as one does whose setting is lower than its default.
func (s *Server) TakeAtMost(bytes int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.most = bytes
}

// takes says how many bytes one append may hold.
func (s *Server) takes() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.faults.most > 0 {
		return s.faults.most
	}
	return maxAppend
}

// FailNextAppend makes the next append that reaches the step fail with the code.
func (s *Server) FailNextAppend(at Step, code codes.Code) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.failAt, s.faults.failCode = at, code
}

// failure returns the error for a step, once.
func (s *Server) failure(at Step) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.faults.failAt != at {
		return nil
	}
	s.faults.failAt = 0
	return status.Error(s.faults.failCode, "a fault that a test asked for")
}

// Hang makes the server take connections and calls, and answer none, until resume is called. What was asked meanwhile is
// answered then: a slow server is one that hangs for a while.
func (s *Server) Hang() (resume func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	hang := make(chan struct{})
	s.faults.hang = hang
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.faults.hang == hang {
			s.faults.hang = nil
			close(hang)
		}
	}
}

// pause returns when the server does not hang.
func (s *Server) pause(ctx context.Context) error {
	s.mu.Lock()
	hang := s.faults.hang
	s.mu.Unlock()
	if hang == nil {
		return nil
	}
	select {
	case <-hang:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// DropSubscriptions ends every open subscription, as a server does with a consumer that is too slow.
func (s *Server) DropSubscriptions() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.faults.dropped)
	s.faults.dropped = make(chan struct{})
}

// SilenceSubscriptions makes every open subscription stay open and bring nothing any more.
func (s *Server) SilenceSubscriptions() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.faults.silenced)
	s.faults.silenced = make(chan struct{})
}

// ends returns what ends a subscription that begins now, and what silences it.
func (s *Server) ends() (dropped, silenced <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.faults.dropped, s.faults.silenced
}

// FollowLeader makes the server a follower: it sends calls that need the leader there. Nil makes it the leader.
func (s *Server) FollowLeader(leader *Server) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.leader = leader
}

// AnswerOddly makes the next read begin with a message of newer servers, at which the client panics.
func (s *Server) AnswerOddly() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.odd = true
}

func (s *Server) odd() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	odd := s.faults.odd
	s.faults.odd = false
	return odd
}

// admit refuses, on a follower, what only the leader may answer, and counts the calls that do not say who may.
func (s *Server) admit(ctx context.Context, trailer func(metadata.MD)) error {
	md, _ := metadata.FromIncomingContext(ctx)
	marked := strings.EqualFold(strings.Join(md.Get("requires-leader"), ""), "true")
	if !marked {
		s.count(func(c *Counts) { c.Unmarked++ })
	}
	s.mu.Lock()
	leader := s.faults.leader
	s.mu.Unlock()
	if leader == nil || !marked {
		return nil
	}
	host, port := leader.hostPort()
	trailer(metadata.Pairs("exception", "not-leader", "leader-endpoint-host", host, "leader-endpoint-port", strconv.Itoa(int(port))))
	return status.Error(codes.NotFound, "Leader info available")
}

func (s *Server) unary(ctx context.Context, req any, _ *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	if err := s.pause(ctx); err != nil {
		return nil, err
	}
	return handler(ctx, req)
}

func (s *Server) stream(srv any, stream grpc.ServerStream, _ *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
	if err := s.pause(stream.Context()); err != nil {
		return err
	}
	return handler(srv, stream)
}
