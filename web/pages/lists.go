package pages

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/handlers"
	"mkr/projections"
	"mkr/projections/deadlines"
	"mkr/projections/outbox"
)

// listPage is one of the plain lists.
type listPage[T any] struct {
	Rows    []T
	Total   int
	Next    string
	Stand   stand
	Query   url.Values
	Filters []filter
}

func listPageOf[T any](v view, r *http.Request, l handlers.List[T], topic string, filters []filter) listPage[T] {
	p := listPage[T]{Rows: l.Items, Total: l.Total, Next: next(r, l.Next), Query: r.URL.Query(), Filters: filters}
	p.Stand = v.stands(l.Position)
	if topic != "" {
		p.Stand = v.stands(l.Position, topic)
	}
	return p
}

// duePlace is where a row stands in a list by due time.
func duePlace(topic string, due time.Time) string {
	at, _ := place(handlers.ListQuery{Sort: projections.ByDue}, projections.Row{Topic: topic, DueAt: due})
	return at
}

// byState is how the outbox stands: what came back on top, then what is open by its clock, then what is over.
var byState = handlers.ListQuery{Sort: projections.ByStage, Values: outbox.Stages}

func outboxPlace(i outbox.Item) string {
	row := projections.Row{Topic: projections.Outbox, Stage: outbox.Over, DueAt: i.Ball.DueAt, SortAt: i.ChangedAt}
	switch {
	case i.Open && i.Settled == "" && (i.Status == string(casefile.Declined) || i.Status == string(casefile.Failed)):
		row.Stage = outbox.Returned
	case i.Open:
		row.Stage = outbox.Open
	}
	at, _ := place(byState, row)
	return at
}

// seenWords says whether the receiver has opened what still waits for its first word.
func (v view) seenWords(i outbox.Item) string {
	switch {
	case i.Status != string(casefile.Sent) || i.OffPlatform:
		return ""
	case i.SeenAt.IsZero():
		return v.T("case.not_seen")
	}
	return v.T("case.seen", "when", v.DateTime(i.SeenAt))
}

// filtersSet counts the filters that keep something out.
func filtersSet(list []filter) (n int) {
	for _, f := range list {
		if f.Value != "" && !f.Hidden {
			n++
		}
	}
	return n
}

// inbox shows what waits for the caller's institution.
func (p *Pages) inbox(w http.ResponseWriter, r *http.Request, v view) error {
	q := r.URL.Query()
	lq := boardQuery(q)
	if err := p.look(r, &v, projections.Inbox, &lq); err != nil {
		return err
	}
	list, err := p.Service.Inbox(r.Context(), v.Caller, lq)
	if err != nil {
		return err
	}
	return p.render(w, r, http.StatusOK, inboxView(v, boxPage(v, r, list, projections.Inbox, v.caseFilters(q), v.ownerFilter(q))))
}

// allBoxes tells whether she looks at the inboxes and outboxes of every institution, as who audits does, and has none of her own.
func (v view) allBoxes() bool { return v.may(access.ViewInboxes) }

// boxPage is an inbox or an outbox. That of every institution can be narrowed to one; it follows nothing: the live line carries
// each institution's own alone.
func boxPage[T any](v view, r *http.Request, l handlers.List[T], topic string, filters []filter, whose filter) listPage[T] {
	if v.allBoxes() {
		return listPageOf(v, r, l, "", append([]filter{whose}, filters...))
	}
	return listPageOf(v, r, l, topic, filters)
}

// otherBox leads from the inbox of an institution to its outbox, and back, at the same moment.
func otherBox(path string, q url.Values) templ.SafeURL {
	keep := url.Values{}
	for _, name := range []string{"institution", "at"} {
		if v := q.Get(name); v != "" {
			keep.Set(name, v)
		}
	}
	if len(keep) == 0 {
		return templ.SafeURL(path)
	}
	return templ.SafeURL(path + "?" + keep.Encode())
}

// listTitle is what a list is called to whoever reads it.
func (v view) listTitle(list string) string {
	switch {
	case list == projections.Inbox && v.allBoxes():
		return v.T("boxes.inbox")
	case list == projections.Outbox && v.allBoxes():
		return v.T("boxes.outbox")
	case list == projections.Outbox:
		return v.T("outbox.title")
	}
	return v.T(list + ".title")
}

// caseFilters are those of the lists about cases.
func (v view) caseFilters(q url.Values) []filter {
	return []filter{
		v.filter(q, "kind", "field.kind", "kind", kinds),
		v.filter(q, "risk", "board.risk", "level", casefile.Levels),
		{Name: "due", Label: v.T("board.clock"), Value: q.Get("due"), Options: []option{{"today", v.T("due.today")}, {"overdue", v.T("due.overdue")}}},
	}
}

// inboxRow is one task, for a page that is already open.
func (p *Pages) inboxRow(w http.ResponseWriter, r *http.Request, v view) error {
	list, err := p.Service.Inbox(r.Context(), v.Caller, rowQuery(r))
	if err != nil {
		return err
	}
	for _, t := range list.Items {
		if t.Task == r.PathValue("key") {
			return p.render(w, r, http.StatusOK, inboxRowView(v, t))
		}
	}
	return handlers.ErrNotFound
}

