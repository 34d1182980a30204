// Package idp lets an institution's own identity provider say who somebody is (OpenID Connect Core 1.0, authorization code flow):
// a thin hand around the libraries, which knows neither accounts nor sessions. It guarantees:
//
//   - What is asked carries a state, a nonce and a PKCE challenge (S256, RFC 7636), each new, and what the answer is checked by is
//     the caller's to keep, unseen and unchanged, for as long as it thinks fit.
//   - An answer counts only for the provider that was asked (each has an address of its own to answer to, and RFC 9207 where it says
//     who it is), and only with an ID token of that issuer, for us, of now, with our nonce, signed by a key that the issuer publishes.
//   - A provider is looked up when somebody wants it, not before: one that is away keeps nobody from starting or from the others.
package idp

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

var (
	// ErrRefused: the answer does not prove what was asked. Why is in its text, for a log, and names nobody.
	ErrRefused = errors.New("the provider's answer is refused")
	// ErrStale is an ErrRefused: the provider did not ask afresh who it is, though it was asked to.
	ErrStale = errors.New("the provider has not asked again")
	// ErrAway: the provider does not answer, or not as one.
	ErrAway = errors.New("the identity provider does not answer")
	// ErrUnknown: there is no such provider.
	ErrUnknown = errors.New("no such identity provider")
)

// Provider is one as people see it.
type Provider struct {
	ID          string
	Name        Name
	Institution string
}

// Providers are all of them. It is safe for concurrent use.
type Providers struct {
	origin string
	wall   func() time.Time
	client *http.Client
	all    []*site
}

type site struct {
	Config
	mu       sync.Mutex
	found    *found
	failedAt time.Time
}

type found struct {
	oauth    oauth2.Config
	verifier *oidc.IDTokenVerifier
	saysWho  bool // it promises to name itself in what it sends back (RFC 9207)
}

const (
	patience  = 10 * time.Second // with a provider
	restAfter = 5 * time.Second  // before one that was away is tried again
	maxAnswer = 1 << 20

	// freshSkew is how far a provider's clock may be off where it is asked to ask afresh. It is also how long before the question a
	// sign-in may lie that its answer rests on.
	freshSkew = 30 * time.Second
)

// New makes the providers for the origin under which browsers know this site.
func New(origin string, configs []Config, wall func() time.Time) (*Providers, error) {
	if err := secure(origin); err != nil {
		return nil, fmt.Errorf("identity providers need the address of this site: %w", err)
	}
	p := &Providers{origin: origin, wall: wall, client: &http.Client{
		Timeout: patience, Transport: bounded{http.DefaultTransport},
		// What goes to a provider holds our secret: it goes to the address that the provider named and to no other.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	for _, c := range configs {
		p.all = append(p.all, &site{Config: c})
	}
	return p, nil
}

// bounded cuts off what no provider needs to say.
type bounded struct{ next http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := b.next.RoundTrip(r)
	if err == nil {
		res.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(res.Body, maxAnswer), res.Body}
	}
	return res, err
}

// List gives them in the order of the file.
func (p *Providers) List() []Provider {
	var out []Provider
	for _, s := range p.all {
		out = append(out, Provider{s.ID, s.Name, s.Institution})
	}
	return out
}

// TellsSecondStep tells whether a provider has words by which it says that it asked for a second factor.
func (p *Providers) TellsSecondStep(id string) bool {
	i := slices.IndexFunc(p.all, func(s *site) bool { return s.ID == id })
	return i >= 0 && len(p.all[i].SecondStep.ACR)+len(p.all[i].SecondStep.AMR) > 0
}

// Find gives one by its id.
func (p *Providers) Find(id string) (Provider, bool) {
	i := slices.IndexFunc(p.all, func(s *site) bool { return s.ID == id })
	if i < 0 {
		return Provider{}, false
	}
	return Provider{p.all[i].ID, p.all[i].Name, p.all[i].Institution}, true
}

