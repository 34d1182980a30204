package indicators

import (
	"slices"
	"strings"
)

// plan says which figures answer a row of the Area Social Plan 2021-2024, by the row's code. Where there are several
// they are added up.
var plan = map[string][]string{
	"1.1.01": {StreetChildren},
	"1.1.03": {ChildrenWithMeasure},
	"1.1.05": {GTNMeetings},
	"1.1.06": {Activities + "awareness_children"},
	"1.2.01": {CasesIdentified},
	"1.2.02": {Beneficiaries},
	"1.2.03": {ETNMeetings},
	"1.2.04": {Activities + "awareness_dv", Activities + "sixteen_days"},
	"1.2.05": {Activities + "family_day"},
	"1.2.06": {Activities + "family_day.participants"},
	"1.3.01": {Activities + "consultative_table"},
	"1.3.02": {Activities + "consultative_table.organisations"},
	"1.3.03": {Activities + "november_20"},
	"1.3.04": {Activities + "november_20.children"},
	"1.3.05": {Activities + "june_1"},
	"1.3.06": {Activities + "june_1.children"},
	"1.3.07": {Activities + "march_8"},
	"1.3.08": {Activities + "march_8.participants"},
	"1.3.09": {Activities + "march_8.women_girls"},
}

// largest tells of figures whose value is the largest amount, not the sum: the same organisations come to every table.
func largest(figure string) bool { return strings.HasSuffix(figure, ".organisations") }

// Answers tells whether a code is that of a published figure or of a row of the plan that events can answer.
func Answers(code string) bool {
	_, planned := plan[code]
	return planned || slices.Contains(published, code)
}

var published = []string{
	CasesManaged, FamilyVisits, FosterFamilies, ChildrenReferred, GTNMeetings, SchoolMeetings, OrdersImplemented, ETNMeetings,
	FamiliesAssisted, VictimsReferred, ProjectsImplemented, ChildrenDiscussed, CasesDiscussed,
}
