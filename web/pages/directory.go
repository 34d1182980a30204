package pages

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"mkr/domain/casefile"
	institution "mkr/domain/directory"
	"mkr/projections/directory"
)

// directoryPage lists institutions with their services, for people at work.
type directoryPage struct {
	Rows    []directory.Row
	Filters []filter
	Stand   stand
}

// institutions is the guide's list with what people at work need beside it: places, and who uses mkr.
func (p *Pages) institutions(w http.ResponseWriter, r *http.Request, v view) error {
	page, err := p.directory(r, v)
	if err != nil {
		return err
	}
	return p.render(w, r, http.StatusOK, institutionsView(v, page))
}

func (p *Pages) directory(r *http.Request, v view) (directoryPage, error) {
	list, err := p.Service.Institutions(r.Context())
	if err != nil {
		return directoryPage{}, err
	}
	q := r.URL.Query()
	service := known(q.Get("service"), casefile.Services)
	kind := known(q.Get("kind"), institution.Kinds)
	rows := slices.DeleteFunc(slices.Clone(list.Items), func(i directory.Row) bool {
		return kind != "" && i.Kind != kind || service != "" && !slices.ContainsFunc(i.Services, func(s directory.Service) bool { return s.Service == service })
	})
	v.byName(rows)
	return directoryPage{Rows: rows, Filters: []filter{
		v.filter(q, "service", "field.service", "service_code", casefile.Services),
		v.filter(q, "kind", "field.institution_kind", "institution_kind", institution.Kinds),
	}, Stand: stand{Position: list.Position}}, nil
}

// byName sorts institutions by what they are called.
func (v view) byName(rows []directory.Row) {
	slices.SortStableFunc(rows, func(a, b directory.Row) int { return strings.Compare(v.institution(a), v.institution(b)) })
}

func (v view) institution(i directory.Row) string { return pick(v.Language(), i.Name.SQ, i.Name.EN) }

// assured is when somebody last made sure of what is said of an institution: the oldest of its services.
func assured(i directory.Row) time.Time {
	var oldest time.Time
	for _, s := range i.Services {
		if oldest.IsZero() || s.AssuredAt.Before(oldest) {
			oldest = s.AssuredAt
		}
	}
	return oldest
}

// ages says for whom a service is.
func (v view) ages(s directory.Service) string {
	switch {
	case s.MinAge > 0 && s.MaxAge > 0:
		return v.T("guide.ages", "from", s.MinAge, "to", s.MaxAge)
	case s.MinAge > 0:
		return v.T("guide.from_age", "from", s.MinAge)
	case s.MaxAge > 0:
		return v.T("guide.to_age", "to", s.MaxAge)
	}
	return ""
}

// tel is a number for a telephone link.
func tel(phone string) string {
	return "tel:" + strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' {
			return r
		}
		return -1
	}, phone)
}

// serviceLine names what an institution offers, in one line.
func (v view) serviceLine(i directory.Row) string {
	var codes []string
	for _, s := range i.Services {
		codes = append(codes, s.Service)
	}
	return v.Codes("service_code", codes)
}
