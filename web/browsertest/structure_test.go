package browsertest

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"mkr/web/i18n"
)

// structureWrong lists what a page, given as its source, lacks for whoever reads it with the ears: one heading of the
// first level and none skipped, landmarks, a language, names of all that is used, and tables that say what they hold.
const structureWrong = `(source, language) => {
	const page = new DOMParser().parseFromString(source, "text/html"), all = (s) => [...page.querySelectorAll(s)], out = [];
	const short = (e) => e.outerHTML.replace(/\s+/g, " ").slice(0, 110), say = (what, list) => { for (const e of list.slice(0, 3)) out.push(what + ": " + short(e)); };
	const named = (e) => (e.getAttribute("aria-label") ?? "").trim() || (e.getAttribute("aria-labelledby") ?? "").split(/\s+/).some((id) => id && page.getElementById(id)?.textContent.trim());
	const seen = (e) => !e.closest("[hidden], template");
	if (page.documentElement.lang !== language) out.push("the language is " + page.documentElement.lang);
	if (!/^\S.* · mkr$/.test(page.title)) out.push("the title is " + JSON.stringify(page.title));
	for (const [s, n] of [["h1", 1], ["main", 1], ["body > header", 1], ["body > footer", 1], ["a.skip[href='#main']", 1]])
		if (all(s).filter(seen).length !== n) out.push(all(s).length + " of " + s);
	let level = 0;
	for (const h of all("h1, h2, h3, h4, h5, h6").filter(seen)) {
		const is = Number(h.tagName[1]);
		if (is > level + 1) say("a level of headings is left out", [h]);
		if (!h.textContent.trim()) say("an empty heading", [h]);
		level = is;
	}
	const ids = new Map();
	for (const e of all("[id]")) ids.set(e.id, [...(ids.get(e.id) ?? []), e]);
	for (const same of ids.values()) if (same.length > 1) say("an id is used twice", same.slice(1));
	for (const a of ["aria-labelledby", "aria-describedby", "aria-controls", "for", "list", "popovertarget"])
		say(a + " points at nothing", all("[" + a + "]").filter((e) => !e.getAttribute(a).trim().split(/\s+/).every((id) => page.getElementById(id))));
	say("a nav, of several, without a name", all("nav").length > 1 ? all("nav").filter((e) => !named(e)) : []);
	say("a section with a role and no name", all("[role=region], [role=group]:not(fieldset), dialog").filter((e) => !named(e)));
	say("a field without a label", all("input:not([type=hidden]), select, textarea").filter((e) => !named(e) && ![...(e.labels ?? [])].some((l) => l.textContent.trim())));
	say("no name on what is pressed", all("a[href], button, summary").filter((e) => !named(e) && !e.textContent.trim() && !(e.title ?? "").trim()));
	say("a link that is only a sign", all("a[href], button").filter((e) => !named(e) && e.textContent.trim() && !/[\p{L}\p{N}?]/u.test(e.textContent)));
	say("a table without a name", all("table").filter((e) => !e.caption?.textContent.trim() && !named(e)));
	say("a head of a table without a scope", all("table th").filter((e) => e.textContent.trim() && !e.scope));
	say("an empty head of a table", all("table th").filter((e) => !e.textContent.trim() && !named(e)));
	say("a group of fields without a legend", all("fieldset").filter((e) => !e.querySelector(":scope > legend")?.textContent.trim()));
	say("a picture without words", [...all("img").filter((e) => e.getAttribute("alt") === null), ...all("svg").filter((e) => e.getAttribute("aria-hidden") !== "true" && !(e.getAttribute("role") && (named(e) || e.querySelector("title")?.textContent.trim())) && !e.closest("[aria-hidden=true]"))]);
	say("a word of a secret or a name to sign in that the browser cannot fill in", all("input[type=password], input[name=username]").filter((e) => e.type !== "hidden" && !e.autocomplete));
	say("a countdown that is read out at every second", all("[data-due]").filter((e) => e.closest("[aria-live]:not([aria-live=off]), [role=status], [role=alert], [role=timer]")));
	say("a window of its own", all("[target]"));
	say("a tabindex that changes the order", all("[tabindex]").filter((e) => e.tabIndex > 0));
	return out;
}`

// Every page of every account is put together so that a screen reader can tell it, and has a title that tells it from
// the others.
func TestEveryPageIsBuiltForTheEars(t *testing.T) {
	b := use(t)
	stops, _ := b.stops(t)
	v := visit(t)
	v.open("/signin")
	eval[bool](v, "window.structure = "+structureWrong+"; true")
	said := map[string]string{} // what was said already, and of which page
	look := func(s stop, l i18n.Language) string {
		type answer struct {
			Wrong []string
			Title string
		}
		a := eval[answer](v, fmt.Sprintf(`((source) => ({ Wrong: structure(source, %q), Title: new DOMParser().parseFromString(source, "text/html").title }))(%s)`, l, quoted([]any{s.body})[0]))
		for _, wrong := range a.Wrong {
			if said[wrong] == "" {
				said[wrong] = s.path
				t.Errorf("%s, as %q: %s", s.path, s.who, wrong)
			}
		}
		return a.Title
	}
	titled := map[i18n.Language]map[string]map[string]bool{i18n.Albanian: {}, i18n.English: {}}
	note := func(s stop, l i18n.Language, title string) {
		if s.status >= http.StatusBadRequest {
			return
		}
		if titled[l][title] == nil {
			titled[l][title] = map[string]bool{}
		}
		titled[l][title][s.pattern] = true
	}
	for _, s := range stops {
		note(s, i18n.Albanian, look(s, i18n.Albanian))
	}
	for _, s := range kinds(stops) {
		_, s.status, s.body = b.get(t, s.who, s.path, i18n.English)
		note(s, i18n.English, look(s, i18n.English))
	}
	for l, titles := range titled {
		if len(titles) < 30 {
			t.Errorf("only %d titles in %s", len(titles), l)
		}
		for title, patterns := range titles {
			if len(patterns) > 1 {
				t.Errorf("in %s these are all called %q: %s", l, title, strings.Join(slices.Sorted(maps.Keys(patterns)), ", "))
			}
		}
	}
}
