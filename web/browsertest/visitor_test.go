package browsertest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"mkr/handlers"
	"mkr/internal/app"
	"mkr/web/i18n"
	"mkr/web/pages"
)

// patience is how long a page may take for what is waited for. It is long: other packages are tested at the same time.
const patience = 20 * time.Second

// visitor is a person at her own browser.
type visitor struct {
	t      *testing.T
	b      *bed
	ctx    context.Context
	base   string // of the addresses she goes to
	Caller handlers.Caller
	seen   *record
	finger bool // she has no mouse: what is clicked is touched
}

// visit opens a browser with an empty profile. When the test ends, what the browser saw and said is looked through.
func visit(t *testing.T) *visitor {
	t.Helper()
	return visitAt(t, use(t))
}

func visitAt(t *testing.T, b *bed) *visitor {
	t.Helper()
	root := browser(t)
	v := &visitor{t: t, b: b, base: b.app.URL(), seen: &record{}}
	v.tab(root.ctx, chromedp.WithNewBrowserContext())
	// A test may write in a field before a busy browser has come to put the cursor there by itself: it says so, and nothing is amiss.
	v.seen.expect("Autofocus processing was blocked because a document already has a focused element")
	t.Cleanup(func() { v.seen.check(t, b) })
	return v
}

// tab opens a tab and begins to record it.
func (v *visitor) tab(parent context.Context, option ...chromedp.ContextOption) {
	v.t.Helper()
	ctx, cancel := chromedp.NewContext(parent, append(option, chromedp.WithListener(v.seen.event))...)
	v.ctx = ctx
	v.t.Cleanup(cancel)
	ok(v.t, chromedp.Do(ctx))
	_, err := chromedp.Call(ctx, network.Enable, network.EnableParams{})
	ok(v.t, err)
	_, err = chromedp.Call(ctx, log.Enable, cdp.Empty{})
	ok(v.t, err)
	_, err = chromedp.Call(ctx, audits.Enable, cdp.Empty{})
	ok(v.t, err)
}

// another opens a second tab of the same browser, with its cookies.
func (v *visitor) another() *visitor {
	v.t.Helper()
	second := *v
	second.tab(v.ctx)
	return &second
}

// signedIn is a visitor who holds a session already.
func signedIn(t *testing.T, username string) *visitor {
	t.Helper()
	v := visit(t)
	v.hold(v.b.sessionOf(t, username))
	return v
}

func (v *visitor) hold(s session) {
	v.t.Helper()
	v.Caller = s.caller
	v.cookie(pages.SessionCookie(false), s.token)
}

func (v *visitor) cookie(name, value string) {
	v.t.Helper()
	_, err := chromedp.Call(v.ctx, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: v.base})
	ok(v.t, err)
}

// speak chooses the pages' language.
func (v *visitor) speak(l i18n.Language) {
	v.t.Helper()
	v.cookie("mkr-lang", string(l))
}

// words are the catalogue's words in Albanian, which visitors read unless they choose otherwise.
func words(t *testing.T) *i18n.Locale {
	t.Helper()
	zone, err := app.Zone()
	ok(t, err)
	return i18n.For(i18n.Albanian, zone)
}

// do runs steps, each within the patience.
func (v *visitor) do(steps ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	for _, step := range steps {
		ctx, cancel := context.WithTimeout(v.ctx, patience)
		err := chromedp.Do(ctx, step)
		cancel()
		if err != nil {
			v.fail("a step", err)
		}
	}
}

// eval asks the page for a value.
func eval[T any](v *visitor, expression string) T {
	v.t.Helper()
	out, err := tryEval[T](v, expression)
	if err != nil {
		v.fail(expression, err)
	}
	return out
}

func tryEval[T any](v *visitor, expression string) (T, error) {
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](expression))
}

// until waits for a condition in the page. A page that is just being left has none.
func (v *visitor) until(condition string, args ...any) {
	v.t.Helper()
	expression := fmt.Sprintf(condition, quoted(args)...)
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	var last error
	for {
		yes, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+expression+")"))
		if err == nil && yes {
			return
		}
		if ctx.Err() != nil {
			v.fail("waiting for "+expression, errors.Join(ctx.Err(), last))
		}
		last = err
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
}

