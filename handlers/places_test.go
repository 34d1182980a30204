package handlers_test

import (
	"context"
	"errors"
	"mkr/internal/eventlog"
	"strings"
	"sync"
	"testing"
	"time"

	"mkr/domain/directory"
	"mkr/domain/event"
	"mkr/domain/person"
	"mkr/handlers"
	directoryview "mkr/projections/directory"
)

// beds lets the shelter say how many beds it has and how many are free.
func (b *bed) beds(total, free int) error {
	b.TB.Helper()
	shelter := as("shelter", b.shelter)
	if _, err := b.InstitutionCommand(b.TB.Context(), handlers.Shell(), b.shelter, directory.OfferService{Offer: directory.Offer{Service: "shelter", AssuredAt: b.Now()}}, key()); err != nil {
		return err
	}
	b.pass(time.Minute)
	_, err := b.InstitutionCommand(b.TB.Context(), shelter, b.shelter, directory.ReportCapacity{Service: "shelter", Total: total, Available: free}, key())
	return err
}

// free is the number of free beds as the lists show it and as the institution's own page does: they must agree.
func (b *bed) free() int {
	b.TB.Helper()
	events := b.Events()
	if err := b.Await(b.TB.Context(), uint64(events[len(events)-1].Position)); err != nil {
		b.TB.Fatal(err)
	}
	list, err := b.Institutions(b.TB.Context())
	if err != nil {
		b.TB.Fatal(err)
	}
	view, err := b.Institution(b.TB.Context(), b.shelter)
	if err != nil {
		b.TB.Fatal(err)
	}
	of := func(rows []directoryview.Service) directoryview.Service {
		for _, s := range rows {
			if s.Service == "shelter" {
				return s
			}
		}
		return directoryview.Service{Available: -1}
	}
	one := of(view.Services)
	for _, i := range list.Items {
		if i.Institution == b.shelter && of(i.Services).Available != one.Available {
			b.TB.Errorf("the list shows %+v, the page %+v", of(i.Services), one)
		}
	}
	return one.Available
}

func (b *bed) needsBed(keep bool) *handlers.CreateReferral {
	return &handlers.CreateReferral{To: b.shelter, Service: "shelter", Urgency: "urgent", Reason: person.PlainOf("Strehë sonte"), Basis: "vital_interest", Place: keep}
}

func TestABedIsPromisedGivenAndFreeAgain(t *testing.T) {
	b := newBed(t)
	police, shelter := as("police", b.police), as("shelter", b.shelter)
	id := b.open()
	var no *event.Refusal
	if _, err := b.do(police, id, "referral.create", "", b.needsBed(true)); !errors.As(err, &no) || no.Code != "capacity.not_counted" || no.Field != "place" {
		t.Errorf("a bed where nobody counts them: %v", err)
	}
	in := b.needsBed(true)
	in.Service = "psychosocial"
	if _, err := b.do(police, id, "referral.create", "", in); !errors.As(err, &no) || no.Code != "referral.no_places" {
		t.Errorf("a bed for a talk: %v", err)
	}
	ok(t, b.beds(5, 2))
	r, err := b.do(police, id, "referral.create", "", b.needsBed(true))
	ok(t, err)
	if n := b.free(); n != 1 {
		t.Fatalf("promised one of two: %d are free", n)
	}
	if err := b.beds(5, 5); !errors.As(err, &no) || no.Code != "institution.places_held" || no.Field != "available" {
		t.Errorf("all counted free while one is promised: %v", err)
	}
	if err := b.beds(5, 6); !errors.As(err, &no) || no.Code != "institution.capacity" || no.Field != "available" {
		t.Errorf("more counted free than there are: %v", err)
	}
	_, err = b.do(shelter, id, "referral.accept", r.ID, nil)
	ok(t, err)
	if n := b.free(); n != 1 {
		t.Errorf("given: %d are free", n)
	}
	// On the waiting list nobody has a bed; whoever comes from it has one again.
	_, err = b.do(shelter, id, "referral.hold", r.ID, &handlers.HoldReferral{Kind: "waitlisted"})
	ok(t, err)
	if n := b.free(); n != 2 {
		t.Errorf("on the waiting list: %d are free", n)
	}
	_, err = b.do(shelter, id, "referral.start", r.ID, nil)
	ok(t, err)
	if n := b.free(); n != 1 {
		t.Errorf("arrived: %d are free", n)
	}
	_, err = b.do(shelter, id, "referral.complete", r.ID, &handlers.CompleteReferral{Outcome: "helped"})
	ok(t, err)
	if n := b.free(); n != 2 {
		t.Errorf("over: %d are free", n)
	}
	ok(t, b.beds(5, 0))
	other := b.open()
	r, err = b.do(police, other, "referral.create", "", b.needsBed(false)) // to ask is free
	ok(t, err)
	if _, err = b.do(shelter, other, "referral.accept", r.ID, nil); !errors.As(err, &no) || no.Code != "capacity.full" {
		t.Errorf("a yes without a bed: %v", err)
	}
	_, err = b.do(shelter, other, "referral.hold", r.ID, &handlers.HoldReferral{Kind: "waitlisted"})
	ok(t, err)
}

