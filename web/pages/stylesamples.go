package pages

import (
	"net/url"

	"github.com/a-h/templ"

	"mkr/domain/access"
	"mkr/domain/account"
	"mkr/domain/directory"
	"mkr/domain/meeting"
	"mkr/handlers"
	"mkr/projections/timeline"
)

// sampleHistory is a case of four institutions with every kind of mark, a silence, a late entry, one in error, an answer
// that came back, and a clock in every state.
func (v view) sampleHistory() []timeline.Entry {
	const day = 24 * 60
	clock := func(op, id, owner, action string, minutes int) timeline.Clock {
		return timeline.Clock{Op: op, Deadline: id, Owner: owner, Action: action, DueAt: v.in(minutes)}
	}
	var out []timeline.Entry
	at := func(minutes int, who, event string, clocks ...timeline.Clock) *timeline.Entry {
		when := v.in(minutes)
		out = append(out, timeline.Entry{Position: uint64(8000 + len(out)), Type: event, Institution: who, OccurredAt: when, RecordedAt: when, Clocks: clocks})
		return &out[len(out)-1]
	}
	referral := func(e *timeline.Entry, to string) { e.Target, e.Values = "r-"+to, map[string]any{"to": to} }
	at(-40*day, directory.PoliceKind, "case.opened", clock("set", "d1", directory.PoliceKind, "assess_risk", -39*day))
	at(-40*day, directory.PoliceKind, "person.added")
	at(-40*day+40, directory.PoliceKind, "incident.recorded")
	at(-40*day+90, directory.PoliceKind, "risk.assessed", clock("met", "d1", "", "", 0))
	at(-40*day+90, directory.PoliceKind, "measure.taken", clock("set", "d2", directory.MunicipalityDV, "draft_plan", -35*day))
	referral(at(-39*day, directory.MunicipalityDV, "referral.sent", clock("set", "d3", directory.NGO, "answer_referral", -38*day), clock("set", "d4", directory.Court, "decide_order", -15*day)), directory.NGO)
	at(-37*day, directory.NGO, "referral.declined", clock("met", "d3", "", "", 0)).Target = "r-" + directory.NGO
	at(-36*day, directory.Court, "order.issued", clock("met", "d4", "", "", 0), clock("set", "d5", directory.PoliceKind, "execute_order", -34*day), clock("set", "d6", directory.MunicipalityDV, "watch_expiry", 20*day))
	at(-34*day, "", "deadline.lapsed", clock("lapsed", "d5", directory.PoliceKind, "execute_order", -34*day))
	at(-34*day, directory.PoliceKind, "note.written").InError = true
	at(-12*day, directory.MunicipalityDV, "plan.drafted", clock("voided", "d2", "", "", 0))
	late := at(-11*day, directory.NGO, "visit.made")
	late.Late, late.OccurredAt = true, v.in(-14*day)
	at(-3*day, directory.MunicipalityDV, "note.written")
	return out
}

// swimSpecimen are the lanes as they stand, and as they stood some steps before.
func (v view) swimSpecimen() templ.Component {
	all := v.sampleHistory()
	here := func(swimPoint) string { return "#lanes" }
	return templ.Join(
		swimView(v, swim(all, v.Now), here),
		altered(swimView(v, swimAt(all, all[:8], v.Now), here), "swim-end", "swim-then", "swim-drawing", "swim-was", `id="m-`, `id="then-`, `aria-label="`+v.T("swim.label")+`"`, `aria-label="`+v.T("swim.label")+` (2)"`),
	)
}

// sampleMeetings are one that is being held by whoever keeps it, with everything that there can be, and one as somebody
// reads it who only came, with nothing decided.
func (v view) sampleMeetings() [2]meetingPage {
	m := meeting.State{
		Meeting: "s1", Kind: meeting.GTN, Status: meeting.Planned, When: v.in(-20), Place: "municipality", Convener: directory.MunicipalityDV,
		Invited: []meeting.Invitation{{Institution: directory.PoliceKind, Attendance: meeting.Present}, {Institution: directory.NGO, Attendance: meeting.Absent}, {Institution: directory.Shelter, Attendance: meeting.Excused}, {Institution: directory.Court}},
	}
	agenda := []agendaItem{
		{Item: meeting.Item{Case: "s1", Reason: "high_risk"}, Code: "DHF-2026-0001", Risk: "high", Decisions: []meeting.Decision{
			{DecisionRecorded: meeting.DecisionRecorded{Decision: "s6", Case: "s1", Action: "shelter", Owner: directory.NGO, Due: v.in(3000)}, Step: meeting.Assigned},
			{DecisionRecorded: meeting.DecisionRecorded{Decision: "s7", Case: "s1", Action: "legal_aid", Owner: directory.MunicipalityDV, Due: v.in(-40)}, Step: meeting.Assigned},
			{DecisionRecorded: meeting.DecisionRecorded{Decision: "s8", Case: "s1", Action: "housing", Owner: directory.MunicipalityDV, Due: v.in(900)}, Withdrawn: "not_feasible", Step: meeting.Dropped},
		}},
		{Item: meeting.Item{Case: "s3", Reason: "plan_review"}, Code: "MF-2026-0001", Risk: "low"},
		{Item: meeting.Item{Case: "s5", Reason: "requested"}},
	}
	proposed := handlers.AgendaView{Last: v.in(-43200), Next: v.in(43200), Proposals: []meeting.Proposal{
		{Case: "s2", Code: "DHF-2026-0002", Risk: "medium", Grounds: []meeting.Ground{{Reason: "order_expiring", At: v.in(9000), Count: 1}, {Reason: "overdue", At: v.in(-400), Count: 2}}},
		{Case: "s4", Code: "MF-2026-0002", Grounds: []meeting.Ground{{Reason: "new_case", At: v.in(-2000), Count: 1}}},
	}}
	read := meeting.State{Meeting: "s2", Kind: meeting.ETN, Status: meeting.WasHeld, When: v.in(-9000), Quorum: true, Invited: m.Invited[:1]}
	return [2]meetingPage{
		{Meeting: m, Agenda: agenda, Proposed: proposed, Keeps: true},
		{Meeting: read},
	}
}

