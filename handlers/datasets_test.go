package handlers_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"mkr/domain/event"
	"mkr/domain/person"
	"mkr/handlers"
	"mkr/projections/inbox"
	"mkr/projections/timeline"
)

type (
	task  = inbox.Task
	entry = timeline.Entry
)

func codeOf(err error) string {
	var r *event.Refusal
	if errors.As(err, &r) {
		return r.Code
	}
	return ""
}

// Whose part has ended sees the case as it stood then: nothing later, on no list, and no name.
func TestAPastRecipientSeesOnlyWhatWas(t *testing.T) {
	b := newBed(t)
	id := b.open()
	lead, ngo := as("coordinator", b.dv), as("ngo", b.ngo)
	r, err := b.do(lead, id, "referral.create", "", b.referral())
	ok(t, err)
	for _, step := range []string{"referral.accept", "referral.start"} {
		_, err = b.do(ngo, id, step, r.ID, nil)
		ok(t, err)
	}
	_, err = b.do(ngo, id, "referral.complete", r.ID, &handlers.CompleteReferral{Outcome: "helped"})
	ok(t, err)
	_, err = b.do(lead, id, "note.write", "", &handlers.WriteNote{Section: "general", Text: person.PlainOf("më vonë")})
	ok(t, err)
	_, err = b.do(lead, id, "risk.assess", "", &handlers.AssessRisk{Level: "high", Reason: person.PlainOf("arsye")})
	ok(t, err)

	v, err := b.Case(t.Context(), ngo, id, handlers.At{})
	ok(t, err)
	if len(v.Notes) > 0 || v.Risk != "" || len(v.Opens) > 0 || len(v.Actions) != 1 || v.Actions[0].Action != "conflict.declare" {
		t.Errorf("it sees what came after: %d notes, risk %q, opens %v, actions %v", len(v.Notes), v.Risk, v.Opens, v.Actions)
	}
	if got, _ := v.Referral(r.ID); got.Status != "completed" {
		t.Errorf("its own deed is %q", got.Status)
	}
	tl, err := b.Timeline(t.Context(), ngo, id, handlers.At{})
	ok(t, err)
	for _, e := range tl.Entries {
		if e.Type == "note.written" || e.Type == "risk.assessed" {
			t.Errorf("its timeline tells of %s", e.Type)
		}
	}
	full, err := b.Timeline(t.Context(), lead, id, handlers.At{})
	ok(t, err)
	at := full.Position
	if past, err := b.Case(t.Context(), ngo, id, handlers.At{Position: at}); err != nil || len(past.Notes) > 0 {
		t.Errorf("asked for the newest position it gets %d notes, %v", len(past.Notes), err)
	}
	seen := b.sights(ngo, id)
	for _, list := range []string{"board", "register", "deadlines", "live board", "live register"} {
		if seen[list] {
			t.Errorf("the case is on its %s", list)
		}
	}
	if !seen["page"] {
		t.Error("it cannot look back at all")
	}
	if _, err := b.OpenFields(t.Context(), ngo, id, handlers.Want{Persons: []string{v.Subject}}); err == nil {
		t.Error("names open to it")
	}
}

// What two sides of a referral write to each other is for them and for the lead.
func TestAReferralsTextsAreForItsTwoSides(t *testing.T) {
	b := newBed(t)
	id := b.open()
	police, lead := as("police", b.police), as("coordinator", b.dv)
	r, err := b.do(police, id, "referral.create", "", b.referral())
	ok(t, err)
	_, err = b.do(as("ngo", b.ngo), id, "referral.message", r.ID, &handlers.WriteMessage{Text: person.PlainOf("fjalë")})
	ok(t, err)
	_, err = b.do(lead, id, "participant.add", "", &handlers.AddParticipant{Institution: b.court, Reason: "technical_team"})
	ok(t, err)
	tl, err := b.Timeline(t.Context(), lead, id, handlers.At{})
	ok(t, err)
	for _, e := range tl.Entries {
		if e.Type != "referral.sent" && e.Type != "referral.message_written" {
			continue
		}
		for who, want := range map[string]bool{"police": true, "ngo": true, "coordinator": true, "court": false} {
			institution := map[string]string{"police": b.police, "ngo": b.ngo, "coordinator": b.dv, "court": b.court}[who]
			got, err := b.OpenFields(t.Context(), as(who, institution), id, handlers.Want{Entries: []string{e.EventID}})
			ok(t, err)
			if has := len(got.Entries[0].Fields) > 0; has != want {
				t.Errorf("%s: %s reads it: %v", e.Type, who, has)
			}
		}
	}
}

