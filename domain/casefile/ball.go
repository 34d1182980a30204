package casefile

import "time"

// Ball says who must act next, what, and until when. Exactly one institution has it.
type Ball struct {
	Closed      bool      `json:"closed,omitempty"` // nobody has to act
	Institution string    `json:"institution,omitempty"`
	Action      string    `json:"action,omitempty"`
	Kind        string    `json:"kind,omitempty"` // a Target kind
	Target      string    `json:"target,omitempty"`
	Deadline    string    `json:"deadline,omitempty"`
	Rule        string    `json:"rule,omitempty"`
	DueAt       time.Time `json:"due_at,omitzero"`
	Lapsed      bool      `json:"lapsed,omitempty"`
	Rung        string    `json:"rung,omitempty"`   // how far the silence has climbed
	AckBy       string    `json:"ack_by,omitempty"` // institution that answered last, since it was told
}

// Ball derives the case's ball: of all that is still owed, what falls due first; of two at the same instant,
// what was set first. A right is nobody's ball: whoever has it need not use it.
func (s State) Ball() Ball {
	return first(s.Deadlines, func(d Deadline) bool { return !d.IsWarning() })
}

// ReferralBall derives the ball of one referral.
func (s State) ReferralBall(referral string) Ball {
	return first(s.Deadlines, func(d Deadline) bool { return d.Kind == TargetReferral && d.Target == referral })
}

func first(list []Deadline, among func(Deadline) bool) Ball {
	best := -1
	for i, d := range list {
		if d.Owed() && !d.Right && among(d) && (best < 0 || d.DueAt.Before(list[best].DueAt)) {
			best = i
		}
	}
	if best < 0 {
		return Ball{Closed: true}
	}
	d := list[best]
	ack := ""
	if n := len(d.Acks); n > 0 {
		ack = d.Acks[n-1].By
	}
	return Ball{Rung: d.Rung(), AckBy: ack, Institution: d.Owner, Action: d.Action, Kind: d.Kind, Target: d.Target, Deadline: d.ID, Rule: d.Rule, DueAt: d.DueAt, Lapsed: d.Status == Lapsed}
}

// Stages of a case, as the board shows them.
const (
	StageIntake     = "intake"     // nobody has judged the risk yet
	StageAssessed   = "assessed"   // judged; nothing was asked of anybody yet
	StageReferral   = "referral"   // somebody was asked and has not answered
	StageProtection = "protection" // an order is asked for or in force, or an emergency measure runs
	StagePlan       = "plan"       // a plan is being drafted or carried out
	StageMonitoring = "monitoring" // all asked has been answered; the lead watches
	StageClosed     = "closed"
)

// Stages lists them in the order of the work.
var Stages = []string{StageIntake, StageAssessed, StageReferral, StageProtection, StagePlan, StageMonitoring, StageClosed}

// Stage derives where the case stands.
func (s State) Stage() string {
	if s.Status != Open {
		return StageClosed
	}
	if s.Risk == "" {
		return StageIntake
	}
	for _, r := range s.Referrals {
		if r.Status == Drafted || r.Status == Sent || r.Status == Acknowledged || (r.IsOpen() && (r.Status == Declined || r.Status == Failed)) {
			return StageReferral
		}
	}
	for _, o := range s.Orders {
		if !o.InError && (o.Status == OrderAsked || o.Status == OrderInForce) {
			return StageProtection
		}
	}
	if s.Plan.ID != "" {
		if s.Plan.ApprovedAt.IsZero() {
			return StagePlan
		}
		for _, a := range s.Plan.Actions {
			if a.Status == Planned {
				return StagePlan
			}
		}
		return StageMonitoring
	}
	if len(s.Referrals)+len(s.Measures)+len(s.Visits)+len(s.Orders) > 0 {
		return StageMonitoring
	}
	return StageAssessed
}
