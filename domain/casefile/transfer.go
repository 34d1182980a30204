package casefile

import (
	"slices"
	"time"

	"mkr/domain/event"
	"mkr/domain/person"
)

// A transfer brings the case to the structure of another municipality, which is not on the platform. It is a machine of its
// own, and ownership never changes by anything else:
//
//	proposed ─► handed over ─► accepted ─► confirmed
//	    └───────────┴─► withdrawn     └─► declined (the case goes on here)
//
// Until the other side accepts, everything that is owed stays owed by whom it was owed; beside it the lead has exactly one
// clock of the transfer, to hand over or to get the answer. With the acceptance the case stands closed here as transferred,
// and one thing is still owed in it: that the lead hears the child was seen there. When no word comes that clock lapses and
// climbs like every other; it ends with the confirmation, or when the case is opened here anew. What the receiver says is
// written down by the lead, since it happens off the platform.

// TargetTransfer is the kind of the thing that a transfer's clock is about.
const TargetTransfer = "transfer"

// The clocks of a transfer, of the house.
const (
	ruleHandOver       = "TRANSFER-HANDOVER"
	ruleTransferAnswer = "TRANSFER-ANSWER"
	ruleConfirmed      = "TRANSFER-CONFIRM" // runs in a case that is closed here
)

// Statuses of a transfer.
const (
	TransferIsProposed  Status = "proposed"
	TransferHandedOver  Status = "handed_over"
	TransferIsAccepted  Status = "accepted"
	TransferIsConfirmed Status = "confirmed"
	TransferIsDeclined  Status = "declined"
	TransferIsWithdrawn Status = "withdrawn"
)

// TransferStatuses lists them in the order of the work.
var TransferStatuses = []Status{TransferIsProposed, TransferHandedOver, TransferIsAccepted, TransferIsConfirmed, TransferIsDeclined, TransferIsWithdrawn}

// Codes of a transfer.
var (
	TransferStructures     = []string{"child_protection_unit", "social_services", "dv_coordinator"}
	TransferReasons        = []string{"family_moved", "placed_elsewhere", "relatives_elsewhere", "safety_elsewhere", "court_decision"}
	TransferDeclineReasons = []string{"not_found_there", "not_competent", "incomplete_file", "no_capacity", "other"}
	// TransferParts are what is sent of the file.
	TransferParts = []string{"summary", "risk_assessments", "plan", "measures", "orders", "health", "documents", "contacts"}
)

// Transfer is one try to bring the case to another municipality.
type Transfer struct {
	ID            string        `json:"id"`
	Municipality  string        `json:"municipality"`
	Structure     string        `json:"structure"`
	Reason        string        `json:"reason"`
	Contact       person.Sealed `json:"contact,omitzero"` // whom it is for there
	Status        Status        `json:"status"`
	ProposedAt    time.Time     `json:"proposed_at"`
	Parts         []string      `json:"parts,omitempty"` // that were sent
	Means         string        `json:"means,omitempty"`
	Basis         string        `json:"basis,omitempty"`
	HandedAt      time.Time     `json:"handed_at,omitzero"`
	AnsweredAt    time.Time     `json:"answered_at,omitzero"`
	DeclineReason string        `json:"decline_reason,omitempty"`
	ConfirmedAt   time.Time     `json:"confirmed_at,omitzero"`
}

// Open tells whether the transfer is under way.
func (tr Transfer) Open() bool {
	return tr.Status == TransferIsProposed || tr.Status == TransferHandedOver
}

type (
	// ProposeTransfer names the structure that is to take the case on.
	ProposeTransfer struct {
		Transfer, Municipality, Structure, Reason string
		Contact                                   person.Sealed
	}
	// HandOverTransfer sends the file, with the ground in law on which it is sent.
	HandOverTransfer struct {
		Transfer, Means, Basis string
		Parts                  []string
	}
	// AcceptTransfer: the other side has taken the case on.
	AcceptTransfer struct{ Transfer string }
	// DeclineTransfer: it has not.
	DeclineTransfer struct{ Transfer, Reason string }
	// WithdrawTransfer takes the proposal back.
	WithdrawTransfer struct{ Transfer string }
	// ConfirmTransfer: the other side has told that it has seen the child and works on the case.
	ConfirmTransfer struct{ Transfer string }
)

