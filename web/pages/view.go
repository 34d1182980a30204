package pages

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"mkr/domain/access"
	"mkr/handlers"
	"mkr/projections/directory"
	"mkr/web/i18n"
	"mkr/web/static"
)

// view is what every page knows: who looks, in which language, and when. It is made for one request.
type view struct {
	*i18n.Locale
	Caller  handlers.Caller
	Now     time.Time // the work's clock
	Speed   float64
	Path    string          // of this page, with its query: the way back after a change of language
	Wall    bool            // a display on a wall: big type, no controls
	Past    bool            // shows a moment that is over: clocks stand
	Film    bool            // and moments go by in it: clocks are told as dates
	Bar     *pastBar        // says which moment, on the lists
	Back    string          // the way into this page's past; "" where there is none
	moved   map[string]bool // rows that changed since the moment before
	Receipt uint64          // position of what was just filed; 0 for nothing
	Because string          // code of what went wrong, for error pages
	// Reopened: the form was posted at the end of a session and comes back through the door; nothing is filed yet.
	Reopened bool
	bare     bool          // its template stands inside another page: a sample of the style guide
	paper    bool          // it looks on the screen as it does when it is printed
	Holder   string        // names the account in its forms; "" for nobody
	Idle     time.Duration // life of a session that nobody touches
	assets   *static.Assets
	rules    rules
	regimes  []option     // under which a case may be opened by name
	names    func() names // of the institutions, read when first asked for
	places   func() names // free places of those that report them, in words
	houses   func() map[string]directory.Row
	tour     func() []tourStop
	// signed is the newest checkpoint; the foot says how many witnesses watch.
	signed func() handlers.Checkpoint
	// colleagues are those of an institution, by account: to choose from, and to name.
	colleagues func(institution string) []option
	roster     handlers.DutyView             // of the roster that a form is about
	wrongFile  error                         // what is wrong with the file that came with a form
	asked      string                        // the institution whose colleagues a form offers
	meetings   func(caseID string) []option  // that the caller may see and that speak of a case, the newest first
	people     func() []handlers.StaffMember // whom a form about a case's safety may name; nil where none does
}

// watching is how many witnesses do their work.
func (v view) watching(c handlers.Checkpoint) (n int) {
	for _, w := range c.Witnesses {
		if w.Watches(v.Now) {
			n++
		}
	}
	return n
}

func (p *Pages) view(r *http.Request, c handlers.Caller) view {
	v := view{Locale: p.locales[p.language(r, c)], Caller: c, Now: p.Now().UTC(), Speed: p.Speed, assets: p.assets, rules: p.rules}
	v.loadRules(p)
	if r.Method == http.MethodGet {
		v.Path = r.URL.RequestURI()
	}
	if c.Account != "" {
		v.Holder, v.Idle, v.Reopened = p.Service.Holder(c), p.Service.IdleAfter(), isReopened(r)
	}
	_, v.Wall = r.URL.Query()["wall"]
	// What was just filed is told once, on the page that follows the form.
	v.Receipt, _ = strconv.ParseUint(r.URL.Query().Get("receipt"), 10, 64)
	var known, places names
	var houses map[string]directory.Row
	read := func() {
		if known == nil {
			known, places, houses = p.institutionNames(r.Context(), v)
		}
	}
	v.houses = func() map[string]directory.Row { read(); return houses }
	v.names = func() names { read(); return known }
	v.places = func() names { read(); return places }
	v.signed = func() handlers.Checkpoint {
		c, err := p.Service.NewestCheckpoint(r.Context())
		if err != nil { // the page is about something else, and shows what it can
			return handlers.Checkpoint{}
		}
		return c
	}
	v.colleagues = func(institution string) []option { return p.colleagueOptions(r.Context(), v, institution) }
	v.tour = func() []tourStop { return p.tour(r, v) }
	v.meetings = func(caseID string) []option { return p.meetingOptions(r.Context(), v, caseID) }
	return v
}

// names are the institutions' names, by id.
type names map[string]string

// institutionNames reads them, and their free places; a page without them shows the ids' beginnings rather than nothing.
func (p *Pages) institutionNames(ctx context.Context, v view) (known, places names, houses map[string]directory.Row) {
	known, places, houses = names{}, names{}, map[string]directory.Row{}
	list, err := p.Service.Institutions(ctx)
	if err != nil {
		p.Logger.Error().Err(err).Msg("the institutions' names could not be read")
		return known, places, houses
	}
	for _, i := range list.Items {
		houses[i.Institution] = i
		known[i.Institution] = pick(v.Language(), i.Short().SQ, i.Short().EN)
		if words := v.freePlaces(i); words != "" {
			places[i.Institution] = words
		}
	}
	return known, places, houses
}

func pick(l i18n.Language, sq, en string) string {
	if l == i18n.English && en != "" {
		return en
	}
	return sq
}

