package pages

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strconv"

	"mkr/domain/access"
	"mkr/domain/meeting"
	"mkr/handlers"
)

// houseRoutes are the pages that are about no single case.
func (p *Pages) houseRoutes(only func(string, page)) {
	only("GET /meetings", p.meetings)
	only("GET /meetings/new", p.newMeeting)
	only("POST /meetings", p.scheduleMeeting)
	only("GET /meetings/{id}", p.meeting)
	only("GET /meetings/{id}/live", p.meetingLive)
	only("GET /meetings/{id}/minutes", p.minutes)
	only("POST /meetings/{id}/proposals", p.takeProposals)
	only("GET /meetings/{id}/do/{action}", p.meetingForm)
	only("POST /meetings/{id}/do/{action}", p.doMeeting)
	only("GET /activities", p.activities)
	only("GET /activities/new", p.newActivity)
	only("POST /activities", p.recordActivity)
	only("GET /indicators", p.thisYear)
	only("GET /indicators/{year}", p.indicators)
	only("GET /indicators/{year}/{code}", p.countedThings)
}

// may asks the policy about what is no single case's, for what a page offers. The handlers judge again.
func (v view) may(a access.Action) bool {
	return access.Judge(v.Caller.Actor(), a, access.Facts{}).Allow
}

// meetingOptions names the meetings that speak of a case, for a form that asks which one decided.
func (p *Pages) meetingOptions(ctx context.Context, v view, caseID string) (out []option) {
	list, err := p.Service.MeetingsOn(ctx, v.Caller, caseID)
	if err != nil { // without them the form asks for none
		return nil
	}
	for _, m := range list {
		out = append(out, option{m.Meeting, join(v.Code("meeting_kind", m.Kind), v.DateTime(m.When))})
	}
	return out
}

// meetings lists the technical teams' meetings.
func (p *Pages) meetings(w http.ResponseWriter, r *http.Request, v view) error {
	q := r.URL.Query()
	list, err := p.Service.Meetings(r.Context(), v.Caller, handlers.ListQuery{Kind: known(q.Get("kind"), meeting.Kinds), After: q.Get("after")})
	if err != nil {
		return err
	}
	return p.render(w, r, http.StatusOK, meetingsView(v, listPageOf(v, r, list, "", []filter{v.filter(q, "kind", "field.kind", "meeting_kind", meeting.Kinds)})))
}

// simpleForm is a form about something that is not there yet.
func (v view) simpleForm(action, cancel, title string, in any, typed map[string][]string, wrong map[string]string) form {
	return form{
		Action: action, Cancel: cancel, Title: title, Submit: title, Key: handlers.NewKey().String(),
		Fields: v.fieldsOf(reflect.TypeOf(in), "", typed, wrong, func(control string) []option {
			if control == "institution" || control == "institutions" {
				return v.institutions()
			}
			return nil
		}),
	}
}

func (p *Pages) newMeeting(w http.ResponseWriter, r *http.Request, v view) error {
	if !v.may(access.ConveneMeeting) {
		return &handlers.DeniedError{Action: "meeting.schedule", Code: access.CodeNotForRole}
	}
	return p.render(w, r, http.StatusOK, formPage(v, v.meetingNew(v.usualMeeting(), nil)))
}

// usualMeeting is that of the team which the caller convenes: the child protection worker that for children, the coordinator that
// for violence in families.
func (v view) usualMeeting() map[string][]string {
	switch v.Caller.Role {
	case access.ChildWorker:
		return map[string][]string{"kind": {meeting.GTN}}
	case access.Coordinator:
		return map[string][]string{"kind": {meeting.ETN}}
	}
	return nil
}

func (v view) meetingNew(typed map[string][]string, wrong map[string]string) form {
	return v.simpleForm("/meetings", "/meetings", v.T("meeting.schedule"), handlers.ScheduleMeeting{}, typed, wrong)
}

func (p *Pages) scheduleMeeting(w http.ResponseWriter, r *http.Request, v view) error {
	v.Path = "/meetings/new"
	env, err := envelope(r.PostForm)
	if err != nil {
		return err
	}
	var in handlers.ScheduleMeeting
	wrong := v.parse(&in, "", r.PostForm)
	if len(wrong) > 0 {
		return p.render(w, r, http.StatusUnprocessableEntity, formPage(v, v.meetingNew(r.PostForm, wrong)))
	}
	receipt, err := p.Service.ScheduleMeeting(r.Context(), v.Caller, in, env)
	return p.filed(w, r, v, receipt, err, "/meetings/"+receipt.ID, func() form { return v.meetingNew(r.PostForm, nil) })
}

// filed leads on after a command, or shows its form again with the refusal.
func (p *Pages) filed(w http.ResponseWriter, r *http.Request, v view, receipt handlers.Receipt, err error, to string, again func() form) error {
	if err == nil {
		if err := p.Service.Await(r.Context(), receipt.Position); err != nil && r.Context().Err() != nil {
			return err
		}
		http.Redirect(w, r, to+"?receipt="+strconv.FormatUint(receipt.Position, 10), http.StatusSeeOther)
		return nil
	}
	f := again()
	if errors.Is(err, handlers.ErrNotFound) || !v.reject(&f, err) {
		return err
	}
	return p.render(w, r, status(err), formPage(v, f))
}

