package pages_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"mkr/domain/access"
	"mkr/domain/directory"
	"mkr/domain/person"
	"mkr/handlers"
)

// administrator is the browser of one, whose account the bed does not have by itself.
func (b *bed) administrator() *browser {
	b.t.Helper()
	r, err := b.service.OpenAccount(b.t.Context(), handlers.Shell(), handlers.NewAccount{
		Institution: b.ids[directory.MunicipalityDV], Role: access.Administrator, Username: person.PlainOf("administrator"), Display: person.PlainOf("Administratore Prove"), Password: person.PlainOf(secret),
	}, key())
	ok(b.t, err)
	ok(b.t, b.service.Await(b.t.Context(), r.Position))
	br := b.signedIn("administrator")
	br.raises(b.t, secret)
	return br
}

// raises has the session stand raised for five minutes, as an answer to the question who it is does.
func (br *browser) raises(t *testing.T, password string) {
	t.Helper()
	if a := br.post("/account/raise", url.Values{"command_key": {handlers.NewKey().String()}, "old": {password}, "next": {"/account"}}); a.status != http.StatusOK {
		t.Fatalf("%d: %s", a.status, a.body)
	}
}

// chosen is what whoever comes in by a first password takes in its place.
const chosen = "lule qershie kripe 58"

// comesIn signs in by a first password, and chooses one of her own.
func (br *browser) comesIn(t *testing.T, username, first string) answer {
	t.Helper()
	a := br.post("/signin", url.Values{"username": {username}, "password": {first}})
	a.wants(t, sq.T("first.title"))
	a.body = strings.Replace(a.body, `action="/signin/first"`, `action="/signin/first" data-form`, 1)
	to, form := a.form(t)
	form.Set("password", chosen)
	form.Set("again", chosen)
	return br.post(to, form)
}

var (
	firstPassword = regexp.MustCompile(`<output class="code"[^>]*>([a-z]{4}(?:-[a-z]{4}){4})</output>`)
	shownToken    = regexp.MustCompile(`<output class="code"[^>]*>([A-Za-z0-9_-]{43})</output>`)
	accountLink   = regexp.MustCompile(`href="(/admin/accounts/[0-9a-f-]{36})"`)
	roleOption    = regexp.MustCompile(`<option value="([a-z_]+)"[^>]*>`)
)

// secretIn is what the page shows once.
func secretIn(t *testing.T, a answer, re *regexp.Regexp) string {
	t.Helper()
	m := re.FindStringSubmatch(a.body)
	if m == nil {
		t.Fatalf("%s (%d) shows no secret: %s", a.path, a.status, a.body)
	}
	return m[1]
}

// opensFor opens an account through the pages and returns its address and first password.
func (br *browser) opensFor(t *testing.T, institution, role, username string) (at, password string) {
	t.Helper()
	to, form := br.get("/admin/accounts/new?institution=" + institution).form(t)
	form.Set("institution", institution)
	form.Set("role", role)
	form.Set("username", username)
	form.Set("display", "Punonjëse e Re")
	a := br.post(to, form)
	if a.status != http.StatusOK {
		t.Fatalf("%d: %s", a.status, a.body)
	}
	her := br.b.browser()
	if in := her.comesIn(t, username, secretIn(t, a, firstPassword)); strings.HasPrefix(in.path, "/signin") {
		t.Fatalf("%d: %s", in.status, in.body)
	}
	her.post("/signout", nil)
	return accountLink.FindStringSubmatch(a.body)[1], chosen
}

// enters tells whether a user name and a password let in.
func (b *bed) enters(username, password string) bool {
	a := b.browser().post("/signin", url.Values{"username": {username}, "password": {password}})
	return a.status == http.StatusOK && a.path != "/signin"
}

