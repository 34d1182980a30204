package pages_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

var figureLink = regexp.MustCompile(`href="(/indicators/2026/[^"?]+)\?at=\d+"`)

// A year's figures, run again at the position at which they were run, are the same bytes: the file, the page and what stands behind each
// figure, whatever was recorded since. The links of such a page stay at its moment.
func TestFiguresRunAgainAreTheSameBytes(t *testing.T) {
	b := newBed(t)
	b.refer(b.open())
	br := b.signedIn("coordinator")
	at := "?at=" + moment(t, br.get("/indicators/2026?at=head"))
	read := func(path string) string {
		a := br.get(path)
		if a.status != http.StatusOK {
			t.Fatalf("%s: %d", path, a.status)
		}
		if strings.Contains(path, ".csv") {
			return a.body
		}
		_, body, _ := strings.Cut(a.body, "<h1") // above it stands how far today's history goes
		body, _, _ = strings.Cut(body, "</main>")
		return body
	}
	page := read("/indicators/2026" + at)
	paths := []string{"/indicators/2026" + at, "/indicators/2026.csv" + at}
	for _, m := range figureLink.FindAllStringSubmatch(page, -1) {
		paths = append(paths, m[1]+at)
	}
	if len(paths) < 10 {
		t.Fatalf("only %d addresses stay at the moment", len(paths))
	}
	first := map[string]string{}
	for _, path := range paths {
		first[path] = read(path)
	}
	for range 3 {
		b.refer(b.open())
	}
	changed := 0
	for _, path := range paths {
		if again := read(path); again != first[path] {
			t.Errorf("%s, run again, is another:\n%s\nit was\n%s", path, again, first[path])
		}
		if now := strings.Replace(path, at, "", 1); read(now) != first[path] {
			changed++
		}
	}
	if changed < 3 { // the year's page, its file, and what was counted
		t.Errorf("today's figures differ on %d addresses only: nothing was compared", changed)
	}
}
