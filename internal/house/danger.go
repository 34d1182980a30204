package house

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
)

// dangers are packages that read what was sent as code, as a command or as more than plain values, with the reason to give. No code that
// ships imports one (OWASP ASVS 5.0, V1).
var dangers = map[string]string{
	"os/exec":        "no input may become a command",
	"plugin":         "no code is loaded at run time",
	"text/template":  "its output is not encoded for where it stands: use templ",
	"html/template":  "pages are templ, and nothing makes templates at run time",
	"encoding/gob":   "what was sent is read into fixed types, as strict JSON",
	"encoding/xml":   "nothing here reads XML, so that no entity of it is resolved",
	"net/smtp":       "no mail is sent",
	"expvar":         "what runs inside is nobody's to read over the network",
	"net/http/pprof": "what runs inside is nobody's to read over the network",
	"unsafe":         "memory is the language's business",
	"C":              "memory is the language's business",
}

// dangerCalls are functions by which a text goes into a page as it is.
var dangerCalls = map[string]string{
	"templ.Raw":              "what is shown is encoded for where it stands",
	"templ.JSUnsafeFuncCall": "no code is made of values",
	"templ.ComponentScript":  "no code stands in pages",
}

// asIs are the files that may put a text into a page as it is, and which text that is.
var asIs = map[string]string{
	"web/pages/bundle_templ.go": "the style sheet and the policy of a file that is read without this server, both embedded",
	"web/pages/help_templ.go":   "the guide, made from the embedded docs/guide when the program starts",
}

// checkDangers looks for them in the code that ships; the tools of the house itself do not.
func checkDangers(files []File) []string {
	var wrong []string
	for _, f := range files {
		if !strings.HasSuffix(f.Path, ".go") || strings.HasSuffix(f.Path, "_test.go") || strings.HasPrefix(f.Path, "internal/house/") {
			continue
		}
		set := token.NewFileSet()
		tree, err := parser.ParseFile(set, f.Path, f.Text, 0)
		if err != nil {
			wrong = append(wrong, fmt.Sprintf("%s cannot be read: %v", f.Path, err))
			continue
		}
		for _, i := range tree.Imports {
			if path, err := strconv.Unquote(i.Path.Value); err == nil && dangers[path] != "" {
				wrong = append(wrong, fmt.Sprintf("%s imports %s: %s", f.Path, path, dangers[path]))
			}
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			s, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := s.X.(*ast.Ident); ok {
				name := x.Name + "." + s.Sel.Name
				if why := dangerCalls[name]; why != "" && asIs[f.Path] == "" {
					wrong = append(wrong, fmt.Sprintf("%s:%d uses %s: %s", f.Path, set.Position(n.Pos()).Line, name, why))
				}
			}
			return true
		})
	}
	slices.Sort(wrong)
	return wrong
}
