package sqlitelog

import (
	"context"
	"sync/atomic"

	"mkr/internal/eventlog"
)

// request is an append on its way to the writer.
type request struct {
	stream   string
	expected eventlog.Expected
	events   []eventlog.NewEvent
	// taken decides between the writer, who takes the request into a batch, and the caller, who gives it up while
	// it waits. Whoever sets it first has it.
	taken atomic.Bool
	done  chan struct{} // closed once result and err are set
	// Set by the writer before done is closed.
	result eventlog.Result
	err    error
}

func (r *request) answer(result eventlog.Result, err error) {
	r.result, r.err = result, err
	close(r.done)
}

// size is about how many bytes the request adds to the log.
func (r *request) size() int {
	n := 0
	for i := range r.events {
		n += len(r.events[i].Data) + len(r.events[i].Meta) + 64
	}
	return n
}

// Append implements eventlog.Log. A context that ends while the append still waits for the writer takes it back: nothing
// is stored. One that ends later cannot.
func (l *Log) Append(ctx context.Context, stream string, expected eventlog.Expected, events ...eventlog.NewEvent) (eventlog.Result, error) {
	if err := eventlog.Validate(stream, expected, events); err != nil {
		return eventlog.Result{}, err
	}
	if l.closed() {
		return eventlog.Result{}, eventlog.ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return eventlog.Result{}, err
	}
	r := &request{stream: stream, expected: expected, events: events, done: make(chan struct{})}
	select {
	case l.queue <- r:
	case <-ctx.Done():
		return eventlog.Result{}, ctx.Err()
	case <-l.closing:
		return eventlog.Result{}, eventlog.ErrClosed
	}
	select {
	case <-r.done:
		return r.result, r.err
	case <-ctx.Done():
		r.taken.CompareAndSwap(false, true)
		return eventlog.Result{}, ctx.Err()
	case <-l.writerGone:
		// The writer answers all it finds in the queue before it goes; this request may have come after its last look.
		select {
		case <-r.done:
			return r.result, r.err
		default:
			return eventlog.Result{}, eventlog.ErrClosed
		}
	}
}
