package pages_test

import (
	"net/http"
	"net/url"
	"testing"

	"mkr/domain/directory"
	"mkr/handlers"
)

// TestTheAgendaProposesItself: a proposal is taken with its reason, sent twice it is added once, and only the convener
// is asked. The minutes hold the case's code and who came.
func TestTheAgendaProposesItself(t *testing.T) {
	b := newBed(t)
	id := b.open()
	boss := b.signedIn("coordinator")
	to, form := boss.get("/meetings/new").form(t)
	form.Set("kind", "etn")
	form.Set("when", "2026-11-16T10:00")
	form.Set("place", "municipality")
	form["invited"] = []string{b.ids[directory.PoliceKind], b.ids[directory.NGO], b.ids[directory.Shelter]}
	at := boss.post(to, form).path
	b.signedIn("police").get(at).lacks(t, "/proposals", "/do/meeting.record_attendance")

	take := url.Values{"command_key": {handlers.NewKey().String()}, "proposal": {id + " new_case"}}
	boss.post(at+"/proposals", take).wants(t, `id="agenda-`+id+`"`, sq.T("proposals.none"))
	boss.post(at+"/proposals", take).wants(t, `id="agenda-`+id+`"`)
	boss.get(at).lacks(t, sq.T("meeting.no_agenda"))
	if a := b.signedIn("police").post(at+"/proposals", url.Values{"command_key": {handlers.NewKey().String()}, "proposal": {id + " new_case"}}); a.status != http.StatusForbidden {
		t.Errorf("the police add to the agenda: %d", a.status)
	}

	came := func(kind, how string) answer {
		return boss.post(at+"/do/meeting.record_attendance", url.Values{"command_key": {handlers.NewKey().String()}, "institution": {b.ids[kind]}, "attendance": {how}})
	}
	came(directory.PoliceKind, "present").wants(t, sq.T("meeting.no_quorum"), sq.T("meetings.of", "n", 1, "all", 3))
	came(directory.NGO, "present").wants(t, sq.T("meeting.quorum"))
	came(directory.Shelter, "absent").wants(t, sq.T("meetings.of", "n", 2, "all", 3))
	// Who is invited and has no part in the case is not told that the agenda is empty.
	for _, path := range []string{at, at + "/minutes"} {
		other := b.signedIn("shelter").get(path)
		other.wants(t, sq.T("meeting.agenda_hidden"))
		other.lacks(t, sq.T("meeting.no_agenda"), "DHF-2026-0001")
	}
	boss.get(at).lacks(t, sq.T("meeting.agenda_hidden"))
	minutes := boss.get(at + "/minutes")
	minutes.wants(t, "DHF-2026-0001", "rast i ri", "Inst police", sq.T("minutes.draft"), sq.T("minutes.no_decision"), "mungoi")
	minutes.lacks(t, "data-form", "Punonjëse Prove</p>")
}
