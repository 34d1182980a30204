package handlers_test

import (
	"errors"
	"slices"
	"testing"

	"mkr/handlers"
	"mkr/projections"
)

// sights are the ways in which an institution has a case before its eyes: its page, each list, and the live lens.
func (b *bed) sights(c handlers.Caller, id string) map[string]bool {
	b.TB.Helper()
	at := b.Events()[b.size()-1].Position
	ok(b.TB.(*testing.T), b.Await(b.TB.Context(), uint64(at)))
	out := map[string]bool{}
	_, err := b.Case(b.TB.Context(), c, id, handlers.At{})
	if out["page"] = err == nil; err != nil && !errors.Is(err, handlers.ErrNotFound) {
		b.TB.Fatal(err)
	}
	_, _, err = b.BoardRow(b.TB.Context(), c, id)
	out["board"] = err == nil
	register, err := b.Register(b.TB.Context(), c, handlers.ListQuery{Case: id})
	ok(b.TB.(*testing.T), err)
	out["register"] = len(register.Items) > 0
	clocks, err := b.Deadlines(b.TB.Context(), c, handlers.ListQuery{Case: id})
	ok(b.TB.(*testing.T), err)
	out["deadlines"] = len(clocks.Items) > 0
	for _, topic := range []string{projections.Board, projections.Register} {
		row, err := b.Views.Get(b.TB.Context(), topic, id)
		ok(b.TB.(*testing.T), err)
		out["live "+topic] = handlers.LensOf(c).Sees(row) && row.OpenTo(c.Account)
	}
	return out
}

func (b *bed) wantSight(what string, c handlers.Caller, id string, want bool) {
	b.TB.Helper()
	for place, sees := range b.sights(c, id) {
		if sees != want {
			b.TB.Errorf("%s: sees the case on %s: %v", what, place, sees)
		}
	}
}

// A case is seen everywhere or nowhere: page, lists and sockets ask one rule.
func TestSightIsLostAndGivenEverywhereAtOnce(t *testing.T) {
	b := newBed(t)
	id := b.open()
	coordinator, police, ngo := as("coordinator", b.dv), as("police", b.police), as("ngo", b.ngo)
	b.wantSight("before it is asked", ngo, id, false)
	b.wantSight("who opened it", police, id, true)

	r, err := b.do(coordinator, id, "referral.create", "", b.referral())
	ok(t, err)
	b.wantSight("once asked", ngo, id, true)
	_, err = b.do(ngo, id, "referral.decline", r.ID, &handlers.DeclineReferral{Reason: "no_capacity"})
	ok(t, err)
	b.wantSight("after it declined", ngo, id, false)

	added, err := b.do(coordinator, id, "participant.add", "", &handlers.AddParticipant{Institution: b.ngo, Reason: "technical_team"})
	ok(t, err)
	if !slices.Contains(added.Events, "participant.added") {
		t.Errorf("a part of its own: %v", added.Events)
	}
	b.wantSight("after the coordinator took it in", ngo, id, true)
	_, err = b.do(coordinator, id, "participant.remove", "", &handlers.RemoveParticipant{Institution: b.ngo})
	ok(t, err)
	b.wantSight("after it was taken out", ngo, id, false)

	_, err = b.do(coordinator, id, "participant.remove", "", &handlers.RemoveParticipant{Institution: b.police})
	ok(t, err)
	b.wantSight("who opened it, taken out", police, id, false)

	// Named by an order it has a part, though nobody added it.
	_, err = b.do(coordinator, id, "order.request", "", &handlers.RequestOrder{Type: "UM", Court: b.court})
	ok(t, err)
	b.wantSight("the court that was asked", as("court", b.court), id, true)
}
