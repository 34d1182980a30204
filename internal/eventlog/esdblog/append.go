package esdblog

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"time"

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
	result, err := call(ctx, l, func(ctx context.Context, client *esdb.Client) (eventlog.Result, error) {
		return appendAndReadBack(ctx, client, stream, expected, proposed)
	})
	if err == nil {
		l.tail.acknowledged(result.Position)
	}
	return result, err
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

// appendAndReadBack never looks at the answer to a successful append: the client invents parts of it, and the server
// does not say whether it stored the events or found them.
func appendAndReadBack(ctx context.Context, client *esdb.Client, stream string, expected eventlog.Expected, events []esdb.EventData) (eventlog.Result, error) {
	var revision esdb.ExpectedRevision = esdb.NoStream{}
	if expected != eventlog.NoStream {
		revision = esdb.Revision(uint64(expected))
	}
	// Without a deadline of our own the client would set its default of 10 s; the context has the true one.
	options := esdb.AppendToStreamOptions{ExpectedRevision: revision, RequiresLeader: true}
	if deadline, ok := ctx.Deadline(); ok {
		left := time.Until(deadline)
		options.Deadline = &left
	}
	_, err := client.AppendToStream(ctx, stream, options, events...)
	if code(err) == esdb.ErrorCodeWrongExpectedVersion {
		actual, known := actualOf(err)
		if !known || actual == expected {
			if actual, err = head(ctx, client, stream); err != nil {
				return eventlog.Result{}, err
			}
		}
		return eventlog.Result{}, &eventlog.WrongRevisionError{Stream: stream, Expected: expected, Actual: actual}
	}
	if err != nil {
		return eventlog.Result{}, err
	}
	stored, err := readPage(ctx, client, stream, uint64(expected+1), len(events))
	if err != nil {
		return eventlog.Result{}, fmt.Errorf("stored, but not read back: %w", err)
	}
	if !equal(stored.events, events) {
		actual, err := head(ctx, client, stream)
		if err != nil {
			return eventlog.Result{}, err
		}
		return eventlog.Result{}, &eventlog.WrongRevisionError{Stream: stream, Expected: expected, Actual: actual}
	}
	last := stored.events[len(stored.events)-1]
	return eventlog.Result{Revision: last.Revision, Position: last.Position}, nil
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
func head(ctx context.Context, client *esdb.Client, stream string) (eventlog.Expected, error) {
	at := eventlog.NoStream
	reader, err := client.ReadStream(ctx, stream, esdb.ReadStreamOptions{
		Direction: esdb.Backwards, From: esdb.End{}, RequiresLeader: true,
	}, 1)
	err = receive(reader, err, func(e *esdb.RecordedEvent) bool {
		at = eventlog.At(e.EventNumber)
		return true
	})
	return at, err
}
