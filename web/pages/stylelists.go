package pages

import (
	"time"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/deadline"
	"mkr/domain/directory"
	"mkr/domain/retention"
	"mkr/domain/rulebook"
	"mkr/handlers"
	"mkr/projections/aid"
	"mkr/projections/asks"
	"mkr/projections/board"
	"mkr/projections/deadlines"
	"mkr/projections/hearings"
	"mkr/projections/inbox"
	"mkr/projections/looks"
	"mkr/projections/orders"
	"mkr/projections/outbox"
)

// sampleFilters are some of a list's choices, one of them made.
func (v view) sampleFilters() []filter {
	return []filter{
		{Name: "risk", Label: v.T("board.risk"), Value: "high", Options: []option{{"high", v.Code("level", "high")}, {"low", v.Code("level", "low")}}},
		{Name: "kind", Label: v.T("field.kind"), Options: []option{{"domestic_violence", v.Code("kind", "domestic_violence")}}},
		{Name: "code", Label: v.T("board.case")},
	}
}

func (v view) listParts() []specimen {
	lead, keeper := v.as(access.Coordinator), v.as(access.Administrator)
	auditor := v
	auditor.Caller.Account, auditor.Caller.Role = "a1", access.Auditor
	then := lead
	then.Past = true
	then.moved = map[string]bool{"t1": true}
	tasks := listPage[inbox.Task]{Rows: v.sampleTasks(), Total: 64, Next: "#inbox", Filters: v.sampleFilters()[1:]}
	filtered := listPage[deadlines.Item]{Filters: v.sampleFilters()}
	return []specimen{
		{"tables", "style.tables", tableSpecimen(v, v.sampleRows())},
		shown("inbox", "inbox.title", inboxView(lead, tasks)),
		shown("outbox", "outbox.title", outboxView(lead, v.sampleSent())),
		shown("deadlines", "deadlines.title", deadlinesView(lead, v.sampleClocks())),
		{"lists", "style.lists", listSpecimen(v)},
		shown("then", "past.title", inboxView(then, listPage[inbox.Task]{Rows: tasks.Rows[:1], Total: 1})),
		shown("empty", "style.empty", inboxView(lead, listPage[inbox.Task]{}), deadlinesView(lead, filtered)),
		shown("orders", "orders.title", ordersView(lead, v.sampleOrders()), ordersView(lead, listPage[handlers.OrderRow]{})),
		shown("hearings", "hearings.title", hearingsView(lead, v.sampleHearings())),
		shown("bounces", "bounces.title", bouncesView(lead, v.sampleBounces()), bouncesPart(lead, bouncesPage{})),
		shown("workload", "workload.title", workloadView(lead, v.sampleLoad()), workloadPart(lead, handlers.WorkloadView{})),
		shown("flags", "flags.title", flagsView(auditor, v.sampleFlags()), flagsPart(auditor, flagsPage{}), flagsWait(v, waitingFlags{Waiting: 2}), flagsWait(v, waitingFlags{Waiting: 3, Overdue: 1})),
		shown("erasures", "erasures.title", erasuresView(lead, v.sampleErasures())),
		shown("accounts", "admin.title", accountsView(keeper, v.sampleAccounts())),
		shown("aid", "aid.title", aidView(lead, v.sampleAid()), applicationFormView(lead, v.sampleAid().Rows[1], v.shortForm())),
		shown("found", "persons.title", personsView(lead, personsPage{Form: v.shortForm(), Asked: true, Found: handlers.PersonsFound{Building: true, Elsewhere: true, Items: []handlers.PersonFound{
			{PersonPart: handlers.PersonPart{Person: "p1", Case: "s1", Code: "DHF-2026-0001", Kind: "domestic_violence", Role: "survivor", Status: "open", Merges: true}, Match: "spelt", Also: []handlers.PersonPart{{Person: "p2", Case: "s2", Code: "DHF-2026-0002", Role: "survivor", Merges: true}}},
		}}})),
		shown("seen-as", "seen_as.title", seenAsView(auditor, v.sampleSeen()), looksView(auditor, "DHF-2026-0001", looksPage{Case: "s1", listPage: listPage[handlers.Look]{Rows: []handlers.Look{{Row: v.sampleLooks()[1], Name: v.T("style.nobody")}}, Next: "#looks"}})),
		shown("rules", "rules.title", rulesView(keeper, v.samplePacks())),
	}
}

// shortForm asks one question.
func (v view) shortForm() form {
	f := v.sampleForm()[0]
	f.Title, f.Fields, f.Clocks = v.T("style.group"), f.Fields[:1], handlers.Clocks{}
	return f
}

