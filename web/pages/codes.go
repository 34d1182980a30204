package pages

import "mkr/domain/casefile"

// isBad and isGood colour a status; the word says the same.
func isBad(status string) bool {
	switch casefile.Status(status) {
	case casefile.Declined, casefile.Failed, casefile.NoShow, casefile.OrderIsRefused, casefile.Lapsed:
		return true
	}
	return false
}

func isGood(status string) bool {
	switch casefile.Status(status) {
	case casefile.Completed, casefile.Accepted, casefile.InProgress, casefile.OrderInForce, casefile.Done, casefile.Met:
		return true
	}
	return false
}

// returnReason says why a referral came back or how it ended, in the words of its status.
func (v view) returnReason(status, reason string) string {
	if reason == "" {
		return ""
	}
	switch casefile.Status(status) {
	case casefile.Declined:
		return v.Code("decline_reason", reason)
	case casefile.Failed:
		return v.Code("fail_reason", reason)
	case casefile.Cancelled, casefile.CancellationRequested:
		return v.Code("cancel_reason", reason)
	case casefile.Completed:
		return v.Code("outcome", reason)
	case casefile.OnHold:
		return v.Code("hold_kind", reason)
	}
	return ""
}

// anchor is the place of a thing on its case's page.
func anchor(kind, id string) string {
	if id == "" || kind == casefile.TargetCase {
		return ""
	}
	if kind == casefile.TargetOrderEnd {
		kind = casefile.TargetOrder
	}
	return "#" + kind + "-" + id
}
