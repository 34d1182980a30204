package retention

import (
	"strings"
	"testing"
	"time"

	"mkr/domain/casefile"
)

func TestEveryRoleInEveryKindHasATerm(t *testing.T) {
	s, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range kinds {
		for _, role := range casefile.PersonRoles {
			term := s.Of(kind, role)
			if term.Source == "" || term.Confidence != Assumption {
				t.Errorf("%s, %s: %+v; a term that nobody verified must say so", kind, role, term)
			}
		}
	}
	closed := time.Date(2014, 2, 28, 12, 0, 0, 0, time.UTC)
	if got := s.Of(casefile.DomesticViolence, casefile.Survivor).Until(closed); got != closed.AddDate(10, 0, 0) {
		t.Errorf("kept until %s", got)
	}
	if s.Shortest() != 5 {
		t.Errorf("the shortest term has %d years", s.Shortest())
	}
}

func TestLoadIsStrict(t *testing.T) {
	whole := string(embedded)
	for name, text := range map[string]string{
		"no JSON":           "{",
		"an unknown field":  strings.Replace(whole, `"years"`, `"days"`, 1),
		"a class too few":   whole[:strings.LastIndex(whole, ",\n")] + "]",
		"a class twice":     strings.Replace(whole, `"suspected"`, `"subject"`, 1),
		"an unknown kind":   strings.Replace(whole, "child_protection", "pets", 1),
		"an unknown part":   strings.Replace(whole, `"other"`, `"all"`, 1),
		"no years":          strings.Replace(whole, `"years": 10`, `"years": 0`, 1),
		"no source":         strings.Replace(whole, `"source": "No`, `"source": "", "confidence": "law", "source": "", "x": "No`, 1),
		"an odd confidence": strings.Replace(whole, "assumption", "sure", 1),
		"more than it":      whole + "[]",
	} {
		if text == whole {
			t.Fatalf("%s: the test changes nothing", name)
		}
		if s, err := Load(strings.NewReader(text)); err == nil {
			t.Errorf("%s: taken: %v", name, s)
		}
	}
}
