package pages

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/meeting"
	"mkr/handlers"
	"mkr/projections"
)

// meetingPage is one meeting as it stands: in the room it is on everybody's screen.
type meetingPage struct {
	Meeting  meeting.State
	Agenda   []agendaItem
	Hidden   bool // there is more on the agenda than she may see
	Proposed handlers.AgendaView
	Todo     []todo
	Keeps    bool // she may write in it now
	Room     bool // it is the screen in the room
	Signs    bool // she may sign the minutes now
	Gaps     []meeting.Gap
	Formal   names // of the institutions, in full: on paper a short name is not enough
	Stand    stand
}

// agendaItem is one case on the agenda with what was decided about it.
type agendaItem struct {
	meeting.Item
	Code      string // "" for a case that the reader may not see
	Risk      string
	Decisions []meeting.Decision
	File      handlers.CaseView // zero for a case that the reader may not see
}

// returned is what an institution said about the case before the meeting; asked is false where it has no part in it.
func (i agendaItem) returned(meeting, institution string) (r casefile.Return, asked bool) {
	for _, r := range i.File.Returns {
		if r.Meeting == meeting && r.Institution == institution {
			return r, true
		}
	}
	return casefile.Return{}, false
}

// action is what a decision became in the case's plan, as it stands there.
func (i agendaItem) action(d meeting.Decision) (casefile.PlanAction, bool) {
	for _, a := range i.File.Plan.Actions {
		if a.ID == d.Decision {
			return a, true
		}
	}
	return casefile.PlanAction{}, false
}

func (p *Pages) meeting(w http.ResponseWriter, r *http.Request, v view) error {
	if v.Receipt > 0 {
		if err := p.Service.Await(r.Context(), v.Receipt); err != nil && r.Context().Err() != nil {
			return err
		}
	}
	page, err := p.meetingOf(r.Context(), v, r.PathValue("id"))
	if err != nil {
		return err
	}
	if r.URL.Query().Has("part") {
		return p.render(w, r, http.StatusOK, meetingBody(v, page))
	}
	return p.render(w, r, http.StatusOK, meetingView(v, page))
}

func (p *Pages) meetingOf(ctx context.Context, v view, id string) (meetingPage, error) {
	position := p.Service.Position() // before the meeting is read: it is followed from here
	read, err := p.Service.Meeting(ctx, v.Caller, id)
	m := read.State
	if err != nil {
		return meetingPage{}, err
	}
	page := meetingPage{Meeting: m, Hidden: read.Hidden, Agenda: p.agendaOf(ctx, v, m), Stand: stand{Position: position, Topics: []string{projections.Meetings}}}
	if m.Status == meeting.Planned {
		if page.Gaps, err = p.Service.MissingMembers(ctx, m); err != nil {
			return page, err
		}
	}
	page.Signs = v.signs(m)
	if page.Signs {
		page.Todo = append(page.Todo, todo{Name: v.T("meeting.sign_minutes"), Path: "/meetings/" + m.Meeting + "/do/meeting.sign_minutes"})
	}
	if !handlers.KeepsMeeting(v.Caller, m) {
		return page, nil
	}
	page.Keeps = m.Status != meeting.WasCancelled
	for _, a := range handlers.MeetingActions {
		if meetingOffers(m, a.Name) && !beside(a.Name) {
			page.Todo = append(page.Todo, todo{Name: v.T(a.Name), Path: "/meetings/" + m.Meeting + "/do/" + a.Name})
		}
	}
	if m.Status == meeting.Planned {
		page.Proposed, err = p.Service.AgendaProposals(ctx, v.Caller, id)
	}
	return page, err
}

// beside tells of actions that stand beside what they are about, so that they need no form of their own.
func beside(action string) bool {
	switch action {
	case "meeting.record_attendance", "meeting.remove_from_agenda", "meeting.call_case", "meeting.withdraw_decision", "meeting.sign_minutes":
		return true
	}
	return false
}

// agendaOf reads the agenda with its cases as the reader may see them.
func (p *Pages) agendaOf(ctx context.Context, v view, m meeting.State) []agendaItem {
	out := make([]agendaItem, 0, len(m.Agenda))
	for _, i := range m.Agenda {
		item := agendaItem{Item: i}
		if c, err := p.Service.Case(ctx, v.Caller, i.Case, handlers.At{}); err == nil {
			item.Code, item.Risk, item.File = c.Code, c.Risk, c
		}
		for _, d := range m.Decisions {
			if d.Case == i.Case {
				item.Decisions = append(item.Decisions, d)
			}
		}
		out = append(out, item)
	}
	return out
}