// A promise ends when the answer was due, once, and the bed is free for the next.
func TestAPromiseRunsOut(t *testing.T) {
	b := newBed(t)
	ok(t, b.beds(1, 1))
	id := b.open()
	_, err := b.do(as("police", b.police), id, "referral.create", "", b.needsBed(true))
	ok(t, err)
	b.pass(time.Hour)
	ok(t, b.SweepPlaces(t.Context()))
	if n := b.free(); n != 0 {
		t.Fatalf("before the answer was due %d are free", n)
	}
	b.pass(100 * time.Hour)
	for range 2 {
		ok(t, b.SweepPlaces(t.Context()))
	}
	if n := b.free(); n != 1 {
		t.Errorf("after the answer was due %d are free", n)
	}
	freed := 0
	for _, e := range b.Events() {
		if e.Type == "capacity.released" {
			freed++
		}
	}
	if freed != 1 {
		t.Errorf("freed %d times", freed)
	}
}

// Two servers on one store, twenty cases that want a bed at once, three beds: three get one, and each asks for it in one
// of the two ways.
func TestTheLastBedIsGivenOnce(t *testing.T) {
	b := newBed(t)
	ok(t, b.beds(3, 3))
	twin := handlers.New(b.Deps) // another process: it shares the store and nothing else
	police, shelter := as("police", b.police), as("shelter", b.shelter)
	const wanting = 20
	cases, asked := make([]string, wanting), make([]string, wanting)
	for i := range cases {
		cases[i] = b.open()
		if i%2 == 0 {
			continue
		}
		r, err := b.do(police, cases[i], "referral.create", "", b.needsBed(false))
		ok(t, err)
		asked[i] = r.ID
	}
	var wg sync.WaitGroup
	var mu sync.Mutex
	got := 0
	for i, id := range cases {
		wg.Go(func() {
			server := b.Service
			if i%4 < 2 {
				server = twin
			}
			name, target, c, in := "referral.create", "", police, handlers.Input(b.needsBed(true))
			if asked[i] != "" {
				name, target, c = "referral.accept", asked[i], shelter
			}
			a, _ := handlers.ActionNamed(name)
			if target != "" {
				in = a.New()
			}
			_, err := server.Do(t.Context(), c, id, a, target, in, key())
			var no *event.Refusal
			switch {
			case err == nil:
				mu.Lock()
				got++
				mu.Unlock()
			case !errors.As(err, &no) || no.Code != "capacity.full":
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	wg.Wait()
	if got != 3 || b.free() != 0 {
		t.Errorf("%d got one of three beds, %d are free", got, b.free())
	}
}

// A server stopped between the step and the bed: the sweep frees what nobody did.
func TestABedTakenForNothingIsFreeAgain(t *testing.T) {
	b := newBed(t)
	ok(t, b.beds(1, 1))
	police := as("police", b.police)
	id := b.open()
	first, err := b.do(police, id, "referral.create", "", b.needsBed(true))
	ok(t, err)
	// The referral ends in a way that nobody freed its bed for: another server stopped right after.
	a, _ := handlers.ActionNamed("referral.cancel")
	stopped := handlers.New(b.Deps)
	stopped.Log = onlyCases{b.Log}
	_, err = stopped.Do(t.Context(), police, id, a, first.ID, &handlers.CancelReferral{Reason: "no_longer_needed"}, key())
	ok(t, err)
	if n := b.free(); n != 0 {
		t.Fatalf("%d are free before anybody swept", n)
	}
	ok(t, b.SweepPlaces(t.Context()))
	if n := b.free(); n != 1 {
		t.Errorf("%d are free after the sweep", n)
	}
}

// onlyCases is a log to which nothing about places can be written any more.
type onlyCases struct{ eventlog.Log }

func (l onlyCases) Append(ctx context.Context, stream string, at eventlog.Expected, events ...eventlog.NewEvent) (eventlog.Result, error) {
	if strings.HasPrefix(stream, event.CapacityCategory) {
		return eventlog.Result{}, eventlog.ErrUnavailable
	}
	return l.Log.Append(ctx, stream, at, events...)
}
