package browsertest

import (
	"fmt"
	"time"

	"github.com/chromedp/chromedp"
)

func named(name string) string { return fmt.Sprintf(`main [name=%q]`, name) }

// unfold opens the line behind which a field is, if it is behind one.
func (v *visitor) unfold(name string) {
	v.t.Helper()
	if eval[bool](v, fmt.Sprintf(`!!document.querySelector(%s)?.closest("details.fold:not([open])")`, quoted([]any{named(name)})...)) {
		v.click(fmt.Sprintf(`main details.fold:has([name=%q]) > summary`, name))
	}
}

// write types into a field.
func (v *visitor) write(name, text string) {
	v.t.Helper()
	v.unfold(name)
	v.click(named(name))
	v.do(chromedp.KeyEvent(text))
	if got := eval[string](v, fmt.Sprintf(`document.querySelector(%s).value`, quoted([]any{named(name)})...)); got != text {
		v.t.Fatalf("typed %q into %s, which holds %q", text, name, got)
	}
}

// rewrite types over what a field holds.
func (v *visitor) rewrite(name, text string) {
	v.t.Helper()
	v.do(chromedp.Clear(chromedp.CSS(named(name))))
	v.write(name, text)
}

// choose takes an option of a list by typing the beginning of its label, as one does with the keyboard; of answers that
// are all seen it clicks the one.
func (v *visitor) choose(name, value string) {
	v.t.Helper()
	v.unfold(name)
	if radio := fmt.Sprintf(`main input[type="radio"][name=%q][value=%q]`, name, value); v.count(radio) > 0 {
		v.click(fmt.Sprintf(`main label:has(input[type="radio"][name=%q][value=%q])`, name, value))
		v.until(`document.querySelector(%s).checked`, radio)
		return
	}
	option := fmt.Sprintf(`[...(document.querySelector(%s)?.options ?? [])].find((o) => o.value === %s)`, quoted([]any{named(name), value})...)
	if !eval[bool](v, "!!"+option) {
		v.fail("choosing", fmt.Errorf("%s does not offer %q", name, value))
	}
	if eval[bool](v, option+".selected") { // the form has chosen it already; its letters would lead on to the next that begins so
		return
	}
	v.do(chromedp.Focus(chromedp.CSS(named(name)), chromedp.NodeVisible), chromedp.KeyEvent(eval[string](v, option+".label")))
	v.until(`document.querySelector(%s).value === %s`, named(name), value)
}

// check ticks a box by clicking on its words.
func (v *visitor) check(name, value string) {
	v.t.Helper()
	box := fmt.Sprintf(`main input[name=%q][value=%q]`, name, value)
	v.click(fmt.Sprintf(`main label:has(input[name=%q][value=%q])`, name, value))
	v.until(`document.querySelector(%s).checked`, box)
}

// when fills in a time, as the browser's calendar does.
func (v *visitor) when(name string, at time.Time) {
	v.t.Helper()
	layout := "2006-01-02T15:04"
	if eval[string](v, fmt.Sprintf(`document.querySelector(%s).type`, quoted([]any{named(name)})...)) == "date" {
		layout = time.DateOnly
	}
	local := at.In(words(v.t).Zone()).Format(layout)
	eval[bool](v, fmt.Sprintf(`(() => { const e = document.querySelector(%s); e.value = %s; return e.dispatchEvent(new Event("input", { bubbles: true })); })()`, quoted([]any{named(name), local})...))
}

// send presses the form's main button and waits for what comes.
func (v *visitor) send() string {
	v.t.Helper()
	eval[bool](v, `!!(document.querySelector("main").dataset.left = "yes")`)
	v.click(`main form[data-form] .buttons button.primary`)
	v.until(`document.querySelector("main:not([data-left])") && document.readyState === "complete" && location.protocol.startsWith("http")`)
	return v.here()
}

// file sends the form and expects a receipt.
func (v *visitor) file() string {
	v.t.Helper()
	at := v.send()
	if v.count("#receipt") == 0 {
		v.fail("filing", fmt.Errorf("no receipt: %s", eval[string](v, `[...document.querySelectorAll(".error")].map((e) => e.innerText).join("; ")`)))
	}
	return at
}

// act opens an action of the case that is shown, by its link.
func (v *visitor) act(action, target string) {
	v.t.Helper()
	v.press(doLink(action, target))
}

func doLink(action, target string) string {
	if target == "" {
		return fmt.Sprintf(`main a[href$="/do/%s"]`, action)
	}
	return fmt.Sprintf(`main a[href$="/do/%s?target=%s"]`, action, target)
}

// offers tells whether the page leads to an action.
func (v *visitor) offers(action, target string) bool {
	v.t.Helper()
	return v.count(doLink(action, target)) > 0
}
