package account

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"mkr/domain/person"
)

var (
	asked   = Challenge{Hash: strings.Repeat("c1", 32), Until: at.Now.Add(ChallengeLife)}
	askedB  = Challenge{Hash: strings.Repeat("c2", 32), Until: at.Now.Add(ChallengeLife)}
	keyring = Passkey{ID: "key-1", PublicKey: []byte{1, 2}, Count: 7, Model: strings.Repeat("0a", 16), Transports: []string{"internal"}, BackupEligible: true, Label: sealed(person.FieldTitle)}
	added   = PasskeyAdded{
		Passkey: "key-1", PublicKey: []byte{1, 2}, Count: 7, Model: keyring.Model, Transports: []string{"internal"}, BackupEligible: true, Label: keyring.Label,
		Challenge: asked.Hash, ChallengeUntil: asked.Until,
	}
	usedKey = PasskeyUsed{Passkey: "key-1", Count: 8, Challenge: askedB.Hash, ChallengeUntil: askedB.Until, At: at.Now}
	signed  = Proof{Passkey: "key-1", Count: 8, Challenge: askedB, Wall: at.Now}
)

func TestAddingAPasskey(t *testing.T) {
	add := AddPasskey{Passkey: keyring, Challenge: asked, Wall: at.Now}
	decider.Accepts(t, given(opened), add, at, added)
	decider.Accepts(t, given(opened, added), add, at)
	other := add
	other.Challenge = askedB
	decider.Refuses(t, given(opened, added), other, at, CodePasskeyExists, "")
	decider.Refuses(t, given(opened, locked), add, at, CodeLocked, "")
	// A question is answered once, also when what followed from the answer is gone.
	decider.Refuses(t, given(opened, added, PasskeyRemoved{"key-1", OwnWish}), add, at, CodeChallenge, "")
	for name, change := range map[string]func(*AddPasskey){
		"late": func(c *AddPasskey) { c.Wall = asked.Until }, "from the future": func(c *AddPasskey) { c.Wall = at.Now.Add(-time.Second) },
		"to no question": func(c *AddPasskey) { c.Challenge.Hash = "" },
	} {
		c := add
		change(&c)
		t.Run(name, func(t *testing.T) { decider.Refuses(t, given(opened), c, at, CodeChallenge, "") })
	}
	nameless, none := add, add
	nameless.Passkey.Label, none.Passkey.PublicKey = person.Sealed{}, nil
	decider.Refuses(t, given(opened), nameless, at, CodeMissing, "label")
	decider.Refuses(t, given(opened), none, at, CodeNoPasskey, "")
	full := given(opened)
	for i := range MaxPasskeys {
		e := added
		e.Passkey, e.Challenge = fmt.Sprint("other-", i), fmt.Sprintf("%064d", i)
		full = append(full, e)
	}
	decider.Refuses(t, full, add, at, CodePasskeys, "")
	decider.Accepts(t, given(opened, added), RemovePasskey{Passkey: "key-1"}, at, PasskeyRemoved{"key-1", OwnWish})
	decider.Accepts(t, given(opened), RemovePasskey{Passkey: "key-1"}, at)
}

