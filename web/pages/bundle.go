package pages

import (
	"bytes"
	"context"
	_ "embed"
	"net/http"
	"slices"
	"strings"
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
	c, err := p.Service.MayBundle(r.Context(), v.Caller, r.PathValue("id")) // asks who it is here, so that the file itself comes without a question
	if err != nil {
		return err
	}
	parties := c.Parties()
	slices.SortFunc(parties, func(a, b string) int { return strings.Compare(v.Who(a), v.Who(b)) })
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
	State    []section
	Lines    []sheetLine
	Late     int
	Lapse    int
	Opened   int
	Withheld []withholding // why something is not here, each with how often
}

// sheetLine is one entry, or (Silent) a time in which nothing was recorded.
type sheetLine struct {
	entry
	N      int
	Silent int // days
	Closed bool
	Texts  []handlers.BundleText
}

// withholding is a reason to withhold, under the letter by which the document refers to it.
type withholding struct {
	Reason, Letter string
	N              int
}

// letter is how the document refers to a reason.
func letter(reason string) string {
	return string(rune('A' + slices.Index(handlers.Withholdings, reason)))
}

// count notes what is open and what is withheld.
func (s *sheet) count(texts []handlers.BundleText) {
	for _, t := range texts {
		if t.Withheld == "" {
			s.Opened++
			continue
		}
		i := slices.IndexFunc(s.Withheld, func(c withholding) bool { return c.Reason == t.Withheld })
		if i < 0 {
			i = len(s.Withheld)
			s.Withheld = append(s.Withheld, withholding{Reason: t.Withheld, Letter: letter(t.Withheld)})
		}
		s.Withheld[i].N++
	}
}

// withheld is how many texts are not here.
func (s sheet) withheld() (n int) {
	for _, c := range s.Withheld {
		n += c.N
	}
	return n
}

// texts are what an item says beside its title. Of a clock that is how it stands: how it climbed, the history tells.
func (v view) texts(part section, i item) []string {
	var out []string
	if i.HasRisk {
		out = append(out, v.Code("level", i.Level))
	}
	for _, t := range i.Tags {
		out = append(out, t.Text)
	}
	out = append(out, i.Aside)
	if part.Key != "clocks" {
		out = append(out, i.Lines...)
	}
	return out
}

func (v view) minor(is bool) string {
	if is {
		return v.T("case.minor")
	}
	return ""
}

// textOf is how an opened text is written.
func (v view) textOf(t handlers.BundleText) string {
	if t.Field == "birth_date" {
		return v.day(t.Text)
	}
	return t.Text
}

// pageFrame writes the case's code and the recipient on every printed page; who has one sheet in her hand knows of what it is.
func (v view) pageFrame(s sheet) string {
	of := s.Case.Code
	if s.Recipient != "" {
		of = join(of, v.Who(s.Recipient))
	}
	quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", " ", "<", `\3c `).Replace(of)
	return `<style>` + paperStyle + `@page { @top-left { content: "` + quoted + `"; font: 8pt sans-serif; } }</style>`
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
	for _, part := range v.summary(b.Case) {
		if part.Key != "persons" && len(part.Items) > 0 { // people have a section of their own here
			s.State = append(s.State, part)
		}
	}
	for _, one := range b.People {
		s.count(one.Texts)
	}
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
		s.count(e.Texts)
		s.Lines = append(s.Lines, sheetLine{entry: v.entry(e.Entry, false), N: i + 1, Texts: e.Texts, Closed: e.Closed})
	}
	slices.SortFunc(s.Withheld, func(a, b withholding) int { return strings.Compare(a.Letter, b.Letter) })
	var out bytes.Buffer
	if err := bundleSheet(v, s).Render(context.Background(), &out); err != nil {
		return nil, err
	}
	// The proof follows inside the body: the ledger closes it.
	return bytes.TrimSuffix(bytes.TrimSpace(out.Bytes()), []byte("</body></html>")), nil
}
