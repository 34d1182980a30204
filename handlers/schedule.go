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
	Own    bool      `json:"own,omitempty"` // the caller asked: somebody else decides
	At     time.Time `json:"at"`            // when it was asked, or until when the data was to be kept
}

// Over is the status of data that the schedule lets go of.
const Over = "over"

// maxErasures is how many rows of each kind are looked through.
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
	out.Items = append(out.Items, over...)
	out.Total = len(out.Items)
	return out, err
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
	page, err := s.Views.List(ctx, pq)
	if err != nil {
		return nil, viewError(err)
	}
	var out []ErasureRow
	seen := map[string]bool{}
	for _, row := range page.Rows {
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
