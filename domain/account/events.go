package account

import (
	"slices"
	"time"

	"mkr/domain/event"
	"mkr/domain/person"
)

// The vocabulary. Names of people are sealed under the account's own key; the lookup key is a keyed hash of the
// user name, by which sign-in finds the account without anybody being able to read it.
type (
	// Opened begins the stream.
	Opened struct {
		Account     string        `json:"account"`
		Institution string        `json:"institution"`
		Role        string        `json:"role"`
		Lookup      string        `json:"lookup"`
		Username    person.Sealed `json:"username"`
		Display     person.Sealed `json:"display"`
		Language    string        `json:"language"`
	}
	// PasswordSet holds an argon2id hash in PHC form. It ends every session. First: somebody else knows it, and its holder has to choose
	// her own before it lets her in.
	PasswordSet struct {
		Hash  string `json:"hash"`
		First bool   `json:"first,omitempty"`
	}
	// PasswordRehashed holds the same password under other costs; sessions stand.
	PasswordRehashed struct {
		Hash string `json:"hash"`
	}
	// Locked: nobody signs in any more; every session ends.
	Locked struct {
		Reason string `json:"reason"`
	}
	// Unlocked lets sign in again.
	Unlocked struct{}
	// LanguageChosen is "sq" or "en".
	LanguageChosen struct {
		Language string `json:"language"`
	}
	// SessionStarted: a browser session or a bearer token. Only a hash of the secret is kept.
	SessionStarted struct {
		Session   string    `json:"session"`
		Kind      string    `json:"kind"`
		TokenHash string    `json:"token_hash"`
		Label     string    `json:"label,omitempty"`
		ExpiresAt time.Time `json:"expires_at"`
		// What the session is for is repeated here, so that one event is enough to let its holder in.
		Account     string `json:"account"`
		Institution string `json:"institution"`
		Role        string `json:"role"`
		// Grant names the granted role that it rests on; "" for the account's own.
		Grant string `json:"grant,omitempty"`
		// Provider is the identity provider by whose word it began, and ProviderSession a keyed hash of what the provider calls
		// its own session (sid), where it says: by these a provider may end it.
		Provider        string `json:"provider,omitempty"`
		ProviderSession string `json:"provider_session,omitempty"`
	}
	// SessionEnded ends one.
	SessionEnded struct {
		Session   string `json:"session"`
		TokenHash string `json:"token_hash"`
		Reason    string `json:"reason"`
	}
)

// EventType is the stored name.
func (Opened) EventType() string { return "account.opened" }

// EventType is the stored name.
func (PasswordSet) EventType() string { return "account.password_set" }

// EventType is the stored name.
func (PasswordRehashed) EventType() string { return "account.password_rehashed" }

// EventType is the stored name.
func (Locked) EventType() string { return "account.locked" }

// EventType is the stored name.
func (Unlocked) EventType() string { return "account.unlocked" }

// EventType is the stored name.
func (LanguageChosen) EventType() string { return "account.language_chosen" }

// EventType is the stored name.
func (SessionStarted) EventType() string { return "session.started" }

// EventType is the stored name.
func (SessionEnded) EventType() string { return "session.ended" }

// Events lists the stored types for the registry.
func Events() []event.Entry {
	return append([]event.Entry{
		event.Type[Opened]("An account was opened for a role at an institution."),
		event.Type[PasswordSet]("A password was set; every session ended."),
		event.Type[PasswordRehashed]("The same password was hashed anew, under other costs."),
		event.Type[Locked]("The account was locked."),
		event.Type[Unlocked]("The account was unlocked."),
		event.Type[LanguageChosen]("The holder chose a language."),
		event.Type[SessionStarted]("A session or token began."),
		event.Type[SessionEnded]("A session or token ended."),
		event.Type[SignInFailed]("Tries to come in as the holder failed; one event tells of all of a quarter of an hour."),
	}, slices.Concat(secondEvents(), offerEvents(), grantEvents(), passkeyEvents(), identityEvents())...)
}
