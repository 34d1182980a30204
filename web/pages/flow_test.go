package pages_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"mkr/domain/directory"
	"mkr/domain/person"
	"mkr/handlers"
	"mkr/web/i18n"
)

var sq = i18n.For(i18n.Albanian, nil)

// TestReferralFromClickToAnswer walks the main job through the pages, without any script.
func TestReferralFromClickToAnswer(t *testing.T) {
	b := newBed(t)
	coordinator, ngo := b.signedIn("coordinator"), b.signedIn("ngo")

	a := coordinator.get("/cases/new")
	to, form := a.form(t)
	for name, value := range map[string]string{
		"kind": "domestic_violence", "channel": "walk_in", "violence": "physical",
		"persons[0].role": "survivor", "persons[0].name": survivor, "persons[0].sex": "female", "persons[0].phone": "069 123 4567",
		"persons[1].role": "alleged_perpetrator", "persons[1].relation": "spouse", "persons[1].name": perpetrator,
	} {
		form.Set(name, value)
	}
	a = coordinator.post(to, form)
	a.wants(t, "DHF-2026-0001", sq.T("receipt", "position", receipt(t, a)))
	a.lacks(t, survivor, perpetrator, "123 4567")
	caseURL := a.path

	if a = ngo.get(caseURL); a.status != http.StatusNotFound {
		t.Errorf("the NGO sees a case that it has no part in: %d", a.status)
	}

	to, form = coordinator.get(caseURL + "/do/referral.create").form(t)
	form.Set("to", b.ids[directory.NGO])
	form.Set("service", "psychosocial")
	form.Set("urgency", "urgent")
	form.Set("reason", "Ka nevojë për këshillim")
	form.Set("basis", "law_9669_art_8")
	a = coordinator.post(to, form)
	if a.path != caseURL {
		t.Fatalf("the referral leads to %s (%d): %s", a.path, a.status, a.body)
	}
	a.wants(t, sq.Code("status", "sent"), "Inst ngo")
	a.lacks(t, "Ka nevojë")

	// The same form again: a double click, or a lost answer.
	again := coordinator.post(to, form)
	if again.path != caseURL || strings.Count(again.body, `class="what">`+sq.Code("event", "referral.sent")) != 1 {
		t.Errorf("sent twice: %d at %s", again.status, again.path)
	}

	inbox := ngo.get("/inbox")
	inbox.wants(t, "DHF-2026-0001", sq.Code("owed", "acknowledge_referral"), sq.Code("service_code", "psychosocial"))
	a = ngo.get(caseURL)
	accept := regexp.MustCompile(`href="([^"]+/do/referral\.accept\?target=[^"]+)"`).FindStringSubmatch(a.body)
	if accept == nil {
		t.Fatalf("nothing to accept: %s", a.body)
	}
	to, form = ngo.get(html.UnescapeString(accept[1])).form(t)
	a = ngo.post(to, form)
	a.wants(t, sq.Code("status", "accepted"))
	if strings.Contains(a.body, "/do/referral.accept") {
		t.Error("what was accepted can be accepted again")
	}
	coordinator.get("/outbox").wants(t, sq.Code("status", "accepted"), "Inst ngo", sq.Code("owed", "start_service"))
}

// receipt reads the position of what was just filed from the address.
func receipt(t *testing.T, a answer) string {
	t.Helper()
	n, err := strconv.ParseUint(a.query.Get("receipt"), 10, 64)
	ok(t, err)
	return sq.Position(n)
}

