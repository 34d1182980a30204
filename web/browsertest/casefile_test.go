package browsertest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"mkr/web/i18n"
)

// The file of a case is read far from here, by a judge or a lawyer: axe finds nothing in it either, on a desk by day and on a phone
// by night.
func TestTheFileOfACaseIsAccessible(t *testing.T) {
	b := use(t)
	b.raise(t, coordinator)
	_, status, file := b.get(t, coordinator, "/cases/"+b.richCase(t)+"/bundle/file", i18n.Albanian)
	if status != 200 {
		t.Fatalf("the file is answered with %d", status)
	}
	path := filepath.Join(t.TempDir(), "case.html")
	ok(t, os.WriteFile(path, []byte(file), 0o600))
	v := visit(t)
	v.do(chromedp.Navigate("file://" + path))
	v.until(`document.querySelector("main h1")`)
	v.accessible("the file of a case")
	v.size(phone)
	v.dark(true)
	v.accessible("the file of a case, on a phone by night")
}
