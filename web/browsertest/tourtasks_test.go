package browsertest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"mkr/web/i18n"
)

// TestWhatTheDemoAsksForSucceeds: a new user of each role who has only the screen follows the tour and files what it asks
// for, at the first try.
func TestWhatTheDemoAsksForSucceeds(t *testing.T) {
	accept := func(v *visitor) { v.act("referral.accept", v.there()); v.file() }
	settle := func(v *visitor) { v.act("referral.settle", v.there()); v.choose("way", "accepted"); v.file() }
	plan := func(v *visitor) { v.when("when", soon(2)); v.file() }
	for _, c := range []struct {
		who   string
		stop  int
		tries func(v *visitor)
	}{
		{coordinator, 2, settle},
		{childWorker, 1, func(v *visitor) {
			v.check("factors", "weapons")
			v.choose("level", "high")
			v.write("reason", v.b.secret("Ka një armë gjahu në shtëpi"))
			v.file()
		}},
		{childWorker, 2, settle},
		{police, 2, accept},
		{police, 3, func(v *visitor) { v.act("order.execute", v.there()); v.file() }},
		{hospital, 1, accept},
		{hospital, 2, func(v *visitor) {
			v.choose("section", "health")
			v.write("text", v.b.secret("Hematomë në krahun e djathtë"))
			v.file()
		}},
		{ngo, 1, accept},
		{ngo, 2, func(v *visitor) {
			v.act("referral.service", v.there()) // the service that was asked for is chosen already
			v.write("sessions", "1")
			v.file()
		}},
		{ngo, 3, plan},
		{shelter, 1, func(v *visitor) { v.rewrite("total", "12"); v.rewrite("available", "3"); v.file() }},
		{shelter, 2, accept},
		{"zyra.arsimore", 1, accept},
		{"zyra.arsimore", 2, func(v *visitor) { v.act("plan.done", v.there()); v.file() }},
		{court, 1, func(v *visitor) { v.act("order.refuse", v.there()); v.file() }},
		{court, 2, func(v *visitor) { v.choose("court", v.Caller.Institution); v.when("when", soon(3)); v.file() }},
		{auditor, 1, func(v *visitor) { v.press("main tbody a.code") }},
		{auditor, 3, func(v *visitor) { v.press(`main tbody a[href*="/indicators/"]`) }},
		{administrator, 3, func(v *visitor) { v.choose("reason", "on_leave"); v.file() }},
	} {
		t.Run(fmt.Sprintf("%s/%d", c.who, c.stop), func(t *testing.T) {
			v := enter(t, c.who)
			v.press(fmt.Sprintf(".tour li:nth-child(%d) a", c.stop))
			c.tries(v)
		})
	}
}

// there is the thing that the page's address points at: "" where it points at the page.
func (v *visitor) there() string {
	v.t.Helper()
	_, anchor, _ := strings.Cut(eval[string](v, "location.href"), "#")
	_, id, _ := strings.Cut(anchor, "-")
	return id
}

// TestPicturesOfTheGuide writes pictures of the greeting and of the guide's pages, for people to look at.
func TestPicturesOfTheGuide(t *testing.T) {
	dir := os.Getenv("MKR_PICTURES")
	if dir == "" {
		t.Skip("MKR_PICTURES names no folder for them")
	}
	for _, l := range i18n.Languages {
		for _, size := range [][2]int64{phone, desk} {
			for _, p := range []struct{ name, path string }{{"greeting", "/board"}, {"help", "/help"}, {"help-board", "/help/board"}, {"door", "/signin"}} {
				v := visit(t)
				if p.name != "door" {
					v.hold(v.b.sessionOf(t, police))
				}
				v.speak(l)
				v.size(size)
				v.dark(l == i18n.English)
				v.open(p.path)
				shot, err := chromedp.Run(v.ctx, chromedp.CaptureScreenshot())
				ok(t, err)
				ok(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%s-%d.png", p.name, l, size[0])), shot, 0o644))
			}
		}
	}
}
