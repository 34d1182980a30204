package pages

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/handlers"
	"mkr/projections/reviews"
	"mkr/web/i18n"
)

// safeguardRoutes are the pages about who may see what: emergency access and its reviews, and the policy itself.
func (p *Pages) safeguardRoutes(only func(string, page)) {
	only("GET /emergency", p.emergency)
	only("POST /emergency", p.breakGlass)
	only("GET /reviews", p.reviews)
	only("GET /reviews/{case}/{glass}", p.review)
	only("POST /reviews/{case}/{glass}", p.reviewGlass)
	only("GET /policy", p.policy)
	only("GET /cases/{id}/looks", p.looks)
}

// mayBreak tells whether the role has emergency access at all.
func (v view) mayBreak() bool {
	return access.Judge(v.Caller.Actor(), access.BreakGlass, access.Facts{Kind: access.DomesticViolence, Standing: access.None, Status: access.CaseOpen}).Allow
}

func (v view) emergencyForm(typed map[string][]string, wrong map[string]string) form {
	f := v.simpleForm("/emergency", v.home(), v.T("emergency.title"), handlers.BreakGlass{}, typed, wrong)
	f.Submit, f.Focus = v.T("emergency.submit"), true
	for i, x := range f.Fields { // nobody is offered a section that her role does not open in a case of its own
		if x.Name == "sections" {
			f.Fields[i].Options = slices.DeleteFunc(x.Options, func(o option) bool { return !v.ceiling().Has(access.FieldsNamed([]string{o.Value})) })
		}
	}
	return f
}

// ceiling are the sections that an emergency can open to the role.
func (v view) ceiling() access.FieldSet {
	all := access.FieldsNamed(access.DataClasses)
	return access.Judge(v.Caller.Actor(), access.OpenFields, access.Facts{Kind: access.DomesticViolence, Standing: access.None, Status: access.CaseOpen, Glass: all}).Fields
}

// emergency asks for the case's code, why, for how long and what must be read.
func (p *Pages) emergency(w http.ResponseWriter, r *http.Request, v view) error {
	if !v.mayBreak() {
		return &handlers.DeniedError{Action: string(access.BreakGlass), Code: access.CodeNotForRole}
	}
	if err := p.Service.NeedRaised(r.Context(), v.Caller); err != nil { // before she types anything
		return err
	}
	typed := map[string][]string{}
	if code := r.URL.Query().Get("code"); code != "" {
		typed["code"] = []string{code}
	}
	return p.render(w, r, http.StatusOK, emergencyView(v, v.emergencyForm(typed, nil)))
}

func (p *Pages) breakGlass(w http.ResponseWriter, r *http.Request, v view) error {
	v.Path = "/emergency"
	env, err := envelope(r.PostForm)
	if err != nil {
		return err
	}
	var in handlers.BreakGlass
	if wrong := v.parse(&in, "", r.PostForm); len(wrong) > 0 {
		return p.render(w, r, http.StatusUnprocessableEntity, emergencyView(v, v.emergencyForm(r.PostForm, wrong)))
	}
	receipt, err := p.Service.BreakGlass(r.Context(), v.Caller, in, env)
	if err == nil {
		http.Redirect(w, r, "/cases/"+receipt.Case+"?receipt="+strconv.FormatUint(receipt.Position, 10), http.StatusSeeOther)
		return nil
	}
	f := v.emergencyForm(r.PostForm, nil)
	if !v.reject(&f, err) {
		return err
	}
	return p.render(w, r, status(err), emergencyView(v, f))
}

// reviews lists the emergency accesses that nobody has answered for yet.
func (p *Pages) reviews(w http.ResponseWriter, r *http.Request, v view) error {
	list, err := p.Service.Reviews(r.Context(), v.Caller, handlers.ListQuery{After: r.URL.Query().Get("after")})
	if err != nil {
		return err
	}
	return p.render(w, r, http.StatusOK, reviewsView(v, listPageOf(v, r, list, "", nil)))
}

// reviewOf finds an emergency access among those that wait for a review, or handlers.ErrNotFound.
func (p *Pages) reviewOf(r *http.Request, v view) (reviews.Row, error) {
	list, err := p.Service.Reviews(r.Context(), v.Caller, handlers.ListQuery{Case: r.PathValue("case"), Limit: 1000})
	if err != nil {
		return reviews.Row{}, err
	}
	for _, row := range list.Items {
		if row.Glass == r.PathValue("glass") && row.Account != v.Caller.Account {
			return row, nil
		}
	}
	return reviews.Row{}, handlers.ErrNotFound
}

