package handlers

import (
	"slices"

	"mkr/domain/casefile"
	"mkr/domain/person"
)

// withoutBoxes takes the ciphertexts out of a state that leaves the server: that there is a text, whose it is and
// which field, stays to be seen. Slices are copied before they are changed.
func withoutBoxes(st casefile.State) casefile.State {
	st.Incidents = emptied(st.Incidents, func(v *casefile.Incident) *person.Sealed { return &v.Narrative })
	st.Referrals = emptied(st.Referrals, func(v *casefile.Referral) *person.Sealed { return &v.Reason })
	st.Measures = emptied(st.Measures, func(v *casefile.Measure) *person.Sealed { return &v.Detail })
	st.Returns = emptied(st.Returns, func(v *casefile.Return) *person.Sealed { return &v.Text })
	st.Visits = emptied(st.Visits, func(v *casefile.Visit) *person.Sealed { return &v.Findings })
	st.Notes = emptied(st.Notes, func(v *casefile.Note) *person.Sealed { return &v.Text })
	st.Files = emptied(st.Files, func(v *casefile.File) *person.Sealed { return &v.Title })
	st.Files = emptied(st.Files, func(v *casefile.File) *person.Sealed { return &v.Key })
	st.Plan.Actions = emptied(st.Plan.Actions, func(v *casefile.PlanAction) *person.Sealed { return &v.Detail })
	st.Plan.Goals = emptied(st.Plan.Goals, func(v *casefile.PlanGoal) *person.Sealed { return &v.Text })
	st.Plan.Reviews = emptied(st.Plan.Reviews, func(v *casefile.PlanReview) *person.Sealed { return &v.Text })
	st.Safety.Text = withoutBox(st.Safety.Text)
	st.Assessments = slices.Clone(st.Assessments)
	for i := range st.Assessments {
		if st.Assessments[i].Factors == nil { // no factor is an empty list, never null
			st.Assessments[i].Factors = []string{}
		}
	}
	return st
}

func emptied[T any](list []T, sealed func(*T) *person.Sealed) []T {
	list = slices.Clone(list)
	for i := range list {
		v := sealed(&list[i])
		*v = withoutBox(*v)
	}
	return list
}

func withoutBox(v person.Sealed) person.Sealed {
	v.Box, v.Commit = nil, nil
	return v
}
