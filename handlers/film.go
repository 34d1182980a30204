package handlers

import (
	"context"
	"time"

	"mkr/domain/access"
	"mkr/internal/eventlog"
	"mkr/projections"
	"mkr/projections/board"
)

// Film plays the board's history: what changed on it between one instant and a later one, from the log, by the folds that
// made it then. It is for those who see every case, auditors and coordinators, and belongs to one goroutine.
type Film struct {
	s     *Service
	past  *projections.Past
	sees  func(projections.Row) bool
	lens  Lens
	block []eventlog.Recorded
	ended bool
}

// filmBlock is how many events are read ahead.
const filmBlock = 512

// Film begins behind a moment. What the caller may not see today is not in it.
func (s *Service) Film(ctx context.Context, c Caller, from At) (*Film, error) {
	if !access.Judge(c.Actor(), access.ViewBoard, access.Facts{}).Allow || !s.seesAllCases(c) {
		err := &DeniedError{Action: string(access.ViewBoard), Code: "role"}
		s.recordRefusal(ctx, c, string(access.ViewBoard), "", NewKey(), err)
		return nil, err
	}
	position, err := s.positionAt(ctx, from)
	if err != nil {
		return nil, err
	}
	past, err := s.Views.Past(ctx, projections.Source{Log: s.Log, Registry: s.Registry}, position, projections.Board)
	if err != nil {
		return nil, viewError(err)
	}
	sees, err := s.sightNow(ctx, c)
	if err != nil {
		return nil, err
	}
	return &Film{s: s, past: past, sees: sees, lens: LensOf(c)}, nil
}

// Position and Moment are where it stands.
func (f *Film) Position() uint64  { return f.past.Position() }
func (f *Film) Moment() time.Time { return f.past.Moment() }

// Next is when the next event was recorded; ok is false when there is none.
func (f *Film) Next(ctx context.Context) (at time.Time, ok bool, err error) {
	if len(f.block) == 0 && !f.ended {
		if f.block, err = f.s.Log.ReadAll(ctx, asPosition(f.Position()), filmBlock); err != nil {
			return at, false, logError(err)
		}
		f.ended = len(f.block) == 0
	}
	if f.ended {
		return at, false, nil
	}
	return f.block[0].RecordedAt, true, nil
}

// Until plays on to an instant, and gives the newest change of every row of the board that the caller may see.
func (f *Film) Until(ctx context.Context, t time.Time) ([]projections.Change, error) {
	newest, order := map[string]projections.Change{}, []string{}
	for {
		at, ok, err := f.Next(ctx)
		if err != nil {
			return nil, err
		}
		if !ok || at.After(t) {
			break
		}
		changes, err := f.past.Take(f.block[0])
		if err != nil {
			return nil, err
		}
		f.block = f.block[1:]
		for _, c := range changes {
			if _, known := newest[c.Key]; !known {
				order = append(order, c.Key)
			}
			newest[c.Key] = c
		}
	}
	out := make([]projections.Change, 0, len(order))
	for _, key := range order {
		if c := newest[key]; f.shows(c) {
			out = append(out, c)
		}
	}
	return out, nil
}

// Board is the board where the film stands, what is due first on top.
func (f *Film) Board() ([]board.Row, error) {
	page, err := f.past.List(projections.Query{Topic: projections.Board, EvenShut: true, Limit: projections.MaxLimit}, func(r projections.Row) bool { return f.lens.Sees(r) && f.sees(r) })
	if err != nil {
		return nil, viewError(err)
	}
	list, err := itemsOf[board.Row](page)
	return list.Items, err
}

func (f *Film) shows(c projections.Change) bool {
	row := c.Row
	if c.Op == projections.Remove && c.Before != nil {
		row = *c.Before
	}
	return f.lens.Sees(row) && f.sees(row)
}