func (v view) reviewForm(row reviews.Row, typed map[string][]string, wrong map[string]string) form {
	f := v.simpleForm("/reviews/"+row.Case+"/"+row.Glass, "/reviews", v.T("action.glass.review"), handlers.ReviewGlass{}, typed, wrong)
	f.Focus = true
	// A review happens when it is filed.
	f.Fields = slices.DeleteFunc(f.Fields, func(x field) bool { return x.Name == "occurred_at" })
	return f
}

func (p *Pages) review(w http.ResponseWriter, r *http.Request, v view) error {
	row, err := p.reviewOf(r, v)
	if err != nil {
		return err
	}
	return p.render(w, r, http.StatusOK, reviewView(v, row, v.reviewForm(row, nil, nil)))
}

// reviewGlass files it. It is asked here and not on the case's page alone, because whoever reviews an emergency access to
// a sealed case need not see the case.
func (p *Pages) reviewGlass(w http.ResponseWriter, r *http.Request, v view) error {
	v.Path = "/reviews"
	env, err := envelope(r.PostForm)
	if err != nil {
		return err
	}
	a, _ := handlers.ActionNamed("glass.review")
	in := a.New()
	row := reviews.Row{Case: r.PathValue("case"), Glass: r.PathValue("glass")}
	wrong := v.parse(in, "", r.PostForm)
	var receipt handlers.Receipt
	if len(wrong) == 0 {
		if receipt, err = p.Service.Do(r.Context(), v.Caller, row.Case, a, row.Glass, in, env); err == nil {
			if err := p.Service.Await(r.Context(), receipt.Position); err != nil && r.Context().Err() != nil {
				return err
			}
			http.Redirect(w, r, "/reviews?receipt="+strconv.FormatUint(receipt.Position, 10), http.StatusSeeOther)
			return nil
		}
	}
	f := v.reviewForm(row, r.PostForm, wrong)
	if err != nil && (errors.Is(err, handlers.ErrNotFound) || !v.reject(&f, err)) {
		return err
	}
	if row, err = p.reviewOf(r, v); err != nil {
		return err
	}
	return p.render(w, r, http.StatusUnprocessableEntity, reviewView(v, row, f))
}

// policy shows the table that every decision is judged by.
func (p *Pages) policy(w http.ResponseWriter, r *http.Request, v view) error {
	if !v.may(access.ViewPolicy) {
		return &handlers.DeniedError{Action: string(access.ViewPolicy), Code: access.CodeNotForRole}
	}
	return p.render(w, r, http.StatusOK, policyView(v, access.Withholds(), access.Table()))
}

// roles names the roles of a row.
func (v view) roles(list []string) string {
	out := make([]string, len(list))
	for i, r := range list {
		out[i] = v.Code("role", r)
	}
	return strings.Join(out, ", ")
}

// only says in which situation alone a row gives what it gives.
func (v view) only(g access.Grant) (out []string) {
	for _, c := range []struct {
		holds bool
		key   string
	}{{g.Open, "policy.open"}, {g.Own, "policy.own"}, {g.Minor, "policy.minor"}, {g.Glass, "policy.glass"}} {
		if c.holds {
			out = append(out, v.T(c.key))
		}
	}
	return out
}

// deeds lists what a row lets its roles do, in words; the page's last table says which code each has.
func (v view) deeds(list []access.Action) string {
	out := make([]string, len(list))
	for i, a := range list {
		out[i] = v.Code("policy_action", string(a))
	}
	return strings.Join(out, ", ")
}

// situation says of which cases a row of the policy speaks, and of which parts that an institution may have in them.
func (v view) situation(g access.Grant) string {
	kinds := v.Codes("kind", g.Kinds)
	if len(g.Standings) == len(access.Standings) {
		return v.T("policy.any_part", "kinds", kinds)
	}
	parts := make([]string, len(g.Standings))
	for i, s := range g.Standings {
		parts[i] = string(s)
	}
	return v.T("policy.standing", "kinds", kinds, "list", i18n.Lower(v.Codes("standing", parts)))
}

