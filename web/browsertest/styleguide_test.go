package browsertest

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"mkr/web/i18n"
)

// The design system's living page: every part is there and shows something; on every width, by day and by night, nothing
// runs off the screen, every text stands out from its ground and every border of a control from what is around it. Its
// pictures are kept in the folder of MKR_PICTURES, else among the test's artefacts.
func TestTheStyleGuideShowsEveryPart(t *testing.T) {
	dir := os.Getenv("MKR_PICTURES")
	if dir == "" {
		dir = t.ArtifactDir()
	}
	v := visit(t)
	for _, l := range i18n.Languages {
		v.speak(l)
		v.open("/styleguide")
		for _, s := range eval[[]string](v, missingWords) {
			t.Errorf("%s: %q", l, s)
		}
		if n := v.count(".specimen"); n < 20 {
			t.Errorf("%d parts", n)
		}
		for _, part := range []string{"#lanes .cursor", "#lanes .mark.ahead", "#lanes .silence", "#meetings .agenda li", "#take-all", "#attendance button", "#attendance-read .tag", "#dialogs [role=alertdialog][open]", "#sample-again-username", "#refused-again-username", "#case .vitals", "#case .urged", "#case .meanwhile", "#moments .changes .tag.new", "#account .tag.bad", "#proof [data-is=no]", "#tour .tour li"} {
			if v.count(part) == 0 {
				t.Errorf("%s is not shown", part)
			}
		}
		for _, id := range eval[[]string](v, `[...document.querySelectorAll(".specimen")].filter((s) => s.querySelector(".stack").getBoundingClientRect().height < 20 || !document.querySelector('nav a[href="#' + s.id + '"]')).map((s) => s.id)`) {
			t.Errorf("%s is empty, or nothing leads to it", id)
		}
		for _, width := range []int64{360, 1366, 1920} {
			v.size([2]int64{width, 900})
			for _, dark := range []bool{false, true} {
				name := fmt.Sprintf("style-%s-%d", l, width)
				if dark {
					name += "-dark"
				}
				v.dark(dark)
				v.fits(name)
				for _, s := range eval[[]string](v, paleMarks) {
					t.Errorf("%s: %s", name, s)
				}
				// A screen as high as the page, so that what is sticky stands where it belongs.
				v.size([2]int64{width, eval[int64](v, "scrollTo(0, 0), document.documentElement.scrollHeight")})
				shot, err := chromedp.Run(v.ctx, chromedp.CaptureScreenshot())
				ok(t, err)
				v.size([2]int64{width, 900})
				ok(t, os.WriteFile(filepath.Join(dir, name+".png"), shot, 0o644))
			}
		}
	}
}

// Every state can be told apart without colour: each level of risk has a mark of its own, and what is late says so.
func TestStatesAreToldWithoutColours(t *testing.T) {
	v := visit(t)
	v.open("/styleguide")
	marks := eval[[]string](v, `[...document.querySelectorAll("#badges .risk")].map((e) => getComputedStyle(e, "::before").content)`)
	seen := map[string]bool{}
	for _, m := range marks {
		seen[m] = true
	}
	if len(marks) != 4 || len(seen) != 4 || seen["none"] {
		t.Errorf("the marks of the levels: %q", marks)
	}
	if got := eval[string](v, `getComputedStyle(document.querySelector("#badges .due.over"), "::before").content`); got != `"! "` {
		t.Errorf("what is late is marked %q", got)
	}
	// Where colours are the reader's own, grounds are gone: a frame says what they said.
	_, err := chromedp.Call(v.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "forced-colors", Value: "active"}}})
	ok(t, err)
	v.until(`getComputedStyle(document.querySelector("#badges .risk.high")).borderTopStyle === "solid"`)
}

// paleMarks lists the texts whose contrast with their ground is below WCAG AA (1.4.3), and the controls whose border is
// below 3:1 (1.4.11). Grounds that let through what is below them are mixed with it. What is disabled may be pale.
const paleMarks = `(() => {
	const parse = (c) => { const m = c.match(/[\d.]+/g).map(Number); return { rgb: m.slice(0, 3), a: m[3] ?? 1 }; };
	const lum = ([r, g, b]) => { const f = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b); };
	const over = (top, a, low) => top.map((v, i) => v * a + low[i] * (1 - a));
	const ground = (e) => { if (!e) return [255, 255, 255]; const c = parse(getComputedStyle(e).backgroundColor); return c.a === 1 ? c.rgb : over(c.rgb, c.a, ground(e.parentElement)); };
	const seen = (e) => { let a = 1; for (; e; e = e.parentElement) a *= +getComputedStyle(e).opacity; return a; };
	const ratio = (x, y) => { const [hi, lo] = [lum(x), lum(y)].sort((a, b) => b - a); return (hi + 0.05) / (lo + 0.05); };
	const out = new Set();
	const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (walk.nextNode()) {
		const e = walk.currentNode.parentElement;
		if (!walk.currentNode.data.trim() || e.closest("#words, script, .visually-hidden") || !e.checkVisibility()) continue;
		const style = getComputedStyle(e), back = ground(e), r = ratio(over(parse(style.color).rgb, seen(e), back), back);
		const large = parseFloat(style.fontSize) >= 24 || parseFloat(style.fontSize) >= 18.66 && +style.fontWeight >= 700;
		if (r < (large ? 3 : 4.5)) out.add(r.toFixed(2) + ":1 for " + e.tagName + "." + e.className + " " + walk.currentNode.data.trim().slice(0, 40));
	}
	for (const e of document.querySelectorAll("main :is(input:not([type=hidden], [type=checkbox], [type=radio]), select, textarea, button:not(.link, .toast *), .btn)")) {
		if (e.disabled || e.ariaDisabled === "true" || !e.checkVisibility()) continue;
		const around = ground(e.parentElement), r = Math.max(ratio(parse(getComputedStyle(e).borderTopColor).rgb, around), ratio(ground(e), around));
		if (r < 3) out.add(r.toFixed(2) + ":1 for the border of " + e.tagName + "." + e.className + " " + (e.name ?? e.innerText));
	}
	return [...out].slice(0, 12);
})()`