// meetingSpecimen shows the parts of both; the second's have names of their own. Nothing in it files anything.
func (v view) meetingSpecimen() templ.Component {
	pages := v.sampleMeetings()
	part := func(names string, c ...templ.Component) templ.Component {
		return altered(templ.Join(c...), `action="/meetings/`, `action="/styleguide?`, `"h-agenda"`, `"h-agenda`+names+`"`, `"h-attendance"`, `"h-attendance`+names+`"`, `id="attendance"`, `id="attendance`+names+`"`)
	}
	bare := pages[0]
	bare.Proposed = handlers.AgendaView{Next: v.in(43200)}
	return templ.Join(
		part("", agendaPanel(v, pages[0]), proposalsPanel(v, pages[0]), attendancePanel(v, pages[0])),
		part("-read", agendaPanel(v, pages[1]), altered(proposalsPanel(v, bare), `proposals"`, `proposals-none"`), attendancePanel(v, pages[1])),
	)
}

// dialogSpecimen are the dialogs, open and with names of their own: the page's frame holds the closed ones.
func (v view) dialogSpecimen() templ.Component {
	names := []string{`<dialog id="key-list"`, `<dialog open`, `<dialog id="idle"`, `<dialog open`, `<dialog id="again"`, `<dialog open`, `action="/signin"`, `action="/styleguide"`, `data-left></b>`, `>1:59</b>`, ` data-stay`, ``}
	for _, id := range []string{"keys-title", "idle-title", "idle-text", "again-title", "again-username", "again-password", "again-code"} {
		names = append(names, `"`+id+`"`, `"sample-`+id+`"`)
	}
	refused := []string{`role="alert" hidden></p>`, `role="alert">` + v.Refusal("wrong_credentials") + `</p>`, `"locked" hidden`, `"locked"`, `"ended"`, `"ended" hidden`}
	again := altered(againDialog(v), names...)
	return templ.Join(altered(keysHelp(v), names...), altered(idleDialog(v), names...), again, altered(again, append(refused, "sample-", "refused-")...))
}

// sampleMoment is a list three days ago, reached from the day before, with a row of every kind of change.
func (v view) sampleMoment() *pastBar {
	return &pastBar{
		Moment: handlers.Moment{Position: 8031, Time: v.in(-3 * 24 * 60), Before: 8030, Behind: 8032, Newest: 8124}, Path: "/styleguide", Query: url.Values{}, Was: 7999, More: 2,
		Changes: []rowChange{
			{Code: "DHF-2026-0001", Fields: []fieldChange{{What: v.T("board.risk"), Before: v.Code("level", "medium"), After: v.Code("level", "high")}, {What: v.T("board.stage"), Before: v.Code("stage", "intake"), After: v.Code("stage", "protection")}}},
			{Code: "DHF-2026-0002", New: true},
			{Code: "MF-2026-0002", Gone: true},
		},
	}
}

// sampleSessions are this session, another one, and a system's token.
func (v view) sampleSessions() []sessionRow {
	line := func(kind, label string, current bool) handlers.SessionLine {
		return handlers.SessionLine{Session: kind + label, Kind: kind, Label: label, StartedAt: v.in(-90), ExpiresAt: v.in(400), Current: current}
	}
	return sessionRows([]handlers.SessionLine{line(account.Browser, "", true), line(account.Browser, "", false), line(account.Token, "HSDS", false)}, "#account")
}

// sampleKeys are a passkey that is well and one that was copied.
func (v view) sampleKeys() passkeysPart {
	return passkeysPart{Rows: []passkeyRow{
		{PasskeyLine: handlers.PasskeyLine{Passkey: "k1", Label: v.T("passkey.label") + " 1", AddedAt: v.in(-90000), UsedAt: v.in(-90)}},
		{PasskeyLine: handlers.PasskeyLine{Passkey: "k2", Label: v.T("passkey.label") + " 2", AddedAt: v.in(-90000), Copied: true}},
	}}
}

// tourSpecimen is the demo's greeting as the police meet it.
func (v view) tourSpecimen() templ.Component {
	v.tour = func() (out []tourStop) {
		for _, s := range tours[access.Police] {
			out = append(out, tourStop{Key: s.key, Path: "#tour"})
		}
		return out
	}
	return tourPanel(v)
}
