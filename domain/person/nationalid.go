package person

import (
	"strings"
	"time"
)

// Sexes as recorded, the same codes that cases use. An empty text means not recorded.
const (
	Female  = "female"
	Male    = "male"
	Other   = "other"
	Unknown = "unknown" // not asked, or not told
)

// ValidSex tells whether s is one of the codes or empty.
func ValidSex(s string) bool {
	return s == "" || s == Female || s == Male || s == Other || s == Unknown
}

// NationalID is what an Albanian personal number says by itself.
type NationalID struct {
	Birth     time.Time // the date at midnight UTC
	Sex       string    // Female or Male
	Foreigner bool      // given to a foreign citizen who lives in Albania
}

// CheckNationalID checks an optional Albanian personal number (numri personal, NID), and returns it in capitals
// without spaces and what it says, or an *event.Refusal.
//
// The number has ten characters, YYMMDDSSSC: a letter for the decade of birth (A is 1900, K is 2000, T is 2090) and the
// last digit of the year; the month, with 50 added for women and 30 for foreign citizens; the day; three digits that
// count; a check letter from A to W. How the check letter is computed was never published, so it is not verified: a
// true number must not be refused for a guess.
func CheckNationalID(id Plain) (Plain, NationalID, error) {
	text := strings.ToUpper(strings.Join(strings.Fields(id.Reveal()), ""))
	if text == "" {
		return Plain{}, NationalID{}, nil
	}
	if !looksLikeNationalID(text) {
		return Plain{}, NationalID{}, refuse(FieldNationalID, CodeFormat)
	}
	year := 1900 + 10*int(text[0]-'A') + int(text[1]-'0')
	month := 10*int(text[2]-'0') + int(text[3]-'0')
	day := 10*int(text[4]-'0') + int(text[5]-'0')

	said := NationalID{Sex: Male}
	if month > 50 {
		said.Sex = Female
		month -= 50
	}
	if month > 30 {
		said.Foreigner = true
		month -= 30
	}
	said.Birth = time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if month < 1 || month > 12 || said.Birth.Day() != day || said.Birth.Month() != time.Month(month) {
		return Plain{}, NationalID{}, refuse(FieldNationalID, CodeRange)
	}
	return PlainOf(text), said, nil
}

func looksLikeNationalID(s string) bool {
	if len(s) != 10 || s[0] < 'A' || s[0] > 'T' || s[9] < 'A' || s[9] > 'W' {
		return false
	}
	for i := 1; i < 9; i++ {
		if !isDigit(s[i]) {
			return false
		}
	}
	return true
}

// CheckAgreement compares a national id with a birth date given beside it (YYYY-MM-DD, or nothing) and answers a
// *event.Refusal on the birth date when they differ.
func CheckAgreement(said NationalID, birth Plain) error {
	if said.Birth.IsZero() || birth.IsZero() || said.Birth.Format(time.DateOnly) == birth.Reveal() {
		return nil
	}
	return refuse(FieldBirthDate, CodeMismatch)
}
