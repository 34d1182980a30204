package pages

import (
	"net/http"

	"mkr/handlers"
)

// What a referral shows its receiver: before it is sent, as a step of its form, and afterwards as the copy that was kept.

// sentPath is the page of a referral's copy.
func sentPath(caseID, referral string) string {
	return "/cases/" + caseID + "/referrals/" + referral + "/sent"
}

// receiverPage is the case's page as the receiver would find it, without anything to do on it.
func (v view) receiverPage(s handlers.Preview) casePage {
	v.people = nil // names of staff are for those who guard the case
	out := casePage{Case: s.Case}
	for _, section := range v.summary(s.Case) {
		if len(section.Items) > 0 {
			out.Sections = append(out.Sections, section)
		}
	}
	return out
}

// fields names sealed fields in words.
func (v view) fields(names []string) string {
	words := make([]string, len(names))
	for i, name := range names {
		words[i] = v.T("field." + name)
	}
	return join(words...)
}

// sentPage is the copy of what a referral showed, with the texts that were opened for this answer.
type sentPage struct {
	Case   string
	Sent   handlers.Sent
	Opened map[string]opened // by person or entry; nil when nothing was opened
}

// sent shows what was sent, in coded form.
func (p *Pages) sent(w http.ResponseWriter, r *http.Request, v view) error {
	s, err := p.Service.Sent(r.Context(), v.Caller, r.PathValue("id"), r.PathValue("referral"))
	if err != nil {
		return err
	}
	return p.render(w, r, http.StatusOK, sentView(v, sentPage{Case: r.PathValue("id"), Sent: s}))
}

// openSent opens its texts: a post, on record before a word of it is read, and kept nowhere.
func (p *Pages) openSent(w http.ResponseWriter, r *http.Request, v view) error {
	id, referral := r.PathValue("id"), r.PathValue("referral")
	texts, err := p.Service.OpenSent(r.Context(), v.Caller, id, referral)
	if err != nil {
		return err
	}
	s, err := p.Service.Sent(r.Context(), v.Caller, id, referral)
	if err != nil {
		return err
	}
	page := sentPage{Case: id, Sent: s, Opened: map[string]opened{}}
	for _, one := range append(texts.Persons, texts.Entries...) {
		page.Opened[one.ID] = v.opened(one)
	}
	v.Path = sentPath(id, referral)
	return p.render(w, r, http.StatusOK, sentView(v, page))
}
