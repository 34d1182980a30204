package browsertest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"mkr/web/i18n"
)

// Every page, in both languages, on a phone and on a desk, by day and by night: nothing runs off the screen, every text
// is there and can be read, axe finds nothing, and the browser has nothing to say about it.
func TestEveryPageFitsAndSpeaks(t *testing.T) {
	t.Parallel()
	b := use(t)
	all, _ := b.stops(t)
	stops := kinds(all)
	if len(stops) < 60 {
		t.Fatalf("only %d kinds of pages were found", len(stops))
	}
	for _, l := range i18n.Languages {
		t.Run(string(l), func(t *testing.T) {
			t.Parallel()
			judged := map[string]bool{}
			b.visits(t, stops, l, func(v *visitor, s stop) {
				v.sound(s.path, l)
				// axe takes its time: in Albanian it looks at one page of each address, in English at one of each route.
				// Forms about cases it sees with their errors, and phones and the night elsewhere.
				like, _, _ := strings.Cut(s.kind, "?")
				if l == i18n.English {
					like = s.pattern
				}
				if !judged[like] && (l == i18n.English || s.pattern != "GET /cases/{id}/do/{action}") {
					judged[like] = true
					v.accessible(s.path, samples(s.path)...)
				}
				v.size(phone)
				v.fits(s.path)
			})
		})
	}
}

// visits opens pages, each in the browser of the one who comes to it, and looks at them.
func (b *bed) visits(t *testing.T, stops []stop, l i18n.Language, look func(v *visitor, s stop)) {
	t.Helper()
	byWho := map[string]*visitor{}
	for _, s := range stops {
		v := byWho[s.who]
		if v == nil {
			v = visitAt(t, b)
			v.seen.expect(`status of 40[349]`) // nobody's page, somebody else's, and what is not open now
			if s.who != "" {
				v.hold(b.sessionOf(t, s.who))
			}
			v.speak(l)
			byWho[s.who] = v
		}
		v.open(s.path)
		look(v, s)
	}
}

// sound looks at the page that is open, on a desk. Colours know no language: they are looked at in one.
func (v *visitor) sound(path string, l i18n.Language) {
	v.t.Helper()
	if got := eval[string](v, "document.documentElement.lang"); got != string(l) {
		v.t.Errorf("%s speaks %q, not %q", path, got, l)
	}
	for _, s := range eval[[]string](v, missingWords) {
		v.t.Errorf("%s says %q", path, s)
	}
	v.size(desk)
	v.fits(path)
	if l == i18n.Albanian {
		v.readable(path)
		v.dark(true)
		v.readable(path + " by night")
		v.dark(false)
	}
}

// readable makes sure that texts stand out from their ground.
func (v *visitor) readable(path string) {
	v.t.Helper()
	for _, s := range eval[[]string](v, paleTexts) {
		v.t.Errorf("%s: %s", path, s)
	}
}

// fits makes sure that nothing runs off the side of the screen. It measures the page and not the window: a phone widens its window for what runs off.
func (v *visitor) fits(path string) {
	v.t.Helper()
	out := eval[string](v, `(() => {
		const wide = document.scrollingElement.scrollWidth, has = document.documentElement.clientWidth;
		if (wide <= has) return "";
		const culprit = [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > has + 0.5 && !e.closest("nav ul")).map((e) => e.tagName + "." + e.className).slice(0, 4);
		return wide + " pixels on a screen of " + has + ": " + culprit.join(", ");
	})()`)
	if out != "" {
		v.t.Errorf("%s: %s", path, out)
	}
}

