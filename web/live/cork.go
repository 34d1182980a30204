package live

import (
	"net"
	"sync"
	"time"
)

// cork is the network connection beneath a WebSocket. While it is held it gathers what is written, so that several
// frames go out in one system call: a write costs the kernel 15 to 20 microseconds, whatever its length. It also owns
// the write deadlines, which end sooner once the connection is closing.
type cork struct {
	net.Conn
	patience time.Duration // no write takes longer

	mu   sync.Mutex
	held bool
	buf  *[]byte
	end  time.Time // all writes end by then; zero while it is not closing
	till time.Time // the deadline that is set
}

var corkBuffers = sync.Pool{New: func() any { b := make([]byte, 0, 2*maxWrite); return &b }}

// maxWrite is how much is written at once, except for a single frame that is longer.
const maxWrite = 32 << 10

// SetWriteDeadline does nothing: each write sets its own.
func (k *cork) SetWriteDeadline(time.Time) error { return nil }

// Write writes, or gathers while the cork is held. Control frames may come from the reading goroutine meanwhile.
func (k *cork) Write(p []byte) (int, error) {
	k.mu.Lock()
	if k.held {
		*k.buf = append(*k.buf, p...)
		k.mu.Unlock()
		return len(p), nil
	}
	k.mu.Unlock()
	return k.send(p)
}

func (k *cork) hold() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.held, k.buf = true, corkBuffers.Get().(*[]byte)
}

// release writes what was gathered.
func (k *cork) release() error {
	k.mu.Lock()
	buf := k.buf
	k.held, k.buf = false, nil
	k.mu.Unlock()
	_, err := k.send(*buf)
	*buf = (*buf)[:0]
	corkBuffers.Put(buf)
	return err
}

// send relies on a net.Conn's Write being one piece to other Writes.
func (k *cork) send(p []byte) (int, error) {
	k.mu.Lock()
	// A deadline costs as much as all else before the system call, so one serves for many writes: each has at least
	// half of the patience.
	if now := time.Now(); k.end.IsZero() && k.till.Sub(now) < k.patience/2 {
		k.till = now.Add(k.patience)
		_ = k.Conn.SetWriteDeadline(k.till) // a closed connection says so in Write
	}
	k.mu.Unlock()
	return k.Conn.Write(p)
}

// hurry ends the write under way, and all that come, after a grace. The shortest grace counts.
func (k *cork) hurry(grace time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if end := time.Now().Add(grace); k.end.IsZero() || end.Before(k.end) {
		k.end = end
		_ = k.Conn.SetWriteDeadline(end)
	}
}
