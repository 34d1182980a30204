package pages

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"

	"mkr/domain/casefile"
	"mkr/domain/directory"
	"mkr/handlers"
	"mkr/projections/board"
	guide "mkr/projections/directory"
	"mkr/projections/timeline"
	"mkr/web/help"
)

// specimen is one part of the design system, shown in all its states by the components that the pages use themselves.
type specimen struct {
	ID, Key string
	Show    templ.Component
}

// chapter is one page of the style guide.
type chapter struct {
	Name, Key string
	Paper     bool // shown as it is printed
	Parts     []specimen
}

func (c chapter) path() string {
	if c.Name == "" {
		return "/styleguide"
	}
	return "/styleguide/" + c.Name
}

// styleguide is the design system's living page. It is there in a demo only, for whoever builds the pages; what it shows
// is invented and of nobody.
func (p *Pages) styleguide(w http.ResponseWriter, r *http.Request, v view) error {
	all := v.sample().chapters(p.book)
	for _, c := range all {
		if c.Name == r.PathValue("chapter") {
			v.paper = c.Paper
			return p.render(w, r, http.StatusOK, styleguideView(v, all, c))
		}
	}
	return handlers.ErrNotFound
}

// sample is a view of institutions named after their kinds, for templates that stand inside the guide's frame.
func (v view) sample() view {
	known, houses := names{}, map[string]guide.Row{}
	for _, kind := range []string{directory.PoliceKind, directory.NGO, directory.Court, directory.Shelter, directory.MunicipalityDV} {
		known[kind] = v.Code("institution_kind", kind)
		houses[kind] = guide.Row{Institution: kind, Kind: kind, Details: directory.Details{Name: directory.Text{SQ: known[kind], EN: known[kind]}}}
	}
	v.names, v.places, v.houses = func() names { return known }, func() names { return nil }, func() map[string]guide.Row { return houses }
	v.colleagues = func(string) []option { return []option{{"a1", v.T("style.nobody")}} }
	v.tour, v.bare = func() []tourStop { return nil }, true
	return v
}

// as is the same seen by somebody of a role who has signed in.
func (v view) as(role string) view {
	v.Caller = handlers.Caller{Account: "a1", Institution: directory.MunicipalityDV, Role: role}
	return v
}

// chapters are the guide's pages, in their order.
func (v view) chapters(book *help.Book) []chapter {
	return []chapter{
		{Key: "style.parts", Parts: []specimen{
			{"type", "style.type", typeSpecimen(v)},
			{"colours", "style.colours", colourSpecimen(v)},
			{"badges", "style.badges", badgeSpecimen(v)},
			{"buttons", "style.buttons", buttonSpecimen(v)},
			{"forms", "style.forms", formSpecimen(v, v.sampleForm())},
			{"scripts", "style.scripts", scriptSpecimen(v)},
			{"strip", "style.strip", stripSpecimen(v)},
			{"notices", "style.notices", noticeSpecimen(v)},
			{"problems", "style.problems", v.problemSpecimen()},
			{"toast", "style.toasts", toastSpecimen(v)},
			{"dialogs", "style.dialogs", v.dialogSpecimen()},
			{"charts", "style.charts", chartSpecimen(v, sampleFigures())},
			{"stand", "style.stand", standSpecimen(v)},
			{"frame", "style.frame", v.frameSpecimen()},
			{"tour", "style.tour", v.tourSpecimen()},
		}},
		{Name: "lists", Key: "style.lists", Parts: v.listParts()},
		{Name: "case", Key: "style.case", Parts: v.caseParts()},
		{Name: "meetings", Key: "style.meetings", Parts: v.meetingParts()},
		{Name: "time", Key: "style.moments", Parts: v.timeParts()},
		{Name: "door", Key: "style.door", Parts: v.doorParts()},
		{Name: "account", Key: "style.account", Parts: v.accountParts()},
		{Name: "public", Key: "style.public", Parts: v.publicParts(book)},
		{Name: "paper", Key: "style.paper", Paper: true, Parts: v.paperParts()},
	}
}

// in is a time so many minutes from now.
func (v view) in(minutes int) time.Time { return v.Now.Add(time.Duration(minutes) * time.Minute) }

