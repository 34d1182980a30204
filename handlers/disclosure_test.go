package handlers_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/domain/person"
	"mkr/handlers"
	"mkr/internal/eventlog"
)

// rich is a case with texts of every group: a story, a health note, a legal one, an order's terms.
func rich(b *bed) string {
	b.TB.Helper()
	t := b.TB.(*testing.T)
	id := b.open()
	lead := as("coordinator", b.dv)
	for _, in := range []*handlers.WriteNote{{Section: "general", Text: person.PlainOf("çfarë tregon")}, {Section: "legal", Text: person.PlainOf("padia")}} {
		_, err := b.do(lead, id, "note.write", "", in)
		ok(t, err)
	}
	_, err := b.do(lead, id, "participant.add", "", &handlers.AddParticipant{Institution: b.medical, Reason: "technical_team"})
	ok(t, err)
	_, err = b.do(as("medical", b.medical), id, "note.write", "", &handlers.WriteNote{Section: "health", Text: person.PlainOf("fraktura")})
	ok(t, err)
	return id
}

// comparable are the fields that open, by person and by type of entry: ids of what is not stored yet differ.
func comparable(d casefile.Disclosure) string {
	d.Entries = slices.Clone(d.Entries)
	for i := range d.Entries {
		d.Entries[i].Entry = ""
	}
	text, err := json.Marshal(d)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// What the preview promises, what is kept when it is sent, and what the receiver then finds on its page are one.
func TestThePreviewTheCopyAndTheReceiversPageAreOne(t *testing.T) {
	for _, to := range []struct{ role, service, consent string }{
		{"ngo", "psychosocial", ""}, {"ngo", "psychosocial", "identity"}, {"medical", "health", ""}, {"shelter", "shelter", ""},
		{"court", "court_petition", ""}, {"provider", "education_support", ""}, {"child_protection_worker", "child_assessment", ""},
	} {
		t.Run(to.role+to.consent, func(t *testing.T) {
			b := newBed(t)
			id := rich(b)
			lead, receiver := as("coordinator", b.dv), as(to.role, b.InstitutionOf(to.role))
			in := b.referral()
			in.To, in.Service = receiver.Institution, handlers.ServiceCode(to.service)
			if to.consent != "" {
				v, err := b.Case(t.Context(), lead, id, handlers.At{})
				ok(t, err)
				r, err := b.do(lead, id, "consent.record", "", &handlers.RecordConsent{Person: v.Subject, Decision: "given", How: "written", Recipients: []string{receiver.Institution}, Classes: []handlers.DataClass{handlers.DataClass(to.consent)}})
				ok(t, err)
				in.Basis, in.Consent = "", r.ID
			}
			a, _ := handlers.ActionNamed("referral.create")
			size := b.size()
			preview, err := b.Preview(t.Context(), lead, id, a, "", in)
			ok(t, err)
			for _, e := range b.Events()[size:] {
				if !strings.HasPrefix(e.Type, "access.") {
					t.Fatalf("a preview stored %s", e.Type)
				}
			}
			r, err := b.do(lead, id, "referral.create", "", in)
			ok(t, err)
			sent, err := b.Sent(t.Context(), lead, id, r.ID)
			ok(t, err)
			if p, s := comparable(preview.Shown), comparable(sent.Shown); p != s {
				t.Errorf("promised and kept differ:\n%s\n%s", p, s)
			}
			page, err := b.Case(t.Context(), receiver, id, handlers.At{})
			ok(t, err)
			page.Actions, page.Position, page.Revision, page.Now = preview.Case.Actions, preview.Case.Position, preview.Case.Revision, preview.Case.Now
			if p, s := shape(preview.Case), shape(page); p != s {
				t.Errorf("the preview's page is not the receiver's:\n%s\n%s", p, s)
			}
			wantOnlyCopy(t, b, receiver, id, sent)
			if to.consent == "identity" && !slices.Equal(sent.Shown.Opens, []string{"identity"}) {
				t.Errorf("a consent to the identity shows %v", sent.Shown.Opens)
			}
		})
	}
}

// shape is a page without the ids and texts that sealing anew changes.
func shape(v handlers.CaseView) string {
	out := fmt.Sprint(v.Opens, v.Stage, v.Guards, v.Ball.Action, v.Ball.Institution, len(v.Persons), len(v.Notes), len(v.Deadlines), v.Restriction.Sealed, len(v.Participants))
	for _, r := range v.Referrals {
		out += fmt.Sprint(r.Status, r.From, r.To, r.Service)
	}
	return out
}

// wantOnlyCopy opens all that the receiver can and compares it with the copy, field by field.
func wantOnlyCopy(t *testing.T, b *bed, receiver handlers.Caller, id string, sent handlers.Sent) {
	t.Helper()
	tl, err := b.Timeline(t.Context(), receiver, id, handlers.At{})
	ok(t, err)
	var want handlers.Want
	for _, e := range tl.Entries {
		want.Entries = append(want.Entries, e.EventID)
	}
	for _, p := range sent.Shown.Persons {
		want.Persons = append(want.Persons, p.Person)
	}
	opened, err := b.OpenFields(t.Context(), receiver, id, want)
	if err != nil && len(sent.Shown.Opens) > 0 {
		t.Fatal(err)
	}
	got := map[string][]string{}
	for _, o := range append(opened.Entries, opened.Persons...) {
		for name := range o.Fields {
			got[o.ID] = append(got[o.ID], name)
		}
		slices.Sort(got[o.ID])
	}
	promised := map[string][]string{}
	for _, p := range sent.Shown.Persons {
		if len(p.Fields) > 0 {
			promised[p.Person] = slices.Sorted(slices.Values(p.Fields))
		}
	}
	for _, e := range sent.Shown.Entries {
		promised[e.Entry] = slices.Sorted(slices.Values(e.Fields))
	}
	if fmt.Sprint(got) != fmt.Sprint(promised) {
		t.Errorf("it opens\n%v\nand the copy says\n%v", got, promised)
	}
}

// What was sent stays what it was, whatever the case becomes, and opens as it was.
func TestWhatWasSentStaysAsItWas(t *testing.T) {
	b := newBed(t)
	id := rich(b)
	lead, ngo := as("coordinator", b.dv), as("ngo", b.ngo)
	r, err := b.do(lead, id, "referral.create", "", b.referral())
	ok(t, err)
	before, err := b.Sent(t.Context(), lead, id, r.ID)
	ok(t, err)
	texts, err := b.OpenSent(t.Context(), ngo, id, r.ID)
	ok(t, err)

	v, err := b.Case(t.Context(), lead, id, handlers.At{})
	ok(t, err)
	key := handlers.NewKey()
	phone, err := b.Vault.Seal(t.Context(), v.Subject, key.String(), person.FieldPhone, person.PlainOf("+355690000999"))
	ok(t, err)
	b.appendPerson(v.Subject, key, person.DetailsChanged{Details: person.Details{Phone: phone}, RecordedBy: b.dv})
	_, err = b.do(lead, id, "note.write", "", &handlers.WriteNote{Section: "general", Text: person.PlainOf("më vonë")})
	ok(t, err)
	_, err = b.do(lead, id, "entry.mark_in_error", "", &handlers.MarkInError{Kind: "note", Target: v.Notes[0].ID, Reason: "wrong_case"})
	ok(t, err)
	_, err = b.do(lead, id, "person.add", "", &handlers.AddPerson{NewPerson: handlers.NewPerson{Role: "witness", Name: person.PlainOf("Dëshmitare")}})
	ok(t, err)
	_, err = b.do(ngo, id, "referral.accept", r.ID, nil)
	ok(t, err)

	after, err := b.Sent(t.Context(), ngo, id, r.ID)
	ok(t, err)
	if fmt.Sprint(before) != fmt.Sprint(after) {
		t.Errorf("the copy changed:\n%v\n%v", before, after)
	}
	again, err := b.OpenSent(t.Context(), ngo, id, r.ID)
	ok(t, err)
	if fmt.Sprint(texts) != fmt.Sprint(again) || strings.Contains(fmt.Sprint(again), "+355690000999") || !strings.Contains(fmt.Sprint(again), survivorName) {
		t.Errorf("its texts are not those of then:\n%v\n%v", texts, again)
	}
	now, err := b.OpenFields(t.Context(), ngo, id, handlers.Want{Persons: []string{v.Subject}})
	ok(t, err)
	if now.Persons[0].Fields["phone"] != "+355690000999" {
		t.Fatalf("the telephone did not change: %v", now)
	}
	// It is for the two sides and for those who guard the case: others of the case, and of none, find nothing.
	for who, want := range map[string]error{"auditor": nil, "medical": handlers.ErrNotFound, "police": handlers.ErrNotFound, "court": handlers.ErrNotFound} {
		got, err := b.Sent(t.Context(), as(who, b.InstitutionOf(who)), id, r.ID)
		if !errors.Is(err, want) {
			t.Errorf("%s gets %v", who, err)
		}
		if who == "auditor" && (got.Opens || got.Shown.Role != "ngo") {
			t.Errorf("the auditor reads it in coded form: %+v", got)
		}
	}
	if _, err := b.OpenSent(t.Context(), as("auditor", b.dv), id, r.ID); err == nil {
		t.Error("the auditor opens its texts")
	}
}

// appendPerson writes to a person's stream what no command does yet.
func (b *bed) appendPerson(id string, key uuid.UUID, d event.Data) {
	b.TB.Helper()
	t := b.TB.(*testing.T)
	data, err := json.Marshal(d)
	ok(t, err)
	meta, err := json.Marshal(event.Meta{Schema: b.Registry.Schema(d.EventType()), OccurredAt: b.Now(), CommandID: key.String()})
	ok(t, err)
	stream := event.StreamName(event.PersonCategory, id)
	have, err := b.Log.ReadStream(t.Context(), stream, 0)
	ok(t, err)
	_, err = b.Log.Append(t.Context(), stream, eventlog.At(have[len(have)-1].Revision), eventlog.NewEvent{ID: handlers.NewKey(), Type: d.EventType(), Data: data, Meta: meta})
	ok(t, err)
}
