package pages

import (
	"net/http"
	"net/url"
	"strings"

	"mkr/domain/access"
	"mkr/domain/event"
	"mkr/handlers"
)

// auditRoutes prove the history. What was signed everybody may see; single events auditors prove.
func (p *Pages) auditRoutes(only func(string, page)) {
	only("GET /audit", p.audit)
	only("GET /audit/proof", p.findProof)
	only("GET /audit/proof/{event}", p.proof)
	only("GET /audit/seen-as/{account}", p.seenAs)
	only("GET /film", p.film)
	only("GET /cases/{id}/bundle", p.chooseBundle)
	only("GET /cases/{id}/bundle/file", p.bundleFile)
}

func (v view) mayAudit() bool {
	return access.Judge(v.Caller.Actor(), access.ViewAudit, access.Facts{}).Allow
}

func (p *Pages) audit(w http.ResponseWriter, r *http.Request, v view) error {
	c, err := p.Service.NewestCheckpoint(r.Context())
	if err != nil {
		return err
	}
	flags, err := p.waitingFlags(r, v)
	if err != nil {
		return err
	}
	return p.render(w, r, http.StatusOK, auditView(v, c, v.mayAudit(), flags))
}

// findProof leads from what was typed to the event's page.
func (p *Pages) findProof(w http.ResponseWriter, r *http.Request, _ view) error {
	http.Redirect(w, r, "/audit/proof/"+url.PathEscape(strings.TrimSpace(r.URL.Query().Get("event"))), http.StatusSeeOther)
	return nil
}

// proofPage is the proof of one event.
type proofPage struct {
	handlers.Proof
	Case      string   // id, of a case's event
	Witnesses []string // their public keys
}

// proof shows an event's proof; the page's own script checks it.
func (p *Pages) proof(w http.ResponseWriter, r *http.Request, v view) error {
	proof, err := p.Service.ProveEvent(r.Context(), v.Caller, r.PathValue("event"), 0)
	if err != nil {
		return err
	}
	c, err := p.Service.NewestCheckpoint(r.Context())
	if err != nil {
		return err
	}
	page := proofPage{Proof: proof}
	if event.Category(proof.Stream) == event.CaseCategory {
		page.Case = event.ID(proof.Stream)
	}
	for _, witness := range c.Witnesses {
		page.Witnesses = append(page.Witnesses, witness.Verifier)
	}
	return p.render(w, r, http.StatusOK, proofView(v, page))
}

// steps are what the browser checks, in order. The bytes of events that are no case's are not shown.
func (p proofPage) steps() []string {
	steps := []string{"bytes", "leaf", "root", "signature"}
	if p.Data == nil {
		return steps[1:]
	}
	return steps
}

// data is what the script works on.
func (p proofPage) data() any {
	return struct {
		handlers.Proof
		Witnesses []string `json:"witnesses"`
	}{p.Proof, p.Witnesses}
}

// proofStep says what a step checks.
func (v view) proofStep(step string) string {
	switch step {
	case "bytes":
		return v.T("prove.step_bytes")
	case "leaf":
		return v.T("prove.step_leaf")
	case "root":
		return v.T("prove.step_root")
	}
	return v.T("prove.step_signature")
}
