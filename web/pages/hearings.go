package pages

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"mkr/domain/casefile"
	"mkr/handlers"
	"mkr/projections"
	"mkr/projections/hearings"
)

// hearingsPage is a week or a month of dates in court.
type hearingsPage struct {
	listPage[hearings.Item]
	From, Until    time.Time // the span that is shown
	Month          bool
	Before, Behind string // addresses of the spans beside it
	Other          string // the same days by month, or by week
	Feed           bool   // the reader may have a calendar of them
}

// hearingSpan reads which days an address asks for: the week or the month that a day lies in, today's when it names none.
func (v view) hearingSpan(q url.Values) (from, until time.Time, month bool) {
	local := v.Now.In(v.Zone())
	if day, err := time.ParseInLocation(time.DateOnly, q.Get("day"), v.Zone()); err == nil {
		local = day
	}
	y, m, d := local.Date()
	if month = q.Get("span") == "month"; month {
		return time.Date(y, m, 1, 0, 0, 0, 0, v.Zone()), time.Date(y, m+1, 1, 0, 0, 0, 0, v.Zone()), true
	}
	monday := d - (int(local.Weekday())+6)%7
	return time.Date(y, m, monday, 0, 0, 0, 0, v.Zone()), time.Date(y, m, monday+7, 0, 0, 0, 0, v.Zone()), false
}

// hearingsAt is the address of a span of days, with the filters of this one.
func hearingsAt(q url.Values, day time.Time, month bool) string {
	out := url.Values{"day": {day.Format(time.DateOnly)}}
	for _, name := range []string{"status", "kind"} {
		if v := q.Get(name); v != "" {
			out.Set(name, v)
		}
	}
	if month {
		out.Set("span", "month")
	}
	return "/hearings?" + out.Encode()
}

var hearingStatuses = []string{string(casefile.Planned), string(casefile.Done), string(casefile.Dropped)}

func hearingsQuery(q url.Values) handlers.ListQuery {
	lq := handlers.ListQuery{Kind: known(q.Get("kind"), kinds), Status: known(q.Get("status"), hearingStatuses), Limit: projections.MaxLimit}
	return lq
}

// hearings shows a week or a month of dates in court, day by day.
func (p *Pages) hearings(w http.ResponseWriter, r *http.Request, v view) error {
	q := r.URL.Query()
	from, until, month := v.hearingSpan(q)
	list, err := p.Service.Hearings(r.Context(), v.Caller, hearingsQuery(q), from, until)
	if err != nil {
		return err
	}
	filters := []filter{
		v.filter(q, "status", "orders.status", "status", hearingStatuses), v.filter(q, "kind", "field.kind", "kind", kinds),
		{Name: "day", Value: from.Format(time.DateOnly), Hidden: true}, {Name: "span", Value: map[bool]string{true: "month"}[month], Hidden: true},
	}
	page := hearingsPage{
		listPage: listPageOf(v, r, list, projections.Hearings, filters), From: from, Until: until, Month: month,
		Before: hearingsAt(q, from.AddDate(0, 0, -1), month), Behind: hearingsAt(q, until, month), Other: hearingsAt(q, from, !month),
	}
	return p.render(w, r, http.StatusOK, hearingsView(v, page))
}

func (p *Pages) hearingRow(w http.ResponseWriter, r *http.Request, v view) error {
	q := r.URL.Query()
	lq := hearingsQuery(q)
	lq.Case, _, _ = strings.Cut(r.PathValue("key"), ":")
	from, until, _ := v.hearingSpan(q)
	list, err := p.Service.Hearings(r.Context(), v.Caller, lq, from, until)
	if err != nil {
		return err
	}
	for _, h := range list.Items {
		if hearingKey(h) == r.PathValue("key") {
			return p.render(w, r, http.StatusOK, hearingRowView(v, h))
		}
	}
	return handlers.ErrNotFound
}

func hearingKey(h hearings.Item) string { return h.Case + ":" + h.Hearing }

// days are the heads of the days that are shown, each at its place in the list. A day without hearings stands too,
// unseen: a row that comes while the page is open finds it there.
func (v view) days(p hearingsPage) []group {
	var out []group
	for day := p.From; day.Before(p.Until); day = day.AddDate(0, 0, 1) {
		out = append(out, group{Key: "~" + day.Format(time.DateOnly), Title: v.dayName(day), Place: duePlace(projections.Hearings, day)})
	}
	return out
}

// dayName is a day with its weekday.
func (v view) dayName(day time.Time) string {
	return v.T(weekdays[day.In(v.Zone()).Weekday()]) + ", " + v.Date(day)
}

var weekdays = [...]string{"weekday.0", "weekday.1", "weekday.2", "weekday.3", "weekday.4", "weekday.5", "weekday.6"}

// hearingsOf are the rows of a day.
func (p hearingsPage) of(g group, next string) []hearings.Item {
	var out []hearings.Item
	for _, h := range p.Rows {
		if at := duePlace(projections.Hearings, h.When); at >= g.Place && (next == "" || at < next) {
			out = append(out, h)
		}
	}
	return out
}

// placeAfter is where the next day begins.
func placeAfter(days []group, i int) string {
	if i+1 < len(days) {
		return days[i+1].Place
	}
	return ""
}

// spanWords say which days are shown.
func (v view) spanWords(p hearingsPage) string {
	return v.T("hearings.span", "from", v.Date(p.From), "to", v.lastDay(p.Until))
}

// spanLink is a link to other days; its words differ for weeks and months.
type spanLink struct{ Path, Week, Month string }

// links lead to the days before, to those behind, and to the same days the other way.
func (p hearingsPage) links() []spanLink {
	return []spanLink{
		{p.Before, "hearings.before_week", "hearings.before_month"}, {p.Behind, "hearings.behind_week", "hearings.behind_month"}, {p.Other, "hearings.other_week", "hearings.other_month"},
	}
}

// key names the words of the link.
func (l spanLink) key(month bool) string {
	if month {
		return l.Month
	}
	return l.Week
}

// hearingKind says what a hearing is about: an order of a type, or the case.
func (v view) hearingKind(h hearings.Item) string {
	if h.OrderType == "" {
		return v.T("hearings.of_case")
	}
	return v.T("hearings.of_order", "type", v.Code("order_type", h.OrderType))
}