func TestAdministratorOpensAnAccount(t *testing.T) {
	b := newBed(t)
	br := b.administrator()
	home := br.get("/")
	if home.path != "/admin" {
		t.Errorf("an administrator's day begins at %s", home.path)
	}
	home.wants(t, "Punonjëse Prove", "coordinator", "Inst police", sq.Code("account_status", "active"))
	home.lacks(t, `href="/board"`, `href="/register"`, `href="/inbox"`, `href="/aid"`)

	br.get("/admin/accounts/new").wants(t, `value="`+b.ids[directory.NGO]+`"`, sq.T("form.next"))
	for kind, want := range map[string][]string{directory.NGO: {"ngo", "institution_administrator"}, directory.MunicipalityDV: {"coordinator", "auditor", "administrator"}, directory.Court: {"court", "institution_administrator"}} {
		a := br.get("/admin/accounts/new?institution=" + b.ids[kind])
		_, after, _ := strings.Cut(a.body, `name="role"`)
		list, _, _ := strings.Cut(after, "</select>")
		var got []string
		for _, m := range roleOption.FindAllStringSubmatch(list, -1) {
			got = append(got, m[1])
		}
		if len(got) != len(want) || strings.Join(got, " ") != strings.Join(want, " ") {
			t.Errorf("roles at %s: %v, want %v", kind, got, want)
		}
	}

	to, form := br.get("/admin/accounts/new?institution=" + b.ids[directory.NGO]).form(t)
	for name, value := range map[string]string{"institution": b.ids[directory.NGO], "role": "ngo", "username": "këshilltarja", "display": "Mira e Sajuar", "language": "sq"} {
		form.Set(name, value)
	}
	a := br.post(to, form)
	first := secretIn(t, a, firstPassword)
	if a.path != "/admin/accounts" || len(a.query) > 0 {
		t.Errorf("the password's page is at %s?%v", a.path, a.query)
	}
	a.wants(t, "këshilltarja", sq.T("secret.once"))
	if again := secretIn(t, br.post(to, form), firstPassword); again != first {
		t.Error("the form that was sent twice shows another password")
	}
	list := br.get("/admin?role=ngo")
	if n := strings.Count(list.body, "Mira e Sajuar"); n != 1 {
		t.Errorf("%d accounts were opened", n)
	}
	at := accountLink.FindStringSubmatch(a.body)[1]
	one := br.get(at)
	one.wants(t, "Mira e Sajuar", "këshilltarja", "Inst ngo", sq.T("sessions.none"))
	for _, page := range []answer{list, one} {
		page.lacks(t, first)
		check(t, page.path, page)
	}
	if m := title.FindStringSubmatch(one.body); strings.Contains(m[1], "Mira") {
		t.Errorf("the title names a person: %s", m[1])
	}
	if b.enters("këshilltarja", first) {
		t.Error("the first password lets in")
	}
	if in := b.browser().comesIn(t, "këshilltarja", first); in.path != "/board" {
		t.Errorf("her own password leads to %s", in.path)
	}
	if logs := b.logs.String(); strings.Contains(logs, first) || strings.Contains(logs, "Mira") {
		t.Error("the log holds a password or a name")
	}
}

func TestARefusedAccountKeepsWhatWasTyped(t *testing.T) {
	b := newBed(t)
	br := b.administrator()
	ngo := b.ids[directory.NGO]
	for _, c := range []struct{ name, role, username, display, field, words string }{
		{"taken", "ngo", " Coordinator ", "Emër Tjetër", "username", "refusal.taken"},
		{"spaces", "ngo", "dy fjalë", "Emër Tjetër", "username", "refusal.username"},
		{"too long", "ngo", strings.Repeat("a", 65), "Emër Tjetër", "username", "refusal.too_long"},
		{"no role of theirs", "police", "tjetri", "Emër Tjetër", "role", "refusal.not_for_institution"},
		{"no name", "ngo", "tjetri", "", "display", "refusal.required"},
	} {
		to, form := br.get("/admin/accounts/new?institution=" + ngo).form(t)
		form.Set("institution", ngo)
		form.Set("role", c.role)
		form.Set("username", c.username)
		form.Set("display", c.display)
		a := br.post(to, form)
		if a.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", c.name, a.status)
		}
		a.wants(t, `id="f-`+c.field+`-error">`+sq.T(c.words), `value="`+c.username+`"`)
		a.lacks(t, "<output")
	}
	form := url.Values{"command_key": {handlers.NewKey().String()}, "institution": {handlers.NewKey().String()}, "role": {"ngo"}, "username": {"tjetri"}, "display": {"Emër"}}
	if a := br.post("/admin/accounts", form); a.status != http.StatusUnprocessableEntity {
		t.Errorf("no such institution: %d", a.status)
	}
	if a := br.get("/admin/accounts/new?institution=nowhere"); a.status != http.StatusNotFound {
		t.Errorf("a form for no institution: %d", a.status)
	}
}

