package browsertest

import (
	"strconv"
	"strings"
	"testing"
)

// A figure opens on as many events as it says, its charts have their numbers beside them, and the year comes as a table
// that says the same.
func TestAFigureOpensOnItsEvents(t *testing.T) {
	v := signedIn(t, coordinator)
	v.open("/indicators/2024")
	const gtn = `main a[href="/indicators/2024/1.1.05"]`
	said := eval[string](v, `document.querySelector('`+gtn+`').closest("tr").querySelector("td b").innerText`)
	want, err := strconv.Atoi(said)
	ok(t, err)
	eval[bool](v, `fetch(document.querySelector("main a[download]").href).then(async (a) => { window.file = await a.text(); }) && true`)
	v.until("window.file")
	file := eval[string](v, "window.file")
	line := ""
	for l := range strings.SplitSeq(file, "\r\n") {
		if strings.HasPrefix(l, "2024;1.1.05;") {
			line = l
		}
	}
	if cells := strings.Split(line, ";"); len(cells) != 22 || cells[5] != said || cells[8] != "30" {
		t.Errorf("the file says %q", line)
	}
	v.press(gtn)
	if n := v.count("main table.rows tbody tr"); n != want {
		t.Errorf("behind %d stand %d events", want, n)
	}
	if n := v.count(`main .chart svg[role="img"] > title`); n != 2 {
		t.Errorf("there are %d charts", n)
	}
	sum := eval[int](v, `[...document.querySelectorAll("main .chart:first-child td")].reduce((n, td) => n + Number(td.textContent.trim()), 0)`)
	if sum != want {
		t.Errorf("the months together are %d, not %d", sum, want)
	}
	if target := eval[string](v, `document.querySelector("main .chart:last-child tbody tr:last-child td:last-child").textContent.trim()`); target != "30" {
		t.Errorf("the target of 2024 is drawn as %q", target)
	}
	v.press(`main table.rows a[href^="/meetings/"]`)
	if v.count("main #attendance") != 1 {
		t.Error("an event does not lead to its meeting")
	}
}
