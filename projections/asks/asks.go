// Package asks remembers of every referral how it was answered: when the receiver was asked, what it said and when, and
// whether it was silent. From that follows where referrals get stuck, now or as it was known at any earlier moment. It
// knows institutions, services and codes, and no person; what is counted names no case.
package asks

import (
	"slices"
	"strings"
	"time"

	"mkr/domain/casefile"
	"mkr/domain/event"
)

// Mark is a thing that happened: when it is said to have happened, and since when the log knows.
type Mark struct {
	At       time.Time `json:"at"`
	Recorded time.Time `json:"recorded"`
	Position uint64    `json:"position"`
}

// Ask is one time that an institution was asked for a service. A referral that was sent back is two.
type Ask struct {
	Referral string `json:"referral"`
	To       string `json:"to"`
	Service  string `json:"service"`
	Sent     Mark   `json:"sent"`
	Yes      Mark   `json:"yes,omitzero"`
	No       Mark   `json:"no,omitzero"`
	Reason   string `json:"reason,omitempty"` // of the no
	Silent   Mark   `json:"silent,omitzero"`  // when the first clock of its answer ran out
	Broken   Mark   `json:"broken,omitzero"`  // it said yes, and then the service could not be had
	Void     Mark   `json:"void,omitzero"`    // taken back before the answer, or entered in error
}

// Apply takes in the next fact of a case; s is the case after it. It never changes list.
func Apply(list []Ask, s casefile.State, f event.Fact) []Ask {
	mark := Mark{At: f.Meta.OccurredAt, Recorded: f.RecordedAt, Position: f.Position}
	begin := func(id string) []Ask {
		r, _ := s.Referral(id)
		return append(slices.Clip(list), Ask{Referral: id, To: r.To, Service: r.Service, Sent: mark})
	}
	change := func(id string, change func(*Ask)) []Ask {
		for i := len(list) - 1; i >= 0; i-- {
			if list[i].Referral == id {
				out := slices.Clone(list)
				change(&out[i])
				return out
			}
		}
		return list
	}
	takenBack := func(a *Ask) {
		if a.Yes.Position == 0 && a.No.Position == 0 {
			a.Void = mark
		}
	}
	switch e := f.Data.(type) {
	case casefile.ReferralSent:
		return begin(e.ReferralContent.Referral)
	case casefile.ReferralSentBack:
		return begin(e.Referral)
	case casefile.ReferralAccepted:
		return change(e.Referral, func(a *Ask) { a.Yes = mark })
	case casefile.ReferralDeclined:
		return change(e.Referral, func(a *Ask) { a.No, a.Reason = mark, e.Reason })
	case casefile.ReferralFailed:
		if e.Reason == "service_unavailable" {
			return change(e.Referral, func(a *Ask) { a.Broken = mark })
		}
	case casefile.ReferralCancelled:
		return change(e.Referral, takenBack)
	case casefile.ReferralDeclinedBySurvivor:
		return change(e.Referral, takenBack)
	case casefile.EntryMarkedInError:
		if e.Kind == casefile.TargetReferral {
			out := slices.Clone(list)
			for i := range out {
				if out[i].Referral == e.Target {
					out[i].Void = mark
				}
			}
			return out
		}
	case casefile.DeadlineLapsed:
		if !strings.HasPrefix(e.Rule, "REF-ACK-") && !strings.HasPrefix(e.Rule, "REF-ANSWER-") {
			return list
		}
		at := slices.IndexFunc(s.Deadlines, func(d casefile.Deadline) bool { return d.ID == e.Deadline })
		if at < 0 {
			return list
		}
		return change(s.Deadlines[at].Target, func(a *Ask) {
			if a.Silent.Position == 0 {
				a.Silent = mark
			}
		})
	}
	return list
}

// At is a moment as of which is counted: a position, an instant, or now.
type At struct {
	Position uint64
	Time     time.Time
}

func (a At) knows(m Mark) bool {
	return m.Position != 0 && (a.Position == 0 || m.Position <= a.Position) && (a.Time.IsZero() || !m.Recorded.After(a.Time))
}

