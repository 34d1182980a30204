package handlers

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"time"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/internal/vault"
)

// What of a case an institution gets: never more than its part needs. Which groups of fields, says the policy; here is
// what depends on the case's own history.

// partEnded tells how many of the facts the caller may see when her institution's part has ended, or the consent behind
// it: the case as it stood then, with all that the same deed recorded. Whoever sees the case by role, or in an emergency,
// sees it whole.
func (s *Service) partEnded(c Caller, now casefile.State, facts []event.Fact) (until int, ended bool) {
	f := s.caseFacts(c, now)
	if f.Glass != 0 || access.Judge(c.Actor(), access.ListCase, f).Allow {
		return 0, false
	}
	var st casefile.State
	last := -1 // the last fact after which it still had its part
	for i, fact := range facts {
		st = casefile.Evolve(st, fact.Data)
		if access.HasSight(st.StandingAt(c.Institution, fact.RecordedAt)) {
			last = i
		}
	}
	until = last + 1
	if until < len(facts) { // the deed that ended it is its own affair
		deed := facts[until].Meta.CommandID
		for until < len(facts) && facts[until].Meta.CommandID == deed {
			until++
		}
	}
	return until, true
}

// mayRead tells whether the texts of an entry are for the caller, besides their group: what the two sides of a referral
// write to each other is for them and for the case's lead; why somebody took emergency access is for those who answer for
// it and for herself.
func (s *Service) mayRead(c Caller, st casefile.State, f event.Fact) bool {
	if c.Institution == st.Lead || f.Meta.Institution == c.Institution && c.Institution != "" {
		return true
	}
	if strings.HasPrefix(f.Type, "glass.") || casefile.Confidential(f.Type) {
		return s.guards(c, st)
	}
	r, ok := st.Referral(referralOf(f.Data))
	return !ok || r.To == c.Institution || r.From == c.Institution || s.guards(c, st)
}

// referralOf is the referral that an event is about, "" for none.
func referralOf(d event.Data) string {
	v := reflect.ValueOf(d)
	if v.Kind() != reflect.Struct {
		return ""
	}
	if f := v.FieldByName("Referral"); f.IsValid() && f.Kind() == reflect.String {
		return f.String()
	}
	return ""
}

// guards tells whether the caller decides on who may see the case.
func (s *Service) guards(c Caller, st casefile.State) bool {
	return access.Judge(c.Actor(), access.RestrictCase, s.caseFacts(c, st)).Allow
}

// emergencyOf is when the emergency access ends by which alone the caller sees the case, or opens what she opens.
func (s *Service) emergencyOf(c Caller, st casefile.State) time.Time {
	f, wall := s.caseFacts(c, st), s.Clock.Wall()
	if f.Glass == 0 {
		return time.Time{}
	}
	f.Glass = 0
	byRight := access.Judge(c.Actor(), access.OpenFields, f)
	if byRight.Allow && byRight.Fields.Has(s.fieldsFor(c, st)) {
		return time.Time{}
	}
	var until time.Time // of several the first to end: what it alone opened must not stay on a screen for the others
	for _, g := range st.Restriction.Glasses {
		if g.Account == c.Account && g.Runs(wall) && (until.IsZero() || g.Until.Before(until)) {
			until = g.Until
		}
	}
	return until
}

// restrictionFor is what the caller may know of who sees the case: all of it for those who decide on it; for the others
// that there was an emergency access, of which institution and why, and never of whom.
func (s *Service) restrictionFor(c Caller, now, shown casefile.State) casefile.Restriction {
	r := shown.Restriction
	if s.guards(c, now) {
		return r
	}
	out := casefile.Restriction{Sealed: r.Sealed}
	for _, g := range slices.Clone(r.Glasses) {
		if g.Account != c.Account {
			g.Account = ""
		}
		out.Glasses = append(out.Glasses, g)
	}
	return out
}

// under16 looks in the register of persons whether somebody is younger than 16: as far as it knows. Whoever has no birth
// date there is as old as her part in the case says, and of a minor nobody assumes that she is old enough.
func (s *Service) under16(ctx context.Context, id string, minor bool, now time.Time) (bool, error) {
	st, err := s.personState(ctx, id)
	if err != nil {
		return false, err
	}
	if st.Details.BirthDate.IsZero() {
		return minor, nil
	}
	text, err := s.Vault.Open(ctx, st.Details.BirthDate)
	switch {
	case errors.Is(err, vault.ErrShredded):
		return minor, nil
	case err != nil:
		return false, err
	}
	born, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return minor, nil
	}
	return now.Before(born.AddDate(16, 0, 0)), nil
}
