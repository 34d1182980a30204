package board

import (
	"cmp"
	"slices"

	"mkr/domain/casefile"
	"mkr/projections"
	"mkr/projections/casework"
)

// Rows derives the board's row of an open case; a closed one has none.
func Rows(d casework.Doc) []projections.Row {
	s := d.State
	if s.Status != casefile.Open {
		return nil
	}
	ball := BallOf(s.Ball())
	doc := Row{
		Case: s.ID, Code: s.Code, Kind: s.Kind, Channel: s.Channel, Risk: s.Risk, Stage: s.Stage(), Lead: s.Lead,
		Participants: s.Parties(), Ball: ball, Next: next(s), Orders: orders(s), OpenedAt: s.OpenedAt, Position: d.Position,
		Last: Last{Type: d.Last.Type, At: d.Last.OccurredAt, RecordedAt: d.Last.RecordedAt, Institution: d.Last.Institution},
	}
	for _, r := range s.Referrals {
		if r.IsOpen() {
			doc.OpenReferrals++
		}
		if r.AwaitsAnswer() {
			doc.Waiting++
		}
	}
	row := d.Row(projections.Board, s.ID)
	row.Stage, row.DueAt, row.Parties = doc.Stage, ball.DueAt, doc.Participants
	row.Institution = ball.Institution
	row.Doc = projections.Document(doc)
	return []projections.Row{row}
}

// BallOf shows a ball.
func BallOf(b casefile.Ball) Ball {
	return Ball{
		Closed: b.Closed, Institution: b.Institution, Action: b.Action, Kind: b.Kind, Target: b.Target, Rule: b.Rule,
		DueAt: b.DueAt, Lapsed: b.Lapsed, Rung: b.Rung, AckBy: b.AckBy,
	}
}

func next(s casefile.State) []NextDate {
	var out []NextDate
	for _, h := range s.Hearings {
		if h.Status == casefile.Planned && !h.InError {
			out = append(out, NextDate{Kind: casefile.TargetHearing, Target: h.ID, At: h.When, Institution: h.Court})
		}
	}
	for _, v := range s.Visits {
		if v.Status == casefile.Planned && !v.InError {
			out = append(out, NextDate{Kind: casefile.TargetVisit, Target: v.ID, At: v.When, Institution: v.By})
		}
	}
	for _, r := range s.Referrals {
		if r.Status == casefile.Scheduled {
			out = append(out, NextDate{Kind: "appointment", Target: r.ReferralContent.Referral, At: r.Appointment, Institution: r.To})
		}
	}
	for _, a := range s.Plan.Actions {
		if a.Status == casefile.Planned {
			out = append(out, NextDate{Kind: casefile.TargetAction, Target: a.ID, At: a.Due, Institution: a.Institution})
		}
	}
	slices.SortStableFunc(out, func(a, b NextDate) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Target, b.Target)) })
	return out
}

func orders(s casefile.State) []Order {
	var out []Order
	for _, o := range s.Orders {
		if !o.InError && (o.Status == casefile.OrderAsked || o.Status == casefile.OrderInForce) {
			out = append(out, Order{Order: o.ID, Type: o.Type, Status: string(o.Status), ValidUntil: o.ValidUntil, Executed: !o.ExecutedAt.IsZero()})
		}
	}
	return out
}
