package house

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// module is one requirement of go.mod.
type module struct {
	path string
	tool bool // a tool directive names a package of it
}

// modules reads go.mod: what is required, and of which modules tools are run.
func modules(gomod string) []module {
	var required []string
	var tools []string
	block := ""
	for line := range strings.Lines(gomod) {
		line, _, _ = strings.Cut(line, "//")
		fields := strings.Fields(line)
		switch {
		case len(fields) == 0:
		case fields[0] == ")":
			block = ""
		case len(fields) == 2 && fields[1] == "(":
			block = fields[0]
		case block == "require":
			required = append(required, fields[0])
		case block == "tool":
			tools = append(tools, fields[0])
		case fields[0] == "require" && len(fields) > 1:
			required = append(required, fields[1])
		case fields[0] == "tool" && len(fields) > 1:
			tools = append(tools, fields[1])
		}
	}
	out := make([]module, 0, len(required))
	for _, r := range required {
		out = append(out, module{path: r, tool: slices.ContainsFunc(tools, func(t string) bool { return within(t, r) })})
	}
	return out
}

// direct returns the modules of which something of ours imports a package, tests too, or of which a tool is run. It does
// not trust the "// indirect" marks of go.mod: only the imports themselves are true.
func direct(required []module, packages []Package) []string {
	found := map[string]bool{}
	for _, m := range required {
		if m.tool {
			found[m.path] = true
		}
	}
	for _, p := range packages {
		for _, imported := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			best := ""
			for _, m := range required {
				if within(imported, m.path) && len(m.path) > len(best) {
					best = m.path
				}
			}
			if best != "" {
				found[best] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// listed reads the table of docs/dependencies.md: the first cell of each row, in backquotes, is a module.
var listedRow = regexp.MustCompile("(?m)^\\| `([^`]+)` \\|([^|\n]*)\\|([^|\n]*)\\|")

func checkDependencies(doc string, direct []string) []string {
	var wrong []string
	listed := map[string]bool{}
	for _, row := range listedRow.FindAllStringSubmatch(doc, -1) {
		name := row[1]
		if listed[name] {
			wrong = append(wrong, fmt.Sprintf("docs/dependencies.md lists %s twice", name))
		}
		listed[name] = true
		if strings.TrimSpace(row[2]) == "" || strings.TrimSpace(row[3]) == "" {
			wrong = append(wrong, fmt.Sprintf("docs/dependencies.md does not say what %s is for, or why this one", name))
		}
		if !slices.Contains(direct, name) {
			wrong = append(wrong, fmt.Sprintf("docs/dependencies.md lists %s, which nothing of ours uses: take the line out", name))
		}
	}
	for _, d := range direct {
		if !listed[d] {
			wrong = append(wrong, fmt.Sprintf("%s is used and docs/dependencies.md does not say what for", d))
		}
	}
	return wrong
}

var adrName = regexp.MustCompile(`^(\d{4})-[a-z0-9-]+\.md$`)

// checkDecisions holds docs/adr to its index: each decision has a number of its own and a line there.
func checkDecisions(files []File, index string) []string {
	var wrong []string
	numbers := map[string]string{}
	there := map[string]bool{}
	for _, f := range files {
		dir, name := path.Split(f.Path)
		if dir != "docs/adr/" || name == "README.md" {
			continue
		}
		there[name] = true
		m := adrName.FindStringSubmatch(name)
		if m == nil {
			wrong = append(wrong, fmt.Sprintf("%s is not named like 0007-what-was-decided.md", f.Path))
			continue
		}
		if other, twice := numbers[m[1]]; twice {
			wrong = append(wrong, fmt.Sprintf("%s and %s have the same number", f.Path, other))
		}
		numbers[m[1]] = f.Path
		if !strings.Contains(index, "]("+name+")") {
			wrong = append(wrong, fmt.Sprintf("%s is missing from docs/adr/README.md", f.Path))
		}
	}
	for _, m := range regexp.MustCompile(`\]\((\d{4}-[^)]+)\)`).FindAllStringSubmatch(index, -1) {
		if !there[m[1]] {
			wrong = append(wrong, fmt.Sprintf("docs/adr/README.md points at %s, which is not there", m[1]))
		}
	}
	return wrong
}

var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

// checkLinks follows the links from one document to another: a door that leads nowhere is worse than none.
func checkLinks(files []File) []string {
	var wrong []string
	there := map[string]bool{}
	for _, f := range files {
		for p := f.Path; p != "."; p = path.Dir(p) {
			there[p] = true
		}
	}
	for _, f := range files {
		if path.Ext(f.Path) != ".md" {
			continue
		}
		for _, m := range link.FindAllStringSubmatch(string(f.Text), -1) {
			target, _, _ := strings.Cut(m[1], "#")
			if target == "" || strings.Contains(target, "://") || strings.HasPrefix(target, "mailto:") {
				continue
			}
			if !there[path.Join(path.Dir(f.Path), target)] {
				wrong = append(wrong, fmt.Sprintf("%s links to %s, which is not there", f.Path, m[1]))
			}
		}
	}
	return wrong
}
