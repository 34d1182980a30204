package api

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"mkr/domain/casefile"
	"mkr/handlers"
	"mkr/projections/board"
	"mkr/projections/deadlines"
	"mkr/projections/hearings"
	"mkr/projections/inbox"
	"mkr/projections/outbox"
	registerview "mkr/projections/register"
	"mkr/projections/reviews"
	"mkr/projections/timeline"
	"mkr/web/i18n"
)

// TimelineView is a case's history in the caller's language.
type TimelineView struct {
	Case     string          `json:"case"`
	Code     string          `json:"code"`
	Entries  []TimelineEntry `json:"entries"`
	Position uint64          `json:"position"`
}

// TimelineEntry is one of them.
type TimelineEntry struct {
	timeline.Entry
	Summary string `json:"summary"` // for people; programs read type and values
	Late    bool   `json:"late"`    // recorded more than a day after it happened
}

// Made is the receipt of a command that made a thing: the thing's id stands under its own name too.
type Made struct {
	handlers.Receipt
	Referral string `json:"referral,omitempty"`
}

func (a *API) caseRoutes() []route {
	routes := []route{
		{method: "POST", path: "/cases", summary: "Intake: open a case", in: handlers.OpenCase{}, out: handlers.Receipt{}, status: 201, command: true, handle: a.openCase},
		{method: "GET", path: "/cases", summary: "The cases that I may see", query: registerQuery{}, out: handlers.List[registerview.Entry]{}, status: 200, handle: list(a, register)},
		{method: "GET", path: "/cases/{case}", summary: "One case as I may see it, with the actions open to me now", query: atQuery{}, out: handlers.CaseView{}, status: 200, handle: a.oneCase},
		{method: "GET", path: "/cases/{case}/timeline", summary: "Its history", query: atQuery{}, out: TimelineView{}, status: 200, handle: a.timeline},
		{method: "POST", path: "/cases/{case}/open", summary: "Open sealed texts; recorded", in: handlers.Want{}, out: handlers.Opened{}, status: 200, handle: a.open},
		{method: "POST", path: "/cases/{case}/uploads", summary: "Send a file of the case, as it is; it is sealed as it comes, and attached with POST /cases/{case}/files", raw: true, out: handlers.Upload{}, status: 201, handle: a.upload},
		{method: "POST", path: "/cases/{case}/files/{id}/open", summary: "Open a file; recorded", in: handlers.OpenFileAsk{}, out: "", file: true, status: 200, handle: a.openFile},
		{method: "GET", path: "/board", summary: "The live board", query: boardQuery{}, out: handlers.List[board.Row]{}, status: 200, handle: list(a, (*handlers.Service).Board)},
		{method: "GET", path: "/inbox", summary: "What waits for my institution; for auditors: for any", query: inboxQuery{}, out: handlers.List[inbox.Task]{}, status: 200, handle: list(a, (*handlers.Service).Inbox)},
		{method: "GET", path: "/orders", summary: "The register of protection orders", query: ordersQuery{}, out: handlers.List[handlers.OrderRow]{}, status: 200, handle: a.orders},
		{method: "GET", path: "/workload", summary: "How much each institution has to do: all for who coordinates, else the own one", out: handlers.WorkloadView{}, status: 200, handle: a.workload},
		{method: "GET", path: "/hearings", summary: "Dates in court", query: hearingsQuery{}, out: handlers.List[hearings.Item]{}, status: 200, handle: a.hearings},
		{method: "GET", path: "/outbox", summary: "What my institution sent, with its live state; for auditors: what any sent", query: outboxQuery{}, out: handlers.List[outbox.Item]{}, status: 200, handle: list(a, (*handlers.Service).Outbox)},
		{method: "GET", path: "/deadlines", summary: "Every clock that runs or was missed", query: deadlinesQuery{}, out: handlers.List[deadlines.Item]{}, status: 200, handle: list(a, (*handlers.Service).Deadlines)},
	}
	routes = append(routes,
		route{method: "POST", path: "/emergency", summary: "Emergency access to a case by its code; told at once, reviewed by somebody else", in: handlers.BreakGlass{}, out: handlers.EmergencyReceipt{}, status: 201, command: true, handle: a.breakGlass},
		route{method: "GET", path: "/reviews", summary: "Emergency accesses that nobody has answered for yet", query: listQuery{}, out: handlers.List[reviews.Row]{}, status: 200, handle: list(a, (*handlers.Service).Reviews)},
		route{method: "GET", path: "/cases/{case}/looks", summary: "Who looked at the case, what they opened and were refused; for those who guard it", query: listQuery{}, out: handlers.List[handlers.Look]{}, status: 200, handle: a.looks},
		route{method: "GET", path: "/cases/{case}/people", summary: "The accounts that may be kept out of the case or let into it; for those who guard it", out: People{}, status: 200, handle: a.people},
	)
	routes = append(routes,
		route{method: "GET", path: "/cases/{case}/referrals/{id}/sent", summary: "What a referral showed its receiver when it was sent, in coded values; for both sides and those who guard the case", out: handlers.Sent{}, status: 200, handle: a.sent},
		route{method: "POST", path: "/cases/{case}/referrals/{id}/sent/open", summary: "Open its texts as they were then, those that are mine to open; recorded", out: handlers.Opened{}, status: 200, handle: a.openSent},
		route{method: "GET", path: "/cases/{case}/transfers/{id}/sheet", summary: "What was handed over with a transfer, in coded values, as the case stood then; for those who may take it out on paper", out: handlers.HandOver{}, status: 200, handle: a.sheet},
		route{method: "POST", path: "/cases/{case}/transfers/{id}/sheet/open", summary: "Open the texts that go with it, those that are mine to open; recorded", out: handlers.Opened{}, status: 200, handle: a.openSheet},
	)
	routes = append(routes,
		route{method: "GET", path: "/cases/{case}/household", summary: "The other cases of its household, of those that I see", out: handlers.HouseholdView{}, status: 200, handle: a.household},
		route{method: "POST", path: "/cases/{case}/household", summary: "Link it with another case of the household", in: handlers.LinkCase{}, out: handlers.Receipt{}, status: 200, command: true, handle: ofCase(a, (*handlers.Service).LinkCase)},
		route{method: "POST", path: "/cases/{case}/household/end", summary: "End a link", in: handlers.UnlinkCase{}, out: handlers.Receipt{}, status: 200, command: true, handle: ofCase(a, (*handlers.Service).UnlinkCase)},
	)
	for _, act := range handlers.CaseActions {
		_, hands := act.New().(*handlers.HandOverTransfer)
		switch {
		case hands:
			routes = append(routes, route{
				method: "POST", path: "/cases/{case}/" + act.Path + "/preview", summary: "What would be sent with the transfer if it were handed over now; stores nothing", in: act.New(), out: handlers.HandOver{}, status: 200, handle: a.sheetPreview,
			})
		case handlers.Previews(act):
			routes = append(routes, route{
				method: "POST", path: "/cases/{case}/" + act.Path + "/preview", summary: "What the receiver would see of the case after " + act.Name + "; stores nothing", in: act.New(), out: handlers.Preview{}, status: 200, handle: a.preview(act),
			})
		}
		routes = append(routes, route{
			method: "POST", path: "/cases/{case}/" + act.Path, summary: act.Name, in: act.New(), out: Made{}, status: statusOf(act), command: true, handle: a.action(act),
		})
	}
	return routes
}

