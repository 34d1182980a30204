package pages_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/hotp"

	"mkr/domain/directory"
	"mkr/handlers"
)

var (
	shownKey     = regexp.MustCompile(`<output class="code" translate="no">([A-Z2-7 ]+)</output>`)
	pendingField = regexp.MustCompile(`name="pending" value="([A-Za-z0-9_-]+)"`)
	recoveryCode = regexp.MustCompile(`<li class="code" translate="no">([a-z2-7-]+)</li>`)
)

// codeAt is what the holder's device shows.
func codeAt(t *testing.T, secret string, at time.Time) string {
	t.Helper()
	code, err := hotp.GenerateCode(strings.ReplaceAll(secret, " ", ""), uint64(at.Unix()/30))
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// A holder sets a second step: from then on a password alone lets nobody in, a code is good once, and a recovery code too.
func TestASecondStepOfSigningIn(t *testing.T) {
	b := newBed(t)
	_, password := b.administrator().opensFor(t, b.ids[directory.NGO], "ngo", "e.kujdesshme")
	credentials := url.Values{"username": {"e.kujdesshme"}, "password": {password}}
	her := b.browser()
	her.post("/signin", credentials)

	to, form := her.get("/account/second").form(t)
	form.Set("old", "jo ky fjalëkalim")
	if a := her.post(to, form); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, sq.T("refusal.wrong_password")) {
		t.Fatalf("a wrong password begins it: %d", a.status)
	}
	form.Set("old", password)
	setup := her.post(to, form)
	secret := secretIn(t, setup, shownKey)
	setup.wants(t, `<svg class="qr"`, sq.T("second.step_scan"))
	to, form = setup.form(t)
	form.Set("code", "000000")
	again := her.post(to, form)
	if again.status != http.StatusUnprocessableEntity || secretIn(t, again, shownKey) != secret {
		t.Fatalf("a wrong first code: %d", again.status)
	}
	if !b.enters("e.kujdesshme", password) {
		t.Fatal("it is set before its first code was right")
	}
	form.Set("code", codeAt(t, secret, b.now))
	codes := her.post(to, form)
	recovery := recoveryCode.FindAllStringSubmatch(codes.body, -1)
	if len(recovery) != 8 {
		t.Fatalf("%d recovery codes (%d): %s", len(recovery), codes.status, codes.body)
	}
	for _, code := range recovery { // of 112 bits and more, so that a plain hash of it may be kept (ASVS 6.5.2)
		if n := len(strings.ReplaceAll(code[1], "-", "")); n*5 < 112 {
			t.Errorf("a recovery code of %d letters", n)
		}
	}
	if twice := her.post(to, form); len(recoveryCode.FindAllStringSubmatch(twice.body, -1)) != 8 || !strings.Contains(twice.body, recovery[0][1]) {
		t.Error("the form that was sent twice shows other codes")
	}
	her.get("/account").wants(t, sq.T("second.is_set"), sq.N("second.left", 8))

	// enters goes through the door with a code.
	enters := func(code string) bool {
		t.Helper()
		br := b.browser()
		door := br.post("/signin", credentials)
		door.wants(t, sq.T("second.ask"))
		if br.get("/board").path != "/signin" {
			t.Fatal("a password alone lets in")
		}
		a := br.post("/signin/code", url.Values{"pending": {secretIn(t, door, pendingField)}, "next": {"/board"}, "code": {code}})
		if a.path == "/signin/code" && !strings.Contains(a.body, sq.T("refusal.wrong_code")) {
			t.Errorf("%d: %s", a.status, a.body)
		}
		return a.path != "/signin/code" && a.status == http.StatusOK
	}
	if enters(codeAt(t, secret, b.now)) {
		t.Error("the code that set it lets in once more")
	}
	b.now = b.now.Add(30 * time.Second)
	now := codeAt(t, secret, b.now)
	if !enters(now) || enters(now) {
		t.Error("a code is good once")
	}
	if enters("123456") || enters(codeAt(t, secret, b.now.Add(-2*time.Minute))) || enters("aaaa-bbbb-cccc-dddd") {
		t.Error("a wrong code lets in")
	}
	if !enters(strings.ToUpper(recovery[2][1])) || enters(recovery[2][1]) {
		t.Error("a recovery code is good once")
	}
	b.now = b.now.Add(time.Minute)
	in := url.Values{"code": {codeAt(t, secret, b.now)}}
	in.Set("username", "e.kujdesshme")
	in.Set("password", password)
	if a := b.browser().post("/signin", in); a.path == "/signin" {
		t.Error("password and code together do not let in")
	}

	// The door waits for a few minutes only.
	br := b.browser()
	waiting := secretIn(t, br.post("/signin", credentials), pendingField)
	b.now = b.now.Add(6 * time.Minute)
	if a := br.post("/signin/code", url.Values{"pending": {waiting}, "code": {codeAt(t, secret, b.now)}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("six minutes later: %d", a.status)
	}

	// Removing it takes the password and a code.
	to, form = her.get("/account/second").form(t)
	form.Set("old", password)
	form.Set("code", "000000")
	if a := her.post(to, form); a.status != http.StatusUnprocessableEntity {
		t.Errorf("removed by a wrong code: %d", a.status)
	}
	form.Set("code", codeAt(t, secret, b.now))
	form.Set("command_key", handlers.NewKey().String())
	her.post(to, form)
	if !b.enters("e.kujdesshme", password) {
		t.Error("it is not removed")
	}
}

// What one account's setup page holds sets nothing on another.
func TestASetupBelongsToItsAccount(t *testing.T) {
	b := newBed(t)
	admin := b.administrator()
	_, one := admin.opensFor(t, b.ids[directory.NGO], "ngo", "e.para")
	_, two := admin.opensFor(t, b.ids[directory.NGO], "ngo", "e.dyta")
	first, second := b.browser(), b.browser()
	first.post("/signin", url.Values{"username": {"e.para"}, "password": {one}})
	second.post("/signin", url.Values{"username": {"e.dyta"}, "password": {two}})
	to, form := first.get("/account/second").form(t)
	form.Set("old", one)
	setup := first.post(to, form)
	secret := secretIn(t, setup, shownKey)
	to, form = setup.form(t)
	form.Set("code", codeAt(t, secret, b.now))
	form.Del("holder")
	if a := second.post(to, form); recoveryCode.MatchString(a.body) || !b.enters("e.dyta", two) {
		t.Errorf("another account has it now: %d", a.status)
	}
}
