package deadline_test

import (
	"slices"
	"testing"

	"mkr/domain/casefile"
	"mkr/domain/deadline"
	"mkr/domain/meeting"
)

// A rule that names an event nobody stores would never be met.
func TestMetByNamesStoredEvents(t *testing.T) {
	var known []string
	for _, e := range append(casefile.Events(), meeting.Events()...) {
		known = append(known, e.Name)
	}
	packs, err := deadline.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packs.All() {
		for _, r := range p.Rules {
			for _, name := range r.MetBy {
				if !slices.Contains(known, name) {
					t.Errorf("%s of %s is met by %s, which no stream holds", r.ID, p.ID, name)
				}
			}
		}
	}
}
