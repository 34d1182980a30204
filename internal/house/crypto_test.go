package house

import (
	"fmt"
	"go/parser"
	"go/token"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var (
	cryptoRow  = regexp.MustCompile("^\\| `([a-z/0-9]+)` \\| ((?:`[^`]+`(?:, )?)+) \\|")
	cryptoName = regexp.MustCompile("`([^`]+)`")
	// brokenCrypto must never be imported by what ships, whatever it is for.
	brokenCrypto = []string{"crypto/md5", "crypto/sha1", "crypto/des", "crypto/rc4", "crypto/dsa", "crypto/rsa", "crypto/elliptic"}
)

// isCrypto tells which imports are cryptography; crypto/rand, crypto/tls and the like among them.
func isCrypto(path string) bool {
	return path == "crypto" || strings.HasPrefix(path, "crypto/") || strings.HasPrefix(path, "golang.org/x/crypto/") || strings.HasPrefix(path, "github.com/tink-crypto/")
}

// checkCrypto holds the page's list of packages and what cryptography they use against the imports of what ships, and refuses what is
// broken or believes any certificate.
func checkCrypto(page string, files []File) []string {
	var wrong []string
	have, listed := map[string]bool{}, map[string]bool{}
	for _, f := range files {
		if !strings.HasSuffix(f.Path, ".go") || strings.HasSuffix(f.Path, "_test.go") || strings.HasPrefix(f.Path, "internal/house/") || strings.Contains(f.Path, "test/") {
			continue
		}
		if strings.Contains(string(f.Text), "InsecureSkipVerify") {
			wrong = append(wrong, f.Path+" says InsecureSkipVerify: whoever answers must be who was called")
		}
		tree, err := parser.ParseFile(token.NewFileSet(), f.Path, f.Text, parser.ImportsOnly)
		if err != nil {
			wrong = append(wrong, fmt.Sprintf("%s cannot be read: %v", f.Path, err))
			continue
		}
		for _, i := range tree.Imports {
			path, err := strconv.Unquote(i.Path.Value)
			if err != nil || !isCrypto(path) {
				continue
			}
			if slices.Contains(brokenCrypto, path) {
				wrong = append(wrong, fmt.Sprintf("%s imports %s: see docs/security/cryptography.md for what is used instead", f.Path, path))
			}
			have[f.Path[:strings.LastIndexByte(f.Path, '/')]+" "+path] = true
		}
	}
	for line := range strings.Lines(page) {
		m := cryptoRow.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		for _, n := range cryptoName.FindAllStringSubmatch(m[2], -1) {
			listed[m[1]+" "+n[1]] = true
		}
	}
	for _, use := range slices.Sorted(maps.Keys(have)) {
		if !listed[use] {
			wrong = append(wrong, "docs/security/cryptography.md does not list "+use)
		}
	}
	for _, use := range slices.Sorted(maps.Keys(listed)) {
		if !have[use] {
			wrong = append(wrong, "docs/security/cryptography.md lists "+use+", which is not used")
		}
	}
	return wrong
}

// TestCryptographyIsAsListed: the inventory names all cryptography that ships, and nothing else.
func TestCryptographyIsAsListed(t *testing.T) {
	root, files := repo(t)
	hold(t, "cryptography", checkCrypto(text(t, root, "docs/security/cryptography.md"), files))
}

func TestTheRuleOfCryptographySeesBreaches(t *testing.T) {
	file := func(path, text string) File { return File{Path: path, Text: []byte("package x\n" + text)} }
	const row = "| `internal/vault` | `crypto/sha256` | x |\n"
	breach(t, "nothing wrong", checkCrypto(row, []File{file("internal/vault/a.go", `import "crypto/sha256"`), file("internal/vault/a_test.go", `import "crypto/md5"`)}))
	breach(t, "not listed", checkCrypto("", []File{file("internal/vault/a.go", `import "crypto/sha256"`)}), "does not list internal/vault crypto/sha256")
	breach(t, "not used", checkCrypto(row, nil), "which is not used")
	breach(t, "broken", checkCrypto("| `internal/vault` | `crypto/md5` |\n", []File{file("internal/vault/a.go", `import "crypto/md5"`)}), "imports crypto/md5")
	breach(t, "believes anybody", checkCrypto("", []File{file("internal/vault/a.go", "var _ = tls.Config{InsecureSkipVerify: true}")}), "whoever answers must be who was called")
}
