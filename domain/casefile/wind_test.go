package casefile

// wind draws commands that bring a case to its end, so that closed and reopened cases are common too.
func wind(s State) (who string, c Command) {
	for _, r := range s.Referrals {
		if r.IsOpen() {
			id := r.ReferralContent.Referral
			switch r.Status {
			case Declined, Failed:
				if r.Settled != "" {
					return s.Lead, ConfirmDecline{id}
				}
				return r.From, SettleReferral{id, "accepted"}
			}
			return s.Lead, SurvivorDeclines{id}
		}
	}
	for _, o := range s.Orders {
		if !o.InError && o.Status == OrderAsked {
			return court, RefuseOrder{o.ID}
		}
		if o.AwaitsAppeal() {
			return court, DecideAppeal{o.ID, AppealOutcomesOf(o.Appeal.Against)[0]}
		}
		if !o.InError && o.Status == OrderInForce {
			return court, RevokeOrder{o.ID}
		}
	}
	for _, h := range s.Hearings {
		if !h.InError && h.Status == Planned {
			return s.Lead, CancelHearing{h.ID}
		}
	}
	for _, a := range s.Plan.Actions {
		if a.Status == Planned {
			return s.Lead, CancelAction{a.ID}
		}
	}
	for _, m := range s.Measures {
		if m.Protects() && m.Runs() {
			return s.Lead, EndMeasure{m.ID}
		}
	}
	for _, tr := range s.Transfers {
		if tr.Open() {
			return s.Lead, WithdrawTransfer{tr.ID}
		}
	}
	if s.Status == Open {
		return s.Lead, CloseCase{Reason: "goals_met", Excused: noCriteria}
	}
	return s.Lead, ReopenCase{"new_information"}
}
