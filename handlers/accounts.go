package handlers

import (
	"context"
	"time"

	"mkr/domain/access"
	"mkr/domain/account"
	"mkr/domain/directory"
	"mkr/domain/event"
	"mkr/domain/person"
	"mkr/internal/password"
	"mkr/projections"
	accountview "mkr/projections/accounts"
)

// NewAccount is what an administrator fills in.
type NewAccount struct {
	Institution string       `json:"institution" required:"true"`
	Role        string       `json:"role" required:"true"`
	Username    person.Plain `json:"username" required:"true"`
	Display     person.Plain `json:"display" required:"true"`
	Language    string       `json:"language"`
	Until       time.Time    `json:"until,omitzero"` // the account's last instant; zero: none
	Password    person.Plain `json:"password" required:"true"`
	// First: it is handed over, and its holder chooses her own before it lets her in.
	First bool `json:"-"`
}

// OpenAccount opens an account with a first password. The role must be one of those that the institution's kind
// may have.
func (s *Service) OpenAccount(ctx context.Context, c Caller, in NewAccount, env Envelope) (Receipt, error) {
	basis, err := s.mayGive(ctx, c, "account.open", in.Institution, in.Role, env)
	if err != nil {
		return Receipt{}, err
	}
	inst, err := s.institutionState(ctx, in.Institution)
	if err != nil {
		return Receipt{}, err
	}
	if err := checkRole(inst, in.Role); err != nil {
		return Receipt{}, err
	}
	if err := password.Check(in.Password.Reveal(), in.Username.Reveal()); err != nil {
		return Receipt{}, passwordError(err)
	}
	lookup := s.Lookup(in.Username.Reveal())
	id := derive(env.Key, "id").String()
	if other, err := s.accountByLookup(ctx, lookup); err != nil {
		return Receipt{}, err
	} else if other != "" && other != id {
		return Receipt{}, &InputError{Field: "username", Code: "taken", Text: "there is an account with this user name"}
	}
	cmd := account.Open{Account: id, Institution: in.Institution, Role: in.Role, Lookup: lookup, Language: in.Language}
	if cmd.Language == "" {
		cmd.Language = "sq"
	}
	if cmd.Username, err = s.seal(ctx, id, env.Key, person.FieldUsername, in.Username); err != nil {
		return Receipt{}, err
	}
	if cmd.Display, err = s.seal(ctx, id, env.Key, person.FieldDisplay, in.Display); err != nil {
		return Receipt{}, err
	}
	if wall := s.Clock.Wall(); !in.Until.IsZero() && !in.Until.After(wall) && !s.opened(ctx, id) { // before anything is stored
		return Receipt{}, event.RefuseField(account.CodeExpiry, "until", "after now")
	}
	r, err := s.accountRunOn(ctx, c, basis, id, env, cmd)
	if err != nil {
		return r, err
	}
	hash, err := s.Passwords.Hash(ctx, in.Password.Reveal())
	if err != nil {
		return r, err
	}
	if !in.Until.IsZero() { // before it has a password, so that it never stands without its end
		term := account.SetTerm{Until: in.Until.UTC(), Wall: s.Clock.Wall().UTC(), By: c.Account}
		if _, err = s.accountRunOn(ctx, c, basis, id, Envelope{Key: derive(env.Key, "term")}, term); err != nil {
			return r, err
		}
	}
	if _, err = s.accountRunOn(ctx, c, basis, id, Envelope{Key: derive(env.Key, "password")}, account.SetPassword{Hash: hash, First: in.First}); err != nil {
		return r, err
	}
	r.ID = id
	return r, nil
}

func checkRole(inst directory.State, role string) error {
	if !inst.Registered() {
		return &InputError{Field: "institution", Code: "unknown_institution", Text: "no such institution"}
	}
	for _, r := range access.RolesOf(inst.Kind) {
		if r == role {
			return nil
		}
	}
	return &InputError{Field: "role", Code: "not_for_institution", Text: "this institution has no such role"}
}

func passwordError(err error) error {
	code := "password"
	if r, ok := err.(*password.RuleError); ok {
		code = r.Code
	}
	return &InputError{Field: "password", Code: code, Text: err.Error()}
}

