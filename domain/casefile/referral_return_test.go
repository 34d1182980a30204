package casefile

import (
	"fmt"
	"testing"
	"time"

	"mkr/domain/event"
)

// A no comes back twice: to its sender as a task, and to the lead for review. It is not over before both have acted.
func TestANoIsItsSendersTaskAndTheLeadsReview(t *testing.T) {
	no := func() *story {
		return tell(t).do(ngo, ask("r1", shelter, "shelter")).after(time.Hour).
			do(shelter, DeclineReferral{Referral: "r1", Reason: "no_capacity"}).
			owes(TargetReferral, "r1", "REF-SETTLE-urgent "+ngo+"; REF-REVIEW-urgent "+muni).
			ball("r1", ngo+" settle_referral REF-SETTLE-urgent")
	}
	no().refused(ngo, ConfirmDecline{"r1"}, CodeReferralNotLead, "referral").
		do(ngo, SettleReferral{"r1", "other_help_found"}).then("referral.settled deadline.met").
		owes(TargetReferral, "r1", "REF-REVIEW-urgent "+muni).
		ball("r1", muni+" review_decline REF-REVIEW-urgent").
		refused(muni, SendBackReferral{"r1", text}, CodeReferralWasSettled, "referral").
		do(muni, ConfirmDecline{"r1"}).then("referral.decline_confirmed deadline.met").
		nothing(muni, ConfirmDecline{"r1"}).
		ball("r1", "closed")
	no().do(muni, ConfirmDecline{"r1"}).
		owes(TargetReferral, "r1", "REF-SETTLE-urgent "+ngo).
		do(ngo, SettleReferral{"r1", "accepted"}).
		ball("r1", "closed")
	no().do(muni, SettleReferral{"r1", "accepted"}).
		then("referral.settled referral.decline_confirmed deadline.met deadline.met").
		ball("r1", "closed")
	st := no()
	st.refused(muni, CloseCase{Reason: "goals_met"}, CodeCaseHasReferrals, "")
	early := st.moment(muni)
	early.OccurredAt = st.now.Add(-30 * time.Minute)
	st.refusedAt(early, ConfirmDecline{"r1"}, CodeTooEarly, "occurred_at")
}

// Where the lead is one of the two sides, its task is its review.
func TestTheLeadDoesNotReviewItself(t *testing.T) {
	tell(t).do(muni, ask("r1", shelter, "shelter")).
		do(shelter, DeclineReferral{Referral: "r1", Reason: "other"}).then("referral.declined deadline.met deadline.set").
		nothing(muni, ConfirmDecline{"r1"})
	tell(t).do(ngo, ask("r1", muni, "case_management")).
		do(muni, DeclineReferral{Referral: "r1", Reason: "other"}).then("referral.declined deadline.met deadline.set")
}

// One step leads from a no to the next institution; the chain ends after three rounds.
func TestReroutingInOneStep(t *testing.T) {
	on := func(id, previous, to string) RerouteReferral {
		return RerouteReferral{Referral: id, Previous: previous, To: to, Reason: text}
	}
	st := tell(t).do(ngo, ask("r1", shelter, "shelter")).
		refused(ngo, on("r2", "r1", court), CodeReferralNotReturned, "previous").
		do(shelter, DeclineReferral{Referral: "r1", Reason: "no_capacity"}).
		refused(police, on("r2", "r1", court), CodeReferralNotSender, "referral").
		refused(ngo, on("r2", "r9", court), CodeReferralUnknown, "referral").
		refused(ngo, on("r2", "r1", shelter), CodeReferralSameAgain, "to").
		refused(ngo, on("r2", "r1", ngo), CodeReferralToSelf, "to").
		refused(ngo, RerouteReferral{Referral: "r2", Previous: "r1", To: court}, CodeRequired, "reason").
		do(muni, on("r2", "r1", court)). // the lead may, for the sender
		then("referral.settled deadline.met deadline.met participant.added referral.sent deadline.set").
		ball("r1", "closed")
	r1, _ := st.s.Referral("r1")
	r2, _ := st.s.Referral("r2")
	if r1.Settled != Rerouted || r1.ReplacedBy != "r2" || r2.Previous != "r1" || r2.Round != 2 ||
		r2.Service != "shelter" || r2.Urgency != r1.Urgency || r2.Basis != r1.Basis || r2.From != muni {
		t.Fatalf("first %+v\nsecond %+v", r1, r2)
	}
	st.do(court, DeclineReferral{Referral: "r2", Reason: "wrong_service"}).
		refused(muni, on("r3", "r2", shelter), CodeReferralSameAgain, "to"). // the first of the chain
		do(muni, RerouteReferral{Referral: "r3", Previous: "r2", To: other, Reason: text, Urgency: Immediate}).
		do(other, DeclineReferral{Referral: "r3", Reason: "no_capacity"}).
		refused(muni, on("r4", "r3", police), CodeReferralRounds, "previous")
	if r3, _ := st.s.Referral("r3"); r3.Round != maxRounds || r3.Urgency != Immediate {
		t.Fatalf("the third: %+v", r3)
	}
}