// do opens an account's form, fills it in and posts it.
func (br *browser) does(t *testing.T, at, action string, fill url.Values) answer {
	t.Helper()
	to, form := br.get(at + "/do/" + action).form(t)
	for name, values := range fill {
		form[name] = values
	}
	return br.post(to, form)
}

func TestLockedAccountsAreOut(t *testing.T) {
	b := newBed(t)
	br := b.administrator()
	at, first := br.opensFor(t, b.ids[directory.NGO], "ngo", "e.re")
	her := b.browser()
	if a := her.post("/signin", url.Values{"username": {"e.re"}, "password": {first}}); a.path != "/board" {
		t.Fatalf("signing in leads to %s", a.path)
	}
	if a := br.does(t, at, "account.lock", nil); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `id="f-reason-error"`) {
		t.Errorf("locked without a reason: %d", a.status)
	}
	a := br.does(t, at, "account.lock", url.Values{"reason": {"left"}})
	a.wants(t, sq.Code("account_status", "locked"), sq.T("receipt", "position", receipt(t, a)), "account.unlock")
	a.lacks(t, "/do/account.lock", "/do/account.offer_token")
	if a := her.get("/board"); a.path != "/signin" {
		t.Error("her session outlives the lock")
	}
	if b.enters("e.re", first) {
		t.Error("a locked account lets in")
	}
	br.get("/admin?state=locked").wants(t, "e.re")
	if a := br.get(at + "/do/account.lock"); a.status != http.StatusConflict {
		t.Errorf("what is locked can be locked: %d", a.status)
	}
	br.does(t, at, "account.unlock", nil).lacks(t, "account.unlock")
	if !b.enters("e.re", first) {
		t.Error("an unlocked account does not let in")
	}

	own := regexp.MustCompile(`href="(/admin/accounts/[0-9a-f-]{36})">Administratore Prove<`).FindStringSubmatch(br.get("/admin").body)
	br.get(own[1]).lacks(t, "/do/account.lock")
	a = br.post(own[1]+"/do/account.lock", url.Values{"command_key": {handlers.NewKey().String()}, "reason": {"other"}})
	if a.status != http.StatusConflict || !strings.Contains(a.body, sq.T("refusal.account.own")) {
		t.Errorf("she locks herself out: %d", a.status)
	}
}

func TestANewPasswordEndsTheOld(t *testing.T) {
	b := newBed(t)
	br := b.administrator()
	at, first := br.opensFor(t, b.ids[directory.NGO], "ngo", "e.re")
	her := b.browser()
	her.post("/signin", url.Values{"username": {"e.re"}, "password": {first}})
	br.does(t, at, "account.ask_recovery", nil)
	if !b.enters("e.re", first) {
		t.Error("one person alone has changed something")
	}
	br.get(at).lacks(t, "/do/account.grant_recovery")
	boss := b.signedIn("coordinator")
	answer := "/account/recoveries/" + strings.TrimPrefix(at, "/admin/accounts/")
	boss.get("/account").wants(t, sq.T("recovery.title"), answer+"/grant", answer+"/refuse")
	if a := b.signedIn("police").post(answer+"/grant", url.Values{"command_key": {handlers.NewKey().String()}}); a.status != http.StatusForbidden {
		t.Errorf("the police agrees: %d", a.status)
	}
	boss.raises(t, secret)
	second := secretIn(t, boss.post(answer+"/grant", url.Values{"command_key": {handlers.NewKey().String()}}), firstPassword)
	boss.get("/account").lacks(t, answer)
	if second == first || b.enters("e.re", first) || strings.HasPrefix(b.browser().comesIn(t, "e.re", second).path, "/signin") {
		t.Error("the new password is not the only one")
	}
	if a := her.get("/board"); a.path != "/signin" {
		t.Error("a session outlives the password")
	}
}

