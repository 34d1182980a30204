package demo

import (
	"fmt"

	"github.com/google/uuid"

	"mkr/domain/access"
	"mkr/domain/directory"
	"mkr/domain/person"
	"mkr/handlers"
)

// house knows the institutions' ids and who acts for them.
type house struct {
	seed       uint64
	ids        map[place]string
	visitors   map[string]string // account id by user name, once opened or found
	colleagues map[place]handlers.Caller
}

func newHouse(seed uint64) house {
	h := house{seed: seed, ids: map[place]string{}, visitors: map[string]string{}, colleagues: map[place]handlers.Caller{}}
	for _, p := range places {
		h.ids[p.place] = keyOf(seed, "institution", string(p.place)).String()
	}
	return h
}

func (h *house) id(p place) string { return h.ids[p] }

// as is whoever acts for a place in the stories.
func (h *house) as(p place) handlers.Caller { return h.colleagues[p] }

// keyOf derives a command's key from the seed and what it is for.
func keyOf(seed uint64, parts ...string) uuid.UUID {
	return handlers.DeriveKey(append([]string{"demo", fmt.Sprint(seed)}, parts...)...)
}

// employ notes who acts for a place. The session names the access stream of what the colleague is refused.
func (h *house) employ(s seat, account string) {
	h.colleagues[s.place] = handlers.Caller{
		Account: account, Institution: h.id(s.place), Role: s.role, Language: "sq",
		Session: keyOf(h.seed, "session", s.username).String(),
	}
}

// settle registers an institution, what it offers and who works there.
func (w *world) settle(p institution) error {
	id := w.house.id(p.place)
	shell := handlers.Shell()
	n := 0
	command := func(c handlers.Caller, cmd directory.Command) error {
		n++
		r, err := w.svc.InstitutionCommand(w.ctx, c, id, cmd, handlers.Envelope{Key: keyOf(w.seed, "settle", string(p.place), fmt.Sprint(n))})
		w.wrote(r)
		return err
	}
	languages := p.languages
	if languages == nil {
		languages = []string{"sq"}
	}
	err := command(shell, directory.Register{Institution: id, Kind: p.kind, Sector: p.sector, Details: directory.Details{
		Name: directory.Text{SQ: p.sq, EN: p.en}, AlternateName: p.short, Phone: p.phone, Hours: p.hours, Languages: languages, OnPlatform: !p.offline,
	}})
	if err != nil {
		return fmt.Errorf("institution %s: %w", p.place, err)
	}
	for _, o := range p.services {
		if err := command(shell, directory.OfferService{Offer: directory.Offer{Service: o.service, MinAge: o.minAge, MaxAge: o.maxAge, Languages: languages, AssuredAt: w.clock.Now()}}); err != nil {
			return fmt.Errorf("institution %s, service %s: %w", p.place, o.service, err)
		}
		if o.places > 0 {
			if err := command(shell, directory.ReportCapacity{Service: o.service, Total: o.places, Available: o.places}); err != nil {
				return fmt.Errorf("institution %s, places of %s: %w", p.place, o.service, err)
			}
		}
	}
	for _, s := range seats {
		if s.place == p.place {
			if err := w.seat(s); err != nil {
				return fmt.Errorf("account %s: %w", s.username, err)
			}
		}
	}
	return nil
}

// seat opens the accounts of a seat: the visitor's, and the colleague's.
func (w *world) seat(s seat) error {
	id, err := w.openAccount(s, s.username, s.sq)
	if err != nil {
		return err
	}
	w.house.visitors[s.username] = id
	if !s.works() {
		return nil
	}
	if id, err = w.openAccount(s, s.colleague(), s.sq+", kolegia"); err == nil {
		w.house.employ(s, id)
	}
	return err
}

func (s seat) colleague() string { return "koleg." + s.username }

func (w *world) openAccount(s seat, username, display string) (string, error) {
	r, err := w.svc.OpenAccount(w.ctx, handlers.Shell(), handlers.NewAccount{
		Institution: w.house.id(s.place), Role: s.role, Language: "sq",
		Username: person.PlainOf(username), Display: person.PlainOf(display), Password: person.PlainOf(passwordOf(w.seed, username)),
	}, handlers.Envelope{Key: keyOf(w.seed, "account", username)})
	w.wrote(r)
	return r.ID, err
}

// leads is the structure that carries cases of a kind.
func leads(kind string) place {
	if kind == access.ChildProtection {
		return unit
	}
	return structure
}
