package browsertest

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"mkr/domain/casefile"
	"mkr/domain/person"
	"mkr/handlers"
	"mkr/projections"
	"mkr/web/i18n"
)

// offer is an action that is open to somebody on some case.
type offer struct{ who, action, path string }

// offers are all actions on cases that are open to any of the accounts, each once.
func (b *bed) offers(t *testing.T) []offer {
	t.Helper()
	var out []offer
	found := map[string]bool{}
	for _, who := range []string{coordinator, childWorker, police, shelter, ngo, hospital, court} {
		c := b.as(t, who)
		list, err := b.app.Service().Register(t.Context(), c, handlers.ListQuery{Limit: projections.MaxLimit})
		ok(t, err)
		for _, row := range list.Items {
			v, err := b.app.Service().Case(t.Context(), c, row.Case, handlers.At{})
			ok(t, err)
			for _, a := range v.Actions {
				if found[a.Action] {
					continue
				}
				found[a.Action] = true
				path := "/cases/" + row.Case + "/do/" + a.Action
				if a.ID != "" {
					path += "?" + url.Values{"target": {a.ID}}.Encode()
				}
				out = append(out, offer{who, a.Action, path})
			}
		}
	}
	return out
}

// badly sends the page's form as if nothing had been asked for, past the page's own look at it.
const badly = `(() => { const f = document.querySelector("main form[data-form]"); window.left = true; for (const e of f.querySelectorAll("[required]")) e.type === "radio" ? (e.checked = false) : (e.value = ""); f.submit(); return true; })()`

// Every form about a case, sent back with all that is wrong with it: axe finds nothing, and each field at fault says so
// to whoever cannot see the colour.
func TestEveryFormWithErrorsIsAccessible(t *testing.T) {
	t.Parallel()
	b := use(t)
	offers := b.offers(t)
	if len(offers) < len(handlers.CaseActions)/2 {
		t.Fatalf("only %d of %d actions are open to anybody", len(offers), len(handlers.CaseActions))
	}
	refused, judged := 0, 0
	known := map[string]bool{}
	byWho := map[string]*visitor{}
	for _, o := range offers {
		v := byWho[o.who]
		if v == nil {
			v = signedIn(t, o.who)
			v.seen.expect(`status of 4(09|22)`)
			byWho[o.who] = v
		}
		v.open(o.path)
		if v.count("main form[data-form] [required]") > 0 {
			eval[bool](v, badly)
			v.until(loaded)
			v.here()
			if v.count("main form[data-form] .error") == 0 {
				t.Errorf("%s: an empty form is sent back without a word", o.path)
			}
			refused++
			for _, s := range eval[[]string](v, dumbErrors) {
				t.Errorf("%s: %s", o.path, s)
			}
		}
		if v.hasNew(known) { // axe takes its time: it looks at a form that has anything that no form before had
			judged++
			v.accessible(o.path)
		}
	}
	t.Logf("%d actions, %d forms with errors, %d judged", len(offers), refused, judged)
	if refused < 10 {
		t.Errorf("only %d forms were refused", refused)
	}
}

// hasNew tells whether the page that is open is made of anything that is not known yet, and adds what it is made of.
func (v *visitor) hasNew(known map[string]bool) bool {
	v.t.Helper()
	fresh := false
	for _, part := range eval[[]string](v, madeOf) {
		fresh = fresh || !known[part]
		known[part] = true
	}
	return fresh
}

// madeOf lists the kinds of things in the page: what they are, where they stand and what is said about them, not what they
// say.
const madeOf = `(() => {
	const kind = (e) => e.tagName + " " + [...e.classList].sort().join(".") + " " + [...e.attributes].map((a) => /^(type|role|aria-(invalid|current|expanded|live|hidden)|required|open|hidden)$/.test(a.name) ? a.name + "=" + a.value : /^(aria-|id$|for$|title$|href$|tabindex$)/.test(a.name) ? a.name : "").filter((s) => s).sort().join(" ");
	return [...new Set([...document.querySelectorAll("body *")].map((e) => kind(e.parentElement) + " > " + kind(e)))];
})()`

