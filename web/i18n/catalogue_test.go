package i18n

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var placeholder = regexp.MustCompile(`\{[a-z]+\}`)

// keys reads the keys as they stand in a file: a decoder into a map would swallow doubled ones.
func keys(t *testing.T, l Language) []string {
	t.Helper()
	data, err := files.ReadFile(string(l) + ".json")
	if err != nil {
		t.Fatal(err)
	}
	dec := json.NewDecoder(strings.NewReader(string(data)))
	var out []string
	depth := 0
	name := true
	for dec.More() || depth > 0 {
		tok, err := dec.Token()
		if err != nil {
			t.Fatal(err)
		}
		switch x := tok.(type) {
		case json.Delim:
			if x == '{' {
				depth++
			} else {
				depth--
			}
			name = true
		case string:
			if name && depth == 1 {
				out = append(out, x)
			}
			name = !name
		}
	}
	return out
}

func TestLanguagesHaveTheSameKeys(t *testing.T) {
	sq, en := keys(t, Albanian), keys(t, English)
	if len(sq) < 500 {
		t.Fatalf("only %d keys were read", len(sq))
	}
	for l, list := range map[Language][]string{Albanian: sq, English: en} {
		if !slices.IsSorted(list) {
			t.Errorf("%s.json is not sorted by key", l)
		}
		for i := 1; i < len(list); i++ {
			if list[i] == list[i-1] {
				t.Errorf("%s.json has %s twice", l, list[i])
			}
		}
	}
	for _, k := range sq {
		if !slices.Contains(en, k) {
			t.Errorf("en.json lacks %s", k)
		}
	}
	for _, k := range en {
		if !slices.Contains(sq, k) {
			t.Errorf("sq.json lacks %s", k)
		}
	}
}

func TestTextsAreWhole(t *testing.T) {
	cyrillic := regexp.MustCompile(`\p{Cyrillic}`)
	for l, texts := range catalogues {
		for k, v := range texts {
			for _, form := range []string{v.one, v.other} {
				if strings.TrimSpace(form) == "" || form != strings.TrimSpace(form) {
					t.Errorf("%s %s is empty or has space around it: %q", l, k, form)
				}
				if cyrillic.MatchString(form) {
					t.Errorf("%s %s has a Cyrillic letter: %q", l, k, form)
				}
				if strings.ContainsAny(form, "<>\ufffd") {
					t.Errorf("%s %s holds markup or a broken letter: %q", l, k, form)
				}
				// ë and ç are one letter each (NFC), never e and c with a mark behind.
				if strings.ContainsAny(form, "\u0308\u0327") {
					t.Errorf("%s %s has a combining mark: %q", l, k, form)
				}
			}
		}
	}
}

// TestPlaceholdersAgree: both languages fill in the same, in one form or the other.
func TestPlaceholdersAgree(t *testing.T) {
	of := func(s string) []string {
		found := placeholder.FindAllString(s, -1)
		slices.Sort(found)
		return slices.Compact(found)
	}
	for k, sq := range catalogues[Albanian] {
		en := catalogues[English][k]
		if a, b := of(sq.one+sq.other), of(en.one+en.other); !slices.Equal(a, b) {
			t.Errorf("%s: %v in Albanian, %v in English", k, a, b)
		}
		for l, v := range map[Language]text{Albanian: sq, English: en} {
			if strings.Count(v.other, "{") != len(placeholder.FindAllString(v.other, -1)) {
				t.Errorf("%s %s has a brace that is no placeholder: %q", l, k, v.other)
			}
		}
	}
}
