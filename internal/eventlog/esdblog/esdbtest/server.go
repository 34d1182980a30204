package esdbtest

import (
	"fmt"
	"net"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/keepalive"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
)

// maxAppend is how much one append may hold: the default of the real server, in bytes.
const maxAppend = 1 << 20

const maxMessage = 17 << 20

// Server is one node: a listener on 127.0.0.1 that serves a Store. Its methods may be called from many goroutines.
type Server struct {
	store *Store
	addr  string

	mu      sync.Mutex
	running *grpc.Server // nil while stopped
	served  chan struct{}
	faults  faults
	counts  Counts
	changed chan struct{} // closed, and replaced, when counts change
}

// Start starts a server on a port that the system chooses. It stops with the test.
func Start(t testing.TB, store *Store) *Server {
	t.Helper()
	s := &Server{store: store, addr: "127.0.0.1:0", changed: make(chan struct{})}
	s.faults.dropped, s.faults.silenced = make(chan struct{}), make(chan struct{})
	s.Restart(t)
	t.Cleanup(s.Stop)
	return s
}

// Store returns the data that the server serves.
func (s *Server) Store() *Store { return s.store }

// Addr returns host and port. They stay the same over a restart.
func (s *Server) Addr() string { return s.addr }

// URL returns a connection string for the server. Discovery is impatient, so that tests are fast; later settings,
// such as "&maxDiscoverAttempts=10", may be appended.
func (s *Server) URL() string {
	return "esdb://" + s.addr + "?tls=false&discoveryInterval=5&gossipTimeout=1"
}

// Stop ends every connection and closes the port: whoever calls now is refused. The data stay.
func (s *Server) Stop() {
	s.mu.Lock()
	running, served := s.running, s.served
	s.running = nil
	s.mu.Unlock()
	if running != nil {
		running.Stop()
		<-served
	}
}

// Restart stops the server, if it runs, and starts it again on the same port.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	s.Stop()
	listener, err := net.Listen("tcp", s.addr)
	if err != nil {
		t.Fatalf("esdbtest: %v", err)
	}
	server := grpc.NewServer(
		grpc.MaxRecvMsgSize(maxMessage),
		// The client pings every 10 s, also when it has nothing to say; without this the server would hang up on it.
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 5 * time.Second, PermitWithoutStream: true}),
		grpc.UnaryInterceptor(s.unary),
		grpc.StreamInterceptor(s.stream),
	)
	streams.RegisterStreamsServer(server, &streamsService{server: s})
	serverfeatures.RegisterServerFeaturesServer(server, &featuresService{})
	gossip.RegisterGossipServer(server, &gossipService{server: s})
	served := make(chan struct{})
	s.mu.Lock()
	s.running, s.served = server, served
	if addr := listener.Addr().String(); addr != s.addr {
		s.addr = addr // once: the first start turns port 0 into a real one
	}
	s.mu.Unlock()
	go func() {
		defer close(served)
		_ = server.Serve(listener) // nil, or ErrServerStopped if Stop came first
	}()
}

// hostPort splits the address for the messages that want it in two parts.
func (s *Server) hostPort() (string, uint32) {
	addr, err := net.ResolveTCPAddr("tcp", s.addr)
	if err != nil {
		panic(fmt.Sprintf("esdbtest: own address %q: %v", s.addr, err))
	}
	return addr.IP.String(), uint32(addr.Port)
}
