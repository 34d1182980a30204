package house

import (
	"strings"
	"testing"
)

// Each rule must see a breach: a rule that never speaks protects nothing. breach runs it on a small invented input and
// looks for the words in its one sentence; no words mean that it must be silent.
func breach(t *testing.T, name string, got []string, words ...string) {
	t.Helper()
	t.Run(name, func(t *testing.T) {
		t.Helper()
		if len(words) == 0 {
			if len(got) > 0 {
				t.Errorf("reported without need: %q", got)
			}
			return
		}
		if len(got) != 1 {
			t.Fatalf("want one sentence, got %q", got)
		}
		for _, w := range words {
			if !strings.Contains(got[0], w) {
				t.Errorf("%q does not say %q", got[0], w)
			}
		}
	})
}

func pkg(path string, imports ...string) []Package {
	return []Package{{ImportPath: Module + "/" + path, Imports: imports, Deps: imports}}
}

func TestImportRulesSeeBreaches(t *testing.T) {
	reach := func(path string, imports []string, deps ...string) []Package {
		return []Package{{ImportPath: Module + "/" + path, Imports: imports, Deps: append(deps, imports...)}}
	}
	breach(t, "vault in a view", checkImports(pkg("projections/board", "mkr/internal/vault")), "projections/board imports internal/vault: views must never see personal data in the clear")
	breach(t, "an adapter in a view", checkImports(pkg("projections", "mkr/internal/eventlog/sqlitelog")), "projections imports internal/eventlog/sqlitelog")
	breach(t, "vault through another", checkImports(reach("projections/board", []string{"mkr/domain/x"}, "mkr/internal/vault")), "reaches internal/vault through another package")
	breach(t, "log in the domain", checkImports(pkg("domain/casefile", "mkr/internal/eventlog")), "domain/casefile imports internal/eventlog")
	breach(t, "library in the domain", checkImports(pkg("domain/casefile", "github.com/google/uuid")), "github.com/google/uuid")
	breach(t, "database in the domain", checkImports(pkg("domain/casefile", "database/sql")), "no I/O")
	breach(t, "network in the domain", checkImports(pkg("domain/casefile", "net/http")), "no I/O")
	breach(t, "randomness in the domain", checkImports(pkg("domain/casefile", "math/rand/v2")), "no randomness")
	breach(t, "domain in the log", checkImports(pkg("internal/eventlog/sqlitelog", "mkr/domain/event")), "does not know what a referral is")
	breach(t, "domain in the suite", checkImports(pkg("internal/eventlog/logtest", "mkr/domain/event")), "does not know what a referral is")
	breach(t, "a case in the vault", checkImports(pkg("internal/vault", "mkr/domain/casefile")), "internal/vault imports domain/casefile")
	breach(t, "domain in the ledger", checkImports(pkg("internal/ledger", "mkr/domain/event")), "what it cannot read")
	breach(t, "web in handlers", checkImports(pkg("handlers", "mkr/web/pages")), "handlers imports web/pages")
	breach(t, "log in web", checkImports(pkg("web/api", "mkr/internal/eventlog")), "web/api imports internal/eventlog")
	breach(t, "vault in web", checkImports(pkg("web", "mkr/internal/vault")), "web imports internal/vault")
	breach(t, "the app in web", checkImports(pkg("internal/demo", "mkr/internal/app")), "only cmd knows the wiring")
	breach(t, "a command", checkImports(pkg("internal/demo", "mkr/cmd/mkr")), "nothing imports a command")
	breach(t, "a test kit that ships", checkShipped(pkg("cmd/mkr", "mkr/internal/eventlog/logtest")[0]), "for tests only")

	breach(t, "what is allowed", checkImports([]Package{
		{ImportPath: "mkr/cmd/mkr", Imports: []string{"mkr/internal/app", "os"}},
		{ImportPath: "mkr/domain/casefile", Imports: []string{"mkr/domain/event", "time", "encoding/json", "embed"}},
		{ImportPath: "mkr/internal/vault", Imports: []string{"mkr/domain/person"}, Deps: []string{"mkr/domain/person", "mkr/domain/event"}},
		{ImportPath: "mkr/projections/board", Imports: []string{"mkr/domain/casefile", "mkr/internal/eventlog", "mkr/projections"}},
		{ImportPath: "mkr/handlers", Imports: []string{"mkr/internal/vault", "mkr/internal/eventlog", "mkr/projections/board"}},
		{ImportPath: "mkr/web/pages", Imports: []string{"mkr/handlers", "mkr/web/i18n"}, Deps: []string{"mkr/internal/vault"}},
		{ImportPath: "mkr/internal/ledger", Imports: []string{"mkr/internal/eventlog"}},
		{ImportPath: "net/http", Imports: []string{"os"}},
	}))
}

