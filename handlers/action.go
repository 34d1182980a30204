package handlers

import (
	"context"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/domain/meeting"
	"mkr/domain/person"
)

// CaseAction is one thing that can be done to a case. One table of them (CaseActions) makes the routes of the
// API, its OpenAPI document, the forms of the pages and the list of what is open to me now.
type CaseAction struct {
	Name   string          // "referral.accept": the code that people see translated
	Path   string          // below /api/v1/cases/{case}/: "referrals/{id}/accept"; {id} names the target
	Target string          // a Target kind of casefile when Path has {id}, else ""
	Policy []access.Action // what the policy judges: any one of them allows it
	New    func() Input    // a fresh body
	// probe makes a command with plausible values: the action is open to a caller exactly when the decider
	// would take it, so that what is offered and what is allowed can never differ.
	probe func(p probe) casefile.Command
}

// blind tells whether the action is judged without sight of the case: whoever answers for an emergency access to a sealed
// case need not be one of those that it is there for.
func (a CaseAction) blind() bool { return slices.Contains(a.Policy, access.ReviewGlass) }

// Input is a command's body: what a person fills in. Its JSON tags are the API, its ask tags say how a page
// asks for it: text, date, datetime, institution, consent, order, person, recipients; fold puts what is rarely needed
// behind a line that opens it: "yes" always, the name of another field when that one is asked.
type Input interface {
	// command turns the body into the domain's words, sealing what is personal.
	command(ctx context.Context, p *preparation) (casefile.Command, error)
}

// Timed is embedded in every body: when it happened, if not now.
type Timed struct {
	OccurredAt time.Time `json:"occurred_at,omitzero" ask:"datetime" fold:"yes" description:"When it happened, if not now (RFC 3339)."`
}

func (t Timed) occurredAt() time.Time { return t.OccurredAt }

// preparation is what an Input needs to become a command.
type preparation struct {
	*Service
	caller  Caller
	key     uuid.UUID
	body    []byte // of the request, as its envelope has it
	caseID  string
	target  string // the {id} of the path
	meeting meeting.State
	subject string // person under whose key the case's free texts are sealed
	state   casefile.State
	err     error
}

// newID names the thing that this command makes.
func (p *preparation) newID() string { return derive(p.key, "id").String() }

// maxText bounds a free text, in characters.
const maxText = 8000

// text seals a free text of the case under its subject's key.
func (p *preparation) text(ctx context.Context, field string, t person.Plain) person.Sealed {
	if p.err != nil || t.IsZero() {
		return person.Sealed{}
	}
	if utf8.RuneCountInString(t.Reveal()) > maxText {
		p.err = &InputError{Field: field, Code: "too_long", Text: "at most 8000 characters"}
		return person.Sealed{}
	}
	sealed, err := p.seal(ctx, p.subject, p.key, field, t)
	if err != nil {
		p.err = err
	}
	return sealed
}

// probe is what an action's trial command is made from.
type probe struct {
	target string
	state  casefile.State
	now    time.Time
	me     string // the caller's institution
}

// receiver is somebody that an institution could ask: nobody that is, or in a sealed case somebody who can see it.
func (p probe) receiver() string {
	if p.state.Restriction.Sealed {
		for _, a := range p.state.Restriction.Admitted {
			if a.Institution != p.me {
				return a.Institution
			}
		}
	}
	return elsewhere
}

// Do carries out a case action.
func (s *Service) Do(ctx context.Context, c Caller, caseID string, a CaseAction, target string, in Input, env Envelope) (Receipt, error) {
	r, err := s.do(ctx, c, caseID, a, target, in, env)
	if err != nil {
		s.recordRefusal(ctx, c, a.Name, event.StreamName(event.CaseCategory, caseID), env.Key, err)
	}
	return r, err
}

