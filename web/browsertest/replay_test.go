package browsertest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/handlers"
)

// past is what the test compares of a case at a moment.
type past struct {
	Code, Stage, Risk string
	Ball              casefile.Ball
	Position          uint64
	Referrals         []struct{ Status string }
	Orders            []struct{ Status string }
	Persons           []struct{ Person string }
}

func TestReplayShowsWhatTheAPISays(t *testing.T) {
	b, w := use(t), words(t)
	v := signedIn(t, coordinator)
	id := b.richCase(t)
	token, _, err := b.app.Service().IssueToken(t.Context(), v.Caller.Account, "browsertest", time.Hour)
	ok(t, err)
	line, err := b.app.Service().Timeline(t.Context(), v.Caller, id, handlers.At{})
	ok(t, err)
	steps := len(line.Entries)
	if steps < 8 {
		t.Fatalf("the case has %d events only", steps)
	}
	// at is the last position that belongs to a step.
	at := func(step int) uint64 {
		if step == steps {
			return line.Position
		}
		return line.Entries[step].Position - 1
	}
	compare := func(step int) {
		t.Helper()
		// The page is of the step when its heading and its list say so: both come with the state.
		v.until(`document.querySelector("#replay .now").innerText === %s`, w.T("replay.step", "n", w.Number(step), "all", w.Number(steps)))
		v.until(`[...document.querySelectorAll("#replay .story li")].findIndex((li) => li.ariaCurrent === "step") === %d`, step-1)
		var c past
		call(t, b, token, fmt.Sprintf("/cases/%s?at=%d", id, at(step)), &c)
		risk := c.Risk
		if risk == "" {
			risk = "unassessed"
		}
		if got, want := v.text(".casehead"), []string{c.Code, w.Code("level", risk), w.Code("stage", c.Stage)}; !containsAll(got, want) {
			t.Errorf("step %d: the head says %q, the API %q", step, got, want)
		}
		ball := v.text(".ballbox")
		if c.Ball.Closed != strings.Contains(ball, w.T("ball.nobody")) || !c.Ball.Closed && !strings.Contains(ball, w.Code("owed", c.Ball.Action)) {
			t.Errorf("step %d: the ball is %q, the API says %+v", step, ball, c.Ball)
		}
		for part, statuses := range map[string][]struct{ Status string }{"referrals": c.Referrals, "orders": c.Orders} {
			if n := v.count("#part-" + part + " .items > li"); n != len(statuses) {
				t.Errorf("step %d: %d %s, the API has %d", step, n, part, len(statuses))
			}
			for _, s := range statuses {
				if !strings.Contains(v.part(part), w.Code("status", s.Status)) {
					t.Errorf("step %d: none of the %s is %s", step, part, s.Status)
				}
			}
		}
		if n := v.count("#part-persons .items > li"); n != len(c.Persons) {
			t.Errorf("step %d: %d persons, the API has %d", step, n, len(c.Persons))
		}
		if n := v.count("#replay [data-open], #replay a[href*='/do/']"); n != 0 {
			t.Errorf("step %d: the past offers %d things to do", step, n)
		}
	}

	v.open("/cases/" + id)
	v.press(fmt.Sprintf(`main a[href="/cases/%s/replay"]`, id))
	v.mark()
	compare(steps)
	v.do(chromedp.Focus(chromedp.CSS("#step")))
	for _, k := range []struct {
		key  string
		step int
	}{
		{kb.ArrowLeft, steps - 1}, {kb.ArrowLeft, steps - 2}, {kb.ArrowRight, steps - 1}, {kb.Home, 1}, {kb.ArrowRight, 2}, {kb.End, steps},
	} {
		v.do(chromedp.KeyEvent(k.key))
		compare(k.step)
		if focus := eval[string](v, "document.activeElement.id"); focus != "step" {
			t.Fatalf("the slider lost the keyboard to %q", focus)
		}
	}
	// A key that is held: whatever comes late, the last one counts.
	v.do(chromedp.KeyEvent(strings.Repeat(kb.ArrowLeft, 5)))
	compare(steps - 5)
	for _, k := range []struct {
		button string
		step   int
	}{{"first", 1}, {"next", 2}, {"next", 3}, {"prev", 2}, {"last", steps}} {
		v.click(fmt.Sprintf(`#replay [data-rel=%q]`, k.button))
		compare(k.step)
	}
	v.click(`#replay [data-rel="step-4"]`)
	compare(4)
	v.same()
	// The address is of the step, so that it can be sent: it shows the same when it is opened.
	v.open(eval[string](v, "location.pathname + location.search"))
	compare(4)
	if v.Caller.Role != access.Coordinator {
		t.Fatal(v.Caller.Role)
	}
}

func containsAll(text string, parts []string) bool {
	for _, p := range parts {
		if !strings.Contains(text, p) {
			return false
		}
	}
	return true
}

// call asks the API as a partner system does.
func call(t *testing.T, b *bed, token, path string, into any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.app.URL()+"/api/v1"+path, nil)
	ok(t, err)
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	ok(t, err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	ok(t, err)
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %s", path, res.StatusCode, body)
	}
	ok(t, json.Unmarshal(body, into))
}
