package pages

import (
	"net/http"
	"net/url"
	"strconv"

	"mkr/domain/casefile"
	"mkr/handlers"
	"mkr/projections"
)

func registerQuery(q url.Values) handlers.ListQuery {
	lq := boardQuery(q)
	lq.Code = q.Get("code")
	lq.Status = known(q.Get("status"), []string{string(casefile.Open), string(casefile.Closed)})
	return lq
}

// registerFile is the register for a spreadsheet, with the filters of the page, all its pages, and the event that it stands
// at: today's or, with ?at=, that of a moment in the past.
func (p *Pages) registerFile(w http.ResponseWriter, r *http.Request, v view) error {
	lq := registerQuery(r.URL.Query())
	if err := p.look(r, &v, "", &lq); err != nil {
		return err
	}
	lq.After, lq.Limit, lq.NoTotal = "", projections.MaxLimit, true
	lines := [][]string{{
		v.T("board.case"), v.T("field.kind"), v.T("board.risk"), v.T("board.stage"), v.T("field.coded_reason"), v.T("register.opened"), v.T("field.channel"),
		v.T("register.lead"), v.T("register.referrals"), v.T("file.position"),
	}}
	for {
		list, err := p.Service.Register(r.Context(), v.Caller, lq)
		if err != nil {
			return err
		}
		for _, e := range list.Items {
			reason := ""
			if e.CloseReason != "" {
				reason = v.Code("close_reason", e.CloseReason)
			}
			lines = append(lines, []string{
				cell(e.Code), cell(v.Code("kind", e.Kind)), cell(v.levelWords(e.Risk)), cell(v.Code("stage", e.Stage)), cell(reason), v.Date(e.OpenedAt), cell(v.Code("channel", e.Channel)),
				cell(v.Who(e.Lead)), strconv.Itoa(e.Referrals), strconv.FormatUint(list.Position, 10),
			})
		}
		if lq.After = list.Next; lq.After == "" {
			return v.sendTable(w, v.T("register.file"), lines)
		}
	}
}
