package handlers

import (
	"context"
	"slices"
	"time"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/deadline"
	"mkr/domain/directory"
	accountview "mkr/projections/accounts"
)

// DutyView is the duty roster of an institution: who stands where now, its shifts, and when nobody will.
type DutyView struct {
	Institution string            `json:"institution"`
	Now         []OnDuty          `json:"now"`
	Shifts      []directory.Shift `json:"shifts"`
	Gaps        []directory.Gap   `json:"gaps"` // of the officer's rung, within the next seven days
	Filed       bool              `json:"filed"`
}

// OnDuty is who stands on a rung. No account: whoever is at the desk.
type OnDuty struct {
	Rung    string    `json:"rung"`
	Account string    `json:"account,omitempty"`
	Nobody  bool      `json:"nobody,omitempty"` // the roster has a gap now
	Until   time.Time `json:"until,omitzero"`
	Phone   string    `json:"phone,omitempty"` // of the institution
}

// dutyAhead is how far a roster is looked through for gaps.
const dutyAhead = 7 * 24 * time.Hour

// Duty returns an institution's roster, for those who work with it. Accounts are pseudonymous.
func (s *Service) Duty(ctx context.Context, c Caller, institution string) (DutyView, error) {
	if v := access.Judge(c.Actor(), access.ViewDuty, access.Facts{}); !v.Allow {
		return DutyView{}, &DeniedError{Action: string(access.ViewDuty), Code: v.Code}
	}
	st, err := s.institutionState(ctx, institution)
	if err != nil || !st.Registered() {
		return DutyView{}, notFoundOr(err)
	}
	now := s.Clock.Now()
	out := DutyView{Institution: institution, Now: []OnDuty{}, Shifts: slices.Clone(st.Duty), Gaps: []directory.Gap{}, Filed: len(st.Duty) > 0}
	if out.Shifts == nil {
		out.Shifts = []directory.Shift{}
	}
	for _, rung := range directory.DutyRungs {
		if h, until, ok := st.Standing(rung, now, s.Zone); ok {
			out.Now = append(out.Now, OnDuty{Rung: rung, Account: h.Account, Until: until.UTC(), Phone: st.Details.Phone})
		}
	}
	for _, g := range st.Gaps(now, now.Add(dutyAhead), s.Zone) {
		out.Gaps = append(out.Gaps, directory.Gap{From: g.From.UTC(), Until: g.Until.UTC()})
	}
	return out, nil
}

// dutyFor is who stands on the rungs of the institutions that a step about a clock may tell: the one that owes it, and the
// case's lead.
func (s *Service) dutyFor(ctx context.Context, st casefile.State, clock string) (out []casefile.OnDuty, err error) {
	told := []string{st.Lead}
	for _, d := range st.Deadlines {
		if d.ID == clock && d.Owner != st.Lead {
			told = append(told, d.Owner)
		}
	}
	for _, institution := range told {
		i, err := s.institutionState(ctx, institution)
		if err != nil {
			return nil, err
		}
		for _, rung := range directory.DutyRungs {
			if h, _, ok := i.Standing(rung, s.Clock.Now(), s.Zone); ok && h.Account != "" {
				out = append(out, casefile.OnDuty{Institution: institution, Rung: rung, Account: h.Account})
			}
		}
	}
	return out, nil
}

// onDuty is who is on duty now where a referral waits: at the receivers of open ones that use mkr and have filed a roster.
func (s *Service) onDuty(ctx context.Context, st casefile.State) (map[string]OnDuty, error) {
	out := map[string]OnDuty{}
	for _, r := range st.Referrals {
		if _, known := out[r.To]; known || !r.IsOpen() || r.OffPlatform || r.Status == casefile.Drafted {
			continue
		}
		i, err := s.institutionState(ctx, r.To)
		if err != nil {
			return nil, err
		}
		if len(i.Duty) == 0 {
			continue
		}
		h, until, ok := i.Standing(deadline.Officer, s.Clock.Now(), s.Zone)
		d := OnDuty{Rung: deadline.Officer, Account: h.Account, Nobody: !ok, Phone: i.Details.Phone}
		if ok {
			d.Until = until.UTC()
		}
		out[r.To] = d
	}
	return out, nil
}

// ownColleague checks that an account is one of the institution's that works on cases.
func (s *Service) ownColleague(ctx context.Context, institution, account string) error {
	if account == "" {
		return nil
	}
	known, err := s.colleagues(ctx, institution)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(known, func(a accountview.Row) bool { return a.Account == account }) {
		return &InputError{Field: "account", Code: "unknown_colleague", Text: "no such colleague at the institution"}
	}
	return nil
}