// Who names an institution by its short name.
func (v view) Who(id string) string {
	if id == "" {
		return ""
	}
	if name, ok := v.names()[id]; ok {
		return name
	}
	return short(id)
}

// short is the beginning of an id, for things that have no name.
func short(id string) string {
	if len(id) > 8 {
		return id[:8]
	}
	return id
}

// Refusal says a refusal's code in words.
func (v view) Refusal(code string) string {
	if key := "refusal." + code; i18n.Has(key) {
		return v.T(key)
	}
	return v.T("refusal.other")
}

// style is the sheet that the page is dressed in.
func (v view) style() string {
	if v.paper {
		return static.Paper
	}
	return static.Style
}

// Asset is the address of a style or script.
func (v view) Asset(name string) string { return v.assets.URL(name) }

// tab is one of the pages that the caller's role has.
type tab struct {
	Path, Key string
	Apart     bool // the first of those that are looked up now and then, after those of every day
}

// tabs lists them as the policy grants them: what would be refused is not offered.
func (v view) tabs() []tab {
	may := func(a access.Action) bool {
		return access.Judge(v.Caller.Actor(), a, access.Facts{}).Allow || access.Judge(v.Caller.Actor(), a, access.Facts{Own: true}).Allow
	}
	var out []tab
	add := func(ok bool, path, key string) {
		if ok {
			out = append(out, tab{Path: path, Key: key})
		}
	}
	add(may(access.ManageAccounts), "/admin", "nav.admin")
	add(may(access.ManageRules), "/rules", "nav.rules")
	inRegister := v.allBoxes() || !may(access.ViewBoard) // who has no board, or no work of her own on it, begins in the register
	add(inRegister && v.seesCases(), "/register", "nav.register")
	add(may(access.ViewBoard), "/board", "nav.board")
	add(v.allBoxes(), "/inbox", "nav.inboxes") // and from there to the outboxes
	add(may(access.ViewInbox), "/inbox", "nav.inbox")
	add(may(access.ViewInbox), "/outbox", "nav.outbox")
	add(may(access.ViewDeadlines), "/deadlines", "nav.deadlines")
	add(!inRegister && v.seesCases(), "/register", "nav.register")
	add(inRegister && may(access.ViewAudit), "/audit", "nav.audit")
	add(may(access.ViewCourt), "/orders", "nav.court")
	add(may(access.ViewMeeting), "/meetings", "nav.meetings")
	daily := len(out)
	add(may(access.ViewActivity), "/activities", "nav.activities")
	add(may(access.ViewApplication), "/aid", "nav.aid")
	add(may(access.ViewBounces), "/bounces", "nav.bounces")
	add(may(access.ViewReviews), "/reviews", "nav.reviews")
	add(may(access.ViewPolicy), "/policy", "nav.policy")
	add(may(access.ViewIndicators), "/indicators", "nav.indicators")
	add(may(access.ViewDirectory), "/institutions", "nav.institutions")
	add(!inRegister && may(access.ViewAudit), "/audit", "nav.audit")
	if 0 < daily && daily < len(out) {
		out[daily].Apart = true
	}
	return out
}

// seesCases tells whether the role sees cases at all.
func (v view) seesCases() bool {
	for _, kind := range []string{access.DomesticViolence, access.ChildProtection} {
		if access.Judge(v.Caller.Actor(), access.ListCase, access.Facts{Kind: kind, Standing: access.Participant, Status: access.CaseOpen}).Allow {
			return true
		}
	}
	return false
}

// mayOpenCases tells whether the role may begin a case.
func (v view) mayOpenCases() bool {
	return access.Judge(v.Caller.Actor(), access.OpenCase, access.Facts{Kind: access.DomesticViolence, Standing: access.None}).Allow
}

// home is where the role's day begins.
func (v view) home() string {
	if v.Caller.Account == "" {
		return "/signin"
	}
	if tabs := v.tabs(); len(tabs) > 0 {
		return tabs[0].Path
	}
	return "/account"
}

// current marks the tab of this page.
func (v view) current(t tab) bool {
	path, _, _ := strings.Cut(v.Path, "?")
	return path == t.Path || strings.HasPrefix(path, t.Path+"/") || t.Path == "/register" && strings.HasPrefix(path, "/cases/") || t.Path == "/orders" && path == "/hearings" ||
		t.Key == "nav.inboxes" && path == "/outbox" ||
		t.Path == "/reviews" && (path == "/erasures" || strings.HasPrefix(path, "/audit/flags") && !v.mayAudit())
}

// stand says as of which event a page stands and what it follows live.
type stand struct {
	Position uint64
	Topics   []string
	Still    bool // shows the past: nothing moves
}

// render writes a page. It is made whole before the first byte goes out, so that a fault never leaves half a page.
func (p *Pages) render(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	var page bytes.Buffer
	if err := c.Render(r.Context(), &page); err != nil {
		return err
	}
	send(w, r, status, page.Bytes())
	return nil
}
