package handlers

import (
	"context"
	"errors"
	"slices"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/person"
)

// Bodies of what decides on who may see a case.
type (
	// SealCase makes it invisible to all but the accounts named, and whoever seals it.
	SealCase struct {
		Timed
		Reason   SealReason `json:"reason" required:"true" label:"coded_reason"`
		Accounts []string   `json:"accounts,omitempty" ask:"accounts" description:"Account ids that the case stays there for; whoever seals it always stays."`
	}
	// Exclude keeps an account out of it.
	Exclude struct {
		Timed
		Account string         `json:"account" required:"true" ask:"account" label:"kept_out" description:"Account id."`
		Reason  ConflictReason `json:"reason" required:"true" label:"coded_reason"`
	}
	// Readmit ends that.
	Readmit struct {
		Timed
		Account string `json:"account" required:"true" ask:"excluded" description:"Account id."`
	}
	// DeclareConflict keeps one's own account out of it.
	DeclareConflict struct {
		Timed
		Reason ConflictReason `json:"reason" required:"true" label:"own_conflict"`
	}
	// ReviewGlass answers for somebody else's emergency access.
	ReviewGlass struct {
		Timed
		Verdict GlassVerdict `json:"verdict" required:"true"`
		Text    person.Plain `json:"text,omitzero" ask:"textarea" description:"Why; sealed. Required unless it was justified."`
	}
)

// guardActions are those of CaseActions that decide on who may see the case.
var guardActions = []CaseAction{
	{Name: "case.seal", Path: "seal", Policy: one(access.RestrictCase), New: func() Input { return &SealCase{} }, probe: func(p probe) casefile.Command {
		cmd := casefile.SealCase{Reason: casefile.SealReasons[0]}
		for _, d := range p.state.Deadlines { // those who owe something are among the accounts that the form asks for
			cmd.Admit = append(cmd.Admit, casefile.Admitted{Account: elsewhere, Institution: d.Owner})
		}
		return cmd
	}},
	simple("case.unseal", "unseal", "", one(access.RestrictCase), func(string) casefile.Command { return casefile.UnsealCase{} }),
	{Name: "exclusion.set", Path: "exclusions", Policy: one(access.RestrictCase), New: func() Input { return &Exclude{} }, probe: func(probe) casefile.Command {
		return casefile.Exclude{Account: elsewhere, Institution: elsewhere, Reason: casefile.ConflictReasons[0]}
	}},
	{Name: "exclusion.lift", Path: "exclusions/lift", Policy: one(access.RestrictCase), New: func() Input { return &Readmit{} }, probe: func(p probe) casefile.Command {
		for _, x := range p.state.Restriction.Excluded {
			return casefile.Readmit{Account: x.Account}
		}
		return nil
	}},
	{Name: "conflict.declare", Path: "conflict", Policy: one(access.DeclareConflict), New: func() Input { return &DeclareConflict{} }, probe: func(p probe) casefile.Command {
		return casefile.Exclude{Account: elsewhere, Institution: elsewhere, Reason: casefile.ConflictReasons[0], Self: true}
	}},
	simple("glass.end", "glasses/{id}/end", casefile.TargetGlass, one(access.EndGlass), func(id string) casefile.Command { return casefile.EndGlass{Glass: id} }),
	{Name: "glass.review", Path: "glasses/{id}/review", Target: casefile.TargetGlass, Policy: one(access.ReviewGlass), New: func() Input { return &ReviewGlass{} }, probe: func(p probe) casefile.Command {
		return casefile.ReviewGlass{Glass: p.target, Verdict: casefile.GlassVerdicts[0]}
	}},
	simple("referral.note_ground", "referrals/{id}/note-ground", casefile.TargetReferral, one(access.RestrictCase), func(id string) casefile.Command { return casefile.NoteGround{Referral: id} }),
}

func (in *SealCase) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	cmd := casefile.SealCase{Reason: string(in.Reason)}
	for _, id := range in.Accounts {
		institution, err := p.worksAt(ctx, "accounts", id)
		if err != nil {
			return nil, err
		}
		cmd.Admit = append(cmd.Admit, casefile.Admitted{Account: id, Institution: institution})
	}
	return cmd, nil
}

func (in *Exclude) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	institution, err := p.worksAt(ctx, "account", in.Account)
	return casefile.Exclude{Account: in.Account, Institution: institution, Reason: string(in.Reason)}, err
}

func (in *Readmit) command(context.Context, *preparation) (casefile.Command, error) {
	return casefile.Readmit{Account: in.Account}, nil
}

func (in *DeclareConflict) command(_ context.Context, p *preparation) (casefile.Command, error) {
	return casefile.Exclude{Account: p.caller.Account, Institution: p.caller.Institution, Reason: string(in.Reason), Self: true}, nil
}

func (in *ReviewGlass) command(ctx context.Context, p *preparation) (casefile.Command, error) {
	return casefile.ReviewGlass{Glass: p.target, Verdict: string(in.Verdict), Text: p.text(ctx, person.FieldNote, in.Text)}, nil
}

// worksAt is the institution of an account. An unknown one is an error that names the field.
func (s *Service) worksAt(ctx context.Context, field, account string) (string, error) {
	st, err := s.accountState(ctx, account)
	if errors.Is(err, ErrNotFound) {
		return "", &InputError{Field: field, Code: "unknown_account", Text: "no such account"}
	}
	return st.Institution, err
}

// youngerThan16 tells whether the person whose consent is recorded is a child under 16.
func (p *preparation) youngerThan16(ctx context.Context, id string) (under16 bool, err error) {
	i := slices.IndexFunc(p.state.Persons, func(o casefile.PersonLink) bool { return o.Person == id })
	if i < 0 {
		return false, nil // the decider refuses it
	}
	return p.under16(ctx, id, p.state.Persons[i].Minor, p.Clock.Now())
}
