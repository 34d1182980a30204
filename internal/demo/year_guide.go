package demo

import (
	"fmt"
	"time"

	"mkr/domain/directory"
	"mkr/handlers"
)

// tellGuide tells how the guide of services is kept true: the municipality publishes it anew every third year, and asks
// everybody then. In the last weeks those who use mkr have confirmed what they offer; of the others nobody has made
// sure since the last publication, and the guide says so.
func (w *world) tellGuide() {
	for year := 2017; year <= 2026; year += 3 {
		w.tell(fmt.Sprintf("guide %d", year), time.Date(year, 1, 15, 10, 0, 0, 0, w.svc.Zone), func(s *story) { s.assure(func(institution) bool { return true }) })
	}
	w.tell("guide, last weeks", w.end.AddDate(0, 0, -40), func(s *story) { s.assure(func(p institution) bool { return !p.offline }) })
}

// assure makes sure of every service of the institutions that are asked, one a day or two.
func (s *story) assure(asked func(institution) bool) {
	for _, p := range places {
		if !asked(p) || p.place == last || len(p.services) == 0 {
			continue
		}
		languages := p.languages
		if languages == nil {
			languages = []string{"sq"}
		}
		for _, o := range p.services {
			if s.err != nil {
				return
			}
			r, err := s.svc.InstitutionCommand(s.ctx, handlers.Shell(), s.house.id(p.place), directory.OfferService{Offer: directory.Offer{
				Service: o.service, MinAge: o.minAge, MaxAge: o.maxAge, Languages: languages, AssuredAt: s.clock.Now(),
			}}, s.envelope())
			s.took("institution.offer_service", r, err)
		}
		s.days(1, 2)
	}
}