func TestPurityRuleSeesBreaches(t *testing.T) {
	try := func(name, path, body string, words ...string) {
		t.Helper()
		breach(t, name, checkPurity([]File{{path, []byte("package x\n" + body)}}, nil), words...)
	}
	try("clock", "domain/x/a.go", `import "time"; var _ = time.Now`, "domain/x/a.go:2 uses time.Now: the clock is passed in")
	try("clock by another name", "domain/x/a.go", `import t "time"; func f() { t.Sleep(1) }`, "time.Sleep")
	try("timer in a view", "projections/board/a.go", `import "time"; var _ = time.NewTimer`, "time.NewTimer")
	try("dot import", "domain/x/a.go", `import . "time"`, "dot import")
	try("files", "projections/board/a.go", `import "os"`, "uses os")
	try("log", "projections/board/a.go", `import "github.com/rs/zerolog"`, "zerolog")
	try("randomness", "domain/x/a.go", `import "math/rand/v2"`, "math/rand/v2")
	try("printing", "domain/x/a.go", `import "fmt"; func f() { fmt.Println() }`, "fmt.Println")
	try("goroutine", "domain/x/a.go", `func f() { go f() }`, "a goroutine")
	try("channel", "domain/x/a.go", `var c chan int`, "a channel")
	try("receiving", "domain/x/a.go", `func f(c X) { <-c }`, "a channel")
	try("init", "projections/x/a.go", `func init() {}`, "func init")
	try("not Go", "domain/x/a.go", `func {`, "cannot be read")
	try("durations are no clock", "domain/x/a.go", `import "time"; const d = time.Hour; func f(t time.Time) time.Time { return t.Add(d) }`)
	try("tests may", "domain/x/a_test.go", `import "os"`)
	try("others may", "handlers/a.go", `import "os"`)
	try("goroutines beside the views", "projections/a.go", `func f() { go f() }`)

	allow := map[string]allowance{"projections/a.go": {[]string{"os"}, "reason"}}
	breach(t, "allowed", checkPurity([]File{{"projections/a.go", []byte("package x\nimport \"os\"")}}, allow))
	breach(t, "allowed without need", checkPurity([]File{{"projections/a.go", []byte("package x")}}, allow), "take it off the list")
}

func TestFileRulesSeeBreaches(t *testing.T) {
	long500 := []byte(strings.Repeat("a\n", 500))
	made := append([]byte("// Code generated by templ - DO NOT EDIT.\n"), long500...)
	breach(t, "folder", checkFolders([]File{{Path: "pkg/a.go"}, {Path: "README.md"}, {Path: ".ci/run"}}), "pkg/a.go lies in pkg")
	breach(t, "long file", checkLength([]File{{"web/a.css", long500}}, nil), "web/a.css has 500 lines")
	breach(t, "generated file", checkLength([]File{{"web/a_templ.go", made}, {"a.json", long500}}, nil))
	breach(t, "long by leave", checkLength([]File{{"web/a.go", long500}}, map[string]string{"web/a.go": "reason"}))
	breach(t, "leave without need", checkLength([]File{{"web/a.go", []byte("a\n")}}, map[string]string{"web/a.go": "reason"}), "take it off the list")
	for _, p := range places {
		breach(t, "place", checkPlaces([]File{{"a.md", []byte("x\nsee " + p + "x")}}), "a.md:2 names the folder "+p)
	}
	for _, h := range hosts {
		breach(t, "host", checkPlaces([]File{{"Dockerfile", []byte("FROM " + h + "/x")}}), "names the registry "+h)
	}
	breach(t, "picture", checkPlaces([]File{{"a.png", []byte("\x00" + places[0])}}))
	breach(t, "Cyrillic", checkLetters([]File{{"web/i18n/sq.json", []byte("{\n\"a\": \"R\u0430sti\"")}}), "web/i18n/sq.json:2", "U+0430")
	breach(t, "Albanian", checkLetters([]File{{"web/i18n/sq.json", []byte("Shkodër, çështje")}, {"web/a_test.go", []byte("\u0430")}}))
}

