package handlers

import (
	"context"
	"encoding/json"
	"time"

	"mkr/domain/account"
	"mkr/domain/person"
	"mkr/internal/password"
)

// A first password was made by somebody else, who has read it. It opens one door only: the one where its holder chooses her own.

// OwnPasswordNeededError: the password is right, and is a first one. Pending is handed back with the holder's own.
type OwnPasswordNeededError struct{ Pending string }

func (*OwnPasswordNeededError) Error() string { return "a password of her own is needed" }

const withFirstPassword = "first password, at the door"

type firstPassword struct {
	Account string    `json:"account"`
	Of      string    `json:"of"` // which first password it was: chosen once, it opens nothing more
	Until   time.Time `json:"until"`
}

// setupLife is enough to think of a good one.
func (s *Service) ownPasswordNeeded(st account.State) error {
	body, err := json.Marshal(firstPassword{st.Account, hashToken(st.Hash), s.Clock.Wall().Add(setupLife)})
	if err != nil {
		return err
	}
	sealed, err := s.sealFor(withFirstPassword, body)
	if err != nil {
		return err
	}
	return &OwnPasswordNeededError{Pending: sealed}
}

// SignInFirst goes on where SignIn asked for a password of the holder's own, and lets her in by it. One that is too weak, or the one that
// somebody else knows, is refused by its field; a door that has waited too long, or was gone through before, is ErrNotSignedIn. Tries are
// counted like guesses, for each costs as much: ErrTooManyTries.
func (s *Service) SignInFirst(ctx context.Context, waiting string, own person.Plain, remote string) (token string, c Caller, err error) {
	body, err := s.openFor(withFirstPassword, waiting)
	if err != nil {
		return "", Caller{}, ErrNotSignedIn
	}
	var p firstPassword
	if err := json.Unmarshal(body, &p); err != nil || !s.Clock.Wall().Before(p.Until) {
		return "", Caller{}, ErrNotSignedIn
	}
	st, err := s.accountState(ctx, p.Account)
	if err != nil {
		return "", Caller{}, err
	}
	if !st.First || hashToken(st.Hash) != p.Of || st.Locked || st.Over(s.Clock.Wall()) {
		return "", Caller{}, ErrNotSignedIn
	}
	username, err := s.openName(ctx, st.Username)
	if err != nil {
		return "", Caller{}, err
	}
	if err := password.Check(own.Reveal(), username); err != nil {
		return "", Caller{}, passwordError(err)
	}
	right, ok := s.signIn.try("first "+st.Lookup, remote)
	if !ok {
		return "", Caller{}, ErrTooManyTries
	}
	same, err := s.Passwords.Verify(ctx, st.Hash, own.Reveal())
	if err != nil {
		return "", Caller{}, err
	}
	if same.OK {
		return "", Caller{}, &InputError{Field: "password", Code: "password_known", Text: "somebody else knows this one"}
	}
	hash, err := s.Passwords.Hash(ctx, own.Reveal())
	if err != nil {
		return "", Caller{}, err
	}
	holder := Caller{Account: st.Account, Institution: st.Institution, Role: st.Role, Session: NewKey().String()}
	// The key is that of the first password: of two who choose at once, one is told that the door was gone through.
	key := DeriveKey("own password", st.Account, p.Of, hash)
	if _, err := s.accountRun(ctx, holder, st.Account, Envelope{Key: key}.about("account.own_password", ""), account.ChooseOwn{From: st.Hash, Hash: hash}); err != nil {
		if _, refused := asRefusal(err); refused {
			return "", Caller{}, ErrNotSignedIn
		}
		return "", Caller{}, err
	}
	right()
	if st, err = s.accountState(ctx, p.Account); err != nil {
		return "", Caller{}, err
	}
	if err := s.askSecond(ctx, st, nil); err != nil {
		return "", Caller{}, err
	}
	return s.startSession(ctx, st, account.StartSession{Kind: account.Browser}, BrowserLife)
}