func TestTokensAreShownOnceAndRevoked(t *testing.T) {
	b := newBed(t)
	br := b.administrator()
	at, first := br.opensFor(t, b.ids[directory.NGO], "ngo", "sistemi")
	for _, bad := range []struct{ label, days, field string }{{"", "30", "label"}, {"Regjistri", "0", "days"}, {"Regjistri", "367", "days"}, {strings.Repeat("ë", 61), "30", "label"}} {
		a := br.does(t, at, "account.offer_token", url.Values{"label": {bad.label}, "days": {bad.days}})
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `id="f-`+bad.field+`-error"`) || !strings.Contains(a.body, `value="`+bad.days+`"`) {
			t.Errorf("%v: %d", bad, a.status)
		}
	}
	to, form := br.get(at + "/do/account.offer_token").form(t)
	form.Set("label", "Regjistri i OJF-së")
	form.Set("days", "30")
	offered := br.post(to, form)
	offered.wants(t, "Regjistri i OJF-së", "/do/account.withdraw_offer")
	if shownToken.MatchString(offered.body) {
		t.Fatal("the administrator is shown a token")
	}

	// The holder takes it: she proves first who she is, and need not press again.
	her := b.browser()
	her.post("/signin", url.Values{"username": {"sistemi"}, "password": {first}})
	mine := her.get("/account")
	mine.wants(t, "Regjistri i OJF-së", sq.T("offer.take"))
	take := regexp.MustCompile(`formaction="(/account/tokens/[0-9a-f-]{36}/take)"`).FindStringSubmatch(mine.body)
	yes := url.Values{"command_key": {handlers.NewKey().String()}}
	asked := her.post(take[1], yes)
	if asked.status != http.StatusForbidden || shownToken.MatchString(asked.body) {
		t.Fatalf("a token for whoever finds her screen: %d", asked.status)
	}
	asked.wants(t, sq.T("stepup.title"), sq.T("stepup.kept"))
	to, form = asked.question(t)
	form.Set("old", "jo ky fjalëkalim")
	wrong := her.post(to, form)
	if wrong.status != http.StatusUnprocessableEntity || !strings.Contains(wrong.body, sq.T("refusal.wrong_password")) {
		t.Fatalf("a wrong password: %d", wrong.status)
	}
	to, form = wrong.question(t)
	form.Set("old", first)
	token := secretIn(t, her.post(to, form), shownToken)
	if again := secretIn(t, her.post(take[1], yes), shownToken); again != token {
		t.Error("what was sent twice made two tokens")
	}
	her.get("/account").lacks(t, sq.T("offer.take"))
	her.post("/signout", nil)
	c, err := b.service.Authenticate(t.Context(), token)
	ok(t, err)
	if c.Role != "ngo" || c.Institution != b.ids[directory.NGO] {
		t.Errorf("%+v", c)
	}
	one := br.get(at)
	one.wants(t, "Regjistri i OJF-së", sq.Code("session_kind", "token"), "16.12.2026")
	one.lacks(t, token)
	a := br.post(endOf(t, one))
	a.lacks(t, "Regjistri i OJF-së")
	if _, err := b.service.Authenticate(t.Context(), token); err == nil {
		t.Error("a revoked token lets in")
	}
	if strings.Contains(b.logs.String(), token) {
		t.Error("the log holds a token")
	}
}

var sessionForm = regexp.MustCompile(`(?s)<form method="post" action="([^"]+(?:end_session|sessions/end))">(.*?)</form>`)

