package pages

import (
	"slices"

	"mkr/domain/casefile"
	"mkr/handlers"
	"mkr/web/i18n"
)

// fitting leaves out what the case does not ask: of a closing, the criteria that are met or that are not those of its kind.
// What the file must hold before it is handed over is ticked already; an appeal ends as what it is against can; a screening
// whose level decides on no deadline any more does not promise one. Where the case has no parent or guardian who could answer
// for somebody, a consent is not said to be theirs; and whoever may be told something is not chosen by her free beds.
func (v view) fitting(c handlers.CaseView, a handlers.CaseAction, target string, fields []field) []field {
	switch a.Name {
	case "case.close":
		asked := map[string]bool{}
		for _, k := range c.Checklist() {
			asked[k.Criterion] = !k.Met
		}
		return slices.DeleteFunc(fields, func(f field) bool { return slices.Contains(casefile.ClosingCriteria, f.Name) && !asked[f.Name] })
	case "consent.record":
		asked := slices.ContainsFunc(fields, func(f field) bool { return f.Name == "giver" })
		for i := range fields {
			switch fields[i].Name {
			case "recipients":
				fields[i].Options = v.workers(v.institutions())
			case "how":
				fields[i].Options = slices.DeleteFunc(fields[i].Options, func(o option) bool { return o.Value == "by_guardian" && !asked })
			}
		}
	case "child.screen":
		for i := range fields {
			if fields[i].Name == "level" && !c.AwaitsFirstLook() {
				fields[i].Hint = v.T("screening.no_deadline")
			}
		}
	case "transfer.hand_over":
		for i := range fields {
			if fields[i].Name == "parts" && len(fields[i].Values) == 0 {
				fields[i].Values = c.RequiredParts()
			}
		}
	case "order.decide_appeal":
		o, _ := c.Order(target)
		may := casefile.AppealOutcomesOf(o.Appeal.Against)
		for i := range fields {
			if fields[i].Name == "outcome" {
				fields[i].Options = slices.DeleteFunc(fields[i].Options, func(opt option) bool { return !slices.Contains(may, opt.Value) })
			}
		}
	}
	return fields
}

// submitWords are those of the button that files: the title's, unless the title promises a choice ("Refer to…").
func (v view) submitWords(action, title string) string {
	if key := "submit." + action; i18n.Has(key) {
		return v.T(key)
	}
	return title
}

// noteOn is what is to be known before an action is filed, "" for most: the form asks nothing that would say it.
func (v view) noteOn(action string) string {
	if key := "before." + action; i18n.Has(key) {
		return v.T(key)
	}
	return ""
}
