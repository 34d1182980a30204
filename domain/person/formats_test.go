package person

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"mkr/domain/event"
)

// wantCode fails unless err refuses field with code and repeats no part of value. An empty code means no error.
func wantCode(t *testing.T, err error, field, code, value string) {
	t.Helper()
	if code == "" {
		if err != nil {
			t.Errorf("%q: refused with %v", value, err)
		}
		return
	}
	var r *event.Refusal
	if !errors.As(err, &r) || r.Code != code || r.Field != field {
		t.Errorf("%q: got %v, want %s of %s", value, err, code, field)
		return
	}
	if v := strings.TrimSpace(value); v != "" && strings.Contains(err.Error(), v) {
		t.Errorf("%q: the refusal repeats the value", value)
	}
}

func TestCheckNationalID(t *testing.T) {
	day := func(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }
	for in, want := range map[string]struct {
		code string
		out  string
		said NationalID
	}{
		"":            {},
		"   ":         {},
		"J00101999W":  {"", "J00101999W", NationalID{day(1990, 1, 1), Male, false}},
		"J05115999K":  {"", "J05115999K", NationalID{day(1990, 1, 15), Female, false}},
		"K46229012B":  {"", "K46229012B", NationalID{day(2004, 12, 29), Female, false}},
		"A03131001C":  {"", "A03131001C", NationalID{day(1900, 1, 31), Male, true}},
		"T99231001D":  {"", "T99231001D", NationalID{day(2099, 12, 31), Female, true}},
		"K40229012B":  {"", "K40229012B", NationalID{day(2004, 2, 29), Male, false}},
		"K30229012B":  {code: CodeRange}, // 2003 had no 29 February
		"J00132999W":  {code: CodeRange},
		"J00100999W":  {code: CodeRange},
		"J00001999W":  {code: CodeRange}, // month 0
		"J01301999W":  {code: CodeRange}, // month 13
		"J05001999W":  {code: CodeRange}, // neither a man's December nor a woman's January
		"J09901999W":  {code: CodeRange},
		"U00101999W":  {code: CodeFormat}, // no such decade
		"J00101999X":  {code: CodeFormat}, // no such check letter
		"900101999W":  {code: CodeFormat},
		"J001019999":  {code: CodeFormat},
		"J00101999":   {code: CodeFormat},
		"J00101999WW": {code: CodeFormat},
		"JO0101999W":  {code: CodeFormat}, // the letter O for a zero
		"J00101９99W":  {code: CodeFormat}, // a digit of another script
	} {
		out, said, err := CheckNationalID(PlainOf(in))
		wantCode(t, err, FieldNationalID, want.code, in)
		if out.Reveal() != want.out || err == nil && said != want.said {
			t.Errorf("%q: %q, %+v", in, out.Reveal(), said)
		}
	}
	out, said, err := CheckNationalID(PlainOf(" i8 0515 001 a "))
	if err != nil || out.Reveal() != "I80515001A" || said.Birth != day(1988, 5, 15) {
		t.Errorf("spaces and small letters: %q, %v, %v", out.Reveal(), said.Birth, err)
	}
}

// Every possible birth is read back from the number that encodes it.
func TestNationalIDEncodesEveryBirth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		birth := time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 73048).Draw(t, "day"))
		woman, foreign := rapid.Bool().Draw(t, "woman"), rapid.Bool().Draw(t, "foreign")
		month, sex := int(birth.Month()), Male
		if woman {
			month, sex = month+50, Female
		}
		if foreign {
			month += 30
		}
		n := birth.Year() - 1900
		id := []byte{byte('A' + n/10), byte('0' + n%10), byte('0' + month/10), byte('0' + month%10),
			byte('0' + birth.Day()/10), byte('0' + birth.Day()%10), '0', '0', '1', 'A'}
		_, said, err := CheckNationalID(PlainOf(string(id)))
		if err != nil || said != (NationalID{birth, sex, foreign}) {
			t.Fatalf("%s: %+v, %v", id, said, err)
		}
	})
}

func TestCheckAgreement(t *testing.T) {
	_, said, _ := CheckNationalID(PlainOf("J05115999K"))
	wantCode(t, CheckAgreement(said, PlainOf("1990-01-15")), "", "", "")
	wantCode(t, CheckAgreement(said, Plain{}), "", "", "")
	wantCode(t, CheckAgreement(NationalID{}, PlainOf("1990-01-15")), "", "", "")
	wantCode(t, CheckAgreement(said, PlainOf("1990-01-16")), FieldBirthDate, CodeMismatch, "1990-01-16")
}

func TestCheckPhone(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "069 234 5678": "+355692345678", "+355 69 234 5678": "+355692345678", "00355692345678": "+355692345678",
		"+355 (0)69 234-5678": "+355692345678", "022 245 678": "+35522245678", "042/234.567": "+35542234567",
		"+39 06 6988 2345": "+390669882345", "0038344123456": "+38344123456",
	} {
		out, err := CheckPhone(PlainOf(in))
		wantCode(t, err, FieldPhone, "", in)
		if out.Reveal() != want {
			t.Errorf("%q: %q", in, out.Reveal())
		}
	}
	for _, in := range []string{"692345678", "069 234 567", "069 234 56789", "022 245 67", "+", "+355", "0", "00", "129", "400075",
		"069-LULE-GJ", "++355692345678", "069+2345678", "+0692345678", "+1234567890123456", "٠٦٩٢٣٤٥٦٧٨", "069 234 5678 Lule"} {
		out, err := CheckPhone(PlainOf(in))
		wantCode(t, err, FieldPhone, CodeFormat, in)
		if !out.IsZero() {
			t.Errorf("%q: refused, and still %q", in, out.Reveal())
		}
	}
}

