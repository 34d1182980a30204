package account

import (
	"time"

	"mkr/domain/event"
	"mkr/domain/person"
)

type (
	// Opened begins the stream.
	Opened struct {
		Account     string        `json:"account"`
		Institution string        `json:"institution"`
		Role        string        `json:"role"`
		Username    person.Sealed `json:"username"`
		Name        person.Sealed `json:"name"`
		LookupKey   string        `json:"lookup_key"`
		Language    string        `json:"language"`
	}
	// PasswordSet replaces the password.
	PasswordSet struct {
		Hash Hash `json:"hash"`
	}
	// Locked refuses new sessions.
	Locked struct {
		Reason string `json:"reason"`
	}
	// Unlocked ends a lock.
	Unlocked struct{}
	// LanguageChosen is remembered for the account.
	LanguageChosen struct {
		Language string `json:"language"`
	}
	// SessionStarted lets somebody in until ExpiresAt, or until the session is ended.
	SessionStarted struct {
		Session   string    `json:"session"`
		TokenHash string    `json:"token_hash"`
		Kind      string    `json:"kind"`
		Label     string    `json:"label,omitempty"`
		At        time.Time `json:"at"`
		ExpiresAt time.Time `json:"expires_at"`
	}
	// SessionEnded shuts the door.
	SessionEnded struct {
		Session string `json:"session"`
		Reason  string `json:"reason"`
	}
)

// The stored names, written by hand: they outlive the names of the Go types.

func (Opened) EventType() string         { return "account.opened" }
func (PasswordSet) EventType() string    { return "account.password_set" }
func (Locked) EventType() string         { return "account.locked" }
func (Unlocked) EventType() string       { return "account.unlocked" }
func (LanguageChosen) EventType() string { return "account.language_chosen" }
func (SessionStarted) EventType() string { return "session.started" }
func (SessionEnded) EventType() string   { return "session.ended" }

// Events lists the stored types of account streams.
func Events() []event.Entry {
	return []event.Entry{
		event.Type[Opened]("Somebody may work with mkr, in one role, for one institution."),
		event.Type[PasswordSet]("The password was set; the event holds its hash only."),
		event.Type[Locked]("No session may be started."),
		event.Type[Unlocked]("Sessions may be started again."),
		event.Type[LanguageChosen]("The language of pages and messages for this account."),
		event.Type[SessionStarted]("Somebody signed in, or a partner system was given a token; the event holds the secret's hash only."),
		event.Type[SessionEnded]("A session ended before its time."),
	}
}