// Consent is a switch: a referral opens what it covers, its end stops what was not answered and closes what was, and
// history stays.
func TestConsentIsASwitch(t *testing.T) {
	b := newBed(t)
	id := b.open()
	lead, ngo := as("coordinator", b.dv), as("ngo", b.ngo)
	v, err := b.Case(t.Context(), lead, id, handlers.At{})
	ok(t, err)
	give := func(in handlers.RecordConsent) string {
		t.Helper()
		in.Person, in.Decision = v.Subject, "given"
		if in.How == "" {
			in.How = "written"
		}
		r, err := b.do(lead, id, "consent.record", "", &in)
		ok(t, err)
		return r.ID
	}
	refer := func(consent string, service handlers.ServiceCode) (string, error) {
		in := b.referral()
		in.Basis, in.Consent, in.Service = "", consent, service
		r, err := b.do(lead, id, "referral.create", "", in)
		return r.ID, err
	}
	narrow := give(handlers.RecordConsent{Recipients: []string{b.ngo}, Purposes: []handlers.Purpose{"psychosocial"}, Classes: []handlers.DataClass{"identity"}})
	if _, err := refer(narrow, "legal_aid"); !isRefusal(err, "referral.no_consent") {
		t.Errorf("a purpose that she did not agree to: %v", err)
	}
	ref, err := refer(narrow, "psychosocial")
	ok(t, err)
	seen, err := b.Case(t.Context(), ngo, id, handlers.At{})
	ok(t, err)
	if !slices.Equal(seen.Opens, []string{"identity"}) {
		t.Errorf("the consent covers the identity and it opens %v", seen.Opens)
	}
	_, err = b.do(ngo, id, "referral.accept", ref, nil)
	ok(t, err)
	asked, err := refer(give(handlers.RecordConsent{Until: b.Now().Add(48 * time.Hour)}), "case_management")
	ok(t, err)

	_, err = b.do(lead, id, "consent.withdraw", narrow, nil)
	ok(t, err)
	seen, err = b.Case(t.Context(), ngo, id, handlers.At{})
	ok(t, err)
	if len(seen.Opens) == 0 { // the other consent still carries a part
		t.Error("the consent that stands carries nothing")
	}
	b.Pass(48 * time.Hour) // and now it has run out, by the clock alone
	seen, err = b.Case(t.Context(), ngo, id, handlers.At{})
	ok(t, err)
	if len(seen.Opens) > 0 {
		t.Errorf("without consent it opens %v", seen.Opens)
	}
	b.CaughtUp()
	n, err := b.ExpireDue(t.Context())
	ok(t, err)
	again, err := b.ExpireDue(t.Context())
	ok(t, err)
	if n != 1 || again != 0 {
		t.Errorf("%d consents expired, and then %d", n, again)
	}
	b.CaughtUp()
	if sights := b.sights(ngo, id); sights["board"] || sights["live register"] || !sights["page"] {
		t.Errorf("after its consents have ended it sees %v", sights)
	}
	all, err := b.Case(t.Context(), lead, id, handlers.At{})
	ok(t, err)
	if r, _ := all.Referral(asked); r.Status != "cancelled" || r.Code != "consent_expired" {
		t.Errorf("what nobody had answered is %s, %s", r.Status, r.Code)
	}
	if r, _ := all.Referral(ref); r.Status != "accepted" {
		t.Errorf("what was accepted is %s", r.Status)
	}
	_, err = b.do(ngo, id, "referral.complete", ref, &handlers.CompleteReferral{Outcome: "helped"})
	ok(t, err)
	tl, err := b.Timeline(t.Context(), lead, id, handlers.At{})
	ok(t, err)
	if !slices.ContainsFunc(tl.Entries, func(e entry) bool { return e.Type == "consent.recorded" }) {
		t.Error("history was rewritten")
	}
}

