package api

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"mkr/handlers"
	directoryview "mkr/projections/directory"
)

// The public guide of services, as institutions registered them, and the same in the shapes of Open Referral HSDS
// 3.1. A shelter's address is in neither.

// hsdsOrganization is an institution.
type hsdsOrganization struct {
	ID            string `json:"id"`
	Name          string `json:"name"`
	AlternateName string `json:"alternate_name,omitempty"`
	Description   string `json:"description"`
}

// hsdsService is one service of one institution.
type hsdsService struct {
	ID           string           `json:"id"`
	Name         string           `json:"name"`
	Status       string           `json:"status"` // active or temporarily closed
	MinimumAge   int              `json:"minimum_age,omitempty"`
	MaximumAge   int              `json:"maximum_age,omitempty"`
	AssuredDate  string           `json:"assured_date,omitempty"`
	Organization hsdsOrganization `json:"organization"`
	Capacities   []hsdsCapacity   `json:"capacities,omitempty"`
}

type hsdsCapacity struct {
	ID        string  `json:"id"`
	Available float64 `json:"available"`
	Maximum   float64 `json:"maximum,omitempty"`
	Updated   string  `json:"updated,omitempty"`
	Unit      string  `json:"unit"`
}

// hsdsPage is HSDS's page.
type hsdsPage[T any] struct {
	TotalItems int  `json:"total_items"`
	TotalPages int  `json:"total_pages"`
	PageNumber int  `json:"page_number"`
	Size       int  `json:"size"`
	FirstPage  bool `json:"first_page"`
	LastPage   bool `json:"last_page"`
	Empty      bool `json:"empty"`
	Contents   []T  `json:"contents"`
}

type hsdsRoot struct {
	Version    string `json:"version"`
	Profile    string `json:"profile"`
	OpenAPIURL string `json:"openapi_url"`
}

type adviceQuery struct {
	Service string `query:"service" description:"Code of the service."`
	At      string `query:"at" description:"A position, or an instant (RFC 3339); default: now."`
}

type colleagueQuery struct {
	Institution string `query:"institution" description:"Institution id."`
}

type pageQuery struct {
	Page    int `query:"page" description:"Page, from 1."`
	PerPage int `query:"per_page" description:"Rows a page, 1 to 500."`
}

// hsdsSpace makes ids of services, which have none of their own: the same for the same institution and code.
var hsdsSpace = uuid.MustParse("6f6e1c1e-6d6b-5272-8a6d-6b7200000002")

func (a *API) directoryRoutes() []route {
	return []route{
		{method: "GET", path: "/directory/services", summary: "The guide of services", public: true, out: handlers.List[directoryview.Row]{}, status: 200, handle: a.services},
		{method: "GET", path: "/bounces", summary: "Where referrals get stuck, by institution and service", query: atQuery{}, out: handlers.BouncesView{}, status: 200, handle: a.bounces},
		{method: "GET", path: "/advice", summary: "How those that offer a service answered, the likeliest yes first", query: adviceQuery{}, out: handlers.List[handlers.Advice]{}, status: 200, handle: a.advice},
		{method: "GET", path: "/colleagues", summary: "Who works on cases in an institution: a referral may be meant for one of them", query: colleagueQuery{}, out: handlers.List[handlers.Colleague]{}, status: 200, handle: a.colleagues},
	}
}

// hsdsRoutes are the guide in the shapes of HSDS, under a prefix that HSDS calls the base of its own API.
func (a *API) hsdsRoutes(prefix string) []route {
	return []route{
		{method: "GET", path: prefix, summary: "HSDS: version", public: true, out: hsdsRoot{}, status: 200, handle: a.hsds},
		{method: "GET", path: prefix + "/services", summary: "HSDS: services", public: true, query: pageQuery{}, out: hsdsPage[hsdsService]{}, status: 200, handle: a.hsdsServices},
		{method: "GET", path: prefix + "/services/{id}", summary: "HSDS: one service", public: true, out: hsdsService{}, status: 200, handle: a.hsdsService},
		{method: "GET", path: prefix + "/organizations", summary: "HSDS: organisations", public: true, query: pageQuery{}, out: hsdsPage[hsdsOrganization]{}, status: 200, handle: a.hsdsOrganizations},
	}
}

