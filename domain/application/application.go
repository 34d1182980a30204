package application

import (
	"maps"
	"time"

	"mkr/domain/event"
)

// Command is something that somebody wants to happen to an application. This file lists the whole vocabulary.
type Command interface{ command() }

type (
	// Submit begins the stream.
	Submit struct {
		Application, Kind string
		Subject           string // person id of who asks, or for whom
	}
	// DecideOn is the commission's answer.
	DecideOn struct {
		Outcome string
		Reason  string // of a refusal; "" for a grant
	}
	// PayAid records the aid paid for a month.
	PayAid struct {
		Period string // the month, YYYY-MM
		Lek    int    // whole lek
	}
	// TakeBackPayment says that the payment for a month was entered wrongly.
	TakeBackPayment struct{ Period, Reason string }
	// End closes a granted application.
	End struct{ Reason string }
	// MarkInError takes the application out of every count; its entries stay.
	MarkInError struct{ Reason string }
)

func (Submit) command()          {}
func (DecideOn) command()        {}
func (PayAid) command()          {}
func (TakeBackPayment) command() {}
func (End) command()             {}
func (MarkInError) command()     {}

type (
	// Submitted begins the stream.
	Submitted struct {
		Application string    `json:"application"`
		Kind        string    `json:"kind"`
		Subject     string    `json:"subject"`
		At          time.Time `json:"at"`
	}
	// Decided is the commission's answer.
	Decided struct {
		Outcome string    `json:"outcome"`
		Reason  string    `json:"reason,omitempty"`
		At      time.Time `json:"at"`
	}
	// AidPaid is one month's aid.
	AidPaid struct {
		Kind    string    `json:"kind"`
		Subject string    `json:"subject"` // so that families are counted once, however many months were paid
		Period  string    `json:"period"`
		Lek     int       `json:"lek"`
		At      time.Time `json:"at"`
	}
	// PaymentTakenBack says that the payment for a month was entered wrongly.
	PaymentTakenBack struct {
		Period string `json:"period"`
		Reason string `json:"reason"`
	}
	// Ended closes a granted application.
	Ended struct {
		Reason string    `json:"reason"`
		At     time.Time `json:"at"`
	}
	// EnteredInError takes the application out of every count.
	EnteredInError struct {
		Reason string `json:"reason"`
	}
)

// The stored names, written by hand: they outlive the names of the Go types.

func (Submitted) EventType() string        { return "application.submitted" }
func (Decided) EventType() string          { return "application.decided" }
func (AidPaid) EventType() string          { return "application.aid_paid" }
func (PaymentTakenBack) EventType() string { return "application.payment_taken_back" }
func (Ended) EventType() string            { return "application.ended" }
func (EnteredInError) EventType() string   { return "application.entered_in_error" }

// Events lists the stored types of application streams.
func Events() []event.Entry {
	return []event.Entry{
		event.Type[Submitted]("A request was handed in to a commission."),
		event.Type[Decided]("The commission answered."),
		event.Type[AidPaid]("Aid was paid for a month, in whole lek."),
		event.Type[PaymentTakenBack]("The payment for a month was entered wrongly and counts nowhere."),
		event.Type[Ended]("A granted application came to its end."),
		event.Type[EnteredInError]("The application counts nowhere; its entries stay."),
	}
}

// Status of an application.
type Status string

// Statuses.
const (
	NotSubmitted Status = ""
	Pending      Status = "submitted"
	WasGranted   Status = "granted"
	WasRefused   Status = "refused"
	HasEnded     Status = "ended"
	InError      Status = "entered_in_error"
)

// State of an application. The zero State is "not submitted". States share nothing that is ever written again.
type State struct {
	Application string
	Kind        string
	Subject     string
	Status      Status
	Reason      string         // of the refusal or the end
	Paid        map[string]int // lek by month
}

// Evolve applies what has happened. It never fails and checks nothing.
func Evolve(s State, d event.Data) State {
	switch e := d.(type) {
	case Submitted:
		s.Application, s.Kind, s.Subject, s.Status = e.Application, e.Kind, e.Subject, Pending
	case Decided:
		s.Status, s.Reason = WasRefused, e.Reason
		if e.Outcome == Granted {
			s.Status = WasGranted
		}
	case AidPaid:
		paid := make(map[string]int, len(s.Paid)+1)
		maps.Copy(paid, s.Paid)
		paid[e.Period] = e.Lek
		s.Paid = paid
	case PaymentTakenBack:
		s.Paid = maps.Clone(s.Paid)
		delete(s.Paid, e.Period)
	case Ended:
		s.Status, s.Reason = HasEnded, e.Reason
	case EnteredInError:
		s.Status = InError
	}
	return s
}
