package pages_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"mkr/domain/directory"
	"mkr/handlers"
)

// offers lets an institution of the bed offer a service.
func (b *bed) offers(kind, service string) string {
	b.t.Helper()
	r, err := b.service.DoInstitution(b.t.Context(), handlers.Shell(), b.ids[kind], institutionAction(b.t, "institution.offer_service"), &handlers.OfferService{Service: handlers.ServiceCode(service), MinAge: 18}, key())
	ok(b.t, err)
	ok(b.t, b.service.Await(b.t.Context(), r.Position))
	return "/institutions/" + b.ids[kind]
}

func institutionAction(t *testing.T, name string) handlers.InstitutionAction {
	t.Helper()
	for _, a := range handlers.InstitutionActions {
		if a.Name == name {
			return a
		}
	}
	t.Fatalf("no action %s", name)
	return handlers.InstitutionAction{}
}

func TestAShelterReportsItsPlaces(t *testing.T) {
	b := newBed(t)
	at := b.offers(directory.Shelter, "shelter")
	br := b.signedIn("shelter")
	br.get("/board").wants(t, `href="`+at+`"`) // its own page, from everywhere
	br.get(at).wants(t, sq.T("institution.own"), "/do/institution.report_capacity")
	br.get(at).lacks(t, "/do/institution.suspend", "/do/institution.change_details", "/admin")

	to, form := br.get(at + "/do/institution.report_capacity").form(t)
	form.Set("service", "shelter")
	form.Set("total", "5")
	form.Set("available", "7")
	a := br.post(to, form)
	if a.status != http.StatusUnprocessableEntity {
		t.Fatalf("seven of five: %d", a.status)
	}
	a.wants(t, `id="f-available-error">`+sq.T("refusal.institution.capacity"), `value="7"`, `value="5"`)
	_, none := a.form(t)
	none.Set("service", "") // the browser would not send it: without a service no number is recorded
	none.Set("available", "3")
	if a := br.post(to, none); a.status != http.StatusUnprocessableEntity {
		t.Errorf("places of no service: %d", a.status)
	} else {
		a.wants(t, `id="f-service-error">`+sq.T("refusal.required"))
	}
	to, form = a.form(t)
	form.Set("service", "shelter")
	form.Set("total", "5")
	if a = br.post(to, form); !strings.Contains(a.body, `id="f-available-error">`+sq.T("refusal.required")) {
		t.Error("a number that was not given is none")
	}
	form.Set("available", "0") // none is a number
	a = br.post(to, form)
	a.wants(t, sq.T("institutions.free", "n", 0, "all", 5), sq.T("institution.counted", "ago", sq.Ago(b.now, b.now)), sq.T("receipt", "position", receipt(t, a)))
	before, err := b.service.Institution(t.Context(), b.ids[directory.Shelter])
	ok(t, err)
	br.post(to, form)
	after, err := b.service.Institution(t.Context(), b.ids[directory.Shelter])
	ok(t, err)
	if before.Revision != after.Revision {
		t.Error("the form that was sent twice was filed twice")
	}
	br.get("/institutions").wants(t, sq.T("institutions.free", "n", 0, "all", 5))
	// The next count begins with the last one.
	br.get(at+"/do/institution.report_capacity").wants(t, `value="5"`, `value="0"`, `<option value="shelter" selected>`)

	id := b.open()
	refer := b.signedIn("coordinator").get("/cases/" + id + "/do/referral.create")
	refer.wants(t, "Inst shelter · "+sq.T("institutions.free_line", "places", sq.T("institutions.free", "n", 0, "all", 5)))

	form.Del("holder") // a form that somebody makes up
	for role, want := range map[string]int{"police": 403, "auditor": 403, "coordinator": 403} {
		stranger := b.signedIn(role)
		if a := stranger.get(at + "/do/institution.report_capacity"); a.status != want {
			t.Errorf("%s reports the shelter's places: %d", role, a.status)
		}
		form.Set("command_key", handlers.NewKey().String())
		if a := stranger.post(to, form); a.status != want {
			t.Errorf("%s posts the shelter's places: %d", role, a.status)
		}
		stranger.get(at).lacks(t, "/do/institution.report_capacity", sq.T("institution.own"))
	}
	if a := br.get("/institutions/nowhere"); a.status != http.StatusNotFound {
		t.Errorf("no such institution: %d", a.status)
	}
}

