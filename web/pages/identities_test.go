package pages_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"mkr/domain/directory"
	"mkr/handlers"
	"mkr/internal/idp"
	"mkr/internal/idp/idptest"
)

var providerLink = regexp.MustCompile(`<a class="btn primary" href="([^"]+)" rel="noreferrer"`)

// A nurse links the hospital's account on her page, after she has proved who she is, and comes in by it through the provider's own
// pages: by redirects, with the cookies of one browser. Another browser that holds the same address does not.
func TestComingInByTheInstitutionsProvider(t *testing.T) {
	b := newBed(t)
	provider := idptest.New(t, b.server.URL+idp.Return("spitali"), func() time.Time { return b.now })
	away := idptest.New(t, b.server.URL+idp.Return("larg"), func() time.Time { return b.now })
	away.Close()
	b.signedIn("medical").get("/account").lacks(t, sq.T("identity.title"))
	b.browser().get("/signin").lacks(t, "/signin/with/")
	var err error
	b.service.Identities, err = idp.New(b.server.URL, []idp.Config{
		{ID: "spitali", Name: idp.Name{SQ: "Spitali Provë", EN: "Test hospital"}, Institution: b.ids[directory.Medical], Issuer: provider.URL, ClientID: idptest.ClientID, Secret: idptest.Secret},
		{ID: "larg", Name: idp.Name{SQ: "Larg", EN: "Away"}, Institution: b.ids[directory.Court], Issuer: away.URL, ClientID: idptest.ClientID, Secret: idptest.Secret},
	}, func() time.Time { return b.now })
	ok(t, err)

	door := b.browser().get("/signin?next=%2Fboard%3Flimit%3D5")
	door.wants(t, `href="/signin/with/spitali?next=%2Fboard%3Flimit%3D5"`, sq.T("identity.enter", "name", "Spitali Provë"))
	check(t, "the door", door)
	stranger := b.browser().get("/signin/with/spitali")
	if stranger.status != http.StatusUnprocessableEntity || !strings.Contains(stranger.body, sq.T("refusal.wrong_identity")) {
		t.Errorf("whom nobody has linked: %d at %s", stranger.status, stranger.path)
	}
	check(t, "the door, refused", stranger)
	if a := b.browser().get("/signin/with/larg"); a.status != http.StatusServiceUnavailable || !strings.Contains(a.body, sq.T("refusal.provider_away")) || !strings.Contains(a.body, `name="password"`) {
		t.Errorf("a provider that is away: %d", a.status)
	}
	if a := b.browser().get("/signin/with/none"); a.status != http.StatusNotFound {
		t.Errorf("no such provider: %d", a.status)
	}
	if a := b.browser().get("/signin/with/spitali/return?code=x&state=y"); a.status != http.StatusUnprocessableEntity {
		t.Errorf("an answer to nothing: %d", a.status)
	}

	nurse := b.signedIn("medical")
	page := nurse.get("/account")
	page.wants(t, sq.T("identity.title"), sq.T("identity.none"), `action="/account/identities/spitali/begin"`)
	page.lacks(t, "/identities/larg/")
	check(t, "the account", page)
	asked := nurse.post("/account/identities/spitali/begin", url.Values{"command_key": {handlers.NewKey().String()}})
	if asked.status != http.StatusForbidden {
		t.Fatalf("linked from an open screen: %d", asked.status)
	}
	page = nurse.raised(t, asked)
	check(t, "the way to the provider", page)
	to := providerLink.FindStringSubmatch(page.body)
	if to == nil {
		t.Fatalf("no way to the provider: %d %s", page.status, page.body)
	}
	address := html.UnescapeString(to[1])
	if back := nurse.follow(t, address); back != "/account" {
		t.Fatalf("linked at %s", back)
	}
	page = nurse.get("/account")
	page.wants(t, `action="/account/identities/spitali/unlink"`)
	page.lacks(t, provider.Subject, provider.URL)

	her := b.browser()
	in := her.get("/signin/with/spitali?next=%2Faccount")
	if in.status != http.StatusOK || in.path != "/account" {
		t.Fatalf("she comes in at %s: %d", in.path, in.status)
	}
	if strings.Contains(b.logs.String(), provider.Subject) {
		t.Error("the log tells who she is there")
	}
	if a := b.browser().get("/signin/with/spitali?next=https%3A%2F%2Fevil.example"); a.status != http.StatusOK || strings.HasPrefix(a.path, "/signin") {
		t.Errorf("she is led on to %s", a.path) // one that leads elsewhere finds no such host
	}

	unlink := url.Values{"command_key": {handlers.NewKey().String()}}
	page = her.raised(t, her.post("/account/identities/spitali/unlink", unlink))
	page.wants(t, sq.T("identity.none"))
	if a := b.browser().get("/signin/with/spitali"); a.status != http.StatusUnprocessableEntity {
		t.Errorf("unlinked, it opens: %d", a.status)
	}
}