// sampleTasks are late, due today and due later; one came back, one is for the reader herself.
func (v view) sampleTasks() []inbox.Task {
	task := func(id, why, action, code, risk string, minutes int) inbox.Task {
		return inbox.Task{Task: id, Why: why, Case: "s1", Code: code, CaseKind: "domestic_violence", Risk: risk, Action: action, Kind: "referral", Target: "r1", Rule: "REF-SETTLE-urgent", Confidence: "house", DueAt: v.in(minutes), Since: v.in(-120), Institution: directory.MunicipalityDV, From: directory.NGO, To: directory.Shelter, Service: "shelter", Urgency: "urgent"}
	}
	late, today, later := task("t1", inbox.Returned, "settle_referral", "DHF-2026-0001", "high", -190), task("t2", "", "answer_referral", "DHF-2026-0002", "medium", 5), task("t3", "", "draft_plan", "MF-2026-0001", "", 9000)
	late.Status, late.Reason = "declined", "no_capacity"
	later.Attention, later.CaseKind = "a1", "child_protection"
	return []inbox.Task{late, today, later}
}

// sampleSent came back, waits, and is over.
func (v view) sampleSent() listPage[outbox.Item] {
	item := func(id, status string, open bool, minutes int) outbox.Item {
		return outbox.Item{Referral: id, Case: "s1", Code: "DHF-2026-0001", Risk: "low", To: directory.NGO, Service: "psychosocial", Urgency: "routine", Status: status, Open: open, ChangedAt: v.in(-90), Ball: board.Ball{Institution: directory.NGO, Action: "answer_referral", DueAt: v.in(minutes), Closed: !open}}
	}
	back, again := item("r1", "declined", true, -40), item("r2", "accepted", true, 9000)
	back.Reason, again.Round = "no_capacity", 2
	seen := item("r3", "sent", true, 40)
	seen.SeenAt = v.in(-30)
	return listPage[outbox.Item]{Rows: []outbox.Item{back, seen, item("r4", "sent", true, 300), again, item("r5", "completed", false, 0)}, Total: 5, Filters: v.sampleFilters()[1:2]}
}

// sampleClocks have lapsed and climbed, were answered for, are near, and were moved from a day of rest.
func (v view) sampleClocks() listPage[deadlines.Item] {
	item := func(id string, minutes int) deadlines.Item {
		return deadlines.Item{Deadline: id, Case: "s1", Code: "DHF-2026-0001", Risk: "medium", Rule: "PLAN-ACTION", Article: "9669 neni 18(1)b", Confidence: "law", Pack: "MKR-HOUSE", Version: 2, Owner: directory.Court, Action: "decide_order", Kind: "order", Target: "o1", DueAt: v.in(minutes)}
	}
	climbed, lapsed, warned, moved := item("d1", -4000), item("d2", -30), item("d3", 40), item("d4", 9000)
	climbed.Lapsed, climbed.LapsedAt, climbed.Rung, climbed.AckBy, climbed.AckAt = true, v.in(-4000), deadline.Rungs[0], directory.PoliceKind, v.in(-300)
	lapsed.Lapsed, lapsed.LapsedAt, warned.WarnedAt, moved.Shift, moved.Confidence = true, v.in(-30), v.in(-60), "sunday", "placeholder"
	return listPage[deadlines.Item]{Rows: []deadlines.Item{climbed, lapsed, warned, moved}, Total: 4, Filters: v.sampleFilters()[:2]}
}

func (v view) sampleOrders() listPage[handlers.OrderRow] {
	const day = 24 * 60
	row := func(id, status string) handlers.OrderRow {
		return handlers.OrderRow{Item: orders.Item{Order: id, Case: "s1", Code: "DHF-2026-0001", CaseKind: "domestic_violence", Risk: "high", Type: "UM", Status: status, Court: directory.Court, RequestedAt: v.in(-30 * day)}}
	}
	asked, holds, ending, broken := row("o1", "requested"), row("o2", "in_force"), row("o3", "in_force"), row("o4", "in_force")
	asked.Next = orders.Next{Institution: directory.Court, Action: "decide_order", DueAt: v.in(40)}
	holds.IssuedAt, holds.ValidUntil, holds.Conditions, holds.ExtensionBy, holds.Executor = v.in(-20*day), v.in(200*day), []string{"a", "ç"}, v.in(180*day), directory.PoliceKind
	ending.IssuedAt, ending.ValidUntil, ending.Warned, ending.WorkingDays, ending.ExtensionRequested = v.in(-90*day), v.in(4*day), 2, 3, true
	broken.IssuedAt, broken.ValidUntil, broken.BreachesTotal, broken.ExtensionRefused = v.in(-9*day), v.in(90*day), 2, true
	return listPage[handlers.OrderRow]{Rows: []handlers.OrderRow{asked, holds, ending, broken}, Total: 4, Filters: v.sampleFilters()[:1]}
}

