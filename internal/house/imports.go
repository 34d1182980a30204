package house

import (
	"fmt"
	"slices"
	"strings"
)

// layer is one line of the architecture's table. It governs every package within Of; the first line that fits
// a package counts.
type layer struct {
	Of string
	// May lists the packages of ours that may be imported: a folder with all below it, or, with a "=" before it,
	// that one package. Within itself a layer may import freely.
	May []string
	// Never lists what must not be reached, not even through others.
	Never []string
	// Bare forbids everything that is neither ours nor pure standard library.
	Bare bool
	Why  string
}

// layers is section 2 of the architecture, as data.
var layers = []layer{
	{Of: "domain", Bare: true,
		Why: "the rules of referral work are pure and rest on nothing but each other"},
	{Of: "internal/eventlog/logtest", May: []string{"internal/eventlog"}, Never: []string{"domain"},
		Why: "the log does not know what a referral is"},
	{Of: "internal/eventlog", Never: []string{"domain", "internal/vault", "projections", "handlers", "web"},
		Why: "the log knows streams, revisions and bytes; it does not know what a referral is"},
	{Of: "internal/vault", May: []string{"=domain/person"}, Never: []string{"projections", "web", "handlers", "internal/eventlog"},
		Why: "the vault knows keys and sealed values, nothing else"},
	{Of: "internal/ledger", May: []string{"=internal/eventlog"}, Never: []string{"domain", "internal/vault"},
		Why: "the ledger must work on what it cannot read"},
	{Of: "internal/blobs", Never: []string{"domain", "internal/vault", "internal/eventlog", "handlers", "web"},
		Why: "what keeps files knows hashes and ciphertexts, and nobody"},
	{Of: "internal/images", Bare: true,
		Why: "what a picture is made of is found in its bytes alone"},
	{Of: "internal/malware", Never: []string{"domain", "internal/vault", "internal/eventlog", "handlers", "web"},
		Why: "asking a scanner needs to know no case"},
	{Of: "internal/password", Never: []string{"domain", "handlers", "web"},
		Why: "hashing passwords needs to know nobody"},
	{Of: "internal/passkeys", Never: []string{"domain", "handlers", "web"},
		Why: "checking what a key has signed needs to know nobody"},
	{Of: "internal/idp", Never: []string{"domain", "handlers", "web"},
		Why: "asking an identity provider needs to know no account"},
	{Of: "projections", May: []string{"domain", "=internal/eventlog"}, Never: []string{"internal/vault", "handlers", "web"},
		Why: "views must never see personal data in the clear"},
	{Of: "handlers", May: []string{"domain", "projections", "=internal/eventlog", "=internal/vault", "=internal/ledger", "=internal/password", "=internal/passkeys", "=internal/idp", "=internal/blobs", "=internal/images"}, Never: []string{"web"},
		Why: "handlers decide who may do what; how it is asked and shown is not their business"},
	{Of: "docs", Bare: true,
		Why: "a document is read by the program and knows nothing of it"},
	{Of: "web", May: []string{"domain", "projections", "handlers", "=docs/guide"},
		Why: "web knows HTTP and HTML; it reaches the log and the keys through handlers only, where the policy is"},
}

// impure names the standard packages that domain code must not import, with the reason to give. A folder stands
// for all below it.
var impure = map[string]string{
	"os": "no I/O", "io/ioutil": "no I/O", "net": "no I/O", "syscall": "no I/O", "database": "no I/O",
	"log": "no logger", "math/rand": "no randomness", "crypto/rand": "no randomness",
	"sync": "no goroutine", "context": "nothing here waits", "runtime": "no goroutine", "unsafe": "plain values only",
	"testing": "tests only",
}

// kits lists packages that exist for tests. The program that ships must not contain them.
var kits = []string{
	Module + "/internal/decidertest", Module + "/internal/eventlog/logtest", Module + "/internal/eventlog/esdblog/esdbtest", Module + "/internal/images/imagetest", Module + "/internal/malware/clamdtest", Module + "/internal/house",
	"testing", "pgregory.net/rapid", "github.com/google/go-cmp", "github.com/anishathalye/porcupine", "github.com/chromedp/chromedp",
	"github.com/johannesboyne/gofakes3", "github.com/zitadel/oidc",
}

// checkImports holds every package of ours against the table.
func checkImports(packages []Package) []string {
	var wrong []string
	for _, p := range packages {
		path := ours(p.ImportPath)
		if path == "" {
			continue
		}
		wrong = append(wrong, checkApp(path, p)...)
		i := slices.IndexFunc(layers, func(l layer) bool { return within(path, l.Of) })
		if i >= 0 {
			wrong = append(wrong, checkLayer(path, layers[i], p)...)
		}
	}
	return wrong
}

func checkLayer(path string, l layer, p Package) []string {
	var wrong []string
	for _, imported := range p.Imports {
		switch to := ours(imported); {
		case to != "" && !mayImport(l, to):
			wrong = append(wrong, fmt.Sprintf("%s imports %s: %s", path, to, l.Why))
		case to == "" && l.Bare && strings.Contains(strings.SplitN(imported, "/", 2)[0], "."):
			wrong = append(wrong, fmt.Sprintf("%s imports %s: %s", path, imported, l.Why))
		case to == "" && l.Bare:
			if why := reasonAgainst(imported); why != "" {
				wrong = append(wrong, fmt.Sprintf("%s imports %s: the domain is pure (%s)", path, imported, why))
			}
		}
	}
	for _, dep := range p.Deps {
		if to := ours(dep); to != "" && !slices.Contains(p.Imports, dep) && slices.ContainsFunc(l.Never, func(n string) bool { return within(to, n) }) {
			if !slices.ContainsFunc(l.May, func(m string) bool { return reachesThrough(m, to) }) {
				wrong = append(wrong, fmt.Sprintf("%s reaches %s through another package: %s", path, to, l.Why))
			}
		}
	}
	return wrong
}

// reachesThrough tells whether what is allowed may itself bring to along: the vault's domain/person brings domain/event.
func reachesThrough(may, to string) bool {
	folder, _, _ := strings.Cut(strings.TrimPrefix(may, "="), "/")
	return within(to, folder) && folder != "internal"
}

func mayImport(l layer, to string) bool {
	if within(to, l.Of) {
		return true
	}
	return slices.ContainsFunc(l.May, func(m string) bool {
		if exact, ok := strings.CutPrefix(m, "="); ok {
			return to == exact
		}
		return within(to, m)
	})
}

func reasonAgainst(imported string) string {
	for name, why := range impure {
		if within(imported, name) {
			return why
		}
	}
	return ""
}

// checkApp keeps the wiring at the top: internal/app and cmd know everything, and nobody knows them.
func checkApp(path string, p Package) []string {
	var wrong []string
	for _, imported := range p.Imports {
		to := ours(imported)
		if within(to, "internal/app") && !within(path, "internal/app") && !within(path, "cmd") && !within(path, "internal/house") {
			wrong = append(wrong, fmt.Sprintf("%s imports %s: only cmd knows the wiring", path, to))
		}
		if within(to, "cmd") {
			wrong = append(wrong, fmt.Sprintf("%s imports %s: nothing imports a command", path, to))
		}
	}
	return wrong
}

// checkShipped looks for test kits in what the program is linked from.
func checkShipped(program Package) []string {
	var wrong []string
	for _, dep := range program.Deps {
		if slices.ContainsFunc(kits, func(k string) bool { return within(dep, k) }) {
			wrong = append(wrong, fmt.Sprintf("%s contains %s: it exists for tests only", program.ImportPath, dep))
		}
	}
	return wrong
}
