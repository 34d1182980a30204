package api_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"mkr/domain/access"
	"mkr/domain/account"
	"mkr/domain/person"
	"mkr/handlers"
	"mkr/internal/testbed"
	"mkr/internal/vault"
)

// told is what the erased person's case says of her in a sealed text.
const told = "Tregon se jeton te motra, Rruga Zogaj 3"

// Erasure takes two people, and waits for every duty to keep. Then her name and what was told about her open for nobody, by no
// answer, in no file and in no backup of the log; what happened, what was counted and what was proved is there as before.
func TestErasure(t *testing.T) {
	w := newWorld(t)
	id, subject := w.another(t)
	at, of := "/cases/"+id, "/cases/"+id+"/persons/"+subject
	w.must(access.Coordinator, at+"/notes", object{"section": "general", "text": told})
	w.CaughtUp()
	for _, secret := range []string{testbed.SurvivorName, told} {
		if a := w.must(access.Coordinator, of+"/report", object{"identity": "papers"}); !bytes.Contains(a.body, []byte(secret)) {
			t.Fatalf("the report for the person does not hold %q: %s", secret, a.body)
		}
	}
	if got := w.AccessEvents(w.callers[access.Coordinator]); !slices.Contains(got, "access.reported") {
		t.Errorf("the report is not on record: %v", got)
	}

	// Nobody alone, and nothing while a case is open or a hold stands.
	problem(t, w.post(access.Police, of+"/erasure", object{"basis": "request"}), 403, "access.not_for_role", "")
	problem(t, w.post(access.Shelter, of+"/erasure", object{"basis": "request"}), 404, "not_found", "")
	problem(t, w.post(access.Coordinator, at+"/persons/"+id+"/erasure", object{"basis": "request"}), 404, "not_found", "")
	problem(t, w.post(access.Coordinator, of+"/erasure", object{"basis": "retention"}), 422, "erasure_scheduled", "basis")
	w.must(access.Coordinator, of+"/erasure", object{"basis": "request"})
	problem(t, w.post(access.Coordinator, of+"/erasure/decide", object{"outcome": "erase"}), 409, "erasure_own", "")
	problem(t, w.post(access.Auditor, of+"/erasure/decide", object{"outcome": "erase"}), 409, "erasure_open_case", "")
	hold := w.must(access.Coordinator, of+"/holds", object{"ground": "criminal_proceedings"}).str(t, "id")
	w.must(access.Coordinator, at+"/close", object{"reason": "moved_away"})
	w.CaughtUp()
	problem(t, w.post(access.Auditor, of+"/erasure/decide", object{"outcome": "erase"}), 409, "erasure_held", "")
	w.must(access.Coordinator, of+"/holds/lift", object{"hold": hold})
	w.CaughtUp()
	if rows := w.get(access.Auditor, "/erasures").json(t)["items"].([]any); len(rows) != 1 || rows[0].(object)["person"] != subject || rows[0].(object)["status"] != "asked" {
		t.Errorf("what waits for a decision: %v", rows)
	}

	_, err := w.Ledger.Publish(t.Context())
	testbed.OK(t, err)
	backup := w.Events()
	before := map[string]string{}
	for _, path := range []string{at, at + "/timeline", "/indicators/2026"} {
		before[path] = string(w.get(access.Coordinator, path).body)
	}
	var proof handlers.Proof
	read(t, w.get(access.Auditor, "/audit/proof/"+backup[len(backup)-1].ID.String()), &proof)

	command := key(handlers.NewKey().String())
	first := w.must(access.Auditor, of+"/erasure/decide", object{"outcome": "erase"}, command)
	if again := w.must(access.Auditor, of+"/erasure/decide", object{"outcome": "erase"}, command); again.json(t)["duplicate"] != true || again.json(t)["position"] != first.json(t)["position"] {
		t.Errorf("a retry is told something else: %s, then %s", first.body, again.body)
	}
	w.CaughtUp()

	// History, figures and proofs are what they were.
	for path, text := range before {
		if now := string(w.get(access.Coordinator, path).body); stable(t, now) != stable(t, text) {
			t.Errorf("%s is another:\n%s\n%s", path, text, now)
		}
	}
	testbed.OK(t, w.Ledger.Check(t.Context(), nil))
	testbed.OK(t, proof.Check(w.Ledger.Verifier()))

	// Screens say calmly that it was erased.
	opened := w.must(access.Coordinator, at+"/open", object{"persons": []any{subject}}).json(t)["persons"].([]any)[0].(object)
	if len(opened["fields"].(object)) != 0 || len(opened["erased"].([]any)) == 0 {
		t.Errorf("opened after the erasure: %v", opened)
	}
	if record := w.get(access.Coordinator, of).json(t); record["erased"] != true || len(record["actions"].([]any)) != 0 {
		t.Errorf("the record says %v", record)
	}
	problem(t, w.post(access.Coordinator, of+"/report", object{"identity": "papers"}), 409, "person_erased", "")
	problem(t, w.post(access.Coordinator, of+"/holds", object{"ground": "complaint"}), 409, "person_erased", "")

	// Her case may be opened again; what would be sealed for her is refused with the reason, since nothing could open it.
	w.must(access.Coordinator, at+"/reopen", object{"reason": "new_incident"})
	problem(t, w.post(access.Coordinator, at+"/notes", object{"section": "general", "text": told}), 409, "person_erased", "")
	problem(t, w.post(access.Coordinator, at+"/persons/change", object{"person": subject, "phone": testbed.SurvivorPhone}), 409, "person_erased", "")

	w.findsNothing(t, told, testbed.SurvivorName, testbed.SurvivorPhone, testbed.SurvivorAddress)

	// A backup of the log from before is stored bytes: what is hers in it opens no more, and holds no plaintext.
	n := 0
	for _, e := range backup {
		if bytes.Contains(e.Data, []byte(told)) || bytes.Contains(e.Data, []byte(testbed.SurvivorName)) {
			t.Errorf("%s holds it in the clear", e.Type)
		}
		for _, v := range sealedIn(t, e.Data) {
			_, err := w.Vault.Open(t.Context(), v)
			if v.Subject == subject && !errors.Is(err, vault.ErrShredded) {
				t.Errorf("%s of %s opens, or fails otherwise: %v", v.Field, e.Type, err)
			}
			if v.Subject == subject {
				n++
			}
		}
	}
	if n < 4 {
		t.Errorf("only %d values of hers in the backup: the test shows nothing", n)
	}
}

