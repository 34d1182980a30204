package pages

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"mkr/handlers"
	"mkr/projections"
	"mkr/projections/board"
	"mkr/web/i18n"
)

// pastBar stands above a page that shows how something stood: what moment it is, the ways to others, and what changed since
// the one before.
type pastBar struct {
	handlers.Moment
	Path    string     // of the page
	Query   url.Values // without the moment
	Was     uint64     // the moment before, 0 for none
	Changes []rowChange
	More    int // changes that are not listed
}

// rowChange is a row that differs between two moments, in words.
type rowChange struct {
	Code, Case, Key string
	New, Gone       bool
	Fields          []fieldChange
}

type fieldChange struct{ What, Before, After string }

// listedChanges bounds what a page lists of changes.
const listedChanges = 40

// askedAt reads the moment that an address names: an event's position, an instant, or a day's date and time on the clock of
// the place. What it cannot read is now.
func (p *Pages) askedAt(q url.Values, name string) handlers.At {
	text := q.Get(name)
	if text == "head" { // the newest event there is
		return handlers.At{Position: 1<<63 - 1}
	}
	if n, err := strconv.ParseUint(text, 10, 63); err == nil {
		return handlers.At{Position: n}
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return handlers.At{Time: t.UTC()}
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", time.DateOnly} {
		if t, err := time.ParseInLocation(layout, text, p.Zone); err == nil {
			return handlers.At{Time: t.UTC()}
		}
	}
	return handlers.At{}
}

// look readies a page for the moment that its address names. For the past it stops the clocks at that moment and says, above
// the page, which one it is and what changed since the one before; lq then asks for the list as it stood.
func (p *Pages) look(r *http.Request, v *view, topic string, lq *handlers.ListQuery) error {
	q := r.URL.Query()
	v.Back = backLink(r.URL.Path, q)
	at := p.askedAt(q, "at")
	if at.IsZero() {
		return nil
	}
	m, err := p.Service.Moment(r.Context(), at)
	if err != nil {
		return err
	}
	v.Past, v.Now = true, m.Time
	v.Bar = &pastBar{Moment: m, Path: r.URL.Path, Query: withoutMoment(q)}
	lq.At = handlers.At{Position: max(m.Position, 1)}
	was := p.askedAt(q, "was")
	if was.IsZero() || topic == "" {
		return nil
	}
	before, err := p.Service.Moment(r.Context(), was)
	if err != nil || before.Position == m.Position {
		return err
	}
	v.Bar.Was = before.Position
	changes, err := p.rowChanges(r.Context(), *v, topic, *lq, before.Position, m.Position)
	if err != nil {
		return err
	}
	v.moved = map[string]bool{}
	for _, c := range changes {
		v.moved[c.Key] = true
	}
	v.Bar.More = max(0, len(changes)-listedChanges)
	v.Bar.Changes = changes[:min(len(changes), listedChanges)]
	return nil
}

func withoutMoment(q url.Values) url.Values {
	out := maps.Clone(q)
	for _, name := range []string{"at", "was", "after", "receipt", "wall"} {
		out.Del(name)
	}
	return out
}

// backLink is the page as it stands now, ready to be walked back from.
func backLink(path string, q url.Values) string {
	out := withoutMoment(q)
	return path + "?" + withMoment(out, "head", 0).Encode()
}

func withMoment(q url.Values, at string, was uint64) url.Values {
	out := maps.Clone(q)
	out.Set("at", at)
	if was > 0 {
		out.Set("was", strconv.FormatUint(was, 10))
	}
	return out
}

// link is the same page at another moment; what changed in between is marked there.
func (b *pastBar) link(at string) string {
	return b.Path + "?" + withMoment(b.Query, at, b.Position).Encode()
}

func (b *pastBar) event(position uint64) string { return b.link(strconv.FormatUint(position, 10)) }

// later is the page so much later, or earlier.
func (b *pastBar) later(d time.Duration) string { return b.link(b.Time.Add(d).Format(time.RFC3339)) }

// today is the page as it stands now.
func (b *pastBar) today() string {
	if len(b.Query) == 0 {
		return b.Path
	}
	return b.Path + "?" + b.Query.Encode()
}

