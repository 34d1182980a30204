package handlers

import (
	"context"
	"time"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/meeting"
	"mkr/projections"
)

// AgendaView is what a meeting's agenda proposes by itself.
type AgendaView struct {
	Last      time.Time          `json:"last,omitzero"` // when the team met last
	Next      time.Time          `json:"next"`          // when it is expected to meet again
	Proposals []meeting.Proposal `json:"proposals"`
	Position  uint64             `json:"position"`
}

// untilNext is when a team is expected again that has called no further meeting.
const untilNext = 30 * 24 * time.Hour

// AgendaProposals finds the cases that the team should speak about and why, among the open ones that the caller may
// see. Only whoever may put a case on the agenda is told. A meeting that is over proposes nothing.
func (s *Service) AgendaProposals(ctx context.Context, c Caller, id string) (AgendaView, error) {
	out := AgendaView{Proposals: []meeting.Proposal{}}
	view, err := s.Meeting(ctx, c, id)
	if err != nil {
		return out, err
	}
	if v := keepsMeeting(c, view.State); !v.Allow {
		return out, &DeniedError{Action: string(access.RecordMeeting), Code: v.Code}
	}
	st := view.State
	if out.Position = view.Position; st.Status != meeting.Planned {
		return out, nil
	}
	between, err := s.between(ctx, c, st)
	if err != nil {
		return out, err
	}
	out.Last, out.Next = between.Last, between.Next
	cases, err := s.stirred(ctx, c, kindOf(st.Kind), between)
	if err != nil {
		return out, err
	}
	out.Proposals = append(out.Proposals, meeting.Propose(st, cases, between)...)
	return out, nil
}

// kindOf is the kind of case that a team speaks about.
func kindOf(team string) string {
	if team == meeting.GTN {
		return access.ChildProtection
	}
	return access.DomesticViolence
}

// between finds the team's meeting before this one and the one after it.
func (s *Service) between(ctx context.Context, c Caller, st meeting.State) (meeting.Between, error) {
	now := s.Clock.Now().UTC()
	b := meeting.Between{Next: latest(st.When, now).Add(untilNext)}
	q := ListQuery{Kind: st.Kind, Limit: projections.MaxLimit}
	for {
		list, err := s.Meetings(ctx, c, q)
		if err != nil {
			return b, err
		}
		for _, m := range list.Items { // newest first
			switch meeting.Status(m.Status) {
			case meeting.Planned:
				if m.Meeting != st.Meeting && m.When.After(st.When) && m.When.After(now) {
					b.Next = m.When // the last one found is the soonest
				}
			case meeting.WasHeld, meeting.Signed:
				b.Last = latest(b.Last, m.HeldAt)
			}
		}
		if q.After = list.Next; q.After == "" || !b.Last.IsZero() {
			return b, nil
		}
	}
}

// stirred reads the cases in which something happened since the team met, or falls due before it meets again. In the
// others there is nothing to speak about: their ball is the deadline that falls due first.
func (s *Service) stirred(ctx context.Context, c Caller, kind string, b meeting.Between) ([]casefile.State, error) {
	var out []casefile.State
	q := ListQuery{Kind: kind, Limit: projections.MaxLimit}
	for {
		list, err := s.Board(ctx, c, q)
		if err != nil {
			return nil, err
		}
		for _, row := range list.Items {
			still := !row.Last.RecordedAt.After(b.Last) && row.Ball.DueAt.After(b.Next)
			for _, o := range row.Orders {
				still = still && (o.ValidUntil.IsZero() || o.ValidUntil.After(b.Next))
			}
			if still {
				continue
			}
			st, _, err := s.caseState(ctx, row.Case, At{})
			if err != nil {
				return nil, err
			}
			out = append(out, st)
		}
		if q.After = list.Next; q.After == "" {
			return out, nil
		}
	}
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
