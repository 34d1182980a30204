package i18n

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// unmarked are words, and beginnings of words (with a star), that are no Albanian without their ë or ç. Those that are
// right in some other form ("dite", "pune", "gjykate" in a genitive) are not among them.
var unmarked = words(`
	eshte qe nje per dhune dhena femije* sherbim* vleres* dergo* dergu* lesho* leshu* perdor* pergjig* pergjegj* perfund*
	perfsh* permba* permbus* permes perpara perseri pershkr* perjasht* kerko* kerku* kerkes* pelqim* strehez* fjalekal* tjeter
	gjithe gjithcka cfare cdo ceshtj* qender njesi* vertet* deshir* deshmi* nenshkr* shenim* shenu* zevend* rendesi* mesues*
	mbeshtet* mbikeqyr* keshill* ndermjet* menjehere menjehershem tashme vetem shtate nente dhjete Shkoder shkolle hapesir*
	jane kane behet here asnjehere prane vone bere thene mbremje neser jashte larte ulet mesem`)

// words makes one expression of a list.
func words(list string) *regexp.Regexp {
	all := strings.ReplaceAll(strings.Join(strings.Fields(list), "|"), "*", `\p{L}*`)
	return regexp.MustCompile(`(?i)(?:^|[^\p{L}])(` + all + `)(?:$|[^\p{L}])`)
}

// forms visits every text of a language.
func forms(l Language, visit func(key, text string)) {
	for k, v := range catalogues[l] {
		visit(k, v.one)
		if v.other != v.one {
			visit(k, v.other)
		}
	}
}

func TestAlbanianHasItsMarks(t *testing.T) {
	forms(Albanian, func(k, text string) {
		if m := unmarked.FindStringSubmatch(text); m != nil {
			t.Errorf("%s: %q lacks its ë or ç: %q", k, m[1], text)
		}
	})
	for wrong, right := range map[string]string{"Nuk eshte": "Nuk është", "Cdo dite": "Çdo ditë", "vlerëso, perseri": "vlerëso, përsëri", "Sherbimet": "Shërbimet", "per": "për"} {
		if !unmarked.MatchString(wrong) || unmarked.MatchString(right) {
			t.Errorf("%q and %q are not told apart", wrong, right)
		}
	}
}

// same are the texts that are the same in both languages, with the reason.
var same = map[string]string{
	"error_target.incident": "one word", "measure_kind.transport": "one word", "role.administrator": "one word", "role.auditor": "one word",
	"language.en": "a language is offered in its own words", "language.sq": "a language is offered in its own words",
	"order_type.UM": "an abbreviation of the law", "order_type.UMM": "an abbreviation of the law", "order_type.UMPMM": "an abbreviation of the law",
	"span.minutes": "the sign of a unit", "span.seconds": "the sign of a unit", "keys.enter": "the name of a key", "clock.pack": "the name of a pack and its version", "style.aa": "a sample of letters",
}

func TestEveryTextIsTranslated(t *testing.T) {
	found := map[string]bool{}
	for k, sq := range catalogues[Albanian] {
		en := catalogues[English][k]
		if sq != en || !strings.ContainsFunc(placeholder.ReplaceAllString(sq.other, ""), unicode.IsLetter) {
			continue
		}
		if strings.HasPrefix(k, "municipality.") { // proper names
			continue
		}
		found[k] = true
		if same[k] == "" {
			t.Errorf("%s is not translated: %q", k, sq.other)
		}
	}
	for k := range same {
		if !found[k] {
			t.Errorf("%s is translated: take it off the list", k)
		}
	}
}

// TestTypography: one apostrophe, one kind of quotation marks that open and close, the ellipsis as one sign, single spaces
// and none before a sign. What ends one language's text ends the other's.
func TestTypography(t *testing.T) {
	bad := regexp.MustCompile(`['"«»„]|\.\.\.|  | [,.;:!?]|[‘]`)
	for _, l := range Languages {
		forms(l, func(k, text string) {
			if m := bad.FindString(text); m != "" {
				t.Errorf("%s %s holds %q: %q", l, k, m, text)
			}
			if strings.Count(text, "“") != strings.Count(text, "”") {
				t.Errorf("%s %s does not close what it quotes: %q", l, k, text)
			}
		})
	}
	end := func(s string) string {
		if i := strings.LastIndexAny(s, ".?!:…"); i >= 0 && strings.TrimLeft(s[i:], ".?!:…") == "" {
			return s[i:]
		}
		return ""
	}
	for k, sq := range catalogues[Albanian] {
		if a, b := end(sq.other), end(catalogues[English][k].other); a != b {
			t.Errorf("%s ends with %q in Albanian and with %q in English", k, a, b)
		}
	}
}

// TestWhatATextQuotesIsOnTheScreen: a text that tells somebody to press “X” quotes a word of the same catalogue.
func TestWhatATextQuotesIsOnTheScreen(t *testing.T) {
	quoted := regexp.MustCompile(`“([^”]+)”`)
	n := 0
	for _, l := range Languages {
		all := For(l, nil).Texts()
		forms(l, func(k, text string) {
			for _, m := range quoted.FindAllStringSubmatch(text, -1) {
				n++
				if !slices.Contains(all, m[1]) {
					t.Errorf("%s %s quotes %q, which no screen says", l, k, m[1])
				}
			}
		})
	}
	if n == 0 {
		t.Error("no text quotes another: the test could not fail")
	}
}

// TestRefusalsSayWhatToDo: a refusal is a sentence, without the names that the program has for things.
func TestRefusalsSayWhatToDo(t *testing.T) {
	jargon := regexp.MustCompile(`(?i)\b(id|uuid|null|hash|json|http|server|token_|event log|identifikues\w*|invalid|pavlefshëm)\b|_`)
	for _, l := range Languages {
		forms(l, func(k, text string) {
			if !strings.HasPrefix(k, "refusal.") {
				return
			}
			if !strings.HasSuffix(text, ".") {
				t.Errorf("%s %s is no sentence: %q", l, k, text)
			}
			if m := jargon.FindString(text); m != "" {
				t.Errorf("%s %s speaks of %q: %q", l, k, m, text)
			}
		})
	}
}
