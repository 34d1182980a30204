package handlers

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"mkr/domain/access"
	"mkr/domain/account"
	"mkr/domain/event"
	"mkr/domain/person"
	"mkr/internal/password"
	"mkr/internal/vault"
	"mkr/projections"
	accountview "mkr/projections/accounts"
)

// AccountReceipt says what a command on an account did. Secret is a first password or a bearer token: it is in this
// answer only and is kept nowhere; a retry shows it again for two minutes, to whoever asked for it.
type AccountReceipt struct {
	Receipt
	Secret string `json:"secret,omitempty"`
}

// AddAccount opens an account and makes its first password, which the administrator hands over.
func (s *Service) AddAccount(ctx context.Context, c Caller, in OpenAccount, env Envelope) (AccountReceipt, error) {
	if err := required(in); err != nil {
		return AccountReceipt{}, err
	}
	if _, err := s.mayGive(ctx, c, "account.open", in.Institution, string(in.Role), env); err != nil {
		return AccountReceipt{}, err
	}
	if err := s.needRaisedScreen(ctx, c); err != nil {
		return AccountReceipt{}, err
	}
	display, err := person.CheckLine("display", in.Display)
	if err != nil {
		return AccountReceipt{}, err
	}
	if err := checkUsername(in.Username.Reveal()); err != nil {
		return AccountReceipt{}, err
	}
	secret, err := s.shown.get(c.Account, env.Key, password.Generate)
	if err != nil {
		return AccountReceipt{}, err
	}
	r, err := s.OpenAccount(ctx, c, NewAccount{
		Institution: in.Institution, Role: string(in.Role), Username: in.Username, Display: display, Language: string(in.Language), Until: in.Until, Password: person.PlainOf(secret), First: true,
	}, env.about("account.open", ""))
	if err != nil {
		return AccountReceipt{}, err
	}
	return s.receiptWith(ctx, r, secret)
}

// receiptWith shows a secret, unless the command was carried out before with another one: then what is stored does
// not know this one.
func (s *Service) receiptWith(ctx context.Context, r Receipt, secret string) (AccountReceipt, error) {
	if secret == "" || !r.Duplicate {
		return AccountReceipt{Receipt: r, Secret: secret}, nil
	}
	st, err := s.accountState(ctx, r.ID)
	if err != nil {
		return AccountReceipt{}, err
	}
	if slices.ContainsFunc(st.Sessions, func(o account.Session) bool { return o.TokenHash == hashToken(secret) }) {
		return AccountReceipt{Receipt: r, Secret: secret}, nil
	}
	if st.Hash != "" {
		res, err := s.Passwords.Verify(ctx, st.Hash, secret)
		if err != nil {
			return AccountReceipt{}, err
		}
		if res.OK {
			return AccountReceipt{Receipt: r, Secret: secret}, nil
		}
	}
	return AccountReceipt{Receipt: r}, nil
}

const maxUsername = 64

// checkUsername wants what can be typed without doubt: no spaces, nothing that cannot be seen.
func checkUsername(name string) error {
	name = strings.TrimSpace(name)
	switch {
	case utf8.RuneCountInString(name) > maxUsername:
		return &InputError{Field: "username", Code: "too_long", Text: "at most 64 characters"}
	case !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }):
		return &InputError{Field: "username", Code: "username", Text: "no spaces, and nothing that cannot be seen"}
	}
	return nil
}

// accountWork is what an action on an account may need while it is made into a command.
type accountWork struct {
	service *Service
	ctx     context.Context
	caller  Caller
	id      string
	env     Envelope
	secret  string
}

// password makes a new first password, and returns its hash.
func (w *accountWork) password() (hash string, err error) {
	if w.secret, err = w.service.shown.get(w.caller.Account, w.env.Key, password.Generate); err != nil {
		return "", err
	}
	return w.service.Passwords.Hash(w.ctx, w.secret)
}

// newToken draws 256 bits from the system's randomness.
func newToken() (string, error) {
	secret := make([]byte, 32)
	if _, err := rand.Read(secret); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(secret), nil
}

// DoAccount carries out one of an administrator's actions on an account.
func (s *Service) DoAccount(ctx context.Context, c Caller, id string, a AccountAction, in AccountInput, env Envelope) (AccountReceipt, error) {
	if err := required(in); err != nil {
		return AccountReceipt{}, err
	}
	r, err := s.doAccount(ctx, c, id, a, in, env)
	if err != nil {
		s.recordRefusal(ctx, c, a.Name, accountStream(id), env.Key, err)
	}
	return r, err
}

func (s *Service) doAccount(ctx context.Context, c Caller, id string, a AccountAction, in AccountInput, env Envelope) (AccountReceipt, error) {
	if _, err := s.mayKeep(ctx, c, a.policy(), a.Name, id); err != nil {
		return AccountReceipt{}, err
	}
	if _, err := s.accountState(ctx, id); err != nil {
		return AccountReceipt{}, err
	}
	w := &accountWork{service: s, ctx: ctx, caller: c, id: id, env: env}
	cmd, err := in.account(w)
	if err != nil {
		return AccountReceipt{}, err
	}
	r, err := run(ctx, s, c, env.about(a.Name, ""), decision[account.State]{
		stream: accountStream(id), evolve: account.Evolve,
		judge: func(st account.State) (string, error) {
			basis, err := s.judgeKeep(ctx, c, a.policy(), a.Name, st)
			if _, gives := in.(givesPower); err == nil && gives {
				err = s.needRaisedScreen(ctx, c)
			}
			return basis, err
		},
		decide: func(st account.State, m event.Moment) ([]event.Data, error) { return account.Decide(st, cmd, m) },
	})
	if err != nil {
		return AccountReceipt{}, err
	}
	r.ID = id
	return s.receiptWith(ctx, r, w.secret)
}

