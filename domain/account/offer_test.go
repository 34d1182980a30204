package account

import (
	"strings"
	"testing"
	"time"
)

var (
	offerToken   = OfferToken{Offer: "offer-1", Label: "revalb_bridge", Days: 30, By: "admin-1"}
	tokenOffered = TokenOffered{Offer: "offer-1", Label: "revalb_bridge", Days: 30, By: "admin-1"}
)

// An administrator offers, the holder takes: neither can do both, and what was taken or refused is taken no more.
func TestATokenTakesTwo(t *testing.T) {
	take := TakeToken{Offer: "offer-1", Session: "s-3", TokenHash: strings.Repeat("ab", 32), Wall: at.Now}
	taken := partner
	taken.ExpiresAt = at.Now.Add(30 * 24 * time.Hour)
	decider.Accepts(t, given(opened), offerToken, at, tokenOffered)
	decider.Accepts(t, given(opened, tokenOffered), take, at, TokenOfferEnded{"offer-1", OfferTaken}, taken)
	decider.Accepts(t, given(opened, tokenOffered), EndOffer{"offer-1", OfferWithdrawn}, at, TokenOfferEnded{"offer-1", OfferWithdrawn})
	decider.Refuses(t, given(opened), take, at, CodeNoOffer, "")
	decider.Refuses(t, given(opened, tokenOffered, TokenOfferEnded{"offer-1", OfferRefused}), take, at, CodeNoOffer, "")
	decider.Refuses(t, given(opened, tokenOffered, locked), take, at, CodeLocked, "")
	decider.Refuses(t, given(opened, locked), offerToken, at, CodeLocked, "")
	decider.Refuses(t, given(opened, tokenOffered), EndOffer{"offer-1", OfferTaken}, at, CodeUnknownCode, "reason")
	bare := take
	bare.TokenHash = "the token itself"
	decider.Refuses(t, given(opened, tokenOffered), bare, at, CodeTokenHash, "token_hash")
	own := offerToken
	own.By = "acc-1"
	decider.Refuses(t, given(opened), own, at, CodeOwnOffer, "")
	for _, days := range []int{0, -1, 367} {
		c := offerToken
		c.Days = days
		decider.Refuses(t, given(opened), c, at, CodeExpiry, "days")
	}
	nameless := offerToken
	nameless.Label = ""
	decider.Refuses(t, given(opened), nameless, at, CodeMissing, "label")
}