func TestAdministratorKeepsInstitutions(t *testing.T) {
	b := newBed(t)
	br := b.administrator()
	to, form := br.get("/institutions/new").form(t)
	for name, value := range map[string]string{"kind": "shelter", "sector": "private", "name_sq": "Strehëza e Re", "name_en": "The New Shelter", "address": "Rruga e Fshehtë 1", "on_platform": "yes"} {
		form.Set(name, value)
	}
	a := br.post(to, form)
	if a.status != http.StatusUnprocessableEntity {
		t.Fatalf("a shelter's address is taken: %d", a.status)
	}
	a.wants(t, `id="f-address-error">`+sq.T("refusal.institution.shelter_address"), `value="Strehëza e Re"`)
	fresh := form
	to, again := a.form(t)
	fresh.Set("command_key", again.Get("command_key"))
	fresh.Del("address")
	a = br.post(to, fresh)
	if !strings.HasPrefix(a.path, "/institutions/") {
		t.Fatalf("%d at %s: %s", a.status, a.path, a.body)
	}
	a.wants(t, "Strehëza e Re", sq.Code("institution_kind", "shelter"), sq.T("institution.no_services"))
	at := a.path
	if br.post(to, fresh).path != at {
		t.Error("the form that was sent twice registered two")
	}
	br.get("/admin/accounts/new?institution="+strings.TrimPrefix(at, "/institutions/")).wants(t, `value="shelter"`)

	a = br.does(t, at, "institution.offer_service", url.Values{"service": {"shelter"}, "min_age": {"18"}, "max_age": {"12"}})
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `id="f-max_age-error"`) {
		t.Errorf("from 18 to 12: %d", a.status)
	}
	br.does(t, at, "institution.offer_service", url.Values{"service": {"shelter"}, "min_age": {"18"}}).wants(t, sq.Code("service_code", "shelter"), sq.T("guide.from_age", "from", 18), "16.11.2026")
	br.get("/guide").wants(t, "Strehëza e Re")

	to, form = br.get(at + "/do/institution.change_details").form(t)
	for name, value := range map[string]string{"name_sq": "Strehëza e Re", "name_en": "The New Shelter", "phone": "+355 22 111 222"} {
		form.Set(name, value)
	}
	br.does(t, at, "institution.suspend", url.Values{"reason": {"under_inspection"}}).wants(t, sq.Code("suspend_reason", "under_inspection"), "institution.reinstate")
	a = br.post(to, form)
	if a.status != http.StatusPreconditionFailed {
		t.Fatalf("what others did meanwhile is lost: %d", a.status)
	}
	a.wants(t, sq.T("conflict.title"), "+355 22 111 222", sq.T("form.anyway"))
	to, again = a.form(t)
	form.Set("command_key", again.Get("command_key"))
	form.Set("revision", again.Get("revision"))
	br.post(to, form).wants(t, "+355 22 111 222")
	br.get("/guide").lacks(t, "Strehëza e Re") // a suspended one is offered to nobody
	br.does(t, at, "institution.reinstate", nil).lacks(t, sq.Code("suspend_reason", "under_inspection"))
	br.does(t, at, "institution.withdraw_service", url.Values{"service": {"shelter"}}).wants(t, sq.T("institution.no_services"))
	for _, page := range []answer{br.get(at), br.get("/institutions"), br.get("/institutions/new")} {
		check(t, page.path, page)
	}
}
