package browsertest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/internal/demo"
)

func TestTheAdministratorSeesNoCase(t *testing.T) {
	b := use(t)
	made := b.newCase(t, b.as(t, police), casefile.DomesticViolence)
	v := enter(t, administrator)
	tabs := eval[[]string](v, `[...document.querySelectorAll(".top nav a")].map((a) => new URL(a.href).pathname)`)
	for _, path := range []string{"/board", "/inbox", "/outbox", "/deadlines", "/register"} {
		if slices.Contains(tabs, path) {
			t.Errorf("the administrator has %s", path)
		}
	}
	v.open("/institutions")
	if n := v.count("main tbody tr"); n < 15 {
		t.Errorf("there are %d institutions", n)
	}
	if !strings.Contains(v.text("main"), "Komisariati i Policisë Shkodër") {
		t.Error("the police are not among the institutions")
	}
	v.seen.expect(`status of 40[34]`)
	v.open("/cases/" + made.Case)
	if text := v.text("main"); strings.Contains(text, made.Code) {
		t.Errorf("the administrator reads a case: %s", text)
	}
	v.open("/board")
	if v.count("main tbody tr") != 0 {
		t.Error("the administrator reads the board")
	}
}

// An administrator opens an account at the police, and locks it; its holder is in, and out.
func TestTheAdministratorKeepsAccounts(t *testing.T) {
	b, w := use(t), words(t)
	v := enter(t, administrator)
	v.open("/admin")
	v.press(`main a[href="/admin/accounts/new"]`)
	v.choose("institution", b.as(t, police).Institution)
	v.press(`main form .buttons button.primary`)
	if roles := eval[[]string](v, `[...document.querySelectorAll('main [name="role"] option')].map((o) => o.value).filter((r) => r)`); !slices.Equal(roles, []string{access.Police, access.Steward}) {
		t.Errorf("at the police there may be %v", roles)
	}
	v.choose("role", access.Police)
	const username = "patrulla.re"
	v.write("username", username)
	v.write("display", "Patrulla e re")
	v.seen.expect(`status of 403`) // an open screen is not enough
	v.send()
	v.proves(administrator)
	word := b.secret(v.text(".secret output"))

	holder := visit(t)
	holder.open("/signin")
	holder.write("username", username)
	holder.write("password", word)
	holder.press(`form[action="/signin"] button.primary`)
	holder.accessible("a password of her own")
	holder.write("password", "lule qershie kripe 58")
	holder.write("again", "lule qershie kripe 58")
	if at := holder.press(`form[action="/signin/first"] button.primary`); at != "/board" {
		t.Fatalf("her day begins at %s", at)
	}
	holder.follows()

	v.open("/admin")
	v.press(fmt.Sprintf(`main tr:has(td .code) a:is(%s)`, strings.Join(eval[[]string](v, fmt.Sprintf(`[...document.querySelectorAll("main tbody tr")].filter((r) => r.innerText.includes(%q)).map((r) => '[href="' + r.querySelector("a").getAttribute("href") + '"]')`, username)), ", ")))
	v.press(`main a[href$="/do/account.lock"]`)
	v.choose("reason", eval[string](v, `document.querySelector('main [name="reason"] option:nth-child(2)').value`))
	v.file()
	if !strings.Contains(v.text("main"), w.Code("account_status", "locked")) {
		t.Error("the page does not say that the account is locked")
	}
	holder.until(`location.pathname === "/signin"`)
}

// proves answers the question who it is, by the password of the account that is signed in.
func (v *visitor) proves(username string) string {
	v.t.Helper()
	i := slices.IndexFunc(v.b.demo.SignIns, func(s demo.SignIn) bool { return s.Username == username })
	v.write("old", v.b.demo.SignIns[i].Password)
	return v.press(`form[action="/account/raise"] button.primary`)
}

// The shelter says how many of its beds are free, and the coordinator reads it.
func TestTheShelterReportsItsBeds(t *testing.T) {
	v := enter(t, shelter)
	v.open("/institutions/" + v.Caller.Institution)
	v.press(`main a[href*="/do/institution.report_capacity"]`)
	if v.count(`main select[name="service"]`) > 0 {
		v.choose("service", "shelter")
	}
	v.rewrite("total", "60") // more than tests before this one may have filled
	v.rewrite("available", "3")
	v.file()
	boss := signedIn(t, coordinator)
	boss.open("/institutions")
	row := fmt.Sprintf(`main tr#institution-%s`, v.Caller.Institution)
	if got, want := boss.text(row), words(t).T("institutions.free", "n", 3, "all", 60); !strings.Contains(got, want) {
		t.Errorf("the coordinator reads %q, not %q", got, want)
	}
}
