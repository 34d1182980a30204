package casefile

import (
	"strings"
	"time"

	"mkr/domain/capacity"
	"mkr/domain/event"
)

// maxRounds is how often one need may be passed on after a no, before people must meet and talk instead.
const maxRounds = 3

func (t *decision) decideReferral(c Command) (mine bool, err error) {
	switch c := c.(type) {
	case CreateReferral:
		return true, t.createReferral(c)
	case SendReferral:
		return true, t.sendReferral(c)
	case AcknowledgeReferral:
		return true, t.acknowledgeReferral(c)
	case AcceptReferral:
		return true, t.acceptReferral(c)
	case DeclineReferral:
		return true, t.declineReferral(c)
	case SurvivorDeclines:
		return true, t.survivorDeclines(c)
	case HoldReferral:
		return true, t.holdReferral(c)
	case ScheduleReferral:
		return true, t.scheduleReferral(c)
	case ReportNoShow:
		return true, t.reportNoShow(c)
	case StartReferral:
		return true, t.startReferral(c)
	case CompleteReferral:
		return true, t.completeReferral(c)
	case FailReferral:
		return true, t.failReferral(c)
	case CancelReferral:
		return true, t.cancelReferral(c)
	case SettleReferral:
		return true, t.settleReferral(c)
	case ReportService:
		return true, t.reportService(c)
	case SendBackReferral:
		return true, t.sendBackReferral(c)
	case ConfirmDecline:
		return true, t.confirmDecline(c)
	case RerouteReferral:
		return true, t.rerouteReferral(c)
	case RefuseCancellation:
		return true, t.refuseCancellation(c)
	case SeeReferral:
		return true, t.seeReferral(c)
	case AddressReferral:
		return true, t.addressReferral(c)
	case WriteMessage:
		return true, t.writeMessage(c)
	case FreezeDisclosure:
		return true, t.freezeDisclosure(c)
	}
	return false, nil
}

func (t *decision) createReferral(c CreateReferral) error {
	if err := t.fresh("referral", c.Referral); err != nil {
		return err
	}
	if err := validID("to", c.To); err != nil {
		return err
	}
	if c.To == t.by() {
		return event.RefuseField(CodeReferralToSelf, "to", "is the sender")
	}
	if err := coded("service", c.Service, Services); err != nil {
		return err
	}
	if err := coded("urgency", c.Urgency, Urgencies); err != nil {
		return err
	}
	if err := required("reason", c.Reason); err != nil {
		return err
	}
	if err := t.made(c); err != nil {
		return err
	}
	round, err := t.round(c.Previous)
	if err != nil {
		return err
	}
	if has(t.s.Referrals, func(r Referral) bool {
		return r.IsOpen() && r.Settled == "" && r.To == c.To && r.Service == c.Service && r.ReferralContent.Referral != c.Previous
	}) {
		return event.RefuseField(CodeReferralDuplicate, "to", "was asked for this service already and the referral is open")
	}
	content := ReferralContent{
		Referral: c.Referral, From: t.by(), To: c.To, ToPrivate: c.ToPrivate, OffPlatform: c.OffPlatform,
		Service: c.Service, Urgency: c.Urgency, Reason: c.Reason, Consent: c.Consent, Basis: c.Basis,
		Previous: c.Previous, Round: round, Via: c.Via, Attention: c.Attention, Place: c.Place,
	}
	if !c.RespondBy.IsZero() {
		content.RespondBy = instant(c.RespondBy)
	}
	if err := t.mayDisclose(content); err != nil {
		return err
	}
	if c.Previous != "" {
		t.add(ReferralSettled{Referral: c.Previous, Way: Rerouted, By: t.by(), At: t.at()})
		t.meet(of(TargetReferral, c.Previous))
	}
	if c.Draft {
		t.add(ReferralDrafted{ReferralContent: content, At: t.at()})
	} else {
		t.join(content.To, "referral")
		t.add(ReferralSent{ReferralContent: content, At: t.at()})
	}
	t.oblige(c.Referral)
	return nil
}

