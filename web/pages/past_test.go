package pages_test

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"mkr/domain/directory"
	"mkr/handlers"
)

var stoodAt = regexp.MustCompile(`id="past"[^>]*data-position="([0-9]+)"`)

// moment is the event that a page says it stands at.
func moment(t *testing.T, a answer) string {
	t.Helper()
	m := stoodAt.FindStringSubmatch(a.body)
	if m == nil {
		t.Fatalf("the page does not say at which event it stands: %d %.200s", a.status, a.body)
	}
	return m[1]
}

// TestTheListsAsTheyStood: a list asked for at an earlier event shows what it showed then, says so, offers nothing to do, and
// marks and names what changed since the moment before.
func TestTheListsAsTheyStood(t *testing.T) {
	b := newBed(t)
	id := b.open()
	br := b.signedIn("coordinator")
	before := moment(t, br.get("/board?at=head"))
	b.do(directory.MunicipalityDV, id, "risk.assess", "", &handlers.AssessRisk{Level: "high", Factors: []handlers.Factor{"weapons"}})
	now := br.get("/board")
	now.wants(t, sq.Code("level", "high"), `href="/board?at=head"`)

	then := br.get("/board?at=" + before)
	then.wants(t, sq.Code("level", "unassessed"), `/cases/`+id+`/replay?at=`+before, sq.T("past.still"))
	then.lacks(t, `data-topics="board`, `href="/cases/new"`, `<td class="c-risk"><span class="risk high"`)
	if moment(t, then) != before {
		t.Errorf("asked for event %s, stands at %s", before, moment(t, then))
	}
	head := br.get("/board?at=head&was=" + before)
	head.wants(t, `class="moved"`, "/compare?from="+before, sq.Code("level", "unassessed")+"</span> → "+sq.Code("level", "high"))
	sides := br.get("/compare?list=board&from=" + before + "&to=" + moment(t, head))
	sides.wants(t, sq.Code("level", "unassessed"), sq.Code("level", "high"))
	field := br.get("/cases/" + id + "/compare?from=" + before + "&to=" + moment(t, head))
	field.wants(t, sq.T("part.risk"), sq.Code("level", "high"))
	bare := br.get("/cases/" + id + "/compare") // no moment is named: since it was opened
	bare.wants(t, sq.T("part.risk"), sq.Code("level", "high"))
	bare.lacks(t, sq.T("compare.same"), sq.T("compare.nothing"))

	// Where nothing was yet, nothing is shown; what cannot be read is now.
	if a := br.get("/board?at=1"); strings.Contains(a.body, id) {
		t.Error("the case is on the board before it was opened")
	}
	if a := br.get("/board?at=yesterday"); stoodAt.MatchString(a.body) || a.status != http.StatusOK {
		t.Errorf("a moment that cannot be read: %d", a.status)
	}
	for _, list := range []string{"/inbox", "/deadlines", "/register", "/outbox", "/indicators/2026"} {
		if got := moment(t, br.get(list+"?at="+before)); got != before {
			t.Errorf("%s stands at %s", list, got)
		}
	}
	// In years to come it stands where it stands now: later events may have been looks.
	last, err := strconv.ParseUint(moment(t, head), 10, 64)
	ok(t, err)
	if got, err := strconv.ParseUint(moment(t, br.get("/board?at=2031-01-01")), 10, 64); err != nil || got < last {
		t.Errorf("in years to come it stands at %d, before %d", got, last)
	}
}

// TestThePastOpensNothing: a case that is closed to somebody today is on none of yesterday's lists.
func TestThePastOpensNothing(t *testing.T) {
	b := newBed(t)
	id := b.open()
	b.refer(id)
	ngo := b.signedIn("ngo")
	then := moment(t, ngo.get("/inbox?at=head"))
	ngo.get("/inbox?at="+then).wants(t, id)
	shelter := b.signedIn("shelter")
	for _, list := range []string{"/inbox", "/board", "/register", "/deadlines"} {
		if a := shelter.get(list + "?at=" + then); strings.Contains(a.body, id) {
			t.Errorf("%s: the shelter, which has no part in the case, sees it in the past", list)
		}
	}
	if a := shelter.get("/cases/" + id + "/compare?from=1&to=" + then); a.status != http.StatusNotFound {
		t.Errorf("the shelter compares a case that is not hers: %d", a.status)
	}
}

