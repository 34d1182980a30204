package static

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestEveryStyleServesAPage: every class that the styles name is in a page or in a script, and every token is used. A rule
// that no longer serves is deleted.
func TestEveryStyleServesAPage(t *testing.T) {
	var pages, styles strings.Builder
	for _, root := range []string{"js", "../pages", "../help"} {
		err := filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || strings.HasSuffix(path, "_templ.go") || strings.HasSuffix(path, "_test.go") || !strings.Contains(" .go .templ .js ", " "+filepath.Ext(path)+" ") {
				return err
			}
			text, err := os.ReadFile(path)
			pages.Write(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	sheets, err := filepath.Glob("css/*.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range sheets {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		styles.WriteString(regexp.MustCompile(`(?s)/\*.*?\*/|"[^"]*"`).ReplaceAllString(string(text), ""))
	}
	word := regexp.MustCompile(`[\w-]+`)
	said := map[string]bool{}
	for _, w := range word.FindAllString(pages.String(), -1) {
		said[w] = true
	}
	classes := regexp.MustCompile(`\.([a-zA-Z][\w-]*)`).FindAllStringSubmatch(styles.String(), -1)
	if len(classes) < 200 {
		t.Fatalf("only %d classes were found", len(classes))
	}
	for _, m := range classes {
		if !said[m[1]] {
			t.Errorf("nothing has the class %s", m[1])
			said[m[1]] = true
		}
	}
	for _, m := range regexp.MustCompile(`(--[\w-]+):`).FindAllStringSubmatch(styles.String(), -1) {
		if !strings.Contains(styles.String(), "var("+m[1]+")") {
			t.Errorf("nothing uses %s", m[1])
		}
	}
}