// quoted turns texts into JavaScript's, for conditions.
func quoted(args []any) []any {
	out := make([]any, len(args))
	for i, a := range args {
		if s, isText := a.(string); isText {
			text, _ := json.Marshal(s)
			out[i] = string(text)
			continue
		}
		out[i] = a
	}
	return out
}

// fail ends the test with what the page showed.
func (v *visitor) fail(what string, err error) {
	v.t.Helper()
	where, _ := tryEval[string](v, "location.pathname + location.search")
	text, _ := tryEval[string](v, `(document.querySelector("main") ?? document.documentElement).innerText.slice(0, 1500)`)
	if dir := os.Getenv("MKR_PICTURES"); dir != "" {
		if png, err := chromedp.Run(v.ctx, chromedp.CaptureScreenshot()); err == nil {
			_ = os.WriteFile(filepath.Join(dir, "failed-"+strings.ReplaceAll(v.t.Name(), "/", "-")+".png"), png, 0o600)
		}
	}
	v.t.Fatalf("%s: %v\nat %s:\n%s", what, err, where, text)
}

const loaded = `!window.left && document.readyState === "complete" && location.protocol.startsWith("http")`

// wholeBoard shows more rows than the tests of this package open cases: what one of them waits for is on the first page.
const wholeBoard = "/board?limit=200"

// open goes to a page.
func (v *visitor) open(path string) {
	v.t.Helper()
	v.do(chromedp.Navigate(v.base + path))
	v.until(loaded)
	v.here()
}

// here notes the title of the page, and gives its path.
func (v *visitor) here() string {
	v.t.Helper()
	at := eval[[2]string](v, "[document.title, location.pathname]")
	v.seen.title(at[0])
	return at[1]
}

// press clicks what leads to another page, and waits for that page.
func (v *visitor) press(selector string) string {
	v.t.Helper()
	eval[bool](v, "window.left = true")
	v.click(selector)
	v.until(loaded)
	return v.here()
}

// stillness: no row glides to its place, so that what is aimed at is hit. What turns for as long as something is awaited
// (a button that was pressed) is no hindrance.
const stillness = `!document.getAnimations().some((a) => a.playState === "running" && a.effect?.getTiming().iterations !== Infinity &&
	a.effect?.getKeyframes().some((k) => k.transform))`

// click clicks like a person: at the middle of what is seen there.
func (v *visitor) click(selector string) {
	v.t.Helper()
	v.until(`document.querySelector(%s)`, selector)
	v.until(stillness)
	if v.finger {
		v.tap(selector)
		return
	}
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	err := chromedp.Do(ctx, chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
	for err != nil && strings.Contains(err.Error(), "Could not find node") { // a live page drew it anew between looking and clicking
		err = chromedp.Do(ctx, chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
	}
	if err != nil {
		v.fail("clicking "+selector, err)
	}
}

// text is what the page shows in the first element of a selector; "" if there is none.
func (v *visitor) text(selector string) string {
	v.t.Helper()
	return eval[string](v, fmt.Sprintf(`document.querySelector(%s)?.innerText ?? ""`, quoted([]any{selector})...))
}

// count counts the elements of a selector.
func (v *visitor) count(selector string) int {
	v.t.Helper()
	return eval[int](v, fmt.Sprintf(`document.querySelectorAll(%s).length`, quoted([]any{selector})...))
}

// mark leaves a note in the page that does not outlive it.
func (v *visitor) mark() {
	v.t.Helper()
	eval[bool](v, "window.marked = true")
}

// same makes sure that the page is still the one that was marked: it changed in place.
func (v *visitor) same() {
	v.t.Helper()
	if !eval[bool](v, "window.marked === true") {
		v.t.Errorf("%s was loaded again", eval[string](v, "location.pathname"))
	}
}

// follows waits until the page is live.
func (v *visitor) follows() {
	v.t.Helper()
	v.until(`document.querySelector('#stand[data-state="live"]')`)
}

// unescaped undoes the escapes of addresses, as far as there are any.
func unescaped(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}
