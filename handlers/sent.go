package handlers

import (
	"context"
	"time"

	"mkr/domain/access"
	"mkr/domain/accesslog"
	"mkr/domain/casefile"
	"mkr/domain/event"
)

// Sent is what a referral showed its receiver when it was sent, whatever became of the case since.
type Sent struct {
	Referral string              `json:"referral"`
	From     string              `json:"from"`
	To       string              `json:"to"`
	Service  string              `json:"service"`
	Consent  string              `json:"consent,omitempty"` // what it rests on
	Basis    string              `json:"basis,omitempty"`
	At       time.Time           `json:"at"`
	Policy   string              `json:"policy"`
	Shown    casefile.Disclosure `json:"shown"`
	Opens    bool                `json:"opens"` // the caller may open some of its texts now

	Code string `json:"code"` // of the case
}

// Sent returns the frozen copy of a referral, in coded values: for its two sides, the case's lead and those who guard it.
func (s *Service) Sent(ctx context.Context, c Caller, caseID, referral string) (Sent, error) {
	out, _, err := s.sent(ctx, c, caseID, referral)
	if err == nil {
		s.recordLook(ctx, c, caseID, accesslog.Case, 0)
	}
	return out, err
}

func (s *Service) sent(ctx context.Context, c Caller, caseID, referral string) (Sent, History, error) {
	h, err := s.reading(ctx, c, caseID)
	if err != nil {
		return Sent{}, h, err
	}
	var content casefile.ReferralContent
	for _, f := range h.facts {
		switch d := f.Data.(type) {
		case casefile.ReferralSent:
			if d.ReferralContent.Referral == referral {
				content = d.ReferralContent
			}
		case casefile.ReferralDisclosed:
			if d.Referral == referral && s.mayRead(c, h.real, f) {
				s.see(ctx, c, h.real) // not before: to ask for a copy that is not there is not to have read the case
				return Sent{
					Referral: referral, From: content.From, To: content.To, Service: content.Service, Consent: content.Consent, Basis: content.Basis,
					At: d.At, Policy: d.Policy, Shown: d.Shown, Opens: s.fieldsFor(c, h.real) != 0, Code: h.now.Code,
				}, h, nil
			}
		}
	}
	return Sent{}, h, ErrNotFound
}

// OpenSent opens the texts of a frozen copy as they were when it was made: none that the copy does not name, and none that
// the policy does not open to the caller today. The opening is recorded before she reads a word.
func (s *Service) OpenSent(ctx context.Context, c Caller, caseID, referral string) (Opened, error) {
	out := Opened{Persons: []OpenedFields{}, Entries: []OpenedFields{}}
	copied, h, err := s.sent(ctx, c, caseID, referral)
	if err != nil {
		return out, err
	}
	granted := s.fieldsFor(c, h.real)
	if granted == 0 {
		err := &DeniedError{Action: string(access.OpenFields), Code: access.CodeNotForRole}
		s.recordRefusal(ctx, c, string(access.OpenFields), event.StreamName(event.CaseCategory, caseID), NewKey(), err)
		return out, err
	}
	var sealed []sealedAt
	var persons, entries []string
	for _, p := range copied.Shown.Persons {
		facts, err := s.facts(ctx, event.StreamName(event.PersonCategory, p.Person))
		if err != nil {
			return out, err
		}
		sealed = append(sealed, kept(sealedOfDetails(p.Person, personAt(facts, p.Revision), granted), p.Fields)...)
		persons = append(persons, p.Person)
	}
	for _, e := range copied.Shown.Entries {
		for _, f := range h.facts {
			if f.ID == e.Entry && s.mayRead(c, h.real, f) {
				sealed = append(sealed, kept(sealedOfEntry(f, granted), e.Fields)...)
				entries = append(entries, e.Entry)
			}
		}
	}
	names := make([]string, 0, len(sealed))
	for _, v := range sealed {
		names = append(names, v.path)
	}
	if err := s.recordAccess(ctx, c, accesslog.Opened{Case: caseID, Persons: persons, Entries: entries, Fields: names}); err != nil {
		return out, err
	}
	if out.Persons, err = s.openAll(ctx, sealed, persons); err != nil {
		return out, err
	}
	out.Entries, err = s.openAll(ctx, sealed, entries)
	return out, err
}

// kept are those of the values that stand under one of the names.
func kept(list []sealedAt, names []string) (out []sealedAt) {
	for _, v := range list {
		for _, name := range names {
			if v.path == name {
				out = append(out, v)
			}
		}
	}
	return out
}
