package handlers

import (
	"context"
	"errors"
	"maps"
	"reflect"
	"slices"

	"github.com/google/uuid"

	"mkr/domain/access"
	"mkr/domain/accesslog"
	"mkr/domain/casefile"
	"mkr/domain/event"
	"mkr/domain/person"
	"mkr/internal/ledger"
	"mkr/internal/vault"
	"mkr/projections/timeline"
)

// opener reads a case for the recipient of a bundle: what of its texts is open to her, and why the others are not.
type opener struct {
	h     History
	to    Caller // zero: nobody in particular
	until uint64

	people   []BundlePerson
	entries  []BundleEntry
	closed   map[string]bool            // events of the case whose contents are not for her, by id
	holds    map[string]map[string]bool // events of other streams that hold an opened text, by stream and id
	openings []ledger.Opening
	opened   accesslog.Opened
	mine     access.FieldSet // what the maker may open
	theirs   access.FieldSet // what the recipient may
}

func (o *opener) read(ctx context.Context, persons []casefile.PersonLink) error {
	s, c := o.h.s, o.h.caller
	o.closed, o.holds = map[string]bool{}, map[string]map[string]bool{}
	o.mine, o.theirs = s.fieldsFor(c, o.h.real), s.fieldsFor(o.to, o.h.real)
	for _, link := range persons {
		p := BundlePerson{PersonLink: link}
		if err := o.person(ctx, &p); err != nil {
			return err
		}
		o.people = append(o.people, p)
	}
	guards := s.guards(c, o.h.real) && s.guards(o.to, o.h.real) // nobody in particular guards nothing
	var shown []timeline.Entry
	texts := map[string][]BundleText{}
	for _, f := range o.h.all {
		if f.Position > o.until {
			break
		}
		// Who is kept out and who is let in is for those who decide on it; what a referral showed is for its two sides.
		if casefile.Confidential(f.Type) && !guards || f.Type == (casefile.ReferralDisclosed{}).EventType() && !o.mayRead(f) {
			o.closed[f.ID] = true
			if casefile.Confidential(f.Type) {
				o.entries = append(o.entries, BundleEntry{Closed: true, Entry: timeline.Entry{Position: f.Position}})
			}
			continue
		}
		shown = timeline.Apply(shown, f)
		found, err := o.entry(ctx, f)
		if err != nil {
			return err
		}
		texts[f.ID] = found
	}
	for _, e := range shown {
		o.entries = append(o.entries, BundleEntry{Entry: e, Texts: texts[e.EventID]})
	}
	slices.SortFunc(o.entries, func(a, b BundleEntry) int { return int(a.Position) - int(b.Position) })
	return nil
}

func (o *opener) mayRead(f event.Fact) bool {
	s := o.h.s
	return o.to.Role != "" && s.mayRead(o.h.caller, o.h.real, f) && s.mayRead(o.to, o.h.real, f)
}

// person reads what is known of somebody at the bundle's position.
func (o *opener) person(ctx context.Context, p *BundlePerson) error {
	stream := event.StreamName(event.PersonCategory, p.Person)
	facts, err := o.h.s.facts(ctx, stream)
	if err != nil {
		return err
	}
	var st person.State
	from := map[string]string{} // the event of each command
	for _, f := range facts {
		if f.Position <= o.until || f.Type == (person.KeyShredded{}).EventType() { // what is erased is erased in every past
			st, from[f.Meta.CommandID] = person.Evolve(st, f.Data), f.ID
		}
	}
	if st.Shredded {
		p.Texts = []BundleText{{Field: person.FieldName, Class: "identity", Withheld: WithheldErased}}
		return nil
	}
	before := len(o.openings)
	eachSealed(reflect.ValueOf(st.Details), func(path string, v person.Sealed) {
		if err != nil {
			return
		}
		var t BundleText
		if t, err = o.text(ctx, from[v.Ref], path, "", v, true); err == nil {
			p.Texts = append(p.Texts, t)
		}
	})
	if len(o.openings) > before {
		o.opened.Persons = append(o.opened.Persons, p.Person)
		o.holds[stream] = map[string]bool{}
		for _, opening := range o.openings[before:] {
			o.holds[stream][opening.Event.String()] = true
		}
	}
	return err
}

// entry reads the texts of one event of the case.
func (o *opener) entry(ctx context.Context, f event.Fact) (out []BundleText, err error) {
	before := len(o.openings)
	eachSealed(reflect.ValueOf(f.Data), func(path string, v person.Sealed) {
		if err != nil || v.Field == person.FieldFileKey || v.Ref != f.Meta.CommandID {
			return // no text; or one that was moved here, and does not open
		}
		var t BundleText
		if t, err = o.text(ctx, f.ID, path, sectionOf(f.Data), v, o.mayRead(f)); err == nil {
			out = append(out, t)
		}
	})
	if len(o.openings) > before {
		o.opened.Entries = append(o.opened.Entries, f.ID)
	}
	return out, err
}

// text opens one value if both the maker and the recipient may read it.
func (o *opener) text(ctx context.Context, eventID, path, section string, v person.Sealed, between bool) (BundleText, error) {
	group := access.GroupOf(v.Field, section)
	t := BundleText{Field: path}
	if names := group.Names(); len(names) == 1 {
		t.Class = names[0]
	}
	switch {
	case o.to.Role == "":
		t.Withheld = WithheldUnnamed
	case !o.theirs.Has(group):
		t.Withheld = WithheldRecipient
	case !o.mine.Has(group):
		t.Withheld = WithheldMaker
	case !between:
		t.Withheld = WithheldBetween
	default:
		text, salt, err := o.h.s.Vault.Reveal(ctx, v)
		if errors.Is(err, vault.ErrShredded) {
			t.Withheld = WithheldErased
			return t, nil
		}
		if err != nil {
			return t, err
		}
		id, err := uuid.Parse(eventID)
		if err != nil {
			return t, err
		}
		t.Text = text
		o.openings = append(o.openings, ledger.Opening{Event: id, Subject: v.Subject, Ref: v.Ref, Field: v.Field, Salt: salt, Text: text})
		o.opened.Fields = append(o.opened.Fields, path)
	}
	return t, nil
}

// streams are those of other events that the bundle holds, in one order.
func (o *opener) streams() []string { return slices.Sorted(maps.Keys(o.holds)) }
