package idp

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"
)

// Logout is the path by which a provider says that somebody has left (OpenID Connect Back-Channel Logout 1.0). Each has its own.
func Logout(id string) string { return "/signin/with/" + id + "/logout" }

// Left is whom a provider says to have left: a subject, or one session of the provider's, or both.
type Left struct {
	Provider             Provider
	Issuer, Subject, SID string
	Token                string // SHA-256 of what names the token once and for all, hex
}

const (
	leftEvent = "http://schemas.openid.net/event/backchannel-logout"
	tokenSkew = time.Minute
)

// TokenAge is how old a logout token may be: what is older was heard by somebody and kept.
const TokenAge = 5 * time.Minute

// CheckLogout checks a logout token as Back-Channel Logout 1.0, 2.6, wants it. What it names may be nobody's here. That a token counts
// once, its reader sees to, by Token.
func (p *Providers) CheckLogout(ctx context.Context, id, raw string) (Left, error) {
	s, f, err := p.site(ctx, id)
	if err != nil {
		return Left{}, err
	}
	token, err := f.verifier.Verify(ctx, raw) // signature, algorithm, issuer, audience, expiry
	if err != nil {
		return Left{}, refuse("the token does not hold")
	}
	var claims struct {
		SID    string                     `json:"sid"`
		JTI    string                     `json:"jti"`
		Nonce  json.RawMessage            `json:"nonce"`
		Events map[string]json.RawMessage `json:"events"`
	}
	if err := token.Claims(&claims); err != nil {
		return Left{}, refuse("the token cannot be read")
	}
	said, is := claims.Events[leftEvent]
	age := p.wall().Sub(token.IssuedAt)
	switch {
	case !is || !bytes.HasPrefix(bytes.TrimSpace(said), []byte("{")):
		return Left{}, refuse("the token says nothing of leaving") // an ID token among them
	case claims.Nonce != nil:
		return Left{}, refuse("the token answers a question")
	case claims.JTI == "" || len(claims.JTI) > 255 || token.IssuedAt.IsZero() || age > TokenAge || age < -tokenSkew:
		return Left{}, refuse("the token is not of now")
	case token.Subject == "" && claims.SID == "" || len(token.Subject) > 255 || len(claims.SID) > 255:
		return Left{}, refuse("the token names nobody")
	}
	sum := sha256.Sum256([]byte(s.ID + "\x00" + claims.JTI))
	return Left{Provider: Provider{s.ID, s.Name, s.Institution}, Issuer: token.Issuer, Subject: token.Subject, SID: claims.SID, Token: hex.EncodeToString(sum[:])}, nil
}