// compare leads to the two moments side by side, where the page is a list that can be compared.
func (b *pastBar) compare() string {
	if !slices.Contains(comparable, b.Path) || b.Was == 0 {
		return ""
	}
	q := url.Values{"list": {b.Path[1:]}, "from": {strconv.FormatUint(min(b.Was, b.Position), 10)}, "to": {strconv.FormatUint(max(b.Was, b.Position), 10)}}
	if of := b.Query.Get("institution"); of != "" {
		q.Set("institution", of)
	}
	return "/compare?" + q.Encode()
}

// comparable are the lists whose moments can be laid side by side.
var comparable = []string{"/board", "/inbox", "/outbox", "/deadlines", "/register"}

// hidden are the fields of the address that a form carries on, sorted.
func (b *pastBar) hidden() []filter {
	var out []filter
	for _, name := range slices.Sorted(maps.Keys(b.Query)) {
		out = append(out, filter{Name: name, Value: b.Query.Get(name)})
	}
	return out
}

// local is a moment as a field for date and time holds it.
func (v view) local(t time.Time) string { return t.In(v.Zone()).Format("2006-01-02T15:04") }

// rowChanges are the rows of a list that differ between two moments, in words.
func (p *Pages) rowChanges(ctx context.Context, v view, topic string, lq handlers.ListQuery, from, to uint64) ([]rowChange, error) {
	changes, err := p.Service.Changes(ctx, v.Caller, topic, lq, handlers.At{Position: max(from, 1)}, handlers.At{Position: max(to, 1)})
	if err != nil {
		return nil, err
	}
	out := make([]rowChange, 0, len(changes))
	for _, c := range changes {
		rc := rowChange{Code: c.Code, Case: c.Case, Key: c.Key, New: c.Before == nil, Gone: c.After == nil}
		var before, after projections.Row
		if c.Before != nil {
			before = *c.Before
		}
		if c.After != nil {
			after = *c.After
		}
		rc.Fields = v.rowFields(topic, before, after)
		out = append(out, rc)
	}
	return out, nil
}

// rowFields are the columns of two rows that differ, in words.
func (v view) rowFields(topic string, a, b projections.Row) []fieldChange {
	var out []fieldChange
	for _, f := range []struct {
		what string
		of   func(projections.Row) string
	}{
		{v.T("board.ball"), func(r projections.Row) string {
			if topic == projections.Register {
				return ""
			}
			return v.Who(r.Institution)
		}},
		{v.T("board.clock"), func(r projections.Row) string { return v.DateTime(r.DueAt) }},
		{v.T("board.risk"), func(r projections.Row) string {
			if r.Topic == "" {
				return ""
			}
			return v.levelWords(r.Risk)
		}},
		{v.T("board.stage"), func(r projections.Row) string {
			if topic != projections.Board && topic != projections.Register || r.Topic == "" {
				return ""
			}
			return v.Code("stage", r.Stage)
		}},
		{v.T("register.status"), func(r projections.Row) string {
			if r.Topic == "" || topic == projections.Board || topic == projections.Inbox || !i18n.Has("status."+r.Status) {
				return ""
			}
			return v.Code("status", r.Status)
		}},
		{v.T("register.lead"), func(r projections.Row) string {
			if topic != projections.Register {
				return ""
			}
			return v.Who(r.Institution)
		}},
		{v.T("board.last"), func(r projections.Row) string { return v.lastOf(topic, r) }},
	} {
		if before, after := f.of(a), f.of(b); before != after {
			out = append(out, fieldChange{f.what, before, after})
		}
	}
	return out
}

// lastOf is the newest event that a row of the board tells of.
func (v view) lastOf(topic string, r projections.Row) string {
	if topic != projections.Board || r.Topic == "" {
		return ""
	}
	row, err := projections.As[board.Row](r)
	if err != nil {
		return ""
	}
	return join(v.Code("event", row.Last.Type), v.DateTime(row.Last.At))
}

// comparePage is a list at two moments, side by side.
type comparePage struct {
	List     string
	From, To handlers.Moment
	Rows     []rowChange
	Of       string // institution that the list is narrowed to
	Back     string
}

