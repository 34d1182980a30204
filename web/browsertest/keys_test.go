package browsertest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"mkr/domain/casefile"
	"mkr/web/i18n"
)

// focusUnseen says what is wrong with how the focus shows; "" for nothing.
const focusUnseen = `(() => {
	const e = document.activeElement;
	if (!e || e === document.body) return "";
	const marked = (x) => { const s = getComputedStyle(x); return s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 1; };
	if (!marked(e) && !(e.id === "main" || e.tabIndex < 0)) return "no outline around " + e.outerHTML.slice(0, 120);
	const r = e.getBoundingClientRect();
	return r.width > 0 && r.height > 0 && r.right > 0 && r.left < innerWidth && r.bottom > 0 && r.top < innerHeight ? "" : "off the screen: " + e.outerHTML.slice(0, 120);
})()`

// orderBroken tells whether the focus went against the order of the page since it was last asked.
const orderBroken = `(() => {
	const was = window.focusWas, e = document.activeElement;
	window.focusWas = e;
	if (!was?.isConnected || e === document.body) return "";
	return was === e || was.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING ? "" : "from " + was.outerHTML.slice(0, 90) + " back to " + e.outerHTML.slice(0, 90);
})()`

// tab1 steps on, and looks at where it has come.
func (v *visitor) tab1() {
	v.t.Helper()
	v.do(chromedp.KeyEvent("\t"))
	for _, wrong := range eval[[]string](v, "["+focusUnseen+", "+orderBroken+"]") {
		if wrong != "" {
			v.t.Errorf("%s: %s", eval[string](v, "location.pathname"), wrong)
		}
	}
}

// reach steps on until the focus is on what a selector means.
func (v *visitor) reach(selector string) {
	v.t.Helper()
	v.until(`document.querySelector(%s)`, selector)
	for range 250 {
		if eval[bool](v, fmt.Sprintf(`document.activeElement.matches(%s)`, quoted([]any{selector})...)) {
			return
		}
		v.tab1()
	}
	v.fail("the keyboard", fmt.Errorf("%s is not reached", selector))
}

// enterOn follows the link, or presses the button, that the keyboard has come to.
func (v *visitor) enterOn(selector string) string {
	v.t.Helper()
	v.reach(selector)
	eval[bool](v, "window.left = true")
	v.do(chromedp.KeyEvent(kb.Enter))
	v.until(loaded)
	return v.here()
}

// tick, pick and fill answer a form's questions by the keyboard.
func (v *visitor) tick(name, value string) {
	v.t.Helper()
	box := fmt.Sprintf(`main input[name=%q][value=%q]`, name, value)
	v.reach(box)
	v.do(chromedp.KeyEvent(" "))
	v.until(`document.querySelector(%s).checked`, box)
}

func (v *visitor) pick(name, value string) {
	v.t.Helper()
	v.reach(named(name))
	if eval[bool](v, `document.activeElement.type === "radio"`) {
		for n := 0; !eval[bool](v, fmt.Sprintf(`document.activeElement.value === %s`, quoted([]any{value})...)); n++ {
			if n > 20 {
				v.fail("choosing by the keyboard", fmt.Errorf("%s does not offer %q", name, value))
			}
			v.do(chromedp.KeyEvent(kb.ArrowDown))
		}
		v.do(chromedp.KeyEvent(" "))
		v.until(`document.activeElement.checked`)
		return
	}
	v.do(chromedp.KeyEvent(eval[string](v, fmt.Sprintf(`[...document.activeElement.options].find((o) => o.value === %s).label`, quoted([]any{value})...))))
	v.until(`document.activeElement.value === %s`, value)
}

func (v *visitor) fill(name, text string) {
	v.t.Helper()
	v.reach(named(name))
	v.do(chromedp.KeyEvent(text))
}

// filed sends the form with Enter on its button, and expects a receipt.
func (v *visitor) filed() {
	v.t.Helper()
	v.enterOn(`main form[data-form] button.primary`)
	if v.count("#receipt") == 0 {
		v.fail("filing by the keyboard", fmt.Errorf("no receipt: %s", v.text("main .error")))
	}
}

