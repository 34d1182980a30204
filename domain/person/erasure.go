package person

import (
	"slices"
	"time"

	"mkr/domain/event"
)

// Erasure is the right of a person to have her data erased (law 124/2024, the Albanian GDPR, art. 17 there), and the end of
// the time for which it may be kept. One person asks on a coded ground, another decides, and while a duty to keep stands
// nothing is erased. What is erased is the key: her sealed values open for nobody any more.
type (
	// RequestErasure asks for it.
	RequestErasure struct {
		Erasure string // id of the request
		Basis   string // one of the Bases
		Case    string // in which it was asked
		// KeptUntil is when the schedule lets go of the data, as the handler looked it up; zero while a case is open.
		KeptUntil time.Time
	}
	// DecideErasure answers the request, by somebody else than who asked.
	DecideErasure struct {
		Grant  bool
		Ground string // of a refusal, one of RefuseGrounds
		// OpenCase: the person has a part in a case that is open, as the handler looked it up.
		OpenCase bool
	}
	// PlaceHold keeps a person's data from erasure, for as long as proceedings need it.
	PlaceHold struct {
		Hold   string
		Ground string // one of HoldGrounds
	}
	// LiftHold lets go of it.
	LiftHold struct{ Hold string }
)

func (RequestErasure) command() {}
func (DecideErasure) command()  {}
func (PlaceHold) command()      {}
func (LiftHold) command()       {}

type (
	// ErasureRequested says that erasure was asked for. It names nobody: the account is a pseudonymous id.
	ErasureRequested struct {
		Erasure string    `json:"erasure"`
		Basis   string    `json:"basis"`
		Case    string    `json:"case"`
		Account string    `json:"account"` // who filed it
		By      string    `json:"by"`      // institution
		At      time.Time `json:"at"`
	}
	// ErasureRefused says why the data stays.
	ErasureRefused struct {
		Erasure string    `json:"erasure"`
		Ground  string    `json:"ground"`
		Account string    `json:"account"`
		By      string    `json:"by"`
		At      time.Time `json:"at"`
	}
	// HoldPlaced keeps the data from erasure.
	HoldPlaced struct {
		Hold   string    `json:"hold"`
		Ground string    `json:"ground"`
		By     string    `json:"by"`
		At     time.Time `json:"at"`
	}
	// HoldLifted ends that.
	HoldLifted struct {
		Hold string    `json:"hold"`
		By   string    `json:"by"`
		At   time.Time `json:"at"`
	}
)

// EventType is the stored name.
func (ErasureRequested) EventType() string { return "person.erasure_requested" }

// EventType is the stored name.
func (ErasureRefused) EventType() string { return "person.erasure_refused" }

// EventType is the stored name.
func (HoldPlaced) EventType() string { return "person.hold_placed" }

// EventType is the stored name.
func (HoldLifted) EventType() string { return "person.hold_lifted" }

// HoldGrounds are why data must be kept whatever is asked.
var HoldGrounds = []string{"criminal_proceedings", "civil_proceedings", "court_order", "complaint", "child_interest"}

// RefuseGrounds are why erasure is refused: a duty of law to keep, a task in the public interest, claims in court, the
// protection of somebody else, or a doubt about who asks.
var RefuseGrounds = []string{"legal_duty", "public_task", "legal_claims", "protects_others", "identity_in_doubt"}

// The codes of refusals about erasure.
const (
	CodeErasureAsked     = "erasure_asked"      // a request waits already
	CodeErasureNotAsked  = "erasure_not_asked"  // there is none to decide on
	CodeErasureOwn       = "erasure_own"        // whoever asked does not decide
	CodeErasureHeld      = "erasure_held"       // a hold stands
	CodeErasureOpenCase  = "erasure_open_case"  // a case is open
	CodeErasureScheduled = "erasure_scheduled"  // the time to keep is not over
	CodeHoldStands       = "erasure_hold_there" // such a hold stands already
	CodeNoHold           = "erasure_no_hold"
)

