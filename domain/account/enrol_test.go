package account

import (
	"testing"
	"time"
)

var deviceSet = SetSecondFactor{Secret: device.Secret, Recovery: codes, Proof: Proof{Step: 100}}

func asking(c StartSession) StartSession {
	c.SecondStep = true
	return c
}

// Where a second step is asked of everybody, nothing less lets in a browser; a token stands for a system, which has no device.
func TestASecondStepIsAskedOfEverybody(t *testing.T) {
	decider.Refuses(t, given(opened, passwordSet), asking(start(desk)), at, CodeSecondFactor, "")
	decider.Refuses(t, given(opened, passwordSet, added), asking(start(desk)), at, CodeSecondFactor, "")
	decider.Accepts(t, given(opened, passwordSet, added), asking(with(start(desk), signed)), at, usedKey, desk)
	decider.Accepts(t, guarded, asking(with(start(desk), Proof{Step: 101})), at, SecondFactorUsed{101}, desk)
	decider.Refuses(t, guarded, asking(start(desk)), at, CodeSecondFactor, "code")
	decider.Accepts(t, given(opened, passwordSet), asking(start(partner)), at, partner)
	byIt := desk
	byIt.Provider = hospital.Provider
	decider.Refuses(t, given(opened, passwordSet, linked), asking(with(start(desk), said)), at, CodeSecondFactor, "")
	strong := said
	strong.SecondAsked = true
	decider.Accepts(t, given(opened, passwordSet, linked), asking(with(start(desk), strong)), at, usedIdentity, byIt)
	// A word that nobody's provider gave counts for nothing.
	decider.Refuses(t, given(opened, passwordSet), asking(with(start(desk), Proof{SecondAsked: true})), at, CodeSecondFactor, "")
	// Who has proved it in one role goes on in another.
	raised := SessionRaised{"s-1", at.Now.Add(RaisedLife)}
	on := asking(start(desk))
	on.Session, on.From = "s-9", "s-1"
	if _, err := Decide(decider.Fold(opened, passwordSet, desk, raised), on, at); err != nil {
		t.Errorf("another role of a session that is open: %v", err)
	}
}

// At the door the first second step is set and lets in, both or neither, once, and under the password that was shown.
func TestEnrollingAtTheDoor(t *testing.T) {
	byCode := Enrol{From: passwordSet.Hash, Second: deviceSet, Start: asking(start(desk))}
	decider.Accepts(t, given(opened, passwordSet), byCode, at, device, used, desk)
	byKey := Enrol{From: passwordSet.Hash, Passkey: AddPasskey{Passkey: keyring, Challenge: asked, Wall: at.Now}, Start: asking(start(desk))}
	decider.Accepts(t, given(opened, passwordSet), byKey, at, added, desk)
	for _, c := range []Enrol{byCode, byKey} {
		decider.Refuses(t, guarded, c, at, CodeSecondFactor, "")
		decider.Refuses(t, given(opened, passwordSet, added), c, at, CodeSecondFactor, "")
		decider.Refuses(t, given(opened, passwordSet, added, PasskeyRefused{"key-1", 7, Copied}), c, at, CodeSecondFactor, "")
		decider.Refuses(t, given(opened, passwordSet, locked), c, at, CodeLocked, "")
		decider.Refuses(t, given(opened, PasswordSet{Hash: passwordSet.Hash, First: true}), c, at, CodeFirstPassword, "")
		decider.Refuses(t, given(opened, PasswordSet{Hash: second}), c, at, CodeNotProved, "")
		decider.Accepts(t, given(opened, passwordSet, device, used, desk), c, at) // sent again
		token := c
		token.Start.Kind = Token
		decider.Refuses(t, given(opened, passwordSet), token, at, CodeUnknownCode, "kind")
	}
	none := byCode
	none.Second.Proof = Proof{}
	decider.Refuses(t, given(opened, passwordSet), none, at, CodeCodeUsed, "code")
	late := byKey
	late.Passkey.Wall = asked.Until.Add(time.Second)
	decider.Refuses(t, given(opened, passwordSet), late, at, CodeChallenge, "")
}

// The last second step stays where one is required: a key that was seen twice is none.
func TestTheLastSecondStepStays(t *testing.T) {
	copied := PasskeyRefused{"key-1", 7, Copied}
	code, key := RemoveSecondFactor{Proof: Proof{Step: 101}, Stays: true}, RemovePasskey{Passkey: "key-1", Stays: true}
	decider.Refuses(t, guarded, code, at, CodeLastSecondStep, "")
	decider.Refuses(t, append(guarded, added, copied), code, at, CodeLastSecondStep, "")
	decider.Refuses(t, given(opened, passwordSet, added), key, at, CodeLastSecondStep, "")
	decider.Refuses(t, given(opened, passwordSet, added, copied), key, at, CodeLastSecondStep, "")
	decider.Accepts(t, append(guarded, added), code, at, SecondFactorUsed{101}, SecondFactorRemoved{OwnWish})
	decider.Accepts(t, append(guarded, added), key, at, PasskeyRemoved{"key-1", OwnWish})
	decider.Accepts(t, append(guarded, added, copied), key, at, PasskeyRemoved{"key-1", OwnWish})
	key.Stays = false
	decider.Accepts(t, given(opened, passwordSet, added), key, at, PasskeyRemoved{"key-1", OwnWish})
}
