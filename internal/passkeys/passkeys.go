// Package passkeys checks what a browser's keys sign (WebAuthn level 3): a thin hand around the library, which knows neither
// accounts nor sessions nor a clock. It guarantees:
//
//   - A key is made and used for one origin, and only after the device has made sure who holds it (user verification).
//   - What is signed is the challenge that was asked, and the state between question and answer is the caller's to keep, unseen and
//     unchanged, for as long as it thinks fit.
//   - No attestation is asked: which make of device somebody carries is nobody's business.
package passkeys

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"net/url"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// ErrRefused: the answer does not prove what was asked. Why is in its text, for a log, and names nobody.
var ErrRefused = errors.New("the key's answer is refused")

// Key is one of a user's, as it is stored.
type Key struct {
	ID             string // base64url
	PublicKey      []byte // COSE
	Count          uint32 // signatures, where the device counts them
	Model          string // AAGUID in hex: which make of device or keeper; zeros where it does not say
	Transports     []string
	BackupEligible bool
}

// User is whose keys they are. The handle lies on her device and must say nothing; the name is what the device shows her.
type User struct {
	Handle []byte
	Name   string
	Keys   []Key
}

// Site is what keys are made for.
type Site struct {
	w      *webauthn.WebAuthn
	origin string
}

// New makes the site of an origin: https://host, or http://localhost for trying. Addresses in numbers have no keys.
func New(origin string) (*Site, error) {
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return nil, fmt.Errorf("%q is no origin: scheme, host and port, and nothing after them", origin)
	}
	if u.Scheme != "https" && (u.Scheme != "http" || u.Hostname() != "localhost") {
		return nil, fmt.Errorf("%q: browsers make keys for https only, and for http://localhost", origin)
	}
	if _, err := netip.ParseAddr(u.Hostname()); err == nil {
		return nil, fmt.Errorf("%q: browsers make keys for names, not for addresses in numbers", origin)
	}
	w, err := webauthn.New(&webauthn.Config{
		RPID: u.Hostname(), RPDisplayName: "mkr", RPOrigins: []string{origin}, AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired},
	})
	if err != nil {
		return nil, err
	}
	return &Site{w: w, origin: origin}, nil
}

// Origin is where keys work.
func (s *Site) Origin() string { return s.origin }

// Question is what a browser is asked: Options for its script, State for the answer to be checked with.
type Question struct {
	Options json.RawMessage
	State   []byte
}

// AskToMake asks for a new key. Devices that hold one of the user's already refuse.
func (s *Site) AskToMake(u User) (Question, error) {
	options, state, err := s.w.BeginRegistration(user{u}, webauthn.WithExclusions(webauthn.Credentials(user{u}.WebAuthnCredentials()).CredentialDescriptors()))
	if err != nil {
		return Question{}, err
	}
	return question(options.Response, state)
}

// Make checks the new key.
func (s *Site) Make(u User, state, answer []byte) (key Key, challenge string, err error) {
	kept, challenge, err := restore(state)
	if err != nil {
		return Key{}, "", err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return Key{}, "", refused(err)
	}
	c, err := s.w.CreateCredential(user{u}, kept, parsed)
	if err != nil {
		return Key{}, "", refused(err)
	}
	key = Key{ID: base64.RawURLEncoding.EncodeToString(c.ID), PublicKey: c.PublicKey, Count: c.Authenticator.SignCount, Model: hex.EncodeToString(c.Authenticator.AAGUID), BackupEligible: c.Flags.BackupEligible}
	for _, t := range c.Transport {
		key.Transports = append(key.Transports, string(t))
	}
	return key, challenge, nil
}

// Ask asks for one of the user's keys; of nobody's in particular where nothing is known of her yet: then the device says whose it is.
func (s *Site) Ask(u *User) (Question, error) {
	var options *protocol.CredentialAssertion
	var state *webauthn.SessionData
	var err error
	if u == nil {
		options, state, err = s.w.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	} else {
		options, state, err = s.w.BeginLogin(user{*u}, webauthn.WithUserVerification(protocol.VerificationRequired))
	}
	if err != nil {
		return Question{}, err
	}
	return question(options.Response, state)
}

// Used is what an answer has proved: whose key signed, and what it counts now. That it counts further than before is for
// whoever keeps the key to see.
type Used struct {
	Handle    []byte
	Key       string
	Count     uint32
	Challenge string // SHA-256 of the challenge, in hex
}

// Check checks an answer to Ask. find gives the user of a handle, with her keys; its error is returned as it is.
func (s *Site) Check(state, answer []byte, find func(handle []byte) (User, error)) (Used, error) {
	kept, challenge, err := restore(state)
	if err != nil {
		return Used{}, err
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return Used{}, refused(err)
	}
	handle := kept.UserID
	if len(handle) == 0 {
		handle = parsed.Response.UserHandle
	}
	if len(handle) == 0 {
		return Used{}, fmt.Errorf("%w: it does not say whose key it is", ErrRefused)
	}
	u, err := find(handle)
	if err != nil {
		return Used{}, err
	}
	var c *webauthn.Credential
	if len(kept.UserID) == 0 {
		_, c, err = s.w.ValidatePasskeyLogin(func(_, _ []byte) (webauthn.User, error) { return user{u}, nil }, kept, parsed)
	} else {
		c, err = s.w.ValidateLogin(user{u}, kept, parsed)
	}
	if err != nil {
		return Used{}, refused(err)
	}
	return Used{Handle: handle, Key: base64.RawURLEncoding.EncodeToString(c.ID), Count: parsed.Response.AuthenticatorData.Counter, Challenge: challenge}, nil
}

func question(options any, state *webauthn.SessionData) (Question, error) {
	o, err := json.Marshal(options)
	if err != nil {
		return Question{}, err
	}
	st, err := json.Marshal(state)
	return Question{Options: o, State: st}, err
}

func restore(state []byte) (kept webauthn.SessionData, challenge string, err error) {
	if err := json.Unmarshal(state, &kept); err != nil {
		return kept, "", fmt.Errorf("%w: %w", ErrRefused, err)
	}
	sum := sha256.Sum256([]byte(kept.Challenge))
	return kept, hex.EncodeToString(sum[:]), nil
}

// refused keeps the kind of the library's error, which repeats nothing of what was sent.
func refused(err error) error {
	var known *protocol.Error
	if errors.As(err, &known) {
		return fmt.Errorf("%w: %s", ErrRefused, known.Type)
	}
	return ErrRefused
}

// user is a User as the library asks for one.
type user struct{ u User }

func (u user) WebAuthnID() []byte          { return u.u.Handle }
func (u user) WebAuthnName() string        { return u.u.Name }
func (u user) WebAuthnDisplayName() string { return u.u.Name }
func (u user) WebAuthnCredentials() []webauthn.Credential {
	out := make([]webauthn.Credential, 0, len(u.u.Keys))
	for _, k := range u.u.Keys {
		id, err := base64.RawURLEncoding.DecodeString(k.ID)
		if err != nil {
			continue // no key of this id can sign
		}
		c := webauthn.Credential{ID: id, PublicKey: k.PublicKey, Flags: webauthn.CredentialFlags{BackupEligible: k.BackupEligible}}
		c.Authenticator.SignCount = k.Count
		for _, t := range k.Transports {
			c.Transport = append(c.Transport, protocol.AuthenticatorTransport(t))
		}
		out = append(out, c)
	}
	return out
}
