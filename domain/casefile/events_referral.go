package casefile

import (
	"time"

	"mkr/domain/person"
)

// The vocabulary of referrals.
type (
	// ReferralContent is what a referral says.
	ReferralContent struct {
		Referral    string        `json:"referral"`
		From        string        `json:"from"`
		To          string        `json:"to"`
		ToPrivate   bool          `json:"to_private,omitempty"`   // the receiver is a private institution, as the directory said then
		OffPlatform bool          `json:"off_platform,omitempty"` // the receiver does not use mkr: the sender records its answers
		Service     string        `json:"service"`
		Urgency     string        `json:"urgency"`
		Reason      person.Sealed `json:"reason"`
		Consent     string        `json:"consent,omitempty"` // consent it rests on
		Basis       string        `json:"basis,omitempty"`   // or the legal basis
		RespondBy   time.Time     `json:"respond_by,omitzero"`
		Previous    string        `json:"previous,omitempty"`  // the declined referral that this one replaces
		Round       int           `json:"round"`               // 1, or one more than the previous one's
		Via         string        `json:"via,omitempty"`       // it was made by phone or on paper and written down here afterwards
		Place       bool          `json:"place,omitempty"`     // a place, such as a bed, was to be kept for it
		Attention   string        `json:"attention,omitempty"` // the receiver's account that it is meant for; its inbox is shared all the same
	}
	// ReferralDrafted is written but not sent.
	ReferralDrafted struct {
		ReferralContent
		At time.Time `json:"at"`
	}
	// ReferralSent reached the receiver's inbox.
	ReferralSent struct {
		ReferralContent
		At time.Time `json:"at"`
	}
	// ReferralSeen: somebody of the receiver opened it for the first time. One fact a referral, not one a look: looks
	// are in the readers' own streams.
	ReferralSeen struct {
		Referral string    `json:"referral"`
		By       string    `json:"by"`
		At       time.Time `json:"at"`
	}
	// ReferralAddressed says which account of the receiver it is meant for, or nobody in particular.
	ReferralAddressed struct {
		Referral  string    `json:"referral"`
		Attention string    `json:"attention,omitempty"`
		By        string    `json:"by"`
		At        time.Time `json:"at"`
	}
	// ReferralAcknowledged is a receipt, not yet a decision.
	ReferralAcknowledged struct {
		Referral string    `json:"referral"`
		By       string    `json:"by"`
		At       time.Time `json:"at"`
	}
	// ReferralAccepted is a yes.
	ReferralAccepted struct {
		Referral string    `json:"referral"`
		By       string    `json:"by"`
		At       time.Time `json:"at"`
	}
	// ReferralDeclined is the receiver's no; it comes back to the sender as an open task.
	ReferralDeclined struct {
		Referral string        `json:"referral"`
		Reason   string        `json:"reason"`
		Note     person.Sealed `json:"note,omitzero"`
		Review   string        `json:"review,omitempty"` // the lead that must look at this no; empty when it is one of the two sides itself
		By       string        `json:"by"`
		At       time.Time     `json:"at"`
	}
	// ReferralDeclineConfirmed: the lead has reviewed a no and lets it stand.
	ReferralDeclineConfirmed struct {
		Referral string    `json:"referral"`
		By       string    `json:"by"`
		At       time.Time `json:"at"`
	}
	// ReferralDeclinedBySurvivor ends it by the wish of the person it is for.
	ReferralDeclinedBySurvivor struct {
		Referral string    `json:"referral"`
		By       string    `json:"by"`
		At       time.Time `json:"at"`
	}
	// ReferralHeld waits: on a list, or on something.
	ReferralHeld struct {
		Referral string        `json:"referral"`
		Kind     string        `json:"kind"`
		Note     person.Sealed `json:"note,omitzero"`
		By       string        `json:"by"`
		At       time.Time     `json:"at"`
	}
	// ReferralScheduled has an appointment.
	ReferralScheduled struct {
		Referral    string    `json:"referral"`
		Appointment time.Time `json:"appointment"`
		By          string    `json:"by"`
		At          time.Time `json:"at"`
	}
	// ReferralNoShow is an appointment that nobody came to.
	ReferralNoShow struct {
		Referral string    `json:"referral"`
		By       string    `json:"by"`
		At       time.Time `json:"at"`
	}
	// ReferralStarted is a service that began (or went on after a hold).
	ReferralStarted struct {
		Referral string    `json:"referral"`
		By       string    `json:"by"`
		At       time.Time `json:"at"`
	}
	// ReferralCompleted closes the loop with what came of it.
	ReferralCompleted struct {
		Referral string        `json:"referral"`
		Outcome  string        `json:"outcome"`
		Why      string        `json:"why,omitempty"` // coded: why it did not help, or only in part
		Note     person.Sealed `json:"note,omitzero"`
		By       string        `json:"by"`
		At       time.Time     `json:"at"`
	}
	// ReferralFailed could not be carried out; it comes back to the sender.
	ReferralFailed struct {
		Referral string        `json:"referral"`
		Reason   string        `json:"reason"`
		Note     person.Sealed `json:"note,omitzero"`
		By       string        `json:"by"`
		At       time.Time     `json:"at"`
	}
	// ReferralCancellationRequested asks the receiver, who has already said yes, to stop.
	ReferralCancellationRequested struct {
		Referral string    `json:"referral"`
		Reason   string    `json:"reason"`
		By       string    `json:"by"`
		At       time.Time `json:"at"`
	}
	// ReferralCancellationRefused: the service has begun and goes on.
	ReferralCancellationRefused struct {
		Referral string        `json:"referral"`
		Note     person.Sealed `json:"note,omitzero"`
		By       string        `json:"by"`
		At       time.Time     `json:"at"`
	}
	// ReferralCancelled ends it from the sender's side.
	ReferralCancelled struct {
		Referral string    `json:"referral"`
		Reason   string    `json:"reason"`
		By       string    `json:"by"`
		At       time.Time `json:"at"`
	}
	// ReferralSettled says what the sender did about a referral that came back.
	ReferralSettled struct {
		Referral string    `json:"referral"`
		Way      string    `json:"way"`
		By       string    `json:"by"`
		At       time.Time `json:"at"`
	}
	// ReferralSentBack asks the institution that said no once more, after the lead's review.
	ReferralSentBack struct {
		Referral string        `json:"referral"`
		Note     person.Sealed `json:"note"`
		By       string        `json:"by"`
		At       time.Time     `json:"at"`
	}
	// ReferralMessageWritten is a word between the two sides of a referral.
	ReferralMessageWritten struct {
		Message  string        `json:"message"`
		Referral string        `json:"referral"`
		Text     person.Sealed `json:"text"`
		By       string        `json:"by"`
		At       time.Time     `json:"at"`
	}
	// ServiceGiven reports help given under a referral in progress.
	ServiceGiven struct {
		Referral string    `json:"referral"`
		Service  string    `json:"service"`
		Sessions int       `json:"sessions"`
		By       string    `json:"by"`
		At       time.Time `json:"at"`
	}
)
