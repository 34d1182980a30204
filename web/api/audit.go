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

type consistencyQuery struct {
	From uint64 `query:"from" description:"Size of the smaller log."`
	To   uint64 `query:"to" description:"Size of the larger one; default: that of the newest checkpoint."`
}

type proofQuery struct {
	Size uint64 `query:"size" description:"Size of the checkpoint to prove it under; default: one that covers it, signed by as many witnesses as there are."`
}

type bundleQuery struct {
	Recipient string `query:"recipient" description:"Institution that it is for: one that sees the case itself."`
	At        string `query:"at" description:"How far the history goes: a position, or an instant (RFC 3339); default: now."`
	Size      uint64 `query:"size" description:"Size of the checkpoint to prove it under. With at, the same file again, byte for byte."`
	Language  string `query:"language" enum:"sq,en" description:"Of the readable part; default: the caller's."`
}

// Cosignature is what a witness sends.
type Cosignature struct {
	Size      int    `json:"size" required:"true" minimum:"1"`
	Signature string `json:"signature" required:"true" maxLength:"400"` // one line, as it stands under the note
}

func (a *API) auditRoutes() []route {
	return []route{
		{method: "GET", path: "/audit/log", summary: "The whole log: headers and hashes, no contents; for auditors", query: logQuery{}, out: AuditLog{}, status: 200, handle: a.auditLog},
		{method: "GET", path: "/audit/checkpoint", summary: "The newest signed checkpoint of the log (C2SP tlog-checkpoint), and the witnesses who signed it", public: true, out: handlers.Checkpoint{}, status: 200, handle: a.checkpoint},
		{method: "GET", path: "/audit/consistency", summary: "Proof that the log of to events begins with that of from (RFC 6962)", public: true, query: consistencyQuery{}, out: handlers.Consistency{}, status: 200, handle: a.consistency},
		{method: "GET", path: "/audit/proof/{event}", summary: "Proof that an event, by its id or position, is in the signed history (RFC 6962); for auditors", query: proofQuery{}, out: handlers.Proof{}, status: 200, handle: a.proof},
		{method: "GET", path: "/audit/cases/{case}/bundle", summary: "A case as one file, to read, print and verify offline with mkr audit verify; for those who answer for the case, and auditors", query: bundleQuery{}, out: "", html: true, status: 200, handle: a.bundle},
		{method: "POST", path: "/audit/cosignatures", summary: "A witness's signature under a checkpoint (C2SP tlog-cosignature)", public: true, in: Cosignature{}, out: handlers.Checkpoint{}, status: 200, handle: a.cosign},
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

func (a *API) checkpoint(w http.ResponseWriter, r *http.Request, _ handlers.Caller) error {
	c, err := a.Service.NewestCheckpoint(r.Context())
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, c)
}

func (a *API) consistency(w http.ResponseWriter, r *http.Request, _ handlers.Caller) error {
	q := r.URL.Query()
	from, err := positionParam(q.Get("from"), "from")
	if err != nil {
		return err
	}
	to, err := positionParam(q.Get("to"), "to")
	if err != nil {
		return err
	}
	p, err := a.Service.ProveConsistency(r.Context(), from, to)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, p)
}

func (a *API) proof(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	size, err := positionParam(r.URL.Query().Get("size"), "size")
	if err != nil {
		return err
	}
	p, err := a.Service.ProveEvent(r.Context(), c, r.PathValue("event"), size)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, p)
}

func (a *API) cosign(w http.ResponseWriter, r *http.Request, _ handlers.Caller) error {
	var in Cosignature
	if _, err := decode(w, r, &in); err != nil {
		return err
	}
	if err := a.Service.Cosign(r.Context(), uint64(max(in.Size, 0)), in.Signature); err != nil {
		return err
	}
	return a.checkpoint(w, r, handlers.Caller{})
}

func (a *API) bundle(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	q := r.URL.Query()
	at, err := readAt(r)
	if err != nil {
		return err
	}
	size, err := positionParam(q.Get("size"), "size")
	if err != nil {
		return err
	}
	language := q.Get("language")
	switch language {
	case "":
		language = c.Language
	case "sq", "en":
	default:
		return &badRequest{http.StatusUnprocessableEntity, "value.unknown", "language", "sq or en"}
	}
	file, err := a.Service.Bundle(r.Context(), c, handlers.BundleAsk{Case: r.PathValue("case"), Recipient: q.Get("recipient"), At: at, Size: size, Language: language}, a.Document)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html")
	h.Set("Content-Disposition", `attachment; filename="mkr-bundle.html"`)
	h.Set("Content-Length", strconv.Itoa(len(file)))
	_, _ = w.Write(file)
	return nil
}
