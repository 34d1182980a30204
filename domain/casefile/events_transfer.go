package casefile

import (
	"time"

	"mkr/domain/event"
	"mkr/domain/person"
)

// What becomes of a transfer to another municipality.
type (
	// TransferProposed names the structure that is to take the case on.
	TransferProposed struct {
		Transfer     string        `json:"transfer"`
		Municipality string        `json:"municipality"`
		Structure    string        `json:"structure"`
		Reason       string        `json:"reason"`
		Contact      person.Sealed `json:"contact,omitzero"`
		By           string        `json:"by"`
		At           time.Time     `json:"at"`
	}
	// TransferWasHandedOver: these parts of the file were sent, on this ground.
	TransferWasHandedOver struct {
		Transfer string    `json:"transfer"`
		Parts    []string  `json:"parts"`
		Means    string    `json:"means"`
		Basis    string    `json:"basis"`
		By       string    `json:"by"`
		At       time.Time `json:"at"`
	}
	// TransferAccepted: the other side has taken the case on. The case ends here with it.
	TransferAccepted struct {
		Transfer string    `json:"transfer"`
		By       string    `json:"by"`
		At       time.Time `json:"at"`
	}
	// TransferDeclined: it has not; the case goes on here.
	TransferDeclined struct {
		Transfer string    `json:"transfer"`
		Reason   string    `json:"reason"`
		By       string    `json:"by"`
		At       time.Time `json:"at"`
	}
	// TransferWithdrawn takes the proposal back.
	TransferWithdrawn struct {
		Transfer string    `json:"transfer"`
		By       string    `json:"by"`
		At       time.Time `json:"at"`
	}
	// TransferConfirmed: the other side told that it has seen the child and works on the case.
	TransferConfirmed struct {
		Transfer string    `json:"transfer"`
		By       string    `json:"by"`
		At       time.Time `json:"at"`
	}
)

// The stored names, written by hand.
func (TransferProposed) EventType() string      { return "transfer.proposed" }
func (TransferWasHandedOver) EventType() string { return "transfer.handed_over" }
func (TransferAccepted) EventType() string      { return "transfer.accepted" }
func (TransferDeclined) EventType() string      { return "transfer.declined" }
func (TransferWithdrawn) EventType() string     { return "transfer.withdrawn" }
func (TransferConfirmed) EventType() string     { return "transfer.confirmed" }

var transferEvents = []event.Entry{
	event.Type[ChildScreened]("A child was looked at for the first time, with the tool and its version."),
	event.Type[CaseConferred]("A technical team spoke of the case."),
	event.Type[TransferProposed]("Another municipality's structure was named to take the case on."),
	event.Type[TransferWasHandedOver]("Parts of the file were sent to another municipality, on a ground in law."),
	event.Type[TransferAccepted]("The other municipality took the case on; it ends here."),
	event.Type[TransferDeclined]("The other municipality did not take the case on."),
	event.Type[TransferWithdrawn]("A transfer was taken back."),
	event.Type[TransferConfirmed]("The other municipality told that it works on the case."),
	event.Type[OrderAppealed]("A party appealed against an order; it goes on being in force."),
	event.Type[OrderAppealDecided]("The court of appeal decided."),
}

func evolveTransfer(w write, s State, e event.Data) State {
	edit := func(id string, change func(*Transfer)) State {
		s.Transfers = changed(w, s.Transfers, func(tr Transfer) bool { return tr.ID == id }, change)
		return s
	}
	switch e := e.(type) {
	case TransferProposed:
		s.Transfers = added(w, s.Transfers, Transfer{ID: e.Transfer, Municipality: e.Municipality, Structure: e.Structure, Reason: e.Reason, Contact: e.Contact, Status: TransferIsProposed, ProposedAt: e.At})
	case TransferWasHandedOver:
		return edit(e.Transfer, func(tr *Transfer) {
			tr.Status, tr.Parts, tr.Means, tr.Basis, tr.HandedAt = TransferHandedOver, e.Parts, e.Means, e.Basis, e.At
		})
	case TransferAccepted:
		return edit(e.Transfer, func(tr *Transfer) { tr.Status, tr.AnsweredAt = TransferIsAccepted, e.At })
	case TransferDeclined:
		return edit(e.Transfer, func(tr *Transfer) { tr.Status, tr.AnsweredAt, tr.DeclineReason = TransferIsDeclined, e.At, e.Reason })
	case TransferWithdrawn:
		return edit(e.Transfer, func(tr *Transfer) { tr.Status = TransferIsWithdrawn })
	case TransferConfirmed:
		return edit(e.Transfer, func(tr *Transfer) { tr.Status, tr.ConfirmedAt = TransferIsConfirmed, e.At })
	case CaseConferred:
		s.TeamAt, s.Conferred = later(s.TeamAt, e.At), added(w, s.Conferred, Conferral(e))
	default:
		return evolveScreening(w, s, e)
	}
	return s
}
