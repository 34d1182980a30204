package pages

import (
	"strings"
	"time"

	"mkr/web/i18n"
	"mkr/web/static"
)

// modules are the scripts that the first one imports: they are fetched with the page, not one after the other.
func (v view) modules() []string {
	var out []string
	for _, name := range v.assets.Names() {
		if strings.HasPrefix(name, "js/") && name != static.Script && name != early {
			out = append(out, name)
		}
	}
	return out
}

// early is the one script that runs before the page is painted, and is no module.
const early = "js/early.js"

// scriptWords are the texts that scripts need, by the name they use.
var scriptWords = []struct{ name, key string }{
	{"late", "span.late"}, {"left", "span.left"}, {"ago", "ago"}, {"stand", "stand"},
	{"close", "close"}, {"printed", "printed"}, {"printed-stand", "printed_stand"},
	{"live-live", "live-live"}, {"live-behind", "live-behind"}, {"live-lost", "live-lost"}, {"live-still", "live-still"},
	{"wrong-title", "form.check"}, {"wrong-required", "refusal.required"}, {"wrong-date", "refusal.not_a_date"}, {"wrong-time", "refusal.not_a_time"},
	{"wrong-number", "refusal.not_a_number"}, {"wrong-count", "refusal.count"}, {"wrong-other", "refusal.other"},
	{"send-waiting", "send.waiting"}, {"send-cancel", "send.cancel"}, {"send-offline", "send.offline"}, {"send-fault", "send.fault"},
	{"draft-there", "draft.there"}, {"draft-sent", "draft.sent"}, {"draft-restore", "draft.restore"}, {"draft-drop", "draft.drop"},
	{"stale", "live.stale"}, {"missed-none", "live.missed_none"}, {"wall-rows", "wall.rows"},
	{"weekday-0", "weekday.0"}, {"weekday-1", "weekday.1"}, {"weekday-2", "weekday.2"}, {"weekday-3", "weekday.3"},
	{"weekday-4", "weekday.4"}, {"weekday-5", "weekday.5"}, {"weekday-6", "weekday.6"},
}

// scriptPlurals are those with a form for one and another for more.
var scriptPlurals = []struct{ name, key string }{{"changed", "live.changed"}, {"missed", "live.missed"}}

// spanUnits are the units of spans of time.
var spanUnits = []string{"seconds", "minutes", "hours", "days"}

// form is a plural's one form with its place for the number left open, for scripts that count themselves.
func (v view) form(key string, one bool) string { return v.Form(key, one) }

// stillWords is the state that a page begins with: one that will follow says so, one that shows a moment says nothing.
func (v view) stillWords(s stand) string {
	if len(s.Topics) == 0 {
		return ""
	}
	return v.T("live-still")
}

// printed is the line that stands above a page on paper: as of which event it was, when it was printed and for whom.
// print.js writes it anew when a page is printed long after it was made.
func (v view) printed(s stand) string {
	line := v.T("printed", "when", v.DateTime(v.Now))
	if s.Position > 0 {
		line = v.T("printed_stand", "position", v.Position(s.Position), "when", v.DateTime(v.Now))
	}
	return line
}

// soonBefore is when a due time begins to be marked; countdown.js uses the same.
const soonBefore = 2 * time.Hour

func (v view) soon(at time.Time) bool {
	return at.After(v.Now) && at.Sub(v.Now) < soonBefore
}

// shortRole names a role in the head of a page, where a phone has room for two words.
func (v view) shortRole(role string) string {
	if i18n.Has("role_short." + role) {
		return v.Code("role_short", role)
	}
	return v.Code("role", role)
}