// ErasureCodes lists them.
var ErasureCodes = []string{CodeErasureAsked, CodeErasureNotAsked, CodeErasureOwn, CodeErasureHeld, CodeErasureOpenCase, CodeErasureScheduled, CodeHoldStands, CodeNoHold}

// Erasure is a request that waits for its answer.
type Erasure struct {
	ID      string    `json:"erasure"`
	Basis   string    `json:"basis"`
	Case    string    `json:"case"`
	Account string    `json:"account"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
}

// Hold is a duty to keep that stands.
type Hold struct {
	ID     string    `json:"hold"`
	Ground string    `json:"ground"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
}

func requestErasure(s State, c RequestErasure, m event.Moment) ([]event.Data, error) {
	if s.Shredded {
		return nil, nil
	}
	if err := s.known(); err != nil {
		return nil, err
	}
	switch {
	case s.Erasure != nil:
		return nil, event.Refuse(CodeErasureAsked, "erasure was asked for already and waits for its answer")
	case !slices.Contains(Bases, c.Basis):
		return nil, event.RefuseField(CodeUnknownValue, "basis", "basis is not one of the known reasons for erasure")
	case c.Basis == BasisRetention && (c.KeptUntil.IsZero() || m.Now.Before(c.KeptUntil)):
		return nil, event.RefuseField(CodeErasureScheduled, "basis", "the time for which the data is kept is not over")
	}
	return []event.Data{ErasureRequested{Erasure: c.Erasure, Basis: c.Basis, Case: c.Case, Account: m.Actor.Account, By: m.Actor.Institution, At: m.OccurredAt}}, nil
}

func decideErasure(s State, c DecideErasure, m event.Moment) ([]event.Data, error) {
	if s.Shredded {
		return nil, nil
	}
	if err := s.known(); err != nil {
		return nil, err
	}
	switch {
	case s.Erasure == nil:
		return nil, event.Refuse(CodeErasureNotAsked, "nobody asked for erasure")
	case s.Erasure.Account == m.Actor.Account:
		return nil, event.Refuse(CodeErasureOwn, "whoever asked for erasure does not decide on it")
	case !c.Grant && !slices.Contains(RefuseGrounds, c.Ground):
		return nil, event.RefuseField(CodeUnknownValue, "ground", "ground is not one of the known grounds to refuse erasure")
	case !c.Grant:
		return []event.Data{ErasureRefused{Erasure: s.Erasure.ID, Ground: c.Ground, Account: m.Actor.Account, By: m.Actor.Institution, At: m.OccurredAt}}, nil
	case c.Ground != "":
		return nil, event.RefuseField(CodeUnknownValue, "ground", "a ground belongs to a refusal")
	case len(s.Holds) > 0:
		return nil, event.Refuse(CodeErasureHeld, "the data is kept for proceedings that are not over")
	case c.OpenCase:
		return nil, event.Refuse(CodeErasureOpenCase, "nothing is erased while a case is open")
	}
	return []event.Data{KeyShredded{Basis: s.Erasure.Basis, Erasure: s.Erasure.ID}}, nil
}

func placeHold(s State, c PlaceHold, m event.Moment) ([]event.Data, error) {
	if err := s.known(); err != nil {
		return nil, err
	}
	switch {
	case !slices.Contains(HoldGrounds, c.Ground):
		return nil, event.RefuseField(CodeUnknownValue, "ground", "ground is not one of the known duties to keep")
	case slices.ContainsFunc(s.Holds, func(h Hold) bool { return h.Ground == c.Ground }):
		return nil, event.RefuseField(CodeHoldStands, "ground", "a hold on this ground stands already")
	}
	return []event.Data{HoldPlaced{Hold: c.Hold, Ground: c.Ground, By: m.Actor.Institution, At: m.OccurredAt}}, nil
}

func liftHold(s State, c LiftHold, m event.Moment) ([]event.Data, error) {
	if err := s.known(); err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(s.Holds, func(h Hold) bool { return h.ID == c.Hold }) {
		return nil, event.RefuseField(CodeNoHold, "hold", "no such hold stands")
	}
	return []event.Data{HoldLifted{Hold: c.Hold, By: m.Actor.Institution, At: m.OccurredAt}}, nil
}
