package handlers

import (
	"cmp"
	"context"
	"slices"
	"time"

	"mkr/domain/access"
	"mkr/projections"
)

// Load is what an institution has to do, in the cases that the caller may see. Each number is the length of a list that
// she gets with the same filter.
type Load struct {
	Institution string `json:"institution"`
	Cases       int    `json:"cases"`     // open, in which it takes part or which it leads
	Leads       int    `json:"leads"`     // of them
	Tasks       int    `json:"tasks"`     // clocks that it owes
	Overdue     int    `json:"overdue"`   // of them, already late
	NextWeek    int    `json:"next_week"` // of them, due within seven days
}

// PersonLoad is what waits at an institution for one of its people: referrals that are meant for her. No account is what
// is meant for nobody in particular, which whoever is there takes.
type PersonLoad struct {
	Account  string `json:"account,omitempty"`
	Tasks    int    `json:"tasks"`
	Overdue  int    `json:"overdue"`   // of them, already late
	NextWeek int    `json:"next_week"` // of them, due within seven days
}

// WorkloadView is the load of every institution that the caller may know of, the heaviest first: all for who coordinates,
// the own one for everybody else.
type WorkloadView struct {
	Items    []Load       `json:"items"`
	People   []PersonLoad `json:"people"` // of the caller's own institution, the shared inbox last; nobody else's people are counted
	Position uint64       `json:"position"`
}

const week = 7 * day

// Workload counts it, all of one moment.
func (s *Service) Workload(ctx context.Context, c Caller) (WorkloadView, error) {
	out := WorkloadView{Items: []Load{}, People: []PersonLoad{}}
	if v := access.Judge(c.Actor(), access.ViewWorkload, access.Facts{Own: true}); !v.Allow {
		return out, &DeniedError{Action: string(access.ViewWorkload), Code: v.Code}
	}
	of := []string{c.Institution}
	if access.Judge(c.Actor(), access.ViewWorkload, access.Facts{}).Allow {
		all, err := s.Institutions(ctx)
		if err != nil {
			return out, err
		}
		of = nil
		for _, i := range all.Items {
			of = append(of, i.Institution)
		}
	}
	now := s.Clock.Now().UTC()
	var queries []projections.Query
	for _, institution := range of {
		board, sees := s.scope(c, projections.Query{Topic: projections.Board, Party: institution})
		leads, _ := s.scope(c, projections.Query{Topic: projections.Register, Institution: institution, Status: access.CaseOpen})
		owed, _ := s.scope(c, projections.Query{Topic: projections.Deadlines, Institution: institution})
		late, soon := owed, owed
		late.DueBefore = now
		soon.DueFrom, soon.DueBefore = now, now.Add(week)
		for _, q := range []projections.Query{board, leads, owed, late, soon} {
			q.NoCases = q.NoCases || !sees
			queries = append(queries, q)
		}
	}
	n, position, err := s.Views.Counts(ctx, queries...)
	if err != nil {
		return out, viewError(err)
	}
	out.Position = position
	for i, institution := range of {
		l := Load{Institution: institution, Cases: n[5*i], Leads: n[5*i+1], Tasks: n[5*i+2], Overdue: n[5*i+3], NextWeek: n[5*i+4]}
		if l.Cases+l.Tasks > 0 || institution == c.Institution {
			out.Items = append(out.Items, l)
		}
	}
	slices.SortStableFunc(out.Items, func(a, b Load) int {
		return cmp.Or(cmp.Compare(b.Overdue, a.Overdue), cmp.Compare(b.Tasks, a.Tasks), cmp.Compare(b.Cases, a.Cases), cmp.Compare(a.Institution, b.Institution))
	})
	out.People, err = s.peopleLoad(ctx, c, now)
	return out, err
}

// peopleLoad parts the inbox of the caller's institution by whom each task is meant for.
func (s *Service) peopleLoad(ctx context.Context, c Caller, now time.Time) ([]PersonLoad, error) {
	out := []PersonLoad{}
	if !access.Judge(c.Actor(), access.ViewInbox, access.Facts{}).Allow {
		return out, nil
	}
	known, err := s.colleagues(ctx, c.Institution)
	if err != nil {
		return out, err
	}
	for _, a := range known {
		out = append(out, PersonLoad{Account: a.Account})
	}
	out = append(out, PersonLoad{}) // whatever is meant for nobody, or for somebody who has left
	for q := (ListQuery{Limit: projections.MaxLimit}); ; {
		page, err := s.Inbox(ctx, c, q)
		if err != nil {
			return out, err
		}
		for _, t := range page.Items {
			i := slices.IndexFunc(out, func(p PersonLoad) bool { return p.Account == t.Attention })
			if i < 0 {
				i = len(out) - 1
			}
			out[i].Tasks++
			switch {
			case t.DueAt.IsZero():
			case t.DueAt.Before(now):
				out[i].Overdue++
			case t.DueAt.Before(now.Add(week)):
				out[i].NextWeek++
			}
		}
		if q.After = page.Next; q.After == "" {
			break
		}
	}
	slices.SortStableFunc(out[:len(out)-1], func(a, b PersonLoad) int {
		return cmp.Or(cmp.Compare(b.Overdue, a.Overdue), cmp.Compare(b.Tasks, a.Tasks), cmp.Compare(a.Account, b.Account))
	})
	return out, nil
}
