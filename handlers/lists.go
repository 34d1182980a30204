package handlers

import (
	"cmp"
	"context"
	"time"

	"mkr/domain/access"
	"mkr/projections"
	"mkr/projections/board"
	"mkr/projections/deadlines"
	"mkr/projections/inbox"
	"mkr/projections/outbox"
	"mkr/projections/register"
)

// ListQuery filters and pages a list. Empty fields do not filter.
type ListQuery struct {
	Kind        string // kind of case
	Status      string
	Risk        string
	Stage       string
	Institution string // who has the ball, sent, leads: by list
	Party       string // an institution that takes part in the case or leads it
	Case        string
	Code        string // beginning of a case's code
	Overdue     bool   // due before now
	Today       bool   // due before the end of today, Europe/Tirane
	Sort        projections.Sort
	Reverse     bool     // Sort backwards, where it has a direction
	Values      []string // the order of the values that ByRisk, ByStage and ByInstitution sort by
	After       string
	Limit       int
	NoTotal     bool // do not count: Total is -1
	At          At   // as it stood; zero: now

	from, until time.Time // due at or after, and before
}

// List is one page of a list, all of it as of one position.
type List[T any] struct {
	Items    []T    `json:"items"`
	Next     string `json:"next,omitempty"`
	Total    int    `json:"total"`
	Position uint64 `json:"position"`
}

// Position is how far every list has got. What is read from the log after asking for it is at least as new, so that a
// page which was made of it may follow from there; the position of a case's own last event may be years old.
func (s *Service) Position() uint64 { return s.Views.Position("") }

// Board lists the open cases that the caller may see.
func (s *Service) Board(ctx context.Context, c Caller, q ListQuery) (List[board.Row], error) {
	return listOf[board.Row](ctx, s, c, access.ViewBoard, projections.Board, q)
}

// BoardRow is one row of the board, or ErrNotFound.
func (s *Service) BoardRow(ctx context.Context, c Caller, caseID string) (board.Row, uint64, error) {
	l, err := s.Board(ctx, c, ListQuery{Case: caseID, Limit: 1})
	if err != nil {
		return board.Row{}, 0, err
	}
	if len(l.Items) == 0 {
		return board.Row{}, l.Position, ErrNotFound
	}
	return l.Items[0], l.Position, nil
}

// Inbox lists what waits for the caller's institution; for who audits, for the one that the query names, or for all.
func (s *Service) Inbox(ctx context.Context, c Caller, q ListQuery) (List[inbox.Task], error) {
	action := boxOf(c, &q)
	return listOf[inbox.Task](ctx, s, c, action, projections.Inbox, q)
}

// Outbox lists the referrals that the caller's institution sent, with their live state; for who audits, that the one sent which
// the query names, or all.
func (s *Service) Outbox(ctx context.Context, c Caller, q ListQuery) (List[outbox.Item], error) {
	action := boxOf(c, &q)
	return listOf[outbox.Item](ctx, s, c, action, projections.Outbox, q)
}

// boxOf is by what right the caller asks for an inbox or an outbox. Whoever may see her own institution's alone is asked for no other.
func boxOf(c Caller, q *ListQuery) access.Action {
	if access.Judge(c.Actor(), access.ViewInboxes, access.Facts{}).Allow {
		return access.ViewInboxes
	}
	q.Institution = c.Institution
	return access.ViewInbox
}

// Deadlines lists every clock that still runs or was missed, in the cases that the caller may see.
func (s *Service) Deadlines(ctx context.Context, c Caller, q ListQuery) (List[deadlines.Item], error) {
	return listOf[deadlines.Item](ctx, s, c, access.ViewDeadlines, projections.Deadlines, q)
}

// Register lists all cases, closed ones too, that the caller may see.
func (s *Service) Register(ctx context.Context, c Caller, q ListQuery) (List[register.Entry], error) {
	return listOf[register.Entry](ctx, s, c, access.ListCase, projections.Register, q)
}

func listOf[T any](ctx context.Context, s *Service, c Caller, action access.Action, topic string, q ListQuery) (List[T], error) {
	var out List[T]
	now, position := s.Clock.Now().UTC(), uint64(0)
	if !q.At.IsZero() {
		if _, _, err := s.listQuery(c, action, topic, q, now); err != nil { // nothing is folded for a no
			return out, err
		}
		m, err := s.Moment(ctx, q.At)
		if err != nil {
			return out, err
		}
		now, position = m.Time, m.Position
	}
	pq, ok, err := s.listQuery(c, action, topic, q, now)
	switch {
	case err != nil:
		return out, err
	case !ok:
		out.Items = []T{}
		out.Position = cmp.Or(position, s.Views.Position(topic))
		return out, nil
	case q.At.IsZero():
		return rowsOf[T](ctx, s, pq)
	}
	page, err := s.pastPage(ctx, c, pq, position)
	if err != nil {
		return out, err
	}
	return itemsOf[T](page)
}

// listQuery is what the caller asks of a list, narrowed to what she may see; ok is false when that is nothing.
func (s *Service) listQuery(c Caller, action access.Action, topic string, q ListQuery, now time.Time) (pq projections.Query, ok bool, err error) {
	if action != access.ListCase { // the register's rows are judged by their columns alone
		if v := access.Judge(c.Actor(), action, access.Facts{}); !v.Allow {
			return pq, false, &DeniedError{Action: string(action), Code: v.Code}
		}
	}
	pq, ok = s.scope(c, projections.Query{
		Topic: topic, Institution: q.Institution, Party: q.Party, Kind: q.Kind, Status: q.Status, Risk: q.Risk, Stage: q.Stage, Case: q.Case, Code: q.Code,
		Sort: q.Sort, Reverse: q.Reverse, Values: q.Values, After: q.After, Limit: q.Limit, NoTotal: q.NoTotal,
	})
	pq.DueFrom, pq.DueBefore = q.from, q.until
	switch {
	case q.Overdue:
		pq.DueBefore = now
	case q.Today:
		pq.DueFrom, pq.DueBefore = now, s.tonight(now)
	}
	return pq, ok, nil
}

// scope narrows a query to the rows that the caller may see: every row when the policy shows her role every case
// (of the kind asked for), else those with her institution among the parties. ok is false when she may see none.
func (s *Service) scope(c Caller, q projections.Query) (projections.Query, bool) {
	q.Account = c.Account // cases that are sealed to her, or that she is kept out of, are on none of her lists
	sees := func(kind string) bool {
		return access.Judge(c.Actor(), access.ListCase, access.Facts{Kind: kind, Standing: access.None, Status: access.CaseOpen}).Allow
	}
	kinds := []string{access.DomesticViolence, access.ChildProtection}
	if q.Kind != "" {
		kinds = []string{q.Kind}
	}
	all := true
	for _, k := range kinds {
		all = all && sees(k)
	}
	if all {
		return q, true
	}
	if c.Institution == "" || !access.Judge(c.Actor(), access.ListCase, access.Facts{Kind: kinds[0], Standing: access.Participant, Status: access.CaseOpen}).Allow {
		return q, false
	}
	q.Visible = c.Institution
	if anyKind, all := q.Kind == "", sees(access.DomesticViolence) || sees(access.ChildProtection); anyKind && all {
		// She sees every case of one kind, and of the other those that she has a part in.
		q.VisibleOrKind = access.ChildProtection
		if sees(access.DomesticViolence) {
			q.VisibleOrKind = access.DomesticViolence
		}
	}
	return q, true
}
