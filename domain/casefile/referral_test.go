package casefile

import (
	"testing"
	"time"

	"mkr/domain/event"
)

func ask(id, to, service string) CreateReferral {
	return CreateReferral{Referral: id, To: to, Service: service, Urgency: Urgent, Reason: text, Basis: "law_9669_art_8"}
}

func TestAReferralFromSendingToItsOutcome(t *testing.T) {
	tell(t).
		do(muni, ask("r1", shelter, "shelter")).
		then("participant.added referral.sent deadline.set").
		ball("r1", shelter+" acknowledge_referral REF-ACK-urgent").
		after(time.Hour).do(shelter, AcknowledgeReferral{"r1"}).
		then("referral.acknowledged deadline.met deadline.set").
		ball("r1", shelter+" answer_referral REF-ANSWER-urgent").
		nothing(shelter, AcknowledgeReferral{"r1"}).
		do(shelter, AcceptReferral{"r1"}).
		then("referral.accepted deadline.met deadline.set").
		ball("r1", shelter+" start_service REF-START-urgent").
		nothing(shelter, AcceptReferral{"r1"}).
		do(shelter, StartReferral{"r1"}).
		ball("r1", shelter+" report_service REF-REPORT").
		after(24*time.Hour).do(shelter, ReportService{"r1", "shelter", 1}).
		then("service.given deadline.met deadline.set").
		nothing(shelter, ReportService{"r1", "shelter", 1}).
		do(shelter, CompleteReferral{Referral: "r1", Outcome: "helped"}).
		then("referral.completed deadline.met").
		ball("r1", "closed")
}

func TestAReferralThatComesBackIsNeverForgotten(t *testing.T) {
	st := tell(t).
		do(muni, ask("r1", shelter, "shelter")).
		do(shelter, DeclineReferral{Referral: "r1", Reason: "no_capacity"}).
		then("referral.declined deadline.met deadline.set").
		ball("r1", muni+" settle_referral REF-SETTLE-urgent")
	again := ask("r2", ngo, "shelter")
	again.Previous = "r1"
	st.refused(police, again, CodeReferralNotSender, "previous").
		do(muni, again).
		then("referral.settled deadline.met participant.added referral.sent deadline.set").
		ball("r1", "closed").ball("r2", ngo+" acknowledge_referral REF-ACK-urgent")
	r1, _ := st.s.Referral("r1")
	r2, _ := st.s.Referral("r2")
	if r1.Settled != "rerouted" || r1.ReplacedBy != "r2" || r2.Round != 2 {
		t.Fatalf("r1 settled %q, replaced by %q; r2 in round %d", r1.Settled, r1.ReplacedBy, r2.Round)
	}
	twice := ask("r3", other, "shelter")
	twice.Previous = "r1"
	st.refused(muni, twice, CodeReferralWasSettled, "previous")
	twice.Previous = "r2"
	st.refused(muni, twice, CodeReferralNotReturned, "previous").
		do(ngo, DeclineReferral{Referral: "r2", Reason: "not_eligible"}).
		do(muni, twice).
		do(other, AcceptReferral{"r3"}).do(other, FailReferral{Referral: "r3", Reason: "could_not_contact"}).
		ball("r3", muni+" settle_referral REF-SETTLE-urgent")
	fourth := ask("r4", court, "shelter")
	fourth.Previous = "r3"
	st.refused(muni, fourth, CodeReferralRounds, "previous").
		do(muni, SettleReferral{"r3", "other_help_found"}).
		nothing(muni, SettleReferral{"r3", "other_help_found"}).
		refused(muni, SettleReferral{"r3", "accepted"}, CodeReferralWrongStatus, "referral").
		// A new referral entered in error gives its task back to the sender of the one before.
		do(muni, MarkInError{TargetReferral, "r2", "wrong_person"}).
		then("entry.marked_in_error deadline.set").
		ball("r1", muni+" settle_referral REF-SETTLE-urgent")
}

func TestAReferralNeedsConsentOrABasis(t *testing.T) {
	st := tell(t)
	with := func(consent, basis string) CreateReferral {
		c := ask("r1", shelter, "shelter")
		c.Consent, c.Basis = consent, basis
		return c
	}
	consent := func(id, decision string, to ...string) RecordConsent {
		return RecordConsent{Consent: id, Person: ana, Decision: decision, How: "written", Recipients: to, Until: st.now.AddDate(0, 1, 0)}
	}
	st.do(muni, consent("c-all", "given"), consent("c-ngo", "given", ngo), consent("c-no", "refused"))
	for _, bad := range []CreateReferral{with("", ""), with("c-all", "vital_interest"), with("c-ngo", ""), with("c-no", ""), with("nobody's", "")} {
		st.refused(muni, bad, CodeReferralNoConsent, "consent")
	}
	st.refused(muni, with("", "because"), CodeUnknownCode, "basis")
	early := st.moment(muni)
	early.OccurredAt = st.now.Add(-2 * time.Minute) // before she was asked
	st.refusedAt(early, with("c-all", ""), CodeReferralNoConsent, "consent")
	st.do(muni, with("c-all", ""))

	st.after(32 * 24 * time.Hour)
	late := with("c-all", "")
	late.Referral, late.Service = "r2", "legal_aid"
	st.refused(muni, late, CodeReferralNoConsent, "consent") // it has run out
}

