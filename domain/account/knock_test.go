package account

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
)

var failed = SignInFailed{Way: ByPassword, Why: Wrong, Count: 7, Places: 2, From: at.Now, Until: at.Now}

// Tries that failed are told as they were counted, whatever stands with the account, and change nothing in it.
func TestFailedTriesAreTold(t *testing.T) {
	decider.Accepts(t, given(opened, passwordSet), NoteFailed{failed}, at, failed)
	decider.Accepts(t, given(opened, passwordSet, locked), NoteFailed{failed}, at, failed)
	for field, change := range map[string]func(*SignInFailed){
		"way": func(f *SignInFailed) { f.Way = "the name that was typed" },
		"why": func(f *SignInFailed) { f.Why = "the name that was typed" },
	} {
		f := failed
		change(&f)
		decider.Refuses(t, given(opened), NoteFailed{f}, at, CodeUnknownCode, field)
	}
	none := failed
	none.Count = 0
	decider.Refuses(t, given(opened), NoteFailed{none}, at, CodeMissing, "count")
}

// One browser more than may be ends the oldest, and nothing else: tokens stand.
func TestTheOldestSessionMakesRoom(t *testing.T) {
	history := given(opened, passwordSet)
	many := []SessionStarted{}
	for i := range MostSessions {
		o := desk
		o.Session, o.TokenHash = "s-"+strconv.Itoa(i), strings.Repeat("0", 61)+fmt.Sprintf("%03d", i)
		many = append(many, o)
		history = append(history, o)
	}
	more := desk
	more.Session, more.TokenHash = "one more", strings.Repeat("f", 64)
	decider.Accepts(t, history[:len(history)-1], start(more), at, more)
	decider.Accepts(t, history, start(more), at, SessionEnded{many[0].Session, many[0].TokenHash, Crowded}, more)
}
