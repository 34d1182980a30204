package handlers

import (
	"context"
	"time"

	"mkr/domain/access"
	"mkr/projections"
	"mkr/projections/deadlines"
)

// Figures are the day's numbers for those who watch the board: each is the length of a list that the same caller gets
// with the query that stands beside it. All of them are of one moment.
type Figures struct {
	Open     int // Board
	Waiting  int // Deadlines, Stage deadlines.Answer: referrals that nobody has answered yet
	Today    int // Deadlines, Today
	Overdue  int // Deadlines, Overdue
	Position uint64
}

// Figures counts them.
func (s *Service) Figures(ctx context.Context, c Caller) (Figures, error) {
	queries, ok, err := s.figureQueries(c, s.Clock.Now().UTC())
	if err != nil || !ok {
		return Figures{Position: s.Views.Position(projections.Board)}, err
	}
	n, position, err := s.Views.Counts(ctx, queries[:]...)
	if err != nil {
		return Figures{}, viewError(err)
	}
	return Figures{Open: n[0], Waiting: n[1], Today: n[2], Overdue: n[3], Position: position}, nil
}

// figureQueries are the lists that the numbers are the lengths of; ok is false when the caller sees none of their rows.
func (s *Service) figureQueries(c Caller, now time.Time) (q [4]projections.Query, ok bool, err error) {
	for _, action := range []access.Action{access.ViewBoard, access.ViewDeadlines} {
		if v := access.Judge(c.Actor(), action, access.Facts{}); !v.Allow {
			return q, false, &DeniedError{Action: string(action), Code: v.Code}
		}
	}
	open, ok := s.scope(c, projections.Query{Topic: projections.Board})
	clocks := open
	clocks.Topic = projections.Deadlines
	waiting, today, overdue := clocks, clocks, clocks
	waiting.Stage = deadlines.Answer
	today.DueFrom, today.DueBefore = now, s.tonight(now)
	overdue.DueBefore = now
	return [4]projections.Query{open, waiting, today, overdue}, ok, nil
}

// tonight is the end of the day that now is in, in Europe/Tirane.
func (s *Service) tonight(now time.Time) time.Time {
	local := now.In(s.Zone)
	return time.Date(local.Year(), local.Month(), local.Day()+1, 0, 0, 0, 0, s.Zone).UTC()
}
