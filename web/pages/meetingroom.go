package pages

import (
	"net/http"
	"slices"

	"mkr/domain/meeting"
	"mkr/handlers"
	"mkr/projections"
)

// roomPage is the screen in the room: the case that the team speaks of, large enough for a projector.
type roomPage struct {
	meetingPage
	Present agendaItem // the case that was called; without an id while none was
	Next    string     // the case that comes after it on the agenda
	Decide  form       // what the recorder types into; the case is the one that was called
}

// meetingLive is on every screen in the room and on the phones of those who could not come: whatever anybody records
// shows on all of them at once.
func (p *Pages) meetingLive(w http.ResponseWriter, r *http.Request, v view) error {
	if v.Receipt > 0 {
		if err := p.Service.Await(r.Context(), v.Receipt); err != nil && r.Context().Err() != nil {
			return err
		}
	}
	base, err := p.meetingOf(r.Context(), v, r.PathValue("id"))
	if err != nil {
		return err
	}
	base.Room, base.Stand.Topics = true, []string{projections.Meetings}
	page := roomPage{meetingPage: base}
	for n, i := range base.Agenda {
		base.Stand.Topics = append(base.Stand.Topics, "case:"+i.Case)
		if i.Case == base.Meeting.Now {
			page.Present = i
			if n+1 < len(base.Agenda) {
				page.Next = base.Agenda[n+1].Case
			}
		}
	}
	page.Stand = base.Stand
	if base.Meeting.Now == "" && len(base.Agenda) > 0 {
		page.Next = base.Agenda[0].Case
	}
	if page.Keeps && page.Present.Code != "" {
		add, _ := meetingAction("meeting.record_decision")
		page.Decide = p.formOfMeeting(r, v, base.Meeting, add, map[string][]string{"case": {page.Present.Case}}, nil)
		page.Decide.Cancel = ""
	}
	if r.URL.Query().Has("part") {
		return p.render(w, r, http.StatusOK, roomBody(v, page))
	}
	return p.render(w, r, http.StatusOK, roomView(v, page))
}

// standing tells how the case of an agenda stands with the team: spoken of now, before, or still to come.
func (p roomPage) standing(i agendaItem) string {
	switch {
	case i.Case == p.Meeting.Now:
		return "now"
	case discussed(p.Meeting, i.Case):
		return "done"
	}
	return "next"
}

func discussed(m meeting.State, id string) bool {
	for _, d := range m.Discussed {
		if d == id {
			return true
		}
	}
	return false
}

// facts are what the room needs to know of the case, in codes: nobody's name is ever on a wall.
func (v view) roomFacts(c handlers.CaseView) []section {
	var out []section
	for _, s := range v.summary(c) {
		switch s.Key {
		case "risk", "orders", "measures", "plan", "dates":
			if slices.ContainsFunc(s.Items, func(i item) bool { return !i.Struck && !i.Done }) {
				out = append(out, s)
			}
		}
	}
	return out
}
