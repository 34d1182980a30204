package handlers_test

import (
	"errors"
	"testing"

	"mkr/domain/person"
	"mkr/handlers"
	"mkr/internal/eventlog"
	"mkr/internal/testbed"
)

// What becomes known of somebody later is sealed into her own record, opens like the rest, and a day of birth makes a minor of her or
// unmakes her; a retry changes nothing, and what is wrong names its field and stores nothing.
func TestWhatBecomesKnownLater(t *testing.T) {
	b := newBed(t)
	id := b.open()
	lead := b.person("coordinator", b.dv)
	v, err := b.Case(t.Context(), lead, id, handlers.At{})
	ok(t, err)
	if v.SubjectMinor {
		t.Fatal("she is a minor from the start")
	}
	env := key()
	learnt := &handlers.ChangePerson{Person: v.Subject, BirthDate: person.PlainOf("2012-03-01"), Phone: person.PlainOf("+355691112223")}
	_, err = b.doWith(lead, id, "person.change", "", learnt, env)
	ok(t, err)
	n := b.size()
	again, err := b.doWith(lead, id, "person.change", "", learnt, env)
	if err != nil || !again.Duplicate || b.size() != n {
		t.Errorf("a retry: %+v, %v, %d events more", again, err, b.size()-n)
	}
	if v, err = b.Case(t.Context(), lead, id, handlers.At{}); err != nil || !v.SubjectMinor || !v.Persons[0].Minor {
		t.Errorf("a child of fourteen: %v, %v", v.SubjectMinor, err)
	}
	opened, err := b.OpenFields(t.Context(), lead, id, handlers.Want{Persons: []string{v.Subject}})
	ok(t, err)
	if f := opened.Persons[0].Fields; f["phone"] != "+355691112223" || f["birth_date"] != "2012-03-01" || f["name"] != testbed.SurvivorName {
		t.Errorf("what is opened: %v", f)
	}
	// Under sixteen she consents through a guardian alone.
	_, err = b.do(lead, id, "consent.record", "", &handlers.RecordConsent{Person: v.Subject, Decision: "given", How: "written"})
	if err == nil {
		t.Error("a child consents for herself")
	}

	stored := func() int { return b.count("person.changed") + b.count("person.details_changed") }
	n = stored()
	for field, in := range map[string]*handlers.ChangePerson{
		"birth_date":  {Person: v.Subject},
		"phone":       {Person: v.Subject, Phone: person.PlainOf("abc")},
		"person":      {Person: "00000000-0000-4000-8000-000000000009", Phone: person.PlainOf("+355691112223")},
		"national_id": {Person: v.Subject, NationalID: person.PlainOf("1")},
	} {
		_, err := b.do(lead, id, "person.change", "", in)
		if err == nil || errors.Is(err, handlers.ErrNotFound) {
			t.Errorf("%s: %v", field, err)
		}
	}
	if stored() != n {
		t.Errorf("%d events of what was refused", stored()-n)
	}

	_, err = b.do(lead, id, "person.change", "", &handlers.ChangePerson{Person: v.Subject, BirthDate: person.PlainOf("1990-03-01")})
	ok(t, err)
	if v, err = b.Case(t.Context(), lead, id, handlers.At{}); err != nil || v.SubjectMinor || v.Persons[0].Minor {
		t.Errorf("a woman of thirty-six: %v, %v", v.SubjectMinor, err)
	}
}

// What is known is replaced by whoever may read it: an institution to which her consent opens her name alone adds what it has learnt, and
// exchanges no number that is withheld from it.
func TestWhatIsWithheldIsNotReplaced(t *testing.T) {
	b := newBed(t)
	id := b.open()
	lead, ngo := b.person("coordinator", b.dv), b.person("ngo", b.ngo)
	v, err := b.Case(t.Context(), lead, id, handlers.At{})
	ok(t, err)
	consent, err := b.do(lead, id, "consent.record", "", &handlers.RecordConsent{
		Person: v.Subject, Decision: "given", How: "written", Recipients: []string{b.ngo}, Purposes: []handlers.Purpose{"psychosocial"}, Classes: []handlers.DataClass{"identity"},
	})
	ok(t, err)
	in := b.referral()
	in.Basis, in.Consent, in.Service = "", consent.ID, "psychosocial"
	_, err = b.do(lead, id, "referral.create", "", in)
	ok(t, err)
	_, err = b.do(ngo, id, "person.change", "", &handlers.ChangePerson{Person: v.Subject, SafeContact: person.PlainOf("+355691112223")})
	ok(t, err) // nobody knew one
	n := b.size()
	for field, in := range map[string]*handlers.ChangePerson{
		"phone":        {Person: v.Subject, Phone: person.PlainOf("+355699999999")},
		"safe_contact": {Person: v.Subject, SafeContact: person.PlainOf("+355699999999"), NationalID: person.PlainOf("J05101999W")},
	} {
		_, err := b.do(ngo, id, "person.change", "", in)
		var wrong *handlers.InputError
		if !errors.As(err, &wrong) || wrong.Field != field || wrong.Code != "withheld" {
			t.Errorf("%s: %v", field, err)
		}
	}
	if b.count("person.changed") != 1 || b.count("person.details_changed") != 1 {
		t.Errorf("%d events of what was refused", b.size()-n)
	}
	_, err = b.do(lead, id, "person.change", "", &handlers.ChangePerson{Person: v.Subject, SafeContact: person.PlainOf("+355692223334"), Phone: person.PlainOf("+355692223335")})
	ok(t, err)
}

// A change whose case could not be told of it has stood in the person's record since. The same request goes on from there; the same key with
// another content is refused, and does not answer that what it says was stored.
func TestAChangeThatWasCutShortIsNotTakenForAnother(t *testing.T) {
	log := &broken{at: "person.changed"}
	bd := testbed.New(t, testbed.Options{WrapLog: func(l eventlog.Log) eventlog.Log { log.Log = l; return log }})
	b := &bed{Bed: bd, dv: bd.DV, cp: bd.CP, police: bd.Police, ngo: bd.NGO}
	id, lead := b.open(), b.person("coordinator", bd.DV)
	v, err := b.Case(t.Context(), lead, id, handlers.At{})
	ok(t, err)
	said := func(number, body string) (*handlers.ChangePerson, handlers.Envelope) {
		return &handlers.ChangePerson{Person: v.Subject, Phone: person.PlainOf(number)}, handlers.Envelope{Body: []byte(body)}
	}
	in, env := said("+355691112223", "one")
	env.Key = handlers.NewKey()
	log.armed = true
	if _, err := b.doWith(lead, id, "person.change", "", in, env); err == nil {
		t.Fatal("the case was told after all")
	}
	log.armed = false
	other, otherEnv := said("+355694445556", "another")
	otherEnv.Key = env.Key
	if _, err := b.doWith(lead, id, "person.change", "", other, otherEnv); !errors.Is(err, handlers.ErrKeyReused) {
		t.Errorf("another content under its key: %v", err)
	}
	_, err = b.doWith(lead, id, "person.change", "", in, env)
	ok(t, err)
	if n := b.count("person.details_changed"); n != 1 {
		t.Errorf("the record was changed %d times", n)
	}
}
