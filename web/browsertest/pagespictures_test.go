package browsertest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"mkr/handlers"
	"mkr/web/i18n"
)

// TestPicturesOfTheHouse writes whole-page pictures of the pages that are about no single case, at three sizes and in
// both schemes.
func TestPicturesOfTheHouse(t *testing.T) {
	dir := os.Getenv("MKR_PICTURES")
	if dir == "" {
		t.Skip("MKR_PICTURES names no folder for them")
	}
	only := os.Getenv("MKR_PICTURES_ONLY")
	for _, l := range i18n.Languages {
		boss, keeper, prover, door := signedIn(t, coordinator), signedIn(t, administrator), signedIn(t, auditor), visit(t)
		for _, v := range []*visitor{boss, keeper, prover, door} {
			v.speak(l)
		}
		boss.open("/meetings")
		meeting := eval[string](boss, `document.querySelector("main tbody a").getAttribute("href")`)
		held := eval[string](boss, `[...document.querySelectorAll("main tbody a")].map((a) => a.getAttribute("href"))[2]`)
		boss.open(meeting + "/live")
		if boss.count("main #next-case") > 0 { // the team turns to its first case
			boss.press("main #next-case")
		}
		review, rich := prover.b.openReview(t), boss.b.richCase(t)
		planned := plannedCase(t, boss)
		keeper.open("/admin")
		one := eval[string](keeper, `document.querySelector("main tbody a").getAttribute("href")`)
		boss.open("/cases/" + rich)
		person := eval[string](boss, `document.querySelector("main a[href*='/persons/']").getAttribute("href")`)
		for _, p := range []struct {
			name string
			v    *visitor
			path string
		}{
			{"guide", door, "/guide"}, {"guide-need", door, "/guide?need=law"},
			{"meetings", boss, "/meetings"}, {"meeting", boss, meeting}, {"room", boss, meeting + "/live"}, {"minutes", boss, held + "/minutes"},
			{"plan", boss, "/cases/" + planned + "/plan"}, {"bounces", boss, "/bounces"}, {"workload", boss, "/workload"}, {"orders", boss, "/orders"}, {"hearings", boss, "/hearings"},
			{"visit", boss, "/cases/" + planned + "/do/visit.plan"}, {"safety", boss, "/cases/" + planned + "/do/safety_plan.write"},
			{"indicators", boss, "/indicators/2024"}, {"things", boss, "/indicators/2024/1.1.05"}, {"indicators-2014", boss, "/indicators/2014"},
			{"institutions", boss, "/institutions"}, {"aid", boss, "/aid"}, {"activities", boss, "/activities"},
			{"admin", keeper, "/admin"}, {"rules", keeper, "/rules"}, {"account", keeper, one},
			{"emergency", boss, "/emergency"}, {"reviews", prover, "/reviews"}, {"review", prover, review}, {"policy", prover, "/policy"},
			{"looks", boss, "/cases/" + rich + "/looks"}, {"exclude", boss, "/cases/" + rich + "/do/exclusion.set"}, {"seal", boss, "/cases/" + rich + "/do/case.seal"}, {"consent", boss, "/cases/" + rich + "/do/consent.record"},
			{"erasures", boss, "/erasures"}, {"person", boss, person}, {"report", boss, person + "/report"}, {"erase", boss, person + "/do/erasure.request"},
			{"audit", prover, "/audit"}, {"proof", prover, "/audit/proof/9000"},
		} {
			if only != "" && !slices.Contains(strings.Split(only, ","), p.name) {
				continue
			}
			for _, s := range []struct {
				name string
				size [2]int64
				dark bool
			}{{"phone", phone, false}, {"desk", desk, l == i18n.English}, {"wide", [2]int64{1920, 1080}, l == i18n.Albanian}} {
				p.v.size(s.size)
				p.v.dark(s.dark)
				p.v.open(p.path)
				shot, err := chromedp.Run(p.v.ctx, chromedp.FullScreenshot(100))
				ok(t, err)
				ok(t, os.WriteFile(filepath.Join(dir, fmt.Sprintf("house-%s-%s-%s.png", p.name, s.name, l)), shot, 0o644))
			}
		}
	}
}

// plannedCase is the demo's open case whose plan has the most to show.
func plannedCase(t *testing.T, v *visitor) string {
	t.Helper()
	list, err := v.b.app.Service().Board(t.Context(), v.Caller, handlers.ListQuery{Limit: 200})
	ok(t, err)
	best, most := "", -1
	for _, r := range list.Items {
		c, err := v.b.app.Service().Case(t.Context(), v.Caller, r.Case, handlers.At{})
		ok(t, err)
		if n := len(c.Plan.Goals) + len(c.Plan.Reviews) + len(c.Plan.Actions) + len(c.Safety.Items) + len(c.Visits); n > most {
			best, most = r.Case, n
		}
	}
	return best
}
