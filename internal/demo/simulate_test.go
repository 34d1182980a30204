package demo

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"mkr/domain/casefile"
	"mkr/handlers"
	"mkr/projections/inbox"
)

// todaysCases are told alone, for tests that change them.
func todaysCases(w *world) {
	w.tell("shelter", shelterOpens, func(s *story) { s.err = s.settle(placeOf(shelter)) })
	w.tellToday()
}

func TestPartnersDoOnlyWhatIsOpenToThem(t *testing.T) {
	b := today.in(t)
	before := b.events(t)
	p := b.demo.newPartners(t.Context(), b.Service)
	deeds := []string{"referral.acknowledged", "referral.accepted", "referral.started", "referral.sent", "risk.assessed", "case.opened", "case.closed", "order.issued", "order.executed", "service.given", "visit.made", "meeting.held"}
	var done map[string]int
	missing := func(name string) bool { return done[name] == 0 }
	// What is drawn depends on what the views have taken in: they act until each deed was done, and far longer than that takes.
	for round := 0; round < 160 || round < 1600 && slices.ContainsFunc(deeds, missing); round++ {
		ok(t, p.rest(t.Context()))
		_, err := b.LapseDue(t.Context())
		ok(t, err)
		p.act()
		if round%80 != 79 {
			continue
		}
		ok(t, b.Await(t.Context(), lastPosition(b.events(t))))
		done = map[string]int{}
		for _, e := range b.events(t)[len(before):] {
			done[e.Type]++
		}
	}
	if done["access.refused"] != 0 || strings.Contains(b.said.String(), "could not act") {
		t.Errorf("%d acts were refused: %s", done["access.refused"], b.said.String())
	}
	for _, name := range deeds {
		if done[name] == 0 {
			t.Errorf("nobody ever did: %s", name)
		}
	}
	open := 0
	for _, s := range b.states(t) {
		if s.Status == casefile.Open {
			open++
			if s.Ball().Institution == "" {
				t.Errorf("%s: an open case without a ball", s.Code)
			}
		}
		for _, r := range s.Referrals {
			if r.IsOpen() && s.Status == casefile.Open && s.ReferralBall(r.ReferralContent.Referral).Institution == "" {
				t.Errorf("%s: an open referral without a ball", s.Code)
			}
		}
	}
	if open < 20 || open > enough {
		t.Errorf("%d cases are open after it", open)
	}
}

func TestPartnersLeaveAVisitorsCaseAlone(t *testing.T) {
	b := today.in(t)
	coordinator := b.as("koordinatore.bashkia")
	list, err := b.Board(t.Context(), coordinator, handlers.ListQuery{Kind: casefile.DomesticViolence})
	ok(t, err)
	id := list.Items[0].Case
	p := b.demo.newPartners(t.Context(), b.Service)
	colleague := b.demo.house.as(structure)
	if _, free := p.look(colleague, id); !free {
		t.Fatal("a case that no visitor touched is left alone")
	}
	visit, _ := handlers.ActionNamed("visit.record")
	_, err = b.Do(t.Context(), coordinator, id, visit, "", &handlers.RecordVisit{Outcome: "met"}, handlers.Envelope{Key: handlers.NewKey()})
	ok(t, err)
	if _, free := p.look(colleague, id); free {
		t.Error("a visitor acted a moment ago, and partners go on")
	}
	b.clock.Set(b.clock.Now().Add(leftAlone))
	if _, free := p.look(colleague, id); !free {
		t.Error("the case is left alone for ever")
	}
	_, err = b.Do(t.Context(), coordinator, id, visit, "", &handlers.RecordVisit{Outcome: "not_at_home"}, handlers.Envelope{Key: handlers.NewKey()})
	ok(t, err)
	if _, free := p.look(colleague, id); free {
		t.Error("she acted again, and partners go on")
	}
}

func TestSimulateEndsWithItsContext(t *testing.T) {
	b := today.in(t)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	before := len(b.events(t))
	rests := 0
	sleep := b.Service.Clock.Sleep
	defer func() { b.Service.Clock.Sleep = sleep }()
	b.Service.Clock.Sleep = func(ctx context.Context, d time.Duration) error {
		if rests++; rests == 12 {
			stop()
		}
		return b.clock.pass(ctx, d)
	}
	ok(t, b.demo.Simulate(ctx, b.Service))
	if len(b.events(t)) == before {
		t.Error("nobody did anything")
	}
}

// However fast the work's clock runs, partners act no more often than people can follow.
func TestPartnersRestByTheWall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const speed = 86_400
		began := time.Now()
		svc := handlers.New(handlers.Deps{Clock: handlers.Clock{
			Now: time.Now, Wall: time.Now,
			Sleep: func(ctx context.Context, d time.Duration) error {
				time.Sleep(max(d/speed, 20*time.Millisecond)) // of the bubble's time
				return ctx.Err()
			},
		}})
		p := New(Options{Seed: 1, Now: visitDay}).newPartners(t.Context(), svc)
		for range 10 {
			ok(t, p.rest(t.Context()))
			p.last = svc.Clock.Wall()
		}
		if took := time.Since(began); took < 9*leastApart {
			t.Errorf("ten acts in %s", took)
		}
	})
}

// What goes wrong is logged by its code: the text of an error might tell of a person.
func TestTroubleIsLoggedByCode(t *testing.T) {
	b := part(t, 6, func(*world) {})
	p := b.demo.newPartners(t.Context(), b.Service)
	p.report(errors.New("Arta Shembulli was not found"))
	p.report(&handlers.InputError{Field: "name", Code: "too_long", Text: "Arta Shembulli is too long"})
	said := b.said.String()
	if !strings.Contains(said, `"code":"fault"`) || !strings.Contains(said, `"code":"input.too_long"`) || strings.Contains(said, "Shembulli") {
		t.Error(said)
	}
}

func TestNothingIsToldBeforeItHappened(t *testing.T) {
	now := visitDay
	v := handlers.CaseView{State: casefile.State{
		Referrals: []casefile.Referral{
			{ReferralContent: casefile.ReferralContent{Referral: "to come"}, Status: casefile.Scheduled, Appointment: now.Add(hour)},
			{ReferralContent: casefile.ReferralContent{Referral: "over"}, Status: casefile.Scheduled, Appointment: now.Add(-hour)},
			{ReferralContent: casefile.ReferralContent{Referral: "sent"}, Status: casefile.Sent},
		},
		Hearings: []casefile.Hearing{{ID: "to come", When: now.Add(hour)}, {ID: "over", When: now.Add(-hour)}},
		Visits:   []casefile.Visit{{ID: "to come", When: now.Add(hour)}, {ID: "over", When: now.Add(-hour)}},
	}}
	for _, kind := range []string{casefile.TargetReferral, casefile.TargetHearing, casefile.TargetVisit} {
		if ripe(v, inbox.Task{Kind: kind, Target: "to come"}, now) {
			t.Errorf("a %s to come is told of", kind)
		}
		if !ripe(v, inbox.Task{Kind: kind, Target: "over"}, now) {
			t.Errorf("a %s that is over is not told of", kind)
		}
	}
	if !ripe(v, inbox.Task{Kind: casefile.TargetReferral, Target: "sent"}, now) {
		t.Error("a referral that waits for an answer gets none")
	}
}
