package casefile

import (
	"slices"
	"time"

	"mkr/domain/access"
)

// StandingOf is what an institution is to the case as its events tell it: the strongest of all that it is.
func (s State) StandingOf(institution string) access.Standing {
	return s.StandingAt(institution, time.Time{})
}

// StandingAt is the same at an instant: a consent that has run out by then carries no part any more, though nobody has
// written that down yet.
func (s State) StandingAt(institution string, at time.Time) access.Standing {
	standing := access.None
	if institution == "" {
		return standing
	}
	s.eachStanding(at, func(of string, as access.Standing) {
		if of == institution {
			standing = access.Stronger(standing, as)
		}
	})
	return standing
}

// Parties are the institutions that have the case on their lists, sorted: those whose standing the policy shows it to.
// Lists and commands ask the same rule, so that whoever has lost sight of the case has lost it everywhere.
func (s State) Parties() []string {
	out := make([]string, 0, len(s.Participants)+1)
	s.eachStanding(time.Time{}, func(of string, as access.Standing) {
		if of != "" && access.HasSight(as) && !slices.Contains(out, of) {
			out = append(out, of)
		}
	})
	slices.Sort(out)
	return out
}

// eachStanding visits every part that an institution has in the case; one may have several.
func (s State) eachStanding(at time.Time, visit func(institution string, as access.Standing)) {
	visit(s.Lead, access.Lead)
	for _, p := range s.Participants {
		switch {
		case p.Removed:
		case p.Reason == "opened_it":
			visit(p.Institution, access.Opener)
		case p.ownPart():
			visit(p.Institution, access.Participant)
		}
	}
	for _, r := range s.Referrals {
		as := receiverStanding(r.Status)
		if c, ok := s.Consent(r.Consent); ok && as == access.Recipient && c.Ended(at) {
			as = access.LapsedRecipient
		}
		visit(r.To, as)
		if r.IsOpen() { // its sender has to see what comes of it, though it said no to all that it was itself asked
			visit(r.From, access.Opener)
		}
	}
	for _, o := range s.Orders {
		if !o.InError {
			visit(o.Court, access.Participant)
			visit(o.Executor, access.Participant)
		}
	}
	for _, h := range s.Hearings {
		if !h.InError {
			visit(h.Court, access.Participant)
		}
	}
	for _, a := range s.Plan.Actions {
		visit(a.Institution, access.Participant)
	}
	for _, d := range s.Deadlines {
		// A duty whose bearer can no longer see it would be forgotten; who reports on a referral whose consent has ended
		// still has it in its inbox, and sees the case as it stood.
		if d.Owed() && !s.lapsedReport(d, at) {
			visit(d.Owner, access.Opener)
		}
	}
}

// lapsedReport tells whether the duty is a receiver's report on a referral whose consent has ended.
func (s State) lapsedReport(d Deadline, at time.Time) bool {
	if d.Kind != TargetReferral {
		return false
	}
	r, _ := s.Referral(d.Target)
	c, ok := s.Consent(r.Consent)
	return ok && d.Owner == r.To && c.Ended(at)
}

// ownPart tells whether the institution takes part for more than having opened the case or been asked by a referral:
// whoever was only asked has the standing of its referrals.
func (p Participant) ownPart() bool { return p.Reason != "referral" && p.Reason != "opened_it" }

// receiverStanding is that of a referral's receiver. A draft has not reached it.
func receiverStanding(s Status) access.Standing {
	switch s {
	case Drafted, InError:
		return access.None
	case Declined:
		return access.DeclinedRecipient
	case Completed, Failed, Cancelled, DeclinedBySurvivor:
		return access.PastRecipient
	}
	return access.Recipient
}