// safeguards is the part of a case's page that tells who may see it beside role and part.
func (s summarizer) safeguards() section {
	out := section{Key: "safeguards"}
	r := s.c.Restriction
	if r.Sealed {
		i := item{ID: "seal", Title: s.T("case.sealed"), Tags: []tag{{Text: s.Code("seal_reason", r.Reason), Class: "warn"}}}
		if r.Reason == "" {
			i.Tags = nil
		}
		for _, a := range r.Admitted {
			i.Lines = append(i.Lines, s.person(a.Account, a.Institution))
		}
		out.Items = append(out.Items, i)
	}
	for _, x := range r.Excluded {
		title := s.T("case.excluded")
		if x.Self {
			title = s.T("case.excluded_self")
		}
		out.Items = append(out.Items, item{
			ID: "exclusion-" + x.Account, Title: title, Tags: []tag{{Text: s.Code("conflict_reason", x.Reason), Class: "warn"}},
			Lines: []string{s.person(x.Account, x.Institution), s.DateTime(x.At)},
		})
	}
	for _, g := range slices.Backward(r.Glasses) {
		i := item{
			ID: casefile.TargetGlass + "-" + g.ID, Title: s.T("case.emergency"), Done: !g.ToReview(), Open: s.todos(casefile.TargetGlass, g.ID),
			Lines: []string{
				join(s.Code("glass_reason", g.Reason), s.DateTime(g.At)), s.person(g.Account, g.Institution),
				s.T("case.emergency_sections", "list", s.Codes("data_class", g.Sections)),
			},
		}
		if g.ToReview() {
			i.Tags = []tag{{Text: s.T("case.to_review"), Class: "bad"}}
		} else {
			i.Tags = []tag{{Text: s.Code("glass_verdict", g.Verdict)}}
		}
		out.Items = append(out.Items, i)
	}
	return out
}

// person names an account by its holder, where the reader may know it, and by its institution.
func (s summarizer) person(account, institution string) string {
	if s.people == nil || account == "" {
		return s.Who(institution)
	}
	for _, c := range s.people() {
		if c.Account == account {
			return join(c.Name, s.Who(institution))
		}
	}
	return s.Who(institution)
}

// peopleOf reads the names behind the accounts of a case's people once, when first asked for, for those who may know them.
func (p *Pages) peopleOf(ctx context.Context, v view, caseID string) func() []handlers.StaffMember {
	var known []handlers.StaffMember
	asked := false
	return func() []handlers.StaffMember {
		if !asked {
			asked = true
			list, err := p.Service.People(ctx, v.Caller, caseID)
			if err == nil {
				known = list
			}
		}
		return known
	}
}

// staff are the accounts that may be chosen in a form about who may see the case.
func (v view) staff(only func(handlers.StaffMember) bool) (out []option) {
	if v.people == nil {
		return nil
	}
	for _, c := range v.people() {
		if only(c) {
			out = append(out, option{c.Account, join(c.Name, v.Code("role", c.Role), v.Who(c.Institution))})
		}
	}
	return out
}

// accountOptions gives the people whom a question about who may see the case can mean.
func (v view) accountOptions(c handlers.CaseView, control string) []option {
	works := func(o handlers.StaffMember) bool { return o.Role != access.Administrator && o.Role != access.System }
	switch control {
	case "accounts": // of the institutions that have a part in it
		return v.staff(func(o handlers.StaffMember) bool {
			part := o.Institution == c.Lead || slices.ContainsFunc(c.Participants, func(p casefile.Participant) bool { return p.Institution == o.Institution && !p.Removed })
			return works(o) && part && !c.Restriction.IsExcluded(o.Account) && o.Account != v.Caller.Account
		})
	case "account":
		return v.staff(func(o handlers.StaffMember) bool {
			return o.Account != v.Caller.Account && !c.Restriction.IsExcluded(o.Account)
		})
	}
	return v.staff(func(o handlers.StaffMember) bool { return c.Restriction.IsExcluded(o.Account) })
}

// giverOptions are the parents and guardians in the case who are not the ones suspected.
func (v view) giverOptions(c handlers.CaseView) (out []option) {
	all := v.personOptions(c)
	for i, p := range c.Persons {
		guards := p.Role == "parent" || p.Role == "guardian" || p.Relation == "parent" || p.Relation == "guardian"
		if guards && !p.Minor && p.Role != casefile.Perpetrator {
			out = append(out, all[i])
		}
	}
	return out
}
