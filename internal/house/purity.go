package house

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"
)

// clock lists the functions of package time that read the clock or wait.
var clock = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"}

// printers lists the functions of package fmt that write to the world.
var printers = []string{"Print", "Println", "Printf"}

// outside lists the imports that neither a decision nor a view may have: whoever has one can be asked twice and answer
// differently.
var outside = []string{"math/rand", "crypto/rand", "os", "net", "log", "github.com/rs/zerolog"}

// allowance lets one file do what its neighbours may not.
type allowance struct {
	Names []string // "time.Now", "os"
	Why   string
}

// allowed lists the exceptions by file. One that nobody needs any more is reported too, so that the list stays true.
var allowed = map[string]allowance{
	"projections/runner.go": {[]string{"os", "github.com/rs/zerolog"}, "makes the folder of the views files and reports states; no view runs in it"},
	"projections/copy.go":   {[]string{"os"}, "opens, renames and deletes views files; no view runs in it"},
}

// checkPurity walks the syntax of domain and projections, tests apart.
func checkPurity(files []File, allowed map[string]allowance) []string {
	var wrong []string
	used := map[string]bool{}
	for _, f := range files {
		domain := within(f.Path, "domain")
		if !domain && !within(f.Path, "projections") || !strings.HasSuffix(f.Path, ".go") || strings.HasSuffix(f.Path, "_test.go") {
			continue
		}
		fset := token.NewFileSet()
		tree, err := parser.ParseFile(fset, f.Path, f.Text, parser.SkipObjectResolution)
		if err != nil {
			wrong = append(wrong, fmt.Sprintf("%s cannot be read: %v", f.Path, err))
			continue
		}
		found := impureNames(tree)
		if domain {
			found = append(found, concurrency(tree)...)
		}
		for _, x := range found {
			if slices.Contains(allowed[f.Path].Names, x.name) {
				used[f.Path+" "+x.name] = true
				continue
			}
			wrong = append(wrong, fmt.Sprintf("%s:%d uses %s: %s", f.Path, fset.Position(x.pos).Line, x.name, x.why))
		}
	}
	for file, a := range allowed {
		for _, name := range a.Names {
			if !used[file+" "+name] {
				wrong = append(wrong, fmt.Sprintf("%s is allowed to use %s and does not: take it off the list", file, name))
			}
		}
	}
	slices.Sort(wrong)
	return wrong
}

type impurity struct {
	name string
	pos  token.Pos
	why  string
}

func impureNames(tree *ast.File) []impurity {
	var found []impurity
	names := map[string]string{} // local name of an import -> its path
	for _, spec := range tree.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		local := path.Base(imported)
		if spec.Name != nil {
			local = spec.Name.Name
		}
		names[local] = imported
		if local == "." {
			found = append(found, impurity{"a dot import", spec.Pos(), "nobody can see where a name comes from"})
		}
		if slices.ContainsFunc(outside, func(o string) bool { return within(imported, o) }) {
			found = append(found, impurity{imported, spec.Pos(), "the same facts must always give the same answer"})
		}
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		selector, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		of, ok := selector.X.(*ast.Ident)
		if !ok {
			return true
		}
		switch name := selector.Sel.Name; {
		case names[of.Name] == "time" && slices.Contains(clock, name):
			found = append(found, impurity{"time." + name, n.Pos(), "the clock is passed in"})
		case names[of.Name] == "fmt" && slices.Contains(printers, name):
			found = append(found, impurity{"fmt." + name, n.Pos(), "nothing here writes to the world"})
		}
		return true
	})
	for _, d := range tree.Decls {
		if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
			found = append(found, impurity{"func init", f.Pos(), "what happens is called by somebody"})
		}
	}
	return found
}

func concurrency(tree *ast.File) []impurity {
	var found []impurity
	add := func(what string, n ast.Node) {
		found = append(found, impurity{what, n.Pos(), "a decision runs in one piece"})
	}
	ast.Inspect(tree, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			add("a goroutine", n)
		case *ast.ChanType:
			add("a channel", n)
		case *ast.SendStmt:
			add("a channel", n)
		case *ast.SelectStmt:
			add("select", n)
		case *ast.UnaryExpr:
			if n.Op == token.ARROW {
				add("a channel", n)
			}
		}
		return true
	})
	return found
}