// ChangePassword needs the old one; it ends every session of the account, this one too.
func (s *Service) ChangePassword(ctx context.Context, c Caller, old, new person.Plain, env Envelope) error {
	st, err := s.ownPassword(ctx, c, old)
	if err != nil {
		return err
	}
	username, err := s.openName(ctx, st.Username)
	if err != nil {
		return err
	}
	if err := password.Check(new.Reveal(), username); err != nil {
		return passwordError(err)
	}
	hash, err := s.Passwords.Hash(ctx, new.Reveal())
	if err != nil {
		return err
	}
	r, err := s.accountRun(ctx, c, c.Account, env, account.SetPassword{Hash: hash})
	if err != nil {
		return err
	}
	return s.Await(ctx, r.Position)
}

// ChooseLanguage remembers the caller's language.
func (s *Service) ChooseLanguage(ctx context.Context, c Caller, language string) error {
	_, err := s.accountRun(ctx, c, c.Account, Envelope{Key: NewKey()}, account.ChooseLanguage{Language: language})
	return err
}

// LockAccount and UnlockAccount keep a holder out, and let her in again.
func (s *Service) LockAccount(ctx context.Context, c Caller, id, reason string, env Envelope) (Receipt, error) {
	return s.manageAccount(ctx, c, id, env, account.Lock{Reason: reason})
}

// UnlockAccount lets the holder in again.
func (s *Service) UnlockAccount(ctx context.Context, c Caller, id string, env Envelope) (Receipt, error) {
	return s.manageAccount(ctx, c, id, env, account.Unlock{})
}

func (s *Service) manageAccount(ctx context.Context, c Caller, id string, env Envelope, cmd account.Command) (Receipt, error) {
	basis, err := s.mayKeep(ctx, c, access.ManageAccounts, string(access.ManageAccounts), id)
	if err != nil {
		s.recordRefusal(ctx, c, string(access.ManageAccounts), accountStream(id), env.Key, err)
		return Receipt{}, err
	}
	if _, err := s.accountState(ctx, id); err != nil {
		return Receipt{}, err
	}
	return s.accountRunOn(ctx, c, basis, id, env, cmd)
}

// opened tells whether there is an account of this id.
func (s *Service) opened(ctx context.Context, id string) bool {
	_, err := s.accountState(ctx, id)
	return err == nil
}

// AccountLine is one account as its administrator sees it.
type AccountLine struct {
	Account     string    `json:"account"`
	Username    string    `json:"username"`
	Display     string    `json:"display"`
	Institution string    `json:"institution"`
	Role        string    `json:"role"`
	Locked      bool      `json:"locked"`
	OpenedAt    time.Time `json:"opened_at"`
}

// Accounts lists the accounts, for administrators.
func (s *Service) Accounts(ctx context.Context, c Caller) ([]AccountLine, error) {
	if v := access.Judge(c.Actor(), access.ManageAccounts, access.Facts{}); !v.Allow {
		return nil, &DeniedError{Action: string(access.ManageAccounts), Code: v.Code}
	}
	page, err := s.Views.List(ctx, projections.Query{Topic: projections.Accounts, Sort: projections.ByOldest, Limit: projections.MaxLimit})
	if err != nil {
		return nil, viewError(err)
	}
	out := make([]AccountLine, 0, len(page.Rows))
	for _, r := range page.Rows {
		a, err := projections.As[accountview.Row](r)
		if err != nil {
			return nil, err
		}
		st, err := s.accountState(ctx, a.Account)
		if err != nil {
			return nil, err
		}
		line := AccountLine{Account: st.Account, Institution: st.Institution, Role: st.Role, Locked: st.Locked, OpenedAt: r.SortAt}
		if line.Username, err = s.Vault.Open(ctx, st.Username); err != nil {
			return nil, err
		}
		if line.Display, err = s.Vault.Open(ctx, st.Display); err != nil {
			return nil, err
		}
		out = append(out, line)
	}
	return out, nil
}

// Me is the caller's own name, for her own page.
func (s *Service) Me(ctx context.Context, c Caller) (string, error) {
	return s.names.get(c.Account, func() (string, error) {
		st, err := s.accountState(ctx, c.Account)
		if err != nil {
			return "", err
		}
		return s.Vault.Open(ctx, st.Display)
	})
}
