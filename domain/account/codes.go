package account

import "time"

// Kinds of session.
const (
	Browser = "browser" // a person at a page
	Token   = "token"   // a partner system with a bearer token
)

// SessionKinds lists them.
var SessionKinds = []string{Browser, Token}

// Longest life of a session.
const (
	MaxBrowser = 24 * time.Hour
	MaxToken   = 400 * 24 * time.Hour
)

// Reasons for which a session ends.
const (
	SignedOut       = "signed_out"
	Revoked         = "revoked"
	PasswordChanged = "password_changed"
	AccountLocked   = "locked"
)

// EndReasons are those that a command may give; the others follow from something else.
var EndReasons = []string{SignedOut, Revoked}

// LockReasons are why an account is locked.
var LockReasons = []string{"too_many_attempts", "administrator", "left", "compromised"}

// Languages of the house.
var Languages = []string{"sq", "en"}

// Codes of refusals. They are API.
const (
	CodeNotOpened     = "account.not_opened"
	CodeExists        = "account.already_opened"
	CodeLocked        = "account.locked"
	CodeMissing       = "account.missing"
	CodeUnknownCode   = "account.unknown_code"
	CodeRole          = "account.role_not_for_institution"
	CodeHash          = "account.password_hash"
	CodeNoPassword    = "account.no_password"
	CodeToken         = "account.token_hash"
	CodeLifetime      = "account.session_lifetime"
	CodeSessionExists = "account.session_exists"
)

// Codes lists them all.
var Codes = []string{
	CodeNotOpened, CodeExists, CodeLocked, CodeMissing, CodeUnknownCode, CodeRole, CodeHash, CodeNoPassword, CodeToken,
	CodeLifetime, CodeSessionExists,
}
