package account

import (
	"testing"
	"time"

	"mkr/domain/access"
)

var (
	until     = at.Now.Add(14 * day)
	grantRole = GrantRole{Grant: "grant-1", Institution: "inst-dv", Role: access.Coordinator, Reason: "stands_in", By: "admin-1", From: at.Now, Until: until, Wall: at.Now}
	granted   = RoleGranted{Grant: "grant-1", Institution: "inst-dv", Role: access.Coordinator, From: at.Now, Until: until, Reason: "stands_in", By: "admin-1"}
	standIn   = SessionStarted{
		Session: "s-9", Kind: Browser, TokenHash: desk.TokenHash, ExpiresAt: at.Now.Add(8 * time.Hour), Account: "acc-1", Institution: "inst-dv", Role: access.Coordinator, Grant: "grant-1",
	}
	raised = SessionRaised{Session: "s-1", Until: at.Now.Add(RaisedLife)}
)

func TestARoleIsGrantedForAWhile(t *testing.T) {
	decider.Accepts(t, given(opened), grantRole, at, granted)
	decider.Accepts(t, given(opened, granted), grantRole, at)
	decider.Refuses(t, given(opened, locked), grantRole, at, CodeLocked, "")
	refuse := func(field, code string, change func(*GrantRole)) {
		t.Helper()
		c := grantRole
		change(&c)
		decider.Refuses(t, given(opened), c, at, code, field)
	}
	refuse("", CodeOwnGrant, func(c *GrantRole) { c.By = "acc-1" })
	refuse("institution", CodeMissing, func(c *GrantRole) { c.Institution = "" })
	refuse("role", CodeUnknownCode, func(c *GrantRole) { c.Role = access.System })
	refuse("role", CodeSameRole, func(c *GrantRole) { c.Institution, c.Role = opened.Institution, opened.Role })
	refuse("reason", CodeUnknownCode, func(c *GrantRole) { c.Reason = "" })
	refuse("until", CodeExpiry, func(c *GrantRole) { c.Until = time.Time{} })
	refuse("until", CodeExpiry, func(c *GrantRole) { c.Until = c.From })
	refuse("until", CodeExpiry, func(c *GrantRole) { c.Until = c.From.Add(MaxGrant + 1) })
	refuse("until", CodeExpiry, func(c *GrantRole) { c.From, c.Until = at.Now.Add(-day), at.Now })

	decider.Accepts(t, given(opened, granted), EndGrant{"grant-1", GrantWithdrawn}, at, RoleGrantEnded{"grant-1", GrantWithdrawn})
	decider.Accepts(t, given(opened, granted, standIn, phone), EndGrant{"grant-1", GrantGivenBack}, at, RoleGrantEnded{"grant-1", GrantGivenBack}, ended(standIn, RightEnded))
	decider.Accepts(t, given(opened), EndGrant{"grant-1", GrantWithdrawn}, at)
	decider.Refuses(t, given(opened, granted), EndGrant{"grant-1", GrantOver}, at, CodeUnknownCode, "reason")
}

// A granted role is taken up from a session whose holder has just proved who she is. Nothing is prolonged by that: neither the
// session that it came from, nor the role.
func TestASessionInAGrantedRole(t *testing.T) {
	c := start(standIn)
	c.Grant, c.From = "grant-1", "s-1"
	decider.Accepts(t, given(opened, passwordSet, granted, desk, raised), c, at, ended(desk, Switched), standIn)
	decider.Refuses(t, given(opened, passwordSet, granted, desk), c, at, CodeNotProved, "")
	decider.Refuses(t, given(opened, passwordSet, desk, raised), c, at, CodeNoGrant, "")
	decider.Refuses(t, given(opened, passwordSet, granted, RoleGrantEnded{"grant-1", GrantWithdrawn}, desk, raised), c, at, CodeNoGrant, "")

	for name, wall := range map[string]time.Time{"before it begins": at.Now.Add(-time.Minute), "at its end": until} {
		late, old, proof := c, desk, raised
		late.Wall, late.ExpiresAt = wall, wall.Add(time.Hour)
		old.ExpiresAt, proof.Until = wall.Add(time.Hour), wall.Add(time.Minute)
		t.Run(name, func(t *testing.T) {
			decider.Refuses(t, given(opened, passwordSet, granted, old, proof), late, at, CodeNoGrant, "")
		})
	}
	short, brief := granted, standIn
	short.Until, brief.ExpiresAt = at.Now.Add(time.Hour), at.Now.Add(time.Hour)
	decider.Accepts(t, given(opened, passwordSet, short, desk, raised), c, at, ended(desk, Switched), brief)
	ending := desk
	ending.ExpiresAt, brief.ExpiresAt = at.Now.Add(time.Minute), at.Now.Add(time.Minute)
	decider.Accepts(t, given(opened, passwordSet, granted, ending, raised), c, at, ended(ending, Switched), brief)

	// What is over is tidied away with the next sign-in, and is never in force again.
	next := start(phone)
	next.Wall, next.ExpiresAt = until, until.Add(time.Hour)
	entered := phone
	entered.ExpiresAt = next.ExpiresAt
	decider.Accepts(t, given(opened, passwordSet, granted), next, at, RoleGrantEnded{"grant-1", GrantOver}, entered)
}

func TestAnAccountWithAnEnd(t *testing.T) {
	set := SetTerm{Until: at.Now.Add(time.Hour), Wall: at.Now, By: "admin-1"}
	term := TermSet{Until: set.Until, By: "admin-1"}
	decider.Accepts(t, given(opened), set, at, term)
	decider.Accepts(t, given(opened, term), set, at)
	decider.Accepts(t, given(opened, desk, partner), set, at, term, ended(desk, RightEnded), ended(partner, RightEnded))
	decider.Accepts(t, given(opened, term), SetTerm{Wall: at.Now, By: "admin-1"}, at, TermSet{By: "admin-1"})
	decider.Refuses(t, given(opened), SetTerm{Until: at.Now, Wall: at.Now, By: "admin-1"}, at, CodeExpiry, "until")
	decider.Refuses(t, given(opened), SetTerm{Until: set.Until, Wall: at.Now, By: "acc-1"}, at, CodeOwnGrant, "")

	brief := desk
	brief.ExpiresAt = set.Until
	decider.Accepts(t, given(opened, passwordSet, term), start(desk), at, brief)
	late := start(desk)
	late.Wall = set.Until
	decider.Refuses(t, given(opened, passwordSet, term), late, at, CodeTermOver, "")
	// A granted role is worth nothing without the account that it was granted to.
	old, proof := desk, raised
	old.ExpiresAt, proof.Until = late.Wall.Add(time.Hour), late.Wall.Add(time.Minute)
	late.Grant, late.From, late.Session = "grant-1", "s-1", "s-9"
	decider.Refuses(t, given(opened, passwordSet, granted, old, proof, term), late, at, CodeTermOver, "")
}
