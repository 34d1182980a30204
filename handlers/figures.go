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
	for _, action := range []access.Action{access.ViewBoard, access.ViewDeadlines} {
		if v := access.Judge(c.Actor(), action, access.Facts{}); !v.Allow {
			return Figures{}, &DeniedError{Action: string(action), Code: v.Code}
		}
	}
	open, ok := s.scope(c, projections.Query{Topic: projections.Board})
	if !ok {
		return Figures{Position: s.Views.Position(projections.Board)}, nil
	}
	clocks := open
	clocks.Topic = projections.Deadlines
	waiting, today, overdue := clocks, clocks, clocks
	waiting.Stage = deadlines.Answer
	now := s.Clock.Now().UTC()
	today.DueFrom, today.DueBefore = now, s.tonight(now)
	overdue.DueBefore = now
	n, position, err := s.Views.Counts(ctx, open, waiting, today, overdue)
	if err != nil {
		return Figures{}, viewError(err)
	}
	return Figures{Open: n[0], Waiting: n[1], Today: n[2], Overdue: n[3], Position: position}, nil
}

// tonight is the end of the day that now is in, in Europe/Tirane.
func (s *Service) tonight(now time.Time) time.Time {
	local := now.In(s.Zone)
	return time.Date(local.Year(), local.Month(), local.Day()+1, 0, 0, 0, 0, s.Zone).UTC()
}
