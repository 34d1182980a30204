package directory_test

import (
	"slices"
	"testing"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/directory"
	"mkr/domain/meeting"
)

// Referrals ask for what the directory offers, and a meeting decides on what a plan can hold.
func TestVocabulariesAgree(t *testing.T) {
	sorted := func(list []string) []string { return slices.Sorted(slices.Values(list)) }
	if a, b := sorted(directory.Services), sorted(casefile.Services); !slices.Equal(a, b) {
		t.Errorf("services offered %v, asked for %v", a, b)
	}
	if a, b := sorted(meeting.Actions), sorted(casefile.PlanActions); !slices.Equal(a, b) {
		t.Errorf("actions of meetings %v, of plans %v", a, b)
	}
	if access.DomesticViolence != casefile.DomesticViolence || access.ChildProtection != casefile.ChildProtection ||
		access.CaseOpen != string(casefile.Open) || access.CaseClosed != string(casefile.Closed) {
		t.Error("the policy and the case name things differently")
	}
	for _, kind := range directory.Kinds {
		if len(access.RolesOf(kind)) == 0 {
			t.Errorf("nobody of %s can have an account", kind)
		}
	}
}
