package pages

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/handlers"
	"mkr/projections"
	"mkr/projections/board"
	"mkr/projections/deadlines"
)

// boardPage is the live board.
type boardPage struct {
	Rows    []board.Row
	Next    string
	Stand   stand
	Figures []figure
	Query   url.Values
	List    handlers.ListQuery
	Filters []filter
	News    []handlers.News
	Flags   waitingFlags // of the access sentinel; none on a wall
	Beyond  int          // on a wall: how many more there are than the rows
}

// wallLink is the same board on a wall.
func wallLink(q url.Values) string {
	out := maps.Clone(q)
	out.Del("after")
	out.Del("receipt")
	out.Set("wall", "")
	return "/board?" + strings.ReplaceAll(out.Encode(), "wall=", "wall")
}

// figure is a number on the strip; it equals the length of the list behind it.
type figure struct {
	Key   string // of its words
	Count int
	Path  string
	Alarm bool
	Here  bool
}

// filter is one choice above a list. It stands in the address, so that a view can be kept and sent.
type filter struct {
	Name, Label, Value string
	Options            []option
	Unset              string // what not choosing means; "" for all
	Hidden             bool
}

// unset says what a filter shows that is not set.
func (v view) unset(f filter) string {
	if f.Unset != "" {
		return f.Unset
	}
	return v.T("list.all")
}

// board shows every open case that the caller may see, with who must act next.
func (p *Pages) board(w http.ResponseWriter, r *http.Request, v view) error {
	q := r.URL.Query()
	lq := v.sorted(boardQuery(q), q)
	if err := p.look(r, &v, projections.Board, &lq); err != nil {
		return err
	}
	lq.NoTotal = !v.Wall // the figures count; a wall says how many it does not show
	list, err := p.Service.Board(r.Context(), v.Caller, lq)
	if err != nil {
		return err
	}
	figures, err := p.figures(r.Context(), v, r.URL.RequestURI(), lq.At)
	if err != nil {
		return err
	}
	var news []handlers.News
	if !v.Past {
		if news, err = p.Service.Recent(r.Context(), v.Caller, tickerLength); err != nil {
			return err
		}
	}
	var flags waitingFlags
	if !v.Past && !v.Wall {
		if flags, err = p.waitingFlags(r, v); err != nil {
			return err
		}
	}
	return p.render(w, r, http.StatusOK, boardView(v, boardPage{
		Flags: flags, News: news, Beyond: max(0, list.Total-len(list.Items)), Rows: list.Items, Next: next(r, list.Next), Query: q, List: lq, Figures: figures, Filters: v.boardFilters(q),
		Stand: v.stands(list.Position, projections.Board, "events"),
	}))
}

// boardRow is one row, for a page that is already open: 404 when it is not, or no longer, in the list it shows.
func (p *Pages) boardRow(w http.ResponseWriter, r *http.Request, v view) error {
	q := boardQuery(r.URL.Query())
	q.Case, q.Limit, q.After, q.NoTotal = r.PathValue("key"), 1, "", true
	list, err := p.Service.Board(r.Context(), v.Caller, q)
	if err != nil {
		return err
	}
	if len(list.Items) == 0 {
		return handlers.ErrNotFound
	}
	return p.render(w, r, http.StatusOK, boardRowView(v, list.Items[0], v.sorted(q, r.URL.Query())))
}

func (p *Pages) boardFigures(w http.ResponseWriter, r *http.Request, v view) error {
	figures, err := p.figures(r.Context(), v, r.URL.Query().Get("of"), handlers.At{})
	if err != nil {
		return err
	}
	return p.render(w, r, http.StatusOK, stripView(v, figures, r.URL.Query().Get("of")))
}

// figures are the numbers of the strip with the lists that they lead to.
func (p *Pages) figures(ctx context.Context, v view, at string, then handlers.At) ([]figure, error) {
	f, err := p.Service.FiguresAt(ctx, v.Caller, then)
	if err != nil {
		return nil, err
	}
	out := []figure{
		{Key: "strip.open", Count: f.Open, Path: "/board"},
		{Key: "strip.waiting", Count: f.Waiting, Path: "/deadlines?owed=" + deadlines.Answer},
		{Key: "strip.today", Count: f.Today, Path: "/deadlines?due=today"},
		{Key: "strip.overdue", Count: f.Overdue, Path: "/deadlines?due=overdue", Alarm: f.Overdue > 0},
	}
	for i := range out {
		if v.Bar != nil {
			out[i].Path = v.Bar.same(out[i].Path)
		}
		out[i].Here = at == out[i].Path
	}
	return out, nil
}

// boardQuery reads the filters of the address. What it does not know it ignores: a list is never wrong for it, the
// filter simply shows as not set.
func boardQuery(q url.Values) handlers.ListQuery {
	return handlers.ListQuery{
		Kind: known(q.Get("kind"), kinds), Risk: known(q.Get("risk"), casefile.Levels), Stage: known(q.Get("stage"), casefile.Stages),
		Institution: q.Get("institution"), Overdue: q.Get("due") == "overdue", Today: q.Get("due") == "today",
		After: q.Get("after"), Limit: limit(q),
	}
}

var kinds = []string{access.DomesticViolence, access.ChildProtection}

func known(value string, list []string) string {
	for _, k := range list {
		if k == value {
			return value
		}
	}
	return ""
}

// limit is how many rows a page shows; a wall shows what fits, others fifty.
func limit(q url.Values) int {
	n, err := strconv.Atoi(q.Get("limit"))
	if err != nil || n < 1 || n > 200 {
		return projections.DefaultLimit
	}
	return n
}

// next is the address of the next page of a list.
func next(r *http.Request, cursor string) string {
	if cursor == "" {
		return ""
	}
	q := r.URL.Query()
	q.Set("after", cursor)
	q.Del("receipt")
	return r.URL.Path + "?" + q.Encode()
}

func (v view) boardFilters(q url.Values) []filter {
	// What the board does not ask for is not shown as asked for either.
	known := func(name, label, family string, values []string) filter {
		f := v.filter(q, name, label, family, values)
		f.Value = known(f.Value, values)
		return f
	}
	return []filter{
		known("kind", "field.kind", "kind", kinds),
		known("risk", "board.risk", "level", casefile.Levels),
		known("stage", "board.stage", "stage", casefile.Stages[:len(casefile.Stages)-1]),
		{Name: "due", Label: v.T("board.clock"), Value: q.Get("due"), Options: []option{{"today", v.T("due.today")}, {"overdue", v.T("due.overdue")}}},
		v.institutionFilter(q),
		{Name: "sort", Value: q.Get("sort"), Hidden: true},
		{Name: "limit", Value: q.Get("limit"), Hidden: true},
	}
}

func (v view) filter(q url.Values, name, label, family string, values []string) filter {
	f := filter{Name: name, Label: v.T(label), Value: q.Get(name)}
	for _, value := range values {
		f.Options = append(f.Options, option{value, v.Code(family, value)})
	}
	return f
}

func (v view) institutionFilter(q url.Values) filter {
	return filter{Name: "institution", Label: v.T("board.ball"), Value: q.Get("institution"), Options: v.institutions()}
}