func (a *API) services(w http.ResponseWriter, r *http.Request, _ handlers.Caller) error {
	l, err := a.Service.Institutions(r.Context())
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, l)
}

func (a *API) bounces(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	at, err := readAt(r)
	if err != nil {
		return err
	}
	v, err := a.Service.Bounces(r.Context(), c, at)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, v)
}

func (a *API) advice(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	at, err := readAt(r)
	if err != nil {
		return err
	}
	l, err := a.Service.Advise(r.Context(), c, r.URL.Query().Get("service"), at)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, l)
}

func (a *API) colleagues(w http.ResponseWriter, r *http.Request, c handlers.Caller) error {
	l, err := a.Service.Colleagues(r.Context(), c, r.URL.Query().Get("institution"))
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, l)
}

func (a *API) hsds(w http.ResponseWriter, _ *http.Request, _ handlers.Caller) error {
	return answer(w, http.StatusOK, hsdsRoot{Version: "3.1", Profile: "https://docs.openreferral.org/en/3.1/", OpenAPIURL: "/api/v1/openapi.json"})
}

func (a *API) hsdsServices(w http.ResponseWriter, r *http.Request, _ handlers.Caller) error {
	all, err := a.allServices(r)
	if err != nil {
		return err
	}
	return paged(w, r, all)
}

func (a *API) hsdsService(w http.ResponseWriter, r *http.Request, _ handlers.Caller) error {
	all, err := a.allServices(r)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(all, func(s hsdsService) bool { return s.ID == r.PathValue("id") })
	if i < 0 {
		return handlers.ErrNotFound
	}
	return answer(w, http.StatusOK, all[i])
}

func (a *API) hsdsOrganizations(w http.ResponseWriter, r *http.Request, _ handlers.Caller) error {
	l, err := a.Service.Institutions(r.Context())
	if err != nil {
		return err
	}
	var all []hsdsOrganization
	for _, i := range l.Items {
		all = append(all, organization(i))
	}
	return paged(w, r, all)
}

func organization(i directoryview.Row) hsdsOrganization {
	return hsdsOrganization{ID: i.Institution, Name: i.Name.SQ, AlternateName: i.AlternateName.SQ, Description: i.Name.EN}
}

func (a *API) allServices(r *http.Request) ([]hsdsService, error) {
	l, err := a.Service.Institutions(r.Context())
	if err != nil {
		return nil, err
	}
	var out []hsdsService
	for _, i := range l.Items {
		for _, s := range i.Services {
			one := hsdsService{
				ID: uuid.NewSHA1(hsdsSpace, []byte(i.Institution+"/"+s.Service)).String(), Name: strings.ReplaceAll(s.Service, "_", " "),
				Status: "active", MinimumAge: s.MinAge, MaximumAge: s.MaxAge, Organization: organization(i),
			}
			if i.Suspended {
				one.Status = "temporarily closed"
			}
			if !s.AssuredAt.IsZero() {
				one.AssuredDate = s.AssuredAt.Format(time.DateOnly)
			}
			if s.Capacity {
				one.Capacities = []hsdsCapacity{{ID: one.ID, Available: float64(s.Available), Maximum: float64(s.Total), Unit: "place"}}
				if !s.ReportedAt.IsZero() {
					one.Capacities[0].Updated = s.ReportedAt.Format(time.RFC3339)
				}
			}
			out = append(out, one)
		}
	}
	return out, nil
}

func paged[T any](w http.ResponseWriter, r *http.Request, all []T) error {
	q := r.URL.Query()
	number, err := intParam(q.Get("page"), "page", 1, 1_000_000)
	if err != nil {
		return err
	}
	size, err := intParam(q.Get("per_page"), "per_page", 50, 500)
	if err != nil {
		return err
	}
	pages := max(1, (len(all)+size-1)/size)
	from := min((number-1)*size, len(all))
	part := append([]T{}, all[from:min(from+size, len(all))]...)
	return answer(w, http.StatusOK, hsdsPage[T]{
		TotalItems: len(all), TotalPages: pages, PageNumber: number, Size: len(part), FirstPage: number == 1, LastPage: number >= pages, Empty: len(part) == 0, Contents: part,
	})
}

func intParam(text, name string, otherwise, most int) (int, error) {
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		return 0, &badRequest{http.StatusUnprocessableEntity, "range", name, "between 1 and " + strconv.Itoa(most)}
	}
	return n, nil
}
