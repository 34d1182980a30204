package handlers

import (
	"fmt"
	"testing"
	"time"
)

// tries makes n tries and returns how many were allowed; those that know the password take theirs back.
func tries(l *signInLimits, n int, account, remote string, knows bool) (allowed int) {
	for range n {
		right, ok := l.try(account, remote)
		if !ok {
			continue
		}
		if allowed++; knows {
			right()
		}
	}
	return allowed
}

func newTestLimits() (*signInLimits, *time.Time) {
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	return newSignInLimits(func() time.Time { return now }), &now
}

func TestOnlyWrongTriesCount(t *testing.T) {
	l, _ := newTestLimits()
	if n := tries(l, 500, "a", "10.0.0.1", true); n != 500 {
		t.Errorf("%d of 500 with the right password", n)
	}
	if n := tries(l, 500, "a", "10.0.0.1", false); n != triesPerPair {
		t.Errorf("%d wrong ones, want %d", n, triesPerPair)
	}
}

func TestAGuesserSlowsDownNobodyElse(t *testing.T) {
	l, now := newTestLimits()
	for range 3600 { // an hour, a guess a second, from one address
		*now = now.Add(time.Second)
		tries(l, 1, "a", "203.0.113.5", false)
	}
	if n := tries(l, 1, "a", "10.0.0.1", true); n != 1 {
		t.Error("whoever guesses from one address keeps the account's holder out at another")
	}
}

func TestManyAddressesTogetherAreSlowedDown(t *testing.T) {
	l, _ := newTestLimits()
	allowed := 0
	for i := range 1000 {
		allowed += tries(l, 1, "a", fmt.Sprintf("10.0.%d.%d", i/250, i%250), false)
	}
	if allowed != triesPerAccount {
		t.Errorf("a thousand addresses had %d tries, want %d", allowed, triesPerAccount)
	}
}

// One password tried on many accounts from one address ends soon, and leaves little behind in memory.
func TestAFloodOfNamesEndsAtTheAddress(t *testing.T) {
	l, _ := newTestLimits()
	allowed := 0
	for i := range 100_000 {
		allowed += tries(l, 1, fmt.Sprint("name ", i), "203.0.113.5", false)
	}
	if allowed != triesPerAddress {
		t.Errorf("%d tries, want %d", allowed, triesPerAddress)
	}
	if n := len(l.by); n > 2*triesPerAddress+1 {
		t.Errorf("%d limits are kept", n)
	}
}

func TestOneSubscriberIsOneAddress(t *testing.T) {
	for remote, want := range map[string]string{
		"203.0.113.5": "203.0.113.5", "::ffff:203.0.113.5": "203.0.113.5", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
		"2001:db8:1:2::9": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64", "session 1": "session 1",
	} {
		if got := network(remote); got != want {
			t.Errorf("%s counts as %s, want %s", remote, got, want)
		}
	}
}

func TestStreamsThatHoldNothingAreNotRemembered(t *testing.T) {
	m := newMemory()
	for i := range 1000 {
		m.keep(fmt.Sprint("case-", i), nil, 0)
	}
	if n := m.recent.Len(); n != 0 {
		t.Errorf("%d empty folds are kept", n)
	}
}

func TestRecordedTargetsHoldNoText(t *testing.T) {
	for stream, want := range map[string]string{
		"case-3a816746-c308-5af4-ba4e-6666a6beb4f4": "case-3a816746-c308-5af4-ba4e-6666a6beb4f4", "case-Drita Hoxha": "case",
		"case-{3a816746-c308-5af4-ba4e-6666a6beb4f4}": "case", "": "",
	} {
		if got := recordable(stream); got != want {
			t.Errorf("%q is kept as %q, want %q", stream, got, want)
		}
	}
}
