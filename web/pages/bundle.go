package pages

import (
	"bytes"
	"context"
	_ "embed"
	"net/http"
	"time"

	"mkr/handlers"
	"mkr/web/i18n"
)

// paperStyle is inside the file: a bundle must read and print where nothing else of ours is.
//
//go:embed bundle.css
var paperStyle string

// silence is how long nothing must have been recorded for the document to say so.
const silence = 30 * 24 * time.Hour

// chooseBundle asks for whom the file is.
func (p *Pages) chooseBundle(w http.ResponseWriter, r *http.Request, v view) error {
	if !v.mayAudit() {
		return handlers.ErrNotFound
	}
	if err := p.Service.NeedRaised(r.Context(), v.Caller); err != nil { // here, so that the file itself comes without a question
		return err
	}
	c, err := p.Service.Case(r.Context(), v.Caller, r.PathValue("id"), handlers.At{})
	if err != nil {
		return err
	}
	var parties []string
	for _, part := range c.Participants {
		if !part.Removed {
			parties = append(parties, part.Institution)
		}
	}
	return p.render(w, r, http.StatusOK, bundleChoice(v, c, parties))
}

// bundleFile is the file itself.
func (p *Pages) bundleFile(w http.ResponseWriter, r *http.Request, v view) error {
	ask := handlers.BundleAsk{Case: r.PathValue("id"), Recipient: r.URL.Query().Get("recipient"), Language: string(v.Language())}
	file, err := p.Service.Bundle(r.Context(), v.Caller, ask, p.Document)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="mkr-bundle.html"`)
	_, _ = w.Write(file)
	return nil
}

// sheet is a bundle's readable part.
type sheet struct {
	handlers.BundleView
	Lines []sheetLine
	Late  int
	Lapse int
}

// sheetLine is one entry, or (Silent) a time in which nothing was recorded.
type sheetLine struct {
	entry
	N      int
	Silent int // days
}

// Document renders the readable part of a bundle. The same view gives the same bytes.
func (p *Pages) Document(b handlers.BundleView) ([]byte, error) {
	l := i18n.Albanian
	if b.Language == string(i18n.English) {
		l = i18n.English
	}
	v := view{Locale: p.locales[l], Now: b.Entries[len(b.Entries)-1].RecordedAt, Past: true, assets: p.assets, rules: p.rules}
	known, _, _ := p.institutionNames(context.Background(), v)
	v.names = func() names { return known }
	s := sheet{BundleView: b}
	for i, e := range b.Entries {
		if i > 0 {
			if gap := e.RecordedAt.Sub(b.Entries[i-1].RecordedAt); gap >= silence {
				s.Lines = append(s.Lines, sheetLine{Silent: int(gap / (24 * time.Hour))})
			}
		}
		if e.Late {
			s.Late++
		}
		if e.Type == "deadline.lapsed" {
			s.Lapse++
		}
		s.Lines = append(s.Lines, sheetLine{entry: v.entry(e, false), N: i + 1})
	}
	var out bytes.Buffer
	if err := bundleSheet(v, s).Render(context.Background(), &out); err != nil {
		return nil, err
	}
	// The proof follows inside the body: the ledger closes it.
	return bytes.TrimSuffix(bytes.TrimSpace(out.Bytes()), []byte("</body></html>")), nil
}
