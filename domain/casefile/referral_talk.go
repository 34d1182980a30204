package casefile

import "mkr/domain/event"

// What is said about a referral beside its steps: the lead's review of a no, and the two sides' messages.

// sendBackReferral asks the institution that said no once more. Only the lead of the case reviews a no, and only once:
// after a second one people must look elsewhere, or meet and talk.
func (t *decision) sendBackReferral(c SendBackReferral) error {
	r, err := t.referral(c.Referral, bySender)
	if err != nil {
		return err
	}
	if !t.isLead() {
		return event.RefuseField(CodeReferralNotLead, "referral", "only the lead of the case reviews a no")
	}
	if r.SentBack && r.Status == Sent {
		return nil
	}
	if err := t.step(r, sendBack); err != nil {
		return err
	}
	if r.Settled != "" {
		return event.RefuseField(CodeReferralWasSettled, "referral", "was settled already")
	}
	if r.SentBack {
		return event.RefuseField(CodeReferralRounds, "referral", "was sent back once already; another institution or a meeting must help")
	}
	if err := required("note", c.Note); err != nil {
		return err
	}
	if err := t.notBefore(r.ChangedAt); err != nil {
		return err
	}
	again := r.ReferralContent
	again.RespondBy = zeroTime // was asked for by the first sending; the rule's term runs anew
	if err := t.mayDisclose(again); err != nil {
		return err
	}
	t.join(r.To, "referral") // it may have been taken out of the case since its no
	t.move(r, ReferralSentBack{Referral: c.Referral, Note: c.Note, By: t.by(), At: t.at()}, t.meet)
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
