package browsertest

import (
	"fmt"
	"strings"
	"testing"
)

// TestTheDemoGreetsEveryAccount: whoever comes in by the door of the demo is shown three things to try, each on a page
// that is there for her, and is not shown them again once she has closed the panel.
func TestTheDemoGreetsEveryAccount(t *testing.T) {
	for _, account := range use(t).demo.SignIns {
		t.Run(account.Username, func(t *testing.T) {
			v := enter(t, account.Username)
			home := eval[string](v, "location.pathname")
			stops := eval[[]string](v, `[...document.querySelectorAll(".tour ol a")].map((a) => a.pathname + a.search + a.hash)`)
			if len(stops) != 3 {
				t.Fatalf("she is shown %d things to try: %v", len(stops), stops)
			}
			for i, at := range stops {
				path, anchor, _ := strings.Cut(at, "#")
				v.open(home)
				v.press(fmt.Sprintf(".tour li:nth-child(%d) a", i+1))
				if v.count("main h1") == 0 { // an error's page is found by what the browser says of it
					t.Errorf("%s has no heading: %s", at, v.text("main"))
				}
				if anchor != "" && v.count(fmt.Sprintf("[id=%q]", anchor)) != 1 {
					t.Errorf("%s has no part %s", path, anchor)
				}
				if strings.Contains(path, "/do/") && v.count("main form[data-form]") != 1 {
					t.Errorf("%s is no form", path)
				}
				if v.count(".tour") != 0 {
					t.Errorf("%s greets too: only the first page does", path)
				}
			}
			v.open(home)
			v.press(`.tour form button`)
			if at := v.here(); at != home || v.count(".tour") != 0 {
				t.Errorf("she closed the tour, stands at %s and is shown it still", at)
			}
		})
	}
}
