package handlers_test

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/hotp"

	"mkr/domain/access"
	"mkr/domain/account"
	"mkr/domain/event"
	"mkr/domain/person"
	"mkr/handlers"
	"mkr/internal/idp"
	"mkr/internal/idp/idptest"
	"mkr/internal/testbed"
)

// idBed is a bed with the identity providers of a hospital and of a shelter, and an account at the hospital that is linked.
type idBed struct {
	*testbed.Bed
	t                 *testing.T
	hospital, shelter *idptest.Server
	id                string
	c                 handlers.Caller
}

func newIDBed(t *testing.T) *idBed {
	t.Helper()
	b := &idBed{Bed: testbed.New(t, testbed.Options{}), t: t}
	b.hospital = idptest.New(t, origin+idp.Return("spitali"), b.Now)
	b.shelter = idptest.New(t, origin+idp.Return("streha"), b.Now)
	config := func(id, institution string, s *idptest.Server) idp.Config {
		c := idp.Config{ID: id, Name: idp.Name{SQ: id, EN: id}, Institution: institution, Issuer: s.URL, ClientID: idptest.ClientID, Secret: idptest.Secret}
		c.SecondStep.AMR = []string{"mfa"}
		return c
	}
	var err error
	b.Service.Identities, err = idp.New(origin, []idp.Config{config("spitali", b.Medical, b.hospital), config("streha", b.Shelter, b.shelter)}, b.Now)
	testbed.OK(t, err)
	b.id, _ = enrol(t, b.Bed, handlers.NewAccount{Institution: b.Medical, Role: access.Medical, Username: person.PlainOf("mira")})
	_, b.c = enter(t, b.Bed, "mira")
	prove(t, b.Bed, b.c)
	testbed.OK(t, b.link(b.c, b.hospital))
	return b
}

// brings is what the browser has when the provider has sent it back.
func brings(provider string, q handlers.IdentityQuestion, back url.Values) handlers.IdentityAnswer {
	return handlers.IdentityAnswer{Provider: provider, State: back.Get("state"), Code: back.Get("code"), Issuer: back.Get("iss"), Waiting: q.Waiting}
}

func (b *idBed) link(c handlers.Caller, s *idptest.Server) error {
	b.t.Helper()
	q, err := b.AskToLink(b.t.Context(), c, "spitali")
	if err != nil {
		return err
	}
	_, err = b.LinkIdentity(b.t.Context(), c, brings("spitali", q, s.SignsIn(b.t, q.URL)))
	return err
}

// asked is a question at the door, and what the hospital's provider has answered.
func (b *idBed) asked() handlers.IdentityAnswer {
	b.t.Helper()
	q, err := b.AskIdentity(b.t.Context(), "spitali", "/board")
	testbed.OK(b.t, err)
	return brings("spitali", q, b.hospital.SignsIn(b.t, q.URL))
}

func (b *idBed) enters(in handlers.IdentityAnswer) (handlers.Caller, error) {
	_, c, _, err := b.SignInIdentity(b.t.Context(), in, "desk")
	return c, err
}

func (b *idBed) refused(what string, in handlers.IdentityAnswer) {
	b.t.Helper()
	if c, err := b.enters(in); !errors.Is(err, handlers.ErrNotSignedIn) {
		b.t.Errorf("%s: %+v, %v", what, c, err)
	}
}

// types are the events of an account, in order.
func (b *idBed) types(id string) (out []string) {
	b.t.Helper()
	recorded, err := b.Log.ReadStream(b.t.Context(), event.StreamName(event.AccountCategory, id), 0)
	testbed.OK(b.t, err)
	for _, e := range recorded {
		out = append(out, e.Type)
		if strings.Contains(string(e.Data), "subject-1") || strings.Contains(string(e.Data), b.hospital.URL) {
			b.t.Errorf("%s tells who she is there: %s", e.Type, e.Data)
		}
	}
	return out
}