// A child does not consent alone, and never through the one who is suspected.
func TestWhoConsentsForAChild(t *testing.T) {
	b := newBed(t)
	unit := as("child_protection_worker", b.cp)
	born := func(years int) person.Plain {
		return person.PlainOf(b.Now().AddDate(-years, -1, 0).Format(time.DateOnly))
	}
	in := handlers.OpenCase{Kind: "child_protection", Channel: "school", Persons: []handlers.NewPerson{
		{Role: "child", Relation: "self", Minor: true, Name: person.PlainOf("Fëmija Shembulli"), BirthDate: born(9)},
		{Role: "alleged_perpetrator", Relation: "parent", Name: person.PlainOf("Babai Shembulli")},
		{Role: "parent", Relation: "parent", Name: person.PlainOf("Nëna Shembulli")},
		{Role: "child", Relation: "sibling", Minor: true, Name: person.PlainOf("Motra Shembulli"), BirthDate: born(16)},
	}}
	r, err := b.OpenCase(t.Context(), unit, in, key())
	ok(t, err)
	v, err := b.Case(t.Context(), unit, r.Case, handlers.At{})
	ok(t, err)
	child, father, mother, sister := v.Persons[0].Person, v.Persons[1].Person, v.Persons[2].Person, v.Persons[3].Person
	for _, c := range []struct {
		name, person, giver, decision, how, refused string
	}{
		{"alone", child, "", "given", "written", "consent.guardian"},
		{"by the suspect", child, father, "given", "by_guardian", "consent.suspect"},
		{"by the mother, said otherwise", child, mother, "given", "written", "consent.guardian"},
		{"by her sister", child, sister, "given", "by_guardian", "consent.guardian"},
		{"by a guardian without saying who", child, "", "given", "by_guardian", "value.required"},
		{"by the mother", child, mother, "given", "by_guardian", ""},
		{"her own no", child, "", "refused", "verbal_recorded", ""},
		{"at sixteen", sister, "", "given", "written", ""},
	} {
		_, err := b.do(unit, r.Case, "consent.record", "", &handlers.RecordConsent{Person: c.person, Giver: c.giver, Decision: handlers.ConsentDecision(c.decision), How: handlers.ConsentHow(c.how)})
		if codeOf(err) != c.refused || (err == nil) != (c.refused == "") {
			t.Errorf("%s: %v, want %q", c.name, err, c.refused)
		}
	}
}

// Sharing without consent is told to the lead until it has seen it.
func TestSharingWithoutConsentIsTold(t *testing.T) {
	b := newBed(t)
	id := b.open()
	r, err := b.do(as("police", b.police), id, "referral.create", "", b.referral())
	ok(t, err)
	lead := as("coordinator", b.dv)
	told := func() bool {
		b.CaughtUp()
		list, err := b.Inbox(t.Context(), lead, handlers.ListQuery{Case: id})
		ok(t, err)
		return slices.ContainsFunc(list.Items, func(i task) bool { return i.Why == inbox.Told && i.Target == r.ID })
	}
	if !told() {
		t.Error("the lead is not told")
	}
	_, err = b.do(lead, id, "referral.note_ground", r.ID, nil)
	ok(t, err)
	if told() {
		t.Error("it is told again")
	}
}
