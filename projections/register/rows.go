package register

import (
	"mkr/domain/casefile"
	"mkr/projections"
	"mkr/projections/casework"
)

// Rows derives the case's entry.
func Rows(d casework.Doc) []projections.Row {
	s := d.State
	if s.Status == casefile.NotOpened {
		return nil
	}
	entry := Entry{
		Case: s.ID, Code: s.Code, Kind: s.Kind, Channel: s.Channel, Status: string(s.Status), Stage: s.Stage(), Risk: s.Risk,
		Lead: s.Lead, Participants: s.Parties(), OpenedAt: s.OpenedAt, ClosedAt: s.ClosedAt, CloseReason: s.CloseReason, Reopened: s.Reopened,
	}
	for _, r := range s.Referrals {
		if r.Status != casefile.Drafted && r.Status != casefile.InError {
			entry.Referrals++
		}
	}
	row := d.Row(projections.Register, s.ID)
	row.Stage, row.Parties, row.Doc = entry.Stage, entry.Participants, projections.Document(entry)
	return []projections.Row{row}
}
