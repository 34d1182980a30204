package browsertest

import (
	"context"
	"testing"

	"github.com/chromedp/chromedp"

	"mkr/domain/casefile"
	"mkr/web/i18n"
)

// kept is all that the browser keeps of a site, as text: storages, databases, caches and what belongs to the history.
const keptHere = `(async () => {
	const out = [document.title, location.href, JSON.stringify(history.state), JSON.stringify({ ...localStorage }), JSON.stringify({ ...sessionStorage }), document.cookie, window.name];
	const text = (x) => x instanceof ArrayBuffer || ArrayBuffer.isView(x) ? new TextDecoder().decode(x) : x instanceof CryptoKey ? x.algorithm.name : x && typeof x === "object" ? Object.entries(x).map(([k, v]) => k + "=" + text(v)).join(";") : String(x);
	for (const { name } of await indexedDB.databases()) {
		const db = await new Promise((yes, no) => { const r = indexedDB.open(name); r.onsuccess = () => yes(r.result); r.onerror = no; });
		for (const store of db.objectStoreNames) {
			const all = await new Promise((yes, no) => { const r = db.transaction(store).objectStore(store).getAll(); r.onsuccess = () => yes(r.result); r.onerror = no; });
			out.push(...all.map(text));
		}
		db.close();
	}
	for (const name of await caches.keys()) for (const r of await (await caches.open(name)).keys()) out.push(r.url);
	return out.join("\n");
})()`

func (v *visitor) keeps() string {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	out, err := chromedp.Run(ctx, chromedp.Evaluate[string](keptHere, chromedp.EvalAwaitPromise))
	if err != nil {
		v.fail("what the browser keeps", err)
	}
	return out
}

// No page of any role leaves a personal text in what the browser keeps, not even when a name was opened on it or words
// were typed into it and it was left.
func TestTheBrowserKeepsNoPersonalText(t *testing.T) {
	b := use(t)
	all, _ := b.stops(t)
	clean := func(v *visitor, where string) {
		t.Helper()
		if found := b.secretIn([]byte(v.keeps())); found != "" {
			t.Errorf("after %s the browser keeps %q", where, found)
		}
	}
	b.visits(t, layouts(all), i18n.Albanian, func(v *visitor, s stop) { clean(v, s.path) })

	v := signedIn(t, coordinator)
	made := b.newCase(t, v.Caller, casefile.DomesticViolence)
	v.open("/cases/" + made.Case)
	v.click("#part-persons form[data-open] button")
	v.until(`document.querySelector("#part-persons .opened dd")`)
	clean(v, "a name was opened")
	v.open("/cases/" + made.Case + "/do/risk.assess")
	v.write("reason", b.secret("E shtypur dhe e lënë pa u dërguar kurrë"))
	clean(v, "words were typed")
	v.open("/board")
	clean(v, "a form was left")

	// The look finds what there is.
	eval[bool](v, `(localStorage.setItem("x", `+quoted([]any{b.demo.Names()[3]})[0].(string)+`), true)`)
	if b.secretIn([]byte(v.keeps())) == "" {
		t.Error("a name in the storage is not found")
	}
	eval[bool](v, `(localStorage.removeItem("x"), true)`)
}
