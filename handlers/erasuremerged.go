package handlers

import (
	"context"

	"mkr/domain/access"
	"mkr/domain/event"
	"mkr/domain/person"
)

// scoped is an input about erasure: of a person whose records were merged it says how much it takes.
type scoped interface {
	PersonInput
	scope() ErasureScope
}

func (in *RequestErasure) scope() ErasureScope { return in.Scope }
func (in *DecideErasure) scope() ErasureScope  { return in.Scope }

// doMerged does to the records that were merged with one what is asked about it, where they are meant too; the record itself
// follows after. Either all that are meant let it happen, or nothing happens: one that is held, whose case is open or whose
// erasure was not asked for keeps them all, and the one record can still be chosen alone. A retry goes on where it stopped, and
// one that is answered already does nothing, whatever was merged since.
func (s *Service) doMerged(ctx context.Context, c Caller, id string, a PersonAction, in scoped, d decision[person.State], env Envelope) error {
	f, err := foldStream(ctx, s, d)
	if err != nil {
		return err
	}
	if _, found, err := findTrace(f.traces, env.Key, c.Account, s.fingerprint(d.stream, env.Body)); found || err != nil {
		return nil // run answers it
	}
	others, err := s.meant(ctx, c, id, a, f.state)
	if err != nil || len(others) == 0 {
		return err
	}
	if in.scope() == "" {
		return &InputError{Field: "scope", Code: "required", Text: "this record alone, or all that were merged"}
	}
	if in.scope() == ThisRecord {
		return nil
	}
	if _, err := d.judge(f.state); err != nil {
		return err
	}
	if err := (past{traces: f.traces}).match(env.IfMatch); err != nil {
		return err
	}
	m := s.moment(c, env)
	if _, err := d.decide(f.state, m); err != nil {
		return err
	}
	made := derive(env.Key, "id").String() // one request for all
	decisions := map[string]decision[person.State]{}
	for _, other := range others {
		st, ok, err := s.mergedCase(ctx, c, other, a.policy)
		if err != nil || !ok {
			if err == nil {
				err = &DeniedError{Action: a.Name, Code: access.CodeNotForRole}
			}
			return err
		}
		_, basis, err := s.judgePerson(ctx, c, st.ID, other, a.policy)
		if err != nil {
			return err
		}
		k, err := s.keeping(ctx, st, other)
		if err != nil {
			return err
		}
		of := s.aboutPerson(ctx, c, other, a, in, k, basis, made)
		state, err := foldStream(ctx, s, of)
		if err != nil {
			return err
		}
		if _, found, _ := findTrace(state.traces, derive(env.Key, "merged/"+other), c.Account, s.fingerprint(of.stream, env.Body)); found {
			continue // by an attempt that was interrupted
		}
		if _, err := of.decide(state.state, m); err != nil {
			if r, ok := asRefusal(err); ok {
				err = event.RefuseField(r.Code, "scope", r.Text)
			}
			return err
		}
		decisions[other] = of
	}
	for other, of := range decisions {
		to := env
		to.Key, to.Causation, to.IfMatch = derive(env.Key, "merged/"+other), env.Key.String(), nil
		r, err := run(ctx, s, c, to, of)
		if err != nil {
			return err
		}
		s.destroyAfter(ctx, other, r)
	}
	return nil
}

// meant are the merged records that an action may take too: of a request all that are there for the caller, of a decision those
// whose erasure was asked for by the same request.
func (s *Service) meant(ctx context.Context, c Caller, id string, a PersonAction, ps person.State) ([]string, error) {
	if ps.Shredded {
		return nil, nil
	}
	same, err := s.samePerson(ctx, c, id)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, o := range same {
		if o.Erased {
			continue
		}
		if a.policy == access.DecideErasure {
			other, err := s.personState(ctx, o.Person)
			if err != nil {
				return nil, err
			}
			// One that an interrupted attempt has answered already waits no longer: there is nothing left to do about it.
			if ps.Erasure == nil || other.Erasure == nil || other.Erasure.ID != ps.Erasure.ID {
				continue
			}
		}
		out = append(out, o.Person)
	}
	return out, nil
}
