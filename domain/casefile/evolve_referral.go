package casefile

import (
	"slices"
	"time"

	"mkr/domain/event"
)

var zeroTime time.Time

func evolveReferral(w write, s State, e event.Data) State {
	edit := func(id string, to Status, at time.Time, change func(*Referral)) State {
		s.Referrals = changed(w, s.Referrals, func(r Referral) bool { return r.ReferralContent.Referral == id }, func(r *Referral) {
			r.Status, r.ChangedAt, r.Code, r.HoldKind = to, at, "", ""
			if change != nil {
				change(r)
			}
		})
		return s
	}
	answered := func(at time.Time) func(*Referral) { return func(r *Referral) { r.AnsweredAt = at } }
	coded := func(code string) func(*Referral) { return func(r *Referral) { r.Code = code } }

	switch e := e.(type) {
	case ReferralDrafted:
		s.Referrals = added(w, replaced(w, s.Referrals, e.ReferralContent), Referral{ReferralContent: e.ReferralContent, Status: Drafted, ChangedAt: e.At})
	case ReferralSent:
		if _, drafted := s.Referral(e.ReferralContent.Referral); drafted {
			return edit(e.ReferralContent.Referral, Sent, e.At, func(r *Referral) { r.ReferralContent, r.SentAt = e.ReferralContent, e.At })
		}
		s.Referrals = added(w, replaced(w, s.Referrals, e.ReferralContent), Referral{ReferralContent: e.ReferralContent, Status: Sent, SentAt: e.At, ChangedAt: e.At})
	case ReferralSeen:
		s.Referrals = changed(w, s.Referrals, func(r Referral) bool { return r.ReferralContent.Referral == e.Referral },
			func(r *Referral) { r.SeenAt = e.At })
	case ReferralDisclosed:
		s.Referrals = changed(w, s.Referrals, func(r Referral) bool { return r.ReferralContent.Referral == e.Referral },
			func(r *Referral) { r.Disclosed = true })
	case ReferralAddressed:
		s.Referrals = changed(w, s.Referrals, func(r Referral) bool { return r.ReferralContent.Referral == e.Referral },
			func(r *Referral) { r.Attention = e.Attention })
	case ReferralAcknowledged:
		return edit(e.Referral, Acknowledged, e.At, nil)
	case ReferralAccepted:
		return edit(e.Referral, Accepted, e.At, answered(e.At))
	case ReferralDeclined:
		return edit(e.Referral, Declined, e.At, func(r *Referral) {
			r.AnsweredAt, r.Code, r.Review = e.At, e.Reason, e.Review
		})
	case ReferralDeclineConfirmed:
		s.Referrals = changed(w, s.Referrals, func(r Referral) bool { return r.ReferralContent.Referral == e.Referral },
			func(r *Referral) { r.Review = "" })
	case ReferralDeclinedBySurvivor:
		return edit(e.Referral, DeclinedBySurvivor, e.At, nil)
	case ReferralHeld:
		return edit(e.Referral, OnHold, e.At, func(r *Referral) { r.HoldKind = e.Kind })
	case ReferralScheduled:
		return edit(e.Referral, Scheduled, e.At, func(r *Referral) { r.Appointment = e.Appointment })
	case ReferralNoShow:
		return edit(e.Referral, NoShow, e.At, nil)
	case ReferralStarted:
		return edit(e.Referral, InProgress, e.At, nil)
	case ReferralCompleted:
		return edit(e.Referral, Completed, e.At, func(r *Referral) { r.Code, r.Why = e.Outcome, e.Why })
	case ReferralFailed:
		return edit(e.Referral, Failed, e.At, coded(e.Reason))
	case ReferralCancelled:
		return edit(e.Referral, Cancelled, e.At, coded(e.Reason))
	case ReferralCancellationRequested:
		s.Referrals = changed(w, s.Referrals, func(r Referral) bool { return r.ReferralContent.Referral == e.Referral }, func(r *Referral) {
			r.Before, r.Status, r.ChangedAt, r.Code = r.Status, CancellationRequested, e.At, e.Reason
		})
	case ReferralCancellationRefused:
		return edit(e.Referral, InProgress, e.At, nil)
	case ReferralSettled:
		s.Referrals = changed(w, s.Referrals, func(r Referral) bool { return r.ReferralContent.Referral == e.Referral }, func(r *Referral) {
			if r.Settled = e.Way; e.Way == Rerouted { // the need goes on elsewhere: there is nothing left to review
				r.Review = ""
			}
		})
	case ReferralSentBack:
		return edit(e.Referral, Sent, e.At, func(r *Referral) {
			r.SentBack, r.SentAt, r.AnsweredAt, r.RespondBy, r.Review = true, e.At, zeroTime, zeroTime, ""
		})
	case ReferralMessageWritten:
		s.Referrals = changed(w, s.Referrals, func(r Referral) bool { return r.ReferralContent.Referral == e.Referral }, func(r *Referral) {
			r.Messages = append(slices.Clone(r.Messages), Message{ID: e.Message, By: e.By, At: e.At})
		})
	case ServiceGiven:
		s.Referrals = changed(w, s.Referrals, func(r Referral) bool { return r.ReferralContent.Referral == e.Referral }, func(r *Referral) {
			r.Sessions += e.Sessions
			r.LastService = Served{Service: e.Service, Sessions: e.Sessions, At: e.At}
		})
	}
	return s
}

// replaced writes into the referral that came back which one took its place.
func replaced(w write, list []Referral, by ReferralContent) []Referral {
	if by.Previous == "" {
		return list
	}
	return changed(w, list, func(r Referral) bool { return r.ReferralContent.Referral == by.Previous },
		func(r *Referral) { r.ReplacedBy = by.Referral })
}
