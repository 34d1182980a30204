package handlers

import (
	"context"
	"reflect"
	"slices"
	"time"

	"mkr/domain/access"
	"mkr/domain/accesslog"
	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/domain/person"
)

// Preview is what the receiver of a referral would see of the case if the referral were sent now: its page, by the code
// that will make it, and the texts that would open. Nothing is stored, and no text is opened.
type Preview struct {
	To    string              `json:"to"`
	Case  CaseView            `json:"case"` // zero when the receiver does not use mkr
	Shown casefile.Disclosure `json:"shown"`
}

// Previews tells whether an action asks an institution for something, or hands a file over, so that one may look first at what
// would be seen.
func Previews(a CaseAction) bool {
	return a.Name == "referral.create" || a.Name == "referral.reroute" || a.Name == "referral.send" || a.Name == "transfer.hand_over"
}

// Preview tells what filing this form would show to whom it asks. It judges and refuses like the action itself.
func (s *Service) Preview(ctx context.Context, c Caller, caseID string, a CaseAction, target string, in Input) (Preview, error) {
	if err := required(in); err != nil {
		return Preview{}, err
	}
	st, facts, err := s.caseState(ctx, caseID, At{})
	if err != nil {
		return Preview{}, err
	}
	if _, err := s.judgeAction(c, a, target, st); err != nil {
		return Preview{}, err
	}
	env := Envelope{Key: NewKey()}
	if t, ok := in.(interface{ occurredAt() time.Time }); ok {
		env.OccurredAt = t.occurredAt()
	}
	p := &preparation{Service: s, caller: c, key: env.Key, caseID: caseID, target: target, subject: st.Subject, state: st}
	cmd, err := in.command(ctx, p)
	if err == nil {
		err = p.err
	}
	if err != nil {
		return Preview{}, err
	}
	cases, err := s.decider(ctx)
	if err != nil {
		return Preview{}, err
	}
	m := s.moment(c, env)
	events, err := cases.Decide(st, cmd, m)
	if err != nil {
		return Preview{}, err
	}
	id := target
	if a.Target == "" || a.makes() {
		id = p.newID()
	}
	after := casefile.Fold(st, events...)
	r, ok := after.Referral(id)
	if !ok {
		return Preview{}, ErrNotFound // the action asks nobody for anything
	}
	if r.Status == casefile.Drafted { // it would show this when it is sent
		more, err := cases.Decide(after, casefile.SendReferral{Referral: id}, m)
		if err != nil {
			return Preview{}, err
		}
		events, after = append(events, more...), casefile.Fold(after, more...)
	}
	s.recordLook(ctx, c, caseID, accesslog.Case, 0)
	facts = append(slices.Clip(facts), s.asStored(event.StreamName(event.CaseCategory, caseID), env, m, facts, events)...)
	viewer, err := s.viewerOf(ctx, after, r)
	if err != nil {
		return Preview{}, err
	}
	out := Preview{To: r.To}
	if out.Shown, err = s.disclosure(ctx, viewer, after, facts); err != nil || viewer.Role == "" {
		return out, err
	}
	if out.Case, err = (History{s: s, caller: viewer, id: caseID, real: after, now: after, facts: facts}).Case(ctx, At{}); err != nil {
		return out, err
	}
	out.Case.Actions = []OpenAction{}
	out.Case.Restriction = s.restrictionFor(c, st, out.Case.State) // who is kept out is not told by looking with another's eyes
	return out, nil
}

// freeze adds to what a command brought about a copy of what each referral that it sent shows its receiver, judged as of
// this moment by the code that shows the receiver the case.
func (s *Service) freeze(ctx context.Context, cases casefile.Decider, env Envelope, stream string, st casefile.State, m event.Moment, events []event.Data) ([]event.Data, error) {
	for _, e := range slices.Clone(events) {
		sent, ok := e.(casefile.ReferralSent)
		if !ok {
			continue
		}
		facts, err := s.facts(ctx, stream)
		if err != nil {
			return nil, err
		}
		after := casefile.Fold(st, events...)
		r, _ := after.Referral(sent.ReferralContent.Referral)
		viewer, err := s.viewerOf(ctx, after, r)
		if err != nil {
			return nil, err
		}
		shown, err := s.disclosure(ctx, viewer, after, append(facts, s.asStored(stream, env, m, facts, events)...))
		if err != nil {
			return nil, err
		}
		more, err := cases.Decide(after, casefile.FreezeDisclosure{Referral: r.ReferralContent.Referral, Shown: shown}, m)
		if err != nil {
			return nil, err
		}
		events = append(events, more...)
	}
	return events, nil
}

