package browsertest

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"mkr/domain/casefile"
	"mkr/handlers"
)

// The order and the filters stand in the address; a row that changes moves to its place with the focus on it, shows which
// of its cells changed, and leaves when the filter no longer lets it through. Nothing is loaded again.
func TestARowMovesToItsPlaceAndShowsWhatChanged(t *testing.T) {
	b := use(t)
	v := signedIn(t, coordinator)
	made := b.newCase(t, v.Caller, casefile.DomesticViolence)
	b.assessed(t, v.Caller, made.Case, casefile.Low)

	v.open("/board?kind=domestic_violence&limit=200")
	v.press(`#board a[href*="sort=-risk"]`)
	if at := eval[string](v, "location.search"); !strings.Contains(at, "kind=domestic_violence") || v.count(`#board th[aria-sort="descending"]`) != 1 || v.count("#board th[aria-sort]") != 1 {
		t.Errorf("sorted at %s: %q", at, v.text("#board thead"))
	}
	v.follows()
	v.mark()
	const place = `[...document.querySelectorAll("#board tbody tr")].indexOf(document.querySelector(%s))`
	v.until(`document.querySelector(%s)`, row(made.Case))
	before := v.at(place, row(made.Case))
	eval[bool](v, `(document.querySelector(`+quotedText(row(made.Case)+" a")+`).focus({preventScroll: true}), true)`)
	b.assessed(t, v.Caller, made.Case, casefile.High)
	v.until(`document.querySelector(%s)`, row(made.Case)+" .risk.high")
	if now := v.at(place, row(made.Case)); now >= before || v.count("#board .risk.high") <= now {
		t.Errorf("the row was at %d and is at %d, of %d of high risk", before, now, v.count("#board .risk.high"))
	}
	if !eval[bool](v, `document.activeElement === document.querySelector(`+quotedText(row(made.Case)+" a")+`)`) {
		t.Error("the focus was lost")
	}
	if v.count(row(made.Case)+" .c-risk.changed") != 1 || v.count(row(made.Case)+" .c-case.changed") != 0 {
		t.Errorf("marked: %d cells", v.count(row(made.Case)+" .changed"))
	}
	v.until(`/\d/.test(document.getElementById("said")?.textContent)`)
	v.same()

	v.seen.expect(`status of 404`) // what is asked of the row that leaves
	v.open("/board?limit=200&risk=high&sort=case")
	v.follows()
	v.mark()
	v.until(`document.querySelector(%s)`, row(made.Case))
	codes := eval[[]string](v, `[...document.querySelectorAll("#board .code")].map((a) => a.textContent)`)
	if !slices.IsSorted(codes) {
		t.Errorf("by case: %v", codes)
	}
	b.assessed(t, v.Caller, made.Case, casefile.Medium)
	v.until(`!document.querySelector(%s)`, row(made.Case))
	v.same()
	if v.figure(0) == v.count("#board tbody tr") {
		t.Error("the figure counts the filtered list")
	}
}

// at is a number that the page gives for a selector.
func (v *visitor) at(expression, selector string) int {
	v.t.Helper()
	return eval[int](v, strings.ReplaceAll(expression, "%s", quotedText(selector)))
}

func quotedText(s string) string { return quoted([]any{s})[0].(string) }

// One hand on the keyboard, in every list; in a field a letter is a letter.
func TestListsAreWalkedByKeys(t *testing.T) {
	v := signedIn(t, coordinator)
	const here = `[...document.querySelectorAll("main tbody tr:not(.group)")].indexOf(document.activeElement.closest("tr"))`
	for _, path := range []string{"/board", "/deadlines", "/outbox", "/register"} {
		v.open(path)
		for _, step := range []struct {
			keys string
			want int
		}{{"j", 0}, {"j", 1}, {"jj", 3}, {"k", 2}} {
			v.do(chromedp.KeyEvent(step.keys))
			if at := eval[int](v, here); at != step.want {
				t.Errorf("%s: %s leads to row %d, not %d", path, step.keys, at, step.want)
			}
		}
	}
	v.open("/register")
	// As an event, because the driver would write the character though the page has taken the key.
	if !eval[bool](v, `!document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "/", bubbles: true, cancelable: true }))`) {
		t.Error("the key would be written, too")
	}
	v.do(chromedp.KeyEvent("j?"))
	if got := eval[string](v, `document.activeElement.value`); got != "j?" || v.count("dialog[open]") != 0 {
		t.Errorf("typed into the search: %q", got)
	}
	v.open("/board")
	v.do(chromedp.KeyEvent("?"))
	v.until(`document.getElementById("key-list").open`)
	v.do(chromedp.KeyEvent("\u001b"))
	v.until(`!document.getElementById("key-list").open && getComputedStyle(document.body).visibility === "visible"`)
	eval[bool](v, "window.left = true")
	v.do(chromedp.KeyEvent("gd"))
	v.until(loaded)
	if at := v.here(); at != "/deadlines" {
		t.Errorf("g d leads to %s", at)
	}
	v.do(chromedp.KeyEvent("j"))
	want := eval[string](v, "document.activeElement.pathname")
	eval[bool](v, "window.left = true")
	v.do(chromedp.KeyEvent("\r"))
	v.until(loaded)
	if at := v.here(); at != want || !strings.HasPrefix(at, "/cases/") {
		t.Errorf("enter leads to %s, not %s", at, want)
	}
	// Who wants no single keys has none.
	v.open("/board")
	v.do(chromedp.KeyEvent("?"))
	v.click("#key-list input[type=checkbox]")
	v.do(chromedp.KeyEvent("\u001b"))
	v.do(chromedp.KeyEvent("j"))
	if at := eval[int](v, here); at != -1 {
		t.Errorf("switched off, j leads to row %d", at)
	}
}

