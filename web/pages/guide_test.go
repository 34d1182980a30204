package pages_test

import (
	"testing"

	"mkr/domain/directory"
	"mkr/handlers"
)

// TestTheGuideSaysHowOldItIs: what nobody has made sure of for half a year says so, and a need shows only who meets it.
func TestTheGuideSaysHowOldItIs(t *testing.T) {
	b := newBed(t)
	b.offers(directory.Shelter, "shelter")
	guest := b.browser()
	i, err := b.service.Institution(t.Context(), b.ids[directory.Shelter])
	ok(t, err)
	name := i.Name.SQ
	guest.get("/guide").wants(t, name, sq.T("guide.assured", "date", sq.Date(b.now)), sq.T("guide.secret_address"), `href="tel:129"`, `href="tel:116117"`)
	guest.get("/guide").lacks(t, sq.T("guide.stale_text"))
	guest.get("/guide?need=safety").wants(t, name)
	guest.get("/guide?need=nonsense").wants(t, name)
	b.offers(directory.NGO, "legal_aid")
	guest.get("/guide?need=law").lacks(t, name)
	r, err := b.service.InstitutionCommand(t.Context(), handlers.Shell(), b.ids[directory.Shelter], directory.OfferService{Offer: directory.Offer{Service: "shelter", AssuredAt: b.now.AddDate(0, -6, -1)}}, key())
	ok(t, err)
	ok(t, b.service.Await(t.Context(), r.Position))
	guest.get("/guide").wants(t, sq.T("guide.stale_text"))
}