func (ProposeTransfer) command()  {}
func (HandOverTransfer) command() {}
func (AcceptTransfer) command()   {}
func (DeclineTransfer) command()  {}
func (WithdrawTransfer) command() {}
func (ConfirmTransfer) command()  {}

// transferDeed is what is done to a transfer.
type transferDeed string

const (
	handOver         transferDeed = "hand_over"
	acceptTransfer   transferDeed = "accept"
	declineTransfer  transferDeed = "decline"
	withdrawTransfer transferDeed = "withdraw"
	confirmTransfer  transferDeed = "confirm"
)

// transferTable is the machine: from a status, what may be done, and where it leads.
var transferTable = map[Status]map[transferDeed]Status{
	TransferIsProposed: {handOver: TransferHandedOver, withdrawTransfer: TransferIsWithdrawn},
	TransferHandedOver: {acceptTransfer: TransferIsAccepted, declineTransfer: TransferIsDeclined, withdrawTransfer: TransferIsWithdrawn},
	TransferIsAccepted: {confirmTransfer: TransferIsConfirmed},
}

// transferClock is what is owed while a transfer is under way, and until it is confirmed; always by the lead.
var transferClock = map[Status]string{TransferIsProposed: ruleHandOver, TransferHandedOver: ruleTransferAnswer, TransferIsAccepted: ruleConfirmed}

func (t *decision) decideTransfer(c Command) (mine bool, err error) {
	switch c := c.(type) {
	case ProposeTransfer:
		return true, t.proposeTransfer(c)
	case HandOverTransfer:
		return true, t.handOver(c)
	case AcceptTransfer:
		return true, t.acceptTransfer(c)
	case DeclineTransfer:
		if err := coded("reason", c.Reason, TransferDeclineReasons); err != nil {
			return true, err
		}
		return true, t.transfer(c.Transfer, declineTransfer, func(Transfer) error {
			t.add(TransferDeclined{Transfer: c.Transfer, Reason: c.Reason, By: t.by(), At: t.at()})
			return nil
		})
	case WithdrawTransfer:
		return true, t.transfer(c.Transfer, withdrawTransfer, func(Transfer) error {
			t.add(TransferWithdrawn{Transfer: c.Transfer, By: t.by(), At: t.at()})
			return nil
		})
	case ConfirmTransfer:
		return true, t.transfer(c.Transfer, confirmTransfer, func(Transfer) error {
			t.add(TransferConfirmed{Transfer: c.Transfer, By: t.by(), At: t.at()})
			return nil
		})
	}
	return false, nil
}

func (t *decision) proposeTransfer(c ProposeTransfer) error {
	if !t.isLead() {
		return event.RefuseField(CodeTransferNotLead, "transfer", "only the lead of the case may hand it over")
	}
	if err := t.fresh("transfer", c.Transfer); err != nil {
		return err
	}
	if err := coded("municipality", c.Municipality, Municipalities); err != nil {
		return err
	}
	if err := coded("structure", c.Structure, TransferStructures); err != nil {
		return err
	}
	if err := coded("reason", c.Reason, TransferReasons); err != nil {
		return err
	}
	if has(t.s.Transfers, Transfer.Open) {
		return event.RefuseField(CodeTransferOpen, "transfer", "one is under way already")
	}
	t.add(TransferProposed{Transfer: c.Transfer, Municipality: c.Municipality, Structure: c.Structure, Reason: c.Reason, Contact: c.Contact, By: t.by(), At: t.at()})
	t.owesTransfer(c.Transfer)
	return nil
}

