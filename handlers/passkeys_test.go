package handlers_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-webauthn/webauthn/protocol/webauthncbor"
	"github.com/google/uuid"

	"mkr/domain/access"
	"mkr/domain/account"
	"mkr/domain/person"
	"mkr/handlers"
	"mkr/internal/passkeys"
	"mkr/internal/testbed"
)

const origin = "https://mkr.example.al"

// device is an authenticator of the test's own: it makes one key and signs with it whatever it is told to, right or wrong.
type device struct {
	key    *ecdsa.PrivateKey
	id     []byte
	handle []byte
	count  uint32

	origin, rp string
	flags      byte // user present 1, user verified 4
}

func newDevice(t *testing.T) *device {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	testbed.OK(t, err)
	return &device{key: key, id: []byte(rand.Text()), origin: origin, rp: "mkr.example.al", flags: 5, count: 1}
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func (d *device) client(kind, challenge string) []byte {
	b, _ := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": d.origin, "crossOrigin": false})
	return b
}

func (d *device) head(flags byte) []byte {
	rp := sha256.Sum256([]byte(d.rp))
	out := append(rp[:], flags)
	return binary.BigEndian.AppendUint32(out, d.count)
}

func challengeOf(t *testing.T, q handlers.PasskeyQuestion) string {
	t.Helper()
	var o struct {
		Challenge        string
		UserVerification string
		RPID             string `json:"rpId"`
	}
	testbed.OK(t, json.Unmarshal(q.Options, &o))
	return o.Challenge
}

// made answers the question for a new key.
func (d *device) made(t *testing.T, q handlers.PasskeyQuestion) handlers.PasskeyAnswer {
	t.Helper()
	var o struct {
		User struct{ ID string }
	}
	testbed.OK(t, json.Unmarshal(q.Options, &o))
	handle, err := base64.RawURLEncoding.DecodeString(o.User.ID)
	testbed.OK(t, err)
	d.handle = handle
	point, err := d.key.PublicKey.Bytes() // 4, x, y
	testbed.OK(t, err)
	cose, err := webauthncbor.Marshal(map[int]any{1: 2, 3: -7, -1: 1, -2: point[1:33], -3: point[33:]})
	testbed.OK(t, err)
	data := append(d.head(d.flags|0x40), make([]byte, 16)...)
	data = binary.BigEndian.AppendUint16(data, uint16(len(d.id)))
	data = append(append(data, d.id...), cose...)
	object, err := webauthncbor.Marshal(map[string]any{"fmt": "none", "attStmt": map[string]any{}, "authData": data})
	testbed.OK(t, err)
	return d.said(t, q, map[string]any{"attestationObject": b64(object), "clientDataJSON": b64(d.client("webauthn.create", challengeOf(t, q))), "transports": []string{"internal"}})
}

// signs answers the question for a key; each answer counts one further.
func (d *device) signs(t *testing.T, q handlers.PasskeyQuestion) handlers.PasskeyAnswer {
	t.Helper()
	if d.count > 0 {
		d.count++
	}
	client, data := d.client("webauthn.get", challengeOf(t, q)), d.head(d.flags)
	hash := sha256.Sum256(client)
	sum := sha256.Sum256(append(slices.Clone(data), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, d.key, sum[:])
	testbed.OK(t, err)
	return d.said(t, q, map[string]any{"authenticatorData": b64(data), "clientDataJSON": b64(client), "signature": b64(signature), "userHandle": b64(d.handle)})
}

func (d *device) said(t *testing.T, q handlers.PasskeyQuestion, response map[string]any) handlers.PasskeyAnswer {
	t.Helper()
	body, err := json.Marshal(map[string]any{"id": b64(d.id), "rawId": b64(d.id), "type": "public-key", "response": response, "clientExtensionResults": map[string]any{}})
	testbed.OK(t, err)
	return handlers.PasskeyAnswer{Waiting: q.Waiting, Answer: body}
}

// keyBed is a bed with passkeys, and the holder of an account who has one.
type keyBed struct {
	*testbed.Bed
	t  *testing.T
	id string
	c  handlers.Caller
	d  *device
}

func newKeyBed(t *testing.T) *keyBed {
	t.Helper()
	site, err := passkeys.New(origin)
	testbed.OK(t, err)
	b := &keyBed{Bed: testbed.New(t, testbed.Options{}), t: t, d: newDevice(t)}
	b.Service.Passkeys = site
	b.id, _ = enrol(t, b.Bed, handlers.NewAccount{Institution: b.NGO, Role: access.NGO, Username: person.PlainOf("mira")})
	_, b.c = enter(t, b.Bed, "mira")
	prove(t, b.Bed, b.c)
	testbed.OK(t, b.add(b.c, b.d))
	return b
}

func (b *keyBed) add(c handlers.Caller, d *device) error {
	b.t.Helper()
	q, err := b.AskToAddPasskey(b.t.Context(), c)
	testbed.OK(b.t, err)
	_, err = b.AddPasskey(b.t.Context(), c, person.PlainOf("telefoni i punës"), d.made(b.t, q), testbed.Key())
	return err
}

const door = "the secret of one browser"

func (b *keyBed) asked() handlers.PasskeyQuestion {
	b.t.Helper()
	q, err := b.AskForPasskey(door)
	testbed.OK(b.t, err)
	return q
}

func (b *keyBed) enters(a handlers.PasskeyAnswer) error {
	b.t.Helper()
	token, c, err := b.SignInPasskey(b.t.Context(), door, a, "desk")
	if err != nil {
		if !errors.Is(err, handlers.ErrNotSignedIn) && !errors.Is(err, handlers.ErrTooManyTries) {
			b.t.Errorf("the door answers %v", err)
		}
		return err
	}
	if got, err := b.Authenticate(b.t.Context(), token); err != nil || got.Account != c.Account || c.Account != b.id {
		b.t.Errorf("signed in as %+v, %v", got, err)
	}
	return nil
}

// A key lets in by itself, raises a session, and is listed by its name, which nobody reads in the log.
func TestAPasskeyLetsIn(t *testing.T) {
	b := newKeyBed(t)
	testbed.OK(t, b.enters(b.d.signs(t, b.asked())))
	testbed.OK(t, b.enters(b.d.signs(t, b.asked())))
	mine, err := b.MyPasskeys(t.Context(), b.c)
	if err != nil || len(mine) != 1 || mine[0].Label != "telefoni i punës" || mine[0].Copied || mine[0].UsedAt.IsZero() {
		t.Errorf("%+v, %v", mine, err)
	}
	for _, e := range b.Events() {
		if strings.Contains(string(e.Data), "telefoni") {
			t.Errorf("%s holds the key's name in the clear", e.Type)
		}
	}

	b.Pass(account.RaisedLife)
	if err := b.NeedRaised(t.Context(), b.c); !errors.Is(err, handlers.ErrStepUp) {
		t.Fatalf("raised for ever: %v", err)
	}
	q, has, err := b.AskForOwnPasskey(t.Context(), b.c)
	testbed.OK(t, err)
	if !has {
		t.Fatal("her key is not asked for")
	}
	answer := b.d.signs(t, q)
	_, err = b.StepUp(t.Context(), b.c, handlers.StepUpProof{Passkey: &answer}, testbed.Key())
	testbed.OK(t, err)
	testbed.OK(t, b.NeedRaised(t.Context(), b.c))

	_, err = b.Service.RemovePasskey(t.Context(), b.c, b64(b.d.id), testbed.Key())
	testbed.OK(t, err)
	if b.enters(b.d.signs(t, b.asked())) == nil {
		t.Error("a key that was removed lets in")
	}
	if _, err := b.Service.RemovePasskey(t.Context(), b.c, b64(b.d.id), testbed.Key()); !errors.Is(err, handlers.ErrNotFound) {
		t.Errorf("what is not there is removed: %v", err)
	}
}

// Nothing lets in but this key's answer to this question, for this site, by this browser, in time, once.
func TestHostilePasskeys(t *testing.T) {
	b := newKeyBed(t)
	for name, wrong := range map[string]func() handlers.PasskeyAnswer{
		"another site's page": func() handlers.PasskeyAnswer {
			d := *b.d
			d.origin = "https://mkr.example.al.evil.example"
			return d.signs(t, b.asked())
		},
		"the site without encryption": func() handlers.PasskeyAnswer {
			d := *b.d
			d.origin = "http://mkr.example.al"
			return d.signs(t, b.asked())
		},
		"a key of another site": func() handlers.PasskeyAnswer { d := *b.d; d.rp = "evil.example"; return d.signs(t, b.asked()) },
		"nobody was verified":   func() handlers.PasskeyAnswer { d := *b.d; d.flags = 1; return d.signs(t, b.asked()) },
		"nobody was there":      func() handlers.PasskeyAnswer { d := *b.d; d.flags = 4; return d.signs(t, b.asked()) },
		"another key under its name": func() handlers.PasskeyAnswer {
			d := *newDevice(t)
			d.id, d.handle = b.d.id, b.d.handle
			d.count = 90
			return d.signs(t, b.asked())
		},
		"a key that nobody has": func() handlers.PasskeyAnswer { d := newDevice(t); d.handle = b.d.handle; return d.signs(t, b.asked()) },
		"nobody's account": func() handlers.PasskeyAnswer {
			d := *b.d
			id := uuid.New()
			d.handle = id[:]
			return d.signs(t, b.asked())
		},
		"no account at all": func() handlers.PasskeyAnswer { d := *b.d; d.handle = []byte("1"); return d.signs(t, b.asked()) },
		"an answer to another question": func() handlers.PasskeyAnswer {
			a := b.d.signs(t, b.asked())
			a.Waiting = b.asked().Waiting
			return a
		},
		"another browser's question": func() handlers.PasskeyAnswer {
			q, err := b.AskForPasskey("another browser")
			testbed.OK(t, err)
			return b.d.signs(t, q)
		},
		"the question of a session": func() handlers.PasskeyAnswer {
			q, _, err := b.AskForOwnPasskey(t.Context(), b.c)
			testbed.OK(t, err)
			return b.d.signs(t, q)
		},
		"nothing": func() handlers.PasskeyAnswer { return handlers.PasskeyAnswer{} },
		"no JSON": func() handlers.PasskeyAnswer {
			return handlers.PasskeyAnswer{Waiting: b.asked().Waiting, Answer: []byte("{")}
		},
		"no words": func() handlers.PasskeyAnswer { return handlers.PasskeyAnswer{Waiting: "x", Answer: []byte("{}")} },
	} {
		b.Pass(time.Minute) // tries are counted: none of these is refused for that
		if err := b.enters(wrong()); !errors.Is(err, handlers.ErrNotSignedIn) {
			t.Errorf("%s: %v", name, err)
		}
	}
	b.Pass(time.Hour)
	once := b.d.signs(t, b.asked())
	testbed.OK(t, b.enters(once))
	if b.enters(once) == nil {
		t.Error("an answer lets in twice")
	}
	late := b.d.signs(t, b.asked())
	b.Pass(account.ChallengeLife)
	if b.enters(late) == nil {
		t.Error("a question is answered after its time")
	}
	testbed.OK(t, b.enters(b.d.signs(t, b.asked())))

	for range 40 {
		if err := b.enters(handlers.PasskeyAnswer{}); errors.Is(err, handlers.ErrTooManyTries) {
			return
		}
	}
	t.Error("one may try without end")
}

// An answer that replays a device's state counts no further: there are two of the key, neither lets in any more, and it is on record.
func TestACopiedPasskeyIsRefused(t *testing.T) {
	b := newKeyBed(t)
	thief := *b.d
	testbed.OK(t, b.enters(b.d.signs(t, b.asked())))
	for range 2 {
		if b.enters(thief.signs(t, b.asked())) == nil {
			t.Fatal("a copy lets in")
		}
	}
	for range 3 {
		if b.enters(b.d.signs(t, b.asked())) == nil {
			t.Fatal("one of two lets in")
		}
	}
	mine, err := b.MyPasskeys(t.Context(), b.c)
	if err != nil || len(mine) != 1 || !mine[0].Copied {
		t.Errorf("%+v, %v", mine, err)
	}
	refused := 0
	for _, e := range b.Events() {
		if e.Type == (account.PasskeyRefused{}).EventType() {
			refused++
		}
	}
	if refused != 1 {
		t.Errorf("%d records of it", refused)
	}
	// Keys that their keeper has on several devices count nothing, and are told from each other by nothing.
	synced := newDevice(t)
	synced.count = 0
	prove(t, b.Bed, b.c)
	testbed.OK(t, b.add(b.c, synced))
	testbed.OK(t, b.enters(synced.signs(t, b.asked())))
	testbed.OK(t, b.enters(synced.signs(t, b.asked())))
}

// A key is added by whoever has just proved who she is, in the session that asked, and is one account's alone.
func TestAddingPasskeysIsGuarded(t *testing.T) {
	b := newKeyBed(t)
	q, err := b.AskToAddPasskey(t.Context(), b.c)
	testbed.OK(t, err)
	fresh := newDevice(t)
	answer := fresh.made(t, q)
	other, _ := enrol(t, b.Bed, handlers.NewAccount{Institution: b.NGO, Role: access.NGO, Username: person.PlainOf("tjetra")})
	_, hers := enter(t, b.Bed, "tjetra")
	prove(t, b.Bed, hers)
	refused := func(name string, c handlers.Caller, label string, a handlers.PasskeyAnswer) {
		t.Helper()
		if _, err := b.AddPasskey(t.Context(), c, person.PlainOf(label), a, testbed.Key()); err == nil {
			t.Errorf("%s is added", name)
		}
	}
	refused("another's question", hers, "telefoni", answer)
	refused("a key without a name", b.c, " ", answer)
	foreign := *fresh
	foreign.origin = "https://evil.example"
	refused("a key of another site's page", b.c, "telefoni", foreign.made(t, q))
	blind := *fresh
	blind.flags = 1
	refused("a key that verifies nobody", b.c, "telefoni", blind.made(t, q))
	if fresh.handle = nil; other == b.id {
		t.Fatal("one account")
	}
	// What she has typed is stored once; the same answer again is another command, and adds nothing.
	env := testbed.Key()
	for i := range 2 {
		r, err := b.AddPasskey(t.Context(), b.c, person.PlainOf("telefoni"), answer, env)
		testbed.OK(t, err)
		if r.Duplicate != (i == 1) {
			t.Errorf("%d: %+v", i, r)
		}
	}
	b.Pass(account.RaisedLife)
	if _, err := b.AskToAddPasskey(t.Context(), b.c); !errors.Is(err, handlers.ErrStepUp) {
		t.Errorf("whoever finds the screen open adds a key: %v", err)
	}
	if _, err := b.Service.RemovePasskey(t.Context(), b.c, b64(b.d.id), testbed.Key()); !errors.Is(err, handlers.ErrStepUp) {
		t.Errorf("and removes one: %v", err)
	}
	prove(t, b.Bed, hers)
	if _, err := b.Service.RemovePasskey(t.Context(), hers, b64(b.d.id), testbed.Key()); !errors.Is(err, handlers.ErrNotFound) {
		t.Errorf("another's key: %v", err)
	}
}

func TestOrigins(t *testing.T) {
	for _, bad := range []string{"", "mkr.example.al", "http://mkr.example.al", "https://192.0.2.1", "https://[2001:db8::1]:8443", "https://mkr.example.al/", "https://u@mkr.example.al", "ftp://mkr.example.al"} {
		if _, err := passkeys.New(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	for _, good := range []string{origin, "https://mkr.example.al:8443", "http://localhost:8080"} {
		if _, err := passkeys.New(good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
}
