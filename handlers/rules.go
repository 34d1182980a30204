package handlers

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"mkr/domain/access"
	"mkr/domain/casefile"
	"mkr/domain/deadline"
	"mkr/domain/event"
	"mkr/domain/rulebook"
)

// rulesStream is the one stream of the house's rules.
var rulesStream = event.StreamName(event.RulesCategory, "house")

// rules is what deciders count by at this moment: what the program brings, and what was loaded. It is replaced whole.
type rules struct {
	cases    casefile.Decider
	book     rulebook.State
	facts    []event.Fact // of the stream, so that who loaded what can be told
	revision uint64       // how many events were read
}

// ruleKeeper holds the newest rules that this server has read.
type ruleKeeper struct{ now atomic.Pointer[rules] }

// decider is what cases are decided by now. The first to ask reads the loaded packs; after that every look for steps that
// are due, each second, reads what was added, so that a pack loaded on one server is learnt by all.
func (s *Service) decider(ctx context.Context) (casefile.Decider, error) {
	r, err := s.rules(ctx)
	if err != nil {
		return casefile.Decider{}, err
	}
	return r.cases, nil
}

func (s *Service) rules(ctx context.Context) (*rules, error) {
	if r := s.keeper.now.Load(); r != nil {
		return r, nil
	}
	return s.learnRules(ctx)
}

// learnRules reads what was loaded since it was last read.
func (s *Service) learnRules(ctx context.Context) (*rules, error) {
	learnt := s.keeper.now.Load()
	known := learnt
	if learnt == nil {
		known = &rules{cases: s.Cases}
	}
	facts, err := s.factsFrom(ctx, rulesStream, known.revision)
	if err != nil {
		return nil, err
	}
	if learnt != nil && len(facts) == 0 {
		return learnt, nil
	}
	next := &rules{cases: s.Cases, book: known.book, facts: append(slices.Clip(known.facts), facts...), revision: known.revision + uint64(len(facts))}
	for _, f := range facts {
		next.book = rulebook.Evolve(next.book, f.Data)
	}
	base := s.ruleBase()
	if next.cases.Rules, err = next.book.Rules(base); err != nil {
		return nil, err
	}
	next.cases.Calendar.Holidays = next.book.Holidays(base)
	for {
		if newer := s.keeper.now.Load(); newer != nil && newer.revision >= next.revision {
			return newer, nil
		} else if s.keeper.now.CompareAndSwap(newer, next) {
			return next, nil
		}
	}
}

func (s *Service) ruleBase() rulebook.Base {
	return rulebook.Base{
		Packs: s.Cases.Rules, Holidays: s.Cases.Calendar.Holidays, Kinds: []string{casefile.DomesticViolence, casefile.ChildProtection},
		Known: func(name string) bool { return s.Registry.Schema(name) > 0 },
	}
}

// LoadPack is the body that loads a version of a rule pack.
type LoadPack struct {
	Pack string `json:"pack" required:"true" ask:"textarea" description:"The pack's file, as it is."`
}

// LoadCalendar is the body that loads the public holidays of a year.
type LoadCalendar struct {
	Calendar string `json:"calendar" required:"true" ask:"textarea" description:"The year's file, as it is."`
}

// LoadPack loads a version of a rule pack, or refuses it with the line and the reason.
func (s *Service) LoadPack(ctx context.Context, c Caller, in LoadPack, env Envelope) (Receipt, error) {
	if err := required(in); err != nil {
		return Receipt{}, err
	}
	return s.ruleCommand(ctx, c, "rules.load_pack", rulebook.LoadPack{Text: in.Pack}, env)
}

// LoadCalendar loads the public holidays of a year.
func (s *Service) LoadCalendar(ctx context.Context, c Caller, in LoadCalendar, env Envelope) (Receipt, error) {
	if err := required(in); err != nil {
		return Receipt{}, err
	}
	return s.ruleCommand(ctx, c, "rules.load_calendar", rulebook.LoadCalendar{Text: in.Calendar}, env)
}

func (s *Service) ruleCommand(ctx context.Context, c Caller, name string, cmd rulebook.Command, env Envelope) (Receipt, error) {
	v := access.Judge(c.Actor(), access.ManageRules, access.Facts{})
	if !v.Allow {
		err := &DeniedError{Action: name, Code: v.Code}
		s.recordRefusal(ctx, c, name, rulesStream, env.Key, err)
		return Receipt{}, err
	}
	base := s.ruleBase()
	r, err := run(ctx, s, c, env.about(name, ""), decision[rulebook.State]{
		stream: rulesStream, evolve: rulebook.Evolve,
		judge: func(rulebook.State) (string, error) { return v.Basis, s.needRaisedScreen(ctx, c) }, // all clocks run by it
		decide: func(st rulebook.State, m event.Moment) ([]event.Data, error) {
			return rulebook.Decide(st, base, cmd, m)
		},
	})
	if err != nil {
		s.recordRefusal(ctx, c, name, rulesStream, env.Key, err)
		return r, err
	}
	_, err = s.learnRules(ctx)
	return r, err
}

