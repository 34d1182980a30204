package casefile

import (
	"slices"
	"time"

	"mkr/domain/access"
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
	if err := t.mayGive(c); err != nil {
		return err
	}
	classes, err := codes("classes", c.Classes, access.DataClasses)
	if err != nil {
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
		How: c.How, Until: until, At: t.at(), By: t.by(), Classes: classes, Giver: c.Giver,
	})
	return nil
}

// mayGive checks who answers. A child under 16 does not consent alone: a parent or guardian does for it (law 124/2024), and
// never the one who is suspected; then only a ground of law is left, which a referral names itself. What was refused is
// taken from anybody: a no needs no capacity.
func (t *decision) mayGive(c RecordConsent) error {
	byOther := c.Giver != "" && c.Giver != c.Person
	if !byOther {
		switch {
		case c.How == byGuardian:
			return event.RefuseField(CodeRequired, "giver", "says which parent or guardian answered")
		case c.Under16 && c.Decision == consentGiven:
			return event.RefuseField(CodeConsentGuardian, "giver", "a child under 16 needs a parent or guardian")
		}
		return nil
	}
	giver, ok := t.s.Person(c.Giver)
	switch {
	case !ok:
		return event.RefuseField(CodePersonUnknown, "giver", "has no part in the case")
	case giver.Role == Perpetrator:
		return event.RefuseField(CodeConsentSuspect, "giver", "is the one suspected: share on a ground of law instead")
	case !giver.guards() || giver.Minor:
		return event.RefuseField(CodeConsentGuardian, "giver", "is neither parent nor guardian")
	case c.How != byGuardian:
		return event.RefuseField(CodeConsentGuardian, "how", "was answered by somebody else")
	}
	return nil
}

const (
	byGuardian   = "by_guardian"
	consentGiven = "given"
)

// guards tells whether the person may answer for a child.
func (p PersonLink) guards() bool {
	return p.Role == "parent" || p.Role == "guardian" || p.Relation == "parent" || p.Relation == "guardian"
}

// expireConsent writes down that a consent has run out, once.
func (t *decision) expireConsent(c ExpireConsent) error {
	consent, ok := t.s.Consent(c.Consent)
	switch {
	case !ok:
		return event.RefuseField(CodeConsentUnknown, "consent", "there is no such consent")
	case consent.Withdrawn || consent.Expired || consent.Decision != consentGiven:
		return nil
	case consent.Until.IsZero() || t.m.Now.Before(consent.Until):
		return event.RefuseField(CodeConsentStands, "consent", "has not run out")
	}
	t.add(ConsentExpired{Consent: c.Consent, At: consent.Until})
	return t.stopDisclosure(c.Consent, "consent_expired")
}

// withdrawConsent stops what has not happened yet: referrals resting on the consent that nobody has answered are
// cancelled. What was disclosed stays in the history as what it was.
func (t *decision) withdrawConsent(c WithdrawConsent) error {
	consent, ok := t.s.Consent(c.Consent)
	switch {
	case !ok:
		return event.RefuseField(CodeConsentUnknown, "consent", "there is no such consent")
	case consent.Decision != consentGiven:
		return event.RefuseField(CodeConsentNotGiven, "consent", "was refused: there is nothing to withdraw")
	case consent.Withdrawn || consent.Expired:
		return nil
	}
	if err := t.notBefore(consent.At); err != nil {
		return err
	}
	t.add(ConsentWithdrawn{Consent: c.Consent, At: t.at()})
	return t.stopDisclosure(c.Consent, "consent_withdrawn")
}

// stopDisclosure cancels what rests on a consent that has ended and was not answered yet. Who has said yes goes on to its
// end, and opens nothing more: see access.LapsedRecipient.
func (t *decision) stopDisclosure(consent, reason string) error {
	for _, r := range t.s.Referrals {
		if r.Consent == consent && (r.Status == Drafted || r.Status == Sent || r.Status == Acknowledged) {
			id := r.ReferralContent.Referral
			t.add(ReferralCancelled{Referral: id, Reason: reason, By: t.by(), At: t.at()})
			t.void(of(TargetReferral, id))
		}
	}
	return nil
}

// Ended tells whether a consent that was given carries no part any more at an instant; the zero instant asks only what is
// written down.
func (c Consent) Ended(at time.Time) bool {
	return c.Withdrawn || c.Expired || !at.IsZero() && !c.Until.IsZero() && !at.Before(c.Until)
}

// CoversOf are the data classes that the consents behind an institution's part let it open; empty when its part does not
// rest on consent alone, or on one that names no classes.
func (s State) CoversOf(institution string, at time.Time) []string {
	if s.StandingAt(institution, at) != access.Recipient {
		return nil
	}
	var out []string
	for _, r := range s.Referrals {
		if r.To != institution || receiverStanding(r.Status) != access.Recipient {
			continue
		}
		c, ok := s.Consent(r.Consent)
		switch {
		case ok && c.Ended(at):
		case !ok || len(c.Classes) == 0:
			return nil
		default:
			out = append(out, c.Classes...)
		}
	}
	return out
}

// purposesFor are the purposes that a service serves: a consent that names purposes covers a referral for one of them.
var purposesFor = map[string][]string{
	"shelter": {"shelter", "safety"}, "psychosocial": {"psychosocial"}, "legal_aid": {"legal"}, "health": {"health"},
	"forensic_exam": {"health", "legal"}, "police_protection": {"safety"}, "court_petition": {"legal", "safety"},
	"order_execution": {"legal", "safety"}, "education_support": {"education"}, "employment": {"social_support"},
	"economic_aid": {"social_support"}, "housing": {"social_support"}, "child_care": {"social_support"},
	"residential_care": {"shelter", "social_support"}, "child_assessment": {"psychosocial", "social_support"},
	"perpetrator_programme": {"psychosocial", "safety"}, "case_management": {"social_support", "safety"},
}

// CoversService tells whether the purposes that the person agreed to reach a service. None named are all.
func (c Consent) CoversService(service string) bool {
	return len(c.Purposes) == 0 || slices.ContainsFunc(purposesFor[service], func(p string) bool { return slices.Contains(c.Purposes, p) })
}

// Covers tells whether a consent allows sharing with an institution at an instant.
func (c Consent) Covers(institution string, at time.Time) bool {
	return c.Decision == consentGiven && !c.Withdrawn && !c.Expired && !at.Before(minute(c.At)) &&
		(c.Until.IsZero() || at.Before(c.Until)) &&
		(len(c.Recipients) == 0 || slices.Contains(c.Recipients, institution))
}
