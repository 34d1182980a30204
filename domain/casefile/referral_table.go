package casefile

// deed is what somebody does to a referral.
type deed string

const (
	send        deed = "send"
	acknowledge deed = "acknowledge"
	accept      deed = "accept"
	decline     deed = "decline"
	refuse      deed = "survivor_declines"
	hold        deed = "hold"
	schedule    deed = "schedule"
	noShow      deed = "no_show"
	start       deed = "start"
	report      deed = "report_service"
	complete    deed = "complete"
	fail        deed = "fail"
	cancel      deed = "cancel"
	confirm     deed = "confirm_cancellation" // the receiver's cancel
	settle      deed = "settle"
	sendBack    deed = "send_back"
	goesOn      deed = "goes_on"
	confirmNo   deed = "confirm_decline"
)

// referralTable is the referral's machine: from a status, what may be done, and where it leads. What is not here is
// refused with referral.wrong_status. It maps onto the HL7 FHIR Task of the closed loop: one that was declined never
// moves again, and the next try is a new referral (see Previous).
var referralTable = map[Status]map[deed]Status{
	Drafted:               {send: Sent, cancel: Cancelled, refuse: DeclinedBySurvivor},
	Sent:                  {acknowledge: Acknowledged, accept: Accepted, hold: OnHold, decline: Declined, cancel: Cancelled, refuse: DeclinedBySurvivor},
	Acknowledged:          {accept: Accepted, hold: OnHold, decline: Declined, cancel: Cancelled, refuse: DeclinedBySurvivor},
	Accepted:              {schedule: Scheduled, start: InProgress, hold: OnHold, complete: Completed, fail: Failed, cancel: CancellationRequested, refuse: DeclinedBySurvivor},
	Scheduled:             {schedule: Scheduled, noShow: NoShow, start: InProgress, hold: OnHold, complete: Completed, fail: Failed, cancel: CancellationRequested, refuse: DeclinedBySurvivor},
	NoShow:                {schedule: Scheduled, start: InProgress, hold: OnHold, fail: Failed, cancel: CancellationRequested, refuse: DeclinedBySurvivor},
	InProgress:            {report: InProgress, hold: OnHold, complete: Completed, fail: Failed, cancel: CancellationRequested, refuse: DeclinedBySurvivor},
	OnHold:                {hold: OnHold, schedule: Scheduled, start: InProgress, fail: Failed, cancel: CancellationRequested, refuse: DeclinedBySurvivor},
	CancellationRequested: {confirm: Cancelled, goesOn: InProgress, complete: Completed, fail: Failed, refuse: DeclinedBySurvivor},
	Declined:              {settle: Declined, confirmNo: Declined, sendBack: Sent}, // sent back once
	Failed:                {settle: Failed},
}

// duty is what an open referral owes in a status.
type duty struct {
	rule      string
	byUrgency bool // the rule's id ends in the urgency
	owner     side
}

type side int

const (
	sender side = iota
	receiver
)

// referralDuties says which clock runs in each status, and who owes it: every status in which a referral is open has
// exactly one, so somebody always has the ball.
var referralDuties = map[Status]duty{
	Drafted:               {"REF-DRAFT", false, sender},
	Sent:                  {"REF-ACK-", true, receiver},
	Acknowledged:          {"REF-ANSWER-", true, receiver},
	Accepted:              {"REF-START-", true, receiver},
	Scheduled:             {"REF-APPOINTMENT", false, receiver},
	NoShow:                {"REF-RESCHEDULE", false, receiver},
	InProgress:            {"REF-REPORT", false, receiver},
	OnHold:                {"REF-HOLD", false, receiver},
	CancellationRequested: {"REF-CANCEL", false, receiver},
	Declined:              {"REF-SETTLE-", true, sender},
	Failed:                {"REF-SETTLE-", true, sender},
}