// RulesView is what deadlines are counted by, with how it came to be.
type RulesView struct {
	Packs    []PackView         `json:"packs"`
	Years    []CalendarView     `json:"years"` // loaded ones
	Holidays []deadline.Holiday `json:"holidays"`
	Year     int                `json:"year"` // of the holidays shown
}

// PackView is one version of a pack.
type PackView struct {
	Pack      string            `json:"pack"`
	Version   int               `json:"version"`
	ValidFrom string            `json:"valid_from"`
	Kind      string            `json:"kind,omitempty"`
	Governs   bool              `json:"governs"` // new cases of its kind are opened under it
	Source    string            `json:"source"`
	SourceSQ  string            `json:"source_sq,omitempty"`
	Loaded    Loaded            `json:"loaded,omitzero"` // zero for one that came with the program
	Holds     bool              `json:"holds"`           // it is the version that holds today
	Changes   []rulebook.Change `json:"changes,omitempty"`
	// Ladders say who is told when nobody acts, by name; a rule has the one that its ladder names, or that of its unit.
	Ladders map[string]deadline.Ladder `json:"ladders,omitempty"`
	Rules   []deadline.Rule            `json:"rules"`
}

// CalendarView is a year of holidays that was loaded.
type CalendarView struct {
	Year   int    `json:"year"`
	Loaded Loaded `json:"loaded"`
}

// Loaded is who loaded something, and where it stands in the log.
type Loaded struct {
	Account     string    `json:"account"`
	Institution string    `json:"institution,omitempty"`
	At          time.Time `json:"at"`
	Position    uint64    `json:"position"`
}

type versionOf struct {
	pack    string
	version int
}

// RulePacks are the packs that hold or will: the program's and those loaded, as far as this server has read.
func (s *Service) RulePacks() deadline.Packs { return s.cases().Rules }

// cases is what cases are decided by, as far as this server has read; for what is shown. Commands ask decider.
func (s *Service) cases() casefile.Decider {
	if r := s.keeper.now.Load(); r != nil {
		return r.cases
	}
	return s.Cases
}

// Rules shows every version of every pack with what it changed, and the holidays of a year; 0 is this one.
func (s *Service) Rules(ctx context.Context, c Caller, year int) (RulesView, error) {
	out := RulesView{Packs: []PackView{}, Years: []CalendarView{}, Holidays: []deadline.Holiday{}}
	if v := access.Judge(c.Actor(), access.ViewRules, access.Facts{}); !v.Allow {
		return out, &DeniedError{Action: string(access.ViewRules), Code: v.Code}
	}
	r, err := s.rules(ctx)
	if err != nil {
		return out, err
	}
	now := s.Clock.Now().In(s.Zone)
	if out.Year = year; year == 0 {
		out.Year = now.Year()
	}
	out.Holidays = append(out.Holidays, r.cases.Calendar.Holidays.In(out.Year)...)
	loaded := map[versionOf]Loaded{}
	for _, f := range r.facts {
		by := Loaded{Account: f.Meta.Actor, Institution: f.Meta.Institution, At: f.RecordedAt.UTC(), Position: f.Position}
		switch e := f.Data.(type) {
		case rulebook.PackLoaded:
			loaded[versionOf{e.Pack, e.Version}] = by
		case rulebook.CalendarLoaded:
			out.Years = append(out.Years, CalendarView{e.Year, by})
		}
	}
	var before deadline.Pack
	today := now.Format(time.DateOnly)
	for _, p := range r.cases.Rules.All() {
		view := PackView{
			Pack: p.ID, Version: p.Version, ValidFrom: p.ValidFrom, Kind: p.Kind, Governs: p.Governs, Source: p.Source, SourceSQ: p.SourceSQ, Ladders: p.Ladders, Rules: p.Rules,
			Loaded: loaded[versionOf{p.ID, p.Version}], Holds: p.ValidFrom <= today,
		}
		if before.ID == p.ID {
			view.Changes = rulebook.Diff(before, p)
			if last := &out.Packs[len(out.Packs)-1]; view.Holds {
				last.Holds = false
			}
		}
		out.Packs, before = append(out.Packs, view), p
	}
	return out, nil
}