// rowQuery asks for the rows of one case, under the filters of the page that shows them. Keys of rows begin with the
// id of their case.
func rowQuery(r *http.Request) handlers.ListQuery {
	q := boardQuery(r.URL.Query())
	q.Case, _, _ = strings.Cut(r.PathValue("key"), ":")
	q.After, q.Limit = "", projections.MaxLimit
	return q
}

// outbox shows every referral that the caller's institution sent, with what became of it.
func (p *Pages) outbox(w http.ResponseWriter, r *http.Request, v view) error {
	q := r.URL.Query()
	lq := boardQuery(q)
	lq.Status, lq.Sort, lq.Values = q.Get("status"), byState.Sort, byState.Values
	if err := p.look(r, &v, projections.Outbox, &lq); err != nil {
		return err
	}
	list, err := p.Service.Outbox(r.Context(), v.Caller, lq)
	if err != nil {
		return err
	}
	statuses := make([]string, len(casefile.ReferralStatuses))
	for i, s := range casefile.ReferralStatuses {
		statuses[i] = string(s)
	}
	whose := v.institutionFilter(q)
	whose.Label = v.T("boxes.from")
	return p.render(w, r, http.StatusOK, outboxView(v, boxPage(v, r, list, projections.Outbox, []filter{
		v.filter(q, "status", "outbox.status", "status", statuses), v.filter(q, "kind", "field.kind", "kind", kinds),
	}, whose)))
}

func (p *Pages) outboxRow(w http.ResponseWriter, r *http.Request, v view) error {
	q := rowQuery(r)
	q.Status = r.URL.Query().Get("status")
	list, err := p.Service.Outbox(r.Context(), v.Caller, q)
	if err != nil {
		return err
	}
	for _, i := range list.Items {
		if outboxKey(i) == r.PathValue("key") {
			return p.render(w, r, http.StatusOK, outboxRowView(v, i))
		}
	}
	return handlers.ErrNotFound
}

// deadlines shows every clock, with its rule, its article and how sure the rule is.
func (p *Pages) deadlines(w http.ResponseWriter, r *http.Request, v view) error {
	q := r.URL.Query()
	lq := owed(boardQuery(q), q)
	if err := p.look(r, &v, projections.Deadlines, &lq); err != nil {
		return err
	}
	list, err := p.Service.Deadlines(r.Context(), v.Caller, lq)
	if err != nil {
		return err
	}
	filters := append(v.caseFilters(q), v.ownerFilter(q), filter{
		Name: "owed", Label: v.T("deadlines.what"), Value: known(q.Get("owed"), []string{deadlines.Answer}), Options: []option{{deadlines.Answer, v.T("deadlines.answer")}},
	})
	return p.render(w, r, http.StatusOK, deadlinesView(v, listPageOf(v, r, list, projections.Deadlines, filters)))
}

// owed keeps, when the address says so, the referrals that wait for their answer.
func owed(lq handlers.ListQuery, q url.Values) handlers.ListQuery {
	lq.Stage = known(q.Get("owed"), []string{deadlines.Answer})
	return lq
}

func (v view) ownerFilter(q url.Values) filter {
	f := v.institutionFilter(q)
	f.Label = v.T("deadlines.owner")
	return f
}

func (p *Pages) deadlineRow(w http.ResponseWriter, r *http.Request, v view) error {
	list, err := p.Service.Deadlines(r.Context(), v.Caller, owed(rowQuery(r), r.URL.Query()))
	if err != nil {
		return err
	}
	for _, d := range list.Items {
		if deadlineKey(d) == r.PathValue("key") {
			return p.render(w, r, http.StatusOK, deadlineRowView(v, d))
		}
	}
	return handlers.ErrNotFound
}

// The rows' keys in their lists, as the live topics name them.
// ack says who answered last for a deadline, and until when they say they act.
func (v view) ack(d deadlines.Item) string {
	words := v.T("clock.answered", "who", v.Who(d.AckBy), "when", v.DateTime(d.AckAt), "answer", v.Within("ack_answer", d.Answer))
	if d.ActsBy.IsZero() {
		return words
	}
	return join(words, v.T("clock.acts_by", "when", v.DateTime(d.ActsBy)))
}

func deadlineKey(d deadlines.Item) string { return d.Case + ":" + d.Deadline }
func outboxKey(i outbox.Item) string      { return i.Case + ":" + i.Referral }

// register shows all cases, closed ones too, and finds one by its code.
func (p *Pages) register(w http.ResponseWriter, r *http.Request, v view) error {
	q := r.URL.Query()
	lq := registerQuery(q)
	if err := p.look(r, &v, projections.Register, &lq); err != nil {
		return err
	}
	list, err := p.Service.Register(r.Context(), v.Caller, lq)
	if err != nil {
		return err
	}
	return p.render(w, r, http.StatusOK, registerView(v, listPageOf(v, r, list, "", []filter{
		{Name: "code", Label: v.T("register.code"), Value: q.Get("code")},
		v.filter(q, "kind", "field.kind", "kind", kinds),
		v.filter(q, "status", "register.status", "status", []string{string(casefile.Open), string(casefile.Closed)}),
		v.filter(q, "risk", "board.risk", "level", casefile.Levels),
	})))
}