// made checks how a referral was made and whom it is meant for. One that was made outside mkr has left already.
func (t *decision) made(c CreateReferral) error {
	if c.Via != "" {
		if err := coded("via", c.Via, Means); err != nil {
			return err
		}
		if c.Draft {
			return event.RefuseField(CodeReferralMade, "draft", "a referral that was made by phone or on paper is no draft")
		}
	}
	if c.Place && !capacity.Keeps(c.Service) {
		return event.RefuseField(CodeReferralNoPlaces, "place", "places of this service are not given out one by one")
	}
	if c.Attention != "" {
		return validID("attention", c.Attention)
	}
	return nil
}

// round checks the referral that a new one replaces and says which try the new one is.
func (t *decision) round(previous string) (int, error) {
	if previous == "" {
		return 1, nil
	}
	p, ok := t.s.Referral(previous)
	switch {
	case !ok:
		return 0, event.RefuseField(CodeReferralUnknown, "previous", "there is no such referral")
	case !t.steers(p):
		return 0, event.RefuseField(CodeReferralNotSender, "previous", "was sent by somebody else")
	case p.Status != Declined && p.Status != Failed:
		return 0, event.RefuseField(CodeReferralNotReturned, "previous", "did not come back")
	case p.Settled != "":
		return 0, event.RefuseField(CodeReferralWasSettled, "previous", "was settled already")
	case p.Round >= maxRounds:
		return 0, event.RefuseField(CodeReferralRounds, "previous", "was passed on as often as it may be; a meeting must decide")
	}
	return p.Round + 1, t.notBefore(p.ChangedAt)
}

// mayDisclose checks that a referral rests on exactly one ground: a consent that covers the receiver, or a legal basis
// (law 9669 art. 8(7); law 124/2024). It is asked again when a draft is sent, because a consent may end in between.
func (t *decision) mayDisclose(r ReferralContent) error {
	if !r.RespondBy.IsZero() {
		if err := t.ahead("respond_by", r.RespondBy); err != nil {
			return err
		}
	}
	if (r.Consent == "") == (r.Basis == "") {
		return event.RefuseField(CodeReferralNoConsent, "consent", "a referral rests either on a consent or on a legal basis")
	}
	if r.Basis != "" {
		return coded("basis", r.Basis, LegalBases)
	}
	consent, ok := t.s.Consent(r.Consent)
	if !ok || !consent.Covers(r.To, t.at()) || !consent.CoversService(r.Service) {
		return event.RefuseField(CodeReferralNoConsent, "consent", "is not a consent in force that covers the receiver")
	}
	return nil
}

// oblige starts the one clock that a referral owes in its status. The one before has been met or voided.
func (t *decision) oblige(id string) {
	r, _ := t.s.Referral(id)
	duty, ok := referralDuties[r.Status]
	if !ok || !r.IsOpen() {
		return
	}
	rule := duty.rule
	if duty.byUrgency {
		rule += r.Urgency
	}
	owner := r.To
	if duty.owner == sender {
		owner = r.From
	}
	from, latest := t.at(), time.Time{}
	if r.Status == InProgress && r.Service == "perpetrator_programme" && t.s.sentToProgramme() {
		rule = ruleAttendance
	}
	switch r.Status {
	case Sent:
		latest = r.RespondBy
	case Acknowledged:
		// The answer is owed from the sending: acknowledging late gains no time.
		from, latest = r.SentAt, r.RespondBy
	case Scheduled:
		from = r.Appointment
	case InProgress:
		// A report of earlier help, entered after a later one, does not bring the next report forward.
		if r.LastService.At.After(from) {
			from = r.LastService.At
		}
	}
	t.set(capped(t.clock(rule, from), latest), from, owner, TargetReferral, id)
}

// ruleReview is the lead's duty to look at a no; the urgency follows.
const ruleReview = "REF-REVIEW-"

// isReview tells whether the deadline is the lead's duty to look at a no.
func (d Deadline) isReview() bool { return strings.HasPrefix(d.Rule, ruleReview) }

// steers tells whether the actor may send, cancel and settle: the sender, or the case's lead.
func (t *decision) steers(r Referral) bool { return t.by() == r.From || t.isLead() }

// answers tells whether the actor may answer: the receiver; for one that does not use mkr, whoever steers the referral
// writes down what it said. A draft has not reached the receiver.
func (t *decision) answers(r Referral) bool {
	return r.Status != Drafted && (t.by() == r.To || (r.OffPlatform && t.steers(r)))
}

// who says which side a deed belongs to.
type who int

