package pages_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"mkr/handlers"
)

const family = "Familja Shembulli-Kujdestare"

// asksForAid fills in a family's request.
func asksForAid(form url.Values) url.Values {
	for name, value := range map[string]string{"kind": "foster_aid", "family.name": family, "family.sex": "female", "family.phone": "069 123 4567"} {
		form.Set(name, value)
	}
	return form
}

var applicationLink = regexp.MustCompile(`href="(/aid/[0-9a-f-]{36})/do/application\.[a-z_]+"`)

func TestFosterFamilyAid(t *testing.T) {
	b := newBed(t)
	br := b.signedIn("child_protection_worker")
	br.get("/aid").wants(t, sq.T("aid.empty"), `href="/aid/new"`)
	to, form := br.get("/aid/new").form(t)
	br.get("/aid/new").lacks(t, `name="family.role"`, `name="family.relation"`)

	asksForAid(form)
	form.Set("family.phone", "s’ka")
	a := br.post(to, form)
	if a.status != http.StatusUnprocessableEntity {
		t.Fatalf("a phone that is none: %d", a.status)
	}
	a.wants(t, `<title>Gabim: `)                                  // the first that a screen reader says
	a.wants(t, `id="f-family-phone-error"`, `value="`+family+`"`) // what she typed herself
	form.Del("family.name")
	if a = br.post(to, form); !strings.Contains(a.body, `id="f-family-name-error"`) {
		t.Error("nobody asks for aid")
	}
	to, form = a.form(t)
	asksForAid(form)
	a = br.post(to, form)
	if a.path != "/aid" || a.status != http.StatusOK {
		t.Fatalf("%d at %s: %s", a.status, a.path, a.body)
	}
	a.wants(t, sq.Code("application_status", "submitted"), sq.Code("application_kind", "foster_aid"), sq.T("receipt", "position", receipt(t, a)))
	check(t, "/aid", a) // no name among them
	if again := br.post(to, form); strings.Count(again.body, `<tr id="application-`) != 1 {
		t.Error("the form that was sent twice was filed twice")
	}

	at := applicationLink.FindStringSubmatch(a.body)[1]
	if a := br.get(at + "/do/application.pay_aid"); a.status != http.StatusConflict {
		t.Errorf("aid before the decision: %d", a.status)
	}
	a = br.does(t, at, "application.decide", url.Values{"outcome": {"refused"}})
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `id="f-reason-error"`) || !strings.Contains(a.body, `value="refused" checked`) {
		t.Errorf("refused without a reason: %d", a.status)
	}
	br.does(t, at, "application.decide", url.Values{"outcome": {"granted"}}).wants(t, sq.Code("application_status", "granted"), at+"/do/application.pay_aid")

	to, form = br.get(at + "/do/application.pay_aid").form(t)
	form.Set("period", "2027-03")
	form.Set("lek", "9000")
	if a = br.post(to, form); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `id="f-period-error"`) || !strings.Contains(a.body, `value="9000"`) {
		t.Errorf("a month to come: %d", a.status)
	}
	_, fresh := a.form(t)
	form.Set("command_key", fresh.Get("command_key"))
	form.Set("period", "2026-10")
	br.post(to, form).wants(t, sq.T("aid.lek", "n", sq.Number(9000)), sq.T("aid.last", "month", "10.2026"))
	br.post(to, form).wants(t, sq.T("aid.lek", "n", sq.Number(9000))) // twice
	if a = br.does(t, at, "application.pay_aid", url.Values{"period": {"2026-10"}, "lek": {"8000"}}); !strings.Contains(a.body, sq.T("refusal.application.period_already_paid")) {
		t.Errorf("another amount for the same month: %d", a.status)
	}

	// Who asks opens to whoever decides, on record; the page itself holds no name.
	page := br.get(at)
	check(t, at, page)
	page.lacks(t, family)
	page.wants(t, at+"/do/application.take_back?period=2026-10", at+"/do/application.end")
	open := url.Values{"csrf": nil}
	br.post(at+"/open", open).wants(t, family, sq.T("case.open_note"))
	if part := br.post(at+"/open", url.Values{"part": {"1"}}); !strings.HasPrefix(strings.TrimSpace(part.body), `<div class="opened">`) {
		t.Errorf("the part is %.80q", part.body)
	}
	a = br.does(t, at, "application.take_back", url.Values{"period": {"2026-10"}})
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `id="f-reason-error"`) {
		t.Errorf("taken back without a reason: %d", a.status)
	}
	a = br.does(t, at, "application.take_back", url.Values{"period": {"2026-10"}, "reason": {"wrong_facts"}})
	a.wants(t, sq.T("aid.none_paid"))
	br.does(t, at, "application.pay_aid", url.Values{"period": {"2026-10"}, "lek": {"8000"}}).wants(t, sq.T("aid.lek", "n", sq.Number(8000)))
	br.does(t, at, "application.end", url.Values{"reason": {"adopted"}}).wants(t, sq.Code("application_status", "ended"), sq.Code("aid_end", "adopted"))
	for role, want := range map[string]int{"coordinator": 200, "auditor": 403, "ngo": 403} {
		if a := b.signedIn(role).post(at+"/open", open); a.status != want || strings.Contains(a.body, family) != (want == 200) {
			t.Errorf("%s opens who asks: %d", role, a.status)
		}
	}
	if strings.Contains(b.logs.String(), "Shembulli") {
		t.Error("the log holds a name")
	}

	for role, want := range map[string][3]int{"coordinator": {200, 200, 409}, "auditor": {200, 403, 403}, "ngo": {403, 403, 403}, "police": {403, 403, 403}, "shelter": {403, 403, 403}} {
		other := b.signedIn(role)
		for i, path := range []string{"/aid", "/aid/new", at + "/do/application.pay_aid"} {
			a := other.get(path)
			if a.status != want[i] {
				t.Errorf("%s %s: %d, want %d", role, path, a.status, want[i])
			}
			check(t, role+" "+path, a)
		}
		if tab := strings.Contains(other.get("/indicators").body, `<a href="/aid"`); tab != (want[0] == 200) {
			t.Errorf("%s is offered the requests: %v", role, tab)
		}
		if want[1] == 403 {
			for path, form := range map[string]url.Values{"/aid": asksForAid(url.Values{}), at + "/do/application.decide": {"outcome": {"granted"}}} {
				form.Set("command_key", handlers.NewKey().String())
				if a := other.post(path, form); a.status != http.StatusForbidden {
					t.Errorf("%s posts to %s: %d", role, path, a.status)
				}
			}
		}
	}
	if a := br.get("/aid/" + handlers.NewKey().String() + "/do/application.decide"); a.status != http.StatusNotFound {
		t.Errorf("no such request: %d", a.status)
	}
}

func TestAuditorBeginsInTheRegister(t *testing.T) {
	b := newBed(t)
	if a := b.signedIn("auditor").get("/"); a.path != "/register" {
		t.Errorf("an auditor's day begins at %s", a.path)
	}
	if a := b.signedIn("police").get("/"); a.path != "/board" {
		t.Errorf("an officer's day begins at %s", a.path)
	}
}
