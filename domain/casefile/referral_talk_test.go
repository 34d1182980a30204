package casefile

import (
	"slices"
	"testing"
	"time"
)

// The lead reviews a no: she may ask the same institution once more, with a word why.
func TestANoIsReviewedAndSentBackOnce(t *testing.T) {
	sent := ask("r1", shelter, "shelter")
	sent.RespondBy = opened.Add(3 * time.Hour)
	st := tell(t).
		do(ngo, sent).
		after(time.Hour).do(shelter, DeclineReferral{Referral: "r1", Reason: "no_capacity"}).
		refused(ngo, SendBackReferral{"r1", text}, CodeReferralNotLead, "referral").
		refused(shelter, SendBackReferral{"r1", text}, CodeReferralNotSender, "referral").
		refused(muni, SendBackReferral{Referral: "r1"}, CodeRequired, "note").
		after(24*time.Hour).
		do(muni, SendBackReferral{"r1", text}).
		then("referral.sent_back deadline.met deadline.met deadline.set"). // the sender's task and the lead's review
		nothing(muni, SendBackReferral{"r1", text}).
		ball("r1", shelter+" acknowledge_referral REF-ACK-urgent")
	// The receiver sees the case again, and has the rule's whole term: what was asked for by the first sending is over.
	if got := st.s.StandingOf(shelter); got != "recipient" {
		t.Errorf("the receiver is %q", got)
	}
	if d := st.clockOf("REF-ACK-urgent"); !d.DueAt.After(st.now) {
		t.Errorf("due %v, asked at %v", d.DueAt, st.now)
	}
	st.do(shelter, DeclineReferral{Referral: "r1", Reason: "no_capacity"}).
		ball("r1", ngo+" settle_referral REF-SETTLE-urgent").
		refused(muni, SendBackReferral{"r1", text}, CodeReferralRounds, "referral").
		do(muni, SettleReferral{"r1", "accepted"}).
		refused(muni, SendBackReferral{"r1", text}, CodeReferralWasSettled, "referral")
}

// What rested on a consent is not sent back after the consent has ended.
func TestANoIsNotSentBackWithoutAGround(t *testing.T) {
	sent := ask("r1", shelter, "shelter")
	sent.Basis, sent.Consent = "", "c1"
	tell(t).
		do(muni, RecordConsent{Consent: "c1", Person: ana, Decision: "given", How: ConsentHow[0], Recipients: []string{shelter}, Purposes: []string{Purposes[0]}}).
		do(muni, sent).
		do(shelter, DeclineReferral{Referral: "r1", Reason: "no_capacity"}).
		do(muni, WithdrawConsent{"c1"}).
		refused(muni, SendBackReferral{"r1", text}, CodeReferralNoConsent, "consent")
}

// An institution that was taken out of the case after its no is in it again when it is asked again.
func TestWhoIsAskedAgainIsInTheCaseAgain(t *testing.T) {
	st := tell(t).
		do(muni, ask("r1", shelter, "shelter")).
		do(shelter, DeclineReferral{Referral: "r1", Reason: "no_capacity"}).
		do(muni, RemoveParticipant{shelter}).
		do(muni, SendBackReferral{"r1", text}).
		then("participant.added referral.sent_back deadline.met deadline.set")
	if !slices.Contains(st.s.Parties(), shelter) {
		t.Error("the shelter must act and cannot see the case")
	}
}

// Both sides and the lead may write while the referral is open. A message is no answer: the clock runs on.
func TestMessagesChangeNoClock(t *testing.T) {
	st := tell(t).
		do(ngo, ask("r1", shelter, "shelter")).after(time.Minute).
		do(shelter, WriteMessage{"w1", "r1", text}).then("referral.message_written").
		do(ngo, WriteMessage{"w2", "r1", text}).then("referral.message_written").
		do(muni, WriteMessage{"w3", "r1", text}).then("referral.message_written").
		refused(other, WriteMessage{"w4", "r1", text}, CodeReferralNotParty, "referral").
		refused(ngo, WriteMessage{"w1", "r1", text}, CodeTaken, "message").
		refused(ngo, WriteMessage{Message: "w4", Referral: "r1"}, CodeRequired, "text").
		ball("r1", shelter+" acknowledge_referral REF-ACK-urgent")
	r, _ := st.s.Referral("r1")
	if len(r.Messages) != 3 || r.Messages[1].By != ngo || r.Status != Sent {
		t.Fatalf("%+v", r)
	}
	st.do(ngo, CancelReferral{"r1", "no_longer_needed"}).
		refused(ngo, WriteMessage{"w4", "r1", text}, CodeReferralWrongStatus, "referral")
}