func TestARefusedFormKeepsWhatWasTyped(t *testing.T) {
	b := newBed(t)
	id := b.open()
	br := b.signedIn("coordinator")
	to, form := br.get("/cases/" + id + "/do/referral.create").form(t)
	key := form.Get("command_key")
	form.Set("to", b.ids[directory.MunicipalityDV]) // to herself
	form.Set("service", "shelter")
	form.Set("urgency", "routine")
	form.Set("reason", "Arsye me <shenja> & thonjëza")
	form.Set("basis", "vital_interest")
	a := br.post(to, form)
	if a.status != http.StatusUnprocessableEntity {
		t.Fatalf("%d: %s", a.status, a.body)
	}
	a.wants(t, sq.T("refusal.referral.to_self"), "Arsye me &lt;shenja&gt; &amp; thonjëza</textarea>", `<option value="shelter" selected>`, `id="f-to-error"`)
	if _, fresh := a.form(t); fresh.Get("command_key") == key || fresh.Get("command_key") == "" {
		t.Error("a corrected form is another request and needs a key of its own")
	}
	form.Del("reason")
	if a = br.post(to, form); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `id="f-reason-error"`) {
		t.Errorf("a missing reason: %d", a.status)
	}
	form.Del("command_key")
	if a = br.post(to, form); a.status != http.StatusUnprocessableEntity && a.status != http.StatusBadRequest {
		t.Errorf("without a key: %d", a.status)
	}
	if a = br.get("/cases/" + id); strings.Contains(a.body, sq.Code("event", "referral.sent")) {
		t.Error("a refused referral was stored")
	}
}

func TestTwoPeopleAtOnce(t *testing.T) {
	b := newBed(t)
	id := b.open()
	br := b.signedIn("coordinator")
	to, form := br.get("/cases/" + id + "/do/note.write").form(t)
	b.do(directory.PoliceKind, id, "incident.record", "", &handlers.RecordIncident{Types: []handlers.Violence{"physical"}, On: b.now})
	form.Set("section", "general")
	form.Set("text", "Shënimi im")
	a := br.post(to, form)
	if a.status != http.StatusPreconditionFailed {
		t.Fatalf("%d", a.status)
	}
	a.wants(t, sq.T("conflict.title"), "Inst police: "+sq.Code("event", "incident.recorded")+", në 10:00", "Shënimi im</textarea>", sq.T("form.anyway"))
	to, fresh := a.form(t)
	fresh.Set("section", "general")
	fresh.Set("text", "Shënimi im")
	if a = br.post(to, fresh); a.path != "/cases/"+id {
		t.Fatalf("recorded anyway: %d at %s", a.status, a.path)
	}
	a.wants(t, sq.Code("event", "note.written"))
}

func TestSealedTextsOpenOnAClickAndOnRecord(t *testing.T) {
	b := newBed(t)
	id := b.open()
	br := b.signedIn("coordinator")
	page := br.get("/cases/" + id)
	page.lacks(t, survivor)
	who := regexp.MustCompile(`name="person" value="([^"]+)"`).FindStringSubmatch(page.body)
	if who == nil {
		t.Fatal("no name can be opened")
	}
	whole := br.post("/cases/"+id+"/open", url.Values{"person": {who[1]}})
	whole.wants(t, survivor, "+355691234567", sq.T("case.open_note"), sq.T("part.referrals"))
	whole.lacks(t, perpetrator)
	if m := title.FindStringSubmatch(whole.body); strings.Contains(m[1], "Drita") {
		t.Errorf("the title names a person: %s", m[1])
	}
	part := br.post("/cases/"+id+"/open", url.Values{"person": {who[1]}, "part": {"1"}})
	if !strings.HasPrefix(part.body, `<div class="opened">`) || !strings.Contains(part.body, survivor) {
		t.Errorf("the part: %s", part.body)
	}
	if got := br.get("/cases/" + id + "/open"); got.status != http.StatusNotFound {
		t.Errorf("a link can open a name: %d", got.status)
	}
	for _, form := range []url.Values{{}, {"person": {who[1], who[1]}}, {"person": {who[1]}, "entry": {who[1]}}} {
		if a := br.post("/cases/"+id+"/open", form); a.status != http.StatusBadRequest {
			t.Errorf("%v: %d", form, a.status)
		}
	}
	if a := br.post("/cases/"+id+"/open", url.Values{"person": {handlers.NewKey().String()}}); a.status != http.StatusNotFound {
		t.Errorf("a person of no case: %d", a.status)
	}
	auditor := b.signedIn("auditor")
	auditor.get("/cases/"+id).lacks(t, "/open")
	if a := auditor.post("/cases/"+id+"/open", url.Values{"person": {who[1]}}); a.status != http.StatusForbidden || strings.Contains(a.body, survivor) {
		t.Errorf("an auditor opens a name: %d", a.status)
	}
	if strings.Contains(b.logs.String(), "Shembulli") {
		t.Error("the log holds a name")
	}
}

