package app

import (
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
)

// single gives one connection, and then none until it is closed.
type single struct {
	conn chan net.Conn
	done chan struct{}
}

func (l *single) Accept() (net.Conn, error) {
	select {
	case c := <-l.conn:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}
func (l *single) Close() error   { close(l.done); return nil }
func (l *single) Addr() net.Addr { return &net.TCPAddr{} }

// served has our server on the other side of a line, with a clock of the test's own.
func served(t *testing.T, h http.HandlerFunc, talk func(line net.Conn)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		l := &single{make(chan net.Conn, 1), make(chan struct{})}
		l.conn <- far
		s := newServer(h, zerolog.Nop())
		over := make(chan error, 1)
		go func() { over <- s.Serve(l) }()
		talk(near)
		_ = near.Close()
		if err := errors.Join(s.Close()); err != nil {
			t.Error(err)
		}
		if err := <-over; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
}

// Who reads nothing of a long answer holds it up for a minute, and no longer.
func TestWhoReadsNothingIsLetGo(t *testing.T) {
	type end struct {
		err error
		at  time.Time
	}
	ended := make(chan end, 1)
	served(t, func(w http.ResponseWriter, _ *http.Request) {
		var err error
		for err == nil {
			_, err = w.Write(make([]byte, 64<<10))
		}
		ended <- end{err, time.Now()}
	}, func(line net.Conn) {
		began := time.Now()
		if _, err := io.WriteString(line, "GET / HTTP/1.1\r\nHost: mkr\r\n\r\n"); err != nil {
			t.Error(err)
		}
		time.Sleep(2 * time.Minute) // of the test's own clock
		select {
		case e := <-ended:
			if took := e.at.Sub(began); took != time.Minute {
				t.Errorf("it was held up for %v: %v", took, e.err)
			}
		default:
			t.Error("it is held up still")
		}
	})
}

// Who begins a request and does not end it is let go: its head after five seconds, its body after thirty.
func TestWhoSendsNothingIsLetGo(t *testing.T) {
	for sent, want := range map[string]time.Duration{
		"GET / HTTP/1.1\r\nHost: ":                                        5 * time.Second,
		"POST / HTTP/1.1\r\nHost: mkr\r\nContent-Length: 100\r\n\r\nonly": 30 * time.Second,
	} {
		served(t, func(w http.ResponseWriter, r *http.Request) {
			if _, err := io.ReadAll(r.Body); err == nil {
				t.Error("the body came whole")
			}
		}, func(line net.Conn) {
			began := time.Now()
			if _, err := io.WriteString(line, sent); err != nil {
				t.Error(err)
			}
			got, _ := io.ReadAll(line)
			if took := time.Since(began); took < want || took > want+time.Second {
				t.Errorf("%.20q is let go after %v, want %v: %.60q", sent, took, want, got)
			}
		})
	}
}