func TestWithdrawingConsentStopsWhatNobodyAnswered(t *testing.T) {
	st := tell(t).do(muni, RecordConsent{Consent: "c1", Person: ana, Decision: "given", How: "written"})
	for i, service := range []string{"shelter", "legal_aid", "health", "housing"} {
		c := ask("r"+string(rune('1'+i)), ngo, service)
		c.Consent, c.Basis, c.Draft = "c1", "", i == 0
		st.do(muni, c)
	}
	st.do(ngo, AcknowledgeReferral{"r3"}, AcceptReferral{"r4"}).
		do(muni, WithdrawConsent{"c1"}).
		then("consent.withdrawn referral.cancelled deadline.voided referral.cancelled deadline.voided referral.cancelled deadline.voided").
		nothing(muni, WithdrawConsent{"c1"}).
		ball("r1", "closed").ball("r2", "closed").ball("r3", "closed").
		ball("r4", ngo+" start_service REF-START-urgent") // it has said yes; the sender cancels if she wants
	r, _ := st.s.Referral("r2")
	if r.Status != Cancelled || r.Code != "consent_withdrawn" || r.SentAt.IsZero() {
		t.Fatalf("r2 is %s %s, sent %v", r.Status, r.Code, r.SentAt)
	}
}

func TestADraftIsCheckedAgainWhenItIsSent(t *testing.T) {
	st := tell(t).do(muni, RecordConsent{Consent: "c1", Person: ana, Decision: "given", How: "written", Until: opened.Add(24 * time.Hour)})
	c := ask("r1", shelter, "shelter")
	c.Consent, c.Basis, c.Draft = "c1", "", true
	st.do(muni, c).then("referral.drafted deadline.set").
		after(25*time.Hour).
		refused(muni, SendReferral{"r1"}, CodeReferralNoConsent, "consent").
		do(muni, CancelReferral{"r1", "no_longer_needed"})
	if st.s.Participates(shelter) {
		t.Fatal("the receiver of a draft already sees the case")
	}
}

func TestCancellingAfterAYesAsksFirst(t *testing.T) {
	tell(t).do(muni, ask("r1", shelter, "shelter")).do(shelter, AcceptReferral{"r1"}).
		do(muni, CancelReferral{"r1", "survivor_request"}).
		then("referral.cancellation_requested deadline.voided deadline.set").
		ball("r1", shelter+" answer_cancellation REF-CANCEL").
		nothing(muni, CancelReferral{"r1", "survivor_request"}).
		do(shelter, CancelReferral{Referral: "r1"}).
		then("referral.cancelled deadline.met").ball("r1", "closed")
}

func TestTheSenderWritesDownTheAnswersOfAReceiverThatIsNotOnTheSystem(t *testing.T) {
	c := ask("r1", other, "housing")
	st := tell(t).refused(ngo, AcceptReferral{"r1"}, CodeReferralUnknown, "referral")
	c.OffPlatform = true
	st.do(ngo, c).
		refused(police, AcceptReferral{"r1"}, CodeReferralNotReceiver, "referral").
		do(ngo, AcceptReferral{"r1"}).
		do(muni, StartReferral{"r1"}).
		do(ngo, CancelReferral{"r1", "rerouted"}).
		nothing(ngo, CancelReferral{"r1", "rerouted"}).
		after(time.Hour).do(ngo, CancelReferral{"r1", "rerouted"}).
		then("referral.cancelled deadline.met")
}

