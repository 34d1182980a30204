package person

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Lengths are in characters; MaxText is in bytes, as the vault counts.
const (
	MaxName    = 200
	MaxContact = 500
	MaxText    = 64 << 10
)

// CheckName returns the name with tidy spaces and repaired letters, or an *event.Refusal.
func CheckName(name Plain) (Plain, error) {
	return checkLine(FieldName, name, MaxName, true)
}

// CheckLine returns an optional one-line text (an address, a safe contact) with tidy spaces, or an *event.Refusal.
func CheckLine(field string, text Plain) (Plain, error) {
	return checkLine(field, text, MaxContact, false)
}

func checkLine(field string, line Plain, max int, required bool) (Plain, error) {
	text := strings.Join(strings.Fields(line.Reveal()), " ")
	switch {
	case text == "" && required:
		return Plain{}, refuse(field, CodeRequired)
	case !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl):
		return Plain{}, refuse(field, CodeText)
	case utf8.RuneCountInString(text) > max:
		return Plain{}, refuse(field, CodeTooLong)
	}
	return PlainOf(RepairLetters(text)), nil
}

// CheckText returns a text of several lines (a note, a narrative) without space around it and with plain line ends,
// or an *event.Refusal. Control characters other than tab and line feed are refused.
func CheckText(field string, text Plain, required bool) (Plain, error) {
	t := strings.ReplaceAll(text.Reveal(), "\r\n", "\n")
	t = strings.TrimSpace(t)
	switch {
	case t == "" && required:
		return Plain{}, refuse(field, CodeRequired)
	case !utf8.ValidString(t) || strings.ContainsFunc(t, forbiddenInText):
		return Plain{}, refuse(field, CodeText)
	case len(t) > MaxText:
		return Plain{}, refuse(field, CodeTooLong)
	}
	return PlainOf(RepairLetters(t)), nil
}

func forbiddenInText(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }

// CheckBirthDate checks an optional birth date written YYYY-MM-DD (ISO 8601) and returns it, or an *event.Refusal. It
// must be a day of the calendar, not after today and not more than 130 years before it. Only the date of today counts.
func CheckBirthDate(date Plain, today time.Time) (Plain, error) {
	text := strings.TrimSpace(date.Reveal())
	if text == "" {
		return Plain{}, nil
	}
	if !isISODate(text) {
		return Plain{}, refuse(FieldBirthDate, CodeFormat)
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil { // its text would repeat the date
		return Plain{}, refuse(FieldBirthDate, CodeRange)
	}
	y, m, d := today.Date()
	last := time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	if day.After(last) || day.Before(last.AddDate(-130, 0, 0)) {
		return Plain{}, refuse(FieldBirthDate, CodeRange)
	}
	return PlainOf(text), nil
}

func isISODate(s string) bool {
	if len(s) != len(time.DateOnly) {
		return false
	}
	for i := range len(s) {
		if i == 4 || i == 7 {
			if s[i] != '-' {
				return false
			}
		} else if !isDigit(s[i]) {
			return false
		}
	}
	return true
}

// CheckPhone returns an optional phone number in E.164 form ("+355692345678"), or an *event.Refusal. It takes Albanian
// numbers as people write them (069 234 5678, 022 245 678, 00355...), and any other with + or 00 and its country code.
// Spaces, dots, hyphens, slashes and brackets are for the eye only. Albanian subscriber numbers have 8 digits after
// +355, mobile ones 9.
func CheckPhone(phone Plain) (Plain, error) {
	text := strings.TrimSpace(phone.Reveal())
	if text == "" {
		return Plain{}, nil
	}
	digits := make([]byte, 0, len(text))
	plus := false
	for i := range len(text) {
		switch c := text[i]; {
		case isDigit(c):
			digits = append(digits, c)
		case c == '+' && !plus && len(digits) == 0:
			plus = true
		case strings.IndexByte(" .-/()", c) >= 0:
		default:
			return Plain{}, refuse(FieldPhone, CodeFormat)
		}
	}
	number := string(digits)
	switch {
	case plus:
	case strings.HasPrefix(number, "00"):
		number = number[2:]
	case strings.HasPrefix(number, "0"):
		number = "355" + number[1:]
	default:
		return Plain{}, refuse(FieldPhone, CodeFormat)
	}
	if local, ok := strings.CutPrefix(number, "355"); ok {
		local = strings.TrimPrefix(local, "0") // +355 (0)69 ..., a habit
		mobile := strings.HasPrefix(local, "6")
		if mobile && len(local) != 9 || !mobile && len(local) != 8 {
			return Plain{}, refuse(FieldPhone, CodeFormat)
		}
		number = "355" + local
	}
	// E.164: at most 15 digits, and no country code begins with 0.
	if len(number) < 8 || len(number) > 15 || number[0] == '0' {
		return Plain{}, refuse(FieldPhone, CodeFormat)
	}
	return PlainOf("+" + number), nil
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
