package handlers

import (
	"context"
	"time"

	"mkr/internal/eventlog"
	"mkr/internal/ledger"
)

// LogEntry is the header of one stored event: what an auditor needs to follow the log and to compare it with a copy,
// and nothing of what the event says. The leaves of the ledger's tree are made of it, so that who has all headers can
// compute the root that a checkpoint signs, and knows that none was kept from him.
type LogEntry struct {
	Position   uint64    `json:"position"`
	Leaf       uint64    `json:"leaf_index"`
	Event      string    `json:"event"`
	Type       string    `json:"type"`
	Stream     string    `json:"stream"`
	Revision   uint64    `json:"revision"`
	RecordedAt time.Time `json:"recorded_at"`
	Data       string    `json:"data_sha256"` // of the stored bytes, hexadecimal
	Meta       string    `json:"meta_sha256"`
	Hash       string    `json:"leaf_hash"` // base64, as proofs have it
}

// Limits of a page of the log.
const (
	AuditLogDefault = 100
	AuditLogMax     = 1000
)

// AuditLog pages through the whole log in order of position, for auditors. A limit below 1 means AuditLogDefault,
// more than AuditLogMax means that. The last page is empty: events may still come.
func (s *Service) AuditLog(ctx context.Context, c Caller, after uint64, limit int) ([]LogEntry, error) {
	if err := s.mayAudit(ctx, c, ""); err != nil {
		return nil, err
	}
	if limit < 1 {
		limit = AuditLogDefault
	}
	page, err := s.Log.ReadAll(ctx, asPosition(after), min(limit, AuditLogMax))
	if err != nil {
		return nil, logError(err)
	}
	out := make([]LogEntry, len(page))
	if len(page) == 0 {
		return out, nil
	}
	first, err := s.Ledger.FindPosition(ctx, page[0].Position)
	if err != nil {
		return nil, ledgerError(err)
	}
	for i, r := range page {
		out[i] = headerOf(r, first+uint64(i))
	}
	return out, nil
}

func headerOf(r eventlog.Recorded, leaf uint64) LogEntry {
	h := ledger.HeaderOf(r)
	return LogEntry{
		Position: uint64(r.Position), Leaf: leaf, Event: r.ID.String(), Type: r.Type, Stream: r.Stream, Revision: r.Revision,
		RecordedAt: r.RecordedAt, Data: h.Data.String(), Meta: h.Meta.String(), Hash: h.LeafHash().String(),
	}
}
