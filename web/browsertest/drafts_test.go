package browsertest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"mkr/domain/casefile"
	"mkr/handlers"
	"mkr/internal/demo"
)

const storedDrafts = `Object.entries(localStorage).filter(([name]) => name.startsWith("mkr-draft:"))`

// enterAgain signs in at the door in place.
func (v *visitor) enterAgain(username string) {
	v.t.Helper()
	v.until(`document.querySelector("#again[open]")`)
	i := slices.IndexFunc(v.b.demo.SignIns, func(s demo.SignIn) bool { return s.Username == username })
	for id, text := range map[string]string{"#again-username": username, "#again-password": v.b.demo.SignIns[i].Password} {
		v.do(chromedp.Focus(chromedp.CSS(id), chromedp.NodeVisible), chromedp.KeyEvent(text))
	}
	v.click("#again button.primary")
}

func (b *bed) noteCount(t *testing.T, c handlers.Caller, id string) int {
	t.Helper()
	got, err := b.app.Service().Case(t.Context(), c, id, handlers.At{})
	ok(t, err)
	return len(got.Notes)
}

// A draft is offered to whoever typed it, is bytes that say nothing, is nothing to another account, and is gone when she
// signs out.
func TestADraftIsItsTypistsAlone(t *testing.T) {
	b := use(t)
	v := visit(t)
	v.hold(b.signIn(t, coordinator))
	made := b.newCase(t, v.Caller, casefile.DomesticViolence)
	at := "/cases/" + made.Case + "/do/note.write"
	typed := b.secret("Draft që nuk u dërgua kurrë")
	v.open(at)
	v.write("text", typed)
	v.until(storedDrafts + `.length === 1`)
	stored := eval[string](v, `JSON.stringify([localStorage, sessionStorage])`)
	if b.secretIn([]byte(stored)) != "" || strings.Contains(stored, made.Case) || strings.Contains(stored, typed) {
		t.Errorf("the browser keeps what can be read: %s", stored)
	}

	v.open(at)
	v.click(`[data-draft="draft-restore"]`)
	v.until(`document.querySelector('[name="text"]').value === %s`, typed)

	// Another account at the same machine, after the first one's session has ended.
	v.hold(b.signIn(t, police))
	b.step(t, b.as(t, coordinator), made.Case, "participant.add", "", &handlers.AddParticipant{Institution: v.Caller.Institution, Reason: "coordinator_decision"})
	v.open(at)
	v.write("text", b.secret("Fjalë të oficerit"))
	v.until(storedDrafts + `.length === 2`)
	if v.count(`[data-draft]`) != 0 || strings.Contains(v.text("main"), typed) {
		t.Error("another account is offered the draft")
	}

	// Back again, and out by the door: nothing is left.
	v.hold(b.signIn(t, coordinator))
	v.open(at)
	v.until(`document.querySelector('[data-draft="draft-restore"]')`)
	eval[bool](v, `window.left = true`)
	eval[bool](v, `document.querySelector('form[action="/signout"]').requestSubmit() ?? true`)
	v.until(loaded)
	if n := eval[int](v, storedDrafts+`.length`); n != 0 {
		t.Errorf("%d drafts outlive the sign-out", n)
	}
}

// A form that is sent while the line is cut waits, says so, and is filed once when the line is back. What was filed leaves
// no draft.
func TestAFormIsSentOnceWhenTheLineIsBack(t *testing.T) {
	b, words := use(t), words(t)
	line := newWire(t, b.app.URL()[len("http://"):])
	v := visit(t)
	v.base = "http://" + line.ln.Addr().String()
	v.seen.expect(`ERR_(CONNECTION_|EMPTY_RESPONSE|SOCKET_)`)
	v.hold(b.sessionOf(t, coordinator))
	made := b.newCase(t, v.Caller, casefile.DomesticViolence)
	v.open("/cases/" + made.Case + "/do/note.write")
	v.choose("section", "general")
	v.write("text", b.secret("Dërguar pa lidhje"))
	v.until(storedDrafts + `.length === 1`)

	line.set(true)
	v.click(`main form[data-form] .buttons button.primary`)
	v.until(`document.querySelector(".waiting")`)
	if said := v.text(".waiting"); !strings.Contains(said, words.T("send.waiting")) {
		t.Errorf("the form says %q of the lost line", said)
	}
	// Called off and sent again, twice: it is still one form.
	v.click(".waiting button")
	v.until(`!document.querySelector("form[data-sent]")`)
	eval[bool](v, `window.left = true`)
	v.click(`main form[data-form] .buttons button.primary`)
	v.until(`document.querySelector(".waiting")`)
	v.click(`main form[data-form] .buttons button.primary`)
	line.set(false)
	v.until(loaded)
	v.until(`document.querySelector("#receipt")`)
	if n := b.noteCount(t, v.Caller, made.Case); n != 1 {
		t.Errorf("filed %d times", n)
	}
	if n := eval[int](v, storedDrafts+`.length`); n != 0 {
		t.Errorf("%d drafts outlive their filing", n)
	}
}

