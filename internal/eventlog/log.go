// Package eventlog is the contract of the event log: the one place where mkr keeps what happened.
//
// It knows streams, revisions, positions and bytes. It does not know what a referral is, and it never
// looks inside Data or Meta. Implementations are sqlitelog (embedded, default) and esdblog (EventStoreDB);
// logtest holds the conformance suite that every one of them must pass.
package eventlog

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
)

// Position places an event in the order of the whole log. It is opaque and sparse: compare positions,
// never add to one. The zero Position comes before every event.
type Position uint64

// Expected says how a stream must stand for an append to succeed: NoStream, or the exact revision of its
// newest event. There is deliberately no way to say "any".
type Expected int64

// NoStream expects that nothing was ever appended to the stream.
const NoStream Expected = -1

// At expects that the stream's newest event has this revision.
func At(revision uint64) Expected { return Expected(revision) }

// NewEvent is what a caller asks the log to store. Data and Meta are stored byte for byte.
type NewEvent struct {
	ID   uuid.UUID // never the nil UUID
	Type string    // dotted, past tense; never empty
	Data []byte
	Meta []byte
}

// Recorded is a stored event.
type Recorded struct {
	Position   Position
	Stream     string
	Revision   uint64 // from 0, without gaps within a stream
	ID         uuid.UUID
	Type       string
	Data       []byte
	Meta       []byte
	RecordedAt time.Time // UTC, set by the log
}

// Result is the receipt for an append: where its last event stands.
type Result struct {
	Revision uint64
	Position Position
}

// Log stores events. All methods may be called from many goroutines.
type Log interface {
	// Append stores the events, all or none, at the end of stream, if the stream stands as expected.
	// When it returns nil the events are durable: they survive the death of the process and of the machine.
	// An append of no events is an error (ErrInvalid).
	//
	// Errors: *WrongRevisionError when the stream stands elsewhere (nothing stored); ErrInvalid (nothing stored);
	// ErrUnavailable when the store cannot take it now. After ErrUnavailable, or a cancelled context, the events
	// may or may not have been stored: read the stream to find out. A context that was cancelled before the
	// call stores nothing. Data and Meta must not be changed until Append returns, nor, if its context ended, after.
	//
	// Repeating an append that is already stored (same ids, same expectation) never stores it twice: it answers
	// *WrongRevisionError or, where the store recognises the ids, the receipt of the first.
	Append(ctx context.Context, stream string, expected Expected, events ...NewEvent) (Result, error)

	// ReadStream returns the events of a stream with revision >= from, in order, up to its end.
	// A stream that was never written to is empty, not an error.
	ReadStream(ctx context.Context, stream string, from uint64) ([]Recorded, error)

	// ReadAll returns at most max events with a position greater than after, in rising position.
	// An empty answer means that there are none yet. It never skips an event that may still
	// become visible at a lower position. A max below 1 is ErrInvalid.
	ReadAll(ctx context.Context, after Position, max int) ([]Recorded, error)

	// Wait returns nil once an event with a position greater than after is readable,
	// or the context's error.
	Wait(ctx context.Context, after Position) error

	// Close releases the log. Calls after it answer ErrClosed; calls during it end with ErrClosed or their result.
	Close() error
}

// The errors that callers tell apart with errors.Is.
var (
	ErrWrongRevision = errors.New("eventlog: the stream has moved on")
	ErrInvalid       = errors.New("eventlog: invalid call")
	ErrUnavailable   = errors.New("eventlog: the store is unavailable")
	ErrClosed        = errors.New("eventlog: closed")
	ErrLocked        = errors.New("eventlog: another process uses this data folder")
	ErrCorrupt       = errors.New("eventlog: the stored log is damaged")
)

// WrongRevisionError says where the stream really stands. It matches ErrWrongRevision.
type WrongRevisionError struct {
	Stream   string
	Expected Expected
	Actual   Expected // NoStream if the stream does not exist
}

func (e *WrongRevisionError) Error() string {
	return fmt.Sprintf("eventlog: stream %s expected at %d, stands at %d", e.Stream, e.Expected, e.Actual)
}

// Is makes errors.Is(err, ErrWrongRevision) true.
func (e *WrongRevisionError) Is(target error) bool { return target == ErrWrongRevision }

// Limits that every implementation enforces with ErrInvalid, so that a log can move between them.
const (
	MaxStreamName  = 200
	MaxEventType   = 100
	MaxAppendBytes = 1 << 20 // the Sizes of the events in one append together: what EventStoreDB takes unless it is told otherwise
	MaxBatch       = 500     // events in one append
)

// Size is what an event counts for in an append: at least as much as EventStoreDB thinks, which counts two bytes for each character of the type.
func (e NewEvent) Size() int { return len(e.Data) + len(e.Meta) + 2*len(e.Type) }

// Validate checks an append against the contract's limits. Implementations call it first.
func Validate(stream string, expected Expected, events []NewEvent) error {
	switch {
	case stream == "" || len(stream) > MaxStreamName:
		return fmt.Errorf("%w: stream name of %d bytes", ErrInvalid, len(stream))
	case stream[0] == '$':
		return fmt.Errorf("%w: stream names that start with $ belong to the store", ErrInvalid)
	case !text(stream):
		return fmt.Errorf("%w: stream name is not UTF-8 or holds a control character", ErrInvalid)
	case expected < NoStream:
		return fmt.Errorf("%w: expected revision %d", ErrInvalid, expected)
	case len(events) == 0 || len(events) > MaxBatch:
		return fmt.Errorf("%w: %d events in one append", ErrInvalid, len(events))
	}
	size := 0
	for i, e := range events {
		size += e.Size()
		switch {
		case e.ID == uuid.Nil:
			return fmt.Errorf("%w: event %d has no id", ErrInvalid, i)
		case e.Type == "" || len(e.Type) > MaxEventType || e.Type[0] == '$':
			return fmt.Errorf("%w: event %d has type %q", ErrInvalid, i, e.Type)
		case !text(e.Type):
			return fmt.Errorf("%w: the type of event %d is not UTF-8 or holds a control character", ErrInvalid, i)
		case size > MaxAppendBytes:
			return fmt.Errorf("%w: the append holds more than %d bytes", ErrInvalid, MaxAppendBytes)
		}
	}
	return nil
}

// text says whether s is the same name in every store and every log line: gRPC refuses strings that are not UTF-8,
// SQLite's text functions end at a NUL, and a line break would forge a line in an export.
func text(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f })
}
