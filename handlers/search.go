package handlers

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"mkr/domain/access"
	"mkr/domain/accesslog"
	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/domain/merge"
	"mkr/domain/person"
	"mkr/internal/eventlog"
	"mkr/internal/vault"
	"mkr/projections"
	"mkr/projections/people"
)

// SearchPersons asks for persons by name.
type SearchPersons struct {
	Name person.Plain `json:"name" required:"true"`
	// BirthDate, where it is known, tells namesakes apart: of each person found the year is compared.
	BirthDate person.Plain `json:"birth_date,omitzero" ask:"date"`
}

// PersonPart is a person by her part in a case that the caller sees: by its code, and not by her name. To read that she opens it
// there, on record.
type PersonPart struct {
	Person string `json:"person"`
	Case   string `json:"case"`
	Code   string `json:"code"`
	Kind   string `json:"kind"`
	Role   string `json:"role"`
	Status string `json:"status"`
	// Merges: the caller may say that another record is of the same person. Told where she found the record by a search.
	Merges bool `json:"merges,omitempty"`
}

// PersonFound is one person: her part in one case, and those in the others, also by records that were merged with the first.
type PersonFound struct {
	PersonPart
	Match string `json:"match"` // how well the name matches: one of Matches
	// SameYear: she was born in the year that was asked for. It is compared in memory; which year it is is not told.
	SameYear bool         `json:"same_year,omitempty"`
	Also     []PersonPart `json:"also,omitempty"`
}

// Matches are how well a name matches, the best first.
var Matches = []string{"spelt", "sounds", "near"}

// PersonsFound is the answer to a search.
type PersonsFound struct {
	Items []PersonFound `json:"items"`
	// Elsewhere: somebody whose name is spelt or sounds so is known to the mechanism in a case that the caller does not see. It
	// says no more than that she should ask the coordinator.
	Elsewhere bool `json:"elsewhere"`
	// Building: the register of names is still being read after a start; the answer may lack somebody.
	Building bool `json:"building,omitempty"`
}

// Bounds of a search: how many of the best are looked at, and how many are shown.
const (
	mostLookedAt = 60
	mostFound    = 25
	// alikeLong is how many persons any search looks at, bearers of the name or not: how long an answer takes does not tell
	// whether a name is known in a case that is sealed, of which the answer says nothing.
	alikeLong = 12
)

// SearchPersons looks for persons by name, in the cases whose identities the caller may open. That she searched is on record
// before she has an answer, under a keyed hash: what she searched for stands nowhere.
func (s *Service) SearchPersons(ctx context.Context, c Caller, in SearchPersons) (PersonsFound, error) {
	out := PersonsFound{Items: []PersonFound{}}
	if v := access.Judge(c.Actor(), access.SearchPersons, access.Facts{}); !v.Allow {
		err := &DeniedError{Action: string(access.SearchPersons), Code: v.Code}
		s.recordRefusal(ctx, c, string(access.SearchPersons), "", NewKey(), err)
		return out, err
	}
	if err := required(in); err != nil {
		return out, err
	}
	name, err := person.CheckName(in.Name)
	if err != nil {
		return out, err
	}
	birth, err := person.CheckBirthDate(in.BirthDate, s.Clock.Now())
	if err != nil {
		return out, err
	}
	folded := person.Fold(name.Reveal())
	words := strings.Fields(folded)
	if len(words) < 2 {
		return out, &InputError{Field: "name", Code: "two_words", Text: "a first name and a family name"}
	}
	if err := s.maySearch(c); err != nil {
		return out, err
	}
	sum := s.Vault.MAC("search", []byte(folded))
	if err := s.recordAccess(ctx, c, accesslog.Searched{Print: hex.EncodeToString(sum[len(sum)-16:]), Words: len(words)}); err != nil {
		return out, err
	}
	out.Building = !s.index.ready()
	matching := s.index.search(folded, mostLookedAt)
	looked, done := 0, map[string]bool{}
	for _, f := range matching {
		id := f.person.String()
		if done[id] { // in the row of a record that matches better
			continue
		}
		one, err := s.wholePerson(ctx, c, id)
		if err != nil {
			return out, err
		}
		looked += one.looked
		// Who only nearly bears the name is somebody else: that much is nobody's to know.
		out.Elsewhere = out.Elsewhere || one.hidden && f.worst >= sounding
		if len(one.parts) == 0 || len(out.Items) >= mostFound {
			continue
		}
		row := PersonFound{PersonPart: one.parts[0], Match: matchOf(f.worst), Also: one.parts[1:]}
		for _, of := range one.ids {
			done[of] = true
			same, err := s.bornIn(ctx, of, birth)
			if err != nil {
				return out, err
			}
			row.SameYear = row.SameYear || same
		}
		out.Items = append(out.Items, row)
	}
	for _, id := range s.index.others(alikeLong - looked) { // the same work for a name that nobody bears: see alikeLong
		if _, err := s.partsOf(ctx, c, id.String()); err != nil {
			return out, err
		}
	}
	return out, nil
}

// whole is a person over all her records that the caller may know to be hers.
type whole struct {
	ids    []string     // the record that matched first
	parts  []PersonPart // those of the record that stands for all of them first
	hidden bool         // there is more of her that the caller does not see: see parts
	looked int          // how many records were looked at
}

