package esdbtest

import (
	"math"
	"strconv"

	"github.com/google/uuid"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
)

func streamName(id *shared.StreamIdentifier) (string, error) {
	if len(id.GetStreamName()) == 0 {
		return "", status.Error(codes.InvalidArgument, "the stream has no name")
	}
	return string(id.GetStreamName()), nil
}

func expectationFromWire(options *streams.AppendReq_Options) (expectation, error) {
	switch expected := options.GetExpectedStreamRevision().(type) {
	case *streams.AppendReq_Options_NoStream:
		return noStream, nil
	case *streams.AppendReq_Options_Any:
		return anyRevision, nil
	case *streams.AppendReq_Options_StreamExists:
		return streamExists, nil
	case *streams.AppendReq_Options_Revision:
		if expected.Revision > math.MaxInt64 {
			return 0, status.Error(codes.InvalidArgument, "the expected revision is too large")
		}
		return expectation(expected.Revision), nil
	}
	return 0, status.Error(codes.InvalidArgument, "the append expects nothing")
}

func eventFromWire(m *streams.AppendReq_ProposedMessage) (*event, error) {
	if m == nil {
		return nil, status.Error(codes.InvalidArgument, "an append's options are followed by events only")
	}
	id, err := idFromWire(m.GetId())
	if err != nil {
		return nil, status.Errorf(codes.InvalidArgument, "event id: %v", err)
	}
	kind, contentType := m.GetMetadata()["type"], m.GetMetadata()["content-type"]
	if kind == "" || contentType == "" {
		return nil, status.Error(codes.InvalidArgument, "an event needs the metadata type and content-type")
	}
	return &event{id: id, kind: kind, contentType: contentType, data: m.GetData(), meta: m.GetCustomMetadata()}, nil
}

func idFromWire(id *shared.UUID) (uuid.UUID, error) {
	if s := id.GetStructured(); s != nil {
		return esdb.ParseUUIDFromInt64(s.GetMostSignificantBits(), s.GetLeastSignificantBits())
	}
	return uuid.Parse(id.GetString_())
}

// toWire makes the message that a reader gets. The client ends its process if created is missing or no number.
func (e *event) toWire() *streams.ReadResp {
	most, least := esdb.UUIDAsInt64(e.id)
	return &streams.ReadResp{Content: &streams.ReadResp_Event{Event: &streams.ReadResp_ReadEvent{
		Event: &streams.ReadResp_ReadEvent_RecordedEvent{
			Id: &shared.UUID{Value: &shared.UUID_Structured_{
				Structured: &shared.UUID_Structured{MostSignificantBits: most, LeastSignificantBits: least},
			}},
			StreamIdentifier: &shared.StreamIdentifier{StreamName: []byte(e.stream)},
			StreamRevision:   e.revision,
			PreparePosition:  e.position,
			CommitPosition:   e.position,
			Metadata: map[string]string{
				"type":         e.kind,
				"content-type": e.contentType,
				"created":      strconv.FormatInt(e.created, 10),
			},
			CustomMetadata: e.meta,
			Data:           e.data,
		},
		Position: &streams.ReadResp_ReadEvent_CommitPosition{CommitPosition: e.position},
	}}}
}