// The main task of each role is done with Tab, Enter, Space, arrows and letters alone; the focus is seen at every step and
// goes in the order of the page.
func TestEachRolesTaskByTheKeyboard(t *testing.T) {
	b := use(t)
	boss := b.as(t, coordinator)
	fresh := func() string { return b.newCase(t, boss, casefile.DomesticViolence).Case }
	asked := func(v *visitor, service string) (id, referral string) {
		id = fresh()
		b.assessed(t, boss, id, casefile.Medium)
		return id, b.refer(t, boss, id, v.Caller.Institution, service).ID
	}
	for _, task := range []struct {
		who string
		do  func(v *visitor)
	}{
		{coordinator, func(v *visitor) {
			id := fresh()
			v.open("/board?limit=200&sort=-updated")
			v.enterOn(row(id) + ` a[href*="/cases/"]`)
			v.enterOn(doLink("risk.assess", ""))
			v.tick("factors", "weapons")
			v.pick("level", casefile.High)
			v.fill("reason", b.secret("Gjykim i bërë vetëm me tastierë"))
			v.filed()
		}},
		{police, func(v *visitor) {
			v.open("/cases/new")
			v.pick("kind", casefile.DomesticViolence)
			v.pick("channel", "police_129")
			v.tick("violence", "physical")
			v.pick("persons[0].role", "survivor")
			v.fill("persons[0].name", b.invent("Lule"))
			v.filed()
		}},
		{ngo, func(v *visitor) {
			id, referral := asked(v, "psychosocial")
			v.open("/cases/" + id)
			v.enterOn(doLink("referral.accept", referral))
			v.filed()
		}},
		{shelter, func(v *visitor) {
			id, referral := asked(v, "shelter")
			v.open("/cases/" + id)
			v.enterOn(doLink("referral.decline", referral))
			v.pick("reason", "no_capacity")
			v.fill("note", b.secret("Nuk ka shtretër të lirë deri nesër"))
			v.filed()
		}},
		{hospital, func(v *visitor) {
			v.open("/cases/" + b.newCase(t, v.Caller, casefile.DomesticViolence).Case)
			v.enterOn(doLink("note.write", ""))
			v.pick("section", "health")
			v.fill("text", b.secret("Shënim mjekësor i shkruar me tastierë"))
			v.filed()
		}},
		{childWorker, func(v *visitor) {
			made := b.newCase(t, v.Caller, casefile.ChildProtection)
			b.assessed(t, v.Caller, made.Case, casefile.Medium)
			v.open("/cases/" + made.Case)
			v.enterOn(doLink("plan.draft", ""))
			v.filed()
		}},
		{auditor, func(v *visitor) {
			v.open("/cases/" + b.richCase(t) + "/replay")
			v.reach("#step")
			before := eval[string](v, `document.activeElement.value`)
			v.do(chromedp.KeyEvent(kb.ArrowLeft))
			v.until(`document.querySelector("#step").value !== %s && document.activeElement.id === "step"`, before)
		}},
		{administrator, func(v *visitor) {
			v.open("/admin")
			v.enterOn(`main a[href="/admin/accounts/new"]`)
			v.pick("institution", b.as(t, police).Institution)
			v.enterOn(`main form .buttons button.primary`)
			v.reach(named("username"))
		}},
	} {
		t.Run(task.who, func(t *testing.T) {
			v := signedIn(t, task.who)
			v.seen.expect(`Autofocus processing was blocked because a document's URL has a fragment`) // the receipt's place is where she goes
			task.do(v)
		})
	}
}

// A form that is sent back puts the keyboard where what is wrong is said, not at the head of the page again.
func TestTheFocusLandsWhereItMatters(t *testing.T) {
	b := use(t)
	v := signedIn(t, coordinator)
	v.open("/board")
	v.do(chromedp.KeyEvent("\t"))
	if !eval[bool](v, `document.activeElement.matches("a.skip")`) {
		t.Error("the first step is not the way past the head")
	}
	v.do(chromedp.KeyEvent(kb.Enter))
	v.until(`document.activeElement.id === "main" || location.hash === "#main"`)
	v.do(chromedp.KeyEvent("\t"))
	if !eval[bool](v, `!!document.activeElement.closest("main")`) {
		t.Errorf("past the head the keyboard stands at %s", eval[string](v, "document.activeElement.outerHTML.slice(0, 120)"))
	}

	made := b.newCase(t, v.Caller, casefile.DomesticViolence)
	v.seen.expect(`status of 422`)
	v.open("/cases/" + made.Case + "/do/risk.assess")
	eval[bool](v, badly)
	v.until(loaded)
	v.until(`document.activeElement.closest("main form, main [role=alert], main .errors")`)

	v.open("/cases/" + made.Case)
	v.reach("#part-persons form[data-open] button")
	v.do(chromedp.KeyEvent(kb.Enter))
	v.until(`document.activeElement.matches("#part-persons .opened, #part-persons .opened *")`)
}

// The keyboard comes through every page and out of it again, in the page's order, and is seen at each step.
func TestTheKeyboardIsTrappedNowhere(t *testing.T) {
	b := use(t)
	all, _ := b.stops(t)
	walked := 0
	b.visits(t, layouts(all), i18n.English, func(v *visitor, s stop) {
		if v.count(`:is(a[href], button, input:not([type=hidden]), select, textarea, summary)`) > 70 {
			return // the long lists are rows of the same; the tasks go through them
		}
		eval[bool](v, noteSteps)
		for at := 0; at < 110; { // a time is several steps
			for range 10 {
				v.strikeTab()
			}
			for _, step := range eval[[]stepped](v, `(note(), steps.splice(0))`) {
				if at++; step.Left && at > 2 {
					walked += at
					return
				}
				for _, wrong := range step.Wrong {
					t.Errorf("%s: %s", s.path, wrong)
				}
			}
		}
		t.Errorf("%s: the keyboard does not leave the page; it stands at %s", s.path, strings.TrimSpace(eval[string](v, "document.activeElement.outerHTML.slice(0, 150)")))
	})
	t.Logf("%d steps", walked)
	if walked < 200 {
		t.Errorf("the keyboard took only %d steps on all pages: its key leads nowhere", walked)
	}
}

// stepped is where a step led: out of the page, or to something, with what is wrong with how it is seen there.
type stepped struct {
	Left  bool
	Wrong []string
}

// noteSteps has the page write down where each step led, before the next is taken: many steps cost one question.
const noteSteps = `(() => {
	window.steps = [];
	window.note = () => steps.push({ Left: document.activeElement === document.body, Wrong: [` + focusUnseen + `, ` + orderBroken + `].filter((s) => s) });
	addEventListener("keydown", (e) => { if (e.key === "Tab") note(); }, true);
	return true;
})()`

// strikeTab presses the key, and nothing more: what comes of it is looked at later.
func (v *visitor) strikeTab() {
	v.t.Helper()
	_, err := chromedp.Call(v.ctx, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: input.DispatchKeyEventTypeRawKeyDown, Key: "Tab", Code: "Tab", WindowsVirtualKeyCode: 9})
	ok(v.t, err)
}
