package house

import (
	"regexp"
	"strings"
	"testing"
)

// What docs/security and docs/complaints.md say is shown by a test is shown by one: each test, fuzz target or benchmark that a page there names is in the
// repository, and so is each part of one that it names after a slash.
func TestSecurityPagesNameTestsThatExist(t *testing.T) {
	_, files := repo(t)
	var code strings.Builder
	for _, f := range files {
		if strings.HasSuffix(f.Path, "_test.go") {
			code.Write(f.Text)
		}
	}
	have := code.String()
	named := regexp.MustCompile("`((?:Test|Fuzz|Benchmark)[A-Za-z0-9]+)(?:/([^`]+))?`")
	pages, found := 0, 0
	for _, f := range files {
		if !strings.HasPrefix(f.Path, "docs/security/") && f.Path != "docs/complaints.md" {
			continue
		}
		pages++
		for _, m := range named.FindAllStringSubmatch(string(f.Text), -1) {
			found++
			if !strings.Contains(have, "func "+m[1]+"(") {
				t.Errorf("%s names %s: there is no such test", f.Path, m[1])
			}
			if part := strings.ReplaceAll(m[2], "_", " "); part != "" && !strings.Contains(have, `t.Run("`+part+`"`) {
				t.Errorf("%s names %s/%s: the test has no such part", f.Path, m[1], m[2])
			}
		}
	}
	if pages < 3 || found < 50 {
		t.Errorf("%d names on %d pages: the rule would hold for nothing", found, pages)
	}
}
