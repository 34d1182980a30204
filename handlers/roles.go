package handlers

import (
	"context"
	"time"

	"mkr/domain/access"
	"mkr/domain/account"
	"mkr/domain/event"
)

// Bodies of what is done about an account's time and its roles.
type (
	// GrantRole lets the holder act in another role for a while.
	GrantRole struct {
		Institution string      `json:"institution" required:"true" ask:"institution"`
		Role        Role        `json:"role" required:"true" label:"account_role"`
		Reason      GrantReason `json:"reason" required:"true" label:"why"`
		From        time.Time   `json:"from,omitzero" ask:"datetime" label:"role_from" description:"From now on, if not said."`
		Until       time.Time   `json:"until" required:"true" ask:"datetime" label:"role_until" description:"It ends by itself then. At most 366 days after its beginning."`
	}
	// EndGrant withdraws a granted role before its time.
	EndGrant struct {
		Grant string `json:"grant" required:"true"`
	}
	// SetTerm says until when the account lets its holder in; without an instant it has no end.
	SetTerm struct {
		Until time.Time `json:"until,omitzero" ask:"datetime" label:"term_until" description:"Empty: without an end."`
	}
	// GiveBackRole is the holder's own word that she needs a granted role no more; which, the address says.
	GiveBackRole struct{}
	// GrantReason is one of account.GrantReasons.
	GrantReason string
)

// Enum lists the values of a coded input.
func (GrantReason) Enum() []any { return values(account.GrantReasons) }

func (in *GrantRole) account(w *accountWork) (account.Command, error) {
	if _, err := w.service.mayGive(w.ctx, w.caller, "account.grant_role", in.Institution, string(in.Role), w.env); err != nil {
		return nil, err
	}
	inst, err := w.service.institutionState(w.ctx, in.Institution)
	if err != nil {
		return nil, err
	}
	if err := checkRole(inst, string(in.Role)); err != nil {
		return nil, err
	}
	wall := w.service.Clock.Wall().UTC()
	cmd := account.GrantRole{
		Grant: derive(w.env.Key, "grant").String(), Institution: in.Institution, Role: string(in.Role), Reason: string(in.Reason), By: w.caller.Account,
		From: in.From.UTC(), Until: in.Until.UTC(), Wall: wall,
	}
	if in.From.IsZero() {
		cmd.From = wall
	}
	return cmd, nil
}

func (in *EndGrant) account(*accountWork) (account.Command, error) {
	return account.EndGrant{Grant: in.Grant, Reason: account.GrantWithdrawn}, nil
}

func (in *SetTerm) account(w *accountWork) (account.Command, error) {
	return account.SetTerm{Until: in.Until.UTC(), Wall: w.service.Clock.Wall().UTC(), By: w.caller.Account}, nil
}

// RoleLine is a role that was granted beside an account's own, now or for later.
type RoleLine struct {
	Grant       string    `json:"grant"`
	Institution string    `json:"institution"`
	Role        string    `json:"role"`
	Reason      string    `json:"reason"`
	From        time.Time `json:"from"`
	Until       time.Time `json:"until"`
	InForce     bool      `json:"in_force"`
	Current     bool      `json:"current"` // the session that asks acts in it
}

func roleLines(st account.State, session string, wall time.Time) []RoleLine {
	current := ""
	for _, o := range st.Sessions {
		if o.ID == session {
			current = o.Grant
		}
	}
	out := []RoleLine{}
	for _, g := range st.Grants {
		if g.Until.After(wall) {
			out = append(out, RoleLine{g.ID, g.Institution, g.Role, g.Reason, g.From, g.Until, g.InForce(wall), g.ID == current})
		}
	}
	return out
}

// OwnRoles is what the caller may act as.
type OwnRoles struct {
	Institution string     `json:"institution"` // the account's own
	Role        string     `json:"role"`
	Until       time.Time  `json:"until,omitzero"` // the account's last instant
	Acting      bool       `json:"acting"`         // the session acts in a granted role
	Items       []RoleLine `json:"items"`
}

// MyRoles lists the caller's roles beside her own.
func (s *Service) MyRoles(ctx context.Context, c Caller) (OwnRoles, error) {
	if v := access.Judge(c.Actor(), access.ManageOwnAccount, access.Facts{Own: true}); !v.Allow {
		return OwnRoles{}, &DeniedError{Action: string(access.ManageOwnAccount), Code: v.Code}
	}
	st, err := s.accountState(ctx, c.Account)
	out := OwnRoles{Institution: st.Institution, Role: st.Role, Until: st.Until, Items: roleLines(st, c.Session, s.Clock.Wall())}
	for _, r := range out.Items {
		out.Acting = out.Acting || r.Current
	}
	return out, err
}

// GiveBackRole ends a role that was granted to the caller; sessions in it end with it. One that does not stand is not there.
func (s *Service) GiveBackRole(ctx context.Context, c Caller, grant string, env Envelope) (Receipt, error) {
	v := access.Judge(c.Actor(), access.ManageOwnAccount, access.Facts{Own: true})
	if !v.Allow {
		return Receipt{}, &DeniedError{Action: string(access.ManageOwnAccount), Code: v.Code}
	}
	cmd := account.EndGrant{Grant: grant, Reason: account.GrantGivenBack}
	r, err := run(ctx, s, c, env.about("account.give_back_role", grant), decision[account.State]{
		stream: accountStream(c.Account), evolve: account.Evolve,
		judge: func(account.State) (string, error) { return v.Basis, nil },
		decide: func(st account.State, m event.Moment) ([]event.Data, error) {
			if _, there := st.Granted(grant); !there {
				return nil, ErrNotFound
			}
			return account.Decide(st, cmd, m)
		},
	})
	if err != nil {
		return r, err
	}
	r.ID = c.Account
	return r, s.Await(ctx, r.Position)
}

// ActAs goes on in another role of the caller's: one that was granted to her, or "" for her own. She proves first who she is;
// the session that asks ends, and the one that begins stands no longer than it would have, and no longer than the role.
func (s *Service) ActAs(ctx context.Context, c Caller, grant string) (token string, now Caller, err error) {
	if v := access.Judge(c.Actor(), access.ManageOwnAccount, access.Facts{Own: true}); !v.Allow {
		return "", Caller{}, &DeniedError{Action: string(access.ManageOwnAccount), Code: v.Code}
	}
	if err := s.NeedRaised(ctx, c); err != nil {
		return "", Caller{}, err
	}
	st, err := s.accountState(ctx, c.Account)
	if err != nil {
		return "", Caller{}, err
	}
	return s.startSession(ctx, st, account.StartSession{Kind: account.Browser, Grant: grant, From: c.Session}, BrowserLife)
}
