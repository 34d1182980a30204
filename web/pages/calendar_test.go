package pages_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"mkr/domain/directory"
)

var calendarAddress = regexp.MustCompile(`/calendar/([A-Za-z0-9_-]{43})\.ics`)

// The calendar of hearings behind a secret address: what it holds and what not, that it follows the holder's sight, that a
// new address ends the old one, that ending it ends it, and that it lets nobody in.
func TestTheCalendarOfHearingsForAProgram(t *testing.T) {
	b := newBed(t)
	id, _ := b.breached()
	ngo, shelter, nobody := b.signedIn("ngo"), b.signedIn("shelter"), b.browser()
	fetch := func(at string) answer { t.Helper(); return nobody.get(at) }
	make := func(br *browser) string {
		t.Helper()
		action, form := "/account/calendar", url.Values{"command_key": {key().Key.String()}}
		a := br.post(action, form)
		m := calendarAddress.FindString(a.body)
		if m == "" || a.header.Get("Cache-Control") != "no-store" {
			t.Fatalf("%d, no address: %.200s", a.status, a.body)
		}
		if again := calendarAddress.FindString(br.post(action, form).body); again != m {
			t.Errorf("the same form sent twice shows %q and %q", m, again)
		}
		return m
	}
	first := make(ngo)
	a := fetch(first)
	code := regexp.MustCompile(`DHF-2026-\d{4}`).FindString(ngo.get("/cases/" + id).body)
	if a.status != http.StatusOK || !strings.HasPrefix(a.header.Get("Content-Type"), "text/calendar") || strings.Count(a.body, "BEGIN:VEVENT") != 1 ||
		!strings.Contains(a.body, "SUMMARY:"+code) || !strings.Contains(a.body, "LOCATION:Inst court") || !strings.Contains(a.body, "DTSTART:20261116T100000Z") {
		t.Errorf("%d %v %s", a.status, a.header, a.body)
	}
	for _, secret := range []string{survivor, perpetrator, id} {
		if strings.Contains(a.body, secret) {
			t.Errorf("the calendar holds %q", secret)
		}
	}
	if got := fetch(make(shelter)); got.status != http.StatusOK || strings.Contains(got.body, "VEVENT") {
		t.Errorf("the shelter's holds a case that is not hers: %s", got.body)
	}
	// It follows what happens: a hearing that was cancelled says so.
	hearing := regexp.MustCompile(`UID:([^@]+)@mkr`).FindStringSubmatch(a.body)[1]
	b.do(directory.MunicipalityDV, id, "hearing.cancel", hearing, nil)
	if got := fetch(first); !strings.Contains(got.body, "STATUS:CANCELLED") {
		t.Errorf("%s", got.body)
	}
	second := make(ngo)
	if first == second || fetch(first).status != http.StatusNotFound || fetch(second).status != http.StatusOK {
		t.Error("a new address does not take the place of the old one")
	}
	for _, at := range []string{"/calendar/x.ics", strings.TrimSuffix(second, ".ics"), "/calendar/" + strings.Repeat("A", 43) + ".ics"} {
		if got := fetch(at); got.status != http.StatusNotFound {
			t.Errorf("%s: %d", at, got.status)
		}
	}
	// The secret is none of a session.
	thief := b.browser()
	secret := calendarAddress.FindStringSubmatch(second)[1]
	if _, err := b.service.Authenticate(t.Context(), secret); err == nil {
		t.Error("the address lets its holder in")
	}
	if got := thief.get("/inbox"); strings.Contains(got.body, "data-live") {
		t.Error("nobody is let in")
	}
	if logs := b.logs.String(); strings.Contains(logs, secret) {
		t.Error("the address is in the log")
	}
	// Ended among the sessions, it is gone.
	page := ngo.get("/account").body
	m := regexp.MustCompile(`(?s)name="session" value="([^"]+)"`).FindAllStringSubmatch(page, -1)
	for _, s := range m {
		if strings.Contains(page, "Kalendar") {
			ngo.post("/account/sessions/end", url.Values{"session": {s[1]}, "command_key": {key().Key.String()}})
			break
		}
	}
	if got := fetch(second); got.status != http.StatusNotFound {
		t.Errorf("it was ended and still answers: %d", got.status)
	}
}
