package pages

import (
	"net/url"
	"slices"
	"strings"

	"mkr/domain/casefile"
	"mkr/handlers"
	"mkr/projections"
	"mkr/projections/board"
)

// A list is sorted by the address: sort=risk, or sort=-risk for the other way round, so that a view can be kept, sent,
// and followed by links. What the address does not know sorts as if nothing were asked for.

// boardSorts are the board's columns that it can be sorted by.
var boardSorts = map[string]projections.Sort{
	"case": projections.ByCode, "ball": projections.ByInstitution, "due": projections.ByDue, "risk": projections.ByRisk,
	"stage": projections.ByStage, "last": projections.ByLast,
}

// sortAsked takes an address's sort apart. Without one a board is in the order of what is due first.
func sortAsked(q url.Values) (column string, reverse bool) {
	column, reverse = strings.CutPrefix(q.Get("sort"), "-")
	if _, known := boardSorts[column]; !known {
		return "due", false
	}
	return column, reverse
}

// sorted adds the sort of the address to a query.
func (v view) sorted(lq handlers.ListQuery, q url.Values) handlers.ListQuery {
	column, reverse := sortAsked(q)
	lq.Sort, lq.Reverse = boardSorts[column], reverse
	switch column {
	case "risk": // from the lowest up; who was never assessed comes last of the gravest first
		lq.Values = append([]string{""}, casefile.Levels...)
		slices.Reverse(lq.Values[1:])
	case "stage":
		lq.Values = slices.Clone(casefile.Stages)
	case "ball":
		for _, o := range v.institutions() {
			lq.Values = append(lq.Values, o.Value)
		}
	}
	if reverse {
		slices.Reverse(lq.Values)
	}
	return lq
}

// place is where a row stands in the list that is shown, and whether the list runs backwards.
func place(lq handlers.ListQuery, r projections.Row) (at string, descending bool) {
	at, descending, err := projections.Query{Topic: r.Topic, Sort: lq.Sort, Reverse: lq.Reverse, Values: lq.Values}.Place(r)
	if err != nil {
		panic(err) // only an order that there is not gives one, and the list itself was just read in it
	}
	return at, descending
}

func boardPlace(lq handlers.ListQuery, row board.Row) string {
	at, _ := place(lq, projections.Row{
		Topic: projections.Board, Code: row.Code, Risk: row.Risk, Stage: row.Stage, Institution: row.Ball.Institution, DueAt: row.Ball.DueAt, SortAt: row.OpenedAt, Position: row.Position,
	})
	return at
}

// column is a head of a table that sorts it: its name in the address, its words, and which way the first click sorts.
type column struct {
	Name, Key string
	Down      bool
	Class     string
}

// ariaSort is how the list stands by this column; "" when it is sorted by another.
func ariaSort(q url.Values, c column) string {
	switch name, reverse := sortAsked(q); {
	case name != c.Name:
		return ""
	case reverse:
		return "descending"
	default:
		return "ascending"
	}
}

// sortLink is the address of the same list sorted by the column, or the other way round when it is already.
func sortLink(path string, q url.Values, c column) string {
	out := url.Values{}
	for name, values := range q {
		if name != "after" && name != "receipt" && name != "sort" {
			out[name] = values
		}
	}
	name := c.Name
	if down := ariaSort(q, c) == "ascending" || ariaSort(q, c) == "" && c.Down; down {
		name = "-" + name
	}
	if name != "due" { // which is how a list stands by itself
		out.Set("sort", name)
	}
	if len(out) == 0 {
		return path
	}
	return path + "?" + out.Encode()
}
