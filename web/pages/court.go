package pages

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"mkr/domain/casefile"
	"mkr/handlers"
	"mkr/projections"
	"mkr/projections/orders"
	"mkr/web/i18n"
)

// courtRoutes are the registers of orders and of dates in court, and a case's plan.
func (p *Pages) courtRoutes(only func(string, page)) {
	only("GET /orders", p.orders)
	only("GET /orders/rows/{key}", p.orderRow)
	only("GET /orders/file", p.ordersFile)
	only("GET /cases/{id}/plan", p.plan)
	only("POST /cases/{id}/plan", p.openPlan)
	only("GET /workload", p.workload)
	only("GET /hearings", p.hearings)
	only("GET /hearings/rows/{key}", p.hearingRow)
}

// ordersQuery reads the address of the register of orders.
func ordersQuery(q url.Values) handlers.OrdersQuery {
	lq := boardQuery(q)
	lq.Status = known(q.Get("status"), orderStatuses)
	lq.Party, lq.Institution = lq.Institution, ""
	return handlers.OrdersQuery{ListQuery: lq, Type: known(q.Get("type"), casefile.OrderTypes), Watch: known(q.Get("watch"), orders.Watches)}
}

var orderStatuses = []string{
	string(casefile.OrderAsked), string(casefile.OrderInForce), string(casefile.OrderIsRefused), string(casefile.OrderIsRevoked), string(casefile.OrderReplaced), string(casefile.OrderHasExpired),
}

func (v view) orderFilters(q url.Values) []filter {
	institution := v.institutionFilter(q)
	institution.Label = v.T("orders.institution")
	return []filter{
		v.filter(q, "watch", "orders.watch", "order_watch", orders.Watches),
		v.filter(q, "type", "field.type", "order_type", casefile.OrderTypes),
		v.filter(q, "status", "orders.status", "status", orderStatuses),
		v.filter(q, "kind", "field.kind", "kind", kinds),
		institution,
	}
}

// orders is the register of protection orders: what they forbid, whether they reached everybody, who broke them, how
// long they still hold.
func (p *Pages) orders(w http.ResponseWriter, r *http.Request, v view) error {
	q := r.URL.Query()
	list, err := p.Service.Orders(r.Context(), v.Caller, ordersQuery(q))
	if err != nil {
		return err
	}
	return p.render(w, r, http.StatusOK, ordersView(v, listPageOf(v, r, list, projections.Orders, v.orderFilters(q))))
}

func (p *Pages) orderRow(w http.ResponseWriter, r *http.Request, v view) error {
	q := ordersQuery(r.URL.Query())
	q.Case, _, _ = strings.Cut(r.PathValue("key"), ":")
	q.After, q.Limit = "", projections.MaxLimit
	list, err := p.Service.Orders(r.Context(), v.Caller, q)
	if err != nil {
		return err
	}
	for _, o := range list.Items {
		if orderKey(o) == r.PathValue("key") {
			return p.render(w, r, http.StatusOK, orderRowView(v, o))
		}
	}
	return handlers.ErrNotFound
}

func orderKey(o handlers.OrderRow) string { return o.Case + ":" + o.Order }

// orderDue is by what an order stands in the register.
func orderDue(o handlers.OrderRow) time.Time {
	if o.Status == string(casefile.OrderInForce) && !o.ValidUntil.IsZero() {
		return o.ValidUntil
	}
	return o.Next.DueAt
}

// lastDay is the day with which something ends: an order valid until midnight has the day before as its last.
func (v view) lastDay(until time.Time) string { return v.Date(until.Add(-time.Nanosecond)) }

// orderFacts says in short what became of an order: sent, carried out.
func (v view) orderDone(at time.Time, o handlers.OrderRow) string {
	switch {
	case !at.IsZero():
		return v.Date(at)
	case o.Status == string(casefile.OrderInForce):
		return v.T("orders.not_yet")
	}
	return v.T("orders.none")
}

// served is when the copies were sent; the police's own order has none of the court's.
func (v view) served(o handlers.OrderRow) string {
	if o.Court == "" {
		return v.T("orders.none")
	}
	if o.ServedAt.IsZero() && !o.ExecutedAt.IsZero() {
		return v.T("orders.with_execution")
	}
	return v.orderDone(o.ServedAt, o)
}

// silentOn names those who have not said that they know of a breach.
func (v view) silentOn(o handlers.OrderRow) string {
	seen := map[string]bool{}
	var out []string
	for _, b := range o.Breaches {
		for _, id := range b.Silent {
			if !seen[id] {
				seen[id] = true
				out = append(out, v.Who(id))
			}
		}
	}
	return strings.Join(out, ", ")
}

// ordersFile is the register for a spreadsheet, with the filters of the page, all its pages, and the event it stands at.
func (p *Pages) ordersFile(w http.ResponseWriter, r *http.Request, v view) error {
	q := ordersQuery(r.URL.Query())
	q.After, q.Limit, q.NoTotal = "", projections.MaxLimit, true
	head := []string{
		v.T("board.case"), v.T("field.kind"), v.T("field.type"), v.T("orders.status"), v.T("orders.court"), v.T("orders.executor"), v.T("orders.conditions"),
		v.T("orders.issued"), v.T("orders.served"), v.T("orders.executed"), v.T("orders.breaches"), v.T("orders.valid_until"), v.T("orders.working_days"), v.T("orders.extension_by"), v.T("file.position"),
	}
	lines := [][]string{head}
	for {
		list, err := p.Service.Orders(r.Context(), v.Caller, q)
		if err != nil {
			return err
		}
		for _, o := range list.Items {
			left, ends, by := "", "", ""
			if !o.ValidUntil.IsZero() {
				left, ends = strconv.Itoa(o.WorkingDays), v.lastDay(o.ValidUntil)
			}
			if !o.ExtensionBy.IsZero() {
				by = v.lastDay(o.ExtensionBy)
			}
			lines = append(lines, []string{
				cell(o.Code), cell(v.Code("kind", o.CaseKind)), o.Type, cell(v.Code("status", o.Status)), cell(v.Who(o.Court)), cell(v.Who(o.Executor)), strings.Join(o.Conditions, " "),
				v.day_(o.IssuedAt), v.day_(o.ServedAt), v.day_(o.ExecutedAt), strconv.Itoa(o.BreachesTotal), ends, left, by, strconv.FormatUint(list.Position, 10),
			})
		}
		if q.After = list.Next; q.After == "" {
			return v.sendTable(w, v.T("orders.file"), lines)
		}
	}
}

// day_ is a date, or nothing.
func (v view) day_(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return v.Date(at)
}

// sendTable answers with a file for a spreadsheet, with the separator that the reader's language expects.
func (v view) sendTable(w http.ResponseWriter, name string, lines [][]string) error {
	var out bytes.Buffer
	out.WriteString(byteOrder)
	file := csv.NewWriter(&out)
	file.UseCRLF = true
	if v.Language() == i18n.Albanian {
		file.Comma = ';'
	}
	if err := file.WriteAll(lines); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="%s-%s.csv"`, name, v.Now.In(v.Zone()).Format(time.DateOnly)))
	h.Set("Content-Length", strconv.Itoa(out.Len()))
	_, _ = w.Write(out.Bytes()) // a visitor who has left needs no answer
	return nil
}
