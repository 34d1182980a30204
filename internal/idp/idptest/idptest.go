// Package idptest is an identity provider for tests: a real OpenID Connect server (zitadel/oidc) on this machine, which knows one
// client, vouches for whomever the test says, and on demand says what no honest provider would.
package idptest

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// ClientID and Secret are what the one client is known by.
const (
	ClientID = "mkr"
	Secret   = "a secret of the test's"
)

// Server is the provider. What it says is changed between requests.
type Server struct {
	*httptest.Server
	Subject string   // whom it vouches for
	AMR     []string // how it found out who that is
	SID     string   // what it calls its session with them; "" for nothing
	// SignedIn is when they signed in there: with the next question if zero, or if the question wants it afresh and Remembers is not set.
	SignedIn  time.Time
	Remembers bool // whatever it is asked, it lets in whom it remembers, as no honest provider would
	// Forge changes the claims of an ID token, and may sign it itself: with "" the server does.
	Forge func(claims map[string]any) string

	now      func() time.Time
	mu       sync.Mutex
	key      *rsa.PrivateKey
	redirect string
	requests map[string]*request
	codes    map[string]string
}

// New starts one that sends people back to an address. Its tokens are of the time that now tells.
func New(t testing.TB, redirect string, now func() time.Time) *Server {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{Subject: "subject-1", now: now, key: key, redirect: redirect, requests: map[string]*request{}, codes: map[string]string{}}
	mux := http.NewServeMux()
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	provider, err := op.NewProvider(&op.Config{CodeMethodS256: true, CryptoKey: [32]byte{1}}, &storage{s: s}, op.StaticIssuer(s.URL), op.WithAllowInsecure(), op.WithLogger(slog.New(slog.NewTextHandler(io.Discard, nil))))
	if err != nil {
		t.Fatal(err)
	}
	mux.Handle("/", provider)
	mux.HandleFunc("POST /oauth/token", func(w http.ResponseWriter, r *http.Request) { s.token(w, r, provider) })
	mux.HandleFunc("GET /login", func(w http.ResponseWriter, r *http.Request) { // whoever comes is known
		s.mu.Lock()
		id := r.FormValue("id")
		if a := s.requests[id]; a != nil {
			afresh := slices.Contains(a.Prompt, "login") || a.MaxAge != nil && *a.MaxAge == 0
			if s.SignedIn.IsZero() || afresh && !s.Remembers {
				s.SignedIn = s.now()
			}
			a.subject, a.amr, a.at, a.done = s.Subject, s.AMR, s.SignedIn, true
		}
		s.mu.Unlock()
		http.Redirect(w, r, "/authorize/callback?id="+url.QueryEscape(id), http.StatusFound)
	})
	return s
}

// SignsIn follows a question's address as a browser does, and gives the query with which the provider sends it back.
func (s *Server) SignsIn(t testing.TB, address string) url.Values {
	t.Helper()
	var back url.Values
	client := &http.Client{CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), s.redirect) {
			back = r.URL.Query()
			return http.ErrUseLastResponse
		}
		return nil
	}}
	res, err := client.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if body, _ := io.ReadAll(res.Body); back == nil {
		t.Fatalf("the provider sends nobody back: %d %s", res.StatusCode, body)
	}
	return back
}

// LogoutToken is one as the library makes them, of the time that now tells, signed by the server. Forge changes its claims.
func (s *Server) LogoutToken(t testing.TB, subject, sid string, forge func(claims map[string]any)) string {
	t.Helper()
	made := oidc.NewLogoutTokenClaims(s.URL, subject, oidc.Audience{ClientID}, s.now().Add(time.Minute), rand.Text(), sid, 0)
	raw, err := json.Marshal(made)
	claims := map[string]any{}
	if err = errors.Join(err, json.Unmarshal(raw, &claims)); err != nil {
		t.Fatal(err)
	}
	claims["iat"] = s.now().Unix()
	if forge != nil {
		forge(claims)
	}
	return s.Sign(claims, nil)
}