// A rerouted referral rests on a ground of its own: a consent to the first receiver is none for the second.
func TestReroutingNeedsAGroundForTheNextReceiver(t *testing.T) {
	first := ask("r1", shelter, "shelter")
	first.Consent, first.Basis = "c1", ""
	tell(t).do(muni, RecordConsent{Consent: "c1", Person: ana, Decision: "given", How: "written", Recipients: []string{shelter}}).
		do(muni, first).do(shelter, DeclineReferral{Referral: "r1", Reason: "other"}).
		refused(muni, RerouteReferral{Referral: "r2", Previous: "r1", To: ngo, Reason: text}, CodeReferralNoConsent, "consent").
		do(muni, RerouteReferral{Referral: "r2", Previous: "r1", To: ngo, Reason: text, Basis: "vital_interest"})
}

// To be seen is a fact of its own, recorded once; it is no receipt and stops no clock.
func TestSeenIsNotAcknowledged(t *testing.T) {
	st := tell(t).do(ngo, ask("r1", shelter, "shelter")).after(time.Minute).
		refused(ngo, SeeReferral{"r1"}, CodeReferralNotReceiver, "referral").
		refused(muni, SeeReferral{"r1"}, CodeReferralNotReceiver, "referral").
		do(shelter, SeeReferral{"r1"}).then("referral.seen").
		nothing(shelter, SeeReferral{"r1"}).
		ball("r1", shelter+" acknowledge_referral REF-ACK-urgent")
	if r, _ := st.s.Referral("r1"); r.Status != Sent || !r.SeenAt.Equal(st.now) {
		t.Fatalf("%+v", r)
	}
	draft := ask("r2", ngo, "health")
	draft.Draft = true
	st.do(muni, draft).nothing(ngo, SeeReferral{"r2"}). // it has not reached anybody
								do(muni, ask("r3", ngo, "legal_aid")).do(ngo, AcknowledgeReferral{"r3"}).nothing(ngo, SeeReferral{"r3"})
}

// The inbox is shared; a referral may be meant for one colleague, and either side may say for whom.
func TestAReferralMayBeMeantForOneColleague(t *testing.T) {
	c := ask("r1", shelter, "shelter")
	c.Attention = "acc-1"
	st := tell(t).do(ngo, c)
	meant := func(want string) {
		t.Helper()
		if r, _ := st.s.Referral("r1"); r.Attention != want {
			t.Fatalf("meant for %q, want %q", r.Attention, want)
		}
	}
	meant("acc-1")
	st.nothing(ngo, AddressReferral{"r1", "acc-1"}).
		refused(other, AddressReferral{"r1", "acc-2"}, CodeReferralNotParty, "referral").
		refused(shelter, AddressReferral{"r1", "no name"}, CodeInvalidID, "attention").
		do(shelter, AddressReferral{"r1", "acc-2"}).then("referral.addressed")
	meant("acc-2")
	st.do(ngo, AddressReferral{"r1", ""}) // whoever is there
	meant("")
	st.do(shelter, DeclineReferral{Referral: "r1", Reason: "other"}).
		refused(shelter, AddressReferral{"r1", "acc-2"}, CodeReferralWrongStatus, "referral")
}

// What was asked for by phone is written down afterwards: its clocks run from the call.
func TestAReferralMadeByPhoneHasTheSameClocks(t *testing.T) {
	st := tell(t).after(5 * time.Hour)
	call := st.moment(muni)
	call.OccurredAt = st.now.Add(-3 * time.Hour)
	c := ask("r1", ngo, "health")
	c.Via = "phone"
	draft := c
	draft.Draft = true
	st.refused(muni, draft, CodeReferralMade, "draft")
	unknown := c
	unknown.Via = "pigeon"
	st.refused(muni, unknown, CodeUnknownCode, "via")
	events, err := st.d.Decide(st.s, c, call)
	if err != nil {
		t.Fatal(err)
	}
	st.apply(events)
	r, _ := st.s.Referral("r1")
	if d := st.clockOf("REF-ACK-urgent"); !d.DueAt.Equal(call.OccurredAt.Add(4*time.Hour)) || !r.SentAt.Equal(call.OccurredAt) || r.Via != "phone" {
		t.Fatalf("due %v, sent %v, by %q", d.DueAt, r.SentAt, r.Via)
	}
}

