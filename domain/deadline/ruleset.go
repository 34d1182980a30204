package deadline

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"time"
)

//go:embed packs/*.json
var embedded embed.FS

// Ids of the embedded packs.
const (
	RegimeDomesticViolence = "AL-DV-9669"    // law 9669/2006 as amended; not law 11/2026, whose text is not known
	RegimePlaceholder      = "AL-VAW-2026"   // law 11/2026, of which no text was to be had: all its numbers are working values
	RegimeChildProtection  = "AL-CP-18-2017" // law 18/2017
	HousePack              = "MKR-HOUSE"     // the referral loop, risk reviews and meetings of the mechanism
)

// Packs is a set of packs, possibly several versions of one. The zero value is empty. It is read-only once built.
type Packs struct {
	all  []Pack             // sorted by id, then version
	sets map[string][]dated // For's and On's answers, made once: deciding asks for them at every step. "": only the house
}

// dated is the rules of a regime from a day on.
type dated struct {
	from string // YYYY-MM-DD
	set  RuleSet
}

// Embedded reads the packs that come with the program.
func Embedded() (Packs, error) {
	files, err := fs.Glob(embedded, "packs/*.json")
	if err != nil {
		return Packs{}, fmt.Errorf("deadline: %w", err)
	}
	var packs []Pack
	for _, name := range files {
		data, err := embedded.ReadFile(name)
		if err != nil {
			return Packs{}, fmt.Errorf("deadline: %w", err)
		}
		p, err := Load(data)
		if err != nil {
			return Packs{}, fmt.Errorf("%s: %w", name, err)
		}
		packs = append(packs, p)
	}
	return NewPacks(packs...)
}

// NewPacks joins packs. It refuses two of one id and version, and a newer version that holds from an earlier day.
func NewPacks(packs ...Pack) (Packs, error) {
	all := slices.Clone(packs)
	slices.SortFunc(all, func(a, b Pack) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Version, b.Version))
	})
	for i := 1; i < len(all); i++ {
		a, b := all[i-1], all[i]
		if a.ID != b.ID {
			continue
		}
		if a.Version == b.Version {
			return Packs{}, fmt.Errorf("deadline: pack %s version %d is given twice", a.ID, a.Version)
		}
		if b.ValidFrom < a.ValidFrom {
			return Packs{}, fmt.Errorf("deadline: pack %s version %d: valid_from: is before that of version %d", a.ID, b.Version, a.Version)
		}
	}
	p := Packs{all: all, sets: map[string][]dated{}}
	for _, k := range append(all, Pack{}) { // the empty one is for the house alone
		if _, done := p.sets[k.ID]; !done {
			p.sets[k.ID] = p.turns(k.ID)
		}
	}
	return p, nil
}

// turns lists the rules of a regime, from each day on which one of its packs, or of the house's, begins to hold.
func (p Packs) turns(regime string) []dated {
	var days []string
	for _, k := range p.all {
		if k.ID == regime || k.ID == HousePack {
			days = append(days, k.ValidFrom)
		}
	}
	slices.Sort(days)
	var out []dated
	for _, day := range slices.Compact(days) {
		out = append(out, dated{day, p.pick(regime, func(k Pack) bool { return k.ValidFrom <= day })})
	}
	return out
}

// All lists the packs by id and version.
func (p Packs) All() []Pack { return slices.Clone(p.all) }

// For merges the newest pack of a regime with the newest one of the house. An unknown regime has the rules of the house
// only: its other rules are then unknown to Clock, which says so.
func (p Packs) For(regime string) RuleSet {
	turns, ok := p.sets[regime]
	if !ok {
		turns = p.sets[""]
	}
	if len(turns) == 0 {
		return RuleSet{}
	}
	return turns[len(turns)-1].set
}

// With is For, and of a rule that the newest versions do not have the newest that has it: what a program learnt to ask for
// after somebody had loaded a version of their own.
func (p Packs) With(regime, rule string) RuleSet {
	set := p.For(regime)
	if set.Has(rule) {
		return set
	}
	for _, k := range slices.Backward(p.all) {
		if k.ID != regime && k.ID != HousePack {
			continue
		}
		for _, r := range k.Rules {
			if r.ID == rule {
				set.rules = maps.Clone(set.rules)
				set.rules[rule] = placed{rule: r, pack: k.ID, version: k.Version}
				return set
			}
		}
	}
	return set
}

// On is For as of a day: the newest versions that held on it.
func (p Packs) On(regime string, day time.Time) RuleSet {
	turns, ok := p.sets[regime]
	if !ok {
		turns = p.sets[""]
	}
	on := day.Format(time.DateOnly)
	for _, t := range slices.Backward(turns) {
		if t.from <= on {
			return t.set
		}
	}
	return RuleSet{}
}

// Regime is the pack that governs new cases of a kind as of a day, and whether there is one: of those that do by the
// version that holds then, the one that began last.
func (p Packs) Regime(kind string, day time.Time) (string, bool) {
	best, from, on := "", "", day.Format(time.DateOnly)
	for id, k := range p.held(on) {
		if k.Kind == kind && k.Governs && (best == "" || k.ValidFrom > from || (k.ValidFrom == from && id > best)) {
			best, from = id, k.ValidFrom
		}
	}
	return best, best != ""
}

// Regimes lists the packs under which a case of the kind may be opened as of a day, by id.
func (p Packs) Regimes(kind string, day time.Time) []string {
	var out []string
	for id, k := range p.held(day.Format(time.DateOnly)) {
		if k.Kind == kind {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// held are the versions that hold on a day.
func (p Packs) held(on string) map[string]Pack {
	out := map[string]Pack{}
	for _, k := range p.all {
		if k.ValidFrom <= on {
			out[k.ID] = k // versions rise
		}
	}
	return out
}

func (p Packs) pick(regime string, holds func(Pack) bool) RuleSet {
	newest := map[string]Pack{}
	for _, k := range p.all {
		if (k.ID == regime || k.ID == HousePack) && holds(k) {
			newest[k.ID] = k // versions rise
		}
	}
	s := RuleSet{rules: map[string]placed{}, ladders: map[string]Ladder{}}
	for _, id := range []string{HousePack, regime} { // a regime's rule wins over the house's
		k := newest[id]
		maps.Copy(s.ladders, k.Ladders)
		for _, r := range k.Rules {
			s.rules[r.ID] = placed{rule: r, pack: k.ID, version: k.Version}
		}
	}
	return s
}

// RuleSet is the rules that a case of one regime runs under. It is read-only and safe for concurrent use.
type RuleSet struct {
	rules   map[string]placed
	ladders map[string]Ladder
}

type placed struct {
	rule    Rule
	pack    string
	version int
}

// Rule finds a rule.
func (s RuleSet) Rule(id string) (Rule, bool) {
	p, ok := s.rules[id]
	return p.rule, ok
}

// Has tells whether there is such a rule.
func (s RuleSet) Has(id string) bool { _, ok := s.rules[id]; return ok }

// Rules lists the rules by id.
func (s RuleSet) Rules() []Rule {
	out := make([]Rule, 0, len(s.rules))
	for _, p := range s.rules {
		out = append(out, p.rule)
	}
	slices.SortFunc(out, func(a, b Rule) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// Ladder finds a ladder by name; the zero Ladder, which tells nobody, if no pack has it.
func (s RuleSet) Ladder(name string) Ladder { return s.ladders[name] }

// UnknownRuleError says that a rule is in none of the packs at hand.
type UnknownRuleError struct{ Rule string }

func (e *UnknownRuleError) Error() string { return "deadline: no pack has the rule " + e.Rule }
