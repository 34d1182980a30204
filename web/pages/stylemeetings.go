package pages

import (
	"time"

	"mkr/domain/access"
	"mkr/domain/directory"
	"mkr/domain/meeting"
	"mkr/handlers"
	"mkr/projections/board"
)

// sampleRoom is the screen in the room while the first case is spoken of; sides have told what they know, or have not.
func (v view) sampleRoom() roomPage {
	p := v.sampleMeetings()[0]
	p.Meeting.Now, p.Meeting.When, p.Room = "s1", v.in(-10), true
	p.Agenda[0].File = v.sampleFile()
	p.Gaps = []meeting.Gap{{Seat: "police", Why: "absent"}}
	decide := v.sampleForm()[0]
	decide.Title, decide.Fields = "", decide.Fields[:4]
	return roomPage{meetingPage: p, Present: p.Agenda[0], Next: "s3", Decide: decide}
}

// heldMeeting is over: its minutes are signed by one, and were opened again once.
func (v view) heldMeeting() meetingPage {
	p := v.sampleMeetings()[0]
	p.Meeting.Status, p.Meeting.HeldAt, p.Meeting.Quorum, p.Meeting.Reopened = meeting.WasHeld, v.in(-60), false, 1
	p.Meeting.Vacant = []string{"health"}
	p.Meeting.Signatures = []meeting.Signature{{Institution: directory.PoliceKind, At: v.in(-30)}}
	p.Signs, p.Proposed = true, handlers.AgendaView{}
	p.Todo = []todo{{v.T("meeting.record_attendance"), "#held"}}
	p.Agenda[0].File = v.sampleFile()
	p.Formal = v.names()
	return p
}

func (v view) meetingParts() []specimen {
	keeper := v.as(access.Coordinator)
	room := v.sampleRoom()
	waiting := room
	waiting.Present, waiting.Meeting.Now, waiting.Decide, waiting.Next = agendaItem{}, "", form{}, "s1"
	cancelled := meetingPage{Meeting: meeting.State{Meeting: "s9", Kind: meeting.ETN, Status: meeting.WasCancelled, When: v.in(-9000), Convener: directory.MunicipalityDV}}
	return []specimen{
		{"meetings", "style.meetings", v.meetingSpecimen()},
		shown("room", "room.title", roomView(keeper, room)),
		shown("room-waits", "room.none", roomBody(keeper, waiting)),
		shown("held", "minutes.signatures", meetingView(keeper, v.heldMeeting())),
		shown("cancelled", "style.empty", meetingBody(v, cancelled)),
	}
}

// sampleReplay is a case at one of its steps, with what that step changed.
func (v view) sampleReplay() replayPage {
	all := v.sampleHistory()
	told := all[:8]
	p := replayPage{Case: v.sampleFile(), Code: "DHF-2026-0001", Step: len(told), All: len(all), Swim: swimAt(all, told, v.Now)}
	p.Sections = v.summary(p.Case)
	if items := p.Sections[0].Items; len(items) > 0 {
		items[0].Changed = true
	}
	for _, e := range told {
		p.Steps = append(p.Steps, v.entry(e, false))
	}
	p.Entry = p.Steps[len(p.Steps)-1]
	p.Changes = []change{{What: v.T("board.risk"), Before: v.Code("level", "medium"), After: v.Code("level", "high")}, {What: v.Code("order_type", "UM")}, {What: v.Code("owed", "decide_order"), Gone: true}}
	return p
}

func (v view) timeParts() []specimen {
	then := v
	then.Past = true
	then.moved = map[string]bool{"s1": true}
	auditor := then
	auditor.Caller = handlers.Caller{Account: "a1", Role: access.Auditor}
	first := v.sampleReplay()
	first.Step, first.Changes, first.Entry, first.Steps = 1, nil, first.Steps[0], first.Steps[:1]
	first.Swim = swimAt(v.sampleHistory(), v.sampleHistory()[:1], v.Now)
	moment := func(days int) handlers.Moment {
		return handlers.Moment{Position: 8124 - uint64(days), Time: v.Now.Add(-time.Duration(days) * 24 * time.Hour)}
	}
	sides := comparePage{List: "board", From: moment(7), To: moment(0), Rows: v.sampleMoment().Changes, Back: "#compare"}
	same := comparePage{List: "board", From: moment(7), To: moment(0), Back: "#compare"}
	twice := caseCompare{Case: "s1", Code: "DHF-2026-0001", From: moment(70), To: moment(0), Changes: v.sampleReplay().Changes, Sides: [2]side{{Moment: moment(70), Empty: true}, {Moment: moment(0)}}}
	rows := v.sampleRows()
	var signed, silent handlers.Witness
	signed.Name, signed.Size, signed.At, signed.Newest, silent.Name = v.T("style.nobody"), 8124, v.in(-90), true, v.T("style.long")
	proof := handlers.Proof{Position: 8124}
	proof.Type, proof.Stream, proof.RecordedAt = "referral.sent", "case-s1", v.in(-90)
	return []specimen{
		{"moments", "style.moments", momentSpecimen(v, v.sampleMoment())},
		{"lanes", "style.lanes", v.swimSpecimen()},
		shown("replayed", "replay.title", replayView(auditor, v.sampleReplay())),
		shown("replay-first", "replay.first", replayInside(auditor, first)),
		shown("compare", "compare.title", compareView(v, sides), compareView(v, same), compareCaseView(v, twice)),
		shown("film", "film.title", filmView(auditor, filmPage{Moment: moment(3), Rows: []board.Row{rows[0].Row, rows[1].Row}})),
		{"proof", "style.proof", proofSpecimen(v)},
		shown("audit", "audit.title", auditView(auditor, handlers.Checkpoint{Size: 8124, Note: "mkr-0000000000\n8124\nAAAA=", Verifier: "mkr+00000000+AAAA=", Signed: 1, Witnesses: []handlers.Witness{signed, silent}}, true, waitingFlags{Waiting: 3, Overdue: 1}), proofView(auditor, proofPage{Case: "s1", Witnesses: []string{"w"}, Proof: proof})),
	}
}