func (v view) sampleHearings() hearingsPage {
	local := v.Now.In(v.Zone())
	morning := time.Date(local.Year(), local.Month(), local.Day(), 10, 0, 0, 0, v.Zone())
	row := func(id string, days int, status, outcome string) hearings.Item {
		return hearings.Item{Hearing: id, Case: "s1", Code: "DHF-2026-0001", CaseKind: "domestic_violence", Risk: "medium", Order: "o1", OrderType: "UM", Court: directory.Court, When: morning.AddDate(0, 0, days), Status: status, Outcome: outcome}
	}
	return hearingsPage{
		listPage: listPage[hearings.Item]{Rows: []hearings.Item{row("h1", -1, string(casefile.Done), "postponed"), row("h2", 0, string(casefile.Planned), ""), row("h3", 2, string(casefile.Planned), "")}},
		From:     morning.AddDate(0, 0, -1), Until: morning.AddDate(0, 0, 6), Before: "#hearings", Behind: "#hearings", Other: "#hearings",
	}
}

func (v view) sampleBounces() bouncesPage {
	minutes := 190
	return bouncesPage{Day: "2026-11-01", Wrong: true, BouncesView: handlers.BouncesView{Since: v.in(-130000), Items: []asks.Stands{
		{Institution: directory.NGO, Service: "psychosocial", Asked: 9, Accepted: 6, Declined: 1, Silent: 1, Waiting: 1, Minutes: &minutes, Last: []string{asks.Accepted, asks.Accepted, "declined"}},
		{Institution: directory.Shelter, Service: "shelter", Asked: 1, NoRoom: 1, Last: []string{"no_room"}},
	}}}
}

func (v view) sampleLoad() handlers.WorkloadView {
	return handlers.WorkloadView{
		Items:  []handlers.Load{{Institution: directory.PoliceKind, Cases: 31, Leads: 2, Tasks: 12, Overdue: 3, NextWeek: 5}, {Institution: directory.Court, Cases: 4}},
		People: []handlers.PersonLoad{{Account: "a1", Tasks: 5, Overdue: 1, NextWeek: 2}, {Tasks: 2}},
	}
}

func (v view) sampleFlags() flagsPage {
	flag := func(id, rule string) handlers.Flag {
		return handlers.Flag{Flag: id, Rule: rule, Version: 1, Account: "a9", Name: v.T("style.nobody"), Role: access.Police, Institution: directory.PoliceKind, Case: "s1", Code: "DHF-2026-0001", At: v.in(-900), DueAt: v.in(4000)}
	}
	waiting, climbed, done := flag("f1", "no_task"), flag("f2", "many_cases"), flag("f3", "off_shift")
	climbed.Rung, climbed.Counted, climbed.Limit, climbed.Minutes, climbed.Code, climbed.DueAt = 1, 41, 30, 60, "", v.in(-900)
	done.Outcome, done.AnsweredBy, done.AnsweredAt = "task_shown", directory.MunicipalityDV, v.in(-90)
	return flagsPage{Waiting: []handlers.Flag{waiting, climbed}, Answered: []handlers.Flag{done}, Overdue: 1, Next: "#flags"}
}

func (v view) sampleErasures() erasuresPage {
	row := func(id, action string) handlers.ErasureRow {
		return handlers.ErasureRow{Person: id, Case: "s1", Code: "DHF-2019-0001", Kind: "domestic_violence", Role: "survivor", At: v.in(-9000), Action: action}
	}
	asked, own, held := row("p1", "erasure.decide"), row("p2", ""), row("p3", "")
	asked.Basis, own.Basis, own.Own, held.Held = "request", "request", true, true
	return erasuresPage{
		Asked: []handlers.ErasureRow{asked, own}, Over: []handlers.ErasureRow{row("p4", "erasure.request"), held}, Error: v.Refusal("required"), Refused: []string{v.T("erasures.held")},
		Schedule: retention.Schedule{{Kind: "domestic_violence", Part: "subject", Years: 10, Source: "mkr", Confidence: retention.Assumption}},
	}
}

