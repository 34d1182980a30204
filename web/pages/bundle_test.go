package pages_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mkr/domain/directory"
	"mkr/domain/person"
	"mkr/handlers"
	"mkr/internal/ledger"
)

const (
	toNGO     = "Ka nevojë për këshillim"
	toMedical = "Plagë në krah, të ekzaminohet"
	told      = "Tregon se i druhet kthimit të tij"
)

// bundles is a case with texts for different readers, and the files of it that were asked for.
type bundles struct {
	*bed
	t    *testing.T
	id   string
	lead *browser
}

func newBundles(t *testing.T) bundles {
	t.Helper()
	b := bundles{bed: newBed(t), t: t}
	b.id = b.open()
	b.refer(b.id)
	b.do(directory.PoliceKind, b.id, "referral.create", "", &handlers.CreateReferral{
		To: b.ids[directory.Medical], Service: "health", Urgency: "urgent", Reason: person.PlainOf(toMedical), Basis: "law_9669_art_8",
	})
	b.do(directory.MunicipalityDV, b.id, "note.write", "", &handlers.WriteNote{Section: "general", Text: person.PlainOf(told)})
	officers, err := b.service.Colleagues(t.Context(), b.as(directory.MunicipalityDV), b.ids[directory.PoliceKind])
	ok(t, err)
	b.do(directory.MunicipalityDV, b.id, "exclusion.set", "", &handlers.Exclude{Account: officers.Items[0].Account, Reason: "relative_of_accused"})
	ok(t, b.service.Ledger.Check(t.Context(), func(uint64) {}))
	b.lead = b.raisedAs("coordinator")
	return b
}

// raisedAs is the browser of a role that has just proved once more who it is.
func (b bundles) raisedAs(role string) *browser {
	b.t.Helper()
	br := b.signedIn(role)
	page := br.raised(b.t, br.get("/cases/"+b.id+"/bundle"))
	if page.status != http.StatusOK || page.path != "/cases/"+b.id+"/bundle" {
		b.t.Fatalf("%s: %d at %s", role, page.status, page.path)
	}
	return br
}

// file is the bundle for an institution, its readable part, and what it was found to hold.
func (b bundles) file(br *browser, kind string) (file []byte, document string, v ledger.Verified) {
	b.t.Helper()
	a := br.get("/cases/" + b.id + "/bundle/file?recipient=" + b.ids[kind])
	if a.status != http.StatusOK {
		b.t.Fatalf("%d %.300s", a.status, a.body)
	}
	key := b.service.Ledger.Verifier()
	v, err := ledger.VerifyBundle([]byte(a.body), &key)
	ok(b.t, err)
	document, _, _ = strings.Cut(a.body, "<script")
	return []byte(a.body), document, v
}

// A file holds in the clear what both its maker and its recipient may read, and nothing else anywhere in its bytes; each text that is
// not there is a bar with the letter of its reason, and each that is there is proved by the event in which it was sealed.
func TestABundleOpensWhatItsRecipientMayRead(t *testing.T) {
	b := newBundles(t)
	auditor := b.raisedAs("auditor")
	everything := []string{survivor, perpetrator, toNGO, toMedical, told, "691234567"}
	for _, c := range []struct {
		name, kind string
		by         *browser
		reads      []string
		reasons    string // letters of what is withheld
		closed     int    // events whose contents are not for her
	}{
		{"the coordinator's own", directory.MunicipalityDV, b.lead, everything, "", 0},
		{"for the NGO", directory.NGO, b.lead, []string{survivor, perpetrator, toNGO, told, "691234567"}, "C", 2},
		{"for the police", directory.PoliceKind, b.lead, []string{survivor, perpetrator, toMedical, told, "691234567"}, "C", 2},
		{"for the doctor", directory.Medical, b.lead, []string{survivor, perpetrator, "691234567"}, "B", 2},
		{"for nobody in particular", "", b.lead, nil, "A", 3},
		{"for the NGO, by an auditor", directory.NGO, auditor, nil, "D", 2},
	} {
		file, document, v := b.file(c.by, c.kind)
		for _, text := range everything {
			if want := slices.Contains(c.reads, text); strings.Contains(document, text) != want || bytes.Contains(file, []byte(text)) != want {
				t.Errorf("%s: %q is there: %v, may be read: %v", c.name, text, !want, want)
			}
		}
		for _, letter := range []string{"A", "B", "C", "D", "E"} {
			if strings.Contains(document, "· "+letter+"</span>") != strings.Contains(c.reasons, letter) {
				t.Errorf("%s: reason %s, want %q", c.name, letter, c.reasons)
			}
		}
		if (v.Openings > 0) != (len(c.reads) > 0) || v.Stated > 0 || v.Closed != c.closed {
			t.Errorf("%s: %d opened, %d only stated, %d events closed, want %d", c.name, v.Openings, v.Stated, v.Closed, c.closed)
		}
		if closed := strings.Contains(document, sq.T("bundle.cut_entry")); closed != (c.closed > 0) {
			t.Errorf("%s: an entry is shown as withheld: %v", c.name, closed)
		}
		// That somebody is kept out of the case is told to those alone who decide on it: nobody else's file has even the event's kind.
		if guards := c.closed == 0; bytes.Contains(file, []byte("exclusion.set")) != guards || (v.Blind > 0) == guards {
			t.Errorf("%s: it says that somebody is kept out: %v, want %v; %d events without a header", c.name, !guards, guards, v.Blind)
		}
		if strings.Count(document, "<main>") != 1 || !strings.HasSuffix(strings.TrimSpace(document), "</main>") {
			t.Errorf("%s: the document is no main part of its page, which a screen reader looks for", c.name)
		}
		if _, again, _ := b.file(c.by, c.kind); again != document {
			t.Errorf("%s: asked for again it has other bytes", c.name)
		}
		if dir := os.Getenv("MKR_PICTURES"); dir != "" { // to print and look at
			ok(t, os.WriteFile(filepath.Join(dir, "bundle-"+c.kind+".html"), file, 0o600))
		}
	}
}