func TestBoardFiguresEqualTheirLists(t *testing.T) {
	b := newBed(t)
	first, second := b.open(), b.open()
	b.refer(first)
	b.do(directory.MunicipalityDV, second, "risk.assess", "", &handlers.AssessRisk{Level: "low"})
	br := b.signedIn("coordinator")
	figures := regexp.MustCompile(`(?s)<a href="([^"]+)"[^>]*>\s*<b>([0-9]+)</b>`)
	rows := regexp.MustCompile(`<tr data-key=`)
	found := figures.FindAllStringSubmatch(br.get("/board").body, -1)
	if len(found) != 4 {
		t.Fatalf("%d figures", len(found))
	}
	sum := 0
	for _, f := range found {
		list := br.get(html.UnescapeString(f[1]))
		n := len(rows.FindAllString(list.body, -1))
		if strconv.Itoa(n) != f[2] {
			t.Errorf("%s says %s and lists %d", f[1], f[2], n)
		}
		sum += n
	}
	if sum == 0 {
		t.Error("every figure is zero: nothing was compared")
	}
}

func TestRowsForOpenPages(t *testing.T) {
	b := newBed(t)
	id := b.open()
	ref := b.refer(id)
	coordinator, ngo, shelter := b.signedIn("coordinator"), b.signedIn("ngo"), b.signedIn("shelter")
	row := coordinator.get("/board/rows/" + id)
	if row.status != http.StatusOK || !strings.HasPrefix(row.body, "<tr data-key=\""+id+"\"") || strings.Count(row.body, "<tr") != 1 {
		t.Errorf("%d %s", row.status, row.body)
	}
	whole := coordinator.get("/board").body
	if !strings.Contains(whole, row.body) {
		t.Error("a row by itself is not the row of its list")
	}
	for path, want := range map[string]int{
		"/board/rows/" + id + "?stage=referral":     404, // nobody has judged the risk: it is in intake
		"/board/rows/" + id + "?stage=intake":       200,
		"/board/rows/" + handlers.NewKey().String(): 404,
		"/outbox/rows/" + id + ":" + ref:            200,
		"/outbox/rows/" + id + ":x":                 404,
		"/inbox/rows/" + id + ":x":                  404,
	} {
		if a := coordinator.get(path); a.status != want {
			t.Errorf("%s: %d, want %d", path, a.status, want)
		}
	}
	if a := shelter.get("/board/rows/" + id); a.status != http.StatusNotFound {
		t.Errorf("a row of a case that is not the shelter's: %d", a.status)
	}
	keys := regexp.MustCompile(`<tr data-key="([^"]+)"`)
	for _, list := range []string{"/inbox", "/deadlines"} {
		m := keys.FindStringSubmatch(ngo.get(list).body)
		if m == nil {
			t.Fatalf("%s of the NGO is empty", list)
		}
		if a := ngo.get(list + "/rows/" + m[1]); a.status != http.StatusOK || !strings.Contains(a.body, m[1]) {
			t.Errorf("%s/rows/%s: %d", list, m[1], a.status)
		}
	}
}

