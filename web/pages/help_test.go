package pages

import (
	"strings"
	"testing"

	"mkr/domain/access"
	"mkr/web/help"
)

// TestHelpLeadsSomewhere: every page of the web leads to a part of the guide that is there.
func TestHelpLeadsSomewhere(t *testing.T) {
	book, err := help.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, topic := range helpTopics {
		at := view{Path: topic.path + "?x=1"}.Help()
		if !strings.HasPrefix(at, help.Base+"/") || !book.Leads(at) {
			t.Errorf("%s leads to %s, which is not there", topic.path, at)
		}
	}
	if at := (view{Path: "/nowhere"}).Help(); at != help.Base {
		t.Errorf("a page that nothing explains leads to %s", at)
	}
}

// TestEveryRoleHasThreeThingsToTry: whoever may sign in to the demo is greeted.
func TestEveryRoleHasThreeThingsToTry(t *testing.T) {
	for _, role := range access.Roles {
		if role != access.System && len(tours[role]) != 3 {
			t.Errorf("%s is asked to try %d things", role, len(tours[role]))
		}
	}
}