func (v view) sampleAccounts() listPage[handlers.AccountRow] {
	row := func(id, name, role string) handlers.AccountRow {
		return handlers.AccountRow{Account: id, Username: name, Display: v.T("style.nobody"), Institution: directory.PoliceKind, Role: role, Sessions: 1}
	}
	locked, first, until, over := row("a2", "dy", access.Police), row("a3", "tre", access.NGO), row("a4", "kater", access.Coordinator), row("a5", "pese", access.Shelter)
	locked.Locked, first.FirstPassword, until.Until, over.Over = true, true, v.in(90000), true
	return listPage[handlers.AccountRow]{Rows: []handlers.AccountRow{row("a1", "nje", access.Auditor), locked, first, until, over}, Filters: v.sampleFilters()[:1], Next: "#accounts"}
}

func (v view) sampleAid() listPage[aid.Row] {
	return listPage[aid.Row]{Rows: []aid.Row{
		{Application: "b1", Kind: "foster_aid", Status: "submitted", SubmittedAt: v.in(-900)},
		{Application: "b2", Kind: "foster_aid", Status: "granted", SubmittedAt: v.in(-90000), Paid: []aid.Month{{Period: "2026-09", Lek: 9000}, {Period: "2026-10", Lek: 9000}}},
		{Application: "b3", Kind: "foster_aid", Status: "refused", Reason: "not_eligible", SubmittedAt: v.in(-9000)},
	}}
}

func (v view) sampleLooks() []looks.Row {
	return []looks.Row{
		{Event: "l1", Case: "s1", Account: "a9", Role: access.Police, Institution: directory.PoliceKind, At: v.in(-90), What: "viewed", Part: "case"},
		{Event: "l2", Case: "s1", Account: "a9", Role: access.Police, Institution: directory.PoliceKind, At: v.in(-60), What: looks.Opened, Fields: []string{"name"}, Persons: []string{"p1"}},
		{Event: "l3", Case: "s1", Account: "a9", Role: access.Police, Institution: directory.PoliceKind, At: v.in(-30), What: looks.Refused, Part: "referral.create", Code: access.CodeNotInCase},
	}
}

func (v view) sampleSeen() seenAsPage {
	seen := handlers.SeenAs{Moment: v.sampleMoment().Moment, Account: "a9", Name: v.T("style.nobody"), Institution: directory.PoliceKind, Role: access.Police, Locked: true}
	seen.Cases = []handlers.SeenCase{
		{Case: "s1", Code: "DHF-2026-0001", Kind: "domestic_violence", Institution: directory.PoliceKind, Role: access.Police, Standing: string(access.Lead), Basis: access.Judge(v.as(access.Police).Caller.Actor(), access.ViewCase, access.Facts{Kind: access.DomesticViolence, Standing: access.Lead, Status: access.CaseOpen}).Basis, Looks: v.sampleLooks()[:2]},
		{Case: "s2", Code: "DHF-2026-0002", Kind: "domestic_violence", Institution: directory.PoliceKind, Role: access.Police},
	}
	seen.Refused = v.sampleLooks()[2:]
	return seenAsPage{SeenAs: seen}
}

// samplePacks are a pack that holds, with its ladder and what it changed, and the year's holidays.
func (v view) samplePacks() rulesPage {
	text := deadline.Text{SQ: v.T("style.large"), EN: v.T("style.large")}
	rule := func(id, confidence string) deadline.Rule {
		return deadline.Rule{ID: id, Article: "9669 neni 18(1)b", Title: text, Term: deadline.Term{Unit: deadline.Hours, Count: 48}, Owner: "lead", Action: "draft_plan", Confidence: confidence, Note: text.EN}
	}
	pack := handlers.PackView{
		Pack: "MKR-HOUSE", Version: 2, ValidFrom: "2026-01-01", Source: text.EN, SourceSQ: text.SQ, Holds: true, Rules: []deadline.Rule{rule("R-1", "law"), rule("R-2", "placeholder"), rule("R-3", "house")},
		Changes: []rulebook.Change{{Rule: "R-1", Field: "term", Before: "24 hours", After: "48 hours"}},
		Ladders: map[string]deadline.Ladder{deadline.LadderNames[0]: {Warn: []int{60}, Climb: []deadline.Rung{{To: deadline.Rungs[0], After: 30}}, Hold: 120}},
	}
	return rulesPage{May: true, RulesView: handlers.RulesView{Packs: []handlers.PackView{pack}, Year: v.Now.Year(), Holidays: []deadline.Holiday{{Date: "2026-11-28", Code: "independence_day", Name: text, Confidence: "fixed"}, {Date: "2026-03-20", Name: text, Confidence: "approximate"}}}}
}