// Sign signs claims as the server does, or with another's key.
func (s *Server) Sign(claims map[string]any, key *rsa.PrivateKey) string {
	if key == nil {
		key = s.key
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: jose.JSONWebKey{Key: key, KeyID: keyID}}, nil)
	if err != nil {
		panic(err)
	}
	body, err := json.Marshal(claims)
	if err != nil {
		panic(err)
	}
	signed, err := signer.Sign(body)
	if err != nil {
		panic(err)
	}
	out, err := signed.CompactSerialize()
	if err != nil {
		panic(err)
	}
	return out
}

// token lets the provider answer, and changes the token: its times to those of the test, since the library has the machine's, and
// what Forge changes.
func (s *Server) token(w http.ResponseWriter, r *http.Request, provider http.Handler) {
	rec := httptest.NewRecorder()
	provider.ServeHTTP(rec, r)
	if rec.Code == http.StatusOK {
		var answer, claims map[string]any
		err := json.Unmarshal(rec.Body.Bytes(), &answer)
		raw, _ := answer["id_token"].(string)
		parsed, parseErr := jose.ParseSignedCompact(raw, []jose.SignatureAlgorithm{jose.RS256})
		if err == nil && parseErr == nil {
			err = json.Unmarshal(parsed.UnsafePayloadWithoutVerification(), &claims)
		}
		if err = errors.Join(err, parseErr); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		now := s.now().Unix()
		claims["iat"], claims["exp"] = now, now+300
		if s.SID != "" {
			claims["sid"] = s.SID
		}
		forged := ""
		if s.Forge != nil {
			forged = s.Forge(claims)
		}
		if forged == "" {
			forged = s.Sign(claims, nil)
		}
		answer["id_token"] = forged
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(answer)
		return
	}
	w.Header().Set("Content-Type", rec.Header().Get("Content-Type"))
	w.WriteHeader(rec.Code)
	_, _ = w.Write(rec.Body.Bytes())
}

const keyID = "key-1"

// signing and public are the server's key as the library wants to have it.
type signing struct{ key *rsa.PrivateKey }

func (signing) SignatureAlgorithm() jose.SignatureAlgorithm { return jose.RS256 }
func (k signing) Key() any                                  { return k.key }
func (signing) ID() string                                  { return keyID }

type public struct{ key *rsa.PublicKey }

func (public) ID() string                         { return keyID }
func (public) Algorithm() jose.SignatureAlgorithm { return jose.RS256 }
func (public) Use() string                        { return "sig" }
func (k public) Key() any                         { return k.key }

// client is the one that the server knows.
type client struct{ redirect string }

func (client) GetID() string                        { return ClientID }
func (c client) RedirectURIs() []string             { return []string{c.redirect} }
func (client) PostLogoutRedirectURIs() []string     { return nil }
func (client) ApplicationType() op.ApplicationType  { return op.ApplicationTypeWeb }
func (client) AuthMethod() oidc.AuthMethod          { return oidc.AuthMethodBasic }
func (client) ResponseTypes() []oidc.ResponseType   { return []oidc.ResponseType{oidc.ResponseTypeCode} }
func (client) GrantTypes() []oidc.GrantType         { return []oidc.GrantType{oidc.GrantTypeCode} }
func (client) LoginURL(id string) string            { return "/login?id=" + url.QueryEscape(id) }
func (client) AccessTokenType() op.AccessTokenType  { return op.AccessTokenTypeBearer }
func (client) IDTokenLifetime() time.Duration       { return time.Hour }
func (client) DevMode() bool                        { return true }
func (client) IsScopeAllowed(string) bool           { return false }
func (client) IDTokenUserinfoClaimsAssertion() bool { return false }
func (client) ClockSkew() time.Duration             { return 0 }
func (client) RestrictAdditionalIdTokenScopes() func([]string) []string {
	return func(s []string) []string { return s }
}
func (client) RestrictAdditionalAccessTokenScopes() func([]string) []string {
	return func(s []string) []string { return s }
}

// request is one sign-in that runs.
type request struct {
	*oidc.AuthRequest
	id, subject string
	amr         []string
	at          time.Time
	done        bool
}

