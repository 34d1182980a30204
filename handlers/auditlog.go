package handlers

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"mkr/domain/access"
	"mkr/internal/eventlog"
)

// LogEntry is the header of one stored event: what an auditor needs to follow the log and to compare it with a copy,
// and nothing of what the event says.
type LogEntry struct {
	Position   uint64    `json:"position"`
	Event      string    `json:"event"`
	Type       string    `json:"type"`
	Stream     string    `json:"stream"`
	Revision   uint64    `json:"revision"`
	RecordedAt time.Time `json:"recorded_at"`
	Data       string    `json:"data_sha256"` // of the stored bytes, hexadecimal
	Meta       string    `json:"meta_sha256"`
}

// Limits of a page of the log.
const (
	AuditLogDefault = 100
	AuditLogMax     = 1000
)

// AuditLog pages through the whole log in order of position, for auditors. A limit below 1 means AuditLogDefault,
// more than AuditLogMax means that. The last page is empty: events may still come.
func (s *Service) AuditLog(ctx context.Context, c Caller, after uint64, limit int) ([]LogEntry, error) {
	if v := access.Judge(c.Actor(), access.ViewAudit, access.Facts{}); !v.Allow {
		err := &DeniedError{Action: string(access.ViewAudit), Code: v.Code}
		s.recordRefusal(ctx, c, string(access.ViewAudit), "", NewKey(), err)
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
	for i, r := range page {
		out[i] = headerOf(r)
	}
	return out, nil
}

func headerOf(r eventlog.Recorded) LogEntry {
	return LogEntry{
		Position: uint64(r.Position), Event: r.ID.String(), Type: r.Type, Stream: r.Stream, Revision: r.Revision,
		RecordedAt: r.RecordedAt, Data: hexHash(r.Data), Meta: hexHash(r.Meta),
	}
}

func hexHash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
