package handlers

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"
	"golang.org/x/text/unicode/norm"

	"mkr/domain/account"
	"mkr/domain/event"
	"mkr/domain/person"
	"mkr/projections"
	accountview "mkr/projections/accounts"
)

// BrowserLife is how long a browser session stands at most.
const BrowserLife = 10 * time.Hour

// SignIn is the body of a sign-in.
type SignIn struct {
	Username string       `json:"username"`
	Password person.Plain `json:"password"`
	Code     string       `json:"code,omitempty"` // of the second factor, where one is set; it may be given later
}

// Lookup is the keyed hash by which sign-in finds an account: nobody can read the user name from it.
func (s *Service) Lookup(username string) string {
	folded := strings.ToLower(norm.NFKC.String(strings.TrimSpace(username)))
	return hex.EncodeToString(s.Vault.MAC("username", []byte(folded)))
}

// SignIn opens a browser session and returns its secret, which only the browser keeps. Unknown accounts, locked
// ones, those whose time is over and wrong passwords answer alike (ErrNotSignedIn) and take the same time. Where the holder has set a second factor
// the error is a *CodeNeededError, and SignInCode goes on; where a second step is required of everybody it may be a *PasskeyNeededError, or an
// *EnrolmentNeededError with which EnrolCode and EnrolPasskey go on.
func (s *Service) SignIn(ctx context.Context, in SignIn, remote string) (token string, c Caller, err error) {
	lookup := s.Lookup(in.Username)
	right, ok := s.signIn.try(lookup, remote)
	if !ok {
		s.knockedUnknown(lookup, account.TooMany, remote)
		return "", Caller{}, ErrTooManyTries
	}
	id, err := s.accountByLookup(ctx, lookup)
	if err != nil {
		return "", Caller{}, err
	}
	var st account.State
	if id != "" {
		if st, err = s.accountState(ctx, id); err != nil {
			return "", Caller{}, err
		}
	}
	if st.Hash == "" || st.Locked || st.Over(s.Clock.Wall()) {
		if err := s.Passwords.Dummy(ctx, in.Password.Reveal()); err != nil {
			return "", Caller{}, err
		}
		if id == "" {
			s.knockedUnknown(lookup, account.Wrong, remote)
		} else {
			s.knocked(lookup, account.ByPassword, account.Closed, remote)
		}
		return "", Caller{}, ErrNotSignedIn
	}
	res, err := s.Passwords.Verify(ctx, st.Hash, in.Password.Reveal())
	if err != nil {
		return "", Caller{}, err
	}
	if !res.OK {
		s.knocked(lookup, account.ByPassword, account.Wrong, remote)
		return "", Caller{}, ErrNotSignedIn
	}
	right()
	if res.Rehash {
		s.rehash(ctx, st, in.Password)
		if st, err = s.accountState(ctx, id); err != nil { // the hash that the doors behind this one are bound to
			return "", Caller{}, err
		}
	}
	if st.First {
		return "", Caller{}, s.ownPasswordNeeded(st)
	}
	if st.Second.IsSet() && in.Code != "" {
		return s.enterWithCode(ctx, st, nil, in.Code, remote)
	}
	if err := s.askSecond(ctx, st, nil); err != nil {
		return "", Caller{}, err
	}
	return s.startSession(ctx, st, account.StartSession{Kind: account.Browser}, BrowserLife)
}

// rehash stores the same password anew, under the costs of today. Nobody is kept out because it cannot be now.
func (s *Service) rehash(ctx context.Context, st account.State, same person.Plain) {
	hash, err := s.Passwords.Hash(ctx, same.Reveal())
	if err == nil {
		_, err = s.accountRun(ctx, Caller{Account: st.Account, Institution: st.Institution, Role: st.Role}, st.Account, Envelope{Key: DeriveKey("rehash", st.Account, st.Hash)}.about("account.rehash", ""), account.Rehash{From: st.Hash, Hash: hash})
	}
	if err != nil {
		s.Logger.Warn().Err(err).Msg("a password could not be stored under today's costs")
	}
}

// IssueToken makes a bearer token for a partner system, on behalf of an account. It is shown once.
func (s *Service) IssueToken(ctx context.Context, accountID, label string, life time.Duration) (string, Caller, error) {
	st, err := s.accountState(ctx, accountID)
	if err != nil {
		return "", Caller{}, err
	}
	return s.startSession(ctx, st, account.StartSession{Kind: account.Token, Label: label}, life)
}

// startSession makes the secret of a session that begins as the command says, its kind, label and proof.
func (s *Service) startSession(ctx context.Context, st account.State, cmd account.StartSession, life time.Duration) (string, Caller, error) {
	return s.startSessionBy(ctx, st, cmd, life, func(_ uuid.UUID, cmd account.StartSession) (account.Command, error) { return cmd, nil })
}

