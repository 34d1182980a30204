package account

import (
	"slices"
	"time"

	"mkr/domain/event"
	"mkr/domain/person"
)

// State of an account. The zero State is "not opened". States share nothing that is ever written again.
type State struct {
	Account     string
	Institution string
	Role        string
	Username    person.Sealed
	Name        person.Sealed
	LookupKey   string
	Language    string
	Hash        Hash // "" until a password is set
	Locked      bool
	LockReason  string
	Sessions    []SessionStarted // those not ended, in the order of being started; some may have expired
}

// IsOpen tells whether the account is there at all.
func (s State) IsOpen() bool { return s.Account != "" }

// Session finds a session that has not been ended. It may have expired: ask Live.
func (s State) Session(id string) (SessionStarted, bool) {
	i := slices.IndexFunc(s.Sessions, func(o SessionStarted) bool { return o.Session == id })
	if i < 0 {
		return SessionStarted{}, false
	}
	return s.Sessions[i], true
}

// Live tells whether a session lets somebody in at this instant.
func (s State) Live(id string, now time.Time) bool {
	found, ok := s.Session(id)
	return ok && !s.Locked && now.Before(found.ExpiresAt)
}

// Evolve applies what has happened. It never fails and checks nothing.
func Evolve(s State, d event.Data) State {
	switch e := d.(type) {
	case Opened:
		s.Account, s.Institution, s.Role = e.Account, e.Institution, e.Role
		s.Username, s.Name, s.LookupKey, s.Language = e.Username, e.Name, e.LookupKey, e.Language
	case PasswordSet:
		s.Hash = e.Hash
	case Locked:
		s.Locked, s.LockReason = true, e.Reason
	case Unlocked:
		s.Locked, s.LockReason = false, ""
	case LanguageChosen:
		s.Language = e.Language
	case SessionStarted:
		// Sessions that had expired by now are forgotten here, so that an account's state does not grow for ever.
		live := slices.DeleteFunc(slices.Clone(s.Sessions), func(o SessionStarted) bool { return !o.ExpiresAt.After(e.At) })
		s.Sessions = append(live, e)
	case SessionEnded:
		s.Sessions = slices.DeleteFunc(slices.Clone(s.Sessions), func(o SessionStarted) bool { return o.Session == e.Session })
	}
	return s
}