// What became of an ask.
const (
	Accepted    = "accepted"
	NoRoom      = "no_room"
	Declined    = "declined" // for another reason
	Unavailable = "unavailable"
	Silent      = "silent"
	Waiting     = "waiting"
)

// Outcome is what was known at a moment of what became of it; "" if nothing was, or if it counts no more.
func (a Ask) Outcome(at At) string {
	switch {
	case !at.knows(a.Sent) || at.knows(a.Void):
		return ""
	case at.knows(a.Broken):
		return Unavailable
	case at.knows(a.No) && a.Reason == "no_capacity":
		return NoRoom
	case at.knows(a.No):
		return Declined
	case at.knows(a.Yes):
		return Accepted
	case at.knows(a.Silent):
		return Silent
	}
	return Waiting
}

// Stands are the memory of one service of one institution.
type Stands struct {
	Institution string   `json:"institution"`
	Service     string   `json:"service"`
	Asked       int      `json:"asked"`
	Accepted    int      `json:"accepted"`
	NoRoom      int      `json:"no_room"`
	Declined    int      `json:"declined"` // for other reasons
	Unavailable int      `json:"unavailable"`
	Silent      int      `json:"silent"` // never answered, and the clock ran out
	Waiting     int      `json:"waiting"`
	Minutes     *int     `json:"minutes,omitempty"` // to the answer, on average; absent when nobody answered
	Last        []string `json:"last"`              // outcomes of the last five that were answered or kept silent, the newest first
	LastAsked   Mark     `json:"-"`                 // the newest of all
	answered    int      // of those that Minutes is the average of
	spent       int64    // minutes, of all answers together
	newest      []sample // for Last
}

type sample struct {
	at       Mark
	referral string
	outcome  string
}

// lastFew is how many of the newest are told one by one.
const lastFew = 5

// Stuck tells how many came to nothing.
func (s Stands) Stuck() int { return s.NoRoom + s.Declined + s.Unavailable + s.Silent }

// Tell counts asks, by institution and service, in this order. Those sent before since are left out. The same asks, in
// any order, give the same answer.
func Tell(list []Ask, since time.Time, at At) []Stands {
	type key struct{ institution, service string }
	by := map[key]*Stands{}
	for _, a := range list {
		outcome := a.Outcome(at)
		if outcome == "" || a.Sent.At.Before(since) {
			continue
		}
		k := key{a.To, a.Service}
		s := by[k]
		if s == nil {
			s = &Stands{Institution: a.To, Service: a.Service, Last: []string{}}
			by[k] = s
		}
		s.take(a, outcome, at)
	}
	out := make([]Stands, 0, len(by))
	for _, s := range by {
		out = append(out, s.done())
	}
	slices.SortFunc(out, func(a, b Stands) int {
		return strings.Compare(a.Institution+"\x00"+a.Service, b.Institution+"\x00"+b.Service)
	})
	return out
}

func (s *Stands) take(a Ask, outcome string, at At) {
	s.Asked++
	*map[string]*int{Accepted: &s.Accepted, NoRoom: &s.NoRoom, Declined: &s.Declined, Unavailable: &s.Unavailable, Silent: &s.Silent, Waiting: &s.Waiting}[outcome]++
	if a.Sent.Position > s.LastAsked.Position {
		s.LastAsked = a.Sent
	}
	for _, answer := range []Mark{a.Yes, a.No} {
		if at.knows(answer) && !answer.At.Before(a.Sent.At) {
			s.answered++
			s.spent += int64(answer.At.Sub(a.Sent.At) / time.Minute)
			break
		}
	}
	if outcome != Waiting {
		s.newest = append(s.newest, sample{a.Sent, a.Referral, outcome})
	}
}

func (s *Stands) done() Stands {
	if s.answered > 0 {
		n := int(s.spent / int64(s.answered))
		s.Minutes = &n
	}
	slices.SortFunc(s.newest, func(a, b sample) int { return int(int64(b.at.Position) - int64(a.at.Position)) })
	for _, o := range s.newest[:min(lastFew, len(s.newest))] {
		s.Last = append(s.Last, o.outcome)
	}
	return *s
}