// endOf reads the last form of a page that ends a session.
func endOf(t *testing.T, a answer) (string, url.Values) {
	t.Helper()
	all := sessionForm.FindAllStringSubmatch(a.body, -1)
	if all == nil {
		t.Fatalf("%s ends no session: %s", a.path, a.body)
	}
	last := all[len(all)-1]
	values := url.Values{}
	for _, m := range hidden.FindAllStringSubmatch(last[2], -1) {
		values.Set(m[1], html.UnescapeString(m[2]))
	}
	return last[1], values
}

func TestMyOwnSessions(t *testing.T) {
	b := newBed(t)
	office, home := b.signedIn("police"), b.signedIn("police")
	page := home.get("/account")
	if n := strings.Count(page.body, `name="session"`); n != 2 {
		t.Fatalf("%d sessions", n)
	}
	if n := strings.Count(page.body, sq.T("sessions.this")); n != 1 {
		t.Errorf("%d sessions are this one", n)
	}
	to, form := endOf(t, page) // the oldest is last
	a := home.post(to, form)
	if a.path != "/account" || strings.Count(a.body, `name="session"`) != 1 {
		t.Errorf("%d at %s", a.status, a.path)
	}
	if a := office.get("/board"); a.path != "/signin" {
		t.Error("the ended session lives")
	}
	if a := home.post(to, form); a.path != "/account" {
		t.Errorf("ended twice: %d at %s", a.status, a.path)
	}
	if a := home.post(endOf(t, home.get("/account"))); a.path != "/signin" {
		t.Errorf("her own end leads to %s", a.path)
	}
	other := b.signedIn("coordinator")
	_, theirs := endOf(t, other.get("/account"))
	theirs.Set("command_key", handlers.NewKey().String())
	b.signedIn("ngo").post("/account/sessions/end", theirs)
	if a := other.get("/board"); a.path != "/board" {
		t.Error("a stranger ended a session")
	}
}

// TestNobodyElseAdministers: every page and every command, by every other role.
func TestNobodyElseAdministers(t *testing.T) {
	b := newBed(t)
	at, _ := b.administrator().opensFor(t, b.ids[directory.NGO], "ngo", "e.re")
	other := "/institutions/" + b.ids[directory.Medical]
	for _, role := range roles {
		br := b.signedIn(role)
		for _, path := range []string{
			"/admin", "/admin/accounts/new", "/admin/accounts/new?institution=" + b.ids[directory.NGO], at, at + "/do/account.lock", at + "/do/account.offer_token",
			"/institutions/new", other + "/do/institution.change_details", other + "/do/institution.suspend",
		} {
			a := br.get(path)
			if a.status != http.StatusForbidden || strings.Contains(a.body, "e.re") {
				t.Errorf("%s %s: %d", role, path, a.status)
			}
		}
		for path, form := range map[string]url.Values{
			"/admin/accounts":                 {"institution": {b.ids[directory.NGO]}, "role": {"ngo"}, "username": {"x"}, "display": {"x"}},
			at + "/do/account.lock":           {"reason": {"left"}},
			at + "/do/account.ask_recovery":   {},
			at + "/do/account.end_session":    {"session": {"x"}},
			"/institutions":                   {"kind": {"ngo"}, "sector": {"private"}, "name_sq": {"x"}, "name_en": {"x"}},
			other + "/do/institution.suspend": {"reason": {"closed"}},
		} {
			form.Set("command_key", handlers.NewKey().String())
			if a := br.post(path, form); a.status != http.StatusForbidden || strings.Contains(a.body, "<output") {
				t.Errorf("%s posts to %s: %d", role, path, a.status)
			}
			form.Del("reason")
			form.Del("name_sq")
			form.Del("display")
			form.Set("command_key", handlers.NewKey().String())
			if a := br.post(path, form); a.status != http.StatusForbidden {
				t.Errorf("%s posts half a form to %s: %d", role, path, a.status)
			}
		}
		br.get("/board").lacks(t, `href="/admin"`)
	}
	if !b.enters("coordinator", secret) {
		t.Error("somebody was locked out all the same")
	}
}
