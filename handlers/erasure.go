package handlers

import (
	"context"
	"errors"
	"slices"
	"time"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/domain/person"
	"mkr/projections"
	"mkr/projections/people"
)

// PersonAction is one thing that can be done about a person's data, in a case that she has a part in.
type PersonAction struct {
	Name   string // "erasure.request"
	Path   string // below /api/v1/cases/{case}/persons/{id}/
	policy access.Action
	New    func() PersonInput
}

// PersonInput is its body.
type PersonInput interface {
	person(st person.State, k keeping, id string) person.Command
}

// keeping is what a decision about a person's data rests on, looked up.
type keeping struct {
	caseID string
	open   bool      // she has a part in an open case
	until  time.Time // when the schedule lets go of her data; zero while a case is open
}

// Coded inputs about a person's data.
type (
	ErasureBasis   string
	ErasureOutcome string
	RefuseGround   string
	HoldGround     string
	ErasureScope   string
)

// Outcomes of a decision about erasure.
const (
	EraseData = "erase"
	KeepData  = "keep"
)

// How much an erasure takes of a person whose records were merged. There is no rule: whoever asks and whoever decides says it.
const (
	ThisRecord = "this"
	AllRecords = "all"
)

// Enum lists the values of a coded input.
func (ErasureBasis) Enum() []any   { return values(person.Bases) }
func (ErasureOutcome) Enum() []any { return values([]string{EraseData, KeepData}) }
func (RefuseGround) Enum() []any   { return values(person.RefuseGrounds) }
func (HoldGround) Enum() []any     { return values(person.HoldGrounds) }
func (ErasureScope) Enum() []any   { return values([]string{ThisRecord, AllRecords}) }

// RequestErasure asks for the erasure of a person's data; somebody else decides.
type RequestErasure struct {
	Basis ErasureBasis `json:"basis" required:"true" label:"erasure_basis"`
	Scope ErasureScope `json:"scope,omitempty" label:"erasure_scope" description:"Required where other records were merged with this one: whether they are meant too."`
}

// DecideErasure erases, or says why not.
type DecideErasure struct {
	Outcome ErasureOutcome `json:"outcome" required:"true" label:"erasure_outcome"`
	Ground  RefuseGround   `json:"ground,omitempty" label:"refuse_ground" description:"Why the data stays; with keep only."`
	Scope   ErasureScope   `json:"scope,omitempty" label:"erasure_scope" description:"Required where erasure was asked for several merged records at once."`
}

// PlaceHold keeps a person's data from erasure.
type PlaceHold struct {
	Ground HoldGround `json:"ground" required:"true" label:"hold_ground"`
}

// LiftHold ends that.
type LiftHold struct {
	Hold string `json:"hold" required:"true" ask:"hold"`
}

func (in *RequestErasure) person(_ person.State, k keeping, id string) person.Command {
	return person.RequestErasure{Erasure: id, Basis: string(in.Basis), Case: k.caseID, KeptUntil: k.until}
}

func (in *DecideErasure) person(_ person.State, k keeping, _ string) person.Command {
	return person.DecideErasure{Grant: in.Outcome == EraseData, Ground: string(in.Ground), OpenCase: k.open}
}

func (in *PlaceHold) person(_ person.State, _ keeping, id string) person.Command {
	return person.PlaceHold{Hold: id, Ground: string(in.Ground)}
}

func (in *LiftHold) person(person.State, keeping, string) person.Command {
	return person.LiftHold{Hold: in.Hold}
}

// PersonActions lists them: the routes of the API, the forms of the pages and what is offered come from it.
var PersonActions = []PersonAction{
	{"erasure.request", "erasure", access.KeepPerson, func() PersonInput { return &RequestErasure{} }},
	{"erasure.decide", "erasure/decide", access.DecideErasure, func() PersonInput { return &DecideErasure{} }},
	{"hold.place", "holds", access.KeepPerson, func() PersonInput { return &PlaceHold{} }},
	{"hold.lift", "holds/lift", access.KeepPerson, func() PersonInput { return &LiftHold{} }},
}

// PersonActionNamed finds one by its name.
func PersonActionNamed(name string) (PersonAction, bool) {
	i := slices.IndexFunc(PersonActions, func(a PersonAction) bool { return a.Name == name })
	if i < 0 {
		return PersonAction{}, false
	}
	return PersonActions[i], true
}

