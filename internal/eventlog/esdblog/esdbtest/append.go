package esdbtest

import (
	"errors"
	"io"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
)

type streamsService struct {
	streams.UnimplementedStreamsServer
	server *Server
}

// Append stores what one call brings. It reads the call to its end before it answers: a client that is still
// sending when the answer comes sees a broken call instead of the answer.
func (s *streamsService) Append(call streams.Streams_AppendServer) error {
	s.server.count(func(c *Counts) { c.Appends++ })
	first, err := call.Recv()
	if err != nil {
		return err
	}
	options := first.GetOptions()
	if options == nil {
		return status.Error(codes.InvalidArgument, "an append begins with its options")
	}
	var (
		events []*event
		bytes  int
	)
	for {
		req, err := call.Recv()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		e, err := eventFromWire(req.GetProposedMessage())
		if err != nil {
			return err
		}
		bytes += len(e.data) + len(e.meta) + 2*len(e.kind) // as version 25 counts; those before it counted less
		events = append(events, e)
	}
	if err := s.server.admit(call.Context(), call.SetTrailer); err != nil {
		return err
	}
	if most := s.server.takes(); bytes > most {
		call.SetTrailer(metadata.Pairs("exception", "maximum-append-size-exceeded"))
		return status.Errorf(codes.InvalidArgument, "Maximum Append Size of %d Exceeded.", most)
	}
	name, err := streamName(options.GetStreamIdentifier())
	if err != nil {
		return err
	}
	expected, err := expectationFromWire(options)
	if err != nil {
		return err
	}
	if err := s.server.failure(BeforeStoring); err != nil {
		return err
	}
	last, stands, ok := s.server.store.append(name, expected, events)
	if err := s.server.failure(AfterStoring); err != nil {
		return err
	}
	if !ok {
		return call.SendAndClose(conflict(options, stands))
	}
	return call.SendAndClose(success(last, stands))
}

func success(last *event, stands expectation) *streams.AppendResp {
	success := &streams.AppendResp_Success{
		CurrentRevisionOption: &streams.AppendResp_Success_NoStream{NoStream: &shared.Empty{}},
		PositionOption:        &streams.AppendResp_Success_NoPosition{NoPosition: &shared.Empty{}},
	}
	switch {
	case last != nil:
		success.CurrentRevisionOption = &streams.AppendResp_Success_CurrentRevision{CurrentRevision: last.revision}
		success.PositionOption = &streams.AppendResp_Success_Position{
			Position: &streams.AppendResp_Position{CommitPosition: last.position, PreparePosition: last.position},
		}
	case stands >= 0:
		success.CurrentRevisionOption = &streams.AppendResp_Success_CurrentRevision{CurrentRevision: uint64(stands)}
	}
	return &streams.AppendResp{Result: &streams.AppendResp_Success_{Success: success}}
}

// conflict is a normal answer, in the fields that the client reads: those of servers since 20.6.1.
func conflict(options *streams.AppendReq_Options, stands expectation) *streams.AppendResp {
	wrong := &streams.AppendResp_WrongExpectedVersion{}
	if stands < 0 {
		wrong.CurrentRevisionOption = &streams.AppendResp_WrongExpectedVersion_CurrentNoStream{CurrentNoStream: &shared.Empty{}}
	} else {
		wrong.CurrentRevisionOption = &streams.AppendResp_WrongExpectedVersion_CurrentRevision{CurrentRevision: uint64(stands)}
	}
	switch expected := options.GetExpectedStreamRevision().(type) {
	case *streams.AppendReq_Options_NoStream:
		wrong.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedNoStream{ExpectedNoStream: &shared.Empty{}}
	case *streams.AppendReq_Options_Any:
		wrong.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedAny{ExpectedAny: &shared.Empty{}}
	case *streams.AppendReq_Options_StreamExists:
		wrong.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedStreamExists{ExpectedStreamExists: &shared.Empty{}}
	case *streams.AppendReq_Options_Revision:
		wrong.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedRevision{ExpectedRevision: expected.Revision}
	}
	return &streams.AppendResp{Result: &streams.AppendResp_WrongExpectedVersion_{WrongExpectedVersion: wrong}}
}