// missingWords lists the texts that are a key of the catalogue or a code, and no words; user names may look like one.
const missingWords = `(() => {
	const key = /^[a-z][a-z0-9]*([._][a-z0-9_]+)+$/, hole = /\{[a-z]+\}|%!|undefined|NaN|\[object/;
	const all = [document.title];
	const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (walk.nextNode()) {
		const p = walk.currentNode.parentElement;
		if (!p.closest("script, style, #words, code, .code")) all.push(walk.currentNode.data);
	}
	for (const e of document.querySelectorAll("[title], [aria-label], [placeholder], [aria-valuetext]"))
		for (const n of ["title", "aria-label", "placeholder", "aria-valuetext"]) all.push(e.getAttribute(n) ?? "");
	return [...new Set(all.map((s) => s.trim()))].filter((s) => key.test(s) || hole.test(s));
})()`

// paleTexts lists the texts whose contrast with their ground is below WCAG AA (4.5:1; 3:1 for large ones), as far as the
// ground is a plain colour. What is disabled may be pale.
const paleTexts = `(() => {
	const parse = (c) => { const m = c.match(/[\d.]+/g).map(Number); return { rgb: m.slice(0, 3), a: m[3] ?? 1 }; };
	const lum = ([r, g, b]) => { const f = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b); };
	const ground = (e) => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c.a === 1) return c.rgb; if (c.a > 0) return null; } return [255, 255, 255]; };
	const out = new Set();
	const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (walk.nextNode()) {
		const e = walk.currentNode.parentElement;
		if (!walk.currentNode.data.trim() || e.closest('#words, script, [aria-disabled="true"], .visually-hidden') || !e.checkVisibility()) continue;
		const style = getComputedStyle(e), back = ground(e);
		if (!back) continue;
		const [hi, lo] = [lum(parse(style.color).rgb), lum(back)].sort((a, b) => b - a), ratio = (hi + 0.05) / (lo + 0.05);
		const large = parseFloat(style.fontSize) >= 24 || parseFloat(style.fontSize) >= 18.66 && +style.fontWeight >= 700;
		if (ratio < (large ? 3 : 4.5)) out.add(ratio.toFixed(2) + ":1 for " + e.tagName + "." + e.className + " " + walk.currentNode.data.trim().slice(0, 40));
	}
	return [...out].slice(0, 5);
})()`

// What the keyboard steps to is seen: nothing sticky lies over it (WCAG 2.4.11). The screen is low, as with big type.
func TestWhatHasTheFocusIsSeen(t *testing.T) {
	b := use(t)
	v := signedIn(t, coordinator)
	rich := b.richCase(t)
	v.size([2]int64{800, 480})
	for _, path := range []string{"/board", "/cases/" + rich, "/cases/" + rich + "/do/risk.assess", "/cases/" + rich + "/replay?step=5"} {
		v.open(path)
		for n := range min(60, v.count("main :is(a[href], button, input, select, textarea)")) {
			v.do(chromedp.KeyEvent("\t"))
			hidden := eval[string](v, `(() => {
				const e = document.activeElement, r = e.getBoundingClientRect();
				if (!e.closest("main")) return "";
				const x = Math.min(r.left + r.width / 2, r.left + 20), y = r.top + r.height / 2, top = document.elementFromPoint(x, y);
				return top && (e.contains(top) || top.contains(e) || e.labels?.[0]?.contains(top)) ? "" : e.outerHTML.slice(0, 120) + " lies under " + (top?.outerHTML.slice(0, 80) ?? "nothing, at " + Math.round(y));
			})()`)
			if hidden != "" {
				t.Errorf("%s, step %d: %s", path, n+1, hidden)
				break
			}
		}
	}
}

// The screen goes blank when somebody walks in, and comes back.
func TestEscTwiceHidesTheScreen(t *testing.T) {
	v := signedIn(t, coordinator)
	v.open("/board")
	for _, want := range []string{"hidden", "visible"} {
		v.do(chromedp.KeyEvent(strings.Repeat("\u001b", 2)))
		v.until(`getComputedStyle(document.body).visibility === %s`, want)
	}
	if n := eval[int](v, fmt.Sprintf("%d", v.count("h1"))); n != 1 {
		t.Errorf("%d headings", n)
	}
}
