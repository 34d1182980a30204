package esdblog

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/rs/zerolog"

	"mkr/internal/eventlog"
)

// Log is an eventlog.Log on EventStoreDB. Make one with Open.
type Log struct {
	config  *esdb.Configuration // read only
	limit   time.Duration       // of one call to the server
	after   func(time.Duration) <-chan time.Time
	logger  zerolog.Logger
	sources *sources
	tail    *tail

	// abandons is false only in tests under the race detector, which reports the client's closing of a channel that a stuck
	// call sends on. It is right to; the send ends in the panic that the guard expects.
	abandons bool
	strict   bool // refuses a connection that others can read or pretend to be

	ctx   context.Context // ends when the log is closed
	close context.CancelFunc
	loops sync.WaitGroup // the goroutines of the log's own
}

var _ eventlog.Log = (*Log)(nil)

// An Option changes what Open makes.
type Option func(*Log)

// WithLimit sets how long one call to the server may take before it answers ErrUnavailable; 10 s if not given. Long reads
// are made of several calls.
func WithLimit(limit time.Duration) Option { return func(l *Log) { l.limit = limit } }

// WithAfter sets the timer of the pauses between attempts to connect and of the patience with calls that
// never end; time.After if not given.
func WithAfter(after func(time.Duration) <-chan time.Time) Option {
	return func(l *Log) { l.after = after }
}

// WithLogger sets where lost and regained connections are reported; nowhere if not given.
func WithLogger(logger zerolog.Logger) Option { return func(l *Log) { l.logger = logger } }

// WithTLSRequired refuses a connection string by which others could read what goes to the server, or take its place: one that leaves TLS
// out, or does not check the certificate, of a server on another machine. Without this option that is a warning in the log.
func WithTLSRequired() Option { return func(l *Log) { l.strict = true } }

// Open makes a log on the server of an EventStoreDB connection string (esdb://user:password@host:port?tls=...). It does
// not wait for the server: until one is reached, calls answer ErrUnavailable. Errors are of the string alone, and never repeat it,
// because it may hold a password.
func Open(connection string, options ...Option) (*Log, error) {
	config, err := parse(connection)
	if err != nil {
		return nil, err
	}
	l := &Log{config: config, limit: 10 * time.Second, after: time.After, logger: zerolog.Nop(), tail: newTail(), abandons: true}
	for _, option := range options {
		option(l)
	}
	if err := sheltered(config); err != nil {
		if l.strict {
			return nil, err
		}
		l.logger.Warn().Msg("what goes to EventStoreDB can be read on the way, or somebody can take its place: its connection string leaves out TLS or the check of the certificate")
	}
	config.DefaultDeadline = &l.limit // of appends; the client's own is 10 s
	l.ctx, l.close = context.WithCancel(context.Background())
	l.sources = newSources(l)
	l.loops.Go(l.sources.run)
	l.loops.Go(l.followTail)
	return l, nil
}

func parse(connection string) (*esdb.Configuration, error) {
	config, err := esdb.ParseConnectionString(connection)
	if err != nil {
		var inURL *url.Error
		if errors.As(err, &inURL) {
			err = inURL.Err // without the URL
		}
		return nil, fmt.Errorf("esdblog: the connection string is not valid: %w", err)
	}
	if config.NodePreference != esdb.NodePreferenceLeader {
		return nil, fmt.Errorf("esdblog: the connection string has nodePreference=%s: only the leader's answers are up to date, leave it out", config.NodePreference)
	}
	if err := config.Validate(); err != nil {
		return nil, fmt.Errorf("esdblog: the connection string is not valid: %w", err)
	}
	config.Logger = esdb.NoopLogging() // every client gets a tripwire in its place, as silent
	if !strings.Contains(strings.ToLower(connection), "maxdiscoverattempts=") {
		// The package does the repeating, where it can be ended; a client does it where nothing can reach it.
		config.MaxDiscoverAttempts = 1
	}
	return config, nil
}

// sheltered refuses a way to the server on which others could listen or answer in its place.
func sheltered(config *esdb.Configuration) error {
	if !config.DisableTLS && !config.SkipCertificateVerification {
		return nil
	}
	hosts := []string{config.Address}
	for _, seed := range config.GossipSeeds {
		hosts = append(hosts, net.JoinHostPort(seed.Host, strconv.Itoa(int(seed.Port))))
	}
	for _, address := range hosts {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			host = address
		}
		if ip := net.ParseIP(host); host != "" && host != "localhost" && !ip.IsLoopback() {
			return errors.New("esdblog: the connection string leaves out TLS, or the check of the certificate, for a server on another machine: leave tls=false and tlsVerifyCert=false out")
		}
	}
	return nil
}

// Close ends the subscription, the connections and every call, which answer ErrClosed. Later calls of Close do nothing.
//
// A client object that is still looking for a server cannot be interrupted; what it holds goes when it gives up, within the
// connection string's gossipTimeout.
func (l *Log) Close() error {
	l.close()
	l.loops.Wait()
	l.sources.drain(closing)
	return nil
}

// closing is how long Close waits for calls to notice.
const closing = 2 * time.Second
