package account

import (
	"errors"
	"strings"
	"testing"
	"time"

	"mkr/domain/event"
	"mkr/domain/person"
)

func hashes(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = strings.Repeat(string("0123456789abcdef"[i]), 64)
	}
	return out
}

var (
	codes   = hashes(RecoveryCodes)
	device  = SecondFactorSet{Secret: sealed("staff.second_factor"), Recovery: codes}
	used    = SecondFactorUsed{Step: 100}
	guarded = given(opened, passwordSet, device, used)
)

func with(c StartSession, p Proof) StartSession {
	c.Proof = p
	return c
}

func TestASecondFactorIsNeededAtTheDoor(t *testing.T) {
	decider.Refuses(t, guarded, start(desk), at, CodeSecondFactor, "code")
	decider.Refuses(t, guarded, with(start(desk), Proof{Step: 100}), at, CodeCodeUsed, "code")
	decider.Accepts(t, guarded, with(start(desk), Proof{Step: 101}), at, SecondFactorUsed{101}, desk)
	decider.Accepts(t, guarded, with(start(desk), Proof{Recovery: codes[3]}), at, RecoveryCodeUsed{codes[3]}, desk)
	decider.Refuses(t, append(guarded, RecoveryCodeUsed{codes[3]}), with(start(desk), Proof{Recovery: codes[3]}), at, CodeCodeUsed, "code")
	decider.Accepts(t, guarded, start(partner), at, partner) // a token stands for a system, which has no device
}

func TestSettingAndRemovingIt(t *testing.T) {
	set := SetSecondFactor{Secret: device.Secret, Recovery: codes, Proof: Proof{Step: 100}}
	decider.Accepts(t, given(opened, passwordSet), set, at, device, used)
	for _, c := range []struct {
		code   string
		change func(*SetSecondFactor)
	}{
		{CodeMissing, func(c *SetSecondFactor) { c.Secret = person.Sealed{} }},
		{CodeRecovery, func(c *SetSecondFactor) { c.Recovery = codes[:3] }},
		{CodeRecovery, func(c *SetSecondFactor) { c.Recovery = append([]string{"a code in the clear"}, codes[1:]...) }},
		{CodeCodeUsed, func(c *SetSecondFactor) { c.Proof.Step = 0 }},
	} {
		bad := set
		c.change(&bad)
		_, err := Decide(decider.Fold(opened, passwordSet), bad, at)
		var r *event.Refusal
		if !errors.As(err, &r) || r.Code != c.code {
			t.Errorf("%v, want %s", err, c.code)
		}
	}
	decider.Refuses(t, guarded, RemoveSecondFactor{}, at, CodeSecondFactor, "code")
	decider.Accepts(t, guarded, RemoveSecondFactor{Proof: Proof{Step: 105}}, at, SecondFactorUsed{105}, SecondFactorRemoved{OwnWish})
	// A device that is set anew does not let yesterday's codes in.
	s := decider.Fold(append(guarded, SecondFactorRemoved{OwnWish})...)
	if s.Second.IsSet() || s.Second.Step != 100 {
		t.Errorf("after it: %+v", s.Second)
	}
}

func TestRaising(t *testing.T) {
	raise := RaiseSession{Session: "s-1", Wall: at.Now, Until: at.Now.Add(RaisedLife)}
	signedIn := given(opened, passwordSet, desk)
	decider.Accepts(t, signedIn, raise, at, SessionRaised{"s-1", raise.Until})
	decider.Refuses(t, append(guarded, desk), raise, at, CodeSecondFactor, "code")
	raise.Proof.Step = 200
	decider.Accepts(t, append(guarded, desk), raise, at, SecondFactorUsed{200}, SessionRaised{"s-1", raise.Until})
	long := raise
	long.Until = at.Now.Add(RaisedLife + 1)
	decider.Refuses(t, signedIn, long, at, CodeExpiry, "until")
	long = raise
	long.Session = "s-9"
	decider.Refuses(t, signedIn, long, at, CodeNoSession, "")
	s := decider.Fold(append(signedIn, SessionRaised{"s-1", raise.Until})...)
	if !s.Raised("s-1", at.Now) || s.Raised("s-1", raise.Until) || s.Raised("s-2", at.Now) {
		t.Error("it is raised for its time, and no other is")
	}
	if after := Evolve(s, ended(desk, Idle)); after.Raised("s-1", at.Now.Add(time.Second)) {
		t.Error("an ended session is raised")
	}
}

// Nobody lets anybody in alone: not who asks, not the holder.
func TestRecoveryTakesTwo(t *testing.T) {
	asked := append(append([]event.Data{}, guarded...), desk, RecoveryAsked{"admin-1"})
	decider.Accepts(t, guarded, AskRecovery{"admin-1"}, at, RecoveryAsked{"admin-1"})
	decider.Refuses(t, guarded, AskRecovery{"acc-1"}, at, CodeSamePerson, "")
	decider.Refuses(t, guarded, GrantRecovery{"admin-2", second}, at, CodeNotAsked, "")
	decider.Refuses(t, asked, GrantRecovery{"admin-1", second}, at, CodeSamePerson, "")
	decider.Refuses(t, asked, GrantRecovery{"acc-1", second}, at, CodeSamePerson, "")
	decider.Refuses(t, asked, GrantRecovery{"admin-2", "in the clear"}, at, CodeHash, "password")
	decider.Accepts(t, asked, GrantRecovery{"admin-2", second}, at,
		RecoveryGranted{"admin-2"}, PasswordSet{Hash: second, First: true}, SecondFactorRemoved{Recovered}, ended(desk, PasswordChanged))
	decider.Accepts(t, asked, RefuseRecovery{"admin-2"}, at, RecoveryRefused{"admin-2"})
	if s := decider.Fold(append(asked, RecoveryRefused{"admin-2"})...); s.RecoveryBy != "" {
		t.Error("it is refused and still asked for")
	}
}