func TestReplayShowsTheCaseAsItStood(t *testing.T) {
	b := newBed(t)
	id := b.open()
	b.do(directory.MunicipalityDV, id, "risk.assess", "", &handlers.AssessRisk{Level: "high", Factors: []handlers.Factor{"weapons"}})
	b.refer(id)
	br := b.signedIn("coordinator")
	last := br.get("/cases/" + id + "/replay")
	steps := regexp.MustCompile(`max="([0-9]+)"`).FindStringSubmatch(last.body)
	if steps == nil {
		t.Fatal("no slider")
	}
	n, err := strconv.Atoi(steps[1])
	ok(t, err)
	last.wants(t, sq.Code("service_code", "psychosocial"), `value="`+steps[1]+`"`)
	first := br.get("/cases/" + id + "/replay?step=1")
	last.wants(t, sq.T("ball.turn"))
	first.wants(t, `value="1"`, sq.Code("level", "unassessed"))
	first.lacks(t, sq.Code("service_code", "psychosocial"), "/do/")
	changed := regexp.MustCompile(`class="changed( new)?"`)
	for step := 2; step <= n; step++ {
		a := br.get("/cases/" + id + "/replay?step=" + strconv.Itoa(step))
		if a.status != http.StatusOK {
			t.Fatalf("step %d: %d", step, a.status)
		}
		if strings.Contains(a.body, "<b>"+sq.Code("event", "referral.sent")+"</b>") && !changed.MatchString(a.body) {
			t.Error("the sending of a referral highlights nothing")
		}
	}
	if a := br.get("/cases/" + id + "/replay?step=99"); !strings.Contains(a.body, `value="`+steps[1]+`"`) {
		t.Error("a step beyond the end is not the last")
	}
	part := br.get("/cases/" + id + "/replay?step=2&part=1")
	if !strings.HasPrefix(part.body, `<div id="replay">`) || strings.Contains(part.body, "<html") {
		t.Errorf("the part: %.100s", part.body)
	}
}

func TestMeetingAndActivity(t *testing.T) {
	b := newBed(t)
	id := b.open()
	br := b.signedIn("coordinator")
	to, form := br.get("/meetings/new").form(t)
	form.Set("kind", "etn")
	form.Set("when", "2026-11-18T10:00")
	form.Set("place", "municipality")
	form["invited"] = []string{b.ids[directory.PoliceKind], b.ids[directory.NGO]}
	a := br.post(to, form)
	if a.status != http.StatusOK || !strings.HasPrefix(a.path, "/meetings/") {
		t.Fatalf("%d at %s: %s", a.status, a.path, a.body)
	}
	a.wants(t, "18.11.2026 10:00", "Inst police", "Inst ngo", sq.Code("meeting_status", "planned"))
	meetingURL := a.path
	a.wants(t, sq.N("proposal.new_case", 1, "when", sq.Date(b.now)), `value="`+id+` new_case"`) // what nobody has spoken about yet
	to, form = br.get(meetingURL + "/do/meeting.add_to_agenda").form(t)
	form.Set("case", id)
	form.Set("reason", "new_case")
	br.post(to, form).wants(t, "DHF-2026-0001", "rast i ri", sq.T("proposals.none"))
	if a = b.signedIn("shelter").get(meetingURL); a.status != http.StatusNotFound {
		t.Errorf("who is not invited sees the meeting: %d", a.status)
	}

	to, form = br.get("/activities/new").form(t)
	form.Set("kind", "school_information")
	form.Set("on", "2026-11-10")
	form.Set("title", "Takim në shkollën “Provë”")
	form.Set("participants", "40")
	form.Set("children", "41")
	if a = br.post(to, form); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, sq.T("refusal.activity.more_than_participants")) {
		t.Errorf("more children than participants: %d", a.status)
	}
	to, form2 := a.form(t)
	for name, values := range form {
		if name != "command_key" {
			form2[name] = values
		}
	}
	form2.Set("children", "38")
	br.post(to, form2).wants(t, "Takim në shkollën", "10.11.2026")
	br.get("/indicators/2026").wants(t, sq.T("indicators.events"))
}

