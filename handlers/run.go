package handlers

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"mkr/domain/access"
	"mkr/domain/event"
	"mkr/internal/eventlog"
	"mkr/projections"
)

// maxRaces bounds how often a command that lost a race reads again and tries anew.
const maxRaces = 20

// decision is one command on one stream, from fold to append. S is the decider's state.
type decision[S any] struct {
	stream string
	zero   S
	evolve func(S, event.Data) S
	// fold, if set, does the same for a history at once, at a cost that grows with it and not with its square.
	fold func(S, ...event.Data) S
	// judge says whether the caller may, in this state, and on what basis. There is no decision without it.
	judge func(S) (basis string, err error)
	// decide is the domain's. The moment's Actor and times are filled in.
	decide func(S, event.Moment) ([]event.Data, error)
	// blind, if set, says that the caller may not know of confidential events: to her the stream is one without them.
	blind func(S) bool
}

// run carries out one command: fold, look for its own trace, judge, decide, append at exactly the revision
// that was read. A race that is lost is run again on the new state.
func run[S any](ctx context.Context, s *Service, c Caller, env Envelope, d decision[S]) (Receipt, error) {
	if env.Key == uuid.Nil {
		return Receipt{}, &InputError{Field: "Idempotency-Key", Code: "required", Text: "a UUID is required"}
	}
	print := s.fingerprint(d.stream, env.Body)
	done, err := s.memory.take(ctx, d.stream)
	if err != nil {
		return Receipt{}, err
	}
	defer done()
	for range maxRaces {
		f, err := foldStream(ctx, s, d)
		if err != nil {
			return Receipt{}, err
		}
		p := past{f.traces, d.blind != nil && d.blind(f.state)}
		if r, found, err := findTrace(f.traces, env.Key, c.Account, print); found || err != nil {
			if found && d.blind != nil {
				if p.blind, err = blindThen(ctx, s, d, env.Key); err != nil {
					return Receipt{}, err
				}
			}
			r.Stream, r.Revision = d.stream, p.revision(r.Revision)
			return r, err
		}
		basis, err := d.judge(f.state)
		if err != nil {
			return Receipt{}, err
		}
		if err := p.match(env.IfMatch); err != nil {
			return Receipt{}, err
		}
		m := s.moment(c, env)
		events, err := d.decide(f.state, m)
		if err != nil {
			return Receipt{}, err
		}
		if len(events) == 0 {
			return p.nothingNew(d.stream), nil
		}
		stored, err := s.encode(d.stream, env, print, basis, m, events)
		if err != nil {
			return Receipt{}, err
		}
		res, err := s.Log.Append(ctx, d.stream, f.expected(), stored...)
		switch {
		case err == nil:
			names := make([]string, len(events))
			p.traces = slices.Clip(p.traces)
			for i, e := range events {
				names[i] = e.EventType()
				p.traces = append(p.traces, trace{revision: res.Revision - uint64(len(events)-1-i), eventType: names[i]})
			}
			return Receipt{Stream: d.stream, Revision: p.revision(res.Revision), Position: uint64(res.Position), Events: names}, nil
		case errors.Is(err, eventlog.ErrWrongRevision):
			continue // somebody else was first: read again, and perhaps find our own trace
		default:
			return Receipt{}, logError(err)
		}
	}
	return Receipt{}, ErrBusy
}

// blindThen tells whether the caller was blind when she gave the command that left its trace. Who keeps herself out of a case may know less
// after it than before, and her receipt counts as it did then: a retry has the same answer.
func blindThen[S any](ctx context.Context, s *Service, d decision[S], command uuid.UUID) (bool, error) {
	facts, err := s.facts(ctx, d.stream)
	if err != nil {
		return false, err
	}
	st := d.zero
	for _, fact := range facts {
		if fact.Meta.CommandID == command.String() {
			break
		}
		st = d.evolve(st, fact.Data)
	}
	return d.blind(st), nil
}

// foldStream folds a stream from where the memory ends: what was appended since is always read.
func foldStream[S any](ctx context.Context, s *Service, d decision[S]) (folded[S], error) {
	f := folded[S]{state: d.zero}
	if known, ok := s.memory.recall(d.stream); ok {
		f = known.(folded[S])
	}
	from := uint64(len(f.traces)) // revisions have no gaps and begin at 0
	facts, err := s.factsFrom(ctx, d.stream, from)
	if err != nil {
		return f, err
	}
	if len(facts) > 0 {
		f.traces = slices.Clip(f.traces)
	}
	if d.fold != nil && len(facts) > 1 {
		f.state = d.fold(f.state, dataOf(facts)...)
	} else {
		for _, fact := range facts {
			f.state = d.evolve(f.state, fact.Data)
		}
	}
	for _, fact := range facts {
		f.traces = append(f.traces, traceOf(fact))
	}
	s.memory.keep(d.stream, f, len(f.traces))
	return f, nil
}

func dataOf(facts []event.Fact) []event.Data {
	data := make([]event.Data, len(facts))
	for i, f := range facts {
		data[i] = f.Data
	}
	return data
}

