package handlers_test

import (
	"errors"
	"testing"

	"mkr/domain/casefile"
	"mkr/handlers"
)

// What a form promises is what filing does: the clocks of the trial are the ones that the case owes afterwards.
func TestAFormPromisesTheClocksThatFilingStarts(t *testing.T) {
	b := newBed(t)
	police, ngo := as("police", b.police), as("ngo", b.ngo)
	c := b.open()
	a, _ := handlers.ActionNamed("referral.create")
	got, err := b.Clocks(t.Context(), police, c, a, "")
	ok(t, err)
	if got.Field != "urgency" || len(got.Starts) < len(casefile.Urgencies) {
		t.Fatalf("%+v", got)
	}
	made, err := b.do(police, c, "referral.create", "", b.referral())
	ok(t, err)
	r := made.ID
	view, err := b.Case(t.Context(), police, c, handlers.At{})
	ok(t, err)
	urgency := view.Referrals[len(view.Referrals)-1].Urgency
	promised := 0
	for _, s := range got.Starts {
		if s.Value != urgency {
			continue
		}
		promised++
		if s.Owner != "" {
			t.Errorf("%s is owed by %s before anybody was chosen", s.Rule, s.Owner)
		}
		found := false
		for _, d := range view.Deadlines {
			found = found || d.Kind == casefile.TargetReferral && d.Target == r && d.Rule == s.Rule && d.DueAt.Equal(s.DueAt) && d.Confidence == s.Confidence
		}
		if !found {
			t.Errorf("promised and not started: %+v", s)
		}
	}
	if promised == 0 {
		t.Fatal("nothing was promised for an urgency that starts clocks")
	}
	// A term that is counted from a time still to be chosen has no due time yet.
	plan, _ := handlers.ActionNamed("visit.plan")
	got, err = b.Clocks(t.Context(), as("coordinator", b.dv), c, plan, "")
	ok(t, err)
	if len(got.Starts) != 1 || got.Starts[0].Rule != "VISIT-REPORT" || !got.Starts[0].DueAt.IsZero() {
		t.Errorf("planning a visit: %+v", got.Starts)
	}
	accept, _ := handlers.ActionNamed("referral.accept")
	got, err = b.Clocks(t.Context(), ngo, c, accept, r)
	ok(t, err)
	if len(got.Ends) == 0 || len(got.Starts) == 0 || got.Starts[0].Owner != b.ngo {
		t.Errorf("accepting: %+v", got)
	}
	var denied *handlers.DeniedError
	if _, err := b.Clocks(t.Context(), police, c, accept, r); !errors.As(err, &denied) {
		t.Errorf("the sender was told what accepting starts: %v", err)
	}
	if _, err := b.Clocks(t.Context(), as("shelter", b.shelter), c, accept, r); !errors.Is(err, handlers.ErrNotFound) {
		t.Errorf("a stranger to the case: %v", err)
	}
}
