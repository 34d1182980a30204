package browsertest

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"mkr/domain/casefile"
	"mkr/web/i18n"
)

// Accounts that only the guide's pictures sign in with: whoever keeps the police's accounts, and an office of the municipality.
const (
	steward = "drejtues.policia"
	office  = "zyra.arsimore"
)

// page900 is the screen of the guide's pictures: small, so that their words can be read where they are shown smaller.
var page900 = [2]int64{900, 540}

// TestGuidePictures makes the pictures of the users' guide anew when MKR_GUIDE_PICTURES is set: make guide-pictures.
func TestGuidePictures(t *testing.T) {
	if os.Getenv("MKR_GUIDE_PICTURES") == "" {
		t.Skip("MKR_GUIDE_PICTURES is not set: the guide's pictures stay as they are")
	}
	b := use(t)
	rich := b.richCase(t)
	house := b.as(t, shelter).Institution
	child := b.newCase(t, b.as(t, childWorker), casefile.ChildProtection).Case // one that nobody has assessed yet
	boss := signedIn(t, coordinator)
	boss.open("/meetings")
	meeting := eval[string](boss, `document.querySelector("main tbody a").getAttribute("href")`)
	for _, l := range i18n.Languages {
		dir := filepath.Join("..", "..", "docs", "guide", "images", string(l))
		ok(t, os.MkdirAll(dir, 0o755))
		for _, p := range []struct{ name, who, path string }{
			{"sign-in", "", "/signin"},
			{"board", coordinator, "/board"},
			{"case", coordinator, "/cases/" + rich},
			{"refer", coordinator, "/cases/" + rich + "/do/referral.create"},
			{"new-case", police, "/cases/new"},
			{"tasks", ngo, "/inbox"},
			{"places", shelter, "/institutions/" + house + "/do/institution.report_capacity"},
			{"replay", auditor, fmt.Sprintf("/cases/%s/replay?step=5", rich)},
			{"indicators", auditor, "/indicators/2014"},
			{"account", administrator, "/admin/accounts/new"},
			{"screening", childWorker, "/cases/" + child + "/do/child.screen"},
			{"orders", court, "/orders"},
			{"own-people", steward, "/admin"},
			{"my-account", police, "/account"},
			{"hospital-tasks", hospital, "/inbox"},
			{"office-tasks", office, "/inbox"},
			{"deadlines", coordinator, "/deadlines"},
			{"meeting", coordinator, meeting},
			{"seal", coordinator, "/cases/" + rich + "/do/case.seal"},
			{"who-looked", auditor, "/cases/" + rich + "/looks"},
		} {
			v := visit(t)
			if p.who != "" {
				s := b.sessionOf(t, p.who)
				v.hold(s)
				v.cookie("mkr-tour", s.caller.Role) // the greeting is the demo's, not the work's
			}
			v.speak(l)
			v.size(page900)
			v.dark(false)
			v.open(p.path)
			if v.count("#stand[data-topics]:not([data-topics=''],[data-still])") > 0 {
				v.follows()
			}
			shot, err := chromedp.Run(v.ctx, chromedp.CaptureScreenshot())
			ok(t, err)
			small, err := reduced(shot)
			ok(t, err)
			ok(t, os.WriteFile(filepath.Join(dir, p.name+".png"), small, 0o644))
		}
	}
}
