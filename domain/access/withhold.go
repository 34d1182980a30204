package access

import "slices"

// Withhold is a situation in which a case is not there for an account, whatever the rows of the table give. It is
// judged before them, so that no row can undo it.
type Withhold struct {
	Basis  string
	Part   string // tells apart those of one basis
	Why    string
	Except []Action // that the rows may still give

	when func(Facts) bool
}

// Withholds lists them all, afresh for each caller.
func Withholds() []Withhold {
	return []Withhold{
		{Basis: "conflict_of_interest", Why: "Whoever is kept out of a case by name, for kinship or interest, finds nothing of it: no role, no part and no emergency opens it, the coordinator's and the administrator's neither.",
			when: func(f Facts) bool { return f.Excluded }},
		{Basis: "sealed_case", Part: "named", Why: "A sealed case is there for the accounts that were named when it was sealed and for nobody else, save in an emergency, which is told at once and reviewed.",
			// The clock runs in a sealed case too; and whoever reviews an emergency access must find it.
			Except: []Action{BreakGlass, ReviewGlass, LapseDeadline, ExpireOrder},
			when:   func(f Facts) bool { return f.Sealed && !f.Admitted && f.Glass == 0 }},
		{Basis: "sealed_case", Part: "emergency", Why: "An emergency access to a sealed case looks, and opens what was asked for and no more, whatever part the institution has; it changes nothing.",
			Except: []Action{ViewCase, OpenFields, BreakGlass, EndGlass, ReviewGlass, LapseDeadline, ExpireOrder},
			when:   func(f Facts) bool { return f.Sealed && !f.Admitted && f.Glass != 0 }},
	}
}

// Key names the situation among all.
func (w Withhold) Key() string { return keyOf(w.Basis, w.Part) }

func (w Withhold) holds(action Action, f Facts) bool {
	return w.when(f) && !slices.Contains(w.Except, action)
}