// The ticker tells what happens, to those who may see the case, and remembers whether it is open.
func TestTheTickerTells(t *testing.T) {
	b := use(t)
	boss, helper := signedIn(t, coordinator), signedIn(t, ngo)
	for _, v := range []*visitor{boss, helper} {
		v.size(desk)
		v.open("/board")
		v.follows()
		if eval[bool](v, `document.getElementById("ticker").open`) {
			t.Error("open on a narrow screen by itself")
		}
		v.click("#ticker summary")
		v.until(`document.getElementById("ticker").open`)
		v.mark()
	}
	made := b.newCase(t, boss.Caller, casefile.DomesticViolence)
	boss.until(`document.querySelector("#ticker ol").innerText.includes(%s)`, made.Code)
	boss.same()
	b.refer(t, boss.Caller, made.Case, helper.Caller.Institution, "psychosocial")
	helper.until(`document.querySelector("#ticker ol").innerText.includes(%s)`, made.Code)
	if n := boss.count("#ticker li"); n != 12 {
		t.Errorf("%d lines", n)
	}
	other := b.newCase(t, boss.Caller, casefile.DomesticViolence)
	boss.until(`document.querySelector("#ticker ol").innerText.includes(%s)`, other.Code)
	helper.open("/board")
	if helper.text("#ticker ol"); strings.Contains(helper.text("#ticker ol"), other.Code) {
		t.Error("she is told of a case that is not hers")
	}
	if !eval[bool](helper, `document.getElementById("ticker").open`) {
		t.Error("it was not remembered that the ticker is open")
	}
}

// A page that the browser kept, or that slept, lies under a veil until it has caught up; then it says what was missed.
func TestWhatIsStaleDoesNotLookFresh(t *testing.T) {
	b := use(t)
	v := signedIn(t, coordinator)
	made := b.newCase(t, v.Caller, casefile.DomesticViolence)
	v.open(wholeBoard)
	v.follows()
	v.mark()
	eval[bool](v, `dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true }))`)
	v.until(`document.documentElement.dataset.line === "stale" && document.getElementById("veil").textContent.length > 20`)
	b.assessed(t, v.Caller, made.Case, casefile.High)
	if v.count(row(made.Case)+" .risk.high") != 0 || v.text("#stand .state") != words(t).T("live-lost") {
		t.Error("a page that was left goes on")
	}
	eval[bool](v, `dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }))`)
	v.follows()
	if v.count(row(made.Case)+" .risk.high") != 1 {
		t.Error("it looks fresh before it has caught up")
	}
	v.until(`document.documentElement.dataset.line === undefined && document.getElementById("veil").textContent.includes(%s)`, words(t).N("live.missed", 1))
	v.same()
}

// Whole rows only, and how many more there are; the rest comes by itself.
func TestTheWallShowsWholeRows(t *testing.T) {
	v := signedIn(t, coordinator)
	v.size([2]int64{1366, 768})
	v.open("/board?wall")
	v.follows()
	v.until(`document.getElementById("wall-more").textContent !== ""`)
	out := eval[string](v, `(() => {
		const rows = [...document.querySelectorAll("#board tbody tr")], seen = rows.filter((r) => !r.hidden);
		const end = seen.at(-1).getBoundingClientRect().bottom, foot = document.querySelector("footer").getBoundingClientRect().top;
		if (seen.length < 3 || seen.length === rows.length) return seen.length + " of " + rows.length + " rows";
		return end > foot || document.scrollingElement.scrollHeight > innerHeight + 1 ? "the last row ends at " + end + ", the foot begins at " + foot : "";
	})()`)
	if out != "" {
		t.Error(out)
	}
}

// Every answer that a task offers is one that the service would take, for everybody who has tasks.
func TestTasksOfferWhatIsOpen(t *testing.T) {
	b := use(t)
	links := 0
	for _, s := range b.demo.SignIns {
		_, status, body := b.get(t, s.Username, "/inbox", "sq")
		if status != 200 {
			continue
		}
		for _, link := range linksIn("/inbox", body) {
			u, err := url.Parse(link)
			ok(t, err)
			id, action, found := strings.Cut(strings.TrimPrefix(u.Path, "/cases/"), "/do/")
			if !found {
				continue
			}
			links++
			if !b.isOpen(t, s.Username, id, action, u.Query().Get("target")) {
				t.Errorf("%s is offered %s, which is not open", s.Username, link)
			}
		}
	}
	if links < 20 {
		t.Errorf("only %d answers were offered", links)
	}
}

func (b *bed) isOpen(t *testing.T, who, caseID, action, target string) bool {
	t.Helper()
	c, err := b.app.Service().Case(t.Context(), b.as(t, who), caseID, handlers.At{})
	ok(t, err)
	return slices.ContainsFunc(c.Actions, func(a handlers.OpenAction) bool { return a.Action == action && (target == "" || a.ID == target) })
}
