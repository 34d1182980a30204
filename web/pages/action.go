package pages

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"mkr/domain/casefile"
	"mkr/handlers"
)

// actionPage is one short form about a case.
type actionPage struct {
	Case   handlers.CaseView
	Target item // the thing acted on, if there is one
	Form   form
	// What is known of those that offer the service asked for, where the form asks for one.
	Service string
	Advice  []handlers.Advice
	Seen    *handlers.Preview  // what the receiver would see, when that was asked for
	Sheet   *handlers.HandOver // what would be sent with a transfer, when that was asked for
}

// asks puts the advice into the page of a form that asks an institution for a service.
func (p *Pages) asks(r *http.Request, v view, page actionPage, a handlers.CaseAction, service string) actionPage {
	switch a.Name {
	case "referral.create":
		page.Service = service
	case "referral.reroute":
		from, _ := page.Case.Referral(page.Form.Target)
		page.Service = from.Service
	}
	page.Advice = p.adviceOn(r.Context(), v, page.Service)
	return page
}

// actionForm asks for what one action needs. What is not open to the caller now is not there.
func (p *Pages) actionForm(w http.ResponseWriter, r *http.Request, v view) error {
	c, a, err := p.openAction(r, v, r.URL.Query().Get("target"))
	if err != nil {
		return err
	}
	typed := map[string][]string{}
	for name, values := range r.URL.Query() { // a link may fill a field in: which referral is replaced
		typed[name] = values
	}
	if a.Name == "order.issue_umpmm" && len(typed["executor"]) == 0 { // most often the police carry out what they issue
		typed["executor"] = []string{v.Caller.Institution}
	}
	if a.Name == "referral.service" && len(typed["service"]) == 0 { // what was asked for is most often what was given
		for _, asked := range c.Referrals {
			if asked.Referral == r.URL.Query().Get("target") {
				typed["service"] = []string{asked.Service}
			}
		}
	}
	v.asked = askedOf(c, a, r.URL.Query().Get("target"), r.URL.Query().Get("to"))
	v.people = p.peopleOf(r.Context(), v, c.ID)
	f := v.caseForm(c, a, r.URL.Query().Get("target"), typed, nil)
	f.Revision = strconv.FormatUint(c.Revision, 10)
	if err := p.clocks(r, v, &f, c, a); err != nil {
		return err
	}
	page := actionPage{Case: c, Target: v.targetItem(c, a, f.Target), Form: f}
	if a.Name == "referral.send" { // nothing is left to be typed: what it shows is what there is to decide on
		page.Form.Preview = false
		if page.Seen, err = p.preview(r, v, a, a.New()); err != nil {
			return err
		}
	}
	return p.render(w, r, http.StatusOK, actionView(v, p.asks(r, v, page, a, r.URL.Query().Get("service"))))
}

// preview asks what the receiver would see. A form that cannot be filed as it is shows nothing yet.
func (p *Pages) preview(r *http.Request, v view, a handlers.CaseAction, in handlers.Input) (*handlers.Preview, error) {
	target := r.URL.Query().Get("target")
	if r.Method == http.MethodPost {
		target = r.PostForm.Get(targetField)
	}
	seen, err := p.Service.Preview(r.Context(), v.Caller, r.PathValue("id"), a, target, in)
	var no form
	switch {
	case err == nil:
		return &seen, nil
	case r.Method != http.MethodPost && !errors.Is(err, handlers.ErrNotFound) && v.reject(&no, err):
		return nil, nil // filing it will say so
	}
	return nil, err
}

// clocks writes into a form what filing it starts.
func (p *Pages) clocks(r *http.Request, v view, f *form, c handlers.CaseView, a handlers.CaseAction) (err error) {
	f.Clocks, err = p.Service.Clocks(r.Context(), v.Caller, c.ID, a, f.Target)
	return err
}

// openAction finds an action by its name and that it is open on the target.
func (p *Pages) openAction(r *http.Request, v view, target string) (handlers.CaseView, handlers.CaseAction, error) {
	a, ok := handlers.ActionNamed(r.PathValue("action"))
	if !ok {
		return handlers.CaseView{}, a, handlers.ErrNotFound
	}
	c, err := p.Service.Case(r.Context(), v.Caller, r.PathValue("id"), handlers.At{})
	if err != nil {
		return c, a, err
	}
	if !slices.ContainsFunc(c.Actions, func(o handlers.OpenAction) bool { return o.Action == a.Name && o.ID == target }) {
		return c, a, errNotOpen
	}
	return c, a, nil
}

