package pages

import (
	"mkr/domain/access"
	"mkr/handlers"
	"mkr/web/help"
)

// step is where somebody goes from a list with nothing in it: the page on which its first row is made, or where she reads
// how it comes to be. The zero step leads nowhere.
type step struct {
	Path string
	Key  string // of the words on the link
}

// guideStep leads to the guide's part for the page, or for the reader's role: for who can do nothing about its being empty.
func (v view) guideStep() step {
	path := v.Help()
	if path == help.Base && v.Caller.Role != "" {
		path += "/" + help.OfRole(v.Caller.Role)
	}
	return step{path, "empty.guide"}
}

// stepIf leads there if the role may, and else to the guide.
func (v view) stepIf(may bool, path, key string) step {
	if may && !v.Past {
		return step{path, key}
	}
	return v.guideStep()
}

// caseStep leads to a new case, which is how every list of cases begins.
func (v view) caseStep() step { return v.stepIf(v.mayOpenCases(), "/cases/new", "newcase.title") }

// boardStep leads to the board, from lists whose rows are made on a case's own page.
func (v view) boardStep() step {
	return v.stepIf(v.may(access.ViewBoard), "/board", "empty.board")
}

// idle tells whether nobody has anything to do: a table of zeros would teach nothing.
func idle(load handlers.WorkloadView) bool {
	for _, l := range load.Items {
		if l.Tasks+l.Cases+l.Overdue > 0 {
			return false
		}
	}
	return true
}