// meetingOffers tells which actions make sense now; the decider has the last word.
func meetingOffers(m meeting.State, action string) bool {
	switch action {
	case "meeting.sign_minutes":
		return m.Status == meeting.WasHeld || m.Status == meeting.Signed
	case "meeting.record_decision":
		return m.Status != meeting.WasCancelled && len(m.Agenda) > 0
	case "meeting.withdraw_decision":
		return m.Status != meeting.WasCancelled && len(m.Decisions) > 0
	case "meeting.call_case":
		return m.Status == meeting.Planned && len(m.Agenda) > 0
	case "meeting.remove_from_agenda":
		return m.Status == meeting.Planned && len(m.Agenda) > 0
	case "meeting.record_attendance":
		return m.Status == meeting.Planned && len(m.Invited) > 0
	default:
		return m.Status == meeting.Planned
	}
}

func meetingAction(name string) (handlers.MeetingAction, bool) {
	i := slices.IndexFunc(handlers.MeetingActions, func(a handlers.MeetingAction) bool { return a.Name == name })
	if i < 0 {
		return handlers.MeetingAction{}, false
	}
	return handlers.MeetingActions[i], true
}

func (p *Pages) meetingForm(w http.ResponseWriter, r *http.Request, v view) error {
	a, ok := meetingAction(r.PathValue("action"))
	if !ok {
		return handlers.ErrNotFound
	}
	read, err := p.Service.Meeting(r.Context(), v.Caller, r.PathValue("id"))
	if err != nil {
		return err
	}
	m := read.State
	if !handlers.KeepsMeeting(v.Caller, m) && !(a.Name == "meeting.sign_minutes" && v.signs(m)) {
		return &handlers.DeniedError{Action: a.Name, Code: access.CodeNotForRole}
	}
	if !meetingOffers(m, a.Name) {
		return errNotOpen
	}
	return p.render(w, r, http.StatusOK, formPage(v, p.formOfMeeting(r, v, m, a, r.URL.Query(), nil)))
}

func (p *Pages) formOfMeeting(r *http.Request, v view, m meeting.State, a handlers.MeetingAction, typed map[string][]string, wrong map[string]string) form {
	f := form{Action: "/meetings/" + m.Meeting + "/do/" + a.Name, Cancel: "/meetings/" + m.Meeting, Title: v.T(a.Name), Submit: v.T(a.Name), Key: handlers.NewKey().String()}
	f.Fields = v.fieldsOf(reflect.TypeOf(a.New()), "", typed, wrong, func(control string) []option {
		switch control {
		case "institution", "institutions":
			if a.Name == "meeting.record_decision" {
				return v.workers(v.institutions())
			}
			return v.institutions()
		case "invited":
			var out []option
			for _, i := range m.Invited {
				out = append(out, option{i.Institution, v.Who(i.Institution)})
			}
			return out
		case "decision":
			return v.decisionOptions(m, p.agendaCodes(r, v, m))
		case "agenda_case":
			codes := p.agendaCodes(r, v, m)
			var out []option
			for _, i := range m.Agenda {
				if c, ok := codes[i.Case]; ok {
					out = append(out, option{i.Case, c})
				}
			}
			return out
		case "case":
			return p.openCases(r, v, m)
		}
		return nil
	})
	return f
}

// openCases offers the open cases of the team's kind that are not on the agenda yet.
func (p *Pages) openCases(r *http.Request, v view, m meeting.State) []option {
	kind := access.DomesticViolence
	if m.Kind == meeting.GTN {
		kind = access.ChildProtection
	}
	list, err := p.Service.Board(r.Context(), v.Caller, handlers.ListQuery{Kind: kind, Limit: 200})
	if err != nil {
		p.Logger.Error().Err(err).Msg("the cases for an agenda could not be listed")
		return nil
	}
	var out []option
	for _, row := range list.Items {
		if !m.OnAgenda(row.Case) {
			out = append(out, option{row.Case, join(row.Code, v.Code("stage", row.Stage), v.Code("owed", row.Ball.Action))})
		}
	}
	return out
}

func (p *Pages) doMeeting(w http.ResponseWriter, r *http.Request, v view) error {
	a, ok := meetingAction(r.PathValue("action"))
	if !ok {
		return handlers.ErrNotFound
	}
	read, err := p.Service.Meeting(r.Context(), v.Caller, r.PathValue("id"))
	if err != nil {
		return err
	}
	m := read.State
	env, err := envelope(r.PostForm)
	if err != nil {
		return err
	}
	v.Path = "/meetings/" + m.Meeting
	in := a.New()
	wrong := v.parse(in, "", r.PostForm)
	if len(wrong) > 0 {
		return p.render(w, r, http.StatusUnprocessableEntity, formPage(v, p.formOfMeeting(r, v, m, a, r.PostForm, wrong)))
	}
	receipt, err := p.Service.DoMeeting(r.Context(), v.Caller, m.Meeting, a, in, env)
	return p.filed(w, r, v, receipt, err, meetingPath(m.Meeting, r.PostForm.Get(roomField)), func() form { return p.formOfMeeting(r, v, m, a, r.PostForm, nil) })
}

// roomField says that a form was filed from the room's screen, where the answer belongs.
const roomField = "room"

func meetingPath(id, room string) string {
	if room != "" {
		return "/meetings/" + id + "/live"
	}
	return "/meetings/" + id
}

// decisionOptions are the decisions that stand.
func (v view) decisionOptions(m meeting.State, codes map[string]string) (out []option) {
	for _, d := range m.Decisions {
		if d.Stands() {
			out = append(out, option{d.Decision, join(codes[d.Case], v.Code("plan_action_code", d.Action), v.Who(d.Owner))})
		}
	}
	return out
}
