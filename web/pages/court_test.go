package pages_test

import (
	"encoding/csv"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"mkr/domain/directory"
	"mkr/handlers"
	"mkr/web/i18n"
)

// breached opens a case with an order of the police that was broken, and a hearing on it.
func (b *bed) breached() (caseID, order string) {
	b.t.Helper()
	caseID = b.open()
	order = b.do(directory.PoliceKind, caseID, "order.issue_umpmm", "", &handlers.IssueUMPMM{Executor: b.ids[directory.PoliceKind], Conditions: []handlers.OrderCondition{"a", "ç"}}).ID
	b.refer(caseID)
	b.do(directory.PoliceKind, caseID, "order.breach", order, &handlers.ReportBreach{})
	b.do(directory.MunicipalityDV, caseID, "hearing.schedule", "", &handlers.ScheduleHearing{Order: order, Court: b.ids[directory.Court], When: b.now.Add(time.Hour)})
	return caseID, order
}

// The register of orders and the calendar of hearings: a row by itself is the row of its list, a filter keeps it out,
// and somebody without a part in the case sees neither.
func TestTheRegistersOfTheCourt(t *testing.T) {
	b := newBed(t)
	id, order := b.breached()
	coordinator, ngo, shelter := b.signedIn("coordinator"), b.signedIn("ngo"), b.signedIn("shelter")
	sq := i18n.For(i18n.Albanian, time.UTC)
	page := coordinator.get("/orders?watch=silent")
	page.wants(t, "UMPMM", "a, ç", sq.T("breach.silent", "who", ""), "Inst ngo", sq.Code("owed", "execute_order"))
	row := coordinator.get("/orders/rows/" + id + ":" + order + "?watch=silent")
	if row.status != http.StatusOK || !strings.Contains(page.body, row.body) {
		t.Errorf("a row by itself is not the row of its list: %d %s", row.status, row.body)
	}
	for path, want := range map[string]int{
		"/orders/rows/" + id + ":" + order + "?watch=ending": 404, "/orders/rows/" + id + ":" + order + "?type=UM": 404, "/orders/rows/" + id + ":x": 404, "/orders/rows/x": 404,
		"/orders/rows/" + id + ":" + order + "?type=UMPMM&status=in_force": 200,
	} {
		if a := coordinator.get(path); a.status != want {
			t.Errorf("%s: %d, want %d", path, a.status, want)
		}
	}
	if a := shelter.get("/orders/rows/" + id + ":" + order); a.status != http.StatusNotFound {
		t.Errorf("the shelter gets a row of a case that is not hers: %d", a.status)
	}
	shelter.get("/orders").lacks(t, "UMPMM ")

	week := ngo.get("/hearings")
	m := regexp.MustCompile(`<tr data-key="([^"~]+)"`).FindStringSubmatch(week.body)
	if m == nil {
		t.Fatalf("no hearing this week: %s", week.body)
	}
	if a := ngo.get("/hearings/rows/" + m[1]); a.status != http.StatusOK || !strings.Contains(week.body, a.body) {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := ngo.get("/hearings/rows/" + m[1] + "?day=2020-01-01"); a.status != http.StatusNotFound {
		t.Errorf("a hearing of another week: %d", a.status)
	}
	ngo.get("/hearings?span=month&day=2020-01-01").wants(t, "01.01.2020 – 31.01.2020", "day=2020-02-01", "day=2019-12-31")

	// Who acknowledges it does so from her inbox.
	at := "/cases/" + id + "/do/breach.acknowledge?target=b1"
	ngo.get("/inbox").wants(t, `href="`+at+`"`)
	action, form := ngo.get(at).form(t)
	if a := ngo.post(action, form); a.status != http.StatusOK {
		t.Fatalf("%d %s", a.status, a.body)
	}
	coordinator.get("/cases/"+id).wants(t, "Mori dijeni: Inst ngo")
}

// The register as a file: a line an order, the reader's separator, and no filter's victim in it.
func TestTheRegisterOfOrdersAsAFile(t *testing.T) {
	b := newBed(t)
	b.breached()
	coordinator := b.signedIn("coordinator")
	a := coordinator.get("/orders/file")
	file := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.body, "\ufeff")))
	file.Comma = ';'
	lines, err := file.ReadAll()
	ok(t, err)
	if len(lines) != 2 || lines[1][2] != "UMPMM" || lines[1][6] != "a ç" || lines[1][10] != "1" || !slices.Contains(lines[1], "Inst police") {
		t.Errorf("%q", lines)
	}
	if got := a.header.Get("Content-Disposition"); !strings.Contains(got, `filename="urdhrat-`) {
		t.Error(got)
	}
	if a := coordinator.get("/orders/file?type=UM"); strings.Contains(a.body, "UMPMM") {
		t.Errorf("the filter does not count: %s", a.body)
	}
}
