package person

import (
	"strings"
	"unicode"
)

// Fold brings a name to the form that searches compare: lower case, without marks (ë and the Cyrillic ё that some
// documents hold instead become e, ç becomes c), with one space between words and none around them. Hyphens and
// apostrophes separate words. Letters of other scripts stay. Folding a folded name changes nothing.
func Fold(name string) string {
	var b strings.Builder
	b.Grow(len(name))
	space := false
	for _, r := range name {
		r = unicode.ToLower(r)
		if unicode.IsSpace(r) || isSeparator(r) {
			space = b.Len() > 0
			continue
		}
		if unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r) {
			continue // a mark written as a character of its own (e + U+0308), or an invisible one
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		if plain, ok := plainLetters[r]; ok {
			b.WriteString(plain)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// RepairLetters replaces the Cyrillic letters that stand in Albanian texts for the Latin ones they look like
// ("tё" for "të"), when the word has Latin letters otherwise. Imports use it before they store a text.
func RepairLetters(text string) string {
	if !strings.ContainsAny(text, "ёЁ") {
		return text
	}
	runes := []rune(text)
	for start := 0; start < len(runes); {
		end := start
		cyrillic := false // the word has a Cyrillic letter other than ё
		for end < len(runes) && unicode.IsLetter(runes[end]) {
			r := runes[end]
			cyrillic = cyrillic || (unicode.Is(unicode.Cyrillic, r) && r != 'ё' && r != 'Ё')
			end++
		}
		for i := start; i < end && !cyrillic; i++ {
			switch runes[i] {
			case 'ё':
				runes[i] = 'ë'
			case 'Ё':
				runes[i] = 'Ë'
			}
		}
		start = end + 1
	}
	return string(runes)
}

func isSeparator(r rune) bool {
	switch r {
	case '-', '\'', '’', '‘', '`', '´', '.', ',', '_', '/':
		return true
	}
	return unicode.Is(unicode.Pd, r)
}

// plainLetters holds the marked lower-case letters of the languages around: Albanian, the South Slavic Latin
// alphabets, Italian, Greek names in Latin script, Turkish, German and French. A table is used, not decomposition,
// because the domain imports nothing beyond the standard library.
var plainLetters = func() map[rune]string {
	groups := map[string]string{
		"a": "áàâäãåāăą", "c": "çćčĉċ", "d": "đď", "e": "ëéèêēėęěё", "g": "ğģĝġ", "h": "ĥ", "i": "íìîïīįı",
		"j": "ĵ", "k": "ķ", "l": "łľļĺ", "n": "ñńňņ", "o": "óòôöõøōő", "r": "ŕř", "s": "śšşșŝ", "t": "ťţț",
		"u": "úùûüūůűų", "w": "ŵ", "y": "ýÿŷ", "z": "źžż", "ss": "ß", "ae": "æ", "oe": "œ",
	}
	m := map[rune]string{}
	for plain, marked := range groups {
		for _, r := range marked {
			m[r] = plain
		}
	}
	return m
}()