// sampleForm asks with every control there is, twice: as it is opened, and as it comes back.
func (v view) sampleForm() []form {
	yes := []option{{"a", v.Code("level", "high")}, {"b", v.Code("level", "medium")}, {"c", v.Code("level", "low")}}
	fields := func(prefix string, wrong bool) []field {
		list := []field{
			{Name: "text", Label: v.T("field.title"), Control: "text", Required: true, Hint: v.T("hint.reason")},
			{Name: "radios", Label: v.T("board.risk"), Control: "radios", Required: true, Options: yes, Values: []string{"b"}},
			{Name: "select", Label: v.T("board.risk"), Control: "select", Required: true, Options: yes},
			{Name: "textarea", Label: v.T("field.reason"), Control: "textarea"},
			{Name: "datetime", Label: v.T("field.occurred_at"), Control: "datetime"},
			{Name: "date", Label: v.T("field.valid_until"), Control: "date"},
			{Name: "number", Label: v.T("field.sessions"), Control: "number", Min: "1", Max: "1000"},
			{Name: "password", Label: v.T("signin.password"), Control: "password", Hint: "off"},
			{Name: "checks", Label: v.T("field.factors"), Control: "checks", Options: yes, Values: []string{"b"}},
			{Name: "check", Label: v.T("field.draft"), Control: "check"},
		}
		for i := range list {
			list[i].Name = prefix + list[i].Name
			if wrong {
				list[i].Error = v.Refusal("required")
			}
		}
		list[9].Folded = true
		return []field{list[0], list[1], list[2], list[3], {Name: prefix + "group", Label: v.T("style.group"), Control: "group", Fields: list[4:7]}, list[7], list[8], list[9]}
	}
	made := func(prefix string, wrong bool) form {
		return form{Action: "/styleguide", Submit: v.T("style.submit"), Cancel: "#forms", Key: prefix, Fields: fields(prefix, wrong)}
	}
	open, back := made("open-", false), made("back-", true)
	open.Clocks = handlers.Clocks{Field: "urgency", Starts: []handlers.StartedClock{
		{Value: "urgent", Rule: "REF-ANSWER-urgent", Confidence: "house", Owner: directory.NGO, DueAt: v.in(240)},
		{Rule: "PLAN-ACTION", Article: "9669 neni 18(1)b", Confidence: "law", Owner: directory.Court, DueAt: v.in(2000)},
	}}
	back.Error = v.Refusal("other")
	back.Changed = []handlers.Change{{Type: "order.issued", Institution: directory.Court, OccurredAt: v.in(-12).Format(time.RFC3339)}}
	return []form{open, back}
}

// sampleRow is a row of the board, with the class that a script gives it when something happens to it.
type sampleRow struct {
	board.Row
	Class string
}

func (v view) sampleRows() []sampleRow {
	ball := func(who, action string, minutes int) board.Ball {
		return board.Ball{Institution: who, Action: action, DueAt: v.in(minutes), Lapsed: minutes < 0}
	}
	last := func(event, who string, minutes int) board.Last {
		return board.Last{Type: event, Institution: who, At: v.in(minutes)}
	}
	return []sampleRow{
		{board.Row{Case: "s1", Code: "DHF-2026-0001", Kind: "domestic_violence", Risk: "high", Stage: "referral", Ball: ball(directory.PoliceKind, "answer_referral", -190), Last: last("referral.sent", directory.NGO, -240)}, ""},
		{board.Row{Case: "s2", Code: "DHF-2026-0002", Kind: "domestic_violence", Risk: "medium", Stage: "protection", Ball: ball(directory.Court, "decide_order", 40), Orders: []board.Order{{Type: "UM", Status: "in_force", ValidUntil: v.in(200000)}}, Last: last("order.issued", directory.Court, -60)}, "flash"},
		{board.Row{Case: "s3", Code: "MF-2026-0001", Kind: "child_protection", Risk: "low", Stage: "plan", Ball: ball(directory.NGO, "report_referral", 4000), Next: []board.NextDate{{Kind: "visit", At: v.in(1600)}}, Last: last("visit.made", directory.MunicipalityDV, -600)}, "selected"},
		{board.Row{Case: "s4", Code: "MF-2026-0002", Kind: "child_protection", Stage: "monitoring", Ball: board.Ball{Closed: true}, Last: last("deadline.lapsed", "", -2000)}, "leaving"},
	}
}