// dumbErrors lists the fields at fault that do not say so: aria-invalid, and the words of what is wrong by
// aria-describedby.
const dumbErrors = `[...document.querySelectorAll("main .field:has(> .error) :is(input, select, textarea), main fieldset.field:has(> .error)")]
	.filter((e) => !(e.tagName === "FIELDSET" ? e : e.closest("fieldset.field") ?? e).matches("[aria-describedby]") || !(e.closest("fieldset.field") ?? e).getAttribute("aria-describedby").split(" ").some((id) => document.getElementById(id)?.matches(".error")) || (e.closest("fieldset.field") ? false : e.getAttribute("aria-invalid") !== "true"))
	.map((e) => "the field at fault does not say so: " + e.outerHTML.slice(0, 140))`

// state is a page that somebody has done something to.
type state struct {
	name string
	make func(t *testing.T) *visitor
	but  []string // rules that cannot hold in it, by intention
}

func states(b *bed) []state {
	at := func(who, path string) func(t *testing.T) *visitor {
		return func(t *testing.T) *visitor {
			v := visit(t)
			if who != "" {
				v.hold(b.sessionOf(t, who))
			}
			v.open(path)
			return v
		}
	}
	fresh := func(t *testing.T) handlers.Receipt {
		return b.newCase(t, b.as(t, coordinator), casefile.DomesticViolence)
	}
	return []state{
		{"a wrong password", func(t *testing.T) *visitor {
			v := at("", "/signin")(t)
			v.seen.expect(`status of 422`)
			v.write("username", "askush")
			v.write("password", "asgjë")
			v.press(`form[action="/signin"] button.primary`)
			return v
		}, nil},
		{"what the script finds wrong", func(t *testing.T) *visitor {
			v := at(coordinator, "/cases/"+fresh(t).Case+"/do/referral.create")(t)
			v.click("main form[data-form] button.primary")
			v.until(`document.activeElement.matches("main .errors")`)
			return v
		}, nil},
		{"an opened name", func(t *testing.T) *visitor {
			v := at(coordinator, "/cases/"+fresh(t).Case)(t)
			v.click("#part-persons form[data-open] button")
			v.until(`document.querySelector("#part-persons .opened dd")`)
			return v
		}, nil},
		{"the screen hidden", func(t *testing.T) *visitor {
			v := at(coordinator, "/board")(t)
			v.do(chromedp.KeyEvent("\u001b\u001b"))
			v.until(`document.documentElement.matches(".blank")`)
			return v
			// Nothing is left for anybody, the screen reader's user with it: that is what was asked for.
		}, []string{"landmark-one-main", "page-has-heading-one"}},
		{"a receipt", func(t *testing.T) *visitor {
			v := at(coordinator, "/cases/"+fresh(t).Case+"/do/risk.assess")(t)
			v.check("factors", "weapons")
			v.choose("level", casefile.High)
			v.write("reason", b.secret("Arsye për provën e hyrjes për të gjithë"))
			v.file()
			return v
		}, nil},
		{"what others did meanwhile", func(t *testing.T) *visitor {
			made := fresh(t)
			v := at(coordinator, "/cases/"+made.Case+"/do/risk.assess")(t)
			v.seen.expect(`status of 4(09|12|22)`)
			b.step(t, b.as(t, coordinator), made.Case, "measure.take", "", &handlers.TakeMeasure{Kind: "accompaniment", Detail: person.PlainOf(b.secret("E shoqëruan deri te mjeku i qytetit"))})
			v.check("factors", "weapons")
			v.choose("level", casefile.High)
			v.write("reason", b.secret("Arsye e dytë për provën e hyrjes"))
			v.send()
			return v
		}, nil},
		{"no connection", func(t *testing.T) *visitor {
			line := newWire(t, b.app.URL()[len("http://"):])
			v := visit(t)
			v.base = "http://" + line.ln.Addr().String()
			v.seen.expect(`ERR_(CONNECTION_|EMPTY_RESPONSE|SOCKET_)`)
			v.seen.expect(`WebSocket connection to`)
			v.hold(b.sessionOf(t, coordinator))
			v.open("/board")
			v.follows()
			line.set(true)
			v.until(`document.querySelector('#stand[data-state="lost"]')`)
			return v
		}, nil},
		{"a row that has just changed", func(t *testing.T) *visitor {
			v := at(coordinator, wholeBoard)(t)
			v.follows()
			made := fresh(t)
			v.until(`document.querySelector(%s)`, row(made.Case))
			return v
		}, nil},
		{"the wall", at(coordinator, "/board?wall"), nil},
		{"what is not open now", func(t *testing.T) *visitor {
			v := visit(t)
			v.hold(b.sessionOf(t, coordinator))
			v.seen.expect(`status of 409`)
			v.open("/cases/" + fresh(t).Case + "/do/hearing.record")
			return v
		}, nil},
		{"what is somebody else's", func(t *testing.T) *visitor {
			v := visit(t)
			v.hold(b.sessionOf(t, administrator))
			v.seen.expect(`status of 40[34]`)
			v.open("/board")
			return v
		}, nil},
	}
}