const (
	bySender who = iota
	byReceiver
	byEither
)

// referral finds a referral and checks the actor's side. It does not check the status: see step.
func (t *decision) referral(id string, w who) (Referral, error) {
	r, ok := t.s.Referral(id)
	switch {
	case !ok:
		return r, event.RefuseField(CodeReferralUnknown, "referral", "there is no such referral")
	case w == bySender && !t.steers(r):
		return r, event.RefuseField(CodeReferralNotSender, "referral", "only the sender or the lead of the case may do this")
	case w == byReceiver && !t.answers(r):
		return r, event.RefuseField(CodeReferralNotReceiver, "referral", "only the receiver may do this")
	case w == byEither && !t.steers(r) && !t.answers(r):
		return r, event.RefuseField(CodeReferralNotParty, "referral", "only the sender, the receiver or the lead may do this")
	}
	return r, nil
}

// step checks a deed against the table and against the time the referral began.
func (t *decision) step(r Referral, d deed) error {
	if _, ok := referralTable[r.Status][d]; !ok {
		return event.RefuseField(CodeReferralWrongStatus, "referral", "cannot "+string(d)+" a referral that is "+string(r.Status))
	}
	began := r.SentAt
	if began.IsZero() {
		began = r.ChangedAt // still a draft
	}
	return t.notBefore(began)
}

// move adds the event of a step, ends the clock that ran and starts the one that runs now.
func (t *decision) move(r Referral, e event.Data, end func(func(Deadline) bool)) {
	t.add(e)
	end(of(TargetReferral, r.ReferralContent.Referral))
	t.oblige(r.ReferralContent.Referral)
}

func (t *decision) sendReferral(c SendReferral) error {
	r, err := t.referral(c.Referral, bySender)
	if err != nil || r.Status == Sent {
		return err
	}
	if err := t.step(r, send); err != nil {
		return err
	}
	if err := t.mayDisclose(r.ReferralContent); err != nil {
		return err
	}
	t.join(r.To, "referral")
	t.move(r, ReferralSent{ReferralContent: r.ReferralContent, At: t.at()}, t.meet)
	return nil
}

// cancelReferral takes a referral back. Before a yes it ends at once; after one, the receiver may have a bed made or a
// person on the way, so it is asked to stop and answers.
func (t *decision) cancelReferral(c CancelReferral) error {
	r, err := t.referral(c.Referral, byEither)
	if err != nil {
		return err
	}
	if r.Status == Cancelled {
		return nil
	}
	deed := cancel
	if r.Status == CancellationRequested {
		// Asked for already. Only the receiver confirms; for one that does not use mkr, the sender does, some time later.
		if !t.answers(r) || (t.by() != r.To && !t.at().After(r.ChangedAt)) {
			return nil
		}
		deed = confirm
	} else if !t.steers(r) {
		return event.RefuseField(CodeReferralNotSender, "referral", "only the sender or the lead of the case may cancel; the receiver declines or fails")
	}
	if err := t.step(r, deed); err != nil {
		return err
	}
	reason := c.Reason
	if deed == confirm && reason == "" {
		reason = r.Code
	}
	if err := coded("reason", reason, CancelReasons); err != nil {
		return err
	}
	switch to := referralTable[r.Status][deed]; {
	case to == CancellationRequested && t.by() != r.To: // a lead that was asked itself need not ask itself to stop
		t.move(r, ReferralCancellationRequested{Referral: c.Referral, Reason: reason, By: t.by(), At: t.at()}, t.void)
	case deed == confirm:
		t.move(r, ReferralCancelled{Referral: c.Referral, Reason: reason, By: t.by(), At: t.at()}, t.meet)
	default:
		t.move(r, ReferralCancelled{Referral: c.Referral, Reason: reason, By: t.by(), At: t.at()}, t.void)
	}
	return nil
}

// survivorDeclines ends a referral by the wish of the person it is for, whoever hears of it first.
func (t *decision) survivorDeclines(c SurvivorDeclines) error {
	r, err := t.referral(c.Referral, byEither)
	if err != nil || r.Status == DeclinedBySurvivor {
		return err
	}
	if err := t.step(r, refuse); err != nil {
		return err
	}
	t.move(r, ReferralDeclinedBySurvivor{Referral: c.Referral, By: t.by(), At: t.at()}, t.void)
	return nil
}
