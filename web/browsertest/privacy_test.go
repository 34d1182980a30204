package browsertest

import (
	"slices"
	"strings"
	"testing"

	"mkr/domain/casefile"
	"mkr/domain/person"
	"mkr/handlers"
)

// What is opened is read on the page by whoever opened it, and is nowhere else: not in a frame, an address, a title or
// the console of any browser, and not in the log. Every other test of this package is looked through in the same way
// when it ends, and so are all files when the service has stopped.
func TestAnOpenedNameIsNowhereElse(t *testing.T) {
	b := use(t)
	names := b.demo.Names()
	if len(names) < 100 || b.secrets.texts < 2*len(names) {
		t.Fatalf("the demo has %d names and %d personal texts: too few to mean anything", len(names), b.secrets.texts)
	}
	boss, watcher := signedIn(t, coordinator), signedIn(t, police)
	watcher.open("/board")
	watcher.follows()
	rich := b.richCase(t)
	boss.open("/cases/" + rich)
	boss.follows()
	boss.click("#part-persons form[data-open] button")
	boss.until(`document.querySelector("#part-persons .opened dd")`)
	shown := boss.text("#part-persons .opened")
	i := slices.IndexFunc(names, func(name string) bool { return strings.Contains(shown, name) })
	if i < 0 {
		t.Fatalf("no name of the demo's is in what was opened: %q", shown)
	}
	if b.secretIn([]byte(shown)) == "" {
		t.Error("the name on the page is not found: nothing would be found elsewhere")
	}
	// Something travels while the name is on the screen.
	made := b.newCase(t, watcher.Caller, casefile.DomesticViolence)
	watcher.until(`document.querySelector(%s)`, row(made.Case))
	b.step(t, boss.Caller, rich, "measure.take", "", &handlers.TakeMeasure{Kind: "accompaniment", Detail: person.PlainOf(b.secret("E shoqëruan deri te e motra"))})
	boss.until(`document.querySelector("#news .meanwhile a[data-show]")`)
	if !strings.Contains(boss.text("#part-persons .opened"), names[i]) {
		t.Error("what was opened was thrown away by a refresh")
	}

	for who, v := range map[string]*visitor{"coordinator": boss, "police": watcher} {
		v.here()
		if v.seen.frameCount() < 3 {
			t.Errorf("the %s's socket has carried only %d frames", who, v.seen.frameCount())
		}
	}
	if log := b.logs.Bytes(); len(log) == 0 {
		t.Error("nothing was logged")
	} else if found := b.secretIn(log); found != "" {
		t.Errorf("the log says %q", found)
	}
}

// The look itself finds what there is: a leak in any of the places is seen.
func TestALeakWouldBeFound(t *testing.T) {
	b := use(t)
	name := b.demo.Names()[7]
	escaped := strings.ReplaceAll(name, " ", "%20")
	for where, r := range map[string]*record{
		"frame": {frames: []string{`{"row":"` + name + `"}`}}, "address": {urls: []string{"http://x/?q=" + escaped}}, "title": {titles: []string{name + " · mkr"}}, "console": {console: []string{"log: " + name}},
	} {
		if r.leak(b) == "" {
			t.Errorf("a name in a %s is not found", where)
		}
	}
	if leak := (&record{frames: []string{`{"type":"position"}`}}).leak(b); leak != "" {
		t.Error(leak)
	}
}
