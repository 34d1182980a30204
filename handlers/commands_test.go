package handlers_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/domain/person"
	"mkr/handlers"
)

func TestARetryFindsItsOwnTrace(t *testing.T) {
	b := newBed(t)
	police := as("police", b.police)
	env := key()
	env.Body = []byte(`{"a":1}`)
	first, err := b.OpenCase(t.Context(), police, intake(), env)
	ok(t, err)
	before := b.size()
	again, err := b.OpenCase(t.Context(), police, intake(), env)
	ok(t, err)
	if !again.Duplicate || again.Case != first.Case || again.Code != first.Code || again.Position != first.Position {
		t.Errorf("first %+v, again %+v", first, again)
	}
	if b.size() != before {
		t.Errorf("a retry stored %d events", b.size()-before)
	}
	env.Body = []byte(`{"a":2}`)
	if _, err := b.OpenCase(t.Context(), police, intake(), env); !errors.Is(err, handlers.ErrKeyReused) {
		t.Errorf("the key with another body: %v", err)
	}
}

func TestTwinsWithOneKeyStoreOnce(t *testing.T) {
	b := newBed(t)
	id := b.open()
	env := key()
	var wg sync.WaitGroup
	receipts := make([]handlers.Receipt, 16)
	for i := range receipts {
		wg.Go(func() {
			r, err := b.doWith(as("police", b.police), id, "referral.create", "", b.referral(), env)
			if err != nil {
				t.Error(err)
			}
			receipts[i] = r
		})
	}
	wg.Wait()
	fresh := 0
	for _, r := range receipts {
		if !r.Duplicate {
			fresh++
		}
		if r.ID != receipts[0].ID || r.Position != receipts[0].Position {
			t.Errorf("twins disagree: %+v, %+v", r, receipts[0])
		}
	}
	if fresh != 1 {
		t.Errorf("%d of the twins say that they were first", fresh)
	}
}