func (p *Providers) site(ctx context.Context, id string) (*site, *found, error) {
	i := slices.IndexFunc(p.all, func(s *site) bool { return s.ID == id })
	if i < 0 {
		return nil, nil, ErrUnknown
	}
	f, err := p.discover(ctx, p.all[i])
	return p.all[i], f, err
}

// discover asks a provider for its addresses, once; one that was away is asked again after a moment.
func (p *Providers) discover(ctx context.Context, s *site) (*found, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.found != nil {
		return s.found, nil
	}
	if !s.failedAt.IsZero() && p.wall().Sub(s.failedAt) < restAfter {
		return nil, ErrAway
	}
	f, err := p.ask(ctx, s)
	if err != nil {
		if ctx.Err() == nil {
			s.failedAt = p.wall()
		}
		return nil, fmt.Errorf("%w: %w", ErrAway, err)
	}
	s.found = f
	return f, nil
}

func (p *Providers) ask(ctx context.Context, s *site) (*found, error) {
	provider, err := oidc.NewProvider(oidc.ClientContext(ctx, p.client), s.Issuer) // checks that it is the issuer that it was asked as
	if err != nil {
		return nil, err
	}
	var says struct {
		Keys string   `json:"jwks_uri"`
		Auth []string `json:"token_endpoint_auth_methods_supported"`
		Iss  bool     `json:"authorization_response_iss_parameter_supported"`
	}
	if err := provider.Claims(&says); err != nil {
		return nil, err
	}
	for _, address := range []string{provider.Endpoint().AuthURL, provider.Endpoint().TokenURL, says.Keys} {
		if err := secure(address); err != nil {
			return nil, fmt.Errorf("%q: %w", address, err)
		}
	}
	endpoint := provider.Endpoint()
	endpoint.AuthStyle = oauth2.AuthStyleInHeader // what is meant where nothing is said (OpenID Connect Discovery, 3); never both: a code is good once
	if len(says.Auth) > 0 && !slices.Contains(says.Auth, "client_secret_basic") {
		endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	return &found{
		oauth:    oauth2.Config{ClientID: s.ClientID, ClientSecret: s.Secret, Endpoint: endpoint, RedirectURL: p.origin + Return(s.ID), Scopes: []string{oidc.ScopeOpenID}},
		verifier: provider.VerifierContext(oidc.ClientContext(context.WithoutCancel(ctx), p.client), &oidc.Config{ClientID: s.ClientID, Now: p.wall}),
		saysWho:  says.Iss,
	}, nil
}

// Return is the path to which a provider sends people back. Each has its own (RFC 9700, 4.4).
func Return(id string) string { return "/signin/with/" + id + "/return" }

// Question is where a browser is sent, and what the answer will be checked by.
type Question struct {
	URL   string
	State []byte
}

type state struct {
	Provider string `json:"provider"`
	State    string `json:"state"`
	Nonce    string `json:"nonce"`
	Verifier string `json:"verifier"`
	// Asked is when a provider was asked to let nobody in whom it only remembers; zero where it may.
	Asked time.Time `json:"asked,omitzero"`
}

// Ask makes a question for a provider.
func (p *Providers) Ask(ctx context.Context, id string) (Question, error) {
	return p.question(ctx, id, time.Time{})
}

// AskAfresh makes a question that is answered by a sign-in that begins after it, and not by one that the provider remembers
// (OpenID Connect Core, 3.1.2.1). A provider that does not do as it is asked is found out by Check: ErrStale.
func (p *Providers) AskAfresh(ctx context.Context, id string) (Question, error) {
	return p.question(ctx, id, p.wall(), oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
}

func (p *Providers) question(ctx context.Context, id string, asked time.Time, more ...oauth2.AuthCodeOption) (Question, error) {
	s, f, err := p.site(ctx, id)
	if err != nil {
		return Question{}, err
	}
	st := state{Provider: s.ID, State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), Asked: asked}
	kept, err := json.Marshal(st)
	return Question{URL: f.oauth.AuthCodeURL(st.State, append(more, oidc.Nonce(st.Nonce), oauth2.S256ChallengeOption(st.Verifier))...), State: kept}, err
}

// Answer is what a browser brings back from a provider.
type Answer struct {
	Provider string // to whose address it came
	State    string
	Code     string
	Issuer   string // iss, where the provider sends it
}

// Identity is who somebody is, by a provider's word.
type Identity struct {
	Provider        Provider
	Issuer, Subject string
	SecondStep      bool   // it asked for a second factor, by a word that the file accepts
	Challenge       string // SHA-256 of what was asked, hex
	SID             string // what the provider calls the session that it has with them; "" if it does not say
	AuthTime        time.Time
}

// Check checks an answer against what Ask has kept.
func (p *Providers) Check(ctx context.Context, kept []byte, a Answer) (Identity, error) {
	var st state
	if err := json.Unmarshal(kept, &st); err != nil || st.State == "" || subtle.ConstantTimeCompare([]byte(st.State), []byte(a.State)) != 1 {
		return Identity{}, refuse("it answers another question")
	}
	if st.Provider != a.Provider {
		return Identity{}, refuse("another provider was asked")
	}
	s, f, err := p.site(ctx, st.Provider)
	if err != nil {
		return Identity{}, err
	}
	switch {
	case a.Issuer != "" && a.Issuer != s.Issuer, a.Issuer == "" && f.saysWho:
		return Identity{}, refuse("another issuer has answered")
	case a.Code == "":
		return Identity{}, refuse("the provider let nobody in")
	}
	token, err := f.oauth.Exchange(oidc.ClientContext(ctx, p.client), a.Code, oauth2.VerifierOption(st.Verifier))
	var said *oauth2.RetrieveError
	switch {
	case errors.As(err, &said) && said.Response.StatusCode < 500:
		return Identity{}, refuse("the code is not good: " + said.ErrorCode)
	case err != nil:
		return Identity{}, fmt.Errorf("%w: the token could not be had", ErrAway)
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := f.verifier.Verify(ctx, raw)
	if err != nil {
		return Identity{}, refuse("the token does not hold")
	}
	var claims struct {
		Party string   `json:"azp"`
		ACR   string   `json:"acr"`
		AMR   []string `json:"amr"`
		SID   string   `json:"sid"`
		At    float64  `json:"auth_time"`
	}
	switch err := id.Claims(&claims); {
	case err != nil:
		return Identity{}, refuse("the token cannot be read")
	case subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(st.Nonce)) != 1:
		return Identity{}, refuse("the token answers another question")
	case claims.Party != "" && claims.Party != s.ClientID: // OpenID Connect Core, 3.1.3.7
		return Identity{}, refuse("the token is for another party")
	case id.Subject == "" || len(id.Subject) > 255 || len(claims.SID) > 255:
		return Identity{}, refuse("the token names nobody")
	}
	sum := sha256.Sum256([]byte(st.State))
	var since time.Time
	if claims.At > 0 && claims.At < 1<<40 {
		since = time.Unix(int64(claims.At), 0)
	}
	if !st.Asked.IsZero() && (since.Before(st.Asked.Add(-freshSkew)) || since.After(p.wall().Add(freshSkew))) { // not said at all among them
		return Identity{}, fmt.Errorf("%w: %w", ErrRefused, ErrStale)
	}
	return Identity{
		SID: claims.SID, AuthTime: since,
		Provider: Provider{s.ID, s.Name, s.Institution}, Issuer: id.Issuer, Subject: id.Subject, Challenge: hex.EncodeToString(sum[:]),
		SecondStep: slices.Contains(s.SecondStep.ACR, claims.ACR) || slices.ContainsFunc(claims.AMR, func(m string) bool { return slices.Contains(s.SecondStep.AMR, m) }),
	}, nil
}

func refuse(why string) error { return fmt.Errorf("%w: %s", ErrRefused, why) }
