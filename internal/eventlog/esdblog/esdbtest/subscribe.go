package esdbtest

import (
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/google/uuid"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
)

// subscribe serves a catch-up subscription to $all: the confirmation first, then what is there after the position
// (exclusive, other than a read), one caught_up, then what comes. A filtered subscription gets a checkpoint every
// window x multiplier events looked at.
func (s *streamsService) subscribe(options *streams.ReadReq_Options, call streams.Streams_ReadServer) error {
	if options.GetAll() == nil {
		return status.Error(codes.Unimplemented, "esdbtest has subscriptions to $all only")
	}
	if err := s.server.admit(call.Context(), call.SetTrailer); err != nil {
		return err
	}
	filter, err := newFilter(options.GetFilter())
	if err != nil {
		return err
	}
	var at uint64
	switch from := options.GetAll().GetAllOption().(type) {
	case *streams.ReadReq_Options_AllOptions_Start:
	case *streams.ReadReq_Options_AllOptions_End:
		if all := s.server.store.all(); len(all) > 0 {
			at = all[len(all)-1].position
		}
	case *streams.ReadReq_Options_AllOptions_Position:
		if _, err := s.server.store.at(from.Position.GetCommitPosition()); err != nil {
			return status.Error(codes.Unknown, err.Error())
		}
		at = place{from.Position.GetCommitPosition(), from.Position.GetPreparePosition()}.before()
	default:
		return status.Error(codes.InvalidArgument, "the subscription starts nowhere")
	}
	dropped, silenced := s.server.ends()
	if err := call.Send(&streams.ReadResp{Content: &streams.ReadResp_Confirmation{
		Confirmation: &streams.ReadResp_SubscriptionConfirmation{SubscriptionId: uuid.NewString()},
	}}); err != nil {
		return err
	}
	s.server.count(func(c *Counts) { c.Subscriptions++; c.Confirmed++ })
	defer s.server.count(func(c *Counts) { c.Subscriptions-- })

	caughtUp := false
	looked := uint32(0)
	for {
		events, next, grown := s.server.store.after(at)
		for _, e := range events {
			select {
			case <-dropped:
				return status.Error(codes.Aborted, "subscription dropped")
			case <-silenced:
				<-call.Context().Done()
				return call.Context().Err()
			default:
			}
			if err := s.server.pause(call.Context()); err != nil {
				return err
			}
			at = e.position
			looked++
			if filter.match(e) {
				s.server.count(func(c *Counts) { c.Delivered++ })
				if err := call.Send(e.toWire()); err != nil {
					return err
				}
			}
			if filter != nil && looked >= filter.interval {
				looked = 0
				if err := call.Send(&streams.ReadResp{Content: &streams.ReadResp_Checkpoint_{
					Checkpoint: &streams.ReadResp_Checkpoint{CommitPosition: at, PreparePosition: at},
				}}); err != nil {
					return err
				}
			}
		}
		if !caughtUp {
			caughtUp = true
			if filter != nil {
				// Version 24 ends its catching up with a checkpoint. Where that fell on the end of a page, it is the place of the next event.
				if err := call.Send(&streams.ReadResp{Content: &streams.ReadResp_Checkpoint_{
					Checkpoint: &streams.ReadResp_Checkpoint{CommitPosition: next.commit, PreparePosition: next.prepare},
				}}); err != nil {
					return err
				}
			}
			if err := call.Send(&streams.ReadResp{Content: &streams.ReadResp_CaughtUp_{CaughtUp: &streams.ReadResp_CaughtUp{}}}); err != nil {
				return err
			}
		}
		select {
		case <-grown:
		case <-dropped:
			return status.Error(codes.Aborted, "subscription dropped")
		case <-call.Context().Done():
			return call.Context().Err()
		}
	}
}

// filter says which events a reader wants. A nil filter wants all.
type filter struct {
	byType   bool
	prefixes []string
	regex    *regexp.Regexp
	interval uint32 // events between two checkpoints
}

func newFilter(options *streams.ReadReq_Options_FilterOptions) (*filter, error) {
	if options == nil {
		return nil, nil
	}
	f := &filter{interval: max(1, options.GetCheckpointIntervalMultiplier())}
	if options.GetMax() > 0 {
		f.interval = uint32(min(uint64(f.interval)*uint64(options.GetMax()), math.MaxUint32))
	}
	expression := options.GetStreamIdentifier()
	if f.byType = expression == nil; f.byType {
		expression = options.GetEventType()
	}
	f.prefixes = expression.GetPrefix()
	if len(f.prefixes) == 0 {
		regex, err := regexp.Compile(expression.GetRegex())
		if err != nil || expression.GetRegex() == "" {
			return nil, status.Error(codes.InvalidArgument, "the filter has neither prefixes nor a regular expression")
		}
		f.regex = regex
	}
	return f, nil
}

func (f *filter) match(e *event) bool {
	if f == nil {
		return true
	}
	text := e.stream
	if f.byType {
		text = e.kind
	}
	if f.regex != nil {
		return f.regex.MatchString(text)
	}
	return slices.ContainsFunc(f.prefixes, func(p string) bool { return strings.HasPrefix(text, p) })
}