// findsNothing looks for plaintext in every answer and in every file.
func (w *world) findsNothing(t *testing.T, secrets ...string) {
	t.Helper()
	look := func(where string, body []byte) {
		for _, secret := range secrets {
			if bytes.Contains(body, []byte(secret)) {
				t.Errorf("%s holds %q", where, secret)
			}
		}
	}
	for _, r := range w.routes() {
		if r.method == "GET" {
			for _, role := range []string{access.Coordinator, access.Auditor, access.Police} {
				look(r.path, w.get(role, strings.TrimPrefix(w.address(r.path), "/api/v1")).body)
			}
		}
	}
	look("an export", w.get(access.Auditor, "/audit/cases/"+w.caseID+"/bundle").body)
	look("the log of the program", w.Logs.Bytes())
	err := filepath.WalkDir(w.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := os.ReadFile(path)
		look(path, body)
		return err
	})
	testbed.OK(t, err)
}

// stable leaves out of an answer how far the log has got.
func stable(t *testing.T, text string) string {
	var v object
	testbed.OK(t, json.Unmarshal([]byte(text), &v))
	delete(v, "position")
	out, err := json.Marshal(v)
	testbed.OK(t, err)
	return string(out)
}

// sealedIn finds the sealed values of a stored payload.
func sealedIn(t *testing.T, data []byte) (out []person.Sealed) {
	t.Helper()
	var v map[string]json.RawMessage
	testbed.OK(t, json.Unmarshal(data, &v))
	for _, raw := range v {
		var s person.Sealed
		if bytes.Contains(raw, []byte(`"box"`)) && json.Unmarshal(raw, &s) == nil && !reflect.ValueOf(s).IsZero() {
			out = append(out, s)
		}
	}
	return out
}

// What a restored backup of the keys brought back, or a crash left behind, is destroyed again by the process.
func TestErasureIsMadeUpFor(t *testing.T) {
	w := newWorld(t)
	id, subject := w.another(t)
	of := "/cases/" + id + "/persons/" + subject
	w.must(access.Coordinator, "/cases/"+id+"/close", object{"reason": "moved_away"})
	w.must(access.Coordinator, of+"/erasure", object{"basis": "court"})
	w.CaughtUp()
	keys := filepath.Join(t.TempDir(), "keys")
	testbed.OK(t, os.CopyFS(keys, os.DirFS(w.Dir+"/keys")))
	w.Pass(account.RaisedLife) // what nobody brings back asks once more who it is
	problem(t, w.post(access.Auditor, of+"/erasure/decide", object{"outcome": "erase"}), 403, "step_up_needed", "")
	w.Raise(w.callers[access.Auditor])
	w.must(access.Auditor, of+"/erasure/decide", object{"outcome": "erase"})
	w.CaughtUp()

	testbed.OK(t, os.Chmod(keys+"/deployment.key", 0o600))
	restored, err := vault.Open(vault.Options{Dir: keys})
	testbed.OK(t, err)
	defer restored.Close()
	var hers person.Sealed
	for _, e := range w.Events() {
		for _, v := range sealedIn(t, e.Data) {
			if v.Subject == subject && v.Field == person.FieldName {
				hers = v
			}
		}
	}
	if text, err := restored.Open(t.Context(), hers); err != nil || text != testbed.SurvivorName {
		t.Fatalf("the backup of the keys does not bring her back, so that the test shows nothing: %q %v", text, err)
	}
	deps := w.Deps
	deps.Vault = restored
	testbed.OK(t, handlers.New(deps).DestroyErased(t.Context()))
	if _, err := restored.Open(t.Context(), hers); !errors.Is(err, vault.ErrShredded) {
		t.Errorf("after the process: %v", err)
	}
}

