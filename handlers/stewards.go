package handlers

import (
	"context"
	"errors"
	"slices"

	"mkr/domain/access"
	"mkr/domain/account"
	"mkr/domain/event"
)

// Accounts are kept by the mechanism's administrators, and by each institution's own administrator (access.Steward) for its
// own people. Another institution's account is not there for her, and what stands above her own people she cannot touch: the
// policy's condition "own" is asked of each account anew.

// mayKeep tells whether the caller may do this to an account, and on what basis. To whoever keeps her own people only, an
// account of another institution answers as one that there is not.
func (s *Service) mayKeep(ctx context.Context, c Caller, policy access.Action, name, id string) (basis string, err error) {
	v := access.Judge(c.Actor(), policy, access.Facts{})
	if v.Allow {
		return v.Basis, nil
	}
	if !access.Judge(c.Actor(), policy, access.Facts{Own: true}).Allow {
		return "", &DeniedError{Action: name, Code: v.Code}
	}
	st, err := s.accountState(ctx, id)
	if err != nil {
		return "", err
	}
	return s.judgeKeep(ctx, c, policy, name, st)
}

// judgeKeep is mayKeep of an account as it stands; a command asks it of the very state that it is decided on.
func (s *Service) judgeKeep(ctx context.Context, c Caller, policy access.Action, name string, st account.State) (basis string, err error) {
	v := access.Judge(c.Actor(), policy, access.Facts{})
	if !v.Allow && keepsOwn(c, policy) {
		if st.Institution != c.Institution {
			return "", ErrNotFound
		}
		own, err := s.ownPerson(ctx, c, st)
		if err != nil {
			return "", err
		}
		v = access.Judge(c.Actor(), policy, access.Facts{Own: own})
	}
	if !v.Allow {
		return "", &DeniedError{Action: name, Code: v.Code}
	}
	return v.Basis, nil
}

// keeps is mayKeep as yes or no.
func (s *Service) keeps(ctx context.Context, c Caller, policy access.Action, st account.State) (bool, error) {
	_, err := s.judgeKeep(ctx, c, policy, string(policy), st)
	if denied := (*DeniedError)(nil); errors.As(err, &denied) || errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// ownPerson tells whether an account is one of the caller's institution's own people: in a role that it gives by itself, and in
// no other. Who may act elsewhere for a while is not: a new password would open what is not the institution's.
func (s *Service) ownPerson(ctx context.Context, c Caller, st account.State) (bool, error) {
	if own, err := s.ownRole(ctx, c, st.Institution, st.Role); err != nil || !own {
		return false, err
	}
	for _, g := range st.Grants {
		if !g.Until.After(s.Clock.Wall()) {
			continue
		}
		if own, err := s.ownRole(ctx, c, g.Institution, g.Role); err != nil || !own {
			return false, err
		}
	}
	return true, nil
}

// ownRole tells whether the role at the institution is one that the caller's institution gives by itself.
func (s *Service) ownRole(ctx context.Context, c Caller, institution, role string) (bool, error) {
	if c.Institution == "" || institution != c.Institution {
		return false, nil
	}
	inst, err := s.institutionState(ctx, institution)
	return err == nil && slices.Contains(access.StewardsGive(inst.Kind), role), err
}

// mayGive tells whether the caller may give somebody this role at this institution, and on what basis.
func (s *Service) mayGive(ctx context.Context, c Caller, name, institution, role string, env Envelope) (basis string, err error) {
	own, err := s.ownRole(ctx, c, institution, role)
	if err != nil {
		return "", err
	}
	v := access.Judge(c.Actor(), access.ManageAccounts, access.Facts{Own: own})
	if !v.Allow {
		err := &DeniedError{Action: name, Code: v.Code}
		s.recordRefusal(ctx, c, name, "", env.Key, err)
		return "", err
	}
	return v.Basis, nil
}

// keepsOwn tells whether the caller keeps her own institution's accounts and no others.
func keepsOwn(c Caller, policy access.Action) bool {
	return !access.Judge(c.Actor(), policy, access.Facts{}).Allow && access.Judge(c.Actor(), policy, access.Facts{Own: true}).Allow
}

// within narrows a list of accounts to those that the caller keeps; false: there can be none.
func (s *Service) within(ctx context.Context, c Caller, q ListQuery) (ListQuery, bool, error) {
	if !keepsOwn(c, access.ManageAccounts) {
		return q, true, nil
	}
	if q.Institution != "" && q.Institution != c.Institution {
		return q, false, nil
	}
	inst, err := s.institutionState(ctx, c.Institution)
	if err != nil {
		return q, false, err
	}
	gives := access.StewardsGive(inst.Kind)
	if len(gives) != 1 || q.Kind != "" && q.Kind != gives[0] { // each kind of institution has one role that works on cases
		return q, false, nil
	}
	q.Institution, q.Kind = c.Institution, gives[0]
	return q, true, nil
}

func accountStream(id string) string { return event.StreamName(event.AccountCategory, id) }
