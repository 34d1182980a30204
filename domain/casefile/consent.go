package casefile

import (
	"slices"
	"time"

	"mkr/domain/event"
)

func (t *decision) recordConsent(c RecordConsent) error {
	if err := t.fresh("consent", c.Consent); err != nil {
		return err
	}
	if _, ok := t.s.Person(c.Person); !ok {
		return event.RefuseField(CodePersonUnknown, "person", "has no part in the case")
	}
	if err := coded("decision", c.Decision, ConsentDecisions); err != nil {
		return err
	}
	if err := coded("how", c.How, ConsentHow); err != nil {
		return err
	}
	purposes, err := codes("purposes", c.Purposes, Purposes)
	if err != nil {
		return err
	}
	var recipients []string
	for _, r := range c.Recipients {
		if err := validID("recipients", r); err != nil {
			return err
		}
		if !slices.Contains(recipients, r) {
			recipients = append(recipients, r)
		}
	}
	until := c.Until
	if !until.IsZero() {
		if err := t.ahead("until", until); err != nil {
			return err
		}
		until = instant(until)
	}
	t.add(ConsentRecorded{
		Consent: c.Consent, Person: c.Person, Decision: c.Decision, Recipients: recipients, Purposes: purposes,
		How: c.How, Until: until, At: t.at(), By: t.by(),
	})
	return nil
}

// withdrawConsent stops what has not happened yet: referrals resting on the consent that nobody has answered are
// cancelled. What was disclosed stays in the history as what it was.
func (t *decision) withdrawConsent(c WithdrawConsent) error {
	consent, ok := t.s.Consent(c.Consent)
	switch {
	case !ok:
		return event.RefuseField(CodeConsentUnknown, "consent", "there is no such consent")
	case consent.Decision != "given":
		return event.RefuseField(CodeConsentNotGiven, "consent", "was refused: there is nothing to withdraw")
	case consent.Withdrawn:
		return nil
	}
	if err := t.notBefore(consent.At); err != nil {
		return err
	}
	t.add(ConsentWithdrawn{Consent: c.Consent, At: t.at()})
	for _, r := range t.s.Referrals {
		if r.Consent == c.Consent && (r.Status == Drafted || r.Status == Sent || r.Status == Acknowledged) {
			id := r.ReferralContent.Referral
			t.add(ReferralCancelled{Referral: id, Reason: "consent_withdrawn", By: t.by(), At: t.at()})
			t.void(of(TargetReferral, id))
		}
	}
	return nil
}

// Covers tells whether a consent allows sharing with an institution at an instant.
func (c Consent) Covers(institution string, at time.Time) bool {
	return c.Decision == "given" && !c.Withdrawn && !at.Before(minute(c.At)) &&
		(c.Until.IsZero() || at.Before(c.Until)) &&
		(len(c.Recipients) == 0 || slices.Contains(c.Recipients, institution))
}