// Pages in the states that people bring them into, in both languages, on a desk by day and on a phone by night.
func TestEveryStateIsAccessible(t *testing.T) {
	b := use(t)
	for _, s := range states(b) {
		t.Run(s.name, func(t *testing.T) {
			v := s.make(t)
			v.accessible(s.name, s.but...)
			v.size(phone)
			v.dark(true)
			v.accessible(s.name+", on a phone by night", s.but...)
		})
	}
}

// Every route on a phone by night, and there, where most is folded, whatever it can unfold: menus and details, one after
// the other.
func TestPhonesByNightAreAccessible(t *testing.T) {
	t.Parallel()
	b := use(t)
	all, _ := b.stops(t)
	unfolded := 0
	looked := map[string]bool{} // the head is the same on all pages
	b.visits(t, layouts(all), i18n.Albanian, func(v *visitor, s stop) {
		v.size(phone)
		v.dark(true)
		v.accessible(s.path+" on a phone by night", samples(s.path)...)
		for n := range v.count(folded) {
			name := eval[string](v, fmt.Sprintf(unfold, n))
			if name == "" || looked[s.who+name] {
				continue
			}
			looked[s.who+name] = true
			unfolded++
			v.accessible(s.path + " with " + name)
			eval[bool](v, fmt.Sprintf(`(() => { document.querySelectorAll(%s)[%d].click(); window.axeAt = undefined; return true; })()`, quoted([]any{folded})[0], n))
		}
	})
	if unfolded < 5 {
		t.Errorf("only %d things were unfolded", unfolded)
	}
}

// samples are the rules that hold for no page on which whole pages stand as samples: it has the head of a page more than once.
func samples(path string) []string {
	if strings.HasPrefix(path, "/styleguide") {
		return []string{"landmark-unique"}
	}
	return nil
}

const folded = `summary, [popovertarget]`

// unfold opens one of them, as a click does, and has axe look at what it opened: what lies under a menu may be covered. A sample of a page
// inside the style guide lies over other samples when it opens; the page itself is a stop of its own.
const unfold = `(() => {
	const e = document.querySelectorAll("` + folded + `")[%d];
	if (!e.checkVisibility() || e.closest("details[open]") || location.pathname.startsWith("/styleguide") && e.closest("main")) return "";
	e.click();
	window.axeAt = e.popoverTargetElement ?? e.closest("details");
	return e.outerHTML.slice(0, 90);
})()`
