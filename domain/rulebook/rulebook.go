// Package rulebook keeps which packs of rules and which calendars administrators have loaded beside those that come with
// the program: one stream of the house, with all its history.
//
// It guarantees:
//
//   - A pack is stored as the text that was read, so that its source can be looked at for ever; what is stored was
//     checked whole, and a bad one is refused with the line and the reason.
//   - A version is loaded once and never changed. A newer one has a higher number and holds from no earlier a day.
//   - No pack takes away a rule that cases ask for.
//
// Clocks that run are not touched by any of it: they carry their own rule (see package deadline).
package rulebook

import (
	"errors"
	"fmt"
	"slices"

	"mkr/domain/deadline"
	"mkr/domain/event"
)

// PackLoaded holds the text of a pack's version.
type PackLoaded struct {
	Pack      string `json:"pack"`
	Version   int    `json:"version"`
	ValidFrom string `json:"valid_from"` // YYYY-MM-DD: the first day it holds
	Text      string `json:"text"`       // the file, as it was given
}

// CalendarLoaded holds the public holidays of one year; they take the place of what was known of it.
type CalendarLoaded struct {
	Year int    `json:"year"`
	Text string `json:"text"`
}

// EventType is the stored name.
func (PackLoaded) EventType() string { return "rules.pack_loaded" }

// EventType is the stored name.
func (CalendarLoaded) EventType() string { return "rules.calendar_loaded" }

// Events lists the stored types for the registry.
func Events() []event.Entry {
	return []event.Entry{
		event.Type[PackLoaded]("An administrator loaded a version of a rule pack."),
		event.Type[CalendarLoaded]("An administrator loaded the public holidays of a year."),
	}
}

// Command is something that an administrator wants.
type Command interface{ command() }

// LoadPack adds a version of a pack.
type LoadPack struct{ Text string }

// LoadCalendar says which days of a year are free.
type LoadCalendar struct{ Text string }

func (LoadPack) command()     {}
func (LoadCalendar) command() {}

// Codes of refusals. They are API.
const (
	CodePack     = "rules.pack"     // the file cannot be a pack; the text says the line and why
	CodeVersion  = "rules.version"  // its version or its first day does not follow the one before
	CodeRules    = "rules.rules"    // it lacks what cases ask for, or names what is not there
	CodeCalendar = "rules.calendar" // the file cannot be a year of holidays
)

// Codes lists them all.
var Codes = []string{CodePack, CodeVersion, CodeRules, CodeCalendar}

// Base is what the program brings, and what it knows of the rest of itself.
type Base struct {
	Packs    deadline.Packs
	Holidays deadline.Holidays
	Kinds    []string               // of cases
	Known    func(name string) bool // tells whether an event of that stored name exists
}

// State is what was loaded, in its order.
type State struct {
	Packs     []deadline.Pack
	Calendars []deadline.Holidays
}

// Evolve applies what has happened. What was stored was checked, so it can be read.
func Evolve(s State, d event.Data) State {
	switch e := d.(type) {
	case PackLoaded:
		if p, err := deadline.Load([]byte(e.Text)); err == nil {
			s.Packs = append(slices.Clip(s.Packs), p)
		}
	case CalendarLoaded:
		if h, err := deadline.LoadHolidays([]byte(e.Text)); err == nil {
			s.Calendars = append(slices.Clip(s.Calendars), h)
		}
	}
	return s
}

// Rules are all packs: the program's and those loaded. A number that was loaded before the program brought a version of that
// number stays the one that was loaded: clocks were counted by it.
func (s State) Rules(b Base) (deadline.Packs, error) {
	own := slices.DeleteFunc(b.Packs.All(), func(p deadline.Pack) bool {
		return slices.ContainsFunc(s.Packs, func(l deadline.Pack) bool { return l.ID == p.ID && l.Version == p.Version })
	})
	for _, l := range s.Packs { // nor may the program's versions hold from a day before that of one below them
		own = slices.DeleteFunc(own, func(p deadline.Pack) bool {
			return l.ID == p.ID && ((p.Version > l.Version && p.ValidFrom < l.ValidFrom) || (p.Version < l.Version && p.ValidFrom > l.ValidFrom))
		})
	}
	return deadline.NewPacks(append(own, s.Packs...)...)
}

