package outbox

import (
	"mkr/domain/casefile"
	"mkr/projections"
	"mkr/projections/asks"
	"mkr/projections/board"
	"mkr/projections/casework"
)

// Rows derives one row a referral, drafts too, for the institution that sent it.
func Rows(d casework.Doc) []projections.Row {
	s := d.State
	out := make([]projections.Row, 0, len(s.Referrals))
	for _, r := range s.Referrals {
		id := r.ReferralContent.Referral
		ball := board.BallOf(s.ReferralBall(id))
		row := d.Row(projections.Outbox, s.ID+":"+id)
		row.Institution, row.Status, row.Stage, row.DueAt, row.SortAt = r.From, string(r.Status), stage(r), ball.DueAt, r.ChangedAt
		row.Parties = []string{r.From}
		row.Doc = projections.Document(Item{
			Referral: id, Case: s.ID, Code: s.Code, CaseKind: s.Kind, Risk: s.Risk, From: r.From, To: r.To, ToPrivate: r.ToPrivate,
			OffPlatform: r.OffPlatform, Service: r.Service, Urgency: r.Urgency, Round: r.Round, Previous: r.Previous,
			ReplacedBy: r.ReplacedBy, Status: string(r.Status), HoldKind: r.HoldKind, Open: r.IsOpen(), Reason: r.Code,
			Settled: r.Settled, Review: r.Review, Via: r.Via, Sessions: r.Sessions, SentAt: r.SentAt, SeenAt: r.SeenAt, AnsweredAt: r.AnsweredAt, ChangedAt: r.ChangedAt,
			Appointment: r.Appointment, RespondBy: r.RespondBy, Ball: ball, Asks: of(d.Asked, id),
		})
		out = append(out, row)
	}
	return out
}

func of(all []asks.Ask, referral string) (out []asks.Ask) {
	for _, a := range all {
		if a.Referral == referral {
			out = append(out, a)
		}
	}
	return out
}

// Stages of a row: it came back and its sender must deal with it, somebody else still owes an action on it, or it is over.
const (
	Returned = "returned"
	Open     = "open"
	Over     = "over"
)

// Stages lists them in the order in which a sender looks at them.
var Stages = []string{Returned, Open, Over}

func stage(r casefile.Referral) string {
	switch {
	case !r.IsOpen():
		return Over
	case r.Settled == "" && (r.Status == casefile.Declined || r.Status == casefile.Failed):
		return Returned
	}
	return Open
}
