package handlers

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"

	"mkr/domain/account"
	"mkr/domain/person"
)

// CodeNeededError: the password is right, and the account has a second factor. Pending is handed back with the code.
type CodeNeededError struct{ Pending string }

func (*CodeNeededError) Error() string { return "a code of the second factor is needed" }

// How long the door waits for a code after the password, and a device for its first one.
const (
	pendingLife = 5 * time.Minute
	setupLife   = 15 * time.Minute
)

// The device counts time in steps of thirty seconds and makes six digits (RFC 6238); a code of the step before or after is
// taken, since clocks differ (5.2).
const stepSeconds = 30

var digits = hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}

// atTheDoor and duringSetup are whom what is kept in the browser is sealed for: nobody's form, and no account's.
const (
	atTheDoor   = "second factor, at the door"
	duringSetup = "second factor, being set: "
)

type pending struct {
	Account string    `json:"account"`
	Until   time.Time `json:"until"`
	// Proof is what stands in the place of the password: an identity provider's word.
	Proof *account.Proof `json:"proof,omitempty"`
}

// codeNeeded asks for the second factor of an account whose password was right, or for which an identity provider has given its word.
func (s *Service) codeNeeded(st account.State, said *account.Proof) error {
	body, err := json.Marshal(pending{st.Account, s.Clock.Wall().Add(pendingLife), said})
	if err != nil {
		return err
	}
	sealed, err := s.sealFor(atTheDoor, body)
	if err != nil {
		return err
	}
	return &CodeNeededError{Pending: sealed}
}

// SignInCode goes on where SignIn asked for a code: one from the holder's device, or a recovery code. A wrong code and a
// door that has waited too long answer alike (ErrNotSignedIn); guesses are counted as those of passwords are.
func (s *Service) SignInCode(ctx context.Context, waiting, code, remote string) (token string, c Caller, err error) {
	body, err := s.openFor(atTheDoor, waiting)
	if err != nil {
		return "", Caller{}, ErrNotSignedIn
	}
	var p pending
	if err := json.Unmarshal(body, &p); err != nil || !s.Clock.Wall().Before(p.Until) {
		return "", Caller{}, ErrNotSignedIn
	}
	st, err := s.accountState(ctx, p.Account)
	if err != nil {
		return "", Caller{}, err
	}
	return s.enterWithCode(ctx, st, p.Proof, code, remote)
}

// enterWithCode lets in whoever has shown the password, or is whom a provider has said (said), and shows a right code that was not used before.
func (s *Service) enterWithCode(ctx context.Context, st account.State, said *account.Proof, code, remote string) (token string, c Caller, err error) {
	right, ok := s.signIn.try("code "+st.Lookup, remote)
	if !ok {
		s.knocked(st.Lookup, account.ByCode, account.TooMany, remote)
		return "", Caller{}, ErrTooManyTries
	}
	proof, err := s.proof(ctx, st, code)
	if errors.Is(err, ErrNotSignedIn) {
		s.knocked(st.Lookup, account.ByCode, account.Wrong, remote)
	}
	if err != nil {
		return "", Caller{}, err
	}
	if said != nil {
		proof.Identity, proof.At, proof.Challenge, proof.Wall = said.Identity, said.At, said.Challenge, s.Clock.Wall().UTC()
	}
	token, c, err = s.startSession(ctx, st, account.StartSession{Kind: account.Browser, Proof: proof}, BrowserLife)
	if _, refused := asRefusal(err); refused { // used before, or locked meanwhile: told to nobody at the door
		s.knocked(st.Lookup, account.ByCode, account.Wrong, remote)
		return "", Caller{}, ErrNotSignedIn
	}
	if err == nil {
		right()
	}
	return token, c, err
}

// proof finds out whether a code is right: ErrNotSignedIn if not. That it was not used before is the decider's to say.
func (s *Service) proof(ctx context.Context, st account.State, code string) (account.Proof, error) {
	code = plainCode(code)
	if len(code) > 6 {
		return account.Proof{Recovery: hashCode(code)}, nil
	}
	secret, err := s.Vault.Open(ctx, st.Second.Secret)
	if err != nil {
		return account.Proof{}, err
	}
	step, ok := stepOf(secret, code, s.Clock.Wall())
	if !ok {
		return account.Proof{}, ErrNotSignedIn
	}
	return account.Proof{Step: step}, nil
}

