package pages

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/handlers"
)

// casePage is one case as the caller may see it now.
type casePage struct {
	Case     handlers.CaseView
	Sections []section
	Story    []entry
	Swim     swimlanes
	Only     only      // what is shown of it
	All      int       // entries in all
	Found    int       // entries that are asked for, on all pages
	Older    uint64    // the next page begins before it; 0 at the end
	Newer    bool      // there are pages before this one
	Lanes    []string  // institutions that have recorded something, in the order of their first entry
	News     []entry   // what others recorded since the reader opened the case
	Visit    time.Time // the reader's last visit before this one; zero: there was none, or she has seen what came since
	Since    []entry   // what others recorded since that visit
	Vitals   vitals
	Waits    []waiting // what falls due first on top
	Urged    []waiting // of them what the caller can answer now
	Todo     []todoGroup
	Opened   map[string]opened // texts opened by this answer, by person or entry
	Stand    stand
	Links    bool // the caller may link it with other cases of the household
	MayOpen  bool // sealed names
}

// todoGroup is some of the actions open now that are about the case as a whole.
type todoGroup struct {
	Key   string
	Todos []todo
}

// opened are texts in the clear, made for one answer.
type opened struct {
	Fields []openedField
	Erased bool
}

type openedField struct{ Label, Text string }

// casePage shows a case.
func (p *Pages) casePage(w http.ResponseWriter, r *http.Request, v view) error {
	if v.Receipt > 0 {
		// So that people see what they just filed; a view that is a moment behind says so itself.
		if err := p.Service.Await(r.Context(), v.Receipt); err != nil && r.Context().Err() != nil {
			return err
		}
	}
	asked := onlyOf(r.URL.Query())
	asked.Follows = r.URL.Query().Get("part") == "1"
	c, err := p.caseOf(r.Context(), v, r.PathValue("id"), asked)
	if errors.Is(err, handlers.ErrNotFound) && r.URL.Query().Has(overQuery) {
		return p.render(w, r, http.StatusNotFound, overView(v))
	}
	if err != nil {
		return err
	}
	leaveInTime(w, c.Case)
	switch r.URL.Query().Get("part") {
	case "1":
		return p.render(w, r, http.StatusOK, caseBody(v, c))
	case "story":
		return p.render(w, r, http.StatusOK, storyView(v, c))
	}
	return p.render(w, r, http.StatusOK, casePageView(v, c))
}

func (p *Pages) caseOf(ctx context.Context, v view, id string, asked only) (casePage, error) {
	position := p.Service.Position() // before the case is read: it is followed from here
	h, err := p.Service.History(ctx, v.Caller, id)
	if err != nil {
		return casePage{}, err
	}
	if asked.Follows {
		h = h.Follow()
	}
	visit := h.LastVisit(ctx)
	c, err := h.Case(ctx, handlers.At{})
	if err != nil {
		return casePage{}, err
	}
	v.people = p.peopleOf(ctx, v, id)
	t := h.Timeline(ctx, handlers.At{})
	page := casePage{
		Case: c, Sections: v.summary(c), Todo: v.todoGroups(c), Vitals: v.vitals(c), Waits: v.waits(c),
		Stand:   stand{Position: position, Topics: []string{"case:" + c.ID}},
		MayOpen: slices.Contains(c.Opens, access.Identity.String()) || slices.Contains(c.Opens, access.Contact.String()),
	}
	if err := p.household(ctx, v, &page); err != nil {
		return page, err
	}
	if err := p.samePersons(ctx, v, &page); err != nil {
		return page, err
	}
	titled(page.Sections, t.Entries)
	urge(&page)
	if !asked.Seen {
		page.Visit, asked.Visit = visit.At, visit.Position
	}
	page.tell(v, t.Entries, asked)
	return page, nil
}

// opensOf is how the button is called that opens what is known of a person: an emergency access may be to her telephone
// and not to her name.
func (c casePage) opensOf() string {
	if slices.Contains(c.Case.Opens, access.Identity.String()) {
		return "case.open_person"
	}
	return "case.open_contact"
}

// todoKinds groups the actions by what they are about, in the order of the table.
var todoKinds = []struct {
	key     string
	actions []string // beginnings of their names
}{
	{"todo.refer", []string{"referral."}},
	{"todo.safety", []string{"risk.", "child.", "measure.", "order.", "hearing.", "breach."}},
	{"todo.work", []string{"plan.", "safety_plan.", "visit.", "note.", "file.", "incident.", "return."}},
	{"todo.parts", []string{"consent.", "person.", "participant."}},
	{"todo.safeguards", []string{"case.seal", "case.unseal", "exclusion.", "conflict.", "glass."}},
	{"todo.case", []string{"case.close", "case.reopen", "transfer.", "entry.", "deadline."}},
}

func (v view) todoGroups(c handlers.CaseView) []todoGroup {
	var out []todoGroup
	for _, k := range todoKinds {
		g := todoGroup{Key: k.key}
		for _, a := range c.Actions {
			if a.ID == "" && slices.ContainsFunc(k.actions, func(begin string) bool { return strings.HasPrefix(a.Action, begin) }) {
				g.Todos = append(g.Todos, v.todo(c.ID, a))
			}
		}
		if len(g.Todos) > 0 {
			out = append(out, g)
		}
	}
	return out
}

// openFields opens sealed texts of one person or one entry. It is a post: what is opened is on record before a word
// of it is read, and the answer is kept nowhere.
func (p *Pages) openFields(w http.ResponseWriter, r *http.Request, v view) error {
	id := r.PathValue("id")
	want := handlers.Want{Persons: r.PostForm["person"], Entries: r.PostForm["entry"]}
	if len(want.Persons)+len(want.Entries) != 1 {
		return errBadForm
	}
	texts, err := p.Service.OpenFields(r.Context(), v.Caller, id, want)
	if err != nil {
		return err
	}
	all := map[string]opened{}
	for _, one := range append(texts.Persons, texts.Entries...) {
		all[one.ID] = v.opened(one)
	}
	if r.PostForm.Get("part") != "" {
		for _, o := range all {
			return p.render(w, r, http.StatusOK, openedView(v, o))
		}
	}
	c, err := p.caseOf(r.Context(), v, id, only{})
	if err != nil {
		return err
	}
	c.Opened = all
	v.Path = "/cases/" + id
	leaveInTime(w, c.Case)
	return p.render(w, r, http.StatusOK, casePageView(v, c))
}

// openedOrder is the order in which opened texts read best; others follow by name.
var openedOrder = []string{"name", "birth_date", "national_id", "phone", "safe_contact", "address"}

func (v view) opened(f handlers.OpenedFields) opened {
	out := opened{Erased: len(f.Erased) > 0}
	names := make([]string, 0, len(f.Fields))
	for name := range f.Fields {
		names = append(names, name)
	}
	place := func(name string) int {
		if i := slices.Index(openedOrder, name); i >= 0 {
			return i
		}
		return len(openedOrder)
	}
	slices.SortFunc(names, func(a, b string) int {
		if d := place(a) - place(b); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	for _, name := range names {
		text := f.Fields[name]
		if name == "birth_date" {
			text = v.day(text)
		}
		out.Fields = append(out.Fields, openedField{Label: v.T("field." + name), Text: text})
	}
	return out
}

// overdue tells whether a ball's clock has run out.
func (v view) overdue(b casefile.Ball) bool { return !b.Closed && !v.Past && b.DueAt.Before(v.Now) }