// Holidays are all free days: a year that was loaded has the days of its newest list.
func (s State) Holidays(b Base) deadline.Holidays {
	h := b.Holidays
	for _, year := range s.Calendars {
		h = h.Over(year)
	}
	return h
}

// Decide checks a command against what is there.
func Decide(s State, b Base, c Command, _ event.Moment) ([]event.Data, error) {
	switch c := c.(type) {
	case LoadPack:
		return loadPack(s, b, c.Text)
	case LoadCalendar:
		return loadCalendar(c.Text)
	}
	return nil, fmt.Errorf("rulebook: a command of type %T is not known", c)
}

func loadPack(s State, b Base, text string) ([]event.Data, error) {
	p, err := deadline.Load([]byte(text))
	if err != nil {
		var where *deadline.LoadError
		if errors.As(err, &where) {
			return nil, event.RefuseField(CodePack, "pack", where.Error())
		}
		return nil, err
	}
	rules, err := s.Rules(b)
	if err != nil {
		return nil, err
	}
	all := rules.All()
	of := func(id string) (out []deadline.Pack) {
		for _, known := range all {
			if known.ID == id {
				out = append(out, known)
			}
		}
		return out
	}
	refuse := func(code string, rule, format string, args ...any) ([]event.Data, error) {
		e := &deadline.LoadError{Pack: p.ID, Rule: rule, Line: p.Line(rule), Reason: fmt.Sprintf(format, args...)}
		return nil, event.RefuseField(code, "pack", e.Error())
	}
	older := of(p.ID)
	if n := len(older); n > 0 {
		last := older[n-1]
		switch {
		case p.Version <= last.Version:
			return refuse(CodeVersion, "", "version: %d is not above %d, which is known", p.Version, last.Version)
		case p.ValidFrom < last.ValidFrom:
			return refuse(CodeVersion, "", "valid_from: %s lies before %s, from which version %d holds", p.ValidFrom, last.ValidFrom, last.Version)
		case p.Kind != last.Kind:
			return refuse(CodeRules, "", "kind: the versions before are of %q", last.Kind)
		}
		for _, r := range last.Rules {
			if !slices.ContainsFunc(p.Rules, func(o deadline.Rule) bool { return o.ID == r.ID }) {
				return refuse(CodeRules, "", "rules: %s is missing; cases ask for it, so a version may change it and not drop it", r.ID)
			}
		}
		for name := range last.Ladders {
			if _, there := p.Ladders[name]; !there {
				return refuse(CodeRules, "", "ladders: %s is missing", name)
			}
		}
	} else if !slices.Contains(b.Kinds, p.Kind) {
		return refuse(CodeRules, "", "kind: %q is not a kind of case", p.Kind)
	}
	for _, r := range p.Rules {
		for _, name := range r.MetBy {
			if !b.Known(name) {
				return refuse(CodeRules, r.ID, "met_by: no event is called %s", name)
			}
		}
	}
	return []event.Data{PackLoaded{Pack: p.ID, Version: p.Version, ValidFrom: p.ValidFrom, Text: text}}, nil
}

func loadCalendar(text string) ([]event.Data, error) {
	h, err := deadline.LoadHolidays([]byte(text))
	if err != nil {
		return nil, event.RefuseField(CodeCalendar, "calendar", err.Error())
	}
	years := h.Years()
	switch {
	case len(years) != 1:
		return nil, event.RefuseField(CodeCalendar, "calendar", fmt.Sprintf("deadline: holidays: the list is of %d years; one year is loaded at a time", len(years)))
	case !h.Covers(years[0]):
		return nil, event.RefuseField(CodeCalendar, "calendar", fmt.Sprintf("deadline: holidays: %d-01-01 is missing, so the year is not whole", years[0]))
	}
	return []event.Data{CalendarLoaded{Year: years[0], Text: text}}, nil
}