// agendaCodes are the codes of the cases on the agenda that the reader may see.
func (p *Pages) agendaCodes(r *http.Request, v view, m meeting.State) map[string]string {
	out := map[string]string{}
	for _, i := range p.agendaOf(r.Context(), v, m) {
		if i.Code != "" {
			out[i.Case] = i.Code
		}
	}
	return out
}

// proposalField names a proposal in a form: the case and the reason that was read when it was taken.
const proposalField = "proposal"

func proposalValue(p meeting.Proposal) string { return p.Case + " " + p.Grounds[0].Reason }

// takeProposals puts what was proposed on the agenda: those that the form names, for the reasons that it names. Sent
// twice it adds nothing, because each is filed under a key of its own that follows from the form's.
func (p *Pages) takeProposals(w http.ResponseWriter, r *http.Request, v view) error {
	at := "/meetings/" + r.PathValue("id")
	v.Path = at
	env, err := envelope(r.PostForm)
	if err != nil {
		return err
	}
	add, _ := meetingAction("meeting.add_to_agenda")
	var last handlers.Receipt
	for _, named := range r.PostForm[proposalField] {
		id, reason, _ := strings.Cut(named, " ")
		one := handlers.Envelope{Key: handlers.DeriveKey(env.Key.String(), id)}
		last, err = p.Service.DoMeeting(r.Context(), v.Caller, r.PathValue("id"), add, &handlers.AddToAgenda{Case: id, Reason: handlers.AgendaReason(reason)}, one)
		if err != nil {
			return err
		}
	}
	if last.Position == 0 {
		http.Redirect(w, r, at, http.StatusSeeOther)
		return nil
	}
	return p.filed(w, r, v, last, nil, at, nil)
}

// groundWords are the sentences of the grounds, by reason.
var groundWords = map[string]string{
	"order_breached": "proposal.order_breached", "high_risk": "proposal.high_risk", "repeat_incident": "proposal.repeat_incident",
	"order_expiring": "proposal.order_expiring", "overdue": "proposal.overdue", "referral_declined": "proposal.referral_declined",
	"plan_review": "proposal.plan_review", "new_case": "proposal.new_case",
}

// ground says why a case is proposed, with the facts that the rule rests on.
func (v view) ground(g meeting.Ground) string {
	return v.N(groundWords[g.Reason], g.Count, "when", v.Date(g.At))
}

// quorum tells whether more than half of the invited institutions are there: what holding the meeting will record.
func quorum(m meeting.State) bool {
	if m.Status == meeting.WasHeld || m.Status == meeting.Signed {
		return m.Quorum
	}
	return 2*m.Present() > len(m.Invited)
}

// quorumAt is how many have to come.
func quorumAt(m meeting.State) int { return len(m.Invited)/2 + 1 }

// minutes is the meeting on paper: from its events, with codes in the place of names.
func (p *Pages) minutes(w http.ResponseWriter, r *http.Request, v view) error {
	page, err := p.meetingOf(r.Context(), v, r.PathValue("id"))
	if err != nil {
		return err
	}
	page.Stand.Topics, page.Stand.Still = nil, true
	list, err := p.Service.Institutions(r.Context())
	if err != nil {
		return err
	}
	page.Formal = names{}
	for _, i := range list.Items {
		page.Formal[i.Institution] = v.institution(i)
	}
	return p.render(w, r, http.StatusOK, minutesView(v, page))
}

// signs tells whether the reader's institution stands for the minutes and has not signed them yet.
func (v view) signs(m meeting.State) bool {
	_, signed := m.SignedBy(v.Caller.Institution)
	return (m.Status == meeting.WasHeld || m.Status == meeting.Signed) && !signed && slices.Contains(m.Signers(), v.Caller.Institution) &&
		access.Judge(v.Caller.Actor(), access.SignMeeting, access.Facts{Own: true}).Allow
}

// signedWords say when an institution signed, "" if it has not.
func (v view) signedWords(m meeting.State, institution string) string {
	at, signed := m.SignedBy(institution)
	if !signed {
		return ""
	}
	return v.DateTime(at)
}

// gapWords name the seats of the team that nobody fills, each with why.
func (v view) gapWords(gaps []meeting.Gap) string {
	out := make([]string, len(gaps))
	for i, g := range gaps {
		out[i] = v.Code("seat", g.Seat) + " (" + v.Within("seat_gap", g.Why) + ")"
	}
	return strings.Join(out, ", ")
}

// vacantWords name the seats that nobody filled when the meeting was closed.
func (v view) vacantWords(seats []string) string {
	out := make([]string, len(seats))
	for i, s := range seats {
		out[i] = v.Code("seat", s)
	}
	return strings.Join(out, ", ")
}
