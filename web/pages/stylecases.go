package pages

import (
	"time"

	"github.com/a-h/templ"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/directory"
	"mkr/handlers"
)

// sampleFile is a case as it is kept, with one thing of each kind that a summary tells of.
func (v view) sampleFile() handlers.CaseView {
	const day = 24 * 60
	s := casefile.State{
		ID: "s1", Code: "DHF-2026-0001", Kind: access.DomesticViolence, Status: casefile.Open, Lead: directory.MunicipalityDV, OpenedAt: v.in(-40 * day), Risk: "high",
		Persons:      []casefile.PersonLink{{Person: "p1", Role: "survivor"}, {Person: "p2", Role: "child", Minor: true}, {Person: "p3", Role: "alleged_perpetrator"}},
		Participants: []casefile.Participant{{Institution: directory.PoliceKind, Reason: "opened_it"}, {Institution: directory.NGO, Reason: "referral"}},
		Assessments:  []casefile.Assessment{{ID: "a1", Factors: []string{"threats_to_kill"}, ToolLevel: "high", Level: "high", By: directory.PoliceKind, At: v.in(-3 * day)}},
		Orders:       []casefile.Order{{ID: "o1", Type: "UM", Status: casefile.OrderInForce, Court: directory.Court, IssuedAt: v.in(-20 * day), ValidUntil: v.in(100 * day)}},
		Measures:     []casefile.Measure{{ID: "m1", Kind: "police_escort", By: directory.PoliceKind, At: v.in(-4 * day)}},
		Plan: casefile.Plan{ID: "pl1", Kind: "intervention_plan", DraftedAt: v.in(-12 * day), ApprovedAt: v.in(-9 * day), ApprovedBy: directory.MunicipalityDV, Actions: []casefile.PlanAction{
			{ID: "x1", What: "shelter", Institution: directory.NGO, Due: v.in(2 * day), Status: casefile.Planned, Goal: "g1"},
			{ID: "x2", What: "legal_aid", Institution: directory.MunicipalityDV, Due: v.in(-day), Status: casefile.Planned},
		}},
		Safety:    casefile.SafetyPlan{ID: "sp1", Items: []string{"safe_place", "bag_and_documents"}, By: directory.MunicipalityDV, At: v.in(-8 * day), ReviewedAt: v.in(-2 * day), ReviewedBy: directory.MunicipalityDV},
		Deadlines: []casefile.Deadline{{ID: "d1", Rule: "REF-ANSWER-urgent", Confidence: "house", Owner: directory.NGO, Action: "answer_referral", Kind: casefile.TargetCase, DueAt: v.in(-30), Status: casefile.Planned}},
		Returns: []casefile.Return{
			{ID: "r1", Meeting: "s1", Institution: directory.PoliceKind, MeetingAt: v.in(-20), Finding: "danger", Proposals: []string{"shelter"}, FiledAt: v.in(-300)},
			{ID: "r2", Meeting: "s1", Institution: directory.NGO, MeetingAt: v.in(-20), Finding: "no_concern", FiledAt: v.in(-200)},
			{ID: "r3", Meeting: "s1", Institution: directory.Shelter, MeetingAt: v.in(-20), Dropped: true},
			{ID: "r4", Meeting: "s1", Institution: directory.Court, MeetingAt: v.in(-20)},
		},
	}
	return handlers.CaseView{State: s, Stage: "protection", Position: 8124, First: 7000, Ball: casefile.Ball{Institution: directory.NGO, Action: "answer_referral", DueAt: v.in(-30), Lapsed: true}, Now: v.Now}
}

// wholeCase is the page of that case as its lead has it, to whom emergency access runs out and who comes back after a day.
func (v view) wholeCase() casePage {
	c := v.sampleCase()
	history := v.sampleHistory()
	c.Case = v.sampleFile()
	c.Case.Guards, c.Case.Restriction.Sealed, c.Case.Unseen = true, true, []string{directory.Court}
	c.Case.Emergency, c.Case.Left = v.in(42), 42*time.Minute
	c.Sections = append([]section{{"files", nil}}, v.summary(c.Case)...)
	c.Swim, c.Lanes, c.Links = swim(history, v.Now), []string{directory.PoliceKind, directory.NGO}, true
	c.Visit, c.Since = v.in(-2000), []entry{c.Story[0], c.Story[1]}
	c.Story[0].New, c.All, c.Found, c.Older, c.Newer, c.Only.Late = true, 140, 4, 7999, true, true
	return c
}

