package handlers_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"mkr/domain/casefile"
	"mkr/domain/directory"
	"mkr/domain/person"
	"mkr/handlers"
	"mkr/projections/timeline"
)

// one is the only referral of a case.
func (b *bed) one(c handlers.Caller, id string) casefile.Referral {
	b.TB.Helper()
	v, err := b.Case(b.TB.Context(), c, id, handlers.At{})
	if err != nil || len(v.Referrals) == 0 {
		b.TB.Fatalf("%d referrals, %v", len(v.Referrals), err)
	}
	return v.Referrals[0]
}

func (b *bed) countIn(id, name string) (n int) {
	for _, e := range b.Events() {
		if e.Type == name && e.Stream == "case-"+id {
			n++
		}
	}
	return n
}

// That the receiver opened a referral is one fact, whoever of it looks, how often, and how many at once; nobody else's
// look says anything, and nothing that somebody is just filling in is refused for it.
func TestTheFirstLookOfTheReceiverIsAFact(t *testing.T) {
	b := newBed(t)
	id := b.open()
	police, ngo := as("police", b.police), as("ngo", b.ngo)
	r, err := b.do(police, id, "referral.create", "", b.referral())
	ok(t, err)
	for _, c := range []handlers.Caller{police, as("coordinator", b.dv), as("auditor", b.dv)} {
		if got := b.one(c, id); !got.SeenAt.IsZero() {
			t.Fatalf("a look of %s is the receiver's", c.Role)
		}
	}
	b.pass(time.Hour)
	var wg sync.WaitGroup
	for _, account := range []string{"a", "a", "b", "c", "c"} {
		wg.Go(func() {
			c := ngo
			c.Account = account
			if got := b.one(c, id); !got.SeenAt.Equal(b.Now()) || got.Status != casefile.Sent {
				t.Errorf("the receiver sees %s, opened %v", got.Status, got.SeenAt)
			}
		})
	}
	wg.Wait()
	b.pass(time.Hour)
	if _, err := b.Case(t.Context(), ngo, id, handlers.At{Position: r.Position}); err != nil {
		t.Error(err)
	}
	if n := b.countIn(id, "referral.seen"); n != 1 {
		t.Errorf("seen %d times", n)
	}
	// The police had the form open before.
	stale := r.Revision
	env := key()
	env.IfMatch = &stale
	_, err = b.doWith(police, id, "referral.message", r.ID, &handlers.WriteMessage{Text: person.PlainOf("A e patë?")}, env)
	ok(t, err)
	ahead := stale + 1000
	env = key()
	env.IfMatch = &ahead
	var conflict *handlers.StaleError
	if _, err = b.doWith(police, id, "referral.message", r.ID, &handlers.WriteMessage{Text: person.PlainOf("A?")}, env); !errors.As(err, &conflict) {
		t.Errorf("a revision that never was: %v", err)
	}
}

