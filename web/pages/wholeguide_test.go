package pages_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"
)

// outsideTheGuide are classes that no page carries in its markup, with the reason: the guide cannot show them.
var outsideTheGuide = map[string]string{"blank": "it hides the whole page; the browser's tests of Esc look at it"}

// TestTheStyleGuideShowsEveryClass: whoever adds a class to a style sheet shows it on /styleguide, by the component that
// carries it. A class that is no longer an exception is taken off the list.
func TestTheStyleGuideShowsEveryClass(t *testing.T) {
	shown, visitor := map[string]bool{}, newBed(t).browser()
	for _, path := range chaptersOf(t, visitor) {
		for _, m := range regexp.MustCompile(`class="([^"]*)"`).FindAllStringSubmatch(visitor.get(path).body, -1) {
			for _, c := range strings.Fields(m[1]) {
				shown[c] = true
			}
		}
	}
	sheets, err := filepath.Glob("../static/css/*.css")
	ok(t, err)
	styled := map[string]string{}
	for _, name := range sheets {
		text, err := os.ReadFile(name)
		ok(t, err)
		plain := regexp.MustCompile(`(?s)/\*.*?\*/|"[^"]*"`).ReplaceAllString(string(text), "")
		for _, m := range regexp.MustCompile(`\.([a-zA-Z][\w-]*)`).FindAllStringSubmatch(plain, -1) {
			styled[m[1]] = filepath.Base(name)
		}
	}
	if len(styled) < 150 {
		t.Fatalf("only %d classes were found", len(styled))
	}
	for class, sheet := range styled {
		reason := outsideTheGuide[class]
		switch {
		case !shown[class] && reason == "":
			t.Errorf("%s: the class %s is not shown on /styleguide", sheet, class)
		case shown[class] && reason != "":
			t.Errorf("%s is shown: it is no exception any more", class)
		}
	}
	for class := range outsideTheGuide {
		if styled[class] == "" {
			t.Errorf("%s is an exception and has no style", class)
		}
	}
}

// chaptersOf are the guide's pages, as its first one links them.
func chaptersOf(t *testing.T, b *browser) []string {
	t.Helper()
	var out []string
	for _, m := range regexp.MustCompile(`href="(/styleguide[a-z/]*)"`).FindAllStringSubmatch(b.get("/styleguide").body, -1) {
		if !slices.Contains(out, m[1]) {
			out = append(out, m[1])
		}
	}
	if len(out) < 8 {
		t.Fatalf("the guide has the chapters %q", out)
	}
	return append(out, "/styleguide/sheet")
}

// unseenParts are templates that are no page and are not on the guide, with the reason.
var unseenParts = map[string]string{}

// TestTheStyleGuideShowsEveryPart: every template is either a page, which has the frame around it and is looked at as such
// (the browser's sweeps visit each), or a part, and then the guide shows it: it can be reached from the guide's specimens.
func TestTheStyleGuideShowsEveryPart(t *testing.T) {
	files, err := filepath.Glob("*.go")
	ok(t, err)
	uses, templates, positions := map[string]map[string]bool{}, map[string]bool{}, token.NewFileSet()
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(positions, name, nil, 0)
		ok(t, err)
		for _, d := range file.Decls {
			f, isFunc := d.(*ast.FuncDecl)
			if !isFunc || f.Body == nil {
				continue
			}
			key := f.Name.Name
			if f.Recv != nil {
				key = "." + key
			}
			if receiver(f) == "Pages" {
				continue // what answers a request is no part of a page
			}
			if strings.HasSuffix(name, "_templ.go") {
				templates[key] = true
			}
			if uses[key] == nil {
				uses[key] = map[string]bool{}
			}
			ast.Inspect(f.Body, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.SelectorExpr:
					uses[key]["."+n.Sel.Name] = true
				case *ast.Ident:
					uses[key][n.Name] = true
				}
				return true
			})
		}
	}
	reached := map[string]bool{}
	var walk func(string)
	walk = func(name string) {
		if reached[name] || name == "styleguideView" {
			return
		}
		reached[name] = true
		for used := range uses[name] {
			if uses[used] != nil {
				walk(used)
			}
		}
	}
	walk(".chapters")
	walk(".sampleBundle")
	walk("bundleSheet") // a document of its own
	walk("layout")      // the frame is around the guide itself
	if len(templates) < 100 || !reached["boardRowView"] {
		t.Fatalf("%d templates were found", len(templates))
	}
	var missing []string
	for name := range templates {
		page := uses[name]["layout"] || name == "layout"
		switch {
		case !page && !reached[name] && unseenParts[name] == "":
			missing = append(missing, name)
		case (page || reached[name]) && unseenParts[name] != "":
			t.Errorf("%s is no exception any more", name)
		}
	}
	sort.Strings(missing)
	for _, name := range missing {
		t.Errorf("%s is a part and not shown on /styleguide", name)
	}
}

// receiver is the name of the type whose method f is.
func receiver(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return ""
	}
	kind := f.Recv.List[0].Type
	if star, is := kind.(*ast.StarExpr); is {
		kind = star.X
	}
	if id, is := kind.(*ast.Ident); is {
		return id.Name
	}
	return ""
}