// caseParts are the pages about one case.
func (v view) caseParts() []specimen {
	lead := v.as(access.Coordinator)
	quiet := casePage{Case: handlers.CaseView{State: casefile.State{ID: "s9", Code: "MF-2026-0009", Kind: access.ChildProtection, OpenedAt: v.Now}, Stage: "intake", Ball: casefile.Ball{Closed: true}}}
	quiet.Vitals.Since = v.Now
	mine := v.sampleFile()
	mine.Ball = casefile.Ball{Institution: directory.MunicipalityDV, Action: "draft_plan", DueAt: v.in(400)}
	minutes := 45
	file := v.sampleForm()[0]
	file.Title = v.Code("action", "referral.create")
	asking := actionPage{
		Case: mine, Form: file, Service: "shelter", Target: item{Title: v.Code("service_code", "shelter"), Tags: []tag{{Text: v.Code("status", "declined"), Class: "bad"}}, Lines: []string{v.Code("decline_reason", "no_capacity")}},
		Advice: []handlers.Advice{{Institution: directory.Shelter, Last: []string{"accepted", "no_room"}, Minutes: &minutes, Asked: 4, Accepted: 2, Places: true, Free: 3, CountedAt: v.in(-90), AssuredAt: v.in(-9000)}},
		Seen:   &handlers.Preview{To: directory.NGO, Case: mine, Shown: v.sampleDisclosure()},
	}
	away := asking
	away.Seen, away.Sheet = nil, v.sampleHandOver(false)
	opening := v.sampleForm()[1]
	opening.Title = v.T("newcase.title")
	found := handlers.PersonFound{PersonPart: handlers.PersonPart{Person: "p1", Case: "s1", Code: "DHF-2026-0001", Role: "survivor"}, Match: "spelt", SameYear: true, Also: []handlers.PersonPart{{Person: "p8", Case: "s2", Code: "DHF-2026-0002"}}}
	return []specimen{
		{"case", "style.case", caseSpecimen(v, v.sampleCase())},
		shown("whole", "style.whole", caseBody(lead, v.wholeCase())),
		shown("new", "style.empty", caseBody(lead, quiet), storyView(lead, quiet)),
		shown("ask", "form.context", actionView(lead, asking), previewView(lead, handlers.Preview{To: directory.Court})),
		shown("sheet", "sheet.title", actionView(lead, away)),
		shown("open", "newcase.title", newCaseView(lead, opening, []candidate{
			{Who: v.Code("person_role", "survivor"), Found: handlers.PersonsFound{Items: []handlers.PersonFound{found}, Elsewhere: true}},
			{Who: v.Code("person_role", "child"), Found: handlers.PersonsFound{Building: true}},
		}), candidatesView(v, nil)),
		shown("sent", "sent.title", sentView(v, sentPage{Case: "s1", Sent: handlers.Sent{Referral: "i1", From: directory.PoliceKind, To: directory.NGO, Service: "psychosocial", Basis: "vital_interest", At: v.in(-900), Policy: access.Version, Shown: v.sampleDisclosure(), Opens: true, Code: "DHF-2026-0001"}})),
		shown("plan", "plan.title", planView(v, v.samplePlan())),
		shown("names", "style.sealed", v.sealedSpecimen()),
	}
}

// sealedSpecimen are the states of what is sealed: closed, opened, opened with nothing in it, erased.
func (v view) sealedSpecimen() templ.Component {
	row := func(id string) casePage {
		c := casePage{MayOpen: true, Case: handlers.CaseView{State: casefile.State{ID: "s1"}}, Opened: map[string]opened{}}
		switch id {
		case "open":
			c.Opened["p"] = opened{Fields: []openedField{{v.T("field.name"), v.T("style.nobody")}, {v.T("field.address"), v.T("style.long")}}}
		case "nothing":
			c.Opened["p"] = opened{}
		case "erased":
			c.Opened["p"] = opened{Erased: true}
		}
		return c
	}
	var out []templ.Component
	for _, id := range []string{"closed", "open", "nothing", "erased"} {
		out = append(out, itemsView(v, row(id), []item{{ID: "person-" + id, Title: v.Code("person_role", "survivor"), Person: "p"}}))
	}
	return templ.Join(out...)
}

func (v view) sampleDisclosure() casefile.Disclosure {
	return casefile.Disclosure{
		Role: access.NGO, Opens: []string{"identity", "contact"}, Withheld: []string{"narrative"}, Closed: 3,
		Persons: []casefile.SharedPerson{{Person: "p1", Role: "survivor", Fields: []string{"name", "phone"}, Withheld: []string{"address"}}, {Person: "p2", Role: "child"}},
		Entries: []casefile.SharedEntry{{Entry: "e1", Type: "referral.sent", At: v.in(-900), Fields: []string{"reason"}}},
	}
}

func (v view) sampleHandOver(sent bool) *handlers.HandOver {
	return &handlers.HandOver{
		Transfer: casefile.Transfer{ID: "t1", Municipality: "durres", Structure: "child_protection_unit", Reason: "family_moved", Basis: "law_18_2017_best_interest", Means: "paper", HandedAt: v.in(-900), Parts: casefile.TransferParts},
		Parts:    casefile.TransferParts, Case: v.sampleFile(), Sent: sent, Opens: sent,
		Owed:    []casefile.Deadline{{Action: "draft_plan", Owner: directory.MunicipalityDV, DueAt: v.in(4000)}},
		Entries: []handlers.SheetEntry{{ID: "e1", Type: "visit.made", At: v.in(-9000)}},
	}
}

func (v view) samplePlan() planPage {
	file := v.sampleFile()
	goal := casefile.PlanGoal{ID: "g1", Plan: "pl1", Domain: "safety", At: v.in(-9000)}
	reached := casefile.PlanGoal{ID: "g2", Plan: "pl1", Domain: "health", At: v.in(-9000), Outcome: "reached", EndedAt: v.in(-400)}
	file.Plan.Reviews = []casefile.PlanReview{{ID: "rv1", By: directory.MunicipalityDV, At: v.in(-400), Result: "goes_on"}}
	file.Plan.Agreed = []casefile.PlanAgreement{{Institution: directory.NGO, At: v.in(-9000)}}
	return planPage{
		Case: "s1", Code: file.Code, Kind: file.Kind, Plan: file.Plan, Safety: file.Safety, ReviewBy: v.in(90000), Texts: true,
		Goals: []planGoal{{goal, []planTask{{file.Plan.Actions[0]}}}, {reached, nil}}, Loose: []planTask{{file.Plan.Actions[1]}}, Words: map[string]string{"g1": v.T("style.large")},
	}
}
