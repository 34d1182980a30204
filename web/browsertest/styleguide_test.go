package browsertest

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"mkr/web/i18n"
)

// guideParts are what each chapter of the style guide must hold, beside what is counted there: one mark of each state that a test
// of classes and templates cannot see.
var guideParts = map[string][]string{
	"":          {"#dialogs [role=alertdialog][open]", "#sample-again-username", "#refused-again-username", "#tour .tour li", "#problems .problem .status", "#frame .wall .rows.board", "#scripts .draft", "#scripts .waiting"},
	"/lists":    {"#inbox .group", "#then .moved", "#empty .empty", "#orders .tag.bad", "#bounces .tag.good", "#flags .notice.warn", "#accounts .tag.warn"},
	"/case":     {"#case .vitals", "#case .urged", "#case .meanwhile", "#whole .emergency .num", "#whole .since", "#whole .story .late", "#ask .shown", "#names .opened"},
	"/meetings": {"#meetings .agenda li", "#take-all", "#attendance button", "#attendance-read .tag", "#room .stage .returns", "#room form .field", "#held .tag.bad"},
	"/time":     {"#lanes .cursor", "#lanes .mark.ahead", "#lanes .silence", "#moments .changes .tag.new", "#replayed input[type=range]", "#proof [data-is=no]", "#compare .sides"},
	"/door":     {"#signin .tour-of", "#refused .error", "#ended .notice", "#code .field", "#stepup .field", "#kept .primary"},
	"/account":  {"#account .tag.bad", "#second .qr", "#secret .secret", "#mine .items"},
	"/public":   {"#guide .lifelines", "#guide .tag.warn", "#house .notice.warn", "#help .beside"},
	"/paper":    {"#on-paper-minutes .paper", "#on-paper-sheet .signatures", "#on-paper-case .vitals", "#on-paper-board .rows", "#on-paper-indicators .differs"},
	"/sheet":    {".cut", "tr.gap"},
}

// The design system's living pages: every part is there and shows something; on every width, by day and by night, nothing
// runs off the screen, every text stands out from its ground and every border of a control from what is around it. Their
// pictures are kept in the folder of MKR_PICTURES, else among the test's artefacts.
func TestTheStyleGuideShowsEveryPart(t *testing.T) {
	dir := os.Getenv("MKR_PICTURES")
	if dir == "" {
		dir = t.ArtifactDir()
	}
	v := visit(t)
	v.open("/styleguide")
	if n := v.count(".chapters a"); n != len(guideParts)-1 {
		t.Errorf("%d chapters, of which %d are looked at", n, len(guideParts)-1)
	}
	for other, l := range i18n.Languages {
		v.speak(l)
		for _, chapter := range slices.Sorted(maps.Keys(guideParts)) {
			v.open("/styleguide" + chapter)
			for _, s := range eval[[]string](v, missingWords) {
				t.Errorf("%s %s: %q", l, chapter, s)
			}
			for _, part := range guideParts[chapter] {
				if v.count(part) == 0 {
					t.Errorf("%s: %s is not shown", chapter, part)
				}
			}
			for _, id := range eval[[]string](v, `[...document.querySelectorAll(".specimen")].filter((s) => s.querySelector(".stack").getBoundingClientRect().height < 20 || !document.querySelector('nav a[href="#' + s.id + '"]')).map((s) => s.id)`) {
				t.Errorf("%s: %s is empty, or nothing leads to it", chapter, id)
			}
			for i, width := range []int64{360, 1366, 1920} {
				if width == 360 && (chapter == "/paper" || chapter == "/sheet") {
					continue // a sheet of paper is wider than a phone
				}
				// By day in one language is by night in the other.
				v.guidePicture(dir, strings.TrimSuffix("style-"+strings.TrimPrefix(chapter, "/"), "-")+"-"+string(l), width, (i+other)%2 == 1)
			}
		}
	}
}

// guidePicture looks at the chapter that is open on a screen, and photographs it.
func (v *visitor) guidePicture(dir, name string, width int64, dark bool) {
	v.t.Helper()
	name = fmt.Sprintf("%s-%d", name, width)
	if dark {
		name += "-dark"
	}
	v.size([2]int64{width, 900})
	v.dark(dark)
	v.fits(name)
	for _, s := range eval[[]string](v, paleMarks) {
		v.t.Errorf("%s: %s", name, s)
	}
	// A screen as high as the page, so that what is sticky stands where it belongs; no drawing is higher than 16,384.
	v.size([2]int64{width, min(16000, eval[int64](v, "scrollTo(0, 0), document.documentElement.scrollHeight"))})
	shot, err := chromedp.Run(v.ctx, chromedp.CaptureScreenshot())
	ok(v.t, err)
	v.size([2]int64{width, 900})
	ok(v.t, os.WriteFile(filepath.Join(dir, name+".png"), shot, 0o644))
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