// compare shows what differs in a list between two moments, field by field.
func (p *Pages) compare(w http.ResponseWriter, r *http.Request, v view) error {
	q := r.URL.Query()
	page := comparePage{List: cmp.Or(known(q.Get("list"), []string{"board", "inbox", "outbox", "deadlines", "register"}), "board")}
	var err error
	from := p.askedAt(q, "from")
	if from.IsZero() { // a week ago, where nobody said since when
		from = handlers.At{Time: v.Now.AddDate(0, 0, -7)}
	}
	if page.From, err = p.Service.Moment(r.Context(), from); err != nil {
		return err
	}
	if page.To, err = p.Service.Moment(r.Context(), p.askedAt(q, "to")); err != nil {
		return err
	}
	page.Of = q.Get("institution")
	if page.Rows, err = p.rowChanges(r.Context(), v, page.List, handlers.ListQuery{Institution: page.Of}, page.From.Position, page.To.Position); err != nil {
		return err
	}
	back := url.Values{"at": {strconv.FormatUint(page.To.Position, 10)}}
	if page.Of != "" {
		back.Set("institution", page.Of)
	}
	page.Back = "/" + page.List + "?" + back.Encode()
	v.Past = true
	return p.render(w, r, http.StatusOK, compareView(v, page))
}

// stands is how a page stands: one that shows the past follows nothing.
func (v view) stands(position uint64, topics ...string) stand {
	if v.Past {
		return stand{Position: position, Still: true}
	}
	return stand{Position: position, Topics: topics}
}

// dated tells whether clocks are told as dates: where no one moment is that they could be counted from.
func (v view) dated() bool { return v.Past && (v.Bar == nil || v.Film) }

// caseLink leads to a case: from a page that shows the past, to the case as it stood then.
func (v view) caseLink(id string) templ.SafeURL {
	if v.Bar != nil {
		return templ.SafeURL("/cases/" + id + "/replay?at=" + strconv.FormatUint(v.Bar.Position, 10))
	}
	return templ.SafeURL("/cases/" + id)
}

// stillOpen leaves out what cannot be done any more: the past is read only.
func (v view) stillOpen(actions []option) []option {
	if v.Past {
		return nil
	}
	return actions
}

// same is another list at the bar's moment.
func (b *pastBar) same(path string) string {
	sign := "?"
	if strings.Contains(path, "?") {
		sign = "&"
	}
	return path + sign + "at=" + strconv.FormatUint(b.Position, 10)
}

// caseCompare is a case at two moments, side by side.
type caseCompare struct {
	Case, Code string
	From, To   handlers.Moment
	Changes    []change
	Sides      [2]side
}

// side is the case at one of the moments; Empty before it was opened.
type side struct {
	handlers.Moment
	Case     handlers.CaseView
	Sections []section
	Empty    bool
}

// compareCase shows a case at two moments, with every field that is not the same marked on the later side.
func (p *Pages) compareCase(w http.ResponseWriter, r *http.Request, v view) error {
	q := r.URL.Query()
	h, err := p.Service.History(r.Context(), v.Caller, r.PathValue("id"))
	if err != nil {
		return err
	}
	page := caseCompare{Case: r.PathValue("id")}
	for i, name := range []string{"from", "to"} {
		s, at := &page.Sides[i], p.askedAt(q, name)
		if name == "from" && at.IsZero() { // where nobody said since when, since it was opened: a quiet case has changed since then too
			at = h.First()
		}
		if s.Moment, err = p.Service.Moment(r.Context(), at); err != nil {
			return err
		}
		s.Case, err = h.Case(r.Context(), handlers.At{Position: max(s.Position, 1)})
		switch {
		case errors.Is(err, handlers.ErrNotFound):
			s.Empty = true
		case err != nil:
			return err
		default:
			leaveInTime(w, s.Case)
			page.Code = s.Case.Code
			s.Sections = v.summary(s.Case)
		}
	}
	if page.Sides[1].Empty {
		return handlers.ErrNotFound
	}
	v.Past, v.Now = true, page.Sides[1].Time
	page.From, page.To = page.Sides[0].Moment, page.Sides[1].Moment
	page.Changes = v.changed(page.Sides[1].Sections, page.Sides[0].Sections, page.Sides[1].Case, page.Sides[0].Case)
	return p.render(w, r, http.StatusOK, compareCaseView(v, page))
}

// dash stands where there is nothing to say.
func dash(s string) string { return cmp.Or(s, "–") }
