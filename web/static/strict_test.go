package static

import (
	"regexp"
	"testing"
)

// TestScriptsCompareStrictly: values are compared with their types, and no script writes a member whose name came from elsewhere, by which
// what all objects inherit could be changed: what has names of its own lies in maps. A name of one letter counts the places of an array.
func TestScriptsCompareStrictly(t *testing.T) {
	rules := map[string]*regexp.Regexp{
		"compares without types":          regexp.MustCompile(`[^=!<>]==[^=]|!=[^=]`),
		"writes a member by a given name": regexp.MustCompile(`[\w)\]]\[[^\]"'\x60]*[a-zA-Z]{2}[^\]"'\x60]*\]\s*=[^=>]`),
		"changes what objects inherit":    regexp.MustCompile(`Object\.(defineProperty|setPrototypeOf)|__proto__|\.prototype\b`),
	}
	sees := map[string]string{
		"compares without types": "if (a == b)", "writes a member by a given name": "o[name] = 1", "changes what objects inherit": "a.__proto__ = b",
	}
	for what, rule := range rules {
		if !rule.MatchString(sees[what]) {
			t.Errorf("the rule does not see what %s", what)
		}
	}
	seen := 0
	for name, f := range load(t).files {
		if !regexp.MustCompile(`\.js$`).MatchString(name) {
			continue
		}
		seen++
		for what, rule := range rules {
			if m := rule.FindString(string(f.body)); m != "" {
				t.Errorf("%s %s: %s", name, what, m)
			}
		}
	}
	if seen < 20 {
		t.Errorf("%d scripts were read", seen)
	}
}
