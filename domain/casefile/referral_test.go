package casefile

import (
	"testing"
	"time"
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
