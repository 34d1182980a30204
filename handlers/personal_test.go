package handlers_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"mkr/domain/person"
	"mkr/handlers"
)

// Nobody reads a name without a right and a record; the folder and the log hold none.
func TestSealedFieldsOpenByRightAndOnRecord(t *testing.T) {
	b := newBed(t)
	id := b.open()
	_, err := b.do(as("police", b.police), id, "referral.create", "", &handlers.CreateReferral{To: b.medical, Service: "health", Urgency: "urgent", Reason: person.PlainOf("Arsye e vulosur"), Basis: "law_9669_art_8"})
	ok(t, err)
	v, err := b.Case(t.Context(), as("coordinator", b.dv), id, handlers.At{})
	ok(t, err)
	subject := v.Subject

	raw, err := json.Marshal(v)
	ok(t, err)
	if bytes.Contains(raw, []byte("Drita")) || bytes.Contains(raw, []byte(`"box":"`)) {
		t.Error("the case view holds a name or a ciphertext")
	}

	for _, c := range []struct {
		who                   handlers.Caller
		name, phone, mayAtAll bool
	}{
		{as("coordinator", b.dv), true, true, true},
		{as("police", b.police), true, true, true},
		{as("medical", b.medical), true, true, true},
		{handlers.Caller{Account: "a", Role: "auditor", Institution: b.dv, Session: "auditor-session"}, false, false, false},
		{as("ngo", b.ngo), false, false, false},
	} {
		n := len(b.accessEvents(c.who))
		got, err := b.OpenFields(t.Context(), c.who, id, handlers.Want{Persons: []string{subject}})
		if (err == nil) != c.mayAtAll {
			t.Errorf("%s: %v", c.who.Role, err)
			continue
		}
		if err != nil {
			continue
		}
		if _, has := got.Persons[0].Fields["name"]; has != c.name {
			t.Errorf("%s: name opened is %t", c.who.Role, has)
		}
		if got.Persons[0].Fields["name"] != survivorName {
			t.Errorf("%s reads another name", c.who.Role)
		}
		if events := b.accessEvents(c.who); len(events) != n+1 || events[n] != "access.opened" {
			t.Errorf("%s: the opening is not on record: %v", c.who.Role, events)
		}
	}
}

// Medicine reads its own sections and not what is told elsewhere; others the other way round.
func TestHealthSectionsAreForMedicine(t *testing.T) {
	b := newBed(t)
	id := b.open()
	_, err := b.do(as("police", b.police), id, "referral.create", "", &handlers.CreateReferral{To: b.medical, Service: "health", Urgency: "urgent", Reason: person.PlainOf("arsye"), Basis: "law_9669_art_8"})
	ok(t, err)
	medical := as("medical", b.medical)
	_, err = b.do(medical, id, "note.write", "", &handlers.WriteNote{Section: "health", Text: person.PlainOf("shënim mjekësor")})
	ok(t, err)
	_, err = b.do(as("police", b.police), id, "note.write", "", &handlers.WriteNote{Section: "general", Text: person.PlainOf("shënim policie")})
	ok(t, err)
	tl, err := b.Timeline(t.Context(), medical, id, handlers.At{})
	ok(t, err)
	var health, general string
	for _, e := range tl.Entries {
		if e.Type == "note.written" {
			if e.Values["section"] == "health" {
				health = e.EventID
			} else {
				general = e.EventID
			}
		}
	}
	reads := func(c handlers.Caller, entry string) bool {
		t.Helper()
		got, err := b.OpenFields(t.Context(), c, id, handlers.Want{Entries: []string{entry}})
		ok(t, err)
		return len(got.Entries[0].Fields) > 0
	}
	if !reads(medical, health) || reads(medical, general) {
		t.Error("medicine: own section, and no other")
	}
	if reads(as("coordinator", b.dv), health) || !reads(as("coordinator", b.dv), general) {
		t.Error("coordinator: all but health")
	}
}

