package browsertest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// On paper, whatever the screen's scheme: black on white, nothing to press, a time in the place of every countdown, the
// event as of which it was printed, heads of tables that repeat, and nothing opened. The sheets are kept in the folder of
// MKR_PICTURES, else among the test's artefacts.
func TestPagesOnPaper(t *testing.T) {
	dir := os.Getenv("MKR_PICTURES")
	if dir == "" {
		dir = t.ArtifactDir()
	}
	b := use(t)
	v := signedIn(t, coordinator)
	rich := b.richCase(t)
	for name, path := range map[string]string{
		"board": "/board", "case": "/cases/" + rich, "deadlines": "/deadlines", "register": "/register", "indicators": "/indicators/2014", "meetings": "/meetings",
		"replay": "/cases/" + rich + "/replay?step=5", "outbox": "/outbox", "orders": "/orders", "institutions": "/institutions",
	} {
		v.paper(false)
		v.size(desk)
		v.open(path)
		if v.count("#stand[data-topics]:not([data-topics=''],[data-still])") > 0 {
			v.follows()
		}
		if name == "case" {
			v.click("#part-persons form[data-open] button")
			v.until(`document.querySelector("#part-persons .opened")?.checkVisibility()`)
		}
		due := v.count("main .due")
		v.paper(true)
		v.size([2]int64{703, 1000}) // what A4 leaves between its margins
		v.fits(name + " on paper")
		for _, s := range eval[[]string](v, onPaper) {
			t.Errorf("%s: %s", name, s)
		}
		position := eval[string](v, `document.getElementById("stand")?.dataset.position ?? ""`)
		eval[bool](v, `dispatchEvent(new Event("beforeprint"))`)
		line := eval[string](v, `(() => { const p = document.getElementById("printed"); return p.checkVisibility() ? p.innerText.replace(/\s/g, "") : "nothing is seen" })()`)
		if position == "" || !strings.Contains(line, position) {
			t.Errorf("%s says above: %q, not event %s", name, line, position)
		}
		if name == "board" && due == 0 {
			t.Error("there was no countdown to look at")
		}
		sheet, err := chromedp.Run(v.ctx, chromedp.PrintToPDF(func(p *page.PrintToPDFParams) { yes := true; p.PreferCSSPageSize = &yes }))
		ok(t, err)
		ok(t, os.WriteFile(filepath.Join(dir, "paper-"+name+".pdf"), sheet, 0o600))
	}
}

// paper shows the page as it would be printed, by somebody whose screen is dark.
func (v *visitor) paper(yes bool) {
	v.t.Helper()
	media := emulation.SetEmulatedMediaParams{}
	if yes {
		media = emulation.SetEmulatedMediaParams{Media: "print", Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}}
	}
	_, err := chromedp.Call(v.ctx, emulation.SetEmulatedMedia, media)
	ok(v.t, err)
	v.until(fmt.Sprintf(`matchMedia("print").matches === %t`, yes))
}

// onPaper lists what should not be on a sheet, and what should.
const onPaper = `(() => {
	const out = [], seen = (e) => e.checkVisibility();
	for (const e of document.querySelectorAll(".top, .foot, .skip, button, .btn, .filters, .todo, .opened, .toasts, .pager, input"))
		if (seen(e)) out.push("on the sheet: " + e.outerHTML.slice(0, 80));
	for (const e of document.querySelectorAll("main .due")) {
		if (!seen(e)) continue;
		const after = getComputedStyle(e, "::after").content.replace(/^"(! )?|"$/g, "");
		if (!/^\d\d\.\d\d\.\d{4} \d\d:\d\d$/.test(after) || after !== e.title || parseFloat(getComputedStyle(e).fontSize) !== 0) out.push("a countdown: " + e.outerHTML + " " + after);
	}
	for (const e of document.querySelectorAll("main .rows thead"))
		if (seen(e) && (getComputedStyle(e).display !== "table-header-group" || getComputedStyle(e.querySelector("th")).position !== "static")) out.push("a head that does not repeat");
	const walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
	while (walk.nextNode()) {
		const e = walk.currentNode.parentElement;
		if (!walk.currentNode.data.trim() || !seen(e) || e.closest("svg")) continue;
		const dark = Math.max(...getComputedStyle(e).color.match(/[\d.]+/g).slice(0, 3).map(Number));
		if (dark > 0x66) out.push("pale: " + e.outerHTML.slice(0, 80));
	}
	for (const e of document.querySelectorAll("h1, h2, h3")) if (seen(e) && getComputedStyle(e).breakAfter !== "avoid") out.push("a heading that may stand alone: " + e.innerText);
	return [...new Set(out)].slice(0, 8);
})()`
