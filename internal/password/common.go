package password

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// common.txt are the 12,000 passwords that people use most, one a line, from the lists that were published after breaches: the data of
// Dropbox's zxcvbn (MIT licence), as packed in github.com/trustelem/zxcvbn v1.0.1, data/passwords.txt. See common.licence.
//
//go:embed common.txt
var commonFile string

// commonest is the list, folded; read when a password is first set.
var commonest = sync.OnceValue(func() map[string]bool {
	list := map[string]bool{}
	for line := range strings.Lines(commonFile) {
		list[folded(strings.TrimSpace(line))] = true
	}
	for _, word := range slices.Concat(albanian, ofTheWork) {
		list[folded(word)] = true
	}
	return list
})

// albanian are words that the lists of other languages do not have, and that are tried first here.
var albanian = []string{
	"fjalekalimi", "fjalëkalim", "shqiperia", "shqipëri", "shqiptar", "kosova", "prishtina", "tirana", "shkodra", "durresi", "vlora", "elbasani", "korca",
	"dashuria", "zemra", "familja", "policia", "bashkia", "gjykata", "spitali", "shkolla", "mirëdita", "mirembrema", "pershendetje", "kuqezi", "skenderbeu", "shqiponja",
}

// ofTheWork are the words of this program and of the work that is done with it, in both languages: what somebody tries who knows where the
// password is for. docs/security/asvs.md (6.1.2) refers to this list.
var ofTheWork = []string{
	"mkr", "mekanizmi", "mekanizmi i koordinuar", "mekanizmi i koordinuar i referimit", "mekanizmi i referimit", "referimi", "referimet", "koordinatori", "koordinatorja", "koordinimi", "administratori", "administratorja",
	"auditori", "punonjës social", "punonjëse sociale", "njmf", "dhuna", "dhuna në familje", "dhuna ndaj grave", "viktima", "mbijetuesja", "strehimi", "strehëza", "kujdestaria", "urdhër mbrojtjeje", "mbrojtja", "mbrojtja e fëmijëve",
	"kodi i hyrjes", "hyrja", "llogaria", "tabela", "prefektura", "komisariati", "prokuroria",
	"coordinated referral mechanism", "referral mechanism", "referral", "referrals", "coordinator", "administrator", "auditor", "social worker", "child protection", "domestic violence", "shelter", "safe house", "survivor", "protection order", "municipality",
}

// alike are signs that are written for letters: whoever guesses tries them too.
var alike = strings.NewReplacer("0", "o", "1", "i", "!", "i", "3", "e", "4", "a", "@", "a", "5", "s", "$", "s", "7", "t", "8", "b", "9", "g", "ë", "e", "ç", "c")

// folded is a password as guessers see it: small letters, and signs as the letters that they stand for.
func folded(text string) string { return alike.Replace(strings.ToLower(text)) }

// isCommon tells whether a password is one that everybody uses, with little of its own: written with signs for letters, with a year or
// marks around it, or two of them in a row.
func isCommon(text string) bool {
	list := commonest()
	if list[folded(text)] {
		return true
	}
	core := folded(strings.TrimFunc(text, func(r rune) bool { return !unicode.IsLetter(r) }))
	if core == "" {
		return true // figures and marks alone: a date, a telephone number
	}
	if own := utf8.RuneCountInString(text) - utf8.RuneCountInString(core); list[core] && own < MinLength {
		return true
	}
	for i := range core {
		if i > 0 && core[:i] == core[i:] && list[core[:i]] { // the same twice
			return true
		}
	}
	return false
}