// asStored are events as they will be read back once they are appended after the facts.
func (s *Service) asStored(stream string, env Envelope, m event.Moment, facts []event.Fact, events []event.Data) []event.Fact {
	out := make([]event.Fact, len(events))
	var position uint64
	if n := len(facts); n > 0 {
		position = facts[n-1].Position
	}
	for i, e := range events {
		out[i] = event.Fact{
			Position: position + uint64(i) + 1, Stream: stream, Revision: uint64(len(facts) + i), ID: eventID(env.Key, stream, i).String(), Type: e.EventType(), RecordedAt: m.Now, Data: e,
			Meta: event.Meta{OccurredAt: m.OccurredAt, Actor: m.Actor.Account, Institution: m.Actor.Institution, Role: m.Actor.Role, CommandID: env.Key.String()},
		}
	}
	return out
}

// viewerOf is whoever at a referral's receiver works on cases, as the policy judges her: without a session or a name of
// her own, save in a sealed case, which is there only for the accounts that were named. No role: nobody there uses mkr.
func (s *Service) viewerOf(ctx context.Context, st casefile.State, r casefile.Referral) (Caller, error) {
	to, err := s.institutionState(ctx, r.To)
	if err != nil || r.OffPlatform {
		return Caller{Institution: r.To}, err
	}
	c := Caller{Institution: r.To}
	for _, role := range access.RolesOf(to.Kind) {
		if role != access.Auditor && role != access.Administrator {
			c.Role = role
			break
		}
	}
	if st.Restriction.Sealed {
		for _, a := range st.Restriction.Admitted {
			if a.Institution == r.To && !st.Restriction.IsExcluded(a.Account) && (c.Account == "" || a.Account == r.Attention) {
				c.Account = a.Account
			}
		}
	}
	return c, nil
}

// disclosure lists what a viewer may open in a case: the same rules as OpenFields, asked of everything at once.
func (s *Service) disclosure(ctx context.Context, viewer Caller, st casefile.State, facts []event.Fact) (casefile.Disclosure, error) {
	out := casefile.Disclosure{Role: viewer.Role, Opens: []string{}, Withheld: []string{}, Persons: []casefile.SharedPerson{}, Entries: []casefile.SharedEntry{}}
	var granted access.FieldSet
	if viewer.Role != "" {
		granted = s.fieldsFor(viewer, st)
	}
	for _, class := range access.DataClasses {
		if granted.Has(access.FieldsNamed([]string{class})) {
			out.Opens = append(out.Opens, class)
		} else {
			out.Withheld = append(out.Withheld, class)
		}
	}
	for _, link := range st.Persons {
		p, err := s.sharedPerson(ctx, link, granted)
		if err != nil {
			return out, err
		}
		out.Persons = append(out.Persons, p)
	}
	if viewer.Role == "" {
		return out, nil
	}
	guards := s.guards(viewer, st)
	for _, f := range facts {
		if casefile.Confidential(f.Type) && !guards {
			continue
		}
		all, mine := sealedOfEntry(f, anyGroup), sealedOfEntry(f, granted)
		switch {
		case len(all) == 0:
		case len(mine) == 0 || !s.mayRead(viewer, st, f):
			out.Closed++
		default:
			e := casefile.SharedEntry{Entry: f.ID, Type: f.Type, At: f.Meta.OccurredAt}
			for _, v := range mine {
				e.Fields = append(e.Fields, v.path)
			}
			out.Entries = append(out.Entries, e)
		}
	}
	return out, nil
}

// anyGroup holds every group of fields that somebody could be given.
var anyGroup = access.FieldsNamed(access.DataClasses)

func (s *Service) sharedPerson(ctx context.Context, link casefile.PersonLink, granted access.FieldSet) (casefile.SharedPerson, error) {
	out := casefile.SharedPerson{Person: link.Person, Role: link.Role, Fields: []string{}}
	facts, err := s.facts(ctx, event.StreamName(event.PersonCategory, link.Person))
	if err != nil || len(facts) == 0 {
		return out, err
	}
	out.Revision = facts[len(facts)-1].Revision
	eachSealed(reflect.ValueOf(personAt(facts, out.Revision).Details), func(path string, v person.Sealed) {
		if granted.Has(access.GroupOf(v.Field, "")) {
			out.Fields = append(out.Fields, path)
		} else {
			out.Withheld = append(out.Withheld, path)
		}
	})
	return out, nil
}

// personAt is a person as she was known at a revision of her stream.
func personAt(facts []event.Fact, revision uint64) (st person.State) {
	for _, f := range facts {
		if f.Revision <= revision {
			st = person.Evolve(st, f.Data)
		}
	}
	return st
}