// sampleCase is a case with an item in every state and a story with every kind of entry.
func (v view) sampleCase() casePage {
	open := []todo{{v.Code("action", "referral.accept"), "#case"}, {v.Code("action", "referral.decline"), "#case"}}
	line := func(id, event string, minutes int, position uint64) entry {
		return entry{Entry: timeline.Entry{EventID: id, Type: event, Position: position, RecordedAt: v.in(minutes), OccurredAt: v.in(minutes), Institution: directory.PoliceKind}, What: v.Code("event", event), Anchor: id}
	}
	sent, late, wrong, sealed := line("e4", "referral.sent", -60, 8124), line("e3", "incident.recorded", -90, 8120), line("e2", "visit.made", -400, 8031), line("e1", "note.written", -900, 7999)
	sent.Day = v.Date(v.Now)
	sent.Clocks = []string{v.T("story.clock_set", "who", v.Who(directory.NGO), "what", v.Code("owed", "answer_referral"), "when", v.DateTime(v.in(60)))}
	late.Late, late.OccurredAt = true, v.in(-6000)
	wrong.InError, sealed.Opens = true, true
	return casePage{
		MayOpen: true,
		Case:    handlers.CaseView{State: casefile.State{ID: "s1", Code: "DHF-2026-0001"}, Ball: casefile.Ball{Institution: directory.NGO, Action: "answer_referral", DueAt: v.in(-30), Lapsed: true}},
		Sections: []section{
			{"referrals", []item{
				{ID: "i1", Title: v.Code("service_code", "psychosocial"), Tags: []tag{{Text: v.Code("status", "accepted"), Class: "good"}}, Due: v.in(3000), Turn: v.Who(directory.NGO), Lines: []string{v.Code("urgency", "urgent")}, Open: open},
				{ID: "i2", Title: v.Code("service_code", "shelter"), Tags: []tag{{Text: v.Code("status", "declined"), Class: "bad"}}, Changed: true, Lines: []string{v.Code("decline_reason", "no_capacity")}},
				{ID: "i3", Title: v.Code("service_code", "legal_aid"), Struck: true},
			}},
			{"risk", []item{{ID: "i4", HasRisk: true, Level: "high", Title: v.DateTime(v.in(-4000))}}},
			{"persons", []item{{ID: "i5", Title: v.Code("person_role", "survivor"), Person: "p1"}, {ID: "i6", Title: v.Code("person_role", "child"), Person: "p2"}}},
			{"measures", nil},
		},
		News:   []entry{sent},
		Vitals: vitals{Level: "high", Since: v.in(-4000), By: v.Who(directory.PoliceKind)},
		Waits:  []waiting{{}, {Who: v.Who(directory.Court), What: v.Code("owed", "decide_order"), Due: v.in(40)}, {Who: v.Who(directory.NGO), What: v.Code("owed", "report_referral"), Due: v.in(4000)}, {}},
		Urged: []waiting{
			{What: v.Code("owed", "answer_referral"), About: v.Code("service_code", "psychosocial"), Mine: true, Due: v.in(-30), Todos: open},
			{Who: v.Who(directory.Court), What: v.Code("owed", "decide_order"), Due: v.in(40), Todos: open[:1]},
		},
		Todo:   []todoGroup{{"todo.refer", []todo{{v.Code("action", "referral.create"), "#case"}}}, {"todo.safety", []todo{{v.Code("action", "order.request"), "#case"}, {v.Code("action", "hearing.schedule"), "#case"}}}},
		Opened: map[string]opened{"p2": {Fields: []openedField{{v.T("field.name"), v.T("style.nobody")}}}},
		Story:  []entry{sent, late, wrong, sealed},
	}
}

// sampleFigures are counts beside a target: none yet, half, reached, and more.
func sampleFigures() []figureRow {
	target := json.Number("40")
	var out []figureRow
	for i, n := range []int{0, 18, 40, 52} {
		months := make([]int, 12)
		for m := range months {
			months[m] = n * ((m+i)%4 + 1) / 30
		}
		out = append(out, figureRow{Figure: handlers.Figure{Unit: "count", Count: n, Target: &target, Months: months}})
	}
	return out
}

// sampleCharts are a figure by its months and by its years.
func (v view) sampleCharts(f []figureRow) []chart {
	var years []handlers.YearFigure
	for i, row := range f {
		years = append(years, handlers.YearFigure{Year: v.Now.Year() - len(f) + 1 + i, Count: row.Count, Target: row.Target})
	}
	last := f[len(f)-1].Figure
	return []chart{v.monthChart(last, v.Now.Year()), v.yearChart(last, years)}
}

// sampleNews is what the ticker tells.
func (v view) sampleNews() []handlers.News {
	return []handlers.News{
		{Position: 8124, Type: "referral.sent", Case: "s1", Code: "DHF-2026-0001", Institution: directory.PoliceKind, RecordedAt: v.in(-2), OccurredAt: v.in(-2)},
		{Position: 8123, Type: "deadline.lapsed", Case: "s4", Code: "MF-2026-0002", RecordedAt: v.in(-30), OccurredAt: v.in(-30)},
	}
}

// altered is a component as a script leaves it: with other attributes.
func altered(c templ.Component, oldnew ...string) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		var html bytes.Buffer
		if err := c.Render(ctx, &html); err != nil {
			return err
		}
		_, err := strings.NewReplacer(oldnew...).WriteString(w, html.String())
		return err
	})
}

// touched is a row that a script has marked.
func touched(row templ.Component, class string) templ.Component {
	return altered(row, "<tr ", `<tr class="`+class+`" `)
}

// swatches are the grounds of the system, by their names in the style sheet; each carries the ink that is used on it.
var swatches = []string{"paper", "surface", "sunken", "accent", "accent-wash", "high-wash", "medium-wash", "low-wash", "unassessed-wash", "flash", "chart-a", "chart-b", "chart-c", "chart-d"}

// byRisk is the address's query of the sample table: sorted by risk, the gravest first.
var byRisk = url.Values{"sort": {"-risk"}}

// stateKeys are the words for what a live page says of its connection.
var stateKeys = map[string]string{"live": "live-live", "behind": "live-behind", "lost": "live-lost", "still": "live-still"}
