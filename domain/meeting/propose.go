package meeting

import (
	"cmp"
	"slices"
	"time"

	"mkr/domain/casefile"
)

// Between is what a meeting has to look at: what happened since the last one, and what falls due before the next.
type Between struct {
	Last time.Time // when the team met last; zero if it never did
	Next time.Time // when it is expected to meet again after this meeting
}

// Ground is one thing that puts a case on the agenda.
type Ground struct {
	Reason string    `json:"reason"` // of AgendaReasons
	At     time.Time `json:"at"`     // when it happened, or will
	Count  int       `json:"count"`  // how many there are of it
}

// Proposal is a case for the agenda, with every ground for it, the weightiest first.
type Proposal struct {
	Case    string   `json:"case"`
	Code    string   `json:"code"`
	Risk    string   `json:"risk,omitempty"`
	Grounds []Ground `json:"grounds"`
}

// weight is the order in which grounds are looked at: what has become dangerous before what is merely late.
var weight = []string{"order_breached", "high_risk", "repeat_incident", "order_expiring", "overdue", "referral_declined", "plan_review", "new_case"}

// Propose finds the open cases that the team should speak about, the weightiest first. What is on the agenda already is
// left out. It proposes only: the convener decides.
func Propose(s State, cases []casefile.State, b Between) []Proposal {
	var out []Proposal
	for _, c := range cases {
		if c.Status != casefile.Open || s.OnAgenda(c.ID) {
			continue
		}
		if g := grounds(c, b); len(g) > 0 {
			out = append(out, Proposal{Case: c.ID, Code: c.Code, Risk: c.Risk, Grounds: g})
		}
	}
	slices.SortFunc(out, func(a, b Proposal) int {
		return cmp.Or(cmp.Compare(weightOf(a.Grounds[0]), weightOf(b.Grounds[0])), cmp.Compare(len(b.Grounds), len(a.Grounds)), cmp.Compare(a.Code, b.Code))
	})
	return out
}

func weightOf(g Ground) int { return slices.Index(weight, g.Reason) }

func grounds(c casefile.State, b Between) []Ground {
	var out []Ground
	add := func(reason string, at []time.Time) {
		if len(at) > 0 {
			slices.SortFunc(at, time.Time.Compare)
			out = append(out, Ground{Reason: reason, At: at[0], Count: len(at)})
		}
	}
	add("order_breached", breaches(c, b))
	add("high_risk", becameHigh(c, b))
	add("repeat_incident", repeats(c, b))
	add("order_expiring", expiring(c, b))
	add("overdue", owed(c, func(d casefile.Deadline) bool { return d.Status == casefile.Lapsed }))
	add("referral_declined", cameBack(c))
	add("plan_review", owed(c, func(d casefile.Deadline) bool {
		return d.Status == casefile.Running && (d.Action == "review_plan" || d.Action == "review_measure") && !d.DueAt.After(b.Next)
	}))
	if c.OpenedAt.After(b.Last) {
		add("new_case", []time.Time{c.OpenedAt})
	}
	return out
}

// becameHigh is when the risk rose to high since the last meeting; that it is still high is no news.
func becameHigh(c casefile.State, b Between) []time.Time {
	var rose time.Time
	level := ""
	byDate := slices.Clone(c.Assessments) // one that was written down late does not stand for the newest
	slices.SortStableFunc(byDate, func(a, b casefile.Assessment) int { return a.At.Compare(b.At) })
	for _, a := range byDate {
		if a.InError {
			continue
		}
		if a.Level == casefile.High && level != casefile.High {
			rose = a.At
		}
		level = a.Level
	}
	if level != casefile.High || !rose.After(b.Last) {
		return nil
	}
	return []time.Time{rose}
}

// repeats are the incidents since the last meeting, where there had been one before.
func repeats(c casefile.State, b Between) (out []time.Time) {
	var all []time.Time
	for _, i := range c.Incidents {
		if !i.InError {
			all = append(all, i.On)
		}
	}
	slices.SortFunc(all, time.Time.Compare)
	for n, on := range all {
		if n > 0 && on.After(b.Last) {
			out = append(out, on)
		}
	}
	return out
}

func breaches(c casefile.State, b Between) (out []time.Time) {
	for _, o := range c.Orders {
		if !o.InError && o.Breaches > 0 && o.BreachedAt.After(b.Last) {
			out = append(out, o.BreachedAt)
		}
	}
	return out
}

// expiring are the orders in force that would end before the team meets again, unless something is done now.
func expiring(c casefile.State, b Between) (out []time.Time) {
	for _, o := range c.Orders {
		if !o.InError && o.Status == casefile.OrderInForce && !o.ValidUntil.IsZero() && !o.ValidUntil.After(b.Next) {
			out = append(out, o.ValidUntil)
		}
	}
	return out
}

func owed(c casefile.State, is func(casefile.Deadline) bool) (out []time.Time) {
	for _, d := range c.Deadlines {
		if is(d) {
			out = append(out, d.DueAt)
		}
	}
	return out
}

// cameBack are the referrals that were declined and for which nothing else was found yet.
func cameBack(c casefile.State) (out []time.Time) {
	for _, r := range c.Referrals {
		if r.Status == casefile.Declined && r.IsOpen() {
			out = append(out, r.AnsweredAt)
		}
	}
	return out
}