func TestCheckBirthDate(t *testing.T) {
	today := time.Date(2014, 6, 30, 23, 59, 0, 0, time.FixedZone("", 2*3600))
	for in, code := range map[string]string{
		"": "", "2014-06-30": "", "2014-07-01": CodeRange, "1884-06-30": "", "1884-06-29": CodeRange, "2012-02-29": "",
		"2013-02-29": CodeRange, "2013-13-01": CodeRange, "30.06.1990": CodeFormat, "1990-6-30": CodeFormat,
		"1990-06-30T00:00": CodeFormat, "199O-06-30": CodeFormat, "1990/06/30": CodeFormat,
	} {
		out, err := CheckBirthDate(PlainOf(in), today)
		wantCode(t, err, FieldBirthDate, code, in)
		if err == nil && out.Reveal() != in {
			t.Errorf("%q: %q", in, out.Reveal())
		}
	}
}

func TestCheckNamesAndTexts(t *testing.T) {
	for in, want := range map[string]string{"  Lule \t Gjoni ": secret, "Fatmirё": "Fatmirë", "Ё": "Ë", "Фёдор": "Фёдор"} {
		out, err := CheckName(PlainOf(in))
		wantCode(t, err, FieldName, "", in)
		if out.Reveal() != want {
			t.Errorf("%q: %q", in, out.Reveal())
		}
	}
	for in, code := range map[string]string{"": CodeRequired, " \n ": CodeRequired, "Lu\x00le": CodeText, "Lule\xff": CodeText,
		strings.Repeat("ë", MaxName): "", strings.Repeat("ë", MaxName+1): CodeTooLong} {
		_, err := CheckName(PlainOf(in))
		wantCode(t, err, FieldName, code, in)
	}
	out, err := CheckText(FieldNote, PlainOf(" një\r\ndy\ttre \n"), true)
	wantCode(t, err, FieldNote, "", "")
	if out.Reveal() != "një\ndy\ttre" {
		t.Errorf("%q", out.Reveal())
	}
	for in, code := range map[string]string{" ": CodeRequired, "a\x1b[2J": CodeText, "\xc3": CodeText,
		strings.Repeat("x", MaxText): "", strings.Repeat("x", MaxText+1): CodeTooLong} {
		_, err := CheckText(FieldNote, PlainOf(in), true)
		wantCode(t, err, FieldNote, code, in)
	}
	if out, err := CheckText(FieldNote, Plain{}, false); err != nil || !out.IsZero() {
		t.Error("an optional text may be absent")
	}
	if out, err := CheckLine(FieldAddress, Plain{}); err != nil || !out.IsZero() {
		t.Error("an optional line may be absent")
	}
	_, err = CheckLine(FieldAddress, PlainOf(strings.Repeat("x", MaxContact+1)))
	wantCode(t, err, FieldAddress, CodeTooLong, "")
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "Shkodër": "shkoder", "SHKODËR": "shkoder", "Çela": "cela", "tё": "te", "TЁ": "te", "e\u0308": "e", "c\u0327": "c",
		"  Lule   Gjoni ": "lule gjoni", "Marashi-Vata": "marashi vata", "D’Angelo": "d angelo", "Đorđević": "dordevic",
		"Straße": "strasse", "Müller, Şen": "muller sen", "Ivan\u200baj": "ivanaj", "Фёдор": "фeдор", "--": "",
	} {
		if got := Fold(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "name")
		once := Fold(s)
		if Fold(once) != once {
			t.Fatalf("%q folds to %q and on to %q", s, once, Fold(once))
		}
		if strings.Contains(once, "  ") || once != strings.TrimSpace(once) {
			t.Fatalf("%q folds to %q", s, once)
		}
	})
}

func FuzzChecks(f *testing.F) {
	for _, s := range []string{"J05115999K", "069 234 5678", "1990-01-15", "Lule Gjoni", "tё"} {
		f.Add(s)
	}
	today := time.Date(2014, 6, 30, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s string) {
		// What a check accepts it accepts again, unchanged.
		again := func(name string, check func(Plain) (Plain, error)) {
			if once, err := check(PlainOf(s)); err == nil {
				if twice, err := check(once); err != nil || !twice.Equal(once) {
					t.Errorf("%s: %q became %q and then %q, %v", name, s, once.Reveal(), twice.Reveal(), err)
				}
			}
		}
		again("name", CheckName)
		again("phone", CheckPhone)
		again("text", func(p Plain) (Plain, error) { return CheckText(FieldNote, p, false) })
		again("national id", func(p Plain) (Plain, error) { out, _, err := CheckNationalID(p); return out, err })
		again("birth date", func(p Plain) (Plain, error) { return CheckBirthDate(p, today) })
	})
}