// errNotOpen: the action was open when the link was made and is no longer, or never was.
var errNotOpen = errors.New("the action is not open now")

// caseForm makes an action's form from its input, with a fresh key.
func (v view) caseForm(c handlers.CaseView, a handlers.CaseAction, target string, typed map[string][]string, wrong map[string]string) form {
	name := v.T("action." + a.Name)
	return form{
		Action: "/cases/" + c.ID + "/do/" + a.Name, Title: name, Submit: v.submitWords(a.Name, name), Note: v.noteOn(a.Name), Cancel: "/cases/" + c.ID, Key: handlers.NewKey().String(),
		Target: target, Focus: true, Preview: handlers.Previews(a), Fields: v.fitting(c, a, target, v.fieldsOf(reflect.TypeOf(a.New()), "", typed, wrong, v.choicesOf(c, target))),
	}
}

// doAction files what was asked. A refusal comes back with what was typed; what was filed leads to the case, with its
// receipt.
func (p *Pages) doAction(w http.ResponseWriter, r *http.Request, v view) error {
	a, ok := handlers.ActionNamed(r.PathValue("action"))
	if !ok {
		return handlers.ErrNotFound
	}
	if v.Reopened {
		return p.again(w, r, v, a, nil, nil)
	}
	env, err := envelope(r.PostForm)
	if err != nil {
		return err
	}
	id, target := r.PathValue("id"), r.PostForm.Get(targetField)
	in := a.New()
	wrong := v.parse(in, "", r.PostForm)
	if v.wrongFile != nil {
		return p.refused(w, r, v, a, v.wrongFile)
	}
	if len(wrong) == 0 && r.PostForm.Get(previewField) != "" && handlers.Previews(a) {
		return p.lookFirst(w, r, v, a, in)
	}
	if len(wrong) == 0 {
		receipt, err := p.Service.Do(r.Context(), v.Caller, id, a, target, in, env)
		if err == nil {
			to, place := "/cases/"+id, anchor(a.Target, target)
			c, err := p.Service.Case(r.Context(), v.Caller, id, handlers.At{})
			if next := v.nextOn(c, target); err == nil && next != "" {
				place = next
			} else if errors.Is(err, handlers.ErrNotFound) {
				to, place = "/inbox", "" // who has declined has no part in the case any more
				if err := p.Service.Await(r.Context(), receipt.Position); err != nil && r.Context().Err() != nil {
					return err
				}
			}
			http.Redirect(w, r, to+"?receipt="+strconv.FormatUint(receipt.Position, 10)+place, http.StatusSeeOther)
			return nil
		}
		return p.refused(w, r, v, a, err)
	}
	return p.again(w, r, v, a, wrong, nil)
}

// lookFirst answers a form that was sent to look at what it would show, and files nothing.
func (p *Pages) lookFirst(w http.ResponseWriter, r *http.Request, v view, a handlers.CaseAction, in handlers.Input) (err error) {
	var seen looked
	if to, hands := in.(*handlers.HandOverTransfer); hands {
		var sheet handlers.HandOver
		sheet, err = p.Service.PreviewHandOver(r.Context(), v.Caller, r.PathValue("id"), r.PostForm.Get(targetField), to)
		seen.Sheet = &sheet
	} else {
		seen.Seen, err = p.preview(r, v, a, in)
	}
	if err != nil {
		return p.refused(w, r, v, a, err)
	}
	return p.again(w, r, v, a, nil, nil, seen)
}

// looked is what was asked to be shown before filing.
type looked struct {
	Seen  *handlers.Preview
	Sheet *handlers.HandOver
}

// refused shows the form again for a no, and the page of an error for everything else.
func (p *Pages) refused(w http.ResponseWriter, r *http.Request, v view, a handlers.CaseAction, err error) error {
	var probe form
	if errors.Is(err, handlers.ErrNotFound) || !v.reject(&probe, err) {
		return err
	}
	return p.again(w, r, v, a, nil, err)
}