// facts reads and decodes a stream.
func (s *Service) facts(ctx context.Context, stream string) ([]event.Fact, error) {
	return s.factsFrom(ctx, stream, 0)
}

func (s *Service) factsFrom(ctx context.Context, stream string, from uint64) ([]event.Fact, error) {
	recorded, err := s.Log.ReadStream(ctx, stream, from)
	if err != nil {
		return nil, logError(err)
	}
	return s.decode(recorded)
}

func (s *Service) decode(recorded []eventlog.Recorded) ([]event.Fact, error) {
	facts := make([]event.Fact, len(recorded))
	for i, r := range recorded {
		var err error
		if facts[i], err = projections.Decode(s.Registry, r); err != nil {
			return nil, fmt.Errorf("stream %s revision %d: %w", r.Stream, r.Revision, err)
		}
	}
	return facts, nil
}

// moment fixes who and when. A clock that runs behind what the caller claims is the decider's to refuse.
func (s *Service) moment(c Caller, env Envelope) event.Moment {
	now := s.Clock.Now().UTC()
	occurred := env.OccurredAt.UTC()
	if env.OccurredAt.IsZero() {
		occurred = now
	}
	return event.Moment{Now: now, OccurredAt: occurred, Actor: c.Actor()}
}

// fingerprint is a keyed hash of what was asked: it tells a retry from another request under the same key,
// and tells nobody without the key anything about the body.
func (s *Service) fingerprint(stream string, body []byte) string {
	sum := s.Vault.MAC("command", append([]byte(stream+"\x00"), body...))
	return hex.EncodeToString(sum[len(sum)-16:])
}

// encode makes the log's events. Their ids derive from the command's and the stream: the same on a retry, and never
// the same on two streams, though a client used one key for both.
func (s *Service) encode(stream string, env Envelope, print, basis string, m event.Moment, events []event.Data) ([]eventlog.NewEvent, error) {
	out := make([]eventlog.NewEvent, len(events))
	for i, e := range events {
		name := e.EventType()
		data, err := json.Marshal(e)
		if err != nil {
			return nil, fmt.Errorf("encode %s: %w", name, err)
		}
		schema := s.Registry.Schema(name)
		if schema == 0 {
			return nil, fmt.Errorf("encode: %s is not in the registry", name)
		}
		meta, err := json.Marshal(event.Meta{
			Schema: schema, OccurredAt: m.OccurredAt, Actor: m.Actor.Account, Institution: m.Actor.Institution, Role: m.Actor.Role,
			CommandID: env.Key.String(), Fingerprint: print, CorrelationID: env.Key.String(), CausationID: env.Causation,
			Basis: basis, Policy: access.Version,
		})
		if err != nil {
			return nil, fmt.Errorf("encode %s: %w", name, err)
		}
		out[i] = eventlog.NewEvent{ID: eventID(env.Key, stream, i), Type: name, Data: data, Meta: meta}
	}
	return out, nil
}

// eventID is the id of a command's event, by its place among those of one stream.
func eventID(key uuid.UUID, stream string, i int) uuid.UUID {
	return derive(key, fmt.Sprintf("%s/%d", stream, i))
}

// about binds the envelope to what is done, and to what: under the same key another action is another request, as
// another body is.
func (e Envelope) about(action, target string) Envelope {
	e.Body = append([]byte(action+"\x00"+target+"\x00"), e.Body...)
	return e
}

// findTrace looks for the command's own events. A key that another account used says nothing about its command:
// it is refused like any other reuse.
func findTrace(traces []trace, key uuid.UUID, account, print string) (Receipt, bool, error) {
	id := key.String()
	var r Receipt
	found := false
	for _, t := range traces {
		if t.command != id {
			continue
		}
		if t.fingerprint != print || t.actor != account {
			return Receipt{}, false, ErrKeyReused
		}
		found = true
		r.Revision, r.Position, r.Duplicate = t.revision, t.position, true
		r.Events = append(r.Events, t.eventType)
	}
	return r, found, nil
}

// logError turns the log's errors into ours.
func logError(err error) error {
	switch {
	case errors.Is(err, eventlog.ErrUnavailable), errors.Is(err, eventlog.ErrClosed), errors.Is(err, eventlog.ErrCorrupt):
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	default:
		return err
	}
}

// NewKey makes a fresh command key, for pages and programs that do not bring their own. Version 7 (RFC 9562):
// ordered by time. It panics when the system has no randomness left, as nothing can be kept safe then.
func NewKey() uuid.UUID { return uuid.Must(uuid.NewV7()) }

// CanonicalBody brings a JSON body into one form, so that a retry with other white space or another order of
// members is still the same request.
func CanonicalBody(body []byte) ([]byte, error) {
	var v any
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	if err := dec.Decode(&v); err != nil {
		return nil, err
	}
	return json.Marshal(v)
}

func asPosition(p uint64) eventlog.Position { return eventlog.Position(p) }
