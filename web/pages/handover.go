package pages

import (
	"net/http"
	"slices"

	"mkr/domain/casefile"
	"mkr/handlers"
)

// The sheet with which a file goes to another municipality: before it is sent, as a step of its form, and afterwards as it was.

// sheetPath is the page of a transfer's sheet.
func sheetPath(caseID, transfer string) string {
	return "/cases/" + caseID + "/transfers/" + transfer + "/sheet"
}

// sheetPage is a sheet, with the texts that were opened for this answer.
type sheetPage struct {
	handlers.HandOver
	Formal string            // name of who hands it over
	Opened map[string]opened // by person or entry; nil when nothing was opened
}

// sheetSections are the sections of a case's page that a part of the file is made of. A part that is in none of them goes
// with the sheet as papers of its own.
var sheetSections = map[string][]string{
	"summary": {"persons", "participants"}, "risk_assessments": {"risk"}, "plan": {"plan", "safety"}, "measures": {"measures"}, "orders": {"orders"}, "documents": {"files"},
}

// sheetPart is one part of the file on the sheet.
type sheetPart struct {
	Part   string
	Items  []item
	Papers bool // it goes with the sheet and is not on it
	Opened bool // it is on it once its texts are opened
}

// parts are what the sheet holds, in the order of the list, without what is to be done in the case here.
func (v view) parts(s handlers.HandOver) (out []sheetPart) {
	v.people, v.Past = nil, true
	sections := v.summary(s.Case)
	for _, part := range casefile.TransferParts {
		if !slices.Contains(s.Parts, part) {
			continue
		}
		p := sheetPart{Part: part, Papers: sheetSections[part] == nil && part != "contacts", Opened: part == "contacts"}
		for _, section := range sections {
			if slices.Contains(sheetSections[part], section.Key) {
				p.Items = append(p.Items, slices.DeleteFunc(slices.Clone(section.Items), func(i item) bool { return i.Struck })...)
			}
		}
		out = append(out, p)
	}
	return out
}

// formal is an institution's full name: on paper a short one is not enough.
func (p *Pages) formal(r *http.Request, v view, institution string) (string, error) {
	list, err := p.Service.Institutions(r.Context())
	for _, i := range list.Items {
		if i.Institution == institution {
			return v.institution(i), nil
		}
	}
	return v.Who(institution), err
}

// sheetOf reads a sheet as it was handed over.
func (p *Pages) sheetOf(r *http.Request, v view) (sheetPage, error) {
	s, err := p.Service.HandOver(r.Context(), v.Caller, r.PathValue("id"), r.PathValue("transfer"))
	if err != nil {
		return sheetPage{}, err
	}
	page := sheetPage{HandOver: s}
	page.Formal, err = p.formal(r, v, s.Case.Lead)
	return page, err
}

// sheet shows what was handed over, in coded form.
func (p *Pages) sheet(w http.ResponseWriter, r *http.Request, v view) error {
	page, err := p.sheetOf(r, v)
	if err != nil {
		return err
	}
	return p.render(w, r, http.StatusOK, handOverView(v, page))
}

// openSheet opens its texts: a post, on record before a word of it is read, and kept nowhere.
func (p *Pages) openSheet(w http.ResponseWriter, r *http.Request, v view) error {
	id, transfer := r.PathValue("id"), r.PathValue("transfer")
	texts, err := p.Service.OpenHandOver(r.Context(), v.Caller, id, transfer)
	if err != nil {
		return err
	}
	page, err := p.sheetOf(r, v)
	if err != nil {
		return err
	}
	page.Opened = map[string]opened{}
	for _, one := range append(texts.Persons, texts.Entries...) {
		page.Opened[one.ID] = v.opened(one)
	}
	v.Path = sheetPath(id, transfer)
	return p.render(w, r, http.StatusOK, handOverView(v, page))
}
