package house

import (
	"os"
	"path/filepath"
	"testing"
)

// repo is the repository as the tests see it, read once.
func repo(t *testing.T) (root string, files []File) {
	t.Helper()
	root, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	files, err = Files(root)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 100 {
		t.Fatalf("only %d files found: the rules would hold for nothing", len(files))
	}
	return root, files
}

func hold(t *testing.T, rule string, wrong []string) {
	t.Helper()
	t.Run(rule, func(t *testing.T) {
		for _, w := range wrong {
			t.Error(w)
		}
	})
}

func text(t *testing.T, root, path string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(path)))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestTheHouse(t *testing.T) {
	root, files := repo(t)
	packages, err := Packages(root, "./...")
	if err != nil {
		t.Fatal(err)
	}
	if len(packages) < 20 {
		t.Fatalf("only %d packages found", len(packages))
	}
	hold(t, "who imports whom", checkImports(packages))
	for _, p := range packages {
		if p.Name == "main" && within(p.ImportPath, Module+"/cmd") {
			hold(t, "what ships in "+ours(p.ImportPath), checkShipped(p))
		}
	}
	hold(t, "domain and projections are pure", checkPurity(files, allowed))
	hold(t, "folders at the top", checkFolders(files))
	hold(t, "length of files", checkLength(files, long))
	hold(t, "no machine in it", checkPlaces(files))
	hold(t, "Latin letters", checkLetters(files))
	hold(t, "dependencies", checkDependencies(text(t, root, "docs/dependencies.md"), direct(modules(text(t, root, "go.mod")), packages)))
	hold(t, "decisions", checkDecisions(files, text(t, root, "docs/adr/README.md")))
	hold(t, "links", checkLinks(files))

	events := eventPackages(files)
	if len(events) < 9 {
		t.Errorf("only %d packages with events found: %q", len(events), events)
	}
	for _, registry := range []string{"internal/app/registry.go", "internal/house/eventdocs/registry.go"} {
		hold(t, registry, checkRegistry(File{registry, []byte(text(t, root, registry))}, events))
	}
}