func TestNothingPersonalReachesDiskOrLog(t *testing.T) {
	b := newBed(t)
	id := b.open()
	_, err := b.do(as("police", b.police), id, "note.write", "", &handlers.WriteNote{Section: "general", Text: person.PlainOf("Fjalë e fshehtë")})
	ok(t, err)
	secrets := []string{"Drita", "Shembulli", "0691234567", "691234567", "Rruga e Prov", "Fjalë e fsheht"}
	found := 0
	err = filepath.WalkDir(b.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		found++
		for _, s := range append(secrets, id+"-never") {
			if bytes.Contains(data, []byte(s)) {
				t.Errorf("%s holds %q", path, s)
			}
		}
		return nil
	})
	ok(t, err)
	if found < 3 {
		t.Fatalf("only %d files looked at", found)
	}
	for _, s := range secrets {
		if bytes.Contains(b.logs.Bytes(), []byte(s)) {
			t.Errorf("the log holds %q", s)
		}
	}
}

func newAccount(b *bed, role, institution string) handlers.NewAccount {
	return handlers.NewAccount{Institution: institution, Role: role, Username: person.PlainOf("oficer.prove"), Display: person.PlainOf("Oficer Prove"), Password: person.PlainOf("fjalekalim i gjate 7")}
}

func TestSignIn(t *testing.T) {
	b := newBed(t)
	r, err := b.OpenAccount(t.Context(), handlers.Shell(), newAccount(b, "police", b.police), key())
	ok(t, err)
	ok(t, b.Await(t.Context(), r.Position+1))
	token, c, err := b.SignIn(t.Context(), handlers.SignIn{Username: " Oficer.PROVE ", Password: person.PlainOf("fjalekalim i gjate 7")}, "10.0.0.1")
	ok(t, err)
	who, err := b.Authenticate(t.Context(), token)
	ok(t, err)
	if who != c || who.Role != "police" || who.Institution != b.police {
		t.Errorf("signed in as %+v, known as %+v", c, who)
	}
	for name, in := range map[string]handlers.SignIn{
		"wrong password":  {Username: "oficer.prove", Password: person.PlainOf("fjalekalim i gjate 8")},
		"unknown account": {Username: "nobody", Password: person.PlainOf("fjalekalim i gjate 7")},
	} {
		if _, _, err := b.SignIn(t.Context(), in, "10.0.0.1"); !errors.Is(err, handlers.ErrNotSignedIn) {
			t.Errorf("%s: %v", name, err)
		}
	}
	ok(t, b.SignOut(t.Context(), c))
	if _, err := b.Authenticate(t.Context(), token); !errors.Is(err, handlers.ErrNotSignedIn) {
		t.Errorf("after signing out: %v", err)
	}
}

func TestSessionsEndByTimeLockAndPassword(t *testing.T) {
	b := newBed(t)
	r, err := b.OpenAccount(t.Context(), handlers.Shell(), newAccount(b, "police", b.police), key())
	ok(t, err)
	in := handlers.SignIn{Username: "oficer.prove", Password: person.PlainOf("fjalekalim i gjate 7")}
	ok(t, b.Await(t.Context(), r.Position+1))
	gone := func(why, token string) {
		t.Helper()
		if _, err := b.Authenticate(t.Context(), token); !errors.Is(err, handlers.ErrNotSignedIn) {
			t.Errorf("%s: %v", why, err)
		}
	}
	token, _, err := b.SignIn(t.Context(), in, "a")
	ok(t, err)
	b.pass(handlers.BrowserLife + time.Second)
	gone("after its life", token)

	token, c, err := b.SignIn(t.Context(), in, "a")
	ok(t, err)
	ok(t, b.ChangePassword(t.Context(), c, in.Password, person.PlainOf("tjeter fjalekalim 9"), key()))
	gone("after a new password", token)

	in.Password = person.PlainOf("tjeter fjalekalim 9")
	token, _, err = b.SignIn(t.Context(), in, "a")
	ok(t, err)
	locked, err := b.LockAccount(t.Context(), handlers.Shell(), r.ID, "left", key())
	ok(t, err)
	ok(t, b.Await(t.Context(), locked.Position))
	gone("after a lock", token)
	if _, _, err := b.SignIn(t.Context(), in, "a"); !errors.Is(err, handlers.ErrNotSignedIn) {
		t.Errorf("a locked account signs in: %v", err)
	}
}

func TestGuessingIsSlowedDown(t *testing.T) {
	b := newBed(t)
	var err error
	for range 50 {
		if _, _, err = b.SignIn(t.Context(), handlers.SignIn{Username: "x", Password: person.PlainOf("y")}, "10.0.0.9"); errors.Is(err, handlers.ErrTooManyTries) {
			break
		}
	}
	if !errors.Is(err, handlers.ErrTooManyTries) {
		t.Fatalf("fifty guesses: %v", err)
	}
	b.pass(11 * time.Second)
	if _, _, err = b.SignIn(t.Context(), handlers.SignIn{Username: "x", Password: person.PlainOf("y")}, "10.0.0.9"); !errors.Is(err, handlers.ErrNotSignedIn) {
		t.Errorf("after waiting: %v", err)
	}
}