// stepOf finds the time step whose code this is.
func stepOf(secret, code string, wall time.Time) (int64, bool) {
	now := wall.Unix() / stepSeconds
	for _, step := range []int64{now, now - 1, now + 1} {
		if ok, err := hotp.ValidateCustom(code, uint64(step), secret, digits); ok && err == nil {
			return step, true
		}
	}
	return 0, false
}

// plainCode is a code as it is compared: what people type between its groups is left out.
func plainCode(code string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\u00a0' {
			return -1
		}
		return r
	}, code))
}

func hashCode(code string) string {
	sum := sha256.Sum256([]byte(code))
	return hex.EncodeToString(sum[:])
}

// SecondFactorSetup is what the holder's device learns: on her own screen only, and stored only when its first code is right.
type SecondFactorSetup struct {
	Secret string // base32, in groups of four, for who types it
	URI    string // otpauth://, for who lets the device read it
	Sealed string // handed back with the first code
}

// BeginSecondFactor makes a secret for the caller's device; she gives her password again. Nothing is stored yet. Where one is set, which this
// one will take the place of, she proves first who she is: a password alone does not exchange what is asked beside it.
func (s *Service) BeginSecondFactor(ctx context.Context, c Caller, old person.Plain) (SecondFactorSetup, error) {
	st, err := s.accountState(ctx, c.Account)
	if err != nil {
		return SecondFactorSetup{}, err
	}
	if st.Second.IsSet() {
		if err := s.NeedRaised(ctx, c); err != nil {
			return SecondFactorSetup{}, err
		}
	}
	if _, err := s.ownPassword(ctx, c, old); err != nil {
		return SecondFactorSetup{}, err
	}
	secret, err := newSecondSecret()
	if err != nil {
		return SecondFactorSetup{}, err
	}
	return s.setup(c, secret)
}

func newSecondSecret() (string, error) {
	draw := make([]byte, 20) // 160 bits (RFC 4226, 4, R6)
	_, err := rand.Read(draw)
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(draw), err
}

// otpauth is a secret as a device reads it. The label tells two of her accounts apart on the device; it names nobody.
func otpauth(id, secret string) string {
	uri := url.URL{Scheme: "otpauth", Host: "totp", Path: "/mkr:" + id[:8], RawQuery: url.Values{"secret": {secret}, "issuer": {"mkr"}}.Encode()}
	return uri.String()
}

func (s *Service) setup(c Caller, secret string) (SecondFactorSetup, error) {
	body, err := json.Marshal(setupBody{secret, s.Clock.Wall().Add(setupLife)})
	if err != nil {
		return SecondFactorSetup{}, err
	}
	sealed, err := s.sealFor(duringSetup+c.Account, body)
	if err != nil {
		return SecondFactorSetup{}, err
	}
	return SecondFactorSetup{Secret: grouped(secret, 4, " "), URI: otpauth(c.Account, secret), Sealed: sealed}, nil
}

type setupBody struct {
	Secret string    `json:"secret"`
	Until  time.Time `json:"until"`
}

// AgainSecondFactor shows the same setup once more, after a first code that was wrong. The error is ErrNotYours when it is
// another account's, or too old.
func (s *Service) AgainSecondFactor(c Caller, sealed string) (SecondFactorSetup, error) {
	body, err := s.openSetup(c, sealed)
	if err != nil {
		return SecondFactorSetup{}, err
	}
	return s.setup(c, body.Secret)
}

func (s *Service) openSetup(c Caller, sealed string) (setupBody, error) {
	var body setupBody
	plain, err := s.openFor(duringSetup+c.Account, sealed)
	if err != nil {
		return body, err
	}
	if err := json.Unmarshal(plain, &body); err != nil || !s.Clock.Wall().Before(body.Until) {
		return body, ErrNotYours
	}
	return body, nil
}