// AccountRow is one account as its administrator sees it.
type AccountRow struct {
	Account     string `json:"account"`
	Username    string `json:"username"`
	Display     string `json:"display"`
	Institution string `json:"institution"`
	Role        string `json:"role"`
	Language    string `json:"language"`
	Locked      bool   `json:"locked"`
	// Until is the account's last instant, if it has one; Roles are those granted beside its own, now or for later.
	Until    time.Time  `json:"until,omitzero"`
	Over     bool       `json:"over,omitempty"` // that time has passed
	Roles    []RoleLine `json:"roles,omitempty"`
	Sessions int        `json:"sessions"` // open ones, tokens among them
	// SecondFactor: a password alone does not let its holder in. RecoveryAsked: one of two people asked for a new password.
	SecondFactor  bool `json:"second_factor"`
	FirstPassword bool `json:"first_password,omitempty"` // its holder has not chosen her own yet: nobody has ever come in by it
	RecoveryAsked bool `json:"recovery_asked"`
	// AskedByMe: the caller asked; somebody else has to agree.
	AskedByMe bool `json:"asked_by_me"`
}

// AccountList lists accounts for administrators: by institution, role (Kind) and state (Status: active or locked).
func (s *Service) AccountList(ctx context.Context, c Caller, q ListQuery) (List[AccountRow], error) {
	out := List[AccountRow]{Items: []AccountRow{}}
	if v := access.Judge(c.Actor(), access.ManageAccounts, access.Facts{Own: keepsOwn(c, access.ManageAccounts)}); !v.Allow {
		return out, &DeniedError{Action: string(access.ManageAccounts), Code: v.Code}
	}
	q, some, err := s.within(ctx, c, q)
	if err != nil || !some {
		return out, err
	}
	page, err := s.Views.List(ctx, projections.Query{
		Topic: projections.Accounts, Institution: q.Institution, Kind: q.Kind, Status: q.Status, Sort: projections.ByKey, After: q.After, Limit: q.Limit,
	})
	if err != nil {
		return out, viewError(err)
	}
	out.Next, out.Total, out.Position = page.Next, page.Total, page.Position
	for _, r := range page.Rows {
		known, err := projections.As[accountview.Row](r)
		if err != nil {
			return out, err
		}
		st, err := s.accountState(ctx, known.Account)
		if err != nil {
			return out, err
		}
		row, err := s.accountRow(ctx, c, st)
		if err != nil {
			return out, err
		}
		out.Items = append(out.Items, row)
	}
	return out, nil
}

func (s *Service) accountRow(ctx context.Context, c Caller, st account.State) (AccountRow, error) {
	row := AccountRow{
		Account: st.Account, Institution: st.Institution, Role: st.Role, Language: st.Language, Locked: st.Locked,
		SecondFactor: st.Second.IsSet(), FirstPassword: st.First, RecoveryAsked: st.RecoveryBy != "", AskedByMe: st.RecoveryBy == c.Account,
		Until: st.Until, Over: st.Over(s.Clock.Wall()), Roles: roleLines(st, "", s.Clock.Wall()),
	}
	for _, o := range st.Sessions {
		if st.Live(o.ID, s.Clock.Wall()) {
			row.Sessions++
		}
	}
	var err error
	if row.Username, err = s.openName(ctx, st.Username); err != nil {
		return row, err
	}
	row.Display, err = s.openName(ctx, st.Display)
	return row, err
}

// openName opens the name of an account's holder; one that was erased is empty.
func (s *Service) openName(ctx context.Context, sealed person.Sealed) (string, error) {
	name, err := s.Vault.Open(ctx, sealed)
	if errors.Is(err, vault.ErrShredded) {
		return "", nil
	}
	return name, err
}

// AccountView is one account with what its holder is signed in with.
type AccountView struct {
	AccountRow
	Open     []SessionLine `json:"open"`
	Offers   []OfferLine   `json:"offers"` // tokens that the holder may take
	Failed   []FailedTry   `json:"failed"` // the newest tries to come in as the holder that failed
	Position uint64        `json:"position"`
	Revision uint64        `json:"revision"`
}

// Account is one account for an administrator, or ErrNotFound.
func (s *Service) Account(ctx context.Context, c Caller, id string) (AccountView, error) {
	if _, err := s.mayKeep(ctx, c, access.ManageAccounts, string(access.ManageAccounts), id); err != nil {
		return AccountView{}, err
	}
	st, err := s.accountState(ctx, id)
	if err != nil {
		return AccountView{}, err
	}
	var out AccountView
	if out.AccountRow, err = s.accountRow(ctx, c, st); err != nil {
		return out, err
	}
	out.Offers, out.Failed = offerLines(st), newestFirst(st.Failed)
	out.Open, out.Revision, out.Position, err = s.sessionsOf(ctx, c, id)
	return out, err
}
