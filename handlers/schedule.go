package handlers

import (
	"context"
	"errors"
	"slices"
	"time"

	"mkr/domain/access"
	"mkr/domain/retention"
	"mkr/projections"
	"mkr/projections/people"
	closed "mkr/projections/retention"
)

// ErasureRow is a person whose data somebody must decide on: erasure was asked for, or the schedule has let go of it.
type ErasureRow struct {
	Person string    `json:"person"`
	Case   string    `json:"case"`
	Code   string    `json:"code"`
	Kind   string    `json:"kind"`
	Role   string    `json:"role"`
	Status string    `json:"status"` // asked, or over
	Basis  string    `json:"basis,omitempty"`
	Own    bool      `json:"own,omitempty"`  // the caller asked: somebody else decides
	Held   bool      `json:"held,omitempty"` // a duty to keep stands: nobody erases it
	At     time.Time `json:"at"`             // when it was asked, or until when the data was to be kept
	// Action is what the caller may do about it: ask for the erasure, or decide; "" for nothing now.
	Action string `json:"action,omitempty"`
}

// Over is the status of data that the schedule lets go of.
const Over = "over"

// maxErasures is how many rows of each kind are listed: what is done about them makes room for the next.
const maxErasures = 200

// Erasures lists what waits for a decision, the oldest first, and then what the schedule lets go of.
func (s *Service) Erasures(ctx context.Context, c Caller, q ListQuery) (List[ErasureRow], error) {
	out := List[ErasureRow]{Items: []ErasureRow{}, Position: s.Views.Position(projections.Erasures)}
	if v := access.Judge(c.Actor(), access.ViewErasures, access.Facts{}); !v.Allow {
		return out, &DeniedError{Action: string(access.ViewErasures), Code: v.Code}
	}
	asked, err := s.Views.List(ctx, projections.Query{Topic: projections.Erasures, Status: people.Asked, Sort: projections.ByOldest, Limit: maxErasures, NoTotal: true})
	if err != nil {
		return out, viewError(err)
	}
	for _, row := range asked.Rows {
		r, err := projections.As[people.Row](row)
		if err != nil {
			return out, err
		}
		st, _, err := s.judgePerson(ctx, c, r.Case, r.Person, access.KeepPerson)
		if err != nil {
			continue // not for her
		}
		link, _ := st.Person(r.Person)
		out.Items = append(out.Items, ErasureRow{Person: r.Person, Case: st.ID, Code: st.Code, Kind: st.Kind, Role: link.Role, Status: people.Asked, Basis: r.Basis, Own: r.Account == c.Account, At: r.At})
	}
	over, err := s.scheduleOver(ctx, c, q)
	if err != nil {
		return out, err
	}
	out.Items = append(out.Items, over...)
	for i := range out.Items {
		if err := s.mayErase(ctx, c, &out.Items[i]); err != nil {
			return out, err
		}
	}
	out.Total = len(out.Items)
	return out, nil
}

// mayErase fills in what the caller may do about a row, and what stands against it.
func (s *Service) mayErase(ctx context.Context, c Caller, r *ErasureRow) error {
	ps, err := s.personState(ctx, r.Person)
	if err != nil {
		return err
	}
	if r.Held = len(ps.Holds) > 0; r.Held {
		return nil
	}
	st, _, err := s.caseState(ctx, r.Case, At{})
	if err != nil {
		return err
	}
	name := "erasure.request"
	if r.Status == people.Asked {
		name = "erasure.decide"
	}
	a, _ := PersonActionNamed(name)
	if access.Judge(c.Actor(), a.policy, s.caseFacts(c, st)).Allow && offered(ps, a.Name, c.Account) {
		r.Action = name
	}
	return nil
}

// scheduleOver lists the persons whose data is kept for longer than the schedule says.
func (s *Service) scheduleOver(ctx context.Context, c Caller, q ListQuery) ([]ErasureRow, error) {
	now := s.Clock.Now().UTC()
	pq, ok := s.scope(c, projections.Query{
		Topic: projections.Retention, Kind: q.Kind, DueBefore: now.AddDate(-s.Retention.Shortest(), 0, 0), Sort: projections.ByDue, Limit: maxErasures, NoTotal: true,
	})
	if !ok {
		return nil, nil
	}
	var out []ErasureRow
	seen := map[string]bool{}
	for {
		page, err := s.Views.List(ctx, pq)
		if err != nil {
			return nil, viewError(err)
		}
		if out, err = s.overIn(ctx, c, page.Rows, now, seen, out); err != nil || len(out) >= maxErasures {
			return out, err
		}
		if pq.After = page.Next; pq.After == "" {
			return out, nil
		}
	}
}

// overIn adds the rows of a page whose data is kept for longer than the schedule says.
func (s *Service) overIn(ctx context.Context, c Caller, rows []projections.Row, now time.Time, seen map[string]bool, out []ErasureRow) ([]ErasureRow, error) {
	for _, row := range rows {
		r, err := projections.As[closed.Row](row)
		if err != nil {
			return out, err
		}
		if seen[r.Person] || now.Before(s.Retention.Of(r.Kind, r.Role).Until(r.ClosedAt)) {
			continue
		}
		seen[r.Person] = true
		doc, _, err := projections.Doc[people.Doc](ctx, s.Views, people.View, r.Person)
		if errors.Is(err, projections.ErrNotFound) || err == nil && (doc.Erased || doc.Erasure != nil) {
			continue
		}
		if err != nil {
			return out, viewError(err)
		}
		st, _, err := s.judgePerson(ctx, c, r.Case, r.Person, access.KeepPerson)
		if err != nil {
			continue
		}
		k, err := s.keeping(ctx, st, r.Person)
		if err != nil {
			return out, err
		}
		if k.open || now.Before(k.until) {
			continue // another case keeps it
		}
		out = append(out, ErasureRow{Person: r.Person, Case: r.Case, Code: r.Code, Kind: r.Kind, Role: r.Role, Status: Over, At: k.until})
	}
	return out, nil
}

// RetentionSchedule is for how long data is kept, for everybody who works with it.
func (s *Service) RetentionSchedule() retention.Schedule { return slices.Clone(s.Retention) }
