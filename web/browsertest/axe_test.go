package browsertest

import (
	"context"
	"crypto/sha512"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// axeScript is axe-core as its makers wrote it. It reaches the page through the debugger, past the pages' own policy,
// which lets no script in from elsewhere.
//
//go:embed testdata/axe/axe.min.js
var axeScript string

//go:embed testdata/axe/README.md
var axeReadme string

// The judge is the one that its README names: a rule that was taken out by hand would be seen.
func TestAxeIsAsItCame(t *testing.T) {
	if sum := fmt.Sprintf("%x", sha512.Sum512([]byte(axeScript))); !strings.Contains(axeReadme, sum) {
		t.Errorf("axe.min.js has the sum %s, which its README does not name", sum)
	}
}

// axeTags are the rules that every page keeps: WCAG 2.2 on levels A and AA, and what axe's makers advise beyond.
const axeTags = `["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]`

// axeRun gives one line for each thing that breaks a rule. target-size is part of wcag22aa and off by default.
const axeRun = `axe.run(window.axeAt ?? document, { runOnly: { type: "tag", values: ` + axeTags + ` }, rules: { "target-size": { enabled: true } }, resultTypes: ["violations"], elementRef: false })
	.then((r) => r.violations.flatMap((v) => v.nodes.slice(0, 4).map((n) => v.id + ": " + n.target.join(" ") + " " + n.html.slice(0, 160) + " (" + [...n.any, ...n.all, ...n.none].map((c) => c.message).join("; ").slice(0, 240) + ")")))`

// axe lists what the page that is open does wrong by axe's rules.
func (v *visitor) axe() []string {
	v.t.Helper()
	if !eval[bool](v, "!!window.axe") {
		eval[bool](v, axeScript+"; true")
	}
	eval[bool](v, unstuck)
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	wrong, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](axeRun, chromedp.EvalAwaitPromise))
	if err != nil {
		v.fail("axe", err)
	}
	eval[bool](v, `axeStuck.forEach((e) => { e.style.position = ""; }), true`)
	return wrong
}

// unstuck lays down for a moment what is sticky: axe takes what lies under it just now for what is always covered, but
// it can be scrolled out, and the keyboard brings it out (TestWhatHasTheFocusIsSeen).
const unstuck = `(() => {
	window.axeStuck = [...document.querySelectorAll("body *")].filter((e) => getComputedStyle(e).position === "sticky");
	for (const e of axeStuck) e.style.position = "static";
	return true;
})()`

// accessible reports what axe finds, but for rules that cannot hold there.
func (v *visitor) accessible(where string, but ...string) {
	v.t.Helper()
	for _, wrong := range v.axe() {
		if rule, _, _ := strings.Cut(wrong, ":"); !slices.Contains(but, rule) {
			v.t.Errorf("%s: %s", where, wrong)
		}
	}
}

// The judge judges: a page with a picture without words, a field without a label and a pale text does not pass, though
// it is on a page of ours.
func TestAxeFindsWhatIsWrong(t *testing.T) {
	v := visit(t)
	v.open("/signin")
	if wrong := v.axe(); len(wrong) > 0 {
		t.Fatalf("the page itself is at fault: %q", wrong)
	}
	eval[bool](v, `(() => {
		const add = (tag, has) => document.querySelector("main").append(Object.assign(document.createElement(tag), has));
		add("img", { src: "/static/none.svg" });
		add("input", { name: "nameless" });
		add("h5", { textContent: "Too deep" });
		return true;
	})()`)
	v.seen.expect(`status of 404`)
	found := strings.Join(v.axe(), "\n")
	for _, rule := range []string{"image-alt", "label", "heading-order"} {
		if !strings.Contains(found, rule+":") {
			t.Errorf("axe does not see %s: %s", rule, found)
		}
	}
}