// A holder links the identity that her institution gives her, comes in by it, and unlinks it: then it opens nothing.
func TestSigningInByAnIdentityProvider(t *testing.T) {
	b := newIDBed(t)
	token, c, next, err := b.SignInIdentity(t.Context(), b.asked(), "desk")
	testbed.OK(t, err)
	if who, err := b.Authenticate(t.Context(), token); err != nil || who.Account != b.id || c.Account != b.id || next != "/board" {
		t.Fatalf("she is %+v, %q, %v", who, next, err)
	}
	if got := b.types(b.id); !slices.Equal(got[len(got)-2:], []string{"account.identity_used", "session.started"}) {
		t.Errorf("how she came in: %q", got)
	}
	mine, err := b.MyIdentities(t.Context(), c)
	testbed.OK(t, err)
	if len(mine) != 1 || !mine[0].Linked || mine[0].Provider != "spitali" || mine[0].UsedAt.IsZero() {
		t.Errorf("her links: %+v", mine)
	}
	if _, err := b.UnlinkIdentity(t.Context(), c, "spitali", testbed.Key()); !errors.Is(err, handlers.ErrStepUp) {
		t.Errorf("unlinked from an open screen: %v", err)
	}
	prove(t, b.Bed, c)
	_, err = b.UnlinkIdentity(t.Context(), c, "spitali", testbed.Key())
	testbed.OK(t, err)
	b.refused("unlinked", b.asked())
	if _, err := b.AskToLink(t.Context(), c, "streha"); !errors.Is(err, handlers.ErrNotFound) {
		t.Errorf("another institution's provider: %v", err)
	}
}

// Whoever has set a second step is asked for its code, unless the provider says by an accepted word that it asked for one.
func TestAProviderDoesNotReplaceTheSecondStep(t *testing.T) {
	b := newIDBed(t)
	secret := b.secondStep()
	_, err := b.enters(b.asked())
	var needed *handlers.CodeNeededError
	if !errors.As(err, &needed) {
		t.Fatalf("without a code: %v", err)
	}
	b.hospital.AMR = []string{"pwd"}
	if _, err := b.enters(b.asked()); !errors.As(err, new(*handlers.CodeNeededError)) {
		t.Errorf("a password at the provider counts as two: %v", err)
	}
	if _, _, err := b.SignInCode(t.Context(), needed.Pending, "000000", "desk"); !errors.Is(err, handlers.ErrNotSignedIn) {
		t.Errorf("a wrong code: %v", err)
	}
	b.Pass(time.Minute)
	code := codeAt(t, secret, b.Now())
	_, c, err := b.SignInCode(t.Context(), needed.Pending, code, "desk")
	testbed.OK(t, err)
	if c.Account != b.id {
		t.Errorf("she is %+v", c)
	}
	if got := b.types(b.id); !slices.Equal(got[len(got)-3:], []string{"account.identity_used", "account.second_factor_used", "session.started"}) {
		t.Errorf("how she came in: %q", got)
	}
	b.Pass(time.Minute)
	if _, _, err := b.SignInCode(t.Context(), needed.Pending, codeAt(t, secret, b.Now()), "desk"); !errors.Is(err, handlers.ErrNotSignedIn) {
		t.Errorf("one word of the provider's for two sessions: %v", err)
	}
	b.hospital.AMR = []string{"pwd", "mfa"}
	if _, err := b.enters(b.asked()); err != nil {
		t.Errorf("the provider has asked for it: %v", err)
	}
}

