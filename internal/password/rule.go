package password

import (
	"strings"
	"unicode/utf8"
)

// Lengths of a password, in characters after normalisation.
const (
	MinLength = 12
	MaxLength = 256
)

// The codes with which a password is refused. They are part of the API.
const (
	CodeTooShort  = "password_too_short"
	CodeTooLong   = "password_too_long"
	CodeTooSimple = "password_too_simple" // fewer than 5 different characters, or hardly more than the account's name
	CodeTooCommon = "password_too_common" // one that everybody uses, or little more
	CodeText      = "password_not_text"   // not UTF-8
)

// RuleError says by code why a password may not be used. It never holds the password.
type RuleError struct{ Code string }

var texts = map[string]string{
	CodeTooShort:  "it needs at least 12 characters",
	CodeTooLong:   "it may have at most 256 characters",
	CodeTooSimple: "it is too easy to guess",
	CodeTooCommon: "it is one of those that everybody uses",
	CodeText:      "it is not valid text",
}

func (e *RuleError) Error() string { return "password: " + texts[e.Code] }

// Check judges a password that somebody wants to use from now on; the error is a *RuleError. Length is what counts:
// there is no rule about kinds of characters (NIST SP 800-63B 3.1.1.2). Names are what guessers try first, such as the
// account's: a password that is one of them and little else is too simple.
func Check(password string, names ...string) error {
	if !utf8.ValidString(password) {
		return &RuleError{Code: CodeText}
	}
	text := string(normalize(password))
	switch n := utf8.RuneCountInString(text); {
	case n < MinLength:
		return &RuleError{Code: CodeTooShort}
	case n > MaxLength:
		return &RuleError{Code: CodeTooLong}
	}
	different := map[rune]bool{}
	for _, r := range text {
		different[r] = true
	}
	if len(different) < 5 {
		return &RuleError{Code: CodeTooSimple}
	}
	if isCommon(text) {
		return &RuleError{Code: CodeTooCommon}
	}
	lower := strings.ToLower(text)
	for _, name := range names {
		name = strings.ToLower(string(normalize(name)))
		if name == "" || !strings.Contains(lower, name) {
			continue
		}
		if rest := utf8.RuneCountInString(strings.ReplaceAll(lower, name, "")); rest < MinLength/2 {
			return &RuleError{Code: CodeTooSimple}
		}
	}
	return nil
}