func (s *Service) do(ctx context.Context, c Caller, caseID string, a CaseAction, target string, in Input, env Envelope) (Receipt, error) {
	if _, err := uuid.Parse(caseID); err != nil {
		return Receipt{}, ErrNotFound
	}
	if t, ok := in.(interface{ occurredAt() time.Time }); ok && env.OccurredAt.IsZero() {
		env.OccurredAt = t.occurredAt()
	}
	if err := required(in); err != nil {
		return Receipt{}, err
	}
	if n, ok := in.(interface{ policy() []access.Action }); ok { // what is written decides who may
		a.Policy = n.policy()
	}
	prep := &preparation{Service: s, caller: c, key: env.Key, body: env.Body, caseID: caseID, target: target}
	cases, err := s.decider(ctx)
	if err != nil {
		return Receipt{}, err
	}
	d := s.caseDecision(c, caseID)
	basis := ""
	d.judge = func(st casefile.State) (_ string, err error) {
		basis, err = s.judgeAction(c, a, target, st)
		return basis, err
	}
	d.decide = func(st casefile.State, m event.Moment) ([]event.Data, error) {
		prep.subject, prep.state, prep.err = st.Subject, st, nil
		cmd, err := in.command(ctx, prep)
		if err != nil {
			return nil, err
		}
		if prep.err != nil {
			return nil, prep.err
		}
		events, err := cases.Decide(st, cmd, m)
		if err == nil {
			events, err = s.freeze(ctx, cases, env, d.stream, st, m, events)
		}
		if err == nil {
			err = s.takePlaces(ctx, c, env.Key, basis, st, casefile.Fold(st, events...))
		}
		return events, err
	}
	r, err := run(ctx, s, c, env.about(a.Name, target), d)
	s.freePlaces(ctx, c, env.Key, caseID) // those that its referrals no longer want, and those that were taken for nothing
	if err != nil {
		return r, err
	}
	r.Case = caseID
	switch {
	case a.Target != "" && !a.makes():
		r.ID = target
	case len(r.Events) > 0: // what was there already has a name of its own
		r.ID = prep.newID()
	}
	return r, nil
}

// makes tells whether an action on a thing makes another of its kind, whose id the receipt gives.
func (a CaseAction) makes() bool { return a.Name == "referral.reroute" }

// caseDecision is the part of a decision that every command on a case shares.
func (s *Service) caseDecision(c Caller, caseID string) decision[casefile.State] {
	return decision[casefile.State]{
		stream: event.StreamName(event.CaseCategory, caseID), evolve: casefile.Evolve, fold: casefile.Fold,
		blind: func(st casefile.State) bool { return !s.guards(c, st) },
	}
}

// OpenAction is an action that the caller may take now, and on what.
type OpenAction struct {
	Action string `json:"action"`
	Path   string `json:"href"`
	Target string `json:"target,omitempty"`
	ID     string `json:"id,omitempty"`
}

// openActions tries every action of the table on the case: pure, a few microseconds each.
func (s *Service) openActions(c Caller, st casefile.State) []OpenAction {
	now := s.Clock.Now().UTC()
	m, cases := event.Moment{Now: now, OccurredAt: now, Actor: c.Actor()}, s.cases()
	var out []OpenAction
	for _, a := range CaseActions {
		for _, id := range targets(st, a.Target) {
			if _, err := s.judgeAction(c, a, id, st); err != nil {
				continue
			}
			cmd := a.probe(probe{target: id, state: st, now: now, me: c.Institution})
			if cmd == nil {
				continue
			}
			if events, err := cases.Decide(st, cmd, m); err != nil || len(events) == 0 {
				continue
			}
			out = append(out, OpenAction{Action: a.Name, Path: a.href(st.ID, id), Target: a.Target, ID: id})
		}
	}
	return out
}

// targets lists what an action could be done to.
func targets(st casefile.State, kind string) []string {
	var ids []string
	switch kind {
	case "":
		return []string{""}
	case casefile.TargetReferral:
		for _, r := range st.Referrals {
			ids = append(ids, r.ReferralContent.Referral)
		}
	case casefile.TargetOrder:
		for _, o := range st.Orders {
			ids = append(ids, o.ID)
		}
	case casefile.TargetGoal:
		for _, g := range st.Plan.Goals {
			ids = append(ids, g.ID)
		}
	case casefile.TargetBreach:
		for _, b := range st.Breaches {
			ids = append(ids, b.ID)
		}
	case casefile.TargetHearing:
		for _, h := range st.Hearings {
			ids = append(ids, h.ID)
		}
	case casefile.TargetVisit:
		for _, v := range st.Visits {
			ids = append(ids, v.ID)
		}
	case casefile.TargetAction:
		for _, a := range st.Plan.Actions {
			ids = append(ids, a.ID)
		}
	case casefile.TargetReturn:
		for _, r := range st.Returns {
			ids = append(ids, r.ID)
		}
	case casefile.TargetTransfer:
		for _, tr := range st.Transfers {
			ids = append(ids, tr.ID)
		}
	case casefile.TargetMeasure:
		for _, m := range st.Measures {
			ids = append(ids, m.ID)
		}
	case casefile.TargetDeadline:
		for _, d := range st.Deadlines {
			if d.Owed() {
				ids = append(ids, d.ID)
			}
		}
	case casefile.TargetGlass:
		for _, g := range st.Restriction.Glasses {
			ids = append(ids, g.ID)
		}
	case targetConsent:
		for _, c := range st.Consents {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

const targetConsent = "consent"

// probeText stands for a sealed text in a trial command; nothing made from it is ever stored.
var probeText = person.Sealed{Subject: elsewhere, Field: person.FieldReason, Ref: elsewhere, Box: []byte{0}}