// Asked to stop, the receiver agrees, or says that the service has begun and goes on.
func TestACancellationMayBeRefused(t *testing.T) {
	st := tell(t).do(ngo, ask("r1", shelter, "shelter")).do(shelter, AcceptReferral{"r1"}).after(time.Hour).
		refused(shelter, RefuseCancellation{Referral: "r1"}, CodeReferralWrongStatus, "referral").
		do(ngo, CancelReferral{"r1", "no_longer_needed"}).
		refused(ngo, RefuseCancellation{Referral: "r1"}, CodeReferralNotReceiver, "referral").
		after(time.Hour).do(shelter, RefuseCancellation{Referral: "r1", Note: text}).
		then("referral.cancellation_refused deadline.met deadline.set").
		ball("r1", shelter+" report_service REF-REPORT")
	if r, _ := st.s.Referral("r1"); r.Status != InProgress {
		t.Fatalf("%+v", r)
	}
	st.after(time.Hour).do(ngo, CancelReferral{"r1", "survivor_request"}) // and may be asked again
}

// No room now, but soon: the waiting list is a yes, with its own clock.
func TestTheWaitingListIsAnAnswer(t *testing.T) {
	st := tell(t).do(ngo, ask("r1", shelter, "shelter")).
		refused(shelter, HoldReferral{Referral: "r1", Kind: "on_hold"}, CodeReferralWrongStatus, "kind").
		do(shelter, HoldReferral{Referral: "r1", Kind: Waitlisted}).
		then("referral.accepted referral.held deadline.met deadline.set").
		ball("r1", shelter+" review_hold REF-HOLD")
	if r, _ := st.s.Referral("r1"); r.Status != OnHold || r.HoldKind != Waitlisted || r.AnsweredAt.IsZero() {
		t.Fatalf("%+v", r)
	}
}

// What did not help says why; what helped has no why.
func TestAnOutcomeThatIsNoHelpSaysWhy(t *testing.T) {
	st := tell(t).do(ngo, ask("r1", shelter, "shelter")).do(shelter, AcceptReferral{"r1"}, StartReferral{"r1"}).
		refused(shelter, CompleteReferral{Referral: "r1", Outcome: "partly_helped"}, CodeRequired, "why").
		refused(shelter, CompleteReferral{Referral: "r1", Outcome: "not_helped", Why: "bad luck"}, CodeUnknownCode, "why").
		refused(shelter, CompleteReferral{Referral: "r1", Outcome: Helped, Why: "other"}, CodeUnknownCode, "why").
		do(shelter, CompleteReferral{Referral: "r1", Outcome: "partly_helped", Why: "needs_more_time"}).
		nothing(shelter, CompleteReferral{Referral: "r1", Outcome: "partly_helped", Why: "needs_more_time"})
	if r, _ := st.s.Referral("r1"); r.Code != "partly_helped" || r.Why != "needs_more_time" {
		t.Fatalf("%+v", r)
	}
}

// Several institutions may be asked at once, each on its own clock; the same one for the same service only once.
func TestParallelReferralsRunOnTheirOwnClocks(t *testing.T) {
	st := tell(t)
	for i, to := range []string{shelter, ngo, court} {
		st.do(muni, ask(fmt.Sprint("r", i), to, "shelter"))
	}
	st.refused(muni, ask("r9", ngo, "shelter"), CodeReferralDuplicate, "to").
		do(muni, ask("r3", ngo, "legal_aid")). // another service is another need
		do(ngo, AcceptReferral{"r1"}).
		ball("r0", shelter+" acknowledge_referral REF-ACK-urgent").ball("r1", ngo+" start_service REF-START-urgent")
}

// A no of before there were reviews is over when its sender has settled it.
func TestANoOfBeforeReviews(t *testing.T) {
	st := tell(t).do(ngo, ask("r1", shelter, "shelter"))
	d, _ := find(st.s.Deadlines, func(d Deadline) bool { return d.Target == "r1" })
	st.apply([]event.Data{
		ReferralDeclined{Referral: "r1", Reason: "other", By: shelter, At: st.now}, DeadlineMet{Deadline: d.ID, At: st.now},
		DeadlineSet{Deadline: "d9", Rule: "REF-SETTLE-urgent", Owner: ngo, Action: "settle_referral", Kind: TargetReferral, Target: "r1", DueAt: st.now.Add(time.Hour)},
	})
	st.do(ngo, SettleReferral{"r1", "accepted"}).ball("r1", "closed")
}
