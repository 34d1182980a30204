package i18n

import (
	"embed"
	"encoding/json"
	"fmt"
	"strings"
)

// Language is a language of the house.
type Language string

// The languages, the first one first.
const (
	Albanian Language = "sq"
	English  Language = "en"
)

// Languages lists them in the order in which they are offered.
var Languages = []Language{Albanian, English}

// Parse reads a language's code; anything unknown is Albanian.
func Parse(code string) Language {
	if Language(code) == English {
		return English
	}
	return Albanian
}

//go:embed sq.json en.json
var files embed.FS

// text is one entry: the same words for every number, or one form for one and another for the rest. Albanian and
// English both have these two forms (CLDR: one, other).
type text struct{ one, other string }

func (t *text) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		if err := json.Unmarshal(data, &t.other); err != nil {
			return err
		}
		t.one = t.other
		return nil
	}
	var forms struct {
		One   string `json:"one"`
		Other string `json:"other"`
	}
	if err := json.Unmarshal(data, &forms); err != nil {
		return err
	}
	if forms.One == "" || forms.Other == "" {
		return fmt.Errorf("a plural needs the forms one and other")
	}
	t.one, t.other = forms.One, forms.Other
	return nil
}

var catalogues = map[Language]map[string]text{Albanian: load(Albanian), English: load(English)}

// load reads an embedded file. It panics on a broken one: the files are part of the program.
func load(l Language) map[string]text {
	data, err := files.ReadFile(string(l) + ".json")
	if err != nil {
		panic("i18n: " + err.Error())
	}
	var texts map[string]text
	if err := json.Unmarshal(data, &texts); err != nil {
		panic(fmt.Sprintf("i18n: %s.json: %v", l, err))
	}
	return texts
}

// Has tells whether the catalogue has the key.
func Has(key string) bool {
	_, ok := catalogues[Albanian][key]
	return ok
}

// fill puts the arguments, pairs of a name and its value, into the places {name}.
func fill(s string, args []any) string {
	if len(args) == 0 || !strings.Contains(s, "{") {
		return s
	}
	pairs := make([]string, 0, len(args))
	for i := 0; i+1 < len(args); i += 2 {
		pairs = append(pairs, "{"+fmt.Sprint(args[i])+"}", fmt.Sprint(args[i+1]))
	}
	return strings.NewReplacer(pairs...).Replace(s)
}
