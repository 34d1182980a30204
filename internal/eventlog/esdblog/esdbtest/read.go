package esdbtest

import (
	"math"
	"slices"
	"sort"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
)

// Read serves reads and subscriptions: in the protocol they are one call. A read is answered with events and
// stream_not_found only; the client panics at anything else.
func (s *streamsService) Read(req *streams.ReadReq, call streams.Streams_ReadServer) error {
	options := req.GetOptions()
	if options.GetSubscription() != nil {
		return s.subscribe(options, call)
	}
	_, ofStream := options.GetStreamOption().(*streams.ReadReq_Options_Stream)
	s.server.count(func(c *Counts) {
		if ofStream {
			c.StreamReads++
		} else {
			c.AllReads++
		}
	})
	if err := s.server.admit(call.Context(), call.SetTrailer); err != nil {
		return err
	}
	if s.server.odd() {
		if err := call.Send(&streams.ReadResp{Content: &streams.ReadResp_FirstStreamPosition{}}); err != nil {
			return err
		}
	}
	filter, err := newFilter(options.GetFilter())
	if err != nil {
		return err
	}
	var events []*event
	if ofStream {
		events, err = s.ofStream(options, call)
	} else {
		events, err = s.ofAll(options)
	}
	if err != nil {
		return err
	}
	left := options.GetCount()
	for _, e := range events {
		if left == 0 {
			break
		}
		if !filter.match(e) {
			continue
		}
		if err := s.server.pause(call.Context()); err != nil {
			return err
		}
		if err := call.Send(e.toWire()); err != nil {
			return err
		}
		left--
	}
	return nil
}

// batch is how many events the real server reads from its index at a time.
const batch = 32

// ofStream returns the events of a stream from a revision, that one included, in the direction asked for.
func (s *streamsService) ofStream(options *streams.ReadReq_Options, call streams.Streams_ReadServer) ([]*event, error) {
	name, err := streamName(options.GetStream().GetStreamIdentifier())
	if err != nil {
		return nil, err
	}
	events, exists, dead := s.server.store.stream(name)
	if dead {
		call.SetTrailer(metadata.Pairs("exception", "stream-deleted", "stream-name", name))
		return nil, status.Error(codes.FailedPrecondition, "Event stream is deleted.")
	}
	if !exists {
		return nil, call.Send(&streams.ReadResp{Content: &streams.ReadResp_StreamNotFound_{
			StreamNotFound: &streams.ReadResp_StreamNotFound{StreamIdentifier: &shared.StreamIdentifier{StreamName: []byte(name)}},
		}})
	}
	backwards := options.GetReadDirection() == streams.ReadReq_Options_Backwards
	var from, to int // the events [from, to) remain
	switch at := options.GetStream().GetRevisionOption().(type) {
	case *streams.ReadReq_Options_StreamOptions_Start:
		from, to = 0, len(events)
		if backwards {
			to = min(1, len(events))
		}
	case *streams.ReadReq_Options_StreamOptions_End:
		from, to = len(events), len(events)
		if backwards {
			from = 0
		}
	case *streams.ReadReq_Options_StreamOptions_Revision:
		if at.Revision > math.MaxInt64-batch { // where its arithmetic overflows
			return nil, status.Error(codes.Unknown, "Unexpected ReadStreamResult: Error")
		}
		from = sort.Search(len(events), func(i int) bool { return events[i].revision >= at.Revision })
		to = len(events)
		if backwards {
			from, to = 0, sort.Search(len(events), func(i int) bool { return events[i].revision > at.Revision })
		}
	default:
		return nil, status.Error(codes.InvalidArgument, "the read starts nowhere")
	}
	return directed(events[from:to], backwards), nil
}

// ofAll returns the events of the whole log from a position: forwards that one included, backwards without it.
func (s *streamsService) ofAll(options *streams.ReadReq_Options) ([]*event, error) {
	events := s.server.store.all()
	backwards := options.GetReadDirection() == streams.ReadReq_Options_Backwards
	from, to := 0, len(events)
	switch at := options.GetAll().GetAllOption().(type) {
	case *streams.ReadReq_Options_AllOptions_Start:
		if backwards {
			to = 0
		}
	case *streams.ReadReq_Options_AllOptions_End:
		if !backwards {
			from = len(events)
		}
	case *streams.ReadReq_Options_AllOptions_Position:
		i, err := s.server.store.at(at.Position.GetCommitPosition())
		if err != nil {
			return nil, status.Error(codes.Unknown, err.Error())
		}
		from = i
		if backwards {
			from, to = 0, i
		}
	default:
		return nil, status.Error(codes.InvalidArgument, "the read starts nowhere")
	}
	return directed(events[from:to], backwards), nil
}

func directed(events []*event, backwards bool) []*event {
	if backwards {
		events = slices.Clone(events)
		slices.Reverse(events)
	}
	return events
}
