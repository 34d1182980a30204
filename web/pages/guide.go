package pages

import (
	"net/http"
	"slices"
	"time"

	"mkr/domain/directory"
	directoryview "mkr/projections/directory"
)

// need is what a person looks for, in her own words rather than in the names of services.
type need struct {
	Code, Key string
	Services  []string
}

// needs is in the order of urgency.
var needs = []need{
	{"safety", "need.safety", []string{"shelter", "police_protection"}},
	{"talk", "need.talk", []string{"psychosocial", "case_management"}},
	{"law", "need.law", []string{"legal_aid", "court_petition", "order_execution"}},
	{"health", "need.health", []string{"health", "forensic_exam"}},
	{"child", "need.child", []string{"child_assessment", "child_care", "education_support", "residential_care"}},
	{"living", "need.living", []string{"economic_aid", "housing", "employment"}},
	{"change", "need.change", []string{"perpetrator_programme"}},
}

// lines are the telephones that everybody may call, whoever she is.
var lines = []struct{ Number, Key string }{
	{"129", "guide.line.police"},
	{"116 117", "guide.line.women"},
	{"116 111", "guide.line.children"},
}

// freshMonths is how long what was checked of a service may be relied on without a call.
const freshMonths = 6

// guidePage is the public directory: what a person who seeks help needs, or her neighbour.
type guidePage struct {
	Need  string
	Needs []need // those for which there is somebody
	Rows  []directoryview.Row
	Stand stand
}

// guide is public. It shows what a person who seeks help needs; never where a shelter is, which is stored nowhere.
func (p *Pages) guide(w http.ResponseWriter, r *http.Request, v view) error {
	list, err := p.Service.Institutions(r.Context())
	if err != nil {
		return err
	}
	page := guidePage{Stand: stand{Position: list.Position, Still: true}}
	for _, n := range needs {
		if slices.ContainsFunc(list.Items, n.metBy) {
			page.Needs = append(page.Needs, n)
			if r.URL.Query().Get("need") == n.Code {
				page.Need = n.Code
			}
		}
	}
	for _, i := range list.Items {
		if offersHelp(i) && (page.Need == "" || needOf(page.Need).metBy(i)) {
			page.Rows = append(page.Rows, i)
		}
	}
	v.byName(page.Rows)
	return p.render(w, r, http.StatusOK, guideView(v, page))
}

func needOf(code string) need {
	return needs[slices.IndexFunc(needs, func(n need) bool { return n.Code == code })]
}

func (n need) metBy(i directoryview.Row) bool {
	return offersHelp(i) && slices.ContainsFunc(i.Services, func(s directoryview.Service) bool { return slices.Contains(n.Services, s.Service) })
}

// offersHelp tells whether the guide names an institution: one that takes nobody in now is not named.
func offersHelp(i directoryview.Row) bool { return !i.Suspended && len(i.Services) > 0 }

// whereTo is the address that the guide shows; of a shelter it shows none, even if one had been stored.
func whereTo(i directoryview.Row) string {
	if i.Kind == directory.Shelter {
		return ""
	}
	return i.Address
}

// stale tells that what was checked is too old to be relied on.
func (v view) stale(checked time.Time) bool {
	return checked.AddDate(0, freshMonths, 0).Before(v.Now)
}

// neutral is where somebody is sent who must leave the guide at once: a page that says nothing about her.
func (v view) neutral() string {
	return pick(v.Language(), "https://sq.wikipedia.org/wiki/Shkodra", "https://en.wikipedia.org/wiki/Shkod%C3%ABr")
}

// needMeets tells whether a service answers a need.
func needMeets(code, service string) bool { return slices.Contains(needOf(code).Services, service) }

// hours says opening hours; those of every day and night in words.
func (v view) hours(text string) string {
	if text == "24/7" {
		return v.T("guide.always")
	}
	return text
}