// wholePerson puts together a person's parts over the records that were merged with one. They lead on through records whose
// identities the caller may open in cases that she lists.
func (s *Service) wholePerson(ctx context.Context, c Caller, id string) (whole, error) {
	out := whole{}
	of := map[string][]PersonPart{}
	ids, links, err := reach(id, func(record string) ([]people.Same, bool, error) {
		p, err := s.partsOf(ctx, c, record)
		out.looked++
		out.hidden = out.hidden || p.hidden
		of[record] = p.shown
		return p.same, p.listed, err
	})
	if err != nil {
		return out, err
	}
	out.ids = ids
	kept := merge.Kept(ids, links)
	out.parts = append(out.parts, of[kept]...)
	for _, record := range ids {
		if record != kept {
			out.parts = append(out.parts, of[record]...)
		}
	}
	return out, nil
}

// bornIn tells whether a person whose identity the caller may open was born in the year of a date.
func (s *Service) bornIn(ctx context.Context, id string, date person.Plain) (bool, error) {
	if date.IsZero() {
		return false, nil
	}
	st, err := s.personState(ctx, id)
	if err != nil || st.BirthDate.IsZero() {
		return false, err
	}
	text, err := s.Vault.Open(ctx, st.BirthDate)
	if errors.Is(err, vault.ErrShredded) {
		return false, nil
	}
	return len(text) >= 4 && text[:4] == date.Reveal()[:4], err
}

// matchOf names how well a name matches by its worst word.
func matchOf(worst int) string {
	return Matches[spelt-worst]
}

// parts are those of one record in the cases that it stands in.
type parts struct {
	shown  []PersonPart  // in cases whose identities the caller may open
	listed bool          // one of these is on her lists: its merges lead on
	hidden bool          // there is another that is neither sealed nor one that she is kept out of: of those nothing is said
	same   []people.Same // records that it was merged with, whether she sees them or not
}

// partsOf looks a record's parts up.
func (s *Service) partsOf(ctx context.Context, c Caller, id string) (parts, error) {
	doc, err := s.personDoc(ctx, id)
	out := parts{same: doc.Same}
	if err != nil {
		return out, err
	}
	for _, caseID := range doc.Cases {
		st, _, err := s.caseState(ctx, caseID, At{})
		if err != nil {
			return out, err
		}
		link, ok := st.Person(id)
		if !ok {
			continue
		}
		if s.judgeSight(c, st) == nil && s.fieldsFor(c, st).Has(access.Identity) {
			part, listed := partIn(st, link), s.lists(c, st)
			part.Merges = listed && access.Judge(c.Actor(), access.MergePersons, s.caseFacts(c, st)).Allow
			out.shown = append(out.shown, part)
			out.listed = out.listed || listed
			continue
		}
		out.hidden = out.hidden || !st.Restriction.Sealed && !st.Restriction.IsExcluded(c.Account) && st.Status != casefile.NotOpened
	}
	return out, nil
}

// RunNames reads the names of all persons into memory and follows the log, until the context ends.
func (s *Service) RunNames(ctx context.Context) error {
	after := eventlog.Position(0)
	for {
		read, err := s.indexNames(ctx, after)
		if err == nil && read == after {
			s.index.done()
			err = s.Log.Wait(ctx, after)
		}
		after = read
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			s.Logger.Error().Err(err).Msg("the register of names could not be read on; trying again")
			if s.Clock.Sleep(ctx, time.Second) != nil {
				return nil
			}
		}
	}
}

// BuildNames reads the log into the register of names, once.
func (s *Service) BuildNames(ctx context.Context) error {
	after := eventlog.Position(0)
	for {
		read, err := s.indexNames(ctx, after)
		if err != nil || read == after {
			s.index.done()
			return err
		}
		after = read
	}
}

// indexNames takes in one page of the log and returns how far it has got.
func (s *Service) indexNames(ctx context.Context, after eventlog.Position) (eventlog.Position, error) {
	page, err := s.Log.ReadAll(ctx, after, 4096)
	if err != nil {
		return after, logError(err)
	}
	for _, r := range page {
		if event.Category(r.Stream) == event.PersonCategory {
			f, err := projections.Decode(s.Registry, r)
			if err != nil {
				return after, fmt.Errorf("register of names: %w", err)
			}
			if err := s.indexName(ctx, f); err != nil {
				return after, err
			}
		}
		after = r.Position
	}
	return after, nil
}

func (s *Service) indexName(ctx context.Context, f event.Fact) error {
	id, err := uuid.Parse(event.ID(f.Stream))
	if err != nil {
		return nil
	}
	var name person.Sealed
	switch d := f.Data.(type) {
	case person.Registered:
		name = d.Name
	case person.DetailsChanged:
		name = d.Name
	case person.KeyShredded:
		s.index.forget(id)
	}
	if name.IsZero() {
		return nil
	}
	text, err := s.Vault.Open(ctx, name)
	switch {
	case errors.Is(err, vault.ErrShredded), errors.Is(err, vault.ErrUnknownKey), errors.Is(err, vault.ErrTampered):
		return nil // nobody opens it: nobody finds it
	case err != nil:
		return err
	}
	s.index.put(id, text)
	return nil
}