func TestTheClocksOfAReferral(t *testing.T) {
	c := ask("r1", shelter, "shelter")
	c.Urgency, c.RespondBy = Immediate, opened.Add(90*time.Minute)
	st := tell(t).do(muni, c)
	due := func(rule string, want time.Time) {
		t.Helper()
		if d := st.clockOf(rule); !d.DueAt.Equal(want) {
			t.Fatalf("%s is due %v; want %v", rule, d.DueAt, want)
		}
	}
	due("REF-ACK-immediate", opened.Add(time.Hour))
	soon := ask("r2", ngo, "legal_aid")
	soon.RespondBy = opened.Add(20 * time.Minute)
	st.do(muni, soon)
	due("REF-ACK-urgent", soon.RespondBy) // the sender asked for an answer sooner than the house does
	st.after(50*time.Minute).do(shelter, AcknowledgeReferral{"r1"})
	st.do(muni, ask("r3", ngo, "health")).after(10*time.Minute).do(ngo, AcknowledgeReferral{"r3"})
	due("REF-ANSWER-urgent", opened.Add(50*time.Minute+24*time.Hour)) // from the sending: a late receipt gains no time
	due("REF-ANSWER-immediate", opened.Add(90*time.Minute))           // not 2 h, and not from the receipt
	st.do(shelter, AcceptReferral{"r1"})
	appointment := opened.Add(30 * time.Hour)
	st.refused(shelter, ScheduleReferral{"r1", opened}, CodeNotFuture, "appointment").
		do(shelter, ScheduleReferral{"r1", appointment})
	due("REF-APPOINTMENT", appointment.Add(24*time.Hour))
	st.refused(shelter, ReportNoShow{"r1"}, CodeReferralNotYet, "occurred_at").
		after(31 * time.Hour)
	// Entered five hours late: the next clock still counts from the appointment.
	m := st.moment(shelter)
	m.OccurredAt = appointment
	st.now = st.now.Add(5 * time.Hour)
	m.Now = st.now
	events, err := st.d.Decide(st.s, ReportNoShow{"r1"}, m)
	if err != nil {
		t.Fatal(err)
	}
	st.apply(events)
	if d := st.clockOf("REF-RESCHEDULE"); !d.SetAt.Equal(appointment) {
		t.Fatalf("the clock counts from %v; want %v", d.SetAt, appointment)
	}
}

func TestSilenceBecomesHistoryAndIsStillOwed(t *testing.T) {
	st := tell(t).do(muni, ask("r1", shelter, "shelter"))
	ack := st.clockOf("REF-ACK-urgent")
	st.refused(event.System, LapseDeadline{Deadline: ack.ID}, CodeClockNotDue, "deadline").
		after(4*time.Hour).
		do(event.System, LapseDeadline{Deadline: ack.ID}).then("deadline.lapsed deadline.escalated").
		nothing(event.System, LapseDeadline{Deadline: ack.ID}).
		refused(event.System, LapseDeadline{Deadline: "d99"}, CodeClockUnknown, "deadline")
	if b := st.s.Ball(); b.Deadline != ack.ID || !b.Lapsed || b.Institution != shelter {
		t.Fatalf("the ball: %+v", b)
	}
	st.do(shelter, AcceptReferral{"r1"}).then("referral.accepted deadline.met deadline.set").
		nothing(event.System, LapseDeadline{Deadline: ack.ID})
}

func TestWhatAReferralMustSay(t *testing.T) {
	st := tell(t).do(muni, ask("r1", shelter, "shelter"))
	change := func(f func(*CreateReferral)) CreateReferral {
		c := ask("r2", ngo, "legal_aid")
		f(&c)
		return c
	}
	for _, v := range []struct {
		code, field string
		c           CreateReferral
	}{
		{CodeInvalidID, "referral", change(func(c *CreateReferral) { c.Referral = "" })},
		{CodeTaken, "referral", change(func(c *CreateReferral) { c.Referral = "r1" })},
		{CodeTaken, "referral", change(func(c *CreateReferral) { c.Referral = "case1" })},
		{CodeInvalidID, "to", change(func(c *CreateReferral) { c.To = "Gruaja tek Gruaja" })},
		{CodeReferralToSelf, "to", change(func(c *CreateReferral) { c.To = muni })},
		{CodeReferralDuplicate, "to", change(func(c *CreateReferral) { c.To, c.Service = shelter, "shelter" })},
		{CodeUnknownCode, "service", change(func(c *CreateReferral) { c.Service = "everything" })},
		{CodeRequired, "urgency", change(func(c *CreateReferral) { c.Urgency = "" })},
		{CodeRequired, "reason", change(func(c *CreateReferral) {
			c.Reason.Subject, c.Reason.Field, c.Reason.Ref, c.Reason.Box = "", "", "", nil
		})},
		{CodeNotFuture, "respond_by", change(func(c *CreateReferral) { c.RespondBy = opened })},
		{CodeOutOfDates, "respond_by", change(func(c *CreateReferral) { c.RespondBy = opened.AddDate(100, 0, 0) })},
		{CodeReferralUnknown, "previous", change(func(c *CreateReferral) { c.Previous = "r9" })},
	} {
		st.refused(muni, v.c, v.code, v.field)
	}
}