func TestDocumentRulesSeeBreaches(t *testing.T) {
	const gomod = "module mkr\n\nrequire (\n\ta.org/x v1.0.0 // indirect\n\ta.org/x/y v1.0.0\n)\nrequire a.org/lone v1.0.0\n\ntool (\n\ta.org/lone/cmd/t\n)\n"
	packages := []Package{{ImportPath: "mkr/a", Imports: []string{"a.org/x/y/z"}, XTestImports: []string{"a.org/xylo"}}}
	got := direct(modules(gomod), packages)
	if strings.Join(got, " ") != "a.org/lone a.org/x/y" {
		t.Errorf("direct dependencies: %q", got)
	}
	row := func(name string) string { return "| `" + name + "` | for | why |\n" }
	breach(t, "unlisted", checkDependencies(row("a.org/lone"), got), "a.org/x/y is used")
	breach(t, "unused", checkDependencies(row("a.org/lone")+row("a.org/x/y")+row("a.org/x"), got), "lists a.org/x, which nothing of ours uses")
	breach(t, "twice", checkDependencies(row("a.org/lone")+row("a.org/x/y")+row("a.org/x/y"), got), "twice")
	breach(t, "no reason", checkDependencies(row("a.org/lone")+"| `a.org/x/y` | for | |\n", got), "does not say")
	breach(t, "listed", checkDependencies(row("a.org/lone")+row("a.org/x/y"), got))

	adr := func(names ...string) (files []File) {
		for _, n := range names {
			files = append(files, File{Path: "docs/adr/" + n})
		}
		return files
	}
	breach(t, "no line", checkDecisions(adr("0001-a.md", "README.md"), ""), "missing from docs/adr/README.md")
	breach(t, "no file", checkDecisions(nil, "[A](0001-a.md)"), "points at 0001-a.md")
	breach(t, "no name", checkDecisions(adr("about.md"), ""), "is not named like")
	breach(t, "one number twice", checkDecisions(adr("0001-a.md", "0001-b.md"), "[A](0001-a.md) [B](0001-b.md)"), "the same number")
	breach(t, "in order", checkDecisions(adr("0001-a.md"), "[A](0001-a.md)"))

	breach(t, "dead link", checkLinks([]File{{"docs/a.md", []byte("[x](../b.md#part)")}}), "docs/a.md links to ../b.md#part")
	breach(t, "live links", checkLinks([]File{{"docs/a.md", []byte("[x](../b.md#part) [y](https://example.org) [z](#here) [f](adr)")}, {Path: "b.md"}, {Path: "docs/adr/1.md"}}))
}

func TestEventRulesSeeBreaches(t *testing.T) {
	files := []File{
		{"domain/meeting/events.go", []byte("package meeting\nfunc Events() []int { return nil }")},
		{"domain/access/access.go", []byte("package access\nfunc (T) Events() []int { return nil }")},
		{"handlers/x.go", []byte("package handlers\nfunc Events() []int { return nil }")},
	}
	got := eventPackages(files)
	if strings.Join(got, " ") != "domain/meeting" {
		t.Errorf("packages with events: %q", got)
	}
	breach(t, "unregistered", checkRegistry(File{"registry.go", []byte("casefile.Events()")}, got), "does not call meeting.Events()")
	breach(t, "registered", checkRegistry(File{"registry.go", []byte("meeting.Events()")}, got))
}
