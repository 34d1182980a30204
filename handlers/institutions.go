package handlers

import (
	"context"

	"github.com/google/uuid"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/directory"
	"mkr/domain/event"
	"mkr/projections"
	directoryview "mkr/projections/directory"
)

// institutionFacts are what a decision about a referral wants to know of its receiver; they become part of the
// record of why.
type institutionFacts struct {
	Private     bool
	OffPlatform bool
	Overseer    bool // it has no inbox: see casefile.MayOwe
	services    map[string]directory.Offer
}

// gives tells whether the institution may be asked for a service. One that lists none is one of which nobody has written
// down yet what it does: it may be asked for anything.
func (f institutionFacts) gives(service string) bool {
	_, listed := f.services[service]
	return listed || len(f.services) == 0
}

// institutionFacts looks an institution up in its own stream. An unknown or suspended one is an error that names
// the field.
func (s *Service) institutionFacts(ctx context.Context, field, id string) (institutionFacts, error) {
	st, err := s.institutionState(ctx, id)
	if err != nil {
		return institutionFacts{}, err
	}
	if !st.Registered() {
		return institutionFacts{}, &InputError{Field: field, Code: "unknown_institution", Text: "no such institution"}
	}
	if st.Suspended {
		return institutionFacts{}, &InputError{Field: field, Code: "institution_suspended", Text: "the institution takes nothing now"}
	}
	return institutionFacts{Private: st.Sector == directory.Private, OffPlatform: !st.Details.OnPlatform, Overseer: !st.HasInbox(), services: st.Services}, nil
}

// dutyFacts are institutionFacts of one that is to act, or to take part, in a case.
func (s *Service) dutyFacts(ctx context.Context, field, id string) (institutionFacts, error) {
	f, err := s.institutionFacts(ctx, field, id)
	if err == nil {
		err = casefile.MayOwe(field, f.Overseer)
	}
	return f, err
}

func (s *Service) institutionState(ctx context.Context, id string) (directory.State, error) {
	if _, err := uuid.Parse(id); err != nil {
		return directory.State{}, nil
	}
	facts, err := s.facts(ctx, event.StreamName(event.InstitutionCategory, id))
	if err != nil {
		return directory.State{}, err
	}
	var doc directoryview.Doc
	p := directoryview.Projection(0)
	for _, f := range facts {
		doc = p.Apply(doc, f)
	}
	return doc.State, nil
}

// leadFor finds the municipality's own structure that carries cases of a kind.
func (s *Service) leadFor(ctx context.Context, kind string) (string, error) {
	want := directory.MunicipalityDV
	if kind == access.ChildProtection {
		want = directory.MunicipalityCP
	}
	page, err := s.Views.List(ctx, projections.Query{Topic: projections.Institutions, Kind: want, Sort: projections.ByOldest, Limit: 1})
	if err != nil {
		return "", viewError(err)
	}
	if len(page.Rows) == 0 {
		return "", event.Refuse("case.no_lead", "no institution of the municipality is registered that carries such cases")
	}
	return page.Rows[0].Key, nil
}

// InstitutionCommand carries out one command on an institution.
func (s *Service) InstitutionCommand(ctx context.Context, c Caller, id string, cmd directory.Command, env Envelope) (Receipt, error) {
	action, own := access.ManageDirectory, false
	switch cmd.(type) {
	case directory.ReportCapacity:
		action, own = access.ReportCapacity, c.Institution == id
	case directory.SetShift, directory.EndShift:
		action, own = access.ManageDuty, c.Institution == id
	}
	v := access.Judge(c.Actor(), action, access.Facts{Own: own})
	if !v.Allow {
		err := &DeniedError{Action: string(action), Code: v.Code}
		s.recordRefusal(ctx, c, string(action), event.StreamName(event.InstitutionCategory, id), env.Key, err)
		return Receipt{}, err
	}
	r, err := run(ctx, s, c, env, decision[directory.State]{
		stream: event.StreamName(event.InstitutionCategory, id), evolve: directory.Evolve,
		judge: func(directory.State) (string, error) {
			if action == access.ManageDirectory { // who is an institution, of which kind, decides what its people may see
				return v.Basis, s.needRaisedScreen(ctx, c)
			}
			return v.Basis, nil
		},
		decide: func(st directory.State, m event.Moment) ([]event.Data, error) {
			if err := s.fitsHeld(ctx, id, cmd); err != nil {
				return nil, err
			}
			return directory.Decide(st, cmd, m)
		},
	})
	r.ID = id
	return r, err
}
