package api

import (
	"net/http"
	"strconv"

	"mkr/handlers"
)

// AuditLog is one page of the whole log's headers.
type AuditLog struct {
	Entries []handlers.LogEntry `json:"entries"`
	Next    uint64              `json:"next"` // after of the next page; the same again when there is nothing new yet
}

type logQuery struct {
	After uint64 `query:"after" description:"Position of the last entry of the page before; default: from the beginning."`
	Limit int    `query:"limit" minimum:"1" maximum:"1000" description:"Entries a page, 1 to 1000."`
}

func (a *API) auditRoutes() []route {
	return []route{
		{method: "GET", path: "/audit/log", summary: "The whole log: headers and hashes, no contents; for auditors", query: logQuery{}, out: AuditLog{}, status: 200, handle: a.auditLog},
	}
}

func (a *API) auditLog(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	q := r.URL.Query()
	after, err := positionParam(q.Get("after"), "after")
	if err != nil {
		return err
	}
	limit, err := intParam(q.Get("limit"), "limit", handlers.AuditLogDefault, handlers.AuditLogMax)
	if err != nil {
		return err
	}
	entries, err := a.Service.AuditLog(r.Context(), c, after, limit)
	if err != nil {
		return err
	}
	page := AuditLog{Entries: entries, Next: after}
	if n := len(entries); n > 0 {
		page.Next = entries[n-1].Position
		linkNext(w, r, strconv.FormatUint(page.Next, 10))
	}
	return answer(w, http.StatusOK, page)
}