// A referral is meant for a colleague of its receiver, and of nobody else.
func TestOnlyColleaguesOfTheReceiverAreMeant(t *testing.T) {
	b := newBed(t)
	id := b.open()
	_, hers := b.TokenAt("ngo", b.ngo)
	_, other := b.TokenAt("medical", b.medical)
	ok(t, b.Await(t.Context(), uint64(b.Events()[b.size()-1].Position)))
	police := as("police", b.police)
	in := b.referral()
	in.Attention = other.Account
	var no *handlers.InputError
	if _, err := b.do(police, id, "referral.create", "", in); !errors.As(err, &no) || no.Field != "attention" {
		t.Errorf("meant for somebody of another institution: %v", err)
	}
	in.Attention = hers.Account
	r, err := b.do(police, id, "referral.create", "", in)
	ok(t, err)
	ok(t, b.Await(t.Context(), r.Position))
	tasks, err := b.Inbox(t.Context(), as("ngo", b.ngo), handlers.ListQuery{})
	ok(t, err)
	if len(tasks.Items) != 1 || tasks.Items[0].Attention != hers.Account {
		t.Errorf("the shared inbox: %+v", tasks.Items)
	}
	if _, err := b.do(as("ngo", b.ngo), id, "referral.address", r.ID, &handlers.AddressReferral{Attention: other.Account}); !errors.As(err, &no) {
		t.Errorf("addressed to somebody of another institution: %v", err)
	}
	_, err = b.do(as("ngo", b.ngo), id, "referral.address", r.ID, &handlers.AddressReferral{})
	ok(t, err)

	list, err := b.Colleagues(t.Context(), police, b.ngo)
	ok(t, err)
	if len(list.Items) != 1 || list.Items[0].Name == "" || list.Items[0].Account != hers.Account {
		t.Errorf("the colleagues of the NGO: %+v", list.Items)
	}
	var denied *handlers.DeniedError
	if _, err := b.Colleagues(t.Context(), as("auditor", b.dv), b.ngo); !errors.As(err, &denied) {
		t.Errorf("an auditor may choose a colleague: %v", err)
	}
	_, err = b.LockAccount(t.Context(), handlers.Shell(), hers.Account, "left", key())
	ok(t, err)
	ok(t, b.Await(t.Context(), uint64(b.Events()[b.size()-1].Position)))
	if list, err = b.Colleagues(t.Context(), police, b.ngo); err != nil || len(list.Items) != 0 {
		t.Errorf("one who has left is still there: %+v, %v", list.Items, err)
	}
}

// One step sends a declined need on with its reason: the next receiver reads what the first did, in its own place.
func TestReroutingCarriesTheReason(t *testing.T) {
	b := newBed(t)
	id := b.open()
	in := b.referral()
	in.Reason = person.PlainOf("Ka nevojë për strehë sonte")
	r, err := b.do(as("police", b.police), id, "referral.create", "", in)
	ok(t, err)
	_, err = b.do(as("ngo", b.ngo), id, "referral.decline", r.ID, &handlers.DeclineReferral{Reason: "no_capacity"})
	ok(t, err)
	// The next one must list what is asked for, as the first had to.
	_, err = b.InstitutionCommand(t.Context(), handlers.Shell(), b.medical, directory.OfferService{Offer: directory.Offer{Service: "health", AssuredAt: b.Now()}}, key())
	ok(t, err)
	var wrong *handlers.InputError
	if _, err := b.do(as("coordinator", b.dv), id, "referral.reroute", r.ID, &handlers.RerouteReferral{To: b.medical}); !errors.As(err, &wrong) || wrong.Field != "to" {
		t.Errorf("sent on to one that does not do it: %v", err)
	}
	env := key()
	next, err := b.doWith(as("coordinator", b.dv), id, "referral.reroute", r.ID, &handlers.RerouteReferral{To: b.shelter}, env)
	ok(t, err)
	again, err := b.doWith(as("coordinator", b.dv), id, "referral.reroute", r.ID, &handlers.RerouteReferral{To: b.shelter}, env)
	ok(t, err)
	if next.ID == "" || next.ID == r.ID || again.ID != next.ID || !again.Duplicate {
		t.Fatalf("rerouted %q to %q, again %+v", r.ID, next.ID, again)
	}
	h, err := b.History(t.Context(), as("shelter", b.shelter), id)
	ok(t, err)
	line := h.Timeline(t.Context(), handlers.At{})
	at := slices.IndexFunc(line.Entries, func(e timeline.Entry) bool { return e.Type == "referral.sent" && e.Target == next.ID })
	if at < 0 {
		t.Fatal("the new referral is not in the history")
	}
	opened, err := b.OpenFields(t.Context(), as("shelter", b.shelter), id, handlers.Want{Entries: []string{line.Entries[at].EventID}})
	ok(t, err)
	if len(opened.Entries) != 1 || opened.Entries[0].Fields["reason"] != "Ka nevojë për strehë sonte" {
		t.Errorf("the shelter reads %+v", opened.Entries)
	}
}
