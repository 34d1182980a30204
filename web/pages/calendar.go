package pages

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"mkr/handlers"
	"mkr/projections/hearings"
	"mkr/web/i18n"
	"mkr/web/ical"
)

// calendarEvery is how often a calendar program is asked to look again.
const calendarEvery = time.Hour

// calendar is the dates in court for a calendar program, under an address that only its holder knows. It holds the code
// of the case, what the hearing is about, the court and the time: nothing of a person, since it leaves our hands.
func (p *Pages) calendar(w http.ResponseWriter, r *http.Request) {
	secret, isFile := strings.CutSuffix(r.PathValue("file"), ".ics")
	list, c, err := p.Service.Calendar(r.Context(), secret)
	switch {
	case !isFile || errors.Is(err, handlers.ErrNotFound):
		http.NotFound(w, r)
		return
	case err != nil:
		p.Logger.Error().Err(err).Msg("a calendar could not be read")
		http.Error(w, http.StatusText(http.StatusServiceUnavailable), http.StatusServiceUnavailable)
		return
	}
	v := p.view(r, handlers.Caller{})
	v.Locale = p.locales[i18n.Parse(c.Language)]
	out := v.hearingCalendar(list).Bytes()
	h := w.Header()
	h.Set("Content-Type", ical.Type)
	h.Set("Content-Disposition", `attachment; filename="mkr.ics"`)
	h.Set("Cache-Control", "private, no-store")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Robots-Tag", "noindex")
	h.Set("Content-Length", strconv.Itoa(len(out)))
	_, _ = w.Write(out) // a program that has left needs no answer
}

func (v view) hearingCalendar(list []hearings.Item) ical.Calendar {
	c := ical.Calendar{Name: v.T("hearings.calendar"), Language: string(v.Language()), Made: v.Now, Refresh: calendarEvery}
	for _, h := range list {
		c.Events = append(c.Events, ical.Event{
			UID: h.Hearing + "@mkr", Start: h.When, Summary: join(h.Code, v.hearingKind(h)), Location: v.Who(h.Court), Cancelled: h.Status == "cancelled",
		})
	}
	return c
}

// openCalendar makes the address, in place of the one before, and shows it in the one answer that holds it.
func (p *Pages) openCalendar(w http.ResponseWriter, r *http.Request, v view) error {
	env, err := envelope(r.PostForm)
	if err != nil {
		return err
	}
	receipt, err := p.Service.OpenCalendar(r.Context(), v.Caller, env)
	if err != nil {
		return err
	}
	page, err := p.myAccount(r, v, v.passwordForm())
	if err != nil {
		return err
	}
	if receipt.Secret != "" {
		page.Calendar = p.origin(r) + "/calendar/" + receipt.Secret + ".ics"
	}
	page.CalendarMade = true
	v.Path = "/account"
	w.Header().Set("Cache-Control", "no-store")
	return p.render(w, r, http.StatusOK, accountView(v, page))
}

// origin is how the site is reached from where the caller is.
func (p *Pages) origin(r *http.Request) string {
	if p.SecureCookies {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}
