package pages_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"mkr/domain/access"
	"mkr/domain/directory"
	"mkr/internal/app"
)

var (
	actKey   = regexp.MustCompile(`name="grant" value="([0-9a-f-]{36})"`)
	backHome = regexp.MustCompile(`name="grant" value=""`)
)

// A role for a while is granted on the account's page, taken up on one's own after a second look at who it is, shown with its
// end on both, given back by a press, and gone by itself.
func TestARoleForAWhile(t *testing.T) {
	b := newBed(t)
	admin := b.administrator()
	at, first := admin.opensFor(t, b.ids[directory.NGO], access.NGO, "zevendesja")
	zone, err := app.Zone()
	ok(t, err)
	until := b.now.Truncate(time.Minute).Add(2 * time.Hour)
	there := `value="` + b.ids[directory.MunicipalityDV] + `"`
	where := admin.get(at + "/do/account.grant_role")
	where.wants(t, there)
	where.lacks(t, `value="`+access.Coordinator+`"`)
	// The roles of that institution, and no others.
	which := admin.get(at + "/do/account.grant_role?institution=" + b.ids[directory.MunicipalityDV])
	which.wants(t, there, `value="`+access.Coordinator+`"`)
	which.lacks(t, `value="`+access.NGO+`"`, `value="`+b.ids[directory.NGO]+`"`)
	admin.does(t, at, "account.grant_role?institution="+b.ids[directory.MunicipalityDV], url.Values{
		"institution": {b.ids[directory.MunicipalityDV]}, "role": {access.Coordinator}, "reason": {"leave"}, "until": {until.In(zone).Format("2006-01-02T15:04")},
	})
	admin.get(at).wants(t, sq.T("roles.title"), sq.Code("grant_reason", "leave"), sq.T("roles.in_force"))

	br := b.browser()
	if a := br.post("/signin", url.Values{"username": {"zevendesja"}, "password": {first}}); a.path == "/signin" {
		t.Fatalf("%d", a.status)
	}
	br.get("/").lacks(t, `href="/bounces"`)
	mine := br.get("/account")
	mine.wants(t, sq.T("roles.act"), sq.T("roles.give_back"))
	asked := br.post("/account/act", url.Values{"grant": {actKey.FindStringSubmatch(mine.body)[1]}})
	if asked.status != http.StatusForbidden {
		t.Fatalf("whoever finds the screen open may act: %d", asked.status)
	}
	to, form := asked.question(t)
	form.Set("old", first)
	if home := br.post(to, form); home.status != http.StatusOK || !strings.Contains(home.body, `href="/bounces"`) {
		t.Fatalf("%d at %s, as %s", home.status, home.path, home.body)
	}
	mine = br.get("/account")
	mine.wants(t, sq.Code("role", access.Coordinator), sq.T("roles.current"), sq.T("roles.back", "role", sq.Code("role", access.NGO)))
	if !backHome.MatchString(mine.body) {
		t.Error("no way back to the own role")
	}
	b.now = until
	if a := br.get("/board"); a.path != "/signin" {
		t.Errorf("after its end: %d at %s", a.status, a.path)
	}
}

// An institution's administrator finds her own people and nobody else's, and is offered what she may do.
func TestAnInstitutionsAdministrator(t *testing.T) {
	b := newBed(t)
	admin := b.administrator()
	_, first := admin.opensFor(t, b.ids[directory.PoliceKind], access.Steward, "drejtuesja")
	other, _ := admin.opensFor(t, b.ids[directory.NGO], access.NGO, "e.ojf-se")
	br := b.browser()
	home := br.post("/signin", url.Values{"username": {"drejtuesja"}, "password": {first}})
	if home.path != "/admin" {
		t.Fatalf("her day begins at %s", home.path)
	}
	home.wants(t, sq.T("admin.own_text"), sq.Code("role", access.Police))
	home.lacks(t, "e.ojf-se", `href="/board"`, sq.Code("role", access.Coordinator))
	if a := br.get(other); a.status != http.StatusNotFound {
		t.Errorf("another institution's account: %d", a.status)
	}
	br.raises(t, first)
	at, _ := br.opensFor(t, b.ids[directory.PoliceKind], access.Police, "agjenti.ri")
	page := br.get(at)
	page.wants(t, sq.T("account.lock"), sq.T("account.ask_recovery"), sq.T("account.set_term"))
	page.lacks(t, sq.T("account.offer_token"), sq.T("account.grant_role"))
	to, form := br.get("/admin/accounts/new").form(t)
	form.Set("institution", b.ids[directory.PoliceKind])
	form.Set("role", access.Steward)
	form.Set("username", "tjetra")
	form.Set("display", "Një Tjetër")
	if a := br.post(to, form); a.status != http.StatusForbidden {
		t.Errorf("she makes another of herself: %d", a.status)
	}
}
