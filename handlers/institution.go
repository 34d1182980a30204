package handlers

import (
	"context"
	"errors"

	"mkr/domain/access"
	"mkr/domain/capacity"
	"mkr/domain/directory"
	"mkr/domain/event"
	"mkr/projections"
	directoryview "mkr/projections/directory"
)

// InstitutionView is one institution as its own stream tells it now.
type InstitutionView struct {
	directoryview.Row
	Revision uint64 `json:"revision"`
	Position uint64 `json:"position"`
}

// Institution returns one institution, or ErrNotFound. What it holds is public.
func (s *Service) Institution(ctx context.Context, id string) (InstitutionView, error) {
	st, err := s.institutionState(ctx, id)
	if err != nil || !st.Registered() {
		return InstitutionView{}, notFoundOr(err)
	}
	facts, err := s.facts(ctx, event.StreamName(event.InstitutionCategory, id))
	if err != nil {
		return InstitutionView{}, err
	}
	p := directoryview.Projection(0)
	var doc directoryview.Doc
	var out InstitutionView
	for _, f := range facts {
		doc = p.Apply(doc, f)
		out.Revision, out.Position = f.Revision, f.Position
	}
	for _, service := range capacity.Kept {
		places, err := s.places(ctx, id, service)
		if err != nil {
			return InstitutionView{}, err
		}
		if places.Counted() {
			doc = doc.With(service, places.Recounted(countOf(st, service)))
		}
	}
	out.Row, err = projections.As[directoryview.Row](p.Rows(id, doc)[0])
	return out, err
}

func notFoundOr(err error) error {
	if err == nil {
		return ErrNotFound
	}
	return err
}

// RegisterInstitution begins one. Its accounts are opened afterwards.
func (s *Service) RegisterInstitution(ctx context.Context, c Caller, in RegisterInstitution, env Envelope) (Receipt, error) {
	if err := required(in); err != nil {
		return Receipt{}, err
	}
	id := derive(env.Key, "id").String()
	cmd := directory.Register{Institution: id, Kind: string(in.Kind), Sector: string(in.Sector), Details: in.details()}
	return s.institutionCommand(ctx, c, "institution.register", id, cmd, env)
}

// DoInstitution carries out one action on an institution: an administrator on any, a member of it on its own places.
func (s *Service) DoInstitution(ctx context.Context, c Caller, id string, a InstitutionAction, in InstitutionInput, env Envelope) (Receipt, error) {
	if err := required(in); err != nil {
		return Receipt{}, err
	}
	st, err := s.institutionState(ctx, id)
	if err != nil || !st.Registered() {
		return Receipt{}, notFoundOr(err)
	}
	if in, shift := in.(*SetShift); shift && MayInstitution(c, id, a.Name) {
		if err := s.ownColleague(ctx, id, in.Account); err != nil {
			return Receipt{}, err
		}
		in.shift = derive(env.Key, "id").String()
	}
	return s.institutionCommand(ctx, c, a.Name, id, in.institution(s.Clock.Now().UTC()), env)
}

// MayInstitution tells whether the policy lets the caller do an action of the table, for what a page offers.
func MayInstitution(c Caller, id, action string) bool {
	switch action {
	case setShift, endShift:
		return access.Judge(c.Actor(), access.ManageDuty, access.Facts{Own: c.Institution == id}).Allow
	case reportCapacity:
		return access.Judge(c.Actor(), access.ReportCapacity, access.Facts{Own: c.Institution == id}).Allow
	}
	return access.Judge(c.Actor(), access.ManageDirectory, access.Facts{}).Allow
}

// fieldOfDetail is how the body names what the domain names otherwise.
var fieldOfDetail = map[string]string{
	"name.sq": "name_sq", "name.en": "name_en", "alternate_name.sq": "short_sq", "alternate_name.en": "short_en",
}

// institutionCommand names the fields of a refusal as the body does, and puts refusals on record.
func (s *Service) institutionCommand(ctx context.Context, c Caller, name, id string, cmd directory.Command, env Envelope) (Receipt, error) {
	r, err := s.InstitutionCommand(ctx, c, id, cmd, env.about(name, ""))
	var denied *DeniedError
	if err == nil || errors.As(err, &denied) { // a denial is on record
		return r, err
	}
	if refusal, ok := asRefusal(err); ok {
		if field, ok := fieldOfDetail[refusal.Field]; ok {
			err = event.RefuseField(refusal.Code, field, refusal.Text)
		}
	}
	s.recordRefusal(ctx, c, name, event.StreamName(event.InstitutionCategory, id), env.Key, err)
	return r, err
}
