package casefile

import (
	"time"

	"mkr/domain/person"
)

// What is told of protection orders and of the dates in court.
type (
	// OrderRequested is a petition for an order.
	OrderRequested struct {
		Order string    `json:"order"`
		Type  string    `json:"type"`
		Court string    `json:"court"` // the institution that must decide
		By    string    `json:"by"`
		At    time.Time `json:"at"`
	}
	// OrderIssued puts an order in force.
	OrderIssued struct {
		Order      string    `json:"order"`
		Type       string    `json:"type"`
		Court      string    `json:"court,omitempty"` // empty for the police's UMPMM
		Executor   string    `json:"executor"`        // institution that must execute it
		Conditions []string  `json:"conditions,omitempty"`
		ValidUntil time.Time `json:"valid_until,omitzero"`
		Replaces   []string  `json:"replaces,omitempty"` // orders that end because this one begins to apply
		By         string    `json:"by"`
		At         time.Time `json:"at"`
	}
	// OrderRefused is the court's no.
	OrderRefused struct {
		Order string    `json:"order"`
		At    time.Time `json:"at"`
	}
	// OrderUpheld: the court evaluated a UMPMM, or confirmed a UMM, and let it stand.
	OrderUpheld struct {
		Order string    `json:"order"`
		At    time.Time `json:"at"`
	}
	// OrderRevoked: the court did not let it stand, or ended it.
	OrderRevoked struct {
		Order string    `json:"order"`
		At    time.Time `json:"at"`
	}
	// OrderServed: the copies were sent (law 9669 arts. 17(4)-(5), 19(5)).
	OrderServed struct {
		Order string    `json:"order"`
		By    string    `json:"by"`
		At    time.Time `json:"at"`
	}
	// OrderExecuted does not change whether it is in force.
	OrderExecuted struct {
		Order string    `json:"order"`
		Type  string    `json:"type"`
		By    string    `json:"by"`
		At    time.Time `json:"at"`
	}
	// OrderBreached does not change it either; it reopens the risk review.
	OrderBreached struct {
		Order  string        `json:"order"`
		Detail person.Sealed `json:"detail,omitzero"`
		By     string        `json:"by"`
		At     time.Time     `json:"at"`
	}
	// BreachNotified: every institution on the case was told of a breach, and each must say that it knows.
	BreachNotified struct {
		Breach string    `json:"breach"` // b1, b2, ... within the case
		Order  string    `json:"order"`
		Told   []string  `json:"told"` // institution ids, without the one that reported it
		By     string    `json:"by"`
		At     time.Time `json:"at"`
	}
	// BreachAcknowledged: an institution knows of a breach.
	BreachAcknowledged struct {
		Breach      string    `json:"breach"`
		Order       string    `json:"order"`
		Institution string    `json:"institution"`
		By          string    `json:"by"` // itself, or the lead that reached it
		At          time.Time `json:"at"`
	}
	// OrderExpiryWarned: its end nears, and everybody on the case was shown so.
	OrderExpiryWarned struct {
		Order              string    `json:"order"`
		Rule               string    `json:"rule"`         // the rung
		WorkingDays        int       `json:"working_days"` // left, this day among them
		ValidUntil         time.Time `json:"valid_until"`
		ExtensionRequested bool      `json:"extension_requested,omitempty"`
		At                 time.Time `json:"at"`
	}
	// OrderExtensionRequested is the petition of law 9669 art. 22(4).
	OrderExtensionRequested struct {
		Order string    `json:"order"`
		By    string    `json:"by"`
		At    time.Time `json:"at"`
	}
	// OrderExtensionRefused leaves it the end that it has.
	OrderExtensionRefused struct {
		Order string    `json:"order"`
		At    time.Time `json:"at"`
	}
	// OrderExtended gives it a later end.
	OrderExtended struct {
		Order      string    `json:"order"`
		ValidUntil time.Time `json:"valid_until"`
		At         time.Time `json:"at"`
	}
	// OrderExpired: it ended by itself on its last day.
	OrderExpired struct {
		Order string    `json:"order"`
		At    time.Time `json:"at"`
	}

	// HearingScheduled fixes a date in court.
	HearingScheduled struct {
		Hearing string    `json:"hearing"`
		Order   string    `json:"order,omitempty"`
		Court   string    `json:"court"`
		When    time.Time `json:"when"`
		By      string    `json:"by"`
	}
	// HearingHeld records what came of it.
	HearingHeld struct {
		Hearing string    `json:"hearing"`
		Outcome string    `json:"outcome"`
		At      time.Time `json:"at"`
	}
	// HearingCancelled took place on no day.
	HearingCancelled struct {
		Hearing string `json:"hearing"`
	}
)
