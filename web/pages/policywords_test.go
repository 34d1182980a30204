package pages

import (
	"testing"

	"mkr/domain/access"
	"mkr/web/i18n"
)

// reasons are what the access policy gives as its reasons, by the key that each has in the catalogue.
func reasons(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	add := func(key, why string) {
		if _, there := out[key]; there {
			t.Errorf("two rows of the policy are %s: give each its part", key)
		}
		out[key] = why
	}
	for _, w := range access.Withholds() {
		add(w.Key(), w.Why)
	}
	for _, g := range access.Table() {
		add(g.Key(), g.Why)
	}
	return out
}

// TestThePolicyGivesOneReason: what people read in English on the page is what stands beside the row in the table.
func TestThePolicyGivesOneReason(t *testing.T) {
	en := i18n.For(i18n.English, nil)
	for key, why := range reasons(t) {
		if said := en.Code("policy_why", key); said != typographic(why) {
			t.Errorf("%s is %q in the table and %q on the page", key, why, said)
		}
	}
}
