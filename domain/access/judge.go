package access

import (
	"slices"

	"mkr/domain/event"
)

// Status of the case, as the policy sees it.
const (
	CaseOpen   = "open"
	CaseClosed = "closed"
)

// Facts is the situation. For actions about no case Kind, Standing and Status stay empty. For OpenCase, which is about
// a case that is not there yet, Standing is None and Status stays empty.
type Facts struct {
	Kind     string   // kind of the case
	Standing Standing // of the actor's institution in it
	Status   string   // CaseOpen or CaseClosed
	Minor    bool     // the subject is a minor
	Own      bool     // the thing acted on belongs to the actor's institution (or is the actor's own account)

	Excluded bool     // the actor's own account is kept out of the case
	Sealed   bool     // the case is sealed: it is for the accounts that were named
	Admitted bool     // the actor's own account is one of them
	Glass    FieldSet // what an emergency access of the actor's own account holds open now
	Covers   FieldSet // what the consents behind the institution's part cover; 0: its part does not rest on consent alone
}

// Codes of a no. They are API.
const (
	CodeUnknownRole      = "access.unknown_role"
	CodeUnknownAction    = "access.unknown_action"
	CodeUnknownSituation = "access.unknown_situation"
	CodeNotForRole       = "access.not_for_role"
	CodeNotInCase        = "access.not_in_case"
	CodeCaseClosed       = "access.case_closed"
	CodeNotOwn           = "access.not_own"
	CodeNotForAdult      = "access.not_for_adult"
)

// Codes lists them all.
var Codes = []string{CodeUnknownRole, CodeUnknownAction, CodeUnknownSituation, CodeNotForRole, CodeNotInCase, CodeCaseClosed, CodeNotOwn, CodeNotForAdult}

// Verdict is the answer. Code is "" for a yes; Basis and Fields are empty for a no.
type Verdict struct {
	Allow  bool
	Code   string
	Fields FieldSet
	Basis  string
}

// Refusal is the verdict as an error: nil for a yes, an *event.Refusal for a no.
func (v Verdict) Refusal() error {
	if v.Allow {
		return nil
	}
	return event.Refuse(v.Code, "the access policy does not allow it")
}

var table, withholds = Table(), Withholds()

// HasSight tells whether the policy shows a case, open or closed, to whoever works in an institution of this standing.
func HasSight(s Standing) bool { return slices.Contains(sighted, s) }

// sighted are the standings of the row "part_in_case" and its like, as one of the mechanism's members is judged.
var sighted = slices.DeleteFunc(slices.Clone(Standings), func(s Standing) bool {
	return !Judge(event.Actor{Role: Provider}, ListCase, Facts{Kind: DomesticViolence, Standing: s, Status: CaseOpen}).Allow
})

// Judge tells whether the actor may do the action in this situation. It is pure: the same question has the same answer
// until Version changes. Where several rows say yes, the first gives the basis and all of them the fields.
func Judge(actor event.Actor, action Action, f Facts) Verdict {
	if !slices.Contains(Roles, actor.Role) {
		return Verdict{Code: CodeUnknownRole}
	}
	aboutCase := slices.Contains(CaseActions, action)
	if !aboutCase && !slices.Contains(HouseActions, action) {
		return Verdict{Code: CodeUnknownAction}
	}
	if !f.known(action, aboutCase) {
		return Verdict{Code: CodeUnknownSituation}
	}
	// What is withheld comes first: no row of the table gives it back.
	if aboutCase {
		for _, w := range withholds {
			if w.holds(action, f) {
				return Verdict{Code: CodeNotInCase}
			}
		}
	}
	verdict, nearest := Verdict{Code: CodeNotForRole}, 0
	for _, g := range table {
		if !slices.Contains(g.Roles, actor.Role) || !slices.Contains(g.Actions, action) {
			continue
		}
		code, passed := g.missing(f, aboutCase)
		switch {
		case code == "":
			if !verdict.Allow {
				verdict = Verdict{Allow: true, Basis: g.Basis}
			}
			verdict.Fields |= g.opens(f)
		case !verdict.Allow && passed > nearest:
			verdict.Code, nearest = code, passed
		}
	}
	return verdict
}

// opens are the fields that the row gives in this situation: never more than the row says, within an emergency no more
// than was asked for, and of a part that rests on consent no more than the consent covers.
func (g Grant) opens(f Facts) FieldSet {
	switch {
	case g.Glass, f.Sealed && !f.Admitted: // the emergency alone lets her in, whatever part her institution has
		return g.Fields & f.Glass
	case f.Covers != 0 && !slices.Contains(g.Standings, None): // a right that rests on the part in the case
		return g.Fields & f.Covers
	}
	return g.Fields
}

// known tells whether the situation is one the policy has thought of.
func (f Facts) known(action Action, aboutCase bool) bool {
	if !aboutCase {
		return f.Kind == "" && f.Standing == "" && f.Status == "" && !f.Excluded && !f.Sealed && !f.Admitted && f.Glass == 0 && f.Covers == 0
	}
	if f.Kind != DomesticViolence && f.Kind != ChildProtection || !slices.Contains(Standings, f.Standing) {
		return false
	}
	if action == OpenCase {
		return f.Status == "" && f.Standing == None
	}
	return f.Status == CaseOpen || f.Status == CaseClosed
}

// missing names the first condition of the row that does not hold, "" if all do, and how many held before it: of
// several rows that say no, the one that came nearest gives the reason.
func (g Grant) missing(f Facts, aboutCase bool) (code string, passed int) {
	conditions := []struct {
		holds bool
		code  string
	}{
		{aboutCase == (len(g.Kinds) > 0), CodeNotForRole},
		{!aboutCase || slices.Contains(g.Kinds, f.Kind), CodeNotForRole},
		{!g.Glass || f.Glass != 0, CodeNotInCase},
		{!aboutCase || slices.Contains(g.Standings, f.Standing), CodeNotInCase},
		{!g.Minor || f.Minor, CodeNotForAdult},
		{!g.Own || f.Own, CodeNotOwn},
		{!g.Open || f.Status == CaseOpen, CodeCaseClosed},
	}
	for i, c := range conditions {
		if !c.holds {
			return c.code, i
		}
	}
	return "", len(conditions)
}