// again shows the form with what was typed, what is wrong with it, and what others did meanwhile.
func (p *Pages) again(w http.ResponseWriter, r *http.Request, v view, a handlers.CaseAction, wrong map[string]string, refusal error, seen ...looked) error {
	c, err := p.Service.Case(r.Context(), v.Caller, r.PathValue("id"), handlers.At{})
	if err != nil {
		return err
	}
	target := r.PostForm.Get(targetField)
	v.people = p.peopleOf(r.Context(), v, c.ID)
	// Nothing was filed under the old key, or it was the key that was refused: a corrected form is another request and
	// has a key of its own.
	v.asked = askedOf(c, a, target, r.PostForm.Get("to"))
	f := v.caseForm(c, a, target, r.PostForm, wrong)
	f.Revision = r.PostForm.Get(revisionField)
	answer := http.StatusUnprocessableEntity
	if refusal != nil {
		v.reject(&f, refusal)
		answer = status(refusal)
	}
	if v.Reopened { // it may have been filed before the session ended: the same key finds its own trace
		f.Key, answer = r.PostForm.Get(keyField), http.StatusOK
	}
	v.Path = "/cases/" + c.ID
	// What is done already, or is open no more, starts nothing: the refusal itself is shown.
	if err := p.clocks(r, v, &f, c, a); err != nil && status(err) == http.StatusInternalServerError {
		return err
	}
	page := actionPage{Case: c, Target: v.targetItem(c, a, target), Form: f}
	for _, s := range seen {
		page.Seen, page.Sheet = s.Seen, s.Sheet
		answer, page.Form.Focus = http.StatusOK, false
	}
	return p.render(w, r, answer, actionView(v, p.asks(r, v, page, a, r.PostForm.Get("service"))))
}

// askedOf is the institution that a referral's form is about: the receiver of the referral acted on, or the one chosen.
func askedOf(c handlers.CaseView, a handlers.CaseAction, target, chosen string) string {
	if r, ok := c.Referral(target); ok && a.Name == "referral.address" {
		return r.To
	}
	return chosen
}

// colleagueOptions names the colleagues of an institution; nobody, where the caller may not know them.
func (p *Pages) colleagueOptions(ctx context.Context, v view, institution string) (out []option) {
	if institution == "" {
		return nil
	}
	list, err := p.Service.Colleagues(ctx, v.Caller, institution)
	var denied *handlers.DeniedError
	if err != nil && !errors.As(err, &denied) {
		p.Logger.Error().Err(err).Msg("an institution's colleagues could not be read")
	}
	for _, c := range list.Items {
		out = append(out, option{c.Account, cmp.Or(c.Name, v.Code("role", c.Role))})
	}
	return out
}

// targetItem is the thing acted on, as the case's page shows it.
func (v view) targetItem(c handlers.CaseView, a handlers.CaseAction, id string) item {
	if id == "" {
		return item{}
	}
	for _, s := range v.summary(c) {
		for _, i := range s.Items {
			if i.ID == a.Target+"-"+id {
				return i
			}
		}
	}
	return item{}
}

// choicesOf gives the options that come from the case, the thing acted on and the directory.
func (v view) choicesOf(c handlers.CaseView, target string) choices {
	return func(control string) []option {
		switch control {
		case "institution", "institutions":
			return v.workers(v.institutionsWithPlaces())
		case "participant":
			return v.participantOptions(c)
		case "goal":
			return v.goalOptions(c)
		case "meeting":
			return v.meetings(c.ID)
		case "silent":
			return v.silentOptions(c, target)
		case "person":
			return v.personOptions(c)
		case "giver":
			return v.giverOptions(c)
		case "account", "accounts", "excluded":
			return v.accountOptions(c, control)
		case "consent":
			return v.consentOptions(c)
		case "order":
			return v.orderOptions(c)
		case "colleague":
			return v.colleagues(v.asked)
		case "returned_referral":
			return v.returnedOptions(c)
		case "entry":
			return v.entryOptions(c)
		}
		return nil
	}
}

// institutions lists the directory by name.
func (v view) institutions() []option {
	out := make([]option, 0, len(v.names()))
	for id, name := range v.names() {
		out = append(out, option{id, name})
	}
	slices.SortFunc(out, func(a, b option) int { return strings.Compare(a.Label+a.Value, b.Label+b.Value) })
	return out
}

// goalOptions are the plan's goals that are worked on, told apart by what they are about and when they were set.
func (v view) goalOptions(c handlers.CaseView) (out []option) {
	for _, g := range c.Plan.Goals {
		if g.Open() {
			out = append(out, option{g.ID, join(v.Code("goal_domain", g.Domain), v.DateTime(g.At))})
		}
	}
	return out
}

