package esdblog

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"mkr/internal/eventlog"
)

// A page is what one call to the server brings: long reads are made of several, so that each can have the same limit.
const (
	maxPageEvents = 1000
	minPageEvents = 64 // to get past the system's events in few calls
	maxPageBytes  = 16 << 20
)

type page struct {
	events  []eventlog.Recorded
	last    eventlog.Position // of the last event looked at, shown or not
	ended   bool              // there was nothing more
	missing bool              // the server says that there is no such stream
}

// No stream is as long, and no log as large. The server's arithmetic overflows a little before its numbers end.
const (
	beyondStreams uint64            = 1 << 62
	beyondLogs    eventlog.Position = 1 << 62
)

// ReadStream implements eventlog.Log. A stream from which EventStoreDB has removed events (truncated, deleted) is ErrCorrupt, read from its
// beginning, as every stream is that is to be written to.
func (l *Log) ReadStream(ctx context.Context, stream string, from uint64) ([]eventlog.Recorded, error) {
	var out []eventlog.Recorded
	for {
		got, err := call(ctx, l, func(ctx context.Context, s *source) (page, error) {
			if from >= beyondStreams || stream == "" || stream[0] == '$' {
				return page{ended: true}, nil // nothing can be there, and the server would not understand
			}
			p, err := readPage(ctx, s, stream, from, maxPageEvents)
			if err == nil && from == 0 && len(p.events) == 0 {
				err = neverWritten(ctx, s, stream, p.missing)
			}
			return p, err
		})
		if err != nil {
			return nil, err
		}
		out = append(out, got.events...)
		if got.ended {
			return out, nil
		}
		from += uint64(len(got.events))
	}
}

// neverWritten is nil if a stream without events is one that nothing was ever written to. Events that a truncation took, all of
// them, leave a stream that exists; those that a deletion took leave a mark in its metadata, and the next append would go on after
// them as if nothing had been.
func neverWritten(ctx context.Context, s *source, stream string, missing bool) error {
	removed := !missing
	if missing {
		reader, err := s.readStream(ctx, "$$"+stream, esdb.Backwards, esdb.End{}, 1)
		if _, err := receive(reader, err, func(e *esdb.RecordedEvent) bool {
			var mark struct {
				TruncateBefore int64 `json:"$tb"`
			}
			removed = json.Unmarshal(e.Data, &mark) == nil && mark.TruncateBefore > 0
			return false
		}); err != nil {
			return err
		}
	}
	if removed {
		return fmt.Errorf("%w: EventStoreDB has removed every event of stream %s", eventlog.ErrCorrupt, stream)
	}
	return nil
}

// readPage reads at most count events of a stream from a revision on.
func readPage(ctx context.Context, s *source, stream string, from uint64, count int) (page, error) {
	var (
		p     page
		bytes int
		gap   error
	)
	reader, err := s.readStream(ctx, stream, esdb.Forwards, esdb.Revision(from), count)
	full := false
	p.missing, err = receive(reader, err, func(e *esdb.RecordedEvent) bool {
		if want := from + uint64(len(p.events)); e.EventNumber != want {
			gap = fmt.Errorf("%w: stream %s has revision %d where %d is due: EventStoreDB has removed events", eventlog.ErrCorrupt, stream, e.EventNumber, want)
			return false
		}
		if e.Position.Commit >= uint64(beyondLogs) {
			gap = fmt.Errorf("%w: EventStoreDB does not say where the events of a stream stand in the log: version 22.6 is the first that does", eventlog.ErrUnavailable)
			return false
		}
		p.events = append(p.events, recorded(e))
		bytes += len(e.Data) + len(e.UserMetadata)
		full = bytes >= maxPageBytes
		return !full
	})
	p.ended = !full && len(p.events) < count
	return p, errors.Join(gap, err)
}

// ReadAll implements eventlog.Log. It is quick after a position that the log has handed out; the server cannot start at
// another, so that ReadAll then looks through all that comes before.
func (l *Log) ReadAll(ctx context.Context, after eventlog.Position, most int) ([]eventlog.Recorded, error) {
	if l.ctx.Err() != nil {
		return nil, eventlog.ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if most <= 0 {
		return nil, fmt.Errorf("%w: a read of at most %d events", eventlog.ErrInvalid, most)
	}
	if events := l.tail.since(after, most); len(events) > 0 {
		return events, nil
	}
	// Nothing in memory does not mean that there is nothing: the subscription may be behind. The server knows.
	from := after
	for {
		got, err := call(ctx, l, func(ctx context.Context, s *source) (page, error) {
			p, err := readAllPage(ctx, s, from, after, most)
			if from > 0 && code(err) == esdb.ErrorCodeUnknown && ctx.Err() == nil { // no record begins at that position
				p, err = readAllPage(ctx, s, l.tail.startBefore(from), after, most)
			}
			return p, err
		})
		if err != nil || len(got.events) > 0 || got.ended {
			return got.events, err
		}
		from = got.last
	}
}

// readAllPage reads the log from a position on, that one included, and keeps what stands after another position and is
// not the system's.
func readAllPage(ctx context.Context, s *source, from, after eventlog.Position, most int) (page, error) {
	var start esdb.AllPosition = esdb.Start{}
	switch {
	case from >= beyondLogs:
		return page{last: from, ended: true}, nil
	case from > 0:
		start = placeOf(from)
	}
	count := min(maxPageEvents, max(minPageEvents, most)) + 1 // the event at from comes again
	var (
		p     = page{last: from}
		seen  int
		bytes int
		full  bool
	)
	reader, err := s.readAll(ctx, esdb.Forwards, start, count)
	_, err = receive(reader, err, func(e *esdb.RecordedEvent) bool {
		seen++
		p.last = eventlog.Position(e.Position.Commit)
		if p.last > after && !ofSystem(e) {
			p.events = append(p.events, recorded(e))
			bytes += len(e.Data) + len(e.UserMetadata)
		}
		full = len(p.events) == most || bytes >= maxPageBytes
		return !full
	})
	p.ended = !full && seen < count
	return p, err
}

// receive hands what a read brings to take, until that wants no more. A stream that does not exist brings nothing, and is missing.
func receive(reader *esdb.ReadStream, err error, take func(*esdb.RecordedEvent) bool) (missing bool, _ error) {
	if err != nil {
		return false, err
	}
	defer reader.Close()
	for {
		resolved, err := reader.Recv()
		switch {
		case errors.Is(err, io.EOF):
			return false, nil
		case code(err) == esdb.ErrorCodeResourceNotFound:
			return true, nil
		case err != nil:
			return false, err
		case resolved.Event != nil && !take(resolved.Event):
			return false, nil
		}
	}
}

// ofSystem says that an event is EventStoreDB's own: in a stream of the system, or a link or metadata in another.
func ofSystem(e *esdb.RecordedEvent) bool {
	return e.StreamID == "" || e.StreamID[0] == '$' || e.EventType == "" || e.EventType[0] == '$'
}

func recorded(e *esdb.RecordedEvent) eventlog.Recorded {
	return eventlog.Recorded{
		Position:   eventlog.Position(e.Position.Commit),
		Stream:     e.StreamID,
		Revision:   e.EventNumber,
		ID:         e.EventID,
		Type:       e.EventType,
		Data:       e.Data,
		Meta:       e.UserMetadata,
		RecordedAt: e.CreatedDate.UTC(),
	}
}
