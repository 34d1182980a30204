package esdblog

import (
	"bytes"
	"context"
	"encoding/json"
	"regexp"
	"strconv"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"mkr/internal/eventlog"
)

// Append implements eventlog.Log.
//
// An append repeated with the same expected revision, ids and bytes is answered as the first one was, because
// EventStoreDB recognises it. Nothing is stored twice. With other bytes under the same ids it is a conflict.
func (l *Log) Append(ctx context.Context, stream string, expected eventlog.Expected, events ...eventlog.NewEvent) (eventlog.Result, error) {
	if l.ctx.Err() != nil {
		return eventlog.Result{}, eventlog.ErrClosed
	}
	if err := eventlog.Validate(stream, expected, events); err != nil {
		return eventlog.Result{}, err
	}
	proposed := propose(events)
	conflict, err := call(ctx, l, func(ctx context.Context, s *source) (*eventlog.WrongRevisionError, error) {
		return appendTo(ctx, s, stream, expected, proposed)
	})
	if err == nil && conflict == nil {
		return l.confirm(ctx, stream, expected, proposed)
	}
	if err == nil {
		err = conflict
	}
	return eventlog.Result{}, err
}

// propose copies the events: a caller who has given up may change its own while the client still sends these.
func propose(events []eventlog.NewEvent) []esdb.EventData {
	out := make([]esdb.EventData, len(events))
	for i, e := range events {
		kind := esdb.ContentTypeBinary
		if json.Valid(e.Data) {
			kind = esdb.ContentTypeJson // only a label; the bytes stay as they are
		}
		out[i] = esdb.EventData{EventID: e.ID, EventType: e.Type, ContentType: kind, Data: bytes.Clone(e.Data), Metadata: bytes.Clone(e.Meta)}
	}
	return out
}

// appendTo stores the events, or says where the stream stands instead.
func appendTo(ctx context.Context, s *source, stream string, expected eventlog.Expected, events []esdb.EventData) (*eventlog.WrongRevisionError, error) {
	var revision esdb.ExpectedRevision = esdb.NoStream{} // never left out: the client would take any
	if expected != eventlog.NoStream {
		revision = esdb.Revision(uint64(expected))
	}
	_, err := s.append(ctx, stream, revision, events)
	if code(err) != esdb.ErrorCodeWrongExpectedVersion {
		return nil, err
	}
	actual, known := actualOf(err)
	if !known || actual == expected {
		if actual, err = head(ctx, s, stream); err != nil {
			return nil, err
		}
	}
	return &eventlog.WrongRevisionError{Stream: stream, Expected: expected, Actual: actual}, nil
}

// confirm reads an append back. The client's answer to an append is not looked at: it invents parts of it, and the server
// does not say whether it stored the events or knew their ids already.
func (l *Log) confirm(ctx context.Context, stream string, expected eventlog.Expected, events []esdb.EventData) (eventlog.Result, error) {
	stored, err := call(ctx, l, func(ctx context.Context, s *source) (page, error) {
		return readPage(ctx, s, stream, uint64(expected+1), len(events))
	})
	if err != nil {
		return eventlog.Result{}, err
	}
	if equal(stored.events, events) {
		last := stored.events[len(stored.events)-1]
		l.tail.acknowledged(last.Position)
		return eventlog.Result{Revision: last.Revision, Position: last.Position}, nil
	}
	actual, err := call(ctx, l, func(ctx context.Context, s *source) (eventlog.Expected, error) { return head(ctx, s, stream) })
	if err != nil {
		return eventlog.Result{}, err
	}
	return eventlog.Result{}, &eventlog.WrongRevisionError{Stream: stream, Expected: expected, Actual: actual}
}

func equal(stored []eventlog.Recorded, given []esdb.EventData) bool {
	if len(stored) != len(given) {
		return false
	}
	for i, e := range stored {
		g := given[i]
		if e.ID != g.EventID || e.Type != g.EventType || !bytes.Equal(e.Data, g.Data) || !bytes.Equal(e.Meta, g.Metadata) {
			return false
		}
	}
	return true
}

// conflictText is how v4.2.0 of the client words a conflict; it says in no other way where the stream stands.
var conflictText = regexp.MustCompile(`expecting '[^']*' but got '(no_stream|[0-9]+)'`)

// actualOf reads where the stream stood when the server refused the append.
func actualOf(err error) (actual eventlog.Expected, known bool) {
	match := conflictText.FindStringSubmatch(err.Error())
	if match == nil {
		return 0, false
	}
	if match[1] == "no_stream" {
		return eventlog.NoStream, true
	}
	revision, err := strconv.ParseInt(match[1], 10, 64)
	return eventlog.Expected(revision), err == nil
}

// head asks where a stream stands.
func head(ctx context.Context, s *source, stream string) (eventlog.Expected, error) {
	at := eventlog.NoStream
	reader, err := s.readStream(ctx, stream, esdb.Backwards, esdb.End{}, 1)
	_, err = receive(reader, err, func(e *esdb.RecordedEvent) bool {
		at = eventlog.At(e.EventNumber)
		return true
	})
	return at, err
}
