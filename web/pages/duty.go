package pages

import (
	"net/http"
	"strings"
	"time"

	"mkr/domain/directory"
	"mkr/handlers"
	"mkr/web/i18n"
)

// withRoster gives the view the shifts that a form may ask for.
func (p *Pages) withRoster(r *http.Request, v view, institution string) (view, error) {
	d, err := p.Service.Duty(r.Context(), v.Caller, institution)
	v.roster = d
	return v, err
}

func (v view) shiftOptions() (out []option) {
	for _, h := range v.roster.Shifts {
		out = append(out, option{h.Shift, join(v.Code("duty_rung", h.Rung), v.shiftTimes(h))})
	}
	return out
}

// shiftTimes says when a shift stands: on which days, from when to when.
func (v view) shiftTimes(h directory.Shift) string {
	days := v.T("duty.every_day")
	switch {
	case h.On != "":
		days = v.day(h.On)
	case len(h.Days) < len(directory.Weekdays):
		days = v.Codes("weekday", h.Days)
	}
	times := h.From + "–" + h.Until
	if strings.Compare(h.Until, h.From) <= 0 {
		times = v.T("duty.overnight", "from", h.From, "until", h.Until)
	}
	return join(days, times)
}

// shiftWho is who stands: a colleague for those who may know her, or whoever is at the desk.
func (v view) shiftWho(institution, account string) string {
	if account == "" {
		return v.T("duty.desk")
	}
	return v.colleague(institution, account)
}

// gap says for when nobody is on the roster; within one day the day is said once.
func (v view) gap(g directory.Gap) string {
	if v.Date(g.From) == v.Date(g.Until) {
		return v.DateTime(g.From) + "–" + v.Clock(g.Until)
	}
	return v.T("clock.runs", "from", v.DateTime(g.From), "until", v.DateTime(g.Until))
}

// onDuty is the line of a referral that says whom to call now.
func (v view) onDuty(institution string, d handlers.OnDuty) string {
	if d.Nobody {
		return v.T("duty.nobody_now")
	}
	return join(v.T("duty.now", "who", i18n.Lower(v.shiftWho(institution, d.Account)), "when", v.dutyUntil(d.Until)), d.Phone)
}

// dutyUntil is the hour, with the day where it is not today's.
func (v view) dutyUntil(at time.Time) string {
	if at.Sub(v.Now) < 24*time.Hour {
		return v.Clock(at)
	}
	return v.DateTime(at)
}
