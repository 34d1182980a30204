package password

import (
	"bytes"
	"errors"
	"regexp"
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	for password, want := range map[string]string{
		"":                           CodeTooShort,
		"elevencharz":                CodeTooShort,
		"twelve chars":               "",
		"ëëëëëëëëëëë":                CodeTooShort, // 11 characters, 22 bytes
		"aaaaaaaaaaaaaaaaaaaa":       CodeTooSimple,
		"abababababababab":           CodeTooSimple,
		"drita.marku1":               CodeTooSimple,
		"Drita.Marku2026":            CodeTooSimple,
		"drita.marku has a long tea": "",
		strings.Repeat("abcdef", 42): "",
		strings.Repeat("abcdef", 43): CodeTooLong,
		"long enough \xff\xfe":       CodeText,
		"mire\u0308dita bote\u0308":  "",
	} {
		err := Check(password, "drita.marku", "")
		var rule *RuleError
		switch {
		case want == "" && err != nil:
			t.Errorf("%q: refused with %v", password, err)
		case want != "" && (!errors.As(err, &rule) || rule.Code != want):
			t.Errorf("%q: got %v, want %s", password, err, want)
		case err != nil && password != "" && strings.Contains(err.Error(), password):
			t.Errorf("%q: the error repeats it", password)
		}
	}
}

func TestGenerate(t *testing.T) {
	form := regexp.MustCompile(`^([bdfghklmnprstvzj][aeou]){2}(-([bdfghklmnprstvzj][aeou]){2}){4}$`)
	seen := map[string]bool{}
	for range 200 {
		p, err := Generate()
		if err != nil {
			t.Fatal(err)
		}
		if !form.MatchString(p) || Check(p) != nil || seen[p] {
			t.Fatalf("generated %q", p)
		}
		seen[p] = true
	}

	source := []byte{0, 1, 2, 3, 63, 64, 128, 255, 17, 42}
	a, err := GenerateFrom(bytes.NewReader(source))
	if err != nil || a != "babe-bobu-juba-baju-hero" {
		t.Fatalf("from a fixed source: %q, %v", a, err)
	}
	if _, err := GenerateFrom(bytes.NewReader(source[:9])); err == nil {
		t.Fatal("generated from too little randomness")
	}
}

// All 64 syllables are different, so that every byte tells 6 bits.
func TestSyllablesDiffer(t *testing.T) {
	seen := map[string]bool{}
	for b := range byte(64) {
		p, err := GenerateFrom(bytes.NewReader(bytes.Repeat([]byte{b}, 10)))
		if err != nil {
			t.Fatal(err)
		}
		seen[p[:2]] = true
	}
	if len(seen) != 64 {
		t.Fatalf("%d syllables", len(seen))
	}
}
