package casefile

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"mkr/domain/access"
)

// Invariants says what is wrong with a case: what holds for every case after every decision, whatever happened, or nil.
// Deciders never ask it; the tests of random histories and the simulated year do, after every step.
func Invariants(s State) error {
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
		if as := s.StandingOf(d.Owner); !access.HasSight(as) && !s.lapsedReport(d, time.Time{}) {
			return fmt.Errorf("the clock %s (%s) is owed by %s, which as %s cannot see the case", d.ID, d.Rule, d.Owner, as)
		}
	}
	if s.Status == Closed {
		if want := one(s.awaitsConfirmation()); owed != want || s.Ball().Closed != (want == 0) {
			return fmt.Errorf("a closed case owes %d things, and should owe %d", owed, want)
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
	return workInvariants(s)
}

// awaitsConfirmation tells whether the case was closed by a transfer of which no word has come that the child was seen there.
func (s State) awaitsConfirmation() bool {
	return s.CloseReason == ClosedTransferred && has(s.Transfers, func(tr Transfer) bool {
		return tr.Status == TransferIsAccepted && tr.AnsweredAt.Equal(s.ClosedAt)
	})
}

// workInvariants: what waits for a day has exactly one clock, and what is over has none.
func workInvariants(s State) error {
	want := map[string]int{}
	for _, h := range s.Hearings {
		want[TargetHearing+" "+h.ID] = one(h.Status == Planned && !h.InError)
	}
	for _, v := range s.Visits {
		want[TargetVisit+" "+v.ID] = one(v.Status == Planned && !v.InError)
	}
	for _, a := range s.Plan.Actions {
		want[TargetAction+" "+a.ID] = one(a.Status == Planned)
	}
	for _, r := range s.Returns {
		want[TargetReturn+" "+r.ID] = one(!r.Dropped && !r.Filed())
	}
	for _, tr := range s.Transfers {
		want[TargetTransfer+" "+tr.ID] = one(tr.Open())
	}
	for _, g := range s.Restriction.Glasses {
		want[TargetGlass+" "+g.ID] = one(g.ToReview())
	}
	rules, twice := map[string]int{}, map[string]int{}
	for _, d := range s.Deadlines {
		if d.Owed() {
			want[d.Kind+" "+d.Target]--
			rules[d.Rule+" "+d.Target]++
			twice[d.Rule+" "+d.Target+" "+d.Owner]++ // some things each institution owes for itself
		}
	}
	for thing, n := range want {
		if kind, _, _ := strings.Cut(thing, " "); n != 0 && kind != TargetCase && kind != TargetReferral && kind != TargetOrder && kind != TargetMeasure && kind != TargetOrderEnd && kind != TargetBreach {
			return fmt.Errorf("%s: %d clocks too few", thing, n)
		}
	}
	for _, o := range s.Orders {
		owed := func(rule string) bool { return rules[rule+" "+o.ID] > 0 }
		asked, inForce := o.Status == OrderAsked && !o.InError, o.Status == OrderInForce && !o.InError
		decides := owed("DV-09") || owed("DV-10") || (owed("DV-14") && !inForce)
		switch {
		case asked != decides:
			return fmt.Errorf("order %s is %s; the court owes a decision: %v", o.ID, o.Status, decides)
		case (inForce && o.ExecutedAt.IsZero()) != owed("ORDER-EXECUTE"):
			return fmt.Errorf("order %s is %s; its execution is owed: %v", o.ID, o.Status, owed("ORDER-EXECUTE"))
		case (inForce && o.Type != UMPMM && o.ServedAt.IsZero() && o.ExecutedAt.IsZero()) != (owed("DV-11") || owed("DV-15")):
			return fmt.Errorf("order %s is %s; its copies are owed: %v", o.ID, o.Status, owed("DV-11") || owed("DV-15"))
		case (inForce && o.Type == UM) != owed("DV-16"):
			return fmt.Errorf("order %s is %s; its end is watched: %v", o.ID, o.Status, owed("DV-16"))
		case !asked && !inForce && (owed("DV-05") || owed("DV-13") || owed("DV-14") || owed("DV-17") || owed("DV-20")):
			return fmt.Errorf("order %s is %s and still owes something", o.ID, o.Status)
		}
		if o.AwaitsAppeal() != owed("DV-18-decide") {
			return fmt.Errorf("order %s is %s; its appeal runs: %v, the decision on it is owed: %v", o.ID, o.Status, o.Appeal.Runs(), owed("DV-18-decide"))
		}
		warnings := 0
		for _, rule := range endWarnings {
			warnings += rules[rule+" "+o.ID]
		}
		if warnings > 1 || warnings > 0 && (!inForce || o.Type != UM) {
			return fmt.Errorf("order %s is %s and has %d warnings before it", o.ID, o.Status, warnings)
		}
		for _, other := range s.Orders {
			if inForce && o.ReplacedBy != "" || other.ReplacedBy == o.ID && !o.InError && other.Status != OrderReplaced {
				return fmt.Errorf("order %s is %s and replaced by %s", o.ID, o.Status, o.ReplacedBy)
			}
		}
	}
	if err := breachInvariants(s); err != nil {
		return err
	}
	if err := measureInvariants(s, rules); err != nil {
		return err
	}
	for key, n := range twice {
		if n > 1 {
			return fmt.Errorf("%s is owed %d times", key, n)
		}
	}
	return nil
}

func one(is bool) int {
	if is {
		return 1
	}
	return 0
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
	if r.Review != "" { // a no is reviewed by the lead, beside what its sender does about it
		i := slices.IndexFunc(owed, Deadline.isReview)
		if i < 0 || owed[i].Owner != s.Lead || r.Status != Declined {
			return fmt.Errorf("referral %s is %s, must be reviewed by %s, and no clock says so", id, r.Status, r.Review)
		}
		if owed = slices.Delete(owed, i, i+1); r.Settled != "" {
			if len(owed) > 0 {
				return fmt.Errorf("referral %s is settled and still owes %s", id, owed[0].Rule)
			}
			return nil
		}
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

// measureInvariants: a protection measure that runs is watched, and its court's decision is asked for or awaited; one that
// is over owes nothing. A child is under one protection measure at most.
func measureInvariants(s State, rules map[string]int) error {
	running := 0
	for _, m := range s.Measures {
		owed := func(rule string) bool { return rules[rule+" "+m.ID] > 0 }
		runs := m.Runs() && m.Protects()
		if runs {
			running++
		}
		switch {
		case runs != owed(ruleMeasureMonitor) || runs != owed(ruleMeasureReview):
			return fmt.Errorf("measure %s is %s; it is watched: %v, reviewed: %v", m.ID, m.Status(), owed(ruleMeasureMonitor), owed(ruleMeasureReview))
		case (runs && m.Status() == MeasureAwaitsAsking) != owed(ruleAskCourt):
			return fmt.Errorf("measure %s is %s; the court is still to be asked: %v", m.ID, m.Status(), owed(ruleAskCourt))
		case (runs && m.Status() == MeasureAtCourt) != owed(ruleCourtDecides):
			return fmt.Errorf("measure %s is %s; the court owes a decision: %v", m.ID, m.Status(), owed(ruleCourtDecides))
		case (runs && m.Parents == ParentsRefuse) != owed(ruleMeasureReplace):
			return fmt.Errorf("measure %s: the parents' answer is %q; another is owed: %v", m.ID, m.Parents, owed(ruleMeasureReplace))
		}
	}
	if running > 1 {
		return fmt.Errorf("the child is under %d protection measures", running)
	}
	return nil
}

// breachInvariants: whoever owes its word on a breach has not given it, and was not told in error.
func breachInvariants(s State) error {
	for _, b := range s.Breaches {
		o, ok := s.Order(b.Order)
		if !ok {
			return fmt.Errorf("breach %s is of no order", b.ID)
		}
		for _, told := range b.Told {
			owed := has(s.Deadlines, func(d Deadline) bool {
				return d.Owed() && d.Kind == TargetBreach && d.Target == b.ID && d.Owner == told.Institution
			})
			if owed && (!told.At.IsZero() || o.InError) {
				return fmt.Errorf("breach %s: %s still owes its word", b.ID, told.Institution)
			}
		}
	}
	return nil
}
