package projections

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// order is how a list is sorted: by columns in turn, the last of which is the key, so that no two rows are equal in it.
type order struct {
	sort       Sort
	columns    []column
	descending bool
}

// column is one thing that rows are compared by.
type column struct {
	sql  string
	args []any
	text bool             // else it is a number
	fold bool             // a text whose letters compare in any case
	of   func(*Row) value // of a row that was read
}

// value is what a row has in a column: the one or the other.
type value struct {
	number int64
	text   string
}

// defaultSort is the order of a list that was asked for none.
func defaultSort(topic string) Sort {
	switch topic {
	case Board, Inbox, Deadlines, Orders, Hearings:
		return ByDue
	}
	return ByNewest
}

// order says how the query is sorted. table is where its times and keys are read from: the rows, or the institution's own list.
func (q Query) order(table string) (order, error) {
	o := order{sort: q.Sort, descending: q.Reverse}
	key := column{sql: table + ".key", text: true, of: func(r *Row) value { return value{text: r.Key} }}
	due := column{sql: "r.due_at", of: func(r *Row) value { return value{number: dueColumn(r.DueAt)} }}
	switch q.Sort {
	case ByDue:
		o.columns = []column{due, key}
	case ByNewest, ByOldest:
		o.descending = q.Sort == ByNewest
		o.columns = []column{{sql: table + ".sort_at", of: func(r *Row) value { return value{number: sortColumn(r.SortAt)} }}, key}
	case ByKey:
		o.columns = []column{key}
	case ByCode:
		o.columns = []column{{sql: "r.code COLLATE NOCASE", text: true, fold: true, of: func(r *Row) value { return value{text: r.Code} }}, key}
	case ByLast:
		o.columns = []column{{sql: "d.position", of: func(r *Row) value { return value{number: int64(r.Position)} }}, key}
	case ByRisk, ByStage, ByInstitution:
		o.descending = false // the list of values says which comes first
		// The newest first among those that nothing is due of: counted down from the greatest time, so that it rises.
		newest := column{sql: "(9223372036854775807 - r.sort_at)", of: func(r *Row) value { return value{number: math.MaxInt64 - sortColumn(r.SortAt)} }}
		o.columns = []column{q.rank(), due, newest, key}
	default:
		return o, fmt.Errorf("projections: sort: %q is not an order", q.Sort)
	}
	return o, nil
}

// rank compares by the place of a value in the query's list of values; what is not in the list comes last.
func (q Query) rank() column {
	name := map[Sort]string{ByRisk: "risk", ByStage: "stage", ByInstitution: "institution"}[q.Sort]
	var sql strings.Builder
	var args []any
	fmt.Fprintf(&sql, "(CASE r.%s", name)
	for i, v := range q.Values {
		fmt.Fprintf(&sql, " WHEN ? THEN %d", i)
		args = append(args, v)
	}
	if len(q.Values) == 0 {
		sql.WriteString(" WHEN NULL THEN 0") // SQL wants one
	}
	fmt.Fprintf(&sql, " ELSE %d END)", len(q.Values))
	return column{sql: sql.String(), args: args, of: func(r *Row) value { return value{number: int64(q.Rank(*r))} }}
}

// Rank is the place of a row's value among the query's Values, in an order by them.
func (q Query) Rank(r Row) int {
	v := r.Institution
	switch q.Sort {
	case ByRisk:
		v = r.Risk
	case ByStage:
		v = r.Stage
	}
	if i := slices.Index(q.Values, v); i >= 0 {
		return i
	}
	return len(q.Values)
}

// sorts tells whether the rows have to be sorted when they are read, because no index has this order.
func (o order) sorts() bool {
	switch o.sort {
	case ByRisk, ByStage, ByInstitution, ByLast:
		return true
	}
	return false
}

// by is the ORDER BY and its arguments.
func (o order) by() (sql string, args []any) {
	terms := make([]string, len(o.columns))
	for i, c := range o.columns {
		terms[i] = c.sql
		if o.descending {
			terms[i] += " DESC"
		}
		args = append(args, c.args...)
	}
	return strings.Join(terms, ", "), args
}

