package house

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	asvsChapter = regexp.MustCompile(`^## V(\d+) `)
	asvsRow     = regexp.MustCompile(`^\| (\d+)\.(\d+)\.(\d+) \(L([123])\) \| ([^|]+) \| (.+) \|$`)
	asvsNearly  = regexp.MustCompile(`^\|\s*\**\d+\.\d+\.\d+`)
	asvsProof   = regexp.MustCompile("`(?:Test|Fuzz|Benchmark)[A-Za-z0-9]+|built so")
	asvsAnswers = []string{"Met", "In part", "Not met", "Does not apply"}
)

// checkASVS holds the page against the requirements of the standard (id to level): each of level 1 and 2 has one
// row, under its chapter, with the level that the standard gives it and one of the four answers; what is met names the test that shows
// it, or says that it is built so.
func checkASVS(page string, levels map[string]string) []string {
	var wrong []string
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	rows, under := map[string]int{}, ""
	for line := range strings.Lines(page) {
		line = strings.TrimRight(line, "\n")
		if m := asvsChapter.FindStringSubmatch(line); m != nil {
			under = m[1]
		}
		m := asvsRow.FindStringSubmatch(line)
		if m == nil {
			if asvsNearly.MatchString(line) {
				say("no row of a requirement: %.60s", line)
			}
			continue
		}
		id := m[1] + "." + m[2] + "." + m[3]
		rows[id]++
		switch {
		case levels[id] == "":
			say("%s is no requirement of the standard", id)
		case levels[id] != m[4]:
			say("%s is of level %s", id, levels[id])
		case m[1] != under:
			say("%s stands under V%s", id, under)
		case rows[id] > 1:
			say("%s has more than one row", id)
		case !slices.Contains(asvsAnswers, m[5]):
			say("%s is answered %q", id, m[5])
		case m[5] == "Met" && !asvsProof.MatchString(m[6]):
			say("%s is met, and nothing shows it", id)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(levels)) {
		if levels[id] != "3" && rows[id] == 0 {
			say("%s has no row", id)
		}
	}
	return wrong
}

// asvsLevels reads the ids of the standard with their levels: of OWASP ASVS 5.0.0, as it was released in May 2025, nothing else of its text.
func asvsLevels(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "asvs-5.0.txt"))
	if err != nil {
		t.Fatal(err)
	}
	levels := map[string]string{}
	for line := range bytes.Lines(text) {
		if f := strings.Fields(string(line)); len(f) == 2 {
			levels[f[0]] = f[1]
		}
	}
	if len(levels) != 345 {
		t.Fatalf("%d requirements are known, and the standard has 345", len(levels))
	}
	return levels
}

// TestEveryRequirementIsAnswered: docs/security/asvs.md answers every requirement of levels 1 and 2.
func TestEveryRequirementIsAnswered(t *testing.T) {
	root, _ := repo(t)
	for _, w := range checkASVS(text(t, root, "docs/security/asvs.md"), asvsLevels(t)) {
		t.Error(w)
	}
}

func TestTheRuleOfRequirementsSeesBreaches(t *testing.T) {
	levels := map[string]string{"1.1.1": "1", "1.1.2": "3", "2.1.1": "2"}
	const chapter, fine = "## V2 Two\n| 2.1.1 (L2) | Not met | Why. |\n## V1 One\n", "| 1.1.1 (L1) | Met | As `TestIt` shows. |\n"
	try := func(name, page string, words ...string) {
		t.Helper()
		breach(t, name, checkASVS(page, levels), words...)
	}
	try("nothing wrong", chapter+fine)
	try("built so", chapter+"| 1.1.1 (L1) | Met | There is none (built so). |\n")
	try("left out", chapter, "1.1.1 has no row")
	try("not known", chapter+fine+"| 1.9.1 (L1) | Met | `TestIt` |\n", "1.9.1 is no requirement")
	try("another level", chapter+"| 1.1.1 (L2) | Met | `TestIt` |\n", "1.1.1 is of level 1")
	try("another chapter", "## V1 One\n"+fine+"## V3 Three\n| 2.1.1 (L2) | Not met | Why. |\n", "2.1.1 stands under V3")
	try("twice", chapter+fine+fine, "more than one row")
	try("another answer", chapter+"| 1.1.1 (L1) | Nearly | `TestIt` |\n", `answered "Nearly"`)
	try("without proof", chapter+"| 1.1.1 (L1) | Met | Surely. |\n", "nothing shows it")
	try("another form", chapter+fine+"| 1.1.2 | Met | Surely. |\n", "no row of a requirement")
}
