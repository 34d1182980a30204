package handlers_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"mkr/domain/directory"
	"mkr/domain/person"
	"mkr/handlers"
	"mkr/projections/asks"
)

// What institutions answered is remembered, told before the next one is asked, and told the same for ever of the same
// moment; it names no case and no person.
func TestTheMemoryOfAnswers(t *testing.T) {
	b := newBed(t)
	for _, to := range []string{b.ngo, b.medical} {
		_, err := b.InstitutionCommand(t.Context(), handlers.Shell(), to, directory.OfferService{Offer: directory.Offer{Service: "psychosocial", AssuredAt: b.Now()}}, key())
		ok(t, err)
	}
	police, ngo, medical := as("police", b.police), as("ngo", b.ngo), as("medical", b.medical)
	var cases []string
	ask := func(to string) (id, ref string) {
		t.Helper()
		id = b.open()
		cases = append(cases, id)
		r, err := b.do(police, id, "referral.create", "", &handlers.CreateReferral{To: to, Service: "psychosocial", Urgency: "urgent", Reason: person.PlainOf("Arsye"), Basis: "law_9669_art_8"})
		ok(t, err)
		b.pass(2 * time.Hour)
		return id, r.ID
	}
	for range 3 {
		id, ref := ask(b.ngo)
		_, err := b.do(ngo, id, "referral.decline", ref, &handlers.DeclineReferral{Reason: "no_capacity"})
		ok(t, err)
	}
	id, ref := ask(b.ngo)
	_, err := b.do(ngo, id, "referral.decline", ref, &handlers.DeclineReferral{Reason: "not_eligible"})
	ok(t, err)
	_, err = b.do(as("coordinator", b.dv), id, "referral.send_back", ref, &handlers.SendBackReferral{Note: person.PlainOf("Shihe edhe një herë")})
	ok(t, err)
	b.pass(4 * time.Hour)
	_, err = b.do(ngo, id, "referral.accept", ref, nil) // asked twice, and answered twice
	ok(t, err)
	id, ref = ask(b.ngo)
	_, err = b.do(police, id, "referral.cancel", ref, &handlers.CancelReferral{Reason: "duplicate"}) // counts for nothing
	ok(t, err)
	id, ref = ask(b.medical)
	_, err = b.do(medical, id, "referral.accept", ref, nil)
	ok(t, err)

	settle := func() uint64 {
		t.Helper()
		events := b.Events()
		last := uint64(events[len(events)-1].Position)
		ok(t, b.Await(t.Context(), last))
		return last
	}
	then := handlers.At{Position: settle()}
	told := func(at handlers.At) ([]handlers.Advice, []byte) {
		t.Helper()
		l, err := b.Advise(t.Context(), police, "psychosocial", at)
		ok(t, err)
		l.Position = 0
		raw, err := json.Marshal(l)
		ok(t, err)
		return l.Items, raw
	}
	advice, before := told(then)
	if len(advice) != 2 || advice[0].Institution != b.medical || advice[1].Institution != b.ngo {
		t.Fatalf("likeliest first: %+v", advice)
	}
	if n := advice[1]; !slices.Equal(n.Last, []string{asks.Accepted, asks.Declined, asks.NoRoom, asks.NoRoom, asks.NoRoom}) || n.Asked != 5 || n.Accepted != 1 ||
		n.Minutes == nil || *n.Minutes != (4*120+240)/5 {
		t.Errorf("the NGO: %+v", n)
	}

	// Silence is an answer too, once the clock has run out; a late answer takes its place.
	id, ref = ask(b.medical)
	b.pass(100 * time.Hour)
	settle()
	_, err = b.LapseDue(t.Context())
	ok(t, err)
	settle()
	if now, _ := told(handlers.At{}); now[0].Last[0] != asks.Silent {
		t.Errorf("silent for a hundred hours: %+v", now[0])
	}
	_, err = b.do(medical, id, "referral.decline", ref, &handlers.DeclineReferral{Reason: "no_capacity"})
	ok(t, err)
	settle()
	if now, _ := told(handlers.At{}); now[slices.IndexFunc(now, func(a handlers.Advice) bool { return a.Institution == b.medical })].Last[0] != asks.NoRoom {
		t.Errorf("answered late: %+v", now)
	}
	if _, again := told(then); !bytes.Equal(before, again) {
		t.Errorf("of the same moment:\n%s\n%s", before, again)
	}

	v, err := b.Bounces(t.Context(), as("coordinator", b.dv), handlers.At{})
	ok(t, err)
	if len(v.Items) != 2 || v.Items[0].Institution != b.ngo || v.Items[0].NoRoom != 3 || v.Items[0].Declined != 1 {
		t.Errorf("%+v", v.Items)
	}
	raw, err := json.Marshal(v)
	ok(t, err)
	for _, id := range cases {
		if bytes.Contains(raw, []byte(id)) || bytes.Contains(before, []byte(id)) {
			t.Error("it names a case")
		}
	}
	var denied *handlers.DeniedError
	if _, err := b.Bounces(t.Context(), police, handlers.At{}); !errors.As(err, &denied) {
		t.Errorf("the police see the whole memory: %v", err)
	}
}
