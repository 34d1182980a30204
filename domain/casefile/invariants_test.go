package casefile

import (
	"fmt"
)

// invariants are what holds for every case after every decision, whatever happened.
func invariants(s State) error {
	if s.Status == NotOpened {
		return nil
	}
	risk, owed := 0, 0
	for _, d := range s.Deadlines {
		if !d.Owed() {
			continue
		}
		owed++
		if d.IsRiskClock() {
			risk++
			if d.Owner != s.Lead {
				return fmt.Errorf("the risk clock %s is owed by %s, not by the lead", d.ID, d.Owner)
			}
		}
		if d.Owner == "" || d.Action == "" || d.DueAt.IsZero() {
			return fmt.Errorf("the clock %s (%s) has no owner, action or due instant", d.ID, d.Rule)
		}
	}
	if s.Status == Closed {
		if owed > 0 || !s.Ball().Closed {
			return fmt.Errorf("a closed case still owes %d things", owed)
		}
		return nil
	}
	if risk != 1 {
		return fmt.Errorf("an open case has %d risk clocks", risk)
	}
	if s.Ball().Closed {
		return fmt.Errorf("an open case has no ball")
	}
	for _, r := range s.Referrals {
		if err := referralInvariants(s, r); err != nil {
			return err
		}
	}
	return nil
}

func referralInvariants(s State, r Referral) error {
	id := r.ReferralContent.Referral
	var owed []Deadline
	for _, d := range s.Deadlines {
		if d.Owed() && d.Kind == TargetReferral && d.Target == id {
			owed = append(owed, d)
		}
	}
	if !r.IsOpen() {
		if len(owed) > 0 {
			return fmt.Errorf("referral %s is %s and still owes %s", id, r.Status, owed[0].Rule)
		}
		return nil
	}
	if len(owed) != 1 {
		return fmt.Errorf("referral %s is %s and has %d clocks", id, r.Status, len(owed))
	}
	// Said again on purpose, not read from the decider's own table.
	want := r.To
	switch r.Status {
	case Drafted, Declined, Failed:
		want = r.From
	}
	if owed[0].Owner != want {
		return fmt.Errorf("referral %s is %s and its ball is with %s; want %s", id, r.Status, owed[0].Owner, want)
	}
	if !s.Participates(owed[0].Owner) && want == r.To {
		return fmt.Errorf("referral %s: %s must act and cannot see the case", id, owed[0].Owner)
	}
	return nil
}
