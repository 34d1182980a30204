package access

import (
	"slices"
	"testing"
)

// Lists are narrowed by one set of standings for all roles and kinds: this holds only as long as no row of the table
// shows a case to some members of the mechanism and not to others of the same standing, and as long as a stronger
// standing never sees less.
func TestSightIsAMatterOfStandingAlone(t *testing.T) {
	for _, s := range Standings {
		for _, role := range append(slices.Clone(partners), Coordinator, ChildWorker) {
			for _, kind := range anyCase {
				for _, status := range []string{CaseOpen, CaseClosed} {
					everyCase := Judge(as(role), ListCase, Facts{Kind: kind, Standing: None, Status: status}).Allow
					if everyCase {
						continue // sees the kind whatever the standing
					}
					looksBack := s == PastRecipient || s == LapsedRecipient // on no list, and as it stood
					for action, want := range map[Action]bool{ListCase: HasSight(s), ViewCase: HasSight(s) || looksBack} {
						if got := Judge(as(role), action, Facts{Kind: kind, Standing: s, Status: status}).Allow; got != want {
							t.Errorf("%s, %s, %s, %s, %s: allowed %v, want %v", role, action, kind, status, s, got, want)
						}
					}
				}
			}
		}
	}
	for i := range Standings[1:] {
		if HasSight(Standings[i]) && !HasSight(Standings[i+1]) {
			t.Errorf("%s sees and the stronger %s does not", Standings[i], Standings[i+1])
		}
	}
	if HasSight(None) || HasSight(DeclinedRecipient) || HasSight("") || !HasSight(Recipient) {
		t.Error("sight is given to whoever has no part, or not to whoever has")
	}
}
