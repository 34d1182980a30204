package pages

import (
	"errors"
	"net/http"
	"strconv"

	"mkr/domain/access"
	"mkr/domain/sentinel"
	"mkr/handlers"
	"mkr/projections"
	flagview "mkr/projections/flags"
)

// flagRoutes are what the access sentinel found, and who answers for it.
func (p *Pages) flagRoutes(only func(string, page)) {
	only("GET /audit/flags", p.flags)
	only("GET /audit/flags/rules", p.flagRules)
	only("GET /audit/flags/{flag}", p.flag)
	only("POST /audit/flags/{flag}", p.answerFlag)
}

func (v view) answersFlags() bool { return v.mayOwn(access.AnswerFlags) }

// answeredFlags is how many of the answered ones a page shows.
const answeredFlags = 50

// flagsPage is what waits for an answer, and what was answered.
type flagsPage struct {
	Waiting, Answered []handlers.Flag
	Overdue           int
	Next              string // of those that were answered
	Later             bool   // a later page of these: what waits is on the first
	Stand             stand
}

func (p *Pages) flags(w http.ResponseWriter, r *http.Request, v view) error {
	list, err := p.Service.Flags(r.Context(), v.Caller, handlers.ListQuery{After: r.URL.Query().Get("after"), Limit: answeredFlags})
	if err != nil {
		return err
	}
	page := flagsPage{Next: list.Next, Later: r.URL.Query().Get("after") != "", Stand: stand{Position: list.Position, Topics: []string{projections.Flags}}}
	for _, f := range list.Items {
		switch f.Status {
		case flagview.Answered:
			page.Answered = append(page.Answered, f)
			continue
		case flagview.Overdue:
			page.Overdue++
		}
		page.Waiting = append(page.Waiting, f)
	}
	if r.URL.Query().Has("part") {
		return p.render(w, r, http.StatusOK, flagsPart(v, page))
	}
	return p.render(w, r, http.StatusOK, flagsView(v, page))
}

func (p *Pages) flagRules(w http.ResponseWriter, r *http.Request, v view) error {
	rules, err := p.Service.FlagRules(r.Context(), v.Caller)
	if err != nil {
		return err
	}
	return p.render(w, r, http.StatusOK, flagRulesView(v, rules.Rules))
}

func (p *Pages) flag(w http.ResponseWriter, r *http.Request, v view) error {
	f, err := p.Service.Flag(r.Context(), v.Caller, r.PathValue("flag"))
	if err != nil {
		return err
	}
	return p.render(w, r, http.StatusOK, flagView(v, f, v.flagForm(f.Flag.Flag, nil, nil)))
}

func (v view) flagForm(id string, typed map[string][]string, wrong map[string]string) form {
	f := v.simpleForm("/audit/flags/"+id, "/audit/flags", v.T("flags.answer"), handlers.AnswerFlag{}, typed, wrong)
	f.Focus = true
	return f
}

func (p *Pages) answerFlag(w http.ResponseWriter, r *http.Request, v view) error {
	v.Path = "/audit/flags"
	id := r.PathValue("flag")
	env, err := envelope(r.PostForm)
	if err != nil {
		return err
	}
	var in handlers.AnswerFlag
	wrong := v.parse(&in, "", r.PostForm)
	if len(wrong) == 0 {
		var receipt handlers.Receipt
		if receipt, err = p.Service.AnswerFlag(r.Context(), v.Caller, id, in, env); err == nil {
			if err := p.Service.Await(r.Context(), receipt.Position); err != nil && r.Context().Err() != nil {
				return err
			}
			http.Redirect(w, r, "/audit/flags?receipt="+strconv.FormatUint(receipt.Position, 10), http.StatusSeeOther)
			return nil
		}
	}
	f := v.flagForm(id, r.PostForm, wrong)
	if err != nil && (errors.Is(err, handlers.ErrNotFound) || !v.reject(&f, err)) {
		return err
	}
	shown, err := p.Service.Flag(r.Context(), v.Caller, id)
	if err != nil {
		return err
	}
	return p.render(w, r, http.StatusUnprocessableEntity, flagView(v, shown, f))
}

// waitingFlags are those that wait for the reader.
type waitingFlags struct{ Waiting, Overdue int }

func (p *Pages) waitingFlags(r *http.Request, v view) (w waitingFlags, err error) {
	if v.answersFlags() {
		w.Waiting, w.Overdue, err = p.Service.FlagsWaiting(r.Context(), v.Caller)
	}
	return w, err
}

// flagCount says what a rule counted, against what it allows.
func (v view) flagCount(f handlers.Flag) string {
	if f.Counted == 0 {
		return ""
	}
	return v.T("flags.counted", "n", v.Number(f.Counted), "limit", v.Number(f.Limit), "minutes", v.Number(f.Minutes))
}

// whyOdd explains a rule with its thresholds.
func (v view) whyOdd(r sentinel.Rule) string {
	return v.T("flag_why."+r.Rule, "count", v.Number(r.Count), "minutes", v.Number(r.Minutes), "days", v.Number(r.Days), "house", v.Number(r.HouseDays), "wait", v.Number(r.Wait), "from", r.From, "until", r.Until)
}

// spared says whom a rule does not watch; "" where it watches everybody.
func (v view) spared(r sentinel.Rule) string {
	switch {
	case len(r.Spared) == 0:
		return ""
	case r.Rule == sentinel.OffShift:
		return v.T("flags.spared_roster", "roles", v.roles(r.Spared))
	}
	return v.T("flags.spared", "roles", v.roles(r.Spared))
}

// flagRung says how far a flag has climbed that nobody answered.
func (v view) flagRung(f handlers.Flag) string {
	if f.Rung == 0 {
		return ""
	}
	return v.Code("flag_rung", strconv.Itoa(min(f.Rung, sentinel.Rungs)))
}
