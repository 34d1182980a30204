package house

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"slices"
	"strings"
)

// eventPackages lists the packages of domain that declare func Events: those that have something to store.
func eventPackages(files []File) []string {
	found := map[string]bool{}
	for _, f := range files {
		if !within(f.Path, "domain") || path.Ext(f.Path) != ".go" || strings.HasSuffix(f.Path, "_test.go") {
			continue
		}
		tree, err := parser.ParseFile(token.NewFileSet(), f.Path, f.Text, parser.SkipObjectResolution)
		if err != nil {
			continue // checkPurity says so
		}
		for _, d := range tree.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "Events" {
				found[path.Dir(f.Path)] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// checkRegistry holds a file that joins the lists to the packages that have one: what is stored and not registered stops
// every view. Packages are called by their own names there.
func checkRegistry(file File, packages []string) []string {
	var wrong []string
	for _, p := range packages {
		if !strings.Contains(string(file.Text), path.Base(p)+".Events()") {
			wrong = append(wrong, fmt.Sprintf("%s does not call %s.Events(): its events could be stored and never be read", file.Path, path.Base(p)))
		}
	}
	return wrong
}