// What does not hold lets nobody in: each of these differs from what does in one thing.
func TestHostileIdentityProviders(t *testing.T) {
	b := newIDBed(t)
	for name, change := range map[string]func(*handlers.IdentityAnswer){
		"another state":             func(a *handlers.IdentityAnswer) { a.State += "x" },
		"no state":                  func(a *handlers.IdentityAnswer) { a.State = "" },
		"another browser's state":   func(a *handlers.IdentityAnswer) { a.Waiting = b.asked().Waiting },
		"nothing kept":              func(a *handlers.IdentityAnswer) { a.Waiting = "" },
		"another code":              func(a *handlers.IdentityAnswer) { a.Code += "x" },
		"another question's code":   func(a *handlers.IdentityAnswer) { a.Code = b.asked().Code }, // PKCE and nonce
		"no code":                   func(a *handlers.IdentityAnswer) { a.Code = "" },
		"another issuer":            func(a *handlers.IdentityAnswer) { a.Issuer = b.shelter.URL },
		"another provider's return": func(a *handlers.IdentityAnswer) { a.Provider = "streha" },
		"after five minutes":        func(*handlers.IdentityAnswer) { b.Pass(account.ChallengeLife) },
	} {
		in := b.asked()
		change(&in)
		b.refused(name, in)
	}
	foreign, err := rsa.GenerateKey(rand.Reader, 2048)
	testbed.OK(t, err)
	for name, forge := range map[string]func(map[string]any) string{
		"another nonce":    func(c map[string]any) string { c["nonce"] = "x"; return "" },
		"no nonce":         func(c map[string]any) string { delete(c, "nonce"); return "" },
		"another audience": func(c map[string]any) string { c["aud"] = []string{"somebody else"}; delete(c, "azp"); return "" },
		"another party":    func(c map[string]any) string { c["azp"] = "somebody else"; return "" },
		"another issuer":   func(c map[string]any) string { c["iss"] = b.shelter.URL; return "" },
		"expired":          func(c map[string]any) string { c["exp"] = b.Now().Add(-time.Second).Unix(); return "" },
		"nobody":           func(c map[string]any) string { c["sub"] = ""; return "" },
		"somebody else":    func(c map[string]any) string { c["sub"] = "subject-2"; return "" },
		"another key":      func(c map[string]any) string { return b.hospital.Sign(c, foreign) },
		"unsigned": func(c map[string]any) string {
			body, _ := json.Marshal(c)
			return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + "." + base64.RawURLEncoding.EncodeToString(body) + "."
		},
	} {
		b.hospital.Forge = forge
		b.Pass(time.Minute) // the door's patience
		b.refused(name, b.asked())
	}
	b.hospital.Forge = nil

	in := b.asked()
	_, err = b.enters(in)
	testbed.OK(t, err)
	b.refused("the same answer twice", in)
	// A mix-up: the shelter's provider vouches for the same subject, but it is not the hospital.
	q, err := b.AskIdentity(t.Context(), "streha", "")
	testbed.OK(t, err)
	back := b.shelter.SignsIn(t, q.URL)
	b.refused("the same subject of another issuer", brings("streha", q, back))
	q, err = b.AskIdentity(t.Context(), "streha", "")
	testbed.OK(t, err)
	b.refused("the shelter's code at the hospital's return", brings("spitali", q, b.shelter.SignsIn(t, q.URL)))
}

// One identity links one account; what was asked for one session links nothing in another; a suspended account stays outside.
func TestAnIdentityIsOneAccounts(t *testing.T) {
	b := newIDBed(t)
	other, _ := enrol(t, b.Bed, handlers.NewAccount{Institution: b.Medical, Role: access.Medical, Username: person.PlainOf("drita")})
	_, c := enter(t, b.Bed, "drita")
	if _, err := b.AskToLink(t.Context(), c, "spitali"); !errors.Is(err, handlers.ErrStepUp) {
		t.Errorf("linked from an open screen: %v", err)
	}
	prove(t, b.Bed, c)
	input := func(err error, code string) {
		t.Helper()
		var in *handlers.InputError
		if !errors.As(err, &in) || in.Code != code {
			t.Errorf("not %s: %v", code, err)
		}
	}
	input(b.link(c, b.hospital), "identity_taken")
	q, err := b.AskToLink(t.Context(), c, "spitali")
	testbed.OK(t, err)
	in := brings("spitali", q, b.hospital.SignsIn(t, q.URL))
	_, err = b.LinkIdentity(t.Context(), b.c, in)
	input(err, "wrong_identity")
	b.refused("a question for linking, at the door", in)
	if got := b.types(other); slices.Contains(got, "account.identity_linked") {
		t.Errorf("she is linked: %q", got)
	}

	admin := testbed.As(access.Administrator, b.DV)
	_, err = b.LockAccount(t.Context(), admin, b.id, "misuse", testbed.Key())
	testbed.OK(t, err)
	b.CaughtUp()
	before := len(b.strangers())
	b.refused("suspended", b.asked())
	b.hospital.Subject = "subject-9"
	b.refused("unknown", b.asked())
	if got := b.strangers(); len(got) != before+2 {
		t.Errorf("%d attempts are on record, %d before: %q", len(got), before, got)
	}
}