// ConfirmSecondFactor stores the secret once the device has made a right code, and returns the recovery codes. They follow
// from the command's key: a retry shows the same ones, and they are stored only as hashes.
func (s *Service) ConfirmSecondFactor(ctx context.Context, c Caller, sealed, code string, env Envelope) (recovery []string, r Receipt, err error) {
	if env.Key == uuid.Nil {
		return nil, r, &InputError{Field: "Idempotency-Key", Code: "required", Text: "a UUID is required"}
	}
	body, err := s.openSetup(c, sealed)
	if err != nil {
		return nil, r, err
	}
	step, ok := stepOf(body.Secret, plainCode(code), s.Clock.Wall())
	if !ok {
		return nil, r, &InputError{Field: "code", Code: "wrong_code", Text: "this is not the code that the device shows now"}
	}
	cmd := account.SetSecondFactor{Proof: account.Proof{Step: step}}
	if cmd.Secret, err = s.seal(ctx, c.Account, env.Key, person.FieldSecond, person.PlainOf(body.Secret)); err != nil {
		return nil, r, err
	}
	recovery, cmd.Recovery = s.recoveryCodes(env.Key)
	r, err = s.accountRun(ctx, c, c.Account, env.about("account.set_second_factor", ""), cmd)
	if err != nil {
		return nil, r, err
	}
	return recovery, r, s.Await(ctx, r.Position)
}

// recoveryCodes follow from a command's key: as they are shown, and as they are stored.
func (s *Service) recoveryCodes(key uuid.UUID) (shown, stored []string) {
	for i := range account.RecoveryCodes {
		raw := s.secret("recovery-code", fmt.Sprint(key, " ", i))[:15] // 120 bits: a plain hash of it tells nothing
		text := strings.ToLower(base32.StdEncoding.EncodeToString(raw))
		shown, stored = append(shown, grouped(text, 4, "-")), append(stored, hashCode(text))
	}
	return shown, stored
}

func grouped(text string, n int, between string) string {
	var parts []string
	for ; len(text) > n; text = text[n:] {
		parts = append(parts, text[:n])
	}
	return strings.Join(append(parts, text), between)
}

// RemoveSecondFactor needs the password and a code.
func (s *Service) RemoveSecondFactor(ctx context.Context, c Caller, old person.Plain, code string, env Envelope) error {
	st, err := s.ownPassword(ctx, c, old)
	if err != nil {
		return err
	}
	proof, err := s.ownProof(ctx, c, st, code)
	if err != nil {
		return err
	}
	r, err := s.accountRun(ctx, c, c.Account, env.about("account.remove_second_factor", ""), account.RemoveSecondFactor{Proof: proof, Stays: s.SecondStep})
	if err != nil {
		return err
	}
	return s.Await(ctx, r.Position)
}

// HasSecondFactor tells whether the caller has set one, and how many recovery codes are left.
func (s *Service) HasSecondFactor(ctx context.Context, c Caller) (set bool, left int, err error) {
	st, err := s.accountState(ctx, c.Account)
	return st.Second.IsSet(), len(st.Second.Recovery), err
}

// LastSecondStep tells whether a second step is required and the caller has one only, which therefore stays.
func (s *Service) LastSecondStep(ctx context.Context, c Caller) (bool, error) {
	st, err := s.accountState(ctx, c.Account)
	return s.SecondStep && st.SecondSteps() <= 1, err
}

// ownPassword makes sure that the caller knows the password of her account. Guesses are counted.
func (s *Service) ownPassword(ctx context.Context, c Caller, old person.Plain) (account.State, error) {
	st, err := s.accountState(ctx, c.Account)
	if err != nil {
		return st, err
	}
	right, ok := s.signIn.try(st.Lookup, "session "+c.Session)
	if !ok {
		s.knocked(st.Lookup, account.ByPassword, account.TooMany, "")
		return st, ErrTooManyTries
	}
	res, err := s.Passwords.Verify(ctx, st.Hash, old.Reveal())
	if err != nil {
		return st, err
	}
	if !res.OK {
		s.knocked(st.Lookup, account.ByPassword, account.Wrong, "")
		return st, &InputError{Field: "old", Code: "wrong_password", Text: "this is not the password"}
	}
	right()
	return st, nil
}

// ownProof is the caller's proof where she has set a second factor; guesses are counted.
func (s *Service) ownProof(ctx context.Context, c Caller, st account.State, code string) (account.Proof, error) {
	if !st.Second.IsSet() {
		return account.Proof{}, nil
	}
	right, ok := s.signIn.try("code "+st.Lookup, "session "+c.Session)
	if !ok {
		s.knocked(st.Lookup, account.ByCode, account.TooMany, "")
		return account.Proof{}, ErrTooManyTries
	}
	proof, err := s.proof(ctx, st, code)
	if errors.Is(err, ErrNotSignedIn) {
		s.knocked(st.Lookup, account.ByCode, account.Wrong, "")
		return proof, &InputError{Field: "code", Code: "wrong_code", Text: "this is not the code that the device shows now"}
	}
	if err == nil {
		right()
	}
	return proof, err
}
