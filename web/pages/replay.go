package pages

import (
	"net/http"
	"strconv"

	"mkr/handlers"
)

// replayPage is a case as it stood at one of its events.
type replayPage struct {
	Case      handlers.CaseView // at that moment
	Code      string
	Sections  []section // with what the event changed marked
	Entry     entry
	Steps     []entry // the events until then as they read then, in the order of the log
	Step, All int     // from 1; all that there are today
	Changes   []change
	Swim      swimlanes
	Stand     stand
}

// replay shows a case as it stood. ?step= is the place among its events; ?at= a position in the log, for links from
// elsewhere. The same fold makes today's page: there is no second way to a state.
func (p *Pages) replay(w http.ResponseWriter, r *http.Request, v view) error {
	id := r.PathValue("id")
	h, err := p.Service.History(r.Context(), v.Caller, id)
	if err != nil {
		return err
	}
	t := h.Timeline(r.Context(), handlers.At{})
	if len(t.Entries) == 0 {
		return handlers.ErrNotFound
	}
	// until is the last position that belongs to a step: what the same command set (a clock) comes right behind it.
	until := func(step int) uint64 {
		if step >= len(t.Entries) {
			return t.Position
		}
		return t.Entries[step].Position - 1
	}
	step := len(t.Entries)
	q := r.URL.Query()
	if n, err := strconv.Atoi(q.Get("step")); err == nil {
		step = min(max(n, 1), len(t.Entries))
	} else if at, err := strconv.ParseUint(q.Get("at"), 10, 64); err == nil {
		for step > 1 && t.Entries[step-1].Position > at {
			step--
		}
	}
	c, err := h.Case(r.Context(), handlers.At{Position: until(step)})
	if err != nil {
		return err
	}
	leaveInTime(w, c)
	page := replayPage{Case: c, Code: t.Code, Sections: v.summary(c), Step: step, All: len(t.Entries), Entry: v.entry(t.Entries[step-1], false), Stand: stand{Position: c.Position, Still: true}}
	if step > 1 {
		before, err := h.Case(r.Context(), handlers.At{Position: until(step - 1)})
		if err != nil {
			return err
		}
		page.Changes = v.changed(page.Sections, v.summary(before), c, before)
	}
	told := h.Timeline(r.Context(), handlers.At{Position: until(step)}).Entries
	page.Swim = swimAt(t.Entries, told, v.Now)
	for _, e := range told {
		page.Steps = append(page.Steps, v.entry(e, false))
	}
	v.Past = true
	if q.Has("part") {
		return p.render(w, r, http.StatusOK, replayInside(v, page))
	}
	return p.render(w, r, http.StatusOK, replayView(v, page))
}