// A passkey lets in by itself, also where a second factor is set; a question is answered once; a key that does not count further
// is refused from then on, whichever of the two it is.
func TestSigningInByPasskey(t *testing.T) {
	enter := start(desk)
	enter.Proof = signed
	decider.Accepts(t, given(opened, passwordSet, added), enter, at, usedKey, desk)
	decider.Accepts(t, given(opened, passwordSet, device, added), enter, at, usedKey, desk)
	decider.Refuses(t, given(opened, passwordSet), enter, at, CodeNoPasskey, "")
	decider.Refuses(t, given(opened, passwordSet, added, locked), enter, at, CodeLocked, "")
	again := enter
	again.Proof.Count = 9
	decider.Refuses(t, given(opened, passwordSet, added, usedKey), again, at, CodeChallenge, "")
	for _, count := range []uint32{0, 6, 7} {
		c := enter
		c.Proof.Count = count
		decider.Refuses(t, given(opened, passwordSet, added), c, at, CodeCopied, "")
	}
	copied := PasskeyRefused{"key-1", 7, Copied}
	decider.Accepts(t, given(opened, added), RefusePasskey{"key-1", 7}, at, copied)
	decider.Accepts(t, given(opened, added, copied), RefusePasskey{"key-1", 7}, at)
	decider.Accepts(t, given(opened), RefusePasskey{"key-1", 7}, at)
	decider.Refuses(t, given(opened, passwordSet, added, copied), enter, at, CodeCopied, "")
	// Keys that are kept on several devices count nothing.
	silent, proof := added, enter
	silent.Count, proof.Proof.Count = 0, 0
	quiet := usedKey
	quiet.Count = 0
	decider.Accepts(t, given(opened, passwordSet, silent), proof, at, quiet, desk)

	raise := RaiseSession{Session: "s-1", Proof: signed, Wall: at.Now, Until: at.Now.Add(RaisedLife)}
	decider.Accepts(t, given(opened, device, added, desk), raise, at, usedKey, SessionRaised{"s-1", raise.Until})
	decider.Accepts(t, given(opened, added, RecoveryAsked{"admin-1"}), GrantRecovery{"admin-2", second}, at, RecoveryGranted{"admin-2"}, PasswordSet{Hash: second, First: true}, PasskeyRemoved{"key-1", Recovered})
}

// What was answered is forgotten when it can be answered no more: the state does not grow with every sign-in.
func TestAnsweredQuestionsAreForgotten(t *testing.T) {
	var s State
	for i := range 100 {
		s = Evolve(s, PasskeyUsed{Passkey: "key-1", Challenge: fmt.Sprintf("%064d", i), ChallengeUntil: at.Now.Add(time.Duration(i) * time.Minute)})
	}
	if n := len(s.Challenges); n < 2 || n > 6 {
		t.Errorf("%d are kept", n)
	}
}

// Two of her own sign-ins whose answers overtake each other are no copy: the later one to arrive lets in nobody and blocks nothing. A key
// that is asked after the newest answer came, and counts no further, is a copy.
func TestOvertakenAnswersAreNoCopies(t *testing.T) {
	ask := func(hash string, asked, answered time.Duration, count uint32) StartSession {
		c := start(desk)
		c.Wall = at.Now.Add(answered)
		c.Proof = Proof{Passkey: "key-1", Count: count, Challenge: Challenge{Hash: strings.Repeat(hash, 32), Until: at.Now.Add(asked + ChallengeLife)}, Wall: c.Wall}
		return c
	}
	used := func(c StartSession) PasskeyUsed {
		return PasskeyUsed{Passkey: "key-1", Count: c.Proof.Count, Challenge: c.Proof.Challenge.Hash, ChallengeUntil: c.Proof.Challenge.Until, At: c.Wall}
	}
	first, second := ask("d3", time.Second, 20*time.Second, 8), ask("e4", 2*time.Second, 10*time.Second, 9)
	decider.Accepts(t, given(opened, passwordSet, added), second, at, used(second), desk)
	decider.Refuses(t, given(opened, passwordSet, added, used(second)), first, at, CodeChallenge, "")
	asked := ask("f5", 11*time.Second, 20*time.Second, 9)
	decider.Refuses(t, given(opened, passwordSet, added, used(second)), asked, at, CodeCopied, "")
	again := ask("a6", 30*time.Second, 40*time.Second, 10)
	decider.Accepts(t, given(opened, passwordSet, added, used(second)), again, at, used(again), desk)
	old := used(second) // as stored before the instant was kept
	old.At = time.Time{}
	decider.Refuses(t, given(opened, passwordSet, added, old), first, at, CodeCopied, "")
}
