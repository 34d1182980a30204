package house

import "testing"

// TestNothingDangerousShips: nothing that ships runs commands, loads code, builds templates from values, reads XML or gob, or puts a text into a
// page as it is.
func TestNothingDangerousShips(t *testing.T) {
	_, files := repo(t)
	for _, w := range checkDangers(files) {
		t.Error(w)
	}
}

func TestTheRuleOfDangersSeesBreaches(t *testing.T) {
	try := func(name, path, code string, words ...string) {
		t.Helper()
		breach(t, name, checkDangers([]File{{path, []byte("package x\n" + code)}}), words...)
	}
	try("nothing wrong", "web/a.go", `import "os"`)
	try("a command", "web/a.go", `import "os/exec"`, "web/a.go imports os/exec: no input may become a command")
	try("memory", "domain/a.go", `import _ "unsafe"`, "imports unsafe")
	try("a text as it is", "web/a.go", "import \"github.com/a-h/templ\"\nvar x = templ.Raw(\"\")", "web/a.go:3 uses templ.Raw")
	try("in a test", "web/a_test.go", `import "os/exec"`)
	try("in the house", "internal/house/a.go", `import "os/exec"`)
}
