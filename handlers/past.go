package handlers

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"mkr/domain/access"
	"mkr/projections"
)

// Moment is a point of the history: the newest event that is part of it, and what the clock showed then.
type Moment struct {
	Position uint64
	Time     time.Time
	// Before and Behind are the events beside it; 0 where there is none. Newest is that of today.
	Before, Behind, Newest uint64
}

// Moment finds the point of the history that at means.
func (s *Service) Moment(ctx context.Context, at At) (Moment, error) {
	position, err := s.positionAt(ctx, at)
	if err != nil {
		return Moment{}, err
	}
	past, err := s.past(ctx, position, projections.Board)
	if err != nil {
		return Moment{}, err
	}
	m := Moment{Position: past.Position(), Time: past.Moment(), Newest: s.Position()}
	if !at.Time.IsZero() {
		m.Time = at.Time
	}
	if m.Before = past.Prior(); m.Before == 0 && m.Position > 1 {
		before, err := s.past(ctx, m.Position-1, projections.Board)
		if err != nil {
			return m, err
		}
		m.Before = before.Position()
	}
	next, err := s.Log.ReadAll(ctx, asPosition(m.Position), 1)
	if err != nil {
		return m, logError(err)
	}
	if len(next) > 0 && uint64(next[0].Position) <= m.Newest {
		m.Behind = uint64(next[0].Position)
	}
	return m, nil
}

// positionAt turns at into a position, none later than the lists of today have reached.
func (s *Service) positionAt(ctx context.Context, at At) (uint64, error) {
	newest := s.Position()
	if at.Time.IsZero() {
		if at.Position == 0 {
			return newest, nil
		}
		return min(at.Position, newest), nil
	}
	position, err := s.Views.When(ctx, s.Log, at.Time)
	if err != nil {
		return 0, viewError(err)
	}
	return min(position, newest), nil
}

// pasts keeps the newest looks back: a page asks for the same moment several times, and so does whoever steps to and fro. Few are folded at
// once, whoever asks for them: each is a copy of the lists, and a program that asks for many moments must not take the house's memory.
type pasts struct {
	mu    sync.Mutex
	kept  []keptPast
	turns chan struct{} // one for each that is being folded
}

func newPasts() *pasts { return &pasts{turns: make(chan struct{}, pastsAtOnce)} }

type keptPast struct {
	position uint64
	group    string
	past     *projections.Past
}

const (
	pastsKept   = 6
	pastsAtOnce = 2
)

// together are the topics that one page shows: they are folded at once.
func together(topic string) (group string, topics []string) {
	if topic == projections.Board || topic == projections.Deadlines {
		return projections.Board, []string{projections.Board, projections.Deadlines}
	}
	return topic, []string{topic}
}

// past is how a topic stood at a position. What it returns is only read: many may share it.
func (s *Service) past(ctx context.Context, position uint64, topic string) (*projections.Past, error) {
	group, topics := together(topic)
	return s.pasts.get(ctx, position, group, func() (*projections.Past, error) {
		p, err := s.Views.Past(ctx, projections.Source{Log: s.Log, Registry: s.Registry}, position, topics...)
		if err != nil {
			return nil, viewError(err)
		}
		return p, nil
	})
}

