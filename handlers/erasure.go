package handlers

import (
	"context"
	"errors"
	"slices"
	"time"

	"mkr/domain/access"
	"mkr/domain/accesslog"
	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/domain/person"
	"mkr/domain/retention"
	"mkr/projections"
	"mkr/projections/people"
	closed "mkr/projections/retention"
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
)

// Outcomes of a decision about erasure.
const (
	EraseData = "erase"
	KeepData  = "keep"
)

// Enum lists the values of a coded input.
func (ErasureBasis) Enum() []any   { return values(person.Bases) }
func (ErasureOutcome) Enum() []any { return values([]string{EraseData, KeepData}) }
func (RefuseGround) Enum() []any   { return values(person.RefuseGrounds) }
func (HoldGround) Enum() []any     { return values(person.HoldGrounds) }

// RequestErasure asks for the erasure of a person's data; somebody else decides.
type RequestErasure struct {
	Basis ErasureBasis `json:"basis" required:"true" label:"erasure_basis"`
}

// DecideErasure erases, or says why not.
type DecideErasure struct {
	Outcome ErasureOutcome `json:"outcome" required:"true" label:"erasure_outcome"`
	Ground  RefuseGround   `json:"ground,omitempty" label:"refuse_ground" description:"Why the data stays; with keep only."`
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

// PersonRecord is what stands about a person's data: nothing that she is known by.
type PersonRecord struct {
	Person  string          `json:"person"`
	Case    string          `json:"case"`
	Code    string          `json:"code"`
	Role    string          `json:"role"`
	Sex     string          `json:"sex,omitempty"`
	Minor   bool            `json:"minor,omitempty"`
	Cases   []PersonCase    `json:"cases"` // those that the caller answers for
	Holds   []person.Hold   `json:"holds"`
	Erasure *person.Erasure `json:"erasure,omitempty"`
	Refused string          `json:"refused,omitempty"` // ground of the last refusal
	Erased  bool            `json:"erased"`
	// KeptUntil is when the schedule lets go of the data; zero while a case that the caller answers for is open.
	KeptUntil time.Time      `json:"kept_until,omitzero"`
	Term      retention.Term `json:"term"`
	Actions   []string       `json:"actions"` // names of PersonActions that are open to the caller now
	Reports   bool           `json:"reports"` // she may make the report for the person
	Position  uint64         `json:"position"`
}

// PersonCase is one case that the person has a part in.
type PersonCase struct {
	Case     string    `json:"case"`
	Code     string    `json:"code"`
	Kind     string    `json:"kind"`
	Role     string    `json:"role"`
	Status   string    `json:"status"`
	OpenedAt time.Time `json:"opened_at"`
	ClosedAt time.Time `json:"closed_at,omitzero"`
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
	if slices.Contains(r.Events, person.KeyShredded{}.EventType()) {
		if err := s.destroy(ctx, id); err != nil {
			s.Logger.Error().Err(err).Msg("a key could not be destroyed at once; trying again")
		}
	}
	return r, nil
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
	return run(ctx, s, c, env.about(a.Name, caseID), decision[person.State]{
		stream: event.StreamName(event.PersonCategory, id), evolve: person.Evolve,
		judge: func(person.State) (string, error) {
			if a.policy == access.DecideErasure { // what is erased nobody brings back
				return basis, s.NeedRaised(ctx, c)
			}
			return basis, nil
		},
		decide: func(ps person.State, m event.Moment) ([]event.Data, error) {
			return person.Decide(ps, in.person(ps, k, derive(env.Key, "id").String()), m)
		},
	})
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

// Person is what stands about a person's data.
func (s *Service) Person(ctx context.Context, c Caller, caseID, id string) (PersonRecord, error) {
	st, _, err := s.judgePerson(ctx, c, caseID, id, access.KeepPerson)
	if err != nil {
		s.recordRefusal(ctx, c, string(access.KeepPerson), event.StreamName(event.CaseCategory, caseID), NewKey(), err)
		return PersonRecord{}, err
	}
	s.recordLook(ctx, c, caseID, accesslog.PersonPage, 0)
	ps, err := s.personState(ctx, id)
	if err != nil {
		return PersonRecord{}, err
	}
	link, _ := st.Person(id)
	out := PersonRecord{
		Person: id, Case: st.ID, Code: st.Code, Role: link.Role, Sex: link.Sex, Minor: link.Minor, Cases: []PersonCase{}, Actions: []string{},
		Holds: append([]person.Hold{}, ps.Holds...), Erasure: ps.Erasure, Refused: ps.Refused, Erased: ps.Shredded,
		Term: s.Retention.Of(st.Kind, link.Role), Position: s.Views.Position(""),
	}
	states, err := s.casesOf(ctx, st, id)
	if err != nil {
		return out, err
	}
	open := false
	for _, of := range states {
		if s.judgeSight(c, of) != nil || !access.Judge(c.Actor(), access.KeepPerson, s.caseFacts(c, of)).Allow {
			continue // it is not there for her
		}
		part, _ := of.Person(id)
		out.Cases = append(out.Cases, PersonCase{Case: of.ID, Code: of.Code, Kind: of.Kind, Role: part.Role, Status: string(of.Status), OpenedAt: of.OpenedAt, ClosedAt: of.ClosedAt})
		open = open || of.Status != casefile.Closed
		if term := s.Retention.Of(of.Kind, part.Role); of.Status == casefile.Closed && term.Until(of.ClosedAt).After(out.KeptUntil) {
			out.KeptUntil, out.Term = term.Until(of.ClosedAt), term
		}
	}
	if open {
		out.KeptUntil = time.Time{}
	}
	facts := s.caseFacts(c, st)
	out.Reports = !ps.Shredded && access.Judge(c.Actor(), access.ReportPerson, facts).Allow
	for _, a := range PersonActions {
		if access.Judge(c.Actor(), a.policy, facts).Allow && offered(ps, a.Name, c.Account) {
			out.Actions = append(out.Actions, a.Name)
		}
	}
	return out, nil
}

// offered tells which actions make sense now; the decider has the last word.
func offered(ps person.State, action, account string) bool {
	switch action {
	case "erasure.request":
		return !ps.Shredded && ps.Erasure == nil
	case "erasure.decide":
		return ps.Erasure != nil && ps.Erasure.Account != account
	case "hold.lift":
		return len(ps.Holds) > 0
	}
	return !ps.Shredded && len(ps.Holds) < len(person.HoldGrounds)
}

// ErasureRow is a person whose data somebody must decide on: erasure was asked for, or the schedule has let go of it.
type ErasureRow struct {
	Person string    `json:"person"`
	Case   string    `json:"case"`
	Code   string    `json:"code"`
	Kind   string    `json:"kind"`
	Role   string    `json:"role"`
	Status string    `json:"status"` // asked, or over
	Basis  string    `json:"basis,omitempty"`
	Own    bool      `json:"own,omitempty"` // the caller asked: somebody else decides
	At     time.Time `json:"at"`            // when it was asked, or until when the data was to be kept
}

// Over is the status of data that the schedule lets go of.
const Over = "over"

// maxErasures is how many rows of each kind are looked through.
const maxErasures = 200

// Erasures lists what waits for a decision, the oldest first, and then what the schedule lets go of.
func (s *Service) Erasures(ctx context.Context, c Caller, q ListQuery) (List[ErasureRow], error) {
	out := List[ErasureRow]{Items: []ErasureRow{}, Position: s.Views.Position(projections.Erasures)}
	if v := access.Judge(c.Actor(), access.ViewErasures, access.Facts{}); !v.Allow {
		return out, &DeniedError{Action: string(access.ViewErasures), Code: v.Code}
	}
	asked, err := s.Views.List(ctx, projections.Query{Topic: projections.Erasures, Status: people.Asked, Sort: projections.ByOldest, Limit: maxErasures, NoTotal: true})
	if err != nil {
		return out, viewError(err)
	}
	for _, row := range asked.Rows {
		r, err := projections.As[people.Row](row)
		if err != nil {
			return out, err
		}
		st, _, err := s.judgePerson(ctx, c, r.Case, r.Person, access.KeepPerson)
		if err != nil {
			continue // not for her
		}
		link, _ := st.Person(r.Person)
		out.Items = append(out.Items, ErasureRow{Person: r.Person, Case: st.ID, Code: st.Code, Kind: st.Kind, Role: link.Role, Status: people.Asked, Basis: r.Basis, Own: r.Account == c.Account, At: r.At})
	}
	over, err := s.scheduleOver(ctx, c, q)
	out.Items = append(out.Items, over...)
	out.Total = len(out.Items)
	return out, err
}

// scheduleOver lists the persons whose data is kept for longer than the schedule says.
func (s *Service) scheduleOver(ctx context.Context, c Caller, q ListQuery) ([]ErasureRow, error) {
	now := s.Clock.Now().UTC()
	pq, ok := s.scope(c, projections.Query{
		Topic: projections.Retention, Kind: q.Kind, DueBefore: now.AddDate(-s.Retention.Shortest(), 0, 0), Sort: projections.ByDue, Limit: maxErasures, NoTotal: true,
	})
	if !ok {
		return nil, nil
	}
	page, err := s.Views.List(ctx, pq)
	if err != nil {
		return nil, viewError(err)
	}
	var out []ErasureRow
	seen := map[string]bool{}
	for _, row := range page.Rows {
		r, err := projections.As[closed.Row](row)
		if err != nil {
			return out, err
		}
		if seen[r.Person] || now.Before(s.Retention.Of(r.Kind, r.Role).Until(r.ClosedAt)) {
			continue
		}
		seen[r.Person] = true
		doc, _, err := projections.Doc[people.Doc](ctx, s.Views, people.View, r.Person)
		if errors.Is(err, projections.ErrNotFound) || err == nil && (doc.Erased || doc.Erasure != nil) {
			continue
		}
		if err != nil {
			return out, viewError(err)
		}
		st, _, err := s.judgePerson(ctx, c, r.Case, r.Person, access.KeepPerson)
		if err != nil {
			continue
		}
		k, err := s.keeping(ctx, st, r.Person)
		if err != nil {
			return out, err
		}
		if k.open || now.Before(k.until) {
			continue // another case keeps it
		}
		out = append(out, ErasureRow{Person: r.Person, Case: r.Case, Code: r.Code, Kind: r.Kind, Role: r.Role, Status: Over, At: k.until})
	}
	return out, nil
}

// RetentionSchedule is for how long data is kept, for everybody who works with it.
func (s *Service) RetentionSchedule() retention.Schedule { return slices.Clone(s.Retention) }
