package account

import (
	"fmt"
	"io"
	"time"

	"mkr/domain/person"
)

// Command is something that somebody wants to happen to an account. This file lists the whole vocabulary.
type Command interface{ command() }

type (
	// Open begins the stream.
	Open struct {
		Account, Institution string
		InstitutionKind      string // a fact from the directory: which roles its people may have
		Role                 string
		Username, Name       person.Sealed // under the account's own key
		LookupKey            string        // MAC of the username
		Language             string
	}
	// SetPassword replaces the password. Keep is the session it is changed in, "" for none.
	SetPassword struct {
		Hash Hash
		Keep string
	}
	// Lock ends every session and refuses new ones.
	Lock struct{ Reason string }
	// Unlock ends a lock.
	Unlock struct{}
	// ChooseLanguage is remembered for the account.
	ChooseLanguage struct{ Language string }
	// StartSession follows a sign-in that the handler has checked, or an administrator's issue of a token.
	StartSession struct {
		Session   string
		TokenHash string // SHA-256 of the secret, hex
		Kind      string
		Label     string // code of the partner system; for tokens
		ExpiresAt time.Time
	}
	// EndSession ends one.
	EndSession struct{ Session, Reason string }
)

func (Open) command()           {}
func (SetPassword) command()    {}
func (Lock) command()           {}
func (Unlock) command()         {}
func (ChooseLanguage) command() {}
func (StartSession) command()   {}
func (EndSession) command()     {}

// Hash is a password's hash in PHC form. It prints as "(hash)": a hash in a log is an invitation to guess.
type Hash string

// Format writes "(hash)" for every verb and flag.
func (Hash) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "(hash)") }