// get finds what is kept, or waits for its turn and folds it.
func (k *pasts) get(ctx context.Context, position uint64, group string, fold func() (*projections.Past, error)) (*projections.Past, error) {
	if p := k.known(position, group); p != nil {
		return p, nil
	}
	select {
	case k.turns <- struct{}{}:
		defer func() { <-k.turns }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if p := k.known(position, group); p != nil { // somebody else asked for the same meanwhile
		return p, nil
	}
	p, err := fold()
	if err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.kept = append(k.kept, keptPast{position, group, p})
	if over := len(k.kept) - pastsKept; over > 0 {
		k.kept = slices.Delete(k.kept, 0, over)
	}
	return p, nil
}

func (k *pasts) known(position uint64, group string) *projections.Past {
	k.mu.Lock()
	defer k.mu.Unlock()
	for i, one := range k.kept {
		if one.position == position && one.group == group {
			k.kept = append(slices.Delete(k.kept, i, i+1), one)
			return one.past
		}
	}
	return nil
}

// sightNow says of which cases the caller may see rows of the past: of those that she sees today. What has been closed to her
// since is not opened by asking for yesterday.
func (s *Service) sightNow(ctx context.Context, c Caller) (func(projections.Row) bool, error) {
	shut, err := s.Views.ShutCases(ctx, c.Account)
	if err != nil {
		return nil, viewError(err)
	}
	known := map[string]bool{}
	lens := LensOf(c)
	return func(r projections.Row) bool {
		if r.Case == "" {
			return true
		}
		sees, asked := known[r.Case]
		if !asked {
			_, isShut := slices.BinarySearch(shut, r.Case)
			if !isShut {
				today, err := s.Views.Get(ctx, projections.Register, r.Case)
				sees = err == nil && lens.Sees(today)
			}
			known[r.Case] = sees
		}
		return sees
	}, nil
}

// pastPage answers a list's query as of a position.
func (s *Service) pastPage(ctx context.Context, c Caller, q projections.Query, position uint64) (projections.Page, error) {
	past, err := s.past(ctx, position, q.Topic)
	if err != nil {
		return projections.Page{}, err
	}
	sees, err := s.sightNow(ctx, c)
	if err != nil {
		return projections.Page{}, err
	}
	q.EvenShut = true // a seal or an exclusion of that day that has ended hides nothing; those of today are judged by sees
	page, err := past.List(q, sees)
	if err != nil {
		return page, viewError(err)
	}
	return page, nil
}

// FiguresAt are the day's numbers as they stood.
func (s *Service) FiguresAt(ctx context.Context, c Caller, at At) (Figures, error) {
	if at.IsZero() {
		return s.Figures(ctx, c)
	}
	m, err := s.Moment(ctx, at)
	if err != nil {
		return Figures{}, err
	}
	queries, ok, err := s.figureQueries(c, m.Time)
	if err != nil || !ok {
		return Figures{Position: m.Position}, err
	}
	var n [4]int
	for i, q := range queries {
		page, err := s.pastPage(ctx, c, q, m.Position)
		if err != nil {
			return Figures{}, err
		}
		n[i] = page.Total
	}
	return Figures{Open: n[0], Waiting: n[1], Today: n[2], Overdue: n[3], Position: m.Position}, nil
}

// RowChange is a row that is not the same at two points of the history.
type RowChange struct {
	Key, Case, Code string
	Before, After   *projections.Row // nil where it was not there
}

// Changes are the rows of a list that differ between two points of the history, as far as the caller sees both: those that
// came first, then those that changed, then those that went, each by its code.
func (s *Service) Changes(ctx context.Context, c Caller, topic string, q ListQuery, from, to At) ([]RowChange, error) {
	action, ok := map[string]access.Action{
		projections.Board: access.ViewBoard, projections.Inbox: access.ViewInbox, projections.Outbox: access.ViewInbox,
		projections.Deadlines: access.ViewDeadlines, projections.Register: access.ListCase,
	}[topic]
	if !ok {
		return nil, ErrNotFound
	}
	if action == access.ViewInbox {
		action = boxOf(c, &q)
	}
	var rows [2]map[string]projections.Row
	for i, at := range []At{from, to} {
		m, err := s.Moment(ctx, at)
		if err != nil {
			return nil, err
		}
		q.At, q.Limit, q.After, q.NoTotal = At{Position: max(m.Position, 1)}, projections.MaxLimit, "", true
		rows[i] = map[string]projections.Row{}
		for {
			pq, ok, err := s.listQuery(c, action, topic, q, m.Time)
			if err != nil {
				return nil, err
			}
			if !ok {
				break
			}
			page, err := s.pastPage(ctx, c, pq, q.At.Position)
			if err != nil {
				return nil, err
			}
			for _, r := range page.Rows {
				rows[i][r.Key] = r
			}
			if q.After = page.Next; q.After == "" {
				break
			}
		}
	}
	return rowChanges(rows[0], rows[1]), nil
}

func rowChanges(before, after map[string]projections.Row) []RowChange {
	var out []RowChange
	for key, is := range after {
		was, there := before[key]
		switch {
		case !there:
			out = append(out, RowChange{key, is.Case, is.Code, nil, &is})
		case !is.Same(was):
			out = append(out, RowChange{key, is.Case, is.Code, &was, &is})
		}
	}
	for key, was := range before {
		if _, there := after[key]; !there {
			out = append(out, RowChange{key, was.Case, was.Code, &was, nil})
		}
	}
	slices.SortFunc(out, compareChanges)
	return out
}

func compareChanges(a, b RowChange) int {
	kind := func(c RowChange) int {
		switch {
		case c.Before == nil:
			return 0
		case c.After != nil:
			return 1
		}
		return 2
	}
	return cmp.Or(cmp.Compare(kind(a), kind(b)), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Key, b.Key))
}