// silentOptions are those who were told of a breach and have not said that they know.
func (v view) silentOptions(c handlers.CaseView, breach string) (out []option) {
	b, _ := c.Breach(breach)
	for _, id := range b.Silent() {
		out = append(out, option{id, v.Who(id)})
	}
	return out
}

func (v view) participantOptions(c handlers.CaseView) (out []option) {
	for _, p := range c.Participants {
		if !p.Removed && p.Institution != c.Lead {
			out = append(out, option{p.Institution, v.Who(p.Institution)})
		}
	}
	return out
}

// personOptions names persons by their part in the case: their names are sealed.
func (v view) personOptions(c handlers.CaseView) (out []option) {
	seen := map[string]int{}
	for _, p := range c.Persons {
		seen[p.Role]++
		label := v.Code("person_role", p.Role)
		if n := seen[p.Role]; n > 1 {
			label += " " + strconv.Itoa(n)
		}
		if p.Relation != "" && p.Relation != "self" {
			label = join(label, v.Code("relation", p.Relation))
		}
		out = append(out, option{p.Person, label})
	}
	return out
}

func (v view) consentOptions(c handlers.CaseView) (out []option) {
	for _, k := range c.Consents {
		if k.Decision == "given" && !k.Withdrawn && (k.Until.IsZero() || k.Until.After(v.Now)) {
			out = append(out, option{k.ID, join(v.Date(k.At), v.Code("consent_how", k.How), v.Codes("purpose", k.Purposes))})
		}
	}
	return out
}

func (v view) orderOptions(c handlers.CaseView) (out []option) {
	for _, o := range c.Orders {
		if !o.InError {
			out = append(out, option{o.ID, join(v.Code("order_type", o.Type), v.Within("status", string(o.Status)))})
		}
	}
	return out
}

// returnedOptions are the referrals that came back and were not settled.
func (v view) returnedOptions(c handlers.CaseView) (out []option) {
	for _, r := range c.Referrals {
		if r.IsOpen() && (r.Status == casefile.Declined || r.Status == casefile.Failed) {
			out = append(out, option{r.ReferralContent.Referral, join(v.Code("service_code", r.Service), v.Who(r.To), v.Within("status", string(r.Status)))})
		}
	}
	return out
}

// entryOptions are the entries that may be marked as entered in error.
func (v view) entryOptions(c handlers.CaseView) (out []option) {
	add := func(kind, id string, inError bool, words ...string) {
		if !inError {
			out = append(out, option{id, v.Code("target", kind) + ": " + join(words...)})
		}
	}
	for _, r := range c.Referrals {
		add(casefile.TargetReferral, r.ReferralContent.Referral, r.Status == casefile.InError, v.Code("service_code", r.Service), v.Who(r.To))
	}
	for _, a := range c.Assessments {
		add(casefile.TargetRisk, a.ID, a.InError, v.Code("level", a.Level), v.DateTime(a.At))
	}
	for _, o := range c.Orders {
		add(casefile.TargetOrder, o.ID, o.InError, v.Code("order_type", o.Type), v.Within("status", string(o.Status)))
	}
	for _, h := range c.Hearings {
		add(casefile.TargetHearing, h.ID, h.InError, v.DateTime(h.When))
	}
	for _, o := range c.Visits {
		add(casefile.TargetVisit, o.ID, o.InError, v.DateTime(o.When))
	}
	for _, m := range c.Measures {
		add(casefile.TargetMeasure, m.ID, m.InError, v.Code("measure_kind", m.Kind), v.DateTime(m.At))
	}
	for _, v2 := range c.Screenings {
		add(casefile.TargetScreening, v2.ID, v2.InError, v.Code("level", v2.Level), v.DateTime(v2.At))
	}
	for _, n := range c.Notes {
		add(casefile.TargetNote, n.ID, n.InError, v.Code("note_section", n.Section), v.DateTime(n.At))
	}
	for _, f := range c.Files {
		add(casefile.TargetFile, f.ID, f.InError, v.Code("file_kind", f.Kind), v.DateTime(f.At))
	}
	for _, i := range c.Incidents {
		add(casefile.TargetIncident, i.ID, i.InError, v.DateTime(i.On))
	}
	return out
}
