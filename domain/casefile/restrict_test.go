package casefile

import (
	"time"

	"pgregory.net/rapid"
)

// guardCommand draws what decides on who may see the case.
func guardCommand(r *rapid.T, s State, now time.Time, fresh, referral, consent string) Command {
	inst := func() string { return pick(r, "institution", institutions) }
	from := func(what string, list []string) string { return pick(r, what, list) }
	account := func() string { return pick(r, "account", []string{"a", "b", "c"}) }
	if s.Restriction.Sealed && between(r, 0, 1, "unseal") == 0 { // or little would ever happen: nothing is asked of who cannot see it
		return UnsealCase{}
	}
	glass := id(r, s.Restriction.Glasses, func(g Glass) string { return g.ID }, "")
	return oneOf(r, "command", []Command{
		SealCase{Reason: from("reason", SealReasons), Admit: []Admitted{{account(), inst()}, {account(), s.Lead}}}, UnsealCase{},
		Exclude{account(), inst(), from("reason", ConflictReasons), coin.Draw(r, "self")}, Readmit{account()},
		BreakGlass{Glass: fresh, Reason: from("reason", GlassReasons), Text: sealed(r), Sections: some(r, "sections", []string{"identity", "contact"}), Minutes: 15, Until: now.Add(15 * time.Minute)},
		EndGlass{glass}, ReviewGlass{glass, from("verdict", GlassVerdicts), sealed(r)},
		NoteGround{referral}, ExpireConsent{consent},
	})
}
