package casefile

import (
	"slices"

	"mkr/domain/event"
)

// What happens to a referral that came back: its sender settles it, the case's lead reviews a no, or it goes on to
// another institution.

// settleReferral says what became of a referral that came back. Rerouting is said by the new referral itself. The lead
// who settles has reviewed the no with it.
func (t *decision) settleReferral(c SettleReferral) error {
	r, err := t.referral(c.Referral, bySender)
	if err != nil {
		return err
	}
	if err := t.step(r, settle); err != nil {
		return err
	}
	if err := coded("way", c.Way, SettleWays); err != nil {
		return err
	}
	switch r.Settled {
	case c.Way:
		return nil
	case "":
	default:
		return event.RefuseField(CodeReferralWrongStatus, "referral", "was settled already")
	}
	t.add(ReferralSettled{Referral: c.Referral, Way: c.Way, By: t.by(), At: t.at()})
	if r.Review != "" && t.isLead() {
		t.add(ReferralDeclineConfirmed{Referral: c.Referral, By: t.by(), At: t.at()})
	}
	if now, _ := t.s.Referral(c.Referral); now.Review != "" {
		t.meet(func(d Deadline) bool { return of(TargetReferral, c.Referral)(d) && !d.isReview() })
		return nil
	}
	t.meet(of(TargetReferral, c.Referral))
	return nil
}

// confirmDecline is the review of a no that lets it stand. What is done for the person instead stays its sender's task.
func (t *decision) confirmDecline(c ConfirmDecline) error {
	r, err := t.reviewed(c.Referral)
	if err != nil {
		return err
	}
	if err := t.step(r, confirmNo); err != nil {
		return err
	}
	if r.Review == "" {
		return nil
	}
	if err := t.notBefore(r.ChangedAt); err != nil {
		return err
	}
	t.add(ReferralDeclineConfirmed{Referral: c.Referral, By: t.by(), At: t.at()})
	t.meet(func(d Deadline) bool { return of(TargetReferral, c.Referral)(d) && d.isReview() })
	return nil
}

// reviewed finds a referral for its review, which is the lead's.
func (t *decision) reviewed(id string) (Referral, error) {
	r, err := t.referral(id, bySender)
	if err == nil && !t.isLead() {
		err = event.RefuseField(CodeReferralNotLead, "referral", "only the lead of the case reviews a no")
	}
	return r, err
}

// sendBackReferral asks the institution that said no once more. Only the lead of the case reviews a no, and sends it back
// only once: after a second one people must look elsewhere, or meet and talk.
func (t *decision) sendBackReferral(c SendBackReferral) error {
	r, err := t.reviewed(c.Referral)
	if err != nil {
		return err
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

// rerouteReferral asks another institution for what came back: a new referral that is linked to the first, for the same
// service and on the same ground unless another is given.
func (t *decision) rerouteReferral(c RerouteReferral) error {
	p, err := t.referral(c.Previous, bySender)
	if err != nil {
		return err
	}
	if slices.Contains(t.askedBefore(p), c.To) {
		return event.RefuseField(CodeReferralSameAgain, "to", "has said no to this already; a no is sent back, not sent again")
	}
	next := CreateReferral{
		Referral: c.Referral, To: c.To, Service: p.Service, Urgency: c.Urgency, Reason: c.Reason, Consent: c.Consent, Basis: c.Basis,
		Previous: c.Previous, ToPrivate: c.ToPrivate, OffPlatform: c.OffPlatform, Attention: c.Attention,
	}
	if next.Urgency == "" {
		next.Urgency = p.Urgency
	}
	if next.Consent == "" && next.Basis == "" {
		next.Consent, next.Basis = p.Consent, p.Basis
	}
	return t.createReferral(next)
}

// askedBefore are the institutions of a chain of referrals, the newest first.
func (t *decision) askedBefore(r Referral) []string {
	asked := []string{r.To}
	for r.Previous != "" {
		r, _ = t.s.Referral(r.Previous)
		asked = append(asked, r.To)
	}
	return asked
}
