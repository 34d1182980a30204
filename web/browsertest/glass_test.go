package browsertest

import (
	"testing"

	"mkr/domain/casefile"
	"mkr/domain/person"
	"mkr/handlers"
)

// Emergency access counts down before whoever took it, says its last minutes aloud, and leaves nothing of the case on the
// screen when it is over, whatever the server says then. Who works on the case is told at the top of it.
func TestAnEmergencyRunsDownAndEmptiesItsScreen(t *testing.T) {
	b := use(t)
	made := b.newCase(t, b.as(t, police), casefile.DomesticViolence)
	ok(t, b.app.Service().Await(t.Context(), made.Position))
	v := signedIn(t, hospital)
	b.raise(t, hospital)
	r, err := b.app.Service().BreakGlass(t.Context(), v.Caller, handlers.BreakGlass{
		Code: made.Code, Reason: "medical_emergency", Text: person.PlainOf(b.secret("Pa ndjenja")), Sections: []handlers.DataClass{"identity"}, Minutes: "15",
	}, key())
	ok(t, err)
	ok(t, b.app.Service().Await(t.Context(), r.Position))

	v.open("/cases/" + made.Case)
	v.until(`/^1[45]:[0-5][0-9]$/.test(document.querySelector("[data-glass] [data-left]").textContent)`)
	first := eval[string](v, `document.querySelector("[data-glass] [data-left]").textContent`)
	v.until(`document.querySelector("[data-glass] [data-left]").textContent !== ` + "`" + first + "`")
	v.until(`document.querySelector("[data-glass] a.btn").getAttribute("href").includes("/do/glass.end?target=")`)
	for _, path := range []string{"", "/replay", "/compare"} { // without scripts the browser leaves by itself
		eval[bool](v, `((window.refresh = ""), fetch("/cases/`+made.Case+path+`").then((r) => (window.refresh = r.headers.get("Refresh") ?? "none")), true)`)
		v.until(`/^\d+; url=.*\?over$/.test(window.refresh)`)
	}
	v.click("#part-persons form[data-open] button")
	v.until(`document.querySelector("#part-persons .opened dd")`)

	// A bar that says that less is left, as a part of the page that comes anew brings one.
	again := func(left string) {
		eval[bool](v, `((old) => { const bar = old.cloneNode(true); bar.dataset.glass = `+left+`; bar.dataset.over = "#stays"; old.replaceWith(bar); return true })(document.querySelector("[data-glass]"))`)
	}
	again("119000")
	v.until(`document.querySelector("[data-glass].bad [data-soon]").textContent.length > 10`)
	again("300")
	v.until(`document.querySelector("#main h1").textContent === "Aksesi emergjent mbaroi" && !document.querySelector("#case, .opened") && !document.querySelector("#main").textContent.includes("` + made.Code + `")`)

	// Once it is over the address answers as that of any case that is not there.
	v.seen.expect("status of 404")
	v.open("/cases/00000000-0000-0000-0000-000000000000?over")
	v.until(`document.querySelector("#main h1").textContent === "Aksesi emergjent mbaroi"`)

	lead := signedIn(t, coordinator)
	lead.open("/cases/" + made.Case)
	lead.until(`document.querySelector("#case .notice.warn").textContent.includes("ka marrë akses emergjent")`)
}