func TestLanguageIsRemembered(t *testing.T) {
	b := newBed(t)
	br := b.signedIn("police")
	br.get("/board").wants(t, `lang="sq"`, sq.T("board.title"))
	a := br.post("/language", url.Values{"language": {"en"}, "next": {"/deadlines?due=today"}})
	if a.path != "/deadlines" || a.query.Get("due") != "today" {
		t.Errorf("the way back: %s", a.path)
	}
	a.wants(t, `lang="en"`, i18n.For(i18n.English, nil).T("deadlines.title"))
	elsewhere := b.signedIn("police")
	elsewhere.get("/board").wants(t, `lang="en"`)
}

func TestPasswordChangeEndsTheSession(t *testing.T) {
	b := newBed(t)
	br := b.signedIn("medical")
	to, form := br.get("/account").form(t)
	form.Set("old", "gabim-gabim-gabim")
	form.Set("password", "një-fjalëkalim-tjetër")
	a := br.post(to, form)
	if a.status != http.StatusUnprocessableEntity {
		t.Fatalf("a wrong old password: %d", a.status)
	}
	a.wants(t, sq.T("refusal.wrong_password"))
	a.lacks(t, "gabim-gabim-gabim", "një-fjalëkalim-tjetër")
	_, fresh := a.form(t)
	form.Set("command_key", fresh.Get("command_key"))
	form.Set("old", secret)
	if a = br.post(to, form); a.path != "/signin" {
		t.Fatalf("%d at %s", a.status, a.path)
	}
	if a = br.get("/board"); a.path != "/signin" {
		t.Error("the session outlives the password")
	}
}

// A wall that shows a part of the list says how long the whole of it is.
func TestAWallKnowsHowManyItDoesNotShow(t *testing.T) {
	b := newBed(t)
	b.open()
	b.open()
	last := b.open()
	b.refer(last)
	br := b.signedIn("coordinator")
	br.get("/board?wall&limit=1").wants(t, `data-beyond="2"`)
	br.get("/board?wall").wants(t, `data-beyond="0"`)
}

// Before anything is filed the form says that a level of one's own wants its reason.
func TestTheRiskFormSaysWhenAReasonIsRequired(t *testing.T) {
	b := newBed(t)
	b.signedIn("coordinator").get("/cases/"+b.open()+"/do/risk.assess").wants(t, sq.T("field.risk_reason"), sq.T("hint.risk_reason"))
}

// A form says before it is filed what its questions do not: what a withdrawal does, and that an empty field changes nothing.
// A consent is not offered as a guardian's where nobody in the case could be one.
func TestAFormSaysWhatItDoes(t *testing.T) {
	b := newBed(t)
	id := b.open()
	c, err := b.service.Case(t.Context(), b.as(directory.MunicipalityDV), id, handlers.At{})
	ok(t, err)
	br := b.signedIn("coordinator")
	br.get("/cases/"+id+"/do/consent.record").lacks(t, sq.T("consent_how.by_guardian"))
	r := b.do(directory.MunicipalityDV, id, "consent.record", "", &handlers.RecordConsent{Person: c.Subject, Decision: "given", How: "written"})
	br.get("/cases/"+id).wants(t, sq.T("case.consent_unlimited"))
	br.get("/cases/"+id+"/do/consent.withdraw?target="+r.ID).wants(t, sq.T("before.consent.withdraw"))
	br.get("/cases/"+id+"/do/person.change").wants(t, sq.T("before.person.change"))
	b.do(directory.MunicipalityDV, id, "person.add", "", &handlers.AddPerson{NewPerson: handlers.NewPerson{Role: "guardian", Name: person.PlainOf("E sajuara")}})
	br.get("/cases/"+id+"/do/consent.record").wants(t, sq.T("consent_how.by_guardian"), sq.T("field.giver"))
}
