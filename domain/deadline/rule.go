package deadline

import (
	"fmt"
	"regexp"
	"slices"
	"time"
)

// Unit is what a term is counted in.
type Unit string

// The units of terms.
const (
	AtOnce     Unit = "at_once"     // no number in the law: due the instant it begins
	Hours      Unit = "hours"       // absolute time
	Days       Unit = "days"        // calendar days, the first one excluded; 0 is the end of the same day
	Months     Unit = "months"      // calendar months
	DaysBefore Unit = "days_before" // calendar days before the instant
	// WorkingDaysBefore begins with the first of the last so many working days, the one of the instant among them. It is
	// the start of a day and not its end: a warning must come before the work of the day.
	WorkingDaysBefore Unit = "working_days_before"
)

// Term is how long a rule gives.
type Term struct {
	Unit  Unit `json:"unit"`
	Count int  `json:"count,omitempty"`
	// Unshifted keeps the last day where it is even on a rest day: the term is a validity, not time to act.
	Unshifted bool `json:"unshifted,omitempty"`
}

// How sure the number of a rule is.
const (
	Law         = "law"         // read in a text believed to be in force when the pack was written
	OlderText   = "older_text"  // read in an older consolidation, not checked against later amendments
	House       = "house"       // a rule of the house
	Placeholder = "placeholder" // not found in any text: a working value that must be confirmed
)

// Who owes what a rule demands. A code names a part in the case; the case knows which institution plays it.
const (
	OwnerReceiver  = "receiver"     // the institution a referral was sent to
	OwnerSender    = "sender"       // the institution that sent it
	OwnerLead      = "lead"         // the institution that leads the case
	OwnerConvener  = "convener"     // who convenes a meeting
	OwnerAssignee  = "assignee"     // whom a meeting or a plan gave the task
	OwnerPolice    = "police"       //
	OwnerCourt     = "court"        //
	OwnerMedical   = "medical"      //
	OwnerBailiff   = "bailiff"      //
	OwnerShelter   = "shelter"      //
	OwnerApplicant = "applicant"    // who asked for an order, or the victim's representative
	OwnerParties   = "parties"      // the parties before the court
	OwnerProgramme = "programme"    // who runs a perpetrator's programme
	OwnerEach      = "participants" // every institution on the case, each for itself
)

var owners = map[string]bool{
	OwnerReceiver: true, OwnerSender: true, OwnerLead: true, OwnerConvener: true, OwnerAssignee: true,
	OwnerPolice: true, OwnerCourt: true, OwnerMedical: true, OwnerBailiff: true, OwnerShelter: true,
	OwnerApplicant: true, OwnerParties: true, OwnerProgramme: true, OwnerEach: true,
}

var confidences = map[string]bool{Law: true, OlderText: true, House: true, Placeholder: true}

// Text is a text in both languages of the house.
type Text struct {
	SQ string `json:"sq"`
	EN string `json:"en"`
}

// Rule is one term: what starts it is known to the case, what it gives is here.
type Rule struct {
	ID      string `json:"id"`
	Article string `json:"article"` // "" for rules of the house
	Title   Text   `json:"title"`
	Term    Term   `json:"term"`
	Owner   string `json:"owner"`
	// Action is the code of what must be done: what a board shows as "next".
	Action string `json:"action"`
	// MetBy lists the stored names of the events that meet the clock. Empty: nothing meets it, it only runs out.
	MetBy      []string `json:"met_by,omitempty"`
	Confidence string   `json:"confidence"`
	// Ladder names who is told when nobody acts; "" means the one of the term's unit. The house's pack holds them.
	Ladder string `json:"ladder,omitempty"`
	// Right marks time that somebody may use and need not: nothing is late when it has passed, and nobody is told.
	Right bool   `json:"right,omitempty"`
	Note  string `json:"note,omitempty"` // English, for whoever maintains the packs
}