func (a *request) GetID() string                      { return a.id }
func (a *request) GetACR() string                     { return "" }
func (a *request) GetAMR() []string                   { return a.amr }
func (a *request) GetAudience() []string              { return []string{ClientID} }
func (a *request) GetAuthTime() time.Time             { return a.at }
func (a *request) GetClientID() string                { return a.ClientID }
func (a *request) GetNonce() string                   { return a.Nonce }
func (a *request) GetRedirectURI() string             { return a.RedirectURI }
func (a *request) GetResponseType() oidc.ResponseType { return a.ResponseType }
func (a *request) GetResponseMode() oidc.ResponseMode { return a.ResponseMode }
func (a *request) GetScopes() []string                { return a.Scopes }
func (a *request) GetState() string                   { return a.State }
func (a *request) GetSubject() string                 { return a.subject }
func (a *request) Done() bool                         { return a.done }
func (a *request) GetCodeChallenge() *oidc.CodeChallenge {
	if a.CodeChallenge == "" {
		return nil
	}
	return &oidc.CodeChallenge{Challenge: a.CodeChallenge, Method: a.CodeChallengeMethod}
}

// storage is what the library asks of its keeper in the code flow. Whatever else it could ask ends the test.
type storage struct {
	op.Storage
	s *Server
}

var errUnknown = errors.New("not known")

func (o *storage) CreateAuthRequest(_ context.Context, r *oidc.AuthRequest, _ string) (op.AuthRequest, error) {
	o.s.mu.Lock()
	defer o.s.mu.Unlock()
	a := &request{AuthRequest: r, id: rand.Text()}
	o.s.requests[a.id] = a
	return a, nil
}

func (o *storage) AuthRequestByID(_ context.Context, id string) (op.AuthRequest, error) {
	o.s.mu.Lock()
	defer o.s.mu.Unlock()
	if a := o.s.requests[id]; a != nil {
		return a, nil
	}
	return nil, errUnknown
}

func (o *storage) AuthRequestByCode(ctx context.Context, code string) (op.AuthRequest, error) {
	o.s.mu.Lock()
	id := o.s.codes[code]
	o.s.mu.Unlock()
	return o.AuthRequestByID(ctx, id)
}

func (o *storage) SaveAuthCode(_ context.Context, id, code string) error {
	o.s.mu.Lock()
	defer o.s.mu.Unlock()
	o.s.codes[code] = id
	return nil
}

func (o *storage) DeleteAuthRequest(_ context.Context, id string) error {
	o.s.mu.Lock()
	defer o.s.mu.Unlock()
	delete(o.s.requests, id)
	return nil
}

func (o *storage) CreateAccessToken(context.Context, op.TokenRequest) (string, time.Time, error) {
	return rand.Text(), time.Now().Add(time.Hour), nil // the library makes a length of it, by the machine's clock; nobody uses the token
}

func (o *storage) SigningKey(context.Context) (op.SigningKey, error) { return signing{o.s.key}, nil }

func (o *storage) SignatureAlgorithms(context.Context) ([]jose.SignatureAlgorithm, error) {
	return []jose.SignatureAlgorithm{jose.RS256}, nil
}

func (o *storage) KeySet(context.Context) ([]op.Key, error) {
	return []op.Key{public{&o.s.key.PublicKey}}, nil
}

func (o *storage) GetClientByClientID(_ context.Context, id string) (op.Client, error) {
	if id != ClientID {
		return nil, errUnknown
	}
	return client{o.s.redirect}, nil
}

func (o *storage) AuthorizeClientIDSecret(_ context.Context, id, secret string) error {
	if id != ClientID || secret != Secret {
		return errUnknown
	}
	return nil
}

func (o *storage) SetUserinfoFromScopes(_ context.Context, info *oidc.UserInfo, subject, _ string, _ []string) error {
	info.Subject = subject
	return nil
}

func (o *storage) GetPrivateClaimsFromScopes(context.Context, string, string, []string) (map[string]any, error) {
	return nil, nil
}

func (o *storage) Health(context.Context) error { return nil }
