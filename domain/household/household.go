// Package household decides about links between the cases of one household, a mother's and her children's: the stream
// household-<pair>, one for each pair of cases.
//
// It guarantees:
//
//   - A link is in neither case's stream: who sees one of the two cases finds nothing of it there, no entry, no count and
//     no revision. Whoever shows a link asks first whether its reader sees both.
//   - A link and its end have a reason each; what was linked stays in the history.
//   - It knows cases by their ids and no person.
package household

import (
	"time"

	"mkr/domain/event"
	"mkr/domain/internal/check"
)

// LinkReasons say what the cases have in common.
var LinkReasons = []string{"mother_and_child", "siblings", "same_household"}

// UnlinkReasons end a link.
var UnlinkReasons = []string{"linked_by_mistake", "lives_apart", "child_of_age"}

// Codes of refusals. They are API.
const (
	CodeSame    = "household.same_case"
	CodeKinds   = "household.no_child"
	CodeUnknown = "household.unknown_code"
)

// Codes lists them all.
var Codes = []string{CodeSame, CodeKinds, CodeUnknown}

// Command is something that somebody wants to happen to a link. This is the whole vocabulary.
type Command interface{ command() }

type (
	// Link says that two cases are of one household. Child: one of them is a child's.
	Link struct {
		Cases  [2]string
		Child  bool
		Reason string
	}
	// Unlink ends it.
	Unlink struct{ Reason string }
	// Linked: two cases are of one household.
	Linked struct {
		Cases  [2]string `json:"cases"` // sorted
		Reason string    `json:"reason"`
		By     string    `json:"by"` // institution
		At     time.Time `json:"at"`
	}
	// Unlinked: they are so no longer, or never were.
	Unlinked struct {
		Reason string    `json:"reason"`
		By     string    `json:"by"`
		At     time.Time `json:"at"`
	}
)

func (Link) command()   {}
func (Unlink) command() {}

func (Linked) EventType() string   { return "household.linked" }
func (Unlinked) EventType() string { return "household.unlinked" }

// Events lists the stored types of household streams.
func Events() []event.Entry {
	return []event.Entry{
		event.Type[Linked]("Two cases were linked as of one household; the link is in neither case's stream."),
		event.Type[Unlinked]("The link between two cases of a household ended."),
	}
}

// State of a link. The zero State is "never linked".
type State struct {
	Cases  [2]string
	Reason string
	By     string
	At     time.Time
	Stands bool
}

// Evolve applies what has happened. It never fails and checks nothing.
func Evolve(s State, d event.Data) State {
	switch e := d.(type) {
	case Linked:
		return State{Cases: e.Cases, Reason: e.Reason, By: e.By, At: e.At, Stands: true}
	case Unlinked:
		s.Stands = false
	}
	return s
}

// Decide answers a command with what happens, or with a refusal.
func Decide(s State, c Command, m event.Moment) ([]event.Data, error) {
	switch c := c.(type) {
	case Link:
		err := check.First(
			check.OneOf(CodeUnknown, "reason", c.Reason, LinkReasons),
			check.That(c.Cases[0] != c.Cases[1], CodeSame, "code", "a case is not linked with itself"),
			check.That(c.Child, CodeKinds, "code", "one of the two is a child's case"),
		)
		if err != nil || s.Stands && s.Reason == c.Reason {
			return nil, err
		}
		cases := c.Cases
		if cases[1] < cases[0] {
			cases[0], cases[1] = cases[1], cases[0]
		}
		return []event.Data{Linked{Cases: cases, Reason: c.Reason, By: m.Actor.Institution, At: m.OccurredAt}}, nil
	case Unlink:
		if err := check.OneOf(CodeUnknown, "reason", c.Reason, UnlinkReasons); err != nil || !s.Stands {
			return nil, err
		}
		return []event.Data{Unlinked{Reason: c.Reason, By: m.Actor.Institution, At: m.OccurredAt}}, nil
	}
	return nil, event.Refuse(CodeUnknown, "unknown command")
}