// TestAuditorsAndCoordinatorsSeeMore: films and what somebody could see are for those who may.
func TestAuditorsAndCoordinatorsSeeMore(t *testing.T) {
	b := newBed(t)
	b.open()
	auditor, ngo := b.signedIn("auditor"), b.signedIn("ngo")
	auditor.get("/film").wants(t, sq.T("film.title"), `data-play`)
	b.signedIn("coordinator").get("/board").wants(t, `href="/film"`)
	if a := ngo.get("/film"); a.status != http.StatusForbidden {
		t.Errorf("an NGO sees the film: %d", a.status)
	}
	ngo.get("/board").lacks(t, `href="/film"`)
	if a := ngo.get("/audit/seen-as/x"); a.status != http.StatusForbidden {
		t.Errorf("an NGO asks what others saw: %d", a.status)
	}
	if a := auditor.get("/audit/seen-as/x"); a.status != http.StatusNotFound {
		t.Errorf("an account that is none: %d", a.status)
	}
}

// TestAuditorsSeeTheBoardAndEveryInbox: who audits sees the board and each institution's tasks as they stand and stood, reads them
// and is offered nothing to do; nobody else is shown another institution's.
func TestAuditorsSeeTheBoardAndEveryInbox(t *testing.T) {
	b := newBed(t)
	id := b.open()
	auditor := b.signedIn("auditor")
	before := moment(t, auditor.get("/board?at=head"))
	b.refer(id)
	ngo, shelter := b.ids[directory.NGO], b.ids[directory.Shelter]
	auditor.get("/board").wants(t, id, `href="/film"`, `href="/board?at=head"`)
	for list, title := range map[string]string{"/inbox?institution=" + ngo: "boxes.inbox", "/outbox?institution=" + b.ids[directory.MunicipalityDV]: "boxes.outbox"} {
		now := auditor.get(list)
		now.wants(t, id, sq.T(title), sq.T("boxes.text"))
		now.lacks(t, `data-topics="inbox`, `/do/referral.accept`)
		head := auditor.get(list + "&at=head&was=" + before)
		head.wants(t, `class="moved"`, "/compare?from="+before+"&amp;institution=")
		auditor.get(list+"&at="+before).lacks(t, `/cases/`+id+`/replay?at=`+before+`#`)
		side := list[1:strings.Index(list, "?")]
		auditor.get("/compare?list="+side+"&"+list[strings.Index(list, "?")+1:]+"&from="+before+"&to="+moment(t, head)).wants(t, id, sq.T(title))
	}
	auditor.get("/inbox").wants(t, id)
	auditor.get("/inbox?institution="+shelter).lacks(t, id)
	b.signedIn("shelter").get("/inbox?institution="+ngo).lacks(t, id)
}

// TestSeenAsSaysWhyInWords: which row of the policy let an account see a case is told in that row's words, whoever it is.
func TestSeenAsSaysWhyInWords(t *testing.T) {
	b := newBed(t)
	b.refer(b.open())
	auditor := b.signedIn("auditor")
	list, err := b.service.AccountList(t.Context(), handlers.Caller{Account: handlers.NewKey().String(), Role: "administrator", Institution: b.ids[directory.MunicipalityDV]}, handlers.ListQuery{})
	ok(t, err)
	told := 0
	for _, a := range list.Items {
		why := map[string]string{"coordinator": "mechanism_coordinator", "police": "part_in_case.sees", "ngo": "part_in_case.sees"}[a.Role]
		if why == "" {
			continue
		}
		told++
		page := auditor.get("/audit/seen-as/" + a.Account + "?at=head")
		page.wants(t, sq.Code("policy_why", why))
		page.lacks(t, "<code>"+strings.Split(why, ".")[0])
	}
	if told != 3 {
		t.Errorf("%d accounts of three", told)
	}
}