// A form that is sent after the session has ended opens the door in place; the same account files it at once, without a
// word lost.
func TestAnExpiredSessionLosesNothing(t *testing.T) {
	b := use(t)
	v := visit(t)
	s := b.signIn(t, coordinator)
	v.hold(s)
	made := b.newCase(t, v.Caller, casefile.DomesticViolence)
	v.open("/cases/" + made.Case + "/do/note.write")
	v.choose("section", "general")
	v.write("text", b.secret("Fjalë që mbijetojnë seancën"))
	ok(t, b.app.Service().EndIdle(t.Context(), s.caller))
	v.seen.expect(`status of 401`)
	eval[bool](v, `window.left = true`)
	v.click(`main form[data-form] .buttons button.primary`)
	v.enterAgain(coordinator)
	v.until(loaded)
	v.until(`document.querySelector("#receipt")`)
	if n := b.noteCount(t, v.Caller, made.Case); n != 1 {
		t.Errorf("filed %d times", n)
	}
}

// What is missing is said above the form, which has the focus, and beside the field, in the page's language; what was
// typed stays. So does what only the server knows to be wrong.
func TestWhatIsWrongIsSaidTwiceAndNothingIsLost(t *testing.T) {
	b, words := use(t), words(t)
	v := signedIn(t, coordinator)
	made := b.newCase(t, v.Caller, casefile.DomesticViolence)
	v.open("/cases/" + made.Case + "/do/referral.create")
	if got := eval[string](v, `document.activeElement.name`); got != "to" {
		t.Errorf("the first field has not the keyboard: %q", got)
	}
	typed := b.secret("Arsye që mbetet në fushë")
	v.write("reason", typed)
	v.click(`main form[data-form] .buttons button.primary`)
	v.until(`document.activeElement.matches(".errors")`)
	for _, want := range []string{words.T("refusal.required"), words.T("form.check")} {
		if !strings.Contains(v.text(".errors"), want) {
			t.Errorf("the list above does not say %q: %s", want, v.text(".errors"))
		}
	}
	v.click(`.errors a[href="#f-service"]`)
	v.until(`document.activeElement.id === "f-service"`)

	v.choose("to", v.Caller.Institution) // nobody refers to herself
	v.choose("service", "case_management")
	v.choose("urgency", casefile.Urgent)
	v.choose("basis", casefile.LegalBases[0])
	if n := v.count(`.starts [data-value]:not([hidden])`); n == 0 || n != v.count(fmt.Sprintf(`.starts [data-value=%q]`, casefile.Urgent)) {
		t.Errorf("%d clocks are promised for the urgency that was chosen", n)
	}
	v.seen.expect(`status of 422`)
	v.send()
	v.until(`document.activeElement.matches(".errors")`)
	if !strings.Contains(v.text(".errors"), words.T("refusal.referral.to_self")) || v.text("#f-to-error") != words.T("refusal.referral.to_self") {
		t.Errorf("the refusal: %q, %q", v.text(".errors"), v.text("#f-to-error"))
	}
	if title := eval[string](v, "document.title"); !strings.HasPrefix(title, strings.TrimSuffix(words.T("form.error_title", "title", "x"), "x")) {
		t.Errorf("the title is %q", title)
	}
	if got := eval[string](v, `document.querySelector('[name="reason"]').value`); got != typed {
		t.Errorf("what was typed is gone: %q", got)
	}
}
