package pages_test

import (
	"testing"
	"time"

	"mkr/domain/directory"
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
	b.now = b.now.AddDate(0, 6, 0).Add(time.Second)
	guest.get("/guide").wants(t, sq.T("guide.stale_text"))
}
