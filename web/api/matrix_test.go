package api_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"mkr/domain/access"
	"mkr/internal/testbed"
)

var update = flag.Bool("update", false, "write the golden files and the documents in docs anew")

// golden compares with a file of testdata, or writes it with -update.
func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		testbed.OK(t, os.WriteFile(path, got, 0o644))
		return
	}
	want, err := os.ReadFile(path)
	testbed.OK(t, err)
	if !bytes.Equal(got, want) {
		gotLines, wantLines := strings.Split(string(got), "\n"), strings.Split(string(want), "\n")
		for i := range min(len(gotLines), len(wantLines)) {
			if gotLines[i] != wantLines[i] {
				t.Errorf("%s:%d\n got %s\nwant %s", path, i+1, gotLines[i], wantLines[i])
			}
		}
		t.Errorf("%s is not fresh: %d lines, want %d (go test ./web/api -update, and read the difference)", path, len(gotLines), len(wantLines))
	}
}

// The access matrix: every call by every role, and by nobody. Commands carry a revision that is never right, so that
// 412 means "the policy would let you", and nothing changes on the way. Whatever is answered holds no name, no
// ciphertext and no address.
func TestAccessMatrix(t *testing.T) {
	w := newWorld(t)
	everybody := append([]string{""}, roles...)
	var b strings.Builder
	b.WriteString("# Every call by every role, in a case that the police opened, with a referral to the NGO and an order asked of the court.\n")
	b.WriteString("# 412: the policy lets this command pass. 403: not for this role, or not hers. 404: she cannot see that it exists.\n")
	fmt.Fprintf(&b, "%-6s %-62s", "", "")
	for _, role := range everybody {
		if role == "" {
			role = "nobody"
		}
		fmt.Fprintf(&b, " %-6.6s", role)
	}
	b.WriteByte('\n')
	for _, r := range w.routes() {
		fmt.Fprintf(&b, "%-6s %-62s", r.method, strings.TrimPrefix(r.path, "/api/v1"))
		for _, role := range everybody {
			a := w.call(role, r.method, w.address(r.path), w.body(r), header("If-Match", `"999999"`))
			fmt.Fprintf(&b, " %-6d", a.status)
			if strings.HasSuffix(r.path, "/open") || strings.HasSuffix(r.path, "/report") {
				continue // that is what it is for; TestSealedTextsOpenOnRecord
			}
			w.holdsNothingPersonal(t, role+" "+r.method+" "+r.path, a)
			if a.status >= 500 || a.status == 400 || a.status == 422 && r.body != nil && !strings.HasSuffix(r.path, "/household") && !strings.HasSuffix(r.path, "/merge") { // whom the policy lets pass links the case, or merges the record, with itself
				t.Errorf("%s %s %s: %d %s\n%s", role, r.method, r.path, a.status, a.body, w.body(r))
			}
		}
		b.WriteByte('\n')
	}
	var lines []string
	for line := range strings.Lines(b.String()) {
		lines = append(lines, strings.TrimRight(line, " \n")+"\n")
	}
	golden(t, "testdata/access_matrix.txt", []byte(strings.Join(lines, "")))
}

// holdsNothingPersonal looks for what no answer but an opening may hold.
func (w *world) holdsNothingPersonal(t *testing.T, name string, a answer) {
	t.Helper()
	for _, secret := range append([]string{shelterAddress, "Familja Shembulli", "Ka nevojë", `"box"`, "ciphertext"}, testbed.Secrets...) {
		if bytes.Contains(a.body, []byte(secret)) {
			t.Errorf("%s holds %q: %.300s", name, secret, a.body)
		}
	}
}

// The past, and pages of lists, hold nothing personal either; and nothing of it stands in a log.
func TestNothingPersonalLeavesUnasked(t *testing.T) {
	w := newWorld(t)
	for _, e := range w.Events() {
		at := "?at=" + num(uint64(e.Position))
		for _, path := range []string{"/cases/" + w.caseID, "/cases/" + w.caseID + "/timeline", "/indicators/2026"} {
			a := w.get(access.Coordinator, path+at)
			if a.status != 200 && a.status != 404 {
				t.Errorf("%s%s: %d %s", path, at, a.status, a.body)
			}
			w.holdsNothingPersonal(t, path+at, a)
		}
	}
	w.holdsNothingPersonal(t, "the log", answer{body: w.Logs.Bytes()})
}

// An offered action can be taken, at the very address that the offer names; what is not offered is refused. Each is
// taken in a fresh world's copy of the case.
func TestEveryOfferedActionCanBeTaken(t *testing.T) {
	w := newWorld(t)
	taken := map[string]bool{}
	for _, stage := range stages {
		for _, role := range []string{access.Coordinator, access.Police, access.NGO, access.Court, access.ChildWorker, access.Auditor} {
			first := w.staged(stage)
			offers := w.get(role, "/cases/"+first)
			if offers.status == 404 {
				continue
			}
			expect(t, offers, 200)
			for i, o := range offers.json(t)["actions"].([]any) {
				action := o.(object)["action"].(string)
				if taken[role+stage.name+action] {
					continue // of several things of a kind one is enough
				}
				taken[role+stage.name+action] = true
				id := w.staged(stage)
				offer := w.get(role, "/cases/"+id).json(t)["actions"].([]any)[i].(object)
				if offer["action"] != action {
					t.Fatalf("%s: the same case offers %v and %s", stage.name, offer["action"], action)
				}
				a := w.post(role, offer["href"].(string), w.bodyOf(role, id, action))
				if a.status != 200 && a.status != 201 {
					t.Errorf("%s %s: %s was offered and refused: %d %s", stage.name, role, action, a.status, a.body)
				} else if events := a.json(t)["events"].([]any); len(events) == 0 {
					t.Errorf("%s %s: %s was offered and did nothing", stage.name, role, action)
				}
			}
		}
	}
	if len(taken) < 120 {
		t.Errorf("only %d offers were tried", len(taken))
	}
}