// A provider that is away says so, and is asked again when it is back; guesses are counted as those of passwords are.
func TestAProviderThatIsAway(t *testing.T) {
	b := newIDBed(t)
	q, err := b.AskIdentity(t.Context(), "spitali", "")
	testbed.OK(t, err)
	in := brings("spitali", q, b.hospital.SignsIn(t, q.URL))
	b.hospital.Close()
	if _, err := b.enters(in); !errors.Is(err, handlers.ErrProviderAway) {
		t.Errorf("it is away: %v", err)
	}
	b.shelter.Close()
	if _, err := b.AskIdentity(t.Context(), "streha", ""); !errors.Is(err, handlers.ErrProviderAway) {
		t.Errorf("it is away from the start: %v", err)
	}
	enter(t, b.Bed, "mira") // by her password
	for range 40 {          // more than an address may try at once
		_, err = b.enters(handlers.IdentityAnswer{Provider: "spitali"})
	}
	if !errors.Is(err, handlers.ErrTooManyTries) {
		t.Errorf("after forty guesses: %v", err)
	}
}

// secondStep sets her a second step, and gives its secret.
func (b *idBed) secondStep() string {
	b.t.Helper()
	setup, err := b.BeginSecondFactor(b.t.Context(), b.c, person.PlainOf(testbed.Password))
	testbed.OK(b.t, err)
	_, _, err = b.ConfirmSecondFactor(b.t.Context(), b.c, setup.Sealed, codeAt(b.t, setup.Secret, b.Now()), testbed.Key())
	testbed.OK(b.t, err)
	b.CaughtUp()
	return setup.Secret
}

// codeAt is what her device shows.
func codeAt(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	code, err := hotp.GenerateCode(strings.ReplaceAll(secret, " ", ""), uint64(at.Unix()/30))
	testbed.OK(t, err)
	return code
}

// strangers are the attempts to come in that are on record.
func (b *idBed) strangers() (out []string) {
	for _, e := range b.Events() {
		if e.Type == "access.refused" && strings.Contains(string(e.Data), `"session.start"`) {
			out = append(out, string(e.Data))
		}
	}
	return out
}

// Whoever sends rubbish from many addresses slows down these, and keeps nobody out who comes from another.
func TestRubbishFromManyAddressesKeepsNobodyOut(t *testing.T) {
	b := newIDBed(t)
	for i := range 250 {
		remote := fmt.Sprintf("203.0.113.%d", i)
		if _, _, _, err := b.SignInIdentity(t.Context(), handlers.IdentityAnswer{Provider: "spitali"}, remote); err == nil {
			t.Fatal("rubbish lets in")
		}
	}
	if _, err := b.enters(b.asked()); err != nil {
		t.Errorf("whoever comes by her provider is told %v", err)
	}
	k := newKeyBed(t)
	for i := range 250 {
		if _, _, err := k.SignInPasskey(t.Context(), door, handlers.PasskeyAnswer{}, fmt.Sprintf("203.0.113.%d", i)); err == nil {
			t.Fatal("rubbish lets in")
		}
	}
	testbed.OK(t, k.enters(k.d.signs(t, k.asked())))
	for range 100 {
		_, _, err := k.SignInPasskey(t.Context(), door, handlers.PasskeyAnswer{}, "198.51.100.7")
		if errors.Is(err, handlers.ErrTooManyTries) {
			return
		}
	}
	t.Error("one address tries for ever")
}