// statusOf: an action without a target makes a thing.
func statusOf(act handlers.CaseAction) int {
	if act.Target == "" && !slices.Contains(noThing, act.Name) && act.Name != "case.close" && act.Name != "case.reopen" && act.Name != "plan.approve" && act.Name != "plan.agree" && act.Name != "safety_plan.review" && act.Name != "participant.remove" {
		return http.StatusCreated
	}
	return http.StatusOK
}

// noThing are actions without a target that make no thing with an id of its own.
var noThing = []string{"case.seal", "case.unseal", "exclusion.set", "exclusion.lift", "conflict.declare"}

func (a *API) openCase(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	var in handlers.OpenCase
	body, err := decode(w, r, &in)
	if err != nil {
		return err
	}
	env, err := envelope(r, body)
	if err != nil {
		return err
	}
	rec, err := a.Service.OpenCase(r.Context(), c, in, env)
	if err != nil {
		return err
	}
	w.Header().Set("Location", "/api/v1/cases/"+rec.Case)
	return receipt(w, true, rec, rec)
}

func (a *API) action(act handlers.CaseAction) func(http.ResponseWriter, *http.Request, handlers.Caller) error {
	return func(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
		in := act.New()
		body, err := decode(w, r, in)
		if err != nil {
			return err
		}
		env, err := envelope(r, body)
		if err != nil {
			return err
		}
		rec, err := a.Service.Do(r.Context(), c, r.PathValue("case"), act, r.PathValue("id"), in, env)
		if err != nil {
			return err
		}
		made := Made{Receipt: rec}
		if strings.HasPrefix(act.Name, "referral.") {
			made.Referral = rec.ID
		}
		return receipt(w, statusOf(act) == http.StatusCreated, rec, made)
	}
}

func (a *API) preview(act handlers.CaseAction) func(http.ResponseWriter, *http.Request, handlers.Caller) error {
	return func(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
		in := act.New()
		if _, err := decode(w, r, in); err != nil {
			return err
		}
		v, err := a.Service.Preview(r.Context(), c, r.PathValue("case"), act, r.PathValue("id"), in)
		if err != nil {
			return err
		}
		return answer(w, http.StatusOK, v)
	}
}