// after is the condition that rows come behind the one that the cursor names.
func (o order) after(cursor string) (sql string, args []any, err error) {
	place, err := o.read(cursor)
	if err != nil {
		return "", nil, err
	}
	var names, holes []string
	var values []any
	for i, c := range o.columns {
		names, holes = append(names, c.sql), append(holes, "?")
		args = append(args, c.args...)
		if c.text {
			values = append(values, place[i].text)
		} else {
			values = append(values, place[i].number)
		}
	}
	than := ">"
	if o.descending {
		than = "<"
	}
	return "(" + strings.Join(names, ", ") + ") " + than + " (" + strings.Join(holes, ", ") + ")", append(args, values...), nil
}

// read is the place that a cursor names, or ErrCursor.
func (o order) read(cursor string) ([]value, error) {
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil {
		return nil, ErrCursor
	}
	parts := strings.Split(string(raw), "\n")
	if len(parts) != 1+len(o.columns) || parts[0] != o.name() {
		return nil, ErrCursor
	}
	place := make([]value, len(o.columns))
	for i, c := range o.columns {
		if c.text {
			place[i].text = parts[1+i]
		} else if place[i].number, err = strconv.ParseInt(parts[1+i], 10, 64); err != nil {
			return nil, ErrCursor
		}
	}
	return place, nil
}

// place is where a row stands.
func (o order) place(r *Row) []value {
	out := make([]value, len(o.columns))
	for i, c := range o.columns {
		out[i] = c.of(r)
	}
	return out
}

// compare is below zero when what stands at a comes before what stands at b, as the database sorts them.
func (o order) compare(a, b []value) int {
	for i := range o.columns {
		if by := o.compareBy(i, a[i], b[i]); by != 0 {
			return by
		}
	}
	return 0
}

// compareBy is compare by one column alone.
func (o order) compareBy(column int, a, b value) int {
	if o.columns[column].fold {
		a.text, b.text = strings.ToUpper(a.text), strings.ToUpper(b.text)
	}
	by := cmp.Or(cmp.Compare(a.number, b.number), cmp.Compare(a.text, b.text))
	if o.descending {
		return -by
	}
	return by
}

// cursor names the place behind the row.
func (o order) cursor(r *Row) string {
	parts := []string{o.name()}
	for _, c := range o.columns {
		if v := c.of(r); c.text {
			parts = append(parts, v.text)
		} else {
			parts = append(parts, strconv.FormatInt(v.number, 10))
		}
	}
	return base64.RawURLEncoding.EncodeToString([]byte(strings.Join(parts, "\n")))
}

// Behind is the cursor of a page that begins behind a row, for whoever tells fewer rows than the list has.
func (q Query) Behind(r Row) (string, error) {
	if q.Sort == "" {
		q.Sort = defaultSort(q.Topic)
	}
	o, err := q.order("r")
	if err != nil {
		return "", err
	}
	return o.cursor(&r), nil
}

func (o order) name() string {
	if o.descending {
		return "-" + string(o.sort)
	}
	return string(o.sort)
}

// Place is where a row stands in a list of this order, as text: rows compare as their places do, letter by letter (and
// by their keys where places are equal), backwards when the order is descending. Pages that are open put rows in by it.
func (q Query) Place(r Row) (place string, descending bool, err error) {
	if q.Sort == "" {
		q.Sort = defaultSort(q.Topic)
	}
	o, err := q.order("r")
	if err != nil {
		return "", false, err
	}
	var parts []string
	for _, c := range o.columns[:len(o.columns)-1] {
		if v := c.of(&r); c.text {
			parts = append(parts, strings.ToUpper(v.text))
		} else {
			parts = append(parts, fmt.Sprintf("%0*d", len(strconv.Itoa(math.MaxInt64)), v.number))
		}
	}
	return strings.Join(parts, " "), o.descending, nil
}