// transfer does a deed that the table allows, and brings the clock in line. What holds already is no event.
func (t *decision) transfer(id string, deed transferDeed, do func(Transfer) error) error {
	tr, ok := find(t.s.Transfers, func(tr Transfer) bool { return tr.ID == id })
	if !ok {
		return event.RefuseField(CodeTransferUnknown, "transfer", "there is no such transfer")
	}
	if !t.isLead() {
		return event.RefuseField(CodeTransferNotLead, "transfer", "only the lead of the case may hand it over")
	}
	next, may := transferTable[tr.Status][deed]
	if !may {
		for _, from := range transferTable {
			if from[deed] == tr.Status { // it is so already
				return nil
			}
		}
		return event.RefuseField(CodeTransferStatus, "transfer", "is "+string(tr.Status))
	}
	if err := t.notBefore(later(later(tr.ProposedAt, tr.HandedAt), tr.AnsweredAt)); err != nil {
		return err
	}
	if err := do(tr); err != nil {
		return err
	}
	if deed == withdrawTransfer {
		t.void(of(TargetTransfer, id))
	} else {
		t.meet(of(TargetTransfer, id))
	}
	if transferClock[next] != "" {
		t.owesTransfer(id)
	}
	return nil
}

func (t *decision) owesTransfer(id string) {
	tr, _ := find(t.s.Transfers, func(tr Transfer) bool { return tr.ID == id })
	t.set(t.clock(transferClock[tr.Status], t.at()), t.at(), t.s.Lead, TargetTransfer, id)
}

// RequiredParts are what a file may not be handed over without: whoever takes the case on must have what its judgement and
// its measures rest on.
func (s State) RequiredParts() []string {
	out := []string{"summary"}
	if s.Risk != "" {
		out = append(out, "risk_assessments")
	}
	if s.Plan.ID != "" {
		out = append(out, "plan")
	}
	if has(s.Measures, func(m Measure) bool { return m.Protects() && m.Runs() }) {
		out = append(out, "measures")
	}
	if has(s.Orders, func(o Order) bool {
		return !o.InError && (o.Status == OrderAsked || o.Status == OrderInForce || o.AwaitsAppeal())
	}) {
		out = append(out, "orders")
	}
	return out
}

func (t *decision) handOver(c HandOverTransfer) error {
	parts, err := codes("parts", c.Parts, TransferParts)
	if err != nil {
		return err
	}
	if err := coded("means", c.Means, Means); err != nil {
		return err
	}
	if err := coded("basis", c.Basis, LegalBases); err != nil {
		return err
	}
	return t.transfer(c.Transfer, handOver, func(Transfer) error {
		for _, need := range t.s.RequiredParts() {
			if !slices.Contains(parts, need) {
				return event.RefuseField(CodeTransferIncomplete, "parts", "must hold "+need)
			}
		}
		t.add(TransferWasHandedOver{Transfer: c.Transfer, Parts: parts, Means: c.Means, Basis: c.Basis, By: t.by(), At: t.at()})
		return nil
	})
}

// acceptTransfer ends the case here. Orders in force and protection measures go on there; what an institution here was asked
// and has not answered must be dealt with first, so that nobody's task vanishes without a word.
func (t *decision) acceptTransfer(c AcceptTransfer) error {
	return t.transfer(c.Transfer, acceptTransfer, func(Transfer) error {
		if has(t.s.Referrals, Referral.IsOpen) {
			return event.Refuse(CodeCaseHasReferrals, "a referral is still open")
		}
		t.add(TransferAccepted{Transfer: c.Transfer, By: t.by(), At: t.at()})
		t.meet(of(TargetTransfer, c.Transfer))
		for _, a := range t.s.Plan.Actions {
			if a.Status == Planned {
				t.add(PlanActionCancelled{Action: a.ID, At: t.at()})
			}
		}
		list, err := t.checklist(CloseCase{Reason: ClosedTransferred})
		if err != nil {
			return err
		}
		t.end(CaseClosed{Reason: ClosedTransferred, Criteria: list, At: t.at()})
		return nil
	})
}
