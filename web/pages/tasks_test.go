package pages

import (
	"slices"
	"testing"

	"mkr/handlers"
)

// Every answer to a task is an action that there is, with words of its own: a link never leads nowhere.
func TestAnswersAreActions(t *testing.T) {
	v := testView(t)
	for owed, names := range atOnce {
		for _, name := range names {
			if !slices.Contains(answers[owed], name) {
				t.Errorf("a task answers %s by %s, its case does not", owed, name)
			}
		}
	}
	for owed, names := range answers {
		if v.Code("owed", owed) == owed {
			t.Errorf("nobody ever owes %s", owed)
		}
		for _, name := range names {
			if _, found := handlers.ActionNamed(name); !found {
				t.Errorf("%s is answered by %s, which is no action", owed, name)
			}
		}
	}
}
