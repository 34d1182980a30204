package casefile

import (
	"time"

	"mkr/domain/access"
	"mkr/domain/event"
)

// What a referral showed its receiver when it was sent. Texts are named and not repeated: they stay sealed where they
// stand, in entries and in versions of a person's details that never change, so that the copy keeps what it says when the
// case goes on, and says nothing any more of a person who was erased.
type (
	// Disclosure is what one institution sees of a case at one moment, in coded values.
	Disclosure struct {
		Role     string         `json:"role,omitempty"` // of the receiver's accounts that work on cases; empty: none of them uses mkr
		Opens    []string       `json:"opens"`          // groups of sealed fields that the policy opened to it
		Withheld []string       `json:"withheld"`       // and those that it did not
		Persons  []SharedPerson `json:"persons"`
		Entries  []SharedEntry  `json:"entries"` // of the case's history, those with a text that opened
		Closed   int            `json:"closed"`  // entries whose texts stayed closed to it
	}
	// SharedPerson are the fields of a person's details, as they were at a revision of her own stream.
	SharedPerson struct {
		Person   string   `json:"person"`
		Role     string   `json:"role"`
		Revision uint64   `json:"revision"`
		Fields   []string `json:"fields"`
		Withheld []string `json:"withheld,omitempty"`
	}
	// SharedEntry are the texts of one entry of the case's history.
	SharedEntry struct {
		Entry  string    `json:"entry"` // event id
		Type   string    `json:"type"`
		At     time.Time `json:"at"`
		Fields []string  `json:"fields"`
	}
	// FreezeDisclosure keeps what a referral that was just sent shows its receiver.
	FreezeDisclosure struct {
		Referral string
		Shown    Disclosure
	}
	// ReferralDisclosed is the frozen copy: what the receiver could see of the case when the referral was sent.
	ReferralDisclosed struct {
		Referral string     `json:"referral"`
		Shown    Disclosure `json:"shown"`
		Policy   string     `json:"policy"` // version of the access policy that it was judged by
		At       time.Time  `json:"at"`
	}
)

func (FreezeDisclosure) command() {}

// EventType is the stored name.
func (ReferralDisclosed) EventType() string { return "referral.disclosed" }

// freezeDisclosure keeps the copy once, for a referral that has reached its receiver.
func (t *decision) freezeDisclosure(c FreezeDisclosure) error {
	r, ok := t.s.Referral(c.Referral)
	switch {
	case !ok:
		return event.RefuseField(CodeReferralUnknown, "referral", "there is no such referral")
	case r.Disclosed:
		return nil
	case r.Status != Sent:
		return event.RefuseField(CodeReferralWrongStatus, "referral", "what it showed is kept when it is sent, and neither before nor after")
	}
	t.add(ReferralDisclosed{Referral: c.Referral, Shown: c.Shown, Policy: access.Version, At: t.at()})
	return nil
}