// judgePerson says whether the caller may do this about a person of the case. A case that she may not see, and a person
// that the case does not have, answer as what does not exist.
func (s *Service) judgePerson(ctx context.Context, c Caller, caseID, id string, action access.Action) (casefile.State, string, error) {
	st, _, err := s.caseState(ctx, caseID, At{})
	if err != nil {
		return st, "", err
	}
	if err := s.judgeSight(c, st); err != nil {
		return st, "", err
	}
	v := access.Judge(c.Actor(), action, s.caseFacts(c, st))
	if !v.Allow {
		return st, "", &DeniedError{Action: string(action), Code: v.Code}
	}
	if _, ok := st.Person(id); !ok {
		return st, "", ErrNotFound
	}
	return st, v.Basis, nil
}

// DoPerson carries out an action on a person's data. When it erases, her key is gone when it returns; if it could not be
// destroyed then, RunErasures destroys it as soon as it can.
func (s *Service) DoPerson(ctx context.Context, c Caller, caseID, id string, a PersonAction, in PersonInput, env Envelope) (Receipt, error) {
	r, err := s.doPerson(ctx, c, caseID, id, a, in, env)
	if err != nil {
		s.recordRefusal(ctx, c, a.Name, event.StreamName(event.CaseCategory, caseID), env.Key, err)
		return r, err
	}
	r.ID, r.Case = derive(env.Key, "id").String(), caseID
	s.destroyAfter(ctx, id, r)
	return r, nil
}

// destroyAfter destroys a person's key if that is what was decided.
func (s *Service) destroyAfter(ctx context.Context, id string, r Receipt) {
	if !slices.Contains(r.Events, person.KeyShredded{}.EventType()) {
		return
	}
	if err := s.destroy(ctx, id); err != nil {
		s.Logger.Error().Err(err).Msg("a key could not be destroyed at once; trying again")
	}
}

func (s *Service) doPerson(ctx context.Context, c Caller, caseID, id string, a PersonAction, in PersonInput, env Envelope) (Receipt, error) {
	if err := required(in); err != nil {
		return Receipt{}, err
	}
	st, basis, err := s.judgePerson(ctx, c, caseID, id, a.policy)
	if err != nil {
		return Receipt{}, err
	}
	k, err := s.keeping(ctx, st, id)
	if err != nil {
		return Receipt{}, err
	}
	env = env.about(a.Name, caseID)
	d := s.aboutPerson(ctx, c, id, a, in, k, basis, derive(env.Key, "id").String())
	if in, ok := in.(scoped); ok {
		if err := s.doMerged(ctx, c, id, a, in, d, env); err != nil {
			return Receipt{}, err
		}
	}
	return run(ctx, s, c, env, d)
}

// aboutPerson is the decision about one record: made is the id of what it makes.
func (s *Service) aboutPerson(ctx context.Context, c Caller, id string, a PersonAction, in PersonInput, k keeping, basis, made string) decision[person.State] {
	return decision[person.State]{
		stream: event.StreamName(event.PersonCategory, id), evolve: person.Evolve,
		judge: func(person.State) (string, error) {
			if a.policy == access.DecideErasure { // what is erased nobody brings back
				return basis, s.NeedRaised(ctx, c)
			}
			return basis, nil
		},
		decide: func(ps person.State, m event.Moment) ([]event.Data, error) {
			return person.Decide(ps, in.person(ps, k, made), m)
		},
	}
}

// keeping looks up what a person's data is kept for, over every case that she has a part in, sealed ones too: what comes of
// it says "a case is open", and not which.
func (s *Service) keeping(ctx context.Context, st casefile.State, id string) (keeping, error) {
	k := keeping{caseID: st.ID}
	states, err := s.casesOf(ctx, st, id)
	if err != nil {
		return k, err
	}
	for _, of := range states {
		link, _ := of.Person(id)
		if of.Status != casefile.Closed {
			k.open = true
			continue
		}
		if until := s.Retention.Of(of.Kind, link.Role).Until(of.ClosedAt); until.After(k.until) {
			k.until = until
		}
	}
	if k.open {
		k.until = time.Time{}
	}
	return k, nil
}

// casesOf are the cases that a person has a part in, this one first.
func (s *Service) casesOf(ctx context.Context, st casefile.State, id string) ([]casefile.State, error) {
	out := []casefile.State{st}
	doc, _, err := projections.Doc[people.Doc](ctx, s.Views, people.View, id)
	if err != nil && !errors.Is(err, projections.ErrNotFound) {
		return nil, viewError(err)
	}
	for _, other := range doc.Cases {
		if other == st.ID {
			continue
		}
		of, _, err := s.caseState(ctx, other, At{})
		if err != nil {
			return nil, err
		}
		out = append(out, of)
	}
	return out, nil
}