// The schedule lists whom it lets go of, and nobody before.
func TestTheScheduleIsOver(t *testing.T) {
	w := newWorld(t)
	_, subject := w.another(t)
	w.must(access.Coordinator, "/cases/"+w.caseID+"/close", object{"reason": "moved_away"})
	listed := func() (out []string) {
		w.CaughtUp()
		for _, r := range w.get(access.Coordinator, "/erasures").json(t)["items"].([]any) {
			out = append(out, r.(object)["person"].(string)+" "+r.(object)["status"].(string))
		}
		return out
	}
	if got := listed(); len(got) != 0 {
		t.Errorf("over at once: %v", got)
	}
	w.Pass(10 * 366 * 24 * time.Hour)
	w.renew()
	if got := listed(); !slices.Contains(got, subject+" over") {
		t.Errorf("after ten years: %v", got)
	}
	of := "/cases/" + w.caseID + "/persons/" + subject
	w.must(access.Coordinator, of+"/erasure", object{"basis": "retention"})
	if got := listed(); !slices.Contains(got, subject+" asked") || slices.Contains(got, subject+" over") {
		t.Errorf("once it is asked for: %v", got)
	}
}

// What the schedule lets go of is asked for and decided on in one go from the list, by two people and each person for herself: one that is
// held, or that is not there, keeps no other. A retry does nothing twice.
func TestManyAreErasedFromTheList(t *testing.T) {
	w := newWorld(t)
	var marked []handlers.PersonOf
	for range 3 {
		id, subject := w.another(t)
		w.must(access.Coordinator, "/cases/"+id+"/close", object{"reason": "moved_away"})
		marked = append(marked, handlers.PersonOf{Case: id, Person: subject})
	}
	held := marked[2]
	w.must(access.Coordinator, "/cases/"+held.Case+"/persons/"+held.Person+"/holds", object{"ground": "criminal_proceedings"})
	w.Pass(10 * 366 * 24 * time.Hour)
	w.renew()
	w.CaughtUp()
	listed := func(role string) map[string]handlers.ErasureRow {
		list, err := w.Erasures(t.Context(), w.callers[role], handlers.ListQuery{})
		testbed.OK(t, err)
		out := map[string]handlers.ErasureRow{}
		for _, r := range list.Items {
			out[r.Person] = r
		}
		return out
	}
	does := func(role string, want string) {
		t.Helper()
		rows := listed(role)
		for n, m := range marked {
			if r := rows[m.Person]; r.Held != (n == 2) || r.Action != map[bool]string{false: want}[n == 2] {
				t.Errorf("%s may %q to %d: %+v", role, want, n, r)
			}
		}
	}
	does(access.Coordinator, "erasure.request")
	does(access.Auditor, "erasure.request")
	ask, _ := handlers.PersonActionNamed("erasure.request")
	erase, _ := handlers.PersonActionNamed("erasure.decide")
	lost := handlers.PersonOf{Case: marked[0].Case, Person: handlers.NewKey().String()}
	env := testbed.Key()
	for range 2 {
		done, refused, last, err := w.EachPerson(t.Context(), w.callers[access.Coordinator], ask, append(slices.Clone(marked), lost), handlers.ScheduleOver(), env)
		testbed.OK(t, err)
		if done != 3 || len(refused) != 1 || refused[0].PersonOf != lost || refused[0].Code != "not_found" || last.Position == 0 {
			t.Errorf("%d were asked for, %+v refused", done, refused)
		}
	}
	w.CaughtUp()
	does(access.Coordinator, "") // she asked
	does(access.Auditor, "erasure.decide")
	w.Pass(account.RaisedLife)
	if done, _, _, err := w.EachPerson(t.Context(), w.callers[access.Auditor], erase, marked, handlers.Granted(), testbed.Key()); done != 0 || !errors.Is(err, handlers.ErrStepUp) {
		t.Errorf("an open screen erases %d: %v", done, err)
	}
	w.Raise(w.callers[access.Auditor])
	done, refused, _, err := w.EachPerson(t.Context(), w.callers[access.Auditor], erase, marked, handlers.Granted(), testbed.Key())
	testbed.OK(t, err)
	if done != 2 || len(refused) != 1 || refused[0].PersonOf != held || refused[0].Code != person.CodeErasureHeld {
		t.Errorf("%d were erased, %+v refused", done, refused)
	}
	w.CaughtUp()
	for _, m := range marked {
		if got := w.get(access.Coordinator, "/cases/"+m.Case+"/persons/"+m.Person).json(t)["erased"]; got != (m != held) {
			t.Errorf("%s erased: %v", m.Person, got)
		}
	}
}

// another makes the world's case a fresh one, in which nothing is owed, and returns it with its survivor.
func (w *world) another(t *testing.T) (id, subject string) {
	w.caseID = w.newCase()
	subject = w.get(access.Coordinator, "/cases/"+w.caseID).str(t, "subject")
	w.names["person"], w.ids["persons"], w.names["case"] = subject, subject, w.caseID
	return w.caseID, subject
}

// renew signs everybody in again: tokens do not outlive the years.
func (w *world) renew() {
	for _, role := range roles {
		w.tokens[role], w.callers[role] = w.Token(role)
	}
}
