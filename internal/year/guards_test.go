package year

import (
	"errors"
	"slices"
	"time"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/domain/person"
	"mkr/handlers"
)

// holder is the one of an institution's people who has an account behind her name: who is kept out of a case, named in a seal
// or lets herself in in an emergency must be somebody.
type holder struct{ account string }

const passphrase = "një fjalëkalim i gjatë për vitin 74"

// employ opens the account of a post's first colleague.
func (w *county) employ(p post) holder {
	w.tb.Helper()
	r, err := w.svc.OpenAccount(w.tb.Context(), handlers.Shell(), handlers.NewAccount{
		Institution: p.id, Role: p.role, Display: person.PlainOf("Vetëm Simuluar"), Username: person.PlainOf("simuluar-" + p.id[:8]), Password: person.PlainOf(passphrase),
	}, w.envelope())
	w.ok(err)
	w.head = max(w.head, r.Position)
	return holder{r.ID}
}

// guard lets somebody decide on who may see a case, or look at one in an emergency and answer for it.
func (w *county) guard() {
	lead := w.somebody(w.posts[w.rng.IntN(2)])
	v, ok := w.anyCase(lead)
	if !ok || v.Status != casefile.Open {
		return
	}
	for _, name := range []string{"glass.review", "exclusion.lift", "exclusion.set"} {
		if w.chance(2) && w.choose(lead, v, func(a handlers.OpenAction) bool { return a.Action == name }) {
			return
		}
	}
	w.emergency(v.Code)
}

// emergency: an officer or a doctor who has no part in the case lets herself in, for a quarter of an hour, and mostly closes
// it behind her. She proves first who she is.
func (w *county) emergency(code string) {
	at := slices.DeleteFunc(slices.Clone(w.posts), func(p post) bool { return p.role != access.Police && p.role != access.Medical })
	p := pick(w, at)
	_, c, err := w.svc.IssueToken(w.tb.Context(), p.first.account, "year", 24*time.Hour)
	w.ok(err)
	_, err = w.svc.StepUp(w.tb.Context(), c, handlers.StepUpProof{Password: person.PlainOf(passphrase)}, w.envelope())
	w.ok(err)
	w.newest()
	r, err := w.svc.BreakGlass(w.tb.Context(), c, handlers.BreakGlass{Code: code, Reason: "immediate_danger", Text: person.PlainOf("Fjalë të simuluara"), Sections: []handlers.DataClass{"identity"}, Minutes: "15"}, w.envelope())
	if !w.outcome("glass.break", r.Receipt, err) {
		return
	}
	w.check(r.Case)
	w.await()
	v, err := w.svc.Case(w.tb.Context(), c, r.Case, handlers.At{})
	if errors.Is(err, handlers.ErrNotFound) {
		w.fail("%s let herself into %s and finds nothing", c.Role, code)
	}
	w.ok(err)
	if !w.chance(3) && !w.choose(c, v, func(a handlers.OpenAction) bool { return a.Action == "glass.end" && a.ID == r.ID }) {
		w.fail("%s cannot end her own emergency access to %s", c.Role, code)
	}
}

// account draws a holder who has a part in the case, for those who are to be kept out of it or named.
func (a *author) account(asks string) string {
	if asks == "excluded" {
		return of(a, a.view.Restriction.Excluded, func(x casefile.Excluded) string { return x.Account })
	}
	among := slices.DeleteFunc(slices.Clone(a.posts), func(p post) bool { return p.id == a.me || !a.view.Participates(p.id) })
	if len(among) == 0 {
		return event.System
	}
	return pick(a.county, among).first.account
}