func TestRacersAllGetThrough(t *testing.T) {
	b := newBed(t)
	id := b.open()
	var wg sync.WaitGroup
	for range 12 {
		wg.Go(func() {
			if _, err := b.do(as("police", b.police), id, "note.write", "", &handlers.WriteNote{Section: "general", Text: person.PlainOf("shënim")}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	v, err := b.Case(t.Context(), as("coordinator", b.dv), id, handlers.At{})
	ok(t, err)
	if len(v.Notes) != 12 {
		t.Errorf("%d notes of 12", len(v.Notes))
	}
}

func TestAStaleRevisionSaysWhatChanged(t *testing.T) {
	b := newBed(t)
	id := b.open()
	police := as("police", b.police)
	seen, err := b.Case(t.Context(), police, id, handlers.At{})
	ok(t, err)
	_, err = b.do(as("coordinator", b.dv), id, "risk.assess", "", &handlers.AssessRisk{Level: "low"})
	ok(t, err)
	env := key()
	env.IfMatch = &seen.Revision
	before := b.size()
	_, err = b.doWith(police, id, "referral.create", "", b.referral(), env)
	var stale *handlers.StaleError
	if !errors.As(err, &stale) || len(stale.Changed) == 0 || stale.Changed[0].Type != "risk.assessed" || stale.Changed[0].Institution != b.dv {
		t.Fatalf("got %v %+v", err, stale)
	}
	if b.size() != before {
		t.Error("a stale command stored something")
	}
}

func TestRefusalsAreOnRecord(t *testing.T) {
	b := newBed(t)
	id := b.open()
	ngo := as("ngo", b.ngo)
	for name, try := range map[string]func() error{
		"a case that is not hers": func() error {
			_, err := b.do(ngo, id, "note.write", "", &handlers.WriteNote{Section: "general", Text: person.PlainOf("x")})
			return err
		},
		"bad input": func() error {
			_, err := b.do(ngo, id, "risk.assess", "", &handlers.AssessRisk{Level: "purple"})
			return err
		},
	} {
		n := len(b.accessEvents(ngo))
		if err := try(); err == nil {
			t.Errorf("%s was let through", name)
		}
		if got := b.accessEvents(ngo); len(got) != n+1 || got[n] != "access.refused" {
			t.Errorf("%s: the access stream says %v", name, got)
		}
	}
}

func TestNotThereAndNotYoursAreTheSameAnswer(t *testing.T) {
	b := newBed(t)
	id := b.open()
	ngo := as("ngo", b.ngo)
	for _, caseID := range []string{id, handlers.NewKey().String(), "nonsense"} {
		if _, err := b.Case(t.Context(), ngo, caseID, handlers.At{}); err != handlers.ErrNotFound {
			t.Errorf("case: %v", err)
		}
		if _, err := b.Timeline(t.Context(), ngo, caseID, handlers.At{}); err != handlers.ErrNotFound {
			t.Errorf("timeline: %v", err)
		}
		if _, err := b.do(ngo, caseID, "note.write", "", &handlers.WriteNote{Section: "general", Text: person.PlainOf("x")}); err != handlers.ErrNotFound {
			t.Errorf("command: %v", err)
		}
	}
}

func TestMissingInputIsNamed(t *testing.T) {
	b := newBed(t)
	id := b.open()
	police := as("police", b.police)
	noName := intake()
	noName.Persons[1].Name = person.Plain{}
	badPhone := intake()
	badPhone.Persons[0].Phone = person.PlainOf("not a phone")
	for want, try := range map[string]func() error{
		"to": func() error {
			in := b.referral()
			in.To = ""
			_, err := b.do(police, id, "referral.create", "", in)
			return err
		},
		"service": func() error {
			in := b.referral()
			in.Service = "x"
			_, err := b.do(police, id, "referral.create", "", in)
			return err
		},
		"persons[1].name":  func() error { _, err := b.OpenCase(t.Context(), police, noName, key()); return err },
		"persons[0].phone": func() error { _, err := b.OpenCase(t.Context(), police, badPhone, key()); return err },
		"Idempotency-Key":  func() error { _, err := b.OpenCase(t.Context(), police, intake(), handlers.Envelope{}); return err },
		"appointment":      func() error { _, err := b.do(police, id, "referral.schedule", "x", nil); return err },
	} {
		err := try()
		var input *handlers.InputError
		var refusal *event.Refusal
		got := ""
		if errors.As(err, &input) {
			got = input.Field
		} else if errors.As(err, &refusal) {
			got = refusal.Field
		}
		if got != want {
			t.Errorf("field %q: got %q (%v)", want, got, err)
		}
	}
}

// What is offered is what would be taken: every offered action without words of its own must go through.
func TestOfferedActionsAreTaken(t *testing.T) {
	b := newBed(t)
	id := b.open()
	police, ngo := as("police", b.police), as("ngo", b.ngo)
	r, err := b.do(police, id, "referral.create", "", b.referral())
	ok(t, err)
	v, err := b.Case(t.Context(), ngo, id, handlers.At{})
	ok(t, err)
	offered := func(v handlers.CaseView, action string) bool {
		return slices.ContainsFunc(v.Actions, func(a handlers.OpenAction) bool { return a.Action == action && (a.ID == "" || a.ID == r.ID) })
	}
	for _, action := range []string{"referral.acknowledge", "referral.accept", "referral.decline"} {
		if !offered(v, action) {
			t.Errorf("%s is not offered to the receiver", action)
		}
	}
	for _, action := range []string{"referral.complete", "referral.cancel", "order.issue_umpmm", "case.close"} {
		if offered(v, action) {
			t.Errorf("%s is offered to the receiver", action)
		}
	}
	_, err = b.do(ngo, id, "referral.accept", r.ID, nil)
	ok(t, err)
	if _, err := b.do(police, id, "referral.start", r.ID, nil); err == nil {
		t.Error("the sender started the receiver's work")
	}
}

func TestSilenceBecomesHistoryOnce(t *testing.T) {
	b := newBed(t)
	id := b.open()
	r, err := b.do(as("police", b.police), id, "referral.create", "", b.referral())
	ok(t, err)
	ok(t, b.Await(t.Context(), r.Position))
	if n, err := b.LapseDue(t.Context()); err != nil || n != 0 {
		t.Fatalf("lapsed %d too early: %v", n, err)
	}
	b.pass(5 * time.Hour) // an urgent referral must be acknowledged within four
	if n, err := b.LapseDue(t.Context()); err != nil || n != 1 {
		t.Fatalf("lapsed %d: %v", n, err)
	}
	v, err := b.Case(t.Context(), as("coordinator", b.dv), id, handlers.At{})
	ok(t, err)
	ok(t, b.Await(t.Context(), v.Position))
	if n, err := b.LapseDue(t.Context()); err != nil || n != 0 {
		t.Fatalf("lapsed again: %d, %v", n, err)
	}
	ball := v.Balls[r.ID]
	if !ball.Lapsed || ball.Institution != b.ngo || ball.Action == "" {
		t.Errorf("the ball of a referral that nobody answered: %+v", ball)
	}
	_, err = b.do(as("ngo", b.ngo), id, "referral.accept", r.ID, nil)
	ok(t, err)
	v, err = b.Case(t.Context(), as("coordinator", b.dv), id, handlers.At{})
	ok(t, err)
	if v.Balls[r.ID].Lapsed || v.Referrals[0].Status != casefile.Accepted {
		t.Errorf("after a late answer: %+v", v.Balls[r.ID])
	}
}

// A text of several lines keeps them; what no keyboard types is refused, by the field's own name.
func TestFreeTextsAreCheckedBeforeTheyAreSealed(t *testing.T) {
	b := newBed(t)
	id := b.open()
	police := as("police", b.police)
	write := func(text string) error {
		_, err := b.do(police, id, "note.write", "", &handlers.WriteNote{Section: "general", Text: person.PlainOf(text)})
		return err
	}
	ok(t, write("Rreshti i parë\r\nRreshti i dytë\t."))
	for _, text := range []string{"a\x00b", "a\x1b[2Jb", "a\xffb"} {
		var input *handlers.InputError
		if err := write(text); !errors.As(err, &input) || input.Field != "text" || input.Code != "invalid_text" {
			t.Errorf("%q: %v", text, err)
		}
	}
	in := intake()
	in.Persons[1].SafeContact = person.PlainOf("fqinja\x07")
	var input *handlers.InputError
	if _, err := b.OpenCase(t.Context(), police, in, key()); !errors.As(err, &input) || input.Field != "persons[1].safe_contact" {
		t.Errorf("in a person: %v", err)
	}
}

// A meeting must not decide what its case cannot take: nothing is stored of either.
func TestAMeetingDoesNotDecideForAClosedCase(t *testing.T) {
	b := newBed(t)
	id := b.open()
	coordinator := as("coordinator", b.dv)
	m, err := b.ScheduleMeeting(t.Context(), coordinator, handlers.ScheduleMeeting{Kind: "etn", When: b.Now().Add(time.Hour), Place: "municipality", Invited: []string{b.police}}, key())
	ok(t, err)
	step := func(name string, in handlers.MeetingInput) error {
		t.Helper()
		for _, a := range handlers.MeetingActions {
			if a.Name == name {
				_, err := b.DoMeeting(t.Context(), coordinator, m.ID, a, in, key())
				return err
			}
		}
		t.Fatalf("no action %s", name)
		return nil
	}
	ok(t, step("meeting.add_to_agenda", &handlers.AddToAgenda{Case: id, Reason: "new_case"}))
	decision := &handlers.RecordDecision{Case: id, Action: "home_visit", Owner: b.police, Due: b.Now().Add(48 * time.Hour)}
	ok(t, step("meeting.record_decision", decision))
	v, err := b.Case(t.Context(), coordinator, id, handlers.At{})
	ok(t, err)
	if len(v.Plan.Actions) != 1 || v.Plan.Actions[0].Meeting != m.ID {
		t.Fatalf("the decision is no action of the plan: %+v", v.Plan.Actions)
	}
	_, err = b.do(coordinator, id, "plan.cancel", v.Plan.Actions[0].ID, nil)
	ok(t, err)
	_, err = b.do(coordinator, id, "case.close", "", &handlers.CloseCase{Reason: "goals_met"})
	ok(t, err)
	before := b.size()
	if err := step("meeting.record_decision", decision); err == nil {
		t.Fatal("a decision for a closed case was taken")
	}
	if n := b.size() - before; n != 1 { // the refusal, in the caller's own stream
		t.Errorf("%d events were stored", n)
	}
}
