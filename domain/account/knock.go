package account

import (
	"slices"
	"time"

	"mkr/domain/event"
)

// SignInFailed: somebody tried to come in as the holder, or to prove to be her, and did not. One event tells of all such tries of a way
// and a reason in a stretch of time, so that guessing does not fill the log. Who it was, nobody knows, so nothing of it is stored but from how
// many networks the tries came.
type SignInFailed struct {
	Way    string    `json:"way"`
	Why    string    `json:"why"`
	Count  int       `json:"count"`
	Places int       `json:"places,omitempty"` // 0: from inside a session of hers
	From   time.Time `json:"from"`
	Until  time.Time `json:"until"`
}

// EventType is the stored name.
func (SignInFailed) EventType() string { return "account.sign_in_failed" }

func (f SignInFailed) same(o SignInFailed) bool {
	return f.Way == o.Way && f.Why == o.Why && f.Count == o.Count && f.Places == o.Places && f.From.Equal(o.From) && f.Until.Equal(o.Until)
}

// Ways in.
const (
	ByPassword = "password"
	ByCode     = "code"
	ByPasskey  = "passkey"
	ByProvider = "provider"
)

// Ways are those that may be tried.
var Ways = []string{ByPassword, ByCode, ByPasskey, ByProvider}

// Why a try failed.
const (
	Wrong   = "wrong"    // what was shown does not prove who it is
	TooMany = "too_many" // it was not looked at: there were too many before it
	Closed  = "closed"   // nobody comes in as her now: locked, over, or without a password
)

// Whys are all of them.
var Whys = []string{Wrong, TooMany, Closed}

// NoteFailed writes down tries that failed. Nobody's right depends on it.
type NoteFailed struct{ Failed SignInFailed }

func (NoteFailed) command() {}

// keptFailed is how many of them an account's state remembers, for its holder to see.
const keptFailed = 20

func (s State) withFailed(f SignInFailed) State {
	s.Failed = append(slices.Clip(s.Failed), f)
	if n := len(s.Failed); n > keptFailed {
		s.Failed = slices.Clone(s.Failed[n-keptFailed:])
	}
	return s
}

func decideNote(s State, c NoteFailed) ([]event.Data, error) {
	f := c.Failed
	switch {
	case slices.ContainsFunc(s.Failed, f.same):
		return nil, nil
	case !slices.Contains(Ways, f.Way):
		return nil, event.RefuseField(CodeUnknownCode, "way", "not a known way in")
	case !slices.Contains(Whys, f.Why):
		return nil, event.RefuseField(CodeUnknownCode, "why", "not a known reason")
	case f.Count < 1:
		return nil, event.RefuseField(CodeMissing, "count", "at least one try")
	}
	return []event.Data{f}, nil
}
