package pages

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"mkr/domain/casefile"
	"mkr/handlers"
)

// overQuery marks the address by which a browser leaves a case when an emergency access has ended.
const overQuery = "over"

// leaveInTime has the browser itself leave a case that is open by an emergency access alone, when that ends: it needs no
// script for that. Whatever shows something of the case says so, or it would stay on the screen.
func leaveInTime(w http.ResponseWriter, c handlers.CaseView) {
	if c.Left > 0 {
		w.Header().Set("Refresh", strconv.Itoa(int(c.Left.Seconds())+1)+"; url="+overOf(c))
	}
}

func overOf(c handlers.CaseView) string { return "/cases/" + c.ID + "?" + overQuery }

// others are the emergency accesses that others took and that nobody has answered for: whoever works on the case is told at
// the top of it.
func (c casePage) others(account string) []casefile.Glass {
	return slices.DeleteFunc(slices.Clone(c.Case.Restriction.Glasses), func(g casefile.Glass) bool { return g.Account == account || !g.ToReview() })
}

// ownGlasses are those of the account that can be given back.
func (c casePage) ownGlasses(account string) (ids []string) {
	for _, a := range c.Case.Actions {
		if g, ok := c.Case.Restriction.Glass(a.ID); ok && a.Action == "glass.end" && g.Account == account {
			ids = append(ids, a.ID)
		}
	}
	return ids
}

// minutes writes what is left as the clock of the page does.
func minutes(left time.Duration) string {
	s := max(int(left.Seconds()), 0)
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}