// startSessionBy is startSession by a command that as makes of it, under the key of that command.
func (s *Service) startSessionBy(ctx context.Context, st account.State, cmd account.StartSession, life time.Duration, as func(uuid.UUID, account.StartSession) (account.Command, error)) (string, Caller, error) {
	secret := make([]byte, 32)
	if _, err := rand.Read(secret); err != nil {
		return "", Caller{}, err
	}
	token := base64.RawURLEncoding.EncodeToString(secret)
	key := NewKey()
	session := derive(key, "session").String()
	now := s.Clock.Wall().UTC()
	c := Caller{Account: st.Account, Institution: st.Institution, Role: st.Role, Session: session, Language: st.Language}
	if g, there := st.Granted(cmd.Grant); there {
		c.Institution, c.Role = g.Institution, g.Role
	}
	cmd.Session, cmd.TokenHash, cmd.Wall, cmd.ExpiresAt = session, hashToken(token), now, now.Add(life)
	cmd.SecondStep = s.SecondStep
	by, err := as(key, cmd)
	if err != nil {
		return "", Caller{}, err
	}
	r, err := s.accountRun(ctx, c, st.Account, Envelope{Key: key}, by)
	if err != nil {
		return "", Caller{}, err
	}
	if st, err = s.accountState(ctx, st.Account); err != nil {
		return "", Caller{}, err
	}
	for _, o := range st.Sessions {
		if o.ID == session { // no longer than the right that it rests on
			c.Until = o.ExpiresAt
		}
	}
	return token, c, s.Await(ctx, r.Position)
}

// Authenticate finds who holds a secret. The error is ErrNotSignedIn when nobody does.
func (s *Service) Authenticate(ctx context.Context, token string) (Caller, error) {
	c, _, err := s.authenticate(ctx, token)
	return c, err
}

// AuthenticateBearer is Authenticate for a bearer token. The secret of a browser's session is none: taken from a machine
// that was left, it would go on where AuthenticateBrowser ends it.
func (s *Service) AuthenticateBearer(ctx context.Context, token string) (Caller, error) {
	c, sess, err := s.authenticate(ctx, token)
	if err == nil && sess.Kind == account.Browser {
		return Caller{}, ErrNotSignedIn
	}
	return c, err
}

func (s *Service) authenticate(ctx context.Context, token string) (c Caller, sess accountview.Session, err error) {
	c, sess, err = s.session(ctx, token)
	if err == nil && sess.Kind == account.Calendar { // its address gives dates, and lets nobody in
		return Caller{}, accountview.Session{}, ErrNotSignedIn
	}
	return c, sess, err
}

// holderOf finds who holds the secret of a session of a kind, or ErrNotFound.
func (s *Service) holderOf(ctx context.Context, secret, kind string) (Caller, error) {
	c, sess, err := s.session(ctx, secret)
	if errors.Is(err, ErrNotSignedIn) || err == nil && sess.Kind != kind {
		return Caller{}, ErrNotFound
	}
	return c, err
}

// session finds the open session that a secret belongs to, of whatever kind.
func (s *Service) session(ctx context.Context, token string) (c Caller, sess accountview.Session, err error) {
	if len(token) < 20 || len(token) > 200 {
		return c, sess, ErrNotSignedIn
	}
	row, err := s.Views.Get(ctx, projections.Sessions, hashToken(token))
	if errors.Is(err, projections.ErrNotFound) {
		return c, sess, ErrNotSignedIn
	}
	if err != nil {
		return c, sess, viewError(err)
	}
	sess, err = projections.As[accountview.Session](row)
	if err != nil {
		return c, sess, err
	}
	if !s.Clock.Wall().Before(sess.ExpiresAt) {
		return c, sess, ErrNotSignedIn
	}
	if s.access.waits(sess.Account, s.Clock.Wall(), s.mostRefusals()) {
		return c, sess, ErrTooManyTries
	}
	return Caller{Account: sess.Account, Institution: sess.Institution, Role: sess.Role, Session: sess.Session, Language: sess.Language, Until: sess.ExpiresAt}, sess, nil
}

// SignOut ends the caller's own session.
func (s *Service) SignOut(ctx context.Context, c Caller) error {
	r, err := s.accountRun(ctx, c, c.Account, Envelope{Key: NewKey()}, account.EndSession{Session: c.Session, Reason: account.SignedOut})
	if err != nil {
		return err
	}
	return s.Await(ctx, r.Position)
}

func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

func (s *Service) accountByLookup(ctx context.Context, lookup string) (string, error) {
	page, err := s.Views.List(ctx, projections.Query{Topic: projections.Accounts, Code: lookup, Sort: projections.ByKey, Limit: 1, NoTotal: true})
	if err != nil {
		return "", viewError(err)
	}
	if len(page.Rows) == 0 {
		return "", nil
	}
	a, err := projections.As[accountview.Row](page.Rows[0])
	return a.Account, err
}

func (s *Service) accountState(ctx context.Context, id string) (account.State, error) {
	if _, err := uuid.Parse(id); err != nil {
		return account.State{}, ErrNotFound
	}
	facts, err := s.facts(ctx, event.StreamName(event.AccountCategory, id))
	if err != nil {
		return account.State{}, err
	}
	var st account.State
	for _, f := range facts {
		st = account.Evolve(st, f.Data)
	}
	if st.Account == "" {
		return st, ErrNotFound
	}
	return st, nil
}

// accountRun carries out a holder's command on her own account.
func (s *Service) accountRun(ctx context.Context, c Caller, id string, env Envelope, cmd account.Command) (Receipt, error) {
	return s.accountRunOn(ctx, c, "own_account", id, env, cmd)
}

// accountRunOn carries out a command on an account whose right was judged before, on the basis that the policy gave.
func (s *Service) accountRunOn(ctx context.Context, c Caller, basis, id string, env Envelope, cmd account.Command) (Receipt, error) {
	return run(ctx, s, c, env, decision[account.State]{
		stream: event.StreamName(event.AccountCategory, id), evolve: account.Evolve,
		judge:  func(account.State) (string, error) { return basis, nil },
		decide: func(st account.State, m event.Moment) ([]event.Data, error) { return account.Decide(st, cmd, m) },
	})
}