// Who carries no case and audits none makes no file of it; and each file leaves a trace of what was opened in it, before it is given away.
func TestABundleIsMadeByFewAndOnRecord(t *testing.T) {
	b := newBundles(t)
	for role, status := range map[string]int{"ngo": http.StatusForbidden, "police": http.StatusNotFound, // kept out by name
		"child_protection_worker": http.StatusNotFound, "shelter": http.StatusNotFound} {
		for _, path := range []string{"/bundle", "/bundle/file"} {
			if a := b.signedIn(role).get("/cases/" + b.id + path); a.status != status || strings.Contains(a.body, survivor) {
				t.Errorf("%s %s: %d, want %d", role, path, a.status, status)
			}
		}
	}
	b.file(b.lead, directory.NGO)
	events, err := b.service.Log.ReadAll(t.Context(), 0, 5000)
	ok(t, err)
	opened, exported := 0, 0
	for _, e := range events {
		switch e.Type {
		case "access.opened":
			opened++
		case "access.exported":
			exported++
			if opened == 0 {
				t.Error("the file is on record before what was opened in it")
			}
		}
	}
	if opened != 1 || exported != 1 {
		t.Errorf("%d openings and %d exports on record", opened, exported)
	}
}

// An altered text is found as that text, also where the altered file was signed anew by somebody who holds the log's key: what was
// sealed in the event is another.
func TestAnOpenedTextCannotBeAnother(t *testing.T) {
	b := newBundles(t)
	file, document, v := b.file(b.lead, directory.NGO)
	key := b.service.Ledger.Verifier()
	_, block, _ := strings.Cut(string(file), "vnd.mkr.bundle\">\n")
	block, _, _ = strings.Cut(block, "</script>")
	lines := strings.Split(strings.TrimSpace(block), "\n")
	parts := ledger.Parts{Under: v.Checkpoint, Events: decoded[ledger.BundleEvent](t, lines[1:1+v.Events]), Others: decoded[ledger.BundleEvent](t, lines[1+v.Events:1+v.Events+v.Others])}
	signed := func(change func(*ledger.Opening)) error {
		parts.Openings = decoded[ledger.Opening](t, lines[1+v.Events+v.Others:])
		for i := range parts.Openings {
			if parts.Openings[i].Text == told {
				change(&parts.Openings[i])
			}
		}
		out, err := b.service.Ledger.Bundle([]byte(document), v.Manifest, parts)
		ok(t, err)
		_, err = ledger.VerifyBundle(out, &key)
		return err
	}
	ok(t, signed(func(*ledger.Opening) {})) // as it was
	for name, change := range map[string]func(*ledger.Opening){
		"another text":            func(o *ledger.Opening) { o.Text = "Nuk tregon gjë" },
		"another salt":            func(o *ledger.Opening) { o.Salt[0] ^= 1 },
		"no salt, as in old ones": func(o *ledger.Opening) { o.Salt = nil },
		"another field":           func(o *ledger.Opening) { o.Field = person.FieldOutcome },
		"another person's":        func(o *ledger.Opening) { o.Subject = b.id },
		"out of another event":    func(o *ledger.Opening) { o.Event = parts.Events[0].ID },
	} {
		var bad *ledger.BundleError
		if err := signed(change); !errors.As(err, &bad) || !strings.HasSuffix(bad.Name, "opened text") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, spoiled := range map[string]string{
		"the document": strings.Replace(string(file), told, "Nuk tregon gjë", 1),
		"a text less":  strings.Replace(string(file), lines[len(lines)-1]+"\n", "", 1),
	} {
		var bad *ledger.BundleError
		if _, err := ledger.VerifyBundle([]byte(spoiled), &key); !errors.As(err, &bad) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if v.Others != 2 {
		t.Errorf("%d events of persons are there", v.Others)
	}
}

func decoded[T any](t *testing.T, lines []string) (out []T) {
	t.Helper()
	for _, line := range lines {
		var v T
		ok(t, json.Unmarshal([]byte(line), &v))
		out = append(out, v)
	}
	return out
}
