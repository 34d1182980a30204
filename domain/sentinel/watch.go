package sentinel

import (
	"slices"
	"strings"
	"time"

	"mkr/domain/access"
	"mkr/domain/accesslog"
	"mkr/domain/event"
)

// What a look was.
const (
	Looked   = "looked"   // saw, opened or took out
	Refused  = "refused"  // was not let
	Searched = "searched" // for persons by name
)

// Look is one entry of an access stream, as far as the rules need it.
type Look struct {
	Event       string
	Account     string
	Institution string
	Role        string
	What        string
	Case        string // "" where it was of none, or of none that is known
	At          time.Time
}

// LookOf reads an access stream's event. A page that brought itself up to date, and a refusal that is about no right, are not
// looks; neither is what no person did.
func LookOf(f event.Fact) (Look, bool) {
	l := Look{Event: f.ID, Account: f.Meta.Actor, Institution: f.Meta.Institution, Role: f.Meta.Role, At: f.Meta.OccurredAt}
	switch d := f.Data.(type) {
	case accesslog.Viewed:
		if d.What == accesslog.Followed {
			return Look{}, false
		}
		l.What, l.Case = Looked, d.Case
	case accesslog.Opened:
		l.What, l.Case = Looked, d.Case
	case accesslog.Reported:
		l.What, l.Case = Looked, d.Case
	case accesslog.Exported:
		l.What, l.Case = Looked, d.Case
	case accesslog.Searched:
		l.What = Searched
	case accesslog.Refused:
		if d.Code != "not_found" && !strings.HasPrefix(d.Code, "access.") {
			return Look{}, false
		}
		l.What = Refused
		if event.Category(d.Target) == event.CaseCategory {
			l.Case = event.ID(d.Target)
		}
	default:
		return Look{}, false
	}
	return l, l.Role != access.System && l.Account != ""
}

// Facts is what the case was to the account at that moment, looked up. Of a look at no case only Duty is given.
type Facts struct {
	Known    bool // there is such a case
	Standing access.Standing
	Task     bool      // her institution has something to do in the case, or it is her office to see all such cases
	Acted    time.Time // when she last recorded something in it herself
	House    time.Time // when anybody of her institution did
	Ended    time.Time // when her institution's part ended; zero: it has not
	Glass    bool      // in an emergency, which is reviewed by itself
	Sealed   bool
	Admitted bool
	Excluded bool
	Kin      bool // she bears the surname of a person of the case
	Duty     Duty
}

// Duty is what the roster of her institution says of the moment.
type Duty string

// What it may say.
const (
	NoRoster Duty = ""    // none was filed
	OnDuty   Duty = "on"  // she stands on it, or whoever is at the desk does
	OffDuty  Duty = "off" // it names somebody else, or nobody
)

// Finding is one thing that is odd.
type Finding struct {
	Rule    string
	Version int
	Counted int // what was counted, of the rules that count
	Case    string
	Bucket  string // with rule, account and case it names the flag: the same pattern is found once
}

// Memory is what the counting rules know of the looks before: for each account those of the longest span that any rule counts.
// It belongs to one goroutine.
type Memory struct {
	accounts map[string][]past
}

type past struct {
	what, kase string
	at         time.Time
}

// NewMemory knows of no looks.
func NewMemory() *Memory { return &Memory{accounts: map[string][]past{}} }

// Judge takes in a look and returns what is odd about it, in the order of the rules. Zone is where days begin and hours are told.
func (m *Memory) Judge(rules Rules, l Look, f Facts, zone *time.Location) (out []Finding) {
	m.take(rules, l)
	for _, r := range rules {
		counted, odd := m.odd(r, l, f, zone)
		if !odd || slices.Contains(r.Spared, l.Role) && r.Rule != OffShift {
			continue
		}
		found := Finding{Rule: r.Rule, Version: r.Version, Counted: counted, Case: l.Case}
		if r.Again == OnceADay {
			found.Case = ""
		}
		if r.Again != OnceACase {
			found.Bucket = l.At.In(zone).Format(time.DateOnly)
		}
		out = append(out, found)
	}
	return out
}

// take remembers the look and forgets those that no rule counts any more.
func (m *Memory) take(rules Rules, l Look) {
	span := time.Duration(0)
	for _, r := range rules {
		span = max(span, time.Duration(r.Minutes)*time.Minute)
	}
	known := append(m.accounts[l.Account], past{l.What, l.Case, l.At})
	m.accounts[l.Account] = slices.DeleteFunc(known, func(p past) bool { return l.At.Sub(p.at) >= span })
}

// odd asks one rule.
func (m *Memory) odd(r Rule, l Look, f Facts, zone *time.Location) (counted int, odd bool) {
	inside := l.What == Looked && f.Known
	switch r.Rule {
	case NoTask:
		return 0, inside && r.Idle(l, f)
	case SameSurname:
		return 0, inside && f.Kin
	case ManyCases:
		counted = m.count(l, Looked, r.Minutes, true)
		return counted, l.What == Looked && counted > r.Count
	case ManySearches:
		counted = m.count(l, Searched, r.Minutes, false)
		return counted, l.What == Searched && counted > r.Count
	case OffShift:
		return 0, l.What != Refused && f.Duty != OnDuty && !within(r, l.At.In(zone)) && (f.Duty == OffDuty || !slices.Contains(r.Spared, l.Role))
	case ShutCase:
		return 0, l.What != Searched && f.Known && (f.Excluded || f.Sealed && !f.Admitted)
	case RefusedOften:
		counted = m.count(l, Refused, r.Minutes, false)
		return counted, l.What == Refused && counted > r.Count
	case AfterEnd:
		return 0, inside && !f.Glass && !f.Ended.IsZero() && l.At.Sub(f.Ended) > days(r.Days)
	}
	return 0, false
}

// count counts the account's looks of a sort within the minutes up to this one; different cases alone, where that is asked.
func (m *Memory) count(l Look, what string, minutes int, cases bool) (n int) {
	seen := map[string]bool{}
	for _, p := range m.accounts[l.Account] {
		if p.what != what || l.At.Sub(p.at) >= time.Duration(minutes)*time.Minute || cases && (p.kase == "" || seen[p.kase]) {
			continue
		}
		seen[p.kase] = true
		n++
	}
	return n
}

// Idle tells, for no_task, whether nothing speaks for a task: facts that are looked up when the finding is ripe say what was
// recorded after the look, too.
func (r Rule) Idle(l Look, f Facts) bool {
	return !f.Task && !f.Glass && f.Ended.IsZero() && older(l, f.Acted, r.Days) && older(l, f.House, r.HouseDays)
}

// older tells whether something was longer ago than so many days, or never.
func older(l Look, at time.Time, n int) bool { return at.IsZero() || l.At.Sub(at) > days(n) }

func days(n int) time.Duration { return time.Duration(n) * 24 * time.Hour }

// within tells whether a time of the day is among the rule's hours.
func within(r Rule, at time.Time) bool {
	from, _ := clock(r.From)
	until, _ := clock(r.Until)
	day := time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute
	return from <= day && day < until
}