func (a *API) sent(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	v, err := a.Service.Sent(r.Context(), c, r.PathValue("case"), r.PathValue("id"))
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, v)
}

func (a *API) sheetPreview(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	in := &handlers.HandOverTransfer{}
	if _, err := decode(w, r, in); err != nil {
		return err
	}
	v, err := a.Service.PreviewHandOver(r.Context(), c, r.PathValue("case"), r.PathValue("id"), in)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, v)
}

func (a *API) sheet(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	v, err := a.Service.HandOver(r.Context(), c, r.PathValue("case"), r.PathValue("id"))
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, v)
}

func (a *API) openSheet(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	v, err := a.Service.OpenHandOver(r.Context(), c, r.PathValue("case"), r.PathValue("id"))
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, v)
}

func (a *API) openSent(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	v, err := a.Service.OpenSent(r.Context(), c, r.PathValue("case"), r.PathValue("id"))
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, v)
}

func (a *API) household(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	v, err := a.Service.Household(r.Context(), c, r.PathValue("case"))
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, v)
}

// ofCase makes the handler of a command about a case that is none of its actions.
func ofCase[T any](a *API, do func(*handlers.Service, context.Context, handlers.Caller, string, T, handlers.Envelope) (handlers.Receipt, error)) func(http.ResponseWriter, *http.Request, handlers.Caller) error {
	return func(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
		var in T
		env, err := command(w, r, &in)
		if err != nil {
			return err
		}
		rec, err := do(a.Service, r.Context(), c, r.PathValue("case"), in, env)
		if err != nil {
			return err
		}
		return answer(w, http.StatusOK, rec)
	}
}

// register lists cases; of institutions it asks who takes part, not only who leads.
func register(s *handlers.Service, ctx context.Context, c handlers.Caller, q handlers.ListQuery) (handlers.List[registerview.Entry], error) {
	q.Party, q.Institution = q.Institution, ""
	return s.Register(ctx, c, q)
}

// People are accounts by their holders' names.
type People struct {
	Items []handlers.StaffMember `json:"items"`
}

func (a *API) looks(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	return list(a, func(s *handlers.Service, ctx context.Context, c handlers.Caller, q handlers.ListQuery) (handlers.List[handlers.Look], error) {
		return s.Looks(ctx, c, r.PathValue("case"), q)
	})(w, r, c)
}

func (a *API) people(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	list, err := a.Service.People(r.Context(), c, r.PathValue("case"))
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, People{Items: list})
}

func (a *API) breakGlass(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	var in handlers.BreakGlass
	body, err := decode(w, r, &in)
	if err != nil {
		return err
	}
	env, err := envelope(r, body)
	if err != nil {
		return err
	}
	rec, err := a.Service.BreakGlass(r.Context(), c, in, env)
	if err != nil {
		return err
	}
	return receipt(w, true, rec.Receipt, rec)
}

func (a *API) upload(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	up, err := a.Service.UploadFile(r.Context(), c, r.PathValue("case"), "", http.MaxBytesReader(w, r.Body, casefile.MaxFile+1))
	if err != nil {
		return err
	}
	return answer(w, http.StatusCreated, up)
}

func (a *API) openFile(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	if _, err := decode(w, r, &handlers.OpenFileAsk{}); err != nil {
		return err
	}
	f, err := a.Service.OpenFile(r.Context(), c, r.PathValue("case"), r.PathValue("id"))
	if err != nil {
		return err
	}
	defer f.Content.Close()
	a.File(w, f)
	return nil
}

func (a *API) oneCase(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	at, err := readAt(r)
	if err != nil {
		return err
	}
	v, err := a.Service.Case(r.Context(), c, r.PathValue("case"), at)
	if err != nil {
		return err
	}
	w.Header().Set("ETag", etag(v.Revision))
	return answer(w, http.StatusOK, v)
}

func (a *API) timeline(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	at, err := readAt(r)
	if err != nil {
		return err
	}
	v, err := a.Service.Timeline(r.Context(), c, r.PathValue("case"), at)
	if err != nil {
		return err
	}
	words := i18n.For(i18n.Parse(c.Language), a.Service.Zone)
	out := TimelineView{Case: v.Case, Code: v.Code, Entries: make([]TimelineEntry, len(v.Entries)), Position: v.Position}
	for i, e := range v.Entries {
		out.Entries[i] = TimelineEntry{Entry: e, Summary: words.T("event." + e.Type), Late: e.Late}
	}
	return answer(w, http.StatusOK, out)
}

func (a *API) open(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	var want handlers.Want
	if _, err := decode(w, r, &want); err != nil {
		return err
	}
	v, err := a.Service.OpenFields(r.Context(), c, r.PathValue("case"), want)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, v)
}
