package account

import (
	"strings"
	"testing"
	"time"
)

var (
	hospital     = Identity{Provider: "spitali", Hash: strings.Repeat("1d", 32)}
	linked       = IdentityLinked{Provider: hospital.Provider, Identity: hospital.Hash, Challenge: asked.Hash, ChallengeUntil: asked.Until}
	usedIdentity = IdentityUsed{Provider: hospital.Provider, Identity: hospital.Hash, Challenge: askedB.Hash, ChallengeUntil: askedB.Until}
	said         = Proof{Identity: hospital, Challenge: askedB, Wall: at.Now}
)

func TestLinkingAnIdentity(t *testing.T) {
	link := LinkIdentity{Identity: hospital, Challenge: asked, Wall: at.Now}
	decider.Accepts(t, given(opened), link, at, linked)
	decider.Accepts(t, given(opened, linked), link, at)
	decider.Refuses(t, given(opened, locked), link, at, CodeLocked, "")
	decider.Refuses(t, given(opened, linked, IdentityUnlinked{hospital.Provider, hospital.Hash, OwnWish}), link, at, CodeChallenge, "")
	other, late, plain := link, link, link
	other.Identity.Hash, other.Challenge = strings.Repeat("2d", 32), askedB
	decider.Refuses(t, given(opened, linked), other, at, CodeIdentityExists, "")
	late.Wall = asked.Until
	decider.Refuses(t, given(opened), late, at, CodeChallenge, "")
	plain.Identity.Hash = "mira@spitali.example.al"
	decider.Refuses(t, given(opened), plain, at, CodeNoIdentity, "")
	decider.Accepts(t, given(opened, linked), UnlinkIdentity{hospital.Provider}, at, IdentityUnlinked{hospital.Provider, hospital.Hash, OwnWish})
	decider.Accepts(t, given(opened), UnlinkIdentity{hospital.Provider}, at)
}

// A provider's word takes the place of the password. A second factor that is set is asked for all the same, unless the provider has
// asked for one; nothing is answered twice, and what is not linked lets nobody in.
func TestSigningInByIdentity(t *testing.T) {
	byIt := desk // a session that began by it says so
	byIt.Provider = hospital.Provider
	decider.Accepts(t, given(opened, passwordSet, linked), with(start(desk), said), at, usedIdentity, byIt)
	decider.Refuses(t, given(opened, passwordSet), with(start(desk), said), at, CodeNoIdentity, "")
	stranger := said
	stranger.Identity.Hash = strings.Repeat("2d", 32)
	decider.Refuses(t, given(opened, passwordSet, linked), with(start(desk), stranger), at, CodeNoIdentity, "")
	again := said
	again.Challenge = asked
	decider.Refuses(t, given(opened, passwordSet, linked), with(start(desk), again), at, CodeChallenge, "")
	late := said
	late.Wall = askedB.Until.Add(time.Second)
	decider.Refuses(t, given(opened, passwordSet, linked), with(start(desk), late), at, CodeChallenge, "")
	decider.Refuses(t, given(opened, passwordSet, linked, locked), with(start(desk), said), at, CodeLocked, "")

	with2 := append(given(opened, passwordSet, linked), device, used)
	decider.Refuses(t, with2, with(start(desk), said), at, CodeSecondFactor, "code")
	code := said
	code.Step = used.Step + 1
	decider.Accepts(t, with2, with(start(desk), code), at, usedIdentity, SecondFactorUsed{used.Step + 1}, byIt)
	strong := said
	strong.SecondAsked = true
	decider.Accepts(t, with2, with(start(desk), strong), at, usedIdentity, byIt)
}

// A provider that asked afresh raises the session of whom it is about: with a second factor, only if it has asked for one or a code is
// shown beside. Nothing is answered twice.
func TestRaisingByIdentity(t *testing.T) {
	confirmed := IdentityConfirmed(usedIdentity)
	raise := RaiseSession{Session: "s-1", Proof: said, Wall: at.Now, Until: at.Now.Add(RaisedLife)}
	up := SessionRaised{"s-1", raise.Until}
	decider.Accepts(t, given(opened, passwordSet, linked, desk), raise, at, confirmed, up)
	decider.Refuses(t, given(opened, passwordSet, desk), raise, at, CodeNoIdentity, "")
	decider.Refuses(t, given(opened, passwordSet, linked, desk, confirmed), raise, at, CodeChallenge, "")
	decider.Refuses(t, given(opened, passwordSet, linked), raise, at, CodeNoSession, "")
	stranger := raise
	stranger.Proof.Identity.Hash = strings.Repeat("2d", 32)
	decider.Refuses(t, given(opened, passwordSet, linked, desk), stranger, at, CodeNoIdentity, "")
	with2 := append(given(opened, passwordSet, linked, desk), device, used)
	decider.Refuses(t, with2, raise, at, CodeSecondFactor, "code")
	raise.Proof.SecondAsked = true
	decider.Accepts(t, with2, raise, at, confirmed, up)
}

// A provider ends what began by its word: the session that it names and those of which it never said where they belong, or all; and
// never what began otherwise.
func TestAProviderEndsWhatItBegan(t *testing.T) {
	named, other, unnamed, elsewhere := desk, desk, desk, desk
	named.Session, named.Provider, named.ProviderSession = "s-1", hospital.Provider, strings.Repeat("1a", 32)
	other.Session, other.Provider, other.ProviderSession = "s-2", hospital.Provider, strings.Repeat("1b", 32)
	unnamed.Session, unnamed.Provider = "s-3", hospital.Provider
	elsewhere.Session, elsewhere.Provider = "s-4", "another"
	desk := desk
	desk.Session = "s-5"
	all := given(opened, passwordSet, linked, named, other, unnamed, elsewhere, desk)
	decider.Accepts(t, all, EndProviderSessions{hospital.Provider, named.ProviderSession}, at, ended(named, ProviderEnded), ended(unnamed, ProviderEnded))
	decider.Accepts(t, all, EndProviderSessions{hospital.Provider, ""}, at, ended(named, ProviderEnded), ended(other, ProviderEnded), ended(unnamed, ProviderEnded))
	decider.Accepts(t, all, EndProviderSessions{"", ""}, at)
	decider.Accepts(t, given(opened, passwordSet, linked), EndProviderSessions{hospital.Provider, ""}, at)
}

// A recovery by two people unlinks what was linked.
func TestRecoveryUnlinksIdentities(t *testing.T) {
	decider.Accepts(t, given(opened, passwordSet, linked, RecoveryAsked{"admin-1"}), GrantRecovery{"admin-2", second}, at,
		RecoveryGranted{"admin-2"}, PasswordSet{Hash: second, First: true}, IdentityUnlinked{hospital.Provider, hospital.Hash, Recovered})
}
