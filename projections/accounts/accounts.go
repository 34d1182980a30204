// Package accounts derives who may sign in, and which sessions are open. Its topics are private: handlers read them,
// and the hub never sends them. A row holds no name, no password hash and no label; the document does.
package accounts

import (
	"time"

	"mkr/domain/account"
	"mkr/domain/event"
	"mkr/projections"
)

// View is the name of the projection; its documents are account.State.
const View = "accounts"

// Row is one account. Its Row.Code is Lookup, so that sign-in finds it by the keyed hash of the user name.
type Row struct {
	Account     string `json:"account"`
	Institution string `json:"institution"`
	Role        string `json:"role"`
	Lookup      string `json:"lookup"`
	Language    string `json:"language"`
	Locked      bool   `json:"locked,omitempty"`
	Password    bool   `json:"password"` // one was set
	Sessions    int    `json:"sessions"` // not ended
}

// Session is one session that was not ended. The row's key is the hash of its token; its Row.Stage is the keyed hash of what the
// identity provider by whose word it began calls its own session. Whether it has expired is
// against the reader's clock.
type Session struct {
	Session     string    `json:"session"`
	TokenHash   string    `json:"token_hash"`
	Kind        string    `json:"kind"`
	Account     string    `json:"account"`
	Institution string    `json:"institution"`
	Role        string    `json:"role"`
	Language    string    `json:"language"`
	Locked      bool      `json:"locked,omitempty"` // the account is
	ExpiresAt   time.Time `json:"expires_at"`
}

// Identity is one that is linked. Its Row.Code is the keyed hash of issuer and subject, by which sign-in finds the account.
type Identity struct {
	Account string `json:"account"`
}

// Statuses of an account's row.
const (
	Active = "active"
	Locked = "locked"
)

// RecoveryAsked is the stage of an account's row for which somebody asked for a new password.
const RecoveryAsked = "recovery_asked"

// Projection folds accounts.
func Projection(version int) projections.Projection[account.State] {
	return projections.Projection[account.State]{
		Name: View, Version: version, Categories: []string{event.AccountCategory}, Topics: projections.Private,
		Apply: func(s account.State, f event.Fact) account.State { return account.Evolve(s, f.Data) },
		Rows:  rows,
	}
}

func rows(key string, s account.State) []projections.Row {
	if s.Account == "" {
		return nil
	}
	status := Active
	if s.Locked {
		status = Locked
	}
	stage := ""
	if s.RecoveryBy != "" {
		stage = RecoveryAsked
	}
	out := []projections.Row{{
		Topic: projections.Accounts, Key: key, Code: s.Lookup, Institution: s.Institution, Kind: s.Role, Status: status, Stage: stage,
		Doc: projections.Document(Row{
			Account: s.Account, Institution: s.Institution, Role: s.Role, Lookup: s.Lookup, Language: s.Language, Locked: s.Locked,
			Password: s.Hash != "", Sessions: len(s.Sessions),
		}),
	}}
	for _, o := range s.Identities {
		out = append(out, projections.Row{
			Topic: projections.Identities, Key: key + "/" + o.Provider, Code: o.Hash, Institution: s.Institution, Kind: o.Provider, Status: status,
			Doc: projections.Document(Identity{Account: s.Account}),
		})
	}
	for _, o := range s.Sessions {
		out = append(out, projections.Row{
			Topic: projections.Sessions, Key: o.TokenHash, Code: s.Account, Institution: o.Institution, Kind: o.Kind, Status: status, Stage: o.ProviderSession, DueAt: o.ExpiresAt,
			Doc: projections.Document(Session{
				Session: o.ID, TokenHash: o.TokenHash, Kind: o.Kind, Account: s.Account, Institution: o.Institution, Role: o.Role,
				Language: s.Language, Locked: s.Locked, ExpiresAt: o.ExpiresAt,
			}),
		})
	}
	return out
}