// Pack is a dated set of rules of one legal regime, or of the house.
type Pack struct {
	ID        string // "AL-DV-9669"
	Version   int    // from 1; rises with every change
	ValidFrom string // the first day it holds, YYYY-MM-DD
	Source    string // in English, where it comes from and how sure it is
	SourceSQ  string // the same in Albanian; "" where nobody has written it yet
	// Kind is the kind of case whose regime the pack is; "" for the house's.
	Kind string
	// Governs makes it the regime of new cases of its kind, from ValidFrom on. A pack that does not is the regime of
	// the cases that were opened under it by name.
	Governs bool
	// Ladders say who is told when nobody acts, by name. The house's pack has them for all.
	Ladders map[string]Ladder
	Rules   []Rule

	lines map[string]int // where each rule begins in the text that it was read from
}

// Line is where a rule begins in the text that the pack was read from; 1 for the pack itself.
func (p Pack) Line(rule string) int { return max(p.lines[rule], 1) }

var (
	ruleID    = regexp.MustCompile(`^[A-Z0-9]+(-[A-Za-z0-9_]+)*$`)
	actionID  = regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)
	eventName = regexp.MustCompile(`^[a-z_]+(\.[a-z_]+)+$`)
)

// check says what is wrong with a rule, naming the field.
func (r Rule) check() error {
	switch {
	case !ruleID.MatchString(r.ID):
		return fmt.Errorf("id: %q is not a rule id", r.ID)
	case r.Title.SQ == "":
		return fmt.Errorf("title.sq: is missing")
	case r.Title.EN == "":
		return fmt.Errorf("title.en: is missing")
	case !owners[r.Owner]:
		return fmt.Errorf("owner: %q is not known", r.Owner)
	case !actionID.MatchString(r.Action):
		return fmt.Errorf("action: %q is not an action code", r.Action)
	case !confidences[r.Confidence]:
		return fmt.Errorf("confidence: %q is not law, older_text, house or placeholder", r.Confidence)
	case r.Article == "" && r.Confidence != House:
		return fmt.Errorf("article: is missing; only a rule of the house has none")
	}
	if r.Ladder != "" && r.Ladder != LadderNone && !slices.Contains(LadderNames, r.Ladder) {
		return fmt.Errorf("ladder: %q is not quick, hours, days or none", r.Ladder)
	}
	for _, name := range r.MetBy {
		if !eventName.MatchString(name) {
			return fmt.Errorf("met_by: %q is not an event's name", name)
		}
	}
	return r.Term.check()
}

func (t Term) check() error {
	limit := map[Unit]int{AtOnce: 0, Hours: 24 * 366, Days: 3660, Months: 120, DaysBefore: 3660, WorkingDaysBefore: 250}
	most, known := limit[t.Unit]
	least := 1
	if t.Unit == AtOnce || t.Unit == Days {
		least = 0
	}
	switch {
	case !known:
		return fmt.Errorf("term.unit: %q is not at_once, hours, days, months, days_before or working_days_before", t.Unit)
	case t.Count < least || t.Count > most:
		return fmt.Errorf("term.count: %d is outside %d to %d %s", t.Count, least, most, t.Unit)
	case t.Unshifted && (t.Unit == AtOnce || t.Unit == Hours || t.Unit == WorkingDaysBefore):
		return fmt.Errorf("term.unshifted: has no meaning for %s", t.Unit)
	}
	return nil
}

func (p Pack) check() error {
	switch {
	case !ruleID.MatchString(p.ID):
		return fmt.Errorf("id: %q is not a pack id", p.ID)
	case p.Version < 1:
		return fmt.Errorf("version: %d is not 1 or more", p.Version)
	case p.Source == "":
		return fmt.Errorf("source: is missing")
	case len(p.Rules) == 0:
		return fmt.Errorf("rules: there are none")
	case p.Kind != "" && !actionID.MatchString(p.Kind):
		return fmt.Errorf("kind: %q is not a kind of case", p.Kind)
	case p.Governs && p.Kind == "":
		return fmt.Errorf("governs: a pack without a kind of case governs none")
	}
	for name, ladder := range p.Ladders {
		if !slices.Contains(LadderNames, name) {
			return fmt.Errorf("ladders: %q is not quick, hours or days", name)
		}
		if err := ladder.check(); err != nil {
			return fmt.Errorf("ladders.%s.%w", name, err)
		}
	}
	if _, err := time.Parse(time.DateOnly, p.ValidFrom); err != nil {
		return fmt.Errorf("valid_from: %q is not a day like 2007-06-01", p.ValidFrom)
	}
	return nil
}
