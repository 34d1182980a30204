package casefile

import "mkr/domain/event"

// What is said about a referral beside its steps: that it was seen, whom it is for, and the two sides' messages.

// seeReferral records that the receiver has opened it. It is a fact, once, and no answer: no clock is met by it.
func (t *decision) seeReferral(c SeeReferral) error {
	r, ok := t.s.Referral(c.Referral)
	switch {
	case !ok:
		return event.RefuseField(CodeReferralUnknown, "referral", "there is no such referral")
	case t.by() != r.To:
		return event.RefuseField(CodeReferralNotReceiver, "referral", "only the receiver may do this")
	case r.Status != Sent || !r.SeenAt.IsZero():
		return nil // it was seen, or answered, which says as much
	}
	t.add(ReferralSeen{Referral: c.Referral, By: t.by(), At: t.at()})
	return nil
}

// addressReferral says which colleague of the receiver it is for. Its inbox is shared all the same: everybody there sees
// it and may answer.
func (t *decision) addressReferral(c AddressReferral) error {
	r, err := t.referral(c.Referral, byEither)
	if err != nil {
		return err
	}
	if c.Attention != "" {
		if err := validID("attention", c.Attention); err != nil {
			return err
		}
	}
	switch {
	case !r.IsOpen() || r.Status == Declined || r.Status == Failed:
		return event.RefuseField(CodeReferralWrongStatus, "referral", "cannot address a referral that is "+string(r.Status))
	case r.Attention == c.Attention:
		return nil
	}
	if err := t.notBefore(r.SentAt); err != nil {
		return err
	}
	t.add(ReferralAddressed{Referral: c.Referral, Attention: c.Attention, By: t.by(), At: t.at()})
	return nil
}

// writeMessage adds a sealed word to a referral that is open. It changes no status and no clock: a question is no answer.
func (t *decision) writeMessage(c WriteMessage) error {
	if err := t.fresh("message", c.Message); err != nil {
		return err
	}
	r, err := t.referral(c.Referral, byEither)
	if err != nil {
		return err
	}
	if r.Status == Drafted || !r.IsOpen() {
		return event.RefuseField(CodeReferralWrongStatus, "referral", "cannot write about a referral that is "+string(r.Status))
	}
	if err := required("text", c.Text); err != nil {
		return err
	}
	if err := t.notBefore(r.SentAt); err != nil {
		return err
	}
	t.add(ReferralMessageWritten{Message: c.Message, Referral: c.Referral, Text: c.Text, By: t.by(), At: t.at()})
	return nil
}