// A nurse who came by the hospital's account is asked who she is: she signs in there afresh, and what she had sent goes on by itself, as
// after a password. What the provider only remembers is told beside the question, and what she typed is there still.
func TestProvingItAtTheProvider(t *testing.T) {
	b := newBed(t)
	provider := idptest.New(t, b.server.URL+idp.Return("spitali"), func() time.Time { return b.now })
	var err error
	b.service.Identities, err = idp.New(b.server.URL, []idp.Config{
		{ID: "spitali", Name: idp.Name{SQ: "Spitali Provë", EN: "Test hospital"}, Institution: b.ids[directory.Medical], Issuer: provider.URL, ClientID: idptest.ClientID, Secret: idptest.Secret},
	}, func() time.Time { return b.now })
	ok(t, err)
	nurse := b.signedIn("medical")
	asked := nurse.get("/emergency?code=DHF-2026-0001")
	asked.lacks(t, "/account/raise/with/")
	link := nurse.raised(t, nurse.post("/account/identities/spitali/begin", url.Values{"command_key": {handlers.NewKey().String()}}))
	nurse.follow(t, html.UnescapeString(providerLink.FindStringSubmatch(link.body)[1]))

	her := b.browser()
	her.get("/signin/with/spitali?next=%2Faccount")
	b.now = b.now.Add(6 * time.Minute)
	asked = her.get("/emergency?code=DHF-2026-0001")
	asked.wants(t, sq.T("stepup.provider", "name", "Spitali Provë"))
	check(t, "the question, with a provider", asked)
	page := her.proves(t, asked)
	if page.path != "/emergency" || page.query.Get("code") != "DHF-2026-0001" || page.status != http.StatusOK {
		t.Fatalf("she is led to %s?%v: %d", page.path, page.query, page.status)
	}

	to, form := page.form(t)
	for name, value := range map[string]string{"code": "DHF-2026-9999", "reason": "medical_emergency", "text": "Në urgjencë, pa ndjenja", "sections": "identity", "minutes": "15"} {
		form.Set(name, value)
	}
	b.now = b.now.Add(6 * time.Minute)
	late := her.post(to, form)
	provider.Remembers = true
	stale := her.proves(t, late)
	if stale.status != http.StatusUnprocessableEntity || strings.Contains(stale.body, "pa ndjenja") {
		t.Errorf("a provider that only remembers her: %d", stale.status)
	}
	stale.wants(t, sq.T("refusal.not_asked_again"), sq.T("stepup.kept"))
	check(t, "the question, asked again", stale)
	provider.Remembers, provider.Subject = false, "subject-2"
	other := her.proves(t, stale)
	other.wants(t, sq.T("refusal.another_person"), sq.T("stepup.kept"))
	provider.Subject = "subject-1"
	filed := her.proves(t, other)
	if filed.status != http.StatusUnprocessableEntity || !strings.Contains(filed.body, "pa ndjenja") || !strings.Contains(filed.body, sq.T("refusal.unknown_case")) {
		t.Errorf("what was typed did not go on by itself: %d %s", filed.status, filed.path)
	}
	if strings.Contains(b.logs.String(), provider.Subject) {
		t.Error("the log tells who she is there")
	}

	b.now = b.now.Add(6 * time.Minute)
	late = her.post(to, form)
	provider.Close()
	to, form = late.atProvider(t)
	her.post(to, form)
	if away := her.get("/signin/with/spitali/return?code=x&state=y"); away.status != http.StatusUnprocessableEntity || !strings.Contains(away.body, sq.T("refusal.wrong_identity")) {
		t.Errorf("an answer to nothing: %d", away.status)
	}
	if a := her.post("/account/raise/with/none", url.Values{"command_key": {handlers.NewKey().String()}}); a.status != http.StatusNotFound {
		t.Errorf("no such provider: %d", a.status)
	}
}

// atProvider is the form of the question that leads to the provider.
func (a answer) atProvider(t *testing.T) (string, url.Values) {
	t.Helper()
	a.body = strings.Replace(a.body, `action="/account/raise/with/spitali"`, `action="/account/raise/with/spitali" data-form`, 1)
	return a.form(t)
}

// proves answers the question at the provider, by the way that the page leads.
func (br *browser) proves(t *testing.T, a answer) answer {
	t.Helper()
	page := br.post(a.atProvider(t))
	check(t, "the way to the provider", page)
	to := providerLink.FindStringSubmatch(page.body)
	if to == nil {
		t.Fatalf("no way to the provider: %d %s", page.status, page.body)
	}
	if by := page.header.Get("Refresh"); by != "0; url="+html.UnescapeString(to[1]) {
		t.Errorf("it leads on by itself to %q", by)
	}
	return br.get(html.UnescapeString(to[1]))
}

// follow goes to an address outside and is where the browser ends up.
func (br *browser) follow(t *testing.T, address string) string {
	t.Helper()
	res, err := br.client.Get(address)
	ok(t, err)
	defer res.Body.Close()
	return res.Request.URL.Path
}