func TestListsShowOnlyWhatIsMine(t *testing.T) {
	b := newBed(t)
	mine := b.open()
	r, err := b.do(as("police", b.police), mine, "referral.create", "", b.referral())
	ok(t, err)
	other := b.open()
	v, err := b.Case(t.Context(), as("coordinator", b.dv), other, handlers.At{})
	ok(t, err)
	ok(t, b.Await(t.Context(), max(v.Position, r.Position)))
	cases := func(c handlers.Caller) []string {
		t.Helper()
		l, err := b.Board(t.Context(), c, handlers.ListQuery{})
		ok(t, err)
		var out []string
		for _, row := range l.Items {
			out = append(out, row.Case)
		}
		slices.Sort(out)
		if l.Total != len(out) {
			t.Errorf("%s: total %d, rows %d", c.Role, l.Total, len(out))
		}
		return out
	}
	both := []string{mine, other}
	slices.Sort(both)
	for _, c := range []struct {
		who  handlers.Caller
		want []string
	}{
		{as("coordinator", b.dv), both}, {as("police", b.police), both}, {as("ngo", b.ngo), []string{mine}},
		{as("child_protection_worker", b.cp), nil}, {as("shelter", b.shelter), nil},
	} {
		if got := cases(c.who); !slices.Equal(got, c.want) {
			t.Errorf("%s sees %v, want %v", c.who.Role, got, c.want)
		}
	}
	if _, err := b.Board(t.Context(), as("administrator", b.dv), handlers.ListQuery{}); err == nil {
		t.Error("an administrator has a board")
	}
	in, err := b.Inbox(t.Context(), as("ngo", b.ngo), handlers.ListQuery{})
	ok(t, err)
	if len(in.Items) == 0 || in.Items[0].Action == "" || in.Items[0].DueAt.IsZero() {
		t.Errorf("the receiver's inbox: %+v", in.Items)
	}
}

// Who looked at a case is on record, once an hour, in her own stream; the case's history stays as it was.
func TestLooksAreOnRecord(t *testing.T) {
	b := newBed(t)
	id := b.open()
	coordinator := as("coordinator", b.dv)
	look := func() uint64 {
		t.Helper()
		v, err := b.Case(t.Context(), coordinator, id, handlers.At{})
		ok(t, err)
		return v.Revision
	}
	first := look()
	if got := b.accessEvents(coordinator); len(got) != 1 || got[0] != "access.viewed" {
		t.Fatalf("after a look: %v", got)
	}
	if look() != first {
		t.Error("a look changed the case")
	}
	if got := b.accessEvents(coordinator); len(got) != 1 {
		t.Errorf("a second look at once: %v", got)
	}
	b.pass(time.Hour)
	look()
	if got := b.accessEvents(coordinator); len(got) != 2 {
		t.Errorf("an hour later: %v", got)
	}
}

// What is written decides who may: the health section is medicine's, whatever else an institution may note.
func TestOnlyMedicineWritesHealthNotes(t *testing.T) {
	b := newBed(t)
	id := b.open()
	for role, may := range map[string]struct{ health, general bool }{"police": {false, true}, "coordinator": {false, true}, "medical": {true, true}} {
		c := map[string]handlers.Caller{"police": as("police", b.police), "coordinator": as("coordinator", b.dv), "medical": as("medical", b.medical)}[role]
		if role == "medical" {
			_, err := b.do(as("coordinator", b.dv), id, "participant.add", "", &handlers.AddParticipant{Institution: b.medical, Reason: "coordinator_decision"})
			ok(t, err)
		}
		for section, want := range map[handlers.NoteSection]bool{"health": may.health, "general": may.general} {
			_, err := b.do(c, id, "note.write", "", &handlers.WriteNote{Section: section, Text: person.PlainOf("Shënim prove")})
			var denied *handlers.DeniedError
			if want && err != nil || !want && !errors.As(err, &denied) {
				t.Errorf("%s writes to %s: %v", role, section, err)
			}
		}
	}
}
